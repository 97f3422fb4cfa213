//! What each body row is: data, a group's heading, a stated total, a statement that nothing happened. And the totals' proof.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::amount::Amount;
use crate::base::cell::{CellRef, Value};
use crate::base::diagnostic::Problem;
use crate::base::fold;
use crate::catalogue::words::Role;
use crate::ingest::grid::Row;
use crate::ingest::label::{Label, MeasureSaid, Position};
use crate::ingest::locate::one_line;
use crate::ingest::units::{self, UnitSaid};
use crate::ingest::value::number::{self, NumberText};

use super::{CellKind, TableReader, Use, text_kind};

#[derive(Clone, Debug)]
pub enum RowKind {
    Data,
    /// Text alone: "I. Đối thoại", "Cụm số 1", "Xã Bảo Hà".
    Group {
        label: Arc<Label>,
        level: u8,
    },
    /// "Cộng", "Toàn huyện", the parent's own name over its parts.
    Total {
        text: Arc<str>,
    },
    /// "Không phát sinh" alone.
    Nil,
    /// An ordinal and nothing else, column numbers again, a line of the letter.
    Empty,
}

impl TableReader<'_, '_, '_> {
    pub fn row_kinds(&self) -> Vec<RowKind> {
        let rows = &self.table.body;
        let mut kinds: Vec<RowKind> = rows.iter().map(|row| self.row_kind(row)).collect();
        self.parents_are_totals(&mut kinds);
        kinds
    }

    fn row_kind(&self, row: &Row) -> RowKind {
        let filled: Vec<&(u32, Value)> =
            row.cells.iter().filter(|(col, _)| self.use_of(*col) != Some(Use::Ordinal)).collect();
        if filled.is_empty() {
            return match row.cells.first() {
                // "Cộng" in the ordinals' column, without figures.
                Some((_, Value::Text(text))) if !is_ordinal(text) => self.text_row(text),
                _ => RowKind::Empty,
            };
        }
        let (first_col, first) = &row.cells[0];
        if let Value::Text(text) = first
            && self.may_label_rows(*first_col)
            && self.lexicon.is_total(text)
        {
            return RowKind::Total { text: text.clone() };
        }
        // An ordinal or a blank before it: "| TOÀN HUYỆN |", "A | Tổng số |".
        if let Some((col, Value::Text(text))) = filled.first()
            && !matches!(first, Value::Number(_) | Value::Date(_))
            && (self.may_label_rows(*col) || self.is_total_alone(*col, text))
            && self.lexicon.is_total(text)
        {
            return RowKind::Total { text: text.clone() };
        }
        let only_text = filled.iter().all(|(_, value)| match value {
            Value::Text(text) => text_kind(text) == CellKind::Words,
            _ => false,
        });
        if only_text && filled.len() == 1 {
            let (_, Value::Text(text)) = filled[0] else { return RowKind::Data };
            // A unit's row without any figure is a blank report, not a group.
            let of_unit = Some(filled[0].0) == self.unit_column();
            if of_unit && !matches!(self.lexicon.units.cell(text), UnitSaid::Unknown) && !is_ordinal_led(row) {
                return RowKind::Data;
            }
            return self.group(row, text);
        }
        if filled.len() == 1
            && let (_, Value::Text(text)) = filled[0]
            && matches!(number::parse(text, number::Style::Vietnamese), NumberText::Nil)
        {
            return RowKind::Nil;
        }
        RowKind::Data
    }

    /// A row of one text.
    fn text_row(&self, text: &Arc<str>) -> RowKind {
        if matches!(number::parse(text, number::Style::Vietnamese), NumberText::Nil) {
            return RowKind::Nil;
        }
        if self.lexicon.is_total(text) {
            return RowKind::Total { text: text.clone() };
        }
        let label = self.lexicon.understand(text, Position::Cell);
        if label.letter.is_some() { RowKind::Empty } else { RowKind::Group { level: level(text), label } }
    }

    fn group(&self, row: &Row, text: &Arc<str>) -> RowKind {
        match (&row.cells[0].1, self.text_row(text)) {
            (Value::Text(ordinal), RowKind::Group { label, .. }) if is_ordinal(ordinal) => {
                RowKind::Group { level: level(ordinal), label }
            }
            (Value::Number(_), RowKind::Group { label, .. }) => RowKind::Group { level: 3, label },
            (_, kind) => kind,
        }
    }

    fn use_of(&self, col: u32) -> Option<Use> {
        self.columns.iter().find(|c| c.col == col).map(|c| c.use_)
    }

    /// Villages' and persons' columns label no rows: thôn Tổng Kim is no total.
    fn may_label_rows(&self, col: u32) -> bool {
        match self.columns.iter().find(|c| c.col == col) {
            Some(column) => match column.use_ {
                Use::Ordinal | Use::Unit | Use::Content | Use::Code => true,
                Use::Open => column.labels.first().is_none_or(|label| label.fields.is_empty()),
                Use::Measure | Use::Aside | Use::Personal => false,
            },
            None => true,
        }
    }

    /// "Tổng" and no more, in a column of dates or kinds: never in one of villages or people.
    fn is_total_alone(&self, col: u32, text: &Arc<str>) -> bool {
        let aside = matches!(self.use_of(col), Some(Use::Aside | Use::Personal));
        !aside && self.lexicon.understand(text, Position::Cell).is_total()
    }

    /// The bare name of a parent over or under its parts is their total.
    fn parents_are_totals(&self, kinds: &mut [RowKind]) {
        let Some(col) = self.unit_column() else { return };
        let register = self.lexicon.units.register();
        let said: Vec<Option<UnitSaid>> = self
            .table
            .body
            .iter()
            .zip(kinds.iter())
            .map(|(row, kind)| match (kind, row.get(col)) {
                (RowKind::Data, Some(Value::Text(text))) => Some(self.lexicon.units.cell(text)),
                _ => None,
            })
            .collect();
        for (at, kind) in kinds.iter_mut().enumerate() {
            let Some(UnitSaid::Known(parent)) = said[at] else { continue };
            let has_parts = said.iter().flatten().any(|other| match other {
                UnitSaid::Known(unit) => *unit != parent && register.is_within(*unit, parent),
                _ => false,
            });
            if has_parts && let Some(Value::Text(text)) = self.table.body[at].get(col) {
                *kind = RowKind::Total { text: text.clone() };
            }
        }
    }

    /// Compares each stated total with the sum of its rows, cell by cell.
    pub fn prove_totals(&mut self, kinds: &[RowKind]) {
        let totals: Vec<usize> = (0..kinds.len()).filter(|&at| matches!(kinds[at], RowKind::Total { .. })).collect();
        if totals.is_empty() {
            return;
        }
        let summed: Vec<usize> = (0..self.columns.len()).filter(|&at| self.is_summed(at)).collect();
        for column in summed {
            let Some(values) = self.column_values(column, kinds) else { continue };
            if values.is_empty() {
                continue;
            }
            for &total in &totals {
                self.prove(column, total, &totals, kinds, &values);
            }
        }
    }

    fn is_summed(&self, at: usize) -> bool {
        let column = &self.columns[at];
        let rate = column.labels.iter().any(|label| {
            label.roles.contains(&Role::Share)
                || label.names().iter().any(|id| self.lexicon.catalogue.indicator(id).is_rate())
                || matches!(&label.measure, Some(MeasureSaid::Known(all)) if all.iter().any(|&m| &*self.lexicon.catalogue.measures[m].dimension == "rate"))
        });
        !rate && column.use_ == Use::Open && column.kind == CellKind::Numbers
    }

    /// The numbers of a column's data rows; `None` where one of them could not be read, so that nothing can be proved.
    fn column_values(&self, at: usize, kinds: &[RowKind]) -> Option<BTreeMap<usize, Amount>> {
        let column = &self.columns[at];
        let mut values = BTreeMap::new();
        for (at, row) in self.table.body.iter().enumerate() {
            if !matches!(kinds[at], RowKind::Data) {
                continue;
            }
            match row.get(column.col) {
                None => {}
                Some(Value::Number(number)) => {
                    values.insert(at, *number);
                }
                Some(Value::Text(text)) => match number::parse(text, column.style) {
                    NumberText::Number(reading) => {
                        values.insert(at, reading.number);
                    }
                    NumberText::Nil | NumberText::Dash | NumberText::Blank => {}
                    NumberText::Range | NumberText::Words => return None,
                },
                Some(_) => return None,
            }
        }
        Some(values)
    }

    fn prove(
        &mut self,
        column: usize,
        total: usize,
        totals: &[usize],
        kinds: &[RowKind],
        values: &BTreeMap<usize, Amount>,
    ) {
        let col = self.columns[column].col;
        let style = self.columns[column].style;
        let row = self.table.body[total];
        let stated = match row.get(col) {
            Some(Value::Number(number)) => *number,
            Some(Value::Text(text)) => match number::parse(text, style) {
                NumberText::Number(reading) => reading.number,
                _ => return,
            },
            _ => return,
        };
        let sum = |range: std::ops::Range<usize>| -> Option<Amount> {
            values.range(range).try_fold(Amount::ZERO, |sum, (_, value)| sum.checked_add(*value))
        };
        let is_edge = |at: &usize| matches!(kinds[*at], RowKind::Total { .. } | RowKind::Group { .. });
        let above_from = (0..total).rev().find(is_edge).map_or(0, |at| at + 1);
        let below_to = (total + 1..kinds.len()).find(is_edge).unwrap_or(kinds.len());
        // Subtotals of the same column may be what a grand total adds up.
        let subtotals = || -> Option<Amount> {
            totals.iter().filter(|&&at| at != total).try_fold(Amount::ZERO, |sum, &at| {
                match self.table.body[at].get(col) {
                    Some(Value::Number(number)) => sum.checked_add(*number),
                    _ => None,
                }
            })
        };
        let whole = sum(0..kinds.len());
        let candidates = [whole, sum(above_from..total), sum(total + 1..below_to), sum(0..total), subtotals()];
        if candidates.iter().flatten().any(|sum| *sum == stated) {
            return;
        }
        let RowKind::Total { text } = &kinds[total] else { return };
        let several = totals.len() > 1 && (above_from < total) && above_from > 0 && total + 1 < kinds.len();
        let Some(sum) = (if several { candidates[1] } else { whole }) else { return };
        let decimals = stated.scale().max(sum.scale());
        let problem = Problem::TotalMismatch {
            label: one_line(text),
            indicator: self.columns[column].heading.clone(),
            stated,
            sum,
            decimals,
        };
        self.tell(problem, CellRef::new(row.index, col));
    }
}

fn is_ordinal(text: &str) -> bool {
    let tokens = fold::tokens(text);
    match tokens.as_slice() {
        [one] => one.digits || units::is_roman(&one.bare) || one.bare.len() == 1,
        [] => true,
        many => many.len() <= 4 && many.iter().all(|t| t.digits || units::is_roman(&t.bare)),
    }
}

fn is_ordinal_led(row: &Row) -> bool {
    matches!(&row.cells[0].1, Value::Text(text) if is_ordinal(text) && level(text) < 3)
}

/// How deep an ordinal stands: A, I, 1, a, -.
fn level(text: &str) -> u8 {
    let text = text.trim();
    let first = text.split(['.', ')', ' ', '/']).next().unwrap_or(text);
    let upper = first.chars().all(|c| c.is_ascii_uppercase());
    let lower = first.chars().all(|c| c.is_ascii_lowercase());
    match () {
        () if first.is_empty() => 6,
        () if upper && units::is_roman(&first.to_ascii_lowercase()) => 2,
        () if upper && first.len() == 1 => 1,
        () if first.chars().all(|c| c.is_ascii_digit()) => 3,
        () if lower && first.len() == 1 => 4,
        () if first.starts_with(['-', '+', '*', '–']) => 5,
        () => 6,
    }
}
