//! The status for programs: `danvan.status/1`, documented in `docs/status.schema.json`.

use chrono::NaiveDate;
use serde::Serialize;

use crate::base::amount::round;
use crate::report::data::month;
use crate::report::document::{DataPeriod, DataScope};

use super::{Count, Status, UnitStatus};

/// Decimals of percentages.
const RATE: u32 = 4;

#[derive(Clone, Debug, Serialize)]
pub struct Data {
    pub schema: &'static str,
    pub period: DataPeriod,
    pub scope: DataScope,
    /// The day on which it stood so.
    pub today: NaiveDate,
    pub deadline: Option<DataDeadline>,
    pub forms: Vec<DataForm>,
    pub expected_units: usize,
    pub complete_units: usize,
    pub total: DataCount,
    pub by_form: Vec<DataOfForm>,
    pub by_month: Vec<DataOfMonth>,
    pub units: Vec<DataUnit>,
}

#[derive(Clone, Debug, Serialize)]
pub struct DataDeadline {
    pub days: u32,
    pub every: &'static str,
}

#[derive(Clone, Debug, Serialize)]
pub struct DataForm {
    pub id: String,
    pub title: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct DataCount {
    pub expected: usize,
    pub sent: usize,
    pub percent: Option<String>,
    pub on_time: usize,
    pub late: usize,
    pub undated: usize,
    pub open: usize,
    pub unreadable: usize,
    pub missing: usize,
    pub not_due: usize,
}

#[derive(Clone, Debug, Serialize)]
pub struct DataOfForm {
    pub form: String,
    pub count: DataCount,
}

#[derive(Clone, Debug, Serialize)]
pub struct DataOfMonth {
    pub month: String,
    pub due: Option<NaiveDate>,
    pub count: DataCount,
}

#[derive(Clone, Debug, Serialize)]
pub struct DataUnit {
    pub code: String,
    pub unit: String,
    pub count: DataCount,
    /// What to ask it for, as the list to send out says it.
    pub reminder: Option<String>,
    pub unusable_files: Vec<String>,
    pub reports: Vec<DataReport>,
}

#[derive(Clone, Debug, Serialize)]
pub struct DataReport {
    pub form: String,
    pub month: String,
    pub state: &'static str,
    pub dated: Option<NaiveDate>,
    pub due: Option<NaiveDate>,
}

impl From<Count> for DataCount {
    fn from(count: Count) -> Self {
        let percent = count.percent().map(|percent| round(percent, RATE).normalize().to_string());
        let Count { expected, sent, on_time, late, undated, open, unreadable, missing, not_due } = count;
        Self { expected, sent, percent, on_time, late, undated, open, unreadable, missing, not_due }
    }
}

pub fn data(status: &Status) -> Data {
    let root = status.register.unit(status.register.root);
    let id = |form| status.catalogue.form(form).id.clone();
    let deadline = status.deadline();
    let due = |due: Option<NaiveDate>| due.filter(|_| deadline.is_some());
    let mut reminders = super::sheets::reminders(status).into_iter().peekable();
    let unit = |(at, unit): (usize, &UnitStatus)| {
        let reports = status.forms.iter().zip(&unit.reports).flat_map(|(&form, reports)| {
            status.months.iter().zip(reports).map(move |(&of, report)| DataReport {
                form: id(form),
                month: month(of),
                state: report.state.id(),
                dated: report.dated,
                due: due(report.due),
            })
        });
        DataUnit {
            code: status.register.unit(unit.shown.unit).code.clone(),
            unit: status.name(unit).to_owned(),
            count: status.of_unit(unit).into(),
            reminder: reminders.next_if(|(of, _)| *of == at).map(|(_, line)| line),
            unusable_files: unit.unusable.iter().map(|file| file.file.to_string()).collect(),
            reports: reports.collect(),
        }
    };
    let units = status.units.iter().enumerate().map(unit).collect();
    Data {
        schema: "danvan.status/1",
        period: DataPeriod {
            label: status.asked.span.title(),
            calendar: status.asked.calendar.id.clone(),
            from: status.window.from,
            to: status.window.to,
        },
        scope: DataScope { code: root.code.clone(), name: root.name.clone() },
        today: status.asked.today,
        deadline: deadline.map(|(days, every)| DataDeadline { days, every: every.id() }),
        forms: status
            .forms
            .iter()
            .map(|&form| DataForm { id: id(form), title: status.title(form).to_owned() })
            .collect(),
        expected_units: status.expected(),
        complete_units: status.complete(),
        total: status.whole().into(),
        by_form: (0..status.forms.len())
            .map(|at| DataOfForm { form: id(status.forms[at]), count: status.of_form(at).into() })
            .collect(),
        by_month: (0..status.months.len())
            .map(|at| DataOfMonth {
                month: month(status.months[at]),
                due: due(status.due[at]),
                count: status.of_month(at).into(),
            })
            .collect(),
        units,
    }
}
