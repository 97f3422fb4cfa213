//! Text → number, the Vietnamese way: `27.900` is 27900, `33,8` is 33.8.
//!
//! Takes one cell's text and the style that its column proves; gives an exact decimal with the words after it, or what stands there instead.
//! What is not exactly one number is never made one: "khoảng 200", "72/77", "1e3" are refused, each by its kind.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::{bare, is_phrase, is_trimmed, words};
use crate::base::amount::Amount;

/// Whose marks: a dot between thousands and a decimal comma, or the other way round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Vietnamese,
    English,
}

/// One exact number, as written: a measure after it is not applied.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading<'a> {
    pub number: Amount,
    /// The words after the number: "m2", "triệu đồng", "cuộc".
    pub measure_text: Option<&'a str>,
    /// The other style would read another number, and the text does not prove which: `1,234`, `0.500`.
    pub ambiguous: bool,
    /// How many digits stand behind the decimal mark as it was read: 3 in `12,000`, though the number is 12.
    pub decimals: u32,
    /// The one mark that it has, where three digits behind it may be a group: the dot of `6.813`.
    pub lone_mark: Option<char>,
}

/// How a column writes its numbers, as far as its texts prove it together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Writing {
    pub style: Style,
    /// English only because nothing in the column can be a fraction: `1,200` beside `3,450` people.
    pub by_counts: bool,
    /// `22.86` beside `6.813`: the dot of the second may be a decimal one too, and no reading of it is sure.
    pub dots_disagree: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum NumberText<'a> {
    Number(Reading<'a>),
    /// "Không", "Không phát sinh", "0 phát sinh": nothing happened.
    Nil,
    /// "-", which the settings make nil or blank.
    Dash,
    /// Nothing, "…", "chưa có số liệu".
    Blank,
    /// Digits, but not one exact number: "khoảng 200", "72/77", "290 hộ/263,26 ha".
    Range,
    Words,
}

/// Reads one cell's text.
pub fn parse(text: &str, style: Style) -> NumberText<'_> {
    // A leading apostrophe is how a spreadsheet is told that digits are text.
    let text =
        text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\'' | '’' | '‘' | '`' | '\u{200b}' | '\u{feff}'));
    if text.chars().all(|c| matches!(c, '.' | '…' | '_' | ' ' | '\u{a0}')) && text != "_" {
        // Dots and long lines are where a form waits to be filled in.
        return NumberText::Blank;
    }
    if text.chars().all(|c| is_dash(c) || c == '_' || c.is_whitespace()) {
        return NumberText::Dash;
    }
    if is_number_of_a_person(text) {
        return NumberText::Words;
    }
    let (negative, unsigned) = signed(text);
    if unsigned.starts_with(|c: char| c.is_ascii_digit()) {
        return numeral(unsigned, negative, style);
    }
    phrase(text)
}

/// What a column's texts prove together: `1,234.5` proves English, `1.234,5` Vietnamese; both or none prove nothing.
/// `whole`: the column counts, so that none of its numbers is a fraction, and commas that all stand before three digits
/// are English ones.
pub fn writing<'a>(texts: impl Iterator<Item = &'a str>, whole: bool) -> Writing {
    let (mut english, mut vietnamese) = (false, false);
    let (mut comma_groups, mut dot_groups, mut dot_decimals) = (0, false, false);
    for text in texts {
        let Some(shape) = split_numeral(signed(text.trim()).1).and_then(|(numeral, _)| Shape::of(numeral)) else {
            continue;
        };
        match shape.proves() {
            Some(Style::English) => english = true,
            Some(Style::Vietnamese) => vietnamese = true,
            None => {}
        }
        match shape.marks {
            Marks::One(',') if shape.may_group() => comma_groups += 1,
            Marks::One('.') if shape.may_group() => dot_groups = true,
            Marks::One('.') => dot_decimals = true,
            _ => {}
        }
    }
    // One `1,200` alone may be a slip of the hand; two are a habit.
    let by_counts = whole && !english && !vietnamese && comma_groups > 1 && !dot_groups;
    let style = if by_counts || english && !vietnamese { Style::English } else { Style::Vietnamese };
    Writing { style, by_counts, dots_disagree: !whole && dot_groups && dot_decimals && style == Style::Vietnamese }
}

/// A telephone or an identity number, which counts nothing: nine digits or more that begin with 0 or with the country's
/// code, whatever stands between them. No amount is written so: one that begins with 0 has its decimal mark right after.
fn is_number_of_a_person(text: &str) -> bool {
    if !text.starts_with(['0', '+', '(']) {
        return false;
    }
    let between = |c: char| c.is_whitespace() || matches!(c, '.' | '(' | ')') || is_dash(c);
    let bare: String = text.chars().filter(|&c| !between(c)).take(40).collect();
    let digits = bare.strip_prefix("+84").or_else(|| bare.strip_prefix("0"));
    let decimal = text.starts_with("0.") && text.matches('.').count() == 1;
    !decimal && digits.is_some_and(|rest| rest.len() >= 8 && rest.bytes().all(|b| b.is_ascii_digit()))
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// "-5", "(5)" → negative. A dash apart from its digits is a bullet, and stays.
fn signed(text: &str) -> (bool, &str) {
    let digit = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
    if let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).map(str::trim)
        && digit(inner)
    {
        return (true, inner);
    }
    match text.chars().next() {
        Some('+') if digit(&text[1..]) => (false, &text[1..]),
        Some(c) if is_dash(c) && digit(&text[c.len_utf8()..]) => (true, &text[c.len_utf8()..]),
        _ => (false, text),
    }
}

fn numeral(text: &str, negative: bool, style: Style) -> NumberText<'_> {
    let Some((numeral, rest)) = split_numeral(text) else { return NumberText::Words };
    // A programmer's numbers: no clerk writes them, so they come from a broken export.
    let mut after = rest.chars();
    match (after.next(), after.next()) {
        (Some('_'), _) => return NumberText::Words,
        (Some('e' | 'E'), Some(c)) if c.is_ascii_digit() || matches!(c, '+' | '-') => return NumberText::Words,
        _ => {}
    }
    // Letters struck for digits: `1O`, `2l`.
    let letters = rest.trim_start_matches(|c: char| LIKE_DIGITS.contains(&c));
    if letters.len() < rest.len() && !letters.starts_with(char::is_alphabetic) {
        return NumberText::Words;
    }
    let rest = rest.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ';')).trim_start();
    let rest = without_spelling(rest);
    if !is_measure(rest) {
        return NumberText::Range;
    }
    let Some(shape) = Shape::of(numeral) else { return NumberText::Range };
    let Some(number) = shape.amount(style) else { return NumberText::Words };
    if number.is_zero() && !rest.is_empty() && NIL_AFTER_ZERO.iter().any(|phrase| is_phrase(&words(rest), phrase)) {
        return NumberText::Nil;
    }
    NumberText::Number(Reading {
        number: if negative { -number } else { number },
        measure_text: (!rest.is_empty()).then_some(rest),
        ambiguous: shape.is_ambiguous(style),
        decimals: shape.decimals(style),
        lone_mark: match shape.marks {
            Marks::One(mark) if shape.may_group() => Some(mark),
            _ => None,
        },
    })
}

/// "05 (năm) cuộc": the number again in words, as contracts have it.
fn without_spelling(rest: &str) -> &str {
    let Some((inside, behind)) = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) else { return rest };
    let inside = bare(inside);
    let spelled = !inside.trim().is_empty() && inside.split_whitespace().all(|word| SPELLED.contains(&word));
    if spelled { behind.trim_start() } else { rest }
}

const SPELLED: [&str; 20] = [
    "khong", "mot", "hai", "ba", "bon", "tu", "nam", "lam", "sau", "bay", "tam", "chin", "muoi", "tram", "nghin",
    "ngan", "trieu", "ti", "le", "linh",
];

/// Whether the words after a number may name its measure: no other number, no sign that joins two, no hedge.
fn is_measure(rest: &str) -> bool {
    let Some(first) = rest.chars().next() else { return true };
    if !(first.is_alphabetic() || matches!(first, '%' | '‰' | '(' | '₫' | '$')) {
        return false;
    }
    let mut before = ' ';
    let mut chars = rest.chars().peekable();
    while let Some(c) = chars.next() {
        // The digit of m2 and m3 is the measure's own.
        let exponent =
            matches!(c, '2' | '3') && matches!(before, 'm' | 'M') && !chars.peek().is_some_and(|c| c.is_alphanumeric());
        if c.is_ascii_digit() && !exponent {
            return false;
        }
        before = c;
    }
    first == '%' || !has_hedge(&words(rest))
}

/// Splits off the digits at the start with the marks between them. A blank joins only a group of exactly three digits.
fn split_numeral(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut end = digits(0);
    if end == 0 {
        return None;
    }
    while let Some(mark) = text[end..].chars().next() {
        let next = end + mark.len_utf8();
        let group = digits(next);
        let joined = match mark {
            '.' | ',' => group > 0,
            ' ' | '\u{a0}' | '\u{2002}'..='\u{200a}' | '\u{202f}' => group == 3,
            _ => false,
        };
        if !joined {
            break;
        }
        end = next + group;
    }
    Some(text.split_at(end))
}

/// A numeral taken apart, before anyone says what its last mark means.
#[derive(Clone, Copy)]
struct Shape {
    /// All digits as one number, and how many of them stand after the last mark.
    digits: i128,
    last_group: u32,
    /// Digits before the first mark, and whether they are all zero.
    first_group: u32,
    first_is_zero: bool,
    marks: Marks,
}

#[derive(Clone, Copy, PartialEq)]
enum Marks {
    None,
    /// Groups of three with this mark (a blank is one too), several times or with the decimal mark after them.
    Groups {
        by: char,
        decimal: bool,
    },
    /// One dot or one comma.
    One(char),
}

impl Shape {
    /// `None` for what no style writes, such as `1.2.3`.
    fn of(numeral: &str) -> Option<Shape> {
        let mut shape = Shape { digits: 0, last_group: 0, first_group: 0, first_is_zero: true, marks: Marks::None };
        let mut marks = 0;
        // Groups between two marks, and the marks before the last one, must agree.
        let (mut before, mut last) = (None, None);
        for c in numeral.chars() {
            if let Some(digit) = c.to_digit(10) {
                // Too many digits stay too many: `amount` refuses them.
                shape.digits = shape.digits.saturating_mul(10).saturating_add(i128::from(digit));
                shape.last_group += 1;
                if marks == 0 {
                    shape.first_group += 1;
                    shape.first_is_zero &= digit == 0;
                }
                continue;
            }
            let mark = if matches!(c, '.' | ',') { c } else { ' ' };
            if marks > 0 && shape.last_group != 3 || before.is_some_and(|other| last != Some(other)) {
                return None;
            }
            before = last;
            last = Some(mark);
            marks += 1;
            shape.last_group = 0;
        }
        shape.marks = match (before, last) {
            (_, None) => Marks::None,
            (None, Some(' ')) => Marks::Groups { by: ' ', decimal: false },
            (None, Some(mark)) => Marks::One(mark),
            (Some(by), Some(mark)) if by == mark => Marks::Groups { by, decimal: false },
            (Some(_), Some(' ')) => return None,
            (Some(by), Some(_)) => Marks::Groups { by, decimal: true },
        };
        if let Marks::Groups { decimal, .. } = shape.marks {
            let whole = shape.first_group <= 3 && !shape.first_is_zero && (decimal || shape.last_group == 3);
            // `27 900.500`: a blank leaves open what the dot is.
            let open = matches!(shape.marks, Marks::Groups { by: ' ', decimal: true })
                && shape.last_group == 3
                && last == Some('.');
            if !whole || open {
                return None;
            }
        }
        Some(shape)
    }

    fn proves(self) -> Option<Style> {
        match self.marks {
            Marks::Groups { by: '.', .. } => Some(Style::Vietnamese),
            Marks::Groups { by: ',', .. } => Some(Style::English),
            Marks::One(',') if !self.may_group() => Some(Style::Vietnamese),
            // A lone dot is no proof: clerks who group with dots type 33.8 as well.
            _ => None,
        }
    }

    /// Whether a lone mark may stand between thousands.
    fn may_group(self) -> bool {
        self.last_group == 3 && self.first_group <= 3 && !self.first_is_zero
    }

    fn decimals(self, style: Style) -> u32 {
        match self.marks {
            Marks::Groups { decimal: true, .. } => self.last_group,
            Marks::One(mark) if !(mark == style.group() && self.may_group()) => self.last_group,
            _ => 0,
        }
    }

    fn amount(self, style: Style) -> Option<Amount> {
        const TOO_LARGE: i128 = 1_000_000_000_000_000;
        let amount = Amount::try_from_i128_with_scale(self.digits, self.decimals(style)).ok()?;
        // As for a workbook's own numbers: no figure is that large.
        (amount < Amount::try_from_i128_with_scale(TOO_LARGE, 0).ok()?).then(|| amount.normalize())
    }

    fn is_ambiguous(self, style: Style) -> bool {
        match self.marks {
            // `1,234` and, in Vietnamese, `0.500` and `1234.567`: three digits after the one mark. `02.500` is a strange 2.500.
            Marks::One(mark) if mark == style.group() => self.last_group == 3 && !self.may_group() || self.is_padded(),
            Marks::One(_) => self.may_group(),
            // `1,234.567` among Vietnamese numbers.
            Marks::Groups { by, decimal: true } => by != ' ' && by != style.group() && self.last_group == 3,
            _ => false,
        }
    }

    /// A zero before the first group: `02.500`.
    fn is_padded(self) -> bool {
        let written = self.first_group + self.last_group;
        self.last_group == 3 && self.digits < 10i128.pow(written.min(30).saturating_sub(1))
    }
}

impl Style {
    fn group(self) -> char {
        match self {
            Style::Vietnamese => '.',
            Style::English => ',',
        }
    }
}

const LIKE_DIGITS: [char; 6] = ['O', 'o', 'l', 'I', 'i', '|'];
const NO: [&str; 4] = ["không", "ko", "k", "hông"];
const NIL_AFTER_NO: [&str; 13] = [
    "tổ chức",
    "có",
    "phát sinh",
    "có phát sinh",
    "ps",
    "có ps",
    "phát sinh mới",
    "phát sinh trong kỳ",
    "phát sinh trong tháng",
    "phát sinh trong quý",
    "xảy ra",
    "có trường hợp nào",
    "tổ chức",
];
const NIL_AFTER_ZERO: [&str; 5] = ["có", "phát sinh", "có phát sinh", "ps", "có ps"];
const NIL: [&str; 5] = ["không", "ko", "chưa phát sinh", "chưa có phát sinh", "kps"];
const BLANK: [&str; 17] = [
    "chưa",
    "chưa có",
    "chưa có số liệu",
    "chưa có báo cáo",
    "chưa báo cáo",
    "chưa gửi",
    "chưa gửi báo cáo",
    "chưa tổng hợp",
    "chưa thống kê",
    "chưa cập nhật",
    "đang tổng hợp",
    "đang thống kê",
    "đang cập nhật",
    "không có số liệu",
    "ko có số liệu",
    "không có báo cáo",
    "n/a",
];
const HEDGES: [&str; 27] = [
    "khoảng",
    "trên",
    "hơn",
    "gần",
    "dưới",
    "ước",
    "chừng",
    "độ",
    "ngót",
    "xấp xỉ",
    "ít nhất",
    "nhiều nhất",
    "tối thiểu",
    "tối đa",
    "không quá",
    "không dưới",
    "trở lên",
    "trở xuống",
    "đến",
    "từ",
    // Parts of a number that no digit says: "2 rưỡi", "3 công lẻ".
    "rưỡi",
    "rưởi",
    "nửa",
    "lẻ",
    "mấy",
    "vài",
    "mươi",
];

fn phrase(text: &str) -> NumberText<'_> {
    // Most texts are names and sentences: without a digit and without such a first letter they are none of the phrases.
    let first = text.chars().find(|&c| !is_trimmed(c)).unwrap_or(' ');
    if !BEGINS_PHRASE.contains(&first) && !text.contains(|c: char| c.is_ascii_digit()) {
        return NumberText::Words;
    }
    let known = words(text);
    if PHRASES.blank.contains(known.as_str()) {
        return NumberText::Blank;
    }
    if PHRASES.nil.contains(known.as_str()) {
        return NumberText::Nil;
    }
    let signs = ['~', '∼', '≈', '>', '<', '≥', '≤', '±', '.', ',', '-', '+', '(', '\u{2013}', '\u{2212}'];
    if known.contains(|c: char| c.is_ascii_digit()) && (text.starts_with(signs) || has_hedge(&known)) {
        return NumberText::Range;
    }
    NumberText::Words
}

/// The letters that the phrases begin with.
const BEGINS_PHRASE: [char; 12] = ['k', 'K', 'h', 'H', 'c', 'C', 'đ', 'Đ', 'd', 'D', 'n', 'N'];

/// Phrases that say nil or nothing, as [`words`] gives them: with their marks, and without any for texts that have none.
struct Phrases {
    blank: HashSet<String>,
    nil: HashSet<String>,
}

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| {
    let spellings = |phrase: &str| [phrase.to_owned(), super::bare(phrase)];
    let mut nil: HashSet<String> = NIL.iter().flat_map(|phrase| spellings(phrase)).collect();
    for no in NO.iter().flat_map(|no| spellings(no)) {
        nil.extend(NIL_AFTER_NO.iter().flat_map(|rest| spellings(rest)).map(|rest| format!("{no} {rest}")));
    }
    Phrases { blank: BLANK.iter().flat_map(|phrase| spellings(phrase)).collect(), nil }
});

/// Each hedge between spaces, with its marks and without.
static PADDED_HEDGES: LazyLock<Vec<(String, String)>> =
    LazyLock::new(|| HEDGES.iter().map(|hedge| (format!(" {hedge} "), format!(" {} ", super::bare(hedge)))).collect());

/// Whether a hedging word stands anywhere, whole.
fn has_hedge(known: &str) -> bool {
    let padded = format!(" {known} ");
    let plain = known.is_ascii();
    PADDED_HEDGES.iter().any(|(hedge, bare)| padded.contains(hedge.as_str()) || plain && padded.contains(bare.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str, style: Style) -> (String, Option<&str>, bool) {
        match parse(text, style) {
            NumberText::Number(reading) => (reading.number.to_string(), reading.measure_text, reading.ambiguous),
            other => panic!("{text:?} is {other:?}"),
        }
    }

    #[test]
    fn every_phrase_begins_with_a_letter_that_is_looked_at() {
        for phrase in PHRASES.blank.iter().chain(&PHRASES.nil) {
            let first = phrase.chars().next().unwrap();
            let upper = first.to_uppercase().next().unwrap();
            assert!(BEGINS_PHRASE.contains(&first) && BEGINS_PHRASE.contains(&upper), "{phrase}");
        }
    }

    #[test]
    fn numbers_are_read_the_vietnamese_way() {
        for (text, expected) in [
            ("0", "0"),
            ("27900", "27900"),
            ("27.900", "27900"),
            ("33,8", "33.8"),
            ("33,80", "33.8"),
            ("55.599,7", "55599.7"),
            ("1.234.567", "1234567"),
            ("1.234.567,25", "1234567.25"),
            ("1,234,567", "1234567"),
            ("1,234.5", "1234.5"),
            ("1.5", "1.5"),
            ("27.9", "27.9"),
            ("1.2345", "1.2345"),
            ("0,500", "0.5"),
            ("1234,567", "1234.567"),
            ("27 900", "27900"),
            ("27\u{a0}900,5", "27900.5"),
            ("1\u{202f}234\u{2009}567", "1234567"),
            ("1\u{2007}234", "1234"),
            ("27 900.5", "27900.5"),
            ("'27.900", "27900"),
            (" 5\u{a0}", "5"),
            ("+5", "5"),
            ("-5", "-5"),
            ("−5,5", "-5.5"),
            ("(5)", "-5"),
            ("(1.200)", "-1200"),
            ("007", "7"),
            ("0,12345678", "0.12345678"),
            ("0.12345678", "0.12345678"),
            ("84912345678", "84912345678"),
            ("5.", "5"),
            ("999999999999999", "999999999999999"),
        ] {
            assert_eq!(number(text, Style::Vietnamese), (expected.into(), None, false), "{text:?}");
        }
    }

    #[test]
    fn what_the_other_style_would_read_otherwise_is_marked() {
        for (text, vietnamese, doubtful, english, doubtful_in_english) in [
            ("1,234", "1.234", true, "1234", false),
            ("1.234", "1234", false, "1.234", true),
            ("0.500", "0.5", true, "0.5", false),
            ("0,500", "0.5", false, "0.5", true),
            ("1234.567", "1234.567", true, "1234.567", false),
            ("02.500", "2500", true, "2.5", true),
            ("1,234.567", "1234.567", true, "1234.567", false),
            ("1.234,567", "1234.567", false, "1234.567", true),
            ("1.5", "1.5", false, "1.5", false),
        ] {
            assert_eq!(number(text, Style::Vietnamese), (vietnamese.into(), None, doubtful), "{text:?}");
            assert_eq!(
                number(text, Style::English),
                (english.into(), None, doubtful_in_english),
                "{text:?} in English"
            );
        }
    }

    #[test]
    fn a_measure_stays_apart() {
        for (text, expected, measure) in [
            ("02 cuộc", "2", "cuộc"),
            ("1.200m2", "1200", "m2"),
            ("1.200 m2", "1200", "m2"),
            ("1 200 m²", "1200", "m²"),
            ("3,5km2", "3.5", "km2"),
            ("10 tỷ đồng", "10", "tỷ đồng"),
            ("1,5 triệu", "1.5", "triệu"),
            ("800 nghìn.", "800", "nghìn"),
            ("95,5%", "95.5", "%"),
            ("95 %", "95", "%"),
            ("5.000.000đ", "5000000", "đ"),
            ("-5 cuộc", "-5", "cuộc"),
            ("5 euro", "5", "euro"),
        ] {
            assert_eq!(number(text, Style::Vietnamese), (expected.into(), Some(measure), false), "{text:?}");
        }
    }

    #[test]
    fn whatever_is_not_one_number_keeps_its_kind() {
        use NumberText::*;
        for (kind, texts) in [
            (
                Nil,
                &[
                    "Không",
                    "KHÔNG",
                    "không.",
                    "ko",
                    "Không có",
                    "ko có",
                    "k có",
                    "Không phát sinh",
                    "Không phát sinh./.",
                    "khong phat sinh",
                    "k phát sinh",
                    "0 phát sinh",
                    "00 phát sinh",
                    "Chưa phát sinh",
                    "kps",
                    "Không PS",
                    "Kho\u{302}ng pha\u{301}t sinh",
                ][..],
            ),
            (Dash, &["-", "–", "—", "_", " - ", "--", "−"]),
            (
                Blank,
                &[
                    "",
                    "  ",
                    "\u{a0}",
                    "'",
                    "…",
                    "...",
                    "....…",
                    "______",
                    "chưa có số liệu",
                    "Chưa có",
                    "chua bao cao",
                    "Chưa báo cáo",
                    "N/A",
                    "n/a",
                ],
            ),
            (
                Range,
                &[
                    "khoảng 200",
                    "Khoảng 200 hộ",
                    "trên 300",
                    "gần 300",
                    "hơn 1.000",
                    ">200",
                    "~ 200",
                    "≥5",
                    "khoang 200",
                    "10-20",
                    "10 - 20",
                    "72/77",
                    "290 hộ/263,26 ha",
                    "5 hộ 3 khẩu",
                    "2 triệu 500 nghìn",
                    "300 trở lên",
                    "200+",
                    "16.5.2016",
                    "13/01/2023",
                    "1.2.3",
                    "1,2,3",
                    "1234.567.890",
                    "1.23.456",
                    "0.123.456",
                    "27 900.500",
                    "1.234 567",
                    "1.234.56",
                    "- 5 cuộc",
                    ".5",
                    "5,",
                    "5*",
                    "08h30",
                    "3 x 4",
                    "72/huyện",
                    "(5",
                    "120 1200",
                    "1.234,567,890",
                    "5 đến 7",
                    "2 rưỡi",
                    "2 ruoi",
                    "3 công rưỡi",
                    "3 công lẻ",
                    "1/2",
                    "2½",
                    "5 (trong đó 2 nữ)",
                    "1'200",
                    "1\n200",
                    "12 +3",
                ],
            ),
            (
                Words,
                &[
                    "ba trăm",
                    "Đạt",
                    "1e3",
                    "1E+05",
                    "1_000",
                    "１２",
                    "x",
                    "nt",
                    "\"",
                    "#VALUE!",
                    "Thôn 5",
                    "m2",
                    "k",
                    "Không đạt",
                    "không 5",
                    "1000000000000000",
                    "0912345678",
                    "0912 345 678",
                    "0912.345.678",
                    "0912-345-678",
                    "(0214) 3 876 543",
                    "'0912345678",
                    "010085001234",
                    "012345678",
                    "+84912345678",
                    "+84 912 345 678",
                    "99999999999999999999999999999999999999999999999999",
                    "1O",
                    "1o cuộc",
                    "10l",
                    "l5",
                    "O",
                    "½",
                    "٣",
                ],
            ),
        ] {
            for text in texts {
                assert_eq!(parse(text, Style::Vietnamese), kind, "{text:?}");
            }
        }
    }

    #[test]
    fn a_column_proves_its_style_or_nothing() {
        use Style::{English, Vietnamese};
        let writing = |texts: &[&str], whole| {
            let found = super::writing(texts.iter().copied(), whole);
            (found.style, found.by_counts, found.dots_disagree)
        };
        for (texts, fractions, counts) in [
            (&["1,234", "1,234.5", "x"][..], (English, false, false), (English, false, false)),
            (&["1,234,567"], (English, false, false), (English, false, false)),
            (&["27.900", "1.234,5 m2"], (Vietnamese, false, false), (Vietnamese, false, false)),
            (&["1.234.567"], (Vietnamese, false, false), (Vietnamese, false, false)),
            (&["33,8"], (Vietnamese, false, false), (Vietnamese, false, false)),
            (&["1,234.5", "1.234,5"], (Vietnamese, false, false), (Vietnamese, false, false)),
            (&[], (Vietnamese, false, false), (Vietnamese, false, false)),
            // Commas before three digits are thousands only where nothing can be a fraction.
            (&["1,200", "3,450", "12"], (Vietnamese, false, false), (English, true, false)),
            (&["1,200", "12"], (Vietnamese, false, false), (Vietnamese, false, false)),
            (&["1,200", "3,450", "1,5"], (Vietnamese, false, false), (Vietnamese, false, false)),
            (&["1,200", "3,450", "1.200"], (Vietnamese, false, false), (Vietnamese, false, false)),
            // Dots of two kinds.
            (&["22.86", "6.813 m2"], (Vietnamese, false, true), (Vietnamese, false, false)),
            (&["27.900", "1.5", "1,234", "5", "1 200"], (Vietnamese, false, true), (Vietnamese, false, false)),
            (&["22.86", "7.1"], (Vietnamese, false, false), (Vietnamese, false, false)),
            (&["27.900", "6.813", "33,8", "1.234.567"], (Vietnamese, false, false), (Vietnamese, false, false)),
            (&["27.900,5", "1.5"], (Vietnamese, false, false), (Vietnamese, false, false)),
        ] {
            assert_eq!(writing(texts, false), fractions, "{texts:?}");
            assert_eq!(writing(texts, true), counts, "{texts:?} of counts");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "[0-9.,  '()+\u{2212}emk%\u{a0}…_-]{0,40}") {
            for style in [Style::Vietnamese, Style::English] {
                parse(&text, style);
            }
            writing([text.as_str()].into_iter(), true);
        }

        #[test]
        fn what_is_written_is_read_back(digits in -999_999_999_999i64..999_999_999_999, scale in 0u32..6) {
            let amount = Amount::new(digits, scale);
            let written = crate::base::amount::vietnamese(amount, scale);
            let NumberText::Number(reading) = parse(&written, Style::Vietnamese) else { panic!("{written}") };
            assert_eq!(reading.number, amount);
        }
    }
}
