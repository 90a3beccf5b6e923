//! Bounds of what is read. None of Microsoft's judges knows any, so all of them are our own choice.

/// Longest body that is looked at. Intake refuses far smaller ones (28,672 bytes unless set); this
/// one keeps the language safe whoever calls it.
pub const MAX_BODY_BYTES: usize = 2 * 1024 * 1024;

/// Deepest nesting of objects and lists, the outermost being 1. The deepest of Microsoft's published
/// sample cards has 19.
pub const MAX_DEPTH: usize = 64;

/// Most values in a body. A body of 28,672 bytes cannot hold 15,000.
pub const MAX_VALUES: usize = 60_000;

/// Most findings that are kept of one card; the first ones say enough.
pub const MAX_FINDINGS: usize = 50;

/// Sections that Teams shows of a MessageCard; more are shown here and reported.
pub const SECTIONS_SHOWN: usize = 10;

/// Actions of a MessageCard (reference, `potentialAction`); more are shown here and reported.
pub const ACTIONS_DOCUMENTED: usize = 4;

/// Buttons in one set; Teams shows six.
pub const ACTIONS_IN_A_SET: usize = 6;
