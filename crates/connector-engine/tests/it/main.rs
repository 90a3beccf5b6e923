//! Exact requests: every expectation is derived by hand from the published contract.
#![cfg(test)]

mod answers;
mod authentication;
mod bodies;
mod corpus;
mod dynamic;
mod encoding;
mod generator;
mod hostile;
mod policies_body;
mod policies_more;
mod policies_request;
mod triggers;
mod world;
