//! Periods of reporting, and the calendars that turn them into windows of dates.

use std::ops::RangeInclusive;

use chrono::{Datelike, Months, NaiveDate};
use serde::Deserialize;

/// Which part of a year a period is. Quarters, halves and months count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    Year,
    Half(u8),
    NineMonths,
    Quarter(u8),
    Month(u8),
}

impl Part {
    pub fn months(self) -> RangeInclusive<u32> {
        match self {
            Part::Year => 1..=12,
            Part::Half(half) => u32::from(half) * 6 - 5..=u32::from(half) * 6,
            Part::NineMonths => 1..=9,
            Part::Quarter(quarter) => u32::from(quarter) * 3 - 2..=u32::from(quarter) * 3,
            Part::Month(month) => u32::from(month)..=u32::from(month),
        }
    }
}

/// A period with a name: "Quý II năm 2023".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    pub year: i32,
    pub part: Part,
}

impl Period {
    pub fn new(year: i32, part: Part) -> Self {
        Self { year, part }
    }

    pub fn a_year_earlier(self) -> Self {
        Self { year: self.year - 1, ..self }
    }

    /// "Năm 2023", "6 tháng đầu năm 2023", "Quý II năm 2023", "Tháng 6 năm 2023".
    pub fn title(self) -> String {
        let year = self.year;
        match self.part {
            Part::Year => format!("Năm {year}"),
            Part::Half(1) => format!("6 tháng đầu năm {year}"),
            Part::Half(_) => format!("6 tháng cuối năm {year}"),
            Part::NineMonths => format!("9 tháng năm {year}"),
            Part::Quarter(quarter) => format!("Quý {} năm {year}", roman(quarter)),
            Part::Month(month) => format!("Tháng {month} năm {year}"),
        }
    }
}

pub fn roman(number: u8) -> String {
    let mut left = number;
    let mut text = String::new();
    for (value, letters) in [(50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")] {
        while left >= value {
            text.push_str(letters);
            left -= value;
        }
    }
    text
}

/// Days from `from` to `to`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

impl Window {
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.to
    }

    pub fn a_year_earlier(self) -> Self {
        let back = |day: NaiveDate| day.checked_sub_months(Months::new(12)).unwrap_or(day);
        // The last day of a month stays one: 28/02/2023 is the end of the window as 29/02/2024 is.
        let to = match self.to.succ_opt() {
            Some(next) if next.day() == 1 => back(next).pred_opt().unwrap_or(self.to),
            _ => back(self.to),
        };
        Self { from: back(self.from), to }
    }
}

/// A stretch of time as a table states it or a user asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Span {
    Named(Period),
    /// From one year to another, both included: a term (nhiệm kỳ), a programme's years.
    Years(i32, i32),
    Days(Window),
}

impl Span {
    pub fn title(self) -> String {
        match self {
            Span::Named(period) => period.title(),
            Span::Years(first, last) => format!("Giai đoạn {first}-{last}"),
            Span::Days(window) => {
                format!("từ ngày {} đến ngày {}", window.from.format("%d/%m/%Y"), window.to.format("%d/%m/%Y"))
            }
        }
    }

    pub fn a_year_earlier(self) -> Self {
        match self {
            Span::Named(period) => Span::Named(period.a_year_earlier()),
            Span::Years(first, last) => Span::Years(first - 1, last - 1),
            Span::Days(window) => Span::Days(window.a_year_earlier()),
        }
    }

    pub fn window(self, calendar: &Calendar) -> Window {
        match self {
            Span::Named(period) => calendar.window(period),
            Span::Years(first, last) => {
                let of = |year| calendar.window(Period::new(year, Part::Year));
                Window { from: of(first).from, to: of(last).to }
            }
            Span::Days(window) => window,
        }
    }

    /// The year in which it ends, by the name of its period.
    pub fn year(self) -> i32 {
        match self {
            Span::Named(period) => period.year,
            Span::Years(_, last) => last,
            Span::Days(window) => window.to.year(),
        }
    }

    /// The named months (year, month) that lie wholly inside.
    pub fn months(self, calendar: &Calendar) -> Vec<(i32, u32)> {
        match self {
            Span::Named(period) => period.part.months().map(|month| (period.year, month)).collect(),
            Span::Years(first, last) => {
                (first..=last).flat_map(|year| (1..=12).map(move |month| (year, month))).collect()
            }
            Span::Days(window) => {
                let (year, _) = calendar.month_of(window.from);
                let (last, _) = calendar.month_of(window.to);
                (year..=last)
                    .flat_map(|year| (1..=12).map(move |month| (year, month)))
                    .filter(|&(year, month)| {
                        let days = calendar.window(Period::new(year, Part::Month(month as u8)));
                        window.from <= days.from && days.to <= window.to
                    })
                    .collect()
            }
        }
    }
}

/// A stretch of time as a user asks for it: by its name, or as the last one before today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    Span(Span),
    /// The last whole one that ended before today.
    Last(Each),
}

/// What comes round: every month, quarter, half, year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Each {
    #[default]
    Month,
    Quarter,
    Half,
    Year,
}

impl Each {
    /// For programs.
    pub fn id(self) -> &'static str {
        match self {
            Each::Month => "month",
            Each::Quarter => "quarter",
            Each::Half => "half",
            Each::Year => "year",
        }
    }

    /// As people count it: "tháng", "quý".
    pub fn title(self) -> &'static str {
        match self {
            Each::Month => "tháng",
            Each::Quarter => "quý",
            Each::Half => "6 tháng",
            Each::Year => "năm",
        }
    }

    /// The one in which a month lies.
    pub fn of_month(self, (year, month): (i32, u32)) -> Period {
        let nth = |months: u32| ((month - 1) / months + 1) as u8;
        let part = match self {
            Each::Month => Part::Month(nth(1)),
            Each::Quarter => Part::Quarter(nth(3)),
            Each::Half => Part::Half(nth(6)),
            Each::Year => Part::Year,
        };
        Period::new(year, part)
    }
}

impl Asked {
    pub fn span(self, calendar: &Calendar, today: NaiveDate) -> Span {
        let each = match self {
            Asked::Span(span) => return span,
            Asked::Last(each) => each,
        };
        let (year, month) = calendar.month_of(today);
        let of_year = |months: u32| (month as u8 - 1) / months as u8 + 1;
        let (now, count): (u8, u8) = match each {
            Each::Month => (month as u8, 12),
            Each::Quarter => (of_year(3), 4),
            Each::Half => (of_year(6), 2),
            Each::Year => (1, 1),
        };
        let (year, last) = if now == 1 { (year - 1, count) } else { (year, now - 1) };
        let part = match each {
            Each::Month => Part::Month(last),
            Each::Quarter => Part::Quarter(last),
            Each::Half => Part::Half(last),
            Each::Year => Part::Year,
        };
        Span::Named(Period::new(year, part))
    }
}

/// When the months of a year begin. `civil`: on their first day; Nghị định 09/2019/NĐ-CP, Điều 12: on the 15th of the month before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    pub id: String,
    pub title: String,
    /// 1 to 28.
    pub first_day: u32,
    /// How many months before the month that it is named for a month begins: 0 or 1.
    pub months_before: u32,
}

impl Calendar {
    pub fn window(&self, period: Period) -> Window {
        let months = period.part.months();
        let from = self.month_start(period.year, *months.start());
        let after = match *months.end() {
            12 => self.month_start(period.year + 1, 1),
            month => self.month_start(period.year, month + 1),
        };
        Window { from, to: after.pred_opt().expect("years are bounded far from chrono's ends") }
    }

    /// The named month (year, month) that a day belongs to: under Nghị định 09/2019, 20/12/2023 is in January 2024.
    pub fn month_of(&self, day: NaiveDate) -> (i32, u32) {
        let mut months = day.year() * 12 + day.month0() as i32 + self.months_before as i32;
        if day.day() < self.first_day {
            months -= 1;
        }
        (months.div_euclid(12), months.rem_euclid(12) as u32 + 1)
    }

    fn month_start(&self, year: i32, month: u32) -> NaiveDate {
        let months = year * 12 + month as i32 - 1 - self.months_before as i32;
        NaiveDate::from_ymd_opt(months.div_euclid(12), months.rem_euclid(12) as u32 + 1, self.first_day)
            .expect("first_day is 1 to 28 and years are bounded")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn nd09() -> Calendar {
        Calendar { id: "nd09".into(), title: String::new(), first_day: 15, months_before: 1 }
    }

    fn civil() -> Calendar {
        Calendar { id: "civil".into(), title: String::new(), first_day: 1, months_before: 0 }
    }

    #[test]
    fn windows_follow_the_calendar() {
        for (calendar, part, from, to) in [
            (civil(), Part::Year, "2023-01-01", "2023-12-31"),
            (civil(), Part::Month(2), "2023-02-01", "2023-02-28"),
            (nd09(), Part::Year, "2022-12-15", "2023-12-14"),
            (nd09(), Part::Quarter(1), "2022-12-15", "2023-03-14"),
            (nd09(), Part::Half(2), "2023-06-15", "2023-12-14"),
            (nd09(), Part::NineMonths, "2022-12-15", "2023-09-14"),
            (nd09(), Part::Month(12), "2023-11-15", "2023-12-14"),
        ] {
            let window = calendar.window(Period::new(2023, part));
            assert_eq!(window, Window { from: day(from), to: day(to) }, "{} {part:?}", calendar.id);
        }
    }

    #[test]
    fn months_tile_the_year_in_both_calendars() {
        for calendar in [civil(), nd09()] {
            let mut day = calendar.window(Period::new(2023, Part::Year)).from;
            while day <= calendar.window(Period::new(2023, Part::Year)).to {
                let (year, month) = calendar.month_of(day);
                assert_eq!(year, 2023);
                assert!(calendar.window(Period::new(year, Part::Month(month as u8))).contains(day));
                day = day.succ_opt().unwrap();
            }
        }
    }

    #[test]
    fn a_window_a_year_earlier_keeps_the_end_of_the_month() {
        let february = Window { from: day("2024-02-01"), to: day("2024-02-29") };
        assert_eq!(february.a_year_earlier(), Window { from: day("2023-02-01"), to: day("2023-02-28") });
        let february = Window { from: day("2023-02-01"), to: day("2023-02-28") };
        assert_eq!(february.a_year_earlier().to, day("2022-02-28"));
        assert_eq!(Window { from: day("2025-02-01"), to: day("2025-02-28") }.a_year_earlier().to, day("2024-02-29"));
    }

    #[test]
    fn the_last_one_ended_before_today_by_its_calendar() {
        for (calendar, today, each, expected) in [
            (civil(), "2024-01-01", Each::Month, Part::Month(12)),
            (civil(), "2023-12-31", Each::Month, Part::Month(11)),
            (civil(), "2024-03-31", Each::Quarter, Part::Quarter(4)),
            (civil(), "2023-04-01", Each::Quarter, Part::Quarter(1)),
            (civil(), "2023-07-01", Each::Half, Part::Half(1)),
            (civil(), "2024-06-30", Each::Half, Part::Half(2)),
            (civil(), "2024-12-31", Each::Year, Part::Year),
            // By the decree the year 2023 ended on 14/12/2023.
            (nd09(), "2023-12-15", Each::Year, Part::Year),
            (nd09(), "2023-12-15", Each::Month, Part::Month(12)),
            (nd09(), "2023-12-14", Each::Month, Part::Month(11)),
        ] {
            let span = Asked::Last(each).span(&calendar, day(today));
            assert_eq!(span, Span::Named(Period::new(2023, expected)), "{today} {each:?}");
        }
    }

    #[test]
    fn a_term_is_all_the_months_of_its_years() {
        let term = Span::Years(2021, 2023);
        assert_eq!(term.window(&nd09()), Window { from: day("2020-12-15"), to: day("2023-12-14") });
        assert_eq!((term.months(&civil()).len(), term.title().as_str()), (36, "Giai đoạn 2021-2023"));
    }

    #[test]
    fn a_range_holds_the_months_that_lie_wholly_inside() {
        let span = Span::Days(Window { from: day("2022-12-10"), to: day("2023-03-14") });
        assert_eq!(span.months(&civil()), [(2023, 1), (2023, 2)]);
        assert_eq!(span.months(&nd09()), [(2023, 1), (2023, 2), (2023, 3)]);
    }
}
