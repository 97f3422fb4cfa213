//! The Word document, ready to sign: the document's text laid out by the rules of its issuing body ([`layout`]).
//! Takes a [`Document`], gives the bytes of a `.docx` file; the only module that knows WordprocessingML.
//!
//! Sections: the text with its head and foot, upright; then an annex each for what is too wide for an upright page, turned;
//! then the document's own annex.

mod layout;
mod table;
mod xml;

use std::io::{Cursor, Write as _};

use anyhow::Context;
use zip::write::SimpleFileOptions;
use zip::{DateTime, ZipWriter};

use crate::base::period::roman;
use crate::report::document::{Block, Document, Foot, Head, Inline, Table, Text};

use layout::{Layout, Page, Twips};
use xml::{Mark, Paragraph, escaped, gap, rule, run, section_end, width, with_places};

const MAIN: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const PART: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";

pub fn bytes(document: &Document) -> anyhow::Result<Vec<u8>> {
    let layout = Layout::of(document.text.head.style);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // The same bytes on every run.
    let options = SimpleFileOptions::default().last_modified_time(DateTime::default());
    for (name, content) in [
        ("[Content_Types].xml", content_types()),
        (
            "_rels/.rels",
            relations(&[
                (&format!("{OFFICE}/officeDocument"), "word/document.xml"),
                (&format!("{PACKAGE}/relationships/metadata/core-properties"), "docProps/core.xml"),
            ]),
        ),
        ("docProps/core.xml", properties(document)),
        (
            "word/_rels/document.xml.rels",
            relations(&[
                (&format!("{OFFICE}/styles"), "styles.xml"),
                (&format!("{OFFICE}/settings"), "settings.xml"),
                (&format!("{OFFICE}/header"), "header.xml"),
            ]),
        ),
        ("word/document.xml", word("document", &format!("<w:body>{}</w:body>", body(&document.text, layout)))),
        ("word/styles.xml", word("styles", &layout::styles(layout))),
        ("word/settings.xml", word("settings", SETTINGS)),
        ("word/header.xml", word("hdr", &Paragraph::new("Header").around(PAGE_NUMBER))),
    ] {
        zip.start_file(name, options)
            .and_then(|()| Ok(zip.write_all(format!("{DECLARATION}{content}").as_bytes())?))
            .context("không tạo được tệp Word")?;
    }
    Ok(zip.finish().context("không tạo được tệp Word")?.into_inner())
}

// ------------------------------------------------------------------------------------------------------- the package

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// Without a mode of its own Word opens a document as one of its 2007 version.
const SETTINGS: &str = "<w:defaultTabStop w:val=\"720\"/><w:compat><w:compatSetting w:name=\"compatibilityMode\" \
    w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat><w:themeFontLang w:val=\"vi-VN\"/>";

const PAGE_NUMBER: &str = "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>\
    <w:r><w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r>\
    <w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>2</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>";

fn word(root: &str, content: &str) -> String {
    format!("<w:{root} xmlns:w=\"{MAIN}\" xmlns:r=\"{OFFICE}\">{content}</w:{root}>")
}

fn content_types() -> String {
    let parts = ["document.main", "styles", "settings", "header"].map(|part| {
        let name = part.trim_end_matches(".main");
        format!("<Override PartName=\"/word/{name}.xml\" ContentType=\"{PART}.{part}+xml\"/>")
    });
    format!(
        "<Types xmlns=\"{PACKAGE}/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>{}\
         <Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>\
         </Types>",
        parts.concat()
    )
}

/// Named `rId1`, `rId2`, … in order.
fn relations(targets: &[(&str, &str)]) -> String {
    let each = targets.iter().enumerate().map(|(at, (kind, target))| {
        format!("<Relationship Id=\"rId{}\" Type=\"{kind}\" Target=\"{target}\"/>", at + 1)
    });
    format!("<Relationships xmlns=\"{PACKAGE}/relationships\">{}</Relationships>", each.collect::<String>())
}

/// The title and the day; no names of persons.
fn properties(document: &Document) -> String {
    let day = document.created.format("%Y-%m-%dT00:00:00Z");
    format!(
        "<cp:coreProperties xmlns:cp=\"{PACKAGE}/metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:dcterms=\"http://purl.org/dc/terms/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
         <dc:title>{}</dc:title><dc:creator>danvan</dc:creator><dc:language>vi-VN</dc:language>\
         <dcterms:created xsi:type=\"dcterms:W3CDTF\">{day}</dcterms:created>\
         <dcterms:modified xsi:type=\"dcterms:W3CDTF\">{day}</dcterms:modified></cp:coreProperties>",
        escaped(&document.title)
    )
}

// ------------------------------------------------------------------------------------------------------ the sections

/// The document's body, its sections one after another.
fn body(text: &Text, layout: &Layout) -> String {
    let text = &table::divided(text);
    let wide = |block: &Block| matches!(block, Block::Table(table) if table::fit(table, layout.upright.inside(), layout.table).is_none());
    let annexes = text.body.iter().filter(|block| wide(block)).count() + usize::from(!text.annex.is_empty());
    let number = |at: usize| {
        if annexes > 1 {
            format!("Phụ lục {}", u8::try_from(at).map_or_else(|_| at.to_string(), roman))
        } else {
            "Phụ lục".to_owned()
        }
    };

    let mut main = head(&text.head, layout);
    let mut sections: Vec<(String, Page)> = Vec::new();
    let mut heading = "";
    for (at, block) in text.body.iter().enumerate() {
        match block {
            Block::Table(table) if wide(block) => {
                let number = number(sections.len() + 1);
                let of = match table.title.trim() {
                    "" => String::new(),
                    title => format!("{title}: "),
                };
                let reference = run(&format!("({of}chi tiết tại {number})"), Mark { italic: true, ..Mark::default() });
                let reference = if of.is_empty() { reference.replace("(chi", "(Chi") } else { reference };
                main.push_str(&Paragraph::new("BodyText").around(&reference));
                let mut annex = annex_head(&text.head, &number, heading);
                let fit = table::forced(table, layout.turned.inside(), layout.annex_table);
                annex.push_str(&table::xml(table, &fit, layout.table[0]));
                sections.push((annex, layout.turned));
            }
            _ => {
                if let Block::Heading(_, text) = block {
                    heading = text;
                }
                // The signature never stands alone on a page.
                let last = at + 1 == text.body.len();
                main.push_str(&self::block(block, layout, &layout.upright, last));
            }
        }
    }
    main.push_str(&foot(&text.foot, layout));
    sections.insert(0, (main, layout.upright));
    if !text.annex.is_empty() {
        let page = if text.annex.iter().any(wide) { &layout.turned } else { &layout.upright };
        let (title, rest) = match &text.annex[..] {
            [Block::Heading(_, title), rest @ ..] => (title.as_str(), rest),
            rest => ("", rest),
        };
        let mut annex = annex_head(&text.head, &number(sections.len()), title);
        annex.extend(rest.iter().map(|block| self::block(block, layout, page, false)));
        sections.push((annex, *page));
    }

    let last = sections.len() - 1;
    let whole = sections.into_iter().enumerate().map(|(at, (content, page))| {
        let section = section(&page);
        // A section's end stands in its last paragraph, the last one's at the end of the body.
        if at < last { content + &section_end(&section) } else { content + &section }
    });
    whole.collect()
}

/// Pages are numbered from 1 in each annex too; the first shows no number.
fn section(page: &Page) -> String {
    let turned = if page.turned() { " w:orient=\"landscape\"" } else { "" };
    format!(
        "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rId3\"/><w:pgSz w:w=\"{}\" w:h=\"{}\"{turned}/>\
         <w:pgMar w:top=\"{}\" w:right=\"{}\" w:bottom=\"{}\" w:left=\"{}\" w:header=\"567\" w:footer=\"567\" w:gutter=\"0\"/>\
         <w:pgNumType w:start=\"1\"/><w:titlePg/></w:sectPr>",
        page.width, page.height, page.top, page.right, page.bottom, page.left
    )
}

// ------------------------------------------------------------------------------------------------------ head and foot

fn head(head: &Head, layout: &Layout) -> String {
    let room = layout.upright.inside();
    let line = |style, text: &str| Paragraph::new(style).around(&with_places(text.trim(), Mark::default()));
    let country_width = layout.country.iter().map(|(text, size)| width(text, *size, true)).max().unwrap_or(0);
    let widths = [room - country_width - 200, country_width + 200];

    let mut agency = String::new();
    if !head.parent.trim().is_empty() {
        agency += &line("Parent", &balanced(&head.parent, layout.parent, false, widths[0]));
    }
    let name = balanced(&head.agency, layout.agency, true, widths[0]);
    let longest = name.lines().map(|line| width(line, layout.agency, true)).max().unwrap_or(0);
    agency += &line("Agency", &name);
    agency += &match layout.below_agency {
        Some(text) => line("Parent", text),
        None => rule(longest.min(widths[0]) / 2, widths[0]),
    };
    let mut country = String::new();
    for (text, size) in layout.country {
        country += &Paragraph::new("Country").around(&run(text, Mark { size: Some(*size), ..Mark::default() }));
    }
    let ruled = layout.country.last().map_or(0, |(text, size)| width(text, *size, true));
    country += &rule(ruled, widths[1]);
    let second = vec![line("Number", &head.number), line("Place", &head.place_and_date)];

    let mut xml = table::bare(&widths, &[vec![agency, country], second]);
    xml += &line("Title", &head.kind);
    xml += &line("Subtitle", &head.subject);
    let length = width(&head.subject, layout.subject, true).min(room) * 2 / 5;
    xml += &rule(length, room);
    xml += &gap();
    xml
}

/// A name too long for a line, broken where its two lines are most alike: "ỦY BAN NHÂN DÂN / HUYỆN BẢO YÊN".
fn balanced(text: &str, size: u32, bold: bool, room: Twips) -> String {
    let text = text.trim();
    let whole = width(text, size, bold);
    if whole <= room * 24 / 25 || whole > 2 * room {
        return text.to_owned();
    }
    let halves = text.match_indices(' ').map(|(at, _)| (&text[..at], &text[at + 1..]));
    let best = halves.min_by_key(|(first, rest)| width(first, size, bold).max(width(rest, size, bold)));
    best.map_or_else(|| text.to_owned(), |(first, rest)| format!("{first}\n{rest}"))
}

/// Whom it goes to and who signs.
fn foot(foot: &Foot, layout: &Layout) -> String {
    let half = layout.upright.inside() / 2;
    let mut recipients = Paragraph::new("RecipientLabel").of("Nơi nhận:");
    for (at, recipient) in foot.recipients.iter().enumerate() {
        let recipient = recipient.trim();
        let end = match at + 1 == foot.recipients.len() {
            _ if recipient.ends_with(['.', ';', ']']) => "",
            true => ".",
            false => ";",
        };
        recipients +=
            &Paragraph::new("Recipient").around(&with_places(&format!("- {recipient}{end}"), Mark::default()));
    }
    if foot.recipients.is_empty() {
        recipients += &Paragraph::new("Recipient").around(&with_places("[Đơn vị bổ sung]", Mark::default()));
    }
    let title = match foot.signer_title.trim() {
        "" => "[CHỨC VỤ NGƯỜI KÝ]",
        title => title,
    };
    let signer = Paragraph::new("Signer").around(&with_places(&title.to_uppercase(), Mark::default()))
        + &Paragraph::new("SignerName").around(&with_places("[Họ và tên]", Mark::default()));
    gap() + &table::bare(&[half, half], &[vec![recipients, signer]])
}

/// "Phụ lục I", what it holds, and the document that it belongs to.
fn annex_head(head: &Head, number: &str, title: &str) -> String {
    let mut xml = Paragraph::new("AnnexNumber").of(number);
    let title = unnumbered(title);
    if !title.is_empty() {
        xml += &Paragraph::new("AnnexTitle").of(&title.to_uppercase());
    }
    let day = head.place_and_date.find("ngày").map_or("ngày … tháng … năm …", |at| &head.place_and_date[at..]);
    let kind: String = head.kind.to_lowercase();
    let kind = kind.chars().take(1).flat_map(char::to_uppercase).chain(kind.chars().skip(1)).collect::<String>();
    let number = head.number.trim_start_matches("Số").trim_start_matches(':').trim();
    let of = format!("(Kèm theo {kind} số {number} {day} của {})", head.issuer);
    xml + &Paragraph::new("AnnexOf").around(&with_places(&of, Mark::default()))
}

/// "1- Đối thoại", "c) Đối thoại" → "Đối thoại"
fn unnumbered(heading: &str) -> &str {
    let numbered = |c: char| c.is_ascii_digit() || matches!(c, 'I' | 'V' | 'X' | 'L' | '.' | ')' | '-');
    let lettered = |number: &str| number.strip_suffix(')').is_some_and(|letter| letter.chars().count() == 1);
    match heading.trim().split_once(' ') {
        Some((number, rest))
            if lettered(number) || number.ends_with(['.', '-', ')']) && number.chars().all(numbered) =>
        {
            rest.trim()
        }
        _ => heading.trim(),
    }
}

// ------------------------------------------------------------------------------------------------------------ blocks

fn block(block: &Block, layout: &Layout, page: &Page, keep_next: bool) -> String {
    let body = Paragraph { keep_next, ..Paragraph::new("BodyText") };
    match block {
        Block::Heading(level, text) => {
            let style = match level {
                0 | 1 => "Heading1",
                2 => "Heading2",
                _ => "Heading3",
            };
            Paragraph::new(style).of(text.trim())
        }
        Block::Paragraph(inlines) => body.around(&runs(inlines)),
        Block::Placeholder(text) => {
            let text = text.trim();
            let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
            body.around(&run(&format!("[{inner}]"), Mark { open: true, ..Mark::default() }))
        }
        Block::List(items) => {
            let each = items.iter().enumerate().map(|(at, item)| {
                let last = at + 1 == items.len();
                let runs = run("- ", Mark::default()) + &runs(item);
                Paragraph { keep_next: keep_next && last, ..body }.around(&runs)
            });
            each.collect()
        }
        Block::Table(table) => framed(table, layout, page),
    }
}

fn framed(table: &Table, layout: &Layout, page: &Page) -> String {
    let sizes = if page.turned() { layout.annex_table } else { layout.table };
    table::xml(table, &table::forced(table, page.inside(), sizes), layout.table[0])
}

fn runs(inlines: &[Inline]) -> String {
    let each = inlines.iter().map(|inline| match inline {
        Inline::Text(text) => run(text, Mark::default()),
        Inline::Strong(text) => run(text, Mark { bold: true, ..Mark::default() }),
        Inline::Emphasis(text) => run(text, Mark { italic: true, ..Mark::default() }),
    });
    each.collect()
}

/// Documents as text, for the tests here and those of whole cases.
#[cfg(test)]
#[path = "../../../tests/suite/docx.rs"]
mod docx;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::document::{Cell, CellValue, Column, ColumnKind, Row, RowKind, Style};

    fn column(header: &[&str], kind: ColumnKind) -> Column {
        Column { header: header.iter().map(|&text| text.into()).collect(), kind, ..Column::default() }
    }

    fn row(kind: RowKind, cells: &[&str]) -> Row {
        let cell = |text: &&str| match (text.parse(), text.strip_suffix('%')) {
            (Ok(number), _) => Cell::number(number, 1),
            (_, Some(rate)) => Cell { value: CellValue::Percent(rate.parse().unwrap(), 1), ..Cell::default() },
            _ if text.is_empty() => Cell::default(),
            _ => Cell::text(*text),
        };
        Row { kind, cells: cells.iter().map(cell).collect() }
    }

    /// By unit: so many figures, the first two of them in a group.
    fn table(figures: usize) -> Table {
        let mut columns = vec![column(&["TT"], ColumnKind::Ordinal), column(&["Xã, thị trấn"], ColumnKind::Text)];
        columns.extend(["Số cuộc", "Lượt người"].map(|leaf| column(&["Đối thoại", leaf], ColumnKind::Number)));
        columns.extend((2..figures).map(|_| column(&["Diện tích đất hiến (m²)"], ColumnKind::Number)));
        let more = |cells: &[&'static str], figure: &'static str| {
            let mut cells = cells.to_vec();
            cells.resize(2 + figures, figure);
            cells
        };
        let rows = vec![
            row(RowKind::Group, &["", "Vùng cao"]),
            row(RowKind::Body, &more(&["1", "Xã Bảo Hà", "5", "1889"], "27900.5")),
            row(RowKind::Body, &["2", "Xã Kim Sơn", "chưa báo cáo"]),
            row(RowKind::Total, &more(&["", "Tổng số", "5", "1889"], "93.45%")),
        ];
        Table { columns, rows, notes: vec!["Chưa tính xã Kim Sơn.".into()], ..Table::default() }
    }

    fn document(style: Style, body: Vec<Block>) -> Document {
        let head = Head {
            style,
            parent: "HUYỆN ỦY BẢO YÊN".into(),
            agency: "BAN DÂN VẬN".into(),
            issuer: "Ban Dân vận Huyện ủy Bảo Yên".into(),
            number: "Số ….-BC/BDV".into(),
            place_and_date: "Bảo Yên, ngày … tháng 12 năm 2023".into(),
            kind: "BÁO CÁO".into(),
            subject: "tổng kết công tác dân vận năm 2023".into(),
        };
        let foot = Foot { recipients: vec!["Lưu: VT".into()], signer_title: "Trưởng ban".into() };
        Document {
            title: "Tổng kết công tác dân vận năm 2023".into(),
            created: "2023-12-20".parse().unwrap(),
            text: Text { head, body, foot, annex: vec![] },
            sheets: vec![],
            summary: Table::default(),
        }
    }

    /// The lines of the text's body, without head and foot.
    fn shown(body: Vec<Block>) -> String {
        let text = docx::shown(&bytes(&document(Style::Party, body)).unwrap());
        let lines = text.lines().skip_while(|line| !line.starts_with("¶ Subtitle")).skip(2);
        lines.take_while(|line| !line.starts_with("▦ bare")).map(|line| format!("{line}\n")).collect()
    }

    #[test]
    fn each_kind_of_block_has_its_look() {
        let body = vec![
            Block::Heading(1, "I- TÌNH HÌNH CHUNG".into()),
            Block::Heading(2, "1- Đối thoại".into()),
            Block::Heading(3, "a) Cấp xã".into()),
            Block::Placeholder("[Đơn vị bổ sung.]".into()),
            Block::Paragraph(vec![
                Inline::Text("Tổ chức ".into()),
                Inline::Strong("62 cuộc".into()),
                Inline::Emphasis(" (tăng 07)".into()),
            ]),
            Block::List(vec![vec![Inline::Text("xã Kim Sơn;".into())], vec![Inline::Text("xã Bảo Hà.".into())]]),
        ];
        let expected = "\
¶ Heading1  I- TÌNH HÌNH CHUNG
¶ Heading2  1- Đối thoại
¶ Heading3  a) Cấp xã
¶ BodyText  /«[Đơn vị bổ sung.]»/
¶ BodyText  Tổ chức *62 cuộc*/ (tăng 07)/
¶ BodyText  - xã Kim Sơn;
¶ BodyText + - xã Bảo Hà.
";
        assert_eq!(shown(body), expected);
    }

    #[test]
    fn a_table_has_grouped_headings_and_rows_that_stay_whole() {
        let titled = Table { title: "Theo đơn vị".into(), ..table(4) };
        let expected = "\
¶ Caption  Theo đơn vị
▦ 506 1978 1717 1717 1717 1717 = 9352
▤+ ↓ ^*TT*^ | ↓ ^*Xã, thị trấn*^ | →2 ^*Đối thoại*^ | ↓ ^*Diện tích đất hiến (m²)*^ | ↓ ^*Diện tích đất hiến (m²)*^
▤+ ↑ | ↑ | ^*Số cuộc*^ | ^*Lượt người*^ | ↑ | ↑
▭+ →6 *Vùng cao*
▭+ ^1^ | Xã Bảo Hà | >5 | >1.889 | >27.900,5 | >27.900,5
▭+ ^2^ | Xã Kim Sơn | →4 ^/chưa báo cáo/^
▭ →2 ^*Tổng số*^ | >*5* | >*1.889* | >*93,5* | >*93,5*
¶ Note  Chưa tính xã Kim Sơn.
";
        assert_eq!(shown(vec![Block::Table(titled)]), expected);
        // One group of all figures is not shown, an empty table says so.
        let nothing = Table { rows: vec![], notes: vec![], ..table(2) };
        let expected = "\
▦ 506 3455 2696 2696 = 9353
▤+ ^*TT*^ | ^*Xã, thị trấn*^ | ^*Số cuộc*^ | ^*Lượt người*^
▭  | Không có |  |
";
        assert_eq!(shown(vec![Block::Table(nothing)]), expected);
    }

    #[test]
    fn a_wide_table_goes_to_a_turned_annex() {
        let mut document = document(
            Style::State,
            vec![
                Block::Heading(2, "3. Hiến đất".into()),
                Block::Table(table(12)),
                Block::Heading(2, "4. Ngày công".into()),
                Block::Table(Table { title: "Theo quý".into(), ..table(13) }),
                Block::Table(table(3)),
            ],
        );
        document.text.annex =
            vec![Block::Heading(2, "Thuyết minh".into()), Block::Paragraph(vec![Inline::Text("Cách tính.".into())])];
        let text = docx::shown(&bytes(&document).unwrap());
        let lines: Vec<&str> = text
            .lines()
            .filter(|line| {
                ["§", "¶ Annex", "¶ Heading", "¶ BodyText", "▦ 5", "▦ 4"].iter().any(|is| line.starts_with(is))
            })
            .map(|line| line.split(" = ").next().unwrap_or(line))
            .collect();
        let of = "¶ AnnexOf  (Kèm theo Báo cáo số ….-BC/BDV ngày … tháng 12 năm 2023 của Ban Dân vận Huyện ủy Bảo Yên)";
        let upright = "§ 11906×16838 upright, margins 1134 850 1134 1701, from page 1, numbered but for the first";
        let turned = "§ 16838×11906 turned, margins 1417 1134 850 1134, from page 1, numbered but for the first";
        let widths: Vec<&&str> = lines.iter().filter(|line| line.starts_with('▦')).collect();
        assert_eq!(widths.len(), 3, "{text}");
        let others: Vec<&str> = lines.iter().copied().filter(|line| !line.starts_with('▦')).collect();
        assert_eq!(
            others,
            [
                "¶ Heading2  3. Hiến đất",
                "¶ BodyText  /(Chi tiết tại Phụ lục I)/",
                "¶ Heading2  4. Ngày công",
                "¶ BodyText  /(Theo quý: chi tiết tại Phụ lục II)/",
                upright,
                "¶ AnnexNumber  Phụ lục I",
                "¶ AnnexTitle  HIẾN ĐẤT",
                of,
                turned,
                "¶ AnnexNumber  Phụ lục II",
                "¶ AnnexTitle  NGÀY CÔNG",
                of,
                turned,
                "¶ AnnexNumber  Phụ lục III",
                "¶ AnnexTitle  THUYẾT MINH",
                of,
                "¶ BodyText  Cách tính.",
                upright,
            ]
        );
    }

    #[test]
    fn the_head_is_that_of_the_issuing_body() {
        let head = |style| {
            let text = docx::shown(&bytes(&document(style, vec![])).unwrap());
            let lines = text.lines().skip_while(|line| !line.starts_with('▦'));
            lines.take_while(|line| !line.starts_with("§")).map(|line| format!("{line}\n")).collect::<String>()
        };
        let party = "\
▦ bare 4818 4537 = 9355
▭
  1 ¶ Parent  HUYỆN ỦY BẢO YÊN
  1 ¶ Agency  BAN DÂN VẬN
  1 ¶ Parent  *
  2 ¶ Country  ĐẢNG CỘNG SẢN VIỆT NAM{15}
  2 ― rule, 100 from each side
▭
  1 ¶ Number  Số ….-BC/BDV
  2 ¶ Place  Bảo Yên, ngày … tháng 12 năm 2023
¶ Title  BÁO CÁO
¶ Subtitle  tổng kết công tác dân vận năm 2023
― rule, 3739 from each side
▦ bare 4677 4677 = 9354
▭
  1 ¶ RecipientLabel  Nơi nhận:
  1 ¶ Recipient  - Lưu: VT.
  2 ¶ Signer  TRƯỞNG BAN
  2 ¶ SignerName  /«[Họ và tên]»/
";
        assert_eq!(head(Style::Party), party);
        let state = head(Style::State);
        for line in [
            "  1 ― rule, 1264 from each side\n",
            "  2 ¶ Country  CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM{13}\n  2 ¶ Country  Độc lập - Tự do - Hạnh phúc{14}\n  2 ― rule, 1203 from each side\n",
        ] {
            assert!(state.contains(line), "{state}");
        }
        assert!(!state.contains("¶ Parent  *"));
    }

    #[test]
    fn texts_stay_what_they_are() {
        let long = "dài".repeat(400);
        let texts = [
            "=1+1",
            "<w:p></w:p>",
            "&amp; & &#x1; ]]> <!-- \"'",
            "**đậm** _nghiêng_ [x](y) # a | b",
            "{{ n }} {% if %}",
            "chuông\u{7}\u{0}\u{1b}\u{b}\u{ffff}\u{fffe}\u{7f}",
            "hai\r\ndòng\tcách\u{202e}",
            &long,
        ];
        let kept = |text: &str| {
            text.replace("\r\n", "\n")
                .replace('\t', " ")
                .replace(['\u{7}', '\0', '\u{1b}', '\u{b}', '\u{7f}', '\u{ffff}', '\u{fffe}'], "")
        };
        for text in texts {
            let mut table = table(4);
            table.title = text.into();
            table.notes = vec![text.into()];
            table.columns[1].header = vec![text.into()];
            table.columns[2].header = vec![text.into(), text.into()];
            table.rows[1].cells[1] = Cell::text(text);
            let inlines = [Inline::Text(text.into()), Inline::Strong(text.into()), Inline::Emphasis(text.into())];
            let mut document = document(
                Style::Party,
                vec![
                    Block::Heading(1, text.into()),
                    Block::Paragraph(inlines.to_vec()),
                    Block::Placeholder(text.into()),
                    Block::List(vec![inlines.to_vec()]),
                    Block::Table(table),
                ],
            );
            document.title = text.into();
            let Head { parent, agency, issuer, number, place_and_date, kind, subject, .. } = &mut document.text.head;
            for head in [parent, agency, issuer, number, place_and_date, kind, subject] {
                *head = text.into();
            }
            document.text.foot.recipients = vec![text.into(); 2];
            document.text.annex = vec![Block::Heading(2, text.into())];
            let bytes = bytes(&document).unwrap();
            let words = docx::words(&bytes);
            // 2 in the head's first cell, 2 in its second row, the title and its subject; …
            let said = words.matches(&kept(text)).count();
            assert!(said >= 20, "{text:?} is said {said} times:\n{words}");
            assert_eq!(words.matches(['\u{7}', '\0', '\u{1b}', '\u{ffff}']).count(), 0);
        }
    }

    #[test]
    fn a_table_fits_the_page_whatever_it_holds() {
        let room = Layout::of(Style::State).upright.inside();
        for figures in [2, 3, 5, 8, 20, 60] {
            let mut table = table(figures);
            table.rows.push(row(RowKind::Body, &["3", &"x".repeat(500), "12345678901234567890"]));
            let fit = table::forced(&table, room, &[12, 11, 8]);
            assert_eq!(fit.widths.len(), table.columns.len());
            assert!(fit.widths.iter().sum::<u32>() <= room, "{figures}: {fit:?}");
            assert!(fit.widths.iter().all(|width| *width > 0), "{figures}: {fit:?}");
        }
        assert_eq!(table::fit(&table(60), room, &[12, 11]), None);
        let none = Table::default();
        assert_eq!(table::forced(&none, room, &[12]).widths, Vec::<u32>::new());
    }

    #[test]
    fn a_text_is_about_as_wide_as_times_new_roman_makes_it() {
        // In twentieths of a point, from the font's own table.
        for (text, size, bold, truth) in [
            ("Độc lập - Tự do - Hạnh phúc", 14, true, 3_415),
            ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 13, true, 5_424),
            ("Thị trấn Phố Ràng", 12, false, 1_813),
            ("12.882,5", 12, false, 840),
        ] {
            let width = xml::width(text, size, bold);
            assert!(width >= truth * 99 / 100 && width <= truth * 108 / 100, "{text}: {width}, is {truth}");
        }
    }

    #[test]
    fn the_same_document_gives_the_same_bytes() {
        let document = document(Style::Party, vec![Block::Table(table(4))]);
        assert_eq!(bytes(&document).unwrap(), bytes(&document).unwrap());
    }
}
