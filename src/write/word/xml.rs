//! Pieces of WordprocessingML: paragraphs and runs of text. The only place where a text becomes XML.

use std::fmt::Write as _;

use super::layout::{Align, Twips};

/// A stretch of text in one look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    pub bold: bool,
    pub italic: bool,
    /// What a person must still write: nobody is to sign over it.
    pub open: bool,
    /// In points, where it is not the style's.
    pub size: Option<u32>,
}

/// A paragraph of a style, and in what it differs from it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Paragraph {
    pub style: &'static str,
    pub align: Option<Align>,
    pub keep_next: bool,
}

impl Paragraph {
    pub fn new(style: &'static str) -> Self {
        Self { style, ..Self::default() }
    }

    /// Around runs that are XML already.
    pub fn around(self, runs: &str) -> String {
        let mut xml = format!("<w:p><w:pPr><w:pStyle w:val=\"{}\"/>", self.style);
        if self.keep_next {
            xml.push_str("<w:keepNext/>");
        }
        if let Some(align) = self.align {
            let _ = write!(xml, "<w:jc w:val=\"{}\"/>", align.word());
        }
        let _ = write!(xml, "</w:pPr>{runs}</w:p>");
        xml
    }

    pub fn of(self, text: &str) -> String {
        self.around(&run(text, Mark::default()))
    }
}

/// Text in one look; nothing for none. A line break stays one.
pub fn run(text: &str, mark: Mark) -> String {
    if text.is_empty() {
        return String::new();
    }
    let mut xml = String::from("<w:r>");
    let mut looks = String::new();
    for (on, tag) in [(mark.bold, "b"), (mark.italic || mark.open, "i")] {
        if on {
            let _ = write!(looks, "<w:{tag}/><w:{tag}Cs/>");
        }
    }
    if let Some(size) = mark.size {
        let _ = write!(looks, "<w:sz w:val=\"{0}\"/><w:szCs w:val=\"{0}\"/>", size * 2);
    }
    if mark.open {
        looks.push_str("<w:highlight w:val=\"yellow\"/>");
    }
    if !looks.is_empty() {
        let _ = write!(xml, "<w:rPr>{looks}</w:rPr>");
    }
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            xml.push_str("<w:br/>");
        }
        let _ = write!(xml, "<w:t xml:space=\"preserve\">{}</w:t>", escaped(line));
    }
    xml.push_str("</w:r>");
    xml
}

/// A text in which places in brackets are open: "[Địa danh], ngày …".
pub fn with_places(text: &str, mark: Mark) -> String {
    let mut xml = String::new();
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('[') {
        let Some((place, after)) = from.split_once(']') else { break };
        xml.push_str(&run(before, mark));
        xml.push_str(&run(&format!("[{place}]"), Mark { open: true, ..mark }));
        rest = after;
    }
    xml + &run(rest, mark)
}

/// A text as XML holds it; what XML cannot hold is left out.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            _ if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            _ => out.push(c),
        }
    }
    out
}

/// A horizontal rule of a length, in the middle of so much room.
pub fn rule(length: Twips, room: Twips) -> String {
    let side = room.saturating_sub(length) / 2;
    format!(
        "<w:p><w:pPr><w:pBdr><w:top w:val=\"single\" w:sz=\"6\" w:space=\"1\" w:color=\"auto\"/></w:pBdr>\
         <w:spacing w:before=\"40\" w:after=\"0\" w:line=\"80\" w:lineRule=\"exact\"/>\
         <w:ind w:left=\"{side}\" w:right=\"{side}\"/><w:rPr><w:sz w:val=\"8\"/></w:rPr></w:pPr></w:p>"
    )
}

/// The distance around a table, where a paragraph would touch it.
pub fn gap() -> String {
    spacer(160, "<w:keepNext/>", "")
}

/// The paragraph that ends a section, as low as can be.
pub fn section_end(section: &str) -> String {
    spacer(20, "", section)
}

fn spacer(height: Twips, keep: &str, section: &str) -> String {
    format!(
        "<w:p><w:pPr>{keep}<w:spacing w:before=\"0\" w:after=\"0\" w:line=\"{height}\" w:lineRule=\"exact\"/>\
         <w:rPr><w:sz w:val=\"2\"/></w:rPr>{section}</w:pPr></w:p>"
    )
}

/// How wide a text is, about, in Times New Roman: never less than it is by more than a hair.
pub fn width(text: &str, size: u32, bold: bool) -> Twips {
    let thousandths: u32 = text.chars().map(thousandth).sum();
    let bold = if bold { 106 } else { 100 };
    (thousandths * size / 50 * bold).div_ceil(100)
}

/// A letter's width in thousandths of its size.
fn thousandth(c: char) -> u32 {
    match c {
        'i' | 'j' | 'l' | 't' | '/' | ':' | ';' | '\\' => 278,
        ' ' | '.' | ',' | '|' | '\u{a0}' => 250,
        'f' | 'r' | 's' | '(' | ')' | '-' | '[' | ']' | '!' | 'I' => 340,
        'J' => 389,
        'a' | 'c' | 'e' | 'z' | '?' => 444,
        'm' => 778,
        'M' | 'W' | '%' => 910,
        'E' | 'L' | 'Z' | 'T' | 'B' | 'P' | 'R' | 'S' | 'F' => 640,
        'w' => 722,
        _ if c.is_uppercase() => 722,
        _ if ('\u{1100}'..'\u{e000}').contains(&c) && !('\u{1e00}'..'\u{2200}').contains(&c) => 1000,
        _ if c.is_ascii() || c.is_alphabetic() => 500,
        _ => 600,
    }
}
