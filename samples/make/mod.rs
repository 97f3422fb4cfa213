//! The sample workspace `bao-yen`, made from a story: what happened in 2022 and 2023 (`story`), how each commune writes
//! it down (`habits`, drawn by `paper`), and what a right report must therefore say (`truth`).

mod habits;
mod paper;
mod random;
mod story;
mod truth;

use std::collections::BTreeMap;

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
    Ok(files)
}

/// What is true of each year, apart from any file.
pub fn truths() -> Vec<Truth> {
    truth::of(&Story::tell())
}
