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
        // The last that did not fall: its end, its amount, itself.
        let mut before: Option<Stated> = None;
        for (end, same) in ends {
            let Some(first) = same.first().cloned() else { continue };
            let agreed = same.iter().all(|figure| figure.amount == first.amount);
            for mut figure in same {
                let written = figure.amount;
                let (from, less) = match (&before, start) {
                    (Some(before), _) => (before.at.to, before.amount),
                    (None, Some(start)) => (start, Amount::ZERO),
                    (None, None) => {
                        done.unused.push(figure);
                        continue;
                    }
                };
                match (written >= less).then(|| written.checked_sub(less)).flatten() {
                    Some(amount) => {
                        figure.at = Stretch { from, to: end };
                        figure.amount = amount;
                        figure.cumulative = Some(written);
                        done.stated.push(figure);
                    }
                    None => {
                        let at = before.as_ref().map_or_else(|| figure.source.clone(), |before| before.source.clone());
                        done.findings.push((figure.clone(), Finding::Falls { before: less, at }));
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
    for figure in &mut done.stated {
        shorten(figure, &own);
    }
    done.stated.extend(own);
    done
}

/// Where the first part of a cumulative figure's time is stated, what it leaves belongs to the rest of it.
fn shorten(figure: &mut Stated, own: &[Stated]) {
    let mut from = figure.at.from;
    let mut known = Amount::ZERO;
    while from < figure.at.to {
        let next =
            own.iter().filter(|own| own.telling == Telling::Own && own.at.from == from && own.at.to <= figure.at.to);
        let Some(longest) = next.max_by_key(|own| own.at.to) else { break };
        let alike = own.iter().filter(|own| own.at == longest.at && own.telling == Telling::Own);
        let sum = known.checked_add(longest.amount);
        match sum {
            Some(sum) if alike.clone().all(|own| own.amount == longest.amount) => known = sum,
            _ => return,
        }
        from = longest.at.to;
    }
    // What covers all of it is compared with it.
    if from == figure.at.from || from >= figure.at.to || known > figure.amount {
        return;
    }
    if let Some(rest) = figure.amount.checked_sub(known) {
        figure.at.from = from;
        figure.amount = rest;
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
