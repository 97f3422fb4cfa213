//! Text → day, month or quarter. The day stands first, always: 01/13/2023 is no date at all.
//!
//! Takes one cell's text, or a workbook's serial number; gives what it names, or why it names nothing. Times of day and weekdays around a date are passed over.

use chrono::{Days, NaiveDate};
use rust_decimal::prelude::ToPrimitive;

use super::number::{NumberText, Style};
use super::{bare, number};
use crate::base::amount::Amount;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateText {
    Day(NaiveDate),
    Month {
        year: i32,
        month: u8,
    },
    Quarter {
        year: i32,
        quarter: u8,
    },
    /// Several days, first and last: "01-05/01/2023", "12, 13/5/2023".
    Range {
        from: NaiveDate,
        to: NaiveDate,
    },
    /// "8.8", "16/5": a day that its table must give the year.
    NoYear {
        day: u8,
        month: u8,
    },
    /// Written as a date, but there is no such day: 31/02/2023, 13/25/2023.
    Impossible,
    Blank,
    Words,
}

/// Reads one cell's text.
pub fn parse(text: &str) -> DateText {
    let digits = text.contains(|c: char| c.is_ascii_digit());
    if !digits && matches!(number::parse(text, Style::Vietnamese), NumberText::Blank | NumberText::Dash) {
        return DateText::Blank;
    }
    let text = bare(text);
    let Some(tokens) = tokens(&text) else { return DateText::Words };
    let tokens = without_time(&with_months(&tokens));
    reading(trimmed(&tokens))
}

/// The day of a workbook's serial number, its time of day dropped. Serials of other centuries are counts, not days.
pub fn from_serial(serial: Amount, epoch_1904: bool) -> Option<NaiveDate> {
    let days = serial.trunc().to_u64().filter(|days| (20_000..=80_000).contains(days))?;
    // Excel's day 1 is 1 January 1900, and it believes in a 29 February 1900.
    let first = if epoch_1904 { NaiveDate::from_ymd_opt(1904, 1, 1) } else { NaiveDate::from_ymd_opt(1899, 12, 30) };
    first?.checked_add_days(Days::new(days))
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Token<'a> {
    /// A number of one to five digits, and how many.
    Number(u32, usize),
    Word(&'a str),
    /// `/`, `-`, `.`, `,` … A dash of any length is `-`.
    Mark(char),
}

use Token::{Mark, Number, Word};

/// No date needs more; a story does.
const MOST_TOKENS: usize = 24;

/// `None` for what has more in it than a date has.
fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let run = |belongs: fn(char) -> bool| rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        let end = if first.is_ascii_digit() {
            let end = run(|c| c.is_ascii_digit());
            if end > 5 {
                return None;
            }
            tokens.push(Number(rest[..end].parse().ok()?, end));
            end
        } else if first.is_alphabetic() {
            let end = run(char::is_alphabetic);
            tokens.push(Word(&rest[..end]));
            end
        } else {
            match first {
                c if c.is_whitespace() || matches!(c, '\'' | '\u{200b}' | '\u{feff}') => {}
                '\u{2010}'..='\u{2015}' | '\u{2212}' | '~' | '→' => tokens.push(Mark('-')),
                '&' | ';' | '+' => tokens.push(Mark(',')),
                '\\' => tokens.push(Mark('/')),
                c => tokens.push(Mark(c)),
            }
            first.len_utf8()
        };
        rest = &rest[end..];
        if tokens.len() > MOST_TOKENS {
            return None;
        }
    }
    Some(tokens)
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A month by its name, as spreadsheets show it ("20-Dec-23", "5-thg 7-2023", "Dec-23"), as a number between `/`.
fn with_months<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    let mut kept: Vec<Token> = Vec::with_capacity(tokens.len() + 2);
    let mut rest = tokens;
    while let Some((&token, behind)) = rest.split_first() {
        rest = behind;
        let named = match token {
            Word(word) => MONTHS.iter().position(|month| word == *month || word.len() > 3 && word.starts_with(month)),
            _ => None,
        };
        let (month, behind) = match (token, behind) {
            (Word("thang" | "thg"), [month @ Number(_, 1 | 2), behind @ ..]) => (*month, behind),
            _ => match named {
                Some(at) => (Number(at as u32 + 1, 2), behind),
                None => {
                    kept.push(token);
                    continue;
                }
            },
        };
        match kept[..] {
            [.., Number(_, 1 | 2), Mark('-' | '/' | '.' | ',')] => {
                kept.pop();
                kept.push(Mark('/'));
            }
            [.., Number(_, 1 | 2)] => kept.push(Mark('/')),
            _ => kept.push(Word("thang")),
        }
        kept.push(month);
        rest = behind;
        // Only a year may follow: "28 tháng 12 - 3 tháng 1 năm 2023".
        match *behind {
            [Mark('-' | '/' | '.' | ','), Number(_, 4), ..] | [Mark('-' | '/' | '.' | ','), Number(_, 2)] => {
                kept.push(Mark('/'));
                rest = &behind[1..];
            }
            [Number(_, 4), ..] | [Number(_, 2)] => kept.push(Mark('/')),
            _ => {}
        }
    }
    kept
}

/// Drops times of day and weekdays, and turns "tháng" and "năm" between numbers into `/`.
fn without_time<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    let mut kept: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut rest = tokens;
    while let Some(&token) = rest.first() {
        let used = match rest {
            // 08:30, 08:30:00, 08:30:00.000; ISO's T before it
            [Word("t"), Number(_, 2), Mark(':'), Number(..), tail @ ..] => 4 + seconds(tail),
            [Number(..=24, _), Mark(':'), Number(..=59, 2), tail @ ..] => 3 + seconds(tail),
            // 8h30, 8 giờ 30 phút, 8h
            [Number(..=24, _), Word("h" | "g" | "gio"), Number(..=59, 2), Word("p" | "ph" | "phut"), ..] => 4,
            [Number(..=24, _), Word("h" | "g" | "gio"), Number(..=59, 2), tail @ ..]
                if !matches!(tail, [Mark('/' | '.' | '-'), ..]) =>
            {
                3
            }
            [Number(..=24, _), Word("h" | "g" | "gio"), ..] => 2,
            // thứ hai, thứ 2, T2 before a whole date
            [Word("thu"), Word("hai" | "ba" | "tu" | "nam" | "sau" | "bay") | Number(2..=7, 1), ..] => 2,
            [Word("chu"), Word("nhat"), ..] => 2,
            [Word("t"), Number(2..=7, 1), tail @ ..]
                if matches!(trimmed(tail), [Number(..), Mark(_), Number(..), Mark(_), Number(..)]) =>
            {
                2
            }
            [
                Word(
                    "ngay" | "sang" | "chieu" | "trua" | "cn" | "luc" | "hoi" | "vao" | "buoi" | "sa" | "ch" | "am"
                    | "pm" | "z",
                ),
                ..,
            ] => 1,
            _ => 0,
        };
        rest = &rest[used.max(1)..];
        if used > 0 {
            continue;
        }
        kept.push(match token {
            Word("thang" | "thg" | "nam")
                if matches!(kept.last(), Some(Number(..) | Word("i" | "ii" | "iii" | "iv"))) =>
            {
                Mark('/')
            }
            // Without its mark "tối" (evening) is "tới" (until): at an end of the text it joins nothing.
            Word("den" | "toi") => Mark('-'),
            Word("va") => Mark(','),
            other => other,
        });
    }
    kept
}

fn seconds(tokens: &[Token]) -> usize {
    match tokens {
        [Mark(':'), Number(_, 2), Mark('.'), Number(..), ..] => 4,
        [Mark(':'), Number(_, 2), ..] => 2,
        _ => 0,
    }
}

fn trimmed<'t, 'a>(mut tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    while let [Mark('.' | ',' | ':' | '(' | ')' | '-' | '/'), rest @ ..]
    | [rest @ .., Mark('.' | ',' | ':' | '(' | ')' | '-' | '/')] = tokens
    {
        tokens = rest;
    }
    tokens
}

fn reading(tokens: &[Token]) -> DateText {
    match *tokens {
        [Number(d, dn), Mark(a), Number(m, mn), Mark(b), Number(y, yn)] if a == b && is_date_mark(a) => {
            whole((d, dn), (m, mn), (y, yn))
        }
        [Number(a, an), Mark(mark), Number(b, bn)] if is_date_mark(mark) => match (an, bn) {
            (1 | 2, 4) => month(a, b),
            (4, 1 | 2) => month(b, a),
            // 29 February may be one: the table's year decides.
            (1 | 2, 1 | 2) => match day(2024, b, a) {
                Some(_) => DateText::NoYear { day: a as u8, month: b as u8 },
                None => DateText::Impossible,
            },
            _ => DateText::Words,
        },
        [Word("thang" | "thg" | "th" | "t"), Number(m, 1 | 2), Mark(mark), Number(y, yn @ (2 | 4))]
            if is_date_mark(mark) =>
        {
            month(m, year(y, yn))
        }
        [Word("quy" | "q"), quarter, Mark(mark), Number(y, yn @ (2 | 4))] if is_date_mark(mark) => {
            quarter_of(quarter, year(y, yn))
        }
        [Number(y, 4), Mark(mark), Word("quy" | "q"), quarter] if is_date_mark(mark) => quarter_of(quarter, y),
        [Word("tu"), ref rest @ ..] => range(trimmed(rest)),
        _ => range(tokens),
    }
}

fn is_date_mark(mark: char) -> bool {
    matches!(mark, '/' | '-' | '.')
}

fn whole(first: (u32, usize), middle: (u32, usize), last: (u32, usize)) -> DateText {
    let found = match (first.1, middle.1, last.1) {
        (1 | 2, 1 | 2, digits @ (2 | 4)) => day(year(last.0, digits), middle.0, first.0),
        (4, 1 | 2, 1 | 2) => day(first.0, middle.0, last.0),
        // A year of three or five digits is a slip of the hand, but 1.2.3 is a paragraph.
        (1 | 2, 1 | 2, 3 | 5) => None,
        _ => return DateText::Words,
    };
    found.map_or(DateText::Impossible, DateText::Day)
}

/// Two digits are of the office's own lifetime: 05 is 2005, 98 is 1998.
fn year(number: u32, digits: usize) -> u32 {
    match (digits, number) {
        (2, 90..) => number + 1900,
        (2, _) => number + 2000,
        _ => number,
    }
}

fn day(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(known_year(year)?, month, day)
}

fn known_year(year: u32) -> Option<i32> {
    (1990..=2100).contains(&year).then_some(year as i32)
}

fn month(month: u32, year: u32) -> DateText {
    match known_year(year) {
        Some(year) if (1..=12).contains(&month) => DateText::Month { year, month: month as u8 },
        _ => DateText::Impossible,
    }
}

fn quarter_of(quarter: Token, year: u32) -> DateText {
    let quarter = match quarter {
        Word("i") | Number(1, _) => 1,
        Word("ii") | Number(2, _) => 2,
        Word("iii") | Number(3, _) => 3,
        Word("iv") | Number(4, _) => 4,
        Number(..) => return DateText::Impossible,
        _ => return DateText::Words,
    };
    known_year(year).map_or(DateText::Impossible, |year| DateText::Quarter { year, quarter })
}

/// Several days of which the last is whole and the others leave out what it says: "12, 13/5/2023", "28/2 - 3/3/2023", "1/2/2023 - 3/2/2023".
fn range(tokens: &[Token]) -> DateText {
    let [ref head @ .., Number(d, dn), Mark(a), Number(m, mn), Mark(b), Number(y, yn)] = *tokens else {
        return DateText::Words;
    };
    if a != b || !is_date_mark(a) {
        return DateText::Words;
    }
    let to = match whole((d, dn), (m, mn), (y, yn)) {
        DateText::Day(to) => to,
        other => return other,
    };
    let y = year(y, yn);
    let mut rest: &[Token] = head;
    let mut from = to;
    while let [others @ .., Mark('-' | ',')] = rest {
        let (others, earlier) = match *others {
            [ref others @ .., Number(d, dn), Mark(c), Number(m, mn), Mark(e), Number(y, yn)]
                if (c, e) == (a, a) && dn <= 2 =>
            {
                match whole((d, dn), (m, mn), (y, yn)) {
                    DateText::Day(earlier) => (others, Some(earlier)),
                    other => return other,
                }
            }
            [ref others @ .., Number(d, 1 | 2), Mark(c), Number(m, 1 | 2)] if c == a && c != '-' => {
                (others, day(y, m, d))
            }
            [ref others @ .., Number(d, 1 | 2)] => (others, day(y, m, d)),
            _ => return DateText::Words,
        };
        let Some(earlier) = earlier else { return DateText::Impossible };
        if earlier >= from {
            return DateText::Words;
        }
        from = earlier;
        rest = others;
    }
    if rest.is_empty() && from < to { DateText::Range { from, to } } else { DateText::Words }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ymd(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_read_day_first() {
        for (text, expected) in [
            ("16.5.2016", "2016-05-16"),
            ("13/01/2023", "2023-01-13"),
            ("18-4-2018", "2018-04-18"),
            ("05/7/23", "2023-07-05"),
            ("05/07/2023", "2023-07-05"),
            ("1/2/98", "1998-02-01"),
            ("ngày 05 tháng 7 năm 2023", "2023-07-05"),
            ("Ngày 05 tháng 07 năm 2023", "2023-07-05"),
            ("NGA\u{300}Y 5 THÁNG 7 NĂM 2023", "2023-07-05"),
            ("05 tháng 07 năm 2023", "2023-07-05"),
            ("ngay 5 thang 7 nam 2023", "2023-07-05"),
            ("ngày 5/7/2023", "2023-07-05"),
            ("2023-07-05", "2023-07-05"),
            ("2023/7/5", "2023-07-05"),
            ("2023-07-05 00:00:00", "2023-07-05"),
            ("2023-07-05T00:00:00", "2023-07-05"),
            ("2023-07-05T08:30:00.000Z", "2023-07-05"),
            ("13/01/2023 08:30", "2023-01-13"),
            ("13/01/2023 8:30:00 SA", "2023-01-13"),
            ("08h30 ngày 13/01/2023", "2023-01-13"),
            ("8h ngày 13/01/2023", "2023-01-13"),
            ("8 giờ 30 phút, ngày 13/01/2023", "2023-01-13"),
            ("Sáng 13/01/2023", "2023-01-13"),
            ("Sáng thứ Sáu, 13/01/2023", "2023-01-13"),
            ("Tối 13/01/2023", "2023-01-13"),
            ("Thứ 6 ngày 13/01/2023", "2023-01-13"),
            ("T6, 13/01/2023", "2023-01-13"),
            ("Chủ nhật 15/01/2023", "2023-01-15"),
            ("13 / 01 / 2023", "2023-01-13"),
            ("13\u{a0}/\u{a0}01/2023.", "2023-01-13"),
            ("(13/01/2023)", "2023-01-13"),
            ("'13/01/2023", "2023-01-13"),
            ("13–01–2023", "2023-01-13"),
            ("29/02/2024", "2024-02-29"),
            ("5-thg 7-2023", "2023-07-05"),
            ("5-thg7-23", "2023-07-05"),
            ("05 thg 7 2023", "2023-07-05"),
            ("05 Tháng 7, 2023", "2023-07-05"),
            ("20-Dec-23", "2023-12-20"),
            ("20 December 2023", "2023-12-20"),
            ("5-Jul-2023", "2023-07-05"),
        ] {
            assert_eq!(parse(text), DateText::Day(ymd(expected)), "{text:?}");
        }
    }

    #[test]
    fn months_and_quarters_stand_alone_too() {
        for text in [
            "5/2023",
            "05-2023",
            "05.2023",
            "tháng 5/2023",
            "Tháng 5 năm 2023",
            "tháng 05/23",
            "T5/2023",
            "T5.23",
            "2023-05",
            "thg 5/2023",
            "thg 5-23",
            "May-23",
            "May 2023",
        ] {
            assert_eq!(parse(text), DateText::Month { year: 2023, month: 5 }, "{text:?}");
        }
        for text in
            ["Quý II/2023", "Q2/2023", "quý 2 năm 2023", "QUÝ II NĂM 2023", "quy II-2023", "2023-Q2", "Quý 2/23"]
        {
            assert_eq!(parse(text), DateText::Quarter { year: 2023, quarter: 2 }, "{text:?}");
        }
    }

    #[test]
    fn several_days_are_a_range() {
        for (text, from, to) in [
            ("01-05/01/2023", "2023-01-01", "2023-01-05"),
            ("12-13/5/2023", "2023-05-12", "2023-05-13"),
            ("12, 13/5/2023", "2023-05-12", "2023-05-13"),
            ("12, 13 và 20/5/2023", "2023-05-12", "2023-05-20"),
            ("từ 1/2 tới 3/2/2023", "2023-02-01", "2023-02-03"),
            ("từ 1/2 đến 3/2/2023", "2023-02-01", "2023-02-03"),
            ("Từ ngày 28/2 đến ngày 3/3/2023", "2023-02-28", "2023-03-03"),
            ("1/2/2023 - 3/2/2023", "2023-02-01", "2023-02-03"),
            ("từ ngày 28 tháng 12 năm 2022 đến ngày 3 tháng 1 năm 2023", "2022-12-28", "2023-01-03"),
        ] {
            assert_eq!(parse(text), DateText::Range { from: ymd(from), to: ymd(to) }, "{text:?}");
        }
    }

    #[test]
    fn what_is_no_day_is_never_made_one() {
        use DateText::*;
        for (expected, texts) in [
            (
                Impossible,
                &[
                    "31/02/2023",
                    "29/02/2023",
                    "45/13/2023",
                    "13/25/2023",
                    "01/13/2023",
                    "2023-13-05",
                    "00/01/2023",
                    "13/01/0223",
                    "13/01/20233",
                    "13/01/202",
                    "5/1899",
                    "13/2023",
                    "tháng 13/2023",
                    "Quý 5/2023",
                    "30/2",
                    "31-Feb-23",
                    "31-thg 6-2023",
                    "45/13",
                    "từ 31/2 đến 3/3/2023",
                ][..],
            ),
            (Blank, &["", " ", "…", "...", "-", "chưa có"]),
            (
                Words,
                &[
                    "Không",
                    "hôm qua",
                    "2023",
                    "năm 2023",
                    "tháng 5",
                    "12",
                    "1.2.3",
                    "1.234.567",
                    "10/3 âm lịch",
                    "5-7/2023",
                    "13/01-2023",
                    "nt",
                    "từ 5/3 đến 1/3/2023",
                    "20230705",
                    "123456789",
                    "72/777",
                    "33,8",
                    "số 12/KH-UBND ngày 13/01/2023",
                    "từ",
                    "đến",
                    "5 7 2023",
                    "05 thg 7 2023 8",
                    "20-Doc-23",
                    "Dec 20, 2023",
                ],
            ),
            (NoYear { day: 8, month: 8 }, &["8.8", "8/8", "08-08", "ngày 8 tháng 8"]),
            (NoYear { day: 29, month: 2 }, &["29/2"]),
        ] {
            for text in texts {
                assert_eq!(parse(text), expected, "{text:?}");
            }
        }
    }

    #[test]
    fn serials_count_from_their_epoch() {
        for (serial, epoch_1904, expected) in [
            ("44939", false, Some("2023-01-13")),
            ("44939.354", false, Some("2023-01-13")),
            ("43477", true, Some("2023-01-13")),
            ("19999", false, None),
            ("80001", false, None),
            ("-44939", false, None),
        ] {
            assert_eq!(from_serial(serial.parse().unwrap(), epoch_1904), expected.map(ymd), "{serial}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "([0-9]{1,4}|[-/., :hT]|ngày|tháng|năm|quý|II|từ|đến){0,12}") {
            parse(&text);
        }

        #[test]
        fn every_day_is_read_back(days in 0u64..40_000) {
            let day = ymd("1990-01-01") + Days::new(days);
            for format in ["%d/%m/%Y", "%-d.%-m.%Y", "%Y-%m-%d", "ngày %d tháng %m năm %Y"] {
                assert_eq!(parse(&day.format(format).to_string()), DateText::Day(day));
            }
        }
    }
}
