//! The room against a real database and the stand-ins of Salesforce and Dynamics 365.
#![cfg(test)]

mod calls;
mod dynamics;
mod house;
mod policies;
mod provisioning;
mod settings;
mod sign_in;
mod systems;
