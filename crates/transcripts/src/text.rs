//! Lines of text with names, with or without times.
//!
//! What is read: `Name: text`; `[00:01:02] Name: text` (brackets, parentheses or none); `Name (00:01:02): text`; a line
//! with a name and a time, then lines of text (`Ada Byron  0:04`, `[Ada Byron] 10:02:33`); a time alone on a line.

use crate::{
    Cue, Error, Format, MAX_CUE_BYTES, MAX_CUES, Reason, Times, Transcript, clock, name, payload,
};

/// Reads lines.
pub(crate) fn parse(text: &str) -> Result<Transcript, Error> {
    let mut reader = Reader::default();
    for (index, line) in text.split('\n').enumerate() {
        let line = line.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if line.is_empty() {
            reader.paragraph = true;
        } else {
            reader.line(line, index + 1)?;
        }
    }
    let mut out = Transcript { format: Format::Text, cues: reader.cues, ..Transcript::default() };
    out.cues.retain(|cue| !cue.text.is_empty());
    if reader.timed {
        out.times = Times::Starts;
        from_zero(&mut out.cues);
        estimate_ends(&mut out.cues);
    } else {
        out.times = Times::Estimated;
        let mut at = 0_i64;
        for cue in &mut out.cues {
            cue.start_ms = at;
            cue.end_ms = at.saturating_add(spoken_ms(&cue.text));
            at = cue.end_ms;
        }
    }
    Ok(out)
}

/// What is known while lines are read.
#[derive(Default)]
struct Reader {
    cues: Vec<Cue>,
    /// The last time that was named.
    now_ms: i64,
    /// Whether any time was.
    timed: bool,
    /// Whether a blank line stands before this one.
    paragraph: bool,
}

impl Reader {
    fn line(&mut self, line: &str, number: usize) -> Result<(), Error> {
        let paragraph = std::mem::take(&mut self.paragraph);
        if let Some(time) = bare_time(line) {
            self.see(time);
            return Ok(());
        }
        let (time, rest) = leading_time(line);
        if let Some(time) = time {
            self.see(time);
        }
        if let Some((speaker, time, text)) = spoken(rest) {
            if let Some(time) = time {
                self.see(time);
            }
            return self.begin(name::kept(speaker), text, number);
        }
        if time.is_some() {
            return self.begin(None, rest, number);
        }
        // Two paragraphs of the same voice stay together; text before any name is a heading of the file.
        match self.cues.last_mut() {
            Some(last) if last.speaker.is_some() || !paragraph => {
                if !last.text.is_empty() {
                    last.text.push(' ');
                }
                last.text.push_str(&payload::one_line(line));
                if last.text.len() > MAX_CUE_BYTES {
                    return Err(Error::at(number, Reason::TooLong));
                }
                Ok(())
            }
            _ => self.begin(None, line, number),
        }
    }

    const fn see(&mut self, time: i64) {
        self.now_ms = time;
        self.timed = true;
    }

    fn begin(&mut self, speaker: Option<String>, text: &str, line: usize) -> Result<(), Error> {
        if self.cues.len() >= MAX_CUES {
            return Err(Error::at(line, Reason::TooMany));
        }
        if text.len() > MAX_CUE_BYTES {
            return Err(Error::at(line, Reason::TooLong));
        }
        let text = payload::one_line(text);
        let (start_ms, end_ms) = (self.now_ms, self.now_ms);
        self.cues.push(Cue { speaker, start_ms, end_ms, text, language: None, line });
        Ok(())
    }
}

/// A speaker, a time, and what is said on the same line.
fn spoken(line: &str) -> Option<(&str, Option<i64>, &str)> {
    // `[Ada Byron] 10:02:33` and `[Ada Byron]: text`
    if let Some((inside, after)) = line.strip_prefix('[').and_then(|rest| rest.split_once(']'))
        && name::plausible(inside.trim())
    {
        let after = after.trim();
        if let Some(time) = bare_time(after) {
            return Some((inside, Some(time), ""));
        }
        if let Some(text) = after.strip_prefix(':') {
            return Some((inside, None, text));
        }
    }
    // `Ada Byron (00:01:02): text` and `Ada Byron [00:01:02]`
    if let Some(at) = line.find(['(', '[']) {
        let (before, from) = line.split_at(at);
        if let (Some(time), rest) = leading_time(from)
            && name::plausible(before.trim())
        {
            return Some((
                before.trim(),
                Some(time),
                rest.strip_prefix(':').unwrap_or(rest).trim(),
            ));
        }
    }
    if let Some((name, text)) = name::prefixed(line) {
        return Some((name, None, text));
    }
    // `Ada Byron   0:04`: a name, then a time, nothing more
    let (before, last) = line.rsplit_once([' ', '\t', '\u{a0}'])?;
    let time = bare_time(last)?;
    let before = before.trim_end_matches(['|', '-', '–', '—', ',', '@', ' ', '\t', '\u{a0}']);
    name::plausible(before).then_some((before, Some(time), ""))
}

/// A time alone, in brackets or not.
fn bare_time(line: &str) -> Option<i64> {
    let inside = line.trim_matches(['[', ']', '(', ')', ' ']);
    inside
        .starts_with(|c: char| c.is_ascii_digit() || c == '-')
        .then(|| clock::parse(inside))
        .flatten()
}

/// A time at the beginning of a line, and the rest.
fn leading_time(line: &str) -> (Option<i64>, &str) {
    let bracketed = [('[', ']'), ('(', ')')].into_iter().find_map(|(open, close)| {
        let (inside, after) = line.strip_prefix(open)?.split_once(close)?;
        // `[00:01:02 - 00:01:05]`: the first counts.
        let first = inside.split([' ', '-', '–']).find(|part| !part.is_empty())?;
        Some((clock::parse(first)?, after))
    });
    let found = bracketed.or_else(|| {
        let (first, after) = line.split_once([' ', '\t'])?;
        Some((clock::parse(first)?, after))
    });
    match found {
        Some((time, after)) => {
            (Some(time), after.trim_start_matches([' ', '\t', '-', '–', '—', '|']))
        }
        None => (None, line),
    }
}

/// Times of day become times of the recording.
fn from_zero(cues: &mut [Cue]) {
    let Some(first) = cues.iter().map(|cue| cue.start_ms).min() else { return };
    if first >= HOUR_OF_DAY_MS {
        for cue in cues {
            cue.start_ms -= first;
            cue.end_ms -= first;
        }
    }
}

/// A text whose first time is later than five hours tells the time of day (our own choice).
const HOUR_OF_DAY_MS: i64 = 5 * 3_600_000;

/// Ends where the file names only beginnings: when the words are spoken, but not after the next one begins.
pub(crate) fn estimate_ends(cues: &mut [Cue]) {
    cues.sort_by_key(|cue| cue.start_ms);
    let mut next = None;
    for cue in cues.iter_mut().rev() {
        let spoken = cue.start_ms.saturating_add(spoken_ms(&cue.text));
        cue.end_ms = match next {
            Some(next) if next > cue.start_ms => spoken.min(next),
            _ => spoken,
        };
        if next != Some(cue.start_ms) {
            next = Some(cue.start_ms);
        }
    }
}

/// How long a text takes to say, at 150 words a minute (our own choice: calm speech).
pub(crate) fn spoken_ms(text: &str) -> i64 {
    i64::try_from(text.split_whitespace().count()).unwrap_or(i64::MAX / 1000).saturating_mul(400)
}
