//! Document → bytes, one file a format.
