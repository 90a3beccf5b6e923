//! SQL facade.
