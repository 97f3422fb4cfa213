//! Files → records and figures. Opening a file can fail, which is a diagnostic; from `locate` on nothing does.

pub mod grid;
pub mod inputs;
pub mod label;
pub mod limits;
pub mod locate;
pub mod read;
pub mod register;
pub mod units;
pub mod value;
pub mod verify;
