//! The crate from outside.
#![cfg(test)]

mod baseline;
mod define;
mod sequences;
mod values;
