//! What the reckoning says of the data: findings about figures as problems at their cells, and stocks stated for another moment.

use std::collections::HashMap;

use crate::base::cell::{CellRef, Source};
use crate::base::diagnostic::{Diagnostic, Place, Problem, Subject};
use crate::base::period::Span;
use crate::base::record::{FormId, IndicatorId, OrgUnitId, Record, When};
use crate::catalogue::indicator::{Indicator, OverTime};
use crate::report::settle::{Finding, Rule, Stated};
use crate::report::stretch::Stretch;

use super::formula::record_source;
use super::window::Run;

impl Run<'_, '_> {
    /// A stock that was stated for another moment than the window's edge, though the unit's other figures reach there.
    pub(super) fn stale(&mut self) {
        let catalogue = self.reckoner.catalogue;
        let stretch = self.figures.stretch;
        let mut reached: HashMap<(FormId, OrgUnitId), Stretch> = HashMap::new();
        for (&(id, unit), fact) in self.figures.facts.iter().filter(|(_, fact)| !fact.remembered) {
            for at in fact.entries.iter().map(|entry| entry.at).filter(|at| stretch.contains(*at)) {
                let all = reached.entry((catalogue.indicator(id).form, unit)).or_insert(at);
                *all = Stretch { from: all.from.min(at.from), to: all.to.max(at.to) };
            }
        }
        for (&(id, unit), fact) in &self.figures.facts {
            let indicator = catalogue.indicator(id);
            let Some((source, at, period)) = fact.stated.as_ref().filter(|_| indicator.reported && !fact.exact) else {
                continue;
            };
            let Some(reached) = reached.get(&(indicator.form, unit)) else { continue };
            let first = indicator.over_time == OverTime::First;
            if if first { reached.from < at.from } else { at.to < reached.to } {
                let problem = Problem::StockStale {
                    indicator: indicator.title.clone(),
                    unit: self.reckoner.register.unit(unit).name.clone(),
                    period: period.clone(),
                    window: self.span.title(),
                    first,
                };
                self.diagnostics.push(Diagnostic::new(problem, Place::from(source)));
            }
        }
    }

    pub(super) fn found(&mut self, id: IndicatorId, unit: OrgUnitId, figure: &Stated, finding: Finding) {
        let indicator = self.reckoner.catalogue.indicator(id);
        if !indicator.reported {
            return;
        }
        if matches!(finding, Finding::Estimated | Finding::Remembered) {
            let key = (figure.source.sheet.clone(), finding == Finding::Remembered, figure.span.title());
            let (first, figures) = self.weak.entry(key).or_insert_with(|| (figure.source.clone(), 0));
            *figures += 1;
            if figure.source < *first {
                *first = figure.source.clone();
            }
            return;
        }
        let title = indicator.title.clone();
        let decimals = indicator.decimals;
        let unit = self.reckoner.register.unit(unit).name.clone();
        let period = figure.span.title();
        let stated = figure.written();
        let subject = || {
            let (indicator, unit, period) = (title.clone(), unit.clone(), period.clone());
            Box::new(Subject { indicator, unit, period, decimals })
        };
        let problem = match finding {
            Finding::Records { counted } => Problem::RecordsDiffer { of: subject(), stated, counted },
            Finding::Parts { parts } => Problem::PartsDiffer { of: subject(), stated, parts, summed: true },
            Finding::Conflict { other, at } => {
                Problem::FiguresConflict { of: subject(), first: stated, second: other, other: at }
            }
            Finding::Overruled { other, at, rule } => {
                let rule = match rule {
                    Rule::Correction => "bản đính chính được dùng",
                    Rule::OwnFile => "tệp của chính đơn vị được dùng trước danh sách chung",
                    Rule::LaterDate => "báo cáo ghi ngày sau được dùng",
                };
                Problem::FigureOverruled { of: subject(), stated, counted: other, other: at, rule }
            }
            Finding::Cumulative { expected } => Problem::CumulativeDiffers { of: subject(), stated, counted: expected },
            Finding::Falls { before, at } => Problem::CumulativeFalls { of: subject(), stated, before, other: at },
            Finding::CumulativeAlone => Problem::CumulativeAlone { indicator: title, unit },
            Finding::Estimated | Finding::Remembered => return,
            Finding::RememberedOtherwise { known } => Problem::RememberedDiffers { of: subject(), stated, known },
            Finding::Overlap { other } => {
                Problem::PeriodsOverlap { indicator: title, unit, period, other: other.title() }
            }
            Finding::PartAlone => Problem::PartAlone { indicator: title, unit, period },
            Finding::TooLarge => Problem::NumberTooLarge { heading: title },
        };
        self.diagnostics.push(Diagnostic::new(problem, Place::from(&figure.source)));
    }

    pub(super) fn too_large(&mut self, indicator: &Indicator, record: &Record) {
        let problem = Problem::NumberTooLarge { heading: indicator.title.clone() };
        let at = Place::from(&record_source(record, indicator));
        self.diagnostics.push(Diagnostic::new(problem, at));
    }

    /// Names a record whose only date is a period that lies across the window's edge.
    pub(super) fn straddles(&mut self, record: &Record) {
        if let When::Within(span) = record.when {
            let at = self.stated_at(span);
            if at.overlaps(self.figures.stretch) && !self.figures.stretch.contains(at) {
                self.partly(span, &Source { sheet: record.sheet.clone(), cell: CellRef::new(record.row, 0) });
            }
        }
    }

    pub(super) fn partly(&mut self, span: Span, source: &Source) {
        let first = self.partly.entry((source.sheet.clone(), span.title())).or_insert_with(|| source.clone());
        if source < first {
            *first = source.clone();
        }
    }
}
