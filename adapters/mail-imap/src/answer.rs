//! Answers, taken apart.

use mail_sources::{Error, Result};

use crate::wire::Raw;

/// A piece of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    /// A word: an atom, a number, `NIL`, `BODY[HEADER]`.
    Word(String),
    /// A quoted text or a literal.
    Text(Vec<u8>),
    /// What stands in parentheses.
    List(Vec<Self>),
}

impl Item {
    pub(crate) fn word(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            _ => None,
        }
    }

    pub(crate) fn number(&self) -> Option<u64> {
        self.word()?.parse().ok()
    }

    pub(crate) fn list(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// A text in whatever form.
    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Text(bytes) => Some(bytes),
            Self::Word(word) if !word.eq_ignore_ascii_case("NIL") => Some(word.as_bytes()),
            _ => None,
        }
    }
}

/// How a command ended, or what a server says besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Ok,
    No,
    Bad,
    Bye,
    /// The server takes us for somebody already.
    Known,
}

/// An answer.
#[derive(Debug)]
pub(crate) enum Answer {
    /// The end of the command with this tag.
    Done(String, Status, String),
    /// The server waits for more.
    Go,
    /// A status that belongs to no command; its code, such as `UIDVALIDITY 1`, stands in brackets.
    Said(Status, String),
    /// Anything else that is told.
    Told(Vec<Item>),
}

/// Takes an answer apart.
pub(crate) fn read(raw: Raw) -> Result<Answer> {
    let first = raw.lines.first().map(Vec::as_slice).unwrap_or_default();
    let text = String::from_utf8_lossy(first).into_owned();
    if text.starts_with('+') {
        return Ok(Answer::Go);
    }
    let (tag, rest) = text.split_once(' ').unwrap_or((&text, ""));
    let (word, words) = rest.split_once(' ').unwrap_or((rest, ""));
    let status = match word.to_ascii_uppercase().as_str() {
        "OK" => Some(Status::Ok),
        "PREAUTH" => Some(Status::Known),
        "NO" => Some(Status::No),
        "BAD" => Some(Status::Bad),
        "BYE" => Some(Status::Bye),
        _ => None,
    };
    match (tag, status) {
        ("*", Some(status)) => Ok(Answer::Said(status, words.to_owned())),
        ("*", None) => Ok(Answer::Told(items(raw)?)),
        (tag, Some(status)) => Ok(Answer::Done(tag.to_owned(), status, words.to_owned())),
        _ => Err(Error::Answer { reason: "a line is none of the protocol" }),
    }
}

/// The pieces behind the star.
fn items(raw: Raw) -> Result<Vec<Item>> {
    let mut stack: Vec<Vec<Item>> = vec![Vec::new()];
    let mut count = 0_usize;
    let mut literals = raw.literals.into_iter();
    let last = raw.lines.len().saturating_sub(1);
    for (number, line) in raw.lines.iter().enumerate() {
        let mut bytes = line.as_slice();
        if number < last {
            let open = bytes.iter().rposition(|&byte| byte == b'{').unwrap_or(bytes.len());
            bytes = bytes.get(..open).unwrap_or_default();
        }
        while let Some((&byte, rest)) = bytes.split_first() {
            count += 1;
            if count > MAX_ITEMS {
                return Err(Error::Answer { reason: "an answer has too many parts" });
            }
            match byte {
                b' ' => bytes = rest,
                b'(' => {
                    if stack.len() > MAX_DEPTH {
                        return Err(Error::Answer { reason: "lists stand too deep in each other" });
                    }
                    stack.push(Vec::new());
                    bytes = rest;
                }
                b')' => {
                    let closed = stack.pop().filter(|_| !stack.is_empty());
                    let closed =
                        closed.ok_or(Error::Answer { reason: "a list has no beginning" })?;
                    put(&mut stack, Item::List(closed));
                    bytes = rest;
                }
                b'"' => {
                    let (text, behind) = quoted(rest)?;
                    put(&mut stack, Item::Text(text));
                    bytes = behind;
                }
                _ => {
                    let (word, behind) = word(bytes);
                    put(&mut stack, Item::Word(word));
                    bytes = behind;
                }
            }
        }
        if number < last
            && let Some(literal) = literals.next()
        {
            put(&mut stack, Item::Text(literal));
        }
    }
    let mut all = stack.pop().filter(|_| stack.is_empty());
    let all = all.as_mut().ok_or(Error::Answer { reason: "a list has no end" })?;
    // the star
    if !all.is_empty() {
        all.remove(0);
    }
    Ok(std::mem::take(all))
}

fn put(stack: &mut [Vec<Item>], item: Item) {
    if let Some(top) = stack.last_mut() {
        top.push(item);
    }
}

fn quoted(bytes: &[u8]) -> Result<(Vec<u8>, &[u8])> {
    let mut text = Vec::new();
    let mut rest = bytes.iter().enumerate();
    while let Some((at, &byte)) = rest.next() {
        match byte {
            b'"' => return Ok((text, bytes.get(at + 1..).unwrap_or_default())),
            b'\\' => text.extend(rest.next().map(|(_, &byte)| byte)),
            byte => text.push(byte),
        }
    }
    Err(Error::Answer { reason: "a quoted text has no end" })
}

/// A word; what stands in its brackets belongs to it.
fn word(bytes: &[u8]) -> (String, &[u8]) {
    let mut depth = 0_u32;
    let mut end = bytes.len();
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' => depth = depth.saturating_sub(1),
            b' ' | b'(' | b')' | b'"' if depth == 0 => {
                end = at;
                break;
            }
            _ => {}
        }
    }
    let (word, rest) = bytes.split_at_checked(end.max(1)).unwrap_or((bytes, &[]));
    (String::from_utf8_lossy(word).into_owned(), rest)
}

/// Parts of one answer: a search may find as many mails.
const MAX_ITEMS: usize = 400_000;
/// Lists in lists.
const MAX_DEPTH: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    fn told(lines: &[&str], literals: &[&str]) -> Result<Vec<Item>> {
        let raw = Raw {
            lines: lines.iter().map(|line| line.as_bytes().to_vec()).collect(),
            literals: literals.iter().map(|text| text.as_bytes().to_vec()).collect(),
        };
        read(raw).map(|answer| match answer {
            Answer::Told(items) => items,
            _ => Vec::new(),
        })
    }

    fn text(text: &str) -> Item {
        Item::Text(text.as_bytes().to_vec())
    }

    fn word(text: &str) -> Item {
        Item::Word(text.to_owned())
    }

    #[test]
    fn an_answer_with_literals_is_taken_apart() {
        let items = told(
            &[
                "* 12 FETCH (UID 5 FLAGS (\\Seen) BODY[HEADER.FIELDS (DATE FROM)] {3}",
                " X \"a\\\"b\")",
            ],
            &["(a)"],
        );
        let list = Item::List(vec![
            word("UID"),
            word("5"),
            word("FLAGS"),
            Item::List(vec![word("\\Seen")]),
            word("BODY[HEADER.FIELDS (DATE FROM)]"),
            text("(a)"),
            word("X"),
            text("a\"b"),
        ]);
        assert_eq!(items.unwrap(), [word("12"), word("FETCH"), list]);
    }

    #[test]
    fn words_for_people_are_not_taken_apart() {
        let raw = Raw { lines: vec![b"a1 NO [ALERT] say (\"what {3}".to_vec()], literals: vec![] };
        assert!(matches!(read(raw), Ok(Answer::Done(tag, Status::No, _)) if tag == "a1"));
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        for line in ["* LIST (a", "* LIST a)", "* X \"open", "", "hello"] {
            let raw = Raw { lines: vec![line.as_bytes().to_vec()], literals: vec![] };
            assert!(read(raw).is_err(), "{line:?}");
        }
        let deep = format!("* X {}", "(".repeat(100_000));
        assert!(told(&[&deep], &[]).is_err());
        let many = format!("* SEARCH{}", " 1".repeat(500_000));
        assert!(told(&[&many], &[]).is_err());
    }
}
