//! A text that was read: its tree, what was odd about it, and where things stand in it.

mod decode;
mod locate;

use std::{borrow::Cow, fmt};

pub(crate) use decode::Encoding;

use crate::{
    finding::{Finding, Part},
    limits::MAX_BYTES,
    reader::{self, Failure},
    tree::Node,
};

/// A JSON text and its tree.
#[derive(Debug, Clone)]
pub struct Document<'a> {
    text: Cow<'a, str>,
    encoding: Encoding,
    root: Node<'a>,
    findings: Vec<Finding>,
}

/// A place in a text, for people and editors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Bytes from the front of the file.
    pub offset: usize,
    /// The line, from 1.
    pub line: usize,
    /// The character in its line, from 1.
    pub column: usize,
}

/// Why a text cannot be read, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{reason} at line {line}, column {column}")]
pub struct Unreadable {
    /// The line, from 1.
    pub line: usize,
    /// The character in its line, from 1.
    pub column: usize,
    /// Bytes from the front of the file.
    pub offset: usize,
    /// What is wrong there.
    pub reason: Reason,
}

/// What is wrong with a text that is beyond repair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// There is nothing but white space.
    Empty,
    /// More bytes than [`MAX_BYTES`].
    TooLarge,
    /// Nested deeper than [`crate::limits::MAX_DEPTH`].
    TooDeep,
    /// More values than [`crate::limits::MAX_VALUES`].
    TooManyValues,
    /// The text ends inside a value.
    UnexpectedEnd,
    /// A value has to stand here.
    ExpectedValue,
    /// A name in quotation marks, or the closing brace.
    ExpectedName,
    /// A colon between name and value.
    ExpectedColon,
    /// A comma or the closing bracket.
    ExpectedComma,
    /// An escape that JSON does not know.
    InvalidEscape,
    /// Digits that are no JSON number.
    InvalidNumber,
    /// Something follows the value.
    TextAfterRoot,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 12] = [
        Self::Empty,
        Self::TooLarge,
        Self::TooDeep,
        Self::TooManyValues,
        Self::UnexpectedEnd,
        Self::ExpectedValue,
        Self::ExpectedName,
        Self::ExpectedColon,
        Self::ExpectedComma,
        Self::InvalidEscape,
        Self::InvalidNumber,
        Self::TextAfterRoot,
    ];

    /// The stable code. The text for people is `reason-` and the code with dashes.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "json.empty",
            Self::TooLarge => "json.too_large",
            Self::TooDeep => "json.too_deep",
            Self::TooManyValues => "json.too_many_values",
            Self::UnexpectedEnd => "json.unexpected_end",
            Self::ExpectedValue => "json.expected_value",
            Self::ExpectedName => "json.expected_name",
            Self::ExpectedColon => "json.expected_colon",
            Self::ExpectedComma => "json.expected_comma",
            Self::InvalidEscape => "json.invalid_escape",
            Self::InvalidNumber => "json.invalid_number",
            Self::TextAfterRoot => "json.text_after_root",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Empty => "no text",
            Self::TooLarge => "too many bytes",
            Self::TooDeep => "nested too deeply",
            Self::TooManyValues => "too many values",
            Self::UnexpectedEnd => "the text ends too early",
            Self::ExpectedValue => "a value is expected",
            Self::ExpectedName => "a name in quotation marks is expected",
            Self::ExpectedColon => "a colon is expected",
            Self::ExpectedComma => "a comma or a closing bracket is expected",
            Self::InvalidEscape => "an unknown escape",
            Self::InvalidNumber => "not a number of JSON",
            Self::TextAfterRoot => "text after the value",
        })
    }
}

/// Reads a JSON text the way published packages need it (connector-format §2).
///
/// Taken with a finding: a byte order mark, UTF-16, bytes that are not UTF-8 (decoded as
/// Windows-1252), comments, trailing commas, Unicode blanks between values, raw control characters and
/// lone surrogates in strings, repeated names. Text is borrowed from `bytes` wherever it can be.
/// # Errors
/// [`Unreadable`] with the place, when the text is beyond repair or over one of [`crate::limits`].
pub fn read(bytes: &[u8]) -> Result<Document<'_>, Unreadable> {
    read_part(bytes, Part::Definition)
}

/// [`read`] for a named file of a package: the findings say so.
/// # Errors
/// As [`read`].
pub fn read_part(bytes: &[u8], part: Part) -> Result<Document<'_>, Unreadable> {
    if bytes.len() > MAX_BYTES {
        return Err(Unreadable { line: 1, column: 1, offset: 0, reason: Reason::TooLarge });
    }
    let (text, encoding) = decode::decode(bytes);
    let fail = |failure: Failure| {
        let Position { offset, line, column } = locate::position(&text, encoding, failure.at);
        Unreadable { line, column, offset, reason: failure.reason }
    };
    let mut found = encoding.findings(part);
    let root = match &text {
        Cow::Borrowed(text) => reader::read(text, part, &mut found),
        Cow::Owned(text) => reader::read(text, part, &mut found).map(Node::into_owned),
    };
    let root = root.map_err(fail)?;
    let mut findings = found.into_vec(part);
    for finding in &mut findings {
        // what was odd within a value whose name was repeated is gone with it: its place is what stands there now
        while root.pointer(&finding.pointer).is_none() {
            let end = finding.pointer.rfind('/').unwrap_or_default();
            finding.pointer.truncate(end);
            if end == 0 {
                break;
            }
        }
    }
    Ok(Document { text, encoding, root, findings })
}

impl<'a> Document<'a> {
    /// The value of the text.
    pub fn root(&self) -> &Node<'a> {
        &self.root
    }

    /// What was odd about the text.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The text that was read, decoded.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where a value stands: the text is scanned again, so reading does not pay for it. A pointer
    /// that leads nowhere gives the innermost place on its way that exists.
    pub fn position(&self, pointer: &str) -> Position {
        locate::position(&self.text, self.encoding, locate::offset_of(&self.text, pointer))
    }

    /// Where many values stand, each as [`Document::position`] says it: the text is scanned once for all of them.
    pub fn positions(&self, pointers: &[&str]) -> Vec<Position> {
        let offsets = locate::offsets_of(&self.text, pointers);
        locate::positions(&self.text, self.encoding, &offsets)
    }

    /// The tree alone.
    pub fn into_root(self) -> Node<'a> {
        self.root
    }

    /// The same document with text of its own.
    pub fn into_owned(self) -> Document<'static> {
        Document {
            text: Cow::Owned(self.text.into_owned()),
            encoding: self.encoding,
            root: self.root.into_owned(),
            findings: self.findings,
        }
    }
}
