//! A Word document as text: its styles that are used, its sections, paragraphs with their style and what in them differs
//! from it, tables row by row. Reads the XML itself, so that what is shown is what Word would find.
//!
//!     ¶ Heading1  I- TÌNH HÌNH CHUNG
//!     ¶ BodyText  Tổ chức *62 cuộc* /(tăng 07 cuộc)/ !«[Đơn vị bổ sung]»
//!     ▦ 480 2600 1200          a table, the widths of its columns in twentieths of a point; `bare` without lines
//!     ▤ ^TT^ | ^Số cuộc^       a row that repeats on each page; `▭` another one, `!` where it may be cut by the page's end
//!     § 11906×16838 …          the end of a section: its page and margins
//!
//! Within a line: `*bold*`, `/italic/`, `«marked»`, `↵` a line break; `^centred^`, `>right` in cells; `→2` a cell over two
//! columns, `↓` the first of a cell over several rows, `↑` the others; `+` a paragraph kept with the next one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;

/// An element, without the prefix of its name.
#[derive(Debug, Default)]
pub struct Element {
    pub name: String,
    pub attributes: BTreeMap<String, String>,
    pub children: Vec<Element>,
    pub text: String,
}

impl Element {
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    fn at(&self, path: &[&str]) -> Option<&Element> {
        path.iter().try_fold(self, |element, name| element.child(name))
    }

    fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }

    fn value(&self, path: &[&str]) -> &str {
        self.at(path).map_or("", |element| element.attribute("val"))
    }
}

/// The parts of a document, by name; each must be well-formed.
pub fn parts(bytes: &[u8]) -> BTreeMap<String, Element> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).expect("a document is a zip file");
    let names: Vec<String> = zip.file_names().map(|name| name.expect("names are in Unicode").into_owned()).collect();
    names
        .into_iter()
        .map(|name| {
            let mut xml = String::new();
            zip.by_name(&name).expect("it is there").read_to_string(&mut xml).expect("parts are UTF-8");
            let element = parsed(&xml);
            (name, element)
        })
        .collect()
}

fn parsed(xml: &str) -> Element {
    let mut reader = Reader::from_str(xml);
    let mut open = vec![Element::default()];
    loop {
        let event = reader.read_event().expect("the XML is well-formed");
        let closes = matches!(event, Event::Empty(_) | Event::End(_));
        match event {
            Event::Start(tag) | Event::Empty(tag) => {
                let local = |name: &str| name.rsplit(':').next().unwrap_or_default().to_owned();
                let attributes = tag.attributes().map(|attribute| {
                    let attribute = attribute.expect("attributes are well-formed");
                    (local(attribute.key.as_ref()), attribute.value.into_owned())
                });
                let attributes = attributes.collect();
                open.push(Element { name: local(tag.name().as_ref()), attributes, ..Element::default() });
            }
            Event::Text(text) => open.last_mut().expect("the root stays open").text.push_str(&text),
            Event::GeneralRef(name) => {
                let c = match &*name {
                    "amp" => '&',
                    "lt" => '<',
                    "gt" => '>',
                    "quot" => '"',
                    other => panic!("no entity {other} is written"),
                };
                open.last_mut().expect("the root stays open").text.push(c);
            }
            Event::Eof => break,
            _ => {}
        }
        if closes {
            let done = open.pop().expect("a tag was open");
            open.last_mut().expect("tags are balanced").children.push(done);
        }
    }
    assert_eq!(open.len(), 1, "every tag is closed");
    open.pop().and_then(|mut root| root.children.pop()).expect("there is an element")
}

/// The whole document as text.
pub fn shown(bytes: &[u8]) -> String {
    let parts = parts(bytes);
    let body = parts["word/document.xml"].child("body").expect("a document has a body");
    let mut lines = Vec::new();
    blocks(&body.children, "", &mut lines);

    let mut text = String::new();
    let core = &parts["docProps/core.xml"];
    for property in &core.children {
        writeln!(text, "{}: {}", property.name, property.text).expect("memory takes it");
    }
    let used: BTreeSet<&str> = lines.iter().filter_map(|line| line.split("¶ ").nth(1)?.split(' ').next()).collect();
    for style in parts["word/styles.xml"].children.iter().filter(|style| style.name == "style") {
        if used.contains(style.attribute("styleId")) {
            writeln!(text, "{}", look(style)).expect("memory takes it");
        }
    }
    text.push('\n');
    text + &lines.join("\n") + "\n"
}

/// "Heading1: 14 pt bold, both, first line 720, before 6, after 6, kept with the next"
fn look(style: &Element) -> String {
    let number = |path: &[&str], name: &str| {
        style.at(path).and_then(|element| element.attribute(name).parse::<u32>().ok()).unwrap_or(0)
    };
    let mut text = format!("{}: {} pt", style.attribute("styleId"), number(&["rPr", "sz"], "val") as f32 / 2.0);
    for (tag, word) in [("b", " bold"), ("i", " italic")] {
        if style.at(&["rPr", tag]).is_some() {
            text.push_str(word);
        }
    }
    write!(text, ", {}", style.value(&["pPr", "jc"])).expect("memory takes it");
    for (path, name, word, unit) in
        [("ind", "firstLine", "first line", 1), ("spacing", "before", "before", 20), ("spacing", "after", "after", 20)]
    {
        match number(&["pPr", path], name) / unit {
            0 => {}
            length => write!(text, ", {word} {length}").expect("memory takes it"),
        }
    }
    if number(&["pPr", "spacing"], "line") != 240 {
        write!(text, ", line {}", number(&["pPr", "spacing"], "line")).expect("memory takes it");
    }
    if style.at(&["pPr", "keepNext"]).is_some() {
        text.push_str(", kept with the next");
    }
    text
}

fn blocks(elements: &[Element], indent: &str, lines: &mut Vec<String>) {
    for element in elements {
        match element.name.as_str() {
            "p" => {
                if let Some(line) = paragraph(element) {
                    lines.push(format!("{indent}{line}"));
                }
                if let Some(section) = element.at(&["pPr", "sectPr"]) {
                    lines.push(page(section));
                }
            }
            "tbl" => table(element, lines),
            "sectPr" => lines.push(page(element)),
            other => lines.push(format!("{indent}? {other}")),
        }
    }
}

/// Nothing for one that only keeps a distance.
fn paragraph(element: &Element) -> Option<String> {
    if element.at(&["pPr", "pBdr"]).is_some() {
        let side = element.at(&["pPr", "ind"]).map_or("", |indent| indent.attribute("left"));
        return Some(format!("― rule, {side} from each side"));
    }
    let style = element.value(&["pPr", "pStyle"]);
    let text = runs(element);
    let keep = if element.at(&["pPr", "keepNext"]).is_some() { "+" } else { "" };
    let align = element.value(&["pPr", "jc"]);
    let align = if align.is_empty() { String::new() } else { format!(" ({align})") };
    (!style.is_empty()).then(|| format!("¶ {style} {keep}{align} {text}").trim_end().to_owned())
}

fn runs(paragraph: &Element) -> String {
    let mut text = String::new();
    for run in paragraph.children.iter().filter(|child| child.name == "r") {
        let has = |name: &str| run.at(&["rPr", name]).is_some();
        let mut inner = String::new();
        for child in &run.children {
            match child.name.as_str() {
                "t" => inner.push_str(&child.text),
                "br" => inner.push('↵'),
                "instrText" => write!(inner, "{{{}}}", child.text.trim()).expect("memory takes it"),
                _ => {}
            }
        }
        for (is, open, close) in [(has("highlight"), "«", "»"), (has("i"), "/", "/"), (has("b"), "*", "*")] {
            if is {
                inner = format!("{open}{inner}{close}");
            }
        }
        if let Some(size) = run.at(&["rPr", "sz"]) {
            let half: f32 = size.attribute("val").parse().expect("a size is a number");
            inner = format!("{inner}{{{}}}", half / 2.0);
        }
        text.push_str(&inner);
    }
    text
}

fn table(element: &Element, lines: &mut Vec<String>) {
    let framed = element.at(&["tblPr", "tblBorders"]).is_some();
    let widths: Vec<&str> = element
        .child("tblGrid")
        .map_or(Vec::new(), |grid| grid.children.iter().map(|column| column.attribute("w")).collect());
    let total: u32 = widths.iter().map(|width| width.parse::<u32>().expect("a width is a number")).sum();
    lines.push(format!("▦ {}{} = {total}", if framed { "" } else { "bare " }, widths.join(" ")));
    for row in element.children.iter().filter(|child| child.name == "tr") {
        let sign = if row.at(&["trPr", "tblHeader"]).is_some() { "▤" } else { "▭" };
        let cut = if row.at(&["trPr", "cantSplit"]).is_some() { "" } else { "!" };
        let cells = row.children.iter().filter(|child| child.name == "tc");
        if !framed {
            lines.push(format!("{sign}{cut}"));
            for (at, cell) in cells.enumerate() {
                blocks(&cell.children[1..], &format!("  {} ", at + 1), lines);
            }
            continue;
        }
        let mut kept = false;
        let cells: Vec<String> = cells
            .map(|cell| {
                let span = match cell.value(&["tcPr", "gridSpan"]) {
                    "" => String::new(),
                    columns => format!("→{columns} "),
                };
                let merge = match cell.at(&["tcPr", "vMerge"]).map(|merge| merge.attribute("val")) {
                    None => "",
                    Some("restart") => "↓ ",
                    Some(_) => "↑",
                };
                let paragraphs = cell.children.iter().filter(|child| child.name == "p").map(|paragraph| {
                    kept |= paragraph.at(&["pPr", "keepNext"]).is_some();
                    let text = runs(paragraph);
                    match paragraph.value(&["pPr", "jc"]) {
                        _ if text.is_empty() => text,
                        "center" => format!("^{text}^"),
                        "right" => format!(">{text}"),
                        _ => text,
                    }
                });
                format!("{span}{merge}{}", paragraphs.collect::<Vec<_>>().join("⏎"))
            })
            .collect();
        let keep = if kept { "+" } else { "" };
        lines.push(format!("{sign}{cut}{keep} {}", cells.join(" | ")).trim_end().to_owned());
    }
}

fn page(section: &Element) -> String {
    let of = |name: &str, attributes: &[&str]| {
        let element = section.child(name).expect("a section has its page");
        attributes.iter().map(|attribute| element.attribute(attribute)).collect::<Vec<_>>().join(" ")
    };
    format!(
        "§ {} {}, margins {}, from page {}{}{}",
        of("pgSz", &["w", "h"]).replace(' ', "×"),
        if of("pgSz", &["orient"]) == "landscape" { "turned" } else { "upright" },
        of("pgMar", &["top", "right", "bottom", "left"]),
        of("pgNumType", &["start"]),
        if section.child("headerReference").is_some() { ", numbered" } else { "" },
        if section.child("titlePg").is_some() { " but for the first" } else { "" },
    )
}

/// The words of a document, a line each paragraph or cell: what a reader sees.
pub fn words(bytes: &[u8]) -> String {
    fn under(element: &Element, text: &mut String) {
        match element.name.as_str() {
            "t" => text.push_str(&element.text),
            "br" => text.push('\n'),
            "tc" | "p" => {
                element.children.iter().for_each(|child| under(child, text));
                text.push('\n');
            }
            _ => element.children.iter().for_each(|child| under(child, text)),
        }
    }
    let mut text = String::new();
    under(&parts(bytes)["word/document.xml"], &mut text);
    text
}
