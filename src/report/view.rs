//! All that the sheets, the text and the data are made from, with the questions that they ask of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::amount::{Amount, percent};
use crate::base::diagnostic::Diagnostic;
use crate::base::record::{CategoryId, Collected, FieldId, FormId, IndicatorId, OrgUnitId};
use crate::catalogue::Catalogue;
use crate::catalogue::indicator::OverTime;
use crate::catalogue::register::Register;
use crate::catalogue::settings::Settings;

use super::Options;
use super::aggregate::{Figures, State};
use super::settle::Stretch;
use super::units::Shown;

pub struct View<'a> {
    pub collected: &'a Collected,
    pub register: &'a Register,
    pub catalogue: &'a Catalogue,
    pub settings: &'a Settings,
    pub options: &'a Options<'a>,
    pub now: Figures,
    /// The same window a year earlier, where comparison is wanted.
    pub before: Option<Figures>,
    pub rows: Vec<Shown>,
    /// The units of all rows.
    pub all: Vec<OrgUnitId>,
    /// Of the reading and the reckoning, in order of place.
    pub diagnostics: Vec<Diagnostic>,
}

/// This window beside the same a year earlier, over the units that have data in both.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Compared {
    pub now: Amount,
    pub before: Amount,
    pub units: usize,
    /// Whether these are all units that have data in either year.
    pub all: bool,
}

impl Compared {
    /// By how many percent it grew.
    pub fn growth(&self) -> Option<Amount> {
        percent(self.now.checked_sub(self.before)?, self.before)
    }
}

impl View<'_> {
    pub fn total(&self, id: IndicatorId) -> Option<Amount> {
        self.now.value(self.catalogue, id, &self.all, self.now.stretch)
    }

    pub fn value(&self, id: IndicatorId, row: &Shown) -> Option<Amount> {
        self.now.value(self.catalogue, id, &row.members, self.now.stretch)
    }

    pub fn state(&self, id: IndicatorId, row: &Shown) -> State {
        self.now.state(self.catalogue, id, &row.members)
    }

    /// The indicators of a form that a report shows.
    pub fn indicators(&self, form: FormId) -> Vec<IndicatorId> {
        self.catalogue.indicators_of(form).filter(|&id| self.catalogue.indicator(id).reported).collect()
    }

    /// The units that are expected to report.
    pub fn expected(&self) -> impl Iterator<Item = &Shown> {
        self.rows.iter().filter(|row| !row.own)
    }

    /// Of these, how many have a figure for an indicator, if only that nothing happened.
    pub fn reported(&self, id: IndicatorId) -> usize {
        self.expected().filter(|row| !matches!(self.state(id, row), State::Absent)).count()
    }

    /// The months for which a row sent a form.
    pub fn submitted(&self, form: FormId, row: &Shown) -> BTreeSet<(i32, u32)> {
        let of = |unit: &OrgUnitId| self.now.submitted.get(&(form, *unit));
        row.members.iter().filter_map(of).flatten().copied().collect()
    }

    /// Whether a row has anything of a form.
    pub fn sent(&self, form: FormId, row: &Shown) -> bool {
        row.members.iter().any(|&unit| self.now.sent(self.catalogue, form, unit))
    }

    /// Whether anything is known of a form at all.
    pub fn known(&self, form: FormId) -> bool {
        self.indicators(form).into_iter().any(|id| self.total(id).is_some())
    }

    pub fn compared(&self, id: IndicatorId) -> Option<Compared> {
        let before = self.before.as_ref()?;
        let mut both = Vec::new();
        let mut units = 0;
        let mut all = true;
        for row in &self.rows {
            let then = before.value(self.catalogue, id, &row.members, before.stretch);
            match (self.value(id, row), then) {
                (Some(_), Some(_)) => {
                    both.extend_from_slice(&row.members);
                    units += 1;
                }
                (None, None) => {}
                _ => all = false,
            }
        }
        if units == 0 {
            return None;
        }
        Some(Compared {
            now: self.now.value(self.catalogue, id, &both, self.now.stretch)?,
            before: before.value(self.catalogue, id, &both, before.stretch)?,
            units,
            all,
        })
    }

    pub fn parts(&self, id: IndicatorId) -> BTreeMap<(FieldId, CategoryId), Amount> {
        self.now.parts(id, &self.all)
    }

    pub fn category_title(&self, form: FormId, field: FieldId, category: CategoryId) -> String {
        self.catalogue.category(form, field, category).map_or("Khác".to_owned(), |category| category.title.clone())
    }

    /// The quarters that the window touches: title, and the part of each inside the window.
    pub fn quarters(&self) -> Vec<((i32, u8), Stretch)> {
        let quarters: BTreeSet<(i32, u8)> =
            self.now.stretch.touched().map(|(year, month)| (year, month.div_ceil(3) as u8)).collect();
        let stretch = |(year, quarter): (i32, u8)| {
            let last = u32::from(quarter) * 3;
            Stretch::months((year, last - 2), (year, last)).within(self.now.stretch)
        };
        quarters.into_iter().map(|quarter| (quarter, stretch(quarter))).collect()
    }

    pub fn is_flow(&self, id: IndicatorId) -> bool {
        self.catalogue.indicator(id).over_time == OverTime::Sum
    }

    /// "xã, thị trấn": the levels of the units that are expected to report, the most frequent first.
    pub fn levels(&self) -> String {
        let mut count: BTreeMap<String, usize> = BTreeMap::new();
        for row in self.expected() {
            *count.entry(self.register.unit(row.unit).level.to_lowercase()).or_default() += 1;
        }
        count.remove("");
        let mut levels: Vec<(String, usize)> = count.into_iter().collect();
        levels.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let levels: Vec<String> = levels.into_iter().map(|(level, _)| level).collect();
        if levels.is_empty() { "đơn vị".to_owned() } else { levels.join(", ") }
    }

    pub fn name(&self, row: &Shown) -> &str {
        &self.register.unit(row.unit).name
    }
}
