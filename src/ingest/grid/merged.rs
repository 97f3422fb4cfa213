//! Which merged area holds a cell, found without going through all of them: a hundred thousand areas over a million cells are
//! legal.
//!
//! A tree halves the columns again and again. Each area hangs at the fewest nodes that make up its columns, and a node holds
//! its areas' rows cut so that they never overlap: of areas that do, the first keeps the cells.

use std::collections::HashMap;

use crate::base::cell::Area;

/// Areas by the cells that they hold.
#[derive(Clone, Debug, Default)]
pub struct Merged {
    /// The leaves that a tree of all columns has: a power of two.
    width: u64,
    /// By node (1 is the root, `2n` and `2n + 1` lie below `n`): first and last row, and which area.
    nodes: HashMap<u64, Vec<(u32, u32, u32)>>,
}

impl Merged {
    /// `areas`: sorted by their first cell.
    pub fn new(areas: &[Area]) -> Self {
        let columns = areas.iter().map(|area| u64::from(area.to.col) + 1).max().unwrap_or(0);
        let mut merged = Self { width: columns.next_power_of_two(), nodes: HashMap::new() };
        for (at, area) in areas.iter().enumerate() {
            let mut left = u64::from(area.from.col) + merged.width;
            let mut right = u64::from(area.to.col) + merged.width + 1;
            while left < right {
                if left % 2 == 1 {
                    merged.hang(left, area, at as u32);
                    left += 1;
                }
                if right % 2 == 1 {
                    right -= 1;
                    merged.hang(right, area, at as u32);
                }
                (left, right) = (left / 2, right / 2);
            }
        }
        merged
    }

    /// What earlier areas hold of the rows is theirs; since they begin no lower, that is all down to the last one's end.
    fn hang(&mut self, node: u64, area: &Area, at: u32) {
        let rows = self.nodes.entry(node).or_default();
        let free = rows.last().map_or(Some(0), |(_, to, _)| to.checked_add(1));
        if let Some(from) = free.map(|free| free.max(area.from.row)).filter(|from| *from <= area.to.row) {
            rows.push((from, area.to.row, at));
        }
    }

    /// The place of the first area that holds a cell.
    pub fn at(&self, row: u32, col: u32) -> Option<usize> {
        let leaf = u64::from(col) + self.width;
        if self.nodes.is_empty() || leaf >= self.width * 2 {
            return None;
        }
        let nodes = std::iter::successors(Some(leaf), |node| (*node > 1).then_some(node / 2));
        let found = nodes.filter_map(|node| {
            let rows = self.nodes.get(&node)?;
            let (_, to, at) = rows[..rows.partition_point(|(from, ..)| *from <= row)].last()?;
            (row <= *to).then_some(*at as usize)
        });
        found.min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::cell::CellRef;

    proptest::proptest! {
        #[test]
        fn every_cell_finds_what_a_search_through_all_areas_finds(
            corners in proptest::collection::vec((0u32..12, 0u32..20, 0u32..6, 0u32..9), 0..12),
            end in proptest::bool::ANY,
        ) {
            let mut areas: Vec<Area> = corners
                .into_iter()
                .map(|(row, col, down, right)| Area {
                    from: CellRef::new(row, col),
                    to: CellRef::new(if end && down == 0 { u32::MAX } else { row + down }, col + right),
                })
                .collect();
            areas.sort();
            let merged = Merged::new(&areas);
            for row in (0..20).chain([u32::MAX]) {
                for col in (0..32).chain([u32::MAX]) {
                    let slow = areas.iter().position(|area| area.contains(row, col));
                    assert_eq!(merged.at(row, col), slow, "row {row}, column {col} of {areas:?}");
                }
            }
        }
    }

    #[test]
    fn an_area_hangs_at_few_nodes_however_wide_it_is() {
        let row = |row| Area { from: CellRef::new(row, 1), to: CellRef::new(row, 16_382) };
        let areas: Vec<Area> = (0..1000).map(row).collect();
        let merged = Merged::new(&areas);
        assert!(merged.nodes.values().map(Vec::len).sum::<usize>() <= 1000 * 2 * 14);
        assert_eq!(merged.at(999, 16_382), Some(999));
    }
}
