//! Incoming webhooks on a real database, with the rooms around them.
#![cfg(test)]

extern crate liaison_channel_connectors as channel_connectors;

mod house;
mod intake;
mod log;
mod manage;
mod rates;
