//! `@{step.field}`: what an earlier step answered.

use std::collections::HashMap;

use serde_json::{Map, Value};

/// The bodies of the steps that are done.
pub(super) type Done = HashMap<String, Value>;

/// The value that a reference names: `step.records[0].Id`.
fn resolve(done: &Done, reference: &str) -> Option<Value> {
    let (step, path) = reference.split_once('.').unwrap_or((reference, ""));
    let (step, index) =
        step.split_once('[').map_or((step, None), |(step, rest)| (step, Some(rest)));
    let mut value = done.get(step)?;
    if let Some(index) = index {
        value = value.get(index.trim_end_matches(']').parse::<usize>().ok()?)?;
    }
    for part in path.split('.').filter(|part| !part.is_empty()) {
        let mut names = part.split('[');
        value = value.get(names.next().unwrap_or_default())?;
        for index in names {
            value = value.get(index.trim_end_matches(']').parse::<usize>().ok()?)?;
        }
    }
    Some(value.clone())
}

/// A text with its references put in; an error names the one that leads nowhere.
pub(super) fn in_text(done: &Done, text: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("@{") {
        let (name, next) = after.split_once('}').ok_or_else(|| after.to_owned())?;
        out.push_str(before);
        match resolve(done, name).ok_or_else(|| name.to_owned())? {
            Value::String(text) => out.push_str(&text),
            other => out.push_str(&other.to_string()),
        }
        rest = next;
    }
    out.push_str(rest);
    Ok(out)
}

/// The same everywhere in a body; a text that is one reference becomes the value itself.
pub(super) fn in_value(done: &Done, value: &Value) -> Result<Value, String> {
    match value {
        Value::String(text) => {
            let whole = text.strip_prefix("@{").and_then(|rest| rest.strip_suffix('}'));
            match whole.filter(|name| !name.contains('}')) {
                Some(name) => resolve(done, name).ok_or_else(|| name.to_owned()),
                None => in_text(done, text).map(Value::String),
            }
        }
        Value::Array(all) => all.iter().map(|one| in_value(done, one)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| Ok((name.clone(), in_value(done, value)?)))
            .collect::<Result<Map<_, _>, String>>()
            .map(Value::Object),
        other => Ok(other.clone()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_lead_into_answers() {
        let done: Done = [("q".to_owned(), json!({ "records": [{ "Id": "x" }], "n": 3 }))].into();
        assert_eq!(in_text(&done, "/a/@{q.records[0].Id}/@{q.n}").unwrap(), "/a/x/3");
        assert_eq!(in_value(&done, &json!({ "a": ["@{q.n}"] })).unwrap(), json!({ "a": [3] }));
        assert_eq!(in_text(&done, "@{q.records[1].Id}"), Err("q.records[1].Id".to_owned()));
        assert!(in_text(&done, "@{").is_err());
        assert!(in_text(&done, "@{q[é].x}").is_err());
    }
}
