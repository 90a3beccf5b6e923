//! The delivery log of a webhook: what was posted, what became of it, and posting it again.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use kernel::EventId;

use crate::post::Meta;

/// Names an entry of a delivery log: `a7` is the seventh accepted post, `r7` the seventh refused one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntryId {
    /// An accepted post, by its position.
    Accepted(i64),
    /// A refused post, by its position.
    Refused(i64),
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted(position) => write!(f, "a{position}"),
            Self::Refused(position) => write!(f, "r{position}"),
        }
    }
}

/// A text that names no entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an entry of a delivery log is named like a7 or r7")]
pub struct EntryIdError;

impl FromStr for EntryId {
    type Err = EntryIdError;

    fn from_str(text: &str) -> Result<Self, EntryIdError> {
        let position = |digits: &str| {
            let plain = digits.bytes().all(|b| b.is_ascii_digit());
            digits.parse().ok().filter(|n: &i64| plain && *n > 0).ok_or(EntryIdError)
        };
        if let Some(digits) = text.strip_prefix('a') {
            position(digits).map(Self::Accepted)
        } else if let Some(digits) = text.strip_prefix('r') {
            position(digits).map(Self::Refused)
        } else {
            Err(EntryIdError)
        }
    }
}

/// What became of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Taken; on its way to the channel.
    Accepted,
    /// In the channel.
    Delivered,
    /// Taken, but the channel could not take it; may be replayed.
    Undelivered,
    /// Refused for what it was.
    Refused,
    /// Refused for being one too many.
    Throttled,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 5] =
        [Self::Accepted, Self::Delivered, Self::Undelivered, Self::Refused, Self::Throttled];

    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Delivered => "delivered",
            Self::Undelivered => "undelivered",
            Self::Refused => "refused",
            Self::Throttled => "throttled",
        }
    }

    /// Whether the sender was told that it was taken.
    pub const fn is_success(self) -> bool {
        matches!(self, Self::Accepted | Self::Delivered | Self::Undelivered)
    }
}

impl FromStr for Verdict {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|verdict| verdict.as_str() == text).ok_or(())
    }
}

/// One post in the delivery log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Its name.
    pub id: EntryId,
    /// The event; of an accepted post also the message in the channel.
    pub event: EventId,
    /// When it came.
    pub at: Timestamp,
    /// What became of it.
    pub verdict: Verdict,
    /// Dotted code of the reason, unless all went well.
    pub code: Option<String>,
    /// JSON pointer to the place that is wrong; empty is the whole body.
    pub pointer: String,
    /// The HTTP status of the answer.
    pub status: u16,
    /// Bytes of the body as sent.
    pub bytes: u64,
    /// The request as it came, secrets masked.
    pub meta: Meta,
    /// The body as sent, or its beginning.
    pub body: Vec<u8>,
    /// Whether it can be posted again.
    pub replayable: bool,
}

impl LogEntry {
    /// The body as text; what is no UTF-8 is shown as such.
    pub fn body_text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Where in the body of a refused post the text is no JSON any more; nothing where only its beginning is kept.
    pub fn position(&self) -> Option<cards::Position> {
        let whole = u64::try_from(self.body.len()).is_ok_and(|bytes| bytes == self.bytes);
        let refused = self.verdict == Verdict::Refused && whole;
        let read = refused.then(|| cards::parse(&self.body, self.meta.content_type.as_deref()));
        read?.err()?.position
    }

    /// The beginning of the body on one line, at most `chars` characters.
    pub fn excerpt(&self, chars: usize) -> String {
        let text = String::from_utf8_lossy(&self.body);
        let mut words = String::new();
        let mut left = chars;
        for word in text.split_whitespace() {
            if !words.is_empty() {
                words.push(' ');
            }
            for character in word.chars() {
                if left == 0 {
                    words.push('…');
                    return words;
                }
                words.push(character);
                left -= 1;
            }
        }
        words
    }
}

/// Which entries a list shows; empty fields let everything through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// What became of it.
    pub verdict: Option<Verdict>,
    /// A part of the body, whatever the case.
    pub text: Option<String>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub to: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_reads_back_and_nothing_else_is_one() {
        for id in [EntryId::Accepted(7), EntryId::Refused(1)] {
            assert_eq!(id.to_string().parse(), Ok(id));
        }
        for text in ["", "a", "a0", "r-1", "a+1", "x7", "7", "a99999999999999999999"] {
            assert_eq!(text.parse::<EntryId>(), Err(EntryIdError), "{text}");
        }
    }
}
