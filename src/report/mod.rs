//! Records and figures → the neutral document.

pub mod aggregate;
pub mod document;
mod settle;
#[cfg(test)]
mod testing;
