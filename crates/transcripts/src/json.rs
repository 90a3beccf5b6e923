//! JSON lists of what was said, as several vendors write them: the names of fields differ, what they mean does not.

use serde_json::{Map, Value};

use crate::{
    Cue, Error, Format, MAX_CUE_BYTES, MAX_CUES, Reason, Times, Transcript, clock, name, payload,
    text::{estimate_ends, spoken_ms},
};

/// Reads a list of objects, or an object that holds one.
pub(crate) fn parse(text: &str) -> Result<Transcript, Error> {
    let document: Value =
        serde_json::from_str(text).map_err(|error| Error::at(error.line(), Reason::Json))?;
    let list = list(&document, 0).ok_or(Error::at(1, Reason::NoList))?;
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
        let start = time(entry, &START, unit);
        let end = time(entry, &END, unit).or_else(|| {
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
    let count = out.cues.len();
    out.times = match (starts == count, ends == count) {
        (true, true) => Times::Given,
        (true, false) => Times::Starts,
        _ => Times::Estimated,
    };
    relative(&mut out);
    if out.times == Times::Starts {
        estimate_ends(&mut out.cues);
    }
    Ok(out)
}

/// What was said in an entry, on one line.
pub(crate) fn text(entry: &Value) -> Option<String> {
    let value = entry.as_object().and_then(|map| field(map, &TEXT))?;
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

/// The first list of objects, no more than three levels down.
fn list(value: &Value, depth: usize) -> Option<&Vec<Value>> {
    match value {
        Value::Array(entries) if entries.iter().all(Value::is_object) => Some(entries),
        Value::Object(map) if depth < 3 => {
            let known =
                LISTS.iter().find_map(|key| map.get(*key).and_then(|inner| list(inner, depth + 1)));
            known.or_else(|| {
                map.values()
                    .filter(|inner| inner.is_array())
                    .find_map(|inner| list(inner, depth + 1))
            })
        }
        _ => None,
    }
}

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

/// Whole numbers beyond ten hours of seconds are milliseconds; decimals are seconds.
fn unit(list: &[Value]) -> Unit {
    let mut most = 0.0_f64;
    for entry in list {
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
    if most > 36_000.0 { Unit::Milliseconds } else { Unit::Seconds }
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

const LISTS: [&str; 12] = [
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
const TEXT: [&str; 10] = [
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
];
const WORD: [&str; 3] = ["punctuated_word", "word", "text"];
const SPEAKER: [&str; 12] = [
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
const END: [&str; 9] = [
    "end",
    "endTime",
    "end_time",
    "endMs",
    "end_ms",
    "endOffset",
    "end_timestamp",
    "to_time",
    "endDateTime",
];
const DURATION: [&str; 3] = ["durationMs", "duration_ms", "duration"];
