//! A table of figures: each number by the labels that its row, its column and everything around them have in common.
//! Which layout it is never matters: units, periods and categories may stand in rows, columns or titles.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::base::cell::{CellRef, Value};
use crate::base::diagnostic::Problem;
use crate::base::period::Span;
use crate::base::record::{CategoryId, FieldId, Figure, FormId, IndicatorId, OrgUnitId, Standing};
use crate::catalogue::indicator::OverTime;
use crate::catalogue::words::Role;
use crate::ingest::grid::Row;
use crate::ingest::label::{IndicatorSet, Label, Position};
use crate::ingest::locate::one_line;
use crate::ingest::units::UnitSaid;
use crate::ingest::value::number;

use super::meaning::{self, CategoryFields, Governing, Meaning, Refusal};
use super::rows::{RowKind, says_only_nil};
use super::{Around, CellKind, TableReader, Use, aside_role};

/// What an indicator is that is known only so that it is not taken for another.
const NOT_REPORTED: &str = "chỉ tiêu không tổng hợp trong báo cáo";

/// What one cell says besides its number.
type Claim = (IndicatorId, OrgUnitId, Span, Vec<(FieldId, CategoryId)>);

/// Labels known by their place in memory: each text is understood once, so the place tells the text.
type Path = (Vec<usize>, u32);

impl TableReader<'_, '_, '_> {
    pub fn figures(&mut self) {
        let kinds = self.row_kinds();
        if says_only_nil(&kinds) {
            let of_columns = self.columns.iter().flat_map(|column| column.labels.iter());
            let mut forms: Vec<FormId> = of_columns.flat_map(|label| label.forms.iter().copied()).collect();
            if forms.is_empty() {
                forms = self.titled_forms();
            }
            return self.nothing_happened(forms);
        }
        self.prove_totals(&kinds);
        let columns = self.figure_columns();
        if columns.is_empty() || !self.has_numbers(&columns) {
            self.nothing_stated();
            return;
        }
        let around = self.unit_around();
        let categories = self.category_fields(&kinds);
        let alone = self.columns_alone(&columns, &categories);
        let across = columns.iter().any(|&at| {
            self.columns[at].labels.iter().any(|l| l.unit.is_some() || l.period.part.is_some() || !l.period.is_none())
        });
        let of_data = |col: u32| {
            let rows = kinds.iter().zip(&self.table.body).filter(|(kind, _)| matches!(kind, RowKind::Data));
            rows.filter_map(move |(_, row)| row.get(col)).next().is_some()
        };
        let with_parts: HashSet<usize> = columns.iter().copied().filter(|&at| of_data(self.columns[at].col)).collect();
        let mut groups: Vec<(u8, Arc<Label>)> = Vec::new();
        let mut group_unit: Option<(UnitSaid, Arc<str>)> = None;
        let mut last_unit = None;
        let mut resolved: HashMap<Path, Result<Meaning, Refusal>> = HashMap::new();
        let mut submitted: BTreeMap<(OrgUnitId, FormId), Vec<(i32, u32)>> = BTreeMap::new();
        let mut bad_columns: HashSet<u32> = HashSet::new();
        for (at, kind) in kinds.iter().enumerate() {
            let row = self.table.body[at];
            let standing = match kind {
                RowKind::Data => Standing::Data,
                RowKind::Total { .. } => Standing::Total,
                RowKind::Group { label, level } => {
                    groups.retain(|(open, _)| open < level);
                    if let Some(unit) = &label.unit {
                        group_unit = Some((unit.clone(), label.text.clone()));
                        last_unit = None;
                    }
                    groups.push((*level, label.clone()));
                    continue;
                }
                RowKind::Nil | RowKind::Empty => continue,
            };
            let labels = self.row_labels(row, standing);
            let mut numeric: Vec<usize> =
                columns.iter().copied().filter(|&c| row.get(self.columns[c].col).is_some()).collect();
            if standing == Standing::Total {
                // What has parts here was compared with them; alone it stands for its unit.
                numeric.retain(|&column| !with_parts.contains(&column));
            }
            if standing == Standing::Data && labels.is_empty() && self.says_nil(row, &numeric) {
                self.nil_row(row, &around, &group_unit, &mut last_unit, &alone);
                continue;
            }
            // A numbered row without a unit's name is no repetition of the unit above.
            if self.columns.iter().any(|c| c.use_ == Use::Ordinal && row.get(c.col).is_some()) {
                last_unit = None;
            }
            let mut unit: Option<Option<OrgUnitId>> = None;
            let mut claims: BTreeMap<Claim, usize> = BTreeMap::new();
            let mut taken_back: Vec<usize> = Vec::new();
            for column_at in numeric {
                let column = &self.columns[column_at];
                let (col, cell) = (column.col, CellRef::new(row.index, column.col));
                if bad_columns.contains(&col) {
                    continue;
                }
                let column_labels: Vec<Arc<Label>> = column.labels.clone();
                let mut near: Vec<&Label> = labels.iter().rev().map(|(label, _)| label.as_ref()).collect();
                near.extend(column_labels.iter().map(Arc::as_ref));
                // The rows' groups govern what the rows name; a cluster of units says nothing of the indicators.
                let unit_rows = self.unit_column().is_some() && labels.is_empty();
                let open: Vec<&Label> = groups.iter().rev().map(|(_, label)| label.as_ref()).collect();
                near.extend(open.iter().filter(|label| !(unit_rows && (label.is_strange() || label.unit.is_some()))));
                if let Some(role) = aside_role(&near) {
                    self.say_role(role, column_at, &labels);
                    continue;
                }
                let total_column = column_labels.first().is_some_and(|label| label.is_total());
                if total_column && across {
                    self.say_role(Role::Total, column_at, &[]);
                    continue;
                }
                let row_measure = self.row_measure(row, col);
                let path: Path = (near.iter().map(|l| std::ptr::from_ref::<Label>(l) as usize).collect(), col);
                let meaning = match resolved.get(&path) {
                    Some(known) => known.clone(),
                    None => {
                        let taken = if labels.is_empty() && open.is_empty() {
                            alone.get(&col).copied().unwrap_or_default()
                        } else {
                            IndicatorSet::default()
                        };
                        let governing = Governing {
                            near: near.clone(),
                            captions: &self.captions,
                            names: self.names,
                            left: self.form_to_the_left(col),
                            beside: self.certain(),
                            measure: row_measure.as_ref().map(|(m, _)| m),
                        };
                        let meaning = meaning::resolve(self.lexicon, &governing, &categories, taken);
                        resolved.insert(path, meaning.clone());
                        meaning
                    }
                };
                let meaning = match meaning {
                    Ok(meaning) => meaning,
                    Err(refusal) => {
                        if labels.is_empty() {
                            bad_columns.insert(col);
                        }
                        self.refuse(refusal, column_at, &labels);
                        continue;
                    }
                };
                if let Some((nearer, farther)) = &meaning.disagreement {
                    let problem = Problem::LabelsDisagree { nearer: one_line(nearer), farther: one_line(farther) };
                    let place = self.columns[column_at].cell;
                    self.tell_once(problem, place);
                }
                let indicator = self.lexicon.catalogue.indicator(meaning.indicator);
                if indicator.is_rate() {
                    self.say_role(Role::Share, column_at, &labels);
                    continue;
                }
                if !indicator.reported {
                    let column = &self.columns[column_at];
                    let heading = labels.last().map_or(column.heading.clone(), |(label, _)| one_line(&label.text));
                    let place = labels.last().map_or(column.cell, |(_, cell)| *cell);
                    self.tell_once(Problem::ColumnIgnored { heading, role: NOT_REPORTED }, place);
                    continue;
                }
                if meaning.categories.iter().map(|(field, _)| field).collect::<HashSet<_>>().len()
                    < meaning.categories.len()
                {
                    // Two categories of one field in one path: "Khiếu nại" under "Tố cáo".
                    let label = self.columns[column_at].heading.clone();
                    self.tell_once(Problem::PartUnknown { label }, cell);
                    continue;
                }
                if meaning.categories.len() > 1 {
                    let label = self.columns[column_at].heading.clone();
                    let place = self.columns[column_at].cell;
                    self.tell_once(Problem::CategoryUnclear { label }, place);
                }
                let unit = match near.iter().find_map(|label| label.unit.clone()) {
                    Some(said) if self.unit_column().is_none() => self.unit_id(&said),
                    _ if standing == Standing::Total => Some(self.total_unit(row)),
                    _ => *unit.get_or_insert_with(|| match self.row_unit(row, &around, &group_unit, &mut last_unit) {
                        Ok(unit) => Some(unit),
                        Err(aside) => {
                            let (problem, cell) = *aside;
                            self.tell(problem, cell);
                            None
                        }
                    }),
                };
                let Some(unit) = unit else { continue };
                // A parent's bare name is its parts' total, unless they have no figures anywhere (design 4.8).
                let own = self.says_own(row, &around);
                let standing = if !own && self.is_parent(unit) { Standing::Total } else { standing };
                let mut labels_of_time = near.clone();
                // "Tồn năm 2022 chuyển sang" is a figure of the year that it opens.
                let opens = indicator.over_time == OverTime::First;
                let tells_time = |label: &&Label| !label.period.is_none() && (!opens || label.names().is_empty());
                labels_of_time.retain(tells_time);
                let Some(period) = self.period(&labels_of_time) else {
                    let cell = self.first_cell();
                    self.tell_once(Problem::PeriodMissing, cell);
                    return;
                };
                if let Err(problem) = self.valid(unit, period) {
                    self.tell_once(problem, cell);
                    continue;
                }
                let months = period.months(self.context.calendar);
                submitted.entry((unit, indicator.form)).or_default().extend(months);
                let read = self.stated(row, cell, column_at, meaning.indicator, near.iter().copied());
                let Some(value) = read else {
                    continue;
                };
                let claim: Claim = (meaning.indicator, unit, period, meaning.categories.clone());
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
                claims.insert(claim, self.reading.figures.len());
                let source = self.source(cell);
                self.reading.figures.push(Figure {
                    indicator: meaning.indicator,
                    org_unit: unit,
                    period,
                    categories: meaning.categories,
                    standing,
                    value,
                    source,
                });
            }
            taken_back.sort_unstable();
            taken_back.dedup();
            for at in taken_back.into_iter().rev() {
                self.reading.figures.remove(at);
            }
        }
        for ((unit, form), months) in submitted {
            self.submit(unit, form, months, false);
        }
    }

    /// Whose total a row is: the unit that its label names, else the office's own.
    fn total_unit(&mut self, row: &Row) -> OrgUnitId {
        let texts = row.cells.iter().filter_map(|(_, value)| value.text());
        let named = texts.map(|text| self.lexicon.units.cell(text)).find_map(|said| match said {
            UnitSaid::Known(unit) => Some(unit),
            _ => None,
        });
        named.unwrap_or(self.lexicon.units.register().root)
    }

    fn is_parent(&self, unit: OrgUnitId) -> bool {
        self.lexicon.units.register().children(unit).next().is_some()
    }

    /// Whether a parent's figures are said to be its own: "Cấp huyện" in the row, or a table that names no unit at all.
    fn says_own(&self, row: &Row, around: &Around) -> bool {
        match self.unit_column().and_then(|col| row.get(col)) {
            Some(Value::Text(text)) => matches!(self.lexicon.units.cell(text), UnitSaid::Own(_)),
            Some(_) => false,
            None => *around == Around::None,
        }
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
    fn nil_row(
        &mut self,
        row: &Row,
        around: &Around,
        group: &Option<(UnitSaid, Arc<str>)>,
        last: &mut Option<OrgUnitId>,
        columns: &HashMap<u32, IndicatorSet>,
    ) {
        let unit = match self.row_unit(row, around, group, last) {
            Ok(unit) => unit,
            Err(aside) => return self.tell(aside.0, aside.1),
        };
        let Some(period) = self.period(&[]) else { return };
        let said = self.columns.iter().filter(|column| columns.contains_key(&column.col));
        let mut forms: Vec<FormId> = said.flat_map(|c| c.labels.iter().flat_map(|l| l.forms.iter().copied())).collect();
        forms.extend(self.form_titles().flat_map(|(label, _)| label.forms.clone()));
        forms.sort();
        forms.dedup();
        for form in forms {
            self.submit(unit, form, period.months(self.context.calendar), true);
        }
    }

    fn figure_columns(&self) -> Vec<usize> {
        (0..self.columns.len())
            .filter(|&at| {
                let column = &self.columns[at];
                // Numbers without a heading in the first column count the rows.
                let counts_rows = at == 0 && column.labels.is_empty();
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
        column.kind != CellKind::Dates
            && own.fields.is_empty()
            && !own.is_strange()
            && (!own.names().is_empty() || !own.period.is_none() || own.is_total() && column.kind == CellKind::Empty)
    }

    fn has_numbers(&self, columns: &[usize]) -> bool {
        columns.iter().any(|&at| self.columns[at].filled > 0)
    }

    /// A header without figures is blank, not zero.
    fn nothing_stated(&mut self) {
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
    fn row_labels(&self, row: &Row, standing: Standing) -> Vec<(Arc<Label>, CellRef)> {
        if standing == Standing::Total {
            return Vec::new();
        }
        let mut labels = Vec::new();
        for column in &self.columns {
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
                labels.extend(self.row_labels(self.table.body[at], Standing::Data).into_iter().map(|(label, _)| label));
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
        let mut meanings: Vec<(u32, Meaning, Vec<usize>)> = Vec::new();
        for &at in columns {
            let column = &self.columns[at];
            let near: Vec<&Label> = column.labels.iter().map(Arc::as_ref).collect();
            if aside_role(&near).is_some() {
                continue;
            }
            let governing = Governing {
                near: near.clone(),
                captions: &self.captions,
                names: self.names,
                left: self.form_to_the_left(column.col),
                beside: self.certain(),
                measure: None,
            };
            if let Ok(meaning) = meaning::resolve(self.lexicon, &governing, categories, IndicatorSet::default()) {
                // Columns of another period or unit claim nothing from each other.
                let aside: Vec<usize> = near
                    .iter()
                    .filter(|label| label.unit.is_some() || !label.period.is_none())
                    .map(|label| std::ptr::from_ref::<Label>(label) as usize)
                    .collect();
                meanings.push((column.col, meaning, aside));
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

    fn refuse(&mut self, refusal: Refusal, column_at: usize, labels: &[(Arc<Label>, CellRef)]) {
        let column = &self.columns[column_at];
        let of_row = |text: &str| {
            labels.iter().find(|(label, _)| &*label.text == text).map(|(label, cell)| (quoted_label(label), *cell))
        };
        let row_text = labels.last().map(|(label, cell)| (quoted_label(label), *cell));
        let named = row_text.clone().unwrap_or((column.named(), column.cell));
        let (problem, cell) = match refusal {
            Refusal::Strange(text) => match of_row(&text) {
                Some((heading, cell)) => (Problem::ColumnNotUnderstood { heading, numeric: true }, cell),
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
            Refusal::NotNamed => (Problem::IndicatorNotNamed { heading: named.0 }, named.1),
            Refusal::Unclear(ids) => {
                let candidates = ids.into_iter().map(|id| self.lexicon.catalogue.indicator(id).title.clone()).collect();
                (Problem::IndicatorUnclear { heading: named.0, candidates }, named.1)
            }
        };
        self.tell_once(problem, cell);
    }
}

/// A row's label as a message may quote it (design 7.3): not where words that the catalogue does not know look like a name.
fn quoted_label(label: &Label) -> String {
    let words: Vec<&str> = label.text.split_whitespace().collect();
    let capital = |word: &&str| word.chars().next().is_some_and(char::is_uppercase);
    let names = words.windows(2).any(|pair| pair.iter().all(capital));
    if label.is_strange() && (names || label.strange >= label.words) {
        "ô ghi chữ".into()
    } else {
        one_line(&label.text)
    }
}
