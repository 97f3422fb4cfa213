//! A file's bytes → its sheets as grids of filled cells. One file a format; what a sheet merely declares costs nothing.

pub mod csv;
pub mod excel;
pub mod fill;
pub mod format;
pub mod guard;
pub mod html;
pub mod mhtml;
pub mod ods;
pub mod ole;
pub mod sniff;
pub mod xls;
pub mod xml;
pub mod xml2003;

use std::collections::{BTreeMap, HashSet};
use std::panic::catch_unwind;
use std::sync::Arc;

use crate::base::cell::{Area, CellRef, SheetName, Value};
use crate::base::diagnostic::Problem;

use super::limits;

/// A sheet's filled cells, row by row.
#[derive(Clone, Debug)]
pub struct Grid {
    pub name: Arc<SheetName>,
    pub hidden: bool,
    /// By row, each once; only rows with a filled cell.
    pub rows: Vec<Row>,
    /// Sorted by their first cell.
    pub merges: Vec<Area>,
    /// Filled cells whose number format shows three decimals, as it shows them: "27.900" for 27.9.
    pub shown: BTreeMap<CellRef, Arc<str>>,
    /// Hidden rows and columns that hold something.
    pub hidden_rows: Vec<u32>,
    pub hidden_columns: Vec<u32>,
}

/// The filled cells of one row, by column.
#[derive(Clone, Debug, Default)]
pub struct Row {
    pub index: u32,
    pub cells: Vec<(u32, Value)>,
}

impl Row {
    pub fn get(&self, col: u32) -> Option<&Value> {
        self.cells.binary_search_by_key(&col, |(col, _)| *col).ok().map(|at| &self.cells[at].1)
    }
}

impl Grid {
    pub fn new(file: &Arc<str>, sheet: &str) -> Self {
        Self {
            name: Arc::new(SheetName { file: file.clone(), sheet: Arc::from(sheet) }),
            hidden: false,
            rows: Vec::new(),
            merges: Vec::new(),
            shown: BTreeMap::new(),
            hidden_rows: Vec::new(),
            hidden_columns: Vec::new(),
        }
    }

    pub fn row(&self, index: u32) -> Option<&Row> {
        self.rows.binary_search_by_key(&index, |row| row.index).ok().map(|at| &self.rows[at])
    }

    pub fn get(&self, row: u32, col: u32) -> Option<&Value> {
        self.row(row)?.get(col)
    }

    /// The merged area that holds a cell.
    pub fn merge(&self, row: u32, col: u32) -> Option<Area> {
        self.merges.iter().find(|area| area.contains(row, col)).copied()
    }
}

/// Reads a file by what it holds, not by what it is called.
pub fn read(bytes: &[u8], file: &Arc<str>) -> Result<Vec<Grid>, Problem> {
    if bytes.len() as u64 > limits::FILE_BYTES && !csv::is_text(bytes) {
        return Err(limits::exceeded("quá", limits::FILE_BYTES >> 20, "MB"));
    }
    let kind = sniff::kind(bytes, file);
    // What a reader's own mistake takes down is one file.
    catch_unwind(|| sheets(kind, bytes, file)).unwrap_or_else(|_| Err(damaged()))
}

fn sheets(kind: sniff::Kind, bytes: &[u8], file: &Arc<str>) -> Result<Vec<Grid>, Problem> {
    match kind {
        sniff::Kind::Xlsx => {
            guard::check_zip(bytes)?;
            excel::grids(bytes, file)
        }
        sniff::Kind::Ods => {
            guard::check_zip(bytes)?;
            ods::grids(bytes, file)
        }
        sniff::Kind::Html => html::grids(bytes, file),
        sniff::Kind::Xml2003 => xml2003::grids(bytes, file),
        sniff::Kind::Xls => xls::grids(bytes, file),
        sniff::Kind::Encrypted => Err(unreadable("tệp đặt mật khẩu")),
        sniff::Kind::Csv if is_table_name(file) => text(bytes, file).map(|grid| vec![grid]),
        sniff::Kind::Csv => Err(Problem::FileUnsupported { kind: "tệp văn bản" }),
        other => Err(Problem::FileUnsupported { kind: sniff::title(other) }),
    }
}

fn damaged() -> Problem {
    unreadable("tệp bảng tính hỏng hoặc chưa tải hết")
}

fn unreadable(reason: &str) -> Problem {
    Problem::FileUnreadable { reason: reason.to_owned() }
}

/// Prose is text too: a table in text is named as one.
fn is_table_name(file: &str) -> bool {
    let extension = file.rsplit_once('.').map(|(_, extension)| extension.to_lowercase());
    !matches!(
        extension.as_deref(),
        Some("md" | "log" | "json" | "toml" | "ini" | "bat" | "cmd" | "sh" | "py" | "rtf" | "xml" | "js")
    )
}

/// A text's rows as a grid of one unnamed sheet.
fn text(bytes: &[u8], file: &Arc<str>) -> Result<Grid, Problem> {
    let mut grid = Grid::new(file, "");
    let mut known: HashSet<Arc<str>> = HashSet::new();
    let mut filled = 0usize;
    csv::for_each_row(bytes, |index, fields| {
        let mut row = Row { index, cells: Vec::new() };
        for (col, field) in fields.iter().enumerate() {
            if field.trim().is_empty() {
                continue;
            }
            let text: Arc<str> = match known.get(*field) {
                Some(text) => text.clone(),
                None => {
                    let text: Arc<str> = Arc::from(*field);
                    if known.len() < limits::KEPT_TEXTS {
                        known.insert(text.clone());
                    }
                    text
                }
            };
            row.cells.push((col as u32, Value::Text(text)));
        }
        filled += row.cells.len();
        if filled > limits::FILLED_CELLS {
            return Err(limits::exceeded("quá", limits::FILLED_CELLS as u64, "ô"));
        }
        if !row.cells.is_empty() {
            grid.rows.push(row);
        }
        Ok(())
    })?;
    Ok(grid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_one_grid_whether_or_not_anything_is_filled_in() {
        for text in [";;;\n;;\n", &"\n".repeat(5000), "a", "a;b\n1;2\n"] {
            let grids = read(text.as_bytes(), &"a.csv".into()).unwrap();
            assert_eq!(grids.len(), 1, "{text:?}");
            assert_eq!(grids[0].rows.is_empty(), !text.contains('a'));
        }
    }
}
