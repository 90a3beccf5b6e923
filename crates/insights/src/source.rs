//! What is read: the pieces of a transcript or the mails of a thread, cut into sentences that know their place.

use serde::Serialize;
use transcripts::Transcript;

use crate::{Lang, MAX_SENTENCES, detect, sentences};

/// One piece of a source: a cue of a transcript, a mail of a thread.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unit<'a> {
    /// What was said or written.
    pub text: &'a str,
    /// By whom.
    pub speaker: Option<&'a str>,
    /// When it begins, in milliseconds.
    pub start_ms: Option<i64>,
    /// When it ends.
    pub end_ms: Option<i64>,
}

/// Where a sentence stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The piece it begins in, from 0.
    pub unit: usize,
    /// The byte of that piece's text at which it begins.
    pub start: usize,
    /// The piece it ends in: speech goes on over cues.
    pub last_unit: usize,
    /// The byte of that piece's text behind its end.
    pub end: usize,
    /// When it is said, in milliseconds, when the source has times.
    pub at_ms: Option<i64>,
}

/// A sentence of a source, word for word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sentence {
    /// The sentence.
    pub text: String,
    /// Who said it.
    pub speaker: Option<String>,
    /// Where.
    pub place: Place,
    /// Which run of the same speaker it belongs to, from 0.
    #[serde(skip)]
    pub turn: usize,
}

/// Another name for a sentence that is shown for what it says.
pub type Passage = Sentence;

/// A source, cut into sentences.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// The language by which it is read.
    pub lang: Lang,
    /// Whether that language was found in the text; else it is a guess, and little will be found.
    pub is_known: bool,
    /// Its sentences, in order; no more than [`MAX_SENTENCES`].
    pub sentences: Vec<Sentence>,
    /// Everybody who speaks, in the order of their first words.
    pub speakers: Vec<String>,
}

impl Source {
    /// Cuts a transcript. Its text decides the language, its tag only where the text does not tell.
    pub fn of_transcript(transcript: &Transcript) -> Self {
        let units: Vec<Unit<'_>> = transcript
            .cues
            .iter()
            .map(|cue| Unit {
                text: &cue.text,
                speaker: cue.speaker.as_deref(),
                start_ms: Some(cue.start_ms),
                end_ms: Some(cue.end_ms),
            })
            .collect();
        let tag = transcript.language.as_deref().and_then(Lang::of_tag);
        Self::of_units(&units, tag)
    }

    /// Cuts pieces; `assumed` is the language where the text does not tell.
    pub fn of_units(units: &[Unit<'_>], assumed: Option<Lang>) -> Self {
        let found = detect(&sample(units));
        let lang = found.or(assumed).unwrap_or_default();
        let mut out = Self { lang, is_known: found.is_some(), ..Self::default() };
        let joins = punctuated(units);
        let mut turn = Turn::default();
        let mut number = 0;
        for (index, unit) in units.iter().enumerate() {
            if let Some(speaker) = unit.speaker
                && !out.speakers.iter().any(|known| known == speaker)
                && out.speakers.len() < MAX_SPEAKERS
            {
                out.speakers.push(speaker.to_owned());
            }
            let timed = unit.start_ms.is_some();
            if !(timed && joins && turn.continues(unit)) {
                number += usize::from(
                    turn.finish(units, number, &mut out) && turn.speaker != unit.speaker,
                );
                turn = Turn { speaker: unit.speaker, ..Turn::default() };
            }
            turn.add(index, unit.text);
            if out.sentences.len() >= MAX_SENTENCES {
                break;
            }
        }
        turn.finish(units, number, &mut out);
        out.sentences.truncate(MAX_SENTENCES);
        out
    }
}

/// Cues of one speaker, one after the other.
#[derive(Default)]
struct Turn<'a> {
    speaker: Option<&'a str>,
    text: String,
    /// Where each piece begins in `text`.
    pieces: Vec<(usize, usize)>,
}

impl<'a> Turn<'a> {
    fn continues(&self, unit: &Unit<'a>) -> bool {
        !self.pieces.is_empty() && self.speaker == unit.speaker && self.text.len() < MAX_TURN_BYTES
    }

    fn add(&mut self, index: usize, text: &str) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.pieces.push((self.text.len(), index));
        self.text.push_str(text);
    }

    /// Cuts what was collected; whether there was anything.
    fn finish(&self, units: &[Unit<'_>], turn: usize, out: &mut Source) -> bool {
        for range in sentences::split(&self.text, out.lang) {
            let Some(text) = self.text.get(range.clone()) else { continue };
            let (Some((unit, start)), Some((last_unit, end))) =
                (self.locate(range.start), self.locate(range.end.saturating_sub(1)))
            else {
                continue;
            };
            let at_ms = units.get(unit).and_then(|piece| moment(piece, start));
            let place = Place { unit, start, last_unit, end: end + 1, at_ms };
            let speaker = self.speaker.map(str::to_owned);
            out.sentences.push(Sentence { text: text.to_owned(), speaker, place, turn });
        }
        !self.text.is_empty()
    }

    /// The piece of a byte, and the byte in that piece.
    fn locate(&self, byte: usize) -> Option<(usize, usize)> {
        let after = self.pieces.partition_point(|(from, _)| *from <= byte);
        let (from, index) = self.pieces.get(after.checked_sub(1)?)?;
        Some((*index, byte - from))
    }
}

/// When the byte of a piece is said: its part of the piece's time.
fn moment(unit: &Unit<'_>, byte: usize) -> Option<i64> {
    let start = unit.start_ms?;
    let length = unit.end_ms.unwrap_or(start).saturating_sub(start).max(0);
    let byte = i128::try_from(byte).unwrap_or_default();
    let all = i128::try_from(unit.text.len().max(1)).unwrap_or(1);
    Some(start.saturating_add(i64::try_from(i128::from(length) * byte / all).unwrap_or_default()))
}

/// Whether full stops are set: else every cue stands for itself.
fn punctuated(units: &[Unit<'_>]) -> bool {
    let (mut bytes, mut marks) = (0_usize, 0_usize);
    for unit in units.iter().take(2_000) {
        bytes += unit.text.len();
        marks += unit.text.matches(['.', '?', '!', '…']).count();
    }
    marks * 500 >= bytes
}

/// Some text from the beginning, the middle and the end.
fn sample(units: &[Unit<'_>]) -> String {
    let step = (units.len() / 300).max(1);
    let mut out = String::new();
    for unit in units.iter().step_by(step) {
        out.push_str(unit.text);
        out.push('\n');
        if out.len() > 16_000 {
            break;
        }
    }
    out
}

const MAX_TURN_BYTES: usize = 40_000;
const MAX_SPEAKERS: usize = 500;
