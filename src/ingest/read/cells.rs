//! One body cell → a number, a day, or the problem with it.

use chrono::NaiveDate;

use crate::base::amount::Amount;
use crate::base::cell::Value;
use crate::base::diagnostic::Problem;
use crate::base::measure::Measure;
use crate::base::period::{Part, Period, Span};
use crate::catalogue::indicator::Indicator;
use crate::catalogue::settings::Dash;
use crate::ingest::label::{Lexicon, MeasureSaid};
use crate::ingest::value::{date, number};

/// What a cell of numbers says.
#[derive(Clone, Debug, PartialEq)]
pub enum NumberRead {
    /// With the measure written behind it.
    Number(Amount, Option<String>),
    Nil,
    Blank,
    /// The cell is set aside.
    Problem(Problem),
    /// Used, but doubtful.
    Doubtful(Amount, Option<String>, Problem),
}

/// Reads a cell under a heading of numbers.
pub fn number(value: &Value, style: number::Style, dash: Dash, heading: &str, lexicon: &Lexicon) -> NumberRead {
    let heading = || heading.to_owned();
    match value {
        Value::Number(number) => NumberRead::Number(*number, None),
        Value::Error(error) => {
            NumberRead::Problem(Problem::NumberIsError { found: error.to_string(), heading: heading() })
        }
        Value::Uncomputed => NumberRead::Problem(Problem::FormulaWithoutResult { heading: heading() }),
        Value::Unusable => NumberRead::Problem(Problem::NumberTooLarge { heading: heading() }),
        Value::Date(day) => {
            let found = Some(day.format("%d/%m/%Y").to_string());
            NumberRead::Problem(Problem::NumberUnreadable { found, heading: heading() })
        }
        Value::Bool(_) => NumberRead::Problem(Problem::NumberUnreadable { found: None, heading: heading() }),
        Value::Text(text) => match number::parse(text, style) {
            number::NumberText::Number(reading) => {
                let measure = reading.measure_text.map(str::to_owned);
                if reading.ambiguous {
                    let found = text.trim().to_owned();
                    let problem = Problem::NumberAmbiguous { found, read_as: reading.number, heading: heading() };
                    NumberRead::Doubtful(reading.number, measure, problem)
                } else {
                    NumberRead::Number(reading.number, measure)
                }
            }
            number::NumberText::Nil => NumberRead::Nil,
            number::NumberText::Dash => match dash {
                Dash::Nil => NumberRead::Nil,
                Dash::Blank => NumberRead::Blank,
            },
            number::NumberText::Blank => NumberRead::Blank,
            number::NumberText::Range if lexicon.may_be_quoted(text) => {
                NumberRead::Problem(Problem::NumberIsRange { found: text.trim().to_owned(), heading: heading() })
            }
            number::NumberText::Range | number::NumberText::Words => {
                let found = lexicon.may_be_quoted(text).then(|| text.trim().to_owned());
                NumberRead::Problem(Problem::NumberUnreadable { found, heading: heading() })
            }
        },
    }
}

/// Brings a number to an indicator's measure, and holds it to what the indicator can be.
/// `said`: the measure of the cell, else of its row, column or caption, with its text.
pub fn fit(
    amount: Amount,
    said: Option<(&MeasureSaid, &str)>,
    indicator: &Indicator,
    heading: &str,
    lexicon: &Lexicon,
) -> Result<Amount, Problem> {
    let amount = match said {
        None => amount,
        Some((said, text)) => convert(amount, said, text, &indicator.measure, heading, lexicon)?,
    };
    if amount.is_sign_negative() && !amount.is_zero() {
        return Err(Problem::NumberNegative { found: amount, heading: heading.to_owned() });
    }
    if !indicator.fractions && !amount.is_integer() {
        return Err(Problem::NumberFraction { found: amount, heading: heading.to_owned() });
    }
    Ok(amount)
}

fn convert(
    amount: Amount,
    said: &MeasureSaid,
    text: &str,
    to: &Measure,
    heading: &str,
    lexicon: &Lexicon,
) -> Result<Amount, Problem> {
    // A cell of words is not quoted (design 7.3).
    let quoted = *said != MeasureSaid::Unknown || lexicon.may_be_quoted(text);
    let mismatch = || Problem::MeasureMismatch {
        found: if quoted { text.to_owned() } else { "ô ghi chữ".to_owned() },
        expected: to.symbol.to_string(),
        heading: heading.to_owned(),
    };
    match said {
        MeasureSaid::Known(all) => {
            let fits = all.iter().map(|&at| &lexicon.catalogue.measures[at]).find(|m| m.dimension == to.dimension);
            let from = fits.ok_or_else(mismatch)?;
            from.convert(amount, to).ok_or_else(|| Problem::NumberTooLarge { heading: heading.to_owned() })
        }
        MeasureSaid::Regional => Err(Problem::MeasureRegional { found: text.to_owned() }),
        // A counted thing by another word is still counted; a word of scale would change the number.
        MeasureSaid::Unknown if to.counted && !has_scale(text) => Ok(amount),
        MeasureSaid::Unknown => Err(mismatch()),
    }
}

fn has_scale(text: &str) -> bool {
    let key = crate::base::fold::bare_key(text);
    key.split(' ').any(|word| {
        ["chuc", "tram", "nghin", "ngan", "van", "trieu", "ti", "%"].contains(&word)
            || word.chars().any(|c| c.is_ascii_digit())
    })
}

/// What a cell of dates says.
#[derive(Clone, Debug, PartialEq)]
pub enum DateRead {
    Day(NaiveDate),
    Within(Span),
    Blank,
    Problem(Problem),
}

/// Reads a cell under a heading of dates. `year`: the year of the table, for "8.8".
pub fn date(value: &Value, year: Option<i32>, heading: &str, lexicon: &Lexicon) -> DateRead {
    let unreadable = |found| DateRead::Problem(Problem::DateUnreadable { found, heading: heading.to_owned() });
    match value {
        Value::Date(day) => DateRead::Day(*day),
        Value::Number(serial) => match date::from_serial(*serial, false) {
            Some(day) => DateRead::Day(day),
            None => unreadable(Some(serial.to_string())),
        },
        Value::Text(text) => match date::parse(text) {
            date::DateText::Day(day) => DateRead::Day(day),
            date::DateText::Month { year, month } => {
                DateRead::Within(Span::Named(Period::new(year, Part::Month(month))))
            }
            date::DateText::Quarter { year, quarter } => {
                DateRead::Within(Span::Named(Period::new(year, Part::Quarter(quarter))))
            }
            date::DateText::Range { from, to }
                if (from.format("%Y%m")).to_string() == (to.format("%Y%m")).to_string() =>
            {
                DateRead::Day(from)
            }
            date::DateText::NoYear { day, month } => {
                match year.and_then(|year| NaiveDate::from_ymd_opt(year, month.into(), day.into())) {
                    Some(day) => DateRead::Day(day),
                    None => unreadable(Some(text.trim().to_owned())),
                }
            }
            date::DateText::Impossible => DateRead::Problem(Problem::DateImpossible {
                found: text.trim().to_owned(),
                heading: heading.to_owned(),
            }),
            date::DateText::Blank => DateRead::Blank,
            date::DateText::Range { .. } | date::DateText::Words => {
                unreadable(lexicon.may_be_quoted(text).then(|| text.trim().to_owned()))
            }
        },
        _ => unreadable(None),
    }
}

/// Whether a caption's measure is of the indicator's dimension; "ĐVT: triệu đồng" says nothing of households.
pub fn fits_dimension(said: &MeasureSaid, indicator: &Indicator, lexicon: &Lexicon) -> bool {
    match said {
        MeasureSaid::Known(all) => {
            all.iter().any(|&at| lexicon.catalogue.measures[at].dimension == indicator.measure.dimension)
        }
        MeasureSaid::Regional => !indicator.measure.counted,
        MeasureSaid::Unknown => false,
    }
}
