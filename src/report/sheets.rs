//! The workbook's sheets (design.md 6.1), and the summary that the terminal shows.
//!
//! A total, a difference or a rate carries a live formula only where a spreadsheet recalculates it to the same figure.

use std::collections::{BTreeMap, BTreeSet};

use super::RecordSheets;
use crate::base::amount::{Amount, percent, vietnamese};
use crate::base::diagnostic::Severity;
use crate::base::period::{Span, roman};
use crate::base::record::{CategoryId, FieldId, FormId, IndicatorId, Record};
use crate::catalogue::form::FieldKind;
use crate::catalogue::indicator::Formula as Reckoning;
use crate::catalogue::register::Origin;

use super::aggregate::State;
use super::data::month as month_key;
use super::document::*;
use super::stretch::Stretch;
use super::tidy::record_table;
use super::units::Shown;
use super::view::View;

/// Above this, the records themselves are left out of the workbook, unless asked for.
const RECORDS_AT_MOST: usize = 50_000;
/// Rows of a worksheet, with room for titles.
pub const ROWS_AT_MOST: usize = 1_048_000;
/// Characters of a sheet's name.
const NAME_AT_MOST: usize = 31;

pub const NOT_REPORTED: &str = "chưa báo cáo";
const CONFLICTING: &str = "Có hai số khác nhau, chưa tính số nào: xem trang Kiểm tra số liệu";

pub fn sheets(view: &View) -> Vec<Sheet> {
    let mut sheets = vec![summary_sheet(view), by_unit(view)];
    sheets.extend(by_month(view));
    sheets.extend(by_quarter(view));
    sheets.extend(view.forms().into_iter().map(|form| of_form(view, form)));
    sheets.push(submissions(view));
    sheets.extend(records(view));
    sheets.push(problems(view));
    sheets.push(notes(view));
    name(&mut sheets);
    sheets
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
    Sheet { name: name.into(), title, subtitle: vec![window], tables, filter: false, attention: false }
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

// ------------------------------------------------------------------------------------------------ units × indicators

/// Units down, indicators across, a total below. `group`: whether each column is headed by its form. A parent that has no
/// figure of its own here has no row.
pub fn unit_table(view: &View, ids: &[IndicatorId], group: bool) -> Table {
    const FIRST: usize = 2;
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
        for &id in ids {
            let form = view.catalogue.indicator(id).form;
            let mut cell = figure(view, id, view.value(id, shown));
            if view.state(id, shown) == State::Conflicting {
                kind = RowKind::Error;
                cell.note = Some(CONFLICTING.into());
                if cell.value == CellValue::Empty {
                    cell.value = CellValue::Text("mâu thuẫn".into());
                }
            } else if cell.value == CellValue::Empty && !shown.own && !view.sent(form, shown) && said.insert(form) {
                cell = Cell::text(NOT_REPORTED);
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
    Table { title: String::new(), columns, rows, notes }
}

fn by_unit(view: &View) -> Sheet {
    let ids: Vec<IndicatorId> = view.forms().into_iter().flat_map(|form| view.indicators(form)).collect();
    let title = format!("Kết quả theo đơn vị, {}", lower(&view.options.span.title()));
    sheet(view, "Theo đơn vị", title, vec![unit_table(view, &ids, true)])
}

pub fn lower(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_lowercase().chain(chars).collect())
}

// ------------------------------------------------------------------------------------------------------ over time

/// Indicators down, grouped by form, stretches of time across.
pub fn time_table(view: &View, forms: &[FormId], stretches: &[(String, Stretch)], unknown: &str) -> Table {
    const FIRST: usize = 3;
    let grouped = forms.len() > 1;
    let mut body: Vec<(Option<FormId>, Option<IndicatorId>)> = Vec::new();
    for &form in forms {
        if grouped {
            body.push((Some(form), None));
        }
        body.extend(view.indicators(form).into_iter().map(|id| (None, Some(id))));
    }
    let values = |id: IndicatorId| -> Vec<Option<Amount>> {
        stretches.iter().map(|(_, at)| view.now.value(view.catalogue, id, &view.all, *at)).collect()
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
        columns.push(column("unknown", &[unknown], ColumnKind::Number, 12));
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
    Table { title: String::new(), columns, rows, notes: Vec::new() }
}

/// "2023-01", "2023-q1"
fn key(at: Stretch) -> String {
    let (year, month) = at.touched().next().unwrap_or_default();
    match at.in_month() {
        Some(_) => month_key((year, month)),
        None => format!("{year}-q{}", month.div_ceil(3)),
    }
}

fn by_month(view: &View) -> Option<Sheet> {
    let months: Vec<(i32, u32)> = view.now.stretch.touched().collect();
    if months.len() < 2 {
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
    let quarters = view.quarters();
    let one_year = quarters.first().map(|q| q.0.0) == quarters.last().map(|q| q.0.0);
    let title = |year: i32, quarter: u8| match one_year {
        true => format!("Quý {}", roman(quarter)),
        false => format!("Quý {}/{year}", roman(quarter)),
    };
    quarters.into_iter().map(|((year, quarter), at)| (title(year, quarter), at)).collect()
}

fn by_quarter(view: &View) -> Option<Sheet> {
    let stretches = quarter_stretches(view);
    if stretches.len() < 2 {
        return None;
    }
    let forms = view.forms();
    let title = format!("Kết quả theo quý, {}", lower(&view.options.span.title()));
    Some(sheet(view, "Theo quý", title, vec![time_table(view, &forms, &stretches, "Chưa rõ quý")]))
}

// ------------------------------------------------------------------------------------------------------ the summary

/// Indicators down: last year, this year, the change, and how many units reported. Where some units have data in only one of
/// the years, the change and what it is reckoned from stand apart from the whole.
fn summary_table(view: &View) -> Table {
    const PREVIOUS: usize = 3;
    let expected = view.expected().count();
    let ids: Vec<IndicatorId> = view.forms().into_iter().flat_map(|form| view.indicators(form)).collect();
    let compares = view.before.is_some();
    let apart = ids.iter().filter_map(|&id| view.compared(id)).any(|compared| !compared.all);
    let (before, now) = match view.options.span {
        Span::Named(period) => (period.a_year_earlier().title(), period.title()),
        Span::Days(_) => ("Cùng kỳ năm trước".to_owned(), "Kỳ này".to_owned()),
    };
    let beside = format!("So sánh trên các đơn vị có số liệu cả {}", view.both());
    // Headings stand in a group only where there are two of them.
    let head = |group: &str, text: &str| match apart {
        true => vec![group.to_owned(), text.to_owned()],
        false => vec![text.to_owned()],
    };
    let number = |key: &str, header: Vec<String>, width: u32| Column {
        key: key.into(),
        header,
        kind: ColumnKind::Number,
        width,
    };
    let mut columns = vec![
        ordinal_column(),
        column("indicator", &["Chỉ tiêu"], ColumnKind::Text, 38),
        column("measure", &["Đơn vị tính"], ColumnKind::Text, 12),
    ];
    if compares {
        columns.push(number("previous", head("Kết quả", &before), 13));
    }
    columns.push(number("value", head("Kết quả", &now), 13));
    let reported = Column {
        header: head("Kết quả", "Đơn vị có báo cáo"),
        ..column("reported", &[], ColumnKind::Text, 11)
    };
    if apart {
        columns.push(reported.clone());
        columns
            .push(Column { kind: ColumnKind::Text, ..number("compared_units", head(&beside, "Số đơn vị"), 8) });
        columns.push(number("compared_previous", head(&beside, &before), 13));
        columns.push(number("compared_value", head(&beside, &now), 13));
    }
    if compares {
        columns.push(number("change", head(&beside, "Tăng, giảm"), 12));
        columns.push(number("change_percent", head(&beside, "Tăng, giảm (%)"), 10));
    }
    if !apart {
        columns.push(reported);
    }
    let mut rows: Vec<Row> = Vec::new();
    let mut last = None;
    for (at, id) in ids.into_iter().enumerate() {
        let indicator = view.catalogue.indicator(id);
        if last.replace(indicator.form) != Some(indicator.form) {
            let cells = vec![Cell::default(), Cell::text(&view.catalogue.form(indicator.form).title)];
            rows.push(Row { kind: RowKind::Group, cells });
        }
        let row = rows.len();
        let mut cells = vec![ordinal(at + 1), Cell::text(&indicator.title), Cell::text(symbol(view, id))];
        let reported = Cell::text(format!("{}/{expected}", view.reported(id)));
        let compared = view.compared(id);
        if compares {
            cells.push(figure(view, id, view.total_before(id)));
        }
        cells.push(figure(view, id, view.total(id)));
        let mut previous = PREVIOUS;
        if apart {
            let units = compared.map(|compared| Cell::text(compared.units.to_string()));
            cells.extend([reported.clone(), units.unwrap_or_default()]);
            previous = cells.len();
            cells.push(figure(view, id, compared.map(|compared| compared.before)));
            cells.push(figure(view, id, compared.map(|compared| compared.now)));
        }
        if compares {
            let (then, now) = ((row, previous), (row, previous + 1));
            let change = compared.and_then(|compared| compared.now.checked_sub(compared.before));
            cells.push(change.map_or(Cell::default(), |change| {
                Cell::number(change, indicator.decimals).with_formula(Formula::Difference(now, then))
            }));
            // Of a rate the difference is in points, which is no growth.
            let growth = compared.filter(|_| !indicator.is_rate()).and_then(|compared| compared.growth());
            cells.push(growth.map_or(Cell::default(), |growth| {
                let cell = Cell { value: CellValue::Percent(growth, 1), ..Cell::default() };
                cell.with_formula(Formula::Growth(now, then))
            }));
        }
        if !apart {
            cells.push(reported);
        }
        rows.push(Row { kind: RowKind::Body, cells });
    }
    let unknown: Vec<&str> = view
        .catalogue
        .form_ids()
        .flat_map(|form| view.reportable(form))
        .filter(|&id| !view.is_known(id))
        .map(|id| view.catalogue.indicator(id).title.as_str())
        .collect();
    let notes = match unknown.is_empty() {
        true => Vec::new(),
        false => vec![format!("Chưa đơn vị nào có số liệu: {}.", unknown.join("; "))],
    };
    Table { title: String::new(), columns, rows, notes }
}

/// What the terminal shows: the same, narrower.
pub fn summary(view: &View) -> Table {
    let mut table = summary_table(view);
    let ids: Vec<IndicatorId> = view.forms().into_iter().flat_map(|form| view.indicators(form)).collect();
    for (row, id) in table.rows.iter_mut().filter(|row| row.kind == RowKind::Body).zip(ids) {
        let indicator = view.catalogue.indicator(id);
        if !indicator.measure.counted && !indicator.is_rate() {
            row.cells[1] = Cell::text(format!("{} ({})", indicator.title, indicator.measure.symbol));
        }
    }
    let wide = ["no", "measure", "compared_previous", "compared_value"];
    let kept: Vec<bool> = table.columns.iter().map(|column| !wide.contains(&column.key.as_str())).collect();
    let keep = |at: usize| kept.get(at).copied().unwrap_or(true);
    for row in &mut table.rows {
        let cells = std::mem::take(&mut row.cells).into_iter().enumerate();
        row.cells = cells.filter(|(at, _)| keep(*at)).map(|(_, cell)| Cell { formula: None, ..cell }).collect();
    }
    let columns = std::mem::take(&mut table.columns).into_iter().enumerate();
    table.columns = columns.filter(|(at, _)| keep(*at)).map(|(_, column)| column).collect();
    for column in &mut table.columns {
        let narrow = match column.key.as_str() {
            "reported" => Some("Báo cáo"),
            "change" => Some("±"),
            "change_percent" => Some("± %"),
            "compared_units" => Some("So sánh"),
            _ => None,
        };
        column.header = narrow.map(str::to_owned).or(column.header.pop()).into_iter().collect();
    }
    // How many units are compared stands after the change.
    if let Some(at) = table.columns.iter().position(|column| column.key == "compared_units") {
        table.columns[at..].rotate_left(1);
        for row in table.rows.iter_mut().filter(|row| row.cells.len() > at) {
            row.cells[at..].rotate_left(1);
        }
        let note = format!("±: tính trên số đơn vị ở cột So sánh, là các đơn vị có số liệu cả {}.", view.both());
        table.notes.insert(0, note);
    }
    table
}

fn summary_sheet(view: &View) -> Sheet {
    let title = format!("Tổng hợp kết quả {}", lower(&view.options.span.title()));
    sheet(view, "Tổng hợp", title, vec![summary_table(view)])
}

// --------------------------------------------------------------------------------------------------- one form's sheet

fn of_form(view: &View, form: FormId) -> Sheet {
    let definition = view.catalogue.form(form);
    let ids = view.indicators(form);
    let mut tables = vec![unit_table(view, &ids, false)];
    for (at, field) in definition.fields.iter().enumerate() {
        // What a date implies is how things stand today, not in the window.
        if field.kind == FieldKind::Category && field.implied.is_none() {
            tables.extend(category_table(view, form, FieldId(at as u16), &ids));
        }
    }
    let title = format!("{}, {}", definition.heading, lower(&view.options.span.title()));
    let mut sheet = sheet(view, &definition.title, title, tables);
    sheet.attention = view.rows.iter().any(|row| ids.iter().any(|&id| view.state(id, row) == State::Conflicting));
    sheet
}

/// Categories down, indicators across, and what is of no known category, so that the parts make the whole; parts that come to
/// more than their whole are named below.
fn category_table(view: &View, form: FormId, field: FieldId, ids: &[IndicatorId]) -> Option<Table> {
    struct Split {
        id: IndicatorId,
        parts: BTreeMap<CategoryId, Amount>,
        sum: Amount,
        whole: Amount,
    }
    let split = |&id: &IndicatorId| {
        let parts = view.parts(id).into_iter().filter(|((of, _), _)| *of == field);
        let parts: BTreeMap<CategoryId, Amount> = parts.map(|((_, category), amount)| (category, amount)).collect();
        let sum = parts.values().try_fold(Amount::ZERO, |sum, amount| sum.checked_add(*amount))?;
        let whole = view.total(id)?;
        (!parts.is_empty()).then_some(Split { id, parts, sum, whole })
    };
    let splits: Vec<Split> = ids.iter().filter_map(split).collect();
    let categories: BTreeSet<CategoryId> = splits.iter().flat_map(|split| split.parts.keys().copied()).collect();
    if categories.is_empty() {
        return None;
    }
    let title = &view.catalogue.field(form, field).title;
    let mut columns = vec![ordinal_column(), column("category", &[title], ColumnKind::Text, 26)];
    columns.extend(splits.iter().map(|split| {
        let key = &view.catalogue.indicator(split.id).id;
        column(key, &[&short(view, split.id)], ColumnKind::Number, 13)
    }));
    let mut rows: Vec<Row> = Vec::new();
    for (at, &category) in categories.iter().enumerate() {
        let mut cells = vec![ordinal(at + 1), Cell::text(view.category_title(form, field, category))];
        cells.extend(splits.iter().map(|split| {
            // Where the others make the whole, what is not named is none.
            let none = (split.sum == split.whole).then_some(Amount::ZERO);
            figure(view, split.id, split.parts.get(&category).copied().or(none))
        }));
        rows.push(Row { kind: RowKind::Body, cells });
    }
    if splits.iter().any(|split| split.whole > split.sum) {
        let mut cells = vec![Cell::default(), Cell::text("Chưa phân loại")];
        cells.extend(splits.iter().map(|split| {
            let rest = split.whole.checked_sub(split.sum).filter(|rest| *rest >= Amount::ZERO);
            figure(view, split.id, rest)
        }));
        rows.push(Row { kind: RowKind::Body, cells });
    }
    let mut total = vec![Cell::default(), Cell::text("Tổng số")];
    let mut notes = Vec::new();
    for (at, split) in splits.iter().enumerate() {
        let cells = (0..rows.len()).map(|row| (row, at + 2)).collect();
        total.push(with_sum(figure(view, split.id, Some(split.whole)), &rows, cells));
        if split.sum > split.whole {
            let indicator = view.catalogue.indicator(split.id);
            let written = |amount| vietnamese(amount, indicator.decimals);
            notes.push(format!(
                "{}: các phần cộng lại là {}, lớn hơn tổng số {}: đề nghị kiểm tra lại.",
                indicator.title,
                written(split.sum),
                written(split.whole)
            ));
        }
    }
    rows.push(Row { kind: RowKind::Total, cells: total });
    Some(Table { title: format!("Phân theo {}", lower(title)), columns, rows, notes })
}

// ---------------------------------------------------------------------------------------------------- who has reported

fn submissions(view: &View) -> Sheet {
    let mut columns = vec![ordinal_column(), column("unit", &["Đơn vị"], ColumnKind::Text, 26)];
    for form in view.catalogue.form_ids() {
        let form = view.catalogue.form(form);
        columns.push(column(&form.id, &["Các tháng có số liệu", &form.title], ColumnKind::Text, 22));
    }
    let months: BTreeSet<(i32, u32)> = view.now.stretch.touched().collect();
    let mut attention = false;
    let mut partly = false;
    let mut rows: Vec<Row> = Vec::new();
    for (at, shown) in view.rows.iter().enumerate() {
        let mut cells = vec![ordinal(at + 1), Cell::text(view.label(shown))];
        let mut missing = false;
        for form in view.catalogue.form_ids() {
            let sent = view.submitted(form, shown);
            let lacking: BTreeSet<(i32, u32)> = months.difference(&sent).copied().collect();
            let text = match sent.is_empty() {
                false if lacking.is_empty() => "đủ".to_owned(),
                false if shown.own => months_said(&sent),
                false => {
                    partly = true;
                    format!("{}; thiếu {}", months_said(&sent), months_said(&lacking))
                }
                _ if view.sent(form, shown) => "có số liệu".to_owned(),
                _ if shown.own => String::new(),
                _ => {
                    missing = true;
                    NOT_REPORTED.to_owned()
                }
            };
            cells.push(if text.is_empty() { Cell::default() } else { Cell::text(text) });
        }
        attention |= missing;
        rows.push(Row { kind: if missing { RowKind::Warning } else { RowKind::Body }, cells });
    }
    let expected = view.expected().count();
    let mut total = vec![Cell::default(), Cell::text("Số đơn vị đã báo cáo")];
    total.extend(view.catalogue.form_ids().map(|form| {
        let sent = view.expected().filter(|row| view.sent(form, row)).count();
        Cell::text(format!("{sent}/{expected}"))
    }));
    rows.push(Row { kind: RowKind::Total, cells: total });
    let title = format!("Tình hình gửi báo cáo, {}", lower(&view.options.span.title()));
    let note = "Đủ: mọi tháng của kỳ báo cáo đều có số liệu, hoặc ghi \"Không phát sinh\". Thiếu: tháng để trống hoặc chưa gửi.";
    let notes = if partly { vec![note.to_owned()] } else { Vec::new() };
    let table = Table { title: String::new(), columns, rows, notes };
    let mut sheet = sheet(view, "Tình hình gửi báo cáo", title, vec![table]);
    sheet.attention = attention;
    sheet
}

/// "tháng 1-3, 5"; with its year where there are several
fn months_said(months: &BTreeSet<(i32, u32)>) -> String {
    let mut years: BTreeMap<i32, Vec<u32>> = BTreeMap::new();
    for &(year, month) in months {
        years.entry(year).or_default().push(month);
    }
    let several = years.len() > 1;
    let said = years.into_iter().map(|(year, months)| {
        let runs = months.chunk_by(|a, b| a + 1 == *b).map(|run| match run {
            [one] => one.to_string(),
            [first, .., last] => format!("{first}-{last}"),
            [] => String::new(),
        });
        let runs = runs.collect::<Vec<_>>().join(", ");
        if several { format!("tháng {runs}/{year}") } else { format!("tháng {runs}") }
    });
    said.collect::<Vec<_>>().join("; ")
}

// ------------------------------------------------------------------------------------------------------ the records

fn records(view: &View) -> Vec<Sheet> {
    let inside = |record: &&Record| view.is_inside(record);
    let wanted = match view.options.records {
        RecordSheets::Always => true,
        RecordSheets::Auto => view.collected.records.iter().filter(inside).count() <= RECORDS_AT_MOST,
        RecordSheets::Never => false,
    };
    if !wanted {
        return Vec::new();
    }
    view.catalogue
        .form_ids()
        .filter_map(|form| {
            let records = view.collected.records.iter().filter(|record| record.form == form && inside(record));
            let mut table = record_table(records, form, view.register, view.catalogue);
            if table.rows.is_empty() {
                return None;
            }
            drop_empty(&mut table);
            let definition = view.catalogue.form(form);
            let title = format!("Danh sách chi tiết: {}", lower(&definition.heading));
            let mut sheet = sheet(view, &format!("Dữ liệu {}", lower(&definition.title)), title, vec![table]);
            sheet.filter = true;
            Some(sheet)
        })
        .collect()
}

/// Leaves out the columns in which nothing stands.
fn drop_empty(table: &mut Table) {
    for at in (0..table.columns.len()).rev() {
        let filled = |row: &Row| row.cells.get(at).is_some_and(|cell| cell.value != CellValue::Empty);
        if !table.rows.iter().any(filled) {
            table.columns.remove(at);
            table.rows.iter_mut().filter(|row| row.cells.len() > at).for_each(|row| drop(row.cells.remove(at)));
        }
    }
}

// --------------------------------------------------------------------------------------------- problems, explanations

fn problems(view: &View) -> Sheet {
    let columns = vec![
        ordinal_column(),
        column("severity", &["Mức"], ColumnKind::Text, 10),
        column("file", &["Tệp"], ColumnKind::Prose, 32),
        column("sheet", &["Trang tính"], ColumnKind::Prose, 18),
        column("cell", &["Ô"], ColumnKind::Text, 9),
        column("message", &["Vấn đề"], ColumnKind::Prose, 60),
        column("help", &["Cách xử lý"], ColumnKind::Prose, 42),
    ];
    let mut found: Vec<_> = view.diagnostics.iter().collect();
    found.sort_by_key(|diagnostic| diagnostic.severity());
    let text = |text: Option<String>| text.map_or(Cell::default(), Cell::text);
    let rows: Vec<Row> = found
        .iter()
        .take(ROWS_AT_MOST)
        .enumerate()
        .map(|(at, diagnostic)| {
            let kind = match diagnostic.severity() {
                Severity::Error => RowKind::Error,
                Severity::Warning => RowKind::Warning,
                Severity::Note => RowKind::Body,
            };
            let cells = vec![
                ordinal(at + 1),
                Cell::text(diagnostic.severity().title()),
                text(diagnostic.at.file.as_ref().map(|file| file.to_string())),
                text(diagnostic.at.sheet.as_ref().map(|sheet| sheet.to_string())),
                text(diagnostic.at.cell_name()),
                Cell::text(diagnostic.problem.message()),
                text(diagnostic.problem.help().map(str::to_owned)),
            ];
            Row { kind, cells }
        })
        .collect();
    let count = |severity| found.iter().filter(|diagnostic| diagnostic.severity() == severity).count();
    let (errors, warnings, notes) = (count(Severity::Error), count(Severity::Warning), count(Severity::Note));
    let mut sheet = sheet(
        view,
        "Kiểm tra số liệu",
        "Kiểm tra số liệu: những chỗ cần xem lại".into(),
        vec![Table { title: String::new(), columns, rows, notes: Vec::new() }],
    );
    sheet.subtitle.push(match found.is_empty() {
        true => "Không phát hiện vấn đề nào.".into(),
        false => format!("{errors} lỗi, {warnings} cảnh báo, {notes} ghi chú"),
    });
    sheet.filter = true;
    sheet.attention = errors > 0;
    sheet
}

/// How the figures came about: (what, explanation).
pub fn explanations(view: &View) -> Vec<(String, String)> {
    let window = view.now.window;
    let days = |from: chrono::NaiveDate, to: chrono::NaiveDate| {
        format!("từ ngày {} đến hết ngày {}", from.format("%d/%m/%Y"), to.format("%d/%m/%Y"))
    };
    let read = view.collected.files.iter().filter(|file| file.read).count();
    let mut lines = vec![
        ("Kỳ báo cáo".to_owned(), view.options.span.title()),
        (
            "Thời gian chốt số liệu".to_owned(),
            format!("{} ({})", days(window.from, window.to), lower(&view.options.calendar.title)),
        ),
        ("Đơn vị báo cáo".to_owned(), view.register.unit(view.register.root).name.clone()),
        (
            "Đơn vị trực thuộc".to_owned(),
            match view.register.origin {
                Origin::File => format!("{} đơn vị, theo danh mục đơn vị", view.expected().count()),
                Origin::Data => {
                    format!("{} đơn vị, theo tên ghi trong số liệu (không có danh mục đơn vị)", view.expected().count())
                }
            },
        ),
    ];
    if let Some(before) = &view.before {
        lines.push((
            "So sánh".to_owned(),
            format!(
                "với cùng kỳ năm trước, {}; tính trên các đơn vị có số liệu cả {}",
                days(before.window.from, before.window.to),
                view.both()
            ),
        ));
    }
    lines.push(("Tệp đã đọc".to_owned(), format!("{read}/{} tệp", view.collected.files.len())));
    lines.extend(view.options.outline.rules.iter().cloned().map(|rule| ("Cách tính".to_owned(), rule)));
    lines
}

fn notes(view: &View) -> Sheet {
    // Both tables stand under one another, and share the widths of their columns.
    let columns = vec![
        ordinal_column(),
        column("subject", &["Nội dung"], ColumnKind::Text, 26),
        column("text", &["Thuyết minh"], ColumnKind::Prose, 90),
    ];
    let mut last = String::new();
    let rows = explanations(view)
        .into_iter()
        .enumerate()
        .map(|(at, (subject, text))| {
            let first = if subject == last { Cell::default() } else { Cell::text(&subject) };
            last = subject;
            Row { kind: RowKind::Body, cells: vec![ordinal(at + 1), first, Cell::text(text)] }
        })
        .collect();
    let explained = Table { title: String::new(), columns, rows, notes: Vec::new() };
    let columns = vec![
        ordinal_column(),
        column("blake3", &["Mã kiểm tra (BLAKE3)"], ColumnKind::Text, 26),
        column("file", &["Tệp"], ColumnKind::Prose, 90),
        column("records", &["Số dòng"], ColumnKind::Number, 10),
        column("read", &["Tình trạng"], ColumnKind::Text, 14),
    ];
    let rows = view
        .collected
        .files
        .iter()
        .take(ROWS_AT_MOST)
        .enumerate()
        .map(|(at, file)| {
            let hash: String = file.blake3.chars().take(16).collect();
            let cells = vec![
                ordinal(at + 1),
                Cell::text(hash),
                Cell::text(&*file.path),
                Cell::number(Amount::from(file.records as u64), 0),
                Cell::text(if file.read { "đã đọc" } else { "chưa đọc được" }),
            ];
            Row { kind: if file.read { RowKind::Body } else { RowKind::Error }, cells }
        })
        .collect();
    let files = Table { title: "Các tệp số liệu".into(), columns, rows, notes: Vec::new() };
    sheet(view, "Thuyết minh", "Thuyết minh số liệu".into(), vec![explained, files])
}
