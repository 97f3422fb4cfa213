//! Who has reported what: units × forms × the periods in which reports are due (months, or quarters, halves, years), against the
//! office's deadline (`danvan status`).
//!
//! Takes what was read, gives a [`Status`]: a [`Report`] for each unit, form and period. Whether a unit has *figures* of every month,
//! of any form, is another question, which the report's `coverage` answers; both are asked of the same submissions (`sent`). Never by the times of files: Zalo changes
//! them (design.md 4.9). A report's day is the one written in it, in a file that is the unit's own; where none is, it is not known.

pub mod data;
mod sheets;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::iter::Sum;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::base::amount::{Amount, percent};
use crate::base::cell::SheetName;
use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::period::{Calendar, Each, Part, Period, Span, Window};
use crate::base::record::{Collected, FormId, OrgUnitId, Record, Said, When};
use crate::base::workdays::DaysOff;
use crate::catalogue::Catalogue;
use crate::catalogue::register::Register;
use crate::catalogue::settings::Settings;

use super::aggregate::Month;
use super::sent::{self, NamedOnly};
use super::stretch::Stretch;
use super::units::{self, Shown};

pub use sheets::{document, lacking, long, reminder, summary};

/// How a unit stands with a form and a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    OnTime,
    /// Sent, and the office has set no deadline.
    Sent,
    /// Sent, and nothing says when.
    Undated,
    Late,
    /// The form was sent, and nothing says for which time.
    Open,
    /// Something was sent that may be it, and could not be read.
    Unreadable,
    Missing,
    NotDue,
    /// The unit did not exist then.
    NotExpected,
}

impl State {
    /// For programs.
    pub fn id(self) -> &'static str {
        match self {
            State::OnTime => "on-time",
            State::Sent => "sent",
            State::Undated => "undated",
            State::Late => "late",
            State::Open => "open",
            State::Unreadable => "unreadable",
            State::Missing => "missing",
            State::NotDue => "not-due",
            State::NotExpected => "not-expected",
        }
    }

    /// For people.
    pub fn title(self) -> &'static str {
        match self {
            State::OnTime => "đúng hạn",
            State::Sent => "đã gửi",
            State::Undated => "đã gửi, không rõ ngày gửi",
            State::Late => "gửi muộn",
            State::Open => "có gửi, không rõ kỳ",
            State::Unreadable => "gửi tệp không đọc được",
            State::Missing => "chưa gửi",
            State::NotDue => "chưa đến hạn",
            State::NotExpected => "chưa thành lập hoặc đã sáp nhập",
        }
    }

    pub fn is_sent(self) -> bool {
        matches!(self, State::OnTime | State::Sent | State::Undated | State::Late)
    }

    /// How far it is from being sent, to tell the last of several units.
    fn lag(self) -> u8 {
        match self {
            State::NotExpected => 0,
            State::NotDue => 6,
            state => {
                1 + match state {
                    State::OnTime | State::Sent => 0,
                    State::Undated => 1,
                    State::Late => 2,
                    State::Open => 3,
                    State::Unreadable => 6,
                    _ => 7,
                }
            }
        }
    }

    /// Whether it was due, so that it counts in "n/N".
    pub fn is_expected(self) -> bool {
        !matches!(self, State::NotDue | State::NotExpected)
    }
}

/// One unit, form and period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub state: State,
    /// The day written in it.
    pub dated: Option<NaiveDate>,
    /// The last day on which it was on time.
    pub due: Option<NaiveDate>,
    /// Of a longer period that was not sent: the months that were.
    pub has: Vec<Month>,
}

/// A period of which a report is due.
#[derive(Clone, Debug)]
pub struct Due {
    pub period: Period,
    pub months: Vec<Month>,
    /// The last day on which its report is on time; without a deadline the period's last.
    pub by: Option<NaiveDate>,
}

/// A file of a unit that could not be used, and the months that it may be of.
#[derive(Clone, Debug)]
pub struct Unusable {
    pub file: Arc<str>,
    pub months: BTreeSet<Month>,
    /// Whether other sheets of it were read.
    pub partly: bool,
    /// Each reason, with the sheets that it is said of; none for the file as a whole.
    pub because: Vec<(String, Vec<Arc<str>>)>,
    /// What to do, each once.
    pub help: Vec<&'static str>,
}

impl Unusable {
    /// "trang tính Hiến đất, Ngày công (chưa ghi ngày); trang tính Đối thoại (…)"; of a whole file "tệp PDF chưa đọc được".
    pub fn said(&self) -> String {
        let said = self.because.iter().map(|(reason, sheets)| match &sheets[..] {
            [] => reason.clone(),
            sheets => format!("trang tính {} ({reason})", sheets.join(", ")),
        });
        said.collect::<Vec<_>>().join("; ")
    }
}

/// A unit's reports.
#[derive(Clone, Debug)]
pub struct UnitStatus {
    pub shown: Shown,
    /// By form, by period, in the order of [`Status::forms`] and [`Status::periods`].
    pub reports: Vec<Vec<Report>>,
    /// Those that kept a report from being taken for missing.
    pub unusable: Vec<Unusable>,
    /// Whether units below it sent anything of the window, though not all of them.
    pub partly: bool,
}

/// How many reports stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub expected: usize,
    pub sent: usize,
    pub on_time: usize,
    pub late: usize,
    pub undated: usize,
    pub open: usize,
    pub unreadable: usize,
    pub missing: usize,
    pub not_due: usize,
}

impl Count {
    pub fn of(reports: impl IntoIterator<Item = State>) -> Self {
        let mut count = Self::default();
        for state in reports {
            count.expected += usize::from(state.is_expected());
            count.sent += usize::from(state.is_sent());
            match state {
                State::OnTime => count.on_time += 1,
                State::Late => count.late += 1,
                State::Undated => count.undated += 1,
                State::Open => count.open += 1,
                State::Unreadable => count.unreadable += 1,
                State::Missing => count.missing += 1,
                State::NotDue => count.not_due += 1,
                State::Sent | State::NotExpected => {}
            }
        }
        count
    }

    /// Sent of what was expected.
    pub fn percent(&self) -> Option<Amount> {
        percent(Amount::from(self.sent as u64), Amount::from(self.expected as u64))
    }

    pub fn is_complete(&self) -> bool {
        self.sent == self.expected
    }
}

impl Sum for Count {
    fn sum<Counts: Iterator<Item = Self>>(counts: Counts) -> Self {
        counts.fold(Self::default(), |a, b| Self {
            expected: a.expected + b.expected,
            sent: a.sent + b.sent,
            on_time: a.on_time + b.on_time,
            late: a.late + b.late,
            undated: a.undated + b.undated,
            open: a.open + b.open,
            unreadable: a.unreadable + b.unreadable,
            missing: a.missing + b.missing,
            not_due: a.not_due + b.not_due,
        })
    }
}

/// What is asked of a status.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub span: Span,
    pub calendar: &'a Calendar,
    pub level: Option<&'a str>,
    pub today: NaiveDate,
}

/// Of one window.
pub struct Status<'a> {
    pub asked: Asked<'a>,
    pub window: Window,
    pub register: &'a Register,
    pub catalogue: &'a Catalogue,
    pub settings: &'a Settings,
    /// The forms that are expected of every unit.
    pub forms: Vec<FormId>,
    /// Those that only lists of several units hold, made by the office itself: of these nobody is reminded.
    pub of_office: Vec<FormId>,
    /// Those that the window touches, whole.
    pub periods: Vec<Due>,
    /// How many units have figures of every month of the window, of any form: what the report counts. `None` while the window lasts.
    pub with_figures: Option<usize>,
    /// The units that are expected to report.
    pub units: Vec<UnitStatus>,
    /// Files that could not be used, and that nothing gives to one of the units.
    pub stray: Vec<Unusable>,
}

/// What was handed in of one form, unit and month.
#[derive(Clone, Copy, Debug)]
struct Handed {
    dated: Option<NaiveDate>,
    due: Option<NaiveDate>,
}

/// What was handed in of one form by one unit.
#[derive(Debug, Default)]
struct OfForm {
    months: BTreeMap<Month, Vec<Handed>>,
    /// Lists that name no months, each with the day written in it.
    open: Vec<Option<NaiveDate>>,
}

impl<'a> Status<'a> {
    pub fn new(
        collected: &Collected,
        register: &'a Register,
        catalogue: &'a Catalogue,
        settings: &'a Settings,
        asked: Asked<'a>,
    ) -> Self {
        let clock = Clock::new(catalogue, settings, asked);
        let window_months: BTreeSet<Month> = Stretch::asked(asked.span, asked.calendar).touched().collect();
        let mut periods: Vec<Due> = Vec::new();
        for &month in &window_months {
            let period = settings.deadline.every.of_month(month);
            if periods.last().is_none_or(|last| last.period != period) {
                let months = Span::Named(period).months(asked.calendar);
                periods.push(Due { period, months, by: clock.due(month) });
            }
        }
        let inside: BTreeSet<Month> = periods.iter().flat_map(|due| due.months.iter().copied()).collect();
        let handed = handed(collected, catalogue, &inside, &clock);
        let known: BTreeSet<OrgUnitId> = handed.keys().map(|(_, unit)| *unit).collect();
        let window = asked.span.window(asked.calendar);
        let mut rows = match asked.level {
            Some(_) => units::shown(register, asked.level, window, &known),
            None => units::lowest(register, window, &known),
        };
        rows.retain(|row| !row.own);
        let members: HashSet<OrgUnitId> = rows.iter().flat_map(|row| row.members.iter().copied()).collect();
        let any: BTreeSet<FormId> =
            handed.keys().filter(|(_, unit)| members.contains(unit)).map(|(form, _)| *form).collect();
        let of_units = sent_by_units(collected, &inside);
        let own: BTreeSet<FormId> = any.intersection(&of_units).copied().collect();
        let forms: Vec<FormId> = match (settings.deadline.forms.is_empty(), own.is_empty()) {
            (false, _) => forms_named(catalogue, &settings.deadline.forms),
            (true, false) => own.into_iter().collect(),
            // Where all comes in lists of the office's own, those are what the units send.
            (true, true) => any.iter().copied().collect(),
        };
        let of_office = any.into_iter().filter(|form| settings.deadline.forms.is_empty() && !forms.contains(form));
        let of_office = of_office.collect();
        let figures = |shown: &Shown| {
            let mut all: BTreeMap<OrgUnitId, (BTreeSet<Month>, bool)> = BTreeMap::new();
            for unit in &shown.members {
                for form in catalogue.form_ids() {
                    if let Some(of) = handed.get(&(form, *unit)) {
                        let (months, open) = all.entry(*unit).or_default();
                        months.extend(of.months.keys().filter(|month| window_months.contains(month)));
                        *open |= !of.open.is_empty();
                    }
                }
            }
            let open = all.values().any(|(_, open)| *open);
            let of = |unit: OrgUnitId| all.get(&unit).map(|(months, _)| months.clone()).unwrap_or_default();
            sent::months(shown, register, &window_months, of, open).is_some_and(|months| months == window_months)
        };
        let is_over = window.to < asked.today && periods.iter().all(|due| due.by.is_some_and(|by| by < asked.today));
        let with_figures = is_over.then(|| rows.iter().filter(|row| figures(row)).count());
        let mut unusable = unusable(collected, &inside, asked.calendar);
        let units = rows
            .into_iter()
            .map(|shown| {
                let mut own: Vec<Unusable> =
                    shown.members.iter().flat_map(|unit| unusable.remove(&Some(*unit)).unwrap_or_default()).collect();
                let report = |form: FormId, due: &Due| {
                    let of = |unit: OrgUnitId| {
                        // A period is sent when each of its months is, by one report or by several.
                        let of_month = |&month: &Month| {
                            let lives = lives(register, unit, month, asked.calendar);
                            let unread = own.iter().any(|file| file.months.contains(&month));
                            clock.report(month, due.by, handed.get(&(form, unit)), lives, unread)
                        };
                        let of_months: Vec<Report> = due.months.iter().map(of_month).collect();
                        let months = due.months.iter().zip(&of_months);
                        let has =
                            months.filter(|(_, report)| report.state.is_sent()).map(|(month, _)| *month).collect();
                        let last = of_months.into_iter().max_by_key(|report| (report.state.lag(), report.dated));
                        let last = last.expect("a period has months");
                        if last.state.is_sent() { last } else { Report { has, ..last } }
                    };
                    // What a unit sends for all below it is whole; else it is as far as the last of those.
                    let whole = of(shown.unit);
                    if whole.state.is_sent() {
                        return whole;
                    }
                    let below = shown.leaves(register).into_iter().map(of);
                    below.max_by_key(|report| (report.state.lag(), report.dated)).unwrap_or(whole)
                };
                let reports: Vec<Vec<Report>> =
                    forms.iter().map(|&form| periods.iter().map(|due| report(form, due)).collect()).collect();
                // A file that nothing lacks is told of elsewhere.
                own.retain(|file| {
                    let lacks =
                        |at: usize| reports.iter().any(|of| matches!(of[at].state, State::Unreadable | State::Missing));
                    let touches = |due: &Due| due.months.iter().any(|month| file.months.contains(month));
                    forms.is_empty() || periods.iter().enumerate().any(|(at, due)| touches(due) && lacks(at))
                });
                let below = shown.leaves(register);
                let any = |unit: &OrgUnitId| forms.iter().any(|&form| handed.contains_key(&(form, *unit)));
                let partly = below.len() > 1 && below.iter().any(any);
                UnitStatus { shown, reports, unusable: own, partly }
            })
            .collect();
        let stray = unusable.into_values().flatten().collect();
        Self { asked, window, register, catalogue, settings, forms, of_office, periods, with_figures, units, stray }
    }

    pub fn name(&self, unit: &UnitStatus) -> &str {
        &self.register.unit(unit.shown.unit).name
    }

    pub fn title(&self, form: FormId) -> &str {
        &self.catalogue.form(form).title
    }

    /// Of one unit, all its forms and periods.
    pub fn of_unit(&self, unit: &UnitStatus) -> Count {
        Count::of(unit.reports.iter().flatten().map(|report| report.state))
    }

    /// How many units stand how with a form in a period, by their places.
    pub fn of_form_period(&self, form: usize, period: usize) -> Count {
        Count::of(self.units.iter().map(|unit| unit.reports[form][period].state))
    }

    /// Of one form, all units and periods.
    pub fn of_form(&self, form: usize) -> Count {
        Count::of(self.units.iter().flat_map(|unit| &unit.reports[form]).map(|report| report.state))
    }

    /// Of one period, all units and forms.
    pub fn of_period(&self, period: usize) -> Count {
        Count::of(self.units.iter().flat_map(|unit| &unit.reports).map(|of| of[period].state))
    }

    pub fn whole(&self) -> Count {
        Count::of(self.units.iter().flat_map(|unit| unit.reports.iter().flatten()).map(|report| report.state))
    }

    /// Of the reports whose last day has passed; those that came before it are not among them.
    pub fn overdue(&self) -> Count {
        let passed = |at: usize| self.periods[at].by.is_some_and(|by| by < self.asked.today);
        let reports = self.units.iter().flat_map(|unit| &unit.reports).flat_map(|of| of.iter().enumerate());
        Count::of(reports.filter(|(at, _)| passed(*at)).map(|(_, report)| report.state))
    }

    /// How many units have sent all that was due.
    pub fn complete(&self) -> usize {
        self.units.iter().filter(|unit| self.is_complete(unit)).count()
    }

    /// How many units had anything to send.
    pub fn expected(&self) -> usize {
        let due = |unit: &&UnitStatus| self.forms.is_empty() || self.of_unit(unit).expected > 0;
        self.units.iter().filter(due).count()
    }

    /// Whether a unit has sent all that was due, if anything was.
    pub fn is_complete(&self, unit: &UnitStatus) -> bool {
        let count = self.of_unit(unit);
        count.is_complete() && count.expected > 0
    }

    /// Whether a unit has sent nothing of the window that could be read.
    pub fn is_silent(&self, unit: &UnitStatus) -> bool {
        let mut reports = unit.reports.iter().flatten();
        let due = self.forms.is_empty() || reports.clone().any(|report| report.state.is_expected());
        let said = |report: &Report| report.state.is_sent() || report.state == State::Open || !report.has.is_empty();
        due && !unit.partly && !reports.any(said)
    }

    /// The places of the periods in which a form of a unit stands so.
    pub fn periods_of(&self, unit: &UnitStatus, form: usize, state: State) -> BTreeSet<usize> {
        let reports = unit.reports[form].iter().enumerate();
        reports.filter(|(_, report)| report.state == state).map(|(at, _)| at).collect()
    }

    /// All months of the periods.
    pub fn months(&self) -> BTreeSet<Month> {
        self.periods.iter().flat_map(|due| due.months.iter().copied()).collect()
    }

    /// Those of the window.
    pub fn asked_months(&self) -> BTreeSet<Month> {
        Stretch::asked(self.asked.span, self.asked.calendar).touched().collect()
    }

    /// How often reports are due.
    pub fn every(&self) -> Each {
        self.settings.deadline.every
    }

    /// Working days after a period's end.
    pub fn deadline(&self) -> Option<u32> {
        self.settings.deadline.days
    }
}

/// The forms that any unit sent in a file of its own.
fn sent_by_units(collected: &Collected, inside: &BTreeSet<Month>) -> BTreeSet<FormId> {
    let own = |sheet: &Arc<SheetName>| collected.sheets.get(sheet).is_some_and(|sent| sent.own);
    let sent = collected.submissions.iter().filter(|sent| sent.months.iter().any(|month| inside.contains(month)));
    sent.filter(|sent| own(&sent.sheet)).map(|sent| sent.form).collect()
}

/// The forms of ids or titles, which were checked with the settings.
fn forms_named(catalogue: &Catalogue, names: &[String]) -> Vec<FormId> {
    let named = |form: &FormId| {
        let form = catalogue.form(*form);
        names.iter().any(|name| *name.to_lowercase() == form.id || name.to_lowercase() == form.title.to_lowercase())
    };
    catalogue.form_ids().filter(named).collect()
}

/// Whether a unit exists on any day of a month.
fn lives(register: &Register, unit: OrgUnitId, month: Month, calendar: &Calendar) -> bool {
    let unit = register.unit(unit);
    let days = calendar.window(named(month));
    unit.valid_from.is_none_or(|from| from <= days.to) && unit.valid_to.is_none_or(|to| to >= days.from)
}

fn named((year, month): Month) -> Period {
    Period::new(year, Part::Month(month as u8))
}

/// What was due when.
struct Clock<'a> {
    days_off: DaysOff,
    days: Option<u32>,
    every: Each,
    calendar: &'a Calendar,
    today: NaiveDate,
}

impl<'a> Clock<'a> {
    fn new(catalogue: &Catalogue, settings: &Settings, asked: Asked<'a>) -> Self {
        let deadline = &settings.deadline;
        Self {
            days_off: DaysOff { yearly: catalogue.holidays.clone(), named: deadline.days_off().collect() },
            days: deadline.days,
            every: deadline.every,
            calendar: asked.calendar,
            today: asked.today,
        }
    }

    /// The last day on which a report that ends with a month is on time; without a deadline the last of its period.
    fn due(&self, month: Month) -> Option<NaiveDate> {
        let end = self.calendar.window(self.every.of_month(month)).to;
        match self.days {
            Some(days) => self.days_off.after(end, days),
            None => Some(end),
        }
    }

    /// A report's day, unless it lies before the last month that it covers: then it is no report's.
    fn dated(&self, dated: Option<NaiveDate>, last: Month) -> Option<NaiveDate> {
        dated.filter(|day| *day >= self.calendar.window(named(last)).from)
    }

    fn state(&self, handed: &Handed) -> State {
        match (self.days, handed.dated, handed.due) {
            (None, ..) => State::Sent,
            (Some(_), Some(dated), Some(due)) if dated <= due => State::OnTime,
            (Some(_), Some(_), Some(_)) => State::Late,
            (Some(_), ..) => State::Undated,
        }
    }

    fn report(&self, month: Month, due: Option<NaiveDate>, of: Option<&OfForm>, lives: bool, unread: bool) -> Report {
        let start = self.calendar.window(named(month)).from;
        let open = of.is_some_and(|of| of.open.iter().any(|dated| dated.is_none_or(|dated| dated >= start)));
        // What was sent first is when it was sent: on time if any was, not known if one says nothing.
        let months = of.and_then(|of| of.months.get(&month)).into_iter().flatten();
        let states = months.map(|handed| (self.state(handed), handed));
        if let Some((state, handed)) = states.min_by_key(|(state, handed)| (*state, handed.dated)) {
            return Report { state, dated: handed.dated, due: handed.due, has: Vec::new() };
        }
        let state = match () {
            _ if !lives => State::NotExpected,
            _ if open => State::Open,
            _ if due.is_none_or(|due| self.today <= due) => State::NotDue,
            _ if unread => State::Unreadable,
            _ => State::Missing,
        };
        Report { state, dated: None, due, has: Vec::new() }
    }
}

/// What every unit handed in of every form, in the months of the window.
fn handed(
    collected: &Collected,
    catalogue: &Catalogue,
    inside: &BTreeSet<Month>,
    clock: &Clock,
) -> BTreeMap<(FormId, OrgUnitId), OfForm> {
    let mut handed: BTreeMap<(FormId, OrgUnitId), OfForm> = BTreeMap::new();
    let day_of =
        |sheet: &Arc<SheetName>| collected.sheets.get(sheet).filter(|sent| sent.own).and_then(|sent| sent.dated);
    let mut add = |form, unit, months: &[Month], dated: Option<NaiveDate>| {
        let Some(&last) = months.last() else { return };
        let one = Handed { dated: clock.dated(dated, last), due: clock.due(last) };
        let mut months = months.iter().filter(|month| inside.contains(month)).peekable();
        if months.peek().is_some() {
            let of_form: &mut OfForm = handed.entry((form, unit)).or_default();
            months.for_each(|&month| of_form.months.entry(month).or_default().push(one));
        }
    };
    let named_only = NamedOnly::new(collected, catalogue, clock.calendar, inside);
    for sent in collected.submissions.iter().filter(|sent| !named_only.holds(sent)) {
        // When a list without a period should have come, nobody can say.
        let dated = day_of(&sent.sheet).filter(|_| !sent.open);
        add(sent.form, sent.org_unit, &sent.months, dated);
    }
    // What was replaced was sent, too, and perhaps in time.
    for ((form, unit, sheet), months) in replaced(collected, catalogue, clock.calendar) {
        let (Some(of_form), Some(&last)) = (handed.get_mut(&(form, unit)), months.last()) else { continue };
        let one = Handed { dated: clock.dated(day_of(sheet), last), due: clock.due(last) };
        for month in months {
            of_form.months.entry(month).and_modify(|all| all.push(one));
        }
    }
    let mut named: HashMap<&str, Vec<Month>> = HashMap::new();
    for file in &collected.files {
        named.insert(&file.path, file.period.map(|period| period.months(clock.calendar)).unwrap_or_default());
    }
    for sent in collected.submissions.iter().filter(|sent| sent.open) {
        let named = named.get(&*sent.sheet.file).map(Vec::as_slice).unwrap_or_default();
        let elsewhere = !named.is_empty() && !named.iter().any(|month| inside.contains(month));
        let within = sent.months.is_empty() || sent.months.iter().any(|month| inside.contains(month));
        if within && !elsewhere {
            handed.entry((sent.form, sent.org_unit)).or_default().open.push(day_of(&sent.sheet));
        }
    }
    handed
}

type OfSheet<'c> = (FormId, OrgUnitId, &'c Arc<SheetName>);

/// The months of the rows and figures that something else replaced, by form, unit and sheet; of files that were sent twice none is
/// needed.
fn replaced<'c>(
    collected: &'c Collected,
    catalogue: &Catalogue,
    calendar: &Calendar,
) -> BTreeMap<OfSheet<'c>, BTreeSet<Month>> {
    let mut aside: BTreeMap<OfSheet, BTreeSet<Month>> = BTreeMap::new();
    for one in &collected.aside {
        let (form, unit, sheet) = match &one.said {
            Said::Record(record) => (record.form, record.org_unit, &record.sheet),
            Said::Figure(figure) => (catalogue.indicator(figure.indicator).form, figure.org_unit, &figure.source.sheet),
        };
        if !collected.sheets.contains_key(sheet) {
            continue;
        }
        let months = aside.entry((form, unit, sheet)).or_default();
        match &one.said {
            Said::Record(Record { when: When::Day(day), .. }) => drop(months.insert(calendar.month_of(*day))),
            Said::Record(Record { when: When::Within(span), .. }) => months.extend(span.months(calendar)),
            Said::Figure(figure) => months.extend(figure.period.months(calendar)),
        }
    }
    aside
}

/// The files, and the sheets of files, from which nothing was taken though they are a unit's, by unit: what it lacks of their
/// months may stand there.
fn unusable(
    collected: &Collected,
    inside: &BTreeSet<Month>,
    calendar: &Calendar,
) -> BTreeMap<Option<OrgUnitId>, Vec<Unusable>> {
    let mut told: BTreeMap<&str, Vec<&Diagnostic>> = BTreeMap::new();
    for diagnostic in collected.diagnostics.iter().filter(|found| found.severity() == Severity::Error) {
        if let Some(file) = &diagnostic.at.file {
            told.entry(file).or_default().push(diagnostic);
        }
    }
    let mut sent: BTreeMap<&str, BTreeMap<OrgUnitId, BTreeSet<Month>>> = BTreeMap::new();
    let mut sheets: HashSet<(&str, &str)> = HashSet::new();
    for one in &collected.submissions {
        sheets.insert((&one.sheet.file, &one.sheet.sheet));
        if told.contains_key(&*one.sheet.file) {
            sent.entry(&one.sheet.file).or_default().entry(one.org_unit).or_default().extend(&one.months);
        }
    }
    for one in &collected.aside {
        let sheet = match &one.said {
            Said::Record(record) => &record.sheet,
            Said::Figure(figure) => &figure.source.sheet,
        };
        sheets.insert((&sheet.file, &sheet.sheet));
    }
    let read: HashSet<&str> = sheets.iter().map(|(file, _)| *file).collect();
    let mut unusable: BTreeMap<Option<OrgUnitId>, Vec<Unusable>> = BTreeMap::new();
    for file in &collected.files {
        let Some(errors) = told.get(&*file.path) else { continue };
        // An error on a sheet of which something was taken is one of its cells'.
        let is_read = |sheet: &Arc<str>| sheets.contains(&(&*file.path, &**sheet));
        let lost = errors.iter().filter(|error| error.at.sheet.as_ref().is_none_or(|sheet| !is_read(sheet)));
        // The first reason of each sheet: the others are often of the same.
        let mut named: HashSet<Option<&Arc<str>>> = HashSet::new();
        let lost = lost.filter(|error| named.insert(error.at.sheet.as_ref().filter(|sheet| !sheet.is_empty())));
        let mut because: Vec<(String, Vec<Arc<str>>)> = Vec::new();
        let mut help: Vec<&'static str> = Vec::new();
        for error in lost {
            let reason = error.problem.short().to_string();
            let at = because.iter().position(|(of, _)| *of == reason).unwrap_or(because.len());
            if at == because.len() {
                because.push((reason, Vec::new()));
            }
            because[at].1.extend(error.at.sheet.iter().filter(|sheet| !sheet.is_empty()).cloned());
            help.extend(error.problem.help().filter(|text| !help.contains(text)));
        }
        if because.is_empty() {
            continue;
        }
        let partly = read.contains(&*file.path);
        let units = sent.get(&*file.path);
        let (unit, months) = match units.map(|units| units.iter().collect::<Vec<_>>()).as_deref() {
            None | Some([]) => (
                file.org_unit,
                file.period.map(|period| period.months(calendar).into_iter().collect()).unwrap_or_default(),
            ),
            Some([(unit, months)]) => (Some(**unit), (*months).clone()),
            Some(_) => continue,
        };
        let months: BTreeSet<Month> = match months.is_empty() {
            true => inside.clone(),
            false => months.intersection(inside).copied().collect(),
        };
        if !months.is_empty() {
            let file = file.path.clone();
            unusable.entry(unit).or_default().push(Unusable { file, months, partly, because, help });
        }
    }
    unusable
}
