//! Grid → tables: captions, header band, body. Never fails; a sheet's cells that belong to no table stay captions or notes.
//!
//! A table begins where headings stand (`header`): several texts, most of them understood, of different kinds, in one row or
//! with their words stacked over several. Below the band comes the row of column numbers, then the body, until the next
//! headings or a signature. Two tables side by side are cut apart into grids of their own; lines of "indicator: number"
//! without any heading are a table too; other numbers that stand outside all tables are named.

mod header;
mod seen;

use std::collections::HashMap;
use std::sync::Arc;

use crate::base::cell::{CellRef, Value};
use crate::base::fold;
use crate::base::period;
use crate::catalogue::words::Heading;

use super::grid::{Grid, Row};
use super::label::{Letter, Lexicon, MeasureSaid, Position};
use super::limits;
use super::value::number::{self, NumberText, Style};

use seen::{Kind, Seen};

/// A table of a sheet.
#[derive(Debug)]
pub struct Table<'g> {
    pub grid: &'g Grid,
    pub columns: Vec<Column>,
    /// The rows below the header, in order.
    pub body: Vec<&'g Row>,
    /// The texts above it, nearest first.
    pub captions: Vec<Caption>,
    /// The header's first and last row.
    pub header: (u32, u32),
}

/// A column with its headings, outermost first.
#[derive(Debug)]
pub struct Column {
    pub col: u32,
    /// The header's last row, where a column without headings is named.
    pub row: u32,
    pub path: Vec<(Arc<str>, CellRef)>,
}

impl Column {
    /// "Hiến đất: Diện tích (m2)": as messages quote it.
    pub fn heading(&self) -> String {
        let texts: Vec<String> = self.path.iter().map(|(text, _)| one_line(text)).collect();
        texts.join(": ")
    }

    pub fn cell(&self) -> CellRef {
        self.path.last().map_or(CellRef::new(self.row, self.col), |(_, cell)| *cell)
    }
}

#[derive(Clone, Debug)]
pub struct Caption {
    pub text: Arc<str>,
    pub cell: CellRef,
    /// A title of the sheet that stands above an earlier table.
    pub of_sheet: bool,
}

impl Caption {
    fn new(text: Arc<str>, cell: CellRef) -> Self {
        Self { text, cell, of_sheet: false }
    }
}

/// A text on one line, as messages quote it.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The tables of a sheet, top down, and what stands outside all of them.
/// `headers`: bands that the office's rules name, by their first and last row.
pub fn tables<'g>(grid: &'g Grid, lexicon: &Lexicon, headers: &[(u32, u32)]) -> Found<'g> {
    // A file holds each text once, so its place in memory tells it.
    let mut kinds: HashMap<usize, Kind> = HashMap::new();
    let rows: Vec<Seen> = grid.rows.iter().map(|row| Seen::new(row, lexicon, &mut kinds)).collect();
    let mut finder = Finder { grid, lexicon, rows, headers, first_band: None };
    finder.first_band = (0..finder.rows.len()).find(|&at| finder.begins_table(at));
    finder.tables()
}

pub struct Found<'g> {
    pub tables: Vec<Table<'g>>,
    /// Tables that stand side by side, each with what stands above it: sheets of their own.
    pub beside: Vec<Grid>,
    /// Texts outside all tables that state figures: "Số cuộc đối thoại: 3; số người dự: 120".
    pub spoken: Vec<CellRef>,
    /// Those that are understood whole, "Số cuộc đối thoại: 3": each column's as a sheet of its own with the titles above, where the
    /// label stands in the column and the number in the one behind it.
    pub lines: Vec<(u32, Grid)>,
    /// Where each block of numbers begins that no table holds.
    pub loose: Vec<CellRef>,
    /// All text of the sheet outside its tables, top down.
    pub texts: Vec<Caption>,
}

/// Rows between a group's heading and its first figures.
const GROUP_ROWS: usize = 3;

/// The place of "B" and of "II" among the ordinals of groups: as a letter and as a Roman number.
fn group_ordinal(text: &str) -> Option<(Option<u32>, Option<u32>)> {
    let text = text.trim().trim_end_matches(['.', ')']);
    let letter = match text.as_bytes() {
        [letter @ b'A'..=b'Z'] => Some(u32::from(letter - b'A')),
        _ => None,
    };
    let roman = (1..=12).find(|&number| period::roman(number) == text).map(u32::from);
    (letter.is_some() || roman.is_some()).then_some((letter, roman))
}

/// Rows of a signature block, its first line included.
const SIGNATURE_ROWS: usize = 6;

struct Finder<'g, 'l> {
    grid: &'g Grid,
    lexicon: &'l Lexicon<'l>,
    rows: Vec<Seen<'g>>,
    /// Bands that are given, and not looked for.
    headers: &'l [(u32, u32)],
    /// The first row that begins a table: what stands above it are the sheet's titles.
    first_band: Option<usize>,
}

impl<'g> Finder<'g, '_> {
    fn tables(self) -> Found<'g> {
        let mut found = Found {
            tables: Vec::new(),
            beside: Vec::new(),
            loose: Vec::new(),
            spoken: Vec::new(),
            lines: Vec::new(),
            texts: Vec::new(),
        };
        // Where the captions of the next table may begin, and what rows of parameters above it say.
        let mut captions_from = 0;
        let mut parameters: Vec<Caption> = Vec::new();
        let mut outside = 0;
        let mut at = 0;
        while at < self.rows.len() {
            let Some((first, last)) = self.band(at, captions_from) else {
                self.texts_of(at, &mut found.texts);
                at += 1;
                continue;
            };
            let mut columns = self.columns(first, last);
            let mut body_from = last + 1;
            if body_from < self.rows.len() && self.is_numbering(body_from, &columns) {
                body_from += 1;
            }
            let (body, body_to) = self.body(first, last, body_from, &columns);
            if let Some(said) = self.parameters(&columns, &body, body_to) {
                parameters.extend(said);
                self.outside(outside, first, captions_from, &mut found);
                outside = body_to;
                at = body_to;
                continue;
            }
            self.outside(outside, first, captions_from, &mut found);
            let beside = self.beside(captions_from, first, last, body_to, &columns);
            if beside.is_empty() {
                let mut captions = self.captions(captions_from, first);
                captions.splice(0..0, parameters.drain(..));
                self.widen(&mut columns, &body);
                let header = (self.rows[first].row.index, self.rows[last].row.index);
                found.tables.push(Table { grid: self.grid, columns, body, captions, header });
            }
            found.beside.extend(beside);
            captions_from = body_to;
            outside = body_to;
            at = body_to.max(last + 1);
        }
        self.outside(outside, self.rows.len(), captions_from, &mut found);
        found
    }

    /// A header of parameters, "Kỳ | Năm | Mẫu" over one row of their values: titles of the table that follows at once.
    fn parameters(&self, columns: &[Column], body: &[&Row], body_to: usize) -> Option<Vec<Caption>> {
        let follows = body.len() == 1 && body_to < self.rows.len() && self.begins_table(body_to);
        let names = columns.iter().flat_map(|column| &column.path).any(|(text, _)| {
            let label = self.lexicon.understand(text, Position::Cell);
            !label.names().is_empty() || label.has(Heading::Ordinal)
        });
        if !follows || names {
            return None;
        }
        let said = columns.iter().filter_map(|column| {
            let value = match body[0].get(column.col)? {
                Value::Text(text) => text.to_string(),
                Value::Number(number) => number.to_string(),
                _ => return None,
            };
            let cell = CellRef::new(body[0].index, column.col);
            Some(Caption::new(format!("{} {value}", column.heading()).into(), cell))
        });
        Some(self.periods_joined(said.collect()))
    }

    /// Columns of the body that reach beyond its header: unnamed, but read and named.
    fn widen(&self, columns: &mut Vec<Column>, body: &[&Row]) {
        let (Some(left), Some(right)) = (columns.first().map(|c| c.col), columns.last().map(|c| c.col)) else { return };
        let mut beyond: Vec<u32> = body
            .iter()
            .flat_map(|row| row.cells.iter().map(|(col, _)| *col))
            .filter(|col| !(left..=right).contains(col))
            .collect();
        beyond.sort_unstable();
        beyond.dedup();
        beyond.truncate(limits::HEADER_COLUMNS);
        let row = columns.first().map_or(0, |column| column.row);
        columns.extend(beyond.into_iter().map(|col| Column { col, row, path: Vec::new() }));
        columns.sort_by_key(|column| column.col);
    }

    /// What stands between two tables: lines of "indicator: number" are a table without headings, other numbers are loose.
    fn outside(&self, from: usize, to: usize, captions_from: usize, found: &mut Found<'g>) {
        // Right above a table "Tổng số hộ: | 1200" may be a remark on it; only what an indicator's own words name is one.
        let alone = to < self.rows.len();
        let states = |at: usize| self.states_indicator(at, alone);
        let mut at = from;
        while at < to {
            if self.rows[at].is_letter(Letter::Signature) {
                // Telephones and dates of a signature block.
                at += SIGNATURE_ROWS;
                continue;
            }
            if states(at) {
                let end = (at..to).rev().find(|&end| states(end)).map_or(at + 1, |end| end + 1);
                let body: Vec<&Row> = self.rows[at..end].iter().map(|seen| seen.row).collect();
                let mut cols: Vec<u32> = body.iter().flat_map(|row| row.cells.iter().map(|(col, _)| *col)).collect();
                cols.sort_unstable();
                cols.dedup();
                let row = body[0].index;
                let columns = cols.into_iter().map(|col| Column { col, row, path: Vec::new() }).collect();
                let captions = self.captions(captions_from.min(at), at);
                let header = (body[0].index, body[0].index);
                found.tables.push(Table { grid: self.grid, columns, body, captions, header });
                at = end;
                continue;
            }
            // One number a row is a figure where the next row has one as well.
            let listed = |at: usize| {
                at < to && self.rows[at].texts() > 0 && self.rows[at].numbers() == 1 && self.unspoken(at) == 1
            };
            self.spoken(at, alone, captions_from, found);
            if self.holds_figures(at) || listed(at) && listed(at + 1) {
                let seen = &self.rows[at];
                found.loose.extend(seen.row.cells.first().map(|(col, _)| CellRef::new(seen.row.index, *col)));
                while at < to && self.rows[at].numbers() > 0 {
                    at += 1;
                }
            }
            at += 1;
        }
    }

    /// Cells of a row whose words state figures: "Diện tích đất hiến: 1.250 m2". Those of one label and one number are lines
    /// of "indicator: number"; the others are named.
    fn spoken(&self, at: usize, alone: bool, captions_from: usize, found: &mut Found<'g>) {
        let seen = &self.rows[at];
        for (col, value) in &seen.row.cells {
            let Value::Text(text) = value else { continue };
            if !text.contains(':') {
                continue;
            }
            match self.line_of(text, alone) {
                Some(line) if seen.row.cells.len() == 1 => self.add_line(at, *col, line, captions_from, found),
                Some(_) => found.spoken.push(CellRef::new(seen.row.index, *col)),
                None if text.split([';', '\n', '\r']).any(|part| self.states_figure(part, alone)) => {
                    found.spoken.push(CellRef::new(seen.row.index, *col));
                }
                None => {}
            }
        }
    }

    /// Whether a part of a text is "indicator: number", and more.
    fn states_figure(&self, part: &str, alone: bool) -> bool {
        let Some((label, said)) = part.split_once(':') else { return false };
        let (label, said) = (label.trim(), said.trim());
        let digits = said.starts_with(|c: char| c.is_ascii_digit());
        let range = || matches!(number::parse(said, Style::Vietnamese), NumberText::Range);
        if label.len() > limits::SPOKEN_LABEL || !digits && !range() {
            return false;
        }
        let label = self.lexicon.understand(&label.into(), Position::Cell);
        // "Đối thoại: 3 cuộc, 120 lượt người"
        let of_form = || !alone && !label.forms.is_empty() && said.contains(char::is_alphabetic);
        !label.is_strange() && (!label.alone.is_empty() || of_form())
    }

    /// "Số cuộc đối thoại: 3", "Diện tích đất hiến: 1.250 m2": one label and one number, and nothing that is not understood.
    fn line_of(&self, text: &str, alone: bool) -> Option<(Arc<str>, Arc<str>)> {
        let (label, said) = text.split_once(':')?;
        let (label, said) = (label.trim(), said.trim().trim_end_matches(['.', ';', ',']).trim_end());
        if label.len() > limits::SPOKEN_LABEL || said.contains([':', ';', '\n', '\r']) {
            return None;
        }
        let NumberText::Number(number) = number::parse(said, Style::Vietnamese) else { return None };
        let measured = number.measure_text.is_none_or(|measure| self.lexicon.measure(measure) != MeasureSaid::Unknown);
        let label: Arc<str> = label.into();
        let meaning = self.lexicon.understand(&label, Position::Cell);
        let names = if alone { meaning.alone } else { meaning.names() };
        let whole = !names.is_empty() && !meaning.is_strange() && meaning.denied.is_none() && meaning.letter.is_none();
        (measured && whole && said.starts_with(|c: char| c.is_ascii_digit())).then(|| (label, said.into()))
    }

    fn add_line(&self, at: usize, col: u32, (label, said): (Arc<str>, Arc<str>), from: usize, found: &mut Found<'g>) {
        let row = Row {
            index: self.rows[at].row.index,
            cells: vec![(col, Value::Text(label)), (col + 1, Value::Text(said))],
        };
        if let Some((_, grid)) = found.lines.iter_mut().find(|(of, _)| *of == col) {
            return grid.rows.push(row);
        }
        let mut grid = Grid::new(&self.grid.name.file, &self.grid.name.sheet);
        grid.name = self.grid.name.clone();
        let mut titles: Vec<Caption> = self.captions(from.min(at), at);
        // Other lines, and figures of two cells, are no titles.
        let figures = |title: &Caption| {
            let row = self.rows[..at].iter().find(|seen| seen.row.index == title.cell.row);
            let names = || !self.lexicon.understand(&title.text, Position::Cell).names().is_empty();
            row.is_some_and(|seen| seen.numbers() > 0) && names()
        };
        titles.retain(|title| self.line_of(&title.text, false).is_none() && !figures(title));
        titles.sort_by_key(|title| title.cell);
        titles.dedup_by_key(|title| title.cell.row);
        let title =
            |title: Caption| Row { index: title.cell.row, cells: vec![(title.cell.col, Value::Text(title.text))] };
        grid.rows = titles.into_iter().map(title).chain([row]).collect();
        found.lines.push((col, grid));
    }

    /// "Số cuộc đối thoại: | 3"
    fn states_indicator(&self, at: usize, alone: bool) -> bool {
        let seen = &self.rows[at];
        let label = seen.cells.iter().position(|(_, _, label)| {
            label.as_ref().is_some_and(|label| {
                let names = if alone { label.alone } else { label.names() };
                !names.is_empty() && !label.is_strange() && label.letter.is_none()
            })
        });
        label.is_some_and(|label| {
            let behind = &seen.cells[label + 1..];
            behind.first().is_some_and(|(_, kind, _)| *kind == Kind::Number)
                && behind.iter().filter(|(_, kind, _)| *kind == Kind::Number).count() == 1
        })
    }

    /// Numbers that are no parameter's, year's or column's.
    fn holds_figures(&self, at: usize) -> bool {
        self.unspoken(at) >= 2 && !self.is_numbering(at, &[])
    }

    /// The numbers of a row that no text of it takes up.
    fn unspoken(&self, at: usize) -> usize {
        let seen = &self.rows[at];
        // "Tháng" beside 5 takes it up; "Tháng 1" has a number of its own.
        let own = |caption: &Caption| seen.row.get(caption.cell.col).and_then(Value::text) == Some(&*caption.text);
        let spoken = |caption: &&Caption| caption.text.ends_with(|c: char| c.is_ascii_digit()) && !own(caption);
        seen.numbers().saturating_sub(self.line(seen).iter().filter(spoken).count())
    }

    fn texts_of(&self, at: usize, texts: &mut Vec<Caption>) {
        let seen = &self.rows[at];
        for (col, value) in &seen.row.cells {
            if let Value::Text(text) = value {
                texts.push(Caption::new(text.clone(), CellRef::new(seen.row.index, *col)));
            }
        }
    }

    /// Titles above a table, nearest first; those above earlier tables of the sheet are the sheet's.
    fn captions(&self, from: usize, to: usize) -> Vec<Caption> {
        let mut captions = Vec::new();
        let between_from = self.rows.get(from).map_or(0, |seen| seen.row.index);
        let titles_to = self.first_band.map_or(0, |at| self.rows[at].row.index);
        for seen in self.rows[..to].iter().rev().take(limits::CAPTION_ROWS) {
            let between = seen.row.index >= between_from;
            // Above the first table everything is a title; between tables only what stands between them. What stands
            // above the sheet's first table stays its title for all of them.
            if from > 0 && !between && seen.row.index >= titles_to {
                continue;
            }
            if seen.numbers() > 0 && !between {
                continue;
            }
            let of_sheet = from > 0 && !between;
            captions.extend(self.line(seen).into_iter().map(|caption| Caption { of_sheet, ..caption }));
        }
        captions
    }

    /// A row's texts; "Tên đơn vị: | Xã Bảo Hà" is one, and so is "Tháng | 5".
    fn line(&self, seen: &Seen) -> Vec<Caption> {
        let mut line: Vec<Caption> = Vec::new();
        let mut open = false;
        for (col, value) in &seen.row.cells {
            let number = matches!(value, Value::Number(_));
            let text: Arc<str> = match value {
                Value::Text(text) => text.clone(),
                Value::Number(number) => number.to_string().into(),
                _ => continue,
            };
            match line.last_mut() {
                Some(last) if open || number && self.is_period(&last.text, &text) => {
                    last.text = format!("{} {}", last.text, text).into();
                }
                _ if number => continue,
                _ => line.push(Caption::new(text.clone(), CellRef::new(seen.row.index, *col))),
            }
            open = text.trim_end().ends_with(':');
        }
        self.periods_joined(line)
    }

    /// "từ tháng 1 | đến tháng 12 | năm 2023" is one period, no January.
    fn periods_joined(&self, line: Vec<Caption>) -> Vec<Caption> {
        let says = |caption: &Caption| !self.lexicon.understand(&caption.text, Position::Title).period.is_none();
        let mut joined: Vec<Caption> = Vec::new();
        for caption in line {
            match joined.last_mut() {
                Some(last) if says(last) && says(&caption) => {
                    last.text = format!("{} {}", last.text, caption.text).into()
                }
                _ => joined.push(caption),
            }
        }
        joined
    }

    /// "Tháng" and "5": a period only together.
    pub fn is_period(&self, word: &str, number: &str) -> bool {
        let period = |text: &str| self.lexicon.understand(&Arc::from(text), Position::Title).period;
        period(word).is_none() && !period(&format!("{word} {number}")).is_none()
    }

    /// The rows below a header, its repetitions on later pages left out, and where they end.
    fn body(&self, first: usize, last: usize, from: usize, columns: &[Column]) -> (Vec<&'g Row>, usize) {
        let mut body = Vec::new();
        let mut at = from;
        let repeats = |at: usize, nth: usize| {
            self.rows.get(at + nth).is_some_and(|seen| seen.row.cells == self.rows[first + nth].row.cells)
        };
        while at < self.rows.len() {
            if (0..=last - first).all(|nth| repeats(at, nth)) {
                at += last - first + 1;
                at += usize::from(at < self.rows.len() && self.is_numbering(at, columns));
                continue;
            }
            let gap =
                at > 0 && self.rows[at].row.index.saturating_sub(self.rows[at - 1].row.index) > limits::EMPTY_ROWS;
            if gap && !self.goes_on_below(&body, at) || self.begins_table(at) || self.ends_body(at) {
                break;
            }
            body.push(self.rows[at].row);
            at += 1;
        }
        // Lone texts right above the next table are its captions.
        while at < self.rows.len() && !body.is_empty() && self.leads_to_table(at) {
            let above = &self.rows[at - 1];
            let lone = above.texts() <= 2 && above.numbers() == 0 && !above.has_dates();
            if !lone || body.last().is_none_or(|row| row.index != above.row.index) {
                break;
            }
            body.pop();
            at -= 1;
        }
        (body, at)
    }

    /// Below a gap a row is still the table's if it is filled as the last one above it: figures or dates under the same
    /// columns. So is the heading of the table's next group, "B" after "A", over such rows. Below the total of the whole
    /// other rows are another table's, of which the headings are missing.
    fn goes_on_below(&self, body: &[&'g Row], at: usize) -> bool {
        let Some(above) = body.last() else { return false };
        let filled_alike = |seen: &Seen| {
            let shared = || seen.cells.iter().filter(|(col, ..)| above.get(*col).is_some());
            shared().count() >= 2 && shared().any(|(_, kind, _)| *kind != Kind::Text)
        };
        if self.is_next_group(body, at) {
            let below = self.rows[at + 1..].iter().take(GROUP_ROWS);
            return below.take_while(|seen| seen.texts() > 0).any(filled_alike);
        }
        !self.ends_with_total(body) && filled_alike(&self.rows[at])
    }

    /// A text alone behind the ordinal that follows that of the last such row.
    fn is_next_group(&self, body: &[&Row], at: usize) -> bool {
        let ordinal = |row: &Row| match row.cells[..] {
            [(_, Value::Text(ref ordinal)), (_, Value::Text(_))] => group_ordinal(ordinal),
            _ => None,
        };
        let Some((letter, roman)) = ordinal(self.rows[at].row) else { return false };
        let before = body.iter().rev().find_map(|row| ordinal(row));
        let follows = |own: Option<u32>, before: Option<u32>| own.is_some() && own == before.map(|before| before + 1);
        before.is_some_and(|before| follows(letter, before.0) || follows(roman, before.1))
    }

    /// Whether a total ends these rows, shares and comparisons below it passed over.
    fn ends_with_total(&self, body: &[&'g Row]) -> bool {
        let text = |value: &'g Value| if let Value::Text(text) = value { Some(text) } else { None };
        let mut texts = body.iter().rev().map(|row| row.cells.iter().find_map(|(_, value)| text(value)));
        let compares = |text: &Arc<str>| {
            let label = self.lexicon.understand(text, Position::Cell);
            label.other_role().is_some() && !label.is_strange() && label.names().is_empty()
        };
        let last = texts.find(|text| !text.is_some_and(compares)).flatten();
        last.is_some_and(|text| self.lexicon.is_total(text))
    }

    fn leads_to_table(&self, at: usize) -> bool {
        let mut at = at;
        while at < self.rows.len() {
            if self.begins_table(at) {
                return true;
            }
            let seen = &self.rows[at];
            if seen.texts() > 2 || seen.numbers() > 0 || seen.has_dates() {
                return false;
            }
            at += 1;
        }
        false
    }

    /// Words of signatures right over rows of figures are headings: "Bí thư | Chủ tịch UBND" under "Chủ trì".
    fn over_figures(&self, at: usize) -> bool {
        let next =
            |nth: usize| self.rows.get(at + nth).filter(|next| next.row.index == self.rows[at].row.index + nth as u32);
        (1..=2).all(|nth| next(nth).is_some_and(|next| next.numbers() >= 2))
    }

    fn ends_body(&self, at: usize) -> bool {
        let seen = &self.rows[at];
        if seen.numbers() > 1 {
            return false;
        }
        let signed = seen.is_letter(Letter::Signature) && !self.over_figures(at);
        if signed || seen.is_letter(Letter::Note) || seen.is_letter(Letter::Head) {
            return true;
        }
        // "Bảo Yên, ngày 15 tháng 6 năm 2023", "Ngày gửi: 04/04/2023"
        seen.texts() <= 2
            && seen.row.cells.iter().any(|(_, value)| match value {
                Value::Text(text) if text.len() < 120 => {
                    let key = fold::bare_key(text);
                    key.contains("ngay") && key.contains(" thang ") && key.contains(" nam ") && text.contains(',')
                        || self.lexicon.is_day_of_sending(&key)
                }
                _ => false,
            })
    }
}
