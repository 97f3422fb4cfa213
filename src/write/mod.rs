//! Document → bytes, one file a format; `place` puts the bytes where they belong.
//! Knows the neutral document, and neither forms nor units.

pub mod csv;
pub mod excel;
pub mod json;
pub mod jsonl;
pub mod markdown;
pub mod place;
mod plain;
pub mod word;
