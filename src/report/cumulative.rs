//! Cumulative figures → what happened between the end of one and the end of the next (design.md 4.9): never added, always
//! differenced.

use std::collections::BTreeMap;

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
    // From the year's start by that start; those from a start that is not said are compared only with one another.
    let mut series: BTreeMap<Option<i32>, BTreeMap<i32, Vec<Stated>>> = BTreeMap::new();
    for figure in cumulative {
        let start = (figure.telling == Telling::YearToDate).then_some(figure.at.from);
        series.entry(start).or_default().entry(figure.at.to).or_default().push(figure);
    }
    for (start, ends) in series {
        // The last that did not fall.
        let mut before: Option<Stated> = None;
        for same in ends.into_values() {
            let Some(first) = same.first().cloned() else { continue };
            let agreed = same.iter().all(|figure| figure.amount == first.amount);
            for figure in same {
                match since(figure, start, before.as_ref(), &own) {
                    Ok(figure) => done.stated.push(figure),
                    Err(unused) => {
                        let (figure, finding) = *unused;
                        done.findings.extend(finding.map(|finding| (figure.clone(), finding)));
                        done.unused.push(figure);
                    }
                }
            }
            // Where two differ, their conflict is found when they are settled; nothing is taken from either.
            if agreed && before.as_ref().is_none_or(|before| first.amount >= before.amount) {
                before = Some(first);
            }
        }
    }
    done.stated.extend(own);
    done
}

/// What a cumulative figure tells of the time since the last moment up to which all is known: by the figures of periods, or by
/// the cumulative figure before it and those of periods after that, whichever reaches further.
fn since(
    mut figure: Stated,
    start: Option<i32>,
    before: Option<&Stated>,
    own: &[Stated],
) -> Result<Stated, Box<(Stated, Option<Finding>)>> {
    let end = figure.at.to;
    let periods = start.map(|start| known(start, Amount::ZERO, end, own));
    let cumulative = before.map(|before| known(before.at.to, before.amount, end, own));
    let (by_periods, (from, less)) = match (periods, cumulative) {
        // Where periods tell of all of it, they are compared with all of it.
        (Some((reached, _)), _) if reached >= end => (true, (start.unwrap_or(reached), Amount::ZERO)),
        (Some(periods), Some(cumulative)) if periods.0 < cumulative.0 => (false, cumulative),
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
    figure.at = Stretch { from, to: end };
    figure.amount = rest;
    figure.cumulative = Some(written);
    Ok(figure)
}

/// How far the figures of periods go on from a moment without a gap, and what they add to what is known up to it.
fn known(mut from: i32, mut sum: Amount, end: i32, own: &[Stated]) -> (i32, Amount) {
    while from < end {
        let next = own.iter().filter(|own| own.telling == Telling::Own && own.at.from == from && own.at.to <= end);
        let Some(longest) = next.max_by_key(|own| own.at.to) else { break };
        let mut alike = own.iter().filter(|own| own.at == longest.at && own.telling == Telling::Own);
        match sum.checked_add(longest.amount) {
            Some(more) if alike.all(|own| own.amount == longest.amount) => sum = more,
            _ => break,
        }
        from = longest.at.to;
    }
    (from, sum)
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
                "a cumulative figure, a period, a cumulative figure",
                vec![(YearToDate, 2023, Quarter(1), 2), (Own, 2023, Quarter(2), 4), (YearToDate, 2023, NineMonths, 11)],
                vec![(1, 3, 2), (4, 6, 4), (7, 9, 5)],
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
