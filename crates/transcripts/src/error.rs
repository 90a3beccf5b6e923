//! What is wrong with a transcript, where, and what to do.

use crate::{MAX_BYTES, MAX_CUE_BYTES, MAX_CUES};

/// Why a transcript was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// More bytes than [`MAX_BYTES`].
    #[error("the transcript is larger than {} MiB", MAX_BYTES >> 20)]
    TooLarge,
    /// Neither UTF-8 nor UTF-16 with a byte order mark.
    #[error("byte {at} is no UTF-8 text")]
    NotText {
        /// The first byte that cannot be.
        at: usize,
    },
    /// Nothing was said.
    #[error("there is no speech in the transcript")]
    Empty,
    /// A line that cannot be read.
    #[error("line {line}: {reason}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: Reason,
    },
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// A time that is none.
    #[error("the times of this cue cannot be read")]
    Time,
    /// A payload that begins like JSON and is none.
    #[error("this is no JSON")]
    Json,
    /// A JSON document without a list of what was said.
    #[error("there is no list of what was said in this JSON")]
    NoList,
    /// An entry of the list without text.
    #[error("this entry has no text")]
    NoText,
    /// More than [`MAX_CUES`].
    #[error("there are more than {MAX_CUES} pieces of speech")]
    TooMany,
    /// More than [`MAX_CUE_BYTES`].
    #[error("this piece of speech is longer than {} KiB", MAX_CUE_BYTES >> 10)]
    TooLong,
}

impl Error {
    /// The line it is about, when it is about one.
    pub const fn line(&self) -> Option<usize> {
        match self {
            Self::Line { line, .. } => Some(*line),
            _ => None,
        }
    }

    /// What to do about it, in English: for logs and the command line.
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::TooLarge => "Split the meeting into several transcripts.",
            Self::NotText { .. } => {
                "Save the transcript as UTF-8 text, WebVTT or JSON; a Word file is none of them."
            }
            Self::Empty => {
                "Check that transcription was on and that the file is the one that you mean."
            }
            Self::Line { reason, .. } => match reason {
                Reason::Time => {
                    "Write times as hours:minutes:seconds.fraction, with --> between them."
                }
                Reason::Json => {
                    "Check quotes and brackets of this line, or download the transcript again."
                }
                Reason::NoList => {
                    "Give a list of objects, or an object with such a list as \"transcript\"."
                }
                Reason::NoText => "Give every entry its text as \"text\".",
                Reason::TooMany => "Split the meeting into several transcripts.",
                Reason::TooLong => "Check that this file is a transcript and has line breaks.",
            },
        }
    }

    /// A word for it that does not change.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "too-large",
            Self::NotText { .. } => "not-text",
            Self::Empty => "empty",
            Self::Line { reason, .. } => match reason {
                Reason::Time => "time",
                Reason::Json => "json",
                Reason::NoList => "no-list",
                Reason::NoText => "no-text",
                Reason::TooMany => "too-many",
                Reason::TooLong => "too-long",
            },
        }
    }

    /// The error of a line.
    pub(crate) const fn at(line: usize, reason: Reason) -> Self {
        Self::Line { line, reason }
    }
}
