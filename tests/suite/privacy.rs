//! Nothing that names or describes a person leaves the program: invented names, telephone and identity numbers are
//! planted in every personal field of every form, in columns of other kinds, and around the tables, and looked for in
//! every output, inflated, and in every message.

use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;

use walkdir::WalkDir;
use zip::ZipArchive;

use crate::program::{danvan, workspace};

/// No word of these is one of the catalogue's or the register's.
const PEOPLE: [&str; 4] = ["Quàng Thị Mỷ", "Giàng A Phử", "LÒ VĂN NGOẠN", "Sùng Seo Dế"];
const TELEPHONE: &str = "0987612345";
const IDENTITY: &str = "010098765432";

/// What must not be found: also parts of names, without diacritics, and numbers as a spreadsheet would mangle them.
fn secrets() -> Vec<String> {
    let mut secrets: Vec<String> = [
        "Quàng",
        "Mỷ",
        "Giàng",
        "Phử",
        "NGOẠN",
        "Ngoạn",
        "Sùng",
        "Dế",
        "Quang Thi My",
        "Giang A Phu",
        "LO VAN NGOAN",
        "Sung Seo De",
        "ngõ Lê Lết",
        "vợ cũ",
        "KINDAO",
        "Bimat",
        "mỷ lù",
    ]
    .map(str::to_owned)
    .to_vec();
    for number in [TELEPHONE, IDENTITY] {
        let short = number.trim_start_matches('0');
        let grouped: String = short.chars().rev().enumerate().fold(String::new(), |text, (at, digit)| {
            let point = if at > 0 && at % 3 == 0 { "." } else { "" };
            format!("{digit}{point}{text}")
        });
        secrets.extend([short.to_owned(), grouped]);
    }
    secrets
}

/// A form of the catalogue, as far as it matters here: its title, its date heading, and its columns.
struct Form {
    title: String,
    date: String,
    /// Headings of fields: personal, and others that are no dates.
    personal: Vec<String>,
    others: Vec<String>,
}

fn forms() -> Vec<Form> {
    let builtin = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/catalogue/builtin");
    let mut forms = Vec::new();
    for entry in fs::read_dir(builtin).expect("the catalogue is there") {
        let path = entry.expect("the catalogue is there").path();
        if path.is_dir() {
            continue;
        }
        let text = fs::read_to_string(path).expect("it can be read");
        let table: toml::Table = text.parse().expect("the catalogue is TOML");
        let Some(form) = table.get("form").and_then(toml::Value::as_table) else { continue };
        let fields = table["field"].as_array().expect("a form has fields");
        let of_kind = |wanted: &dyn Fn(&toml::Value) -> bool| -> Vec<String> {
            let fields = fields.iter().filter(|field| wanted(field));
            fields.map(|field| field["title"].as_str().expect("a title").to_owned()).collect()
        };
        let is_personal = |field: &toml::Value| field.get("personal").and_then(toml::Value::as_bool) == Some(true);
        let is_date = |field: &toml::Value| field["kind"].as_str() == Some("date");
        forms.push(Form {
            title: form["title"].as_str().expect("a title").to_owned(),
            date: of_kind(&is_date).into_iter().next().unwrap_or_else(|| "Ngày".to_owned()),
            personal: of_kind(&is_personal),
            others: of_kind(&|field| !is_personal(field) && !is_date(field)),
        });
    }
    assert!(forms.len() >= 4 && forms.iter().any(|form| form.personal.len() > 1), "the forms are found");
    forms
}

/// Lists that are right but for a stray name, and lists that hold names wherever something else belongs.
fn sketches() -> Vec<(String, String)> {
    let mut files = vec![(
        "don-vi.csv".to_owned(),
        "Mã,Tên đơn vị,Cấp,Trực thuộc\nBY,Huyện Bảo Yên,huyện,\nBY02,Xã Bảo Hà,xã,BY\n".to_owned(),
    )];
    for (at, form) in forms().iter().enumerate() {
        let person = |row: usize| PEOPLE[(at + row) % PEOPLE.len()];
        let extra = ["Số điện thoại", "Số CCCD", "Địa chỉ", "Họ và tên", "Ghi chú"];
        let told = [TELEPHONE, IDENTITY, "ngõ Lê Lết", PEOPLE[0], "vợ cũ của Giàng A Phử, 0987612345"];
        let list = |wrong: bool| {
            let mut lines = vec![
                format!("Người lập biểu: {}", person(0)),
                format!("DANH SÁCH {} NĂM 2023", form.title.to_uppercase()),
            ];
            let heads = [&["STT".to_owned(), form.date.clone()][..], &form.personal, &form.others];
            let heads = heads.concat().into_iter().chain(extra.map(str::to_owned)).collect::<Vec<_>>();
            lines.push(heads.join(" | "));
            for row in 1..=6 {
                let name = format!("{} - {TELEPHONE} - {IDENTITY}", person(row));
                // Of a wrong list, one row has a name for its date, another in each of its other cells.
                let stray = wrong && row == 3;
                let date = if wrong && row == 5 { name.clone() } else { format!("0{row}/05/2023") };
                let mut cells = vec![row.to_string(), date];
                cells.extend(form.personal.iter().map(|_| name.clone()));
                cells.extend(form.others.iter().map(|_| if stray { name.clone() } else { row.to_string() }));
                cells.extend(told.map(|told| format!("'{told}")));
                lines.push(cells.join(" | "));
                if row == 4 {
                    lines.push(format!(" | {}", person(row)));
                }
            }
            lines.push(format!(" | Cộng | {}", person(1)));
            lines.push(format!("\n | | | NGƯỜI LẬP\n | | | {}\n | | | ĐT: {TELEPHONE}", person(2)));
            format!("== {}\n{}\n", form.title, lines.join("\n"))
        };
        for (name, wrong) in [("đúng", false), ("sai", true)] {
            files.push((format!("du-lieu/Xã Bảo Hà {at} {name}.xlsx"), list(wrong)));
        }
        // A name in the column of units; a table of figures with names for figures.
        files.push((
            format!("du-lieu/Biểu {at} năm 2023.xlsx"),
            format!(
                "== {0}\n{0} năm 2023\nSTT | Đơn vị | {1}\n1 | Xã Bảo Hà | {2}\n2 | {3} | 5\n3 | {TELEPHONE} x | 6\n4 | Xã Bảo Hà | 7\n5 | Xã Bảo Hà | 8\n",
                form.title,
                form.others.last().expect("a form has numbers"),
                person(0),
                person(1),
            ),
        ));
    }
    // One given name alone, in the label of a row.
    files.push((
        "du-lieu/Xã Bảo Hà nhãn.xlsx".to_owned(),
        "== A\nKết quả quý I năm 2023\nSTT | Nội dung | Số liệu\n1 | Hộ bà KINDAO hiến đất (m2) | 50\n2 | Giải quyết đơn của ông Bimat | 3\n3 | Hiến đất của cụ mỷ lù | 3\n".to_owned(),
    ));
    files
}

/// Every text that a file holds: a zip file's parts inflated.
fn texts(bytes: &[u8]) -> Vec<String> {
    if !bytes.starts_with(b"PK") {
        return vec![String::from_utf8_lossy(bytes).into_owned()];
    }
    let mut parts = ZipArchive::new(Cursor::new(bytes)).expect("a workbook is a zip file");
    (0..parts.len())
        .map(|at| {
            let (mut part, mut text) = (parts.by_index(at).expect("the part is there"), Vec::new());
            part.read_to_end(&mut text).expect("the part can be inflated");
            String::from_utf8_lossy(&text).into_owned()
        })
        .collect()
}

#[test]
fn no_person_is_found_in_any_output_or_message() {
    let workspace = workspace(&sketches());
    let mut said = Vec::new();
    let explained: Vec<String> = sketches()
        .iter()
        .map(|(file, _)| format!("check --explain \"{file}\" -v"))
        .filter(|line| line.contains("du-lieu"))
        .collect();
    assert!(explained.len() > 3, "every file is explained");
    for line in [
        "report --year 2023 --format xlsx,md,docx,json --records always -v",
        "report --year 2023 --format json -o - --log-format json -v",
        "check -v",
        "check --year 2023 -v --log-format json",
        "status --year 2023 --format xlsx,md,csv,json -o ra -v",
        "reply --year 2023 -o ra/phieu -v",
        "convert du-lieu --to xlsx -o ra -v",
        "convert du-lieu --to csv -o ra -v",
        "convert du-lieu --to jsonl -o ra -v",
    ]
    .into_iter()
    .chain(explained.iter().map(String::as_str))
    {
        let run = danvan(workspace.path(), line);
        assert!(run.code < 2, "{line}: {}", run.stderr);
        said.push((format!("standard output of {line}"), run.stdout));
        said.push((format!("standard error of {line}"), run.stderr));
    }
    let mut written = 0;
    for entry in ["bao-cao", "ra"].into_iter().flat_map(|dir| WalkDir::new(workspace.path().join(dir))) {
        let path = entry.expect("it was written").into_path();
        if path.is_file() {
            let bytes = fs::read(&path).expect("it can be read");
            said.extend(texts(&bytes).into_iter().map(|text| (path.display().to_string(), text)));
            written += 1;
        }
    }
    assert!(written >= 6, "{written} files");
    let records: usize =
        said.iter().filter(|(name, _)| name.ends_with(".jsonl")).map(|(_, text)| text.lines().count()).sum();
    assert!(records > 20, "the lists are read: {records} records");
    let found: Vec<String> = said
        .iter()
        .flat_map(|(name, text)| {
            let lines = text.lines().map(move |line| (name, line));
            lines.filter_map(|(name, line)| {
                let secret = secrets().into_iter().find(|secret| line.contains(secret))?;
                let at = line.find(&secret).expect("it is there");
                let from = line[..at].char_indices().rev().nth(80).map_or(0, |(at, _)| at);
                let shown: String = line[from..].chars().take(200).collect();
                Some(format!("{name}: \"{secret}\" in: {shown}"))
            })
        })
        .collect();
    assert!(found.is_empty(), "{} places\n{}", found.len(), found.join("\n"));
}
