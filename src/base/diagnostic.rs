//! A problem in the office's data: a value, not an error. Every sentence that a user can see about one stands in this file.
//!
//! *error*: a figure is missing or wrong because of it; *warning*: a figure was used but is doubtful; *note*: something was assumed.

use std::fmt;
use std::sync::Arc;

use super::amount::{Amount, vietnamese};
use super::cell::{Area, CellRef, SheetName, Source};

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
        of: Source,
        /// One of the two only adds what is not there.
        supplement: bool,
    },
    /// Rows of a list that another list tells in a fuller or later state.
    RowsUpdated {
        rows: usize,
        by: Source,
    },
    /// Rows that may be one event, though they differ in a number.
    RowsAlike {
        rows: usize,
        of: Source,
    },
    /// What a correction says anew.
    Corrected {
        records: usize,
        figures: usize,
        by: Place,
    },
    CorrectionAlone,
    SheetWithoutTable,
    SheetHidden,
    /// Hidden rows or columns that hold something; how many.
    RowsHidden {
        rows: usize,
    },
    ColumnsHidden {
        columns: usize,
    },
    TableNotUnderstood,
    TableEmpty {
        form: String,
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
    /// A table with cumulative figures and none of the period.
    CumulativeAlone {
        heading: String,
    },
    IndicatorNotNamed {
        heading: String,
    },
    IndicatorUnclear {
        heading: String,
        candidates: Vec<String>,
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
    },
    /// A stated total that is an error, a formula without result or words: nothing can be compared with it.
    TotalUnproved {
        label: String,
        heading: String,
    },
    RecordsDiffer {
        indicator: String,
        unit: String,
        period: String,
        stated: Amount,
        counted: Amount,
        decimals: u32,
    },
    PartsDiffer {
        indicator: String,
        unit: String,
        period: String,
        stated: Amount,
        parts: Amount,
        decimals: u32,
    },
    FiguresConflict {
        indicator: String,
        unit: String,
        period: String,
        first: Amount,
        second: Amount,
        other: Source,
        decimals: u32,
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

    OneARow {
        indicator: String,
        rows: usize,
    },
    DateOfEventMissing {
        field: String,
        rows: usize,
    },
    CategoryOther {
        field: String,
        rows: usize,
    },
    DenunciationsIdentify {
        headings: Vec<String>,
    },
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
            SheetWithoutTable => "sheet-without-table",
            SheetHidden => "sheet-hidden",
            RowsHidden { .. } => "rows-hidden",
            ColumnsHidden { .. } => "columns-hidden",
            TableNotUnderstood => "table-not-understood",
            TableEmpty { .. } => "table-empty",
            TablePlanned { .. } => "table-planned",
            TextLostDiacritics => "text-lost-diacritics",
            TextDecoded { .. } => "text-decoded",
            ColumnNotUnderstood { .. } => "column-not-understood",
            ColumnIgnored { .. } => "column-ignored",
            CumulativeAlone { .. } => "cumulative-alone",
            IndicatorNotNamed { .. } => "indicator-not-named",
            IndicatorUnclear { .. } => "indicator-unclear",
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
            TotalUnproved { .. } => "total-unproved",
            RecordsDiffer { .. } => "records-differ",
            PartsDiffer { .. } => "parts-differ",
            FiguresConflict { .. } => "figures-conflict",
            ParentGap { .. } => "parent-gap",
            ParentCounted { .. } => "parent-counted",
            PartlyInside { .. } => "partly-inside",
            PartAlone { .. } => "part-alone",
            PeriodsOverlap { .. } => "periods-overlap",
            AnswersExceed { .. } => "answers-exceed",
            OneARow { .. } => "one-a-row",
            DateOfEventMissing { .. } => "date-of-event-missing",
            CategoryOther { .. } => "category-other",
            DenunciationsIdentify { .. } => "denunciations-identify",
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
            | FiguresConflict { .. } => Severity::Error,
            FileRepeated { .. }
            | SheetRepeated { .. }
            | RowsRepeated { supplement: false, .. }
            | RowsUpdated { .. }
            | RowsAlike { .. }
            | Corrected { .. }
            | TablePlanned { .. }
            | CumulativeAlone { .. }
            | ColumnNotUnderstood { numeric: true, .. }
            | CategoryUnclear { .. }
            | LabelsDisagree { .. }
            | SaidTwice { same: true, .. }
            | NumberAmbiguous { .. }
            | NumberShownOtherwise { .. }
            | MeasureDoubtful { .. }
            | MeasureAssumed { .. }
            | DateOutsidePeriod { .. }
            | YearAssumed { .. }
            | TotalMismatch { .. }
            | RecordsDiffer { .. }
            | PartsDiffer { .. }
            | ParentGap { .. }
            | PartlyInside { .. }
            | PartAlone { .. }
            | PeriodsOverlap { .. }
            | AnswersExceed { .. }
            | DenunciationsIdentify { .. } => Severity::Warning,
            RowsRepeated { supplement: true, .. }
            | CorrectionAlone
            | SheetWithoutTable
            | SheetHidden
            | RowsHidden { .. }
            | ColumnsHidden { .. }
            | TableEmpty { .. }
            | TextDecoded { .. }
            | ColumnNotUnderstood { numeric: false, .. }
            | ColumnIgnored { .. }
            | DateFromTable { .. }
            | UnitIsOffice { .. }
            | UnitsFromData { .. }
            | CodeMended { .. }
            | ParentCounted { .. }
            | TotalUnproved { .. }
            | OneARow { .. }
            | DateOfEventMissing { .. }
            | CategoryOther { .. } => Severity::Note,
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
            RowsRepeated { rows, of, supplement } => format!(
                "{rows} dòng, từ dòng này, đã có ở {}; {}",
                Place::from(of),
                if *supplement {
                    "bản bổ sung chỉ thêm những dòng chưa có"
                } else {
                    "mỗi dòng chỉ tính một lần"
                }
            ),
            RowsUpdated { rows, by } => format!(
                "{rows} dòng, từ dòng này, được ghi đầy đủ hơn hoặc mới hơn ở {} (cùng ngày, cùng người hoặc cùng nội dung); \
                 mỗi việc chỉ tính một lần, theo dòng ở đó",
                Place::from(by)
            ),
            RowsAlike { rows, of } => format!(
                "{rows} dòng, từ dòng này, có thể là cùng một việc với dòng ở {} (cùng ngày) nhưng ghi khác; vẫn tính cả hai",
                Place::from(of)
            ),
            Corrected { records, figures, by } => {
                let what = match (records, figures) {
                    (0, 0) => "\"Không phát sinh\"".to_owned(),
                    (records, 0) => format!("{records} dòng"),
                    (0, figures) => format!("{figures} số liệu"),
                    (records, figures) => format!("{records} dòng và {figures} số liệu"),
                };
                format!("{what} ở đây được thay bằng {by} (ghi là bản sửa, thay thế); chỉ tính bản thay thế")
            }
            CorrectionAlone => {
                "ghi là bản sửa, thay thế nhưng không thấy số liệu nào được thay; tính như số liệu thường".into()
            }
            SheetWithoutTable => "không thấy bảng số liệu nào trên trang tính này".into(),
            SheetHidden => "trang tính đang ẩn; số liệu vẫn được đọc".into(),
            RowsHidden { rows } => format!("có {rows} dòng đang ẩn; số liệu vẫn được đọc"),
            ColumnsHidden { columns } => format!("có {columns} cột đang ẩn; số liệu vẫn được đọc"),
            TableNotUnderstood => {
                "không hiểu được bảng này: không thấy tên biểu hoặc chỉ tiêu nào đã biết; chưa tính số liệu của bảng"
                    .into()
            }
            TableEmpty { form } => {
                format!("bảng \"{form}\" chỉ có tiêu đề, chưa có dòng số liệu; coi như chưa có số liệu")
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
            CumulativeAlone { heading } => {
                format!("bảng chỉ có số lũy kế (\"{heading}\"), không có số trong kỳ; chưa tính số liệu của bảng")
            }
            IndicatorNotNamed { heading } => {
                format!("số liệu dưới tiêu đề \"{heading}\" chưa rõ là chỉ tiêu nào; chưa tính")
            }
            IndicatorUnclear { heading, candidates } => {
                format!("tiêu đề \"{heading}\" có thể là {}; chưa tính", candidates.join(" hoặc "))
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
            DateOutsidePeriod { date, period } => {
                format!("ngày {date} nằm ngoài kỳ của bảng ({period}); vẫn tính theo ngày ghi")
            }
            PeriodMissing => "bảng không ghi thuộc tháng, quý hay năm nào; chưa tính số liệu của bảng".into(),
            YearAssumed { year, label } => format!("\"{label}\" không ghi năm; đã coi là năm {year}"),

            UnitUnknown { found, nearest } => {
                let near = if nearest.is_empty() {
                    String::new()
                } else {
                    format!(" (tên gần giống: {})", nearest.join(", "))
                };
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

            TotalMismatch { label, indicator, stated, sum, decimals } => {
                let gap = stated.checked_sub(*sum).unwrap_or_default().abs();
                format!(
                    "\"{label}\" ghi {}, các dòng cộng lại là {} (lệch {}) ở chỉ tiêu \"{indicator}\"; báo cáo dùng {}",
                    vietnamese(*stated, *decimals),
                    vietnamese(*sum, *decimals),
                    vietnamese(gap, *decimals),
                    vietnamese(*sum, *decimals)
                )
            }
            TotalUnproved { label, heading } => {
                format!("\"{label}\": ô tổng (\"{heading}\") không có số đọc được, không đối chiếu được với các dòng")
            }
            RecordsDiffer { indicator, unit, period, stated, counted, decimals } => format!(
                "{unit}, {period}: số ghi sẵn của \"{indicator}\" là {}, cộng từ danh sách chi tiết là {}; báo cáo dùng số từ danh sách",
                vietnamese(*stated, *decimals),
                vietnamese(*counted, *decimals)
            ),
            PartsDiffer { indicator, unit, period, stated, parts, decimals } => format!(
                "{unit}, {period}: \"{indicator}\" ghi {}, các kỳ nhỏ hơn hoặc các phần cộng lại là {}",
                vietnamese(*stated, *decimals),
                vietnamese(*parts, *decimals)
            ),
            FiguresConflict { indicator, unit, period, first, second, other, decimals } => format!(
                "{unit}, {period}: \"{indicator}\" ghi {}, nhưng {} ghi {}; chưa tính số nào",
                vietnamese(*first, *decimals),
                Place::from(other),
                vietnamese(*second, *decimals)
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

            OneARow { indicator, rows } => format!("không có cột \"{indicator}\": mỗi dòng tính là 1 ({rows} dòng)"),
            DateOfEventMissing { field, rows } => format!("{rows} dòng không ghi \"{field}\": tính theo ngày của dòng"),
            CategoryOther { field, rows } => {
                format!("{rows} dòng có \"{field}\" không thuộc danh mục phân loại, xếp vào \"Khác\"")
            }
            DenunciationsIdentify { headings } => {
                format!(
                    "danh sách tố cáo có cột nhận diện người ({}): đây có thể là thông tin mật",
                    headings.join(", ")
                )
            }
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
            RowsUpdated { .. } => "nếu là hai việc khác nhau, ghi thêm cho rõ; nếu là một việc, bỏ dòng cũ",
            RowsAlike { .. } => "bỏ dòng sai nếu là một việc; ghi \"đính chính\" ở tên tệp nếu gửi lại bản đã sửa",
            Corrected { .. } => "xóa bản cũ nếu không còn dùng; nếu không phải bản sửa, đổi tên tệp hoặc tiêu đề",
            TextLostDiacritics => "lưu lại tệp gốc dạng .xlsx hoặc CSV UTF-8 rồi gửi lại",
            TableNotUnderstood => "ghi rõ tên biểu ở trên bảng và tên chỉ tiêu ở tiêu đề cột",
            TablePlanned { .. } => "nếu là kết quả thực hiện, ghi rõ ở tiêu đề của bảng",
            TableEmpty { .. } => "ghi \"Không phát sinh\" nếu trong kỳ không có",
            ColumnNotUnderstood { numeric: true, .. } => {
                "nếu là chỉ tiêu cần báo cáo, sửa tiêu đề theo tên chỉ tiêu (lệnh danvan forms)"
            }
            IndicatorNotNamed { .. } | IndicatorUnclear { .. } => "ghi rõ tên chỉ tiêu ở tiêu đề cột hoặc dòng",
            CumulativeAlone { .. } => "ghi thêm cột số trong kỳ",
            PartUnknown { .. } => "ghi thêm dòng hoặc cột tổng của chỉ tiêu",
            LabelsDisagree { .. } => "sửa tiêu đề cho khớp nhau",
            SaidTwice { .. } => "chỉ giữ một ô cho mỗi chỉ tiêu, hoặc ghi rõ tiêu đề khác nhau",
            NumberUnreadable { .. } => "ghi bằng chữ số; ghi 0 nếu không phát sinh; để trống nếu chưa có số liệu",
            NumberIsError { .. } => "sửa công thức hoặc ghi thẳng số",
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
            PeriodsOverlap { .. } => "gửi số liệu theo tháng hoặc quý",
            PartlyInside { .. } => "gửi số liệu theo tháng, hoặc lập báo cáo đúng kỳ của số liệu",
            AnswersExceed { .. } => "kiểm tra lại hai số này",
            DenunciationsIdentify { .. } => {
                "gửi danh sách không có họ tên, địa chỉ; xử lý tệp theo quy định bảo vệ bí mật"
            }
            SheetHidden => "kiểm tra trang tính ẩn có còn dùng không",
            RowsHidden { .. } | ColumnsHidden { .. } => "kiểm tra phần ẩn có còn dùng không",
            RowsRepeated { supplement: true, .. }
            | CorrectionAlone
            | SheetWithoutTable
            | TextDecoded { .. }
            | ColumnNotUnderstood { numeric: false, .. }
            | ColumnIgnored { .. }
            | CategoryUnclear { .. }
            | DateFromTable { .. }
            | CodeMended { .. }
            | TotalUnproved { .. }
            | OneARow { .. }
            | DateOfEventMissing { .. }
            | CategoryOther { .. } => return None,
        })
    }
}

/// The gravest severity among them.
pub fn most_severe(diagnostics: &[Diagnostic]) -> Option<Severity> {
    diagnostics.iter().map(Diagnostic::severity).min()
}
