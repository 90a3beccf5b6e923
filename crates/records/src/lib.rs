//! The records of environments: rows under real rights, queries, sharing, history, changes since.
//!
//! One service, [`Records`]. A [`Session`] is one caller in one environment: a snapshot of the definitions and of what
//! the caller may do, both kept in memory until somebody changes them. Reads run one closure, in which the rights are
//! part of the statements; [`Session::run`] writes any number of operations as one transaction, each checked inside it.
//! Every closure first holds the versions of its snapshots against those that are stored, so that no change of a
//! right or a definition is overlooked, on any node.
//!
//! ```ignore
//! let session = records.session(&scope, "Sales").await?;
//! let made = session.run(vec![Operation::Create(Entry::of("account").text("name", "Contoso"))]).await?;
//! let rows = session.query(&query, &Paging::default()).await?;
//! ```
//!
//! Where the rows lie is `record-tables`; what a query becomes in SQL is `queries`; definitions are `tables`. It speaks
//! no protocol.

mod access;
mod administer;
mod administrators;
mod cache;
mod close;
mod counter;
mod currency;
mod define;
mod environments;
mod error;
mod feed;
mod files;
mod indexing;
mod operation;
mod plugin;
mod read;
mod roles;
mod search;
mod service;
mod session;
mod settings;
mod share;
mod snapshot;
mod statistics;
mod uploads;
mod worker;
mod write;

pub use access::Standing;
pub use close::{Close, Qualify};
pub use counter::Counter;
pub use currency::Currencies;
pub use define::DefinitionChanges;
pub use environments::{Administrator, Provisioned};
pub use error::{Error, Result};
pub use feed::{Feed, FeedChange, Now};
pub use files::{Download, FileName};
pub use operation::{
    Associate, Change, Condition, Delete, Disassociate, Entry, Failure, Link, LinkTo, Merge,
    Operation, Outcome, Reference, RowKey, Update,
};
pub use plugin::{Access, AccessChange, Plugin, RowChange};
pub use read::{Changes, HistoryEntry, Nested, Rows};
pub use roles::{RoleChange, RolePrivilege, fingerprint};
pub use search::{Found, Hit, Search, Syntax};
pub use service::{Parts, Records, VIVA};
pub use session::Session;
pub use settings::Settings;
pub use share::{Principal, rights_mask, rights_text};
pub use uploads::UnderWay;
pub use write::{Imported, Then, may_merge};
