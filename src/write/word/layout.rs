//! The rules of layout as data: Nghị định 30/2020/NĐ-CP for state bodies, the Party's guide for party bodies. What a new
//! decree changes is changed here. Takes the document's [`Style`], gives its [`Layout`] and the styles made from it.

use std::fmt::Write as _;

use crate::report::document::Style;

/// Twentieths of a point, the measure of Word.
pub type Twips = u32;

pub const FONT: &str = "Times New Roman";
/// Word's own twelve-point line is 240.
const SINGLE: u32 = 240;

const fn mm(length: u32) -> Twips {
    length * 567 / 10
}

const fn pt(points: u32) -> Twips {
    points * 20
}

/// A page: A4, upright or turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    pub width: Twips,
    pub height: Twips,
    pub top: Twips,
    pub right: Twips,
    pub bottom: Twips,
    pub left: Twips,
}

impl Page {
    /// Between the margins.
    pub const fn inside(&self) -> Twips {
        self.width - self.left - self.right
    }

    pub const fn turned(&self) -> bool {
        self.width > self.height
    }
}

/// What the two regimes set differently; sizes in points.
#[derive(Debug)]
pub struct Layout {
    pub upright: Page,
    pub turned: Page,
    /// The lines on the head's right, with a rule below the last.
    pub country: &'static [(&'static str, u32)],
    /// Below the issuing body: this text, or a rule.
    pub below_agency: Option<&'static str>,
    pub parent: u32,
    pub agency: u32,
    pub number: u32,
    pub place: u32,
    pub kind: u32,
    pub subject: u32,
    pub body: u32,
    pub page_number: u32,
    pub recipients_label: u32,
    pub recipients: u32,
    /// Of tables: the first at which all columns find room is taken; the last stays legible and no more.
    pub table: &'static [u32],
    pub annex_table: &'static [u32],
    pub note: u32,
}

const UPRIGHT: Page = Page { width: 11_906, height: 16_838, top: mm(20), right: mm(15), bottom: mm(20), left: mm(30) };
const TURNED: Page = Page { width: 16_838, height: 11_906, top: mm(25), right: mm(20), bottom: mm(15), left: mm(20) };

/// Phụ lục I of Nghị định 30/2020/NĐ-CP.
const STATE: Layout = Layout {
    upright: UPRIGHT,
    turned: TURNED,
    country: &[("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 13), ("Độc lập - Tự do - Hạnh phúc", 14)],
    below_agency: None,
    parent: 13,
    agency: 13,
    number: 13,
    place: 14,
    kind: 14,
    subject: 14,
    body: 14,
    page_number: 14,
    recipients_label: 12,
    recipients: 11,
    table: &[12, 11],
    annex_table: &[12, 11, 10, 9, 8],
    note: 11,
};

/// Hướng dẫn 36-HD/VPTW of 2018, still followed under Quy định 399-QĐ/TW of 2026.
const PARTY: Layout = Layout {
    country: &[("ĐẢNG CỘNG SẢN VIỆT NAM", 15)],
    below_agency: Some("*"),
    parent: 14,
    agency: 14,
    number: 14,
    place: 14,
    kind: 16,
    subject: 15,
    ..STATE
};

impl Layout {
    pub fn of(style: Style) -> &'static Layout {
        match style {
            Style::Party => &PARTY,
            Style::State => &STATE,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Center,
    Right,
    Justified,
}

impl Align {
    pub fn word(self) -> &'static str {
        match self {
            Align::Left => "left",
            Align::Center => "center",
            Align::Right => "right",
            Align::Justified => "both",
        }
    }
}

/// How a paragraph looks: a style of the document, so that an officer changes all of a kind in one place.
#[derive(Clone, Copy)]
struct Look {
    id: &'static str,
    /// Word shows its own names in the reader's language.
    name: &'static str,
    size: u32,
    bold: bool,
    italic: bool,
    align: Align,
    first_line: Twips,
    before: u32,
    after: u32,
    line: u32,
    keep_next: bool,
    outline: Option<u32>,
}

/// The first line's indent of a paragraph of the text: 1,27 cm.
const INDENT: Twips = 720;

fn looks(layout: &Layout) -> Vec<Look> {
    let plain = Look {
        id: "Normal",
        name: "Normal",
        size: layout.body,
        bold: false,
        italic: false,
        align: Align::Left,
        first_line: 0,
        before: 0,
        after: 0,
        line: SINGLE,
        keep_next: false,
        outline: None,
    };
    let body = Look {
        id: "BodyText",
        name: "Body Text",
        align: Align::Justified,
        first_line: INDENT,
        after: 6,
        line: 276,
        ..plain
    };
    let heading = Look { bold: true, before: 6, keep_next: true, ..body };
    let centred = Look { align: Align::Center, ..plain };
    let recipient = Look { id: "Recipient", name: "Nơi nhận", size: layout.recipients, ..plain };
    vec![
        plain,
        body,
        Look { id: "Heading1", name: "heading 1", outline: Some(0), ..heading },
        Look { id: "Heading2", name: "heading 2", outline: Some(1), ..heading },
        Look { id: "Heading3", name: "heading 3", outline: Some(2), italic: true, ..heading },
        Look { id: "Title", name: "Title", size: layout.kind, bold: true, before: 18, keep_next: true, ..centred },
        Look { id: "Subtitle", name: "Subtitle", size: layout.subject, bold: true, keep_next: true, ..centred },
        Look { id: "Parent", name: "Cơ quan cấp trên", size: layout.parent, ..centred },
        Look { id: "Agency", name: "Cơ quan ban hành", size: layout.agency, bold: true, ..centred },
        Look { id: "Country", name: "Tiêu đề", size: layout.body, bold: true, ..centred },
        Look { id: "Number", name: "Số văn bản", size: layout.number, before: 6, ..centred },
        Look { id: "Place", name: "Địa danh, ngày tháng", size: layout.place, italic: true, before: 6, ..centred },
        Look { id: "Caption", name: "caption", size: 13, bold: true, before: 6, after: 4, keep_next: true, ..centred },
        Look { id: "Cell", name: "Ô bảng", size: layout.table[0], before: 2, after: 2, ..plain },
        Look {
            id: "Note",
            name: "Ghi chú bảng",
            size: layout.note,
            italic: true,
            after: 3,
            align: Align::Justified,
            ..plain
        },
        recipient,
        Look {
            id: "RecipientLabel",
            name: "Nơi nhận (nhãn)",
            size: layout.recipients_label,
            bold: true,
            italic: true,
            ..recipient
        },
        Look { id: "Signer", name: "Chức vụ người ký", bold: true, ..centred },
        Look { id: "SignerName", name: "Họ tên người ký", bold: true, before: 72, ..centred },
        Look { id: "AnnexNumber", name: "Phụ lục", bold: true, keep_next: true, ..centred },
        Look { id: "AnnexTitle", name: "Tên phụ lục", bold: true, keep_next: true, outline: Some(0), ..centred },
        Look { id: "AnnexOf", name: "Kèm theo", italic: true, after: 6, keep_next: true, ..centred },
        Look { id: "Header", name: "header", size: layout.page_number, ..centred },
    ]
}

/// `word/styles.xml`
pub fn styles(layout: &Layout) -> String {
    let mut xml = format!(
        "<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"{FONT}\" w:hAnsi=\"{FONT}\" w:eastAsia=\"{FONT}\" w:cs=\"{FONT}\"/>\
         <w:sz w:val=\"{0}\"/><w:szCs w:val=\"{0}\"/><w:lang w:val=\"vi-VN\" w:eastAsia=\"vi-VN\" w:bidi=\"ar-SA\"/>\
         </w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>",
        layout.body * 2
    );
    for look in looks(layout) {
        let default = look.id == "Normal";
        let _ = write!(
            xml,
            "<w:style w:type=\"paragraph\"{} w:styleId=\"{}\"><w:name w:val=\"{}\"/>",
            if default { " w:default=\"1\"" } else { "" },
            look.id,
            look.name
        );
        if !default {
            xml.push_str("<w:basedOn w:val=\"Normal\"/>");
        }
        xml.push_str("<w:qFormat/><w:pPr>");
        if look.keep_next {
            xml.push_str("<w:keepNext/><w:keepLines/>");
        }
        let _ = write!(
            xml,
            "<w:spacing w:before=\"{}\" w:after=\"{}\" w:line=\"{}\" w:lineRule=\"auto\"/>",
            pt(look.before),
            pt(look.after),
            look.line
        );
        if look.first_line > 0 {
            let _ = write!(xml, "<w:ind w:firstLine=\"{}\"/>", look.first_line);
        }
        let _ = write!(xml, "<w:jc w:val=\"{}\"/>", look.align.word());
        if let Some(level) = look.outline {
            let _ = write!(xml, "<w:outlineLvl w:val=\"{level}\"/>");
        }
        xml.push_str("</w:pPr><w:rPr>");
        for (on, tag) in [(look.bold, "b"), (look.italic, "i")] {
            if on {
                let _ = write!(xml, "<w:{tag}/><w:{tag}Cs/>");
            }
        }
        let _ = write!(xml, "<w:sz w:val=\"{0}\"/><w:szCs w:val=\"{0}\"/></w:rPr></w:style>", look.size * 2);
    }
    xml
}
