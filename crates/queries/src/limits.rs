//! Every bound of a query, in one place.

/// Tables that one query stands on, its own among them (FetchXML allows 15 links, `$expand` 15 properties).
pub const SOURCES: usize = 32;

/// Expanded properties of one query, nested ones too (Dataverse Web API).
pub const EXPANDS: usize = 15;

/// Levels of conditions (our own choice; the languages read no deeper).
pub const DEPTH: usize = 64;

/// Conditions of one query (FetchXML allows 500).
pub const CONDITIONS: usize = 500;

/// Values of one list (our own choice; the same as one page of keys).
pub const VALUES: usize = 5_000;

/// Terms of an order (our own choice).
pub const ORDERS: usize = 16;

/// Columns of an answer (our own choice).
pub const OUTPUTS: usize = 2_000;

/// Rows of one page (Dataverse Web API).
pub const PAGE: u32 = 5_000;

/// How far rows are counted (Dataverse Web API: `@odata.count` is at most 5,000).
pub const COUNT: i64 = 5_000;

/// Rows that may be aggregated (Dataverse Web API: `AggregateQueryRecordLimit`).
pub const AGGREGATED: u32 = 50_000;

/// Rows that can be reached by page number alone (Dataverse Web API).
pub const SKIPPED: u64 = 50_000;
