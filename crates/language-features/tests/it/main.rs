//! Language features on a database, and an endpoint on this machine that answers, fails and lies.
#![cfg(test)]

extern crate liaison_language_features as language_features;

mod endpoint;
mod house;
mod settings;
