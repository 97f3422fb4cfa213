//! All that is known in one window, and what is asked of it: what several units come to in any part of the window, by month, by
//! category, and how they stand.
//!
//! Takes the facts of each unit as the steps of `window` left them; gives amounts, `None` where nothing is known.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::amount::{Amount, percent};
use crate::base::period::Window;
use crate::base::record::{CategoryId, FieldId, FormId, IndicatorId, OrgUnitId};
use crate::catalogue::Catalogue;
use crate::catalogue::indicator::{Formula, Indicator, OverTime};
use crate::catalogue::register::Register;
use crate::report::stretch::{Entry, Stretch};

use super::Month;
use super::fact::{Fact, State};
use super::rates::Unpaired;

/// What is known in one window.
#[derive(Debug)]
pub struct Figures {
    pub window: Window,
    pub stretch: Stretch,
    pub(super) facts: BTreeMap<(IndicatorId, OrgUnitId), Fact>,
    /// Of what is not added over units: the units with others below them that have figures, with how deep they stand.
    heads: BTreeMap<OrgUnitId, usize>,
    /// Of the sides of rates: where one stands without the other.
    pub(super) unpaired: Unpaired,
    /// The months for which a unit sent a form, within the window.
    pub submitted: BTreeMap<(FormId, OrgUnitId), BTreeSet<Month>>,
}

impl Figures {
    /// Nothing is known yet.
    pub(super) fn new(window: Window, stretch: Stretch) -> Self {
        let (facts, heads, submitted) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { window, stretch, facts, heads, unpaired: Unpaired::default(), submitted }
    }

    /// Figures that were published, each known for the whole window alone.
    pub fn published(
        window: Window,
        stretch: Stretch,
        known: Vec<(IndicatorId, OrgUnitId, Amount)>,
        submitted: BTreeMap<(FormId, OrgUnitId), BTreeSet<Month>>,
        register: &Register,
        catalogue: &Catalogue,
    ) -> Self {
        let fact = |amount| Fact { entries: vec![Entry { at: stretch, amount }], ..Fact::default() };
        let facts = known.into_iter().map(|(id, unit, amount)| ((id, unit), fact(amount))).collect();
        Self { facts, submitted, ..Self::new(window, stretch) }.with_heads(register, catalogue)
    }

    pub(super) fn with_heads(mut self, register: &Register, catalogue: &Catalogue) -> Self {
        let apart: BTreeSet<OrgUnitId> =
            self.facts.keys().filter(|(id, _)| !catalogue.indicator(*id).over_units).map(|(_, unit)| *unit).collect();
        let heads = apart.into_iter().filter(|&unit| register.children(unit).next().is_some());
        self.heads = heads.map(|unit| (unit, register.depth(unit))).collect();
        self
    }

    pub fn fact(&self, indicator: IndicatorId, unit: OrgUnitId) -> Option<&Fact> {
        self.facts.get(&(indicator, unit))
    }

    /// Whether nothing at all was reported of the window.
    pub fn is_empty(&self) -> bool {
        self.facts.values().all(|fact| fact.carried)
    }

    /// Leaves out what later reports remember of other months than those for which there are figures a year later (a quarter is
    /// not compared with a year), and what units have that sent nothing for this window. False where nothing that is remembered is left.
    pub fn comparable_with(&mut self, later: &Figures, catalogue: &Catalogue) -> bool {
        let times = |fact: &Fact, years: i32, over_time: OverTime| -> Vec<Stretch> {
            let later = |at: Stretch| at.years_later(years);
            if over_time != OverTime::Sum {
                // Of a stock only the moment counts.
                let ends = fact.entries.iter().map(|entry| later(entry.at)).max_by_key(|at| at.to);
                return ends.map(|at| Stretch { from: at.to, to: at.to }).into_iter().collect();
            }
            let mut times: Vec<Stretch> = fact.entries.iter().map(|entry| later(entry.at)).collect();
            times.sort();
            let mut joined: Vec<Stretch> = Vec::new();
            for at in times {
                match joined.last_mut() {
                    Some(last) if at.from <= last.to => last.to = last.to.max(at.to),
                    _ => joined.push(at),
                }
            }
            joined
        };
        self.facts.retain(|key, fact| {
            let over_time = catalogue.indicator(key.0).over_time;
            let same = |now: &Fact| times(now, 0, over_time) == times(fact, 1, over_time);
            // Rows of last year in this year's list are no report of last year.
            let sent = || self.submitted.contains_key(&(catalogue.indicator(key.0).form, key.1));
            if fact.remembered { later.facts.get(key).is_some_and(same) } else { sent() }
        });
        self.facts.values().any(|fact| fact.remembered)
    }

    /// Whether any unit gave a figure, and not only said of the form as a whole that nothing happened.
    pub fn told(&self, id: IndicatorId) -> bool {
        let units = (id, OrgUnitId(0))..=(id, OrgUnitId(u32::MAX));
        self.facts.range(units).any(|(_, fact)| !fact.silent && (!fact.exact || fact.begins_at(self.stretch)))
    }

    /// The units that have figures of their own.
    pub fn units(&self) -> BTreeSet<OrgUnitId> {
        self.facts.keys().map(|(_, unit)| *unit).collect()
    }

    /// What several units come to in a stretch of the window; a rate as the ratio of their sums.
    pub fn value(
        &self,
        catalogue: &Catalogue,
        id: IndicatorId,
        units: &[OrgUnitId],
        stretch: Stretch,
    ) -> Option<Amount> {
        let indicator = catalogue.indicator(id);
        if let Formula::Ratio { of, to } = &indicator.formula {
            let (part, whole) = self.ratio(catalogue, *of, to, units, stretch)?;
            return percent(part, whole);
        }
        let mut values = self
            .speaking(indicator, id, units)
            .iter()
            .filter_map(|&unit| self.fact(id, unit))
            .filter_map(|fact| fact.value(indicator.over_time, stretch));
        let first = values.next()?;
        values.try_fold(first, |sum, value| sum.checked_add(value))
    }

    /// The units whose figures are part of what several come to.
    pub fn speaking<'u>(&self, indicator: &Indicator, id: IndicatorId, units: &'u [OrgUnitId]) -> &'u [OrgUnitId] {
        if indicator.over_units || units.len() < 2 {
            return units;
        }
        let head = self.head(id, units);
        let at = units.iter().position(|unit| Some(*unit) == head);
        at.and_then(|at| units.get(at..=at)).unwrap_or_default()
    }

    /// Of several units the one whose figure speaks for all: that which stands above the others.
    fn head(&self, id: IndicatorId, units: &[OrgUnitId]) -> Option<OrgUnitId> {
        let known = units.iter().filter(|&&unit| self.fact(id, unit).is_some());
        let mut heads: Vec<(usize, OrgUnitId)> =
            known.filter_map(|unit| Some((*self.heads.get(unit)?, *unit))).collect();
        heads.sort();
        match heads[..] {
            [(_, one)] => Some(one),
            [(depth, one), (other, _), ..] if depth < other => Some(one),
            _ => None,
        }
    }

    /// What several units have at a part of the window: of a stock, what some of them have in a month is not what all have, and
    /// what they had before is not that of a quarter or year of which none of them tells, as its own report says too.
    pub fn value_at(&self, catalogue: &Catalogue, id: IndicatorId, units: &[OrgUnitId], at: Stretch) -> Option<Amount> {
        let over_time = catalogue.indicator(id).over_time;
        let is_stock = matches!(over_time, OverTime::Last | OverTime::First);
        let mut facts = units.iter().filter_map(|&unit| self.fact(id, unit));
        let shown = match at.in_month() {
            _ if !is_stock => true,
            Some(_) => facts.all(|fact| fact.value(over_time, at).is_some()),
            // Of a quarter or a year its own report shows what there is.
            None => units.iter().any(|&unit| self.is_told_of(catalogue, id, unit, at)),
        };
        self.value(catalogue, id, units, at).filter(|_| shown)
    }

    /// Whether a unit sent the form of a stock for any month of a part of the window, or has a figure of it from there.
    fn is_told_of(&self, catalogue: &Catalogue, id: IndicatorId, unit: OrgUnitId, at: Stretch) -> bool {
        let indicator = catalogue.indicator(id);
        let sent = self.submitted.get(&(indicator.form, unit));
        sent.is_some_and(|months| at.touched().any(|month| months.contains(&month)))
            || self.fact(id, unit).is_some_and(|fact| fact.own(indicator.over_time, at).is_some())
    }

    /// Whether what a stock shows at a part of the window is that of some of the units which have it.
    pub fn is_in_part(&self, catalogue: &Catalogue, id: IndicatorId, units: &[OrgUnitId], at: Stretch) -> bool {
        let over_time = catalogue.indicator(id).over_time;
        let facts = units.iter().filter_map(|&unit| self.fact(id, unit));
        let lacks = |fact: &Fact| fact.value(over_time, self.stretch).is_some() && fact.value(over_time, at).is_none();
        matches!(over_time, OverTime::Last | OverTime::First)
            && self.value_at(catalogue, id, units, at).is_some()
            && facts.into_iter().any(lacks)
    }

    /// What is known by month, then the rest of a flow that no month is known for.
    pub fn by_month(
        &self,
        catalogue: &Catalogue,
        id: IndicatorId,
        units: &[OrgUnitId],
    ) -> (Vec<(Month, Amount)>, Option<Amount>) {
        let months: Vec<(Month, Amount)> = self
            .stretch
            .touched()
            .filter_map(|month| {
                let at = Stretch::month(month).within(self.stretch);
                self.value_at(catalogue, id, units, at).map(|amount| (month, amount))
            })
            .collect();
        if catalogue.indicator(id).over_time != OverTime::Sum {
            return (months, None);
        }
        let rest = self
            .value(catalogue, id, units, self.stretch)
            .and_then(|value| months.iter().try_fold(value, |rest, (_, amount)| rest.checked_sub(*amount)));
        let rest = rest.filter(|rest| !rest.is_zero() || months.is_empty());
        (months, rest)
    }

    /// What several units come to by category; nothing for rates.
    pub fn parts(
        &self,
        catalogue: &Catalogue,
        id: IndicatorId,
        units: &[OrgUnitId],
    ) -> BTreeMap<(FieldId, CategoryId), Amount> {
        let indicator = catalogue.indicator(id);
        let mut sums: BTreeMap<(FieldId, CategoryId), Option<Amount>> = BTreeMap::new();
        for fact in self.speaking(indicator, id, units).iter().filter_map(|&unit| self.fact(id, unit)) {
            for (&category, &amount) in &fact.parts {
                let sum = sums.entry(category).or_insert(Some(Amount::ZERO));
                *sum = sum.and_then(|sum| sum.checked_add(amount));
            }
        }
        sums.into_iter().filter_map(|(category, sum)| Some((category, sum?))).collect()
    }

    /// Whether a unit sent a form, or anything of it. What it still has from the time before is no report.
    pub fn sent(&self, catalogue: &Catalogue, form: FormId, unit: OrgUnitId) -> bool {
        self.submitted.contains_key(&(form, unit))
            || catalogue.indicators_of(form).filter_map(|id| self.fact(id, unit)).any(|fact| !fact.carried)
    }

    pub fn state(&self, catalogue: &Catalogue, id: IndicatorId, units: &[OrgUnitId]) -> State {
        let indicator = catalogue.indicator(id);
        let of = match &indicator.formula {
            Formula::Ratio { of, .. } => *of,
            _ => id,
        };
        if units.iter().any(|&unit| self.fact(of, unit).is_some_and(|fact| fact.conflicting)) {
            return State::Conflicting;
        }
        if !units.iter().any(|&unit| self.sent(catalogue, indicator.form, unit)) {
            return State::Absent;
        }
        match self.value(catalogue, id, units, self.stretch) {
            Some(value) if value.is_zero() && !indicator.is_rate() => State::Nil,
            Some(_) => State::Reported,
            // Each has its own, and all together none.
            None if units.len() > 1 && !indicator.over_units => {
                let states = units.iter().map(|unit| self.state(catalogue, id, std::slice::from_ref(unit)));
                let told = |state: &State| matches!(state, State::Reported | State::Nil);
                states.into_iter().find(told).unwrap_or(State::Blank)
            }
            None => State::Blank,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::period::{Part, Period, Span};
    use crate::report::aggregate::{Reckoner, State};
    use crate::report::testing::*;

    #[test]
    fn a_stock_is_of_its_moment() {
        let of = |span: Span, data: &Data| {
            let (catalogue, register, calendar, collected) = (catalogue(), register(), civil(), data.done());
            let (figures, problems) = Reckoner::new(&collected, &register, &catalogue, &calendar).figures(span);
            let value =
                figures.value(&catalogue, indicator(&catalogue, "petition.overdue"), &[OrgUnitId(1)], figures.stretch);
            (value, problems.iter().map(|problem| problem.problem.code()).collect::<Vec<_>>())
        };
        let mut data = Data::default();
        data.state("petition.overdue", 1, YEAR, 7);
        assert_eq!(of(quarter(4), &data), (Some(7.into()), vec![]));
        assert_eq!(of(quarter(3), &data), (None, vec!["partly-inside"]));
        // What stood in March is named where other figures go on to June.
        let mut data = Data::default();
        data.state("petition.overdue", 1, quarter(1), 3);
        assert_eq!(of(YEAR, &data), (Some(3.into()), vec![]));
        data.state("petition.received", 1, quarter(2), 5);
        assert_eq!(of(YEAR, &data), (Some(3.into()), vec!["stock-stale"]));
        assert_eq!(of(quarter(1), &data), (Some(3.into()), vec![]));
    }

    #[test]
    fn what_is_carried_over_counts_but_is_no_report() {
        let mut data = Data::default();
        data.petition(1, "2022-12-01", None, None, false);
        data.petition(2, "2023-03-01", None, None, false);
        assert_eq!(value(&data.done(), "petition.pending", &[1, 2]), Some(2.into()));
        reckoned(&data.done(), |catalogue, figures, _| {
            let state = |unit| figures.state(catalogue, indicator(catalogue, "petition.pending"), &[OrgUnitId(unit)]);
            assert_eq!([state(1), state(2)], [State::Absent, State::Reported]);
            assert!(!figures.is_empty());
        });
        let mut data = Data::default();
        data.petition(1, "2022-12-01", None, None, false);
        reckoned(&data.done(), |_, figures, _| assert!(figures.is_empty()));
    }

    #[test]
    fn a_year_and_a_quarter_show_of_a_stock_what_their_own_reports_show() {
        let named = |year, part| Span::Named(Period::new(year, part));
        let (year, quarter) = (named(2023, Part::Year), named(2023, Part::Quarter(3)));
        let mut data = Data::default();
        // A list that ends in June, of one who is late by September; a table of the third quarter; one of another year.
        data.petition(1, "2023-03-01", None, Some("2023-08-01"), false);
        data.petition(1, "2023-06-01", None, Some("2023-06-15"), false);
        data.state("petition.overdue", 2, quarter, 4);
        data.state("petition.overdue", 3, named(2022, Part::Year), 7);
        let (catalogue, register, calendar, collected) = (catalogue(), register(), civil(), data.done());
        let reckoner = Reckoner::new(&collected, &register, &catalogue, &calendar);
        let (id, all) = (indicator(&catalogue, "petition.overdue"), [1, 2, 3].map(OrgUnitId));
        let own = |span| {
            let (figures, _) = reckoner.figures(span);
            figures.value(&catalogue, id, &all, figures.stretch)
        };
        let within = |span, part| {
            let (figures, _) = reckoner.figures(span);
            figures.value_at(&catalogue, id, &all, Stretch::asked(part, &calendar))
        };
        assert_eq!(own(quarter), Some(6.into()));
        assert_eq!(within(year, quarter), own(quarter));
        assert_eq!(within(Span::Years(2022, 2023), year), own(year));
        assert_eq!(within(Span::Years(2022, 2023), quarter), own(quarter));
    }

    #[test]
    fn a_quarter_of_which_nobody_tells_shows_no_stock_of_an_earlier_one() {
        let (first, third, fourth) = (quarter(1), quarter(3), quarter(4));
        let shown = |data: &Data, units: &[u32], span: Span| {
            let units: Vec<OrgUnitId> = units.iter().map(|&unit| OrgUnitId(unit)).collect();
            let mut shown = (None, None);
            reckoned(&data.done(), |catalogue, figures, _| {
                let id = indicator(catalogue, "petition.pending");
                let at = Stretch::asked(span, &civil());
                shown = (
                    figures.value_at(catalogue, id, &units, at),
                    figures.value(catalogue, id, &units, figures.stretch),
                );
            });
            shown
        };
        // A list that ends in March, and one in June.
        let mut data = Data::default();
        data.petition(1, "2022-12-01", None, None, false);
        data.petition(1, "2023-03-01", None, None, false);
        data.petition(2, "2023-06-01", None, None, false);
        assert_eq!(shown(&data, &[1, 2], first), (Some(2.into()), Some(3.into())));
        assert_eq!(shown(&data, &[1, 2], quarter(2)), (Some(3.into()), Some(3.into())));
        assert_eq!(shown(&data, &[1, 2], third), (None, Some(3.into())), "nobody sent anything of it");
        assert_eq!(shown(&data, &[1, 2], fourth), (None, Some(3.into())));
        // That there was nothing new in the third quarter is a report of it: what stood goes on.
        data.covers(1, 2, 2023, 7..=9);
        assert_eq!(shown(&data, &[1, 2], third), (Some(3.into()), Some(3.into())));
        assert_eq!(shown(&data, &[1, 2], fourth), (None, Some(3.into())));
        // What a table states of the fourth counts, and what the others had goes on beside it.
        data.state("petition.pending", 3, fourth, 4);
        assert_eq!(shown(&data, &[1, 2, 3], fourth), (Some(7.into()), Some(7.into())));
    }
}
