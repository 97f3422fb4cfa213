//! What was understood of a table, kept for who asks (`base::understanding`): no cost where nobody does.

use std::collections::{BTreeSet, HashMap};

use crate::base::cell::{Area, CellRef};
use crate::base::diagnostic::{Diagnostic, Problem};
use crate::base::period::{Part, Span};
use crate::base::record::{CategoryId, FieldId, FormId, IndicatorId};
use crate::base::understanding::{By, ColumnUnderstood, Means, ReadAs, RowRole, TableUnderstood, Told};
use crate::catalogue::register::Origin;
use crate::catalogue::words::Role;
use crate::ingest::label::MeasureSaid;
use crate::ingest::locate::one_line;
use crate::ingest::rules;
use crate::ingest::units::UnitSaid;

use super::cells::SaidBy;
use super::meaning::Meaning;
use super::records::{Assigned, Fills};
use super::rows::RowKind;
use super::{Around, CellKind, Reading, TableReader, Use, span_of, tense};

/// What is noted while a table is read.
#[derive(Default)]
pub struct Notes {
    read_as: Option<ReadAs>,
    /// For each column what its cells were understood as, and whether a row said so.
    meanings: HashMap<usize, Vec<Said>>,
    fields: HashMap<usize, Means>,
}

/// What a cell was understood as.
#[derive(PartialEq)]
struct Said {
    indicator: IndicatorId,
    categories: BTreeSet<(FieldId, CategoryId)>,
    /// Its row's labels name the indicator, not its column.
    by_row: bool,
}

/// Where a reading stood before a table.
pub struct Before {
    diagnostics: usize,
    records: usize,
}

impl Before {
    pub fn of(reading: &Reading) -> Self {
        Self { diagnostics: reading.diagnostics.len(), records: reading.records.len() }
    }
}

impl TableReader<'_, '_, '_> {
    pub fn note_read_as(&mut self, read_as: ReadAs) {
        if let Some(notes) = &mut self.notes {
            notes.read_as = Some(read_as);
        }
    }

    pub fn note_meaning(&mut self, at: usize, meaning: &Meaning, labelled: bool) {
        if self.notes.is_none() {
            return;
        }
        let of_column = self.columns[at].labels.iter().any(|label| label.names().contains(meaning.indicator));
        let categories = meaning.categories.iter().copied().collect();
        let said = Said { indicator: meaning.indicator, categories, by_row: labelled && !of_column };
        if let Some(notes) = &mut self.notes {
            let all = notes.meanings.entry(at).or_default();
            if !all.contains(&said) {
                all.push(said);
            }
        }
    }

    pub fn note_fields(&mut self, form: FormId, assigned: &[Assigned]) {
        let Some(notes) = &mut self.notes else { return };
        for a in assigned {
            let means = match a.fills {
                Fills::Number(id) | Fills::Ticks(id) => Means::Number(id),
                Fills::Mark(category) => Means::Field(form, a.field, Some(category)),
                Fills::Date | Fills::Category | Fills::Text => Means::Field(form, a.field, None),
            };
            notes.fields.insert(a.column, means);
        }
    }

    /// All that is known of the table now that it has been read.
    pub fn understood(&mut self, before: &Before) -> Option<TableUnderstood> {
        let notes = self.notes.take()?;
        let problems: Vec<Diagnostic> = self.reading.diagnostics[before.diagnostics..].to_vec();
        let read_as = notes.read_as.unwrap_or(ReadAs::Nothing);
        let body = &self.table.body;
        let headed = self.table.columns.iter().any(|column| !column.path.is_empty());
        let (first, last) = self.table.header;
        let top = if headed { first } else { body.first().map_or(first, |row| row.index) };
        let bottom = body.last().map_or(last, |row| row.index);
        let cols = || self.table.columns.iter().map(|column| column.col);
        let area = Area {
            from: CellRef::new(top, cols().min().unwrap_or(0)),
            to: CellRef::new(bottom, cols().max().unwrap_or(0)),
        };
        let list = matches!(read_as, ReadAs::List(_));
        let columns = (0..self.columns.len()).map(|at| self.column_understood(at, &notes, list, &problems)).collect();
        Some(TableUnderstood {
            area,
            header: headed.then_some(self.table.header),
            beside: false,
            captions: self.table.captions.iter().map(|caption| caption.cell).collect(),
            read_as,
            unit: self.unit_told(),
            period: self.period_told(list),
            columns,
            rows: self.rows_understood(list, before, &problems),
            problems,
            rules: self.ruled.lines().collect(),
        })
    }

    fn column_understood(&self, at: usize, notes: &Notes, list: bool, problems: &[Diagnostic]) -> ColumnUnderstood {
        let column = &self.columns[at];
        let said_of = |diagnostic: &&Diagnostic| {
            let code = diagnostic.problem.code();
            diagnostic.at.area.is_some_and(|area| area.from == column.cell)
                && [
                    "column-ignored",
                    "column-not-understood",
                    "indicator-not-named",
                    "indicator-unclear",
                    "part-unknown",
                ]
                .contains(&code)
        };
        let refused = || problems.iter().find(said_of).map(|diagnostic| Means::Ignored(diagnostic.problem.message()));
        let of_figures = || {
            let all = notes.meanings.get(&at)?;
            let first = &all[0];
            let mut categories = first.categories.clone();
            for other in &all[1..] {
                categories.retain(|category| other.categories.contains(category));
            }
            let one = all.iter().all(|said| said.indicator == first.indicator && !said.by_row);
            let indicator = self.lexicon.catalogue.indicator(first.indicator);
            Some(match one && indicator.reported && !indicator.is_rate() {
                true => Means::Indicator(first.indicator, categories.into_iter().collect()),
                false if one => return None,
                false => Means::Value,
            })
        };
        let ignored =
            self.ruled.ignores_column(column.col) && self.ruled.column(column.col) == Some(&rules::Says::Ignore);
        let labels_rows =
            !list && column.kind == CellKind::Words && column.labels.iter().all(|label| label.names().is_empty());
        let means = match (notes.fields.get(&at).cloned(), column.use_) {
            _ if ignored => Means::Ignored(String::new()),
            (Some(field), _) => field,
            (None, Use::Ordinal) => Means::Ordinal,
            (None, Use::Unit) => Means::Unit,
            (None, Use::Code) => Means::Code,
            (None, Use::Measure) => Means::Measure,
            (None, Use::Aside) => refused().unwrap_or(Means::Note),
            (None, Use::Personal) => Means::Personal,
            (None, Use::Period) => Means::Period,
            (None, Use::Content) if !list => Means::Label,
            (None, Use::Content | Use::Open) => match of_figures().or_else(refused) {
                Some(means) => means,
                None if labels_rows => Means::Label,
                None if list && column.filled > 0 && !column.labels.is_empty() => Means::Note,
                None => Means::Blank,
            },
        };
        let of = match &means {
            Means::Indicator(id, _) | Means::Number(id) => Some(*id),
            _ => None,
        };
        let kind = match &means {
            Means::Indicator(..) | Means::Value if !list => {
                let own = column.labels.iter().find_map(|label| label.other_role());
                let when = || column.labels.iter().any(|label| tense::says_when(label));
                let titled = || self.titled.as_ref().filter(|_| !when()).and_then(|titled| titled.other_role());
                own.or_else(titled).map(Role::title)
            }
            _ => None,
        };
        let rule = self.ruled.line_of(column.col);
        ColumnUnderstood {
            col: column.col,
            heading: column.heading.clone(),
            measure: of.and_then(|id| self.measure_told(at, id)),
            means,
            kind,
            rule,
        }
    }

    fn measure_told(&self, at: usize, id: IndicatorId) -> Option<Told> {
        let column = &self.columns[at];
        let said = self.said_by_labels(column.labels.iter().map(|label| &**label), id)?;
        let by = match said.by {
            SaidBy::Caption => self.ruled.measure.map(|(line, _)| By::Rule(line)),
            _ => self.ruled.measure_of(column.col).map(|(line, _)| By::Rule(line)),
        };
        // The measure of the titles holds for all columns that it fits, so that no rule has to say it of each.
        let whole = said.by == SaidBy::Caption;
        let same = self.lexicon.measure(&said.text) == said.measure && matches!(said.measure, MeasureSaid::Known(_));
        let rule = (same && !whole).then(|| said.text.clone());
        Some(Told { title: one_line(&said.text), rule, by: by.unwrap_or(By::Cell(column.cell)) })
    }

    /// Which caption or name first says something.
    fn told_by(&self, says: impl Fn(&super::Label) -> bool) -> By {
        let captions = self.captions.iter().find(|label| says(label));
        if let Some(label) = captions {
            let cell =
                self.table.captions.iter().find(|caption| caption.text == label.text).map(|caption| caption.cell);
            return cell.map_or(By::Assumed, By::Cell);
        }
        let name = self.names.iter().find(|label| says(label));
        name.map_or(By::Assumed, |label| By::Name(label.text.clone()))
    }

    /// Whose the table is, where its own rows do not say.
    fn unit_told(&mut self) -> Option<Told> {
        let Around::Unit(unit) = self.around().0 else { return None };
        let register = self.lexicon.units.register();
        let found = (register.origin == Origin::Data).then_some(unit.0 as usize).and_then(|at| at.checked_sub(1));
        let (title, code) = match found {
            Some(at) => (self.reading.found.get(at)?.name.clone(), None),
            None => (register.unit(unit).name.clone(), Some(register.unit(unit).code.clone())),
        };
        let means_it = |text: &String| match (rules::unit_named(&self.lexicon.units, text), found) {
            (UnitSaid::Known(id), None) => id == unit,
            (UnitSaid::Named { key, .. }, Some(at)) => self.reading.found[at].key == key,
            (UnitSaid::Own(id), _) => id == unit,
            _ => false,
        };
        let rule = [Some(title.clone()), code].into_iter().flatten().find(means_it);
        let by = match self.ruled.unit {
            Some((line, ..)) => By::Rule(line),
            None => self.told_by(|label| label.unit.is_some()),
        };
        Some(Told { title, rule, by })
    }

    /// Of when the table is, where its rows and columns do not say.
    fn period_told(&self, list: bool) -> Option<Told> {
        let (span, assumed) = span_of(&self.periods_around(), self.context.year)?;
        let means_it = |text: &String| {
            let said = rules::period_named(text);
            said.and_then(|said| span_of(&[said], None)).is_some_and(|(said, _)| said == span)
        };
        let title = span.title();
        let short = match span {
            Span::Named(period) => match period.part {
                Part::Year => period.year.to_string(),
                Part::Month(month) => format!("{}-{month:02}", period.year),
                _ => title.clone(),
            },
            Span::Years(..) | Span::Days(_) => title.clone(),
        };
        // What a folder's name says does not tell which months a list covers; a rule would.
        let near = self.captions.iter().chain(self.names.iter().take(2));
        let covers = !list || self.ruled.period.is_some() || near.into_iter().any(|label| !label.period.is_none());
        let rule = [short, title.clone()].into_iter().find(means_it).filter(|_| !assumed && covers);
        let by = match self.ruled.period {
            Some((line, _)) => By::Rule(line),
            None if assumed => By::Assumed,
            None => self.told_by(|label| !label.period.is_none()),
        };
        Some(Told { title, rule, by })
    }

    fn rows_understood(&self, list: bool, before: &Before, problems: &[Diagnostic]) -> Vec<(u32, RowRole)> {
        let kept: BTreeSet<u32> = self.reading.records[before.records..].iter().map(|record| record.row).collect();
        // Of what stands in a row's way the first is the reason.
        let mut reasons: HashMap<u32, &'static str> = HashMap::new();
        for diagnostic in problems {
            let whole = matches!(
                diagnostic.problem,
                Problem::DateImpossible { .. }
                    | Problem::DateUnreadable { .. }
                    | Problem::DateMissing { .. }
                    | Problem::UnitUnknown { .. }
                    | Problem::UnitAmbiguous { .. }
                    | Problem::UnitMissing
                    | Problem::UnitNotValid { .. }
                    | Problem::PeriodMissing
            );
            if let (Some(area), true) = (diagnostic.at.area, whole) {
                reasons.entry(area.from.row).or_insert(diagnostic.problem.code());
            }
        }
        let kinds = self.row_kinds();
        let rows = self.table.body.iter().zip(kinds).map(|(row, kind)| {
            let reason = reasons.get(&row.index).copied();
            let role = match kind {
                _ if self.ruled.ignores_row(row.index) => RowRole::Ignored,
                RowKind::Data if list && !kept.contains(&row.index) => {
                    RowRole::LeftOut(reason.unwrap_or("period-missing"))
                }
                RowKind::Data => match reason.filter(|_| !list) {
                    Some(reason) => RowRole::LeftOut(reason),
                    None => RowRole::Data,
                },
                RowKind::Group { .. } => RowRole::Group,
                RowKind::Total { .. } => RowRole::Total,
                RowKind::Nil => RowRole::Nil,
                RowKind::Part => RowRole::Part,
                RowKind::Aside { .. } => RowRole::LeftOut("column-ignored"),
                RowKind::Unclear => RowRole::LeftOut("part-unknown"),
                RowKind::Example => RowRole::Example,
                RowKind::Empty => RowRole::Empty,
            };
            (row.index, role)
        });
        rows.collect()
    }
}
