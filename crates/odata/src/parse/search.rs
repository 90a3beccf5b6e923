//! `$search`.

use crate::{
    error::{Error, Problem, Result},
    tree::options::Search,
};

use super::cursor::Cursor;

impl Cursor<'_> {
    pub(super) fn search(&mut self) -> Result<Search> {
        self.deeper(Self::search_or)
    }

    fn search_or(&mut self) -> Result<Search> {
        let mut parts = vec![self.search_and()?];
        loop {
            let start = self.at();
            if self.blanks() && self.search_operator("OR") {
                parts.push(self.search_and()?);
            } else {
                self.back_to(start);
                return Ok(one_or(parts, Search::Or));
            }
        }
    }

    fn search_and(&mut self) -> Result<Search> {
        let mut parts = vec![self.search_term()?];
        loop {
            let start = self.at();
            if !self.blanks() || !self.at_search_term() || self.search_operator("OR") {
                self.back_to(start);
                return Ok(one_or(parts, Search::And));
            }
            self.search_operator("AND");
            parts.push(self.search_term()?);
        }
    }

    fn at_search_term(&self) -> bool {
        matches!(self.peek(), Some(b'(' | b'"' | b'\''))
            || self.rest().chars().next().is_some_and(in_word)
    }

    /// Passes the operator with the blanks behind it, if a term follows: else it is a word.
    fn search_operator(&mut self, word: &str) -> bool {
        let start = self.at();
        if self.eat_text(word) && self.blanks() && self.at_search_term() {
            return true;
        }
        self.back_to(start);
        false
    }

    fn search_term(&mut self) -> Result<Search> {
        self.node()?;
        if self.search_operator("NOT") {
            return Ok(Search::Not(Box::new(self.deeper(Self::search_term)?)));
        }
        match self.peek() {
            Some(b'(') => {
                self.open()?;
                let inner = self.search()?;
                self.close()?;
                Ok(inner)
            }
            Some(quote @ (b'"' | b'\'')) => self.phrase(char::from(quote)),
            _ => {
                let start = self.at();
                let rest = self.rest();
                let mut end = rest.len();
                for (at, c) in rest.char_indices() {
                    let quote_within = c == '\'' && at > 0;
                    if !(in_word(c) || quote_within) {
                        end = at;
                        break;
                    }
                }
                self.advance(end);
                if end == 0 {
                    return Err(self.expected("a search word"));
                }
                Ok(Search::Word(self.since(start).to_owned()))
            }
        }
    }

    /// `"…"`; also `'…'`, which some clients send.
    fn phrase(&mut self, quote: char) -> Result<Search> {
        let start = self.at();
        self.advance(1);
        let Some(end) = self.rest().find(quote) else {
            return Err(Error { at: start, problem: Problem::Expected("the end of this phrase") });
        };
        if end == 0 {
            return Err(self.expected("a phrase"));
        }
        let phrase = self.rest().get(..end).unwrap_or_default().to_owned();
        self.advance(end + 1);
        Ok(Search::Phrase(phrase))
    }
}

fn in_word(c: char) -> bool {
    !matches!(c, ' ' | '\t' | '(' | ')' | '"' | ';' | '\'')
}

fn one_or(mut parts: Vec<Search>, join: fn(Vec<Search>) -> Search) -> Search {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            join(parts)
        }
        None => join(parts),
    }
}
