//! Texts of a workbook: shared strings, texts in cells, runs of rich text → each text once, in NFC.

use std::collections::HashSet;
use std::sync::Arc;

use crate::base::fold;
use crate::ingest::limits;

use super::xml::{self, Attribute, Part, Result, Scan, Stop};

/// The workbook's shared strings by their number; a blank one is no text.
pub fn shared(part: &mut Part) -> Result<Vec<Option<Arc<str>>>> {
    if part.size() > limits::SHARED_STRINGS_BYTES {
        let limit = limits::SHARED_STRINGS_BYTES >> 20;
        return Err(limits::exceeded("bảng chữ dùng chung lớn hơn", limit, "MB").into());
    }
    let empty = super::open(part, b"sst", |name, value| {
        let counts = name == b"uniqueCount" && !value.is_empty();
        // A number of too many digits is too many as well.
        if counts && xml::whole(value).unwrap_or(u64::MAX) > limits::SHARED_STRINGS { Err(too_many()) } else { Ok(()) }
    })?;
    if empty {
        super::close(part, &[])?;
        return Ok(Vec::new());
    }
    let mut strings = Vec::new();
    let mut text = String::new();
    loop {
        text.clear();
        let mut scan = Scan::new(part.rest());
        match next(&mut scan, &mut text) {
            Ok(Some(())) => {
                let length = scan.at;
                part.pass(length);
                if strings.len() as u64 == limits::SHARED_STRINGS {
                    return Err(too_many());
                }
                strings.push(kept(&text));
            }
            Ok(None) => break,
            Err(Stop::More) => part.more()?,
            Err(stop) => return Err(stop),
        }
    }
    super::close(part, &[b"extLst"])?;
    Ok(strings)
}

/// The next shared string, if another element than theirs does not come first.
fn next(scan: &mut Scan, text: &mut String) -> Result<Option<()>> {
    scan.tag()?;
    if !scan.opens(b"si")? {
        return Ok(None);
    }
    if !scan.attributes()? {
        rich(scan, b"si", text)?;
    }
    Ok(Some(()))
}

fn too_many() -> Stop {
    limits::exceeded("bảng chữ dùng chung ghi quá", limits::SHARED_STRINGS, "mục").into()
}

/// The text of an open `si` or `is`: its own, or that of its runs; how it is spoken (`rPh`) is not part of it.
pub fn rich(scan: &mut Scan, name: &[u8], text: &mut String) -> Result<()> {
    loop {
        scan.tag()?;
        if scan.opens(b"t")? {
            plain(scan, text)?;
        } else if scan.opens(b"r")? {
            if !scan.attributes()? {
                runs(scan, text)?;
            }
        } else if scan.closes(name)? {
            return Ok(());
        } else {
            aside(scan, &[b"rPh", b"phoneticPr", b"extLst"])?;
        }
    }
}

/// An open run of rich text.
fn runs(scan: &mut Scan, text: &mut String) -> Result<()> {
    loop {
        scan.tag()?;
        if scan.opens(b"t")? {
            plain(scan, text)?;
        } else if scan.closes(b"r")? {
            return Ok(());
        } else {
            aside(scan, &[b"rPr", b"extLst"])?;
        }
    }
}

/// Passes an element that says nothing about the text.
fn aside(scan: &mut Scan, known: &[&[u8]]) -> Result<()> {
    for name in known {
        if scan.opens(name)? {
            return if scan.attributes()? { Ok(()) } else { scan.element(name) };
        }
    }
    Err(Stop::Damaged)
}

/// The text of a `t`, after its name. Blanks around it count only where it says so.
fn plain(scan: &mut Scan, to: &mut String) -> Result<()> {
    let mut preserved = false;
    loop {
        match scan.attribute()? {
            Attribute::Is(b"xml:space", value) => preserved = value == b"preserve",
            Attribute::Is(name, _) if xml::is_foreign(name) => {}
            Attribute::Is(..) => return Err(Stop::Damaged),
            Attribute::End { empty: true } => return Ok(()),
            Attribute::End { empty: false } => break,
        }
    }
    let start = to.len();
    scan.text(b"t", to)?;
    if !preserved {
        let blanks = [' ', '\t', '\r', '\n'];
        to.truncate(start + to[start..].trim_end_matches(blanks).len());
        let before = to[start..].len() - to[start..].trim_start_matches(blanks).len();
        if before > 0 {
            to.drain(start..start + before);
        }
    }
    unescape(to, start);
    Ok(())
}

/// Excel writes characters that XML cannot hold as `_x000D_`: four digits of UTF-16.
pub fn unescape(text: &mut String, start: usize) {
    if memchr::memchr(b'_', &text.as_bytes()[start..]).is_none() {
        return;
    }
    let escaped = text.split_off(start);
    let mut rest = escaped.as_str();
    while let Some(at) = rest.find("_x") {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some(unit) = escape(rest) else {
            text.push('_');
            rest = &rest[1..];
            continue;
        };
        rest = &rest[ESCAPE..];
        let low = escape(rest).filter(|low| (0xd800..0xdc00).contains(&unit) && (0xdc00..0xe000).contains(low));
        if low.is_some() {
            rest = &rest[ESCAPE..];
        }
        text.extend(
            char::decode_utf16([unit].into_iter().chain(low)).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)),
        );
    }
    text.push_str(rest);
}

/// Bytes of `_x000D_`.
const ESCAPE: usize = 7;

fn escape(text: &str) -> Option<u16> {
    match text.as_bytes() {
        [b'_', b'x', digits @ .., b'_'] if digits.len() == 4 && digits.iter().all(u8::is_ascii_hexdigit) => {
            u16::from_str_radix(&text[2..6], 16).ok()
        }
        bytes if bytes.len() > ESCAPE && text.is_char_boundary(ESCAPE) => escape(&text[..ESCAPE]),
        _ => None,
    }
}

/// The texts of a workbook's cells that are not shared, each once.
#[derive(Default)]
pub struct Texts(HashSet<Arc<str>>);

impl Texts {
    pub fn keep(&mut self, text: &str) -> Option<Arc<str>> {
        if let Some(known) = self.0.get(text) {
            return Some(known.clone());
        }
        let kept = kept(text)?;
        if let Some(known) = self.0.get(&kept) {
            return Some(known.clone());
        }
        self.0.insert(kept.clone());
        Some(kept)
    }
}

/// A text in NFC; blanks are none.
pub fn kept(text: &str) -> Option<Arc<str>> {
    if text.chars().all(|c| c.is_whitespace() || c == '\u{feff}') {
        return None;
    }
    Some(if is_composed(text) { text.into() } else { fold::nfc(text).into() })
}

/// Whether a text is in NFC as its letters alone tell: those of Latin, and those that Vietnamese has above them.
fn is_composed(text: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let plain = match byte {
            0..0x80 => true,
            // Up to U+02FF.
            0xc2..=0xcb => bytes.next().is_some(),
            // U+1E00 to U+1EFF.
            0xe1 => matches!(bytes.next(), Some(0xb8..=0xbb)) && bytes.next().is_some(),
            _ => false,
        };
        if !plain {
            return false;
        }
    }
    true
}
