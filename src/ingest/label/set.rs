//! A set of the catalogue's indicators, as bits.

use crate::base::record::IndicatorId;

/// A set of the catalogue's indicators.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IndicatorSet([u64; 4]);

impl IndicatorSet {
    pub fn insert(&mut self, id: IndicatorId) {
        self.0[usize::from(id.0) / 64] |= 1 << (id.0 % 64);
    }

    pub fn remove(&mut self, id: IndicatorId) {
        self.0[usize::from(id.0) / 64] &= !(1 << (id.0 % 64));
    }

    pub fn contains(&self, id: IndicatorId) -> bool {
        self.0[usize::from(id.0) / 64] & (1 << (id.0 % 64)) != 0
    }

    pub fn and(self, other: Self) -> Self {
        Self(std::array::from_fn(|at| self.0[at] & other.0[at]))
    }

    pub fn or(self, other: Self) -> Self {
        Self(std::array::from_fn(|at| self.0[at] | other.0[at]))
    }

    pub fn is_empty(&self) -> bool {
        self.0 == [0; 4]
    }

    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    pub fn iter(&self) -> impl Iterator<Item = IndicatorId> + '_ {
        (0..256).map(IndicatorId).filter(|&id| self.contains(id))
    }

    pub fn only(&self) -> Option<IndicatorId> {
        if self.len() == 1 { self.iter().next() } else { None }
    }
}

impl FromIterator<IndicatorId> for IndicatorSet {
    fn from_iter<I: IntoIterator<Item = IndicatorId>>(ids: I) -> Self {
        let mut set = Self::default();
        ids.into_iter().for_each(|id| set.insert(id));
        set
    }
}
