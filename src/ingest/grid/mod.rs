//! A file's bytes → its grid of cells, one file a format.

pub mod csv;
pub mod guard;
pub mod sniff;
