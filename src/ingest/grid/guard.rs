//! What stands before every reader of zipped workbooks: a file that would take gigabytes or abort the program is refused here.
//!
//! An abort for want of memory cannot be caught, so nothing is left to the reader's own care. The directory's sizes can be trusted as an upper bound: the zip crate,
//! which the reader uses too, fails as soon as a part grows past its stated size (a test holds it to that). So only parts that state much are inflated here, once, into nothing.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::base::diagnostic::Problem;
use crate::ingest::limits;

/// Passes a workbook that can be read within bounds, or names what is against it.
pub fn check_zip(bytes: &[u8]) -> Result<(), Problem> {
    check_parts(&mut archive(bytes)?)
}

/// Opens a zipped workbook whose directory states nothing that is against it. Who reads its parts bears their content in mind.
pub fn archive(bytes: &[u8]) -> Result<Archive<'_>, Problem> {
    if bytes.len() as u64 > limits::FILE_BYTES {
        return Err(limits::exceeded("tệp lớn hơn", limits::FILE_BYTES >> 20, "MB"));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes))
        .map_err(|_| Problem::FileUnreadable { reason: "tệp bị hỏng hoặc chưa tải hết".into() })?;
    if archive.len() > limits::ZIP_ENTRIES {
        return Err(limits::exceeded("tệp nén có quá", limits::ZIP_ENTRIES as u64, "phần"));
    }
    let mut total = 0u64;
    for at in 0..archive.len() {
        // What cannot even be opened cannot harm: the reader says what is wrong with it, if it needs it.
        let Ok(part) = archive.by_index_raw(at) else { continue };
        let (size, compressed) = (part.size(), part.compressed_size());
        total = total.saturating_add(size);
        if size > limits::PART_BYTES {
            return Err(limits::exceeded("một phần của tệp khi giải nén lớn hơn", limits::PART_BYTES >> 20, "MB"));
        }
        if total > limits::INFLATED_BYTES {
            return Err(limits::exceeded("khi giải nén lớn hơn", limits::INFLATED_BYTES >> 20, "MB"));
        }
        if size > limits::RATIO_FREE_BYTES && size > compressed.saturating_mul(limits::INFLATE_RATIO) {
            return Err(limits::exceeded("nội dung nén hơn", limits::INFLATE_RATIO, "lần"));
        }
    }
    Ok(archive)
}

/// What the parts of a zipped workbook inflate to, all together; its own size where it cannot be opened.
pub fn inflated_size(bytes: &[u8]) -> u64 {
    let whole = bytes.len() as u64;
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return whole };
    let parts = archive.len().min(limits::ZIP_ENTRIES);
    let sizes = (0..parts).filter_map(|at| archive.by_index_raw(at).ok().map(|part| part.size()));
    sizes.fold(whole, u64::saturating_add)
}

/// Passes parts that a reader of other people's making can take, or names what is against them.
pub fn check_parts(archive: &mut Archive) -> Result<(), Problem> {
    for at in 0..archive.len() {
        let Ok(part) = archive.by_index_raw(at) else { continue };
        let size = part.size();
        let name = part.name().map(|name| name.to_lowercase()).unwrap_or_default();
        if !name.ends_with(".xml") && !name.ends_with(".rels") {
            continue;
        }
        let shared_strings = name.ends_with("sharedstrings.xml");
        drop(part);
        if shared_strings && size > limits::SHARED_STRINGS_BYTES {
            return Err(limits::exceeded("bảng chữ dùng chung lớn hơn", limits::SHARED_STRINGS_BYTES >> 20, "MB"));
        }
        let head = if shared_strings { limits::XML_RUN_BYTES as u64 } else { 4 << 10 };
        let head = inflated(archive, at, head);
        let prolog = &head[..head.len().min(4 << 10)];
        if contains(prolog, b"<!DOCTYPE") || contains(prolog, b"<!ENTITY") {
            return Err(Problem::FileUnreadable { reason: "tệp chứa khai báo XML không an toàn".into() });
        }
        if shared_strings {
            check_shared_strings(&head, size)?;
        }
        if !begins_with_rows(prolog) {
            return Err(Problem::FileUnreadable {
                reason: "tệp Excel hỏng hoặc không đúng định dạng".into()
            });
        }
        if size > limits::XML_SEARCH_BYTES {
            check_runs(archive, at)?;
        }
    }
    Ok(())
}

/// A zipped workbook in memory.
pub type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// The beginning of a part, as far as it can be inflated.
fn inflated(archive: &mut Archive, at: usize, most: u64) -> Vec<u8> {
    let mut head = Vec::new();
    if let Ok(part) = archive.by_index(at) {
        // After an error what was read so far stays: the reader will get no further either.
        let _ = part.take(most).read_to_end(&mut head);
    }
    head
}

/// The reader takes room for as many strings as the part states, before it has seen one.
fn check_shared_strings(head: &[u8], size: u64) -> Result<(), Problem> {
    if size > head.len() as u64 && !contains(head, b"sst") {
        return Err(limits::exceeded(
            "bảng chữ dùng chung có phần mở đầu dài hơn",
            limits::XML_RUN_BYTES as u64 >> 20,
            "MB",
        ));
    }
    let mut rest = head;
    while let Some(at) = position(rest, b"uniqueCount") {
        rest = &rest[at + b"uniqueCount".len()..];
        let value = rest.trim_ascii_start().strip_prefix(b"=").unwrap_or_default().trim_ascii_start();
        let Some((b'"' | b'\'', value)) = value.split_first() else { continue };
        let digits = value.trim_ascii_start();
        let count = digits.iter().take_while(|b| b.is_ascii_digit()).take(19);
        let count = count.fold(0u64, |count, digit| count * 10 + u64::from(digit - b'0'));
        if count > limits::SHARED_STRINGS {
            return Err(limits::exceeded("bảng chữ dùng chung ghi quá", limits::SHARED_STRINGS, "mục"));
        }
    }
    Ok(())
}

/// Whether what opens a sheet's data is a row: the reader passes over whatever else stands there, and over the cells in it.
fn begins_with_rows(head: &[u8]) -> bool {
    let Some(at) = position(head, b"sheetData") else { return true };
    let inside = &head[at..];
    // What other workbooks held when this one was stored: `sheetDataSet`.
    if inside["sheetData".len()..].first().is_some_and(u8::is_ascii_alphabetic) {
        return true;
    }
    let Some(end) = position(inside, b">").filter(|&end| inside[end - 1] != b'/') else { return true };
    let next = inside[end + 1..].trim_ascii_start();
    let Some(tag) = next.strip_prefix(b"<") else { return next.is_empty() };
    let name = tag.split(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/')).next().unwrap_or_default();
    let is_row = name == b"row" || name.ends_with(b":row");
    // Cut off with the head, or an end, a comment.
    is_row || name.len() == tag.len() || tag.starts_with(b"/") || tag.starts_with(b"!--")
}

/// Refuses one text, tag or comment of many megabytes: the reader would hold it whole.
fn check_runs(archive: &mut Archive, at: usize) -> Result<(), Problem> {
    let Ok(mut part) = archive.by_index(at) else { return Ok(()) };
    let mut runs = Runs::default();
    let mut chunk = vec![0; 1 << 16];
    loop {
        match part.read(&mut chunk) {
            Ok(0) | Err(_) => return Ok(()),
            Ok(read) => {
                if !runs.all_short(&chunk[..read]) {
                    return Err(limits::exceeded(
                        "một ô hoặc một thẻ XML dài hơn",
                        limits::XML_RUN_BYTES as u64 >> 20,
                        "MB",
                    ));
                }
            }
        }
    }
}

/// Where in XML the bytes seen so far ended, and how long the piece that they ended in has grown.
#[derive(Default)]
struct Runs {
    within: Within,
    length: usize,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Within {
    #[default]
    Text,
    /// A `<` was seen, and up to eight bytes that may say what it opens.
    Opening([u8; 8]),
    Tag,
    Quoted(u8),
    /// A comment, CDATA: up to `--`, `]]` and `>`; how many of the two were just seen.
    Until(u8, u8),
}

impl Runs {
    fn all_short(&mut self, mut bytes: &[u8]) -> bool {
        use Within::*;
        while let Some(&byte) = bytes.first() {
            // Jumps over what cannot end the piece.
            let skip = match self.within {
                Text => bytes.iter().position(|b| *b == b'<'),
                Tag => bytes.iter().position(|b| matches!(b, b'>' | b'"' | b'\'')),
                Quoted(quote) => bytes.iter().position(|b| *b == quote),
                Until(..) | Opening(_) => Some(0),
            };
            let skip = skip.unwrap_or(bytes.len());
            if skip > 0 {
                self.length += skip;
                if self.length > limits::XML_RUN_BYTES {
                    return false;
                }
                bytes = &bytes[skip..];
                continue;
            }
            self.length += 1;
            self.within = match (self.within, byte) {
                (Text, _) => {
                    self.length = 0;
                    Opening([0; 8])
                }
                (Opening(seen), byte) => {
                    let used = seen.iter().take_while(|b| **b != 0).count();
                    let mut seen = seen;
                    seen[used.min(7)] = byte;
                    match &seen[..used + 1] {
                        b"!--" => Until(b'-', 0),
                        b"![CDATA[" => Until(b']', 0),
                        start if byte != 0 && (b"!--".starts_with(start) || b"![CDATA[".starts_with(start)) => {
                            Opening(seen)
                        }
                        _ => {
                            // Whatever began differently is a tag, and this byte is its own.
                            self.length -= 1;
                            self.within = Tag;
                            continue;
                        }
                    }
                }
                (Tag, b'>') => {
                    self.length = 0;
                    Text
                }
                (Tag, quote) => Quoted(quote),
                (Quoted(_), _) => Tag,
                (Until(_, 2..), b'>') => {
                    self.length = 0;
                    Text
                }
                (Until(mark, seen), byte) => Until(mark, if byte == mark { seen.saturating_add(1) } else { 0 }),
            };
            if self.length > limits::XML_RUN_BYTES {
                return false;
            }
            bytes = &bytes[1..];
        }
        true
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    position(bytes, part).is_some()
}

fn position(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn zip_of(parts: &[(&str, &[&[u8]])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, chunks) in parts {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            for chunk in *chunks {
                zip.write_all(chunk).unwrap();
            }
        }
        zip.finish().unwrap().into_inner()
    }

    fn limit(bytes: &[u8]) -> String {
        match check_zip(bytes) {
            Err(Problem::FileOverLimit { limit }) => limit,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_ordinary_workbook_passes() {
        let strings = br#"<sst count="2" uniqueCount="2"><si><t>STT</t></si><si/></sst>"#;
        let sheet = b"<worksheet><!-- it's -- > fine --><row r=\"1\"><c t=\"a>b\"/></row></worksheet>";
        // What another workbook, which this one refers to, held when it was stored.
        let link = b"<externalLink><externalBook><sheetDataSet><sheetData sheetId=\"0\"/></sheetDataSet></externalBook></externalLink>";
        let parts: [(&str, &[&[u8]]); 3] = [
            ("xl/sharedStrings.xml", &[strings]),
            ("xl/worksheets/sheet1.xml", &[sheet]),
            ("xl/externalLinks/externalLink1.xml", &[link]),
        ];
        check_zip(&zip_of(&parts)).unwrap();
    }

    #[test]
    fn what_is_damaged_or_declares_entities_is_unreadable() {
        let entity = zip_of(&[("xl/workbook.xml", &[b"<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"c\">]>"])]);
        for bytes in [&b"PK\x03\x04"[..], b"", &entity] {
            assert!(matches!(check_zip(bytes), Err(Problem::FileUnreadable { .. })));
        }
    }

    #[test]
    fn a_false_count_of_shared_strings_is_refused() {
        for attribute in ["uniqueCount=\"4000000000\"", "uniqueCount = '99999999999999999999999'"] {
            let strings = format!("<!-- uniqueCount=\"1\" --><sst {attribute}><si/></sst>");
            assert!(limit(&zip_of(&[("xl/SharedStrings.xml", &[strings.as_bytes()])])).contains("chữ dùng chung"));
        }
    }

    #[test]
    fn blown_up_parts_are_refused() {
        let spaces = vec![b' '; (limits::RATIO_FREE_BYTES + 1) as usize];
        assert!(limit(&zip_of(&[("xl/worksheets/sheet1.xml", &[&spaces])])).contains("nén hơn"));
        let many: Vec<String> = (0..=limits::ZIP_ENTRIES).map(|at| at.to_string()).collect();
        let many: Vec<(&str, &[&[u8]])> = many.iter().map(|name| (name.as_str(), &[][..])).collect();
        assert!(limit(&zip_of(&many)).contains("phần"));
    }

    #[test]
    fn no_piece_of_xml_may_be_endless() {
        let long = "a>b".repeat(limits::XML_RUN_BYTES / 2);
        let short = "<row r=\"1\"><c r='A1' t=\"a>b\"><v>1</v></c></row><!-- - -> --><![CDATA[ ]] > ]]>".repeat(20_000);
        for (xml, expected) in [
            (short.clone(), true),
            (format!("{short}<t>{long}"), false),
            (format!("{short}<t x=\"{long}"), false),
            (format!("{short}<t x='{long}'>"), false),
            (format!("{short}<!-- {long}"), false),
            (format!("{short}<![CDATA[{long}"), false),
            (format!("{short}<{}", "b".repeat(limits::XML_RUN_BYTES + 1)), false),
        ] {
            for chunk in [1 << 16, 7] {
                let mut runs = Runs::default();
                assert_eq!(
                    xml.as_bytes().chunks(chunk).all(|chunk| runs.all_short(chunk)),
                    expected,
                    "{}",
                    &xml[short.len()..][..10.min(xml.len() - short.len())]
                );
            }
        }
    }

    /// What the module rests on: the zip crate does not inflate past the stated size.
    #[test]
    fn a_part_ends_where_its_header_says() {
        let content = vec![b'x'; 100_000];
        let mut bytes = zip_of(&[("xl/workbook.xml", &[&content])]);
        for at in 0..bytes.len() - 4 {
            if bytes[at..at + 4] == 100_000u32.to_le_bytes() {
                bytes[at..at + 4].copy_from_slice(&10u32.to_le_bytes());
            }
        }
        let mut archive = ZipArchive::new(Cursor::new(&bytes[..])).unwrap();
        assert_eq!(archive.by_index_raw(0).unwrap().size(), 10);
        let mut read = Vec::new();
        let result = archive.by_index(0).unwrap().read_to_end(&mut read);
        assert!(result.is_err() && read.len() <= 11, "{result:?} {}", read.len());
        let mut part = archive.by_index(0).unwrap();
        let mut chunk = [0; 1000];
        while part.read(&mut chunk).inspect(|read| assert_ne!(*read, 0)).is_ok() {}
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(at in 0usize..400, byte: u8) {
            let mut bytes = zip_of(&[("xl/sharedStrings.xml", &[b"<sst uniqueCount=\"2\"/>"]), ("a.xml", &[b"<a/>"])]);
            let at = at % bytes.len();
            bytes[at] = byte;
            let _ = check_zip(&bytes);
            let _ = check_zip(&bytes[..at]);
        }
    }
}
