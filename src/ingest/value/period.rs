//! What a title, heading or name says of time: "Quý II/2023", "T01.2023", "6 tháng đầu năm", "từ ngày … đến ngày …".
//! A date of signing says nothing of the period.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};

use crate::base::fold::{self, Token};
use crate::base::period::{Part, Span, Window};

/// Year and part are said apart: a column says "Quý I", the title above it "năm 2023".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PeriodSaid {
    pub year: Option<i32>,
    pub part: Option<Part>,
    /// Days said in full, or months that no named period holds.
    pub days: Option<Window>,
    /// A number of months or a last day was said, so the figure runs from 1 January.
    pub from_january: Option<u8>,
    /// Words of time that name no period: "tháng 13", "trước năm 2023", "năm 2021, 2022".
    pub unclear: bool,
    /// "Năm nay", "tháng này": the period that is said elsewhere, which must be one of this kind.
    pub this: Option<This>,
    /// From when a figure is said to run, where the words say no period by that.
    pub since: Option<Since>,
}

impl PeriodSaid {
    /// Says no period of its own.
    pub fn is_none(&self) -> bool {
        *self == Self { this: self.this, since: self.since, ..Self::default() }
    }
}

/// From when a figure runs up to the end of the period that is said elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// "Từ 01/01 đến nay"
    January,
    /// "Giai đoạn 2021-2023", "từ năm 2020 đến nay": over years, none of which the figure is of.
    Years,
}

/// What "this" one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum This {
    Year,
    Quarter,
    Month,
}

impl This {
    /// "Năm nay" may be a year's part, compared with that of the year before; under a month or a quarter it may as well be
    /// the year so far.
    pub fn fits(self, span: Span) -> bool {
        let Span::Named(period) = span else { return true };
        match self {
            This::Year => !matches!(period.part, Part::Month(_) | Part::Quarter(_)),
            This::Quarter => matches!(period.part, Part::Quarter(_)),
            This::Month => matches!(period.part, Part::Month(_)),
        }
    }
}

/// What the tokens of a text say of time, and which of them say it.
pub fn said(tokens: &[Token]) -> (PeriodSaid, Vec<bool>) {
    read(tokens, if fold::is_marked(tokens) { Marks::All } else { Marks::None })
}

/// The same of a file's name, which clerks put together: what stands without marks in it may be typed so, whatever the rest.
pub fn said_by_name(tokens: &[Token]) -> PeriodSaid {
    read(tokens, Marks::Some).0
}

/// Which words of a text bear the marks that they should.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Marks {
    All,
    Some,
    None,
}

fn read(tokens: &[Token], marks: Marks) -> (PeriodSaid, Vec<bool>) {
    let mut reader = Reader { tokens, marks, used: vec![false; tokens.len()] };
    let mut said = PeriodSaid::default();
    let mut at = 0;
    while at < tokens.len() {
        said.this = said.this.or_else(|| reader.this(at));
        let next = reader
            .document(at)
            .or_else(|| reader.unsigned(at))
            .or_else(|| reader.range(at, &mut said))
            .or_else(|| reader.full_date(at))
            .or_else(|| reader.part(at, &mut said))
            .or_else(|| reader.year(at, &mut said));
        match next {
            Some(next) => {
                reader.used[at..next].fill(true);
                at = next;
            }
            None => at += 1,
        }
    }
    (said, reader.used)
}

struct Words {
    year: String,
    month: String,
    quarter: String,
    day: String,
    from: String,
    to: String,
    first: String,
    last: String,
    stage: String,
    six: String,
    nine: String,
    born: String,
    study: String,
    number: String,
    before: String,
    after: String,
    onto: String,
    and: String,
    all: String,
    now: String,
    this: String,
    through: String,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| Words {
    year: fold::key("năm"),
    month: fold::key("tháng"),
    quarter: fold::key("quý"),
    day: fold::key("ngày"),
    from: fold::key("từ"),
    to: fold::key("đến"),
    first: fold::key("đầu"),
    last: fold::key("cuối"),
    stage: fold::key("đoạn"),
    six: fold::key("sáu"),
    nine: fold::key("chín"),
    born: fold::key("sinh"),
    study: fold::key("học"),
    number: fold::key("số"),
    before: fold::key("trước"),
    after: fold::key("sau"),
    onto: fold::key("sang"),
    and: fold::key("và"),
    all: fold::key("cả"),
    now: fold::key("nay"),
    this: fold::key("này"),
    through: fold::key("hết"),
});

struct Reader<'a> {
    tokens: &'a [Token],
    marks: Marks,
    used: Vec<bool>,
}

impl Reader<'_> {
    /// A word with marks, or without where the whole text has none.
    fn is(&self, at: usize, word: &str, bare: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| {
            let unmarked = match self.marks {
                Marks::All => false,
                Marks::Some => token.text == token.bare,
                Marks::None => true,
            };
            token.text == word || unmarked && token.bare == bare
        })
    }

    fn number(&self, at: usize) -> Option<u32> {
        let token = self.tokens.get(at)?;
        if token.digits && token.text.len() <= 4 { token.text.parse().ok() } else { None }
    }

    fn four_digits(&self, at: usize) -> Option<i32> {
        let year = self.number(at).filter(|_| self.tokens[at].text.len() == 4)? as i32;
        (1990..=2100).contains(&year).then_some(year)
    }

    /// "năm nay", "tháng này", "quý này".
    fn this(&self, at: usize) -> Option<This> {
        let w = &*WORDS;
        let kinds =
            [(&w.year, "nam", This::Year), (&w.quarter, "qui", This::Quarter), (&w.month, "thang", This::Month)];
        let here = self.is(at + 1, &w.now, "nay") || self.is(at + 1, &w.this, "nay");
        kinds.into_iter().find(|(word, bare, _)| here && self.is(at, word, bare)).map(|(.., this)| this)
    }

    /// The year behind a part: "/2023", "năm 2023", ".23".
    fn year_behind(&self, at: usize) -> Option<(i32, usize)> {
        let w = &*WORDS;
        let at = if self.is(at, &w.year, "nam") { at + 1 } else { at };
        if let Some(year) = self.four_digits(at) {
            return Some((year, at + 1));
        }
        let token = self.tokens.get(at)?;
        let short = token.digits && token.text.len() == 2 && matches!(token.gap, Some('.' | '/'));
        short.then(|| (2000 + token.text.parse::<i32>().unwrap_or(0), at + 1))
    }

    /// "ngày 15 tháng 6 năm 2023", "15/06/2023", "15.6.2023" from `at`.
    fn day(&self, at: usize) -> Option<(NaiveDate, usize)> {
        let w = &*WORDS;
        let at = if self.is(at, &w.day, "ngay") { at + 1 } else { at };
        let day = self.number(at)?;
        let mut next = at + 1;
        if self.is(next, &w.month, "thang") {
            next += 1;
        } else if !matches!(self.tokens.get(next)?.gap, Some('/' | '.' | '-')) {
            return None;
        }
        let month = self.number(next)?;
        next += 1;
        if self.is(next, &w.year, "nam") {
            next += 1;
        } else if !matches!(self.tokens.get(next)?.gap, Some('/' | '.' | '-')) {
            return None;
        }
        let year = self.four_digits(next)?;
        Some((NaiveDate::from_ymd_opt(year, month, day)?, next + 1))
    }

    /// A letter's date whose day is still to be written in: "ngày    /01/2024", "ngày    tháng 01 năm 2024".
    fn unsigned(&self, at: usize) -> Option<usize> {
        let w = &*WORDS;
        if !self.is(at, &w.day, "ngay") {
            return None;
        }
        let slash = |at: usize| self.tokens.get(at).is_some_and(|t| t.gap == Some('/'));
        let month = match self.is(at + 1, &w.month, "thang") {
            true => at + 2,
            false if slash(at + 1) => at + 1,
            false => return None,
        };
        self.month_number(month)?;
        let year = month + 1;
        if !slash(year) && !self.is(year, &w.year, "nam") {
            return None;
        }
        self.year_at(year).map(|(_, next)| next)
    }

    /// The number of a plan, letter or form: "số 12-KH/HU năm 2022", "Biểu số 02/2021".
    fn document(&self, at: usize) -> Option<usize> {
        let w = &*WORDS;
        let joined = |at: usize| self.tokens.get(at).is_some_and(|t| matches!(t.gap, Some('/' | '-')));
        if !self.is(at, &w.number, "so") || !self.tokens.get(at + 1)?.digits || !joined(at + 2) {
            return None;
        }
        let mut next = at + 2;
        while joined(next) || self.tokens.get(next).is_some_and(|t| t.gap.is_none()) {
            next += 1;
        }
        if let Some((_, after)) = self.day(next) {
            return Some(after);
        }
        let year = self.is(next, &w.year, "nam") && self.four_digits(next + 1).is_some();
        Some(if year { next + 2 } else { next })
    }

    /// "từ ngày … đến ngày …", "đến ngày …", "từ tháng 1 đến tháng 5 năm 2023".
    fn range(&self, at: usize, said: &mut PeriodSaid) -> Option<usize> {
        let w = &*WORDS;
        if self.is(at, &w.from, "tu") {
            if let Some((year, next)) = self.new_year(at + 1)
                && let Some(next) = self.until_now(next)
            {
                said.year = said.year.or(year);
                said.since.get_or_insert(Since::January);
                return Some(next);
            }
            if let Some((_, next)) = self.year_at(at + 1)
                && let Some(next) = self.until_now(next).or(self.adds_up(at).then_some(next))
                && !self.is(next, &w.to, "den")
            {
                said.since.get_or_insert(Since::Years);
                return Some(next);
            }
            if let Some((from, next)) = self.day(at + 1) {
                let next = if self.is(next, &w.to, "den") { next + 1 } else { next };
                let (to, next) = self.day(next)?;
                say_days(said, Window { from, to });
                return Some(next);
            }
            if let Some((from, next)) = self.year_at(at + 1)
                && self.is(next, &w.to, "den")
                && let Some((to, next)) = self.year_at(next + 1 + usize::from(self.is(next + 1, &w.through, "het")))
            {
                let from = NaiveDate::from_ymd_opt(from, 1, 1)?;
                say_days(said, Window { from, to: NaiveDate::from_ymd_opt(to, 12, 31)? });
                return Some(next);
            }
            let at = if self.is(at + 1, &w.month, "thang") { at + 2 } else { return None };
            let from = self.month_number(at)?;
            let (from_year, next) = self.year_behind(at + 1).map_or((None, at + 1), |(y, n)| (Some(y), n));
            let next = if self.is(next, &w.to, "den") { next + 1 } else { return None };
            let next = if self.is(next, &w.month, "thang") { next + 1 } else { next };
            let to = self.month_number(next)?;
            let (year, next) = self.year_behind(next + 1).map_or((from_year, next + 1), |(y, n)| (Some(y), n));
            match (from_year, year) {
                (Some(first), Some(last)) if first != last => {
                    let from = NaiveDate::from_ymd_opt(first, from.into(), 1)?;
                    said.days.get_or_insert(Window { from, to: month_end(last, to)? });
                }
                _ => say_months(said, year, from, to),
            }
            return Some(next);
        }
        if self.is(at, &w.to, "den") {
            let through = self.is(at + 1, &w.through, "het");
            let at_end = at + 1 + usize::from(through);
            let runs = through || self.added_up(at) || self.is(at.wrapping_sub(1), &w.year, "nam");
            if runs
                && self.is(at_end, &w.month, "thang")
                && let Some(month) = self.month_number(at_end + 1)
            {
                let (year, next) = self.year_behind(at_end + 2).map_or((None, at_end + 2), |(y, n)| (Some(y), n));
                say_months(said, year, 1, month);
                return Some(next);
            }
            let (to, next) = self.day(at_end)?;
            say_days(said, Window { from: NaiveDate::from_ymd_opt(to.year(), 1, 1)?, to });
            return Some(next);
        }
        None
    }

    /// 1 January, with the year where it is said.
    fn new_year(&self, at: usize) -> Option<(Option<i32>, usize)> {
        if let Some((day, next)) = self.day(at) {
            return (day.ordinal() == 1).then_some((Some(day.year()), next));
        }
        let at = if self.is(at, &WORDS.day, "ngay") { at + 1 } else { at };
        let month = if self.is(at + 1, &WORDS.month, "thang") { at + 2 } else { at + 1 };
        let apart = month == at + 2 || matches!(self.tokens.get(month)?.gap, Some('/' | '.' | '-'));
        (apart && self.number(at) == Some(1) && self.number(month) == Some(1)).then_some((None, month + 1))
    }

    /// "đến nay"
    fn until_now(&self, at: usize) -> Option<usize> {
        (self.is(at, &WORDS.to, "den") && self.is(at + 1, &WORDS.now, "nay")).then_some(at + 2)
    }

    /// "Lũy kế đối thoại đến …": somewhere behind "lũy kế" or "cộng dồn".
    fn added_up(&self, at: usize) -> bool {
        let words = |at: usize| (self.tokens[at - 1].bare.as_str(), self.tokens[at].bare.as_str());
        self.adds_up(at) || (1..at).any(|at| matches!(words(at), ("luy", "ke") | ("cong", "don")))
    }

    /// Behind "lũy kế" or "cộng dồn".
    fn adds_up(&self, at: usize) -> bool {
        let before = at.checked_sub(1).map(|before| self.tokens[before].bare.as_str());
        before.is_some_and(|word| matches!(word, "ke" | "don"))
    }

    /// A date in full that no "từ" or "đến" leads is a date of signing, or of a document.
    fn full_date(&self, at: usize) -> Option<usize> {
        self.day(at).map(|(_, next)| next)
    }

    /// "năm 2023", "2023".
    fn year_at(&self, at: usize) -> Option<(i32, usize)> {
        let at = if self.is(at, &WORDS.year, "nam") { at + 1 } else { at };
        Some((self.four_digits(at)?, at + 1))
    }

    /// Another month of a list, "và tháng 6", ", 6", and where it ends; a year or a day is none.
    fn another_month(&self, at: usize) -> Option<(u8, usize)> {
        let w = &*WORDS;
        let listed = |at: usize| self.tokens.get(at).is_some_and(|t| matches!(t.gap, Some(',' | '+' | '&' | ';')));
        let and = self.is(at, &w.and, "va");
        let number = at + usize::from(and);
        let number = number + usize::from(self.is(number, &w.month, "thang"));
        let month = self.month_number(number).filter(|_| and || listed(at))?;
        let day = self.tokens.get(number + 1).is_some_and(|t| matches!(t.gap, Some('/')) && t.text.len() < 4);
        (!day).then_some((month, number + 1))
    }

    fn month_number(&self, at: usize) -> Option<u8> {
        self.number(at).filter(|month| (1..=12).contains(month)).map(|month| month as u8)
    }

    fn part(&self, at: usize, said: &mut PeriodSaid) -> Option<usize> {
        let w = &*WORDS;
        if self.is(at, &w.all, "ca")
            && self.is(at + 1, &w.year, "nam")
            && let Some((year, next)) = self.year_at(at + 1)
        {
            said.year.get_or_insert(year);
            say_part(said, Part::Year);
            return Some(next);
        }
        // "6 tháng đầu năm 2023", "9 tháng", "6T", "11 tháng"
        let count = if self.is(at, &w.six, "sau") {
            Some(6)
        } else if self.is(at, &w.nine, "chin") {
            Some(9)
        } else {
            self.month_number(at)
        };
        let months_word = self.is(at + 1, &w.month, "thang")
            || self.tokens.get(at + 1).is_some_and(|t| t.bare == "t" && t.gap.is_none());
        let whole = (0, self.tokens.len());
        if let Some(count) = count.filter(|_| months_word && at + 1 < self.tokens.len()) {
            // "12 tháng 5" is a day of a month that full_date did not take: no period.
            let mut next = at + 2;
            let follows_number = self.number(next).is_some_and(|n| n <= 31) && self.tokens[next].text.len() <= 2;
            if !(follows_number && self.year_behind(next).is_none()) {
                let mut half = 1;
                let begins = self.is(next, &w.first, "dau");
                if self.is(next, &w.last, "cuoi") {
                    half = 2;
                    next += 1;
                } else if self.is(next, &w.first, "dau") {
                    next += 1;
                }
                if self.is(next, &w.year, "nam") && self.four_digits(next + 1).is_none() {
                    next += 1;
                }
                let year = self.year_behind(next);
                if let Some((year, after)) = year {
                    said.year.get_or_insert(year);
                    next = after;
                }
                match count {
                    6 => say_part(said, Part::Half(half)),
                    9 => say_part(said, Part::NineMonths),
                    12 => say_part(said, Part::Year),
                    3 => say_part(said, Part::Quarter(1)),
                    1 | 2 if half == 1 && year.is_none() && !begins && !self.adds_up(at) && (at, next) != whole => {
                        return None;
                    }
                    _ => {
                        said.from_january.get_or_insert(count);
                    }
                }
                return Some(next);
            }
        }
        // "tháng 6", "T6", "T01.2023"
        let month_word = self.is(at, &w.month, "thang");
        let letter = self.tokens[at].bare == "t"
            && self.tokens.get(at + 1).is_some_and(|t| t.digits && matches!(t.gap, None | Some('.')));
        if (month_word || letter)
            && let Some(month) = self.month_number(at + 1)
        {
            let mut next = at + 2;
            let mut last = month;
            while let Some((another, after)) = self.another_month(next).filter(|(another, _)| *another == last + 1) {
                (last, next) = (another, after);
            }
            let year = self.year_behind(next);
            if let Some((year, after)) = year {
                said.year.get_or_insert(year);
                next = after;
            }
            match year.or(said.year.map(|year| (year, next))) {
                _ if last == month => say_part(said, Part::Month(month)),
                Some((year, _)) => say_months(said, Some(year), month, last),
                None => said.unclear = true,
            }
            return Some(next);
        }
        // "tháng 13"
        if month_word && self.number(at + 1).is_some_and(|n| n == 0 || (13..100).contains(&n)) {
            said.unclear = true;
            return Some(at + 2);
        }
        // "quý II", "Q3", "QUÝ I/2023"
        let quarter_letter = self.tokens[at].bare == "q";
        if (self.is(at, &w.quarter, "qui") || quarter_letter)
            && let Some(token) = self.tokens.get(at + 1)
        {
            let quarter = match token.bare.as_str() {
                "i" | "1" | "01" => 1,
                "ii" | "2" | "02" => 2,
                "iii" | "3" | "03" => 3,
                "iv" | "4" | "04" => 4,
                "v" | "vi" | "0" | "5" | "6" | "7" | "8" | "9" if !quarter_letter => {
                    said.unclear = true;
                    return Some(at + 2);
                }
                _ => return None,
            };
            if quarter_letter && !token.digits && token.gap == Some(' ') {
                return None;
            }
            let mut next = at + 2;
            if let Some((year, after)) = self.year_behind(next) {
                said.year.get_or_insert(year);
                next = after;
            }
            say_part(said, Part::Quarter(quarter));
            return Some(next);
        }
        // "2025-05", "05-2023", "1/2023"
        if let Some(year) = self.four_digits(at)
            && self
                .tokens
                .get(at + 1)
                .is_some_and(|t| t.digits && t.text.len() == 2 && matches!(t.gap, Some('-' | '.' | '_')))
            && let Some(month) = self.month_number(at + 1)
        {
            said.year.get_or_insert(year);
            say_part(said, Part::Month(month));
            return Some(at + 2);
        }
        if let Some(month) = self.month_number(at)
            && self.tokens[at].digits
            && self.tokens.get(at + 1).is_some_and(|t| matches!(t.gap, Some('/' | '-' | '.')))
            && let Some(year) = self.four_digits(at + 1)
        {
            said.year.get_or_insert(year);
            say_part(said, Part::Month(month));
            return Some(at + 2);
        }
        None
    }

    /// "năm 2023", or a year that stands alone. Terms ("2021-2025") and years of birth are none.
    fn year(&self, at: usize, said: &mut PeriodSaid) -> Option<usize> {
        let w = &*WORDS;
        let number = if self.is(at, &w.year, "nam") { at + 1 } else { at };
        let year = self.four_digits(number)?;
        let last = self.four_digits(number + 1).filter(|_| matches!(self.tokens[number + 1].gap, Some('-' | '–')));
        if let Some(last) = last {
            let school = at.checked_sub(1).is_some_and(|before| self.is(before, &w.study, "hoc"));
            if last > year && !school {
                said.since.get_or_insert(Since::Years);
            }
            return Some(number + 2);
        }
        let before = at.checked_sub(1);
        let other = before.is_some_and(|b| {
            self.is(b, &w.stage, "doan") || self.is(b, &w.born, "sinh") || self.is(b, &w.study, "hoc")
        });
        // "218/2013", "09-2019": the number of a document.
        let document = number == at && matches!(self.tokens[number].gap, Some('/')) && at > 0;
        if other || document {
            return Some(number + 1);
        }
        // "trước năm 2023", "sau năm 2023", "chuyển sang năm 2024"
        let around = before.is_some_and(|b| {
            self.is(b, &w.before, "truoc") || self.is(b, &w.after, "sau") || self.is(b, &w.onto, "sang")
        });
        // "năm 2021, 2022, 2023", "năm 2022 và 2023"
        let mut next = number + 1;
        while let Some(another) = self.another_year(next) {
            next = another;
        }
        if around || next > number + 1 {
            said.unclear = true;
        } else {
            said.year.get_or_insert(year);
        }
        Some(next)
    }

    fn another_year(&self, at: usize) -> Option<usize> {
        let listed = self.tokens.get(at).is_some_and(|t| matches!(t.gap, Some(',' | '+' | '&' | ';')));
        let and = self.is(at, &WORDS.and, "va");
        let (_, next) = self.year_at(at + usize::from(and)).filter(|_| listed || and)?;
        Some(next)
    }
}

fn month_end(year: i32, month: u8) -> Option<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(year, month.into(), 1)?;
    first.checked_add_months(chrono::Months::new(1))?.pred_opt()
}

fn say_part(said: &mut PeriodSaid, part: Part) {
    said.part.get_or_insert(part);
}

/// Months that a named period holds are that period.
fn say_months(said: &mut PeriodSaid, year: Option<i32>, from: u8, to: u8) {
    let part = match (from, to) {
        (1, 12) => Part::Year,
        (1, 9) => Part::NineMonths,
        (1, 6) => Part::Half(1),
        (7, 12) => Part::Half(2),
        _ if from == to => Part::Month(from),
        _ if to == from + 2 && from % 3 == 1 => Part::Quarter(to / 3),
        _ => {
            if from == 1 {
                said.from_january.get_or_insert(to);
            } else if let Some(year) = year
                && let (Some(from), Some(to)) = (NaiveDate::from_ymd_opt(year, from.into(), 1), month_end(year, to))
            {
                said.days.get_or_insert(Window { from, to });
            }
            if let Some(year) = year {
                said.year.get_or_insert(year);
            }
            return;
        }
    };
    if let Some(year) = year {
        said.year.get_or_insert(year);
    }
    say_part(said, part);
}

fn say_days(said: &mut PeriodSaid, window: Window) {
    let Window { from, to } = window;
    let ends_month = to.succ_opt().is_some_and(|next| next.day() == 1);
    let begins = from.day() == 1;
    if from.year() == to.year() && begins && ends_month {
        say_months(said, Some(from.year()), from.month() as u8, to.month() as u8);
        return;
    }
    // Nghị định 09/2019/NĐ-CP, Điều 12: from the 15th to the 14th is the period named for its last month.
    let (next_year, next_month) =
        if from.month() == 12 { (from.year() + 1, 1) } else { (from.year(), from.month() + 1) };
    if from.day() == 15 && to.day() == 14 && to.year() == next_year && next_month <= to.month() {
        say_months(said, Some(to.year()), next_month as u8, to.month() as u8);
        return;
    }
    said.days.get_or_insert(window);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> (Option<i32>, Option<Part>) {
        let (said, _) = said(&fold::tokens(text));
        (said.year, said.part)
    }

    #[test]
    fn periods_are_read_from_titles_headings_and_names() {
        for (text, year, part) in [
            ("BẢNG TỔNG HỢP THÁNG 01/2023", Some(2023), Some(Part::Month(1))),
            ("T01.2023.xlsx", Some(2023), Some(Part::Month(1))),
            ("T5.25", Some(2025), Some(Part::Month(5))),
            ("(Quý II năm 2023)", Some(2023), Some(Part::Quarter(2))),
            ("Xã Bảo Hà_Q3_2023", Some(2023), Some(Part::Quarter(3))),
            ("QUÝ I/2023", Some(2023), Some(Part::Quarter(1))),
            ("Tháng 12", None, Some(Part::Month(12))),
            ("6 tháng đầu năm 2023", Some(2023), Some(Part::Half(1))),
            ("6 tháng cuối năm 2023", Some(2023), Some(Part::Half(2))),
            ("Báo cáo 9 tháng năm 2023", Some(2023), Some(Part::NineMonths)),
            ("6T.2023", Some(2023), Some(Part::Half(1))),
            ("Theo doi nam 2023", Some(2023), None),
            ("2025-05", Some(2025), Some(Part::Month(5))),
            ("Từ tháng 1 đến tháng 3 năm 2023", Some(2023), Some(Part::Quarter(1))),
            ("Số liệu tính từ ngày 15/12/2022 đến ngày 14/3/2023", Some(2023), Some(Part::Quarter(1))),
            ("từ ngày 01/01/2023 đến ngày 30/06/2023", Some(2023), Some(Part::Half(1))),
            ("Bảo Yên, ngày 15 tháng 6 năm 2023", None, None),
            ("Quyết định số 218/2013", None, None),
            ("giai đoạn 2021-2025", None, None),
            ("Số hộ hiến đất", None, None),
            ("Nam Thái 2", None, None),
            ("2022", Some(2022), None),
            ("1/2023", Some(2023), Some(Part::Month(1))),
            ("Năm sinh 1975", None, None),
            ("Lũy kế đến hết tháng 6/2023", Some(2023), Some(Part::Half(1))),
            ("Tính đến tháng 6/2023", Some(2023), Some(Part::Month(6))),
            ("Danh sách lũy kế đối thoại đến tháng 6/2023", Some(2023), Some(Part::Half(1))),
            ("Bảng liệt kê đối thoại đến tháng 6/2023", Some(2023), Some(Part::Month(6))),
        ] {
            assert_eq!(check(text), (year, part), "{text}");
        }
    }

    #[test]
    fn a_last_day_alone_runs_from_january() {
        let (said, _) = said(&fold::tokens("tính đến ngày 20/10/2023"));
        assert_eq!(said.days.unwrap().from, NaiveDate::from_ymd_opt(2023, 1, 1).unwrap());
        let (said, _) = super::said(&fold::tokens("11 tháng năm 2023"));
        assert_eq!((said.from_january, said.year), (Some(11), Some(2023)));
    }

    #[test]
    fn figures_run_from_the_years_start_or_over_years() {
        for (text, from_january, since) in [
            ("Lũy kế 2 tháng", Some(2), None),
            ("2 tháng đầu năm", Some(2), None),
            ("1 tháng đầu năm", Some(1), None),
            ("2 tháng", Some(2), None),
            ("Lãi suất 2 tháng liền", None, None),
            ("Lũy kế đến hết tháng 2", Some(2), None),
            ("Lũy kế đến tháng 5", Some(5), None),
            ("Lũy kế từ 01/01 đến nay", None, Some(Since::January)),
            ("Từ ngày 1 tháng 1 đến nay", None, Some(Since::January)),
            ("Từ 15/01 đến nay", None, None),
            ("GIAI ĐOẠN 2021-2023", None, Some(Since::Years)),
            ("Nhiệm kỳ 2020 - 2025", None, Some(Since::Years)),
            ("Lũy kế từ năm 2020", None, Some(Since::Years)),
            ("Năm học 2022-2023", None, None),
        ] {
            let (said, _) = super::said(&fold::tokens(text));
            assert_eq!((said.from_january, said.since), (from_january, since), "{text}");
        }
    }
}
