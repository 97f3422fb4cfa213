//! A file's bytes → its sheets as grids of filled cells. One file a format; what a sheet merely declares costs nothing.

pub mod csv;
pub mod excel;
pub mod guard;
pub mod sniff;

use std::sync::Arc;

use crate::base::cell::{Area, SheetName, Value};

/// A sheet's filled cells, row by row.
#[derive(Clone, Debug)]
pub struct Grid {
    pub name: Arc<SheetName>,
    pub hidden: bool,
    /// By row, each once; only rows with a filled cell.
    pub rows: Vec<Row>,
    /// Sorted by their first cell.
    pub merges: Vec<Area>,
}

/// The filled cells of one row, by column.
#[derive(Clone, Debug, Default)]
pub struct Row {
    pub index: u32,
    pub cells: Vec<(u32, Value)>,
}

impl Row {
    pub fn get(&self, col: u32) -> Option<&Value> {
        self.cells.binary_search_by_key(&col, |(col, _)| *col).ok().map(|at| &self.cells[at].1)
    }
}

impl Grid {
    pub fn row(&self, index: u32) -> Option<&Row> {
        self.rows.binary_search_by_key(&index, |row| row.index).ok().map(|at| &self.rows[at])
    }

    pub fn get(&self, row: u32, col: u32) -> Option<&Value> {
        self.row(row)?.get(col)
    }

    /// The merged area that holds a cell.
    pub fn merge(&self, row: u32, col: u32) -> Option<Area> {
        self.merges.iter().find(|area| area.contains(row, col)).copied()
    }
}
