//! What each indicator came to, beside the year before: the first sheet, and what the terminal shows.

use std::collections::BTreeSet;

use crate::base::amount::vietnamese;
use crate::base::period::Span;
use crate::base::record::{FormId, IndicatorId};
use crate::base::wording::lower;
use crate::report::coverage;
use crate::report::document::{Cell, CellValue, Column, ColumnKind, Formula, Row, RowKind, Sheet, Table};
use crate::report::targets::Target;
use crate::report::view::View;

use super::{column, figure, ordinal, ordinal_column, sheet, symbol};

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
        // Several years are compared with nothing.
        Span::Years(..) => (String::new(), view.options.span.title()),
    };
    // The column itself says whether its figures are those that the office published.
    let before = before + &view.basis_said().map(|said| format!(" ({said})")).unwrap_or_default();
    let beside = format!("So sánh trên các đơn vị có số liệu cả {}", view.both());
    let targets: Vec<Target> = ids.iter().filter_map(|&id| view.target(id)).collect();
    let planned = !targets.is_empty();
    // Headings stand in a group only where there are two of them.
    let head = |group: &str, text: &str| match apart || planned {
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
    let to_date = view.to_date.is_some().then_some(columns.len());
    if to_date.is_some() {
        columns.push(number("to_date", head("Kết quả", "Lũy kế từ đầu năm"), 13));
    }
    let value = columns.iter().position(|column| column.key == "value").unwrap_or_default();
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
        let group = if apart { &beside } else { "So sánh" };
        columns.push(number("change", head(group, "Tăng, giảm"), 12));
        columns.push(number("change_percent", head(group, "Tăng, giảm (%)"), 10));
    }
    if planned {
        let plan = match (targets.iter().all(|target| target.of_year), view.options.span) {
            (true, span) => format!("Cả năm {}", span.year()),
            (false, span) => span.title(),
        };
        columns.push(number("target", head("Kế hoạch", &plan), 13));
        columns.push(number("target_percent", head("Kế hoạch", "Đạt (%)"), 9));
        columns.push(number("target_left", head("Kế hoạch", "Còn lại (âm là vượt)"), 12));
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
            let basis = view.basis(id).filter(|basis| basis.restated);
            let note = basis.map(|basis| match basis.published {
                Some(published) => format!("Tính lại; đã công bố {}.", vietnamese(published, indicator.decimals)),
                None => "Tính lại; lần chốt trước chưa có số này.".to_owned(),
            });
            cells.push(Cell { note, ..figure(view, id, view.total_before(id)) });
        }
        cells.push(figure(view, id, view.total(id)));
        if to_date.is_some() {
            cells.push(figure(view, id, view.total_to_date(id)));
        }
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
        if planned {
            let at = (row, cells.len());
            let target = view.target(id);
            let done = (row, to_date.filter(|_| target.is_some_and(|target| target.of_year)).unwrap_or(value));
            cells.push(figure(view, id, target.map(|target| target.amount)));
            cells.push(target.and_then(|target| target.percent).map_or(Cell::default(), |percent| {
                let cell = Cell { value: CellValue::Percent(percent, 1), ..Cell::default() };
                cell.with_formula(Formula::Percent(vec![done], vec![at]))
            }));
            cells.push(target.and_then(|target| target.left).map_or(Cell::default(), |left| {
                Cell::number(left, indicator.decimals).with_formula(Formula::Difference(at, done))
            }));
        }
        if !apart {
            cells.push(reported);
        }
        rows.push(Row { kind: RowKind::Body, cells });
    }
    // Of a form of which nothing is known its name says enough.
    let (some, none): (Vec<FormId>, Vec<FormId>) =
        view.collected_forms().into_iter().partition(|&form| !view.indicators(form).is_empty());
    let titles = some.into_iter().flat_map(|form| view.reportable(form)).filter(|&id| !view.is_known(id));
    let mut unknown: Vec<&str> = titles.map(|id| view.catalogue.indicator(id).title.as_str()).collect();
    unknown.extend(none.into_iter().map(|form| view.catalogue.form(form).title.as_str()));
    let mut notes = match unknown.is_empty() {
        true => Vec::new(),
        false => vec![format!("Chưa đơn vị nào có số liệu: {}.", unknown.join("; "))],
    };
    let (of_year, of_window): (Vec<&Target>, Vec<&Target>) = targets.iter().partition(|target| target.of_year);
    match (of_year.is_empty(), of_window.is_empty()) {
        (false, true) => notes.push("Kế hoạch là của cả năm; phần đã đạt tính lũy kế từ đầu năm.".into()),
        (false, false) => {
            notes.push("Kế hoạch là của kỳ báo cáo; chỉ tiêu chỉ có kế hoạch năm thì so với lũy kế từ đầu năm.".into())
        }
        _ => {}
    }
    if apart && compares_own(view) {
        notes.push(format!("Số đơn vị so sánh gồm cả {}.", own_rows(view)));
    }
    notes.extend(coverage::notes(view));
    Table { title: String::new(), columns, rows, notes }
}

/// Whether any comparison is over parents' own figures too.
fn compares_own(view: &View) -> bool {
    let mut ids = view.forms().into_iter().flat_map(|form| view.indicators(form));
    ids.any(|id| view.compared(id).is_some_and(|compared| compared.own > 0))
}

/// "cấp huyện"
fn own_rows(view: &View) -> String {
    let own = view.rows.iter().filter(|row| row.own).map(|row| view.in_sentence(row));
    own.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
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
    let wide = ["no", "measure", "compared_previous", "compared_value", "target_left"];
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
            "to_date" => Some("Lũy kế"),
            "target" => Some("Kế hoạch"),
            "target_percent" => Some("% KH"),
            _ => None,
        };
        column.header = narrow.map(str::to_owned).or(column.header.pop()).into_iter().collect();
    }
    // How many units are compared stands after the change.
    if let Some(at) = table.columns.iter().position(|column| column.key == "compared_units") {
        let end = table.columns.iter().position(|column| column.key == "change_percent").map_or(at + 1, |end| end + 1);
        table.columns[at..end].rotate_left(1);
        for row in table.rows.iter_mut().filter(|row| row.cells.len() >= end) {
            row.cells[at..end].rotate_left(1);
        }
        let note = format!("±: tính trên số đơn vị ở cột So sánh, là các đơn vị có số liệu cả {}.", view.both());
        table.notes.insert(0, note);
    }
    table
}

pub fn summary_sheet(view: &View) -> Sheet {
    let title = format!("Tổng hợp kết quả {}", lower(&view.options.span.title()));
    sheet(view, "Tổng hợp", title, vec![summary_table(view)])
}
