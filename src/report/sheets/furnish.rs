//! What makes a workbook of the tables: charts, the office's thresholds as colours, and links from sheet to sheet. Takes the
//! finished sheets, and adds to them; draws only what stands in their tables.

use std::collections::HashMap;
use std::ops::Range;

use crate::base::amount::{Amount, vietnamese};
use crate::base::record::{FormId, IndicatorId};
use crate::base::wording::lower;
use crate::catalogue::indicator::{Formula, OverTime};
use crate::report::document::{
    Cell, CellValue, Chart, ChartKind, ColumnKind, Drawn, Link, Mark, RowKind, Sheet, Table,
};
use crate::report::view::View;

use super::number_of;

pub const SUMMARY: &str = "summary";
pub const BY_UNIT: &str = "by-unit";
pub const BY_YEAR: &str = "by-year";
pub const BY_MONTH: &str = "by-month";
pub const BY_QUARTER: &str = "by-quarter";
pub const SUBMISSIONS: &str = "submissions";
pub const PROBLEMS: &str = "problems";
pub const BRIDGE: &str = "bridge";
pub const NOTES: &str = "notes";

/// More units than so many charts hold are read in the table alone.
const PARTS_AT_MOST: usize = 6;
/// Series that can still be told apart.
const SERIES_AT_MOST: usize = 3;

pub fn form_key(view: &View, form: FormId) -> String {
    format!("form:{}", view.catalogue.form(form).id)
}

pub fn records_key(view: &View, form: FormId) -> String {
    format!("records:{}", view.catalogue.form(form).id)
}

pub fn furnish(view: &View, sheets: &mut [Sheet]) {
    charts(view, sheets);
    marks(view, sheets);
    links(view, sheets);
}

/// The indicators of the tables that have them down, row by row; none where a form's heading stands.
fn rows_of(view: &View, headings: bool) -> Vec<Option<IndicatorId>> {
    let rows = view.forms().into_iter().flat_map(|form| {
        let ids = view.indicators(form).into_iter().map(Some);
        headings.then_some(None).into_iter().chain(ids).collect::<Vec<_>>()
    });
    rows.collect()
}

/// Of the sheets that have indicators down: which indicator each row of the first table has.
fn indicators_down(view: &View, sheet: &Sheet) -> Vec<Option<IndicatorId>> {
    let headings = match sheet.key.as_str() {
        SUMMARY => true,
        BY_YEAR | BY_MONTH | BY_QUARTER => view.forms().len() > 1,
        _ => return Vec::new(),
    };
    let rows = rows_of(view, headings);
    let same = sheet.tables.first().is_some_and(|table| table.rows.len() == rows.len());
    if same { rows } else { Vec::new() }
}

fn find<'a>(sheets: &'a [Sheet], key: &str) -> Option<(&'a Sheet, &'a Table)> {
    let sheet = sheets.iter().find(|sheet| sheet.key == key)?;
    Some((sheet, sheet.tables.first()?))
}

fn charts(view: &View, sheets: &mut [Sheet]) {
    let mut made: Vec<(String, Vec<Chart>)> = vec![(SUMMARY.into(), beside_last_year(view, sheets))];
    made.extend(view.forms().into_iter().map(|form| (form_key(view, form), of_form(view, form, sheets))));
    for (key, charts) in made {
        if let Some(sheet) = sheets.iter_mut().find(|sheet| sheet.key == key) {
            sheet.charts = charts;
        }
    }
}

/// What a form's charts show: the first of what happened in the window, not what stood at its start.
fn leading(view: &View, form: FormId) -> Option<IndicatorId> {
    let ids = view.indicators(form);
    let known = |id: &IndicatorId| view.total(*id).is_some_and(|total| total > Amount::ZERO);
    let mut counts = ids.into_iter().filter(|&id| !view.catalogue.indicator(id).is_rate()).filter(known);
    let first = counts.clone().next();
    counts.find(|&id| view.is_flow(id)).or(first)
}

/// Of each form one small chart: this year beside the last, over the units that are compared.
fn beside_last_year(view: &View, sheets: &[Sheet]) -> Vec<Chart> {
    let Some((sheet, table)) = find(sheets, SUMMARY) else { return Vec::new() };
    let rows = indicators_down(view, sheet);
    let at = |key: &str| table.columns.iter().position(|column| column.key == key);
    let pair = |before, now| Some((at(before)?, at(now)?)).filter(|(before, now)| before + 1 == *now);
    let Some((before, now)) = pair("compared_previous", "compared_value").or_else(|| pair("previous", "value")) else {
        return Vec::new();
    };
    let of = |form: FormId| {
        let id = leading(view, form)?;
        let row = rows.iter().position(|other| *other == Some(id))?;
        let drawn = Drawn::Columns { columns: before..now + 1, names: names(table)?, series: vec![row] };
        let filled = |col: usize| table.rows[row].cells.get(col).and_then(number_of).is_some();
        let title = titled(view, &[id], "");
        let chart = chart(title, ChartKind::Column, view, id, SUMMARY, drawn);
        (filled(before) && filled(now) && draws(table, &chart.drawn)).then_some(Chart { small: true, ..chart })
    };
    view.forms().into_iter().filter_map(of).collect()
}

/// A form's charts: by unit, what a rate is reckoned from side by side, and over time.
fn of_form(view: &View, form: FormId, sheets: &[Sheet]) -> Vec<Chart> {
    let key = form_key(view, form);
    let (Some((_, table)), Some(first)) = (find(sheets, &key), leading(view, form)) else { return Vec::new() };
    let mut sets = ratios(view, form);
    let main = sets.iter().position(|set| set.contains(&first));
    let main = main.map_or_else(|| vec![first], |at| sets.remove(at));
    sets.insert(0, main.clone());
    let mut charts: Vec<Chart> = sets.iter().flat_map(|set| by_unit(view, &key, table, set)).collect();
    charts.extend(over_time(view, sheets, &main));
    charts
}

/// Indicators of one measure that rates relate: what came, and what became of it.
fn ratios(view: &View, form: FormId) -> Vec<Vec<IndicatorId>> {
    let ids = view.indicators(form);
    let mut sets: Vec<Vec<IndicatorId>> = Vec::new();
    for &rate in &ids {
        let Formula::Ratio { of, to } = &view.catalogue.indicator(rate).formula else { continue };
        // What was carried over is no part of what came.
        let came: Vec<IndicatorId> =
            to.iter().copied().filter(|&id| view.catalogue.indicator(id).over_time != OverTime::First).collect();
        let mut set = if came.is_empty() { to.clone() } else { came };
        set.push(*of);
        if !set.iter().all(|id| ids.contains(id)) {
            continue;
        }
        match sets.iter_mut().find(|known| set.iter().any(|id| known.contains(id))) {
            Some(known) => known.extend(set),
            None => sets.push(set),
        }
    }
    for set in &mut sets {
        let has = std::mem::take(set);
        *set = ids.iter().copied().filter(|id| has.contains(id)).collect();
    }
    let measure = |id: IndicatorId| view.catalogue.indicator(id).measure.symbol.to_string();
    sets.retain(|set| {
        let alike = set.iter().all(|&id| measure(id) == measure(set[0]));
        alike && (2..=SERIES_AT_MOST).contains(&set.len())
    });
    sets
}

/// Units down in the table's order; in several charts of one scale where they are too many for one.
fn by_unit(view: &View, key: &str, table: &Table, set: &[IndicatorId]) -> Vec<Chart> {
    let column = |id: &IndicatorId| {
        let key = &view.catalogue.indicator(*id).id;
        table.columns.iter().position(|column| column.key == *key)
    };
    let Some(series) = set.iter().map(column).collect::<Option<Vec<usize>>>() else { return Vec::new() };
    let (Some(&first), Some(names)) = (set.first(), names(table)) else { return Vec::new() };
    let units = table.rows.iter().take_while(|row| row.kind != RowKind::Total).count();
    let most = match series.len() {
        1 => 36,
        2 => 26,
        _ => 19,
    };
    let parts = units.div_ceil(most);
    let whole = Drawn::Rows { rows: 0..units, names, series: series.clone() };
    if units < 2 || parts > PARTS_AT_MOST || !draws(table, &whole) {
        return Vec::new();
    }
    let size = units.div_ceil(parts);
    let title = titled(view, set, " theo đơn vị");
    let part = |at: usize| {
        let rows = at * size..units.min((at + 1) * size);
        let title = if parts > 1 { format!("{title}, phần {}/{parts}", at + 1) } else { title.clone() };
        let drawn = Drawn::Rows { rows, names, series: series.clone() };
        let most = (parts > 1).then(|| round_above(largest(table, &whole)));
        Chart { most, ..chart(title, ChartKind::Bar, view, first, key, drawn) }
    };
    (0..parts).map(part).collect()
}

/// The years, or the months, or the quarters: the finest of which everything is known, with what is of no known month beside
/// the months where nothing is known better.
fn over_time(view: &View, sheets: &[Sheet], set: &[IndicatorId]) -> Option<Chart> {
    let mut found: Vec<(bool, Chart)> = Vec::new();
    for (key, said) in [(BY_YEAR, "năm"), (BY_MONTH, "tháng"), (BY_QUARTER, "quý")] {
        let Some((sheet, table)) = find(sheets, key) else { continue };
        let rows = indicators_down(view, sheet);
        let row = |id: &IndicatorId| rows.iter().position(|other| other.as_ref() == Some(id));
        let Some(series) = set.iter().map(row).collect::<Option<Vec<usize>>>() else { continue };
        let first = table.columns.iter().position(|column| column.kind == ColumnKind::Number)?;
        let last = table.columns.len() - 1;
        let unknown = table.columns.iter().position(|column| column.key == "unknown");
        let filled = |&row: &usize| {
            let cell = unknown.and_then(|col| table.rows[row].cells.get(col));
            cell.and_then(number_of).is_some()
        };
        let rest = series.iter().any(filled);
        let end = unknown.filter(|_| !rest).unwrap_or(last);
        // Where next to nothing is known by month, its months tell nothing.
        let told = (first..unknown.unwrap_or(last)).filter(|&col| {
            let cell = |&row: &usize| table.rows[row].cells.get(col).and_then(number_of);
            series.iter().filter_map(cell).any(|amount| amount > Amount::ZERO)
        });
        if rest && told.count() < 2 {
            continue;
        }
        let drawn = Drawn::Columns { columns: first..end, names: names(table)?, series };
        let title = titled(view, set, &format!(" theo {said}"));
        if end > first + 1 && draws(table, &drawn) {
            found.push((rest, chart(title, ChartKind::Column, view, *set.first()?, key, drawn)));
        }
    }
    let best = found.iter().position(|(rest, _)| !rest).unwrap_or(0);
    found.into_iter().nth(best).map(|(_, chart)| chart)
}

fn chart(title: String, kind: ChartKind, view: &View, id: IndicatorId, sheet: &str, drawn: Drawn) -> Chart {
    let measure = view.catalogue.indicator(id).measure.symbol.to_string();
    Chart { title, kind, sheet: sheet.into(), table: 0, drawn, measure, most: None, small: false }
}

/// "Đơn tiếp nhận trong kỳ, đơn đã giải quyết theo đơn vị (đơn)"
fn titled(view: &View, set: &[IndicatorId], by: &str) -> String {
    let titles = set.iter().enumerate().map(|(at, &id)| {
        let title = &view.catalogue.indicator(id).title;
        if at == 0 { title.clone() } else { lower(title) }
    });
    let titles = titles.collect::<Vec<_>>().join(", ");
    let symbol = set.first().map(|&id| view.catalogue.indicator(id).measure.symbol.to_string()).unwrap_or_default();
    format!("{titles}{by} ({symbol})")
}

/// Where the names of a table's rows stand.
fn names(table: &Table) -> Option<usize> {
    table.columns.iter().position(|column| matches!(column.kind, ColumnKind::Text | ColumnKind::Prose))
}

fn amounts(table: &Table, drawn: &Drawn) -> Vec<Amount> {
    let cell = |row: usize, col: usize| table.rows.get(row)?.cells.get(col).and_then(number_of);
    let cells: Vec<Amount> = match drawn {
        Drawn::Rows { rows, series, .. } => {
            series.iter().flat_map(|&col| rows.clone().filter_map(move |row| cell(row, col))).collect()
        }
        Drawn::Columns { columns, series, .. } => {
            series.iter().flat_map(|&row| columns.clone().filter_map(move |col| cell(row, col))).collect()
        }
    };
    cells
}

/// Whether there is anything to be seen; what is below zero has no place above an axis that begins there.
fn draws(table: &Table, drawn: &Drawn) -> bool {
    let amounts = amounts(table, drawn);
    amounts.iter().any(|amount| *amount > Amount::ZERO) && amounts.iter().all(|amount| *amount >= Amount::ZERO)
}

fn largest(table: &Table, drawn: &Drawn) -> Amount {
    amounts(table, drawn).into_iter().max().unwrap_or_default()
}

/// 24.022 → 25.000: the next half step of the leading digit, with room for a label.
fn round_above(amount: Amount) -> Amount {
    let mut step = Amount::ONE;
    let ten = Amount::TEN;
    while let Some(next) = step.checked_mul(ten).filter(|next| *next <= amount) {
        step = next;
    }
    let half = step / Amount::TWO;
    let steps = (amount / half).floor() + Amount::ONE;
    steps.checked_mul(half).unwrap_or(amount)
}

/// The office's thresholds as colours that follow the figures, and what the colour means below the table.
fn marks(view: &View, sheets: &mut [Sheet]) {
    let weak = |id: IndicatorId| view.settings.report.weak_below.get(&view.catalogue.indicator(id).id).copied();
    let ids: Vec<IndicatorId> = rows_of(view, false).into_iter().flatten().collect();
    for sheet in sheets.iter_mut() {
        let down = indicators_down(view, sheet);
        let Some(table) = sheet.tables.first_mut() else { continue };
        let mut marks: Vec<(IndicatorId, Mark)> = Vec::new();
        let mut mark = |id: IndicatorId, rows: Range<usize>, columns: Range<usize>| {
            let filled = rows.clone().any(|row| {
                columns.clone().any(|col| table.rows.get(row).and_then(|row| row.cells.get(col)).is_some_and(holds))
            });
            if let Some(below) = weak(id).filter(|_| filled) {
                marks.push((id, Mark { table: 0, rows, columns, below }));
            }
        };
        if down.is_empty() {
            for (col, column) in table.columns.iter().enumerate() {
                if let Some(&id) = ids.iter().find(|&&id| view.catalogue.indicator(id).id == column.key) {
                    mark(id, 0..table.rows.len(), col..col + 1);
                }
            }
        }
        let rated = ["previous", "value", "to_date", "compared_previous", "compared_value"];
        let is_rated = |col: usize| {
            let column = &table.columns[col];
            column.kind == ColumnKind::Number && (sheet.key != SUMMARY || rated.contains(&column.key.as_str()))
        };
        for (row, id) in down.into_iter().enumerate() {
            let Some(id) = id else { continue };
            let mut col = 0;
            while col < table.columns.len() {
                let end = (col..table.columns.len()).find(|&col| !is_rated(col)).unwrap_or(table.columns.len());
                if end > col {
                    mark(id, row..row + 1, col..end);
                }
                col = end + 1;
            }
        }
        let mut said: Vec<String> = Vec::new();
        for (id, mark) in &marks {
            let indicator = view.catalogue.indicator(*id);
            let one = format!("{} dưới {}%", indicator.title, vietnamese(mark.below, mark.below.scale()));
            if !said.contains(&one) {
                said.push(one);
            }
        }
        if !said.is_empty() {
            table.notes.push(format!("Ô tô màu: {} (ngưỡng do cơ quan đặt).", said.join("; ")));
        }
        sheet.marks = marks.into_iter().map(|(_, mark)| mark).collect();
    }
}

fn holds(cell: &Cell) -> bool {
    number_of(cell).is_some()
}

fn links(view: &View, sheets: &mut [Sheet]) {
    let has = |sheets: &[Sheet], key: &str| sheets.iter().any(|sheet| sheet.key == key);
    let forms = view.forms();
    for sheet in sheets.iter_mut().filter(|sheet| sheet.key != SUMMARY) {
        sheet.ways.push(("← Tổng hợp".into(), Link::sheet(SUMMARY)));
    }
    for &form in &forms {
        let (key, records) = (form_key(view, form), records_key(view, form));
        if !has(sheets, &records) {
            continue;
        }
        let title = view.catalogue.form(form).title.clone();
        for sheet in sheets.iter_mut() {
            if sheet.key == key {
                sheet.ways.push(("Dữ liệu chi tiết".into(), Link::sheet(&records)));
            } else if sheet.key == records {
                sheet.ways.push((title.clone(), Link::sheet(&key)));
            }
        }
    }
    if let Some(sheet) = sheets.iter_mut().find(|sheet| sheet.key == SUMMARY) {
        let down = indicators_down(view, sheet);
        for table in sheet.tables.iter_mut().take(1) {
            let Some(names) = names(table) else { continue };
            for (row, id) in table.rows.iter_mut().zip(&down) {
                if let (Some(id), Some(cell)) = (id, row.cells.get_mut(names)) {
                    let form = view.catalogue.indicator(*id).form;
                    cell.link = Some(Box::new(Link::sheet(form_key(view, form))));
                }
            }
        }
    }
    to_records(sheets);
}

/// A problem of a record leads to that record.
fn to_records(sheets: &mut [Sheet]) {
    let places = |table: &Table| {
        let at = |key: &str| table.columns.iter().position(|column| column.key == key);
        Some([at("file")?, at("sheet")?, at("cell")?])
    };
    type Place<'a> = (&'a str, &'a str, &'a str);
    fn place<'a>(cells: &'a [Cell], at: [usize; 3]) -> Option<Place<'a>> {
        let text = |col: usize| match &cells.get(col)?.value {
            CellValue::Text(text) => Some(text.as_str()),
            _ => None,
        };
        let row = text(at[2])?.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        Some((text(at[0])?, text(at[1]).unwrap_or_default(), row))
    }
    let Some((_, problems)) = find(sheets, PROBLEMS) else { return };
    let Some(at) = places(problems) else { return };
    let mut records: HashMap<Place, (&str, usize)> = HashMap::new();
    for sheet in sheets.iter().filter(|sheet| sheet.key.starts_with("records:")) {
        let Some(table) = sheet.tables.first() else { continue };
        let Some(at) = places(table) else { continue };
        for (row, cells) in table.rows.iter().enumerate() {
            if let Some(place) = place(&cells.cells, at) {
                records.entry(place).or_insert((&sheet.key, row));
            }
        }
    }
    let link = |row: &crate::report::document::Row| {
        let &(key, row) = records.get(&place(&row.cells, at)?)?;
        Some(Link { sheet: key.to_owned(), cell: Some((0, row, 0)) })
    };
    let found: Vec<Option<Link>> = problems.rows.iter().map(link).collect();
    let problems = sheets.iter_mut().find(|sheet| sheet.key == PROBLEMS).and_then(|sheet| sheet.tables.first_mut());
    for (row, link) in problems.into_iter().flat_map(|table| &mut table.rows).zip(found) {
        row.cells[at[2]].link = link.map(Box::new);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Amount {
        text.parse().unwrap()
    }

    #[test]
    fn an_axis_ends_above_its_figures() {
        for (largest, end) in
            [("24022", "25000"), ("9.5", "10"), ("10", "15"), ("99", "100"), ("0.2", "0.5"), ("0", "0.5")]
        {
            assert_eq!(round_above(amount(largest)), amount(end), "{largest}");
        }
    }
}
