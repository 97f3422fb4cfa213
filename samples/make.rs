//! Writes the sample workspaces again: `cargo run --example make-samples -- OUT_DIR` (default: this folder).
//! The same bytes on every run; `tests/samples.rs` compares them with what is committed.

#[path = "make/mod.rs"]
mod make;

use std::path::PathBuf;

use anyhow::Context;

fn main() -> anyhow::Result<()> {
    let out = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("samples"), PathBuf::from);
    let files = make::files()?;
    for (path, bytes) in &files {
        let path = out.join(path);
        let folder = path.parent().expect("every path here has a folder");
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        std::fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    }
    println!("{} files in {}", files.len(), out.display());
    for truth in make::truths() {
        let value = |id: &str| truth.figures[id].value() / 10;
        let own = truth.figures["dialogue.sessions"].by_unit[&make::Whose::District];
        println!(
            "{}: {} dialogues ({} the district's own), {} households, {} m2, {} petitions, {} days of work",
            truth.year,
            value("dialogue.sessions"),
            own / 10,
            value("land_donation.households"),
            value("land_donation.area"),
            value("petition.received"),
            value("workday.days"),
        );
    }
    Ok(())
}
