//! From the figures that the office published to those of now: what changed each, in words, summing exactly.

use std::collections::BTreeMap;

use crate::base::amount::{Amount, vietnamese};
use crate::base::wording::lower;
use crate::report::document::{Cell, CellValue, Column, ColumnKind, Row, RowKind, Sheet, Table};
use crate::report::edition::bridge::{Bridge, BridgedIndicator, Cause, Step};
use crate::report::view::View;

use super::{ROWS_AT_MOST, column, ordinal, ordinal_column, sheet, with_sum};

/// Rates are kept to four decimals.
const RATE: u32 = 2;

/// `None` where there is nothing to compare with.
pub fn bridge(view: &View) -> Option<Sheet> {
    let bridge = view.bridge.as_ref()?;
    let title = format!("Đối chiếu với số đã chốt {}", bridge.said);
    let tables = match bridge.is_empty() {
        true => vec![files(bridge)],
        false => vec![wholes(bridge), files(bridge), steps(bridge)],
    };
    let mut sheet = sheet(view, "Đối chiếu lần chốt", title, tables);
    let count = bridge.indicators.len();
    sheet.subtitle.push(match bridge.is_empty() {
        true => "Không số liệu nào thay đổi so với lần chốt.".into(),
        false => format!("{count} chỉ tiêu thay đổi so với lần chốt; {} chỉ tiêu giữ nguyên", bridge.same),
    });
    sheet.attention = !bridge.is_empty();
    Some(sheet)
}

fn number(key: &str, header: &[&str]) -> Column {
    column(key, header, ColumnKind::Number, 14)
}

fn amount(of: &BridgedIndicator, amount: Option<Amount>) -> Cell {
    match amount {
        None => Cell::default(),
        Some(amount) if of.rate => Cell { value: CellValue::Percent(amount, RATE), ..Cell::default() },
        Some(amount) => Cell::number(amount, of.decimals),
    }
}

/// The units that changed, a few by name.
fn units(indicator: &BridgedIndicator) -> String {
    const NAMED: usize = 5;
    let names: Vec<&str> = indicator.units.iter().take(NAMED).map(|figure| figure.unit.as_str()).collect();
    let more = indicator.units.len() - names.len();
    let more = if more > 0 { format!(" và {more} đơn vị khác") } else { String::new() };
    format!("{}{more}", names.join(", "))
}

/// An indicator a row: what was published, what each cause did, what stands now. The three tables stand under one another, and
/// share the widths of their columns.
fn wholes(bridge: &Bridge) -> Table {
    let causes = bridge.causes();
    let mut columns = vec![
        ordinal_column(),
        column("indicator", &["Chỉ tiêu"], ColumnKind::Prose, 34),
        column("units", &["Đơn vị có thay đổi"], ColumnKind::Prose, 60),
        number("was", &["Số đã chốt"]),
    ];
    columns.extend(causes.iter().map(|cause| number(cause.id(), &["Tăng, giảm do", cause.title()])));
    columns.push(number("now", &["Số hiện nay"]));
    let first = 3;
    let mut rows: Vec<Row> = Vec::new();
    for (at, indicator) in bridge.indicators.iter().take(ROWS_AT_MOST).enumerate() {
        let mut cells = vec![
            ordinal(at + 1),
            Cell::text(format!("{} ({})", indicator.title, indicator.measure)),
            Cell::text(units(indicator)),
            amount(indicator, indicator.was),
        ];
        cells.extend(causes.iter().map(|cause| amount(indicator, indicator.causes.get(cause).copied())));
        let now = cells.len();
        cells.push(amount(indicator, indicator.now));
        let kind = if indicator.causes.contains_key(&Cause::Several) { RowKind::Warning } else { RowKind::Body };
        rows.push(Row { kind, cells });
        let row = rows.len() - 1;
        let summed = (first..now).map(|col| (row, col)).collect();
        let cell = std::mem::take(&mut rows[row].cells[now]);
        rows[row].cells[now] = with_sum(cell, &rows, summed);
    }
    let mut notes = vec!["Số đã chốt cộng các phần tăng, giảm bằng số hiện nay.".to_owned()];
    if causes.contains(&Cause::Several) {
        notes.push(
            "Do nhiều nguyên nhân: nhiều tệp hoặc quy tắc cùng đổi, không tách riêng được phần của từng thay đổi."
                .to_owned(),
        );
    }
    if causes.contains(&Cause::Parts) {
        notes.push("Tỷ lệ không cộng được: tính lại theo các số ở trên đã đổi.".to_owned());
    }
    Table { title: "Từ số đã chốt đến số hiện nay".into(), columns, rows, notes }
}

/// The files that came, went or changed, and the rules.
fn files(bridge: &Bridge) -> Table {
    let columns = vec![
        ordinal_column(),
        column("change", &["Thay đổi"], ColumnKind::Prose, 34),
        column("file", &["Nội dung"], ColumnKind::Prose, 60),
    ];
    let mut rows: Vec<Row> = Vec::new();
    let mut row = |change: &str, said: String| {
        let cells = vec![ordinal(rows.len() + 1), Cell::text(change), Cell::text(said)];
        rows.push(Row { cells, ..Row::default() });
    };
    for rule in &bridge.rules {
        row(Cause::ChangedRule.title(), rule.clone());
    }
    for file in bridge.files.iter().filter(|file| file.matters).take(ROWS_AT_MOST) {
        row(change(file.cause), file.said());
    }
    let rest = bridge.files.iter().filter(|file| !file.matters).count();
    let mut notes = Vec::new();
    if rest > 0 {
        notes.push(format!("Ngoài ra có {rest} tệp thêm, bớt hoặc sửa, không có số liệu của kỳ này."));
    }
    if rows.is_empty() {
        notes.push("Không tệp số liệu nào của kỳ này thay đổi.".into());
    }
    Table { title: "Những gì đã thay đổi từ lần chốt".into(), columns, rows, notes }
}

/// What happened to a file, as a row says it.
fn change(cause: Cause) -> &'static str {
    match cause {
        Cause::CorrectedCell => "Tệp cũ được sửa",
        cause => cause.title(),
    }
}

/// A step a row, by indicator and unit.
fn steps(bridge: &Bridge) -> Table {
    let columns = vec![
        ordinal_column(),
        column("indicator", &["Chỉ tiêu, đơn vị"], ColumnKind::Prose, 34),
        column("cause", &["Nguyên nhân"], ColumnKind::Prose, 60),
        number("was", &["Số đã chốt"]),
        number("amount", &["Tăng, giảm"]),
        number("now", &["Số hiện nay"]),
    ];
    let mut rows: Vec<Row> = Vec::new();
    for indicator in &bridge.indicators {
        for figure in &indicator.units {
            for (at, step) in figure.steps.iter().enumerate() {
                let once = |cell: Cell| if at == 0 { cell } else { Cell::default() };
                let cells = vec![
                    ordinal(rows.len() + 1),
                    once(Cell::text(format!("{}: {}", indicator.title, figure.unit))),
                    Cell::text(said(bridge, indicator, step)),
                    once(amount(indicator, figure.was)),
                    amount(indicator, Some(step.amount)),
                    once(amount(indicator, figure.now)),
                ];
                let kind = if step.cause == Cause::Several { RowKind::Warning } else { RowKind::Body };
                rows.push(Row { kind, cells });
            }
        }
    }
    rows.truncate(ROWS_AT_MOST);
    Table { title: "Từng đơn vị".into(), columns, rows, notes: Vec::new() }
}

/// "Ô được sửa trong tệp cũ: Xã Bảo Hà.xlsx, trang Quý I, ô D12: trước tính 5, nay tính 7"
pub fn said(bridge: &Bridge, indicator: &BridgedIndicator, step: &Step) -> String {
    let shown = |amount: Amount| vietnamese(amount, indicator.decimals.max(amount.scale()));
    let file = step.file.and_then(|at| bridge.files.get(at));
    let mut said = match step.cause {
        Cause::CorrectedCell if step.place.as_ref().is_none_or(|(_, cell)| cell.is_none()) => "Tệp cũ được sửa",
        Cause::Several => "Do nhiều nguyên nhân",
        cause => cause.title(),
    }
    .to_owned();
    if let Some(file) = file {
        said += &format!(": {}", file.said());
    }
    if let Some((sheet, cell)) = &step.place {
        if !sheet.is_empty() {
            said += &format!(", trang {sheet}");
        }
        said += &match cell {
            Some(cell) => format!(", ô {cell}"),
            None => ", các dòng của danh sách".to_owned(),
        };
    }
    let both = step.counted.filter(|(was, now)| !was.is_zero() && !now.is_zero());
    if let Some((was, now)) = both {
        said += &format!(": trước tính {}, nay tính {}", shown(was), shown(now));
    }
    if step.indirect {
        said += " (làm đổi cách tính số của tệp khác)";
    }
    said
}

/// For the terminal: what changed, a few lines.
pub fn remarks(bridge: &Bridge) -> Vec<String> {
    /// So many indicators are named.
    const NAMED: usize = 5;
    let mut count: BTreeMap<Cause, usize> = BTreeMap::new();
    for file in bridge.files.iter().filter(|file| file.matters) {
        *count.entry(file.cause).or_default() += 1;
    }
    let mut changes: Vec<String> = count
        .iter()
        .map(|(cause, count)| match cause {
            Cause::LateFile => format!("{count} tệp gửi sau khi chốt"),
            Cause::ReplacedFile => format!("{count} tệp thay tệp khác"),
            Cause::CorrectedCell => format!("{count} tệp cũ được sửa"),
            Cause::MovedFile => format!("{count} tệp đổi tên hoặc chỗ"),
            _ => format!("{count} tệp không còn"),
        })
        .collect();
    changes.extend((!bridge.rules.is_empty()).then(|| "quy tắc tính đổi".to_owned()));
    let changes = if changes.is_empty() { String::new() } else { format!(" ({})", changes.join(", ")) };
    if bridge.is_empty() {
        return vec![format!("So với số đã chốt {}: không số liệu nào thay đổi{changes}.", bridge.said)];
    }
    let mut lines =
        vec![format!("So với số đã chốt {}: {} chỉ tiêu thay đổi{changes}.", bridge.said, bridge.indicators.len())];
    // What only moved from unit to unit stands in the sheet.
    let told = |indicator: &&BridgedIndicator| !indicator.rate && indicator.was != indicator.now;
    for indicator in bridge.indicators.iter().filter(told).take(NAMED) {
        let shown = |amount: Amount| vietnamese(amount, indicator.decimals.max(amount.scale()));
        let value = |value: Option<Amount>| value.map_or("chưa có số liệu".to_owned(), shown);
        let sign = |amount: Amount| if amount.is_sign_negative() { "" } else { "+" };
        let causes: Vec<String> = indicator
            .causes
            .iter()
            .map(|(cause, amount)| format!("{} {}{}", lower(cause.title()), sign(*amount), shown(*amount)))
            .collect();
        let causes = if causes.is_empty() { String::new() } else { format!(" ({})", causes.join(", ")) };
        lines.push(format!("  {}: {} → {}{causes}", indicator.title, value(indicator.was), value(indicator.now)));
    }
    let more = bridge.indicators.len().saturating_sub(lines.len() - 1);
    if more > 0 {
        lines.push(format!("  … và {more} chỉ tiêu khác"));
    }
    lines
}
