//! Buttons of cards on a real database, with the rooms around them.
#![cfg(test)]

extern crate liaison_card_actions as card_actions;

mod actions;
mod endpoints;
#[path = "../../../channel-connectors/tests/it/house.rs"]
mod house;
mod receiver;
mod refresh;
mod stage;
