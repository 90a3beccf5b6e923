//! The path part, and the whole URL.

use super::{expr::Segment, options::QueryOptions};

/// A URL relative to the service root.
#[derive(Debug, Clone, PartialEq)]
pub struct Url {
    /// What it addresses.
    pub resource: Resource,
    /// Its query.
    pub options: QueryOptions,
}

/// What a URL addresses.
#[derive(Debug, Clone, PartialEq)]
pub enum Resource {
    /// Nothing behind the root: the service document.
    ServiceDocument,
    /// `$batch`.
    Batch,
    /// `$metadata`.
    Metadata,
    /// `$entity?$id=…`, with the type of a cast.
    Entity(Option<String>),
    /// `$all`, with the type of a cast.
    All(Option<String>),
    /// `$crossjoin(A,B)`, with further segments (`$query`, `$count`).
    CrossJoin(Vec<String>, Vec<Segment>),
    /// Everything else: one or more segments.
    Path(Vec<Segment>),
}
