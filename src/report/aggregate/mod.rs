//! Records and stated figures → what each unit has for each indicator, in one window (design.md 4.6, 4.8, 4.9, 5).
//!
//! Takes all that was read, once ([`Reckoner::new`]); gives the figures of any window ([`Reckoner::figures`]) with the problems
//! found on the way. Exact, and independent of the order of what was read.
//!
//! `window` says in which order: `lists` sum records by the `formula` of each indicator, `stated` brings what tables say, `wholes`
//! settles both into a [`Fact`], `totals` compares what parents state. [`Figures`] and `rates` answer what is asked of the result.

mod categories;
mod fact;
mod figures;
mod formula;
mod lines;
mod lists;
mod problems;
mod rates;
mod stated;
mod totals;
mod wholes;
mod window;

pub use fact::{Fact, State};
pub use figures::Figures;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::base::amount::Amount;
use crate::base::cell::{SheetName, Source};
use crate::base::diagnostic::Diagnostic;
use crate::base::period::{Calendar, Span, Window};
use crate::base::record::{
    CategoryId, Collected, FieldId, Figure, FormId, IndicatorId, Item, OrgUnitId, Record, Said, Standing, Telling, When,
};
use crate::catalogue::Catalogue;
use crate::catalogue::register::Register;
use crate::report::account::{Became, Line};
use crate::report::stretch::Stretch;

use formula::{contribution, record_source};

/// A named month: year, month.
pub type Month = (i32, u32);

/// Finds what was read by form and unit.
pub struct Reckoner<'a> {
    collected: &'a Collected,
    register: &'a Register,
    catalogue: &'a Catalogue,
    calendar: &'a Calendar,
    /// The records of one form and unit, sorted by place.
    lists: BTreeMap<(FormId, OrgUnitId), List<'a>>,
    /// The stated figures of one indicator and unit.
    stated: BTreeMap<(IndicatorId, OrgUnitId), Vec<&'a Figure>>,
    totals: BTreeMap<(IndicatorId, OrgUnitId), Vec<&'a Figure>>,
    /// Sheets that state an indicator's figures of a period by unit: their totals were checked row by row, by the reading.
    rows: HashSet<(IndicatorId, Span, &'a SheetName)>,
    /// The categories of a field that any figure of an indicator states.
    parts: HashMap<(IndicatorId, FieldId), BTreeSet<CategoryId>>,
}

/// All that lists of records say of one form and unit.
#[derive(Default)]
struct List<'a> {
    records: Vec<&'a Record>,
    /// The months covered by sheets: with the columns of the sheet's table, or `None` where nothing happened.
    covered: Vec<(&'a [Month], Option<&'a [FieldId]>)>,
}

impl<'a> Reckoner<'a> {
    pub fn new(
        collected: &'a Collected,
        register: &'a Register,
        catalogue: &'a Catalogue,
        calendar: &'a Calendar,
    ) -> Self {
        let mut lists: BTreeMap<(FormId, OrgUnitId), List<'a>> = BTreeMap::new();
        // The columns of each list, by form, unit and sheet.
        let mut columns: HashMap<(FormId, OrgUnitId, &SheetName), &'a [FieldId]> = HashMap::new();
        let mut last: Option<(FormId, OrgUnitId, *const SheetName)> = None;
        for record in &collected.records {
            lists.entry((record.form, record.org_unit)).or_default().records.push(record);
        }
        // A list of which all rows are told elsewhere still tells that nothing else happened in its months.
        let aside = collected.aside.iter().filter_map(|aside| match &aside.said {
            Said::Record(record) => Some(record),
            Said::Figure(_) => None,
        });
        for record in collected.records.iter().chain(aside) {
            let here = (record.form, record.org_unit, Arc::as_ptr(&record.sheet));
            if last != Some(here) {
                columns.insert((record.form, record.org_unit, &*record.sheet), &record.columns);
                last = Some(here);
            }
        }
        for list in lists.values_mut() {
            list.records.sort_by(|a, b| (&a.sheet, a.row).cmp(&(&b.sheet, b.row)));
        }
        let mut stated: BTreeMap<_, Vec<&Figure>> = BTreeMap::new();
        let mut totals: BTreeMap<_, Vec<&Figure>> = BTreeMap::new();
        let mut rows = HashSet::new();
        let mut parts: HashMap<(IndicatorId, FieldId), BTreeSet<CategoryId>> = HashMap::new();
        // A column of several indicators has no totals that the reading could prove: each row there speaks for itself.
        let column = |figure: &Figure| (Arc::as_ptr(&figure.source.sheet), figure.source.cell.col);
        let with_totals: HashSet<(*const SheetName, u32)> =
            collected.figures.iter().filter(|figure| figure.standing != Standing::Data).map(column).collect();
        let mut columns_of: HashMap<(*const SheetName, u32), Option<IndicatorId>> = HashMap::new();
        for figure in collected.figures.iter().filter(|figure| figure.standing == Standing::Data) {
            if with_totals.contains(&column(figure)) {
                let of = columns_of.entry(column(figure)).or_insert(Some(figure.indicator));
                *of = of.filter(|id| *id == figure.indicator);
            }
        }
        for figure in collected.figures.iter().filter(|figure| figure.telling != Telling::Planned) {
            if let [(field, category)] = figure.categories[..] {
                parts.entry((figure.indicator, field)).or_default().insert(category);
            }
            let into = if figure.standing == Standing::Data { &mut stated } else { &mut totals };
            into.entry((figure.indicator, figure.org_unit)).or_default().push(figure);
            if figure.standing == Standing::Data && columns_of.get(&column(figure)) != Some(&None) {
                rows.insert((figure.indicator, figure.period, &*figure.source.sheet));
            }
        }
        for submission in &collected.submissions {
            let (form, unit, sheet) = (submission.form, submission.org_unit, &*submission.sheet);
            let columns = columns.get(&(form, unit, sheet)).copied();
            if columns.is_some() || submission.nil {
                lists.entry((form, unit)).or_default().covered.push((&submission.months, columns));
            }
        }
        Self { collected, register, catalogue, calendar, lists, stated, totals, rows, parts }
    }

    /// Whether some unit states an indicator by more than one category of a field: then a blank one is none.
    fn is_broken_down(&self, id: IndicatorId, fields: &[FieldId]) -> bool {
        fields.iter().any(|field| self.parts.get(&(id, *field)).is_some_and(|categories| categories.len() > 1))
    }

    /// What is known of the window, and what was found wrong on the way.
    pub fn figures(&self, span: Span) -> (Figures, Vec<Diagnostic>) {
        let (figures, diagnostics, _) = self.reckoned(span, &BTreeSet::new());
        (figures, diagnostics)
    }

    /// The same, with the account of some indicators: all the cells that speak of them in the window.
    pub fn account(&self, span: Span, of: &BTreeSet<IndicatorId>) -> (Figures, Vec<Line>) {
        let (figures, _, mut lines) = self.reckoned(span, of);
        lines.sort_by(|a, b| (a.indicator, a.unit, &a.source).cmp(&(b.indicator, b.unit, &b.source)));
        (figures, lines)
    }

    /// What speaks of an indicator and unit in a window, and was set aside since something else says it (design.md 4.9).
    pub fn aside(&self, span: Span, id: IndicatorId, unit: OrgUnitId) -> impl Iterator<Item = (Line, &'a Diagnostic)> {
        let indicator = self.catalogue.indicator(id);
        let form = self.catalogue.form(indicator.form);
        let (window, stretch) = (span.window(self.calendar), Stretch::asked(span, self.calendar));
        let line = move |source: Source, period: String, at: Stretch, written: Amount, of_record: bool| {
            let became = Became::NotNeeded;
            at.overlaps(stretch).then_some(Line { indicator: id, unit, source, period, at, written, became, of_record })
        };
        self.collected.aside.iter().filter_map(move |aside| {
            let line = match &aside.said {
                Said::Figure(figure) if (figure.indicator, figure.org_unit) == (id, unit) => {
                    let at = Stretch::stated(figure.period, self.calendar);
                    line(figure.source.clone(), figure.period.title(), at, figure.value.amount(), false)?
                }
                Said::Record(record) if (record.form, record.org_unit) == (indicator.form, unit) => {
                    let amount = contribution(form, record, &indicator.formula, Some((window, self.calendar)));
                    let amount = amount.filter(|amount| !amount.is_zero())?;
                    let (period, at) = match record.when {
                        When::Day(day) => {
                            let month = self.calendar.month_of(day);
                            (day.format("%d/%m/%Y").to_string(), Stretch::month(month))
                        }
                        When::Within(span) => (span.title(), Stretch::stated(span, self.calendar)),
                    };
                    line(record_source(record, indicator), period, at, amount, true)?
                }
                _ => return None,
            };
            Some((line, &*aside.because))
        })
    }

    /// Whether anything at all speaks of a window or of what was before it.
    pub fn knows_of(&self, window: Window) -> bool {
        let begins = |span: Span| span.window(self.calendar).from <= window.to;
        let dated = |(_, item, _): &(FieldId, Item, u32)| matches!(item, Item::Date(day) if *day <= window.to);
        let is_of = |record: &Record| {
            let when = match record.when {
                When::Day(day) => day <= window.to,
                When::Within(span) => begins(span),
            };
            when || record.items.iter().any(dated)
        };
        let last = self.calendar.month_of(window.to);
        let collected = self.collected;
        collected.figures.iter().any(|figure| begins(figure.period))
            || collected.submissions.iter().any(|sent| sent.months.first().is_none_or(|month| *month <= last))
            || collected.aside.iter().any(|aside| match &aside.said {
                Said::Record(record) => is_of(record),
                Said::Figure(figure) => begins(figure.period),
            })
            || collected.records.iter().any(is_of)
    }

    /// The years that anything read belongs to.
    pub fn years(&self) -> BTreeSet<i32> {
        let of = |span: Span| match span {
            Span::Named(period) => period.year,
            Span::Years(_, last) => last,
            Span::Days(window) => self.calendar.month_of(window.from).0,
        };
        let records = self.collected.records.iter().map(|record| match record.when {
            When::Day(day) => self.calendar.month_of(day).0,
            When::Within(span) => of(span),
        });
        records.chain(self.collected.figures.iter().map(|figure| of(figure.period))).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::amount::{Amount, percent};
    use crate::catalogue::indicator::OverTime;
    use crate::report::testing::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_district_is_the_sum_of_its_communes_in_any_order(
            rows in proptest::collection::vec((1u32..4, 1u32..13, proptest::option::of(0i64..500), 0i64..50, 0i64..50), 0..40),
            stated in proptest::collection::vec((1u32..4, 1u8..5, 0i64..900), 0..8),
            seed in 0usize..1000,
        ) {
            let mut data = Data::default();
            for (unit, month, participants, opinions, answered) in &rows {
                data.dialogue(*unit, &format!("2023-{month:02}-11"), *participants, Some(*opinions), Some(*answered), Some(0));
            }
            for (unit, of, amount) in &stated {
                data.state("dialogue.participants", *unit, quarter(*of), *amount);
            }
            let collected = data.done();
            let mut turned = data.done();
            let turn = |len: usize| if len == 0 { 0 } else { seed % len };
            let (at, figures_at) = (turn(turned.records.len()), turn(turned.figures.len()));
            turned.records.rotate_left(at);
            turned.figures.rotate_left(figures_at);
            let (catalogue, register, calendar) = (catalogue(), register(), civil());
            let (figures, diagnostics) = Reckoner::new(&collected, &register, &catalogue, &calendar).figures(YEAR);
            let (again, same) = Reckoner::new(&turned, &register, &catalogue, &calendar).figures(YEAR);
            prop_assert_eq!(diagnostics, same);
            let all = [OrgUnitId(1), OrgUnitId(2), OrgUnitId(3)];
            for id in catalogue.indicator_ids() {
                let value = figures.value(&catalogue, id, &all, figures.stretch);
                prop_assert_eq!(value, again.value(&catalogue, id, &all, again.stretch));
                if catalogue.indicator(id).over_time == OverTime::Sum {
                    let units: Vec<_> = all.iter().filter_map(|&u| figures.value(&catalogue, id, &[u], figures.stretch)).collect();
                    prop_assert_eq!(value, (!units.is_empty()).then(|| units.into_iter().sum()));
                    let (months, rest) = figures.by_month(&catalogue, id, &all);
                    let sum: Amount = months.iter().map(|(_, amount)| *amount).sum::<Amount>() + rest.unwrap_or_default();
                    prop_assert_eq!(value.unwrap_or_default(), sum);
                }
            }
            let of = |id| figures.value(&catalogue, indicator(&catalogue, id), &all, figures.stretch);
            if let (Some(part), Some(whole)) = (of("dialogue.answered"), of("dialogue.opinions")) {
                prop_assert_eq!(of("dialogue.answer_rate"), percent(part, whole));
            }
        }
    }
}
