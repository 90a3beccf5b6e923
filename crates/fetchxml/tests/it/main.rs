//! The seeds of the fuzz target, on the stable compiler; queries that are made up.
#![cfg(test)]

mod properties;
mod seeds;
