//! `check --explain` over the workspaces of all cases: its rules, pasted unchanged, change no figure.

use std::path::Path;
use std::{env, fs};

use danvan::base::period::{Asked, Part, Period, Span};
use danvan::catalogue::settings;
use danvan::ingest::inputs;
use danvan::run::{self, Compare, Format, Outcome, RecordSheets, Request};
use serde_json::Value;

use crate::cases;
use crate::program::{TODAY, on_all_cores};

fn request(workspace: &Path) -> Request {
    Request {
        against: danvan::run::Against::Last,
        workspace: workspace.to_owned(),
        inputs: Vec::new(),
        span: Some(Asked::Span(Span::Named(Period::new(2023, Part::Year)))),
        calendar: None,
        level: None,
        formats: vec![Format::Json],
        compare: Compare::Previous,
        records: RecordSheets::Never,
        public: false,
        today: TODAY.parse().expect("it is a day"),
    }
}

/// The report's figures, and who sent what.
fn figures(outcome: &Outcome) -> (Value, Value) {
    let report: Value = serde_json::from_slice(&outcome.outputs[0].1).expect("the report is JSON");
    (report["indicators"].clone(), report["submissions"].clone())
}

/// What goes wrong with the rules of a case; nothing where all is well.
fn changed(name: &str) -> Option<String> {
    let (workspace, ..) = cases::workspace(name);
    let request = request(workspace.path());
    let before = run::report(&request, &|_| {}).ok()?;
    let unused =
        |outcome: &Outcome| outcome.diagnostics.iter().filter(|found| found.problem.code() == "source-unused").count();
    let own = settings::load(workspace.path()).expect("the settings are good");
    let inputs = inputs::discover(workspace.path(), &own, &[]).expect("there are files");
    let path = workspace.path().join(settings::FILE);
    let mut text = fs::read_to_string(&path).unwrap_or_default();
    for input in inputs {
        let (_, explained) = run::explain(&request, &input.path, &|_| {}).expect("a file can be explained");
        let rules = explained.find("\n[[source]]").map(|at| &explained[at..]).unwrap_or_default();
        text.push_str(rules);
    }
    fs::write(&path, &text).expect("files can be written");
    let after = match run::report(&request, &|_| {}) {
        Err(error) => return Some(format!("{name}: {error:#}\n{text}")),
        Ok(outcome) => outcome,
    };
    if unused(&after) > unused(&before) {
        return Some(format!("{name}: a rule has no use\n{text}"));
    }
    let read = text.contains("\n[[source]]");
    let applied = after.diagnostics.iter().any(|found| found.problem.code() == "source-applied");
    assert_eq!(read, applied, "{name}: rules that are printed are used\n{text}");
    let (before, after) = (figures(&before), figures(&after));
    if after == before {
        return None;
    }
    let lines = |value: &Value| serde_json::to_string_pretty(value).expect("JSON is text");
    let (old, new) = (lines(&before.0) + &lines(&before.1), lines(&after.0) + &lines(&after.1));
    Some(format!("{name}:\n{}\n{text}", cases::difference(&old, &new)))
}

#[test]
fn rules_as_printed_change_no_figure() {
    // All layouts and a part of the rest: each is read three times. `DANVAN_CASE= ` takes all.
    let only = env::var("DANVAN_CASE").ok();
    let names = cases::names().into_iter().enumerate().filter(|(at, name)| match &only {
        Some(only) => name.starts_with(only.trim()),
        None => name.starts_with("layout-") || name.starts_with("source-") || at % 4 == 0,
    });
    let names: Vec<String> = names.map(|(_, name)| name).collect();
    let failures: Vec<String> = on_all_cores(&names, |name| changed(name)).into_iter().flatten().collect();
    assert!(failures.is_empty(), "{} of {} cases differ\n{}", failures.len(), names.len(), failures.join("\n"));
}
