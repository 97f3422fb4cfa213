//! `[[source]]` in `danvan.toml`: a rule that overrules what would be inferred of some sheets, as it is written.
//!
//! What it may say is a closed set of keys; their values are held to the catalogue and the register in `ingest::rules`.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};

/// One rule. What it does not say is still inferred.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Path or pattern, as messages show the file; without `/` its name alone.
    pub file: String,
    /// Name or pattern of its sheets.
    pub sheet: Option<String>,
    /// Which table of the sheet: its number from the top, or a cell of its header.
    pub table: Option<Written>,
    /// The form of a list of one record a row.
    pub form: Option<String>,
    /// Rows of the header: `4`, `"4-5"`.
    pub header: Option<Written>,
    /// What each column, by its letter, holds.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    pub unit: Option<Written>,
    pub period: Option<Written>,
    #[serde(default)]
    pub measure: Measures,
    /// Rows of the body to leave out: `12`, `"20-25"`.
    #[serde(default)]
    pub ignore_rows: Rows,
    /// Leaves the file, the sheet or the table out.
    #[serde(default)]
    pub ignore: bool,
}

/// A text, or a whole number that may be written without quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written(pub String);

/// The measure of a table, or those of some of its columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Measures {
    #[default]
    Inferred,
    Table(String),
    Columns(BTreeMap<String, String>),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows(pub Vec<Written>);

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Of;
        impl Visitor<'_> for Of {
            type Value = Written;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("cần chữ trong dấu nháy kép, hoặc một số nguyên")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Written, E> {
                Ok(Written(text.to_owned()))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Written, E> {
                Ok(Written(number.to_string()))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Written, E> {
                Ok(Written(number.to_string()))
            }
        }
        deserializer.deserialize_any(Of)
    }
}

impl<'de> Deserialize<'de> for Measures {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Of;
        impl<'de> Visitor<'de> for Of {
            type Value = Measures;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("cần đơn vị tính trong dấu nháy kép, hoặc { \"C\" = \"ha\" } cho từng cột")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Measures, E> {
                Ok(Measures::Table(text.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Measures, A::Error> {
                let mut columns = BTreeMap::new();
                while let Some((letter, measure)) = map.next_entry()? {
                    columns.insert(letter, measure);
                }
                Ok(Measures::Columns(columns))
            }
        }
        deserializer.deserialize_any(Of)
    }
}

impl<'de> Deserialize<'de> for Rows {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Of;
        impl<'de> Visitor<'de> for Of {
            type Value = Rows;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("cần số dòng, ví dụ 12, \"20-25\", hoặc [12, \"20-25\"]")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Rows, E> {
                Ok(Rows(text.split(',').map(|rows| Written(rows.trim().to_owned())).collect()))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Rows, E> {
                Ok(Rows(vec![Written(number.to_string())]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Rows, A::Error> {
                let mut rows = Vec::new();
                while let Some(row) = seq.next_element()? {
                    rows.push(row);
                }
                Ok(Rows(rows))
            }
        }
        deserializer.deserialize_any(Of)
    }
}
