//! XML, piece by piece, for the readers of formats that are made of it. No entities of the file's own, no endless depth, and a document that is cut short is an error.

use std::borrow::Cow;
use std::io::BufRead;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::base::diagnostic::Problem;
use crate::ingest::limits;

use super::{damaged, unreadable};

pub struct Xml<B> {
    reader: Reader<B>,
    buffer: Vec<u8>,
    depth: usize,
}

pub enum Piece<'a> {
    Open(Tag<'a>),
    /// With the name of the element, its prefix too.
    Close(Cow<'a, str>),
    /// A part of a text: references and sections of CDATA come apart.
    Text(Cow<'a, str>),
    End,
}

/// The tag that opens an element.
pub struct Tag<'a>(BytesStart<'a>);

impl<B: BufRead> Xml<B> {
    pub fn new(from: B) -> Self {
        let mut reader = Reader::from_reader(from);
        reader.config_mut().expand_empty_elements = true;
        Self { reader, buffer: Vec::new(), depth: 0 }
    }

    pub fn piece(&mut self) -> Result<Piece<'_>, Problem> {
        self.buffer.clear();
        match self.reader.read_event_into(&mut self.buffer).map_err(|_| damaged())? {
            Event::Start(tag) => {
                self.depth += 1;
                if self.depth > limits::XML_DEPTH {
                    return Err(limits::exceeded("các thẻ lồng nhau quá", limits::XML_DEPTH as u64, "lớp"));
                }
                Ok(Piece::Open(Tag(tag)))
            }
            Event::End(end) => {
                self.depth -= 1;
                Ok(Piece::Close(Cow::Owned(end.name().0.to_owned())))
            }
            Event::Text(text) => Ok(Piece::Text(text.xml10_content())),
            Event::CData(text) => Ok(Piece::Text(text.xml10_content())),
            Event::GeneralRef(reference) => Ok(Piece::Text(match reference.resolve_char_ref() {
                Ok(Some(c)) => Cow::Owned(c.into()),
                Ok(None) => Cow::Borrowed(match &*reference.into_inner() {
                    "lt" => "<",
                    "gt" => ">",
                    "amp" => "&",
                    "quot" => "\"",
                    "apos" => "'",
                    _ => return Err(damaged()),
                }),
                Err(_) => return Err(damaged()),
            })),
            Event::DocType(_) => Err(unreadable("tệp chứa khai báo XML không an toàn")),
            Event::Eof if self.depth > 0 => Err(damaged()),
            Event::Eof => Ok(Piece::End),
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => Ok(Piece::Text(Cow::Borrowed(""))),
        }
    }

    /// How many elements are open.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// Passes over all that stands in the element that was just opened.
    pub fn skip(&mut self) -> Result<(), Problem> {
        let outside = self.depth - 1;
        while self.depth > outside {
            self.piece()?;
        }
        Ok(())
    }
}

impl Tag<'_> {
    /// With its prefix.
    pub fn name(&self) -> &str {
        self.0.name().0
    }

    /// Names, with their prefixes, and values.
    pub fn attributes(&self) -> impl Iterator<Item = Result<(&str, Cow<'_, str>), Problem>> {
        let mut attributes = self.0.attributes();
        // Whether a name stands twice is not looked at: each would be compared with all others.
        attributes.with_checks(false);
        attributes.map(|attribute| {
            let attribute = attribute.map_err(|_| damaged())?;
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| damaged())?;
            Ok((attribute.key.0, value))
        })
    }
}

/// A name without its prefix.
pub fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(xml: &str) -> Result<String, String> {
        let mut xml = Xml::new(xml.as_bytes());
        let mut shown = String::new();
        loop {
            match xml.piece().map_err(|problem| problem.message())? {
                Piece::Open(tag) if tag.name() == "skip" => xml.skip().map_err(|problem| problem.message())?,
                Piece::Open(tag) => {
                    shown += &format!("<{}", tag.name());
                    for attribute in tag.attributes() {
                        let (name, value) = attribute.map_err(|problem| problem.message())?;
                        shown += &format!(" {name}={value}");
                    }
                    shown += ">";
                }
                Piece::Close(name) => shown += &format!("</{name}>"),
                Piece::Text(text) => shown += &text,
                Piece::End => return Ok(shown),
            }
        }
    }

    #[test]
    fn pieces_come_in_order_and_damage_is_said() {
        let xml =
            "<?xml version=\"1.0\"?><a:b x='&lt;1'><!-- -->t&amp;&#7841;<skip><c>u</c></skip><![CDATA[<]]><d/></a:b>";
        assert_eq!(shown(xml).unwrap(), "<a:b x=<1>t&ạ<<d></d></a:b>");
        assert_eq!(local("a:b"), "b");
        for damaged in
            ["<a>", "<a></b>", "<a>&nbsp;</a>", "<a>&#0;</a>", "<a b='&c;'/>", "<a b=></a>", "<skip><a>", "</a>"]
        {
            assert!(shown(damaged).unwrap_err().contains("hỏng"), "{damaged}");
        }
        assert!(shown("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>").unwrap_err().contains("không an toàn"));
        assert!(shown(&"<a>".repeat(limits::XML_DEPTH + 1)).unwrap_err().contains("lồng nhau"));
    }
}
