//! The workbook that a unit gets: what to mend, its figures, its rows by address with the wrong cells coloured and noted, what is not
//! added, and every problem. Nothing of a personal column is copied: only that it was filled in.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::base::amount::{Amount, vietnamese};
use crate::base::cell::CellRef;
use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::record::{CategoryId, FieldId, FormId, IndicatorId, Item, Record, Said, When};
use crate::base::wording::lower;
use crate::catalogue::form::FieldKind;
use crate::report::account::Line;
use crate::report::document::*;
use crate::report::sheets::{ROWS_AT_MOST, column, name, problem_table};
use crate::report::status;
use crate::report::trace;

use super::{Found, Sheaf, text};

/// What stands in the place of what is not copied.
const FILLED: &str = "(đã ghi)";

pub fn sheets(sheaf: &Sheaf) -> Vec<Sheet> {
    let mut sheets = vec![front(sheaf)];
    if let Some(table) = text::figures(sheaf) {
        sheets.push(sheet(sheaf, "Số liệu đã tính", "Số liệu đã tính cho đơn vị", table));
    }
    sheets.extend(rows(sheaf));
    if let Some(table) = stated(sheaf) {
        let mut stated = sheet(sheaf, "Ô số tổng hợp", "Các ô số liệu tổng hợp đã đọc", table);
        stated.filter = true;
        sheets.push(stated);
    }
    if let Some(table) = aside(sheaf) {
        let mut aside = sheet(sheaf, "Không cộng", "Số liệu đã đọc nhưng không cộng", table);
        aside.filter = true;
        sheets.push(aside);
    }
    let found: Vec<&Diagnostic> = sheaf.problems.iter().map(|found| found.diagnostic).collect();
    if !found.is_empty() {
        let mut all = sheet(sheaf, "Vấn đề", "Mọi vấn đề, việc ảnh hưởng nhiều nhất ghi trước", problem_table(&found));
        all.filter = true;
        all.tab = Tab::Source;
        sheets.push(all);
    }
    name(&mut sheets);
    sheets
}

fn sheet(sheaf: &Sheaf, name: &str, title: &str, table: Table) -> Sheet {
    let period = lower(&sheaf.view.options.span.title());
    Sheet {
        key: name.to_owned(),
        name: name.to_owned(),
        title: title.to_owned(),
        subtitle: vec![format!("{}, {period}", sheaf.name())],
        tables: vec![table],
        tab: Tab::Main,
        ..Sheet::default()
    }
}

/// What to mend, and where to confirm it.
fn front(sheaf: &Sheaf) -> Sheet {
    let columns = vec![
        column("no", &["TT"], ColumnKind::Ordinal, 5),
        column("place", &["Ở đâu"], ColumnKind::Prose, 40),
        column("message", &["Vấn đề"], ColumnKind::Prose, 44),
        column("effect", &["Ảnh hưởng"], ColumnKind::Prose, 26),
        column("help", &["Cần làm"], ColumnKind::Prose, 34),
    ];
    let told = |found: &&Found| found.inside && found.diagnostic.severity() < Severity::Note;
    let rows = text::together(sheaf.problems.iter().filter(told)).into_iter().enumerate().map(|(at, group)| {
        let first = group[0].diagnostic;
        let mut place = text::place(first);
        let more: Vec<String> = group[1..].iter().filter_map(|found| found.diagnostic.at.cell_name()).collect();
        if !more.is_empty() {
            place += &format!(", {}", more.join(", "));
        }
        let cell = |text: Option<String>| text.map_or(Cell::default(), Cell::text);
        let cells = vec![
            Cell::number(Amount::from(at as u64 + 1), 0),
            Cell::text(place),
            Cell::text(first.problem.message()),
            cell(text::effect(sheaf, &group)),
            cell(first.problem.help().map(str::to_owned)),
        ];
        Row { kind: row_kind(first.severity()), cells }
    });
    let mend = Table {
        title: "Việc cần làm, việc ảnh hưởng nhiều nhất ghi trước".into(),
        columns,
        rows: rows.collect(),
        notes: Vec::new(),
    };
    let columns = vec![
        column("no", &["TT"], ColumnKind::Ordinal, 5),
        column("day", &["Ngày, tháng, năm"], ColumnKind::Text, 0),
        column("remark", &["Ý kiến của đơn vị (đúng, sửa lại thế nào)"], ColumnKind::Text, 0),
        column("made", &["Người lập (ký, ghi họ tên)"], ColumnKind::Text, 0),
        column("signed", &["Thủ trưởng đơn vị (ký, đóng dấu)"], ColumnKind::Text, 0),
    ];
    let room = Row { kind: RowKind::Body, cells: vec![Cell::default(), Cell::text("\n\n\n\n")] };
    let confirm = Table { title: "Xác nhận của đơn vị".into(), columns, rows: vec![room], notes: Vec::new() };
    let title = format!("Phiếu rà soát số liệu: {}", sheaf.name());
    let mut front = sheet(sheaf, "Phiếu rà soát", &title, mend);
    front.subtitle = vec![sheaf.view.options.span.title(), text::opening(sheaf)];
    if let Some((of, own)) = sheaf.status {
        let lacking = status::lacking(of, own);
        front.subtitle.extend(lacking.map(|said| format!("Báo cáo còn thiếu: {said}.")));
    }
    if sheaf.row.is_some() {
        front.tables.push(confirm);
    }
    front.attention = sheaf.count(Severity::Error) > 0;
    front
}

fn row_kind(severity: Severity) -> RowKind {
    match severity {
        Severity::Error => RowKind::Error,
        Severity::Warning => RowKind::Warning,
        Severity::Note => RowKind::Body,
    }
}

/// What is wrong with a cell, for its note.
fn note(found: &[&Diagnostic]) -> String {
    let said = found.iter().map(|diagnostic| {
        let help = diagnostic.problem.help().map(|help| format!("\nCách sửa: {help}")).unwrap_or_default();
        format!("{}{help}", diagnostic.problem.message())
    });
    said.collect::<Vec<_>>().join("\n")
}

type Places<'v> = HashMap<(&'v str, &'v str), BTreeMap<CellRef, Vec<&'v Diagnostic>>>;

/// The errors and warnings of the window, by the first cell of each.
fn marked<'v>(sheaf: &Sheaf<'v>) -> Places<'v> {
    let mut places: Places = HashMap::new();
    for found in sheaf.problems.iter().filter(|found| found.diagnostic.severity() < Severity::Note) {
        let at = &found.diagnostic.at;
        if let (Some(file), Some(sheet), Some(area)) = (&at.file, &at.sheet, at.area) {
            places.entry((file, sheet)).or_default().entry(area.from).or_default().push(found.diagnostic);
        }
    }
    places
}

fn worst(found: &[&Diagnostic]) -> RowKind {
    found.iter().map(|found| found.severity()).min().map_or(RowKind::Body, row_kind)
}

/// A sheet a form: the rows of its lists, with those that could not be read.
fn rows(sheaf: &Sheaf) -> Vec<Sheet> {
    let view = sheaf.view;
    let marked = marked(sheaf);
    let mut by_form: BTreeMap<FormId, Vec<(&Record, Option<&Diagnostic>)>> = BTreeMap::new();
    for record in &sheaf.records {
        by_form.entry(record.form).or_default().push((record, None));
    }
    for aside in &sheaf.aside {
        if let Said::Record(record) = &aside.said {
            by_form.entry(record.form).or_default().push((record, Some(&aside.because)));
        }
    }
    let sheets = by_form.into_iter().map(|(form, mut records)| {
        records.sort_by_key(|(record, _)| (&record.sheet, record.row));
        let table = of_form(sheaf, form, &records, &marked);
        let title = &view.catalogue.form(form).title;
        let mut sheet =
            sheet(sheaf, &format!("Dòng {}", lower(title)), &format!("Từng dòng đã đọc: {}", lower(title)), table);
        sheet.filter = true;
        sheet
    });
    sheets.collect()
}

fn of_form(sheaf: &Sheaf, form: FormId, records: &[(&Record, Option<&Diagnostic>)], marked: &Places) -> Table {
    let view = sheaf.view;
    let definition = view.catalogue.form(form);
    let used: BTreeSet<FieldId> = records.iter().flat_map(|(record, _)| record.columns.iter().copied()).collect();
    let fields: Vec<FieldId> = used.into_iter().collect();
    let mut columns = vec![
        column("file", &["Tệp"], ColumnKind::Prose, 26),
        column("sheet", &["Trang tính"], ColumnKind::Prose, 14),
        column("row", &["Dòng"], ColumnKind::Ordinal, 7),
        column("state", &["Tình trạng"], ColumnKind::Prose, 16),
    ];
    columns.extend(fields.iter().map(|&id| {
        let field = definition.field(id);
        let kind = match field.kind {
            FieldKind::Number => ColumnKind::Number,
            FieldKind::Date => ColumnKind::Date,
            FieldKind::Category | FieldKind::Text => ColumnKind::Text,
        };
        column(&field.id, &[&field.title], kind, 13)
    }));
    // Where each sheet's fields stand, so that the cells of rows without a record are known, too.
    let mut at_field: BTreeMap<(&str, &str), BTreeMap<u32, FieldId>> = BTreeMap::new();
    let mut lines: BTreeMap<(&str, &str, u32), Vec<Cell>> = BTreeMap::new();
    let mut kinds: BTreeMap<(&str, &str, u32), RowKind> = BTreeMap::new();
    let place = |file: &str, sheet: &str, row: u32, state: String| {
        let file = file.rsplit('/').next().unwrap_or(file);
        let row = Cell::number(Amount::from(u64::from(row) + 1), 0);
        vec![Cell::text(file), Cell::text(sheet), row, Cell::text(state)]
    };
    for (record, because) in records {
        let (file, sheet) = (&*record.sheet.file, &*record.sheet.sheet);
        let columns = at_field.entry((file, sheet)).or_default();
        columns.extend(record.items.iter().map(|(field, _, col)| (*col, *field)));
        let state = match because {
            Some(_) => "không cộng".to_owned(),
            None => match record.when {
                When::Day(_) => "đã đọc".to_owned(),
                When::Within(span) => format!("đã đọc, tính vào {}", lower(&span.title())),
            },
        };
        let mut cells = place(file, sheet, record.row, state);
        if let Some(because) = because {
            cells[3] = std::mem::take(&mut cells[3]).with_kind(RowKind::Warning).with_note(note(&[because]));
        }
        cells.extend(fields.iter().map(|&field| match record.item(field) {
            Some(Item::Number(amount)) => Cell::number(*amount, amount.normalize().scale()),
            Some(Item::Date(day)) => Cell::date(*day),
            Some(Item::Category(CategoryId::OTHER)) => Cell::text("Khác"),
            Some(Item::Category(category)) => Cell::text(view.category_title(form, field, *category)),
            Some(Item::Filled(_)) => Cell::text(FILLED),
            None => Cell::default(),
        }));
        lines.insert((file, sheet, record.row), cells);
    }
    for (&(file, sheet), columns) in &at_field {
        for (at, found) in marked.get(&(file, sheet)).into_iter().flatten() {
            let key = (file, sheet, at.row);
            let read = lines.contains_key(&key);
            let is_error = found.iter().any(|found| found.severity() == Severity::Error);
            // What is said above or below a list is no row of it.
            if !read && !is_error {
                continue;
            }
            let cells = lines.entry(key).or_insert_with(|| {
                let mut cells = place(file, sheet, at.row, "chưa tính cả dòng".to_owned());
                cells.resize(4 + fields.len(), Cell::default());
                cells
            });
            if !read {
                kinds.insert(key, RowKind::Error);
            }
            let field = columns.get(&at.col).and_then(|field| fields.iter().position(|of| of == field));
            let col = field.map_or(3, |field| 4 + field);
            let mut cell = std::mem::take(&mut cells[col]);
            if cell.value == CellValue::Empty {
                cell = Cell::text(format!("ô {at}"));
            }
            cells[col] = cell.with_kind(worst(found)).with_note(note(found));
        }
    }
    let all = lines.len();
    let rows = lines.into_iter().take(ROWS_AT_MOST).map(|(key, cells)| {
        let kind = kinds.get(&key).copied().unwrap_or_default();
        Row { kind, cells }
    });
    let rows: Vec<Row> = rows.collect();
    for (at, most) in [(0, 44), (1, 24), (2, 7), (3, 28)].into_iter().chain((4..columns.len()).map(|at| (at, 24))) {
        fit(&mut columns[at], &rows, at, most);
    }
    let mut notes = cut(all);
    notes.push(format!(
        "{FILLED}: ô có ghi; chữ và thông tin về người không chép ra đây. Ô tô màu là ô cần sửa, đưa chuột vào ô để xem cách sửa."
    ));
    Table { title: String::new(), columns, rows, notes }
}

/// As wide as its texts are, so that each row is one line of the page: a list of many rows is printed on fewer of them.
fn fit(column: &mut Column, rows: &[Row], at: usize, most: usize) {
    let text = |row: &Row| match row.cells.get(at).map(|cell| &cell.value) {
        Some(CellValue::Text(text)) => text.chars().count() + 2,
        _ => 0,
    };
    let widest = rows.iter().map(text).max().unwrap_or(0).min(most);
    column.width = u32::try_from(widest).map_or(column.width, |widest| widest.max(8));
}

/// What to know of a table of which a sheet does not hold every row.
fn cut(all: usize) -> Vec<String> {
    let (rest, all) = (all.saturating_sub(ROWS_AT_MOST), vietnamese(Amount::from(all as u64), 0));
    let shown = vietnamese(Amount::from(ROWS_AT_MOST as u64), 0);
    (rest > 0)
        .then(|| format!("Trang tính chỉ chứa được {shown} trong {all} dòng; danvan convert ghi ra đủ."))
        .into_iter()
        .collect()
}

/// The figures of tables, cell by cell, with what became of each.
fn stated(sheaf: &Sheaf) -> Option<Table> {
    if sheaf.figures.is_empty() {
        return None;
    }
    let view = sheaf.view;
    let columns = vec![
        column("file", &["Tệp"], ColumnKind::Prose, 26),
        column("sheet", &["Trang tính"], ColumnKind::Prose, 14),
        column("cell", &["Ô"], ColumnKind::Text, 8),
        column("title", &["Chỉ tiêu"], ColumnKind::Prose, 30),
        column("period", &["Kỳ"], ColumnKind::Prose, 16),
        column("category", &["Phân loại"], ColumnKind::Text, 14),
        column("value", &["Giá trị"], ColumnKind::Number, 12),
        column("measure", &["ĐVT"], ColumnKind::Text, 9),
        column("state", &["Tình trạng"], ColumnKind::Prose, 28),
    ];
    let marked = marked(sheaf);
    let mut became: HashMap<(&str, &str, CellRef, IndicatorId), &Line> = HashMap::new();
    for line in sheaf.lines.values().flatten().filter(|line| !line.of_record) {
        let sheet = &line.source.sheet;
        became.insert((&sheet.file, &sheet.sheet, line.source.cell, line.indicator), line);
    }
    let mut figures = sheaf.figures.clone();
    figures.sort_by_key(|figure| (&figure.source, figure.indicator));
    let mut rows: BTreeMap<(&str, &str, CellRef, usize), Row> = BTreeMap::new();
    for (at, figure) in figures.iter().enumerate() {
        let indicator = view.catalogue.indicator(figure.indicator);
        let (file, sheet) = (&*figure.source.sheet.file, &*figure.source.sheet.sheet);
        let cell = figure.source.cell;
        let line = became.get(&(file, sheet, cell, figure.indicator));
        let state = match line {
            Some(line) => trace::said(line, indicator.decimals).1,
            None if !indicator.reported => "không có trong báo cáo".to_owned(),
            None => "dùng để đối chiếu".to_owned(),
        };
        let titles: Vec<String> =
            figure.categories.iter().map(|(field, of)| view.category_title(indicator.form, *field, *of)).collect();
        let value = figure.value.amount();
        let mut value = Cell::number(value, indicator.decimals.max(value.normalize().scale()));
        let found = marked.get(&(file, sheet)).and_then(|cells| cells.get(&cell));
        if let Some(found) = found {
            value = value.with_kind(worst(found)).with_note(note(found));
        }
        let cells = vec![
            Cell::text(file.rsplit('/').next().unwrap_or(file)),
            Cell::text(sheet),
            Cell::text(cell.to_string()),
            Cell::text(&indicator.title),
            Cell::text(figure.period.title()),
            if titles.is_empty() { Cell::default() } else { Cell::text(titles.join(", ")) },
            value,
            Cell::text(indicator.measure.symbol.to_string()),
            Cell::text(state),
        ];
        rows.insert((file, sheet, cell, at), Row { kind: RowKind::Body, cells });
    }
    // The cells of these sheets that gave no figure.
    let known: BTreeSet<(&str, &str)> = rows.keys().map(|(file, sheet, ..)| (*file, *sheet)).collect();
    let cells: BTreeSet<(&str, &str, CellRef)> =
        rows.keys().map(|(file, sheet, cell, _)| (*file, *sheet, *cell)).collect();
    for (file, sheet) in known {
        for (&at, found) in marked.get(&(file, sheet)).into_iter().flatten() {
            let is_error = found.iter().any(|found| found.severity() == Severity::Error);
            if is_error && !cells.contains(&(file, sheet, at)) {
                let said = found.iter().map(|found| found.problem.message()).collect::<Vec<_>>().join("; ");
                let mut row = vec![Cell::default(); 9];
                row[0] = Cell::text(file.rsplit('/').next().unwrap_or(file));
                row[1] = Cell::text(sheet);
                row[2] = Cell::text(at.to_string());
                row[6] = Cell::text("chưa tính").with_note(note(found));
                row[8] = Cell::text(said);
                rows.insert((file, sheet, at, usize::MAX), Row { kind: RowKind::Error, cells: row });
            }
        }
    }
    let notes = cut(rows.len());
    let rows = rows.into_values().take(ROWS_AT_MOST).collect();
    Some(Table { columns, rows, notes, ..Table::default() })
}

/// What is set aside, row by row and cell by cell, with the reason.
fn aside(sheaf: &Sheaf) -> Option<Table> {
    if sheaf.aside.is_empty() {
        return None;
    }
    let catalogue = sheaf.view.catalogue;
    let columns = vec![
        column("file", &["Tệp"], ColumnKind::Prose, 26),
        column("sheet", &["Trang tính"], ColumnKind::Prose, 14),
        column("cell", &["Dòng, ô"], ColumnKind::Text, 10),
        column("what", &["Nội dung"], ColumnKind::Prose, 34),
        column("because", &["Vì sao không cộng"], ColumnKind::Prose, 60),
    ];
    let mut rows: Vec<(_, Row)> = Vec::new();
    for one in &sheaf.aside {
        let (sheet, cell, what) = match &one.said {
            Said::Record(record) => {
                let title = &catalogue.form(record.form).title;
                (&record.sheet, CellRef::new(record.row, 0), format!("một dòng của biểu {}", title))
            }
            Said::Figure(figure) => {
                let indicator = catalogue.indicator(figure.indicator);
                let value = vietnamese(
                    figure.value.amount(),
                    indicator.decimals.max(figure.value.amount().normalize().scale()),
                );
                let what =
                    format!("{}, {}: {value} {}", indicator.title, figure.period.title(), indicator.measure.symbol);
                (&figure.source.sheet, figure.source.cell, what)
            }
        };
        let at = match &one.said {
            Said::Record(record) => format!("dòng {}", record.row + 1),
            Said::Figure(_) => cell.to_string(),
        };
        let cells = vec![
            Cell::text(sheet.file.rsplit('/').next().unwrap_or(&sheet.file)),
            Cell::text(&*sheet.sheet),
            Cell::text(at),
            Cell::text(what),
            Cell::text(one.because.problem.message()),
        ];
        rows.push(((sheet, cell), Row { kind: RowKind::Body, cells }));
    }
    rows.sort_by_key(|(place, _)| *place);
    let notes = cut(rows.len());
    let rows = rows.into_iter().take(ROWS_AT_MOST).map(|(_, row)| row).collect();
    Some(Table { columns, rows, notes, ..Table::default() })
}
