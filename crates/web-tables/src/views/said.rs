//! What is wrong with a query, in the reader's words.

use fetchxml::{Problem, limits};
use queries::Error;

use crate::place::Place;

/// Why a text is no FetchXML.
pub(super) fn text(place: &Place, problem: &Problem) -> String {
    let one = |key: &str, name: &str, value: &str| place.say1(key, name, value);
    match problem {
        Problem::Expected(what) => match expected(what) {
            Some(key) => place.say(key),
            // names of elements are the same in every language
            None => one("fetch-expected", "what", what.trim_matches('\'')),
        },
        Problem::UnknownElement(name) => one("fetch-element", "name", name),
        Problem::UnknownAttribute(name) => one("fetch-attribute", "name", name),
        Problem::RepeatedAttribute(name) => one("fetch-repeated", "name", name),
        Problem::MissingAttribute(name) => one("fetch-missing", "name", name),
        Problem::Value { of, value } => {
            let args = [("of", (*of).into()), ("value", value.as_str().into())];
            place.frame.say_with("web-tables.fetch-value", &args)
        }
        Problem::UnknownOperator(name) => one("fetch-operator", "name", name),
        Problem::Values(operator) => one("fetch-values", "name", operator),
        Problem::Limit { limit, .. } if *limit == limits::TEXT_BYTES => place.say1(
            "fetch-long",
            "limit",
            &place.frame.t.bytes(u64::try_from(*limit).unwrap_or(u64::MAX)),
        ),
        Problem::Limit { limit, .. } => place.say1("fetch-limit", "limit", &limit.to_string()),
        _ => place.say("fetch-unsupported"),
    }
}

/// The sentence for something that should stand somewhere and has no name of its own.
fn expected(what: &str) -> Option<&'static str> {
    Some(match what {
        "a closing tag" => "fetch-expected-closing",
        "a name" => "fetch-expected-name",
        "an element" => "fetch-expected-element",
        "an entity such as '&amp;'" => "fetch-expected-entity",
        "no document type" => "fetch-expected-no-doctype",
        "the end of this text" => "fetch-expected-end",
        "the name of the open element" => "fetch-expected-open",
        _ => return None,
    })
}

/// Why a query cannot be run on the table.
pub(super) fn query(place: &Place, error: &Error) -> String {
    match error {
        Error::Property { name, .. } => place.say1("query-column", "name", name),
        Error::Table { name } => place.say1("query-table", "name", name),
        Error::Literal { literal, .. } => place.say1("query-literal", "value", literal),
        Error::Types { .. } => place.say("query-types"),
        Error::Limit { most, .. } => place.say1("fetch-limit", "limit", &most.to_string()),
        Error::Denied { .. } => place.say("query-denied"),
        _ => place.say("query-unfit"),
    }
}
