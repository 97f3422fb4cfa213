//! The workbook: the document's sheets as an office lays them out by hand, ready to print, with live formulas.
//! Takes a [`Document`], gives the bytes of an `.xlsx` file; the only module that knows rust_xlsxwriter.

mod chart;
mod fit;
mod formula;
mod style;
mod validation;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use anyhow::{Context, bail};
use rust_xlsxwriter::{
    ConditionalFormatFormula, DocProperties, IgnoreError, Note, Url, Workbook, Worksheet, XlsxError,
};

use crate::base::amount::{self, Amount};
use crate::report::document::{
    Cell, CellValue, Chart, Column, ColumnKind, Document, Formula, Input, Link, Row, RowKind, Rule, Sheet, Tab, Table,
};

use chart::Place;
use style::{Align, Look, Number, Styles};

const MAX_ROWS: usize = 1_048_576;
/// Links of a sheet; Excel calls a workbook damaged that has more. What is left without one is read all the same.
const MAX_LINKS: usize = 65_530;
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
/// The same width with what is left free beside the digits of each column, and that.
const SLICE: f64 = 128.0;
const PADDING: f64 = 0.625;
/// A sheet that many times as wide as a page is printed in several, side by side, rather than small.
const TOO_WIDE: f64 = 1.6;
/// How small the print may be on those.
const SMALLEST: f64 = 0.75;
/// How wide a table may be that leaves room for charts beside it, and the room that they have; in digits.
const NARROW: f64 = 62.0;
const BESIDE: f64 = 60.0;
/// How wide a table has to be for charts in two columns below it.
const TWO_CHARTS: f64 = 88.0;
/// A row of the default height, and the space between charts; in pixels.
const ROW: f64 = 21.0;
const CHART_GAP: f64 = 10.0;
const CHART_EDGE: f64 = 4.0;
/// What Excel's header may hold, in UTF-16 units.
const MAX_HEADER: usize = 255;
/// Words in a column of text no wider than that are centred; in digits.
const SHORT: u32 = 12;
/// Fewer rows of a table than these do not stand on a page of their own.
const FEW: usize = 4;
/// Page breaks that Excel allows on a sheet.
const MAX_BREAKS: usize = 1_023;

pub fn bytes(document: &Document) -> anyhow::Result<Vec<u8>> {
    let mut workbook = Workbook::new();
    // 21 and 72 pixels: a line, and a column of 8.38 digits, of Times New Roman 12.
    workbook.set_default_format(&style::plain(), 21, 72).context("không tạo được tệp Excel")?;
    // No person's name: the program made it, for the agency.
    let agency = [&*document.text.head.agency, &*document.text.head.parent];
    let agency: Vec<&str> = agency.into_iter().map(str::trim).filter(|name| !name.is_empty()).collect();
    let agency = agency.join(" ");
    let subject = document.sheets.first().and_then(|sheet| sheet.subtitle.first()).cloned().unwrap_or_default();
    let properties = DocProperties::new().set_title(&document.title).set_subject(subject).set_company(&agency);
    workbook.set_properties(&properties.set_author("danvan").set_creation_datetime(&document.created));
    let header = header(&agency, &document.title);
    let places: BTreeMap<&str, (&str, Vec<Place>)> =
        document.sheets.iter().map(|sheet| (&*sheet.key, (&*sheet.name, places(sheet)))).collect();
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
            places: &places,
            printed_header: &header,
            tables: 0..0,
            charts: !sheet.charts.is_empty(),
            scale: 1.0,
            slices: Vec::new(),
            widths: widths(sheet),
            row: 0,
            heights: Vec::new(),
            breaks: Vec::new(),
            links: 0,
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
    /// Where each sheet's tables stand, by its key: where links may lead, and what charts draw.
    places: &'a BTreeMap<&'a str, (&'a str, Vec<Place>)>,
    printed_header: &'a str,
    /// The columns of the tables; charts may stand beside them.
    tables: Range<usize>,
    /// Whether charts follow.
    charts: bool,
    /// How large it is printed, 1 at most.
    scale: f64,
    /// The columns with which a further page begins, of a sheet that is printed in several side by side.
    slices: Vec<usize>,
    /// Of the columns, in digits.
    widths: Vec<f64>,
    /// The next free row.
    row: u32,
    /// Of the rows above it, in points.
    heights: Vec<f64>,
    /// The rows before which a new page begins.
    breaks: Vec<u32>,
    /// Written so far.
    links: usize,
}

impl Page<'_> {
    fn write(&mut self, sheet: &Sheet) -> Result<(), XlsxError> {
        self.worksheet.set_name(&sheet.name)?;
        self.tables = 0..self.widths.len();
        let wide: f64 = self.widths.iter().sum();
        let beside = !sheet.charts.is_empty() && wide <= NARROW && !sheet.charts.iter().any(|chart| chart.small);
        if beside {
            self.widths.push(2.0);
            self.widths.extend([BESIDE / 6.0; 6]);
        }
        self.cut(sheet);
        self.set_up(sheet)?;
        self.ways(sheet)?;
        self.stamp(sheet)?;
        if !sheet.title.is_empty() {
            self.line(&sheet.title, Look::Title, 14.0 / 12.0 * BOLD)?;
        }
        for line in &sheet.subtitle {
            self.line(line, Look::Subtitle, 1.0)?;
        }
        let first_printed = if sheet.ways.is_empty() { 0 } else { 1 };
        let mut first_table = self.row;
        for (at, table) in sheet.tables.iter().enumerate() {
            if self.row > 0 {
                self.finish_row(LINE)?;
            }
            let top = self.row;
            if at == 0 {
                first_table = top;
            }
            let inputs = sheet.blank.as_ref().map_or(&[][..], |blank| &blank.inputs);
            self.table(table, inputs, sheet.filter && at == 0, sheet.tables.len() == 1)?;
            // Below its title the first begins in any case.
            if at > 0 {
                self.keep_together(top);
            }
        }
        self.marks(sheet)?;
        self.blank(sheet)?;
        let bottom = match sheet.charts.is_empty() {
            true => self.row,
            false if beside => self.charts_beside(sheet, first_table)?,
            false => self.charts_below(sheet)?,
        };
        self.worksheet.set_page_breaks(&self.breaks)?;
        let last = self.widths.len().saturating_sub(1) as u16;
        if bottom > first_printed && (first_printed > 0 || !sheet.charts.is_empty()) {
            // The ways to other sheets are for the screen.
            self.worksheet.set_print_area(first_printed, 0, bottom - 1, last)?;
        }
        Ok(())
    }

    /// Where a sheet that is too wide for one page begins the next, its names repeated on each.
    fn cut(&mut self, sheet: &Sheet) {
        let printed = |columns: &[f64]| columns.iter().map(|width| width + PADDING).sum::<f64>();
        let wide: f64 = self.widths.iter().sum();
        self.scale = (PAGE.0 / wide).min(1.0);
        let [table] = &sheet.tables[..] else { return };
        let frozen = self.frozen_columns(&table.columns) as usize;
        if wide <= PAGE.0 * TOO_WIDE || frozen == 0 || sheet.filter {
            return;
        }
        let names = printed(&self.widths[..frozen]);
        let room = SLICE / SMALLEST - names;
        let groups =
            table.columns[frozen..].chunk_by(|a, b| a.header.len() > 1 && a.header.first() == b.header.first());
        let mut at = frozen;
        let (mut used, mut widest) = (0.0, 0.0_f64);
        for group in groups {
            let group = at..at + group.len();
            let whole = printed(&self.widths[group.clone()]);
            at = group.end;
            // A group goes to one page if it can.
            let mut begins = used > 0.0 && used + whole > room && whole <= room;
            for col in group {
                let width = self.widths[col] + PADDING;
                if begins || used > 0.0 && used + width > room {
                    self.slices.push(col);
                    used = 0.0;
                    begins = false;
                }
                used += width;
                widest = widest.max(used);
            }
        }
        self.scale = (SLICE / (names + widest)).min(1.0);
    }

    /// The first row: links to other sheets.
    fn ways(&mut self, sheet: &Sheet) -> Result<(), XlsxError> {
        if sheet.ways.is_empty() {
            return Ok(());
        }
        let first = self.widths.iter().position(|width| *width >= f64::from(SHORT)).unwrap_or(0);
        for (at, (text, link)) in sheet.ways.iter().enumerate() {
            if let Some(url) = self.url(link) {
                let format = self.styles.get(Look::Way);
                let col = (first + at) as u16;
                self.worksheet.write_url_with_text(self.row, col, Url::new(url), held(text))?;
                self.worksheet.write_string_with_format(self.row, col, held(text), format)?;
            }
        }
        self.finish_row(LINE)
    }

    /// Which blank the sheet is, above its title.
    fn stamp(&mut self, sheet: &Sheet) -> Result<(), XlsxError> {
        let Some(blank) = sheet.blank.as_ref().filter(|blank| !blank.stamp.is_empty()) else { return Ok(()) };
        // Not merged over the columns, so that it stays with the first of them.
        let format = self.styles.get(Look::Stamp);
        self.worksheet.write_string_with_format(self.row, 0, held(&blank.stamp), format)?;
        self.finish_row(LINE)
    }

    /// What may be written where, on a sheet that is to be filled in.
    fn blank(&mut self, sheet: &Sheet) -> Result<(), XlsxError> {
        let (Some(blank), [table]) = (&sheet.blank, &sheet.tables[..]) else { return Ok(()) };
        let Some(place) = self.places.get(&*sheet.key).and_then(|(_, places)| places.first()) else { return Ok(()) };
        let first = place.body;
        let spare = first + table.rows.len() as u32;
        let end = spare + blank.spare as u32;
        if table.columns.is_empty() || end == first {
            return Ok(());
        }
        for (col, column) in table.columns.iter().enumerate() {
            let input = blank.inputs.get(col);
            let (number, align) = entered(input, column);
            let look = Look::Body { row: RowKind::Plain, align, number, link: false };
            for row in spare..end {
                self.worksheet.write_blank(row, col as u16, self.styles.get(look))?;
            }
            let Some(input) = input else { continue };
            let range = |sheet: &str, rows: &Range<usize>| {
                let (name, places) = self.places.get(sheet)?;
                let body = places.first()?.body as usize + 1;
                let name = name.replace('\'', "''");
                Some(format!("'{name}'!$A${}:$A${}", body + rows.start, body + rows.end - 1))
            };
            if let Some(validation) = validation::of(input, (col, first), range)? {
                self.worksheet.add_data_validation(first, col as u16, end - 1, col as u16, &validation)?;
            }
        }
        if blank.spare > 0 {
            let last = (table.columns.len() - 1) as u16;
            let cells = formula::address((0, 0), spare)..formula::address((0, last as usize), spare);
            let rule = format!("COUNTA(${}:${})>0", cells.start, cells.end);
            let lines = ConditionalFormatFormula::new().set_rule(&*rule).set_format(style::filled());
            self.worksheet.add_conditional_format(spare, 0, end - 1, last, &lines)?;
        }
        Ok(())
    }

    /// Where a link leads, if there is such a place and the sheet can hold one more.
    fn url(&mut self, link: &Link) -> Option<String> {
        if self.links == MAX_LINKS {
            return None;
        }
        let (name, places) = self.places.get(&*link.sheet)?;
        let cell = match link.cell {
            None => "A1".to_owned(),
            Some((table, row, col)) => formula::address((row, col), places.get(table)?.body),
        };
        self.links += 1;
        Some(format!("internal:'{}'!{cell}", name.replace('\'', "''")))
    }

    /// The office's thresholds, as colours that follow the figures.
    fn marks(&mut self, sheet: &Sheet) -> Result<(), XlsxError> {
        let Some((_, places)) = self.places.get(&*sheet.key) else { return Ok(()) };
        for mark in &sheet.marks {
            let Some(place) = places.get(mark.table) else { continue };
            if mark.rows.is_empty() || mark.columns.is_empty() {
                continue;
            }
            let cell = formula::address((mark.rows.start, mark.columns.start), place.body);
            // An empty cell counts as 0, a text as more than any number.
            let rule = format!("AND(ISNUMBER({cell}),{cell}<{})", mark.below);
            let format = ConditionalFormatFormula::new().set_rule(&*rule).set_format(style::weak());
            let (top, bottom) = (place.body + mark.rows.start as u32, place.body + mark.rows.end as u32 - 1);
            let (left, right) = (mark.columns.start as u16, mark.columns.end as u16 - 1);
            self.worksheet.add_conditional_format(top, left, bottom, right, &format)?;
        }
        Ok(())
    }

    /// A page's height in pixels of the sheet, and where the pages begin that the rows written so far fill.
    fn pages(&self) -> (f64, Vec<f64>) {
        let page = PAGE.1 / self.scale;
        let (mut starts, mut y) = (vec![0.0], 0.0);
        // A page that is full just before one that is to begin anyway: the estimate is on the safe side.
        let soon = |row: usize| self.breaks.iter().any(|at| (row + 1..row + 5).contains(&(*at as usize)));
        for (row, height) in self.heights.iter().enumerate() {
            let start = starts.last().copied().unwrap_or(0.0);
            let full = y + height - start > page && !soon(row);
            if self.breaks.contains(&(row as u32)) || full {
                starts.push(y);
            }
            y += height;
        }
        let pixels = |points: f64| points / 0.75;
        (pixels(page), starts.into_iter().map(pixels).collect())
    }

    /// The row in which a point lies, and how far below its top; in pixels.
    fn row_at(&self, y: f64) -> (u32, u32) {
        // What is reckoned to a row's edge is in that row.
        let mut left = y + 0.01;
        for (row, height) in self.heights.iter().enumerate() {
            let height = height / 0.75;
            if left < height {
                return (row as u32, left.max(0.0) as u32);
            }
            left -= height;
        }
        let more = (left / ROW).floor();
        (self.heights.len() as u32 + more as u32, (left - more * ROW) as u32)
    }

    /// Gives the first row below it.
    fn insert(
        &mut self,
        drawing: &Chart,
        (col, right): (usize, u32),
        y: f64,
        size: (u32, u32),
    ) -> Result<u32, XlsxError> {
        let Some((name, places)) = self.places.get(&*drawing.sheet) else { return Ok(self.row) };
        let Some(place) = places.get(drawing.table) else { return Ok(self.row) };
        let chart = chart::chart(drawing, name, place, size);
        let (row, down) = self.row_at(y);
        self.worksheet.insert_chart_with_offset(row, col as u16, &chart, right, down)?;
        Ok(self.row_at(y + f64::from(size.1)).0 + 1)
    }

    /// To the right of the tables, one under another; gives the first row below all.
    fn charts_beside(&mut self, sheet: &Sheet, first: u32) -> Result<u32, XlsxError> {
        let (page, starts) = self.pages();
        let end = |y: f64| {
            let next = starts.iter().copied().find(|start| *start > y + 0.5);
            let next = next.unwrap_or_else(|| {
                let last = starts.last().copied().unwrap_or(0.0);
                last + page * (((y + 0.5 - last) / page).floor() + 1.0)
            });
            (next, next)
        };
        let top = self.heights[..first as usize].iter().sum::<f64>() / 0.75;
        let heights: Vec<f64> = sheet.charts.iter().map(|one| f64::from(chart::height(one))).collect();
        let col = self.tables.end + 1;
        let width = self.pixels(col..self.widths.len()) as u32 - 4;
        let mut bottom = self.row;
        let mut below = top;
        for (drawing, (_, y)) in sheet.charts.iter().zip(chart::packed(&heights, 1, CHART_GAP, top, end)) {
            // A chart that was moved to a page holds that page to begin there.
            let row = self.row_at(y).0;
            if y > below + 0.5 && !self.breaks.contains(&row) && self.breaks.len() < MAX_BREAKS {
                self.breaks.push(row);
                self.breaks.sort_unstable();
            }
            below = y + f64::from(chart::height(drawing)) + CHART_GAP;
            bottom = bottom.max(self.insert(drawing, (col, 2), y, (width, chart::height(drawing)))?);
        }
        Ok(bottom)
    }

    /// Below the tables, as many side by side as there is room for; on a page of their own where they would be cut.
    fn charts_below(&mut self, sheet: &Sheet) -> Result<u32, XlsxError> {
        let wide: f64 = self.widths.iter().sum();
        let columns = match (sheet.charts.iter().all(|chart| chart.small), wide > TWO_CHARTS) {
            (true, true) => 4,
            (true, false) | (false, true) => 2,
            (false, false) => 1,
        };
        self.finish_row(LINE)?;
        let heights: Vec<f64> = sheet.charts.iter().map(|one| f64::from(chart::height(one))).collect();
        let (page, starts) = self.pages();
        // Pages of whole rows, so that they can be told to begin there.
        let page = (page / ROW).floor() * ROW;
        let top = self.heights.iter().sum::<f64>() / 0.75;
        let left = page - (top - starts.last().copied().unwrap_or(0.0));
        let bottom =
            |at: &[(usize, f64)]| at.iter().zip(&heights).map(|((_, y), height)| y + height).fold(0.0, f64::max);
        // A border on the very edge of a page is drawn on both.
        let pages = |y: f64| {
            let next = page * ((y / page).floor() + 1.0);
            (next - CHART_EDGE, next + CHART_EDGE)
        };
        let at = chart::packed(&heights, columns, CHART_GAP, CHART_EDGE, pages);
        if bottom(&at) > left && self.row > 0 {
            let more = (bottom(&at) / page).ceil() as u32;
            let rows = (page / ROW) as u32;
            self.breaks.extend((0..more).map(|at| self.row + at * rows));
            self.breaks.truncate(MAX_BREAKS);
        }
        let all = self.pixels(0..self.widths.len());
        let width = (all - CHART_GAP * (columns as f64 - 1.0)) / columns as f64;
        let mut last = self.row;
        for (drawing, (column, y)) in sheet.charts.iter().zip(at) {
            let x = column as f64 * (width + CHART_GAP);
            let (col, right) = self.column_at(x);
            let size = (width as u32 - 2, chart::height(drawing));
            last = last.max(self.insert(drawing, (col, right), top + y, size)?);
        }
        Ok(last)
    }

    fn pixels(&self, columns: Range<usize>) -> f64 {
        self.widths[columns].iter().map(|width| column_pixels(*width)).sum()
    }

    fn column_at(&self, x: f64) -> (usize, u32) {
        let mut left = x + 0.01;
        for (col, width) in self.widths.iter().enumerate() {
            let width = column_pixels(*width);
            if left < width {
                return (col, left as u32);
            }
            left -= width;
        }
        (self.widths.len(), 0)
    }

    /// A table that would begin at the foot of a page, or a short one that would be cut, begins on the next.
    fn keep_together(&mut self, top: u32) {
        let page = PAGE.1 / self.scale;
        let used = self.breaks.iter().rev().find(|row| **row <= top).map_or(0, |row| *row as usize);
        let mut left = page;
        let mut turned = false;
        for height in &self.heights[used..top as usize] {
            turned |= *height > left;
            left = if *height > left { page - height } else { left - height };
        }
        // Pages are reckoned a little shorter than they are: what begins one here could stand at the foot of the last.
        let foot = turned && left > page - 4.0 * LINE;
        let table = &self.heights[top as usize..];
        let whole: f64 = table.iter().sum();
        let start: f64 = table.iter().take(5).sum();
        if left < page && (foot || start > left || whole > left && whole < page) && self.breaks.len() < MAX_BREAKS {
            // Pages end elsewhere now.
            self.breaks.retain(|row| *row <= top);
            self.breaks.push(top);
        }
    }

    /// Paper, margins, footer, widths: what holds for the whole sheet.
    fn set_up(&mut self, sheet: &Sheet) -> Result<(), XlsxError> {
        let cm = |cm: f64| cm / 2.54;
        self.worksheet
            .set_paper_size(9)
            .set_landscape()
            .set_print_center_horizontally(true)
            .set_margins(cm(1.5), cm(1.0), cm(1.5), cm(1.0), cm(0.5), cm(0.4))
            // Else the empty text of a percentage of zero is stored as 0.
            .set_formula_result_default("")
            .set_footer("&C&\"Times New Roman,Regular\"&10Trang &P/&N");
        if !self.printed_header.is_empty() {
            self.worksheet.set_header(self.printed_header);
        }
        match self.slices.first() {
            None => {
                self.worksheet.set_print_fit_to_pages(1, 0);
            }
            Some(_) => {
                let slices: Vec<u32> = self.slices.iter().map(|col| *col as u32).collect();
                let frozen = self.frozen_columns(&sheet.tables[0].columns).max(1);
                self.worksheet
                    .set_print_scale((self.scale * 100.0).floor().max(10.0) as u16)
                    .set_repeat_columns(0, frozen - 1)?
                    .set_vertical_page_breaks(&slices)?;
            }
        }
        let color = match (sheet.attention, sheet.tab) {
            (true, _) => Some("#C00000"),
            (false, Tab::Main) => Some("#1F4E79"),
            (false, Tab::Form) => Some("#2E75B6"),
            (false, Tab::Source) => Some("#A5A5A5"),
            (false, Tab::Plain) => None,
        };
        if let Some(color) = color {
            self.worksheet.set_tab_color(color);
        }
        if sheet.hidden {
            self.worksheet.set_hidden(true);
        }
        for (col, width) in self.widths.iter().enumerate() {
            self.worksheet.set_column_width(col as u16, *width)?;
        }
        Ok(())
    }

    /// A line of text over the whole width of the sheet's tables.
    fn line(&mut self, text: &str, look: Look, scale: f64) -> Result<(), XlsxError> {
        let size = if look == Look::Note { 10.0 / 12.0 } else { scale.max(1.0) };
        // Over the first page, of several side by side; what stands at a table, over the table.
        let whole = matches!(look, Look::Title | Look::Subtitle);
        let end = self.slices.first().copied().unwrap_or(if whole { self.widths.len() } else { self.tables.end });
        let last = end.saturating_sub(1);
        let lines = fit::lines(text, self.widths[..end].iter().sum(), if look == Look::Note { size } else { scale });
        self.block(text, (self.row, 0), (self.row, last), look)?;
        self.finish_row(lines as f64 * LINE * size)
    }

    fn table(&mut self, table: &Table, inputs: &[Input], filter: bool, alone: bool) -> Result<(), XlsxError> {
        if !table.title.is_empty() {
            self.line(&table.title, Look::Caption, BOLD)?;
        }
        if !table.columns.is_empty() {
            let header = self.row;
            self.header(&table.columns)?;
            let body = self.row;
            if alone && body > header {
                // Charts below a table of one page need no headings of its columns.
                let rows: f64 = table.rows.len() as f64 * LINE + self.heights.iter().sum::<f64>();
                if !self.charts || rows > PAGE.1 / self.scale {
                    self.worksheet.set_repeat_rows(header, body - 1)?;
                }
                self.worksheet.set_freeze_panes(body, self.frozen_columns(&table.columns))?;
            }
            self.body(table, inputs, filter)?;
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
                    // On each page of its own a group is said anew.
                    let alike = |at: &usize| {
                        let next = &columns[*at].header;
                        next.len() > level + 1 && next.starts_with(group) && !self.slices.contains(at)
                    };
                    end += (end..columns.len()).take_while(alike).count();
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

    fn body(&mut self, table: &Table, inputs: &[Input], filter: bool) -> Result<(), XlsxError> {
        let first = self.row;
        let scales = Scales::of_table(table, filter);
        let last_col = table.columns.len() - 1;
        if table.rows.is_empty() {
            let look = Look::Body { row: RowKind::Body, align: Align::Center, number: Number::General, link: false };
            self.block("Không có", (first, 0), (first, last_col), look)?;
            self.finish_row(LINE)?;
        }
        for (at, row) in table.rows.iter().enumerate() {
            let bold = matches!(row.kind, RowKind::Total | RowKind::Group);
            let scale = if bold { BOLD } else { 1.0 };
            let mut lines = 1;
            if let Some((begin, text)) = heading_of(row, last_col) {
                let look = Look::Body { row: row.kind, align: Align::Left, number: Number::General, link: false };
                for col in 0..begin {
                    self.worksheet.write_blank(self.row, col as u16, self.styles.get(look))?;
                }
                self.block(text, (self.row, begin), (self.row, last_col), look)?;
                lines = fit::lines(text, self.widths[begin..=last_col].iter().sum(), scale);
            } else {
                let empty = Cell::default();
                for (col, column) in table.columns.iter().enumerate() {
                    let cell = row.cells.get(col).unwrap_or(&empty);
                    if let (CellValue::Empty, Some(input)) = (&cell.value, inputs.get(col)) {
                        let (number, align) = entered(Some(input), column);
                        let format = self.styles.get(Look::Body { row: row.kind, align, number, link: false });
                        self.worksheet.write_blank(self.row, col as u16, format)?;
                        continue;
                    }
                    let room = self.room(table, row, col);
                    let over = room
                        .filter(|room| matches!(&cell.value, CellValue::Text(text) if fit::width(text) + 1.0 <= *room));
                    self.cell(
                        cell,
                        col,
                        column,
                        (cell.kind.unwrap_or(row.kind), over.is_some()),
                        scales.of(at, col),
                        first,
                    )?;
                    if let (CellValue::Text(text), None) = (&cell.value, over) {
                        lines = lines.max(fit::lines(text, self.widths[col], scale));
                    }
                }
            }
            self.finish_row(if lines > 1 { lines as f64 * LINE + LOOSE } else { LINE })?;
        }
        if !filter {
            self.none_alone(table, first as usize);
        }
        Ok(())
    }

    /// Where a page would end between a group's heading and its rows, or just before a table's last rows, it ends earlier: with
    /// the group before, if one begins there.
    fn none_alone(&mut self, table: &Table, first: usize) {
        let page = PAGE.1 / self.scale;
        let is_group = |row: usize| table.rows.get(row - first).is_some_and(|row| row.kind == RowKind::Group);
        let end = self.heights.len();
        let mut at = self.breaks.last().map_or(0, |row| *row as usize);
        let mut left = page;
        while at < end && self.breaks.len() < MAX_BREAKS {
            if self.heights[at] <= left {
                left -= self.heights[at];
                at += 1;
                continue;
            }
            // The page ends before this row.
            left = page;
            let alone = end - at;
            let earlier = match at.saturating_sub(first) {
                0..=FEW => None,
                _ if is_group(at - 1) => Some(at - 1),
                _ if alone < FEW => (1..=2 * FEW).map(|back| at - back).find(|&row| row > first + FEW && is_group(row)),
                _ => None,
            };
            let earlier = earlier.or((alone < FEW && at > first + 2 * FEW).then(|| at + alone - FEW));
            if let Some(row) = earlier {
                self.breaks.push(row as u32);
                at = row;
            }
            left -= self.heights[at];
            at += 1;
        }
    }

    /// The width that words among figures have, with the empty cells beside them on the same page.
    fn room(&self, table: &Table, row: &Row, col: usize) -> Option<f64> {
        let beside = |at: &usize| {
            let empty = row.cells.get(*at).is_none_or(|cell| cell.value == CellValue::Empty && cell.formula.is_none());
            empty && table.columns[*at].kind == ColumnKind::Number && !self.slices.contains(at)
        };
        let end = (col + 1..table.columns.len()).find(|at| !beside(at)).unwrap_or(table.columns.len());
        let among = table.columns[col].kind == ColumnKind::Number && end > col + 1;
        among.then(|| self.widths[col..end].iter().sum())
    }

    fn cell(
        &mut self,
        cell: &Cell,
        col: usize,
        column: &Column,
        (row_kind, over): (RowKind, bool),
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
            (CellValue::Text(_), ColumnKind::Number) if over => Align::Over,
            (_, ColumnKind::Number | ColumnKind::Date) => Align::Center,
            // Measures, levels, addresses.
            (_, ColumnKind::Text) if row_kind != RowKind::Total && (1..=SHORT).contains(&column.width) => Align::Center,
            _ => Align::Left,
        };
        let target = cell.link.as_deref().and_then(|link| self.url(link));
        let format = self.styles.get(Look::Body { row: row_kind, align, number, link: target.is_some() });
        if let Some(url) = target {
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

/// How a cell looks that waits for what is written into its column.
fn entered(input: Option<&Input>, column: &Column) -> (Number, Align) {
    match (input.map(|input| &input.rule), column.kind) {
        (Some(Rule::Date | Rule::DateOr(_)), _) => (Number::Date, Align::Center),
        (Some(Rule::Whole), _) => (Number::Decimals(0), Align::Right),
        (Some(Rule::Code), _) => (Number::Code, Align::Center),
        (Some(Rule::Decimal), _) => (Number::AsTyped, Align::Right),
        (_, ColumnKind::Ordinal) => (Number::General, Align::Center),
        _ => (Number::General, Align::Left),
    }
}

/// Where each of a sheet's tables will stand: as [`Page::write`] goes.
fn places(sheet: &Sheet) -> Vec<Place> {
    let stamped = sheet.blank.as_ref().is_some_and(|blank| !blank.stamp.is_empty());
    let mut row = u32::from(!sheet.ways.is_empty())
        + u32::from(stamped)
        + u32::from(!sheet.title.is_empty())
        + sheet.subtitle.len() as u32;
    let place = |table: &Table| {
        row += u32::from(row > 0) + u32::from(!table.title.is_empty());
        let depth = table.columns.iter().map(|column| column.header.len()).max().unwrap_or(0) as u32;
        let header = row;
        let headings = table.columns.iter().map(|column| header + column.header.len().max(1) as u32 - 1).collect();
        let body = header + depth;
        row = body + table.notes.len() as u32;
        if !table.columns.is_empty() {
            row += table.rows.len().max(1) as u32;
        }
        Place { header, body, headings }
    };
    sheet.tables.iter().map(place).collect()
}

/// At the top of each printed page: whose report it is, and which.
fn header(agency: &str, title: &str) -> String {
    let styled = |part: char, text: &str| {
        // "&" begins a code, and a figure after the size would be read as part of it.
        let text: String = text.chars().filter(|c| !c.is_control()).collect::<String>().replace('&', "&&");
        let text = text.replace("&[", "& [");
        if text.is_empty() { text } else { format!("&{part}&9&\"Times New Roman,Italic\"{text}") }
    };
    let whole = |text: &str| text.encode_utf16().count() <= MAX_HEADER;
    let (left, right) = (styled('L', agency), styled('R', title));
    [format!("{left}{right}"), right, left].into_iter().find(|text| whole(text)).unwrap_or_default()
}

/// How wide the programs draw a column of so many digits of Times New Roman 12.
fn column_pixels(width: f64) -> f64 {
    (width * 8.0 + 5.0).floor()
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
/// What makes the sheet wider than a page comes off its columns of figures, down to what they need; of a sheet that is to be
/// filled in, off its columns of words.
fn widths(sheet: &Sheet) -> Vec<f64> {
    let mut widths: Vec<(f64, f64)> = Vec::new();
    for table in &sheet.tables {
        let scales = Scales::of_table(table, sheet.filter);
        for (col, column) in table.columns.iter().enumerate() {
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
            let content =
                table.rows.iter().enumerate().filter_map(|(at, row)| Some((at, row.kind, row.cells.get(col)?)));
            let content = content.map(|(at, kind, cell)| {
                let scale = if matches!(kind, RowKind::Total | RowKind::Group) { BOLD } else { 1.0 };
                scale * needed(cell, column.kind, scales.of(at, col))
            });
            let least = content.fold(heading, f64::max).min(100.0);
            let narrow = match column.kind {
                // What will be written is not known yet: words can wrap, numbers cannot.
                ColumnKind::Text if sheet.blank.is_some() => (asked * 0.6).max(least),
                ColumnKind::Number if sheet.blank.is_none() => asked.min(6.5).max(least),
                _ => asked.max(least),
            };
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

/// How many decimals numbers show, of those that may show so many: as many as any of them needs, so that their commas stand one
/// under another; those that may show none stay whole. Down each column; where its rows are of several kinds, along each row.
struct Scales {
    by_row: bool,
    all: Vec<Vec<(u32, u32)>>,
}

impl Scales {
    fn of_table(table: &Table, list: bool) -> Self {
        let along = |by_row: bool| {
            let mut all = vec![Vec::<(u32, u32)>::new(); if by_row { table.rows.len() } else { table.columns.len() }];
            for (at, row) in table.rows.iter().enumerate() {
                for (col, cell) in row.cells.iter().enumerate() {
                    let Some(scales) = all.get_mut(if by_row { at } else { col }) else { continue };
                    if let CellValue::Number(amount, decimals) = cell.value {
                        let scale = amount::round(amount, decimals).normalize().scale();
                        match scales.iter_mut().find(|(d, _)| *d == decimals) {
                            Some((_, known)) => *known = (*known).max(scale),
                            None => scales.push((decimals, scale)),
                        }
                    }
                }
            }
            Self { by_row, all }
        };
        let down = along(false);
        let mixed = down.all.iter().any(|of_column| of_column.len() > 1);
        if mixed && !list { along(true) } else { down }
    }

    fn of(&self, row: usize, col: usize) -> &[(u32, u32)] {
        &self.all[if self.by_row { row } else { col }]
    }
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
    use crate::report::document::{ChartKind, Drawn, Foot, Head, Mark, Style, Text};

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
            key: name.into(),
            ..Sheet::default()
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
                        Cell::text("=HYPERLINK(\"http://x\")").with_link(Link::sheet("Kim Sơn's")),
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
    fn links_charts_and_colours_refer_to_the_cells_that_were_written() {
        let drawn = Drawn::Rows { rows: 0..2, names: 1, series: vec![2, 3] };
        let chart = Chart {
            title: "=HYPERLINK(\"http://x\")!A1".into(),
            kind: ChartKind::Bar,
            sheet: "Tổng hợp".into(),
            table: 1,
            drawn,
            measure: "ý kiến".into(),
            most: None,
            small: false,
        };
        let mut first = sheet("Tổng hợp", vec![table(), table()]);
        first.tables[1].rows[0].cells[1] =
            Cell::text("Xã").with_link(Link { cell: Some((0, 1, 2)), ..Link::sheet("Sau") });
        first.marks = vec![Mark { table: 1, rows: 0..2, columns: 4..5, below: 80.into() }];
        let mut second = sheet("Sau", vec![table()]);
        second.ways = vec![("← Tổng hợp".into(), Link::sheet("Tổng hợp")), ("Mất".into(), Link::sheet("không có"))];
        second.charts = vec![chart];
        let mut document = document(vec![first, second]);
        document.text.head.agency = "BAN & ỦY BAN &P".into();
        let bytes = bytes(&document).unwrap();
        let (one, two) = (part(&bytes, "xl/worksheets/sheet1.xml"), part(&bytes, "xl/worksheets/sheet2.xml"));
        for expected in [
            // The body of the second table begins in row 12; that of the other sheet, a row lower for its links, in row 6.
            "<hyperlink ref=\"B12\" location=\"'Sau'!C7\"",
            "<conditionalFormatting sqref=\"E12:E13\"><cfRule type=\"expression\" dxfId=\"0\" priority=\"1\">\
             <formula>AND(ISNUMBER(E12),E12&lt;80)</formula>",
            "&amp;L&amp;9&amp;\"Times New Roman,Italic\"BAN &amp;&amp; ỦY BAN &amp;&amp;P&amp;R",
        ] {
            assert!(one.contains(expected), "{expected}\nnot in\n{one}");
        }
        assert!(two.contains("<hyperlink ref=\"B1\" location=\"'Tổng hợp'!A1\"") && !two.contains("không có"), "{two}");
        let drawn = part(&bytes, "xl/charts/chart1.xml");
        for expected in [
            "<c:f>'Tổng hợp'!$C$11</c:f>",
            "<c:f>'Tổng hợp'!$B$12:$B$13</c:f>",
            "<c:f>'Tổng hợp'!$D$12:$D$13</c:f>",
            "<c:min val=\"0\"/>",
            "<a:t> =HYPERLINK(",
        ] {
            assert!(drawn.contains(expected), "{expected}\nnot in\n{drawn}");
        }
        assert_eq!(drawn.matches("<c:ser>").count(), 2);
        assert!(part(&bytes, "xl/workbook.xml").contains("Sau!$A$2:$"), "links are not printed");
        assert!(part(&bytes, "docProps/app.xml").contains("<Company>BAN &amp; ỦY BAN &amp;P</Company>"));
    }

    #[test]
    fn a_table_too_wide_for_a_page_is_printed_on_several_with_its_names() {
        let mut columns = vec![column(&["TT"], ColumnKind::Ordinal), column(&["Đơn vị"], ColumnKind::Text)];
        for group in ["Đối thoại", "Hiến đất", "Ngày công"] {
            columns.extend((0..12).map(|at| column(&[group, &format!("Chỉ tiêu {at}")], ColumnKind::Number)));
        }
        let rows = vec![row(RowKind::Body, vec![Cell::number(1.into(), 0), Cell::text("Xã Bảo Hà")])];
        let wide = Table { columns, rows, ..Table::default() };
        let sheet = Sheet { filter: false, ..sheet("Theo đơn vị", vec![wide]) };
        let bytes = bytes(&document(vec![sheet])).unwrap();
        let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
        assert!(sheet.contains("<colBreaks count=\"2\"") && !sheet.contains("fitToHeight"), "{sheet}");
        assert!(sheet.contains("<brk id=\"14\"") && sheet.contains("<brk id=\"26\""), "{sheet}");
        assert!(sheet.contains("<mergeCell ref=\"A1:N1\"/>"), "the title stands on the first page: {sheet}");
        assert!(part(&bytes, "xl/workbook.xml").contains("'Theo đơn vị'!$A:$B,'Theo đơn vị'!$3:$4"));
    }

    #[test]
    fn decimals_are_alike_down_a_column_and_counts_stay_whole() {
        let number = |text: &str, decimals| row(RowKind::Body, vec![Cell::number(text.parse().unwrap(), decimals)]);
        let table = |rows| Table { columns: vec![column(&["Số"], ColumnKind::Number)], rows, ..Table::default() };
        let scales = |rows| Scales::of_table(&table(rows), false).all;
        assert_eq!(scales(vec![number("412350.50", 2), number("7", 2)]), [[(2, 1)]]);
        assert_eq!(scales(vec![number("7", 2)]), [[(2, 0)]]);
        // An indicator a row: each row has its own.
        assert_eq!(
            scales(vec![number("62", 0), number("412350.50", 2), number("7", 2)]),
            [[(0, 0)], [(2, 1)], [(2, 0)]]
        );
    }

    #[test]
    fn long_tables_one_under_another_end_their_pages_with_whole_groups() {
        let group = |at: usize| [row(RowKind::Group, vec![Cell::text("I")]), figures(at), figures(at), figures(at)];
        fn figures(at: usize) -> Row {
            row(RowKind::Body, vec![Cell::text("A"), Cell::number((at as i64).into(), 0)])
        }
        for groups in 1..30 {
            let columns = vec![column(&["Chỉ tiêu"], ColumnKind::Text), column(&["Số"], ColumnKind::Number)];
            let table = Table { columns, rows: (0..groups).flat_map(group).collect(), ..Table::default() };
            let bytes = bytes(&document(vec![sheet("A", vec![table.clone(), table.clone(), table])])).unwrap();
            let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
            let breaks: Vec<usize> = sheet
                .split("<brk id=\"")
                .skip(1)
                .map(|rest| rest.split('"').next().unwrap().parse().unwrap())
                .collect();
            assert!(breaks.is_sorted(), "{breaks:?}");
        }
    }

    #[test]
    fn words_among_figures_reach_over_the_empty_cells_beside_them() {
        let columns = (0..3).map(|_| column(&["Số"], ColumnKind::Number)).collect::<Vec<_>>();
        let columns = [vec![column(&["Đơn vị"], ColumnKind::Text)], columns].concat();
        let cells = |last| vec![Cell::text("A"), Cell::text("chưa báo cáo"), Cell::default(), last];
        let rows =
            vec![row(RowKind::Body, cells(Cell::default())), row(RowKind::Body, cells(Cell::number(1.into(), 0)))];
        let columns = columns.into_iter().map(|column| Column { width: 7, ..column }).collect();
        let bytes = bytes(&document(vec![sheet("A", vec![Table { columns, rows, ..Table::default() }])])).unwrap();
        let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
        // One line high, though the words would take two in their own cell.
        assert_eq!(sheet.matches(&format!("ht=\"{}\"", 2.0 * LINE + LOOSE)).count(), 0, "{sheet}");
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

    #[test]
    fn a_sheet_holds_no_more_links_than_excel_opens() {
        let linked = Cell { link: Some(Box::new(Link::sheet("A"))), ..Cell::text("xem") };
        let rows = vec![row(RowKind::Body, vec![linked]); MAX_LINKS + 2];
        let table = Table { columns: vec![column(&["Chỗ"], ColumnKind::Text)], rows, ..Table::default() };
        let bytes = bytes(&document(vec![sheet("A", vec![table])])).unwrap();
        let xml = part(&bytes, "xl/worksheets/sheet1.xml");
        assert_eq!(xml.matches("<hyperlink ").count(), MAX_LINKS);
    }

    fn table_without_rows() -> Table {
        Table { rows: vec![], ..table() }
    }
}
