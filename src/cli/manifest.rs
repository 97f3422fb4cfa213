//! What a run leaves beside its outputs: which files it read and wrote, with their hashes, by what settings and program, when.
//!
//! The outputs themselves hold no clock, so that the same inputs give the same bytes; this file does.

use std::path::Path;

use serde::Serialize;

use danvan::base::diagnostic::Severity;
use danvan::base::record::FileRead;
use danvan::run::{Outcome, OutcomePeriod};

use super::terminal;

const SCHEMA: &str = "danvan.run/1";
const ENDING: &str = ".manifest.json";

/// Adds the manifest to what a run is about to write, as its last file; beside a `public` report without the names of communes'
/// files, which stand in the settings, too.
pub fn add(outcome: &mut Outcome, command: &str, public: bool) {
    let Some(stem) = outcome.outputs.first().and_then(|(name, _)| name.rsplit_once('.')) else { return };
    let name = format!("{}{ENDING}", stem.0);
    let text = serde_json::to_string_pretty(&manifest(outcome, command, public)).expect("it is plain data");
    outcome.outputs.push((name, (text + "\n").into_bytes()));
}

/// Whether a file's name is a manifest's.
pub fn is_one(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(ENDING))
}

/// Its schema comes first: a later run knows it by that.
#[derive(Serialize)]
struct Manifest<'a> {
    schema: &'static str,
    run: &'static str,
    command: &'a str,
    version: &'a str,
    started: String,
    duration_ms: u64,
    period: &'a Option<OutcomePeriod>,
    /// Hashes of what figures are reckoned by: what is compiled in, the office's forms, the register.
    catalogue: &'a str,
    forms: &'a str,
    register: &'a str,
    /// The text of `danvan.toml`.
    #[serde(skip_serializing_if = "Option::is_none")]
    settings: Option<&'a str>,
    settings_blake3: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    inputs: Option<Vec<Read<'a>>>,
    outputs: Vec<Written<'a>>,
    errors: usize,
    warnings: usize,
    notes: usize,
}

#[derive(Serialize)]
struct Read<'a> {
    path: &'a str,
    blake3: &'a str,
    records: usize,
    read: bool,
}

#[derive(Serialize)]
struct Written<'a> {
    name: &'a str,
    blake3: String,
    bytes: usize,
}

fn manifest<'a>(outcome: &'a Outcome, command: &'a str, public: bool) -> Manifest<'a> {
    let hash = |bytes: &[u8]| blake3::hash(bytes).to_hex().to_string();
    let count = |severity| outcome.diagnostics.iter().filter(|found| found.severity() == severity).count();
    let read =
        |file: &'a FileRead| Read { path: &file.path, blake3: &file.blake3, records: file.records, read: file.read };
    let written = |(name, bytes): &'a (String, Vec<u8>)| Written { name, blake3: hash(bytes), bytes: bytes.len() };
    let rules = &outcome.rules;
    Manifest {
        schema: SCHEMA,
        run: terminal::run_id(),
        command,
        version: &rules.program,
        started: terminal::started(),
        duration_ms: terminal::duration_ms(),
        period: &outcome.period,
        catalogue: &rules.catalogue,
        forms: &rules.forms,
        register: &rules.register,
        settings: (!public).then_some(&outcome.settings),
        settings_blake3: hash(outcome.settings.as_bytes()),
        inputs: (!public).then(|| outcome.files.iter().map(read).collect()),
        outputs: outcome.outputs.iter().map(written).collect(),
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        notes: count(Severity::Note),
    }
}
