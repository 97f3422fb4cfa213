//! The page that a unit gets: what to mend, the worst first, what was read, what is not added, and where to confirm it.

use std::collections::{BTreeMap, HashMap};

use crate::base::amount::{Amount, vietnamese, vietnamese_fixed};
use crate::base::diagnostic::{Diagnostic, Place, Severity};
use crate::base::wording::{capital, lower};
use crate::report::aggregate::State;
use crate::report::document::*;
use crate::report::sheets::column;
use crate::report::status;
use crate::report::text::head_of;

use super::{Found, Sheaf};

/// An indicator that the unit was to fill in, and did not.
const BLANK: &str = "để trống";
/// So many things to mend are on the page; the others in the workbook.
const PROBLEMS_AT_MOST: usize = 10;
/// Lines of figures on the page; of more each form has one.
const LINES_AT_MOST: usize = 25;
/// Places of one kind of problem that are named.
const PLACES_AT_MOST: usize = 6;
/// Reasons for which something is not added.
const REASONS_AT_MOST: usize = 6;

pub fn text(sheaf: &Sheaf) -> Text {
    let view = sheaf.view;
    let period = lower(&view.options.span.title());
    let head = head_of(view, "PHIẾU RÀ SOÁT SỐ LIỆU", format!("{}, {period}", sheaf.name()));
    let mut body = vec![Block::Paragraph(vec![Inline::Text(opening(sheaf))])];
    let mut number = 0;
    let mut part = |heading: &str, blocks: Vec<Block>| {
        if !blocks.is_empty() {
            number += 1;
            body.push(Block::Heading(1, format!("{number}. {heading}")));
            body.extend(blocks);
        }
    };
    part("Việc cần làm, việc ảnh hưởng nhiều nhất ghi trước", problems(sheaf));
    part("Báo cáo còn thiếu", lacking(sheaf));
    let table = figures(sheaf).map(|table| if table.rows.len() > LINES_AT_MOST { in_short(&table) } else { table });
    part("Số liệu đã tính cho đơn vị", table.map(Block::Table).into_iter().collect());
    part("Số liệu đã đọc nhưng không cộng", aside(sheaf));
    body.push(Block::Paragraph(vec![Inline::Text(closing(sheaf))]));
    let recipients = match sheaf.row {
        Some(_) => vec![format!("{} (để sửa, xác nhận)", sheaf.name()), "Lưu: cơ quan rà soát".to_owned()],
        None => vec!["Lưu: cơ quan rà soát".to_owned()],
    };
    let signer_title = match sheaf.row {
        Some(_) => "XÁC NHẬN CỦA ĐƠN VỊ".to_owned(),
        None => "NGƯỜI RÀ SOÁT".to_owned(),
    };
    Text { head, body, foot: Foot { recipients, signer_title }, annex: Vec::new() }
}

/// "Kỳ số liệu: từ ngày … đến ngày …. Đã đọc 12 tệp: 345 dòng danh sách, 67 ô số liệu tổng hợp. Có 2 lỗi, 1 cảnh báo."
pub fn opening(sheaf: &Sheaf) -> String {
    let window = sheaf.view.now.window;
    let days = format!("Kỳ số liệu: từ {} đến {}.", window.from.format("%d/%m/%Y"), window.to.format("%d/%m/%Y"));
    let read = sheaf.files.iter().filter(|file| file.read).count();
    let (rows, cells) = (sheaf.records.len(), sheaf.figures.len());
    let mut said = vec![days];
    said.push(match (sheaf.row, sheaf.files.len(), rows + cells) {
        (Some(_), 0, 0) => {
            "Chưa nhận được tệp số liệu nào của đơn vị, và không bảng chung nào có số liệu của đơn vị.".to_owned()
        }
        (Some(_), 0, _) => format!("Không có tệp riêng của đơn vị; {} lấy từ bảng chung.", read_said(rows, cells)),
        (_, files, _) if read < files => format!("Đã đọc {read}/{files} tệp: {}.", read_said(rows, cells)),
        _ => format!("Đã đọc {read} tệp: {}.", read_said(rows, cells)),
    });
    let count = |severity| {
        let of = |found: &&Found| found.inside && found.diagnostic.severity() == severity;
        sheaf.problems.iter().filter(of).count()
    };
    let (errors, warnings, notes) = (count(Severity::Error), count(Severity::Warning), count(Severity::Note));
    if errors + warnings > 0 {
        let errors = (errors > 0).then(|| format!("{errors} lỗi làm số liệu chưa được tính"));
        let warnings = (warnings > 0).then(|| format!("{warnings} chỗ cần xem lại"));
        let both: Vec<String> = errors.into_iter().chain(warnings).collect();
        said.push(format!("Có {}.", both.join(" và ")));
    } else if rows + cells > 0 {
        said.push("Không có lỗi.".to_owned());
    }
    if notes > 0 {
        said.push(format!("{notes} ghi chú khác về cách đọc ở tệp Excel kèm theo."));
    }
    said.join(" ")
}

fn read_said(rows: usize, cells: usize) -> String {
    let number = |count: usize| vietnamese(Amount::from(count as u64), 0);
    match (rows, cells) {
        (0, 0) => "chưa lấy được số liệu nào của kỳ này".to_owned(),
        (rows, 0) => format!("{} dòng danh sách", number(rows)),
        (0, cells) => format!("{} ô số liệu tổng hợp", number(cells)),
        (rows, cells) => format!("{} dòng danh sách, {} ô số liệu tổng hợp", number(rows), number(cells)),
    }
}

fn closing(sheaf: &Sheaf) -> String {
    match (sheaf.row, sheaf.files.is_empty() && sheaf.records.is_empty() && sheaf.figures.is_empty()) {
        (None, _) => "Các vấn đề trên không thuộc riêng một đơn vị: cơ quan lập bảng chung sửa, hoặc hỏi lại đơn vị có liên quan."
            .to_owned(),
        (Some(_), true) => "Đề nghị đơn vị gửi báo cáo còn thiếu; nếu trong kỳ không có việc nào, ghi \"Không phát sinh\" ở từng biểu."
            .to_owned(),
        (Some(_), false) => {
            let mend = match mended_name(sheaf) {
                Some(name) => format!(
                    "Đề nghị đơn vị sửa trong tệp của mình (tệp gốc chưa bị thay đổi) rồi gửi lại, thêm \"(sửa)\" vào tên tệp, ví dụ \
                     \"{name}\"; nếu số liệu trên đã đúng, xác nhận dưới đây."
                ),
                None => "Số liệu lấy từ bảng chung: đề nghị đơn vị đối chiếu, báo lại chỗ chưa đúng; nếu đã đúng, xác nhận dưới đây.".to_owned(),
            };
            format!("{mend} Từng dòng, từng ô đã đọc có trong tệp Excel kèm theo.")
        }
    }
}

/// "T03_Thanh_Khe (sửa).xlsx": what to call the file of the unit's own that needs most to be mended, when it is sent again.
fn mended_name(sheaf: &Sheaf) -> Option<String> {
    let own = |path: &str| sheaf.files.iter().any(|file| *file.path == *path);
    let mut wrong = sheaf.problems.iter().filter_map(|found| found.diagnostic.at.file.as_deref());
    let path = wrong.find(|path| own(path)).or_else(|| sheaf.files.first().map(|file| &*file.path))?;
    let name = path.rsplit('/').next().unwrap_or(path);
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let dot = if extension.is_empty() { "" } else { "." };
    Some(format!("{}{dot}{extension}", mended(stem)))
}

/// A second correction says so: "(sửa)", "(sửa lần 2)".
fn mended(stem: &str) -> String {
    let stem = stem.trim_end();
    if let Some(first) = stem.strip_suffix("(sửa)") {
        return format!("{first}(sửa lần 2)");
    }
    let turn = stem.strip_suffix(')').and_then(|stem| stem.rsplit_once("(sửa lần "));
    match turn.and_then(|(first, turn)| Some((first, turn.parse::<u32>().ok()?.checked_add(1)?))) {
        Some((first, turn)) => format!("{first}(sửa lần {turn})"),
        None => format!("{stem} (sửa)"),
    }
}

/// Problems of one kind on one sheet, together.
pub fn together<'s, 'v>(problems: impl Iterator<Item = &'s Found<'v>>) -> Vec<Vec<&'s Found<'v>>>
where
    'v: 's,
{
    let mut groups: Vec<Vec<&Found>> = Vec::new();
    let mut places: HashMap<_, usize> = HashMap::new();
    for found in problems {
        let at = &found.diagnostic.at;
        let kind = (found.diagnostic.problem.code(), &at.file, &at.sheet, found.effect.map(|(id, ..)| id));
        let place = *places.entry(kind).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(found),
            None => groups.push(vec![found]),
        }
    }
    groups
}

/// A file by its own name: the unit knows its folders otherwise.
pub fn place(diagnostic: &Diagnostic) -> String {
    let at = &diagnostic.at;
    let file = at.file.as_ref().map(|file| file.rsplit('/').next().unwrap_or(file).into());
    Place { file, ..at.clone() }.to_string()
}

/// "chưa tính 27.900 m² (diện tích đất hiến), bằng 6,8% số chung"
pub fn effect(sheaf: &Sheaf, group: &[&Found]) -> Option<String> {
    let id = group.first()?.effect?.0;
    let indicator = sheaf.view.catalogue.indicator(id);
    let known = || group.iter().filter_map(|found| found.effect);
    let amount = known().try_fold(Amount::ZERO, |sum, (_, amount, _)| sum.checked_add(amount))?;
    let share = known().try_fold(Amount::ZERO, |sum, (_, _, share)| sum.checked_add(share?));
    let amount = vietnamese(amount, indicator.decimals.max(amount.normalize().scale().min(4)));
    let share = match share {
        Some(share) if share > Amount::ONE_HUNDRED => ", nhiều hơn cả số chung hiện có".to_owned(),
        Some(share) => format!(", bằng {}% số chung", vietnamese_fixed(share, 1)),
        None => String::new(),
    };
    let what = match group[0].diagnostic.severity() {
        Severity::Error => "chưa tính",
        _ => "lệch",
    };
    Some(format!("{what} {amount} {} ({}){share}", indicator.measure.symbol, lower(&indicator.title)))
}

fn problems(sheaf: &Sheaf) -> Vec<Block> {
    let told = |found: &&Found| found.inside && found.diagnostic.severity() < Severity::Note;
    let groups = together(sheaf.problems.iter().filter(told));
    let mut blocks: Vec<Block> = Vec::new();
    let mut items = Vec::new();
    for group in groups.iter().take(PROBLEMS_AT_MOST) {
        let first = group[0].diagnostic;
        let place = place(first);
        let place = if place.is_empty() { String::new() } else { format!("{}: ", capital(&place)) };
        let mut item = vec![Inline::Strong(place), Inline::Text(format!("{}.", first.problem.message()))];
        if group.len() > 1 {
            let cells: Vec<String> =
                group[1..].iter().take(PLACES_AT_MOST).filter_map(|found| found.diagnostic.at.cell_name()).collect();
            let rest = group.len() - 1 - cells.len();
            let rest = if rest > 0 { format!(" và {rest} chỗ khác") } else { String::new() };
            item.push(Inline::Text(match cells.is_empty() {
                true => format!(" Còn {} chỗ như vậy.", group.len() - 1),
                false => format!(" Cũng như vậy: ô {}{rest}.", cells.join(", ")),
            }));
        }
        if let Some(effect) = effect(sheaf, group) {
            item.push(Inline::Text(format!(" Ảnh hưởng: {effect}.")));
        }
        if let Some(help) = first.problem.help() {
            item.push(Inline::Emphasis(format!(" Cần làm: {help}.")));
        }
        items.push(item);
    }
    if !items.is_empty() {
        blocks.push(Block::List(items));
    }
    let rest: usize = groups.iter().skip(PROBLEMS_AT_MOST).map(Vec::len).sum();
    if rest > 0 {
        let text = format!("Còn {rest} chỗ khác, xem trang \"Vấn đề\" của tệp Excel kèm theo.");
        blocks.push(Block::Paragraph(vec![Inline::Text(text)]));
    }
    let elsewhere = |found: &&Found| !found.inside && found.diagnostic.severity() < Severity::Note;
    let elsewhere = sheaf.problems.iter().filter(elsewhere).count();
    if elsewhere > 0 {
        let text = format!("Ngoài ra có {elsewhere} chỗ ở tệp của kỳ khác, xem trang \"Vấn đề\" của tệp Excel.");
        blocks.push(Block::Paragraph(vec![Inline::Text(text)]));
    }
    blocks
}

fn lacking(sheaf: &Sheaf) -> Vec<Block> {
    let Some((status, own)) = sheaf.status else { return Vec::new() };
    let Some(said) = status::lacking(status, own) else { return Vec::new() };
    let mut blocks = vec![Block::Paragraph(vec![Inline::Text(format!("{}.", capital(&said)))])];
    if status.is_silent(own) && !status.forms.is_empty() {
        let forms = status.forms.iter().map(|&form| vec![Inline::Text(format!("Biểu {}", status.title(form)))]);
        blocks.push(Block::Paragraph(vec![Inline::Text("Các biểu cần gửi:".to_owned())]));
        blocks.push(Block::List(forms.collect()));
    }
    blocks
}

/// What each indicator comes to, with how many cells are behind it.
pub fn figures(sheaf: &Sheaf) -> Option<Table> {
    let (view, row) = (sheaf.view, sheaf.row?);
    let mut rows: Vec<Row> = Vec::new();
    for form in view.catalogue.form_ids() {
        let mut of_form: Vec<Row> = Vec::new();
        for id in view.indicators(form) {
            let indicator = view.catalogue.indicator(id);
            let state = view.state(id, row);
            let value = view.value(id, row);
            if state == State::Absent && value.is_none() {
                continue;
            }
            let lines = sheaf.lines.get(&id).map(Vec::as_slice).unwrap_or_default();
            let counted = lines.iter().filter(|line| line.became.counts()).count();
            let value = match (value, state) {
                (_, State::Conflicting) => Cell::text("chưa tính: các số khác nhau").with_kind(RowKind::Error),
                (Some(value), _) if indicator.is_rate() => {
                    Cell { value: CellValue::Percent(value, indicator.decimals), ..Cell::default() }
                }
                (Some(value), _) => Cell::number(value, indicator.decimals),
                (None, _) => Cell::text(BLANK),
            };
            let cells = vec![
                Cell::text(&indicator.title),
                Cell::text(indicator.measure.symbol.to_string()),
                value,
                match counted {
                    0 => Cell::default(),
                    counted => Cell::number(Amount::from(counted as u64), 0),
                },
            ];
            of_form.push(Row { kind: RowKind::Body, cells });
        }
        if !of_form.is_empty() {
            rows.push(Row { kind: RowKind::Group, cells: vec![Cell::text(&view.catalogue.form(form).title)] });
            rows.extend(of_form);
        }
    }
    let columns = vec![
        column("indicator", &["Chỉ tiêu"], ColumnKind::Text, 46),
        column("measure", &["ĐVT"], ColumnKind::Text, 11),
        column("value", &["Số liệu"], ColumnKind::Number, 16),
        column("cells", &["Số dòng, ô được tính"], ColumnKind::Number, 14),
    ];
    (!rows.is_empty()).then(|| Table { columns, rows, ..Table::default() })
}

/// The figures of each form in one line, so that the whole stays a page; the workbook has each by itself.
fn in_short(figures: &Table) -> Table {
    let mut rows: Vec<(String, Vec<String>, Vec<String>)> = Vec::new();
    for row in &figures.rows {
        let text = |at: usize| match row.cells.get(at).map(|cell| &cell.value) {
            Some(CellValue::Text(text)) => text.clone(),
            Some(CellValue::Number(amount, decimals)) => vietnamese(*amount, *decimals),
            Some(CellValue::Percent(amount, decimals)) => vietnamese_fixed(*amount, *decimals),
            _ => String::new(),
        };
        if row.kind == RowKind::Group {
            rows.push((text(0), Vec::new(), Vec::new()));
            continue;
        }
        let Some((_, said, blank)) = rows.last_mut() else { continue };
        match row.cells.get(2).map(|cell| &cell.value) {
            Some(CellValue::Text(value)) if value == BLANK => blank.push(lower(&text(0))),
            Some(CellValue::Text(value)) => said.push(format!("{}: {value}", text(0))),
            _ => said.push(format!("{}: {} {}", text(0), text(2), text(1))),
        }
    }
    let rows = rows.into_iter().map(|(form, mut said, blank)| {
        if !blank.is_empty() {
            said.push(format!("{BLANK}: {}", blank.join(", ")));
        }
        Row { kind: RowKind::Body, cells: vec![Cell::text(form), Cell::text(said.join("; "))] }
    });
    let columns =
        vec![column("form", &["Biểu"], ColumnKind::Text, 24), column("figures", &["Số liệu"], ColumnKind::Prose, 80)];
    Table { columns, rows: rows.collect(), ..Table::default() }
}

/// What is set aside, a line a reason.
fn aside(sheaf: &Sheaf) -> Vec<Block> {
    let mut reasons: BTreeMap<(String, String), usize> = BTreeMap::new();
    for one in &sheaf.aside {
        *reasons.entry((place(&one.because), one.because.problem.message())).or_default() += 1;
    }
    if reasons.is_empty() {
        return Vec::new();
    }
    let all = reasons.len();
    let mut lines: Vec<Vec<Inline>> = reasons
        .into_iter()
        .take(REASONS_AT_MOST)
        .map(|((place, message), count)| {
            let place = capital(&place);
            vec![Inline::Strong(format!("{place}: ")), Inline::Text(format!("{message} ({count} dòng hoặc ô)."))]
        })
        .collect();
    if all > REASONS_AT_MOST {
        let text = format!("Và {} trường hợp khác, xem trang \"Không cộng\" của tệp Excel.", all - REASONS_AT_MOST);
        lines.push(vec![Inline::Text(text)]);
    }
    vec![Block::List(lines)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_again_says_so() {
        let cases = [
            ("T03_Thanh_Khe", "T03_Thanh_Khe (sửa)"),
            ("Xã Bảo Hà T5 (sửa)", "Xã Bảo Hà T5 (sửa lần 2)"),
            ("Xã Bảo Hà T5 (sửa lần 2)", "Xã Bảo Hà T5 (sửa lần 3)"),
            ("Xã Bảo Hà (sửa lần cuối) ", "Xã Bảo Hà (sửa lần cuối) (sửa)"),
        ];
        for (stem, again) in cases {
            assert_eq!(mended(stem), again);
        }
    }

    #[test]
    fn many_indicators_are_a_line_a_form() {
        let row = |title: &str, value: Cell| Row {
            cells: vec![Cell::text(title), Cell::text("hộ"), value, Cell::default()],
            ..Row::default()
        };
        let group = Row { kind: RowKind::Group, cells: vec![Cell::text("Hiến đất")] };
        let number = Cell::number(Amount::from(1200), 0);
        let rows = vec![
            group,
            row("Số hộ", number),
            row("Số cây", Cell::text(BLANK)),
            row("Giá trị", Cell::text("chưa tính")),
        ];
        let short = in_short(&Table { rows, ..Table::default() });
        let said = Cell::text("Số hộ: 1.200 hộ; Giá trị: chưa tính; để trống: số cây");
        assert_eq!(short.rows.iter().map(|row| &row.cells[..]).collect::<Vec<_>>(), [[Cell::text("Hiến đất"), said]]);
    }
}
