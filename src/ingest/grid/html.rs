//! Web pages, often named .xls, and Excel's single-file pages → grids: the tables of a page one under another on one sheet, the lines between them as rows, so that captions are found.
//!
//! Pages are read as a stream of tags, as loosely as browsers do, but without their tree: a tag that opens ends what it must. A table within a cell takes the place of that cell's
//! row, so that a page laid out by tables reads in its order. Widths and heights of cells are clipped to those that browsers know, and all steps over cells that reach down are counted.

use std::collections::BTreeMap;
use std::sync::Arc;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

use crate::base::amount;
use crate::base::cell::{CellRef, Value};
use crate::base::diagnostic::Problem;
use crate::ingest::limits;

use super::fill::{Book, Sheet};
use super::format;
use super::{Grid, csv, damaged, mhtml, sniff};

/// The page as one sheet; the pages of a single-file page as a sheet each.
pub fn grids(bytes: &[u8], file: &Arc<str>) -> Result<Vec<Grid>, Problem> {
    let mut book = Book::new(file);
    for part in mhtml::parts(bytes) {
        let text = csv::marked_up(&part.content)?;
        let sheet = book.sheet(&part.name)?;
        if let Some(sheet) = Page::new(&mut book, sheet).read(&text)? {
            book.add(sheet);
        }
    }
    match book.grids() {
        grids if grids.is_empty() => Err(Problem::FileUnsupported { kind: sniff::title(sniff::Kind::Html) }),
        grids => Ok(grids),
    }
}

struct Page<'a> {
    book: &'a mut Book,
    sheet: Sheet,
    /// The next row of the sheet.
    row: u32,
    has_table: bool,
    /// A table has ended, and a row is left empty before what follows.
    apart: bool,
    /// The tables that are open, one within another.
    tables: Vec<Table>,
    /// Of the open cell, else the line that is being read.
    text: String,
    /// The tag that is being read.
    tag: Tag,
    /// The element whose contents are passed over.
    skipped: Option<String>,
    steps: usize,
}

#[derive(Default)]
struct Table {
    /// Columns that cells of rows above reach into, by the first: the last column and the last row.
    from_above: BTreeMap<u32, (u32, u32)>,
    row: Option<u32>,
    /// The column after the last cell.
    next: u32,
    cell: Option<Cell>,
    /// The column that the next `<col>` is of.
    described: u32,
}

struct Cell {
    col: u32,
    last_col: u32,
    last_row: u32,
    number: Option<f64>,
}

#[derive(Default)]
struct Tag {
    name: String,
    attribute: Attribute,
    colspan: u32,
    rowspan: u32,
    span: u32,
    hidden: bool,
    number: Option<f64>,
}

#[derive(Clone, Copy, Default)]
enum Attribute {
    #[default]
    Other,
    Colspan,
    Rowspan,
    Span,
    Style,
    /// The number behind what is shown, as Excel and LibreOffice write it.
    Number,
}

/// What browsers clip widths and heights to.
const WIDEST: u32 = 1_000;
const HIGHEST: u32 = 65_534;

impl<'a> Page<'a> {
    fn new(book: &'a mut Book, sheet: Sheet) -> Self {
        Self {
            book,
            sheet,
            row: 0,
            has_table: false,
            apart: false,
            tables: Vec::new(),
            text: String::new(),
            tag: Tag::default(),
            skipped: None,
            steps: 0,
        }
    }

    /// The sheet, if the page has a table.
    fn read(mut self, text: &str) -> Result<Option<Sheet>, Problem> {
        let page = &mut self;
        let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| page.event(event).err());
        emitter.naively_switch_states(true);
        if let Some(Ok(problem)) = Tokenizer::new_with_emitter(text, emitter).next() {
            return Err(problem);
        }
        if self.skipped.is_some() || !self.tables.is_empty() {
            return Err(damaged());
        }
        self.line()?;
        Ok(self.has_table.then_some(self.sheet))
    }

    fn event(&mut self, event: CallbackEvent) -> Result<(), Problem> {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.tag = Tag { name: as_text(name), colspan: 1, rowspan: 1, span: 1, ..Tag::default() };
            }
            CallbackEvent::AttributeName { name } => {
                self.tag.attribute = match name {
                    b"colspan" => Attribute::Colspan,
                    b"rowspan" => Attribute::Rowspan,
                    b"span" => Attribute::Span,
                    b"style" => Attribute::Style,
                    b"x:num" | b"sdval" => Attribute::Number,
                    _ => Attribute::Other,
                };
            }
            CallbackEvent::AttributeValue { value } => self.tag.take(value),
            CallbackEvent::CloseStartTag { .. } => {
                let tag = std::mem::take(&mut self.tag);
                if self.skipped.is_none() {
                    self.opened(tag)?;
                }
            }
            CallbackEvent::EndTag { name } => {
                let name = as_text(name);
                match &self.skipped {
                    None => self.closed(&name)?,
                    Some(skipped) if *skipped == name => self.skipped = None,
                    Some(_) => {}
                }
            }
            CallbackEvent::String { value } if self.skipped.is_none() => self.write(&as_text(value)),
            // Whatever stood behind it was swallowed.
            CallbackEvent::Error(
                html5gum::Error::EofBeforeTagName
                | html5gum::Error::EofInTag
                | html5gum::Error::EofInComment
                | html5gum::Error::EofInCdata
                | html5gum::Error::EofInScriptHtmlCommentLikeText,
            ) => return Err(damaged()),
            _ => {}
        }
        Ok(())
    }

    fn opened(&mut self, tag: Tag) -> Result<(), Problem> {
        match &*tag.name {
            "script" | "style" | "title" | "xml" | "noscript" | "select" | "textarea" | "svg" | "template" => {
                self.skipped = Some(tag.name);
            }
            "br" => self.new_line(),
            "table" => {
                // In a cell it stands within the table; between cells it ends it, as in browsers.
                match self.cell_is_open() {
                    true => self.end_row()?,
                    false if !self.tables.is_empty() => self.end_table()?,
                    false => self.line()?,
                }
                if self.tables.len() >= limits::HTML_TABLES {
                    return Err(limits::exceeded("các bảng lồng nhau quá", limits::HTML_TABLES as u64, "lớp"));
                }
                self.has_table = true;
                self.tables.push(Table::default());
            }
            "tr" => {
                self.end_row()?;
                self.start_row();
                if tag.hidden
                    && let Some(row) = self.tables.last().and_then(|table| table.row)
                {
                    self.sheet.hide_rows(row..=row);
                }
            }
            "td" | "th" => self.start_cell(&tag)?,
            "col" => {
                if let Some(table) = self.tables.last_mut() {
                    let next = table.described.saturating_add(tag.span);
                    if tag.hidden {
                        self.sheet.hide_columns(table.described..=next - 1);
                    }
                    table.described = next;
                }
            }
            name if is_block(name) => self.block()?,
            _ => {}
        }
        Ok(())
    }

    fn closed(&mut self, name: &str) -> Result<(), Problem> {
        match name {
            "table" if !self.tables.is_empty() => self.end_table(),
            "tr" => self.end_row(),
            "td" | "th" => self.end_cell(),
            name if is_block(name) => self.block(),
            _ => Ok(()),
        }
    }

    fn cell_is_open(&self) -> bool {
        self.tables.last().is_some_and(|table| table.cell.is_some())
    }

    fn write(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                ' ' | '\t' | '\n' | '\r' | '\x0c' if self.text.is_empty() || self.text.ends_with([' ', '\n']) => {}
                ' ' | '\t' | '\n' | '\r' | '\x0c' => self.text.push(' '),
                c => self.text.push(c),
            }
        }
    }

    fn new_line(&mut self) {
        self.text.truncate(self.text.trim_end_matches(' ').len());
        self.text.push('\n');
    }

    /// Where a paragraph begins or ends: another line of the cell, or a row of its own.
    fn block(&mut self) -> Result<(), Problem> {
        match self.cell_is_open() {
            true if self.text.is_empty() || self.text.ends_with('\n') => Ok(()),
            true => {
                self.new_line();
                Ok(())
            }
            false => self.line(),
        }
    }

    /// Writes what stands outside of cells, each line of it a row.
    fn line(&mut self) -> Result<(), Problem> {
        let text = std::mem::take(&mut self.text);
        for line in text.split('\n') {
            if let Some(line) = self.book.text(line.trim_matches(' '))? {
                let row = self.next_row();
                self.book.put(&mut self.sheet, row, 0, line)?;
            }
        }
        Ok(())
    }

    fn next_row(&mut self) -> u32 {
        // An empty row between a table and what follows it.
        let row = self.row.saturating_add(u32::from(std::mem::take(&mut self.apart)));
        self.row = row.saturating_add(1);
        row
    }

    fn start_row(&mut self) {
        let Some(mut table) = self.tables.pop() else { return };
        let row = self.next_row();
        table.row = Some(row);
        table.next = 0;
        table.from_above.retain(|_, (_, last)| *last >= row);
        self.tables.push(table);
    }

    fn start_cell(&mut self, tag: &Tag) -> Result<(), Problem> {
        self.end_cell()?;
        // Text that a browser would show above the table.
        self.line()?;
        if self.tables.last().is_some_and(|table| table.row.is_none()) {
            self.start_row();
        }
        let Some(table) = self.tables.last_mut() else { return Ok(()) };
        let Some(row) = table.row else { return Ok(()) };
        let mut col = table.next;
        while let Some((_, (last, _))) =
            table.from_above.range(..=col).next_back().filter(|(_, (last, _))| *last >= col)
        {
            col = last + 1;
            self.steps += 1;
        }
        if self.steps > limits::FILLED_CELLS {
            return Err(limits::exceeded("có quá", limits::FILLED_CELLS as u64, "ô gộp"));
        }
        let last_col = col + tag.colspan.clamp(1, WIDEST) - 1;
        if last_col as usize >= limits::COLUMNS {
            return Err(limits::exceeded(&format!("dòng {} có quá", row + 1), limits::COLUMNS as u64, "cột"));
        }
        let last_row = row.saturating_add(tag.rowspan.clamp(1, HIGHEST) - 1);
        table.next = last_col + 1;
        self.sheet.merge(CellRef::new(row, col), CellRef::new(last_row, last_col))?;
        table.cell = Some(Cell { col, last_col, last_row, number: tag.number });
        Ok(())
    }

    fn end_cell(&mut self) -> Result<(), Problem> {
        let Some(table) = self.tables.last_mut() else { return Ok(()) };
        let (Some(cell), Some(row)) = (table.cell.take(), table.row) else { return Ok(()) };
        if cell.last_row > row {
            table.from_above.insert(cell.col, (cell.last_col, cell.last_row));
        }
        let text = std::mem::take(&mut self.text);
        let text = text.trim_matches([' ', '\n']);
        if let Some((value, shown)) = cell.number.and_then(|number| as_shown(text, number)) {
            self.book.show(&mut self.sheet, row, cell.col, shown)?;
            self.book.put(&mut self.sheet, row, cell.col, value)?;
        } else if let Some(text) = self.book.text(text)? {
            self.book.put(&mut self.sheet, row, cell.col, text)?;
        }
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), Problem> {
        self.end_cell()?;
        self.line()?;
        if let Some(table) = self.tables.last_mut() {
            table.row = None;
        }
        Ok(())
    }

    fn end_table(&mut self) -> Result<(), Problem> {
        self.end_row()?;
        self.tables.pop();
        self.apart = true;
        Ok(())
    }
}

impl Tag {
    fn take(&mut self, value: &[u8]) {
        let text = String::from_utf8_lossy(value);
        let count = || text.trim().parse().unwrap_or(1);
        match self.attribute {
            Attribute::Colspan => self.colspan = count(),
            Attribute::Rowspan => self.rowspan = count(),
            Attribute::Span => self.span = count().clamp(1, WIDEST),
            Attribute::Style => {
                let bare: String = text.to_ascii_lowercase().split_whitespace().collect();
                self.hidden = bare.contains("display:none");
            }
            Attribute::Number => self.number = text.trim().parse().ok(),
            Attribute::Other => {}
        }
    }
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "li"
            | "ul"
            | "ol"
            | "dt"
            | "dd"
            | "pre"
            | "hr"
            | "center"
            | "blockquote"
            | "caption"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "form"
            | "body"
            | "tbody"
            | "thead"
            | "tfoot"
            | "fieldset"
            | "address"
    )
}

/// The number behind a cell's text, where the text shows that number and no date, share or words.
fn as_shown(text: &str, number: f64) -> Option<(Value, Option<String>)> {
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let unsigned = match bare.strip_prefix('(').and_then(|bare| bare.strip_suffix(')')).or(bare.strip_prefix('-')) {
        Some(unsigned) if number <= 0.0 => unsigned,
        None if number >= 0.0 => &bare,
        _ => return None,
    };
    if !unsigned.starts_with(|c: char| c.is_ascii_digit())
        || unsigned.contains(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ','))
    {
        return None;
    }
    let amount = amount::from_float(number)?;
    let places = [None, unsigned.rfind('.'), unsigned.rfind(',')];
    let decimals = places.into_iter().find_map(|mark| {
        let (whole, decimals) = mark.map_or((unsigned, ""), |at| (&unsigned[..at], &unsigned[at + 1..]));
        let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
        let shown: f64 = format!("{digits}.{decimals}0").parse().ok()?;
        let half = 0.5 * 10f64.powi(-(decimals.len().min(20) as i32));
        ((shown - number.abs()).abs() <= half * 1.000_001).then_some(decimals.len())
    })?;
    let grouped = unsigned.contains('.') && unsigned.contains(',');
    Some((Value::Number(amount), (decimals == 3).then(|| format::three_decimals(amount, grouped))))
}

fn as_text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cells as `A1=text`, merged areas behind them.
    fn shown(page: &str) -> String {
        let grids = match grids(page.as_bytes(), &"a.xls".into()) {
            Ok(grids) => grids,
            Err(problem) => return problem.message(),
        };
        let grid = &grids[0];
        let cells = grid.rows.iter().flat_map(|row| row.cells.iter().map(move |(col, value)| (row.index, *col, value)));
        let cells = cells.map(|(row, col, value)| {
            let shown = match value {
                Value::Text(text) => text.replace('\n', "⏎"),
                other => format!("{other:?}"),
            };
            format!("{}={shown}", CellRef::new(row, col))
        });
        let merges = grid.merges.iter().map(|area| format!("{}:{}", area.from, area.to));
        cells.chain(merges).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn tables_are_read_as_browsers_show_them() {
        for (page, expected) in [
            ("<table><tr><td>a<td>b<tr><td>c</table>", "A1=a B1=b A2=c"),
            ("<table><tr><td rowspan=2>a<td>b<tr><td>c<tr><td>d</table>", "A1=a B1=b B2=c A3=d A1:A2"),
            ("<table><tr><td>x<td rowspan=3 colspan=2>a<td>b<tr><td>c<td>d</table>", "A1=x B1=a D1=b A2=c D2=d B1:C3"),
            (
                "<h1>T</h1><p>q <b>r</b><br>s</p><table><tr><td>a</table><p>n<table><tr><td>b</table>",
                "A1=T A2=q r A3=s A4=a A6=n A7=b",
            ),
            ("<table><caption>c</caption><tr><td>a</table>", "A1=c A2=a"),
            ("<table><tr><td> a<br>\n b <p>c</p><td>&nbsp;<td>1&#160;5</table>", "A1=a⏎b⏎c C1=1\u{a0}5"),
            ("<table><tr><td>t<td><table><tr><td>a<td>b</table><tr><td>e</table>", "A1=t A2=a B2=b A4=e"),
            ("<script>'<table>'</script><!-- <td> --><table><tr><td>\u{ad}a\u{ad}</table>", "A1=\u{ad}a\u{ad}"),
            (
                "<table><tr><td>a<table><tr><td>b</table>",
                "không đọc được: tệp bảng tính hỏng hoặc chưa tải hết; số liệu trong tệp chưa được tính",
            ),
        ] {
            assert_eq!(shown(page), expected, "{page}");
        }
    }

    #[test]
    fn a_number_behind_a_text_counts_where_the_text_shows_it() {
        for (text, number, expected) in [
            ("27.900", 27900.0, Some(None)),
            ("27.900", 27.9, Some(Some("27.900"))),
            ("1.234,500", 1234.5, Some(Some("1,234.500"))),
            ("33,8", 33.81, Some(None)),
            ("(5)", -5.0, Some(None)),
            ("29/03/2023", 45014.0, None),
            ("5%", 0.05, None),
            ("6", 5.0, None),
            ("5", -5.0, None),
        ] {
            let shown = as_shown(text, number);
            assert_eq!(shown.as_ref().map(|(_, shown)| shown.as_deref()), expected, "{text} {number}");
        }
    }

    #[test]
    fn a_single_file_page_is_its_pages() {
        let mail = "MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\tboundary=\"b\"\r\n\r\n--b\r\nContent-Location: file:///C:/x/sheet001.htm\r\nContent-Transfer-Encoding: base64\r\nContent-Type: text/html\r\n\r\nPHRhYmxlPjx0cj48dGQ+\r\nYTwvdGFibGU+\r\n--b\r\nContent-Location: tabstrip.htm\r\nContent-Type: text/html\r\n\r\n<table><td>z</table>\r\n--b--\r\n";
        let grids = grids(mail.as_bytes(), &"a.mht".into()).unwrap();
        assert_eq!(grids.len(), 1);
        assert_eq!((&*grids[0].name.sheet, shown(mail).as_str()), ("sheet001", "A1=a"));
    }
}
