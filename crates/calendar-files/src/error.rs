//! Why a file is no calendar.

/// Why a file is no calendar that is read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It is larger than [`crate::MAX_BYTES`].
    #[error("the file is larger than {most} bytes")]
    TooLarge {
        /// How many bytes it may have.
        most: usize,
    },
    /// It has more than [`crate::MAX_EVENTS`] events.
    #[error("the file has more than {most} events")]
    TooMany {
        /// How many events it may have.
        most: usize,
    },
    /// It is no text.
    #[error("the file is no text in UTF-8")]
    Encoding,
    /// It does not begin as a calendar does.
    #[error("the file is no calendar: BEGIN:VCALENDAR is missing")]
    NotACalendar,
    /// A part is not closed, or closed before it begins.
    #[error("line {line}: a part of the calendar has no end or no beginning")]
    Unbalanced {
        /// The line of the file, from 1.
        line: usize,
    },
    /// No event in it has a beginning.
    #[error("the calendar holds no event with a beginning")]
    Empty,
}

impl Error {
    /// What tells it from others, as codes are written.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "calendar.too_large",
            Self::TooMany { .. } => "calendar.too_many",
            Self::Encoding => "calendar.encoding",
            Self::NotACalendar => "calendar.no_calendar",
            Self::Unbalanced { .. } => "calendar.unbalanced",
            Self::Empty => "calendar.empty",
        }
    }
}
