//! Records and figures → the neutral document.

pub mod document;
