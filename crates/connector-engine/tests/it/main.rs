//! Exact requests: every expectation is derived by hand from the published contract.
#![cfg(test)]

mod authentication;
mod bodies;
mod corpus;
mod encoding;
mod generator;
mod policies_body;
mod policies_more;
mod policies_request;
mod triggers;
mod world;
