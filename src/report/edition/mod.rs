//! Editions and reports: the figures of a window as an [`Edition`] keeps them; what changed since one was kept ([`bridge`]);
//! and an edition's figures in the place of data that are no longer there.

pub mod bridge;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;

use crate::base::amount::{Amount, PERCENT_DECIMALS, round};
use crate::base::cell::SheetName;
use crate::base::fold;
use crate::base::period::Window;
use crate::base::record::{Collected, IndicatorId, OrgUnitId, Said};
use crate::catalogue::Catalogue;
use crate::catalogue::edition::{
    Edition, EditionFigure, EditionFile, EditionIndicator, EditionPeriod, EditionScope, Part, Rules, SCHEMA,
};
use crate::catalogue::indicator::Formula;
use crate::catalogue::register::{Origin, Register};

use super::Options;
use super::account::{Became, Line};
use super::aggregate::{Figures, Month, Reckoner, State};
use super::data::month;
use super::stretch::Stretch;

/// How much of a file's hash tells it from others.
const KEY: usize = 8;

/// The editions that a report looks at.
#[derive(Clone, Debug, Default)]
pub struct Editions<'a> {
    /// What an edition of now would say of itself.
    pub head: Option<Head<'a>>,
    /// Of the same period: what the figures are compared with.
    pub against: Option<&'a Edition>,
    /// Of the same period a year earlier: what was published of it.
    pub previous: Option<&'a Edition>,
}

/// What an edition says of itself.
#[derive(Clone, Debug)]
pub struct Head<'a> {
    /// As the period's files are named.
    pub name: &'a str,
    pub rules: &'a Rules,
    pub settings: &'a BTreeMap<String, String>,
}

/// The figures of a window with the cells behind them; number and label are the caller's.
pub fn taken(
    collected: &Collected,
    register: &Register,
    catalogue: &Catalogue,
    options: &Options,
    head: &Head,
) -> Edition {
    let reckoner = Reckoner::new(collected, register, catalogue, options.calendar);
    let all: BTreeSet<IndicatorId> = catalogue.indicator_ids().collect();
    let (figures, lines) = reckoner.account(options.span, &all);
    let root = register.unit(register.root);
    let mut taking = Taking {
        register,
        catalogue,
        figures: &figures,
        lines: &lines,
        files: Files::new(collected, register, catalogue),
        aside: aside(collected, catalogue),
    };
    let indicators = catalogue.indicator_ids().filter_map(|id| {
        let indicator = taking.indicator(id)?;
        Some((catalogue.indicator(id).id.clone(), indicator))
    });
    let indicators = indicators.collect();
    let units = units(register, figures.window);
    let units = units.into_iter().map(|(key, unit)| (key, register.unit(unit).name.clone())).collect();
    Edition {
        schema: SCHEMA.to_owned(),
        number: 1,
        label: None,
        date: options.today,
        period: EditionPeriod {
            name: head.name.to_owned(),
            label: options.span.title(),
            calendar: options.calendar.id.clone(),
            from: figures.window.from,
            to: figures.window.to,
        },
        scope: EditionScope { code: root.code.clone(), name: root.name.clone() },
        rules: head.rules.clone(),
        settings: head.settings.clone(),
        files: taking.files.done(),
        units,
        indicators,
        seal: None,
    }
}

/// The ids of the indicators that a bridge shows: those that are reported, and those that no longer are known.
pub fn shown(against: &Edition, catalogue: &Catalogue) -> Vec<String> {
    let reported = catalogue.indicators.iter().filter(|indicator| indicator.reported);
    let gone = against.indicators.keys().filter(|id| catalogue.indicator_named(id).is_none());
    reported.map(|indicator| &indicator.id).chain(gone).cloned().collect()
}

/// As an edition keeps any figure.
pub fn rounded(amount: Option<Amount>) -> Option<Amount> {
    amount.map(|amount| round(amount, PERCENT_DECIMALS).normalize())
}

/// Whether every unit has the value that an edition keeps; none, as of a unit that sent nothing, is as good as zero.
pub fn same_by_unit(
    edition: &Edition,
    indicator: Option<&EditionIndicator>,
    register: &Register,
    window: Window,
    value: impl Fn(OrgUnitId) -> Option<Amount>,
) -> bool {
    let (known, by_key) = (same_units(edition, register, window), units(register, window));
    let keys: HashMap<OrgUnitId, &str> = known.iter().map(|(key, &unit)| (unit, key.as_str())).collect();
    // What no unit of now is called keeps its own place; so does a unit that the edition does not know.
    let mut left: BTreeMap<(Option<&str>, Option<String>), Amount> = BTreeMap::new();
    for (key, figure) in indicator.into_iter().flat_map(|indicator| &indicator.units) {
        left.insert((Some(key), None), figure.value.unwrap_or_default());
    }
    for unit in register.ids().filter(|&unit| register.is_within(unit, register.root)) {
        let own = unit_key(register, unit);
        // Of a code with two names, one after the other, an edition has one.
        let of_code = by_key.get(&own).and_then(|unit| keys.get(unit));
        let place = match keys.get(&unit).or(of_code) {
            Some(key) => (Some(*key), None),
            None => (None, Some(own)),
        };
        let left = left.entry(place).or_default();
        *left = left.saturating_sub(value(unit).unwrap_or_default());
    }
    left.values().all(Amount::is_zero)
}

/// The units of an edition, by what it calls them, that there still are. Offices give the code of a unit that is gone to
/// another: a code counts only with its name, and else the name alone.
fn same_units(edition: &Edition, register: &Register, window: Window) -> BTreeMap<String, OrgUnitId> {
    let by_key = units(register, window);
    let mut by_name: HashMap<String, BTreeSet<OrgUnitId>> = HashMap::new();
    for &id in by_key.values() {
        let unit = register.unit(id);
        for name in unit.other_names.iter().chain([&unit.name]) {
            by_name.entry(fold::key(name)).or_default().insert(id);
        }
    }
    let named = |name: &String| by_name.get(&fold::key(name));
    let mut same: BTreeMap<String, OrgUnitId> = BTreeMap::new();
    for (key, name) in &edition.units {
        let own = by_key.get(key).filter(|unit| named(name).is_some_and(|units| units.contains(unit)));
        same.extend(own.map(|&unit| (key.clone(), unit)));
    }
    let mut taken: BTreeSet<OrgUnitId> = same.values().copied().collect();
    for (key, name) in edition.units.iter().filter(|(key, _)| !same.contains_key(*key)).collect::<Vec<_>>() {
        let mut free = named(name).into_iter().flatten().filter(|unit| !taken.contains(unit));
        if let (Some(&only), None) = (free.next(), free.next()) {
            same.insert(key.clone(), only);
            taken.insert(only);
        }
    }
    same
}

/// What an edition calls a unit: its code, or its name where it has none.
fn unit_key(register: &Register, unit: OrgUnitId) -> String {
    let unit = register.unit(unit);
    if unit.code.is_empty() { unit.name.clone() } else { unit.code.clone() }
}

/// The units by what an edition calls them: of a code that had two names, one after the other, the window's.
fn units(register: &Register, window: Window) -> BTreeMap<String, OrgUnitId> {
    let valid = |unit: &OrgUnitId| {
        let unit = register.unit(*unit);
        unit.valid_from.is_none_or(|from| from <= window.to) && unit.valid_to.is_none_or(|to| to >= window.from)
    };
    let (now, once): (Vec<OrgUnitId>, Vec<OrgUnitId>) = register.ids().partition(valid);
    once.into_iter().chain(now).map(|unit| (unit_key(register, unit), unit)).collect()
}

/// A short hash of all that a register says, however its file was saved.
pub fn register_hash(register: &Register) -> String {
    if register.origin == Origin::Data {
        return String::new();
    }
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let lines = register.units.iter().map(|unit| {
        let parent = unit.parent.map(|parent| unit_key(register, parent)).unwrap_or_default();
        let merged = unit.merged_into.clone().unwrap_or_default();
        let fields =
            [&unit.code, &unit.name, &unit.level, &parent, &day(unit.valid_from), &day(unit.valid_to), &merged];
        fields.into_iter().chain(&unit.other_names).map(String::as_str).collect::<Vec<_>>().join("\t")
    });
    let lines = lines.collect::<Vec<_>>().join("\n");
    blake3::hash(lines.as_bytes()).to_hex()[..16].to_owned()
}

/// The files that speak of a figure, but of which what they say was set aside (design.md 4.9).
fn aside<'a>(collected: &'a Collected, catalogue: &Catalogue) -> HashMap<(IndicatorId, OrgUnitId), BTreeSet<&'a str>> {
    let mut aside: HashMap<_, BTreeSet<&str>> = HashMap::new();
    for one in &collected.aside {
        match &one.said {
            Said::Figure(figure) => {
                aside.entry((figure.indicator, figure.org_unit)).or_default().insert(&figure.source.sheet.file);
            }
            Said::Record(record) => {
                for id in catalogue.indicators_of(record.form) {
                    aside.entry((id, record.org_unit)).or_default().insert(&record.sheet.file);
                }
            }
        }
    }
    aside
}

/// The files of an edition, each by its key.
struct Files {
    keys: HashMap<String, String>,
    files: BTreeMap<String, EditionFile>,
}

impl Files {
    fn new(collected: &Collected, register: &Register, catalogue: &Catalogue) -> Self {
        let mut sent: BTreeMap<&str, BTreeMap<(String, &str), BTreeSet<Month>>> = BTreeMap::new();
        for submission in &collected.submissions {
            let of = (unit_key(register, submission.org_unit), catalogue.form(submission.form).id.as_str());
            let months = sent.entry(&submission.sheet.file).or_default().entry(of).or_default();
            months.extend(&submission.months);
        }
        let (mut keys, mut files) = (HashMap::new(), BTreeMap::new());
        for file in collected.files.iter().chain(&collected.plan) {
            let short: String = file.blake3.chars().take(KEY).collect();
            // The same content may lie in two places; a file that could not be opened has no hash.
            let mut key = short.clone();
            for number in 2.. {
                if !key.is_empty() && !files.contains_key(&key) {
                    break;
                }
                key = format!("{short}-{number}");
            }
            let of_file = sent.get(&*file.path).into_iter().flatten();
            let sent = of_file.map(|((unit, form), months)| {
                let months: Vec<String> = months.iter().copied().map(month).collect();
                // Names of units have blanks; months and ids have none.
                format!("{unit} {form} {}", months.join(" "))
            });
            let sent = sent.collect();
            let entry =
                EditionFile { path: file.path.to_string(), blake3: file.blake3.clone(), sheets: Vec::new(), sent };
            files.insert(key.clone(), entry);
            keys.insert(file.path.to_string(), key);
        }
        Self { keys, files }
    }

    /// A file's key.
    fn key(&self, path: &str) -> Option<&String> {
        self.keys.get(path)
    }

    /// A file's key, and a sheet's place among the file's.
    fn place(&mut self, sheet: &SheetName) -> Option<(String, usize)> {
        let key = self.keys.get(&*sheet.file)?;
        let file = self.files.get_mut(key)?;
        let at = file.sheets.iter().position(|name| *name == *sheet.sheet).unwrap_or_else(|| {
            file.sheets.push(sheet.sheet.to_string());
            file.sheets.len() - 1
        });
        Some((key.clone(), at + 1))
    }

    fn done(self) -> BTreeMap<String, EditionFile> {
        self.files
    }
}

struct Taking<'a> {
    register: &'a Register,
    catalogue: &'a Catalogue,
    figures: &'a Figures,
    /// In order of indicator and unit.
    lines: &'a [Line],
    files: Files,
    aside: HashMap<(IndicatorId, OrgUnitId), BTreeSet<&'a str>>,
}

impl Taking<'_> {
    /// `None` where nobody says anything of it.
    fn indicator(&mut self, id: IndicatorId) -> Option<EditionIndicator> {
        let (register, figures) = (self.register, self.figures);
        let indicator = self.catalogue.indicator(id);
        let rate = indicator.is_rate();
        let rounded = |amount: Amount| if rate { round(amount, PERCENT_DECIMALS) } else { amount }.normalize();
        let within: Vec<OrgUnitId> = register.ids().filter(|&unit| register.is_within(unit, register.root)).collect();
        let mut units: BTreeMap<String, EditionFigure> = BTreeMap::new();
        for &unit in &within {
            let own = std::slice::from_ref(&unit);
            let value = figures.value(self.catalogue, id, own, figures.stretch).map(rounded);
            let state = figures.state(self.catalogue, id, own);
            let mut figure = if rate { EditionFigure::default() } else { self.figure(id, unit, value.is_some()) };
            let silent = value.is_none() && figure.also.is_empty() && figure.from.is_empty();
            if silent && matches!(state, State::Absent | State::Blank) {
                continue;
            }
            figure.value = value;
            figure.state = (!matches!(state, State::Reported | State::Nil)).then(|| state.id().to_owned());
            match units.entry(unit_key(register, unit)) {
                std::collections::btree_map::Entry::Vacant(place) => drop(place.insert(figure)),
                // Two units of one name that have no codes are one.
                std::collections::btree_map::Entry::Occupied(mut there) => {
                    let there = there.get_mut();
                    there.value = match (there.value, figure.value) {
                        (Some(one), Some(other)) => Some(one.saturating_add(other)),
                        (one, other) => one.or(other),
                    };
                    there.from.extend(figure.from);
                    there.also.extend(figure.also);
                }
            }
        }
        let total = figures.value(self.catalogue, id, &within, figures.stretch).map(rounded);
        let apart = !rate && !indicator.over_units && total.is_some();
        let speaking = figures.speaking(indicator, id, &within).first().filter(|_| apart);
        let speaks = speaking.map(|&unit| unit_key(register, unit));
        (total.is_some() || !units.is_empty()).then(|| EditionIndicator {
            title: indicator.title.clone(),
            measure: indicator.measure.symbol.to_string(),
            decimals: indicator.decimals,
            rate,
            total,
            speaks,
            units,
        })
    }

    /// What the cells of one figure count.
    fn figure(&mut self, id: IndicatorId, unit: OrgUnitId, counts: bool) -> EditionFigure {
        let from = self.lines.partition_point(|line| (line.indicator, line.unit) < (id, unit));
        let own = self.lines[from..].iter().take_while(|line| (line.indicator, line.unit) == (id, unit));
        let mut parts: BTreeMap<(String, usize, Option<String>), Amount> = BTreeMap::new();
        let mut also: BTreeSet<String> = BTreeSet::new();
        for line in own {
            let Some((key, sheet)) = self.files.place(&line.source.sheet) else { continue };
            match line.became {
                Became::Counted(amount) if counts && !amount.is_zero() => {
                    let cell = (!line.of_record).then(|| line.source.cell.to_string());
                    let sum = parts.entry((key, sheet, cell)).or_default();
                    *sum = sum.saturating_add(amount);
                }
                _ => drop(also.insert(key)),
            }
        }
        let aside = self.aside.get(&(id, unit)).into_iter().flatten();
        also.extend(aside.filter_map(|path| self.files.key(path).cloned()));
        also.retain(|key| !parts.keys().any(|(file, ..)| file == key));
        let part = |((file, sheet, cell), amount): ((String, usize, Option<String>), Amount)| Part {
            file,
            sheet,
            cell,
            amount: amount.normalize(),
        };
        let from = parts.into_iter().filter(|(_, amount)| !amount.is_zero()).map(part).collect();
        EditionFigure { from, also: also.into_iter().collect(), ..EditionFigure::default() }
    }
}

/// What an edition says of a window of which there are no files.
#[derive(Debug)]
pub struct Published {
    /// The whole's, as they were published.
    pub totals: BTreeMap<IndicatorId, Amount>,
    /// The indicators that speak of units that there are no longer: what was published of the others makes no comparison.
    pub partial: BTreeSet<IndicatorId>,
    /// The names of those units.
    pub unknown: BTreeSet<String>,
}

/// The figures that an edition published, as if they had been reckoned, of the units that there still are; and what is beyond them.
pub fn published(
    edition: &Edition,
    register: &Register,
    catalogue: &Catalogue,
    options: &Options,
) -> (Figures, Published) {
    let span = options.span.a_year_earlier();
    let window = span.window(options.calendar);
    let units = same_units(edition, register, window);
    let (mut facts, mut totals) = (Vec::new(), BTreeMap::new());
    let (mut partial, mut unknown) = (BTreeSet::new(), BTreeSet::new());
    for (id, indicator) in &edition.indicators {
        let Some(id) = catalogue.indicator_named(id) else { continue };
        totals.extend(indicator.total.map(|total| (id, total)));
        for (key, figure) in &indicator.units {
            match (units.get(key), figure.value) {
                (_, None) => {}
                (None, Some(_)) => {
                    partial.insert(id);
                    unknown.insert(edition.units.get(key).unwrap_or(key).clone());
                }
                (Some(&unit), Some(value)) if !catalogue.indicator(id).is_rate() => facts.push((id, unit, value)),
                (Some(_), Some(_)) => {}
            }
        }
    }
    for id in catalogue.indicator_ids() {
        if let Formula::Ratio { of, to } = &catalogue.indicator(id).formula
            && to.iter().chain([of]).any(|part| partial.contains(part))
        {
            partial.insert(id);
        }
    }
    let mut submitted: BTreeMap<_, BTreeSet<Month>> = BTreeMap::new();
    let stretch = Stretch::asked(span, options.calendar);
    let months: BTreeSet<Month> = stretch.touched().collect();
    for sent in edition.files.values().flat_map(|file| &file.sent) {
        let Some((of, sent)) = read_sent(sent) else { continue };
        let Some((unit, form)) = of.rsplit_once(' ') else { continue };
        let form = catalogue.form_ids().find(|&id| catalogue.form(id).id == form);
        let inside: BTreeSet<Month> = sent.intersection(&months).copied().collect();
        if let (Some(form), Some(&unit), false) = (form, units.get(unit), inside.is_empty()) {
            submitted.entry((form, unit)).or_default().extend(inside);
        }
    }
    let figures = Figures::published(window, stretch, facts, submitted, register, catalogue);
    (figures, Published { totals, partial, unknown })
}

/// "BY01 dialogue 2023-01 2023-02": whose, and which months.
fn read_sent(sent: &str) -> Option<(&str, BTreeSet<Month>)> {
    let mut of = sent;
    let mut months = BTreeSet::new();
    while let Some((rest, last)) = of.rsplit_once(' ') {
        let Some((year, month)) = last.split_once('-') else { break };
        let (Ok(year), Ok(month)) = (year.parse(), month.parse()) else { break };
        months.insert((year, month));
        of = rest;
    }
    Some((of.trim_end(), months)).filter(|(of, _)| !of.is_empty())
}
