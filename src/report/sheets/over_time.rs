//! Indicators down, months or quarters across.

use crate::base::amount::Amount;
use crate::base::period::roman;
use crate::base::record::{FormId, IndicatorId};
use crate::base::wording::lower;
use crate::report::coverage;
use crate::report::data::month as month_key;
use crate::report::document::{Cell, ColumnKind, Row, RowKind, Sheet, Table};
use crate::report::stretch::Stretch;
use crate::report::view::View;

use super::{column, figure, ordinal, ordinal_column, sheet, symbol, with_sum};

/// Indicators down, grouped by form, stretches of time across.
pub fn time_table(view: &View, forms: &[FormId], stretches: &[(String, Stretch)], unknown: &str) -> Table {
    const FIRST: usize = 3;
    let grouped = forms.len() > 1;
    let mut body: Vec<(Option<FormId>, Option<IndicatorId>)> = Vec::new();
    for &form in forms {
        if grouped {
            body.push((Some(form), None));
        }
        let ids = view.indicators(form).into_iter().filter(|&id| !view.is_apart(id));
        body.extend(ids.map(|id| (None, Some(id))));
    }
    let values = |id: IndicatorId| -> Vec<Option<Amount>> {
        stretches.iter().map(|(_, at)| view.now.value_at(view.catalogue, id, &view.all, *at)).collect()
    };
    let rest = |id: IndicatorId, values: &[Option<Amount>]| -> Option<Amount> {
        let rest = values.iter().flatten().try_fold(view.total(id)?, |rest, amount| rest.checked_sub(*amount))?;
        (view.is_flow(id) && !rest.is_zero()).then_some(rest)
    };
    let any_rest = body.iter().filter_map(|(_, id)| *id).any(|id| rest(id, &values(id)).is_some());
    let mut columns = vec![
        ordinal_column(),
        column("indicator", &["Chỉ tiêu"], ColumnKind::Text, 34),
        column("measure", &["Đơn vị tính"], ColumnKind::Text, 11),
    ];
    columns.extend(stretches.iter().map(|(title, at)| {
        // "Tháng" stands once above its twelve numbers.
        let header: Vec<&str> = match title.strip_prefix("Tháng ") {
            Some(month) => vec!["Tháng", month],
            None => vec![title],
        };
        column(&key(*at), &header, ColumnKind::Number, 11)
    }));
    if any_rest {
        // Under "Tháng" with its numbers, so that all headings of the months stand in one row.
        let header = match stretches.iter().any(|(title, _)| title.starts_with("Tháng ")) {
            true => vec!["Tháng", "Chưa rõ"],
            false => vec![unknown],
        };
        columns.push(column("unknown", &header, ColumnKind::Number, 12));
    }
    columns.push(column("total", &["Cả kỳ"], ColumnKind::Number, 13));
    let last = columns.len() - 1;
    let mut rows: Vec<Row> = Vec::new();
    let mut number = 0;
    for (form, id) in body {
        if let Some(form) = form {
            let cells = vec![Cell::default(), Cell::text(&view.catalogue.form(form).title)];
            rows.push(Row { kind: RowKind::Group, cells });
            number = 0;
        }
        let Some(id) = id else { continue };
        number += 1;
        let values = values(id);
        let mut cells =
            vec![ordinal(number), Cell::text(&view.catalogue.indicator(id).title), Cell::text(symbol(view, id))];
        cells.extend(values.iter().map(|&value| figure(view, id, value)));
        if any_rest {
            cells.push(figure(view, id, rest(id, &values)));
        }
        rows.push(Row { kind: RowKind::Body, cells });
        let row = rows.len() - 1;
        let mut total = figure(view, id, view.total(id));
        if view.is_flow(id) {
            total = with_sum(total, &rows, (FIRST..last).map(|col| (row, col)).collect());
        }
        rows[row].cells.push(total);
    }
    let in_part =
        |id: IndicatorId| stretches.iter().any(|(_, at)| view.now.is_in_part(view.catalogue, id, &view.all, *at));
    let notes = match forms.iter().flat_map(|&form| view.indicators(form)).any(in_part) {
        true => vec![IN_PART.to_owned()],
        false => Vec::new(),
    };
    Table { title: String::new(), columns, rows, notes }
}

/// What a column of a stock is that not all units have.
const IN_PART: &str = "Số có đến cuối kỳ (như số đang giải quyết, quá hạn) ở mỗi cột chỉ cộng các đơn vị có số liệu của kỳ ấy; \
    cột \"Cả kỳ\" lấy số gần cuối kỳ nhất của từng đơn vị.";

/// Indicators down: a part of a year, and what came together since its beginning.
pub fn to_date_table(view: &View, ids: &[IndicatorId], now: &str) -> Option<Table> {
    let (figures, words) = coverage::to_date(view)?;
    let columns = vec![
        ordinal_column(),
        column("indicator", &["Chỉ tiêu"], ColumnKind::Text, 34),
        column("measure", &["Đơn vị tính"], ColumnKind::Text, 11),
        column("value", &[now], ColumnKind::Number, 13),
        column("to_date", &[&format!("Lũy kế {words}")], ColumnKind::Number, 13),
    ];
    let row = |(at, &id): (usize, &IndicatorId)| {
        let to_date = figures.value(view.catalogue, id, &view.all, figures.stretch);
        let title = Cell::text(&view.catalogue.indicator(id).title);
        let measure = Cell::text(symbol(view, id));
        let cells = vec![ordinal(at + 1), title, measure, figure(view, id, view.total(id)), figure(view, id, to_date)];
        Row { kind: RowKind::Body, cells }
    };
    let rows = ids.iter().enumerate().map(row).collect();
    Some(Table { title: "Trong kỳ và lũy kế".into(), columns, rows, notes: Vec::new() })
}

/// "2023-01", "2023-q1"
fn key(at: Stretch) -> String {
    let (year, month) = at.touched().next().unwrap_or_default();
    match at.in_month() {
        Some(_) => month_key((year, month)),
        None if at.touched().count() > 3 => year.to_string(),
        None => format!("{year}-q{}", month.div_ceil(3)),
    }
}

pub fn by_year(view: &View) -> Option<Sheet> {
    let years = view.years();
    if years.len() < 2 {
        return None;
    }
    let stretches: Vec<(String, Stretch)> = years.into_iter().map(|(year, at)| (format!("Năm {year}"), at)).collect();
    let title = format!("Kết quả theo năm, {}", lower(&view.options.span.title()));
    Some(sheet(view, "Theo năm", title, vec![time_table(view, &view.forms(), &stretches, "Chưa rõ năm")]))
}

pub fn by_month(view: &View) -> Option<Sheet> {
    let months: Vec<(i32, u32)> = view.now.stretch.touched().collect();
    // Of several years the months are more columns than a page holds.
    if months.len() < 2 || view.years().len() > 1 {
        return None;
    }
    let one_year = months.first()?.0 == months.last()?.0;
    let stretches: Vec<(String, Stretch)> = months
        .into_iter()
        .map(|(year, month)| {
            let title = if one_year { format!("Tháng {month}") } else { format!("{month:02}/{year}") };
            (title, Stretch::month((year, month)).within(view.now.stretch))
        })
        .collect();
    let forms = view.forms();
    let title = format!("Kết quả theo tháng, {}", lower(&view.options.span.title()));
    Some(sheet(view, "Theo tháng", title, vec![time_table(view, &forms, &stretches, "Chưa rõ tháng")]))
}

pub fn quarter_stretches(view: &View) -> Vec<(String, Stretch)> {
    let quarters = if view.years().len() > 1 { Vec::new() } else { view.quarters() };
    let one_year = quarters.first().map(|q| q.0.0) == quarters.last().map(|q| q.0.0);
    let title = |year: i32, quarter: u8| match one_year {
        true => format!("Quý {}", roman(quarter)),
        false => format!("Quý {}/{year}", roman(quarter)),
    };
    quarters.into_iter().map(|((year, quarter), at)| (title(year, quarter), at)).collect()
}

pub fn by_quarter(view: &View) -> Option<Sheet> {
    let stretches = quarter_stretches(view);
    if stretches.len() < 2 {
        return None;
    }
    let forms = view.forms();
    let title = format!("Kết quả theo quý, {}", lower(&view.options.span.title()));
    Some(sheet(view, "Theo quý", title, vec![time_table(view, &forms, &stretches, "Chưa rõ quý")]))
}
