//! Files → records and figures.
