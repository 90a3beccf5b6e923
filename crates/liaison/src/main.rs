//! The Liaison binary.
fn main() {}
