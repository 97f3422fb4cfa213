//! Rows of two lists of one unit and form that may tell one event, though nothing proves it: of one day and the same person
//! or words with something else edited; the same but for a name, or but for the day. A text or number that several rows of one
//! list share tells none of them apart and is no sign. By hash, as in `repeats`.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::base::period::Calendar;
use crate::base::record::{Collected, FieldId, FormId, Item, Record, When};

use super::Nature;
use super::repeats::{List, Lists, Partners, days, later, shared};

/// More rows than this with one sign: it is none.
const CANDIDATES: usize = 64;
/// More kinds of columns than this among a unit's lists are not compared.
const CLASSES: usize = 8;

/// Two rows that may be one event.
pub struct Near {
    /// Of the two the one that is left out, where one is.
    pub record: usize,
    pub of: usize,
    /// The lists have other rows in common: this is one of them, edited.
    pub edited: bool,
}

/// Of what two rows agree in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// The day and a text.
    Words,
    /// All but one text.
    AllButOne,
    /// All but the day.
    OtherDay,
    /// The day alone, where a list of a later month carries on what waits.
    CarriedDay,
    /// All but how far it is, there: of several rows of a list that tell the same any may be the one.
    CarriedState,
}

/// `left`: the rows that are left out already, or doubted; `partners`: the files that have rows in common.
pub fn near(
    all: &Lists,
    collected: &Collected,
    calendar: &Calendar,
    nature: &Nature,
    left: &HashSet<usize>,
    partners: &Partners,
) -> Vec<Near> {
    let mut found = Vec::new();
    for (&(form, _), lists) in all {
        if lists.iter().all(|list| list.sheet.file == lists[0].sheet.file) {
            continue;
        }
        let mut search =
            Search { form, lists, collected, calendar, nature, left, told: HashSet::new(), telling: Vec::new() };
        search.telling = lists.iter().map(|list| search.telling(list)).collect();
        let mut classes: Vec<&[FieldId]> = lists.iter().map(|list| list.columns.as_slice()).collect();
        classes.sort_unstable();
        classes.dedup();
        classes.truncate(CLASSES);
        for sign in [Sign::Words, Sign::AllButOne, Sign::OtherDay, Sign::CarriedDay, Sign::CarriedState] {
            if matches!(sign, Sign::CarriedDay | Sign::CarriedState) && !nature.carries.contains(&form) {
                continue;
            }
            for (at, one) in classes.iter().enumerate() {
                for other in &classes[at..] {
                    search.pair(sign, [one, other], partners, &mut found);
                }
            }
        }
    }
    found
}

struct Search<'s, 'c> {
    form: FormId,
    lists: &'s [List<'c>],
    collected: &'c Collected,
    calendar: &'s Calendar,
    nature: &'s Nature,
    left: &'s HashSet<usize>,
    told: HashSet<usize>,
    /// For each list the fields of words that tell its rows apart, and name no person: a topic, not a kind of land.
    telling: Vec<Vec<FieldId>>,
}

impl<'c> Search<'_, 'c> {
    fn telling(&self, list: &List) -> Vec<FieldId> {
        let tells = |field: &FieldId| {
            let mut seen = HashSet::new();
            list.records.iter().all(|&record| match self.collected.records[record].item(*field) {
                Some(Item::Filled(words)) => seen.insert(*words),
                other => other.is_none(),
            })
        };
        let fields = list.columns.iter().filter(|field| !self.nature.personal.contains(&(self.form, **field)));
        fields.filter(|field| tells(field)).copied().collect()
    }

    fn pair(&mut self, sign: Sign, classes: [&[FieldId]; 2], partners: &Partners, found: &mut Vec<Near>) {
        let columns = shared(classes[0], classes[1]);
        let mut order: Vec<u64> = Vec::new();
        let mut rows: HashMap<u64, Vec<(usize, usize, bool)>> = HashMap::new();
        for (nth, list) in self.lists.iter().enumerate().filter(|(_, list)| classes.contains(&list.columns.as_slice()))
        {
            for &record in &list.records {
                self.keys(sign, &self.collected.records[record], nth, &columns, |key, personal| {
                    let same = rows.entry(key).or_default();
                    if same.is_empty() {
                        order.push(key);
                    }
                    if same.len() <= CANDIDATES {
                        same.push((nth, record, personal));
                    }
                });
            }
        }
        for key in order {
            let same = &rows[&key];
            if same.len() < 2 || same.len() > CANDIDATES {
                continue;
            }
            if sign == Sign::CarriedState {
                self.any_of(same, found);
                continue;
            }
            let alone = |nth: usize| same.iter().filter(|(other, ..)| *other == nth).count() == 1;
            let free = |record: &usize| !self.left.contains(record) && !self.told.contains(record);
            let rows: Vec<_> = same.iter().filter(|(nth, record, _)| alone(*nth) && free(record)).copied().collect();
            for two in rows.windows(2) {
                let [(one, there, _), (other, here, personal)] = [two[0], two[1]];
                let (a, b) = (&self.lists[one], &self.lists[other]);
                if a.sheet.file == b.sheet.file || !self.may(sign, (a, there), (b, here)) {
                    continue;
                }
                let files = (&a.sheet.file, &b.sheet.file);
                let common = partners.contains(&files) || partners.contains(&(files.1, files.0));
                if sign == Sign::OtherDay && !personal && !common {
                    continue;
                }
                self.told.extend([here, there]);
                let edited = sign == Sign::Words && personal && common && self.numbers_agree(here, there, &columns);
                let (record, of) = if edited && later(b, a) { (there, here) } else { (here, there) };
                found.push(Near { record, of, edited });
            }
        }
    }

    /// Each row that a later list carries on, with a row of another that may be it and is not yet told of.
    fn any_of(&mut self, same: &[(usize, usize, bool)], found: &mut Vec<Near>) {
        for (at, &(one, there, _)) in same.iter().enumerate() {
            for &(other, here, _) in &same[at + 1..] {
                let (a, b) = (&self.lists[one], &self.lists[other]);
                let known = [here, there].iter().any(|row| self.left.contains(row) || self.told.contains(row));
                if known || a.sheet.file == b.sheet.file || !self.may(Sign::CarriedState, (a, there), (b, here)) {
                    continue;
                }
                self.told.extend([here, there]);
                found.push(Near { record: here, of: there, edited: false });
            }
        }
    }

    /// What makes a row one with another, and whether it is a person's (of another day: whether it has words).
    fn keys(&self, sign: Sign, record: &Record, list: usize, columns: &[FieldId], mut each: impl FnMut(u64, bool)) {
        let days = days(record, self.calendar);
        let said = |without: Option<FieldId>| {
            record.items.iter().filter(move |(field, item, _)| {
                let counts = matches!(item, Item::Number(number) if !number.is_zero());
                (counts || matches!(item, Item::Filled(_))) && Some(*field) != without && columns.contains(field)
            })
        };
        let filled = || said(None).filter(|(_, item, _)| matches!(item, Item::Filled(_)));
        let all = |without: Option<FieldId>, seed: (u8, Option<FieldId>)| {
            let mut hasher = DefaultHasher::new();
            seed.hash(&mut hasher);
            for (field, item, _) in said(without) {
                field.hash(&mut hasher);
                super::copies::hash_item(item, &mut hasher);
            }
            hasher
        };
        match sign {
            Sign::Words => {
                for (field, item, _) in filled() {
                    let Item::Filled(words) = item else { continue };
                    let personal = self.nature.personal.contains(&(self.form, *field));
                    if personal || self.telling[list].contains(field) {
                        each(super::copies::hashed(&(0u8, days, field, words)), personal);
                    }
                }
            }
            Sign::AllButOne => {
                for (field, ..) in filled() {
                    if said(Some(*field)).any(|(_, item, _)| matches!(item, Item::Number(_))) {
                        let mut hasher = all(Some(*field), (1, Some(*field)));
                        days.hash(&mut hasher);
                        each(hasher.finish(), false);
                    }
                }
            }
            Sign::OtherDay => {
                // Numbers alone are a sign where the lists have other rows in common.
                if said(None).count() > 1 {
                    each(all(None, (2, None)).finish(), filled().next().is_some());
                }
            }
            Sign::CarriedDay => {
                // Beside those of the month itself nothing was carried on.
                if matches!(record.when, When::Day(_)) && self.lists[list].until.is_some() {
                    each(super::copies::hashed(&(3u8, days)), false);
                }
            }
            Sign::CarriedState => {
                let state = |field: &FieldId| self.nature.states.contains_key(&(self.form, *field));
                if matches!(record.when, When::Day(_)) && self.lists[list].until.is_some() {
                    let mut hasher = DefaultHasher::new();
                    (4u8, days).hash(&mut hasher);
                    let told = record.items.iter().filter(|(field, ..)| columns.contains(field) && !state(field));
                    for (field, item, _) in told {
                        field.hash(&mut hasher);
                        super::copies::hash_item(item, &mut hasher);
                    }
                    each(hasher.finish(), false);
                }
            }
        }
    }

    fn may(&self, sign: Sign, (a, there): (&List, usize), (b, here): (&List, usize)) -> bool {
        match sign {
            Sign::Words | Sign::AllButOne => true,
            Sign::OtherDay => {
                let overlap = a.covers.from <= b.covers.to && b.covers.from <= a.covers.to;
                overlap || self.nature.carries.contains(&self.form)
            }
            Sign::CarriedDay | Sign::CarriedState => {
                let carried =
                    |list: &List, record: usize| days(&self.collected.records[record], self.calendar).to < list.titled;
                a.until != b.until && (carried(a, there) || carried(b, here))
            }
        }
    }

    /// Both of a day, and of no two amounts.
    fn numbers_agree(&self, a: usize, b: usize, columns: &[FieldId]) -> bool {
        let (a, b) = (&self.collected.records[a], &self.collected.records[b]);
        let day = |record: &Record| matches!(record.when, When::Day(_));
        let agree = |field: &FieldId| match (a.number(*field), b.number(*field)) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        };
        day(a) && day(b) && columns.iter().all(agree)
    }
}
