//! Number formats: which numbers are dates, and which are shown with three decimals, where `27.900` looks like thousands.

use chrono::{Days, NaiveDate};

use crate::base::amount::{self, Amount};
use crate::base::cell::Value;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    #[default]
    Plain,
    Date,
    ThreeDecimals {
        grouped: bool,
    },
}

/// What a format's code says: `dd/mm/yyyy`, `#,##0.000`.
pub fn of_code(code: &str) -> Format {
    let mut bare = String::new();
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => drop(chars.by_ref().find(|c| *c == '"')),
            '\\' | '_' | '*' => drop(chars.next()),
            // Colours, locales, conditions; or hours, minutes and seconds that go on past their end.
            '[' => {
                let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                if inside.chars().all(|c| "hmsHMS".contains(c)) {
                    bare.push('h');
                }
            }
            ';' => break,
            c => bare.push(c.to_ascii_lowercase()),
        }
    }
    if bare.trim() == "general" {
        return Format::Plain;
    }
    let has = |letters: &str| bare.contains(|c| letters.contains(c));
    if has("dy") || has("m") && !has("hs0#") {
        return Format::Date;
    }
    let (whole, decimals) = bare.split_once('.').unwrap_or((&bare, ""));
    let shown = decimals.chars().take_while(|c| matches!(c, '0' | '#' | '?')).count();
    if shown == 3 && decimals.starts_with("000") && !bare.contains(['e', '%']) {
        return Format::ThreeDecimals { grouped: whole.contains(',') };
    }
    Format::Plain
}

/// The formats that a workbook does not list.
pub fn built_in(id: u16) -> Format {
    match id {
        14..=17 | 22 | 27..=31 | 34..=36 | 50..=54 | 57..=58 => Format::Date,
        _ => Format::Plain,
    }
}

/// A workbook's number as its format has it, and how it is shown where that matters.
pub fn value(number: f64, format: Format, epoch_1904: bool) -> (Value, Option<String>) {
    let Some(amount) = amount::from_float(number) else { return (Value::Unusable, None) };
    match format {
        Format::Plain => (Value::Number(amount), None),
        Format::Date => (day(number, epoch_1904).map_or(Value::Number(amount), Value::Date), None),
        Format::ThreeDecimals { grouped } => (Value::Number(amount), Some(three_decimals(amount, grouped))),
    }
}

fn day(serial: f64, epoch_1904: bool) -> Option<NaiveDate> {
    if !(0.0..2_958_466.0).contains(&serial) {
        return None;
    }
    let days = serial as u64;
    let first = match (epoch_1904, days) {
        (true, _) => NaiveDate::from_ymd_opt(1904, 1, 1),
        // Excel believes in a 29 February 1900.
        (false, 0..60) => NaiveDate::from_ymd_opt(1899, 12, 31),
        (false, _) => NaiveDate::from_ymd_opt(1899, 12, 30),
    };
    first?.checked_add_days(Days::new(days))
}

/// A number with three decimals, a point before them.
pub fn three_decimals(amount: Amount, grouped: bool) -> String {
    let mut amount = amount::round(amount, 3);
    amount.rescale(3);
    let text = amount.to_string();
    if !grouped {
        return text;
    }
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, "000"));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).expect("digits are ASCII")).collect();
    format!("{sign}{}.{decimals}", groups.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_apart() {
        for (code, expected) in [
            ("General", Format::Plain),
            ("0", Format::Plain),
            ("#,##0.00", Format::Plain),
            ("0.000%", Format::Plain),
            ("0.000E+00", Format::Plain),
            ("0.0000", Format::Plain),
            ("0.###", Format::Plain),
            ("h:mm:ss", Format::Plain),
            ("[h]:mm", Format::Plain),
            ("[Red]0", Format::Plain),
            ("#,##0\" đồng dy\"", Format::Plain),
            ("_-* #,##0 _d_-", Format::Plain),
            ("0;dd", Format::Plain),
            ("dd/mm/yyyy", Format::Date),
            ("[$-42A]dd mmmm", Format::Date),
            ("\"Tháng \"m", Format::Date),
            ("mmm", Format::Date),
            ("yyyy-mm-dd hh:mm", Format::Date),
            ("0.000", Format::ThreeDecimals { grouped: false }),
            ("#,##0.000_);(#,##0.000)", Format::ThreeDecimals { grouped: true }),
            ("0.000\" ha\"", Format::ThreeDecimals { grouped: false }),
        ] {
            assert_eq!(of_code(code), expected, "{code}");
        }
    }

    #[test]
    fn numbers_come_as_their_formats_have_them() {
        let date = |y, m, d| Value::Date(NaiveDate::from_ymd_opt(y, m, d).unwrap());
        assert_eq!(value(45014.6, Format::Date, false), (date(2023, 3, 29), None));
        assert_eq!(value(43552.0, Format::Date, true), (date(2023, 3, 29), None));
        assert_eq!(value(1.0, Format::Date, false), (date(1900, 1, 1), None));
        assert_eq!(value(61.0, Format::Date, false), (date(1900, 3, 1), None));
        assert_eq!(value(-1.0, Format::Date, false), (Value::Number((-1).into()), None));
        assert_eq!(value(f64::NAN, Format::Date, false), (Value::Unusable, None));
        let shown = |number, grouped| value(number, Format::ThreeDecimals { grouped }, false).1;
        assert_eq!(shown(27.9, false).as_deref(), Some("27.900"));
        assert_eq!(shown(-1234567.5, true).as_deref(), Some("-1,234,567.500"));
        assert_eq!(shown(12.0, true).as_deref(), Some("12.000"));
    }
}
