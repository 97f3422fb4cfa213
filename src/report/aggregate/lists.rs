//! Lists of records → what they come to for each indicator: flows by month, stocks at the window's edges and those of its parts.
//!
//! Takes the records of one form and unit; gives a fact for each indicator, into the window's figures.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;

use crate::base::amount::Amount;
use crate::base::period::{self, Period};
use crate::base::record::{FormId, IndicatorId, OrgUnitId, Record, When};
use crate::catalogue::form::Condition;
use crate::catalogue::indicator::{Formula, Indicator, OverTime};
use crate::report::stretch::{Entry, Stretch};

use super::categories::Parts;
use super::fact::Fact;
use super::formula::{contribution, date, provides, record_source, unsure};
use super::window::Run;
use super::{List, Month};

/// A record's place in time, as an indicator sees it.
pub(super) enum At {
    Month(usize),
    /// Known only for a longer period than a month.
    Longer(Stretch),
}

/// Sums by month of the window, with what is known only for longer.
#[derive(Clone)]
pub(super) struct Sums {
    months: Vec<Option<Amount>>,
    longer: Vec<Entry>,
}

impl Sums {
    fn new(months: usize) -> Self {
        Self { months: vec![None; months], longer: Vec::new() }
    }

    /// `None` where the sum would be larger than any figure.
    fn add(&mut self, at: &At, amount: Amount) -> Option<()> {
        match *at {
            At::Month(month) => {
                let sum = &mut self.months[month];
                *sum = Some(sum.unwrap_or_default().checked_add(amount)?);
            }
            At::Longer(at) => self.longer.push(Entry { at, amount }),
        }
        Some(())
    }
}

impl<'a> Run<'_, 'a> {
    /// What the records of one form and unit come to.
    pub(super) fn list(&mut self, form: FormId, unit: OrgUnitId, list: &List<'a>) {
        let catalogue = self.reckoner.catalogue;
        for id in catalogue.indicators_of(form) {
            let from = self.lines.len();
            let fact = self.list_of(id, list);
            if self.lines.len() > from {
                self.of_lists.insert((id, unit), from..self.lines.len());
            }
            if let Some(fact) = fact.filter(|fact| !fact.entries.is_empty()) {
                if catalogue.indicator(id).over_time == OverTime::Sum {
                    let kept = self.figures.unpaired.kept.entry((form, unit)).or_default();
                    kept.extend(fact.entries.iter().map(|entry| entry.at));
                }
                self.figures.facts.insert((id, unit), Fact { listed: true, ..fact });
            }
        }
        if let Some(kept) = self.figures.unpaired.kept.get_mut(&(form, unit)) {
            kept.sort();
            kept.dedup();
        }
        for id in catalogue.indicators_of(form) {
            if let Formula::Ratio { of, to } = &catalogue.indicator(id).formula {
                self.lone(id, form, unit, *of, to, list);
            }
        }
    }

    /// What they come to for one indicator.
    pub(super) fn list_of(&mut self, id: IndicatorId, list: &List<'a>) -> Option<Fact> {
        let months = self.months();
        let index: HashMap<Month, usize> = months.iter().enumerate().map(|(at, &month)| (month, at)).collect();
        let indicator = self.reckoner.catalogue.indicator(id);
        Some(match &indicator.formula {
            Formula::Ratio { .. } => return None,
            Formula::Sum { conditions, .. } | Formula::Count { conditions, .. }
                if conditions.iter().any(|c| matches!(c, Condition::Before(..) | Condition::NotBefore(..))) =>
            {
                self.at_edges(list, indicator, &index, &months)
            }
            Formula::Last { .. } | Formula::Max { .. } => self.standing(list, indicator, &index),
            Formula::Sum { .. } | Formula::Count { .. } => self.summed(list, indicator, &index, &months),
        })
    }

    /// Where a record falls by a date of its own, if that lies in the window.
    pub(super) fn place(&self, record: &Record, day: Option<NaiveDate>, index: &HashMap<Month, usize>) -> Option<At> {
        let calendar = self.reckoner.calendar;
        let when = day.map_or(record.when, When::Day);
        match when {
            When::Day(day) if !self.figures.window.contains(day) => None,
            When::Day(day) => index.get(&calendar.month_of(day)).map(|&month| At::Month(month)),
            When::Within(span) => {
                let at = self.stated_at(span);
                if !self.figures.stretch.contains(at) {
                    return None;
                }
                Some(match at.in_month() {
                    Some(month) => At::Month(*index.get(&month)?),
                    None => At::Longer(at),
                })
            }
        }
    }

    fn summed(
        &mut self,
        list: &List<'a>,
        indicator: &Indicator,
        index: &HashMap<Month, usize>,
        months: &[Month],
    ) -> Fact {
        let form = self.reckoner.catalogue.form(indicator.form);
        let on = match &indicator.formula {
            Formula::Sum { on, .. } | Formula::Count { on, .. } => *on,
            _ => None,
        };
        let mut sums = Sums::new(months.len());
        let mut seen = vec![false; months.len()];
        let mut silent = true;
        let (mut told, mut blank) = (false, false);
        let mut parts = Parts::new(form);
        let mut of_times: BTreeMap<Stretch, Parts> = BTreeMap::new();
        let mut source = None;
        for record in &list.records {
            let own = on.and_then(|field| record.date(field));
            let day = on.and_then(|field| date(form, record, field));
            let Some(at) = self.place(record, day, index) else {
                if own.is_none() || on.is_none() {
                    self.straddles(record);
                }
                continue;
            };
            let amount = contribution(form, record, &indicator.formula, None);
            if let At::Month(month) = at {
                seen[month] |= amount.is_none_or(|amount| !amount.is_zero()) || on.is_none();
            }
            let Some(amount) = amount else {
                blank = true;
                continue;
            };
            told = true;
            silent = false;
            if let Some(field) = on
                && own.is_none()
                && !amount.is_zero()
                && form.main_date() != Some(field)
            {
                let rows = self.undated.entry((indicator.form, field)).or_default();
                rows.insert((record.sheet.clone(), record.row), record);
            }
            if on.is_some() && amount.is_zero() {
                // It has no event of its own: it tells only that in its own month the list was kept.
                if let Some(at) = self.place(record, None, index) {
                    sums.add(&at, Amount::ZERO);
                }
                continue;
            }
            if sums.add(&at, amount).is_none() {
                self.too_large(indicator, record);
                continue;
            }
            source.get_or_insert_with(|| record_source(record, indicator));
            let stretch = match at {
                At::Month(month) => Stretch::month(months[month]).within(self.figures.stretch),
                At::Longer(at) => at,
            };
            self.record_line(indicator, record, stretch, amount);
            let of_time = of_times.entry(stretch).or_insert_with(|| Parts::new(form));
            if !parts.add(form, record, amount) || !of_time.add(form, record, amount) {
                self.too_large(indicator, record);
            }
        }
        let mut covered = vec![false; months.len()];
        for &(of, columns) in &list.covered {
            if columns.is_none_or(|columns| provides(form, columns, &indicator.formula)) {
                silent &= columns.is_none();
                of.iter().filter_map(|month| index.get(month)).for_each(|&month| covered[month] = true);
            }
        }
        // A column without one usable cell says nothing of the months without rows either.
        if blank && !told {
            covered.fill(false);
        }
        let mut entries = sums.longer;
        let undated: Vec<Stretch> = entries.iter().map(|entry| entry.at).collect();
        for (at, &month) in months.iter().enumerate() {
            // Rows with blank cells are no nil, nor is a month in which some of what has no month may have happened.
            let may_hold = undated.iter().any(|of| of.overlaps(Stretch::month(month)));
            let nil = (covered[at] && !seen[at] && !may_hold).then_some(Amount::ZERO);
            // A stock is not none in a month without rows.
            let nil = nil.filter(|_| indicator.over_time == OverTime::Sum || list.records.is_empty());
            if let Some(amount) = sums.months[at].or(nil) {
                let at = Stretch::month(month).within(self.figures.stretch);
                entries.push(Entry { at, amount });
            }
        }
        entries.sort_by_key(|entry| (entry.at.from, -entry.at.to));
        if indicator.over_time != OverTime::Sum {
            // A stock's rows of one period are its parts.
            entries.dedup_by(|next, first| {
                let sum = first.amount.checked_add(next.amount).filter(|_| next.at == first.at);
                sum.map(|sum| first.amount = sum).is_some()
            });
        }
        Fact { entries, parts: parts.done(), of_times, source, silent, ..Fact::default() }
    }

    /// Sums over the records that meet conditions on the window's edges: a stock, at the window's edges and each month's.
    fn at_edges(
        &mut self,
        list: &List<'a>,
        indicator: &Indicator,
        index: &HashMap<Month, usize>,
        months: &[Month],
    ) -> Fact {
        let form = self.reckoner.catalogue.form(indicator.form);
        let calendar = self.reckoner.calendar;
        let silent = list.records.is_empty();
        let carried = !silent && !list.records.iter().any(|record| self.place(record, None, index).is_some());
        let mut fact = Fact { silent, carried, ..Fact::default() };
        // A flow is never added to its own months.
        let months = if indicator.over_time == OverTime::Sum { &[] } else { months };
        let stretches = std::iter::once(self.figures.stretch)
            .chain(months.iter().map(|&month| Stretch::month(month)).filter(|&m| self.figures.stretch.contains(m)));
        let mut stretches: Vec<Stretch> = stretches.collect();
        stretches.dedup();
        // Nothing is known of a moment before the lists begin, nor of a month after they end.
        let dated = list.records.iter().filter_map(|record| match record.when {
            When::Day(day) => Some(calendar.month_of(day)),
            When::Within(span) => Stretch::stated(span, calendar).in_month(),
        });
        let known: BTreeSet<Month> =
            dated.chain(list.covered.iter().flat_map(|(months, _)| months.iter().copied())).collect();
        let (Some(&first), Some(&last)) = (known.first(), known.last()) else { return fact };
        // The quarters and years inside the window that reach beyond the lists, as their own reports tell of them.
        let mut parts = match indicator.over_time {
            OverTime::Last => periods_within(months, self.figures.stretch),
            _ => Vec::new(),
        };
        parts.retain(|&period| Stretch::named(period).to > Stretch::month(last).to);
        stretches.extend(parts.iter().map(|&period| Stretch::named(period)));
        for at in stretches {
            let whole = at == self.figures.stretch;
            let part = parts.iter().copied().find(|&period| Stretch::named(period) == at);
            let known = match indicator.over_time {
                OverTime::First => {
                    Stretch::month(first).from < at.from && (whole || at.from <= Stretch::month(last).to)
                }
                _ => {
                    let reached = whole || part.is_some() || at.to <= Stretch::month(last).to;
                    Stretch::month(first).from < at.to && reached
                }
            };
            if !known {
                // Where the window's own edge is unknown, no later month's may stand for it.
                fact.exact |= whole;
                continue;
            }
            let month = |(year, month): Month| Period::new(year, period::Part::Month(month as u8));
            let window = match part.or_else(|| at.in_month().map(month)).filter(|_| !whole) {
                Some(period) => calendar.window(period),
                None => self.figures.window,
            };
            let mut sum: Option<Amount> = None;
            let mut parts = Parts::new(form);
            // One that may or may not be of before the edge: what stands there is not known.
            if list.records.iter().any(|record| unsure(form, record, &indicator.formula, (window, calendar))) {
                fact.exact |= whole;
                continue;
            }
            for record in &list.records {
                let edges = Some((window, calendar));
                let Some(amount) = contribution(form, record, &indicator.formula, edges) else { continue };
                let Some(more) = sum.unwrap_or_default().checked_add(amount) else {
                    self.too_large(indicator, record);
                    continue;
                };
                sum = Some(more);
                if !amount.is_zero() {
                    if whole {
                        self.record_line(indicator, record, at, amount);
                    }
                    fact.source.get_or_insert_with(|| record_source(record, indicator));
                    if whole && !parts.add(form, record, amount) {
                        self.too_large(indicator, record);
                    }
                }
            }
            let nil = silent.then_some(Amount::ZERO);
            if let Some(amount) = sum.or(nil) {
                let into = if part.is_some() { &mut fact.beyond } else { &mut fact.entries };
                into.push(Entry { at, amount });
            }
            if whole {
                fact.parts = parts.done();
                fact.open = at.to > Stretch::month(last).to;
            }
        }
        fact.entries.sort_by_key(|entry| (entry.at.from, -entry.at.to));
        fact
    }

    /// The last, or the largest, number of each month.
    fn standing(&mut self, list: &List<'a>, indicator: &Indicator, index: &HashMap<Month, usize>) -> Fact {
        let form = self.reckoner.catalogue.form(indicator.form);
        let months = self.months();
        let mut best: Vec<Option<(Option<NaiveDate>, Amount)>> = vec![None; months.len()];
        let mut fact = Fact::default();
        for record in &list.records {
            let Some(At::Month(month)) = self.place(record, None, index) else { continue };
            let Some(amount) = contribution(form, record, &indicator.formula, None) else { continue };
            let day = match record.when {
                When::Day(day) => Some(day),
                When::Within(_) => None,
            };
            let better = match best[month] {
                None => true,
                Some((_, other)) if matches!(indicator.formula, Formula::Max { .. }) => amount > other,
                Some((other, _)) => day >= other,
            };
            if better {
                best[month] = Some((day, amount));
                fact.source = Some(record_source(record, indicator));
            }
        }
        fact.entries = months
            .iter()
            .zip(best)
            .filter_map(|(&month, best)| {
                let at = Stretch::month(month).within(self.figures.stretch);
                best.map(|(_, amount)| Entry { at, amount })
            })
            .collect();
        fact
    }
}

/// The quarters and years that lie inside a longer stretch.
fn periods_within(months: &[Month], stretch: Stretch) -> Vec<Period> {
    let of = |&(year, month): &Month| {
        let quarter = Period::new(year, period::Part::Quarter(month.div_ceil(3) as u8));
        [quarter, Period::new(year, period::Part::Year)]
    };
    let mut all: Vec<Period> = Vec::new();
    for period in months.iter().flat_map(of) {
        let at = Stretch::named(period);
        if stretch.contains(at) && stretch != at && !all.contains(&period) {
            all.push(period);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::base::cell::SheetName;
    use crate::base::period::Calendar;
    use crate::base::record::{CategoryId, Collected, FieldId, Item};
    use crate::report::aggregate::{Reckoner, State};
    use crate::report::testing::*;

    #[test]
    fn records_count_by_the_month_of_their_date_and_by_category() {
        let mut data = Data::default();
        data.dialogue(1, "2023-01-31", Some(40), Some(5), Some(4), Some(0));
        data.dialogue(1, "2023-02-01", None, Some(3), Some(3), Some(1));
        data.dialogue(1, "2024-01-01", Some(99), Some(9), Some(9), Some(1));
        data.covers(0, 1, 2023, 1..=3);
        let collected = data.done();
        reckoned(&collected, |catalogue, figures, diagnostics| {
            assert_eq!(diagnostics, []);
            let unit = [OrgUnitId(1)];
            let months = |id| figures.by_month(catalogue, indicator(catalogue, id), &unit);
            let by_month = |pairs: &[(u32, i64)]| {
                (pairs.iter().map(|&(m, a)| ((2023, m), a.into())).collect::<Vec<_>>(), None::<Amount>)
            };
            assert_eq!(months("dialogue.sessions"), by_month(&[(1, 1), (2, 1), (3, 0)]));
            assert_eq!(months("dialogue.participants"), by_month(&[(1, 40), (3, 0)]), "a blank is not a zero");
            let rate = figures.value(catalogue, indicator(catalogue, "dialogue.answer_rate"), &unit, figures.stretch);
            assert_eq!(rate, Some("87.5".parse().unwrap()));
            let parts = figures.parts(catalogue, indicator(catalogue, "dialogue.opinions"), &unit);
            assert_eq!(parts.into_values().collect::<Vec<_>>(), [5.into(), 3.into()]);
            let absent = figures.state(catalogue, indicator(catalogue, "dialogue.sessions"), &[OrgUnitId(2)]);
            assert_eq!(absent, State::Absent);
        });
    }

    #[test]
    fn records_belong_to_the_calendars_months_and_stated_figures_to_their_names() {
        let mut data = Data::default();
        data.dialogue(1, "2022-12-20", None, Some(1), None, None);
        data.dialogue(1, "2023-12-20", None, Some(2), None, None);
        data.state("dialogue.opinions", 2, month(12), 4);
        let (catalogue, register, collected) = (catalogue(), register(), data.done());
        let nd09 = Calendar { first_day: 15, months_before: 1, ..civil() };
        let months = |calendar: &Calendar| {
            let (figures, _) = Reckoner::new(&collected, &register, &catalogue, calendar).figures(YEAR);
            let all = [OrgUnitId(1), OrgUnitId(2)];
            let (months, rest) = figures.by_month(&catalogue, indicator(&catalogue, "dialogue.opinions"), &all);
            assert_eq!(rest, None);
            months.into_iter().map(|((_, month), amount)| (month, amount.to_string())).collect::<Vec<_>>()
        };
        assert_eq!(months(&civil()), [(12, "6".to_owned())]);
        assert_eq!(months(&nd09), [(1, "1".to_owned()), (12, "4".to_owned())]);
    }

    #[test]
    fn petitions_follow_the_statutory_accounts() {
        let mut data = Data::default();
        data.petition(1, "2022-11-01", Some("2023-02-10"), Some("2023-01-01"), true);
        data.petition(1, "2023-03-01", None, Some("2023-06-01"), false);
        data.petition(1, "2023-04-01", Some("2023-04-20"), None, true);
        data.petition(1, "2023-12-20", Some("2024-01-05"), Some("2024-03-01"), true);
        data.petition(1, "2023-05-05", None, None, true);
        data.covers(1, 1, 2022, 1..=12);
        data.covers(1, 1, 2023, 1..=12);
        let collected = data.done();
        for (id, expected) in [
            ("petition.opening", "1"),
            ("petition.received", "4"),
            ("petition.resolved", "3"),
            ("petition.overdue", "1"),
            ("petition.resolved_rate", "60"),
        ] {
            assert_eq!(value(&collected, id, &[1]), Some(expected.parse().unwrap()), "{id}");
        }
        assert_eq!(codes(&collected), ["date-of-event-missing"]);
        reckoned(&collected, |catalogue, figures, _| {
            let (months, rest) = figures.by_month(catalogue, indicator(catalogue, "petition.overdue"), &[OrgUnitId(1)]);
            assert_eq!(rest, None);
            assert_eq!(
                months.iter().map(|(_, a)| a.to_string()).collect::<String>(),
                "100000111111"[..].replace("100000", "10000") + "1"
            );
        });
    }

    #[test]
    fn the_built_in_petitions_keep_their_accounts() {
        let catalogue = crate::catalogue::load::catalogue(&[]).unwrap();
        let (register, calendar) = (register(), civil());
        let form = catalogue.form_ids().find(|&form| catalogue.form(form).id == "petition").unwrap();
        let definition = catalogue.form(form);
        let field = |id: &str| definition.field_named(id).unwrap();
        let status = |id: &str| {
            let at = definition.field(field("status")).categories.iter().position(|category| category.id == id);
            Item::Category(CategoryId(at.unwrap() as u16))
        };
        let columns: Arc<[FieldId]> = [field("received_on"), field("resolved_on"), field("status")].into();
        let sheet = Arc::new(SheetName { file: "a.xlsx".into(), sheet: "S".into() });
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let rows = [
            ("2022-11-01", Some("2023-02-10"), "resolved"),
            ("2022-12-01", None, "referred"),
            ("2023-03-01", None, "pending"),
            ("2023-04-01", Some("2023-04-20"), "resolved"),
            ("2023-05-05", None, "resolved"),
            ("2023-06-01", None, "referred"),
            ("2023-12-20", Some("2024-01-05"), "resolved"),
        ];
        let record = |(row, (received, resolved, state)): (usize, (&str, Option<&str>, &str))| Record {
            form,
            org_unit: OrgUnitId(1),
            when: When::Day(day(received)),
            sheet: sheet.clone(),
            row: row as u32,
            columns: columns.clone(),
            items: [
                Some((field("received_on"), Item::Date(day(received)), 0)),
                resolved.map(|resolved| (field("resolved_on"), Item::Date(day(resolved)), 1)),
                Some((field("status"), status(state), 2)),
            ]
            .into_iter()
            .flatten()
            .collect(),
        };
        let records = rows.into_iter().enumerate().map(record).collect();
        let collected = Collected { records, ..Collected::default() };
        let (figures, _) = Reckoner::new(&collected, &register, &catalogue, &calendar).figures(YEAR);
        let value = |id| figures.value(&catalogue, indicator(&catalogue, id), &[OrgUnitId(1)], figures.stretch);
        let of = |id| value(id).unwrap();
        assert_eq!(value("petition.opening"), Some(1.into()));
        assert_eq!(value("petition.received"), Some(5.into()));
        assert_eq!(value("petition.resolved"), Some(3.into()));
        assert_eq!(value("petition.referred"), Some(1.into()));
        assert_eq!(value("petition.pending"), Some(2.into()));
        let known = of("petition.opening") + of("petition.received");
        assert_eq!(known, of("petition.resolved") + of("petition.referred") + of("petition.pending"));
    }

    #[test]
    fn an_opening_stock_is_unknown_where_the_lists_begin_with_the_window() {
        let mut data = Data::default();
        data.petition(1, "2023-03-01", None, None, false);
        data.covers(1, 1, 2023, 1..=12);
        assert_eq!(value(&data.done(), "petition.opening", &[1]), None);
        data.state("petition.opening", 1, YEAR, 7);
        assert_eq!(value(&data.done(), "petition.opening", &[1]), Some(7.into()));
        data.state("petition.received", 1, YEAR, 3);
        assert_eq!(codes(&data.done()), ["records-differ"]);
    }

    #[test]
    fn lists_that_begin_with_the_window_tell_what_stood_at_its_months() {
        let mut data = Data::default();
        data.petition(1, "2023-03-01", None, None, false);
        data.covers(1, 1, 2023, 1..=12);
        reckoned(&data.done(), |catalogue, figures, _| {
            let opening = indicator(catalogue, "petition.opening");
            let (months, _) = figures.by_month(catalogue, opening, &[OrgUnitId(1)]);
            let months: Vec<(u32, Amount)> = months.into_iter().map(|((_, month), amount)| (month, amount)).collect();
            assert_eq!(months[0], (2, 0.into()));
            assert_eq!(months[10], (12, 1.into()));
            assert!(!figures.told(opening));
        });
    }

    #[test]
    fn petitions_of_which_none_is_resolved_are_none_not_blank() {
        let mut data = Data::default();
        data.petition(1, "2023-03-01", None, None, false);
        assert_eq!(value(&data.done(), "petition.resolved", &[1]), Some(0.into()));
    }

    #[test]
    fn silence_in_a_list_is_nil_and_in_a_table_blank() {
        let mut data = Data::default();
        data.covers(0, 1, 2023, 1..=12);
        let collected = data.done();
        assert_eq!(value(&collected, "dialogue.sessions", &[1]), Some(0.into()));
        data.state("dialogue.sessions", 2, YEAR, 3);
        reckoned(&data.done(), |catalogue, figures, _| {
            let state = |unit| figures.state(catalogue, indicator(catalogue, "dialogue.sessions"), &[OrgUnitId(unit)]);
            assert_eq!([state(1), state(2), state(3)], [State::Blank, State::Reported, State::Absent]);
        });
    }
}
