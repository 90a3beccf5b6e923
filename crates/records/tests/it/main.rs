//! The room against a real database.
#![cfg(test)]

mod house;
mod rights;
mod rows;
