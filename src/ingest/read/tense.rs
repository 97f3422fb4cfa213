//! How the labels over a figure speak of its period: what happened in it, what had by its end, what is planned for it.

use crate::base::period::{Part, Period, Span, Window};
use crate::base::record::Telling;
use crate::catalogue::indicator::OverTime;
use crate::catalogue::words::Role;
use crate::ingest::label::Label;

/// What the roles of some labels come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tense {
    up_to: Option<UpTo>,
    kind: Kind,
}

/// From where a cumulative figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum UpTo {
    Year,
    /// The year, but in a whole year's table a start that is not said.
    Unsaid,
    Start,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Actual,
    Remembered,
    Estimated {
        of_year: bool,
    },
    Planned,
}

/// The tense of a figure under these labels, or the role that keeps it from being one.
pub fn of(labels: &[&Label]) -> Result<Tense, Role> {
    let roles = || labels.iter().flat_map(|label| label.roles.iter().copied());
    if let Some(role) = roles().find(|role| matches!(role, Role::Share | Role::PreviousPeriod)) {
        return Err(role);
    }
    let mut tense = Tense::default();
    for role in roles() {
        let (up_to, kind) = match role {
            Role::Total | Role::Share | Role::PreviousPeriod => continue,
            Role::YearToDate => (Some(UpTo::Year), None),
            Role::Cumulative => (Some(UpTo::Unsaid), None),
            Role::ToDate => (Some(UpTo::Start), None),
            Role::SamePeriodLastYear => (None, Some(Kind::Remembered)),
            Role::Plan => (None, Some(Kind::Planned)),
            Role::Estimate => (None, Some(Kind::Estimated { of_year: false })),
            Role::EstimateOfYear => (None, Some(Kind::Estimated { of_year: true })),
        };
        if let Some(kind) = kind {
            if tense.kind != Kind::Actual && tense.kind != kind {
                return Err(role);
            }
            tense.kind = kind;
        }
        tense.up_to = match (tense.up_to, up_to) {
            (Some(UpTo::Start), _) | (_, Some(UpTo::Start)) => Some(UpTo::Start),
            (Some(UpTo::Year), _) | (_, Some(UpTo::Year)) => Some(UpTo::Year),
            (before, said) => before.or(said),
        };
    }
    let sum_of_years = tense.up_to == Some(UpTo::Start);
    match tense.kind {
        Kind::Remembered if sum_of_years => Err(Role::SamePeriodLastYear),
        Kind::Planned if tense.up_to.is_some() => Err(Role::Plan),
        Kind::Estimated { .. } if tense.up_to.is_some() => Err(Role::Estimate),
        _ => Ok(tense),
    }
}

impl Tense {
    /// The role of figures that are never added to what happened in the table's own period, for a note.
    pub fn said_aside(self) -> Option<Role> {
        match self.kind {
            Kind::Planned => Some(Role::Plan),
            Kind::Remembered => Some(Role::SamePeriodLastYear),
            Kind::Actual | Kind::Estimated { .. } => None,
        }
    }

    /// How a figure speaks, and of which period, where the labels over it say `period`.
    pub fn told(self, period: Span, labels: &[&Label], over_time: OverTime) -> (Telling, Span) {
        let year = match period {
            Span::Named(period) => period.year,
            Span::Days(window) => chrono::Datelike::year(&window.to),
        };
        let whole_year = Span::Named(Period::new(year, Part::Year));
        let (up_to, reached) = match self.up_to {
            None => (None, period),
            Some(UpTo::Start) => (Some(Telling::ToDate), period),
            // A stock holds for one moment, whatever was added up: its period's end or, of what opened it, its start.
            Some(_) if over_time == OverTime::First => (Some(Telling::YearToDate), since_january(period)),
            Some(_) if over_time != OverTime::Sum => (Some(Telling::YearToDate), period),
            Some(UpTo::Unsaid) if period == whole_year => (Some(Telling::ToDate), period),
            Some(UpTo::Unsaid | UpTo::Year) => (Some(Telling::YearToDate), since_january(period)),
        };
        let own_year = |role: Role| {
            let said = labels.iter().find(|label| label.roles.contains(&role));
            said.is_some_and(|label| label.period.year.is_some() || label.period.days.is_some())
        };
        match self.kind {
            Kind::Actual => (up_to.unwrap_or_default(), reached),
            // "Cùng kỳ năm 2022" says its own year.
            Kind::Remembered if own_year(Role::SamePeriodLastYear) => (Telling::Remembered, reached),
            Kind::Remembered => (Telling::Remembered, reached.a_year_earlier()),
            Kind::Estimated { of_year: true } => (Telling::Estimated, whole_year),
            Kind::Estimated { of_year: false } => (Telling::Estimated, period),
            // Plans are made for years; "Kế hoạch quý I" says otherwise.
            Kind::Planned => {
                let said = labels.iter().find(|label| label.roles.contains(&Role::Plan));
                let part = said.is_some_and(|label| label.period.part.is_some() || label.period.days.is_some());
                (Telling::Planned, if part { period } else { whole_year })
            }
        }
    }
}

/// From the year's first day to a period's last, by the name of such a period where it has one.
fn since_january(period: Span) -> Span {
    match period {
        Span::Named(period) => {
            let part = match *period.part.months().end() {
                1 => Part::Month(1),
                3 => Part::Quarter(1),
                6 => Part::Half(1),
                9 => Part::NineMonths,
                12 => Part::Year,
                month => {
                    let (year, next) = (period.year, month + 1);
                    let from = chrono::NaiveDate::from_ymd_opt(year, 1, 1);
                    let to = chrono::NaiveDate::from_ymd_opt(year, next, 1).and_then(|day| day.pred_opt());
                    return match (from, to) {
                        (Some(from), Some(to)) => Span::Days(Window { from, to }),
                        _ => Span::Named(period),
                    };
                }
            };
            Span::Named(Period::new(period.year, part))
        }
        Span::Days(window) => match chrono::NaiveDate::from_ymd_opt(chrono::Datelike::year(&window.to), 1, 1) {
            Some(from) => Span::Days(Window { from: from.min(window.to), to: window.to }),
            None => period,
        },
    }
}
