//! What the outputs of a period are called, in ASCII.

use crate::base::period::{Calendar, Part, Period, Span};
use crate::base::wording::slug;

/// The calendar of those who name none.
pub(super) const CALENDAR: &str = "civil";

/// What the editions of a period are called; a calendar of its own makes another period of it.
pub(super) fn edition_name(span: Span, calendar: &Calendar) -> String {
    match calendar.id.as_str() {
        CALENDAR => stem(span),
        id => format!("{}-{}", stem(span), slug(id)),
    }
}

/// The name, in ASCII, of a period's report: `tong-ket-2023`.
pub(super) fn stem(span: Span) -> String {
    match span {
        Span::Named(Period { year, part: Part::Year }) => format!("tong-ket-{year}"),
        Span::Named(Period { year, part: Part::Half(1) }) => format!("so-ket-6-thang-{year}"),
        Span::Years(first, last) => format!("nhiem-ky-{first}-{last}"),
        _ => period_stem(span),
    }
}

/// A period's name, in ASCII: `2023`, `quy-2-2023`.
pub(super) fn period_stem(span: Span) -> String {
    match span {
        Span::Named(period) => {
            let year = period.year;
            match period.part {
                Part::Year => year.to_string(),
                Part::Half(1) => format!("6-thang-{year}"),
                Part::Half(_) => format!("6-thang-cuoi-nam-{year}"),
                Part::NineMonths => format!("9-thang-{year}"),
                Part::Quarter(quarter) => format!("quy-{quarter}-{year}"),
                Part::Month(month) => format!("thang-{month:02}-{year}"),
            }
        }
        Span::Years(first, last) => format!("{first}-{last}"),
        Span::Days(window) => format!("tu-{}-den-{}", window.from, window.to),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::period::Window;

    #[test]
    fn reports_are_named_for_their_period_in_ascii() {
        let day = |text: &str| text.parse().unwrap();
        for (part, name) in [
            (Part::Year, "tong-ket-2023"),
            (Part::Half(1), "so-ket-6-thang-2023"),
            (Part::Half(2), "6-thang-cuoi-nam-2023"),
            (Part::NineMonths, "9-thang-2023"),
            (Part::Quarter(2), "quy-2-2023"),
            (Part::Month(6), "thang-06-2023"),
        ] {
            assert_eq!(stem(Span::Named(Period::new(2023, part))), name);
        }
        let window = Window { from: day("2023-01-01"), to: day("2023-06-30") };
        assert_eq!(stem(Span::Days(window)), "tu-2023-01-01-den-2023-06-30");
    }
}
