//! A place in a text, and what was used up on the way there.

use crate::{
    error::{Error, Problem, Result},
    limits,
};

/// A place in decoded text.
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    /// Form-encoded text: a plus sign may have become a blank.
    pub(super) form: bool,
    pub(super) nodes: usize,
    pub(super) depth: usize,
    /// The deepest node since the current operand began.
    pub(super) deepest: usize,
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(text: &'a str, form: bool, nodes: usize) -> Self {
        Self { text, at: 0, form, nodes, depth: 0, deepest: 0 }
    }

    pub(super) const fn at(&self) -> usize {
        self.at
    }

    pub(super) const fn back_to(&mut self, at: usize) {
        self.at = at;
    }

    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    pub(super) const fn advance(&mut self, bytes: usize) {
        self.at += bytes;
    }

    /// Passes this byte if it is next.
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.at += 1;
        }
        found
    }

    /// Passes this text if it is next, case-sensitive.
    pub(super) fn eat_text(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// Passes this word if it is next, in any case, and no identifier goes on behind it.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let found = self.text.as_bytes().get(self.at..self.at + word.len());
        let same = found.is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes()));
        if !same {
            return false;
        }
        let behind = self.text.get(self.at + word.len()..).and_then(|rest| rest.chars().next());
        if behind.is_some_and(continues_identifier) {
            return false;
        }
        self.at += word.len();
        true
    }

    pub(super) fn expect(&mut self, byte: u8, what: &'static str) -> Result<()> {
        if self.eat(byte) { Ok(()) } else { Err(self.expected(what)) }
    }

    /// Passes blanks and tabs; whether there were any.
    pub(super) fn blanks(&mut self) -> bool {
        let start = self.at;
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        self.at > start
    }

    pub(super) fn open(&mut self) -> Result<()> {
        self.expect(b'(', "'('")?;
        self.blanks();
        Ok(())
    }

    pub(super) fn close(&mut self) -> Result<()> {
        self.blanks();
        self.expect(b')', "')'")
    }

    /// Passes a comma and the blanks around it; without one stays where it is.
    pub(super) fn comma(&mut self) -> bool {
        let start = self.at;
        self.blanks();
        if self.eat(b',') {
            self.blanks();
            return true;
        }
        self.at = start;
        false
    }

    pub(super) fn expect_comma(&mut self) -> Result<()> {
        if self.comma() {
            return Ok(());
        }
        self.blanks();
        Err(self.expected("','"))
    }

    pub(super) fn end(&self) -> Result<()> {
        if self.at < self.text.len() {
            return Err(self.error(Problem::Trailing));
        }
        Ok(())
    }

    pub(super) const fn error(&self, problem: Problem) -> Error {
        Error { at: self.at, problem }
    }

    pub(super) const fn expected(&self, what: &'static str) -> Error {
        self.error(Problem::Expected(what))
    }

    /// Counts one node.
    pub(super) fn node(&mut self) -> Result<()> {
        self.nodes += 1;
        if self.nodes > limits::NODES {
            return Err(self.error(Problem::Limit { of: "nodes", limit: limits::NODES }));
        }
        Ok(())
    }

    /// Reads something one level deeper.
    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
        self.shallow_enough()?;
        let value = read(self);
        self.depth -= 1;
        value
    }

    pub(super) const fn shallow_enough(&self) -> Result<()> {
        if self.deepest > limits::DEPTH {
            return Err(self.error(Problem::Limit { of: "levels", limit: limits::DEPTH }));
        }
        Ok(())
    }

    /// Items with commas between them, at least one.
    pub(super) fn list<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut items = Vec::new();
        loop {
            self.node()?;
            items.push(item(self)?);
            if !self.comma() {
                return Ok(items);
            }
        }
    }

    /// Whether an identifier begins here.
    pub(super) fn at_identifier(&self) -> bool {
        self.rest().chars().next().is_some_and(begins_identifier)
    }

    pub(super) fn identifier(&mut self) -> Result<&'a str> {
        if !self.at_identifier() {
            return Err(self.expected("a name"));
        }
        let rest = self.rest();
        let mut chars = 0;
        let mut end = rest.len();
        for (at, c) in rest.char_indices() {
            if !continues_identifier(c) {
                end = at;
                break;
            }
            chars += 1;
        }
        if chars > limits::IDENTIFIER_CHARS {
            let limit = limits::IDENTIFIER_CHARS;
            return Err(self.error(Problem::Limit { of: "characters in a name", limit }));
        }
        self.at += end;
        Ok(rest.get(..end).unwrap_or_default())
    }

    /// `name` or `namespace.name`.
    pub(super) fn qualified(&mut self) -> Result<&'a str> {
        let start = self.at;
        self.identifier()?;
        while self.peek() == Some(b'.') {
            let behind = self.text.get(self.at + 1..).and_then(|rest| rest.chars().next());
            if !behind.is_some_and(begins_identifier) {
                break;
            }
            self.at += 1;
            self.identifier()?;
        }
        Ok(self.since(start))
    }

    /// Digits only.
    pub(super) fn unsigned(&mut self) -> Result<u64> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        let digits = self.since(start);
        if digits.is_empty() {
            return Err(self.expected("a whole number"));
        }
        let out_of_range = Error { at: start, problem: Problem::Range("number") };
        digits.parse().map_err(|_out_of_range| out_of_range)
    }

    /// `as name`, behind blanks.
    pub(super) fn alias(&mut self) -> Result<String> {
        if !self.blanks() || !self.eat_word("as") || !self.blanks() {
            return Err(self.expected("'as'"));
        }
        Ok(self.identifier()?.to_owned())
    }

    /// Names and type casts with slashes between them.
    pub(super) fn name_path(&mut self) -> Result<Vec<String>> {
        let start = self.at();
        let names = self.plain_path()?;
        match names.iter().find(|name| name.starts_with('@')) {
            None => Ok(names),
            Some(_) => Err(Error { at: start, problem: Problem::Expected("a path of names") }),
        }
    }

    /// Names, qualified names, type casts and annotations with slashes between them.
    pub(super) fn plain_path(&mut self) -> Result<Vec<String>> {
        let mut names = vec![self.name_or_annotation()?];
        while self.peek() == Some(b'/') && !matches!(self.peek_at(1), Some(b'$' | b'*')) {
            self.at += 1;
            names.push(self.name_or_annotation()?);
            if names.len() > limits::SEGMENTS {
                let limit = limits::SEGMENTS;
                return Err(self.error(Problem::Limit { of: "segments", limit }));
            }
        }
        Ok(names)
    }

    fn name_or_annotation(&mut self) -> Result<String> {
        self.node()?;
        let start = self.at;
        let annotation = self.eat(b'@');
        self.qualified()?;
        if annotation && self.eat(b'#') {
            self.identifier()?;
        }
        Ok(self.since(start).to_owned())
    }
}

fn begins_identifier(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

pub(super) fn continues_identifier(c: char) -> bool {
    c == '_' || c.is_alphanumeric() || is_mark(c)
}

/// Combining marks and joiners that identifiers may hold (categories Mn, Mc, Cf), the blocks in use.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{200c}' | '\u{200d}' | '\u{203f}' | '\u{2040}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}
