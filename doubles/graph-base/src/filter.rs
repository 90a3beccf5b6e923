//! `$filter` and `$search` on rows.

use std::cmp::Ordering;

use serde_json::Value;

use crate::{clock, value::Fields as _};

/// A condition.
#[derive(Debug, Clone)]
pub(crate) enum Filter {
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    Not(Box<Self>),
    Compare(Term, String, Term),
    In(Term, Vec<Term>),
    Holds(Term),
    Any { list: String, variable: String, inner: Option<Box<Self>>, all: bool },
}

/// A value, a member or a function of them.
#[derive(Debug, Clone)]
pub(crate) enum Term {
    Value(Value),
    Member(String),
    Function(String, Vec<Self>),
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Open,
    Close,
    Comma,
    Colon,
}

/// Whether only the advanced engine of the directory takes this.
pub(crate) fn is_advanced(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    [" ne ", "not ", "not(", "endswith(", "/$count"].iter().any(|own| lower.contains(own))
}

impl Filter {
    /// Reads a condition; the error is where it went wrong.
    pub(crate) fn parse(text: &str) -> Result<Self, usize> {
        let tokens = tokens(text)?;
        let mut reader = Reader { tokens, place: 0, depth: 0 };
        let filter = reader.either()?;
        if reader.place < reader.tokens.len() { Err(reader.place) } else { Ok(filter) }
    }

    pub(crate) fn holds(&self, row: &Value) -> bool {
        match self {
            Self::And(a, b) => a.holds(row) && b.holds(row),
            Self::Or(a, b) => a.holds(row) || b.holds(row),
            Self::Not(inner) => !inner.holds(row),
            Self::Holds(term) => term.of(row) == Value::Bool(true),
            Self::In(term, list) => {
                let own = term.of(row);
                list.iter().any(|other| compare(&own, &other.of(row)) == Some(Ordering::Equal))
            }
            Self::Compare(a, operator, b) => {
                let order = compare(&a.of(row), &b.of(row));
                match operator.as_str() {
                    "eq" => order == Some(Ordering::Equal),
                    "ne" => order != Some(Ordering::Equal),
                    "gt" => order == Some(Ordering::Greater),
                    "lt" => order == Some(Ordering::Less),
                    "ge" => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
                    _ => matches!(order, Some(Ordering::Less | Ordering::Equal)),
                }
            }
            Self::Any { list, variable, inner, all } => {
                let items = member(row, list).as_array().map_or(&[][..], Vec::as_slice);
                let holds = |item: &Value| {
                    let Some(inner) = inner else { return true };
                    let mut scope = row.clone();
                    scope.put(variable, item.clone());
                    inner.holds(&scope)
                };
                if *all { items.iter().all(holds) } else { items.iter().any(holds) }
            }
        }
    }
}

impl Term {
    fn of(&self, row: &Value) -> Value {
        match self {
            Self::Value(value) => value.clone(),
            Self::Member(path) => member(row, path).clone(),
            Self::Function(name, arguments) => {
                let values: Vec<String> = arguments
                    .iter()
                    .map(|a| a.of(row).as_str().unwrap_or_default().to_lowercase())
                    .collect();
                let (a, b) = (
                    values.first().map_or("", String::as_str),
                    values.get(1).map_or("", String::as_str),
                );
                match name.as_str() {
                    "startswith" => Value::Bool(a.starts_with(b)),
                    "endswith" => Value::Bool(a.ends_with(b)),
                    "contains" => Value::Bool(a.contains(b)),
                    "tolower" => Value::String(a.to_owned()),
                    "toupper" => Value::String(a.to_uppercase()),
                    _ => Value::Null,
                }
            }
        }
    }
}

/// A member by its path; names ignore case.
pub(crate) fn member<'v>(row: &'v Value, path: &str) -> &'v Value {
    static NULL: Value = Value::Null;
    let mut value = row;
    for name in path.split('/') {
        let Value::Object(map) = value else { return &NULL };
        let found = map.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        let Some((_, inner)) = found else { return &NULL };
        value = inner;
    }
    value
}

/// Texts ignore case, instants are instants.
pub(crate) fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Null, Value::Null) => Some(Ordering::Equal),
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        (Value::Number(a), Value::Number(b)) => a.as_f64()?.partial_cmp(&b.as_f64()?),
        (Value::String(a), Value::String(b)) => {
            let is_instant = |t: &str| t.get(4..5) == Some("-") && t.contains('T');
            if is_instant(a) && is_instant(b) {
                return clock::parse(a)?.partial_cmp(&clock::parse(b)?);
            }
            Some(a.to_lowercase().cmp(&b.to_lowercase()))
        }
        // `start/dateTime` and the like are objects of a text and a zone.
        (Value::Object(_), other) => compare(a.get("dateTime")?, other),
        _ => None,
    }
}

/// `"displayName:sal" OR "mail:…"`, or words that any text of the row begins with.
pub(crate) fn finds(row: &Value, text: &str) -> bool {
    let find = |part: &str| {
        let part = part.trim().trim_matches('"');
        let (names, word) = match part.split_once(':') {
            Some((name, word)) => (vec![name], word),
            None => (
                vec![
                    "displayName",
                    "mail",
                    "description",
                    "subject",
                    "bodyPreview",
                    "name",
                    "userPrincipalName",
                ],
                part,
            ),
        };
        let word = word.trim_matches('"').to_lowercase();
        names.iter().any(|name| {
            let own = member(row, name).as_str().unwrap_or_default().to_lowercase();
            own.starts_with(&word)
                || own.split(|c: char| !c.is_alphanumeric()).any(|w| w.starts_with(&word))
                // several words are a phrase
                || (word.contains(' ') && own.contains(&word))
        })
    };
    text.split(" OR ").any(|either| either.split(" AND ").all(find))
}

fn tokens(text: &str) -> Result<Vec<Token>, usize> {
    let mut out = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            ' ' => {}
            '(' => out.push(Token::Open),
            ')' => out.push(Token::Close),
            ',' => out.push(Token::Comma),
            ':' => out.push(Token::Colon),
            '\'' => {
                let mut value = String::new();
                loop {
                    match chars.next() {
                        Some((_, '\'')) if chars.peek().is_some_and(|(_, c)| *c == '\'') => {
                            chars.next();
                            value.push('\'');
                        }
                        Some((_, '\'')) => break,
                        Some((_, c)) => value.push(c),
                        None => return Err(at),
                    }
                }
                out.push(Token::Text(value));
            }
            c => {
                let mut word = String::from(c);
                // The colons of an instant belong to it.
                let instant = c.is_ascii_digit();
                while let Some((_, c)) =
                    chars.next_if(|(_, c)| !" (),'".contains(*c) && (instant || *c != ':'))
                {
                    word.push(c);
                }
                out.push(Token::Word(word));
            }
        }
    }
    Ok(out)
}

struct Reader {
    tokens: Vec<Token>,
    place: usize,
    depth: usize,
}

impl Reader {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.place)
    }

    fn take(&mut self, token: &Token) -> bool {
        let is = self.peek() == Some(token);
        self.place += usize::from(is);
        is
    }

    fn keyword(&mut self, word: &str) -> bool {
        let is = matches!(self.peek(), Some(Token::Word(own)) if own.eq_ignore_ascii_case(word));
        self.place += usize::from(is);
        is
    }

    fn need(&mut self, token: &Token) -> Result<(), usize> {
        if self.take(token) { Ok(()) } else { Err(self.place) }
    }

    fn either(&mut self) -> Result<Filter, usize> {
        self.depth += 1;
        if self.depth > 40 {
            return Err(self.place);
        }
        let mut filter = self.both()?;
        while self.keyword("or") {
            filter = Filter::Or(Box::new(filter), Box::new(self.both()?));
        }
        self.depth -= 1;
        Ok(filter)
    }

    fn both(&mut self) -> Result<Filter, usize> {
        let mut filter = self.single()?;
        while self.keyword("and") {
            filter = Filter::And(Box::new(filter), Box::new(self.single()?));
        }
        Ok(filter)
    }

    fn single(&mut self) -> Result<Filter, usize> {
        if self.keyword("not") {
            return Ok(Filter::Not(Box::new(self.single()?)));
        }
        if self.take(&Token::Open) {
            let filter = self.either()?;
            self.need(&Token::Close)?;
            return Ok(filter);
        }
        if let Some(Token::Word(word)) = self.peek().cloned()
            && let Some((list, kind)) = word.rsplit_once('/')
            && (kind.eq_ignore_ascii_case("any") || kind.eq_ignore_ascii_case("all"))
        {
            self.place += 1;
            self.need(&Token::Open)?;
            let all = kind.eq_ignore_ascii_case("all");
            let list = list.to_owned();
            if self.take(&Token::Close) {
                return Ok(Filter::Any { list, variable: String::new(), inner: None, all });
            }
            let Some(Token::Word(variable)) = self.peek().cloned() else { return Err(self.place) };
            self.place += 1;
            self.need(&Token::Colon)?;
            let inner = Some(Box::new(self.either()?));
            self.need(&Token::Close)?;
            return Ok(Filter::Any { list, variable, inner, all });
        }
        let term = self.term()?;
        if self.keyword("in") {
            self.need(&Token::Open)?;
            let mut list = vec![self.term()?];
            while self.take(&Token::Comma) {
                list.push(self.term()?);
            }
            self.need(&Token::Close)?;
            return Ok(Filter::In(term, list));
        }
        if let Some(Token::Word(word)) = self.peek().cloned()
            && ["eq", "ne", "gt", "ge", "lt", "le"].iter().any(|own| word.eq_ignore_ascii_case(own))
        {
            self.place += 1;
            return Ok(Filter::Compare(term, word.to_ascii_lowercase(), self.term()?));
        }
        match term {
            Term::Function(..) => Ok(Filter::Holds(term)),
            _ => Err(self.place),
        }
    }

    fn term(&mut self) -> Result<Term, usize> {
        let token = self.peek().cloned().ok_or(self.place)?;
        self.place += 1;
        let word = match token {
            Token::Text(text) => return Ok(Term::Value(Value::String(text))),
            Token::Word(word) => word,
            _ => return Err(self.place - 1),
        };
        if self.take(&Token::Open) {
            let name = word.to_ascii_lowercase();
            if !["startswith", "endswith", "contains", "tolower", "toupper"]
                .contains(&name.as_str())
            {
                return Err(self.place);
            }
            let mut arguments = Vec::new();
            while !self.take(&Token::Close) {
                if !arguments.is_empty() {
                    self.need(&Token::Comma)?;
                }
                arguments.push(self.term()?);
            }
            return Ok(Term::Function(name, arguments));
        }
        Ok(match word.to_ascii_lowercase().as_str() {
            "true" => Term::Value(Value::Bool(true)),
            "false" => Term::Value(Value::Bool(false)),
            "null" => Term::Value(Value::Null),
            lower => {
                let digits = lower.starts_with(|c: char| c.is_ascii_digit() || c == '-');
                match lower.parse::<i64>() {
                    Ok(number) => Term::Value(number.into()),
                    Err(_) if digits => Term::Value(Value::String(word)),
                    Err(_) => Term::Member(word),
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn conditions_are_judged_as_they_read() {
        let row = json!({
            "displayName": "Sales", "size": 7, "on": true, "none": null, "made": "2026-01-31T10:00:00Z",
            "options": ["Team"], "from": {"emailAddress": {"address": "a@b.test"}},
        });
        for (text, holds) in [
            ("displayName eq 'sales'", true),
            ("DisplayName ne 'sales'", false),
            ("startswith(displayName,'S') and size ge 7", true),
            ("not (size lt 7) and on eq true", true),
            ("options/Any(x:x eq 'Team')", true),
            ("options/all(x:x eq 'Other')", false),
            ("from/emailAddress/address eq 'A@B.test'", true),
            ("displayName in ('a','Sales')", true),
            ("made gt 2026-01-30T00:00:00+02:00", true),
            ("none eq null or size eq 1", true),
            ("size eq 1 or size eq 2 and size eq 7", false),
            ("displayName eq 'it''s'", false),
        ] {
            assert_eq!(Filter::parse(text).unwrap().holds(&row), holds, "{text}");
        }
    }

    #[test]
    fn what_is_no_condition_is_refused() {
        for text in [
            "",
            "displayName",
            "displayName eq",
            "(size eq 1",
            "a eq 'b",
            "unknown(a,'b')",
            "size eq 1 size eq 2",
            &"(".repeat(99),
        ] {
            assert!(Filter::parse(text).is_err(), "{text}");
        }
    }
}
