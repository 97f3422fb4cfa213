//! Every limit on what is read, named in one place.
