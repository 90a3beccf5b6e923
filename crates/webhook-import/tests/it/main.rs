//! Moving in, on a real database with the rooms around it.
#![cfg(test)]

extern crate liaison_webhook_import as webhook_import;

#[path = "../../../channel-connectors/tests/it/house.rs"]
mod house;
mod import;
