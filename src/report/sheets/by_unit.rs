//! Units down, indicators across, a total below.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::record::{FormId, IndicatorId};
use crate::base::wording::lower;
use crate::catalogue::indicator::Formula;
use crate::report::aggregate::State;
use crate::report::coverage;
use crate::report::document::{Cell, CellValue, Column, ColumnKind, Link, Row, RowKind, Sheet, Table};
use crate::report::units::Shown;
use crate::report::view::View;

use super::furnish::PROBLEMS;
use super::{
    NOT_READ, NOT_READ_SHORT, NOT_REPORTED, column, figure, ordinal, ordinal_column, rate_columns, sheet, short,
    with_percent, with_sum,
};

const CONFLICTING: &str = "Có hai số khác nhau, chưa tính số nào";
/// Where the workbook has that sheet.
const SEE_PROBLEMS: &str = ": xem trang Kiểm tra số liệu";

/// What a note of rates says that cannot be reckoned from the table's own columns.
pub const RATES_IN_PART: &str = "Chỉ tính trên các đơn vị, các tháng và các dòng có đủ số liệu, nên có thể khác với kết quả chia các số \
    trong bảng";

/// Units down, indicators across, a total below. `group`: whether each column is headed by its form. A parent that has no
/// figure of its own here has no row.
pub fn unit_table(view: &View, ids: &[IndicatorId], group: bool) -> Table {
    const FIRST: usize = 2;
    let ids: Vec<IndicatorId> = ids.iter().copied().filter(|&id| !view.is_guarded(id)).collect();
    let ids = ids.as_slice();
    let mut columns = vec![ordinal_column(), column("unit", &["Đơn vị"], ColumnKind::Text, 26)];
    for &id in ids {
        let indicator = view.catalogue.indicator(id);
        let form = view.catalogue.form(indicator.form).title.clone();
        let short = short(view, id);
        let header = if group { vec![form, short] } else { vec![short] };
        columns.push(Column { key: indicator.id.clone(), header, kind: ColumnKind::Number, width: 13 });
    }
    let mut rows: Vec<Row> = Vec::new();
    let empty = |shown: &Shown| ids.iter().all(|&id| matches!(view.state(id, shown), State::Absent | State::Blank));
    for shown in view.rows.iter().filter(|shown| !shown.own || !empty(shown)) {
        let mut cells = vec![ordinal(rows.len() + 1), Cell::text(view.label(shown))];
        let mut said: BTreeSet<FormId> = BTreeSet::new();
        let mut kind = RowKind::Body;
        let unread = coverage::only_unread(view, shown);
        for &id in ids {
            let form = view.catalogue.indicator(id).form;
            let mut cell = figure(view, id, view.value(id, shown));
            if view.state(id, shown) == State::Conflicting {
                kind = RowKind::Error;
                let see = if view.options.public { "" } else { SEE_PROBLEMS };
                cell.note = Some(format!("{CONFLICTING}{see}"));
                cell.link = (!view.options.public).then(|| Box::new(Link::sheet(PROBLEMS)));
                if cell.value == CellValue::Empty {
                    cell.value = CellValue::Text("chưa thống nhất".into());
                }
            } else if cell.value == CellValue::Empty && !shown.own && !view.sent(form, shown) && said.insert(form) {
                cell = match (unread, group) {
                    (false, _) => Cell::text(NOT_REPORTED),
                    (true, false) => Cell::text(NOT_READ),
                    (true, true) => {
                        let note = Some(format!("Đơn vị đã gửi nhưng {NOT_READ}"));
                        Cell { note, ..Cell::text(NOT_READ_SHORT) }
                    }
                };
            }
            cells.push(cell);
        }
        rows.push(Row { kind, cells });
        let row = rows.len() - 1;
        for (at, &id) in ids.iter().enumerate() {
            if let Some((of, to)) = rate_columns(view, id, ids, FIRST) {
                let cell = rows[row].cells[at + FIRST].clone();
                let to = to.into_iter().map(|col| (row, col)).collect();
                rows[row].cells[at + FIRST] = with_percent(cell, &rows, vec![(row, of)], to);
            }
        }
    }
    let body = rows.len();
    let mut total = vec![Cell::default(), Cell::text("Tổng số")];
    for (at, &id) in ids.iter().enumerate() {
        let cell = figure(view, id, view.total(id));
        let column = |col: usize| (0..body).map(|row| (row, col)).collect::<Vec<_>>();
        total.push(match rate_columns(view, id, ids, FIRST) {
            Some((of, to)) => with_percent(cell, &rows, column(of), to.into_iter().flat_map(column).collect()),
            None if !view.catalogue.indicator(id).over_units => cell,
            None => with_sum(cell, &rows, column(at + FIRST)),
        });
    }
    rows.push(Row { kind: RowKind::Total, cells: total });
    let mut notes = Vec::new();
    let expected = view.expected().count();
    let mut reported: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    let form = |id: IndicatorId| view.catalogue.indicator(id).form;
    for ids in ids.chunk_by(|a, b| form(*a) == form(*b)) {
        let known: Vec<IndicatorId> = ids.iter().copied().filter(|&id| view.total(id).is_some()).collect();
        let Some(&first) = known.first() else { continue };
        let alike = known.iter().all(|&id| view.reported(id) == view.reported(first));
        for &id in if alike { &known[..1] } else { &known[..] } {
            let title = if alike { &view.catalogue.form(form(id)).title } else { &view.catalogue.indicator(id).title };
            if view.reported(id) < expected {
                reported.entry(view.reported(id)).or_default().push(title);
            }
        }
    }
    let said: Vec<String> = match reported.len() {
        1 => reported.keys().map(|units| format!("{units}/{expected}")).collect(),
        _ => reported.iter().map(|(units, titles)| format!("{units}/{expected} ({})", titles.join(", "))).collect(),
    };
    if !said.is_empty() {
        notes.push(format!("Số đơn vị có báo cáo: {}.", said.join("; ")));
    }
    let in_part = |id: &&IndicatorId| match &view.catalogue.indicator(**id).formula {
        Formula::Ratio { of, to } => view.total(**id).is_some() && view.in_part(*of, to).is_some(),
        _ => false,
    };
    let in_part: Vec<String> =
        ids.iter().filter(in_part).map(|&id| format!("\"{}\"", view.catalogue.indicator(id).title)).collect();
    if !in_part.is_empty() {
        notes.push(format!("{RATES_IN_PART}: {}.", in_part.join(", ")));
    }
    let apart: Vec<String> = ids
        .iter()
        .filter(|&&id| view.is_apart(id))
        .map(|&id| format!("\"{}\"", view.catalogue.indicator(id).title))
        .collect();
    if !apart.is_empty() {
        notes.push(format!(
            "Không cộng các đơn vị thành số chung ở chỉ tiêu {}: các đơn vị có thể cùng tính một mục; số chung chỉ lấy từ số liệu của cấp trên, nếu có ghi.",
            apart.join(", ")
        ));
    }
    Table { title: String::new(), columns, rows, notes }
}

pub fn by_unit(view: &View) -> Sheet {
    let ids: Vec<IndicatorId> = view.forms().into_iter().flat_map(|form| view.indicators(form)).collect();
    let title = format!("Kết quả theo đơn vị, {}", lower(&view.options.span.title()));
    sheet(view, "Theo đơn vị", title, vec![unit_table(view, &ids, true)])
}
