//! What a right report must say, reckoned from the story and not from the files: the shape that the cases of the
//! project are checked with, `figures[indicator] = {value, by_unit, by_month}` and `flags = [[file, sheet, cell], …]`.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};
use serde_json::{Value, json};

use super::habits::Fault;
use super::story::{CLEARED, CLEARED_IN, COMMUNES, Story, Whose, YEARS};

/// Sums in tenths, or with more decimals, by unit and by month.
pub struct Figure {
    places: usize,
    pub by_unit: BTreeMap<Whose, i64>,
    /// Empty for a stock, and where only quarters are known.
    pub by_month: BTreeMap<u32, i64>,
}

impl Default for Figure {
    fn default() -> Self {
        Self { places: 1, by_unit: BTreeMap::new(), by_month: BTreeMap::new() }
    }
}

impl Figure {
    pub fn value(&self) -> i64 {
        self.by_unit.values().sum()
    }
}

pub struct Truth {
    pub year: i32,
    pub figures: BTreeMap<&'static str, Figure>,
}

pub fn of(story: &Story) -> Vec<Truth> {
    YEARS.into_iter().map(|year| Truth::of(story, year)).collect()
}

impl Truth {
    fn of(story: &Story, year: i32) -> Self {
        let mut truth = Self { year, figures: BTreeMap::new() };
        for it in &story.dialogues {
            truth.flow("dialogue.sessions", it.whose, it.day, 10);
            truth.flow("dialogue.participants", it.whose, it.day, it.participants * 10);
            truth.flow("dialogue.opinions", it.whose, it.day, it.opinions * 10);
            truth.flow("dialogue.answered", it.whose, it.day, it.answered * 10);
        }
        let start = NaiveDate::from_ymd_opt(year, 1, 1).expect("a day of the calendar");
        let end = NaiveDate::from_ymd_opt(year, 12, 31).expect("a day of the calendar");
        for it in story.petitions.iter().filter(|it| it.whose != Whose::Unknown) {
            truth.flow("petition.received", it.whose, it.received, 10);
            truth.flow("petition.resolved", it.whose, it.resolved.unwrap_or(NaiveDate::MIN), 10);
            if it.referred {
                truth.flow("petition.referred", it.whose, it.received, 10);
            }
            let open_at = |day: NaiveDate| {
                it.received < day && !it.referred && it.resolved.is_none_or(|resolved| resolved >= day)
            };
            let pending = open_at(end + Days::new(1));
            truth.stock("petition.opening", it.whose, open_at(start));
            truth.stock("petition.pending", it.whose, pending);
            truth.stock("petition.overdue", it.whose, pending && it.due <= end);
        }
        for it in &story.donations {
            let day = it.day.unwrap_or(NaiveDate::MIN);
            truth.flow("land_donation.households", it.whose, day, it.households * 10);
            truth.flow("land_donation.area", it.whose, day, it.area.unwrap_or(0));
        }
        for it in &story.workdays {
            truth.flow("workday.days", it.whose, it.day, it.days.unwrap_or(0));
            truth.flow("workday.participants", it.whose, it.day, it.participants.unwrap_or(0) * 10);
        }
        for it in story.quarters.iter().filter(|it| it.year == year) {
            for (id, amount, places) in [
                ("campaign.programs", it.programs, 0),
                ("campaign.participants", it.participants, 0),
                ("works.routes", it.routes, 0),
                ("works.length", it.metres, 3),
                ("contribution.money", it.money * 100_000, 0),
            ] {
                let figure = truth.figures.entry(id).or_insert_with(|| Figure { places, ..Figure::default() });
                *figure.by_unit.entry(it.whose).or_default() += amount;
            }
        }
        let cleared = if year == CLEARED_IN { &CLEARED[..] } else { &[] };
        for &(commune, households, area, planned, paid) in cleared {
            let at = COMMUNES.iter().position(|one| one.name == commune).expect("a commune of the district");
            for (id, amount, places) in [
                ("clearance.households", households, 0),
                ("clearance.area", area, 4),
                ("clearance.planned", planned * 1_000_000, 0),
                ("clearance.paid", paid * 1_000_000, 0),
            ] {
                let figure = truth.figures.entry(id).or_insert_with(|| Figure { places, ..Figure::default() });
                *figure.by_unit.entry(Whose::Commune(at)).or_default() += amount;
            }
        }
        truth
    }

    fn flow(&mut self, id: &'static str, whose: Whose, day: NaiveDate, tenths: i64) {
        if day.year() == self.year {
            let figure = self.figures.entry(id).or_default();
            *figure.by_unit.entry(whose).or_default() += tenths;
            *figure.by_month.entry(day.month()).or_default() += tenths;
        }
    }

    fn stock(&mut self, id: &'static str, whose: Whose, holds: bool) {
        *self.figures.entry(id).or_default().by_unit.entry(whose).or_default() += i64::from(holds) * 10;
    }

    /// Every commune is listed, also with nothing: what a report gives to the wrong one shows.
    pub fn json(&self, faults: &[Fault]) -> anyhow::Result<Vec<u8>> {
        let figures: BTreeMap<_, Value> = self
            .figures
            .iter()
            .map(|(id, figure)| {
                let number = |amount| decimal(amount, figure.places);
                let own = figure.by_unit.contains_key(&Whose::District).then_some(Whose::District);
                let by_unit = (0..COMMUNES.len())
                    .map(Whose::Commune)
                    .chain(own)
                    .map(|whose| (whose.name(), figure.by_unit.get(&whose).copied().unwrap_or(0)))
                    .collect();
                let entry = self::figure(self.year, figure.value(), by_unit, &figure.by_month, number);
                (*id, entry)
            })
            .collect();
        expected(self.year, figures, faults)
    }
}

/// One indicator of a year; without months where it is a stock or known by no month.
pub fn figure(
    year: i32,
    value: i64,
    by_unit: BTreeMap<&str, i64>,
    by_month: &BTreeMap<u32, i64>,
    number: impl Fn(i64) -> String,
) -> Value {
    let by_unit: BTreeMap<_, _> = by_unit.into_iter().map(|(unit, tenths)| (unit, number(tenths))).collect();
    let mut entry = json!({ "value": number(value), "by_unit": by_unit });
    if !by_month.is_empty() {
        let tenths = |month: u32| by_month.get(&month).copied().unwrap_or(0);
        let by_month: BTreeMap<_, _> =
            (1..=12).map(|month| (format!("{year}-{month:02}"), number(tenths(month)))).collect();
        entry["by_month"] = json!(by_month);
    }
    entry
}

/// What a right report of a year says, and names.
pub fn expected(year: i32, figures: BTreeMap<&str, Value>, faults: &[Fault]) -> anyhow::Result<Vec<u8>> {
    let flags: Vec<_> = faults.iter().map(|fault| json!([fault.file, fault.sheet, fault.cell])).collect();
    let all = json!({ "args": ["--year", year.to_string()], "figures": figures, "flags": flags });
    Ok((serde_json::to_string_pretty(&all)? + "\n").into_bytes())
}

/// "1204", "312.5".
pub fn number(tenths: i64) -> String {
    decimal(tenths, 1)
}

fn decimal(amount: i64, places: usize) -> String {
    let one = 10_i64.pow(places as u32);
    match amount % one {
        0 => format!("{}", amount / one),
        rest => format!("{}.{rest:0places$}", amount / one).trim_end_matches('0').to_owned(),
    }
}
