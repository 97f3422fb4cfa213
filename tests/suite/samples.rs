//! The samples are what their program makes, and add up to what was published.

#[path = "../../samples/make/mod.rs"]
mod make;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use crate::program::danvan;
use crate::{cases, docx, sketch};

static MADE: LazyLock<BTreeMap<String, Vec<u8>>> = LazyLock::new(|| make::files().expect("the samples can be made"));

fn committed(folder: &str) -> BTreeMap<String, Vec<u8>> {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    walkdir::WalkDir::new(samples.join(folder))
        .into_iter()
        .map(|entry| entry.expect("the samples can be read"))
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let below = entry.path().strip_prefix(&samples).expect("below the samples");
            let names: Vec<_> = below.iter().map(|name| name.to_str().expect("names are in Unicode")).collect();
            (names.join("/"), std::fs::read(entry.path()).expect("the samples can be read"))
        })
        // A report made where the README says to make it.
        .filter(|(path, _)| !path.contains("/bao-cao/"))
        .collect()
}

#[test]
fn the_samples_have_not_drifted() {
    let committed: BTreeMap<_, _> =
        ["bao-yen", "hoang-su-phi", "an-bien", "expected"].into_iter().flat_map(committed).collect();
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&MADE), names(&committed));
    for (path, bytes) in &*MADE {
        assert!(bytes == &committed[path], "{path} is not what is made: cargo run --example make-samples");
    }
}

#[test]
fn the_samples_are_the_same_on_every_run() {
    assert!(*MADE == make::files().expect("the samples can be made"));
}

#[test]
fn the_totals_are_the_published_ones() {
    let truths = make::truths();
    let value = |year: usize, id: &str| truths[year].figures[id].value() / 10;
    let district = |year: usize| truths[year].figures["dialogue.sessions"].by_unit[&make::Whose::District] / 10;
    assert_eq!(value(0, "land_donation.households") + value(1, "land_donation.households"), 2_180);
    assert_eq!(value(0, "land_donation.area") + value(1, "land_donation.area"), 649_003);
    assert_eq!([district(0), district(1)], [5, 4]);
    assert_eq!([0, 1].map(|year| value(year, "dialogue.sessions") - district(year)), [54, 12]);
    let both = |id: &str| -> i64 { truths.iter().map(|truth| truth.figures[id].value()).sum() };
    assert_eq!([both("campaign.programs"), both("campaign.participants")], [126, 20_000]);
    let own = |id: &str| -> i64 { truths.iter().map(|truth| truth.figures[id].by_unit[&make::Whose::District]).sum() };
    assert_eq!(own("campaign.programs"), 5);
    // In metres, and in đồng.
    assert_eq!([both("works.routes"), both("works.length")], [137, 283_750]);
    assert_eq!(both("contribution.money"), 55_599_700_000);
    let cleared = |id: &str| truths[1].figures[id].value();
    // In m2, and in đồng.
    assert_eq!([cleared("clearance.households"), cleared("clearance.area")], [290, 2_632_600]);
    assert_eq!([cleared("clearance.planned"), cleared("clearance.paid")], [250_000_000_000; 2]);
}

#[test]
fn the_districts_totals_are_the_published_ones() {
    let districts = make::districts().expect("they can be made");
    let value = |district: usize, id: &str| districts[district].figures[id].value();
    for (id, tenths) in [
        ("land_donation.area", 279_000),
        ("workday.days", 166_700),
        ("works.length", 578),
        ("model.registered", 5_410),
        ("model.replicated", 490),
    ] {
        assert_eq!(value(0, id), tenths, "{id}");
    }
    for (id, of_district) in [
        ("mediation.cases", 77),
        ("mediation.mediated", 72),
        ("procedure.fields", 39),
        ("procedure.listed", 261),
        ("model.registered", 342),
        ("model.recognized", 327),
    ] {
        assert_eq!(value(1, id), of_district * 10, "{id}");
    }
    for (folder, faults) in [("hoang-su-phi", 1), ("an-bien", 4)] {
        let expected = &MADE[&format!("expected/{folder}-2018.json")];
        let expected: serde_json::Value = serde_json::from_slice(expected).expect("it is JSON");
        assert_eq!(expected["flags"].as_array().map(Vec::len), Some(faults), "{folder}");
    }
}

#[test]
fn petitions_balance() {
    for truth in make::truths() {
        let value = |id: &str| truth.figures[id].value();
        let came = value("petition.opening") + value("petition.received");
        let went = value("petition.resolved") + value("petition.referred") + value("petition.pending");
        assert_eq!(came, went, "{}", truth.year);
        assert!(value("petition.overdue") <= value("petition.pending"));
    }
}

#[test]
fn the_readme_names_every_fault() {
    let expected: serde_json::Value = serde_json::from_slice(&MADE["expected/bao-yen-2023.json"]).expect("it is JSON");
    let readme = include_str!("../../samples/README.md");
    let faults = expected["flags"].as_array().expect("a list");
    assert_eq!(faults.len(), 8);
    for fault in faults {
        let [file, sheet, cell] = [0, 1, 2].map(|at| fault[at].as_str().unwrap_or(""));
        let row = format!("| `{}` | {sheet} | {cell} |", file.trim_start_matches("2023/"));
        assert!(readme.contains(&row), "README.md does not name {row}");
    }
}

/// Each sample's report in every format, whole: the workbook and the Word document as text, the figures by indicator.
#[test]
fn a_status_and_a_report_count_the_units_with_figures_alike() {
    for (folder, year) in [("bao-yen", 2022), ("bao-yen", 2023), ("hoang-su-phi", 2018), ("an-bien", 2018)] {
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(folder);
        let json = |command: &str| -> serde_json::Value {
            let run = danvan(&sample, &format!("{command} --year {year} --today 2026-01-10 --format json -o - -q"));
            serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{folder} {year}: {error}: {}", run.stderr))
        };
        let (status, report) = (json("status"), json("report"));
        assert!(status["units_with_figures"].is_u64(), "{folder} {year}");
        assert_eq!(status["units_with_figures"], report["coverage"]["complete"], "{folder} {year}");
    }
}

#[test]
fn every_format_of_every_sample_is_as_it_was_looked_at() {
    for (name, period) in [("bao-yen", "--year 2023"), ("hoang-su-phi", "--year 2018"), ("an-bien", "--year 2018")] {
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name);
        let out = tempfile::tempdir().expect("there is room for a folder");
        let line = format!(
            "report {period} -C \"{}\" --format xlsx,md,docx,json --records never -q -o \"{}\"",
            sample.display(),
            out.path().display()
        );
        assert_eq!(danvan(out.path(), &line).code, 0, "{name}");
        for entry in std::fs::read_dir(out.path()).expect("a report was written") {
            let path = entry.expect("it can be seen").path();
            // What a run leaves beside its outputs tells of the run.
            let name_of_file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name_of_file.ends_with(".manifest.json") || name_of_file.starts_with('.') {
                continue;
            }
            let bytes = std::fs::read(&path).expect("it can be read");
            let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
            let shown = match extension {
                "xlsx" => sketch::shown(&bytes),
                "docx" => docx::shown(&bytes),
                "json" => cases::figures_shown(&String::from_utf8(bytes).expect("it is text")),
                _ => String::from_utf8(bytes).expect("it is text"),
            };
            insta::assert_snapshot!(format!("{name}-{extension}"), shown);
        }
    }
}
