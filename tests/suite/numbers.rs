//! No format says a number of its own: every number of the Markdown, the Word document and the workbook is a figure of the
//! JSON report, as many decimals as are shown. Asked of the samples and of every case that makes a report.
//!
//! A figure is any decimal of the JSON's indicators. Figures of the stretches of a report (its months, quarters, years and
//! the year before) are those of the JSON reports of these stretches. What else a number may be is a [`Kind`]: told by where it
//! stands, never by its value. A number that is none of these fails the test.
//!
//! What this cannot see: a figure in the wrong place. Small integers are figures of something nearly always.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Cursor;
use std::path::Path;

use calamine::{Data, Reader, Xlsx};
use serde_json::Value;

use crate::cases;
use crate::docx;
use crate::program::{danvan, on_all_cores};

/// What a number is, if it is no figure of the JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// A decimal of an indicator.
    Figure,
    /// What two decimals of one form say together: what is left of a whole, a part's share of it.
    Reckoned,
    /// Of days, months, quarters and years: after their word, or written with strokes.
    Date,
    /// Of rows and headings.
    Ordinal,
    /// Of units, files and messages: before their word, or as "16/17".
    Count,
    /// Within a name: "Phường 1", "m2", "T6.xlsx", "30/2020/NĐ-CP".
    Name,
    /// Of the office's settings: "dưới 80%".
    Threshold,
    /// In a text that stands in the JSON as it is: messages, files.
    Quoted,
    Unknown,
}

/// The figures of JSON reports, sorted; those of one form beside one another.
#[derive(Default)]
struct Figures {
    stated: Vec<f64>,
    /// What may be said of them: differences and shares.
    reckoned: Vec<f64>,
    texts: BTreeSet<String>,
    /// Of the records of each file.
    records: Vec<f64>,
    /// By indicator, of each report: a quarter may be known as the year less nine months.
    wholes: BTreeMap<String, Vec<f64>>,
}

impl Figures {
    fn add(&mut self, report: &Value) {
        let mut forms: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for indicator in report["indicators"].as_array().into_iter().flatten() {
            let mut own = Vec::new();
            decimals(indicator, &mut own);
            if indicator["measure"] == "đồng" {
                // A document's tables count money as its sentences do.
                own.extend(own.clone().iter().flat_map(|amount| [amount / 1e6, amount / 1e9]));
            }
            self.stated.extend(&own);
            let decimal = |value: &Value| value.as_str().and_then(|text| text.parse::<f64>().ok());
            let Some(whole) = decimal(&indicator["value"]) else { continue };
            let form = indicator["id"].as_str().and_then(|id| id.split('.').next()).unwrap_or_default();
            forms.entry(form).or_default().push(whole);
            let wholes = self.wholes.entry(indicator["id"].to_string()).or_default();
            self.reckoned.extend(wholes.iter().map(|other| whole - other));
            wholes.push(whole);
            // A field's categories: each one's share, and what none of them holds.
            let mut fields: BTreeMap<&str, f64> = BTreeMap::new();
            for category in indicator["by_category"].as_array().into_iter().flatten() {
                let part = decimal(&category["value"]).unwrap_or(0.0);
                *fields.entry(category["field"].as_str().unwrap_or_default()).or_default() += part;
                self.reckoned.push(100.0 * part / whole);
            }
            self.reckoned.extend(fields.values().map(|sum| whole - sum));
            if let Some(percent) = decimal(&indicator["change_percent"]) {
                // "bằng 112,7%", "gấp 12,3 lần"
                self.reckoned.extend([100.0 + percent, 1.0 + percent / 100.0]);
            }
        }
        self.quarters(report);
        for indicator in report["bridge"]["indicators"].as_array().into_iter().flatten() {
            decimals(indicator, &mut self.stated);
        }
        for wholes in forms.values() {
            self.reckoned.extend(wholes.iter().flat_map(|one| wholes.iter().map(move |other| one - other)));
        }
        texts(report, &mut self.texts);
        let files = report["files"].as_array().into_iter().flatten();
        self.records.extend(files.filter_map(|file| file["records"].as_f64()));
    }

    /// The quarters of what is known by month: sums, and rates of sums of one form.
    fn quarters(&mut self, report: &Value) {
        let mut forms: BTreeMap<&str, Vec<[f64; 4]>> = BTreeMap::new();
        for indicator in report["indicators"].as_array().into_iter().flatten() {
            let mut quarters = [0.0; 4];
            for row in indicator["by_month"].as_array().into_iter().flatten() {
                let month = row["month"].as_str().and_then(|month| month.get(5..)?.parse::<usize>().ok());
                let value = row["value"].as_str().and_then(|value| value.parse::<f64>().ok());
                if let (Some(month), Some(value)) = (month, value) {
                    quarters[(month - 1) / 3] += value;
                }
            }
            self.reckoned.extend(quarters);
            let form = indicator["id"].as_str().and_then(|id| id.split('.').next()).unwrap_or_default();
            forms.entry(form).or_default().push(quarters);
        }
        for (one, other) in
            forms.values().flat_map(|all| all.iter().flat_map(move |one| all.iter().map(move |other| (one, other))))
        {
            self.reckoned.extend(one.iter().zip(other).map(|(part, whole)| 100.0 * part / whole));
        }
    }

    fn sorted(mut self) -> Self {
        for list in [&mut self.stated, &mut self.reckoned] {
            list.retain(|number| number.is_finite());
            list.extend(list.clone().iter().map(|number| -number));
            list.sort_by(f64::total_cmp);
            list.dedup();
        }
        self
    }

    /// Whether a number with so many decimals is one of these, rounded.
    fn kind(&self, number: f64, decimals: Option<usize>) -> Option<Kind> {
        // The JSON rounds percents to four decimals; a workbook has them all.
        let off = decimals.map_or(0.000_051, |decimals| 0.5 * 0.1f64.powi(decimals as i32) + 0.000_051);
        let holds = |list: &[f64]| {
            let from = list.partition_point(|&known| known < number - off);
            list.get(from).is_some_and(|&known| known <= number + off)
        };
        if number == 0.0 || holds(&self.stated) {
            Some(Kind::Figure)
        } else if holds(&self.reckoned) {
            Some(Kind::Reckoned)
        } else {
            None
        }
    }
}

/// Every decimal within an indicator.
fn decimals(value: &Value, found: &mut Vec<f64>) {
    match value {
        Value::Object(fields) => {
            for (_, value) in fields.iter().filter(|(key, _)| !matches!(key.as_str(), "code" | "id" | "year" | "month"))
            {
                decimals(value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| decimals(item, found)),
        Value::String(text) => found.extend(text.parse::<f64>()),
        Value::Number(number) => found.extend(number.as_f64()),
        _ => {}
    }
}

fn texts(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => fields.values().for_each(|value| texts(value, found)),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::String(text) => {
            found.insert(text.clone());
        }
        _ => {}
    }
}

/// A number within a text, and what stands around it.
struct Token<'t> {
    text: &'t str,
    before: &'t str,
    after: &'t str,
}

/// Digits, with the points, commas and strokes between them.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len()
            && (bytes[at].is_ascii_digit()
                || (matches!(bytes[at], b'.' | b',' | b'/') && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)))
        {
            at += 1;
        }
        tokens.push(Token { text: &text[start..at], before: &text[..start], after: &text[at..] });
    }
    tokens
}

/// "27.900,5" and how many decimals it has.
fn vietnamese(text: &str) -> Option<(f64, usize)> {
    let (whole, decimals) = text.split_once(',').unwrap_or((text, ""));
    let groups: Vec<&str> = whole.split('.').collect();
    let grouped = groups.len() == 1 || (groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !grouped || !digits(decimals) {
        return None;
    }
    format!("{}.{decimals}0", groups.concat()).parse().ok().map(|number| (number, decimals.len()))
}

/// Words before a number that is of a date, and after one that counts.
const DATES: [&str; 8] = ["ngày", "tháng", "năm", "quý", "từ", "đến", "t", "tuần"];
/// Words before a number that is part of a name.
const NAMES: [&str; 8] = ["phường", "quận", "thôn", "xóm", "ấp", "khu", "tổ", "mẫu"];
const COUNTED: [&str; 13] = [
    "đơn vị",
    "tệp",
    "dòng",
    "lỗi",
    "cảnh báo",
    "ghi chú",
    "xã",
    "phường",
    "thị trấn",
    "trang tính",
    "huyện",
    "ô",
    "chỗ",
];

fn kind(token: &Token, figures: &Figures) -> Kind {
    let before = token.before.trim_end().to_lowercase();
    // "tháng 1-3, 7-9"
    let listed = before.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, ' ' | ',' | '-'));
    let word = listed.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let after = token.after.trim_start().to_lowercase();
    let parts: Vec<&str> = token.text.split('/').collect();
    let touches = |c: Option<char>| c.is_some_and(|c| c.is_alphabetic() || c == '_');
    if touches(token.before.chars().next_back()) || touches(token.after.chars().next()) || token.after.starts_with('/')
    {
        return Kind::Name;
    }
    let year = token.text.len() == 4 && token.text.parse().is_ok_and(|year: i32| (1990..2100).contains(&year));
    if parts.len() == 3 || (parts.len() == 2 && parts[1].len() == 4) || (year && !after.starts_with(['m', 'h'])) {
        return Kind::Date;
    }
    if parts.len() == 2 {
        let counted = parts.iter().all(|part| part.parse::<u32>().is_ok());
        return if counted { Kind::Count } else { Kind::Unknown };
    }
    // "24.787,3 triệu đồng": prose counts money so, where that is exact.
    let large = [("triệu ", 1e6), ("tỷ ", 1e9)].into_iter().find(|(word, _)| after.starts_with(word));
    let told = vietnamese(token.text).and_then(|(number, decimals)| match large {
        Some((_, factor)) => figures.kind(number * factor, Some(0)),
        None => figures.kind(number, Some(decimals)),
    });
    if let Some(known) = told {
        return known;
    }
    if DATES.contains(&word) || after.starts_with("tháng") {
        Kind::Date
    } else if NAMES.contains(&word) {
        Kind::Name
    } else if COUNTED.iter().any(|counted| after.starts_with(counted)) {
        Kind::Count
    } else if word == "dưới" {
        Kind::Threshold
    } else {
        Kind::Unknown
    }
}

/// The numbers of a report's files and what each is; the unknown ones with where they stand.
#[derive(Default)]
struct Census {
    kinds: BTreeMap<Kind, usize>,
    unknown: Vec<String>,
}

impl Census {
    fn count(&mut self, kind: Kind, place: &str) {
        *self.kinds.entry(kind).or_default() += 1;
        if kind == Kind::Unknown {
            self.unknown.push(place.to_owned());
        }
    }

    fn text(&mut self, text: &str, figures: &Figures, place: &str) {
        let quoted = figures.texts.contains(text);
        for token in tokens(text) {
            let kind = if quoted { Kind::Quoted } else { kind(&token, figures) };
            self.count(kind, &format!("{place}: {} in \"{text}\"", token.text));
        }
    }

    fn markdown(&mut self, text: &str, figures: &Figures) {
        let mut ordinals = false;
        for line in text.lines() {
            let Some(row) = line.strip_prefix('|') else {
                ordinals = false;
                // "## I- …", "### 1- …"
                let heading = line.trim_start_matches('#');
                let text = if heading.len() < line.len() {
                    let numbered = heading.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
                    if numbered.len() < heading.trim_start().len() {
                        self.count(Kind::Ordinal, line);
                    }
                    numbered
                } else {
                    line
                };
                self.text(text, figures, "md");
                continue;
            };
            let cells: Vec<String> = row.split('|').map(|cell| cell.trim().replace("**", "")).collect();
            if cells.first().is_some_and(|first| first == "TT") {
                ordinals = true;
            }
            for (at, cell) in cells.iter().enumerate() {
                if at == 0 && ordinals && !cell.is_empty() && cell.bytes().all(|byte| byte.is_ascii_digit()) {
                    self.count(Kind::Ordinal, line);
                } else {
                    self.text(cell, figures, "md");
                }
            }
        }
    }

    fn workbook(&mut self, bytes: Vec<u8>, figures: &Figures) {
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("it is a workbook");
        for name in book.sheet_names().to_vec() {
            // The records as they were sent, each with its cell: not figures of the report.
            if name.starts_with("Dữ liệu") {
                continue;
            }
            let cells = book.worksheet_range(&name).expect("the sheet can be read");
            let mut ordinals: Vec<bool> = vec![false; cells.width()];
            for row in cells.rows() {
                if row.iter().all(|cell| *cell == Data::Empty) {
                    ordinals.fill(false);
                }
                for (col, cell) in row.iter().enumerate() {
                    let place = format!("xlsx, {name}, column {}", col + 1);
                    match cell {
                        Data::String(text) if text == "TT" => ordinals[col] = true,
                        // The months, over their columns.
                        Data::String(text) if text.parse().is_ok_and(|month: u32| (1..=12).contains(&month)) => {
                            self.count(Kind::Date, &place);
                        }
                        Data::String(text) => self.text(text, figures, &place),
                        Data::Int(_) | Data::Float(_) if ordinals[col] => self.count(Kind::Ordinal, &place),
                        Data::Int(_) | Data::Float(_) => {
                            let number = match cell {
                                Data::Int(whole) => *whole as f64,
                                Data::Float(number) => *number,
                                _ => continue,
                            };
                            let of_file = name == "Thuyết minh" && figures.records.contains(&number);
                            let kind = match figures.kind(number, None) {
                                _ if of_file => Kind::Count,
                                known => known.unwrap_or(Kind::Unknown),
                            };
                            let shown: Vec<String> = row.iter().map(ToString::to_string).collect();
                            self.count(kind, &format!("{place}: {number} in {}", shown.join(" | ")));
                        }
                        _ => {}
                    }
                }
            }
        }
    }
}

/// The numbers of a text, without those of annexes' heads, which say the head's once more.
fn sorted_numbers(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| !line.starts_with("(Kèm theo") && !line.starts_with("(Chi tiết"));
    let mut numbers: Vec<String> =
        lines.flat_map(|line| tokens(line).iter().map(|token| token.text.to_owned()).collect::<Vec<_>>()).collect();
    numbers.sort();
    numbers
}

/// The options of a report's command that say what is reported, not how it is written.
fn asked(line: &str) -> Option<String> {
    let line = line.strip_suffix("| figures").unwrap_or(line).trim();
    let mut words = line.split(' ').skip(1);
    if !line.starts_with("report ") {
        return None;
    }
    let mut kept = vec!["report"];
    while let Some(word) = words.next() {
        match word {
            "--format" | "-o" | "--output" | "--records" | "--fail-on" | "--log-format" => {
                words.next();
            }
            "-v" | "-q" | "--strict" => {}
            word => kept.push(word),
        }
    }
    Some(kept.join(" "))
}

/// What a report's files say, of a workspace; `None` where it makes no report.
fn census(workspace: &Path, asked: &str) -> Option<(Census, Vec<String>)> {
    let run = danvan(workspace, &format!("{asked} --records never --format xlsx,md,docx,json -o ra/"));
    if run.code != 0 {
        return None;
    }
    let written = cases::files(&workspace.join("ra"));
    let of = |extension: &str| {
        let found = written.iter().find(|(path, _)| path.ends_with(extension));
        found.map(|(_, bytes)| bytes.clone()).expect("each format was written")
    };
    fs::remove_dir_all(workspace.join("ra")).expect("it was just made");
    let report: Value = serde_json::from_slice(&of(".json")).expect("it is JSON");
    let markdown = String::from_utf8(of(".md")).expect("it is text");
    let mut figures = Figures::default();
    figures.add(&report);
    let mut figures = figures.sorted();
    let count = |figures: &Figures| {
        let mut census = Census::default();
        census.markdown(&markdown, figures);
        census.workbook(of(".xlsx"), figures);
        census
    };
    let mut census = count(&figures);
    // What is known by quarter alone, and the accounts and stocks of each: what the quarter's own report says.
    for stretch in stretches(asked) {
        if census.unknown.is_empty() {
            break;
        }
        let reports = stretch.iter().map(|asked| danvan(workspace, &format!("{asked} --format json -o -")).stdout);
        reports.filter_map(|report| serde_json::from_str(&report).ok()).for_each(|report: Value| figures.add(&report));
        figures = figures.sorted();
        census = count(&figures);
    }
    let (word, text) = (sorted_numbers(&docx::words(&of(".docx"))), sorted_numbers(&markdown));
    let differing = [(&word, &text, "Word alone"), (&text, &word, "Markdown alone")].map(|(these, those, side)| {
        let own = these.iter().filter(|number| {
            let times = |list: &Vec<String>| list.iter().filter(|other| other == number).count();
            times(these) != times(those)
        });
        own.map(|number| format!("{side}: {number}")).collect::<Vec<_>>()
    });
    Some((census, differing.concat()))
}

/// The commands of the stretches that a year's report shows beside one another: quarters, the year before, months.
fn stretches(asked: &str) -> Vec<Vec<String>> {
    let parts = ["--month", "--quarter", "--half", "--nine-months", "--from", "--years", "--last"];
    let Some(year) = asked.split_once("--year ").and_then(|(_, rest)| rest.split(' ').next()?.parse::<i32>().ok())
    else {
        return Vec::new();
    };
    if parts.iter().any(|part| asked.contains(&format!("{part} "))) {
        return Vec::new();
    }
    let quarters = (1..=4).map(|quarter| format!("{asked} --quarter {quarter}"));
    let before = vec![asked.replace(&format!("--year {year}"), &format!("--year {}", year - 1))];
    let months = (1..=12).map(|month| format!("{asked} --month {month}"));
    let longer = ["--half 1", "--nine-months"].map(|part| format!("{asked} {part}"));
    vec![quarters.chain(longer).collect(), before, months.collect()]
}

#[test]
fn every_number_of_a_report_is_one_of_the_json() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut subjects: Vec<(String, String)> = Vec::new();
    for entry in fs::read_dir(&samples).expect("there are samples") {
        let path = entry.expect("a sample").path();
        if path.join("danvan.toml").exists() {
            let name = path.file_name().and_then(|name| name.to_str()).expect("in Unicode").to_owned();
            let years = cases::files(&path.join("du-lieu")).into_keys();
            let mut years: Vec<String> = years.filter_map(|path| Some(path.split_once('/')?.0.to_owned())).collect();
            years.sort();
            years.dedup();
            years.retain(|year| year.len() == 4 && year.parse::<u32>().is_ok());
            subjects.extend(years.into_iter().map(|year| (format!("samples/{name}"), format!("report --year {year}"))));
        }
    }
    for name in cases::names() {
        let args = fs::read_to_string(cases::folder().join(&name).join("args")).unwrap_or_default();
        let mut lines: Vec<String> = args.lines().filter_map(asked).collect();
        lines.sort();
        lines.dedup();
        subjects.extend(lines.into_iter().map(|line| (name.clone(), line)));
    }
    let found = on_all_cores(&subjects, |(name, line)| match name.strip_prefix("samples/") {
        Some(sample) => {
            let copy = tempfile::tempdir().expect("there is room for a folder");
            for (path, bytes) in cases::files(&samples.join(sample)) {
                if !path.starts_with("bao-cao/") {
                    crate::program::write(&copy.path().join(path), &bytes);
                }
            }
            census(copy.path(), line)
        }
        None => census(cases::workspace(name).0.path(), line),
    });
    let mut kinds: BTreeMap<Kind, usize> = BTreeMap::new();
    let mut faults = Vec::new();
    for ((name, line), found) in subjects.iter().zip(&found) {
        let Some((census, differing)) = found else { continue };
        for (kind, count) in &census.kinds {
            *kinds.entry(*kind).or_default() += count;
        }
        faults.extend(census.unknown.iter().chain(differing).map(|fault| format!("{name}, {line}: {fault}")));
    }
    println!("{} reports: {kinds:?}", found.iter().flatten().count());
    assert!(kinds.get(&Kind::Figure).is_some_and(|figures| *figures > 10_000), "{kinds:?}");
    assert!(faults.is_empty(), "{} numbers are in no JSON\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn a_number_of_its_own_is_found() {
    let report =
        r#"{"indicators": [{"id": "a.b", "value": "27900.5", "previous": "12", "change_percent": "93.4988"}]}"#;
    let mut figures = Figures::default();
    figures.add(&serde_json::from_str(report).expect("it is JSON"));
    let figures = figures.sorted();
    for (text, unknown) in [
        ("Hiến 27.900,5 m² (tăng 93,5%, năm 2023: 12 hộ; 16/17 xã; Phường 1), ngày 05/3/2023, T6.xlsx, m2", 0),
        ("Hiến 27.901 m²", 0),
        ("Hiến 27.905 m²", 1),
        ("tăng 93,4%", 1),
        ("tăng 93,50% và 27,9 m²", 1),
        ("| TT | Số |\n| 99 | 13 |", 1),
    ] {
        let mut census = Census::default();
        census.markdown(text, &figures);
        assert_eq!(census.unknown.len(), unknown, "{text}: {:?}", census.unknown);
    }
}
