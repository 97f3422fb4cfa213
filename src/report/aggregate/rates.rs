//! Rates: the ratio of what units have of both sides, over the times and rows of which both are known, since a blank is not none
//! (design.md 4.6).
//!
//! Takes the rows of lists that give one side alone, and the settled facts; gives part and whole, and names rates that cannot be
//! right or leave something out.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::base::amount::Amount;
use crate::base::diagnostic::{Diagnostic, Place, Problem};
use crate::base::record::{FormId, IndicatorId, OrgUnitId};
use crate::catalogue::Catalogue;
use crate::catalogue::indicator::{Formula, OverTime};
use crate::report::stretch::{Entry, Stretch, covers};

use super::fact::Fact;
use super::figures::Figures;
use super::formula::{contribution, date};
use super::lists::At;
use super::window::Run;
use super::{List, Month};

/// What lists of records tell of the sides of rates beyond their sums: a row that gives one side and leaves the other blank says
/// nothing of the rate.
#[derive(Debug, Default)]
pub(super) struct Unpaired {
    /// By rate and unit: the amounts of rows that lack another side.
    rows: BTreeMap<(IndicatorId, OrgUnitId), Vec<Lone>>,
    /// The times of which the lists of a form and unit tell.
    pub(super) kept: BTreeMap<(FormId, OrgUnitId), Vec<Stretch>>,
}

#[derive(Debug)]
pub(super) struct Lone {
    pub(super) side: IndicatorId,
    pub(super) lacks: IndicatorId,
    pub(super) entry: Entry,
}

/// A rate, by what it is the ratio of.
#[derive(Clone, Copy)]
struct Sides<'c> {
    catalogue: &'c Catalogue,
    of: IndicatorId,
    to: &'c [IndicatorId],
}

impl Sides<'_> {
    fn is_flow(self, id: IndicatorId) -> bool {
        self.catalogue.indicator(id).over_time == OverTime::Sum
    }
}

impl Figures {
    /// Part and whole of a rate, summed over the units that have both: of each what it has for the times and rows of which both
    /// are known, since a blank is not none (design.md 4.6). A stock that a unit did not state counts as none beside its flow.
    pub fn ratio(
        &self,
        catalogue: &Catalogue,
        of: IndicatorId,
        to: &[IndicatorId],
        units: &[OrgUnitId],
        stretch: Stretch,
    ) -> Option<(Amount, Amount)> {
        let any = Cell::new(false);
        let sums = units.iter().try_fold((Amount::ZERO, Amount::ZERO), |(parts, wholes), &unit| {
            let Some((part, whole)) = self.paired(Sides { catalogue, of, to }, unit, stretch) else {
                return Some((parts, wholes));
            };
            any.set(true);
            Some((parts.checked_add(part)?, wholes.checked_add(whole)?))
        });
        sums.filter(|_| any.get())
    }

    /// Part and whole of one unit's rate: all that it has of each. None where a stock that the unit did not state must be more
    /// than none.
    fn sides(&self, rate: Sides, unit: OrgUnitId, stretch: Stretch) -> Option<(Amount, Amount)> {
        let Sides { catalogue, of, to } = rate;
        let flows = to.iter().any(|&id| rate.is_flow(id));
        let part = self.value(catalogue, of, &[unit], stretch)?;
        let mut whole: Option<Amount> = None;
        let mut unstated = false;
        for &id in to {
            match self.value(catalogue, id, &[unit], stretch) {
                Some(amount) => whole = Some(whole.unwrap_or_default().checked_add(amount)?),
                None if flows && rate.is_flow(id) => return None,
                None => unstated = true,
            }
        }
        // More settled than came in: the rest stood in what nobody stated.
        whole.filter(|whole| !(unstated && part > *whole)).map(|whole| (part, whole))
    }

    /// Part and whole of one unit's rate, over the times and rows of which both are known.
    fn paired(&self, rate: Sides, unit: OrgUnitId, stretch: Stretch) -> Option<(Amount, Amount)> {
        let Sides { catalogue, of, to } = rate;
        let sides = self.sides(rate, unit, stretch)?;
        let mut facts: Vec<(IndicatorId, &Fact)> = Vec::new();
        for id in std::iter::once(of).chain(to.iter().copied()).filter(|&id| rate.is_flow(id)) {
            facts.push((id, self.fact(id, unit)?));
        }
        if !rate.is_flow(of) || facts.len() < 2 {
            return Some(sides);
        }
        let rate = catalogue.indicator_ids().find(|&id| match &catalogue.indicator(id).formula {
            Formula::Ratio { of: part, to: wholes } => *part == of && wholes[..] == *to,
            _ => false,
        });
        let lone = rate.and_then(|rate| self.unpaired.rows.get(&(rate, unit))).map_or(&[][..], Vec::as_slice);
        let times = |fact: &Fact| fact.entries.iter().map(|entry| entry.at).collect::<Vec<_>>();
        let same = facts.iter().all(|(_, fact)| times(fact) == times(facts[0].1));
        if same && lone.is_empty() {
            return Some(sides);
        }
        let kept = self.unpaired.kept.get(&(catalogue.indicator(of).form, unit)).map_or(&[][..], Vec::as_slice);
        // The times of which each side tells: a list tells of all of its own.
        let told: Vec<Vec<Stretch>> = facts
            .iter()
            .map(|(_, fact)| {
                let listed = kept.iter().filter(|_| fact.listed).copied();
                let mut told: Vec<Stretch> = times(fact).into_iter().chain(listed).collect();
                told.retain(|at| stretch.contains(*at));
                told.sort();
                told
            })
            .collect();
        let mut all: Vec<Stretch> = told.iter().flatten().copied().collect();
        all.sort();
        let mut joined: Vec<Stretch> = Vec::new();
        for at in all {
            match joined.last_mut() {
                Some(last) if at.overlaps(*last) => last.to = last.to.max(at.to),
                _ => joined.push(at),
            }
        }
        let tells = |told: &[Stretch], fact: &Fact, at: Stretch| {
            let known: Vec<Entry> = told.iter().map(|&at| Entry { at, amount: Amount::ZERO }).collect();
            covers(known.iter(), at) || fact.listed && told.iter().any(|of| of.overlaps(at))
        };
        let both = |at: &Stretch| facts.iter().zip(&told).all(|((_, fact), told)| tells(told, fact, *at));
        let times = joined.len();
        joined.retain(both);
        let first = *joined.first()?;
        if joined.len() == times && lone.is_empty() {
            return Some(sides);
        }
        let sum = |id: IndicatorId, fact: &Fact| {
            let counts = |entry: &&Entry| joined.iter().any(|at| at.contains(entry.at));
            let sum = fact.entries.iter().filter(counts).try_fold(Amount::ZERO, |sum, e| sum.checked_add(e.amount))?;
            let lone = lone.iter().filter(|lone| lone.side == id).map(|lone| &lone.entry).filter(counts);
            lone.into_iter().try_fold(sum, |sum, entry| sum.checked_sub(entry.amount))
        };
        let part = sum(of, facts[0].1)?;
        let mut whole = Amount::ZERO;
        for &id in to {
            whole = match facts.iter().skip(1).find(|(side, _)| *side == id) {
                Some((_, fact)) => whole.checked_add(sum(id, fact)?)?,
                None => {
                    // A stock at the beginning is that of what is counted.
                    let later = Stretch { from: first.from.max(stretch.from), to: stretch.to };
                    let at = |at| self.value(catalogue, id, &[unit], at);
                    let from = if joined.len() == times { None } else { at(later) };
                    whole.checked_add(from.or_else(|| at(stretch)).unwrap_or_default())?
                }
            };
        }
        // Of rows that all lack one side nothing is known.
        let nothing = part.is_zero() && whole.is_zero() && !(sides.0.is_zero() && sides.1.is_zero());
        (!nothing && !part.is_sign_negative() && !whole.is_sign_negative()).then_some((part, whole))
    }
}

impl Run<'_, '_> {
    /// The rows of a list that give one side of a rate and say nothing of another.
    pub(super) fn lone(
        &mut self,
        id: IndicatorId,
        form: FormId,
        unit: OrgUnitId,
        of: IndicatorId,
        to: &[IndicatorId],
        list: &List,
    ) {
        let catalogue = self.reckoner.catalogue;
        let definition = catalogue.form(form);
        let flow = |side: &IndicatorId| {
            let side = catalogue.indicator(*side);
            side.form == form && side.over_time == OverTime::Sum
        };
        let sides: Vec<IndicatorId> = std::iter::once(of).chain(to.iter().copied()).filter(flow).collect();
        if sides.len() < 2 || !sides.contains(&of) {
            return;
        }
        let months = self.months();
        let index: HashMap<Month, usize> = months.iter().enumerate().map(|(at, &month)| (month, at)).collect();
        let mut rows = Vec::new();
        for record in &list.records {
            let amount = |side: IndicatorId| contribution(definition, record, &catalogue.indicator(side).formula, None);
            let Some(lacks) = sides.iter().copied().find(|&side| amount(side).is_none()) else { continue };
            for &side in &sides {
                let Some(amount) = amount(side).filter(|amount| !amount.is_zero()) else { continue };
                let on = match &catalogue.indicator(side).formula {
                    Formula::Sum { on, .. } | Formula::Count { on, .. } => *on,
                    _ => None,
                };
                let day = on.and_then(|field| date(definition, record, field));
                let at = match self.place(record, day, &index) {
                    Some(At::Month(month)) => Stretch::month(months[month]).within(self.figures.stretch),
                    Some(At::Longer(at)) => at,
                    None => continue,
                };
                rows.push(Lone { side, lacks, entry: Entry { at, amount } });
            }
        }
        if !rows.is_empty() {
            self.figures.unpaired.rows.insert((id, unit), rows);
        }
    }

    pub(super) fn unlist(&mut self, unit: OrgUnitId, is_gone: impl Fn(&Lone) -> bool) {
        let rows = self.figures.unpaired.rows.iter_mut().filter(|((_, of), _)| *of == unit);
        rows.for_each(|(_, rows)| rows.retain(|lone| !is_gone(lone)));
    }

    /// Rates above 100 % show that one of their figures is wrong; said once where the reading has not said it of a row.
    pub(super) fn exceeding(&mut self) {
        let catalogue = self.reckoner.catalogue;
        for id in catalogue.indicator_ids() {
            let Formula::Ratio { of, to } = &catalogue.indicator(id).formula else { continue };
            // More than was planned may be done.
            if catalogue.plan_of(*of).is_some_and(|plan| to.contains(&plan)) {
                continue;
            }
            let units: Vec<OrgUnitId> = self
                .figures
                .facts
                .range((*of, OrgUnitId(0))..=(*of, OrgUnitId(u32::MAX)))
                .map(|((_, u), _)| *u)
                .collect();
            for unit in units {
                let Some((part, whole)) =
                    self.figures.sides(Sides { catalogue, of: *of, to }, unit, self.figures.stretch)
                else {
                    continue;
                };
                let Some(source) = self.figures.fact(*of, unit).and_then(|fact| fact.source.clone()) else { continue };
                let said = |diagnostic: &Diagnostic| {
                    matches!(diagnostic.problem, Problem::AnswersExceed { .. })
                        && diagnostic.at.file.as_deref() == Some(&*source.sheet.file)
                };
                if part > whole && !self.reckoner.collected.diagnostics.iter().any(said) {
                    let titles: Vec<&str> = to.iter().map(|&to| catalogue.indicator(to).title.as_str()).collect();
                    let problem = Problem::AnswersExceed {
                        of: catalogue.indicator(*of).title.clone(),
                        whole: titles.join(" + "),
                        part_amount: part,
                        whole_amount: whole,
                    };
                    self.diagnostics.push(Diagnostic::new(problem, Place::from(&source)));
                }
            }
        }
    }

    /// Rates that leave out what gives only one side of them.
    pub(super) fn incomplete(&mut self) {
        let catalogue = self.reckoner.catalogue;
        let stretch = self.figures.stretch;
        for id in catalogue.indicator_ids().filter(|&id| catalogue.indicator(id).reported) {
            let Formula::Ratio { of, to } = &catalogue.indicator(id).formula else { continue };
            let sides = Sides { catalogue, of: *of, to };
            let units = (*of, OrgUnitId(0))..=(*of, OrgUnitId(u32::MAX));
            for ((_, unit), fact) in self.figures.facts.range(units) {
                let Some((part, whole)) = self.figures.sides(sides, *unit, stretch) else { continue };
                let used = self.figures.paired(sides, *unit, stretch);
                let (parts, used) = used.unwrap_or_default();
                let Some(source) = fact.source.as_ref().filter(|_| (parts, used) != (part, whole)) else { continue };
                // The first time that the sides tell of differently.
                let times = |id: IndicatorId| {
                    let entries = self.figures.fact(id, *unit).map_or(&[][..], |fact| &fact.entries);
                    entries.iter().map(|entry| entry.at).filter(|at| stretch.contains(*at)).collect::<BTreeSet<_>>()
                };
                let lone = self.figures.unpaired.rows.get(&(id, *unit)).into_iter().flatten().map(|lone| lone.entry.at);
                let flows = to.iter().filter(|&&id| catalogue.indicator(id).over_time == OverTime::Sum);
                let own = times(*of);
                let others = flows.flat_map(|&id| own.symmetric_difference(&times(id)).copied().collect::<Vec<_>>());
                let Some(first) = lone.chain(others).filter(|at| stretch.contains(*at)).min() else { continue };
                let (year, month) = first.touched().next().unwrap_or_default();
                let problem = Problem::RateIncomplete {
                    rate: catalogue.indicator(id).title.clone(),
                    unit: self.reckoner.register.unit(*unit).name.clone(),
                    first: format!("tháng {month}/{year}"),
                    used,
                    known: whole,
                };
                self.diagnostics.push(Diagnostic::new(problem, Place::from(source)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::amount::percent;
    use crate::base::period::{Part, Period, Span};
    use crate::report::aggregate::Reckoner;
    use crate::report::testing::*;

    #[test]
    fn a_rate_counts_what_has_both_sides() {
        let rate = |data: &Data| value(&data.done(), "dialogue.answer_rate", &[1]);
        let named = |data: &Data| codes(&data.done()).contains(&"rate-incomplete");
        // Months in which the part is blank.
        let mut data = Data::default();
        for m in 1..=6 {
            data.state("dialogue.opinions", 1, month(m), 10);
        }
        for m in 1..=2 {
            data.state("dialogue.answered", 1, month(m), 8);
        }
        assert_eq!(rate(&data), Some(80.into()));
        assert_eq!(value(&data.done(), "dialogue.opinions", &[1]), Some(60.into()));
        assert!(named(&data));
        // None is no blank.
        (3..=6).for_each(|m| data.state("dialogue.answered", 1, month(m), 0));
        assert_eq!(rate(&data), percent(16.into(), 60.into()));
        assert!(!named(&data));
        // A quarter beside its months; a quarter of which some months are blank is none.
        let mut data = Data::default();
        data.state("dialogue.opinions", 1, quarter(1), 30);
        data.state("dialogue.opinions", 1, quarter(2), 30);
        (1..=5).for_each(|m| data.state("dialogue.answered", 1, month(m), 5));
        assert_eq!(rate(&data), Some(50.into()));
        // Nothing that both tell of.
        let mut data = Data::default();
        data.state("dialogue.opinions", 1, month(1), 10);
        data.state("dialogue.answered", 1, month(2), 5);
        assert_eq!(rate(&data), None);
        // Rows, of one month too.
        let mut data = Data::default();
        data.dialogue(1, "2023-01-10", None, Some(10), Some(8), None);
        data.dialogue(1, "2023-01-20", None, Some(10), None, None);
        data.dialogue(1, "2023-03-20", None, Some(10), None, None);
        data.dialogue(1, "2023-04-20", None, None, Some(3), None);
        assert_eq!(rate(&data), Some(80.into()));
        // What the rows leave blank a table states; answers to opinions that nobody counted are still set aside.
        data.state("dialogue.answered", 1, YEAR, 21);
        assert_eq!(rate(&data), Some(60.into()));
    }

    #[test]
    fn a_rate_over_years_counts_the_years_that_have_both_sides() {
        let year = |year| Span::Named(Period::new(year, Part::Year));
        let mut data = Data::default();
        data.state("petition.received", 1, year(2022), 10);
        data.state("petition.received", 1, year(2023), 10);
        data.state("petition.resolved", 1, year(2023), 9);
        data.state("petition.opening", 1, year(2022), 5);
        data.state("petition.opening", 1, year(2023), 2);
        let (catalogue, register, calendar, collected) = (catalogue(), register(), civil(), data.done());
        let (figures, _) = Reckoner::new(&collected, &register, &catalogue, &calendar).figures(Span::Years(2022, 2023));
        let rate = indicator(&catalogue, "petition.resolved_rate");
        assert_eq!(figures.value(&catalogue, rate, &[OrgUnitId(1)], figures.stretch), Some(75.into()));
    }

    #[test]
    fn a_petition_is_resolved_in_another_month_than_it_was_received() {
        let mut data = Data::default();
        data.petition(1, "2023-03-01", Some("2023-05-20"), None, true);
        data.petition(1, "2023-04-01", None, None, false);
        data.covers(1, 1, 2023, 3..=4);
        assert_eq!(value(&data.done(), "petition.resolved_rate", &[1]), Some(50.into()));
        assert!(!codes(&data.done()).contains(&"rate-incomplete"));
    }
}
