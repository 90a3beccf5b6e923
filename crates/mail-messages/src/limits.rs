//! How much a mail may be. All of them are our own choice, above what mail servers let through.

/// Bytes of a file: 50 MB of attachments grow by a third in base64.
pub const MAX_FILE_BYTES: usize = 72 * 1024 * 1024;
/// Bytes of all attachments together, decoded.
pub const MAX_ATTACHMENT_BYTES: usize = 50 * 1024 * 1024;
/// Parts of a message.
pub const MAX_PARTS: usize = 500;
/// Multiparts within multiparts.
pub const MAX_DEPTH: usize = 20;
/// Header fields of a message or a part.
pub const MAX_HEADERS: usize = 1_000;
/// Bytes of the header of a message or a part.
pub const MAX_HEADER_BYTES: usize = 512 * 1024;
/// Addresses in each field.
pub const MAX_ADDRESSES: usize = 1_000;
/// Attachments that are told of.
pub const MAX_ATTACHMENTS: usize = 200;
/// Characters of a text; the rest is left out.
pub const MAX_TEXT_CHARS: usize = 500_000;
/// Bytes of HTML; of a larger one only the text is shown.
pub const MAX_HTML_BYTES: usize = 2 * 1024 * 1024;
/// Marks in HTML; of one with more only the text is shown, since they may stand in each other.
pub const MAX_HTML_MARKS: usize = 100_000;
/// How deep elements may stand in each other, as far as this can be told from the marks.
pub const MAX_HTML_DEPTH: usize = 400;
/// Characters of a subject or a name.
pub const MAX_LINE_CHARS: usize = 998;
/// References of a message.
pub const MAX_REFERENCES: usize = 200;
/// Bytes of one picture that stands in a text, and of all of them.
pub const MAX_PICTURE_BYTES: usize = 4 * 1024 * 1024;
/// Bytes of all pictures that stand in a text.
pub const MAX_PICTURES_BYTES: usize = 12 * 1024 * 1024;
