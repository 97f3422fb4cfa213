//! The words of periods: what a report of each kind of period is called, and what it says of the periods beside it.

use crate::base::period::{Part, Period, Span, roman};
use crate::base::wording::{capital, lower};
use crate::catalogue::outline::Subject;

/// What kind of report a span asks for.
pub fn subject(span: Span) -> Subject {
    match span {
        Span::Days(_) => Subject::Days,
        Span::Years(..) => Subject::Years,
        Span::Named(period) => match period.part {
            Part::Year => Subject::Year,
            Part::Half(1) => Subject::Half,
            Part::NineMonths => Subject::NineMonths,
            Part::Half(_) | Part::Quarter(_) => Subject::Quarter,
            Part::Month(_) => Subject::Month,
        },
    }
}

/// "Trong năm 2023", "Từ ngày 01/01/2023 đến ngày 30/06/2023"
pub fn during(span: Span) -> String {
    match span {
        Span::Named(_) | Span::Years(..) => format!("Trong {}", lower(&span.title())),
        Span::Days(_) => capital(&span.title()),
    }
}

/// "năm 2022", "cùng kỳ năm 2022": what a report is compared with.
pub fn before(span: Span) -> String {
    match span {
        Span::Named(Period { year, part: Part::Year }) => format!("năm {}", year - 1),
        Span::Named(period) => format!("cùng kỳ năm {}", period.year - 1),
        Span::Years(..) => "giai đoạn trước".to_owned(),
        Span::Days(_) => "cùng kỳ năm trước".to_owned(),
    }
}

/// "hai năm": the windows that are compared.
pub fn both(span: Span) -> &'static str {
    match span {
        Span::Named(Period { part: Part::Year, .. }) => "hai năm",
        _ => "hai kỳ",
    }
}

/// "năm 2024", "6 tháng cuối năm 2023": what comes after.
pub fn next(span: Span) -> String {
    let (year, part) = match span {
        Span::Named(period) => (period.year, period.part),
        Span::Years(..) => return "những năm tiếp theo".to_owned(),
        Span::Days(_) => return "thời gian tới".to_owned(),
    };
    let (year, part) = match part {
        Part::Year => (year + 1, Part::Year),
        Part::Half(1) => (year, Part::Half(2)),
        Part::Half(_) => (year + 1, Part::Half(1)),
        Part::NineMonths => (year, Part::Quarter(4)),
        Part::Quarter(4) => (year + 1, Part::Quarter(1)),
        Part::Quarter(quarter) => (year, Part::Quarter(quarter + 1)),
        Part::Month(12) => (year + 1, Part::Month(1)),
        Part::Month(month) => (year, Part::Month(month + 1)),
    };
    lower(&Period::new(year, part).title())
}

/// "6 tháng đầu năm": what the time from the year's beginning to the end of a later part of it is called.
pub fn to_date(span: Span) -> Option<String> {
    let Span::Named(Period { part, .. }) = span else { return None };
    match part.months().into_inner() {
        (1, _) => None,
        (_, 12) => Some("cả năm".to_owned()),
        (_, months) => Some(format!("{months} tháng đầu năm")),
    }
}

/// "Quý II", "Tháng 6": a part of a year where the year is said elsewhere.
pub fn short(span: Span) -> String {
    match span {
        Span::Named(Period { part: Part::Quarter(quarter), .. }) => format!("Quý {}", roman(quarter)),
        Span::Named(Period { part: Part::Month(month), .. }) => format!("Tháng {month}"),
        Span::Named(Period { part: Part::Half(2), .. }) => "6 tháng cuối năm".to_owned(),
        _ => "Trong kỳ".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_follow_the_period() {
        for (part, of, after, beside, cumulative) in [
            (Part::Year, "Trong năm 2023", "năm 2024", "năm 2022", None),
            (Part::Half(1), "Trong 6 tháng đầu năm 2023", "6 tháng cuối năm 2023", "cùng kỳ năm 2022", None),
            (Part::Half(2), "Trong 6 tháng cuối năm 2023", "6 tháng đầu năm 2024", "cùng kỳ năm 2022", Some("cả năm")),
            (Part::NineMonths, "Trong 9 tháng năm 2023", "quý IV năm 2023", "cùng kỳ năm 2022", None),
            (Part::Quarter(1), "Trong quý I năm 2023", "quý II năm 2023", "cùng kỳ năm 2022", None),
            (
                Part::Quarter(2),
                "Trong quý II năm 2023",
                "quý III năm 2023",
                "cùng kỳ năm 2022",
                Some("6 tháng đầu năm"),
            ),
            (Part::Quarter(4), "Trong quý IV năm 2023", "quý I năm 2024", "cùng kỳ năm 2022", Some("cả năm")),
            (Part::Month(1), "Trong tháng 1 năm 2023", "tháng 2 năm 2023", "cùng kỳ năm 2022", None),
            (Part::Month(5), "Trong tháng 5 năm 2023", "tháng 6 năm 2023", "cùng kỳ năm 2022", Some("5 tháng đầu năm")),
            (Part::Month(12), "Trong tháng 12 năm 2023", "tháng 1 năm 2024", "cùng kỳ năm 2022", Some("cả năm")),
        ] {
            let span = Span::Named(Period::new(2023, part));
            assert_eq!((during(span), next(span), before(span)), (of.into(), after.into(), beside.into()), "{part:?}");
            assert_eq!(to_date(span).as_deref(), cumulative, "{part:?}");
        }
    }
}
