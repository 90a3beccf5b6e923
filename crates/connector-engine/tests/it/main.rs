//! Exact requests: every expectation is derived by hand from the published contract.
#![cfg(test)]
#![expect(clippy::needless_pass_by_value, reason = "rows of tables read better without borrows")]

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
mod policies_text;
mod traces;
mod triggers;
mod world;
