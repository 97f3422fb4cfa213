//! The workbooks of a new workspace: the register of units and the office's plan, to be filled in, each with a page of guidance;
//! for a sample, filled in, with blanks that three communes have filled in. Figures of a sample are made from the catalogue
//! alone: they are plausible, not anybody's, and the same on every day of a year.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};

use crate::base::amount::Amount;
use crate::base::record::{FieldId, FormId, IndicatorId};
use crate::base::wording::slug;
use crate::catalogue::Catalogue;
use crate::catalogue::blank::{self, Holds, Stamp};
use crate::catalogue::form::FieldKind;
use crate::catalogue::indicator::Formula;
use crate::catalogue::register::Register;
use crate::catalogue::settings;

use super::blank::{For, Lists, document, guide, workbook};
use super::document::{Blank, Cell, CellValue, Column, ColumnKind, Document, Input, Row, RowKind, Rule, Sheet, Table};

/// Rows of a register and of a plan that are ruled, and how many more may be filled in.
const ROWS: usize = 24;
const SPARE: usize = 176;
/// The forms of a sample: the first of the report.
const FORMS: usize = 4;
/// Rows of each form in a commune's file, at least, and how many more there may be.
const LEAST: u64 = 3;
const MORE: u64 = 4;

/// A unit as the register has it: code, name, level, parent.
type Unit = [&'static str; 4];

const EXAMPLE: [Unit; 4] = [
    ["VD", "Huyện Ví Dụ", "huyện", ""],
    ["VD01", "Thị trấn Ví Dụ", "thị trấn", "VD"],
    ["VD02", "Xã Ví Dụ Một", "xã", "VD"],
    ["VD03", "Xã Ví Dụ Hai", "xã", "VD"],
];

const SAMPLE: [Unit; 4] = [
    ["ST", "Huyện Sơn Thủy", "huyện", ""],
    ["ST01", "Thị trấn Sơn Thủy", "thị trấn", "ST"],
    ["ST02", "Xã Phú Lâm", "xã", "ST"],
    ["ST03", "Xã Tân Lập", "xã", "ST"],
];

/// The settings that a sample has in use.
const SAMPLE_SETTINGS: [&str; 6] = ["name", "parent", "unit", "place", "recipients", "signer_title"];

/// Whether a register is still the example that a new workspace begins with.
pub fn is_sample(register: &Register) -> bool {
    let root = register.unit(register.root);
    root.code == EXAMPLE[0][0] && root.name == EXAMPLE[0][1]
}

/// The settings of a new workspace, those of the sample's office in use.
pub fn sample_settings() -> String {
    let in_use = |line: &str| {
        let setting = line.strip_prefix("# ").filter(|rest| {
            let key = rest.split(" = ").next().unwrap_or_default();
            rest.contains(" = ") && SAMPLE_SETTINGS.contains(&key)
        });
        setting.map(str::to_owned)
    };
    // Only those of the office: a rule for a file has a unit too.
    let (agency, rest) = settings::COMMENTED.split_once("\n[input]").unwrap_or((settings::COMMENTED, ""));
    let agency: Vec<String> = agency.lines().map(|line| in_use(line).unwrap_or_else(|| line.to_owned())).collect();
    format!("{}\n\n[input]{rest}", agency.join("\n").trim_end())
}

/// The workbooks, by their path below the workspace. `year`: that of a sample's figures; the year before has some too.
pub fn documents(catalogue: &Catalogue, year: i32, sample: bool, created: NaiveDate) -> Vec<(String, Document)> {
    let units = if sample { SAMPLE } else { EXAMPLE };
    let mut documents = vec![("don-vi.xlsx".to_owned(), register(&units, sample, created))];
    let mut targets: BTreeMap<IndicatorId, Amount> = BTreeMap::new();
    if sample {
        let forms: Vec<FormId> = catalogue.form_ids().take(FORMS).collect();
        for year in [year - 1, year] {
            for [code, name, ..] in &units[1..] {
                let of = For {
                    unit: Some(((*name).to_owned(), (*code).to_owned())),
                    period: Some(format!("Năm {year}")),
                    sent: NaiveDate::from_ymd_opt(year + 1, 1, 4).map(|day| day.min(created)),
                };
                let mut document = workbook(catalogue, &forms, &of, created);
                for &form in &forms {
                    let last = year + 1 == created.year();
                    let made = fill(catalogue, form, &mut document, code, year, last);
                    for (indicator, amount) in made.into_iter().filter(|_| last) {
                        *targets.entry(indicator).or_default() += amount;
                    }
                }
                documents.push((format!("du-lieu/{year}/mau-{code}-{}.xlsx", slug(name)), document));
            }
        }
    }
    let root = units[0][1];
    documents.insert(1, ("ke-hoach.xlsx".to_owned(), plan(catalogue, root, year, &targets, created)));
    documents
}

fn column(heading: &str, kind: ColumnKind, width: u32) -> Column {
    Column { header: vec![heading.to_owned()], kind, width, ..Column::default() }
}

fn input(rule: Rule, heading: &str, prompt: &str, refusal: &str, strict: bool) -> Input {
    Input { rule, prompt: (heading.to_owned(), prompt.to_owned()), refusal: refusal.to_owned(), strict }
}

const REGISTER_GUIDANCE: &[&str] = &[
    "Danh mục đơn vị cho biết báo cáo tính cho những đơn vị nào, theo thứ tự nào.",
    "1. Thay các dòng ví dụ bằng đơn vị của mình: dòng đầu là đơn vị lập báo cáo (huyện, tỉnh hoặc xã), các dòng sau là các đơn vị \
     trực thuộc. Xóa dòng thừa.",
    "2. Mã: mã đơn vị hành chính hoặc mã tự đặt, mỗi đơn vị một mã. Số 0 ở đầu mã được giữ nguyên.",
    "3. Tên đơn vị: ghi đủ loại đơn vị, ví dụ Xã Bảo Hà, Thị trấn Phố Ràng.",
    "4. Cấp: huyện, xã, thị trấn, phường…",
    "5. Trực thuộc: mã hoặc tên của đơn vị cấp trên. Đơn vị lập báo cáo thì để trống.",
    "6. Hiệu lực từ, Hiệu lực đến, Nhập vào: chỉ ghi khi đơn vị mới lập, đã sáp nhập hoặc giải thể. Ngày ghi ngày/tháng/năm.",
    "7. Tên khác: cách viết khác mà các xã hay dùng, ngăn cách bằng dấu chấm phẩy.",
    "Ghi xong, kiểm tra bằng lệnh: danvan units",
];

/// `don-vi.xlsx`.
fn register(units: &[Unit], sample: bool, created: NaiveDate) -> Document {
    let date = "Chỉ ghi khi đơn vị mới lập, sáp nhập hoặc giải thể. Ngày/tháng/năm, ví dụ 01/07/2025.";
    let refusal = "Ô này cần một ngày, ghi theo thứ tự ngày/tháng/năm, ví dụ 01/07/2025.";
    let levels = ["tỉnh", "thành phố", "huyện", "thị xã", "quận", "xã", "phường", "thị trấn", "đặc khu"];
    let levels = Rule::List(levels.map(str::to_owned).to_vec());
    let other = "Cấp này không có trong danh sách; vẫn giữ được nếu đúng.";
    let columns = [
        (
            column("Mã", ColumnKind::Text, 12),
            input(Rule::Code, "Mã", "Mã đơn vị hành chính hoặc mã tự đặt, mỗi đơn vị một mã.", "", false),
        ),
        (
            column("Tên đơn vị", ColumnKind::Text, 28),
            input(Rule::Free, "Tên đơn vị", "Ghi đủ loại đơn vị, ví dụ Xã Bảo Hà, Thị trấn Phố Ràng.", "", false),
        ),
        (
            column("Cấp", ColumnKind::Text, 12),
            input(levels, "Cấp", "Bấm mũi tên bên phải ô rồi chọn một mục.", other, false),
        ),
        (
            column("Trực thuộc", ColumnKind::Text, 12),
            input(Rule::Code, "Trực thuộc", "Mã của đơn vị cấp trên; đơn vị lập báo cáo thì để trống.", "", false),
        ),
        (column("Hiệu lực từ", ColumnKind::Date, 12), input(Rule::Date, "Hiệu lực từ", date, refusal, true)),
        (column("Hiệu lực đến", ColumnKind::Date, 12), input(Rule::Date, "Hiệu lực đến", date, refusal, true)),
        (
            column("Nhập vào", ColumnKind::Text, 14),
            input(Rule::Code, "Nhập vào", "Mã của đơn vị mới, khi đơn vị này đã sáp nhập.", "", false),
        ),
        (
            column("Tên khác", ColumnKind::Text, 24),
            input(Rule::Free, "Tên khác", "Cách viết khác, ngăn cách bằng dấu chấm phẩy.", "", false),
        ),
    ];
    let (columns, inputs): (Vec<Column>, Vec<Input>) = columns.into_iter().unzip();
    let mut rows: Vec<Row> = units
        .iter()
        .map(|unit| {
            let mut cells: Vec<Cell> = unit.iter().map(|text| filled(text)).collect();
            if !sample {
                cells[1].note = Some("Dòng ví dụ: thay bằng đơn vị của mình, hoặc xóa.".into());
            }
            Row { kind: if sample { RowKind::Body } else { RowKind::Warning }, cells }
        })
        .collect();
    rows.resize_with(ROWS, Row::default);
    let table = Table { columns, rows, ..Table::default() };
    let sheet = Sheet {
        key: "register".into(),
        name: "Đơn vị".into(),
        title: "DANH MỤC ĐƠN VỊ".into(),
        subtitle: match sample {
            true => Vec::new(),
            false => vec!["Các dòng tô màu là ví dụ: thay bằng đơn vị của mình (xem trang Hướng dẫn)".into()],
        },
        tables: vec![table],
        blank: Some(Blank { inputs, spare: SPARE, ..Blank::default() }),
        ..Sheet::default()
    };
    document("Danh mục đơn vị".into(), vec![sheet, guide("CÁCH GHI DANH MỤC ĐƠN VỊ", REGISTER_GUIDANCE)], created)
}

/// A text, or an empty cell.
fn filled(text: &str) -> Cell {
    if text.is_empty() { Cell::default() } else { Cell::text(text) }
}

const PLAN_GUIDANCE: &[&str] = &[
    "Kế hoạch để báo cáo tính tỷ lệ đạt so với kế hoạch năm. Không có kế hoạch thì để trống bảng.",
    "1. Mỗi chỉ tiêu của mỗi đơn vị trong mỗi năm ghi một dòng.",
    "2. Chỉ tiêu: bấm mũi tên bên phải ô rồi chọn.",
    "3. ĐVT: đơn vị tính của số kế hoạch, ví dụ m2, ha, triệu đồng; chương trình tự quy đổi.",
    "4. Đơn vị: ghi như trong don-vi.xlsx. Kế hoạch chung của huyện thì ghi tên huyện; giao cho từng xã thì mỗi xã một dòng.",
    "5. Năm: bốn chữ số, ví dụ 2025. Kế hoạch: chỉ ghi số.",
];

/// `ke-hoach.xlsx`; empty without targets.
fn plan(
    catalogue: &Catalogue,
    root: &str,
    year: i32,
    targets: &BTreeMap<IndicatorId, Amount>,
    created: NaiveDate,
) -> Document {
    let mut lists = Lists::default();
    let planned = |id: &IndicatorId| catalogue.indicator(*id).reported && !catalogue.indicator(*id).is_rate();
    let titles = catalogue.indicator_ids().filter(planned).map(|id| catalogue.indicator(id).title.clone());
    let titles = lists.rule(titles.collect());
    let columns = [
        (
            column("Chỉ tiêu", ColumnKind::Text, 44),
            input(
                titles,
                "Chỉ tiêu",
                "Bấm mũi tên bên phải ô rồi chọn một chỉ tiêu.",
                "Chỉ chọn trong danh sách.",
                true,
            ),
        ),
        (
            column("ĐVT", ColumnKind::Text, 12),
            input(Rule::Free, "Đơn vị tính", "Ví dụ m2, ha, đồng, triệu đồng, cuộc, hộ.", "", false),
        ),
        (column("Đơn vị", ColumnKind::Text, 28), input(Rule::Free, "Đơn vị", "Ghi như trong don-vi.xlsx.", "", false)),
        (column("Năm", ColumnKind::Ordinal, 10), input(Rule::Free, "Năm", "Bốn chữ số, ví dụ 2025.", "", false)),
        (
            column("Kế hoạch", ColumnKind::Number, 16),
            input(
                Rule::Decimal,
                "Kế hoạch",
                "Chỉ ghi số, theo đơn vị tính ở cột ĐVT.",
                "Ô này cần một số từ 0 trở lên.",
                true,
            ),
        ),
    ];
    let (columns, inputs): (Vec<Column>, Vec<Input>) = columns.into_iter().unzip();
    let target = |(&id, &amount): (&IndicatorId, &Amount)| {
        let indicator = catalogue.indicator(id);
        let cells = vec![
            Cell::text(&*indicator.title),
            Cell::text(&*indicator.measure.id),
            Cell::text(root),
            Cell::number(year.into(), 0),
            Cell::number(amount, indicator.decimals),
        ];
        Row { cells, ..Row::default() }
    };
    let mut rows: Vec<Row> = targets.iter().map(target).collect();
    rows.resize_with(rows.len().max(ROWS), Row::default);
    let sheet = Sheet {
        key: "plan".into(),
        name: "Kế hoạch".into(),
        title: "KẾ HOẠCH".into(),
        tables: vec![Table { columns, rows, ..Table::default() }],
        blank: Some(Blank { stamp: Stamp::Plan.text(), inputs, spare: SPARE }),
        ..Sheet::default()
    };
    let sheets = [sheet, guide("CÁCH GHI KẾ HOẠCH", PLAN_GUIDANCE)].into_iter().chain(lists.sheet()).collect();
    document("Kế hoạch".into(), sheets, created)
}

/// The same numbers for the same words, spread as if by chance.
struct Chance<'a> {
    said: String,
    of: &'a str,
}

impl Chance<'_> {
    /// A number from 0, below `limit`.
    fn below(&self, words: &str, limit: u64) -> u64 {
        let hash = blake3::hash(format!("{} {} {words}", self.of, self.said).as_bytes());
        let bytes: [u8; 8] = hash.as_bytes()[..8].try_into().expect("a hash has more than eight bytes");
        u64::from_le_bytes(bytes) % limit.max(1)
    }
}

/// A form's sheet as a commune would fill it in; gives what was planned for each of its sums. `open`: whether what waits for
/// something may still wait.
fn fill(
    catalogue: &Catalogue,
    form: FormId,
    document: &mut Document,
    unit: &str,
    year: i32,
    open: bool,
) -> BTreeMap<IndicatorId, Amount> {
    let of_form = catalogue.form(form);
    let blank = blank::of(catalogue, form);
    let chance = Chance { said: format!("{unit} {year}"), of: &of_form.id };
    let mut sums: BTreeMap<IndicatorId, Amount> = BTreeMap::new();
    let Some(sheet) = document.sheets.iter_mut().find(|sheet| sheet.key == of_form.id) else { return sums };
    let table = &mut sheet.tables[0];
    let count = (LEAST + chance.below("rows", MORE + 1)) as usize;
    for at in 0..count.min(table.rows.len()) {
        let days = (330 * at / count) as u64 + chance.below(&format!("day {at}"), 330 / count as u64);
        let january = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
        let main = january.checked_add_days(Days::new(days)).unwrap_or(january);
        let pick = |field: FieldId| {
            let field = of_form.field(field);
            // Most of what waits for something has come to its end, and all of the year before.
            let ended = !open || chance.below(&format!("end {at}"), 10) < 6;
            match field.implied {
                Some((_, category)) if catalogue.carries_on(form) && ended => category.0 as usize,
                _ => chance.below(&format!("{} {at}", field.id), field.categories.len() as u64) as usize,
            }
        };
        let mut numbers: BTreeMap<FieldId, Amount> = BTreeMap::new();
        let mut cell = |id: FieldId| {
            let field = of_form.field(id);
            let value = match field.kind {
                FieldKind::Date if Some(id) == of_form.main_date() => CellValue::Date(main),
                FieldKind::Date => {
                    let by = |(other, field): (usize, &crate::catalogue::form::Field)| {
                        field.implied.filter(|(by, _)| *by == id).map(|(_, is)| (FieldId(other as u16), is))
                    };
                    let implied = of_form.fields.iter().enumerate().find_map(by);
                    match implied {
                        Some((other, is)) if pick(other) != is.0 as usize => CellValue::Empty,
                        Some(_) => CellValue::Date(main + Days::new(8 + chance.below(&format!("done {at}"), 15))),
                        None => CellValue::Date(main + Days::new(30)),
                    }
                }
                FieldKind::Category => CellValue::Text(field.categories[pick(id)].title.clone()),
                FieldKind::Text => match &field.examples[..] {
                    [] => CellValue::Empty,
                    examples => {
                        let example = &examples[at % examples.len()];
                        let place = chance.below(&format!("{} {at}", field.id), 12) + 1;
                        CellValue::Text(if field.subject {
                            format!("{example}, thôn {place}")
                        } else {
                            example.clone()
                        })
                    }
                },
                FieldKind::Number => {
                    let Some(indicator) = blank::summed(catalogue, form, id) else { return Cell::default() };
                    let share = chance.below(&format!("{} {at}", field.id), 40);
                    let mut amount = match &*indicator.measure.dimension {
                        "money" => Amount::from(1_000_000 + 100_000 * share),
                        "area" | "length" if indicator.fractions => {
                            Amount::from(40 + 5 * share) / indicator.measure.factor
                        }
                        // Fewer speak than come.
                        _ => Amount::from(((24 + share) >> numbers.len().min(4)).max(1)),
                    };
                    // No more was answered than was asked.
                    for identity in &of_form.identities {
                        let field_of = |ids: &[IndicatorId]| match ids {
                            [one] => catalogue.indicator(*one).formula.field(),
                            _ => None,
                        };
                        let most = field_of(&identity.right).and_then(|most| numbers.get(&most));
                        if let (Some(most), true) = (most, field_of(&identity.left) == Some(id)) {
                            amount = (*most * Amount::from(100 - share / 2) / Amount::from(100)).floor();
                        }
                    }
                    numbers.insert(id, amount);
                    CellValue::Number(amount, indicator.decimals)
                }
            };
            Cell { value, ..Cell::default() }
        };
        let cells = blank.columns.iter().map(|column| match column.holds {
            Holds::Ordinal => Cell::number((at + 1).into(), 0),
            Holds::Field(id) => cell(id),
            _ => Cell::default(),
        });
        table.rows[at].cells = cells.collect();
        for id in catalogue.indicators_of(form) {
            let indicator = catalogue.indicator(id);
            if let (Formula::Sum { field, conditions, .. }, true) = (&indicator.formula, indicator.reported)
                && let Some(amount) = numbers.get(field).filter(|_| conditions.is_empty())
            {
                *sums.entry(id).or_default() += *amount;
            }
        }
    }
    // What was planned lies near what came of it, in round numbers.
    sums.into_iter().map(|(id, sum)| (id, round(sum * Amount::from(105) / Amount::from(100)))).collect()
}

/// To two digits that count.
fn round(amount: Amount) -> Amount {
    let mut unit = Amount::ONE;
    while amount >= unit * Amount::from(100) {
        unit *= Amount::TEN;
    }
    (amount / unit).round() * unit
}
