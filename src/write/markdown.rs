//! The report as a document to read, edit and sign: Markdown (GFM) laid out as an office's report is.
//! Takes a [`Document`]'s text, gives the whole file; readable in its raw form too.

use std::borrow::Cow;

use crate::base::amount;
use crate::report::document::{
    Block, Cell, CellValue, Column, ColumnKind, Document, Foot, Head, Inline, Row, RowKind, Style, Table,
};

/// A wider cell pushes its own row only, not the whole column.
const MAX_PADDING: usize = 60;

pub fn text(document: &Document) -> String {
    let text = &document.text;
    // A message has neither head nor foot.
    let mut blocks = if text.head == Head::default() { Vec::new() } else { head(&text.head) };
    blocks.extend(text.body.iter().map(block));
    if text.foot != Foot::default() {
        blocks.push(foot(&text.foot));
    }
    if !text.annex.is_empty() {
        blocks.push("---".to_owned());
        blocks.extend(text.annex.iter().map(block));
    }
    blocks.retain(|block| !block.is_empty());
    let mut text = blocks.join("\n\n");
    text.push('\n');
    text
}

/// Whose document it is, its number and date, its title: two columns without a frame, as offices lay it out.
fn head(head: &Head) -> Vec<String> {
    let mut agency: Vec<String> = Vec::new();
    if !head.parent.is_empty() {
        agency.push(in_cell(&head.parent));
    }
    agency.push(strong(&in_cell(&head.agency)));
    let country = match head.style {
        Style::Party => {
            agency.push(r"\*".to_owned());
            "**ĐẢNG CỘNG SẢN VIỆT NAM**"
        }
        Style::State => {
            agency.push("———".to_owned());
            "**CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM**<br>**Độc lập - Tự do - Hạnh phúc**<br>———————"
        }
    };
    let rows = vec![
        vec![agency.join("<br>"), country.to_owned()],
        vec![in_cell(&head.number), emphasis(&places(&in_cell(&head.place_and_date)))],
    ];
    let title = format!("# {}\n{}", in_line(&head.kind), strong(&in_line(&head.subject)));
    vec![grid(vec![String::new(); 2], &[Align::Center, Align::Center], rows), title]
}

/// The signature block.
fn foot(foot: &Foot) -> String {
    let mut recipients = vec!["***Nơi nhận:***".to_owned()];
    for (at, recipient) in foot.recipients.iter().enumerate() {
        let end = match at + 1 == foot.recipients.len() {
            _ if recipient.ends_with(['.', ';', ']']) => "",
            true => ".",
            false => ";",
        };
        recipients.push(format!("- {}{end}", places(&in_cell(recipient))));
    }
    if foot.recipients.is_empty() {
        recipients.push("**[Đơn vị bổ sung]**".to_owned());
    }
    let title = match foot.signer_title.as_str() {
        "" => "**[Chức vụ người ký]**".to_owned(),
        title => strong(&in_cell(title)),
    };
    let row = vec![recipients.join("<br>"), format!("{title}<br><br><br>**[Họ và tên]**")];
    grid(vec![String::new(); 2], &[Align::Left, Align::Center], vec![row])
}

fn block(block: &Block) -> String {
    match block {
        Block::Heading(level, text) => {
            format!("{} {}", "#".repeat((usize::from(*level) + 1).clamp(2, 6)), in_line(text))
        }
        Block::Paragraph(inlines) => at_line_start(&paragraph(inlines)).into_owned(),
        Block::Table(table) => self::table(table),
        Block::Placeholder(text) => placeholder(text),
        Block::List(items) => {
            let items = items.iter().map(|item| format!("- {}", at_line_start(&paragraph(item))));
            items.collect::<Vec<_>>().join("\n")
        }
    }
}

fn placeholder(text: &str) -> String {
    let text = text.trim();
    format!("**[{}]**", in_line(text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text)))
}

/// A text in which places in brackets are for a person to fill: "[Địa danh], ngày …".
fn places(escaped: &str) -> String {
    let mut text = String::new();
    let mut rest = escaped;
    while let Some((before, (place, after))) =
        rest.split_once('[').and_then(|(b, rest)| Some((b, rest.split_once(']')?)))
    {
        text.push_str(&format!("{before}**[{place}]**"));
        rest = after;
    }
    text + rest
}

fn paragraph(inlines: &[Inline]) -> String {
    let mut text = String::new();
    for inline in inlines {
        match inline {
            Inline::Text(plain) => text.push_str(&escaped(plain, " ")),
            Inline::Strong(plain) => text.push_str(&strong(&escaped(plain, " "))),
            Inline::Emphasis(plain) => text.push_str(&emphasis(&escaped(plain, " "))),
        }
    }
    text.trim().to_owned()
}

fn table(table: &Table) -> String {
    let mut parts = Vec::new();
    if !table.title.is_empty() {
        parts.push(strong(&in_line(&table.title)));
    }
    if !table.columns.is_empty() {
        let aligns: Vec<Align> = table.columns.iter().map(|column| align(column.kind)).collect();
        let mut rows: Vec<Vec<String>> =
            table.rows.iter().map(|row| (0..aligns.len()).map(|col| cell(row, col)).collect()).collect();
        if rows.is_empty() {
            let first = table.columns.iter().position(|column| column.kind != ColumnKind::Ordinal).unwrap_or(0);
            let mut row = vec![String::new(); aligns.len()];
            row[first] = "Không có".to_owned();
            rows.push(row);
        }
        parts.push(grid(headings(&table.columns), &aligns, rows));
    }
    parts.extend(table.notes.iter().map(|note| emphasis(&in_line(note))));
    parts.join("\n\n")
}

/// One line of headings: "Hiến đất: Số hộ" where figures stand in several groups, "Số hộ" where one group holds them all.
fn headings(columns: &[Column]) -> Vec<String> {
    let group = |column: &Column| (column.header.len() > 1).then(|| column.header[0].clone());
    let mut figures = columns.iter().filter(|column| column.kind == ColumnKind::Number).map(group);
    let first = figures.next().flatten();
    let shared = first.filter(|first| {
        figures.all(|other| other.as_ref() == Some(first))
            && columns.iter().filter_map(group).all(|other| other == *first)
    });
    let heading = |column: &Column| {
        let from = usize::from(shared.is_some() && column.header.len() > 1);
        in_cell(&column.header[from..].join(": "))
    };
    columns.iter().map(heading).collect()
}

fn cell(row: &Row, col: usize) -> String {
    let text = match row.cells.get(col) {
        None | Some(Cell { value: CellValue::Empty, .. }) => String::new(),
        Some(Cell { value: CellValue::Text(text), .. }) => in_cell(text),
        Some(Cell { value: CellValue::Number(amount, decimals), .. }) => amount::vietnamese(*amount, *decimals),
        Some(Cell { value: CellValue::Percent(amount, decimals), .. }) => amount::vietnamese_fixed(*amount, *decimals),
        Some(Cell { value: CellValue::Date(date), .. }) => date.format("%d/%m/%Y").to_string(),
    };
    if matches!(row.kind, RowKind::Total | RowKind::Group) { strong(&text) } else { text }
}

#[derive(Clone, Copy)]
enum Align {
    Left,
    Center,
    Right,
}

fn align(kind: ColumnKind) -> Align {
    match kind {
        ColumnKind::Ordinal | ColumnKind::Number => Align::Right,
        ColumnKind::Text | ColumnKind::Prose => Align::Left,
        ColumnKind::Date => Align::Center,
    }
}

/// A GFM table, padded so that its raw text is a table too. The texts are NFC: one character, one place.
fn grid(headings: Vec<String>, aligns: &[Align], rows: Vec<Vec<String>>) -> String {
    let framed = headings.iter().any(|heading| !heading.is_empty());
    let width = |col: usize| {
        let widths = std::iter::once(&headings).chain(&rows).map(|row| row[col].chars().count());
        if framed { widths.filter(|width| *width <= MAX_PADDING).max().unwrap_or(0).max(3) } else { 0 }
    };
    let widths: Vec<usize> = (0..aligns.len()).map(width).collect();
    let line = |cells: &[String]| {
        let mut line = String::from("|");
        for ((text, align), width) in cells.iter().zip(aligns).zip(&widths) {
            let room = width.saturating_sub(text.chars().count());
            let (before, after) = match align {
                Align::Left => (0, room),
                Align::Center => (room / 2, room - room / 2),
                Align::Right => (room, 0),
            };
            line.push_str(&format!(" {}{text}{}", " ".repeat(before), " ".repeat(after)));
            line.push_str(if text.is_empty() && *width == 0 { "|" } else { " |" });
        }
        line
    };
    let rule = aligns.iter().zip(&widths).map(|(align, width)| {
        let dashes = |less: usize| "-".repeat(if *width == 0 { 3 } else { width - less });
        match align {
            Align::Left => format!(" :{} |", dashes(1)),
            Align::Center => format!(" :{}: |", dashes(2)),
            Align::Right => format!(" {}: |", dashes(1)),
        }
    });
    let mut lines = vec![line(&headings), format!("|{}", rule.collect::<String>())];
    lines.extend(rows.iter().map(|row| line(row)));
    lines.join("\n")
}

fn strong(escaped: &str) -> String {
    marked(escaped, "**")
}

fn emphasis(escaped: &str) -> String {
    marked(escaped, "*")
}

/// Marks do not work beside blanks: those stay outside.
fn marked(escaped: &str, mark: &str) -> String {
    let text = escaped.trim();
    if text.is_empty() {
        return escaped.to_owned();
    }
    let start = escaped.len() - escaped.trim_start().len();
    let end = start + text.len();
    format!("{}{mark}{text}{mark}{}", &escaped[..start], &escaped[end..])
}

/// A text within one line: headings, captions.
fn in_line(text: &str) -> String {
    escaped(text.trim(), " ")
}

fn in_cell(text: &str) -> String {
    escaped(text.trim(), "<br>")
}

/// A text that stays what it is: nothing in it is taken for Markdown or HTML. Escapes only what would be.
fn escaped(text: &str, newline: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied().unwrap_or(' ');
        match c {
            '\r' if next == '\n' => continue,
            '\r' | '\n' => out.push_str(newline),
            '\t' => out.push(' '),
            _ if c.is_control() => continue,
            '<' => out.push_str("&lt;"),
            '&' if next.is_ascii_alphanumeric() || next == '#' => out.push_str("&amp;"),
            '|' | '*' | '`' | '~' => out.extend(['\\', c]),
            '\\' if !next.is_alphanumeric() => out.push_str(r"\\"),
            // Within a word it marks nothing: xa_bao_ha.xlsx.
            '_' if !(before.is_alphanumeric() && next.is_alphanumeric()) => out.push_str(r"\_"),
            // A link, or what links refer to.
            ']' if matches!(next, '(' | '[' | ':') => out.push_str(r"\]"),
            '#' if before.is_whitespace() => out.push_str(r"\#"),
            _ => out.push(c),
        }
        before = c;
    }
    out
}

/// An escaped text at the start of a line, where "- ", "1. ", "> " and "---" would be more than text.
fn at_line_start(text: &str) -> Cow<'_, str> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let marker = match text.as_bytes().get(digits) {
        Some(b'-' | b'+' | b'>' | b'=') if digits == 0 => Some(0),
        Some(b'.' | b')') if digits > 0 => Some(digits),
        _ => None,
    };
    // "-5 hộ" and "1.234 hộ" are no markers.
    match marker {
        Some(at)
            if matches!(text.as_bytes().get(at + 1), None | Some(b' ' | b'-' | b'='))
                || text.as_bytes()[at] == b'>' =>
        {
            format!("{}\\{}", &text[..at], &text[at..]).into()
        }
        _ if text.starts_with("[ ]") || text.starts_with("[x]") => format!("\\{text}").into(),
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::document::Text;

    fn column(header: &[&str], kind: ColumnKind) -> Column {
        Column { header: header.iter().map(|&text| text.into()).collect(), kind, ..Column::default() }
    }

    fn document(style: Style) -> Document {
        let row = |kind, cells| Row { kind, cells };
        let percent = |text: &str| Cell { value: CellValue::Percent(text.parse().unwrap(), 1), ..Cell::default() };
        let table = Table {
            title: "Biểu 1. Đối thoại".into(),
            columns: vec![
                column(&["TT"], ColumnKind::Ordinal),
                column(&["Xã, thị trấn"], ColumnKind::Text),
                column(&["Số cuộc"], ColumnKind::Number),
                column(&["Tỷ lệ (%)"], ColumnKind::Number),
            ],
            rows: vec![
                row(
                    RowKind::Body,
                    vec![Cell::number(1.into(), 0), Cell::text("Phố Ràng"), Cell::number(5.into(), 0), percent("100")],
                ),
                row(
                    RowKind::Body,
                    vec![Cell::number(2.into(), 0), Cell::text("Kim | Sơn\n<b>*"), Cell::text("chưa báo cáo")],
                ),
                row(
                    RowKind::Total,
                    vec![
                        Cell::default(),
                        Cell::text("Tổng số"),
                        Cell::number("5214.5".parse().unwrap(), 1),
                        percent("93.45"),
                    ],
                ),
            ],
            notes: vec!["Chưa tính xã Kim Sơn.".into()],
        };
        Document {
            title: String::new(),
            created: "2023-12-20".parse().unwrap(),
            text: Text {
                head: Head {
                    style,
                    parent: "HUYỆN ỦY BẢO YÊN".into(),
                    agency: "BAN DÂN VẬN".into(),
                    issuer: "Ban Dân vận Huyện ủy Bảo Yên".into(),
                    number: "Số ….-BC/BDV".into(),
                    place_and_date: "Bảo Yên, ngày … tháng 12 năm 2023".into(),
                    kind: "BÁO CÁO".into(),
                    subject: "tổng kết công tác dân vận năm 2023".into(),
                },
                body: vec![
                    Block::Paragraph(vec![Inline::Emphasis("Số liệu tính từ ngày 01/01/2023. ".into())]),
                    Block::Heading(1, "I- TÌNH HÌNH CHUNG".into()),
                    Block::Placeholder("Đơn vị bổ sung: đặc điểm tình hình.".into()),
                    Block::Heading(2, "1- Đối thoại".into()),
                    Block::Paragraph(vec![
                        Inline::Text("Tổ chức ".into()),
                        Inline::Strong("62 cuộc ".into()),
                        Inline::Text("(tăng 07 cuộc).".into()),
                    ]),
                    Block::Table(table),
                    Block::List(vec![
                        vec![Inline::Text("xã Kim Sơn;".into())],
                        vec![Inline::Text("xã Bảo Hà.".into())],
                    ]),
                ],
                foot: Foot {
                    recipients: vec!["Thường trực Huyện ủy (báo cáo)".into(), "Lưu: Ban Dân vận".into()],
                    signer_title: "TRƯỞNG BAN".into(),
                },
                annex: vec![Block::Paragraph(vec![
                    Inline::Strong("Phụ lục.".into()),
                    Inline::Text(" Thuyết minh".into()),
                ])],
            },
            sheets: vec![],
            summary: Table::default(),
        }
    }

    #[test]
    fn a_party_report_reads_as_an_office_writes_it() {
        let expected = r"| | |
| :---: | :---: |
| HUYỆN ỦY BẢO YÊN<br>**BAN DÂN VẬN**<br>\* | **ĐẢNG CỘNG SẢN VIỆT NAM** |
| Số ….-BC/BDV | *Bảo Yên, ngày … tháng 12 năm 2023* |

# BÁO CÁO
**tổng kết công tác dân vận năm 2023**

*Số liệu tính từ ngày 01/01/2023.*

## I- TÌNH HÌNH CHUNG

**[Đơn vị bổ sung: đặc điểm tình hình.]**

### 1- Đối thoại

Tổ chức **62 cuộc** (tăng 07 cuộc).

**Biểu 1. Đối thoại**

|  TT | Xã, thị trấn           |      Số cuộc | Tỷ lệ (%) |
| --: | :--------------------- | -----------: | --------: |
|   1 | Phố Ràng               |            5 |     100,0 |
|   2 | Kim \| Sơn<br>&lt;b>\* | chưa báo cáo |           |
|     | **Tổng số**            |  **5.214,5** |  **93,5** |

*Chưa tính xã Kim Sơn.*

- xã Kim Sơn;
- xã Bảo Hà.

| | |
| :--- | :---: |
| ***Nơi nhận:***<br>- Thường trực Huyện ủy (báo cáo);<br>- Lưu: Ban Dân vận. | **TRƯỞNG BAN**<br><br><br>**[Họ và tên]** |

---

**Phụ lục.** Thuyết minh
";
        assert_eq!(text(&document(Style::Party)), expected);
    }

    #[test]
    fn a_state_report_bears_the_country_and_its_motto() {
        let text = text(&document(Style::State));
        assert!(text.contains(
            "| HUYỆN ỦY BẢO YÊN<br>**BAN DÂN VẬN**<br>——— | **CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM**<br>**Độc lập - Tự do - Hạnh phúc**<br>——————— |"
        ));
    }

    #[test]
    fn texts_stay_what_they_are() {
        for (plain, expected) in [
            ("Công tác dân vận – năm 2023 (16/17 xã); đạt 93,5%", "Công tác dân vận – năm 2023 (16/17 xã); đạt 93,5%"),
            ("KN&PA; A & B; &lt;", "KN&amp;PA; A & B; &amp;lt;"),
            ("xa_bao_ha.xlsx _nghiêng_", r"xa_bao_ha.xlsx \_nghiêng\_"),
            (r"du-lieu\xa.xlsx \* a\", r"du-lieu\xa.xlsx \\\* a\\"),
            ("<script>`a`</script>", r"&lt;script>\`a\`&lt;/script>"),
            ("[x](javascript:1) ![y](z) [a]: b [Đơn vị]", r"[x\](javascript:1) ![y\](z) [a\]: b [Đơn vị]"),
            ("# a #b c#", r"\# a \#b c#"),
            ("~~x~~ a|b", r"\~\~x\~\~ a\|b"),
            ("a\r\nb\u{1}", "a b"),
        ] {
            assert_eq!(escaped(plain, " "), expected);
        }
        for (plain, expected) in [
            ("- a", r"\- a"),
            ("---", r"\---"),
            ("-5 hộ", "-5 hộ"),
            ("1. a", r"1\. a"),
            ("1.234 hộ", "1.234 hộ"),
            ("2) a", r"2\) a"),
            ("> a", r"\> a"),
            ("===", r"\==="),
            ("[ ] a", r"\[ ] a"),
            ("1- a", "1- a"),
        ] {
            assert_eq!(at_line_start(plain), expected);
        }
    }

    #[test]
    fn groups_of_headings_are_named_where_there_are_several() {
        let names = [column(&["TT"], ColumnKind::Ordinal), column(&["Xã"], ColumnKind::Text)];
        let one = ["Số cuộc", "Ý kiến"].map(|leaf| column(&["Đối thoại", leaf], ColumnKind::Number));
        let other = [column(&["Hiến đất", "Số hộ"], ColumnKind::Number)];
        assert_eq!(headings(&[&names[..], &one].concat()), ["TT", "Xã", "Số cuộc", "Ý kiến"]);
        assert_eq!(
            headings(&[&names[..], &one, &other].concat()),
            ["TT", "Xã", "Đối thoại: Số cuộc", "Đối thoại: Ý kiến", "Hiến đất: Số hộ"]
        );
        let whole = [column(&["Tổng"], ColumnKind::Number)];
        assert_eq!(headings(&[&whole[..], &other].concat()), ["Tổng", "Hiến đất: Số hộ"]);
    }
}
