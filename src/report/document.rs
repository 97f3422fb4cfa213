//! The neutral document: what a report says, before any file format. Built once, written by each format,
//! so that no two formats can differ. Knows no form, indicator or unit.

use std::ops::Range;

use chrono::NaiveDate;

use crate::base::amount::Amount;

/// A report, ready to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// "Tổng kết công tác dân vận năm 2023": the properties' title.
    pub title: String,
    /// Fixed, so that two runs give the same bytes.
    pub created: NaiveDate,
    /// The document to be signed: Markdown and Word.
    pub text: Text,
    /// The workbook's sheets, in order.
    pub sheets: Vec<Sheet>,
    /// What the terminal shows.
    pub summary: Table,
}

/// The document's text: head, body, signature block, annex.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Text {
    pub head: Head,
    pub body: Vec<Block>,
    pub foot: Foot,
    pub annex: Vec<Block>,
}

/// Whose rules the head and foot follow: Nghị định 30/2020/NĐ-CP, or the Party's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    #[default]
    Party,
    State,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Head {
    pub style: Style,
    /// "HUYỆN ỦY BẢO YÊN"; may be empty.
    pub parent: String,
    /// "BAN DÂN VẬN".
    pub agency: String,
    /// As a sentence names it: "Ban Dân vận Huyện ủy Bảo Yên".
    pub issuer: String,
    /// "Số ….-BC/BDV".
    pub number: String,
    /// "Bảo Yên, ngày … tháng 12 năm 2023".
    pub place_and_date: String,
    /// "BÁO CÁO".
    pub kind: String,
    /// "tổng kết công tác dân vận năm 2023".
    pub subject: String,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Foot {
    pub recipients: Vec<String>,
    pub signer_title: String,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// Level 1 is "I- …", 2 is "1- …".
    Heading(u8, String),
    Paragraph(Vec<Inline>),
    Table(Table),
    /// A marked place for what only a person can write.
    Placeholder(String),
    List(Vec<Vec<Inline>>),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Inline {
    Text(String),
    Strong(String),
    Emphasis(String),
}

/// A worksheet: title lines, then tables one under another, then charts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// What links and charts of other sheets call it, once in a document; names may change for want of room.
    pub key: String,
    /// At most 31 characters, none of `[]:*?/\`.
    pub name: String,
    pub title: String,
    /// "Số liệu tính từ ngày … đến ngày …", "Đơn vị tính: …".
    pub subtitle: Vec<String>,
    pub tables: Vec<Table>,
    /// Whether the one table can be filtered (lists of problems, records).
    pub filter: bool,
    /// Colours the tab where something needs the officer's eye.
    pub attention: bool,
    pub tab: Tab,
    /// Ways to other sheets, above the title; not printed.
    pub ways: Vec<(String, Link)>,
    pub charts: Vec<Chart>,
    pub marks: Vec<Mark>,
    /// What makes it a sheet to be filled in.
    pub blank: Option<Blank>,
    pub hidden: bool,
}

/// What a sheet has whose one table is to be filled in, or that goes with such a sheet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Blank {
    /// Above the title, small: which blank it is.
    pub stamp: String,
    /// One a column of the table; what missing ones take is free.
    pub inputs: Vec<Input>,
    /// Rows below the table's own that are to be filled in too; they have no lines until something stands in them.
    pub spare: usize,
}

/// What may be written into a column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Input {
    pub rule: Rule,
    /// Shown beside a cell that is chosen: a title, and what to write.
    pub prompt: (String, String),
    /// Said of what breaks the rule.
    pub refusal: String,
    /// Whether what breaks the rule is refused; else it is asked for once more.
    pub strict: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub enum Rule {
    #[default]
    Free,
    /// Kept sign by sign: a code may begin with a zero.
    Code,
    /// Not to be filled in: what stands there belongs to the blank.
    Fixed,
    /// One of these.
    List(Vec<String>),
    /// One of the words in the first column of another sheet's first table.
    Listed {
        sheet: String,
        rows: Range<usize>,
    },
    Date,
    /// A date, or these words in its place.
    DateOr(&'static str),
    /// A whole number, not below 0.
    Whole,
    /// A number, not below 0.
    Decimal,
}

/// What kind of sheet it is, as the colour of its tab tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    #[default]
    Plain,
    /// The figures of all forms together.
    Main,
    /// One form's.
    Form,
    /// What the figures rest on: records, problems, notes.
    Source,
}

/// A place of the same document: a sheet, or a cell of a table's body on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The sheet's key.
    pub sheet: String,
    /// (table, row, column)
    pub cell: Option<(usize, usize, usize)>,
}

impl Link {
    pub fn sheet(key: impl Into<String>) -> Self {
        Self { sheet: key.into(), cell: None }
    }
}

/// A picture of figures that stand in a table; it shows what the cells hold, so that it changes with them.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    pub title: String,
    pub kind: ChartKind,
    /// Where the table stands: a sheet's key, and the number of the table there.
    pub sheet: String,
    pub table: usize,
    pub drawn: Drawn,
    /// What its one axis of figures counts.
    pub measure: String,
    /// Where that axis ends, for charts that stand side by side.
    pub most: Option<Amount>,
    /// A quarter of the page's width rather than a half.
    pub small: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartKind {
    /// Bars to the right, the first on top: for long names.
    Bar,
    Column,
}

/// Which cells of a table's body a chart draws.
#[derive(Clone, Debug, PartialEq)]
pub enum Drawn {
    /// Rows side by side, called what stands in the column `names`; each of `series` is a column, called by its heading.
    Rows { rows: Range<usize>, names: usize, series: Vec<usize> },
    /// Columns side by side, called by their headings; each of `series` is a row, called what stands in the column `names`.
    Columns { columns: Range<usize>, names: usize, series: Vec<usize> },
}

/// Figures below a threshold of the office's are coloured, as they change.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    pub table: usize,
    pub rows: Range<usize>,
    pub columns: Range<usize>,
    pub below: Amount,
}

#[derive(Clone, Debug, PartialEq, Default)]
pub struct Table {
    /// Above the table; empty for none.
    pub title: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    /// Below the table, in small type.
    pub notes: Vec<String>,
}

/// A column; neighbours whose `header` begins alike share that part of it as a grouped heading.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Column {
    /// The name for programs, in English: JSON lines, CSV for databases.
    pub key: String,
    /// Outermost first; one or two levels.
    pub header: Vec<String>,
    pub kind: ColumnKind,
    /// In characters, about.
    pub width: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ColumnKind {
    /// Row numbers: centred.
    Ordinal,
    #[default]
    Text,
    /// Long text that wraps.
    Prose,
    Number,
    Date,
}

#[derive(Clone, Debug, PartialEq, Default)]
pub struct Row {
    pub kind: RowKind,
    /// One a column; missing ones at the end are empty.
    pub cells: Vec<Cell>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum RowKind {
    #[default]
    Body,
    Total,
    /// A heading inside the table.
    Group,
    /// Needs the officer's eye: an error.
    Error,
    Warning,
    /// Words without any lines around them.
    Plain,
}

#[derive(Clone, Debug, PartialEq, Default)]
pub struct Cell {
    pub value: CellValue,
    /// The live formula whose stored result is `value`.
    pub formula: Option<Formula>,
    /// Where in the same document the cell leads to.
    pub link: Option<Box<Link>>,
    /// Shown as a note of the cell.
    pub note: Option<String>,
    /// What it is, where that is not what its row is: one wrong cell of a row.
    pub kind: Option<RowKind>,
}

#[derive(Clone, Debug, PartialEq, Default)]
pub enum CellValue {
    #[default]
    Empty,
    Text(String),
    /// With at most so many decimals shown.
    Number(Amount, u32),
    /// A percentage as a number (93.5 for 93,5 %), with exactly so many decimals shown.
    Percent(Amount, u32),
    Date(NaiveDate),
}

/// A formula over cells of the same table, named by (row, column) of the table's body.
#[derive(Clone, Debug, PartialEq)]
pub enum Formula {
    Sum(Vec<(usize, usize)>),
    /// First less second.
    Difference((usize, usize), (usize, usize)),
    /// Sum of the first as a percentage of the sum of the second; an empty text where that is zero.
    Percent(Vec<(usize, usize)>, Vec<(usize, usize)>),
    /// By how many percent the first exceeds the second.
    Growth((usize, usize), (usize, usize)),
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Self {
        Self { value: CellValue::Text(text.into()), ..Self::default() }
    }

    pub fn number(amount: Amount, decimals: u32) -> Self {
        Self { value: CellValue::Number(amount, decimals), ..Self::default() }
    }

    pub fn with_formula(self, formula: Formula) -> Self {
        Self { formula: Some(formula), ..self }
    }

    pub fn with_kind(self, kind: RowKind) -> Self {
        Self { kind: Some(kind), ..self }
    }

    pub fn with_note(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }

    pub fn date(day: NaiveDate) -> Self {
        Self { value: CellValue::Date(day), ..Self::default() }
    }

    pub fn with_link(self, link: Link) -> Self {
        Self { link: Some(Box::new(link)), ..self }
    }
}

/// The figures for programs: `danvan.report/1`, documented in `docs/report.schema.json`. Decimals are strings.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Data {
    pub schema: &'static str,
    pub period: DataPeriod,
    pub scope: DataScope,
    pub indicators: Vec<DataIndicator>,
    pub submissions: Vec<DataSubmission>,
    pub files: Vec<DataFile>,
    pub diagnostics: Vec<DataDiagnostic>,
    pub coverage: DataCoverage,
    /// Of the same window a year earlier, where it is compared.
    pub previous_coverage: Option<DataCoverage>,
    /// What was published of that window, where the office kept it.
    pub previous_edition: Option<DataEdition>,
    /// From what was published of this window to the figures of now.
    pub bridge: Option<DataBridge>,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct DataEdition {
    pub number: u32,
    pub label: Option<String>,
    pub date: NaiveDate,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct DataBridge {
    pub edition: DataEdition,
    pub files: Vec<DataFileChange>,
    pub rules: Vec<String>,
    /// Those of which a figure changed.
    pub indicators: Vec<DataBridged>,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct DataFileChange {
    pub cause: &'static str,
    pub previous: Vec<String>,
    pub path: Option<String>,
    pub matters: bool,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct DataBridged {
    pub id: String,
    pub title: String,
    pub measure: String,
    pub published: Option<String>,
    pub value: Option<String>,
    pub change: String,
    pub causes: Vec<DataCause>,
    pub by_unit: Vec<DataBridgedUnit>,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct DataCause {
    pub cause: &'static str,
    pub amount: String,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct DataBridgedUnit {
    pub code: String,
    pub unit: String,
    pub published: Option<String>,
    pub value: Option<String>,
    pub steps: Vec<DataStep>,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct DataStep {
    pub cause: &'static str,
    pub amount: String,
    pub file: Option<String>,
    pub sheet: Option<String>,
    pub cell: Option<String>,
    pub message: String,
}

/// How many of the units that are expected to report sent anything, and every month of the window; which months the others lack,
/// of which it is not known, and of which nothing that they sent could be read.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct DataCoverage {
    pub expected: usize,
    pub reported: usize,
    pub complete: usize,
    pub lacking: Vec<DataLacking>,
    pub unclear: Vec<DataNamed>,
    pub unread: Vec<DataNamed>,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct DataNamed {
    pub code: String,
    pub unit: String,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct DataLacking {
    pub code: String,
    pub unit: String,
    pub months: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct DataPeriod {
    pub label: String,
    pub calendar: String,
    pub from: NaiveDate,
    pub to: NaiveDate,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct DataScope {
    pub code: String,
    pub name: String,
}

#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct DataIndicator {
    pub id: String,
    pub title: String,
    pub measure: String,
    pub value: Option<String>,
    pub reported: usize,
    pub expected: usize,
    pub previous: Option<String>,
    pub change_percent: Option<String>,
    pub compared_units: Option<usize>,
    pub target: Option<String>,
    pub target_percent: Option<String>,
    pub by_unit: Vec<DataUnit>,
    pub by_month: Vec<DataMonth>,
    pub by_year: Vec<DataYear>,
    pub by_category: Vec<DataCategory>,
    pub previous_total: Option<String>,
    pub compared_value: Option<String>,
    pub change: Option<String>,
    pub target_left: Option<String>,
    pub to_date: Option<String>,
    /// `published` or `restated`; none where nothing was published.
    pub previous_basis: Option<&'static str>,
    pub previous_published: Option<String>,
}

/// `state`: reported, nil, blank, conflicting, absent.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct DataUnit {
    pub code: String,
    pub unit: String,
    pub state: &'static str,
    pub value: Option<String>,
    pub previous: Option<String>,
    pub target: Option<String>,
    pub target_percent: Option<String>,
    pub share_percent: Option<String>,
    pub rank: Option<usize>,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct DataMonth {
    /// "2023-01"; null for what is known only for longer periods.
    pub month: Option<String>,
    pub value: Option<String>,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct DataYear {
    pub year: i32,
    pub value: Option<String>,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct DataCategory {
    pub field: String,
    pub category: String,
    pub value: Option<String>,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct DataSubmission {
    pub unit: String,
    pub form: String,
    pub months: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct DataFile {
    pub path: String,
    pub blake3: String,
    pub records: usize,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct DataDiagnostic {
    pub code: String,
    pub severity: String,
    pub file: Option<String>,
    pub sheet: Option<String>,
    pub cell: Option<String>,
    pub message: String,
    pub help: Option<String>,
}
