//! However one year of some communes is sent (as records, monthly tables, quarterly tables with cumulative columns, a yearly
//! total, the district's list, forwarded copies, corrections, in any combination), its figures are the truth, or flagged.
//!
//! [`truth`] makes a year and knows its figures; [`sent`] makes the folder in which it arrives. Each combination has a
//! number, which is all that it is made from. For each commune, indicator and window, what the files say together tells
//! whether the figure must be there, can be there, or cannot be known ([`expected`]).
//!
//! ```text
//! DANVAN_COMBINATIONS=5000 cargo test --test suite year      # as many
//! DANVAN_COMBINATION=4711 …                                  # this one, with its files and all that is said of them
//! DANVAN_FEATURES=Cumulative,Copies …                        # these features beside those that are on
//! DANVAN_FEATURES=each cargo test --test suite year -- --nocapture    # how many go wrong with each, by itself
//! ```

mod sent;
mod truth;

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fmt::Write as _;
use std::sync::LazyLock;

use danvan::base::diagnostic::{Diagnostic, Severity};
use danvan::base::period::{Part, Period, Span};
use danvan::catalogue::outline::Outline;
use danvan::catalogue::register::Register;
use danvan::catalogue::settings::{self, Dash};
use danvan::catalogue::{Catalogue, load};
use danvan::ingest::rules::Rules;
use danvan::ingest::{self, inputs};
use danvan::report::{self, RecordSheets};
use danvan::{run, write};
use serde_json::Value;

use crate::program::{TODAY, on_all_cores, workspace};
use sent::{COMMUNES, Claim, Feature, Folder, stretches};
use truth::{Key, Time};

/// What a folder may hold that the program does not yet take right, each to be taken off when it does.
const OFF: &[(Feature, &str)] = &[
    (Feature::Falling, "which of several cumulative figures is the slip is not always told"),
    (Feature::StatusChanged, "lists that grow: some rows that changed are kept beside their later state"),
];

const REGISTER: &str = "Mã,Tên đơn vị,Cấp,Trực thuộc\nBY,Huyện Bảo Yên,huyện,\nBY01,Thị trấn Phố Ràng,xã,BY\n\
                        BY02,Xã Bảo Hà,xã,BY\nBY03,Xã Kim Sơn,xã,BY\n";

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| load::catalogue(&[]).expect("what is built in is right"));
static OUTLINE: LazyLock<Outline> = LazyLock::new(Outline::builtin);
static UNITS: LazyLock<Register> = LazyLock::new(|| {
    let workspace = workspace(&[("don-vi.csv", REGISTER)]);
    run::units(workspace.path()).expect("the register is right").expect("there is one")
});

/// Combinations of a plain `cargo test`.
const FEW: u64 = 200;

/// What concerns a figure without saying that it is doubtful or left out: no excuse for a wrong one.
const NO_EXCUSE: &[&str] = &[
    "file-repeated",
    "sheet-repeated",
    "rows-repeated",
    "correction-alone",
    "year-assumed",
    "labels-disagree",
    "date-outside-period",
];

/// Whether stretches lead from one month to another, without ever going back.
fn is_covered(stretches: &BTreeSet<(usize, usize)>, from: usize, to: usize) -> bool {
    let mut reached = BTreeSet::from([from]);
    for &(start, end) in stretches {
        if reached.contains(&start) && end <= to {
            reached.insert(end);
        }
    }
    reached.contains(&to)
}

/// Whether the claims, all of one figure, tell what it is from one month to another.
fn is_told(claims: &[Claim], time: Time, from: usize, to: usize) -> bool {
    match time {
        Time::Start => claims.iter().any(|claim| claim.from == from),
        Time::End => claims.iter().any(|claim| claim.to == to),
        Time::Flow => {
            // What joins two moments tells what lies between them.
            let told = stretches(claims);
            let mut joined = BTreeSet::from([from]);
            for _ in 0..12 {
                for &(from, to) in &told {
                    if joined.contains(&from) || joined.contains(&to) {
                        joined.extend([from, to]);
                    }
                }
            }
            joined.contains(&to)
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Expected {
    /// All that is needed was sent.
    Must(i64),
    /// It follows from what was sent, by subtracting what no rule says is to be subtracted.
    May(i64),
    /// What of it is known, if the tracking of reports says that there is more.
    Part(Option<i64>),
}

fn expected(folder: &Folder, claims: &[Claim], key: Key, from: usize, to: usize) -> Expected {
    let time = folder.truth.form.indicators[key.indicator].time;
    let value = |from, to| folder.truth.value(key, from, to);
    let inside = |claim: &&Claim| from <= claim.from && claim.to <= to;
    match time {
        Time::Start | Time::End => {
            let at = |claim: &Claim| if time == Time::Start { claim.from == from } else { claim.to == to };
            let may = claims.iter().any(at);
            if claims.iter().filter(inside).any(at) {
                return Expected::Must(value(from, to));
            }
            if may {
                return Expected::May(value(from, to));
            }
            let nearest = match time {
                Time::Start => claims.iter().filter(inside).min_by_key(|claim| claim.from),
                _ => claims.iter().filter(inside).max_by_key(|claim| claim.to),
            };
            Expected::Part(nearest.map(|claim| value(claim.from, claim.to)))
        }
        Time::Flow => {
            let stretches = stretches(claims);
            if is_covered(&stretches, from, to) {
                return Expected::Must(value(from, to));
            }
            if is_told(claims, time, from, to) {
                return Expected::May(value(from, to));
            }
            // The most that stretches inside the window come to.
            let mut most = [None; 13];
            for end in from..=to {
                let before = if end > from { most[end - 1] } else { None };
                let ending = stretches.iter().filter(|stretch| stretch.1 == end && stretch.0 >= from);
                let with = ending.map(|&(start, end)| most[start].unwrap_or(0) + value(start, end));
                most[end] = with.max().max(before);
            }
            Expected::Part(most[to])
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    /// Another figure than the true one, and nothing said.
    Wrong,
    /// A contradiction of which nothing is said.
    Unsaid,
    /// All that is needed was sent, without a contradiction, and the figure is not there or not right.
    Refused,
    /// An error said of what is right.
    Needless,
}

/// A half, a quarter, a month, or the year.
const fn window(part: Part) -> (Part, usize, usize) {
    match part {
        Part::Year => (part, 0, 12),
        Part::Half(half) => (part, half as usize * 6 - 6, half as usize * 6),
        Part::NineMonths => (part, 0, 9),
        Part::Quarter(quarter) => (part, quarter as usize * 3 - 3, quarter as usize * 3),
        Part::Month(month) => (part, month as usize - 1, month as usize),
    }
}

fn amount(text: &str) -> Option<i64> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let rest = format!("{rest:0<2}");
    Some(whole.parse::<i64>().ok()? * 100 + rest.get(..2)?.parse::<i64>().ok()?)
}

fn shown(value: Option<i64>) -> String {
    value.map_or("nothing".to_owned(), |value| format!("{}.{:02}", value / 100, value % 100))
}

struct Verdict {
    faults: Vec<(Fault, String)>,
    story: String,
}

impl Verdict {
    /// Which combination it is, with the first of its faults.
    fn listed(&self) -> Option<String> {
        let (fault, text) = self.faults.first()?;
        Some(format!("{} {} × {fault:?} {text}", self.story.lines().next()?, self.faults.len()))
    }
}

fn tried(number: u64, on: &BTreeSet<Feature>) -> Verdict {
    let folder = sent::folder(number, on);
    let form = folder.truth.form;
    let mut files: Vec<(String, String)> =
        folder.files.iter().map(|file| (file.path(), file.text(&folder.truth))).collect();
    files.push(("don-vi.csv".to_owned(), REGISTER.to_owned()));
    let place = workspace(&files);
    let mut claims: BTreeMap<Key, Vec<Claim>> = BTreeMap::new();
    for file in folder.files.iter().filter(|file| !file.superseded) {
        for claim in file.sheets.iter().flat_map(|sheet| sheet.claims(form)) {
            claims.entry(claim.key).or_default().push(claim);
        }
    }
    let mut faults = BTreeSet::new();
    let mut said_of: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let number_of = number as u8;
    let parts = [
        Part::Year,
        [Part::Half(1 + number_of % 2), Part::NineMonths][usize::from(number_of.is_multiple_of(5))],
        Part::Quarter(1 + number_of % 4),
        Part::Month(1 + number_of % 12),
    ];
    if folder.files.is_empty() {
        return Verdict { faults: Vec::new(), story: String::new() };
    }
    // As `run::report` does it, but read once for all windows.
    let settings = settings::load(place.path()).expect("there are none");
    let inputs = inputs::discover(place.path(), &settings, &[]).expect("there is something to read");
    let calendar = CATALOGUE.calendar("civil").expect("it is built in");
    let context = ingest::Context {
        catalogue: &CATALOGUE,
        calendar,
        dash: Dash::Nil,
        year: Some(2023),
        rules: &Rules::default(),
        planned: false,
        explained: &[],
    };
    let (collected, register) = ingest::collect(&inputs, UNITS.clone(), &context, &|_| ());
    for (part, from, to) in parts.map(window) {
        let options = report::Options {
            span: Span::Named(Period::new(2023, part)),
            calendar,
            level: None,
            compare: true,
            records: RecordSheets::Never,
            public: false,
            today: TODAY.parse().expect("it is a day"),
            outline: &OUTLINE,
            editions: Default::default(),
        };
        let reported =
            report::report(&collected, &register, &CATALOGUE, &settings, &options).expect("the templates are built in");
        let report: Value = serde_json::from_str(&write::json::text(&reported.data)).expect("it is JSON");
        let said = [&collected.diagnostics[..], &reported.diagnostics].concat();
        for said in &said {
            let text = format!("{} {}: {}", said.problem.code(), said.at, said.problem.message());
            said_of.entry(text).or_default().push(format!("{part:?}"));
        }
        let checked = Checked { folder: &folder, claims: &claims, said: &said, report: &report, part, from, to };
        checked.faults(&mut faults);
    }
    let mut story = format!("combination {number}: {:?}\n", folder.used);
    for (path, text) in &files {
        let lines: Vec<&str> = text.lines().collect();
        let _ = writeln!(story, "@ {path}\n{}", lines.join("\n"));
    }
    for (said, of) in said_of {
        let of = if of.len() == parts.len() { String::new() } else { format!(" of {}", of.join(", ")) };
        let _ = writeln!(story, "said{of}: {said}");
    }
    Verdict { faults: faults.into_iter().collect(), story }
}

struct Checked<'a> {
    folder: &'a Folder,
    claims: &'a BTreeMap<Key, Vec<Claim>>,
    said: &'a [Diagnostic],
    report: &'a Value,
    part: Part,
    from: usize,
    to: usize,
}

impl Checked<'_> {
    fn rows(value: &Value) -> &[Value] {
        value.as_array().map_or(&[], Vec::as_slice)
    }

    /// Whether a warning or an error says of a file of this unit's that this figure is doubtful or left out.
    fn is_flagged(&self, key: Key, title: &str) -> bool {
        let titles: Vec<&str> =
            Self::rows(&self.report["indicators"]).iter().filter_map(|row| row["title"].as_str()).collect();
        self.said.iter().any(|said| {
            let Some(file) = &said.at.file else { return false };
            let concerned = |sent: &sent::File| sent.path() == **file && sent.units().contains(&key.unit);
            let message = said.problem.message();
            let names = |title: &str| message.contains(&format!("\"{title}\""));
            said.severity() != Severity::Note
                && !NO_EXCUSE.contains(&said.problem.code())
                && self.folder.files.iter().any(concerned)
                && (names(title) || !titles.iter().any(|title| names(title)))
        })
    }

    /// Whether the tracking of reports shows that months of the window were not reported.
    fn is_tracked(&self, unit: usize) -> bool {
        let mut months = BTreeSet::new();
        for row in Self::rows(&self.report["submissions"]) {
            if row["unit"] == COMMUNES[unit] && row["form"] == self.folder.truth.form.id {
                months.extend(Self::rows(&row["months"]).iter().filter_map(Value::as_str));
            }
        }
        (self.from..self.to).any(|month| !months.contains(format!("2023-{:02}", month + 1).as_str()))
    }

    fn faults(&self, faults: &mut BTreeSet<(Fault, String)>) {
        let form = self.folder.truth.form;
        let where_ = format!("{:?}", self.part);
        for (at, indicator) in form.indicators.iter().enumerate() {
            let rows = Self::rows(&self.report["indicators"]);
            let row = rows.iter().find(|row| row["id"] == indicator.id).expect("the indicator is reported");
            let title = row["title"].as_str().unwrap_or_default();
            let mut whole = Some(0);
            for (unit, name) in COMMUNES.iter().enumerate().take(self.folder.truth.events.len()) {
                let key = Key { unit, indicator: at, category: None };
                let by_unit = Self::rows(&row["by_unit"]);
                let Some(shown_row) = by_unit.iter().find(|row| row["unit"] == *name) else { continue };
                let got = shown_row["value"].as_str().and_then(amount);
                let claims = self.claims.get(&key).map_or(&[][..], Vec::as_slice);
                let expected = expected(self.folder, claims, key, self.from, self.to);
                whole = match expected {
                    Expected::Must(value) => whole.map(|whole| whole + value),
                    _ => None,
                };
                let doubt =
                    |&(doubtful, from, to): &(Key, usize, usize)| doubtful == key && from <= self.to && self.from <= to;
                let is_doubtful = self.folder.doubtful.iter().any(doubt);
                if is_doubtful {
                    whole = None;
                }
                let flagged = self.is_flagged(key, title);
                let fault = match expected {
                    // Nothing happened, and nothing is shown.
                    Expected::Must(0) if got.is_none() => None,
                    Expected::Must(value) | Expected::May(value) if got == Some(value) => None,
                    _ if is_doubtful && flagged => None,
                    Expected::Must(_) if !flagged && got.is_some() => Some(Fault::Wrong),
                    Expected::Must(_) if is_doubtful => Some(Fault::Unsaid),
                    Expected::Must(_) => Some(Fault::Refused),
                    _ if flagged || got.is_none() || shown_row["state"] == "absent" => None,
                    Expected::Part(part) if got == part && self.is_tracked(unit) => None,
                    _ => Some(Fault::Wrong),
                };
                if let Some(fault) = fault {
                    let text = format!("{where_} {} {}: {}, {expected:?}", COMMUNES[unit], indicator.id, shown(got));
                    faults.insert((fault, text));
                }
                // A contradiction is said even where what counts is right: of the year, which holds it.
                if is_doubtful && self.part == Part::Year && !flagged && fault.is_none() {
                    faults.insert((Fault::Unsaid, format!("{where_} {} {}", COMMUNES[unit], indicator.id)));
                }
            }
            let got = row["value"].as_str().and_then(amount);
            if let Some(whole) = whole
                && let Some(fault) = self.fault(got, whole, title)
            {
                faults.insert((
                    fault,
                    format!("{where_} all {}: {}, it is {}", indicator.id, shown(got), shown(Some(whole))),
                ));
            }
            self.months(row, at, faults);
            self.categories(row, at, faults);
            self.previous(row, at, faults);
        }
        // Contradictions may be errors; so may be what cannot be known.
        if self.folder.doubtful.is_empty() {
            for said in self.said.iter().filter(|said| said.severity() == Severity::Error) {
                faults.insert((
                    Fault::Needless,
                    format!("{where_} {} {}: {}", said.problem.code(), said.at, said.problem.message()),
                ));
            }
        }
    }

    /// What is wrong with what is shown of all communes together.
    fn fault(&self, got: Option<i64>, sum: i64, title: &str) -> Option<Fault> {
        let mut units = 0..self.folder.truth.events.len();
        let is_flagged = || units.any(|unit| self.is_flagged(Key { unit, indicator: 0, category: None }, title));
        match got {
            // Nothing happened, and nothing is shown.
            None if sum == 0 => None,
            Some(value) if value == sum => None,
            Some(_) if !{ is_flagged }() => Some(Fault::Wrong),
            _ => Some(Fault::Refused),
        }
    }

    /// What all communes' figure must be, where each one's must.
    fn sum(&self, indicator: usize, category: Option<usize>, from: usize, to: usize) -> Option<i64> {
        let units = 0..self.folder.truth.events.len();
        let mut sum = 0;
        for unit in units {
            let key = Key { unit, indicator, category };
            let whole = Key { category: None, ..key };
            let claims = self.claims.get(&key).map_or(&[][..], Vec::as_slice);
            match expected(self.folder, claims, key, from, to) {
                Expected::Must(value) if !self.folder.doubtful.iter().any(|(doubtful, ..)| *doubtful == whole) => {
                    sum += value
                }
                _ => return None,
            }
        }
        Some(sum)
    }

    fn months(&self, row: &Value, indicator: usize, faults: &mut BTreeSet<(Fault, String)>) {
        for shown_row in Self::rows(&row["by_month"]) {
            let Some(month) =
                shown_row["month"].as_str().and_then(|month| month.strip_prefix("2023-")?.parse::<usize>().ok())
            else {
                continue;
            };
            let got = shown_row["value"].as_str().and_then(amount);
            let title = row["title"].as_str().unwrap_or_default();
            if let Some(sum) = self.sum(indicator, None, month - 1, month)
                && let Some(fault) = self.fault(got, sum, title)
            {
                let id = row["id"].as_str().unwrap_or_default();
                faults.insert((
                    fault,
                    format!("{:?} month {month} {id}: {}, it is {}", self.part, shown(got), shown(Some(sum))),
                ));
            }
        }
    }

    fn categories(&self, row: &Value, indicator: usize, faults: &mut BTreeSet<(Fault, String)>) {
        let count = if indicator == 0 { self.folder.truth.form.categories.len() } else { 0 };
        for kind in 0..count {
            let name = self.folder.truth.form.categories[kind];
            let Some(sum) = self.sum(indicator, Some(kind), self.from, self.to) else { continue };
            let got = Self::rows(&row["by_category"]).iter().find(|row| row["category"] == name);
            let got = got.and_then(|row| row["value"].as_str()).and_then(amount);
            if let Some(fault) = self.fault(got, sum, row["title"].as_str().unwrap_or_default()) {
                faults.insert((fault, format!("{:?} {name}: {}, it is {}", self.part, shown(got), shown(Some(sum)))));
            }
        }
    }

    /// What is told of the year before is either not used or right.
    fn previous(&self, row: &Value, indicator: usize, faults: &mut BTreeSet<(Fault, String)>) {
        let Some(got) = row["previous"].as_str().and_then(amount) else { return };
        // Where a part of the window is not known, or contradicted, the same part of the year before is compared.
        let is_whole = |unit| {
            let key = Key { unit, indicator, category: None };
            let claims = self.claims.get(&key).map_or(&[][..], Vec::as_slice);
            matches!(expected(self.folder, claims, key, self.from, self.to), Expected::Must(_))
                && !self.folder.doubtful.iter().any(|(doubtful, ..)| *doubtful == key)
        };
        if !(0..self.folder.truth.events.len()).all(is_whole) {
            return;
        }
        let time = self.folder.truth.form.indicators[indicator].time;
        // From however many of the communes it was told.
        let units = self.folder.truth.events.len();
        let told: Vec<i64> = (0..units)
            .map(|unit| sent::year_before(Key { unit, indicator, category: None }, self.from, self.to))
            .collect();
        let sums = (0..1usize << units)
            .map(|some| (0..units).filter(|unit| some >> unit & 1 == 1).map(|unit| told[unit]).sum());
        if time == Time::Flow && !{ sums }.any(|sum: i64| sum == got) {
            let id = row["id"].as_str().unwrap_or_default();
            faults.insert((
                Fault::Wrong,
                format!("{:?} {id} the year before: {}, it is {told:?}", self.part, shown(Some(got))),
            ));
        }
    }
}

/// Each combination's verdict, over all cores.
fn all(numbers: &[u64], on: &BTreeSet<Feature>) -> Vec<Verdict> {
    on_all_cores(numbers, |&number| tried(number, on))
}

fn shortest(verdicts: &[&Verdict], fault: Option<Fault>) -> String {
    let having =
        verdicts.iter().filter(|verdict| verdict.faults.iter().any(|found| fault.is_none_or(|fault| found.0 == fault)));
    let Some(verdict) = having.min_by_key(|verdict| verdict.story.len()) else { return String::new() };
    let faults: Vec<String> = verdict.faults.iter().map(|(fault, text)| format!("{fault:?} {text}")).collect();
    format!("{}{}", verdict.story, faults.join("\n"))
}

#[test]
fn a_year_in_any_combination_of_files_is_the_truth_or_flagged() {
    let count = env::var("DANVAN_COMBINATIONS").ok().and_then(|count| count.parse().ok()).unwrap_or(FEW);
    let mut on: BTreeSet<Feature> =
        sent::ALL.into_iter().filter(|feature| OFF.iter().all(|(off, _)| off != feature)).collect();
    let asked = env::var("DANVAN_FEATURES").unwrap_or_default();
    if asked == "each" {
        return each(&on, count);
    }
    for name in asked.split(',').filter(|name| !name.is_empty()) {
        let feature = sent::ALL.into_iter().find(|feature| format!("{feature:?}") == name);
        on.insert(feature.unwrap_or_else(|| panic!("no feature {name}")));
    }
    if let Some(number) = env::var("DANVAN_COMBINATION").ok().and_then(|number| number.parse().ok()) {
        let verdict = tried(number, &on);
        let faults: Vec<String> = verdict.faults.iter().map(|(fault, text)| format!("{fault:?} {text}")).collect();
        panic!("{}{}", verdict.story, faults.join("\n"));
    }
    let verdicts = all(&(0..count).collect::<Vec<_>>(), &on);
    let bad: Vec<&Verdict> = verdicts.iter().filter(|verdict| !verdict.faults.is_empty()).collect();
    let listed: Vec<String> = bad.iter().filter_map(|verdict| verdict.listed()).collect();
    let listed = listed.join("\n");
    assert!(
        bad.is_empty(),
        "{} of {count} combinations:\n{listed}\nthe shortest:\n{}",
        bad.len(),
        shortest(&bad, None)
    );
}

/// Of each feature by itself, how many combinations go wrong, and how.
fn each(on: &BTreeSet<Feature>, count: u64) {
    for feature in [None].into_iter().chain(sent::ALL.into_iter().filter(|feature| !on.contains(feature)).map(Some)) {
        let needed = match feature {
            Some(Feature::Remembered) => Some(Feature::Columns),
            Some(Feature::Falling) => Some(Feature::Cumulative),
            _ => None,
        };
        let with: BTreeSet<Feature> = on.iter().copied().chain(feature).chain(needed).collect();
        let used = |number: &u64| feature.is_none_or(|feature| sent::folder(*number, &with).used.contains(&feature));
        let numbers: Vec<u64> = (0..100 * count).filter(used).take(count as usize).collect();
        let verdicts = all(&numbers, &with);
        let having: Vec<&Verdict> = verdicts.iter().collect();
        print!("{}: {} combinations", feature.map_or("on".to_owned(), |feature| format!("{feature:?}")), having.len());
        for fault in [Fault::Wrong, Fault::Unsaid, Fault::Refused, Fault::Needless] {
            let bad = having.iter().filter(|verdict| verdict.faults.iter().any(|found| found.0 == fault)).count();
            print!(", {bad} {fault:?}");
        }
        println!();
        for fault in [Fault::Wrong, Fault::Unsaid, Fault::Refused, Fault::Needless] {
            let example = shortest(&having, Some(fault));
            if !example.is_empty() {
                println!("--- {fault:?}, for example\n{example}\n");
            }
        }
    }
}
