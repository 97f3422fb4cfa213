//! Stretches of time by named months, and what is known of them.

use crate::base::amount::Amount;
use crate::base::period::{Calendar, Part, Period, Span, Window};
use crate::catalogue::indicator::OverTime;

/// A stretch of time by named months, half open. A position is 32 to a month (year × 12 + month - 1) plus the day within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stretch {
    pub from: i32,
    pub to: i32,
}

const MONTH: i32 = 32;

impl Stretch {
    pub fn month((year, month): (i32, u32)) -> Self {
        let from = (year * 12 + month as i32 - 1) * MONTH;
        Self { from, to: from + MONTH }
    }

    pub fn months(first: (i32, u32), last: (i32, u32)) -> Self {
        Self { from: Self::month(first).from, to: Self::month(last).to }
    }

    /// A window of days, in the months of a calendar.
    pub fn days(window: Window, calendar: &Calendar) -> Self {
        let position = |day| {
            let (year, month) = calendar.month_of(day);
            let start = calendar.window(Period::new(year, Part::Month(month as u8))).from;
            Self::month((year, month)).from + (day - start).num_days() as i32
        };
        Self { from: position(window.from), to: window.to.succ_opt().map_or(i32::MAX, position) }
    }

    pub fn named(period: Period) -> Self {
        let months = period.part.months();
        Self::months((period.year, *months.start()), (period.year, *months.end()))
    }

    /// What a table states: whole months of the civil calendar are the months of that name in any calendar.
    pub fn stated(span: Span, calendar: &Calendar) -> Self {
        match span {
            Span::Named(period) => Self::named(period),
            Span::Years(first, last) => Self::months((first, 1), (last, 12)),
            Span::Days(window) => {
                let civil = Self::days(window, &civil());
                if civil.from % MONTH == 0 && civil.to % MONTH == 0 { civil } else { Self::days(window, calendar) }
            }
        }
    }

    /// What a user asks for.
    pub fn asked(span: Span, calendar: &Calendar) -> Self {
        match span {
            Span::Named(period) => Self::named(period),
            Span::Years(first, last) => Self::months((first, 1), (last, 12)),
            Span::Days(window) => Self::days(window, calendar),
        }
    }

    pub fn contains(self, other: Self) -> bool {
        self.from <= other.from && other.to <= self.to
    }

    pub fn overlaps(self, other: Self) -> bool {
        self.from < other.to && other.from < self.to
    }

    pub fn within(self, other: Self) -> Self {
        Self { from: self.from.max(other.from), to: self.to.min(other.to) }
    }

    /// The one month that it lies in.
    pub fn in_month(self) -> Option<(i32, u32)> {
        let month = self.from.div_euclid(MONTH);
        (month == (self.to - 1).div_euclid(MONTH)).then(|| (month.div_euclid(12), month.rem_euclid(12) as u32 + 1))
    }

    /// The months that it touches.
    pub fn touched(self) -> impl Iterator<Item = (i32, u32)> {
        (self.from.div_euclid(MONTH)..=(self.to - 1).div_euclid(MONTH))
            .map(|month| (month.div_euclid(12), month.rem_euclid(12) as u32 + 1))
    }

    pub fn years_later(self, years: i32) -> Self {
        Self { from: self.from + years * 12 * MONTH, to: self.to + years * 12 * MONTH }
    }

    pub fn len(self) -> i32 {
        self.to - self.from
    }
}

/// By whose months figures are stated.
pub fn civil() -> Calendar {
    Calendar { id: String::new(), title: String::new(), first_day: 1, months_before: 0 }
}

/// An amount of one stretch of time; for a flow, what is left of it beside the entries inside it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    pub at: Stretch,
    pub amount: Amount,
}

/// Whether what is known of one stretch belongs to another: a flow if all of it happened there, a stock if its moment, the end or
/// the start of its period, lies there; a stock at the end of the year is the fourth quarter's, and December's.
pub fn belongs(at: Stretch, over_time: OverTime, stretch: Stretch) -> bool {
    match over_time {
        OverTime::Sum | OverTime::Ratio | OverTime::Max => stretch.contains(at),
        OverTime::Last => stretch.from < at.to && at.to <= stretch.to,
        OverTime::First => stretch.from <= at.from && at.from < stretch.to,
    }
}

/// The entry that a stock's figure in a stretch comes from. Of those of one moment the shortest is the nearest.
pub fn nearest(entries: &[Entry], over_time: OverTime, stretch: Stretch) -> Option<&Entry> {
    let inside = entries.iter().filter(|entry| belongs(entry.at, over_time, stretch));
    match over_time {
        OverTime::Last => inside.max_by_key(|entry| (entry.at.to, entry.at.from)),
        OverTime::First => inside.min_by_key(|entry| (entry.at.from, entry.at.to)),
        OverTime::Max => inside.max_by_key(|entry| entry.amount),
        OverTime::Sum | OverTime::Ratio => None,
    }
}

/// What the entries of a stretch come to; `None` where there is none. Sums that no figure can hold are none either:
/// [`flow`] and the reading of records keep each unit's entries far below that.
pub fn picked(entries: &[Entry], over_time: OverTime, stretch: Stretch) -> Option<Amount> {
    if !matches!(over_time, OverTime::Sum | OverTime::Ratio) {
        return nearest(entries, over_time, stretch).map(|entry| entry.amount);
    }
    let mut inside = entries.iter().filter(|entry| stretch.contains(entry.at));
    let first = inside.next()?.amount;
    inside.try_fold(first, |sum, entry| sum.checked_add(entry.amount))
}

/// Whether the entries leave no gap in a stretch.
pub fn covers<'a>(entries: impl Iterator<Item = &'a Entry>, stretch: Stretch) -> bool {
    let mut at: Vec<Stretch> = entries.map(|entry| entry.at).filter(|at| at.overlaps(stretch)).collect();
    at.sort();
    let mut reached = stretch.from;
    for at in at {
        if at.from > reached {
            return false;
        }
        reached = reached.max(at.to);
    }
    reached >= stretch.to
}
