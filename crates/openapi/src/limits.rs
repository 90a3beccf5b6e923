//! The bounds of this language.

/// Longest text that is read, in bytes. Connector definitions are documented to stay under 1 MB and
/// published ones reach 1.1 MB; descriptions in OpenAPI 3 of large services reach 12 MB. Our choice.
pub const MAX_BYTES: usize = 16 << 20;

/// Deepest nesting of objects and lists. Published definitions reach 28; strict readers stop at 128.
pub const MAX_DEPTH: usize = 128;

/// Most values in one text. The largest published definition holds about 60,000. Our choice: it
/// bounds the memory of a tree to some 130 MB whatever the text is made of.
pub const MAX_VALUES: usize = 2_000_000;

/// Most findings kept of one reading or one check; what comes after is counted only. Our choice.
pub const MAX_FINDINGS: usize = 500;

/// Most bytes of all pointers of those findings: names may be as long as a text. Our choice.
pub const MAX_POINTER_BYTES: usize = 4 << 20;

/// Most ways to authenticate that are read of a description, and most alternatives of a requirement.
/// Published descriptions define three and offer two. Our choice.
pub const MAX_SECURITY_SCHEMES: usize = 32;

/// Longest chain of references that is followed. Published chains reach 8. Our choice.
pub const MAX_REFERENCE_CHAIN: usize = 32;
