//! How each commune writes its part of the story down, and where: the files of `du-lieu`, the settings and the register.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::paper::{self, Cell, Column, Drawn, Encoding, Sheet, Value};
use super::story::{
    CLEARED, CLEARED_IN, COMMUNES, Commune, Dialogue, Donation, Habit, Petition, Quarter, Story, Whose, Workday, YEARS,
    reports, reports_in,
};

/// Where a planted fault lies. No sheet for a file that is a fault as a whole.
pub struct Fault {
    pub file: String,
    pub sheet: Option<String>,
    pub cell: Option<String>,
}

/// A commune's manner.
#[derive(Clone, Copy, Default)]
struct Style {
    /// Which of the wordings in `WORDS`.
    wording: usize,
    /// A column with the unit's name, and its heading.
    unit: Option<&'static str>,
    dates: Dates,
    /// Petitioners, and everyone's telephone.
    personal: bool,
    /// Land by village, without the households' names.
    by_village: bool,
    /// Headers of two rows.
    grouped: bool,
}

#[derive(Clone, Copy, Default)]
enum Dates {
    #[default]
    Real,
    /// "05/04/2023", as text.
    Slashes,
    /// "5-4-2023", as text.
    Dashes,
}

impl Style {
    fn day(self, day: NaiveDate) -> Cell {
        Cell::from(match self.dates {
            Dates::Real => Value::Day(day),
            Dates::Slashes => Value::text(format!("{:02}/{:02}/{}", day.day(), day.month(), day.year())),
            Dates::Dashes => Value::text(format!("{}-{}-{}", day.day(), day.month(), day.year())),
        })
    }

    fn word(self, [first, second, third]: [&'static str; 3]) -> String {
        [first, second, third][self.wording].to_owned()
    }

    fn group(self, group: &'static str) -> Option<&'static str> {
        self.grouped.then_some(group)
    }
}

type Filled<'a, T> = (Column, Box<dyn Fn(&T) -> Cell + 'a>);

fn column<'a, T>(head: impl Into<String>, width: f64, fill: impl Fn(&T) -> Cell + 'a) -> Filled<'a, T> {
    (Column { group: None, head: head.into(), width, adds_up: false }, Box::new(fill))
}

fn figure<'a, T>(
    group: Option<&'static str>,
    head: impl Into<String>,
    width: f64,
    fill: impl Fn(&T) -> Cell + 'a,
) -> Filled<'a, T> {
    (Column { group, head: head.into(), width, adds_up: true }, Box::new(fill))
}

fn text(text: impl Into<String>) -> Cell {
    Value::text(text).into()
}

fn count(count: i64) -> Cell {
    Value::Count(count).into()
}

/// A sheet of numbered rows, nothing around it.
fn list<T>(name: &str, columns: Vec<Filled<'_, T>>, items: &[&T]) -> Sheet {
    let rows = items.iter().enumerate().map(|(at, item)| {
        std::iter::once(count(at as i64 + 1)).chain(columns.iter().map(|(_, fill)| fill(item))).collect()
    });
    let rows = rows.collect();
    let ordinal = Column { group: None, head: "STT".into(), width: 6.0, adds_up: false };
    Sheet {
        name: name.into(),
        letterhead: None,
        titles: Vec::new(),
        columns: std::iter::once(ordinal).chain(columns.into_iter().map(|(column, _)| column)).collect(),
        numbered: false,
        total_above: None,
        rows,
        total_below: None,
        mistaken: None,
        typed_as_text: false,
        signature: None,
        filtered: false,
    }
}

fn unit_column<'a, T>(style: Style, name: impl Fn(&T) -> Cell + 'a) -> Option<Filled<'a, T>> {
    style.unit.map(|head| column(head, 22.0, name))
}

fn dialogues(style: Style, items: &[&Dialogue]) -> Sheet {
    let mut columns = Vec::new();
    columns.extend(unit_column(style, |it: &Dialogue| match it.whose {
        Whose::District if it.opinions % 2 == 0 => text("Cấp huyện"),
        Whose::District => text("Huyện ủy Bảo Yên"),
        whose => text(whose.name()),
    }));
    columns.extend([
        column(
            style.word(["Ngày tổ chức", "Ngày đối thoại", "Ngày tổ chức"]),
            15.0,
            move |it: &Dialogue| style.day(it.day),
        ),
        column(style.word(["Hình thức", "Hình thức", "Hình thức đối thoại"]), 14.0, |it: &Dialogue| {
            text(if it.regular { "Định kỳ" } else { "Đột xuất" })
        }),
        column("Cơ quan chủ trì", 18.0, |it: &Dialogue| text(it.chair)),
        column(style.word(["Chuyên đề", "Nội dung", "Chuyên đề"]), 36.0, |it: &Dialogue| text(it.topic)),
        figure(
            None,
            style.word(["Số người tham dự", "Số người dự", "Lượt người tham dự"]),
            13.0,
            |it: &Dialogue| count(it.participants),
        ),
        figure(
            style.group("Ý kiến, kiến nghị"),
            style.word(["Số ý kiến", "Số ý kiến, kiến nghị", "Số ý kiến"]),
            13.0,
            |it: &Dialogue| count(it.opinions),
        ),
        figure(
            style.group("Ý kiến, kiến nghị"),
            style.word(["Số ý kiến đã trả lời", "Đã trả lời", "Số ý kiến đã trả lời"]),
            14.0,
            |it: &Dialogue| count(it.answered),
        ),
    ]);
    list("Đối thoại", columns, items)
}

fn petitions(style: Style, items: &[&Petition]) -> Sheet {
    let mut columns = Vec::new();
    columns.extend(unit_column(style, |it: &Petition| match it.whose {
        Whose::Unknown => Value::text(it.whose.name()).planted(),
        whose => text(whose.name()),
    }));
    columns.extend([
        column(
            style.word(["Ngày tiếp nhận", "Ngày nhận đơn", "Ngày tiếp nhận"]),
            15.0,
            move |it: &Petition| style.day(it.received),
        ),
        column("Loại đơn", 14.0, |it: &Petition| text(it.kind)),
        column("Lĩnh vực", 24.0, |it: &Petition| text(it.field)),
    ]);
    if style.unit.is_some() {
        columns.push(column("Thẩm quyền", 24.0, |it: &Petition| {
            text(if it.referred { "Không thuộc thẩm quyền" } else { "Thuộc thẩm quyền" })
        }));
    }
    if style.personal {
        columns.extend([
            column("Họ và tên người gửi", 24.0, |it: &Petition| text(it.sender.as_str())),
            column("Địa chỉ", 18.0, |it: &Petition| text(it.village)),
            column("Số điện thoại", 16.0, |it: &Petition| text(it.phone.as_str())),
        ]);
    }
    columns.extend([
        column("Hạn giải quyết", 15.0, move |it: &Petition| style.day(it.due)),
        column(
            style.word(["Tình trạng giải quyết", "Tình trạng", "Tình trạng giải quyết"]),
            18.0,
            |it: &Petition| {
                text(match it.resolved {
                    Some(_) => "Đã giải quyết",
                    None if it.referred => "Đã chuyển",
                    None => "Đang giải quyết",
                })
            },
        ),
        column("Ngày giải quyết", 15.0, move |it: &Petition| {
            it.resolved.map_or(Value::Blank.into(), |day| style.day(day))
        }),
    ]);
    list("Kiến nghị", columns, items)
}

fn donations(style: Style, items: &[&Donation]) -> Sheet {
    let mut columns = Vec::new();
    columns.extend(unit_column(style, |it: &Donation| text(it.whose.name())));
    columns.extend([
        column(style.word(["Ngày hiến", "Ngày hiến", "Ngày hiến đất"]), 15.0, move |it: &Donation| match it
            .day
        {
            Some(day) => style.day(day),
            None => Value::text("31/02/2023").planted(),
        }),
        column(style.word(["Thôn, bản", "Thôn", "Thôn, bản"]), 18.0, |it: &Donation| text(it.village)),
    ]);
    if !style.by_village {
        columns.push(column(
            style.word(["Họ tên chủ hộ", "Họ và tên chủ hộ", "Họ tên chủ hộ"]),
            24.0,
            |it: &Donation| text(it.owner.as_str()),
        ));
    }
    if style.personal {
        columns.push(column("Số điện thoại", 16.0, |it: &Donation| text(it.phone.as_str())));
    }
    columns.extend([
        figure(style.group("Hiến đất"), "Số hộ", 10.0, |it: &Donation| count(it.households)),
        figure(
            style.group("Hiến đất"),
            style.word(["Diện tích (m2)", "Diện tích đất hiến (m2)", "Diện tích (m²)"]),
            16.0,
            |it: &Donation| match it.area {
                Some(area) => Value::Tenths(area).into(),
                None => Value::text("chưa đo").planted(),
            },
        ),
        column("Công trình", 30.0, |it: &Donation| text(it.purpose)),
    ]);
    list("Hiến đất", columns, items)
}

fn workdays(style: Style, items: &[&Workday]) -> Sheet {
    let mut columns = Vec::new();
    columns.extend(unit_column(style, |it: &Workday| text(it.whose.name())));
    columns.extend([
        column(
            style.word(["Ngày thực hiện", "Ngày ra quân", "Ngày thực hiện"]),
            20.0,
            move |it: &Workday| style.day(it.day),
        ),
        column(
            style.word(["Nội dung công việc", "Công việc", "Nội dung công việc"]),
            38.0,
            |it: &Workday| text(it.activity),
        ),
        figure(style.group("Ngày công"), "Số ngày công", 24.0, |it: &Workday| match it.days {
            Some(days) => Value::Tenths(days).into(),
            None => Value::Uncalculated("38*1.5").planted(),
        }),
        figure(
            style.group("Ngày công"),
            style.word(["Số lượt người tham gia", "Số người tham gia", "Lượt người tham gia"]),
            26.0,
            |it: &Workday| match it.participants {
                Some(participants) => count(participants),
                None => Value::text("khoảng 200").planted(),
            },
        ),
    ]);
    list("Ngày công", columns, items)
}

/// The four lists of one commune for some months.
fn lists(story: &Story, style: Style, at: usize, year: i32, months: std::ops::RangeInclusive<u32>) -> [Sheet; 4] {
    let here = Whose::Commune(at);
    let within = |day: NaiveDate| day.year() == year && months.contains(&day.month());
    // The row with an impossible date stands among those of its year, where the story put it.
    let whole_year = year == 2023 && months == (1..=12);
    let is = |whose: Whose, day: NaiveDate| whose == here && within(day);
    [
        dialogues(style, &story.dialogues.iter().filter(|it| is(it.whose, it.day)).collect::<Vec<_>>()),
        petitions(style, &story.petitions.iter().filter(|it| is(it.whose, it.received)).collect::<Vec<_>>()),
        donations(
            style,
            &story
                .donations
                .iter()
                .filter(|it| it.day.map_or(it.whose == here && whole_year, |day| is(it.whose, day)))
                .collect::<Vec<_>>(),
        ),
        workdays(style, &story.workdays.iter().filter(|it| is(it.whose, it.day)).collect::<Vec<_>>()),
    ]
}

/// What a clerk writes into a list of nothing, below the first date.
fn nothing_happened(sheet: &mut Sheet) {
    if sheet.rows.is_empty() {
        let at = sheet.columns.iter().position(|column| column.head.starts_with("Ngày")).unwrap_or(1);
        let mut row: Vec<Cell> = (0..at).map(|_| Value::Blank.into()).collect();
        row.push(text("Không phát sinh"));
        sheet.rows.push(row);
        sheet.columns[at].width = sheet.columns[at].width.max(18.0);
        sheet.filtered = false;
    }
}

const TITLES: [&str; 4] =
    ["TỔNG HỢP TIẾP XÚC, ĐỐI THOẠI", "THEO DÕI ĐƠN THƯ, KIẾN NGHỊ", "TỔNG HỢP HIẾN ĐẤT", "TỔNG HỢP NGÀY CÔNG"];

/// Files by their path below `du-lieu`, and the faults planted in them.
pub struct Written {
    pub files: BTreeMap<String, Vec<u8>>,
    pub faults: Vec<Fault>,
}

impl Written {
    pub fn workbook(&mut self, path: String, sheets: &[Sheet]) -> anyhow::Result<()> {
        let (bytes, planted): Drawn = paper::workbook(sheets)?;
        self.faults.extend(planted.into_iter().map(|(sheet, cell)| Fault {
            file: path.clone(),
            sheet: Some(sheet),
            cell: Some(cell),
        }));
        self.files.insert(path, bytes);
        Ok(())
    }
}

pub fn write(story: &Story) -> anyhow::Result<Written> {
    let mut written = Written { files: BTreeMap::new(), faults: Vec::new() };
    for year in YEARS {
        for (at, commune) in COMMUNES.iter().enumerate() {
            match commune.habit {
                Habit::Monthly => monthly(story, &mut written, at, commune, year)?,
                Habit::Yearly => yearly(story, &mut written, at, commune, year)?,
                Habit::Quarterly => quarterly(story, &mut written, at, commune, year)?,
                Habit::Text => texts(story, &mut written, at, commune, year),
                Habit::District => {}
            }
        }
        district_lists(story, &mut written, year)?;
        quarterly_table(story, &mut written, year)?;
        if year == CLEARED_IN {
            cleared_table(&mut written)?;
        }
        for month in 1..=12 {
            monthly_table(story, &mut written, year, month)?;
        }
    }
    let path = "2023/xa-kim-son/Bao cao cong tac dan van nam 2023.docx";
    let letter = paper::word(&[
        "BÁO CÁO",
        "Kết quả công tác dân vận năm 2023 của xã Kim Sơn",
        "Năm 2023, Khối dân vận xã đã tổ chức 02 cuộc đối thoại với Nhân dân; vận động 41 hộ hiến hơn 12.000 m2 đất làm đường giao thông nông thôn và gần 900 ngày công.",
        "Khối dân vận xã báo cáo Ban Dân vận Huyện ủy tổng hợp./.",
    ])?;
    written.files.insert(path.into(), letter);
    written.faults.push(Fault { file: path.into(), sheet: None, cell: None });
    written.faults.sort_by(|a, b| (&a.file, &a.sheet, &a.cell).cmp(&(&b.file, &b.sheet, &b.cell)));
    Ok(written)
}

fn monthly(story: &Story, written: &mut Written, at: usize, commune: &Commune, year: i32) -> anyhow::Result<()> {
    for month in (1..=12).filter(|&month| reports(at, year, month)) {
        let (file, style) = match commune.name {
            "Xã Bảo Hà" => (format!("BC dan van T{month:02}.{year}.xlsx"), Style::default()),
            "Xã Xuân Hòa" => {
                (format!("Xã Xuân Hoà - tháng {month:02}.{year}.xlsx"), Style { wording: 1, ..Style::default() })
            }
            _ => (format!("Phuc Khanh {month:02}-{year}.xlsx"), Style { unit: Some("Đơn vị"), ..Style::default() }),
        };
        let mut sheets = lists(story, style, at, year, month..=month);
        for (nth, sheet) in sheets.iter_mut().enumerate() {
            match commune.name {
                // A list of nothing is left empty here: only its header says that it was thought of.
                "Xã Xuân Hòa" => {
                    sheet.titles = vec![TITLES[nth].into(), format!("Xã Xuân Hoà - Tháng {month:02} năm {year}")]
                }
                _ => nothing_happened(sheet),
            }
        }
        written.workbook(format!("{year}/{}/{file}", commune.folder), &sheets)?;
    }
    Ok(())
}

fn yearly(story: &Story, written: &mut Written, at: usize, commune: &Commune, year: i32) -> anyhow::Result<()> {
    let (file, style) = match commune.name {
        "Xã Nghĩa Đô" => (
            format!("So theo doi cong tac dan van nam {year}.xlsx"),
            Style { wording: 2, personal: true, ..Style::default() },
        ),
        "Xã Vĩnh Yên" => {
            (format!("Vĩnh Yên {year}.xlsx"), Style { wording: 1, unit: Some("Tên xã"), ..Style::default() })
        }
        _ => (format!("Luong Son - so lieu dan van {year}.xlsx"), Style { by_village: true, ..Style::default() }),
    };
    let mut sheets = lists(story, style, at, year, 1..=12);
    for (nth, sheet) in sheets.iter_mut().enumerate() {
        match commune.name {
            "Xã Nghĩa Đô" => sheet.titles = vec![TITLES[nth].into(), format!("Xã Nghĩa Đô, năm {year}")],
            "Xã Vĩnh Yên" => sheet.filtered = true,
            _ => {
                sheet.name = format!("{}. {}", nth + 1, sheet.name);
                sheet.total_below = (nth != 1).then_some("Tổng cộng");
            }
        }
        nothing_happened(sheet);
    }
    written.workbook(format!("{year}/{}/{file}", commune.folder), &sheets)
}

fn quarterly(story: &Story, written: &mut Written, at: usize, commune: &Commune, year: i32) -> anyhow::Result<()> {
    const STATE: [&str; 2] = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"];
    for quarter in 1..=4 {
        let roman = ["I", "II", "III", "IV"][quarter as usize - 1];
        let mut style = Style { by_village: true, grouped: true, ..Style::default() };
        let (file, left, right, place, signs) = match commune.name {
            "Thị trấn Phố Ràng" => (
                format!("TT Phố Ràng - Quý {roman}.{year}.xlsx"),
                ["UBND HUYỆN BẢO YÊN", "UBND THỊ TRẤN PHỐ RÀNG"],
                STATE,
                "Phố Ràng",
                ["NGƯỜI LẬP BIỂU", "CHỦ TỊCH"],
            ),
            "Xã Điện Quan" => {
                style = Style { wording: 2, dates: Dates::Slashes, ..style };
                (
                    format!("BC quy {quarter}-{year}.xlsx"),
                    ["ĐẢNG ỦY XÃ ĐIỆN QUAN", "KHỐI DÂN VẬN"],
                    ["ĐẢNG CỘNG SẢN VIỆT NAM", ""],
                    "Điện Quan",
                    ["NGƯỜI LẬP BIỂU", "TRƯỞNG KHỐI"],
                )
            }
            _ => {
                style = Style { wording: 1, dates: Dates::Dashes, ..style };
                (
                    format!("Bieu so lieu quy {quarter} nam {year}.xlsx"),
                    ["UBND HUYỆN BẢO YÊN", "UBND XÃ CAM CỌN"],
                    STATE,
                    "Cam Cọn",
                    ["NGƯỜI LẬP BIỂU", "CHỦ TỊCH"],
                )
            }
        };
        let (month, signed) =
            if quarter == 4 { ("01".into(), year + 1) } else { (format!("{}", quarter * 3 + 1), year) };
        let mut sheets = lists(story, style, at, year, quarter * 3 - 2..=quarter * 3);
        for (nth, sheet) in sheets.iter_mut().enumerate() {
            sheet.letterhead = Some((left.map(str::to_owned), right));
            sheet.titles = vec![format!("BIỂU {}", TITLES[nth]), format!("(Quý {roman} năm {year})")];
            sheet.columns[0].head = "TT".into();
            sheet.numbered = true;
            sheet.total_below = (nth != 1).then_some(if nth == 3 { "Cộng" } else { "Tổng cộng" });
            sheet.typed_as_text = commune.name == "Xã Điện Quan";
            sheet.signature = Some((format!("{place}, ngày 05 tháng {month} năm {signed}"), signs));
            if (commune.name, year, quarter, nth) == ("Xã Cam Cọn", 2023, 2, 2) {
                sheet.mistaken = Some(("Diện tích đất hiến (m2)", 9_000));
            }
            nothing_happened(sheet);
        }
        written.workbook(format!("{year}/{}/{file}", commune.folder), &sheets)?;
    }
    Ok(())
}

fn texts(story: &Story, written: &mut Written, at: usize, commune: &Commune, year: i32) {
    let (style, encoding) = match commune.name {
        "Xã Thượng Hà" => (Style::default(), Encoding::Utf8),
        "Xã Minh Tân" => (Style { unit: Some("Xã"), ..Style::default() }, Encoding::Utf16),
        _ => (Style { wording: 1, ..Style::default() }, Encoding::Windows1258),
    };
    const PLAIN: [&str; 4] = ["doi thoai", "kien nghi", "hien dat", "ngay cong"];
    for (nth, sheet) in lists(story, style, at, year, 1..=12).iter_mut().enumerate() {
        nothing_happened(sheet);
        let file = match encoding {
            Encoding::Utf8 => format!("{} {year}.csv", sheet.name),
            Encoding::Utf16 => format!("{} nam {year}.txt", PLAIN[nth]),
            Encoding::Windows1258 => format!("Viet Tien - {} {year}.csv", PLAIN[nth]),
        };
        written.files.insert(format!("{year}/{}/{file}", commune.folder), paper::text(sheet, encoding));
    }
}

/// What the district keeps itself: its own dialogues, and the petitions of the communes that send no lists.
fn district_lists(story: &Story, written: &mut Written, year: i32) -> anyhow::Result<()> {
    let style = Style { unit: Some("Đơn vị"), ..Style::default() };
    let own: Vec<_> =
        story.dialogues.iter().filter(|it| it.whose == Whose::District && it.day.year() == year).collect();
    let mut sheet = dialogues(style, &own);
    sheet.titles = vec!["TỔNG HỢP CÁC CUỘC ĐỐI THOẠI CẤP HUYỆN".into(), format!("Năm {year}")];
    sheet.total_below = Some("Tổng cộng");
    written.workbook(format!("{year}/huyen/Doi thoai cap huyen {year}.xlsx"), &[sheet])?;

    let mut kept: Vec<_> = story
        .petitions
        .iter()
        .filter(|it| it.received.year() == year)
        .filter(|it| match it.whose {
            Whose::Commune(at) => COMMUNES[at].habit == Habit::District,
            _ => true,
        })
        .collect();
    kept.sort_by_key(|it| (it.received, it.whose));
    let mut sheet = petitions(Style { unit: Some("Xã, thị trấn"), ..Style::default() }, &kept);
    sheet.titles = vec!["THEO DÕI ĐƠN THƯ, KIẾN NGHỊ".into(), format!("Năm {year}")];
    sheet.name = "Đơn thư".into();
    sheet.filtered = true;
    written.workbook(format!("{year}/huyen/Theo doi don thu {year}.xlsx"), &[sheet])
}

/// The monthly table of all communes. Those that send lists of their own are left blank in it.
fn monthly_table(story: &Story, written: &mut Written, year: i32, month: u32) -> anyhow::Result<()> {
    let heads = [
        ("Đối thoại", "Số cuộc", 9.0),
        ("Đối thoại", "Số người tham dự", 12.0),
        ("Đối thoại", "Số ý kiến", 9.0),
        ("Đối thoại", "Đã trả lời", 9.0),
        ("Hiến đất", "Số hộ", 9.0),
        ("Hiến đất", "Diện tích (m2)", 13.0),
        ("Ngày công", "Số ngày công", 12.0),
        ("Ngày công", "Lượt người", 12.0),
    ];
    let within = |day: NaiveDate| day.year() == year && day.month() == month;
    let figures = |here: Whose| -> [i64; 8] {
        let mut sums = [0; 8];
        for it in story.dialogues.iter().filter(|it| it.whose == here && within(it.day)) {
            for (at, one) in [1, it.participants, it.opinions, it.answered].into_iter().enumerate() {
                sums[at] += one * 10;
            }
        }
        for it in story.donations.iter().filter(|it| it.whose == here && it.day.is_some_and(within)) {
            sums[4] += it.households * 10;
            sums[5] += it.area.unwrap_or(0);
        }
        for it in story.workdays.iter().filter(|it| it.whose == here && within(it.day)) {
            sums[6] += it.days.unwrap_or(0);
            sums[7] += it.participants.unwrap_or(0) * 10;
        }
        sums
    };
    let row = |(at, commune): (usize, &Commune)| -> Vec<Cell> {
        // In 2022 names in full, in 2023 as everybody says them.
        let name = match year {
            2022 => commune.name.to_owned(),
            _ => commune.name.replace("Thị trấn", "TT").replace("Xã ", ""),
        };
        let mut cells = vec![count(at as i64 + 1), text(name)];
        let given = commune.habit == Habit::District && reports(at, year, month);
        if given {
            cells.extend(figures(Whose::Commune(at)).into_iter().enumerate().map(|(nth, tenths)| match tenths {
                0 if (nth + at + month as usize).is_multiple_of(3) => text("-"),
                _ => Value::Tenths(tenths).into(),
            }));
        } else {
            cells.extend(heads.map(|_| Value::Blank.into()));
        }
        cells.push(if commune.habit == Habit::District { Value::Blank.into() } else { text("Có danh sách riêng") });
        cells
    };
    let mut sheet = list::<()>(&format!("Tháng {month}"), Vec::new(), &[]);
    let name = Column { group: None, head: "Tên xã, thị trấn".into(), width: 22.0, adds_up: false };
    let note = Column { group: None, head: "Ghi chú".into(), width: 22.0, adds_up: false };
    sheet.columns.push(name);
    sheet.columns.extend(heads.map(|(group, head, width)| Column {
        group: Some(group),
        head: head.into(),
        width,
        adds_up: true,
    }));
    sheet.columns.push(note);
    sheet.titles = vec![format!("BẢNG TỔNG HỢP KẾT QUẢ CÔNG TÁC DÂN VẬN THÁNG {month:02}/{year}")];
    sheet.numbered = true;
    sheet.rows = COMMUNES.iter().enumerate().map(row).collect();
    sheet.total_above = Some("TOÀN HUYỆN");
    sheet.total_below = Some("Cộng");
    if (year, month) == (2023, 10) {
        sheet.mistaken = Some(("Số ngày công", -270));
    }
    written.workbook(format!("{year}/huyen/T{month:02}.{year}.xlsx"), &[sheet])
}

/// What was done together, by unit: a sheet a quarter. The district's own programmes stand below the communes'.
fn quarterly_table(story: &Story, written: &mut Written, year: i32) -> anyhow::Result<()> {
    let mut sheets = Vec::new();
    for (quarter, roman) in (1..).zip(["I", "II", "III", "IV"]) {
        let kept: Vec<&Quarter> = story.quarters.iter().filter(|it| (it.year, it.quarter) == (year, quarter)).collect();
        let given = |it: &Quarter, cell: Value| match it.whose {
            Whose::Commune(at) if !reports_in(at, year) => Value::Blank.into(),
            _ => Cell::from(cell),
        };
        let by_commune = move |it: &Quarter, cell: Value| match it.whose {
            Whose::District => Value::Blank.into(),
            _ => given(it, cell),
        };
        let columns = vec![
            column("Đơn vị", 22.0, |it: &Quarter| match it.whose {
                Whose::District => text("Cấp huyện"),
                whose => text(whose.name()),
            }),
            figure(Some("Chương trình ra quân"), "Số chương trình", 14.0, move |it: &Quarter| {
                given(it, Value::Count(it.programs))
            }),
            figure(Some("Chương trình ra quân"), "Lượt người tham gia", 14.0, move |it: &Quarter| {
                given(it, Value::Count(it.participants))
            }),
            figure(Some("Đường giao thông, kênh mương"), "Số tuyến", 14.0, move |it: &Quarter| {
                by_commune(it, Value::Count(it.routes))
            }),
            figure(Some("Đường giao thông, kênh mương"), "Chiều dài (m)", 14.0, move |it: &Quarter| {
                by_commune(it, Value::Count(it.metres))
            }),
            figure(Some("Nhân dân đóng góp"), "Số tiền (triệu đồng)", 16.0, move |it: &Quarter| {
                by_commune(it, Value::Tenths(it.money))
            }),
        ];
        let mut sheet = list(&format!("Quý {roman}"), columns, &kept);
        sheet.titles = vec![
            "TỔNG HỢP CHƯƠNG TRÌNH RA QUÂN, LÀM ĐƯỜNG GIAO THÔNG, KÊNH MƯƠNG, ĐÓNG GÓP CỦA NHÂN DÂN".into(),
            format!("Quý {roman} năm {year}"),
        ];
        sheet.total_below = Some("Cộng");
        sheets.push(sheet);
    }
    written.workbook(format!("{year}/huyen/Ra quan, lam duong, dong gop {year}.xlsx"), &sheets)
}

/// Land cleared for projects, by commune: a plan beside what was paid.
fn cleared_table(written: &mut Written) -> anyhow::Result<()> {
    type Cleared = (&'static str, i64, i64, i64, i64);
    let paid = Some("Kinh phí bồi thường, hỗ trợ (triệu đồng)");
    let columns = vec![
        column("Xã, thị trấn", 22.0, |it: &Cleared| text(it.0)),
        figure(None, "Số hộ đã bàn giao mặt bằng", 16.0, |it: &Cleared| Value::Count(it.1).into()),
        figure(None, "Diện tích (m2)", 16.0, |it: &Cleared| Value::Count(it.2).into()),
        figure(paid, "Kế hoạch", 16.0, |it: &Cleared| Value::Count(it.3).into()),
        figure(paid, "Đã chi trả", 16.0, |it: &Cleared| Value::Count(it.4).into()),
    ];
    let mut sheet = list("GPMB", columns, &CLEARED.iter().collect::<Vec<_>>());
    sheet.titles = vec!["KẾT QUẢ VẬN ĐỘNG NHÂN DÂN GIẢI PHÓNG MẶT BẰNG".into(), format!("Năm {CLEARED_IN}")];
    sheet.total_below = Some("Tổng cộng");
    written.workbook(format!("{CLEARED_IN}/huyen/Giai phong mat bang {CLEARED_IN}.xlsx"), &[sheet])
}

pub fn settings() -> String {
    r#"# Ban Dân vận Huyện ủy Bảo Yên: mẫu thử. Mọi mục đều có thể bỏ.

[agency]
name = "Ban Dân vận Huyện ủy Bảo Yên"
parent = "Huyện ủy Bảo Yên"
unit = "Huyện Bảo Yên"
place = "Bảo Yên"
style = "party"
field = "công tác dân vận"
recipients = ["Thường trực Huyện ủy (báo cáo)", "Ban Dân vận Tỉnh ủy (báo cáo)", "Lưu: Ban Dân vận"]
signer_title = "TRƯỞNG BAN"

[input]
dir = "du-lieu"
dash = "nil"

[report]
dir = "bao-cao"
formats = ["xlsx", "md"]
calendar = "civil"
weak_below = { "dialogue.answer_rate" = 80, "petition.resolved_rate" = 80 }

[deadline]
days = 5
"#
    .into()
}

/// The register: official codes, and the merger of 01/3/2020 that made xã Phúc Khánh.
pub fn register() -> Vec<u8> {
    let mut lines = vec![
        "Mã,Tên đơn vị,Cấp,Trực thuộc,Hiệu lực từ,Hiệu lực đến,Nhập vào,Tên khác".to_owned(),
        "087,Huyện Bảo Yên,huyện,,,,,".to_owned(),
    ];
    for commune in &COMMUNES {
        let level = if commune.name.starts_with("Thị trấn") { "thị trấn" } else { "xã" };
        let from = if commune.name == "Xã Phúc Khánh" { "01/03/2020" } else { "" };
        let other = if commune.name == "Xã Xuân Hòa" { "Xã Xuân Hoà" } else { "" };
        lines.push(format!("{},{},{level},087,{from},,,{other}", commune.code, commune.name));
    }
    for (code, name) in [("02995", "Xã Long Phúc"), ("02998", "Xã Long Khánh")] {
        lines.push(format!("{code},{name},xã,087,,29/02/2020,Xã Phúc Khánh,"));
    }
    paper::encode(&(lines.join("\r\n") + "\r\n"), Encoding::Utf8)
}
