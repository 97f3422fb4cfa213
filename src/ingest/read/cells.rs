//! One body cell → a number, a day, or the problem with it.

use chrono::NaiveDate;

use crate::base::amount::{Amount, vietnamese};
use crate::base::cell::Value;
use crate::base::diagnostic::Problem;
use crate::base::fold;
use crate::base::measure::Measure;
use crate::base::period::{Part, Period, Span};
use crate::catalogue::indicator::Indicator;
use crate::catalogue::settings::Dash;
use crate::ingest::label::{Lexicon, MeasureSaid};
use crate::ingest::limits;
use crate::ingest::value::{date, number, period};

/// What a cell of numbers says.
#[derive(Clone, Debug, PartialEq)]
pub enum NumberRead {
    Number(Number),
    Nil,
    Blank,
    /// The cell is set aside.
    Problem(Problem),
}

/// A number as its cell says it.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    pub amount: Amount,
    /// The measure written behind it.
    pub measure: Option<String>,
    /// Used, but doubtful.
    pub doubt: Option<Problem>,
    /// As it is written or shown, and the whole number that it is if its mark stands between thousands: `27.900`, held as 27.9.
    pub grouped: Option<(String, Amount)>,
}

/// Reads a cell under a heading of numbers. `shown`: what its number format makes of it.
pub fn number(
    value: &Value,
    shown: Option<&str>,
    writing: number::Writing,
    dash: Dash,
    heading: &str,
    lexicon: &Lexicon,
) -> NumberRead {
    let heading = || heading.to_owned();
    match value {
        Value::Number(amount) => NumberRead::Number(as_shown(*amount, shown, heading)),
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
        Value::Text(text) => {
            let quoted = || lexicon.may_be_quoted(text).then(|| text.trim().to_owned());
            match number::parse(text, writing.style) {
                number::NumberText::Number(reading) => NumberRead::Number(as_written(text, reading, writing, heading)),
                number::NumberText::Nil => NumberRead::Nil,
                number::NumberText::Dash => match dash {
                    Dash::Nil => NumberRead::Nil,
                    Dash::Blank => NumberRead::Blank,
                },
                number::NumberText::Blank => NumberRead::Blank,
                number::NumberText::Range => {
                    NumberRead::Problem(Problem::NumberIsRange { found: quoted(), heading: heading() })
                }
                number::NumberText::Words => {
                    NumberRead::Problem(Problem::NumberUnreadable { found: quoted(), heading: heading() })
                }
            }
        }
    }
}

/// A workbook's number, and what a format of three decimals makes a reader take it for.
fn as_shown(amount: Amount, shown: Option<&str>, heading: impl Fn() -> String) -> Number {
    let plain = Number { amount, measure: None, doubt: None, grouped: None };
    let Some(shown) = shown.map(str::trim) else { return plain };
    // Whichever mark the program shows: the one that stands between thousands gives the other number.
    let taken_for =
        [number::Style::Vietnamese, number::Style::English].into_iter().find_map(|style| {
            match number::parse(shown, style) {
                number::NumberText::Number(reading) if reading.lone_mark.is_some() && reading.decimals == 0 => {
                    Some(reading.number).filter(|number| *number != amount)
                }
                _ => None,
            }
        });
    let Some(taken_for) = taken_for else { return plain };
    let doubt = Problem::NumberShownOtherwise { shown: shown.to_owned(), read_as: amount, heading: heading() };
    let held = format!("{} (ô hiện \"{shown}\")", vietnamese(amount, 6));
    Number { doubt: Some(doubt), grouped: Some((held, taken_for)), ..plain }
}

fn as_written(text: &str, reading: number::Reading, writing: number::Writing, heading: impl Fn() -> String) -> Number {
    let found = || text.trim().to_owned();
    let group = reading.lone_mark == Some(',') && writing.by_counts;
    let ambiguous = reading.ambiguous || reading.lone_mark == Some('.') && writing.dots_disagree;
    let doubt = (group || ambiguous).then(|| Problem::NumberAmbiguous {
        found: found(),
        read_as: reading.number,
        heading: heading(),
        whole_column: group,
    });
    let guess = reading.number.checked_mul(Amount::ONE_THOUSAND).filter(|_| reading.ambiguous && reading.decimals == 3);
    Number {
        amount: reading.number,
        measure: reading.measure_text.map(str::to_owned),
        doubt,
        grouped: guess.map(|guess| (format!("\"{}\"", found()), guess)),
    }
}

/// Who says a measure: the nearer, the stronger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaidBy {
    Cell,
    Row,
    Headings,
    Caption,
}

/// A measure as it is said of a number.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    pub measure: MeasureSaid,
    pub text: String,
    pub by: SaidBy,
}

/// Brings a number to an indicator's measure, and holds it to what the indicator can be.
pub fn fit(
    number: &Number,
    said: Option<&Said>,
    indicator: &Indicator,
    heading: &str,
    lexicon: &Lexicon,
) -> Result<Amount, Problem> {
    let amount = match said {
        None => number.amount,
        Some(said) => convert(number.amount, said, indicator, heading, lexicon)?,
    };
    if amount.is_sign_negative() && !amount.is_zero() {
        return Err(Problem::NumberNegative { found: amount, heading: heading.to_owned() });
    }
    if indicator.fractions {
        return Ok(amount);
    }
    // "12,000" people are not 12, though 12 is whole.
    if let Some((found, guess)) = number.grouped.as_ref().filter(|_| amount == number.amount) {
        return Err(Problem::NumberFraction { found: found.clone(), guess: *guess, heading: heading.to_owned() });
    }
    if !amount.is_integer() {
        let guess = amount.checked_mul(Amount::ONE_THOUSAND).unwrap_or(amount);
        return Err(Problem::NumberFraction { found: vietnamese(amount, 6), guess, heading: heading.to_owned() });
    }
    Ok(amount)
}

fn convert(
    amount: Amount,
    said: &Said,
    indicator: &Indicator,
    heading: &str,
    lexicon: &Lexicon,
) -> Result<Amount, Problem> {
    let (to, text) = (&indicator.measure, &said.text);
    // A cell of words is not quoted (design 7.3).
    let quoted = said.measure != MeasureSaid::Unknown || lexicon.may_be_quoted(text);
    let mismatch = || Problem::MeasureMismatch {
        found: quoted.then(|| text.clone()),
        expected: to.symbol.to_string(),
        heading: heading.to_owned(),
    };
    match &said.measure {
        MeasureSaid::Known(_) => {
            let from = known(said, indicator, lexicon).ok_or_else(mismatch)?;
            from.convert(amount, to).ok_or_else(|| Problem::NumberTooLarge { heading: heading.to_owned() })
        }
        MeasureSaid::Regional => Err(Problem::MeasureRegional { found: text.clone() }),
        // A counted thing by another word is still counted where its row says so; behind the number the word may be of
        // another thing ("5 khẩu" among households). A word of scale would change the number.
        MeasureSaid::Unknown if to.counted && !has_scale(text) => {
            let lenient = said.by != SaidBy::Cell && !indicator.fractions;
            if lenient || is_of_heading(text, heading, indicator) { Ok(amount) } else { Err(mismatch()) }
        }
        MeasureSaid::Unknown => Err(mismatch()),
    }
}

/// The measure that is meant, if it is of the indicator's dimension.
pub fn known<'a>(said: &Said, indicator: &Indicator, lexicon: &'a Lexicon) -> Option<&'a Measure> {
    let MeasureSaid::Known(all) = &said.measure else { return None };
    let measures = all.iter().map(|&at| &lexicon.catalogue.measures[at]);
    let mut of_dimension = measures.filter(|measure| measure.dimension == indicator.measure.dimension);
    of_dimension.next()
}

/// Whether the words behind a number are words of its heading or its indicator's: "5 đồng chí" under "Số đồng chí".
fn is_of_heading(text: &str, heading: &str, indicator: &Indicator) -> bool {
    let names = indicator.names.iter().chain([&indicator.title]).map(String::as_str);
    let known: Vec<fold::Token> = names.chain([heading]).flat_map(fold::tokens).collect();
    let words = fold::tokens(text);
    !words.is_empty() && words.iter().all(|word| known.iter().any(|known| known.text == word.text))
}

fn has_scale(text: &str) -> bool {
    let key = fold::bare_key(text);
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
        // No list is of 1905, whose days have these serials.
        _ if let Some(year) = year_alone(value) => DateRead::Within(Span::Named(Period::new(year, Part::Year))),
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
                    None if year.is_none() => unreadable(Some(text.trim().to_owned())),
                    // 29/2 of a year that has none.
                    None => DateRead::Problem(Problem::DateImpossible {
                        found: text.trim().to_owned(),
                        heading: heading.to_owned(),
                    }),
                }
            }
            date::DateText::Impossible => DateRead::Problem(Problem::DateImpossible {
                found: text.trim().to_owned(),
                heading: heading.to_owned(),
            }),
            date::DateText::Blank => DateRead::Blank,
            date::DateText::Range { .. } | date::DateText::Words => match within(text, year) {
                Some(span) => DateRead::Within(span),
                None => unreadable(lexicon.may_be_quoted(text).then(|| text.trim().to_owned())),
            },
        },
        _ => unreadable(None),
    }
}

/// Words that may stand around a period in a cell of dates: "đầu tháng 4", "trong quý II".
const AROUND_A_PERIOD: [&str; 9] = ["dau", "giua", "cuoi", "trong", "vao", "khoang", "tu", "den", "ca"];

/// "Tháng 3", "Quý II", "đầu tháng 4", "tháng 4-5": the part of a year that a cell names and no more, in the year that it
/// says or its table.
pub fn within(text: &str, year: Option<i32>) -> Option<Span> {
    let (said, tokens) = period_alone(text)?;
    let (said, tokens) = match (said.unclear, year) {
        // Months in a row are a stretch of some year.
        (true, Some(year)) => period_alone(&format!("{text} năm {year}"))?,
        _ => (said, tokens),
    };
    let names = !said.unclear && said.from_january.is_none() && said.since.is_none();
    let part = said.part.is_some() || said.days.is_some();
    // "Trong năm", "cuối năm 2024"
    let whole = said.part.is_none() && (said.year.is_some() || tokens.iter().any(|token| token.bare == "nam"));
    let span = || match part {
        true => super::span_of(&[said], year).map(|(span, _)| span),
        false => Some(Span::Named(Period::new(said.year.or(year)?, Part::Year))),
    };
    (names && (part || whole)).then(span)?
}

/// What a text says of time, where it says nothing else.
fn period_alone(text: &str) -> Option<(period::PeriodSaid, Vec<fold::Token>)> {
    let tokens = fold::tokens(text);
    if tokens.len() > limits::NIL_WORDS {
        return None;
    }
    let (said, used) = period::said(&tokens);
    let year = |token: &fold::Token| token.bare == "nam";
    let mut others = tokens.iter().zip(&used).filter(|(_, used)| !**used).map(|(token, _)| token);
    let alone = others.all(|token| AROUND_A_PERIOD.contains(&token.bare.as_str()) || year(token));
    alone.then_some((said, tokens))
}

/// "2023", as a number or a text.
fn year_alone(value: &Value) -> Option<i32> {
    let number = match value {
        Value::Number(number) => number.to_string(),
        Value::Text(text) => text.trim().to_owned(),
        _ => return None,
    };
    number.parse().ok().filter(|year| number.len() == 4 && (1990..=2100).contains(year))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::record::OrgUnitId;
    use crate::catalogue::load;
    use crate::catalogue::register::{OrgUnit, Origin, Register};
    use crate::ingest::units::UnitNames;

    fn register() -> Register {
        let unit = OrgUnit {
            code: String::new(),
            name: "Huyện Bảo Yên".into(),
            level: String::new(),
            parent: None,
            valid_from: None,
            valid_to: None,
            merged_into: None,
            other_names: Vec::new(),
        };
        Register { units: vec![unit], origin: Origin::File, root: OrgUnitId(0) }
    }

    /// What a cell comes to, by the code of its problem where it has one: `27.9 number-shown-otherwise`, `- number-fraction`.
    fn read(value: Value, shown: Option<&str>, fractions: bool, measure: Option<&str>) -> String {
        let catalogue = load::catalogue(&[]).unwrap();
        let register = register();
        let lexicon = Lexicon::new(&catalogue, UnitNames::new(&register, &catalogue.words));
        let writing = number::writing(std::iter::empty(), false);
        let indicator = catalogue.indicators.iter().find(|i| match measure {
            Some(_) => &*i.measure.dimension == "area",
            None => i.measure.counted && i.fractions == fractions,
        });
        let indicator = indicator.unwrap();
        let number = match number(&value, shown, writing, Dash::Nil, "x", &lexicon) {
            NumberRead::Number(number) => number,
            NumberRead::Problem(problem) => return format!("- {}", problem.code()),
            other => return format!("{other:?}"),
        };
        let of_cell = number.measure.clone().map(|text| (text, SaidBy::Cell));
        let said = of_cell.or(measure.map(|text| (text.to_owned(), SaidBy::Headings)));
        let said = said.map(|(text, by)| Said { measure: lexicon.measure(&text), text, by });
        let doubt = number.doubt.as_ref().map_or(String::new(), |problem| format!(" {}", problem.code()));
        match fit(&number, said.as_ref(), indicator, "x", &lexicon) {
            Ok(amount) => format!("{amount}{doubt}"),
            Err(problem) => format!("- {}", problem.code()),
        }
    }

    #[test]
    fn what_a_number_format_shows_is_held_against_the_number() {
        let number = |text: &str| Value::Number(text.parse().unwrap());
        for (held, shown, of_halves, of_counts) in [
            ("27.9", Some("27.900"), "27.9 number-shown-otherwise", "- number-fraction"),
            ("27.9", Some("27,900"), "27.9 number-shown-otherwise", "- number-fraction"),
            // 28.000 was typed where the dot is a decimal mark.
            ("28", Some("28.000"), "28 number-shown-otherwise", "- number-fraction"),
            ("27900", Some("27.900"), "27900", "27900"),
            ("27900", Some("27900.000"), "27900", "27900"),
            ("0.125", Some("0.125"), "0.125", "- number-fraction"),
            ("27900.5", Some("27,900.500"), "27900.5", "- number-fraction"),
            ("27.9", None, "27.9", "- number-fraction"),
            ("0", Some("0.000"), "0", "0"),
        ] {
            assert_eq!(read(number(held), shown, true, None), of_halves, "{held} shown {shown:?}");
            assert_eq!(read(number(held), shown, false, None), of_counts, "{held} shown {shown:?}, counted");
        }
    }

    #[test]
    fn words_behind_a_number_are_its_measure_or_refuse_it() {
        for (text, counts, area) in [
            ("5 cuộc", "5", "- measure-mismatch"),
            ("5 khẩu", "- measure-mismatch", "- measure-mismatch"),
            ("5 $", "- measure-mismatch", "- measure-mismatch"),
            ("5 chục", "- measure-mismatch", "- measure-mismatch"),
            ("12,000", "- number-fraction", "120000 number-ambiguous"),
            ("1,5", "- number-fraction", "15000"),
            ("5 sào", "- measure-regional", "- measure-regional"),
            ("300 m2", "- measure-mismatch", "300"),
            ("300 M 2", "- number-is-range", "- number-is-range"),
            ("-5", "- number-negative", "- number-negative"),
            ("5 (3 nữ)", "- number-is-range", "- number-is-range"),
        ] {
            let counted = read(Value::Text(text.into()), None, false, None);
            assert_eq!(counted, counts, "{text}");
            assert_eq!(read(Value::Text(text.into()), None, true, Some("ha")), area, "{text}, in ha");
        }
    }
}
