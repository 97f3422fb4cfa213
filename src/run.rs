//! A run, from a request to its outcome.

use std::path::PathBuf;

use chrono::NaiveDate;

use crate::base::diagnostic::Diagnostic;
use crate::base::period::Span;
use crate::report::document::Table;

/// All that a run depends on.
#[derive(Clone, Debug)]
pub struct Request {
    /// The folder with `danvan.toml`; need not hold one.
    pub workspace: PathBuf,
    /// Files and folders to read; empty for the settings' input folder.
    pub inputs: Vec<PathBuf>,
    /// `None` only for `check` and `convert`, which read everything.
    pub span: Option<Span>,
    /// Calendar id; `None` for the settings' or `civil`.
    pub calendar: Option<String>,
    /// The level of units shown, by the register's own names.
    pub level: Option<String>,
    pub compare: Compare,
    pub records: RecordSheets,
    pub today: NaiveDate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    Previous,
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordSheets {
    /// Up to 50,000 records.
    Auto,
    Always,
    Never,
}

/// The formats that a report can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Xlsx,
    Md,
    Json,
}

/// What a run made: bytes to be placed, never files already written.
#[derive(Debug)]
pub struct Outcome {
    /// File name (`tong-ket-2023.xlsx`) and content.
    pub outputs: Vec<(String, Vec<u8>)>,
    pub diagnostics: Vec<Diagnostic>,
    pub summary: Table,
    pub files_read: usize,
}
