//! .ods → grids, streaming: one row of the sheet's XML is held at a time.
//!
//! A row or cell may say that it repeats itself a million times. Only filled cells are repeated, and counted against the limit before they are: what a sheet merely declares costs nothing.
//! The guard of zip files has stood before this; the depth of the XML and the length of texts are bounded on the way.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::sync::Arc;

use zip::ZipArchive;

use crate::base::amount;
use crate::base::cell::{CellRef, Value};
use crate::base::diagnostic::Problem;
use crate::ingest::limits;

use super::fill::{Book, Sheet};
use super::format;
use super::xml::{Piece, Tag, Xml};
use super::{Grid, damaged, unreadable};

/// The sheets of a document, in its order.
pub fn grids(bytes: &[u8], file: &Arc<str>) -> Result<Vec<Grid>, Problem> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    if let Ok(part) = archive.by_name("META-INF/manifest.xml") {
        let mut manifest = Vec::new();
        // A manifest longer than this, or broken, hides nothing: the content is then no XML.
        let _ = part.take(1 << 20).read_to_end(&mut manifest);
        if String::from_utf8_lossy(&manifest).contains("encryption-data") {
            return Err(unreadable("tệp đặt mật khẩu"));
        }
    }
    let content = archive.by_name("content.xml").map_err(|_| damaged())?;
    let mut reader =
        Document { xml: Xml::new(BufReader::new(content)), book: Book::new(file), hidden_styles: HashSet::new() };
    reader.read()?;
    let grids = reader.book.grids();
    if grids.is_empty() {
        return Err(unreadable("tệp bảng tính không còn trang tính nào, có thể đã hỏng"));
    }
    Ok(grids)
}

struct Document<B> {
    xml: Xml<B>,
    book: Book,
    /// Styles of sheets that are not shown.
    hidden_styles: HashSet<String>,
}

/// A row's filled cells and merged areas, by their columns.
#[derive(Default)]
struct RowRead {
    cells: Vec<(u32, Value, Option<String>)>,
    merges: Vec<(u32, Span)>,
    /// The next cell's column.
    next: u32,
    repeated: u32,
    hidden: bool,
}

#[derive(Clone, Copy)]
struct Span {
    rows: u32,
    columns: u32,
}

/// What a cell's tag says.
#[derive(Default)]
struct CellRead {
    repeated: u32,
    span: Option<Span>,
    kind: String,
    value: Option<String>,
    formula: bool,
    error: bool,
}

impl<B: BufRead> Document<B> {
    fn read(&mut self) -> Result<(), Problem> {
        let mut style = None;
        loop {
            let Piece::Open(tag) = (match self.xml.piece()? {
                Piece::End => return Ok(()),
                piece => piece,
            }) else {
                continue;
            };
            match tag.name() {
                "style:style" => style = value_of(&tag, "style:name")?,
                "style:table-properties" => {
                    let hidden = value_of(&tag, "table:display")?.as_deref() == Some("false");
                    self.hidden_styles.extend(style.take_if(|_| hidden));
                }
                "table:table" => {
                    let name = value_of(&tag, "table:name")?.unwrap_or_default();
                    let style = value_of(&tag, "table:style-name")?.unwrap_or_default();
                    // What LibreOffice keeps of another file's sheet is no sheet of this one.
                    match style == "ta_extref" {
                        true => self.xml.skip()?,
                        false => self.table(&name, &style)?,
                    }
                }
                // Changes that were tracked, and what was fetched from elsewhere, are no cells of a sheet.
                "table:tracked-changes" | "table:dde-links" | "office:forms" => self.xml.skip()?,
                _ => {}
            }
        }
    }

    /// A sheet, from its tag on.
    fn table(&mut self, name: &str, style: &str) -> Result<(), Problem> {
        let mut sheet = self.book.sheet(name)?;
        sheet.set_hidden(self.hidden_styles.contains(style));
        let outside = self.xml.depth() - 1;
        let (mut row, mut column) = (0u32, 0u32);
        while self.xml.depth() > outside {
            let Piece::Open(tag) = self.xml.piece()? else { continue };
            match tag.name() {
                "table:table-column" => {
                    let (repeated, hidden) = extent(&tag, "table:number-columns-repeated")?;
                    let next = column.saturating_add(repeated);
                    if hidden && next > column {
                        sheet.hide_columns(column..=next - 1);
                    }
                    column = next;
                }
                "table:table-row" => {
                    let (repeated, hidden) = extent(&tag, "table:number-rows-repeated")?;
                    let read = self.row(RowRead { repeated, hidden, ..RowRead::default() })?;
                    row = self.put(&mut sheet, row, read)?;
                }
                "table:shapes" | "office:forms" | "table:table" => self.xml.skip()?,
                _ => {}
            }
        }
        self.book.add(sheet);
        Ok(())
    }

    /// Writes a row as often as it repeats itself; gives the row after it.
    fn put(&mut self, sheet: &mut Sheet, row: u32, read: RowRead) -> Result<u32, Problem> {
        let after = row.saturating_add(read.repeated);
        if read.cells.is_empty() {
            if read.repeated == 1 {
                merge(sheet, row, &read.merges)?;
            }
            return Ok(after);
        }
        self.book.room_for(u64::from(read.repeated) * read.cells.len() as u64)?;
        for row in row..after {
            for (col, value, shown) in &read.cells {
                self.book.show(sheet, row, *col, shown.clone())?;
                self.book.put(sheet, row, *col, value.clone())?;
            }
            merge(sheet, row, &read.merges)?;
        }
        if read.hidden {
            sheet.hide_rows(row..=after.saturating_sub(1));
        }
        Ok(after)
    }

    /// A row, from its tag on.
    fn row(&mut self, mut row: RowRead) -> Result<RowRead, Problem> {
        let outside = self.xml.depth() - 1;
        while self.xml.depth() > outside {
            let Piece::Open(tag) = self.xml.piece()? else { continue };
            if !matches!(tag.name(), "table:table-cell" | "table:covered-table-cell") {
                continue;
            }
            let cell = CellRead::of(&tag)?;
            let text = self.text()?;
            let from = row.next;
            row.next = from.saturating_add(cell.repeated);
            if let (Some(span), 1) = (cell.span, cell.repeated) {
                row.merges.push((from, span));
            }
            let Some((value, shown)) = self.value(&cell, &text)? else { continue };
            // Past the limit on columns one is enough for the book to refuse it.
            for col in from..row.next.min((limits::COLUMNS as u32).max(from) + 1) {
                row.cells.push((col, value.clone(), shown.clone()));
            }
        }
        Ok(row)
    }

    /// What a cell shows, from its tag on: paragraphs are lines; notes, drawings and tables within it are left out.
    fn text(&mut self) -> Result<String, Problem> {
        let outside = self.xml.depth() - 1;
        let mut text = String::new();
        let (mut paragraphs, mut open) = (0u32, false);
        while self.xml.depth() > outside {
            match self.xml.piece()? {
                Piece::Open(tag) => match tag.name() {
                    "text:p" | "text:h" => {
                        if paragraphs > 0 {
                            text.push('\n');
                        }
                        paragraphs += 1;
                        open = true;
                    }
                    "text:s" => {
                        let count = value_of(&tag, "text:c")?.and_then(|count| count.parse().ok()).unwrap_or(1);
                        // One more than a cell may hold is as good as any number.
                        text.extend(std::iter::repeat_n(' ', count.min(limits::TEXT_BYTES + 1)));
                    }
                    "text:tab" => text.push('\t'),
                    "text:line-break" => text.push('\n'),
                    "office:annotation" | "table:table" | "text:note" => self.xml.skip()?,
                    name if name.starts_with("draw:") => self.xml.skip()?,
                    _ => {}
                },
                Piece::Close(name) => open &= !matches!(&*name, "text:p" | "text:h"),
                Piece::Text(piece) if open => {
                    for c in piece.chars() {
                        // White space is one space, and none begins a line; more is said by tags.
                        match c {
                            ' ' | '\t' | '\r' | '\n' if text.is_empty() || text.ends_with([' ', '\n']) => {}
                            ' ' | '\t' | '\r' | '\n' => text.push(' '),
                            c => text.push(c),
                        }
                    }
                }
                Piece::Text(_) => {}
                Piece::End => return Err(damaged()),
            }
            if text.len() > 2 * limits::TEXT_BYTES {
                // The book refuses it by its length; what is longer still need not be held.
                text.truncate(text.floor_char_boundary(limits::TEXT_BYTES + 8));
            }
        }
        Ok(text)
    }

    fn value(&mut self, cell: &CellRead, text: &str) -> Result<Option<(Value, Option<String>)>, Problem> {
        let is_error =
            cell.error || matches!(text, "#DIV/0!" | "#N/A" | "#NAME?" | "#NULL!" | "#NUM!" | "#REF!" | "#VALUE!");
        if is_error || cell.formula && text.starts_with("Err:") {
            let text = if text.is_empty() { "#VALUE!" } else { text };
            return Ok(Some((Value::Error(text.into()), None)));
        }
        let given = cell.value.as_deref().unwrap_or_default();
        Ok(match &*cell.kind {
            "float" | "currency" | "percentage" => match given.trim().parse::<f64>() {
                Ok(number) => Some(number_shown(number, text)),
                Err(_) if cell.formula => Some((Value::Uncomputed, None)),
                Err(_) => self.book.text(text)?.map(|text| (text, None)),
            },
            "boolean" => Some((Value::Bool(given == "true"), None)),
            "date" => match given.get(..10).and_then(|day| day.parse().ok()) {
                Some(day) => Some((Value::Date(day), None)),
                None => self.book.text(if text.is_empty() { given } else { text })?.map(|text| (text, None)),
            },
            "" if cell.formula && text.is_empty() => Some((Value::Uncomputed, None)),
            _ => self.book.text(if text.is_empty() { given } else { text })?.map(|text| (text, None)),
        })
    }
}

/// A number, and how it is shown where that is with three decimals, in either style.
fn number_shown(number: f64, text: &str) -> (Value, Option<String>) {
    let Some(amount) = amount::from_float(number) else { return (Value::Unusable, None) };
    let other = |text: &str| text.replace(',', "\0").replace('.', ",").replace('\0', ".");
    let shown = [false, true].map(|grouped| format::three_decimals(amount, grouped));
    let shown = shown.into_iter().find(|shown| text == shown || text == other(shown));
    (Value::Number(amount), shown)
}

fn merge(sheet: &mut Sheet, row: u32, merges: &[(u32, Span)]) -> Result<(), Problem> {
    for (col, span) in merges {
        let to = CellRef::new(row.saturating_add(span.rows - 1), col.saturating_add(span.columns - 1));
        sheet.merge(CellRef::new(row, *col), to)?;
    }
    Ok(())
}

impl CellRead {
    fn of(tag: &Tag) -> Result<Self, Problem> {
        let mut cell = Self { repeated: 1, ..Self::default() };
        let (mut rows, mut columns) = (1, 1);
        for attribute in tag.attributes() {
            let (name, value) = attribute?;
            match name {
                "table:number-columns-repeated" => cell.repeated = count(&value),
                "table:number-rows-spanned" => rows = count(&value),
                "table:number-columns-spanned" => columns = count(&value),
                "table:formula" => cell.formula = true,
                "office:value-type" => cell.kind = value.into_owned(),
                "calcext:value-type" => cell.error = value == "error",
                "office:value" | "office:date-value" | "office:boolean-value" | "office:string-value" => {
                    cell.value = Some(value.into_owned());
                }
                _ => {}
            }
        }
        cell.span = (rows > 1 || columns > 1).then_some(Span { rows, columns });
        Ok(cell)
    }
}

/// How often a row or column repeats itself, and whether it is hidden.
fn extent(tag: &Tag, repeated: &str) -> Result<(u32, bool), Problem> {
    let hidden = value_of(tag, "table:visibility")?.is_some_and(|visibility| visibility != "visible");
    Ok((value_of(tag, repeated)?.map_or(1, |value| count(&value)), hidden))
}

/// A number of rows or columns: at least one.
fn count(text: &str) -> u32 {
    text.trim().parse().unwrap_or(1).max(1)
}

fn value_of(tag: &Tag, wanted: &str) -> Result<Option<String>, Problem> {
    for attribute in tag.attributes() {
        let (name, value) = attribute?;
        if name == wanted {
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    fn read(rows: &str) -> Result<Grid, String> {
        let table = format!("<table:table table:name=\"a\">{rows}</table:table>");
        let grids = grids(&samples::ods_of(&table), &"a.ods".into());
        grids.map(|mut grids| grids.remove(0)).map_err(|problem| problem.message())
    }

    fn cell(attributes: &str, content: &str) -> Option<Value> {
        let grid = read(&format!(
            "<table:table-row><table:table-cell {attributes}>{content}</table:table-cell></table:table-row>"
        ));
        grid.unwrap().get(0, 0).cloned()
    }

    #[test]
    fn cells_are_what_they_say() {
        let text = |text: &str| Some(Value::Text(text.into()));
        for (attributes, content, expected) in [
            (
                "office:value-type=\"string\"",
                "<text:p>a<text:s text:c=\"2\"/>b</text:p><text:p>c<text:tab/>\n d</text:p>",
                text("a  b\nc\t d"),
            ),
            (
                "office:value-type=\"percentage\" office:value=\"0.5\"",
                "<text:p>50%</text:p>",
                Some(Value::Number("0.5".parse().unwrap())),
            ),
            ("office:value-type=\"float\" office:value=\"1e300\"", "", Some(Value::Unusable)),
            (
                "office:value-type=\"boolean\" office:boolean-value=\"true\"",
                "<text:p>TRUE</text:p>",
                Some(Value::Bool(true)),
            ),
            ("office:value-type=\"string\"", "<text:p>#N/A</text:p>", Some(Value::Error("#N/A".into()))),
            (
                "table:formula=\"x\" office:value-type=\"string\"",
                "<text:p>Err:502</text:p>",
                Some(Value::Error("Err:502".into())),
            ),
            ("table:formula=\"x\"", "", Some(Value::Uncomputed)),
            ("office:value-type=\"string\"", "<text:p>\u{ad}</text:p>", text("\u{ad}")),
            ("", "<draw:frame><text:p>hình</text:p></draw:frame>", None),
        ] {
            assert_eq!(cell(attributes, content), expected, "{attributes} {content}");
        }
    }

    #[test]
    fn repeats_are_counted_before_they_are_made() {
        let one = "<table:table-cell office:value-type=\"float\" office:value=\"1\" table:number-columns-repeated=";
        let row = |rows: &str, columns: &str| {
            format!("<table:table-row table:number-rows-repeated=\"{rows}\">{one}\"{columns}\"/></table:table-row>")
        };
        let grid = read(&row("3", "2")).unwrap();
        assert_eq!((grid.rows.len(), grid.rows[2].cells.len()), (3, 2));
        assert!(read(&row("4294967295", "16384")).unwrap_err().contains("5.000.000 ô"));
        assert!(read(&row("1", "4294967295")).unwrap_err().contains("16.384 cột"));
        let far = format!(
            "<table:table-row><table:table-cell table:number-columns-repeated=\"4000000000\"/>{one}\"1\"/></table:table-row>"
        );
        assert!(read(&far).unwrap_err().contains("16.384 cột"));
    }
}
