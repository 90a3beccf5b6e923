//! The edge of incoming webhooks: what senders post, and what they are answered, byte for byte.
#![cfg(test)]

mod answers;
mod captures;
#[path = "../../../channel-connectors/tests/it/house.rs"]
mod house;
mod street;
