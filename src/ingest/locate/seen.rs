//! A row as the search for tables sees it: which cells are texts, numbers or days, and what its texts say.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};

use crate::base::cell::Value;
use crate::base::fold;
use crate::ingest::grid::Row;
use crate::ingest::label::{Label, Letter, Lexicon, Position};
use crate::ingest::limits;
use crate::ingest::units;
use crate::ingest::value::{date, number, period};

/// A row with its texts understood.
pub struct Seen<'g> {
    pub row: &'g Row,
    pub cells: Vec<(u32, Kind, Option<Arc<Label>>)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Number,
    Date,
}

impl<'g> Seen<'g> {
    pub fn new(row: &'g Row, lexicon: &Lexicon, known: &mut HashMap<usize, Kind>) -> Self {
        // A row of data is told by its numbers and dates; its words need no understanding.
        let mut kind_of = |value: &Value| match value {
            Value::Text(text) => *known.entry(text.as_ptr() as usize).or_insert_with(|| text_kind(text)),
            Value::Date(_) => Kind::Date,
            Value::Bool(_) => Kind::Text,
            _ => Kind::Number,
        };
        let kinds: Vec<(u32, Kind)> = row.cells.iter().map(|(col, value)| (*col, kind_of(value))).collect();
        let texts = kinds.iter().filter(|(_, kind)| *kind == Kind::Text).count();
        let data = !heads_months(row)
            && kinds.iter().any(|(_, kind)| *kind == Kind::Date)
            && texts > 0
            && kinds.len() > texts + 1
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

    pub fn labels(&self) -> impl Iterator<Item = &Label> {
        self.cells.iter().filter_map(|(_, _, label)| label.as_deref())
    }

    pub fn texts(&self) -> usize {
        self.cells.iter().filter(|(_, kind, _)| *kind == Kind::Text).count()
    }

    pub fn numbers(&self) -> usize {
        self.cells.iter().filter(|(_, kind, _)| *kind == Kind::Number).count()
    }

    /// Whether a day stands in it; months that a spreadsheet made days of are headings.
    pub fn has_dates(&self) -> bool {
        self.cells.iter().any(|(_, kind, _)| *kind == Kind::Date) && !heads_months(self.row)
    }

    /// Words alone: it may be a part of a header.
    pub fn is_words(&self) -> bool {
        self.numbers() == 0
            && !self.has_dates()
            && self.texts() > 0
            && self.labels().count() == self.texts()
            && self.labels().all(|label| !label.colon)
            // A word of signatures among many others is a heading's: "Số dự án" over "phê duyệt".
            && self.labels().filter(|label| label.letter.is_some()).count() * 2 < self.texts()
            && !self.begins_with_ordinal()
    }

    pub fn is_letter(&self, letter: Letter) -> bool {
        self.labels().any(|label| label.letter == Some(letter))
    }

    pub fn begins_with_ordinal(&self) -> bool {
        match self.row.cells.first() {
            Some((_, Value::Text(text))) => {
                let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
                if words.take(2).count() != 1 {
                    return false;
                }
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
    // "6 tháng đầu năm" is a period, no number of months.
    if begins && number(text) && !(text.contains(char::is_alphabetic) && says_period(text)) {
        Kind::Number
    } else if text.contains(|c: char| c.is_ascii_digit()) && day(text) {
        Kind::Date
    } else {
        Kind::Text
    }
}

fn says_period(text: &str) -> bool {
    !period::said(&fold::tokens(text)).0.is_none()
}

/// "1/2023", "2/2023" …: typed as headings, and made the first days of months by the spreadsheet.
fn heads_months(row: &Row) -> bool {
    let days: Vec<_> =
        row.cells.iter().filter_map(|(_, value)| if let Value::Date(day) = value { Some(day) } else { None }).collect();
    let month = |day: &NaiveDate| day.year() * 12 + day.month0() as i32;
    days.len() >= 3
        && days.iter().all(|day| day.day() == 1)
        && days.windows(2).all(|pair| month(pair[0]) + 1 == month(pair[1]))
}
