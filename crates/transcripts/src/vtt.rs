//! `WebVTT`, `SubRip` and Teams' metadata stream: blocks of lines with `-->` between two times.

use serde_json::Value;

use crate::{
    Cue, Error, Format, MAX_CUE_BYTES, MAX_CUES, Reason, Times, Transcript, clock, json, name,
    payload,
};

/// Reads cues.
pub(crate) fn parse(text: &str) -> Result<Transcript, Error> {
    let lines: Vec<&str> = text.split('\n').collect();
    let mut out = Transcript::default();
    if !text.trim_start().starts_with("WEBVTT") {
        out.format = Format::SubRip;
    }
    let mut raw: Vec<Raw> = Vec::new();
    let mut at = 0;
    // whom the identifier above the times names, as Webex writes it
    let mut named: Option<String> = None;
    while let Some(line) = lines.get(at) {
        if is_timing(line) {
            let (start_ms, end_ms) = times(line).ok_or(Error::at(at + 1, Reason::Time))?;
            if raw.len() >= MAX_CUES {
                return Err(Error::at(at + 1, Reason::TooMany));
            }
            let (text, next) = block(&lines, at + 1)?;
            let speaker = named.take();
            raw.push(Raw { line: at + 1, start_ms, end_ms: end_ms.max(start_ms), text, speaker });
            at = next;
        } else if lines.get(at + 1).is_some_and(|next| is_timing(next))
            && !(raw.last().is_some_and(Raw::is_open) && line.split_whitespace().count() > 2)
        {
            // An identifier, not what somebody says.
            named = in_identifier(line);
            at += 1;
        } else if ["NOTE", "STYLE", "REGION", "WEBVTT"].iter().any(|word| heads(line, word)) {
            let next = skip(&lines, at + 1);
            if out.language.is_none() && heads(line, "WEBVTT") {
                let head = lines.get(at..next).unwrap_or_default();
                let told = head.iter().find_map(|line| line.trim().strip_prefix("Language:"));
                out.language = told
                    .map(|tag| tag.trim().to_owned())
                    .filter(|tag| !tag.is_empty() && tag.len() <= 35);
            }
            at = next;
        } else if !line.trim().is_empty() && raw.last().is_some_and(Raw::is_open) {
            // A blank line inside of what somebody says: the voice has not ended.
            let (text, next) = block(&lines, at)?;
            if let Some(last) = raw.last_mut() {
                last.text.push(' ');
                last.text.push_str(&text);
                if last.text.len() > MAX_CUE_BYTES {
                    return Err(Error::at(last.line, Reason::TooLong));
                }
            }
            at = next;
        } else {
            at += 1;
        }
    }
    if raw
        .iter()
        .find(|cue| !cue.text.trim().is_empty())
        .is_some_and(|cue| cue.text.trim_start().starts_with('{'))
    {
        out.format = Format::Metadata;
        metadata(&raw, &mut out)?;
    } else {
        voices(raw, &mut out)?;
    }
    out.times = Times::Given;
    Ok(out)
}

/// A cue before its payload is read.
struct Raw {
    line: usize,
    start_ms: i64,
    end_ms: i64,
    text: String,
    /// Whom its identifier names.
    speaker: Option<String>,
}

/// The name in `12 "Ada Byron" (3847234)`, as Webex writes identifiers.
fn in_identifier(line: &str) -> Option<String> {
    let (number, rest) = line.trim().split_once(" \"")?;
    let (called, _) = rest.split_once('"')?;
    number.bytes().all(|byte| byte.is_ascii_digit()).then(|| name::kept(called)).flatten()
}

/// Whether a line is what programs count cues with: a number, or a long word of hexadecimal digits and dashes.
fn is_identifier(line: &str) -> bool {
    let line = line.trim();
    let is_number = (1..=6).contains(&line.len()) && line.bytes().all(|byte| byte.is_ascii_digit());
    let is_long = line.len() >= 30
        && line.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'-' | b'/'));
    is_number || is_long
}

impl Raw {
    /// Whether a voice has begun and not ended.
    fn is_open(&self) -> bool {
        match (self.text.rfind("<v"), self.text.rfind("</v>")) {
            (Some(begun), Some(ended)) => ended < begun,
            (Some(_), None) => true,
            _ => false,
        }
    }
}

/// Whether a line is meant as the times of a cue: `-->` after something that begins like a number.
pub(crate) fn is_timing(line: &str) -> bool {
    line.split_once("-->").is_some_and(|(before, after)| {
        let begins =
            |text: &str| text.trim_start().starts_with(|c: char| c.is_ascii_digit() || c == '-');
        begins(before) && before.contains(':') && (begins(after) || after.trim().is_empty())
    })
}

/// The two times of a line; settings behind them are left out.
fn times(line: &str) -> Option<(i64, i64)> {
    let (start, rest) = line.split_once("-->")?;
    let end = rest.split_whitespace().next()?;
    Some((clock::parse(start)?, clock::parse(end)?))
}

/// The lines up to a blank one or the next times, and the place behind them.
fn block(lines: &[&str], from: usize) -> Result<(String, usize), Error> {
    let mut text = String::new();
    let mut at = from;
    while let Some(line) = lines.get(at) {
        if line.trim().is_empty() || is_timing(line) {
            break;
        }
        // the number of the next cue, where no blank line stands before it
        if at > from && is_identifier(line) && lines.get(at + 1).is_some_and(|next| is_timing(next))
        {
            break;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(line);
        if text.len() > MAX_CUE_BYTES {
            return Err(Error::at(at + 1, Reason::TooLong));
        }
        at += 1;
    }
    Ok((text, at))
}

fn skip(lines: &[&str], from: usize) -> usize {
    lines
        .iter()
        .skip(from)
        .position(|line| line.trim().is_empty())
        .map_or(lines.len(), |count| from + count)
}

/// Whether a block begins with a word of the format.
fn heads(line: &str, word: &str) -> bool {
    line.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}

/// Payloads of Teams' metadata stream: `{startDateTime, endDateTime, speakerName, spokenText, spokenLanguage}`.
fn metadata(raw: &[Raw], out: &mut Transcript) -> Result<(), Error> {
    for cue in raw {
        if cue.text.trim().is_empty() {
            continue;
        }
        let value: Value = serde_json::from_str(&cue.text)
            .map_err(|_inner| Error::at(cue.line + 1, Reason::Json))?;
        let said = json::text(&value).ok_or(Error::at(cue.line + 1, Reason::NoText))?;
        if said.is_empty() {
            continue;
        }
        out.cues.push(Cue {
            speaker: json::speaker(&value),
            start_ms: cue.start_ms,
            end_ms: cue.end_ms,
            text: said,
            language: json::language(&value),
            line: cue.line,
        });
    }
    Ok(())
}

/// Payloads with voices, or with `Name: text` where no voice is marked in the whole file.
fn voices(raw: Vec<Raw>, out: &mut Transcript) -> Result<(), Error> {
    let marked = raw.iter().any(|cue| cue.text.contains("<v ") || cue.text.contains("<v."));
    let headed = !marked && out.format == Format::SubRip && are_headed(&raw);
    for mut cue in raw {
        if headed && let Some((first, rest)) = cue.text.split_once('\n') {
            cue.speaker = name::kept(first);
            cue.text = rest.to_owned();
        }
        let mut said = payload::voices(&cue.text);
        if let Some(speaker) = &cue.speaker {
            for voice in &mut said {
                voice.speaker.get_or_insert_with(|| speaker.clone());
            }
        }
        if !marked {
            for voice in said.iter_mut().filter(|voice| voice.speaker.is_none()) {
                if let Some((speaker, text)) = name::prefixed(&voice.text)
                    && !text.is_empty()
                {
                    (voice.speaker, voice.text) = (name::kept(speaker), text.to_owned());
                }
            }
        }
        if out.cues.len() + said.len() > MAX_CUES {
            return Err(Error::at(cue.line, Reason::TooMany));
        }
        share(&cue, said, out);
    }
    Ok(())
}

/// Whether each cue begins with a line that is a name and nothing else, as text out of Word's transcripts does.
fn are_headed(raw: &[Raw]) -> bool {
    let mut names: Vec<&str> = Vec::new();
    for cue in raw.iter().filter(|cue| !cue.text.trim().is_empty()) {
        let Some((first, _)) = cue.text.split_once('\n') else { return false };
        let first = first.trim();
        if !name::plausible(first)
            || first.ends_with([',', ':'])
            || first.split_whitespace().count() > 4
        {
            return false;
        }
        names.push(first);
    }
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    // sentences differ, names come again
    all > 1 && (names.len() < all || all <= 3)
}

/// Gives each voice its part of the time, by the length of what it says.
fn share(cue: &Raw, said: Vec<payload::Voice>, out: &mut Transcript) {
    let all = said.iter().map(|voice| voice.text.len()).sum::<usize>().max(1);
    let whole = i128::from(cue.end_ms - cue.start_ms);
    let place = |bytes: usize| -> i64 {
        let part =
            whole * i128::try_from(bytes).unwrap_or_default() / i128::try_from(all).unwrap_or(1);
        cue.start_ms + i64::try_from(part).unwrap_or_default()
    };
    let mut before = 0;
    for voice in said {
        let from = before;
        before += voice.text.len();
        out.cues.push(Cue {
            speaker: voice.speaker,
            start_ms: place(from),
            end_ms: place(before),
            text: voice.text,
            language: None,
            line: cue.line,
        });
    }
}
