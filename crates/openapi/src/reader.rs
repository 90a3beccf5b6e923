//! The lenient JSON reader.
//!
//! One pass over text that is valid UTF-8 already. Children are gathered on two stacks that live as
//! long as the reader, so every list and object is allocated once, in its final size.

mod blanks;
mod scan;
mod string;

use std::borrow::Cow;

pub(crate) use scan::Scanner;

use crate::{
    document::Reason,
    finding::{
        Code, Finding, Findings, Part, Severity,
        codes::{REPEATED_NAME, TRAILING_COMMA},
    },
    limits::{MAX_DEPTH, MAX_VALUES},
    pointer,
    tree::{Entry, Node, Number, Object},
};

/// Where and why reading stopped.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Failure {
    /// Byte in the decoded text.
    pub(crate) at: usize,
    pub(crate) reason: Reason,
}

/// Reads the one value of a text.
pub(crate) fn read<'a>(
    text: &'a str,
    part: Part,
    findings: &mut Findings,
) -> Result<Node<'a>, Failure> {
    let mut reader = Reader {
        scanner: Scanner::new(text),
        findings,
        part,
        entries: Vec::new(),
        items: Vec::new(),
        values: 0,
    };
    let start = reader.blanks();
    if reader.scanner.peek().is_none() {
        return Err(Failure { at: start, reason: Reason::Empty });
    }
    let root = reader.value(0)?;
    let end = reader.blanks();
    match reader.scanner.peek() {
        None => Ok(root),
        Some(_) => Err(Failure { at: end, reason: Reason::TextAfterRoot }),
    }
}

struct Reader<'a, 'f> {
    scanner: Scanner<'a>,
    findings: &'f mut Findings,
    part: Part,
    /// Members of all objects that are open, the innermost last.
    entries: Vec<Entry<'a>>,
    /// Elements of all lists that are open, the innermost last.
    items: Vec<Node<'a>>,
    values: usize,
}

impl<'a> Reader<'a, '_> {
    fn value(&mut self, depth: usize) -> Result<Node<'a>, Failure> {
        self.values += 1;
        if self.values > MAX_VALUES {
            return Err(self.failure(Reason::TooManyValues));
        }
        match self.scanner.peek() {
            Some(b'"') => Ok(Node::Text(self.string()?)),
            Some(b'{') => self.object(depth + 1),
            Some(b'[') => self.list(depth + 1),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Node::Bool(true)),
            Some(b'f') => self.word("false", Node::Bool(false)),
            Some(b'n') => self.word("null", Node::Null),
            Some(_) => Err(self.failure(Reason::ExpectedValue)),
            None => Err(self.failure(Reason::UnexpectedEnd)),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Node<'a>, Failure> {
        self.bound(depth)?;
        self.scanner.advance();
        let start = self.entries.len();
        let mut comma = None;
        loop {
            let at = self.blanks();
            match self.scanner.peek() {
                Some(b'"') => {}
                Some(b'}') => {
                    self.trailing(comma);
                    break;
                }
                other => return Err(unexpected(at, other, Reason::ExpectedName)),
            }
            let key = self.string()?;
            let at = self.blanks();
            match self.scanner.peek() {
                Some(b':') => self.scanner.advance(),
                other => return Err(unexpected(at, other, Reason::ExpectedColon)),
            }
            self.blanks();
            let found = self.findings.len();
            let value = self.value(depth)?;
            if self.findings.len() > found {
                self.findings.prefix(found, &format!("/{}", pointer::escape(&key)));
            }
            self.entries.push(Entry { key, value });
            let at = self.blanks();
            match self.scanner.peek() {
                Some(b',') => comma = Some(at),
                Some(b'}') => break,
                other => return Err(unexpected(at, other, Reason::ExpectedComma)),
            }
            self.scanner.advance();
        }
        self.scanner.advance();
        let entries = self.entries.split_off(start);
        let (findings, part) = (&mut *self.findings, self.part);
        Ok(Node::Object(Object::collect(entries, |key| {
            let pointer = format!("/{}", pointer::escape(key));
            let finding = Finding::new(part, pointer, REPEATED_NAME, Severity::Warning);
            findings.push(finding.with("name", key));
        })))
    }

    fn list(&mut self, depth: usize) -> Result<Node<'a>, Failure> {
        self.bound(depth)?;
        self.scanner.advance();
        let start = self.items.len();
        let mut comma = None;
        loop {
            self.blanks();
            if self.scanner.peek() == Some(b']') {
                self.trailing(comma);
                break;
            }
            let found = self.findings.len();
            let value = self.value(depth)?;
            if self.findings.len() > found {
                self.findings.prefix(found, &format!("/{}", self.items.len() - start));
            }
            self.items.push(value);
            let at = self.blanks();
            match self.scanner.peek() {
                Some(b',') => comma = Some(at),
                Some(b']') => break,
                other => return Err(unexpected(at, other, Reason::ExpectedComma)),
            }
            self.scanner.advance();
        }
        self.scanner.advance();
        Ok(Node::List(self.items.split_off(start)))
    }

    fn number(&mut self) -> Result<Node<'a>, Failure> {
        match self.scanner.number() {
            Ok(text) => Ok(Node::Number(Number(Cow::Borrowed(text)))),
            Err(at) => Err(Failure { at, reason: Reason::InvalidNumber }),
        }
    }

    fn word(&mut self, word: &str, node: Node<'a>) -> Result<Node<'a>, Failure> {
        if self.scanner.take(word) { Ok(node) } else { Err(self.failure(Reason::ExpectedValue)) }
    }

    fn string(&mut self) -> Result<Cow<'a, str>, Failure> {
        let string = self.scanner.string()?;
        self.note_odd();
        Ok(string)
    }

    /// Skips what may stand between values; the place where it ends.
    fn blanks(&mut self) -> usize {
        let at = self.scanner.skip_blanks();
        self.note_odd();
        at
    }

    fn note_odd(&mut self) {
        for code in self.scanner.take_odd() {
            self.note(code);
        }
    }

    fn trailing(&mut self, comma: Option<usize>) {
        if comma.is_some() {
            self.note(TRAILING_COMMA);
        }
    }

    /// A finding at the value being read; whoever is above puts its segment before the pointer.
    fn note(&mut self, code: Code) {
        self.findings.push(Finding::new(self.part, "", code, Severity::Warning));
    }

    fn bound(&self, depth: usize) -> Result<(), Failure> {
        if depth > MAX_DEPTH { Err(self.failure(Reason::TooDeep)) } else { Ok(()) }
    }

    fn failure(&self, reason: Reason) -> Failure {
        Failure { at: self.scanner.at(), reason }
    }
}

fn unexpected(at: usize, found: Option<u8>, expected: Reason) -> Failure {
    Failure { at, reason: if found.is_some() { expected } else { Reason::UnexpectedEnd } }
}
