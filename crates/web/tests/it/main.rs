//! Pages on the rooms behind them: no browser, no socket.
#![cfg(test)]

mod administration;
mod house;
mod pages;
