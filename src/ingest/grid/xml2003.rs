//! SpreadsheetML, the XML of Excel 2003, often named .xls → grids. Holds the file's text and one cell at a time.

use std::collections::HashMap;
use std::sync::Arc;

use crate::base::cell::{CellRef, Value};
use crate::base::diagnostic::Problem;
use crate::ingest::limits;

use super::fill::{Book, Sheet};
use super::format::{self, Format};
use super::xml::{Piece, Tag, Xml, local};
use super::{Grid, csv, unreadable};

/// The sheets of a workbook, in its order.
pub fn grids(bytes: &[u8], file: &Arc<str>) -> Result<Vec<Grid>, Problem> {
    let text = csv::marked_up(bytes)?;
    let mut reader = Workbook { xml: Xml::new(text.as_bytes()), book: Book::new(file), styles: HashMap::new() };
    reader.read()?;
    let grids = reader.book.grids();
    if grids.is_empty() {
        return Err(unreadable("tệp bảng tính không còn trang tính nào, có thể đã hỏng"));
    }
    Ok(grids)
}

struct Workbook<'a> {
    xml: Xml<&'a [u8]>,
    book: Book,
    styles: HashMap<String, Format>,
}

/// What the tag of a row, column or cell says.
#[derive(Default)]
struct Said {
    /// Counted from one; the place after the one before where it is not said.
    index: Option<u32>,
    /// How many more rows or columns are like it.
    span: u32,
    hidden: bool,
    style: Option<String>,
    merge_across: u32,
    merge_down: u32,
    formula: bool,
}

impl Workbook<'_> {
    fn read(&mut self) -> Result<(), Problem> {
        let mut style = String::new();
        loop {
            let Piece::Open(tag) = (match self.xml.piece()? {
                Piece::End => return Ok(()),
                piece => piece,
            }) else {
                continue;
            };
            match local(tag.name()) {
                "Style" => style = value_of(&tag, "ID")?.unwrap_or_default(),
                "NumberFormat" => {
                    let code = value_of(&tag, "Format")?.unwrap_or_default();
                    self.styles.insert(style.clone(), format::of_code(&code));
                }
                "Worksheet" => {
                    let name = value_of(&tag, "Name")?.unwrap_or_default();
                    self.worksheet(&name)?;
                }
                _ => {}
            }
        }
    }

    /// A sheet, from its tag on.
    fn worksheet(&mut self, name: &str) -> Result<(), Problem> {
        let mut sheet = self.book.sheet(name)?;
        let outside = self.xml.depth() - 1;
        let (mut row, mut column) = (0u32, 0u32);
        while self.xml.depth() > outside {
            let Piece::Open(tag) = self.xml.piece()? else { continue };
            match local(tag.name()) {
                "Column" => {
                    let said = Said::of(&tag)?;
                    let (from, to) = said.range(column);
                    if said.hidden {
                        sheet.hide_columns(from..=to);
                    }
                    column = to.saturating_add(1);
                }
                "Row" => {
                    let said = Said::of(&tag)?;
                    let (from, to) = said.range(row);
                    if said.hidden {
                        sheet.hide_rows(from..=to);
                    }
                    self.row(&mut sheet, from, said.style.as_deref())?;
                    row = to.saturating_add(1);
                }
                "Visible" => {
                    sheet.set_hidden(self.content()?.trim() != "SheetVisible");
                }
                _ => {}
            }
        }
        self.book.add(sheet);
        Ok(())
    }

    fn row(&mut self, sheet: &mut Sheet, row: u32, style: Option<&str>) -> Result<(), Problem> {
        let outside = self.xml.depth() - 1;
        let mut next = 0u32;
        while self.xml.depth() > outside {
            let Piece::Open(tag) = self.xml.piece()? else { continue };
            if local(tag.name()) != "Cell" {
                continue;
            }
            let said = Said::of(&tag)?;
            let (col, _) = said.range(next);
            let right = col.saturating_add(said.merge_across);
            next = right.saturating_add(1);
            let style = said.style.as_deref().or(style).and_then(|style| self.styles.get(style).copied());
            sheet.merge(CellRef::new(row, col), CellRef::new(row.saturating_add(said.merge_down), right))?;
            if let Some((value, shown)) = self.cell(said.formula, style.unwrap_or_default())? {
                self.book.show(sheet, row, col, shown)?;
                self.book.put(sheet, row, col, value)?;
            }
        }
        Ok(())
    }

    /// A cell's value, from its tag on; notes are left out.
    fn cell(&mut self, formula: bool, format: Format) -> Result<Option<(Value, Option<String>)>, Problem> {
        let outside = self.xml.depth() - 1;
        let mut value = None;
        let mut stored = false;
        while self.xml.depth() > outside {
            let Piece::Open(tag) = self.xml.piece()? else { continue };
            match local(tag.name()) {
                "Data" => {
                    let kind = value_of(&tag, "Type")?.unwrap_or_default();
                    let text = self.content()?;
                    stored = true;
                    value = match (&*kind, text.trim().parse::<f64>()) {
                        ("Number", Ok(number)) => Some(format::value(number, format, false)),
                        ("Boolean", _) => Some((Value::Bool(text.trim() == "1"), None)),
                        ("Error", _) => Some((Value::Error(text.trim().into()), None)),
                        ("DateTime", _) => match text.get(..10).and_then(|day| day.parse().ok()) {
                            Some(day) => Some((Value::Date(day), None)),
                            None => self.book.text(&text)?.map(|text| (text, None)),
                        },
                        _ => self.book.text(&text)?.map(|text| (text, None)),
                    };
                }
                "Comment" | "PhoneticText" => self.xml.skip()?,
                _ => {}
            }
        }
        Ok(if formula && !stored { Some((Value::Uncomputed, None)) } else { value })
    }

    /// All text of the element that was just opened.
    fn content(&mut self) -> Result<String, Problem> {
        let outside = self.xml.depth() - 1;
        let mut content = String::new();
        while self.xml.depth() > outside {
            // The book refuses what is too long; what is longer still need not be held.
            if let Piece::Text(text) = self.xml.piece()?
                && content.len() <= limits::TEXT_BYTES
            {
                content.push_str(&text);
            }
        }
        Ok(content)
    }
}

impl Said {
    fn of(tag: &Tag) -> Result<Self, Problem> {
        let mut said = Self::default();
        for attribute in tag.attributes() {
            let (name, value) = attribute?;
            let number = || value.trim().parse().ok();
            match local(name) {
                "Index" => said.index = number().filter(|index| *index > 0),
                "Span" => said.span = number().unwrap_or(0),
                "MergeAcross" => said.merge_across = number().unwrap_or(0),
                "MergeDown" => said.merge_down = number().unwrap_or(0),
                "Hidden" => said.hidden = value == "1",
                "StyleID" => said.style = Some(value.into_owned()),
                "Formula" => said.formula = true,
                _ => {}
            }
        }
        Ok(said)
    }

    /// First and last, counted from zero, given the place after the one before.
    fn range(&self, next: u32) -> (u32, u32) {
        let from = self.index.map_or(next, |index| index - 1);
        (from, from.saturating_add(self.span))
    }
}

fn value_of(tag: &Tag, wanted: &str) -> Result<Option<String>, Problem> {
    for attribute in tag.attributes() {
        let (name, value) = attribute?;
        if local(name) == wanted {
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}
