//! A table of the neutral document on the terminal, in 80 to 120 columns.

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Width};

use danvan::base::amount::{vietnamese, vietnamese_fixed};
use danvan::report::document::{Cell, CellValue, Column, ColumnKind, Table};

use super::terminal::harmless;

/// Where no terminal says how wide it is.
const WIDTH: u16 = 100;
/// The first column names the rows, which are read best unbroken; in characters.
const NAMES: usize = 42;
/// What a column takes beside its text: a blank on either side, and a line.
const EDGES: usize = 3;

pub fn text(table: &Table) -> String {
    let mut shown = comfy_table::Table::new();
    shown.load_style(UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic);
    let width = shown.width().unwrap_or(WIDTH).clamp(80, 120);
    shown.set_width(width).set_header(table.columns.iter().map(|column| column.header.join(" – ")));
    for row in &table.rows {
        let empty = Cell::default();
        let cells = (0..table.columns.len()).map(|at| cell(row.cells.get(at).unwrap_or(&empty)));
        shown.add_row(cells.map(|text| harmless(&text)));
    }
    for (at, column) in table.columns.iter().enumerate() {
        let alignment = match column.kind {
            ColumnKind::Number | ColumnKind::Ordinal => CellAlignment::Right,
            ColumnKind::Text | ColumnKind::Prose | ColumnKind::Date => CellAlignment::Left,
        };
        if let Some(column) = shown.column_mut(at) {
            column.set_cell_alignment(alignment);
        }
    }
    let body = |at: usize| table.rows.iter().filter_map(move |row| row.cells.get(at)).map(cell);
    let widest = |at: usize| body(at).map(|text| text.chars().count()).max().unwrap_or(0);
    // Figures are never broken; the names of the rows only where nothing else is left to break.
    let mut room = usize::from(width).saturating_sub(1);
    for at in 1..table.columns.len() {
        let words = table.columns[at].header.iter().flat_map(|text| text.split_whitespace());
        let word = words.map(|word| word.chars().count()).max().unwrap_or(0);
        let least = match table.columns[at].kind {
            ColumnKind::Number | ColumnKind::Ordinal | ColumnKind::Date => widest(at).max(word),
            ColumnKind::Text | ColumnKind::Prose => word,
        };
        room = room.saturating_sub(least + EDGES);
        if let Some(column) = shown.column_mut(at) {
            let width = u16::try_from(least + EDGES - 1).unwrap_or(u16::MAX);
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(width)));
        }
    }
    if let Some(column) = shown.column_mut(0)
        && widest(0) + EDGES <= room.min(NAMES)
    {
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
    let mut text = String::new();
    if !table.title.is_empty() {
        text += &format!("{}\n", harmless(&table.title));
    }
    text += &format!("{shown}\n");
    for note in &table.notes {
        text += &format!("{}\n", harmless(note));
    }
    text
}

/// A column of a table that is made only for the terminal.
pub fn column(header: &str) -> Column {
    Column { header: vec![header.to_owned()], ..Column::default() }
}

fn cell(cell: &Cell) -> String {
    match &cell.value {
        CellValue::Empty => String::new(),
        CellValue::Text(text) => text.clone(),
        CellValue::Number(amount, decimals) => vietnamese(*amount, *decimals),
        CellValue::Percent(amount, decimals) => vietnamese_fixed(*amount, *decimals),
        CellValue::Date(date) => date.format("%d/%m/%Y").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use danvan::report::document::Row;

    use super::*;

    #[test]
    fn numbers_stand_right_and_are_written_the_vietnamese_way() {
        let number = Column { kind: ColumnKind::Number, ..column("Năm 2023") };
        let row = |name: &str, value: CellValue| Row {
            cells: vec![Cell::text(name), Cell { value, ..Cell::default() }],
            ..Row::default()
        };
        let table = Table {
            title: "Tổng hợp".into(),
            columns: vec![column("Chỉ tiêu"), number],
            rows: vec![
                row("Diện tích đất hiến", CellValue::Number(649_003.into(), 1)),
                row("Tỷ lệ", CellValue::Percent("93.5".parse().unwrap(), 1)),
                Row { cells: vec![Cell::text("Trống")], ..Row::default() },
            ],
            notes: vec!["Ghi chú.".into()],
        };
        let expected = "\
Tổng hợp
┌────────────────────┬──────────┐
│ Chỉ tiêu           ┆ Năm 2023 │
╞════════════════════╪══════════╡
│ Diện tích đất hiến ┆  649.003 │
│ Tỷ lệ              ┆     93,5 │
│ Trống              ┆          │
└────────────────────┴──────────┘
Ghi chú.
";
        assert_eq!(text(&table), expected);
    }
}
