//! Words, literals and signs, each with its place.

use super::{Error, literal};

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TokenKind {
    /// A name or a keyword.
    Word(String),
    /// `'…'` without its quotes; `\_`, `\%` and `\\` still escaped.
    Text(String),
    /// A number, a date or an instant, as written.
    Digits(String),
    /// `(`, `)`, `,`, `.`, `=`, `!=`, `<`, …
    Sign(&'static str),
    End,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) at: usize,
}

impl Token {
    /// How an error names it.
    pub(crate) fn said(&self) -> String {
        match &self.kind {
            TokenKind::Word(word) | TokenKind::Digits(word) => word.clone(),
            TokenKind::Text(text) => literal::plain(text),
            TokenKind::Sign(sign) => (*sign).to_owned(),
            TokenKind::End => "<EOF>".to_owned(),
        }
    }
}

const SIGNS: [&str; 16] =
    ["!=", "<>", "<=", ">=", "(", ")", ",", ".", "=", "<", ">", ":", "{", "}", "*", "&"];

pub(crate) struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(crate) const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn take(&mut self, while_: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|c| !while_(c)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    /// Everything, the end included.
    pub(crate) fn all(mut self) -> Result<Vec<Token>, Error> {
        let mut tokens = Vec::new();
        loop {
            let token = self.next()?;
            let ended = token.kind == TokenKind::End;
            tokens.push(token);
            if ended {
                return Ok(tokens);
            }
        }
    }

    fn next(&mut self) -> Result<Token, Error> {
        self.take(char::is_whitespace);
        let at = self.at;
        let token = |kind| Ok(Token { kind, at });
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return token(TokenKind::End) };
        if first == '\'' {
            return token(TokenKind::Text(self.text(at)?));
        }
        let signed = matches!(first, '-' | '+')
            && rest.chars().nth(1).is_some_and(|c| c.is_ascii_digit() || c == '.');
        if first.is_ascii_digit() || signed {
            self.at += 1;
            self.take(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | ':' | '.'));
            return token(TokenKind::Digits(
                self.text.get(at..self.at).unwrap_or_default().to_owned(),
            ));
        }
        if first.is_ascii_alphabetic() || first == '_' {
            let word = self.take(|c| c.is_ascii_alphanumeric() || c == '_');
            return token(TokenKind::Word(word.to_owned()));
        }
        if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
            self.at += sign.len();
            return token(TokenKind::Sign(sign));
        }
        Err(Error::new(at, format!("unexpected token: '{first}'")))
    }

    fn text(&mut self, at: usize) -> Result<String, Error> {
        let inner = self.text.get(at + 1..).unwrap_or_default();
        let mut escaped = false;
        for (place, letter) in inner.char_indices() {
            match letter {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '\'' => {
                    self.at = at + 1 + place + 1;
                    return literal::unquote(inner.get(..place).unwrap_or_default(), at);
                }
                _ => {}
            }
        }
        Err(Error::new(at, "line 1:0 no viable alternative at character '<EOF>'"))
    }
}
