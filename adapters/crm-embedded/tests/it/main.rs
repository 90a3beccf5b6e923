//! The adapter over the records of a fresh environment.
#![cfg(test)]

mod conformance;
mod house;
mod rights;
mod views;
