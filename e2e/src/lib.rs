//! Hands for the black box: start the built binary, speak raw HTTP to it, watch it, kill it.
//!
//! Nothing here knows a crate of the product: what these tests see is what a stranger sees.
//!
//! ```no_run
//! # fn main() -> anyhow::Result<()> {
//! let server = e2e::Server::demo()?;
//! let hook = server.demo_data().webhook(0)?;
//! let answer = server.connect()?.post(&hook.path()?, br#"{"text":"Hello"}"#)?;
//! assert_eq!((answer.status, answer.text()), (200, "1".to_owned()));
//! # Ok(())
//! # }
//! ```

mod database;
mod demo;
mod events;
mod http;
mod process;
mod server;
mod tools;

pub use database::Database;
pub use demo::{Account, Demo, Item, Page, Webhook};
pub use events::{Event, Events};
pub use http::{Answer, Connection, Request};
pub use process::{cpu_micros, resident_kib, signal};
pub use server::{Options, Server, free_port};
pub use tools::{Tool, environment, full_size, root, skip};
