//! The account of an indicator, where it is asked for: a line for each cell that speaks of it, with what became of it.

use std::collections::{BTreeMap, HashSet};

use crate::base::amount::Amount;
use crate::base::record::{CategoryId, FieldId, IndicatorId, OrgUnitId, Record, Telling, When};
use crate::catalogue::indicator::{Indicator, OverTime};
use crate::report::account::{Became, Line};
use crate::report::settle::{Settled, Stated};
use crate::report::stretch::{Stretch, nearest};

use super::formula::record_source;
use super::wholes::Derived;
use super::window::Run;

impl Run<'_, '_> {
    pub(super) fn lines_of_list(&mut self, id: IndicatorId, unit: OrgUnitId) -> &mut [Line] {
        let own = self.of_lists.get(&(id, unit)).cloned().unwrap_or_default();
        &mut self.lines[own]
    }

    /// What became of each stated figure of one indicator and unit, where its account is kept.
    pub(super) fn account_of(
        &mut self,
        id: IndicatorId,
        unit: OrgUnitId,
        wholes: &[Stated],
        derived: &BTreeMap<(Stretch, Telling), Derived>,
        by_category: &BTreeMap<Vec<(FieldId, CategoryId)>, Vec<Stated>>,
        settled: &Settled,
    ) {
        if !self.account.contains(&id) {
            return;
        }
        let over_time = self.reckoner.catalogue.indicator(id).over_time;
        let moment = nearest(&settled.entries, over_time, self.figures.stretch).map(|entry| entry.at);
        for line in self.lines_of_list(id, unit) {
            if settled.replaced.iter().any(|at| at.contains(line.at)) {
                line.became = Became::Replaced;
            } else if over_time != OverTime::Sum && moment.is_some_and(|moment| moment != line.at) {
                line.became = Became::OtherMoment;
            }
        }
        let mut said: HashSet<usize> = HashSet::new();
        for whole in wholes {
            let mut became = settled.became.get(&whole.figure).copied().unwrap_or(Became::NotNeeded);
            if over_time != OverTime::Sum
                && matches!(became, Became::Counted(_))
                && moment.is_some_and(|moment| moment != whole.at)
            {
                became = Became::OtherMoment;
            }
            let of_parts = derived.get(&(whole.at, whole.telling));
            let of_parts = of_parts.filter(|parts| parts.figures.first().is_some_and(|f| f.figure == whole.figure));
            let Some(parts) = of_parts else {
                said.insert(whole.figure);
                self.line(id, unit, whole, whole.written(), became);
                continue;
            };
            // The parts count in full, or as much of them together as shorter periods leave.
            let full = became == Became::Counted(whole.amount);
            for (at, part) in parts.figures.iter().enumerate() {
                said.insert(part.figure);
                let own = parts.became.get(&part.figure).copied();
                let became = match became {
                    Became::Counted(_) if full => own.unwrap_or(Became::Part),
                    Became::Counted(rest) if at == 0 => Became::Counted(rest),
                    Became::Counted(_) => Became::Part,
                    other => other,
                };
                self.line(id, unit, part, part.written(), became);
            }
        }
        for part in by_category.values().flatten() {
            if said.insert(part.figure) {
                self.line(id, unit, part, part.written(), Became::Part);
            }
        }
    }

    pub(super) fn line(&mut self, id: IndicatorId, unit: OrgUnitId, figure: &Stated, written: Amount, became: Became) {
        if self.account.contains(&id) {
            self.lines.push(Line {
                indicator: id,
                unit,
                source: figure.source.clone(),
                period: figure.span.title(),
                at: figure.at,
                written,
                became,
                of_record: false,
            });
            if let (Some((source, amount)), Became::Counted(_)) = (&figure.less, became) {
                self.lines.push(Line {
                    indicator: id,
                    unit,
                    source: source.clone(),
                    period: figure.span.title(),
                    at: figure.at,
                    written: *amount,
                    became: Became::Subtracted,
                    of_record: false,
                });
            }
        }
    }

    /// What a record counts; nothing is no line.
    pub(super) fn record_line(&mut self, indicator: &Indicator, record: &Record, at: Stretch, amount: Amount) {
        if self.account.is_empty() || amount.is_zero() {
            return;
        }
        let Some(id) = self.reckoner.catalogue.indicator_named(&indicator.id) else { return };
        if self.account.contains(&id) {
            let period = match record.when {
                When::Day(day) => day.format("%d/%m/%Y").to_string(),
                When::Within(span) => span.title(),
            };
            self.lines.push(Line {
                indicator: id,
                unit: record.org_unit,
                source: record_source(record, indicator),
                period,
                at,
                written: amount,
                became: Became::Counted(amount),
                of_record: true,
            });
        }
    }
}
