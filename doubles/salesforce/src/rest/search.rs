//! `search` and `parameterizedSearch`.

use doubles_soql::{
    Error,
    sosl::{self, Search, Within},
};
use serde_json::{Value, json};

use super::{Call, Reply};

use crate::{
    fault::{Fault, Result},
    org::Org,
    query::said,
    rights::Caller,
    sosl::run,
};

/// An object to search, the fields to return and how many rows at most.
type Wanted = (String, Vec<String>, Option<usize>);

/// `GET search?q=FIND {…}`
pub(super) fn search(org: &mut Org, caller: &Caller, call: &Call) -> Result<Reply> {
    let missing = || Fault::new("MALFORMED_SEARCH", "A search string has to be specified");
    let text = call.parameter("q").ok_or_else(missing)?;
    let search = sosl::parse(text).map_err(|error| said(text, "MALFORMED_SEARCH", &error))?;
    let found = run(org, caller, &search, call.ask(false))?;
    if call.number() < 37.0 {
        return Ok(Reply::json(200, found.into()));
    }
    Ok(Reply::json(200, json!({ "searchRecords": found })))
}

/// `parameterizedSearch`, by parameters or by a body.
pub(super) fn parameterized(org: &mut Org, caller: &Caller, call: &Call) -> Result<Reply> {
    let search = match call.method.as_str() {
        "GET" => by_parameters(call)?,
        "POST" => by_body(call)?,
        _ => return Err(super::not_allowed(call)),
    };
    let found = run(org, caller, &search, call.ask(false))?;
    Ok(Reply::json(200, json!({ "searchRecords": found })))
}

/// Names that a suggestion gives unless told otherwise, and at most.
const SUGGESTED: (usize, usize) = (5, 50);

/// `search/suggestions?q=…&sobject=Account`: rows whose names begin so.
pub(super) fn suggestions(org: &mut Org, caller: &Caller, call: &Call) -> Result<Reply> {
    let words = call.parameter("q").filter(|q| q.chars().count() > 1).ok_or_else(missing)?;
    let absent = || Fault::new("MISSING_ARGUMENT", "sobject must be specified");
    let names = call.parameter("sobject").ok_or_else(absent)?;
    let most = call.parameter("limit").and_then(|limit| limit.parse().ok());
    let most = most.unwrap_or(SUGGESTED.0).min(SUGGESTED.1);
    let objects = names.split(',').map(|name| (name.trim().to_owned(), Vec::new(), None));
    let text = format!("{words}*");
    let search = of_words(&text, Within::Name, objects.collect(), Some(most + 1))?;
    let found = run(org, caller, &search, call.ask(false))?;
    let one = |row: &Value| {
        let id = row.get("Id").and_then(Value::as_str)?;
        let object = org.schema.of_id(id)?;
        let name = crate::org::text(org.row(object.name, id)?, object.name_field());
        Some(json!({ "attributes": row.get("attributes"), "Id": id, "Name": name }))
    };
    let shown: Vec<Value> = found.iter().take(most).filter_map(one).collect();
    let more = found.len() > most;
    Ok(Reply::json(200, json!({ "autoSuggestResults": shown, "hasMoreResults": more })))
}

fn missing() -> Fault {
    Fault::new("INVALID_SEARCH", "search term must be longer than one character: ")
}

fn by_parameters(call: &Call) -> Result<Search> {
    let words = call.parameter("q").filter(|q| q.chars().count() > 1).ok_or_else(missing)?;
    let named = |name: &str| -> Vec<String> {
        let given = call.query.iter().filter(|(own, _)| own == name);
        given.flat_map(|(_, value)| value.split(',')).map(|text| text.trim().to_owned()).collect()
    };
    let common = named("fields");
    let limit = call.parameter("overallLimit").and_then(|limit| limit.parse().ok());
    let objects = named("sobject").into_iter().map(|object| {
        let own = named(&format!("{object}.fields"));
        let fields = if own.is_empty() { common.clone() } else { own };
        let limit = call.parameter(&format!("{object}.limit")).and_then(|l| l.parse().ok());
        (object, fields, limit)
    });
    of_words(words, within(call.parameter("in")), objects.collect(), limit)
}

fn of_words(
    words: &str,
    place: Within,
    objects: Vec<Wanted>,
    limit: Option<usize>,
) -> Result<Search> {
    let wrong = |error: Error| Fault::new("MALFORMED_SEARCH", error.message);
    sosl::of_words(words, place, objects, limit).map_err(wrong)
}

fn within(name: Option<&str>) -> Within {
    match name.unwrap_or_default().to_ascii_uppercase().as_str() {
        "NAME" => Within::Name,
        "EMAIL" => Within::Email,
        "PHONE" => Within::Phone,
        _ => Within::All,
    }
}

fn by_body(call: &Call) -> Result<Search> {
    let body = call.json()?;
    let words = body.get("q").and_then(Value::as_str).filter(|q| q.chars().count() > 1);
    let names = |value: Option<&Value>| -> Vec<String> {
        let list = value.and_then(Value::as_array).into_iter().flatten();
        list.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let count = |value: Option<&Value>| {
        value.and_then(Value::as_u64).and_then(|count| usize::try_from(count).ok())
    };
    let common = names(body.get("fields"));
    let objects = body.get("sobjects").and_then(Value::as_array).into_iter().flatten();
    let objects = objects.filter_map(|object| {
        let name = object.get("name").and_then(Value::as_str)?.to_owned();
        let own = names(object.get("fields"));
        let fields = if own.is_empty() { common.clone() } else { own };
        Some((name, fields, count(object.get("limit"))))
    });
    let limit = count(body.get("overallLimit"));
    let place = within(body.get("in").and_then(Value::as_str));
    of_words(words.ok_or_else(missing)?, place, objects.collect(), limit)
}
