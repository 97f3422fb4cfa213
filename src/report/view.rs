//! All that the sheets, the text and the data are made from, with the questions that they ask of it.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::base::amount::{Amount, percent};
use crate::base::diagnostic::Diagnostic;
use crate::base::period::{Part, Period, Span};
use crate::base::record::{CategoryId, Collected, FieldId, FormId, IndicatorId, OrgUnitId, Record, Submission, When};
use crate::base::wording::lower;
use crate::catalogue::Catalogue;
use crate::catalogue::edition::Edition;
use crate::catalogue::form::{Condition, Field};
use crate::catalogue::indicator::{Formula, OverTime};
use crate::catalogue::register::Register;
use crate::catalogue::settings::Settings;

use super::Options;
use super::aggregate::{Figures, State};
use super::edition;
use super::edition::bridge::Bridge;
use super::periods;
use super::stretch::Stretch;
use super::targets::{self, Target, Targets};
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
    /// What was published of it, where that was kept.
    pub previous: Option<&'a Edition>,
    /// Where that is all there is of it.
    pub published: Option<edition::Published>,
    /// What changed since this window's figures were published.
    pub bridge: Option<Bridge>,
    /// From the year's start to the window's end, where the window does not begin with the year.
    pub to_date: Option<Figures>,
    pub targets: Targets,
    pub rows: Vec<Shown>,
    pub reckoned: Reckoned,
    /// The units of all rows.
    pub all: Vec<OrgUnitId>,
    /// Of the reading and the reckoning, in order of place.
    pub diagnostics: Vec<Diagnostic>,
}

/// What many sheets and sentences ask of all units together: reckoned where it is first asked, so that a row costs no more in a
/// province than in a district.
#[derive(Default)]
pub struct Reckoned {
    totals: OnceCell<Vec<Option<Amount>>>,
    totals_before: OnceCell<Vec<Option<Amount>>>,
    /// By form: what a report shows of it.
    shown: OnceCell<Vec<Vec<IndicatorId>>>,
    known: OnceCell<Vec<bool>>,
    collected: OnceCell<BTreeSet<FormId>>,
    /// Each unit's, by their place among all.
    submissions: OnceCell<BTreeMap<OrgUnitId, Vec<usize>>>,
}

/// This window beside the same a year earlier, over the units that have data in both.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Compared {
    pub now: Amount,
    pub before: Amount,
    pub units: usize,
    /// How many of these are parents' own rows.
    pub own: usize,
    /// Whether these are all units that have data in either year.
    pub all: bool,
}

/// The figure of the year before, as it was published, and whether it is another now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Basis {
    pub published: Option<Amount>,
    pub restated: bool,
}

impl Compared {
    /// How many times what it was, where that says more than a percentage.
    pub fn times(&self) -> Option<Amount> {
        const AT_LEAST: u64 = 10;
        let times = self.now.checked_div(self.before)?;
        (times >= Amount::from(AT_LEAST)).then_some(times)
    }

    /// By how many percent it grew.
    pub fn growth(&self) -> Option<Amount> {
        percent(self.now.checked_sub(self.before)?, self.before)
    }
}

impl View<'_> {
    pub fn total(&self, id: IndicatorId) -> Option<Amount> {
        let of = |id| self.now.value(self.catalogue, id, &self.all, self.now.stretch).filter(|_| !self.hides(id));
        let totals = self.reckoned.totals.get_or_init(|| self.catalogue.indicator_ids().map(of).collect());
        totals.get(usize::from(id.0)).copied().flatten()
    }

    /// Of the same window a year earlier.
    pub fn total_before(&self, id: IndicatorId) -> Option<Amount> {
        let before = self.before.as_ref()?;
        let value = |id| match &self.published {
            // As it was published, whichever units there are now.
            Some(published) => published.totals.get(&id).copied(),
            None => before.value(self.catalogue, id, &self.all, before.stretch),
        };
        let of = |id| value(id).filter(|_| !self.hides(id));
        let totals = self.reckoned.totals_before.get_or_init(|| self.catalogue.indicator_ids().map(of).collect());
        totals.get(usize::from(id.0)).copied().flatten()
    }

    /// How the figures of the year before stand to what was published of them; `None` where nothing was.
    pub fn basis(&self, id: IndicatorId) -> Option<Basis> {
        let (edition, before) = (self.previous?, self.before.as_ref()?);
        if self.hides(id) {
            return None;
        }
        let published = edition.indicators.get(&self.catalogue.indicator(id).id);
        let total = published.and_then(|published| published.total);
        let same = |now: Option<Amount>, then: Option<Amount>| edition::rounded(now) == edition::rounded(then);
        let mut equal = same(self.total_before(id), total);
        if equal && self.published.is_none() && !self.is_rate(id) {
            equal = edition::same_by_unit(edition, published, self.register, before.window, |unit| {
                before.value(self.catalogue, id, &[unit], before.stretch)
            });
        }
        match (total, self.total_before(id)) {
            (None, None) => None,
            _ => Some(Basis { published: total, restated: !equal }),
        }
    }

    pub fn value(&self, id: IndicatorId, row: &Shown) -> Option<Amount> {
        if self.is_guarded(id) {
            return None;
        }
        self.now.value(self.catalogue, id, &row.members, self.now.stretch)
    }

    /// Of the same window a year earlier.
    pub fn value_before(&self, id: IndicatorId, row: &Shown) -> Option<Amount> {
        if self.is_guarded(id) {
            return None;
        }
        let before = self.before.as_ref()?;
        // Who is missing from a group is not known.
        if row.members.len() > 1 && self.is_partly_published(id) {
            return None;
        }
        before.value(self.catalogue, id, &row.members, before.stretch)
    }

    /// Whether all that is known of the year before was published of units of which some are no longer there.
    pub fn is_partly_published(&self, id: IndicatorId) -> bool {
        self.published.as_ref().is_some_and(|published| published.partial.contains(&id))
    }

    pub fn state(&self, id: IndicatorId, row: &Shown) -> State {
        self.now.state(self.catalogue, id, &row.members)
    }

    /// The indicators of a form that a report shows: those that any unit has given a figure for, in either year; of a form in
    /// which nothing happened at all, those that are none.
    pub fn indicators(&self, form: FormId) -> Vec<IndicatorId> {
        let of = |form| self.reportable(form).filter(|&id| self.is_known(id)).collect();
        let shown = self.reckoned.shown.get_or_init(|| self.catalogue.form_ids().map(of).collect());
        shown.get(usize::from(form.0)).cloned().unwrap_or_default()
    }

    /// All that a report of the form would show if it were known.
    pub fn reportable(&self, form: FormId) -> impl Iterator<Item = IndicatorId> {
        self.catalogue.indicators_of(form).filter(|&id| self.catalogue.indicator(id).reported && !self.hides(id))
    }

    pub fn is_known(&self, id: IndicatorId) -> bool {
        let known = self.reckoned.known.get_or_init(|| {
            let told =
                |id: IndicatorId| self.now.told(id) || self.before.as_ref().is_some_and(|before| before.told(id));
            let told: Vec<bool> = self.catalogue.indicator_ids().map(told).collect();
            self.catalogue.indicator_ids().map(|id| self.is_known_of(id, &told)).collect()
        });
        known.get(usize::from(id.0)).copied().unwrap_or_default()
    }

    fn is_known_of(&self, id: IndicatorId, told: &[bool]) -> bool {
        let indicator = self.catalogue.indicator(id);
        let told = |id: IndicatorId| told.get(usize::from(id.0)).copied().unwrap_or_default();
        if let Formula::Ratio { of, to } = &indicator.formula {
            return told(*of) && to.iter().any(|&id| told(id));
        }
        let known = self.total(id).is_some() || self.total_before(id).is_some();
        told(id) || known && !self.catalogue.indicators_of(indicator.form).any(told)
    }

    /// Whether a form is in any file, of whatever year: one that is in none the office does not collect.
    pub fn is_collected(&self, form: FormId) -> bool {
        let forms = || {
            let all = self.collected;
            let of_figures = all.figures.iter().map(|figure| self.catalogue.indicator(figure.indicator).form);
            let of_submissions = all.submissions.iter().map(|sent| sent.form);
            all.records.iter().map(|record| record.form).chain(of_submissions).chain(of_figures).collect()
        };
        self.reckoned.collected.get_or_init(forms).contains(&form)
    }

    /// What the units of a row sent.
    pub fn submissions(&self, row: &Shown) -> impl Iterator<Item = &Submission> {
        let of_units = self.reckoned.submissions.get_or_init(|| {
            let mut of_units: BTreeMap<OrgUnitId, Vec<usize>> = BTreeMap::new();
            for (at, sent) in self.collected.submissions.iter().enumerate() {
                of_units.entry(sent.org_unit).or_default().push(at);
            }
            of_units
        });
        let of_row = row.members.iter().filter_map(|unit| of_units.get(unit)).flatten();
        of_row.filter_map(|&at| self.collected.submissions.get(at))
    }

    /// The forms that the office collects.
    pub fn collected_forms(&self) -> Vec<FormId> {
        self.catalogue.form_ids().filter(|&form| self.is_collected(form)).collect()
    }

    /// The forms of which anything is shown.
    pub fn forms(&self) -> Vec<FormId> {
        self.catalogue.form_ids().filter(|&form| !self.indicators(form).is_empty()).collect()
    }

    /// The units that are expected to report.
    pub fn expected(&self) -> impl Iterator<Item = &Shown> {
        self.rows.iter().filter(|row| !row.own)
    }

    /// Of these, how many have a figure that is in the whole's, if only that nothing happened.
    pub fn reported(&self, id: IndicatorId) -> usize {
        self.expected().filter(|row| self.has(&self.now, id, row)).count()
    }

    /// A rate of nothing is no figure, but its parts are.
    pub fn has(&self, figures: &Figures, id: IndicatorId, row: &Shown) -> bool {
        match &self.catalogue.indicator(id).formula {
            Formula::Ratio { of, to } => {
                figures.ratio(self.catalogue, *of, to, &row.members, figures.stretch).is_some()
            }
            _ => figures.value(self.catalogue, id, &row.members, figures.stretch).is_some(),
        }
    }

    /// Part and whole of a rate as it was reckoned, where they are not all that is known of both: some units have only one of
    /// them, or one of them for some months or rows alone.
    pub fn in_part(&self, of: IndicatorId, to: &[IndicatorId]) -> Option<(Amount, Amount)> {
        let (part, whole) = self.now.ratio(self.catalogue, of, to, &self.all, self.now.stretch)?;
        let wholes = to.iter().filter_map(|&id| self.total(id)).try_fold(Amount::ZERO, |a, b| a.checked_add(b));
        (Some(part) != self.total(of) || Some(whole) != wholes).then_some((part, whole))
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

    /// Whether anything of a form was reported in the window.
    pub fn known(&self, form: FormId) -> bool {
        self.rows.iter().any(|row| self.sent(form, row))
            && self.indicators(form).into_iter().any(|id| self.total(id).is_some() || self.is_apart(id))
    }

    pub fn compared(&self, id: IndicatorId) -> Option<Compared> {
        if self.hides(id) || self.is_partly_published(id) {
            return None;
        }
        let before = self.before.as_ref()?;
        let mut both = Vec::new();
        let (mut units, mut own) = (0, 0);
        let mut all = true;
        for row in &self.rows {
            match (self.has(&self.now, id, row), self.has(before, id, row)) {
                (true, true) => {
                    both.extend_from_slice(&row.members);
                    units += 1;
                    own += usize::from(row.own);
                }
                (false, false) => {}
                _ => all = false,
            }
        }
        // Beside the whole, what some of the units came to tells what the others did.
        if units == 0 || (self.is_guarded(id) && !all) {
            return None;
        }
        Some(Compared {
            now: self.now.value(self.catalogue, id, &both, self.now.stretch)?,
            before: before.value(self.catalogue, id, &both, before.stretch)?,
            units,
            own,
            all,
        })
    }

    /// The whole's target, and how far it was reached.
    pub fn target(&self, id: IndicatorId) -> Option<Target> {
        if self.hides(id) {
            return None;
        }
        let planned = self.targets.of_all(id, &self.rows)?;
        Some(targets::reached(planned, self.done(id, &self.all, planned.of_year), self.is_rate(id)))
    }

    /// A row's target, and how far it was reached.
    pub fn target_of(&self, id: IndicatorId, row: &Shown) -> Option<Target> {
        if self.is_guarded(id) {
            return None;
        }
        let planned = self.targets.of_row(id, row)?;
        Some(targets::reached(planned, self.done(id, &row.members, planned.of_year), self.is_rate(id)))
    }

    /// In the window, or in the year up to its end.
    fn done(&self, id: IndicatorId, units: &[OrgUnitId], of_year: bool) -> Option<Amount> {
        let figures = self.to_date.as_ref().filter(|_| of_year).unwrap_or(&self.now);
        figures.value(self.catalogue, id, units, figures.stretch)
    }

    /// From the year's start, where that is more than the window.
    pub fn total_to_date(&self, id: IndicatorId) -> Option<Amount> {
        if self.is_guarded(id) {
            return None;
        }
        let figures = self.to_date.as_ref()?;
        figures.value(self.catalogue, id, &self.all, figures.stretch)
    }

    /// Whether units have figures that are not added, and nobody states what they come to together.
    pub fn is_apart(&self, id: IndicatorId) -> bool {
        !self.catalogue.indicator(id).over_units
            && self.total(id).is_none()
            && self.rows.iter().any(|row| self.value(id, row).is_some())
    }

    fn is_rate(&self, id: IndicatorId) -> bool {
        self.catalogue.indicator(id).is_rate()
    }

    /// A row's part of the whole, in percent: of what adds up, and where it does.
    pub fn share(&self, id: IndicatorId, row: &Shown) -> Option<Amount> {
        if self.is_rate(id) || matches!(self.catalogue.indicator(id).over_time, OverTime::Max) {
            return None;
        }
        percent(self.value(id, row)?, self.total(id)?)
    }

    /// The rows that have a figure, the highest first, each with its rank from 1; equal ones share theirs. A parent's own figures
    /// are ranked with nobody.
    pub fn ranked(&self, id: IndicatorId) -> Vec<(usize, &Shown, Amount)> {
        let mut rows: Vec<(usize, &Shown, Amount)> =
            self.expected().filter_map(|row| Some((0, row, self.value(id, row)?))).collect();
        rows.sort_by_key(|(_, _, amount)| std::cmp::Reverse(*amount));
        for at in 0..rows.len() {
            rows[at].0 = if at > 0 && rows[at].2 == rows[at - 1].2 { rows[at - 1].0 } else { at + 1 };
        }
        rows
    }

    /// The years of a window of whole years: each with its part of the window.
    pub fn years(&self) -> Vec<(i32, Stretch)> {
        let years = match self.options.span {
            Span::Named(Period { year, part: Part::Year }) => year..=year,
            Span::Years(first, last) => first..=last,
            Span::Named(_) | Span::Days(_) => return Vec::new(),
        };
        years.map(|year| (year, Stretch::months((year, 1), (year, 12)))).collect()
    }

    /// The years that the window touches: each with its part inside the window.
    pub fn calendar_years(&self) -> Vec<(i32, Stretch)> {
        let years: BTreeSet<i32> = self.now.stretch.touched().map(|(year, _)| year).collect();
        let part = |year| (year, Stretch::months((year, 1), (year, 12)).within(self.now.stretch));
        years.into_iter().map(part).collect()
    }

    /// What the whole comes to by category, as far as the report's readers may know.
    pub fn parts(&self, id: IndicatorId) -> BTreeMap<(FieldId, CategoryId), Amount> {
        if self.is_guarded(id) {
            return BTreeMap::new();
        }
        let mut parts = self.now.parts(self.catalogue, id, &self.all);
        if self.options.public && self.years().is_empty() {
            // Beside its other parts and the whole a part left out could be reckoned.
            let form = self.catalogue.indicator(id).form;
            parts.retain(|(field, _), _| !self.catalogue.field(form, *field).is_sensitive());
        }
        parts
    }

    /// Whether an indicator tells of denunciations, and the readers may know only what the whole came to in whole years: one
    /// that counts some kinds of a classification in which they are one, or a rate of such.
    pub fn is_guarded(&self, id: IndicatorId) -> bool {
        self.options.public && self.speaks_of_sensitive(id)
    }

    /// Whether the readers may know nothing of it: of a part of a year.
    pub fn hides(&self, id: IndicatorId) -> bool {
        self.is_guarded(id) && self.years().is_empty()
    }

    fn speaks_of_sensitive(&self, id: IndicatorId) -> bool {
        let indicator = self.catalogue.indicator(id);
        let is_of = |condition: &Condition| match condition {
            Condition::Is(field, _) | Condition::IsNot(field, _) | Condition::Unless(field, _) => {
                self.catalogue.field(indicator.form, *field).is_sensitive()
            }
            Condition::Before(..) | Condition::NotBefore(..) => false,
        };
        match &indicator.formula {
            Formula::Sum { conditions, .. } | Formula::Count { conditions, .. } => conditions.iter().any(is_of),
            // Of two counts only: what a rate is reckoned from is no rate.
            Formula::Ratio { of, to } => [of]
                .into_iter()
                .chain(to)
                .any(|&part| !self.catalogue.indicator(part).is_rate() && self.speaks_of_sensitive(part)),
            Formula::Last { .. } | Formula::Max { .. } => false,
        }
    }

    /// Whether the readers may see a form's records: not where denunciations are among them.
    pub fn shows_records(&self, form: FormId) -> bool {
        !self.options.public || !self.catalogue.form(form).fields.iter().any(Field::is_sensitive)
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
        self.levels_of(self.expected().map(|row| row.unit))
    }

    pub fn levels_of(&self, units: impl Iterator<Item = OrgUnitId>) -> String {
        let mut count: BTreeMap<String, usize> = BTreeMap::new();
        for unit in units {
            *count.entry(self.register.unit(unit).level.to_lowercase()).or_default() += 1;
        }
        count.remove("");
        let mut levels: Vec<(String, usize)> = count.into_iter().collect();
        levels.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let levels: Vec<String> = levels.into_iter().map(|(level, _)| level).collect();
        if levels.is_empty() { "đơn vị".to_owned() } else { levels.join(", ") }
    }

    /// As the register writes it.
    pub fn name(&self, row: &Shown) -> &str {
        &self.register.unit(row.unit).name
    }

    /// "Xã Bảo Hà"; "Cấp huyện" for a parent's own figures.
    pub fn label(&self, row: &Shown) -> String {
        let unit = self.register.unit(row.unit);
        if row.own && !unit.level.is_empty() {
            format!("Cấp {}", unit.level.to_lowercase())
        } else {
            unit.name.clone()
        }
    }

    /// How many files have anything of the window.
    pub fn files(&self) -> usize {
        let months: BTreeSet<(i32, u32)> = self.now.stretch.touched().collect();
        let sent = self.collected.submissions.iter().filter(|sent| sent.months.iter().any(|m| months.contains(m)));
        let records = self.collected.records.iter().filter(|record| self.is_inside(record));
        let files = sent.map(|sent| &sent.sheet).chain(records.map(|record| &record.sheet));
        files.map(|sheet| &*sheet.file).collect::<BTreeSet<&str>>().len()
    }

    /// Whether a record belongs to the window, if only in part.
    pub fn is_inside(&self, record: &Record) -> bool {
        match record.when {
            When::Day(day) => self.now.window.contains(day),
            When::Within(span) => Stretch::stated(span, self.options.calendar).overlaps(self.now.stretch),
        }
    }

    /// "xã Kim Sơn", "thị trấn Phố Ràng", but "Phường 1" (Nghị định 30/2020/NĐ-CP, Phụ lục II).
    pub fn in_sentence(&self, row: &Shown) -> String {
        if row.own { lower(&self.label(row)) } else { self.unit_in_sentence(row.unit) }
    }

    pub fn unit_in_sentence(&self, id: OrgUnitId) -> String {
        let unit = self.register.unit(id);
        let level = unit.level.to_lowercase();
        let lowered = lower(&unit.name);
        // A register may call a town a commune.
        let types = self.catalogue.words.unit_types.iter().flat_map(|of| &of.names).map(String::as_str);
        let mut types = types.filter(|word| word.chars().count() > 2).chain([level.as_str()]);
        let begins = |word: &str| lowered.strip_prefix(word).filter(|rest| !word.is_empty() && rest.starts_with(' '));
        let rest = types.find_map(begins).map(str::trim_start);
        let common = rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()));
        if common { lowered } else { unit.name.clone() }
    }

    /// "hai năm": the windows that are compared.
    pub fn both(&self) -> &'static str {
        periods::both(self.options.span)
    }
}
