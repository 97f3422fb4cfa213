//! What is planned, and how far it was carried out.
//!
//! Takes the office's plan and the plan columns of the communes' tables; gives each row's and the whole's target in a window.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::amount::{Amount, percent};
use crate::base::diagnostic::{Diagnostic, Place, Problem};
use crate::base::period::{Calendar, Part, Period, Span, Window};
use crate::base::record::{Collected, Figure, IndicatorId, OrgUnitId, Standing, Telling};
use crate::catalogue::Catalogue;
use crate::catalogue::indicator::OverTime;
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

/// What is said of one target.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Said {
    #[default]
    Nothing,
    One(Amount),
    /// Two that differ: neither is meant.
    Differ,
}

impl Said {
    fn amount(self) -> Option<Amount> {
        match self {
            Said::One(amount) => Some(amount),
            Said::Nothing | Said::Differ => None,
        }
    }

    fn or(self, other: Said) -> Said {
        if self == Said::Nothing { other } else { self }
    }
}

/// Of one unit and indicator.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Set {
    /// Of the unit itself, or of nobody in particular.
    own: Said,
    /// Stated for all that it has below it.
    whole: Said,
}

type Sets = BTreeMap<(IndicatorId, OrgUnitId), Set>;

#[derive(Clone, Copy, Debug)]
pub struct Planned {
    pub amount: Amount,
    pub of_year: bool,
}

/// All targets of one window.
#[derive(Debug)]
pub struct Targets {
    window: Sets,
    /// Of the year that the window is part of.
    year: Sets,
    root: OrgUnitId,
    /// Rates: those of several units are one of nobody.
    rates: BTreeSet<IndicatorId>,
    /// Indicators for which a unit below the root has a target.
    below: BTreeSet<IndicatorId>,
    /// Indicators for which units have targets that the report does not show: what it shows of them is not all.
    elsewhere: BTreeSet<IndicatorId>,
}

impl Targets {
    /// With what the plan contradicts itself in.
    pub fn new(
        collected: &Collected,
        register: &Register,
        catalogue: &Catalogue,
        span: Span,
    ) -> (Self, Vec<Diagnostic>) {
        let whole_year = |year| Span::Named(Period::new(year, Part::Year));
        let root = register.root;
        let mut found = Vec::new();
        let mut of = |span| stated(collected, register, catalogue, span, &mut found);
        let (window, year) = match span {
            Span::Named(Period { part: Part::Year, .. }) | Span::Days(_) => (of(span), Sets::new()),
            Span::Named(period) => (of(span), of(whole_year(period.year))),
            Span::Years(first, last) => {
                let years: Vec<_> = (first..=last).map(|year| of(whole_year(year))).collect();
                (of_years(&years, catalogue), Sets::new())
            }
        };
        let keys = window.keys().chain(year.keys());
        let below = keys.filter(|(_, unit)| *unit != root).map(|(id, _)| *id).collect();
        let rates = catalogue.indicator_ids().filter(|&id| catalogue.indicator(id).is_rate()).collect();
        let targets = Self { window, year, root, rates, below, elsewhere: collected.targets_elsewhere.clone() };
        found.extend(targets.parts_that_differ(register, catalogue, collected));
        (targets, found)
    }

    /// Of one row of the report.
    pub fn of_row(&self, id: IndicatorId, row: &Shown) -> Option<Planned> {
        self.of(|sets| self.said_of_row(sets, id, row))
    }

    /// Of the whole: what is stated for it; else what the rows' targets come to, if each unit that is to report has one.
    pub fn of_all(&self, id: IndicatorId, rows: &[Shown]) -> Option<Planned> {
        self.of(|sets| {
            let set = sets.get(&(id, self.root)).copied().unwrap_or_default();
            if set.whole != Said::Nothing || !self.below.contains(&id) {
                return set.whole.or(set.own);
            }
            if self.rates.contains(&id) || self.elsewhere.contains(&id) {
                return Said::Nothing;
            }
            let of_row = |row: &Shown| {
                let own = row.own.then_some(Amount::ZERO);
                self.said_of_row(sets, id, row).amount().or(own)
            };
            let sum = rows.iter().try_fold(Amount::ZERO, |sum, row| sum.checked_add(of_row(row)?));
            sum.map_or(Said::Nothing, Said::One)
        })
    }

    fn of(&self, said: impl Fn(&Sets) -> Said) -> Option<Planned> {
        match said(&self.window) {
            // Two that differ are not made good by the year's.
            Said::Nothing => said(&self.year).amount().map(|amount| Planned { amount, of_year: true }),
            of_window => of_window.amount().map(|amount| Planned { amount, of_year: false }),
        }
    }

    fn said_of_row(&self, sets: &Sets, id: IndicatorId, row: &Shown) -> Said {
        let set = sets.get(&(id, row.unit)).copied().unwrap_or_default();
        match row.own {
            // What is set for the root alone is its own part only beside those of others.
            true if row.unit == self.root && !self.below.contains(&id) => Said::Nothing,
            true => set.own,
            false => set.whole.or(set.own),
        }
    }

    /// A whole that is less than what is set for its parts.
    fn parts_that_differ(&self, register: &Register, catalogue: &Catalogue, collected: &Collected) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for sets in [&self.window, &self.year] {
            for (&(id, unit), set) in sets.iter().filter(|((id, _), _)| !self.rates.contains(id)) {
                let Said::One(whole) = set.whole else { continue };
                let parts: Vec<Option<Amount>> = register
                    .children(unit)
                    .map(|child| sets.get(&(id, child)).and_then(|set| set.whole.or(set.own).amount()))
                    .collect();
                let sum = parts.iter().flatten().try_fold(Amount::ZERO, |sum, part| sum.checked_add(*part));
                let Some(sum) = sum.filter(|sum| *sum > Amount::ZERO) else { continue };
                let all = parts.iter().all(Option::is_some);
                let source = collected
                    .targets
                    .iter()
                    .find(|figure| (figure.indicator, figure.org_unit) == (id, unit) && figure.value.amount() == whole);
                if let Some(source) = source.filter(|_| sum > whole || all && sum != whole) {
                    let problem = Problem::TargetPartsDiffer {
                        indicator: catalogue.indicator(id).title.clone(),
                        whole,
                        sum,
                        decimals: catalogue.indicator(id).decimals,
                    };
                    found.push(Diagnostic::new(problem, Place::from(&source.source)));
                }
            }
        }
        found
    }
}

/// What the plan says of a period; where it says nothing of an indicator and unit, what the communes' own tables do. Two that
/// differ are none, and named.
fn stated(
    collected: &Collected,
    register: &Register,
    catalogue: &Catalogue,
    span: Span,
    found: &mut Vec<Diagnostic>,
) -> Sets {
    let speaks = |figure: &&Figure| figure.period == span && figure.categories.is_empty();
    let columns = collected.figures.iter().filter(|figure| figure.telling == Telling::Planned).filter(speaks);
    let mut sets = Sets::new();
    for figures in [collected.targets.iter().filter(speaks).collect::<Vec<_>>(), columns.collect()] {
        let mut of: BTreeMap<(IndicatorId, OrgUnitId), [Vec<&Figure>; 2]> = BTreeMap::new();
        for figure in figures {
            let whole = usize::from(figure.standing == Standing::Total);
            of.entry((figure.indicator, figure.org_unit)).or_default()[whole].push(figure);
        }
        for (key, figures) in of {
            let [own, whole] = figures.map(|figures| {
                let Some((first, rest)) = figures.split_first() else { return Said::Nothing };
                let amount = first.value.amount();
                let Some(other) = rest.iter().find(|other| other.value.amount() != amount) else {
                    return Said::One(amount);
                };
                let problem = Problem::TargetsDiffer {
                    indicator: catalogue.indicator(key.0).title.clone(),
                    unit: register.unit(key.1).name.clone(),
                    first: first.source.clone(),
                    amounts: (amount, other.value.amount()),
                    decimals: catalogue.indicator(key.0).decimals,
                };
                found.push(Diagnostic::new(problem, Place::from(&other.source)));
                Said::Differ
            });
            sets.entry(key).or_insert(Set { own, whole });
        }
    }
    sets
}

/// Of several years: flows where each of them has a target; of a stock the last year's; of a rate none.
fn of_years(years: &[Sets], catalogue: &Catalogue) -> Sets {
    let Some((last, earlier)) = years.split_last() else { return Sets::new() };
    let mut sets = Sets::new();
    for (&key, set) in last {
        let add = |sum: Said, said: Said| match (sum, said) {
            (Said::One(sum), Said::One(amount)) => sum.checked_add(amount).map_or(Said::Nothing, Said::One),
            (Said::Differ, _) | (_, Said::Differ) => Said::Differ,
            _ => Said::Nothing,
        };
        let of = match catalogue.indicator(key.0).over_time {
            OverTime::Ratio => continue,
            OverTime::Sum => earlier.iter().fold(*set, |sum, year| {
                let other = year.get(&key).copied().unwrap_or_default();
                Set { own: add(sum.own, other.own), whole: add(sum.whole, other.whole) }
            }),
            OverTime::Last | OverTime::First | OverTime::Max => *set,
        };
        sets.insert(key, of);
    }
    sets
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
