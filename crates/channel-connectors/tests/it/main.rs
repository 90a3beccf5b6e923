//! Incoming webhooks on a real database, with the rooms around them.

mod house;
mod intake;
mod log;
mod manage;
