//! What keeps a record and its channels in step.
//!
//! One service, [`LinkingSync`]. **Members**: who owns a record or has it shared is in the team or private channel of
//! its links, as an administrator configured it ([`Policy`]); every change says why and is kept.
//! [`members::plan::plan`] is the rule. **Life**: records that are renamed, merged, deleted, teams and channels that
//! are renamed, archived, deleted, brought back, people who leave: [`life::judge`] says what each means for a link;
//! what it cannot mend is a [`Finding`] that an administrator reads and repairs. **Notes**: changes of a record are
//! posted to the channel as cards, in order, as each link's [`NoteRules`] say.
//!
//! What it is not: it makes and ends no links, that is `linking`; and it asks for no consent, that is
//! `linking-setup`. Members are kept in step, and notes are posted, only after the second consent.
//!
//! The cost of its work grows with what changes, not with how many links there are: changes of rows mark the links
//! of those rows (`follow.rs`), and the worker looks at what is marked. A walk over all links, by default once a day,
//! finds what nobody told.

mod asked;
mod error;
mod follow;
pub mod life;
pub mod members;
pub mod notes;
mod outside;
mod reconcile;
mod report;
mod service;
mod store;
mod told;
mod view;
mod worker;

pub use asked::Asked;
pub use error::{Error, Result};
pub use life::Trouble;
pub use members::{
    MemberChange, PlannedChange, Preview,
    plan::{Mode, Policy, Reason, Verb},
};
pub use notes::{
    Digest, NoteRules, Noted, Post, Quiet,
    rules::{minute_of_day, time_of_day},
};
pub use report::{Finding, Repaired, Report};
pub use service::{Fault, LinkingSync, Parts};
