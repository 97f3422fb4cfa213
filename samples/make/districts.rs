//! Two districts as articles tell of them: Hoàng Su Phì in the first eight months of 2018 and An Biên in 2018. What was
//! published stands here in figures; how it is spread over communes and months is chance. Gives the files of both
//! workspaces, and what a right report of 2018 says.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::habits::Written;
use super::paper::{self, Cell, Column, Encoding, Sheet, Value};
use super::random::{Random, share_out};
use super::truth;

const YEAR: i32 = 2018;
const ROMAN: [&str; 4] = ["I", "II", "III", "IV"];

/// What a workspace holds, and what is true of it.
pub struct District {
    pub folder: &'static str,
    pub settings: &'static str,
    /// Code and name, the district first.
    units: Vec<(&'static str, &'static str)>,
    /// Of the register beside code, name, level and parent: until when, what then, what else it is called.
    remarks: &'static [(&'static str, &'static str)],
    pub written: Written,
    pub figures: BTreeMap<&'static str, Told>,
}

/// Sums in tenths.
#[derive(Default)]
pub struct Told {
    pub by_unit: BTreeMap<&'static str, i64>,
    /// Empty where some of it is known by no month.
    pub by_month: BTreeMap<u32, i64>,
}

impl Told {
    pub fn value(&self) -> i64 {
        self.by_unit.values().sum()
    }
}

pub fn all() -> anyhow::Result<[District; 2]> {
    Ok([hoang_su_phi()?, an_bien()?])
}

impl District {
    fn new(
        folder: &'static str,
        settings: &'static str,
        units: &[(&'static str, &'static str)],
        remarks: &'static [(&'static str, &'static str)],
    ) -> Self {
        let written = Written { files: BTreeMap::new(), faults: Vec::new() };
        Self { folder, settings, units: units.to_vec(), remarks, written, figures: BTreeMap::new() }
    }

    fn name(&self) -> &'static str {
        self.units[0].1
    }

    fn communes(&self) -> Vec<&'static str> {
        self.units[1..].iter().map(|(_, name)| *name).collect()
    }

    fn tell(&mut self, id: &'static str, unit: &'static str, month: Option<u32>, tenths: i64) {
        let told = self.figures.entry(id).or_default();
        *told.by_unit.entry(unit).or_default() += tenths;
        if let Some(month) = month {
            *told.by_month.entry(month).or_default() += tenths;
        }
    }

    pub fn register(&self) -> Vec<u8> {
        let mut lines = vec!["Mã,Tên đơn vị,Cấp,Trực thuộc,Hiệu lực từ,Hiệu lực đến,Nhập vào,Tên khác".to_owned()];
        for (at, (code, name)) in self.units.iter().enumerate() {
            let level = name.split_whitespace().next().expect("a name has a type").to_lowercase();
            let level = if level == "thị" { "thị trấn".to_owned() } else { level };
            let parent = if at == 0 { "" } else { self.units[0].0 };
            let remark = self.remarks.iter().find(|(of, _)| of == name).map_or(",,,", |(_, remark)| remark);
            lines.push(format!("{code},{name},{level},{parent},{remark}"));
        }
        paper::encode(&(lines.join("\r\n") + "\r\n"), Encoding::Utf8)
    }

    pub fn json(&mut self) -> anyhow::Result<Vec<u8>> {
        self.written.faults.sort_by(|a, b| (&a.file, &a.sheet, &a.cell).cmp(&(&b.file, &b.sheet, &b.cell)));
        let units = self.communes();
        let figures = self.figures.iter().map(|(id, told)| {
            let own = told.by_unit.contains_key(self.name()).then_some(self.name());
            let names = units.iter().copied().chain(own);
            let by_unit = names.map(|name| (name, told.by_unit.get(name).copied().unwrap_or(0))).collect();
            (*id, truth::figure(YEAR, told.value(), by_unit, &told.by_month, truth::number))
        });
        truth::expected(YEAR, figures.collect(), &self.written.faults)
    }
}

/// A heading: its group, its words, its width, and whether its figures add up.
type Head = (Option<&'static str>, &'static str, f64, bool);

fn table(name: &str, titles: &[&str], heads: &[Head], rows: Vec<Vec<Cell>>) -> Sheet {
    let ordinal = Column { group: None, head: "STT".into(), width: 6.0, adds_up: false };
    let columns =
        heads.iter().map(|&(group, head, width, adds_up)| Column { group, head: head.into(), width, adds_up });
    let rows = rows
        .into_iter()
        .enumerate()
        .map(|(at, row)| std::iter::once(Cell::from(Value::Count(at as i64 + 1))).chain(row).collect::<Vec<_>>());
    Sheet {
        name: name.into(),
        letterhead: None,
        titles: titles.iter().map(|&title| title.to_owned()).collect(),
        columns: std::iter::once(ordinal).chain(columns).collect(),
        numbered: false,
        total_above: None,
        rows: rows.collect(),
        total_below: None,
        mistaken: None,
        typed_as_text: false,
        signature: None,
        filtered: false,
    }
}

fn text(text: impl Into<String>) -> Cell {
    Value::text(text).into()
}

fn count(count: i64) -> Cell {
    Value::Count(count).into()
}

/// A whole in some of the cells of communes × periods.
fn spread(seed: u64, whole: i64, communes: usize, periods: usize, percent: i64) -> Vec<Vec<i64>> {
    let weight = |at: usize| {
        let mut random = Random::of(&[seed, at as u64]);
        if random.percent(percent) { random.between(2, 9) } else { 0 }
    };
    let weights: Vec<i64> = (0..communes * periods).map(weight).collect();
    share_out(whole, &weights).chunks(periods).map(<[i64]>::to_vec).collect()
}

/// "xa-tung-san".
fn folder(name: &str) -> String {
    let plain = name.to_lowercase().replace('đ', "d");
    let marks = icu_normalizer::DecomposingNormalizerBorrowed::new_nfd().normalize(&plain).into_owned();
    marks.chars().filter(|c| c.is_ascii_alphanumeric() || *c == ' ').collect::<String>().replace(' ', "-")
}

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(YEAR, month, day).expect("a day of the calendar")
}

/// The months before the article of 7 September 2018, "từ đầu năm đến nay".
const MONTHS: usize = 8;

fn hoang_su_phi() -> anyhow::Result<District> {
    let mut district = District::new(
        "hoang-su-phi",
        HOANG_SU_PHI,
        &HOANG_SU_PHI_UNITS,
        &[
            ("Xã Bản Péo", ",31/12/2019,Xã Nậm Dịch,"),
            ("Xã Nậm Ty", ",,,Xã Nậm Tỵ"),
            ("Xã Sán Xả Hồ", ",,,Xã Sán Sả Hồ"),
        ],
    );
    let communes = district.communes();
    // In tenths: m2, days of work, km of roads, km of canals.
    let [area, days, roads, canals] = [(1, 27_900, 10, 55), (2, 16_670, 10, 80), (3, 338, 1, 30), (4, 240, 1, 20)]
        .map(|(seed, whole, tenths, percent)| (spread(seed, whole, communes.len(), MONTHS, percent), tenths));
    let heads: [Head; 6] = [
        (None, "Xã, thị trấn", 24.0, false),
        (Some("Hiến đất"), "Số hộ", 10.0, true),
        (Some("Hiến đất"), "Diện tích (m2)", 14.0, true),
        (Some("Ngày công"), "Số ngày công", 14.0, true),
        (Some("Đường giao thông, kênh mương"), "Chiều dài đường (km)", 16.0, true),
        (Some("Đường giao thông, kênh mương"), "Chiều dài kênh mương (km)", 18.0, true),
    ];
    for at in 0..MONTHS {
        let month = at as u32 + 1;
        let rows = communes.iter().enumerate().map(|(nth, &commune)| {
            let given = area.0[nth][at];
            // Some 300 m2 a household, as in Bảo Yên.
            let figures = [
                (given + 299) / 300 * 10,
                given * area.1,
                days.0[nth][at] * days.1,
                roads.0[nth][at],
                canals.0[nth][at],
            ];
            let told =
                ["land_donation.households", "land_donation.area", "workday.days", "works.length", "works.length"];
            for (id, tenths) in told.into_iter().zip(figures) {
                district.tell(id, commune, Some(month), tenths);
            }
            std::iter::once(text(commune)).chain(figures.map(|tenths| Value::Tenths(tenths).into())).collect()
        });
        let titles = ["TỔNG HỢP KẾT QUẢ VẬN ĐỘNG NHÂN DÂN", &format!("Tháng {month:02} năm {YEAR}")];
        let mut sheet = table(&format!("Tháng {month}"), &titles, &heads, rows.collect());
        sheet.total_below = Some("Tổng cộng");
        district.written.workbook(format!("{YEAR}/huyen/Thang {month:02}.{YEAR}.xlsx"), &[sheet])?;
    }

    // The district's own summary: 544 where its four fields are 541.
    let fields =
        [("Kinh tế", 449), ("Văn hóa - xã hội", 56), ("Quốc phòng - an ninh", 8), ("Xây dựng hệ thống chính trị", 28)];
    let rows = fields.map(|(field, models)| vec![text(field), count(models)]).to_vec();
    let heads = [(None, "Lĩnh vực", 34.0, false), (None, "Số mô hình đăng ký", 18.0, true)];
    let titles = ["MÔ HÌNH \"DÂN VẬN KHÉO\" HUYỆN HOÀNG SU PHÌ", "Năm 2018"];
    let mut by_field = table("Theo lĩnh vực", &titles, &heads, rows);
    by_field.total_below = Some("Tổng số");
    by_field.mistaken = Some(("Số mô hình đăng ký", 30));
    let heads = [(None, "Nội dung", 44.0, false), (None, "Đơn vị tính", 14.0, false), (None, "Số lượng", 14.0, false)];
    let row = vec![text("Số mô hình Dân vận khéo được nhân rộng"), text("mô hình"), count(49)];
    let replicated = table("Nhân rộng", &titles, &heads, vec![row]);
    let own = district.name();
    district.tell("model.registered", own, None, fields.iter().map(|(_, models)| models * 10).sum());
    district.tell("model.replicated", own, None, 490);
    district.written.workbook(format!("{YEAR}/huyen/Mo hinh Dan van kheo {YEAR}.xlsx"), &[by_field, replicated])?;

    // A few months of dialogues and petitions, in the lists of some communes.
    for (nth, commune) in ["Thị trấn Vinh Quang", "Xã Túng Sán", "Xã Hồ Thầu", "Xã Nậm Dịch"].into_iter().enumerate()
    {
        let mut dialogues = Vec::new();
        let mut petitions = Vec::new();
        for month in 3..=6 {
            let mut random = Random::of(&[5, nth as u64, u64::from(month)]);
            if random.percent(70) {
                let (people, asked) = (random.between(30, 120), random.between(3, 15));
                let answered = asked - random.below(3);
                let held = day(month, random.between(2, 27) as u32);
                for (id, one) in [
                    ("dialogue.sessions", 1),
                    ("dialogue.participants", people),
                    ("dialogue.opinions", asked),
                    ("dialogue.answered", answered),
                ] {
                    district.tell(id, commune, Some(month), one * 10);
                }
                let kind = text(if random.percent(80) { "Định kỳ" } else { "Đột xuất" });
                dialogues.push(vec![Value::Day(held).into(), kind, count(people), count(asked), count(answered)]);
            }
            for _ in 0..random.between(0, 3) {
                let came = day(month, random.between(1, 27) as u32);
                let kind = random.weighted(&[("Kiến nghị, phản ánh", 6), ("Khiếu nại", 2)]);
                let field = random.pick(&["Đất đai", "Chế độ chính sách", "Môi trường"]);
                let settled = came + chrono::Days::new(random.between(5, 30) as u64);
                district.tell("petition.received", commune, Some(month), 10);
                district.tell("petition.resolved", commune, Some(chrono::Datelike::month(&settled)), 10);
                petitions.push(vec![
                    Value::Day(came).into(),
                    text(kind),
                    text(field),
                    text("Đã giải quyết"),
                    Value::Day(settled).into(),
                ]);
            }
        }
        let title = format!("{commune}, từ tháng 3 đến tháng 6 năm {YEAR}");
        let heads = [
            (None, "Ngày tổ chức", 15.0, false),
            (None, "Hình thức", 14.0, false),
            (None, "Số người tham dự", 14.0, true),
            (None, "Số ý kiến", 12.0, true),
            (None, "Số ý kiến đã trả lời", 14.0, true),
        ];
        let dialogues = table("Đối thoại", &["THEO DÕI ĐỐI THOẠI", &title], &heads, dialogues);
        let heads = [
            (None, "Ngày tiếp nhận", 15.0, false),
            (None, "Loại đơn", 20.0, false),
            (None, "Lĩnh vực", 22.0, false),
            (None, "Tình trạng", 16.0, false),
            (None, "Ngày giải quyết", 15.0, false),
        ];
        let petitions = table("Kiến nghị", &["THEO DÕI ĐƠN THƯ, KIẾN NGHỊ", &title], &heads, petitions);
        let path = format!("{YEAR}/{}/So theo doi thang 3-6.{YEAR}.xlsx", folder(commune));
        district.written.workbook(path, &[dialogues, petitions])?;
    }
    Ok(district)
}

/// How a commune of An Biên sends its year.
#[derive(Clone, Copy, PartialEq)]
enum Manner {
    /// A workbook: mediation by quarters, reception by months.
    Sheets,
    /// The same figures, an indicator a row and a quarter a column.
    Rows,
    /// A row a case, a row a day of reception.
    Lists,
}

/// Of one quarter: cases, mediated, settled; sessions, visits, people, cases of its three months.
struct Quarter {
    mediation: [i64; 3],
    reception: [[i64; 4]; 3],
}

fn an_bien() -> anyhow::Result<District> {
    let mut district = District::new("an-bien", AN_BIEN, &AN_BIEN_UNITS, &[]);
    let communes = district.communes();
    // Published: 77 cases, 72 of them mediated. Ours: 61 settled, and where.
    let cases = spread(11, 77, communes.len(), 4, 100);
    let mut left: Vec<(usize, usize)> = Vec::new();
    while left.len() < 5 {
        let mut random = Random::of(&[12, left.len() as u64]);
        let at = (random.below(communes.len() as i64) as usize, random.below(4) as usize);
        if !left.contains(&at) && cases[at.0][at.1] > 1 {
            left.push(at);
        } else {
            left.push((left.len(), left.len() % 4));
        }
    }
    let mut unsettled = 11;
    for (nth, &commune) in communes.iter().enumerate() {
        let manner = match commune {
            "Thị trấn Thứ Ba" => Manner::Lists,
            "Xã Tây Yên A" | "Xã Nam Thái A" => Manner::Rows,
            _ => Manner::Sheets,
        };
        let quarters: Vec<Quarter> = (0..4)
            .map(|quarter| {
                let came = cases[nth][quarter];
                let mediated = came - left.iter().filter(|at| **at == (nth, quarter)).count() as i64;
                let failed = i64::from(unsettled > 0 && mediated > 1 && (nth + quarter) % 3 != 0);
                unsettled -= failed;
                let mut random = Random::of(&[13, nth as u64, quarter as u64]);
                let reception = [(); 3].map(|()| {
                    let visits = random.between(0, 6);
                    [random.between(4, 5), visits, visits + random.between(0, 2) * visits.min(1), visits - visits / 3]
                });
                Quarter { mediation: [came, mediated, mediated - failed], reception }
            })
            .collect();
        for (quarter, of) in quarters.iter().enumerate() {
            for (id, figure) in MEDIATION.iter().zip(of.mediation) {
                district.tell(id.0, commune, None, figure * 10);
            }
            for (month, figures) in of.reception.iter().enumerate() {
                let month = (manner != Manner::Rows).then_some((quarter * 3 + month) as u32 + 1);
                for (id, figure) in RECEPTION.iter().zip(figures) {
                    district.tell(id.0, commune, month, figure * 10);
                }
            }
        }
        let sheets = match manner {
            Manner::Sheets => by_period(commune, &quarters),
            Manner::Rows => by_indicator(commune, &quarters),
            Manner::Lists => by_event(commune, &quarters),
        };
        let path = format!("{YEAR}/{}/So lieu dan van chinh quyen {YEAR}.xlsx", folder(commune));
        district.written.workbook(path, &sheets)?;
    }
    // What is known of some communes by quarters only is no figure by month.
    for told in district.figures.values_mut() {
        told.by_month.clear();
    }

    // The district's own summary: 345 where its two kinds are 342.
    let heads =
        [(None, "Chủ thể", 24.0, false), (None, "Số đăng ký", 16.0, true), (None, "Số được công nhận", 16.0, true)];
    let holders = [("Tập thể", 315, 303), ("Cá nhân", 27, 24)];
    let rows = holders.map(|(holder, registered, recognized)| vec![text(holder), count(registered), count(recognized)]);
    let titles = ["ĐĂNG KÝ, CÔNG NHẬN ĐIỂN HÌNH \"DÂN VẬN KHÉO\" HUYỆN AN BIÊN", "Năm 2018"];
    let mut models = table("Dân vận khéo", &titles, &heads, rows.to_vec());
    models.total_below = Some("Tổng cộng");
    models.mistaken = Some(("Số đăng ký", 30));
    let own = district.name();
    for (_, registered, recognized) in holders {
        district.tell("model.registered", own, None, registered * 10);
        district.tell("model.recognized", own, None, recognized * 10);
    }
    // 39 fields and 261 procedures are the district's; of the communes the article says "khoảng".
    let heads = [
        (None, "Đơn vị", 24.0, false),
        (None, "Số lĩnh vực", 14.0, true),
        (None, "Tổng số TTHC", 14.0, true),
        (None, "Số TTHC đã niêm yết", 16.0, true),
    ];
    let rows = vec![
        vec![text("UBND huyện"), count(39), count(261), count(261)],
        vec![
            text("Xã Đông Thái"),
            Value::text("khoảng 28").planted(),
            Value::text("khoảng 108").planted(),
            Value::text("khoảng 108").planted(),
        ],
    ];
    let procedures = table("Niêm yết TTHC", &["NIÊM YẾT, CÔNG KHAI THỦ TỤC HÀNH CHÍNH", "Năm 2018"], &heads, rows);
    for (id, figure) in [("procedure.fields", 39), ("procedure.total", 261), ("procedure.listed", 261)] {
        district.tell(id, own, None, figure * 10);
    }
    district.written.workbook(format!("{YEAR}/huyen/Tong hop cap huyen {YEAR}.xlsx"), &[models, procedures])?;
    Ok(district)
}

/// Ids, with the headings of workbooks and the rows and measures of tables of indicators.
const MEDIATION: [(&str, &str, &str, &str); 3] = [
    ("mediation.cases", "Tổng số vụ việc", "Số vụ việc mâu thuẫn, tranh chấp", "vụ việc"),
    ("mediation.mediated", "Đưa ra hòa giải", "Số vụ việc đưa ra hòa giải", "vụ việc"),
    ("mediation.settled", "Hòa giải thành", "Hòa giải thành", "vụ việc"),
];
const RECEPTION: [(&str, &str, &str, &str); 4] = [
    ("citizen_reception.sessions", "Số ngày tiếp", "Số ngày tiếp công dân", "ngày"),
    ("citizen_reception.visits", "Số lượt", "Số lượt tiếp công dân", "lượt"),
    ("citizen_reception.people", "Số người", "Số người được tiếp", "người"),
    ("citizen_reception.cases", "Số vụ việc", "Số vụ việc tiếp công dân", "vụ việc"),
];

fn by_period(commune: &str, quarters: &[Quarter]) -> Vec<Sheet> {
    let title = format!("{commune}, năm {YEAR}");
    let figures = |heads: &[(&str, &'static str, &str, &str)], first: &'static str| -> Vec<Head> {
        let heads = heads.iter().map(|head| (None, head.1, 16.0, true));
        std::iter::once((None, first, 14.0, false)).chain(heads).collect()
    };
    let rows = quarters.iter().zip(ROMAN).map(|(quarter, roman)| {
        std::iter::once(text(format!("Quý {roman}"))).chain(quarter.mediation.map(count)).collect()
    });
    let mut mediation =
        table("Hòa giải", &["KẾT QUẢ HÒA GIẢI Ở CƠ SỞ", &title], &figures(&MEDIATION, "Quý"), rows.collect());
    mediation.total_below = Some("Cả năm");
    let months = quarters.iter().flat_map(|quarter| quarter.reception);
    let rows = months
        .zip(1..)
        .map(|(figures, month)| std::iter::once(text(format!("Tháng {month}"))).chain(figures.map(count)).collect());
    let mut reception =
        table("Tiếp công dân", &["KẾT QUẢ TIẾP CÔNG DÂN", &title], &figures(&RECEPTION, "Tháng"), rows.collect());
    reception.total_below = Some("Cả năm");
    vec![mediation, reception]
}

fn by_indicator(commune: &str, quarters: &[Quarter]) -> Vec<Sheet> {
    let heads: [Head; 7] = [
        (None, "Nội dung", 40.0, false),
        (None, "ĐVT", 12.0, false),
        (None, "Quý I", 10.0, false),
        (None, "Quý II", 10.0, false),
        (None, "Quý III", 10.0, false),
        (None, "Quý IV", 10.0, false),
        (None, "Cả năm", 10.0, false),
    ];
    let row = |(words, measure): (&str, &str), figures: Vec<i64>| {
        let year = figures.iter().sum();
        let figures = figures.into_iter().chain([year]).map(count);
        [text(words), text(measure)].into_iter().chain(figures).collect()
    };
    let mediation = MEDIATION.iter().enumerate().map(|(at, (_, _, words, measure))| {
        row((words, measure), quarters.iter().map(|quarter| quarter.mediation[at]).collect())
    });
    let reception = RECEPTION.iter().enumerate().map(|(at, (_, _, words, measure))| {
        let months = |quarter: &Quarter| quarter.reception.iter().map(|month| month[at]).sum();
        row((words, measure), quarters.iter().map(months).collect())
    });
    let titles = ["SỐ LIỆU HÒA GIẢI, TIẾP CÔNG DÂN", &format!("{commune}, năm {YEAR}")];
    vec![table("Số liệu", &titles, &heads, mediation.chain(reception).collect())]
}

fn by_event(commune: &str, quarters: &[Quarter]) -> Vec<Sheet> {
    const PARTIES: [&str; 4] = [
        "Danh Út Bé - Thị Mỹ Lành",
        "Trần Văn Đực - Lê Thị Chín",
        "Thạch Sum - Trần Văn Sáu Lớn",
        "Phan Thị Út Mười - Danh Hên",
    ];
    let title = format!("{commune}, năm {YEAR}");
    let mut cases = Vec::new();
    let mut days = Vec::new();
    for (quarter, of) in quarters.iter().enumerate() {
        let [came, mediated, settled] = of.mediation;
        for at in 0..came {
            let on = day(quarter as u32 * 3 + 1 + at as u32 % 3, 3 + at as u32);
            let result = match at {
                at if at < settled => "Hòa giải thành",
                at if at < mediated => "Hòa giải không thành",
                _ => "Chưa hòa giải",
            };
            let about = ["Tranh chấp đất đai", "Hôn nhân và gia đình", "Dân sự"][at as usize % 3];
            cases.push(vec![Value::Day(on).into(), text(PARTIES[at as usize % 4]), text(about), text(result)]);
        }
        for (nth, [sessions, visits, people, told]) in of.reception.into_iter().enumerate() {
            for at in 0..sessions {
                let on = day((quarter * 3 + nth) as u32 + 1, 2 + 7 * at as u32 % 27);
                let by = text(if at % 3 == 2 { "Phó Chủ tịch UBND" } else { "Chủ tịch UBND" });
                let share = |whole: i64| share_out(whole, &vec![1; sessions as usize])[at as usize];
                days.push(vec![
                    Value::Day(on).into(),
                    by,
                    count(share(visits)),
                    count(share(people)),
                    count(share(told)),
                ]);
            }
        }
    }
    let heads = [
        (None, "Ngày hòa giải", 15.0, false),
        (None, "Các bên", 34.0, false),
        (None, "Lĩnh vực", 24.0, false),
        (None, "Kết quả hòa giải", 22.0, false),
    ];
    let mediation = table("Hòa giải", &["SỔ THEO DÕI HÒA GIẢI Ở CƠ SỞ", &title], &heads, cases);
    let heads = [
        (None, "Ngày tiếp", 15.0, false),
        (None, "Người tiếp công dân", 22.0, false),
        (None, "Số lượt", 10.0, true),
        (None, "Số người", 10.0, true),
        (None, "Số vụ việc", 10.0, true),
    ];
    let reception = table("Tiếp công dân", &["SỔ TIẾP CÔNG DÂN", &title], &heads, days);
    vec![mediation, reception]
}

/// Official codes and names of 2018.
const HOANG_SU_PHI_UNITS: [(&str, &str); 26] = [
    ("032", "Huyện Hoàng Su Phì"),
    ("01021", "Thị trấn Vinh Quang"),
    ("01024", "Xã Bản Máy"),
    ("01027", "Xã Thàng Tín"),
    ("01030", "Xã Thèn Chu Phìn"),
    ("01033", "Xã Pố Lồ"),
    ("01036", "Xã Bản Phùng"),
    ("01039", "Xã Túng Sán"),
    ("01042", "Xã Chiến Phố"),
    ("01045", "Xã Đản Ván"),
    ("01048", "Xã Tụ Nhân"),
    ("01051", "Xã Tân Tiến"),
    ("01054", "Xã Nàng Đôn"),
    ("01057", "Xã Pờ Ly Ngài"),
    ("01060", "Xã Sán Xả Hồ"),
    ("01063", "Xã Bản Luốc"),
    ("01066", "Xã Ngàm Đăng Vài"),
    ("01069", "Xã Bản Nhùng"),
    ("01072", "Xã Tả Sử Choóng"),
    ("01075", "Xã Nậm Dịch"),
    ("01078", "Xã Bản Péo"),
    ("01081", "Xã Hồ Thầu"),
    ("01084", "Xã Nam Sơn"),
    ("01087", "Xã Nậm Ty"),
    ("01090", "Xã Thông Nguyên"),
    ("01093", "Xã Nậm Khòa"),
];

const AN_BIEN_UNITS: [(&str, &str); 10] = [
    ("908", "Huyện An Biên"),
    ("30985", "Thị trấn Thứ Ba"),
    ("30988", "Xã Tây Yên"),
    ("30991", "Xã Tây Yên A"),
    ("30994", "Xã Nam Yên"),
    ("30997", "Xã Hưng Yên"),
    ("31000", "Xã Nam Thái"),
    ("31003", "Xã Nam Thái A"),
    ("31006", "Xã Đông Thái"),
    ("31009", "Xã Đông Yên"),
];

const HOANG_SU_PHI: &str = r#"# Ban Dân vận Huyện ủy Hoàng Su Phì: mẫu thử. Mọi mục đều có thể bỏ.

[agency]
name = "Ban Dân vận Huyện ủy Hoàng Su Phì"
parent = "Huyện ủy Hoàng Su Phì"
unit = "Huyện Hoàng Su Phì"
place = "Hoàng Su Phì"
style = "party"
field = "công tác dân vận"
recipients = ["Thường trực Huyện ủy (báo cáo)", "Ban Dân vận Tỉnh ủy (báo cáo)", "Lưu: Ban Dân vận"]
signer_title = "TRƯỞNG BAN"
"#;

const AN_BIEN: &str = r#"# UBND huyện An Biên: mẫu thử. Mọi mục đều có thể bỏ.

[agency]
name = "UBND huyện An Biên"
parent = "UBND tỉnh Kiên Giang"
unit = "Huyện An Biên"
place = "An Biên"
style = "state"
field = "công tác dân vận chính quyền"
recipients = ["UBND tỉnh (báo cáo)", "Thường trực Huyện ủy (báo cáo)", "Lưu: VT"]
signer_title = "CHỦ TỊCH"
"#;
