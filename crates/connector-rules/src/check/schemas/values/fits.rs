//! Whether a value is one that its schema takes.

use openapi::{Node, Object};
use regex::RegexBuilder;

use crate::document::Document;

/// Whether a value has the JSON type that a schema names; without a type every value has it.
pub(in crate::check) fn has_type(value: &Node<'_>, wanted: Option<&str>) -> bool {
    match wanted {
        Some("string") => matches!(value, Node::Text(_)),
        Some("boolean") => matches!(value, Node::Bool(_)),
        Some("array") => matches!(value, Node::List(_)),
        Some("object") => matches!(value, Node::Object(_)),
        Some("null") => matches!(value, Node::Null),
        Some("number") => matches!(value, Node::Number(_)),
        Some("integer") => value.as_number().is_some_and(|it| {
            it.as_i64().is_some() || {
                let number = it.as_f64();
                number.is_finite() && number.fract() == 0.0
            }
        }),
        _ => true,
    }
}

/// Why a value of the right type is none that its schema takes: the first reason, in a few words.
pub(super) fn misfit(
    document: &Document<'_>,
    value: &Node<'_>,
    (schema, levels): (&Object<'_>, usize),
) -> Option<String> {
    if let Some(values) = schema.get("enum").and_then(Node::as_list)
        && has_plain_values(values, schema.str("type"))
        && !values.contains(value)
    {
        return Some("enum".to_owned());
    }
    let parts = schema.get("allOf").and_then(Node::as_list).unwrap_or_default();
    let parts = parts.iter().take(MAX_PARTS).filter(|_| levels > 0);
    if let Some(reason) = parts
        .filter_map(|it| part(document, it))
        .find_map(|it| within(document, value, (it, levels - 1)))
    {
        return Some(reason);
    }
    match value {
        Node::Text(text) => text_misfit(text, schema),
        Node::Number(number) => {
            let number = number.as_f64();
            let bound = |key| schema.get(key).and_then(Node::as_f64);
            let low = bound("minimum").is_some_and(|least| number < least);
            let high = bound("maximum").is_some_and(|most| number > most);
            (low || high).then(|| if low { "minimum" } else { "maximum" }.to_owned())
        }
        Node::List(items) => {
            let schema = part(document, schema.get("items")?)?;
            items.iter().find_map(|item| within(document, item, (schema, levels)))
        }
        Node::Object(members) => {
            let required = schema.get("required").and_then(Node::as_list).unwrap_or_default();
            let mut required = required.iter().filter_map(Node::as_str);
            if let Some(name) = required.find(|name| !members.contains_key(name)) {
                return Some(format!("required: {name}"));
            }
            let properties = schema.get("properties").and_then(Node::as_object)?;
            members.iter().find_map(|(name, member)| {
                within(document, member, (part(document, properties.get(name)?)?, levels))
            })
        }
        Node::Null | Node::Bool(_) => None,
    }
}

/// Fixed values of another type are a finding of their own; nothing can be said about defaults then.
fn has_plain_values(values: &[Node<'_>], wanted: Option<&str>) -> bool {
    !values.is_empty() && values.iter().all(|value| has_type(value, wanted))
}

fn within(
    document: &Document<'_>,
    value: &Node<'_>,
    (schema, levels): (&Object<'_>, usize),
) -> Option<String> {
    let nullable = schema.get("x-nullable").and_then(Node::as_bool_lenient) == Some(true);
    if value.is_null() && nullable {
        return None;
    }
    if !has_type(value, schema.str("type")) {
        return Some("type".to_owned());
    }
    misfit(document, value, (schema, levels))
}

fn part<'d>(document: &Document<'d>, schema: &'d Node<'d>) -> Option<&'d Object<'d>> {
    document.resolve(schema)?.as_object()
}

fn text_misfit(text: &str, schema: &Object<'_>) -> Option<String> {
    let length = || text.chars().count();
    let bound = |key| schema.get(key).and_then(Node::as_number).and_then(openapi::Number::as_u64);
    let bound = |key| bound(key).and_then(|it| usize::try_from(it).ok());
    if bound("maxLength").is_some_and(|most| length() > most) {
        return Some("maxLength".to_owned());
    }
    if bound("minLength").is_some_and(|least| length() < least) {
        return Some("minLength".to_owned());
    }
    match schema.str("format") {
        Some("date-time") if !is_instant(text) => return Some("date-time".to_owned()),
        Some("date") if !is_date(text) => return Some("date".to_owned()),
        _ => {}
    }
    let pattern = schema.str("pattern").filter(|it| it.len() <= MAX_PATTERN_BYTES)?;
    // What this engine cannot compile, such as look-around, it cannot judge.
    let pattern = RegexBuilder::new(pattern).size_limit(MAX_COMPILED_BYTES).build().ok()?;
    (!pattern.is_match(text)).then(|| "pattern".to_owned())
}

/// `full-date` of RFC 3339 §5.6.
fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut number = |digits: usize, range: std::ops::RangeInclusive<u32>| {
        parts.next().is_some_and(|part| {
            part.len() == digits && part.parse().is_ok_and(|number| range.contains(&number))
        })
    };
    number(4, 0..=9999) && number(2, 1..=12) && number(2, 1..=31) && parts.next().is_none()
}

/// `date-time` of RFC 3339 §5.6.
fn is_instant(text: &str) -> bool {
    let Some((date, time)) = text.split_once(['T', 't', ' ']) else { return false };
    let time = match time.strip_suffix(['Z', 'z']) {
        Some(time) => time,
        None => match time.rsplit_once(['+', '-']) {
            Some((time, offset)) if is_clock(offset, 2) => time,
            _ => return false,
        },
    };
    let (clock, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let digits = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    is_date(date) && is_clock(clock, 3) && digits
}

fn is_clock(text: &str, parts: usize) -> bool {
    let two = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split(':').count() == parts && text.split(':').all(two)
}

/// Deepest `allOf` within `allOf` that a value is held against: they may refer to themselves. Our choice.
pub(super) const MAX_LEVELS: usize = 4;
/// Most parts of one `allOf` that a value is held against. Our choice.
const MAX_PARTS: usize = 16;
/// Longest pattern that a default is held against. Our choice.
const MAX_PATTERN_BYTES: usize = 1_024;
/// Largest compiled pattern. Our choice.
const MAX_COMPILED_BYTES: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_have_seconds_and_a_zone() {
        for good in ["2016-01-01T06:30:30Z", "2016-01-01T06:30:30.5+02:00"] {
            assert!(is_instant(good), "{good}");
        }
        for bad in ["2000-01-02T12:45Z", "2016-01-01T06:30:30", "2016-13-01T00:00:00Z", "now"] {
            assert!(!is_instant(bad), "{bad}");
        }
    }

    #[test]
    fn whole_numbers_may_be_written_with_a_point() {
        let is = |text: &'static str, kind| {
            has_type(openapi::read(text.as_bytes()).expect("JSON").root(), Some(kind))
        };
        assert!(is("1", "integer") && is("1.0", "integer") && is("1e3", "integer"));
        assert!(!is("1.5", "integer") && !is("\"1\"", "integer") && !is("null", "string"));
    }
}
