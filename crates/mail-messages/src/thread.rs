//! What was written now and what is quoted below it.
//!
//! Clients mark what they quote each in their own way: Outlook with a head of four fields under a rule, Gmail and Apple
//! Mail with a sentence that names day and person, all of them with `>` in plain text. English and French are known.

mod heads;

use heads::{Head, head_at};

/// One message of a thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What the head above it says of who wrote it, as it stands there; nothing for the newest.
    pub by: Option<String>,
    /// What the head says of when, as it stands there.
    pub at: Option<String>,
    /// What was written, without the marks of the quote.
    pub text: String,
    /// How often it is quoted.
    pub depth: usize,
}

/// Parts a text into its messages, the newest first. There is always one, which may be empty.
pub fn split(text: &str) -> Vec<Piece> {
    let lines: Vec<&str> = text.lines().take(MAX_LINES).collect();
    let mut pieces = Vec::new();
    let mut rest: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    let mut head: Option<Head> = None;
    let mut depth = 0;
    while depth < MAX_PIECES {
        let found = (0..rest.len()).find_map(|at| head_at(&rest, at).map(|found| (at, found)));
        // a quote without a head: everything from the first line that is quoted, when nothing else follows it
        let quoted = found.is_none().then(|| quote_at_end(&rest)).flatten();
        let end = found.as_ref().map(|(at, _)| *at).or(quoted).unwrap_or(rest.len());
        let behind = match &found {
            Some((at, head)) => at + head.lines,
            None => end,
        };
        let tail = rest.split_off(behind.min(rest.len()));
        rest.truncate(end);
        pieces.push(Piece {
            by: head.as_ref().and_then(|head| head.by.clone()),
            at: head.as_ref().and_then(|head| head.at.clone()),
            text: joined(&rest),
            depth,
        });
        if found.is_none() && quoted.is_none() {
            return pieces;
        }
        head = found.map(|(_, head)| head);
        rest = unquoted(tail);
        depth += 1;
        if rest.iter().all(|line| line.trim().is_empty()) && head.is_none() {
            return pieces;
        }
    }
    pieces
}

/// The newest message alone.
pub fn newest(text: &str) -> String {
    split(text).into_iter().next().map(|piece| piece.text).unwrap_or_default()
}

/// Where a quote begins that goes to the end.
fn quote_at_end(lines: &[String]) -> Option<usize> {
    let last = lines.iter().rposition(|line| !line.trim().is_empty())?;
    let begins = lines
        .get(..=last)?
        .iter()
        .rposition(|line| !line.trim_start().starts_with('>') && !line.trim().is_empty());
    let from = begins.map_or(0, |at| at + 1);
    let from =
        from + lines.get(from..)?.iter().position(|line| line.trim_start().starts_with('>'))?;
    // one quoted line at the end is an aside
    (last + 1 - from >= 2).then_some(from)
}

/// Takes one mark of a quote off, where most lines have one.
fn unquoted(lines: Vec<String>) -> Vec<String> {
    let written = lines.iter().filter(|line| !line.trim().is_empty()).count();
    let marked = lines.iter().filter(|line| line.trim_start().starts_with('>')).count();
    if marked * 2 <= written {
        return lines;
    }
    let bare = |line: String| {
        let from = line.trim_start();
        match from.strip_prefix('>') {
            Some(rest) => rest.strip_prefix(' ').unwrap_or(rest).to_owned(),
            None => line,
        }
    };
    lines.into_iter().map(bare).collect()
}

/// Lines as a text without empty ones at both ends.
fn joined(lines: &[String]) -> String {
    let is_written = |line: &String| !line.trim().is_empty();
    let Some(first) = lines.iter().position(is_written) else { return String::new() };
    let last = lines.iter().rposition(is_written).unwrap_or(first);
    let kept: Vec<&str> =
        lines.get(first..=last).unwrap_or_default().iter().map(|line| line.trim_end()).collect();
    kept.join("\n")
}

/// Lines of a text that are looked at; our own choice.
const MAX_LINES: usize = 20_000;
/// Messages of a thread; our own choice.
const MAX_PIECES: usize = 50;

#[cfg(test)]
mod tests;
