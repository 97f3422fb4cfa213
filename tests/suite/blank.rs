//! Blanks read back as what was filled in: for every form each field with values of its kind, every category in turn, and the
//! figures that come of them, reckoned here by the catalogue's words alone.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;

use chrono::{Days, NaiveDate};

use danvan::base::amount::Amount;
use danvan::base::diagnostic::Diagnostic;
use danvan::base::record::{Collected, FieldId, FormId, Item, Stated, When};
use danvan::catalogue::blank::{self, Holds};
use danvan::catalogue::form::{Absent, Condition, Edge, FieldKind};
use danvan::catalogue::indicator::Formula;
use danvan::catalogue::settings::Dash;
use danvan::catalogue::{Catalogue, load};
use danvan::ingest::inputs::Input;
use danvan::ingest::rules::Rules;
use danvan::ingest::{self, register};
use danvan::report::blank::{For, workbook};
use danvan::report::document::{Cell, Document};
use danvan::write::excel;

use crate::program::danvan;

const REGISTER: &str = "\
Mã,Tên đơn vị,Cấp,Trực thuộc
BY,Huyện Bảo Yên,huyện,
02947,Xã Bảo Hà,xã,BY
02953,Xã Nghĩa Đô,xã,BY
";

/// A row as it is filled in.
type Row = BTreeMap<FieldId, Said>;

#[derive(Clone, Debug)]
enum Said {
    Day(NaiveDate),
    Category(u16),
    Number(Amount),
    Words(String),
}

/// More rows than are ruled.
const ROWS: usize = 30;

fn rows(catalogue: &Catalogue, form: FormId) -> Vec<Row> {
    let of_form = catalogue.form(form);
    let columns = blank::of(catalogue, form).columns;
    let fields: Vec<FieldId> = columns
        .iter()
        .filter_map(|column| match column.holds {
            Holds::Field(id) => Some(id),
            _ => None,
        })
        .collect();
    let start: NaiveDate = "2023-01-03".parse().unwrap();
    let row = |at: usize| {
        let main = start + Days::new(11 * at as u64);
        let category = |id: FieldId| (at % of_form.field(id).categories.len()) as u16;
        let said = |(col, &id): (usize, &FieldId)| {
            let field = of_form.field(id);
            Some(match field.kind {
                FieldKind::Date if Some(id) == of_form.main_date() => Said::Day(main),
                FieldKind::Date => {
                    // A date by which another field is known stands only where that field says so.
                    let implied = of_form.fields.iter().enumerate().find_map(|(other, field)| {
                        field.implied.filter(|(by, _)| *by == id).map(|(_, is)| (FieldId(other as u16), is))
                    });
                    if implied.is_some_and(|(other, is)| category(other) != is.0) {
                        return None;
                    }
                    Said::Day(main + Days::new(5))
                }
                FieldKind::Category => Said::Category(category(id)),
                FieldKind::Number => {
                    let indicator = blank::summed(catalogue, form, id).expect("a blank asks for what is reported");
                    let size = if &*indicator.measure.dimension == "money" { 1_000_000 } else { 1 };
                    let whole = Amount::from((100 + at - 5 * col) * size);
                    let half = if indicator.fractions { "0.5".parse().unwrap() } else { Amount::ZERO };
                    Said::Number(whole + half)
                }
                FieldKind::Text => Said::Words(match field.examples.get(at % 2) {
                    Some(example) => format!("{example} {at}"),
                    None => format!("Lò Văn {at}"),
                }),
            })
        };
        fields.iter().enumerate().filter_map(|(col, id)| Some((*id, said((col, id))?))).collect()
    };
    (0..ROWS).map(row).collect()
}

/// What is stated for the indicators of a form that is sent as figures.
fn figure(at: usize) -> Amount {
    Amount::from(100 + 7 * at)
}

/// The form's sheet filled in, as a clerk would.
fn fill(catalogue: &Catalogue, form: FormId, document: &mut Document) {
    let blank = blank::of(catalogue, form);
    let id = &catalogue.form(form).id;
    let table = &mut document.sheets.iter_mut().find(|sheet| sheet.key == *id).unwrap().tables[0];
    if !blank.rows.is_empty() {
        let place = blank.columns.iter().position(|column| column.holds == Holds::Figure).unwrap();
        for (at, row) in table.rows.iter_mut().enumerate() {
            row.cells.resize(place + 1, Cell::default());
            row.cells[place] = Cell::number(figure(at), 0);
        }
        return;
    }
    for (at, said) in rows(catalogue, form).into_iter().enumerate() {
        if table.rows.len() == at {
            table.rows.push(danvan::report::document::Row::default());
        }
        let cells = blank.columns.iter().map(|column| match column.holds {
            Holds::Ordinal => Cell::number((at + 1).into(), 0),
            Holds::Field(id) => match said.get(&id) {
                None => Cell::default(),
                Some(Said::Day(day)) => {
                    Cell { value: danvan::report::document::CellValue::Date(*day), ..Cell::default() }
                }
                Some(Said::Category(at)) => {
                    Cell::text(&*catalogue.form(form).field(id).categories[usize::from(*at)].title)
                }
                Some(Said::Number(number)) => Cell::number(*number, 1),
                Some(Said::Words(words)) => Cell::text(words.clone()),
            },
            _ => Cell::default(),
        });
        table.rows[at].cells = cells.collect();
    }
}

fn read(catalogue: &Catalogue, name: &str, document: &Document) -> Collected {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, excel::bytes(document).unwrap()).unwrap();
    fs::write(folder.path().join("don-vi.csv"), REGISTER).unwrap();
    let register = register::load(&folder.path().join("don-vi.csv"), "don-vi.csv", None).unwrap();
    let inputs = [Input { path, shown: name.into() }];
    let calendar = catalogue.calendar("civil").unwrap();
    let rules = Rules::default();
    let context = ingest::Context {
        catalogue,
        calendar,
        dash: Dash::Nil,
        year: Some(2023),
        rules: &rules,
        planned: false,
        explained: &[],
    };
    ingest::collect(&inputs, register, &context, &|_| {}).0
}

fn of_unit() -> For {
    For { unit: Some(("Xã Bảo Hà".into(), "02947".into())), period: Some("Năm 2023".into()), sent: None }
}

fn messages(found: &[Diagnostic]) -> Vec<String> {
    found.iter().map(|found| format!("{}: {} [{}]", found.at, found.problem.message(), found.problem.code())).collect()
}

#[test]
fn what_is_filled_in_reads_back_exactly() {
    let catalogue = load::catalogue(&[]).unwrap();
    let today: NaiveDate = "2024-01-05".parse().unwrap();
    for form in catalogue.form_ids() {
        let of_form = catalogue.form(form);
        let mut document = workbook(&catalogue, &[form], &of_unit(), today);
        fill(&catalogue, form, &mut document);
        let collected = read(&catalogue, "mau.xlsx", &document);
        assert!(collected.diagnostics.is_empty(), "{}: {:#?}", of_form.id, messages(&collected.diagnostics));
        let blank = blank::of(&catalogue, form);
        if !blank.rows.is_empty() {
            let read: Vec<_> = collected.figures.iter().map(|figure| (figure.indicator, figure.value)).collect();
            let filled: Vec<_> =
                blank.rows.iter().enumerate().map(|(at, id)| (*id, Stated::Value(figure(at)))).collect();
            assert_eq!(read, filled, "{}", of_form.id);
            continue;
        }
        let filled = rows(&catalogue, form);
        assert_eq!(collected.records.len(), filled.len(), "{}", of_form.id);
        for (record, row) in collected.records.iter().zip(&filled) {
            assert_eq!(record.form, form);
            let main = of_form.main_date().unwrap();
            let Some(Said::Day(day)) = row.get(&main) else { panic!("each row has its day") };
            assert_eq!(record.when, When::Day(*day), "{}", of_form.id);
            for (field, said) in row {
                let title = &of_form.field(*field).title;
                let alike = match (record.item(*field), said) {
                    (Some(Item::Date(read)), Said::Day(day)) => read == day,
                    (Some(Item::Category(read)), Said::Category(category)) => read.0 == *category,
                    (Some(Item::Number(read)), Said::Number(number)) => read == number,
                    (Some(Item::Filled(_)), Said::Words(_)) => true,
                    // Words that are nobody's and nothing's subject need not be kept.
                    (None, Said::Words(_)) => !of_form.field(*field).personal,
                    _ => false,
                };
                assert!(alike, "{}, {title}: {:?} read from {said:?}", of_form.id, record.item(*field));
            }
        }
    }
}

/// What a row counts for a number field.
fn counted(catalogue: &Catalogue, form: FormId, field: FieldId, row: &Row) -> Amount {
    let of_form = catalogue.form(form);
    if let Some(Said::Number(number)) = row.get(&field) {
        return *number;
    }
    match &of_form.field(field).absent {
        Some(Absent::One | Absent::OneIfFilled(_) | Absent::OneBeside { .. }) => Amount::from(1),
        Some(Absent::Of { field: other, conditions, .. }) if meets(conditions, row) => {
            counted(catalogue, form, *other, row)
        }
        _ => Amount::ZERO,
    }
}

/// Whether a row meets conditions, in a year that holds all its dates.
fn meets(conditions: &[Condition], row: &Row) -> bool {
    let category = |field: &FieldId| match row.get(field) {
        Some(Said::Category(category)) => Some(*category),
        _ => None,
    };
    conditions.iter().all(|condition| match condition {
        Condition::Is(field, is) => is.iter().any(|one| Some(one.0) == category(field)),
        Condition::IsNot(field, is) | Condition::Unless(field, is) => {
            !is.iter().any(|one| Some(one.0) == category(field))
        }
        Condition::Before(field, edge) => *edge == Edge::End && row.contains_key(field),
        Condition::NotBefore(field, edge) => *edge == Edge::Start || !row.contains_key(field),
    })
}

#[test]
fn the_figures_of_a_workbook_with_every_form_are_what_was_filled_in() {
    let catalogue = load::catalogue(&[]).unwrap();
    let forms: Vec<FormId> = catalogue.form_ids().collect();
    let mut document = workbook(&catalogue, &forms, &of_unit(), "2024-01-05".parse().unwrap());
    for &form in &forms {
        fill(&catalogue, form, &mut document);
    }
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("du-lieu")).unwrap();
    fs::write(folder.path().join("don-vi.csv"), REGISTER).unwrap();
    fs::write(folder.path().join("du-lieu/mau-02947-xa-bao-ha.xlsx"), excel::bytes(&document).unwrap()).unwrap();
    let run = danvan(folder.path(), "report --year 2023 --format json -o -");
    let data: serde_json::Value = serde_json::from_str(&run.stdout).expect("only JSON is on standard output");
    // That an event has no date of its own (a model spread without its day of recognition) is noted, as it should be.
    let found = data["diagnostics"].as_array().unwrap();
    assert!(found.iter().all(|one| one["code"] == "date-of-event-missing"), "{found:#?}");
    for id in catalogue.indicator_ids() {
        let indicator = catalogue.indicator(id);
        let Formula::Sum { field, conditions, .. } = &indicator.formula else { continue };
        if !indicator.reported {
            continue;
        }
        let blank = blank::of(&catalogue, indicator.form);
        let expected = match blank.rows.iter().position(|of| *of == id) {
            Some(at) => figure(at),
            None => rows(&catalogue, indicator.form)
                .iter()
                .filter(|row| meets(conditions, row))
                .map(|row| counted(&catalogue, indicator.form, *field, row))
                .sum(),
        };
        let said = data["indicators"].as_array().unwrap().iter().find(|said| said["id"] == indicator.id.as_str());
        let value: Amount = said.unwrap()["value"].as_str().unwrap_or("0").parse().unwrap();
        assert_eq!(value, expected, "{}", indicator.id);
    }
}

#[test]
fn a_blank_that_comes_back_as_it_went_is_no_report_and_says_so_once() {
    let catalogue = load::catalogue(&[]).unwrap();
    let forms: Vec<FormId> = catalogue.form_ids().collect();
    for of in [of_unit(), For::default()] {
        let document = workbook(&catalogue, &forms, &of, "2024-01-05".parse().unwrap());
        let collected = read(&catalogue, "mau-bao-cao.xlsx", &document);
        assert_eq!((collected.records.len(), collected.figures.len(), collected.submissions.len()), (0, 0, 0));
        let codes: Vec<&str> = collected.diagnostics.iter().map(|found| found.problem.code()).collect();
        assert_eq!(codes, ["template-blank"], "{:#?}", messages(&collected.diagnostics));
    }
}

#[test]
fn nothing_happened_is_written_where_the_guidance_says() {
    let catalogue = load::catalogue(&[]).unwrap();
    for form in catalogue.form_ids().filter(|form| catalogue.form(*form).main_date().is_some()) {
        let id = &catalogue.form(form).id;
        let mut document = workbook(&catalogue, &[form], &of_unit(), "2024-01-05".parse().unwrap());
        let sheet = document.sheets.iter_mut().find(|sheet| sheet.key == *id).unwrap();
        sheet.tables[0].rows[0].cells = vec![Cell::number(Amount::from(1), 0), Cell::text("Không phát sinh")];
        let collected = read(&catalogue, "mau.xlsx", &document);
        assert!(collected.diagnostics.is_empty(), "{id}: {:#?}", messages(&collected.diagnostics));
        let sent: Vec<_> = collected.submissions.iter().map(|sent| (sent.form, sent.nil, sent.months.len())).collect();
        assert_eq!(sent, [(form, true, 12)], "{id}");
        // The cell that its page of guidance names takes these words, and dates.
        let workbook = excel::bytes(&document).unwrap();
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(workbook)).unwrap();
        let mut xml = String::new();
        archive.by_name("xl/worksheets/sheet2.xml").unwrap().read_to_string(&mut xml).unwrap();
        let rule = xml.split("<dataValidation ").find(|rule| rule.contains("sqref=\"B8:B"));
        assert!(rule.is_some_and(|rule| rule.contains("LOWER(TRIM(B8))=\"không phát sinh\"")), "{id}");
    }
}

#[test]
fn a_plan_reads_back_with_every_indicator_that_its_drop_down_offers() {
    let folder = tempfile::tempdir().unwrap();
    danvan(folder.path(), "init --sample w");
    let catalogue = load::catalogue(&[]).unwrap();
    let titles = catalogue.indicators.iter().filter(|indicator| indicator.reported && !indicator.is_rate());
    let rows: Vec<String> = titles
        .enumerate()
        .map(|(at, indicator)| {
            format!("\"{}\",{},Huyện Sơn Thủy,2023,{}", indicator.title, indicator.measure.id, at + 1)
        })
        .collect();
    let plan = format!("Chỉ tiêu,ĐVT,Đơn vị,Năm,Kế hoạch\n{}\n", rows.join("\n"));
    fs::remove_file(folder.path().join("w/ke-hoach.xlsx")).unwrap();
    fs::write(folder.path().join("w/ke-hoach.csv"), plan).unwrap();
    let run = danvan(folder.path(), "report --year 2023 -C w --format json -o -");
    let data: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let mut expected = 0;
    for said in data["indicators"].as_array().unwrap().iter().filter(|said| said["measure"] != "%") {
        expected += 1;
        assert_eq!(said["target"].as_str(), Some(expected.to_string().as_str()), "{}", said["id"]);
    }
    assert_eq!(expected, rows.len());
}

#[test]
fn a_new_workspace_says_what_to_do_next_and_is_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let made = danvan(folder.path(), "init \"Huyện ủy mới\"");
    assert_eq!((made.code, made.stdout.as_str()), (0, ""), "{}", made.stderr);
    assert!(made.stderr.starts_with("Đã tạo thư mục làm việc Huyện ủy mới. Bước tiếp theo: mở don-vi.xlsx"));
    let workspace = folder.path().join("Huyện ủy mới");
    let run = danvan(folder.path(), "report --year 2023 -C \"Huyện ủy mới\"");
    let next = "lỗi: không có tệp nào để đọc trong du-lieu: chép các tệp số liệu của các đơn vị vào thư mục này rồi chạy lại\n";
    assert_eq!((run.code, run.stderr.as_str()), (2, next));
    // Its own plan and register say nothing of themselves.
    fs::write(
        workspace.join("du-lieu/a.csv"),
        "Xã Ví Dụ Một\nSTT,Ngày tổ chức đối thoại,Số người dự\n1,05/03/2023,40\n",
    )
    .unwrap();
    let run = danvan(folder.path(), "report --year 2023 -v --format json -o - -C \"Huyện ủy mới\"");
    let data: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let found = data["diagnostics"].as_array().unwrap();
    assert!(found.iter().all(|one| one["file"] == "du-lieu/a.csv" || one["code"] == "template-blank"), "{found:#?}");
    assert_eq!(data["coverage"]["expected"], 3);

    let cmd = fs::read_to_string(workspace.join("lap-bao-cao.cmd")).unwrap();
    assert!(cmd.lines().count() > 10 && cmd.matches("\r\n").count() == cmd.matches('\n').count());
    let before = fs::read(workspace.join("danvan.toml")).unwrap();
    for name in ["don-vi.xlsx", "ke-hoach.xlsx", "lap-bao-cao.cmd", "lap-bao-cao.sh", "doc-truoc.txt"] {
        fs::remove_file(workspace.join(name)).unwrap();
    }
    let again = danvan(folder.path(), "init --sample \"Huyện ủy mới\"");
    assert_eq!(again.code, 2);
    assert!(again.stderr.contains("đã có danvan.toml: không ghi đè, chưa ghi tệp nào"), "{}", again.stderr);
    assert_eq!(fs::read(workspace.join("danvan.toml")).unwrap(), before);
    assert!(!workspace.join("don-vi.xlsx").exists() && !workspace.join("du-lieu/2023").exists());
}

#[test]
fn a_sample_workspace_gives_a_report_without_a_problem() {
    let folder = tempfile::tempdir().unwrap();
    let made = danvan(folder.path(), "init --sample mau");
    // The year before the day of the tests.
    assert!(made.stderr.ends_with("Lập thử báo cáo: danvan report --year 2023 -C mau\n"), "{}", made.stderr);
    let run = danvan(folder.path(), "report --year 2023 -C mau --format json -o -");
    let data: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((run.code, &data["diagnostics"]), (0, &serde_json::json!([])));
    assert_eq!((&data["coverage"]["expected"], &data["coverage"]["reported"]), (&3.into(), &3.into()));
    assert_eq!(data["scope"]["name"], "Huyện Sơn Thủy");
    let figures = data["indicators"].as_array().unwrap();
    let has = |key: &str| figures.iter().filter(|one| !one[key].is_null()).count();
    assert!(has("value") > 10 && has("target") > 5 && has("previous") > 10);
}

#[cfg(unix)]
#[test]
fn the_file_to_double_click_makes_the_report_of_the_year_that_it_is_given() {
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;

    let folder = tempfile::tempdir().unwrap();
    danvan(folder.path(), "init --sample \"Cơ quan (mẫu)\"");
    let script = folder.path().join("Cơ quan (mẫu)/lap-bao-cao.sh");
    assert_eq!(fs::metadata(&script).unwrap().permissions().mode() & 0o500, 0o500);
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_danvan"), script.with_file_name("danvan")).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(&script);
        command.env_clear().env("DANVAN_TODAY", "2024-01-05").env("PATH", std::env::var("PATH").unwrap());
        command.current_dir("/").args(arguments).stdin(std::process::Stdio::null()).output().unwrap()
    };
    for (arguments, name) in [(&[][..], "tong-ket-2023.xlsx"), (&["2022"], "tong-ket-2022.xlsx")] {
        let output = run(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(script.with_file_name("bao-cao").join(name).is_file());
    }
    assert_eq!(run(&["hai"]).status.code(), Some(2));
}

#[test]
fn a_new_workspace_is_not_put_beside_a_register_in_csv() {
    for name in ["don-vi.csv", "ke-hoach.csv"] {
        let folder = crate::program::workspace(&[(name, REGISTER)]);
        let run = danvan(folder.path(), "init .");
        assert_eq!(run.code, 2, "{name}: {}", run.stderr);
        assert!(run.stderr.contains(&format!("đã có {name}: không ghi đè, chưa ghi tệp nào")), "{}", run.stderr);
        assert!(!folder.path().join("don-vi.xlsx").exists() && !folder.path().join("danvan.toml").exists(), "{name}");
    }
}

#[test]
fn a_blank_that_was_filled_in_is_left_as_it_is() {
    let folder = crate::program::workspace(&[("don-vi.csv", REGISTER)]);
    let folder = folder.path();
    let line = "template dialogue land_donation --all --year 2024 --quarter 2";
    let made = danvan(folder, line);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let names = || {
        let mut names: Vec<String> = fs::read_dir(folder.join("bieu-mau"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| !name.starts_with('.'))
            .collect();
        names.sort();
        names
    };
    let both = names();
    assert_eq!(both.len(), 2, "{both:?}");
    // Of other forms, of all forms: other files.
    danvan(folder, "template dialogue --all --year 2024 --quarter 2");
    danvan(folder, "template --all --year 2024 --quarter 2");
    assert_eq!(names().len(), 6, "{:?}", names());

    // What a commune wrote into it, as far as the program can tell: another workbook.
    let (filled, blank) = (folder.join("bieu-mau").join(&both[0]), folder.join("bieu-mau").join(&both[1]));
    let other = names().into_iter().find(|name| !both.contains(name)).unwrap();
    fs::copy(folder.join("bieu-mau").join(other), &filled).unwrap();
    let kept = fs::read(&filled).unwrap();
    let before = fs::read(&blank).unwrap();
    // A blank of another day is a blank still.
    let again = danvan(folder, &format!("{line} --today 2024-02-20"));
    assert_eq!(again.code, 0, "{}", again.stderr);
    let said = format!("giữ nguyên bieu-mau/{}: đã có và khác mẫu trống", both[0]);
    assert!(
        again.stderr.contains(&said) && !again.stderr.contains(&format!("giữ nguyên bieu-mau/{}", both[1])),
        "{}",
        again.stderr
    );
    assert!(fs::read(&filled).unwrap() == kept && fs::read(&blank).unwrap() != before);
    fs::write(&blank, "not even a workbook").unwrap();
    let none = danvan(folder, line);
    assert_eq!((none.code, none.stderr.matches("giữ nguyên ").count()), (2, 2), "{}", none.stderr);
    assert_eq!(fs::read_to_string(&blank).unwrap(), "not even a workbook");
}
