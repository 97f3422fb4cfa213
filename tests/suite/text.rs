//! The document to be signed, whole: of the sample in each kind of period and each style, as an officer would read it.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::program::danvan;

/// The sample, signed by a body of the state.
const STATE: &str = r#"
[agency]
name = "UBND huyện Bảo Yên"
parent = "UBND tỉnh Lào Cai"
unit = "Huyện Bảo Yên"
place = "Bảo Yên"
style = "state"
field = "công tác dân vận chính quyền"
recipients = ["UBND tỉnh (báo cáo)", "Lưu: VT, NV"]
signer_title = "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH"
"#;

/// The office's plan: of the year, of a part of it, of a rate, of what nobody counts.
const PLAN: &str = "\
Chỉ tiêu,ĐVT,Đơn vị,Năm,Kế hoạch
Số cuộc đối thoại,cuộc,Toàn huyện,2023,50
Tỷ lệ ý kiến được trả lời,%,Toàn huyện,2023,95
Diện tích đất hiến,ha,Toàn huyện,2023,30
Tiền Nhân dân đóng góp,đồng,Toàn huyện,2023,30000000000
";

const REPORTS: [(&str, &str, &str); 9] = [
    ("year-party", "party", "--year 2023"),
    ("half-state", "state", "--year 2023 --half 1"),
    ("nine-months-party", "party", "--year 2023 --nine-months"),
    ("quarter-state", "state", "--year 2023 --quarter 3"),
    ("month-party", "party", "--year 2023 --month 10"),
    ("plan-party", "plan", "--year 2023"),
    ("plan-quarter", "plan", "--year 2023 --quarter 3"),
    ("term-party", "party", "--years 2022..2023"),
    ("public-quarter", "party", "--year 2023 --quarter 2 --public"),
];

/// A workspace with the sample's files, in a style.
fn sample(style: &str) -> TempDir {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/bao-yen");
    let workspace = tempfile::tempdir().expect("there is room for a folder");
    for file in ["danvan.toml", "don-vi.csv"] {
        fs::copy(samples.join(file), workspace.path().join(file)).expect("the sample has it");
    }
    if style == "plan" {
        fs::write(workspace.path().join("ke-hoach.csv"), PLAN).expect("it can be written");
    }
    if style == "state" {
        let own = format!("{STATE}\n[input]\ndir = 'du-lieu'\n");
        fs::write(workspace.path().join("danvan.toml"), own).expect("it can be written");
    }
    workspace
}

/// A report of the sample as Markdown.
fn report(style: &str, period: &str) -> String {
    let workspace = sample(style);
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/bao-yen/du-lieu");
    let line = format!("report {period} --format md -q -o ra -i \"{}\"", data.display());
    assert_eq!(danvan(workspace.path(), &line).code, 0);
    let files = fs::read_dir(workspace.path().join("ra")).expect("a report was written");
    let mut files = files.map(|file| file.expect("it can be seen").path());
    let document = files.find(|file| file.extension().is_some_and(|extension| extension == "md"));
    fs::read_to_string(document.expect("there is one")).expect("it is text")
}

#[test]
fn an_officer_can_read_it_aloud() {
    for (name, style, period) in REPORTS {
        insta::assert_snapshot!(name, report(style, period));
    }
}
