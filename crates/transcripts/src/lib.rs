//! Transcripts of meetings: what was said, by whom, when.
//!
//! [`parse`] reads what meeting systems write: `WebVTT` as Teams writes it (times without leading zeros, voices without an
//! end), Teams' metadata stream (one JSON object in each cue), `SubRip`, JSON lists of several vendors, tables and plain text
//! with names. All become one [`Transcript`]. [`talk::Talk`] says who spoke how long.
//!
//! What it is not: a place that understands what was said (that is `insights`), or one that keeps it.
//!
//! ```
//! let read = liaison_transcripts::parse(b"WEBVTT\n\n0:0:0.0 --> 0:0:5.320\n<v Ada Byron>Shall we begin?</v>\n").unwrap();
//! assert_eq!(read.cues[0].speaker.as_deref(), Some("Ada Byron"));
//! assert_eq!(read.cues[0].end_ms, 5_320);
//! ```

mod bytes;
mod clock;
mod csv;
mod error;
mod json;
mod name;
mod payload;
mod render;
pub mod talk;
mod text;
mod vtt;

pub use crate::{
    clock::{parse as parse_clock, shown as shown_clock},
    error::{Error, Reason},
};

/// The most bytes of a transcript: about nine hours at the 0.15 MB that ten minutes take.
pub const MAX_BYTES: usize = 8 << 20;

/// The most cues of a transcript (our own choice: one each second for nine hours).
pub const MAX_CUES: usize = 32_000;

/// The most bytes of one cue's text (our own choice: many times what is said in one breath).
pub const MAX_CUE_BYTES: usize = 64 << 10;

/// The most bytes of a speaker's name; what is longer is cut.
pub const MAX_NAME_BYTES: usize = 200;

/// What was said in a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Transcript {
    /// Its pieces, in the order in which they begin.
    pub cues: Vec<Cue>,
    /// The language that the file names (`en-us`), when it names one; nobody detected it.
    pub language: Option<String>,
    /// The form it was written in.
    pub format: Format,
    /// Where its times come from.
    pub times: Times,
}

/// One piece of speech.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cue {
    /// Who spoke, as the file writes the name.
    pub speaker: Option<String>,
    /// When it begins, in milliseconds of the recording; below zero where the transcription began in the middle of a call.
    pub start_ms: i64,
    /// When it ends; never before it begins.
    pub end_ms: i64,
    /// What was said, on one line, without markup.
    pub text: String,
    /// The language of this piece, when the file names it.
    pub language: Option<String>,
    /// The line of the file on which it begins, from 1; 0 when it was made otherwise.
    pub line: usize,
}

impl Cue {
    /// How long it lasts, in milliseconds.
    pub const fn duration_ms(&self) -> i64 {
        self.end_ms.saturating_sub(self.start_ms)
    }
}

/// The forms that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// `WebVTT`, strict or as Teams writes it.
    #[default]
    WebVtt,
    /// Teams' metadata stream: `WebVTT` whose payloads are JSON objects.
    Metadata,
    /// `SubRip`.
    SubRip,
    /// A JSON list.
    Json,
    /// Lines of text.
    Text,
}

impl Format {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WebVtt => "webvtt",
            Self::Metadata => "metadata",
            Self::SubRip => "subrip",
            Self::Json => "json",
            Self::Text => "text",
        }
    }
}

/// Where the times of a transcript come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Times {
    /// Beginnings and ends are in the file.
    #[default]
    Given,
    /// Beginnings are in the file, ends are estimated.
    Starts,
    /// The file names no times: all are estimated from the number of words.
    Estimated,
}

/// Reads a transcript in any of the forms.
///
/// # Errors
/// [`Error`] with the line and what to do about it; a transcript is read whole or not at all.
pub fn parse(bytes: &[u8]) -> Result<Transcript, Error> {
    let text = bytes::text(bytes)?;
    let mut read = match form(&text) {
        Form::Cues => vtt::parse(&text)?,
        Form::Json => json::parse(&text)?,
        Form::Table => csv::parse(&text)?,
        Form::Text => text::parse(&text)?,
    };
    if read.cues.is_empty() {
        return Err(Error::Empty);
    }
    read.cues.sort_by_key(|cue| cue.start_ms);
    if read.language.is_none() {
        read.language = read.cues.iter().find_map(|cue| cue.language.clone());
    }
    Ok(read)
}

/// How a text is to be read.
enum Form {
    Cues,
    Json,
    Table,
    Text,
}

/// Finds the form by the first thing in the text.
fn form(text: &str) -> Form {
    let head = text.trim_start();
    let mut first = head.chars();
    let opening = first.next();
    let inside = first.find(|letter| !letter.is_whitespace());
    if head.starts_with("WEBVTT") {
        return Form::Cues;
    }
    match (opening, inside) {
        (Some('{'), Some('"' | '}')) | (Some('['), Some('{' | ']')) => return Form::Json,
        _ => {}
    }
    if csv::is_table(head) {
        return Form::Table;
    }
    let timed = text.lines().take(SNIFFED).filter(|line| vtt::is_timing(line)).count();
    if timed > 0 { Form::Cues } else { Form::Text }
}

/// How many lines are looked at to find a form.
const SNIFFED: usize = 200;

#[cfg(test)]
mod tests;
