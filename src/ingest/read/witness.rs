//! The stated totals of a table, compared with the sums of their parts, cell by cell (design 4.8).

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::base::amount::Amount;
use crate::base::cell::{CellRef, Value};
use crate::base::diagnostic::Problem;
use crate::ingest::grid::Row;
use crate::ingest::label::Position;
use crate::ingest::locate::one_line;
use crate::ingest::value::number::{self, NumberText};

use super::TableReader;
use super::rows::RowKind;

/// More rows of periods than any table has.
const MOST_PERIODS: usize = 100;

/// Sums of one column.
struct Sums {
    /// For each row the sum of those above it, and at the end that of all.
    above: Vec<Option<Amount>>,
    /// Of all stated totals that are numbers, and how many are none.
    totals: Option<Amount>,
    strange: usize,
    totals_count: usize,
}

impl TableReader<'_, '_, '_> {
    /// Compares each stated total with the sum of its rows, cell by cell.
    pub fn prove_totals(&mut self, kinds: &[RowKind]) {
        let totals: Vec<usize> = (0..kinds.len()).filter(|&at| matches!(kinds[at], RowKind::Total { .. })).collect();
        if totals.is_empty() {
            return;
        }
        let summed: Vec<usize> = (0..self.columns.len()).filter(|&at| self.is_summed(at)).collect();
        let longer = self.longer_periods(kinds);
        for column in summed {
            for &total in &totals {
                let RowKind::Total { text } = &kinds[total] else { continue };
                let row = self.table.body[total];
                if self.stated_total(column, row) == Some(None) {
                    let (label, heading) = (self.quoted_total(text), self.columns[column].heading.clone());
                    let cell = CellRef::new(row.index, self.columns[column].col);
                    self.tell(Problem::TotalUnproved { label, heading }, cell);
                }
            }
            let Some(mut values) = self.column_values(column, kinds) else { continue };
            values.retain(|row, _| !longer.contains(row));
            if values.is_empty() {
                continue;
            }
            let sums = self.sums(column, &totals, &values, kinds.len());
            for &total in &totals {
                self.prove(column, total, &sums, kinds, &values);
            }
        }
    }

    /// Rows of periods that other rows divide: "6 tháng" below "Quý I" and "Quý II" adds nothing to "Cả năm".
    fn longer_periods(&self, kinds: &[RowKind]) -> HashSet<usize> {
        let months = |at: usize| {
            let labels = self.row_labels(self.table.body[at]);
            labels.iter().find_map(|(label, _)| label.period.part).map(|part| part.months())
        };
        let data = (0..kinds.len()).filter(|&at| matches!(kinds[at], RowKind::Data)).take(MOST_PERIODS);
        let periods: Vec<_> = data.filter_map(|at| Some((at, months(at)?))).collect();
        let divided = |at: usize, (from, to): (u32, u32)| {
            periods.iter().any(|(other, months)| {
                let (first, last) = (*months.start(), *months.end());
                *other != at && from <= first && last <= to && (from, to) != (first, last)
            })
        };
        periods.iter().filter(|(at, m)| divided(*at, (*m.start(), *m.end()))).map(|(at, _)| *at).collect()
    }

    /// A total's number; `None` in `Some` where the cell holds something that cannot be compared.
    fn stated_total(&self, column: usize, row: &Row) -> Option<Option<Amount>> {
        let column = &self.columns[column];
        Some(match row.get(column.col)? {
            Value::Number(number) => Some(*number),
            Value::Text(text) => match number::parse(text, column.style) {
                NumberText::Number(reading) => Some(reading.number),
                NumberText::Nil => Some(Amount::ZERO),
                NumberText::Dash | NumberText::Blank => return None,
                NumberText::Range | NumberText::Words => None,
            },
            _ => None,
        })
    }

    /// A total's label as a message may quote it: words of the vocabulary or a unit's name only (design 7.3).
    fn quoted_total(&self, text: &Arc<str>) -> String {
        let label = self.lexicon.understand(text, Position::Cell);
        let known = label.strange == 0 && (label.unit.is_some() || label.is_known()) && !text.is_empty();
        if known { one_line(text) } else { "dòng tổng".into() }
    }

    /// The numbers of a column's data rows; `None` where one of them could not be read, so that nothing can be proved.
    fn column_values(&self, at: usize, kinds: &[RowKind]) -> Option<BTreeMap<usize, Amount>> {
        let column = &self.columns[at];
        let mut values = BTreeMap::new();
        for (at, row) in self.table.body.iter().enumerate() {
            if !matches!(kinds[at], RowKind::Data) {
                continue;
            }
            match self.figure_at(row, column.col) {
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

    /// What is added up once for all totals of a column.
    fn sums(&self, column: usize, totals: &[usize], values: &BTreeMap<usize, Amount>, rows: usize) -> Sums {
        let col = self.columns[column].col;
        let mut above = Vec::with_capacity(rows + 1);
        let mut sum = Some(Amount::ZERO);
        for at in 0..=rows {
            above.push(sum);
            sum = match values.get(&at) {
                Some(value) => sum.and_then(|sum| sum.checked_add(*value)),
                None => sum,
            };
        }
        let stated: Vec<Amount> = totals
            .iter()
            .filter_map(|&at| match self.table.body[at].get(col)? {
                Value::Number(number) => Some(*number),
                _ => None,
            })
            .collect();
        let sum = stated.iter().try_fold(Amount::ZERO, |sum, number| sum.checked_add(*number));
        Sums { above, totals: sum, strange: totals.len() - stated.len(), totals_count: totals.len() }
    }

    fn prove(&mut self, column: usize, total: usize, sums: &Sums, kinds: &[RowKind], values: &BTreeMap<usize, Amount>) {
        let col = self.columns[column].col;
        let row = self.table.body[total];
        let RowKind::Total { text: label } = &kinds[total] else { return };
        let Some(Some(stated)) = self.stated_total(column, row) else { return };
        let sum = |range: std::ops::Range<usize>| -> Option<Amount> {
            // No row proves nothing, not zero.
            values.range(range.clone()).next()?;
            values.range(range).try_fold(Amount::ZERO, |sum, (_, value)| sum.checked_add(*value))
        };
        let is_edge = |at: &usize| matches!(kinds[*at], RowKind::Total { .. } | RowKind::Group { .. });
        let above_from = (0..total).rev().find(is_edge).map_or(0, |at| at + 1);
        let below_to = (total + 1..kinds.len()).find(is_edge).unwrap_or(kinds.len());
        // Subtotals of the same column may be what a grand total adds up.
        let (own, strange) = match self.table.body[total].get(col) {
            Some(Value::Number(own)) => (*own, 0),
            _ => (Amount::ZERO, 1),
        };
        let several = sums.totals_count > 1;
        let subtotals = sums.totals.filter(|_| several && sums.strange == strange).and_then(|all| all.checked_sub(own));
        let whole = sums.above[kinds.len()];
        let candidates = [whole, sum(above_from..total), sum(total + 1..below_to), sums.above[total], subtotals];
        if candidates.iter().flatten().any(|sum| *sum == stated) {
            return;
        }
        let several = several && (above_from < total) && above_from > 0 && total + 1 < kinds.len();
        let Some(sum) = (if several { candidates[1] } else { whole }) else { return };
        let decimals = stated.scale().max(sum.scale());
        let problem = Problem::TotalMismatch {
            label: self.quoted_total(label),
            indicator: self.columns[column].heading.clone(),
            stated,
            sum,
            decimals,
        };
        self.tell(problem, CellRef::new(row.index, col));
    }
}
