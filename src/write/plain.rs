//! Figures for programs: a point, no grouping, no trailing zeros.

use crate::base::amount::{self, Amount};

/// Exact.
pub fn number(amount: Amount) -> String {
    amount.normalize().to_string()
}

/// To four decimals, as in the JSON report: most percentages have no end.
pub fn percent(percent: Amount) -> String {
    number(amount::round(percent, 4))
}

#[cfg(test)]
pub mod tests {
    use crate::report::document::{Cell, CellValue, Column, ColumnKind, Row, Table};

    /// A record table with every kind of value.
    pub fn sample() -> Table {
        let column = |key: &str, header: &[&str], kind| Column {
            key: key.into(),
            header: header.iter().map(|&text| text.into()).collect(),
            kind,
            width: 0,
        };
        let percent = Cell { value: CellValue::Percent("93.49881796690307".parse().unwrap(), 1), ..Cell::default() };
        let date = Cell { value: CellValue::Date("2023-01-13".parse().unwrap()), ..Cell::default() };
        Table {
            columns: vec![
                column("ordinal", &["TT"], ColumnKind::Ordinal),
                column("unit", &["Đơn vị"], ColumnKind::Text),
                column("area", &["Hiến đất", "Diện tích (m²)"], ColumnKind::Number),
                column("rate", &["Tỷ lệ (%)"], ColumnKind::Number),
                column("date", &["Ngày"], ColumnKind::Date),
            ],
            rows: vec![
                Row {
                    cells: vec![
                        Cell::number(1.into(), 0),
                        Cell::text("Xã Bảo Hà"),
                        Cell::number("1234567.50".parse().unwrap(), 0),
                        percent,
                        date,
                    ],
                    ..Row::default()
                },
                Row {
                    cells: vec![
                        Cell::number(2.into(), 0),
                        Cell::text("=HYPERLINK(\"x\")"),
                        Cell::number((-3).into(), 0),
                    ],
                    ..Row::default()
                },
            ],
            ..Table::default()
        }
    }
}
