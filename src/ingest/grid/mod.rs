//! A file's bytes → its sheets as grids of filled cells. One file a format; what a sheet merely declares costs nothing.

pub mod csv;
pub mod decode;
pub mod excel;
pub mod fill;
pub mod format;
pub mod guard;
pub mod html;
pub mod merged;
pub mod mhtml;
pub mod ods;
pub mod ole;
pub mod sniff;
pub mod xls;
pub mod xlsb;
mod xlsx;
pub mod xml;
pub mod xml2003;

#[cfg(test)]
mod samples;

use std::collections::{BTreeMap, HashSet};
use std::panic::catch_unwind;
use std::sync::{Arc, OnceLock};

use crate::base::cell::{Area, CellRef, SheetName, Value};
use crate::base::diagnostic::Problem;

use super::limits;

use merged::Merged;

/// A sheet's filled cells, row by row.
#[derive(Clone, Debug)]
pub struct Grid {
    pub name: Arc<SheetName>,
    pub hidden: bool,
    /// By row, each once; only rows with a filled cell.
    pub rows: Vec<Row>,
    /// Sorted by their first cell; changed no more once [`Grid::merge`] was asked.
    pub merges: Vec<Area>,
    pub merged: OnceLock<Merged>,
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
            merged: OnceLock::new(),
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
        if self.merges.is_empty() {
            return None;
        }
        self.merged.get_or_init(|| Merged::new(&self.merges)).at(row, col).map(|at| self.merges[at])
    }
}

/// How many bytes a file is when it is inflated: what it may come to in memory goes by that.
pub fn weight(bytes: &[u8]) -> u64 {
    match sniff::kind(bytes, "") {
        sniff::Kind::Xlsx | sniff::Kind::Xlsb => guard::inflated_size(bytes),
        // A few bytes may say of a cell that it repeats itself a million times.
        sniff::Kind::Ods => guard::inflated_size(bytes).max(limits::BYTES_AT_ONCE / 4),
        _ => bytes.len() as u64,
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
            let mut archive = guard::archive(bytes)?;
            xlsx::grids(&mut archive, file).unwrap_or_else(|| {
                guard::check_parts(&mut archive)?;
                excel::grids(bytes, file)
            })
        }
        sniff::Kind::Ods => {
            guard::check_zip(bytes)?;
            ods::grids(bytes, file)
        }
        sniff::Kind::Xlsb => {
            guard::check_zip(bytes)?;
            xlsb::grids(bytes, file)
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
    let mut held = 0usize;
    csv::for_each_row(bytes, |index, fields| {
        let blank = |field: &str| field.chars().all(char::is_whitespace);
        let filled = fields.iter().filter(|field| !blank(field)).count();
        if filled == 0 {
            return Ok(());
        }
        let mut row = Row { index, cells: Vec::with_capacity(filled) };
        for (col, field) in fields.iter().enumerate().filter(|(_, field)| !blank(field)) {
            let text: Arc<str> = match known.get(*field) {
                Some(text) => text.clone(),
                None => {
                    let text: Arc<str> = Arc::from(*field);
                    // With its counts, and its place among those known.
                    held += text.len() + 48;
                    if known.len() < limits::KEPT_TEXTS {
                        known.insert(text.clone());
                    }
                    text
                }
            };
            row.cells.push((col as u32, Value::Text(text)));
        }
        // With what the allocator adds, and what the search for tables holds of each row.
        held += size_of_val(row.cells.as_slice()) + 2 * size_of::<Row>() + 16;
        if held > limits::TEXT_HELD_BYTES {
            return Err(limits::exceeded("nội dung chiếm hơn", limits::TEXT_HELD_BYTES as u64 >> 20, "MB bộ nhớ"));
        }
        grid.rows.push(row);
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

    /// Without what catches panics.
    fn read_barely(bytes: &[u8], name: &str) -> Result<String, Problem> {
        sheets(sniff::kind(bytes, name), bytes, &name.into()).map(|grids| format!("{grids:?}"))
    }

    #[test]
    fn the_same_table_gives_the_same_grid_in_every_format() {
        let expected = samples::grid();
        for (name, bytes) in samples::all() {
            // By what it holds, whatever it is called.
            let grids = read(&bytes, &"a.txt".into()).unwrap_or_else(|problem| panic!("{name}: {}", problem.message()));
            let grid = &grids[0];
            let mut rows = expected.rows.clone();
            if name == "html" {
                // What a page shows is text where it does not say the number behind it.
                rows[2].cells[0].1 = Value::Text("29/03/2023".into());
                rows[3].cells[0].1 = Value::Text("-5".into());
                rows[3].cells[1].1 = Value::Text("#DIV/0!".into());
                rows[3].cells.truncate(2);
            }
            if name == "xlsb" {
                // Whether a formula was ever reckoned is not told.
                rows[3].cells[2].1 = Value::Number(0.into());
            }
            let rows: Vec<_> = rows.into_iter().map(|row| (row.index, row.cells)).collect();
            let read: Vec<_> = grid.rows.iter().map(|row| (row.index, row.cells.clone())).collect();
            assert_eq!(read, rows, "{name}");
            assert_eq!(grid.merges.is_empty(), name == "xls of 95", "{name}");
            assert!(grid.merges.is_empty() || grid.merges == expected.merges, "{name}");
            assert_eq!(grid.shown, expected.shown, "{name}");
            assert_eq!(grid.hidden_rows, expected.hidden_rows, "{name}");
            assert_eq!(grid.hidden_columns, expected.hidden_columns, "{name}");
            assert_eq!(grid.hidden, name != "html", "{name}");
            if name != "html" {
                assert_eq!(grid.name.sheet, expected.name.sheet, "{name}");
            }
        }
    }

    #[test]
    fn a_file_cut_short_is_an_error_and_never_a_part_of_itself() {
        for (name, bytes) in samples::all() {
            let whole = read_barely(&bytes, "a.xls").unwrap();
            // A few bytes are a short text.
            for end in (8..bytes.len()).step_by(3) {
                if let Ok(part) = read_barely(&bytes[..end], "a.xls") {
                    assert_eq!(part, whole, "{name}, {end} of {} bytes", bytes.len());
                }
            }
        }
    }

    #[test]
    fn no_changed_byte_panics() {
        for (_, mut bytes) in samples::all() {
            for at in (0..bytes.len()).step_by(3) {
                let byte = bytes[at];
                for changed in [byte ^ 1, 0, 0xff] {
                    bytes[at] = changed;
                    let _ = read_barely(&bytes, "a.xls");
                }
                bytes[at] = byte;
            }
        }
    }
}
