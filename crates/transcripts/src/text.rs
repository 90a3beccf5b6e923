//! Lines of text with names, with or without times.
//!
//! What is read: `Name: text`; `[00:01:02] Name: text` (brackets, parentheses or none); `Name (00:01:02): text`; a line
//! with a name and a time, then lines of text (`Ada Byron  0:04`, `[Ada Byron] 10:02:33`); a time alone on a line.

use crate::{
    Cue, Error, Format, MAX_CUE_BYTES, MAX_CUES, Reason, Times, Transcript, clock, name, payload,
};

/// Reads lines.
pub(crate) fn parse(text: &str) -> Result<Transcript, Error> {
    let lines: Vec<&str> = text
        .split('\n')
        .map(|line| line.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}'))
        .collect();
    let mut reader = Reader { headed: are_headed(&lines), ..Reader::default() };
    for (index, line) in lines.iter().enumerate() {
        if line.is_empty() {
            reader.paragraph = true;
        } else if !is_of_the_program(line) {
            reader.line(line, index + 1)?;
        }
    }
    // What stands before the first name is the head of the file, where the others have names.
    let first = reader.cues.iter().position(|cue| cue.speaker.is_some()).unwrap_or_default();
    let nameless = reader.cues.iter().skip(first).filter(|cue| cue.speaker.is_none()).count();
    if first > 0 && nameless == 0 && reader.cues.len() > first + 1 {
        reader.cues.drain(..first);
    }
    let mut out = Transcript { format: Format::Text, cues: reader.cues, ..Transcript::default() };
    out.cues.retain(|cue| !cue.text.is_empty());
    if reader.now_ms.is_some() {
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
    /// The last time that was named, if any was.
    now_ms: Option<i64>,
    /// Whether a blank line stands before this one.
    paragraph: bool,
    /// Whether names stand alone behind or below their times.
    headed: bool,
    /// Whether the line before was a time alone.
    at_time: bool,
}

/// Whether names stand alone behind times (`00:01 Ada Byron`) or below them, and what is said in the lines below: nearly
/// every time is followed so. One file alone tells names from short sentences.
fn are_headed(lines: &[&str]) -> bool {
    let (mut times, mut headed) = (0_usize, 0_usize);
    let mut names: Vec<&str> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let alone = bare_time(line).is_some();
        let (time, rest) = if alone { (bare_time(line), "") } else { leading_time(line) };
        if time.is_none() {
            continue;
        }
        times += 1;
        let next = |more: usize| lines.get(at + more).copied().unwrap_or_default();
        let (name, said) = if alone { (next(1), next(2)) } else { (rest, next(1)) };
        let is_name = name::plausible(name)
            && name.split_whitespace().count() <= 5
            && !name.contains([',', ':']);
        if is_name
            && !said.is_empty()
            && leading_time(said).0.is_none()
            && bare_time(said).is_none()
        {
            headed += 1;
            names.push(name);
        }
    }
    names.sort_unstable();
    names.dedup();
    headed > 1 && headed * 10 >= times * 8 && (headed <= 3 || names.len() * 3 <= headed * 2)
}

/// Lines that programs add to what was said.
fn is_of_the_program(line: &str) -> bool {
    let lower = line.to_lowercase();
    let ends = [
        "started transcription",
        "stopped transcription",
        "a démarré la transcription",
        "a arrêté la transcription",
    ];
    let begins = [
        "transcription ended after ",
        "this editable transcript was ",
        "transcribed by http",
        "transcribed by otter",
        "la transcription s'est terminée",
        "cette transcription modifiable ",
    ];
    ends.iter().any(|end| lower.ends_with(end) && lower.split_whitespace().count() <= 8)
        || begins.iter().any(|begin| lower.starts_with(begin))
}

impl Reader {
    fn line(&mut self, line: &str, number: usize) -> Result<(), Error> {
        let paragraph = std::mem::take(&mut self.paragraph);
        let below_time = std::mem::take(&mut self.at_time);
        if let Some(time) = bare_time(line) {
            self.see(time);
            self.at_time = true;
            return Ok(());
        }
        let (time, rest) = leading_time(line);
        if let Some(time) = time {
            self.see(time);
        }
        if self.headed && (time.is_some() || below_time) && name::plausible(rest) {
            return self.begin(name::kept(rest), "", number);
        }
        // `00:00:01 | Ada Byron | Hello.`
        if time.is_some()
            && let Some((named, said)) = rest.split_once('|')
            && name::plausible(named.trim())
        {
            return self.begin(name::kept(named), said.trim(), number);
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
        self.now_ms = Some(time);
    }

    fn begin(&mut self, speaker: Option<String>, text: &str, line: usize) -> Result<(), Error> {
        if self.cues.len() >= MAX_CUES {
            return Err(Error::at(line, Reason::TooMany));
        }
        if text.len() > MAX_CUE_BYTES {
            return Err(Error::at(line, Reason::TooLong));
        }
        let text = payload::one_line(text);
        let start_ms = self.now_ms.unwrap_or_default();
        let end_ms = start_ms;
        self.cues.push(Cue { speaker, start_ms, end_ms, text, language: None, line });
        Ok(())
    }
}

/// A speaker, a time, and what is said on the same line.
fn spoken(line: &str) -> Option<(&str, Option<i64>, &str)> {
    // `**Ada Byron** [00:01]: text`
    if let Some((inside, after)) = line.strip_prefix("**").and_then(|rest| rest.split_once("**")) {
        let named = inside.trim().trim_end_matches(':').trim_end();
        let (time, said) = leading_time(after.trim());
        let is_marked = inside.trim().ends_with(':') || said.starts_with(':') || time.is_some();
        if is_marked && name::plausible(named) {
            return Some((named, time, said.trim_start_matches([':', ' '])));
        }
    }
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
        // `Ada Byron: 10:02:11 AM`, and what is said below
        return Some(match bare_time(text) {
            Some(time) => (name, Some(time), ""),
            None => (name, None, text),
        });
    }
    // `Ada Byron   0:04`: a name, then a time, nothing more
    let mut ends = line.rmatch_indices([' ', '\t', '\u{a0}']).take(3).map(|(at, _)| at);
    let (before, time) = ends.find_map(|at| {
        let (before, last) = line.split_at_checked(at)?;
        Some((before, bare_time(last.trim())?))
    })?;
    let before = before.trim_end_matches(['|', '-', '–', '—', ',', '@', ' ', '\t', '\u{a0}']);
    name::plausible(before).then_some((before, Some(time), ""))
}

/// A time alone, in brackets or not.
fn bare_time(line: &str) -> Option<i64> {
    let inside = line.trim_matches(['[', ']', '(', ')', ' ']);
    inside
        .starts_with(|c: char| c.is_ascii_digit() || c == '-')
        .then(|| clock::of_day(inside))
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
        // `10:02`, `10:02 AM`, `10 h 02`: the longest that is a time
        let ends = line.match_indices([' ', '\t', '\u{a0}', '\u{202f}']).take(3);
        let ends: Vec<usize> = ends.map(|(at, _)| at).collect();
        let (time, after) = ends.into_iter().rev().find_map(|at| {
            let (first, after) = line.split_at_checked(at)?;
            Some((clock::of_day(first)?, after))
        })?;
        // `00:00:01 - 00:00:04 Ada Byron`: the first counts
        let behind = after.trim_start().trim_start_matches(['-', '–', '—', '→']).trim_start();
        let second = behind.split_once([' ', '\t']).and_then(|(second, rest)| {
            clock::parse(second).filter(|_| behind.len() < after.trim_start().len()).map(|_| rest)
        });
        Some((time, second.unwrap_or(after)))
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
