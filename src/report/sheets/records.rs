//! The records themselves, as tables that can be filtered.

use crate::base::record::{FormId, Record};
use crate::base::wording::lower;
use crate::report::RecordSheets;
use crate::report::document::{CellValue, Row, Sheet, Table};
use crate::report::tidy::record_table;
use crate::report::view::View;

use super::sheet;

/// Above this, the records themselves are left out of the workbook, unless asked for.
const RECORDS_AT_MOST: usize = 50_000;

pub fn records(view: &View) -> Vec<(FormId, Sheet)> {
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
        .filter(|&form| view.shows_records(form))
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
            Some((form, sheet))
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
