//! One form's sheet: its units, and its breakdowns by category.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::amount::{Amount, vietnamese};
use crate::base::record::{CategoryId, FieldId, FormId, IndicatorId};
use crate::base::wording::lower;
use crate::catalogue::form::FieldKind;
use crate::report::aggregate::State;
use crate::report::document::{Cell, ColumnKind, Row, RowKind, Sheet, Table};
use crate::report::view::View;

use super::ranking::ranking;
use super::{column, figure, ordinal, ordinal_column, sheet, short, unit_table, with_sum};

pub fn of_form(view: &View, form: FormId) -> Sheet {
    let definition = view.catalogue.form(form);
    let ids = view.indicators(form);
    let mut tables = vec![unit_table(view, &ids, false)];
    for (at, field) in definition.fields.iter().enumerate() {
        // What a date implies is how things stand today, not in the window.
        if field.kind == FieldKind::Category && field.implied.is_none() {
            tables.extend(category_table(view, form, FieldId(at as u16), &ids));
        }
    }
    tables.extend(ranking(view, form));
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
