//! A table as CSV that spreadsheets and programs read alike: UTF-8 with a byte order mark, commas, CRLF,
//! decimals with a point and ungrouped, ISO dates.

use std::borrow::Cow;

use crate::report::document::{CellValue, Table};

use super::plain;

/// The heading row, then every row. A text that a spreadsheet would run as a formula gets a leading apostrophe.
pub fn bytes(table: &Table) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(b"\xEF\xBB\xBF".to_vec());
    let headings = table.columns.iter().map(|column| guarded(column.header.join(": ").into()).into_owned());
    let rows = table.rows.iter().map(|row| {
        let values = row.cells.iter().map(|cell| match &cell.value {
            CellValue::Empty => String::new(),
            CellValue::Text(text) => guarded(text.into()).into_owned(),
            CellValue::Number(amount, _) => plain::number(*amount),
            CellValue::Percent(amount, _) => plain::percent(*amount),
            CellValue::Date(date) => date.to_string(),
        });
        let missing = table.columns.len().saturating_sub(row.cells.len());
        values.chain(std::iter::repeat_n(String::new(), missing)).collect::<Vec<_>>()
    });
    for record in std::iter::once(headings.collect()).chain(rows) {
        writer.write_record(&record).expect("memory takes every record, of any length");
    }
    writer.into_inner().expect("memory needs no flushing")
}

/// What a spreadsheet would take for a formula, as a text.
fn guarded(text: Cow<'_, str>) -> Cow<'_, str> {
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠') => format!("'{text}").into(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::plain::tests::sample;

    #[test]
    fn a_table_becomes_csv() {
        let text = String::from_utf8(bytes(&sample())).unwrap();
        let expected = "\u{feff}TT,Đơn vị,Hiến đất: Diện tích (m²),Tỷ lệ (%),Ngày\r\n\
             1,Xã Bảo Hà,1234567.5,93.4988,2023-01-13\r\n\
             2,'=HYPERLINK(\"x\"),-3,,\r\n"
            .replace("'=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\"");
        assert_eq!(text, expected);
    }

    #[test]
    fn what_could_run_as_a_formula_is_kept_a_text() {
        for text in ["=1+1", "+84", "-", "@SUM(A1)", "\tx", "\r=1", "＝1"] {
            assert_eq!(guarded(text.into()), format!("'{text}"));
        }
        assert_eq!(guarded("Xã A-B = c".into()), "Xã A-B = c");
    }
}
