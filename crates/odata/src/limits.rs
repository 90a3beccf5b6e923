//! Every bound of the language, in one place.

/// Bytes of a URL (Dataverse Web API: 32 KiB on the request line, 64 KiB inside a `$batch` part; the wider of both).
pub const URL_BYTES: usize = 64 * 1024;

/// Bytes of one option's value that is read from elsewhere than a URL (our own choice: the same).
pub const TEXT_BYTES: usize = URL_BYTES;

/// Levels of an expression, a nested `$expand`, an object or a transformation (our own choice).
///
/// A tree that was read is never deeper, so that whoever walks it may recurse.
pub const DEPTH: usize = 64;

/// Nodes of one URL: operands, items, values of arrays, segments (our own choice; 64 KiB of `[1,1,…]` stay below it).
pub const NODES: usize = 40_000;

/// Options of one query (our own choice).
pub const OPTIONS: usize = 200;

/// Segments of one resource path or member path (our own choice).
pub const SEGMENTS: usize = 100;

/// Characters of an identifier (OData CSDL 4.01, `SimpleIdentifier`).
pub const IDENTIFIER_CHARS: usize = 128;

/// Requests of one batch (Dataverse Web API: 1000).
pub const BATCH_REQUESTS: usize = 1000;

/// Bytes of one batch (our own choice; a server sets its own below it).
pub const BATCH_BYTES: usize = 128 * 1024 * 1024;

/// Header lines of one part (our own choice).
pub const PART_HEADERS: usize = 100;

/// Bytes of one line of a part's head (the URL within it has its own bound).
pub const PART_LINE_BYTES: usize = URL_BYTES + 1024;

/// Characters of a multipart boundary (RFC 2046 §5.1.1).
pub const BOUNDARY_CHARS: usize = 70;
