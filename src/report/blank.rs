//! Blank workbooks for communes: a page of guidance, a sheet a form, and the words of its drop-downs. Takes the catalogue's
//! [`blank`]s, whose unit and period are written in where they are known; gives a document to be written as a workbook.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::base::period::Window;
use crate::base::record::{FieldId, FormId, IndicatorId, OrgUnitId};
use crate::catalogue::Catalogue;
use crate::catalogue::blank::{self, Holds, Stamp};
use crate::catalogue::form::FieldKind;
use crate::catalogue::indicator::Indicator;
use crate::catalogue::register::Register;

use super::document::{Blank, Cell, Column, ColumnKind, Document, Input, Row, RowKind, Rule, Sheet, Tab, Table, Text};

/// Rows of a list that are ruled and numbered, and how many more may be filled in.
const ROWS: usize = 18;
const SPARE: usize = 182;
/// What a drop-down may hold by itself, in UTF-16 units.
const MAX_LIST: usize = 255;
/// What stands where the commune is to write.
const DOTS: &str = "....................................";
/// What is written in place of the first row's date where nothing happened.
const NIL: &str = "Không phát sinh";
/// The keys of the sheets beside the forms'; no form's id has such signs.
const GUIDE: &str = "@guide";
const LISTS: &str = "@lists";

/// Whose blank it is, and of which period, as its title lines say.
#[derive(Clone, Debug, Default)]
pub struct For {
    /// "Xã Bảo Hà", and the code of a unit of a register.
    pub unit: Option<(String, String)>,
    /// "Năm 2023".
    pub period: Option<String>,
    pub sent: Option<NaiveDate>,
}

/// One workbook with a sheet a form.
pub fn workbook(catalogue: &Catalogue, forms: &[FormId], of: &For, created: NaiveDate) -> Document {
    let mut lists = Lists::default();
    let mut sheets = vec![guide("HƯỚNG DẪN GHI BIỂU", GUIDANCE)];
    sheets.extend(forms.iter().map(|&form| sheet(catalogue, form, of, &mut lists)));
    sheets.extend(lists.sheet());
    let title = match forms {
        [one] => format!("Biểu mẫu {}", catalogue.form(*one).title),
        _ => "Biểu mẫu báo cáo số liệu".to_owned(),
    };
    document(title, sheets, created)
}

/// The units that blanks are made for: those that a report of the window shows.
pub fn units(register: &Register, level: Option<&str>, window: Window) -> Vec<OrgUnitId> {
    let shown = super::units::shown(register, level, window, &BTreeSet::new());
    shown.into_iter().filter(|shown| !shown.own).map(|shown| shown.unit).collect()
}

/// A workbook of sheets to be filled in.
pub fn document(title: String, sheets: Vec<Sheet>, created: NaiveDate) -> Document {
    Document { title, created, text: Text::default(), sheets, summary: Table::default() }
}

/// What a commune's clerk has to know, on one page.
const GUIDANCE: &[&str] = &[
    "1. Mỗi trang tính là một biểu. Biểu có việc thì ghi; biểu đã rà soát, cả kỳ không có việc nào, thì ghi \"Không phát sinh\" \
     vào ô B8 (cột ngày của dòng STT 1); biểu có sẵn tên chỉ tiêu thì ghi 0 ở cột Số liệu. Biểu để nguyên là chưa báo cáo.",
    "2. Ghi tên đơn vị, kỳ báo cáo và ngày gửi ở ba dòng dưới tên biểu, nếu chưa có sẵn. Ví dụ: Đơn vị: Xã Bảo Hà; \
     Kỳ báo cáo: Quý II năm 2023; Ngày gửi: 05/07/2023.",
    "3. Mỗi việc ghi một dòng, từ dòng STT 1 trở xuống. Hết dòng có kẻ khung thì ghi tiếp xuống dưới, khung tự hiện ra. \
     Không cần cộng: bảng tổng hợp tự cộng.",
    "4. Ngày ghi theo thứ tự ngày/tháng/năm, ví dụ 15/03/2023.",
    "5. Ô có mũi tên bên phải: bấm mũi tên rồi chọn một mục, không cần gõ.",
    "6. Ô ghi số: chỉ ghi số, không ghi đơn vị tính. Đơn vị tính ở tiêu đề cột, ví dụ \"Diện tích (m2)\" thì 0,5 ha ghi là 5000. \
     Phần lẻ ghi sau dấu phẩy, ví dụ 12,5.",
    "7. Chưa có số liệu thì để trống ô. Ghi 0 là đã rà soát và không có.",
    "8. Biểu không thuộc việc của đơn vị thì để nguyên, không cần xóa.",
    "9. Không sửa, không xóa dòng tiêu đề cột và dòng chữ nhỏ \"Mẫu danvan\" ở đầu biểu. Cần ghi thêm thì ghi ở cột Ghi chú.",
    "10. Ghi xong, lưu tệp ở dạng Excel (.xlsx), đặt tên tệp có tên xã và kỳ báo cáo rồi gửi về cơ quan tổng hợp.",
];

/// A sheet of lines to read, that the reader passes over.
pub fn guide(title: &str, lines: &[&str]) -> Sheet {
    let row = |line: &&str| Row { kind: RowKind::Plain, cells: vec![Cell::text(*line)] };
    let column = Column { kind: ColumnKind::Prose, width: 110, ..Column::default() };
    let table = Table { columns: vec![column], rows: lines.iter().map(row).collect(), ..Table::default() };
    Sheet {
        key: GUIDE.into(),
        name: "Hướng dẫn".into(),
        title: title.into(),
        tables: vec![table],
        tab: Tab::Source,
        blank: Some(Blank { stamp: Stamp::Guide.text(), ..Blank::default() }),
        ..Sheet::default()
    }
}

/// The words of drop-downs that a cell's own rule cannot hold, one list under another.
#[derive(Default)]
pub struct Lists(Vec<Row>);

impl Lists {
    /// The rule that offers these words.
    pub fn rule(&mut self, words: Vec<String>) -> Rule {
        let length = words.iter().map(|word| word.encode_utf16().count() + 1).sum::<usize>();
        if length <= MAX_LIST && !words.iter().any(|word| word.contains([',', '"'])) {
            return Rule::List(words);
        }
        if !self.0.is_empty() {
            self.0.push(Row { kind: RowKind::Plain, ..Row::default() });
        }
        let first = self.0.len();
        self.0.extend(words.into_iter().map(|word| Row { kind: RowKind::Plain, cells: vec![Cell::text(word)] }));
        Rule::Listed { sheet: LISTS.into(), rows: first..self.0.len() }
    }

    /// The hidden sheet on which they stand, if there are any.
    pub fn sheet(self) -> Option<Sheet> {
        let column = Column { kind: ColumnKind::Prose, ..Column::default() };
        let table = Table { columns: vec![column], rows: self.0, ..Table::default() };
        (!table.rows.is_empty()).then(|| Sheet {
            key: LISTS.into(),
            name: "Danh mục".into(),
            tables: vec![table],
            hidden: true,
            blank: Some(Blank { stamp: Stamp::Lists.text(), ..Blank::default() }),
            ..Sheet::default()
        })
    }
}

/// A form's sheet.
fn sheet(catalogue: &Catalogue, form: FormId, of: &For, lists: &mut Lists) -> Sheet {
    let blank = blank::of(catalogue, form);
    let of_form = catalogue.form(form);
    let list = blank.rows.is_empty();
    let mut columns = Vec::new();
    let mut inputs = Vec::new();
    for column in &blank.columns {
        let (kind, width, input) = match column.holds {
            Holds::Ordinal => (ColumnKind::Ordinal, 5, Input { rule: Rule::Fixed, ..Input::default() }),
            Holds::Indicator => (ColumnKind::Text, 50, Input { rule: Rule::Fixed, ..Input::default() }),
            Holds::Measure => (ColumnKind::Text, 12, Input { rule: Rule::Fixed, ..Input::default() }),
            Holds::Figure => (ColumnKind::Number, 16, of_figure(&blank.rows, catalogue, &column.heading)),
            Holds::Note => (ColumnKind::Text, 16, Input { rule: Rule::Fixed, ..Input::default() }),
            Holds::Field(field) => of_field(catalogue, form, field, &column.heading, lists),
        };
        columns.push(super::document::Column { key: String::new(), header: vec![column.heading.clone()], kind, width });
        inputs.push(input);
    }
    let ordinal = |at: usize| Cell::number((at + 1).into(), 0);
    let rows = match list {
        true => (0..ROWS).map(|at| Row { cells: vec![ordinal(at)], ..Row::default() }).collect(),
        false => blank
            .rows
            .iter()
            .enumerate()
            .map(|(at, &id)| {
                let indicator = catalogue.indicator(id);
                let cells = vec![ordinal(at), Cell::text(&*indicator.title), Cell::text(&*indicator.measure.id)];
                Row { cells, ..Row::default() }
            })
            .collect(),
    };
    let unit = match &of.unit {
        Some((name, code)) if code.is_empty() => format!("Đơn vị: {name}"),
        Some((name, code)) => format!("Đơn vị: {name} (mã {code})"),
        None => format!("Đơn vị: {DOTS}"),
    };
    let period = of.period.as_deref().unwrap_or(DOTS);
    let sent = of.sent.map_or(DOTS.to_owned(), |day| day.format("%d/%m/%Y").to_string());
    let stamp = Stamp::Form { id: of_form.id.clone(), version: blank.version };
    Sheet {
        key: of_form.id.clone(),
        name: of_form.title.clone(),
        title: of_form.heading.to_uppercase(),
        subtitle: vec![unit, format!("Kỳ báo cáo: {period}"), format!("Ngày gửi: {sent}")],
        tables: vec![Table { columns, rows, ..Table::default() }],
        tab: Tab::Form,
        blank: Some(Blank { stamp: stamp.text(), inputs, spare: if list { SPARE } else { 0 } }),
        ..Sheet::default()
    }
}

/// How wide a field's column is, and what may be written into it.
fn of_field(
    catalogue: &Catalogue,
    form: FormId,
    id: FieldId,
    heading: &str,
    lists: &mut Lists,
) -> (ColumnKind, u32, Input) {
    let field = catalogue.field(form, id);
    let example = match &field.examples[..] {
        [] => String::new(),
        examples => format!(" Ví dụ: {}.", examples[0]),
    };
    let input = |rule, prompt: String, refusal: &str, strict| Input {
        rule,
        prompt: (heading.to_owned(), prompt),
        refusal: refusal.to_owned(),
        strict,
    };
    match field.kind {
        FieldKind::Date => {
            let main = catalogue.form(form).main_date() == Some(id);
            let (rule, nil) = match main {
                true => (Rule::DateOr(NIL), format!(" Cả kỳ không có việc nào thì ghi {NIL} ở dòng STT 1.")),
                false => (Rule::Date, String::new()),
            };
            let prompt = format!("Ghi ngày/tháng/năm, ví dụ 15/03/2023.{nil}");
            let refusal = format!("Ô này cần một ngày, ghi theo thứ tự ngày/tháng/năm, ví dụ 15/03/2023.{nil}");
            (ColumnKind::Date, if main { 16 } else { 12 }, input(rule, prompt, &refusal, true))
        }
        FieldKind::Category => {
            let words: Vec<String> = field.categories.iter().map(|category| category.title.clone()).collect();
            let longest = words.iter().map(|word| word.chars().count()).max().unwrap_or(0);
            let prompt = "Bấm mũi tên bên phải ô rồi chọn một mục.".to_owned();
            let width = (longest as u32 + 3).clamp(12, 18);
            let (refusal, strict) = match blank::decides(catalogue, form, id) {
                true => ("Chỉ chọn một mục trong danh sách: bấm mũi tên bên phải ô.", true),
                false => {
                    ("Mục này không có trong danh sách. Giữ nguyên thì số liệu được tính vào mục \"Khác\".", false)
                }
            };
            (ColumnKind::Text, width, input(lists.rule(words), prompt, refusal, strict))
        }
        FieldKind::Number => {
            let summed = blank::summed(catalogue, form, id);
            // Sums of money have more digits than counts.
            let width = if summed.is_some_and(|indicator| indicator.measure.counted) { 11 } else { 14 };
            (ColumnKind::Number, width, number(summed.as_slice(), heading))
        }
        FieldKind::Text if field.personal => {
            let prompt = format!("Để xã theo dõi và tránh ghi trùng; báo cáo tổng hợp không in ra.{example}");
            (ColumnKind::Text, 22, input(Rule::Free, prompt, "", false))
        }
        FieldKind::Text => (ColumnKind::Text, 24, input(Rule::Free, format!("Ghi ngắn gọn.{example}"), "", false)),
    }
}

fn of_figure(rows: &[IndicatorId], catalogue: &Catalogue, heading: &str) -> Input {
    let indicators: Vec<&Indicator> = rows.iter().map(|&id| catalogue.indicator(id)).collect();
    number(&indicators, heading)
}

/// A column of numbers of these indicators: of one, its measure is said.
fn number(indicators: &[&Indicator], heading: &str) -> Input {
    let fractions = indicators.iter().any(|indicator| indicator.fractions);
    let measure = match indicators {
        [one] => format!(", tính bằng {}", one.measure.id),
        _ => String::new(),
    };
    let (rule, prompt, refusal) = match fractions {
        true => (
            Rule::Decimal,
            format!("Ghi số{measure}; có thể có phần lẻ. Không ghi đơn vị tính vào ô. Chưa có số liệu thì để trống."),
            "Ô này cần một số từ 0 trở lên. Không ghi chữ, không ghi đơn vị tính.",
        ),
        false => (
            Rule::Whole,
            format!("Ghi số nguyên{measure}. Không ghi đơn vị tính vào ô. Chưa có số liệu thì để trống."),
            "Ô này cần một số nguyên từ 0 trở lên. Không ghi chữ, không ghi đơn vị tính.",
        ),
    };
    Input { rule, prompt: (heading.to_owned(), prompt), refusal: refusal.to_owned(), strict: true }
}
