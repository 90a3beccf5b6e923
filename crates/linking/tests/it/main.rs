#![cfg(test)]
//! Links against a real environment and a real workspace: how they come to be, what they are, how they end.

mod crashes;
mod house;
mod life;
mod measures;
mod odd;
mod rights;
mod rows;
mod trouble;
mod wizard;
