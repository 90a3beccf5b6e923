//! The room against a real database, with an organisation of Salesforce beside it.
#![cfg(test)]

mod against;
mod formats;
mod house;
mod live;
mod packages;
mod rolling;
mod welcome;
