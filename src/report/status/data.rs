//! The status for programs: `danvan.status/1`, documented in `docs/status.schema.json`.

use chrono::NaiveDate;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::base::amount::{PERCENT_DECIMALS, round};
use crate::report::data::month;
use crate::report::document::{DataPeriod, DataScope};

use super::{Count, Due, Status, UnitStatus};

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
    pub total: Count,
    pub by_form: Vec<DataOfForm>,
    pub by_month: Vec<DataOfMonth>,
    pub units: Vec<DataUnit>,
    /// How often reports are due, with or without a deadline.
    pub every: &'static str,
    /// Units that have figures of every month of the window, of any form; `None` while the window lasts.
    pub units_with_figures: Option<usize>,
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
pub struct DataOfForm {
    pub form: String,
    pub count: Count,
}

#[derive(Clone, Debug, Serialize)]
pub struct DataOfMonth {
    /// The period's last month.
    pub month: String,
    pub due: Option<NaiveDate>,
    pub count: Count,
    /// As people call it.
    pub period: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct DataUnit {
    pub code: String,
    pub unit: String,
    pub count: Count,
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
    /// As people call it.
    pub period: String,
    /// Of a longer period that was not sent: the months that were.
    pub has: Vec<String>,
}

impl Serialize for Count {
    fn serialize<To: Serializer>(&self, to: To) -> Result<To::Ok, To::Error> {
        let percent = self.percent().map(|percent| round(percent, PERCENT_DECIMALS).normalize().to_string());
        let mut count = to.serialize_struct("Count", 10)?;
        count.serialize_field("expected", &self.expected)?;
        count.serialize_field("sent", &self.sent)?;
        count.serialize_field("percent", &percent)?;
        count.serialize_field("on_time", &self.on_time)?;
        count.serialize_field("late", &self.late)?;
        count.serialize_field("undated", &self.undated)?;
        count.serialize_field("open", &self.open)?;
        count.serialize_field("unreadable", &self.unreadable)?;
        count.serialize_field("missing", &self.missing)?;
        count.serialize_field("not_due", &self.not_due)?;
        count.end()
    }
}

/// The month by which programs know a period: its last.
pub fn last_month(due: &Due) -> String {
    due.months.last().copied().map(month).unwrap_or_default()
}

pub fn data(status: &Status) -> Data {
    let root = status.register.unit(status.register.root);
    let id = |form| status.catalogue.form(form).id.clone();
    let deadline = status.deadline();
    let due = |due: Option<NaiveDate>| due.filter(|_| deadline.is_some());
    let mut reminders = super::sheets::reminders(status).into_iter().peekable();
    let unit = |(at, unit): (usize, &UnitStatus)| {
        let reports = status.forms.iter().zip(&unit.reports).flat_map(|(&form, reports)| {
            status.periods.iter().zip(reports).map(move |(of, report)| DataReport {
                form: id(form),
                month: last_month(of),
                state: report.state.id(),
                dated: report.dated,
                due: due(report.due),
                period: of.period.title(),
                has: report.has.iter().copied().map(month).collect(),
            })
        });
        DataUnit {
            code: status.register.unit(unit.shown.unit).code.clone(),
            unit: status.name(unit).to_owned(),
            count: status.of_unit(unit),
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
        deadline: deadline.map(|days| DataDeadline { days, every: status.every().id() }),
        forms: status
            .forms
            .iter()
            .map(|&form| DataForm { id: id(form), title: status.title(form).to_owned() })
            .collect(),
        expected_units: status.expected(),
        complete_units: status.complete(),
        total: status.whole(),
        by_form: (0..status.forms.len())
            .map(|at| DataOfForm { form: id(status.forms[at]), count: status.of_form(at) })
            .collect(),
        by_month: (status.periods.iter().enumerate())
            .map(|(at, of)| DataOfMonth {
                month: last_month(of),
                due: due(of.by),
                count: status.of_period(at),
                period: of.period.title(),
            })
            .collect(),
        units,
        every: status.every().id(),
        units_with_figures: status.with_figures,
    }
}
