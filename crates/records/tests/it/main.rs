//! The room against a real database.
#![cfg(test)]

mod closing;
mod definitions;
mod environments;
mod follow;
mod history;
mod house;
mod measures;
mod merging;
mod random;
mod rights;
mod rows;
mod search;
mod shares;
mod statistics;
mod uploads;
