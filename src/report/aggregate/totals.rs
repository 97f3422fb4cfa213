//! A parent's stated totals: compared with what stands below it; a figure of its own only where nothing below is known.

use crate::base::amount::Amount;
use crate::base::diagnostic::{Diagnostic, Place, Problem};
use crate::base::record::{Figure, IndicatorId, OrgUnitId, Telling};
use crate::catalogue::indicator::OverTime;
use crate::report::account::{Became, Line};
use crate::report::settle::is_weak;
use crate::report::stretch::{belongs, covers};

use super::fact::Fact;
use super::stated::Piece;
use super::window::Run;

impl Run<'_, '_> {
    /// A parent's stated totals: data only where nothing below it is known.
    pub(super) fn totals(&mut self, id: IndicatorId, parent: OrgUnitId, totals: &[&Figure]) {
        let indicator = self.reckoner.catalogue.indicator(id);
        if indicator.is_rate() || !indicator.reported {
            return;
        }
        let register = self.reckoner.register;
        let mut alone: Vec<&Figure> = Vec::new();
        for &figure in totals {
            let at = self.stated_at(figure.period);
            // What lies across the window's edge is differenced, or named.
            let reaches = at.overlaps(self.figures.stretch);
            if !self.figures.stretch.contains(at) && !reaches {
                continue;
            }
            let of_units = |own: bool| {
                self.figures
                    .facts
                    .range((id, OrgUnitId(0))..=(id, OrgUnitId(u32::MAX)))
                    .filter(move |((_, unit), _)| (own || *unit != parent) && register.is_within(*unit, parent))
                    .flat_map(|(_, fact)| fact.entries.iter())
                    .filter(move |entry| entry.at.overlaps(at))
            };
            let own = || self.figures.facts.contains_key(&(id, parent));
            if of_units(true).next().is_none() || !indicator.over_units && !own() {
                alone.push(figure);
                continue;
            }
            let compared = matches!(figure.telling, Telling::Own | Telling::YearToDate);
            if !figure.categories.is_empty()
                || indicator.over_time != OverTime::Sum
                || !compared
                || !self.figures.stretch.contains(at)
            {
                continue;
            }
            let sum = |own| {
                of_units(own)
                    .filter(|entry| at.contains(entry.at))
                    .try_fold(Amount::ZERO, |sum, entry| sum.checked_add(entry.amount))
            };
            let (Some(below), Some(all)) = (sum(false), sum(true)) else { continue };
            let stated = figure.value.amount();
            if self.account.contains(&id) {
                let became = if stated == below || stated == all { Became::Witness } else { Became::Total };
                self.lines.push(Line {
                    indicator: id,
                    unit: parent,
                    source: figure.source.clone(),
                    period: figure.period.title(),
                    at,
                    written: stated,
                    became,
                    of_record: false,
                });
            }
            let checked = self.reckoner.rows.contains(&(id, figure.period, &*figure.source.sheet));
            if stated != below && stated != all && !checked {
                let problem = Problem::ParentGap {
                    indicator: indicator.title.clone(),
                    unit: register.unit(parent).name.clone(),
                    period: figure.period.title(),
                    stated,
                    sum: all,
                    decimals: indicator.decimals,
                };
                self.diagnostics.push(Diagnostic::new(problem, Place::from(&figure.source)));
            }
        }
        if alone.is_empty() {
            return;
        }
        let (pieces, unused) = self.pieces(id, parent, &alone);
        let stretch = self.figures.stretch;
        let (inside, outside): (Vec<Piece>, Vec<Piece>) =
            pieces.into_iter().partition(|(_, figure)| belongs(figure.at, indicator.over_time, stretch));
        for figure in unused.iter().filter(|figure| figure.at.overlaps(stretch)) {
            let became = self.since_when(id, parent, figure, &Fact::default(), indicator.over_time);
            self.line(id, parent, figure, figure.written(), became);
        }
        for (_, figure) in outside.iter().filter(|(_, figure)| figure.at.overlaps(stretch)) {
            if !is_weak(figure.telling)
                && !covers(inside.iter().map(|(_, f)| f.entry()).collect::<Vec<_>>().iter(), figure.at.within(stretch))
            {
                self.partly(figure.span, &figure.source);
            }
            self.line(id, parent, figure, figure.written(), Became::Partly);
        }
        let Some(first) = inside.iter().map(|(_, figure)| figure.source.clone()).min() else { return };
        let before = self.figures.facts.remove(&(id, parent)).unwrap_or_default();
        let more = self.settled(id, parent, Fact::default(), inside);
        let mut fact = before;
        fact.entries.extend(more.entries);
        fact.entries.sort_by_key(|entry| (entry.at.from, -entry.at.to));
        for (category, amount) in more.parts {
            let part = fact.parts.entry(category).or_default();
            *part = part.checked_add(amount).unwrap_or(*part);
        }
        fact.conflicting |= more.conflicting;
        fact.source = fact.source.or(more.source);
        if !fact.entries.is_empty() {
            let unit = register.unit(parent).name.clone();
            let problem = Problem::ParentCounted { indicator: indicator.title.clone(), unit };
            self.diagnostics.push(Diagnostic::new(problem, Place::from(&first)));
        }
        self.figures.facts.insert((id, parent), fact);
    }
}
