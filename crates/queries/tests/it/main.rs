//! The statements, run on an engine and compared with a look at each row.
#![cfg(test)]

mod asks;
mod fetches;
mod hostile;
mod model;
mod naive;
mod paging;
mod plans;
mod property;
mod random;
mod rights;
mod words;
mod world;
