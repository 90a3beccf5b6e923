//! The room against a real database, with an organisation of Salesforce beside it.
#![cfg(test)]

mod against;
mod formats;
mod house;
mod live;
mod packages;
/// As the mails of teams go out.
#[path = "../../../workspace/tests/it/relay.rs"]
mod relay;
mod rolling;
mod sarif;
mod welcome;
