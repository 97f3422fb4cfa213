//! Files → records and figures.

pub mod grid;
pub mod limits;
pub mod value;
