//! The units of a form by what they did, the most first: rank, part of the whole, and part of the plan.

use crate::base::amount::Amount;
use crate::base::record::{FormId, IndicatorId};
use crate::base::wording::lower;
use crate::catalogue::indicator::OverTime;
use crate::report::document::{Cell, CellValue, Column, ColumnKind, Formula, Row, RowKind, Table};
use crate::report::units::Shown;
use crate::report::view::View;

use super::{column, figure, short, with_sum};

/// Fewer units need no order.
const FEWEST: usize = 3;
/// The column of figures.
const VALUE: usize = 2;

/// By the form's first indicator that adds up; none where too few units have it, or nothing happened.
pub fn ranking(view: &View, form: FormId) -> Option<Table> {
    let adds_up = |id: &IndicatorId| {
        let indicator = view.catalogue.indicator(*id);
        !indicator.is_rate() && indicator.over_time == OverTime::Sum
    };
    let id = view.indicators(form).into_iter().find(adds_up)?;
    let ranked = view.ranked(id);
    let total = view.total(id).filter(|total| *total > Amount::ZERO)?;
    if ranked.len() < FEWEST {
        return None;
    }
    // A year's plan is not what a part of the year is held against.
    let target_of = |row: &Shown| view.target_of(id, row).filter(|target| !target.of_year || view.to_date.is_none());
    let planned = ranked.iter().any(|(_, row, _)| target_of(row).is_some());
    let mut columns = vec![
        column("rank", &["Hạng"], ColumnKind::Ordinal, 7),
        column("unit", &["Đơn vị"], ColumnKind::Text, 26),
        Column { width: 13, ..column("value", &[&short(view, id)], ColumnKind::Number, 13) },
        column("share_percent", &["Tỷ trọng (%)"], ColumnKind::Number, 10),
    ];
    if planned {
        columns.push(column("target", &["Kế hoạch"], ColumnKind::Number, 13));
        columns.push(column("target_percent", &["Đạt (%)"], ColumnKind::Number, 10));
    }
    let own = view.rows.iter().filter(|row| row.own).filter_map(|row| Some((None, row, view.value(id, row)?)));
    let units = ranked.into_iter().map(|(rank, row, value)| (Some(rank), row, value));
    let lines: Vec<(Option<usize>, &Shown, Amount)> = units.chain(own).collect();
    let last = lines.len();
    let mut rows: Vec<Row> = Vec::new();
    for (at, (rank, shown, value)) in lines.into_iter().enumerate() {
        let rank = rank.map_or(Cell::default(), |rank| Cell::number(Amount::from(rank as u64), 0));
        let mut cells = vec![rank, Cell::text(view.label(shown)), figure(view, id, Some(value))];
        cells.push(percent_cell(view.share(id, shown), (at, VALUE), (last, VALUE)));
        if planned {
            let target = target_of(shown);
            cells.push(figure(view, id, target.map(|target| target.amount)));
            cells.push(percent_cell(target.and_then(|target| target.percent), (at, VALUE), (at, VALUE + 2)));
        }
        rows.push(Row { kind: RowKind::Body, cells });
    }
    let sum = with_sum(figure(view, id, Some(total)), &rows, (0..last).map(|row| (row, VALUE)).collect());
    rows.push(Row { kind: RowKind::Total, cells: vec![Cell::default(), Cell::text("Tổng số"), sum] });
    let title = format!("Xếp theo {}", lower(&view.catalogue.indicator(id).title));
    Some(Table { title, columns, rows, notes: Vec::new() })
}

fn percent_cell(percent: Option<Amount>, of: (usize, usize), to: (usize, usize)) -> Cell {
    percent.map_or(Cell::default(), |percent| {
        let cell = Cell { value: CellValue::Percent(percent, 1), ..Cell::default() };
        cell.with_formula(Formula::Percent(vec![of], vec![to]))
    })
}
