//! Every problem of the data, and how the figures came about.

use crate::base::amount::{Amount, vietnamese};
use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::record::IndicatorId;
use crate::base::wording::lower;
use crate::catalogue::register::Origin;
use crate::report::document::{Cell, ColumnKind, Row, RowKind, Sheet, Table};
use crate::report::view::View;

use super::{ROWS_AT_MOST, column, ordinal, ordinal_column, sheet};

/// What the rules of reckoning say of the sheet of problems.
const SEE_PROBLEMS: &str = " và được nêu ở trang \"Kiểm tra số liệu\"";

/// Problems, one a row, in the order given.
pub fn problem_table(found: &[&Diagnostic]) -> Table {
    let columns = vec![
        ordinal_column(),
        column("severity", &["Mức"], ColumnKind::Text, 10),
        column("file", &["Tệp"], ColumnKind::Prose, 32),
        column("sheet", &["Trang tính"], ColumnKind::Prose, 18),
        column("cell", &["Ô"], ColumnKind::Text, 9),
        column("message", &["Vấn đề"], ColumnKind::Prose, 60),
        column("help", &["Cách xử lý"], ColumnKind::Prose, 42),
    ];
    let text = |text: Option<String>| text.map_or(Cell::default(), Cell::text);
    let rows = found
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
    Table { title: String::new(), columns, rows, notes: Vec::new() }
}

pub fn problems(view: &View) -> Sheet {
    let mut found: Vec<_> = view.diagnostics.iter().collect();
    found.sort_by_key(|diagnostic| diagnostic.severity());
    let count = |severity| found.iter().filter(|diagnostic| diagnostic.severity() == severity).count();
    let (errors, warnings, notes) = (count(Severity::Error), count(Severity::Warning), count(Severity::Note));
    let mut sheet =
        sheet(view, "Kiểm tra số liệu", "Kiểm tra số liệu: những chỗ cần xem lại".into(), vec![problem_table(&found)]);
    sheet.subtitle.push(match found.is_empty() {
        true => "Không phát hiện vấn đề nào.".into(),
        false => format!("{errors} lỗi, {warnings} cảnh báo, {notes} ghi chú"),
    });
    sheet.filter = true;
    sheet.attention = errors > 0;
    sheet
}

/// How last year's figures stand to those that the office published.
fn published(view: &View) -> Vec<String> {
    let Some(edition) = view.previous.filter(|_| view.before.is_some()) else { return Vec::new() };
    let said = edition.said();
    let ids = view.forms().into_iter().flat_map(|form| view.indicators(form));
    let known: Vec<_> = ids.filter_map(|id| Some((id, view.basis(id)?))).collect();
    let restated = known.iter().filter(|(_, basis)| basis.restated);
    let shown = |id: IndicatorId, amount: Option<Amount>| match amount {
        Some(amount) => vietnamese(amount, view.catalogue.indicator(id).decimals),
        None => "chưa có số liệu".to_owned(),
    };
    let restated: Vec<String> = restated
        .map(|&(id, basis)| {
            let (title, now) = (&view.catalogue.indicator(id).title, shown(id, view.total_before(id)));
            match shown(id, basis.published) {
                published if published == now => format!("{title}: cùng tổng số {now}, số của từng đơn vị đã khác"),
                published => format!("{title}: tính lại {now}, đã công bố {published}"),
            }
        })
        .collect();
    let mut lines = Vec::new();
    let same = known.len() - restated.len();
    let source = match view.published.is_some() {
        true => "lấy theo số đã công bố, vì không còn tệp số liệu của năm trước",
        false => "khớp với số đã công bố",
    };
    if same > 0 {
        lines.push(format!("{same} chỉ tiêu {source} (chốt {said})"));
    }
    if !restated.is_empty() {
        lines.push(format!("tính lại từ các tệp hiện có, khác số đã công bố (chốt {said}): {}", restated.join("; ")));
    }
    lines.extend(unknown_units(view));
    lines
}

/// What cannot be compared, since the units of the year before are no longer known by code and name.
pub fn unknown_units(view: &View) -> Option<String> {
    const NAMED: usize = 5;
    let (edition, published) = view.previous.zip(view.published.as_ref())?;
    let ids: Vec<IndicatorId> = view.forms().into_iter().flat_map(|form| view.indicators(form)).collect();
    let partial = ids.iter().filter(|&&id| published.partial.contains(&id)).count();
    if partial == 0 {
        return None;
    }
    let mut names: Vec<&str> = published.unknown.iter().take(NAMED).map(String::as_str).collect();
    if published.unknown.len() > NAMED {
        names.push("…");
    }
    Some(format!(
        "Không so sánh {partial} chỉ tiêu với số đã công bố (chốt {}): {} đơn vị của lần chốt đó không có trong danh mục đơn vị \
         hiện nay theo cùng mã và tên ({}); nếu đơn vị chỉ đổi tên, ghi tên cũ vào cột Tên khác của danh mục đơn vị",
        edition.said(),
        published.unknown.len(),
        names.join(", ")
    ))
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
    lines.extend(published(view).into_iter().map(|text| ("Số năm trước".to_owned(), text)));
    lines.push(("Tệp đã đọc".to_owned(), files_said(read, view)));
    if view.options.public {
        let text = "số liệu tố cáo chỉ nêu tổng cả năm của toàn đơn vị; không kèm danh sách đơn thư";
        lines.push(("Bản công bố".to_owned(), text.to_owned()));
    }
    // A public workbook has no such sheet.
    let rule = |rule: &String| match view.options.public {
        true => rule.replace(SEE_PROBLEMS, ""),
        false => rule.clone(),
    };
    lines.extend(view.options.outline.rules.iter().map(|text| ("Cách tính".to_owned(), rule(text))));
    lines
}

/// "12/13 tệp, trong đó 11 tệp có số liệu của kỳ": what the terminal counts, and what the report's opening does.
fn files_said(read: usize, view: &View) -> String {
    let (all, inside) = (view.collected.files.len(), view.files());
    let inside =
        if inside < read { format!(", trong đó {inside} tệp có số liệu của kỳ") } else { String::new() };
    format!("{read}/{all} tệp{inside}")
}

pub fn notes(view: &View) -> Sheet {
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
    if view.options.public {
        return sheet(view, "Thuyết minh", "Thuyết minh số liệu".into(), vec![explained]);
    }
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
        .map(|file| (file, "đã đọc"))
        .chain(view.collected.plan.as_ref().map(|plan| (plan, "kế hoạch")))
        .take(ROWS_AT_MOST)
        .enumerate()
        .map(|(at, (file, read))| {
            let hash: String = file.blake3.chars().take(16).collect();
            let cells = vec![
                ordinal(at + 1),
                Cell::text(hash),
                Cell::text(&*file.path),
                Cell::number(Amount::from(file.records as u64), 0),
                Cell::text(if file.read { read } else { "chưa đọc được" }),
            ];
            Row { kind: if file.read { RowKind::Body } else { RowKind::Error }, cells }
        })
        .collect();
    let files = Table { title: "Các tệp số liệu".into(), columns, rows, notes: Vec::new() };
    sheet(view, "Thuyết minh", "Thuyết minh số liệu".into(), vec![explained, files])
}
