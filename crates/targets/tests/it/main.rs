//! The room from outside: each kind against a recording server, on whichever engine the environment says.
#![cfg(test)]

extern crate liaison_targets as targets;

mod failing;
mod flapping;
mod forwarding;
mod house;
mod kinds;
mod manage;
mod nodes;
mod rendering;
