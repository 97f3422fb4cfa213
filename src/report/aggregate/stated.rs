//! What tables state for one indicator and unit, beside what its lists gave: which figures speak of the window, which reach over
//! its edge, and what of cumulative ones is the window's own.
//!
//! Takes the stated figures; leaves the unit's fact as `wholes` settles it, and names what lies only partly inside or disagrees.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::period::Span;
use crate::base::record::{CategoryId, FieldId, Figure, IndicatorId, Mark, OrgUnitId, Telling};
use crate::catalogue::indicator::OverTime;
use crate::report::account::Became;
use crate::report::cumulative::{self, Differenced};
use crate::report::settle::{self, Finding, Rank, Stated, is_weak};
use crate::report::stretch::{Entry, Stretch, belongs, covers, picked};

use super::fact::Fact;
use super::window::Run;

/// A stated figure with the part of the whole that it is.
pub(super) type Piece = (Vec<(FieldId, CategoryId)>, Stated);

impl Run<'_, '_> {
    /// Settles what tables state for one indicator and unit with what the records gave.
    pub(super) fn stated(&mut self, id: IndicatorId, unit: OrgUnitId, figures: &[&Figure]) {
        let indicator = self.reckoner.catalogue.indicator(id);
        if indicator.is_rate() {
            return;
        }
        let mut records = self.figures.facts.remove(&(id, unit)).unwrap_or_default();
        // Rows of last year in this year's list are no report of last year, and no more than a part of what is remembered of it.
        let remembered = || figures.iter().any(|figure| figure.telling == Telling::Remembered);
        let sent = self.figures.submitted.contains_key(&(indicator.form, unit));
        if indicator.over_time == OverTime::Sum && !sent && remembered() {
            records = Fact::default();
            self.unlist(unit, |lone| lone.side == id);
            self.lines_of_list(id, unit).iter_mut().for_each(|line| line.became = Became::NotNeeded);
        }
        let (pieces, unused) = self.pieces(id, unit, figures);
        let all = if self.reckoner.catalogue.indicator(id).reported { pieces.clone() } else { Vec::new() };
        let (inside, outside): (Vec<Piece>, Vec<Piece>) = pieces
            .into_iter()
            .filter(|(_, figure)| figure.at.overlaps(self.figures.stretch))
            .partition(|(_, figure)| belongs(figure.at, indicator.over_time, self.figures.stretch));
        let disputed = self.disputed(id, unit, &records.entries, &all, &outside);
        // What rows left blank a table may state.
        let times: Vec<Stretch> = inside.iter().map(|(_, figure)| figure.at).collect();
        self.unlist(unit, |lone| lone.lacks == id && times.iter().any(|at| at.overlaps(lone.entry.at)));
        let fact = self.settled(id, unit, records, inside);
        for (figure, finding) in disputed {
            self.found(id, unit, &figure, finding);
        }
        for (_, figure) in outside {
            let weak = is_weak(figure.telling);
            let known = match indicator.over_time {
                OverTime::Last | OverTime::First => fact.value(indicator.over_time, self.figures.stretch).is_some(),
                _ => covers(fact.entries.iter(), figure.at.within(self.figures.stretch)),
            };
            if indicator.reported && !weak && !known {
                self.partly(figure.span, &figure.source);
            }
            let became = if known { Became::NotNeeded } else { Became::Partly };
            self.line(id, unit, &figure, figure.written(), became);
        }
        let nothing = fact.entries.is_empty() && !fact.conflicting;
        let stretch = self.figures.stretch;
        for figure in unused.iter().filter(|figure| figure.at.overlaps(stretch)) {
            let became = self.since_when(id, unit, figure, &fact, indicator.over_time);
            self.line(id, unit, figure, figure.written(), became);
        }
        if !nothing {
            self.figures.facts.insert((id, unit), fact);
        }
    }

    /// What figures that reach beyond the window say against those inside it: a year's total speaks of each of its quarters.
    fn disputed(
        &self,
        id: IndicatorId,
        unit: OrgUnitId,
        records: &[Entry],
        all: &[Piece],
        outside: &[Piece],
    ) -> Vec<(Stated, Finding)> {
        let stretch = self.figures.stretch;
        let wholes = || outside.iter().filter(|(categories, _)| categories.is_empty()).map(|(_, figure)| figure);
        let over_time = self.reckoner.catalogue.indicator(id).over_time;
        if over_time != OverTime::Sum || wholes().next().is_none() {
            return Vec::new();
        }
        let hull = wholes().fold(stretch, |hull, figure| Stretch {
            from: hull.from.min(figure.at.from),
            to: hull.to.max(figure.at.to),
        });
        // What lists tell of the rest of that time.
        let whole = wholes().find(|figure| figure.at == hull);
        let listed = whole.and_then(|figure| self.listed(id, unit, figure.span));
        let records = listed.as_deref().unwrap_or(records);
        let within = all.iter().filter(|(categories, figure)| categories.is_empty() && hull.contains(figure.at));
        let within: Vec<Stated> = within.map(|(_, figure)| figure.clone()).collect();
        let settled = settle::flow(records, within);
        let reaches = |figure: &Stated| figure.at.overlaps(stretch) && !stretch.contains(figure.at);
        let contradicts = |finding: &Finding| {
            matches!(
                finding,
                Finding::Parts { .. } | Finding::Records { .. } | Finding::Cumulative { .. } | Finding::Conflict { .. }
            )
        };
        settled.findings.into_iter().filter(|(figure, finding)| reaches(figure) && contradicts(finding)).collect()
    }

    /// What the lists of a unit come to in another time than the window.
    fn listed(&self, id: IndicatorId, unit: OrgUnitId, span: Span) -> Option<Vec<Entry>> {
        let indicator = self.reckoner.catalogue.indicator(id);
        let list = self.reckoner.lists.get(&(indicator.form, unit))?;
        let nothing = BTreeSet::new();
        let mut run = self.reckoner.run(span, &nothing);
        run.list_of(id, list).map(|fact| fact.entries)
    }

    /// A cumulative figure from a start that is not said, of which nothing could be differenced: beside figures of all its period
    /// it is a witness if it says the same, and may go further back if it says more; else it is asked about.
    pub(super) fn since_when(
        &mut self,
        id: IndicatorId,
        unit: OrgUnitId,
        figure: &Stated,
        fact: &Fact,
        over_time: OverTime,
    ) -> Became {
        if figure.telling != Telling::ToDate || over_time != OverTime::Sum || !self.figures.stretch.contains(figure.at)
        {
            return Became::NotNeeded;
        }
        let known = picked(&fact.entries, over_time, figure.at);
        let whole = covers(fact.entries.iter(), figure.at);
        match known {
            Some(known) if whole && known == figure.amount => Became::Witness,
            Some(known) if whole && known < figure.amount => Became::NotNeeded,
            Some(known) if whole => {
                self.found(id, unit, figure, Finding::Cumulative { expected: known });
                Became::Differs
            }
            _ => {
                self.found(id, unit, figure, Finding::CumulativeAlone);
                Became::NotNeeded
            }
        }
    }

    /// The figures as they are settled: cumulative ones differenced, part by part. And those from which nothing follows.
    pub(super) fn pieces(
        &mut self,
        id: IndicatorId,
        unit: OrgUnitId,
        figures: &[&Figure],
    ) -> (Vec<Piece>, Vec<Stated>) {
        let flows = self.reckoner.catalogue.indicator(id).over_time == OverTime::Sum;
        let mut by_part: BTreeMap<Vec<(FieldId, CategoryId)>, Vec<Stated>> = BTreeMap::new();
        for (at, figure) in figures.iter().enumerate() {
            let sent = self.reckoner.collected.sheets.get(&figure.source.sheet).copied().unwrap_or_default();
            let correction = match sent.mark {
                Mark::Correction(number) | Mark::Turn(number) => number,
                Mark::None | Mark::Supplement => 0,
            };
            let stated = Stated {
                at: self.stated_at(figure.period),
                span: figure.period,
                amount: figure.value.amount(),
                source: figure.source.clone(),
                telling: figure.telling,
                cumulative: None,
                less: None,
                detail: Vec::new(),
                rank: Rank { own: sent.own, dated: sent.dated, correction },
                figure: at,
            };
            let mut categories = figure.categories.clone();
            categories.sort();
            by_part.entry(categories).or_default().push(stated);
        }
        let (mut pieces, mut unused) = (Vec::new(), Vec::new());
        for (categories, stated) in by_part {
            let done = match flows {
                true => cumulative::differenced(stated),
                // Of a stock nothing is added up over years.
                false => {
                    let (unused, stated) = stated.into_iter().partition(|figure| figure.telling == Telling::ToDate);
                    Differenced { stated, unused, ..Differenced::default() }
                }
            };
            for (figure, finding) in done.findings {
                if figure.at.overlaps(self.figures.stretch) {
                    self.found(id, unit, &figure, finding);
                }
            }
            unused.extend(done.unused);
            pieces.extend(done.stated.into_iter().map(|stated| (categories.clone(), stated)));
        }
        (pieces, unused)
    }
}
