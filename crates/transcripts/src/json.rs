//! JSON lists of what was said, as several vendors write them: the names of fields differ, what they mean does not.

use serde_json::{Map, Value};

use crate::{
    Cue, Error, Format, MAX_CUE_BYTES, MAX_CUES, Reason, Times, Transcript, clock, name, payload,
    text::{estimate_ends, spoken_ms},
};

/// Reads a list of objects, or an object that holds one.
pub(crate) fn parse(text: &str) -> Result<Transcript, Error> {
    let document: Value = match serde_json::from_str(text) {
        Ok(document) => document,
        Err(error) => lines(text).ok_or(Error::at(error.line(), Reason::Json))?,
    };
    let list = list(&document).ok_or(Error::at(1, Reason::NoList))?;
    if list.len() > MAX_CUES {
        return Err(Error::at(1, Reason::TooMany));
    }
    let unit = unit(list);
    let mut out = Transcript { format: Format::Json, ..Transcript::default() };
    out.language = document.as_object().and_then(|map| word(map, &LANGUAGE));
    let (mut starts, mut ends, mut clock_ms) = (0, 0, 0);
    for (index, entry) in list.iter().enumerate() {
        let said = self::text(entry).ok_or(Error::at(index + 1, Reason::NoText))?;
        if said.len() > MAX_CUE_BYTES {
            return Err(Error::at(index + 1, Reason::TooLong));
        }
        if said.is_empty() {
            continue;
        }
        let start = time(entry, &START, unit).or_else(|| time(part(entry, false)?, &START, unit));
        let end = time(entry, &END, unit).or_else(|| time(part(entry, true)?, &END, unit));
        let end = end.or_else(|| {
            Some(start.unwrap_or(clock_ms).saturating_add(time(entry, &DURATION, unit)?))
        });
        starts += usize::from(start.is_some());
        ends += usize::from(end.is_some());
        let start_ms = start.unwrap_or(clock_ms);
        let end_ms = end.unwrap_or_else(|| start_ms.saturating_add(spoken_ms(&said))).max(start_ms);
        clock_ms = end_ms;
        let (speaker, language) = (speaker(entry), language(entry));
        out.cues.push(Cue { speaker, start_ms, end_ms, text: said, language, line: index + 1 });
    }
    let words = is_word_by_word(list);
    let count = out.cues.len();
    out.times = match (starts == count, ends == count) {
        (true, true) => Times::Given,
        (true, false) => Times::Starts,
        _ => Times::Estimated,
    };
    relative(&mut out);
    if words {
        joined(&mut out.cues);
    }
    if out.times == Times::Starts {
        estimate_ends(&mut out.cues);
    }
    Ok(out)
}

/// Objects each on a line of its own.
fn lines(text: &str) -> Option<Value> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).take(MAX_CUES + 1);
    let all: Option<Vec<Value>> = lines.map(|line| serde_json::from_str(line).ok()).collect();
    all.filter(|all| all.len() > 1).map(Value::Array)
}

/// Whether most entries are single words.
fn is_word_by_word(list: &[Value]) -> bool {
    let single =
        |entry: &&Value| text(entry).is_some_and(|text| text.split_whitespace().count() < 2);
    list.len() > 20 && list.iter().filter(single).count() * 10 > list.len() * 9
}

/// Words of the same voice as one piece, up to a pause or the end of a sentence.
fn joined(cues: &mut Vec<Cue>) {
    let mut out: Vec<Cue> = Vec::new();
    for cue in cues.drain(..) {
        match out.last_mut() {
            Some(last)
                if last.speaker == cue.speaker
                    && cue.start_ms - last.end_ms < PAUSE_MS
                    && last.text.len() < JOINED_BYTES =>
            {
                let is_mark = cue.text.chars().all(|c| c.is_ascii_punctuation());
                if !is_mark {
                    last.text.push(' ');
                }
                last.text.push_str(&cue.text);
                last.end_ms = last.end_ms.max(cue.end_ms);
            }
            _ => out.push(cue),
        }
    }
    *cues = out;
}

/// A silence after which another piece begins, and the most bytes of a piece (our own choice).
const PAUSE_MS: i64 = 2_000;
const JOINED_BYTES: usize = 1_000;

/// The first or the last of the words or sentences of which an entry consists.
fn part(entry: &Value, last: bool) -> Option<&Value> {
    let map = entry.as_object()?;
    let parts = ["sentences", "words"].iter().find_map(|name| map.get(*name)?.as_array())?;
    if last { parts.last() } else { parts.first() }
}

/// What was said in an entry, on one line.
pub(crate) fn text(entry: &Value) -> Option<String> {
    let map = entry.as_object()?;
    let Some(value) = field(map, &TEXT) else {
        // the best of several readings, as speech services list them
        let best = ["alternatives", "nBest"]
            .iter()
            .find_map(|name| map.get(*name)?.get(0)?.as_object())?;
        return field(best, &READING)?.as_str().map(payload::one_line);
    };
    match value {
        Value::String(text) => Some(payload::one_line(text)),
        // Words with times of their own: `[{"word": "Hello"}, …]`.
        Value::Array(words) => {
            let said: Vec<String> = words
                .iter()
                .filter_map(|word| match word {
                    Value::String(word) => Some(word.clone()),
                    Value::Object(map) => self::word(map, &WORD),
                    _ => None,
                })
                .collect();
            Some(payload::one_line(&said.join(" ")))
        }
        _ => None,
    }
}

/// Who said it.
pub(crate) fn speaker(entry: &Value) -> Option<String> {
    let value = entry.as_object().and_then(|map| field(map, &SPEAKER))?;
    let named = match value {
        Value::String(name) => name.clone(),
        Value::Number(number) => format!("Speaker {number}"),
        Value::Object(map) => match map.get("user") {
            Some(Value::Object(user)) => word(user, &NAME)?,
            _ => word(map, &NAME)?,
        },
        _ => return None,
    };
    name::kept(&named)
}

/// The language an entry names.
pub(crate) fn language(entry: &Value) -> Option<String> {
    entry.as_object().and_then(|map| word(map, &LANGUAGE)).filter(|tag| tag.len() <= 35)
}

/// The list that is most like a transcript: entries with text, better with speakers and times, better sentences than
/// single words; of equal ones the first.
fn list(document: &Value) -> Option<&Vec<Value>> {
    let mut all = Vec::new();
    lists(document, 0, &mut all);
    let first = all.first().copied();
    let mut best: Option<(usize, &Vec<Value>)> = None;
    for one in all {
        let share = |has: &dyn Fn(&Value) -> bool| {
            one.iter().filter(|entry| has(entry)).count() * 2 > one.len()
        };
        if !one.is_empty() && !share(&|entry| text(entry).is_some()) {
            continue;
        }
        let has_times = share(&|entry| {
            let map = entry.as_object();
            let own =
                map.is_some_and(|map| field(map, &START).is_some() || field(map, &END).is_some());
            own || part(entry, false).is_some()
        });
        let mut rank = 1;
        rank += usize::from(!one.is_empty());
        rank += 4 * usize::from(share(&|entry| speaker(entry).is_some()));
        rank += 2 * usize::from(has_times);
        rank += usize::from(!share(&|entry| {
            text(entry).is_none_or(|text| text.split_whitespace().count() < 2)
                && part(entry, false).is_none()
        }));
        if best.is_none_or(|(most, _)| rank > most) {
            best = Some((rank, one));
        }
    }
    best.map(|(_, list)| list).or(first)
}

/// Every list of objects, the outer ones first.
fn lists<'v>(value: &'v Value, depth: usize, out: &mut Vec<&'v Vec<Value>>) {
    if depth > MAX_DEPTH || out.len() >= MAX_LISTS {
        return;
    }
    match value {
        Value::Array(entries) => {
            if entries.iter().all(Value::is_object) {
                out.push(entries);
            }
            // what is inside of what was said is part of it
            if !entries.iter().any(|entry| text(entry).is_some() && speaker(entry).is_some()) {
                entries.iter().take(LOOKED_INTO).for_each(|entry| lists(entry, depth + 1, out));
            }
        }
        Value::Object(map) => {
            let known = LISTS.iter().filter_map(|key| map.get(*key));
            known.for_each(|inner| lists(inner, depth + 1, out));
            let other = map.iter().filter(|(key, _)| !LISTS.contains(&key.as_str()));
            other.for_each(|(_, inner)| lists(inner, depth + 1, out));
        }
        _ => {}
    }
}

/// How deep lists are looked for, in how many entries of each, and how many there may be (our own choice).
const MAX_DEPTH: usize = 8;
const LOOKED_INTO: usize = 3;
const MAX_LISTS: usize = 100;

fn field<'a>(map: &'a Map<String, Value>, names: &[&str]) -> Option<&'a Value> {
    names.iter().find_map(|name| map.get(*name).filter(|value| !value.is_null()))
}

fn word(map: &Map<String, Value>, names: &[&str]) -> Option<String> {
    field(map, names).and_then(Value::as_str).map(str::to_owned)
}

/// What numbers count.
#[derive(Clone, Copy, PartialEq)]
enum Unit {
    Seconds,
    Milliseconds,
}

/// Whole numbers beyond ten hours of seconds are milliseconds, and those by which a word would take half a minute; decimals
/// are seconds.
fn unit(list: &[Value]) -> Unit {
    let mut most = 0.0_f64;
    let mut words = 0.0_f64;
    for entry in list {
        let said = text(entry).map_or(0, |text| text.split_whitespace().count());
        words += f64::from(u32::try_from(said).unwrap_or(u32::MAX));
        let parts = [part(entry, false), part(entry, true)];
        for entry in parts.into_iter().flatten() {
            if let Some(Value::Number(number)) = entry.as_object().and_then(|map| field(map, &END))
            {
                let number = number.as_f64().unwrap_or_default();
                if number.fract() != 0.0 {
                    return Unit::Seconds;
                }
                most = most.max(number);
            }
        }
        for names in [&START[..], &END[..]] {
            if let Some(Value::Number(number)) = entry.as_object().and_then(|map| field(map, names))
            {
                let number = number.as_f64().unwrap_or_default();
                if number.fract() != 0.0 {
                    return Unit::Seconds;
                }
                most = most.max(number);
            }
        }
    }
    let is_slow = words > 0.0 && most / words > 30.0 && most >= 1_000.0;
    if most > 36_000.0 || is_slow { Unit::Milliseconds } else { Unit::Seconds }
}

/// A time of an entry in milliseconds; absolute times are milliseconds since 1970.
fn time(entry: &Value, names: &[&str], unit: Unit) -> Option<i64> {
    let map = entry.as_object()?;
    let (name, value) =
        names.iter().find_map(|name| Some((*name, map.get(*name).filter(|v| !v.is_null())?)))?;
    match value {
        Value::Number(number) => {
            let lower = name.to_ascii_lowercase();
            let thousandths =
                lower.ends_with("ms") || lower.ends_with("millis") || unit == Unit::Milliseconds;
            let number = number.as_f64()? * if thousandths { 1.0 } else { 1000.0 };
            whole(number)
        }
        // `{"relative": 1.5, "absolute": …}`
        Value::Object(map) => {
            let number = field(map, &["relative", "seconds"])?.as_f64()?;
            whole(number * 1000.0)
        }
        Value::String(text) if text.starts_with("PT") => clock::duration(text),
        Value::String(text) => clock::parse(text).or_else(|| instant(text)).or_else(|| {
            let seconds = text.trim().trim_end_matches('s');
            if seconds.len() > 16 { None } else { whole(seconds.parse::<f64>().ok()? * 1000.0) }
        }),
        _ => None,
    }
}

/// A number of milliseconds below three thousand years.
#[expect(clippy::cast_possible_truncation, reason = "its size is checked first")]
fn whole(number: f64) -> Option<i64> {
    (number.is_finite() && number.abs() < 1e14).then(|| number.round() as i64)
}

/// `2026-11-23T10:15:30.5Z` as milliseconds; offsets are applied.
fn instant(text: &str) -> Option<i64> {
    let (date, rest) = text.split_once(['T', ' '])?;
    let mut parts = date.splitn(3, '-');
    let mut part = || parts.next().filter(|part| part.len() <= 4)?.parse::<i64>().ok();
    let (year, month, day) = (part()?, part()?, part()?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let (clock_text, offset) = match rest.find(['Z', 'z', '+', '-']) {
        Some(at) => rest.split_at(at),
        None => (rest, "Z"),
    };
    let time = clock::parse(clock_text)?;
    let shift = match offset.get(1..) {
        None | Some("") => 0,
        Some(hours) => clock::parse(&format!("{hours}:0"))?,
    };
    let shift = if offset.starts_with('-') { -shift } else { shift };
    // Days since 1970 of the civil calendar, with years that begin in March.
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let of_era = shifted - era * 400;
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    Some(days * 86_400_000 + time - shift)
}

/// Absolute times become times of the recording: what is said first begins at zero.
fn relative(out: &mut Transcript) {
    let Some(first) = out.cues.iter().map(|cue| cue.start_ms).min() else { return };
    if first.abs() < ABSOLUTE_MS {
        return;
    }
    for cue in &mut out.cues {
        cue.start_ms = cue.start_ms.saturating_sub(first);
        cue.end_ms = cue.end_ms.saturating_sub(first);
    }
}

/// A year: no recording begins later, so a greater number is a time of day and date.
const ABSOLUTE_MS: i64 = 366 * 86_400_000;

const LISTS: [&str; 16] = [
    "paragraphs",
    "audio_segments",
    "recognizedPhrases",
    "callTranscripts",
    "transcript",
    "transcripts",
    "segments",
    "entries",
    "cues",
    "utterances",
    "monologues",
    "sentences",
    "results",
    "items",
    "data",
    "value",
];
const TEXT: [&str; 11] = [
    "spokenText",
    "text",
    "content",
    "sentence",
    "transcript",
    "message",
    "body",
    "utterance",
    "caption",
    "words",
    "sentences",
];
/// What was said, in the best of several readings.
const READING: [&str; 4] = ["display", "transcript", "content", "text"];
const WORD: [&str; 3] = ["punctuated_word", "word", "text"];
const SPEAKER: [&str; 14] = [
    "speakerName",
    "speaker_name",
    "speaker",
    "displayName",
    "display_name",
    "name",
    "user",
    "author",
    "from",
    "participant",
    "user_name",
    "speakerId",
    "speaker_label",
    "speaker_id",
];
const NAME: [&str; 5] = ["displayName", "display_name", "name", "username", "email"];
const LANGUAGE: [&str; 5] = ["spokenLanguage", "language", "lang", "locale", "languageCode"];
const START: [&str; 15] = [
    "start",
    "startTime",
    "start_time",
    "startMs",
    "start_ms",
    "startOffset",
    "start_timestamp",
    "begin",
    "from_time",
    "offsetMs",
    "offset",
    "timestamp",
    "time",
    "ts",
    "startDateTime",
];
const END: [&str; 11] = [
    "end",
    "endTime",
    "end_time",
    "endMs",
    "end_ms",
    "endOffset",
    "end_timestamp",
    "to_time",
    "endDateTime",
    "resultEndTime",
    "result_end_time",
];
const DURATION: [&str; 3] = ["durationMs", "duration_ms", "duration"];
