//! The adapter before our own Dataverse edge, and before peers that lie.
#![cfg(test)]

mod conformance;
mod faults;
mod find;
mod hostile;
mod house;
mod rows;
mod secured;
mod views;
