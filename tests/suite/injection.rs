//! No text of a file, a name or the settings becomes a formula, a link, markup or a template in what is written (design.md 7.3).

use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::Event;
use walkdir::WalkDir;
use zip::ZipArchive;

use crate::program::{danvan, workspace};

/// What a spreadsheet, a browser, a reader of Markdown or the template engine would run or show as its own.
const HOSTILE: [&str; 12] = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1:A9)",
    "=HYPERLINK(\"http://vi.du\";\"bấm\")",
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "<img src=x onerror=y>",
    "</w:t></w:r></w:p>",
    "[bấm](http://vi.du) ![x](y)",
    "{{ 7*7 }}{% raw %}",
    "&P&D ]]> **a** `b` | c",
];

/// A workspace where they stand in every place that an output can quote.
fn files() -> Vec<(String, String)> {
    let mut files = Vec::new();
    let quoted = |text: &str| format!("{:?}", text);
    files.push((
        "danvan.toml".to_owned(),
        format!(
            "[agency]\nname = {}\nparent = {}\nplace = {}\nfield = {}\nrecipients = [{}]\nsigner_title = {}\n",
            quoted(HOSTILE[6]),
            quoted(HOSTILE[8]),
            quoted(HOSTILE[0]),
            quoted(HOSTILE[10]),
            HOSTILE.map(quoted).join(", "),
            quoted(HOSTILE[11]),
        ),
    ));
    let field = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut register = "Mã,Tên đơn vị,Cấp,Trực thuộc\nH,Huyện A,huyện,\n".to_owned();
    let mut table = "KẾT QUẢ ĐỐI THOẠI NĂM 2023\nTT,Đơn vị,Số cuộc đối thoại,Số ý kiến,Ghi chú\n".to_owned();
    for (at, hostile) in HOSTILE.iter().enumerate() {
        let unit = format!("{hostile} Xã {at}");
        register += &format!("{},{},xã,H\n", field(&format!("{hostile}{at}")), field(&unit));
        table += &format!("{},{},{},{},{}\n", at + 1, field(&unit), at + 2, at + 1, field(hostile));
        // A heading that nobody understands, a place that is no unit, a word for a number.
        let other = format!(
            "{}\nĐơn vị,Số cuộc đối thoại {},Số hộ hiến đất\n{},3,{}\n",
            field(&format!("QUÝ II NĂM 2023 {hostile}")),
            field(hostile),
            field(&format!("Xã {hostile}")),
            field(hostile)
        );
        files.push((format!("du-lieu/{at} {}.csv", hostile.replace('/', "∕")), other));
    }
    files.push(("don-vi.csv".to_owned(), register));
    files.push(("du-lieu/Nam 2023.csv".to_owned(), table));
    let sheet = "== =1+1\nDANH SÁCH ĐỐI THOẠI NĂM 2023\nNgày tổ chức | Đơn vị | Hình thức | Chuyên đề | Số ý kiến\n'05/01/2023 | '=1+1 Xã 0 | '@SUM(A1:A9) | '=1+1 | '=cmd\n";
    files.push(("du-lieu/So doi thoai 2023.xlsx".to_owned(), sheet.to_owned()));
    files
}

/// The parts of a zip file, each with its name.
fn parts(bytes: &[u8]) -> Vec<(String, String)> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("an office file is a zip file");
    (0..archive.len())
        .map(|at| {
            let (mut part, mut text) = (archive.by_index(at).expect("the part is there"), Vec::new());
            part.read_to_end(&mut text).expect("the part can be inflated");
            let name = part.name().expect("the part's name is UTF-8").into_owned();
            (name, String::from_utf8(text).expect("the part is UTF-8"))
        })
        .filter(|(name, _)| name.ends_with(".xml") || name.ends_with(".rels"))
        .collect()
}

/// The texts of all elements of a name; fails where the part is no well-formed XML.
fn elements(name: &str, xml: &str, wanted: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let (mut found, mut open) = (Vec::new(), None);
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{name}: {error}")) {
            Event::Start(tag) => {
                let local = tag.name().local_name().as_ref().to_owned();
                assert!(!["script", "img", "a"].contains(&local.as_str()), "{name} holds <{local}>");
                if local == wanted {
                    open = Some(String::new());
                }
            }
            Event::Text(text) => {
                if let Some(open) = &mut open {
                    open.push_str(&text);
                }
            }
            Event::End(tag) if tag.name().local_name().as_ref() == wanted => found.extend(open.take()),
            Event::Eof => return found,
            _ => {}
        }
    }
}

fn workbook(path: &Path, bytes: &[u8]) -> usize {
    let mut formulas = 0;
    for (name, xml) in parts(bytes) {
        for formula in elements(&name, &xml, "f") {
            let ours =
                |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || "()+-*/,:=\"$!'.<>&;gtlqou ".contains(c);
            let quoted = formula.contains('!');
            assert!(quoted || formula.chars().all(ours), "{}: {name}: {formula}", path.display());
            for word in ["HYPERLINK", "cmd", "1+1", "calc"] {
                assert!(!formula.contains(word), "{}: {name}: {formula}", path.display());
            }
            formulas += 1;
        }
        if name.ends_with(".rels") {
            assert!(!xml.contains("vi.du"), "{}: {name} leads out", path.display());
        }
    }
    formulas
}

#[test]
fn no_text_is_run_by_what_opens_a_report() {
    let workspace = workspace(&files());
    for line in [
        "report --year 2023 --format xlsx,md,docx,json --records always",
        "status --year 2023 --format xlsx,md,csv,json",
        "reply --year 2023",
        "convert du-lieu --to xlsx -o ra",
        "convert du-lieu --to csv -o ra",
    ] {
        let run = danvan(workspace.path(), line);
        assert!(run.code < 2, "{line}: {}", run.stderr);
        assert!(!run.stdout.contains('\u{1b}'), "{line} prints an escape");
    }
    let (mut seen, mut formulas) = (Vec::new(), 0);
    for entry in ["bao-cao", "ra"].into_iter().flat_map(|dir| WalkDir::new(workspace.path().join(dir))) {
        let path = entry.expect("it was written").into_path();
        let Some(extension) = path.extension().and_then(|extension| extension.to_str()) else { continue };
        let bytes = fs::read(&path).expect("it can be read");
        match extension {
            "xlsx" => formulas += workbook(&path, &bytes),
            "docx" => {
                let of_document = |(name, xml): (String, String)| elements(&name, &xml, "instrText");
                let fields: Vec<String> = parts(&bytes).into_iter().flat_map(of_document).collect();
                assert!(fields.iter().all(|field| field.trim() == "PAGE"), "{fields:?}");
            }
            "md" => {
                let text = String::from_utf8(bytes).expect("it is UTF-8");
                // What is escaped marks nothing.
                let marks = text.replace(r"\*", "").replace(r"\]", "").replace(r"\`", "");
                for raw in ["<script", "<img", "](http", "**a**", "`b`"] {
                    assert!(!marks.contains(raw), "{} holds {raw}", path.display());
                }
                // The document's head holds the settings' own texts.
                let document = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("tong-ket-"));
                let kept = text.contains("{{ 7*7 }}") || text.contains(r"{{ 7\*7 }}");
                assert!(kept || !document, "a text stays what it is");
            }
            "json" => {
                let _: serde_json::Value = serde_json::from_slice(&bytes).expect("it is JSON");
            }
            "csv" => {
                let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&bytes[..]);
                for record in reader.records() {
                    for field in &record.expect("it is CSV") {
                        let number = field.replace(',', ".").parse::<f64>().is_ok();
                        let runs = field.trim_start_matches('\u{feff}').starts_with(['=', '+', '-', '@', '\t', '\r']);
                        assert!(number || !runs, "{}: {field}", path.display());
                    }
                }
            }
            _ => {}
        }
        if extension != "lock" {
            seen.push(extension.to_owned());
        }
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen, ["csv", "docx", "json", "md", "xlsx"]);
    assert!(formulas > 5, "the workbook has formulas: {formulas}");
}
