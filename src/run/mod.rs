//! A run, from a request to its outcome: one function a command, each going through the steps of the crate as far as
//! it needs them. Nothing is written here: an [`Outcome`] holds bytes, which the caller places.
//!
//! `office` is what every command begins with, `names` what users call things; the commands stand by what they make: `reporting`
//! the figures of a period, `reading` what the files hold, `exchange` what goes between the office and its units, `start` a new
//! workspace.

mod exchange;
mod names;
mod office;
mod outputs;
mod reading;
mod reporting;
mod start;

use std::path::PathBuf;

use chrono::NaiveDate;
use serde::Serialize;

use crate::base::diagnostic::Diagnostic;
use crate::base::period::Asked;
use crate::base::record::FileRead;
use crate::catalogue::edition::Rules;
use crate::ingest::inputs::Input;
use crate::report::document::Table;

pub use crate::report::RecordSheets;
pub use exchange::{BlanksFor, StatusFormat, reply, status, template};
pub use names::form_named;
pub use office::{forms, units};
pub use reading::{Found, Traced, convert, explain, trace};
pub use reporting::{check, freeze, report, report_folder};
pub use start::{Start, init};

/// All that a run depends on.
#[derive(Clone, Debug)]
pub struct Request {
    /// The folder with `danvan.toml`; need not hold one.
    pub workspace: PathBuf,
    /// Files, folders and patterns to read; empty for the settings' input folder.
    pub inputs: Vec<PathBuf>,
    /// `None` only for `check` and `convert`, which read everything.
    pub span: Option<Asked>,
    /// Calendar id; `None` for the settings' or `civil`.
    pub calendar: Option<String>,
    /// The level of units shown, by the register's own names.
    pub level: Option<String>,
    /// Empty for the settings', or a workbook and Markdown.
    pub formats: Vec<Format>,
    pub compare: Compare,
    pub records: RecordSheets,
    /// For readers outside the office: less is told of denunciations.
    pub public: bool,
    pub today: NaiveDate,
    pub against: Against,
}

/// Which of the figures that the office published a report is laid beside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Against {
    /// The last edition of the same period, where the workspace has one.
    #[default]
    Last,
    /// No edition, of this year or the last.
    None,
    File(PathBuf),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    Previous,
    None,
}

/// The formats that a report can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Xlsx,
    Md,
    Docx,
    Json,
}

impl Format {
    pub const ALL: [Format; 4] = [Format::Xlsx, Format::Md, Format::Docx, Format::Json];

    /// As options and settings name it; the extension of its files.
    pub fn id(self) -> &'static str {
        match self {
            Format::Xlsx => "xlsx",
            Format::Md => "md",
            Format::Docx => "docx",
            Format::Json => "json",
        }
    }

    pub fn named(id: &str) -> Option<Format> {
        Self::ALL.into_iter().find(|format| format.id() == id)
    }
}

/// The formats of tidy records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordFormat {
    Xlsx,
    Csv,
    Jsonl,
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// So many files are to be read.
    Found(usize),
    /// So many more have been.
    Read(usize),
}

/// Told each step, from whatever thread takes it.
pub type Progress<'a> = &'a (dyn Fn(Step) + Sync);

/// What a run made: bytes to be placed, never files already written.
#[derive(Debug)]
pub struct Outcome {
    /// File name (`tong-ket-2023.xlsx`) and content.
    pub outputs: Vec<(String, Vec<u8>)>,
    /// Where they go unless the user says otherwise.
    pub folder: PathBuf,
    pub diagnostics: Vec<Diagnostic>,
    pub summary: Table,
    /// What was read, so that nothing is written over it.
    pub inputs: Vec<Input>,
    pub files_read: usize,
    /// What became of each file that was read.
    pub files: Vec<FileRead>,
    /// Of which time; `None` where none was asked for.
    pub period: Option<OutcomePeriod>,
    /// What the figures were reckoned by.
    pub rules: Rules,
    /// `danvan.toml` as it was; empty for none.
    pub settings: String,
    /// What the user is told besides, a line each.
    pub remarks: Vec<String>,
}

/// The window of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutcomePeriod {
    pub label: String,
    pub calendar: String,
    pub from: NaiveDate,
    pub to: NaiveDate,
}
