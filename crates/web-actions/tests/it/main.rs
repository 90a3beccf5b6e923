//! What people do on the pages of actions, on either engine, with an API on this machine.
#![cfg(test)]

mod house;
mod journey;
mod making;
