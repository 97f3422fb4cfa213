//! A whole that nobody states, from its parts (design.md 4.8): each part is settled by itself, and the wholes are what all of them
//! come to in the times that they share. A part stated by months and another by the quarter make the quarter's whole.

use std::collections::BTreeMap;

use crate::base::amount::Amount;
use crate::base::record::{CategoryId, FieldId, Telling};

use super::account::Became;
use super::settle::{self, Settled, Stated};
use super::stretch::{Entry, Stretch};

/// Of which categories a figure is the part.
pub type Part = Vec<(FieldId, CategoryId)>;

/// A whole that parts of one kind make.
#[derive(Debug)]
pub struct Whole {
    pub stated: Stated,
    /// What became of each of its parts' figures.
    pub became: BTreeMap<usize, Became>,
    pub figures: Vec<Stated>,
    /// How many categories say something.
    pub parts: usize,
}

/// What the parts of one kind make.
#[derive(Debug, Default)]
pub struct Made {
    pub wholes: Vec<Whole>,
    /// Where two figures of a part differ and neither counts: no whole is known.
    pub conflicts: Vec<Stretch>,
}

/// A settled part.
struct Known {
    figures: Vec<Stated>,
    settled: Settled,
}

/// Flows alone: the parts of one kind, which are added to each other.
pub fn made(parts: Vec<(Part, Vec<Stated>)>) -> Made {
    let known: Vec<Known> =
        parts.into_iter().map(|(_, figures)| Known { settled: settle::flow(&[], figures.clone()), figures }).collect();
    let mut times: Vec<Stretch> = known
        .iter()
        .flat_map(|part| {
            part.settled.entries.iter().map(|entry| entry.at).chain(part.settled.conflicts.iter().copied())
        })
        .collect();
    times.sort();
    let mut shared: Vec<Stretch> = Vec::new();
    for at in times {
        match shared.last_mut() {
            Some(last) if at.from < last.to => last.to = last.to.max(at.to),
            _ => shared.push(at),
        }
    }
    let mut made = Made::default();
    for at in shared {
        if known.iter().any(|part| part.settled.conflicts.iter().any(|conflict| at.contains(*conflict))) {
            made.conflicts.push(at);
        } else if let Some(whole) = whole(at, &known) {
            made.wholes.push(whole);
        }
    }
    made
}

fn whole(at: Stretch, known: &[Known]) -> Option<Whole> {
    let mut detail: BTreeMap<Stretch, Amount> = BTreeMap::new();
    let mut sum = Amount::ZERO;
    let (mut figures, mut became, mut parts) = (Vec::new(), BTreeMap::new(), 0);
    for part in known {
        let entries: Vec<&Entry> = part.settled.entries.iter().filter(|entry| at.contains(entry.at)).collect();
        parts += usize::from(!entries.is_empty());
        for entry in entries {
            sum = sum.checked_add(entry.amount)?;
            let amount = detail.entry(entry.at).or_default();
            *amount = amount.checked_add(entry.amount)?;
        }
        let inside = part.figures.iter().filter(|figure| at.contains(figure.at));
        for figure in inside {
            let of = part.settled.became.get(&figure.figure).copied().unwrap_or(Became::NotNeeded);
            became.insert(figure.figure, of);
            figures.push(figure.clone());
        }
    }
    // The whole speaks as the best of its parts does, from the first of their cells.
    figures.sort_by(|a: &Stated, b| (a.telling, &a.source).cmp(&(b.telling, &b.source)));
    let first = figures.iter().find(|figure| figure.at == at).or_else(|| figures.first())?.clone();
    figures.sort_by_key(|figure| figure.figure != first.figure);
    let weak = figures.iter().all(|figure| matches!(figure.telling, Telling::Estimated | Telling::Remembered));
    let telling = if weak { first.telling } else { Telling::Own };
    let detail = detail.into_iter().map(|(at, amount)| Entry { at, amount }).collect();
    let stated = Stated { at, amount: sum, cumulative: None, less: None, telling, detail, ..first };
    Some(Whole { stated, became, figures, parts })
}
