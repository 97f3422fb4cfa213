//! An office's runs one after another and side by side: what was published is kept and accounted for, outputs are whole, and
//! what a run leaves beside them says how they came about.

use std::fs::{self, File};
use std::path::Path;
use std::thread;

use serde_json::Value;
use tempfile::TempDir;

use crate::program::{Run, danvan, danvan_with, workspace};

const REGISTER: (&str, &str) = (
    "don-vi.csv",
    "Mã,Tên đơn vị,Cấp,Trực thuộc\nBY,Huyện Bảo Yên,huyện,\nBY01,Xã Bảo Hà,xã,BY\nBY02,Xã Kim Sơn,xã,BY\nBY03,Xã Cam Cọn,xã,BY\n",
);

fn donations(unit: &str, year: i32, areas: &[u32]) -> (String, String) {
    let rows = areas.iter().enumerate().map(|(at, area)| format!("{},{unit},{area}\n", at + 1)).collect::<String>();
    let title = format!("{unit}: hiến đất quý 1 năm {year}");
    let text = format!("{title}\nTT,Đơn vị,Diện tích đất hiến (m2)\n{rows}");
    (format!("du-lieu/{year}/{unit} hiến đất.csv"), text)
}

fn dialogues(unit: &str, day: &str, people: u32) -> (String, String) {
    let year = day.rsplit('/').next().unwrap_or_default();
    let text = format!("{unit}: đối thoại năm {year}\nSTT,Ngày,Nội dung,Số lượt người dự\n1,{day},Đất đai,{people}\n");
    (format!("du-lieu/{year}/{unit} đối thoại.csv"), text)
}

fn office() -> TempDir {
    let mut files = vec![(REGISTER.0.to_owned(), REGISTER.1.to_owned())];
    files.extend([
        donations("Xã Bảo Hà", 2023, &[100]),
        donations("Xã Kim Sơn", 2023, &[40]),
        dialogues("Xã Bảo Hà", "05/03/2023", 40),
        dialogues("Xã Kim Sơn", "06/03/2023", 30),
        dialogues("Xã Bảo Hà", "05/03/2022", 25),
    ]);
    workspace(&files)
}

fn json(folder: &Path, line: &str) -> Value {
    let run = danvan(folder, &format!("{line} --format json -o -"));
    assert_eq!(run.code, 0, "{}", run.stderr);
    serde_json::from_str(&run.stdout).expect("the report is JSON")
}

fn indicator<'r>(report: &'r Value, id: &str) -> &'r Value {
    let found = report["indicators"].as_array().into_iter().flatten().find(|indicator| indicator["id"] == id);
    found.unwrap_or(&Value::Null)
}

fn write(folder: &Path, (name, text): (String, String)) {
    crate::program::write(&folder.join(name), text.as_bytes());
}

#[test]
fn what_was_published_and_what_is_now_are_bridged() {
    let office = office();
    let folder = office.path();
    let frozen = danvan(folder, "freeze --year 2023");
    assert!(frozen.code == 0 && frozen.stderr.contains("Đã chốt số liệu năm 2023, lần 1, ngày 05/01/2024."));
    assert!(json(folder, "report --year 2023")["bridge"]["indicators"].as_array().is_some_and(Vec::is_empty));
    // Late, corrected, gone.
    write(folder, dialogues("Xã Cam Cọn", "07/03/2023", 50));
    write(folder, donations("Xã Bảo Hà", 2023, &[130]));
    fs::remove_file(folder.join("du-lieu/2023/Xã Kim Sơn đối thoại.csv")).unwrap();
    let report = json(folder, "report --year 2023");
    let causes: Vec<String> = report["bridge"]["indicators"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|indicator| {
            let number = |value: &Value| value.as_str().map_or(0, |text| text.parse::<i64>().unwrap());
            let causes = indicator["causes"].as_array().unwrap();
            let sum: i64 = causes.iter().map(|cause| number(&cause["amount"])).sum();
            assert_eq!(number(&indicator["published"]) + sum, number(&indicator["value"]), "{indicator}");
            let said = |cause: &Value| format!("{} {} {}", indicator["id"], cause["cause"], cause["amount"]);
            causes.iter().map(said).collect::<Vec<_>>()
        })
        .map(|said| said.replace('"', ""))
        .collect();
    assert_eq!(
        causes,
        [
            "dialogue.sessions late-file 1",
            "dialogue.sessions removed-file -1",
            "dialogue.participants late-file 50",
            "dialogue.participants removed-file -30",
            "land_donation.area corrected-cell 30",
        ]
    );
    let run = danvan(folder, "report --year 2023 --format md");
    assert!(
        run.stderr.contains(
            "So với số đã chốt lần 1, ngày 05/01/2024: 3 chỉ tiêu thay đổi \
             (1 tệp gửi sau khi chốt, 1 tệp cũ được sửa, 1 tệp không còn).\n"
        ),
        "{}",
        run.stderr
    );
    assert!(json(folder, "report --year 2023 --against none")["bridge"].is_null());
    assert!(json(folder, "report --year 2023 --public")["bridge"].is_null());
    let against = json(folder, "report --year 2023 --against chot-so-lieu/tong-ket-2023-lan-1.toml");
    assert_eq!(against["bridge"], report["bridge"]);
    // It is found from anywhere, by its name alone as well; another of that name in the folder of the run is not taken.
    let elsewhere = tempfile::tempdir().unwrap();
    fs::create_dir(elsewhere.path().join("chot-so-lieu")).unwrap();
    fs::write(elsewhere.path().join("chot-so-lieu/tong-ket-2023-lan-1.toml"), "another office's").unwrap();
    for name in ["chot-so-lieu/tong-ket-2023-lan-1.toml", "tong-ket-2023-lan-1.toml"] {
        let line = format!("report --year 2023 --against {name} -C \"{}\"", folder.display());
        assert_eq!(json(elsewhere.path(), &line)["bridge"], report["bridge"], "{name}");
    }
    let missing = danvan(folder, "report --year 2023 --against lan-9.toml");
    assert!(missing.code == 2 && missing.stderr.contains("không có tệp lan-9.toml"), "{}", missing.stderr);
    // A rule.
    let settings = "[measure]\nsao = 360\n[input]\ndash = \"blank\"\n";
    write(folder, ("danvan.toml".into(), settings.into()));
    let rules = json(folder, "report --year 2023")["bridge"]["rules"].to_string();
    assert!(rules.contains("input.dash") && rules.contains("measure.sao"), "{rules}");
}

#[test]
fn a_file_with_another_name_and_a_row_told_anew_are_causes_of_their_own() {
    let list = |unit: &str, rows: &str| {
        let head = "Danh sách cuộc đối thoại tháng 1 năm 2024\nSTT,Ngày,Nội dung,Số lượt người dự\n";
        (format!("du-lieu/{unit}.csv"), format!("{head}{rows}"))
    };
    let petitions = |month: u32, rows: &str| {
        let head = format!("Danh sách đơn thư tháng {month} năm 2024\nSTT,Số vào sổ,Ngày nhận,Loại đơn,Tình trạng\n");
        (format!("du-lieu/Xã Cam Cọn đơn T{month}.csv"), format!("{head}{rows}"))
    };
    let office = workspace(&[
        (REGISTER.0.to_owned(), REGISTER.1.to_owned()),
        list("Xã Bảo Hà T1", "1,12/01/2024,Đất đai,40\n2,13/01/2024,Môi trường,35\n"),
        petitions(1, "1,5,12/01/2024,Khiếu nại,Đang giải quyết\n2,6,13/01/2024,Tố cáo,Đang giải quyết\n"),
    ]);
    let folder = office.path();
    danvan(folder, "freeze --year 2024 --month 1");
    fs::rename(folder.join("du-lieu/Xã Bảo Hà T1.csv"), folder.join("du-lieu/Xã Kim Sơn T1.csv")).unwrap();
    write(folder, list("Xã Cam Cọn T1", "1,24/01/2024,Nước,100\n"));
    write(folder, petitions(2, "1,5,12/01/2024,Khiếu nại,Đã giải quyết\n2,8,13/02/2024,Kiến nghị,Đang giải quyết\n"));
    let report = json(folder, "report --year 2024 --month 1");
    let mut steps = Vec::new();
    for indicator in report["bridge"]["indicators"].as_array().unwrap() {
        for unit in indicator["by_unit"].as_array().unwrap() {
            for step in unit["steps"].as_array().unwrap() {
                let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
                let (id, unit) = (text(&indicator["id"]), text(&unit["unit"]));
                steps.push(format!("{id} {unit}: {} {}", text(&step["cause"]), text(&step["amount"])));
            }
        }
    }
    for said in [
        "dialogue.sessions Xã Bảo Hà: moved-file -2",
        "dialogue.sessions Xã Kim Sơn: moved-file 2",
        "dialogue.sessions Xã Cam Cọn: late-file 1",
        "petition.pending Xã Cam Cọn: late-file -1",
    ] {
        assert!(steps.iter().any(|step| step == said), "{said}\n{steps:#?}");
    }
    assert!(!steps.iter().any(|step| step.contains("several")), "{steps:#?}");
}

#[test]
fn editions_are_numbered_and_none_is_lost() {
    let office = office();
    let folder = office.path();
    let at = |number: u32| folder.join(format!("chot-so-lieu/tong-ket-2023-lan-{number}.toml"));
    danvan(folder, "freeze --year 2023 --edition \"Gửi Huyện ủy\"");
    let first = fs::read(at(1)).unwrap();
    let again = danvan(folder, "freeze --year 2023");
    assert!(
        again.code == 0 && again.stderr.contains("Không có gì thay đổi so với số đã chốt lần 1"),
        "{}",
        again.stderr
    );
    let refused = danvan(folder, "freeze --year 2023 --edition \"Gửi Huyện ủy\"");
    assert_eq!((refused.code, at(2).exists()), (2, false));
    assert!(refused.stderr.contains("số đã chốt không bị ghi đè"), "{}", refused.stderr);
    write(folder, dialogues("Xã Cam Cọn", "07/03/2023", 50));
    let second = danvan(folder, "freeze --year 2023");
    assert!(second.stderr.contains("tệp gửi sau khi chốt +50"), "{}", second.stderr);
    assert!(at(2).exists() && fs::read(at(1)).unwrap() == first);
    // The same inputs on the same day give the same bytes.
    let bytes = fs::read(at(2)).unwrap();
    fs::remove_file(at(2)).unwrap();
    danvan(folder, "freeze --year 2023");
    assert_eq!(fs::read(at(2)).unwrap(), bytes);
    // Editions are no input, wherever they lie.
    fs::copy(at(1), folder.join("du-lieu/tong-ket-2023-lan-1.toml")).unwrap();
    let check = danvan(folder, "check");
    assert!(check.code == 0 && !check.stderr.contains("toml"), "{}", check.stderr);
    fs::write(at(2), String::from_utf8(bytes).unwrap().replace("value = \"50\"", "value = \"51\"")).unwrap();
    let changed = danvan(folder, "report --year 2023");
    assert!(changed.code == 2 && changed.stderr.contains("đã bị sửa sau khi chốt"), "{}", changed.stderr);
    assert_eq!(danvan(folder, "report --year 2023 --against none").code, 0);
    assert!(changed.stderr.contains("thêm --against none"), "{}", changed.stderr);
    let lines = danvan(folder, "freeze --year 2023 --edition \"Gửi\nHuyện ủy\"");
    assert!(lines.code == 2 && lines.stderr.contains("phải viết trên một dòng"), "{}", lines.stderr);
    let nothing = danvan(folder, "freeze --year 2021");
    assert!(
        nothing.code == 2 && nothing.stderr.contains("Năm 2021: chưa có số liệu nào để chốt"),
        "{}",
        nothing.stderr
    );
}

#[test]
fn last_years_column_says_whether_it_is_as_published() {
    let office = office();
    let folder = office.path();
    danvan(folder, "freeze --year 2022");
    let basis = |report: &Value| {
        let people = indicator(report, "dialogue.participants");
        let text = |key: &str| people[key].as_str().unwrap_or("-").to_owned();
        (text("previous"), text("previous_basis"), text("previous_published"))
    };
    let said = |previous: &str, basis: &str, published: &str| (previous.into(), basis.into(), published.into());
    assert_eq!(basis(&json(folder, "report --year 2023")), said("25", "published", "25"));
    write(folder, dialogues("Xã Bảo Hà", "05/03/2022", 28));
    assert_eq!(basis(&json(folder, "report --year 2023")), said("28", "restated", "25"));
    assert!(danvan(folder, "report --year 2023").stdout.contains("tính lại"));
    // What is kept is enough.
    fs::remove_dir_all(folder.join("du-lieu/2022")).unwrap();
    assert_eq!(basis(&json(folder, "report --year 2023")), said("25", "published", "25"));
    assert!(danvan(folder, "report --year 2023").stdout.contains("công bố"));
    assert_eq!(basis(&json(folder, "report --year 2023 --against none")), said("-", "-", "-"));
}

#[test]
fn freezes_at_once_take_turns() {
    let office = office();
    let folder = office.path();
    let labels = ["a", "b", "c", "d"];
    let runs: Vec<Run> = thread::scope(|scope| {
        let one = |label| move || danvan(folder, &format!("freeze --year 2023 --edition {label}"));
        let runs: Vec<_> = labels.map(|label| scope.spawn(one(label))).into_iter().collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    assert!(runs.iter().all(|run| run.code == 0), "{}", runs.iter().map(|run| run.stderr.as_str()).collect::<String>());
    let numbered = [1, 2, 3, 4].map(|number| format!("tong-ket-2023-lan-{number}.toml"));
    assert_eq!(left(&folder.join("chot-so-lieu")), numbered);
    let texts = numbered.map(|name| fs::read_to_string(folder.join("chot-so-lieu").join(name)).unwrap());
    for label in labels {
        assert!(texts.iter().any(|text| text.contains(&format!("label = \"{label}\""))), "{label} was lost");
    }
}

#[test]
fn figures_with_many_decimals_are_kept_and_read_again() {
    let office = office();
    let folder = office.path();
    let text =
        "Xã Cam Cọn: hiến đất quý 1 năm 2023\nTT,Đơn vị,Diện tích đất hiến (ha)\n1,Xã Cam Cọn,\"0,333333333333333\"\n";
    write(folder, ("du-lieu/2023/Xã Cam Cọn hiến đất.csv".into(), text.into()));
    let frozen = danvan(folder, "freeze --year 2023");
    assert_eq!(frozen.code, 0, "{}", frozen.stderr);
    let bridge = &json(folder, "report --year 2023")["bridge"];
    assert!(bridge["indicators"].as_array().is_some_and(Vec::is_empty), "{bridge}");
}

#[test]
fn a_code_given_to_another_unit_makes_no_comparison() {
    let folder = workspace(&[
        (REGISTER.0.to_owned(), REGISTER.1.to_owned()),
        donations("Xã Bảo Hà", 2023, &[100]),
        donations("Xã Kim Sơn", 2023, &[40]),
    ]);
    let folder = folder.path();
    assert_eq!(danvan(folder, "freeze --year 2023").code, 0);
    fs::remove_dir_all(folder.join("du-lieu/2023")).unwrap();
    let report = |units: &str, year: &[(&str, u32)]| {
        write(
            folder,
            (REGISTER.0.to_owned(), format!("Mã,Tên đơn vị,Cấp,Trực thuộc\nBY,Huyện Bảo Yên,huyện,\n{units}")),
        );
        let _ = fs::remove_dir_all(folder.join("du-lieu/2024"));
        year.iter().for_each(|(unit, area)| write(folder, donations(unit, 2024, &[*area])));
        let area = indicator(&json(folder, "report --year 2024"), "land_donation.area").clone();
        let run = danvan(folder, "report --year 2024 --format md");
        let text = fs::read_to_string(folder.join("bao-cao/tong-ket-2024.md")).unwrap();
        let of = |key: &str| area[key].as_str().unwrap_or("-").to_owned();
        ([of("value"), of("previous_total"), of("change"), of("previous_basis")], run.stderr, text)
    };
    let said = |expected: [&str; 4]| expected.map(str::to_owned);
    // The code is another commune's now.
    let (found, stderr, text) = report("BY01,Xã Thượng Hà,xã,BY\n", &[("Xã Thượng Hà", 300)]);
    assert_eq!(found, said(["300", "140", "-", "published"]));
    assert!(stderr.contains("2 đơn vị của lần chốt đó không có trong danh mục đơn vị"), "{stderr}");
    assert!(text.contains("(Xã Bảo Hà, Xã Kim Sơn)") && !text.contains("so với năm 2023"), "{text}");
    assert!(!text.contains("tính lại từ các tệp"), "{text}");
    // One is gone: no part of it is compared with what all came to.
    let (found, ..) = report("BY01,Xã Bảo Hà,xã,BY\n", &[("Xã Bảo Hà", 300)]);
    assert_eq!(found, said(["300", "140", "-", "published"]));
    // Codes changed hands, names did not; one has another name now.
    let units = "BY02,Xã Bảo Hà,xã,BY\nBY01,Xã Kim Sơn,xã,BY\n";
    let (found, stderr, _) = report(units, &[("Xã Bảo Hà", 300), ("Xã Kim Sơn", 50)]);
    assert_eq!(found, said(["350", "140", "210", "published"]));
    assert!(!stderr.contains("Không so sánh"), "{stderr}");
    // A commune that sent nothing this year is left out on both sides.
    let (found, ..) = report("BY01,Xã Bảo Hà,xã,BY\nBY03,Xã Kim Sơn,xã,BY\n", &[("Xã Bảo Hà", 300)]);
    assert_eq!(found, said(["300", "140", "200", "published"]));
}

/// The manifest of a report, and that it tells the truth of the files beside it.
fn manifest(dir: &Path) -> Value {
    let text = fs::read_to_string(dir.join("tong-ket-2023.manifest.json")).expect("a manifest was left");
    let manifest: Value = serde_json::from_str(&text).expect("it is JSON");
    let outputs = manifest["outputs"].as_array().expect("it lists outputs");
    for output in outputs {
        let bytes = fs::read(dir.join(output["name"].as_str().unwrap())).expect("outputs are there");
        assert_eq!(output["blake3"].as_str(), Some(blake3::hash(&bytes).to_hex().as_str()), "{output}");
    }
    assert!(!outputs.is_empty());
    manifest
}

fn left(dir: &Path) -> Vec<String> {
    let names = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name != ".danvan.lock").collect();
    names.sort();
    names
}

#[test]
fn a_manifest_tells_what_was_read_and_written() {
    let office = office();
    let folder = office.path();
    write(folder, ("danvan.toml".into(), "[agency]\nunit = \"Huyện Bảo Yên\"\n".into()));
    let run = danvan(folder, "report --year 2023 --format md,json --log-format json");
    let events: Vec<Value> = run.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let manifest = manifest(&folder.join("bao-cao"));
    assert!(events.iter().all(|event| event["run"] == manifest["run"] && event["time"].is_string()));
    let (first, last) = (&events[0], &events[events.len() - 1]);
    assert_eq!((&first["event"], &first["command"]), (&"start".into(), &"report".into()));
    assert_eq!((&last["event"], &last["period"]["from"]), (&"finish".into(), &"2023-01-01".into()));
    assert!(last["duration_ms"].is_u64() && last["files"] == 5);
    assert_eq!(manifest["settings"], "[agency]\nunit = \"Huyện Bảo Yên\"\n");
    assert_eq!(manifest["inputs"].as_array().map(Vec::len), Some(5));
    // What is for everybody names no commune's files.
    danvan(folder, "report --year 2023 --format md --public -o cong-bo/");
    let public = fs::read_to_string(folder.join("cong-bo/tong-ket-2023-cong-khai.manifest.json")).unwrap();
    assert!(!public.contains("du-lieu") && !public.contains("\"settings\""), "{public}");
    // As an input folder the outputs hold nothing to read.
    let again = danvan(folder, "report --year 2023 -i bao-cao");
    assert!(again.stderr.contains("không có tệp nào để đọc trong bao-cao"), "{}", again.stderr);
    // A file of one's own choice, or standard output, has none beside it.
    danvan(folder, "report --year 2023 -o ra/a.md");
    assert_eq!(left(&folder.join("ra")), ["a.md"]);
}

#[test]
fn neither_the_folder_nor_the_language_nor_the_letters_of_a_path_matter() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("Ban Dân vận – số liệu (2023)");
    for (name, text) in [donations("Xã Bảo Hà", 2023, &[100]), dialogues("Xã Kim Sơn", "06/03/2023", 30)] {
        crate::program::write(&folder.join(name), text.as_bytes());
    }
    crate::program::write(&folder.join(REGISTER.0), REGISTER.1.as_bytes());
    let here = danvan(&folder, "report --year 2023 --format json -o -");
    for language in ["C", "vi_VN.UTF-8", "tr_TR.ISO-8859-9"] {
        let run = danvan_with(
            place.path(),
            "report --year 2023 --format json -o - -C \"Ban Dân vận – số liệu (2023)\"",
            &[("LANG", language), ("LC_ALL", language)],
        );
        assert_eq!((run.code, &run.stdout), (0, &here.stdout), "{language}: {}", run.stderr);
    }
    let written = danvan(place.path(), "report --year 2023 --format md -C \"Ban Dân vận – số liệu (2023)\"");
    assert!(written.stderr.contains("Ban Dân vận – số liệu (2023)/bao-cao/tong-ket-2023.md"), "{}", written.stderr);
    manifest(&folder.join("bao-cao"));
}

#[test]
fn runs_take_turns_in_a_folder_and_clear_up_after_each_other() {
    let office = office();
    let folder = office.path();
    let dir = folder.join("bao-cao");
    // Two that differ in every file: what is left must be all of one of them.
    let lines = ["", " --compare none"].map(|option| format!("report --year 2023 --format xlsx,md,json{option}"));
    let outputs = |dir: &Path| {
        manifest(dir);
        ["xlsx", "md", "json"].map(|format| fs::read(dir.join(format!("tong-ket-2023.{format}"))).unwrap())
    };
    let alone = [0, 1].map(|at| {
        danvan(folder, &format!("{} -o rieng-{at}/", lines[at]));
        outputs(&folder.join(format!("rieng-{at}")))
    });
    assert!(alone[0].iter().zip(&alone[1]).all(|(one, other)| one != other));
    for _ in 0..3 {
        let _ = fs::remove_dir_all(&dir);
        let runs: Vec<Run> = thread::scope(|scope| {
            let runs: Vec<_> =
                lines.iter().cycle().take(4).map(|line| scope.spawn(move || danvan(folder, line))).collect();
            runs.into_iter().map(|run| run.join().unwrap()).collect()
        });
        assert!(runs.iter().all(|run| run.code == 0), "{}", runs[0].stderr);
        assert!(alone.contains(&outputs(&dir)), "the outputs are of several runs");
    }
    let whole = left(&dir);
    fs::write(dir.join(".danvan-left.tmp"), "half a workbook").unwrap();
    let lock = File::create(dir.join(".danvan.lock")).unwrap();
    lock.lock().unwrap();
    let run = danvan(folder, "report --year 2023 --wait 0");
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("một lần chạy danvan khác đang ghi vào thư mục "), "{}", run.stderr);
    assert!(left(&dir).contains(&".danvan-left.tmp".to_owned()), "it may be the other's");
    drop(lock);
    assert_eq!(danvan_with(folder, "report --year 2023 --format md", &[("DANVAN_WAIT", "0")]).code, 0);
    assert_eq!(left(&dir), whole);
}

#[test]
fn quiet_says_only_what_is_wrong() {
    let office = office();
    let run = danvan(office.path(), "report --year 2023 -q");
    assert_eq!((run.stdout.as_str(), run.stderr.as_str(), run.code), ("", "", 0));
    fs::write(office.path().join("du-lieu/công văn.pdf"), "%PDF-1.7").unwrap();
    let run = danvan(office.path(), "report --year 2023 -q --fail-on error");
    assert!(run.stdout.is_empty() && run.stderr.starts_with("lỗi: ") && run.code == 1, "{}", run.stderr);
}

#[test]
fn what_is_of_another_run_is_told_of() {
    let (here, there) = (office(), office());
    let folder = here.path();
    let stale = "Cảnh báo: tệp cùng tên báo cáo trong thư mục là của lần chạy trước, chưa được lập lại: bao-cao/tong-ket-2023.xlsx.\n";
    let first = danvan(folder, "report --year 2023 --format xlsx");
    assert!(!first.stderr.contains("lần chạy trước"), "{}", first.stderr);
    let second = danvan(folder, "report --year 2023 --format docx");
    assert!(second.stderr.contains(stale), "{}", second.stderr);
    let third = danvan(folder, "report --year 2023 --format docx,xlsx");
    assert!(!third.stderr.contains("lần chạy trước"), "{}", third.stderr);

    let shared = tempfile::tempdir().unwrap();
    let into = |folder: &Path, option: &str| {
        danvan(folder, &format!("report --year 2023 --format md{option} -o \"{}\"", shared.path().display())).stderr
    };
    let another = "là của thư mục làm việc khác";
    for option in ["", " --public"] {
        assert!(!into(folder, option).contains(another));
        assert!(!into(folder, option).contains(another), "it is one's own");
        let mixed = into(there.path(), option);
        assert!(mixed.contains("cảnh báo: các tệp tong-ket-2023") && mixed.contains(another), "{mixed}");
        let path = fs::canonicalize(folder).unwrap().display().to_string();
        assert_eq!(mixed.contains(&path), option.is_empty(), "{mixed}");
    }
}
