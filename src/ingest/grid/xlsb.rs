//! .xlsb → grids, record by record out of the zip file.
//!
//! A reader of our own: calamine passes over formulas whose result is an error, so that `#REF!` reads as an empty cell, and panics where a workbook names a part that is not there.
//! The guard of zip files has stood before this. A record is held only if it is one that is read, and then only up to a limit.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::sync::Arc;

use zip::ZipArchive;

use crate::base::cell::{CellRef, Value};
use crate::base::diagnostic::Problem;
use crate::ingest::limits;

use super::fill::{Book, Sheet};
use super::format::{self, Format};
use super::xls;
use super::xml::{Piece, Xml};
use super::{Grid, damaged, unreadable};

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// The sheets of a workbook, in its order.
pub fn grids(bytes: &[u8], file: &Arc<str>) -> Result<Vec<Grid>, Problem> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let related = related(&mut archive)?;
    let mut workbook = Workbook { book: Book::new(file), texts: Vec::new(), styles: Vec::new(), epoch_1904: false };
    for part in related.values() {
        match &*part.kind {
            "sharedStrings" => workbook.read_texts(records(&mut archive, &part.path)?)?,
            "styles" => workbook.read_styles(records(&mut archive, &part.path)?)?,
            _ => {}
        }
    }
    let sheets = workbook.sheets(records(&mut archive, "xl/workbook.bin")?)?;
    for listed in sheets {
        let mut sheet = workbook.book.sheet(&listed.name)?;
        sheet.set_hidden(listed.hidden);
        let missing = || {
            let name = listed.name.trim();
            unreadable(&format!("thiếu nội dung của trang tính {name}, tệp có thể đã hỏng"))
        };
        let part = related.get(&listed.relation).ok_or_else(missing)?;
        if part.kind != "worksheet" {
            continue;
        }
        let records = records(&mut archive, &part.path).map_err(|_| missing())?;
        workbook.read_sheet(records, &mut sheet)?;
        workbook.book.add(sheet);
    }
    let grids = workbook.book.grids();
    if grids.is_empty() {
        return Err(unreadable("tệp Excel không còn trang tính nào, có thể đã hỏng"));
    }
    Ok(grids)
}

/// A part that the workbook names.
struct Part {
    /// The end of its type: "worksheet", "sharedStrings".
    kind: String,
    path: String,
}

/// The workbook's parts by the names that it gives them.
fn related(archive: &mut Archive) -> Result<HashMap<String, Part>, Problem> {
    let part = archive.by_name("xl/_rels/workbook.bin.rels").map_err(|_| damaged())?;
    let mut xml = Xml::new(BufReader::new(part));
    let mut related = HashMap::new();
    loop {
        match xml.piece()? {
            Piece::Open(tag) => {
                let (mut id, mut kind, mut path) = (String::new(), String::new(), String::new());
                for attribute in tag.attributes() {
                    let (name, value) = attribute?;
                    match name {
                        "Id" => id = value.into_owned(),
                        "Type" => kind = value.rsplit('/').next().unwrap_or_default().to_owned(),
                        "Target" => {
                            path = match value.strip_prefix('/') {
                                Some(absolute) => absolute.to_owned(),
                                None => format!("xl/{value}"),
                            }
                        }
                        _ => {}
                    }
                }
                related.insert(id, Part { kind, path });
            }
            Piece::Close(_) | Piece::Text(_) => {}
            Piece::End => return Ok(related),
        }
    }
}

// The records that are read, by their numbers.
const ROW: u32 = 0;
const CELL_RK: u32 = 2;
const CELL_ERROR: u32 = 3;
const CELL_BOOL: u32 = 4;
const CELL_REAL: u32 = 5;
const CELL_TEXT: u32 = 6;
const CELL_SHARED: u32 = 7;
const FORMULA_TEXT: u32 = 8;
const FORMULA_NUMBER: u32 = 9;
const FORMULA_BOOL: u32 = 10;
const FORMULA_ERROR: u32 = 11;
const SHARED_TEXT: u32 = 19;
const FORMAT: u32 = 44;
const STYLE: u32 = 47;
const COLUMNS: u32 = 60;
const CELL_RICH: u32 = 62;
const SHEET_END: u32 = 130;
const WORKBOOK_PROPERTIES: u32 = 153;
const LISTED_SHEET: u32 = 156;
const SHARED_END: u32 = 160;
const SHEETS_END: u32 = 144;
const MERGED: u32 = 176;
const CELL_STYLES: u32 = 617;
const CELL_STYLES_END: u32 = 618;

struct Workbook {
    book: Book,
    texts: Vec<Option<Value>>,
    /// The format of each style of a cell.
    styles: Vec<Format>,
    epoch_1904: bool,
}

struct Listed {
    name: String,
    relation: String,
    hidden: bool,
}

impl Workbook {
    fn read_texts(&mut self, mut records: Records<impl BufRead>) -> Result<(), Problem> {
        loop {
            let record = records.next(&[SHARED_TEXT, SHARED_END])?;
            if record.id == SHARED_END {
                return Ok(());
            }
            if self.texts.len() as u64 >= limits::SHARED_STRINGS {
                return Err(limits::exceeded("bảng chữ dùng chung có quá", limits::SHARED_STRINGS, "mục"));
            }
            let text = record.text(1).ok_or_else(damaged)?.0;
            self.texts.push(self.book.text(&text)?);
        }
    }

    fn read_styles(&mut self, mut records: Records<impl BufRead>) -> Result<(), Problem> {
        let mut formats = HashMap::new();
        let mut of_cells = false;
        loop {
            let record = records.next(&[FORMAT, STYLE, CELL_STYLES, CELL_STYLES_END])?;
            match record.id {
                FORMAT => {
                    let (id, code) = record.u16(0).zip(record.text(2)).ok_or_else(damaged)?;
                    formats.insert(id, format::of_code(&code.0));
                }
                STYLE if of_cells => {
                    let id = record.u16(2).ok_or_else(damaged)?;
                    self.styles.push(formats.get(&id).copied().unwrap_or_else(|| format::built_in(id)));
                }
                CELL_STYLES => of_cells = true,
                CELL_STYLES_END => return Ok(()),
                _ => {}
            }
        }
    }

    fn sheets(&mut self, mut records: Records<impl BufRead>) -> Result<Vec<Listed>, Problem> {
        let mut sheets = Vec::new();
        loop {
            let record = records.next(&[WORKBOOK_PROPERTIES, LISTED_SHEET, SHEETS_END])?;
            match record.id {
                WORKBOOK_PROPERTIES => self.epoch_1904 = record.data.first().is_some_and(|flags| flags & 1 != 0),
                LISTED_SHEET => {
                    let listed = record.u32(0).zip(record.text(8)).and_then(|(state, (relation, after))| {
                        Some(Listed { name: record.text(after)?.0, relation, hidden: state != 0 })
                    });
                    sheets.push(listed.ok_or_else(damaged)?);
                }
                _ => return Ok(sheets),
            }
        }
    }

    fn read_sheet(&mut self, mut records: Records<impl BufRead>, sheet: &mut Sheet) -> Result<(), Problem> {
        let mut row = 0;
        loop {
            let record = records.next(&[
                ROW,
                CELL_RK,
                CELL_ERROR,
                CELL_BOOL,
                CELL_REAL,
                CELL_TEXT,
                CELL_SHARED,
                CELL_RICH,
                FORMULA_TEXT,
                FORMULA_NUMBER,
                FORMULA_BOOL,
                FORMULA_ERROR,
                COLUMNS,
                MERGED,
                SHEET_END,
            ])?;
            let read = match record.id {
                SHEET_END => return Ok(()),
                ROW => record.u32(0).zip(record.data.get(11)).map(|(at, flags)| {
                    row = at;
                    if flags & 0x10 != 0 {
                        sheet.hide_rows(row..=row);
                    }
                }),
                COLUMNS => record.u32(0).zip(record.u32(4)).zip(record.u16(16)).map(|((from, to), flags)| {
                    if flags & 1 != 0 {
                        sheet.hide_columns(from..=to);
                    }
                }),
                MERGED => match [0, 4, 8, 12].map(|at| record.u32(at)) {
                    [Some(top), Some(bottom), Some(left), Some(right)] => {
                        Some(sheet.merge(CellRef::new(top, left), CellRef::new(bottom, right))?)
                    }
                    _ => None,
                },
                _ => self.cell(&record, row, sheet)?,
            };
            read.ok_or_else(damaged)?;
        }
    }

    /// `None` where the record is too short.
    fn cell(&mut self, record: &Record, row: u32, sheet: &mut Sheet) -> Result<Option<()>, Problem> {
        let (Some(col), Some(style)) = (record.u32(0), record.u32(4)) else { return Ok(None) };
        let value = match record.id {
            CELL_ERROR | FORMULA_ERROR => record.data.get(8).map(|code| Some(xls::error(*code))),
            CELL_BOOL | FORMULA_BOOL => record.data.get(8).map(|truth| Some(Value::Bool(*truth != 0))),
            CELL_SHARED => record.u32(8).and_then(|at| self.texts.get(at as usize).cloned()),
            CELL_TEXT | FORMULA_TEXT | CELL_RICH => match record.text(if record.id == CELL_RICH { 9 } else { 8 }) {
                Some((text, _)) => Some(self.book.text(&text)?),
                None => None,
            },
            _ => {
                let number = if record.id == CELL_RK {
                    record.array(8).map(xls::rk)
                } else {
                    record.array(8).map(f64::from_le_bytes)
                };
                let format = self.styles.get((style & 0xff_ffff) as usize).copied().unwrap_or_default();
                match number {
                    Some(number) => {
                        let (value, shown) = format::value(number, format, self.epoch_1904);
                        self.book.show(sheet, row, col, shown)?;
                        Some(Some(value))
                    }
                    None => None,
                }
            }
        };
        match value {
            Some(Some(value)) => self.book.put(sheet, row, col, value).map(Some),
            blank_or_short => Ok(blank_or_short.map(|_| ())),
        }
    }
}

/// The records of a part.
struct Records<B> {
    part: B,
    data: Vec<u8>,
}

struct Record<'a> {
    id: u32,
    data: &'a [u8],
}

fn records<'a>(archive: &'a mut Archive<'_>, path: &str) -> Result<Records<impl BufRead + 'a>, Problem> {
    let part = archive.by_name(path).map_err(|_| damaged())?;
    Ok(Records { part: BufReader::new(part), data: Vec::new() })
}

impl<B: BufRead> Records<B> {
    /// The next record that is wanted; that none is left is damage, since each part says its end.
    fn next(&mut self, wanted: &[u32]) -> Result<Record<'_>, Problem> {
        loop {
            let (id, length) = (self.number(2)?, self.number(4)?);
            let mut data = (&mut self.part).take(length.into());
            if !wanted.contains(&id) {
                io::copy(&mut data, &mut io::sink()).map_err(|_| damaged())?;
                continue;
            }
            if length as usize > limits::XML_RUN_BYTES {
                return Err(damaged());
            }
            self.data.clear();
            data.read_to_end(&mut self.data).map_err(|_| damaged())?;
            if self.data.len() != length as usize {
                return Err(damaged());
            }
            return Ok(Record { id, data: &self.data });
        }
    }

    /// Seven bits a byte, as long as the eighth is set.
    fn number(&mut self, most: u32) -> Result<u32, Problem> {
        let mut number = 0;
        for at in 0..most {
            let mut byte = [0];
            self.part.read_exact(&mut byte).map_err(|_| damaged())?;
            number |= u32::from(byte[0] & 0x7f) << (7 * at);
            if byte[0] & 0x80 == 0 {
                break;
            }
        }
        Ok(number)
    }
}

impl Record<'_> {
    fn array<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        self.data.get(at..)?.first_chunk().copied()
    }

    fn u16(&self, at: usize) -> Option<u16> {
        self.array(at).map(u16::from_le_bytes)
    }

    fn u32(&self, at: usize) -> Option<u32> {
        self.array(at).map(u32::from_le_bytes)
    }

    /// A text and the place after it.
    fn text(&self, at: usize) -> Option<(String, usize)> {
        let from = at + 4;
        let to = match self.u32(at)? {
            // No text at all, where one may be missing.
            u32::MAX => from,
            length => from.checked_add((length as usize).checked_mul(2)?)?,
        };
        let units: Vec<u16> =
            self.data.get(from..to)?.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
        Some((String::from_utf16_lossy(&units), to))
    }
}
