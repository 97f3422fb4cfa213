//! xlsx and xlsm → grids, by calamine's streaming cells: never a dense range of what a sheet declares.
//! The only file that knows calamine.

use std::collections::{HashMap, HashSet};
use std::io::Cursor;
use std::sync::Arc;

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use crate::base::amount;
use crate::base::cell::{Area, CellRef, Value};
use crate::base::diagnostic::Problem;
use crate::base::fold;
use crate::ingest::limits;

use super::{Grid, Row};

/// The sheets of a workbook, in its order.
pub fn grids(bytes: &[u8], file: &Arc<str>) -> Result<Vec<Grid>, Problem> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(problem)?;
    let sheets = book.sheets_metadata().to_vec();
    if sheets.is_empty() {
        return Err(unreadable("tệp Excel không còn trang tính nào, có thể đã hỏng"));
    }
    if sheets.len() > limits::SHEETS {
        return Err(limits::exceeded("quá", limits::SHEETS as u64, "trang tính"));
    }
    let mut texts = Texts::default();
    let mut grids = Vec::with_capacity(sheets.len());
    // A chart sheet and a dialog sheet have no cells; a worksheet without its part has lost them.
    let mut filled = 0;
    for sheet in sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet) {
        let shown = fold::nfc(sheet.name.trim());
        let rows = rows(&mut book, &sheet.name, &mut texts, &mut filled).map_err(|fault| match fault {
            Fault::Reader(XlsxError::WorksheetNotFound(_) | XlsxError::NotAWorksheet(_)) => {
                unreadable(&format!("thiếu nội dung của trang tính {shown}, tệp có thể đã hỏng"))
            }
            Fault::Reader(error) => problem(error),
            Fault::TooManyCells => limits::exceeded("có quá", limits::FILLED_CELLS as u64, "ô"),
        })?;
        let merges = if rows.is_empty() { Vec::new() } else { merges(&mut book, &sheet.name).map_err(problem)? };
        if merges.len() > limits::MERGES {
            let before = format!("trang tính {shown} có quá");
            return Err(limits::exceeded(&before, limits::MERGES as u64, "ô gộp"));
        }
        grids.push(Grid { hidden: sheet.visible != SheetVisible::Visible, rows, merges, ..Grid::new(file, &shown) });
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

fn rows(book: &mut Book, sheet: &str, texts: &mut Texts, filled: &mut usize) -> Result<Vec<Row>, Fault> {
    let mut reader = book.worksheet_cells_reader(sheet)?;
    let mut rows: Vec<Row> = Vec::new();
    let mut sorted = true;
    while let Some(record) = reader.next_cell_with_formula_metadata()? {
        let (index, col) = record.pos;
        let Some(value) = value(&record.value, record.formula.is_some(), texts) else { continue };
        *filled += 1;
        if *filled > limits::FILLED_CELLS {
            return Err(Fault::TooManyCells);
        }
        match rows.last_mut() {
            Some(row) if row.index == index => {
                sorted &= row.cells.last().is_none_or(|(last, _)| *last < col);
                row.cells.push((col, value));
            }
            last => {
                sorted &= last.is_none_or(|row| row.index < index);
                *filled += limits::ROW_WEIGHT;
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

fn problem(error: XlsxError) -> Problem {
    unreadable(match error {
        XlsxError::Password => "tệp đặt mật khẩu",
        XlsxError::RelationshipNotFound => "tệp Excel hỏng: không thấy nội dung của các trang tính",
        _ => "tệp Excel hỏng hoặc không đúng định dạng",
    })
}

fn unreadable(reason: &str) -> Problem {
    Problem::FileUnreadable { reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    const WORKSHEET: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet";
    const CHARTSHEET: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/chartsheet";

    /// A workbook of sheets, each of a kind (the type of its relationship) and with its part's XML, if it has one.
    fn book(sheets: &[(&str, &str, Option<&str>)]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let mut part = |name: &str, text: &str| {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        };
        let (mut listed, mut relations) = (String::new(), String::new());
        for (at, (name, kind, xml)) in sheets.iter().enumerate() {
            listed += &format!("<sheet name=\"{name}\" sheetId=\"{at}\" r:id=\"r{at}\"/>");
            relations += &format!("<Relationship Id=\"r{at}\" Type=\"{kind}\" Target=\"worksheets/s{at}.xml\"/>");
            if let Some(xml) = xml {
                part(&format!("xl/worksheets/s{at}.xml"), xml);
            }
        }
        let office = WORKSHEET.replace("worksheet", "officeDocument");
        let relation = format!("<Relationship Id=\"r\" Type=\"{office}\" Target=\"xl/workbook.xml\"/>");
        part("_rels/.rels", &format!("<Relationships>{relation}</Relationships>"));
        part("xl/_rels/workbook.xml.rels", &format!("<Relationships>{relations}</Relationships>"));
        part("xl/workbook.xml", &format!("<workbook><sheets>{listed}</sheets></workbook>"));
        zip.finish().unwrap().into_inner()
    }

    fn sheet(after: &str) -> String {
        format!("<worksheet><sheetData><row r=\"2\"><c r=\"B2\"><v>5</v></c></row></sheetData>{after}</worksheet>")
    }

    fn read(sheets: &[(&str, &str, Option<&str>)]) -> Result<Vec<Grid>, String> {
        super::super::read(&book(sheets), &"a.xlsx".into()).map_err(|problem| problem.message())
    }

    #[test]
    fn a_worksheet_without_its_part_is_no_empty_sheet() {
        let whole = sheet("");
        let chart = ("Biểu đồ", CHARTSHEET, Some("<chartsheet/>"));
        let grids = read(&[("Hiến đất", WORKSHEET, Some(&whole)), chart]).unwrap();
        assert_eq!(grids.iter().map(|grid| &*grid.name.sheet).collect::<Vec<_>>(), ["Hiến đất"]);
        assert_eq!(grids[0].get(1, 1), Some(&Value::Number(5.into())));
        let lost = "thiếu nội dung của trang tính Đối thoại";
        for (xml, reason) in [
            (None, lost),
            (Some("<worksheet/>"), lost),
            (Some(&whole[..whole.len() - 30]), "tệp Excel hỏng"),
            (Some("<worksheet><sheetData><a><a><a></sheetData></worksheet>"), "tệp Excel hỏng"),
            (Some("<worksheet>\n<sheetData>\n<x>1</x></sheetData></worksheet>"), "tệp Excel hỏng"),
        ] {
            let error = read(&[("Hiến đất", WORKSHEET, Some(&whole)), ("Đối thoại", WORKSHEET, xml)]).unwrap_err();
            assert!(error.contains(reason), "{xml:?}: {error}");
        }
        assert!(read(&[]).unwrap_err().contains("không còn trang tính nào"));
        for empty in ["<worksheet><sheetData/></worksheet>", "<x:worksheet><x:sheetData>\n</x:sheetData></x:worksheet>"]
        {
            assert!(read(&[("Trống", WORKSHEET, Some(empty))]).unwrap()[0].rows.is_empty(), "{empty}");
        }
    }

    #[test]
    fn merged_areas_past_the_limit_are_said() {
        let merges = |count: usize| {
            let areas: String = (0..count).map(|at| format!("<mergeCell ref=\"A{0}:B{0}\"/>", at + 3)).collect();
            sheet(&format!("<mergeCells>{areas}</mergeCells>"))
        };
        assert_eq!(read(&[("S", WORKSHEET, Some(&merges(2)))]).unwrap()[0].merges.len(), 2);
        let error = read(&[("S", WORKSHEET, Some(&merges(limits::MERGES + 1)))]).unwrap_err();
        assert!(error.contains("quá 100.000 ô gộp"), "{error}");
    }
}
