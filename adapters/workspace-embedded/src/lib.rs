//! The hub's own workspace behind the port to a workspace.
//!
//! [`Embedded`] is one actor of a tenant at the hub's own teams and channels: a person, or the hub's jobs. Everything
//! is decided by `workspace`; identifiers are written as the pages of the hub write them.

mod files;
mod port;
mod refusal;

pub use port::Embedded;
