//! Every bound of the two languages, in one place.

/// Bytes of a text (Dataverse Web API: a URL in a batch has at most 64 KiB; FetchXML in views is no longer).
pub const TEXT_BYTES: usize = 64 * 1024;

/// Elements or parentheses within each other (our own choice). Trees are never deeper.
pub const DEPTH: usize = 40;

/// Linked tables of one query (Dataverse: at most 15).
pub const LINKS: usize = 15;

/// Conditions of one query (Dataverse: at most 500).
pub const CONDITIONS: usize = 500;

/// Values of all conditions together (our own choice).
pub const VALUES: usize = 5_000;

/// Columns, groups or orders of one query (our own choice).
pub const COLUMNS: usize = 1_000;
