//! How rules are written down.
//!
//! `name: expression`, further lines indented. `'text'` in any case, `"text"` exactly, `[a-z]` one of these
//! characters, a name for another rule; behind one another in sequence, `|` between alternatives, `( )` to group,
//! `?` `*` `+` `{n}` `{n,}` `{n,m}` behind what is repeated, `item % separator` for one or more.

use std::{iter::Peekable, str::Chars};

/// What a rule says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node<'a> {
    Text(Vec<char>, AnyCase),
    Class(Vec<(char, char)>),
    Sequence(Vec<Self>),
    Choice(Vec<Self>),
    Repeat(Box<Self>, u32, Option<u32>),
    Rule(&'a str),
}

pub(super) type AnyCase = bool;

/// A rule by its name.
pub(super) struct Rule<'a> {
    pub(super) name: &'a str,
    pub(super) body: Node<'a>,
}

/// Reads rules; `None` for what is no rule.
pub(super) fn read(text: &str) -> Option<Vec<Rule<'_>>> {
    let mut rules = Vec::new();
    let mut from = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let begins = line.starts_with(|c: char| c.is_ascii_alphabetic());
        if begins && let Some(start) = from.replace(at) {
            rules.push(rule(text.get(start..at)?)?);
        }
        at += line.len();
    }
    if let Some(start) = from {
        rules.push(rule(text.get(start..)?)?);
    }
    Some(rules)
}

fn rule(text: &str) -> Option<Rule<'_>> {
    let (name, body) = text.split_once(':')?;
    let mut reader = Reader { text: body, chars: body.chars().peekable() };
    let body = reader.choice()?;
    reader.blanks();
    reader.chars.peek().is_none().then_some(Rule { name, body })
}

struct Reader<'a> {
    text: &'a str,
    chars: Peekable<Chars<'a>>,
}

impl<'a> Reader<'a> {
    fn blanks(&mut self) {
        while self.chars.next_if(|c| c.is_whitespace()).is_some() {}
    }

    fn choice(&mut self) -> Option<Node<'a>> {
        let mut alternatives = vec![self.sequence()?];
        while self.chars.next_if_eq(&'|').is_some() {
            alternatives.push(self.sequence()?);
        }
        if alternatives.len() == 1 { alternatives.pop() } else { Some(Node::Choice(alternatives)) }
    }

    fn sequence(&mut self) -> Option<Node<'a>> {
        let mut items = Vec::new();
        loop {
            self.blanks();
            if self.chars.next_if_eq(&'%').is_some() {
                self.blanks();
                let item = items.pop()?;
                let separator = self.repeated()?;
                let more = Node::Sequence(vec![separator, Node::clone(&item)]);
                items.push(Node::Sequence(vec![item, Node::Repeat(Box::new(more), 0, None)]));
            } else if matches!(self.chars.peek(), None | Some('|' | ')')) {
                break;
            } else {
                items.push(self.repeated()?);
            }
        }
        if items.len() == 1 { items.pop() } else { Some(Node::Sequence(items)) }
    }

    fn repeated(&mut self) -> Option<Node<'a>> {
        let item = self.item()?;
        let (least, most) = match self.chars.peek() {
            Some('?') => (0, Some(1)),
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('{') => {
                self.chars.next();
                let least = self.number()?;
                let most = match self.chars.next_if_eq(&',') {
                    None => Some(least),
                    Some(_) if self.chars.peek() == Some(&'}') => None,
                    Some(_) => Some(self.number()?),
                };
                (least, most)
            }
            _ => return Some(item),
        };
        self.chars.next();
        Some(Node::Repeat(Box::new(item), least, most))
    }

    fn number(&mut self) -> Option<u32> {
        let mut number = self.chars.next()?.to_digit(10)?;
        while let Some(digit) = self.chars.peek().and_then(|c| c.to_digit(10)) {
            number = number * 10 + digit;
            self.chars.next();
        }
        Some(number)
    }

    fn item(&mut self) -> Option<Node<'a>> {
        match *self.chars.peek()? {
            '(' => {
                self.chars.next();
                let inner = self.choice()?;
                self.chars.next_if_eq(&')')?;
                Some(inner)
            }
            '[' => self.class(),
            quote @ ('\'' | '"') => {
                self.chars.next();
                let mut text = Vec::new();
                loop {
                    match self.chars.next()? {
                        c if c == quote => return Some(Node::Text(text, quote == '\'')),
                        '\\' => text.push(self.escaped()?),
                        c => text.push(c),
                    }
                }
            }
            _ => {
                let start = self.offset();
                while self.chars.next_if(|c| c.is_ascii_alphanumeric() || *c == '-').is_some() {}
                let name = self.text.get(start..self.offset())?;
                (!name.is_empty()).then_some(Node::Rule(name))
            }
        }
    }

    fn offset(&self) -> usize {
        self.text.len() - self.chars.clone().map(char::len_utf8).sum::<usize>()
    }

    fn class(&mut self) -> Option<Node<'a>> {
        self.chars.next();
        let mut ranges = Vec::new();
        loop {
            let first = match self.chars.next()? {
                ']' => return Some(Node::Class(ranges)),
                '\\' => self.escaped()?,
                c => c,
            };
            let last = if self.chars.next_if_eq(&'-').is_some() {
                match self.chars.next()? {
                    '\\' => self.escaped()?,
                    c => c,
                }
            } else {
                first
            };
            ranges.push((first, last));
        }
    }

    /// Behind a backslash: `uXXXX`, or the character itself.
    fn escaped(&mut self) -> Option<char> {
        match self.chars.next()? {
            'u' => {
                let mut code = 0;
                for _ in 0..4 {
                    code = code * 16 + self.chars.next()?.to_digit(16)?;
                }
                char::from_u32(code)
            }
            c => Some(c),
        }
    }
}
