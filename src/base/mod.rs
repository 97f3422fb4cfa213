//! Plain values that every stage shares: no files, no clock, no catalogue.

pub mod amount;
pub mod cell;
pub mod diagnostic;
pub mod fold;
pub mod legacy;
pub mod measure;
pub mod period;
pub mod record;
pub mod understanding;
pub mod wording;
pub mod workdays;
