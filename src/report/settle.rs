//! What one unit's figures for one indicator come to, where months, quarters, halves and years were stated side by side
//! (design.md 4.8, 4.9).
//!
//! Takes what the records give and what tables state; gives entries that never overlap in meaning: an entry for a longer
//! period holds only what its shorter ones leave. So the entries inside any stretch of time can be added.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::base::amount::Amount;
use crate::base::cell::Source;
use crate::base::period::Span;
use crate::base::record::Telling;
use crate::catalogue::indicator::OverTime;

use super::account::Became;
use super::stretch::{Entry, Stretch, covers};

/// A stated figure.
#[derive(Clone, Debug)]
pub struct Stated {
    /// Where its amount belongs; of a cumulative figure, what no earlier one holds.
    pub at: Stretch,
    pub span: Span,
    pub amount: Amount,
    pub source: Source,
    pub telling: Telling,
    /// What was stated, where the amount is only what an earlier cumulative figure leaves of it.
    pub cumulative: Option<Amount>,
    /// The earlier cumulative figure that was taken off it.
    pub less: Option<(Source, Amount)>,
    /// Of a whole that parts make: what of it lies where, which may be known more finely than the whole.
    pub detail: Vec<Entry>,
    pub rank: Rank,
    /// Its place among those settled together.
    pub figure: usize,
}

impl Stated {
    pub fn entry(&self) -> Entry {
        Entry { at: self.at, amount: self.amount }
    }

    /// The figure as it was written.
    pub fn written(&self) -> Amount {
        self.cumulative.unwrap_or(self.amount)
    }

    /// What a cumulative figure should have been where its own stretch comes to `amount`.
    fn expected(&self, amount: Amount) -> Option<Amount> {
        self.written().checked_sub(self.amount)?.checked_add(amount)
    }
}

/// Whose word counts where two differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rank {
    /// The unit's own file, not a list of several units.
    pub own: bool,
    /// The date of its report, as written there.
    pub dated: Option<NaiveDate>,
    /// The number of the correction that it stands in; 0 for none.
    pub correction: u32,
}

/// The rule by which one figure counts and another does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// A correction of the unit's own comes before all that it corrects, in whatever file.
    Correction,
    OwnFile,
    LaterDate,
}

impl Rank {
    fn beats(self, other: Self) -> Option<Rule> {
        match (self.own, other.own, self.dated, other.dated) {
            _ if self.correction > other.correction => Some(Rule::Correction),
            _ if self.correction < other.correction => None,
            (true, false, ..) => Some(Rule::OwnFile),
            (false, true, ..) => None,
            (_, _, Some(own), Some(other)) if own > other => Some(Rule::LaterDate),
            _ => None,
        }
    }
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
    /// Differs from another figure for the same period, which counts.
    Overruled { other: Amount, at: Source, rule: Rule },
    /// A cumulative figure that is not what its periods come to.
    Cumulative { expected: Amount },
    /// A cumulative figure below an earlier one.
    Falls { before: Amount, at: Source },
    /// A cumulative figure from which nothing can be told of any period.
    CumulativeAlone,
    /// Only an estimate is there, and counts.
    Estimated,
    /// Only what a later report remembers is there, and counts.
    Remembered,
    /// A later report remembers another figure.
    RememberedOtherwise { known: Amount },
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
    /// By [`Stated::figure`].
    pub became: BTreeMap<usize, Became>,
    /// Where a stated figure counts in place of the records.
    pub replaced: Vec<Stretch>,
}

impl Settled {
    fn find(&mut self, figure: &Stated, finding: Finding) {
        self.findings.push((figure.clone(), finding));
    }

    fn all(&mut self, group: &[Stated], became: Became) {
        self.became.extend(group.iter().map(|figure| (figure.figure, became)));
    }
}

/// A stretch whose amount is settled, with the entries that make it up.
struct Block {
    at: Stretch,
    span: Option<Span>,
    amount: Amount,
    records: bool,
    entries: Vec<Entry>,
    /// The stated figures among them.
    figures: Vec<usize>,
    /// The highest correction among them.
    correction: u32,
}

/// Settles a flow. `records`: what the lists of records give, by month, disjoint.
pub fn flow(records: &[Entry], stated: Vec<Stated>) -> Settled {
    let blocks = records.iter().map(|&entry| Block {
        at: entry.at,
        span: None,
        amount: entry.amount,
        records: true,
        entries: vec![entry],
        figures: Vec::new(),
        correction: 0,
    });
    let mut flow = Flow { blocks: blocks.collect(), settled: Settled::default() };
    let (weak, firm): (Vec<_>, Vec<_>) = stated.into_iter().partition(|figure| is_weak(figure.telling));
    let (remembered, estimated): (Vec<_>, Vec<_>) =
        weak.into_iter().partition(|figure| figure.telling == Telling::Remembered);
    for group in groups(firm) {
        flow.firm(group);
    }
    for group in groups(estimated) {
        flow.weak(group, Finding::Estimated);
    }
    for group in groups(remembered) {
        flow.weak(group, Finding::Remembered);
    }
    flow.settled.entries = flow.blocks.into_iter().flat_map(|block| block.entries).collect();
    finish(flow.settled)
}

/// Whether a figure is used only where nothing better is known.
pub fn is_weak(telling: Telling) -> bool {
    matches!(telling, Telling::Estimated | Telling::Remembered | Telling::Planned)
}

struct Flow {
    blocks: Vec<Block>,
    settled: Settled,
}

impl Flow {
    /// The figures of one stretch, which nothing shorter is still to come for.
    fn firm(&mut self, group: Vec<Stated>) {
        let at = group[0].at;
        let (inside, others): (Vec<Block>, Vec<Block>) =
            std::mem::take(&mut self.blocks).into_iter().partition(|block| at.contains(block.at));
        self.blocks = others;
        if let Some(across) = self.blocks.iter().find(|block| block.at.overlaps(at)) {
            let other = across.span.unwrap_or(group[0].span);
            let entries = self.blocks.iter().chain(&inside).flat_map(|block| &block.entries);
            if !covers(entries, at) {
                group.iter().for_each(|figure| self.settled.find(figure, Finding::Overlap { other }));
            }
            self.settled.all(&group, Became::Across);
            self.blocks.extend(inside);
            return;
        }
        let parts = inside.iter().try_fold(Amount::ZERO, |sum, block| sum.checked_add(block.amount));
        let Some(parts) = parts else {
            group.iter().for_each(|figure| self.settled.find(figure, Finding::TooLarge));
            self.settled.all(&group, Became::Differs);
            self.blocks.extend(inside);
            return;
        };
        let entries: Vec<Entry> = inside.iter().flat_map(|block| block.entries.iter().copied()).collect();
        let correction = inside.iter().map(|block| block.correction).max().unwrap_or(0);
        // What is corrected is known better than the parts of what it corrects; records are known best.
        let corrects = |figure: &Stated| {
            figure.cumulative.is_none()
                && figure.rank.correction > correction
                && figure.amount != parts
                && !inside.iter().any(|block| block.records)
        };
        if !inside.is_empty() && covers(entries.iter(), at) && !group.iter().any(corrects) {
            let records = inside.iter().all(|block| block.records);
            for figure in &group {
                self.witness(figure, parts, records);
            }
            self.blocks.extend(inside);
            return;
        }
        let Some(figure) = agreed(&group, &mut self.settled) else {
            self.settled.conflicts.push(at);
            self.blocks.extend(inside);
            return;
        };
        let mut entries = entries;
        let detailed = inside.is_empty() && !figure.detail.is_empty();
        let mut figures: Vec<usize> = inside.iter().flat_map(|block| block.figures.iter().copied()).collect();
        match figure.amount.checked_sub(parts) {
            _ if detailed => {
                entries.clone_from(&figure.detail);
                self.settled.became.insert(figure.figure, Became::Counted(figure.amount));
            }
            Some(rest) if parts <= figure.amount && (entries.is_empty() || !covers(entries.iter(), at)) => {
                // A rest of nothing still says that the whole stretch is known. What a cumulative figure leaves belongs to
                // the time that no other holds; what a quarter leaves of its months, to none of them.
                let rest_at = figure.cumulative.and_then(|_| gap(&entries, at)).unwrap_or(at);
                entries.push(Entry { at: rest_at, amount: rest });
                self.settled.became.insert(figure.figure, Became::Counted(rest));
            }
            // What happened by then is less than what happened in some of it: the periods themselves stand.
            _ if figure.cumulative.is_some() => {
                self.witness(&figure, parts, false);
                self.blocks.extend(inside);
                return;
            }
            // More in the parts than in the whole: which of them is wrong is not known, so none of the parts is shown.
            _ => {
                self.settled.find(&figure, Finding::Parts { parts });
                entries = vec![Entry { at, amount: figure.amount }];
                self.settled.became.extend(figures.drain(..).map(|part| (part, Became::Replaced)));
                self.settled.replaced.extend(inside.iter().filter(|block| block.records).map(|block| block.at));
                self.settled.became.insert(figure.figure, Became::Counted(figure.amount));
            }
        }
        figures.push(figure.figure);
        let (span, amount) = (Some(figure.span), figure.amount);
        let correction = correction.max(figure.rank.correction);
        self.blocks.push(Block { at, span, amount, records: false, entries, figures, correction });
    }

    /// A figure of a stretch whose amount is known otherwise.
    fn witness(&mut self, figure: &Stated, known: Amount, records: bool) {
        let became = if figure.amount == known { Became::Witness } else { Became::Differs };
        self.settled.became.insert(figure.figure, became);
        if became == Became::Witness {
            return;
        }
        let finding = match (figure.cumulative, figure.expected(known)) {
            (Some(_), Some(expected)) => Finding::Cumulative { expected },
            _ if records => Finding::Records { counted: known },
            _ => Finding::Parts { parts: known },
        };
        self.settled.find(figure, finding);
    }

    /// Estimates and what later reports remember: only where nothing else is known.
    fn weak(&mut self, group: Vec<Stated>, finding: Finding) {
        let at = group[0].at;
        let inside = || self.blocks.iter().filter(|block| at.contains(block.at));
        let across = self.blocks.iter().any(|block| block.at.overlaps(at) && !at.contains(block.at));
        let entries: Vec<Entry> = inside().flat_map(|block| block.entries.iter().copied()).collect();
        let parts = inside().try_fold(Amount::ZERO, |sum, block| sum.checked_add(block.amount));
        let covered = !entries.is_empty() && covers(entries.iter(), at);
        let remembered = finding == Finding::Remembered;
        if let (true, Some(known)) = (covered && remembered, parts) {
            for figure in &group {
                let became = if figure.amount == known { Became::Witness } else { Became::Differs };
                self.settled.became.insert(figure.figure, became);
                if became == Became::Differs {
                    self.settled.find(figure, Finding::RememberedOtherwise { known });
                }
            }
            return;
        }
        // Where two differ neither they nor a guess counts.
        let disputed = self.settled.conflicts.iter().any(|conflict| conflict.overlaps(at));
        let usable = !across && !covered && !disputed;
        let figure = usable.then(|| agreed(&group, &mut self.settled)).flatten();
        let rest = figure.as_ref().and_then(|figure| {
            let rest = figure.amount.checked_sub(parts?)?;
            (parts? <= figure.amount).then_some(rest)
        });
        let (Some(figure), Some(rest)) = (figure, rest) else {
            return self.settled.all(&group, Became::NotNeeded);
        };
        let at = gap(&entries, at).unwrap_or(at);
        self.settled.find(&figure, finding);
        self.settled.became.insert(figure.figure, Became::Counted(rest));
        self.blocks.push(Block {
            at,
            span: Some(figure.span),
            amount: rest,
            records: false,
            entries: vec![Entry { at, amount: rest }],
            figures: vec![figure.figure],
            correction: 0,
        });
    }
}

/// What the entries leave of a stretch, where that is one piece.
fn gap(entries: &[Entry], at: Stretch) -> Option<Stretch> {
    let mut known: Vec<Stretch> = entries.iter().map(|entry| entry.at).collect();
    known.sort();
    let mut gaps: Vec<Stretch> = Vec::new();
    let mut reached = at.from;
    for piece in known.into_iter().chain([Stretch { from: at.to, to: at.to }]) {
        if piece.from > reached {
            gaps.push(Stretch { from: reached, to: piece.from });
        }
        reached = reached.max(piece.to);
    }
    match gaps[..] {
        [gap] => Some(gap),
        _ => None,
    }
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
    let (weak, firm): (Vec<_>, Vec<_>) = stated.into_iter().partition(|figure| figure.telling != Telling::Own);
    for group in groups(firm) {
        let at = group[0].at;
        let same = records.iter().find(|entry| entry.at == at).map(|entry| (entry.amount, true));
        if let Some((amount, records)) = known.get(&moment(at)).copied().or(same) {
            for figure in &group {
                let became = if figure.amount == amount { Became::Witness } else { Became::Differs };
                settled.became.insert(figure.figure, became);
                if became == Became::Differs {
                    let finding =
                        if records { Finding::Records { counted: amount } } else { Finding::Parts { parts: amount } };
                    settled.find(figure, finding);
                }
            }
            continue;
        }
        match agreed(&group, &mut settled) {
            Some(figure) => {
                settled.entries.push(Entry { at, amount: figure.amount });
                settled.became.insert(figure.figure, Became::Counted(figure.amount));
                if over_time != OverTime::Max {
                    known.insert(moment(at), (figure.amount, false));
                }
            }
            None => settled.conflicts.push(at),
        }
    }
    // A stock under "Lũy kế" is what there was at the end; estimates and what is remembered come last.
    for group in groups(weak) {
        let at = group[0].at;
        let same = known.get(&moment(at)).map(|(amount, _)| *amount);
        if let Some(amount) = same {
            for figure in &group {
                let became = if figure.amount == amount { Became::Witness } else { Became::Differs };
                settled.became.insert(figure.figure, became);
                match (became, figure.telling) {
                    (Became::Differs, Telling::YearToDate) => settled.find(figure, Finding::Parts { parts: amount }),
                    (Became::Differs, Telling::Remembered) => {
                        settled.find(figure, Finding::RememberedOtherwise { known: amount });
                    }
                    _ => {}
                }
            }
            continue;
        }
        let disputed = settled.conflicts.iter().any(|conflict| conflict.overlaps(at));
        let largest = over_time == OverTime::Max && settled.entries.iter().any(|entry| entry.at.overlaps(at));
        let Some(figure) = (!disputed && !largest).then(|| agreed(&group, &mut settled)).flatten() else {
            settled.all(&group, Became::NotNeeded);
            continue;
        };
        settled.entries.push(figure.entry());
        settled.became.insert(figure.figure, Became::Counted(figure.amount));
        known.insert(moment(at), (figure.amount, false));
        match figure.telling {
            Telling::Estimated => settled.find(&figure, Finding::Estimated),
            Telling::Remembered => settled.find(&figure, Finding::Remembered),
            _ => {}
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

/// The figure that counts for a group's stretch: that which all say, or whose word comes before that of all that differ. A
/// finding at each of these. What happened in a period is better known than what a cumulative figure leaves for it.
fn agreed(group: &[Stated], settled: &mut Settled) -> Option<Stated> {
    let direct = |figure: &&Stated| figure.cumulative.is_none();
    let of_period = group.iter().any(|figure| direct(&figure));
    let candidates: Vec<&Stated> = group.iter().filter(|figure| direct(figure) || !of_period).collect();
    let prevails = |figure: &&Stated| {
        let others = candidates.iter().filter(|other| other.amount != figure.amount);
        others.copied().all(|other| figure.rank.beats(other.rank).is_some())
    };
    let Some(best) = candidates.iter().copied().find(prevails) else {
        let first = candidates[0];
        settled.all(group, Became::Conflicts);
        for figure in candidates.iter().filter(|figure| figure.amount != first.amount) {
            settled.find(figure, Finding::Conflict { other: first.written(), at: first.source.clone() });
        }
        return None;
    };
    for figure in group.iter().filter(|figure| figure.figure != best.figure) {
        let became = if figure.amount == best.amount { Became::Witness } else { Became::Differs };
        settled.became.insert(figure.figure, became);
        if became == Became::Witness {
            continue;
        }
        let finding = match best.rank.beats(figure.rank) {
            _ if figure.cumulative.is_some() && best.cumulative.is_none() => {
                Finding::Cumulative { expected: figure.expected(best.amount).unwrap_or(best.amount) }
            }
            Some(rule) => Finding::Overruled { other: best.written(), at: best.source.clone(), rule },
            None => Finding::Conflict { other: best.written(), at: best.source.clone() },
        };
        settled.find(figure, finding);
    }
    Some(best.clone())
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

    use super::super::stretch::{civil, picked};
    use super::*;
    use crate::base::cell::{CellRef, SheetName};
    use crate::base::period::{Calendar, Part, Period, Window};

    fn figure(part: Part, amount: i64) -> Stated {
        let span = Span::Named(Period::new(2023, part));
        let sheet = Arc::new(SheetName { file: "a.xlsx".into(), sheet: "S".into() });
        let source = Source { sheet, cell: CellRef::new(amount as u32, 0) };
        Stated {
            at: Stretch::stated(span, &civil()),
            span,
            amount: amount.into(),
            source,
            telling: Telling::Own,
            cumulative: None,
            less: None,
            detail: Vec::new(),
            rank: Rank::default(),
            figure: 0,
        }
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
    fn of_two_that_differ_the_units_own_or_the_later_counts() {
        let rank = |own, dated: Option<&str>| Rank { own, dated: dated.map(|day| day.parse().unwrap()), correction: 0 };
        // The ranks of 5 and of 6, and what counts.
        let cases = [
            (rank(true, None), rank(false, None), Some(5)),
            (rank(false, None), rank(true, Some("2023-01-01")), Some(6)),
            (rank(true, Some("2024-01-02")), rank(true, Some("2024-01-05")), Some(6)),
            (rank(true, Some("2024-01-02")), rank(true, None), None),
            (rank(false, None), rank(false, None), None),
        ];
        for (first, second, counts) in cases {
            let of = |amount: i64, rank, place| Stated { rank, figure: place, ..figure(Part::Month(1), amount) };
            let settled = flow(&[], vec![of(5, first, 0), of(6, second, 1)]);
            assert_eq!(picked(&settled.entries, OverTime::Sum, year()), counts.map(Amount::from));
            assert_eq!(settled.findings.len(), 1);
            assert_eq!(settled.conflicts.is_empty(), counts.is_some());
        }
    }

    #[test]
    fn estimates_and_what_is_remembered_count_only_where_nothing_else_does() {
        use Part::*;
        let weak = |telling, part, amount| Stated { telling, figure: 9, ..figure(part, amount) };
        // Stated beside it, the weak figure, the year's value, what became of it.
        let cases = [
            (vec![], weak(Telling::Estimated, Year, 8), 8, Became::Counted(8.into())),
            (vec![(NineMonths, 6)], weak(Telling::Estimated, Year, 8), 8, Became::Counted(2.into())),
            (vec![(NineMonths, 9)], weak(Telling::Estimated, Year, 8), 9, Became::NotNeeded),
            (vec![(Year, 9)], weak(Telling::Estimated, Year, 8), 9, Became::NotNeeded),
            (vec![], weak(Telling::Remembered, Year, 8), 8, Became::Counted(8.into())),
            (vec![(NineMonths, 6)], weak(Telling::Remembered, Year, 8), 8, Became::Counted(2.into())),
            (vec![(NineMonths, 9)], weak(Telling::Remembered, Year, 8), 9, Became::NotNeeded),
            (vec![(Year, 8)], weak(Telling::Remembered, Year, 8), 8, Became::Witness),
            (vec![(Year, 9)], weak(Telling::Remembered, Year, 8), 9, Became::Differs),
        ];
        for (stated, weak, value, became) in cases {
            let mut stated: Vec<Stated> = stated.into_iter().map(|(part, amount)| figure(part, amount)).collect();
            stated.push(weak);
            let settled = flow(&[], stated);
            assert_eq!(picked(&settled.entries, OverTime::Sum, year()), Some(Amount::from(value)));
            assert_eq!(settled.became[&9], became);
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
