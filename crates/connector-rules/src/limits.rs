//! The bounds of the rules. Sources are the published requirements unless a line says otherwise.

/// Most findings of one check; what comes after is counted in a last one. Our choice: the worst
/// published package has 3,000.
pub const MAX_FINDINGS: usize = 10_000;

/// Longest title.
pub const MAX_TITLE_CHARACTERS: usize = 30;

/// Shortest and longest description of a connector.
pub const DESCRIPTION_CHARACTERS: (usize, usize) = (30, 500);

/// A summary of this length is too long for the validator.
pub const SUMMARY_CHARACTERS: usize = 120;

/// Longest summary that people who certify accept.
pub const MAX_SUMMARY_CHARACTERS: usize = 80;

/// Longest `operationId`. Our choice: the longest published one has 84 characters.
pub const MAX_OPERATION_ID_CHARACTERS: usize = 200;

/// Most operations of a connector.
pub const MAX_OPERATIONS: usize = 256;

/// Most schemas in one body.
pub const MAX_BODY_SCHEMAS: u64 = 512;

/// Most schemas in one operation.
pub const MAX_OPERATION_SCHEMAS: u64 = 16_384;

/// Most schemas in a definition.
pub const MAX_SCHEMAS: u64 = 256 * MAX_OPERATION_SCHEMAS;

/// Deepest nesting of schemas, references followed once. Our choice.
pub const MAX_SCHEMA_DEPTH: u32 = 64;

/// Largest definition, in bytes.
pub const MAX_DEFINITION_BYTES: usize = 1_000_000;

/// Most paths that are held against each other. Our choice: operations are bounded anyway.
pub const MAX_COMPARED_PATHS: usize = 1_024;

/// Most categories.
pub const MAX_CATEGORIES: usize = 2;

/// Most parameters of a path that its operations inherit. Our choice: it bounds what a hostile
/// definition can make of a few bytes; published paths have a handful.
pub const MAX_SHARED_PARAMETERS: usize = 256;

/// Most variables of a path that are held against its parameters. Our choice.
pub const MAX_PATH_VARIABLES: usize = 256;

/// Most parameters of an operation that a name is looked up in. Our choice, for the same reason.
pub const MAX_SEARCHED_PARAMETERS: usize = 1_024;

/// Most properties of a body that a name is looked up in, and most levels. Our choice.
pub const MAX_SEARCHED_PROPERTIES: (usize, usize) = (512, 8);

/// Most pairs of schemas that are compared for one parameter or answer. Our choice.
pub const MAX_COMPARED_SCHEMAS: usize = 20_000;
