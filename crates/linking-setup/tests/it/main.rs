//! The room against a real database.
#![cfg(test)]

mod conditions;
mod consents;
mod house;
mod people;
mod switches;
mod tables;
mod teams;
