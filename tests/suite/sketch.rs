//! Workbooks as readable text, both ways: a sketch becomes a real workbook, and a real one is shown as a sketch.
//!
//! ```text
//! == Hiến đất                      a sheet; `== Cũ [hidden]` a hidden one, `== Cũ [hidden: B D]` one with hidden columns
//! // a remark
//! Biểu số 2 | < | <                a row, its cells between bars; `<` is merged with the cell to its left,
//! STT | Chủ hộ | Diện tích         `^` with the one above; nothing between bars is an empty cell
//! ^   | ^      | (m2)
//! 1 | Nguyễn Văn A | num:120.5     digits alone are a number, `num:` any number, `'0012` text made of digits
//! [hidden] 2 | B | num:27.9 as 0.000   a hidden row; a number and the format that shows it
//! date:2023-03-05 | Đường\nthôn    a date; `\n` is a line break within a text
//! Cộng | =SUM(C3:C3) -> 120.5      a formula and its stored result; without one: `=SUM(C3:C3) ->`
//! #VALUE!                          an error
//! ```
//! An empty line is an empty row.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Read, Write};

use calamine::{Data, Reader, SheetVisible, Xlsx};
use chrono::NaiveDate;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Formula, Workbook, Worksheet};
use zip::write::SimpleFileOptions;
use zip::{DateTime, ZipArchive, ZipWriter};

/// Stands in a formula's result until [`without_results`] takes it out: the writer knows no formula without one.
const NO_RESULT: &str = "~none~";

/// Begins a hidden row.
const HIDDEN: &str = "[hidden]";

const ERRORS: [&str; 7] = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"];

/// The bytes of the workbook that a sketch describes.
pub fn workbook(sketch: &str) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let made = ExcelDateTime::from_ymd(2024, 1, 1).expect("it is a day");
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let mut visible = false;
    for part in format!("\n{sketch}").split("\n== ").skip(1) {
        let (name, body) = part.split_once('\n').unwrap_or((part, ""));
        let sheet = workbook.add_worksheet();
        let (name, hidden_columns) = match name.trim().strip_suffix(']').and_then(|name| name.split_once("[hidden: ")) {
            Some((name, columns)) => (name, columns),
            None => (name, ""),
        };
        for letter in hidden_columns.split_whitespace() {
            let col = u16::from(letter.as_bytes()[0] - b'A');
            sheet.set_column_hidden(col).expect("a column of one letter");
        }
        match name.trim().strip_suffix("[hidden]") {
            Some(name) => sheet.set_name(name.trim()).expect("a sheet's name").set_hidden(true),
            None => {
                let sheet = sheet.set_name(name.trim()).expect("a sheet's name");
                if !std::mem::replace(&mut visible, true) { sheet.set_active(true) } else { sheet }
            }
        };
        let lines: Vec<&str> = body.lines().filter(|line| !line.starts_with("//")).collect();
        for (row, _) in lines.iter().enumerate().filter(|(_, line)| line.starts_with(HIDDEN)) {
            sheet.set_row_hidden(row as u32).expect("a row of a sheet");
        }
        let lines = lines.iter().map(|line| line.strip_prefix(HIDDEN).unwrap_or(line));
        let rows: Vec<Vec<&str>> = lines.map(|line| line.split('|').map(str::trim).collect()).collect();
        write_rows(sheet, &rows);
    }
    without_results(&workbook.save_to_buffer().expect("the sketch makes a workbook"))
}

fn write_rows(sheet: &mut Worksheet, rows: &[Vec<&str>]) {
    // The last cell of each merged area, by its first.
    let mut merged: BTreeMap<(usize, usize), (usize, usize)> = BTreeMap::new();
    for (row, cells) in rows.iter().enumerate() {
        for (col, cell) in cells.iter().enumerate() {
            let (mut top, mut left) = (row, col);
            loop {
                match rows[top].get(left).copied().unwrap_or("") {
                    "<" => left -= 1,
                    "^" => top -= 1,
                    _ => break,
                }
            }
            if matches!(*cell, "<" | "^") {
                let last = merged.entry((top, left)).or_insert((top, left));
                *last = (last.0.max(row), last.1.max(col));
            } else {
                write_cell(sheet, row as u32, col as u16, cell);
            }
        }
    }
    for ((top, left), (bottom, right)) in merged {
        let (top, left, bottom, right) = (top as u32, left as u16, bottom as u32, right as u16);
        sheet.merge_range(top, left, bottom, right, "", &Format::new()).expect("merged areas do not overlap");
        write_cell(sheet, top, left, rows[top as usize][left as usize]);
    }
}

fn write_cell(sheet: &mut Worksheet, row: u32, col: u16, cell: &str) {
    let is_whole = |text: &str| {
        let digits = text.strip_prefix('-').unwrap_or(text);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    if cell.is_empty() {
        return;
    }
    let written = if let Some(text) = cell.strip_prefix('\'') {
        sheet.write_string(row, col, text)
    } else if let Some(day) = cell.strip_prefix("date:") {
        let day: NaiveDate = day.parse().expect("a date as year-month-day");
        sheet.write_date_with_format(row, col, day, &Format::new().set_num_format("dd/mm/yyyy"))
    } else if let Some(number) = cell.strip_prefix("num:") {
        let (number, format) = number.split_once(" as ").unwrap_or((number, "General"));
        let number: f64 = number.parse().expect("a number");
        sheet.write_number_with_format(row, col, number, &Format::new().set_num_format(format))
    } else if let Some((formula, result)) = cell.strip_prefix('=').and_then(|formula| formula.split_once("->")) {
        let result = if result.trim().is_empty() { NO_RESULT } else { result.trim() };
        sheet.write_formula(row, col, Formula::new(formula.trim()).set_result(result))
    } else if ERRORS.contains(&cell) {
        sheet.write_formula(row, col, Formula::new("1/0").set_result(cell))
    } else if is_whole(cell) {
        sheet.write_number(row, col, cell.parse::<f64>().expect("digits are a number"))
    } else {
        sheet.write_string(row, col, cell.replace("\\n", "\n"))
    };
    written.expect("the cell can be written");
}

/// The same workbook, its formulas marked [`NO_RESULT`] without a stored result, as other programs write them.
fn without_results(bytes: &[u8]) -> Vec<u8> {
    let mark = format!("<v>{NO_RESULT}</v>");
    let mut from = ZipArchive::new(Cursor::new(bytes)).expect("a workbook is a zip file");
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..from.len() {
        let mut part = from.by_index(at).expect("the part is there");
        let (name, mut content) = (part.name().expect("names are in Unicode").into_owned(), String::new());
        part.read_to_string(&mut content).expect("the parts are XML");
        if content.contains(&mark) {
            let cells = content.split("</c>").map(|cell| match cell.contains(&mark) {
                true => cell.replace(&mark, "").replace(" t=\"str\"><f>", "><f>"),
                false => cell.to_owned(),
            });
            content = cells.collect::<Vec<_>>().join("</c>");
        }
        to.start_file(name, SimpleFileOptions::default().last_modified_time(DateTime::default()))
            .expect("parts have names of their own");
        to.write_all(content.as_bytes()).expect("memory takes it");
    }
    to.finish().expect("memory takes it").into_inner()
}

/// A workbook as a sketch: every sheet, cell, formula and merged area; not its looks. Links, colours that follow the figures
/// and charts stand as remarks below their sheet.
pub fn shown(bytes: &[u8]) -> String {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("it is a workbook");
    let mut text = String::new();
    let mut parts = ZipArchive::new(Cursor::new(bytes)).expect("a workbook is a zip file");
    for (at, sheet) in book.sheets_metadata().to_vec().into_iter().enumerate() {
        let hidden = if sheet.visible == SheetVisible::Visible { "" } else { " [hidden]" };
        writeln!(text, "== {}{hidden}", sheet.name).expect("memory takes it");
        let cells = book.worksheet_range(&sheet.name).expect("the sheet can be read");
        let formulas = book.worksheet_formula(&sheet.name).expect("the sheet can be read");
        let merges = book.merge_cells_by_sheet_name(&sheet.name).expect("the sheet can be read");
        let ends = [cells.end(), formulas.end(), merges.iter().map(|area| area.end).max()];
        let rows = ends.iter().flatten().map(|end| end.0 + 1).max().unwrap_or(0);
        let cols = ends.iter().flatten().map(|end| end.1 + 1).max().unwrap_or(0);
        for row in 0..rows {
            let line: Vec<String> = (0..cols)
                .map(|col| {
                    let merge = merges.iter().find(|area| area.contains(row, col));
                    match merge.map(|area| (row > area.start.0, col > area.start.1)) {
                        Some((_, true)) => return "<".to_owned(),
                        Some((true, false)) => return "^".to_owned(),
                        _ => {}
                    }
                    let value = cells.get_value((row, col)).map(value_shown).unwrap_or_default();
                    match formulas.get_value((row, col)).filter(|formula| !formula.is_empty()) {
                        Some(formula) => format!("={formula} -> {}", value.trim_start_matches("num:")),
                        None => value,
                    }
                })
                .collect();
            let line = line.join(" | ");
            text.push_str(line.trim_end_matches([' ', '|']));
            text.push('\n');
        }
        for remark in remarks(&mut parts, at + 1) {
            writeln!(text, "// {remark}").expect("memory takes it");
        }
    }
    text
}

type Parts<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// The links, colours and charts of a sheet, as our own writer writes them.
fn remarks(parts: &mut Parts, sheet: usize) -> Vec<String> {
    let xml = part(parts, &format!("xl/worksheets/sheet{sheet}.xml"));
    let mut remarks = Vec::new();
    for link in tags(&xml, "<hyperlink ") {
        let shown = |name| attribute(&link, name);
        remarks.push(format!("link {} to {}", shown("ref"), shown("location")));
    }
    for colour in xml.split("<conditionalFormatting ").skip(1) {
        remarks.push(format!(
            "colour {} where {}",
            attribute(colour, "sqref"),
            between(colour, "<formula>", "</formula>")
        ));
    }
    let targets = |parts: &mut Parts, path: String, kind: &str| -> Vec<String> {
        let xml = part(parts, &path);
        let of_kind = tags(&xml, "<Relationship ").into_iter().filter(|tag| attribute(tag, "Type").ends_with(kind));
        of_kind.map(|tag| attribute(&tag, "Target").replace("../", "xl/")).collect()
    };
    for drawing in targets(parts, format!("xl/worksheets/_rels/sheet{sheet}.xml.rels"), "/drawing") {
        let xml = part(parts, &drawing);
        let anchors: Vec<String> = xml.split("<xdr:twoCellAnchor").skip(1).map(anchor).collect();
        let rels = drawing.replace("drawings/", "drawings/_rels/") + ".rels";
        for (chart, anchor) in targets(parts, rels, "/chart").into_iter().zip(anchors) {
            let xml = part(parts, &chart);
            let kind = if xml.contains("<c:barDir val=\"bar\"/>") { "bars" } else { "columns" };
            remarks.push(format!("chart at {anchor}, {kind}: {}", between(&xml, "<a:t>", "</a:t>")));
            for series in xml.split("<c:ser>").skip(1) {
                let cells: Vec<&str> =
                    series.split("<c:f>").skip(1).filter_map(|cells| cells.split('<').next()).collect();
                remarks.push(format!("    {}", unescaped(&cells.join(" | "))));
            }
        }
    }
    remarks
}

/// "C5:H20": the cells that an anchored drawing covers.
fn anchor(xml: &str) -> String {
    let corner = |name: &str| {
        let xml = between(xml, &format!("<xdr:{name}>"), &format!("</xdr:{name}>"));
        let number = |name: &str| between(&xml, &format!("<xdr:{name}>"), "<").parse::<u32>().expect("a number");
        rust_xlsxwriter::utility::row_col_to_cell(number("row"), number("col") as u16)
    };
    format!("{}:{}", corner("from"), corner("to"))
}

fn part(parts: &mut Parts, path: &str) -> String {
    let mut text = String::new();
    if let Ok(mut part) = parts.by_name(path) {
        part.read_to_string(&mut text).expect("the parts are XML");
    }
    text
}

/// The tags that begin so.
fn tags(xml: &str, begin: &str) -> Vec<String> {
    xml.split(begin).skip(1).filter_map(|rest| rest.split('>').next()).map(str::to_owned).collect()
}

fn attribute(tag: &str, name: &str) -> String {
    between(tag, &format!("{name}=\""), "\"")
}

fn between(xml: &str, begin: &str, end: &str) -> String {
    let inner = xml.split_once(begin).and_then(|(_, rest)| rest.split_once(end)).map_or("", |(inner, _)| inner);
    unescaped(inner)
}

fn unescaped(xml: &str) -> String {
    xml.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

fn value_shown(value: &Data) -> String {
    match value {
        Data::Empty => String::new(),
        Data::String(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => format!("'{text}"),
        Data::String(text) => text.replace('\n', "\\n"),
        Data::DateTime(serial) => match serial.as_datetime() {
            Some(moment) => format!("date:{}", moment.date()),
            None => format!("{value:?}"),
        },
        Data::Error(error) => error.to_string(),
        Data::Bool(truth) => truth.to_string(),
        Data::Int(whole) => whole.to_string(),
        Data::Float(number) if number.fract() == 0.0 => format!("{number:.0}"),
        Data::Float(number) => format!("num:{number}"),
        other => format!("{other:?}"),
    }
}

#[test]
fn a_sketch_becomes_a_workbook_and_is_shown_again() {
    let sketch = "== Hiến đất\n\
                  Biểu số 2 | < | <\n\
                  STT | Chủ hộ | Diện tích\n\
                  ^ | ^ | (m2)\n\
                  \n\
                  1 | Đường\\nthôn | num:120.5 | date:2023-03-05 | '0012 | -3\n\
                  Cộng | =SUM(C5:C5) -> 120.5 | =B6*2 -> | =1/0 -> #VALUE!\n\
                  == Cũ [hidden]\n\
                  5\n";
    assert_eq!(shown(&workbook(sketch)), sketch.replace(" -> |", " ->  |"));
}
