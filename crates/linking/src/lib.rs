//! Records of environments that live in channels of a workspace.
//!
//! One service, [`Linking`]. A link ties a record or a view to a channel: the row `msdyn_teamscollaboration` of the
//! environment, a document location for the channel's files, a tab in the channel, and a row of this room for what
//! those have no place for. Making one takes many calls to a workspace elsewhere, so each step is stored before the
//! next call (`saga.rs`): a crash at any moment is resumed or undone by [`Linking::run`], on whichever node. Whoever makes
//! or deletes the row by other ways gets the same ([`Linking::plugins`]).
//!
//! Rights are those of the record (environment) and of the channel (workspace), asked anew each time; this room gives
//! none. It keeps no members and no names in step: `linking-sync` does, over [`keeping`].

mod begin;
mod collaborate;
mod error;
pub mod keeping;
mod model;
pub mod names;
mod open;
mod outside;
mod plugin;
mod read;
mod requests;
mod rows;
mod saga;
mod service;
mod settings;
mod store;
mod subject;
mod unlink;
mod worker;

pub use collaborate::{Collaborate, Connected, Level, Recommended, Why};
pub use error::{Error, Result};
pub use keeping::{Looked, Moved, Names};
pub use model::{
    ChannelChoice, Files, HistoryEntry, Link, LinkFilter, LinkId, LinkRequest, Problem, State,
    Step, Subject, TabAfter, TeamChoice, Unlink,
};
pub use outside::{Shown, Sight, There};
pub use requests::{AccessRequest, RequestState};
pub use saga::Fault;
pub use service::{Linking, Parts};
pub use settings::{Settings, SyncSettings};
pub use store::CHANGED;
pub use unlink::Preview;
