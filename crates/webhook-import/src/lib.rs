//! Moving in: the organisation's list of retired webhooks, and what its configuration files say of them.
//!
//! Two pure parts: [`Table`] reads a list as people and administration pages export it, [`find`] finds addresses
//! in any text. [`Imports::import`] makes webhooks of a list; each keeps the path of its old
//! address, so that a sender changes the host name only, or nothing where the organisation's own name
//! service and certificates stand in for the old host.
//!
//! What may go wrong is what webhooks say: [`channel_connectors::Error`].
//!
//! Not here: webhooks and their addresses (`channel-connectors`), teams and channels (`workspace`).

mod check;
mod find;
mod make;
mod report;
mod service;
mod table;

pub use find::{Found, find};
pub use report::{Entry, Fate, Fault, ImportReport, Known};
pub use service::{ImportParts, Imports};
pub use table::{Line, Table, decode};

use kernel::UserId;

/// What to make of a list.
#[derive(Debug, Clone, Default)]
pub struct Import {
    /// The list.
    pub csv: String,
    /// Whether to tell only what would be done.
    pub dry_run: bool,
    /// The team of lines that name none; made when there is none of this name.
    pub team: Option<String>,
    /// The channel of lines that name none; made when there is none of this name.
    pub channel: Option<String>,
    /// Who is responsible where a line names nobody, or somebody who is not here; the caller unless given.
    pub owner: Option<UserId>,
}

/// The most bytes of a list; our own choice.
pub const MAX_BYTES: usize = 900_000;
/// The most lines of a list; our own choice.
pub const MAX_LINES: usize = 5_000;
/// The most addresses that are recognised at once; our own choice.
pub const MAX_ADDRESSES: usize = 1_000;
