//! What the readers of workbooks fill: cells, merged areas and what is hidden, in any order → [`Grid`]s, within the limits on all of them together.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::base::cell::{Area, CellRef, Value};
use crate::base::diagnostic::Problem;
use crate::base::fold::nfc;
use crate::ingest::limits;

use super::{Grid, Row};

/// A file that is being read.
pub struct Book {
    file: Arc<str>,
    texts: HashSet<Arc<str>>,
    /// Filled cells of all sheets.
    filled: usize,
    /// Those whose number format matters.
    shown: usize,
    grids: Vec<Grid>,
}

/// A sheet that is being read.
pub struct Sheet {
    grid: Grid,
    sorted: bool,
    hidden_rows: Vec<RangeInclusive<u32>>,
    hidden_columns: Vec<RangeInclusive<u32>>,
}

impl Book {
    pub fn new(file: &Arc<str>) -> Self {
        Self { file: file.clone(), texts: HashSet::new(), filled: 0, shown: 0, grids: Vec::new() }
    }

    /// A new sheet; [`Book::add`] takes it when it is read.
    pub fn sheet(&self, name: &str) -> Result<Sheet, Problem> {
        if self.grids.len() >= limits::SHEETS {
            return Err(limits::exceeded("quá", limits::SHEETS as u64, "trang tính"));
        }
        let grid = Grid::new(&self.file, &nfc(name.trim()));
        Ok(Sheet { grid, sorted: true, hidden_rows: Vec::new(), hidden_columns: Vec::new() })
    }

    /// A cell's text, each once and in NFC; blanks are no text. Nothing is trimmed: in TCVN3 a letter may look like a sign that is not seen.
    pub fn text(&mut self, text: &str) -> Result<Option<Value>, Problem> {
        if text.chars().all(|c| c.is_whitespace() || c == '\u{feff}') {
            return Ok(None);
        }
        if text.len() > limits::TEXT_BYTES {
            return Err(limits::exceeded("có ô dài quá", limits::TEXT_BYTES as u64, "byte"));
        }
        let text = nfc(text);
        if let Some(known) = self.texts.get(&*text) {
            return Ok(Some(Value::Text(known.clone())));
        }
        let text: Arc<str> = Arc::from(&*text);
        if self.texts.len() < limits::KEPT_TEXTS {
            self.texts.insert(text.clone());
        }
        Ok(Some(Value::Text(text)))
    }

    /// Whether so many cells more can be filled: asked before what a file only says to be there is made.
    pub fn room_for(&self, cells: u64) -> Result<(), Problem> {
        if (self.filled as u64).saturating_add(cells) > limits::WORKBOOK_CELLS as u64 {
            return Err(limits::exceeded("có quá", limits::WORKBOOK_CELLS as u64, "ô có nội dung"));
        }
        Ok(())
    }

    /// Fills a cell; one that is filled twice keeps what came last.
    pub fn put(&mut self, sheet: &mut Sheet, row: u32, col: u32, value: Value) -> Result<(), Problem> {
        self.room_for(1)?;
        self.filled += 1;
        if row >= limits::TEXT_ROWS {
            return Err(sheet.exceeded(limits::TEXT_ROWS.into(), "dòng"));
        }
        if col as usize >= limits::COLUMNS {
            return Err(sheet.exceeded(limits::COLUMNS as u64, "cột"));
        }
        match sheet.grid.rows.last_mut() {
            Some(last) if last.index == row => {
                sheet.sorted &= last.cells.last().is_none_or(|(last, _)| *last < col);
                last.cells.push((col, value));
            }
            last => {
                if let Some(last) = last {
                    sheet.sorted &= last.index < row;
                    last.cells.shrink_to_fit();
                }
                sheet.grid.rows.push(Row { index: row, cells: vec![(col, value)] });
            }
        }
        Ok(())
    }

    /// How a cell's number format shows it, where that matters.
    pub fn show(&mut self, sheet: &mut Sheet, row: u32, col: u32, shown: Option<String>) -> Result<(), Problem> {
        let Some(shown) = shown else { return Ok(()) };
        self.shown += 1;
        if self.shown > limits::SHOWN_CELLS {
            return Err(limits::exceeded("có quá", limits::SHOWN_CELLS as u64, "ô hiện ba số thập phân"));
        }
        sheet.grid.shown.insert(CellRef::new(row, col), shown.into());
        Ok(())
    }

    pub fn add(&mut self, sheet: Sheet) {
        self.grids.push(sheet.finished());
    }

    pub fn grids(self) -> Vec<Grid> {
        self.grids
    }
}

impl Sheet {
    pub fn set_hidden(&mut self, hidden: bool) {
        self.grid.hidden = hidden;
    }

    pub fn hide_rows(&mut self, rows: RangeInclusive<u32>) {
        extend(&mut self.hidden_rows, rows);
    }

    pub fn hide_columns(&mut self, columns: RangeInclusive<u32>) {
        extend(&mut self.hidden_columns, columns);
    }

    /// A merged area of more than one cell.
    pub fn merge(&mut self, from: CellRef, to: CellRef) -> Result<(), Problem> {
        if from == to || to.row < from.row || to.col < from.col {
            return Ok(());
        }
        if self.grid.merges.len() >= limits::MERGES {
            return Err(self.exceeded(limits::MERGES as u64, "ô gộp"));
        }
        self.grid.merges.push(Area { from, to });
        Ok(())
    }

    fn exceeded(&self, limit: u64, of: &str) -> Problem {
        limits::exceeded(&format!("trang tính {} có quá", self.grid.name.sheet), limit, of)
    }

    fn finished(self) -> Grid {
        let Sheet { mut grid, sorted, hidden_rows, hidden_columns } = self;
        if !sorted {
            let mut rows: BTreeMap<u32, BTreeMap<u32, Value>> = BTreeMap::new();
            for row in grid.rows.drain(..) {
                rows.entry(row.index).or_default().extend(row.cells);
            }
            grid.rows =
                rows.into_iter().map(|(index, cells)| Row { index, cells: cells.into_iter().collect() }).collect();
        }
        if grid.rows.is_empty() {
            grid.merges.clear();
        }
        grid.merges.sort();
        grid.merges.dedup();
        grid.hidden_rows = held(hidden_rows, grid.rows.iter().map(|row| row.index));
        if !hidden_columns.is_empty() {
            let filled: BTreeSet<u32> =
                grid.rows.iter().flat_map(|row| row.cells.iter().map(|(col, _)| *col)).collect();
            grid.hidden_columns = held(hidden_columns, filled.into_iter());
        }
        grid
    }
}

/// Adds a range to a list; rows hidden one by one become one range.
fn extend(ranges: &mut Vec<RangeInclusive<u32>>, range: RangeInclusive<u32>) {
    if let Some(last) = ranges.last_mut()
        && (*last.start()..=last.end().saturating_add(1)).contains(range.start())
    {
        *last = *last.start()..=*last.end().max(range.end());
    } else if ranges.len() < limits::HIDDEN_RANGES {
        ranges.push(range);
    }
}

/// Those of some rows or columns, in order, that ranges in any order hold.
fn held(mut ranges: Vec<RangeInclusive<u32>>, filled: impl Iterator<Item = u32>) -> Vec<u32> {
    ranges.sort_by_key(|range| *range.start());
    let mut end = None;
    let mut next = ranges.into_iter().peekable();
    filled
        .filter(|at| {
            while let Some(range) = next.next_if(|range| range.start() <= at) {
                end = end.max(Some(*range.end()));
            }
            end.is_some_and(|end| *at <= end)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_and_what_is_hidden_come_in_any_order() {
        let mut book = Book::new(&"a".into());
        let mut sheet = book.sheet(" Hiến đất ").unwrap();
        for (row, col, number) in [(3, 1, 1), (1, 2, 2), (1, 0, 3), (3, 1, 4)] {
            book.put(&mut sheet, row, col, Value::Number(number.into())).unwrap();
        }
        sheet.hide_rows(2..=2);
        sheet.hide_rows(3..=3);
        sheet.hide_columns(2..=255);
        sheet.merge(CellRef::new(5, 0), CellRef::new(5, 1)).unwrap();
        sheet.merge(CellRef::new(1, 0), CellRef::new(2, 0)).unwrap();
        sheet.merge(CellRef::new(1, 1), CellRef::new(1, 1)).unwrap();
        assert_eq!(sheet.hidden_rows, [2..=3]);
        book.add(sheet);
        let grid = book.grids().remove(0);
        assert_eq!(&*grid.name.sheet, "Hiến đất");
        assert_eq!(grid.rows.iter().map(|row| row.index).collect::<Vec<_>>(), [1, 3]);
        assert_eq!(grid.get(3, 1), Some(&Value::Number(4.into())));
        assert_eq!((&grid.hidden_rows[..], &grid.hidden_columns[..]), (&[3][..], &[2][..]));
        assert_eq!(grid.merges.len(), 2);
        assert!(grid.merges.is_sorted());
    }

    #[test]
    fn no_letter_is_trimmed_away_and_blanks_are_no_text() {
        let mut book = Book::new(&"a".into());
        for blank in ["", " \t\n", "\u{a0}", "\u{feff}"] {
            assert_eq!(book.text(blank).unwrap(), None);
        }
        for text in ["\u{ad}", " \u{ad}\u{81} ", "D\u{ad}¬ng\u{ad}"] {
            assert_eq!(book.text(text).unwrap().unwrap().text(), Some(text));
        }
        assert!(book.text(&"x".repeat(limits::TEXT_BYTES + 1)).is_err());
    }
}
