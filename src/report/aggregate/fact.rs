//! What one unit has for one indicator in a window, and how it stands with it (design.md 4.6).
//!
//! Made by `lists` and `stated`, settled by `wholes`; read by `figures` and `rates` alone.

use std::collections::BTreeMap;

use crate::base::amount::Amount;
use crate::base::cell::Source;
use crate::base::record::{CategoryId, FieldId};
use crate::catalogue::indicator::OverTime;
use crate::report::stretch::{Entry, Stretch, picked};

use super::categories::Parts;

/// What one unit itself has for one indicator.
#[derive(Clone, Debug, Default)]
pub struct Fact {
    /// Sorted; see [`settle`].
    pub entries: Vec<Entry>,
    /// Of the whole window, by category.
    pub parts: BTreeMap<(FieldId, CategoryId), Amount>,
    /// Two stated figures differ, and neither counts.
    pub conflicting: bool,
    /// It comes only from records of before the window: a stock that still counts, but no report of this one.
    pub(super) carried: bool,
    /// Only "nothing happened", said of the form as a whole, speaks for it.
    pub(super) silent: bool,
    /// Only what later reports remember speaks for it.
    pub(super) remembered: bool,
    /// A stock of lists that tell nothing of the moment at which the window begins: what they tell of its months holds for those
    /// alone.
    pub(super) exact: bool,
    /// A stock of lists that end before the window does: what they tell of its end is no figure of its last months.
    pub(super) open: bool,
    /// Of such a stock, what the lists tell of the ends of quarters and years after them, where nothing else is stated.
    pub(super) beyond: Vec<Entry>,
    /// Lists of records are among what speaks for it.
    pub(super) listed: bool,
    /// Of a stock, the stated figure that the window shows.
    pub(super) stated: Option<(Source, Stretch, String)>,
    /// What lists of records come to by category, by time.
    pub(super) of_times: BTreeMap<Stretch, Parts>,
    /// The first cell that it came from.
    pub source: Option<Source>,
}

/// How a unit stands with an indicator (design.md 4.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Reported,
    Nil,
    Blank,
    Conflicting,
    Absent,
}

impl State {
    pub fn id(self) -> &'static str {
        match self {
            State::Reported => "reported",
            State::Nil => "nil",
            State::Blank => "blank",
            State::Conflicting => "conflicting",
            State::Absent => "absent",
        }
    }
}

impl Fact {
    pub(super) fn begins_at(&self, stretch: Stretch) -> bool {
        self.entries.iter().any(|entry| entry.at.from == stretch.from)
    }

    /// What lists of records tell of one category: nothing, where they name the categories of all there is.
    pub(super) fn of_category(&self, (field, category): (FieldId, CategoryId)) -> Vec<Entry> {
        let known = self.entries.iter().filter_map(|entry| {
            let of_field = self.of_times.get(&entry.at).and_then(|parts| parts.of(field));
            let (own, all) = match of_field {
                Some(sums) => {
                    (Parts::at(sums, category), sums.iter().flatten().try_fold(Amount::ZERO, |a, b| a.checked_add(*b))?)
                }
                None => (None, Amount::ZERO),
            };
            let nil = (all == entry.amount).then_some(Amount::ZERO);
            Some(Entry { at: entry.at, amount: own.or(nil)? })
        });
        known.collect()
    }

    /// What it comes to in a stretch of the window.
    pub(super) fn value(&self, over_time: OverTime, stretch: Stretch) -> Option<Amount> {
        if self.exact && !self.begins_at(stretch) {
            return None;
        }
        if let Some(beyond) = self.beyond.iter().find(|entry| entry.at == stretch)
            && !self.entries.iter().any(|entry| entry.at.to == stretch.to && stretch.contains(entry.at))
        {
            return Some(beyond.amount);
        }
        self.own(over_time, stretch)
    }

    /// What of it is known of a stretch of the window itself, and does not only go on after the lists end.
    pub(super) fn own(&self, over_time: OverTime, stretch: Stretch) -> Option<Amount> {
        if self.open {
            let inside: Vec<Entry> = self.entries.iter().filter(|entry| stretch.contains(entry.at)).copied().collect();
            return picked(&inside, over_time, stretch);
        }
        picked(&self.entries, over_time, stretch)
    }
}
