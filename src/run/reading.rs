//! The commands that show what the files hold: how their sheets were understood, their records, the cells behind a figure.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use chrono::Datelike;
use serde::Serialize;

use crate::base::cell::{CellRef, SheetName};
use crate::base::fold;
use crate::base::period::{Part, Period, Span};
use crate::base::record::{Collected, IndicatorId};
use crate::base::wording::slug;
use crate::catalogue::settings::nearest;
use crate::ingest::inputs::{self, Input};
use crate::report::document::Sheet;
use crate::report::trace::{CellTrace, Trace, Tracing};
use crate::report::{self};
use crate::write;

use super::names::{indicator_named, unit_named};
use super::office::Office;
use super::{Outcome, Progress, RecordFormat, Request};

/// How each sheet of one file was understood, as text: for people, and as rules for the settings. Reads that file alone.
pub fn explain(request: &Request, file: &Path, progress: Progress) -> anyhow::Result<(Outcome, String)> {
    let mut office = Office::load(request)?;
    office.rules = office.rules.of_some_files();
    let input = inputs::named(&request.workspace, &office.settings, &request.inputs, file)?;
    let shown = input.shown.clone();
    let inputs = vec![input];
    let (collected, _) = office.read_explained(request, &inputs, std::slice::from_ref(&shown), progress);
    let text = report::explain::text(&shown, &collected, &office.catalogue);
    Ok((office.outcome(request, inputs, collected, Vec::new()), text))
}

/// Everything read, as tidy records, one a row: one workbook, one file of JSON lines, or a CSV file a form.
pub fn convert(request: &Request, to: RecordFormat, progress: Progress) -> anyhow::Result<Outcome> {
    let office = Office::load(request)?;
    let inputs = inputs::discover(&request.workspace, &office.settings, &request.inputs)?;
    let (collected, register) = office.read(request, &inputs, progress);
    let sheets = report::records_table(&collected, &register, &office.catalogue);
    let outputs = match to {
        RecordFormat::Xlsx => {
            vec![("so-lieu.xlsx".to_owned(), write::excel::bytes(&report::records_document(sheets, request.today))?)]
        }
        RecordFormat::Jsonl => {
            let lines: String = sheets.iter().flat_map(|sheet| &sheet.tables).map(write::jsonl::text).collect();
            vec![("so-lieu.jsonl".to_owned(), lines.into_bytes())]
        }
        RecordFormat::Csv => {
            let name = |sheet: &Sheet| format!("so-lieu-{}.csv", slug(&sheet.name));
            sheets
                .iter()
                .flat_map(|sheet| sheet.tables.iter().map(move |table| (name(sheet), write::csv::bytes(table))))
                .collect()
        }
    };
    Ok(Outcome { outputs, ..office.outcome(request, inputs, collected, Vec::new()) })
}

/// What is asked of [`trace`].
#[derive(Clone, Debug)]
pub enum Traced {
    /// An indicator's id or title, or all that have figures; a unit's code or name.
    Indicator { name: Option<String>, unit: Option<String> },
    /// `FILE!SHEET!A1`; of a file with one sheet, `FILE!A1`.
    Cell(String),
}

/// What a trace found.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Found {
    Figures(Vec<Trace>),
    Cell(CellTrace),
}

/// The cells behind a figure, or what became of a cell; without a window only the latter.
pub fn trace(request: &Request, traced: &Traced, progress: Progress) -> anyhow::Result<(Found, Outcome)> {
    let office = Office::load(request)?;
    let indicator = match traced {
        Traced::Indicator { name: Some(name), .. } => Some(indicator_named(&office.catalogue, name)?),
        Traced::Indicator { name: None, .. } | Traced::Cell(_) => None,
    };
    let inputs = inputs::discover(&request.workspace, &office.settings, &request.inputs)?;
    let asked = match traced {
        Traced::Cell(text) => Some(AskedCell::new(text, &inputs)?),
        Traced::Indicator { .. } => None,
    };
    let explained: Vec<Arc<str>> = asked.iter().map(|asked| asked.file.clone()).collect();
    let (collected, register) = office.read_explained(request, &inputs, &explained, progress);
    let (catalogue, calendar) = (&office.catalogue, &office.calendar);
    let tracing = |span| Tracing { collected: &collected, register: &register, catalogue, calendar, span };
    let found = match (traced, asked) {
        (Traced::Indicator { unit, .. }, _) => {
            let span = office.span(request).context("chưa cho biết kỳ báo cáo")?;
            let unit = unit.as_deref().map(|name| unit_named(&register, catalogue, name)).transpose()?;
            let reported = |id: &IndicatorId| catalogue.indicator(*id).reported;
            let wanted = indicator.map_or_else(|| catalogue.indicator_ids().filter(reported).collect(), |id| vec![id]);
            let mut traces = tracing(span).traces(&wanted, unit);
            traces.retain(|trace| indicator.is_some() || trace.value.is_some() || !trace.units.is_empty());
            Found::Figures(traces)
        }
        (Traced::Cell(_), asked) => {
            let asked = asked.expect("a cell was asked for");
            let sheet = asked.sheet_of(&collected)?;
            let span = office.span(request);
            let year = Span::Named(Period::new(request.today.year(), Part::Year));
            Found::Cell(tracing(span.unwrap_or(year)).of_cell(&sheet, asked.cell, span))
        }
    };
    let problems = office.found(request, &collected, &register)?;
    Ok((found, office.outcome(request, inputs, collected, problems)))
}

/// A cell as a user names it: `FILE!SHEET!A1`.
struct AskedCell {
    file: Arc<str>,
    sheet: Option<String>,
    cell: CellRef,
}

impl AskedCell {
    /// A file by its name, or by as much of its path as tells it from the others.
    fn new(text: &str, inputs: &[Input]) -> anyhow::Result<Self> {
        let usage = || anyhow!("\"{text}\": cần ghi TỆP!TRANG_TÍNH!Ô, ví dụ \"Xã Bảo Hà.xlsx!Quý I!D5\"");
        let parts: Vec<&str> = text.split('!').map(str::trim).collect();
        let (file, sheet, cell) = match parts[..] {
            [file, cell] => (file, None, cell),
            [file, sheet, cell] => (file, Some(sheet.trim_matches('\'').to_owned()), cell),
            _ => return Err(usage()),
        };
        let cell = cell.parse().map_err(|()| usage())?;
        let parts = |path: &str| path.replace('\\', "/").split('/').rev().map(fold::key).collect::<Vec<_>>();
        let wanted = parts(file);
        let file = match inputs.iter().filter(|input| parts(&input.shown).starts_with(&wanted)).collect::<Vec<_>>()[..]
        {
            [one] => one.shown.clone(),
            [] => {
                let near = nearest(file, inputs.iter().map(|input| &*input.shown));
                let near = near.map(|near| format!(" (ý bạn là {near}?)")).unwrap_or_default();
                bail!("không đọc tệp nào tên \"{file}\"{near}")
            }
            ref several => {
                let names: Vec<&str> = several.iter().map(|input| &*input.shown).collect();
                bail!("có nhiều tệp tên \"{file}\", hãy ghi cả thư mục: {}", names.join(", "))
            }
        };
        Ok(Self { file, sheet, cell })
    }

    /// The sheet that is meant, of those that the file has.
    fn sheet_of(&self, collected: &Collected) -> anyhow::Result<Arc<SheetName>> {
        let file = &self.file;
        let sheets = collected.understood.iter().filter(|sheet| sheet.name.file == *file);
        let sheets: Vec<&Arc<SheetName>> = sheets.map(|sheet| &sheet.name).collect();
        let names = || sheets.iter().map(|name| &*name.sheet).collect::<Vec<_>>().join(", ");
        match (&self.sheet, &sheets[..]) {
            (_, []) => bail!("không đọc được trang tính nào của tệp {file}"),
            (None, [one]) => Ok((*one).clone()),
            (None, _) => bail!("tệp {file} có nhiều trang tính, hãy ghi thêm tên trang: {}", names()),
            (Some(sheet), _) => {
                let key = fold::key(sheet);
                let found = sheets.iter().find(|name| fold::key(&name.sheet) == key);
                found.map(|name| (*name).clone()).ok_or_else(|| {
                    anyhow!("tệp {file} không có trang tính \"{sheet}\"; các trang đang có: {}", names())
                })
            }
        }
    }
}
