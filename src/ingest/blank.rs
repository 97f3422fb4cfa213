//! Sheets that were made as blanks: the line that says whose they were is no data, and tells whether the blank is of another
//! edition, or its headings were changed. Takes a sheet before it is read, and what came of reading it.

use std::sync::Arc;

use crate::base::cell::{CellRef, Value};
use crate::base::diagnostic::{Diagnostic, Place, Problem};
use crate::base::fold;
use crate::catalogue::Catalogue;
use crate::catalogue::blank::{self, Blank, Holds, Stamp};

use super::grid::{Grid, Row};
use super::locate::one_line;
use super::read::Reading;

/// Rows of a sheet in which its line is looked for, and its headings.
const ROWS: usize = 8;
const HEADER_ROWS: usize = 40;

/// So many changes of headings are told one by one.
const CHANGES_SHOWN: usize = 8;

/// What a sheet's line said, and where.
pub struct Stamped {
    stamp: Stamp,
    cell: CellRef,
}

/// Takes the line off a sheet. What names a form stays as its title, so that the form is known where nothing else says it.
pub fn take(grid: &mut Grid, catalogue: &Catalogue) -> Option<Stamped> {
    let (at, stamp) = grid.rows.iter().take(ROWS).enumerate().find_map(|(at, row)| {
        let (col, stamp) = row.cells.iter().find_map(|(col, value)| Some((*col, Stamp::of(value.text()?)?)))?;
        Some(((at, col), stamp))
    })?;
    let (row, col) = at;
    let title = match &stamp {
        Stamp::Form { id, .. } => catalogue.forms.iter().find(|form| form.id == *id).map(|form| form.title.as_str()),
        Stamp::Guide | Stamp::Lists | Stamp::Plan => None,
    };
    let cell = CellRef::new(grid.rows[row].index, col);
    let cells = &mut grid.rows[row].cells;
    match title {
        Some(title) => {
            for (_, value) in cells.iter_mut().filter(|(other, _)| *other == col) {
                *value = Value::Text(Arc::from(title));
            }
        }
        None => cells.retain(|(other, _)| *other != col),
    }
    if grid.rows[row].cells.is_empty() {
        grid.rows.remove(row);
    }
    Some(Stamped { stamp, cell })
}

/// How much a file had said before a sheet was read.
pub struct Before {
    problems: usize,
    said: usize,
}

impl Before {
    pub fn of(reading: &Reading) -> Self {
        Self { problems: reading.diagnostics.len(), said: reading.said() }
    }
}

impl Stamped {
    /// Puts right what was said of the sheet when it was read. Gives the form's title where its blank was not filled in.
    pub fn settle(&self, grid: &Grid, catalogue: &Catalogue, before: &Before, reading: &mut Reading) -> Option<String> {
        let tell = |problem, cell| Diagnostic::new(problem, Place::cell(&grid.name, cell));
        // An empty table is what a blank is meant to be, and words alone what its guidance is; whatever else was written there
        // is read and named.
        let meant = |diagnostic: &Diagnostic| match &diagnostic.problem {
            Problem::SheetWithoutTable | Problem::TableEmpty { .. } => true,
            Problem::SheetHidden => self.stamp == Stamp::Lists,
            // Its examples: "0,5 ha ghi là 5000".
            Problem::FiguresInText => self.stamp == Stamp::Guide,
            _ => false,
        };
        let silent = reading.said() == before.said && reading.diagnostics[before.problems..].iter().all(meant);
        if silent {
            reading.diagnostics.truncate(before.problems);
            if let Some(sheet) = reading.understood.last_mut().filter(|sheet| sheet.name == grid.name) {
                sheet.problems.retain(|diagnostic| !meant(diagnostic));
            }
        }
        let Stamp::Form { id, version } = &self.stamp else { return None };
        let Some(form) = catalogue.form_ids().find(|&form| catalogue.form(form).id == *id) else {
            reading.diagnostics.push(tell(Problem::TemplateUnknown { form: id.clone() }, self.cell));
            return None;
        };
        let blank = blank::of(catalogue, form);
        let form = catalogue.form(form).title.clone();
        if blank.version != *version {
            reading.diagnostics.push(tell(Problem::TemplateOld { form: form.clone() }, self.cell));
        } else if let Some((row, changes)) = changes(grid, &blank) {
            let cell = changes.first().and_then(|change| change.cell).unwrap_or(CellRef::new(row, 0));
            let more = changes.len().saturating_sub(CHANGES_SHOWN);
            let mut changes: Vec<String> = changes.into_iter().take(CHANGES_SHOWN).map(|change| change.words).collect();
            if more > 0 {
                changes.push(format!("và {more} chỗ khác"));
            }
            reading.diagnostics.push(tell(Problem::TemplateChanged { form: form.clone(), changes }, cell));
        } else {
            // The blank asks for one row each.
            let mut at = 0;
            reading.diagnostics.retain(|diagnostic| {
                at += 1;
                at <= before.problems || !matches!(diagnostic.problem, Problem::OneARow { .. })
            });
        }
        silent.then_some(form)
    }
}

/// One heading that is not as the blank has it.
struct Change {
    cell: Option<CellRef>,
    words: String,
}

/// The row of headings, and in what they differ from the blank's; `None` where they do not, or where there are none.
fn changes(grid: &Grid, blank: &Blank) -> Option<(u32, Vec<Change>)> {
    let expected: Vec<(String, &blank::Column)> =
        blank.columns.iter().map(|column| (fold::key(&column.heading), column)).collect();
    let found = |row: &Row| -> Vec<(u32, String, String)> {
        let texts = row.cells.iter().filter_map(|(col, value)| Some((*col, value.text()?)));
        texts.map(|(col, text)| (col, fold::key(text), one_line(text))).collect()
    };
    let alike = |row: &Row| found(row).iter().filter(|(_, key, _)| expected.iter().any(|(own, _)| own == key)).count();
    let header = grid.rows.iter().take(HEADER_ROWS).map(|row| (alike(row), row)).max_by_key(|(alike, row)| {
        // Of several the first.
        (*alike, std::cmp::Reverse(row.index))
    })?;
    let (alike, header) = header;
    if alike * 2 < expected.len() {
        return Some((header.index, vec![Change { cell: None, words: "không còn dòng tiêu đề cột của mẫu".into() }]));
    }
    let mut others = found(header);
    let first = others.first().map_or(0, |(col, ..)| *col);
    others.retain(|(_, key, _)| !expected.iter().any(|(own, _)| own == key));
    let known: Vec<String> = found(header).into_iter().map(|(_, key, _)| key).collect();
    let mut changes = Vec::new();
    for (at, (key, column)) in expected.iter().enumerate() {
        if known.contains(key) {
            continue;
        }
        // What stands in the place of the missing one is that one, called otherwise.
        let place = others.iter().position(|(col, ..)| *col == first + at as u32);
        let own = &column.heading;
        match place.map(|place| others.remove(place)) {
            Some((col, _, text)) => {
                let cell = CellRef::new(header.index, col);
                changes
                    .push(Change { cell: Some(cell), words: format!("ô {cell} ghi \"{text}\", mẫu là \"{own}\"") });
            }
            // Nothing rests on those.
            None if matches!(column.holds, Holds::Ordinal | Holds::Note) => {}
            None => changes.push(Change { cell: None, words: format!("thiếu cột \"{own}\"") }),
        }
    }
    changes.extend(moved(header, &expected));
    for (col, _, text) in others {
        let cell = CellRef::new(header.index, col);
        changes.push(Change { cell: Some(cell), words: format!("ô {cell} thêm cột \"{text}\"") });
    }
    (!changes.is_empty()).then_some((header.index, changes))
}

/// Headings that stand in another order than the blank's; columns put in or taken out between them move none.
fn moved(header: &Row, expected: &[(String, &blank::Column)]) -> Vec<Change> {
    let mut stand: Vec<(u32, usize)> = Vec::new();
    for (col, value) in &header.cells {
        let Some(key) = value.text().map(fold::key) else { continue };
        let place = expected.iter().position(|(own, _)| *own == key);
        stand.extend(place.filter(|place| stand.iter().all(|(_, known)| known != place)).map(|place| (*col, place)));
    }
    let mut sorted: Vec<usize> = stand.iter().map(|(_, place)| *place).collect();
    sorted.sort_unstable();
    let heading = |place: usize| &expected[place].1.heading;
    let change = |col: u32, words: String| Change { cell: Some(CellRef::new(header.index, col)), words };
    let mut changes = Vec::new();
    // Two that stand each in the other's place are put back first.
    for at in 0..stand.len() {
        let (col, place) = stand[at];
        let other = (at + 1..stand.len()).find(|&other| stand[other].1 == sorted[at] && sorted[other] == place);
        if let Some(other) = other {
            let words = format!("cột \"{}\" đổi chỗ với cột \"{}\"", heading(place), heading(sorted[at]));
            changes.push(change(col, words));
            (stand[at].1, stand[other].1) = (stand[other].1, place);
        }
    }
    // Of the others the fewest that have to move: all but a longest rising run.
    let mut longest: Vec<(usize, Option<usize>)> = Vec::new();
    for (at, (_, place)) in stand.iter().enumerate() {
        let before = (0..at).filter(|&before| stand[before].1 < *place).max_by_key(|&before| longest[before].0);
        longest.push((before.map_or(1, |before| longest[before].0 + 1), before));
    }
    let mut stays = vec![false; stand.len()];
    let mut at = (0..stand.len()).max_by_key(|&at| longest[at].0);
    while let Some(one) = at {
        stays[one] = true;
        at = longest[one].1;
    }
    let others = stand.iter().zip(stays).filter(|(_, stays)| !stays);
    changes.extend(
        others.map(|((col, place), _)| change(*col, format!("cột \"{}\" chuyển sang chỗ khác", heading(*place)))),
    );
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_in_another_order_are_told_and_columns_between_them_move_none() {
        let names = ["STT", "Ngày", "Chủ hộ", "Diện tích", "Ghi chú"];
        let columns: Vec<blank::Column> =
            names.iter().map(|name| blank::Column { heading: (*name).to_owned(), holds: Holds::Note }).collect();
        let expected: Vec<(String, &blank::Column)> =
            columns.iter().map(|column| (fold::key(&column.heading), column)).collect();
        for (headings, told) in [
            ("STT|Ngày|Chủ hộ|Diện tích|Ghi chú", &[][..]),
            ("STT|Ngày|Lạ|Chủ hộ|Diện tích|Ghi chú", &[]),
            ("STT|Chủ hộ|Ghi chú", &[]),
            ("STT|Chủ hộ|Ngày|Diện tích|Ghi chú", &["B cột \"Chủ hộ\" đổi chỗ với cột \"Ngày\""]),
            ("STT|Diện tích|Lạ|Chủ hộ|Ngày", &["B cột \"Diện tích\" đổi chỗ với cột \"Ngày\""]),
            ("Ghi chú|STT|Ngày|Chủ hộ|Diện tích", &["A cột \"Ghi chú\" chuyển sang chỗ khác"]),
        ] {
            let cells = headings.split('|').zip(0..).map(|(text, col)| (col, Value::Text(Arc::from(text)))).collect();
            let header = Row { index: 4, cells };
            let name = |change: Change| {
                let cell = change.cell.map(|cell| crate::base::cell::column_name(cell.col)).unwrap_or_default();
                format!("{cell} {}", change.words)
            };
            let found: Vec<String> = moved(&header, &expected).into_iter().map(name).collect();
            assert_eq!(found, told, "{headings}");
        }
    }
}
