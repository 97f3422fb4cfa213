//! A table as JSON lines: one object a row, keys from the columns' keys in their order, decimals as texts.

use crate::report::document::{CellValue, Table};

use super::plain;

/// Null for an empty cell, ISO dates as texts, a newline after each row.
pub fn text(table: &Table) -> String {
    let mut text = String::new();
    for row in &table.rows {
        text.push('{');
        for (at, column) in table.columns.iter().enumerate() {
            let value = match row.cells.get(at).map(|cell| &cell.value) {
                None | Some(CellValue::Empty) => None,
                Some(CellValue::Text(text)) => Some(text.clone()),
                Some(CellValue::Number(amount, _)) => Some(plain::number(*amount)),
                Some(CellValue::Percent(amount, _)) => Some(plain::percent(*amount)),
                Some(CellValue::Date(date)) => Some(date.to_string()),
            };
            if at > 0 {
                text.push(',');
            }
            text.push_str(&serde_json::Value::from(column.key.as_str()).to_string());
            text.push(':');
            text.push_str(&serde_json::Value::from(value).to_string());
        }
        text.push_str("}\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::plain::tests::sample;

    #[test]
    fn a_table_becomes_json_lines() {
        let expected = r#"{"ordinal":"1","unit":"Xã Bảo Hà","area":"1234567.5","rate":"93.4988","date":"2023-01-13"}
{"ordinal":"2","unit":"=HYPERLINK(\"x\")","area":"-3","rate":null,"date":null}
"#;
        assert_eq!(text(&sample()), expected);
    }
}
