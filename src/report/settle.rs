//! What one unit's figures for one indicator come to, where months, quarters, halves and years were stated side by side.
//!
//! Takes what the records give and what tables state; gives entries that never overlap in meaning: an entry for a longer
//! period holds only what its shorter ones leave. So the entries inside any stretch of time can be added.

use std::collections::BTreeMap;

use crate::base::amount::Amount;
use crate::base::cell::Source;
use crate::base::period::{Calendar, Part, Period, Span, Window};
use crate::catalogue::indicator::OverTime;

/// A stretch of time by named months, half open. A position is 32 to a month (year × 12 + month - 1) plus the day within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stretch {
    pub from: i32,
    pub to: i32,
}

const MONTH: i32 = 32;

impl Stretch {
    pub fn month((year, month): (i32, u32)) -> Self {
        let from = (year * 12 + month as i32 - 1) * MONTH;
        Self { from, to: from + MONTH }
    }

    pub fn months(first: (i32, u32), last: (i32, u32)) -> Self {
        Self { from: Self::month(first).from, to: Self::month(last).to }
    }

    /// A window of days, in the months of a calendar.
    pub fn days(window: Window, calendar: &Calendar) -> Self {
        let position = |day| {
            let (year, month) = calendar.month_of(day);
            let start = calendar.window(Period::new(year, Part::Month(month as u8))).from;
            Self::month((year, month)).from + (day - start).num_days() as i32
        };
        Self { from: position(window.from), to: window.to.succ_opt().map_or(i32::MAX, position) }
    }

    pub fn named(period: Period) -> Self {
        let months = period.part.months();
        Self::months((period.year, *months.start()), (period.year, *months.end()))
    }

    /// What a table states: whole months of the civil calendar are the months of that name in any calendar.
    pub fn stated(span: Span, calendar: &Calendar) -> Self {
        match span {
            Span::Named(period) => Self::named(period),
            Span::Days(window) => {
                let civil = Self::days(window, &civil());
                if civil.from % MONTH == 0 && civil.to % MONTH == 0 { civil } else { Self::days(window, calendar) }
            }
        }
    }

    /// What a user asks for.
    pub fn asked(span: Span, calendar: &Calendar) -> Self {
        match span {
            Span::Named(period) => Self::named(period),
            Span::Days(window) => Self::days(window, calendar),
        }
    }

    pub fn contains(self, other: Self) -> bool {
        self.from <= other.from && other.to <= self.to
    }

    pub fn overlaps(self, other: Self) -> bool {
        self.from < other.to && other.from < self.to
    }

    pub fn within(self, other: Self) -> Self {
        Self { from: self.from.max(other.from), to: self.to.min(other.to) }
    }

    /// The one month that it lies in.
    pub fn in_month(self) -> Option<(i32, u32)> {
        let month = self.from.div_euclid(MONTH);
        (month == (self.to - 1).div_euclid(MONTH)).then(|| (month.div_euclid(12), month.rem_euclid(12) as u32 + 1))
    }

    /// The months that it touches.
    pub fn touched(self) -> impl Iterator<Item = (i32, u32)> {
        (self.from.div_euclid(MONTH)..=(self.to - 1).div_euclid(MONTH))
            .map(|month| (month.div_euclid(12), month.rem_euclid(12) as u32 + 1))
    }

    fn len(self) -> i32 {
        self.to - self.from
    }
}

/// By whose months figures are stated.
pub fn civil() -> Calendar {
    Calendar { id: String::new(), title: String::new(), first_day: 1, months_before: 0 }
}

/// An amount of one stretch of time; for a flow, what is left of it beside the entries inside it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    pub at: Stretch,
    pub amount: Amount,
}

/// What the entries inside a stretch come to; `None` where there is none. Sums that no figure can hold are none either:
/// [`flow`] and the reading of records keep each unit's entries far below that.
pub fn picked(entries: &[Entry], over_time: OverTime, stretch: Stretch) -> Option<Amount> {
    let mut inside = entries.iter().filter(|entry| stretch.contains(entry.at));
    match over_time {
        OverTime::Sum | OverTime::Ratio => {
            let first = inside.next()?.amount;
            inside.try_fold(first, |sum, entry| sum.checked_add(entry.amount))
        }
        // Among those that end together the shortest comes last in the order of entries, and is the nearest.
        OverTime::Last => inside.max_by_key(|entry| (entry.at.to, entry.at.from)).map(|entry| entry.amount),
        OverTime::First => inside.min_by_key(|entry| (entry.at.from, entry.at.to)).map(|entry| entry.amount),
        OverTime::Max => inside.map(|entry| entry.amount).max(),
    }
}

/// Whether the entries leave no gap in a stretch.
pub fn covers<'a>(entries: impl Iterator<Item = &'a Entry>, stretch: Stretch) -> bool {
    let mut at: Vec<Stretch> = entries.map(|entry| entry.at).filter(|at| at.overlaps(stretch)).collect();
    at.sort();
    let mut reached = stretch.from;
    for at in at {
        if at.from > reached {
            return false;
        }
        reached = reached.max(at.to);
    }
    reached >= stretch.to
}

/// A stated figure.
#[derive(Clone, Debug)]
pub struct Stated {
    pub at: Stretch,
    pub span: Span,
    pub amount: Amount,
    pub source: Source,
}

/// What was found wrong, to be put in words by who knows the indicator and the unit.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// Differs from what the records give.
    Records { counted: Amount },
    /// Differs from the sum of shorter periods.
    Parts { parts: Amount },
    /// Differs from another figure for the same period.
    Conflict { other: Amount, at: Source },
    /// Lies across another figure's period.
    Overlap { other: Span },
    /// The only part of its whole that is stated anywhere.
    PartAlone,
    /// Larger than any figure can be.
    TooLarge,
}

#[derive(Debug, Default)]
pub struct Settled {
    pub entries: Vec<Entry>,
    /// Stretches for which two figures differ and nothing else is known.
    pub conflicts: Vec<Stretch>,
    pub findings: Vec<(Stated, Finding)>,
}

/// A stretch whose amount is settled, with the entries that make it up.
struct Block {
    at: Stretch,
    span: Option<Span>,
    amount: Amount,
    records: bool,
    entries: Vec<Entry>,
}

/// Settles a flow. `records`: what the lists of records give, by month, disjoint.
pub fn flow(records: &[Entry], stated: Vec<Stated>) -> Settled {
    let mut settled = Settled::default();
    let mut blocks: Vec<Block> = records
        .iter()
        .map(|&entry| Block { at: entry.at, span: None, amount: entry.amount, records: true, entries: vec![entry] })
        .collect();
    for group in groups(stated) {
        let at = group[0].at;
        let (inside, others): (Vec<Block>, Vec<Block>) = blocks.into_iter().partition(|block| at.contains(block.at));
        blocks = others;
        if let Some(across) = blocks.iter().find(|block| block.at.overlaps(at)) {
            let entries: Vec<Entry> = blocks.iter().chain(&inside).flat_map(|b| b.entries.iter().copied()).collect();
            if !covers(entries.iter(), at) {
                let other = across.span.unwrap_or(group[0].span);
                settled.findings.extend(group.into_iter().map(|figure| (figure, Finding::Overlap { other })));
            }
            blocks.extend(inside);
            continue;
        }
        let parts = inside.iter().try_fold(Amount::ZERO, |sum, block| sum.checked_add(block.amount));
        let Some(parts) = parts else {
            settled.findings.extend(group.into_iter().map(|figure| (figure, Finding::TooLarge)));
            blocks.extend(inside);
            continue;
        };
        let entries: Vec<Entry> = inside.iter().flat_map(|block| block.entries.iter().copied()).collect();
        if !inside.is_empty() && covers(entries.iter(), at) {
            let records = inside.iter().all(|block| block.records);
            for figure in group.into_iter().filter(|figure| figure.amount != parts) {
                let finding = if records { Finding::Records { counted: parts } } else { Finding::Parts { parts } };
                settled.findings.push((figure, finding));
            }
            blocks.extend(inside);
            continue;
        }
        let Some(figure) = agreed(&group, &mut settled) else {
            settled.conflicts.push(at);
            blocks.extend(inside);
            continue;
        };
        let mut entries = entries;
        match figure.amount.checked_sub(parts) {
            Some(rest) if parts <= figure.amount => {
                // A rest of nothing still says that the whole stretch is known.
                entries.push(Entry { at, amount: rest });
            }
            // More in the parts than in the whole: which of them is wrong is not known, so none of the parts is shown.
            _ => {
                settled.findings.push((figure.clone(), Finding::Parts { parts }));
                entries = vec![Entry { at, amount: figure.amount }];
            }
        }
        blocks.push(Block { at, span: Some(figure.span), amount: figure.amount, records: false, entries });
    }
    settled.entries = blocks.into_iter().flat_map(|block| block.entries).collect();
    finish(settled)
}

/// Settles a stock: each figure holds for one moment, the end (or the start) of its period. `records` come first.
pub fn stock(records: &[Entry], stated: Vec<Stated>, over_time: OverTime) -> Settled {
    let moment = |at: Stretch| match over_time {
        OverTime::Last => at.to,
        OverTime::First => at.from,
        // The largest of a longer period is no figure of a shorter one.
        _ => 0,
    };
    let mut settled = Settled { entries: records.to_vec(), ..Settled::default() };
    let mut known: BTreeMap<i32, (Amount, bool)> = BTreeMap::new();
    if over_time != OverTime::Max {
        known.extend(records.iter().map(|entry| (moment(entry.at), (entry.amount, true))));
    }
    for group in groups(stated) {
        let at = group[0].at;
        let same = records.iter().find(|entry| entry.at == at).map(|entry| (entry.amount, true));
        if let Some((amount, records)) = known.get(&moment(at)).copied().or(same) {
            for figure in group.into_iter().filter(|figure| figure.amount != amount) {
                let finding =
                    if records { Finding::Records { counted: amount } } else { Finding::Parts { parts: amount } };
                settled.findings.push((figure, finding));
            }
            continue;
        }
        match agreed(&group, &mut settled) {
            Some(figure) => {
                settled.entries.push(Entry { at, amount: figure.amount });
                if over_time != OverTime::Max {
                    known.insert(moment(at), (figure.amount, false));
                }
            }
            None => settled.conflicts.push(at),
        }
    }
    finish(settled)
}

/// The figures of one stretch together; shorter stretches first, so that a longer one finds its parts settled.
fn groups(mut stated: Vec<Stated>) -> Vec<Vec<Stated>> {
    stated.sort_by(|a, b| (a.at.len(), a.at, &a.source).cmp(&(b.at.len(), b.at, &b.source)));
    let mut groups: Vec<Vec<Stated>> = Vec::new();
    for figure in stated {
        match groups.last_mut() {
            Some(group) if group[0].at == figure.at => group.push(figure),
            _ => groups.push(vec![figure]),
        }
    }
    groups
}

/// The figure that all of a group say; a finding at each that differs from the first.
fn agreed(group: &[Stated], settled: &mut Settled) -> Option<Stated> {
    let first = &group[0];
    let differing: Vec<&Stated> = group.iter().filter(|figure| figure.amount != first.amount).collect();
    if differing.is_empty() {
        return Some(first.clone());
    }
    let finding = Finding::Conflict { other: first.amount, at: first.source.clone() };
    settled.findings.extend(differing.into_iter().map(|figure| (figure.clone(), finding.clone())));
    None
}

fn finish(mut settled: Settled) -> Settled {
    settled.entries.sort_by_key(|entry| (entry.at.from, -entry.at.to));
    let entries = std::mem::take(&mut settled.entries);
    settled.conflicts.retain(|&at| !covers(entries.iter(), at));
    settled.entries = entries;
    settled
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::base::cell::{CellRef, SheetName};

    fn figure(part: Part, amount: i64) -> Stated {
        let span = Span::Named(Period::new(2023, part));
        let sheet = Arc::new(SheetName { file: "a.xlsx".into(), sheet: "S".into() });
        let source = Source { sheet, cell: CellRef::new(amount as u32, 0) };
        Stated { at: Stretch::stated(span, &civil()), span, amount: amount.into(), source }
    }

    fn records(amounts: &[(u32, i64)]) -> Vec<Entry> {
        amounts.iter().map(|&(m, a)| Entry { at: Stretch::month((2023, m)), amount: a.into() }).collect()
    }

    fn year() -> Stretch {
        Stretch::named(Period::new(2023, Part::Year))
    }

    #[test]
    fn a_longer_period_is_a_witness_or_holds_the_rest() {
        use Part::*;
        // Stated, records, the year's value, how many findings, what has no month.
        type Case = (&'static str, Vec<(Part, i64)>, Vec<(u32, i64)>, Option<i64>, usize, Option<i64>);
        let cases: Vec<Case> = vec![
            ("nothing", vec![], vec![], None, 0, None),
            ("months only", vec![(Month(1), 3), (Month(2), 4)], vec![], Some(7), 0, None),
            (
                "a quarter agrees",
                vec![(Month(1), 1), (Month(2), 2), (Month(3), 3), (Quarter(1), 6)],
                vec![],
                Some(6),
                0,
                None,
            ),
            (
                "a quarter differs",
                vec![(Month(1), 1), (Month(2), 2), (Month(3), 3), (Quarter(1), 7)],
                vec![],
                Some(6),
                1,
                None,
            ),
            (
                "a quarter and two months",
                vec![(Month(1), 1), (Month(2), 2), (Quarter(1), 7)],
                vec![],
                Some(7),
                0,
                Some(4),
            ),
            ("a year over quarters", vec![(Quarter(1), 7), (Quarter(2), 2), (Year, 20)], vec![], Some(20), 0, Some(20)),
            ("a year over two halves", vec![(Half(1), 7), (Half(2), 2), (Year, 9)], vec![], Some(9), 0, Some(9)),
            (
                "nine months and a quarter",
                vec![(NineMonths, 7), (Quarter(4), 2), (Year, 10)],
                vec![],
                Some(9),
                1,
                Some(9),
            ),
            ("parts exceed", vec![(Month(1), 5), (Quarter(1), 3)], vec![], Some(3), 1, Some(3)),
            ("records are all there", vec![(Quarter(1), 6)], vec![(1, 1), (2, 2), (3, 3)], Some(6), 0, None),
            ("records differ", vec![(Quarter(1), 5)], vec![(1, 1), (2, 2), (3, 3)], Some(6), 1, None),
            ("records of some months", vec![(Quarter(1), 9)], vec![(1, 1), (2, 2)], Some(9), 0, Some(6)),
            ("said twice alike", vec![(Month(1), 5), (Month(1), 5)], vec![], Some(5), 0, None),
            ("said twice differently", vec![(Month(1), 5), (Month(1), 6), (Month(2), 1)], vec![], Some(1), 1, None),
            ("nine months across a half", vec![(Half(2), 5), (NineMonths, 8)], vec![], Some(5), 1, Some(5)),
            (
                "nine months between halves",
                vec![(Half(1), 5), (Half(2), 5), (NineMonths, 8)],
                vec![],
                Some(10),
                0,
                Some(10),
            ),
        ];
        for (name, stated, counted, value, findings, rest) in cases {
            let settled =
                flow(&records(&counted), stated.into_iter().map(|(part, amount)| figure(part, amount)).collect());
            assert_eq!(picked(&settled.entries, OverTime::Sum, year()), value.map(Amount::from), "{name}");
            assert_eq!(settled.findings.len(), findings, "{name}: {:?}", settled.findings);
            let monthless: Vec<_> = settled.entries.iter().filter(|e| e.at.in_month().is_none()).collect();
            let got = (!monthless.is_empty()).then(|| monthless.iter().map(|e| e.amount).sum::<Amount>());
            assert_eq!(got, rest.map(Amount::from), "{name}");
        }
    }

    #[test]
    fn a_conflict_shows_only_where_nothing_else_settles_it() {
        use Part::*;
        let settled = flow(&[], vec![figure(Month(1), 5), figure(Month(1), 6)]);
        assert_eq!(settled.conflicts.len(), 1);
        let settled = flow(&[], vec![figure(Month(1), 5), figure(Month(1), 6), figure(Quarter(1), 9)]);
        assert!(settled.conflicts.is_empty());
        assert_eq!(picked(&settled.entries, OverTime::Sum, year()), Some(9.into()));
    }

    #[test]
    fn a_stock_is_never_added() {
        use Part::*;
        let stated = || vec![figure(Month(1), 5), figure(Month(3), 8), figure(Quarter(1), 8), figure(Quarter(2), 6)];
        for (over_time, value) in [(OverTime::Last, 6), (OverTime::First, 5), (OverTime::Max, 8)] {
            let settled = stock(&[], stated(), over_time);
            assert_eq!(picked(&settled.entries, over_time, year()), Some(value.into()), "{over_time:?}");
        }
        assert!(stock(&[], stated(), OverTime::Last).findings.is_empty());
        assert_eq!(stock(&[], stated(), OverTime::First).findings.len(), 1);
    }

    #[test]
    fn days_that_are_whole_civil_months_are_the_months_of_that_name() {
        let nd09 = Calendar { first_day: 15, months_before: 1, ..civil() };
        let days = |from: &str, to: &str| Span::Days(Window { from: from.parse().unwrap(), to: to.parse().unwrap() });
        let quarter = Stretch::named(Period::new(2023, Part::Quarter(1)));
        assert_eq!(Stretch::stated(days("2023-01-01", "2023-03-31"), &nd09), quarter);
        assert_eq!(Stretch::stated(days("2022-12-15", "2023-03-14"), &nd09), quarter);
        assert_ne!(Stretch::asked(days("2023-01-01", "2023-03-31"), &nd09), quarter);
        assert_eq!(Stretch::stated(days("2023-03-01", "2023-03-07"), &civil()).in_month(), Some((2023, 3)));
    }
}
