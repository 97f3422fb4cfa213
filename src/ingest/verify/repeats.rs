//! Lists of one unit and form that tell the same events: rows counted as often as in the file that has most of them, the rest
//! added up; of an event told again in a fuller or later state (a petition list sent every month) the one that counts.
//!
//! Events are compared by the fields that both lists have columns for. Lists are taken one after another against the events
//! known so far, by hash: never all pairs. Lists whose days do not overlap are not looked at, nor rows of days that only one
//! list has. Within one file lists are parts beside each other, unless one holds another whole (months, and a sheet of the
//! year).

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use chrono::NaiveDate;

use crate::base::cell::SheetName;
use crate::base::diagnostic::{Diagnostic, Place, Preferred, Problem};
use crate::base::period::{Calendar, Part, Period, Window};
use crate::base::record::{Collected, FieldId, FormId, Item, Mark, OrgUnitId, Record, Sent, When};

use crate::ingest::on_all_cores;

use super::alike::{self, Near};
use super::copies::hash_item;
use super::{Left, Nature, Titled, first_cell, is_copy};

/// How many events of one day and person are looked at for one row.
const CANDIDATES: usize = 64;
/// Fewer columns that two lists share tell no events apart, unless they are all that both have.
const SHARED_COLUMNS: usize = 2;
/// More files of one form and unit than this, each with rows of another, are told of together.
const CHAIN: usize = 2;
/// How many rows of two files with other numbers are told of one by one.
const NUMBERS_NAMED: usize = 20;
/// Months of a quarter.
const QUARTER: usize = 3;

/// The rows of one form and unit on one sheet.
#[derive(Clone)]
pub struct List<'c> {
    pub sheet: &'c Arc<SheetName>,
    pub records: Vec<usize>,
    /// That all its rows have columns for.
    pub columns: Vec<FieldId>,
    days: Window,
    sent: Sent,
    /// The end of the months that it covers.
    pub until: Option<(i32, u32)>,
    /// Its days, and those of its titles where they say a quarter or less.
    pub covers: Window,
    /// The first day of which its titles speak.
    pub titled: NaiveDate,
}

/// A row that is left out of its list, since another tells it.
struct Lost {
    record: usize,
    list: usize,
    event: usize,
}

/// What two sheets have to do with each other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Repeated,
    Updated,
    Alike,
}

/// Rows of one sheet that stand in another, by kind: the first of them there and here.
type Pairs<'c> = BTreeMap<(&'c Arc<str>, &'c Arc<str>, Kind, bool), Vec<(usize, usize)>>;

/// Files that have rows in common.
pub type Partners<'c> = BTreeSet<(&'c Arc<str>, &'c Arc<str>)>;

pub type Lists<'c> = BTreeMap<(FormId, OrgUnitId), Vec<List<'c>>>;

/// Rows that are told as one: of two files, or of all files of one form and unit.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Told<'c> {
    kind: Kind,
    by: Option<Preferred>,
    supplement: bool,
    files: Option<(&'c Arc<str>, &'c Arc<str>)>,
    /// Those of a chain of files, else a row whose number is another.
    of: Option<(FormId, OrgUnitId)>,
    row: Option<usize>,
}

pub fn overlapping(collected: &Collected, titled: &Titled, calendar: &Calendar, nature: &Nature) -> Left {
    let all = lists(collected, titled, calendar);
    let all_lists: Vec<&Vec<List>> = all.values().collect();
    let of_each: Vec<Pairs> = on_all_cores(&all_lists, |lists| told_again(collected, lists, calendar));
    let mut pairs = Pairs::new();
    for (files, rows) in of_each.into_iter().flatten() {
        pairs.entry(files).or_default().extend(rows);
    }
    let together = pairs.keys().filter(|(.., kind, _)| *kind != Kind::Alike);
    let partners: Partners = together.map(|(a, b, ..)| (*a, *b)).collect();
    let settled: HashSet<usize> = pairs.values().flatten().map(|(record, _)| *record).collect();
    let near = alike::near(&all, collected, calendar, nature, &settled, &partners);
    for Near { record, of, edited } in near {
        let (here, there) = (&collected.records[record].sheet.file, &collected.records[of].sheet.file);
        let kind = if edited { Kind::Updated } else { Kind::Alike };
        pairs.entry((here, there, kind, false)).or_default().push((record, of));
    }
    say(pairs, &all, collected, nature)
}

/// The rows of one form and unit that stand in several sheets.
fn told_again<'c>(collected: &'c Collected, lists: &[List<'c>], calendar: &'c Calendar) -> Pairs<'c> {
    let mut pairs = Pairs::new();
    for lists in together(lists.to_vec()) {
        Events::new(collected, calendar).tell(lists, &mut pairs);
    }
    pairs
}

/// One diagnostic for each two files; one for a chain of files of one form and unit; one for each row of another number.
fn say(pairs: Pairs, all: &Lists, collected: &Collected, nature: &Nature) -> Left {
    let mut list_of: HashMap<(FormId, OrgUnitId, &Arc<SheetName>), &List> = HashMap::new();
    for ((form, unit), lists) in all {
        list_of.extend(lists.iter().map(|list| ((*form, *unit, list.sheet), list)));
    }
    let mut told: BTreeMap<Told, Vec<(usize, usize)>> = BTreeMap::new();
    let mut chains: BTreeMap<Told, Partners> = BTreeMap::new();
    let mut rows: Vec<(Told, (usize, usize))> = Vec::new();
    for ((a, b, kind, supplement), mut same) in pairs {
        same.sort_unstable();
        let mut numbers = 0;
        for (lost, counts) in same {
            let (here, there) = (&collected.records[lost], &collected.records[counts]);
            let list = |record: &'_ Record| list_of.get(&(record.form, record.org_unit, &record.sheet)).copied();
            let mut said = Told { kind, by: None, supplement, files: Some((a, b)), of: None, row: None };
            if let (true, Some(from), Some(to)) = (kind != Kind::Alike, list(here), list(there)) {
                let carried = !supplement && carried(nature, (here, from), (there, to));
                said.by = match kind {
                    _ if carried => Some(Preferred::Carried),
                    Kind::Updated => Some(preferred((here, from), (there, to))),
                    _ => None,
                };
                if carried {
                    said.kind = Kind::Updated;
                } else if kind == Kind::Updated && number_apart(here, there).is_some() {
                    numbers += 1;
                    said.row = (numbers <= NUMBERS_NAMED).then_some(lost);
                }
                let of = Some((here.form, here.org_unit));
                chains.entry(Told { files: None, of, ..said.clone() }).or_default().insert((a, b));
            }
            rows.push((said, (lost, counts)));
        }
    }
    for (said, row) in rows {
        let here = &collected.records[row.0];
        let chain = Told { files: None, of: Some((here.form, here.org_unit)), ..said.clone() };
        let long = chains.get(&chain).is_some_and(|files| files.len() > CHAIN || said.by == Some(Preferred::Carried));
        told.entry(if long { chain } else { said }).or_default().push(row);
    }
    let mut left = Left::default();
    for (said, mut rows) in told {
        rows.sort_unstable();
        let (here, there) = (&collected.records[rows[0].0], &collected.records[rows[0].1]);
        let repeated = said.kind == Kind::Repeated || said.by == Some(Preferred::Carried);
        let apart = if repeated { None } else { number_apart(here, there).or_else(|| words_apart(here, there)) };
        let (at, of) = match apart {
            Some(field) => (here.source(field), there.source(field)),
            None => (first_cell(here), first_cell(there)),
        };
        let count = rows.len();
        let files: BTreeSet<&Arc<str>> = rows.iter().map(|(lost, _)| &collected.records[*lost].sheet.file).collect();
        let files = files.len();
        let problem = match said.kind {
            Kind::Repeated => Problem::RowsRepeated { rows: count, files, of, supplement: said.supplement },
            Kind::Updated => {
                let preferred = said.by.unwrap_or(Preferred::Fuller);
                Problem::RowsUpdated { rows: count, files, by: of, preferred }
            }
            Kind::Alike => Problem::RowsAlike { rows: count, of },
        };
        if said.kind != Kind::Alike {
            left.records.extend(rows.iter().map(|(record, _)| (*record, left.because.len())));
        }
        left.because.push(Diagnostic::new(problem, Place::from(&at)));
    }
    left
}

/// Whether the row that is left out is what a list of a later month carries on as it must: in the same or a later state.
fn carried(nature: &Nature, (lost, from): (&Record, &List), (counts, to): (&Record, &List)) -> bool {
    if !nature.carries.contains(&lost.form) || from.until.is_none() || to.until.is_none() || from.until == to.until {
        return false;
    }
    // The later of the two counts, unless they say the same.
    let (old, new) = if from.until < to.until { (lost, counts) } else { (counts, lost) };
    old.items.iter().all(|(field, item, _)| match (new.item(*field), nature.states.get(&(old.form, *field))) {
        (Some(now), _) if now == item => true,
        (None, None) => !new.columns.contains(field),
        (None, Some(_)) => from.until > to.until || !new.columns.contains(field),
        // What was resolved is not pending again.
        (Some(_), Some(last)) => from.until < to.until && last.is_none_or(|last| *item != Item::Category(last)),
        (Some(_), None) => false,
    })
}

/// By which rule one of two rows that differ counts.
fn preferred((lost, from): (&Record, &List), (counts, to): (&Record, &List)) -> Preferred {
    let differs = lost.items.iter().any(|(field, item, _)| counts.item(*field).is_some_and(|other| other != item));
    match order(to, from) {
        (Ordering::Greater, rule) if differs => rule,
        _ => Preferred::Fuller,
    }
}

fn number_apart(a: &Record, b: &Record) -> Option<FieldId> {
    let apart = |field: &FieldId| matches!((a.number(*field), b.number(*field)), (Some(a), Some(b)) if a != b);
    a.items.iter().map(|(field, ..)| *field).find(apart)
}

fn words_apart(a: &Record, b: &Record) -> Option<FieldId> {
    let words = a.items.iter().filter(|(_, item, _)| matches!(item, Item::Filled(_) | Item::Date(_)));
    words
        .map(|(field, item, _)| (*field, b.item(*field).is_some_and(|other| other != item)))
        .find(|(_, d)| *d)
        .map(|(f, _)| f)
}

/// The lists of each form and unit, in the order in which they are taken: copies last, supplements behind what they add to.
fn lists<'c>(collected: &'c Collected, titled: &Titled, calendar: &Calendar) -> Lists<'c> {
    let mut lists: Vec<((FormId, OrgUnitId), List)> = Vec::new();
    let mut known: HashMap<(FormId, OrgUnitId, &Arc<SheetName>), usize> = HashMap::new();
    let mut last: Option<(FormId, OrgUnitId, *const SheetName, *const FieldId, usize)> = None;
    for (nth, record) in collected.records.iter().enumerate() {
        let days = days(record, calendar);
        let (form, unit, sheet) = (record.form, record.org_unit, Arc::as_ptr(&record.sheet));
        let columns = record.columns.as_ptr();
        if let Some((.., at)) = last.filter(|(f, u, s, c, _)| (*f, *u, *s, *c) == (form, unit, sheet, columns)) {
            let list: &mut List = &mut lists[at].1;
            list.records.push(nth);
            list.days = Window { from: list.days.from.min(days.from), to: list.days.to.max(days.to) };
            continue;
        }
        let at = *known.entry((form, unit, &record.sheet)).or_insert_with(|| {
            let sent = collected.sheets.get(&record.sheet).copied().unwrap_or_default();
            let columns = record.columns.to_vec();
            let (until, covers, titled) = (None, days, NaiveDate::MIN);
            let list = List { sheet: &record.sheet, records: Vec::new(), columns, days, sent, until, covers, titled };
            lists.push(((form, unit), list));
            lists.len() - 1
        });
        let list = &mut lists[at].1;
        list.columns.retain(|field| record.columns.contains(field));
        list.records.push(nth);
        list.days = Window { from: list.days.from.min(days.from), to: list.days.to.max(days.to) };
        last = Some((form, unit, sheet, columns, at));
    }
    lists.iter_mut().for_each(|(_, list)| list.covers = list.days);
    for said in &collected.submissions {
        if let Some(&at) = known.get(&(said.form, said.org_unit, &said.sheet)) {
            let list = &mut lists[at].1;
            list.until = list.until.max(said.months.last().copied());
        }
    }
    for (_, list) in &mut lists {
        let Some(months) = titled.get(list.sheet).filter(|months| !months.is_empty()) else { continue };
        let days = |(year, month): (i32, u32)| calendar.window(Period::new(year, Part::Month(month as u8)));
        let of =
            months.iter().copied().map(days).reduce(|a, b| Window { from: a.from.min(b.from), to: a.to.max(b.to) });
        let Some(of) = of else { continue };
        list.titled = of.from;
        if months.len() <= QUARTER {
            list.covers = Window { from: list.covers.from.min(of.from), to: list.covers.to.max(of.to) };
        }
    }
    let mut grouped: BTreeMap<(FormId, OrgUnitId), Vec<List>> = BTreeMap::new();
    for (key, list) in lists {
        grouped.entry(key).or_default().push(list);
    }
    grouped.retain(|_, lists| lists.len() > 1);
    for lists in grouped.values_mut() {
        lists.sort_by_cached_key(|list| {
            (is_copy(&list.sheet.file), list.sent.mark == Mark::Supplement, list.records[0])
        });
    }
    grouped
}

pub fn days(record: &Record, calendar: &Calendar) -> Window {
    match record.when {
        When::Day(day) => Window { from: day, to: day },
        When::Within(span) => span.window(calendar),
    }
}

/// Lists whose days overlap, with what overlaps those; in their order.
fn together(lists: Vec<List>) -> Vec<Vec<List>> {
    let mut order: Vec<usize> = (0..lists.len()).collect();
    order.sort_by_key(|&at| (lists[at].days, at));
    let mut group_of = vec![0; lists.len()];
    let (mut groups, mut reached) = (0, NaiveDate::MIN);
    for at in order {
        groups += usize::from(groups == 0 || lists[at].days.from > reached);
        reached = reached.max(lists[at].days.to);
        group_of[at] = groups - 1;
    }
    let mut together: Vec<Vec<List>> = (0..groups).map(|_| Vec::new()).collect();
    for (list, group) in lists.into_iter().zip(group_of) {
        together[group].push(list);
    }
    together.retain(|lists| lists.len() > 1);
    together
}

/// What happened once, however many lists tell it.
struct Event {
    /// The row by which it is found again.
    record: usize,
    /// The row that counts, and its list.
    counts: usize,
    list: usize,
    /// The lists that tell it.
    told: Vec<usize>,
}

/// Events by what a row says in certain columns.
#[derive(Default)]
struct Index {
    taken_in: usize,
    events: HashMap<u64, Vec<usize>>,
}

/// All rows with the same columns.
#[derive(Default)]
struct Class {
    columns: Vec<FieldId>,
    events: Vec<usize>,
    whole: HashMap<Vec<FieldId>, Index>,
    people: HashMap<Vec<FieldId>, Index>,
}

struct Events<'c> {
    collected: &'c Collected,
    calendar: &'c Calendar,
    events: Vec<Event>,
    classes: Vec<Class>,
    lost: Vec<Lost>,
    /// The days of which several lists have rows: others tell nothing again.
    common: HashSet<Window>,
}

impl<'c> Events<'c> {
    fn new(collected: &'c Collected, calendar: &'c Calendar) -> Self {
        let (events, classes, lost) = (Vec::new(), Vec::new(), Vec::new());
        Self { collected, calendar, events, classes, lost, common: HashSet::new() }
    }

    fn tell(mut self, lists: Vec<List<'c>>, pairs: &mut Pairs<'c>) {
        self.common = self.days_in_common(&lists);
        if self.common.is_empty() {
            return;
        }
        let holding = self.holding(&lists);
        // Lists of one file beside each other, and no other file: nothing to compare.
        if holding.is_empty() && lists.iter().all(|list| list.sheet.file == lists[0].sheet.file) {
            return;
        }
        let mut alike: Vec<Lost> = Vec::new();
        for nth in 0..lists.len() {
            self.take(nth, &lists, &holding, &mut alike);
        }
        let mut tell = |lost: &Lost, kind: Option<Kind>| {
            let event = &self.events[lost.event];
            let (here, there) = (&lists[lost.list], &lists[event.list]);
            let same = || self.same(lost.record, event.counts, &shared(&here.columns, &there.columns));
            let kind = kind.unwrap_or_else(|| if same() { Kind::Repeated } else { Kind::Updated });
            let supplement =
                kind == Kind::Repeated && [here, there].iter().any(|list| list.sent.mark == Mark::Supplement);
            let key = (&here.sheet.file, &there.sheet.file, kind, supplement);
            pairs.entry(key).or_default().push((lost.record, event.counts));
        };
        self.lost.iter().for_each(|lost| tell(lost, None));
        alike.iter().for_each(|alike| tell(alike, Some(Kind::Alike)));
    }

    fn days_in_common(&self, lists: &[List]) -> HashSet<Window> {
        let mut first: HashMap<Window, usize> = HashMap::new();
        let mut common = HashSet::new();
        for (nth, list) in lists.iter().enumerate() {
            for &record in &list.records {
                let days = days(self.record(record), self.calendar);
                if *first.entry(days).or_insert(nth) != nth {
                    common.insert(days);
                }
            }
        }
        common
    }

    fn record(&self, at: usize) -> &'c Record {
        &self.collected.records[at]
    }

    /// Takes a list's rows: each is one of the events known, or a new one.
    fn take(&mut self, nth: usize, lists: &[List<'c>], holding: &HashSet<(usize, usize)>, alike: &mut Vec<Lost>) {
        let list = &lists[nth];
        let told_of = |record: &usize| self.common.contains(&days(self.record(*record), self.calendar));
        let mut waiting: Vec<usize> = list.records.iter().copied().filter(told_of).collect();
        let mut taken: HashSet<usize> = HashSet::new();
        // The files with which this list has rows in common.
        let mut partners: BTreeSet<&Arc<str>> = BTreeSet::new();
        let free = |event: &Event, taken: &HashSet<usize>, at: usize| {
            let beside = |other: &usize| {
                lists[*other].sheet.file == list.sheet.file
                    && !holding.contains(&(*other, nth))
                    && !holding.contains(&(nth, *other))
            };
            !taken.contains(&at) && !event.told.iter().any(beside)
        };
        for class in 0..self.classes.len() {
            let columns = shared(&self.classes[class].columns, &list.columns);
            if waiting.is_empty() || !comparable(&self.classes[class].columns, &list.columns, &columns) {
                continue;
            }
            self.index(class, &columns, false);
            let mut next: HashMap<u64, usize> = HashMap::new();
            let mut rest = Vec::new();
            for record in waiting {
                let key = self.key(record, &columns);
                let known = self.classes[class].whole[&columns].events.get(&key);
                let from = next.entry(key).or_default();
                let found = known.and_then(|known| {
                    let fits = |event: &usize| {
                        free(&self.events[*event], &taken, *event)
                            && self.same(record, self.events[*event].record, &columns)
                    };
                    let at = known[*from..].iter().position(fits);
                    *from = at.map_or(known.len(), |at| *from + at + 1);
                    at.map(|_| known[*from - 1])
                });
                match found {
                    Some(event) => {
                        taken.insert(event);
                        partners.insert(&lists[self.events[event].list].sheet.file);
                        self.told_again(event, record, nth, lists);
                    }
                    None => rest.push(record),
                }
            }
            waiting = rest;
        }
        // Told again in another state: the same day and the same words. Then what differs in a number.
        for numbers in [false, true] {
            for class in 0..self.classes.len() {
                let columns = shared(&self.classes[class].columns, &list.columns);
                if waiting.is_empty() || !comparable(&self.classes[class].columns, &list.columns, &columns) {
                    continue;
                }
                self.index(class, &columns, true);
                let mut rest = Vec::new();
                for record in waiting {
                    let key = self.person(record, &columns);
                    let known = key.and_then(|(key, _)| self.classes[class].people[&columns].events.get(&key));
                    let candidates = known.into_iter().flatten().copied().take(CANDIDATES);
                    let named = key.is_some_and(|(_, named)| named);
                    let mut candidates = candidates.filter(|event| free(&self.events[*event], &taken, *event));
                    let found = candidates.find(|&event| {
                        let same = self.same_event(record, self.events[event].record, &columns);
                        if numbers { same.is_some() } else { named && same == Some(true) }
                    });
                    let Some(event) = found else {
                        rest.push(record);
                        continue;
                    };
                    let partner = &lists[self.events[event].list].sheet.file;
                    let overlap = partners.contains(partner);
                    match numbers {
                        false => {
                            taken.insert(event);
                            partners.insert(partner);
                            self.told_again(event, record, nth, lists);
                        }
                        // A list sent anew with a number changed.
                        true if overlap && named => {
                            taken.insert(event);
                            self.told_again(event, record, nth, lists);
                        }
                        true => {
                            if overlap || named {
                                taken.insert(event);
                                alike.push(Lost { record, list: nth, event });
                            }
                            rest.push(record);
                        }
                    }
                }
                waiting = rest;
            }
        }
        let class = match self.classes.iter().position(|class| class.columns == list.columns) {
            Some(class) => class,
            None => {
                self.classes.push(Class { columns: list.columns.clone(), ..Class::default() });
                self.classes.len() - 1
            }
        };
        for record in waiting {
            self.classes[class].events.push(self.events.len());
            self.events.push(Event { record, counts: record, list: nth, told: vec![nth] });
        }
    }

    /// An event that another list tells too: the fuller row counts, then that of the later report, then the earlier list's.
    fn told_again(&mut self, event: usize, record: usize, nth: usize, lists: &[List<'c>]) {
        let (counts, list) = (self.events[event].counts, self.events[event].list);
        let columns = shared(&lists[nth].columns, &lists[list].columns);
        let (new, old) = (self.record(record), self.record(counts));
        let filled = |record: &Record| columns.iter().filter(|field| record.item(**field).is_some()).count();
        let differs = |field: &&FieldId| match (new.item(**field), old.item(**field)) {
            (Some(new), Some(old)) => new != old,
            _ => false,
        };
        let newer = if columns.iter().any(|field| differs(&field)) {
            later(&lists[nth], &lists[list])
        } else {
            (filled(new), new.items.len()) > (filled(old), old.items.len())
        };
        let known = &mut self.events[event];
        known.told.push(nth);
        let mut lost = Lost { record, list: nth, event };
        if newer {
            std::mem::swap(&mut known.counts, &mut lost.record);
            std::mem::swap(&mut known.list, &mut lost.list);
        }
        self.lost.push(lost);
    }

    /// The rows of a class that came since, by what they say in these columns.
    fn index(&mut self, class: usize, columns: &[FieldId], people: bool) {
        let class_of = &mut self.classes[class];
        let indexes = if people { &mut class_of.people } else { &mut class_of.whole };
        let mut index = indexes.remove(columns).unwrap_or_default();
        for nth in index.taken_in..self.classes[class].events.len() {
            let event = self.classes[class].events[nth];
            let record = self.events[event].record;
            let key =
                if people { self.person(record, columns).map(|(key, _)| key) } else { Some(self.key(record, columns)) };
            if let Some(key) = key {
                index.events.entry(key).or_default().push(event);
            }
        }
        index.taken_in = self.classes[class].events.len();
        let class = &mut self.classes[class];
        let indexes = if people { &mut class.people } else { &mut class.whole };
        indexes.insert(columns.to_vec(), index);
    }

    fn key(&self, record: usize, columns: &[FieldId]) -> u64 {
        let record = self.record(record);
        let mut hasher = DefaultHasher::new();
        days(record, self.calendar).hash(&mut hasher);
        for (field, item, _) in record.items.iter().filter(|(field, ..)| columns.contains(field)) {
            field.hash(&mut hasher);
            hash_item(item, &mut hasher);
        }
        hasher.finish()
    }

    /// The day and the words of a row that has a day, and whether it has words.
    fn person(&self, record: usize, columns: &[FieldId]) -> Option<(u64, bool)> {
        let record = self.record(record);
        let When::Day(day) = record.when else { return None };
        let mut hasher = DefaultHasher::new();
        day.hash(&mut hasher);
        let mut named = false;
        for (field, item, _) in record.items.iter().filter(|(field, ..)| columns.contains(field)) {
            if let Item::Filled(words) = item {
                (field, words).hash(&mut hasher);
                named = true;
            }
        }
        Some((hasher.finish(), named))
    }

    fn same(&self, a: usize, b: usize, columns: &[FieldId]) -> bool {
        let (a, b) = (self.record(a), self.record(b));
        days(a, self.calendar) == days(b, self.calendar) && columns.iter().all(|field| a.item(*field) == b.item(*field))
    }

    /// Whether rows of one day and the same words agree in all numbers that both state; `None` where the words differ.
    fn same_event(&self, a: usize, b: usize, columns: &[FieldId]) -> Option<bool> {
        let (a, b) = (self.record(a), self.record(b));
        let mut numbers = true;
        for field in columns {
            match (a.item(*field), b.item(*field)) {
                (Some(Item::Filled(a)), Some(Item::Filled(b))) if a != b => return None,
                (Some(Item::Number(a)), Some(Item::Number(b))) if a != b => numbers = false,
                _ => {}
            }
        }
        Some(numbers)
    }

    /// Lists of one file that may tell the same events: (the list that holds another whole, the other).
    fn holding(&self, lists: &[List<'c>]) -> HashSet<(usize, usize)> {
        let mut holding = HashSet::new();
        let mut files: BTreeMap<&Arc<str>, Vec<usize>> = BTreeMap::new();
        for (nth, list) in lists.iter().enumerate() {
            files.entry(&list.sheet.file).or_default().push(nth);
        }
        for all in files.into_values().filter(|all| all.len() > 1) {
            for &holder in &all {
                let of = &lists[holder];
                let mut counted: HashMap<Vec<FieldId>, HashMap<u64, usize>> = HashMap::new();
                let mut held: Vec<(usize, bool)> = Vec::new();
                for &other in all.iter().filter(|other| **other != holder) {
                    let list = &lists[other];
                    let columns = shared(&of.columns, &list.columns);
                    let smaller = (list.records.len(), holder) < (of.records.len(), other);
                    let inside = of.days.from <= list.days.from && list.days.to <= of.days.to;
                    if !smaller || !inside || !comparable(&of.columns, &list.columns, &columns) {
                        continue;
                    }
                    let counts = counted.entry(columns.clone()).or_insert_with(|| {
                        let mut counts = HashMap::new();
                        for &record in &of.records {
                            *counts.entry(self.key(record, &columns)).or_default() += 1;
                        }
                        counts
                    });
                    let mut own: HashMap<u64, usize> = HashMap::new();
                    let whole = list.records.iter().all(|&record| {
                        let key = self.key(record, &columns);
                        let seen = own.entry(key).or_default();
                        *seen += 1;
                        counts.get(&key).is_some_and(|there| there >= seen)
                    });
                    if whole {
                        let named = |record: &usize| self.person(*record, &columns).is_some_and(|(_, named)| named);
                        held.push((other, list.records.len() > 1 || list.records.iter().all(named)));
                    }
                }
                // One row in common may be chance, unless every other list stands in this one.
                let all_held = held.len() + 1 == all.len();
                if held.iter().any(|(_, sure)| *sure) || all_held {
                    // A sheet of the year beside its months also tells what a month tells otherwise.
                    let parts =
                        if held.len() > 1 { all.clone() } else { held.iter().map(|(other, _)| *other).collect() };
                    holding.extend(parts.into_iter().filter(|part| *part != holder).map(|part| (holder, part)));
                }
            }
        }
        holding
    }
}

/// The fields that both have columns for.
pub fn shared(a: &[FieldId], b: &[FieldId]) -> Vec<FieldId> {
    a.iter().filter(|field| b.contains(field)).copied().collect()
}

fn comparable(a: &[FieldId], b: &[FieldId], shared: &[FieldId]) -> bool {
    shared.len() >= SHARED_COLUMNS || a == b
}

/// Whether a list is of a later report than another: by its correction's number, its date, the months it covers, its path.
pub fn later(new: &List, old: &List) -> bool {
    order(new, old).0.is_gt()
}

/// Which of two reports is the later, and what says so.
fn order(new: &List, old: &List) -> (Ordering, Preferred) {
    let number = |list: &List| match list.sent.mark {
        Mark::Correction(number) => number,
        _ => 0,
    };
    let dated = match (new.sent.dated, old.sent.dated) {
        (Some(new), Some(old)) => new.cmp(&old),
        _ => Ordering::Equal,
    };
    let rules = [
        (number(new).cmp(&number(old)), Preferred::Correction),
        (dated, Preferred::Dated),
        (new.until.cmp(&old.until), Preferred::Period),
    ];
    let decides = rules.into_iter().find(|(order, _)| order.is_ne());
    decides.unwrap_or_else(|| (new.sheet.cmp(old.sheet), Preferred::Path))
}
