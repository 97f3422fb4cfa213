//! No figure without its trace: in every case the cells that are counted add up to the figure, and a cell that changes changes
//! exactly the figures whose traces count it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::program::{danvan, on_all_cores, workspace, write};
use crate::{cases, sketch};

/// A decimal as it is printed, in units of its tenth place after the point: exact, and free of floats.
fn amount(value: &Value) -> Option<i128> {
    let text = value.as_str()?;
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |text| (true, text));
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{rest:0<10}");
    let number: i128 = digits.parse().expect("a figure is a decimal");
    Some(if negative { -number } else { number })
}

fn traces(folder: &Path, period: &str) -> Vec<Value> {
    let run = danvan(folder, &format!("trace {period} --format json"));
    assert_eq!(run.code, 0, "{}", run.stderr);
    serde_json::from_str(&run.stdout).expect("a trace is JSON")
}

fn array<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The figures whose cells do not add up to them, or that differ from the report's.
fn unproved(folder: &Path, period: &str) -> Vec<String> {
    let report = danvan(folder, &format!("report {period} --format json -o -")).stdout;
    let Ok(report) = serde_json::from_str::<Value>(&report) else { return Vec::new() };
    let reported: BTreeMap<&str, &Value> =
        array(&report, "indicators").iter().map(|i| (i["id"].as_str().unwrap_or_default(), &i["value"])).collect();
    let mut wrong = Vec::new();
    for trace in &traces(folder, period) {
        let id = trace["indicator"].as_str().unwrap_or_default();
        let rate = !array(trace, "of").is_empty();
        if !rate && reported.get(id).is_none_or(|value| amount(value) != amount(&trace["value"])) {
            wrong.push(format!("{id}: the report says {:?}, its trace {}", reported.get(id), trace["value"]));
        }
        if !rate && amount(&trace["value"]) != amount(&trace["proved"]) {
            wrong.push(format!("{id}: {} is proved to be {}", trace["value"], trace["proved"]));
        }
        for unit in array(trace, "units").iter().filter(|_| !rate) {
            let counted: i128 = array(unit, "cells").iter().filter_map(|cell| amount(&cell["counted"])).sum();
            if amount(&unit["value"]).is_some_and(|value| value != counted) {
                wrong.push(format!("{id}, {}: {} counted, {}", unit["unit"], counted, unit["value"]));
            }
        }
    }
    wrong
}

#[test]
fn every_figure_is_the_sum_of_its_cells() {
    let names = cases::names();
    let of = |name: &String| {
        let (folder, args, _) = cases::workspace(name);
        let asked: BTreeSet<String> = args.lines().filter_map(period).collect();
        let faults = asked.iter().flat_map(|period| unproved(folder.path(), period));
        faults.map(|fault| format!("{name}: {fault}")).collect::<Vec<_>>()
    };
    let wrong: Vec<String> = on_all_cores(&names, of).into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The period that a report's command line asks for; none where more is asked of it than a period.
fn period(line: &str) -> Option<String> {
    let rest = line.strip_prefix("report ")?;
    let words: Vec<&str> = rest.split_whitespace().collect();
    let known = ["--year", "--month", "--quarter", "--half", "--from", "--to", "--calendar"];
    let mut period = Vec::new();
    for (at, word) in words.iter().enumerate() {
        match *word {
            "--nine-months" => period.push("--nine-months"),
            word if known.contains(&word) => period.extend([word, words.get(at + 1)?]),
            "-C" | "-i" | "--input" | "--workspace" | "--level" | "--strict" => return None,
            _ => {}
        }
    }
    (!period.is_empty()).then(|| period.join(" "))
}

const FILES: [(&str, &str); 5] = [
    (
        "don-vi.csv",
        "Mã,Tên đơn vị,Cấp,Trực thuộc\nBY,Huyện Bảo Yên,huyện,\nBY1,Xã Bảo Hà,xã,BY\nBY2,Xã Kim Sơn,xã,BY\nBY3,Xã Cam Cọn,xã,BY\n",
    ),
    (
        "du-lieu/Xã Bảo Hà đối thoại.csv",
        "DANH SÁCH CÁC CUỘC ĐỐI THOẠI NĂM 2023\nSTT,Ngày tổ chức,Nội dung đối thoại,Số người dự,Số ý kiến,Số ý kiến đã trả lời\n1,12/01/2023,Đường thôn 1,40,6,5\n2,15/05/2023,Nước sạch,55,8,7\n",
    ),
    (
        "du-lieu/Xã Kim Sơn quý 1.csv",
        "BIỂU SỐ LIỆU QUÝ I NĂM 2023\nSTT,Nội dung,ĐVT,Trong quý,Lũy kế từ đầu năm\n1,Số cuộc đối thoại,cuộc,3,3\n2,Số hộ hiến đất,hộ,7,7\n3,Diện tích đất hiến,m2,1200,1200\n",
    ),
    (
        "du-lieu/Xã Kim Sơn quý 2.csv",
        "BIỂU SỐ LIỆU QUÝ II NĂM 2023\nSTT,Nội dung,ĐVT,Lũy kế từ đầu năm\n1,Số cuộc đối thoại,cuộc,5\n2,Số hộ hiến đất,hộ,9\n3,Diện tích đất hiến,m2,1500\n",
    ),
    (
        "du-lieu/Tổng hợp năm 2023.csv",
        "TỔNG HỢP NĂM 2023\nSTT,Đơn vị,Số cuộc đối thoại,Số hộ hiến đất,Số đơn tiếp nhận,Số đơn đã giải quyết\n1,Xã Bảo Hà,2,4,5,4\n2,Xã Kim Sơn,9,11,3,3\n3,Xã Cam Cọn,1,2,6,5\n",
    ),
];

/// What each indicator and unit comes to, and the cells that are counted for it.
type Figures = BTreeMap<(String, String), (Option<String>, BTreeSet<String>)>;

fn figures(folder: &Path) -> Figures {
    let mut figures = Figures::new();
    for trace in &traces(folder, "--year 2023") {
        if !array(trace, "of").is_empty() {
            continue;
        }
        for unit in array(trace, "units") {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let speaks = |cell: &&Value| !cell["counted"].is_null() || cell["became"] == "subtracted";
            let counted = array(unit, "cells").iter().filter(speaks);
            let cells = counted.map(|cell| format!("{}!{}", text(&cell["file"]), text(&cell["cell"]))).collect();
            let key = (text(&trace["indicator"]), text(&unit["unit"]));
            figures.insert(key, (unit["value"].as_str().map(str::to_owned), cells));
        }
    }
    figures
}

#[test]
fn a_changed_cell_changes_exactly_the_figures_that_count_it() {
    let before = figures(workspace(&FILES).path());
    let (mut tried, mut moved) = (0, 0);
    for (file, content) in &FILES[1..] {
        let rows: Vec<Vec<&str>> = content.lines().map(|row| row.split(',').collect()).collect();
        let header = rows.iter().position(|row| row[0] == "STT").expect("there is a header");
        for row in header + 1..rows.len() {
            for col in 2..rows[row].len() {
                let Ok(number) = rows[row][col].parse::<u64>() else { continue };
                let mut changed: Vec<Vec<String>> =
                    rows.iter().map(|row| row.iter().map(|&cell| cell.to_owned()).collect()).collect();
                changed[row][col] = (number + 1).to_string();
                let text: String = changed.iter().map(|row| row.join(",") + "\n").collect();
                let folder = workspace(&FILES);
                write(&folder.path().join(file), text.as_bytes());
                let after = figures(folder.path());
                let cell = format!("{file}!{}{}", char::from(b'A' + col as u8), row + 1);
                // What counts the cell before or after depends on it: a figure less a greater one before it may stay the same.
                let depends: BTreeSet<_> = before
                    .iter()
                    .chain(&after)
                    .filter(|(_, (_, cells))| cells.contains(&cell))
                    .map(|(key, _)| key.clone())
                    .collect();
                let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
                let value = |figures: &Figures, key| figures.get(key).and_then(|(value, _)| value.clone());
                let differs = keys.into_iter().filter(|key| value(&before, *key) != value(&after, *key));
                let differs: BTreeSet<_> = differs.cloned().collect();
                assert!(differs.is_subset(&depends), "{cell}: {differs:?} changed, and only {depends:?} count it");
                tried += 1;
                moved += usize::from(!differs.is_empty());
            }
        }
    }
    assert!(tried > 25 && moved > 12, "{moved} of {tried} cells moved a figure");
}

/// A figure of a workbook is traced from its cell as from its indicator.
#[test]
fn a_cell_says_what_became_of_it() {
    let folder = workspace(&FILES);
    write(
        &folder.path().join("du-lieu/Xã Cam Cọn.xlsx"),
        &sketch::workbook(
            "== Năm 2023\nXÃ CAM CỌN - NĂM 2023\nSTT | Nội dung | ĐVT | Kết quả\n1 | Số hộ hiến đất | hộ | 3\n",
        ),
    );
    for (asked, says) in [
        ("Xã Bảo Hà đối thoại.csv!D3", "Lượt người dự đối thoại, Xã Bảo Hà, Năm 2023: hiểu là 40, được tính"),
        ("Xã Kim Sơn quý 2.csv!D3", "Số cuộc tiếp xúc, đối thoại, Xã Kim Sơn, Năm 2023: hiểu là 5, tính 2"),
        ("Xã Kim Sơn quý 1.csv!E3", "khớp với số được tính, không cộng thêm"),
        ("Tổng hợp năm 2023.csv!D5", "khác với số được tính, không cộng"),
        ("du-lieu/Xã Cam Cọn.xlsx!năm 2023!$d$3", "Số hộ hiến đất, Xã Cam Cọn, Năm 2023: hiểu là 3, được tính"),
        ("Xã Cam Cọn.xlsx!A1", "dòng tiêu đề của bảng, nói đơn vị, kỳ hoặc biểu\n  không được tính vào chỉ tiêu nào"),
        ("Xã Cam Cọn.xlsx!D2", "tiêu đề cột; cột \"Kết quả\""),
        ("Xã Cam Cọn.xlsx!Z99", "ngoài mọi bảng của trang tính"),
    ] {
        let run = danvan(folder.path(), &format!("trace --cell \"{asked}\""));
        assert!(run.code == 0 && run.stdout.contains(says), "{asked}: {}{}", run.stdout, run.stderr);
    }
    for (asked, says) in [
        ("Xã Nào.csv!D3", "không đọc tệp nào tên"),
        ("Xã Bảo Hà đối thoại.csv", "cần ghi TỆP!TRANG_TÍNH!Ô"),
        ("Xã Cam Cọn.xlsx!Quý I!D3", "không có trang tính \"Quý I\"; các trang đang có: Năm 2023"),
        ("Xã Bảo Hà đối thoại.csv!Ô3", "cần ghi TỆP!TRANG_TÍNH!Ô"),
    ] {
        let run = danvan(folder.path(), &format!("trace --cell \"{asked}\""));
        assert!(run.code == 2 && run.stderr.contains(says), "{asked}: {}", run.stderr);
    }
}
