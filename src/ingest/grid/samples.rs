//! One small table in every format, written by hand for tests: a merged title, a date, a number shown with three decimals, a hidden row and column, an error, a formula that nobody
//! has reckoned.

use std::io::{Cursor, Write};
use std::sync::Arc;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::base::cell::{Area, CellRef, Value};

use super::{Grid, Row};

const TITLE: &str = "Hiến đất năm 2023";
const UNIT: &str = "Bảo Hà";

pub fn grid() -> Grid {
    let text = |text: &str| Value::Text(text.into());
    let number = |number: i64, scale| Value::Number(Decimal::new(number, scale));
    let date = NaiveDate::from_ymd_opt(2023, 3, 29).unwrap();
    Grid {
        hidden: true,
        rows: vec![
            Row { index: 0, cells: vec![(0, text(TITLE))] },
            Row { index: 1, cells: vec![(0, text("Ngày")), (1, text("Xã")), (2, text("ha"))] },
            Row { index: 2, cells: vec![(0, Value::Date(date)), (1, text(UNIT)), (2, number(279, 1))] },
            Row {
                index: 3,
                cells: vec![(0, number(-5, 0)), (1, Value::Error("#DIV/0!".into())), (2, Value::Uncomputed)],
            },
        ],
        merges: vec![Area { from: CellRef::new(0, 0), to: CellRef::new(0, 2) }],
        shown: [(CellRef::new(2, 2), Arc::from("27.900"))].into(),
        hidden_rows: vec![3],
        hidden_columns: vec![1],
        ..Grid::new(&"a.txt".into(), "Năm")
    }
}

pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("xls", container(&[("Book", b"old"), ("Workbook", &biff(true))])),
        ("xls of 95", container(&[("Book", &biff(false))])),
        ("bare xls", biff(true)),
        ("xlsb", xlsb()),
        ("ods", ods()),
        ("xml", XML.as_bytes().to_vec()),
        ("html", HTML.as_bytes().to_vec()),
    ]
}

/// A container with streams in its root folder, short ones among the small sectors.
pub fn container(streams: &[(&str, &[u8])]) -> Vec<u8> {
    const END: u32 = 0xffff_fffe;
    let mut sectors: Vec<[u8; 512]> = Vec::new();
    let mut next: Vec<u32> = Vec::new();
    let mut chain = |bytes: &[u8]| -> u32 {
        let first = sectors.len() as u32;
        for chunk in bytes.chunks(512) {
            let mut sector = [0; 512];
            sector[..chunk.len()].copy_from_slice(chunk);
            sectors.push(sector);
            next.push(sectors.len() as u32);
        }
        *next.last_mut().unwrap() = END;
        first
    };
    let (mut mini, mut next_mini, mut entries) = (Vec::new(), Vec::new(), Vec::new());
    for (name, content) in streams {
        let start = if content.len() >= 4096 {
            chain(content)
        } else {
            let first = next_mini.len() as u32;
            for chunk in content.chunks(64) {
                let from = mini.len();
                mini.extend_from_slice(chunk);
                mini.resize(from + 64, 0u8);
                next_mini.push(next_mini.len() as u32 + 1);
            }
            *next_mini.last_mut().unwrap() = END;
            first
        };
        entries.push((*name, 2u8, start, content.len()));
    }
    if mini.is_empty() {
        mini.resize(64, 0);
        next_mini.push(END);
    }
    entries.insert(0, ("Root Entry", 5, chain(&mini), mini.len()));
    let numbers = |numbers: &[u32]| numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
    let first_mini = chain(&numbers(&next_mini));
    let mut directory = Vec::new();
    for (at, (name, kind, start, size)) in entries.iter().enumerate() {
        let mut entry = [0u8; 128];
        let name: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        entry[..name.len()].copy_from_slice(&name);
        entry[64] = name.len() as u8;
        entry[66] = *kind;
        // Each entry is the right neighbour of the one before.
        let right = if at > 0 && at + 1 < entries.len() { at as u32 + 1 } else { u32::MAX };
        let child = if at == 0 { 1 } else { u32::MAX };
        entry[68..80].copy_from_slice(&numbers(&[u32::MAX, right, child]));
        entry[116..124].copy_from_slice(&numbers(&[*start, *size as u32]));
        directory.extend(entry);
    }
    let first_directory = chain(&directory);
    let table = next.len() as u32;
    next.push(0xffff_fffd);
    next.resize(next.len().div_ceil(128) * 128, u32::MAX);
    assert_eq!(next.len(), 128, "one sector lists them all");
    let mut bytes = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    bytes.resize(512, 0);
    bytes[26..32].copy_from_slice(&[3, 0, 0xfe, 0xff, 9, 0]);
    bytes[32..34].copy_from_slice(&[6, 0]);
    bytes[44..76].copy_from_slice(&numbers(&[1, first_directory, 0, 4096, first_mini, 1, END, 0]));
    bytes[76..512].fill(0xff);
    bytes[76..80].copy_from_slice(&table.to_le_bytes());
    bytes.extend(sectors.concat());
    bytes.extend(numbers(&next));
    bytes
}

/// A record of an .xls.
pub fn record(id: u16, parts: &[&[u8]]) -> Vec<u8> {
    let data = parts.concat();
    [&id.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), &data].concat()
}

fn words(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn wide(text: &str) -> Vec<u8> {
    words(&text.encode_utf16().collect::<Vec<_>>())
}

/// The records of an .xls: BIFF8, else BIFF5 in windows-1258.
pub fn biff(unicode: bool) -> Vec<u8> {
    let version = if unicode { 0x600 } else { 0x500 };
    let begin = |kind| record(0x809, &[&words(&[version, kind, 0, 0, 0, 0, 0, 0])]);
    let old = |text: &str| encoding_rs::WINDOWS_1258.encode(text).0.into_owned();
    // Tones apart from their letters, as windows-1258 has them.
    let texts = ["Hiê\u{301}n đâ\u{301}t năm 2023", "Nga\u{300}y", "Xa\u{303}", "ha", "Ba\u{309}o Ha\u{300}"];
    let mut globals = vec![begin(5), record(0x42, &[&words(&[if unicode { 1200 } else { 1258 }])])];
    let (code, flags): (&[u8], &[u8]) = (b"0.000", if unicode { &[5, 0, 0] } else { &[5] });
    globals.push(record(0x41e, &[&words(&[164]), flags, code]));
    globals.extend([0, 14, 164].map(|format| record(0xe0, &[&words(&[0, format]), &[0; 16]])));
    if unicode {
        // The first text runs on in the next record, in letters of one byte.
        let first = [&words(&[17])[..], &[1], &wide("Hiến đất năm")].concat();
        globals.push(record(0xfc, &[&words(&[5, 0, 5, 0]), &first]));
        let rest: Vec<u8> = ["Ngày", "Xã", "ha", UNIT]
            .iter()
            // The last with runs of fonts behind it.
            .flat_map(|text| {
                let length = words(&[text.chars().count() as u16]);
                match *text == UNIT {
                    true => [&length[..], &[9, 1, 0], &wide(text), &[0; 4]].concat(),
                    false => [&length[..], &[1], &wide(text)].concat(),
                }
            })
            .collect();
        globals.push(record(0x3c, &[&[0], b" 2023", &rest]));
    }
    let sheet_name = if unicode { [&[3, 1][..], &wide("Năm")].concat() } else { [&[3][..], &old("Năm")].concat() };
    let listed = |at: u32| record(0x85, &[&at.to_le_bytes(), &[1, 0], &sheet_name]);
    let at = globals.concat().len() + listed(0).len() + 4;
    globals.extend([listed(at as u32), record(0x0a, &[])]);
    let text = |row, col, at: usize| match unicode {
        true => record(0xfd, &[&words(&[row, col, 0, at as u16, 0])]),
        false => {
            let text = old(texts[at]);
            record(0x204, &[&words(&[row, col, 0, text.len() as u16]), &text])
        }
    };
    let whole = |number: i32| (number << 2 | 2).to_le_bytes();
    let sheet = [
        begin(16),
        record(0x7d, &[&words(&[1, 1, 0, 0, 1, 0])]),
        record(0x208, &[&words(&[3, 0, 3, 0, 0, 0, 0x20, 0])]),
        text(0, 0, 0),
        text(1, 0, 1),
        text(1, 1, 2),
        text(1, 2, 3),
        record(0x203, &[&words(&[2, 0, 1]), &45014f64.to_le_bytes()]),
        // A formula, its text behind it.
        record(0x06, &[&words(&[2, 1, 0, 0, 0, 0, 0xffff, 0, 0, 0, 0])]),
        match unicode {
            true => record(0x207, &[&words(&[6]), &[1], &wide(UNIT)]),
            false => record(0x207, &[&words(&[old(texts[4]).len() as u16]), &old(texts[4])]),
        },
        // 2790 hundredths.
        record(0x27e, &[&words(&[2, 2, 2]), &(2790i32 << 2 | 3).to_le_bytes()]),
        record(0xbd, &[&words(&[3, 0, 0]), &whole(-5), &words(&[0])]),
        record(0x205, &[&words(&[3, 1, 0]), &[7, 1]]),
        record(0x06, &[&words(&[3, 2, 0, 0, 0, 0, 0, 3, 0, 0, 0])]),
        if unicode { record(0xe5, &[&words(&[1, 0, 0, 0, 2])]) } else { Vec::new() },
        record(0x0a, &[]),
    ];
    [globals.concat(), sheet.concat()].concat()
}

pub fn zip_of(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        zip.start_file(*name, stored).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn xlsb() -> Vec<u8> {
    let record = |id: u32, parts: &[&[u8]]| {
        let data = parts.concat();
        let mut bytes = if id < 128 { vec![id as u8] } else { vec![id as u8 | 0x80, (id >> 7) as u8] };
        bytes.extend([data.len() as u8 | 0x80, (data.len() >> 7) as u8]);
        bytes.extend(data);
        bytes
    };
    let numbers = |numbers: &[u32]| numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
    let text = |text: &str| [&(text.encode_utf16().count() as u32).to_le_bytes()[..], &wide(text)].concat();
    let book =
        [record(153, &[&[0; 8]]), record(156, &[&numbers(&[1, 1]), &text("r1"), &text("Năm")]), record(144, &[])];
    let styles = [
        record(44, &[&words(&[164]), &text("0.000")]),
        record(626, &[]),
        record(47, &[&words(&[0, 14]), &[0; 12]]),
        record(617, &[]),
        record(47, &[&words(&[0, 0]), &[0; 12]]),
        record(47, &[&words(&[0, 14]), &[0; 12]]),
        record(47, &[&words(&[0, 164]), &[0; 12]]),
        record(618, &[]),
    ];
    let strings = [TITLE, "Ngày", "Xã", "ha"].map(|shared| record(19, &[&[0], &text(shared)]));
    let row = |at: u32, hidden: u8| record(0, &[&numbers(&[at, 0]), &[0, 0, 0, hidden << 4, 0]]);
    let sheet = [
        record(60, &[&numbers(&[1, 1, 0, 0]), &words(&[1])]),
        row(0, 0),
        record(7, &[&numbers(&[0, 0, 0])]),
        row(1, 0),
        record(7, &[&numbers(&[0, 0, 1])]),
        record(7, &[&numbers(&[1, 0, 2])]),
        record(7, &[&numbers(&[2, 0, 3])]),
        row(2, 0),
        record(5, &[&numbers(&[0, 1]), &45014f64.to_le_bytes()]),
        record(8, &[&numbers(&[1, 0]), &text(UNIT)]),
        record(2, &[&numbers(&[2, 2]), &(2790u32 << 2 | 3).to_le_bytes()]),
        row(3, 1),
        record(2, &[&numbers(&[0, 0]), &(-5i32 << 2 | 2).to_le_bytes()]),
        record(11, &[&numbers(&[1, 0]), &[7]]),
        // A formula that is to be reckoned always and on opening.
        record(9, &[&numbers(&[2, 0]), &0f64.to_le_bytes(), &words(&[3])]),
        record(176, &[&numbers(&[0, 0, 0, 2])]),
        record(130, &[]),
    ];
    let relation = |id: &str, kind: &str, path: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"http://x/{kind}\" Target=\"{path}\"/>")
    };
    let relations = [
        relation("r1", "worksheet", "worksheets/sheet1.bin"),
        relation("r2", "styles", "styles.bin"),
        relation("r3", "sharedStrings", "/xl/sharedStrings.bin"),
    ];
    zip_of(&[
        ("xl/workbook.bin", &book.concat()),
        ("xl/_rels/workbook.bin.rels", format!("<Relationships>{}</Relationships>", relations.concat()).as_bytes()),
        ("xl/styles.bin", &styles.concat()),
        ("xl/sharedStrings.bin", &[strings.concat(), record(160, &[])].concat()),
        ("xl/worksheets/sheet1.bin", &sheet.concat()),
    ])
}

pub fn ods() -> Vec<u8> {
    ods_of(ODS_TABLE)
}

/// A document of which something is given: its tables.
pub fn ods_of(tables: &str) -> Vec<u8> {
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content><office:automatic-styles>\
        <style:style style:name=\"ta1\" style:family=\"table\"><style:table-properties table:display=\"true\"/></style:style>\
        <style:style style:name=\"ta2\" style:family=\"table\"><style:table-properties table:display=\"false\"/></style:style>\
        </office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    );
    zip_of(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", b"<manifest:manifest/>"),
        ("content.xml", content.as_bytes()),
    ])
}

const ODS_TABLE: &str = r#"<table:table table:name="Năm" table:style-name="ta2">
<table:table-column/><table:table-column table:visibility="collapse"/><table:table-column table:number-columns-repeated="16382"/>
<table:table-row><table:table-cell table:number-columns-spanned="3" office:value-type="string"><text:p>Hiến đất  <text:span>năm</text:span> 2023</text:p></table:table-cell><table:covered-table-cell table:number-columns-repeated="2"/></table:table-row>
<table:table-row><table:table-cell office:value-type="string"><office:annotation><text:p>ghi chú</text:p></office:annotation><text:p>Ngày</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Xã</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>ha</text:p></table:table-cell><table:table-cell table:number-columns-repeated="16381"/></table:table-row>
<table:table-row><table:table-cell office:value-type="date" office:date-value="2023-03-29"><text:p>29/03/23</text:p></table:table-cell><table:table-cell table:formula="of:=[.Z1]" office:value-type="string" office:string-value="Bảo Hà"/><table:table-cell office:value-type="float" office:value="27.9"><text:p>27,900</text:p></table:table-cell></table:table-row>
<table:table-row table:visibility="filter"><table:table-cell office:value-type="float" office:value="-5"><text:p>-5</text:p></table:table-cell><table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell><table:table-cell table:formula="of:=[.A1]"/></table:table-row>
<table:table-row table:number-rows-repeated="1048572"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
</table:table>"#;

const XML: &str = r#"<?xml version="1.0"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Styles><Style ss:ID="s1"><NumberFormat ss:Format="0.000"/></Style></Styles>
<Worksheet ss:Name="Năm"><Table>
<Column ss:Index="2" ss:Hidden="1"/>
<Row><Cell ss:MergeAcross="2"><Data ss:Type="String">Hiến đất năm 2023</Data><Comment><ss:Data>ghi chú</ss:Data></Comment></Cell></Row>
<Row><Cell><Data ss:Type="String">Ngày</Data></Cell><Cell><Data ss:Type="String">Xã</Data></Cell><Cell><ss:Data ss:Type="String"><B>h</B>a</ss:Data></Cell></Row>
<Row><Cell><Data ss:Type="DateTime">2023-03-29T00:00:00.000</Data></Cell><Cell ss:Index="2"><Data ss:Type="String">B&#7843;o H&#xE0;</Data></Cell><Cell ss:StyleID="s1"><Data ss:Type="Number">27.9</Data></Cell></Row>
<Row ss:Index="4" ss:Hidden="1"><Cell><Data ss:Type="Number">-5</Data></Cell><Cell ss:Formula="=1/0"><Data ss:Type="Error">#DIV/0!</Data></Cell><Cell ss:Formula="=R1C1"/></Row>
</Table><WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet>
</Workbook>"#;

const HTML: &str = r#"<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset=utf-8><title>x</title>
<style>td { color: red }</style></head><body><table border=1><col><col style='display: none'><col>
<tr><td colspan=3>Hi&#7871;n đất
  năm 2023</td></tr>
<tr><td>Ngày<td>Xã<th>ha</tr>
<tr><td x:num="45014">29/03/2023</td><td>B&#7843;o H&agrave;</td><td x:num="27.9">27,900</td></tr>
<tr style='display:none'><td x:num>-5</td><td>#DIV/0!</td></tr>
</table></body></html>"#;
