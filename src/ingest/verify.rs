//! Across all files: one file's content twice, units taken from the data. Files are merged in path order, so that the
//! result does not depend on the number of threads.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use icu_collator::options::CollatorOptions;
use icu_collator::{Collator, CollatorBorrowed};
use icu_locale_core::locale;

use crate::base::diagnostic::{Diagnostic, Place, Problem};
use crate::base::fold;
use crate::base::record::{Collected, FileRead, FormId, OrgUnitId, Sent};
use crate::catalogue::register::{OrgUnit, Origin, Register};

use super::read::{FoundUnit, Reading};

/// A file, read or not, before it is merged with the others.
pub struct FileReading {
    pub file: FileRead,
    pub reading: Reading,
}

/// All files together, in path order. Without a register the units found become one.
pub fn merge(files: Vec<FileReading>, mut register: Register) -> (Collected, Register) {
    let mut collected = Collected::default();
    let mut first: HashMap<(&str, Vec<Claim>), Arc<str>> = HashMap::new();
    let mut kept: Vec<FileReading> = Vec::new();
    let order = copies_last(&files);
    let mut repeated: HashMap<Arc<str>, Arc<str>> = HashMap::new();
    for at in order {
        let file = &files[at].file;
        let content = (file.blake3.as_str(), claims(&files[at].reading));
        match first.get(&content) {
            Some(of) if file.read => {
                repeated.insert(file.path.clone(), of.clone());
            }
            _ => {
                first.insert(content, file.path.clone());
            }
        }
    }
    drop(first);
    for mut file in files {
        if let Some(of) = repeated.get(&file.file.path) {
            file.reading = Reading::default();
            file.reading
                .diagnostics
                .push(Diagnostic::new(Problem::FileRepeated { of: of.clone() }, Place::file(file.file.path.clone())));
            file.file.records = 0;
        }
        kept.push(file);
    }
    if register.origin == Origin::Data {
        let ids = units_from_data(&kept, &mut register);
        for file in &mut kept {
            let id = |local: OrgUnitId| match local.0 {
                0 => register.root,
                number => ids[&file.reading.found[number as usize - 1].key],
            };
            file.reading.records.iter_mut().for_each(|r| r.org_unit = id(r.org_unit));
            file.reading.figures.iter_mut().for_each(|f| f.org_unit = id(f.org_unit));
            file.reading.submissions.iter_mut().for_each(|s| s.org_unit = id(s.org_unit));
        }
        let count = register.units.len() - 1;
        collected.diagnostics.push(Diagnostic::new(Problem::UnitsFromData { count }, Place::default()));
    }
    for file in kept {
        let reading = &file.reading;
        let units = reading.records.iter().map(|record| record.org_unit);
        let mut units = units.chain(reading.figures.iter().map(|figure| figure.org_unit));
        let one = units.next().filter(|first| *first != register.root && units.all(|unit| unit == *first));
        let sheets = reading.records.iter().map(|record| &record.sheet);
        for sheet in sheets.chain(reading.figures.iter().map(|figure| &figure.source.sheet)) {
            if !collected.sheets.contains_key(sheet) {
                collected.sheets.insert(sheet.clone(), Sent { own: one.is_some(), ..Sent::default() });
            }
        }
        collected.records.extend(file.reading.records);
        collected.figures.extend(file.reading.figures);
        collected.submissions.extend(file.reading.submissions);
        collected.diagnostics.extend(file.reading.diagnostics);
        collected.files.push(file.file);
    }
    (collected, register)
}

/// Whose, of which form and of when what a file said is: the same form sent by two communes, or for two months, told apart by
/// its name alone, is two reports.
type Claim = (String, FormId, Vec<(i32, u32)>, bool);

fn claims(reading: &Reading) -> Vec<Claim> {
    let unit = |id: OrgUnitId| match (id.0 as usize).checked_sub(1).and_then(|at| reading.found.get(at)) {
        Some(found) => found.key.clone(),
        None => id.0.to_string(),
    };
    let said = reading.submissions.iter();
    let mut claims: Vec<Claim> = said.map(|s| (unit(s.org_unit), s.form, s.months.clone(), s.nil)).collect();
    claims.sort();
    claims.dedup();
    claims
}

/// The order in which files of one content are preferred: those that bear a copy's mark last.
fn copies_last(files: &[FileReading]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..files.len()).collect();
    order.sort_by_key(|&at| (is_copy(&files[at].file.path), at));
    order
}

/// "Xã Bảo Hà (1).xlsx", "Copy of …", "bản sao".
fn is_copy(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let key = fold::bare_key(name);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem).trim_end();
    let numbered = stem.ends_with(')')
        && stem.rsplit_once('(').is_some_and(|(_, n)| n.trim_end_matches(')').parse::<u32>().is_ok());
    numbered || key.contains("copy") || key.contains("ban sao")
}

/// The units that the data name, in Vietnamese alphabetical order below the office's own.
fn units_from_data(files: &[FileReading], register: &mut Register) -> HashMap<String, OrgUnitId> {
    let mut found: BTreeMap<&str, &FoundUnit> = BTreeMap::new();
    for unit in files.iter().flat_map(|file| &file.reading.found) {
        let known = found.entry(&unit.key).or_insert(unit);
        // A name in capitals is the worst spelling of it.
        if is_capitals(&known.name) && !is_capitals(&unit.name) {
            *known = unit;
        }
    }
    // "Bảo Hà" and "Xã Bảo Hà" are one, where only one unit of a type bears the name.
    let mut typed: HashMap<String, Vec<&str>> = HashMap::new();
    for (key, unit) in &found {
        if unit.rank > 0 {
            let bare = key.split_once(' ').map_or(*key, |(_, rest)| rest);
            typed.entry(bare.trim_start_matches(&format!("{} ", fold::key("trấn"))).to_owned()).or_default().push(key);
        }
    }
    let mut same: HashMap<String, String> = HashMap::new();
    for (key, unit) in &found {
        if unit.rank == 0
            && let Some([one]) = typed.get(*key).map(Vec::as_slice)
        {
            same.insert((*key).to_owned(), (*one).to_owned());
        }
    }
    let root_key = fold::key(&register.unit(register.root).name);
    let collator: Option<CollatorBorrowed> = Collator::try_new(locale!("vi").into(), CollatorOptions::default()).ok();
    let mut units: Vec<(&str, String)> = found
        .iter()
        .filter(|(key, _)| !same.contains_key(**key) && **key != root_key)
        .map(|(key, unit)| (*key, title_case(&unit.name)))
        .collect();
    units.sort_by(|a, b| match &collator {
        Some(collator) => collator.compare(&a.1, &b.1).then(a.1.cmp(&b.1)),
        None => a.1.cmp(&b.1),
    });
    let mut ids: HashMap<String, OrgUnitId> = HashMap::new();
    ids.insert(root_key, register.root);
    for (key, name) in units {
        ids.insert(key.to_owned(), OrgUnitId(register.units.len() as u32));
        register.units.push(OrgUnit {
            code: String::new(),
            level: name.split_whitespace().next().unwrap_or_default().to_lowercase(),
            name,
            parent: Some(register.root),
            valid_from: None,
            valid_to: None,
            merged_into: None,
            other_names: Vec::new(),
        });
    }
    for (key, of) in same {
        if let Some(&id) = ids.get(&of) {
            ids.insert(key, id);
        }
    }
    ids
}

fn is_capitals(name: &str) -> bool {
    name.chars().any(char::is_alphabetic) && !name.chars().any(char::is_lowercase)
}

fn title_case(name: &str) -> String {
    if !is_capitals(name) {
        let mut letters = name.chars();
        return letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
    }
    let word = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_uppercase().chain(letters.flat_map(char::to_lowercase)).collect::<String>())
            .unwrap_or_default()
    };
    name.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}
