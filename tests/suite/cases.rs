//! Cases as folders: every folder of `tests/cases` is a workspace, run through the binary and compared whole.
//!
//! - `args`: one command a line (`report --year 2023 --format json -o -`), run one after another. A line that ends in
//!   `| figures` shows the JSON report of its standard output as lines: each indicator that has a figure, by unit, month
//!   and category; units that did not report, and zeros of months and categories, are left out.
//! - the other files are the workspace; an `….xlsx.txt` (`.xlsm.txt`) is a [`sketch`] that becomes a workbook.
//! - `expected/run.txt`: what was printed where, the exit code, and which files were written or changed;
//!   beside it those files, workbooks as sketches, Word documents as [`docx`] shows them.
//!
//! `DANVAN_UPDATE=1 cargo test` writes what is expected, and the pages of [`gallery`]; `DANVAN_CASE=name` runs the cases whose names begin so.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::Value;
use tempfile::TempDir;
use walkdir::WalkDir;

use crate::docx;
use crate::gallery;
use crate::program::{self, danvan, on_all_cores};
use crate::sketch;

pub type Files = BTreeMap<String, Vec<u8>>;

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// The folders of the cases, sorted.
pub fn names() -> Vec<String> {
    let entries = fs::read_dir(folder()).expect("there are cases");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("a case").file_name().into_string().expect("in Unicode")).collect();
    names.sort();
    names
}

/// The files below a folder, by their path from there.
pub fn files(folder: &Path) -> Files {
    WalkDir::new(folder)
        .into_iter()
        .filter_map(|entry| entry.ok())
        .filter(|entry| entry.file_type().is_file())
        // They hold the clock, or nothing; `runs` looks at them.
        .filter(|entry| {
            let name = entry.file_name().to_string_lossy();
            !name.ends_with(".manifest.json") && name != ".danvan.lock"
        })
        .map(|entry| {
            let below = entry.path().strip_prefix(folder).expect("below the folder");
            let parts: Vec<&str> = below.iter().map(|part| part.to_str().expect("in Unicode")).collect();
            (parts.join("/"), fs::read(entry.path()).expect("files can be read"))
        })
        .collect()
}

/// The workspace of a case, its commands, and what is expected of them.
pub fn workspace(name: &str) -> (TempDir, String, Files) {
    let case = folder().join(name);
    let (mut given, mut expected) = (Files::new(), Files::new());
    for (path, bytes) in files(&case) {
        match path.strip_prefix("expected/") {
            Some(path) => expected.insert(path.to_owned(), bytes),
            None => given.insert(path, bytes),
        };
    }
    let args = String::from_utf8(given.remove("args").unwrap_or_default()).expect("args are text");
    let workspace = tempfile::tempdir().expect("there is room for a folder");
    for (path, bytes) in &given {
        match path.strip_suffix(".txt").filter(|path| path.ends_with(".xlsx") || path.ends_with(".xlsm")) {
            Some(path) => {
                let text = str::from_utf8(bytes).expect("a sketch is text");
                program::write(&workspace.path().join(path), &sketch::workbook(text));
            }
            None => program::write(&workspace.path().join(path), bytes),
        }
    }
    (workspace, args, expected)
}

/// What is expected of a case, and what came.
fn run(name: &str) -> (Files, Files) {
    let (workspace, args, expected) = workspace(name);
    let mut before = files(workspace.path());
    let (mut transcript, mut came) = (String::new(), Files::new());
    for line in args.lines().filter(|line| !line.trim().is_empty()) {
        let (command, figures) = match line.strip_suffix("| figures") {
            Some(command) => (command, true),
            None => (line, false),
        };
        let run = danvan(workspace.path(), command);
        let stdout = if figures && !run.stdout.is_empty() { figures_shown(&run.stdout) } else { run.stdout };
        writeln!(transcript, "$ danvan {line}").expect("memory takes it");
        for (stream, text) in [("stdout", stdout), ("stderr", run.stderr)] {
            if !text.is_empty() {
                let end = if text.ends_with('\n') { "" } else { "⏎\n" };
                write!(transcript, "--- {stream}\n{text}{end}").expect("memory takes it");
            }
        }
        writeln!(transcript, "--- exit {}", run.code).expect("memory takes it");
        let after = files(workspace.path());
        for path in before.keys().filter(|path| !after.contains_key(*path)) {
            writeln!(transcript, "--- gone: {path}").expect("memory takes it");
        }
        for (path, bytes) in &after {
            if before.get(path) != Some(bytes) {
                writeln!(transcript, "--- written: {path}").expect("memory takes it");
                match path.rsplit('.').next() {
                    Some("xlsx") => came.insert(format!("{path}.txt"), sketch::shown(bytes).into_bytes()),
                    Some("docx") => came.insert(format!("{path}.txt"), docx::shown(bytes).into_bytes()),
                    _ => came.insert(path.clone(), bytes.clone()),
                };
            }
        }
        before = after;
        transcript.push('\n');
    }
    came.insert("run.txt".to_owned(), transcript.into_bytes());
    (expected, came)
}

/// The figures of a JSON report, a line each: what is by unit, by month, by category behind it.
pub fn figures_shown(report: &str) -> String {
    let report: Value = serde_json::from_str(report).expect("the report is JSON");
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let mut shown = format!(
        "{} ({}–{}), {}\n",
        text(&report["period"]["label"]),
        text(&report["period"]["from"]),
        text(&report["period"]["to"]),
        text(&report["scope"]["name"])
    );
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    for indicator in list(&report["indicators"]) {
        let units: Vec<String> = list(&indicator["by_unit"])
            .iter()
            .filter(|row| row["state"] != "absent")
            .map(|row| {
                let state =
                    if row["state"] == "reported" { String::new() } else { format!(" {}", text(&row["state"])) };
                format!("{}{state} {}", text(&row["unit"]), text(&row["value"]))
            })
            .collect();
        let rows = |key: &str, name: &dyn Fn(&Value) -> String| -> Vec<String> {
            let rows = list(&indicator[key]);
            let told = rows.iter().filter(|row| !matches!(row["value"].as_str(), None | Some("0")));
            told.map(|row| format!("{} {}", name(row), text(&row["value"]))).collect()
        };
        let months = rows("by_month", &|row| row["month"].as_str().unwrap_or("no month").to_owned());
        let categories = rows("by_category", &|row| format!("{}={}", text(&row["field"]), text(&row["category"])));
        if indicator["value"].is_null() && units.iter().all(|unit| unit.contains(" blank ")) {
            continue;
        }
        write!(
            shown,
            "{} {} {} ({}/{})",
            text(&indicator["id"]),
            text(&indicator["value"]),
            text(&indicator["measure"]),
            indicator["reported"],
            indicator["expected"]
        )
        .expect("memory takes it");
        if !indicator["previous"].is_null() {
            let percent = text(&indicator["change_percent"]);
            write!(shown, " previous {} change {percent}%", text(&indicator["previous"])).expect("memory takes it");
        }
        if !indicator["target"].is_null() {
            let percent = text(&indicator["target_percent"]);
            write!(shown, " target {} reached {percent}%", text(&indicator["target"])).expect("memory takes it");
        }
        for part in [units, months, categories].iter().filter(|part| !part.is_empty()) {
            write!(shown, "\n    {}", part.join(" · ")).expect("memory takes it");
        }
        shown.push('\n');
    }
    shown
}

#[test]
fn every_case_gives_what_is_expected_of_it() {
    let only = env::var("DANVAN_CASE").ok();
    let names: Vec<String> =
        names().into_iter().filter(|name| only.as_ref().is_none_or(|only| name.starts_with(only.as_str()))).collect();
    let failures: Vec<String> = on_all_cores(&names, |name| compared(name)).into_iter().flatten().collect();
    if env::var_os("DANVAN_UPDATE").is_some() {
        gallery::update();
    }
    assert!(failures.is_empty(), "{} of {} cases differ\n{}", failures.len(), names.len(), failures.join("\n"));
}

/// How a case differs from what is expected; nothing where it does not.
fn compared(name: &str) -> Option<String> {
    let (expected, came) = run(name);
    if expected == came {
        return None;
    }
    if env::var_os("DANVAN_UPDATE").is_some() {
        let folder = folder().join(name).join("expected");
        let _ = fs::remove_dir_all(&folder);
        came.iter().for_each(|(path, bytes)| program::write(&folder.join(path), bytes));
        return None;
    }
    let paths: BTreeSet<&String> = expected.keys().chain(came.keys()).collect();
    let differing = paths.into_iter().filter(|path| expected.get(*path) != came.get(*path));
    Some(
        differing
            .map(|path| {
                let text = |files: &Files| {
                    files.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
                };
                format!("\ncase {name}, {path}\n{}", difference(&text(&expected), &text(&came)))
            })
            .collect(),
    )
}

/// The lines between the common beginning and the common end.
pub fn difference(expected: &str, came: &str) -> String {
    let (a, b): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), came.lines().collect());
    let start = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let end = a[start..].iter().rev().zip(b[start..].iter().rev()).take_while(|(a, b)| a == b).count();
    let lines = |sign: &str, lines: &[&str]| lines.iter().map(|line| format!("{sign} {line}\n")).collect::<String>();
    format!("@ line {}\n{}{}", start + 1, lines("-", &a[start..a.len() - end]), lines("+", &b[start..b.len() - end]))
}

/// The diagnostic codes, in the order of their file.
pub fn codes() -> Vec<&'static str> {
    let source = include_str!("../../src/base/diagnostic.rs");
    let code = source.split("pub fn code(").nth(1).and_then(|rest| rest.split("pub fn severity(").next());
    let codes: Vec<&str> = code.expect("the codes stand together").split('"').skip(1).step_by(2).collect();
    assert!(codes.len() > 50, "the codes are found");
    codes
}

/// Codes without a case, each with the reason.
const WITHOUT_CASE: [(&str, &str); 0] = [];

#[test]
fn every_code_has_a_case_that_shows_it() {
    for code in codes() {
        let shown = fs::read_to_string(folder().join(code).join("expected/run.txt"));
        let shows = shown.is_ok_and(|text| text.contains(&format!(" [{code}]\n")));
        let excused = WITHOUT_CASE.iter().any(|(excused, _)| *excused == code);
        assert!(shows != excused, "{code}: {}", if shows { "has a case now" } else { "tests/cases needs one" });
    }
}
