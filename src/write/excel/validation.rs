//! What may be written into a column of a blank, as the spreadsheet program watches over it: drop-downs, dates, numbers, each
//! with what is said beside the cell and of what is refused. Takes an [`Input`] of the document.

use std::ops::Range;

use chrono::NaiveDate;
use rust_xlsxwriter::{DataValidation, DataValidationErrorStyle, DataValidationRule, Formula, XlsxError};

use super::formula;
use crate::report::document::{Input, Rule};

/// Between which days a date lies: year, month, day.
const FIRST: (i32, u32, u32) = (1990, 1, 1);
const LAST: (i32, u32, u32) = (2100, 12, 31);

/// What Excel shows of a title and of a text, in UTF-16 units.
const MAX_TITLE: usize = 32;
const MAX_TEXT: usize = 255;

/// The validation of a column from its first cell on; `None` where anything may be written and nothing is said. `range`: where
/// the words of another sheet stand.
pub fn of(
    input: &Input,
    (col, row): (usize, u32),
    range: impl Fn(&str, &Range<usize>) -> Option<String>,
) -> Result<Option<DataValidation>, XlsxError> {
    let day = |(year, month, day)| NaiveDate::from_ymd_opt(year, month, day).expect("there is such a day");
    let validation = DataValidation::new();
    let validation = match &input.rule {
        Rule::Fixed => return Ok(None),
        Rule::Free | Rule::Code => validation.allow_any_value(),
        Rule::List(words) => validation.allow_list_strings(words)?,
        Rule::Listed { sheet, rows } => match range(sheet, rows) {
            Some(range) => validation.allow_list_formula(Formula::new(range)),
            None => return Ok(None),
        },
        Rule::Date => validation.allow_date(DataValidationRule::Between(day(FIRST), day(LAST))),
        Rule::DateOr(words) => {
            let cell = formula::address((0, col), row);
            let date = |(year, month, day)| format!("DATE({year},{month},{day})");
            let (first, last, words) = (date(FIRST), date(LAST), words.to_lowercase());
            let rule =
                format!("IF(ISNUMBER({cell}),AND({cell}>={first},{cell}<={last}),LOWER(TRIM({cell}))=\"{words}\")");
            validation.allow_custom(Formula::new(rule))
        }
        Rule::Whole => validation.allow_whole_number(DataValidationRule::GreaterThanOrEqualTo(0)),
        Rule::Decimal => validation.allow_decimal_number(DataValidationRule::GreaterThanOrEqualTo(0.0)),
    };
    if input.prompt.1.is_empty() && matches!(input.rule, Rule::Free | Rule::Code) {
        return Ok(None);
    }
    let style = match input.strict {
        true => DataValidationErrorStyle::Stop,
        false => DataValidationErrorStyle::Warning,
    };
    let validation = validation
        .set_error_style(style)
        .set_input_title(cut(&input.prompt.0, MAX_TITLE))?
        .set_input_message(cut(&input.prompt.1, MAX_TEXT))?
        .set_error_title(cut(&input.prompt.0, MAX_TITLE))?
        .set_error_message(cut(&input.refusal, MAX_TEXT))?;
    Ok(Some(validation))
}

/// As much of a text as a box shows.
fn cut(text: &str, most: usize) -> String {
    let mut units = 0;
    text.chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= most
        })
        .collect()
}
