//! Exact requests: every expectation is derived by hand from the published contract.
#![cfg(test)]

mod authentication;
mod corpus;
mod generator;
mod policies_body;
mod policies_request;
mod world;
