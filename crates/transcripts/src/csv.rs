//! Tables of what was said: comma, semicolon or tab between cells (RFC 4180), names of columns in the first row.

use crate::{
    Cue, Error, Format, MAX_CUE_BYTES, MAX_CUES, Reason, Times, Transcript, clock, name, payload,
    text::{estimate_ends, spoken_ms},
};

/// Which column is which.
struct Columns {
    mark: char,
    text: usize,
    speaker: Option<usize>,
    start: Option<usize>,
    end: Option<usize>,
}

/// The columns of a table, when the first line names one of what was said and one of who or when.
fn columns(first: &str) -> Option<Columns> {
    for mark in ['\t', ',', ';'] {
        let cells: Vec<String> =
            row(first, mark).0.iter().map(|cell| cell.trim().to_lowercase()).collect();
        let place = |names: &[&str]| cells.iter().position(|cell| names.contains(&cell.as_str()));
        let Some(text) = place(&TEXT) else { continue };
        let (speaker, start, end) = (place(&SPEAKER), place(&START), place(&END));
        if speaker.or(start).is_some() {
            return Some(Columns { mark, text, speaker, start, end });
        }
    }
    None
}

/// Whether a text is such a table.
pub(crate) fn is_table(text: &str) -> bool {
    text.lines().next().is_some_and(|first| first.len() < 1_000 && columns(first).is_some())
}

/// Reads a table.
pub(crate) fn parse(text: &str) -> Result<Transcript, Error> {
    let (first, mut rest) = text.split_once('\n').unwrap_or((text, ""));
    let columns = columns(first).ok_or(Error::at(1, Reason::NoText))?;
    let mut out = Transcript { format: Format::Text, ..Transcript::default() };
    let (mut line, mut starts, mut ends, mut now_ms) = (2, 0, 0, 0_i64);
    while !rest.is_empty() {
        let (cells, bytes) = row(rest, columns.mark);
        let taken = rest.get(..bytes).unwrap_or_default();
        let here = line;
        line += taken.matches('\n').count().max(1);
        rest = rest.get(bytes..).unwrap_or_default();
        let cell = |at: Option<usize>| at.and_then(|at| cells.get(at)).map(|cell| cell.trim());
        let said = payload::one_line(cell(Some(columns.text)).unwrap_or_default());
        if said.is_empty() {
            continue;
        }
        if out.cues.len() >= MAX_CUES {
            return Err(Error::at(here, Reason::TooMany));
        }
        if said.len() > MAX_CUE_BYTES {
            return Err(Error::at(here, Reason::TooLong));
        }
        let (start, end) = (cell(columns.start).and_then(time), cell(columns.end).and_then(time));
        starts += usize::from(start.is_some());
        ends += usize::from(end.is_some());
        let start_ms = start.unwrap_or(now_ms);
        let end_ms = end.unwrap_or_else(|| start_ms.saturating_add(spoken_ms(&said))).max(start_ms);
        now_ms = end_ms;
        let speaker = cell(columns.speaker).and_then(name::kept);
        out.cues.push(Cue { speaker, start_ms, end_ms, text: said, language: None, line: here });
    }
    let count = out.cues.len();
    out.times = match (starts == count, ends == count) {
        (true, true) => Times::Given,
        (true, false) => Times::Starts,
        _ => Times::Estimated,
    };
    if out.times == Times::Starts {
        estimate_ends(&mut out.cues);
    }
    Ok(out)
}

/// A time of a cell: a clock, or seconds.
fn time(cell: &str) -> Option<i64> {
    let seconds = || {
        let tenths = cell.len() <= 12 && cell.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        // `65.5` is a clock without its minutes
        tenths.then(|| clock::duration(&format!("PT{cell}S"))).flatten()
    };
    clock::of_day(cell).or_else(seconds)
}

/// The cells of the first row, and how many bytes it takes with its end.
fn row(text: &str, mark: char) -> (Vec<String>, usize) {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let Some(cell) = cells.last_mut() else { break };
        match letter {
            '"' if quoted && letters.peek().is_some_and(|(_, next)| *next == '"') => {
                cell.push('"');
                letters.next();
            }
            '"' if quoted || cell.trim().is_empty() => quoted = !quoted,
            '\n' if !quoted => return (cells, at + 1),
            other if other == mark && !quoted => cells.push(String::new()),
            other => cell.push(other),
        }
    }
    (cells, text.len())
}

const TEXT: [&str; 11] = [
    "text",
    "transcript",
    "content",
    "sentence",
    "message",
    "utterance",
    "caption",
    "said",
    "texte",
    "contenu",
    "transcription",
];
const SPEAKER: [&str; 9] = [
    "speaker",
    "speaker name",
    "speaker_name",
    "name",
    "participant",
    "user",
    "intervenant",
    "nom",
    "locuteur",
];
const START: [&str; 12] = [
    "start",
    "start time",
    "start_time",
    "starttime",
    "begin",
    "time",
    "timestamp",
    "timecode",
    "in",
    "début",
    "debut",
    "heure",
];
const END: [&str; 6] = ["end", "end time", "end_time", "endtime", "out", "fin"];
