//! Measures (đơn vị tính), and exact conversion between those of one dimension.

use std::sync::Arc;

use super::amount::Amount;

/// A measure: m2 and ha share a dimension, "cuộc" has one of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Measure {
    /// `m2`, `đồng`, `cuộc`: as JSON gives it.
    pub id: Arc<str>,
    /// As reports write it: "m²".
    pub symbol: Arc<str>,
    /// `area`, `money`, `length`; of counted things, the thing.
    pub dimension: Arc<str>,
    /// How many of the dimension's first measure it holds.
    pub factor: Amount,
    /// A single figure of this many is doubtful: it probably stands in a smaller measure.
    pub large: Option<Amount>,
    /// Counted things stand in whole numbers and need no conversion.
    pub counted: bool,
}

impl Measure {
    /// An amount of this measure in another of the same dimension; `None` for another dimension or an overflow.
    pub fn convert(&self, amount: Amount, to: &Measure) -> Option<Amount> {
        if self.dimension != to.dimension {
            return None;
        }
        if self.factor == to.factor {
            return Some(amount);
        }
        Some(amount.checked_mul(self.factor)?.checked_div(to.factor)?.normalize())
    }
}
