//! A problem in the office's data: a value, not an error. Every sentence that a user can see about one stands in this file.
//!
//! *error*: a figure is missing or wrong because of it; *warning*: a figure was used but is doubtful; *note*: something was assumed.

use std::fmt;
use std::sync::Arc;

use super::amount::{Amount, vietnamese};
use super::cell::{Area, CellRef, SheetName, Source, column_name};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    Error,
    Warning,
    Note,
}

impl Severity {
    /// For programs.
    pub fn id(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }

    /// For people.
    pub fn title(self) -> &'static str {
        match self {
            Severity::Error => "Lỗi",
            Severity::Warning => "Cảnh báo",
            Severity::Note => "Ghi chú",
        }
    }
}

/// Where a problem stands, as far as is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub file: Option<Arc<str>>,
    pub sheet: Option<Arc<str>>,
    pub area: Option<Area>,
}

impl Place {
    pub fn file(file: impl Into<Arc<str>>) -> Self {
        Self { file: Some(file.into()), ..Self::default() }
    }

    pub fn sheet(sheet: &SheetName) -> Self {
        Self { file: Some(sheet.file.clone()), sheet: Some(sheet.sheet.clone()), area: None }
    }

    pub fn cell(sheet: &SheetName, cell: CellRef) -> Self {
        Self { area: Some(Area { from: cell, to: cell }), ..Self::sheet(sheet) }
    }

    /// "F8", "C8:F8".
    pub fn cell_name(&self) -> Option<String> {
        self.area.map(
            |area| {
                if area.from == area.to { area.from.to_string() } else { format!("{}:{}", area.from, area.to) }
            },
        )
    }
}

impl From<&Source> for Place {
    fn from(source: &Source) -> Self {
        Place::cell(&source.sheet, source.cell)
    }
}

/// "tệp A.xlsx, trang tính Hiến đất, ô F17"
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if let Some(file) = &self.file {
            parts.push(format!("tệp {file}"));
        }
        if let Some(sheet) = self.sheet.as_ref().filter(|sheet| !sheet.is_empty()) {
            parts.push(format!("trang tính {sheet}"));
        }
        if let Some(cell) = self.cell_name() {
            parts.push(format!("ô {cell}"));
        }
        f.write_str(&parts.join(", "))
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    pub problem: Problem,
    pub at: Place,
}

impl Diagnostic {
    pub fn new(problem: Problem, at: Place) -> Self {
        Self { problem, at }
    }

    pub fn severity(&self) -> Severity {
        self.problem.severity()
    }
}

/// Whose figure it is, and of when.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    pub indicator: String,
    pub unit: String,
    pub period: String,
    /// How many are shown.
    pub decimals: u32,
}

/// Whatever can be wrong. Texts in `found` are already fit to be shown (design 7.3); `None` means "words".
#[derive(Clone, Debug, PartialEq)]
pub enum Problem {
    FileUnreadable {
        reason: String,
    },
    FileUnsupported {
        kind: &'static str,
    },
    FileOverLimit {
        limit: String,
    },
    FileRepeated {
        of: Arc<str>,
    },
    SheetRepeated {
        of: Place,
    },
    /// Rows of a list that another list holds too; the first of them there.
    RowsRepeated {
        rows: usize,
        /// In which they stand.
        files: usize,
        of: Source,
        /// One of the two only adds what is not there.
        supplement: bool,
    },
    /// Rows of a list that another list tells in a fuller or later state.
    RowsUpdated {
        rows: usize,
        /// In which they stand.
        files: usize,
        by: Source,
        preferred: Preferred,
    },
    /// Rows that may be one event, though they differ in a number.
    RowsAlike {
        rows: usize,
        of: Source,
    },
    /// What a correction says anew.
    Corrected {
        records: usize,
        /// Rows of the same lists that the correction has in their place.
        became: usize,
        /// Rows beside them that it says nothing of: they count on.
        kept: usize,
        figures: usize,
        by: Place,
    },
    CorrectionAlone,
    /// "Không phát sinh", where rows or figures of the same unit, form and months say otherwise.
    NilContradicted {
        rows: usize,
        figures: usize,
        /// The first of them.
        by: Place,
    },
    /// What was wrong with a sheet of which a correction says everything anew.
    Superseded {
        was: Box<Problem>,
        by: Place,
    },
    SheetWithoutTable,
    /// No sheet of a file gave anything, nor said why.
    FileWithoutFigures,
    SheetHidden,
    /// Hidden rows or columns that hold something; how many.
    RowsHidden {
        rows: usize,
    },
    ColumnsHidden {
        columns: usize,
    },
    TableNotUnderstood,
    /// Figures in the words of a cell outside all tables: "Số cuộc đối thoại: 3".
    FiguresInText,
    TableEmpty {
        form: String,
    },
    /// A sheet made as a blank of this program's: its form is no longer known, or its blank is another now.
    TemplateUnknown {
        form: String,
    },
    TemplateOld {
        form: String,
    },
    /// Blanks of a file that were not filled in.
    TemplateBlank {
        forms: Vec<String>,
    },
    /// In what its headings differ from the blank's.
    TemplateChanged {
        form: String,
        changes: Vec<String>,
    },
    /// A table whose title says that it is planned or estimated.
    TablePlanned {
        title: String,
    },
    TextLostDiacritics,
    /// So many cells; none where only the name of a sheet, a file or a folder was.
    TextDecoded {
        from: &'static str,
        cells: usize,
    },

    ColumnNotUnderstood {
        heading: String,
        numeric: bool,
    },
    ColumnIgnored {
        heading: String,
        role: &'static str,
    },
    /// A cumulative figure from a start that is not said, and none beside it: nothing follows for any period.
    CumulativeAlone {
        indicator: String,
        unit: String,
    },
    /// A row's label under which figures stand; the indicators that it may mean.
    RowNotUnderstood {
        label: String,
        nearest: Vec<String>,
    },
    /// The heading of a group of rows, none of which says by itself what it states.
    GroupNotUnderstood {
        label: String,
    },
    IndicatorNotNamed {
        heading: String,
        /// It is a row's label, no column's heading.
        of_row: bool,
        /// The indicators that it may mean.
        nearest: Vec<String>,
    },
    IndicatorUnclear {
        heading: String,
        candidates: Vec<String>,
    },
    /// A column under a number's heading holds the numbers or codes of the rows themselves.
    ColumnNumbersRows {
        heading: String,
        number: String,
        /// Codes, not numbers that could be meant as counts.
        codes: bool,
    },
    PartUnknown {
        label: String,
    },
    CategoryUnclear {
        label: String,
    },
    LabelsDisagree {
        nearer: String,
        farther: String,
    },
    MeasureAssumed {
        heading: String,
        measure: String,
    },
    SaidTwice {
        indicator: String,
        first: Source,
        same: bool,
    },

    NumberUnreadable {
        found: Option<String>,
        heading: String,
    },
    NumberIsError {
        found: String,
        heading: String,
    },
    NumberIsRange {
        found: Option<String>,
        heading: String,
    },
    NumberNegative {
        found: Amount,
        heading: String,
    },
    /// Where only whole numbers can be. `found`: as it is written or shown; `guess`: with its mark taken for a thousands'.
    NumberFraction {
        found: String,
        guess: Amount,
        heading: String,
    },
    NumberTooLarge {
        heading: String,
    },
    /// One number merged over the cells of several figures.
    NumberShared {
        heading: String,
        area: Area,
    },
    NumberAmbiguous {
        found: String,
        read_as: Amount,
        heading: String,
        /// Said of the whole column, by its first such cell: nothing in it can be a fraction.
        whole_column: bool,
    },
    /// A number whose format shows other thousands: 27.9 shown as 27.900.
    NumberShownOtherwise {
        shown: String,
        read_as: Amount,
        heading: String,
    },
    FormulaWithoutResult {
        heading: String,
    },
    /// The size of a column's numbers speaks against the measure of its heading: "tỷ đ" over values in đồng.
    MeasureDoubtful {
        measure: String,
        example: Amount,
        heading: String,
    },
    MeasureMismatch {
        found: Option<String>,
        expected: String,
        heading: String,
    },
    MeasureRegional {
        found: String,
    },

    DateImpossible {
        found: String,
        heading: String,
    },
    DateUnreadable {
        found: Option<String>,
        heading: String,
    },
    DateMissing {
        heading: String,
    },
    DateFromTable {
        period: String,
        rows: usize,
    },
    DateOutsidePeriod {
        date: String,
        period: String,
        /// Rows that a list carries on from the time before its period, this and others.
        carried: Option<usize>,
    },
    PeriodMissing,
    YearAssumed {
        year: i32,
        label: String,
    },

    UnitUnknown {
        found: Option<String>,
        nearest: Vec<String>,
    },
    UnitAmbiguous {
        found: Option<String>,
        candidates: Vec<String>,
    },
    UnitMissing,
    UnitIsOffice {
        unit: String,
    },
    UnitNotValid {
        unit: String,
        from: Option<String>,
        to: Option<String>,
    },
    UnitsFromData {
        count: usize,
    },
    CodeMended {
        found: String,
        code: String,
    },

    TotalMismatch {
        label: String,
        indicator: String,
        stated: Amount,
        sum: Amount,
        decimals: u32,
        /// A column over its part columns, not a row over its rows.
        across: bool,
        explanation: Option<Explanation>,
    },
    /// A percentage that is not that of the two figures beside it.
    ShareMismatch {
        heading: String,
        stated: Amount,
        part: Amount,
        whole: Amount,
        percent: Amount,
        decimals: u32,
    },
    /// Figures of one unit and period that must add up to the same.
    IdentityDiffers {
        left: String,
        left_amount: Amount,
        right: String,
        right_amount: Amount,
        source: Option<String>,
    },
    /// A stated total that is an error, a formula without result or words: nothing can be compared with it.
    TotalUnproved {
        label: String,
        heading: String,
    },
    RecordsDiffer {
        of: Box<Subject>,
        stated: Amount,
        counted: Amount,
    },
    /// `summed`: the parts are added; else they are moments, one of which it should be.
    PartsDiffer {
        of: Box<Subject>,
        stated: Amount,
        parts: Amount,
        summed: bool,
    },
    FiguresConflict {
        of: Box<Subject>,
        first: Amount,
        second: Amount,
        other: Source,
    },
    /// Differs from the figure that counts, by a rule.
    FigureOverruled {
        of: Box<Subject>,
        stated: Amount,
        counted: Amount,
        other: Source,
        rule: &'static str,
    },
    CumulativeDiffers {
        of: Box<Subject>,
        stated: Amount,
        counted: Amount,
    },
    /// A cumulative figure below an earlier one.
    CumulativeFalls {
        of: Box<Subject>,
        stated: Amount,
        before: Amount,
        other: Source,
    },
    /// Estimates of a sheet that count, since nothing better is known; how many.
    EstimateUsed {
        period: String,
        figures: usize,
    },
    /// What a later report's "cùng kỳ" tells of a period that nothing else tells of.
    RememberedUsed {
        period: String,
        figures: usize,
    },
    RememberedDiffers {
        of: Box<Subject>,
        stated: Amount,
        known: Amount,
    },
    ParentGap {
        indicator: String,
        unit: String,
        period: String,
        stated: Amount,
        sum: Amount,
        decimals: u32,
    },
    ParentCounted {
        indicator: String,
        unit: String,
    },
    PartlyInside {
        period: String,
        window: String,
    },
    PartAlone {
        indicator: String,
        unit: String,
        period: String,
    },
    /// Two plans for one unit and period: none counts.
    TargetsDiffer {
        indicator: String,
        unit: String,
        first: Source,
        amounts: (Amount, Amount),
        decimals: u32,
    },
    /// What is planned for the whole is not what is planned for its units.
    TargetPartsDiffer {
        indicator: String,
        whole: Amount,
        sum: Amount,
        decimals: u32,
    },
    /// A stock of another moment than the window's edge, though the unit's other figures reach there.
    StockStale {
        indicator: String,
        unit: String,
        period: String,
        window: String,
        /// It is what there was when its period began, not when it ended.
        first: bool,
    },
    PeriodsOverlap {
        indicator: String,
        unit: String,
        period: String,
        other: String,
    },
    AnswersExceed {
        of: String,
        whole: String,
        part_amount: Amount,
        whole_amount: Amount,
    },
    /// A rate that leaves out the months or rows which give only one of its figures.
    RateIncomplete {
        rate: String,
        unit: String,
        /// Where the first is: "tháng 3/2023".
        first: String,
        used: Amount,
        known: Amount,
    },

    OneARow {
        indicator: String,
        rows: usize,
    },
    /// The cell by which a row would count for a number is blank, though the row tells of something.
    CountMissing {
        heading: String,
        number: String,
        /// The row has no ordinal of its own: it goes on with the one above.
        goes_on: bool,
    },
    /// Rows of a list in which a column that says which rows count is blank.
    RowsUnmarked {
        heading: String,
        rows: usize,
        taken_for: Unmarked,
    },
    DateOfEventMissing {
        field: String,
        rows: usize,
        /// The list's own period, where the rows are of before it.
        within: Option<String>,
    },
    CategoryOther {
        field: String,
        rows: usize,
        /// The numbers that this field decides, and in which such rows do not count.
        left_out: Vec<String>,
    },
    DenunciationsIdentify {
        headings: Vec<String>,
    },

    /// A `[[source]]` rule, by its line in the settings, that speaks of what is not there.
    SourceUnused {
        line: usize,
        what: String,
    },
    SourceIgnored {
        line: usize,
    },
    SourceApplied {
        line: usize,
        what: String,
    },
}

/// What a problem concerns, the widest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Breadth {
    File,
    Table,
    Row,
    Cell,
}

/// What rows are taken for that a column says nothing of.
#[derive(Clone, Debug, PartialEq)]
pub enum Unmarked {
    /// The one category that is left; `open`: the column says yes of some rows and no of others, so that a blank may be either.
    Left { category: String, open: bool },
    /// None of what the column ticks: there is nothing in it but ticks.
    No,
    /// Not known; they count on.
    Counted,
    /// Not known; they count for these numbers, and not for those.
    Unsaid { left_out: Vec<String>, counts: Vec<String> },
}

/// Why one of two rows that tell the same counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Preferred {
    Fuller,
    Correction,
    Dated,
    Period,
    /// Nothing says which is the newer.
    Path,
    /// A list of a later month carries it on.
    Carried,
}

/// The one reading under which a stated total is right. Rows and columns by a cell of theirs, never by what is written there.
#[derive(Clone, Debug, PartialEq)]
pub enum Explanation {
    LeftOut(CellRef),
    Twice(CellRef),
    /// Subtotals were added together with what they add up.
    SubtotalsToo,
    /// Two neighbouring digits change places.
    Swapped,
    /// The total is so many times the sum.
    Times(Amount),
    /// One part counts as so many times what is written.
    OtherMeasure {
        cell: CellRef,
        times: Amount,
    },
    Rounding,
}

impl Explanation {
    fn message(&self, across: bool) -> String {
        let part = |cell: &CellRef| match across {
            true => format!("cột {} ({cell})", column_name(cell.col)),
            false => format!("dòng {} ({cell})", cell.row + 1),
        };
        let times = |times: &Amount| match Amount::ONE.checked_div(*times) {
            Some(divisor) if divisor > Amount::ONE => format!("1/{}", vietnamese(divisor, 0)),
            _ => format!("{} lần", vietnamese(*times, 0)),
        };
        match self {
            Explanation::LeftOut(cell) => format!("số ghi bằng tổng khi bỏ sót {}", part(cell)),
            Explanation::Twice(cell) => format!("số ghi bằng tổng khi tính hai lần {}", part(cell)),
            Explanation::SubtotalsToo => "số ghi bằng tổng khi cộng cả dòng cộng nhỏ lẫn các dòng của nó".into(),
            Explanation::Swapped => "số ghi bằng tổng nếu đổi chỗ hai chữ số liền nhau".into(),
            Explanation::Times(amount) => {
                format!("số ghi bằng {} tổng, có thể ghi theo đơn vị tính khác", times(amount))
            }
            Explanation::OtherMeasure { cell, times: amount } => {
                format!("số ghi bằng tổng nếu {} ghi theo đơn vị tính khác (lấy {})", part(cell), times(amount))
            }
            Explanation::Rounding => "chênh lệch có thể do làm tròn".into(),
        }
    }
}

/// "12 dòng", "12 dòng của 3 tệp".
fn rows_of(rows: usize, files: usize) -> String {
    if files > 1 { format!("{rows} dòng của {files} tệp") } else { format!("{rows} dòng") }
}

/// What it may mean.
fn like(nearest: &[String]) -> String {
    if nearest.is_empty() { String::new() } else { format!(" (tên gần giống: {})", nearest.join(", ")) }
}

/// `"A", "B"`
/// How many numbers a text holds: "1.200 - 1.500" two.
fn numbers_in(text: &str) -> usize {
    let of_number = |c: char| c.is_ascii_digit() || c == '.' || c == ',';
    text.split(|c| !of_number(c)).filter(|part| part.contains(|c: char| c.is_ascii_digit())).count()
}

fn quoted(titles: &[String]) -> String {
    titles.iter().map(|title| format!("\"{title}\"")).collect::<Vec<_>>().join(", ")
}

fn and_others(of: &Source, files: usize) -> String {
    format!("{}{}", Place::from(of), if files > 1 { " và các tệp khác" } else { "" })
}

use Problem::*;

impl Problem {
    /// Stable, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            FileUnreadable { .. } => "file-unreadable",
            FileUnsupported { .. } => "file-unsupported",
            FileOverLimit { .. } => "file-over-limit",
            FileRepeated { .. } => "file-repeated",
            SheetRepeated { .. } => "sheet-repeated",
            RowsRepeated { .. } => "rows-repeated",
            RowsUpdated { .. } => "rows-updated",
            RowsAlike { .. } => "rows-alike",
            Corrected { .. } => "corrected",
            CorrectionAlone => "correction-alone",
            NilContradicted { .. } => "nil-contradicted",
            Superseded { was, .. } => was.code(),
            SheetWithoutTable => "sheet-without-table",
            FileWithoutFigures => "file-without-figures",
            SheetHidden => "sheet-hidden",
            RowsHidden { .. } => "rows-hidden",
            ColumnsHidden { .. } => "columns-hidden",
            TableNotUnderstood => "table-not-understood",
            FiguresInText => "figures-in-text",
            TableEmpty { .. } => "table-empty",
            TablePlanned { .. } => "table-planned",
            TemplateUnknown { .. } => "template-unknown",
            TemplateOld { .. } => "template-old",
            TemplateBlank { .. } => "template-blank",
            TemplateChanged { .. } => "template-changed",
            TextLostDiacritics => "text-lost-diacritics",
            TextDecoded { .. } => "text-decoded",
            ColumnNotUnderstood { .. } | RowNotUnderstood { .. } | GroupNotUnderstood { .. } => "column-not-understood",
            ColumnIgnored { .. } => "column-ignored",
            CumulativeAlone { .. } => "cumulative-alone",
            IndicatorNotNamed { .. } => "indicator-not-named",
            IndicatorUnclear { .. } => "indicator-unclear",
            ColumnNumbersRows { .. } => "column-numbers-rows",
            PartUnknown { .. } => "part-unknown",
            CategoryUnclear { .. } => "category-unclear",
            LabelsDisagree { .. } => "labels-disagree",
            MeasureAssumed { .. } => "measure-assumed",
            SaidTwice { .. } => "said-twice",
            NumberUnreadable { .. } => "number-unreadable",
            NumberIsError { .. } => "number-is-error",
            NumberIsRange { .. } => "number-is-range",
            NumberNegative { .. } => "number-negative",
            NumberFraction { .. } => "number-fraction",
            NumberTooLarge { .. } => "number-too-large",
            NumberShared { .. } => "number-shared",
            NumberAmbiguous { .. } => "number-ambiguous",
            NumberShownOtherwise { .. } => "number-shown-otherwise",
            FormulaWithoutResult { .. } => "formula-without-result",
            MeasureDoubtful { .. } => "measure-doubtful",
            MeasureMismatch { .. } => "measure-mismatch",
            MeasureRegional { .. } => "measure-regional",
            DateImpossible { .. } => "date-impossible",
            DateUnreadable { .. } => "date-unreadable",
            DateMissing { .. } => "date-missing",
            DateFromTable { .. } => "date-from-table",
            DateOutsidePeriod { .. } => "date-outside-period",
            PeriodMissing => "period-missing",
            YearAssumed { .. } => "year-assumed",
            UnitUnknown { .. } => "unit-unknown",
            UnitAmbiguous { .. } => "unit-ambiguous",
            UnitMissing => "unit-missing",
            UnitIsOffice { .. } => "unit-is-office",
            UnitNotValid { .. } => "unit-not-valid",
            UnitsFromData { .. } => "units-from-data",
            CodeMended { .. } => "code-mended",
            TotalMismatch { .. } => "total-mismatch",
            ShareMismatch { .. } => "share-mismatch",
            IdentityDiffers { .. } => "identity-differs",
            TotalUnproved { .. } => "total-unproved",
            RecordsDiffer { .. } => "records-differ",
            PartsDiffer { .. } => "parts-differ",
            FiguresConflict { .. } => "figures-conflict",
            FigureOverruled { .. } => "figure-overruled",
            CumulativeDiffers { .. } => "cumulative-differs",
            CumulativeFalls { .. } => "cumulative-falls",
            EstimateUsed { .. } => "estimate-used",
            RememberedUsed { .. } => "remembered-used",
            RememberedDiffers { .. } => "remembered-differs",
            ParentGap { .. } => "parent-gap",
            ParentCounted { .. } => "parent-counted",
            PartlyInside { .. } => "partly-inside",
            PartAlone { .. } => "part-alone",
            TargetsDiffer { .. } => "targets-differ",
            TargetPartsDiffer { .. } => "target-parts-differ",
            StockStale { .. } => "stock-stale",
            PeriodsOverlap { .. } => "periods-overlap",
            AnswersExceed { .. } => "answers-exceed",
            RateIncomplete { .. } => "rate-incomplete",
            OneARow { .. } => "one-a-row",
            CountMissing { .. } => "count-missing",
            RowsUnmarked { .. } => "rows-unmarked",
            DateOfEventMissing { .. } => "date-of-event-missing",
            CategoryOther { .. } => "category-other",
            DenunciationsIdentify { .. } => "denunciations-identify",
            SourceUnused { .. } => "source-unused",
            SourceIgnored { .. } => "source-ignored",
            SourceApplied { .. } => "source-applied",
        }
    }

    pub fn severity(&self) -> Severity {
        match self {
            FileUnreadable { .. }
            | FileUnsupported { .. }
            | FileOverLimit { .. }
            | TextLostDiacritics
            | TableNotUnderstood
            | IndicatorNotNamed { .. }
            | IndicatorUnclear { .. }
            | PartUnknown { .. }
            | SaidTwice { same: false, .. }
            | NumberUnreadable { .. }
            | NumberIsError { .. }
            | NumberIsRange { .. }
            | NumberNegative { .. }
            | NumberFraction { .. }
            | NumberTooLarge { .. }
            | NumberShared { .. }
            | FormulaWithoutResult { .. }
            | MeasureMismatch { .. }
            | MeasureRegional { .. }
            | DateImpossible { .. }
            | DateUnreadable { .. }
            | DateMissing { .. }
            | PeriodMissing
            | UnitUnknown { .. }
            | UnitAmbiguous { .. }
            | UnitMissing
            | UnitNotValid { .. }
            | FiguresConflict { .. }
            | SourceUnused { .. } => Severity::Error,
            FileRepeated { .. }
            | SheetRepeated { .. }
            | RowsRepeated { supplement: false, .. }
            | RowsUpdated {
                preferred:
                    Preferred::Fuller | Preferred::Correction | Preferred::Dated | Preferred::Period | Preferred::Path,
                ..
            }
            | RowsAlike { .. }
            | Corrected { .. }
            | NilContradicted { .. }
            | TablePlanned { .. }
            | TemplateUnknown { .. }
            | TemplateChanged { .. }
            | CumulativeAlone { .. }
            | ColumnNotUnderstood { numeric: true, .. }
            | RowNotUnderstood { .. }
            | GroupNotUnderstood { .. }
            | FiguresInText
            | FileWithoutFigures
            | CategoryUnclear { .. }
            | LabelsDisagree { .. }
            | SaidTwice { same: true, .. }
            | NumberAmbiguous { .. }
            | NumberShownOtherwise { .. }
            | MeasureDoubtful { .. }
            | MeasureAssumed { .. }
            | DateOutsidePeriod { carried: None, .. }
            | YearAssumed { .. }
            | TotalMismatch { .. }
            | ShareMismatch { .. }
            | IdentityDiffers { .. }
            | RecordsDiffer { .. }
            | PartsDiffer { .. }
            | ParentGap { .. }
            | FigureOverruled { .. }
            | CumulativeDiffers { .. }
            | CumulativeFalls { .. }
            | EstimateUsed { .. }
            | RememberedDiffers { .. }
            | PartlyInside { .. }
            | PartAlone { .. }
            | StockStale { .. }
            | TargetsDiffer { .. }
            | TargetPartsDiffer { .. }
            | PeriodsOverlap { .. }
            | AnswersExceed { .. }
            | RateIncomplete { .. }
            | CountMissing { goes_on: false, .. }
            | RowsUnmarked {
                taken_for: Unmarked::Counted | Unmarked::Unsaid { .. } | Unmarked::Left { open: true, .. },
                ..
            }
            | DenunciationsIdentify { .. }
            | ColumnNumbersRows { codes: false, .. } => Severity::Warning,
            CategoryOther { left_out, .. } if !left_out.is_empty() => Severity::Warning,
            RowsRepeated { supplement: true, .. }
            | RowsUpdated { preferred: Preferred::Carried, .. }
            | DateOutsidePeriod { carried: Some(_), .. }
            | CorrectionAlone
            | Superseded { .. }
            | SheetWithoutTable
            | SheetHidden
            | RowsHidden { .. }
            | ColumnsHidden { .. }
            | TableEmpty { .. }
            | TemplateOld { .. }
            | TemplateBlank { .. }
            | TextDecoded { .. }
            | ColumnNotUnderstood { numeric: false, .. }
            | ColumnIgnored { .. }
            | RememberedUsed { .. }
            | DateFromTable { .. }
            | UnitIsOffice { .. }
            | UnitsFromData { .. }
            | CodeMended { .. }
            | ParentCounted { .. }
            | TotalUnproved { .. }
            | OneARow { .. }
            | ColumnNumbersRows { codes: true, .. }
            | CountMissing { goes_on: true, .. }
            | RowsUnmarked { taken_for: Unmarked::Left { open: false, .. } | Unmarked::No, .. }
            | DateOfEventMissing { .. }
            | CategoryOther { .. }
            | SourceIgnored { .. }
            | SourceApplied { .. } => Severity::Note,
        }
    }

    /// What was found, for a commune's clerk.
    pub fn message(&self) -> String {
        let words = |found: &Option<String>| match found {
            Some(found) => format!("ghi \"{found}\""),
            None => "ô ghi chữ".to_owned(),
        };
        match self {
            FileUnreadable { reason } => format!("không đọc được: {reason}; số liệu trong tệp chưa được tính"),
            FileUnsupported { kind } => format!("{kind} chưa đọc được; số liệu trong tệp chưa được tính"),
            FileOverLimit { limit } => format!("vượt giới hạn an toàn ({limit}); số liệu trong tệp chưa được tính"),
            FileRepeated { of } => format!("nội dung trùng với tệp {of}; chỉ tính một lần, bỏ qua tệp này"),
            SheetRepeated { of } => format!("nội dung trùng với {of}; chỉ tính một lần, bỏ qua trang tính này"),
            RowsRepeated { rows, files, of, supplement } => format!(
                "{}, từ dòng này, đã có ở {}; {}",
                rows_of(*rows, *files),
                and_others(of, *files),
                if *supplement {
                    "bản bổ sung chỉ thêm những dòng chưa có"
                } else {
                    "mỗi dòng chỉ tính một lần"
                }
            ),
            RowsUpdated { rows, files, by, preferred: Preferred::Carried } => format!(
                "{}, từ dòng này, được chuyển tiếp sang danh sách kỳ sau ({}); mỗi việc chỉ tính một lần, theo tình trạng \
                 mới nhất",
                rows_of(*rows, *files),
                and_others(by, *files)
            ),
            RowsUpdated { rows, files, by, preferred } => {
                let (how, why) = match preferred {
                    Preferred::Fuller => ("đầy đủ hơn", "theo dòng ở đó"),
                    Preferred::Correction => ("khác", "theo dòng ở đó, là bản sửa sau"),
                    Preferred::Dated => ("khác", "theo dòng ở đó, báo cáo đề ngày sau"),
                    Preferred::Period => ("khác", "theo dòng ở đó, báo cáo của kỳ sau"),
                    Preferred::Path | Preferred::Carried => {
                        ("khác", "không rõ bản nào mới hơn, tạm dùng dòng ở đó (tệp đứng sau theo tên)")
                    }
                };
                format!(
                    "{}, từ dòng này, được ghi {how} ở {} (cùng ngày, cùng người hoặc cùng nội dung); mỗi việc chỉ tính \
                     một lần, {why}",
                    rows_of(*rows, *files),
                    and_others(by, *files)
                )
            }
            RowsAlike { rows, of } => format!(
                "{rows} dòng, từ dòng này, có thể là cùng một việc với dòng ở {} (giống nhau gần hết, chỉ khác ngày, tên, nội dung, \
                 tình trạng hoặc số liệu); vẫn tính cả hai",
                Place::from(of)
            ),
            Corrected { records, became, kept, by, .. } if *kept > 0 => format!(
                "{records} dòng ở đây được thay bằng {became} dòng ở {by} (ghi là bản sửa, thay thế); bản sửa không nhắc đến, \
                 hoặc nhắc đến mà chưa đọc được, {kept} dòng còn lại; các dòng này vẫn tính"
            ),
            Corrected { records, became, figures: 0, by, .. } if *records > 0 && records != became => format!(
                "{records} dòng ở đây được thay bằng {became} dòng ở {by} (ghi là bản sửa, thay thế); chỉ tính bản thay thế, không \
                 tính dòng nào ở đây"
            ),
            Corrected { records, figures, by, .. } => {
                let what = match (records, figures) {
                    (0, 0) => "\"Không phát sinh\"".to_owned(),
                    (records, 0) => format!("{records} dòng"),
                    (0, figures) => format!("{figures} số liệu"),
                    (records, figures) => format!("{records} dòng và {figures} số liệu"),
                };
                format!("{what} ở đây được thay bằng {by} (ghi là bản sửa, thay thế); chỉ tính bản thay thế")
            }
            NilContradicted { rows, figures, by } => {
                let what = match (rows, figures) {
                    (rows, 0) => format!("{rows} dòng"),
                    (0, figures) => format!("{figures} số liệu"),
                    (rows, figures) => format!("{rows} dòng và {figures} số liệu"),
                };
                // Of a figure beside a list of nothing a rule decides, which is told there.
                let counted = if *rows > 0 { "; đã tính các dòng này" } else { "" };
                format!("ở đây ghi không phát sinh, nhưng cùng đơn vị, cùng kỳ có {what} (đầu tiên: {by}){counted}")
            }
            CorrectionAlone => {
                "ghi là bản sửa, thay thế nhưng không thấy số liệu nào được thay; tính như số liệu thường".into()
            }
            Superseded { was, by } => format!("{}; số liệu ở đây đã được thay bằng {by}", was.message()),
            SheetWithoutTable => "không thấy bảng số liệu nào trên trang tính này".into(),
            FileWithoutFigures => "tệp này không có bảng số liệu nào; không có số nào của tệp trong báo cáo".into(),
            SheetHidden => "trang tính đang ẩn; số liệu vẫn được đọc".into(),
            RowsHidden { rows } => format!("có {rows} dòng đang ẩn; số liệu vẫn được đọc"),
            ColumnsHidden { columns } => format!("có {columns} cột đang ẩn; số liệu vẫn được đọc"),
            FiguresInText => "số liệu ghi trong lời văn của ô này chưa được tính".into(),
            TableNotUnderstood => {
                "không hiểu được bảng này: không thấy tên biểu hoặc chỉ tiêu nào đã biết; chưa tính số liệu của bảng"
                    .into()
            }
            TableEmpty { form } => {
                format!("bảng \"{form}\" chỉ có tiêu đề, chưa có dòng số liệu; coi như chưa có số liệu")
            }
            TemplateUnknown { form } => {
                format!("trang tính làm theo biểu mẫu có mã \"{form}\", nay không có biểu này; đọc như bảng thường")
            }
            TemplateOld { form } => {
                format!("biểu mẫu \"{form}\" là bản cũ, mẫu nay đã khác; vẫn đọc theo các tiêu đề đang ghi")
            }
            TemplateBlank { forms } => {
                format!("biểu chưa điền: {}; coi như chưa có số liệu", forms.join("; "))
            }
            TemplateChanged { form, changes } => {
                let changes = changes.join("; ");
                format!("tiêu đề cột khác với biểu mẫu \"{form}\": {changes}; đọc theo các tiêu đề đang ghi")
            }
            TablePlanned { title } => {
                format!(
                    "theo tiêu đề \"{title}\", bảng là kế hoạch hoặc ước tính, không phải kết quả; chưa tính số liệu của bảng"
                )
            }
            TextLostDiacritics => {
                "chữ tiếng Việt đã bị hỏng thành dấu ? khi lưu tệp; không đọc được tên đơn vị, tiêu đề".into()
            }
            TextDecoded { from, cells: 0 } => format!("tên được chuyển từ bảng mã {from} sang Unicode"),
            TextDecoded { from, cells } => format!("chữ của {cells} ô được chuyển từ bảng mã {from} sang Unicode"),

            ColumnNotUnderstood { heading, numeric: true } => {
                format!("không hiểu tiêu đề \"{heading}\"; số liệu dưới tiêu đề này chưa được tính")
            }
            ColumnNotUnderstood { heading, numeric: false } => {
                format!("cột \"{heading}\" không thuộc chỉ tiêu nào, bỏ qua")
            }
            ColumnIgnored { heading, role } => format!("\"{heading}\" là {role}, không cộng vào số liệu trong kỳ"),
            CumulativeAlone { indicator, unit } => {
                format!("{unit}: \"{indicator}\" chỉ có số lũy kế qua nhiều năm, không tách được số của kỳ; chưa tính")
            }
            RowNotUnderstood { label, nearest } => {
                format!("không hiểu dòng \"{label}\"{}; số liệu của dòng này chưa được tính", like(nearest))
            }
            GroupNotUnderstood { label } => {
                format!("không hiểu tiêu đề nhóm \"{label}\"; số liệu các dòng dưới tiêu đề này chưa được tính")
            }
            IndicatorNotNamed { heading, of_row, nearest } => {
                let of = if *of_row { "của dòng" } else { "dưới tiêu đề" };
                format!("số liệu {of} \"{heading}\" chưa rõ là chỉ tiêu nào{}; chưa tính", like(nearest))
            }
            IndicatorUnclear { heading, candidates } => {
                format!("tiêu đề \"{heading}\" có thể là {}; chưa tính", candidates.join(" hoặc "))
            }
            ColumnNumbersRows { heading, number, codes } => {
                let holds = if *codes {
                    "số, ký hiệu riêng của từng dòng"
                } else {
                    "số khác nhau, nối tiếp nhau: số thứ tự hoặc số vào sổ của từng dòng"
                };
                format!("cột \"{heading}\" ghi {holds}, không phải số lượng; \"{number}\" tính mỗi dòng là 1")
            }
            PartUnknown { label } => format!("\"{label}\" là một phần chưa rõ của chỉ tiêu; chưa tính"),
            CategoryUnclear { label } => {
                format!("\"{label}\" thuộc hai cách phân loại cùng lúc; không cộng với các phần khác")
            }
            LabelsDisagree { nearer, farther } => {
                format!("\"{nearer}\" và \"{farther}\" không khớp nhau; đã theo \"{nearer}\"")
            }
            SaidTwice { indicator, first, same: false } => {
                format!("chỉ tiêu \"{indicator}\" đã ghi ở ô {} với số khác; chưa tính số nào", first.cell)
            }
            SaidTwice { indicator, first, same: true } => {
                format!("chỉ tiêu \"{indicator}\" đã ghi ở ô {} với cùng số liệu; chỉ tính một lần", first.cell)
            }

            NumberUnreadable { found, heading } => {
                format!("{}, cần một số (\"{heading}\"); chưa tính ô này", words(found))
            }
            NumberIsError { found, heading } => format!("công thức bị lỗi {found} (\"{heading}\"); chưa tính ô này"),
            NumberIsRange { found: Some(found), heading } => {
                format!("ghi \"{found}\", cần một số chính xác (\"{heading}\"); chưa tính ô này")
            }
            NumberIsRange { found: None, heading } => {
                format!("ô ghi nhiều số hoặc số kèm chữ, cần một số chính xác (\"{heading}\"); chưa tính ô này")
            }
            NumberNegative { found, heading } => {
                format!("ghi số âm {} (\"{heading}\"); chưa tính ô này", vietnamese(*found, 6))
            }
            NumberFraction { found, guess, heading } => format!(
                "ghi {found} ở cột đếm \"{heading}\" (phải là số nguyên; có thể là {}); chưa tính ô này",
                vietnamese(*guess, 6)
            ),
            NumberTooLarge { heading } => format!("số quá lớn (\"{heading}\"); chưa tính ô này"),
            NumberShared { heading, area } => format!(
                "một số ghi chung cho nhiều ô đã gộp ({}:{}, \"{heading}\"), không rõ của dòng hay cột nào; chưa tính",
                area.from, area.to
            ),
            NumberAmbiguous { found, read_as, heading, whole_column: true } => format!(
                "cột \"{heading}\" ghi dấu phẩy giữa các hàng nghìn (\"{found}\"); đã đọc cả cột như vậy (ô này là {})",
                vietnamese(*read_as, 6)
            ),
            NumberAmbiguous { found, read_as, heading, whole_column: false } => {
                format!(
                    "ghi \"{found}\" (\"{heading}\"), đọc là {}: dấu chấm, dấu phẩy chưa rõ nghĩa",
                    vietnamese(*read_as, 6)
                )
            }
            NumberShownOtherwise { shown, read_as, heading } => format!(
                "ô hiện \"{shown}\" nhưng số lưu trong ô là {} (\"{heading}\"); đã tính {}",
                vietnamese(*read_as, 6),
                vietnamese(*read_as, 6)
            ),
            MeasureDoubtful { measure, example, heading } => format!(
                "\"{heading}\" ghi đơn vị tính {measure} nhưng số ghi quá lớn (ví dụ {}); vẫn tính theo {measure}",
                vietnamese(*example, 2)
            ),
            FormulaWithoutResult { heading } => {
                format!("công thức chưa có kết quả được lưu (\"{heading}\"); chưa tính ô này")
            }
            MeasureMismatch { found: Some(found), expected, heading } => {
                format!("đơn vị tính \"{found}\" không dùng được cho \"{heading}\" (cần {expected}); chưa tính")
            }
            MeasureMismatch { found: None, expected, heading } => {
                format!("chữ ghi sau số không phải đơn vị tính dùng được cho \"{heading}\" (cần {expected}); chưa tính")
            }
            MeasureAssumed { heading, measure } => format!("\"{heading}\" không ghi đơn vị tính; đã coi là {measure}"),
            MeasureRegional { found } => format!("đơn vị đo \"{found}\" mỗi nơi một khác, chưa có quy đổi; chưa tính"),

            DateImpossible { found, heading } => {
                format!("ghi \"{found}\", không có ngày này (\"{heading}\"); chưa tính cả dòng")
            }
            DateUnreadable { found, heading } => {
                format!("{}, cần một ngày (\"{heading}\"); chưa tính cả dòng", words(found))
            }
            DateMissing { heading } => {
                format!("chưa ghi ngày (\"{heading}\"), không rõ thuộc kỳ nào; chưa tính cả dòng")
            }
            DateFromTable { period, rows } => {
                format!("{rows} dòng không ghi ngày, tính vào {period} theo tiêu đề của bảng")
            }
            DateOutsidePeriod { date, period, carried: Some(rows) } => format!(
                "{rows} dòng, từ dòng này (ngày {date}), có trước kỳ của bảng ({period}): coi là việc chuyển từ kỳ trước sang, tính \
                 theo ngày ghi"
            ),
            DateOutsidePeriod { date, period, carried: None } => {
                format!("ngày {date} nằm ngoài kỳ của bảng ({period}); vẫn tính theo ngày ghi")
            }
            PeriodMissing => "bảng không ghi thuộc tháng, quý hay năm nào; chưa tính số liệu của bảng".into(),
            YearAssumed { year, label } => format!("\"{label}\" không ghi năm; đã coi là năm {year}"),

            UnitUnknown { found, nearest } => {
                let near = like(nearest);
                format!("{}: không có đơn vị này trong danh mục{near}; chưa tính cả dòng", words(found))
            }
            UnitAmbiguous { found, candidates } => {
                format!("{}: có thể là {}; chưa tính cả dòng", words(found), candidates.join(" hoặc "))
            }
            UnitMissing => "dòng có số liệu nhưng không ghi tên đơn vị; chưa tính cả dòng".into(),
            UnitIsOffice { unit } => format!("bảng không ghi đơn vị nào; coi là số liệu của {unit}"),
            UnitNotValid { unit, from, to } => {
                let mut when = String::new();
                if let Some(from) = from {
                    when += &format!(" từ ngày {from}");
                }
                if let Some(to) = to {
                    when += &format!(" đến ngày {to}");
                }
                format!("theo danh mục, {unit} chỉ có{when}; chưa tính")
            }
            UnitsFromData { count } => format!(
                "không có danh mục đơn vị (don-vi.csv, don-vi.xlsx): lấy {count} đơn vị theo tên ghi trong số liệu"
            ),
            CodeMended { found, code } => format!("mã đơn vị {found} mất số 0 ở đầu, hiểu là {code}"),

            TotalMismatch { label, indicator, stated, sum, decimals, across, explanation } => {
                let gap = stated.checked_sub(*sum).unwrap_or_default().abs();
                let parts = if *across { "các cột" } else { "các dòng" };
                let explained = explanation
                    .as_ref()
                    .map_or(String::new(), |explanation| format!("; {}", explanation.message(*across)));
                let used = match across {
                    true => String::new(),
                    false => format!("; báo cáo dùng {}", vietnamese(*sum, *decimals)),
                };
                format!(
                    "\"{label}\" ghi {}, {parts} cộng lại là {} (lệch {}) ở chỉ tiêu \"{indicator}\"{used}{explained}",
                    vietnamese(*stated, *decimals),
                    vietnamese(*sum, *decimals),
                    vietnamese(gap, *decimals),
                )
            }
            ShareMismatch { heading, stated, part, whole, percent, decimals } => format!(
                "\"{heading}\" ghi {}%, tính từ {} và {} là {}%",
                vietnamese(*stated, *decimals),
                vietnamese(*part, 6),
                vietnamese(*whole, 6),
                vietnamese(*percent, (*decimals).max(1))
            ),
            IdentityDiffers { left, left_amount, right, right_amount, source } => {
                let source = source.as_ref().map_or(String::new(), |source| format!(" ({source})"));
                format!(
                    "{left} là {}, phải bằng {right} là {}{source}",
                    vietnamese(*left_amount, 6),
                    vietnamese(*right_amount, 6)
                )
            }
            TotalUnproved { label, heading } => {
                format!("\"{label}\": ô tổng (\"{heading}\") không có số đọc được, không đối chiếu được với các dòng")
            }
            RecordsDiffer { of, stated, counted } => {
                let Subject { indicator, unit, period, decimals } = &**of;
                format!(
                    "{unit}, {period}: số ghi sẵn của \"{indicator}\" là {}, cộng từ danh sách chi tiết là {}; báo cáo dùng số từ danh sách",
                    vietnamese(*stated, *decimals),
                    vietnamese(*counted, *decimals)
                )
            }
            PartsDiffer { of, stated, parts, summed } => {
                let Subject { indicator, unit, period, decimals } = &**of;
                let parts_are = match summed {
                    true => "các kỳ nhỏ hơn hoặc các phần cộng lại là",
                    false => "số tại một thời điểm, không cộng các kỳ; theo các kỳ thì phải là",
                };
                format!(
                    "{unit}, {period}: \"{indicator}\" ghi {}, {parts_are} {}",
                    vietnamese(*stated, *decimals),
                    vietnamese(*parts, *decimals)
                )
            }
            FiguresConflict { of, first, second, other } => {
                let Subject { indicator, unit, period, decimals } = &**of;
                format!(
                    "{unit}, {period}: \"{indicator}\" ghi {}, nhưng {} ghi {}; chưa tính số nào",
                    vietnamese(*first, *decimals),
                    Place::from(other),
                    vietnamese(*second, *decimals)
                )
            }
            FigureOverruled { of, stated, counted, other, rule } => format!(
                "{}, {}: \"{}\" ghi {}, nhưng {} ghi {}; dùng số sau ({rule})",
                of.unit,
                of.period,
                of.indicator,
                vietnamese(*stated, of.decimals),
                Place::from(other),
                vietnamese(*counted, of.decimals)
            ),
            CumulativeDiffers { of, stated, counted } => format!(
                "{}, {}: số lũy kế của \"{}\" ghi {}, cộng các kỳ lại là {}; dùng số của các kỳ",
                of.unit,
                of.period,
                of.indicator,
                vietnamese(*stated, of.decimals),
                vietnamese(*counted, of.decimals)
            ),
            CumulativeFalls { of, stated, before, other } => format!(
                "{}, {}: số lũy kế của \"{}\" ghi {}, không khớp với số lũy kế của kỳ khác là {} ({}): số lũy kế không thể giảm; không dùng số này",
                of.unit,
                of.period,
                of.indicator,
                vietnamese(*stated, of.decimals),
                vietnamese(*before, of.decimals),
                Place::from(other)
            ),
            EstimateUsed { period, figures } => {
                format!("{figures} số ước thực hiện của {period} được tạm dùng, vì chưa có số thực hiện")
            }
            RememberedUsed { period, figures } => {
                format!("{figures} số ở cột cùng kỳ được dùng làm số liệu {period}, vì không có báo cáo của kỳ đó")
            }
            RememberedDiffers { of, stated, known } => format!(
                "{}, {}: cột cùng kỳ ghi \"{}\" là {}, số liệu của kỳ đó là {}; dùng số của kỳ đó",
                of.unit,
                of.period,
                of.indicator,
                vietnamese(*stated, of.decimals),
                vietnamese(*known, of.decimals)
            ),
            ParentGap { indicator, unit, period, stated, sum, decimals } => format!(
                "{unit}, {period}: tổng ghi sẵn của \"{indicator}\" là {}, các đơn vị cộng lại là {}; phần chênh lệch không cộng vào",
                vietnamese(*stated, *decimals),
                vietnamese(*sum, *decimals)
            ),
            ParentCounted { indicator, unit } => {
                format!("\"{indicator}\" chỉ có số chung của {unit}, không có số của từng đơn vị; dùng số chung")
            }
            PartlyInside { period, window } => {
                format!("số liệu của {period} chỉ nằm một phần trong kỳ báo cáo ({window}); chưa tính")
            }
            PeriodsOverlap { indicator, unit, period, other } => {
                format!("{unit}: \"{indicator}\" của {period} trùng một phần với số liệu của {other}; chưa tính")
            }
            TargetsDiffer { indicator, unit, first, amounts: (a, b), decimals } => format!(
                "kế hoạch \"{indicator}\" của {unit} ghi {}, nhưng {} ghi {}; chưa dùng số nào",
                vietnamese(*b, *decimals),
                format_args!("tệp {}, ô {}", first.sheet.file, first.cell),
                vietnamese(*a, *decimals)
            ),
            TargetPartsDiffer { indicator, whole, sum, decimals } => format!(
                "kế hoạch chung \"{indicator}\" ghi {}, kế hoạch giao các đơn vị cộng lại là {}; báo cáo dùng {}",
                vietnamese(*whole, *decimals),
                vietnamese(*sum, *decimals),
                vietnamese(*whole, *decimals)
            ),
            StockStale { indicator, unit, period, window, first } => {
                let when = if *first { "đầu" } else { "cuối" };
                format!(
                    "{unit}: \"{indicator}\" chỉ có số {when} kỳ của {period}, không có số {when} kỳ của {window}; \
                     tạm dùng số này"
                )
            }
            PartAlone { indicator, unit, period } => {
                format!(
                    "{unit}, {period}: \"{indicator}\" chỉ ghi một loại, không ghi số chung; lấy số của loại này làm số chung"
                )
            }
            AnswersExceed { of, whole, part_amount, whole_amount } => format!(
                "\"{of}\" ({}) lớn hơn \"{whole}\" ({})",
                vietnamese(*part_amount, 2),
                vietnamese(*whole_amount, 2)
            ),

            RateIncomplete { rate, unit, first, used, known } => format!(
                "{unit}: có tháng hoặc dòng (đầu tiên: {first}) chỉ ghi một trong các số để tính \"{rate}\", số kia để trống; \
                 tỷ lệ chỉ tính trên {}/{}",
                vietnamese(*used, 2),
                vietnamese(*known, 2)
            ),
            OneARow { indicator, rows } => format!("không có cột \"{indicator}\": mỗi dòng tính là 1 ({rows} dòng)"),
            CountMissing { heading, number, goes_on: false } => {
                format!("dòng có ghi số liệu nhưng để trống \"{heading}\"; dòng này chưa được tính vào \"{number}\"")
            }
            CountMissing { heading, number, goes_on: true } => format!(
                "dòng không có số thứ tự và để trống \"{heading}\": coi là tiếp theo của dòng trên, không tính thêm vào \"{number}\""
            ),
            RowsUnmarked { heading, rows, taken_for } => match taken_for {
                Unmarked::Left { category, open: false } => {
                    format!("cột \"{heading}\": {rows} dòng không đánh dấu, hiểu là \"{category}\"")
                }
                Unmarked::Left { category, open: true } => format!(
                    "cột \"{heading}\" có dòng ghi có, dòng ghi không: {rows} dòng để trống, tạm hiểu là \"{category}\""
                ),
                Unmarked::No => {
                    format!("cột \"{heading}\" chỉ có dấu \"có\": {rows} dòng không đánh dấu, hiểu là không")
                }
                Unmarked::Counted => {
                    format!("cột \"{heading}\": {rows} dòng để trống hoặc chưa rõ; các dòng này vẫn được tính")
                }
                Unmarked::Unsaid { left_out, counts } => {
                    let said = [("chưa tính vào", left_out), ("vẫn tính vào", counts)];
                    let said = said.iter().filter(|(_, titles)| !titles.is_empty());
                    let said: Vec<String> = said.map(|(how, titles)| format!("{how} {}", quoted(titles))).collect();
                    format!("cột \"{heading}\": {rows} dòng, từ dòng này, để trống hoặc chưa rõ; {}", said.join(", "))
                }
            },
            DateOfEventMissing { field, rows, within: None } => {
                format!("{rows} dòng không ghi \"{field}\": tính theo ngày của dòng")
            }
            DateOfEventMissing { field, rows, within: Some(period) } => {
                format!("{rows} dòng của kỳ trước không ghi \"{field}\": tính vào {period}, là kỳ của danh sách")
            }
            CategoryOther { field, rows, left_out } => {
                let number = match left_out.as_slice() {
                    [] => String::new(),
                    titles => format!("; chưa tính vào {}", quoted(titles)),
                };
                format!("{rows} dòng có \"{field}\" không thuộc danh mục phân loại, xếp vào \"Khác\"{number}")
            }
            DenunciationsIdentify { headings } => {
                format!(
                    "danh sách tố cáo có cột nhận diện người ({}): đây có thể là thông tin mật",
                    headings.join(", ")
                )
            }

            SourceUnused { line, what } => format!("quy tắc [[source]] dòng {line} không có tác dụng: {what}"),
            SourceIgnored { line } => format!("bỏ qua theo quy tắc [[source]] dòng {line} của danvan.toml"),
            SourceApplied { line, what } => {
                format!("đọc theo quy tắc [[source]] dòng {line} của danvan.toml: {what}")
            }
        }
    }

    /// The message without what comes of it.
    pub fn short(&self) -> String {
        match self {
            FileUnreadable { reason } => format!("không đọc được: {reason}"),
            FileUnsupported { kind } => format!("{kind} chưa đọc được"),
            FileOverLimit { limit } => format!("vượt giới hạn an toàn ({limit})"),
            _ => {
                let message = self.message();
                message.split(';').next().map(str::to_owned).unwrap_or(message)
            }
        }
    }

    /// Whose figure it is, where it says so.
    fn subject(&self) -> Option<&Subject> {
        match self {
            RecordsDiffer { of, .. }
            | PartsDiffer { of, .. }
            | FiguresConflict { of, .. }
            | FigureOverruled { of, .. }
            | CumulativeDiffers { of, .. }
            | CumulativeFalls { of, .. }
            | RememberedDiffers { of, .. } => Some(of),
            _ => None,
        }
    }

    /// The unit whose figure it is about, as the register spells it, where it says so itself.
    pub fn unit(&self) -> Option<&str> {
        match self {
            CumulativeAlone { unit, .. }
            | ParentGap { unit, .. }
            | ParentCounted { unit, .. }
            | PartAlone { unit, .. }
            | TargetsDiffer { unit, .. }
            | StockStale { unit, .. }
            | PeriodsOverlap { unit, .. } => Some(unit),
            _ => self.subject().map(|of| of.unit.as_str()),
        }
    }

    /// The indicator that it is about, by its title, where it says so itself.
    pub fn indicator(&self) -> Option<&str> {
        match self {
            TotalMismatch { indicator, .. }
            | SaidTwice { indicator, .. }
            | CumulativeAlone { indicator, .. }
            | ParentGap { indicator, .. }
            | PartAlone { indicator, .. }
            | StockStale { indicator, .. }
            | PeriodsOverlap { indicator, .. } => Some(indicator),
            _ => self.subject().map(|of| of.indicator.as_str()),
        }
    }

    /// How much is left out of the figures, or in doubt, where that is known.
    pub fn in_doubt(&self) -> Option<Amount> {
        let apart = |a: &Amount, b: &Amount| a.checked_sub(*b).map(|apart| apart.abs());
        match self {
            NumberFraction { guess, .. } => Some(*guess),
            NumberNegative { found, .. } => Some(found.abs()),
            FiguresConflict { first, second, .. } => Some(*first.max(second)),
            RecordsDiffer { stated, counted, .. }
            | FigureOverruled { stated, counted, .. }
            | CumulativeDiffers { stated, counted, .. } => apart(stated, counted),
            PartsDiffer { stated, parts, .. } => apart(stated, parts),
            CumulativeFalls { stated, before, .. } => apart(stated, before),
            TotalMismatch { stated, sum, .. } | ParentGap { stated, sum, .. } => apart(stated, sum),
            _ => None,
        }
    }

    /// How much of a file it takes from the figures.
    pub fn breadth(&self) -> Breadth {
        match self {
            FileUnreadable { .. } | FileUnsupported { .. } | FileOverLimit { .. } | TextLostDiacritics => Breadth::File,
            TableNotUnderstood
            | TablePlanned { .. }
            | PeriodMissing
            | ColumnNotUnderstood { .. }
            | RowNotUnderstood { .. }
            | GroupNotUnderstood { .. }
            | IndicatorNotNamed { .. }
            | IndicatorUnclear { .. }
            | PartUnknown { .. }
            | CumulativeAlone { .. }
            | MeasureMismatch { .. }
            | MeasureRegional { .. }
            | NumberShared { .. } => Breadth::Table,
            DateImpossible { .. }
            | DateUnreadable { .. }
            | DateMissing { .. }
            | UnitUnknown { .. }
            | UnitAmbiguous { .. }
            | UnitMissing
            | UnitNotValid { .. } => Breadth::Row,
            _ => Breadth::Cell,
        }
    }

    /// What to do about it.
    pub fn help(&self) -> Option<&'static str> {
        Some(match self {
            FileUnreadable { .. } => {
                "kiểm tra tệp có mở được không; nếu được, lưu lại bằng Excel thành .xlsx không đặt mật khẩu rồi gửi lại"
            }
            FileUnsupported { .. } => "đề nghị gửi bản Excel (.xlsx) hoặc CSV",
            FileOverLimit { .. } => "chép riêng các bảng số liệu sang một tệp Excel mới rồi gửi lại",
            FileRepeated { .. } => "xóa tệp thừa nếu gửi trùng",
            SheetRepeated { .. } => {
                "xóa trang tính thừa nếu gửi trùng; nếu là số liệu khác, ghi rõ đơn vị và kỳ của mỗi bảng"
            }
            RowsRepeated { supplement: false, .. } => {
                "bỏ những dòng gửi trùng; nếu là việc khác, ghi thêm cho rõ (người, nội dung)"
            }
            RowsUpdated { preferred: Preferred::Carried, .. } => "không cần sửa nếu là việc chuyển từ kỳ trước sang",
            RowsUpdated { .. } => "nếu là hai việc khác nhau, ghi thêm cho rõ; nếu là một việc, bỏ dòng cũ",
            RowsAlike { .. } => {
                "nếu là một việc, bỏ dòng cũ (ghi \"đính chính\" ở tên tệp nếu gửi lại bản đã sửa); nếu là hai việc, ghi thêm cho \
                 rõ (người, nội dung)"
            }
            Corrected { .. } => {
                "đúng là bản sửa thì không phải làm gì; nếu không phải, đổi tên tệp hoặc tiêu đề của bản thay thế"
            }
            NilContradicted { .. } => "xóa chữ Không phát sinh, hoặc xóa các dòng, số liệu kia",
            TextLostDiacritics => "lưu lại tệp gốc dạng .xlsx hoặc CSV UTF-8 rồi gửi lại",
            FileWithoutFigures => {
                "nếu là báo cáo thì gửi lại bằng bảng có tiêu đề cột; nếu không phải thì để tệp ngoài thư mục số liệu"
            }
            FiguresInText => "ghi mỗi chỉ tiêu một dòng: tên chỉ tiêu ở một ô, số ở ô bên phải",
            TableNotUnderstood => "ghi rõ tên biểu ở trên bảng và tên chỉ tiêu ở tiêu đề cột",
            TablePlanned { .. } => "nếu là kết quả thực hiện, ghi rõ ở tiêu đề của bảng",
            TableEmpty { .. } | TemplateBlank { .. } => "ghi \"Không phát sinh\" nếu trong kỳ không có",
            TemplateUnknown { .. } | TemplateOld { .. } => "lần sau gửi cho đơn vị mẫu mới (lệnh danvan template)",
            TemplateChanged { .. } => "kiểm tra các cột đã sửa, hoặc ghi lại vào mẫu gốc; ghi thêm ở cột Ghi chú",
            ColumnNotUnderstood { numeric: true, .. } => {
                "nếu là chỉ tiêu cần báo cáo, sửa tiêu đề theo tên chỉ tiêu (lệnh danvan forms)"
            }
            GroupNotUnderstood { .. } => {
                "nếu là chỉ tiêu cần báo cáo, ghi đủ tên chỉ tiêu ở từng dòng (lệnh danvan forms)"
            }
            RowNotUnderstood { .. } => "nếu là chỉ tiêu cần báo cáo, ghi dòng theo tên chỉ tiêu (lệnh danvan forms)",
            IndicatorNotNamed { .. } | IndicatorUnclear { .. } => "ghi rõ tên chỉ tiêu ở tiêu đề cột hoặc dòng",
            CumulativeAlone { .. } => "ghi thêm cột số trong kỳ",
            CumulativeDiffers { .. } | CumulativeFalls { .. } => "kiểm tra lại số lũy kế và số từng kỳ",
            EstimateUsed { .. } => "gửi số thực hiện khi có",
            RememberedDiffers { .. } => "kiểm tra lại số cùng kỳ năm trước",
            FigureOverruled { .. } => "kiểm tra lại, chỉ giữ một số đúng",
            ColumnNumbersRows { codes: false, .. } => {
                "nếu đúng là số lượng thì ghi tiêu đề là \"Số lượng …\"; nếu là số vào sổ thì không phải sửa gì"
            }
            PartUnknown { .. } => "ghi thêm dòng hoặc cột tổng của chỉ tiêu",
            LabelsDisagree { .. } => "sửa tiêu đề cho khớp nhau",
            SaidTwice { .. } => "chỉ giữ một ô cho mỗi chỉ tiêu, hoặc ghi rõ tiêu đề khác nhau",
            NumberUnreadable { .. } => "ghi bằng chữ số; ghi 0 nếu không phát sinh; để trống nếu chưa có số liệu",
            NumberIsError { .. } => "sửa công thức hoặc ghi thẳng số",
            NumberIsRange { found: Some(found), .. } if numbers_in(found) < 2 => "ghi một số chính xác",
            NumberIsRange { .. } => "ghi một số chính xác; nếu là hai chỉ tiêu thì ghi thành hai cột",
            NumberNegative { .. } => "kiểm tra lại số đã ghi",
            NumberFraction { .. } => "ghi lại số đầy đủ, ví dụ 27900",
            NumberTooLarge { .. } => "kiểm tra lại số đã ghi",
            NumberShared { .. } => "bỏ gộp ô và ghi riêng số của từng dòng, từng cột",
            NumberAmbiguous { .. } => "ghi số không có dấu phân cách hàng nghìn",
            NumberShownOtherwise { .. } => "gõ lại số đầy đủ, ví dụ 27900, và bỏ định dạng ba số lẻ của ô",
            MeasureDoubtful { .. } => "kiểm tra đơn vị tính ghi ở tiêu đề",
            FormulaWithoutResult { .. } => "mở tệp bằng Excel, bấm lưu lại rồi gửi lại; hoặc ghi thẳng số",
            MeasureMismatch { found: Some(_), .. } => "sửa đơn vị tính hoặc tiêu đề",
            MeasureMismatch { found: None, .. } => "chỉ ghi số, hoặc ghi đúng đơn vị tính sau số",
            MeasureAssumed { .. } => "ghi đơn vị tính ở tiêu đề, ví dụ (m2), (triệu đồng)",
            MeasureRegional { .. } => "đổi sang m2 hoặc ha; hoặc đặt quy đổi ở mục [measure] của danvan.toml",
            DateImpossible { .. } | DateUnreadable { .. } => "ghi ngày theo dạng 16/05/2023",
            DateMissing { .. } => "ghi ngày theo dạng 16/05/2023, hoặc ghi tháng ở tiêu đề của bảng",
            DateOutsidePeriod { .. } => "kiểm tra lại ngày hoặc kỳ ghi ở tiêu đề",
            PeriodMissing => "ghi kỳ ở tiêu đề của bảng hoặc tên tệp, ví dụ \"Quý II năm 2023\"",
            YearAssumed { .. } => "ghi rõ năm ở tiêu đề hoặc tên tệp",
            UnitUnknown { .. } => "sửa tên đơn vị theo danh mục, hoặc thêm vào cột \"Tên khác\" của danh mục",
            UnitAmbiguous { .. } => "ghi thêm loại đơn vị (xã, thị trấn), tên huyện hoặc mã",
            UnitMissing => "ghi tên đơn vị ở dòng này",
            UnitIsOffice { .. } => "ghi tên đơn vị ở đầu bảng nếu là số liệu của một đơn vị",
            UnitNotValid { .. } => "ghi theo tên đơn vị sau sắp xếp, hoặc sửa ngày hiệu lực trong danh mục",
            UnitsFromData { .. } => "lập danh mục đơn vị để biết đơn vị nào chưa báo cáo",
            TotalMismatch { .. } | ParentGap { .. } | PartsDiffer { .. } => "kiểm tra lại số tổng và các phần của nó",
            RecordsDiffer { .. } => "kiểm tra lại danh sách và số tổng hợp",
            FiguresConflict { .. } => "giữ lại số đúng, bỏ số sai",
            ParentCounted { .. } => "gửi thêm số liệu của từng đơn vị",
            PartAlone { .. } => "ghi thêm cột hoặc dòng tổng số của chỉ tiêu",
            TargetsDiffer { .. } => "chỉ giữ một số kế hoạch cho mỗi chỉ tiêu của một đơn vị trong một kỳ",
            TargetPartsDiffer { .. } => "kiểm tra lại kế hoạch chung và kế hoạch giao từng đơn vị",
            StockStale { .. } => "gửi số tồn đúng thời điểm của kỳ báo cáo",
            PeriodsOverlap { .. } => "gửi số liệu theo tháng hoặc quý",
            PartlyInside { .. } => "gửi số liệu theo tháng, hoặc lập báo cáo đúng kỳ của số liệu",
            AnswersExceed { .. } => {
                "kiểm tra lại hai số này; nếu có đơn (việc) kỳ trước chuyển sang thì ghi thêm dòng hoặc cột ấy"
            }
            RateIncomplete { .. } => "ghi đủ các ô còn trống; không có thì ghi số 0",
            ShareMismatch { .. } => "kiểm tra lại tỷ lệ và hai số dùng để tính",
            IdentityDiffers { .. } => "kiểm tra lại các số này",
            CountMissing { goes_on: false, .. } => {
                "điền ô này (ghi 0 nếu không có); nếu dòng này vẫn là của người ở dòng trên thì gộp ô với ô trên"
            }
            RowsUnmarked { taken_for: Unmarked::Counted | Unmarked::Left { open: true, .. }, .. } => {
                "ghi rõ từng dòng đã xong hay chưa: đánh dấu x hoặc ghi Có, Không"
            }
            RowsUnmarked { taken_for: Unmarked::Unsaid { .. }, .. } => "ghi rõ vào ô để trống của từng dòng",
            CategoryOther { left_out, .. } if !left_out.is_empty() => {
                "ghi theo các loại có sẵn của biểu (lệnh danvan forms), ghi thêm ở cột Ghi chú"
            }
            DenunciationsIdentify { .. } => {
                "gửi danh sách không có họ tên, địa chỉ; xử lý tệp theo quy định bảo vệ bí mật"
            }
            SheetHidden => "kiểm tra trang tính ẩn có còn dùng không",
            RowsHidden { .. } | ColumnsHidden { .. } => "kiểm tra phần ẩn có còn dùng không",
            SourceUnused { .. } => {
                "sửa quy tắc, hoặc xóa nếu không còn tệp đó; xem lại bằng lệnh danvan check --explain TỆP"
            }
            RowsRepeated { supplement: true, .. }
            | CorrectionAlone
            | Superseded { .. }
            | SheetWithoutTable
            | TextDecoded { .. }
            | ColumnNotUnderstood { numeric: false, .. }
            | ColumnIgnored { .. }
            | RememberedUsed { .. }
            | CategoryUnclear { .. }
            | DateFromTable { .. }
            | CodeMended { .. }
            | TotalUnproved { .. }
            | OneARow { .. }
            | ColumnNumbersRows { codes: true, .. }
            | CountMissing { goes_on: true, .. }
            | RowsUnmarked { taken_for: Unmarked::Left { open: false, .. } | Unmarked::No, .. }
            | DateOfEventMissing { .. }
            | CategoryOther { .. }
            | SourceIgnored { .. }
            | SourceApplied { .. } => return None,
        })
    }
}

/// The gravest severity among them.
pub fn most_severe(diagnostics: &[Diagnostic]) -> Option<Severity> {
    diagnostics.iter().map(Diagnostic::severity).min()
}
