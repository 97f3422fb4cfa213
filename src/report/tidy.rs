//! Records and stated figures as tidy tables, one a row, each with the cell that it came from: for `danvan convert`, and for
//! the sheets of records of a report's workbook.

use crate::base::cell::CellRef;
use crate::base::record::{
    CategoryId, Collected, FieldId, FormId, IndicatorId, Item, OrgUnitId, Record, Standing, Stated, When,
};
use crate::catalogue::Catalogue;
use crate::catalogue::form::FieldKind;
use crate::catalogue::register::Register;

use super::document::*;
use super::sheets::{ROWS_AT_MOST, column, name};
use super::stretch;

/// All records and stated figures as tidy tables, a sheet a form and one for the figures, for `convert`.
pub fn sheets(collected: &Collected, register: &Register, catalogue: &Catalogue) -> Vec<Sheet> {
    let sheet = |name: String, title: String, table: Table| Sheet {
        name,
        title,
        subtitle: Vec::new(),
        tables: vec![table],
        filter: true,
        ..Sheet::default()
    };
    let mut sheets = Vec::new();
    for form in catalogue.form_ids() {
        let records = collected.records.iter().filter(|record| record.form == form);
        let mut table = record_table(records, form, register, catalogue);
        if !table.rows.is_empty() {
            // The form stands in each row, so that sheets put one under another keep it.
            table.columns.insert(3, column("form", &["Biểu"], ColumnKind::Text, 14));
            for row in &mut table.rows {
                row.cells.insert(3, Cell::text(&catalogue.form(form).id));
            }
            let definition = catalogue.form(form);
            sheets.push(sheet(definition.title.clone(), definition.heading.clone(), table));
        }
    }
    if !collected.figures.is_empty() {
        sheets.push(sheet(
            "Số liệu tổng hợp".into(),
            "Số liệu ghi sẵn trong các bảng".into(),
            figures(collected, register, catalogue),
        ));
    }
    name(&mut sheets);
    sheets
}

/// The records of a form, one a row, each with the row that it came from; nothing that names or describes a person.
pub fn record_table<'a>(
    records: impl Iterator<Item = &'a Record>,
    form: FormId,
    register: &Register,
    catalogue: &Catalogue,
) -> Table {
    let mut columns = place_columns();
    columns.push(column("date", &["Ngày"], ColumnKind::Date, 12));
    columns.push(column("period", &["Kỳ (khi không ghi ngày)"], ColumnKind::Text, 16));
    let main = catalogue.form(form).main_date();
    let fields: Vec<FieldId> = catalogue
        .form(form)
        .fields
        .iter()
        .enumerate()
        // Words are never kept, and the main date has its column.
        .filter(|(at, field)| !field.personal && field.kind != FieldKind::Text && main != Some(FieldId(*at as u16)))
        .map(|(at, _)| FieldId(at as u16))
        .collect();
    let decimals = |field: FieldId| {
        let of = |id: &IndicatorId| catalogue.indicator(*id).formula.field() == Some(field);
        catalogue.indicators_of(form).filter(of).map(|id| catalogue.indicator(id).decimals).max().unwrap_or(0)
    };
    for &id in &fields {
        let field = catalogue.field(form, id);
        let kind = match field.kind {
            FieldKind::Number => ColumnKind::Number,
            FieldKind::Date => ColumnKind::Date,
            FieldKind::Category | FieldKind::Text => ColumnKind::Text,
        };
        columns.push(column(&field.id, &[&field.title], kind, 15));
    }
    let rows = records.take(ROWS_AT_MOST).map(|record| {
        let cell = CellRef::new(record.row, 0).to_string();
        let mut cells = place_cells(&record.sheet.file, &record.sheet.sheet, cell, record.org_unit, register);
        match record.when {
            When::Day(day) => cells.extend([Cell { value: CellValue::Date(day), ..Cell::default() }, Cell::default()]),
            When::Within(span) => cells.extend([Cell::default(), Cell::text(span.title())]),
        }
        for &field in &fields {
            cells.push(match record.item(field) {
                Some(Item::Number(amount)) => Cell::number(*amount, decimals(field).max(amount.normalize().scale())),
                Some(Item::Date(day)) => Cell { value: CellValue::Date(*day), ..Cell::default() },
                Some(Item::Category(category)) => {
                    let title = catalogue.category(form, field, *category).map_or("Khác", |category| &category.title);
                    Cell::text(title)
                }
                Some(Item::Filled(_)) | None => Cell::default(),
            });
        }
        Row { kind: RowKind::Body, cells }
    });
    let rows = rows.collect();
    Table { title: String::new(), columns, rows, notes: Vec::new() }
}

fn place_columns() -> Vec<Column> {
    vec![
        column("file", &["Tệp"], ColumnKind::Text, 34),
        column("sheet", &["Trang tính"], ColumnKind::Text, 18),
        column("cell", &["Ô"], ColumnKind::Text, 8),
        column("unit_code", &["Mã đơn vị"], ColumnKind::Text, 11),
        column("unit", &["Đơn vị"], ColumnKind::Text, 24),
    ]
}

fn place_cells(file: &str, sheet: &str, cell: String, unit: OrgUnitId, register: &Register) -> Vec<Cell> {
    let unit = register.unit(unit);
    vec![Cell::text(file), Cell::text(sheet), Cell::text(cell), Cell::text(&unit.code), Cell::text(&unit.name)]
}

fn figures(collected: &Collected, register: &Register, catalogue: &Catalogue) -> Table {
    let mut columns = place_columns();
    columns.insert(3, column("form", &["Biểu"], ColumnKind::Text, 14));
    columns.extend([
        column("indicator", &["Mã chỉ tiêu"], ColumnKind::Text, 24),
        column("title", &["Chỉ tiêu"], ColumnKind::Text, 34),
        column("period", &["Kỳ"], ColumnKind::Text, 22),
        column("from", &["Từ ngày"], ColumnKind::Date, 12),
        column("to", &["Đến ngày"], ColumnKind::Date, 12),
        column("category", &["Phân loại"], ColumnKind::Text, 18),
        column("value", &["Giá trị"], ColumnKind::Number, 14),
        column("measure", &["Đơn vị tính"], ColumnKind::Text, 12),
        column("standing", &["Loại số"], ColumnKind::Text, 12),
    ]);
    let civil = stretch::civil();
    let rows = collected.figures.iter().take(ROWS_AT_MOST).map(|figure| {
        let indicator = catalogue.indicator(figure.indicator);
        let source = &figure.source;
        let mut cells =
            place_cells(&source.sheet.file, &source.sheet.sheet, source.cell.to_string(), figure.org_unit, register);
        cells.insert(3, Cell::text(&catalogue.form(indicator.form).id));
        let title = |(field, category): &(FieldId, CategoryId)| {
            catalogue.category(indicator.form, *field, *category).map_or("Khác", |category| &category.title)
        };
        let categories: Vec<&str> = figure.categories.iter().map(title).collect();
        let window = figure.period.window(&civil);
        let day = |day| Cell { value: CellValue::Date(day), ..Cell::default() };
        let value = figure.value.amount();
        cells.extend([
            Cell::text(&indicator.id),
            Cell::text(&indicator.title),
            Cell::text(figure.period.title()),
            day(window.from),
            day(window.to),
            if categories.is_empty() { Cell::default() } else { Cell::text(categories.join(", ")) },
            Cell::number(value, indicator.decimals.max(value.normalize().scale())),
            Cell::text(&*indicator.measure.id),
            Cell::text(match (figure.standing, figure.value) {
                (Standing::Total, _) => "dòng tổng",
                (Standing::Data | Standing::Unsaid, Stated::Nil) => "không phát sinh",
                (Standing::Data | Standing::Unsaid, Stated::Value(_)) => "số liệu",
            }),
        ]);
        Row { kind: RowKind::Body, cells }
    });
    let rows = rows.collect();
    Table { title: String::new(), columns, rows, notes: Vec::new() }
}
