//! The workbook: the document's sheets as an office lays them out by hand, ready to print, with live formulas.
//! Takes a [`Document`], gives the bytes of an `.xlsx` file; the only module that knows rust_xlsxwriter.

mod fit;
mod formula;
mod style;

use std::borrow::Cow;

use anyhow::{Context, bail};
use rust_xlsxwriter::{DocProperties, IgnoreError, Note, Url, Workbook, Worksheet, XlsxError};

use crate::base::amount::{self, Amount};
use crate::report::document::{Cell, CellValue, Column, ColumnKind, Document, Formula, Row, RowKind, Sheet, Table};

use style::{Align, Look, Number, Styles};

const MAX_ROWS: usize = 1_048_576;
const MAX_COLUMNS: usize = 16_384;
/// What a cell may hold, in UTF-16 units.
const MAX_TEXT: usize = 32_767;
/// The height of a line of plain text, in points.
const LINE: f64 = 15.75;
/// The tallest row that Excel allows, in points.
const MAX_HEIGHT: f64 = 409.0;
/// Bold letters beside plain ones.
const BOLD: f64 = 1.08;
/// What a margin above and below wrapped text adds to a row, in points.
const LOOSE: f64 = 3.0;
/// The printed part of a page of A4, landscape: its width in digits, its height in points; a little less than it is.
const PAGE: (f64, f64) = (124.0, 510.0);
/// A wider table keeps its names in sight while the reader scrolls to the right; in digits.
const WIDE: f64 = 100.0;
/// Words in a column of text no wider than that are centred; in digits.
const SHORT: u32 = 12;
/// Page breaks that Excel allows on a sheet.
const MAX_BREAKS: usize = 1_023;

pub fn bytes(document: &Document) -> anyhow::Result<Vec<u8>> {
    let mut workbook = Workbook::new();
    // 21 and 72 pixels: a line, and a column of 8.38 digits, of Times New Roman 12.
    workbook.set_default_format(&style::plain(), 21, 72).context("không tạo được tệp Excel")?;
    workbook.set_properties(
        &DocProperties::new().set_title(&document.title).set_author("danvan").set_creation_datetime(&document.created),
    );
    let mut styles = Styles::default();
    for sheet in &document.sheets {
        let rows: usize = sheet.tables.iter().map(|table| table.rows.len() + table.notes.len() + 8).sum();
        let columns = sheet.tables.iter().map(|table| table.columns.len()).max().unwrap_or(0);
        if rows + sheet.subtitle.len() + 2 > MAX_ROWS || columns > MAX_COLUMNS {
            let (rows, columns) = (vietnamese(rows), vietnamese(columns));
            bail!(
                "trang tính {} có {rows} dòng, {columns} cột: nhiều hơn một trang tính Excel chứa được; hãy ghi ra csv hoặc jsonl",
                sheet.name
            );
        }
        let mut page = Page {
            worksheet: workbook.add_worksheet(),
            styles: &mut styles,
            sheets: &document.sheets,
            widths: widths(sheet),
            row: 0,
            heights: Vec::new(),
            breaks: Vec::new(),
        };
        page.write(sheet).with_context(|| format!("không tạo được trang tính {}", sheet.name))?;
    }
    workbook.save_to_buffer().context("không tạo được tệp Excel")
}

fn vietnamese(count: usize) -> String {
    amount::vietnamese(Amount::from(count), 0)
}

/// A worksheet under way.
struct Page<'a> {
    worksheet: &'a mut Worksheet,
    styles: &'a mut Styles,
    /// All of the document's: where links may lead.
    sheets: &'a [Sheet],
    /// Of the columns, in digits.
    widths: Vec<f64>,
    /// The next free row.
    row: u32,
    /// Of the rows above it, in points.
    heights: Vec<f64>,
    /// The rows before which a new page begins.
    breaks: Vec<u32>,
}

impl Page<'_> {
    fn write(&mut self, sheet: &Sheet) -> Result<(), XlsxError> {
        self.worksheet.set_name(&sheet.name)?;
        self.set_up(sheet)?;
        if !sheet.title.is_empty() {
            self.line(&sheet.title, Look::Title, 14.0 / 12.0 * BOLD)?;
        }
        for line in &sheet.subtitle {
            self.line(line, Look::Subtitle, 1.0)?;
        }
        for (at, table) in sheet.tables.iter().enumerate() {
            if self.row > 0 {
                self.finish_row(LINE)?;
            }
            let top = self.row;
            self.table(table, sheet.filter && at == 0, sheet.tables.len() == 1)?;
            self.keep_together(top);
        }
        self.worksheet.set_page_breaks(&self.breaks)?;
        Ok(())
    }

    /// A table that would begin at the foot of a page, or a short one that would be cut, begins on the next.
    fn keep_together(&mut self, top: u32) {
        let scale = (PAGE.0 / self.widths.iter().sum::<f64>()).min(1.0);
        let page = PAGE.1 / scale;
        let used = self.breaks.last().map_or(0, |row| *row as usize);
        let mut left = page;
        for height in &self.heights[used..top as usize] {
            left = if *height > left { page - height } else { left - height };
        }
        let table = &self.heights[top as usize..];
        let whole: f64 = table.iter().sum();
        let start: f64 = table.iter().take(5).sum();
        if left < page && (start > left || whole > left && whole < page / 2.0) && self.breaks.len() < MAX_BREAKS {
            self.breaks.push(top);
        }
    }

    /// Paper, margins, footer, widths: what holds for the whole sheet.
    fn set_up(&mut self, sheet: &Sheet) -> Result<(), XlsxError> {
        let cm = |cm: f64| cm / 2.54;
        self.worksheet
            .set_paper_size(9)
            .set_landscape()
            .set_print_fit_to_pages(1, 0)
            .set_print_center_horizontally(true)
            .set_margins(cm(1.5), cm(1.0), cm(1.5), cm(1.0), cm(0.5), cm(0.4))
            // Else the empty text of a percentage of zero is stored as 0.
            .set_formula_result_default("")
            .set_footer("&C&\"Times New Roman,Regular\"&10Trang &P/&N");
        if sheet.attention {
            self.worksheet.set_tab_color("#C00000");
        }
        for (col, width) in self.widths.iter().enumerate() {
            self.worksheet.set_column_width(col as u16, *width)?;
        }
        Ok(())
    }

    /// A line of text over the whole width of the sheet's tables.
    fn line(&mut self, text: &str, look: Look, scale: f64) -> Result<(), XlsxError> {
        let size = if look == Look::Note { 10.0 / 12.0 } else { scale.max(1.0) };
        let last = self.widths.len().saturating_sub(1);
        let lines = fit::lines(text, self.widths.iter().sum(), if look == Look::Note { size } else { scale });
        self.block(text, (self.row, 0), (self.row, last), look)?;
        self.finish_row(lines as f64 * LINE * size)
    }

    fn table(&mut self, table: &Table, filter: bool, alone: bool) -> Result<(), XlsxError> {
        if !table.title.is_empty() {
            self.line(&table.title, Look::Caption, BOLD)?;
        }
        if !table.columns.is_empty() {
            let header = self.row;
            self.header(&table.columns)?;
            let body = self.row;
            if alone && body > header {
                self.worksheet.set_repeat_rows(header, body - 1)?;
                self.worksheet.set_freeze_panes(body, self.frozen_columns(&table.columns))?;
            }
            self.body(table)?;
            let last_col = (table.columns.len() - 1) as u16;
            let totals = table.rows.iter().rev().take_while(|row| row.kind == RowKind::Total).count();
            let filtered = table.rows.len() - totals;
            if filter && filtered > 0 && body > header {
                self.worksheet.autofilter(body - 1, 0, body + filtered as u32 - 1, last_col)?;
            }
            // Codes such as 02947 stay texts; Excel need not mark each.
            self.worksheet.ignore_error_range(body, 0, self.row - 1, last_col, IgnoreError::NumberStoredAsText)?;
        }
        for note in &table.notes {
            self.line(note, Look::Note, 1.0)?;
        }
        Ok(())
    }

    /// Headings in one or more rows: neighbours that begin alike are merged across, shorter ones down.
    fn header(&mut self, columns: &[Column]) -> Result<(), XlsxError> {
        let depth = columns.iter().map(|column| column.header.len()).max().unwrap_or(0);
        let top = self.row;
        let mut lines = vec![1; depth];
        for level in 0..depth {
            let mut col = 0;
            while col < columns.len() {
                let header = &columns[col].header;
                let mut end = col + 1;
                // An empty heading is one empty cell.
                let last_level = header.len().max(1) - 1;
                if level > last_level {
                    col = end;
                    continue;
                }
                let leaf = level == last_level;
                if !leaf {
                    let group = &header[..=level];
                    let alike = |next: &&Column| next.header.len() > level + 1 && next.header.starts_with(group);
                    end += columns[end..].iter().take_while(alike).count();
                }
                let text = header.get(level).map(String::as_str).unwrap_or_default();
                let bottom = if leaf { depth - 1 } else { level };
                let from = (top + level as u32, col);
                let to = (top + bottom as u32, end - 1);
                self.block(text, from, to, Look::Header)?;
                // A text over several rows has the room of all of them: what it lacks goes to the last.
                let room: usize = lines[level..bottom].iter().sum();
                let needed = fit::lines(text, self.widths[col..end].iter().sum(), BOLD);
                lines[bottom] = lines[bottom].max(needed.saturating_sub(room));
                col = end;
            }
        }
        for lines in lines {
            self.finish_row(lines as f64 * LINE + LOOSE)?;
        }
        Ok(())
    }

    fn body(&mut self, table: &Table) -> Result<(), XlsxError> {
        let first = self.row;
        let scales = scales(table);
        let last_col = table.columns.len() - 1;
        if table.rows.is_empty() {
            let look = Look::Body { row: RowKind::Body, align: Align::Center, number: Number::General, link: false };
            self.block("Không có", (first, 0), (first, last_col), look)?;
            self.finish_row(LINE)?;
        }
        for row in &table.rows {
            let bold = matches!(row.kind, RowKind::Total | RowKind::Group);
            let scale = if bold { BOLD } else { 1.0 };
            let mut lines = 1;
            if let Some((at, text)) = heading_of(row, last_col) {
                let look = Look::Body { row: row.kind, align: Align::Left, number: Number::General, link: false };
                for col in 0..at {
                    self.worksheet.write_blank(self.row, col as u16, self.styles.get(look))?;
                }
                self.block(text, (self.row, at), (self.row, last_col), look)?;
                lines = fit::lines(text, self.widths[at..=last_col].iter().sum(), scale);
            } else {
                let empty = Cell::default();
                for (col, column) in table.columns.iter().enumerate() {
                    let cell = row.cells.get(col).unwrap_or(&empty);
                    self.cell(cell, col, column, row.kind, &scales[col], first)?;
                    if let CellValue::Text(text) = &cell.value {
                        lines = lines.max(fit::lines(text, self.widths[col], scale));
                    }
                }
            }
            self.finish_row(if lines > 1 { lines as f64 * LINE + LOOSE } else { LINE })?;
        }
        Ok(())
    }

    fn cell(
        &mut self,
        cell: &Cell,
        col: usize,
        column: &Column,
        row_kind: RowKind,
        scales: &[(u32, u32)],
        first_row: u32,
    ) -> Result<(), XlsxError> {
        let (row, at) = (self.row, col as u16);
        let rate = matches!(cell.formula, Some(Formula::Percent(..) | Formula::Growth(..)));
        let number = match (&cell.value, column.kind) {
            (CellValue::Number(..), ColumnKind::Ordinal) => Number::General,
            (CellValue::Number(_, decimals), _) => Number::Decimals(scale_of(*decimals, scales)),
            (CellValue::Percent(_, decimals), _) => Number::Decimals(*decimals),
            (CellValue::Date(_), _) => Number::Date,
            // A rate that is empty now may become a figure.
            _ if rate => Number::Decimals(1),
            _ => Number::General,
        };
        let align = match (&cell.value, column.kind) {
            (_, ColumnKind::Ordinal) | (CellValue::Date(_), _) => Align::Center,
            (CellValue::Number(..) | CellValue::Percent(..), _) => Align::Right,
            _ if rate => Align::Right,
            // Words among figures ("chưa báo cáo").
            (_, ColumnKind::Number | ColumnKind::Date) => Align::Center,
            // Measures, levels, addresses.
            (_, ColumnKind::Text) if row_kind != RowKind::Total && (1..=SHORT).contains(&column.width) => Align::Center,
            _ => Align::Left,
        };
        let target = cell.link.as_deref().filter(|name| self.sheets.iter().any(|sheet| sheet.name == *name));
        let format = self.styles.get(Look::Body { row: row_kind, align, number, link: target.is_some() });
        if let Some(target) = target {
            let url = format!("internal:'{}'!A1", target.replace('\'', "''"));
            let text = if let CellValue::Text(text) = &cell.value { held(text) } else { " ".into() };
            // The value is written over the link's own text, and the link stays.
            self.worksheet.write_url_with_text(row, at, Url::new(url), text)?;
        }
        let formula = cell.formula.as_ref().and_then(|formula| formula::text(formula, first_row));
        match (&cell.value, formula) {
            (value, Some(formula)) => {
                let result = match value {
                    CellValue::Number(amount, _) | CellValue::Percent(amount, _) => float(*amount).to_string(),
                    CellValue::Text(text) => text.clone(),
                    CellValue::Empty | CellValue::Date(_) => String::new(),
                };
                let formula = rust_xlsxwriter::Formula::new(formula).set_result(result);
                self.worksheet.write_formula_with_format(row, at, formula, format)?;
            }
            (CellValue::Empty, None) => {
                self.worksheet.write_blank(row, at, format)?;
            }
            (CellValue::Text(text), None) => {
                self.worksheet.write_string_with_format(row, at, held(text), format)?;
            }
            (CellValue::Number(amount, _) | CellValue::Percent(amount, _), None) => {
                self.worksheet.write_number_with_format(row, at, float(*amount), format)?;
            }
            (CellValue::Date(date), None) => {
                self.worksheet.write_date_with_format(row, at, date, format)?;
            }
        }
        if let Some(note) = &cell.note {
            let lines = fit::lines(note, 32.0, 1.0) as u32;
            let note = Note::new(held(note)).set_author("danvan").add_author_prefix(false);
            let note = note.set_font_name("Times New Roman").set_font_size(11);
            self.worksheet.insert_note(row, at, &note.set_width(240).set_height((lines * 20 + 12).min(600)))?;
        }
        Ok(())
    }

    /// One text in one cell, or merged over several.
    fn block(
        &mut self,
        text: &str,
        (top, left): (u32, usize),
        (bottom, right): (u32, usize),
        look: Look,
    ) -> Result<(), XlsxError> {
        let format = self.styles.get(look);
        let text = held(text);
        if (top, left) == (bottom, right) {
            self.worksheet.write_string_with_format(top, left as u16, text, format)?;
        } else {
            self.worksheet.merge_range(top, left as u16, bottom, right as u16, &text, format)?;
        }
        Ok(())
    }

    /// Goes on to the next row. Rows of one line keep the sheet's own height.
    fn finish_row(&mut self, points: f64) -> Result<(), XlsxError> {
        let points = points.clamp(LINE, MAX_HEIGHT);
        if points > LINE {
            self.worksheet.set_row_height(self.row, points)?;
        }
        self.heights.push(points);
        self.row += 1;
        Ok(())
    }

    /// Of a wide table, the ordinal and name columns; of others none.
    fn frozen_columns(&self, columns: &[Column]) -> u16 {
        if self.widths.iter().sum::<f64>() < WIDE {
            return 0;
        }
        let ordinals = columns.iter().take_while(|column| column.kind == ColumnKind::Ordinal).count();
        let names = columns[ordinals..].iter().take(1).filter(|column| column.kind == ColumnKind::Text).count();
        let frozen = ordinals + names;
        if self.widths[..frozen].iter().sum::<f64>() > WIDE / 2.0 { 0 } else { frozen as u16 }
    }
}

/// The only filled cell of a group row, which then runs over the rest of the row.
fn heading_of(row: &Row, last_col: usize) -> Option<(usize, &str)> {
    if row.kind != RowKind::Group {
        return None;
    }
    let mut filled = row.cells.iter().enumerate().filter(|(_, cell)| cell.value != CellValue::Empty);
    match (filled.next(), filled.next()) {
        (Some((at, Cell { value: CellValue::Text(text), .. })), None) if at < last_col => Some((at, text)),
        _ => None,
    }
}

/// The width of each of a sheet's columns: as the widest of its tables asks, and never too narrow for a figure or a word.
/// What makes the sheet wider than a page comes off its columns of figures, down to what they need.
fn widths(sheet: &Sheet) -> Vec<f64> {
    let mut widths: Vec<(f64, f64)> = Vec::new();
    for table in &sheet.tables {
        for (col, (column, scales)) in table.columns.iter().zip(scales(table)).enumerate() {
            let asked = match (column.width, column.kind) {
                (0, ColumnKind::Ordinal) => 5.0,
                (0, ColumnKind::Text) => 24.0,
                (0, ColumnKind::Prose) => 50.0,
                (0, ColumnKind::Number) => 10.0,
                (0, ColumnKind::Date) => 11.5,
                (width, _) => f64::from(width),
            };
            let arrow = if sheet.filter { 2.5 } else { 0.0 };
            let heading = column.header.last().map_or(0.0, |text| fit::longest_word(text) * BOLD + 1.0 + arrow);
            let content = table.rows.iter().filter_map(|row| Some((row.kind, row.cells.get(col)?)));
            let content = content.map(|(kind, cell)| {
                let scale = if matches!(kind, RowKind::Total | RowKind::Group) { BOLD } else { 1.0 };
                scale * needed(cell, column.kind, &scales)
            });
            let least = content.fold(heading, f64::max).min(100.0);
            let narrow = if column.kind == ColumnKind::Number { asked.min(6.5).max(least) } else { asked.max(least) };
            match widths.get_mut(col) {
                Some(known) => *known = (known.0.max(asked.max(least)), known.1.max(narrow)),
                None => widths.push((asked.max(least), narrow)),
            }
        }
    }
    if widths.is_empty() {
        return vec![PAGE.0];
    }
    let (wide, narrow) = widths.iter().fold((0.0, 0.0), |sum, width| (sum.0 + width.0, sum.1 + width.1));
    let share = if wide > narrow { ((wide - PAGE.0) / (wide - narrow)).clamp(0.0, 1.0) } else { 0.0 };
    widths.into_iter().map(|(wide, narrow)| wide - share * (wide - narrow)).collect()
}

/// The least width in which a cell can be shown.
fn needed(cell: &Cell, column: ColumnKind, scales: &[(u32, u32)]) -> f64 {
    match &cell.value {
        CellValue::Number(amount, decimals) => {
            fit::width(&amount::vietnamese_fixed(*amount, scale_of(*decimals, scales))) + 1.2
        }
        CellValue::Percent(amount, decimals) => fit::width(&amount::vietnamese_fixed(*amount, *decimals)) + 1.2,
        CellValue::Date(_) => 10.7,
        // LibreOffice does not wrap a link.
        CellValue::Text(text) if cell.link.is_some() => (fit::width(text) + 1.0).min(60.0),
        CellValue::Text(text) if column != ColumnKind::Prose => (fit::longest_word(text) + 1.0).min(24.0),
        CellValue::Text(_) | CellValue::Empty => 0.0,
    }
}

/// For each column: of the numbers that may show so many decimals, how many the column needs. All of them show as many,
/// so that their commas stand one under another; those that may show none stay whole.
fn scales(table: &Table) -> Vec<Vec<(u32, u32)>> {
    let mut scales = vec![Vec::<(u32, u32)>::new(); table.columns.len()];
    for row in &table.rows {
        for (cell, scales) in row.cells.iter().zip(&mut scales) {
            if let CellValue::Number(amount, decimals) = cell.value {
                let scale = amount::round(amount, decimals).normalize().scale();
                match scales.iter_mut().find(|(d, _)| *d == decimals) {
                    Some((_, known)) => *known = (*known).max(scale),
                    None => scales.push((decimals, scale)),
                }
            }
        }
    }
    scales
}

/// How many decimals the column shows of a number that may show `decimals`.
fn scale_of(decimals: u32, scales: &[(u32, u32)]) -> u32 {
    scales.iter().find(|(known, _)| *known == decimals).map_or(decimals, |(_, scale)| *scale)
}

/// The nearest float, which is all that a workbook can hold.
fn float(amount: Amount) -> f64 {
    amount.to_string().parse().expect("a decimal's text is a float's")
}

/// A text as a cell can hold it.
fn held(text: &str) -> Cow<'_, str> {
    let text = if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(text)
    };
    if text.len() <= MAX_TEXT {
        return text;
    }
    let mut units = 0;
    let cut = text.char_indices().find_map(|(at, c)| {
        units += c.len_utf16();
        (units >= MAX_TEXT).then_some(at)
    });
    match cut {
        Some(cut) => Cow::Owned(format!("{}…", &text[..cut])),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use super::*;
    use crate::report::document::{Foot, Head, Style, Text};

    fn column(header: &[&str], kind: ColumnKind) -> Column {
        Column { header: header.iter().map(|&text| text.into()).collect(), kind, ..Column::default() }
    }

    fn row(kind: RowKind, cells: Vec<Cell>) -> Row {
        Row { kind, cells }
    }

    fn percent(text: &str) -> Cell {
        Cell { value: CellValue::Percent(text.parse().unwrap(), 1), ..Cell::default() }
    }

    fn document(sheets: Vec<Sheet>) -> Document {
        let head = Head {
            style: Style::Party,
            parent: String::new(),
            agency: String::new(),
            issuer: String::new(),
            number: String::new(),
            place_and_date: String::new(),
            kind: String::new(),
            subject: String::new(),
        };
        let foot = Foot { recipients: vec![], signer_title: String::new() };
        Document {
            title: "Tổng kết công tác dân vận năm 2023".into(),
            created: "2023-12-20".parse().unwrap(),
            text: Text { head, body: vec![], foot, annex: vec![] },
            sheets,
            summary: Table::default(),
        }
    }

    fn sheet(name: &str, tables: Vec<Table>) -> Sheet {
        Sheet {
            name: name.into(),
            title: "THEO ĐƠN VỊ".into(),
            subtitle: vec![],
            tables,
            filter: true,
            attention: true,
        }
    }

    /// Two units, their sum and rates, under grouped headings.
    fn table() -> Table {
        let of =
            |row: usize, amount: &str| percent(amount).with_formula(Formula::Percent(vec![(row, 3)], vec![(row, 2)]));
        Table {
            columns: vec![
                column(&["TT"], ColumnKind::Ordinal),
                column(&["Đơn vị"], ColumnKind::Text),
                column(&["Ý kiến", "Tiếp nhận"], ColumnKind::Number),
                column(&["Ý kiến", "Trả lời"], ColumnKind::Number),
                column(&["Ý kiến", "Tỷ lệ (%)"], ColumnKind::Number),
            ],
            rows: vec![
                row(
                    RowKind::Body,
                    vec![
                        Cell::number(1.into(), 0),
                        Cell::text("=HYPERLINK(\"http://x\")").with_link("Kim Sơn's"),
                        Cell::number(8.into(), 1),
                        Cell::number("4.25".parse().unwrap(), 1),
                        of(0, "53.125"),
                    ],
                ),
                row(
                    RowKind::Body,
                    vec![
                        Cell::number(2.into(), 0),
                        Cell { note: Some("Sửa".into()), ..Cell::text("@SUM(A1)") },
                        Cell::number(0.into(), 1),
                        Cell::text("chưa báo cáo"),
                        Cell::text("").with_formula(Formula::Percent(vec![(1, 3)], vec![(1, 2)])),
                    ],
                ),
                row(
                    RowKind::Total,
                    vec![
                        Cell::default(),
                        Cell::text("Tổng số"),
                        Cell::number(8.into(), 1).with_formula(Formula::Sum(vec![(0, 2), (1, 2)])),
                    ],
                ),
            ],
            notes: vec!["Ghi chú".into()],
            ..Table::default()
        }
    }

    fn part(bytes: &[u8], name: &str) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn a_sheet_is_ready_to_print_and_its_formulas_live() {
        let document = document(vec![sheet("Tổng hợp", vec![table()]), sheet("Kim Sơn's", vec![table()])]);
        let bytes = bytes(&document).unwrap();
        assert!(bytes == super::bytes(&document).unwrap(), "two runs gave different bytes");
        let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
        for expected in [
            // Addresses, and stored results: the heading fills rows 3 and 4.
            "<f>SUM(C5:C6)</f><v>8</v>",
            "<f>IF(SUM(C5)=0,\"\",SUM(D5)/SUM(C5)*100)</f><v>53.125</v>",
            "t=\"str\"><f>IF(SUM(C6)=0,\"\",SUM(D6)/SUM(C6)*100)</f><v></v>",
            "<mergeCell ref=\"A1:E1\"/>",
            "<mergeCell ref=\"A3:A4\"/>",
            "<mergeCell ref=\"C3:E3\"/>",
            "<autoFilter ref=\"A4:E6\"",
            "paperSize=\"9\"",
            "orientation=\"landscape\"",
            "fitToHeight=\"0\"",
            "Trang &amp;P/&amp;N",
            "ySplit=\"4\"",
            "<tabColor rgb=\"FFC00000\"/>",
            "<hyperlink ref=\"B5\" location=\"'Kim Sơn''s'!A1\"",
        ] {
            assert!(sheet.contains(expected), "{expected}\nnot in\n{sheet}");
        }
        assert_eq!(sheet.matches("<f>").count(), 3, "only formulas of ours");
        let texts = part(&bytes, "xl/sharedStrings.xml");
        assert!(texts.contains("@SUM(A1)") && texts.contains("=HYPERLINK("), "{texts}");
        assert!(part(&bytes, "xl/workbook.xml").contains("'Tổng hợp'!$3:$4"));
        let properties = part(&bytes, "docProps/core.xml");
        assert!(properties.contains("<dc:creator>danvan</dc:creator>"), "{properties}");
        assert!(properties.contains("2023-12-20T00:00:00Z"), "{properties}");
    }

    #[test]
    fn decimals_are_alike_down_a_column_and_counts_stay_whole() {
        let number = |text: &str, decimals| row(RowKind::Body, vec![Cell::number(text.parse().unwrap(), decimals)]);
        let table = |rows| Table { columns: vec![column(&["Số"], ColumnKind::Number)], rows, ..Table::default() };
        assert_eq!(scales(&table(vec![number("62", 0), number("412350.50", 2), number("7", 2)])), [[(0, 0), (2, 1)]]);
        assert_eq!(scales(&table(vec![number("7", 2)])), [[(2, 0)]]);
    }

    #[test]
    fn what_a_sheet_cannot_hold_is_refused_or_cut() {
        let many = Table {
            columns: vec![column(&["Số"], ColumnKind::Number)],
            rows: vec![Row::default(); MAX_ROWS],
            ..Table::default()
        };
        let error = bytes(&document(vec![sheet("Dữ liệu", vec![many])])).unwrap_err().to_string();
        assert!(error.starts_with("trang tính Dữ liệu có 1.048.584 dòng, 1 cột: nhiều hơn"), "{error}");
        assert_eq!(held(&"ậ".repeat(MAX_TEXT + 1)).encode_utf16().count(), MAX_TEXT);
        assert_eq!(held("a\r\nb"), "a\nb");
        let odd = Table {
            columns: vec![Column::default()],
            rows: vec![row(RowKind::Group, vec![Cell::text("I"); 3]), Row::default()],
            ..Table::default()
        };
        bytes(&document(vec![sheet("Trống", vec![Table::default(), table_without_rows(), odd])])).unwrap();
        bytes(&document(vec![])).unwrap();
    }

    fn table_without_rows() -> Table {
        Table { rows: vec![], ..table() }
    }
}
