//! The bridge from an edition to the figures of now: what changed each figure, summing exactly.
//!
//! Takes two editions, of which the later was just taken; gives for each unit and indicator the steps that lead from one value
//! to the other. Both say which cells of which files count what, so that a file's part in the change is what it counts now less
//! what it counted then. What is left (the cells of other files count differently) has one cause where only one thing changed
//! that could be it; else it is said to have several. So every step is certain or named as not, and their sum is the change.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::base::amount::Amount;
use crate::catalogue::edition::{Edition, EditionFigure, EditionFile, EditionIndicator, Part};

/// Cells of one file that are named one by one.
const CELLS_NAMED: usize = 8;

/// Settings by which figures are reckoned; others tell where files lie and how reports look.
const RECKONING: [&str; 4] = ["agency.unit", "input.dash", "measure.", "source."];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    LateFile,
    ReplacedFile,
    CorrectedCell,
    RemovedFile,
    /// The same file by another name or in another place, which tells another unit or time.
    MovedFile,
    ChangedRule,
    /// Several things changed at once, and what each of them did cannot be told.
    Several,
    /// A rate's parts changed, by the causes that stand with them.
    Parts,
}

impl Cause {
    pub const ALL: [Cause; 8] = [
        Cause::LateFile,
        Cause::ReplacedFile,
        Cause::CorrectedCell,
        Cause::RemovedFile,
        Cause::MovedFile,
        Cause::ChangedRule,
        Cause::Several,
        Cause::Parts,
    ];

    pub fn id(self) -> &'static str {
        match self {
            Cause::LateFile => "late-file",
            Cause::ReplacedFile => "replaced-file",
            Cause::CorrectedCell => "corrected-cell",
            Cause::RemovedFile => "removed-file",
            Cause::MovedFile => "moved-file",
            Cause::ChangedRule => "changed-rule",
            Cause::Several => "several-causes",
            Cause::Parts => "changed-parts",
        }
    }

    /// As a column's heading.
    pub fn title(self) -> &'static str {
        match self {
            Cause::LateFile => "Tệp gửi sau khi chốt",
            Cause::ReplacedFile => "Tệp thay tệp khác",
            Cause::CorrectedCell => "Ô được sửa trong tệp cũ",
            Cause::RemovedFile => "Tệp không còn",
            Cause::MovedFile => "Tệp đổi tên hoặc chỗ",
            Cause::ChangedRule => "Quy tắc tính đổi",
            Cause::Several => "Do nhiều nguyên nhân",
            Cause::Parts => "Tính lại tỷ lệ",
        }
    }
}

/// Files that changed together: one that came, went, was corrected, got another name, or took the place of others.
#[derive(Clone, Debug, PartialEq)]
pub struct FileChange {
    pub cause: Cause,
    /// By path, those that were.
    pub was: Vec<String>,
    pub now: Option<String>,
    /// Whether any figure of the period rests on it.
    pub matters: bool,
}

impl FileChange {
    /// "Xã A.xlsx", "Xã A mới.xlsx (thay Xã A.xlsx)", "Xã B.xlsx (trước là Xã A.xlsx)"
    pub fn said(&self) -> String {
        match (&self.now, &self.was[..]) {
            (Some(now), was) if self.cause == Cause::ReplacedFile => format!("{now} (thay {})", was.join(", ")),
            (Some(now), was) if self.cause == Cause::MovedFile => format!("{now} (trước là {})", was.join(", ")),
            (Some(now), _) => now.clone(),
            (None, was) => was.join(", "),
        }
    }
}

/// One step from a figure to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub cause: Cause,
    /// Its place among the bridge's files.
    pub file: Option<usize>,
    /// Sheet and cell; of a list the sheet alone.
    pub place: Option<(String, Option<String>)>,
    /// What the place counted, and counts.
    pub counted: Option<(Amount, Amount)>,
    /// What the file does to what other files count.
    pub indirect: bool,
    pub amount: Amount,
}

#[derive(Clone, Debug, PartialEq)]
pub struct BridgedFigure {
    pub code: String,
    pub unit: String,
    pub was: Option<Amount>,
    pub now: Option<Amount>,
    pub steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct BridgedIndicator {
    pub id: String,
    pub title: String,
    pub measure: String,
    pub decimals: u32,
    pub rate: bool,
    pub was: Option<Amount>,
    pub now: Option<Amount>,
    /// Of the whole; only what is not nothing.
    pub causes: BTreeMap<Cause, Amount>,
    /// The units whose figures changed.
    pub units: Vec<BridgedFigure>,
}

impl BridgedIndicator {
    pub fn change(&self) -> Amount {
        less(self.now, self.was)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Bridge {
    /// "lần 1, ngày 10/01/2024"
    pub said: String,
    pub number: u32,
    pub label: Option<String>,
    pub date: chrono::NaiveDate,
    pub files: Vec<FileChange>,
    /// What changed in the rules, a sentence each.
    pub rules: Vec<String>,
    /// Those of which a figure changed, in the order of the ids asked for.
    pub indicators: Vec<BridgedIndicator>,
    /// How many indicators there are that did not change.
    pub same: usize,
}

fn less(now: Option<Amount>, was: Option<Amount>) -> Amount {
    now.unwrap_or_default().saturating_sub(was.unwrap_or_default()).normalize()
}

/// How far the rules that changed may be behind a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RulesChanged {
    No,
    /// Only the program is another: where no untouched figure of an indicator changed, it did nothing to it.
    Program,
    Yes,
}

impl Bridge {
    /// `shown`: the ids of the indicators that a report shows, in its order.
    pub fn between(was: &Edition, now: &Edition, shown: &[String]) -> Bridge {
        let (rules_changed, rules) = rules(was, now);
        let mut files = Files::new(was, now, rules_changed);
        let (mut indicators, mut same) = (Vec::new(), 0);
        let nothing = EditionIndicator::default();
        for id in shown {
            let (then, today) = match (was.indicators.get(id), now.indicators.get(id)) {
                (None, None) => continue,
                (then, today) => (then.unwrap_or(&nothing), today.unwrap_or(&nothing)),
            };
            let bridged = files.indicator(id, then, today, (was, now), rules_changed);
            match bridged.units.is_empty() && bridged.was == bridged.now {
                true => same += 1,
                false => indicators.push(bridged),
            }
        }
        Bridge {
            said: was.said(),
            number: was.number,
            label: was.label.clone(),
            date: was.date,
            files: files.changes,
            rules,
            indicators,
            same,
        }
    }

    /// Whether no figure changed.
    pub fn is_empty(&self) -> bool {
        self.indicators.is_empty()
    }

    /// The causes that changed anything of a whole.
    pub fn causes(&self) -> Vec<Cause> {
        let used = |cause: &Cause| self.indicators.iter().any(|indicator| indicator.causes.contains_key(cause));
        Cause::ALL.into_iter().filter(used).collect()
    }
}

/// What changed in the rules, and whether that may be behind figures.
fn rules(was: &Edition, now: &Edition) -> (RulesChanged, Vec<String>) {
    let mut said = Vec::new();
    let keys: BTreeSet<&String> = was.settings.keys().chain(now.settings.keys()).collect();
    let reckons = |key: &str| RECKONING.iter().any(|own| key == *own || own.ends_with('.') && key.starts_with(own));
    for key in keys.into_iter().filter(|key| reckons(key)) {
        let of = |edition: &Edition| edition.settings.get(key).cloned().unwrap_or_else(|| "không đặt".to_owned());
        let (then, today) = (of(was), of(now));
        if then != today {
            said.push(format!("cài đặt {key} trong danvan.toml: trước là {then}, nay là {today}"));
        }
    }
    if was.rules.forms != now.rules.forms {
        said.push("biểu và chỉ tiêu riêng của cơ quan (thư mục bieu) đã đổi".to_owned());
    }
    if was.rules.register != now.rules.register {
        said.push("danh mục đơn vị đã đổi".to_owned());
    }
    let strict = !said.is_empty();
    if was.rules.program != now.rules.program {
        said.push(format!("chương trình danvan: trước là bản {}, nay là bản {}", was.rules.program, now.rules.program));
    } else if was.rules.catalogue != now.rules.catalogue {
        said.push(format!("danh mục biểu, chỉ tiêu của chương trình danvan bản {} đã đổi", now.rules.program));
    }
    let changed = match (strict, said.is_empty()) {
        (true, _) => RulesChanged::Yes,
        (false, false) => RulesChanged::Program,
        (false, true) => RulesChanged::No,
    };
    (changed, said)
}

/// What became of the files between two editions.
struct Files {
    changes: Vec<FileChange>,
    /// By the files' keys in each edition: to which change they belong.
    was: HashMap<String, usize>,
    now: HashMap<String, usize>,
}

impl Files {
    fn new(was: &Edition, now: &Edition, rules: RulesChanged) -> Self {
        fn by_path(edition: &Edition) -> BTreeMap<&str, (&String, &EditionFile)> {
            edition.files.iter().map(|(key, file)| (file.path.as_str(), (key, file))).collect()
        }
        let (then, today) = (by_path(was), by_path(now));
        let mut files = Files { changes: Vec::new(), was: HashMap::new(), now: HashMap::new() };
        let mut gone: Vec<(&String, &EditionFile)> = Vec::new();
        let mut came: Vec<(&String, &EditionFile)> = Vec::new();
        for (path, &(key, file)) in &then {
            match today.get(path) {
                None => gone.push((key, file)),
                Some((_, same)) if same.blake3 == file.blake3 => {}
                Some((now, _)) => {
                    let paths = (vec![file.path.clone()], Some(file.path.clone()));
                    files.change(Cause::CorrectedCell, paths, &[key], Some(now));
                }
            }
        }
        came.extend(today.iter().filter(|(path, _)| !then.contains_key(*path)).map(|(_, file)| *file));
        // What only has another name or place is the same file, whose name may tell another unit or time.
        let mut by_hash: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, (_, file)) in came.iter().enumerate().rev().filter(|(_, (_, file))| !file.blake3.is_empty()) {
            by_hash.entry(&file.blake3).or_default().push(at);
        }
        let mut moved: BTreeMap<usize, (&String, &EditionFile)> = BTreeMap::new();
        gone.retain(|&(key, file)| {
            let same = by_hash.get_mut(file.blake3.as_str()).and_then(Vec::pop);
            same.map(|at| moved.insert(at, (key, file))).is_none()
        });
        let nothing_else = files.changes.is_empty() && gone.is_empty() && came.len() == moved.len();
        let alone = nothing_else && rules == RulesChanged::No && was.indicators != now.indicators;
        for (&at, (was, then)) in &moved {
            let (now, today) = came[at];
            // Where nothing else changed, only that can have done what was done, whatever it tells of.
            if then.sent != today.sent || alone {
                let paths = (vec![then.path.clone()], Some(today.path.clone()));
                files.change(Cause::MovedFile, paths, &[was], Some(now));
            }
        }
        let came: Vec<_> =
            came.into_iter().enumerate().filter(|(at, _)| !moved.contains_key(at)).map(|(_, file)| file).collect();
        // One that tells of the same units, forms and months takes the other's place.
        let mut replaced: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut telling: HashMap<(&str, (i32, u32)), Vec<usize>> = HashMap::new();
        for (at, (_, file)) in came.iter().enumerate() {
            told(file).into_iter().for_each(|one| telling.entry(one).or_default().push(at));
        }
        for (at, (_, file)) in gone.iter().enumerate() {
            let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
            for by in told(file).iter().filter_map(|one| telling.get(one)).flatten() {
                *shared.entry(*by).or_default() += 1;
            }
            // Of several that tell as much the first.
            let best = shared.into_iter().max_by_key(|&(by, shared)| (shared, std::cmp::Reverse(by)));
            if let Some((by, _)) = best {
                replaced.entry(by).or_default().push(at);
            }
        }
        for (by, of) in &replaced {
            let keys: Vec<&String> = of.iter().map(|&at| gone[at].0).collect();
            let paths = of.iter().map(|&at| gone[at].1.path.clone()).collect();
            files.change(Cause::ReplacedFile, (paths, Some(came[*by].1.path.clone())), &keys, Some(came[*by].0));
        }
        let has_successor: BTreeSet<usize> = replaced.values().flatten().copied().collect();
        for (at, (key, file)) in gone.iter().enumerate() {
            if !has_successor.contains(&at) {
                files.change(Cause::RemovedFile, (vec![file.path.clone()], None), &[key], None);
            }
        }
        for (at, (key, file)) in came.iter().enumerate() {
            if !replaced.contains_key(&at) {
                files.change(Cause::LateFile, (Vec::new(), Some(file.path.clone())), &[], Some(key));
            }
        }
        files
    }

    fn change(&mut self, cause: Cause, paths: (Vec<String>, Option<String>), was: &[&String], now: Option<&String>) {
        let at = self.changes.len();
        self.changes.push(FileChange { cause, was: paths.0, now: paths.1, matters: false });
        self.was.extend(was.iter().map(|key| ((*key).clone(), at)));
        self.now.extend(now.map(|key| (key.clone(), at)));
    }

    /// The changes that speak of a figure, then or now.
    fn touching(&self, was: &EditionFigure, now: &EditionFigure) -> BTreeSet<usize> {
        fn files(figure: &EditionFigure) -> impl Iterator<Item = &String> {
            figure.from.iter().map(|part| &part.file).chain(&figure.also)
        }
        let then = files(was).filter_map(|key| self.was.get(key));
        then.chain(files(now).filter_map(|key| self.now.get(key))).copied().collect()
    }

    fn indicator(
        &mut self,
        id: &str,
        was: &EditionIndicator,
        now: &EditionIndicator,
        editions: (&Edition, &Edition),
        rules: RulesChanged,
    ) -> BridgedIndicator {
        let nothing = EditionFigure::default();
        let keys: BTreeSet<&String> = was.units.keys().chain(now.units.keys()).collect();
        let pairs: Vec<(&String, &EditionFigure, &EditionFigure)> = keys
            .into_iter()
            .map(|key| (key, was.units.get(key).unwrap_or(&nothing), now.units.get(key).unwrap_or(&nothing)))
            .collect();
        let touching: Vec<BTreeSet<usize>> = pairs.iter().map(|(_, then, today)| self.touching(then, today)).collect();
        let of_indicator: BTreeSet<usize> = touching.iter().flatten().copied().collect();
        of_indicator.iter().for_each(|&at| self.changes[at].matters = true);
        let untouched_changed = pairs.iter().zip(&touching).any(|((_, then, today), touching)| {
            touching.is_empty() && then.value.unwrap_or_default() != today.value.unwrap_or_default()
        });
        let rules = match rules {
            RulesChanged::Program if !untouched_changed => RulesChanged::No,
            RulesChanged::No => RulesChanged::No,
            RulesChanged::Program | RulesChanged::Yes => RulesChanged::Yes,
        };
        // Of what is not added over units the unit that speaks for the whole, if any does.
        let speaking = (is_apart(was) || is_apart(now)).then(|| match (&was.speaks, &now.speaks) {
            (Some(then), Some(today)) => Some(today).filter(|today| *today == then),
            (then, today) => today.as_ref().or(then.as_ref()),
        });
        let (then, today) = editions;
        let shown = if today.indicators.contains_key(id) { now } else { was };
        let mut bridged = BridgedIndicator {
            id: id.to_owned(),
            title: shown.title.clone(),
            measure: shown.measure.clone(),
            decimals: shown.decimals,
            rate: shown.rate,
            was: was.total,
            now: now.total,
            causes: BTreeMap::new(),
            units: Vec::new(),
        };
        for ((key, before, after), touching) in pairs.into_iter().zip(&touching) {
            let figure = Figure { before, after, touching, of_indicator: &of_indicator, rules, rate: bridged.rate };
            // A parent's own figure may follow from what its units sent.
            let is_parent = *key == today.scope.code || *key == today.scope.name;
            let steps = self.steps(&figure, is_parent, editions);
            if steps.is_empty() && before.value == after.value {
                continue;
            }
            let counts = !bridged.rate && speaking.is_none_or(|speaking| speaking == Some(key));
            for step in steps.iter().filter(|_| counts) {
                let sum = bridged.causes.entry(step.cause).or_default();
                *sum = sum.saturating_add(step.amount).normalize();
            }
            let name = today.units.get(key).or_else(|| then.units.get(key)).unwrap_or(key).clone();
            let (was, now) = (before.value, after.value);
            bridged.units.push(BridgedFigure { code: key.clone(), unit: name, was, now, steps });
        }
        // The whole is the sum of its units; whatever it is not has no cause that could be named.
        let told = bridged.causes.values().fold(Amount::ZERO, |sum, amount| sum.saturating_add(*amount));
        let rest = bridged.change().saturating_sub(told);
        if !rest.is_zero() {
            let cause = if bridged.rate { Cause::Parts } else { Cause::Several };
            let sum = bridged.causes.entry(cause).or_default();
            *sum = sum.saturating_add(rest).normalize();
        }
        bridged.causes.retain(|_, amount| !amount.is_zero());
        bridged
    }

    /// What leads from one figure to the other.
    fn steps(&self, figure: &Figure, is_parent: bool, (was, now): (&Edition, &Edition)) -> Vec<Step> {
        let &Figure { before, after, touching, of_indicator, rules, rate } = figure;
        let change = less(after.value, before.value);
        let step = |cause, file, amount: Amount| Step {
            cause,
            file,
            place: None,
            counted: None,
            indirect: false,
            amount: amount.normalize(),
        };
        if rate {
            return if change.is_zero() { Vec::new() } else { vec![step(Cause::Parts, None, change)] };
        }
        let mut steps = Vec::new();
        let mut rest = change;
        for &at in touching {
            let cause = self.changes[at].cause;
            // What one cell does may be the rule's doing where both changed.
            let certain = rules == RulesChanged::No || matches!(cause, Cause::LateFile | Cause::RemovedFile);
            let cause = if certain { cause } else { Cause::Several };
            let places = self.places(at, (was, before), (now, after));
            let changed: Vec<_> = places.into_iter().filter(|(_, (then, today))| then != today).collect();
            let sum = changed
                .iter()
                .fold(Amount::ZERO, |sum, (_, (then, today))| sum.saturating_add(today.saturating_sub(*then)));
            rest = rest.saturating_sub(sum);
            if changed.len() <= CELLS_NAMED {
                steps.extend(changed.into_iter().map(|(place, (then, today))| Step {
                    place: Some(place),
                    counted: Some((then, today)),
                    ..step(cause, Some(at), today.saturating_sub(then))
                }));
            } else {
                steps.push(step(cause, Some(at), sum));
            }
        }
        let unsaid = steps.is_empty() && before.value != after.value;
        if !rest.is_zero() || unsaid {
            let only = |of: &BTreeSet<usize>| of.first().copied().filter(|_| of.len() == 1);
            let none = touching.is_empty();
            let file = only(touching).or_else(|| only(of_indicator).filter(|_| none));
            let of_rule = none && (of_indicator.is_empty() || !is_parent);
            steps.push(match (rules, file) {
                (RulesChanged::No, Some(at)) => Step { indirect: true, ..step(self.changes[at].cause, Some(at), rest) },
                (RulesChanged::Yes, _) if of_rule => step(Cause::ChangedRule, None, rest),
                _ => step(Cause::Several, None, rest),
            });
        }
        steps
    }

    /// What the places of a change's files counted, and count: by sheet and cell.
    fn places(
        &self,
        at: usize,
        (was, before): (&Edition, &EditionFigure),
        (now, after): (&Edition, &EditionFigure),
    ) -> BTreeMap<(String, Option<String>), (Amount, Amount)> {
        let sheet = |edition: &Edition, part: &Part| {
            let file = edition.files.get(&part.file);
            let sheet = file.and_then(|file| file.sheets.get(part.sheet.checked_sub(1)?));
            (sheet.cloned().unwrap_or_default(), part.cell.clone())
        };
        let mut places: BTreeMap<_, (Amount, Amount)> = BTreeMap::new();
        for part in before.from.iter().filter(|part| self.was.get(&part.file) == Some(&at)) {
            let (then, _) = places.entry(sheet(was, part)).or_default();
            *then = then.saturating_add(part.amount);
        }
        for part in after.from.iter().filter(|part| self.now.get(&part.file) == Some(&at)) {
            let (_, today) = places.entry(sheet(now, part)).or_default();
            *today = today.saturating_add(part.amount);
        }
        places
    }
}

/// Whether the whole is no sum of its units.
fn is_apart(indicator: &EditionIndicator) -> bool {
    let unsummed = indicator.total.is_none() && indicator.units.values().any(|figure| figure.value.is_some());
    !indicator.rate && (indicator.speaks.is_some() || unsummed)
}

/// One unit's figure of one indicator, then and now.
struct Figure<'f> {
    before: &'f EditionFigure,
    after: &'f EditionFigure,
    touching: &'f BTreeSet<usize>,
    /// The changes that speak of the indicator anywhere.
    of_indicator: &'f BTreeSet<usize>,
    /// Never only the program: that is settled by the indicator.
    rules: RulesChanged,
    rate: bool,
}

/// Of what a file tells: unit and form, and month.
fn told(file: &EditionFile) -> BTreeSet<(&str, (i32, u32))> {
    let sent = file.sent.iter().filter_map(|sent| super::read_sent(sent));
    sent.flat_map(|(whose, months)| months.into_iter().map(move |month| (whose, month))).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::catalogue::edition::Rules;

    /// What a file holds: how much each of two units' cells counts. Nothing is never kept.
    type Held = Vec<(u8, u8, i64)>;

    /// Path, hash, and what it holds.
    type Given<'a> = (&'a str, &'a str, &'a [(u8, u8, i64)]);

    const ID: &str = "a.b";

    /// An edition of files by path, each with its hash; the sums of the units are what the files count. A unit's cell that several
    /// files hold is a row told anew: the last of them counts, and all speak of it.
    fn edition(files: &BTreeMap<String, (String, Held)>, dash: &str, program: &str) -> Edition {
        let mut indicator = EditionIndicator { title: "Số cuộc".into(), ..EditionIndicator::default() };
        for (path, (_, held)) in files {
            for (unit, cell, amount) in held {
                let figure = indicator.units.entry(format!("U{unit}")).or_default();
                let tells = |held: &Held| *cell > 0 && held.iter().any(|(of, at, _)| (of, at) == (unit, cell));
                let anew = files.iter().rfind(|(_, (_, held))| tells(held)).filter(|(by, _)| *by != path);
                if let Some((by, _)) = anew {
                    figure.also.extend([path.clone(), by.clone()]);
                    continue;
                }
                let amount = Amount::from(*amount);
                figure.value = Some(figure.value.unwrap_or_default() + amount);
                let cell = (*cell > 0).then(|| format!("D{cell}"));
                figure.from.push(Part { file: path.clone(), sheet: 1, cell, amount });
                indicator.total = Some(indicator.total.unwrap_or_default() + amount);
            }
        }
        let file = |(path, (hash, held)): (&String, &(String, Held))| {
            let sent = held.iter().map(|(unit, cell, _)| format!("U{unit} f 2023-{:02}", cell % 12 + 1)).collect();
            let file = EditionFile { path: path.clone(), blake3: hash.clone(), sheets: vec!["Quý I".into()], sent };
            (path.clone(), file)
        };
        Edition {
            rules: Rules { program: program.into(), ..Rules::default() },
            settings: [("input.dash".to_owned(), dash.to_owned())].into(),
            files: files.iter().map(file).collect(),
            indicators: [(ID.to_owned(), indicator)].into(),
            ..Edition::empty()
        }
    }

    fn files(list: &[Given]) -> BTreeMap<String, (String, Held)> {
        list.iter().map(|(path, hash, held)| ((*path).to_owned(), ((*hash).to_owned(), held.to_vec()))).collect()
    }

    fn between(was: &Edition, now: &Edition) -> Bridge {
        Bridge::between(was, now, &[ID.to_owned()])
    }

    fn causes(bridge: &Bridge) -> Vec<(&'static str, String)> {
        let of = |indicator: &BridgedIndicator| {
            indicator.causes.iter().map(|(cause, amount)| (cause.id(), amount.to_string())).collect::<Vec<_>>()
        };
        bridge.indicators.iter().flat_map(of).collect()
    }

    #[test]
    fn each_change_of_the_files_has_its_own_cause() {
        let then = [("a", "1", &[(1, 1, 5), (1, 2, 7)][..]), ("b", "2", &[(1, 3, 10)]), ("c", "3", &[(2, 1, 4)])];
        let was = edition(&files(&then), "nil", "1");
        for (now, expected) in [
            (vec![("a", "1", &[(1, 1, 5), (1, 2, 7)][..]), then[1], then[2]], vec![]),
            // Late.
            (vec![then[0], then[1], then[2], ("d", "4", &[(2, 9, 6)])], vec![("late-file", "6")]),
            // Gone.
            (vec![then[0], then[1]], vec![("removed-file", "-4")]),
            // One cell of two.
            (vec![("a", "x", &[(1, 1, 5), (1, 2, 9)]), then[1], then[2]], vec![("corrected-cell", "2")]),
            // Another file for the same unit and month.
            (vec![then[0], then[1], ("e", "5", &[(2, 1, 3)])], vec![("replaced-file", "-1")]),
            // Of another month it is no replacement.
            (vec![then[0], then[1], ("e", "5", &[(2, 2, 3)])], vec![("late-file", "3"), ("removed-file", "-4")]),
            // The same file by another name.
            (vec![then[0], then[1], ("z", "3", &[(2, 1, 4)])], vec![]),
            // By a name that tells another unit, beside a late one: what it takes and gives is its own.
            (vec![then[0], then[1], ("z", "3", &[(3, 1, 4)]), ("d", "4", &[(1, 9, 6)])], vec![("late-file", "6")]),
            // By a name that tells another time, so that not all of it counts.
            (
                vec![then[0], then[1], ("z", "3", &[(2, 2, 3)]), ("d", "4", &[(1, 9, 6)])],
                vec![("late-file", "6"), ("moved-file", "-1")],
            ),
            // Nothing but the name, and it counts less.
            (vec![then[0], then[1], ("z", "3", &[(2, 1, 3)])], vec![("moved-file", "-1")]),
            // All at once.
            (
                vec![("a", "x", &[(1, 1, 6), (1, 2, 7)]), ("d", "4", &[(1, 9, 2)]), then[2]],
                vec![("late-file", "2"), ("corrected-cell", "1"), ("removed-file", "-10")],
            ),
        ] {
            let bridge = between(&was, &edition(&files(&now), "nil", "1"));
            let expected: Vec<_> = expected.into_iter().map(|(cause, amount)| (cause, amount.to_owned())).collect();
            assert_eq!(causes(&bridge), expected, "{now:?}");
        }
    }

    #[test]
    fn what_is_not_a_files_own_has_one_cause_only_where_one_thing_changed() {
        let a: Given = ("a", "1", &[(1, 1, 5)]);
        let was = edition(&files(&[a]), "nil", "1");
        // The same file counts otherwise.
        let otherwise: Given = ("a", "1", &[(1, 1, 3)]);
        let now =
            |list: &[Given], dash: &str, program: &str| causes(&between(&was, &edition(&files(list), dash, program)));
        let late = ("d", "4", &[(1, 9, 6)][..]);
        let said = |list: &[(&'static str, &str)]| -> Vec<(&'static str, String)> {
            list.iter().map(|(cause, amount)| (*cause, (*amount).to_owned())).collect()
        };
        assert_eq!(now(&[otherwise], "blank", "1"), said(&[("changed-rule", "-2")]));
        assert_eq!(now(&[otherwise], "nil", "2"), said(&[("changed-rule", "-2")]));
        // The late file takes away what the other counted: both are its doing.
        assert_eq!(now(&[otherwise, late], "nil", "1"), said(&[("late-file", "4")]));
        // A file and a rule: what the file brings is its own, the rest is either's.
        assert_eq!(now(&[otherwise, late], "blank", "1"), said(&[("late-file", "6"), ("several-causes", "-2")]));
        let second = ("e", "5", &[(1, 8, 1)][..]);
        assert_eq!(now(&[otherwise, late, second], "nil", "1"), said(&[("late-file", "7"), ("several-causes", "-2")]));
        // A corrected cell under another rule may be the rule's doing; under another program that changed nothing else, not.
        let corrected = ("a", "x", &[(1, 1, 8)][..]);
        assert_eq!(now(&[corrected], "blank", "1"), said(&[("several-causes", "3")]));
        assert_eq!(now(&[corrected], "nil", "2"), said(&[("corrected-cell", "3")]));
    }

    #[test]
    fn what_stands_nowhere_is_never_folded_away() {
        let was = edition(&files(&[("a", "1", &[(1, 1, 5)])]), "nil", "1");
        let mut now = was.clone();
        let indicator = now.indicators.get_mut(ID).unwrap();
        indicator.total = Some(12.into());
        assert_eq!(causes(&between(&was, &now)), [("several-causes", "7".to_owned())]);
        let (mut was, mut now) = (was, edition(&files(&[("a", "x", &[(1, 1, 6)])]), "nil", "1"));
        was.indicators.get_mut(ID).unwrap().rate = true;
        now.indicators.get_mut(ID).unwrap().rate = true;
        assert_eq!(causes(&between(&was, &now)), [("changed-parts", "1".to_owned())]);
    }

    #[test]
    fn a_whole_that_is_no_sum_has_the_causes_of_the_unit_that_speaks_for_it() {
        let a: Given = ("a", "1", &[(1, 1, 5), (2, 1, 4)]);
        let one = |list: &[Given], speaks: Option<(&str, i64)>| {
            let mut edition = edition(&files(list), "nil", "1");
            let indicator = edition.indicators.get_mut(ID).unwrap();
            indicator.speaks = speaks.map(|(unit, _)| unit.to_owned());
            indicator.total = speaks.map(|(_, total)| total.into());
            edition
        };
        let (own, below) = (("b", "2", &[(1, 2, 3)][..]), ("c", "3", &[(2, 2, 9)][..]));
        let was = one(&[a], Some(("U1", 5)));
        let said = |now: &Edition| causes(&between(&was, now));
        assert_eq!(said(&one(&[a, own, below], Some(("U1", 8)))), [("late-file", "3".to_owned())]);
        assert_eq!(said(&one(&[a, below], Some(("U1", 5)))), []);
        assert_eq!(causes(&between(&one(&[a], None), &one(&[a, below], None))), []);
        assert_eq!(said(&one(&[a, below], Some(("U2", 13)))), [("several-causes", "8".to_owned())]);
    }

    /// By path, hash and what is held.
    type World = BTreeMap<String, (String, Held)>;

    fn world() -> impl Strategy<Value = World> {
        let held = prop::collection::vec((0..4_u8, 0..4_u8, 1..100_i64), 0..6);
        let held = held.prop_map(|mut held| {
            held.sort();
            held.dedup_by_key(|(unit, cell, _)| (*unit, *cell));
            held
        });
        prop::collection::btree_map("[a-f]", ("[1-3]", held), 0..6)
    }

    /// A world to which one thing is done: a file comes, goes, holds something else, takes another's place, or gets another name,
    /// perhaps another unit's.
    fn edited() -> impl Strategy<Value = (World, World)> {
        (world(), world(), 0..5_u8, "[A-Za-z]", 0..3_u8).prop_map(|(mut then, other, kind, path, shift)| {
            then.iter_mut().for_each(|(path, (hash, _))| hash.clone_from(path));
            let mut now = then.clone();
            let fresh = other.into_values().next().map(|(_, held)| held).unwrap_or_default();
            let free = |path: String| if path.as_str() < "g" && path.as_str() >= "a" { "h".to_owned() } else { path };
            let first = then.keys().next().cloned();
            match (kind, first) {
                (0, _) | (_, None) => drop(now.insert(free(path), ("late".into(), fresh))),
                (1, Some(first)) => drop(now.remove(&first)),
                (2, Some(first)) => drop(now.insert(first, ("new".into(), fresh))),
                (3, Some(first)) => {
                    let mut held = now.remove(&first).map(|(_, held)| held).unwrap_or_default();
                    held.iter_mut().for_each(|(.., amount)| *amount += 1);
                    now.insert(free(path), ("anew".into(), held));
                }
                (_, Some(first)) => {
                    let (hash, mut held) = now.remove(&first).expect("it was there");
                    held.iter_mut().for_each(|(unit, ..)| *unit = (*unit + shift) % 4);
                    now.insert(free(path), (hash, held));
                }
            }
            (then, now)
        })
    }

    proptest! {
        #[test]
        fn what_one_file_did_is_never_several_causes((then, now) in edited()) {
            let bridge = between(&edition(&then, "nil", "1"), &edition(&now, "nil", "1"));
            for indicator in &bridge.indicators {
                prop_assert!(!indicator.causes.contains_key(&Cause::Several), "{indicator:?}");
                for step in indicator.units.iter().flat_map(|figure| &figure.steps) {
                    prop_assert_ne!(step.cause, Cause::Several);
                }
            }
        }

        #[test]
        fn the_steps_always_sum_to_the_change(
            then in world(),
            now in world(),
            dash in "nil|blank",
            program in "1|2",
            hidden in 0..3_i64,
        ) {
            let was = edition(&then, "nil", "1");
            let mut now = edition(&now, &dash, &program);
            // A figure that its cells do not explain.
            if let Some(figure) = now.indicators.get_mut(ID).and_then(|indicator| indicator.units.values_mut().next()) {
                figure.value = figure.value.map(|value| value + Amount::from(hidden));
            }
            for indicator in between(&was, &now).indicators {
                let whole: Amount = indicator.causes.values().copied().sum();
                prop_assert_eq!(indicator.was.unwrap_or_default() + whole, indicator.now.unwrap_or_default());
                for figure in indicator.units {
                    let steps: Amount = figure.steps.iter().map(|step| step.amount).sum();
                    prop_assert_eq!(figure.was.unwrap_or_default() + steps, figure.now.unwrap_or_default());
                }
            }
        }
    }
}
