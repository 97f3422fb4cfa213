//! Whose file, and whose problem: a file is the unit's of which all it holds speaks, or that its name says; a problem in a file of
//! several units is that of the unit that it names, or of its row or column.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::base::cell::{CellRef, SheetName};
use crate::base::diagnostic::{Diagnostic, Place};
use crate::base::record::{OrgUnitId, Said, When};
use crate::report::stretch::Stretch;
use crate::report::view::View;

/// By the places of the view's rows; `None` for what belongs to no unit.
pub struct Owners<'v> {
    rows: HashMap<OrgUnitId, usize>,
    names: HashMap<&'v str, Option<usize>>,
    files: HashMap<&'v str, Of>,
    sheets: HashMap<(&'v str, &'v str), Of>,
    /// Of files of several units.
    lines: HashMap<(&'v str, &'v str, u32), Of>,
    columns: HashMap<(&'v str, &'v str, u32), Of>,
    /// Files of another time.
    outside: HashSet<&'v str>,
}

/// Whose something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    One(Option<usize>),
    Several,
}

impl Of {
    fn and(self, other: Option<usize>) -> Self {
        if self == Of::One(other) { self } else { Of::Several }
    }

    fn one(self) -> Option<Option<usize>> {
        match self {
            Of::One(row) => Some(row),
            Of::Several => None,
        }
    }
}

impl<'v> Owners<'v> {
    pub fn new(view: &'v View) -> Self {
        let collected = view.collected;
        let mut owners = Self {
            rows: HashMap::new(),
            names: HashMap::new(),
            files: HashMap::new(),
            sheets: HashMap::new(),
            lines: HashMap::new(),
            columns: HashMap::new(),
            outside: HashSet::new(),
        };
        for (at, row) in view.rows.iter().enumerate().filter(|(_, row)| !row.own) {
            owners.rows.extend(row.members.iter().map(|&unit| (unit, at)));
        }
        for unit in view.register.ids() {
            let row = owners.row_of(unit);
            let of_name = owners.names.entry(&view.register.unit(unit).name).or_insert(row);
            // A name of two units names neither.
            *of_name = of_name.filter(|_| *of_name == row);
        }
        let mut seen: HashSet<&str> = HashSet::new();
        let mut inside: HashSet<&str> = HashSet::new();
        let stretch = view.now.stretch;
        let months: BTreeSet<(i32, u32)> = stretch.touched().collect();
        let calendar = view.options.calendar;
        let overlaps = |span| Stretch::stated(span, calendar).overlaps(stretch);
        owners.each(view, |owners, sheet, unit, _| {
            let row = owners.row_of(unit);
            for of in [
                owners.files.entry(&sheet.file).or_insert(Of::One(row)),
                owners.sheets.entry((&sheet.file, &sheet.sheet)).or_insert(Of::One(row)),
            ] {
                *of = of.and(row);
            }
        });
        owners.each(view, |owners, sheet, unit, cell| {
            let (Some(cell), Some(Of::Several)) = (cell, owners.files.get(&*sheet.file)) else { return };
            let row = owners.row_of(unit);
            let line = owners.lines.entry((&sheet.file, &sheet.sheet, cell.row)).or_insert(Of::One(row));
            *line = line.and(row);
            let column = owners.columns.entry((&sheet.file, &sheet.sheet, cell.col)).or_insert(Of::One(row));
            *column = column.and(row);
        });
        for sent in &collected.submissions {
            seen.insert(&sent.sheet.file);
            if sent.months.is_empty() || sent.months.iter().any(|month| months.contains(month)) {
                inside.insert(&sent.sheet.file);
            }
        }
        let aside = collected.aside.iter().map(|aside| &aside.said);
        let (mut records, mut figures) = (Vec::new(), Vec::new());
        for said in aside {
            match said {
                Said::Record(record) => records.push(record),
                Said::Figure(figure) => figures.push(figure),
            }
        }
        for record in collected.records.iter().chain(records) {
            let (file, here) =
                (&*record.sheet.file, matches!(record.when, When::Day(day) if view.now.window.contains(day)));
            seen.insert(file);
            if here || view.is_inside(record) {
                inside.insert(file);
            }
        }
        for figure in collected.figures.iter().chain(figures) {
            seen.insert(&figure.source.sheet.file);
            if overlaps(figure.period) {
                inside.insert(&figure.source.sheet.file);
            }
        }
        for file in &collected.files {
            let elsewhere = match seen.contains(&*file.path) {
                true => !inside.contains(&*file.path),
                false => file.period.is_some_and(|period| !overlaps(period)),
            };
            if elsewhere {
                owners.outside.insert(&file.path);
            }
            if let Some(unit) = file.org_unit {
                let row = owners.row_of(unit);
                owners.files.entry(&file.path).or_insert(Of::One(row));
            }
        }
        owners
    }

    /// All that was read, with its unit and cell.
    fn each(&mut self, view: &'v View, mut with: impl FnMut(&mut Self, &'v SheetName, OrgUnitId, Option<CellRef>)) {
        let collected = view.collected;
        let aside = collected.aside.iter().map(|aside| &aside.said);
        for said in aside {
            match said {
                Said::Record(r) => with(self, &r.sheet, r.org_unit, Some(CellRef::new(r.row, u32::MAX))),
                Said::Figure(f) => with(self, &f.source.sheet, f.org_unit, Some(f.source.cell)),
            }
        }
        for record in &collected.records {
            with(self, &record.sheet, record.org_unit, Some(CellRef::new(record.row, u32::MAX)));
        }
        for figure in &collected.figures {
            with(self, &figure.source.sheet, figure.org_unit, Some(figure.source.cell));
        }
        for sent in &collected.submissions {
            with(self, &sent.sheet, sent.org_unit, None);
        }
    }

    pub fn row_of(&self, unit: OrgUnitId) -> Option<usize> {
        self.rows.get(&unit).copied()
    }

    pub fn of_file(&self, file: &str) -> Option<usize> {
        self.files.get(file).and_then(|of| of.one()).flatten()
    }

    pub fn of_problem(&self, diagnostic: &Diagnostic) -> Option<usize> {
        if let Some(row) = diagnostic.problem.unit().and_then(|name| self.names.get(name)) {
            return *row;
        }
        let Place { file, sheet, area } = &diagnostic.at;
        let file = file.as_deref()?;
        match self.files.get(file) {
            Some(Of::One(row)) => return *row,
            Some(Of::Several) => {}
            None => return None,
        }
        let sheet = sheet.as_deref()?;
        let of_sheet = self.sheets.get(&(file, sheet)).and_then(|of| of.one());
        let (Some(area), None) = (area, of_sheet) else { return of_sheet.flatten() };
        let of_lines = (area.from.row == area.to.row).then(|| self.lines.get(&(file, sheet, area.from.row))).flatten();
        let of_column = self.columns.get(&(file, sheet, area.from.col)).filter(|_| area.from.col == area.to.col);
        of_lines.and_then(|of| of.one()).or_else(|| of_column.and_then(|of| of.one())).flatten()
    }

    /// Whether it concerns the window.
    pub fn is_inside(&self, diagnostic: &Diagnostic) -> bool {
        diagnostic.at.file.as_deref().is_none_or(|file| !self.outside.contains(file))
    }
}
