//! What each body row is: data, a group's heading, a stated total, a statement that nothing happened. And the totals' proof.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::base::amount::Amount;
use crate::base::cell::{CellRef, Value};
use crate::base::diagnostic::Problem;
use crate::base::fold;
use crate::base::record::OrgUnitId;
use crate::catalogue::register::Origin;
use crate::catalogue::words::Role;
use crate::ingest::grid::Row;
use crate::ingest::label::{Label, MeasureSaid, Position};
use crate::ingest::locate::one_line;
use crate::ingest::units::{self, UnitSaid};
use crate::ingest::value::number::{self, NumberText};

use super::{CellKind, ColumnRead, TableReader, Use, text_kind};

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
    /// A part of the unit above, which counts it already.
    Part,
    /// The example of a blank form: "VD".
    Example,
    /// An ordinal and nothing else, column numbers again, a line of the letter.
    Empty,
}

/// Whether a table says that nothing happened, and nothing else.
pub fn says_only_nil(kinds: &[RowKind]) -> bool {
    kinds.iter().any(|kind| matches!(kind, RowKind::Nil))
        && !kinds.iter().any(|kind| matches!(kind, RowKind::Data | RowKind::Total { .. }))
}

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
    pub fn row_kinds(&self) -> Vec<RowKind> {
        let rows = &self.table.body;
        let kind = |row: &&Row| if self.ruled.ignores_row(row.index) { RowKind::Empty } else { self.row_kind(row) };
        let mut kinds: Vec<RowKind> = rows.iter().map(kind).collect();
        self.parents_are_totals(&mut kinds);
        self.villages_are_parts(&mut kinds);
        self.sums_are_totals(&mut kinds);
        kinds
    }

    fn row_kind(&self, row: &Row) -> RowKind {
        let filled: Vec<&(u32, Value)> =
            row.cells.iter().filter(|(col, _)| self.use_at(*col) != Some(Use::Ordinal)).collect();
        if filled.is_empty() {
            return match row.cells.first() {
                // "Cộng" in the ordinals' column, without figures.
                Some((_, Value::Text(text))) if !is_ordinal(text) => self.text_row(text),
                _ => RowKind::Empty,
            };
        }
        let (first_col, first) = &row.cells[0];
        if let Value::Text(text) = first
            && self.use_at(*first_col) == Some(Use::Ordinal)
            && self.lexicon.is_example(text)
        {
            return RowKind::Example;
        }
        if let Value::Text(text) = first
            && self.may_label_rows(*first_col)
            && self.lexicon.is_total(text)
        {
            return RowKind::Total { text: text.clone() };
        }
        // An ordinal or a blank before it: "| TOÀN HUYỆN |", "A | Tổng số |".
        if let Some((col, Value::Text(text))) = filled.first()
            && self.lexicon.is_total(text)
            && (self.is_total_alone(row, *col, text)
                || !matches!(first, Value::Number(_) | Value::Date(_)) && self.may_label_rows(*col))
        {
            return RowKind::Total { text: text.clone() };
        }
        if let Some(text) = self.heads_units_list(&filled)
            && let kind @ RowKind::Group { .. } = self.group(row, text)
        {
            return kind;
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

    /// A unit's name over its part of a list, with its subtotals: "I | Xã Bảo Hà | | 120".
    fn heads_units_list<'v>(&self, filled: &[&'v (u32, Value)]) -> Option<&'v Arc<str>> {
        let listed = self.columns.iter().any(|c| c.kind == CellKind::Dates || c.use_ == Use::Personal);
        if !listed || self.unit_column().is_some() {
            return None;
        }
        let is_number = |text: &str| text_kind(text) == CellKind::Numbers;
        let mut texts = filled.iter().filter_map(|(_, value)| match value {
            Value::Text(text) if !is_number(text) => Some(text),
            _ => None,
        });
        let text = texts.next()?;
        let others = filled.iter().all(|(_, value)| match value {
            Value::Text(other) => Arc::ptr_eq(other, text) || is_number(other),
            value => value.is_numeric(),
        });
        let unit = match self.lexicon.units.cell(text) {
            UnitSaid::Known(_) | UnitSaid::Ambiguous(_) => true,
            UnitSaid::Named { rank, .. } => rank > 0,
            UnitSaid::Own(_) | UnitSaid::Unknown => false,
        };
        (others && texts.next().is_none() && unit).then_some(text)
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

    pub fn use_at(&self, col: u32) -> Option<Use> {
        self.column_at(col).map(|c| c.use_)
    }

    pub fn column_at(&self, col: u32) -> Option<&ColumnRead> {
        self.columns.binary_search_by_key(&col, |column| column.col).ok().map(|at| &self.columns[at])
    }

    /// Villages' and persons' columns label no rows: thôn Tổng Kim is no total.
    fn may_label_rows(&self, col: u32) -> bool {
        match self.column_at(col) {
            Some(column) => match column.use_ {
                Use::Ordinal | Use::Unit | Use::Content | Use::Code => true,
                Use::Open => column.labels.first().is_none_or(|label| label.fields.is_empty()),
                Use::Measure | Use::Aside | Use::Personal | Use::Period => false,
            },
            None => true,
        }
    }

    /// "Tổng" and no more, in a column of dates or kinds; in one of villages or people only where nothing but figures stands
    /// beside it.
    fn is_total_alone(&self, row: &Row, col: u32, text: &Arc<str>) -> bool {
        let aside = matches!(self.use_at(col), Some(Use::Aside | Use::Personal));
        let beside = || row.cells.iter().all(|(other, value)| *other == col || matches!(value, Value::Number(_)));
        self.lexicon.understand(text, Position::Cell).is_total()
            && if aside { beside() } else { !matches!(row.cells[0].1, Value::Number(_) | Value::Date(_)) || beside() }
    }

    /// A row without a unit, a date or a person of its own whose every figure is the sum of rows next to it is their total,
    /// whatever its label says: arithmetic is evidence (design 4.8).
    fn sums_are_totals(&self, kinds: &mut [RowKind]) {
        let summed: Vec<usize> = (0..self.columns.len()).filter(|&at| self.is_summed(at)).collect();
        if summed.is_empty() {
            return;
        }
        let candidates: Vec<bool> = kinds
            .iter()
            .zip(&self.table.body)
            .map(|(kind, row)| matches!(kind, RowKind::Data) && self.may_be_sum(row))
            .collect();
        if !candidates.contains(&true) {
            return;
        }
        let figures = |at: usize| -> Vec<Option<Amount>> {
            summed.iter().map(|&column| self.amount(self.table.body[at], column)).collect()
        };
        // The rows that may be parts, all together: the same for every candidate, so they are added up once.
        let parts = || (0..candidates.len()).filter(|&at| matches!(kinds[at], RowKind::Data) && !candidates[at]);
        let count = parts().count();
        let wholes: Vec<Option<Amount>> = summed
            .iter()
            .map(|&column| {
                let mut amounts = parts().filter_map(|at| self.amount(self.table.body[at], column));
                amounts.try_fold(Amount::ZERO, |sum, part| sum.checked_add(part))
            })
            .collect();
        for at in 0..kinds.len() {
            if !candidates[at] {
                continue;
            }
            let own = figures(at);
            if !own.iter().flatten().any(|amount| !amount.is_zero()) {
                continue;
            }
            let stops = |other: usize, kinds: &[RowKind]| candidates[other] || !matches!(kinds[other], RowKind::Data);
            let below: Vec<usize> = (at + 1..kinds.len()).take_while(|&other| !stops(other, kinds)).collect();
            let above: Vec<usize> = (0..at).rev().take_while(|&other| !stops(other, kinds)).collect();
            let sums = |rows: &[usize]| {
                rows.len() >= 2
                    && summed.iter().enumerate().all(|(nth, &column)| match own[nth] {
                        None => true,
                        Some(stated) => {
                            let parts = rows.iter().filter_map(|&row| self.amount(self.table.body[row], column));
                            parts.into_iter().try_fold(Amount::ZERO, |sum, part| sum.checked_add(part)) == Some(stated)
                        }
                    })
            };
            // One row alone is its group's sum only under a group's ordinal.
            let headed = is_ordinal_led(self.table.body[at]);
            let one = |rows: &[usize]| headed && rows.len() == 1 && figures(rows[0]) == own;
            let all = || count >= 2 && own.iter().zip(&wholes).all(|(own, whole)| own.is_none() || own == whole);
            let heads = sums(&below) || one(&below);
            // "Số ý kiến" over what became of them is an item of its own; over communes it heads them.
            let sum = match self.names_indicator(self.table.body[at]) {
                true => heads && !below.iter().any(|&row| self.names_indicator(self.table.body[row])),
                false => heads || sums(&above) || all(),
            };
            if sum {
                kinds[at] = self.sum_row(self.table.body[at]);
            }
        }
    }

    /// No unit, no date, no person: at most one text that could be a label.
    fn may_be_sum(&self, row: &Row) -> bool {
        let mut numbers = 0;
        for (col, value) in &row.cells {
            let Some(column) = self.column_at(*col) else { continue };
            match value {
                Value::Date(_) => return false,
                Value::Number(_) if matches!(column.use_, Use::Ordinal | Use::Period) => return false,
                Value::Number(_) => numbers += 1,
                Value::Text(text) => match column.use_ {
                    Use::Ordinal if !is_group_ordinal(text) => return false,
                    Use::Ordinal => {}
                    Use::Unit
                        if !matches!(self.lexicon.units.cell(text), UnitSaid::Unknown) && !is_ordinal_led(row) =>
                    {
                        return false;
                    }
                    _ if column.kind == CellKind::Dates => return false,
                    // A village or a person is a row's own; a group's ordinal or a total's word says otherwise.
                    Use::Personal | Use::Aside if !self.labels_a_sum(row, text) && !column.heads_notes() => {
                        return false;
                    }
                    Use::Personal | Use::Aside => {}
                    Use::Code | Use::Period => return false,
                    _ if text_kind(text) == CellKind::Numbers => numbers += 1,
                    // A category or a village makes a record of it.
                    Use::Open
                        if column.labels.first().is_some_and(|l| !l.fields.is_empty())
                            && !self.labels_a_sum(row, text) =>
                    {
                        return false;
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        numbers > 0
    }

    /// Whether a row's own label names an indicator.
    fn names_indicator(&self, row: &Row) -> bool {
        let names = |text: &Arc<str>| {
            let label = self.lexicon.understand(text, Position::Cell);
            !label.is_strange() && !label.names().is_empty() && !self.lexicon.is_total(text)
        };
        self.row_labels(row).iter().any(|(label, _)| names(&label.text))
    }

    fn labels_a_sum(&self, row: &Row, text: &Arc<str>) -> bool {
        is_ordinal_led(row) || self.lexicon.is_total(text)
    }

    pub fn amount(&self, row: &Row, column: usize) -> Option<Amount> {
        let column = &self.columns[column];
        match row.get(column.col)? {
            Value::Number(number) => Some(*number),
            Value::Text(text) => match number::parse(text, column.style) {
                NumberText::Number(reading) => Some(reading.number),
                _ => None,
            },
            _ => None,
        }
    }

    /// A sum with a unit's name or a group's ordinal heads the rows below it; another is a total.
    fn sum_row(&self, row: &Row) -> RowKind {
        let text = row.cells.iter().find_map(|(col, value)| match value {
            Value::Text(text) if self.use_at(*col) != Some(Use::Ordinal) && text_kind(text) == CellKind::Words => {
                Some(text)
            }
            _ => None,
        });
        match text {
            Some(text) if is_ordinal_led(row) => {
                let level = match &row.cells[0].1 {
                    Value::Text(ordinal) => level(ordinal),
                    _ => 3,
                };
                RowKind::Group { label: self.lexicon.understand(text, Position::Cell), level }
            }
            Some(text) => RowKind::Total { text: text.clone() },
            None => RowKind::Total { text: Arc::from("") },
        }
    }

    /// The bare name of a parent over or under its parts is their total.
    fn parents_are_totals(&self, kinds: &mut [RowKind]) {
        let Some(col) = self.unit_column() else { return };
        let register = self.lexicon.units.register();
        // Units that the data name have no parts.
        if register.origin == Origin::Data {
            return;
        }
        let said = self.units_said(col, kinds);
        // All that the table's units lie in.
        let mut above: HashSet<OrgUnitId> = HashSet::new();
        for said in said.iter().flatten() {
            let UnitSaid::Known(unit) = said else { continue };
            let mut outer = register.unit(*unit).parent;
            while let Some(id) = outer.filter(|id| above.insert(*id)) {
                outer = register.unit(id).parent;
            }
        }
        for (at, kind) in kinds.iter_mut().enumerate() {
            let Some(UnitSaid::Known(parent)) = said[at] else { continue };
            if above.contains(&parent)
                && let Some(Value::Text(text)) = self.table.body[at].get(col)
            {
                *kind = RowKind::Total { text: text.clone() };
            }
        }
    }

    /// What each row of data says of its unit.
    fn units_said(&self, col: u32, kinds: &[RowKind]) -> Vec<Option<UnitSaid>> {
        let rows = self.table.body.iter().zip(kinds);
        let said = rows.map(|(row, kind)| match (kind, row.get(col)) {
            (RowKind::Data, Some(Value::Text(text))) => Some(self.lexicon.units.cell(text)),
            _ => None,
        });
        said.collect()
    }

    /// Below a commune's row the rows of its villages, which no register knows, are its parts where they add up to it.
    fn villages_are_parts(&self, kinds: &mut [RowKind]) {
        let Some(col) = self.unit_column() else { return };
        let said = self.units_said(col, kinds);
        if !said.contains(&Some(UnitSaid::Unknown)) {
            return;
        }
        let summed: Vec<usize> = (0..self.columns.len()).filter(|&at| self.is_summed(at)).collect();
        let mut at = 0;
        while at < said.len() {
            let parts = said[at + 1..].iter().take_while(|said| **said == Some(UnitSaid::Unknown)).count();
            let known = matches!(said[at], Some(UnitSaid::Known(_)));
            let adds_up = |&column: &usize| {
                let rows = &self.table.body[at + 1..at + 1 + parts];
                let parts = rows.iter().filter_map(|row| self.amount(row, column));
                let sum = parts.into_iter().try_fold(Amount::ZERO, |sum, part| sum.checked_add(part));
                sum == self.amount(self.table.body[at], column).or(Some(Amount::ZERO))
            };
            if known && parts > 0 && !summed.is_empty() && summed.iter().all(adds_up) {
                kinds[at + 1..at + 1 + parts].fill(RowKind::Part);
            }
            at += 1 + parts;
        }
    }

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

pub fn is_ordinal(text: &str) -> bool {
    let tokens = fold::tokens(text);
    match tokens.as_slice() {
        [one] => one.digits || units::is_roman(&one.bare) || one.bare.len() == 1,
        [] => true,
        many => many.len() <= 4 && many.iter().all(|t| t.digits || units::is_roman(&t.bare)),
    }
}

/// A, I, II: the ordinal of a group, not of a row.
fn is_group_ordinal(text: &str) -> bool {
    is_ordinal(text) && level(text) < 3
}

fn is_ordinal_led(row: &Row) -> bool {
    matches!(&row.cells[0].1, Value::Text(text) if is_ordinal(text) && level(text) < 3)
}

/// More rows of periods than any table has.
const MOST_PERIODS: usize = 100;

/// The level of a row without any ordinal.
pub const BARE: u8 = 6;

/// How deep an ordinal stands: A, I, 1, a, -.
pub fn level(text: &str) -> u8 {
    let text = text.trim();
    let first = text.split(['.', ')', ' ', '/']).next().unwrap_or(text);
    let upper = first.chars().all(|c| c.is_ascii_uppercase());
    let lower = first.chars().all(|c| c.is_ascii_lowercase());
    match () {
        () if first.is_empty() => BARE,
        () if upper && units::is_roman(&first.to_ascii_lowercase()) => 2,
        () if upper && first.len() == 1 => 1,
        // "1.1" stands below "1".
        () if first.chars().all(|c| c.is_ascii_digit()) => {
            let parts = text.split('.').take_while(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit()));
            2 + parts.count().clamp(1, 3) as u8
        }
        () if lower && first.len() == 1 => 4,
        () if first.starts_with(['-', '+', '*', '–']) => 5,
        () => BARE,
    }
}
