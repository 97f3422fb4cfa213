//! The answers to the units: each problem of the data stands in exactly one of them, and no file of theirs is touched.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::cases;
use crate::program::{self, danvan};
use crate::sketch;

/// How often each message is said.
type Said = BTreeMap<String, usize>;

/// What a check finds.
fn found(workspace: &Path, year: u32) -> Said {
    let run = danvan(workspace, &format!("check --year {year} -v --log-format json"));
    let mut said = Said::new();
    for line in run.stderr.lines() {
        let event: Value = serde_json::from_str(line).expect("each line is JSON");
        if event["event"] == "diagnostic" {
            let text = |key: &str| event[key].as_str().unwrap_or_default().replace('\n', "\\n");
            *said.entry(format!("{} | {} | {}", text("file"), text("cell"), text("message"))).or_default() += 1;
        }
    }
    said
}

/// What the answers say.
fn answered(workspace: &Path, year: u32) -> Said {
    let run = danvan(workspace, &format!("reply --year {year} -q"));
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    let mut said = Said::new();
    for entry in fs::read_dir(workspace.join(format!("bao-cao/ra-soat-{year}"))).expect("answers are there") {
        let path = entry.expect("an answer").path();
        if path.extension().is_some_and(|extension| extension == "xlsx") {
            let text = sketch::shown(&fs::read(path).expect("it can be read"));
            let Some((_, problems)) = text.split_once("\n== Vấn đề\n") else { continue };
            for line in problems.lines() {
                let cells: Vec<&str> = line.split(" | ").collect();
                if cells.len() >= 6 && cells[0].parse::<u32>().is_ok() {
                    *said.entry(format!("{} | {} | {}", cells[2], cells[4], cells[5])).or_default() += 1;
                }
            }
        }
    }
    said
}

#[test]
fn each_problem_is_told_to_exactly_one() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/bao-yen");
    let copy = tempfile::tempdir().expect("there is room for a folder");
    let before = cases::files(&sample);
    before.iter().for_each(|(path, bytes)| program::write(&copy.path().join(path), bytes));
    let (mend, ..) = cases::workspace("reply-mend");
    let (states, ..) = cases::workspace("status-states");
    for workspace in [copy.path(), mend.path(), states.path()] {
        let found = found(workspace, 2023);
        assert!(found.len() > 3);
        assert_eq!(answered(workspace, 2023), found);
    }
    let after = cases::files(copy.path());
    assert!(before.iter().all(|(path, bytes)| after.get(path) == Some(bytes)), "the units' files are as they were");
}

#[test]
fn what_they_wrote_among_the_data_is_not_read_again() {
    let workspace = program::workspace(&[(
        "Xã Bảo Hà - đối thoại 2023.csv",
        "Xã Bảo Hà: đối thoại năm 2023\nSTT,Ngày,Nội dung,Số lượt người dự\n1,05/03/2023,Đất đai,40\n",
    )]);
    for line in ["status --year 2023 -i . -o . --format xlsx,md,csv,json", "reply --year 2023 -i . -o ra-soat-2023"] {
        for _ in 0..2 {
            let run = danvan(workspace.path(), &format!("{line} -q --log-format json"));
            let last: Value = serde_json::from_str(run.stderr.lines().last().expect("a last line")).expect("JSON");
            assert_eq!((run.code, last["files_found"].as_i64()), (0, Some(1)), "{line}: {}", run.stderr);
        }
    }
    let status = fs::read(workspace.path().join("tinh-hinh-gui-2023.json")).expect("it is written");
    let status: Value = serde_json::from_slice(&status).expect("JSON");
    assert_eq!((status["schema"].as_str(), &status["deadline"]), (Some("danvan.status/1"), &Value::Null));
    assert_eq!(status["units"][0]["reports"][2]["state"], "sent");
}
