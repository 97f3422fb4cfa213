//! A worksheet's part → a grid: cells, merged areas, hidden rows and columns, in one pass.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{Duration, NaiveDate, NaiveTime};

use crate::base::amount::{self, Amount};
use crate::base::cell::{Area, CellRef, Value};
use crate::ingest::limits;

use super::super::{Grid, Row};
use super::strings::{self, Texts};
use super::styles::{self, Style};
use super::xml::{self, Attribute, Event, Part, Result, Scan, Stop};
use super::{Book, open};

/// Rows of a sheet, as Excel has them.
const ROWS: u32 = 1 << 20;

/// What a text that a number's format shows weighs, in cells.
const SHOWN_WEIGHT: usize = 3;

pub struct Reader<'a> {
    book: &'a Book,
    texts: &'a mut Texts,
    /// The filled cells of the row that is being read.
    cells: &'a mut Vec<(u32, Value)>,
    text: &'a mut String,
    grid: &'a mut Grid,
    /// The number of the last row, from one.
    row: u32,
    /// Of the last cell, from one.
    col: u32,
    /// Filled cells of this sheet and those before, rows by their weight.
    filled: usize,
    /// Rows come one after another, and so do the cells in each.
    sorted: bool,
    /// What formats of the row's cells show, as yet.
    shown: Vec<(u32, Arc<str>)>,
}

impl<'a> Reader<'a> {
    pub fn new(
        book: &'a Book,
        texts: &'a mut Texts,
        cells: &'a mut Vec<(u32, Value)>,
        text: &'a mut String,
        grid: &'a mut Grid,
        filled: usize,
    ) -> Self {
        Self { book, texts, cells, text, grid, row: 0, col: 0, filled, sorted: true, shown: Vec::new() }
    }

    /// Filled cells of the workbook so far.
    pub fn filled(&self) -> usize {
        self.filled
    }

    /// The number of the last row that was begun, from one.
    pub fn row(&self) -> u32 {
        self.row
    }

    /// Reads the part; whether it holds cells at all, if none of them is filled.
    pub fn read(&mut self, part: &mut Part) -> Result<bool> {
        open(part, b"worksheet", |_, _| Ok(()))?;
        let mut data = false;
        let mut hidden: Vec<(u32, u32)> = Vec::new();
        let mut within = Within::Other;
        loop {
            let depth = part.depth();
            match part.event()? {
                Event::Open { name, empty, .. } if depth == 1 => {
                    within = Within::of(name);
                    if within == Within::Data {
                        if std::mem::replace(&mut data, true) {
                            return Err(Stop::Damaged);
                        }
                        if !empty {
                            self.rows(part)?;
                        }
                    }
                }
                Event::Open { name, mut attributes, .. } if depth == 2 && within == Within::Columns => {
                    let (mut first, mut last, mut hides) = (None, None, false);
                    while let Some((name, value)) = attributes.next()? {
                        match name {
                            b"min" => first = Some(xml::whole(value)?),
                            b"max" => last = Some(xml::whole(value)?),
                            b"hidden" => hides = xml::truth(value)?,
                            _ => {}
                        }
                    }
                    let (b"col", Some(first @ 1..), Some(last)) = (name, first, last) else {
                        return Err(Stop::Damaged);
                    };
                    if hides {
                        let column = |number: u64| number.min(limits::COLUMNS as u64) as u32 - 1;
                        hidden.push((column(first), column(last.max(first))));
                    }
                }
                Event::Open { name, mut attributes, .. } if depth == 2 && within == Within::Merges => {
                    let mut area = None;
                    while let Some((name, value)) = attributes.next()? {
                        if name == b"ref" {
                            area = Some(self::area(value)?);
                        }
                    }
                    let (b"mergeCell", Some(area)) = (name, area) else { return Err(Stop::Damaged) };
                    if self.grid.merges.len() == limits::MERGES {
                        return Err(self.exceeded(limits::MERGES, "ô gộp"));
                    }
                    self.grid.merges.push(area);
                }
                // Within `sheetData` these would be rows.
                Event::Open { .. } if depth == 0 || within != Within::Other => return Err(Stop::Damaged),
                Event::Text(text) if (depth < 2 || within != Within::Other) && !xml::is_blank_text(text) => {
                    return Err(Stop::Damaged);
                }
                Event::Open { .. } | Event::Text(_) => {}
                Event::Close if depth == 2 => within = Within::Other,
                Event::Close => {}
                Event::End => break,
            }
        }
        self.finish(&hidden)?;
        Ok(data)
    }

    fn rows(&mut self, part: &mut Part) -> Result<()> {
        loop {
            let before = (self.row, self.filled, self.sorted);
            let mut scan = Scan::new(part.rest());
            match self.next_row(&mut scan) {
                Ok(true) => {
                    let length = scan.at;
                    part.pass(length);
                }
                Ok(false) => return Ok(()),
                Err(Stop::More) => {
                    (self.row, self.filled, self.sorted) = before;
                    part.more()?;
                }
                Err(stop) => return Err(stop),
            }
        }
    }

    /// Reads a row, if one comes next.
    fn next_row(&mut self, scan: &mut Scan) -> Result<bool> {
        scan.tag()?;
        if !scan.opens(b"row")? {
            // The end tag is for the part to see.
            return if scan.rest().get(1).ok_or(Stop::More)? == &b'/' { Ok(false) } else { Err(Stop::Damaged) };
        }
        let last = self.row;
        let (mut number, mut hidden) = (None, false);
        let empty = loop {
            match scan.attribute()? {
                Attribute::Is(b"r", value) => {
                    if number.replace(xml::whole(value)?).is_some() {
                        return Err(Stop::Damaged);
                    }
                }
                Attribute::Is(b"hidden", value) => hidden = xml::truth(value)?,
                Attribute::Is(
                    b"spans" | b"s" | b"customFormat" | b"ht" | b"customHeight" | b"outlineLevel" | b"collapsed"
                    | b"thickTop" | b"thickBot" | b"ph",
                    _,
                ) => {}
                Attribute::Is(name, _) if xml::is_foreign(name) => {}
                Attribute::Is(..) => return Err(Stop::Damaged),
                Attribute::End { empty } => break empty,
            }
        };
        let numbered = number.is_some();
        self.row = match number {
            Some(number @ 1..) if number <= u64::from(ROWS) => number as u32,
            None if last < ROWS => last + 1,
            _ => return Err(Stop::Damaged),
        };
        self.cells.clear();
        self.shown.clear();
        self.col = 0;
        if !empty {
            self.row_cells(scan, numbered)?;
        }
        // The row is whole: from here on nothing is read again.
        self.sorted &= self.row > last;
        if !self.cells.is_empty() {
            let index = self.row - 1;
            if hidden {
                self.grid.hidden_rows.push(index);
            }
            self.grid.shown.extend(self.shown.drain(..).map(|(col, text)| (CellRef::new(index, col), text)));
            let mut cells = Vec::with_capacity(self.cells.len());
            cells.append(self.cells);
            self.filled += limits::ROW_WEIGHT;
            self.grid.rows.push(Row { index, cells });
        }
        Ok(true)
    }

    fn row_cells(&mut self, scan: &mut Scan, numbered: bool) -> Result<()> {
        loop {
            scan.tag()?;
            if scan.opens(b"c")? {
                self.cell(scan, numbered)?;
            } else if scan.closes(b"row")? {
                return Ok(());
            } else if scan.opens(b"extLst")? {
                if !scan.attributes()? {
                    scan.element(b"extLst")?;
                }
            } else {
                return Err(Stop::Damaged);
            }
        }
    }

    /// Reads a cell, after its name.
    #[inline]
    fn cell(&mut self, scan: &mut Scan, numbered: bool) -> Result<()> {
        let mut at = scan.usual(b" r=\"")?;
        let mut style = scan.usual(b" s=\"")?;
        let mut kind = scan.usual(b" t=\"")?.map(Kind::of).transpose()?;
        let empty = loop {
            match scan.attribute()? {
                Attribute::Is(b"r", value) if at.is_none() => at = Some(value),
                Attribute::Is(b"s", value) if style.is_none() => style = Some(value),
                Attribute::Is(b"t", value) if kind.is_none() => kind = Some(Kind::of(value)?),
                Attribute::Is(b"cm" | b"vm" | b"ph", _) => {}
                Attribute::Is(name, _) if xml::is_foreign(name) => {}
                Attribute::Is(..) => return Err(Stop::Damaged),
                Attribute::End { empty } => break empty,
            }
        };
        let last = self.col;
        self.col = match at {
            Some(at) => {
                let (row, col) = reference(at)?;
                if row != self.row {
                    // Without a number of its own the row's place is not ours to say.
                    return Err(if numbered { Stop::Damaged } else { Stop::Unknown });
                }
                col
            }
            None if (last as usize) < limits::COLUMNS => last + 1,
            None => return Err(Stop::Damaged),
        };
        self.sorted &= self.col > last;
        if empty {
            return Ok(());
        }
        let style = match style {
            Some(style) => self.book.styles.get(xml::whole(style)? as usize).unwrap_or(&Style::Plain),
            None => &Style::Plain,
        };
        let kind = kind.unwrap_or(Kind::Untyped);
        let (mut formula, mut seen, mut value) = (false, false, None);
        loop {
            scan.tag()?;
            if !seen && kind != Kind::Inline && scan.opens(b"v")? {
                seen = true;
                value = match plain_content(scan)? {
                    true => self.value(scan, kind, style)?,
                    false => Content::None,
                }
                .into();
            } else if scan.closes(b"c")? {
                break;
            } else if !formula && scan.opens(b"f")? {
                formula = true;
                if !scan.attributes()? {
                    self.text.clear();
                    scan.text(b"f", self.text)?;
                }
            } else if !seen && kind == Kind::Inline && scan.opens(b"is")? {
                seen = true;
                self.text.clear();
                if !scan.attributes()? {
                    strings::rich(scan, b"is", self.text)?;
                }
                value =
                    Some(self.texts.keep(self.text).map_or(Content::Blank, |text| Content::Value(Value::Text(text))));
            } else if kind == Kind::Inline && scan.opens(b"v")? {
                // Said twice: the text stands in `is`.
                if plain_content(scan)? {
                    self.text.clear();
                    scan.text(b"v", self.text)?;
                }
            } else if scan.opens(b"extLst")? {
                if !scan.attributes()? {
                    scan.element(b"extLst")?;
                }
            } else {
                return Err(Stop::Damaged);
            }
        }
        let value = match value.unwrap_or(Content::None) {
            Content::Value(value) => value,
            Content::None if formula => Value::Uncomputed,
            Content::None | Content::Blank => return Ok(()),
        };
        self.filled += 1;
        if let (Style::Otherwise(sections), Value::Number(number)) = (style, &value)
            && let Some(shown) = styles::shown(sections, *number)
        {
            self.filled += SHOWN_WEIGHT;
            let shown = self.texts.keep(&shown).expect("digits are a text");
            self.shown.push((self.col - 1, shown));
        }
        if self.filled > limits::FILLED_CELLS {
            return Err(limits::exceeded("có quá", limits::FILLED_CELLS as u64, "ô").into());
        }
        self.cells.push((self.col - 1, value));
        Ok(())
    }

    /// What an open `v` holds, up to its end.
    #[inline]
    fn value(&mut self, scan: &mut Scan, kind: Kind, style: &Style) -> Result<Content> {
        let start = scan.at;
        match kind {
            Kind::Shared => {
                let mut number = 0usize;
                while let digit @ b'0'..=b'9' = scan.byte()? {
                    number = number.saturating_mul(10).saturating_add(usize::from(digit - b'0'));
                    scan.at += 1;
                }
                if !scan.closes(b"v")? {
                    return Err(Stop::Damaged);
                }
                if scan.at == start + b"</v>".len() {
                    return Ok(Content::None);
                }
                let text = self.book.strings.get(number).ok_or(Stop::Damaged)?;
                return Ok(text.clone().map_or(Content::Blank, |text| Content::Value(Value::Text(text))));
            }
            Kind::Untyped | Kind::Number => {
                if let Some(number) = digits(scan)? {
                    let value = match *style {
                        // Fewer than 16 digits are the same as a float.
                        Style::Day if number.scale() == 0 => self.day(number.mantissa() as f64),
                        Style::Day => None,
                        _ => Some(Value::Number(number)),
                    };
                    if let Some(value) = value {
                        return if scan.closes(b"v")? { Ok(Content::Value(value)) } else { Err(Stop::Damaged) };
                    }
                }
                scan.at = start;
            }
            _ => {}
        }
        self.text.clear();
        scan.text(b"v", self.text)?;
        let text = self.text.as_str();
        let known = |text: Option<Arc<str>>| text.map_or(Content::Blank, |text| Content::Value(Value::Text(text)));
        Ok(match kind {
            Kind::Untyped | Kind::Number if text.is_empty() => Content::None,
            Kind::Untyped | Kind::Number if is_number(text) => {
                let float: f64 = text.parse().map_err(|_| Stop::Damaged)?;
                let day = if *style == Style::Day { self.day(float) } else { None };
                Content::Value(day.unwrap_or_else(|| amount::from_float(float).map_or(Value::Unusable, Value::Number)))
            }
            Kind::Number => return Err(Stop::Damaged),
            // Words where only a number may stand: some programs write them.
            Kind::Untyped if text.trim().is_empty() => return Err(Stop::Damaged),
            Kind::Untyped => known(self.texts.keep(text)),
            Kind::Text => {
                strings::unescape(self.text, 0);
                known(self.texts.keep(self.text))
            }
            Kind::Truth => match text.trim() {
                "" => Content::None,
                "1" => Content::Value(Value::Bool(true)),
                "0" => Content::Value(Value::Bool(false)),
                text if text.eq_ignore_ascii_case("true") => Content::Value(Value::Bool(true)),
                text if text.eq_ignore_ascii_case("false") => Content::Value(Value::Bool(false)),
                _ => return Err(Stop::Damaged),
            },
            Kind::Error => {
                let known = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || "#/!?_".contains(c);
                if !text.starts_with('#') || text.len() > 20 || !text.chars().all(known) {
                    return Err(Stop::Damaged);
                }
                Content::Value(Value::Error(self.texts.keep(text).ok_or(Stop::Damaged)?))
            }
            Kind::Moment => match text.get(..10).and_then(|day| day.parse().ok()) {
                Some(day) => Content::Value(Value::Date(day)),
                None => known(self.texts.keep(text)),
            },
            Kind::Shared | Kind::Inline => return Err(Stop::Damaged),
        })
    }

    fn day(&self, serial: f64) -> Option<Value> {
        day(serial, self.book.from_1904).map(Value::Date)
    }

    fn exceeded(&self, limit: usize, of: &str) -> Stop {
        let before = format!("trang tính {} có quá", self.grid.name.sheet);
        limits::exceeded(&before, limit as u64, of).into()
    }

    /// Puts what was read in order.
    fn finish(&mut self, hidden: &[(u32, u32)]) -> Result<()> {
        let grid = &mut *self.grid;
        if grid.rows.is_empty() {
            grid.merges.clear();
        }
        grid.merges.sort();
        if !self.sorted {
            grid.hidden_rows.sort_unstable();
            grid.rows.sort_by_key(|row| row.index);
            for row in &mut grid.rows {
                row.cells.sort_by_key(|(col, _)| *col);
            }
            // A place that is said twice: one of both would be lost.
            let twice = grid.rows.windows(2).any(|rows| rows[0].index == rows[1].index);
            if twice || grid.rows.iter().any(|row| row.cells.windows(2).any(|cells| cells[0].0 == cells[1].0)) {
                return Err(Stop::Damaged);
            }
        }
        if !hidden.is_empty() {
            let cols = grid.rows.iter().flat_map(|row| &row.cells).map(|(col, _)| *col);
            let held: BTreeSet<u32> =
                cols.filter(|col| hidden.iter().any(|(first, last)| (first..=last).contains(&col))).collect();
            grid.hidden_columns = held.into_iter().collect();
        }
        Ok(())
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Within {
    Columns,
    Data,
    Merges,
    Other,
}

impl Within {
    fn of(name: &[u8]) -> Self {
        match name {
            b"cols" => Within::Columns,
            b"sheetData" => Within::Data,
            b"mergeCells" => Within::Merges,
            _ => Within::Other,
        }
    }
}

/// A cell's content, as its `t` says.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Untyped,
    Number,
    Shared,
    Text,
    Inline,
    Truth,
    Error,
    Moment,
}

impl Kind {
    fn of(value: &[u8]) -> Result<Self> {
        Ok(match value {
            b"n" => Kind::Number,
            b"s" => Kind::Shared,
            b"str" => Kind::Text,
            b"inlineStr" => Kind::Inline,
            b"b" => Kind::Truth,
            b"e" => Kind::Error,
            b"d" => Kind::Moment,
            _ => return Err(Stop::Damaged),
        })
    }
}

enum Content {
    Value(Value),
    /// A text of blanks only.
    Blank,
    /// No result was stored.
    None,
}

/// Passes the rest of the tag of a `v`; whether anything is in it.
#[inline]
fn plain_content(scan: &mut Scan) -> Result<bool> {
    if scan.passes(b">")? {
        return Ok(true);
    }
    loop {
        match scan.attribute()? {
            Attribute::Is(name, _) if xml::is_foreign(name) => {}
            Attribute::Is(..) => return Err(Stop::Damaged),
            Attribute::End { empty } => return Ok(!empty),
        }
    }
}

/// A number as nearly all are written: a sign, digits, a point, digits, in all no more than Excel keeps. Passes it, or stops somewhere in it.
#[inline]
fn digits(scan: &mut Scan) -> Result<Option<Amount>> {
    let negative = scan.passes(b"-")?;
    let (mut number, mut length, mut decimals, mut point) = (0i64, 0u32, 0u32, false);
    // Zeros that come last say nothing.
    let (mut zeros, mut any) = (0u32, false);
    loop {
        match scan.byte()? {
            digit @ b'0'..=b'9' => {
                any = true;
                length += u32::from(length > 0 || digit != b'0');
                if length > 15 {
                    return Ok(None);
                }
                number = number * 10 + i64::from(digit - b'0');
                if point {
                    decimals += 1;
                    zeros = if digit == b'0' { zeros + 1 } else { 0 };
                }
            }
            b'.' if !point && any => point = true,
            b'<' if any => break,
            _ => return Ok(None),
        }
        scan.at += 1;
    }
    let scale = decimals - zeros;
    if scale > 15 {
        return Ok(None);
    }
    let number = number / 10i64.pow(zeros.min(18));
    Ok(Some(Amount::new(if negative { -number } else { number }, scale)))
}

/// Whether a text is a number as XML Schema writes doubles, infinity and the like aside.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    (digits(whole) && decimals.is_empty() || digits(decimals) && (whole.is_empty() || digits(whole)))
        && digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))
}

/// The day of a serial number. Excel has a 29 February 1900.
fn day(serial: f64, from_1904: bool) -> Option<NaiveDate> {
    let serial = if from_1904 { serial + 1462.0 } else { serial };
    let serial = if serial < 60.0 { serial + 1.0 } else { serial };
    let milliseconds = Duration::try_milliseconds((serial * 86_400_000.0).round() as i64)?;
    let epoch = NaiveDate::from_ymd_opt(1899, 12, 30)?.and_time(NaiveTime::MIN);
    epoch.checked_add_signed(milliseconds).map(|moment| moment.date())
}

/// The row and the column, both from one, of a cell's reference.
#[inline]
fn reference(text: &[u8]) -> Result<(u32, u32)> {
    let letters = text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    if !(1..=3).contains(&letters) || text.len() - letters > 7 || text.len() == letters {
        return Err(Stop::Damaged);
    }
    let col =
        text[..letters].iter().fold(0, |col, letter| col * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1);
    let mut row = 0;
    for digit in &text[letters..] {
        if !digit.is_ascii_digit() {
            return Err(Stop::Damaged);
        }
        row = row * 10 + u32::from(digit - b'0');
    }
    if !(1..=ROWS).contains(&row) || col as usize > limits::COLUMNS {
        return Err(Stop::Damaged);
    }
    Ok((row, col))
}

/// `A6:G67`, or one cell.
fn area(text: &[u8]) -> Result<Area> {
    let mut corners = text.split(|byte| *byte == b':').map(reference);
    let from = corners.next().ok_or(Stop::Damaged)??;
    let to = corners.next().transpose()?.unwrap_or(from);
    if corners.next().is_some() || to.0 < from.0 || to.1 < from.1 {
        return Err(Stop::Damaged);
    }
    let corner = |(row, col): (u32, u32)| CellRef::new(row - 1, col - 1);
    Ok(Area { from: corner(from), to: corner(to) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By the short way, if there is one, and by way of a float.
    fn read(text: &str) -> (Option<Amount>, Option<Amount>) {
        let bytes = format!("{text}</v>");
        let own = digits(&mut Scan::new(bytes.as_bytes())).unwrap();
        (own, amount::from_float(text.parse().unwrap()))
    }

    #[test]
    fn numbers_are_those_that_a_float_stands_for() {
        for text in [
            "0",
            "-0",
            "5",
            "007",
            "-27.9",
            "33.8",
            "0.000001",
            "999999999999999",
            "0.100000000000000",
            "12.50",
            "8439.7",
        ] {
            let (own, other) = read(text);
            assert_eq!(format!("{own:?}"), format!("{other:?}"), "{text}");
            assert!(own.is_some());
        }
        for text in ["33.800000000000004", "1000000000000000", "1e5", "5.E2", ".5", "0.0000000000000001"] {
            assert_eq!(read(text).0, None, "{text}");
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(20_000))]
        #[test]
        fn the_short_way_gives_no_other_number(digits in 0i64..1_000_000_000_000_000, cut in 0u32..15, scale in 0usize..16) {
            let digits = format!("{:0>width$}", digits / 10i64.pow(cut), width = scale + 1);
            let (whole, decimals) = digits.split_at(digits.len() - scale);
            let text = if decimals.is_empty() { whole.to_owned() } else { format!("{whole}.{decimals}") };
            let (own, other) = read(&text);
            if own.is_some() {
                proptest::prop_assert_eq!(format!("{own:?}"), format!("{other:?}"), "{}", text);
            }
        }
    }

    #[test]
    fn references_are_read_and_checked() {
        assert_eq!(reference(b"A1").unwrap(), (1, 1));
        assert_eq!(reference(b"XFD1048576").unwrap(), (1_048_576, 16_384));
        for wrong in ["", "A", "1", "A0", "XFE1", "A1048577", "A1B", "$A$1", "A99999999", "AAAA1"] {
            assert!(reference(wrong.as_bytes()).is_err(), "{wrong}");
        }
        assert!(area(b"B2:A3").is_err() && area(b"A1:B2:C3").is_err() && area(b"A1:").is_err());
    }
}
