//! The room against a real database.
#![cfg(test)]

mod house;
mod privacy;
mod schema;
