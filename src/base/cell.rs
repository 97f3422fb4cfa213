//! A sheet's cell: where it is and what stands in it.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use chrono::NaiveDate;

use super::amount::Amount;

/// Zero-based row and column; shown as a spreadsheet shows it (`F8`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellRef {
    pub row: u32,
    pub col: u32,
}

impl CellRef {
    pub fn new(row: u32, col: u32) -> Self {
        Self { row, col }
    }
}

impl fmt::Display for CellRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", column_name(self.col), self.row + 1)
    }
}

/// `F8`, `$f$8`; columns up to XFD, rows up to 1048576.
impl FromStr for CellRef {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let text = text.trim().replace('$', "").to_ascii_uppercase();
        let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
        let (letters, digits) = text.split_at(letters);
        if letters.is_empty() || letters.len() > 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(());
        }
        let col = letters.bytes().fold(0, |col, letter| col * 26 + u32::from(letter - b'A') + 1);
        let row: u32 = digits.parse().map_err(|_| ())?;
        let fits = (1..=1_048_576).contains(&row) && col <= 16_384;
        fits.then(|| Self::new(row - 1, col - 1)).ok_or(())
    }
}

/// `0` → `A`, `27` → `AB`.
pub fn column_name(col: u32) -> String {
    let mut rest = col + 1;
    let mut name = Vec::new();
    while rest > 0 {
        rest -= 1;
        name.push(b'A' + (rest % 26) as u8);
        rest /= 26;
    }
    name.reverse();
    String::from_utf8(name).expect("only ASCII letters were pushed")
}

/// A rectangle of cells, both corners included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Area {
    pub from: CellRef,
    pub to: CellRef,
}

impl Area {
    pub fn contains(&self, row: u32, col: u32) -> bool {
        (self.from.row..=self.to.row).contains(&row) && (self.from.col..=self.to.col).contains(&col)
    }
}

/// What stands in a filled cell; an empty cell is no value at all.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Text(Arc<str>),
    Number(Amount),
    Date(NaiveDate),
    Bool(bool),
    /// `#VALUE!`, `#REF!` …
    Error(Arc<str>),
    /// A formula whose result was never stored: it would read as empty.
    Uncomputed,
    /// A number that no figure can hold (10^15 and more).
    Unusable,
}

impl Value {
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn is_numeric(&self) -> bool {
        matches!(self, Value::Number(_) | Value::Error(_) | Value::Uncomputed | Value::Unusable)
    }
}

/// A file's sheet, as messages and sources name it. `file` is relative to the workspace, with `/`, in NFC.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SheetName {
    pub file: Arc<str>,
    pub sheet: Arc<str>,
}

/// The cell that a figure came from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source {
    pub sheet: Arc<SheetName>,
    pub cell: CellRef,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_a_spreadsheet_names_them() {
        for (row, col, name) in [(7, 5, "F8"), (0, 25, "Z1"), (0, 26, "AA1"), (1_048_575, 16_383, "XFD1048576")] {
            assert_eq!(CellRef::new(row, col).to_string(), name);
            assert_eq!(name.parse(), Ok(CellRef::new(row, col)));
        }
        assert_eq!("$f$8".parse(), Ok(CellRef::new(7, 5)));
        for wrong in ["", "8", "F", "F0", "XFE1", "A1048577", "AAAA1", "Ô1", "F8x"] {
            assert_eq!(wrong.parse::<CellRef>(), Err(()), "{wrong}");
        }
    }
}
