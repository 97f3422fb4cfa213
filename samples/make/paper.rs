//! Draws a table as a clerk would: a worksheet in Times New Roman with borders, letterhead and signatures, or a text
//! file in one of the encodings that Excel writes. Takes sheets, gives bytes, and where each planted fault came to lie.

use std::io::{Cursor, Read, Write};

use super::truth::number;
use anyhow::Context;
use chrono::{Datelike, NaiveDate};
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, Workbook, Worksheet};

/// What stands in a cell.
#[derive(Clone)]
pub enum Value {
    Blank,
    Text(String),
    Count(i64),
    /// A number with at most one decimal.
    Tenths(i64),
    Day(NaiveDate),
    /// A formula whose result was never stored.
    Uncalculated(&'static str),
}

#[derive(Clone)]
pub struct Cell {
    pub value: Value,
    /// A planted fault.
    pub planted: bool,
}

impl From<Value> for Cell {
    fn from(value: Value) -> Self {
        Self { value, planted: false }
    }
}

impl Value {
    pub fn text(text: impl Into<String>) -> Self {
        Value::Text(text.into())
    }

    pub fn planted(self) -> Cell {
        Cell { value: self, planted: true }
    }

    fn tenths(&self) -> i64 {
        match self {
            Value::Count(count) => count * 10,
            Value::Tenths(tenths) => *tenths,
            _ => 0,
        }
    }

    /// As text: dates day first, numbers the Vietnamese way.
    fn written(&self) -> String {
        match self {
            Value::Blank => String::new(),
            Value::Text(text) => text.clone(),
            Value::Count(_) | Value::Tenths(_) => vietnamese(self.tenths()),
            Value::Day(day) => format!("{:02}/{:02}/{}", day.day(), day.month(), day.year()),
            Value::Uncalculated(formula) => (*formula).to_owned(),
        }
    }
}

/// "1.214", "312,5".
pub fn vietnamese(tenths: i64) -> String {
    let whole = (tenths / 10).to_string();
    let mut text = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    if tenths % 10 != 0 {
        text.push_str(&format!(",{}", tenths % 10));
    }
    text
}

pub struct Column {
    /// Heads several columns, where the sheet has headers of two rows.
    pub group: Option<&'static str>,
    pub head: String,
    pub width: f64,
    /// Whether totals are drawn for it.
    pub adds_up: bool,
}

pub struct Sheet {
    pub name: String,
    /// Lines on the left and on the right above everything.
    pub letterhead: Option<([String; 2], [&'static str; 2])>,
    /// The first is the title, the others stand smaller below it.
    pub titles: Vec<String>,
    pub columns: Vec<Column>,
    /// A row "(1) (2) …" below the header.
    pub numbered: bool,
    /// Words of a total row above the rows.
    pub total_above: Option<&'static str>,
    pub rows: Vec<Vec<Cell>>,
    pub total_below: Option<&'static str>,
    /// The total that does not add up: the column's head, and by how many tenths it is off.
    pub mistaken: Option<(&'static str, i64)>,
    /// Numbers typed as text, "1.214".
    pub typed_as_text: bool,
    /// Place and date, then the two titles that sign.
    pub signature: Option<(String, [&'static str; 2])>,
    pub filtered: bool,
}

/// A file's bytes, and the sheet and cell of each fault planted in it.
pub type Drawn = (Vec<u8>, Vec<(String, String)>);

pub fn workbook(sheets: &[Sheet]) -> anyhow::Result<Drawn> {
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::from_ymd(2024, 1, 5)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let mut faults = Vec::new();
    let mut uncalculated = false;
    for sheet in sheets {
        let mut drawing = Drawing { to: workbook.add_worksheet(), sheet, row: 0, faults: Vec::new() };
        drawing.draw()?;
        faults.extend(drawing.faults.into_iter().map(|cell| (sheet.name.clone(), cell)));
        uncalculated |= sheet.rows.iter().flatten().any(|cell| matches!(cell.value, Value::Uncalculated(_)));
    }
    let bytes = workbook.save_to_buffer()?;
    Ok((if uncalculated { without_results(&bytes)? } else { bytes }, faults))
}

const BODY: f64 = 12.0;

fn plain() -> Format {
    Format::new().set_font_name("Times New Roman").set_font_size(BODY).set_align(FormatAlign::VerticalCenter)
}

fn boxed() -> Format {
    plain().set_border(FormatBorder::Thin)
}

fn centred(format: Format) -> Format {
    format.set_align(FormatAlign::Center)
}

struct Drawing<'a> {
    to: &'a mut Worksheet,
    sheet: &'a Sheet,
    row: u32,
    faults: Vec<String>,
}

impl Drawing<'_> {
    fn draw(&mut self) -> anyhow::Result<()> {
        let sheet = self.sheet;
        self.to.set_name(&sheet.name)?;
        self.to.set_default_row_height(17.25);
        self.to
            .set_landscape()
            .set_paper_size(9)
            .set_print_fit_to_pages(1, 0)
            .set_margins(0.6, 0.5, 0.6, 0.6, 0.3, 0.3);
        for (at, column) in sheet.columns.iter().enumerate() {
            self.to.set_column_width(at as u16, column.width)?;
        }
        self.letterhead()?;
        self.titles()?;
        let header = self.row;
        self.header()?;
        self.to.set_repeat_rows(header, self.row - 1)?;
        if sheet.letterhead.is_none() {
            self.to.set_freeze_panes(self.row, 0)?;
        }
        let body = self.row + u32::from(sheet.total_above.is_some());
        if let Some(words) = sheet.total_above {
            self.total(words, body, None)?;
        }
        for row in &sheet.rows {
            self.body(row)?;
        }
        if sheet.filtered && !sheet.rows.is_empty() {
            self.to.autofilter(header, 0, self.row - 1, sheet.columns.len() as u16 - 1)?;
        }
        if let Some(words) = sheet.total_below.filter(|_| sheet.rows.len() > 1) {
            self.total(words, body, sheet.mistaken)?;
        }
        self.foot()
    }

    fn last(&self) -> u16 {
        self.sheet.columns.len() as u16 - 1
    }

    /// Where the right half of the sheet begins: the column nearest to its middle.
    fn half(&self) -> u16 {
        let widths = || self.sheet.columns.iter().map(|column| column.width);
        let middle = widths().sum::<f64>() / 2.0;
        let off = |at: usize| (widths().take(at).sum::<f64>() - middle).abs();
        (1..self.sheet.columns.len()).min_by(|&a, &b| off(a).total_cmp(&off(b))).unwrap_or(1) as u16
    }

    fn across(&mut self, from: u16, to: u16, text: &str, format: &Format) -> anyhow::Result<()> {
        match from < to {
            true => self.to.merge_range(self.row, from, self.row, to, text, format)?,
            false => self.to.write_with_format(self.row, from, text, format)?,
        };
        Ok(())
    }

    fn letterhead(&mut self) -> anyhow::Result<()> {
        let Some((left, right)) = &self.sheet.letterhead else { return Ok(()) };
        let (half, last) = (self.half(), self.last());
        for (at, (left, right)) in left.iter().zip(right).enumerate() {
            let bold = centred(plain().set_bold());
            let left_format = if at == 0 { centred(plain()) } else { bold.clone() };
            self.across(0, half - 1, left, &left_format)?;
            self.across(half, last, right, &bold)?;
            self.row += 1;
        }
        self.row += 1;
        Ok(())
    }

    fn titles(&mut self) -> anyhow::Result<()> {
        let last = self.last();
        for (at, title) in self.sheet.titles.iter().enumerate() {
            let format = match at {
                0 => centred(plain().set_bold().set_font_size(14.0)),
                _ => centred(plain().set_italic().set_font_size(13.0)),
            };
            self.to.set_row_height(self.row, 21.0)?;
            self.across(0, last, title, &format)?;
            self.row += 1;
        }
        self.row += u32::from(!self.sheet.titles.is_empty());
        Ok(())
    }

    fn header(&mut self) -> anyhow::Result<()> {
        let columns = &self.sheet.columns;
        let format = centred(boxed().set_bold().set_text_wrap());
        let two = columns.iter().any(|column| column.group.is_some());
        let mut at = 0;
        while at < columns.len() {
            let column = &columns[at];
            match column.group {
                Some(group) => {
                    let count = columns[at..].iter().take_while(|column| column.group == Some(group)).count();
                    self.across(at as u16, (at + count - 1) as u16, group, &format)?;
                    for (at, column) in columns.iter().enumerate().skip(at).take(count) {
                        self.to.write_with_format(self.row + 1, at as u16, &column.head, &format)?;
                    }
                    at += count;
                }
                None => {
                    match two {
                        true => {
                            self.to.merge_range(self.row, at as u16, self.row + 1, at as u16, &column.head, &format)?
                        }
                        false => self.to.write_with_format(self.row, at as u16, &column.head, &format)?,
                    };
                    at += 1;
                }
            }
        }
        self.to.set_row_height(self.row, if two { 22.0 } else { 36.0 })?;
        if two {
            self.to.set_row_height(self.row + 1, 36.0)?;
        }
        self.row += 1 + u32::from(two);
        if self.sheet.numbered {
            for at in 0..columns.len() {
                let format = centred(boxed().set_italic().set_font_size(10.0));
                self.to.write_with_format(self.row, at as u16, format!("({})", at + 1), &format)?;
            }
            self.row += 1;
        }
        Ok(())
    }

    fn body(&mut self, row: &[Cell]) -> anyhow::Result<()> {
        for at in 0..self.sheet.columns.len() {
            let blank = Cell::from(Value::Blank);
            let cell = row.get(at).unwrap_or(&blank);
            let (place, col) = (self.row, at as u16);
            match &cell.value {
                Value::Blank => {
                    self.to.write_blank(place, col, &boxed())?;
                }
                Value::Text(text) => {
                    let format = match &self.sheet.columns[at] {
                        column if column.adds_up => boxed().set_align(FormatAlign::Right),
                        column if column.head.starts_with("Ngày") => centred(boxed()),
                        _ => boxed().set_text_wrap(),
                    };
                    self.to.write_with_format(place, col, text, &format)?;
                }
                value @ (Value::Count(_) | Value::Tenths(_)) => self.number(col, value.tenths(), at == 0, &boxed())?,
                Value::Day(day) => {
                    let format = centred(boxed().set_num_format("dd/mm/yyyy"));
                    self.to.write_with_format(place, col, day, &format)?;
                }
                Value::Uncalculated(formula) => {
                    self.to.write_formula_with_format(
                        place,
                        col,
                        Formula::new(*formula).set_result(NO_RESULT),
                        &boxed(),
                    )?;
                }
            }
            if cell.planted {
                self.faults.push(address(place, col));
            }
        }
        self.row += 1;
        Ok(())
    }

    fn number(&mut self, col: u16, tenths: i64, ordinal: bool, format: &Format) -> anyhow::Result<()> {
        let format = format.clone();
        if ordinal {
            self.to.write_with_format(self.row, col, tenths / 10, &centred(format))?;
        } else if self.sheet.typed_as_text {
            self.to.write_with_format(self.row, col, vietnamese(tenths), &format.set_align(FormatAlign::Right))?;
        } else {
            let format = format.set_num_format(if tenths % 10 == 0 { "#,##0" } else { "#,##0.0" });
            self.to.write_with_format(self.row, col, tenths as f64 / 10.0, &format)?;
        }
        Ok(())
    }

    /// A total row over the rows that begin at `body`: formulas with their results, as Excel leaves them.
    fn total(&mut self, words: &str, body: u32, mistaken: Option<(&str, i64)>) -> anyhow::Result<()> {
        let sheet = self.sheet;
        let bold = boxed().set_bold();
        let first = sheet.columns.iter().position(|column| column.adds_up).unwrap_or(1) as u16;
        self.across(0, first - 1, words, &centred(bold.clone()))?;
        for (at, column) in sheet.columns.iter().enumerate().skip(first as usize) {
            let col = at as u16;
            if !column.adds_up {
                self.to.write_blank(self.row, col, &bold)?;
                continue;
            }
            let sum: i64 = sheet.rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.value.tenths()).sum();
            match mistaken {
                Some((head, off)) if column.head == head => {
                    self.number(col, sum + off, false, &bold)?;
                    self.faults.push(address(self.row, col));
                }
                _ if sheet.typed_as_text => self.number(col, sum, false, &bold)?,
                _ => {
                    let format = bold.clone().set_num_format(if sum % 10 == 0 { "#,##0" } else { "#,##0.0" });
                    let last = body + sheet.rows.len() as u32 - 1;
                    let formula = format!("SUM({}:{})", address(body, col), address(last, col));
                    let result = number(sum);
                    self.to.write_formula_with_format(
                        self.row,
                        col,
                        Formula::new(formula).set_result(result),
                        &format,
                    )?;
                }
            }
        }
        self.row += 1;
        Ok(())
    }

    fn foot(&mut self) -> anyhow::Result<()> {
        let (half, last) = (self.half(), self.last());
        let Some((place, titles)) = &self.sheet.signature else { return Ok(()) };
        self.row += 1;
        self.across(half, last, place, &centred(plain().set_italic()))?;
        self.row += 1;
        for (left, right, bold) in [(titles[0], titles[1], true), ("(Ký, ghi rõ họ tên)", "(Ký tên, đóng dấu)", false)]
        {
            let format = centred(if bold { plain().set_bold() } else { plain().set_italic() });
            self.across(0, half - 1, left, &format)?;
            self.across(half, last, right, &format)?;
            self.row += 1;
        }
        Ok(())
    }
}

/// "F8". No sheet here is wider than 26 columns.
fn address(row: u32, col: u16) -> String {
    format!("{}{}", char::from(b'A' + col as u8), row + 1)
}

/// Stands for a result, until [`without_results`] takes it out: the writer has no other way to say that there is none.
const NO_RESULT: &str = "none";

/// The same workbook with its missing formula results gone, as programs leave them that write but do not calculate.
fn without_results(workbook: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook))?;
    let mut parts = Vec::new();
    for at in 0..archive.len() {
        let mut part = archive.by_index(at)?;
        let name = part.name()?.into_owned();
        let mut text = String::new();
        part.read_to_string(&mut text).with_context(|| format!("{name} is not text"))?;
        parts.push((name, text.replace(&format!("</f><v>{NO_RESULT}</v>"), "</f>").replace(r#" t="str"><f>"#, "><f>")));
    }
    archived(&parts)
}

fn archived(parts: &[(String, String)]) -> anyhow::Result<Vec<u8>> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().last_modified_time(zip::DateTime::DEFAULT);
    for (name, text) in parts {
        archive.start_file(name.as_str(), options)?;
        archive.write_all(text.as_bytes())?;
    }
    Ok(archive.finish()?.into_inner())
}

/// A Word document of a few paragraphs: the first two are its title.
pub fn word(paragraphs: &[&str]) -> anyhow::Result<Vec<u8>> {
    let body: String = paragraphs
        .iter()
        .enumerate()
        .map(|(at, text)| {
            let (centre, bold) = if at < 2 { (r#"<w:pPr><w:jc w:val="center"/></w:pPr>"#, "<w:b/>") } else { ("", "") };
            format!(
                r#"<w:p>{centre}<w:r><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman"/>{bold}<w:sz w:val="28"/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r></w:p>"#
            )
        })
        .collect();
    let head = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;
    archived(&[
        (
            "[Content_Types].xml".into(),
            format!(
                r#"{head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#
            ),
        ),
        (
            "_rels/.rels".into(),
            format!(
                r#"{head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#
            ),
        ),
        (
            "word/document.xml".into(),
            format!(
                r#"{head}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>"#
            ),
        ),
    ])
}

/// How Excel saves text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// "CSV UTF-8": with a byte order mark, and ";" on Vietnamese computers.
    Utf8,
    /// "Unicode Text": UTF-16, tabs.
    Utf16,
    /// "CSV" on a computer set to Vietnamese.
    Windows1258,
}

pub fn text(sheet: &Sheet, encoding: Encoding) -> Vec<u8> {
    let separator = if encoding == Encoding::Utf16 { '\t' } else { ';' };
    let line = |cells: &mut dyn Iterator<Item = String>| -> String {
        let quoted: Vec<String> = cells
            .map(|cell| match cell.contains([separator, '"', '\n']) {
                true => format!("\"{}\"", cell.replace('"', "\"\"")),
                false => cell,
            })
            .collect();
        quoted.join(&separator.to_string()) + "\r\n"
    };
    let mut text = line(&mut sheet.columns.iter().map(|column| column.head.clone()));
    for row in &sheet.rows {
        let width = sheet.columns.len();
        text += &line(&mut (0..width).map(|at| row.get(at).map_or_else(String::new, |cell| cell.value.written())));
    }
    encode(&text, encoding)
}

pub fn encode(text: &str, encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Utf8 => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        Encoding::Utf16 => [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
        Encoding::Windows1258 => windows_1258(text),
    }
}

/// windows-1258 holds "ê" and the five tones apart, not "ế": each letter is written as its base, then its tone.
fn windows_1258(text: &str) -> Vec<u8> {
    const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];
    let mut apart = String::new();
    let mut letter = [0; 4];
    for character in text.chars() {
        let decomposed =
            DecomposingNormalizerBorrowed::new_nfd().normalize(character.encode_utf8(&mut letter)).into_owned();
        let base: String = decomposed.chars().filter(|mark| !TONES.contains(mark)).collect();
        apart += &ComposingNormalizerBorrowed::new_nfc().normalize(&base);
        apart.extend(decomposed.chars().filter(|mark| TONES.contains(mark)));
    }
    encoding_rs::WINDOWS_1258.encode(&apart).0.into_owned()
}
