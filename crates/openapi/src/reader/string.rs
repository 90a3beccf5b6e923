//! Strings: borrowed while they hold no escape.

use std::borrow::Cow;

use super::{
    Failure,
    scan::{Scanner, plain_prefix},
};
use crate::{
    document::Reason,
    finding::codes::{CONTROL_CHARACTER, LONE_SURROGATE},
};

impl<'a> Scanner<'a> {
    /// Reads the string whose quotation mark stands here.
    pub(crate) fn string(&mut self) -> Result<Cow<'a, str>, Failure> {
        self.advance();
        let start = self.at;
        loop {
            self.at += plain_prefix(self.ahead());
            match self.peek() {
                Some(b'"') => {
                    let text = self.text.get(start..self.at).unwrap_or_default();
                    self.advance();
                    return Ok(Cow::Borrowed(text));
                }
                Some(b'\\') => return self.escaped(start).map(Cow::Owned),
                Some(_) => self.control(),
                None => return Err(Failure { at: self.at, reason: Reason::UnexpectedEnd }),
            }
        }
    }

    /// Goes on with a string at its first escape.
    fn escaped(&mut self, start: usize) -> Result<String, Failure> {
        let mut text = self.text.get(start..self.at).unwrap_or_default().to_owned();
        loop {
            let from = self.at;
            self.at += plain_prefix(self.ahead());
            text.push_str(self.text.get(from..self.at).unwrap_or_default());
            match self.peek() {
                Some(b'"') => {
                    self.advance();
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escape()?),
                Some(control) => {
                    self.control();
                    text.push(char::from(control));
                }
                None => return Err(Failure { at: self.at, reason: Reason::UnexpectedEnd }),
            }
        }
    }

    #[cold]
    fn control(&mut self) {
        self.met(CONTROL_CHARACTER);
        self.advance();
    }

    /// One escape (RFC 8259 §7).
    fn escape(&mut self) -> Result<char, Failure> {
        let start = self.at;
        self.advance();
        let Some(kind) = self.peek() else {
            return Err(Failure { at: self.at, reason: Reason::UnexpectedEnd });
        };
        self.advance();
        let character = match kind {
            b'"' | b'\\' | b'/' => char::from(kind),
            b'b' => '\u{8}',
            b'f' => '\u{C}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => match self.unit() {
                Some(unit) => self.character(unit),
                None => return Err(Failure { at: start, reason: Reason::InvalidEscape }),
            },
            _ => return Err(Failure { at: start, reason: Reason::InvalidEscape }),
        };
        Ok(character)
    }

    /// The character of a UTF-16 unit, with the second half of its pair when one follows.
    fn character(&mut self, unit: u16) -> char {
        let after = self.at;
        let second = if (0xD800..0xDC00).contains(&unit) && self.take("\\u") {
            self.unit().filter(|second| (0xDC00..0xE000).contains(second))
        } else {
            None
        };
        if second.is_none() {
            self.at = after;
        }
        let units = [Some(unit), second].into_iter().flatten();
        if let Some(Ok(character)) = char::decode_utf16(units).next() {
            character
        } else {
            self.met(LONE_SURROGATE);
            char::REPLACEMENT_CHARACTER
        }
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Option<u16> {
        let digits = self.text.get(self.at..self.at + 4)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.at += 4;
        u16::from_str_radix(digits, 16).ok()
    }
}
