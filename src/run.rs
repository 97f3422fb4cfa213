//! A run, from a request to its outcome: one function a command, each going through the steps of the crate as far as
//! it needs them. Nothing is written here: an [`Outcome`] holds bytes, which the caller places.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use chrono::{Datelike, NaiveDate};

use crate::base::diagnostic::Diagnostic;
use crate::base::period::{Calendar, Part, Span};
use crate::base::record::{Collected, FormId};
use crate::catalogue::Catalogue;
use crate::catalogue::register::Register;
use crate::catalogue::settings::{self, Settings, nearest};
use crate::ingest::inputs::{self, Input};
use crate::report::document::{Document, Table};

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
    pub span: Option<Span>,
    /// Calendar id; `None` for the settings' or `civil`.
    pub calendar: Option<String>,
    /// The level of units shown, by the register's own names.
    pub level: Option<String>,
    /// Empty for the settings', or a workbook and Markdown.
    pub formats: Vec<Format>,
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

impl Format {
    pub const ALL: [Format; 3] = [Format::Xlsx, Format::Md, Format::Json];

    /// As options and settings name it; the extension of its files.
    pub fn id(self) -> &'static str {
        match self {
            Format::Xlsx => "xlsx",
            Format::Md => "md",
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
}

/// The report of a period, in every format asked for.
pub fn report(request: &Request, progress: Progress) -> anyhow::Result<Outcome> {
    let span = request.span.context("chưa cho biết kỳ báo cáo")?;
    let office = Office::load(request)?;
    let formats = office.formats(request);
    let inputs = inputs::discover(&request.workspace, &office.settings, &request.inputs)?;
    let (collected, register) = office.read(request, &inputs, progress);
    let (document, data, found) = office.document(request, &collected, &register, span);
    let outputs = formats
        .into_iter()
        .map(|format| {
            let bytes = match format {
                Format::Xlsx => pending::excel_bytes(&document)?,
                Format::Md => pending::markdown_text(&document).into_bytes(),
                Format::Json => pending::json_text(&data).into_bytes(),
            };
            Ok((format!("{}.{}", stem(span), format.id()), bytes))
        })
        .collect::<anyhow::Result<_>>()?;
    Ok(Outcome { outputs, summary: document.summary, ..office.outcome(request, inputs, collected, found) })
}

/// Every problem of the data, and of its reckoning where a period is named. Makes no outputs.
pub fn check(request: &Request, progress: Progress) -> anyhow::Result<Outcome> {
    let office = Office::load(request)?;
    let inputs = inputs::discover(&request.workspace, &office.settings, &request.inputs)?;
    let (collected, register) = office.read(request, &inputs, progress);
    let found = match request.span {
        Some(span) => office.document(request, &collected, &register, span).2,
        None => Vec::new(),
    };
    Ok(office.outcome(request, inputs, collected, found))
}

/// Everything read, as tidy records, one a row: one workbook, one file of JSON lines, or a CSV file a form.
pub fn convert(request: &Request, to: RecordFormat, progress: Progress) -> anyhow::Result<Outcome> {
    let office = Office::load(request)?;
    let inputs = inputs::discover(&request.workspace, &office.settings, &request.inputs)?;
    let (collected, register) = office.read(request, &inputs, progress);
    let (document, tables) = pending::records(&collected, &register, &office.catalogue);
    let outputs = match to {
        RecordFormat::Xlsx => vec![("so-lieu.xlsx".to_owned(), pending::excel_bytes(&document)?)],
        RecordFormat::Jsonl => {
            let lines: String = tables.iter().map(|(_, table)| pending::jsonl_text(table)).collect();
            vec![("so-lieu.jsonl".to_owned(), lines.into_bytes())]
        }
        RecordFormat::Csv => {
            tables.iter().map(|(name, table)| (format!("so-lieu-{name}.csv"), pending::csv_bytes(table))).collect()
        }
    };
    Ok(Outcome { outputs, ..office.outcome(request, inputs, collected, Vec::new()) })
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
}

impl Office {
    fn at(workspace: &Path) -> anyhow::Result<Office> {
        if !workspace.is_dir() {
            bail!("không có thư mục làm việc {}", workspace.display());
        }
        let settings = settings::load(workspace)?;
        let catalogue = pending::catalogue(&office_forms(workspace)?)?;
        check_names(&settings, &catalogue)?;
        let register = register(workspace, settings.agency.unit.as_deref())?;
        let calendar = calendar(&catalogue, settings.report.calendar.as_deref().unwrap_or(CALENDAR))
            .with_context(|| format!("tệp {}, mục calendar", settings::FILE))?;
        Ok(Office { settings, catalogue, register, calendar })
    }

    fn load(request: &Request) -> anyhow::Result<Office> {
        let mut office = Self::at(&request.workspace)?;
        if let Some(id) = &request.calendar {
            office.calendar = calendar(&office.catalogue, id)?;
        }
        Ok(office)
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

    fn read(&self, request: &Request, inputs: &[Input], progress: Progress) -> (Collected, Register) {
        progress(Step::Found(inputs.len()));
        let year = request.span.map(|span| match span {
            Span::Named(period) => period.year,
            Span::Days(window) => window.to.year(),
        });
        let context = pending::Context { year, calendar: self.calendar.clone() };
        let read = |files| progress(Step::Read(files));
        pending::collect(inputs, &self.catalogue, &self.settings, self.register.clone(), &context, &read)
    }

    fn document(
        &self,
        request: &Request,
        collected: &Collected,
        register: &Register,
        span: Span,
    ) -> (Document, crate::report::document::Data, Vec<Diagnostic>) {
        let options = pending::Options {
            span,
            calendar: self.calendar.clone(),
            level: request.level.clone().or_else(|| self.settings.report.level.clone()),
            compare: request.compare,
            records: request.records,
            today: request.today,
        };
        pending::document(collected, register, &self.catalogue, &self.settings, &options)
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
        }
    }
}

/// The office's own forms, in the order of their names.
fn office_forms(workspace: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let folder = workspace.join("bieu");
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut names: Vec<String> = fs::read_dir(&folder)
        .and_then(|entries| entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect())
        .context("không mở được thư mục bieu")?;
    names.retain(|name| name.ends_with(".toml") && !name.starts_with('.'));
    names.sort();
    let mut forms = Vec::new();
    for name in names {
        let shown = format!("bieu/{name}");
        if let Some(text) = settings::read_text(&folder.join(&name), &shown)? {
            forms.push((shown, text));
        }
    }
    Ok(forms)
}

fn register(workspace: &Path, root_hint: Option<&str>) -> anyhow::Result<Option<Register>> {
    let there: Vec<&str> =
        ["don-vi.csv", "don-vi.xlsx"].into_iter().filter(|name| workspace.join(name).exists()).collect();
    match there[..] {
        [] => Ok(None),
        [name] => pending::register(&workspace.join(name), name, root_hint).map(Some),
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
            bail!("tệp {}, mục weak_below: không có chỉ tiêu \"{id}\" ({near})", settings::FILE);
        }
    }
    Ok(())
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
        Span::Named(period) => {
            let year = period.year;
            match period.part {
                Part::Year => format!("tong-ket-{year}"),
                Part::Half(1) => format!("so-ket-6-thang-{year}"),
                Part::Half(_) => format!("6-thang-cuoi-nam-{year}"),
                Part::NineMonths => format!("9-thang-{year}"),
                Part::Quarter(quarter) => format!("quy-{quarter}-{year}"),
                Part::Month(month) => format!("thang-{month:02}-{year}"),
            }
        }
        Span::Days(window) => format!("tu-{}-den-{}", window.from, window.to),
    }
}

/// STUBS, to be replaced by the modules that are being built beside this one.
mod pending {
    use super::*;
    use crate::base::record::OrgUnitId;
    use crate::catalogue::register::{OrgUnit, Origin};
    use crate::report::document::{Data, DataPeriod, DataScope, Foot, Head, Style, Text};

    /// `ingest::Context`
    pub struct Context {
        #[expect(dead_code)]
        pub year: Option<i32>,
        #[expect(dead_code)]
        pub calendar: Calendar,
    }

    /// `report::Options`
    pub struct Options {
        pub span: Span,
        pub calendar: Calendar,
        #[expect(dead_code)]
        pub level: Option<String>,
        #[expect(dead_code)]
        pub compare: Compare,
        #[expect(dead_code)]
        pub records: RecordSheets,
        pub today: NaiveDate,
    }

    /// `catalogue::load::catalogue`
    pub fn catalogue(_office_forms: &[(String, String)]) -> anyhow::Result<Catalogue> {
        let civil =
            Calendar { id: "civil".into(), title: "Năm dương lịch".into(), first_day: 1, months_before: 0 };
        Ok(Catalogue { forms: vec![], indicators: vec![], measures: vec![], calendars: vec![civil] })
    }

    /// `catalogue::register::load`
    pub fn register(_path: &Path, _shown: &str, _root_hint: Option<&str>) -> anyhow::Result<Register> {
        Ok(empty())
    }

    fn empty() -> Register {
        let root = OrgUnit {
            code: String::new(),
            name: "Đơn vị".into(),
            level: String::new(),
            parent: None,
            valid_from: None,
            valid_to: None,
            merged_into: None,
            other_names: vec![],
        };
        Register { units: vec![root], origin: Origin::Data, root: OrgUnitId(0) }
    }

    /// `ingest::collect`
    pub fn collect(
        inputs: &[Input],
        _catalogue: &Catalogue,
        _settings: &Settings,
        register: Option<Register>,
        _context: &Context,
        progress: &(dyn Fn(usize) + Sync),
    ) -> (Collected, Register) {
        inputs.iter().for_each(|_| progress(1));
        (Collected::default(), register.unwrap_or_else(empty))
    }

    /// `report::document`
    pub fn document(
        _collected: &Collected,
        _register: &Register,
        _catalogue: &Catalogue,
        _settings: &Settings,
        options: &Options,
    ) -> (Document, Data, Vec<Diagnostic>) {
        let window = options.span.window(&options.calendar);
        let data = Data {
            schema: "danvan.report/1",
            period: DataPeriod {
                label: options.span.title(),
                calendar: options.calendar.id.clone(),
                from: window.from,
                to: window.to,
            },
            scope: DataScope { code: String::new(), name: String::new() },
            indicators: vec![],
            submissions: vec![],
            files: vec![],
            diagnostics: vec![],
        };
        (blank(options.today), data, vec![])
    }

    fn blank(created: NaiveDate) -> Document {
        let head = Head {
            style: Style::Party,
            parent: String::new(),
            agency: String::new(),
            number: String::new(),
            place_and_date: String::new(),
            kind: String::new(),
            subject: String::new(),
        };
        let foot = Foot { recipients: vec![], signer_title: String::new() };
        let text = Text { head, body: vec![], foot, annex: vec![] };
        Document { title: String::new(), created, text, sheets: vec![], summary: Table::default() }
    }

    /// The tidy records: the workbook, and each form's table with its name in ASCII.
    pub fn records(
        _collected: &Collected,
        _register: &Register,
        _catalogue: &Catalogue,
    ) -> (Document, Vec<(String, Table)>) {
        (blank(NaiveDate::MIN), vec![("dialogue".into(), Table::default())])
    }

    /// `write::excel::bytes`
    pub fn excel_bytes(_document: &Document) -> anyhow::Result<Vec<u8>> {
        Ok(vec![])
    }

    /// `write::markdown::text`
    pub fn markdown_text(document: &Document) -> String {
        document.title.clone()
    }

    /// `write::json::text`
    pub fn json_text(data: &Data) -> String {
        serde_json::to_string_pretty(data).unwrap_or_default() + "\n"
    }

    /// `write::csv::bytes`
    pub fn csv_bytes(_table: &Table) -> Vec<u8> {
        vec![]
    }

    /// `write::jsonl::text`
    pub fn jsonl_text(_table: &Table) -> String {
        String::new()
    }
}

/// STUB for `write::place::all`: writes all files to temporary ones beside, then renames them together.
pub fn place(dir: &Path, outputs: &[(String, Vec<u8>)]) -> anyhow::Result<Vec<PathBuf>> {
    fs::create_dir_all(dir).with_context(|| format!("không tạo được thư mục {}", dir.display()))?;
    let mut placed = Vec::new();
    for (name, bytes) in outputs {
        let path = dir.join(name);
        fs::write(&path, bytes).with_context(|| format!("không ghi được tệp {}", path.display()))?;
        placed.push(path);
    }
    Ok(placed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::period::{Period, Window};

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
