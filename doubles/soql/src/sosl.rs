//! SOSL: words looked for in the rows of several objects.

use crate::{Error, Expression, Parser, Path, Query, Select, Sums, Terms, TokenKind};

/// A search.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    pub terms: Terms,
    pub within: Within,
    /// What is returned; nothing is the ids of every searchable object.
    pub returning: Vec<Query>,
    pub limit: Option<usize>,
}

/// The fields that are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    All,
    Name,
    Email,
    Phone,
}

/// A field that is selected.
pub fn selected(name: &str, at: usize) -> Select {
    let path = Path { parts: name.split('.').map(str::to_owned).collect(), at };
    Select::Value { expression: Expression::Field(path), alias: None }
}

/// A query of an object for a search.
pub fn returning(object: &str, at: usize, select: Vec<Select>) -> Query {
    Query {
        select,
        from: Path { parts: vec![object.to_owned()], at },
        alias: None,
        mine: false,
        condition: None,
        enforced: false,
        group: Vec::new(),
        sums: Sums::None,
        having: None,
        order: Vec::new(),
        limit: None,
        offset: 0,
        all_rows: false,
        locks: false,
    }
}

/// Reads `FIND {…} …`.
///
/// # Errors
/// Where and why it is none.
pub fn parse(text: &str) -> Result<Search, Error> {
    let start = text.len() - text.trim_start().len();
    let unexpected = |at: usize| Error::new(at, "unexpected token: expected FIND {…}");
    let head = text.get(start..start + 4).filter(|head| head.eq_ignore_ascii_case("find"));
    head.ok_or_else(|| unexpected(start))?;
    let rest = text.get(start + 4..).unwrap_or_default();
    let open = text.len() - rest.trim_start().len();
    let inner = text.get(open..).and_then(|rest| rest.strip_prefix('{'));
    let inner = inner.ok_or_else(|| unexpected(open))?;
    let mut escaped = false;
    let close = inner.char_indices().find_map(|(at, letter)| {
        let ends = letter == '}' && !escaped;
        escaped = letter == '\\' && !escaped;
        ends.then_some(at)
    });
    let close = close.ok_or_else(|| unexpected(text.len()))?;
    let terms = Terms::parse(inner.get(..close).unwrap_or_default(), open + 1)?;
    let after = open + 1 + close + 1;
    // The rest keeps its place in the text by blanks in front of it.
    let rest = format!("{}{}", " ".repeat(after), text.get(after..).unwrap_or_default());
    let mut parser = Parser::new(&rest)?;
    let mut search = Search { terms, within: Within::All, returning: Vec::new(), limit: None };
    if parser.word("IN") {
        let name = parser.name()?.to_ascii_uppercase();
        search.within = match name.as_str() {
            // what old side bars searched is all as well
            "ALL" | "SIDEBAR" => Within::All,
            "NAME" => Within::Name,
            "EMAIL" => Within::Email,
            "PHONE" => Within::Phone,
            _ => return Err(parser.unexpected()),
        };
        if !parser.word("FIELDS") {
            return Err(parser.unexpected());
        }
    }
    if parser.word("RETURNING") {
        search.returning.push(object(&mut parser)?);
        while parser.sign(",") {
            search.returning.push(object(&mut parser)?);
        }
    }
    // how results are shown, from where, and what is noted of the search: nothing of it chooses rows here
    skip(&mut parser, "WITH");
    if parser.word("LIMIT") {
        search.limit = Some(parser.count()?);
    }
    skip(&mut parser, "UPDATE");
    parser.end()?;
    Ok(search)
}

/// Passes over clauses that begin with a word.
fn skip(parser: &mut Parser, word: &str) {
    while parser.word(word) {
        let ends = |parser: &Parser| {
            ["WITH", "LIMIT", "UPDATE"].iter().any(|clause| parser.is_word(0, clause))
        };
        while *parser.peek() != TokenKind::End && !ends(parser) {
            parser.next();
        }
    }
}

/// `Account(Id, Name WHERE … ORDER BY … LIMIT n)`
fn object(parser: &mut Parser) -> Result<Query, Error> {
    let at = parser.place();
    let name = parser.name()?;
    let mut query = returning(&name, at, vec![selected("Id", at)]);
    if !parser.sign("(") {
        return Ok(query);
    }
    query.select = Vec::new();
    loop {
        let expression = parser.expression()?;
        query.select.push(Select::Value { expression, alias: None });
        if !parser.sign(",") {
            break;
        }
    }
    if parser.word("USING") {
        // `USING ListView = Recent`
        for _ in 0..3 {
            parser.next();
        }
    }
    if parser.word("WHERE") {
        query.condition = Some(parser.conditions()?);
    }
    query.order = parser.order()?;
    if parser.word("LIMIT") {
        query.limit = Some(parser.count()?);
    }
    query.offset = parser.offset()?;
    parser.expect_sign(")")?;
    Ok(query)
}

/// A search for words as people type them; objects come with their fields and limits.
///
/// # Errors
/// When there are no words.
pub fn of_words(
    words: &str,
    within: Within,
    objects: Vec<(String, Vec<String>, Option<usize>)>,
    limit: Option<usize>,
) -> Result<Search, Error> {
    let terms = Terms::parse(words, 0)?;
    let queries = objects.into_iter().map(|(name, fields, limit)| {
        let mut select: Vec<Select> = fields.iter().map(|field| selected(field, 0)).collect();
        if select.is_empty() {
            select.push(selected("Id", 0));
        }
        Query { limit, ..returning(&name, 0, select) }
    });
    Ok(Search { terms, within, returning: queries.collect(), limit })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_are_read() {
        let search = parse(
            "FIND {acm* AND \"new york\" OR jo\\'s} IN NAME FIELDS RETURNING Account(Id, Name WHERE \
             Industry = 'Media' ORDER BY Name LIMIT 3), Contact LIMIT 10",
        )
        .unwrap();
        assert_eq!(search.within, Within::Name);
        assert_eq!(search.returning.len(), 2);
        assert_eq!((search.returning[0].limit, search.limit), (Some(3), Some(10)));
    }

    #[test]
    fn hostile_searches_are_refused() {
        for text in [
            "",
            "FIND",
            "FIND {",
            "FIND {a\\}",
            "FIND {}",
            "find {ab} IN",
            "FIND {ab} RETURNING",
            "FIND {ab} RETURNING Account(",
            "FINDé",
            "FIND {ab} LIMIT x",
            "FIND {a AND}",
            "FIND {(a}",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(parse(&format!("FIND {{{}a}}", "(".repeat(5_000))).is_err());
    }
}
