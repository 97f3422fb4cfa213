//! danvan, from a folder of commune spreadsheets to the year-end report, in five steps:
//!
//! 1. [`catalogue`]: what is collected, of whom, and how this office wants it: forms, indicators, units, settings.
//! 2. [`ingest::inputs`]: which files there are to read.
//! 3. [`ingest`]: files → records and figures, with every problem named by its cell.
//! 4. [`report`]: records and figures → one neutral document.
//! 5. [`write`]: document → the bytes of each format.
//!
//! [`run`] takes a [`run::Request`] through them. The library does not print, exit, read the environment or the clock,
//! or ask: the request holds all that a run depends on.

pub mod base;
pub mod catalogue;
pub mod ingest;
pub mod report;
pub mod run;
pub mod write;
