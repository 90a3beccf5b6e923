//! The only client of Microsoft Graph.
//!
//! [`Graph`] knows one organisation at one directory. Each call says whose it is ([`Caller`]): the application's own,
//! or a person's, whose token is exchanged on the person's behalf. Tokens are kept and fetched by `oauth`, requests
//! leave through `egress`. It waits as it is told where the wait is short, asks for a new token once where one is
//! refused, follows links within its root alone, and makes of every refusal an [`Error`] that callers can act on. It
//! knows no team and no file: what is asked is its callers'.
//!
//! ```ignore
//! let graph = Graph::new(Parts { http, flows, tokens }, organisation);
//! let teams = graph.all(Caller::Person { user, assertion: &token }, "/me/joinedTeams", 1000).await?;
//! ```

mod error;
mod graph;
mod organisation;
mod transfer;

pub use error::{Error, Result};
pub use graph::{Answer, Ask, Caller, Graph, Parts};
pub use organisation::Organisation;

/// The longest piece of a file that goes at once; Graph wants multiples of 320 KiB below 60 MiB.
pub const PIECE: usize = 10 * 320 * 1024;
