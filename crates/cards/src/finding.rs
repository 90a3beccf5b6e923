//! What is odd about a card that was taken.

use crate::{limits::MAX_FINDINGS, pointer::Place};

/// How much a finding matters. None of them stops a card: what the platform took is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know.
    Note,
    /// Shown, but perhaps not as meant.
    Warning,
    /// Something is left out of what is shown.
    Error,
}

impl Severity {
    /// The word for machines.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// The rule that a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// The body is no strict JSON and took the lenient reader.
    Lenient,
    /// The body is not UTF-8 and was read in the charset that its type declares.
    Charset,
    /// A member that no reader knows.
    UnknownMember,
    /// A value of another type than the one asked for.
    WrongType,
    /// A member that has to be there is not.
    Missing,
    /// A value that is none of the words allowed.
    WrongValue,
    /// An element, action or input of an unknown type.
    UnknownType,
    /// An action that does not work in a channel.
    ActionNotSupported,
    /// A type that may not stand in this place.
    NotAllowedHere,
    /// An address that is not shown: its scheme is not allowed.
    AddressNotAllowed,
    /// More than is shown elsewhere.
    TooMany,
    /// The same `id` twice.
    DuplicateId,
    /// A version that renderers do not know.
    UnsupportedVersion,
    /// An attachment that is not shown as a card.
    AttachmentNotShown,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 14] = [
        Self::Lenient,
        Self::Charset,
        Self::UnknownMember,
        Self::WrongType,
        Self::Missing,
        Self::WrongValue,
        Self::UnknownType,
        Self::ActionNotSupported,
        Self::NotAllowedHere,
        Self::AddressNotAllowed,
        Self::TooMany,
        Self::DuplicateId,
        Self::UnsupportedVersion,
        Self::AttachmentNotShown,
    ];

    /// The stable code. The text for people is `cards.finding-` and the code with dashes.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Lenient => "json.lenient",
            Self::Charset => "body.charset",
            Self::UnknownMember => "member.unknown",
            Self::WrongType => "value.wrong_type",
            Self::Missing => "member.missing",
            Self::WrongValue => "value.wrong",
            Self::UnknownType => "type.unknown",
            Self::ActionNotSupported => "action.not_supported",
            Self::NotAllowedHere => "type.not_allowed_here",
            Self::AddressNotAllowed => "address.not_allowed",
            Self::TooMany => "items.too_many",
            Self::DuplicateId => "id.duplicate",
            Self::UnsupportedVersion => "version.unsupported",
            Self::AttachmentNotShown => "attachment.not_shown",
        }
    }
}

/// One odd thing at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// The rule.
    pub rule: Rule,
    /// RFC 6901 pointer into the body.
    pub pointer: String,
    /// What was met, for machines and logs: a type's name, a limit. Never a text of the card.
    pub detail: String,
}

/// Longest detail; what senders wrote goes no further.
const DETAIL_CHARACTERS: usize = 80;

/// Findings as they come, up to the bound.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Findings(Vec<Finding>);

impl Findings {
    pub(crate) fn add(
        &mut self,
        severity: Severity,
        rule: Rule,
        place: Place<'_>,
        detail: impl Into<String>,
    ) {
        if self.0.len() < MAX_FINDINGS {
            let mut detail = detail.into();
            if let Some((end, _)) = detail.char_indices().nth(DETAIL_CHARACTERS) {
                detail.truncate(end);
            }
            self.0.push(Finding { severity, rule, pointer: place.pointer(), detail });
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.0.len() >= MAX_FINDINGS
    }

    pub(crate) fn as_slice(&self) -> &[Finding] {
        &self.0
    }

    pub(crate) fn into_vec(self) -> Vec<Finding> {
        self.0
    }
}
