//! The same sent twice: files of the same bytes, and sheets of the same content in other bytes (saved anew, as .csv, with the
//! sheets in another order, with a blank row more). Read once; left out is that whose name bears a copy's mark, else the
//! later in path order. Content is what was understood: the same records and figures for the same units, forms and months.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use crate::base::cell::SheetName;
use crate::base::diagnostic::{Diagnostic, Place, Problem};
use crate::base::record::{Collected, Figure, FormId, Item, Mark, OrgUnitId, Record, Stated, Telling, When};
use crate::ingest::read::Reading;

use super::{FileReading, Left, is_copy};

/// Whose, of which form and of when what was said is: the same form sent by two communes, or for two months, told apart by
/// its name alone, is two reports.
type Claim<U> = (U, FormId, Vec<(i32, u32)>, bool);

/// For each file the path of the one with the same bytes and claims that is read in its place.
pub fn same_bytes(files: &[FileReading]) -> Vec<Option<Arc<str>>> {
    let mut order: Vec<usize> = (0..files.len()).collect();
    order.sort_by_cached_key(|&at| (is_copy(&files[at].file.path), at));
    let mut first: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut repeated = vec![None; files.len()];
    // A correction replaces others, also where one of them says the same already.
    let marks = |at: usize| {
        let marks = files[at].reading.sheets.values().map(|sent| sent.mark);
        marks.filter(|mark| matches!(mark, Mark::Correction(_))).max()
    };
    for at in order.into_iter().filter(|&at| files[at].file.read) {
        let known = first.entry(&files[at].file.blake3).or_default();
        // What a file claims is looked at only where its bytes are known.
        let of = match known.is_empty() {
            true => None,
            false => {
                let own = claims(&files[at].reading);
                known.iter().copied().find(|&other| claims(&files[other].reading) == own && marks(other) == marks(at))
            }
        };
        match of {
            Some(of) => repeated[at] = Some(files[of].file.path.clone()),
            None => known.push(at),
        }
    }
    repeated
}

fn claims(reading: &Reading) -> Vec<Claim<String>> {
    let unit = |id: OrgUnitId| match (id.0 as usize).checked_sub(1).and_then(|at| reading.found.get(at)) {
        Some(found) => found.key.clone(),
        None => id.0.to_string(),
    };
    let said = reading.submissions.iter();
    let mut claims: Vec<_> = said.map(|s| (unit(s.org_unit), s.form, s.months.clone(), s.nil)).collect();
    // What is planned or remembered is no report, but is somebody's, of some time.
    let figures =
        reading.figures.iter().filter(|figure| matches!(figure.telling, Telling::Planned | Telling::Remembered));
    claims.extend(figures.map(|figure| {
        let whose = format!("{} {:?}", unit(figure.org_unit), figure.period);
        (whose, FormId(figure.indicator.0), Vec::new(), false)
    }));
    claims.sort();
    claims.dedup();
    claims
}

/// What a sheet holds.
#[derive(Default)]
struct Content<'c> {
    claims: Vec<Claim<OrgUnitId>>,
    records: Vec<usize>,
    figures: Vec<usize>,
    submissions: Vec<usize>,
    name: Option<&'c Arc<SheetName>>,
}

/// The sheets with the content of another file's.
pub fn same_content(collected: &Collected) -> Left {
    let sheets = contents(collected);
    let mut alike: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (at, sheet) in sheets.iter().enumerate().filter(|(_, sheet)| sheet.records.len() + sheet.figures.len() > 0) {
        let mark = sheet.name.and_then(|name| collected.sheets.get(name)).map_or(Mark::None, |sent| sent.mark);
        alike.entry((&sheet.claims, mark, sheet.records.len(), sheet.figures.len())).or_default().push(at);
    }
    let mut of: BTreeMap<usize, usize> = BTreeMap::new();
    let file = |at: usize| sheets[at].name.map(|name| &name.file);
    for mut same in alike.into_values().filter(|same| same.len() > 1) {
        same.sort_by_cached_key(|&at| (file(at).is_some_and(|file| is_copy(file)), at));
        let mut first: HashMap<(u64, u64), usize> = HashMap::new();
        for at in same {
            let known = *first.entry(signature(&sheets[at], collected)).or_insert(at);
            if file(known) != file(at) {
                of.insert(at, known);
            }
        }
    }
    left(&sheets, &of)
}

fn contents<'c>(collected: &'c Collected) -> Vec<Content<'c>> {
    let mut sheets: Vec<Content> = Vec::new();
    let mut known: HashMap<&Arc<SheetName>, usize> = HashMap::new();
    let mut last: Option<(*const SheetName, usize)> = None;
    let mut sheet = |sheets: &mut Vec<Content<'c>>, name: &'c Arc<SheetName>| {
        if let Some((_, at)) = last.filter(|(address, _)| *address == Arc::as_ptr(name)) {
            return at;
        }
        let at = *known.entry(name).or_insert_with(|| {
            sheets.push(Content { name: Some(name), ..Content::default() });
            sheets.len() - 1
        });
        last = Some((Arc::as_ptr(name), at));
        at
    };
    for (nth, submission) in collected.submissions.iter().enumerate() {
        let at = sheet(&mut sheets, &submission.sheet);
        let claim = (submission.org_unit, submission.form, submission.months.clone(), submission.nil);
        sheets[at].claims.push(claim);
        sheets[at].submissions.push(nth);
    }
    for (nth, record) in collected.records.iter().enumerate() {
        let at = sheet(&mut sheets, &record.sheet);
        sheets[at].records.push(nth);
    }
    for (nth, figure) in collected.figures.iter().enumerate() {
        let at = sheet(&mut sheets, &figure.source.sheet);
        sheets[at].figures.push(nth);
    }
    for sheet in &mut sheets {
        sheet.claims.sort();
    }
    sheets
}

/// Equal where all records and figures are, wherever they stand.
fn signature(sheet: &Content, collected: &Collected) -> (u64, u64) {
    let mut records: Vec<u64> = sheet.records.iter().map(|&at| record_hash(&collected.records[at])).collect();
    let mut figures: Vec<u64> = sheet.figures.iter().map(|&at| figure_hash(&collected.figures[at])).collect();
    records.sort_unstable();
    figures.sort_unstable();
    (hashed(&records), hashed(&figures))
}

/// The same in every run.
pub fn hashed(what: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

fn record_hash(record: &Record) -> u64 {
    let mut hasher = DefaultHasher::new();
    (record.form, record.org_unit, &record.columns).hash(&mut hasher);
    hash_when(record.when, &mut hasher);
    for (field, item, _) in record.items.iter() {
        field.hash(&mut hasher);
        hash_item(item, &mut hasher);
    }
    hasher.finish()
}

pub fn hash_when(when: When, hasher: &mut impl Hasher) {
    match when {
        When::Day(day) => (0, day).hash(hasher),
        When::Within(span) => (1, span).hash(hasher),
    }
}

pub fn hash_item(item: &Item, hasher: &mut impl Hasher) {
    match item {
        Item::Number(number) => (0, number).hash(hasher),
        Item::Date(date) => (1, date).hash(hasher),
        Item::Category(category) => (2, category).hash(hasher),
        Item::Filled(text) => (3, text).hash(hasher),
    }
}

fn figure_hash(figure: &Figure) -> u64 {
    let amount = match figure.value {
        Stated::Value(amount) => Some(amount),
        Stated::Nil => None,
    };
    let said = (figure.indicator, figure.org_unit, figure.period, &figure.categories);
    hashed(&(said, figure.standing, figure.telling, amount))
}

fn left(sheets: &[Content], of: &BTreeMap<usize, usize>) -> Left {
    let mut left = Left::default();
    // The sheets of each file that hold anything, and whether one file holds them all too.
    let mut files: BTreeMap<&Arc<str>, Vec<usize>> = BTreeMap::new();
    for (at, sheet) in sheets.iter().enumerate() {
        if let Some(name) = sheet.name.filter(|_| sheet.records.len() + sheet.figures.len() > 0) {
            files.entry(&name.file).or_default().push(at);
        }
    }
    for (path, all) in files {
        let mut originals = all.iter().map(|at| of.get(at).and_then(|&of| sheets[of].name).map(|name| &name.file));
        let first = originals.next().flatten();
        let whole = first.filter(|first| originals.all(|other| other == Some(*first)));
        let mut reason: Option<usize> = None;
        for at in all {
            let Some(original) = of.get(&at).and_then(|&of| sheets[of].name) else { continue };
            let Some(name) = sheets[at].name else { continue };
            let reason = match reason.filter(|_| whole.is_some()) {
                Some(reason) => reason,
                None => {
                    left.because.push(match whole {
                        Some(of) => {
                            left.files.push(path.clone());
                            Diagnostic::new(Problem::FileRepeated { of: of.clone() }, Place::file(path.clone()))
                        }
                        None => {
                            Diagnostic::new(Problem::SheetRepeated { of: Place::sheet(original) }, Place::sheet(name))
                        }
                    });
                    *reason.insert(left.because.len() - 1)
                }
            };
            left.records.extend(sheets[at].records.iter().map(|&record| (record, reason)));
            left.figures.extend(sheets[at].figures.iter().map(|&figure| (figure, reason)));
            left.submissions.extend(&sheets[at].submissions);
        }
    }
    left.submissions.sort_unstable();
    left
}
