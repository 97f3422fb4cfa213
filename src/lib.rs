//! danvan, from a folder of commune spreadsheets to the year-end report.
//!
//! The library does not print, exit, read the environment or the clock, or ask: a [`Request`] holds all that a run depends on.

pub mod base;
pub mod catalogue;
pub mod ingest;
pub mod report;
pub mod write;
pub mod run;
