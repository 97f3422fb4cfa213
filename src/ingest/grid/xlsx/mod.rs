//! xlsx and xlsm → grids, by a scanner of our own: each sheet in one pass over its bytes as they are inflated.
//!
//! It reads what Excel, LibreOffice and the libraries of this trade write, and is strict: an element, an attribute or a text that it does
//! not expect among the cells is damage, never passed over. What may be legal and is only unusual (prefixed tags, another namespace or
//! encoding, numbers that are none) it does not guess at: [`Stop::Unknown`], and another reader takes the file.

mod sheet;
mod strings;
mod styles;
mod xml;

use std::cell::RefCell;

use std::sync::Arc;

use crate::base::cell::Value;
use crate::base::diagnostic::Problem;
use crate::base::fold;
use crate::ingest::limits;

use super::Grid;
use super::guard::Archive;
use strings::Texts;
use styles::Style;
use xml::{Event, Part, Result, Stop};

/// What the sheets of a workbook share.
#[derive(Default)]
struct Book {
    strings: Vec<Option<Arc<str>>>,
    styles: Vec<Style>,
    /// Days are counted from 1904.
    from_1904: bool,
}

/// What a thread keeps from one workbook to the next.
#[derive(Default)]
struct Scratch {
    window: Vec<u8>,
    cells: Vec<(u32, Value)>,
    text: String,
}

/// Bytes of a window that is kept.
const KEPT_WINDOW: usize = 1 << 20;

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// The sheets of a workbook, in its order; `None`: there is something in it that this reader does not know.
pub fn grids(archive: &mut Archive, file: &Arc<str>) -> Option<std::result::Result<Vec<Grid>, Problem>> {
    // Taken out and put back, so that a panic leaves nothing half-used behind.
    let mut scratch = SCRATCH.take();
    let read = Workbook { archive, file, scratch: &mut scratch }.grids();
    scratch.window.truncate(KEPT_WINDOW);
    scratch.window.shrink_to(KEPT_WINDOW);
    SCRATCH.set(scratch);
    match read {
        Ok(grids) => Some(Ok(grids)),
        Err(Stop::Unknown) => None,
        Err(Stop::Refused(problem)) => Some(Err(*problem)),
        Err(Stop::Damaged | Stop::More) => Some(Err(unreadable(DAMAGED.into()))),
    }
}

const DAMAGED: &str = "tệp Excel hỏng hoặc không đúng định dạng";

fn unreadable(reason: String) -> Problem {
    Problem::FileUnreadable { reason }
}

struct Workbook<'a, 'b> {
    archive: &'a mut Archive<'b>,
    file: &'a Arc<str>,
    scratch: &'a mut Scratch,
}

/// A part that another one names: by its kind (the end of its type's address).
struct Relation {
    id: String,
    kind: String,
    target: String,
}

struct Listed {
    name: String,
    hidden: bool,
    relation: String,
}

impl Workbook<'_, '_> {
    fn grids(&mut self) -> Result<Vec<Grid>> {
        let package = self.part("_rels/.rels", relations)?.ok_or(Stop::Unknown)?;
        let main = package.iter().find(|relation| relation.kind == "officeDocument").ok_or(Stop::Unknown)?;
        let main = path("", &main.target)?;
        let (folder, name) = main.rsplit_once('/').map_or(("", &main[..]), |(folder, name)| (folder, name));
        let beside = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        let parts = self.part(&beside(&format!("_rels/{name}.rels")), relations)?.ok_or(Stop::Unknown)?;
        let (listed, from_1904) = self.part(&main, workbook)?.ok_or(Stop::Unknown)?;
        if listed.is_empty() {
            return Err(Stop::Unknown);
        }
        if listed.len() > limits::SHEETS {
            return Err(limits::exceeded("quá", limits::SHEETS as u64, "trang tính").into());
        }
        let of_kind = |kind: &str, name: &str| match parts.iter().find(|relation| relation.kind == kind) {
            Some(relation) => path(folder, &relation.target),
            None => Ok(beside(name)),
        };
        let book = Book {
            strings: self.part(&of_kind("sharedStrings", "sharedStrings.xml")?, strings::shared)?.unwrap_or_default(),
            styles: self.part(&of_kind("styles", "styles.xml")?, styles::styles)?.unwrap_or_default(),
            from_1904,
        };
        let mut texts = Texts::default();
        let mut grids = Vec::with_capacity(listed.len());
        let mut filled = 0;
        for sheet in listed {
            let relation = parts.iter().find(|relation| relation.id == sheet.relation).ok_or(Stop::Unknown)?;
            match &relation.kind[..] {
                "worksheet" => {}
                // These have no cells.
                "chartsheet" | "dialogsheet" => continue,
                _ => return Err(Stop::Unknown),
            }
            let shown = fold::nfc(sheet.name.trim());
            let mut grid = Grid { hidden: sheet.hidden, ..Grid::new(self.file, &shown) };
            let mut cells = std::mem::take(&mut self.scratch.cells);
            let mut text = std::mem::take(&mut self.scratch.text);
            let mut reader = sheet::Reader::new(&book, &mut texts, &mut cells, &mut text, &mut grid, filled);
            let read = self.part(&path(folder, &relation.target)?, |part| reader.read(part));
            filled = reader.filled();
            let found = match read {
                Err(Stop::Damaged | Stop::More) => {
                    let row = reader.row();
                    let row = if row > 0 { format!(", gần dòng {row}") } else { String::new() };
                    return Err(unreadable(format!("{DAMAGED} (trang tính {shown}{row})")).into());
                }
                read => read?,
            };
            (self.scratch.cells, self.scratch.text) = (cells, text);
            if !found.unwrap_or_default() {
                let reason = format!("thiếu nội dung của trang tính {shown}, tệp có thể đã hỏng");
                return Err(unreadable(reason).into());
            }
            grids.push(grid);
        }
        Ok(grids)
    }

    /// What is read from a part; `None` where there is none of this name.
    fn part<T>(&mut self, name: &str, read: impl FnOnce(&mut Part) -> Result<T>) -> Result<Option<T>> {
        let same = |own: &[u8]| {
            own.len() == name.len()
                && own
                    .iter()
                    .zip(name.bytes())
                    .all(|(own, byte)| own.eq_ignore_ascii_case(&byte) || *own == b'\\' && byte == b'/')
        };
        let mut found = self.archive.file_names_raw().enumerate().filter(|(_, own)| same(own)).map(|(at, _)| at);
        let Some(at) = found.next() else { return Ok(None) };
        // Two parts of one name but for its case: which is meant is not ours to say.
        if found.next().is_some() {
            return Err(Stop::Unknown);
        }
        drop(found);
        let mut from = self.archive.by_index(at).map_err(|_| Stop::Unknown)?;
        let size = from.size();
        let mut part = Part::new(&mut from, std::mem::take(&mut self.scratch.window), size)?;
        let given = read(&mut part)?;
        self.scratch.window = part.into_window();
        Ok(Some(given))
    }
}

/// A part's name in the archive, from the folder of the part that names it.
fn path(folder: &str, target: &str) -> Result<String> {
    let path = match target.strip_prefix('/') {
        Some(path) => path.to_owned(),
        None if folder.is_empty() => target.to_owned(),
        None => format!("{folder}/{target}"),
    };
    if path.split('/').any(|step| matches!(step, "" | "." | "..")) { Err(Stop::Unknown) } else { Ok(path) }
}

/// Workbooks as Excel has written them since 2007; those of the stricter standard have other names for the same things.
fn known_namespace(value: &[u8]) -> Result<()> {
    match value {
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        | b"http://schemas.openxmlformats.org/package/2006/relationships" => Ok(()),
        _ => Err(Stop::Unknown),
    }
}

/// Begins a part with its root, whose attributes `told` sees; whether it has no content.
fn open(part: &mut Part, root: &[u8], mut told: impl FnMut(&[u8], &[u8]) -> Result<()>) -> Result<bool> {
    loop {
        match part.event()? {
            Event::Text(text) if xml::is_blank_text(text) => {}
            Event::Open { name, mut attributes, empty } if name == root => {
                while let Some((name, value)) = attributes.next()? {
                    if name == b"xmlns" {
                        known_namespace(value)?;
                    }
                    told(name, value)?;
                }
                return Ok(empty);
            }
            _ => return Err(Stop::Unknown),
        }
    }
}

/// Goes on to the end of a part whose root is open: past the elements named, and nothing else.
fn close(part: &mut Part, known: &[&[u8]]) -> Result<()> {
    loop {
        let depth = part.depth();
        match part.event()? {
            Event::Open { name, .. } if depth == 1 && !known.contains(&name) => return Err(Stop::Damaged),
            Event::Open { .. } if depth == 0 => return Err(Stop::Damaged),
            Event::Text(text) if depth < 2 && !xml::is_blank_text(text) => return Err(Stop::Damaged),
            Event::End => return Ok(()),
            _ => {}
        }
    }
}

fn relations(part: &mut Part) -> Result<Vec<Relation>> {
    open(part, b"Relationships", |_, _| Ok(()))?;
    let mut relations = Vec::new();
    loop {
        let depth = part.depth();
        match part.event()? {
            Event::Open { name: b"Relationship", mut attributes, .. } if depth == 1 => {
                let (mut id, mut kind, mut target) = (None, None, None);
                while let Some((name, value)) = attributes.next()? {
                    match name {
                        b"Id" => id = Some(xml::decoded(value)?),
                        b"Type" => kind = Some(xml::decoded(value)?),
                        b"Target" => target = Some(xml::decoded(value)?),
                        _ => {}
                    }
                }
                let (Some(id), Some(kind), Some(target)) = (id, kind, target) else { return Err(Stop::Damaged) };
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                relations.push(Relation { id, kind, target });
            }
            Event::Open { .. } => return Err(Stop::Damaged),
            Event::Text(text) if !xml::is_blank_text(text) => return Err(Stop::Damaged),
            Event::Text(_) | Event::Close => {}
            Event::End => return Ok(relations),
        }
    }
}

/// The sheets that a workbook lists, and whether its days are counted from 1904.
fn workbook(part: &mut Part) -> Result<(Vec<Listed>, bool)> {
    open(part, b"workbook", |_, _| Ok(()))?;
    let (mut listed, mut from_1904) = (Vec::new(), false);
    let mut sheets = false;
    loop {
        let depth = part.depth();
        match part.event()? {
            Event::Open { name: b"workbookPr", mut attributes, .. } if depth == 1 => {
                while let Some((name, value)) = attributes.next()? {
                    if name == b"date1904" {
                        from_1904 = xml::truth(value)?;
                    }
                }
            }
            Event::Open { name, .. } if depth == 1 => sheets = name == b"sheets",
            Event::Open { name, mut attributes, .. } if depth == 2 && sheets => {
                if name != b"sheet" {
                    return Err(Stop::Damaged);
                }
                let (mut name, mut hidden, mut relation) = (None, false, None);
                while let Some((key, value)) = attributes.next()? {
                    match key {
                        b"name" => name = Some(xml::decoded(value)?),
                        b"state" => hidden = value != b"visible",
                        key if key.ends_with(b":id") => relation = Some(xml::decoded(value)?),
                        _ => {}
                    }
                }
                let (Some(name), Some(relation)) = (name, relation) else { return Err(Stop::Damaged) };
                listed.push(Listed { name, hidden, relation });
            }
            Event::Open { .. } if depth == 0 || sheets => return Err(Stop::Damaged),
            Event::Text(text) if (depth < 2 || sheets) && !xml::is_blank_text(text) => return Err(Stop::Damaged),
            Event::Open { .. } | Event::Text(_) | Event::Close => {}
            Event::End => return Ok((listed, from_1904)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
    use zip::write::SimpleFileOptions;
    use zip::{CompressionMethod, ZipWriter};

    use super::super::{excel, guard};
    use super::*;
    use crate::base::cell::CellRef;

    const STRINGS: &str = r#"<sst count="9" uniqueCount="6"><si><t>Số hộ</t></si><si><t xml:space="preserve"> xã &amp; &#7847;
</t></si><si><r><rPr><b/></rPr><t>Đất </t></r><r><t xml:space="preserve"> hiến</t></r><rPh sb="0" eb="1"><t>dat</t></rPh>
<phoneticPr fontId="1"/></si><si/><si><t>_x005F_x000D_ a_x000D_b_xD83D__xDE00__xd83d_</t></si><si><t> </t></si></sst>"#;

    const STYLES: &str = r##"<styleSheet><numFmts count="2"><numFmt numFmtId="164" formatCode="[$-42A]dd/mm/yyyy;@"/>
<numFmt numFmtId="165" formatCode="0.000"/></numFmts><cellXfs count="5"><xf numFmtId="0"/><xf numFmtId="14"/>
<xf numFmtId="164"><alignment wrapText="1"/></xf><xf numFmtId="165"/><xf numFmtId="46"/></cellXfs></styleSheet>"##;

    const WORKBOOK: &str = r#"<workbook><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#;

    /// A workbook of one sheet, from its parts' XML.
    fn book(sheet: impl AsRef<[u8]>, strings: impl AsRef<[u8]>) -> Vec<u8> {
        const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let relation = |id: &str, kind: &str, target: &str| {
            format!(
                r#"<Relationships><Relationship Id="{id}" Type="{OFFICE}/{kind}" Target="{target}"/></Relationships>"#
            )
        };
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in [
            ("_rels/.rels", relation("r", "officeDocument", "xl/workbook.xml").as_bytes()),
            ("xl/_rels/workbook.xml.rels", relation("r1", "worksheet", "worksheets/sheet1.xml").as_bytes()),
            ("xl/workbook.xml", WORKBOOK.as_bytes()),
            ("xl/sharedStrings.xml", strings.as_ref()),
            ("xl/styles.xml", STYLES.as_bytes()),
            ("xl/worksheets/sheet1.xml", sheet.as_ref()),
        ] {
            zip.start_file(name, SimpleFileOptions::default().compression_method(CompressionMethod::Stored)).unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn sheet(rows: &str) -> String {
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<worksheet><sheetData>{rows}</sheetData></worksheet>")
    }

    type Read = std::result::Result<Vec<Grid>, Problem>;

    /// What this reader makes of a workbook, and what calamine does.
    fn both(bytes: &[u8]) -> (Option<Read>, Read) {
        let file: Arc<str> = "a.xlsx".into();
        let own = grids(&mut guard::archive(bytes).unwrap(), &file);
        let other = std::panic::catch_unwind(|| guard::check_zip(bytes).and_then(|()| excel::grids(bytes, &file)));
        (own, other.unwrap_or(Err(unreadable(String::new()))))
    }

    fn same(own: &[Grid], other: &[Grid]) {
        assert_eq!(own.len(), other.len());
        for (own, other) in own.iter().zip(other) {
            assert_eq!((&own.name, own.hidden, &own.merges), (&other.name, other.hidden, &other.merges));
            let rows =
                |grid: &Grid| grid.rows.iter().map(|row| format!("{} {:?}", row.index, row.cells)).collect::<Vec<_>>();
            assert_eq!(rows(own), rows(other));
        }
    }

    #[test]
    fn what_a_library_writes_is_read_as_calamine_reads_it() {
        let mut workbook = Workbook::new();
        let (day, plain) = (Format::new().set_num_format("dd/mm/yyyy"), Format::new());
        let sheet = workbook.add_worksheet().set_name("Hiến đất & mở đường").unwrap();
        let numbers =
            [0.0, -1.5, 27.9, 33.800000000000004, 0.1 + 0.2, 123456789012345.0, 1e15, 1e-7, 2.5e10, 1e300, 1e-300];
        for (row, number) in (0..).zip(numbers) {
            sheet.write_number(row, 0, number).unwrap();
            sheet.write_number_with_format(row, 1, number, &day).unwrap();
        }
        let texts = [
            "xã Hồng",
            "xa\u{303}",
            " ",
            "a\nb",
            "1<2 & \"3\"",
            " hai ",
            "_x000D_",
            "\u{a0}x",
            "\u{feff}",
            "😀",
            "–",
            "Å",
        ];
        for (row, text) in (0..).zip(texts) {
            sheet.write_string(row, 2, text).unwrap();
            sheet.write_formula(row, 3, Formula::new("\"a\"&\"b\"").set_result(text)).unwrap();
        }
        sheet.write_boolean(12, 0, true).unwrap();
        sheet.write_boolean(12, 1, false).unwrap();
        for (col, result) in (2..).zip(["#DIV/0!", "12.5", ""]) {
            sheet.write_formula(12, col, Formula::new("A1/A2").set_result(result)).unwrap();
        }
        sheet.write_rich_string(13, 2, &[(&Format::new().set_bold(), " đậm "), (&plain, " nhạt")]).unwrap();
        let last = ExcelDateTime::from_ymd(2023, 12, 31).unwrap().and_hms(23, 59, 59.999).unwrap();
        sheet.write_datetime_with_format(13, 3, last, &day).unwrap();
        sheet.write_blank(14, 0, &day).unwrap();
        sheet.merge_range(15, 0, 16, 3, "gộp", &plain).unwrap();
        sheet.merge_range(14, 5, 15, 6, "", &plain).unwrap();
        sheet.write_string(1_048_575, 16_383, "cuối").unwrap();
        workbook.add_worksheet().set_name("Trống").unwrap().set_hidden(true);
        let (own, other) = both(&workbook.save_to_buffer().unwrap());
        same(&own.unwrap().unwrap(), &other.unwrap());
    }

    #[test]
    fn what_others_write_is_read_as_calamine_reads_it() {
        for rows in [
            "",
            r#"<row r="3"><c r="B3"><v>5</v></c><c t="s"><v>0</v></c></row><row><c><v>1</v></c></row> "#,
            r#"<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c><c t="s"><v>3</v></c><c t="s"><v>4</v></c></row>"#,
            r#"<row r="1" x:y="0" ><c r='A1' s = "1"><v>44939</v></c><c r="B1" s="2" ><v>44939.75</v ></c></row >"#,
            r#"<row><c s="1"><v>59</v></c><c s="1"><v>60</v></c><c s="1"><v>0.5</v></c><c s="1"><v>-3</v></c></row>"#,
            r#"<row><c s="1"><v>1e9</v></c><c s="1"><v>1e99</v></c><c s="1"><v>44939.99999999999</v></c></row>"#,
            r#"<row><c s="4"><v>1.5</v></c><c s="3"><v>27.9</v></c><c s="77"><v>1</v></c></row>"#,
            r#"<row><c><f>A1</f></c><c><f>A1</f><v></v></c><c t="s"><f>A1</f><v></v></c><c t="str"><f>A1</f></c></row>"#,
            r#"<row><c t="str"><f>A1</f><v></v></c><c><f t="shared" si="0"/><v>2</v></c><c><v>3</v><f>A1</f></c></row>"#,
            r#"<row><c t="str"><f>"&lt;"</f><v> a &#x1EA7;_x000D_&#10;</v></c><c t="n"><v>1E+2</v></c><c t="n"/></row>"#,
            r#"<row><c t="inlineStr"><is><t> hai </t></is></c><c t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c></row>"#,
            r#"<row><c t="inlineStr"/><c t="inlineStr"><is/></c><c><v/></c><c t="inlineStr"><is><t/></is></c></row>"#,
            r#"<row><c t="b"><v>1</v></c><c t="b"><v>false</v></c><c t="b"><v/></c><c t="e"><v>#N/A</v></c></row>"#,
            r#"<row><c t="d"><v>2023-01-13T00:00:00</v></c><c t="d"><v>13/01/2023</v></c><c><v>không</v></c></row>"#,
            "<!-- a --><row><!-- b > --><c><!-- c --><v>1</v><!-- d --></c></row><!-- e -->",
            r#"<row r="9"><c r="C9"><v>3</v></c><c r="A9"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>"#,
            "<row><c><v>-0</v></c><c><v>-0.0</v></c><c><v>007</v></c><c><v>1.50</v></c><c><v>1.</v></c><c><v>.5</v></c></row>",
            "<row><c><v>12345678901234567890</v></c><c><v>0.1234567890123456789</v></c><c><v>+5</v></c></row>",
            r#"<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#,
        ] {
            let (own, other) = both(&book(sheet(rows), STRINGS));
            let own = own.unwrap_or_else(|| panic!("{rows}")).unwrap_or_else(|problem| panic!("{rows}: {problem:?}"));
            same(&own, &other.unwrap());
        }
    }

    #[test]
    fn what_calamine_passes_over_is_read() {
        for (rows, expected) in [
            (r#"<row><c t="inlineStr"><is><t>hai</t></is><v>0</v></c></row>"#, "[(0, Text(\"hai\"))]"),
            (r#"<row><c t="str"><v><![CDATA[a<b]]></v></c></row>"#, "[(0, Text(\"a<b\"))]"),
            (r#"<row><c t="e"><v>#SPILL!</v></c></row>"#, "[(0, Error(\"#SPILL!\"))]"),
            (r#"<row><c><v>1</v><extLst><ext uri="a"><v>9</v></ext></extLst></c></row>"#, "[(0, Number(1))]"),
        ] {
            let own = both(&book(sheet(rows), STRINGS)).0.unwrap().unwrap();
            assert_eq!(format!("{:?}", own[0].rows[0].cells), expected, "{rows}");
        }
    }

    #[test]
    fn what_is_not_known_goes_to_another_reader() {
        for xml in [
            "<x:worksheet><x:sheetData><x:row><x:c><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>",
            r#"<worksheet xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"><sheetData/></worksheet>"#,
            r#"<?xml version="1.0" encoding="windows-1258"?><worksheet><sheetData/></worksheet>"#,
            &sheet(r#"<row><c r="A7"><v>1</v></c></row>"#),
        ] {
            assert!(both(&book(xml, STRINGS)).0.is_none(), "{xml}");
        }
    }

    #[test]
    fn what_may_hide_a_cell_is_damage() {
        for rows in [
            "<x><c><v>1</v></c></x>",
            "<row><x><v>1</v></x></row>",
            "<row><x/></row>",
            "<row><c><x>1</x></c></row>",
            "<row><c><v>1</v></c>2</row>",
            "<row>2<c><v>1</v></c></row>",
            "2<row><c><v>1</v></c></row>",
            "<row><c>1</c></row>",
            "<row><c><v> </v></c></row>",
            "<row><c><v>1</v><v>2</v></c></row>",
            "<row><c><v>1</x></c></row>",
            "<row><c><v>1</v></row></c>",
            "<row><c><v>1</v></c>",
            "<row><c><v><w>1</w></v></c></row>",
            "<row><?a?><c><v>1</v></c></row>",
            r#"<row><c><v>1</v></c></row><row r="1"><c><v>1</v></c></row>"#,
            r#"<row><c r="A1"><v>1</v></c><c r="A1"><v>1</v></c></row>"#,
            r#"<row r="1"><c r="A2"><v>1</v></c></row>"#,
            r#"<row r="0"><c><v>1</v></c></row>"#,
            r#"<row r="1048577"><c><v>1</v></c></row>"#,
            r#"<row><c r="XFE1"><v>1</v></c></row>"#,
            r#"<row><c r="1"><v>1</v></c></row>"#,
            r#"<row><c q="A1"><v>1</v></c></row>"#,
            r#"<row><c t="x"><v>1</v></c></row>"#,
            r#"<row><c t="s"><v>6</v></c></row>"#,
            r#"<row><c t="s"><v>x</v></c></row>"#,
            r#"<row><c t="n"><v>1,5</v></c></row>"#,
            r#"<row><c t="b"><v>2</v></c></row>"#,
            r#"<row><c t="str"><v>&nbsp;</v></c></row>"#,
            r#"<row><c t="str"><v>&#0;</v></c></row>"#,
            r#"<row><c t="inlineStr"><is><t>a</t><u>b</u></is></c></row>"#,
            "<row><row><c><v>1</v></c></row></row>",
            r#"<row><c r="A1" r="B1"><v>1</v></c></row>"#,
            r#"<row><c r="A1"s="1"><v>1</v></c></row>"#,
            r#"<row><c r=A1><v>1</v></c></row>"#,
            "</sheetData><sheetData>",
        ] {
            let own = both(&book(sheet(rows), STRINGS)).0;
            assert!(matches!(own, Some(Err(Problem::FileUnreadable { .. }))), "{rows}: {own:?}");
        }
        let entities = r#"<!DOCTYPE a [<!ENTITY b "c">]><worksheet><sheetData/></worksheet>"#;
        match both(&book(entities, STRINGS)).0 {
            Some(Err(Problem::FileUnreadable { reason })) => assert!(reason.contains("không an toàn"), "{reason}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn where_a_sheet_is_damaged_is_said() {
        let rows = r#"<row><c><v>1</v></c></row><row r="12"><c><w>1</w></c></row>"#;
        match both(&book(sheet(rows), STRINGS)).0 {
            Some(Err(Problem::FileUnreadable { reason })) => {
                assert!(reason.ends_with("(trang tính S, gần dòng 12)"), "{reason}");
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn hidden_rows_and_columns_that_hold_something_are_told() {
        let xml = r#"<worksheet><cols><col min="1" max="1" width="9"/><col min="2" max="16384" hidden="1"/></cols><sheetData>
            <row r="1"><c r="A1"><v>1</v></c><c r="D1"><v>1</v></c></row><row r="2" hidden="true"><c r="B2"><v>1</v></c></row>
            <row r="3" hidden="1"><c r="C3"/></row></sheetData></worksheet>"#;
        let grid = &both(&book(xml, STRINGS)).0.unwrap().unwrap()[0];
        assert_eq!((&grid.hidden_rows[..], &grid.hidden_columns[..]), (&[1][..], &[1, 3][..]));
    }

    #[test]
    fn numbers_shown_with_other_thousands_are_kept_as_shown() {
        let rows = r#"<row><c s="3"><v>27.9</v></c><c s="0"><v>27.9</v></c><c s="3" t="str"><v>27.9</v></c><c s="3"><v>-12</v></c></row>"#;
        let grid = &both(&book(sheet(rows), STRINGS)).0.unwrap().unwrap()[0];
        let shown: Vec<_> = grid.shown.iter().map(|(at, text)| (*at, &**text)).collect();
        assert_eq!(shown, [(CellRef::new(0, 0), "27.900"), (CellRef::new(0, 3), "-12.000")]);
    }

    #[test]
    fn a_window_smaller_than_the_part_reads_the_same() {
        let row =
            |at: u32| format!(r#"<row r="{at}"><c r="A{at}"><v>{at}</v></c><c r="B{at}" t="s"><v>0</v></c></row>"#);
        let rows: String = (1..=20_000).map(row).collect();
        let (own, other) = both(&book(sheet(&rows), STRINGS));
        same(&own.unwrap().unwrap(), &other.unwrap());
        // Rows longer than the window.
        let cells = r#"<c t="inlineStr"><is><t>một ô không ngắn lắm</t></is></c>"#.repeat(16_384);
        let (own, other) = both(&book(sheet(&format!("<row>{cells}</row>").repeat(2)), STRINGS));
        same(&own.unwrap().unwrap(), &other.unwrap());
    }

    #[test]
    fn days_count_from_1904_where_the_workbook_says_so() {
        let xml = WORKBOOK.replace("<sheets>", r#"<workbookPr date1904="1"/><sheets>"#);
        let mut bytes = xml.as_bytes();
        let (listed, from_1904) = workbook(&mut Part::new(&mut bytes, Vec::new(), 0).unwrap()).unwrap();
        assert!(from_1904 && listed.len() == 1);
    }

    /// How many sheets, cells and merged areas there are, by whichever reader takes the workbook.
    fn counted(bytes: &[u8]) -> Option<[usize; 3]> {
        let grids = super::super::read(bytes, &"a.xlsx".into()).ok()?;
        let cells = grids.iter().flat_map(|grid| &grid.rows).map(|row| row.cells.len()).sum();
        Some([grids.len(), cells, grids.iter().map(|grid| grid.merges.len()).sum()])
    }

    /// A byte that is wrong where the checksum is right: an error, or no fewer cells. Within a text or a number it makes
    /// another text, another number; those here are too long to become blanks by it.
    #[test]
    fn no_wrong_byte_hides_a_cell() {
        let rows = r#"<row r="1" spans="1:3"><c r="A1" s="1" t="s"><v>0</v></c><c r="B1"><f>A1+1</f><v>12</v></c><c r="C1" s="2"/></row>
            <row r="2"><c r="A2" t="inlineStr"><is><t>hai</t></is></c><c r="C2" t="str"><f>B1</f><v>ba</v></c></row>"#;
        let merges = r#"</sheetData><mergeCells count="1"><mergeCell ref="A5:B6"/></mergeCells>"#;
        let sheet = sheet(rows).replace("</sheetData>", merges).into_bytes();
        let strings = br#"<sst count="1" uniqueCount="1"><si><t>STT</t></si></sst>"#;
        let good = book(&sheet, strings);
        let expected = [1, 4, 1];
        assert_eq!(counted(&good), Some(expected));
        let holds = |bytes: &[u8], xml: &[u8], at: usize| {
            let fewer =
                counted(bytes).is_some_and(|found| found.iter().zip(expected).any(|(found, least)| *found < least));
            assert!(!fewer, "{at}: {}", String::from_utf8_lossy(xml));
        };
        for byte in *b"<>/\"= ?!9Bcrstx\x80" {
            for at in 0..sheet.len() {
                let mut sheet = sheet.clone();
                sheet[at] = byte;
                holds(&book(&sheet, strings), &sheet, at);
            }
            for at in 0..strings.len() {
                let mut strings = *strings;
                strings[at] = byte;
                holds(&book(&sheet, strings), &strings, at);
            }
        }
        for at in 0..good.len() {
            for byte in [b'<', good[at] ^ 1] {
                let mut bytes = good.clone();
                bytes[at] = byte;
                holds(&bytes, &bytes, at);
            }
        }
    }

    #[test]
    fn what_is_cut_off_is_no_smaller_sheet() {
        let sheet = sheet(r#"<row><c><v>12</v></c></row><row><c t="s"><v>0</v></c></row>"#);
        for end in 0..sheet.len() {
            assert_eq!(counted(&book(&sheet[..end], STRINGS)), None, "{end}");
        }
        for end in (0..STRINGS.len()).filter(|end| STRINGS.is_char_boundary(*end)) {
            assert_eq!(counted(&book(&sheet, &STRINGS[..end])), None, "{end}");
        }
        let good = book(&sheet, STRINGS);
        // Fewer bytes are a text.
        for end in 4..good.len() {
            assert_eq!(counted(&good[..end]), None, "{end}");
        }
    }
}
