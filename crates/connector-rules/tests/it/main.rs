//! The rules over published packages.
#![cfg(test)]

mod cases;
mod changes;
mod corpora;
mod hostile;
mod submission;
mod texts;
