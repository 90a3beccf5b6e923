//! Where the value of a pointer stands: a second scan of a text that was read before.

use std::collections::BTreeMap;

use super::{Encoding, Position};
use crate::{limits::MAX_DEPTH, pointer, reader::Scanner};

/// Line, column and file offset of a place in the decoded text.
pub(super) fn position(text: &str, encoding: Encoding, at: usize) -> Position {
    let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let before = text.get(..at).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    Position {
        offset: encoding.bytes_before(before),
        line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
        column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
    }
}

/// The place of the value that a pointer leads to, or of the last value on its way.
pub(super) fn offset_of(text: &str, pointer: &str) -> usize {
    let mut scanner = Scanner::new(text);
    let mut at = scanner.skip_blanks();
    let Some(segments) = pointer::segments(pointer) else { return at };
    for segment in segments {
        scanner.go_to(at);
        let next = match scanner.peek() {
            Some(b'{') => member(&mut scanner, &segment),
            Some(b'[') => pointer::index(&segment).and_then(|index| item(&mut scanner, index)),
            _ => None,
        };
        match next {
            Some(next) => at = next,
            None => break,
        }
    }
    at
}

/// The places of many pointers, each as [`offset_of`] gives it, from one scan.
pub(super) fn offsets_of(text: &str, pointers: &[&str]) -> Vec<usize> {
    let mut wanted = Wanted::default();
    for pointer in pointers {
        let mut at = &mut wanted;
        for segment in pointer::segments(pointer).into_iter().flatten().take(MAX_DEPTH) {
            at = at.below.entry(segment.into_owned()).or_default();
        }
    }
    let mut scanner = Scanner::new(text);
    wanted.find(&mut scanner);
    pointers.iter().map(|pointer| wanted.innermost(pointer)).collect()
}

/// Lines, columns and file offsets of many places, from one pass over the text.
pub(super) fn positions(text: &str, encoding: Encoding, offsets: &[usize]) -> Vec<Position> {
    let mut sorted: Vec<usize> = offsets.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut known = BTreeMap::new();
    let (mut from, mut last) = (0, position("", encoding, 0));
    for at in sorted {
        let piece = text.get(from..at).unwrap_or_default();
        let lines = piece.bytes().filter(|byte| *byte == b'\n').count();
        let tail = piece.rfind('\n').map_or(piece, |end| piece.get(end + 1..).unwrap_or_default());
        let columns = tail.chars().count();
        last = Position {
            offset: last.offset + encoding.bytes_before(piece) - encoding.bytes_before(""),
            line: last.line + lines,
            column: if lines == 0 { last.column + columns } else { columns + 1 },
        };
        from = at;
        known.insert(at, last);
    }
    offsets.iter().map(|at| known.get(at).copied().unwrap_or(last)).collect()
}

/// A place that is looked for, and those below it.
#[derive(Debug, Default)]
struct Wanted {
    at: Option<usize>,
    below: BTreeMap<String, Wanted>,
}

impl Wanted {
    /// Finds what is looked for in the value that comes next, and goes past it.
    fn find(&mut self, scanner: &mut Scanner<'_>) {
        // of names that come twice the last one counts, with what is in it
        self.forget();
        self.at = Some(scanner.skip_blanks());
        match scanner.peek() {
            Some(b'{') if !self.below.is_empty() => self.find_members(scanner),
            Some(b'[') if !self.below.is_empty() => self.find_items(scanner),
            _ => scanner.skip_value(),
        }
    }

    fn find_members(&mut self, scanner: &mut Scanner<'_>) {
        scanner.advance();
        loop {
            scanner.skip_blanks();
            match scanner.peek() {
                Some(b'"') => {}
                Some(b',') => {
                    scanner.advance();
                    continue;
                }
                Some(_) => return scanner.advance(),
                None => return,
            }
            let Ok(key) = scanner.string() else { return };
            scanner.skip_blanks();
            if scanner.peek() == Some(b':') {
                scanner.advance();
            }
            match self.below.get_mut(key.as_ref()) {
                Some(wanted) => wanted.find(scanner),
                None => scanner.skip_value(),
            }
        }
    }

    fn find_items(&mut self, scanner: &mut Scanner<'_>) {
        scanner.advance();
        let mut seen = 0_usize;
        loop {
            scanner.skip_blanks();
            match scanner.peek() {
                Some(b']') => return scanner.advance(),
                Some(b',') => {
                    scanner.advance();
                    continue;
                }
                Some(_) => {}
                None => return,
            }
            match self.below.get_mut(&seen.to_string()) {
                Some(wanted) => wanted.find(scanner),
                None => scanner.skip_value(),
            }
            seen += 1;
        }
    }

    fn forget(&mut self) {
        if self.at.take().is_some() {
            self.below.values_mut().for_each(Self::forget);
        }
    }

    /// The place of a pointer, or the last one on its way that exists.
    fn innermost(&self, pointer: &str) -> usize {
        let mut found = (self, self.at.unwrap_or_default());
        for segment in pointer::segments(pointer).into_iter().flatten().take(MAX_DEPTH) {
            let Some(next) = found.0.below.get(segment.as_ref()) else { break };
            let Some(at) = next.at else { break };
            found = (next, at);
        }
        found.1
    }
}

/// The value of the last member of that name.
fn member(scanner: &mut Scanner<'_>, name: &str) -> Option<usize> {
    let mut found = None;
    scanner.advance();
    loop {
        scanner.skip_blanks();
        match scanner.peek()? {
            b'"' => {}
            b',' => {
                scanner.advance();
                continue;
            }
            _ => return found,
        }
        let key = scanner.string().ok()?;
        scanner.skip_blanks();
        if scanner.peek() == Some(b':') {
            scanner.advance();
        }
        let at = scanner.skip_blanks();
        if key == name {
            found = Some(at);
        }
        scanner.skip_value();
    }
}

fn item(scanner: &mut Scanner<'_>, index: usize) -> Option<usize> {
    scanner.advance();
    let mut seen = 0;
    loop {
        let at = scanner.skip_blanks();
        match scanner.peek()? {
            b']' => return None,
            b',' => {
                scanner.advance();
                continue;
            }
            _ if seen == index => return Some(at),
            _ => {}
        }
        seen += 1;
        scanner.skip_value();
    }
}
