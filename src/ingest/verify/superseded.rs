//! What was wrong with a sheet that a correction replaced: no error any more where the correction says what could not be read, and
//! an error still where it may have left it out. Takes what is counted and what was set aside.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::cell::SheetName;
use crate::base::diagnostic::{Diagnostic, Place, Problem, Severity};
use crate::base::record::{Collected, Figure, Said};
use crate::ingest::read::Unread;

use super::Titled;

type Sheet<'a> = (&'a str, &'a str);

/// `superseded`: sheets of which a correction leaves nothing, and what corrects them.
pub(super) fn settle(
    superseded: Vec<(Arc<SheetName>, Place)>,
    unread: &[Unread],
    titled: &Titled,
    collected: &mut Collected,
) {
    if superseded.is_empty() {
        return;
    }
    let mut by: BTreeMap<Sheet, &Place> =
        superseded.iter().map(|(sheet, place)| ((&*sheet.file, &*sheet.sheet), place)).collect();
    let counted = collected.records.iter().map(|record| &record.sheet);
    for sheet in counted.chain(collected.figures.iter().map(|figure| &figure.source.sheet)) {
        by.remove(&key(sheet));
    }
    let said = Told::of(collected);
    let settled: Vec<Option<Place>> = collected
        .diagnostics
        .iter()
        .map(|found| {
            let (file, sheet) = (found.at.file.as_deref()?, found.at.sheet.as_deref()?);
            let place = *by.get(&(file, sheet))?;
            // That it was replaced is to be known, and stands for itself.
            let own = found.severity() == Severity::Note || matches!(found.problem, Problem::Corrected { .. });
            let lost =
                || found.severity() == Severity::Error && !said.again((file, sheet), found, place, unread, titled);
            (!own && !lost()).then(|| place.clone())
        })
        .collect();
    for (found, by) in collected.diagnostics.iter_mut().zip(settled) {
        if let Some(by) = by {
            found.problem = Problem::Superseded { was: Box::new(found.problem.clone()), by };
        }
    }
}

fn key(sheet: &SheetName) -> Sheet<'_> {
    (&sheet.file, &sheet.sheet)
}

/// What each sheet told, counted or not.
struct Told<'a> {
    figures: BTreeMap<Sheet<'a>, Vec<&'a Figure>>,
    /// The rows of lists that were read.
    rows: BTreeMap<Sheet<'a>, BTreeSet<u32>>,
    /// The rows of which something is an error.
    wrong: BTreeMap<Sheet<'a>, BTreeSet<u32>>,
}

impl<'a> Told<'a> {
    fn of(collected: &'a Collected) -> Self {
        let mut told = Self { figures: BTreeMap::new(), rows: BTreeMap::new(), wrong: BTreeMap::new() };
        let aside = || collected.aside.iter().map(|aside| &aside.said);
        let figures = aside().filter_map(|said| if let Said::Figure(figure) = said { Some(figure) } else { None });
        for figure in collected.figures.iter().chain(figures) {
            told.figures.entry(key(&figure.source.sheet)).or_default().push(figure);
        }
        let records = aside().filter_map(|said| if let Said::Record(record) = said { Some(record) } else { None });
        for record in collected.records.iter().chain(records) {
            told.rows.entry(key(&record.sheet)).or_default().insert(record.row);
        }
        for found in collected.diagnostics.iter().filter(|found| found.severity() == Severity::Error) {
            if let (Some(file), Some(sheet), Some(area)) = (&found.at.file, &found.at.sheet, found.at.area) {
                told.wrong.entry((file, sheet)).or_default().insert(area.from.row);
            }
        }
        told
    }

    fn stated<'s>(&'s self, sheet: Sheet<'s>) -> &'s [&'a Figure] {
        self.figures.get(&sheet).map_or(&[][..], Vec::as_slice)
    }

    /// Whether a correction says what an error of a sheet says could not be read.
    fn again(&self, sheet: Sheet, found: &Diagnostic, by: &Place, unread: &[Unread], titled: &Titled) -> bool {
        let Some(cell) = found.at.area.map(|area| area.from) else { return true };
        let (Some(by_file), Some(by_sheet)) = (by.file.as_deref(), by.sheet.as_deref()) else { return true };
        let rows = |sheet: Sheet| self.rows.get(&sheet).map_or(0, BTreeSet::len);
        if !self.stated(sheet).is_empty() {
            let mut lost = unread.iter().filter(|one| key(&one.source.sheet) == sheet && one.source.cell == cell);
            let anew = self.stated((by_file, by_sheet));
            return match lost.next() {
                Some(lost) => {
                    anew.iter().any(|figure| (figure.indicator, figure.org_unit) == (lost.indicator, lost.org_unit))
                }
                None => anew.len() >= self.stated(sheet).len() + self.wrong.get(&sheet).map_or(0, BTreeSet::len),
            };
        }
        // A list: as many rows, and of all its months.
        let months =
            |(file, name): Sheet| titled.iter().find(|(sheet, _)| key(sheet) == (file, name)).map(|(_, of)| of);
        let of_all = match (months(sheet), months((by_file, by_sheet))) {
            (Some(own), Some(by)) => own.iter().all(|month| by.contains(month)),
            _ => true,
        };
        let read = self.rows.get(&sheet);
        let wrong = self.wrong.get(&sheet).into_iter().flatten();
        let lost = wrong.filter(|row| !read.is_some_and(|read| read.contains(row))).count();
        of_all && rows((by_file, by_sheet)) >= rows(sheet) + lost
    }
}
