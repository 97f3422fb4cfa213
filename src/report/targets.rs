//! What is planned, and how far it was carried out.
//!
//! Takes the office's plan and the plan columns of the communes' tables; gives each row's and the whole's target in a window.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::amount::{Amount, percent};
use crate::base::period::{Calendar, Part, Period, Span, Window};
use crate::base::record::{Collected, Figure, IndicatorId, OrgUnitId, Standing, Telling};
use crate::catalogue::register::Register;

use super::units::Shown;

/// What is planned for a window or for the year that it is part of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    pub amount: Amount,
    /// What has been done towards it: in the window, or from the year's start where the plan is the year's.
    pub done: Option<Amount>,
    /// Of the plan, by amount; a rate is set beside its target, not divided by it.
    pub percent: Option<Amount>,
    /// Less than none where more was done.
    pub left: Option<Amount>,
    /// The window is part of the year that the plan is for.
    pub of_year: bool,
}

/// How far a target was reached; `rate`: whether it is one of a rate.
pub fn reached(planned: Planned, done: Option<Amount>, rate: bool) -> Target {
    let Planned { amount, of_year } = planned;
    let counted = done.filter(|_| !rate);
    Target {
        amount,
        done,
        percent: counted.and_then(|done| percent(done, amount)),
        left: counted.and_then(|done| amount.checked_sub(done)),
        of_year,
    }
}

/// Of one unit and indicator.
#[derive(Clone, Copy, Debug, Default)]
struct Set {
    /// Of the unit itself, or of nobody in particular.
    own: Option<Amount>,
    /// Stated for all that it has below it.
    whole: Option<Amount>,
}

#[derive(Clone, Copy, Debug)]
pub struct Planned {
    pub amount: Amount,
    pub of_year: bool,
}

/// All that is set for one stretch of time.
#[derive(Debug, Default)]
struct Sets {
    of: BTreeMap<(IndicatorId, OrgUnitId), Set>,
    /// Indicators for which a unit below the root has a target.
    below: BTreeSet<IndicatorId>,
}

/// All targets of one window.
#[derive(Debug)]
pub struct Targets {
    window: Sets,
    /// Of the year that the window is part of.
    year: Sets,
    root: OrgUnitId,
}

impl Targets {
    pub fn new(collected: &Collected, register: &Register, span: Span) -> Self {
        let whole_year = |year| Span::Named(Period::new(year, Part::Year));
        let root = register.root;
        let of = |span| stated(collected, span);
        let (window, year) = match span {
            Span::Named(Period { part: Part::Year, .. }) | Span::Days(_) => (of(span), BTreeMap::new()),
            Span::Named(period) => (of(span), of(whole_year(period.year))),
            Span::Years(first, last) => {
                let years: Vec<_> = (first..=last).map(|year| of(whole_year(year))).collect();
                (sums(&years), BTreeMap::new())
            }
        };
        let sets = |of: BTreeMap<(IndicatorId, OrgUnitId), Set>| {
            let below = of.keys().filter(|(_, unit)| *unit != root).map(|(id, _)| *id).collect();
            Sets { of, below }
        };
        Self { window: sets(window), year: sets(year), root }
    }

    /// Of one row of the report.
    pub fn of_row(&self, id: IndicatorId, row: &Shown) -> Option<Planned> {
        self.of(|sets| sets.of_row(id, row, self.root))
    }

    /// Of the whole: what is stated for it; else what the rows' targets come to, if each unit that is to report has one.
    pub fn of_all(&self, id: IndicatorId, rows: &[Shown]) -> Option<Planned> {
        self.of(|sets| {
            let set = sets.set(id, self.root);
            if set.whole.is_some() || !sets.below.contains(&id) {
                return set.whole.or(set.own);
            }
            let of_row = |row: &Shown| sets.of_row(id, row, self.root).or(row.own.then_some(Amount::ZERO));
            rows.iter().try_fold(Amount::ZERO, |sum, row| sum.checked_add(of_row(row)?))
        })
    }

    fn of(&self, amount: impl Fn(&Sets) -> Option<Amount>) -> Option<Planned> {
        let of_year = |of_year| move |amount| Planned { amount, of_year };
        amount(&self.window).map(of_year(false)).or_else(|| amount(&self.year).map(of_year(true)))
    }
}

impl Sets {
    fn set(&self, id: IndicatorId, unit: OrgUnitId) -> Set {
        self.of.get(&(id, unit)).copied().unwrap_or_default()
    }

    fn of_row(&self, id: IndicatorId, row: &Shown, root: OrgUnitId) -> Option<Amount> {
        let set = self.set(id, row.unit);
        match row.own {
            // What is set for the root alone is its own part only beside those of others.
            true => set.own.filter(|_| row.unit != root || self.below.contains(&id)),
            false => set.whole.or(set.own),
        }
    }
}

/// What the plan says of a period; where it says nothing of an indicator and unit, what the communes' own tables do. Two that
/// differ are none.
fn stated(collected: &Collected, span: Span) -> BTreeMap<(IndicatorId, OrgUnitId), Set> {
    let speaks = |figure: &&Figure| figure.period == span && figure.categories.is_empty();
    let mut sets = gathered(collected.targets.iter().filter(speaks));
    let columns = collected.figures.iter().filter(|figure| figure.telling == Telling::Planned).filter(speaks);
    for (key, set) in gathered(columns) {
        sets.entry(key).or_insert(set);
    }
    sets
}

fn gathered<'a>(figures: impl Iterator<Item = &'a Figure>) -> BTreeMap<(IndicatorId, OrgUnitId), Set> {
    let mut amounts: BTreeMap<(IndicatorId, OrgUnitId), [Vec<Amount>; 2]> = BTreeMap::new();
    for figure in figures {
        let whole = usize::from(figure.standing == Standing::Total);
        amounts.entry((figure.indicator, figure.org_unit)).or_default()[whole].push(figure.value.amount());
    }
    let one = |amounts: &[Amount]| match amounts {
        [first, rest @ ..] if rest.iter().all(|amount| amount == first) => Some(*first),
        _ => None,
    };
    amounts.into_iter().map(|(key, [own, whole])| (key, Set { own: one(&own), whole: one(&whole) })).collect()
}

/// Of several years: where each of them has a target.
fn sums(years: &[BTreeMap<(IndicatorId, OrgUnitId), Set>]) -> BTreeMap<(IndicatorId, OrgUnitId), Set> {
    let Some((first, rest)) = years.split_first() else { return BTreeMap::new() };
    let add = |a: Option<Amount>, b: Option<Amount>| a?.checked_add(b?);
    let sum = |key| {
        rest.iter().try_fold(*first.get(key)?, |sum, year| {
            let set = year.get(key)?;
            Some(Set { own: add(sum.own, set.own), whole: add(sum.whole, set.whole) })
        })
    };
    first.keys().filter_map(|key| Some((*key, sum(key)?))).collect()
}

/// The stretch of the year up to the window's end, where the window does not begin with the year.
pub fn to_date(span: Span, calendar: &Calendar) -> Option<Span> {
    let Span::Named(period) = span else { return None };
    let months = period.part.months();
    if *months.start() == 1 {
        return None;
    }
    let named = match *months.end() {
        6 => Part::Half(1),
        9 => Part::NineMonths,
        12 => Part::Year,
        _ => {
            let from = calendar.window(Period::new(period.year, Part::Month(1))).from;
            let to = calendar.window(period).to;
            return Some(Span::Days(Window { from, to }));
        }
    };
    Some(Span::Named(Period::new(period.year, named)))
}
