//! xlsx and xlsm → grids, by calamine's streaming cells: never a dense range of what a sheet declares.
//! The only file that knows calamine.

use std::collections::{HashMap, HashSet};
use std::io::Cursor;
use std::sync::Arc;

use calamine::{DataRef, Reader, SheetVisible, Xlsx, XlsxError};

use crate::base::amount;
use crate::base::cell::{Area, CellRef, SheetName, Value};
use crate::base::fold;
use crate::ingest::limits;

use super::{Grid, Row};

/// The sheets of a workbook, in its order. The error is a reason in Vietnamese.
pub fn grids(bytes: &[u8], file: &Arc<str>) -> Result<Vec<Grid>, String> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(reason)?;
    let sheets = book.sheets_metadata().to_vec();
    if sheets.len() > limits::SHEETS {
        return Err(format!("quá {} trang tính", limits::SHEETS));
    }
    let mut texts = Texts::default();
    let mut grids = Vec::with_capacity(sheets.len());
    for sheet in sheets {
        let name = Arc::new(SheetName { file: file.clone(), sheet: fold::nfc(sheet.name.trim()).into() });
        let rows = match rows(&mut book, &sheet.name, &mut texts) {
            Ok(rows) => rows,
            // A chart sheet has no cells.
            Err(Fault::Reader(XlsxError::WorksheetNotFound(_) | XlsxError::NotAWorksheet(_))) => continue,
            Err(Fault::Reader(error)) => return Err(reason(error)),
            Err(Fault::TooManyCells) => {
                return Err(format!("trang tính {} có quá {} ô", sheet.name, limits::FILLED_CELLS));
            }
        };
        let merges = if rows.is_empty() { Vec::new() } else { merges(&mut book, &sheet.name).map_err(reason)? };
        grids.push(Grid { name, hidden: sheet.visible != SheetVisible::Visible, rows, merges });
    }
    Ok(grids)
}

enum Fault {
    Reader(XlsxError),
    TooManyCells,
}

impl From<XlsxError> for Fault {
    fn from(error: XlsxError) -> Self {
        Fault::Reader(error)
    }
}

type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

fn rows(book: &mut Book, sheet: &str, texts: &mut Texts) -> Result<Vec<Row>, Fault> {
    let mut reader = book.worksheet_cells_reader(sheet)?;
    let mut rows: Vec<Row> = Vec::new();
    let mut sorted = true;
    let mut filled = 0;
    while let Some(record) = reader.next_cell_with_formula_metadata()? {
        let (index, col) = record.pos;
        let Some(value) = value(&record.value, record.formula.is_some(), texts) else { continue };
        filled += 1;
        if filled > limits::FILLED_CELLS {
            return Err(Fault::TooManyCells);
        }
        match rows.last_mut() {
            Some(row) if row.index == index => {
                sorted &= row.cells.last().is_none_or(|(last, _)| *last < col);
                row.cells.push((col, value));
            }
            last => {
                sorted &= last.is_none_or(|row| row.index < index);
                rows.push(Row { index, cells: vec![(col, value)] });
            }
        }
    }
    if !sorted {
        rows = in_order(rows);
    }
    Ok(rows)
}

/// Rows and cells out of order are legal, if rare.
fn in_order(rows: Vec<Row>) -> Vec<Row> {
    let mut merged: std::collections::BTreeMap<u32, std::collections::BTreeMap<u32, Value>> = Default::default();
    for row in rows {
        merged.entry(row.index).or_default().extend(row.cells);
    }
    merged.into_iter().map(|(index, cells)| Row { index, cells: cells.into_iter().collect() }).collect()
}

fn merges(book: &mut Book, sheet: &str) -> Result<Vec<Area>, XlsxError> {
    let mut merges: Vec<Area> = book
        .merge_cells_by_sheet_name(sheet)?
        .into_iter()
        .map(|area| Area { from: CellRef::new(area.start.0, area.start.1), to: CellRef::new(area.end.0, area.end.1) })
        .collect();
    merges.truncate(limits::MERGES);
    merges.sort();
    Ok(merges)
}

fn value(data: &DataRef, formula: bool, texts: &mut Texts) -> Option<Value> {
    Some(match data {
        DataRef::Empty if formula => Value::Uncomputed,
        DataRef::Empty => return None,
        DataRef::Int(number) => Value::Number((*number).into()),
        DataRef::Float(number) => amount::from_float(*number).map_or(Value::Unusable, Value::Number),
        DataRef::SharedString(text) => Value::Text(texts.shared(text)?),
        DataRef::String(text) => Value::Text(texts.own(text)?),
        DataRef::Bool(truth) => Value::Bool(*truth),
        DataRef::DateTime(date) => match date.as_datetime() {
            Some(moment) if date.is_datetime() => Value::Date(moment.date()),
            _ => amount::from_float(date.as_f64()).map_or(Value::Unusable, Value::Number),
        },
        DataRef::DateTimeIso(text) => match text.get(..10).and_then(|day| day.parse().ok()) {
            Some(day) => Value::Date(day),
            None => Value::Text(texts.own(text)?),
        },
        DataRef::DurationIso(text) => Value::Text(texts.own(text)?),
        DataRef::Error(error) => Value::Error(error.to_string().into()),
    })
}

/// Each text once, in NFC; blanks are no text. Shared strings are known by their address, which holds while the
/// workbook is open.
#[derive(Default)]
struct Texts {
    by_address: HashMap<usize, Option<Arc<str>>>,
    by_text: HashSet<Arc<str>>,
}

impl Texts {
    /// A workbook's shared string, known by its address while the sheet is read.
    fn shared(&mut self, text: &str) -> Option<Arc<str>> {
        if text.is_empty() {
            return None;
        }
        let address = text.as_ptr() as usize;
        if let Some(known) = self.by_address.get(&address) {
            return known.clone();
        }
        let own = self.own(text);
        self.by_address.insert(address, own.clone());
        own
    }

    fn own(&mut self, text: &str) -> Option<Arc<str>> {
        if text.chars().all(|c| c.is_whitespace() || c == '\u{feff}') {
            return None;
        }
        let text: Arc<str> = if text.is_ascii() { text.into() } else { fold::nfc(text).into() };
        if let Some(known) = self.by_text.get(&text) {
            return Some(known.clone());
        }
        self.by_text.insert(text.clone());
        Some(text)
    }
}

fn reason(error: XlsxError) -> String {
    match error {
        XlsxError::Password => "tệp đặt mật khẩu".into(),
        _ => "tệp Excel hỏng hoặc không đúng định dạng".into(),
    }
}
