//! What happened: every dialogue, petition, gift of land and day of work of two years. Where an article gives a total
//! the story adds up to it (see README.md); the detail is invented, and so are the people.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::random::{Random, share_out};

pub const YEARS: [i32; 2] = [2022, 2023];

/// Households and m2 that gave land in each year: together the published 2,180 households and 649,003 m2.
pub const LAND: [(i64, i64); 2] = [(1_204, 358_447), (976, 290_556)];
/// The district committee's own dialogues: published.
pub const DISTRICT_DIALOGUES: [i64; 2] = [5, 4];
/// What was done together in each year. Both years together are the published 126 programmes (05 of them the district's),
/// 20,000 participants, 137 roads and canals of 283.75 km, and 55,599.7 million đồng; how they fall on the years is our spread.
pub const TOGETHER: [Together; 2] = [
    Together { programs: 70, own_programs: 3, participants: 11_580, routes: 76, metres: 158_400, money: 308_124 },
    Together { programs: 51, own_programs: 2, participants: 8_420, routes: 61, metres: 125_350, money: 247_873 },
];

pub struct Together {
    /// The communes' programmes, and the district's own.
    pub programs: i64,
    pub own_programs: i64,
    pub participants: i64,
    pub routes: i64,
    pub metres: i64,
    /// In hundred thousands of đồng: tenths of a million.
    pub money: i64,
}

/// Land cleared for projects in 2023, by commune: households, m2, million đồng planned and paid. Together the published 290
/// households, 263.26 ha, and 250 billion đồng, all of the plan; the communes and their shares are our spread.
pub const CLEARED: [(&str, i64, i64, i64, i64); 5] = [
    ("Thị trấn Phố Ràng", 84, 512_300, 72_400, 71_900),
    ("Xã Tân Dương", 37, 401_800, 31_250, 31_250),
    ("Xã Cam Cọn", 96, 987_500, 84_600, 85_100),
    ("Xã Lương Sơn", 28, 330_000, 24_150, 24_150),
    ("Xã Bảo Hà", 45, 401_000, 37_600, 37_600),
];
pub const CLEARED_IN: i32 = 2023;

/// Petitions received: invented.
const PETITIONS: [i64; 2] = [264, 226];

/// How a commune reports. Each reports each form in one way only.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Habit {
    /// A workbook a month, four lists.
    Monthly,
    /// A workbook a year, four lists.
    Yearly,
    /// A workbook a quarter, with letterhead, totals and signatures.
    Quarterly,
    /// A text file a form and year.
    Text,
    /// Figures given to the district, which keeps the monthly table and the register of petitions.
    District,
}

pub struct Commune {
    pub code: &'static str,
    pub name: &'static str,
    pub folder: &'static str,
    pub habit: Habit,
    /// How much of the district's work is done here.
    weight: i64,
    /// Held in 2022 and in 2023: 54 and 12 in all, published.
    dialogues: [i64; 2],
    villages: [&'static str; 6],
}

const fn commune(
    code: &'static str,
    name: &'static str,
    folder: &'static str,
    habit: Habit,
    weight: i64,
    dialogues: [i64; 2],
    villages: [&'static str; 6],
) -> Commune {
    Commune { code, name, folder, habit, weight, dialogues, villages }
}

pub const COMMUNES: [Commune; 17] = [
    commune("02947", "Thị trấn Phố Ràng", "thi-tran-pho-rang", Habit::Quarterly, 9, [5, 2], TOWN),
    commune(
        "02950",
        "Xã Tân Tiến",
        "xa-tan-tien",
        Habit::District,
        5,
        [3, 0],
        ["Nà Phung", "Nặm Đâu", "Cán Chải", "Nặm Ngòa", "Nặm Hu", "Nặm Rịa"],
    ),
    commune(
        "02953",
        "Xã Nghĩa Đô",
        "xa-nghia-do",
        Habit::Yearly,
        8,
        [4, 1],
        ["Bản Lằng", "Nặm Cằm", "Nà Đình", "Bản Rịa", "Nà Khương", "Thâm Luông"],
    ),
    commune(
        "02956",
        "Xã Vĩnh Yên",
        "xa-vinh-yen",
        Habit::Yearly,
        7,
        [3, 1],
        ["Nặm Mèng", "Khuổi Phường", "Pác Mạc", "Nặm Khạo", "Tổng Kim", "Khuổi Vèng"],
    ),
    commune(
        "02959",
        "Xã Điện Quan",
        "xa-dien-quan",
        Habit::Quarterly,
        6,
        [3, 1],
        ["Bản 1", "Bản 2", "Bản 3", "Bản 4", "Bản 5", "Bản 6"],
    ),
    commune(
        "02962",
        "Xã Xuân Hòa",
        "xa-xuan-hoa",
        Habit::Monthly,
        8,
        [4, 1],
        ["Bản Mai Hạ", "Mai Thượng", "Bản Vắc", "Bản Hò", "Cuông 1", "Qua 2"],
    ),
    commune(
        "02965",
        "Xã Tân Dương",
        "xa-tan-duong",
        Habit::District,
        5,
        [2, 1],
        ["Bản Dằm", "Mỏ Siêu", "Pác Mạc", "Trĩ Trong", "Nà Đò", "Phạ"],
    ),
    commune(
        "02968",
        "Xã Thượng Hà",
        "xa-thuong-ha",
        Habit::Text,
        6,
        [3, 1],
        ["Mai Đào", "Bản 9", "Vài Siêu", "Tân Lập", "Km 45", "Bản 3"],
    ),
    commune(
        "02971",
        "Xã Kim Sơn",
        "xa-kim-son",
        Habit::District,
        6,
        [3, 0],
        ["Tân Văn", "Nhai Thổ", "Mông", "Bảo Ân", "Cao Sơn", "Kim Quang"],
    ),
    commune(
        "02974",
        "Xã Cam Cọn",
        "xa-cam-con",
        Habit::Quarterly,
        6,
        [3, 1],
        ["Cam 1", "Cam 2", "Cam 4", "Bỗng", "Lỵ", "Tân Thành"],
    ),
    commune(
        "02977",
        "Xã Minh Tân",
        "xa-minh-tan",
        Habit::Text,
        5,
        [3, 0],
        ["Mai 1", "Mai 3", "Bon 2", "Minh Hải", "Bùn", "Lâm Tiến"],
    ),
    commune(
        "02980",
        "Xã Xuân Thượng",
        "xa-xuan-thuong",
        Habit::District,
        6,
        [3, 0],
        ["Là 1", "Là 2", "Thâu 1", "Vành 3", "Mai 2", "Nà Uốt"],
    ),
    commune(
        "02983",
        "Xã Việt Tiến",
        "xa-viet-tien",
        Habit::Text,
        5,
        [3, 0],
        ["Già Hạ", "Già Thượng", "Cóc Khiểng", "Tân Bèn", "Hàm Rồng", "Bến Phà"],
    ),
    commune(
        "02986",
        "Xã Yên Sơn",
        "xa-yen-son",
        Habit::District,
        5,
        [2, 1],
        ["Mạ 1", "Mạ 2", "Múi 1", "Múi 3", "Bát", "Lự"],
    ),
    // Thôn Kim Sơn lies in xã Bảo Hà: what it gives is not xã Kim Sơn's.
    commune(
        "02989",
        "Xã Bảo Hà",
        "xa-bao-ha",
        Habit::Monthly,
        10,
        [4, 1],
        ["Liên Hà 1", "Liên Hà 5", "Kim Sơn", "Tắp 1", "Bùn 2", "Lúc"],
    ),
    commune(
        "02992",
        "Xã Lương Sơn",
        "xa-luong-son",
        Habit::Yearly,
        5,
        [3, 1],
        ["Vuộc", "Chiềng 1", "Chiềng 3", "Phia 1", "Lương Hải", "Sài 1"],
    ),
    commune(
        "02998",
        "Xã Phúc Khánh",
        "xa-phuc-khanh",
        Habit::Monthly,
        7,
        [3, 0],
        ["Trõ 1", "Trõ 2", "Nả 1", "Làng Nủ", "Đồng Mòng", "Làng Đẩu"],
    ),
];

const TOWN: [&str; 6] =
    ["Tổ dân phố 1", "Tổ dân phố 2", "Tổ dân phố 4", "Tổ dân phố 5", "Tổ dân phố 7", "Tổ dân phố 8"];

/// Whose a thing is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    /// By its place in [`COMMUNES`].
    Commune(usize),
    /// The district committee's own.
    District,
    /// Nobody's: a name that no register holds.
    Unknown,
}

impl Whose {
    pub fn name(self) -> &'static str {
        match self {
            Whose::Commune(at) => COMMUNES[at].name,
            Whose::District => "Huyện Bảo Yên",
            Whose::Unknown => "Xã Bảo Hòa",
        }
    }
}

pub struct Dialogue {
    pub whose: Whose,
    pub day: NaiveDate,
    pub regular: bool,
    pub chair: &'static str,
    pub topic: &'static str,
    pub participants: i64,
    pub opinions: i64,
    pub answered: i64,
}

pub struct Petition {
    pub whose: Whose,
    pub received: NaiveDate,
    pub kind: &'static str,
    pub field: &'static str,
    pub sender: String,
    pub phone: String,
    pub village: &'static str,
    pub due: NaiveDate,
    /// As its list says when it was sent.
    pub resolved: Option<NaiveDate>,
    /// Not the commune's to settle, and sent on: neither resolved nor pending.
    pub referred: bool,
}

pub struct Donation {
    pub whose: Whose,
    /// `None`: an impossible date was written, and the row counts nowhere.
    pub day: Option<NaiveDate>,
    pub village: &'static str,
    pub owner: String,
    pub phone: String,
    pub households: i64,
    /// In tenths of m2; `None` where it was never measured.
    pub area: Option<i64>,
    pub purpose: &'static str,
}

pub struct Workday {
    pub whose: Whose,
    pub day: NaiveDate,
    pub activity: &'static str,
    /// In tenths; `None` where the cell holds a formula that was never calculated.
    pub days: Option<i64>,
    /// `None` where the cell says "khoảng 200".
    pub participants: Option<i64>,
}

/// What one unit did together in a quarter, as the district's table has it.
pub struct Quarter {
    pub whose: Whose,
    pub year: i32,
    pub quarter: u32,
    pub programs: i64,
    pub participants: i64,
    pub routes: i64,
    pub metres: i64,
    /// In tenths of a million đồng.
    pub money: i64,
}

pub struct Story {
    pub dialogues: Vec<Dialogue>,
    pub petitions: Vec<Petition>,
    pub donations: Vec<Donation>,
    pub workdays: Vec<Workday>,
    pub quarters: Vec<Quarter>,
}

impl Story {
    pub fn tell() -> Self {
        Self {
            dialogues: dialogues(),
            petitions: petitions(),
            donations: donations(),
            workdays: workdays(),
            quarters: quarters(),
        }
    }
}

/// Xã Kim Sơn sends nothing for 2023, xã Xuân Hòa nothing for two months of it.
pub fn reports(at: usize, year: i32, month: u32) -> bool {
    match COMMUNES[at].name {
        "Xã Kim Sơn" => year != 2023,
        "Xã Xuân Hòa" => !(year == 2023 && (month == 8 || month == 9)),
        _ => true,
    }
}

pub fn reports_in(at: usize, year: i32) -> bool {
    (1..=12).any(|month| reports(at, year, month))
}

/// A working day in a month that the commune reports.
fn some_day(random: &mut Random, whose: Whose, year: i32) -> NaiveDate {
    const MONTHS: [(u32, i64); 12] =
        [(1, 6), (2, 5), (3, 9), (4, 10), (5, 10), (6, 8), (7, 7), (8, 7), (9, 9), (10, 11), (11, 10), (12, 8)];
    loop {
        let month = random.weighted(&MONTHS);
        let day = NaiveDate::from_ymd_opt(year, month, random.between(1, 28) as u32).expect("every month has 28 days");
        let reported = match whose {
            Whose::Commune(at) => reports(at, year, month),
            _ => true,
        };
        if reported && !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !holiday(day) {
            return day;
        }
    }
}

/// New Year, Tết, 30/4 and 1/5, Quốc khánh, as they fell in 2022 and 2023.
fn holiday(day: NaiveDate) -> bool {
    matches!(
        (day.year(), day.month(), day.day()),
        (_, 1, 1..=3)
            | (_, 4, 30)
            | (_, 5, 1..=3)
            | (_, 9, 1..=4)
            | (2022, 1, 31)
            | (2022, 2, 1..=4)
            | (2023, 1, 20..=26)
    )
}

/// Weights of the communes that report in a year, a little different from year to year.
fn weights(year: i32, form: u64) -> Vec<i64> {
    (0..COMMUNES.len())
        .map(|at| match reports_in(at, year) {
            true => COMMUNES[at].weight * 10 + Random::of(&[form, year as u64, at as u64]).between(-8, 8),
            false => 0,
        })
        .collect()
}

fn person(random: &mut Random) -> String {
    const FAMILIES: [&str; 16] = [
        "Hoàng", "Lương", "Nguyễn", "Lý", "Bàn", "Vàng", "Giàng", "Lù", "Trần", "Phạm", "Ma", "Cổ", "Nông", "Đặng",
        "Triệu", "Sầm",
    ];
    const MEN: ([&str; 6], [&str; 10]) = (
        ["Văn", "Đức", "Xuân", "Minh", "Quang", "Seo"],
        ["Thắng", "Nam", "Bình", "Sơn", "Tuấn", "Hải", "Dũng", "Chiến", "Lâm", "Páo"],
    );
    const WOMEN: ([&str; 3], [&str; 10]) =
        (["Thị", "Thu", "Ngọc"], ["Hoa", "Mai", "Lan", "Ngân", "Thủy", "Huyền", "Liên", "Mỷ", "Hương", "Yến"]);
    let family = random.pick(&FAMILIES);
    match random.percent(65) {
        true => format!("{family} {} {}", random.pick(&MEN.0), random.pick(&MEN.1)),
        false => format!("{family} {} {}", random.pick(&WOMEN.0), random.pick(&WOMEN.1)),
    }
}

/// Looks like a telephone number; nobody's.
fn phone(random: &mut Random) -> String {
    format!("09000{:05}", random.below(100_000))
}

fn dialogues() -> Vec<Dialogue> {
    const TOPICS: [&str; 6] = [
        "Xây dựng nông thôn mới",
        "Giải phóng mặt bằng",
        "Chuyển đổi số, cải cách hành chính",
        "Chính sách giảm nghèo bền vững",
        "Vệ sinh môi trường nông thôn",
        "Phát triển cây quế, kinh tế hộ",
    ];
    let mut all = Vec::new();
    for (nth, year) in YEARS.into_iter().enumerate() {
        for at in 0..=COMMUNES.len() {
            let (whose, held) = match COMMUNES.get(at) {
                Some(commune) => (Whose::Commune(at), commune.dialogues[nth]),
                None => (Whose::District, DISTRICT_DIALOGUES[nth]),
            };
            let mut random = Random::of(&[1, year as u64, at as u64]);
            let mut days: Vec<_> = (0..held).map(|_| some_day(&mut random, whose, year)).collect();
            days.sort();
            for (order, day) in days.into_iter().enumerate() {
                let opinions = random.between(6, 24);
                // One of the district's in 2022 and one in every eight elsewhere was not planned.
                let regular = match whose {
                    Whose::District => !(nth == 0 && order == 3),
                    _ => !random.percent(12),
                };
                all.push(Dialogue {
                    whose,
                    day,
                    regular,
                    chair: random.pick(&["Cấp ủy", "Chính quyền"]),
                    topic: random.pick(&TOPICS),
                    participants: if whose == Whose::District {
                        random.between(120, 240)
                    } else {
                        random.between(45, 150)
                    },
                    opinions,
                    answered: opinions - if random.percent(55) { random.between(1, 6) } else { 0 },
                });
            }
        }
    }
    all
}

fn petitions() -> Vec<Petition> {
    const KINDS: [(&str, i64); 4] = [("Kiến nghị", 46), ("Phản ánh", 30), ("Khiếu nại", 17), ("Tố cáo", 7)];
    const FIELDS: [(&str, i64); 6] = [
        ("Đất đai", 40),
        ("Giải phóng mặt bằng", 18),
        ("Môi trường", 14),
        ("Chế độ chính sách", 16),
        ("Trật tự xã hội", 6),
        ("Giao thông", 6),
    ];
    let mut all = Vec::new();
    for (nth, year) in YEARS.into_iter().enumerate() {
        for (at, count) in share_out(PETITIONS[nth], &weights(year, 2)).into_iter().enumerate() {
            let whose = Whose::Commune(at);
            let mut random = Random::of(&[2, year as u64, at as u64]);
            let mut days: Vec<_> = (0..count).map(|_| some_day(&mut random, whose, year)).collect();
            days.sort();
            for received in days {
                let kind = random.weighted(&KINDS);
                let term = if matches!(kind, "Khiếu nại" | "Tố cáo") { 30 } else { 20 };
                let due = not_at_new_year(received + Days::new(term));
                let late = random.percent(if received.month() == 12 { 40 } else { 10 });
                let took = if late { term as i64 + random.between(2, 25) } else { random.between(4, term as i64 - 1) };
                let referred = random.percent(4);
                let resolved = match referred {
                    true => None,
                    false => resolution(&mut random, at, received, received + Days::new(took as u64)),
                };
                all.push(Petition {
                    whose,
                    received,
                    kind,
                    field: random.weighted(&FIELDS),
                    sender: person(&mut random),
                    phone: phone(&mut random),
                    village: random.pick(&COMMUNES[at].villages),
                    due,
                    resolved,
                    referred,
                });
            }
        }
    }
    let mut random = Random::of(&[2, 99]);
    let day = |month, day| NaiveDate::from_ymd_opt(2023, month, day).expect("a day of the calendar");
    all.push(Petition {
        whose: Whose::Unknown,
        received: day(9, 12),
        kind: "Kiến nghị",
        field: "Đất đai",
        sender: person(&mut random),
        phone: phone(&mut random),
        village: "Liên Hà 2",
        due: day(10, 2),
        resolved: Some(day(9, 25)),
        referred: false,
    });
    all
}

/// When a petition was resolved, as far as the list that holds it can say: a list that is sent once knows nothing of
/// what came after, a register that is kept on does.
fn resolution(random: &mut Random, at: usize, received: NaiveDate, resolved: NaiveDate) -> Option<NaiveDate> {
    let year = received.year();
    let month_end = |month: u32| match month {
        12 => NaiveDate::from_ymd_opt(year, 12, 31),
        _ => NaiveDate::from_ymd_opt(year, month + 1, 1),
    };
    let kept_on = matches!(COMMUNES[at].habit, Habit::Yearly | Habit::Text | Habit::District)
        && COMMUNES[at].name != "Xã Kim Sơn";
    if year == 2023 || !kept_on {
        let list_ends = match COMMUNES[at].habit {
            Habit::Monthly => month_end(received.month()),
            Habit::Quarterly => month_end(received.month().div_ceil(3) * 3),
            _ => month_end(12),
        }
        .expect("a day of the calendar");
        let open = match received.month() {
            11.. => resolved > list_ends,
            9 | 10 => random.percent(6),
            _ => false,
        };
        if year == 2023 && open {
            return None;
        }
        // Lists go out a few days after their period: what was settled late is settled by then.
        let by_then = list_ends - Days::new(1) + Days::new(random.below(4) as u64);
        let resolved = resolved.min(by_then).max(received + Days::new(1));
        return Some(resolved.min(NaiveDate::from_ymd_opt(year, 12, 29).expect("a day of the calendar")));
    }
    Some(not_at_new_year(resolved))
}

/// Days on the edge of a year would say more about edges than about offices.
fn not_at_new_year(day: NaiveDate) -> NaiveDate {
    match (day.month(), day.day()) {
        (12, 29..) => day + Days::new(8),
        (1, ..=4) => day + Days::new(5),
        _ => day,
    }
}

fn donations() -> Vec<Donation> {
    const PURPOSES: [(&str, i64); 6] = [
        ("Đường trục thôn", 38),
        ("Đường liên thôn", 24),
        ("Đường ngõ xóm", 14),
        ("Kênh mương nội đồng", 12),
        ("Nhà văn hóa thôn", 9),
        ("Trường học", 3),
    ];
    let mut all: Vec<Donation> = Vec::new();
    for (nth, year) in YEARS.into_iter().enumerate() {
        let first = all.len();
        for (at, households) in share_out(LAND[nth].0, &weights(year, 3)).into_iter().enumerate() {
            let whose = Whose::Commune(at);
            let mut random = Random::of(&[3, year as u64, at as u64]);
            let by_village =
                matches!(COMMUNES[at].habit, Habit::Quarterly | Habit::District) || COMMUNES[at].name == "Xã Lương Sơn";
            let at_once = if COMMUNES[at].habit == Habit::District { 8 } else { 4 };
            let mut rows = Vec::new();
            let mut left = households;
            while left > 0 {
                let together = if by_village { random.between(1, at_once).min(left) } else { 1 };
                left -= together;
                let each =
                    40 + random.below(180) + random.below(180) + if random.percent(10) { random.below(900) } else { 0 };
                rows.push(Donation {
                    whose,
                    day: Some(some_day(&mut random, whose, year)),
                    village: random.pick(&COMMUNES[at].villages),
                    owner: person(&mut random),
                    phone: phone(&mut random),
                    households: together,
                    area: Some(each * together),
                    purpose: random.weighted(&PURPOSES),
                });
            }
            rows.sort_by_key(|row| row.day);
            if year == 2023 && COMMUNES[at].name == "Xã Vĩnh Yên" {
                let at = rows.len() * 2 / 3;
                rows[at].area = None;
            }
            all.append(&mut rows);
        }
        measure(&mut all[first..], LAND[nth].1);
    }
    // The row with an impossible date: one more household, which no total counts.
    let mut random = Random::of(&[3, 99]);
    let at = COMMUNES.iter().position(|commune| commune.name == "Xã Nghĩa Đô").expect("one of the communes");
    let place = all
        .iter()
        .position(|row| row.whose == Whose::Commune(at) && row.day >= NaiveDate::from_ymd_opt(2023, 3, 1))
        .unwrap_or(all.len());
    all.insert(
        place,
        Donation {
            whose: Whose::Commune(at),
            day: None,
            village: "Nà Đình",
            owner: person(&mut random),
            phone: phone(&mut random),
            households: 1,
            area: Some(1_850),
            purpose: "Đường trục thôn",
        },
    );
    all
}

/// Scales areas so that they add up to `whole` m2 exactly, in whole m2 but for some halves, two by two.
fn measure(rows: &mut [Donation], whole: i64) {
    let mut areas: Vec<&mut Donation> = rows.iter_mut().filter(|row| row.area.is_some()).collect();
    let weights: Vec<i64> = areas.iter().map(|row| row.area.unwrap_or(0)).collect();
    for (row, area) in areas.iter_mut().zip(share_out(whole, &weights)) {
        row.area = Some(area * 10);
    }
    let halves = ["Xã Nghĩa Đô", "Xã Cam Cọn", "Xã Thượng Hà", "Xã Yên Sơn", "Xã Bảo Hà"];
    let mut random = Random::of(&[4, whole as u64]);
    let mut halved: Vec<&mut &mut Donation> =
        areas.iter_mut().filter(|row| halves.contains(&row.whose.name()) && random.percent(15)).collect();
    for pair in halved.chunks_exact_mut(2) {
        pair[0].area = pair[0].area.map(|area| area + 5);
        pair[1].area = pair[1].area.map(|area| area - 5);
    }
}

fn workdays() -> Vec<Workday> {
    const ACTIVITIES: [(&str, i64); 6] = [
        ("Làm đường giao thông nông thôn", 30),
        ("Đổ bê tông đường", 20),
        ("Nạo vét kênh mương", 20),
        ("Vệ sinh môi trường", 18),
        ("Sửa nhà văn hóa thôn", 7),
        ("Trồng cây xanh", 5),
    ];
    let mut all = Vec::new();
    for year in YEARS {
        for at in (0..COMMUNES.len()).filter(|&at| reports_in(at, year)) {
            let whose = Whose::Commune(at);
            let mut random = Random::of(&[5, year as u64, at as u64]);
            let count = 7 + COMMUNES[at].weight - random.below(3);
            let mut days: Vec<_> = (0..count).map(|_| some_day(&mut random, whose, year)).collect();
            days.sort();
            for day in days {
                let participants = random.between(18, 105);
                let halves = random.weighted(&[(2, 60), (3, 15), (1, 15), (4, 10)]);
                all.push(Workday {
                    whose,
                    day,
                    activity: random.weighted(&ACTIVITIES),
                    days: Some(participants * halves * 5),
                    participants: Some(participants),
                });
            }
        }
    }
    let of = |all: &[Workday], name: &str, nth: usize| {
        all.iter()
            .enumerate()
            .filter(|(_, row)| row.whose.name() == name && row.day.year() == 2023)
            .nth(nth)
            .map(|(at, _)| at)
            .expect("every commune worked more often than that")
    };
    let about = of(&all, "Xã Phúc Khánh", 4);
    all[about].participants = None;
    let uncalculated = of(&all, "Xã Vĩnh Yên", 6);
    all[uncalculated].days = None;
    all
}

fn quarters() -> Vec<Quarter> {
    let mut all = Vec::new();
    for (nth, year) in YEARS.into_iter().enumerate() {
        let together = &TOGETHER[nth];
        // By commune and quarter, then the district's own quarters.
        let communes = weights(year, 6);
        let spread = |whole: i64, form: u64| -> Vec<i64> {
            let by_quarter = |weight: &i64| [2, 3, 2, 3].map(|quarter| weight * quarter);
            let weights: Vec<i64> = communes.iter().flat_map(by_quarter).collect();
            let mut random = Random::of(&[6, form, year as u64]);
            let weights: Vec<i64> = weights.into_iter().map(|weight| weight * random.between(5, 15)).collect();
            share_out(whole, &weights)
        };
        let mut programs = spread(together.programs, 1);
        programs.extend(share_out(together.own_programs, &[1, 1, 1, 1]));
        // Who comes depends on what is held, how long roads are on how many there are.
        let routes = spread(together.routes, 2);
        let participants = share_out(together.participants, &programs);
        let metres: Vec<i64> = share_out(together.metres / 50, &routes).into_iter().map(|length| length * 50).collect();
        let money = spread(together.money, 3);
        for at in 0..programs.len() {
            let whose = if at / 4 < COMMUNES.len() { Whose::Commune(at / 4) } else { Whose::District };
            let of = |all: &[i64]| all.get(at).copied().unwrap_or(0);
            all.push(Quarter {
                whose,
                year,
                quarter: at as u32 % 4 + 1,
                programs: programs[at],
                participants: participants[at],
                routes: of(&routes),
                metres: of(&metres),
                money: of(&money),
            });
        }
    }
    all
}
