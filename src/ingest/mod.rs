//! Files → records and figures.

pub mod inputs;
