//! Moving over a text: words of eight bytes where most bytes are plain.

use std::mem;

use crate::finding::Code;

/// A place in a text that moves forward.
#[derive(Debug)]
pub(crate) struct Scanner<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    /// What was odd since somebody asked, each once.
    odd: Vec<Code>,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0, odd: Vec::new() }
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    pub(crate) fn go_to(&mut self, at: usize) {
        self.at = at;
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Passes one byte.
    pub(crate) fn advance(&mut self) {
        self.at += 1;
    }

    /// The bytes that are still ahead.
    pub(super) fn ahead(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// Passes a word when it stands here.
    pub(crate) fn take(&mut self, word: &str) -> bool {
        let here = self.ahead().starts_with(word.as_bytes());
        if here {
            self.at += word.len();
        }
        here
    }

    /// A number of JSON (RFC 8259 §6); else the place where it stops being one.
    pub(crate) fn number(&mut self) -> Result<&'a str, usize> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.advance();
        }
        match self.peek() {
            Some(b'0') => self.advance(),
            Some(b'1'..=b'9') => self.digits()?,
            _ => return Err(self.at),
        }
        if self.peek() == Some(b'.') {
            self.advance();
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.advance();
            if let Some(b'+' | b'-') = self.peek() {
                self.advance();
            }
            self.digits()?;
        }
        self.text.get(start..self.at).ok_or(start)
    }

    fn digits(&mut self) -> Result<(), usize> {
        let digits = self.ahead().iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += digits;
        if digits == 0 { Err(self.at) } else { Ok(()) }
    }

    /// Passes a whole value of a text that was read before.
    pub(crate) fn skip_value(&mut self) {
        let mut open = 0_usize;
        loop {
            self.skip_blanks();
            match self.peek() {
                None => return,
                Some(b'"') => {
                    if self.string().is_err() {
                        self.at = self.text.len();
                    }
                }
                Some(b'{' | b'[') => {
                    open += 1;
                    self.advance();
                }
                Some(b'}' | b']') => {
                    open = open.saturating_sub(1);
                    self.advance();
                }
                Some(b',' | b':') => self.advance(),
                Some(_) => {
                    let word = |byte: &&u8| !b",:{}[]\"/ \t\r\n".contains(byte);
                    self.at += self.ahead().iter().take_while(word).count().max(1);
                }
            }
            if open == 0 {
                return;
            }
        }
    }

    /// Remembers that something odd was met.
    #[cold]
    pub(super) fn met(&mut self, code: Code) {
        if !self.odd.contains(&code) {
            self.odd.push(code);
        }
    }

    /// What was odd since the last question.
    pub(super) fn take_odd(&mut self) -> Vec<Code> {
        mem::take(&mut self.odd)
    }
}

/// How many bytes from the front are neither quotation mark, backslash nor control character.
pub(super) fn plain_prefix(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let quote = word ^ (ONES * 0x22);
        let backslash = word ^ (ONES * 0x5C);
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        let quote = quote.wrapping_sub(ONES) & !quote;
        let backslash = backslash.wrapping_sub(ONES) & !backslash;
        let special = (control | quote | backslash) & HIGH;
        if special != 0 {
            return at * 8 + first_byte(special);
        }
    }
    let plain = |byte: &&u8| !matches!(**byte, b'"' | b'\\' | 0..=0x1F);
    words.len() * 8 + rest.iter().take_while(plain).count()
}

/// How many blanks the bytes begin with.
pub(super) fn spaces(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let other = u64::from_le_bytes(*word) ^ 0x2020_2020_2020_2020;
        if other != 0 {
            return at * 8 + first_byte(other);
        }
    }
    words.len() * 8 + rest.iter().take_while(|byte| **byte == b' ').count()
}

/// The first byte of a word, in the order of the text, that is not zero.
fn first_byte(word: u64) -> usize {
    (word.trailing_zeros() / 8) as usize
}
