//! What a sheet marked as a correction says anew replaces what unmarked sheets, and corrections of a lower number, said of it:
//! for each unit and form the records of its months (of a few rows told otherwise those alone), for each indicator the figures of its periods. The rest stays.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use crate::base::cell::SheetName;
use crate::base::diagnostic::{Diagnostic, Place, Problem};

use crate::base::record::{Collected, FieldId, Figure, FormId, Item, Mark, OrgUnitId, Record, When};
use crate::ingest::Context;

use super::copies::hash_item;
use super::repeats::days;
use super::{Left, Titled, first_cell};

/// A correction with more rows than this tells a list anew, not some of its rows.
const PART_ROWS: usize = 100;

type Months = BTreeSet<(i32, u32)>;
/// A correction's figure, the correction's number.
type Anew<'c> = (&'c Figure, u32);

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
    /// Rows of the correction in their place, and those beside them that stay.
    became: usize,
    kept: usize,
}

pub fn replaced(collected: &Collected, titled: &Titled, context: &Context) -> Left {
    let again = sent_again(collected, titled, context);
    // `None`: a supplement, which nothing replaces.
    let number = |sheet: &Arc<SheetName>| match collected.sheets.get(sheet).map(|sent| sent.mark) {
        Some(Mark::Correction(number)) => Some(number),
        Some(Mark::Turn(number)) if again.contains(sheet) => Some(number),
        Some(Mark::Supplement) => None,
        _ => Some(0),
    };
    // A table's "lần 2" is a correction whatever it counts.
    let number_of_figures = |sheet: &Arc<SheetName>| match collected.sheets.get(sheet).map(|sent| sent.mark) {
        Some(Mark::Turn(number)) => Some(number),
        _ => number(sheet),
    };
    let sheets = collected.sheets.keys();
    let corrections: BTreeMap<&Arc<SheetName>, u32> =
        sheets.filter_map(|sheet| Some((sheet, number(sheet).filter(|number| *number > 0)?))).collect();
    let turns = collected.sheets.values().any(|sent| matches!(sent.mark, Mark::Turn(_)));
    if corrections.is_empty() && !turns {
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
    // By all that a figure and its correction have in common.
    let about = |figure: &Figure| {
        let window = figure.period.window(context.calendar);
        (figure.indicator, figure.org_unit, window, figure.telling, figure.standing, figure.categories.clone())
    };
    let mut stated: HashMap<_, Vec<Anew>> = HashMap::new();
    for figure in &collected.figures {
        if let Some(number) = number_of_figures(&figure.source.sheet).filter(|number| *number > 0) {
            stated.entry(about(figure)).or_default().push((figure, number));
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
        let (anew, nil) = (stated.get(&about(figure)), spoken.get(&(form, figure.org_unit)));
        let Some(own) = number_of_figures(sheet).filter(|_| anew.is_some() || nil.is_some()) else { continue };
        let replaces = |(by, number): &&Anew| *number > own && !Arc::ptr_eq(&by.source.sheet, sheet);
        let anew = latest(anew.into_iter().flatten().filter(replaces), |(_, number)| *number);
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
    for ((_, by), pair) in &mut pairs {
        part_alone(pair, by, collected);
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
    // A file that is sent anew as a whole is told of once.
    let mut files: BTreeMap<(&str, &str), Vec<&Pair>> = BTreeMap::new();
    for ((sheet, by), pair) in &pairs {
        files.entry((&sheet.file, &by.file)).or_default().push(pair);
    }
    files.retain(|_, pairs| pairs.len() > 1 && pairs.iter().all(|pair| pair.kept == 0));
    let mut told: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for ((sheet, by), pair) in &pairs {
        left.superseded.push(((*sheet).clone(), Place::sheet(by)));
        if let Some((&key, all)) = files.get_key_value(&(&*sheet.file, &*by.file)) {
            let sum = |of: fn(&Pair) -> usize| all.iter().map(|pair| of(pair)).sum();
            let (records, figures) = (sum(|pair| pair.records.len()), sum(|pair| pair.figures.len()));
            let reason = *told.entry(key).or_insert_with(|| {
                let (became, by) = (sum(|pair| pair.became), Place::file(by.file.clone()));
                let problem = Problem::Corrected { records, became, kept: 0, figures, by };
                left.because.push(Diagnostic::new(problem, Place::file(sheet.file.clone())));
                left.because.len() - 1
            });
            left.records.extend(pair.records.iter().map(|&record| (record, reason)));
            left.figures.extend(pair.figures.iter().map(|&figure| (figure, reason)));
            continue;
        }
        let cells = pair.records.first().map(|&at| first_cell(&collected.records[at]));
        let cells = cells.or_else(|| pair.figures.first().map(|&at| collected.figures[at].source.clone()));
        let at = cells.as_ref().map_or_else(|| Place::sheet(sheet), Place::from);
        let reason = left.because.len();
        left.records.extend(pair.records.iter().map(|&record| (record, reason)));
        left.figures.extend(pair.figures.iter().map(|&figure| (figure, reason)));
        let (records, figures) = (pair.records.len(), pair.figures.len());
        let (became, kept, by) = (pair.became, pair.kept, Place::sheet(by));
        left.because.push(Diagnostic::new(Problem::Corrected { records, became, kept, figures, by }, at));
    }
    left
}

/// Lists of "đối thoại lần 2" that tell a row of the list of the same months before them: that one sent again, not of a
/// second dialogue.
fn sent_again<'c>(collected: &'c Collected, titled: &Titled, context: &Context) -> BTreeSet<&'c Arc<SheetName>> {
    let turn = |sheet: &Arc<SheetName>| match collected.sheets.get(sheet).map(|sent| sent.mark) {
        Some(Mark::Turn(number)) => number,
        _ => 0,
    };
    let key = |record: &Record| {
        let mut hasher = DefaultHasher::new();
        (record.form, record.org_unit, days(record, context.calendar)).hash(&mut hasher);
        titled.get(&record.sheet).hash(&mut hasher);
        for (field, item, _) in record.items.iter() {
            field.hash(&mut hasher);
            hash_item(item, &mut hasher);
        }
        hasher.finish()
    };
    let mut told: HashMap<u64, Vec<(&Arc<SheetName>, u32)>> = HashMap::new();
    for record in &collected.records {
        let number = turn(&record.sheet);
        if number > 0 {
            told.entry(key(record)).or_default().push((&record.sheet, number));
        }
    }
    let mut again = BTreeSet::new();
    for record in collected.records.iter().filter(|_| !told.is_empty()) {
        let own = turn(&record.sheet);
        let later = told.get(&key(record)).into_iter().flatten().filter(|(_, number)| *number > own);
        again.extend(later.map(|(sheet, _)| *sheet));
    }
    again
}

/// A correction that repeats no row, and tells no more than half of those that there are, each of them one that is there told otherwise, corrects
/// those alone: the others stay.
fn part_alone(pair: &mut Pair, by: &Arc<SheetName>, collected: &Collected) {
    let record = |at: usize| &collected.records[at];
    let lists: BTreeSet<(FormId, OrgUnitId)> =
        pair.records.iter().map(|&at| (record(at).form, record(at).org_unit)).collect();
    let anew = collected.records.iter().filter(|new| new.sheet == *by && lists.contains(&(new.form, new.org_unit)));
    let anew: Vec<&Record> = anew.collect();
    pair.became = anew.len();
    if anew.is_empty() || anew.len() > pair.records.len() / 2 || lists.len() > 1 || anew.len() > PART_ROWS {
        return;
    }
    let mut corrected: BTreeSet<usize> = BTreeSet::new();
    for new in anew {
        let free: Vec<usize> = pair.records.iter().copied().filter(|at| !corrected.contains(at)).collect();
        let alone = |fits: &dyn Fn(&Record) -> bool| {
            let mut fitting = free.iter().copied().filter(|&at| fits(record(at)));
            let first = fitting.next()?;
            fitting.next().is_none().then_some(first)
        };
        if free.iter().any(|&at| record(at).when == new.when && same(record(at), new, |_| true)) {
            return;
        }
        let words = |item: &Item| matches!(item, Item::Filled(_));
        let person = |old: &Record| old.items.iter().any(|(_, item, _)| words(item)) && same(old, new, words);
        let day = |old: &Record| matches!(old.when, When::Day(_)) && old.when == new.when;
        let of = alone(&|old| day(old) && person(old)).or_else(|| alone(&person)).or_else(|| alone(&day));
        let Some(of) = of else { return };
        corrected.insert(of);
    }
    pair.kept = pair.records.len() - corrected.len();
    pair.records.retain(|at| corrected.contains(at));
}

/// Whether two rows say the same in such fields as both have columns for.
fn same(a: &Record, b: &Record, of: impl Fn(&Item) -> bool) -> bool {
    let counts = |record: &Record, field: FieldId| record.item(field).is_some_and(&of);
    let fields = a.columns.iter().filter(|field| b.columns.contains(field));
    let mut fields = fields.filter(|field| counts(a, **field) || counts(b, **field)).peekable();
    fields.peek().is_some() && fields.all(|field| a.item(*field) == b.item(*field))
}

/// That of the highest number; of several the first.
fn latest<T>(all: impl Iterator<Item = T>, number: impl Fn(&T) -> u32) -> Option<T> {
    all.reduce(|best, one| if number(&one) > number(&best) { one } else { best })
}
