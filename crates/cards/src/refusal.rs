//! Why a body is no card that the webhook takes, in the words that senders know.

/// The answer that a sender gets, byte for byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    /// JSON of a card without anything to show. Health checks post an empty card and read this as
    /// "the address is alive".
    SummaryOrTextRequired,
    /// Not JSON, or JSON that is nobody's card.
    BadPayload,
}

impl Answer {
    /// The body of the answer.
    pub const fn text(self) -> &'static str {
        match self {
            Self::SummaryOrTextRequired => "Summary or Text is required.",
            Self::BadPayload => "Bad payload received by generic incoming webhook.",
        }
    }
}

/// What exactly is wrong; for the delivery log, where people read the text of [`Reason::code`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// Nothing was sent.
    Empty,
    /// Longer than [`crate::limits::MAX_BODY_BYTES`].
    TooLarge,
    /// Not UTF-8, and no other charset that is read was declared.
    NotUtf8,
    /// Neither JSON nor what the lenient reader takes.
    Syntax,
    /// Nested deeper than [`crate::limits::MAX_DEPTH`].
    TooDeep,
    /// More values than [`crate::limits::MAX_VALUES`].
    TooManyValues,
    /// JSON, but no object.
    NotAnObject,
    /// An object without a single word of a card's.
    Foreign,
    /// `text` or `summary` is an object or a list.
    TextNotAString,
    /// An Adaptive Card that is not in an attachment.
    BareAdaptiveCard,
    /// A message without text and with an empty list of attachments.
    NoAttachment,
    /// `attachments` holds nothing that can be read as a card.
    UnusableAttachments,
    /// A card without `text` and `summary`, or with empty ones.
    NothingToShow,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 13] = [
        Self::Empty,
        Self::TooLarge,
        Self::NotUtf8,
        Self::Syntax,
        Self::TooDeep,
        Self::TooManyValues,
        Self::NotAnObject,
        Self::Foreign,
        Self::TextNotAString,
        Self::BareAdaptiveCard,
        Self::NoAttachment,
        Self::UnusableAttachments,
        Self::NothingToShow,
    ];

    /// The stable code. The text for people is `cards.reason-` and the code with dashes.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "body.empty",
            Self::TooLarge => "body.too_large",
            Self::NotUtf8 => "body.not_utf8",
            Self::Syntax => "json.syntax",
            Self::TooDeep => "json.too_deep",
            Self::TooManyValues => "json.too_many_values",
            Self::NotAnObject => "json.not_an_object",
            Self::Foreign => "card.foreign",
            Self::TextNotAString => "card.text_not_a_string",
            Self::BareAdaptiveCard => "card.bare_adaptive_card",
            Self::NoAttachment => "card.no_attachment",
            Self::UnusableAttachments => "card.unusable_attachments",
            Self::NothingToShow => "card.nothing_to_show",
        }
    }
}

/// A place in the text of a body, both from 1; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The character in the line.
    pub column: usize,
}

impl Position {
    /// The place of the byte `offset` in `text`.
    pub(crate) fn of(text: &str, offset: usize) -> Self {
        let before = text.get(..offset.min(text.len())).unwrap_or(text);
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before.get(start..).unwrap_or_default().chars().count() + 1;
        Self { line: before.bytes().filter(|byte| *byte == b'\n').count() + 1, column }
    }
}

/// A body that is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} ({})", answer.text(), reason.code())]
pub struct Refusal {
    /// What the sender is told.
    pub answer: Answer,
    /// What exactly is wrong.
    pub reason: Reason,
    /// RFC 6901 pointer to the place; empty is the whole body.
    pub pointer: String,
    /// Where in the text, for a mistake of syntax or of encoding.
    pub position: Option<Position>,
}

impl Refusal {
    pub(crate) const fn bad(reason: Reason) -> Self {
        Self { answer: Answer::BadPayload, reason, pointer: String::new(), position: None }
    }

    pub(crate) const fn empty(reason: Reason) -> Self {
        Self {
            answer: Answer::SummaryOrTextRequired,
            reason,
            pointer: String::new(),
            position: None,
        }
    }

    pub(crate) fn at(self, pointer: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), ..self }
    }
}
