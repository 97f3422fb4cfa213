//! A file's bytes → its grid of cells, one file a format.

