//! What may stand between values: white space, and what published texts hold instead of it.

use super::scan::{Scanner, spaces};
use crate::finding::codes::{COMMENT, UNICODE_BLANK};

impl Scanner<'_> {
    /// Passes white space and comments; the place where they end.
    pub(crate) fn skip_blanks(&mut self) -> usize {
        loop {
            match self.peek() {
                Some(b' ') => self.at += spaces(self.ahead()),
                Some(b'\n' | b'\r' | b'\t') => self.advance(),
                Some(b'/' | 0x0B | 0x0C | 0x80..) if self.skip_unusual() => {}
                _ => return self.at,
            }
        }
    }

    #[cold]
    fn skip_unusual(&mut self) -> bool {
        let ahead = self.text.get(self.at..).unwrap_or_default();
        let length = if ahead.starts_with("//") {
            self.met(COMMENT);
            ahead.find('\n').unwrap_or(ahead.len())
        } else if let Some(comment) = ahead.strip_prefix("/*") {
            self.met(COMMENT);
            comment.find("*/").map_or(ahead.len(), |end| end + 4)
        } else {
            match ahead.chars().next() {
                Some(character) if is_blank(character) => {
                    self.met(UNICODE_BLANK);
                    character.len_utf8()
                }
                _ => return false,
            }
        };
        self.at += length;
        true
    }
}

/// White space of Unicode, and the marks without width that editors leave behind.
fn is_blank(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{200B}' | '\u{2060}' | '\u{FEFF}')
}
