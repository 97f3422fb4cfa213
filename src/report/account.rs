//! The account of a figure: each cell that speaks of it, with what became of it (design.md 4.10, `danvan trace`).

use crate::base::amount::Amount;
use crate::base::cell::Source;
use crate::base::record::{IndicatorId, OrgUnitId};

use super::stretch::Stretch;

/// What became of one cell for one indicator and unit in a window.
#[derive(Clone, Debug)]
pub struct Line {
    pub indicator: IndicatorId,
    pub unit: OrgUnitId,
    pub source: Source,
    /// The day or period that it speaks of, in words.
    pub period: String,
    pub at: Stretch,
    /// What stands there, in the indicator's measure.
    pub written: Amount,
    pub became: Became,
    pub of_record: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Became {
    /// Of it this much counts; the rest stands in shorter periods.
    Counted(Amount),
    /// An earlier cumulative figure, taken off a later one.
    Subtracted,
    /// One of the parts whose sum counts.
    Part,
    /// What counts says the same.
    Witness,
    /// What counts says otherwise.
    Differs,
    /// Differs from another, and neither counts.
    Conflicts,
    /// Lies across another figure's period.
    Across,
    /// Its longer period states less than its parts, and counts instead.
    Replaced,
    /// Something better is known.
    NotNeeded,
    /// Lies only partly inside the window.
    Partly,
    /// Of a stock another moment's figure is the window's.
    OtherMoment,
    /// A total of units that have figures of their own.
    Total,
}

impl Became {
    /// Whether any of it is in the figure.
    pub fn counts(self) -> bool {
        matches!(self, Became::Counted(_))
    }
}
