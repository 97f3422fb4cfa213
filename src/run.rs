//! A run, from a request to its outcome: one function a command, each going through the steps of the crate as far as
//! it needs them. Nothing is written here: an [`Outcome`] holds bytes, which the caller places.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use crate::base::cell::{CellRef, SheetName};
use crate::base::diagnostic::Diagnostic;
use crate::base::fold;
use crate::base::period::{Asked, Calendar, Part, Period, Span, Window};
use crate::base::record::{Collected, FileRead, FormId, IndicatorId, OrgUnitId};
use crate::catalogue::edition::{self as kept, Edition, Rules};
use crate::catalogue::outline::Outline;
use crate::catalogue::register::Register;
use crate::catalogue::settings::{self, Settings, nearest};
use crate::catalogue::{Catalogue, load};
use crate::ingest;
use crate::ingest::inputs::{self, Input};
use crate::ingest::rules::Rules as SourceRules;
use crate::ingest::units::{UnitNames, UnitSaid};
use crate::report::document::{Sheet, Table};
use crate::report::edition::{self, Editions};
use crate::report::status::{self, Status};
use crate::report::trace::{CellTrace, Trace, Tracing};
use crate::report::{self, Reported};
use crate::write;

pub use crate::report::RecordSheets;

/// The calendar of those who name none.
const CALENDAR: &str = "civil";

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

/// The report of a period, in every format asked for.
pub fn report(request: &Request, progress: Progress) -> anyhow::Result<Outcome> {
    let office = Office::load(request)?;
    let span = office.span(request).context("chưa cho biết kỳ báo cáo")?;
    let formats = office.formats(request);
    let outline = office.outline(request)?;
    let inputs = inputs::discover(&request.workspace, &office.settings, &request.inputs)?;
    let name = edition_name(span, &office.calendar);
    let against = office.against(request, &name)?;
    let previous = match request.against {
        Against::None => None,
        _ => Edition::all(&request.workspace, &edition_name(span.a_year_earlier(), &office.calendar))?.pop(),
    };
    let (collected, register) = office.read(request, &inputs, progress);
    let (rules, settings) = (office.rules(&register), office.settings.flat());
    let head = Some(edition::Head { name: &name, rules: &rules, settings: &settings });
    let editions = Editions { head, against: against.as_ref(), previous: previous.as_ref() };
    let Reported { document, data, diagnostics: found, remarks } =
        office.document(request, &collected, &register, span, &outline, editions)?;
    let outputs = formats
        .into_iter()
        .map(|format| {
            let bytes = match format {
                Format::Xlsx => write::excel::bytes(&document)?,
                Format::Md => write::markdown::text(&document).into_bytes(),
                Format::Docx => write::word::bytes(&document)?,
                Format::Json => write::json::text(&data).into_bytes(),
            };
            let public = if request.public { "-cong-khai" } else { "" };
            Ok((format!("{}{public}.{}", stem(span), format.id()), bytes))
        })
        .collect::<anyhow::Result<_>>()?;
    let mut remarks = remarks;
    remarks.extend(without_data(&collected, span, &office.calendar));
    let outcome = office.outcome(request, inputs, collected, found);
    Ok(Outcome { outputs, summary: document.summary, rules, remarks, ..outcome })
}

/// "chưa có số liệu nào của năm 2025; có số liệu các năm 2022, 2023"
fn without_data(collected: &Collected, span: Span, calendar: &Calendar) -> Option<String> {
    let asked: BTreeSet<(i32, u32)> = span.months(calendar).into_iter().collect();
    let months = || collected.submissions.iter().flat_map(|sent| &sent.months);
    if matches!(span, Span::Days(_)) || months().any(|month| asked.contains(month)) {
        return None;
    }
    let years: BTreeSet<i32> = months().map(|(year, _)| *year).collect();
    let years: Vec<String> = years.iter().map(i32::to_string).collect();
    let other = match &years[..] {
        // Of no time at all: the files' own problems say why.
        [] => return None,
        [one] => format!("có số liệu năm {one}"),
        several => format!("có số liệu các năm {}", several.join(", ")),
    };
    Some(format!("Cảnh báo: chưa có số liệu nào của {}; {other}.", lowered(&span.title())))
}

/// Where reports go unless the user says otherwise.
pub fn report_folder(workspace: &Path) -> anyhow::Result<PathBuf> {
    Ok(inputs::report_dir(workspace, &settings::load(workspace)?))
}

/// Keeps the figures of a period as its next edition: one text file. Where nothing changed since the last one, and no `label`
/// is asked for, there are no outputs.
pub fn freeze(request: &Request, label: Option<&str>, progress: Progress) -> anyhow::Result<Outcome> {
    let office = Office::load(request)?;
    let span = office.span(request).context("chưa cho biết kỳ báo cáo")?;
    let outline = office.outline(request)?;
    let name = edition_name(span, &office.calendar);
    let label = label.map(|label| fold::nfc(label.trim()).into_owned()).filter(|label| !label.is_empty());
    if label.as_ref().is_some_and(|label| label.chars().any(char::is_control)) {
        bail!("tên của lần chốt phải viết trên một dòng");
    }
    let earlier = Edition::all(&request.workspace, &name)?;
    if let Some(taken) = label.as_ref().and_then(|label| earlier.iter().find(|one| one.label.as_ref() == Some(label))) {
        let path = format!("{}/{}", kept::FOLDER, taken.file_name());
        bail!("đã có lần chốt {} ở {path}: chọn tên khác; số đã chốt không bị ghi đè", taken.said());
    }
    let inputs = inputs::discover(&request.workspace, &office.settings, &request.inputs)?;
    let (collected, register) = office.read(request, &inputs, progress);
    let (rules, settings) = (office.rules(&register), office.settings.flat());
    let head = edition::Head { name: &name, rules: &rules, settings: &settings };
    let options = office.options(request, &register, span, &outline, Editions::default())?;
    let mut edition = edition::taken(&collected, &register, &office.catalogue, &options, &head);
    if edition.indicators.is_empty() {
        bail!("{}: chưa có số liệu nào để chốt", span.title());
    }
    edition.number = earlier.last().map_or(1, |last| last.number.saturating_add(1));
    edition.label = label;
    let mut remarks = Vec::new();
    let text = edition.text();
    // What could not be read again must not be kept.
    Edition::parse(&edition.file_name(), &text).context("số liệu này chưa chốt được, chưa ghi tệp nào")?;
    let mut outputs = vec![(edition.file_name(), text.into_bytes())];
    if let Some(last) = earlier.last() {
        if edition.label.is_none() && edition.same_as(last) {
            outputs.clear();
            remarks.push(format!("Không có gì thay đổi so với số đã chốt {}: không chốt thêm.", last.said()));
        } else {
            let shown = edition::shown(last, &office.catalogue);
            remarks.extend(report::bridge_remarks(&edition::bridge::Bridge::between(last, &edition, &shown)));
        }
    }
    if !outputs.is_empty() {
        remarks.push(format!("Đã chốt số liệu {}, {}.", lowered(&edition.period.label), edition.said()));
    }
    let found = report::report(&collected, &register, &office.catalogue, &office.settings, &options)?.diagnostics;
    let outcome = office.outcome(request, inputs, collected, found);
    Ok(Outcome { outputs, folder: request.workspace.join(kept::FOLDER), rules, remarks, ..outcome })
}

/// "năm 2023" within a sentence.
fn lowered(title: &str) -> String {
    let mut chars = title.chars();
    chars.next().map_or(String::new(), |first| first.to_lowercase().chain(chars).collect())
}

/// What the editions of a period are called; a calendar of its own makes another period of it.
fn edition_name(span: Span, calendar: &Calendar) -> String {
    match calendar.id.as_str() {
        CALENDAR => stem(span),
        id => format!("{}-{}", stem(span), fold::bare_key(id).replace(' ', "-")),
    }
}

/// Every problem of the data, and of its reckoning where a period is named. Makes no outputs.
pub fn check(request: &Request, progress: Progress) -> anyhow::Result<Outcome> {
    let office = Office::load(request)?;
    let outline = office.outline(request)?;
    let inputs = inputs::discover(&request.workspace, &office.settings, &request.inputs)?;
    let (collected, register) = office.read(request, &inputs, progress);
    let found = match office.span(request) {
        Some(span) => office.document(request, &collected, &register, span, &outline, Editions::default())?.diagnostics,
        None => office.found(request, &collected, &register)?,
    };
    Ok(office.outcome(request, inputs, collected, found))
}

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
            let name = |sheet: &Sheet| format!("so-lieu-{}.csv", fold::bare_key(&sheet.name).replace(' ', "-"));
            sheets
                .iter()
                .flat_map(|sheet| sheet.tables.iter().map(move |table| (name(sheet), write::csv::bytes(table))))
                .collect()
        }
    };
    Ok(Outcome { outputs, ..office.outcome(request, inputs, collected, Vec::new()) })
}

/// The formats of a status besides what the terminal shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusFormat {
    Xlsx,
    /// The list to send out.
    Md,
    Csv,
    Json,
}

/// Who has reported what, and who is to be reminded: as tables for the terminal, and as files.
pub fn status(
    request: &Request,
    formats: &[StatusFormat],
    progress: Progress,
) -> anyhow::Result<(Vec<Table>, Outcome)> {
    let office = Office::load(request)?;
    let span = office.span(request).context("chưa cho biết kỳ báo cáo")?;
    let inputs = inputs::discover(&request.workspace, &office.settings, &request.inputs)?;
    let (collected, register) = office.read(request, &inputs, progress);
    let level = office.level(request, &register)?;
    let asked = status::Asked { span, calendar: &office.calendar, level, today: request.today };
    let status = Status::new(&collected, &register, &office.catalogue, &office.settings, asked);
    let stem = period_stem(span);
    let outputs = formats.iter().map(|format| {
        Ok(match format {
            StatusFormat::Xlsx => {
                (format!("tinh-hinh-gui-{stem}.xlsx"), write::excel::bytes(&status::document(&status))?)
            }
            StatusFormat::Md => {
                (format!("nhac-gui-{stem}.md"), write::markdown::text(&status::reminder(&status)).into_bytes())
            }
            StatusFormat::Csv => (format!("tinh-hinh-gui-{stem}.csv"), write::csv::bytes(&status::long(&status))),
            StatusFormat::Json => {
                (format!("tinh-hinh-gui-{stem}.json"), write::json::text(&status::data::data(&status)).into_bytes())
            }
        })
    });
    let outputs = outputs.collect::<anyhow::Result<_>>()?;
    let tables = status::summary(&status);
    let found = office.found(request, &collected, &register)?;
    Ok((tables, Outcome { outputs, ..office.outcome(request, inputs, collected, found) }))
}

/// What each unit is answered about its figures, as a page and a workbook each; and what was answered, one row a unit.
pub fn reply(request: &Request, unit: Option<&str>, progress: Progress) -> anyhow::Result<Outcome> {
    let office = Office::load(request)?;
    let span = office.span(request).context("chưa cho biết kỳ báo cáo")?;
    let outline = office.outline(request)?;
    let inputs = inputs::discover(&request.workspace, &office.settings, &request.inputs)?;
    let (collected, register) = office.read(request, &inputs, progress);
    let options = office.options(request, &register, span, &outline, Editions::default())?;
    let unit = unit.map(|name| unit_named(&register, &office.catalogue, name)).transpose()?;
    if let Some(unit) = unit.filter(|unit| *unit != register.root) {
        let window = span.window(&office.calendar);
        if !report::is_shown(&collected, &register, options.level, window, unit) {
            let of = register.unit(unit);
            let level = if of.level.is_empty() { String::new() } else { format!(" (cấp {})", of.level) };
            bail!(
                "{}{level} không có phiếu riêng trong kỳ này: đơn vị thuộc cấp khác, hoặc không hoạt động trong kỳ; muốn lập phiếu \
                 cho cấp khác, ghi --level TÊN_CẤP",
                of.name
            );
        }
    }
    let (replies, found) = report::replies(&collected, &register, &office.catalogue, &office.settings, &options, unit);
    let mut outputs = Vec::new();
    let summary = report::reply::summary(&replies);
    for reply in replies {
        let markdown = write::markdown::text(&reply.document).into_bytes();
        outputs.push((format!("{}.md", reply.stem), markdown));
        outputs.push((format!("{}.xlsx", reply.stem), write::excel::bytes(&reply.document)?));
    }
    let outcome = office.outcome(request, inputs, collected, found);
    let folder = outcome.folder.join(format!("ra-soat-{}", period_stem(span)));
    Ok(Outcome { outputs, summary, folder, ..outcome })
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

/// The indicator of an id, of a title as written, or of a name that is no other's.
fn indicator_named(catalogue: &Catalogue, name: &str) -> anyhow::Result<IndicatorId> {
    let key = fold::key(name);
    let titled = || catalogue.indicator_ids().find(|&id| fold::key(&catalogue.indicator(id).title) == key);
    let called = || {
        let bears = |id: &IndicatorId| catalogue.indicator(*id).names.iter().any(|own| fold::key(own) == key);
        let mut bearers = catalogue.indicator_ids().filter(bears);
        bearers.next().filter(|_| bearers.next().is_none())
    };
    catalogue.indicator_named(name.trim()).or_else(titled).or_else(called).ok_or_else(|| {
        let ids = || catalogue.indicators.iter().map(|indicator| indicator.id.as_str());
        match nearest(name, ids()) {
            Some(near) => anyhow!("không có chỉ tiêu \"{name}\" (ý bạn là {near}?)"),
            None => anyhow!("không có chỉ tiêu \"{name}\"; xem mã chỉ tiêu bằng lệnh danvan forms"),
        }
    })
}

/// The unit of a code or a name, as people write it.
fn unit_named(register: &Register, catalogue: &Catalogue, name: &str) -> anyhow::Result<OrgUnitId> {
    let names = UnitNames::new(register, &catalogue.words);
    if let Some(id) = register.ids().find(|&id| register.unit(id).code.eq_ignore_ascii_case(name.trim())) {
        return Ok(id);
    }
    // Units taken from the data are known by their names alone.
    let key = fold::key(name);
    if let Some(id) = register.ids().find(|&id| fold::key(&register.unit(id).name) == key) {
        return Ok(id);
    }
    match names.cell(name) {
        UnitSaid::Known(id) | UnitSaid::Own(id) => Ok(id),
        UnitSaid::Ambiguous(ids) => {
            let codes: Vec<String> =
                ids.iter().map(|&id| format!("{} ({})", register.unit(id).name, register.unit(id).code)).collect();
            bail!("\"{name}\" là tên của nhiều đơn vị, hãy ghi mã: {}", codes.join(", "))
        }
        _ => match names.nearest(name).first() {
            Some(near) => bail!("không có đơn vị \"{name}\" (ý bạn là {near}?)"),
            None => bail!("không có đơn vị \"{name}\"; xem danh mục bằng lệnh danvan units"),
        },
    }
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

/// Whose blanks are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlanksFor {
    /// Whoever writes their name into it.
    Anyone,
    /// A unit of the register, by its code or name.
    Unit(String),
    /// Each unit that a report shows, a workbook for each.
    All,
}

/// Letters of a unit's name in the name of its blank.
const NAME_AT_MOST: usize = 60;

/// Where blanks go, below the workspace: not among the data.
const BLANKS_DIR: &str = "bieu-mau";

/// Blank workbooks for communes. `forms`: ids or titles; none for all that have reported figures.
pub fn template(request: &Request, forms: &[String], whose: &BlanksFor, progress: Progress) -> anyhow::Result<Outcome> {
    let office = Office::load(request)?;
    let catalogue = &office.catalogue;
    let mut chosen: Vec<FormId> =
        forms.iter().map(|name| form_named(catalogue, name)).collect::<anyhow::Result<_>>()?;
    chosen.sort_unstable();
    chosen.dedup();
    if chosen.is_empty() {
        let reported = |form: &FormId| catalogue.indicators_of(*form).any(|id| catalogue.indicator(id).reported);
        chosen = catalogue.form_ids().filter(reported).collect();
    }
    let register = || office.register.as_ref().context("chưa có danh mục đơn vị don-vi.xlsx để lấy tên đơn vị");
    let units = match whose {
        BlanksFor::Anyone => Vec::new(),
        BlanksFor::Unit(name) => vec![unit_named(register()?, catalogue, name)?],
        BlanksFor::All => {
            let register = register()?;
            if report::start::is_sample(register) {
                bail!(
                    "danh mục đơn vị don-vi.xlsx vẫn là danh mục ví dụ (Huyện Ví Dụ): ghi các đơn vị của mình vào tệp đó rồi chạy lại"
                );
            }
            let level = request.level.as_deref().or(office.settings.report.level.as_deref());
            if let Some(level) = level {
                check_level(level, register)?;
            }
            let day = Window { from: request.today, to: request.today };
            report::blank::units(
                register,
                level,
                office.span(request).map_or(day, |span| span.window(&office.calendar)),
            )
        }
    };
    let period = office.span(request).map(Span::title);
    let made = |(name, of): &(String, report::blank::For)| {
        let document = report::blank::workbook(catalogue, &chosen, of, request.today);
        let made = anyhow::Ok((name.clone(), write::excel::bytes(&document)?));
        progress(Step::Read(1));
        made
    };
    let form = match &chosen[..] {
        [one] => format!("-{}", slug(&catalogue.form(*one).title)),
        _ => String::new(),
    };
    // A blank of one time is not written over by another's.
    let form = match office.span(request) {
        Some(span) => format!("{form}-{}", period_stem(span)),
        None => form,
    };
    let mut wanted: Vec<(String, report::blank::For)> = Vec::new();
    if units.is_empty() {
        let name = if form.is_empty() { "mau-bao-cao.xlsx".to_owned() } else { format!("mau{form}.xlsx") };
        wanted.push((name, report::blank::For { period: period.clone(), ..Default::default() }));
    }
    for id in units {
        let unit = register()?.unit(id);
        let code: String = unit.code.chars().filter(char::is_ascii_alphanumeric).collect();
        let stem = if code.is_empty() { "mau".to_owned() } else { format!("mau-{code}") };
        let unit_name = slug(&unit.name);
        let stem = format!("{stem}-{}{form}", &unit_name[..unit_name.len().min(NAME_AT_MOST)]);
        let alike = |name: &String| wanted.iter().any(|(other, _)| other.eq_ignore_ascii_case(name));
        let names = std::iter::once(format!("{stem}.xlsx")).chain((2..).map(|at| format!("{stem}-{at}.xlsx")));
        let name = names.into_iter().find(|name| !alike(name)).expect("there are endless names");
        let of = report::blank::For {
            unit: Some((unit.name.clone(), unit.code.clone())),
            period: period.clone(),
            sent: None,
        };
        wanted.push((name, of));
    }
    progress(Step::Found(wanted.len()));
    let outputs = ingest::on_all_cores(&wanted, made).into_iter().collect::<anyhow::Result<_>>()?;
    let outcome = office.outcome(request, Vec::new(), Collected::default(), Vec::new());
    Ok(Outcome { outputs, folder: request.workspace.join(BLANKS_DIR), ..outcome })
}

/// What a new workspace begins with.
#[derive(Debug)]
pub struct Start {
    /// Files, by their path below the workspace, with `/`.
    pub files: Vec<(String, Vec<u8>)>,
    /// Folders that are empty yet.
    pub folders: Vec<&'static str>,
    /// Of these files, those that are started by a double click.
    pub programs: Vec<&'static str>,
    /// The year of which the sample holds figures.
    pub year: i32,
}

/// A new workspace: settings, register and plan to be filled in; with `sample`, filled in, and with files of three communes.
pub fn init(today: NaiveDate, sample: bool) -> anyhow::Result<Start> {
    let catalogue = load::catalogue(&[])?;
    let year = today.year() - 1;
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let settings = if sample { report::start::sample_settings() } else { settings::COMMENTED.to_owned() };
    files.push((settings::FILE.to_owned(), settings.into_bytes()));
    files.push(("doc-truoc.txt".to_owned(), crlf(include_str!("catalogue/start/doc-truoc.txt"))));
    let (cmd, sh) = ("lap-bao-cao.cmd", "lap-bao-cao.sh");
    files.push((cmd.to_owned(), crlf(include_str!("catalogue/start/lap-bao-cao.cmd"))));
    files.push((sh.to_owned(), include_bytes!("catalogue/start/lap-bao-cao.sh").to_vec()));
    for (name, document) in report::start::documents(&catalogue, year, sample, today) {
        files.push((name, write::excel::bytes(&document)?));
    }
    Ok(Start { files, folders: vec!["du-lieu", "bieu", "mau"], programs: vec![sh], year })
}

/// As Windows ends lines.
fn crlf(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").into_bytes()
}

/// A name in ASCII, as part of a file's: "xa-nghia-do".
fn slug(name: &str) -> String {
    report::blank::slug(name)
}

/// What the catalogue holds, the office's own forms included.
pub fn forms(workspace: &Path) -> anyhow::Result<Catalogue> {
    Ok(Office::at(workspace)?.catalogue)
}

/// The form of an id, or of a title as written.
pub fn form_named(catalogue: &Catalogue, name: &str) -> anyhow::Result<FormId> {
    let wanted = name.to_lowercase();
    let found = catalogue.form_ids().find(|&id| {
        let form = catalogue.form(id);
        form.id == wanted || form.title.to_lowercase() == wanted
    });
    found.ok_or_else(|| {
        let ids = || catalogue.forms.iter().map(|form| form.id.as_str());
        let near = match nearest(&wanted, ids()) {
            Some(near) => format!("ý bạn là \"{near}\"?"),
            None => format!("các biểu đang có: {}", ids().collect::<Vec<_>>().join(", ")),
        };
        anyhow!("không có biểu \"{name}\" ({near})")
    })
}

/// The office's register of units; `None` where it has none.
pub fn units(workspace: &Path) -> anyhow::Result<Option<Register>> {
    Ok(Office::at(workspace)?.register)
}

/// What an office brings to every run: its settings, the catalogue with its own forms, its register.
struct Office {
    settings: Settings,
    catalogue: Catalogue,
    register: Option<Register>,
    calendar: Calendar,
    rules: SourceRules,
    /// A hash of its own forms.
    forms: String,
    /// Its plan's file.
    plan: Option<Input>,
}

/// Without a register the units come from the data.
fn units_of_data(settings: &Settings) -> Register {
    ingest::register::from_data(settings.agency.unit.as_deref())
}

impl Office {
    fn at(workspace: &Path) -> anyhow::Result<Office> {
        if !workspace.is_dir() {
            bail!("không có thư mục làm việc {}", workspace.display());
        }
        let settings = settings::load(workspace)?;
        let forms = Catalogue::office_files(workspace)?;
        let mut catalogue = load::catalogue(&forms)?;
        let forms = load::hash(forms.iter().map(|(path, text)| (path.as_str(), text.as_str())));
        catalogue.with_regional(&settings.measure, |name, said| settings.fault(&["measure", name], said))?;
        check_names(&settings, &catalogue)?;
        let register = register(workspace, settings.agency.unit.as_deref())?;
        let calendar = calendar(&catalogue, settings.report.calendar.as_deref().unwrap_or(CALENDAR))
            .map_err(|error| settings.fault(&["report", "calendar"], error))?;
        let rules = match &register {
            Some(register) => SourceRules::new(&settings, &catalogue, register)?,
            None => SourceRules::new(&settings, &catalogue, &units_of_data(&settings))?,
        };
        let plan = plan(workspace)?;
        Ok(Office { settings, catalogue, register, calendar, rules, forms, plan })
    }

    fn load(request: &Request) -> anyhow::Result<Office> {
        let mut office = Self::at(&request.workspace)?;
        if let Some(id) = &request.calendar {
            office.calendar = calendar(&office.catalogue, id)?;
        }
        if !request.inputs.is_empty() {
            office.rules = office.rules.of_some_files();
        }
        Ok(office)
    }

    /// The period asked for, by the office's calendar.
    fn span(&self, request: &Request) -> Option<Span> {
        request.span.map(|asked| asked.span(&self.calendar, request.today))
    }

    fn formats(&self, request: &Request) -> Vec<Format> {
        if !request.formats.is_empty() {
            return request.formats.clone();
        }
        match &self.settings.report.formats {
            Some(ids) => ids.iter().filter_map(|id| Format::named(id)).collect(),
            None => vec![Format::Xlsx, Format::Md],
        }
    }

    /// With the office's own templates, before anything is read.
    fn outline(&self, request: &Request) -> anyhow::Result<Outline> {
        Outline::of_office(&request.workspace, &self.catalogue)
    }

    fn read(&self, request: &Request, inputs: &[Input], progress: Progress) -> (Collected, Register) {
        self.read_explained(request, inputs, &[], progress)
    }

    /// Reads, and keeps how some of the files (by the path shown) were understood.
    fn read_explained(
        &self,
        request: &Request,
        inputs: &[Input],
        explained: &[Arc<str>],
        progress: Progress,
    ) -> (Collected, Register) {
        progress(Step::Found(inputs.len()));
        // Of several years none is the one that a table means which names only its month.
        let year = self.span(request).filter(|span| !matches!(span, Span::Years(..))).map(Span::year);
        let mut context = ingest::Context {
            catalogue: &self.catalogue,
            calendar: &self.calendar,
            dash: self.settings.input.dash,
            year,
            rules: &self.rules,
            planned: false,
            explained,
        };
        let register = self.register.clone().unwrap_or_else(|| units_of_data(&self.settings));
        let (mut collected, register) =
            ingest::collect(inputs, register, &context, &|files| progress(Step::Read(files)));
        if let Some(plan) = &self.plan {
            let rules = SourceRules::default();
            context = ingest::Context { planned: true, rules: &rules, explained: &[], ..context };
            ingest::targets::collect(plan, &register, &context, &mut collected);
        }
        (collected, register)
    }

    /// What figures are reckoned by.
    fn rules(&self, register: &Register) -> Rules {
        Rules {
            program: env!("CARGO_PKG_VERSION").to_owned(),
            catalogue: load::builtin_hash(),
            forms: self.forms.clone(),
            register: edition::register_hash(register),
        }
    }

    /// The edition that a report of a period is compared with.
    fn against(&self, request: &Request, name: &str) -> anyhow::Result<Option<Edition>> {
        match &request.against {
            Against::None => Ok(None),
            Against::Last => Ok(Edition::all(&request.workspace, name)?.pop()),
            Against::File(path) => {
                let edition = Edition::load(path, &path.display().to_string())?;
                if edition.period.name != name {
                    bail!("tệp {} là số chốt của kỳ khác ({})", path.display(), lowered(&edition.period.label));
                }
                Ok(Some(edition))
            }
        }
    }

    /// The level of units asked for, or the settings'.
    fn level<'r>(&'r self, request: &'r Request, register: &Register) -> anyhow::Result<Option<&'r str>> {
        let level = request.level.as_deref().or(self.settings.report.level.as_deref());
        if let Some(level) = level {
            check_level(level, register).map_err(|error| match request.level {
                Some(_) => error,
                None => self.settings.fault(&["report", "level"], error),
            })?;
        }
        Ok(level)
    }

    fn document(
        &self,
        request: &Request,
        collected: &Collected,
        register: &Register,
        span: Span,
        outline: &Outline,
        editions: Editions,
    ) -> anyhow::Result<Reported> {
        let options = self.options(request, register, span, outline, editions)?;
        report::report(collected, register, &self.catalogue, &self.settings, &options)
    }

    /// What only reckoning can find: every command that reads counts the same problems of a period.
    fn found(&self, request: &Request, collected: &Collected, register: &Register) -> anyhow::Result<Vec<Diagnostic>> {
        let Some(span) = self.span(request) else {
            return Ok(report::problems(collected, register, &self.catalogue, &self.calendar));
        };
        let outline = Outline::default();
        let options = self.options(request, register, span, &outline, Editions::default())?;
        Ok(report::found(collected, register, &self.catalogue, &self.settings, &options))
    }

    fn options<'o>(
        &'o self,
        request: &'o Request,
        register: &Register,
        span: Span,
        outline: &'o Outline,
        editions: Editions<'o>,
    ) -> anyhow::Result<report::Options<'o>> {
        let level = self.level(request, register)?;
        Ok(report::Options {
            span,
            calendar: &self.calendar,
            level,
            compare: request.compare == Compare::Previous,
            records: request.records,
            public: request.public,
            today: request.today,
            outline,
            editions,
        })
    }

    fn outcome(&self, request: &Request, inputs: Vec<Input>, collected: Collected, found: Vec<Diagnostic>) -> Outcome {
        let mut diagnostics = collected.diagnostics;
        diagnostics.extend(found);
        // By severity; within one, in the order of reading, which is that of paths.
        diagnostics.sort_by_key(Diagnostic::severity);
        Outcome {
            outputs: Vec::new(),
            folder: inputs::report_dir(&request.workspace, &self.settings),
            diagnostics,
            summary: Table::default(),
            files_read: collected.files.iter().filter(|file| file.read).count(),
            inputs,
            files: collected.files.into_iter().chain(collected.plan).collect(),
            period: self.span(request).map(|span| {
                let window = span.window(&self.calendar);
                let calendar = self.calendar.id.clone();
                OutcomePeriod { label: span.title(), calendar, from: window.from, to: window.to }
            }),
            rules: Rules::default(),
            settings: self.settings.text().to_owned(),
            remarks: Vec::new(),
        }
    }
}

/// The file of the office's plan, where it has one.
fn plan(workspace: &Path) -> anyhow::Result<Option<Input>> {
    let names = ["ke-hoach.csv", "ke-hoach.xlsx"];
    let there: Vec<&str> = names.into_iter().filter(|name| workspace.join(name).exists()).collect();
    match there[..] {
        [] => Ok(None),
        [name] => Ok(Some(Input { path: workspace.join(name), shown: name.into() })),
        _ => bail!("có cả ke-hoach.csv và ke-hoach.xlsx: chỉ giữ một tệp kế hoạch"),
    }
}

fn register(workspace: &Path, root_hint: Option<&str>) -> anyhow::Result<Option<Register>> {
    let there: Vec<&str> =
        ["don-vi.csv", "don-vi.xlsx"].into_iter().filter(|name| workspace.join(name).exists()).collect();
    match there[..] {
        [] => Ok(None),
        [name] => ingest::register::load(&workspace.join(name), name, root_hint).map(Some),
        _ => bail!("có cả don-vi.csv và don-vi.xlsx: chỉ giữ một tệp danh mục đơn vị"),
    }
}

/// The settings' names that only the catalogue can know.
fn check_names(settings: &Settings, catalogue: &Catalogue) -> anyhow::Result<()> {
    for id in settings.report.weak_below.keys() {
        if catalogue.indicator_named(id).is_none() {
            let near = match nearest(id, catalogue.indicators.iter().map(|indicator| indicator.id.as_str())) {
                Some(near) => format!("ý bạn là \"{near}\"?"),
                None => "xem mã chỉ tiêu bằng lệnh danvan forms".to_owned(),
            };
            let sentence = format!("không có chỉ tiêu \"{id}\" ({near})");
            return Err(settings.fault(&["report", "weak_below", id], sentence));
        }
    }
    for name in &settings.deadline.forms {
        form_named(catalogue, name).map_err(|error| settings.fault(&["deadline", "forms"], error))?;
    }
    Ok(())
}

fn check_level(level: &str, register: &Register) -> anyhow::Result<()> {
    let key = fold::key(level);
    if register.units.iter().any(|unit| fold::key(&unit.level) == key) {
        return Ok(());
    }
    let mut levels: Vec<&str> =
        register.units.iter().map(|unit| unit.level.as_str()).filter(|level| !level.is_empty()).collect();
    levels.sort_unstable();
    levels.dedup();
    if levels.is_empty() {
        bail!("không có cấp \"{level}\": chưa đơn vị nào ghi cấp");
    }
    bail!("không có cấp \"{level}\" trong danh mục đơn vị; các cấp đang có: {}", levels.join(", "))
}

fn calendar(catalogue: &Catalogue, id: &str) -> anyhow::Result<Calendar> {
    catalogue.calendar(id).cloned().ok_or_else(|| {
        let ids: Vec<&str> = catalogue.calendars.iter().map(|calendar| calendar.id.as_str()).collect();
        anyhow!("không có lịch \"{id}\"; các lịch dùng được: {}", ids.join(", "))
    })
}

/// The name, in ASCII, of a period's report: `tong-ket-2023`.
fn stem(span: Span) -> String {
    match span {
        Span::Named(Period { year, part: Part::Year }) => format!("tong-ket-{year}"),
        Span::Named(Period { year, part: Part::Half(1) }) => format!("so-ket-6-thang-{year}"),
        Span::Years(first, last) => format!("nhiem-ky-{first}-{last}"),
        _ => period_stem(span),
    }
}

/// A period's name, in ASCII: `2023`, `quy-2-2023`.
fn period_stem(span: Span) -> String {
    match span {
        Span::Named(period) => {
            let year = period.year;
            match period.part {
                Part::Year => year.to_string(),
                Part::Half(1) => format!("6-thang-{year}"),
                Part::Half(_) => format!("6-thang-cuoi-nam-{year}"),
                Part::NineMonths => format!("9-thang-{year}"),
                Part::Quarter(quarter) => format!("quy-{quarter}-{year}"),
                Part::Month(month) => format!("thang-{month:02}-{year}"),
            }
        }
        Span::Years(first, last) => format!("{first}-{last}"),
        Span::Days(window) => format!("tu-{}-den-{}", window.from, window.to),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_named_for_their_period_in_ascii() {
        let day = |text: &str| text.parse().unwrap();
        for (part, name) in [
            (Part::Year, "tong-ket-2023"),
            (Part::Half(1), "so-ket-6-thang-2023"),
            (Part::Half(2), "6-thang-cuoi-nam-2023"),
            (Part::NineMonths, "9-thang-2023"),
            (Part::Quarter(2), "quy-2-2023"),
            (Part::Month(6), "thang-06-2023"),
        ] {
            assert_eq!(stem(Span::Named(Period::new(2023, part))), name);
        }
        let window = Window { from: day("2023-01-01"), to: day("2023-06-30") };
        assert_eq!(stem(Span::Days(window)), "tu-2023-01-01-den-2023-06-30");
    }
}
