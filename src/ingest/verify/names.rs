//! Without a register the units are those that the data name: two spellings of one name are one unit.

use std::collections::{BTreeMap, HashMap};

use icu_collator::options::CollatorOptions;
use icu_collator::{Collator, CollatorBorrowed};
use icu_locale_core::locale;

use crate::base::fold;
use crate::base::record::OrgUnitId;
use crate::catalogue::register::{OrgUnit, Register};
use crate::ingest::read::FoundUnit;

use super::FileReading;

/// The units that the data name, in Vietnamese alphabetical order below the office's own.
pub fn units_from_data<'f>(
    files: impl Iterator<Item = &'f FileReading>,
    register: &mut Register,
) -> HashMap<String, OrgUnitId> {
    let mut found: BTreeMap<&str, &FoundUnit> = BTreeMap::new();
    for unit in files.flat_map(|file| &file.reading.found) {
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
