//! Who has reported what, and for which months.

use std::collections::BTreeSet;

use crate::base::wording::lower;
use crate::report::coverage::{self, months_said};
use crate::report::document::{Cell, ColumnKind, Row, RowKind, Sheet, Table};
use crate::report::view::View;

use super::{NOT_READ, NOT_REPORTED, column, ordinal, ordinal_column, sheet};

pub fn submissions(view: &View) -> Sheet {
    let mut columns = vec![ordinal_column(), column("unit", &["Đơn vị"], ColumnKind::Text, 26)];
    let mut forms = view.collected_forms();
    if forms.is_empty() {
        forms = view.catalogue.form_ids().collect();
    }
    for &form in &forms {
        let form = view.catalogue.form(form);
        columns.push(column(&form.id, &["Các tháng có số liệu", &form.title], ColumnKind::Text, 22));
    }
    let months: BTreeSet<(i32, u32)> = view.now.stretch.touched().collect();
    let mut attention = false;
    let (mut partly, mut unclear) = (false, false);
    let mut rows: Vec<Row> = Vec::new();
    for (at, shown) in view.rows.iter().enumerate() {
        let mut cells = vec![ordinal(at + 1), Cell::text(view.label(shown))];
        let mut missing = false;
        let unread = coverage::only_unread(view, shown);
        for &form in &forms {
            let sent = view.submitted(form, shown);
            let lacking: BTreeSet<(i32, u32)> = months.difference(&sent).copied().collect();
            let text = match sent.is_empty() {
                false if lacking.is_empty() => "đủ".to_owned(),
                false if shown.own => months_said(&sent, &months),
                false if coverage::is_open(view, form, shown) => {
                    unclear = true;
                    format!("{}; chưa rõ các tháng khác", months_said(&sent, &months))
                }
                false => {
                    partly = true;
                    format!("{}; thiếu {}", months_said(&sent, &months), months_said(&lacking, &months))
                }
                _ if view.sent(form, shown) => "có số liệu".to_owned(),
                _ if shown.own => String::new(),
                _ => {
                    missing = true;
                    if unread { NOT_READ } else { NOT_REPORTED }.to_owned()
                }
            };
            cells.push(if text.is_empty() { Cell::default() } else { Cell::text(text) });
        }
        attention |= missing;
        rows.push(Row { kind: if missing { RowKind::Warning } else { RowKind::Body }, cells });
    }
    let expected = view.expected().count();
    let mut total = vec![Cell::default(), Cell::text("Số đơn vị có số liệu")];
    total.extend(forms.iter().map(|&form| {
        let sent = view.expected().filter(|row| view.sent(form, row)).count();
        Cell::text(format!("{sent}/{expected}"))
    }));
    rows.push(Row { kind: RowKind::Total, cells: total });
    let title = format!("Tình hình gửi báo cáo, {}", lower(&view.options.span.title()));
    let mut notes = vec![
        "Bảng này cho biết các tháng có số liệu. Đơn vị nào còn phải gửi biểu nào, đúng hạn hay muộn: lệnh danvan status.".to_owned(),
    ];
    if partly {
        notes.push("Đủ: mọi tháng của kỳ báo cáo đều có số liệu, hoặc ghi \"Không phát sinh\". Thiếu: tháng để trống hoặc chưa gửi.".into());
    }
    if unclear {
        notes.push("Chưa rõ: danh sách có dòng của các tháng đã nêu, nhưng không ghi là của những tháng nào.".into());
    }
    let table = Table { title: String::new(), columns, rows, notes };
    let mut sheet = sheet(view, "Tình hình gửi báo cáo", title, vec![table]);
    sheet.attention = attention;
    sheet
}
