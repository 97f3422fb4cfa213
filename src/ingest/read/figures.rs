//! A table of figures: each number by the labels that its row, its column and everything around them have in common.
//! Which layout it is never matters: units, periods and categories may stand in rows, columns or titles.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::base::amount::Amount;
use crate::base::cell::{Area, CellRef, Source, Value};
use crate::base::diagnostic::{Problem, Subject};
use crate::base::fold;
use crate::base::period::Span;
use crate::base::record::{CategoryId, FieldId, Figure, FormId, IndicatorId, OrgUnitId, Standing, Telling};
use crate::catalogue::indicator::OverTime;
use crate::catalogue::register::Origin;
use crate::catalogue::words::{Heading, Role};
use crate::ingest::grid::Row;
use crate::ingest::label::{IndicatorSet, Label, Lexicon, Position};
use crate::ingest::locate::one_line;
use crate::ingest::units::UnitSaid;
use crate::ingest::value::number;
use crate::ingest::value::period::PeriodSaid;

use super::meaning::{self, CategoryFields, Governing, Meaning, Refusal};
use super::rows::{BARE, RowKind, is_ordinal, level, says_only_nil};
use super::tense::{self, Tense};
use super::witness::Stands;
use super::{Around, CellKind, TableReader, Unread, Use, span_of};

/// What an indicator is that is known only so that it is not taken for another.
const NOT_REPORTED: &str = "chỉ tiêu không tổng hợp trong báo cáo";

/// Villages below their commune.
const PART_OF_ABOVE: &str = "phần của đơn vị ở dòng trên, đã có trong số của đơn vị đó";

/// What one cell says besides its number.
type Claim = (IndicatorId, OrgUnitId, Span, Vec<(FieldId, CategoryId)>, Telling);

/// Labels known by their place in memory: each text is understood once, so the place tells the text.
type Path = (Vec<usize>, u32, Option<String>, Option<FormId>);

/// Where the reading of a table's figures stands.
struct Walk {
    /// The columns of figures, by place.
    columns: Vec<usize>,
    around: Around,
    categories: CategoryFields,
    /// For each column what the other columns name for certain.
    taken: HashMap<u32, IndicatorSet>,
    /// Units or periods stand across.
    across: bool,
    /// Columns with a row of data, which their totals are compared with.
    with_parts: HashSet<usize>,
    /// The groups of rows that are open, outermost first, with their levels.
    groups: Vec<(u8, Arc<Label>, CellRef)>,
    /// What the rows name in full.
    rows: IndicatorSet,
    /// The one form that the row right above says: "Số người tham dự" below "Số cuộc đối thoại".
    above: Option<FormId>,
    group_unit: Option<(UnitSaid, Arc<str>)>,
    last_unit: Option<OrgUnitId>,
    whole: Option<Whole>,
    resolved: HashMap<Path, Result<Meaning, Refusal>>,
    submitted: BTreeMap<(OrgUnitId, FormId), Vec<(i32, u32)>>,
    /// What the columns of this row said.
    parts: Vec<(usize, Claim)>,
    /// What the rows so far said, where, and how much.
    claims: HashMap<Claim, (Source, Amount)>,
    bad_columns: HashSet<u32>,
    /// Columns of which some row was not understood, and some was.
    refused: HashSet<usize>,
    understood: HashSet<usize>,
    /// A meaning of which no figure is made, just found.
    not_counted: Option<Meaning>,
    /// "Tổng số" over columns that each name what they count.
    totals_of_named: HashSet<usize>,
    /// All that rows of data state, for what must hold between them.
    stands: Vec<Stands>,
}

/// The last row that named an indicator: rows of parts may stand below it.
struct Whole {
    level: u8,
    labels: Vec<Arc<Label>>,
    measure: Option<String>,
}

impl Walk {
    fn open_group(&mut self, row: &Row, label: &Arc<Label>, level: u8) {
        self.above = None;
        self.groups.retain(|(open, ..)| *open < level);
        if let Some(unit) = &label.unit {
            self.group_unit = Some((unit.clone(), label.text.clone()));
            self.last_unit = None;
        }
        if !label.says_nothing() {
            self.whole = None;
        }
        let own = row.cells.iter().find(|(_, value)| value.text() == Some(&*label.text)).or(row.cells.first());
        let cell = CellRef::new(row.index, own.map_or(0, |(col, _)| *col));
        self.groups.push((level, label.clone(), cell));
    }

    /// Among groups without ordinals a row that says another form than the group stands beside it: "Công tác hòa giải" over
    /// its figures, then "Mô hình dân vận khéo | 3".
    fn close_other(&mut self, row: &Row, labels: &[(Arc<Label>, CellRef)]) {
        let of_row = |group: &Label| {
            let said = labels.iter().find(|(label, _)| !label.forms.is_empty() && !label.is_strange());
            said.is_some_and(|(label, _)| !label.forms.iter().any(|form| group.forms.contains(form)))
        };
        if row_level(row, labels) == BARE {
            self.groups.retain(|(open, group, _)| *open != BARE || group.forms.is_empty() || !of_row(group));
        }
    }

    /// A row whose ordinal goes on where a group's stood is no part of it: "3" after "2", an item without a figure.
    fn close_groups(&mut self, row: &Row) {
        let own = match row.cells.first() {
            Some((_, Value::Number(number))) if number.is_integer() && *number > Amount::ONE => level("1"),
            Some((_, Value::Text(text)))
                if is_ordinal(text)
                    && !matches!(text.trim_matches(['.', ')', ' ']), "1" | "01" | "I" | "A" | "a" | "-") =>
            {
                level(text)
            }
            _ => return,
        };
        if own != BARE {
            self.groups.retain(|(open, ..)| *open != own);
        }
    }

    /// The columns of figures in which a row is filled.
    fn filled<'w>(&'w self, row: &'w Row, reader: &'w TableReader) -> impl Iterator<Item = usize> + 'w {
        self.columns.iter().copied().filter(|&at| row.get(reader.columns[at].col).is_some())
    }
}

/// How deep a row stands: by its ordinal, else by what its label begins with.
fn row_level(row: &Row, labels: &[(Arc<Label>, CellRef)]) -> u8 {
    match row.cells.first() {
        Some((_, Value::Number(_))) => level("1"),
        Some((_, Value::Text(text))) if is_ordinal(text) => level(text),
        _ => labels.first().map_or(BARE, |(label, _)| level(&label.text)),
    }
}

impl TableReader<'_, '_, '_> {
    pub fn figures(&mut self) {
        let kinds = self.row_kinds();
        if says_only_nil(&kinds) {
            let forms = self.forms_said();
            return self.nothing_happened(forms);
        }
        self.prove_totals(&kinds);
        let columns = self.figure_columns();
        self.name_stray_numbers(&columns, &kinds);
        if columns.is_empty() || !self.has_numbers(&columns) {
            self.nothing_stated();
            return;
        }
        self.titled = self.titled_tense(&kinds);
        let mut walk = self.walk(columns, &kinds);
        for (at, kind) in kinds.iter().enumerate() {
            let row = self.table.body[at];
            match kind {
                RowKind::Data => self.data_row(row, &mut walk),
                RowKind::Total { .. } => {
                    // What has parts here was compared with them; alone it stands for its unit.
                    let own = |at: &usize| self.is_apart(*at) && !self.adds_up_rows(row, *at, &kinds);
                    let alone = walk.filled(row, self).filter(|at| !walk.with_parts.contains(at) || own(at)).collect();
                    self.row_figures(row, Standing::Total, alone, &mut walk);
                }
                RowKind::Group { label, level } => walk.open_group(row, label, *level),
                RowKind::Part | RowKind::Aside { .. } | RowKind::Unclear => self.tell_left_out(row, kind),
                RowKind::Example => self.example(row),
                RowKind::Nil | RowKind::Empty => {}
            }
        }
        // Where no row of a column is understood, its total stands for its unit.
        let unread: HashSet<usize> = walk.refused.difference(&walk.understood).copied().collect();
        for (at, kind) in kinds.iter().enumerate() {
            if matches!(kind, RowKind::Total { .. }) {
                let row = self.table.body[at];
                let alone = walk.filled(row, self).filter(|at| unread.contains(at)).collect();
                self.row_figures(row, Standing::Total, alone, &mut walk);
            }
        }
        self.prove_identities(&walk.stands);
        self.prove_columns(&kinds, walk.across);
        self.prove_shares(&kinds);
        // A row "Không phát sinh" among the figures of one unit, and of no group.
        let grouped = kinds.iter().take_while(|kind| !matches!(kind, RowKind::Nil));
        let grouped = grouped.filter(|kind| matches!(kind, RowKind::Group { .. })).count() > 0;
        let nil = kinds.iter().position(|kind| matches!(kind, RowKind::Nil)).filter(|_| !grouped);
        let units: HashSet<OrgUnitId> = walk.submitted.keys().map(|(unit, _)| *unit).collect();
        for ((unit, form), months) in walk.submitted {
            if let (Some(at), 1) = (nil, units.len()) {
                let row = self.table.body[at];
                self.note_nil(unit, form, months.clone(), self.nil_cell(row), true);
            }
            self.submit(unit, form, months, false);
        }
    }

    /// What the titles say of when the figures are, unless some row or column does: "Trong tháng" beside "Lũy kế".
    fn titled_tense(&self, kinds: &[RowKind]) -> Option<Label> {
        let titled = tense::of_titles(&self.captions, self.names)?;
        let up_to = [Role::YearToDate, Role::Cumulative, Role::ToDate];
        let alike = |label: &Arc<Label>| {
            let said =
                |role: &Role| titled.roles.contains(role) || up_to.contains(role) && up_to.contains(&titled.roles[0]);
            label.roles.iter().any(said)
        };
        let mut of_columns = self.columns.iter().flat_map(|column| &column.labels);
        let rows = kinds.iter().zip(&self.table.body).filter(|(kind, _)| matches!(kind, RowKind::Data));
        let mut of_rows = rows.flat_map(|(_, row)| self.row_labels(row));
        (!of_columns.any(alike) && !of_rows.any(|(label, _)| alike(&label))).then_some(titled)
    }

    /// The tense of a figure under these labels, by the titles where none of them says it.
    fn tense(&self, near: &[&Label]) -> Result<Tense, Role> {
        let tense = match self.titled.as_ref().filter(|_| !near.iter().any(|label| tense::says_when(label))) {
            Some(titled) => tense::of(&[near, &[titled]].concat()),
            None => tense::of(near),
        };
        if self.context.planned { tense.and_then(Tense::planned) } else { tense }
    }

    fn walk(&mut self, columns: Vec<usize>, kinds: &[RowKind]) -> Walk {
        let around = self.unit_around();
        let categories = self.category_fields(kinds);
        let taken = self.columns_alone(&columns, &categories);
        let across = columns
            .iter()
            .any(|&at| self.columns[at].labels.iter().any(|label| label.unit.is_some() || !label.period.is_none()));
        let of_data = |col: u32| {
            let rows = kinds.iter().zip(&self.table.body).filter(|(kind, _)| matches!(kind, RowKind::Data));
            rows.filter_map(move |(_, row)| row.get(col)).next().is_some()
        };
        let with_parts = columns.iter().copied().filter(|&at| of_data(self.columns[at].col)).collect();
        let totals_of_named = columns.iter().copied().filter(|&at| self.adds_up_named(at)).collect();
        Walk {
            columns,
            around,
            categories,
            taken,
            across,
            with_parts,
            groups: Vec::new(),
            rows: self.rows_named(kinds),
            above: None,
            group_unit: None,
            last_unit: None,
            whole: None,
            resolved: HashMap::new(),
            submitted: BTreeMap::new(),
            parts: Vec::new(),
            claims: HashMap::new(),
            bad_columns: HashSet::new(),
            refused: HashSet::new(),
            understood: HashSet::new(),
            not_counted: None,
            totals_of_named,
            stands: Vec::new(),
        }
    }

    fn data_row(&mut self, row: &Row, walk: &mut Walk) {
        let numeric: Vec<usize> = walk.filled(row, self).collect();
        if self.row_labels(row).is_empty() && self.says_nil(row, &numeric) {
            self.nil_row(row, walk);
            return;
        }
        // A numbered row without a unit's name is no repetition of the unit above.
        let numbered = self.columns.iter().any(|c| c.use_ == Use::Ordinal && row.get(c.col).is_some());
        // Nor is one that nothing tells from the row above.
        if numbered || self.row_labels(row).is_empty() {
            walk.last_unit = None;
        }
        walk.close_groups(row);
        let labels = self.row_labels(row);
        walk.close_other(row, &labels);
        self.row_figures(row, Standing::Data, numeric, walk);
        walk.above = match &*labels {
            [(label, _)] if !label.is_strange() && label.denied.is_none() => match *label.forms {
                [form] => Some(form),
                // It goes on with the form of the row above it.
                [] if label.unit.is_none() => {
                    let of = |form: &FormId| label.categories.iter().all(|(of, ..)| of == form);
                    walk.above.filter(of)
                }
                _ => None,
            },
            _ => None,
        };
    }

    /// What rows name in full.
    fn rows_named(&self, kinds: &[RowKind]) -> IndicatorSet {
        let rows = kinds.iter().zip(&self.table.body).filter(|(kind, _)| matches!(kind, RowKind::Data));
        let labels = rows.flat_map(|(_, row)| self.row_labels(row));
        let named = labels.filter(|(label, _)| !label.is_strange()).map(|(label, _)| label.alone);
        named.fold(IndicatorSet::default(), IndicatorSet::or)
    }

    /// The figures of a row in some of its columns.
    fn row_figures(&mut self, row: &Row, standing: Standing, columns: Vec<usize>, walk: &mut Walk) {
        let labels = if standing == Standing::Total { Vec::new() } else { self.row_labels(row) };
        let of_whole = self.of_whole(row, &labels, walk);
        let remark = self.remark(row);
        let mut unit: Option<Option<OrgUnitId>> = None;
        let mut claims: BTreeMap<Claim, usize> = BTreeMap::new();
        let mut taken_back: Vec<usize> = Vec::new();
        let mut not_counted: Vec<Stands> = Vec::new();
        for at in columns {
            let (col, cell) = (self.columns[at].col, CellRef::new(row.index, self.columns[at].col));
            if walk.bad_columns.contains(&col) {
                continue;
            }
            // Only what stands to the left of a figure, or above it, governs it.
            let labels: Vec<(Arc<Label>, CellRef)> = labels
                .iter()
                .filter(|(_, label)| label.col < col || self.use_at(label.col) == Some(Use::Period))
                .cloned()
                .collect();
            let mut near = self.governing(at, &labels, &of_whole, walk);
            if let Some(remark) = &remark {
                if remark.is_strange() {
                    let col = self.unit_column_of(row).unwrap_or(col);
                    self.tell_each(
                        Problem::PartUnknown { label: "ghi chú sau tên đơn vị".into() },
                        CellRef::new(row.index, col),
                    );
                    return;
                }
                if let (Some(role), Some(col)) = (remark.other_role(), self.unit_column_of(row)) {
                    let heading = one_line(&remark.text);
                    let problem = Problem::ColumnIgnored { heading, role: role.title() };
                    self.tell_each(problem, CellRef::new(row.index, col));
                    return;
                }
                near.push(remark.clone());
            }
            let near: Vec<&Label> = near.iter().map(Arc::as_ref).collect();
            let Some(meaning) = self.meaning(row, at, &labels, &near, walk) else {
                let aside = walk.not_counted.take().zip(self.amount(row, at)).filter(|_| standing == Standing::Data);
                not_counted.extend(aside.map(|(meaning, amount)| Stands::new(&meaning, &near, amount, cell)));
                continue;
            };
            let indicator = self.lexicon.catalogue.indicator(meaning.indicator);
            if let Some(area) = self.shared(cell) {
                self.tell(Problem::NumberShared { heading: self.columns[at].named(), area }, cell);
                continue;
            }
            let said = near.iter().find_map(|label| label.unit.clone()).filter(|_| self.unit_column().is_none());
            let unit = match said {
                Some(said) => self.unit_id(&said),
                _ if standing == Standing::Total => Some(self.total_unit(row, &walk.around)),
                _ => *unit.get_or_insert_with(|| {
                    match self.row_unit(row, &walk.around, &walk.group_unit, &mut walk.last_unit) {
                        Ok(unit) => Some(unit),
                        Err(aside) => {
                            let (problem, cell) = *aside;
                            self.tell(problem, cell);
                            None
                        }
                    }
                }),
            };
            let Some(unit) = unit else { continue };
            // A parent's bare name is its parts' total, unless they have no figures anywhere (design 4.8).
            let standing = match self.is_parent(unit) {
                true if !self.says_own(row) => Standing::Total,
                true => standing,
                // Whether the office has units below it is known when all files are.
                false if self.nobodys(row, unit, &walk.around) => Standing::Unsaid,
                false => Standing::Data,
            };
            // "Tháng 13", "Chuyển sang năm 2024"
            if let Some(label) = near.iter().find(|label| label.period.year.is_some() || label.period.unclear)
                && label.period.unclear
            {
                let (label, place) = (one_line(&label.text), self.columns[at].cell);
                self.tell_once(Problem::PartUnknown { label }, place);
                continue;
            }
            let mut labels_of_time = near.clone();
            // "Tồn năm 2022 chuyển sang" is a figure of the year that it opens.
            let opens = indicator.over_time == OverTime::First;
            labels_of_time.retain(|label| !label.period.is_none() && (!opens || label.names().is_empty()));
            let Some(period) = self.period(&labels_of_time) else {
                let cell = self.first_cell();
                self.tell_once(Problem::PeriodMissing, cell);
                return;
            };
            // "Năm nay" in a month's report, "Tháng này" in a year's.
            let other = near.iter().find(|label| label.period.this.is_some_and(|this| !this.fits(period)));
            if let Some(label) = other {
                let (label, place) = (one_line(&label.text), self.columns[at].cell);
                self.tell_once(Problem::PartUnknown { label }, place);
                continue;
            }
            let tense = self.tense(&near).unwrap_or_default();
            let own_plan = tense.is_planned() && !self.context.planned && indicator.plan_of.is_some();
            if let Some(role) = tense.said_aside().filter(|_| !own_plan && !self.context.planned) {
                self.say_role(role, at, &labels);
            }
            let reported = period;
            let (telling, period) = tense.told(period, &near, indicator.over_time, self.context.planned);
            let telling = if own_plan { Telling::Own } else { telling };
            if let Err(problem) = self.valid(unit, period) {
                self.tell_once(problem, cell);
                continue;
            }
            // What is planned or remembered is no report of its period; a cumulative one is of the table's own.
            if !matches!(telling, Telling::Planned | Telling::Remembered) {
                let months = reported.months(self.context.calendar);
                let submitted = walk.submitted.entry((unit, indicator.form)).or_default();
                if !submitted.ends_with(&months) {
                    submitted.extend(months);
                }
            }
            let said = self.reading.diagnostics.len();
            let read = self.stated(row, cell, at, meaning.indicator, near.iter().copied());
            let Some(value) = read else {
                if self.reading.diagnostics.len() > said {
                    let source = self.source(cell);
                    self.reading.unread.push(Unread { source, indicator: meaning.indicator, org_unit: unit });
                }
                continue;
            };
            let claim: Claim = (meaning.indicator, unit, period, meaning.categories.clone(), telling);
            if telling == Telling::Own {
                walk.parts.push((at, claim.clone()));
            }
            if standing == Standing::Data && telling == Telling::Own {
                walk.stands.push(Stands::new(&meaning, &near, value.amount(), cell).of(unit));
            }
            if let Some(&before) = claims.get(&claim) {
                let first = &self.reading.figures[before];
                let same = first.value.amount() == value.amount();
                let problem =
                    Problem::SaidTwice { indicator: indicator.title.clone(), first: first.source.clone(), same };
                self.tell(problem, cell);
                if !same {
                    taken_back.push(before);
                }
                continue;
            }
            // Two rows of one table that say the same are one, or neither.
            if let Some((first, amount)) = walk.claims.get(&claim)
                && *amount == value.amount()
            {
                let indicator = indicator.title.clone();
                self.tell(Problem::SaidTwice { indicator, first: first.clone(), same: true }, cell);
                continue;
            }
            walk.claims.insert(claim.clone(), (self.source(cell), value.amount()));
            claims.insert(claim, self.reading.figures.len());
            let source = self.source(cell);
            let (indicator, categories) = (meaning.indicator, meaning.categories);
            self.reading.figures.push(Figure {
                indicator,
                org_unit: unit,
                period,
                categories,
                standing,
                telling,
                value,
                source,
            });
        }
        if let Some(Some(unit)) = unit {
            walk.stands.extend(not_counted.into_iter().map(|stands| stands.of(unit)));
        }
        self.prove_whole_period(row, walk);
        taken_back.sort_unstable();
        taken_back.dedup();
        for at in taken_back.into_iter().rev() {
            self.reading.figures.remove(at);
        }
    }

    /// Where a row's first text stands, and how a message may name it (design 7.3).
    fn unit_label(&self, row: &Row) -> (CellRef, String) {
        let label = row.cells.iter().find_map(|(col, value)| Some((*col, value.text()?)));
        let (col, text) = label.unwrap_or((0, ""));
        let typed = self.lexicon.units.begins_with_type(text);
        (CellRef::new(row.index, col), if typed { one_line(text) } else { "dòng này".to_owned() })
    }

    /// A row that is no unit's of its own: named, and left out.
    pub fn tell_left_out(&mut self, row: &Row, kind: &RowKind) {
        let (cell, label) = self.unit_label(row);
        match kind {
            RowKind::Aside { text, role } => {
                self.tell_once(Problem::ColumnIgnored { heading: one_line(text), role: role.title() }, cell);
            }
            RowKind::Part => self.tell_once(Problem::ColumnIgnored { heading: label, role: PART_OF_ABOVE }, cell),
            _ => self.tell(Problem::PartUnknown { label }, cell),
        }
    }

    /// An example that stayed in a blank form: named, and left out.
    pub fn example(&mut self, row: &Row) {
        let (col, value) = &row.cells[0];
        let label = value.text().map(one_line).unwrap_or_default();
        self.tell(Problem::PartUnknown { label }, CellRef::new(row.index, *col));
    }

    /// What is remarked behind a unit's name, where it changes what its figures are: "(kế hoạch)", "(số liệu năm 2022)".
    fn remark(&self, row: &Row) -> Option<Arc<Label>> {
        let text = self.unit_column_of(row).and_then(|col| row.get(col))?.text()?;
        let (_, remark) = text.split_once('(')?;
        let label = self.lexicon.understand(&remark.trim_end_matches([')', ' ']).into(), Position::Cell);
        (label.other_role().is_some() || !label.period.is_none()).then_some(label)
    }

    /// The labels over a figure: its row's and its column's, then the whole that its row is a part of, then the rows' groups.
    fn governing(
        &self,
        at: usize,
        labels: &[(Arc<Label>, CellRef)],
        of_whole: &[Arc<Label>],
        walk: &Walk,
    ) -> Vec<Arc<Label>> {
        let mut near: Vec<Arc<Label>> = labels.iter().rev().map(|(label, _)| label.clone()).collect();
        near.extend(of_whole.iter().cloned());
        near.extend(self.columns[at].labels.iter().cloned());
        // The rows' groups govern what the rows name; a cluster of units says nothing of the indicators.
        let unit_rows = self.unit_column().is_some() && labels.is_empty();
        let open = walk.groups.iter().rev().map(|(_, label, _)| label);
        near.extend(open.filter(|label| !(unit_rows && (label.is_strange() || label.unit.is_some()))).cloned());
        near
    }

    /// The labels of the row above that a row is a part of: "Định kỳ" or "Quý I" below "Số cuộc đối thoại".
    fn of_whole(&self, row: &Row, labels: &[(Arc<Label>, CellRef)], walk: &mut Walk) -> Vec<Arc<Label>> {
        if labels.is_empty() {
            return Vec::new();
        }
        let level = row_level(row, labels);
        let measure = labels.last().and_then(|(_, cell)| self.row_measure(row, cell.col)).map(|(_, text)| text);
        let names = labels.iter().any(|(label, _)| !label.names().is_empty() && !label.is_strange());
        let shown = |label: &Label| meaning::as_category(label, &walk.categories);
        let part = labels
            .iter()
            .all(|(label, _)| !label.is_strange() && (label.names().is_empty() || label.phrases == 1 && shown(label)))
            && labels
                .iter()
                .any(|(label, _)| !label.categories.is_empty() || shown(label) || label.period.part.is_some());
        match &walk.whole {
            Some(whole) if part && (level > whole.level || level == BARE) => {
                let counted_alike = measure.is_none() || whole.measure.is_none() || measure == whole.measure;
                if counted_alike { whole.labels.clone() } else { Vec::new() }
            }
            _ => {
                let labels = labels.iter().rev().map(|(label, _)| label.clone()).collect();
                walk.whole = names.then_some(Whole { level, labels, measure });
                Vec::new()
            }
        }
    }

    /// What the labels over a figure name together; what they do not is said here.
    fn meaning(
        &mut self,
        row: &Row,
        at: usize,
        labels: &[(Arc<Label>, CellRef)],
        near: &[&Label],
        walk: &mut Walk,
    ) -> Option<Meaning> {
        let col = self.columns[at].col;
        let tense = match self.tense(near) {
            Ok(tense) => tense,
            Err(role) => {
                self.say_role(role, at, labels);
                return None;
            }
        };
        let lone = self.lone_total(row, at, walk);
        if lone == Some(false) {
            let label = self.columns[at].named();
            self.tell_each(Problem::PartUnknown { label }, CellRef::new(row.index, col));
            return None;
        }
        let adds_up = walk.across || labels.is_empty() && walk.totals_of_named.contains(&at);
        if self.is_total_column(at) && adds_up && lone.is_none() {
            self.say_role(Role::Total, at, &[]);
            return None;
        }
        let measure = self.row_measure(row, col);
        let labels_at = near.iter().map(|label| std::ptr::from_ref::<Label>(label) as usize).collect();
        let left = self.form_to_the_left(col).or(walk.above.filter(|_| !labels.is_empty()));
        let path: Path = (labels_at, col, measure.as_ref().map(|(_, text)| text.clone()), left);
        let meaning = match walk.resolved.get(&path) {
            Some(known) => known.clone(),
            None => {
                let free = labels.is_empty() && walk.groups.is_empty();
                let taken = walk.taken.get(&col).copied().filter(|_| free).unwrap_or_default();
                let of_group = |label: &Label| walk.groups.iter().any(|(_, group, _)| std::ptr::eq(&**group, label));
                let governing = Governing {
                    near: near.to_vec(),
                    captions: &self.captions,
                    names: self.names,
                    left,
                    beside: self.certain_beside(Some(col)),
                    whole: self.named_whole(),
                    measure: measure.as_ref().map(|(measure, _)| measure),
                    groups_from: near.iter().position(|label| of_group(label)).unwrap_or(usize::MAX),
                    rows: walk.rows,
                };
                let meaning = meaning::resolve(self.lexicon, &governing, &walk.categories, taken);
                walk.resolved.insert(path, meaning.clone());
                meaning
            }
        };
        let meaning = match self.of_plan(meaning, tense.is_planned()) {
            Ok(meaning) => meaning,
            Err(refusal) => {
                // What is planned or remembered is no loss where nobody says of what.
                if let Some(role) = tense.said_aside().filter(|_| !self.context.planned) {
                    self.say_role(role, at, labels);
                    return None;
                }
                let vague = matches!(refusal, Refusal::NotNamed) && labels.is_empty();
                if vague && self.adds_up_columns(at) {
                    walk.bad_columns.insert(col);
                    self.say_role(Role::Total, at, &[]);
                    return None;
                }
                if labels.is_empty() {
                    walk.bad_columns.insert(col);
                } else {
                    walk.refused.insert(at);
                }
                self.refuse(refusal, at, labels, &walk.groups);
                return None;
            }
        };
        walk.understood.insert(at);
        self.note_meaning(at, &meaning, !labels.is_empty());
        let (heading, place) = (self.columns[at].heading.clone(), self.columns[at].cell);
        let indicator = self.lexicon.catalogue.indicator(meaning.indicator);
        // What a rate is to be nobody can reckon.
        if indicator.is_rate() && !self.context.planned {
            let heading = labels.last().map_or(heading, |(label, _)| one_line(&label.text));
            let place = labels.last().map_or(place, |(_, cell)| *cell);
            self.tell_once(Problem::ColumnIgnored { heading, role: Role::Share.title() }, place);
            walk.not_counted = Some(meaning);
            return None;
        }
        if !indicator.reported {
            let heading = labels.last().map_or(heading, |(label, _)| one_line(&label.text));
            let place = labels.last().map_or(place, |(_, cell)| *cell);
            self.tell_once(Problem::ColumnIgnored { heading, role: NOT_REPORTED }, place);
            walk.not_counted = Some(meaning);
            return None;
        }
        if let Some((nearer, farther)) = &meaning.disagreement {
            let problem = Problem::LabelsDisagree { nearer: one_line(nearer), farther: one_line(farther) };
            self.tell_once(problem, place);
        }
        let fields: HashSet<FieldId> = meaning.categories.iter().map(|(field, _)| *field).collect();
        if fields.len() < meaning.categories.len() {
            // Two categories of one field in one path: "Khiếu nại" under "Tố cáo".
            self.tell_once(Problem::PartUnknown { label: heading }, CellRef::new(row.index, col));
            return None;
        }
        if meaning.categories.len() > 1 {
            self.tell_once(Problem::CategoryUnclear { label: heading }, place);
        }
        Some(meaning)
    }

    pub fn is_total_column(&self, at: usize) -> bool {
        self.columns[at].labels.first().is_some_and(|label| label.is_total())
    }

    /// A number under "Cả năm" or "Cộng" where a row leaves the months or quarters blank that it would add up: the figure of
    /// the table's own period, if they make up that. False where what it is of cannot be told.
    fn lone_total(&self, row: &Row, at: usize, walk: &Walk) -> Option<bool> {
        if !walk.across || !self.is_total_column(at) || !self.states(row, at) {
            return None;
        }
        let place = walk.columns.iter().position(|&column| column == at)?;
        let is_part = |&at: &usize| !self.is_total_column(at);
        // Behind the totals of the halves it adds up all before it.
        let own: Vec<usize> = walk.columns[..place].iter().rev().copied().take_while(is_part).collect();
        let left = || walk.columns[..place].iter().copied().filter(is_part).collect::<Vec<usize>>();
        let right = || walk.columns[place + 1..].iter().copied().take_while(is_part).collect();
        let parts = if own.is_empty() { left() } else { own };
        let parts: Vec<usize> = if parts.is_empty() { right() } else { parts };
        let labels = |at: usize| self.columns[at].labels.iter();
        let of_unit = |&at: &usize| labels(at).any(|label| label.unit.is_some());
        let of_period = |&at: &usize| labels(at).any(|label| !label.period.is_none());
        let parts: Vec<usize> = parts.into_iter().filter(|at| of_unit(at) || of_period(at)).collect();
        if parts.is_empty() || parts.iter().any(|&at| self.states(row, at)) {
            return None;
        }
        let around: Vec<PeriodSaid> = self.periods_around();
        let calendar = self.context.calendar;
        let whole = span_of(&around, self.context.year).map(|(span, _)| span.months(calendar));
        let mut months: Vec<(i32, u32)> = Vec::new();
        for &part in &parts {
            let said: Vec<PeriodSaid> = labels(part).map(|label| label.period).chain(around.iter().copied()).collect();
            months.extend(span_of(&said, self.context.year).into_iter().flat_map(|(span, _)| span.months(calendar)));
        }
        // "Cả năm" behind the second half alone, where the first half has a total of its own.
        let of_year = labels(at).any(|label| fold::key(&label.text) == fold::key("cả năm"));
        months.sort_unstable();
        months.dedup();
        let same = whole.is_some_and(|mut whole| {
            whole.sort_unstable();
            whole == months || of_year && whole.len() == 12
        });
        Some(same && !parts.iter().any(of_unit))
    }

    /// Whether a row says anything in a column: no blank, no dash.
    fn states(&self, row: &Row, at: usize) -> bool {
        match row.get(self.columns[at].col) {
            Some(Value::Text(text)) => {
                let read = number::parse(text, self.columns[at].style);
                !matches!(read, number::NumberText::Dash | number::NumberText::Blank)
            }
            said => said.is_some(),
        }
    }

    /// "Cả năm" at the end of a row of months or quarters is their sum (design 4.8).
    fn prove_whole_period(&mut self, row: &Row, walk: &mut Walk) {
        let parts = std::mem::take(&mut walk.parts);
        if !walk.across || parts.is_empty() {
            return;
        }
        let totals: Vec<usize> = walk.filled(row, self).filter(|&at| self.is_total_column(at)).collect();
        for total in totals {
            // The parts between the total before and this one, of one indicator and unit; those that hold others add nothing.
            let before = walk.columns.iter().copied().filter(|&at| at < total && self.is_total_column(at)).max();
            let own: Vec<&(usize, Claim)> =
                parts.iter().filter(|(at, _)| *at < total && before.is_none_or(|before| *at > before)).collect();
            let alike = own.windows(2).all(|pair| {
                let (a, b) = (&pair[0].1, &pair[1].1);
                (a.0, &a.3) == (b.0, &b.3)
            });
            let same_unit = own.windows(2).all(|pair| pair[0].1.1 == pair[1].1.1);
            let same_period = own.windows(2).all(|pair| pair[0].1.2 == pair[1].1.2);
            // Of one part the others may be blank: "5 | | 12".
            let is_part = |&&at: &&usize| {
                let of_period = self.columns[at].labels.iter().any(|label| !label.period.is_none());
                at < total && before.is_none_or(|before| at > before) && of_period
            };
            let lone = own.len() == 1 && walk.columns.iter().filter(is_part).count() > 1;
            if !alike || !same_unit && !same_period || own.len() < 2 && !lone {
                continue;
            }
            if !same_unit {
                self.prove_all_units(row, total, &own);
                continue;
            }
            let window = |claim: &Claim| claim.2.window(self.context.calendar);
            let divided = |claim: &Claim| {
                let whole = window(claim);
                own.iter()
                    .map(|(_, other)| window(other))
                    .any(|part| part != whole && whole.from <= part.from && part.to <= whole.to)
            };
            let finest: Vec<usize> = own.iter().filter(|(_, claim)| !divided(claim)).map(|(at, _)| *at).collect();
            // Nil words count nothing.
            let amount = |at: usize| self.amount(row, at).unwrap_or(Amount::ZERO);
            let (indicator, unit, ..) = own[0].1;
            // Of a stock the whole period's figure is that of one of its moments, and no sum.
            let over_time = self.lexicon.catalogue.indicator(indicator).over_time;
            let moments =
                own.iter().filter(|(at, _)| finest.contains(at)).map(|(at, claim)| (window(claim), amount(*at)));
            let sum = match over_time {
                OverTime::Sum | OverTime::Ratio => {
                    finest.iter().try_fold(Amount::ZERO, |sum, &at| sum.checked_add(amount(at)))
                }
                OverTime::Last => moments.max_by_key(|(window, _)| window.to).map(|(_, amount)| amount),
                OverTime::First => moments.min_by_key(|(window, _)| window.from).map(|(_, amount)| amount),
                OverTime::Max => moments.map(|(_, amount)| amount).max(),
            };
            let (Some(stated), Some(sum), true) = (self.amount(row, total), sum, finest.len() > 1 || lone) else {
                continue;
            };
            if stated == sum {
                continue;
            }
            let register = self.lexicon.units.register();
            // Without a register a unit stands in this file's list.
            let found = (register.origin == Origin::Data).then_some(unit.0 as usize).and_then(|at| at.checked_sub(1));
            let unit = found.map_or_else(|| register.unit(unit).name.clone(), |at| self.reading.found[at].name.clone());
            let of = Box::new(Subject {
                indicator: self.lexicon.catalogue.indicator(indicator).title.clone(),
                unit,
                period: self.columns[total].heading.clone(),
                decimals: stated.scale().max(sum.scale()),
            });
            let problem = Problem::PartsDiffer { of, stated, parts: sum, summed: over_time == OverTime::Sum };
            self.tell(problem, CellRef::new(row.index, self.columns[total].col));
        }
    }

    /// "Toàn huyện" at the end of a row of units is their sum; a parent's own figures may be in it or not.
    fn prove_all_units(&mut self, row: &Row, total: usize, own: &[&(usize, Claim)]) {
        let mut units: Vec<OrgUnitId> = own.iter().map(|(_, claim)| claim.1).collect();
        units.sort();
        units.dedup();
        if units.len() < own.len() {
            return;
        }
        let of = |with_parents: bool| -> Vec<usize> {
            let kept = own.iter().filter(|(_, claim)| with_parents || !self.is_parent(claim.1));
            kept.map(|(at, _)| *at).collect()
        };
        // Units that are not known have their part in the sum as well.
        let filled = (own[0].0..total).filter(|&at| self.is_summed(at) && !self.is_total_column(at)).collect();
        let sets: Vec<Vec<usize>> = vec![of(false), of(true), filled];
        self.prove_across(row, total, &sets, Some(own[0].1.0));
    }

    /// The area of a number that is merged over the rows or the columns of several figures: whose it is cannot be told.
    fn shared(&self, cell: CellRef) -> Option<Area> {
        let area = self.table.grid.merge(cell.row, cell.col)?;
        let columns = self.columns.iter().filter(|column| {
            column.use_ == Use::Open && !column.labels.is_empty() && (area.from.col..=area.to.col).contains(&column.col)
        });
        let named: Vec<u32> =
            self.columns.iter().filter(|c| matches!(c.use_, Use::Unit | Use::Content)).map(|c| c.col).collect();
        let body = &self.table.body;
        let from = body.partition_point(|row| row.index < area.from.row);
        let within = body[from..].iter().take_while(|row| row.index <= area.to.row);
        let mut rows = within.filter(|row| named.iter().any(|col| row.get(*col).is_some()));
        (columns.count() > 1 || rows.nth(1).is_some()).then_some(area)
    }

    /// Numbers in columns that hold no figures: each such column is named once (design 4.10).
    fn name_stray_numbers(&mut self, columns: &[usize], kinds: &[RowKind]) {
        for at in 0..self.columns.len() {
            let column = &self.columns[at];
            let counts_rows = at == 0 && column.labels.is_empty();
            // Codes and the like are no figures, and remarks may well be numbers.
            let of_texts = column.use_ == Use::Aside && column.kind == CellKind::Numbers && !column.heads_notes();
            let ruled = self.ruled.column(column.col).is_some();
            if columns.contains(&at) || column.use_ != Use::Open && !of_texts || counts_rows || ruled {
                continue;
            }
            let rows = kinds.iter().zip(&self.table.body).filter(|(kind, _)| matches!(kind, RowKind::Data));
            let stray = rows.filter(|(_, row)| row.get(column.col).is_some_and(Value::is_numeric)).count();
            if stray > 0 {
                let problem = Problem::ColumnNotUnderstood { heading: column.named(), numeric: !of_texts };
                let cell = column.cell;
                self.tell_once(problem, cell);
            }
        }
    }

    /// Whose total a row is: the unit that its label names, else the table's, else the office's own.
    fn total_unit(&mut self, row: &Row, around: &Around) -> OrgUnitId {
        let texts = row.cells.iter().filter_map(|(_, value)| value.text());
        let named = texts.map(|text| self.lexicon.units.cell(text)).find_map(|said| match said {
            UnitSaid::Known(unit) => Some(unit),
            _ => None,
        });
        match (named, around) {
            (Some(unit), _) => unit,
            (None, Around::Unit(unit)) => *unit,
            _ => self.lexicon.units.register().root,
        }
    }

    pub fn is_parent(&self, unit: OrgUnitId) -> bool {
        self.lexicon.units.is_parent(unit)
    }

    /// Whether a parent's figures are said to be its own: "Cấp huyện" in the row, or in a title. Who signs a summary says nothing
    /// of whose figures they are.
    fn says_own(&self, row: &Row) -> bool {
        match self.unit_column_of(row).and_then(|col| row.get(col)) {
            Some(Value::Text(text)) => matches!(self.lexicon.units.cell(text), UnitSaid::Own(_)),
            Some(_) => false,
            None => {
                let mut titles = self.captions.iter().chain(self.names);
                titles.any(|title| self.lexicon.units.says_own_level(&title.text))
            }
        }
    }

    /// Without a register: figures of a table that names no unit at all, in a row, a column or a title.
    fn nobodys(&self, row: &Row, unit: OrgUnitId, around: &Around) -> bool {
        let register = self.lexicon.units.register();
        register.origin == Origin::Data
            && unit == register.root
            && *around == Around::None
            && self.unit_column_of(row).and_then(|col| row.get(col)).is_none()
            && !self.says_own(row)
    }

    /// A unit's row with one statement in place of all its figures: "Không phát sinh".
    fn says_nil(&self, row: &Row, filled: &[usize]) -> bool {
        let [only] = filled else { return false };
        match row.get(self.columns[*only].col) {
            Some(Value::Text(text)) => {
                let words = text.split_whitespace().count() > 1;
                words && matches!(number::parse(text, number::Style::Vietnamese), number::NumberText::Nil)
            }
            _ => false,
        }
    }

    /// Nil for every form that the table's columns say.
    fn nil_row(&mut self, row: &Row, walk: &mut Walk) {
        let unit = match self.row_unit(row, &walk.around, &walk.group_unit, &mut walk.last_unit) {
            Ok(unit) => unit,
            Err(aside) => return self.tell(aside.0, aside.1),
        };
        let Some(period) = self.period(&[]) else { return };
        let said = self.columns.iter().filter(|column| walk.taken.contains_key(&column.col));
        let mut forms: Vec<FormId> = said.flat_map(|c| c.labels.iter().flat_map(|l| l.forms.iter().copied())).collect();
        forms.extend(self.form_titles().flat_map(|(label, _)| label.forms.clone()));
        forms.sort();
        forms.dedup();
        for form in forms {
            self.submit_nil(unit, form, period.months(self.context.calendar), self.nil_cell(row));
        }
    }

    fn figure_columns(&self) -> Vec<usize> {
        (0..self.columns.len())
            .filter(|&at| {
                let column = &self.columns[at];
                // Numbers without a heading in the first column count the rows.
                let counts_rows = at == 0 && column.labels.is_empty();
                if let Some(ruled) = self.ruled_figures(column.col) {
                    return ruled;
                }
                column.use_ == Use::Open
                    && !counts_rows
                    && (column.kind == CellKind::Numbers || self.is_figure_heading(at))
            })
            .collect()
    }

    /// A column of words or blanks whose heading names an indicator or a period still holds figures, if bad ones.
    fn is_figure_heading(&self, at: usize) -> bool {
        let column = &self.columns[at];
        let Some(own) = column.labels.first() else { return false };
        if column.kind != CellKind::Numbers && !own.is_strange() && self.holds_statements(at) {
            return true;
        }
        column.kind != CellKind::Dates
            && own.fields.is_empty()
            && !own.is_strange()
            && (!own.names().is_empty() || !own.period.is_none() || own.is_total() && column.kind == CellKind::Empty)
    }

    /// "Kết quả" over nothing but "Không phát sinh" or "72/77", beside rows that name indicators.
    fn holds_statements(&self, at: usize) -> bool {
        let column = &self.columns[at];
        let heads = |label: &Arc<Label>| {
            label.has(Heading::Value) || !label.names().is_empty() || !label.period.is_none() || !label.roles.is_empty()
        };
        let parts = |text: &str| {
            let digits = |part: &str| !part.is_empty() && part.trim().chars().all(|c| c.is_ascii_digit());
            text.split_once('/').is_some_and(|(part, whole)| digits(part) && digits(whole))
        };
        let states = |text: &str| {
            let read = number::parse(text, column.style);
            parts(text)
                || matches!(
                    read,
                    number::NumberText::Nil
                        | number::NumberText::Dash
                        | number::NumberText::Range
                        | number::NumberText::Number(_)
                )
        };
        let mut filled = self.table.body.iter().filter_map(|row| row.get(column.col)).peekable();
        column.labels.first().is_some_and(heads)
            && filled.peek().is_some()
            && filled.all(|value| value.text().is_some_and(states))
            && self.table.body.iter().any(|row| {
                let labels = self.row_labels(row);
                labels.iter().any(|(label, cell)| cell.col != column.col && !label.names().is_empty())
            })
    }

    fn has_numbers(&self, columns: &[usize]) -> bool {
        columns.iter().any(|&at| self.columns[at].filled > 0)
    }

    /// The forms of its columns, else of its titles.
    fn forms_said(&self) -> Vec<FormId> {
        let of_columns = self.columns.iter().flat_map(|column| column.labels.iter());
        let forms: Vec<FormId> = of_columns.flat_map(|label| label.forms.iter().copied()).collect();
        if forms.is_empty() { self.titled_forms() } else { forms }
    }

    /// A header without figures is blank, not zero.
    fn nothing_stated(&mut self) {
        let forms = self.forms_said();
        if self.nil_beside.is_some() && !forms.is_empty() {
            return self.nothing_happened(forms);
        }
        let cell = self.first_cell();
        let forms: Vec<FormId> = self.form_titles().flat_map(|(label, _)| label.forms.clone()).collect();
        let known = self.columns.iter().any(|c| c.labels.iter().any(|l| !l.names().is_empty()));
        match forms.first() {
            Some(form) if known => {
                let form = self.lexicon.catalogue.form(*form).title.clone();
                self.tell_once(Problem::TableEmpty { form }, cell);
            }
            _ => self.tell_once(Problem::SheetWithoutTable, cell),
        }
    }

    /// The labels of a row: its texts in columns that name things, left to right; merged ones from above.
    pub fn row_labels(&self, row: &Row) -> Vec<(Arc<Label>, CellRef)> {
        let mut labels = Vec::new();
        for column in &self.columns {
            if self.ruled.ignores_column(column.col) {
                continue;
            }
            if column.use_ == Use::Period {
                let cell = CellRef::new(row.index, column.col);
                let text: Option<Arc<str>> = match row.get(column.col) {
                    Some(Value::Number(number)) => Some(format!("{} {number}", column.heading).into()),
                    Some(Value::Text(text))
                        if text.trim().chars().all(|c| c.is_ascii_alphanumeric()) && text.len() < 6 =>
                    {
                        Some(format!("{} {text}", column.heading).into())
                    }
                    Some(Value::Text(text)) => Some(text.clone()),
                    Some(Value::Date(day)) => Some(day.format("tháng %m/%Y").to_string().into()),
                    _ => None,
                };
                labels.extend(text.map(|text| (self.lexicon.understand(&text, Position::Cell), cell)));
                continue;
            }
            let names_rows = match column.use_ {
                Use::Content => true,
                // Words under a heading that names an indicator are no labels but bad figures.
                Use::Open => column.kind == CellKind::Words && column.labels.iter().all(|l| l.names().is_empty()),
                _ => false,
            };
            if !names_rows {
                continue;
            }
            let cell = CellRef::new(row.index, column.col);
            let value = row.get(column.col).or_else(|| {
                let area = self.table.grid.merge(row.index, column.col)?;
                self.table.grid.get(area.from.row, area.from.col)
            });
            if let Some(Value::Text(text)) = value {
                labels.push((self.lexicon.understand(text, Position::Cell), cell));
            }
        }
        labels
    }

    fn category_fields(&self, kinds: &[RowKind]) -> CategoryFields {
        let mut labels: Vec<Arc<Label>> = self.columns.iter().flat_map(|c| c.labels.iter().cloned()).collect();
        for (at, kind) in kinds.iter().enumerate() {
            if matches!(kind, RowKind::Data) {
                labels.extend(self.row_labels(self.table.body[at]).into_iter().map(|(label, _)| label));
            }
        }
        meaning::category_fields(labels.iter().map(Arc::as_ref))
    }

    /// The one form that the nearest column further left says by itself; a column that is not understood says none.
    fn form_to_the_left(&self, col: u32) -> Option<FormId> {
        let left = self.columns.iter().rev().filter(|c| c.col < col && c.use_ == Use::Open);
        for column in left {
            if column.labels.iter().any(|label| label.is_strange()) {
                return None;
            }
            let mut forms: Vec<FormId> = column.labels.iter().flat_map(|label| label.forms.iter().copied()).collect();
            forms.dedup();
            match forms[..] {
                [one] => return Some(one),
                [] => {}
                _ => return None,
            }
        }
        None
    }

    /// For each column what the other columns name for certain, so that "Tổng số đơn" beside "Tiếp nhận" is not it too.
    fn columns_alone(&self, columns: &[usize], categories: &CategoryFields) -> HashMap<u32, IndicatorSet> {
        let mut meanings: Vec<(u32, Meaning, (Vec<usize>, Tense))> = Vec::new();
        for &at in columns {
            let column = &self.columns[at];
            let near: Vec<&Label> = column.labels.iter().map(Arc::as_ref).collect();
            let Ok(tense) = self.tense(&near) else { continue };
            let governing = Governing {
                near: near.clone(),
                captions: &self.captions,
                names: self.names,
                left: self.form_to_the_left(column.col),
                beside: self.certain_beside(Some(column.col)),
                whole: self.named_whole(),
                measure: None,
                groups_from: usize::MAX,
                rows: IndicatorSet::default(),
            };
            if let Ok(meaning) = meaning::resolve(self.lexicon, &governing, categories, IndicatorSet::default()) {
                // Columns of another period, tense or unit claim nothing from each other.
                let aside: Vec<usize> = near
                    .iter()
                    .filter(|label| label.unit.is_some() || !label.period.is_none())
                    .map(|label| std::ptr::from_ref::<Label>(label) as usize)
                    .collect();
                meanings.push((column.col, meaning, (aside, tense)));
            }
        }
        let mut taken = HashMap::new();
        for (col, meaning, aside) in &meanings {
            let mut others = IndicatorSet::default();
            for (other_col, other, other_aside) in &meanings {
                let rival = other_col != col && other_aside == aside && other.categories == meaning.categories;
                // The one with fewer readings has the better claim; of equals the left one.
                if rival && (other.others.len(), *other_col) < (meaning.others.len(), *col) {
                    others.insert(other.indicator);
                }
            }
            taken.insert(*col, others);
        }
        // What is taken from a whole is taken from its parts.
        for column in &self.columns {
            if let Some(of_whole) = column.whole.and_then(|whole| taken.get(&whole).copied()) {
                taken.insert(column.col, of_whole);
            }
        }
        taken
    }

    /// Named once: the column, or the row where its own label says it.
    fn say_role(&mut self, role: Role, column_at: usize, labels: &[(Arc<Label>, CellRef)]) {
        let own = labels.iter().find(|(label, _)| label.roles.contains(&role));
        let column = &self.columns[column_at];
        let (heading, cell) = match own {
            Some((label, cell)) => (one_line(&label.text), *cell),
            None => (column.heading.clone(), column.cell),
        };
        self.tell_once(Problem::ColumnIgnored { heading, role: role.title() }, cell);
    }

    /// Words alone right below the row of column numbers tell how to fill in the form.
    fn instructs(&self, row: u32) -> bool {
        let Some(first) = self.table.body.first().filter(|first| first.index == row) else { return false };
        let rows = &self.table.grid.rows;
        let above = rows.partition_point(|above| above.index < row).checked_sub(1).map(|at| &rows[at]);
        let words = |value: &Value| {
            let said = value.text().map(|text| number::parse(text, number::Style::Vietnamese));
            matches!(said, Some(number::NumberText::Words | number::NumberText::Range))
                && value.text().is_some_and(|text| text.trim().contains(' '))
        };
        above.is_some_and(|above| above.index > self.table.header.1 && above.index + 1 == row)
            && first.cells.len() > 2
            && first.cells.iter().all(|(_, value)| words(value))
    }

    fn refuse(
        &mut self,
        refusal: Refusal,
        column_at: usize,
        labels: &[(Arc<Label>, CellRef)],
        groups: &[(u8, Arc<Label>, CellRef)],
    ) {
        let column = &self.columns[column_at];
        let of_row = |text: &str| {
            labels
                .iter()
                .find(|(label, _)| &*label.text == text)
                .map(|(label, cell)| (quoted_label(label, self.lexicon), *cell))
        };
        let row_text = labels.last().map(|(label, cell)| (quoted_label(label, self.lexicon), *cell));
        let named = row_text.clone().unwrap_or((column.named(), column.cell));
        // "Xin xác nhận" beside "Khiếu nại | Tố cáo" under "Tiếp nhận trong kỳ": what they make together lacks a part.
        let lacks_part = || {
            let (Some(own), Some(whole)) = (column.labels.first(), column.labels.get(1)) else { return false };
            let beside = || {
                let others = self.columns.iter().filter(|other| other.col != column.col);
                others.filter(|other| other.labels.get(1).is_some_and(|label| Arc::ptr_eq(label, whole)))
            };
            let named = !whole.is_strange() && !whole.names().is_empty();
            let part = |other: &super::ColumnRead| other.labels[0].names().is_empty() && !other.labels[0].is_strange();
            let total = beside().any(|other| other.labels[0].is_total());
            own.is_strange() && own.roles.is_empty() && named && !total && beside().any(part)
        };
        let of_group = |text: &str| groups.iter().find(|(_, label, _)| &*label.text == text);
        let of_column = |text: &str| column.labels.iter().any(|label| &*label.text == text);
        let (problem, cell) = match refusal {
            Refusal::Strange(text) | Refusal::Part(text)
                if of_row(&text).is_none() && !of_column(&text) && of_group(&text).is_some() =>
            {
                let (_, label, cell) = of_group(&text).expect("the guard found it");
                (Problem::GroupNotUnderstood { label: quoted_label(label, self.lexicon) }, *cell)
            }
            Refusal::Strange(text) => match of_row(&text) {
                Some((heading, cell)) if self.instructs(cell.row) => {
                    (Problem::ColumnNotUnderstood { heading, numeric: false }, cell)
                }
                Some((label, cell)) => {
                    let nearest = self.reading.indicators_like(&text, self.lexicon);
                    (Problem::RowNotUnderstood { label, nearest }, cell)
                }
                None if labels.is_empty() && lacks_part() => {
                    (Problem::PartUnknown { label: column.named() }, column.cell)
                }
                None => (Problem::ColumnNotUnderstood { heading: column.named(), numeric: true }, column.cell),
            },
            Refusal::Part(text) => {
                let (label, cell) = of_row(&text).unwrap_or((one_line(&text), column.cell));
                (Problem::PartUnknown { label }, cell)
            }
            // "Cộng" among columns that are understood adds them up.
            Refusal::NotNamed if column.labels.first().is_some_and(|l| l.is_total()) && !self.certain().is_empty() => {
                (Problem::ColumnIgnored { heading: named.0, role: Role::Total.title() }, named.1)
            }
            // "Thực hiện năm 2022" beside "Số cuộc đối thoại".
            Refusal::NotNamed
                if labels.is_empty()
                    && !self.certain().is_empty()
                    && column.labels.first().is_some_and(|label| label.period.year.is_some()) =>
            {
                (Problem::ColumnNotUnderstood { heading: column.named(), numeric: true }, column.cell)
            }
            Refusal::NotNamed => {
                let text = labels.last().map(|(label, _)| label.text.clone());
                let nearest = text.map(|text| self.reading.indicators_like(&text, self.lexicon)).unwrap_or_default();
                (Problem::IndicatorNotNamed { heading: named.0, of_row: row_text.is_some(), nearest }, named.1)
            }
            Refusal::Unclear(ids) => {
                let candidates = ids.into_iter().map(|id| self.lexicon.catalogue.indicator(id).title.clone()).collect();
                (Problem::IndicatorUnclear { heading: named.0, candidates }, named.1)
            }
        };
        // Each row that is not understood is named, a column once.
        if cell.row > self.table.header.1 {
            self.tell_each(problem, cell);
        } else if self.said.insert(format!("refused {cell}")) {
            self.tell_once(problem, cell);
        }
    }
}

/// Words before a person's name: "Hộ bà …", "của ông …".
const BEFORE_NAMES: [&str; 6] = ["ông", "bà", "anh", "chị", "cụ", "cháu"];
/// What those words also stand before: "bà con", "anh em", "ông bà", "chị em", "bà mẹ", "anh hùng".
const NO_NAMES: [&str; 5] = ["con", "em", "bà", "mẹ", "hùng"];

/// A row's label as a message may quote it (design 7.3): not where words that the catalogue does not know look like a name.
fn quoted_label(label: &Label, lexicon: &Lexicon) -> String {
    let words: Vec<&str> = label.text.split_whitespace().collect();
    let capital = |word: &str| word.chars().next().is_some_and(char::is_uppercase);
    let bare = |word: &'_ str| fold::nfc(word.trim_matches(|c: char| !c.is_alphanumeric())).into_owned();
    let called = |before: &str, word: &str| {
        let (before, word) = (bare(before).to_lowercase(), bare(word));
        let unknown = || lexicon.understand(&Arc::from(&*word), Position::Cell).is_strange();
        BEFORE_NAMES.contains(&&*before) && (capital(&word) || !NO_NAMES.contains(&&*word) && unknown())
    };
    let names = words.windows(2).any(|pair| pair.iter().all(|word| capital(word)) || called(pair[0], pair[1]));
    if label.is_strange() && (names || label.strange >= label.words) {
        "ô ghi chữ".into()
    } else {
        one_line(&label.text)
    }
}
