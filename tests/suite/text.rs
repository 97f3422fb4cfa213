//! The document to be signed, whole: of the sample in each kind of period and each style, as an officer would read it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value;
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

const REPORTS: [(&str, &str, &str); 5] = [
    ("year-party", "party", "--year 2023"),
    ("half-state", "state", "--year 2023 --half 1"),
    ("nine-months-party", "party", "--year 2023 --nine-months"),
    ("quarter-state", "state", "--year 2023 --quarter 3"),
    ("month-party", "party", "--year 2023 --month 10"),
];

/// A workspace with the sample's files, in a style.
fn sample(style: &str) -> TempDir {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/bao-yen");
    let workspace = tempfile::tempdir().expect("there is room for a folder");
    for file in ["danvan.toml", "don-vi.csv"] {
        fs::copy(samples.join(file), workspace.path().join(file)).expect("the sample has it");
    }
    if style == "state" {
        let own = format!("{STATE}\n[input]\ndir = 'du-lieu'\n");
        fs::write(workspace.path().join("danvan.toml"), own).expect("it can be written");
    }
    workspace
}

/// A report of the sample as Markdown and as JSON.
fn report(style: &str, period: &str) -> (String, Value) {
    let workspace = sample(style);
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/bao-yen/du-lieu");
    let line = format!("report {period} --format md,json -q -o ra -i \"{}\"", data.display());
    assert_eq!(danvan(workspace.path(), &line).code, 0);
    let files = fs::read_dir(workspace.path().join("ra")).expect("a report was written");
    let (mut text, mut json) = (String::new(), Value::Null);
    for path in files.map(|file| file.expect("it is there").path()) {
        let content = fs::read_to_string(&path).expect("it is text");
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("md") => text = content,
            _ => json = serde_json::from_str(&content).expect("it is JSON"),
        }
    }
    (text, json)
}

/// All reports, each read once.
fn reports() -> &'static [(String, Value)] {
    static MADE: LazyLock<Vec<(String, Value)>> =
        LazyLock::new(|| REPORTS.iter().map(|(_, style, period)| report(style, period)).collect());
    &MADE
}

#[test]
fn an_officer_can_read_it_aloud() {
    for ((name, ..), (text, _)) in REPORTS.iter().zip(reports()) {
        insta::assert_snapshot!(*name, text);
    }
}

/// The numbers of a text as offices write them: "1.889", "05", "91,3".
fn numbers(text: &str) -> Vec<String> {
    let mut numbers = vec![String::new()];
    let chars: Vec<char> = text.chars().collect();
    for (at, &c) in chars.iter().enumerate() {
        let inside = matches!(c, '.' | ',')
            && at > 0
            && chars[at - 1].is_ascii_digit()
            && chars.get(at + 1).is_some_and(char::is_ascii_digit);
        match numbers.last_mut() {
            Some(last) if c.is_ascii_digit() || inside => last.push(c),
            Some(last) if !last.is_empty() => numbers.push(String::new()),
            _ => {}
        }
    }
    numbers.retain(|number| !number.is_empty());
    numbers
}

/// A figure as programs write it.
fn plain(number: &str) -> Decimal {
    number.replace('.', "").replace(',', ".").parse().expect("it is a number")
}

/// What an indicator's figures and what its form says beside it come to: its own, those of units and categories, what is left of
/// one beside another, and what part one is of another.
fn figures(form: &[&Value]) -> BTreeSet<Decimal> {
    fn gather(value: &Value, into: &mut BTreeSet<Decimal>) {
        match value {
            Value::String(text) => into.extend(text.parse::<Decimal>().ok()),
            Value::Array(list) => list.iter().for_each(|value| gather(value, into)),
            Value::Object(object) => {
                object.iter().filter(|(key, _)| *key != "code").for_each(|(_, value)| gather(value, into))
            }
            _ => {}
        }
    }
    let mut own = BTreeSet::new();
    form.iter().for_each(|indicator| gather(indicator, &mut own));
    let decimals = |value: Decimal| {
        let of = |decimals| value.abs().round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
        [of(0), of(1), of(2)].map(|value| value.normalize())
    };
    let hundred = Decimal::ONE_HUNDRED;
    let mut all: BTreeSet<Decimal> = own.iter().flat_map(|&one| decimals(one)).collect();
    for indicator in form {
        let amount = |key: &str| indicator[key].as_str().and_then(|text| text.parse::<Decimal>().ok());
        let Some(total) = amount("value") else { continue };
        // By how many percent it grew, and what percent it is.
        all.extend(amount("change_percent").into_iter().flat_map(|growth| decimals(hundred + growth)));
        let list = |key: &str| indicator[key].as_array().cloned().unwrap_or_default();
        let value = |of: &Value| of["value"].as_str().and_then(|text| text.parse::<Decimal>().ok());
        let parts: Vec<(String, Decimal)> =
            list("by_category").iter().filter_map(|part| Some((part["field"].to_string(), value(part)?))).collect();
        for (field, part) in &parts {
            let of_field: Decimal = parts.iter().filter(|(other, _)| other == field).map(|(_, part)| *part).sum();
            all.extend(decimals(total - of_field));
            if !total.is_zero() {
                all.extend(decimals(*part * hundred / total));
            }
        }
        all.extend(list("by_unit").iter().filter_map(value).flat_map(|unit| decimals(total - unit)));
        let others = form.iter().filter_map(|other| other["value"].as_str()?.parse::<Decimal>().ok());
        all.extend(others.flat_map(|other| decimals(total - other)));
    }
    all
}

#[test]
fn no_number_is_the_texts_own() {
    for ((name, ..), (text, json)) in REPORTS.iter().zip(reports()) {
        let indicators = json["indicators"].as_array().expect("a list");
        let result = text.split("KẾT QUẢ THỰC HIỆN").nth(1).expect("it has a section of results");
        let result = result.split("ĐÁNH GIÁ CHUNG").next().expect("there is always a first part");
        let mut form: Vec<&Value> = Vec::new();
        let mut known = BTreeSet::new();
        let mut titles: BTreeSet<&str> = BTreeSet::new();
        for line in result.lines() {
            // Tables hold the same figures by quarter; sheets are held by their formulas.
            if line.starts_with('|') || line.starts_with('#') || line.is_empty() || line.starts_with("**") {
                continue;
            }
            // The form that a paragraph speaks of is the one whose figures it holds.
            let forms: BTreeSet<&str> = indicators.iter().filter_map(|i| i["id"].as_str()?.split('.').next()).collect();
            let said: Vec<Decimal> = numbers(&without_times(line)).iter().map(|number| plain(number)).collect();
            let found = forms.iter().find(|form_id| {
                form = indicators
                    .iter()
                    .filter(|i| i["id"].as_str().is_some_and(|id| id.split('.').next() == Some(form_id)))
                    .collect();
                known = figures(&form);
                // How many units there are is no figure.
                known.extend((0..=18).map(Decimal::from));
                said.iter().all(|number| known.contains(number))
            });
            assert!(found.is_some(), "{name}: {said:?} in {line}");
            titles.extend(found);
        }
        assert!(titles.len() > 1, "{name} speaks of several forms");
    }
}

/// Without the words of periods: "quý II năm 2023", "9 tháng", "tháng 8-9".
fn without_times(line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    let is_time = |at: usize| {
        let after = |wanted: &str| at > 0 && words[at - 1].trim_start_matches(['(', '*']).to_lowercase() == wanted;
        let before = words.get(at + 1).is_some_and(|next| next.starts_with("tháng"));
        after("năm") || after("tháng") || before
    };
    (0..words.len()).filter(|&at| !is_time(at)).map(|at| words[at]).collect::<Vec<_>>().join(" ")
}
