//! A new workspace: the files that it begins with.

use chrono::{Datelike, NaiveDate};

use crate::catalogue::load;
use crate::catalogue::settings::{self};
use crate::report::{self};
use crate::write;

/// What a new workspace begins with.
#[derive(Debug)]
pub struct Start {
    /// Files, by their path below the workspace, with `/`.
    pub files: Vec<(String, Vec<u8>)>,
    /// Folders that are empty yet.
    pub folders: Vec<&'static str>,
    /// Of these files, those that are started by a double click.
    pub programs: Vec<&'static str>,
    /// The year of which the sample holds figures.
    pub year: i32,
}

/// A new workspace: settings, register and plan to be filled in; with `sample`, filled in, and with files of three communes.
pub fn init(today: NaiveDate, sample: bool) -> anyhow::Result<Start> {
    let catalogue = load::catalogue(&[])?;
    let year = today.year() - 1;
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let settings = if sample { report::start::sample_settings() } else { settings::COMMENTED.to_owned() };
    files.push((settings::FILE.to_owned(), settings.into_bytes()));
    files.push(("doc-truoc.txt".to_owned(), crlf(include_str!("../catalogue/start/doc-truoc.txt"))));
    let (cmd, sh) = ("lap-bao-cao.cmd", "lap-bao-cao.sh");
    files.push((cmd.to_owned(), crlf(include_str!("../catalogue/start/lap-bao-cao.cmd"))));
    files.push((sh.to_owned(), include_bytes!("../catalogue/start/lap-bao-cao.sh").to_vec()));
    for (name, document) in report::start::documents(&catalogue, year, sample, today) {
        files.push((name, write::excel::bytes(&document)?));
    }
    Ok(Start { files, folders: vec!["du-lieu", "bieu", "mau"], programs: vec![sh], year })
}

/// As Windows ends lines.
fn crlf(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").into_bytes()
}
