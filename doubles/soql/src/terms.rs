//! The words between the braces.

use super::{Error, like};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Terms {
    /// A pattern as `LIKE` has it, in lower case.
    Word(String),
    Phrase(String),
    All(Vec<Terms>),
    Any(Vec<Terms>),
    Not(Box<Terms>),
}

const MAX_DEPTH: usize = 20;
const MAX_LENGTH: usize = 10_000;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    Phrase(String),
    Open,
    Close,
}

impl Terms {
    /// Reads them; `at` is where they stand.
    ///
    /// # Errors
    /// When there are none or they do not nest.
    pub fn parse(text: &str, at: usize) -> Result<Self, Error> {
        let wrong = |said: &str| Error::new(at, said.to_owned());
        if text.len() > MAX_LENGTH {
            return Err(wrong("search term is too long"));
        }
        let mut reader = Reader { tokens: tokens(text), at: 0, depth: 0 };
        let terms =
            reader.any().ok_or_else(|| wrong("search term must be longer than one character"))?;
        if reader.at < reader.tokens.len() {
            return Err(wrong("unexpected character in the search term"));
        }
        if !terms.is_long() {
            let said = "search term must be longer than one character: ";
            return Err(wrong(&format!("{said}{}", text.trim())));
        }
        Ok(terms)
    }

    /// Whether one of them has more than one character.
    fn is_long(&self) -> bool {
        match self {
            Self::Word(text) | Self::Phrase(text) => text.chars().count() > 1,
            Self::All(all) | Self::Any(all) => all.iter().any(Self::is_long),
            Self::Not(inner) => inner.is_long(),
        }
    }

    /// Whether they are in texts of lower case.
    pub fn hold(&self, texts: &[String]) -> bool {
        match self {
            Self::Word(pattern) => texts.iter().any(|text| has(text, pattern)),
            Self::Phrase(phrase) => texts.iter().any(|text| text.contains(phrase.as_str())),
            Self::All(all) => all.iter().all(|inner| inner.hold(texts)),
            Self::Any(any) => any.iter().any(|inner| inner.hold(texts)),
            Self::Not(inner) => !inner.hold(texts),
        }
    }
}

fn has(text: &str, pattern: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    if words.any(|word| like(word, pattern)) {
        return true;
    }
    // Addresses and numbers: what has signs inside is looked for as it is.
    text.split_whitespace().any(|word| like(word, pattern))
}

/// Words without their escapes; `*` and `?` as `LIKE` writes them.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut word = String::new();
    let mut letters = text.chars();
    let flush = |word: &mut String, tokens: &mut Vec<Token>| {
        if !word.is_empty() {
            tokens.push(Token::Word(std::mem::take(word)));
        }
    };
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some(letter @ ('%' | '_' | '\\')) => word.extend(['\\', letter]),
                Some(letter) => word.push(letter),
                None => {}
            },
            '"' => {
                flush(&mut word, &mut tokens);
                let phrase: String = letters.by_ref().take_while(|&c| c != '"').collect();
                tokens.push(Token::Phrase(phrase.to_lowercase()));
            }
            '(' | ')' => {
                flush(&mut word, &mut tokens);
                tokens.push(if letter == '(' { Token::Open } else { Token::Close });
            }
            '*' => word.push('%'),
            '?' => word.push('_'),
            '%' | '_' => word.extend(['\\', letter]),
            letter if letter.is_whitespace() => flush(&mut word, &mut tokens),
            letter => word.push(letter),
        }
    }
    flush(&mut word, &mut tokens);
    tokens
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Reader {
    fn word(&mut self, word: &str) -> bool {
        let is = matches!(self.tokens.get(self.at), Some(Token::Word(own)) if own == word);
        self.at += usize::from(is);
        is
    }

    fn any(&mut self) -> Option<Terms> {
        let mut any = vec![self.all()?];
        while self.word("OR") {
            any.push(self.all()?);
        }
        if any.len() == 1 { any.pop() } else { Some(Terms::Any(any)) }
    }

    fn all(&mut self) -> Option<Terms> {
        let mut all = vec![self.one()?];
        loop {
            let joined = self.word("AND");
            let negated = joined && self.word("NOT");
            let ended = match self.tokens.get(self.at) {
                None | Some(Token::Close) => true,
                Some(Token::Word(word)) => word == "OR",
                Some(_) => false,
            };
            if ended && joined {
                return None;
            }
            if ended {
                break;
            }
            let next = self.one()?;
            all.push(if negated { Terms::Not(Box::new(next)) } else { next });
        }
        if all.len() == 1 { all.pop() } else { Some(Terms::All(all)) }
    }

    fn one(&mut self) -> Option<Terms> {
        let token = self.tokens.get(self.at)?.clone();
        self.at += 1;
        match token {
            Token::Word(word) => Some(Terms::Word(word.to_lowercase())),
            Token::Phrase(phrase) => Some(Terms::Phrase(phrase)),
            Token::Close => None,
            Token::Open => {
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return None;
                }
                let inner = self.any()?;
                self.depth -= 1;
                let closed = self.tokens.get(self.at) == Some(&Token::Close);
                self.at += 1;
                closed.then_some(inner)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(search: &str, text: &str) -> bool {
        Terms::parse(search, 0).unwrap().hold(&[text.to_lowercase()])
    }

    #[test]
    fn words_match_whole_words_and_stars_their_rest() {
        assert!(found("acme", "Acme Corp"));
        assert!(!found("acm", "Acme Corp"));
        assert!(found("ac*", "Acme Corp"));
        assert!(found("jane@example.com", "jane@example.com"));
        assert!(found("acme corp", "Corp of Acme"));
        assert!(!found("acme AND NOT corp", "Acme Corp"));
        assert!(found("nothing OR (acme corp)", "Acme Corp"));
        assert!(found("\"of acme\"", "Corp of Acme"));
        assert!(!found("100\\%", "100"));
    }
}
