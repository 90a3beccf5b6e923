//! The room against a real database and the stand-in of Salesforce.
#![cfg(test)]

mod calls;
mod house;
mod policies;
mod provisioning;
mod sign_in;
mod systems;
