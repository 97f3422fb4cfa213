//! Text with separators → rows of cells.
//!
//! Takes a file's bytes; finds out their encoding and separator; gives texts in NFC with the row numbers that a spreadsheet shows.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{self, Read};

use ::csv::{ByteRecord, ReaderBuilder};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, WINDOWS_1258};

use crate::base::diagnostic::Problem;
use crate::base::fold::nfc;
use crate::base::legacy;
use crate::ingest::limits;

/// A whole file as text. For big files [`for_each_row`] holds one row at a time.
#[derive(Debug)]
pub struct CsvText {
    /// A blank line is an empty row, so that rows keep their numbers.
    pub rows: Vec<Vec<String>>,
    pub decoded: Decoded,
}

/// How the bytes were turned into text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// "UTF-8", "UTF-16", "windows-1258"; "windows-1252" for what was typed in TCVN3 or VNI fonts.
    pub encoding: &'static str,
    /// Some bytes meant nothing and became U+FFFD.
    pub lossy: bool,
}

/// All rows at once.
pub fn decode(bytes: &[u8]) -> Result<CsvText, Problem> {
    let mut rows = Vec::new();
    let mut filled = 0;
    let decoded = for_each_row(bytes, |row, cells| {
        filled += cells.iter().filter(|cell| !cell.is_empty()).count();
        if filled > limits::FILLED_CELLS {
            return Err(limits::exceeded("quá", limits::FILLED_CELLS as u64, "ô có nội dung"));
        }
        rows.resize(row as usize, Vec::new());
        rows.push(cells.iter().map(|&cell| cell.to_owned()).collect());
        Ok(())
    })?;
    Ok(CsvText { rows, decoded })
}

/// Calls with each row that is not blank and its zero-based number, until an error.
pub fn for_each_row(
    bytes: &[u8],
    mut each: impl FnMut(u32, &[&str]) -> Result<(), Problem>,
) -> Result<Decoded, Problem> {
    let Text { text, decoded } = text(bytes)?;
    let (separator, text) = separator(&text);
    let until = Cell::new(0);
    let mut reader = builder(separator).from_reader(Bounded { text: text.as_bytes(), given: 0, until: &until });
    let mut record = ByteRecord::new();
    let (mut row, mut last) = (0u32, 0usize);
    loop {
        until.set(reader.position().byte() as usize + limits::TEXT_ROW_BYTES);
        // Nothing else can go wrong: any bytes are a record.
        let more = reader.read_byte_record(&mut record).map_err(|_| {
            limits::exceeded(&format!("dòng {} dài hơn", row + 1), limits::TEXT_ROW_BYTES as u64 >> 20, "MB")
        })?;
        if !more {
            break;
        }
        let start = record.position().map_or(0, |position| position.byte() as usize);
        let blank = blank_lines(text, start);
        row = row.saturating_add(blank.lines);
        last = start + blank.bytes;
        if row >= limits::TEXT_ROWS {
            return Err(limits::exceeded("quá", limits::TEXT_ROWS.into(), "dòng"));
        }
        if record.len() > limits::COLUMNS {
            return Err(limits::exceeded(&format!("dòng {} có quá", row + 1), limits::COLUMNS as u64, "cột"));
        }
        // Separators are ASCII, so a cell of a valid text is valid.
        let joined = std::str::from_utf8(record.as_slice()).unwrap_or_default();
        let plain = joined.is_ascii();
        let found: Vec<Cow<str>> = (0..record.len())
            .map(|at| {
                let cell = record.range(at).and_then(|range| joined.get(range)).unwrap_or_default();
                // Cell by cell: a mark that begins a cell must not join the cell before.
                if plain { Cow::Borrowed(cell) } else { nfc(cell) }
            })
            .collect();
        if found.iter().any(|cell| cell.len() > limits::TEXT_BYTES) {
            return Err(limits::exceeded(&format!("dòng {} có ô dài quá", row + 1), limits::TEXT_BYTES as u64, "byte"));
        }
        each(row, &found.iter().map(|cell| &**cell).collect::<Vec<_>>())?;
        row += 1;
    }
    if ends_in_quotes(&text.as_bytes()[last.min(text.len())..], separator) {
        // Whatever follows the quote was swallowed as one cell: no figure of the file can be trusted.
        return Err(unreadable(&format!("dấu ngoặc kép mở ở dòng {row} mà không đóng")));
    }
    Ok(decoded)
}

/// Whether bytes are text of an encoding that is read, judged by their beginning.
pub fn is_text(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(1 << 16)];
    if utf16(head).is_some() {
        return true;
    }
    let control = head.iter().filter(|&&b| b < b' ' && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0c | 0x1a)).count();
    !head.contains(&0) && control * 20 <= head.len()
}

/// The first characters, whatever their encoding.
pub fn beginning(bytes: &[u8]) -> String {
    let head = &bytes[..bytes.len().min(1 << 12)];
    match utf16(head) {
        Some(encoding) => encoding.decode(head).0.into_owned(),
        None => String::from_utf8_lossy(head).trim_start_matches('\u{feff}').to_owned(),
    }
}

/// A web page or XML as text. Letters in UTF-8 prove themselves; else what the file says of itself counts, then what is likely.
pub fn marked_up(bytes: &[u8]) -> Result<Cow<'_, str>, Problem> {
    if bytes.len() as u64 > limits::DECODED_FILE_BYTES {
        return Err(limits::exceeded("tệp lớn hơn", limits::DECODED_FILE_BYTES >> 20, "MB"));
    }
    if utf16(bytes).is_none() && std::str::from_utf8(bytes).is_err() {
        let head = String::from_utf8_lossy(&bytes[..bytes.len().min(1 << 12)]).to_ascii_lowercase();
        // `charset=windows-1252` on a page, `encoding="windows-1252"` in XML, with or without quotes.
        let said = head.split_once("charset=").or_else(|| head.split_once("encoding=")).map(|(_, said)| said);
        let label = said.and_then(|said| {
            said.trim_start_matches(['"', '\''])
                .split(|c: char| !c.is_ascii_alphanumeric() && !"-_:".contains(c))
                .next()
        });
        // UTF-8 with a broken byte, and UTF-16 that is none, are judged by what they hold.
        if let Some(encoding) = label.and_then(|label| Encoding::for_label(label.as_bytes()))
            && encoding.is_ascii_compatible()
            && encoding != UTF_8
        {
            return Ok(encoding.decode_without_bom_handling(bytes).0);
        }
    }
    text(bytes).map(|text| text.text)
}

struct Text<'a> {
    text: Cow<'a, str>,
    decoded: Decoded,
}

/// A text that fails where a row grows past its limit, since the csv crate would hold the whole of it.
struct Bounded<'a> {
    text: &'a [u8],
    given: usize,
    until: &'a Cell<usize>,
}

impl Read for Bounded<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.given > self.until.get() {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let given = (&self.text[self.given..]).read(to)?;
        self.given += given;
        Ok(given)
    }
}

fn text(bytes: &[u8]) -> Result<Text<'_>, Problem> {
    if bytes.len() as u64 > limits::TEXT_FILE_BYTES {
        return Err(limits::exceeded("tệp lớn hơn", limits::TEXT_FILE_BYTES >> 20, "MB"));
    }
    // What follows copies: several bytes for each of the file's, at worst.
    let may_copy = || match bytes.len() as u64 > limits::DECODED_FILE_BYTES {
        true => Err(limits::exceeded("tệp không ở mã UTF-8 lớn hơn", limits::DECODED_FILE_BYTES >> 20, "MB")),
        false => Ok(()),
    };
    if let Some(encoding) = utf16(bytes) {
        may_copy()?;
        let (text, _, lossy) = encoding.decode(bytes);
        return Ok(Text { text, decoded: Decoded { encoding: "UTF-16", lossy } });
    }
    if !is_text(bytes) {
        return Err(unreadable("nội dung không phải là văn bản"));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Text { text: Cow::Borrowed(text), decoded: Decoded { encoding: "UTF-8", lossy: false } });
    }
    may_copy()?;
    // A few broken bytes in UTF-8 (a file cut short) are not windows-1258: there, valid sequences are rare.
    let (mut valid, mut broken) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().bytes().filter(|b| *b >= 0xc0).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    if valid > broken * 4 {
        return Ok(Text { text: String::from_utf8_lossy(bytes), decoded: Decoded { encoding: "UTF-8", lossy: true } });
    }
    let (text, lossy) = WINDOWS_1258.decode_without_bom_handling(bytes);
    if legacy::is_font_text(bytes, &text) {
        // Letters of a font's own charset: kept byte by byte, until cells are decoded.
        let (text, lossy) = WINDOWS_1252.decode_without_bom_handling(bytes);
        return Ok(Text { text, decoded: Decoded { encoding: "windows-1252", lossy } });
    }
    Ok(Text { text, decoded: Decoded { encoding: "windows-1258", lossy } })
}

/// UTF-16 by its mark, or by the NULs that digits, separators and line ends have on one side only.
fn utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0xff, 0xfe, ..] => return Some(UTF_16LE),
        [0xfe, 0xff, ..] => return Some(UTF_16BE),
        _ => {}
    }
    let head = &bytes[..bytes.len().min(1 << 12)];
    let nuls = |side: usize| head.iter().skip(side).step_by(2).filter(|b| **b == 0).count();
    let enough = head.len() / 10;
    let encoding = match (nuls(0), nuls(1)) {
        (0, odd) if odd > enough => UTF_16LE,
        (even, 0) if even > enough => UTF_16BE,
        _ => return None,
    };
    // Numbers in a binary file have NULs on one side too, but they spell no text.
    let (text, _, _) = encoding.decode(head);
    let strange = text.chars().filter(|c| c.is_control() && !c.is_whitespace()).count();
    (strange * 20 <= text.len()).then_some(encoding)
}

/// The separator, and the text after a line `sep=;`, which a spreadsheet obeys and does not show.
fn separator(text: &str) -> (u8, &str) {
    let line = text.lines().next().unwrap_or_default();
    if let [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', mark] = *line.as_bytes()
        && (mark.is_ascii_punctuation() || mark == b'\t')
    {
        let after = &text[line.len()..];
        return (mark, after.strip_prefix("\r\n").or(after.strip_prefix('\n')).unwrap_or(after));
    }
    let mut end = text.len().min(1 << 17);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = &text[..end];
    // The one under which most rows have the same number of cells. In a tie the comma is last: it stands in numbers and sentences too.
    let rows_alike = |mark: u8| {
        let mut widths: BTreeMap<usize, usize> = BTreeMap::new();
        for record in builder(mark).from_reader(head.as_bytes()).byte_records().take(500).flatten() {
            *widths.entry(record.len()).or_default() += 1;
        }
        widths.iter().filter(|(width, _)| **width > 1).map(|(_, rows)| *rows).max().unwrap_or(0)
    };
    let mut best = (b',', rows_alike(b','));
    for mark in [b';', b'\t'] {
        let rows = rows_alike(mark);
        if rows > 0 && rows >= best.1 {
            best = (mark, rows);
        }
    }
    (best.0, text)
}

fn builder(separator: u8) -> ReaderBuilder {
    let mut builder = ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(separator);
    builder
}

struct Blank {
    lines: u32,
    bytes: usize,
}

/// The blank lines at a record's position: the csv crate skips them, a spreadsheet counts them.
fn blank_lines(text: &str, start: usize) -> Blank {
    let bytes = text.as_bytes();
    let (mut at, mut lines) = (start, 0);
    while let Some(end @ (b'\r' | b'\n')) = bytes.get(at) {
        // The second half of CR LF ends no line of its own.
        if *end == b'\r' || at == 0 || bytes[at - 1] != b'\r' {
            lines += 1;
        }
        at += 1;
    }
    Blank { lines, bytes: at - start }
}

/// Whether a record that ends the file does so inside quotes.
fn ends_in_quotes(record: &[u8], separator: u8) -> bool {
    let (mut quoted, mut at_start) = (false, true);
    for &byte in record {
        if byte == b'"' && (quoted || at_start) {
            // A doubled quote closes and opens again.
            quoted = !quoted;
            at_start = !quoted;
        } else {
            at_start = !quoted && (matches!(byte, b'\r' | b'\n') || byte == separator);
        }
    }
    quoted
}

fn unreadable(reason: &str) -> Problem {
    Problem::FileUnreadable { reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
        decode(bytes).unwrap().rows
    }

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn encodings_are_told_by_content() {
        let text = "Xã;Số cuộc\r\nBảo Hà;5\r\n";
        let expected = [["Xã", "Số cuộc"], ["Bảo Hà", "5"]];
        let marked = format!("\u{feff}{text}");
        let nfd = icu_normalizer::DecomposingNormalizerBorrowed::new_nfd().normalize(text);
        // As an old Vietnamese Windows types it: the tone mark after its letter.
        let cp1258 = b"Xa\xde;S\xf4\xec cu\xf4\xf2c\r\nBa\xd2o H\xe0;5\r\n";
        for (bytes, encoding) in [
            (text.as_bytes().to_vec(), "UTF-8"),
            (marked.as_bytes().to_vec(), "UTF-8"),
            (nfd.as_bytes().to_vec(), "UTF-8"),
            (utf16(&marked, u16::to_le_bytes), "UTF-16"),
            (utf16(&marked, u16::to_be_bytes), "UTF-16"),
            (utf16(text, u16::to_le_bytes), "UTF-16"),
            (utf16(text, u16::to_be_bytes), "UTF-16"),
            (cp1258.to_vec(), "windows-1258"),
        ] {
            let found = decode(&bytes).unwrap();
            assert_eq!(found.decoded, Decoded { encoding, lossy: false });
            assert_eq!(found.rows, expected, "{encoding}");
        }
    }

    #[test]
    fn letters_of_a_font_keep_their_bytes() {
        // "Xã;Số cuộc" and "Bảo Hà" in TCVN3, then in VNI.
        for bytes in [&b"X\xb7;S\xe8 cu\xe9c\r\nB\xb6o H\xb5;5"[..], b"Xa\xf5;So\xe1 cuo\xe4c\r\nBa\xfbo Ha\xf8;5"] {
            let found = decode(bytes).unwrap();
            assert_eq!(found.decoded, Decoded { encoding: "windows-1252", lossy: false });
            assert_eq!(found.rows.concat().concat().chars().count(), bytes.len() - 4);
        }
    }

    #[test]
    fn a_broken_byte_does_not_change_the_encoding() {
        let mut bytes = "Xã,Bảo Hà,Điện Quan".as_bytes().to_vec();
        bytes.push(0xe1);
        let found = decode(&bytes).unwrap();
        assert_eq!(found.decoded, Decoded { encoding: "UTF-8", lossy: true });
        assert_eq!(found.rows[0][1], "Bảo Hà");
    }

    #[test]
    fn separators_are_told_by_content() {
        for (text, expected) in [
            ("a,b\n1,2\n", &[&["a", "b"][..], &["1", "2"]][..]),
            ("a;b\n1,5;2,5\n", &[&["a", "b"], &["1,5", "2,5"]]),
            ("1,5;2,5\n3,5;4,5\n", &[&["1,5", "2,5"], &["3,5", "4,5"]]),
            ("a\tb\n1,5\t2;5\n", &[&["a", "b"], &["1,5", "2;5"]]),
            ("sep=;\r\na,b;c\r\n", &[&["a,b", "c"]]),
            ("sep=\t\na,b\tc\n", &[&["a,b", "c"]]),
            ("a;\"x;\ny, \"\"z\"\"\"\n1;2\n", &[&["a", "x;\ny, \"z\""], &["1", "2"]]),
            ("a\n1,5\n", &[&["a"], &["1", "5"]]),
            ("BÁO CÁO\na,b,c\n1,2\n3,4,5\n", &[&["BÁO CÁO"], &["a", "b", "c"], &["1", "2"], &["3", "4", "5"]]),
        ] {
            assert_eq!(rows(text.as_bytes()), expected, "{text:?}");
        }
    }

    #[test]
    fn rows_keep_the_numbers_that_a_spreadsheet_shows() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["", "", "a;b", "", "1;\"2", "2\"", ";", "", "", "3;4"].join(end);
            let mut found = Vec::new();
            for_each_row(text.as_bytes(), |row, cells| {
                found.push((row, cells.join("|")));
                Ok(())
            })
            .unwrap();
            let expected = [(2, "a|b".into()), (4, format!("1|2{end}2")), (5, "|".into()), (8, "3|4".into())];
            assert_eq!(found, expected, "{end:?}");
        }
        assert_eq!(rows(b"a,b\n\n1,2"), [&["a", "b"][..], &[], &["1", "2"]]);
        assert!(rows(b"").is_empty() && rows(b"\n\n").is_empty());
    }

    #[test]
    fn a_mark_that_begins_a_cell_stays_in_it() {
        assert_eq!(rows("a,\u{301}b\n".as_bytes()), [["a", "\u{301}b"]]);
    }

    #[test]
    fn what_would_be_read_wrong_is_refused() {
        for bytes in [&b"a;b\n1;\"2\n3;4\n5;6\n"[..], b"\"", b"\x00\x01\x02\x03\x00\x00binary\x00"] {
            assert!(matches!(decode(bytes), Err(Problem::FileUnreadable { .. })), "{bytes:?}");
        }
        assert!(rows("a;b\"\n1;\"2\"\"\"\n5;12\" ống\n".as_bytes()).len() == 3);
        let wide = ";".repeat(limits::COLUMNS);
        assert!(matches!(decode(wide.as_bytes()), Err(Problem::FileOverLimit { .. })));
        let long = format!("a;b\n1;{}", "x".repeat(limits::TEXT_BYTES + 1));
        assert!(matches!(decode(long.as_bytes()), Err(Problem::FileOverLimit { .. })));
    }

    #[test]
    fn a_row_without_end_is_not_held() {
        let over = |bytes: &[u8]| match decode(bytes) {
            Err(Problem::FileOverLimit { limit }) => limit,
            other => panic!("{other:?}"),
        };
        let row = "a;b\n1;2\n".to_owned() + &"x".repeat(limits::TEXT_ROW_BYTES * 2);
        assert_eq!(over(row.as_bytes()), "dòng 3 dài hơn 16 MB");
        assert_eq!(over((row + "\n1;2").as_bytes()), "dòng 3 dài hơn 16 MB");
        // Many rows are no long row.
        let rows = ("1;".to_owned() + &"x".repeat(10_000) + "\n").repeat(limits::TEXT_ROW_BYTES / 8_000);
        assert_eq!(for_each_row(rows.as_bytes(), |_, _| Ok(())).unwrap().encoding, "UTF-8");
        let mut wide = vec![b'\xff'; limits::DECODED_FILE_BYTES as usize + 1];
        assert_eq!(over(&wide), "tệp không ở mã UTF-8 lớn hơn 100 MB");
        wide[1] = b'\xfe';
        assert_eq!(over(&wide), "tệp không ở mã UTF-8 lớn hơn 100 MB");
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let _ = decode(&bytes);
            beginning(&bytes);
        }

        #[test]
        fn no_text_panics(text in "[a;,\"\t\r\n\u{301}ế]{0,60}") {
            let _ = decode(text.as_bytes());
        }
    }
}
