//! Words, texts, numbers and signs of SQL.

use crate::error::{Error, Problem, Result};

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A bare word: keyword or name.
    Word(&'a str),
    /// A name in `[…]` or `"…"`: never a keyword.
    Quoted(String),
    /// `'…'`.
    Text(String),
    /// Digits, perhaps with a point and an exponent.
    Number(&'a str),
    /// Everything else.
    Sign(&'static str),
    End,
}

const SIGNS: [&str; 18] =
    ["<>", "!=", "<=", ">=", "=", "<", ">", "(", ")", ",", ".", "*", "-", "+", ";", "/", "%", "@"];

/// The token at `at`, behind blanks and comments, with its start and end.
pub(super) fn next(text: &str, mut at: usize) -> Result<(Token<'_>, usize, usize)> {
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let trimmed = rest.trim_start();
        at += rest.len() - trimmed.len();
        if let Some(comment) = trimmed.strip_prefix("--") {
            at += 2 + comment.find('\n').unwrap_or(comment.len());
        } else if let Some(comment) = trimmed.strip_prefix("/*") {
            let Some(end) = comment.find("*/") else { return Err(expected(at, "'*/'")) };
            at += 2 + end + 2;
        } else {
            break;
        }
    }
    let rest = text.get(at..).unwrap_or_default();
    let Some(first) = rest.chars().next() else { return Ok((Token::End, at, at)) };
    let (token, length) = match first {
        '\'' => quoted(rest, at, '\'').map(|(text, length)| (Token::Text(text), length))?,
        'N' | 'n' if rest.get(1..).is_some_and(|rest| rest.starts_with('\'')) => {
            let rest = rest.get(1..).unwrap_or_default();
            quoted(rest, at, '\'').map(|(text, length)| (Token::Text(text), length + 1))?
        }
        '[' => quoted(rest, at, ']').map(|(text, length)| (Token::Quoted(text), length))?,
        '"' => quoted(rest, at, '"').map(|(text, length)| (Token::Quoted(text), length))?,
        c if c.is_ascii_digit() => {
            let length = number(rest);
            (Token::Number(rest.get(..length).unwrap_or_default()), length)
        }
        c if c.is_alphabetic() || c == '_' => {
            let length = rest
                .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$')))
                .unwrap_or(rest.len());
            (Token::Word(rest.get(..length).unwrap_or_default()), length)
        }
        _ => {
            let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) else {
                return Err(expected(at, "a statement"));
            };
            (Token::Sign(sign), sign.len())
        }
    };
    Ok((token, at, at + length))
}

/// A text up to its closing quote, doubled ones made single; and its length with quotes.
fn quoted(rest: &str, at: usize, close: char) -> Result<(String, usize)> {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((index, c)) = chars.next() {
        if c != close {
            text.push(c);
        } else if chars.peek().is_some_and(|(_, next)| *next == close) {
            text.push(c);
            chars.next();
        } else {
            return Ok((text, index + 1));
        }
    }
    Err(expected(at, "the end of this text"))
}

fn number(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let digits = |from: usize| {
        let behind = bytes.get(from..).unwrap_or_default();
        from + behind.iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let mut end = digits(0);
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        if bytes.get(end + 1 + sign).is_some_and(u8::is_ascii_digit) {
            end = digits(end + 1 + sign);
        }
    }
    end
}

pub(super) const fn expected(at: usize, what: &'static str) -> Error {
    Error { at, problem: Problem::Expected(what) }
}
