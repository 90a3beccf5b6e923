//! The Web API over HTTP, on whichever database the tests are run with.
#![cfg(test)]

mod client;
mod definitions;
mod expands;
mod files;
mod links;
