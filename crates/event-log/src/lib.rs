//! Durable topics and the rows of the audit, on `db`.
//!
//! An event belongs to a *stream*: a tenant, a topic and an identifier, such as a webhook's. Positions
//! are dense per stream and drawn inside the transaction from the stream's head row, so that a reader
//! that asks for "after my last" never misses a row that commits later (a sequence or a UUID would be
//! drawn before the commit). Appending also sends a [`db::Notice`] after the commit.
//!
//! Every function is a storage function: synchronous, over a [`db::Tx`], part of the caller's change.
//!
//! ```ignore
//! db.append(scope, stream, move |tx| {
//!     event_log::append(tx, &NewEvent { topic: CARD_POSTED, stream, id, at, meta: &meta, body: Some(&body) })
//! }).await?;
//! ```

mod audit;
mod cursor;
mod events;

pub use audit::{
    AuditEntry, AuditFilter, Change, Subject, audit, audit_many, audit_page, prune_audit,
};
pub use cursor::{advance, behind, cursor};
pub use events::{
    Event, EventRef, NewEvent, Place, Topic, append, draw, draw_many, erase, find, find_many,
    forget, head, prune, read_after, read_back,
};
