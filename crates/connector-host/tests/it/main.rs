#![cfg(test)]
//! The origins of connectors from outside: what a browser gets, what a hostile one does not.

mod bridge;
mod hostile;
mod house;
mod proxy;
