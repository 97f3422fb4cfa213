//! The reckoning of one window: the order of its steps, and what they share.
//!
//! Takes what was read, found by form and unit; gives the figures, the problems, and the account of what it was asked for.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use crate::base::cell::{SheetName, Source};
use crate::base::diagnostic::{Diagnostic, Place, Problem};
use crate::base::period::Span;
use crate::base::record::{FieldId, FormId, IndicatorId, OrgUnitId, Record};
use crate::report::account::Line;
use crate::report::sent::NamedOnly;
use crate::report::stretch::Stretch;

use super::figures::Figures;
use super::{Month, Reckoner};

type ByPlace<'a> = BTreeMap<(Arc<SheetName>, u32), &'a Record>;

/// What is being reckoned for one window.
pub(super) struct Run<'r, 'a> {
    pub(super) reckoner: &'r Reckoner<'a>,
    pub(super) span: Span,
    pub(super) figures: Figures,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Rows counted by their main date, since the date that decides is missing; by place.
    pub(super) undated: BTreeMap<(FormId, FieldId), ByPlace<'a>>,
    /// Figures that lie only partly inside the window, by sheet and period.
    pub(super) partly: BTreeMap<(Arc<SheetName>, String), Source>,
    /// Estimated and remembered figures that count, by sheet and period: the first, and how many.
    pub(super) weak: BTreeMap<(Arc<SheetName>, bool, String), (Source, usize)>,
    /// The indicators whose account is kept, and it.
    pub(super) account: &'r BTreeSet<IndicatorId>,
    pub(super) lines: Vec<Line>,
    /// Where the lines of a unit's lists stand there.
    pub(super) of_lists: HashMap<(IndicatorId, OrgUnitId), Range<usize>>,
}

impl<'a> Reckoner<'a> {
    pub(super) fn run<'r>(&'r self, span: Span, account: &'r BTreeSet<IndicatorId>) -> Run<'r, 'a> {
        Run {
            reckoner: self,
            span,
            figures: Figures::new(span.window(self.calendar), Stretch::asked(span, self.calendar)),
            diagnostics: Vec::new(),
            undated: BTreeMap::new(),
            partly: BTreeMap::new(),
            weak: BTreeMap::new(),
            account,
            lines: Vec::new(),
            of_lists: HashMap::new(),
        }
    }

    pub(super) fn reckoned(
        &self,
        span: Span,
        account: &BTreeSet<IndicatorId>,
    ) -> (Figures, Vec<Diagnostic>, Vec<Line>) {
        let mut run = self.run(span, account);
        run.submissions();
        for (&(form, unit), list) in &self.lists {
            run.list(form, unit, list);
        }
        for (&(indicator, unit), figures) in &self.stated {
            run.stated(indicator, unit, figures);
        }
        // From the lowest parents up, so that a total that counts is found below the next.
        let mut totals: Vec<_> = self.totals.iter().collect();
        totals.sort_by_key(|((indicator, unit), _)| (*indicator, std::cmp::Reverse(self.register.depth(*unit)), *unit));
        for (&(indicator, unit), totals) in totals {
            run.totals(indicator, unit, totals);
        }
        run.hush();
        run.figures = run.figures.with_heads(self.register, self.catalogue);
        run.stale();
        run.exceeding();
        run.incomplete();
        let mut diagnostics = run.diagnostics;
        diagnostics.extend(run.undated.into_iter().map(|((form, field), rows)| {
            let record = rows.values().next().expect("a group is made with its first row");
            let field = self.catalogue.field(form, field).title.clone();
            let problem = Problem::DateOfEventMissing { field, rows: rows.len(), within: None };
            Diagnostic::new(problem, Place::sheet(&record.sheet))
        }));
        diagnostics.extend(run.partly.into_iter().map(|((_, period), source)| {
            let problem = Problem::PartlyInside { period, window: span.title() };
            Diagnostic::new(problem, Place::from(&source))
        }));
        diagnostics.extend(run.weak.into_iter().map(|((_, remembered, period), (source, figures))| {
            let problem = match remembered {
                true => Problem::RememberedUsed { period, figures },
                false => Problem::EstimateUsed { period, figures },
            };
            Diagnostic::new(problem, Place::from(&source))
        }));
        diagnostics.sort_by(|a, b| (&a.at, a.problem.code()).cmp(&(&b.at, b.problem.code())));
        (run.figures, diagnostics, run.lines)
    }
}

impl Run<'_, '_> {
    pub(super) fn months(&self) -> Vec<Month> {
        self.figures.stretch.touched().collect()
    }

    /// Where a stated period lies; the one that was asked for is the window, whatever its days.
    pub(super) fn stated_at(&self, span: Span) -> Stretch {
        if span == self.span { self.figures.stretch } else { Stretch::stated(span, self.reckoner.calendar) }
    }

    fn submissions(&mut self) {
        let months: BTreeSet<Month> = self.figures.stretch.touched().collect();
        let named = NamedOnly::new(self.reckoner.collected, self.reckoner.catalogue, self.reckoner.calendar, &months);
        for submission in self.reckoner.collected.submissions.iter().filter(|sent| !named.holds(sent)) {
            let inside: Vec<Month> = submission.months.iter().copied().filter(|month| months.contains(month)).collect();
            if !inside.is_empty() {
                self.figures.submitted.entry((submission.form, submission.org_unit)).or_default().extend(inside);
            }
        }
    }

    /// That nothing happened in some months says nothing of a figure which the unit never gives for the others: a unit whose
    /// lists have no column of values does not report a value of none.
    fn hush(&mut self) {
        let catalogue = self.reckoner.catalogue;
        let form = |id: IndicatorId| catalogue.indicator(id).form;
        let facts = &mut self.figures.facts;
        let told = facts.iter().filter(|(_, fact)| fact.entries.iter().any(|entry| !entry.amount.is_zero()));
        let told: HashSet<(FormId, OrgUnitId)> = told.map(|(&(id, unit), _)| (form(id), unit)).collect();
        facts.retain(|&(id, unit), fact| !(fact.silent && told.contains(&(form(id), unit))));
    }
}

#[cfg(test)]
mod tests {
    use crate::report::testing::*;

    #[test]
    fn that_nothing_happened_in_some_months_is_no_figure_for_what_the_others_never_give() {
        let mut data = Data::default();
        data.covers(0, 1, 2023, 1..=3);
        assert_eq!(value(&data.done(), "dialogue.participants", &[1]), Some(0.into()));
        data.state("dialogue.sessions", 1, month(4), 5);
        assert_eq!(value(&data.done(), "dialogue.sessions", &[1]), Some(5.into()));
        assert_eq!(value(&data.done(), "dialogue.participants", &[1]), None);
    }
}
