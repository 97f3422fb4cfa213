//! The little XML that workbooks are made of, strictly: a part's bytes as they are inflated → tags, attributes, texts.
//!
//! Whatever is not well-formed stops the reading: a tag that is passed over may be a cell. What stands whole in the window is read in place;
//! what does not yet says [`Stop::More`] and is read again from its beginning.

use std::io::Read;

use crate::base::diagnostic::Problem;
use crate::ingest::limits;

/// Why reading stopped.
#[derive(Debug)]
pub enum Stop {
    /// The window ends before the piece does.
    More,
    /// No well-formed XML, or not what a workbook's part is made of.
    Damaged,
    /// Legal perhaps, but nothing that this reader knows.
    Unknown,
    /// What the user is told.
    Refused(Box<Problem>),
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Stop::Refused(Box::new(problem))
    }
}

pub type Result<T> = std::result::Result<T, Stop>;

/// Bytes of the window onto a part. A part that is not much longer is held whole.
const WINDOW: usize = 256 << 10;

/// A part of a workbook, seen through a window that moves on as it is inflated.
pub struct Part<'a> {
    from: &'a mut dyn Read,
    size: u64,
    window: Vec<u8>,
    at: usize,
    end: usize,
    done: bool,
    /// The names of the open elements, one after another, and where each begins.
    names: Vec<u8>,
    starts: Vec<usize>,
}

/// What comes next in a part.
pub enum Event<'a> {
    Open {
        name: &'a [u8],
        attributes: Attributes<'a>,
        /// An element without content: nothing closes it.
        empty: bool,
    },
    Close,
    /// Text between tags, as it is written.
    Text(&'a [u8]),
    End,
}

impl<'a> Part<'a> {
    /// `window`: what another part's reading left behind; `size`: the part's, as far as is known.
    pub fn new(from: &'a mut dyn Read, mut window: Vec<u8>, size: u64) -> Result<Self> {
        let room = if size < 4 * WINDOW as u64 { size as usize + 1 } else { WINDOW };
        if window.len() < room {
            window.resize(room, 0);
        }
        let mut part = Self { from, size, window, at: 0, end: 0, done: false, names: Vec::new(), starts: Vec::new() };
        part.more()?;
        if part.rest().starts_with(b"\xef\xbb\xbf") {
            part.at = 3;
        }
        part.declaration()?;
        Ok(part)
    }

    /// What the part inflates to at most.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The window, for the next part.
    pub fn into_window(self) -> Vec<u8> {
        self.window
    }

    /// What is seen of the part and has not been read.
    pub fn rest(&self) -> &[u8] {
        &self.window[self.at..self.end]
    }

    pub fn pass(&mut self, bytes: usize) {
        self.at += bytes;
    }

    /// Elements that are open.
    pub fn depth(&self) -> usize {
        self.starts.len()
    }

    /// Moves the window on. What is not read after that is cut off.
    pub fn more(&mut self) -> Result<()> {
        if self.done {
            return Err(Stop::Damaged);
        }
        self.window.copy_within(self.at..self.end, 0);
        self.end -= self.at;
        self.at = 0;
        if self.end == self.window.len() {
            if self.end > limits::XML_PIECE_BYTES {
                let limit = limits::XML_PIECE_BYTES as u64 >> 20;
                return Err(limits::exceeded("một dòng hoặc một thẻ XML dài hơn", limit, "MB").into());
            }
            self.window.resize(2 * self.end, 0);
        }
        while self.end < self.window.len() {
            match self.from.read(&mut self.window[self.end..]) {
                Ok(0) => {
                    self.done = true;
                    break;
                }
                Ok(read) => self.end += read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                // Bytes that do not inflate, or not to the sum that they should.
                Err(_) => return Err(Stop::Damaged),
            }
        }
        Ok(())
    }

    /// Only UTF-8 is read here.
    fn declaration(&mut self) -> Result<()> {
        if !self.rest().starts_with(b"<") {
            return Err(if self.rest().trim_ascii_start().starts_with(b"<") { Stop::Damaged } else { Stop::Unknown });
        }
        if !self.rest().starts_with(b"<?xml") {
            return Ok(());
        }
        let rest = self.rest();
        let length = memchr::memmem::find(&rest[..rest.len().min(1 << 10)], b"?>").ok_or(Stop::Damaged)? + 2;
        let declaration = rest[..length].to_ascii_lowercase();
        if let Some(at) = memchr::memmem::find(&declaration, b"encoding") {
            let value = declaration[at + b"encoding".len()..].trim_ascii_start();
            let value = value.strip_prefix(b"=").unwrap_or_default().trim_ascii_start();
            if !matches!(value.split_first(), Some((b'"' | b'\'', value)) if value.starts_with(b"utf-8")) {
                return Err(Stop::Unknown);
            }
        }
        self.pass(length);
        Ok(())
    }

    /// The next tag or text; comments are none.
    pub fn event(&mut self) -> Result<Event<'_>> {
        let seen = loop {
            let mut scan = Scan::new(self.rest());
            match scan.event(self.done) {
                Err(Stop::More) => self.more()?,
                Err(stop) => return Err(stop),
                Ok(Seen::Passed) => {
                    // Instructions before the root are for others; within it, nothing of a workbook's is.
                    if !self.starts.is_empty() && scan.bytes[..scan.at].starts_with(b"<?") {
                        return Err(Stop::Damaged);
                    }
                    let passed = scan.at;
                    self.pass(passed);
                }
                Ok(seen) => break (seen, scan.at),
            }
        };
        let (seen, length) = seen;
        let piece = &self.window[self.at..self.at + length];
        self.at += length;
        Ok(match seen {
            Seen::End if self.starts.is_empty() => Event::End,
            Seen::End | Seen::Passed => return Err(Stop::Damaged),
            Seen::Text => Event::Text(piece),
            Seen::Open { name, empty } => {
                if !empty {
                    if self.starts.len() == limits::XML_DEPTH {
                        return Err(Stop::Damaged);
                    }
                    self.starts.push(self.names.len());
                    self.names.extend_from_slice(&piece[1..name]);
                }
                Event::Open { name: &piece[1..name], attributes: Attributes(Scan { bytes: piece, at: name }), empty }
            }
            Seen::Close { name } => {
                let start = self.starts.pop().ok_or(Stop::Damaged)?;
                if self.names[start..] != piece[2..name] {
                    return Err(Stop::Damaged);
                }
                self.names.truncate(start);
                Event::Close
            }
        })
    }
}

/// The attributes of a tag that is known to be whole.
pub struct Attributes<'a>(Scan<'a>);

impl<'a> Attributes<'a> {
    /// The next name and value, as they are written.
    pub fn next(&mut self) -> Result<Option<(&'a [u8], &'a [u8])>> {
        match self.0.attribute()? {
            Attribute::Is(name, value) => Ok(Some((name, value))),
            Attribute::End { .. } => Ok(None),
        }
    }
}

enum Seen {
    /// Up to where its name ends.
    Open {
        name: usize,
        empty: bool,
    },
    Close {
        name: usize,
    },
    Text,
    Passed,
    End,
}

#[derive(Debug, PartialEq)]
pub enum Attribute<'a> {
    Is(&'a [u8], &'a [u8]),
    End { empty: bool },
}

/// A place in the bytes of a window.
#[derive(Clone, Copy)]
pub struct Scan<'a> {
    bytes: &'a [u8],
    pub at: usize,
}

impl<'a> Scan<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    #[inline]
    pub fn byte(&self) -> Result<u8> {
        self.bytes.get(self.at).copied().ok_or(Stop::More)
    }

    pub fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    /// Passes what is expected, if it stands here.
    #[inline(always)]
    pub fn passes(&mut self, expected: &[u8]) -> Result<bool> {
        let rest = self.rest();
        if rest.starts_with(expected) {
            self.at += expected.len();
            return Ok(true);
        }
        if rest.len() < expected.len() && expected.starts_with(rest) { Err(Stop::More) } else { Ok(false) }
    }

    #[inline]
    fn blanks(&mut self) -> Result<u8> {
        loop {
            let byte = self.byte()?;
            if !is_blank(byte) {
                return Ok(byte);
            }
            self.at += 1;
        }
    }

    /// Goes on to the next tag: where only elements may stand, anything but blanks is damage.
    #[inline]
    pub fn tag(&mut self) -> Result<()> {
        loop {
            if self.blanks()? != b'<' {
                return Err(Stop::Damaged);
            }
            if !self.passes(b"<!--")? {
                return Ok(());
            }
            self.comment()?;
        }
    }

    fn comment(&mut self) -> Result<()> {
        self.at += memchr::memmem::find(self.rest(), b"-->").ok_or(Stop::More)? + 3;
        Ok(())
    }

    /// Passes a tag's beginning, if it opens an element of this name.
    #[inline(always)]
    pub fn opens(&mut self, name: &[u8]) -> Result<bool> {
        let rest = &self.rest()[1..];
        if !rest.starts_with(name) {
            return if rest.len() < name.len() && name.starts_with(rest) { Err(Stop::More) } else { Ok(false) };
        }
        match rest.get(name.len()).ok_or(Stop::More)? {
            byte if is_blank(*byte) || matches!(byte, b'>' | b'/') => {
                self.at += 1 + name.len();
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// Passes the end tag of an element of this name, if it stands here.
    #[inline(always)]
    pub fn closes(&mut self, name: &[u8]) -> Result<bool> {
        let start = self.at;
        if !(self.passes(b"</")? && self.passes(name)?) {
            self.at = start;
            return Ok(false);
        }
        if self.blanks()? != b'>' {
            return Err(Stop::Damaged);
        }
        self.at += 1;
        Ok(true)
    }

    /// The next attribute of a tag, or its end.
    #[inline]
    pub fn attribute(&mut self) -> Result<Attribute<'a>> {
        let apart = self.at;
        match self.blanks()? {
            b'>' => {
                self.at += 1;
                return Ok(Attribute::End { empty: false });
            }
            b'/' => {
                self.at += 1;
                if self.byte()? != b'>' {
                    return Err(Stop::Damaged);
                }
                self.at += 1;
                return Ok(Attribute::End { empty: true });
            }
            _ if self.at == apart => return Err(Stop::Damaged),
            _ => {}
        }
        let start = self.at;
        while is_name(self.byte()?) {
            self.at += 1;
        }
        let name = &self.bytes[start..self.at];
        if name.is_empty() || self.blanks()? != b'=' {
            return Err(Stop::Damaged);
        }
        self.at += 1;
        let quote = self.blanks()?;
        if !matches!(quote, b'"' | b'\'') {
            return Err(Stop::Damaged);
        }
        self.at += 1;
        Ok(Attribute::Is(name, self.quoted(quote)?))
    }

    /// The value of an attribute that begins just so, as ` r="`: the way that nearly all programs write.
    #[inline(always)]
    pub fn usual(&mut self, start: &[u8]) -> Result<Option<&'a [u8]>> {
        if self.passes(start)? { self.quoted(b'"').map(Some) } else { Ok(None) }
    }

    #[inline]
    fn quoted(&mut self, quote: u8) -> Result<&'a [u8]> {
        let start = self.at;
        loop {
            match self.byte()? {
                byte if byte == quote => break,
                b'<' => return Err(Stop::Damaged),
                _ => self.at += 1,
            }
        }
        let value = &self.bytes[start..self.at];
        short(value)?;
        self.at += 1;
        Ok(value)
    }

    /// Passes the rest of a tag; whether it was an element without content.
    pub fn attributes(&mut self) -> Result<bool> {
        loop {
            if let Attribute::End { empty } = self.attribute()? {
                return Ok(empty);
            }
        }
    }

    /// The bytes up to the next tag.
    #[inline]
    pub fn run(&mut self) -> Result<&'a [u8]> {
        let length = memchr::memchr(b'<', self.rest()).ok_or(Stop::More)?;
        let run = &self.rest()[..length];
        short(run)?;
        self.at += length;
        Ok(run)
    }

    /// Adds the text up to the end of the element of this name, which holds nothing else.
    pub fn text(&mut self, name: &[u8], to: &mut String) -> Result<()> {
        loop {
            decode(self.run()?, to)?;
            if self.closes(name)? {
                return Ok(());
            }
            if self.passes(b"<!--")? {
                self.comment()?;
            } else if self.passes(b"<![CDATA[")? {
                let length = memchr::memmem::find(self.rest(), b"]]>").ok_or(Stop::More)?;
                short(&self.rest()[..length])?;
                add(&self.rest()[..length], to)?;
                self.at += length + 3;
            } else {
                return Err(Stop::Damaged);
            }
        }
    }

    /// Passes all up to the end of an open element, whatever it holds.
    pub fn element(&mut self, name: &[u8]) -> Result<()> {
        let mut open: Vec<&[u8]> = vec![name];
        while let Some(last) = open.last() {
            self.run()?;
            if self.closes(last)? {
                open.pop();
                continue;
            }
            let start = self.at;
            match self.event(false)? {
                Seen::Open { name, empty } => {
                    if !empty {
                        if open.len() == limits::XML_DEPTH {
                            return Err(Stop::Damaged);
                        }
                        open.push(&self.bytes[start + 1..start + name]);
                    }
                }
                Seen::Passed | Seen::Text => {}
                Seen::Close { .. } | Seen::End => return Err(Stop::Damaged),
            }
        }
        Ok(())
    }

    /// Passes the next tag, text, comment or instruction. `done`: nothing follows these bytes.
    fn event(&mut self, done: bool) -> Result<Seen> {
        let start = self.at;
        let Some(first) = self.bytes.get(start) else {
            return if done { Ok(Seen::End) } else { Err(Stop::More) };
        };
        if *first != b'<' {
            if done && memchr::memchr(b'<', self.rest()).is_none() {
                self.at = self.bytes.len();
            } else {
                self.run()?;
            }
            return Ok(Seen::Text);
        }
        if self.passes(b"<!--")? {
            self.comment()?;
            return Ok(Seen::Passed);
        }
        if self.passes(b"<?")? {
            self.at += memchr::memmem::find(self.rest(), b"?>").ok_or(Stop::More)? + 2;
            return Ok(Seen::Passed);
        }
        if self.passes(b"<![CDATA[")? {
            self.at += memchr::memmem::find(self.rest(), b"]]>").ok_or(Stop::More)? + 3;
            return Ok(Seen::Text);
        }
        if self.passes(b"<!DOCTYPE")? || self.passes(b"<!ENTITY")? {
            return Err(Problem::FileUnreadable { reason: "tệp chứa khai báo XML không an toàn".into() }.into());
        }
        self.at += 1;
        let close = self.byte()? == b'/';
        if close {
            self.at += 1;
        }
        let from = self.at;
        while is_name(self.byte()?) {
            self.at += 1;
        }
        if self.at == from {
            return Err(Stop::Damaged);
        }
        let name = self.at - start;
        if close {
            if self.blanks()? != b'>' {
                return Err(Stop::Damaged);
            }
            self.at += 1;
            return Ok(Seen::Close { name });
        }
        let empty = self.attributes()?;
        Ok(Seen::Open { name, empty })
    }
}

/// No text, and no attribute, is endless.
#[inline]
fn short(run: &[u8]) -> Result<()> {
    if run.len() <= limits::XML_RUN_BYTES {
        return Ok(());
    }
    Err(limits::exceeded("một ô hoặc một thẻ XML dài hơn", limits::XML_RUN_BYTES as u64 >> 20, "MB").into())
}

#[inline]
pub fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

pub fn is_blank_text(text: &[u8]) -> bool {
    text.iter().all(|byte| is_blank(*byte))
}

#[inline]
fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'-' | b'.') || byte >= 0x80
}

/// Whether an attribute may stand on any element: one of another namespace's, and the namespaces themselves.
pub fn is_foreign(name: &[u8]) -> bool {
    name.contains(&b':') || name == b"xmlns"
}

/// An attribute's truth, as XML Schema writes it.
pub fn truth(value: &[u8]) -> Result<bool> {
    match value {
        b"1" | b"true" => Ok(true),
        b"0" | b"false" => Ok(false),
        _ => Err(Stop::Damaged),
    }
}

/// A whole number made of digits only.
pub fn whole(digits: &[u8]) -> Result<u64> {
    if digits.is_empty() || digits.len() > 18 || !digits.iter().all(u8::is_ascii_digit) {
        return Err(Stop::Damaged);
    }
    Ok(digits.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}

/// What an attribute's value says.
pub fn decoded(value: &[u8]) -> Result<String> {
    let mut text = String::new();
    decode(value, &mut text)?;
    Ok(text)
}

/// Adds a text as it is meant: entities, and ends of lines as XML has them.
fn decode(mut raw: &[u8], to: &mut String) -> Result<()> {
    while let Some(at) = memchr::memchr(b'&', raw) {
        add(&raw[..at], to)?;
        let length = memchr::memchr(b';', &raw[at..raw.len().min(at + 12)]).ok_or(Stop::Damaged)?;
        to.push(entity(&raw[at + 1..at + length])?);
        raw = &raw[at + length + 1..];
    }
    add(raw, to)
}

fn add(raw: &[u8], to: &mut String) -> Result<()> {
    let text = str::from_utf8(raw).map_err(|_| Stop::Damaged)?;
    if memchr::memchr(b'\r', raw).is_none() {
        to.push_str(text);
    } else {
        to.push_str(&text.replace("\r\n", "\n").replace('\r', "\n"));
    }
    Ok(())
}

fn entity(name: &[u8]) -> Result<char> {
    let number = |digits: &[u8], base| {
        let digits = str::from_utf8(digits).ok().filter(|digits| !digits.starts_with('+'));
        let code = digits.and_then(|digits| u32::from_str_radix(digits, base).ok());
        code.filter(|code| *code != 0).and_then(char::from_u32).ok_or(Stop::Damaged)
    };
    match name {
        b"lt" => Ok('<'),
        b"gt" => Ok('>'),
        b"amp" => Ok('&'),
        b"quot" => Ok('"'),
        b"apos" => Ok('\''),
        [b'#', b'x', digits @ ..] => number(digits, 16),
        [b'#', digits @ ..] => number(digits, 10),
        _ => Err(Stop::Damaged),
    }
}
