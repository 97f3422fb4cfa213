//! A year as it is sent: which lists, tables, copies and corrections of it lie in the office's folder.

use std::collections::BTreeSet;

use super::truth::{Dice, Event, Form, Key, Time, Truth};

pub const COMMUNES: [&str; 3] = ["Thị trấn Phố Ràng", "Xã Bảo Hà", "Xã Kim Sơn"];

/// What a folder can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feature {
    /// A list of the year, of quarters or of months.
    Lists,
    /// A file, or a sheet, for each month.
    Monthly,
    /// "Tháng 1 … Tháng 12, Cả năm".
    Across,
    /// A table for each quarter.
    Quarterly,
    /// Half-year, nine-month and year reports, with one figure each.
    Longer,
    /// "Tổng hợp năm".
    YearTotal,
    /// The district's table of all communes.
    District,
    /// Some months, quarters or reports were never sent.
    Missing,
    /// "Định kỳ" and "Đột xuất" beside their whole.
    Categories,
    /// "Kế hoạch", "Cùng kỳ năm trước", "Tỷ lệ (%)" beside the figures.
    Columns,
    /// "Cùng kỳ năm trước" is what is known of the year before.
    Remembered,
    /// "Trong kỳ" and "Lũy kế từ đầu năm".
    Cumulative,
    /// "Lũy kế từ đầu năm" alone.
    CumulativeAlone,
    /// "Từ đầu nhiệm kỳ".
    Term,
    /// Several lists that overlap, or one that is sent again each quarter and grows.
    Overlap,
    /// A list of petitions begins with those of the year before that are still pending.
    CarriedOver,
    /// What is pending was stated for an earlier day than the window's end, though other figures go on.
    StaleStock,
    /// Lists of petitions and tables of them in one folder.
    StocksMixed,
    /// As `Overlap`, of petitions: what was pending in one list is resolved in the next.
    StatusChanged,
    /// The same bytes under another name.
    Copies,
    /// The same content, saved again: as another kind of file, with an empty row.
    Resaved,
    /// A table sent again with a figure mended.
    TableCorrected,
    /// A correction that states the mended row alone.
    RowCorrected,
    /// A list sent again with a row mended.
    ListCorrected,
    /// The rows that a list left out, in a file of their own.
    Supplement,
    /// A supplement that holds the other rows too.
    SupplementWhole,
    /// A figure that others contradict, by the same sender.
    Conflict,
    /// A cumulative figure below the one before it.
    Falling,
    /// The district's table differs from the commune's own.
    DistrictDiffers,
}

use Feature::*;

pub const ALL: [Feature; 29] = [
    Lists,
    Monthly,
    Across,
    Quarterly,
    Longer,
    YearTotal,
    District,
    Missing,
    Categories,
    Columns,
    Remembered,
    Cumulative,
    CumulativeAlone,
    Term,
    Overlap,
    CarriedOver,
    StaleStock,
    StocksMixed,
    StatusChanged,
    Copies,
    Resaved,
    TableCorrected,
    RowCorrected,
    ListCorrected,
    Supplement,
    SupplementWhole,
    Conflict,
    Falling,
    DistrictDiffers,
];

/// What a column of a table states, of months counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Own(usize, usize),
    /// "Cả năm" behind the months.
    Total,
    /// Up to before this month.
    YearToDate(usize),
    Term(usize),
    LastYear(usize, usize),
    Plan,
    Share(usize, usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// A unit a row, an indicator a column.
    Units,
    /// An indicator a row.
    Indicators,
}

#[derive(Clone, Debug)]
pub struct Table {
    pub layout: Layout,
    pub units: Vec<usize>,
    pub indicators: Vec<usize>,
    pub columns: Vec<Column>,
    pub has_categories: bool,
    pub has_total: bool,
    /// What is written there is by so much not what happened.
    pub altered: Option<(Key, usize, i64)>,
}

#[derive(Clone, Debug)]
pub enum Body {
    List(Vec<Event>),
    Table(Table),
}

#[derive(Clone, Debug)]
pub struct Sheet {
    pub body: Body,
    /// `None`: the district's.
    pub unit: Option<usize>,
    pub from: usize,
    pub to: usize,
    /// "(Đính chính)" in the title.
    pub mark: &'static str,
}

#[derive(Clone, Debug)]
pub struct File {
    pub folder: String,
    pub name: String,
    pub is_workbook: bool,
    pub has_empty_row: bool,
    pub sheets: Vec<Sheet>,
    /// Something else counts in its place.
    pub superseded: bool,
}

/// What one sheet says of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    pub key: Key,
    pub from: usize,
    pub to: usize,
    pub is_cumulative: bool,
    /// From a start that is not said: it tells only what two such claims leave between their ends.
    is_term: bool,
    pub is_own: bool,
}

/// What claims of one figure tell: what each states, and what two cumulative ones leave between their ends.
pub fn stretches(claims: &[Claim]) -> BTreeSet<(usize, usize)> {
    let ends = |is: fn(&Claim) -> bool| -> BTreeSet<usize> {
        claims.iter().filter(|claim| is(claim)).map(|claim| claim.to).collect()
    };
    let (of_year, of_term) = (ends(|claim| claim.is_cumulative), ends(|claim| claim.is_term));
    let pairs = [&of_year, &of_term].into_iter().flat_map(|ends| {
        ends.iter().flat_map(|&from| ends.range(from + 1..).map(move |&to| (from, to))).collect::<Vec<_>>()
    });
    claims.iter().filter(|claim| !claim.is_term).map(|claim| (claim.from, claim.to)).chain(pairs).collect()
}

pub struct Folder {
    pub truth: Truth,
    pub files: Vec<File>,
    pub used: BTreeSet<Feature>,
    /// Figures that are contradicted, with the months that this concerns.
    pub doubtful: Vec<(Key, usize, usize)>,
}

fn months(from: usize, to: usize) -> String {
    let roman = ["I", "II", "III", "IV"];
    match to - from {
        1 => format!("tháng {to}"),
        3 => format!("quý {}", roman[from / 3]),
        6 => "6 tháng đầu".to_owned(),
        9 => "9 tháng".to_owned(),
        _ => String::new(),
    }
}

pub fn period(from: usize, to: usize) -> String {
    format!("{} năm 2023", months(from, to)).trim().to_owned()
}

/// What is told of the year before: any number will do, if it is not the year's own.
pub fn year_before(key: Key, from: usize, to: usize) -> i64 {
    (from..to).map(|month| 100 * (7 + 3 * key.unit + 2 * key.indicator + month) as i64).sum()
}

impl Sheet {
    fn new(body: Body, unit: Option<usize>, from: usize, to: usize) -> Self {
        Self { body, unit, from, to, mark: "" }
    }

    pub fn units(&self) -> Vec<usize> {
        match (&self.body, self.unit) {
            (Body::Table(table), _) => table.units.clone(),
            (_, unit) => unit.into_iter().collect(),
        }
    }

    pub fn claims(&self, form: &Form) -> Vec<Claim> {
        let mut claims = Vec::new();
        let is_own = self.unit.is_some();
        match &self.body {
            Body::List(_) => {
                for unit in self.units() {
                    for indicator in 0..form.indicators.len() {
                        let kinds = if indicator == 0 { form.categories.len() } else { 0 };
                        for category in [None].into_iter().chain((0..kinds).map(Some)) {
                            let key = Key { unit, indicator, category };
                            let months = (self.from..self.to).map(|month| (month, month + 1));
                            claims.extend(months.map(|(from, to)| Claim {
                                key,
                                from,
                                to,
                                is_cumulative: false,
                                is_term: false,
                                is_own,
                            }));
                        }
                    }
                }
            }
            Body::Table(table) => {
                for key in table.keys(form) {
                    for column in &table.columns {
                        let (from, to, is_cumulative) = match *column {
                            Column::Own(from, to) => (from, to, false),
                            Column::YearToDate(to) => (0, to, true),
                            // Of a stock nothing is added up.
                            Column::Term(to) if form.indicators[key.indicator].time == Time::Flow => (to, to, false),
                            _ => continue,
                        };
                        let is_term = matches!(column, Column::Term(_));
                        claims.push(Claim { key, from, to, is_cumulative, is_term, is_own });
                    }
                }
            }
        }
        claims
    }
}

impl Table {
    pub fn keys(&self, form: &Form) -> Vec<Key> {
        let mut keys = Vec::new();
        for &unit in &self.units {
            for &indicator in &self.indicators {
                keys.push(Key { unit, indicator, category: None });
                if indicator == 0 && self.has_categories {
                    keys.extend((0..form.categories.len()).map(|kind| Key { unit, indicator, category: Some(kind) }));
                }
            }
        }
        keys
    }

    fn cell(&self, truth: &Truth, key: Key, at: usize) -> i64 {
        let plan = 100 * (400 + 10 * key.indicator as i64);
        let value = match self.columns[at] {
            Column::Own(from, to) => truth.value(key, from, to),
            Column::Total => truth.value(key, 0, 12),
            Column::YearToDate(to) => truth.value(key, 0, to),
            Column::Term(to) => truth.value(key, 0, to) + year_before(key, 0, 12),
            Column::LastYear(from, to) => year_before(key, from, to),
            Column::Plan => plan,
            Column::Share(from, to) => truth.value(key, from, to) * 100 / plan * 100,
        };
        match self.altered {
            Some((altered, column, by)) if altered == key && column == at => value + by,
            _ => value,
        }
    }
}

/// Hundredths as an office writes them.
fn number(value: i64) -> String {
    match value % 100 {
        0 => (value / 100).to_string(),
        rest if rest % 10 == 0 => format!("{},{}", value / 100, rest / 10),
        rest => format!("{},{rest:02}", value / 100),
    }
}

type Rows = Vec<Vec<String>>;

fn texts(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

impl Sheet {
    fn rows(&self, truth: &Truth) -> Rows {
        let form = truth.form;
        let whose = self.unit.map_or("Huyện Bảo Yên".to_owned(), |unit| COMMUNES[unit].to_owned());
        let what = match self.body {
            Body::List(_) => "Danh sách",
            Body::Table(_) => "Biểu tổng hợp kết quả",
        };
        let title = format!("{what} {} {}", form.title, period(self.from, self.to)).to_uppercase();
        let mut rows = vec![vec![whose.to_uppercase()], vec![title]];
        if !self.mark.is_empty() {
            rows.push(vec![self.mark.to_owned()]);
        }
        rows.push(Vec::new());
        match &self.body {
            Body::List(events) => rows.extend(list(form, events)),
            Body::Table(table) => rows.extend(table.rows(truth, self.from, self.to)),
        }
        rows
    }
}

fn list(form: &Form, events: &[Event]) -> Rows {
    let mut rows = vec![[texts(&["STT"]), texts(form.list)].concat()];
    let date = |month: i32, day: u32| match month {
        0.. => format!("{day:02}/{:02}/2023", month + 1),
        _ => format!("{day:02}/{:02}/2022", month + 13),
    };
    for (at, event) in events.iter().enumerate() {
        let mut row = vec![(at + 1).to_string(), date(event.month, event.day)];
        match form.id {
            "dialogue" => {
                row.push(form.categories[event.kind].to_owned());
                row.extend(event.numbers.map(number));
            }
            "petition" => {
                row.push(["Khiếu nại", "Kiến nghị, phản ánh"][event.kind].to_owned());
                row.push(if event.resolved.is_some() { "Đã giải quyết" } else { "Đang giải quyết" }.to_owned());
                row.push(event.resolved.map_or(String::new(), |(month, day)| date(month, day)));
            }
            "workday" => row.extend(event.numbers[..2].iter().map(|value| number(*value))),
            _ => {
                let name = ["An", "Bình", "Chi", "Dung"][(event.numbers[1] / 100 % 4) as usize];
                row.extend([format!("Nguyễn Thị {name}"), number(event.numbers[0])]);
            }
        }
        rows.push(row);
    }
    if events.is_empty() {
        rows.push(texts(&["", "Không phát sinh"]));
    }
    rows
}

impl Table {
    fn rows(&self, truth: &Truth, from: usize, to: usize) -> Rows {
        let heading = |column: &Column| match *column {
            Column::Own(a, b) if (a, b) != (from, to) => months(a, b).replace("tháng", "Tháng"),
            Column::Own(..) => "Trong kỳ".to_owned(),
            Column::Total => "Cả năm".to_owned(),
            Column::YearToDate(_) => "Lũy kế từ đầu năm".to_owned(),
            Column::Term(_) => "Từ đầu nhiệm kỳ".to_owned(),
            Column::LastYear(..) => "Cùng kỳ năm trước".to_owned(),
            Column::Plan => "Kế hoạch năm".to_owned(),
            Column::Share(..) => "Tỷ lệ (%)".to_owned(),
        };
        let form = truth.form;
        match self.layout {
            Layout::Indicators => {
                let mut rows = vec![texts(&["TT", "Chỉ tiêu", "ĐVT"])];
                rows[0].extend(self.columns.iter().map(heading));
                let mut ordinal = 0;
                for key in self.keys(form) {
                    let indicator = &form.indicators[key.indicator];
                    ordinal += usize::from(key.category.is_none());
                    let mut row = match key.category {
                        None => vec![ordinal.to_string(), indicator.label.to_owned(), indicator.measure.to_owned()],
                        Some(kind) => {
                            vec![String::new(), format!("- {}", form.categories[kind]), indicator.measure.to_owned()]
                        }
                    };
                    row.extend((0..self.columns.len()).map(|at| number(self.cell(truth, key, at))));
                    rows.push(row);
                }
                rows
            }
            Layout::Units => {
                let keys = |unit: usize| self.keys(form).into_iter().filter(move |key| key.unit == unit);
                let (mut over, mut under) = (texts(&["TT", "Đơn vị"]), texts(&["", ""]));
                let mut last = None;
                for key in keys(self.units[0]) {
                    for column in &self.columns {
                        let indicator = &form.indicators[key.indicator];
                        let label = match indicator.measure {
                            "m2" => format!("{} (m2)", indicator.label),
                            _ => indicator.label.to_owned(),
                        };
                        over.push(if last == Some(key.indicator) { String::new() } else { label });
                        last = Some(key.indicator);
                        under.push(match (key.category, self.columns.len()) {
                            (Some(kind), _) => form.categories[kind].to_owned(),
                            (None, 1) if key.indicator == 0 && self.has_categories => "Tổng số".to_owned(),
                            (None, 1) if matches!(column, Column::Own(..)) => String::new(),
                            _ => heading(column),
                        });
                    }
                }
                let is_deep = under.iter().any(|cell| !cell.is_empty());
                let mut rows = vec![over];
                rows.extend(is_deep.then_some(under));
                for (at, &unit) in self.units.iter().enumerate() {
                    let mut row = vec![(at + 1).to_string(), COMMUNES[unit].to_owned()];
                    for key in keys(unit) {
                        row.extend((0..self.columns.len()).map(|at| number(self.cell(truth, key, at))));
                    }
                    rows.push(row);
                }
                if self.has_total {
                    let mut row = texts(&["", "Tổng cộng"]);
                    for key in keys(self.units[0]) {
                        for at in 0..self.columns.len() {
                            let sum = self.units.iter().map(|&unit| self.cell(truth, Key { unit, ..key }, at)).sum();
                            row.push(number(sum));
                        }
                    }
                    rows.push(row);
                }
                rows
            }
        }
    }
}

impl File {
    pub fn path(&self) -> String {
        let extension = if self.is_workbook { "xlsx" } else { "csv" };
        format!("du-lieu/{}{}.{extension}", self.folder, self.name)
    }

    /// The text of a CSV file, or a workbook's sketch.
    pub fn text(&self, truth: &Truth) -> String {
        let mut text = String::new();
        for (at, sheet) in self.sheets.iter().enumerate() {
            let mut rows = sheet.rows(truth);
            if self.has_empty_row {
                rows.insert(1, Vec::new());
            }
            if self.is_workbook {
                let name = if self.sheets.len() > 1 { period(sheet.from, sheet.to) } else { "Trang 1".to_owned() };
                text += &format!("== {}{name}\n", if at > 0 && self.sheets.len() == 1 { "2" } else { "" });
            }
            for row in rows {
                let cell = |cell: &String| match cell.split_once(',') {
                    Some((whole, rest))
                        if [whole, rest]
                            .iter()
                            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())) =>
                    {
                        format!("num:{whole}.{rest}")
                    }
                    _ => cell.clone(),
                };
                let line: Vec<String> =
                    row.iter().map(|text| if self.is_workbook { cell(text) } else { text.clone() }).collect();
                text += &line.join(if self.is_workbook { " | " } else { ";" });
                text.push('\n');
            }
        }
        text
    }

    pub fn units(&self) -> Vec<usize> {
        self.sheets.iter().flat_map(Sheet::units).collect()
    }
}

/// How a commune tells its year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Lists(usize),
    Growing,
    Monthly,
    Across,
    Quarterly,
    Longer,
    YearTotal,
}

/// The number of a correction, 0 of none.
fn order(file: &File) -> usize {
    let words = ["sửa", "Đính chính", "thay thế", "gửi lại"];
    match () {
        () if file.name.contains("lần 2") => 2,
        () => usize::from(words.iter().any(|word| file.name.contains(word))),
    }
}

struct Maker<'a> {
    dice: &'a mut Dice,
    on: &'a BTreeSet<Feature>,
    /// Lists, or tables, where a folder must not hold both.
    has_lists: bool,
    folder: Folder,
}

/// The folder of this number, of these features.
pub fn folder(number: u64, on: &BTreeSet<Feature>) -> Folder {
    let dice = &mut Dice::new(number);
    let communes = 1 + dice.below(COMMUNES.len());
    let truth = Truth::new(dice, communes);
    let folder = Folder { truth, files: Vec::new(), used: BTreeSet::new(), doubtful: Vec::new() };
    let has_lists = dice.chance(30);
    let mut maker = Maker { dice, on, has_lists, folder };
    if maker.folder.truth.form.id == "petition" {
        maker.chance(StaleStock, 100);
        maker.chance(StocksMixed, 100);
    }
    for unit in 0..communes {
        maker.commune(unit);
    }
    let has_tables = maker.folder.truth.form.id != "petition" || on.contains(&StocksMixed) || !has_lists;
    if has_tables && maker.chance(District, 35) {
        maker.district();
    }
    maker.mishaps();
    maker.folder
}

impl Maker<'_> {
    /// Whether it is so this time, where the feature is on.
    fn chance(&mut self, feature: Feature, percent: usize) -> bool {
        let so = self.dice.chance(percent) && self.on.contains(&feature);
        if so {
            self.folder.used.insert(feature);
        }
        so
    }

    fn commune(&mut self, unit: usize) {
        let is_petition = self.folder.truth.form.id == "petition";
        let mut ways = Vec::new();
        let many = 1 + self.dice.below(3);
        for _ in 0..many {
            // Of petitions only a list of the year holds all that was carried over.
            let list = if is_petition { Way::Lists(12) } else { Way::Lists(self.dice.pick(&[1, 3, 12])) };
            let choices = [
                (Lists, list),
                (Monthly, Way::Monthly),
                (Across, Way::Across),
                (Quarterly, Way::Quarterly),
                (Longer, Way::Longer),
                (YearTotal, Way::YearTotal),
                (if is_petition { StatusChanged } else { Overlap }, Way::Growing),
            ];
            let choices: Vec<_> = choices.into_iter().filter(|(feature, _)| self.on.contains(feature)).collect();
            let Some((feature, way)) = (!choices.is_empty()).then(|| self.dice.pick(&choices)) else { return };
            let is_list = |way: &Way| matches!(way, Way::Lists(_) | Way::Growing);
            if is_petition && !self.on.contains(&StocksMixed) && is_list(&way) != self.has_lists {
                continue;
            }
            if is_list(&way) && self.folder.truth.is_carried_over {
                if !self.on.contains(&CarriedOver) {
                    continue;
                }
                self.folder.used.insert(CarriedOver);
            }
            if is_list(&way) && ways.iter().any(is_list) {
                if way == Way::Growing || !self.on.contains(&Overlap) || ways.contains(&way) {
                    continue;
                }
                self.folder.used.insert(Overlap);
            }
            if !ways.contains(&way) {
                self.folder.used.insert(feature);
                ways.push(way);
            }
        }
        for way in ways {
            self.send(unit, way);
        }
    }

    fn events(&self, unit: usize, from: usize, to: usize) -> Vec<Event> {
        let is_petition = self.folder.truth.form.id == "petition";
        let first = if is_petition && from == 0 { -12 } else { from as i32 };
        self.folder.truth.events[unit].iter().filter(|e| first <= e.month && e.month < to as i32).cloned().collect()
    }

    fn send(&mut self, unit: usize, way: Way) {
        let missing = self.chance(Missing, 30);
        let style = (self.dice.below(3), self.dice.below(3));
        // What kinds of columns stand beside each other, the same in all of a commune's files.
        let alone = self.chance(CumulativeAlone, 50);
        let cumulative = alone || self.chance(Cumulative, 50);
        let term = self.chance(Term, 40);
        let columns = self.chance(Columns, 35);
        if columns && self.on.contains(&Remembered) {
            self.folder.used.insert(Remembered);
        }
        let layout =
            if columns || term { Layout::Indicators } else { self.dice.pick(&[Layout::Units, Layout::Indicators]) };
        let categories = !self.folder.truth.form.categories.is_empty() && self.chance(Categories, 40);
        let indicators: Vec<usize> = (0..self.folder.truth.form.indicators.len()).collect();
        let table = |columns: Vec<Column>, layout: Layout| Table {
            layout,
            units: vec![unit],
            indicators: indicators.clone(),
            // "Tổng số", "Định kỳ", "Đột xuất" leave no place to say that they are cumulative.
            has_categories: categories && (layout == Layout::Indicators || matches!(columns[..], [Column::Own(..)])),
            columns,
            has_total: false,
            altered: None,
        };
        let told = |from: usize, to: usize| {
            let mut told = if alone { Vec::new() } else { vec![Column::Own(from, to)] };
            if cumulative {
                told.push(Column::YearToDate(to));
            }
            if term {
                told.push(Column::Term(to));
            }
            if columns {
                told.insert(0, Column::Plan);
                told.extend([Column::LastYear(from, to), Column::Share(from, to)]);
            }
            told
        };
        let mut sheets: Vec<Sheet> = Vec::new();
        let mut name = "Biểu";
        match way {
            Way::Lists(length) => {
                name = "Danh sách";
                for from in (0..12).step_by(length) {
                    let to = from + length;
                    sheets.push(Sheet::new(Body::List(self.events(unit, from, to)), Some(unit), from, to));
                }
            }
            Way::Growing => {
                name = "Danh sách lũy kế";
                for to in [3, 6, 9, 12] {
                    let mut events = self.events(unit, 0, to);
                    for event in &mut events {
                        event.resolved = event.resolved.filter(|(month, _)| *month < to as i32);
                    }
                    sheets.push(Sheet::new(Body::List(events), Some(unit), 0, to));
                }
            }
            Way::Monthly => {
                for month in 0..12 {
                    let columns = told(month, month + 1);
                    sheets.push(Sheet::new(Body::Table(table(columns, layout)), Some(unit), month, month + 1));
                }
            }
            Way::Across => {
                let columns = (0..12).map(|month| Column::Own(month, month + 1)).chain([Column::Total]).collect();
                let mut table = table(columns, Layout::Indicators);
                // "Cả năm" of a stock is not the sum of its months.
                let form = self.folder.truth.form;
                table.indicators.retain(|&at| form.indicators[at].time == Time::Flow);
                sheets.push(Sheet::new(Body::Table(table), Some(unit), 0, 12));
                name = "Theo tháng";
            }
            Way::Quarterly => {
                for from in [0, 3, 6, 9] {
                    let columns = told(from, from + 3);
                    sheets.push(Sheet::new(Body::Table(table(columns, layout)), Some(unit), from, from + 3));
                }
            }
            Way::Longer => {
                for to in [6, 9, 12] {
                    let mut columns = told(0, to);
                    // "Trong kỳ" of nine months is what "Lũy kế" is.
                    if alone {
                        columns.retain(|column| !matches!(column, Column::Own(..)));
                    }
                    sheets.push(Sheet::new(Body::Table(table(columns, layout)), Some(unit), 0, to));
                }
                name = "Báo cáo";
            }
            Way::YearTotal => {
                sheets.push(Sheet::new(Body::Table(table(vec![Column::Own(0, 12)], layout)), Some(unit), 0, 12));
                name = "Tổng hợp";
            }
        }
        if missing && sheets.len() > 1 {
            let gone = 1 + self.dice.below(sheets.len() / 2);
            for _ in 0..gone {
                let at = self.dice.below(sheets.len());
                sheets.remove(at);
            }
        }
        let is_workbook = self.dice.chance(10);
        let folder = match style.0 {
            0 => String::new(),
            1 => format!("{}/", COMMUNES[unit]),
            _ => "2023/".to_owned(),
        };
        let form = self.folder.truth.form.title;
        let called =
            |when: &str| format!("{} - {name} {} {when}", COMMUNES[unit], form.to_lowercase()).trim().to_owned();
        let single = |name: String, is_workbook: bool, sheets: Vec<Sheet>| File {
            folder: folder.clone(),
            name,
            is_workbook,
            has_empty_row: false,
            sheets,
            superseded: false,
        };
        if way == Way::Monthly && style.1 == 0 {
            self.folder.files.push(single(called("các tháng"), true, sheets));
            return;
        }
        for sheet in sheets {
            let when = match (way, style.1) {
                (Way::Growing, _) => format!("đến tháng {}", sheet.to),
                _ => period(sheet.from, sheet.to),
            };
            self.folder.files.push(single(called(&when), is_workbook, vec![sheet]));
        }
    }

    fn district(&mut self) {
        let length = self.dice.pick(&[12, 12, 3]);
        let indicators: Vec<usize> = (0..self.folder.truth.form.indicators.len()).collect();
        for from in (0..12).step_by(length) {
            let table = Table {
                layout: Layout::Units,
                units: (0..self.folder.truth.events.len()).collect(),
                indicators: indicators.clone(),
                columns: vec![Column::Own(from, from + length)],
                has_categories: false,
                has_total: true,
                altered: None,
            };
            let form = self.folder.truth.form.title.to_lowercase();
            self.folder.files.push(File {
                folder: "huyen/".to_owned(),
                name: format!("Tổng hợp toàn huyện {form} {}", period(from, from + length)),
                is_workbook: false,
                has_empty_row: false,
                sheets: vec![Sheet::new(Body::Table(table), None, from, from + length)],
                superseded: false,
            });
        }
    }

    /// What goes wrong with files that were right.
    fn mishaps(&mut self) {
        if self.chance_of_mishap(TableCorrected) {
            self.correct_table(false);
        }
        if self.chance_of_mishap(RowCorrected) {
            self.correct_table(true);
        }
        if self.chance_of_mishap(ListCorrected) {
            self.correct_list();
        }
        for feature in [Supplement, SupplementWhole] {
            if self.chance_of_mishap(feature) {
                self.supplement(feature);
            }
        }
        if self.chance_of_mishap(Falling) {
            self.fall();
        }
        if self.chance_of_mishap(Conflict) {
            self.contradict(true);
        }
        if self.chance_of_mishap(DistrictDiffers) {
            self.contradict(false);
        }
        for feature in [Copies, Resaved] {
            if self.chance_of_mishap(feature) && !self.folder.files.is_empty() {
                self.copy(feature);
            }
        }
    }

    fn chance_of_mishap(&mut self, feature: Feature) -> bool {
        self.dice.chance(50) && self.on.contains(&feature)
    }

    /// A file of one sheet, by what its sheet is.
    fn some_file(&mut self, fits: impl Fn(&Sheet) -> bool) -> Option<usize> {
        let files = self.folder.files.iter().enumerate();
        let fitting: Vec<usize> = files
            .filter(|(_, file)| !file.superseded && file.sheets.len() == 1 && fits(&file.sheets[0]))
            .map(|(at, _)| at)
            .collect();
        (!fitting.is_empty()).then(|| self.dice.pick(&fitting))
    }

    /// A cell with a figure of the period, or of the year to its end.
    fn some_cell(&mut self, table: &Table) -> (Key, usize) {
        let keys: Vec<Key> =
            table.keys(self.folder.truth.form).into_iter().filter(|key| key.category.is_none()).collect();
        let told = |column: &Column| matches!(column, Column::Own(..) | Column::YearToDate(_));
        let columns: Vec<usize> = (0..table.columns.len()).filter(|&at| told(&table.columns[at])).collect();
        (self.dice.pick(&keys), self.dice.pick(&columns))
    }

    fn by(&mut self) -> i64 {
        100 * (1 + self.dice.below(30) as i64)
    }

    /// How a correction says that it is one: in its name, or in its title.
    fn mark(&mut self, file: &mut File) {
        match self.dice.below(5) {
            0 => file.name += " (sửa)",
            1 => file.name = format!("Đính chính {}", file.name),
            2 => file.name += " lần 2",
            3 => file.name += " (thay thế)",
            _ => {
                file.name += " gửi lại";
                file.sheets[0].mark = "(Biểu đính chính)";
            }
        }
    }

    /// A table without a total column, sent again as it should have been.
    fn correct_table(&mut self, row_alone: bool) {
        let fits = |sheet: &Sheet| match &sheet.body {
            Body::Table(table) => sheet.unit.is_some() && (!row_alone || table.layout == Layout::Indicators),
            Body::List(_) => false,
        };
        let Some(at) = self.some_file(fits) else { return };
        let mut right = self.folder.files[at].clone();
        let Body::Table(table) = &right.sheets[0].body else { return };
        let (key, column) = self.some_cell(&table.clone());
        let by = self.by();
        // The column of the whole year, and the parts of a whole, go with the figure: it was wrong there too.
        let wrong = &mut self.folder.files[at];
        if let Body::Table(table) = &mut wrong.sheets[0].body {
            table.altered = Some((key, column, by));
        }
        if row_alone {
            if let Body::Table(table) = &mut right.sheets[0].body {
                table.indicators = vec![key.indicator];
            }
            // What else the first one says still counts; what it says of this figure does not.
        } else {
            wrong.superseded = true;
        }
        self.folder.used.insert(if row_alone { RowCorrected } else { TableCorrected });
        let columns = match &right.sheets[0].body {
            Body::Table(table) => table.columns.clone(),
            Body::List(_) => Vec::new(),
        };
        let before = order(&right);
        self.mark(&mut right);
        // Two corrections of one figure that neither a number nor a date orders contradict each other.
        if row_alone && before > 0 && before == order(&right) {
            match columns[column] {
                Column::Own(from, to) => self.folder.doubtful.push((key, from, to)),
                Column::YearToDate(to) => self.folder.doubtful.push((key, 0, to)),
                _ => {}
            }
        }
        self.folder.files.push(right);
    }

    fn correct_list(&mut self) {
        let Some(at) = self.some_file(|sheet| matches!(&sheet.body, Body::List(events) if !events.is_empty())) else {
            return;
        };
        let mut right = self.folder.files[at].clone();
        let by = self.by();
        let which = self.dice.below(100);
        let wrong = &mut self.folder.files[at];
        wrong.superseded = true;
        if let Body::List(events) = &mut wrong.sheets[0].body {
            let row = which % events.len();
            match which % 3 {
                0 => {
                    // A row too many.
                    let mut more = events[row].clone();
                    more.day = 28;
                    events.insert(row, more);
                }
                1 => {
                    events[row].day = 28;
                }
                _ => events[row].numbers[0] += by,
            }
        }
        // "Đối thoại tháng 8 lần 2" with another row may be the list of a second dialogue: what says that it is the same
        // list is a row that both hold.
        let form = self.folder.truth.form;
        let lines = |sheet: &Sheet| {
            match &sheet.body {
                Body::List(events) => {
                    events.iter().map(|event| list(form, std::slice::from_ref(event))[1][1..].join(";"))
                }
                Body::Table(_) => unreachable!("only a list is corrected"),
            }
            .collect::<BTreeSet<_>>()
        };
        let is_told = !lines(&right.sheets[0]).is_disjoint(&lines(&self.folder.files[at].sheets[0]));
        self.folder.used.insert(ListCorrected);
        self.mark(&mut right);
        if form.id == "dialogue" && !is_told && right.name.ends_with(" lần 2") {
            right.name = right.name.replace(" lần 2", " (sửa lần 2)");
        }
        self.folder.files.push(right);
    }

    fn supplement(&mut self, feature: Feature) {
        let Some(at) = self.some_file(|sheet| matches!(&sheet.body, Body::List(events) if events.len() > 1)) else {
            return;
        };
        let mut more = self.folder.files[at].clone();
        let which = self.dice.below(100);
        let Body::List(all) = &mut self.folder.files[at].sheets[0].body else { return };
        let gone = all.remove(which % all.len());
        // A row written like it that stays cannot be told from it.
        let form = self.folder.truth.form;
        if all.iter().any(|other| list(form, std::slice::from_ref(other)) == list(form, std::slice::from_ref(&gone))) {
            all.insert(which % (all.len() + 1), gone);
            return;
        }
        if let (Body::List(events), false) = (&mut more.sheets[0].body, feature == SupplementWhole) {
            *events = vec![gone];
        }
        match which % 3 {
            0 => more.name += " (bổ sung)",
            1 => more.name = format!("Bổ sung {}", more.name),
            _ => {
                more.name += " gửi thêm";
                more.sheets[0].mark = "(Danh sách bổ sung)";
            }
        }
        self.folder.used.insert(feature);
        // Two supplements of one list lie in two folders.
        while self.folder.files.iter().any(|file| file.path() == more.path()) {
            more.folder = format!("zalo/{}", more.folder);
        }
        self.folder.files.push(more);
    }

    fn fall(&mut self) {
        let is_told = |sheet: &Sheet| match &sheet.body {
            Body::Table(table) => {
                sheet.from > 0 && table.columns.iter().any(|column| matches!(column, Column::YearToDate(_)))
            }
            Body::List(_) => false,
        };
        let Some(at) = self.some_file(is_told) else { return };
        let truth = &self.folder.truth;
        let Body::Table(table) = &mut self.folder.files[at].sheets[0].body else { return };
        let flows = |key: &Key| truth.form.indicators[key.indicator].time == Time::Flow && key.category.is_none();
        let Some(key) = table.keys(truth.form).into_iter().find(flows) else { return };
        let Some(column) = table.columns.iter().position(|column| matches!(column, Column::YearToDate(_))) else {
            return;
        };
        let Column::YearToDate(to) = table.columns[column] else { return };
        let from = self.folder.files[at].sheets[0].from;
        // Only where the figure before it was sent too, and can be fallen short of.
        let before = truth.value(key, 0, from);
        let sheets = self.folder.files.iter().flat_map(|file| &file.sheets).flat_map(|sheet| sheet.claims(truth.form));
        let is_known = { sheets }.any(|claim| claim.key == key && claim.is_cumulative && claim.to == from);
        if before < 300 || !is_known {
            return;
        }
        let by = before - 200 - truth.value(key, 0, to);
        if let Body::Table(table) = &mut self.folder.files[at].sheets[0].body {
            table.altered = Some((key, column, by));
        }
        self.folder.used.insert(Falling);
        self.folder.doubtful.push((key, 0, 12));
    }

    /// One of a commune's own figures, or of the district's, is not what all others say.
    fn contradict(&mut self, own: bool) {
        let fits = |sheet: &Sheet| {
            matches!(&sheet.body, Body::Table(table) if table.altered.is_none()) && sheet.unit.is_some() == own
        };
        let Some(at) = self.some_file(fits) else { return };
        let Body::Table(table) = self.folder.files[at].sheets[0].body.clone() else { return };
        let (key, column) = self.some_cell(&table);
        let (from, to) = match table.columns[column] {
            Column::Own(from, to) => (from, to),
            Column::YearToDate(to) => (0, to),
            _ => return,
        };
        // Whether anyone can tell: the others say it too.
        let mut others = Vec::new();
        for (file, other) in self.folder.files.iter().enumerate() {
            for sheet in other.sheets.iter().filter(|_| !other.superseded) {
                let mut claims = sheet.claims(self.folder.truth.form);
                if file == at {
                    claims.retain(|claim| (claim.from, claim.to) != (from, to));
                }
                // A list without anything of before says nothing of what it began with.
                if let Body::List(events) = &sheet.body {
                    let time = |claim: &Claim| self.folder.truth.form.indicators[claim.key.indicator].time;
                    let since = |claim: &Claim| events.iter().any(|event| event.month < claim.from as i32);
                    claims.retain(|claim| time(claim) != Time::Start || since(claim));
                }
                if own || sheet.unit.is_some() {
                    others.extend(claims.into_iter().filter(|claim| claim.key == key));
                }
            }
        }
        if !super::is_told(&others, self.folder.truth.form.indicators[key.indicator].time, from, to) {
            return;
        }
        let by = self.by();
        if let Body::Table(table) = &mut self.folder.files[at].sheets[0].body {
            table.altered = Some((key, column, by));
        }
        self.folder.used.insert(if own { Conflict } else { DistrictDiffers });
        self.folder.doubtful.push((key, from, to));
    }

    fn copy(&mut self, feature: Feature) {
        let at = self.dice.below(self.folder.files.len());
        let mut copy = self.folder.files[at].clone();
        match self.dice.below(4) {
            0 => copy.name += " (1)",
            1 => copy.name = format!("Copy of {}", copy.name),
            2 => copy.name += " - bản sao",
            _ => copy.folder = format!("zalo/{}", copy.folder),
        }
        if feature == Resaved {
            match self.dice.below(3) {
                0 if copy.sheets.len() == 1 => copy.is_workbook = !copy.is_workbook,
                _ => copy.has_empty_row = true,
            }
        }
        self.folder.used.insert(feature);
        self.folder.files.push(copy);
    }
}
