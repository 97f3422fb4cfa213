//! .xls of Excel 95 to 2003 (BIFF5, BIFF8) → grids, record by record.
//!
//! A reader of our own: calamine lays every sheet out as a dense range before it gives one cell, follows sector chains without end, and knows neither hidden rows nor number formats.
//! Nothing here is allocated by a number that the file states: texts and cells are as many as the records hold, and the limits bound both.

use std::ops::ControlFlow;
use std::sync::Arc;

use encoding_rs::{Encoding, WINDOWS_1252};

use crate::base::cell::{CellRef, Value};
use crate::base::diagnostic::Problem;
use crate::ingest::limits;

use super::fill::{Book, Sheet};
use super::format::{self, Format};
use super::ole::Compound;
use super::{Grid, damaged, unreadable};

/// The sheets of a workbook, in its order.
pub fn grids(bytes: &[u8], file: &Arc<str>) -> Result<Vec<Grid>, Problem> {
    if bytes.len() as u64 > limits::XLS_BYTES {
        return Err(limits::exceeded("tệp lớn hơn", limits::XLS_BYTES >> 20, "MB"));
    }
    // Some exporters leave the container out.
    if bytes.starts_with(&[0x09]) {
        return workbook(bytes, file);
    }
    let compound = Compound::open(bytes).ok_or_else(damaged)?;
    let stream = compound.stream("Workbook").or_else(|| compound.stream("Book")).ok_or_else(damaged)?;
    drop(compound);
    workbook(&stream, file)
}

fn workbook(stream: &[u8], file: &Arc<str>) -> Result<Vec<Grid>, Problem> {
    let mut book = Book::new(file);
    let globals = Globals::read(stream, &mut book)?;
    for listed in globals.sheets.iter().filter(|sheet| sheet.is_worksheet) {
        let mut sheet = book.sheet(&listed.name)?;
        sheet.set_hidden(listed.hidden);
        let records = stream.get(listed.at as usize..).map(Records).ok_or_else(damaged)?;
        Cells { globals: &globals, book: &mut book, sheet: &mut sheet, awaits_text: None }.read(records)?;
        book.add(sheet);
    }
    let grids = book.grids();
    if grids.is_empty() {
        return Err(unreadable("tệp Excel không còn trang tính nào, có thể đã hỏng"));
    }
    Ok(grids)
}

// The records that are read, by their numbers.
const FORMULA: u16 = 0x06;
const EOF: u16 = 0x0a;
const DATEMODE: u16 = 0x22;
const FILEPASS: u16 = 0x2f;
const CONTINUE: u16 = 0x3c;
const CODEPAGE: u16 = 0x42;
const COLINFO: u16 = 0x7d;
const BOUNDSHEET: u16 = 0x85;
const MULRK: u16 = 0xbd;
const RSTRING: u16 = 0xd6;
const XF: u16 = 0xe0;
const MERGEDCELLS: u16 = 0xe5;
const SST: u16 = 0xfc;
const LABELSST: u16 = 0xfd;
const NUMBER: u16 = 0x203;
const LABEL: u16 = 0x204;
const BOOLERR: u16 = 0x205;
const STRING: u16 = 0x207;
const ROW: u16 = 0x208;
const ARRAY: u16 = 0x221;
const TABLE: u16 = 0x236;
const RK: u16 = 0x27e;
const FORMAT: u16 = 0x41e;
const SHRFMLA: u16 = 0x4bc;
const BOF: u16 = 0x809;

/// What stands before the sheets and holds for all of them.
struct Globals {
    /// BIFF8, with texts in Unicode; else BIFF5, in the code page.
    unicode: bool,
    encoding: &'static Encoding,
    epoch_1904: bool,
    formats: Vec<(u16, Format)>,
    /// The format of each style of a cell.
    styles: Vec<u16>,
    sheets: Vec<Listed>,
    texts: Vec<Option<Value>>,
}

struct Listed {
    name: String,
    at: u32,
    hidden: bool,
    is_worksheet: bool,
}

impl Globals {
    fn read(stream: &[u8], book: &mut Book) -> Result<Self, Problem> {
        let mut records = Records(stream);
        let first = records.next()?;
        let unicode = match (first.id, first.u16(0)) {
            (BOF, Some(0x600)) => true,
            (BOF, Some(0x500)) => false,
            (BOF | 0x009 | 0x209 | 0x409, _) => {
                return Err(unreadable("bảng tính của Excel trước năm 1995, hãy mở ra và lưu lại thành .xlsx"));
            }
            _ => return Err(damaged()),
        };
        let mut globals = Self {
            unicode,
            encoding: WINDOWS_1252,
            epoch_1904: false,
            formats: Vec::new(),
            styles: Vec::new(),
            sheets: Vec::new(),
            texts: Vec::new(),
        };
        loop {
            let record = records.next()?;
            if record.id == EOF {
                globals.formats.sort_by_key(|(id, _)| *id);
                return Ok(globals);
            }
            globals.take(&record, book)?.ok_or_else(damaged)?;
        }
    }

    /// `None` where a record is too short.
    fn take(&mut self, record: &Record, book: &mut Book) -> Result<Option<()>, Problem> {
        match record.id {
            FILEPASS => return Err(password()),
            DATEMODE => self.epoch_1904 = record.u16(0) == Some(1),
            CODEPAGE => {
                let label = format!("windows-{}", record.u16(0).unwrap_or_default());
                self.encoding = Encoding::for_label(label.as_bytes()).unwrap_or(WINDOWS_1252);
            }
            FORMAT => {
                let (Some(id), mut pieces) = (record.u16(0), record.pieces(2)) else { return Ok(None) };
                let code = if self.unicode {
                    pieces.u16().and_then(|length| pieces.unicode(length))
                } else {
                    self.short(&mut pieces)
                };
                let Some(code) = code else { return Ok(None) };
                self.formats.push((id, format::of_code(&code)));
            }
            XF => {
                let Some(format) = record.u16(2) else { return Ok(None) };
                self.styles.push(format);
            }
            BOUNDSHEET => {
                let mut pieces = record.pieces(6);
                let name = if self.unicode {
                    pieces.u8().and_then(|length| pieces.unicode(length.into()))
                } else {
                    self.short(&mut pieces)
                };
                let (Some(at), Some(&[hidden, kind]), Some(name)) = (record.u32(0), record.data().get(4..6), name)
                else {
                    return Ok(None);
                };
                self.sheets.push(Listed { name, at, hidden: hidden & 3 != 0, is_worksheet: kind == 0 });
            }
            SST => {
                let Some(count) = record.u32(4) else { return Ok(None) };
                if u64::from(count) > limits::SHARED_STRINGS {
                    return Err(limits::exceeded("bảng chữ dùng chung ghi quá", limits::SHARED_STRINGS, "mục"));
                }
                let mut pieces = record.pieces(8);
                for _ in 0..count {
                    let Some(text) = pieces.u16().and_then(|length| pieces.unicode(length)) else { return Ok(None) };
                    self.texts.push(book.text(&text)?);
                }
            }
            _ => {}
        }
        Ok(Some(()))
    }

    /// A text of up to 255 bytes in the code page.
    fn short(&self, pieces: &mut Pieces) -> Option<String> {
        let length = pieces.u8()?;
        self.in_code_page(pieces, length.into())
    }

    fn in_code_page(&self, pieces: &mut Pieces, length: u16) -> Option<String> {
        let bytes: Option<Vec<u8>> = (0..length).map(|_| pieces.u8()).collect();
        Some(self.encoding.decode_without_bom_handling(&bytes?).0.into_owned())
    }

    fn long(&self, pieces: &mut Pieces) -> Option<String> {
        let length = pieces.u16()?;
        if self.unicode { pieces.unicode(length) } else { self.in_code_page(pieces, length) }
    }

    fn format(&self, style: u16) -> Format {
        let Some(&id) = self.styles.get(usize::from(style)) else { return Format::Plain };
        match self.formats.binary_search_by_key(&id, |(id, _)| *id) {
            Ok(at) => self.formats[at].1,
            Err(_) => format::built_in(id),
        }
    }
}

/// One sheet's records → its cells.
struct Cells<'a> {
    globals: &'a Globals,
    book: &'a mut Book,
    sheet: &'a mut Sheet,
    /// The formula whose text is yet to come.
    awaits_text: Option<(u32, u32)>,
}

impl Cells<'_> {
    fn read(mut self, mut records: Records) -> Result<(), Problem> {
        if records.next()?.id != BOF {
            return Err(damaged());
        }
        // Charts on a sheet are sheets within it.
        let mut depth = 0u32;
        loop {
            let record = records.next()?;
            match record.id {
                BOF => depth += 1,
                EOF if depth > 0 => depth -= 1,
                _ if depth > 0 => {}
                _ => match self.take(&record)?.ok_or_else(damaged)? {
                    ControlFlow::Continue(()) => {}
                    ControlFlow::Break(()) => return Ok(()),
                },
            }
        }
    }

    /// `None` where a record is too short.
    fn take(&mut self, record: &Record) -> Result<Option<ControlFlow<()>>, Problem> {
        if !matches!(record.id, STRING | SHRFMLA | ARRAY | TABLE)
            && let Some((row, col)) = self.awaits_text.take()
        {
            self.book.put(self.sheet, row, col, Value::Uncomputed)?;
        }
        let taken = match record.id {
            EOF => return Ok(Some(ControlFlow::Break(()))),
            FILEPASS => return Err(password()),
            NUMBER | RK | MULRK | LABEL | RSTRING | LABELSST | BOOLERR | FORMULA => self.cell(record)?,
            STRING => self.globals.long(&mut record.pieces(0)).map(|text| (self.awaits_text.take(), text)).map_or(
                Ok(None),
                |(at, text)| match (at, self.book.text(&text)?) {
                    (Some((row, col)), Some(text)) => self.book.put(self.sheet, row, col, text).map(Some),
                    _ => Ok(Some(())),
                },
            )?,
            ROW => record.u16(0).zip(record.u16(12)).map(|(row, flags)| {
                if flags & 0x20 != 0 {
                    self.sheet.hide_rows(row.into()..=row.into());
                }
            }),
            COLINFO => record.u16(0).zip(record.u16(2)).zip(record.u16(8)).map(|((from, to), flags)| {
                if flags & 1 != 0 {
                    self.sheet.hide_columns(from.into()..=to.into());
                }
            }),
            MERGEDCELLS => {
                for area in record.data().get(2..).unwrap_or_default().chunks_exact(8) {
                    let [top, bottom, left, right] =
                        [0, 2, 4, 6].map(|at| u32::from(u16::from_le_bytes([area[at], area[at + 1]])));
                    self.sheet.merge(CellRef::new(top, left), CellRef::new(bottom, right))?;
                }
                Some(())
            }
            _ => Some(()),
        };
        Ok(taken.map(ControlFlow::Continue))
    }

    fn cell(&mut self, record: &Record) -> Result<Option<()>, Problem> {
        let (Some(row), Some(col), Some(style)) = (record.u16(0), record.u16(2), record.u16(4)) else {
            return Ok(None);
        };
        let (row, col) = (u32::from(row), u32::from(col));
        let text = match record.id {
            MULRK => {
                let cells = record.data().get(4..record.data().len().saturating_sub(2)).unwrap_or_default();
                for (col, cell) in (col..).zip(cells.chunks_exact(6)) {
                    let style = u16::from_le_bytes([cell[0], cell[1]]);
                    self.number(row, col, style, rk([cell[2], cell[3], cell[4], cell[5]]))?;
                }
                return Ok(Some(()));
            }
            NUMBER | RK => {
                let number =
                    if record.id == RK { record.array(6).map(rk) } else { record.array(6).map(f64::from_le_bytes) };
                return number.map(|number| self.number(row, col, style, number)).transpose();
            }
            FORMULA => {
                let (Some(result), Some(flags)) = (record.array(6), record.u16(14)) else { return Ok(None) };
                return self.formula(row, col, style, result, flags).map(Some);
            }
            BOOLERR => {
                let Some(&[value, is_error]) = record.data().get(6..8) else { return Ok(None) };
                let value = if is_error == 0 { Value::Bool(value != 0) } else { error(value) };
                return self.book.put(self.sheet, row, col, value).map(Some);
            }
            LABELSST => record.u32(6).and_then(|at| self.globals.texts.get(at as usize).cloned()),
            _ => match self.globals.long(&mut record.pieces(6)) {
                Some(text) => Some(self.book.text(&text)?),
                None => None,
            },
        };
        match text {
            Some(Some(text)) => self.book.put(self.sheet, row, col, text).map(Some),
            blank_or_short => Ok(blank_or_short.map(|_| ())),
        }
    }

    fn number(&mut self, row: u32, col: u32, style: u16, number: f64) -> Result<(), Problem> {
        let (value, shown) = format::value(number, self.globals.format(style), self.globals.epoch_1904);
        self.book.show(self.sheet, row, col, shown)?;
        self.book.put(self.sheet, row, col, value)
    }

    fn formula(&mut self, row: u32, col: u32, style: u16, result: [u8; 8], flags: u16) -> Result<(), Problem> {
        let value = match result {
            [0, .., 0xff, 0xff] => {
                self.awaits_text = Some((row, col));
                return Ok(());
            }
            [1, _, truth, .., 0xff, 0xff] => Value::Bool(truth != 0),
            [2, _, code, .., 0xff, 0xff] => error(code),
            // An empty text.
            [3, .., 0xff, 0xff] => return Ok(()),
            // To be reckoned both always and on opening: programs that cannot reckon write this with a zero.
            [0, 0, 0, 0, 0, 0, 0, 0] if flags & 3 == 3 => Value::Uncomputed,
            number => return self.number(row, col, style, f64::from_le_bytes(number)),
        };
        self.book.put(self.sheet, row, col, value)
    }
}

/// A number of 30 bits: whole or the upper half of a float, perhaps in hundredths.
pub fn rk(bytes: [u8; 4]) -> f64 {
    let bits = u32::from_le_bytes(bytes);
    let number = match bits & 2 {
        0 => f64::from_bits(u64::from(bits & !3) << 32),
        _ => f64::from(bits as i32 >> 2),
    };
    if bits & 1 != 0 { number / 100.0 } else { number }
}

/// An error value by its code.
pub fn error(code: u8) -> Value {
    let name = match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0f => "#VALUE!",
        0x17 => "#REF!",
        0x1d => "#NAME?",
        0x24 => "#NUM!",
        0x2a => "#N/A",
        _ => "#DATA!",
    };
    Value::Error(name.into())
}

fn password() -> Problem {
    unreadable("tệp đặt mật khẩu")
}

/// The records of a stream from some place on.
struct Records<'a>(&'a [u8]);

/// A record with those that continue it.
struct Record<'a> {
    id: u16,
    first: &'a [u8],
    further: &'a [u8],
}

impl<'a> Records<'a> {
    /// The next record; one that is cut short, or missing where the end was not yet said, is damage.
    fn next(&mut self) -> Result<Record<'a>, Problem> {
        let (id, first) = self.plain().ok_or_else(damaged)?;
        let after = self.0;
        let mut end = 0;
        while self.0.starts_with(&CONTINUE.to_le_bytes()) {
            self.plain().ok_or_else(damaged)?;
            end = after.len() - self.0.len();
        }
        Ok(Record { id, first, further: &after[..end] })
    }

    fn plain(&mut self) -> Option<(u16, &'a [u8])> {
        let (&[a, b, c, d], rest) = self.0.split_first_chunk()?;
        let (data, rest) = rest.split_at_checked(usize::from(u16::from_le_bytes([c, d])))?;
        self.0 = rest;
        Some((u16::from_le_bytes([a, b]), data))
    }
}

impl<'a> Record<'a> {
    fn data(&self) -> &'a [u8] {
        self.first
    }

    fn array<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        self.first.get(at..)?.first_chunk().copied()
    }

    fn u16(&self, at: usize) -> Option<u16> {
        self.array(at).map(u16::from_le_bytes)
    }

    fn u32(&self, at: usize) -> Option<u32> {
        self.array(at).map(u32::from_le_bytes)
    }

    /// From a place of the first record on, through those that continue it.
    fn pieces(&self, from: usize) -> Pieces<'a> {
        Pieces { piece: self.first.get(from..).unwrap_or_default(), further: Records(self.further) }
    }
}

/// The bytes of a record and its continuations, one after another.
struct Pieces<'a> {
    piece: &'a [u8],
    further: Records<'a>,
}

impl Pieces<'_> {
    fn u8(&mut self) -> Option<u8> {
        while self.piece.is_empty() {
            self.piece = self.further.plain()?.1;
        }
        let (&byte, rest) = self.piece.split_first()?;
        self.piece = rest;
        Some(byte)
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.u8()?, self.u8()?]))
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from(self.u16()?) | u32::from(self.u16()?) << 16)
    }

    fn skip(&mut self, mut count: usize) -> Option<()> {
        while count > self.piece.len() {
            count -= self.piece.len();
            self.piece = self.further.plain()?.1;
        }
        self.piece = &self.piece[count..];
        Some(())
    }

    /// A text of so many units, each of one byte or two as a byte of flags says: at its beginning, and again wherever it runs on into another record.
    fn unicode(&mut self, length: u16) -> Option<String> {
        let mut flags = self.u8()?;
        let runs = if flags & 8 != 0 { usize::from(self.u16()?) * 4 } else { 0 };
        let phonetic = if flags & 4 != 0 { self.u32()? as usize } else { 0 };
        let mut units = Vec::new();
        while units.len() < usize::from(length) {
            if self.piece.is_empty() {
                self.piece = self.further.plain()?.1;
                flags = self.u8()?;
            }
            let left = usize::from(length) - units.len();
            if flags & 1 == 0 {
                let taken = left.min(self.piece.len());
                units.extend(self.piece[..taken].iter().map(|byte| u16::from(*byte)));
                self.piece = &self.piece[taken..];
            } else if self.piece.len() >= 2 {
                let taken = left.min(self.piece.len() / 2) * 2;
                units.extend(self.piece[..taken].chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])));
                self.piece = &self.piece[taken..];
            } else {
                return None;
            }
        }
        self.skip(runs.checked_add(phonetic)?)?;
        Some(String::from_utf16_lossy(&units))
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{biff, container, record};
    use super::*;

    fn message(bytes: &[u8]) -> String {
        grids(bytes, &"a.xls".into()).map(|grids| grids.len()).unwrap_err().message()
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let begin = &biff(true)[..20];
        let with = |more: &[u8]| [begin, more].concat();
        for (bytes, reason) in [
            (with(&record(FILEPASS, &[&[0; 6]])), "mật khẩu"),
            (with(&record(SST, &[&[0xff; 8]])), "5.000.000 mục"),
            (with(&record(EOF, &[])), "không còn trang tính"),
            (with(&[]), "hỏng"),
            (vec![9, 4, 6, 0, 0, 0, 16, 0, 0, 0], "trước năm 1995"),
            (container(&[("Workbooks", b"x")]), "hỏng"),
        ] {
            assert!(message(&bytes).contains(reason), "{reason}: {}", message(&bytes));
        }
    }

    #[test]
    fn old_letters_come_as_they_are() {
        // TCVN3 in letters of one byte, as Excel 97 stores what was typed in such a font.
        let mut pieces = Pieces { piece: b"\0D\xad\xac\xadng\x81", further: Records(&[]) };
        assert_eq!(pieces.unicode(7).as_deref(), Some("D\u{ad}¬\u{ad}ng\u{81}"));
    }

    #[test]
    fn numbers_of_thirty_bits() {
        for (bits, expected) in
            [(12 << 2 | 2, 12.0), (2790 << 2 | 3, 27.9), (-5 << 2 | 2, -5.0), (0x3ff0_0000, 1.0), (0x3ff0_0001, 0.01)]
        {
            assert_eq!(rk(i32::to_le_bytes(bits)), expected);
        }
    }
}
