//! Records and stated figures → what each unit has for each indicator, in one window (design.md 4.6, 4.8, 4.9, 5).
//!
//! Takes all that was read, once ([`Reckoner::new`]); gives the figures of any window ([`Reckoner::figures`]) with the problems
//! found on the way. Exact, and independent of the order of what was read.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::base::amount::{Amount, percent};
use crate::base::cell::{CellRef, SheetName, Source};
use crate::base::diagnostic::{Diagnostic, Place, Problem, Subject};
use crate::base::period::{self, Calendar, Period, Span, Window};
use crate::base::record::{
    CategoryId, Collected, FieldId, Figure, FormId, IndicatorId, Item, Mark, OrgUnitId, Record, Said, Standing,
    Telling, When,
};
use crate::catalogue::Catalogue;
use crate::catalogue::form::{Absent, Condition, Edge, FieldKind, Form};
use crate::catalogue::indicator::{Formula, Indicator, OverTime};
use crate::catalogue::register::Register;

use super::account::{Became, Line};
use super::cumulative::{self, Differenced};
use super::parts::{self, Part};
use super::sent::NamedOnly;
use super::settle::{self, Finding, Rank, Rule, Settled, Stated, is_weak};
use super::stretch::{Entry, Stretch, belongs, covers, nearest, picked};

/// A named month: year, month.
pub type Month = (i32, u32);

/// Finds what was read by form and unit.
pub struct Reckoner<'a> {
    collected: &'a Collected,
    register: &'a Register,
    catalogue: &'a Catalogue,
    calendar: &'a Calendar,
    /// The records of one form and unit, sorted by place.
    lists: BTreeMap<(FormId, OrgUnitId), List<'a>>,
    /// The stated figures of one indicator and unit.
    stated: BTreeMap<(IndicatorId, OrgUnitId), Vec<&'a Figure>>,
    totals: BTreeMap<(IndicatorId, OrgUnitId), Vec<&'a Figure>>,
    /// Sheets that state an indicator's figures of a period by unit: their totals were checked row by row, by the reading.
    rows: HashSet<(IndicatorId, Span, &'a SheetName)>,
    /// The categories of a field that any figure of an indicator states.
    parts: HashMap<(IndicatorId, FieldId), BTreeSet<CategoryId>>,
}

/// All that lists of records say of one form and unit.
#[derive(Default)]
struct List<'a> {
    records: Vec<&'a Record>,
    /// The months covered by sheets: with the columns of the sheet's table, or `None` where nothing happened.
    covered: Vec<(&'a [Month], Option<&'a [FieldId]>)>,
}

/// What is known in one window.
#[derive(Debug)]
pub struct Figures {
    pub window: Window,
    pub stretch: Stretch,
    facts: BTreeMap<(IndicatorId, OrgUnitId), Fact>,
    /// Of what is not added over units: the units with others below them that have figures, with how deep they stand.
    heads: BTreeMap<OrgUnitId, usize>,
    /// Of the sides of rates: where one stands without the other.
    unpaired: Unpaired,
    /// The months for which a unit sent a form, within the window.
    pub submitted: BTreeMap<(FormId, OrgUnitId), BTreeSet<Month>>,
}

/// What lists of records tell of the sides of rates beyond their sums: a row that gives one side and leaves the other blank says
/// nothing of the rate.
#[derive(Debug, Default)]
struct Unpaired {
    /// By rate and unit: the amounts of rows that lack another side.
    rows: BTreeMap<(IndicatorId, OrgUnitId), Vec<Lone>>,
    /// The times of which the lists of a form and unit tell.
    kept: BTreeMap<(FormId, OrgUnitId), Vec<Stretch>>,
}

#[derive(Debug)]
struct Lone {
    side: IndicatorId,
    lacks: IndicatorId,
    entry: Entry,
}

/// What one unit itself has for one indicator.
#[derive(Clone, Debug, Default)]
pub struct Fact {
    /// Sorted; see [`settle`].
    pub entries: Vec<Entry>,
    /// Of the whole window, by category.
    pub parts: BTreeMap<(FieldId, CategoryId), Amount>,
    /// Two stated figures differ, and neither counts.
    pub conflicting: bool,
    /// It comes only from records of before the window: a stock that still counts, but no report of this one.
    carried: bool,
    /// Only "nothing happened", said of the form as a whole, speaks for it.
    silent: bool,
    /// Only what later reports remember speaks for it.
    remembered: bool,
    /// A stock of lists that tell nothing of the moment at which the window begins: what they tell of its months holds for those
    /// alone.
    exact: bool,
    /// A stock of lists that end before the window does: what they tell of its end is no figure of its last months.
    open: bool,
    /// Of such a stock, what the lists tell of the ends of quarters and years after them, where nothing else is stated.
    beyond: Vec<Entry>,
    /// Lists of records are among what speaks for it.
    listed: bool,
    /// Of a stock, the stated figure that the window shows.
    stated: Option<(Source, Stretch, String)>,
    /// What lists of records come to by category, by time.
    of_times: BTreeMap<Stretch, Parts>,
    /// The first cell that it came from.
    pub source: Option<Source>,
}

/// How a unit stands with an indicator (design.md 4.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Reported,
    Nil,
    Blank,
    Conflicting,
    Absent,
}

impl State {
    pub fn id(self) -> &'static str {
        match self {
            State::Reported => "reported",
            State::Nil => "nil",
            State::Blank => "blank",
            State::Conflicting => "conflicting",
            State::Absent => "absent",
        }
    }
}

impl Fact {
    fn begins_at(&self, stretch: Stretch) -> bool {
        self.entries.iter().any(|entry| entry.at.from == stretch.from)
    }

    /// What lists of records tell of one category: nothing, where they name the categories of all there is.
    fn of_category(&self, (field, category): (FieldId, CategoryId)) -> Vec<Entry> {
        let known = self.entries.iter().filter_map(|entry| {
            let of_field = self.of_times.get(&entry.at).and_then(|parts| parts.of(field));
            let (own, all) = match of_field {
                Some(sums) => {
                    (Parts::at(sums, category), sums.iter().flatten().try_fold(Amount::ZERO, |a, b| a.checked_add(*b))?)
                }
                None => (None, Amount::ZERO),
            };
            let nil = (all == entry.amount).then_some(Amount::ZERO);
            Some(Entry { at: entry.at, amount: own.or(nil)? })
        });
        known.collect()
    }

    /// What it comes to in a stretch of the window.
    fn value(&self, over_time: OverTime, stretch: Stretch) -> Option<Amount> {
        if self.exact && !self.begins_at(stretch) {
            return None;
        }
        if let Some(beyond) = self.beyond.iter().find(|entry| entry.at == stretch)
            && !self.entries.iter().any(|entry| entry.at.to == stretch.to && stretch.contains(entry.at))
        {
            return Some(beyond.amount);
        }
        if self.open {
            let inside: Vec<Entry> = self.entries.iter().filter(|entry| stretch.contains(entry.at)).copied().collect();
            return picked(&inside, over_time, stretch);
        }
        picked(&self.entries, over_time, stretch)
    }
}

impl<'a> Reckoner<'a> {
    pub fn new(
        collected: &'a Collected,
        register: &'a Register,
        catalogue: &'a Catalogue,
        calendar: &'a Calendar,
    ) -> Self {
        let mut lists: BTreeMap<(FormId, OrgUnitId), List<'a>> = BTreeMap::new();
        // The columns of each list, by form, unit and sheet.
        let mut columns: HashMap<(FormId, OrgUnitId, &SheetName), &'a [FieldId]> = HashMap::new();
        let mut last: Option<(FormId, OrgUnitId, *const SheetName)> = None;
        for record in &collected.records {
            lists.entry((record.form, record.org_unit)).or_default().records.push(record);
        }
        // A list of which all rows are told elsewhere still tells that nothing else happened in its months.
        let aside = collected.aside.iter().filter_map(|aside| match &aside.said {
            Said::Record(record) => Some(record),
            Said::Figure(_) => None,
        });
        for record in collected.records.iter().chain(aside) {
            let here = (record.form, record.org_unit, Arc::as_ptr(&record.sheet));
            if last != Some(here) {
                columns.insert((record.form, record.org_unit, &*record.sheet), &record.columns);
                last = Some(here);
            }
        }
        for list in lists.values_mut() {
            list.records.sort_by(|a, b| (&a.sheet, a.row).cmp(&(&b.sheet, b.row)));
        }
        let mut stated: BTreeMap<_, Vec<&Figure>> = BTreeMap::new();
        let mut totals: BTreeMap<_, Vec<&Figure>> = BTreeMap::new();
        let mut rows = HashSet::new();
        let mut parts: HashMap<(IndicatorId, FieldId), BTreeSet<CategoryId>> = HashMap::new();
        // A column of several indicators has no totals that the reading could prove: each row there speaks for itself.
        let column = |figure: &Figure| (Arc::as_ptr(&figure.source.sheet), figure.source.cell.col);
        let with_totals: HashSet<(*const SheetName, u32)> =
            collected.figures.iter().filter(|figure| figure.standing != Standing::Data).map(column).collect();
        let mut columns_of: HashMap<(*const SheetName, u32), Option<IndicatorId>> = HashMap::new();
        for figure in collected.figures.iter().filter(|figure| figure.standing == Standing::Data) {
            if with_totals.contains(&column(figure)) {
                let of = columns_of.entry(column(figure)).or_insert(Some(figure.indicator));
                *of = of.filter(|id| *id == figure.indicator);
            }
        }
        for figure in collected.figures.iter().filter(|figure| figure.telling != Telling::Planned) {
            if let [(field, category)] = figure.categories[..] {
                parts.entry((figure.indicator, field)).or_default().insert(category);
            }
            let into = if figure.standing == Standing::Data { &mut stated } else { &mut totals };
            into.entry((figure.indicator, figure.org_unit)).or_default().push(figure);
            if figure.standing == Standing::Data && columns_of.get(&column(figure)) != Some(&None) {
                rows.insert((figure.indicator, figure.period, &*figure.source.sheet));
            }
        }
        for submission in &collected.submissions {
            let (form, unit, sheet) = (submission.form, submission.org_unit, &*submission.sheet);
            let columns = columns.get(&(form, unit, sheet)).copied();
            if columns.is_some() || submission.nil {
                lists.entry((form, unit)).or_default().covered.push((&submission.months, columns));
            }
        }
        Self { collected, register, catalogue, calendar, lists, stated, totals, rows, parts }
    }

    /// Whether some unit states an indicator by more than one category of a field: then a blank one is none.
    fn is_broken_down(&self, id: IndicatorId, fields: &[FieldId]) -> bool {
        fields.iter().any(|field| self.parts.get(&(id, *field)).is_some_and(|categories| categories.len() > 1))
    }

    /// What is known of the window, and what was found wrong on the way.
    pub fn figures(&self, span: Span) -> (Figures, Vec<Diagnostic>) {
        let (figures, diagnostics, _) = self.reckoned(span, &BTreeSet::new());
        (figures, diagnostics)
    }

    /// The same, with the account of some indicators: all the cells that speak of them in the window.
    pub fn account(&self, span: Span, of: &BTreeSet<IndicatorId>) -> (Figures, Vec<Line>) {
        let (figures, _, mut lines) = self.reckoned(span, of);
        lines.sort_by(|a, b| (a.indicator, a.unit, &a.source).cmp(&(b.indicator, b.unit, &b.source)));
        (figures, lines)
    }

    /// What speaks of an indicator and unit in a window, and was set aside since something else says it (design.md 4.9).
    pub fn aside(&self, span: Span, id: IndicatorId, unit: OrgUnitId) -> impl Iterator<Item = (Line, &'a Diagnostic)> {
        let indicator = self.catalogue.indicator(id);
        let form = self.catalogue.form(indicator.form);
        let (window, stretch) = (span.window(self.calendar), Stretch::asked(span, self.calendar));
        let line = move |source: Source, period: String, at: Stretch, written: Amount, of_record: bool| {
            let became = Became::NotNeeded;
            at.overlaps(stretch).then_some(Line { indicator: id, unit, source, period, at, written, became, of_record })
        };
        self.collected.aside.iter().filter_map(move |aside| {
            let line = match &aside.said {
                Said::Figure(figure) if (figure.indicator, figure.org_unit) == (id, unit) => {
                    let at = Stretch::stated(figure.period, self.calendar);
                    line(figure.source.clone(), figure.period.title(), at, figure.value.amount(), false)?
                }
                Said::Record(record) if (record.form, record.org_unit) == (indicator.form, unit) => {
                    let amount = contribution(form, record, &indicator.formula, Some((window, self.calendar)));
                    let amount = amount.filter(|amount| !amount.is_zero())?;
                    let (period, at) = match record.when {
                        When::Day(day) => {
                            let month = self.calendar.month_of(day);
                            (day.format("%d/%m/%Y").to_string(), Stretch::month(month))
                        }
                        When::Within(span) => (span.title(), Stretch::stated(span, self.calendar)),
                    };
                    line(record_source(record, indicator), period, at, amount, true)?
                }
                _ => return None,
            };
            Some((line, &*aside.because))
        })
    }

    fn run<'r>(&'r self, span: Span, account: &'r BTreeSet<IndicatorId>) -> Run<'r, 'a> {
        Run {
            reckoner: self,
            span,
            figures: Figures {
                window: span.window(self.calendar),
                stretch: Stretch::asked(span, self.calendar),
                facts: BTreeMap::new(),
                heads: BTreeMap::new(),
                unpaired: Unpaired::default(),
                submitted: BTreeMap::new(),
            },
            diagnostics: Vec::new(),
            undated: BTreeMap::new(),
            partly: BTreeMap::new(),
            weak: BTreeMap::new(),
            account,
            lines: Vec::new(),
            of_lists: HashMap::new(),
        }
    }

    fn reckoned(&self, span: Span, account: &BTreeSet<IndicatorId>) -> (Figures, Vec<Diagnostic>, Vec<Line>) {
        let mut run = self.run(span, account);
        run.submissions();
        for (&(form, unit), list) in &self.lists {
            run.list(form, unit, list);
        }
        for (&(indicator, unit), figures) in &self.stated {
            run.stated(indicator, unit, figures);
        }
        // From the lowest parents up, so that a total that counts is found below the next.
        let mut totals: Vec<_> = self.totals.iter().collect();
        totals.sort_by_key(|((indicator, unit), _)| (*indicator, std::cmp::Reverse(self.register.depth(*unit)), *unit));
        for (&(indicator, unit), totals) in totals {
            run.totals(indicator, unit, totals);
        }
        run.hush();
        run.figures = run.figures.with_heads(self.register, self.catalogue);
        run.stale();
        run.exceeding();
        let mut diagnostics = run.diagnostics;
        diagnostics.extend(run.undated.into_iter().map(|((form, field), rows)| {
            let record = rows.values().next().expect("a group is made with its first row");
            let field = self.catalogue.field(form, field).title.clone();
            let problem = Problem::DateOfEventMissing { field, rows: rows.len() };
            Diagnostic::new(problem, Place::sheet(&record.sheet))
        }));
        diagnostics.extend(run.partly.into_iter().map(|((_, period), source)| {
            let problem = Problem::PartlyInside { period, window: span.title() };
            Diagnostic::new(problem, Place::from(&source))
        }));
        diagnostics.extend(run.weak.into_iter().map(|((_, remembered, period), (source, figures))| {
            let problem = match remembered {
                true => Problem::RememberedUsed { period, figures },
                false => Problem::EstimateUsed { period, figures },
            };
            Diagnostic::new(problem, Place::from(&source))
        }));
        diagnostics.sort_by(|a, b| (&a.at, a.problem.code()).cmp(&(&b.at, b.problem.code())));
        (run.figures, diagnostics, run.lines)
    }

    /// Whether anything at all speaks of a window or of what was before it.
    pub fn knows_of(&self, window: Window) -> bool {
        let begins = |span: Span| span.window(self.calendar).from <= window.to;
        let dated = |(_, item, _): &(FieldId, Item, u32)| matches!(item, Item::Date(day) if *day <= window.to);
        let is_of = |record: &Record| {
            let when = match record.when {
                When::Day(day) => day <= window.to,
                When::Within(span) => begins(span),
            };
            when || record.items.iter().any(dated)
        };
        let last = self.calendar.month_of(window.to);
        let collected = self.collected;
        collected.figures.iter().any(|figure| begins(figure.period))
            || collected.submissions.iter().any(|sent| sent.months.first().is_none_or(|month| *month <= last))
            || collected.aside.iter().any(|aside| match &aside.said {
                Said::Record(record) => is_of(record),
                Said::Figure(figure) => begins(figure.period),
            })
            || collected.records.iter().any(is_of)
    }

    /// The years that anything read belongs to.
    pub fn years(&self) -> BTreeSet<i32> {
        let of = |span: Span| match span {
            Span::Named(period) => period.year,
            Span::Years(_, last) => last,
            Span::Days(window) => self.calendar.month_of(window.from).0,
        };
        let records = self.collected.records.iter().map(|record| match record.when {
            When::Day(day) => self.calendar.month_of(day).0,
            When::Within(span) => of(span),
        });
        records.chain(self.collected.figures.iter().map(|figure| of(figure.period))).collect()
    }
}

/// A record's place in time, as an indicator sees it.
enum At {
    Month(usize),
    /// Known only for a longer period than a month.
    Longer(Stretch),
}

type ByPlace<'a> = BTreeMap<(Arc<SheetName>, u32), &'a Record>;

/// What is being reckoned for one window.
struct Run<'r, 'a> {
    reckoner: &'r Reckoner<'a>,
    span: Span,
    figures: Figures,
    diagnostics: Vec<Diagnostic>,
    /// Rows counted by their main date, since the date that decides is missing; by place.
    undated: BTreeMap<(FormId, FieldId), ByPlace<'a>>,
    /// Figures that lie only partly inside the window, by sheet and period.
    partly: BTreeMap<(Arc<SheetName>, String), Source>,
    /// Estimated and remembered figures that count, by sheet and period: the first, and how many.
    weak: BTreeMap<(Arc<SheetName>, bool, String), (Source, usize)>,
    /// The indicators whose account is kept, and it.
    account: &'r BTreeSet<IndicatorId>,
    lines: Vec<Line>,
    /// Where the lines of a unit's lists stand there.
    of_lists: HashMap<(IndicatorId, OrgUnitId), Range<usize>>,
}

/// A stated figure with the part of the whole that it is.
type Piece = (Vec<(FieldId, CategoryId)>, Stated);

/// Sums by month of the window, with what is known only for longer.
#[derive(Clone)]
struct Sums {
    months: Vec<Option<Amount>>,
    longer: Vec<Entry>,
}

impl Sums {
    fn new(months: usize) -> Self {
        Self { months: vec![None; months], longer: Vec::new() }
    }

    /// `None` where the sum would be larger than any figure.
    fn add(&mut self, at: &At, amount: Amount) -> Option<()> {
        match *at {
            At::Month(month) => {
                let sum = &mut self.months[month];
                *sum = Some(sum.unwrap_or_default().checked_add(amount)?);
            }
            At::Longer(at) => self.longer.push(Entry { at, amount }),
        }
        Some(())
    }
}

impl<'a> Run<'_, 'a> {
    fn months(&self) -> Vec<Month> {
        self.figures.stretch.touched().collect()
    }

    /// Where a stated period lies; the one that was asked for is the window, whatever its days.
    fn stated_at(&self, span: Span) -> Stretch {
        if span == self.span { self.figures.stretch } else { Stretch::stated(span, self.reckoner.calendar) }
    }

    fn submissions(&mut self) {
        let months: BTreeSet<Month> = self.figures.stretch.touched().collect();
        let named = NamedOnly::new(self.reckoner.collected, self.reckoner.catalogue, self.reckoner.calendar, &months);
        for submission in self.reckoner.collected.submissions.iter().filter(|sent| !named.holds(sent)) {
            let inside: Vec<Month> = submission.months.iter().copied().filter(|month| months.contains(month)).collect();
            if !inside.is_empty() {
                self.figures.submitted.entry((submission.form, submission.org_unit)).or_default().extend(inside);
            }
        }
    }

    /// What the records of one form and unit come to.
    fn list(&mut self, form: FormId, unit: OrgUnitId, list: &List<'a>) {
        let catalogue = self.reckoner.catalogue;
        for id in catalogue.indicators_of(form) {
            let from = self.lines.len();
            let fact = self.list_of(id, list);
            if self.lines.len() > from {
                self.of_lists.insert((id, unit), from..self.lines.len());
            }
            if let Some(fact) = fact.filter(|fact| !fact.entries.is_empty()) {
                if catalogue.indicator(id).over_time == OverTime::Sum {
                    let kept = self.figures.unpaired.kept.entry((form, unit)).or_default();
                    kept.extend(fact.entries.iter().map(|entry| entry.at));
                }
                self.figures.facts.insert((id, unit), Fact { listed: true, ..fact });
            }
        }
        if let Some(kept) = self.figures.unpaired.kept.get_mut(&(form, unit)) {
            kept.sort();
            kept.dedup();
        }
        for id in catalogue.indicators_of(form) {
            if let Formula::Ratio { of, to } = &catalogue.indicator(id).formula {
                self.lone(id, form, unit, *of, to, list);
            }
        }
    }

    /// The rows of a list that give one side of a rate and say nothing of another.
    fn lone(
        &mut self,
        id: IndicatorId,
        form: FormId,
        unit: OrgUnitId,
        of: IndicatorId,
        to: &[IndicatorId],
        list: &List,
    ) {
        let catalogue = self.reckoner.catalogue;
        let definition = catalogue.form(form);
        let flow = |side: &IndicatorId| {
            let side = catalogue.indicator(*side);
            side.form == form && side.over_time == OverTime::Sum
        };
        let sides: Vec<IndicatorId> = std::iter::once(of).chain(to.iter().copied()).filter(flow).collect();
        if sides.len() < 2 || !sides.contains(&of) {
            return;
        }
        let months = self.months();
        let index: HashMap<Month, usize> = months.iter().enumerate().map(|(at, &month)| (month, at)).collect();
        let mut rows = Vec::new();
        for record in &list.records {
            let amount = |side: IndicatorId| contribution(definition, record, &catalogue.indicator(side).formula, None);
            let Some(lacks) = sides.iter().copied().find(|&side| amount(side).is_none()) else { continue };
            for &side in &sides {
                let Some(amount) = amount(side).filter(|amount| !amount.is_zero()) else { continue };
                let on = match &catalogue.indicator(side).formula {
                    Formula::Sum { on, .. } | Formula::Count { on, .. } => *on,
                    _ => None,
                };
                let day = on.and_then(|field| date(definition, record, field));
                let at = match self.place(record, day, &index) {
                    Some(At::Month(month)) => Stretch::month(months[month]).within(self.figures.stretch),
                    Some(At::Longer(at)) => at,
                    None => continue,
                };
                rows.push(Lone { side, lacks, entry: Entry { at, amount } });
            }
        }
        if !rows.is_empty() {
            self.figures.unpaired.rows.insert((id, unit), rows);
        }
    }

    fn lines_of_list(&mut self, id: IndicatorId, unit: OrgUnitId) -> &mut [Line] {
        let own = self.of_lists.get(&(id, unit)).cloned().unwrap_or_default();
        &mut self.lines[own]
    }

    /// What they come to for one indicator.
    fn list_of(&mut self, id: IndicatorId, list: &List<'a>) -> Option<Fact> {
        let months = self.months();
        let index: HashMap<Month, usize> = months.iter().enumerate().map(|(at, &month)| (month, at)).collect();
        let indicator = self.reckoner.catalogue.indicator(id);
        Some(match &indicator.formula {
            Formula::Ratio { .. } => return None,
            Formula::Sum { conditions, .. } | Formula::Count { conditions, .. }
                if conditions.iter().any(|c| matches!(c, Condition::Before(..) | Condition::NotBefore(..))) =>
            {
                self.at_edges(list, indicator, &index, &months)
            }
            Formula::Last { .. } | Formula::Max { .. } => self.standing(list, indicator, &index),
            Formula::Sum { .. } | Formula::Count { .. } => self.summed(list, indicator, &index, &months),
        })
    }

    /// Where a record falls by a date of its own, if that lies in the window.
    fn place(&self, record: &Record, day: Option<NaiveDate>, index: &HashMap<Month, usize>) -> Option<At> {
        let calendar = self.reckoner.calendar;
        let when = day.map_or(record.when, When::Day);
        match when {
            When::Day(day) if !self.figures.window.contains(day) => None,
            When::Day(day) => index.get(&calendar.month_of(day)).map(|&month| At::Month(month)),
            When::Within(span) => {
                let at = self.stated_at(span);
                if !self.figures.stretch.contains(at) {
                    return None;
                }
                Some(match at.in_month() {
                    Some(month) => At::Month(*index.get(&month)?),
                    None => At::Longer(at),
                })
            }
        }
    }

    fn summed(
        &mut self,
        list: &List<'a>,
        indicator: &Indicator,
        index: &HashMap<Month, usize>,
        months: &[Month],
    ) -> Fact {
        let form = self.reckoner.catalogue.form(indicator.form);
        let on = match &indicator.formula {
            Formula::Sum { on, .. } | Formula::Count { on, .. } => *on,
            _ => None,
        };
        let mut sums = Sums::new(months.len());
        let mut seen = vec![false; months.len()];
        let mut silent = true;
        let (mut told, mut blank) = (false, false);
        let mut parts = Parts::new(form);
        let mut of_times: BTreeMap<Stretch, Parts> = BTreeMap::new();
        let mut source = None;
        for record in &list.records {
            let own = on.and_then(|field| record.date(field));
            let day = on.and_then(|field| date(form, record, field));
            let Some(at) = self.place(record, day, index) else {
                if own.is_none() || on.is_none() {
                    self.straddles(record);
                }
                continue;
            };
            let amount = contribution(form, record, &indicator.formula, None);
            if let At::Month(month) = at {
                seen[month] |= amount.is_none_or(|amount| !amount.is_zero()) || on.is_none();
            }
            let Some(amount) = amount else {
                blank = true;
                continue;
            };
            told = true;
            silent = false;
            if let Some(field) = on
                && own.is_none()
                && !amount.is_zero()
                && form.main_date() != Some(field)
            {
                let rows = self.undated.entry((indicator.form, field)).or_default();
                rows.insert((record.sheet.clone(), record.row), record);
            }
            if on.is_some() && amount.is_zero() {
                // It has no event of its own: it tells only that in its own month the list was kept.
                if let Some(at) = self.place(record, None, index) {
                    sums.add(&at, Amount::ZERO);
                }
                continue;
            }
            if sums.add(&at, amount).is_none() {
                self.too_large(indicator, record);
                continue;
            }
            source.get_or_insert_with(|| record_source(record, indicator));
            let stretch = match at {
                At::Month(month) => Stretch::month(months[month]).within(self.figures.stretch),
                At::Longer(at) => at,
            };
            self.record_line(indicator, record, stretch, amount);
            let of_time = of_times.entry(stretch).or_insert_with(|| Parts::new(form));
            if !parts.add(form, record, amount) || !of_time.add(form, record, amount) {
                self.too_large(indicator, record);
            }
        }
        let mut covered = vec![false; months.len()];
        for &(of, columns) in &list.covered {
            if columns.is_none_or(|columns| provides(form, columns, &indicator.formula)) {
                silent &= columns.is_none();
                of.iter().filter_map(|month| index.get(month)).for_each(|&month| covered[month] = true);
            }
        }
        // A column without one usable cell says nothing of the months without rows either.
        if blank && !told {
            covered.fill(false);
        }
        let mut entries = sums.longer;
        let undated: Vec<Stretch> = entries.iter().map(|entry| entry.at).collect();
        for (at, &month) in months.iter().enumerate() {
            // Rows with blank cells are no nil, nor is a month in which some of what has no month may have happened.
            let may_hold = undated.iter().any(|of| of.overlaps(Stretch::month(month)));
            let nil = (covered[at] && !seen[at] && !may_hold).then_some(Amount::ZERO);
            // A stock is not none in a month without rows.
            let nil = nil.filter(|_| indicator.over_time == OverTime::Sum || list.records.is_empty());
            if let Some(amount) = sums.months[at].or(nil) {
                let at = Stretch::month(month).within(self.figures.stretch);
                entries.push(Entry { at, amount });
            }
        }
        entries.sort_by_key(|entry| (entry.at.from, -entry.at.to));
        if indicator.over_time != OverTime::Sum {
            // A stock's rows of one period are its parts.
            entries.dedup_by(|next, first| {
                let sum = first.amount.checked_add(next.amount).filter(|_| next.at == first.at);
                sum.map(|sum| first.amount = sum).is_some()
            });
        }
        Fact { entries, parts: parts.done(), of_times, source, silent, ..Fact::default() }
    }

    /// Sums over the records that meet conditions on the window's edges: a stock, at the window's edges and each month's.
    fn at_edges(
        &mut self,
        list: &List<'a>,
        indicator: &Indicator,
        index: &HashMap<Month, usize>,
        months: &[Month],
    ) -> Fact {
        let form = self.reckoner.catalogue.form(indicator.form);
        let calendar = self.reckoner.calendar;
        let silent = list.records.is_empty();
        let carried = !silent && !list.records.iter().any(|record| self.place(record, None, index).is_some());
        let mut fact = Fact { silent, carried, ..Fact::default() };
        // A flow is never added to its own months.
        let months = if indicator.over_time == OverTime::Sum { &[] } else { months };
        let stretches = std::iter::once(self.figures.stretch)
            .chain(months.iter().map(|&month| Stretch::month(month)).filter(|&m| self.figures.stretch.contains(m)));
        let mut stretches: Vec<Stretch> = stretches.collect();
        stretches.dedup();
        // Nothing is known of a moment before the lists begin, nor of a month after they end.
        let dated = list.records.iter().filter_map(|record| match record.when {
            When::Day(day) => Some(calendar.month_of(day)),
            When::Within(span) => Stretch::stated(span, calendar).in_month(),
        });
        let known: BTreeSet<Month> =
            dated.chain(list.covered.iter().flat_map(|(months, _)| months.iter().copied())).collect();
        let (Some(&first), Some(&last)) = (known.first(), known.last()) else { return fact };
        // The quarters and years inside the window that reach beyond the lists, as their own reports tell of them.
        let mut parts = match indicator.over_time {
            OverTime::Last => periods_within(months, self.figures.stretch),
            _ => Vec::new(),
        };
        parts.retain(|&period| Stretch::named(period).to > Stretch::month(last).to);
        stretches.extend(parts.iter().map(|&period| Stretch::named(period)));
        for at in stretches {
            let whole = at == self.figures.stretch;
            let part = parts.iter().copied().find(|&period| Stretch::named(period) == at);
            let known = match indicator.over_time {
                OverTime::First => {
                    Stretch::month(first).from < at.from && (whole || at.from <= Stretch::month(last).to)
                }
                _ => {
                    let reached = whole || part.is_some() || at.to <= Stretch::month(last).to;
                    Stretch::month(first).from < at.to && reached
                }
            };
            if !known {
                // Where the window's own edge is unknown, no later month's may stand for it.
                fact.exact |= whole;
                continue;
            }
            let month = |(year, month): Month| Period::new(year, period::Part::Month(month as u8));
            let window = match part.or_else(|| at.in_month().map(month)).filter(|_| !whole) {
                Some(period) => calendar.window(period),
                None => self.figures.window,
            };
            let mut sum: Option<Amount> = None;
            let mut parts = Parts::new(form);
            // One that may or may not be of before the edge: what stands there is not known.
            if list.records.iter().any(|record| unsure(form, record, &indicator.formula, (window, calendar))) {
                fact.exact |= whole;
                continue;
            }
            for record in &list.records {
                let edges = Some((window, calendar));
                let Some(amount) = contribution(form, record, &indicator.formula, edges) else { continue };
                let Some(more) = sum.unwrap_or_default().checked_add(amount) else {
                    self.too_large(indicator, record);
                    continue;
                };
                sum = Some(more);
                if !amount.is_zero() {
                    if whole {
                        self.record_line(indicator, record, at, amount);
                    }
                    fact.source.get_or_insert_with(|| record_source(record, indicator));
                    if whole && !parts.add(form, record, amount) {
                        self.too_large(indicator, record);
                    }
                }
            }
            let nil = silent.then_some(Amount::ZERO);
            if let Some(amount) = sum.or(nil) {
                let into = if part.is_some() { &mut fact.beyond } else { &mut fact.entries };
                into.push(Entry { at, amount });
            }
            if whole {
                fact.parts = parts.done();
                fact.open = at.to > Stretch::month(last).to;
            }
        }
        fact.entries.sort_by_key(|entry| (entry.at.from, -entry.at.to));
        fact
    }

    /// The last, or the largest, number of each month.
    fn standing(&mut self, list: &List<'a>, indicator: &Indicator, index: &HashMap<Month, usize>) -> Fact {
        let form = self.reckoner.catalogue.form(indicator.form);
        let months = self.months();
        let mut best: Vec<Option<(Option<NaiveDate>, Amount)>> = vec![None; months.len()];
        let mut fact = Fact::default();
        for record in &list.records {
            let Some(At::Month(month)) = self.place(record, None, index) else { continue };
            let Some(amount) = contribution(form, record, &indicator.formula, None) else { continue };
            let day = match record.when {
                When::Day(day) => Some(day),
                When::Within(_) => None,
            };
            let better = match best[month] {
                None => true,
                Some((_, other)) if matches!(indicator.formula, Formula::Max { .. }) => amount > other,
                Some((other, _)) => day >= other,
            };
            if better {
                best[month] = Some((day, amount));
                fact.source = Some(record_source(record, indicator));
            }
        }
        fact.entries = months
            .iter()
            .zip(best)
            .filter_map(|(&month, best)| {
                let at = Stretch::month(month).within(self.figures.stretch);
                best.map(|(_, amount)| Entry { at, amount })
            })
            .collect();
        fact
    }

    /// Settles what tables state for one indicator and unit with what the records gave.
    fn stated(&mut self, id: IndicatorId, unit: OrgUnitId, figures: &[&Figure]) {
        let indicator = self.reckoner.catalogue.indicator(id);
        if indicator.is_rate() {
            return;
        }
        let mut records = self.figures.facts.remove(&(id, unit)).unwrap_or_default();
        // Rows of last year in this year's list are no report of last year, and no more than a part of what is remembered of it.
        let remembered = || figures.iter().any(|figure| figure.telling == Telling::Remembered);
        let sent = self.figures.submitted.contains_key(&(indicator.form, unit));
        if indicator.over_time == OverTime::Sum && !sent && remembered() {
            records = Fact::default();
            self.unlist(unit, |lone| lone.side == id);
            self.lines_of_list(id, unit).iter_mut().for_each(|line| line.became = Became::NotNeeded);
        }
        let (pieces, unused) = self.pieces(id, unit, figures);
        let all = if self.reckoner.catalogue.indicator(id).reported { pieces.clone() } else { Vec::new() };
        let (inside, outside): (Vec<Piece>, Vec<Piece>) = pieces
            .into_iter()
            .filter(|(_, figure)| figure.at.overlaps(self.figures.stretch))
            .partition(|(_, figure)| belongs(figure.at, indicator.over_time, self.figures.stretch));
        let disputed = self.disputed(id, unit, &records.entries, &all, &outside);
        // What rows left blank a table may state.
        let times: Vec<Stretch> = inside.iter().map(|(_, figure)| figure.at).collect();
        self.unlist(unit, |lone| lone.lacks == id && times.iter().any(|at| at.overlaps(lone.entry.at)));
        let fact = self.settled(id, unit, records, inside);
        for (figure, finding) in disputed {
            self.found(id, unit, &figure, finding);
        }
        for (_, figure) in outside {
            let weak = is_weak(figure.telling);
            let known = match indicator.over_time {
                OverTime::Last | OverTime::First => fact.value(indicator.over_time, self.figures.stretch).is_some(),
                _ => covers(fact.entries.iter(), figure.at.within(self.figures.stretch)),
            };
            if indicator.reported && !weak && !known {
                self.partly(figure.span, &figure.source);
            }
            let became = if known { Became::NotNeeded } else { Became::Partly };
            self.line(id, unit, &figure, figure.written(), became);
        }
        let nothing = fact.entries.is_empty() && !fact.conflicting;
        let stretch = self.figures.stretch;
        for figure in unused.iter().filter(|figure| figure.at.overlaps(stretch)) {
            let became = self.since_when(id, unit, figure, &fact, indicator.over_time);
            self.line(id, unit, figure, figure.written(), became);
        }
        if !nothing {
            self.figures.facts.insert((id, unit), fact);
        }
    }

    fn unlist(&mut self, unit: OrgUnitId, is_gone: impl Fn(&Lone) -> bool) {
        let rows = self.figures.unpaired.rows.iter_mut().filter(|((_, of), _)| *of == unit);
        rows.for_each(|(_, rows)| rows.retain(|lone| !is_gone(lone)));
    }

    /// What figures that reach beyond the window say against those inside it: a year's total speaks of each of its quarters.
    fn disputed(
        &self,
        id: IndicatorId,
        unit: OrgUnitId,
        records: &[Entry],
        all: &[Piece],
        outside: &[Piece],
    ) -> Vec<(Stated, Finding)> {
        let stretch = self.figures.stretch;
        let wholes = || outside.iter().filter(|(categories, _)| categories.is_empty()).map(|(_, figure)| figure);
        let over_time = self.reckoner.catalogue.indicator(id).over_time;
        if over_time != OverTime::Sum || wholes().next().is_none() {
            return Vec::new();
        }
        let hull = wholes().fold(stretch, |hull, figure| Stretch {
            from: hull.from.min(figure.at.from),
            to: hull.to.max(figure.at.to),
        });
        // What lists tell of the rest of that time.
        let whole = wholes().find(|figure| figure.at == hull);
        let listed = whole.and_then(|figure| self.listed(id, unit, figure.span));
        let records = listed.as_deref().unwrap_or(records);
        let within = all.iter().filter(|(categories, figure)| categories.is_empty() && hull.contains(figure.at));
        let within: Vec<Stated> = within.map(|(_, figure)| figure.clone()).collect();
        let settled = settle::flow(records, within);
        let reaches = |figure: &Stated| figure.at.overlaps(stretch) && !stretch.contains(figure.at);
        let contradicts = |finding: &Finding| {
            matches!(
                finding,
                Finding::Parts { .. } | Finding::Records { .. } | Finding::Cumulative { .. } | Finding::Conflict { .. }
            )
        };
        settled.findings.into_iter().filter(|(figure, finding)| reaches(figure) && contradicts(finding)).collect()
    }

    /// What the lists of a unit come to in another time than the window.
    fn listed(&self, id: IndicatorId, unit: OrgUnitId, span: Span) -> Option<Vec<Entry>> {
        let indicator = self.reckoner.catalogue.indicator(id);
        let list = self.reckoner.lists.get(&(indicator.form, unit))?;
        let nothing = BTreeSet::new();
        let mut run = self.reckoner.run(span, &nothing);
        run.list_of(id, list).map(|fact| fact.entries)
    }

    /// A cumulative figure from a start that is not said, of which nothing could be differenced: beside figures of all its period
    /// it is a witness if it says the same, and may go further back if it says more; else it is asked about.
    fn since_when(
        &mut self,
        id: IndicatorId,
        unit: OrgUnitId,
        figure: &Stated,
        fact: &Fact,
        over_time: OverTime,
    ) -> Became {
        if figure.telling != Telling::ToDate || over_time != OverTime::Sum || !self.figures.stretch.contains(figure.at)
        {
            return Became::NotNeeded;
        }
        let known = picked(&fact.entries, over_time, figure.at);
        let whole = covers(fact.entries.iter(), figure.at);
        match known {
            Some(known) if whole && known == figure.amount => Became::Witness,
            Some(known) if whole && known < figure.amount => Became::NotNeeded,
            Some(known) if whole => {
                self.found(id, unit, figure, Finding::Cumulative { expected: known });
                Became::Differs
            }
            _ => {
                self.found(id, unit, figure, Finding::CumulativeAlone);
                Became::NotNeeded
            }
        }
    }

    /// The figures as they are settled: cumulative ones differenced, part by part. And those from which nothing follows.
    fn pieces(&mut self, id: IndicatorId, unit: OrgUnitId, figures: &[&Figure]) -> (Vec<Piece>, Vec<Stated>) {
        let flows = self.reckoner.catalogue.indicator(id).over_time == OverTime::Sum;
        let mut by_part: BTreeMap<Vec<(FieldId, CategoryId)>, Vec<Stated>> = BTreeMap::new();
        for (at, figure) in figures.iter().enumerate() {
            let sent = self.reckoner.collected.sheets.get(&figure.source.sheet).copied().unwrap_or_default();
            let correction = match sent.mark {
                Mark::Correction(number) | Mark::Turn(number) => number,
                Mark::None | Mark::Supplement => 0,
            };
            let stated = Stated {
                at: self.stated_at(figure.period),
                span: figure.period,
                amount: figure.value.amount(),
                source: figure.source.clone(),
                telling: figure.telling,
                cumulative: None,
                less: None,
                detail: Vec::new(),
                rank: Rank { own: sent.own, dated: sent.dated, correction },
                figure: at,
            };
            let mut categories = figure.categories.clone();
            categories.sort();
            by_part.entry(categories).or_default().push(stated);
        }
        let (mut pieces, mut unused) = (Vec::new(), Vec::new());
        for (categories, stated) in by_part {
            let done = match flows {
                true => cumulative::differenced(stated),
                // Of a stock nothing is added up over years.
                false => {
                    let (unused, stated) = stated.into_iter().partition(|figure| figure.telling == Telling::ToDate);
                    Differenced { stated, unused, ..Differenced::default() }
                }
            };
            for (figure, finding) in done.findings {
                if figure.at.overlaps(self.figures.stretch) {
                    self.found(id, unit, &figure, finding);
                }
            }
            unused.extend(done.unused);
            pieces.extend(done.stated.into_iter().map(|stated| (categories.clone(), stated)));
        }
        (pieces, unused)
    }

    fn settled(&mut self, id: IndicatorId, unit: OrgUnitId, records: Fact, inside: Vec<Piece>) -> Fact {
        let indicator = self.reckoner.catalogue.indicator(id);
        let form = self.reckoner.catalogue.form(indicator.form);
        let alone = inside.is_empty();
        let source = records.source.clone().or_else(|| inside.iter().map(|(_, figure)| figure.source.clone()).min());
        let mut wholes: Vec<Stated> = Vec::new();
        let mut by_category: BTreeMap<Vec<(FieldId, CategoryId)>, Vec<Stated>> = BTreeMap::new();
        for (categories, stated) in inside {
            match categories.is_empty() {
                true => wholes.push(stated),
                false => by_category.entry(categories).or_default().push(stated),
            }
        }
        let (free, by_category) = match indicator.over_time {
            OverTime::Sum => unclaimed(by_category, &wholes),
            _ => (BTreeMap::new(), by_category),
        };
        let mut derived: BTreeMap<(Stretch, Telling), Derived> = BTreeMap::new();
        let mut disputed: Vec<Stretch> = Vec::new();
        let mut kinds: BTreeMap<Vec<FieldId>, Vec<(Part, Vec<Stated>)>> = BTreeMap::new();
        for (part, figures) in &free {
            let fields = part.iter().map(|(field, _)| *field).collect();
            kinds.entry(fields).or_default().push((part.clone(), figures.clone()));
        }
        for (fields, parts) in kinds {
            let all: usize = fields.iter().map(|&field| form.field(field).categories.len()).product();
            let parts::Made { wholes: made, conflicts } = parts::made(parts);
            disputed.extend(conflicts);
            for whole in made {
                let at = whole.stated.at;
                let before = derived.keys().find(|(other, _)| other.overlaps(at)).copied();
                if let Some(before) = before {
                    // The whole came from another kind of parts, which are never added to these.
                    let same = wholes.iter().find(|known| (known.at, known.telling) == before && known.at == at);
                    if let Some(known) = same.filter(|known| known.amount != whole.stated.amount).cloned()
                        && whole.parts >= all
                    {
                        self.found(id, unit, &known, Finding::Parts { parts: whole.stated.amount });
                    }
                    continue;
                }
                // One part alone may be all there is, or all that was sent: it counts, and is asked about.
                if whole.parts < all.min(2) && !self.reckoner.is_broken_down(id, &fields) {
                    self.found(id, unit, &whole.stated, Finding::PartAlone);
                }
                derived.insert((at, whole.stated.telling), Derived { figures: whole.figures, became: whole.became });
                wholes.push(whole.stated);
            }
        }
        // What the parts of one kind say of their whole, period by period.
        let mut sums: BTreeMap<(Stretch, Telling, Vec<FieldId>), PartSum> = BTreeMap::new();
        for (categories, figures) in &by_category {
            let fields: Vec<FieldId> = categories.iter().map(|(field, _)| *field).collect();
            let mut figures: Vec<&Stated> = figures.iter().collect();
            figures.sort_by(|a, b| (a.at, a.telling, &a.source).cmp(&(b.at, b.telling, &b.source)));
            for same in figures.chunk_by(|a, b| (a.at, a.telling) == (b.at, b.telling)) {
                let key = (same[0].at, same[0].telling, fields.clone());
                let sum = sums.entry(key).or_insert_with(|| PartSum::new(same[0]));
                sum.count += 1;
                sum.parts.push(same[0].clone());
                // Two that differ: their conflict is found when the category is settled.
                let agreed = same.iter().all(|figure| figure.amount == same[0].amount);
                sum.amount = sum.amount.filter(|_| agreed).and_then(|amount| amount.checked_add(same[0].amount));
            }
        }
        for ((at, telling, fields), sum) in sums {
            let Some(amount) = sum.amount else { continue };
            let all: usize = fields.iter().map(|&field| form.field(field).categories.len()).product();
            let whole = wholes.iter().find(|whole| whole.at == at && whole.telling == telling).cloned();
            match whole {
                // The whole came from another kind of parts, which are never added to these.
                Some(whole) if derived.contains_key(&(at, telling)) => {
                    if whole.amount != amount && sum.count >= all {
                        self.found(id, unit, &whole, Finding::Parts { parts: amount });
                    }
                }
                Some(whole) => {
                    if amount > whole.amount || (sum.count >= all && amount != whole.amount) {
                        self.found(id, unit, &whole, Finding::Parts { parts: amount });
                    }
                }
                None => {
                    let cumulative = sum.first.cumulative.map(|_| amount);
                    let whole = Stated { amount, cumulative, ..sum.first };
                    // One part alone may be all there is, or all that was sent: it counts, and is asked about.
                    if sum.count < all.min(2) && !self.reckoner.is_broken_down(id, &fields) {
                        self.found(id, unit, &whole, Finding::PartAlone);
                    }
                    let became = sum.parts.iter().map(|part| (part.figure, Became::Counted(part.amount))).collect();
                    derived.insert((at, telling), Derived { figures: sum.parts, became });
                    wholes.push(whole);
                }
            }
        }
        let settle = |records: &[Entry], stated: Vec<Stated>| match indicator.over_time {
            OverTime::Sum | OverTime::Ratio => settle::flow(records, stated),
            over_time => settle::stock(records, stated, over_time),
        };
        let is_stock = matches!(indicator.over_time, OverTime::Last | OverTime::First);
        let kept = if is_stock || self.account.contains(&id) { wholes.clone() } else { Vec::new() };
        let settled = settle(&records.entries, wholes);
        let mut by_category = by_category;
        for (part, figures) in free {
            by_category.entry(part).or_default().extend(figures);
        }
        self.account_of(id, unit, &kept, &derived, &by_category, &settled);
        let Settled { entries, mut conflicts, findings, became, .. } = settled;
        let shown = nearest(&entries, indicator.over_time, self.figures.stretch).map(|entry| entry.at);
        let counts = |figure: &&Stated| matches!(became.get(&figure.figure), Some(Became::Counted(_)));
        let stated = kept.iter().filter(|figure| is_stock && Some(figure.at) == shown).find(counts);
        let stated = stated.map(|figure| (figure.source.clone(), figure.at, figure.span.title()));
        conflicts.extend(disputed.into_iter().filter(|&at| !covers(entries.iter(), at)));
        let remembered = findings.iter().any(|(_, finding)| *finding == Finding::Remembered);
        for (figure, finding) in findings {
            self.found(id, unit, &figure, finding);
        }
        let mut parts = records.parts.clone();
        for (categories, figures) in by_category {
            let [category] = categories[..] else { continue };
            if indicator.over_time == OverTime::Sum {
                // What the records already tell of is theirs.
                let listed = records.of_category(category);
                let figures = figures.into_iter().filter(|figure| !covers(listed.iter(), figure.at)).collect();
                let Settled { entries, findings, .. } = settle(&listed, figures);
                for (figure, finding) in findings {
                    if !matches!(finding, Finding::Estimated | Finding::Remembered) {
                        self.found(id, unit, &figure, finding);
                    }
                }
                if let Some(amount) = picked(&entries, indicator.over_time, self.figures.stretch) {
                    parts.insert(category, amount);
                }
                continue;
            }
            // Where lists of records are, the parts are theirs too.
            let listed = |figure: &Stated| records.entries.iter().any(|entry| entry.at.overlaps(figure.at));
            let figures = figures.into_iter().filter(|figure| !listed(figure)).collect();
            let Settled { entries, findings, .. } = settle(&[], figures);
            for (figure, finding) in findings {
                if !matches!(finding, Finding::Estimated | Finding::Remembered) {
                    self.found(id, unit, &figure, finding);
                }
            }
            if let Some(amount) = picked(&entries, indicator.over_time, self.figures.stretch) {
                parts.insert(category, amount);
            }
        }
        Fact {
            entries,
            parts,
            conflicting: !conflicts.is_empty(),
            carried: records.carried && alone,
            silent: records.silent && alone,
            remembered,
            exact: records.exact,
            open: records.open,
            listed: records.listed,
            beyond: records.beyond,
            stated,
            source,
            of_times: BTreeMap::new(),
        }
    }

    /// What became of each stated figure of one indicator and unit, where its account is kept.
    fn account_of(
        &mut self,
        id: IndicatorId,
        unit: OrgUnitId,
        wholes: &[Stated],
        derived: &BTreeMap<(Stretch, Telling), Derived>,
        by_category: &BTreeMap<Vec<(FieldId, CategoryId)>, Vec<Stated>>,
        settled: &Settled,
    ) {
        if !self.account.contains(&id) {
            return;
        }
        let over_time = self.reckoner.catalogue.indicator(id).over_time;
        let moment = nearest(&settled.entries, over_time, self.figures.stretch).map(|entry| entry.at);
        for line in self.lines_of_list(id, unit) {
            if settled.replaced.iter().any(|at| at.contains(line.at)) {
                line.became = Became::Replaced;
            } else if over_time != OverTime::Sum && moment.is_some_and(|moment| moment != line.at) {
                line.became = Became::OtherMoment;
            }
        }
        let mut said: HashSet<usize> = HashSet::new();
        for whole in wholes {
            let mut became = settled.became.get(&whole.figure).copied().unwrap_or(Became::NotNeeded);
            if over_time != OverTime::Sum
                && matches!(became, Became::Counted(_))
                && moment.is_some_and(|moment| moment != whole.at)
            {
                became = Became::OtherMoment;
            }
            let of_parts = derived.get(&(whole.at, whole.telling));
            let of_parts = of_parts.filter(|parts| parts.figures.first().is_some_and(|f| f.figure == whole.figure));
            let Some(parts) = of_parts else {
                said.insert(whole.figure);
                self.line(id, unit, whole, whole.written(), became);
                continue;
            };
            // The parts count in full, or as much of them together as shorter periods leave.
            let full = became == Became::Counted(whole.amount);
            for (at, part) in parts.figures.iter().enumerate() {
                said.insert(part.figure);
                let own = parts.became.get(&part.figure).copied();
                let became = match became {
                    Became::Counted(_) if full => own.unwrap_or(Became::Part),
                    Became::Counted(rest) if at == 0 => Became::Counted(rest),
                    Became::Counted(_) => Became::Part,
                    other => other,
                };
                self.line(id, unit, part, part.written(), became);
            }
        }
        for part in by_category.values().flatten() {
            if said.insert(part.figure) {
                self.line(id, unit, part, part.written(), Became::Part);
            }
        }
    }

    fn line(&mut self, id: IndicatorId, unit: OrgUnitId, figure: &Stated, written: Amount, became: Became) {
        if self.account.contains(&id) {
            self.lines.push(Line {
                indicator: id,
                unit,
                source: figure.source.clone(),
                period: figure.span.title(),
                at: figure.at,
                written,
                became,
                of_record: false,
            });
            if let (Some((source, amount)), Became::Counted(_)) = (&figure.less, became) {
                self.lines.push(Line {
                    indicator: id,
                    unit,
                    source: source.clone(),
                    period: figure.span.title(),
                    at: figure.at,
                    written: *amount,
                    became: Became::Subtracted,
                    of_record: false,
                });
            }
        }
    }

    /// What a record counts; nothing is no line.
    fn record_line(&mut self, indicator: &Indicator, record: &Record, at: Stretch, amount: Amount) {
        if self.account.is_empty() || amount.is_zero() {
            return;
        }
        let Some(id) = self.reckoner.catalogue.indicator_named(&indicator.id) else { return };
        if self.account.contains(&id) {
            let period = match record.when {
                When::Day(day) => day.format("%d/%m/%Y").to_string(),
                When::Within(span) => span.title(),
            };
            self.lines.push(Line {
                indicator: id,
                unit: record.org_unit,
                source: record_source(record, indicator),
                period,
                at,
                written: amount,
                became: Became::Counted(amount),
                of_record: true,
            });
        }
    }

    /// A parent's stated totals: data only where nothing below it is known.
    fn totals(&mut self, id: IndicatorId, parent: OrgUnitId, totals: &[&Figure]) {
        let indicator = self.reckoner.catalogue.indicator(id);
        if indicator.is_rate() || !indicator.reported {
            return;
        }
        let register = self.reckoner.register;
        let mut alone: Vec<&Figure> = Vec::new();
        for &figure in totals {
            let at = self.stated_at(figure.period);
            // What lies across the window's edge is differenced, or named.
            let reaches = at.overlaps(self.figures.stretch);
            if !self.figures.stretch.contains(at) && !reaches {
                continue;
            }
            let of_units = |own: bool| {
                self.figures
                    .facts
                    .range((id, OrgUnitId(0))..=(id, OrgUnitId(u32::MAX)))
                    .filter(move |((_, unit), _)| (own || *unit != parent) && register.is_within(*unit, parent))
                    .flat_map(|(_, fact)| fact.entries.iter())
                    .filter(move |entry| entry.at.overlaps(at))
            };
            let own = || self.figures.facts.contains_key(&(id, parent));
            if of_units(true).next().is_none() || !indicator.over_units && !own() {
                alone.push(figure);
                continue;
            }
            let compared = matches!(figure.telling, Telling::Own | Telling::YearToDate);
            if !figure.categories.is_empty()
                || indicator.over_time != OverTime::Sum
                || !compared
                || !self.figures.stretch.contains(at)
            {
                continue;
            }
            let sum = |own| {
                of_units(own)
                    .filter(|entry| at.contains(entry.at))
                    .try_fold(Amount::ZERO, |sum, entry| sum.checked_add(entry.amount))
            };
            let (Some(below), Some(all)) = (sum(false), sum(true)) else { continue };
            let stated = figure.value.amount();
            if self.account.contains(&id) {
                let became = if stated == below || stated == all { Became::Witness } else { Became::Total };
                self.lines.push(Line {
                    indicator: id,
                    unit: parent,
                    source: figure.source.clone(),
                    period: figure.period.title(),
                    at,
                    written: stated,
                    became,
                    of_record: false,
                });
            }
            let checked = self.reckoner.rows.contains(&(id, figure.period, &*figure.source.sheet));
            if stated != below && stated != all && !checked {
                let problem = Problem::ParentGap {
                    indicator: indicator.title.clone(),
                    unit: register.unit(parent).name.clone(),
                    period: figure.period.title(),
                    stated,
                    sum: all,
                    decimals: indicator.decimals,
                };
                self.diagnostics.push(Diagnostic::new(problem, Place::from(&figure.source)));
            }
        }
        if alone.is_empty() {
            return;
        }
        let (pieces, unused) = self.pieces(id, parent, &alone);
        let stretch = self.figures.stretch;
        let (inside, outside): (Vec<Piece>, Vec<Piece>) =
            pieces.into_iter().partition(|(_, figure)| belongs(figure.at, indicator.over_time, stretch));
        for figure in unused.iter().filter(|figure| figure.at.overlaps(stretch)) {
            let became = self.since_when(id, parent, figure, &Fact::default(), indicator.over_time);
            self.line(id, parent, figure, figure.written(), became);
        }
        for (_, figure) in outside.iter().filter(|(_, figure)| figure.at.overlaps(stretch)) {
            if !is_weak(figure.telling)
                && !covers(inside.iter().map(|(_, f)| f.entry()).collect::<Vec<_>>().iter(), figure.at.within(stretch))
            {
                self.partly(figure.span, &figure.source);
            }
            self.line(id, parent, figure, figure.written(), Became::Partly);
        }
        let Some(first) = inside.iter().map(|(_, figure)| figure.source.clone()).min() else { return };
        let before = self.figures.facts.remove(&(id, parent)).unwrap_or_default();
        let more = self.settled(id, parent, Fact::default(), inside);
        let mut fact = before;
        fact.entries.extend(more.entries);
        fact.entries.sort_by_key(|entry| (entry.at.from, -entry.at.to));
        for (category, amount) in more.parts {
            let part = fact.parts.entry(category).or_default();
            *part = part.checked_add(amount).unwrap_or(*part);
        }
        fact.conflicting |= more.conflicting;
        fact.source = fact.source.or(more.source);
        if !fact.entries.is_empty() {
            let unit = register.unit(parent).name.clone();
            let problem = Problem::ParentCounted { indicator: indicator.title.clone(), unit };
            self.diagnostics.push(Diagnostic::new(problem, Place::from(&first)));
        }
        self.figures.facts.insert((id, parent), fact);
    }

    /// That nothing happened in some months says nothing of a figure which the unit never gives for the others: a unit whose
    /// lists have no column of values does not report a value of none.
    fn hush(&mut self) {
        let catalogue = self.reckoner.catalogue;
        let form = |id: IndicatorId| catalogue.indicator(id).form;
        let facts = &mut self.figures.facts;
        let told = facts.iter().filter(|(_, fact)| fact.entries.iter().any(|entry| !entry.amount.is_zero()));
        let told: HashSet<(FormId, OrgUnitId)> = told.map(|(&(id, unit), _)| (form(id), unit)).collect();
        facts.retain(|&(id, unit), fact| !(fact.silent && told.contains(&(form(id), unit))));
    }

    /// A stock that was stated for another moment than the window's edge, though the unit's other figures reach there.
    fn stale(&mut self) {
        let catalogue = self.reckoner.catalogue;
        let stretch = self.figures.stretch;
        let mut reached: HashMap<(FormId, OrgUnitId), Stretch> = HashMap::new();
        for (&(id, unit), fact) in self.figures.facts.iter().filter(|(_, fact)| !fact.remembered) {
            for at in fact.entries.iter().map(|entry| entry.at).filter(|at| stretch.contains(*at)) {
                let all = reached.entry((catalogue.indicator(id).form, unit)).or_insert(at);
                *all = Stretch { from: all.from.min(at.from), to: all.to.max(at.to) };
            }
        }
        for (&(id, unit), fact) in &self.figures.facts {
            let indicator = catalogue.indicator(id);
            let Some((source, at, period)) = fact.stated.as_ref().filter(|_| indicator.reported && !fact.exact) else {
                continue;
            };
            let Some(reached) = reached.get(&(indicator.form, unit)) else { continue };
            let first = indicator.over_time == OverTime::First;
            if if first { reached.from < at.from } else { at.to < reached.to } {
                let problem = Problem::StockStale {
                    indicator: indicator.title.clone(),
                    unit: self.reckoner.register.unit(unit).name.clone(),
                    period: period.clone(),
                    window: self.span.title(),
                    first,
                };
                self.diagnostics.push(Diagnostic::new(problem, Place::from(source)));
            }
        }
    }

    /// Rates above 100 % show that one of their figures is wrong; said once where the reading has not said it of a row.
    fn exceeding(&mut self) {
        let catalogue = self.reckoner.catalogue;
        for id in catalogue.indicator_ids() {
            let Formula::Ratio { of, to } = &catalogue.indicator(id).formula else { continue };
            // More than was planned may be done.
            if catalogue.plan_of(*of).is_some_and(|plan| to.contains(&plan)) {
                continue;
            }
            let units: Vec<OrgUnitId> = self
                .figures
                .facts
                .range((*of, OrgUnitId(0))..=(*of, OrgUnitId(u32::MAX)))
                .map(|((_, u), _)| *u)
                .collect();
            for unit in units {
                let Some((part, whole)) = self.figures.sides(catalogue, *of, to, unit, self.figures.stretch) else {
                    continue;
                };
                let Some(source) = self.figures.fact(*of, unit).and_then(|fact| fact.source.clone()) else { continue };
                let said = |diagnostic: &Diagnostic| {
                    matches!(diagnostic.problem, Problem::AnswersExceed { .. })
                        && diagnostic.at.file.as_deref() == Some(&*source.sheet.file)
                };
                if part > whole && !self.reckoner.collected.diagnostics.iter().any(said) {
                    let titles: Vec<&str> = to.iter().map(|&to| catalogue.indicator(to).title.as_str()).collect();
                    let problem = Problem::AnswersExceed {
                        of: catalogue.indicator(*of).title.clone(),
                        whole: titles.join(" + "),
                        part_amount: part,
                        whole_amount: whole,
                    };
                    self.diagnostics.push(Diagnostic::new(problem, Place::from(&source)));
                }
            }
        }
    }

    fn found(&mut self, id: IndicatorId, unit: OrgUnitId, figure: &Stated, finding: Finding) {
        let indicator = self.reckoner.catalogue.indicator(id);
        if !indicator.reported {
            return;
        }
        if matches!(finding, Finding::Estimated | Finding::Remembered) {
            let key = (figure.source.sheet.clone(), finding == Finding::Remembered, figure.span.title());
            let (first, figures) = self.weak.entry(key).or_insert_with(|| (figure.source.clone(), 0));
            *figures += 1;
            if figure.source < *first {
                *first = figure.source.clone();
            }
            return;
        }
        let title = indicator.title.clone();
        let decimals = indicator.decimals;
        let unit = self.reckoner.register.unit(unit).name.clone();
        let period = figure.span.title();
        let stated = figure.written();
        let subject = || {
            let (indicator, unit, period) = (title.clone(), unit.clone(), period.clone());
            Box::new(Subject { indicator, unit, period, decimals })
        };
        let problem = match finding {
            Finding::Records { counted } => Problem::RecordsDiffer { of: subject(), stated, counted },
            Finding::Parts { parts } => Problem::PartsDiffer { of: subject(), stated, parts, summed: true },
            Finding::Conflict { other, at } => {
                Problem::FiguresConflict { of: subject(), first: stated, second: other, other: at }
            }
            Finding::Overruled { other, at, rule } => {
                let rule = match rule {
                    Rule::Correction => "bản đính chính được dùng",
                    Rule::OwnFile => "tệp của chính đơn vị được dùng trước danh sách chung",
                    Rule::LaterDate => "báo cáo ghi ngày sau được dùng",
                };
                Problem::FigureOverruled { of: subject(), stated, counted: other, other: at, rule }
            }
            Finding::Cumulative { expected } => Problem::CumulativeDiffers { of: subject(), stated, counted: expected },
            Finding::Falls { before, at } => Problem::CumulativeFalls { of: subject(), stated, before, other: at },
            Finding::CumulativeAlone => Problem::CumulativeAlone { indicator: title, unit },
            Finding::Estimated | Finding::Remembered => return,
            Finding::RememberedOtherwise { known } => Problem::RememberedDiffers { of: subject(), stated, known },
            Finding::Overlap { other } => {
                Problem::PeriodsOverlap { indicator: title, unit, period, other: other.title() }
            }
            Finding::PartAlone => Problem::PartAlone { indicator: title, unit, period },
            Finding::TooLarge => Problem::NumberTooLarge { heading: title },
        };
        self.diagnostics.push(Diagnostic::new(problem, Place::from(&figure.source)));
    }

    fn too_large(&mut self, indicator: &Indicator, record: &Record) {
        let problem = Problem::NumberTooLarge { heading: indicator.title.clone() };
        let at = Place::from(&record_source(record, indicator));
        self.diagnostics.push(Diagnostic::new(problem, at));
    }

    /// Names a record whose only date is a period that lies across the window's edge.
    fn straddles(&mut self, record: &Record) {
        if let When::Within(span) = record.when {
            let at = self.stated_at(span);
            if at.overlaps(self.figures.stretch) && !self.figures.stretch.contains(at) {
                self.partly(span, &Source { sheet: record.sheet.clone(), cell: CellRef::new(record.row, 0) });
            }
        }
    }

    fn partly(&mut self, span: Span, source: &Source) {
        let first = self.partly.entry((source.sheet.clone(), span.title())).or_insert_with(|| source.clone());
        if source < first {
            *first = source.clone();
        }
    }
}

/// The quarters and years that lie inside a longer stretch.
fn periods_within(months: &[Month], stretch: Stretch) -> Vec<Period> {
    let of = |&(year, month): &Month| {
        let quarter = Period::new(year, period::Part::Quarter(month.div_ceil(3) as u8));
        [quarter, Period::new(year, period::Part::Year)]
    };
    let mut all: Vec<Period> = Vec::new();
    for period in months.iter().flat_map(of) {
        let at = Stretch::named(period);
        if stretch.contains(at) && stretch != at && !all.contains(&period) {
            all.push(period);
        }
    }
    all
}

/// The figures that make a whole, and what became of each.
struct Derived {
    figures: Vec<Stated>,
    became: BTreeMap<usize, Became>,
}

type ByPart = BTreeMap<Part, Vec<Stated>>;

/// The parts' figures of times of which no whole is stated, and the others.
fn unclaimed(by_category: ByPart, wholes: &[Stated]) -> (ByPart, ByPart) {
    let claims = |whole: &Stated, part: &Stated| {
        whole.at.overlaps(part.at) && !(whole.at.contains(part.at) && whole.at != part.at)
    };
    let (mut free, mut bound) = (ByPart::new(), ByPart::new());
    for (part, figures) in by_category {
        for figure in figures {
            let claimed = wholes.iter().any(|whole| claims(whole, &figure));
            let into = if claimed { &mut bound } else { &mut free };
            into.entry(part.clone()).or_default().push(figure);
        }
    }
    (free, bound)
}

/// The sum of one period's parts of one kind.
struct PartSum {
    first: Stated,
    parts: Vec<Stated>,
    count: usize,
    amount: Option<Amount>,
}

impl PartSum {
    fn new(first: &Stated) -> Self {
        Self { first: first.clone(), parts: Vec::new(), count: 0, amount: Some(Amount::ZERO) }
    }
}

/// Sums by category, while records are counted.
#[derive(Clone, Debug)]
struct Parts {
    fields: Vec<(FieldId, Vec<Option<Amount>>)>,
}

impl Parts {
    fn new(form: &Form) -> Self {
        let fields = form.fields.iter().enumerate().filter(|(_, field)| field.kind == FieldKind::Category);
        // The last place is for what no category names.
        let fields = fields.map(|(at, field)| (FieldId(at as u16), vec![None; field.categories.len() + 1])).collect();
        Self { fields }
    }

    fn add(&mut self, form: &Form, record: &Record, amount: Amount) -> bool {
        let mut fits = true;
        for (field, sums) in &mut self.fields {
            let Some(category) = category(form, record, *field) else { continue };
            let at = Self::place(sums, category);
            match sums[at].unwrap_or_default().checked_add(amount) {
                Some(sum) => sums[at] = Some(sum),
                None => fits = false,
            }
        }
        fits
    }

    fn place(sums: &[Option<Amount>], category: CategoryId) -> usize {
        (category.0 as usize).min(sums.len() - 1)
    }

    fn at(sums: &[Option<Amount>], category: CategoryId) -> Option<Amount> {
        sums[Self::place(sums, category)]
    }

    fn of(&self, field: FieldId) -> Option<&[Option<Amount>]> {
        self.fields.iter().find(|(of, _)| *of == field).map(|(_, sums)| sums.as_slice())
    }

    fn done(self) -> BTreeMap<(FieldId, CategoryId), Amount> {
        let mut parts = BTreeMap::new();
        for (field, sums) in self.fields {
            let other = sums.len() - 1;
            for (at, sum) in sums.into_iter().enumerate() {
                let category = if at == other { CategoryId::OTHER } else { CategoryId(at as u16) };
                if let Some(sum) = sum {
                    parts.insert((field, category), sum);
                }
            }
        }
        parts
    }
}

/// The cell that shows what a record counts for an indicator.
fn record_source(record: &Record, indicator: &Indicator) -> Source {
    let field = indicator.formula.field().unwrap_or(FieldId(0));
    record.source(field)
}

fn category(form: &Form, record: &Record, field: FieldId) -> Option<CategoryId> {
    if let Some(category) = record.category(field) {
        return Some(category);
    }
    let (date, category) = form.field(field).implied?;
    (!record.columns.contains(&field) && record.date(date).is_some()).then_some(category)
}

/// A record's date, or what stands for it. What stands for a date never depends on the window.
fn date(form: &Form, record: &Record, field: FieldId) -> Option<NaiveDate> {
    record.date(field).or_else(|| {
        let (other, conditions) = form.field(field).assumed.as_ref()?;
        hold(form, record, conditions, None).then(|| record.date(*other))?
    })
}

/// What a record counts for an indicator: nothing (zero) where the conditions do not hold, `None` where it does not say.
fn contribution(form: &Form, record: &Record, formula: &Formula, edges: Option<Edges>) -> Option<Amount> {
    if !provides(form, &record.columns, formula) {
        return None;
    }
    let (field, conditions): (Option<FieldId>, &[Condition]) = match formula {
        Formula::Sum { field, conditions, .. } => (Some(*field), conditions),
        Formula::Count { conditions, .. } => (None, conditions),
        Formula::Last { field } | Formula::Max { field } => (Some(*field), &[]),
        Formula::Ratio { .. } => return None,
    };
    if !hold(form, record, conditions, edges) {
        return Some(Amount::ZERO);
    }
    match field {
        Some(field) => number(form, record, field, 0),
        None => Some(Amount::ONE),
    }
}

/// How many fields may stand in for one another; a definition that runs in a circle says nothing.
const DEEPEST: usize = 8;

fn number(form: &Form, record: &Record, field: FieldId, depth: usize) -> Option<Amount> {
    if let Some(number) = record.number(field) {
        return Some(number);
    }
    if record.columns.contains(&field) || depth > DEEPEST {
        return None;
    }
    match form.field(field).absent.as_ref()? {
        Absent::One => Some(Amount::ONE),
        Absent::OneIfFilled(other) if record.columns.contains(other) => {
            let filled = matches!(record.item(*other), Some(Item::Filled(_)));
            Some(if filled { Amount::ONE } else { Amount::ZERO })
        }
        absent @ Absent::OneBeside { .. } => {
            absent.is_one(|field| record.columns.contains(&field)).then_some(Amount::ONE)
        }
        Absent::OneIfFilled(_) => None,
        Absent::Of { conditions, .. } if !hold(form, record, conditions, None) => Some(Amount::ZERO),
        Absent::Of { field, less, .. } => {
            let whole = number(form, record, *field, depth + 1)?;
            let mut less = less.iter().filter_map(|&less| record.number(less));
            let rest = less.try_fold(whole, |rest, less| rest.checked_sub(less))?;
            Some(rest.max(Amount::ZERO))
        }
    }
}

/// The window at whose edges conditions look, and when its months begin.
type Edges<'a> = (Window, &'a Calendar);

/// The days of which a date is one. A record without a day of its own was there from some day of its table's period on.
fn date_within(form: &Form, record: &Record, field: FieldId, calendar: &Calendar) -> Option<Window> {
    if let Some(day) = record.date(field) {
        return Some(Window { from: day, to: day });
    }
    if form.main_date() == Some(field) {
        return match record.when {
            When::Within(span) => Some(span.window(calendar)),
            When::Day(day) => Some(Window { from: day, to: day }),
        };
    }
    let (other, conditions) = form.field(field).assumed.as_ref().filter(|(other, _)| *other != field)?;
    hold(form, record, conditions, None).then(|| date_within(form, record, *other, calendar))?
}

/// Whether a date is of before an edge; `None` where its period reaches over it.
fn before(form: &Form, record: &Record, field: FieldId, edge: &Edge, (window, calendar): Edges) -> Option<bool> {
    let Some(days) = date_within(form, record, field, calendar) else { return Some(false) };
    let is = |day: NaiveDate| match edge {
        Edge::Start => day < window.from,
        Edge::End => day <= window.to,
    };
    (is(days.from) == is(days.to)).then(|| is(days.to))
}

fn hold(form: &Form, record: &Record, conditions: &[Condition], edges: Option<Edges>) -> bool {
    let before = |field: &FieldId, edge: &Edge| {
        edges.is_some_and(|edges| before(form, record, *field, edge, edges).unwrap_or_default())
    };
    conditions.iter().all(|condition| match condition {
        Condition::Is(field, any) => category(form, record, *field).is_some_and(|category| any.contains(&category)),
        Condition::IsNot(field, any) | Condition::Unless(field, any) => {
            !category(form, record, *field).is_some_and(|category| any.contains(&category))
        }
        Condition::Before(field, edge) => before(field, edge),
        Condition::NotBefore(field, edge) => !before(field, edge),
    })
}

/// Whether a record that counts something may or may not have stood at an edge.
fn unsure(form: &Form, record: &Record, formula: &Formula, edges: Edges) -> bool {
    let (Formula::Sum { conditions, .. } | Formula::Count { conditions, .. }) = formula else { return false };
    let known = |condition: &Condition| match condition {
        Condition::Before(field, edge) => before(form, record, *field, edge, edges),
        Condition::NotBefore(field, edge) => before(form, record, *field, edge, edges).map(|before| !before),
        other => Some(hold(form, record, std::slice::from_ref(other), None)),
    };
    let known: Vec<Option<bool>> = conditions.iter().map(known).collect();
    let counts = || formula.field().is_none_or(|field| number(form, record, field, 0).is_some_and(|n| !n.is_zero()));
    known.contains(&None) && !known.contains(&Some(false)) && counts()
}

/// Whether the records of a table with these columns say anything of an indicator.
fn provides(form: &Form, columns: &[FieldId], formula: &Formula) -> bool {
    fn says(form: &Form, columns: &[FieldId], field: FieldId, depth: usize) -> bool {
        columns.contains(&field)
            || depth <= DEEPEST
                && match &form.field(field).absent {
                    Some(absent @ (Absent::One | Absent::OneIfFilled(_) | Absent::OneBeside { .. })) => {
                        absent.is_one(|field| columns.contains(&field))
                    }
                    Some(Absent::Of { field, less, conditions }) => {
                        let counted = less.iter().any(|field| columns.contains(field));
                        says(form, columns, *field, depth + 1)
                            && (counted || conditions.iter().all(|c| knows(form, columns, c)))
                    }
                    None => false,
                }
    }
    // A list without kinds or due dates does not say that nothing was resolved or overdue.
    fn knows(form: &Form, columns: &[FieldId], condition: &Condition) -> bool {
        match condition {
            Condition::Is(field, _) | Condition::IsNot(field, _) => {
                let implied = form.field(*field).implied.is_some_and(|(by, _)| columns.contains(&by));
                columns.contains(field) || implied
            }
            Condition::Before(field, _) => form.main_date() == Some(*field) || columns.contains(field),
            Condition::NotBefore(..) | Condition::Unless(..) => true,
        }
    }
    let conditions = match formula {
        Formula::Sum { conditions, .. } | Formula::Count { conditions, .. } => conditions.as_slice(),
        _ => &[],
    };
    formula.field().is_none_or(|field| says(form, columns, field, 0))
        && conditions.iter().all(|condition| knows(form, columns, condition))
}

impl Figures {
    /// Figures that were published, each known for the whole window alone.
    pub fn published(
        window: Window,
        stretch: Stretch,
        known: Vec<(IndicatorId, OrgUnitId, Amount)>,
        submitted: BTreeMap<(FormId, OrgUnitId), BTreeSet<Month>>,
        register: &Register,
        catalogue: &Catalogue,
    ) -> Self {
        let fact = |amount| Fact { entries: vec![Entry { at: stretch, amount }], ..Fact::default() };
        let facts = known.into_iter().map(|(id, unit, amount)| ((id, unit), fact(amount))).collect();
        let (heads, unpaired) = (BTreeMap::new(), Unpaired::default());
        Self { window, stretch, facts, submitted, heads, unpaired }.with_heads(register, catalogue)
    }

    fn with_heads(mut self, register: &Register, catalogue: &Catalogue) -> Self {
        let apart: BTreeSet<OrgUnitId> =
            self.facts.keys().filter(|(id, _)| !catalogue.indicator(*id).over_units).map(|(_, unit)| *unit).collect();
        let heads = apart.into_iter().filter(|&unit| register.children(unit).next().is_some());
        self.heads = heads.map(|unit| (unit, register.depth(unit))).collect();
        self
    }

    pub fn fact(&self, indicator: IndicatorId, unit: OrgUnitId) -> Option<&Fact> {
        self.facts.get(&(indicator, unit))
    }

    /// Whether nothing at all was reported of the window.
    pub fn is_empty(&self) -> bool {
        self.facts.values().all(|fact| fact.carried)
    }

    /// Leaves out what later reports remember of other months than those for which there are figures a year later (a quarter is
    /// not compared with a year), and what units have that sent nothing for this window. False where nothing that is remembered is left.
    pub fn comparable_with(&mut self, later: &Figures, catalogue: &Catalogue) -> bool {
        let times = |fact: &Fact, years: i32, over_time: OverTime| -> Vec<Stretch> {
            let later = |at: Stretch| at.years_later(years);
            if over_time != OverTime::Sum {
                // Of a stock only the moment counts.
                let ends = fact.entries.iter().map(|entry| later(entry.at)).max_by_key(|at| at.to);
                return ends.map(|at| Stretch { from: at.to, to: at.to }).into_iter().collect();
            }
            let mut times: Vec<Stretch> = fact.entries.iter().map(|entry| later(entry.at)).collect();
            times.sort();
            let mut joined: Vec<Stretch> = Vec::new();
            for at in times {
                match joined.last_mut() {
                    Some(last) if at.from <= last.to => last.to = last.to.max(at.to),
                    _ => joined.push(at),
                }
            }
            joined
        };
        self.facts.retain(|key, fact| {
            let over_time = catalogue.indicator(key.0).over_time;
            let same = |now: &Fact| times(now, 0, over_time) == times(fact, 1, over_time);
            // Rows of last year in this year's list are no report of last year.
            let sent = || self.submitted.contains_key(&(catalogue.indicator(key.0).form, key.1));
            if fact.remembered { later.facts.get(key).is_some_and(same) } else { sent() }
        });
        self.facts.values().any(|fact| fact.remembered)
    }

    /// Whether any unit gave a figure, and not only said of the form as a whole that nothing happened.
    pub fn told(&self, id: IndicatorId) -> bool {
        let units = (id, OrgUnitId(0))..=(id, OrgUnitId(u32::MAX));
        self.facts.range(units).any(|(_, fact)| !fact.silent && (!fact.exact || fact.begins_at(self.stretch)))
    }

    /// The units that have figures of their own.
    pub fn units(&self) -> BTreeSet<OrgUnitId> {
        self.facts.keys().map(|(_, unit)| *unit).collect()
    }

    /// What several units come to in a stretch of the window; a rate as the ratio of their sums.
    pub fn value(
        &self,
        catalogue: &Catalogue,
        id: IndicatorId,
        units: &[OrgUnitId],
        stretch: Stretch,
    ) -> Option<Amount> {
        let indicator = catalogue.indicator(id);
        if let Formula::Ratio { of, to } = &indicator.formula {
            let (part, whole) = self.ratio(catalogue, *of, to, units, stretch)?;
            return percent(part, whole);
        }
        let mut values = self
            .speaking(indicator, id, units)
            .iter()
            .filter_map(|&unit| self.fact(id, unit))
            .filter_map(|fact| fact.value(indicator.over_time, stretch));
        let first = values.next()?;
        values.try_fold(first, |sum, value| sum.checked_add(value))
    }

    /// The units whose figures are part of what several come to.
    pub fn speaking<'u>(&self, indicator: &Indicator, id: IndicatorId, units: &'u [OrgUnitId]) -> &'u [OrgUnitId] {
        if indicator.over_units || units.len() < 2 {
            return units;
        }
        let head = self.head(id, units);
        let at = units.iter().position(|unit| Some(*unit) == head);
        at.and_then(|at| units.get(at..=at)).unwrap_or_default()
    }

    /// Of several units the one whose figure speaks for all: that which stands above the others.
    fn head(&self, id: IndicatorId, units: &[OrgUnitId]) -> Option<OrgUnitId> {
        let known = units.iter().filter(|&&unit| self.fact(id, unit).is_some());
        let mut heads: Vec<(usize, OrgUnitId)> =
            known.filter_map(|unit| Some((*self.heads.get(unit)?, *unit))).collect();
        heads.sort();
        match heads[..] {
            [(_, one)] => Some(one),
            [(depth, one), (other, _), ..] if depth < other => Some(one),
            _ => None,
        }
    }

    /// Part and whole of a rate, summed over the units that have both: of each what it has for the times and rows of which both
    /// are known, since a blank is not none (design.md 4.6). A stock that a unit did not state counts as none beside its flow.
    pub fn ratio(
        &self,
        catalogue: &Catalogue,
        of: IndicatorId,
        to: &[IndicatorId],
        units: &[OrgUnitId],
        stretch: Stretch,
    ) -> Option<(Amount, Amount)> {
        let any = Cell::new(false);
        let sums = units.iter().try_fold((Amount::ZERO, Amount::ZERO), |(parts, wholes), &unit| {
            let Some((part, whole)) = self.paired(catalogue, of, to, unit, stretch) else {
                return Some((parts, wholes));
            };
            any.set(true);
            Some((parts.checked_add(part)?, wholes.checked_add(whole)?))
        });
        sums.filter(|_| any.get())
    }

    /// Part and whole of one unit's rate: all that it has of each.
    fn sides(
        &self,
        catalogue: &Catalogue,
        of: IndicatorId,
        to: &[IndicatorId],
        unit: OrgUnitId,
        stretch: Stretch,
    ) -> Option<(Amount, Amount)> {
        let is_flow = |id: IndicatorId| catalogue.indicator(id).over_time == OverTime::Sum;
        let flows = to.iter().any(|&id| is_flow(id));
        let part = self.value(catalogue, of, &[unit], stretch)?;
        let mut whole: Option<Amount> = None;
        for &id in to {
            match self.value(catalogue, id, &[unit], stretch) {
                Some(amount) => whole = Some(whole.unwrap_or_default().checked_add(amount)?),
                None if flows && is_flow(id) => return None,
                None => {}
            }
        }
        Some((part, whole?))
    }

    /// Part and whole of one unit's rate, over the times and rows of which both are known.
    fn paired(
        &self,
        catalogue: &Catalogue,
        of: IndicatorId,
        to: &[IndicatorId],
        unit: OrgUnitId,
        stretch: Stretch,
    ) -> Option<(Amount, Amount)> {
        let sides = self.sides(catalogue, of, to, unit, stretch)?;
        let is_flow = |id: IndicatorId| catalogue.indicator(id).over_time == OverTime::Sum;
        let mut facts: Vec<(IndicatorId, &Fact)> = Vec::new();
        for id in std::iter::once(of).chain(to.iter().copied()).filter(|&id| is_flow(id)) {
            facts.push((id, self.fact(id, unit)?));
        }
        if !is_flow(of) || facts.len() < 2 {
            return Some(sides);
        }
        let rate = catalogue.indicator_ids().find(|&id| match &catalogue.indicator(id).formula {
            Formula::Ratio { of: part, to: wholes } => *part == of && wholes[..] == *to,
            _ => false,
        });
        let lone = rate.and_then(|rate| self.unpaired.rows.get(&(rate, unit))).map_or(&[][..], Vec::as_slice);
        let times = |fact: &Fact| fact.entries.iter().map(|entry| entry.at).collect::<Vec<_>>();
        let same = facts.iter().all(|(_, fact)| times(fact) == times(facts[0].1));
        if same && lone.is_empty() {
            return Some(sides);
        }
        let kept = self.unpaired.kept.get(&(catalogue.indicator(of).form, unit)).map_or(&[][..], Vec::as_slice);
        // The times of which each side tells: a list tells of all of its own.
        let told: Vec<Vec<Stretch>> = facts
            .iter()
            .map(|(_, fact)| {
                let listed = kept.iter().filter(|_| fact.listed).copied();
                let mut told: Vec<Stretch> = times(fact).into_iter().chain(listed).collect();
                told.retain(|at| stretch.contains(*at));
                told.sort();
                told
            })
            .collect();
        let mut all: Vec<Stretch> = told.iter().flatten().copied().collect();
        all.sort();
        let mut joined: Vec<Stretch> = Vec::new();
        for at in all {
            match joined.last_mut() {
                Some(last) if at.overlaps(*last) => last.to = last.to.max(at.to),
                _ => joined.push(at),
            }
        }
        let tells = |told: &[Stretch], fact: &Fact, at: Stretch| {
            let known: Vec<Entry> = told.iter().map(|&at| Entry { at, amount: Amount::ZERO }).collect();
            covers(known.iter(), at) || fact.listed && told.iter().any(|of| of.overlaps(at))
        };
        let both = |at: &Stretch| facts.iter().zip(&told).all(|((_, fact), told)| tells(told, fact, *at));
        let times = joined.len();
        joined.retain(both);
        let first = *joined.first()?;
        if joined.len() == times && lone.is_empty() {
            return Some(sides);
        }
        let sum = |id: IndicatorId, fact: &Fact| {
            let counts = |entry: &&Entry| joined.iter().any(|at| at.contains(entry.at));
            let sum = fact.entries.iter().filter(counts).try_fold(Amount::ZERO, |sum, e| sum.checked_add(e.amount))?;
            let lone = lone.iter().filter(|lone| lone.side == id).map(|lone| &lone.entry).filter(counts);
            lone.into_iter().try_fold(sum, |sum, entry| sum.checked_sub(entry.amount))
        };
        let part = sum(of, facts[0].1)?;
        let mut whole = Amount::ZERO;
        for &id in to {
            whole = match facts.iter().skip(1).find(|(side, _)| *side == id) {
                Some((_, fact)) => whole.checked_add(sum(id, fact)?)?,
                None => {
                    // A stock at the beginning is that of what is counted.
                    let later = Stretch { from: first.from.max(stretch.from), to: stretch.to };
                    let at = |at| self.value(catalogue, id, &[unit], at);
                    let from = if joined.len() == times { None } else { at(later) };
                    whole.checked_add(from.or_else(|| at(stretch)).unwrap_or_default())?
                }
            };
        }
        // Of rows that all lack one side nothing is known.
        let nothing = part.is_zero() && whole.is_zero() && !(sides.0.is_zero() && sides.1.is_zero());
        (!nothing && !part.is_sign_negative() && !whole.is_sign_negative()).then_some((part, whole))
    }

    /// What several units have at a part of the window: of a stock, what some of them have in a month is not what all have.
    pub fn value_at(&self, catalogue: &Catalogue, id: IndicatorId, units: &[OrgUnitId], at: Stretch) -> Option<Amount> {
        let over_time = catalogue.indicator(id).over_time;
        let facts = || units.iter().filter_map(|&unit| self.fact(id, unit));
        // Of a quarter or a year its own report shows what there is.
        let all_tell = at.in_month().is_none()
            || !matches!(over_time, OverTime::Last | OverTime::First)
            || facts().all(|fact| fact.value(over_time, at).is_some());
        self.value(catalogue, id, units, at).filter(|_| all_tell)
    }

    /// Whether what a stock shows at a part of the window is that of some of the units which have it.
    pub fn is_in_part(&self, catalogue: &Catalogue, id: IndicatorId, units: &[OrgUnitId], at: Stretch) -> bool {
        let over_time = catalogue.indicator(id).over_time;
        let facts = units.iter().filter_map(|&unit| self.fact(id, unit));
        let lacks = |fact: &Fact| fact.value(over_time, self.stretch).is_some() && fact.value(over_time, at).is_none();
        matches!(over_time, OverTime::Last | OverTime::First)
            && self.value_at(catalogue, id, units, at).is_some()
            && facts.into_iter().any(lacks)
    }

    /// What is known by month, then the rest of a flow that no month is known for.
    pub fn by_month(
        &self,
        catalogue: &Catalogue,
        id: IndicatorId,
        units: &[OrgUnitId],
    ) -> (Vec<(Month, Amount)>, Option<Amount>) {
        let months: Vec<(Month, Amount)> = self
            .stretch
            .touched()
            .filter_map(|month| {
                let at = Stretch::month(month).within(self.stretch);
                self.value_at(catalogue, id, units, at).map(|amount| (month, amount))
            })
            .collect();
        if catalogue.indicator(id).over_time != OverTime::Sum {
            return (months, None);
        }
        let rest = self
            .value(catalogue, id, units, self.stretch)
            .and_then(|value| months.iter().try_fold(value, |rest, (_, amount)| rest.checked_sub(*amount)));
        let rest = rest.filter(|rest| !rest.is_zero() || months.is_empty());
        (months, rest)
    }

    /// What several units come to by category; nothing for rates.
    pub fn parts(
        &self,
        catalogue: &Catalogue,
        id: IndicatorId,
        units: &[OrgUnitId],
    ) -> BTreeMap<(FieldId, CategoryId), Amount> {
        let indicator = catalogue.indicator(id);
        let mut sums: BTreeMap<(FieldId, CategoryId), Option<Amount>> = BTreeMap::new();
        for fact in self.speaking(indicator, id, units).iter().filter_map(|&unit| self.fact(id, unit)) {
            for (&category, &amount) in &fact.parts {
                let sum = sums.entry(category).or_insert(Some(Amount::ZERO));
                *sum = sum.and_then(|sum| sum.checked_add(amount));
            }
        }
        sums.into_iter().filter_map(|(category, sum)| Some((category, sum?))).collect()
    }

    /// Whether a unit sent a form, or anything of it. What it still has from the time before is no report.
    pub fn sent(&self, catalogue: &Catalogue, form: FormId, unit: OrgUnitId) -> bool {
        self.submitted.contains_key(&(form, unit))
            || catalogue.indicators_of(form).filter_map(|id| self.fact(id, unit)).any(|fact| !fact.carried)
    }

    pub fn state(&self, catalogue: &Catalogue, id: IndicatorId, units: &[OrgUnitId]) -> State {
        let indicator = catalogue.indicator(id);
        let of = match &indicator.formula {
            Formula::Ratio { of, .. } => *of,
            _ => id,
        };
        if units.iter().any(|&unit| self.fact(of, unit).is_some_and(|fact| fact.conflicting)) {
            return State::Conflicting;
        }
        if !units.iter().any(|&unit| self.sent(catalogue, indicator.form, unit)) {
            return State::Absent;
        }
        match self.value(catalogue, id, units, self.stretch) {
            Some(value) if value.is_zero() && !indicator.is_rate() => State::Nil,
            Some(_) => State::Reported,
            // Each has its own, and all together none.
            None if units.len() > 1 && !indicator.over_units => {
                let states = units.iter().map(|unit| self.state(catalogue, id, std::slice::from_ref(unit)));
                let told = |state: &State| matches!(state, State::Reported | State::Nil);
                states.into_iter().find(told).unwrap_or(State::Blank)
            }
            None => State::Blank,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::testing::*;

    const YEAR: Span = Span::Named(Period { year: 2023, part: period::Part::Year });

    fn reckoned(collected: &Collected, check: impl FnOnce(&Catalogue, &Figures, &[Diagnostic])) {
        let (catalogue, register, calendar) = (catalogue(), register(), civil());
        let reckoner = Reckoner::new(collected, &register, &catalogue, &calendar);
        let (figures, diagnostics) = reckoner.figures(YEAR);
        check(&catalogue, &figures, &diagnostics);
    }

    fn value(collected: &Collected, id: &str, units: &[u32]) -> Option<Amount> {
        let mut value = None;
        let units: Vec<OrgUnitId> = units.iter().map(|&unit| OrgUnitId(unit)).collect();
        reckoned(collected, |catalogue, figures, _| {
            value = figures.value(catalogue, indicator(catalogue, id), &units, figures.stretch);
        });
        value
    }

    fn codes(collected: &Collected) -> Vec<&'static str> {
        let mut codes = Vec::new();
        reckoned(collected, |_, _, diagnostics| codes.extend(diagnostics.iter().map(|d| d.problem.code())));
        codes
    }

    #[test]
    fn records_count_by_the_month_of_their_date_and_by_category() {
        let mut data = Data::default();
        data.dialogue(1, "2023-01-31", Some(40), Some(5), Some(4), Some(0));
        data.dialogue(1, "2023-02-01", None, Some(3), Some(3), Some(1));
        data.dialogue(1, "2024-01-01", Some(99), Some(9), Some(9), Some(1));
        data.covers(0, 1, 2023, 1..=3);
        let collected = data.done();
        reckoned(&collected, |catalogue, figures, diagnostics| {
            assert_eq!(diagnostics, []);
            let unit = [OrgUnitId(1)];
            let months = |id| figures.by_month(catalogue, indicator(catalogue, id), &unit);
            let by_month = |pairs: &[(u32, i64)]| {
                (pairs.iter().map(|&(m, a)| ((2023, m), a.into())).collect::<Vec<_>>(), None::<Amount>)
            };
            assert_eq!(months("dialogue.sessions"), by_month(&[(1, 1), (2, 1), (3, 0)]));
            assert_eq!(months("dialogue.participants"), by_month(&[(1, 40), (3, 0)]), "a blank is not a zero");
            let rate = figures.value(catalogue, indicator(catalogue, "dialogue.answer_rate"), &unit, figures.stretch);
            assert_eq!(rate, Some("87.5".parse().unwrap()));
            let parts = figures.parts(catalogue, indicator(catalogue, "dialogue.opinions"), &unit);
            assert_eq!(parts.into_values().collect::<Vec<_>>(), [5.into(), 3.into()]);
            let absent = figures.state(catalogue, indicator(catalogue, "dialogue.sessions"), &[OrgUnitId(2)]);
            assert_eq!(absent, State::Absent);
        });
    }

    #[test]
    fn records_belong_to_the_calendars_months_and_stated_figures_to_their_names() {
        let mut data = Data::default();
        data.dialogue(1, "2022-12-20", None, Some(1), None, None);
        data.dialogue(1, "2023-12-20", None, Some(2), None, None);
        data.state("dialogue.opinions", 2, Span::Named(Period::new(2023, period::Part::Month(12))), 4);
        let (catalogue, register, collected) = (catalogue(), register(), data.done());
        let nd09 = Calendar { first_day: 15, months_before: 1, ..civil() };
        let months = |calendar: &Calendar| {
            let (figures, _) = Reckoner::new(&collected, &register, &catalogue, calendar).figures(YEAR);
            let all = [OrgUnitId(1), OrgUnitId(2)];
            let (months, rest) = figures.by_month(&catalogue, indicator(&catalogue, "dialogue.opinions"), &all);
            assert_eq!(rest, None);
            months.into_iter().map(|((_, month), amount)| (month, amount.to_string())).collect::<Vec<_>>()
        };
        assert_eq!(months(&civil()), [(12, "6".to_owned())]);
        assert_eq!(months(&nd09), [(1, "1".to_owned()), (12, "4".to_owned())]);
    }

    #[test]
    fn petitions_follow_the_statutory_accounts() {
        let mut data = Data::default();
        data.petition(1, "2022-11-01", Some("2023-02-10"), Some("2023-01-01"), true);
        data.petition(1, "2023-03-01", None, Some("2023-06-01"), false);
        data.petition(1, "2023-04-01", Some("2023-04-20"), None, true);
        data.petition(1, "2023-12-20", Some("2024-01-05"), Some("2024-03-01"), true);
        data.petition(1, "2023-05-05", None, None, true);
        data.covers(1, 1, 2022, 1..=12);
        data.covers(1, 1, 2023, 1..=12);
        let collected = data.done();
        for (id, expected) in [
            ("petition.opening", "1"),
            ("petition.received", "4"),
            ("petition.resolved", "3"),
            ("petition.overdue", "1"),
            ("petition.resolved_rate", "60"),
        ] {
            assert_eq!(value(&collected, id, &[1]), Some(expected.parse().unwrap()), "{id}");
        }
        assert_eq!(codes(&collected), ["date-of-event-missing"]);
        reckoned(&collected, |catalogue, figures, _| {
            let (months, rest) = figures.by_month(catalogue, indicator(catalogue, "petition.overdue"), &[OrgUnitId(1)]);
            assert_eq!(rest, None);
            assert_eq!(
                months.iter().map(|(_, a)| a.to_string()).collect::<String>(),
                "100000111111"[..].replace("100000", "10000") + "1"
            );
        });
    }

    #[test]
    fn the_built_in_petitions_keep_their_accounts() {
        let catalogue = crate::catalogue::load::catalogue(&[]).unwrap();
        let (register, calendar) = (register(), civil());
        let form = catalogue.form_ids().find(|&form| catalogue.form(form).id == "petition").unwrap();
        let definition = catalogue.form(form);
        let field = |id: &str| definition.field_named(id).unwrap();
        let status = |id: &str| {
            let at = definition.field(field("status")).categories.iter().position(|category| category.id == id);
            Item::Category(CategoryId(at.unwrap() as u16))
        };
        let columns: Arc<[FieldId]> = [field("received_on"), field("resolved_on"), field("status")].into();
        let sheet = Arc::new(SheetName { file: "a.xlsx".into(), sheet: "S".into() });
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let rows = [
            ("2022-11-01", Some("2023-02-10"), "resolved"),
            ("2022-12-01", None, "referred"),
            ("2023-03-01", None, "pending"),
            ("2023-04-01", Some("2023-04-20"), "resolved"),
            ("2023-05-05", None, "resolved"),
            ("2023-06-01", None, "referred"),
            ("2023-12-20", Some("2024-01-05"), "resolved"),
        ];
        let record = |(row, (received, resolved, state)): (usize, (&str, Option<&str>, &str))| Record {
            form,
            org_unit: OrgUnitId(1),
            when: When::Day(day(received)),
            sheet: sheet.clone(),
            row: row as u32,
            columns: columns.clone(),
            items: [
                Some((field("received_on"), Item::Date(day(received)), 0)),
                resolved.map(|resolved| (field("resolved_on"), Item::Date(day(resolved)), 1)),
                Some((field("status"), status(state), 2)),
            ]
            .into_iter()
            .flatten()
            .collect(),
        };
        let records = rows.into_iter().enumerate().map(record).collect();
        let collected = Collected { records, ..Collected::default() };
        let (figures, _) = Reckoner::new(&collected, &register, &catalogue, &calendar).figures(YEAR);
        let value = |id| figures.value(&catalogue, indicator(&catalogue, id), &[OrgUnitId(1)], figures.stretch);
        let of = |id| value(id).unwrap();
        assert_eq!(value("petition.opening"), Some(1.into()));
        assert_eq!(value("petition.received"), Some(5.into()));
        assert_eq!(value("petition.resolved"), Some(3.into()));
        assert_eq!(value("petition.referred"), Some(1.into()));
        assert_eq!(value("petition.pending"), Some(2.into()));
        let known = of("petition.opening") + of("petition.received");
        assert_eq!(known, of("petition.resolved") + of("petition.referred") + of("petition.pending"));
    }

    #[test]
    fn an_opening_stock_is_unknown_where_the_lists_begin_with_the_window() {
        let mut data = Data::default();
        data.petition(1, "2023-03-01", None, None, false);
        data.covers(1, 1, 2023, 1..=12);
        assert_eq!(value(&data.done(), "petition.opening", &[1]), None);
        data.state("petition.opening", 1, YEAR, 7);
        assert_eq!(value(&data.done(), "petition.opening", &[1]), Some(7.into()));
        data.state("petition.received", 1, YEAR, 3);
        assert_eq!(codes(&data.done()), ["records-differ"]);
    }

    #[test]
    fn lists_that_begin_with_the_window_tell_what_stood_at_its_months() {
        let mut data = Data::default();
        data.petition(1, "2023-03-01", None, None, false);
        data.covers(1, 1, 2023, 1..=12);
        reckoned(&data.done(), |catalogue, figures, _| {
            let opening = indicator(catalogue, "petition.opening");
            let (months, _) = figures.by_month(catalogue, opening, &[OrgUnitId(1)]);
            let months: Vec<(u32, Amount)> = months.into_iter().map(|((_, month), amount)| (month, amount)).collect();
            assert_eq!(months[0], (2, 0.into()));
            assert_eq!(months[10], (12, 1.into()));
            assert!(!figures.told(opening));
        });
    }

    #[test]
    fn a_stock_is_of_its_moment() {
        let quarter = |q| Span::Named(Period::new(2023, period::Part::Quarter(q)));
        let of = |span: Span, data: &Data| {
            let (catalogue, register, calendar, collected) = (catalogue(), register(), civil(), data.done());
            let (figures, problems) = Reckoner::new(&collected, &register, &catalogue, &calendar).figures(span);
            let value =
                figures.value(&catalogue, indicator(&catalogue, "petition.overdue"), &[OrgUnitId(1)], figures.stretch);
            (value, problems.iter().map(|problem| problem.problem.code()).collect::<Vec<_>>())
        };
        let mut data = Data::default();
        data.state("petition.overdue", 1, YEAR, 7);
        assert_eq!(of(quarter(4), &data), (Some(7.into()), vec![]));
        assert_eq!(of(quarter(3), &data), (None, vec!["partly-inside"]));
        // What stood in March is named where other figures go on to June.
        let mut data = Data::default();
        data.state("petition.overdue", 1, quarter(1), 3);
        assert_eq!(of(YEAR, &data), (Some(3.into()), vec![]));
        data.state("petition.received", 1, quarter(2), 5);
        assert_eq!(of(YEAR, &data), (Some(3.into()), vec!["stock-stale"]));
        assert_eq!(of(quarter(1), &data), (Some(3.into()), vec![]));
    }

    #[test]
    fn petitions_of_which_none_is_resolved_are_none_not_blank() {
        let mut data = Data::default();
        data.petition(1, "2023-03-01", None, None, false);
        assert_eq!(value(&data.done(), "petition.resolved", &[1]), Some(0.into()));
    }

    #[test]
    fn what_is_carried_over_counts_but_is_no_report() {
        let mut data = Data::default();
        data.petition(1, "2022-12-01", None, None, false);
        data.petition(2, "2023-03-01", None, None, false);
        assert_eq!(value(&data.done(), "petition.pending", &[1, 2]), Some(2.into()));
        reckoned(&data.done(), |catalogue, figures, _| {
            let state = |unit| figures.state(catalogue, indicator(catalogue, "petition.pending"), &[OrgUnitId(unit)]);
            assert_eq!([state(1), state(2)], [State::Absent, State::Reported]);
            assert!(!figures.is_empty());
        });
        let mut data = Data::default();
        data.petition(1, "2022-12-01", None, None, false);
        reckoned(&data.done(), |_, figures, _| assert!(figures.is_empty()));
    }

    #[test]
    fn that_nothing_happened_in_some_months_is_no_figure_for_what_the_others_never_give() {
        let mut data = Data::default();
        data.covers(0, 1, 2023, 1..=3);
        assert_eq!(value(&data.done(), "dialogue.participants", &[1]), Some(0.into()));
        data.state("dialogue.sessions", 1, Span::Named(Period::new(2023, period::Part::Month(4))), 5);
        assert_eq!(value(&data.done(), "dialogue.sessions", &[1]), Some(5.into()));
        assert_eq!(value(&data.done(), "dialogue.participants", &[1]), None);
    }

    #[test]
    fn figures_beyond_any_number_are_named_not_wrapped() {
        let mut data = Data::default();
        for month in [1, 2] {
            data.state("dialogue.sessions", 1, Span::Named(Period::new(2023, period::Part::Month(month))), 1);
        }
        let mut collected = data.done();
        for figure in &mut collected.figures {
            figure.value = crate::base::record::Stated::Value(Amount::MAX);
        }
        assert_eq!(value(&collected, "dialogue.sessions", &[1]), None);
        data.state("dialogue.sessions", 1, Span::Named(Period::new(2023, period::Part::Quarter(1))), 1);
        let mut collected = data.done();
        for figure in &mut collected.figures[..2] {
            figure.value = crate::base::record::Stated::Value(Amount::MAX);
        }
        assert_eq!(codes(&collected), ["number-too-large"]);
    }

    #[test]
    fn what_tables_state_is_settled() {
        let month = |m| Span::Named(Period::new(2023, period::Part::Month(m)));
        type Case = (&'static str, fn(&mut Data, &dyn Fn(u8) -> Span), Option<i64>, &'static [&'static str]);
        let cases: &[Case] = &[
            (
                "parts of one dimension",
                |d, m| {
                    d.part("dialogue.sessions", 1, m(1), 0, 3);
                    d.part("dialogue.sessions", 1, m(1), 1, 2);
                },
                Some(5),
                &[],
            ),
            (
                "a part alone counts and is asked about",
                |d, m| d.part("dialogue.sessions", 1, m(1), 0, 3),
                Some(3),
                &["part-alone"],
            ),
            (
                "parts that differ from the whole",
                |d, m| {
                    d.part("dialogue.sessions", 1, m(1), 0, 3);
                    d.part("dialogue.sessions", 1, m(1), 1, 2);
                    d.state("dialogue.sessions", 1, m(1), 6);
                },
                Some(6),
                &["parts-differ"],
            ),
            (
                "two figures",
                |d, m| {
                    d.state("dialogue.sessions", 1, m(1), 6);
                    d.state("dialogue.sessions", 1, m(1), 7);
                },
                None,
                &["figures-conflict"],
            ),
            (
                "two equal figures",
                |d, m| {
                    d.state("dialogue.sessions", 1, m(1), 6);
                    d.state("dialogue.sessions", 1, m(1), 6);
                },
                Some(6),
                &[],
            ),
            ("a total alone", |d, _| d.total("dialogue.sessions", 0, YEAR, 60), Some(60), &["parent-counted"]),
            (
                "a total beside parts",
                |d, m| {
                    d.total("dialogue.sessions", 0, m(1), 60);
                    d.state("dialogue.sessions", 1, m(1), 6);
                },
                Some(6),
                &["parent-gap"],
            ),
            (
                "a total that agrees",
                |d, m| {
                    d.total("dialogue.sessions", 0, m(1), 6);
                    d.state("dialogue.sessions", 1, m(1), 6);
                },
                Some(6),
                &[],
            ),
            (
                "a longer period",
                |d, _| {
                    d.state(
                        "dialogue.sessions",
                        1,
                        Span::Days(Window { from: "2022-10-01".parse().unwrap(), to: "2023-03-31".parse().unwrap() }),
                        6,
                    )
                },
                None,
                &["partly-inside"],
            ),
            (
                "more answers than opinions",
                |d, m| {
                    d.state("dialogue.opinions", 1, m(1), 6);
                    d.state("dialogue.answered", 1, m(1), 7);
                    d.state("dialogue.sessions", 1, m(1), 1);
                },
                Some(1),
                &["answers-exceed"],
            ),
        ];
        for (name, make, expected, problems) in cases {
            let mut data = Data::default();
            make(&mut data, &month);
            let collected = data.done();
            assert_eq!(value(&collected, "dialogue.sessions", &[0, 1, 2]), expected.map(Amount::from), "{name}");
            assert_eq!(codes(&collected), *problems, "{name}");
        }
    }

    #[test]
    fn silence_in_a_list_is_nil_and_in_a_table_blank() {
        let mut data = Data::default();
        data.covers(0, 1, 2023, 1..=12);
        let collected = data.done();
        assert_eq!(value(&collected, "dialogue.sessions", &[1]), Some(0.into()));
        data.state("dialogue.sessions", 2, YEAR, 3);
        reckoned(&data.done(), |catalogue, figures, _| {
            let state = |unit| figures.state(catalogue, indicator(catalogue, "dialogue.sessions"), &[OrgUnitId(unit)]);
            assert_eq!([state(1), state(2), state(3)], [State::Blank, State::Reported, State::Absent]);
        });
    }

    #[test]
    fn a_rate_counts_what_has_both_sides() {
        let month = |m| Span::Named(Period::new(2023, period::Part::Month(m)));
        let quarter = |q| Span::Named(Period::new(2023, period::Part::Quarter(q)));
        let rate = |data: &Data| value(&data.done(), "dialogue.answer_rate", &[1]);
        // Months in which the part is blank.
        let mut data = Data::default();
        for m in 1..=6 {
            data.state("dialogue.opinions", 1, month(m), 10);
        }
        for m in 1..=2 {
            data.state("dialogue.answered", 1, month(m), 8);
        }
        assert_eq!(rate(&data), Some(80.into()));
        assert_eq!(value(&data.done(), "dialogue.opinions", &[1]), Some(60.into()));
        // None is no blank.
        (3..=6).for_each(|m| data.state("dialogue.answered", 1, month(m), 0));
        assert_eq!(rate(&data), percent(16.into(), 60.into()));
        // A quarter beside its months; a quarter of which some months are blank is none.
        let mut data = Data::default();
        data.state("dialogue.opinions", 1, quarter(1), 30);
        data.state("dialogue.opinions", 1, quarter(2), 30);
        (1..=5).for_each(|m| data.state("dialogue.answered", 1, month(m), 5));
        assert_eq!(rate(&data), Some(50.into()));
        // Nothing that both tell of.
        let mut data = Data::default();
        data.state("dialogue.opinions", 1, month(1), 10);
        data.state("dialogue.answered", 1, month(2), 5);
        assert_eq!(rate(&data), None);
        // Rows, of one month too.
        let mut data = Data::default();
        data.dialogue(1, "2023-01-10", None, Some(10), Some(8), None);
        data.dialogue(1, "2023-01-20", None, Some(10), None, None);
        data.dialogue(1, "2023-03-20", None, Some(10), None, None);
        data.dialogue(1, "2023-04-20", None, None, Some(3), None);
        assert_eq!(rate(&data), Some(80.into()));
        // What the rows leave blank a table states; answers to opinions that nobody counted are still set aside.
        data.state("dialogue.answered", 1, YEAR, 21);
        assert_eq!(rate(&data), Some(60.into()));
    }

    #[test]
    fn a_rate_over_years_counts_the_years_that_have_both_sides() {
        let year = |year| Span::Named(Period::new(year, period::Part::Year));
        let mut data = Data::default();
        data.state("petition.received", 1, year(2022), 10);
        data.state("petition.received", 1, year(2023), 10);
        data.state("petition.resolved", 1, year(2023), 9);
        data.state("petition.opening", 1, year(2022), 5);
        data.state("petition.opening", 1, year(2023), 2);
        let (catalogue, register, calendar, collected) = (catalogue(), register(), civil(), data.done());
        let (figures, _) = Reckoner::new(&collected, &register, &catalogue, &calendar).figures(Span::Years(2022, 2023));
        let rate = indicator(&catalogue, "petition.resolved_rate");
        assert_eq!(figures.value(&catalogue, rate, &[OrgUnitId(1)], figures.stretch), Some(75.into()));
    }

    #[test]
    fn a_petition_is_resolved_in_another_month_than_it_was_received() {
        let mut data = Data::default();
        data.petition(1, "2023-03-01", Some("2023-05-20"), None, true);
        data.petition(1, "2023-04-01", None, None, false);
        data.covers(1, 1, 2023, 3..=4);
        assert_eq!(value(&data.done(), "petition.resolved_rate", &[1]), Some(50.into()));
    }

    #[test]
    fn a_year_and_a_quarter_show_of_a_stock_what_their_own_reports_show() {
        let named = |year, part| Span::Named(Period::new(year, part));
        let (year, quarter) = (named(2023, period::Part::Year), named(2023, period::Part::Quarter(3)));
        let mut data = Data::default();
        // A list that ends in June, of one who is late by September; a table of the third quarter; one of another year.
        data.petition(1, "2023-03-01", None, Some("2023-08-01"), false);
        data.petition(1, "2023-06-01", None, Some("2023-06-15"), false);
        data.state("petition.overdue", 2, quarter, 4);
        data.state("petition.overdue", 3, named(2022, period::Part::Year), 7);
        let (catalogue, register, calendar, collected) = (catalogue(), register(), civil(), data.done());
        let reckoner = Reckoner::new(&collected, &register, &catalogue, &calendar);
        let (id, all) = (indicator(&catalogue, "petition.overdue"), [1, 2, 3].map(OrgUnitId));
        let own = |span| {
            let (figures, _) = reckoner.figures(span);
            figures.value(&catalogue, id, &all, figures.stretch)
        };
        let within = |span, part| {
            let (figures, _) = reckoner.figures(span);
            figures.value_at(&catalogue, id, &all, Stretch::asked(part, &calendar))
        };
        assert_eq!(own(quarter), Some(6.into()));
        assert_eq!(within(year, quarter), own(quarter));
        assert_eq!(within(Span::Years(2022, 2023), year), own(year));
        assert_eq!(within(Span::Years(2022, 2023), quarter), own(quarter));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_district_is_the_sum_of_its_communes_in_any_order(
            rows in proptest::collection::vec((1u32..4, 1u32..13, proptest::option::of(0i64..500), 0i64..50, 0i64..50), 0..40),
            stated in proptest::collection::vec((1u32..4, 1u8..5, 0i64..900), 0..8),
            seed in 0usize..1000,
        ) {
            let mut data = Data::default();
            for (unit, month, participants, opinions, answered) in &rows {
                data.dialogue(*unit, &format!("2023-{month:02}-11"), *participants, Some(*opinions), Some(*answered), Some(0));
            }
            for (unit, quarter, amount) in &stated {
                data.state("dialogue.participants", *unit, Span::Named(Period::new(2023, period::Part::Quarter(*quarter))), *amount);
            }
            let collected = data.done();
            let mut turned = data.done();
            let turn = |len: usize| if len == 0 { 0 } else { seed % len };
            let (at, figures_at) = (turn(turned.records.len()), turn(turned.figures.len()));
            turned.records.rotate_left(at);
            turned.figures.rotate_left(figures_at);
            let (catalogue, register, calendar) = (catalogue(), register(), civil());
            let (figures, diagnostics) = Reckoner::new(&collected, &register, &catalogue, &calendar).figures(YEAR);
            let (again, same) = Reckoner::new(&turned, &register, &catalogue, &calendar).figures(YEAR);
            prop_assert_eq!(diagnostics, same);
            let all = [OrgUnitId(1), OrgUnitId(2), OrgUnitId(3)];
            for id in catalogue.indicator_ids() {
                let value = figures.value(&catalogue, id, &all, figures.stretch);
                prop_assert_eq!(value, again.value(&catalogue, id, &all, again.stretch));
                if catalogue.indicator(id).over_time == OverTime::Sum {
                    let units: Vec<_> = all.iter().filter_map(|&u| figures.value(&catalogue, id, &[u], figures.stretch)).collect();
                    prop_assert_eq!(value, (!units.is_empty()).then(|| units.into_iter().sum()));
                    let (months, rest) = figures.by_month(&catalogue, id, &all);
                    let sum: Amount = months.iter().map(|(_, amount)| *amount).sum::<Amount>() + rest.unwrap_or_default();
                    prop_assert_eq!(value.unwrap_or_default(), sum);
                }
            }
            let of = |id| figures.value(&catalogue, indicator(&catalogue, id), &all, figures.stretch);
            if let (Some(part), Some(whole)) = (of("dialogue.answered"), of("dialogue.opinions")) {
                prop_assert_eq!(of("dialogue.answer_rate"), percent(part, whole));
            }
        }
    }
}
