//! The room against a real database.
#![cfg(test)]

mod definitions;
mod environments;
mod house;
mod random;
mod rights;
mod rows;
mod shares;
