//! The shape of the code, read from its own text: which folder names which, which crates have one door, and what the
//! library never does. Comments, texts and tests do not count.

use std::fs;
use std::path::Path;

use walkdir::WalkDir;

/// A file of the program, without its tests and comments; texts emptied, or kept.
struct Source {
    /// Below `src`, with `/`.
    path: String,
    code: String,
    with_texts: String,
}

fn sources() -> Vec<Source> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources: Vec<Source> = WalkDir::new(&src)
        .sort_by_file_name()
        .into_iter()
        .map(|entry| entry.expect("the sources can be read").into_path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| {
            let below = path.strip_prefix(&src).expect("below src");
            let text = fs::read_to_string(&path).expect("the sources can be read");
            let program = text.split("#[cfg(test)]\nmod ").next().expect("there is always a first part");
            Source {
                path: below.iter().map(|part| part.to_str().expect("in Unicode")).collect::<Vec<_>>().join("/"),
                code: stripped(program, false),
                with_texts: stripped(program, true),
            }
        })
        .collect();
    // Whole files for tests alone.
    let tests: Vec<String> = sources
        .iter()
        .flat_map(|source| {
            let text = fs::read_to_string(src.join(&source.path)).expect("the sources can be read");
            let folder = match source.path.strip_suffix("mod.rs") {
                Some(folder) => folder.to_owned(),
                None => format!("{}/", source.path.trim_end_matches(".rs")),
            };
            text.split("#[cfg(test)]\nmod ")
                .skip(1)
                .filter_map(|rest| rest.split_once(';'))
                .filter(|(name, _)| !name.contains('{'))
                .map(|(name, _)| format!("{folder}{name}.rs"))
                .collect::<Vec<_>>()
        })
        .collect();
    sources.retain(|source| !tests.contains(&source.path));
    sources
}

/// Code without its comments and, unless they are kept, without what stands in its texts.
fn stripped(code: &str, texts: bool) -> String {
    let mut kept = String::new();
    let mut rest = code;
    while let Some(next) = rest.chars().next() {
        let end = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("'\"'") {
            3
        } else if let Some(raw) = ["r##\"", "r#\"", "r\""].into_iter().find(|raw| rest.starts_with(raw)) {
            let close = raw[1..].chars().rev().collect::<String>();
            raw.len() + rest[raw.len()..].find(&close).map_or(rest.len() - raw.len(), |at| at + close.len())
        } else if next == '"' {
            let mut escaped = true;
            let end = rest.char_indices().find(|&(at, c)| {
                let closes = c == '"' && !escaped && at > 0;
                escaped = c == '\\' && !escaped;
                closes
            });
            end.map_or(rest.len(), |(at, _)| at + 1)
        } else {
            kept.push(next);
            rest = &rest[next.len_utf8()..];
            continue;
        };
        if texts && !rest.starts_with("//") {
            kept.push_str(&rest[..end]);
        }
        rest = &rest[end..];
    }
    kept
}

/// The order in which data flows: a folder names only what stands before it.
const ORDER: [&str; 6] = ["base", "catalogue", "ingest", "report", "write", "run"];

#[test]
fn each_folder_names_only_those_before_it() {
    for source in sources() {
        let own = source.path.split('/').next().expect("there is a first part").trim_end_matches(".rs");
        let Some(place) = ORDER.iter().position(|folder| *folder == own) else {
            assert!(matches!(own, "lib" | "main" | "cli"), "{}: has no place in the order", source.path);
            continue;
        };
        for named in named_after(&source.code, "crate::") {
            let at = ORDER.iter().position(|folder| *folder == named);
            assert!(at.is_some_and(|at| at <= place), "{} names {named}, which does not stand before it", source.path);
        }
        // The report's options are the run's words too, but ingest and report meet in base::record alone.
        if own == "report" {
            assert!(!source.code.contains("ingest"), "{} names ingest", source.path);
        }
        if own == "write" {
            let named = named_after(&source.code, "crate::");
            assert!(!named.iter().any(|named| ["catalogue", "ingest"].contains(&named.as_str())), "{}", source.path);
        }
    }
}

/// What follows a path's beginning, also within braces: `crate::{base, report}`.
fn named_after(code: &str, beginning: &str) -> Vec<String> {
    let name = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    code.split(beginning)
        .skip(1)
        .flat_map(|rest| match rest.strip_prefix('{').and_then(|inner| inner.split_once("};")) {
            Some((inner, _)) => inner.split(',').map(|part| name(part.trim())).collect(),
            None => vec![name(rest)],
        })
        .filter(|named| !named.is_empty())
        .collect()
}

#[test]
fn the_library_does_not_name_the_command_line() {
    for source in sources().iter().filter(|source| !source.path.starts_with("cli/") && source.path != "main.rs") {
        assert!(!source.code.contains("mod cli") && !source.code.contains("cli::"), "{}", source.path);
    }
}

#[test]
fn each_outside_crate_has_one_door() {
    for (name, door) in [
        ("calamine", "ingest/grid/excel.rs"),
        ("quick_xml", "ingest/grid/xml.rs"),
        ("html5gum", "ingest/grid/html.rs"),
        ("rust_xlsxwriter", "write/excel/"),
        ("clap", "cli/"),
        ("clap_complete", "cli/completions.rs"),
        ("clap_mangen", "cli/man.rs"),
        ("rayon", "ingest/mod.rs"),
    ] {
        let named: Vec<String> = sources()
            .into_iter()
            .filter(|source| source.code.contains(&format!("{name}::")))
            .map(|source| source.path)
            .collect();
        assert!(!named.is_empty(), "{name} is used");
        assert!(named.iter().all(|path| path.starts_with(door)), "{name}: {named:?}");
    }
}

/// Without a crate of its own: the format itself has one door.
#[test]
fn word_documents_are_written_in_one_place() {
    let named = sources().into_iter().filter(|source| source.with_texts.contains("<w:")).map(|source| source.path);
    let named: Vec<String> = named.collect();
    assert!(!named.is_empty() && named.iter().all(|path| path.starts_with("write/word/")), "{named:?}");
}

#[test]
fn the_library_does_not_print_exit_or_look_around() {
    for source in sources().iter().filter(|source| !source.path.starts_with("cli/") && source.path != "main.rs") {
        for forbidden in [
            "println!",
            "print!(",
            "dbg!",
            "std::env",
            "env::var",
            "Utc::now",
            "Local::now",
            "SystemTime::now",
            "process::exit",
            "stdin(",
            "stdout(",
            "stderr(",
        ] {
            assert!(!source.code.contains(forbidden), "{} has {forbidden}", source.path);
        }
    }
}

#[test]
fn no_id_of_the_catalogue_stands_in_the_code() {
    let builtin = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/catalogue/builtin");
    let mut ids = Vec::new();
    for entry in fs::read_dir(builtin).expect("the catalogue is there") {
        let path = entry.expect("the catalogue is there").path();
        if path.is_dir() {
            continue;
        }
        let table: toml::Table =
            fs::read_to_string(path).expect("it can be read").parse().expect("the catalogue is TOML");
        let Some(form) = table.get("form").and_then(|form| form["id"].as_str()) else { continue };
        ids.push(form.to_owned());
        let indicators = table.get("indicator").and_then(toml::Value::as_array).into_iter().flatten();
        ids.extend(indicators.filter_map(|indicator| indicator["id"].as_str()).map(str::to_owned));
    }
    assert!(ids.len() > 20, "the ids are found");
    for source in sources() {
        // The catalogue names its own compiled-in files.
        let code = source.with_texts.replace(".toml\"", "");
        for id in &ids {
            assert!(!code.contains(&format!("\"{id}\"")), "{} names {id}", source.path);
        }
    }
}
