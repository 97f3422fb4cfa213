//! The sample workspaces. `bao-yen` is made from a story: what happened in 2022 and 2023 (`story`), how each commune writes
//! it down (`habits`, drawn by `paper`), and what a right report must therefore say (`truth`). `hoang-su-phi` and `an-bien`
//! (2018) are small and made from published figures (`districts`).

mod districts;
mod habits;
mod paper;
mod random;
mod story;
mod truth;

use std::collections::BTreeMap;

pub use districts::all as districts;
use story::Story;
pub use story::Whose;
use truth::Truth;

/// Every file, by its path below the samples' folder, with `/`.
pub fn files() -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let story = Story::tell();
    let habits::Written { files: submitted, faults } = habits::write(&story)?;
    let mut files: BTreeMap<_, _> =
        submitted.into_iter().map(|(path, bytes)| (format!("bao-yen/du-lieu/{path}"), bytes)).collect();
    files.insert("bao-yen/danvan.toml".into(), habits::settings().into_bytes());
    files.insert("bao-yen/don-vi.csv".into(), habits::register());
    for truth in truth::of(&story) {
        files.insert(format!("expected/bao-yen-{}.json", truth.year), truth.json(&faults)?);
    }
    for mut district in districts()? {
        let folder = district.folder;
        files.insert(format!("expected/{folder}-2018.json"), district.json()?);
        files.insert(format!("{folder}/danvan.toml"), district.settings.into());
        files.insert(format!("{folder}/don-vi.csv"), district.register());
        let submitted = district.written.files.into_iter();
        files.extend(submitted.map(|(path, bytes)| (format!("{folder}/du-lieu/{path}"), bytes)));
    }
    Ok(files)
}

/// What is true of each year, apart from any file.
pub fn truths() -> Vec<Truth> {
    truth::of(&Story::tell())
}
