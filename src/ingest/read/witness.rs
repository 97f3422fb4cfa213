//! The stated totals of a table, compared with the sums of their parts, cell by cell (design 4.8).

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use crate::base::amount::{self, Amount};
use crate::base::cell::{CellRef, Value};
use crate::base::diagnostic::{Explanation, Problem};
use crate::base::record::{CategoryId, FieldId, IndicatorId, OrgUnitId};
use crate::catalogue::form::Relation;
use crate::catalogue::indicator::{Formula, OverTime};
use crate::catalogue::words::Role;
use crate::ingest::grid::Row;
use crate::ingest::label::{IndicatorSet, Label, MeasureSaid, Position};
use crate::ingest::limits;
use crate::ingest::locate::one_line;
use crate::ingest::value::number::{self, NumberText};

use super::meaning::Meaning;
use super::rows::{RowKind, is_ordinal, level};
use super::{CellKind, TableReader, Use};

/// More rows of periods than any table has.
const MOST_PERIODS: usize = 100;

/// Sums of one column.
struct Sums {
    /// Of the rows of data.
    values: BTreeMap<usize, Amount>,
    /// For each row the sum of those above it, and at the end that of all.
    above: Vec<Option<Amount>>,
    /// Of all stated totals, and which they are.
    totals: Option<Amount>,
    stated: Vec<(usize, Amount)>,
    /// Totals that are the sum of subtotals and rows that stand next to each other, read downwards or upwards: looked at where
    /// plainer readings fail.
    nested: OnceCell<[HashSet<usize>; 2]>,
}

impl Sums {
    /// The sum of some rows; no row proves nothing, not zero.
    fn of(&self, rows: Range<usize>) -> Option<Amount> {
        self.values.range(rows.clone()).next()?;
        self.values.range(rows).try_fold(Amount::ZERO, |sum, (_, value)| sum.checked_add(*value))
    }
}

/// Rows that a total may add up.
struct Blocks {
    above: Range<usize>,
    below: Range<usize>,
    group: Option<Range<usize>>,
}

/// In how many ways a total may be the sum of its parts.
const READINGS: usize = 7;

/// What a row states, where other rows or columns must agree with it.
#[derive(Clone, Debug)]
pub struct Stands {
    indicator: IndicatorId,
    unit: Option<OrgUnitId>,
    /// The labels that say whose it is or of when, by their place in memory.
    apart: Vec<usize>,
    categories: Vec<(FieldId, CategoryId)>,
    amount: Amount,
    cell: CellRef,
}

impl Stands {
    pub fn new(meaning: &Meaning, near: &[&Label], amount: Amount, cell: CellRef) -> Self {
        let says = near.iter().filter(|label| label.unit.is_some() || !label.period.is_none());
        let mut apart: Vec<usize> = says.map(|label| std::ptr::from_ref::<Label>(label) as usize).collect();
        apart.sort_unstable();
        Self { apart, categories: meaning.categories.clone(), ..Self::alone(meaning.indicator, amount, cell) }
    }

    pub fn alone(indicator: IndicatorId, amount: Amount, cell: CellRef) -> Self {
        Self { indicator, unit: None, apart: Vec::new(), categories: Vec::new(), amount, cell }
    }

    pub fn of(self, unit: OrgUnitId) -> Self {
        Self { unit: Some(unit), ..self }
    }
}

impl TableReader<'_, '_, '_> {
    /// Compares each stated total with the sum of its rows, cell by cell.
    pub fn prove_totals(&mut self, kinds: &[RowKind]) {
        let summed: Vec<usize> = (0..self.columns.len()).filter(|&at| self.is_summed(at)).collect();
        // A group's own row may state its subtotals.
        let states = |at: usize| summed.iter().any(|&column| self.amount(self.table.body[at], column).is_some());
        let is_total = |at: &usize| match kinds[*at] {
            RowKind::Total { .. } => true,
            RowKind::Group { .. } => states(*at),
            _ => false,
        };
        let totals: Vec<usize> = (0..kinds.len()).filter(is_total).collect();
        if totals.is_empty() {
            return;
        }
        // In a list each row is an event of its own, whenever it was.
        let longer = if self.is_list { HashSet::new() } else { self.longer_periods(kinds) };
        for &column in &summed {
            for &total in &totals {
                let Some(text) = total_text(&kinds[total]) else { continue };
                let row = self.table.body[total];
                if matches!(kinds[total], RowKind::Total { .. }) && self.stated_total(column, row) == Some(None) {
                    let (label, heading) = (self.quoted_total(text), self.columns[column].heading.clone());
                    let cell = CellRef::new(row.index, self.columns[column].col);
                    self.tell(Problem::TotalUnproved { label, heading }, cell);
                }
            }
        }
        let sums = |reader: &Self, column: usize| {
            let mut values = reader.column_values(column, kinds)?;
            values.retain(|row, _| !longer.contains(row));
            reader.keep_moments(column, &mut values);
            if reader.is_apart(column) {
                return None;
            }
            (!values.is_empty()).then(|| reader.sums(column, &totals, values, kinds))
        };
        // Which rows each total adds up, column by column; then what most columns say holds for all of them.
        let mut readings: Vec<Vec<Option<u8>>> = Vec::with_capacity(summed.len());
        for &column in &summed {
            let sums = sums(self, column);
            let reading = |total: &usize| self.reading(column, *total, sums.as_ref()?, kinds);
            readings.push(totals.iter().map(reading).collect());
        }
        let mut preferred: Vec<Option<usize>> = Vec::with_capacity(totals.len());
        for nth in 0..totals.len() {
            let mut counts = [0; READINGS];
            for reading in readings.iter().filter_map(|of_column| of_column[nth]) {
                (0..READINGS).filter(|at| reading & 1 << at != 0).for_each(|at| counts[at] += 1);
            }
            let most = counts.iter().copied().max().unwrap_or(0);
            preferred.push((0..READINGS).find(|&at| most > 0 && counts[at] == most));
            for of_column in &mut readings {
                let own = of_column[nth].map(|reading| (0..READINGS).filter(move |at| reading & 1 << at != 0));
                // Small numbers agree with something by chance.
                if own.and_then(|own| own.map(|at| counts[at]).max()).is_some_and(|count| count * 3 <= most && most > 2)
                {
                    of_column[nth] = Some(0);
                }
            }
        }
        for (&column, readings) in summed.iter().zip(&readings) {
            if !readings.contains(&Some(0)) {
                continue;
            }
            let Some(sums) = sums(self, column) else { continue };
            for nth in (0..totals.len()).filter(|&nth| readings[nth] == Some(0)) {
                self.name_mismatch(column, totals[nth], &sums, kinds, preferred[nth]);
            }
        }
    }

    /// Rows of periods that other rows divide: "6 tháng" below "Quý I" and "Quý II" adds nothing to "Cả năm".
    fn longer_periods(&self, kinds: &[RowKind]) -> HashSet<usize> {
        let months = |at: usize| {
            let labels = self.row_labels(self.table.body[at]);
            labels.iter().find_map(|(label, _)| label.period.part).map(|part| part.months())
        };
        // A row with a day is an event.
        let dated = |at: usize| self.table.body[at].cells.iter().any(|(_, value)| matches!(value, Value::Date(_)));
        let data = (0..kinds.len()).filter(|&at| matches!(kinds[at], RowKind::Data) && !dated(at)).take(MOST_PERIODS);
        let periods: Vec<_> = data.filter_map(|at| Some((at, months(at)?))).collect();
        let divided = |at: usize, (from, to): (u32, u32)| {
            periods.iter().any(|(other, months)| {
                let (first, last) = (*months.start(), *months.end());
                *other != at && from <= first && last <= to && (from, to) != (first, last)
            })
        };
        periods.iter().filter(|(at, m)| divided(*at, (*m.start(), *m.end()))).map(|(at, _)| *at).collect()
    }

    /// Whether a column holds what units count of the same things: their total is a figure of its own, and no sum.
    pub fn is_apart(&self, at: usize) -> bool {
        let Some(units) = self.unit_column().filter(|_| !self.names_of(at).is_empty()) else { return false };
        let apart = |id: IndicatorId| !self.lexicon.catalogue.indicator(id).over_units;
        self.columns[at].col > units && self.names_of(at).iter().all(apart)
    }

    /// What its headings name, or else the table's title.
    fn names_of(&self, at: usize) -> IndicatorSet {
        let labels = self.columns[at].labels.iter().chain(&self.captions);
        labels.map(|label| label.names()).find(|names| !names.is_empty()).unwrap_or_default()
    }

    /// Whether a stated total is no more than the sum of its column's rows.
    pub fn adds_up_rows(&self, row: &Row, at: usize, kinds: &[RowKind]) -> bool {
        let values = self.column_values(at, kinds).unwrap_or_default();
        let sum = values.values().try_fold(Amount::ZERO, |sum, value| sum.checked_add(*value));
        values.len() > 1 && sum == self.amount(row, at)
    }

    /// Of a stock, rows of one period after the other are moments, of which the last (or the first) is the year's: the others
    /// add nothing.
    fn keep_moments(&self, column: usize, values: &mut BTreeMap<usize, Amount>) {
        let named = self.names_of(column);
        if named.is_empty() {
            return;
        }
        let is = |over_time| named.iter().all(|id| self.lexicon.catalogue.indicator(id).over_time == over_time);
        let (last, first) = (is(OverTime::Last), is(OverTime::First));
        if !last && !first {
            return;
        }
        let end = |at: usize| -> Option<(Option<i32>, u32)> {
            let labels = self.row_labels(self.table.body[at]);
            let period = labels.iter().map(|(label, _)| label.period).find(|period| !period.is_none())?;
            Some((period.year, *period.part?.months().end()))
        };
        let ends: Vec<_> = values.keys().take(MOST_PERIODS).map(|&at| (at, end(at))).collect();
        for pair in ends.windows(2) {
            let [(at, Some(own)), (next, Some(later))] = pair else { continue };
            if own < later {
                values.remove(if last { at } else { next });
            }
        }
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
                        let measured =
                            reading.measure_text.and_then(|said| self.measured(reading.number, said, column));
                        values.insert(at, measured.unwrap_or(reading.number));
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
    fn sums(&self, column: usize, totals: &[usize], values: BTreeMap<usize, Amount>, kinds: &[RowKind]) -> Sums {
        let rows = kinds.len();
        let mut above = Vec::with_capacity(rows + 1);
        let mut sum = Some(Amount::ZERO);
        for at in 0..=rows {
            above.push(sum);
            sum = match values.get(&at) {
                Some(value) => sum.and_then(|sum| sum.checked_add(*value)),
                None => sum,
            };
        }
        let number = |at: usize| Some((at, self.stated_total(column, self.table.body[at])??));
        let stated: Vec<(usize, Amount)> = totals.iter().filter_map(|&at| number(at)).collect();
        let sum = stated.iter().try_fold(Amount::ZERO, |sum, (_, number)| sum.checked_add(*number));
        Sums { values, above, totals: sum, stated, nested: OnceCell::new() }
    }

    /// Where the rows stand that a total may add up: of a group its own, down to the next of its level; those above it and
    /// below it, to the next total or group.
    fn rows_of(&self, total: usize, kinds: &[RowKind]) -> Blocks {
        let rows = kinds.len();
        let is_edge = |at: &usize| matches!(kinds[*at], RowKind::Total { .. } | RowKind::Group { .. });
        let above = (0..total).rev().find(is_edge).map_or(0, |at| at + 1)..total;
        let below = total + 1..(total + 1..rows).find(is_edge).unwrap_or(rows);
        let group = match &kinds[total] {
            RowKind::Group { level: own, .. } => {
                let ends = |at: &usize| match (&kinds[*at], self.table.body[*at].cells.first()) {
                    (RowKind::Group { level, .. }, _) => level <= own,
                    (_, Some((_, Value::Text(text)))) => is_ordinal(text) && level(text) <= *own,
                    _ => false,
                };
                Some(total + 1..(total + 1..rows).find(ends).unwrap_or(rows))
            }
            _ => None,
        };
        Blocks { above, below, group }
    }

    /// The ways in which a stated total is the sum of its parts, a bit each; `None` where it states nothing.
    fn reading(&self, column: usize, total: usize, sums: &Sums, kinds: &[RowKind]) -> Option<u8> {
        let stated = self.stated_total(column, self.table.body[total])??;
        let Blocks { above, below, group } = self.rows_of(total, kinds);
        // Subtotals of the same column may be what a grand total adds up.
        let subtotals = sums.totals.filter(|_| sums.stated.len() > 1).and_then(|all| all.checked_sub(stated));
        let candidates: [Option<Amount>; READINGS - 2] = match group {
            Some(own) => [sums.of(own), None, sums.of(below), None, None],
            None => [sums.above[kinds.len()], sums.of(above), sums.of(below), sums.above[total], subtotals],
        };
        let agrees = |sum: &Amount| *sum == stated || is_rounded(stated, *sum);
        let bits = candidates.iter().enumerate().filter(|(_, sum)| sum.as_ref().is_some_and(agrees));
        let plain = bits.fold(0, |bits, (at, _)| bits | 1 << at);
        // Of small numbers some run of rows is nearly always the sum; where plainer parts agree, those are meant.
        if plain != 0 {
            return Some(plain);
        }
        let nested = sums.nested.get_or_init(|| {
            let stated: HashMap<usize, Amount> = sums.stated.iter().copied().collect();
            let rows = 0..kinds.len();
            [nested(rows.clone(), kinds, &sums.values, &stated), nested(rows.rev(), kinds, &sums.values, &stated)]
        });
        Some((0..2).map(|way| u8::from(nested[way].contains(&total)) << (READINGS - 2 + way)).sum())
    }

    /// A total that is not the sum of its parts: of those that the other columns show to be its parts, if they do.
    fn name_mismatch(&mut self, column: usize, total: usize, sums: &Sums, kinds: &[RowKind], preferred: Option<usize>) {
        let col = self.columns[column].col;
        let row = self.table.body[total];
        let (values, rows) = (&sums.values, kinds.len());
        let Some(text) = total_text(&kinds[total]) else { return };
        let Some(Some(stated)) = self.stated_total(column, row) else { return };
        let Blocks { above, below, group } = self.rows_of(total, kinds);
        let several = sums.stated.len() > 1;
        let between = several && !above.is_empty() && above.start > 0 && total + 1 < rows;
        let own = match (group, preferred) {
            (Some(own), _) => own,
            (None, Some(1)) => above.clone(),
            (None, Some(2)) => below.clone(),
            (None, Some(3)) => 0..total,
            (None, _) if between => above.clone(),
            (None, _) => 0..rows,
        };
        if self.of_several_kinds(values.range(own.clone()).map(|(at, _)| *at), col) {
            return;
        }
        // What one reading explains is what was meant; else the nearest rows are.
        let ranges = [own.clone(), above, below];
        let mut sets: Vec<Vec<(usize, Amount)>> = Vec::new();
        for range in ranges {
            let set: Vec<(usize, Amount)> =
                values.range(range).map(|(at, value)| (*at, *value)).take(limits::TOTAL_PARTS).collect();
            if !set.is_empty() && set.len() < limits::TOTAL_PARTS && !sets.contains(&set) {
                sets.push(set);
            }
        }
        let others: Vec<(usize, Amount)> = sums.stated.iter().filter(|(at, _)| *at != total).copied().collect();
        let cell = |at: usize| CellRef::new(self.table.body[at].index, col);
        let explained = sets.iter().find_map(|set| {
            let parts: Vec<(CellRef, Amount)> = set.iter().map(|(at, value)| (cell(*at), *value)).collect();
            let within: Vec<Amount> = others
                .iter()
                .filter(|(at, _)| set[0].0 < *at && *at < set[set.len() - 1].0 + 2)
                .map(|(_, amount)| *amount)
                .collect();
            explain(stated, &parts, &within)
        });
        let subtotals_explained = || {
            let parts: Vec<(CellRef, Amount)> = others.iter().map(|(at, value)| (cell(*at), *value)).collect();
            (parts.len() > 1 && parts.len() < limits::TOTAL_PARTS).then(|| explain(stated, &parts, &[])).flatten()
        };
        let explained = explained.or_else(subtotals_explained);
        let Some(sum) = explained.as_ref().map(|(sum, _)| *sum).or_else(|| sums.of(own)) else { return };
        let problem = Problem::TotalMismatch {
            label: self.quoted_total(text),
            indicator: self.columns[column].heading.clone(),
            stated,
            sum,
            decimals: stated.scale().max(sum.scale()),
            across: false,
            explanation: explained.map(|(_, explanation)| explanation),
        };
        self.tell(problem, CellRef::new(row.index, col));
    }

    /// Whether rows state what nobody adds up: households, square metres and days of work.
    fn of_several_kinds(&self, mut rows: impl Iterator<Item = usize>, col: u32) -> bool {
        let catalogue = self.lexicon.catalogue;
        let dimensions = |at: usize| -> Option<Vec<&str>> {
            let row = self.table.body[at];
            if let Some((MeasureSaid::Known(all), _)) = self.row_measure(row, col) {
                return Some(all.iter().map(|&at| &*catalogue.measures[at].dimension).collect());
            }
            let one = self.row_labels(row).iter().find_map(|(label, _)| label.alone.only())?;
            Some(vec![&*catalogue.indicator(one).measure.dimension])
        };
        let mut common: Option<Vec<&str>> = None;
        rows.any(|at| {
            let Some(own) = dimensions(at) else { return false };
            let common = common.get_or_insert_with(|| own.clone());
            common.retain(|dimension| own.contains(dimension));
            common.is_empty()
        })
    }

    /// Compares a total with the columns that it may add up; the first set that there is says what it should be.
    pub fn prove_across(&mut self, row: &Row, total: usize, sets: &[Vec<usize>], indicator: Option<IndicatorId>) {
        let Some(stated) = self.amount(row, total) else { return };
        let parts = |set: &Vec<usize>| -> Option<Vec<(CellRef, Amount)>> {
            // What cannot be read would be missing.
            let filled = set.iter().filter(|&&at| self.is_stated(row, at));
            let parts = filled.map(|&at| Some((CellRef::new(row.index, self.columns[at].col), self.amount(row, at)?)));
            parts.collect::<Option<Vec<_>>>().filter(|parts| parts.len() > 1)
        };
        let sets: Option<Vec<Vec<(CellRef, Amount)>>> = sets.iter().filter(|set| set.len() > 1).map(parts).collect();
        let Some(sets) = sets.filter(|sets| !sets.is_empty()) else { return };
        let sums: Option<Vec<Amount>> = sets.iter().map(|set| total_of(set)).collect();
        let Some(sums) = sums else { return };
        if sums.iter().any(|sum| *sum == stated || is_rounded(stated, *sum)) {
            return;
        }
        let column = &self.columns[total];
        let (label, cell) = (column.labels.first().map_or(String::new(), |label| one_line(&label.text)), column.col);
        let problem = Problem::TotalMismatch {
            label,
            indicator: indicator
                .map_or_else(|| column.named(), |id| self.lexicon.catalogue.indicator(id).title.clone()),
            stated,
            sum: sums[0],
            decimals: stated.scale().max(sums[0].scale()),
            across: true,
            explanation: explain(stated, &sets[0], &[]).map(|(_, explanation)| explanation),
        };
        self.tell_each(problem, CellRef::new(row.index, cell));
    }

    /// Whether a cell states something, be it readable or not: a dash and a nil are nothing to add.
    fn is_stated(&self, row: &Row, at: usize) -> bool {
        match row.get(self.columns[at].col) {
            None => false,
            Some(Value::Text(text)) => !matches!(
                number::parse(text, self.columns[at].style),
                NumberText::Nil | NumberText::Dash | NumberText::Blank
            ),
            Some(_) => true,
        }
    }

    /// The columns beside a total that it may add up: runs to its left and to its right.
    fn runs_beside(&self, total: usize) -> Vec<Vec<usize>> {
        let counts = |at: &usize| self.is_summed(*at) && !self.is_total_column(*at);
        let left: Vec<usize> = (0..total).rev().take_while(counts).take(limits::TOTAL_COLUMNS).collect();
        let right: Vec<usize> =
            (total + 1..self.columns.len()).take_while(counts).take(limits::TOTAL_COLUMNS).collect();
        let runs = |side: Vec<usize>| (2..=side.len()).map(move |length| side[..length].to_vec());
        runs(left).chain(runs(right)).collect()
    }

    /// In how many rows a column is the sum of others, of those that several of them fill; and in how many it is not.
    fn agreement(&self, total: usize, set: &[usize], rows: &[usize]) -> (usize, usize) {
        let (mut equal, mut other) = (0, 0);
        for &at in rows {
            let row = self.table.body[at];
            let Some(stated) = self.amount(row, total) else { continue };
            let parts: Vec<Amount> = set.iter().filter_map(|&at| self.amount(row, at)).collect();
            if parts.iter().filter(|part| !part.is_zero()).count() < 2 {
                continue;
            }
            let sum = parts.iter().try_fold(Amount::ZERO, |sum, part| sum.checked_add(*part));
            if sum.is_some_and(|sum| sum == stated || is_rounded(stated, sum)) { equal += 1 } else { other += 1 }
        }
        (equal, other)
    }

    /// A column that in every row is the sum of columns beside it is their total, whatever stands over it (design 4.8).
    pub fn adds_up_columns(&self, at: usize) -> bool {
        let rows: Vec<usize> = (0..self.table.body.len().min(limits::ROWS_SAMPLED)).collect();
        self.is_summed(at)
            && self.runs_beside(at).iter().any(|set| {
                let (equal, other) = self.agreement(at, set, &rows);
                equal > 1 && other == 0
            })
    }

    /// "Tổng số" that nearly every row shows to be the sum of columns which each name what they count: no count of its own.
    pub fn adds_up_named(&self, at: usize) -> bool {
        let named = |at: &usize| {
            let own = self.columns[*at].labels.first();
            own.is_some_and(|label| !label.names().is_empty() && label.categories.is_empty() && !label.is_strange())
        };
        let rows: Vec<usize> = (0..self.table.body.len().min(limits::ROWS_SAMPLED)).collect();
        self.is_total_column(at)
            && self.runs_beside(at).iter().filter(|set| set.iter().all(named)).any(|set| {
                let (equal, other) = self.agreement(at, set, &rows);
                equal > 1 && equal > 2 * other
            })
    }

    /// "Cộng" and "Tổng số …" over columns that nearly every row shows to be their parts: the rows that do not agree.
    pub fn prove_columns(&mut self, kinds: &[RowKind], across: bool) {
        let rows: Vec<usize> = (0..kinds.len()).filter(|&at| matches!(kinds[at], RowKind::Data)).collect();
        let sampled = &rows[..rows.len().min(limits::ROWS_SAMPLED)];
        for total in 0..self.columns.len() {
            let column = &self.columns[total];
            let of_total = column.labels.first().is_some_and(|label| self.lexicon.is_total(&label.text));
            // Units and periods across have been compared by what they say.
            if !of_total || !self.is_summed(total) || across && self.is_total_column(total) {
                continue;
            }
            let found = self.runs_beside(total).into_iter().find(|set| {
                let (equal, other) = self.agreement(total, set, sampled);
                equal > 1 && equal > 2 * other
            });
            let Some(set) = found else { continue };
            // Parts that the catalogue knows are compared where all that was sent of them is (parts-differ).
            let known = |at: &usize| self.columns[*at].labels.iter().any(|label| !label.categories.is_empty());
            if set.iter().all(known) {
                continue;
            }
            for &at in &rows {
                let row = self.table.body[at];
                self.prove_across(row, total, std::slice::from_ref(&set), None);
            }
        }
    }

    /// What must hold between figures of one unit and period that stand in one row or one column: the forms' identities,
    /// and rates beside what they are reckoned from.
    pub fn prove_identities(&mut self, stands: &[Stands]) {
        let catalogue = self.lexicon.catalogue;
        // Rows of lists mostly state nothing of which an identity speaks.
        let stated: IndicatorSet = stands.iter().map(|stands| stands.indicator).collect();
        let all = |ids: &[IndicatorId]| ids.iter().all(|id| stated.contains(*id));
        let mut identities = catalogue.form_ids().flat_map(|form| &catalogue.form(form).identities);
        let shares = |id: IndicatorId| match &catalogue.indicator(id).formula {
            Formula::Ratio { of, to } => stated.contains(*of) && all(to),
            _ => false,
        };
        if !identities.any(|identity| all(&identity.left) && all(&identity.right)) && !stated.iter().any(shares) {
            return;
        }
        type Key<'s> = (bool, u32, Option<OrgUnitId>, &'s [usize], &'s [(FieldId, CategoryId)]);
        let mut groups: BTreeMap<Key, BTreeMap<IndicatorId, Option<&Stands>>> = BTreeMap::new();
        for stated in stands {
            for (by_row, line) in [(true, stated.cell.row), (false, stated.cell.col)] {
                let key = (by_row, line, stated.unit, stated.apart.as_slice(), stated.categories.as_slice());
                let slot = groups.entry(key).or_default().entry(stated.indicator);
                // Said twice, it is not known which of them is meant.
                slot.and_modify(|known| *known = None).or_insert(Some(stated));
            }
        }
        for group in groups.values().filter(|group| group.len() > 1) {
            let of = |id: &IndicatorId| group.get(id).copied().flatten();
            for form in catalogue.form_ids() {
                let mut proved: Vec<Vec<IndicatorId>> = Vec::new();
                for identity in &catalogue.form(form).identities {
                    let members: Vec<IndicatorId> = identity.left.iter().chain(&identity.right).copied().collect();
                    if proved.iter().any(|wider| members.iter().all(|member| wider.contains(member))) {
                        continue;
                    }
                    let side = |ids: &[IndicatorId]| {
                        ids.iter().try_fold(Amount::ZERO, |sum, id| sum.checked_add(of(id)?.amount))
                    };
                    let (Some(left), Some(right)) = (side(&identity.left), side(&identity.right)) else { continue };
                    proved.push(members);
                    let holds = match identity.relation {
                        Relation::Equal => left == right,
                        Relation::AtMost => left <= right,
                    };
                    let Some(first) = of(&identity.left[0]).filter(|_| !holds) else { continue };
                    let titles = |ids: &[IndicatorId]| {
                        let titles = ids.iter().map(|id| catalogue.indicator(*id).title.clone());
                        titles.collect::<Vec<_>>().join(" + ")
                    };
                    let (of, whole) = (titles(&identity.left), titles(&identity.right));
                    let problem = match identity.relation {
                        Relation::AtMost => {
                            Problem::AnswersExceed { of, whole, part_amount: left, whole_amount: right }
                        }
                        Relation::Equal => Problem::IdentityDiffers {
                            left: of,
                            left_amount: left,
                            right: whole,
                            right_amount: right,
                            source: identity.source.clone(),
                        },
                    };
                    self.tell_each(problem, first.cell);
                }
            }
            for (id, stated) in group {
                let (Formula::Ratio { of: part, to }, Some(stated)) = (&catalogue.indicator(*id).formula, stated)
                else {
                    continue;
                };
                let whole = to.iter().try_fold(Amount::ZERO, |sum, id| sum.checked_add(of(id)?.amount));
                if let (Some(part), Some(whole)) = (of(part), whole) {
                    let heading = catalogue.indicator(*id).title.clone();
                    self.compare_share(stated.amount, part.amount, whole, heading, stated.cell);
                }
            }
        }
    }

    fn compare_share(&mut self, stated: Amount, part: Amount, whole: Amount, heading: String, cell: CellRef) {
        let Some(percent) = amount::percent(part, whole) else { return };
        if is_share(stated, percent) {
            return;
        }
        // 0.935 with a format of percents is 93.5 %.
        let shown = match stated.checked_mul(Amount::ONE_HUNDRED) {
            Some(shown) if self.is_shown_as_percent(cell) => shown,
            _ => stated,
        };
        let decimals = shown.normalize().scale().min(2);
        self.tell_each(Problem::ShareMismatch { heading, stated: shown, part, whole, percent, decimals }, cell);
    }

    fn is_shown_as_percent(&self, cell: CellRef) -> bool {
        self.table.grid.shown.get(&cell).is_some_and(|shown| shown.contains('%'))
    }

    /// Columns of percentages: what nearly every row shows them to be reckoned from, and the rows that do not agree.
    pub fn prove_shares(&mut self, kinds: &[RowKind]) {
        let shares: Vec<usize> = (0..self.columns.len()).filter(|&at| self.holds_shares(at)).collect();
        let rows: Vec<usize> =
            (0..kinds.len()).filter(|&at| matches!(kinds[at], RowKind::Data | RowKind::Total { .. })).collect();
        for share in shares {
            let numbers = |at: &usize| self.columns[*at].kind == CellKind::Numbers && !self.holds_shares(*at);
            let mut beside: Vec<usize> = (0..self.columns.len()).filter(numbers).collect();
            // The nearest first.
            beside.sort_by_key(|at| at.abs_diff(share));
            beside.truncate(limits::SHARE_COLUMNS);
            let pairs = beside.iter().flat_map(|&part| beside.iter().map(move |&whole| (part, whole)));
            let sampled = &rows[..rows.len().min(limits::ROWS_SAMPLED)];
            let mut best: Option<(usize, usize, Reckoned)> = None;
            for (part, whole) in pairs.filter(|(part, whole)| part != whole) {
                for growth in [false, true] {
                    let reckoned = Reckoned { part, whole, growth };
                    let found = sampled.iter().filter_map(|&at| self.reckon(share, reckoned, at));
                    let agree: Vec<bool> = found.map(|(stated, percent, ..)| self::is_share(stated, percent)).collect();
                    let equal = agree.iter().filter(|agree| **agree).count();
                    let other = agree.len() - equal;
                    let better = best.is_none_or(|(most, least, _)| (equal, least) > (most, other));
                    if equal > 2 && equal > 2 * other && better {
                        best = Some((equal, other, reckoned));
                    }
                }
            }
            let Some((.., reckoned)) = best else { continue };
            for &at in &rows {
                let Some((stated, percent, part, whole)) = self.reckon(share, reckoned, at) else { continue };
                let cell = CellRef::new(self.table.body[at].index, self.columns[share].col);
                if !self::is_share(stated, percent) {
                    let heading = self.columns[share].named();
                    let decimals = stated.normalize().scale().min(2);
                    self.tell_each(Problem::ShareMismatch { heading, stated, part, whole, percent, decimals }, cell);
                }
            }
        }
    }

    fn holds_shares(&self, at: usize) -> bool {
        let column = &self.columns[at];
        column.kind == CellKind::Numbers
            && column.use_ == Use::Open
            && column.labels.first().is_some_and(|label| label.roles.contains(&Role::Share))
    }

    /// What a row's share is, should be, and the two figures that make it.
    fn reckon(&self, share: usize, reckoned: Reckoned, at: usize) -> Option<(Amount, Amount, Amount, Amount)> {
        let row = self.table.body[at];
        let stated = self.amount(row, share).filter(|stated| !stated.is_zero())?;
        let (part, whole) = (self.amount(row, reckoned.part)?, self.amount(row, reckoned.whole)?);
        let all = amount::percent(part, whole)?;
        let percent = if reckoned.growth { all.checked_sub(Amount::ONE_HUNDRED)? } else { all };
        Some((stated, percent, part, whole))
    }
}

/// What a column of percentages is reckoned from, by its columns: the share itself or how much it grew.
#[derive(Clone, Copy)]
struct Reckoned {
    part: usize,
    whole: usize,
    growth: bool,
}

/// Whether a percentage is stated as it is, at the decimals that it is stated with: rounded or cut off; or as a fraction of
/// one, as a workbook holds it.
fn is_share(stated: Amount, percent: Amount) -> bool {
    let near = |stated: Amount, digits: u32| {
        stated.checked_sub(percent).is_some_and(|gap| gap.abs() < Amount::new(1, digits.min(6)))
    };
    let decimals = stated.normalize().scale();
    let of_one = || stated.checked_mul(Amount::ONE_HUNDRED).is_some_and(|hundred| near(hundred, decimals - 2));
    near(stated, decimals) || decimals >= 2 && of_one()
}

/// Whether a total is its sum, shown with fewer decimals.
fn is_rounded(stated: Amount, sum: Amount) -> bool {
    let decimals = stated.normalize().scale();
    decimals < sum.normalize().scale()
        && (amount::round(sum, decimals) == stated || sum.trunc_with_scale(decimals) == stated)
}

fn total_of(parts: &[(CellRef, Amount)]) -> Option<Amount> {
    parts.iter().try_fold(Amount::ZERO, |sum, (_, part)| sum.checked_add(*part))
}

/// The text of a row that states a total.
fn total_text(kind: &RowKind) -> Option<&Arc<str>> {
    match kind {
        RowKind::Total { text } => Some(text),
        RowKind::Group { label, .. } => Some(&label.text),
        _ => None,
    }
}

/// The totals that are the sum of what stands next to them, subtotals taken for what they add up. The parts begin where a
/// group or a subtotal begins or ends, so that a row left out is not overlooked.
fn nested(
    order: impl Iterator<Item = usize>,
    kinds: &[RowKind],
    values: &BTreeMap<usize, Amount>,
    stated: &HashMap<usize, Amount>,
) -> HashSet<usize> {
    let mut found = HashSet::new();
    // Sums of the items so far, beginning with none, and where groups of them begin.
    let mut sums = vec![Amount::ZERO];
    let mut edges: Vec<usize> = vec![0];
    for at in order {
        let last = sums[sums.len() - 1];
        let item = match (&kinds[at], stated.get(&at)) {
            (RowKind::Data, _) => values.get(&at).copied(),
            (RowKind::Group { .. }, None) => {
                edges.push(sums.len() - 1);
                None
            }
            (_, Some(&total)) => {
                let items = sums.len() - 1;
                let begins: Vec<usize> = edges
                    .iter()
                    .rev()
                    .take(limits::TOTAL_COLUMNS)
                    .chain([&0])
                    .copied()
                    .filter(|at| *at < items)
                    .collect();
                let agrees = |from: &usize| {
                    last.checked_sub(sums[*from]).is_some_and(|sum| sum == total || is_rounded(total, sum))
                };
                let begin = begins.iter().copied().find(agrees);
                if begin.is_some() {
                    found.insert(at);
                }
                let own = begins.first().copied();
                if let Some(from) = begin.or(own) {
                    sums.truncate(from + 1);
                    while edges.last().is_some_and(|edge| *edge > from) {
                        edges.pop();
                    }
                    edges.extend([from, from + 1]);
                    Some(total)
                } else {
                    None
                }
            }
            _ => None,
        };
        if let Some(item) = item {
            let Some(sum) = sums[sums.len() - 1].checked_add(item) else { return found };
            sums.push(sum);
        }
    }
    found
}

/// Factors between measures of one thing that offices confuse.
const MEASURE_FACTORS: [i64; 3] = [1_000, 10_000, 1_000_000];

/// The one reading under which parts come to what is stated, and their sum. `subtotals`: those that stand among the parts.
fn explain(stated: Amount, parts: &[(CellRef, Amount)], subtotals: &[Amount]) -> Option<(Amount, Explanation)> {
    let sum = total_of(parts)?;
    let gap = stated.checked_sub(sum)?;
    let only = |wanted: Amount| {
        let mut fitting = parts.iter().filter(|(_, part)| !part.is_zero() && *part == wanted);
        fitting.next().filter(|_| fitting.next().is_none()).map(|(cell, _)| *cell)
    };
    let edge = |part: Option<&(CellRef, Amount)>| part.filter(|(_, part)| *part == -gap).map(|(cell, _)| *cell);
    let left_out = || {
        let edges = edge(parts.last()).or(edge(parts.first()));
        edges.or_else(|| only(-gap)).filter(|_| parts.len() > 1).map(Explanation::LeftOut)
    };
    let twice = || only(gap).map(Explanation::Twice);
    let with_subtotals = || {
        let all = subtotals.iter().try_fold(Amount::ZERO, |sum, part| sum.checked_add(*part))?;
        (!subtotals.is_empty() && !all.is_zero() && gap == all).then_some(Explanation::SubtotalsToo)
    };
    let swapped = || is_swapped(stated, sum).then_some(Explanation::Swapped);
    let factors = || {
        let factors = MEASURE_FACTORS.iter().map(|factor| Amount::from(*factor));
        factors.flat_map(|factor| [Some(factor), Amount::ONE.checked_div(factor)]).flatten()
    };
    let times = || {
        let fits = |factor: &Amount| !sum.is_zero() && sum.checked_mul(*factor) == Some(stated);
        factors().find(fits).map(Explanation::Times)
    };
    let measured = || {
        factors().find_map(|factor| {
            let more = |part: Amount| part.checked_mul(factor.checked_sub(Amount::ONE)?);
            let mut fitting = parts.iter().filter(|(_, part)| !part.is_zero() && more(*part) == Some(gap));
            let cell = fitting.next().filter(|_| fitting.next().is_none()).map(|(cell, _)| *cell)?;
            Some(Explanation::OtherMeasure { cell, times: factor })
        })
    };
    let rounding = || {
        let decimals =
            parts.iter().map(|(_, part)| part.normalize().scale()).max().filter(|scale| (1..=3).contains(scale))?;
        let most = Amount::new(5, decimals + 1).checked_mul(Amount::from(parts.len()))?;
        (gap.abs() <= most).then_some(Explanation::Rounding)
    };
    let explanation = rounding()
        .or_else(left_out)
        .or_else(twice)
        .or_else(with_subtotals)
        .or_else(swapped)
        .or_else(times)
        .or_else(measured);
    explanation.map(|explanation| (sum, explanation))
}

/// Whether two numbers differ by two neighbouring digits that changed places.
fn is_swapped(one: Amount, other: Amount) -> bool {
    let (one, other) = (one.normalize().to_string(), other.normalize().to_string());
    if one.len() != other.len() || one.find('.') != other.find('.') {
        return false;
    }
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).collect::<Vec<u8>>();
    let (one, other) = (digits(&one), digits(&other));
    let differ: Vec<usize> = (0..one.len()).filter(|&at| one[at] != other[at]).collect();
    matches!(differ[..], [first, second] if second == first + 1 && one[first] == other[second] && one[second] == other[first])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Amount {
        text.parse().unwrap()
    }

    #[test]
    fn one_reading_explains_a_total_or_none_does() {
        for (stated, parts, subtotals, explained) in [
            ("12", "3 4 5", "", "-"),
            ("7", "3 4 5", "", "LeftOut(B3)"),
            ("9", "3 4 5", "", "LeftOut(B1)"),
            ("8", "3 4 5", "", "LeftOut(B2)"),
            // Which of two equal rows is not known.
            ("12", "3 4 4 5", "", "-"),
            ("17", "3 4 5", "", "Twice(B3)"),
            ("24", "3 4 5", "7 5", "SubtotalsToo"),
            ("21", "3 4 5", "", "Swapped"),
            ("120", "3 4 5", "", "-"),
            ("12000", "3 4 5", "", "Times(1000)"),
            ("5.0001", "1 4 1", "", "-"),
            ("7.0005", "3 4 5", "", "OtherMeasure { cell: B3, times: 0.0001 }"),
            ("100", "33.3 33.3 33.3", "", "Rounding"),
            ("101", "33.3 33.3 33.3", "", "-"),
        ] {
            let numbers = |text: &str| text.split_whitespace().map(amount).collect::<Vec<_>>();
            let parts: Vec<(CellRef, Amount)> = (0..).map(|row| CellRef::new(row, 1)).zip(numbers(parts)).collect();
            let found = match explain(amount(stated), &parts, &numbers(subtotals)) {
                Some((_, Explanation::LeftOut(cell))) => format!("LeftOut({cell})"),
                Some((_, Explanation::Twice(cell))) => format!("Twice({cell})"),
                Some((_, Explanation::OtherMeasure { cell, times })) => {
                    format!("OtherMeasure {{ cell: {cell}, times: {times} }}")
                }
                Some((_, other)) => format!("{other:?}"),
                None => "-".into(),
            };
            assert_eq!(found, explained, "{stated}");
        }
    }

    #[test]
    fn a_share_is_rounded_cut_off_or_a_fraction_of_one() {
        for (stated, part, whole, fits) in [
            ("93.5", "72", "77", true),
            ("93.51", "72", "77", true),
            ("93.50", "72", "77", true),
            ("94", "72", "77", true),
            ("93", "72", "77", true),
            ("0.935064935064935", "72", "77", true),
            ("0.94", "72", "77", true),
            ("92.5", "38", "40", false),
            ("9.5", "38", "40", false),
        ] {
            let percent = amount::percent(amount(part), amount(whole)).unwrap();
            assert_eq!(is_share(amount(stated), percent), fits, "{stated}");
        }
    }
}
