//! Where the value of a pointer stands: a second scan of a text that was read before.

use super::{Encoding, Position};
use crate::{pointer, reader::Scanner};

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
