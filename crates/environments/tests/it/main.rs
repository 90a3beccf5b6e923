//! The room against a real database.
#![cfg(test)]

mod copies;
mod house;
mod life;
