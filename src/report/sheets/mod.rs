//! The workbook's sheets (design.md 6.1), and the summary that the terminal shows.
//!
//! A total, a difference or a rate carries a live formula only where a spreadsheet recalculates it to the same figure.

mod bridge;
mod by_unit;
mod furnish;
mod notes;
mod of_form;
mod over_time;
mod ranking;
mod records;
mod submissions;
mod summary;

pub use bridge::{remarks, said as step_said};
pub use by_unit::{RATES_IN_PART, unit_table};
pub use notes::{explanations, problem_table, unknown_units};
pub use over_time::{quarter_stretches, time_table, to_date_table};
pub use summary::summary;

use std::collections::BTreeSet;

use crate::base::amount::{Amount, percent};
use crate::base::record::IndicatorId;
use crate::catalogue::indicator::Formula as Reckoning;
use crate::report::document::{Cell, CellValue, Column, ColumnKind, Formula, Row, RowKind, Sheet, Tab, Table};
use crate::report::view::View;

use furnish::{
    BRIDGE, BY_MONTH, BY_QUARTER, BY_UNIT, BY_YEAR, NOTES, PROBLEMS, SUBMISSIONS, SUMMARY, form_key, records_key,
};

/// Rows of a worksheet, with room for titles.
pub const ROWS_AT_MOST: usize = 1_048_000;
/// Characters of a sheet's name.
const NAME_AT_MOST: usize = 31;

pub const NOT_REPORTED: &str = "chưa báo cáo";
/// What it sent could not be read.
pub const NOT_READ: &str = "tệp chưa đọc được";
/// The same in the width of a figure.
pub const NOT_READ_SHORT: &str = "lỗi tệp";

pub fn sheets(view: &View) -> Vec<Sheet> {
    let mut sheets = vec![
        keyed(SUMMARY.into(), Tab::Main, summary::summary_sheet(view)),
        keyed(BY_UNIT.into(), Tab::Main, by_unit::by_unit(view)),
    ];
    let over_time = [
        (BY_YEAR, over_time::by_year(view)),
        (BY_MONTH, over_time::by_month(view)),
        (BY_QUARTER, over_time::by_quarter(view)),
    ];
    for (key, sheet) in over_time {
        let Some(mut sheet) = sheet else { continue };
        if key != BY_YEAR {
            sheet.tables.iter_mut().for_each(|table| veil(view, table));
        }
        sheets.push(keyed(key.into(), Tab::Main, sheet));
    }
    let forms = view.forms().into_iter();
    sheets.extend(forms.map(|form| keyed(form_key(view, form), Tab::Form, of_form::of_form(view, form))));
    sheets.push(keyed(SUBMISSIONS.into(), Tab::Source, submissions::submissions(view)));
    let records = records::records(view).into_iter();
    sheets.extend(records.map(|(form, sheet)| keyed(records_key(view, form), Tab::Source, sheet)));
    if !view.options.public {
        sheets.push(keyed(PROBLEMS.into(), Tab::Source, notes::problems(view)));
    }
    sheets.extend(bridge::bridge(view).map(|sheet| keyed(BRIDGE.into(), Tab::Source, sheet)));
    sheets.push(keyed(NOTES.into(), Tab::Source, notes::notes(view)));
    furnish::furnish(view, &mut sheets);
    name(&mut sheets);
    sheets
}

fn keyed(key: String, tab: Tab, sheet: Sheet) -> Sheet {
    Sheet { key, tab, ..sheet }
}

/// Of a table of parts of years: what the readers may know for whole years only keeps its row and its whole.
pub fn veil(view: &View, table: &mut Table) {
    let guarded: BTreeSet<&str> = view
        .forms()
        .into_iter()
        .flat_map(|form| view.indicators(form))
        .filter(|&id| view.is_guarded(id))
        .map(|id| view.catalogue.indicator(id).title.as_str())
        .collect();
    let at = |key: &str| table.columns.iter().position(|column| column.key == key);
    let (Some(names), Some(measure), Some(total)) = (at("indicator"), at("measure"), at("total")) else { return };
    for row in &mut table.rows {
        let is_guarded = row.cells.get(names).is_some_and(|cell| match &cell.value {
            CellValue::Text(title) => guarded.contains(title.as_str()),
            _ => false,
        });
        if is_guarded && row.kind == RowKind::Body {
            for (at, cell) in row.cells.iter_mut().enumerate().skip(measure + 1) {
                *cell = if at == total { Cell { formula: None, ..cell.clone() } } else { Cell::default() };
            }
        }
    }
}

/// Names fit for a workbook, each once.
pub fn name(sheets: &mut [Sheet]) {
    let mut taken = BTreeSet::new();
    for sheet in sheets {
        let kept = |c: &char| !"[]:*?/\\".contains(*c) && !c.is_control();
        let clean: String = sheet.name.chars().filter(kept).take(NAME_AT_MOST).collect();
        let clean = clean.trim().trim_matches('\'').to_owned();
        let clean = if clean.is_empty() { "Biểu".to_owned() } else { clean };
        let mut name = clean.clone();
        let mut number = 2;
        while !taken.insert(name.to_lowercase()) {
            let tail = format!(" ({number})");
            name = clean.chars().take(NAME_AT_MOST - tail.len()).collect::<String>() + &tail;
            number += 1;
        }
        sheet.name = name;
    }
}

fn sheet(view: &View, name: &str, title: String, tables: Vec<Table>) -> Sheet {
    let window = view.now.window;
    let window =
        format!("Số liệu tính từ ngày {} đến ngày {}", window.from.format("%d/%m/%Y"), window.to.format("%d/%m/%Y"));
    Sheet { name: name.into(), title, subtitle: vec![window], tables, ..Sheet::default() }
}

pub fn column(key: &str, header: &[&str], kind: ColumnKind, width: u32) -> Column {
    Column { key: key.into(), header: header.iter().map(|text| (*text).to_owned()).collect(), kind, width }
}

fn ordinal_column() -> Column {
    column("no", &["TT"], ColumnKind::Ordinal, 5)
}

fn ordinal(at: usize) -> Cell {
    Cell::number(Amount::from(at as u64), 0)
}

/// An indicator's figure, as its measure is written.
fn figure(view: &View, id: IndicatorId, value: Option<Amount>) -> Cell {
    let indicator = view.catalogue.indicator(id);
    match value {
        None => Cell::default(),
        Some(value) if indicator.is_rate() => {
            Cell { value: CellValue::Percent(value, indicator.decimals), ..Cell::default() }
        }
        Some(value) => Cell::number(value, indicator.decimals),
    }
}

fn symbol(view: &View, id: IndicatorId) -> String {
    view.catalogue.indicator(id).measure.symbol.to_string()
}

/// "Diện tích (m²)"; a rate's own name says that it is one.
pub fn short(view: &View, id: IndicatorId) -> String {
    let indicator = view.catalogue.indicator(id);
    let symbol = &indicator.measure.symbol;
    if indicator.short.contains(&**symbol) || indicator.measure.counted {
        indicator.short.clone()
    } else {
        format!("{} ({symbol})", indicator.short)
    }
}

fn number_of(cell: &Cell) -> Option<Amount> {
    match cell.value {
        CellValue::Number(amount, _) | CellValue::Percent(amount, _) => Some(amount),
        _ => None,
    }
}

/// The sum of what stands in these cells of a table's body.
fn sum_of(rows: &[Row], cells: &[(usize, usize)]) -> Option<Amount> {
    let amounts = cells.iter().filter_map(|&(row, col)| rows.get(row)?.cells.get(col)).filter_map(number_of);
    amounts.into_iter().try_fold(Amount::ZERO, |sum, amount| sum.checked_add(amount))
}

/// With a SUM over these cells, where that gives what the cell holds.
fn with_sum(cell: Cell, rows: &[Row], cells: Vec<(usize, usize)>) -> Cell {
    let same = number_of(&cell).is_some_and(|value| !cells.is_empty() && sum_of(rows, &cells) == Some(value));
    if same { cell.with_formula(Formula::Sum(cells)) } else { cell }
}

/// With a percentage over these cells, where that gives what the cell holds.
fn with_percent(cell: Cell, rows: &[Row], of: Vec<(usize, usize)>, to: Vec<(usize, usize)>) -> Cell {
    let (Some(value), Some(part), Some(whole)) = (number_of(&cell), sum_of(rows, &of), sum_of(rows, &to)) else {
        return cell;
    };
    let same = !of.is_empty() && percent(part, whole) == Some(value);
    if same { cell.with_formula(Formula::Percent(of, to)) } else { cell }
}

/// Where the parts of a rate stand among the columns of indicators.
fn rate_columns(view: &View, id: IndicatorId, ids: &[IndicatorId], first: usize) -> Option<(usize, Vec<usize>)> {
    let Reckoning::Ratio { of, to } = &view.catalogue.indicator(id).formula else { return None };
    let at = |id: &IndicatorId| ids.iter().position(|other| other == id).map(|at| at + first);
    Some((at(of)?, to.iter().map(at).collect::<Option<Vec<usize>>>()?))
}
