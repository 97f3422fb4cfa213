//! Files → records and figures.

pub mod grid;
pub mod label;
pub mod limits;
pub mod locate;
pub mod units;
pub mod value;
