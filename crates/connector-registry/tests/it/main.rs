//! Registered connectors and what is set up with them, on a real database with the rooms around them.
#![cfg(test)]

extern crate liaison_connector_registry as connector_registry;

mod dialog;
#[path = "../../../channel-connectors/tests/it/house.rs"]
mod house;
mod mails;
mod office;
mod rules;
