//! The Model Context Protocol edge: the caller's enabled actions as tools, at `/mcp`.
//!
//! One address speaks two generations of the protocol's streamable HTTP side by side: with a handshake
//! (2025-06-18 and 2025-11-25) and stateless (2026-07-28, everything in each request). [`Mcp::router`] takes
//! a request, checks where it comes from ([`Settings::allowed_hosts`]), finds out who asks by the bearer token
//! alone, and hands it to the generation it is written in. Both end in the same [`Tools`]: what tools there
//! are for this caller, and a call of one.
//!
//! What is not here: which actions somebody may use, and what a call does (`actions`); tokens (`identity`).
//! The hub is no authorization server: it says which ones it trusts (RFC 9728), and takes their tokens when they were
//! given out for this resource (RFC 8707).

mod actions;
mod app;
mod bearer;
mod call;
mod diagnostic;
mod guard;
mod handshake;
mod listen;
mod message;
mod metadata;
mod places;
mod reply;
mod running;
mod search;
mod session;
mod settings;
mod stateless;
mod tools;
mod version;

pub use crate::actions::ActionTools;
pub use app::{AtResource, Issuers, Mcp, Parts, Shown, Stays};
pub use settings::Settings;
pub use tools::{Call, Content, Failed, Outcome, Progress, Report, Tools};
pub use version::Version;
