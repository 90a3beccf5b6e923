//! Listeners, workers and the graceful stop: takes built rooms and assembles the edges.
//!
//! [`Server`] accepts connections (plain or TLS), bounds heads, bodies, times and numbers, and hands
//! requests to one router. [`Workers`] runs the hub's background jobs and starts them again when they
//! die. [`operations`] answers `/healthz`, `/readyz` and `/metrics`.

mod accept;
mod assemble;
mod connection;
mod error;
mod figures;
mod io;
mod operations;
mod pace;
mod prompt;
mod settings;
mod teams_documents;
mod tls;
mod workers;

pub use accept::{Server, bind};
pub use assemble::{Rooms, agents, assemble, authenticate, rest, tables};
pub use error::Error;
pub use figures::Counts;
pub use operations::{Check, Readiness, operations};
pub use settings::Settings;
pub use tls::{Certificates, Tls};
pub use workers::Workers;
