//! Across all files: units taken from the data, and nothing counted twice (design.md 4.9). Files are merged in path order, so
//! that the result does not depend on the number of threads.
//!
//! One after the other: files of the same bytes and sheets of the same content (`copies`), corrections and what they replace
//! (`corrections`), lists that overlap (`repeats`). Each says what it leaves out and why; that goes to [`Collected::aside`].

mod copies;
mod corrections;
mod names;
mod repeats;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::cell::{CellRef, SheetName, Source};
use crate::base::diagnostic::{Diagnostic, Place, Problem};
use crate::base::fold;
use crate::base::record::{Aside, Collected, FileRead, OrgUnitId, Record, Said};
use crate::catalogue::register::{Origin, Register};

use super::Context;
use super::read::Reading;

/// A file, read or not, before it is merged with the others.
pub struct FileReading {
    pub file: FileRead,
    pub reading: Reading,
}

/// The months that the titles of a sheet's lists say they cover.
type Titled = BTreeMap<Arc<SheetName>, Vec<(i32, u32)>>;

/// All files together, in path order. Without a register the units found become one.
pub fn merge(mut files: Vec<FileReading>, mut register: Register, context: &Context) -> (Collected, Register) {
    let mut collected = Collected::default();
    let same_bytes = copies::same_bytes(&files);
    if register.origin == Origin::Data {
        let kept = files.iter().zip(&same_bytes).filter(|(_, of)| of.is_none()).map(|(file, _)| file);
        let ids = names::units_from_data(kept, &mut register);
        for file in &mut files {
            let found = &file.reading.found;
            let id = |local: OrgUnitId| match local.0 {
                0 => register.root,
                // A file that is left out may name units that nobody else does.
                number => ids.get(&found[number as usize - 1].key).copied().unwrap_or(register.root),
            };
            file.reading.records.iter_mut().for_each(|r| r.org_unit = id(r.org_unit));
            file.reading.figures.iter_mut().for_each(|f| f.org_unit = id(f.org_unit));
            file.reading.submissions.iter_mut().for_each(|s| s.org_unit = id(s.org_unit));
        }
        let count = register.units.len() - 1;
        collected.diagnostics.push(Diagnostic::new(Problem::UnitsFromData { count }, Place::default()));
    }
    let mut titled = Titled::new();
    for (FileReading { mut file, mut reading }, of) in files.into_iter().zip(same_bytes) {
        if let Some(of) = of {
            file.records = 0;
            let because = Diagnostic::new(Problem::FileRepeated { of }, Place::file(file.path.clone()));
            collected.diagnostics.push(because.clone());
            let because = Arc::new(because);
            let said = reading.records.into_iter().map(Said::Record);
            let said = said.chain(reading.figures.into_iter().map(Said::Figure));
            collected.aside.extend(said.map(|said| Aside { said, because: because.clone() }));
        } else {
            let own = own_unit(&reading).is_some_and(|unit| unit != register.root);
            reading.sheets.values_mut().for_each(|sent| sent.own = own);
            collected.sheets.append(&mut reading.sheets);
            titled.append(&mut reading.titled);
            collected.records.append(&mut reading.records);
            collected.figures.append(&mut reading.figures);
            collected.submissions.append(&mut reading.submissions);
            collected.diagnostics.append(&mut reading.diagnostics);
        }
        collected.files.push(file);
    }
    let left = copies::same_content(&collected);
    leave(left, &mut collected);
    let left = corrections::replaced(&collected, &titled, context);
    leave(left, &mut collected);
    let left = repeats::overlapping(&collected, context.calendar);
    leave(left, &mut collected);
    (collected, register)
}

/// The one unit of which a file speaks.
fn own_unit(reading: &Reading) -> Option<OrgUnitId> {
    let records = reading.records.iter().map(|record| record.org_unit);
    let figures = reading.figures.iter().map(|figure| figure.org_unit);
    let submissions = reading.submissions.iter().map(|submission| submission.org_unit);
    let mut units = submissions.chain(figures).chain(records);
    let first = units.next()?;
    units.all(|unit| unit == first).then_some(first)
}

/// What is not to be counted, by its place in [`Collected`], with the place of its reason in `because`.
#[derive(Debug, Default)]
struct Left {
    records: Vec<(usize, usize)>,
    figures: Vec<(usize, usize)>,
    /// In order.
    submissions: Vec<usize>,
    because: Vec<Diagnostic>,
    /// Files of which nothing is counted.
    files: Vec<Arc<str>>,
}

fn leave(left: Left, collected: &mut Collected) {
    let because: Vec<Arc<Diagnostic>> = left.because.into_iter().map(Arc::new).collect();
    let (records, aside) = parted(std::mem::take(&mut collected.records), left.records, &because, Said::Record);
    collected.records = records;
    collected.aside.extend(aside);
    let (figures, aside) = parted(std::mem::take(&mut collected.figures), left.figures, &because, Said::Figure);
    collected.figures = figures;
    collected.aside.extend(aside);
    let mut gone = left.submissions.into_iter().peekable();
    let mut nth = 0..;
    collected.submissions.retain(|_| gone.next_if_eq(&nth.next().unwrap_or_default()).is_none());
    collected.diagnostics.extend(because.iter().map(|because| Diagnostic::clone(because)));
    for file in collected.files.iter_mut().filter(|file| left.files.contains(&file.path)) {
        file.records = 0;
    }
}

/// What stays, in its order, and what goes.
fn parted<T>(
    all: Vec<T>,
    mut left: Vec<(usize, usize)>,
    because: &[Arc<Diagnostic>],
    said: impl Fn(T) -> Said,
) -> (Vec<T>, Vec<Aside>) {
    if left.is_empty() {
        return (all, Vec::new());
    }
    left.sort_unstable();
    let mut left = left.into_iter().peekable();
    let mut stays = Vec::with_capacity(all.len());
    let mut aside = Vec::new();
    for (at, one) in all.into_iter().enumerate() {
        match left.next_if(|(gone, _)| *gone == at) {
            Some((_, reason)) => aside.push(Aside { said: said(one), because: because[reason].clone() }),
            None => stays.push(one),
        }
    }
    (stays, aside)
}

/// "Xã Bảo Hà (1).xlsx", "Copy of …", "bản sao".
fn is_copy(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let key = fold::bare_key(name);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem).trim_end();
    let numbered = stem.ends_with(')')
        && stem.rsplit_once('(').is_some_and(|(_, n)| n.trim_end_matches(')').parse::<u32>().is_ok());
    numbered || key.contains("copy") || key.contains("ban sao")
}

/// The first cell that is known of a record.
fn first_cell(record: &Record) -> Source {
    let col = record.items.iter().map(|(.., col)| *col).min().unwrap_or(0);
    Source { sheet: record.sheet.clone(), cell: CellRef::new(record.row, col) }
}
