//! What a sheet marked as a correction says anew replaces what unmarked sheets, and corrections of a lower number, said of it:
//! for each unit and form the records of its months, for each indicator the figures of its periods. The rest stays.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::base::cell::SheetName;
use crate::base::diagnostic::{Diagnostic, Place, Problem};
use crate::base::period::Window;
use crate::base::record::{Collected, Figure, FormId, IndicatorId, Mark, OrgUnitId, When};
use crate::ingest::Context;

use super::{Left, Titled, first_cell};

type Months = BTreeSet<(i32, u32)>;
/// A correction's figure, the correction's number, the days of its period.
type Anew<'c> = (&'c Figure, u32, Window);

/// What a correction says of one unit and form.
struct Spoken<'c> {
    sheet: &'c Arc<SheetName>,
    number: u32,
    /// Those that its titles say, else those of its rows.
    months: Months,
    titled: bool,
    nil: bool,
    /// A list, or "Không phát sinh": figures alone replace no list.
    list: bool,
}

/// What one sheet replaces in another.
#[derive(Default)]
struct Pair {
    records: Vec<usize>,
    figures: Vec<usize>,
}

pub fn replaced(collected: &Collected, titled: &Titled, context: &Context) -> Left {
    // `None`: a supplement, which nothing replaces.
    let number = |sheet: &Arc<SheetName>| match collected.sheets.get(sheet).map(|sent| sent.mark) {
        Some(Mark::Correction(number)) => Some(number),
        Some(Mark::Supplement) => None,
        _ => Some(0),
    };
    let sheets = collected.sheets.keys();
    let corrections: BTreeMap<&Arc<SheetName>, u32> =
        sheets.filter_map(|sheet| Some((sheet, number(sheet).filter(|number| *number > 0)?))).collect();
    if corrections.is_empty() {
        return Left::default();
    }
    let of_titles = |sheet: &Arc<SheetName>| -> Months { titled.get(sheet).into_iter().flatten().copied().collect() };
    let listed = collected.records.iter().filter(|record| corrections.contains_key(&record.sheet));
    let listed: BTreeSet<(FormId, OrgUnitId, &Arc<SheetName>)> =
        listed.map(|record| (record.form, record.org_unit, &record.sheet)).collect();
    let mut spoken: HashMap<(FormId, OrgUnitId), Vec<Spoken>> = HashMap::new();
    for said in &collected.submissions {
        let Some((&sheet, &number)) = corrections.get_key_value(&said.sheet) else { continue };
        let months = of_titles(sheet);
        let titled = !months.is_empty();
        let months = if titled { months } else { said.months.iter().copied().collect() };
        let list = said.nil || listed.contains(&(said.form, said.org_unit, sheet));
        let all = spoken.entry((said.form, said.org_unit)).or_default();
        all.push(Spoken { sheet, number, months, titled, nil: said.nil, list });
    }
    let mut stated: HashMap<(IndicatorId, OrgUnitId), Vec<Anew>> = HashMap::new();
    for figure in &collected.figures {
        if let Some(&number) = corrections.get(&figure.source.sheet) {
            let all = stated.entry((figure.indicator, figure.org_unit)).or_default();
            all.push((figure, number, figure.period.window(context.calendar)));
        }
    }
    let mut pairs: BTreeMap<(&Arc<SheetName>, &Arc<SheetName>), Pair> = BTreeMap::new();
    for (at, record) in collected.records.iter().enumerate() {
        let Some(by) = spoken.get(&(record.form, record.org_unit)) else { continue };
        let Some(own) = number(&record.sheet) else { continue };
        let months: Months = match record.when {
            When::Day(day) => [context.calendar.month_of(day)].into(),
            When::Within(span) => span.months(context.calendar).into_iter().collect(),
        };
        let replaces = |by: &&Spoken| {
            // The rows of an earlier month in the list that is corrected are corrected too.
            let same_list = || {
                let report = titled.get(&record.sheet).filter(|months| by.titled && !months.is_empty());
                report.is_some_and(|report| report.iter().all(|month| by.months.contains(month)))
            };
            let covers = !months.is_empty() && months.is_subset(&by.months);
            by.list && by.number > own && *by.sheet != record.sheet && (covers || same_list())
        };
        if let Some(by) = latest(by.iter().filter(replaces), |by| by.number) {
            pairs.entry((&record.sheet, by.sheet)).or_default().records.push(at);
        }
    }
    for (at, figure) in collected.figures.iter().enumerate() {
        let form = context.catalogue.indicator(figure.indicator).form;
        let sheet = &figure.source.sheet;
        let (anew, nil) = (stated.get(&(figure.indicator, figure.org_unit)), spoken.get(&(form, figure.org_unit)));
        let Some(own) = number(sheet).filter(|_| anew.is_some() || nil.is_some()) else { continue };
        let window = figure.period.window(context.calendar);
        let replaces = |(by, number, of): &&Anew| {
            let same = by.categories == figure.categories && by.telling == figure.telling;
            let same = same && by.standing == figure.standing && by.source.sheet != *sheet;
            same && *number > own && *of == window
        };
        let anew = latest(anew.into_iter().flatten().filter(replaces), |(_, number, _)| *number);
        let by = anew.map(|(by, ..)| &by.source.sheet).or_else(|| {
            let months: Months = figure.period.months(context.calendar).into_iter().collect();
            let says_none =
                |by: &&Spoken| by.nil && by.number > own && by.sheet != sheet && months.is_subset(&by.months);
            nil.into_iter().flatten().find(|by| says_none(by) && !months.is_empty()).map(|by| by.sheet)
        });
        if let Some(by) = by {
            pairs.entry((sheet, by)).or_default().figures.push(at);
        }
    }
    let mut left = Left::default();
    // "Không phát sinh" that a correction takes back.
    for (at, said) in collected.submissions.iter().enumerate().filter(|(_, said)| said.nil) {
        let Some(own) = number(&said.sheet) else { continue };
        let by = spoken.get(&(said.form, said.org_unit)).into_iter().flatten();
        let mut by = by.filter(|by| by.number > own && said.months.iter().all(|month| by.months.contains(month)));
        if let Some(by) = by.next() {
            pairs.entry((&said.sheet, by.sheet)).or_default();
            left.submissions.push(at);
        }
    }
    let correcting: BTreeSet<&Arc<SheetName>> = pairs.keys().map(|(_, by)| *by).collect();
    for sheet in corrections.keys().filter(|sheet| !correcting.contains(*sheet)) {
        left.because.push(Diagnostic::new(Problem::CorrectionAlone, Place::sheet(sheet)));
    }
    for ((sheet, by), pair) in &pairs {
        let cells = pair.records.first().map(|&at| first_cell(&collected.records[at]));
        let cells = cells.or_else(|| pair.figures.first().map(|&at| collected.figures[at].source.clone()));
        let at = cells.as_ref().map_or_else(|| Place::sheet(sheet), Place::from);
        let reason = left.because.len();
        left.records.extend(pair.records.iter().map(|&record| (record, reason)));
        left.figures.extend(pair.figures.iter().map(|&figure| (figure, reason)));
        let (records, figures) = (pair.records.len(), pair.figures.len());
        left.because.push(Diagnostic::new(Problem::Corrected { records, figures, by: Place::sheet(by) }, at));
    }
    left
}

/// That of the highest number; of several the first.
fn latest<T>(all: impl Iterator<Item = T>, number: impl Fn(&T) -> u32) -> Option<T> {
    all.reduce(|best, one| if number(&one) > number(&best) { one } else { best })
}
