//! What kind of file some bytes are. By content first: office files often bear another kind's extension.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::csv;
use super::ole::Compound;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// With or without macros.
    Xlsx,
    Xlsb,
    Xls,
    Ods,
    /// Text with separators.
    Csv,
    /// A web page, also one that is named .xls.
    Html,
    /// Excel 2003's XML.
    Xml2003,
    Docx,
    Doc,
    Pptx,
    Pdf,
    Image,
    Archive,
    /// An Office file with a password.
    Encrypted,
    Empty,
    Unknown,
}

/// Tells a file's kind; the name decides only where a zip file is damaged.
pub fn kind(bytes: &[u8], name: &str) -> Kind {
    match bytes {
        [] => Kind::Empty,
        [b'P', b'K', 3 | 5 | 7, 4 | 6 | 8, ..] => zipped(bytes, name),
        [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] => compound(bytes, name),
        [b'%', b'P', b'D', b'F', ..] => Kind::Pdf,
        [b'{', b'\\', b'r', b't', b'f', ..] => Kind::Doc,
        [0x89, b'P', b'N', b'G', ..]
        | [0xff, 0xd8, 0xff, ..]
        | [b'G', b'I', b'F', b'8', ..]
        | [b'I', b'I', 42, 0, ..]
        | [b'M', b'M', 0, 42, ..]
        | [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..]
        | [_, _, _, _, b'f', b't', b'y', b'p', b'h' | b'm' | b'a', ..] => Kind::Image,
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => Kind::Image,
        [b'R', b'a', b'r', b'!', ..] | [b'7', b'z', 0xbc, 0xaf, ..] | [0x1f, 0x8b, ..] => Kind::Archive,
        // The records stand bare, without a container: Excel before 1995, and some exporters.
        [0x09, 0 | 2 | 4, 4 | 6 | 8, 0, ..] | [0x09, 8, 8 | 16, 0, 0, 5 | 6, ..] => Kind::Xls,
        _ => text(bytes, name),
    }
}

/// What a file that is not read is called, in words that begin a sentence's middle: "tệp Word".
pub fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Xlsx => "bảng tính Excel (.xlsx)",
        Kind::Xlsb => "bảng tính Excel nhị phân (.xlsb)",
        Kind::Xls => "bảng tính Excel đời cũ (.xls)",
        Kind::Ods => "bảng tính LibreOffice (.ods)",
        Kind::Csv => "tệp csv",
        Kind::Html => "trang web lưu thành tệp",
        Kind::Xml2003 => "bảng tính Excel 2003 dạng XML",
        Kind::Docx | Kind::Doc => "tệp Word",
        Kind::Pptx => "tệp PowerPoint",
        Kind::Pdf => "tệp PDF",
        Kind::Image => "tệp ảnh",
        Kind::Archive => "tệp nén",
        Kind::Encrypted => "tệp có mật khẩu",
        Kind::Empty => "tệp rỗng",
        Kind::Unknown => "tệp không rõ loại",
    }
}

fn zipped(bytes: &[u8], name: &str) -> Kind {
    let Ok(archive) = ZipArchive::new(Cursor::new(bytes)) else {
        // A workbook cut short is still a workbook: its reader says that it is damaged.
        return match extension(name).as_str() {
            "xlsx" | "xlsm" | "xltx" | "xltm" => Kind::Xlsx,
            "xlsb" => Kind::Xlsb,
            "ods" => Kind::Ods,
            "docx" | "docm" => Kind::Docx,
            "pptx" => Kind::Pptx,
            _ => Kind::Archive,
        };
    };
    let names: Vec<String> = archive
        .file_names_raw()
        .map(|name| String::from_utf8_lossy(name).replace('\\', "/").trim_start_matches('/').to_lowercase())
        .collect();
    let has = |part: &str| names.iter().any(|name| name == part);
    let has_folder = |folder: &str| names.iter().any(|name| name.starts_with(folder));
    if has("xl/workbook.bin") {
        Kind::Xlsb
    } else if has("xl/workbook.xml") || has("[content_types].xml") && has_folder("xl/worksheets/") {
        Kind::Xlsx
    } else if has("word/document.xml") {
        Kind::Docx
    } else if has("ppt/presentation.xml") {
        Kind::Pptx
    } else if has("mimetype") {
        open_document(archive)
    } else {
        Kind::Archive
    }
}

/// A part of an OpenDocument file says its type.
fn open_document(mut archive: ZipArchive<Cursor<&[u8]>>) -> Kind {
    let mut said = String::new();
    if let Ok(part) = archive.by_name("mimetype") {
        // What cannot be read says nothing.
        let _ = part.take(200).read_to_string(&mut said);
    }
    if said.contains("opendocument.spreadsheet") {
        Kind::Ods
    } else if said.contains("opendocument.text") {
        Kind::Docx
    } else if said.contains("opendocument.presentation") {
        Kind::Pptx
    } else {
        Kind::Archive
    }
}

/// By the streams of the root folder: a document may hold a workbook of its own.
fn compound(bytes: &[u8], name: &str) -> Kind {
    let Some(compound) = Compound::open(bytes) else {
        // One that is damaged is what it is called: its reader says that it is damaged.
        return match extension(name).as_str() {
            "xls" | "xlt" | "xlm" => Kind::Xls,
            "doc" | "dot" => Kind::Doc,
            "ppt" => Kind::Pptx,
            _ => Kind::Unknown,
        };
    };
    let names = compound.names();
    let has = |stream: &str| names.iter().any(|name| name.eq_ignore_ascii_case(stream));
    if has("EncryptedPackage") {
        Kind::Encrypted
    } else if has("Workbook") || has("Book") {
        Kind::Xls
    } else if has("WordDocument") {
        Kind::Doc
    } else if has("PowerPoint Document") {
        Kind::Pptx
    } else {
        Kind::Unknown
    }
}

fn extension(name: &str) -> String {
    name.rsplit('.').next().unwrap_or_default().to_lowercase()
}

fn text(bytes: &[u8], name: &str) -> Kind {
    if !csv::is_text(bytes) {
        return Kind::Unknown;
    }
    let head = csv::beginning(bytes).to_lowercase();
    if head.contains("urn:schemas-microsoft-com:office:spreadsheet") && !head.contains("<html") {
        return Kind::Xml2003;
    }
    if head.starts_with("mime-version:") {
        return Kind::Html;
    }
    let mut rest = head.trim_start();
    // Comments, declarations and the like before the first element.
    while let Some(inner) = rest.strip_prefix("<!").or_else(|| rest.strip_prefix("<?")) {
        let end = if inner.starts_with("--") { "-->" } else { ">" };
        let Some((_, after)) = inner.split_once(end) else { break };
        rest = after.trim_start();
    }
    let opens = |name: &str| rest.strip_prefix('<').and_then(|rest| rest.strip_prefix(name)).is_some();
    let is_page = ["html", "head", "body", "table", "meta", "style", "div", "!doctype html"].into_iter().any(opens);
    // A page may begin with any tag, or with words that its maker did not mean to send.
    let named_page = matches!(extension(name).as_str(), "xls" | "htm" | "html");
    if is_page || head.contains("<table") && (rest.starts_with('<') || named_page) {
        Kind::Html
    } else if rest.starts_with('<') {
        Kind::Unknown
    } else if rest.is_empty() && bytes.len() < 1 << 12 {
        Kind::Empty
    } else {
        Kind::Csv
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::super::samples;
    use super::*;

    fn zip_of(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
            zip.start_file(*name, stored).unwrap();
            zip.write_all(content.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn ole_of(stream: &str) -> Vec<u8> {
        samples::container(&[(stream, b"content")])
    }

    #[test]
    fn content_tells_the_kind() {
        let truncated = &zip_of(&[("xl/workbook.xml", "x")])[..40];
        let utf16: Vec<u8> = "\u{feff}<html><table>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (bytes, name, expected) in [
            (&b""[..], "a.xlsx", Kind::Empty),
            (b" \r\n", "a.csv", Kind::Empty),
            (&zip_of(&[("[Content_Types].xml", ""), ("xl/workbook.xml", "")]), "a.xls", Kind::Xlsx),
            (&zip_of(&[("xl/workbook.bin", "")]), "a.xlsx", Kind::Xlsb),
            (&zip_of(&[("word/document.xml", "")]), "a.xlsx", Kind::Docx),
            (&zip_of(&[("ppt/presentation.xml", "")]), "a", Kind::Pptx),
            (&zip_of(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet")]), "a.xlsx", Kind::Ods),
            (&zip_of(&[("mimetype", "application/vnd.oasis.opendocument.text")]), "a.odt", Kind::Docx),
            (&zip_of(&[("Bảo Hà.xlsx", "")]), "a.zip", Kind::Archive),
            (&zip_of(&[]), "a.zip", Kind::Archive),
            (truncated, "a.XLSX", Kind::Xlsx),
            (truncated, "a.zip", Kind::Archive),
            (&ole_of("Workbook"), "a.xlsx", Kind::Xls),
            (&ole_of("Book"), "a.xls", Kind::Xls),
            (&ole_of("WordDocument"), "a.xls", Kind::Doc),
            (&ole_of("EncryptedPackage"), "a.xlsx", Kind::Encrypted),
            (&ole_of("Workbooks"), "a.msi", Kind::Unknown),
            (&ole_of("Workbook")[..700], "a.XLS", Kind::Xls),
            (&ole_of("Workbook")[..700], "a.doc", Kind::Doc),
            (&ole_of("Workbook")[..700], "a", Kind::Unknown),
            (&[9, 8, 16, 0, 0, 6, 5, 0], "a.xls", Kind::Xls),
            (b"<center><table>", "a", Kind::Html),
            (b"Warning: 1<table>", "a.xls", Kind::Html),
            (b"a;<table>", "a.csv", Kind::Csv),
            (b"%PDF-1.7\n", "a.xlsx", Kind::Pdf),
            (b"{\\rtf1", "a.doc", Kind::Doc),
            (b"\x89PNG\r\n\x1a\n", "a.csv", Kind::Image),
            (b"\xff\xd8\xff\xe0", "a", Kind::Image),
            (b"Rar!\x1a\x07", "a", Kind::Archive),
            (b"<html><body>", "a.xls", Kind::Html),
            (b"\xef\xbb\xbf \r\n<!-- x --><!DOCTYPE html>\n<HTML>", "a.xls", Kind::Html),
            (&utf16, "a.xls", Kind::Html),
            (b"<table border=1>", "a.xls", Kind::Html),
            (b"<?xml version=\"1.0\"?><html xmlns:x=\"urn:schemas-microsoft-com:office:excel\">", "a.xls", Kind::Html),
            (
                b"<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">",
                "a.xls",
                Kind::Xml2003,
            ),
            (b"<svg>", "a.svg", Kind::Unknown),
            ("Xã,Số cuộc\n".as_bytes(), "a.xlsx", Kind::Csv),
            (b"Ba\xd2o H\xe0;5\r\n", "a.csv", Kind::Csv),
            (b"\x00\x01\x02\x03\x04\x05", "a.csv", Kind::Unknown),
        ] {
            assert_eq!(kind(bytes, name), expected, "{name} {:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(60)]));
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(head in 0usize..6, bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
            let heads: [&[u8]; 6] = [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<!", b"\xff\xfe", b"BM"];
            kind(&[heads[head], &bytes].concat(), "a.xlsx");
        }
    }
}
