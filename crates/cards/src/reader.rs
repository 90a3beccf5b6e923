//! Reading sloppy members into typed models: what senders write beside what they should.

use std::borrow::Cow;

use crate::{
    address,
    finding::{Findings, Rule, Severity},
    json::{Json, Object},
    pointer::Place,
};

/// A text: strings, and numbers and booleans as they are written.
pub(crate) fn text<'a>(
    json: Json<'a>,
    place: Place<'_>,
    findings: &mut Findings,
) -> Option<Cow<'a, str>> {
    let text = match json {
        Json::Text(text) => return Some(text),
        Json::Null => return None,
        Json::Number(number) => number.to_string(),
        Json::Bool(flag) => flag.to_string(),
        other => {
            wrong(findings, Severity::Error, place, "a string", &other);
            return None;
        }
    };
    findings.add(Severity::Note, Rule::WrongType, place, "not a string");
    Some(Cow::Owned(text))
}

/// A text that is not blank; blank ones make no block.
pub(crate) fn filled<'a>(
    json: Json<'a>,
    place: Place<'_>,
    findings: &mut Findings,
) -> Option<Cow<'a, str>> {
    text(json, place, findings).filter(|text| !text.trim().is_empty())
}

/// The address of an image, noted when it will not be shown.
pub(crate) fn image<'a>(
    json: Json<'a>,
    place: Place<'_>,
    findings: &mut Findings,
) -> Option<Cow<'a, str>> {
    let url = filled(json, place, findings)?;
    if !address::is_safe_image(&url) {
        findings.add(Severity::Error, Rule::AddressNotAllowed, place, "image");
    }
    Some(url)
}

/// A boolean; real senders write `true`, `"true"`, `"False"`, 1 and null.
pub(crate) fn flag(
    json: &Json<'_>,
    default: bool,
    place: Place<'_>,
    findings: &mut Findings,
) -> bool {
    match json {
        Json::Bool(flag) => *flag,
        Json::Null => default,
        Json::Text(word) if word.eq_ignore_ascii_case("true") => true,
        Json::Text(word) if word.eq_ignore_ascii_case("false") || word.is_empty() => false,
        Json::Number(number) => number.as_f64() != Some(0.0),
        other => {
            wrong(findings, Severity::Warning, place, "a boolean", other);
            default
        }
    }
}

/// A whole number, or the text of one.
pub(crate) fn whole(json: &Json<'_>, place: Place<'_>, findings: &mut Findings) -> Option<u64> {
    match json {
        Json::Null => None,
        Json::Number(number) if number.as_u64().is_some() => number.as_u64(),
        Json::Text(text) if text.trim().parse::<u64>().is_ok() => text.trim().parse().ok(),
        other => {
            wrong(findings, Severity::Warning, place, "a whole number", other);
            None
        }
    }
}

/// A list; null is an empty one, and a lone object is a list of itself.
pub(crate) fn list<'a>(json: Json<'a>, place: Place<'_>, findings: &mut Findings) -> Vec<Json<'a>> {
    match json {
        Json::List(items) => items,
        Json::Null => Vec::new(),
        object @ Json::Object(_) => {
            wrong(findings, Severity::Warning, place, "an array", &object);
            vec![object]
        }
        other => {
            wrong(findings, Severity::Error, place, "an array", &other);
            Vec::new()
        }
    }
}

/// The objects of a list, each read by `read` at its place.
pub(crate) fn objects<'a, T>(
    json: Json<'a>,
    place: Place<'_>,
    findings: &mut Findings,
    mut read: impl FnMut(Object<'a>, Place<'_>, &mut Findings) -> Option<T>,
) -> Vec<T> {
    let items = list(json, place, findings).into_iter().enumerate();
    items
        .filter_map(|(index, item)| {
            let place = place.item(index);
            object(item, place, findings).and_then(|object| read(object, place, findings))
        })
        .collect()
}

/// An object; null is none.
pub(crate) fn object<'a>(
    json: Json<'a>,
    place: Place<'_>,
    findings: &mut Findings,
) -> Option<Object<'a>> {
    match json {
        Json::Object(object) => Some(object),
        Json::Null => None,
        other => {
            wrong(findings, Severity::Error, place, "an object", &other);
            None
        }
    }
}

/// Hands each member to `take` under the name as the reference spells it, whatever case the sender
/// used; members of no such name are noted. Names that only ask for a note are in `names` too.
pub(crate) fn members<'a>(
    object: Object<'a>,
    names: &[&'static str],
    place: Place<'_>,
    findings: &mut Findings,
    mut take: impl FnMut(&'static str, Json<'a>, Place<'_>, &mut Findings),
) {
    for (own, value) in object.0 {
        let exact = names.iter().find(|name| **name == own);
        let known = exact.or_else(|| names.iter().find(|name| name.eq_ignore_ascii_case(&own)));
        let place = place.member(&own);
        match known {
            Some(name) => take(name, value, place, findings),
            None => findings.add(Severity::Note, Rule::UnknownMember, place, ""),
        }
    }
}

fn wrong(
    findings: &mut Findings,
    severity: Severity,
    place: Place<'_>,
    wanted: &str,
    met: &Json<'_>,
) {
    let detail = format!("{wanted} is wanted, {} was met", met.kind());
    findings.add(severity, Rule::WrongType, place, detail);
}
