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

use crate::report::document::{Block, Document, Foot, Head, Inline, Table, Text};

use layout::{Layout, Page};
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
        ("word/settings.xml", word("settings", "<w:defaultTabStop w:val=\"720\"/><w:themeFontLang w:val=\"vi-VN\"/>")),
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
         <dc:title>{}</dc:title><dc:language>vi-VN</dc:language>\
         <dcterms:created xsi:type=\"dcterms:W3CDTF\">{day}</dcterms:created>\
         <dcterms:modified xsi:type=\"dcterms:W3CDTF\">{day}</dcterms:modified></cp:coreProperties>",
        escaped(&document.title)
    )
}

// ------------------------------------------------------------------------------------------------------ the sections

/// The document's body, its sections one after another.
fn body(text: &Text, layout: &Layout) -> String {
    let wide = |block: &Block| matches!(block, Block::Table(table) if table::fit(table, layout.upright.inside(), layout.table).is_none());
    let annexes = text.body.iter().filter(|block| wide(block)).count() + usize::from(!text.annex.is_empty());
    let number = |at: usize| if annexes > 1 { format!("Phụ lục {}", roman(at)) } else { "Phụ lục".to_owned() };

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

fn roman(number: usize) -> String {
    let mut left = number;
    let mut text = String::new();
    for (value, letters) in [(50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")] {
        while left >= value {
            text.push_str(letters);
            left -= value;
        }
    }
    text
}

// ------------------------------------------------------------------------------------------------------ head and foot

fn head(head: &Head, layout: &Layout) -> String {
    let room = layout.upright.inside();
    let line = |style, text: &str| Paragraph::new(style).around(&with_places(text.trim(), Mark::default()));
    let country_width = layout.country.iter().map(|(text, size)| width(text, *size, true)).max().unwrap_or(0);
    let widths = [room - country_width - 200, country_width + 200];

    let mut agency = String::new();
    if !head.parent.trim().is_empty() {
        agency += &line("Parent", &head.parent);
    }
    agency += &line("Agency", &head.agency);
    agency += &match layout.below_agency {
        Some(text) => line("Parent", text),
        None => rule(width(&head.agency, layout.agency, true).min(widths[0]) / 2, widths[0]),
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

/// "1- Đối thoại" → "Đối thoại"
fn unnumbered(heading: &str) -> &str {
    let numbered = |c: char| c.is_ascii_digit() || matches!(c, 'I' | 'V' | 'X' | 'L' | '.' | ')' | '-');
    match heading.trim().split_once(' ') {
        Some((number, rest)) if number.ends_with(['.', '-', ')']) && number.chars().all(numbered) => rest.trim(),
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
            items.iter().map(|item| body.around(&(run("- ", Mark::default()) + &runs(item)))).collect()
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
