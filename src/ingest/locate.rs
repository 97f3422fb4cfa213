//! Grid → tables: captions, header band, body. Never fails; a sheet's cells that belong to no table stay captions or notes.
//!
//! A table begins where a row of headings stands: several texts, most of them understood, of different kinds. The band grows
//! up over a row of groups and down over rows that hang from it; then the row of column numbers; then the body, until the next
//! headings, a signature, or four empty rows.

use std::collections::HashMap;
use std::sync::Arc;

use crate::base::cell::{CellRef, Value};
use crate::base::fold;
use crate::catalogue::words::Heading;

use super::grid::{Grid, Row};
use super::label::{Label, Letter, Lexicon, Position};
use super::limits;
use super::units;
use super::value::{date, number};

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
    pub path: Vec<(Arc<str>, CellRef)>,
}

impl Column {
    /// "Hiến đất: Diện tích (m2)": as messages quote it.
    pub fn heading(&self) -> String {
        let texts: Vec<String> = self.path.iter().map(|(text, _)| one_line(text)).collect();
        texts.join(": ")
    }

    pub fn cell(&self) -> CellRef {
        self.path.last().map_or(CellRef::new(0, self.col), |(_, cell)| *cell)
    }
}

#[derive(Clone, Debug)]
pub struct Caption {
    pub text: Arc<str>,
    pub cell: CellRef,
}

/// A text on one line, as messages quote it.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The tables of a sheet, top down, and whether some figures stand outside all of them.
pub fn tables<'g>(grid: &'g Grid, lexicon: &Lexicon) -> Found<'g> {
    // A file holds each text once, so its place in memory tells it.
    let mut kinds: HashMap<usize, Kind> = HashMap::new();
    let rows: Vec<Seen> = grid.rows.iter().map(|row| Seen::new(row, lexicon, &mut kinds)).collect();
    Finder { grid, rows }.tables()
}

pub struct Found<'g> {
    pub tables: Vec<Table<'g>>,
    /// The first row with two numbers or more that no table holds.
    pub loose: Option<CellRef>,
    /// All text of the sheet outside its tables, top down.
    pub texts: Vec<Caption>,
}

/// A row with its texts understood.
struct Seen<'g> {
    row: &'g Row,
    cells: Vec<(u32, Kind, Option<Arc<Label>>)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Date,
}

impl<'g> Seen<'g> {
    fn new(row: &'g Row, lexicon: &Lexicon, known: &mut HashMap<usize, Kind>) -> Self {
        // A row of data is told by its numbers and dates; its words need no understanding.
        let mut kind_of = |value: &Value| match value {
            Value::Text(text) => *known.entry(text.as_ptr() as usize).or_insert_with(|| text_kind(text)),
            Value::Date(_) => Kind::Date,
            Value::Bool(_) => Kind::Text,
            _ => Kind::Number,
        };
        let kinds: Vec<(u32, Kind)> = row.cells.iter().map(|(col, value)| (*col, kind_of(value))).collect();
        let texts = kinds.iter().filter(|(_, kind)| *kind == Kind::Text).count();
        let data = kinds.iter().any(|(_, kind)| *kind == Kind::Date) && texts > 0 && kinds.len() > texts + 1
            || row.cells.len() > limits::HEADER_COLUMNS;
        let cells = row
            .cells
            .iter()
            .zip(kinds)
            .map(|((col, value), (_, kind))| {
                let label = match value {
                    Value::Text(text) if kind == Kind::Text && !data && text.len() <= limits::LABEL_BYTES => {
                        Some(lexicon.understand(text, Position::Cell))
                    }
                    _ => None,
                };
                (*col, kind, label)
            })
            .collect();
        Self { row, cells }
    }

    fn labels(&self) -> impl Iterator<Item = &Label> {
        self.cells.iter().filter_map(|(_, _, label)| label.as_deref())
    }

    fn texts(&self) -> usize {
        self.cells.iter().filter(|(_, kind, _)| *kind == Kind::Text).count()
    }

    fn numbers(&self) -> usize {
        self.cells.iter().filter(|(_, kind, _)| *kind == Kind::Number).count()
    }

    fn has_dates(&self) -> bool {
        self.cells.iter().any(|(_, kind, _)| *kind == Kind::Date)
    }

    fn is_letter(&self, letter: Letter) -> bool {
        self.labels().any(|label| label.letter == Some(letter))
    }

    fn begins_with_ordinal(&self) -> bool {
        match self.row.cells.first() {
            Some((_, Value::Text(text))) => {
                let tokens = fold::tokens(text);
                match tokens.as_slice() {
                    [one] => one.digits || units::is_roman(&one.bare) || one.bare.len() == 1,
                    _ => false,
                }
            }
            Some((_, Value::Number(_))) => true,
            _ => false,
        }
    }
}

fn text_kind(text: &str) -> Kind {
    if text.len() > 40 {
        return Kind::Text;
    }
    let begins = text.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '(');
    let number = |text| {
        let read = number::parse(text, number::Style::Vietnamese);
        matches!(read, number::NumberText::Number(_) | number::NumberText::Dash)
    };
    let day = |text: &str| matches!(date::parse(text), date::DateText::Day(_) | date::DateText::Impossible);
    if begins && number(text) {
        Kind::Number
    } else if text.contains(|c: char| c.is_ascii_digit()) && day(text) {
        Kind::Date
    } else {
        Kind::Text
    }
}

struct Finder<'g> {
    grid: &'g Grid,
    rows: Vec<Seen<'g>>,
}

impl<'g> Finder<'g> {
    fn tables(self) -> Found<'g> {
        let mut tables: Vec<Table<'g>> = Vec::new();
        let mut texts: Vec<Caption> = Vec::new();
        let mut loose = None;
        // Where the captions of the next table may begin.
        let mut captions_from = 0;
        let mut at = 0;
        while at < self.rows.len() {
            if !self.is_heading(at) {
                if loose.is_none() && self.rows[at].numbers() >= 2 {
                    let seen = &self.rows[at];
                    loose = seen.row.cells.first().map(|(col, _)| CellRef::new(seen.row.index, *col));
                }
                self.caption(at, &mut texts);
                at += 1;
                continue;
            }
            let first = self.band_start(at, captions_from);
            let last = self.band_end(at);
            let columns = self.columns(first, last);
            let mut body_from = last + 1;
            if body_from < self.rows.len() && self.is_numbering(body_from, &columns) {
                body_from += 1;
            }
            let body_to = self.body_end(body_from);
            let captions = self.captions(captions_from, first);
            tables.push(Table {
                grid: self.grid,
                columns,
                body: self.rows[body_from..body_to].iter().map(|seen| seen.row).collect(),
                captions,
                header: (self.rows[first].row.index, self.rows[last].row.index),
            });
            captions_from = body_to;
            at = body_to.max(last + 1);
        }
        Found { tables, loose, texts }
    }

    fn caption(&self, at: usize, texts: &mut Vec<Caption>) {
        let seen = &self.rows[at];
        for (col, value) in &seen.row.cells {
            if let Value::Text(text) = value {
                texts.push(Caption { text: text.clone(), cell: CellRef::new(seen.row.index, *col) });
            }
        }
    }

    /// Titles above a table, nearest first; those above earlier tables of the sheet are the sheet's.
    fn captions(&self, from: usize, to: usize) -> Vec<Caption> {
        let mut captions = Vec::new();
        for seen in self.rows[..to].iter().rev().take(limits::CAPTION_ROWS) {
            let between = seen.row.index >= self.rows.get(from).map_or(0, |s| s.row.index);
            // Above the first table everything is a title; between tables only what stands between them. What stands
            // above the sheet's first table stays its title for all of them.
            if from > 0 && !between && !self.is_title_row(seen) {
                continue;
            }
            if seen.numbers() > 0 && !between {
                continue;
            }
            let line = self.line(seen);
            captions.extend(line);
        }
        captions
    }

    /// Rows above the sheet's first heading row.
    fn is_title_row(&self, seen: &Seen) -> bool {
        let first = (0..self.rows.len()).find(|&at| self.is_heading(at)).unwrap_or(0);
        seen.row.index < self.rows[first].row.index
    }

    /// A row's texts; "Tên đơn vị: | Xã Bảo Hà" is one.
    fn line(&self, seen: &Seen) -> Vec<Caption> {
        let mut line: Vec<Caption> = Vec::new();
        let mut open = false;
        for (col, value) in &seen.row.cells {
            let text: Arc<str> = match value {
                Value::Text(text) => text.clone(),
                Value::Number(number) => number.to_string().into(),
                _ => continue,
            };
            match line.last_mut() {
                Some(last) if open => last.text = format!("{} {}", last.text, text).into(),
                _ if matches!(value, Value::Number(_)) => continue,
                _ => line.push(Caption { text: text.clone(), cell: CellRef::new(seen.row.index, *col) }),
            }
            open = text.trim_end().ends_with(':');
        }
        line
    }

    fn is_heading(&self, at: usize) -> bool {
        let seen = &self.rows[at];
        let texts = seen.texts();
        if texts < 2 || seen.has_dates() || seen.begins_with_ordinal() || !self.numbers_fit_a_heading(seen) {
            return false;
        }
        let labels: Vec<&Label> = seen.labels().collect();
        if labels.len() < texts || labels.iter().any(|l| l.letter.is_some()) || labels[0].colon {
            return false;
        }
        // One text over the whole width, and a remark at its end, is a title.
        let known: Vec<&&Label> =
            labels.iter().filter(|l| l.is_known() || l.words == 0 && l.period.part.is_some()).collect();
        if known.len() * 2 < labels.len() || known.len() < 2 {
            return false;
        }
        let strong = known.iter().any(|l| is_strong(l));
        let mut kinds: Vec<u8> = known.iter().map(|l| kind_of(l)).collect();
        kinds.sort_unstable();
        kinds.dedup();
        (strong && (kinds.len() >= 2 || known.len() >= 3)) || known.len() >= 3 && kinds.len() >= 2
    }

    /// Years, and months 1 … 12, may head columns as numbers.
    fn numbers_fit_a_heading(&self, seen: &Seen) -> bool {
        seen.cells.iter().filter(|(_, kind, _)| *kind == Kind::Number).all(|(col, ..)| match seen.row.get(*col) {
            Some(Value::Number(number)) => {
                let year = *number >= 1990.into() && *number <= 2100.into();
                number.is_integer() && year
            }
            _ => false,
        })
    }

    fn band_start(&self, at: usize, from: usize) -> usize {
        let mut first = at;
        while first > from
            && self.rows[first - 1].row.index + 1 == self.rows[first].row.index
            && at - first < limits::HEADER_ROWS
        {
            let above = &self.rows[first - 1];
            let (left, right) = self.span(first);
            let full_width = |col: u32| {
                self.grid.merge(above.row.index, col).is_some_and(|area| area.from.col <= left && area.to.col >= right)
            };
            let groups = above.texts();
            let fits = above.numbers() == 0
                && !above.has_dates()
                && groups > 0
                && above.cells.iter().all(|(col, ..)| *col >= left && *col <= right && !full_width(*col))
                && above.labels().all(|l| l.letter.is_none() && !l.colon)
                && above.labels().any(|l| l.is_known())
                && (groups > 1
                    || above.cells[0].0 > left && self.grid.merge(above.row.index, above.cells[0].0).is_some());
            if !fits {
                break;
            }
            first -= 1;
        }
        first
    }

    /// The columns that a row's cells reach, merged ones to their end.
    fn span(&self, at: usize) -> (u32, u32) {
        let row = self.rows[at].row;
        let left = row.cells.first().map_or(0, |(col, _)| *col);
        let right = row
            .cells
            .iter()
            .map(|(col, _)| self.grid.merge(row.index, *col).map_or(*col, |area| area.to.col))
            .max()
            .unwrap_or(left);
        (left, right)
    }

    fn band_end(&self, at: usize) -> usize {
        let mut last = at;
        while last + 1 < self.rows.len() && last + 1 - at < limits::HEADER_ROWS {
            let below = &self.rows[last + 1];
            if below.row.index != self.rows[last].row.index + 1 && !self.merged_over(last, below.row.index) {
                break;
            }
            if !self.hangs(at, last, last + 1) {
                break;
            }
            last += 1;
        }
        last
    }

    /// A heading cell reaches down to a row.
    fn merged_over(&self, at: usize, row: u32) -> bool {
        self.rows[at].row.cells.iter().any(|(col, _)| {
            self.grid
                .merge(self.rows[at].row.index, *col)
                .is_some_and(|area| area.to.row >= row && area.to.row > area.from.row)
        })
    }

    /// Whether every cell of a row hangs from a span or a blank of the band above it, or goes on with its words.
    fn hangs(&self, first: usize, last: usize, row: usize) -> bool {
        let seen = &self.rows[row];
        if seen.has_dates() || seen.begins_with_ordinal() || seen.is_letter(Letter::Signature) {
            return false;
        }
        let (left, right) = self.band_span(first, last);
        let goes_on = seen.cells.iter().all(|(col, kind, _)| *kind == Kind::Text && self.goes_on(seen, *col));
        let mut hanging = 0;
        for (col, kind, label) in &seen.cells {
            // An unmerged last group reaches as far as the headings under it go on.
            let goes_on_right = *col > right && (right..*col).all(|between| seen.row.get(between).is_some());
            if *col < left || *col > right && !goes_on_right {
                return false;
            }
            if label.as_ref().is_some_and(|l| l.letter.is_some()) {
                return false;
            }
            let number = match (kind, seen.row.get(*col)) {
                (Kind::Number, Some(Value::Number(n))) => n.is_integer() && n.is_sign_positive(),
                (Kind::Number, _) => return false,
                _ => false,
            };
            let spanned = self.is_spanned(first, last, *col);
            if number && !spanned {
                return false;
            }
            // Numbers hang only from a heading of months or years.
            if number && !self.period_above(first, last, *col) {
                return false;
            }
            if spanned
                || self.blank_above(last, *col)
                || self.heads_group(last, seen, *col)
                || self.repeats_group(last, *col)
            {
                hanging += 1;
            } else if !goes_on {
                return false;
            }
        }
        if hanging == 0 && !goes_on {
            return false;
        }
        let labels: Vec<&Label> = seen.labels().collect();
        let known = labels.iter().filter(|l| l.is_known() || l.words == 0).count();
        // A row of units' names below blanks is a body.
        let units = labels.iter().filter(|l| l.unit.is_some()).count();
        let across = units >= 2;
        goes_on && hanging == 0
            || known * 2 >= labels.len() && (units == 0 || across) && !labels.is_empty()
            || seen.numbers() == seen.cells.len()
    }

    /// "(m2)", "tham dự": the words of the cell above go on.
    fn goes_on(&self, seen: &Seen, col: u32) -> bool {
        match seen.row.get(col) {
            Some(Value::Text(text)) => text
                .trim_start()
                .starts_with(|c: char| c == '(' && text.chars().any(char::is_alphabetic) || c.is_lowercase()),
            _ => false,
        }
    }

    fn band_span(&self, first: usize, last: usize) -> (u32, u32) {
        (first..=last).map(|at| self.span(at)).fold((u32::MAX, 0), |(l, r), (left, right)| (l.min(left), r.max(right)))
    }

    /// Below a heading that spans several columns, in the band's last row.
    fn is_spanned(&self, first: usize, last: usize, col: u32) -> bool {
        (first..=last).rev().any(|at| {
            let row = self.rows[at].row.index;
            self.grid.merge(row, col).is_some_and(|area| area.to.col > area.from.col && area.from.row == row)
        })
    }

    /// Nothing stands above in the band's last row, but something to the left heads a group.
    fn blank_above(&self, last: usize, col: u32) -> bool {
        let row = self.rows[last].row;
        if row.get(col).is_some()
            || self.grid.merge(row.index, col).is_some_and(|area| area.from.col == col && area.to.row > row.index)
        {
            return false;
        }
        let left = row.cells.iter().rev().find(|(c, _)| *c < col);
        left.is_some_and(|(_, value)| matches!(value, Value::Text(_)))
    }

    /// Something stands above and nothing to its right, where the row below has headings under both: an unmerged group.
    fn heads_group(&self, last: usize, below: &Seen, col: u32) -> bool {
        let row = self.rows[last].row;
        matches!(row.get(col), Some(Value::Text(_)))
            && self.grid.merge(row.index, col).is_none()
            && row.get(col + 1).is_none()
            && self.grid.merge(row.index, col + 1).is_none()
            && matches!(below.row.get(col + 1), Some(Value::Text(_)))
    }

    /// A group's heading written again in each of its cells.
    fn repeats_group(&self, last: usize, col: u32) -> bool {
        let row = self.rows[last].row;
        let Some(Value::Text(own)) = row.get(col) else { return false };
        let same =
            |col: Option<u32>| matches!(col.and_then(|col| row.get(col)), Some(Value::Text(text)) if text == own);
        same(col.checked_sub(1)) || same(Some(col + 1))
    }

    fn period_above(&self, first: usize, last: usize, col: u32) -> bool {
        (first..=last).any(|at| {
            let seen = &self.rows[at];
            let area = self.grid.merge(seen.row.index, col);
            let heading = area.map_or(col, |area| area.from.col);
            match seen.row.get(heading) {
                Some(Value::Text(text)) => {
                    let key = fold::bare_key(text);
                    key.contains("thang") || key.contains("nam") || key.contains("qui")
                }
                _ => false,
            }
        })
    }

    fn columns(&self, first: usize, last: usize) -> Vec<Column> {
        let (left, right) = self.band_span(first, last);
        let right = right.min(left + limits::HEADER_COLUMNS as u32);
        let cols: Vec<u32> = (left..=right).collect();
        let mut columns: Vec<Column> = cols.iter().map(|&col| Column { col, path: Vec::new() }).collect();
        for at in first..=last {
            for column in &mut columns {
                if let Some((text, cell)) = self.heading_at(at, last, column.col)
                    && column.path.last().is_none_or(|(before_text, before)| *before != cell && *before_text != text)
                {
                    column.path.push((text, cell));
                }
            }
        }
        for column in &mut columns {
            self.join_words(column);
        }
        columns
    }

    /// The heading of a column in one row of the band: its own, its span's, or that of the group to its left.
    fn heading_at(&self, at: usize, last: usize, col: u32) -> Option<(Arc<str>, CellRef)> {
        let row = self.rows[at].row;
        let text = |col: u32| match row.get(col)? {
            Value::Text(text) => Some((text.clone(), CellRef::new(row.index, col))),
            Value::Number(number) => Some((Arc::from(number.to_string()), CellRef::new(row.index, col))),
            Value::Date(day) => Some((Arc::from(day.format("%m/%Y").to_string()), CellRef::new(row.index, col))),
            _ => None,
        };
        if let Some(found) = text(col) {
            return Some(found);
        }
        if let Some(area) = self.grid.merge(row.index, col) {
            let head = self.grid.get(area.from.row, area.from.col)?;
            return match head {
                Value::Text(text) if area.from.row == row.index => Some((text.clone(), area.from)),
                _ => None,
            };
        }
        // Blank in an upper row means "as left", where headings of its own stand below it and below the group's first column.
        if at == last {
            return None;
        }
        let below = |col: u32| (at + 1..=last).any(|below| self.rows[below].row.get(col).is_some());
        if !below(col) {
            return None;
        }
        let (left, _) = row.cells.iter().rev().find(|(c, _)| *c < col)?;
        let unmerged = self.grid.merge(row.index, *left).is_none();
        if unmerged && below(*left) && (*left..col).all(below) { text(*left) } else { None }
    }

    /// "Diện" over "tích" over "(m2)": one label's words stacked over several rows of one column.
    fn join_words(&self, column: &mut Column) {
        let mut joined: Vec<(Arc<str>, CellRef)> = Vec::new();
        for (text, cell) in column.path.drain(..) {
            let goes_on = text.trim_start().starts_with(|c: char| c == '(' || c.is_lowercase());
            match joined.last_mut() {
                Some((before, at)) if goes_on && at.col == cell.col => *before = format!("{before} {text}").into(),
                _ => joined.push((text, cell)),
            }
        }
        column.path = joined;
    }

    /// "(1) (2) (3=1+2)", "A B 1 2 3".
    fn is_numbering(&self, at: usize, columns: &[Column]) -> bool {
        let row = self.rows[at].row;
        if row.cells.len() < 2 || row.cells.len() * 2 < columns.len() {
            return false;
        }
        let mut expected = 0i64;
        for (_, value) in &row.cells {
            let number = match value {
                Value::Number(number) if number.is_integer() => i64::try_from(*number).ok(),
                Value::Text(text) => {
                    let text = text.trim().trim_matches(['(', ')', '[', ']']);
                    let head = text.split(['=', ' ', ')']).next().unwrap_or(text);
                    if head.len() == 1 && head.chars().all(|c| c.is_ascii_alphabetic()) {
                        continue;
                    }
                    head.parse().ok()
                }
                _ => None,
            };
            let Some(number) = number else { return false };
            let first = expected == 0;
            if first && !(1..=3).contains(&number) || !first && number != expected {
                return false;
            }
            expected = number + 1;
        }
        // Letters alone, or a single number, are no numbering of columns.
        expected > 2 || expected == 2 && row.cells.len() >= 2
    }

    fn body_end(&self, from: usize) -> usize {
        let mut at = from;
        while at < self.rows.len() {
            let gap =
                at > 0 && self.rows[at].row.index.saturating_sub(self.rows[at - 1].row.index) > limits::EMPTY_ROWS;
            if gap || self.is_heading(at) || self.ends_body(at) {
                break;
            }
            at += 1;
        }
        // Lone texts right above the next table are its captions.
        while at < self.rows.len() && at > from && self.is_heading(at)
            || at > from && at < self.rows.len() && self.leads_to_heading(at)
        {
            let above = &self.rows[at - 1];
            let lone = above.texts() <= 2 && above.numbers() == 0 && !above.has_dates();
            if !lone {
                break;
            }
            at -= 1;
        }
        at
    }

    fn leads_to_heading(&self, at: usize) -> bool {
        let mut at = at;
        while at < self.rows.len() {
            if self.is_heading(at) {
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

    fn ends_body(&self, at: usize) -> bool {
        let seen = &self.rows[at];
        if seen.numbers() > 1 {
            return false;
        }
        if seen.is_letter(Letter::Signature) || seen.is_letter(Letter::Note) || seen.is_letter(Letter::Head) {
            return true;
        }
        // "Bảo Yên, ngày 15 tháng 6 năm 2023"
        seen.texts() <= 2
            && seen.row.cells.iter().any(|(_, value)| match value {
                Value::Text(text) if text.len() < 120 => {
                    let key = fold::bare_key(text);
                    key.contains("ngay") && key.contains(" thang ") && key.contains(" nam ") && text.contains(',')
                }
                _ => false,
            })
    }
}

fn is_strong(label: &Label) -> bool {
    let strong = [Heading::Ordinal, Heading::Measure, Heading::Note, Heading::Unit, Heading::Date, Heading::Content];
    label.headings.iter().any(|h| strong.contains(h)) || !label.fields.is_empty()
}

fn kind_of(label: &Label) -> u8 {
    match label.headings.first() {
        Some(Heading::Ordinal) => 0,
        Some(Heading::Unit) => 1,
        Some(Heading::Measure) => 2,
        Some(Heading::Note) => 3,
        Some(Heading::Date) => 4,
        Some(Heading::Place | Heading::Person | Heading::Identity) => 5,
        Some(_) => 6,
        None if !label.names().is_empty() => 7,
        None if !label.fields.is_empty() => 8,
        None if label.allows.is_some() => 9,
        None if !label.period.is_none() => 10,
        None if label.unit.is_some() => 11,
        None if !label.roles.is_empty() => 12,
        None => 13,
    }
}
