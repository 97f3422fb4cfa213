//! The program's tests from outside, one crate: whole cases run through the binary ([`cases`], over the folders of
//! `tests/cases`), the wiring of the commands ([`cli`]), what no output may show ([`privacy`]), what must hold for any
//! input ([`properties`]), the shape of the code ([`structure`]), the document to be signed ([`text`]), the samples
//! ([`samples`]), sheets that a guessing reader gets wrong ([`traps`]), years in any combination of files ([`year`]), the traces
//! of all figures ([`trace`]), the answers to the units ([`reply`]), what no text may become ([`injection`]), that no format says a number of its own ([`numbers`]),
//! what shells and `man` are given ([`shells`]), the officers' guide, command by command ([`guide`]),
//! and the pages that show messages and layouts ([`gallery`]). [`sketch`] and [`docx`] show workbooks and Word documents as text.
//!
//! Hermetic: temporary folders, a fixed date, no variables but those that a test sets.

mod blank;
mod cases;
mod cli;
mod docx;
mod explain;
mod gallery;
mod guide;
mod injection;
mod numbers;
mod privacy;
mod program;
mod properties;
mod reply;
mod runs;
mod samples;
mod shells;
mod sketch;
mod structure;
mod text;
mod trace;
mod traps;
mod year;
