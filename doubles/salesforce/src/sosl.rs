//! SOSL: words looked for in the rows of several objects.

mod terms;

use serde_json::Value;

use crate::{
    fault::{Fault, Result},
    org::{Org, Row},
    query::{self, Ask},
    rights::Caller,
    schema::{Kind, Object},
    soql::{Error, Expression, Parser, Path, Query, Select},
};
use terms::Terms;

/// The most rows of an answer (SOSL reference, `LIMIT`).
const MAX_ROWS: usize = 2000;

/// A search.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Search {
    terms: Terms,
    within: Within,
    /// What is returned; nothing is the ids of every searchable object.
    returning: Vec<Query>,
    limit: Option<usize>,
}

/// The fields that are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Within {
    All,
    Name,
    Email,
    Phone,
}

fn selected(name: &str, at: usize) -> Select {
    let path = Path { parts: name.split('.').map(str::to_owned).collect(), at };
    Select::Value { expression: Expression::Field(path), alias: None }
}

fn returning(object: &str, at: usize, select: Vec<Select>) -> Query {
    Query {
        select,
        from: Path { parts: vec![object.to_owned()], at },
        alias: None,
        condition: None,
        enforced: false,
        group: Vec::new(),
        having: None,
        order: Vec::new(),
        limit: None,
        offset: 0,
        all_rows: false,
        locks: false,
    }
}

/// Reads `FIND {…} …`.
pub(crate) fn parse(text: &str) -> std::result::Result<Search, Error> {
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
            "ALL" => Within::All,
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
    if parser.word("LIMIT") {
        search.limit = Some(parser.count()?);
    }
    parser.end()?;
    Ok(search)
}

/// `Account(Id, Name WHERE … ORDER BY … LIMIT n)`
fn object(parser: &mut Parser) -> std::result::Result<Query, Error> {
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
pub(crate) fn of_words(
    words: &str,
    within: Within,
    objects: Vec<(String, Vec<String>, Option<usize>)>,
    limit: Option<usize>,
) -> Result<Search> {
    let wrong = |error: Error| Fault::new("MALFORMED_SEARCH", error.message);
    let terms = Terms::parse(words, 0).map_err(wrong)?;
    let queries = objects.into_iter().map(|(name, fields, limit)| {
        let mut select: Vec<Select> = fields.iter().map(|field| selected(field, 0)).collect();
        if select.is_empty() {
            select.push(selected("Id", 0));
        }
        Query { limit, ..returning(&name, 0, select) }
    });
    Ok(Search { terms, within, returning: queries.collect(), limit })
}

/// What is found, object after object.
pub(crate) fn run(
    org: &mut Org,
    caller: &Caller,
    search: &Search,
    ask: Ask<'_>,
) -> Result<Vec<Value>> {
    let mut queries = search.returning.clone();
    if queries.is_empty() {
        let objects =
            org.schema.objects().filter(|object| object.searchable && caller.on(object).read);
        queries =
            objects.map(|object| returning(object.name, 0, vec![selected("Id", 0)])).collect();
    }
    let most = search.limit.unwrap_or(MAX_ROWS).min(MAX_ROWS);
    let mut found = Vec::new();
    for query in queries {
        let matches = |object: &Object, row: &Row| {
            search.terms.hold(&texts(caller, object, row, search.within))
        };
        found.extend(query::search(org, caller, query, ask, &matches)?);
    }
    found.truncate(most);
    Ok(found)
}

/// The texts of a row that are searched.
fn texts(caller: &Caller, object: &Object, row: &Row, within: Within) -> Vec<String> {
    let fields = object.fields.iter().filter(|field| caller.sees(object, field));
    let wanted = fields.filter(|field| match within {
        Within::All => field.kind.is_text(),
        Within::Name => field.is_name,
        Within::Email => field.kind == Kind::Email,
        Within::Phone => field.kind == Kind::Phone,
    });
    let values = wanted.filter_map(|field| row.get(&field.name).and_then(Value::as_str));
    values.map(str::to_lowercase).collect()
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
