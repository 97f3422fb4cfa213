//! Working days: what a deadline is counted in. Takes the days off, gives the day on which so many working days have passed.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, Weekday};

/// Days on which offices do not work, besides Saturdays and Sundays.
#[derive(Clone, Debug, Default)]
pub struct DaysOff {
    /// Of every year: (month, day). One that falls on a weekend is made up for on the next working day
    /// (Bộ luật Lao động 2019, Điều 111, khoản 3).
    pub yearly: Vec<(u32, u32)>,
    /// As the office names them: taken as they are.
    pub named: BTreeSet<NaiveDate>,
}

impl DaysOff {
    /// The last of so many working days after a day; nothing where the calendar ends.
    pub fn after(&self, day: NaiveDate, days: u32) -> Option<NaiveDate> {
        let mut off = self.of_year(day.year());
        let mut at = day;
        let mut left = days;
        while left > 0 {
            at = at.succ_opt()?;
            if at.ordinal() == 1 {
                off.extend(self.of_year(at.year()));
            }
            if !is_weekend(at) && !off.contains(&at) {
                left -= 1;
            }
        }
        Some(at)
    }

    /// The days off of a year, with those that make up for weekends.
    fn of_year(&self, year: i32) -> BTreeSet<NaiveDate> {
        let yearly = || self.yearly.iter().filter_map(|&(month, day)| NaiveDate::from_ymd_opt(year, month, day));
        let mut off: BTreeSet<NaiveDate> = yearly().chain(self.named.iter().copied()).collect();
        for lost in yearly().filter(|day| is_weekend(*day)) {
            let mut next = lost.succ_opt();
            while let Some(day) = next.filter(|day| is_weekend(*day) || off.contains(day)) {
                next = day.succ_opt();
            }
            // An office that names the day itself has said where it lies. A day that is off anyway says nothing.
            let says = |day: &&NaiveDate| !is_weekend(**day) && !yearly().any(|fixed| fixed == **day);
            let said = self.named.iter().filter(says).any(|day| (*day - lost).num_days().unsigned_abs() <= 3);
            off.extend(next.filter(|_| !said));
        }
        off
    }
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekends_and_days_off_do_not_count() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let fixed = vec![(1, 1), (4, 30), (5, 1), (9, 2)];
        let off =
            |named: &[&str]| DaysOff { yearly: fixed.clone(), named: named.iter().map(|text| day(text)).collect() };
        for (named, from, days, expected) in [
            (&[][..], "2023-02-28", 5, "2023-03-07"),
            (&[], "2023-03-31", 0, "2023-03-31"),
            // 1/1/2023 is a Sunday: Monday is off in its place.
            (&[], "2022-12-31", 5, "2023-01-09"),
            // The office says the same: it is off once.
            (&["2023-01-02"], "2022-12-31", 5, "2023-01-09"),
            // 30/4/2023 is a Sunday, 1/5 a Monday: the 2nd is off.
            (&[], "2023-04-30", 1, "2023-05-03"),
            // To name what is off anyway, a fixed day or a Sunday, takes nothing away.
            (&["2023-05-01"], "2023-04-30", 1, "2023-05-03"),
            (&["2023-04-30"], "2023-04-30", 1, "2023-05-03"),
            // The holidays of Tết.
            (&["2023-01-20", "2023-01-23", "2023-01-24", "2023-01-25", "2023-01-26"], "2023-01-19", 1, "2023-01-27"),
            // 2/9/2023 is a Saturday.
            (&[], "2023-08-31", 2, "2023-09-05"),
            (&["2023-09-01", "2023-09-04"], "2023-08-31", 1, "2023-09-05"),
        ] {
            assert_eq!(off(named).after(day(from), days), Some(day(expected)), "{from} {days}");
        }
        assert_eq!(off(&[]).after(NaiveDate::MAX, 1), None);
    }
}
