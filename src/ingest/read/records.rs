//! A list, one record a row: its form by the vote of its headings, its columns as the form's fields.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::base::amount::Amount;
use crate::base::cell::{CellRef, Value};
use crate::base::diagnostic::{Problem, Unmarked};
use crate::base::fold;
use crate::base::period::{Part, Period, Span};
use crate::base::record::{CategoryId, FieldId, FormId, IndicatorId, Item, Items, OrgUnitId, Record, When};
use crate::catalogue::form::{Absent, Condition, FieldKind};
use crate::catalogue::indicator::Formula;
use crate::catalogue::words::{Heading, Role, Words};
use crate::ingest::label::{IndicatorSet, Label, Position};
use crate::ingest::units::UnitSaid;
use crate::ingest::value::number;

use super::cells::{self, DateRead};
use super::meaning::{self, Governing, Refusal};
use super::rows::{BARE, RowKind, says_only_nil};
use super::witness::Stands;
use super::{Around, CellKind, TableReader, Use, aside_role};

/// A column of a list and the field that it fills.
pub struct Assigned {
    /// In the reader's columns.
    pub column: usize,
    col: u32,
    pub field: FieldId,
    pub fills: Fills,
}

impl Assigned {
    fn indicator(&self) -> Option<IndicatorId> {
        match self.fills {
            Fills::Number(id) | Fills::Ticks(id) => Some(id),
            _ => None,
        }
    }
}

/// A date or a person by a heading of no form, until the form's own field is known to be free.
const GENERIC_DATE: FieldId = FieldId(u16::MAX);
const GENERIC_PERSON: FieldId = FieldId(u16::MAX - 1);
/// The months or quarters of rows.
const GENERIC_PERIOD: FieldId = FieldId(u16::MAX - 2);

/// Letters of the longest word of a code: "ĐTKN".
const CODE_LETTERS: usize = 5;

/// Any year, to tell whether a text is a date at all.
const NO_YEAR: i32 = 2024;

/// What a column's cells are read as.
pub enum Fills {
    Date,
    Category,
    /// Ticks: each says the category.
    Mark(CategoryId),
    Number(IndicatorId),
    /// Ticks where one a row is counted: each is 1.
    Ticks(IndicatorId),
    /// Persons and other words, of which only is known whether they are the same.
    Text,
}

/// How long before its list's period a record may have begun that is taken for one carried on.
const CARRIED_MONTHS: u32 = 11;

/// How many contents of records are put into one allocation, about.
const ITEMS_TOGETHER: usize = 8_192;

/// So many columns that only one form has say it, where no title says something else.
const SEVERAL: usize = 3;

/// What rows without a tick were taken for, how many, the first of them.
type Unticked = (Option<CategoryId>, usize, CellRef);

/// What was counted over a list's rows, for its notes.
#[derive(Default)]
struct Tally {
    rows: usize,
    within: BTreeMap<String, usize>,
    other: BTreeMap<FieldId, (usize, Option<CellRef>)>,
    sensitive: bool,
    /// Rows without a tick, by the column, its field and whether a blank there may be yes, and what they were taken for (none:
    /// for none of those ticked).
    unticked: BTreeMap<(usize, FieldId, bool), Unticked>,
    /// Rows of which nothing says whether they count.
    undecided: BTreeMap<usize, (usize, CellRef)>,
    /// Rows of which nothing says in which of a field's numbers they count.
    unsaid: BTreeMap<(usize, FieldId), (usize, CellRef)>,
    /// The columns of ticks, and whether each says no as well.
    says_no: HashMap<usize, bool>,
    /// How many rows name whom the form counts by.
    named: BTreeMap<FieldId, usize>,
    /// Rows of before the table's period, by its title: how many, the first of them.
    carried: BTreeMap<String, (usize, String, CellRef)>,
    /// What was made of each text, by its place in memory.
    texts: HashMap<usize, Option<u64>>,
}

impl TableReader<'_, '_, '_> {
    /// The form of a table that is a list: dates under a date heading, or a column of persons.
    pub fn records_of(&mut self) -> Option<FormId> {
        let dated = self.columns.iter().any(|column| {
            let days = column.kind == CellKind::Dates;
            self.is_date_heading(column)
                && (days || self.holds_periods(column.col, column.use_) && self.tells_of_rows(column.col))
        });
        let persons = self.columns.iter().any(|column| {
            column.kind == CellKind::Words
                && (column.use_ == Use::Personal || column.labels.first().is_some_and(|label| self.is_personal(label)))
        });
        // A list that is still empty is told by its headings.
        let empty = self.columns.iter().all(|column| column.kind == CellKind::Empty);
        let dated = dated || empty && self.columns.iter().any(|column| self.is_date_heading(column));
        if dated || persons || self.lists_places() {
            return self.vote();
        }
        let form = self.vote()?;
        self.has_subjects(form).then_some(form)
    }

    /// Whether the title says that rows with months for days are a list, or each is told of in words of its own ("Nội dung"),
    /// none of which names an indicator, and several are of one month.
    fn tells_of_rows(&self, dates: u32) -> bool {
        let tells = |column: &super::ColumnRead| {
            let field = column.labels.first().is_some_and(|label| {
                let kind = |&(form, field): &(FormId, FieldId)| self.lexicon.catalogue.field(form, field).kind;
                label.fields.iter().any(|field| kind(field) == FieldKind::Text)
            });
            let names = |text: &Arc<str>| !self.lexicon.understand(text, Position::Cell).names().is_empty();
            let mut texts = self.table.body.iter().filter_map(|row| match row.get(column.col) {
                Some(Value::Text(text)) => Some(text),
                _ => None,
            });
            field && column.kind == CellKind::Words && !texts.any(names)
        };
        let listed = |label: &Arc<Label>| {
            ["danh sach", "so theo doi", "nhat ki"].iter().any(|word| fold::bare_key(&label.text).contains(word))
        };
        let mut months = std::collections::HashSet::new();
        let mut said = self.table.body.iter().filter_map(|row| row.get(dates)?.text());
        let repeated = said.any(|text| !months.insert(fold::key(text)));
        repeated && self.columns.iter().any(tells) || self.captions.iter().any(listed)
    }

    /// A column that names what each row is about: "Tên công trình".
    fn has_subjects(&self, form: FormId) -> bool {
        let subject = |label: &Label| {
            !label.is_strange()
                && label.fields.iter().any(|&(of, field)| of == form && self.lexicon.catalogue.field(of, field).subject)
        };
        let words = self.columns.iter().filter(|column| column.kind == CellKind::Words);
        words.filter_map(|column| column.labels.first()).any(|label| subject(label))
    }

    /// The one indicator of a form that a list's nearest title names: "Danh sách mô hình được công nhận".
    fn titled_indicator(&self, form: FormId) -> Option<IndicatorId> {
        let of_form = self.lexicon.form_set(form);
        let titles = self.form_titles().map(|(label, _)| label.names().and(of_form));
        titles.filter(|named| !named.is_empty()).map(|named| named.only()).next()?
    }

    /// A title that names only what is not reported, and what no row counts: "Danh sách hòa giải viên" lists no cases,
    /// "Danh sách các hộ chưa bàn giao mặt bằng" no land handed over.
    fn lists_others(&self, form: FormId) -> bool {
        let of_form = self.lexicon.form_set(form);
        let other = |id: IndicatorId| {
            let indicator = self.lexicon.catalogue.indicator(id);
            let field = indicator.formula.field().map(|field| self.lexicon.catalogue.field(form, field));
            !indicator.reported && field.is_some_and(|field| field.absent.is_none())
        };
        // "Tình trạng" tells of each row what it is.
        let kind = |&(of, field): &(FormId, FieldId)| {
            of == form && self.lexicon.catalogue.field(of, field).kind == FieldKind::Category
        };
        if self.columns.iter().filter_map(|column| column.labels.first()).any(|label| label.fields.iter().any(kind)) {
            return false;
        }
        let mut titles = self.form_titles().map(|(label, _)| label.alone.or(label.within).and(of_form));
        titles.find(|named| !named.is_empty()).is_some_and(|named| named.iter().all(other))
    }

    /// The number that a title or a group's label counts one a row ("Danh sách mô hình được công nhận"), unless a column
    /// tells which rows it counts, and the fields that the rows below then have or are silent of.
    fn titled(
        &self,
        form: FormId,
        named: Option<IndicatorId>,
        assigned: &[Assigned],
    ) -> (Option<FieldId>, Arc<[FieldId]>) {
        let catalogue = self.lexicon.catalogue;
        let has = |field: FieldId| assigned.iter().any(|a| a.field == field);
        let told = |condition: &Condition| match condition {
            Condition::Is(field, _) | Condition::IsNot(field, _) => {
                has(*field) || catalogue.field(form, *field).implied.is_some_and(|(by, _)| has(by))
            }
            _ => false,
        };
        let by_column = |field: FieldId| match &catalogue.field(form, field).absent {
            Some(Absent::Of { conditions, .. }) => !conditions.is_empty() && conditions.iter().all(told),
            _ => false,
        };
        let open = |field: FieldId| catalogue.field(form, field).titled && !has(field);
        let counted = named.and_then(|id| catalogue.indicator(id).formula.field()).filter(|&field| open(field));
        let mut columns: Vec<FieldId> = assigned.iter().map(|a| a.field).collect();
        if counted.is_some() {
            let fields = (0..catalogue.form(form).fields.len() as u16).map(FieldId);
            columns.extend(fields.filter(|&field| open(field) && !by_column(field)));
        }
        columns.extend(self.not_one_a_row(form, assigned));
        columns.sort();
        columns.dedup();
        (counted.filter(|&field| !by_column(field)), columns.into())
    }

    /// The numbers that are no one a row, though no column says them: those of which another column states a part, where the
    /// rows are places and no events, or some row states several.
    fn not_one_a_row(&self, form: FormId, assigned: &[Assigned]) -> Vec<FieldId> {
        let catalogue = self.lexicon.catalogue;
        let events = assigned.iter().any(|a| match a.fills {
            Fills::Date => true,
            Fills::Text => catalogue.field(form, a.field).personal,
            _ => false,
        });
        let several = |a: &Assigned| {
            let mut values = self.table.body.iter().filter(|row| self.is_of_list(row)).filter_map(|row| row.get(a.col));
            values.any(|value| matches!(value, Value::Number(number) if *number > Amount::ONE))
        };
        let is_part = |a: &Assigned, of: FieldId| {
            let part = matches!(&catalogue.field(form, a.field).absent, Some(Absent::Of { field, .. }) if *field == of);
            part && matches!(a.fills, Fills::Number(_)) && (!events || several(a))
        };
        let fields = (0..catalogue.form(form).fields.len() as u16).map(FieldId);
        let ones = fields.filter(|&field| matches!(catalogue.field(form, field).absent, Some(Absent::One)));
        let open = ones.filter(|&field| !assigned.iter().any(|a| a.field == field));
        open.filter(|&field| assigned.iter().any(|a| is_part(a, field))).collect()
    }

    /// One village a row, or several rows of one unit told apart by a kind: records without a date.
    fn lists_places(&self) -> bool {
        let words = |column: &&super::ColumnRead| column.kind == CellKind::Words;
        let place = |column: &&super::ColumnRead| column.labels.first().is_some_and(|label| label.has(Heading::Place));
        if self.columns.iter().filter(words).any(|column| place(&column)) {
            return true;
        }
        let kinds = self.columns.iter().filter(words).any(|column| {
            let fields = column.labels.first().map(|label| label.fields.as_slice()).unwrap_or_default();
            fields.iter().any(|(form, field)| self.lexicon.catalogue.field(*form, *field).kind == FieldKind::Category)
        });
        let Some(col) = self.unit_column().filter(|_| kinds) else { return false };
        let mut seen = std::collections::HashSet::new();
        self.table.body.iter().filter_map(|row| row.get(col)).any(|value| match value {
            Value::Text(text) => !self.lexicon.is_total(text) && !seen.insert(fold::key(text)),
            _ => false,
        })
    }

    /// What the columns of the table name wherever they stand.
    pub fn certain(&self) -> IndicatorSet {
        self.certain_beside(None)
    }

    /// The same of all columns but one.
    pub fn certain_beside(&self, col: Option<u32>) -> IndicatorSet {
        let columns = self.columns.iter().filter(|c| c.use_ == Use::Open && Some(c.col) != col);
        let sets = columns.filter_map(|c| c.labels.first());
        sets.map(|label| label.alone.or(label.within)).fold(IndicatorSet::default(), IndicatorSet::or)
    }

    /// What some column names whole, wherever it stands.
    pub fn named_whole(&self) -> IndicatorSet {
        let labels = self.columns.iter().filter(|c| c.use_ == Use::Open).filter_map(|c| c.labels.first());
        // "Số vụ hòa giải" is something else beside "Tổng số vụ việc".
        let open = |label: &Label| {
            let mut other = label.also.iter().flat_map(|id| &self.lexicon.catalogue.indicator(id).beside);
            other.any(|&id| label.alone.contains(id))
        };
        let whole = labels.filter(|label| !label.is_strange() && !open(label)).map(|label| label.alone);
        whole.fold(IndicatorSet::default(), IndicatorSet::or)
    }

    fn is_date_heading(&self, column: &super::ColumnRead) -> bool {
        column.labels.first().is_some_and(|label| {
            label.has(Heading::Date)
                || label
                    .fields
                    .iter()
                    .any(|(form, field)| self.lexicon.catalogue.field(*form, *field).kind == FieldKind::Date)
                || begins_with_date(&label.text)
        })
    }

    fn is_personal(&self, label: &Label) -> bool {
        !label.fields.is_empty()
            && label.fields.iter().all(|(form, field)| self.lexicon.catalogue.field(*form, *field).personal)
    }

    /// [`meaning::of_plan`], where not all of the file is a plan.
    pub fn of_plan(
        &self,
        meaning: Result<meaning::Meaning, Refusal>,
        planned: bool,
    ) -> Result<meaning::Meaning, Refusal> {
        let plans = |label: &Arc<Label>| label.roles.contains(&Role::Plan);
        let beside = self.columns.iter().any(|column| column.labels.iter().any(plans));
        match self.context.planned {
            true => meaning,
            false => meaning::of_plan(self.lexicon.catalogue, meaning, planned, beside),
        }
    }

    /// Headings, captions and names vote; a tie is no form.
    fn vote(&self) -> Option<FormId> {
        let catalogue = self.lexicon.catalogue;
        // "Đối thoại" and "Hiến đất" over groups of columns: what is counted, not records of one kind.
        let groups = self.columns.iter().flat_map(|column| column.labels.iter().skip(1));
        let said: BTreeSet<FormId> =
            groups.filter_map(|label| <[FormId; 1]>::try_from(&*label.forms).ok()).flatten().collect();
        if said.len() > 1 {
            return None;
        }
        let mut votes: BTreeMap<FormId, usize> = BTreeMap::new();
        // Columns say a form as well as a title would: by its name ("Ngày tiếp công dân"), or several that only it has
        // ("Ngày nhận đơn | Người gửi đơn | Nội dung đơn").
        let mut own: BTreeMap<FormId, usize> = BTreeMap::new();
        let mut columns_of: Vec<(FormId, &Label)> = Vec::new();
        let called = |form: &FormId, label: &Label| {
            let text = format!(" {} ", fold::key(&label.text));
            self.lexicon.form_names[form.0 as usize].iter().any(|name| text.contains(name))
        };
        for column in &self.columns {
            for label in column.labels.iter().filter(|label| !label.is_strange()) {
                let mut forms: Vec<FormId> = label.fields.iter().map(|(form, _)| *form).collect();
                let certain = label.alone.or(label.within);
                forms.extend(certain.iter().map(|id| catalogue.indicator(id).form));
                forms.sort();
                forms.dedup();
                columns_of.extend(forms.iter().map(|form| (*form, &**label)));
                // What only one form says counts most.
                let weight = if forms.len() == 1 { 3 } else { 1 };
                if let [form] = forms.as_slice() {
                    *own.entry(*form).or_default() += 1;
                }
                forms.into_iter().for_each(|form| *votes.entry(form).or_default() += weight);
            }
        }
        for (label, weight) in self.form_titles() {
            for form in &label.forms {
                *votes.entry(*form).or_default() += weight / label.forms.len().max(1);
            }
        }
        let labels =
            self.columns.iter().flat_map(|column| &column.labels).chain(self.form_titles().map(|(label, _)| label));
        let said: BTreeSet<FormId> = labels.flat_map(|label| label.forms.iter().copied()).collect();
        let strange = self.captions.iter().any(|label| label.is_strange());
        let only_its_own = |form: &FormId| !strange && own.get(form).is_some_and(|&columns| columns >= SEVERAL);
        let by_columns = |form: &FormId| columns_of.iter().any(|(of, label)| of == form && called(form, label));
        let says = |form: &FormId| said.contains(form) || only_its_own(form) || by_columns(form);
        votes.retain(|form, _| (!catalogue.form(*form).everyday_lists || says(form)) && !self.lists_others(*form));
        let best = votes.values().copied().max()?;
        let mut leaders = votes.into_iter().filter(|(_, count)| *count == best);
        match (leaders.next(), leaders.next()) {
            (Some((form, _)), None) => Some(form),
            _ => None,
        }
    }

    pub fn records(&mut self, form: FormId) {
        self.is_list = true;
        let kinds = self.row_kinds();
        if says_only_nil(&kinds) {
            return self.nothing_happened(vec![form]);
        }
        self.prove_totals(&kinds);
        let assigned = self.assign(form);
        let undecided = self.undecided(form, &assigned);
        self.note_fields(form, &assigned);
        let (mut said, mut columns) = self.titled(form, self.titled_indicator(form), &assigned);
        // How deep the group stands that says what its rows count, where one does.
        let mut said_by_group: Option<u8> = None;
        let period = self.period(&[]);
        let around = self.unit_around();
        let mut tally = Tally::default();
        let marks = assigned.iter().filter(|a| matches!(a.fills, Fills::Mark(_)));
        tally.says_no = marks.map(|a| (a.column, self.says_no(a.col))).collect();
        let mut months: BTreeMap<OrgUnitId, BTreeSet<(i32, u32)>> = BTreeMap::new();
        let mut nil: BTreeMap<OrgUnitId, Vec<(i32, u32)>> = BTreeMap::new();
        let covered = self.covered();
        if !covered.is_empty() {
            let sheet = self.sheet().clone();
            self.reading.titled.entry(sheet).or_default().extend(covered.iter().copied());
        }
        let mut group_unit: Option<(UnitSaid, Arc<str>)> = None;
        let mut group_period: Option<Span> = None;
        let mut grouped = false;
        let mut last_unit: Option<OrgUnitId> = None;
        let mut known: HashMap<(FieldId, usize), CategoryId> = HashMap::new();
        let mut data_rows = 0;
        let mut above: Option<Span> = None;
        let mut held = Held::new();
        let mut carried: BTreeMap<FieldId, usize> = BTreeMap::new();
        for (at, kind) in kinds.iter().enumerate() {
            let row = self.table.body[at];
            match kind {
                RowKind::Data => {}
                RowKind::Group { label, level } => {
                    grouped = true;
                    above = None;
                    if let Some(unit) = &label.unit {
                        group_unit = Some((unit.clone(), label.text.clone()));
                        last_unit = None;
                    } else if self.unit_column().is_none() && self.lexicon.units.begins_with_type(&label.text) {
                        // A group that begins as a unit does and is none: its rows are nobody's.
                        group_unit = Some((UnitSaid::Unknown, label.text.clone()));
                    }
                    if !label.period.is_none() {
                        group_period = self.period(&[label]);
                    }
                    if let Some(named) = label.names().and(self.lexicon.form_set(form)).only() {
                        (said, columns) = self.titled(form, Some(named), &assigned);
                        said_by_group = Some(*level);
                    } else if said_by_group.is_some_and(|by| *level <= by && !divides(label, *level)) {
                        // "II. Các mô hình khác" behind "I. Mô hình được công nhận".
                        (said, columns) = self.titled(form, self.titled_indicator(form), &assigned);
                        said_by_group = None;
                    }
                    continue;
                }
                RowKind::Nil => {
                    if let (Around::Unit(unit), Some(period)) = (&around, group_period.or(period)) {
                        let months = period.months(self.context.calendar);
                        nil.entry(*unit).or_default().extend(months.iter().copied());
                        // Below "Thôn 2" it speaks of that group alone.
                        if !grouped || group_period.is_some() {
                            self.note_nil(*unit, form, months, self.nil_cell(row), false);
                        }
                    }
                    data_rows += 1;
                    continue;
                }
                RowKind::Example => {
                    self.example(row);
                    continue;
                }
                RowKind::Aside { .. } | RowKind::Unclear => {
                    self.tell_left_out(row, kind);
                    continue;
                }
                RowKind::Total { .. } | RowKind::Part | RowKind::Empty => continue,
            }
            data_rows += 1;
            let unit = match self.row_unit(row, &around, &group_unit, &mut last_unit) {
                Ok(unit) => unit,
                Err(aside) => {
                    let (problem, cell) = *aside;
                    self.tell(problem, cell);
                    continue;
                }
            };
            if self.nothing_of_unit(row) {
                if let Some(period) = group_period.or(period).filter(|period| self.valid(unit, *period).is_ok()) {
                    nil.entry(unit).or_default().extend(period.months(self.context.calendar));
                }
                continue;
            }
            let when = match self.row_when(row, &assigned, form, group_period.or(period), &mut above) {
                Ok(when) => when,
                Err(aside) => {
                    let (problem, cell) = *aside;
                    self.tell(problem, cell);
                    continue;
                }
            };
            let (span, cell) = match when {
                When::Day(day) => (
                    Span::Days(crate::base::period::Window { from: day, to: day }),
                    self.date_cell(row, &assigned, form),
                ),
                When::Within(span) => {
                    *tally.within.entry(span.title()).or_default() += 1;
                    (span, CellRef::new(row.index, row.cells[0].0))
                }
            };
            if let Err(problem) = self.valid(unit, span) {
                self.tell(problem, cell);
                continue;
            }
            match (when, group_period.or(period)) {
                (When::Day(day), Some(period)) => self.outside(day, period, cell, form, &mut tally),
                // "3/2022" in a list of 2023.
                (When::Within(own), Some(period)) if own != period => {
                    let (own, of_table) = (own.window(self.context.calendar), period.window(self.context.calendar));
                    if own.to < of_table.from || of_table.to < own.from {
                        let cell = self.date_cell(row, &assigned, form);
                        let date = span.title();
                        self.tell(Problem::DateOutsidePeriod { date, period: period.title(), carried: None }, cell);
                    }
                }
                _ => {}
            }
            let year = self.year_of(group_period.or(period));
            let mut items = self.items(row, &assigned, form, year, &mut tally, &mut known);
            let lacking = self.lacking(row, form, &assigned, &items);
            self.leave(row, form, &assigned, &undecided, &mut items, &mut tally);
            items.extend(said.map(|field| (field, Item::Number(Amount::ONE), row.cells[0].0)));
            if let When::Day(day) = when {
                let col = self.date_cell(row, &assigned, form).col;
                for (event, day) in self.carried_events(form, day, &covered, &items) {
                    items.push((event, Item::Date(day), col));
                    *carried.entry(event).or_default() += 1;
                }
            }
            items.sort_by_key(|(field, _, col)| (*field, *col));
            tally.rows += 1;
            self.prove_record(&items, &assigned, unit, row.index);
            let own_months = match when {
                When::Day(day) => vec![self.context.calendar.month_of(day)],
                When::Within(span) => span.months(self.context.calendar),
            };
            let entry = months.entry(unit).or_insert_with(|| covered.iter().copied().collect());
            // A row of last December in this year's list is no report of last December.
            if covered.is_empty() {
                entry.extend(own_months);
            }
            let (sheet, mut columns) = (self.sheet().clone(), columns.clone());
            if !lacking.is_empty() {
                columns = columns.iter().copied().chain(lacking).collect::<BTreeSet<_>>().into_iter().collect();
            }
            let record =
                Record { form, org_unit: unit, when, sheet, row: row.index, columns, items: held.none.clone() };
            held.hold(record, items, &mut self.reading.records);
        }
        held.release(&mut self.reading.records);
        for (field, rows) in carried {
            let field = self.lexicon.catalogue.field(form, field).title.clone();
            let within = group_period.or(period).map(|period| period.title()).or(Some("kỳ cuối".to_owned()));
            self.tell(Problem::DateOfEventMissing { field, rows, within }, self.first_cell());
        }
        if data_rows == 0 && self.nil_beside.is_some() {
            self.nothing_happened(vec![form]);
        } else if data_rows == 0 {
            let title = self.lexicon.catalogue.form(form).title.clone();
            let cell = self.first_cell();
            self.tell(Problem::TableEmpty { form: title }, cell);
        }
        for (unit, months) in months {
            self.submit_open(unit, form, months.into_iter().collect(), false, covered.is_empty());
        }
        for (unit, months) in nil {
            self.submit(unit, form, months, true);
        }
        self.notes(form, &assigned, &columns, tally);
    }

    /// What happened, on no day that it says, to a row of before its list's own period ("Đã giải quyết" of January in the list of
    /// February): on the period's last day, since what was done before is not listed again.
    fn carried_events(
        &self,
        form: FormId,
        day: NaiveDate,
        covered: &[(i32, u32)],
        items: &[(FieldId, Item, u32)],
    ) -> Vec<(FieldId, NaiveDate)> {
        let calendar = self.context.calendar;
        let catalogue = self.lexicon.catalogue;
        let (Some(first), Some(last)) = (covered.iter().min(), covered.iter().max()) else { return Vec::new() };
        if calendar.month_of(day) >= *first || !catalogue.carries_on(form) {
            return Vec::new();
        }
        let said = |condition: &Condition| match condition {
            Condition::Is(field, is) => items
                .iter()
                .any(|(of, item, _)| of == field && matches!(item, Item::Category(category) if is.contains(category))),
            _ => false,
        };
        let month = Period { year: last.0, part: Part::Month(last.1 as u8) };
        let to = Span::Named(month).window(calendar).to;
        let fields = catalogue.form(form).fields.iter().enumerate().map(|(at, field)| (FieldId(at as u16), field));
        fields
            .filter(|(id, field)| {
                let (blank, assumed) = (!items.iter().any(|(of, ..)| of == id), field.assumed.as_ref());
                blank && assumed.is_some_and(|(_, conditions)| !conditions.is_empty() && conditions.iter().all(said))
            })
            .map(|(id, _)| (id, to))
            .collect()
    }

    /// The months that the table itself or its file's name says it covers.
    fn covered(&mut self) -> Vec<(i32, u32)> {
        if let Some((_, period)) = self.ruled.period {
            let span = super::span_of(&[period], None);
            return span.map_or_else(Vec::new, |(span, _)| span.months(self.context.calendar));
        }
        let near: Vec<Arc<Label>> = self.captions.iter().cloned().chain(self.names.iter().take(2).cloned()).collect();
        let said: Vec<_> = near.iter().map(|label| label.period).collect();
        if said.iter().all(|p| p.is_none()) {
            return Vec::new();
        }
        let far: Vec<_> = said.into_iter().chain(self.names.iter().map(|label| label.period)).collect();
        super::span_of(&far, self.context.year).map_or_else(Vec::new, |(span, _)| span.months(self.context.calendar))
    }

    fn assign(&mut self, form: FormId) -> Vec<Assigned> {
        let catalogue = self.lexicon.catalogue;
        let mut assigned: Vec<Assigned> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        let taken = |field: FieldId, list: &[Assigned]| list.iter().any(|a| a.field == field);
        for at in 0..self.columns.len() {
            let column = &self.columns[at];
            if let Some(ruled) = self.ruled_field(column.col, form) {
                let col = column.col;
                assigned.extend(ruled.map(|(field, fills)| Assigned { column: at, col, field, fills }));
                continue;
            }
            let Some(own) = column.labels.first().cloned() else {
                // Numbers before the first heading count the rows.
                if at > 0 && column.kind == CellKind::Numbers {
                    self.refuse_column(at, Refusal::NotNamed);
                }
                continue;
            };
            let (col, kind, use_) = (column.col, column.kind, column.use_);
            let mut assign = |field: FieldId, fills: Fills| assigned.push(Assigned { column: at, col, field, fills });
            let of_kind = |wanted: FieldKind| {
                own.fields
                    .iter()
                    .filter(move |(f, field)| *f == form && catalogue.field(form, *field).kind == wanted)
                    .map(|(_, field)| *field)
            };
            let dates = kind == CellKind::Dates || kind == CellKind::Empty || self.holds_periods(col, use_);
            if let Some(field) = of_kind(FieldKind::Date).find(|_| !own.is_strange()) {
                assign(field, Fills::Date);
                continue;
            }
            if dates && use_ == Use::Open && (own.has(Heading::Date) || begins_with_date(&own.text)) {
                assign(GENERIC_DATE, Fills::Date);
                continue;
            }
            // "Tháng" beside no days tells when.
            if use_ == Use::Period && dates {
                assign(GENERIC_PERIOD, Fills::Date);
                continue;
            }
            if kind != CellKind::Numbers || own.names().is_empty() {
                if let Some(field) = of_kind(FieldKind::Category).find(|_| !own.is_strange()) {
                    assign(field, Fills::Category);
                    continue;
                }
                if let Some(field) = of_kind(FieldKind::Text).find(|_| !own.is_strange()) {
                    assign(field, Fills::Text);
                    continue;
                }
                if let Some((field, category)) = own
                    .categories
                    .iter()
                    .chain(&own.maybe_categories)
                    .find(|(f, ..)| *f == form)
                    .map(|(_, field, category)| (*field, *category))
                    .filter(|_| kind != CellKind::Empty && self.are_marks(col))
                {
                    assign(field, Fills::Mark(category));
                    continue;
                }
            }
            if own.has(Heading::Person) && kind == CellKind::Words {
                assign(GENERIC_PERSON, Fills::Text);
                continue;
            }
            match use_ {
                Use::Open | Use::Content => open.push(at),
                // Days of documents and the like: ignored by name.
                Use::Aside if matches!(kind, CellKind::Dates | CellKind::Numbers) => {
                    let problem = Problem::ColumnNotUnderstood { heading: self.columns[at].named(), numeric: false };
                    let cell = self.columns[at].cell;
                    self.tell_once(problem, cell);
                }
                Use::Ordinal | Use::Unit | Use::Code | Use::Measure | Use::Aside | Use::Personal | Use::Period => {}
            }
        }
        // "Ngày" alone is the form's main date, "Họ và tên" the person that it counts by, where none has a column.
        let counted = catalogue.form(form).fields.iter().find_map(|field| match &field.absent {
            Some(Absent::OneIfFilled(person)) => Some(*person),
            _ => None,
        });
        let main = catalogue.form(form).main_date();
        for (generic, field) in [(GENERIC_DATE, main), (GENERIC_PERIOD, main), (GENERIC_PERSON, counted)] {
            let free = field.filter(|field| !taken(*field, &assigned));
            if let (Some(field), Some(at)) = (free, assigned.iter().position(|a| a.field == generic)) {
                assigned[at].field = field;
            }
        }
        assigned.retain(|a| a.field < GENERIC_PERIOD);
        self.one_tick_a_category(form, &mut assigned);
        self.assign_numbers(form, open, &mut assigned);
        assigned.sort_by_key(|a| (a.field, a.col));
        assigned
    }

    /// Of two columns whose ticks mean one category, the one that is called as the category is; the other says something
    /// else: "Đã nhận tiền" beside "Đã bàn giao".
    fn one_tick_a_category(&mut self, form: FormId, assigned: &mut Vec<Assigned>) {
        let catalogue = self.lexicon.catalogue;
        let ticks = |a: &Assigned| match a.fills {
            Fills::Mark(category) => Some((a.field, category)),
            _ => None,
        };
        let words = |text: &str| fold::tokens(text).into_iter().map(|token| token.text).collect::<BTreeSet<String>>();
        // How many of the category's words a heading has.
        let near = |a: &Assigned, category: CategoryId| {
            let title = catalogue.category(form, a.field, category).map(|c| words(&c.title)).unwrap_or_default();
            let own = self.columns[a.column].labels.first().map(|label| words(&label.text)).unwrap_or_default();
            title.intersection(&own).count()
        };
        let others: Vec<usize> = assigned
            .iter()
            .filter(|a| {
                ticks(a).is_some_and(|(field, category)| {
                    let twin = |other: &&Assigned| other.column != a.column && ticks(other) == Some((field, category));
                    assigned.iter().filter(twin).any(|other| near(other, category) > near(a, category))
                })
            })
            .map(|a| a.column)
            .collect();
        assigned.retain(|a| !others.contains(&a.column));
        for at in others {
            self.refuse_column(at, Refusal::NotNamed);
        }
    }

    /// Whether a column holds nothing but ticks, days on which what it is headed by was done, and words that say no.
    fn are_marks(&self, col: u32) -> bool {
        let mut values = self.table.body.iter().filter(|row| self.is_of_list(row)).filter_map(|row| row.get(col));
        values.all(|value| self.ticked(value).is_some())
    }

    /// Whether a row is none that a total's words begin.
    fn is_of_list(&self, row: &crate::ingest::grid::Row) -> bool {
        let total = |value: &Value| matches!(value, Value::Text(text) if self.lexicon.is_total(text));
        !row.cells.iter().take(2).any(|(_, value)| total(value))
    }

    /// What a cell of ticks says: "x", "Có" and a day yes, "Không" and "-" no.
    fn ticked(&self, value: &Value) -> Option<bool> {
        match value {
            Value::Bool(ticked) => Some(*ticked),
            Value::Date(_) => Some(true),
            Value::Number(number) if number.is_zero() => Some(false),
            Value::Number(number) => (*number == Amount::ONE).then_some(true),
            Value::Text(text) => {
                let (words, key) = (&self.lexicon.catalogue.words, fold::key(text));
                let says = |all: &[String]| all.iter().any(|word| fold::key(word) == key);
                let sign = || key.is_empty() && !text.contains('?');
                match number::parse(text, number::Style::Vietnamese) {
                    number::NumberText::Nil | number::NumberText::Dash | number::NumberText::Blank => Some(false),
                    number::NumberText::Number(read) if read.number == Amount::ONE => Some(true),
                    _ if says(&words.mark) || sign() || super::is_date(text) => Some(true),
                    _ => says(&words.deny).then_some(false),
                }
            }
            _ => None,
        }
    }

    /// The category fields by which a form leaves rows out that a column says are none of it: a list without such a column
    /// holds none of them.
    fn exempting(&self, form: FormId) -> BTreeSet<FieldId> {
        let catalogue = self.lexicon.catalogue;
        let conditions = catalogue.indicators_of(form).flat_map(|id| match &catalogue.indicator(id).formula {
            Formula::Sum { conditions, .. } | Formula::Count { conditions, .. } => conditions.as_slice(),
            _ => &[],
        });
        let of = conditions.filter_map(|condition| match condition {
            Condition::Unless(field, _) => Some(*field),
            _ => None,
        });
        of.collect()
    }

    /// The columns that may say which rows a list is about, and do not: ticks under a heading that is not understood, and a
    /// heading of such ticks with nothing below.
    fn undecided(&self, form: FormId, assigned: &[Assigned]) -> Vec<usize> {
        let fields = self.exempting(form);
        if fields.is_empty() || assigned.iter().any(|a| fields.contains(&a.field)) {
            return Vec::new();
        }
        let decides = |column: &super::ColumnRead| {
            let Some(own) = column.labels.first() else { return false };
            let mut said = own.categories.iter().chain(&own.maybe_categories);
            let known = said.any(|(of, field, _)| *of == form && fields.contains(field))
                || own.fields.iter().any(|(of, field)| *of == form && fields.contains(field));
            match column.kind {
                CellKind::Words => own.headings.is_empty() && self.are_marks(column.col),
                CellKind::Empty => known,
                _ => false,
            }
        };
        let free = |at: &usize| !assigned.iter().any(|a| a.column == *at);
        (0..self.columns.len()).filter(free).filter(|&at| decides(&self.columns[at])).collect()
    }

    /// The numbers of a form that a category field decides, and that no column says: those in which a row without a category
    /// counts, or those in which it does not.
    fn decided(&self, form: FormId, by: FieldId, assigned: &[Assigned], counts: bool) -> Vec<String> {
        let catalogue = self.lexicon.catalogue;
        let reported = |field: FieldId| {
            let mut of = catalogue.indicators_of(form).map(|id| catalogue.indicator(id));
            of.any(|indicator| indicator.reported && indicator.formula.field() == Some(field))
        };
        let decides = |condition: &Condition| match condition {
            Condition::Is(of, _) => *of == by && !counts,
            Condition::IsNot(of, _) => *of == by && counts,
            _ => false,
        };
        let fields = catalogue.form(form).fields.iter().enumerate().map(|(at, field)| (FieldId(at as u16), field));
        let open = fields.filter(|(id, _)| !assigned.iter().any(|a| a.field == *id) && reported(*id));
        let decided = open.filter(|(_, field)| match &field.absent {
            Some(Absent::Of { conditions, .. }) => conditions.iter().any(decides),
            _ => false,
        });
        decided.map(|(_, field)| field.title.clone()).collect()
    }

    /// Whether a column of ticks also says no somewhere: then a blank in it says nothing; among ticks alone it says no.
    fn says_no(&self, col: u32) -> bool {
        let values = self.table.body.iter().filter(|row| self.is_of_list(row)).filter_map(|row| row.get(col));
        values.into_iter().any(|value| !self.is_blank(value) && self.ticked(value) == Some(false))
    }

    /// "-", "…" in a column of ticks.
    fn is_blank(&self, value: &Value) -> bool {
        matches!(value, Value::Text(text) if fold::key(text).is_empty() && self.ticked(value) != Some(true))
    }

    /// A row that none of the columns of ticks ticks is what they leave of the field's categories, where that is one; of one
    /// that says nothing where others do is not known whether it counts, or in which numbers.
    fn leave(
        &self,
        row: &crate::ingest::grid::Row,
        form: FormId,
        assigned: &[Assigned],
        undecided: &[usize],
        items: &mut Vec<(FieldId, Item, u32)>,
        tally: &mut Tally,
    ) {
        let exempting = self.exempting(form);
        let said = |field: FieldId, items: &[(FieldId, Item, u32)]| items.iter().any(|(of, ..)| *of == field);
        let mut fields: Vec<FieldId> = assigned.iter().map(|a| a.field).collect();
        fields.dedup();
        for field in fields.into_iter().filter(|&field| !said(field, items)).collect::<Vec<_>>() {
            let columns = || assigned.iter().filter(|a| a.field == field);
            let ticks = |a: &Assigned| match a.fills {
                Fills::Mark(category) => Some(category),
                _ => None,
            };
            let Some(first) = columns().find(|a| matches!(a.fills, Fills::Mark(_) | Fills::Category)) else { continue };
            let cell = CellRef::new(row.index, first.col);
            let field_of = self.lexicon.catalogue.field(form, field);
            // What was resolved on a day is resolved.
            if let Some((by, category)) = field_of.implied.filter(|(by, _)| said(*by, items)) {
                let col = items.iter().find(|(of, ..)| *of == by).map_or(first.col, |(.., col)| *col);
                items.push((field, Item::Category(category), col));
                continue;
            }
            let all = field_of.categories.len() as u16;
            let left: Vec<CategoryId> =
                (0..all).map(CategoryId).filter(|id| !columns().any(|a| ticks(a) == Some(*id))).collect();
            let marks = columns().all(|a| ticks(a).is_some());
            let denied = |a: &Assigned| {
                row.get(a.col).is_some_and(|value| !self.is_blank(value) && self.ticked(value) == Some(false))
            };
            let is_no = marks && columns().all(|a| denied(a) || !tally.says_no[&a.column]);
            match left[..] {
                [one] if marks => {
                    items.push((field, Item::Category(one), first.col));
                    tally.unticked.entry((first.column, field, !is_no)).or_insert((Some(one), 0, cell)).1 += 1;
                }
                _ if exempting.contains(&field) => tally.undecided.entry(first.column).or_insert((0, cell)).0 += 1,
                _ if is_no && columns().all(denied) => {}
                _ if is_no => tally.unticked.entry((first.column, field, false)).or_insert((None, 0, cell)).1 += 1,
                _ => tally.unsaid.entry((first.column, field)).or_insert((0, cell)).0 += 1,
            }
        }
        for &at in undecided {
            let col = self.columns[at].col;
            if row.get(col).and_then(|value| self.ticked(value)) != Some(true) {
                tally.undecided.entry(at).or_insert((0, CellRef::new(row.index, col))).0 += 1;
            }
        }
    }

    /// Each column of numbers takes the narrowest indicator of the form that is still free.
    fn assign_numbers(&mut self, form: FormId, open: Vec<usize>, assigned: &mut Vec<Assigned>) {
        let catalogue = self.lexicon.catalogue;
        let mut of_form =
            Label { text: catalogue.form(form).title.as_str().into(), forms: vec![form], ..Label::default() };
        of_form.allows = Some(self.lexicon.form_set(form));
        let captions = [Arc::new(of_form)];
        let resolve = |reader: &Self, at: usize, taken: IndicatorSet| {
            let near: Vec<&Label> = reader.columns[at].labels.iter().map(Arc::as_ref).collect();
            let governing = Governing {
                near,
                captions: &captions,
                names: &[],
                left: None,
                beside: reader.certain(),
                whole: IndicatorSet::default(),
                measure: None,
                groups_from: usize::MAX,
                rows: IndicatorSet::default(),
            };
            let planned = aside_role(&governing.near) == Some(Role::Plan);
            let meaning = meaning::resolve(reader.lexicon, &governing, &Default::default(), taken);
            reader.of_plan(meaning, planned)
        };
        let mut waiting: Vec<(usize, usize)> = Vec::new();
        for at in open {
            let column = &self.columns[at];
            let labels: Vec<&Label> = column.labels.iter().map(Arc::as_ref).collect();
            let role = aside_role(&labels).or(labels[0].is_total().then_some(Role::Total));
            let own_plan = || {
                let meaning = resolve(self, at, IndicatorSet::default());
                meaning.is_ok_and(|meaning| catalogue.indicator(meaning.indicator).plan_of.is_some())
            };
            if let Some(role) = role.filter(|role| *role != Role::Plan || !own_plan()) {
                let problem = Problem::ColumnIgnored { heading: column.heading.clone(), role: role.title() };
                let cell = column.cell;
                self.tell_once(problem, cell);
                continue;
            }
            match resolve(self, at, IndicatorSet::default()) {
                Ok(meaning) => waiting.push((meaning.others.len(), at)),
                Err(refusal) => self.refuse_column(at, refusal),
            }
        }
        waiting.sort();
        let mut taken: IndicatorSet = assigned.iter().filter_map(Assigned::indicator).collect();
        for (_, at) in waiting {
            let meaning = match resolve(self, at, taken) {
                Ok(meaning) => meaning,
                Err(refusal) => {
                    self.refuse_column(at, refusal);
                    continue;
                }
            };
            let id = meaning.indicator;
            let indicator = catalogue.indicator(id);
            let column = &self.columns[at];
            let (cell, heading) = (column.cell, column.heading.clone());
            if indicator.is_rate() {
                self.tell_once(Problem::ColumnIgnored { heading, role: Role::Share.title() }, cell);
                continue;
            }
            if !meaning.categories.is_empty() {
                self.tell_once(Problem::PartUnknown { label: heading }, cell);
                continue;
            }
            let Some(field) = indicator.formula.field() else { continue };
            // "Diện tích đất hiến" in a list of petitions: no field of theirs.
            if indicator.form != form {
                self.refuse_column(at, Refusal::NotNamed);
                continue;
            }
            let col = column.col;
            // Where each row is a person's one, numbers that go on from row to row are numbers of letters.
            let one_a_row = matches!(catalogue.field(form, field).absent, Some(Absent::One | Absent::OneIfFilled(_)));
            let person = |a: &Assigned| {
                matches!(a.fills, Fills::Text) && (a.field == GENERIC_PERSON || catalogue.field(form, a.field).personal)
            };
            let event = |a: &Assigned| person(a) || matches!(a.fills, Fills::Date | Fills::Text);
            let dated = |a: &Assigned| matches!(a.fills, Fills::Date) && self.columns[a.column].kind == CellKind::Dates;
            let of_persons = (assigned.iter().any(person), assigned.iter().any(dated));
            // Only what is entered in a register bears a number; a heading that names the count in full holds counts.
            let registered = catalogue.form(form).fields.iter().any(|field| field.code);
            let in_full = self.columns[at].labels.first().is_some_and(|label| label.alone.contains(id));
            if one_a_row
                && assigned.iter().any(event)
                && let Some(codes) = self.numbers_rows(at, of_persons)
                && (codes || registered && !in_full)
            {
                let number = catalogue.field(form, field).title.clone();
                self.tell_once(Problem::ColumnNumbersRows { heading, number, codes }, cell);
                let of_form = catalogue.form(form).fields.iter().position(|field| field.code);
                let free =
                    of_form.map(|at| FieldId(at as u16)).filter(|&code| !assigned.iter().any(|a| a.field == code));
                assigned.extend(free.map(|field| Assigned { column: at, col, field, fills: Fills::Text }));
                continue;
            }
            // One figure in two columns is settled row by row.
            taken.insert(id);
            let counts_rows = catalogue.field(form, field).absent.is_some() || catalogue.field(form, field).titled;
            let letter = |row: &&crate::ingest::grid::Row| match row.get(col) {
                Some(value @ Value::Text(text)) => {
                    !text.contains(|c: char| c.is_ascii_digit()) && self.ticked(value) == Some(true)
                }
                _ => false,
            };
            let ticks = counts_rows && self.are_marks(col) && self.table.body.iter().any(letter);
            let fills = if ticks { Fills::Ticks(id) } else { Fills::Number(id) };
            assigned.push(Assigned { column: at, col, field, fills });
        }
    }

    /// Whether what a column holds numbers its rows and counts nothing: codes ("01/ĐT"), true, or numbers that go on from row
    /// to row, too many or too large for counts that happen to, false. `persons`: each row is of one person, on some day.
    fn numbers_rows(&self, at: usize, (persons, dated): (bool, bool)) -> Option<bool> {
        let column = &self.columns[at];
        let heading = fold::bare_key(&column.heading);
        if ["so luong", "tong so"].iter().any(|count| heading.starts_with(count)) {
            return None;
        }
        let rows = self.table.body.iter().filter(|row| self.is_of_list(row)).filter_map(|row| row.get(column.col));
        let mut numbers: Vec<Amount> = Vec::new();
        let mut codes: BTreeSet<String> = BTreeSet::new();
        let mut texts = 0;
        for value in rows {
            match value {
                Value::Number(number) => numbers.push(*number),
                Value::Text(text) => match number::parse(text, column.style) {
                    number::NumberText::Number(reading) => numbers.push(reading.number),
                    number::NumberText::Nil | number::NumberText::Dash | number::NumberText::Blank => {}
                    _ if is_code(text) => {
                        texts += 1;
                        codes.insert(fold::key(text));
                    }
                    _ => return None,
                },
                _ => return None,
            }
        }
        if numbers.is_empty() && texts > 1 && codes.len() == texts {
            return Some(true);
        }
        let next = |pair: &[Amount]| pair[0].checked_add(Amount::ONE) == Some(pair[1]);
        let count = numbers.len();
        let goes_on = numbers.windows(2).all(next);
        let large = numbers.iter().all(|number| *number >= Amount::TEN);
        // A person alone brings no dozens of them on a day, each another number, and never more than the one before.
        let rises = numbers.windows(2).all(|pair| pair[0] < pair[1]);
        let apart = numbers.iter().collect::<BTreeSet<_>>().len() == count;
        let dozens = numbers.iter().filter(|number| **number >= Amount::TEN).count() * 2 >= count;
        let runs = match persons {
            true if dated && (rises && count > 3 || apart && dozens && count > 2) => true,
            true => goes_on && (count > 2 || count == 2 && large),
            false => goes_on && count > 3,
        };
        (texts == 0 && runs).then_some(false)
    }

    fn refuse_column(&mut self, at: usize, refusal: Refusal) {
        let column = &self.columns[at];
        if column.filled == 0 {
            return;
        }
        let numeric = column.kind == CellKind::Numbers;
        let (heading, cell) = (column.named(), column.cell);
        let problem = match refusal {
            Refusal::Unclear(ids) if numeric => Problem::IndicatorUnclear {
                heading,
                candidates: ids.into_iter().map(|id| self.lexicon.catalogue.indicator(id).title.clone()).collect(),
            },
            _ => Problem::ColumnNotUnderstood { heading, numeric },
        };
        self.tell_once(problem, cell);
    }

    /// The unit of a row: its own cell, else the row's above, else its group's, else what stands around the table.
    pub fn row_unit(
        &mut self,
        row: &crate::ingest::grid::Row,
        around: &Around,
        group: &Option<(UnitSaid, Arc<str>)>,
        last: &mut Option<OrgUnitId>,
    ) -> Result<OrgUnitId, Box<(Problem, CellRef)>> {
        let unit = self.row_unit_said(row, around, group, *last);
        *last = unit.as_ref().ok().copied();
        unit
    }

    fn row_unit_said(
        &mut self,
        row: &crate::ingest::grid::Row,
        around: &Around,
        group: &Option<(UnitSaid, Arc<str>)>,
        last: Option<OrgUnitId>,
    ) -> Result<OrgUnitId, Box<(Problem, CellRef)>> {
        let coded = self.coded_unit(row);
        if let Some(unit) = coded {
            let named = self.unit_column_of(row).and_then(|col| match row.get(col) {
                Some(Value::Text(text)) => Some((self.lexicon.units.cell(text), CellRef::new(row.index, col))),
                _ => None,
            });
            // A code and a name of two units: neither is believed.
            return match named {
                Some((UnitSaid::Known(other), cell)) if other != unit => {
                    let candidates = self.lexicon.units.titles(&[unit, other]);
                    Err(Box::new((Problem::UnitAmbiguous { found: None, candidates }, cell)))
                }
                _ => Ok(unit),
            };
        }
        if let Some(col) = self.unit_column_of(row) {
            let cell = CellRef::new(row.index, col);
            match self.value_at(row, col).cloned() {
                Some(Value::Text(text)) => {
                    let names = &self.lexicon.units;
                    let said = self.units.entry(text.as_ptr() as usize).or_insert_with(|| names.cell(&text)).clone();
                    let said = self.narrowed(said, around);
                    // "Thôn 1" in the group of its commune.
                    if self.is_list
                        && said == UnitSaid::Unknown
                        && let Some((of_group, _)) = group
                        && let UnitSaid::Known(unit) = self.narrowed(of_group.clone(), around)
                        && !self.is_parent(unit)
                        && self.begins_as_place(&text)
                    {
                        return Ok(unit);
                    }
                    // "Toàn huyện" on a row that says its own indicator: whose figure it states.
                    if said == UnitSaid::Unknown && self.lexicon.is_total(&text) {
                        return Ok(self.lexicon.units.register().root);
                    }
                    return self.said_unit(&said, &text).map_err(|problem| Box::new((problem, cell)));
                }
                Some(Value::Number(number)) => {
                    let text = number.to_string();
                    return match self.narrowed(self.lexicon.units.cell(&text), around) {
                        UnitSaid::Known(unit) => Ok(unit),
                        UnitSaid::Ambiguous(ids) => {
                            let candidates = self.lexicon.units.titles(&ids);
                            Err(Box::new((Problem::UnitAmbiguous { found: Some(text), candidates }, cell)))
                        }
                        _ => Err(Box::new((Problem::UnitUnknown { found: Some(text), nearest: Vec::new() }, cell))),
                    };
                }
                _ => {}
            }
            // In a plan what is set for nobody is set for all.
            if self.context.planned {
                return Ok(self.lexicon.units.register().root);
            }
            if let Some(unit) = last {
                return Ok(unit);
            }
            if group.is_none() && *around == Around::None {
                return Err(Box::new((Problem::UnitMissing, cell)));
            }
        } else if let Some((found, cell)) = self.unknown_code(row) {
            return Err(Box::new((Problem::UnitUnknown { found, nearest: Vec::new() }, cell)));
        }
        let cell = CellRef::new(row.index, row.cells[0].0);
        if let Some((said, text)) = group {
            let said = self.narrowed(said.clone(), around);
            return self.said_unit(&said, text).map_err(|problem| Box::new((problem, cell)));
        }
        match around {
            // Where units have a column, a blank in it is not the district itself.
            Around::Unit(unit) if self.unit_column().is_some() && self.is_parent(*unit) => {
                Err(Box::new((Problem::UnitMissing, cell)))
            }
            Around::Unit(unit) => Ok(*unit),
            Around::Ambiguous(ids) => match self.narrowed(UnitSaid::Ambiguous(ids.clone()), &Around::None) {
                UnitSaid::Known(unit) => Ok(unit),
                _ => {
                    let candidates = self.lexicon.units.titles(ids);
                    Err(Box::new((Problem::UnitAmbiguous { found: None, candidates }, cell)))
                }
            },
            Around::None => Ok(self.office_unit()),
        }
    }

    fn coded_unit(&mut self, row: &crate::ingest::grid::Row) -> Option<OrgUnitId> {
        let col = self.columns.iter().find(|c| c.use_ == Use::Code)?.col;
        let text = match row.get(col)? {
            Value::Text(text) => text.to_string(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        let (unit, mended) = self.lexicon.units.code(&text)?;
        if let Some(code) = mended {
            self.tell_once(Problem::CodeMended { found: text, code }, CellRef::new(row.index, col));
        }
        Some(unit)
    }

    /// A code that no unit bears, where the codes alone say whose a row is.
    fn unknown_code(&self, row: &crate::ingest::grid::Row) -> Option<(Option<String>, CellRef)> {
        let column = self.columns.iter().find(|c| c.use_ == Use::Code && c.heads_units())?;
        // Beside labels of rows, codes none of which is a unit's are the labels' own: "CT01".
        let of_units = |row: &&crate::ingest::grid::Row| match row.get(column.col) {
            Some(Value::Text(text)) => self.lexicon.units.code(text).is_some(),
            Some(Value::Number(number)) => self.lexicon.units.code(&number.to_string()).is_some(),
            _ => false,
        };
        let labelled = self.columns.iter().any(|c| c.use_ == Use::Content);
        if labelled && !self.table.body.iter().any(of_units) {
            return None;
        }
        let found = match row.get(column.col)? {
            Value::Number(number) => number.to_string(),
            Value::Text(text) => text.to_string(),
            _ => String::new(),
        };
        let short = found.len() <= 8 && found.chars().all(|c| c.is_ascii_digit());
        Some((short.then_some(found), CellRef::new(row.index, column.col)))
    }

    /// Homonyms narrowed by what stands around the table: the district of its title, and the days of its period, on which
    /// only one of those that bore the name one after the other was there.
    fn narrowed(&mut self, said: UnitSaid, around: &Around) -> UnitSaid {
        let UnitSaid::Ambiguous(mut ids) = said else { return said };
        let register = self.lexicon.units.register();
        if let Around::Unit(outer) = around
            && ids.iter().any(|&id| register.is_within(id, *outer))
        {
            ids.retain(|&id| register.is_within(id, *outer));
        }
        let title_periods = self.periods_around();
        if let Some((span, _)) = super::span_of(&title_periods, self.context.year)
            && ids.iter().any(|&id| self.valid(id, span).is_ok())
        {
            ids.retain(|&id| self.valid(id, span).is_ok());
        }
        match ids[..] {
            [one] => UnitSaid::Known(one),
            _ => UnitSaid::Ambiguous(ids),
        }
    }

    fn said_unit(&mut self, said: &UnitSaid, text: &str) -> Result<OrgUnitId, Problem> {
        if let Some(unit) = self.unit_id(said) {
            return Ok(unit);
        }
        let units = &self.lexicon.units;
        let found = units.begins_with_type(text).then(|| super::one_line(text));
        Err(match said {
            UnitSaid::Ambiguous(ids) => Problem::UnitAmbiguous { found, candidates: units.titles(ids) },
            _ => Problem::UnitUnknown { found, nearest: self.reading.nearest(text, units) },
        })
    }

    /// "Không phát sinh" alone is nil for its forms and period, of the unit that it is said of (design 4.6).
    pub fn nothing_happened(&mut self, mut forms: Vec<FormId>) {
        let cell = self.first_cell();
        let row = || self.table.body.iter().find(|row| matches!(self.row_kind(row), RowKind::Nil));
        let nil = self.nil_beside.or_else(|| row().map(|row| self.nil_cell(row))).unwrap_or(cell);
        let unit = match self.unit_around() {
            Around::Unit(unit) => unit,
            Around::None => self.office_unit(),
            Around::Ambiguous(ids) => match self.narrowed(UnitSaid::Ambiguous(ids.clone()), &Around::None) {
                UnitSaid::Known(unit) => unit,
                _ => {
                    let candidates = self.lexicon.units.titles(&ids);
                    return self.tell(Problem::UnitAmbiguous { found: None, candidates }, cell);
                }
            },
        };
        let Some(period) = self.period(&[]) else { return self.tell(Problem::PeriodMissing, cell) };
        if let Err(problem) = self.valid(unit, period) {
            return self.tell(problem, cell);
        }
        forms.sort();
        forms.dedup();
        for form in forms {
            self.submit_nil(unit, form, period.months(self.context.calendar), nil);
        }
    }

    /// A table without any unit belongs to the office's own, with a note.
    fn office_unit(&mut self) -> OrgUnitId {
        let register = self.lexicon.units.register();
        let root = register.root;
        let unit = register.unit(root).name.clone();
        let cell = self.first_cell();
        self.tell_once(Problem::UnitIsOffice { unit }, cell);
        root
    }

    fn date_cell(&self, row: &crate::ingest::grid::Row, assigned: &[Assigned], form: FormId) -> CellRef {
        let main = self.lexicon.catalogue.form(form).main_date();
        let col = assigned.iter().find(|a| Some(a.field) == main).map_or(row.cells[0].0, |a| a.col);
        CellRef::new(row.index, col)
    }

    fn row_when(
        &mut self,
        row: &crate::ingest::grid::Row,
        assigned: &[Assigned],
        form: FormId,
        period: Option<Span>,
        above: &mut Option<Span>,
    ) -> Result<When, Box<(Problem, CellRef)>> {
        let main = self.lexicon.catalogue.form(form).main_date();
        let column = assigned.iter().find(|a| Some(a.field) == main);
        let heading = column.map_or(String::new(), |a| self.columns[a.column].heading.clone());
        let cell = self.date_cell(row, assigned, form);
        let year = self.year_of(period);
        let before = *above;
        let read = column.map(|a| self.date_read(row, a, year, above));
        // "15/3" of a list that says no year anywhere.
        if let (Some(a), Some(DateRead::Day(_) | DateRead::Within(_)), None, Some(year)) = (column, &read, period, year)
            && matches!(self.date_read(row, a, None, &mut before.clone()), DateRead::Problem(_))
        {
            self.tell_once(Problem::YearAssumed { year, label: heading.clone() }, cell);
        }
        match read {
            Some(DateRead::Day(day)) => return Ok(When::Day(day)),
            Some(DateRead::Within(span)) => return Ok(When::Within(span)),
            Some(DateRead::Problem(problem)) => return Err(Box::new((problem, cell))),
            Some(DateRead::Blank) | None => {}
        }
        match period {
            Some(span) if span.months(self.context.calendar).len() == 1 => Ok(When::Within(span)),
            Some(span) if column.is_none() => Ok(When::Within(span)),
            None if column.is_none() => Err(Box::new((Problem::DateMissing { heading: "ngày".into() }, cell))),
            _ => Err(Box::new((Problem::DateMissing { heading }, cell))),
        }
    }

    /// A cell of dates; under "Tháng" or "Quý" a number names one, and a blank goes on with the one above.
    fn date_read(
        &self,
        row: &crate::ingest::grid::Row,
        a: &Assigned,
        year: Option<i32>,
        above: &mut Option<Span>,
    ) -> DateRead {
        let column = &self.columns[a.column];
        let periods = column.use_ == Use::Period;
        let read = match self.value_at(row, a.col) {
            None if periods => above.map_or(DateRead::Blank, DateRead::Within),
            None => DateRead::Blank,
            Some(value) if periods => self.period_read(value, column, year),
            Some(value) => cells::date(value, year, &column.heading, self.lexicon),
        };
        *above = match read {
            DateRead::Within(span) => Some(span),
            _ => None,
        };
        read
    }

    fn period_read(&self, value: &Value, column: &super::ColumnRead, year: Option<i32>) -> DateRead {
        let heading = fold::bare_key(&column.heading);
        let word = heading.split(' ').find_map(|word| match word {
            "thang" => Some("tháng"),
            "qui" | "quy" => Some("quý"),
            _ => None,
        });
        let short = match value {
            Value::Number(number) => number.to_string(),
            Value::Text(text) => text.trim().to_string(),
            _ => String::new(),
        };
        let short = Some(short).filter(|text| text.len() < 6 && text.chars().all(|c| c.is_ascii_alphanumeric()));
        let named = word.zip(short).and_then(|(word, text)| cells::within(&format!("{word} {text}"), year));
        match named {
            Some(span) => DateRead::Within(span),
            None => cells::date(value, year, &column.heading, self.lexicon),
        }
    }

    /// Whether a column tells of each row when it was, by nothing but months or quarters and days.
    fn holds_periods(&self, col: u32, use_: Use) -> bool {
        let year = self.context.year.or(Some(NO_YEAR));
        let rows = self.table.body.iter().filter(|row| self.is_of_list(row));
        let mut values = rows.filter(|row| row.cells.len() > 1).filter_map(|row| row.get(col)).peekable();
        let when = |value: &Value| match value {
            Value::Date(_) => true,
            Value::Number(number) => use_ == Use::Period && *number <= Amount::from(12),
            Value::Text(text) if self.lexicon.is_ditto(text) => true,
            Value::Text(text) => {
                let bare = use_ == Use::Period && text.trim().parse::<u8>().is_ok_and(|number| number <= 12);
                bare || !matches!(cells::date(value, year, "", self.lexicon), DateRead::Problem(_))
            }
            _ => false,
        };
        values.peek().is_some() && values.all(when)
    }

    /// The year of "12/1".
    fn year_of(&self, period: Option<Span>) -> Option<i32> {
        match period {
            Some(Span::Named(period)) => Some(period.year),
            _ => self.context.year,
        }
    }

    fn outside(&mut self, day: chrono::NaiveDate, period: Span, cell: CellRef, form: FormId, tally: &mut Tally) {
        let own = period.window(self.context.calendar);
        // A period may be meant by the civil calendar or by the decree's.
        let civil = match period {
            Span::Named(named) => {
                let months = named.part.months();
                use chrono::Datelike;
                day.year() == named.year && months.contains(&day.month())
            }
            Span::Years(first, last) => (first..=last).contains(&chrono::Datelike::year(&day)),
            Span::Days(window) => window.contains(day),
        };
        if !own.contains(day) && !civil {
            let date = day.format("%d/%m/%Y").to_string();
            // What waits is listed again in later months; but a day of about a year ago is rather a year mistyped.
            let since = own.from.checked_sub_months(chrono::Months::new(CARRIED_MONTHS));
            if day < own.from && since.is_some_and(|since| since <= day) && self.lexicon.catalogue.carries_on(form) {
                tally.carried.entry(period.title()).or_insert((0, date, cell)).0 += 1;
                return;
            }
            self.tell(Problem::DateOutsidePeriod { date, period: period.title(), carried: None }, cell);
        }
    }

    fn items(
        &mut self,
        row: &crate::ingest::grid::Row,
        assigned: &[Assigned],
        form: FormId,
        year: Option<i32>,
        tally: &mut Tally,
        known: &mut HashMap<(FieldId, usize), CategoryId>,
    ) -> Vec<(FieldId, Item, u32)> {
        let catalogue = self.lexicon.catalogue;
        let mut items: Vec<(FieldId, Item, u32)> = Vec::with_capacity(assigned.len());
        for a in assigned {
            // A household merged over two plots of land is one: its name counts where it stands.
            let merged = matches!(a.fills, Fills::Date | Fills::Category);
            let value = if merged { self.value_at(row, a.col) } else { row.get(a.col) };
            let Some(value) = value.cloned() else { continue };
            let value = &value;
            let cell = CellRef::new(row.index, a.col);
            let item = match &a.fills {
                Fills::Text if self.says_several(value, a.field, form, assigned) => {
                    let heading = self.columns[a.column].named();
                    self.tell(Problem::NumberUnreadable { found: None, heading }, cell);
                    None
                }
                Fills::Text => {
                    let words = &self.lexicon.catalogue.words;
                    let same = match value {
                        Value::Text(text) => {
                            let address = Arc::as_ptr(text).cast::<u8>() as usize;
                            let same = || (!self.says_nothing(text)).then(|| same_text(value, words));
                            *tally.texts.entry(address).or_insert_with(same)
                        }
                        other => Some(same_text(other, words)),
                    };
                    *tally.named.entry(a.field).or_default() += usize::from(same.is_some());
                    same.map(Item::Filled)
                }
                Fills::Mark(category) => self.ticked(value).filter(|ticked| *ticked).map(|_| Item::Category(*category)),
                Fills::Date => {
                    let column = &self.columns[a.column];
                    let read = match column.use_ {
                        Use::Period => self.period_read(value, column, year),
                        _ => cells::date(value, year, &column.heading, self.lexicon),
                    };
                    match read {
                        DateRead::Day(day) => Some(Item::Date(day)),
                        DateRead::Within(_) | DateRead::Blank => None,
                        // The main date set the row aside already; another date only is not known.
                        DateRead::Problem(problem) => {
                            self.tell(problem, cell);
                            None
                        }
                    }
                }
                Fills::Category => match value {
                    Value::Text(text) => {
                        let address = Arc::as_ptr(text).cast::<u8>() as usize;
                        let category = *known
                            .entry((a.field, address))
                            .or_insert_with(|| self.lexicon.category(text, form, a.field));
                        if category == CategoryId::OTHER {
                            let (count, first) = tally.other.entry(a.field).or_default();
                            *count += 1;
                            first.get_or_insert(cell);
                        } else {
                            tally.sensitive |= catalogue.category(form, a.field, category).is_some_and(|c| c.sensitive);
                        }
                        Some(Item::Category(category))
                    }
                    _ => None,
                },
                Fills::Number(id) => self.number_item(row, cell, a, *id),
                Fills::Ticks(_) => {
                    let number = self.ticked(value).map(|ticked| if ticked { Amount::ONE } else { Amount::ZERO });
                    number.map(Item::Number)
                }
            };
            if let Some(item) = item {
                self.keep(form, &mut items, (a.field, item, a.col), cell);
            }
        }
        items
    }

    /// A unit of which nothing is told but that nothing happened: "Xã Bảo Hà | Không phát sinh".
    fn nothing_of_unit(&self, row: &crate::ingest::grid::Row) -> bool {
        let own = |col: u32| !matches!(self.use_at(col), Some(Use::Ordinal | Use::Unit | Use::Code));
        let mut said = row.cells.iter().filter(|(col, _)| own(*col)).map(|(_, value)| value).peekable();
        let nil = |value: &Value| match value {
            Value::Text(text) => {
                super::says_nil(text)
                    || matches!(number::parse(text, number::Style::Vietnamese), number::NumberText::Nil)
            }
            _ => false,
        };
        let words = |value: &Value| value.text().is_some_and(|text| text.contains(' '));
        let told = row.cells.iter().any(|(col, value)| own(*col) && words(value));
        self.unit_column().is_some_and(|col| row.get(col).is_some()) && told && said.peek().is_some() && said.all(nil)
    }

    /// "…", "-", "chưa có số liệu" where words stand.
    fn says_nothing(&self, text: &str) -> bool {
        use number::NumberText::{Blank, Dash};
        matches!(number::parse(text, number::Style::Vietnamese), Blank | Dash) && !self.lexicon.is_ditto(text)
    }

    /// The numbers that a row does not say though it tells of something: the cell by which it would count is blank, and no area
    /// merged from above reaches there. Each is named by its cell. A row without an ordinal of its own goes on with the one above.
    fn lacking(
        &mut self,
        row: &crate::ingest::grid::Row,
        form: FormId,
        assigned: &[Assigned],
        items: &[(FieldId, Item, u32)],
    ) -> Vec<FieldId> {
        let catalogue = self.lexicon.catalogue;
        let tells = |(_, item, col): &(FieldId, Item, u32)| match item {
            Item::Number(number) => !number.is_zero(),
            _ => row.get(*col).is_some(),
        };
        if !items.iter().any(tells) {
            return Vec::new();
        }
        let blank = |a: &Assigned| match row.get(a.col) {
            None => self.table.grid.merge(row.index, a.col).is_none_or(|area| area.from.row >= row.index),
            Some(Value::Text(text)) => self.says_nothing(text),
            Some(_) => false,
        };
        let columns = |field: FieldId| assigned.iter().filter(move |a| a.field == field);
        let lacks = |field: FieldId| columns(field).next().is_some() && columns(field).all(blank);
        let mut lacking: Vec<(FieldId, FieldId)> = Vec::new();
        for (at, field) in catalogue.form(form).fields.iter().enumerate() {
            let own = FieldId(at as u16);
            let by = match &field.absent {
                Some(Absent::One) => own,
                Some(Absent::OneIfFilled(person)) if columns(own).next().is_none() => *person,
                // Whoever is named is one at least.
                Some(Absent::OneIfFilled(person)) if items.iter().any(|(of, ..)| of == person) => own,
                _ => continue,
            };
            if lacks(by) {
                lacking.push((own, by));
            }
        }
        let ordinals = || self.columns.iter().filter(|column| column.use_ == Use::Ordinal);
        let above = |col: u32| self.table.body.iter().any(|r| r.index < row.index && r.get(col).is_some());
        let goes_on = ordinals().any(|c| row.get(c.col).is_none() && above(c.col));
        for &(own, by) in &lacking {
            let Some(a) = columns(by).next() else { continue };
            let (heading, number) = (self.columns[a.column].named(), catalogue.field(form, own).title.clone());
            self.tell(Problem::CountMissing { heading, number, goes_on }, CellRef::new(row.index, a.col));
        }
        if goes_on { Vec::new() } else { lacking.into_iter().map(|(own, _)| own).collect() }
    }

    /// "Nhóm 12 hộ", "ông A và 5 hộ khác", where each person's row would count as one household.
    fn says_several(&self, value: &Value, person: FieldId, form: FormId, assigned: &[Assigned]) -> bool {
        let Some(text) = value.text().filter(|text| text.contains(|c: char| c.is_ascii_digit())) else { return false };
        let catalogue = self.lexicon.catalogue;
        let counted = catalogue
            .form(form)
            .fields
            .iter()
            .position(|field| matches!(field.absent, Some(Absent::OneIfFilled(by)) if by == person));
        let Some(counted) = counted.map(|at| FieldId(at as u16)) else { return false };
        if assigned.iter().any(|a| a.field == counted) {
            return false;
        }
        let measures = catalogue.indicator_ids().map(|id| catalogue.indicator(id));
        let mut measures = measures
            .filter(|indicator| indicator.form == form && indicator.formula.field() == Some(counted))
            .map(|indicator| fold::tokens(&indicator.measure.symbol));
        let tokens = fold::tokens(text);
        measures.any(|measure| {
            tokens.windows(measure.len() + 1).any(|words| {
                words[0].digits
                    && words[0].text.trim_start_matches('0') != "1"
                    && words[1..].iter().zip(&measure).all(|(word, of)| word.text == of.text || word.text == of.bare)
            })
        })
    }

    /// What must hold between the numbers of one record.
    fn prove_record(&mut self, items: &[(FieldId, Item, u32)], assigned: &[Assigned], unit: OrgUnitId, row: u32) {
        let of_column = |col: u32| {
            assigned.iter().find_map(|a| match a.fills {
                Fills::Number(id) if a.col == col => Some(id),
                _ => None,
            })
        };
        let stands = items.iter().filter_map(|(_, item, col)| match item {
            Item::Number(amount) => Some(Stands::alone(of_column(*col)?, *amount, CellRef::new(row, *col)).of(unit)),
            _ => None,
        });
        let stands: Vec<Stands> = stands.collect();
        if stands.len() > 1 {
            self.prove_identities(&stands);
        }
    }

    /// A second column that says the same: with the same number it counts once, with another neither counts.
    fn keep(&mut self, form: FormId, items: &mut Vec<(FieldId, Item, u32)>, new: (FieldId, Item, u32), cell: CellRef) {
        let Some(at) = items.iter().position(|(field, ..)| *field == new.0) else {
            items.push(new);
            return;
        };
        let (field, before, col) = &items[at];
        // "Công nhận" and "Nhân rộng" ticked in one row: the one that is counted wherever the other is holds for both.
        if let (&Item::Category(a), &Item::Category(b)) = (before, &new.1) {
            let form = self.lexicon.catalogue.form(form);
            let kept = if a == b || form.counts_as(*field, a, b) {
                Some(a)
            } else if form.counts_as(*field, b, a) {
                Some(b)
            } else {
                None
            };
            match kept {
                Some(category) => items[at].1 = Item::Category(category),
                None => {
                    let label = form.fields[usize::from(field.0)].title.clone();
                    items[at].1 = Item::Category(CategoryId::OTHER);
                    self.tell(Problem::CategoryUnclear { label }, cell);
                }
            }
            return;
        }
        if let (Item::Number(a), Item::Number(b)) = (before, &new.1) {
            let same = a == b;
            let first = self.source(CellRef::new(cell.row, *col));
            let indicator = self
                .lexicon
                .catalogue
                .indicators_of(form)
                .map(|id| self.lexicon.catalogue.indicator(id))
                .find(|i| i.formula.field() == Some(*field));
            let indicator = indicator.map_or(String::new(), |i| i.title.clone());
            let problem = Problem::SaidTwice { indicator, first, same };
            self.tell(problem, cell);
            if !same {
                items.remove(at);
            }
        }
    }

    fn number_item(
        &mut self,
        row: &crate::ingest::grid::Row,
        cell: CellRef,
        a: &Assigned,
        id: IndicatorId,
    ) -> Option<Item> {
        let labels = self.columns[a.column].labels.clone();
        let stated = self.stated(row, cell, a.column, id, labels.iter().map(Arc::as_ref));
        stated.map(|stated| Item::Number(stated.amount()))
    }

    fn notes(&mut self, form: FormId, assigned: &[Assigned], columns: &[FieldId], tally: Tally) {
        let catalogue = self.lexicon.catalogue;
        let cell = self.first_cell();
        for (period, (rows, date, cell)) in tally.carried {
            self.tell(Problem::DateOutsidePeriod { date, period, carried: Some(rows) }, cell);
        }
        for (period, rows) in &tally.within {
            self.tell(Problem::DateFromTable { period: period.clone(), rows: *rows }, cell);
        }
        for (&id, (rows, first)) in &tally.other {
            let field = catalogue.field(form, id).title.clone();
            let left_out = self.decided(form, id, assigned, false);
            self.tell(Problem::CategoryOther { field, rows: *rows, left_out }, first.unwrap_or(cell));
        }
        for ((column, field, open), (category, rows, cell)) in tally.unticked {
            let heading = self.columns[column].named();
            let title = |category| catalogue.category(form, field, category).map(|category| category.title.clone());
            let taken_for = category.and_then(title).map_or(Unmarked::No, |category| Unmarked::Left { category, open });
            self.tell(Problem::RowsUnmarked { heading, rows, taken_for }, cell);
        }
        for (column, (rows, cell)) in tally.undecided {
            let heading = self.columns[column].named();
            self.tell(Problem::RowsUnmarked { heading, rows, taken_for: Unmarked::Counted }, cell);
        }
        for ((column, field), (rows, cell)) in tally.unsaid {
            let of = |counts: bool| self.decided(form, field, assigned, counts);
            let (counts, left_out) = (of(true), of(false));
            if !counts.is_empty() || !left_out.is_empty() {
                let heading = self.columns[column].named();
                let taken_for = Unmarked::Unsaid { left_out, counts };
                self.tell(Problem::RowsUnmarked { heading, rows, taken_for }, cell);
            }
        }
        if tally.rows > 0 {
            for (at, field) in catalogue.form(form).fields.iter().enumerate() {
                let id = FieldId(at as u16);
                let has = |field: FieldId| assigned.iter().any(|a| a.field == field);
                let by_default = field.absent.as_ref().is_some_and(|absent| absent.is_one(has));
                let rows = match &field.absent {
                    Some(Absent::OneIfFilled(person)) => tally.named.get(person).copied().unwrap_or_default(),
                    _ => tally.rows,
                };
                if by_default && !columns.contains(&id) {
                    self.tell(Problem::OneARow { indicator: field.title.clone(), rows }, cell);
                }
            }
        }
        if tally.sensitive {
            let headings: Vec<String> = self
                .columns
                .iter()
                .filter(|c| {
                    c.filled > 0
                        && (c.use_ == Use::Personal
                            || c.labels.first().is_some_and(|label| self.identifies(label, form)))
                })
                .map(|c| c.heading.clone())
                .collect();
            if !headings.is_empty() {
                self.tell(Problem::DenunciationsIdentify { headings }, cell);
            }
        }
    }

    fn identifies(&self, label: &Label, form: FormId) -> bool {
        label.fields.iter().any(|(f, field)| *f == form && self.lexicon.catalogue.field(form, *field).personal)
    }
}

/// A unit or a period without an ordinal divides the group that it stands in.
fn divides(label: &Label, level: u8) -> bool {
    level == BARE && (label.unit.is_some() || !label.period.is_none() || label.says_nothing())
}

/// Records whose contents are not yet put into one allocation.
struct Held {
    none: Items,
    records: Vec<Record>,
    items: Vec<(FieldId, Item, u32)>,
    parts: Vec<Range<u32>>,
}

impl Held {
    fn new() -> Self {
        Self { none: [].into_iter().collect(), records: Vec::new(), items: Vec::new(), parts: Vec::new() }
    }

    fn hold(&mut self, record: Record, items: Vec<(FieldId, Item, u32)>, into: &mut Vec<Record>) {
        let from = self.items.len() as u32;
        self.items.extend(items);
        self.parts.push(from..self.items.len() as u32);
        self.records.push(record);
        if self.items.len() >= ITEMS_TOGETHER {
            self.release(into);
        }
    }

    fn release(&mut self, into: &mut Vec<Record>) {
        let items = Items::parts(std::mem::take(&mut self.items), std::mem::take(&mut self.parts));
        into.extend(self.records.drain(..).zip(items).map(|(record, items)| Record { items, ..record }));
    }
}

/// The same for texts that read the same, with or without "Ông" before a name; nothing leads from it to the text.
fn same_text(value: &Value, words: &Words) -> u64 {
    // The same in every run.
    let mut hasher = DefaultHasher::new();
    match value {
        Value::Text(text) => without_address(&fold::key(text), words).hash(&mut hasher),
        other => format!("{other:?}").hash(&mut hasher),
    }
    hasher.finish()
}

/// A folded text without the words by which persons are addressed before it: "hộ ông Lê Văn A".
fn without_address<'t>(mut text: &'t str, words: &Words) -> &'t str {
    let shorter = |text: &'t str| {
        words.address.iter().find_map(|word| {
            let rest = text.strip_prefix(word.as_str())?;
            let name = rest.trim_start_matches([' ', '.', ':', ',']);
            (name.len() < rest.len() && !name.is_empty()).then_some(name)
        })
    };
    while let Some(name) = shorter(text) {
        text = name;
    }
    text
}

/// "01/ĐT", "HS-012", "15/2024": digits joined with letters or a year, and no word of more than a few letters.
fn is_code(text: &str) -> bool {
    let text = text.trim();
    let signs = |c: char| c.is_alphanumeric() || matches!(c, '/' | '-' | '.' | '_');
    let longest = text.split(|c: char| !c.is_alphabetic()).map(|word| word.chars().count()).max().unwrap_or(0);
    let of_year = || text.rsplit_once(['/', '-']).is_some_and(|(_, year)| year.len() == 4 && year.starts_with("20"));
    text.contains(|c: char| c.is_ascii_digit())
        && text.chars().all(signs)
        && longest <= CODE_LETTERS
        && (longest > 0 || of_year())
}

fn begins_with_date(text: &str) -> bool {
    let tokens = fold::tokens(text);
    let plain = tokens.first().map(|t| t.bare.as_str());
    plain == Some("ngay") && !tokens.get(1).is_some_and(|t| matches!(t.bare.as_str(), "cong" | "sinh" | "cap"))
        || plain == Some("thoi") && tokens.len() <= 4 && tokens.get(1).is_some_and(|t| t.bare == "gian")
}
