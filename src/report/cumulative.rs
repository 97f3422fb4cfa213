//! Cumulative figures → what happened between the end of one and the end of the next (design.md 4.9): never added, always
//! differenced.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::amount::Amount;
use crate::base::record::Telling;

use super::settle::{Finding, Stated};
use super::stretch::Stretch;

/// What differencing gives.
#[derive(Debug, Default)]
pub struct Differenced {
    pub stated: Vec<Stated>,
    pub findings: Vec<(Stated, Finding)>,
    /// The figures, by their place, from which no amount of any period follows.
    pub unused: Vec<Stated>,
}

/// Turns the cumulative figures of one indicator, unit and part into figures of the time between them; the others stay.
pub fn differenced(stated: Vec<Stated>) -> Differenced {
    let (cumulative, own): (Vec<Stated>, Vec<Stated>) =
        stated.into_iter().partition(|figure| matches!(figure.telling, Telling::YearToDate | Telling::ToDate));
    if cumulative.is_empty() {
        return Differenced { stated: own, ..Differenced::default() };
    }
    let mut done = Differenced::default();
    let periods = Own::of(&own);
    // From the year's start by that start; those from a start that is not said are compared only with one another.
    let mut series: BTreeMap<Option<i32>, BTreeMap<i32, Vec<Stated>>> = BTreeMap::new();
    for figure in cumulative {
        let start = (figure.telling == Telling::YearToDate).then_some(figure.at.from);
        series.entry(start).or_default().entry(figure.at.to).or_default().push(figure);
    }
    for (start, ends) in series {
        let rising = rising(&ends);
        // For each end the next after it that rises.
        let mut nearest: BTreeMap<i32, Stated> = BTreeMap::new();
        let mut next: Option<&Stated> = None;
        for (end, same) in ends.iter().rev() {
            nearest.extend(next.map(|next| (*end, next.clone())));
            next = same.first().filter(|_| rising.contains(end)).or(next);
        }
        // The last that the others bear out.
        let mut before: Option<Stated> = None;
        // Whether the one before it and the periods since come to it.
        let mut confirmed = false;
        for (end, same) in ends {
            let Some(first) = same.first().cloned() else { continue };
            if !rising.contains(&end) {
                let near = before.as_ref().filter(|before| before.amount > first.amount);
                let near = near.or_else(|| nearest.get(&end)).unwrap_or(&first);
                let finding = Finding::Falls { before: near.amount, at: near.source.clone() };
                done.findings.extend(same.iter().map(|figure| (figure.clone(), finding.clone())));
                done.unused.extend(same);
                continue;
            }
            let agreed = same.iter().all(|figure| figure.amount == first.amount);
            for figure in same {
                match since(figure, start, before.as_ref().map(|before| (before, confirmed)), &periods) {
                    Ok(figure) => done.stated.push(figure),
                    Err(unused) => {
                        let (figure, finding) = *unused;
                        done.findings.extend(finding.map(|finding| (figure.clone(), finding)));
                        done.unused.push(figure);
                    }
                }
            }
            // Where two differ, their conflict is found when they are settled; nothing is taken from either.
            if agreed {
                let told = before.as_ref().map(|before| periods.known(before.at.to, before.amount, end));
                confirmed = told == Some((end, first.amount));
                before = Some(first);
            }
        }
    }
    done.stated.extend(own);
    done
}

/// The ends of the longest series that never falls: one slip among many figures is found wherever it stands. Of series of the same
/// length that which begins first, so that of two figures the later is asked about.
fn rising(ends: &BTreeMap<i32, Vec<Stated>>) -> BTreeSet<i32> {
    // Nobody states so many; what is not looked at stands.
    if ends.len() > MOST_ENDS {
        return ends.keys().copied().collect();
    }
    let all: Vec<(i32, Amount)> = ends.iter().filter_map(|(end, same)| Some((*end, same.first()?.amount))).collect();
    // The longest that begins with each, and what follows it there.
    let mut longest: Vec<(usize, Option<usize>)> = vec![(1, None); all.len()];
    for at in (0..all.len()).rev() {
        for next in at + 1..all.len() {
            if all[next].1 >= all[at].1 && longest[next].0 + 1 > longest[at].0 {
                longest[at] = (longest[next].0 + 1, Some(next));
            }
        }
    }
    let most = longest.iter().map(|(length, _)| *length).max();
    let mut at = longest.iter().position(|(length, _)| Some(*length) == most);
    let mut rising = BTreeSet::new();
    while let Some(here) = at {
        rising.insert(all[here].0);
        at = longest[here].1;
    }
    rising
}

/// What a cumulative figure tells of the time since the last moment up to which all is known: by the figures of periods, or by
/// the cumulative figure before it and those of periods after that, whichever reaches further.
fn since(
    mut figure: Stated,
    start: Option<i32>,
    before: Option<(&Stated, bool)>,
    own: &Own,
) -> Result<Stated, Box<(Stated, Option<Finding>)>> {
    let end = figure.at.to;
    let (before, confirmed) = before.map_or((None, false), |(before, confirmed)| (Some(before), confirmed));
    let periods = start.map(|start| own.known(start, Amount::ZERO, end));
    let cumulative = before.map(|before| own.known(before.at.to, before.amount, end));
    let (by_periods, (from, less)) = match (periods, cumulative) {
        // Where periods tell of all of it, they are compared with all of it.
        (Some((reached, _)), cumulative) if reached >= end => match (cumulative, before) {
            // Periods that tell of all of it, but not of the time since the one before, leave that to the two.
            (Some((since, less)), Some(before)) if since < end && borne_out(before, start, own) => {
                (false, (since, less))
            }
            _ => (true, (start.unwrap_or(reached), Amount::ZERO)),
        },
        (Some(periods), Some(cumulative)) if periods.0 < cumulative.0 => (false, cumulative),
        // Where the two differ, the cumulative figure that others bear out counts.
        (Some(periods), Some(cumulative)) if periods.0 == cumulative.0 && confirmed => (false, cumulative),
        (Some(periods), _) => (true, periods),
        (None, Some(cumulative)) => (false, cumulative),
        (None, None) => return Err(Box::new((figure, None))),
    };
    // What the one before and the periods since come to is compared with the whole, too.
    let (from, less) = match before {
        Some(before) if !by_periods && from >= end => (before.at.to, before.amount),
        _ => (from, less),
    };
    let written = figure.amount;
    // What is compared with all of its time stays one.
    let whole = by_periods && Some(from) == start && periods.is_some_and(|(reached, _)| reached >= end);
    let (from, to, less) = match from < end && !whole {
        true => {
            let (to, more) = own.known_back(from, less, end);
            (from, to, more)
        }
        false => (from, end, less),
    };
    let rest = (written >= less).then(|| written.checked_sub(less)).flatten();
    let Some(rest) = rest else {
        let finding = match before.filter(|before| before.amount > written) {
            Some(before) => Finding::Falls { before: before.amount, at: before.source.clone() },
            None => Finding::Cumulative { expected: less },
        };
        return Err(Box::new((figure, Some(finding))));
    };
    if !by_periods {
        figure.less = before.map(|before| (before.source.clone(), before.amount));
    }
    figure.at = Stretch { from, to };
    figure.amount = rest;
    figure.cumulative = Some(written);
    Ok(figure)
}

/// Whether the figures of periods come to an earlier cumulative figure, or say nothing of it.
fn borne_out(before: &Stated, start: Option<i32>, own: &Own) -> bool {
    let Some(start) = start else { return true };
    let (reached, sum) = own.known(start, Amount::ZERO, before.at.to);
    reached < before.at.to || sum == before.amount
}

/// What happened in periods, by where they begin and where they end; nothing of one of which two figures differ.
struct Own {
    by_start: BTreeMap<i32, BTreeMap<i32, Option<Amount>>>,
    by_end: BTreeMap<i32, BTreeMap<i32, Option<Amount>>>,
}

/// Cumulative figures of one series among which a slip is looked for: all pairs are compared.
const MOST_ENDS: usize = 2_000;

/// Days of a year, and a few more: nobody states finer periods one after another.
const MOST_STEPS: usize = 400;

impl Own {
    fn of(own: &[Stated]) -> Self {
        let mut by_start: BTreeMap<i32, BTreeMap<i32, Option<Amount>>> = BTreeMap::new();
        for figure in own.iter().filter(|figure| figure.telling == Telling::Own) {
            let known = by_start.entry(figure.at.from).or_default().entry(figure.at.to).or_insert(Some(figure.amount));
            *known = known.filter(|amount| *amount == figure.amount);
        }
        let mut by_end: BTreeMap<i32, BTreeMap<i32, Option<Amount>>> = BTreeMap::new();
        for (from, ends) in &by_start {
            for (to, amount) in ends {
                by_end.entry(*to).or_default().insert(*from, *amount);
            }
        }
        Self { by_start, by_end }
    }

    /// How far the figures of periods go on from a moment without a gap, and what they add to what is known up to it.
    fn known(&self, mut from: i32, mut sum: Amount, end: i32) -> (i32, Amount) {
        for _ in 0..MOST_STEPS {
            let longest = self.by_start.get(&from).and_then(|ends| ends.range(..=end).next_back());
            let Some((to, Some(more))) = longest.and_then(|(to, amount)| Some((*to, sum.checked_add((*amount)?))))
            else {
                break;
            };
            (from, sum) = (to, more);
        }
        (from, sum)
    }

    /// The same from the end backwards, as long as something is left between.
    fn known_back(&self, from: i32, mut sum: Amount, mut end: i32) -> (i32, Amount) {
        for _ in 0..MOST_STEPS {
            let longest = self.by_end.get(&end).and_then(|starts| starts.range(from + 1..).next());
            let Some((start, Some(more))) = longest.and_then(|(at, amount)| Some((*at, sum.checked_add((*amount)?))))
            else {
                break;
            };
            (end, sum) = (start, more);
        }
        (end, sum)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::base::cell::{CellRef, SheetName, Source};
    use crate::base::period::{Part, Period, Span};
    use crate::report::settle::Rank;

    fn figure(telling: Telling, year: i32, part: Part, amount: i64) -> Stated {
        let span = Span::Named(Period::new(year, part));
        let sheet = Arc::new(SheetName { file: "a.xlsx".into(), sheet: "S".into() });
        Stated {
            at: Stretch::named(Period::new(year, part)),
            span,
            amount: amount.into(),
            source: Source { sheet, cell: CellRef::new(amount as u32, 0) },
            telling,
            cumulative: None,
            less: None,
            detail: Vec::new(),
            rank: Rank::default(),
            figure: 0,
        }
    }

    #[test]
    fn what_a_cumulative_figure_tells_of_is_the_time_since_the_one_before() {
        use Part::*;
        use Telling::*;
        // Stated; first month, last month, amount of each that follows, sorted; how many fell.
        type Case = (&'static str, Vec<(Telling, i32, Part, i64)>, Vec<(i32, i32, i64)>, usize);
        let cases: Vec<Case> = vec![
            ("the first is itself", vec![(YearToDate, 2023, Half(1), 5)], vec![(1, 6, 5)], 0),
            (
                "each less the one before",
                vec![(YearToDate, 2023, Year, 9), (YearToDate, 2023, Quarter(1), 2), (YearToDate, 2023, Half(1), 5)],
                vec![(1, 3, 2), (4, 6, 3), (7, 12, 4)],
                0,
            ),
            ("said twice", vec![(YearToDate, 2023, Half(1), 5); 2], vec![(1, 6, 5), (1, 6, 5)], 0),
            (
                "a fall is passed over",
                vec![(YearToDate, 2023, Quarter(1), 4), (YearToDate, 2023, Half(1), 3), (YearToDate, 2023, Year, 9)],
                vec![(1, 3, 4), (4, 12, 5)],
                1,
            ),
            (
                "what is stated of its first months is taken off",
                vec![(YearToDate, 2023, Half(1), 9), (Own, 2023, Quarter(1), 4)],
                vec![(1, 3, 4), (4, 6, 5)],
                0,
            ),
            (
                "what is stated of all of it is compared",
                vec![(YearToDate, 2023, Quarter(1), 9), (Own, 2023, Quarter(1), 4)],
                vec![(1, 3, 4), (1, 3, 9)],
                0,
            ),
            (
                "periods come before a cumulative figure that contradicts them",
                vec![(YearToDate, 2023, Quarter(1), 9), (Own, 2023, Quarter(1), 4), (YearToDate, 2023, Half(1), 12)],
                vec![(1, 3, 4), (1, 3, 9), (4, 6, 8)],
                0,
            ),
            (
                "one slip among many is found where it stands",
                vec![
                    (YearToDate, 2023, Quarter(1), 3),
                    (YearToDate, 2023, Half(1), 33),
                    (YearToDate, 2023, NineMonths, 8),
                    (YearToDate, 2023, Year, 9),
                ],
                vec![(1, 3, 3), (4, 9, 5), (10, 12, 1)],
                1,
            ),
            (
                "what is stated of its last months is taken off too",
                vec![(Own, 2023, Quarter(1), 2), (Own, 2023, Quarter(3), 1), (YearToDate, 2023, NineMonths, 6)],
                vec![(1, 3, 2), (4, 6, 3), (7, 9, 1)],
                0,
            ),
            (
                "halves beside cumulative figures of halves",
                vec![
                    (Own, 2023, Half(1), 8),
                    (YearToDate, 2023, Half(1), 8),
                    (Own, 2023, Year, 12),
                    (YearToDate, 2023, Year, 12),
                ],
                vec![(1, 6, 8), (1, 6, 8), (1, 12, 12), (7, 12, 4)],
                0,
            ),
            (
                "a cumulative figure, a period, a cumulative figure",
                vec![(YearToDate, 2023, Quarter(1), 2), (Own, 2023, Quarter(2), 4), (YearToDate, 2023, NineMonths, 11)],
                vec![(1, 3, 2), (4, 6, 4), (7, 9, 5)],
                0,
            ),
            (
                "periods of all its time are compared with all of it",
                vec![
                    (Own, 2023, Quarter(1), 5),
                    (Own, 2023, Quarter(2), 0),
                    (Own, 2023, Quarter(3), 13),
                    (YearToDate, 2023, Half(1), 5),
                    (YearToDate, 2023, NineMonths, 5),
                ],
                vec![(1, 3, 5), (1, 6, 5), (1, 9, 5), (4, 6, 0), (7, 9, 13)],
                0,
            ),
            (
                "a cumulative figure that others bear out comes before the periods",
                vec![
                    (Own, 2023, Quarter(1), 7),
                    (Own, 2023, Quarter(2), 4),
                    (YearToDate, 2023, Quarter(1), 0),
                    (YearToDate, 2023, Half(1), 4),
                    (YearToDate, 2023, Year, 9),
                ],
                vec![(1, 3, 0), (1, 3, 7), (1, 6, 4), (4, 6, 4), (7, 12, 5)],
                0,
            ),
            ("from a start that is not said", vec![(ToDate, 2023, Year, 9)], vec![], 0),
            (
                "from one that is not said, twice",
                vec![(ToDate, 2022, Year, 7), (ToDate, 2023, Year, 9)],
                vec![(1, 12, 2)],
                0,
            ),
        ];
        for (name, stated, follows, fell) in cases {
            let done =
                differenced(stated.into_iter().map(|(t, year, part, amount)| figure(t, year, part, amount)).collect());
            let month = |position: i32| position.div_euclid(32).rem_euclid(12);
            let mut got: Vec<(i32, i32, i64)> = done
                .stated
                .iter()
                .map(|f| (month(f.at.from) + 1, month(f.at.to - 32) + 1, f.amount.to_string().parse().unwrap()))
                .collect();
            got.sort_unstable();
            assert_eq!(got, follows, "{name}");
            assert_eq!(done.findings.len(), fell, "{name}");
        }
    }
}
