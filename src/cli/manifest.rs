//! What a run leaves beside its outputs: which files it read and wrote, with their hashes, by what settings and program, when.
//!
//! The outputs themselves hold no clock, so that the same inputs give the same bytes; this file does.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use danvan::base::diagnostic::Severity;
use danvan::base::record::FileRead;
use danvan::run::{Outcome, OutcomePeriod};

use super::terminal;

const SCHEMA: &str = "danvan.run/1";
const ENDING: &str = ".manifest.json";
/// Of one that is read again, in bytes.
const AT_MOST: u64 = 64 << 20;

/// Adds the manifest to what a run is about to write, as its last file; beside a `public` report without the names of communes'
/// files, which stand in the settings, too.
pub fn add(outcome: &mut Outcome, command: &str, public: bool, workspace: &Path) {
    let Some(stem) = outcome.outputs.first().and_then(|(name, _)| name.rsplit_once('.')) else { return };
    let name = beside(stem.0);
    let text = serde_json::to_string_pretty(&manifest(outcome, command, public, workspace)).expect("it is plain data");
    outcome.outputs.push((name, (text + "\n").into_bytes()));
}

/// Whether a file's name is a manifest's.
pub fn is_one(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(ENDING))
}

/// The file's name beside outputs of that name without its extension.
pub fn beside(stem: &str) -> String {
    format!("{stem}{ENDING}")
}

/// A sentence for whoever is about to put a report's files over those of another workspace, whose manifest stands at `path`. In a
/// folder of the workspace itself nobody else's are: a workspace may be moved.
pub fn of_another(path: &Path, workspace: &Path) -> Option<String> {
    #[derive(Deserialize)]
    struct There {
        schema: String,
        workspace: Option<String>,
        workspace_blake3: String,
    }
    let dir = fs::canonicalize(path.parent()?).ok()?;
    if fs::canonicalize(workspace).is_ok_and(|workspace| dir.starts_with(workspace))
        || fs::metadata(path).ok()?.len() > AT_MOST
    {
        return None;
    }
    let there: There = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
    if there.schema != SCHEMA || there.workspace_blake3 == hash(whole(workspace).as_bytes()) {
        return None;
    }
    let of = there.workspace.map(|workspace| format!(" {workspace}")).unwrap_or_default();
    let stem = path.file_name()?.to_string_lossy().into_owned();
    let stem = stem.strip_suffix(ENDING)?;
    Some(format!(
        "các tệp {stem} đã có trong thư mục {} là của thư mục làm việc khác{of}, nay bị ghi đè: mỗi thư mục làm việc nên ghi \
         báo cáo vào một thư mục riêng",
        path.parent()?.display()
    ))
}

/// A workspace's whole path, by which it is known from others.
fn whole(workspace: &Path) -> String {
    fs::canonicalize(workspace).unwrap_or_else(|_| workspace.to_path_buf()).display().to_string()
}

fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
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
    /// Whose report it is: the workspace's path, and a hash of it for what is shown to everybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    workspace: Option<String>,
    workspace_blake3: String,
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

fn manifest<'a>(outcome: &'a Outcome, command: &'a str, public: bool, workspace: &Path) -> Manifest<'a> {
    let whole = whole(workspace);
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
        workspace_blake3: hash(whole.as_bytes()),
        workspace: (!public).then_some(whole),
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
