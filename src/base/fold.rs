//! Placeholder until the folding lands.
