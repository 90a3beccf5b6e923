//! The rules over published packages.
#![cfg(test)]

mod corpora;
