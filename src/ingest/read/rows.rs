//! What each body row is: data, a group's heading, a stated total, a statement that nothing happened. And the totals' proof.

use std::collections::HashSet;
use std::sync::Arc;

use crate::base::amount::Amount;
use crate::base::cell::Value;
use crate::base::fold;
use crate::base::record::OrgUnitId;
use crate::catalogue::register::Origin;
use crate::catalogue::words::Role;
use crate::ingest::grid::Row;
use crate::ingest::label::{IndicatorSet, Label, MeasureSaid, Position};
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
    /// "Các tỷ lệ", "Kế hoạch" where a unit's name would stand.
    Aside {
        text: Arc<str>,
        role: Role,
    },
    /// Stands below a unit as its parts do, but the parts do not add up to it.
    Unclear,
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

impl TableReader<'_, '_, '_> {
    pub fn row_kinds(&self) -> Vec<RowKind> {
        let rows = &self.table.body;
        let kind = |row: &&Row| if self.ruled.ignores_row(row.index) { RowKind::Empty } else { self.row_kind(row) };
        let mut kinds: Vec<RowKind> = rows.iter().map(kind).collect();
        if self.rows_speak_for_themselves(&kinds) {
            self.totals_of_one_row(&mut kinds);
            return kinds;
        }
        // "Cộng | 4 lượt" of a list names no indicator.
        if !self.is_list {
            self.totals_of_groups(&mut kinds);
            self.totals_that_name(&mut kinds);
        }
        self.parents_are_totals(&mut kinds);
        self.villages_are_parts(&mut kinds);
        self.sums_are_totals(&mut kinds);
        kinds
    }

    /// Whether each row says its indicator beside its unit, and not all the same: then no row adds up its column.
    fn rows_speak_for_themselves(&self, kinds: &[RowKind]) -> bool {
        if self.unit_column().is_none() {
            return false;
        }
        let data = kinds.iter().zip(&self.table.body).filter(|(kind, _)| matches!(kind, RowKind::Data));
        let mut first = None;
        let mut named = data.filter_map(|(_, row)| self.indicators_of(row));
        named.any(|names| *first.get_or_insert(names) != names)
    }

    /// What a row's own labels name, if they name any indicator.
    fn indicators_of(&self, row: &Row) -> Option<IndicatorSet> {
        self.row_labels(row).iter().map(|(label, _)| label.names()).find(|names| !names.is_empty())
    }

    /// "III. Ngày công" over "1. Tổng số | công | 20": the item of a group that says what is counted adds up no column.
    fn totals_of_groups(&self, kinds: &mut [RowKind]) {
        if self.unit_column().is_some() {
            return;
        }
        let says = |label: &Label| !label.forms.is_empty() || !label.names().is_empty();
        let counted = |row: &Row| match &row.cells[0].1 {
            Value::Number(_) => true,
            Value::Text(text) => is_ordinal(text) && level(text) >= level("1"),
            _ => false,
        };
        let mut group = false;
        for (kind, row) in kinds.iter_mut().zip(&self.table.body) {
            match kind {
                RowKind::Group { label, .. } => group = says(label),
                RowKind::Empty => {}
                RowKind::Total { .. } if group && counted(row) => {
                    *kind = RowKind::Data;
                    group = false;
                }
                _ => group = false,
            }
        }
    }

    /// There "Toàn huyện" is whose figure the row states.
    fn totals_of_one_row(&self, kinds: &mut [RowKind]) {
        for (kind, row) in kinds.iter_mut().zip(&self.table.body) {
            if matches!(kind, RowKind::Total { .. }) && self.indicators_of(row).is_some() {
                *kind = RowKind::Data;
            }
        }
    }

    /// "Tổng số buổi tiếp" above "Tổng số lượt tiếp" and "Số vụ việc" adds up no rows: each names what it states.
    fn totals_that_name(&self, kinds: &mut [RowKind]) {
        let is_total = |kind: &RowKind| matches!(kind, RowKind::Total { .. });
        let rows = || kinds.iter().zip(&self.table.body);
        // "Cộng" of a list names none.
        let named = || rows().any(|(kind, row)| is_total(kind) && self.indicators_of(row).is_some());
        if self.unit_column().is_some() || !named() {
            return;
        }
        let of_data = rows().filter(|(kind, _)| matches!(kind, RowKind::Data));
        let Some(first) = of_data.filter_map(|(_, row)| self.indicators_of(row)).next() else { return };
        let stated = rows().filter(|(kind, _)| matches!(kind, RowKind::Data | RowKind::Total { .. }));
        if stated.filter_map(|(_, row)| self.indicators_of(row)).any(|names| names.and(first).is_empty()) {
            self.totals_of_one_row(kinds);
        }
    }

    pub fn row_kind(&self, row: &Row) -> RowKind {
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
            let of_unit = self.use_at(filled[0].0) == Some(Use::Unit);
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
        self.aside(row, &filled).unwrap_or(RowKind::Data)
    }

    /// A row that says in the place of a unit what its figures are, other than figures of the period.
    fn aside(&self, row: &Row, filled: &[&(u32, Value)]) -> Option<RowKind> {
        // "Lũy kế" where an ordinal would stand, over the sum of all rows so far.
        if let (col, Value::Text(text)) = &row.cells[0]
            && self.use_at(*col) == Some(Use::Ordinal)
            && let label = self.lexicon.understand(text, Position::Cell)
            && let Some(role) = label.other_role().filter(|_| !label.is_strange() && label.names().is_empty())
        {
            return Some(RowKind::Aside { text: text.clone(), role });
        }
        let (col, Value::Text(text)) = filled.first()? else { return None };
        let column = self.column_at(*col)?;
        if column.use_ != Use::Unit && !(column.use_ == Use::Content && column.labels.is_empty()) {
            return None;
        }
        let label = self.lexicon.understand(text, Position::Cell);
        let role = label.other_role().filter(|_| !label.is_strange() && label.names().is_empty())?;
        // Without a register any name may be a unit's.
        let unit = match self.lexicon.units.register().origin {
            Origin::Data => label.unit.is_some(),
            _ => !matches!(self.lexicon.units.cell(text), UnitSaid::Unknown),
        };
        (!unit).then(|| RowKind::Aside { text: text.clone(), role })
    }

    /// A unit's name over its part of a list, with its subtotals: "I | Xã Bảo Hà | | 120".
    fn heads_units_list<'v>(&self, filled: &[&'v (u32, Value)]) -> Option<&'v Arc<str>> {
        let listed = self.columns.iter().any(|c| c.kind == CellKind::Dates || c.use_ == Use::Personal);
        if !listed || self.unit_column().is_some() {
            return None;
        }
        let is_number = |text: &str| text_kind(text) == CellKind::Numbers;
        // A row with a day is one of the list, as nearly all are.
        if filled.iter().any(|(_, value)| value.text().is_none() && !value.is_numeric()) {
            return None;
        }
        let mut texts = filled.iter().filter_map(|(_, value)| match value {
            Value::Text(text) if !is_number(text) => Some(text),
            _ => None,
        });
        let text = texts.next()?;
        let others = filled.iter().all(|(_, value)| match value {
            Value::Text(other) => Arc::ptr_eq(other, text) || is_number(other),
            value => value.is_numeric(),
        });
        if !others || texts.next().is_some() {
            return None;
        }
        let unit = match self.lexicon.units.cell(text) {
            UnitSaid::Known(_) | UnitSaid::Ambiguous(_) => true,
            UnitSaid::Named { rank, .. } => rank > 0,
            UnitSaid::Own(_) | UnitSaid::Unknown => false,
        };
        unit.then_some(text)
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
    /// beside it. There a total may also say of what: "Cộng xã An Bình", "Tổng cộng: 5 hộ"; or anything, where only the rows
    /// of the list bear ordinals.
    fn is_total_alone(&self, row: &Row, col: u32, text: &Arc<str>) -> bool {
        let label = self.lexicon.understand(text, Position::Cell);
        let Some(column) = self.column_at(col) else { return false };
        let named = column.use_ == Use::Open && column.labels.first().is_some_and(|label| !label.fields.is_empty());
        let aside = matches!(column.use_, Use::Aside | Use::Personal);
        let is_figure = |value: &Value| match value {
            Value::Number(_) => true,
            Value::Text(text) => text_kind(text) == CellKind::Numbers || text_kind(text) == CellKind::Empty,
            _ => false,
        };
        let beside = || row.cells.iter().all(|(other, value)| *other == col || is_figure(value));
        if label.is_total() && !aside && !matches!(row.cells[0].1, Value::Number(_) | Value::Date(_)) {
            return true;
        }
        let of_something =
            || (aside || named) && !self.has_ordinal(row) && (self.says_of_what(text) || self.ordinals_tell_rows());
        (label.is_total() || of_something()) && beside()
    }

    fn has_ordinal(&self, row: &Row) -> bool {
        self.columns.iter().any(|column| column.use_ == Use::Ordinal && row.get(column.col).is_some())
    }

    /// Whether each row with a day, a person or a village bears an ordinal, so that one without is none of the list.
    fn ordinals_tell_rows(&self) -> bool {
        *self.ordinals_tell.get_or_init(|| self.all_have_ordinals())
    }

    fn all_have_ordinals(&self) -> bool {
        let Some(ordinal) = self.columns.iter().find(|column| column.use_ == Use::Ordinal) else { return false };
        let of_list = |row: &&&Row| match row.cells.iter().find(|(col, _)| *col != ordinal.col) {
            Some((_, Value::Text(text))) => row.cells.len() > 1 && !self.lexicon.is_total(text),
            first => first.is_some(),
        };
        let mut rows = self.table.body.iter().filter(|row| of_list(row)).peekable();
        rows.peek().is_some() && rows.all(|row| row.get(ordinal.col).is_some())
    }

    /// Whether behind a total's words nothing stands but a unit, a period, or how many it adds up.
    fn says_of_what(&self, text: &Arc<str>) -> bool {
        let label = self.lexicon.understand(text, Position::Cell);
        let known = label.unit.is_some() || !label.period.is_none() || label.is_total();
        known && !label.is_strange() || text_kind(text) != CellKind::Words
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
                NumberText::Number(reading) => {
                    let measured = reading.measure_text.and_then(|said| self.measured(reading.number, said, column));
                    Some(measured.unwrap_or(reading.number))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// "0,02 ha" among "120 m2": in the measure of its column, where that is known.
    pub fn measured(&self, number: Amount, said: &str, column: &ColumnRead) -> Option<Amount> {
        let catalogue = self.lexicon.catalogue;
        let MeasureSaid::Known(own) = self.lexicon.measure(said) else { return None };
        let of_heading = column.labels.iter().find_map(|label| match &label.measure {
            Some(MeasureSaid::Known(all)) => all.first().map(|&at| &catalogue.measures[at]),
            _ => None,
        });
        let named = || column.labels.iter().find_map(|label| label.names().iter().next());
        let to = of_heading.or_else(|| named().map(|id| &catalogue.indicator(id).measure))?;
        let mut own = own.iter().map(|&at| &catalogue.measures[at]);
        own.find(|from| from.dimension == to.dimension)?.convert(number, to)
    }

    /// Whether what stands in a column adds up over its rows: no rate, no label.
    pub fn is_summed(&self, at: usize) -> bool {
        let column = &self.columns[at];
        let rate = column.labels.iter().any(|label| {
            label.roles.contains(&Role::Share)
                || label.names().iter().any(|id| self.lexicon.catalogue.indicator(id).is_rate())
                || matches!(&label.measure, Some(MeasureSaid::Known(all)) if all.iter().any(|&m| &*self.lexicon.catalogue.measures[m].dimension == "rate"))
        });
        !rate && column.use_ == Use::Open && column.kind == CellKind::Numbers
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
        if self.unit_column().is_none() {
            return;
        }
        let register = self.lexicon.units.register();
        // Units that the data name have no parts.
        if register.origin == Origin::Data {
            return;
        }
        let said = self.units_said(kinds);
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
                && let Some(text) = self.unit_text(self.table.body[at])
            {
                *kind = RowKind::Total { text: text.clone() };
            }
        }
    }

    /// What each row of data says of its unit.
    fn units_said(&self, kinds: &[RowKind]) -> Vec<Option<UnitSaid>> {
        let rows = self.table.body.iter().zip(kinds);
        let said = rows.map(|(row, kind)| match (kind, self.unit_text(row)) {
            (RowKind::Data, Some(text)) => Some(self.lexicon.units.cell(text)),
            _ => None,
        });
        said.collect()
    }

    fn unit_text<'v>(&self, row: &'v Row) -> Option<&'v Arc<str>> {
        match row.get(self.unit_column_of(row)?)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// How far in a row's unit stands: by its column, and behind "Trong đó:" below the row before.
    fn indent(&self, row: &Row) -> Option<(u32, bool)> {
        Some((self.unit_column_of(row)?, self.lexicon.units.is_led(self.unit_text(row)?)))
    }

    /// Below a commune's row the rows of its villages, which no register knows or which stand further in, are its parts:
    /// counted already where they add up to it. Else a village that bears a commune's name would be taken for that commune.
    fn villages_are_parts(&self, kinds: &mut [RowKind]) {
        if self.unit_column().is_none() {
            return;
        }
        let said = self.units_said(kinds);
        let summed: Vec<usize> = (0..self.columns.len()).filter(|&at| self.is_summed(at)).collect();
        let mut at = 0;
        while at < said.len() {
            if !matches!(said[at], Some(UnitSaid::Known(_))) {
                at += 1;
                continue;
            }
            let indent = |at: usize| self.indent(self.table.body[at]);
            let own = indent(at);
            let further = |other: usize| said[other].is_some() && indent(other) > own;
            let below_it = |other: usize| match &said[other] {
                Some(UnitSaid::Unknown) => indent(other) >= own,
                _ => further(other),
            };
            let parts = (at + 1..said.len()).take_while(|&other| below_it(other)).count();
            let rows = at + 1..at + 1 + parts;
            let adds_up = |&column: &usize| {
                let parts = self.table.body[rows.clone()].iter().filter_map(|row| self.amount(row, column));
                let sum = parts.into_iter().try_fold(Amount::ZERO, |sum, part| sum.checked_add(part));
                sum == self.amount(self.table.body[at], column).or(Some(Amount::ZERO))
            };
            if parts > 0 && !summed.is_empty() && summed.iter().all(adds_up) {
                kinds[rows].fill(RowKind::Part);
            } else {
                rows.filter(|&row| further(row)).for_each(|row| kinds[row] = RowKind::Unclear);
            }
            at += 1 + parts;
        }
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
