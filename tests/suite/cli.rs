//! The wiring, run through the binary: what is printed where, the exit codes, and what is (not) written.

use std::fs;

use tempfile::tempdir;

use crate::program::{danvan, danvan_with, workspace};

const DIALOGUES: (&str, &str) = (
    "du-lieu/Xã Bảo Hà - đối thoại 2023.csv",
    "Xã Bảo Hà: đối thoại năm 2023\nSTT,Ngày,Nội dung,Số lượt người dự\n1,05/03/2023,Đất đai,40\n",
);

/// Every command but `help`.
pub const COMMANDS: [&str; 13] = [
    "report",
    "check",
    "status",
    "reply",
    "freeze",
    "trace",
    "convert",
    "init",
    "template",
    "forms",
    "units",
    "completions",
    "man",
];

#[test]
fn help_is_vietnamese_throughout() {
    let folder = tempdir().unwrap();
    for name in std::iter::once("").chain(COMMANDS) {
        let help = danvan(folder.path(), &format!("{name} --help"));
        assert_eq!((help.code, help.stderr.as_str()), (0, ""), "{name}");
        for english in
            ["Usage", "Options", "Arguments", "Commands", "[default", "[possible", "[env", "Print", "COMMAND"]
        {
            assert!(!help.stdout.contains(english), "{name}: {english}");
        }
        assert_eq!(danvan(folder.path(), &format!("help {name}")).stdout, help.stdout);
        assert_eq!(danvan(folder.path(), &format!("{name} -h")).stdout, help.stdout);
        let shown = if name.is_empty() { "danvan" } else { name };
        insta::assert_snapshot!(format!("help-{shown}"), help.stdout);
    }
    let bare = danvan(folder.path(), "");
    assert_eq!((bare.code, bare.stdout), (0, danvan(folder.path(), "--help").stdout));
    assert_eq!(danvan(folder.path(), "--version").stdout, format!("danvan {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn what_cannot_be_done_is_one_sentence_and_exit_2() {
    let workspace =
        workspace(&[DIALOGUES, ("rong/.an", ""), ("hong/danvan.toml", "[agency]\nname = \"x\"\nplce = \"y\"\n")]);
    for (line, expected) in [
        (
            "report --yaer 2023",
            "lỗi: không có tùy chọn --yaer (ý bạn là --year?)\n  xem hướng dẫn: danvan report --help\n",
        ),
        ("report", "lỗi: cần cho biết kỳ báo cáo, ví dụ --year 2023\n  xem hướng dẫn: danvan report --help\n"),
        (
            "report --month 6",
            "lỗi: --month cần có --year đi kèm, ví dụ --year 2023\n  xem hướng dẫn: danvan report --help\n",
        ),
        (
            "report --year 2023 --month 13",
            "lỗi: --month <THÁNG> không nhận giá trị \"13\": cần số từ 1 đến 12\n  xem hướng dẫn: danvan report --help\n",
        ),
        (
            "report --from 2023-07-01 --to 2023-06-30",
            "lỗi: --from (01/07/2023) phải trước hoặc trùng --to (30/06/2023)\n  xem hướng dẫn: danvan report --help\n",
        ),
        (
            "report --year 2023 --basis now",
            "lỗi: tùy chọn --basis chưa có trong bản này\n  xem hướng dẫn: danvan report --help\n",
        ),
        ("repot --year 2023", "lỗi: không có lệnh repot (ý bạn là report?)\n  xem hướng dẫn: danvan --help\n"),
        ("help repot", "lỗi: không có lệnh repot (ý bạn là report?)\n  xem hướng dẫn: danvan help --help\n"),
        ("report --year 2023 -i rong", "lỗi: không có tệp nào để đọc trong rong\n"),
        ("report --year 2023 -i khong-co", "lỗi: không có tệp hoặc thư mục khong-co\n"),
        ("report --year 2023 -i *.csv", "lỗi: không có tệp nào khớp với *.csv\n"),
        ("report --year 2023 -C khong-co", "lỗi: không có thư mục làm việc khong-co\n"),
        (
            "report --year 2023 -C rong",
            "lỗi: không có thư mục du-lieu: chép các tệp số liệu vào thư mục này, \
             hoặc chỉ chỗ để tệp bằng --input THƯ_MỤC\n",
        ),
        ("check -C hong", "lỗi: tệp danvan.toml, dòng 3: không có mục \"plce\" (ý bạn là \"place\"?)\n"),
        (
            "report --year 2023 -o -",
            "lỗi: --output - cần đúng một định dạng, ví dụ --format json\n  xem hướng dẫn: danvan report --help\n",
        ),
        (
            "report --year 2023 -o a.xlsx --format md",
            "lỗi: --output a.xlsx là một tệp .xlsx, không khớp với --format; \
             ghi tên thư mục nếu cần nhiều định dạng\n  xem hướng dẫn: danvan report --help\n",
        ),
    ] {
        let run = danvan(workspace.path(), line);
        assert_eq!((run.stderr.as_str(), run.stdout.as_str(), run.code), (expected, "", 2), "{line}");
    }
    assert!(!workspace.path().join("bao-cao").exists());
}

#[test]
fn the_english_behind_a_sentence_is_shown_when_asked_for() {
    let workspace = workspace(&[("danvan.toml", "[agency]\nplce = \"y\"\n")]);
    let run = danvan(workspace.path(), "check -v");
    assert!(run.stderr.contains("  chi tiết: TOML parse error at line 2"), "{}", run.stderr);
    assert!(run.stderr.starts_with("lỗi: tệp danvan.toml, dòng 2: "), "{}", run.stderr);
}

#[test]
fn a_report_is_files_a_table_and_a_closing_line() {
    let workspace = workspace(&[DIALOGUES]);
    let run = danvan(workspace.path(), "report --year 2023 --today 2023-12-31");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let closing = run.stderr.lines().last().unwrap();
    assert!(closing.starts_with("Đã đọc "), "{closing}");
    assert!(closing.ends_with("Đã ghi: bao-cao/tong-ket-2023.xlsx, bao-cao/tong-ket-2023.md."), "{closing}");
    assert!(run.stdout.contains('│') || run.stdout.contains('┌'), "{}", run.stdout);
    for file in ["tong-ket-2023.xlsx", "tong-ket-2023.md"] {
        assert!(workspace.path().join("bao-cao").join(file).is_file(), "{file}");
    }
    // Its own reports are not read again, where they lie among the data.
    for _ in 0..2 {
        let run = danvan(workspace.path(), "report --year 2023 -i . -o . --format md --log-format json");
        let last: serde_json::Value = serde_json::from_str(run.stderr.lines().last().unwrap()).unwrap();
        assert_eq!((run.code, last["files_found"].as_i64()), (0, Some(1)), "{}", run.stderr);
    }
}

#[test]
fn one_format_goes_to_standard_output_or_to_a_named_file() {
    let workspace = workspace(&[DIALOGUES]);
    let run = danvan(workspace.path(), "report --year 2023 --format json -o -");
    let data: serde_json::Value = serde_json::from_str(&run.stdout).expect("only JSON is on standard output");
    assert_eq!((data["schema"].as_str(), run.code), (Some("danvan.report/1"), 0));
    let run = danvan(workspace.path(), "report --year 2023 -o ra/bc.md");
    assert!(run.stderr.ends_with("Đã ghi: ra/bc.md.\n"), "{}", run.stderr);
    assert!(workspace.path().join("ra/bc.md").is_file());
}

#[test]
fn a_place_that_cannot_be_written_to_is_named_and_nothing_is_lost() {
    let workspace = workspace(&[DIALOGUES, ("bao-cao/tong-ket-2023.md", "cũ"), ("tep", "x")]);
    let run = danvan(workspace.path(), "report --year 2023 -o tep/ra");
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.lines().any(|line| line.starts_with("lỗi: ") && line.contains("tep/ra")), "{}", run.stderr);
    assert!(run.stderr.ends_with("(trên đường dẫn có một tệp, không phải thư mục)\n"), "{}", run.stderr);
    assert_eq!(fs::read_to_string(workspace.path().join("bao-cao/tong-ket-2023.md")).unwrap(), "cũ");
}

#[test]
fn data_files_are_never_written_over() {
    let workspace = workspace(&[("so.csv", "Xã Bảo Hà,5\n")]);
    let run = danvan(workspace.path(), "convert so.csv --to csv -o so.csv");
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert_eq!(fs::read_to_string(workspace.path().join("so.csv")).unwrap(), "Xã Bảo Hà,5\n");
}

#[test]
fn variables_stand_for_options_and_what_is_typed_wins() {
    let workspace = workspace(&[DIALOGUES]);
    let variables = [("DANVAN_YEAR", "2022"), ("DANVAN_QUARTER", "2"), ("DANVAN_OUTPUT", "ra"), ("DANVAN_STRICT", "0")];
    let run = danvan_with(workspace.path(), "report --format md", &variables);
    assert!(run.stderr.ends_with("Đã ghi: ra/quy-2-2022.md.\n"), "{}", run.stderr);
    for (typed, written) in [
        ("--year 2023", "quy-2-2023"),
        ("--half 1", "so-ket-6-thang-2022"),
        ("--year 2023 --month 3", "thang-03-2023"),
        ("--from 2023-01-01 --to 2023-01-31", "tu-2023-01-01-den-2023-01-31"),
    ] {
        let run = danvan_with(workspace.path(), &format!("report --format md {typed}"), &variables);
        assert!(run.stderr.ends_with(&format!("Đã ghi: ra/{written}.md.\n")), "{typed}: {}", run.stderr);
    }
}

#[test]
fn the_log_can_be_json_lines() {
    let workspace = workspace(&[DIALOGUES]);
    let events = |line: &str| -> Vec<serde_json::Value> {
        let run = danvan(workspace.path(), line);
        run.stderr.lines().map(|line| serde_json::from_str(line).expect("one event a line")).collect()
    };
    let last = events("report --year 2023 --log-format json").pop().unwrap();
    assert_eq!((last["event"].as_str(), last["exit_code"].as_i64()), (Some("finish"), Some(0)));
    assert_eq!(last["written"][0], "bao-cao/tong-ket-2023.xlsx");
    for line in ["report --log-format json --yaer 2023", "report --year 2023 -i khong-co --log-format json"] {
        let events = events(line);
        let [.., error, finish] = &events[..] else { panic!("{events:?}") };
        assert_eq!((error["event"].as_str(), finish["event"].as_str()), (Some("error"), Some("finish")));
        assert_eq!((finish["exit_code"].as_i64(), &error["run"]), (Some(2), &finish["run"]));
    }
}

#[test]
fn problems_in_the_data_decide_the_exit_code() {
    let workspace = workspace(&[DIALOGUES, ("du-lieu/công văn.pdf", "%PDF-1.7")]);
    let problem = "lỗi: tệp du-lieu/công văn.pdf: ";
    for (line, code, written) in [
        ("check", 1, false),
        ("check --year 2023", 1, false),
        ("report --year 2023 --strict", 1, false),
        ("report --year 2023 --fail-on error", 1, true),
        ("report --year 2023", 0, true),
    ] {
        let run = danvan(workspace.path(), line);
        assert_eq!(run.code, code, "{line}: {}", run.stderr);
        assert!(run.stderr.contains(problem), "{line}: {}", run.stderr);
        assert!(run.stderr.contains("  cách sửa: "), "{line}: {}", run.stderr);
        assert_eq!(workspace.path().join("bao-cao").exists(), written, "{line}");
        let _ = fs::remove_dir_all(workspace.path().join("bao-cao"));
    }
}

#[test]
fn without_a_register_units_says_so() {
    let folder = tempdir().unwrap();
    let run = danvan(folder.path(), "units");
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    assert!(run.stderr.starts_with("Chưa có danh mục đơn vị"), "{}", run.stderr);
}
