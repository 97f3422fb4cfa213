//! How the labels over a figure speak of its period: what happened in it, what had by its end, what is planned for it.

use std::sync::Arc;

use crate::base::fold;
use crate::base::period::{Part, Period, Span, Window};
use crate::base::record::Telling;
use crate::catalogue::indicator::OverTime;
use crate::catalogue::words::Role;
use crate::ingest::label::Label;
use crate::ingest::value::period::{PeriodSaid, Since};

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
    // "Số hộ hiến đất giai đoạn 2021-2023"
    if labels.iter().any(|label| over_years(&label.period)) {
        tense.up_to = Some(UpTo::Start);
    }
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

/// A range of years is said, and no period of its own.
fn over_years(said: &PeriodSaid) -> bool {
    said.since == Some(Since::Years) && !is_dated(said)
}

fn is_dated(said: &PeriodSaid) -> bool {
    said.year.is_some() || said.part.is_some() || said.days.is_some() || said.from_january.is_some()
}

/// What the titles over a table and its names say of its figures, nearest first, as a label of that alone: "(lũy kế từ đầu
/// năm)", "NHIỆM KỲ 2020 - 2025". A programme's years ("Chương trình giai đoạn 2021-2025, năm 2023") say nothing of figures.
pub fn of_titles(captions: &[Arc<Label>], names: &[Arc<Label>]) -> Option<Label> {
    let dated = captions.iter().any(|label| is_dated(&label.period));
    let mut nearer_dated = false;
    for (at, label) in captions.iter().chain(names).enumerate() {
        let own = is_dated(&label.period);
        let text = fold::bare_key(&label.text);
        let says = |words: &str| text.contains(&fold::bare_key(words));
        let runs = || ["lũy kế", "đầu nhiệm kỳ", "nửa nhiệm kỳ", "từ khi"].into_iter().any(says);
        let compared = label.roles.contains(&Role::Share);
        let of_programme = at < captions.len() && dated && label.allows.is_none();
        let said = label.roles.iter().copied().find_map(|role| match role {
            Role::ToDate if !own && !of_programme || runs() => Some(role),
            Role::Cumulative if says("lũy kế năm") || says("lũy kế cả năm") => Some(Role::YearToDate),
            Role::YearToDate | Role::Cumulative => Some(role),
            // "Cùng kỳ năm 2022" is that year's own.
            Role::SamePeriodLastYear if !own && !compared && says("cùng kỳ") => Some(role),
            _ => None,
        });
        let term = || (over_years(&label.period) && !nearer_dated && !of_programme).then_some(Role::ToDate);
        if let Some(role) = said.or_else(term) {
            return Some(Label { text: label.text.clone(), roles: vec![role], ..Label::default() });
        }
        nearer_dated |= own;
    }
    None
}

/// Whether a label says itself of when its figures are, so that no title does: its own period, "Trong kỳ", "Tháng này".
pub fn says_when(label: &Label) -> bool {
    let says = |words: &str| fold::bare_key(&label.text).contains(&fold::bare_key(words));
    let own = ["trong kỳ", "trong tháng", "trong quý", "trong năm", "kỳ này", "năm nay"];
    is_dated(&label.period)
        || label.period.this.is_some()
        || label.roles.iter().any(|role| *role != Role::Total)
        || !label.headings.is_empty() && own.into_iter().any(says)
}

impl Tense {
    pub fn is_planned(self) -> bool {
        self.kind == Kind::Planned
    }

    /// The same in a plan, where nothing has happened yet; what tells of the past there is no figure of it.
    pub fn planned(self) -> Result<Self, Role> {
        match self {
            Tense { kind: Kind::Actual | Kind::Planned, up_to: None } => Ok(Tense { kind: Kind::Planned, up_to: None }),
            Tense { up_to: Some(_), .. } => Err(Role::Cumulative),
            Tense { kind: Kind::Remembered, .. } => Err(Role::SamePeriodLastYear),
            Tense { .. } => Err(Role::Estimate),
        }
    }

    /// The role of figures that are never added to what happened in the table's own period, for a note.
    pub fn said_aside(self) -> Option<Role> {
        match self.kind {
            Kind::Planned => Some(Role::Plan),
            Kind::Remembered => Some(Role::SamePeriodLastYear),
            Kind::Actual | Kind::Estimated { .. } => None,
        }
    }

    /// How a figure speaks, and of which period, where the labels over it say `period`.
    /// `in_plan`: what the office's own plan says of a period is that period's.
    pub fn told(self, period: Span, labels: &[&Label], over_time: OverTime, in_plan: bool) -> (Telling, Span) {
        if in_plan {
            return (Telling::Planned, period);
        }
        let whole_year = Span::Named(Period::new(period.year(), Part::Year));
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
        Span::Years(..) => period,
        Span::Days(window) => match chrono::NaiveDate::from_ymd_opt(chrono::Datelike::year(&window.to), 1, 1) {
            Some(from) => Span::Days(Window { from: from.min(window.to), to: window.to }),
            None => period,
        },
    }
}
