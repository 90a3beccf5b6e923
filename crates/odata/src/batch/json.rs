//! `application/json` (OData JSON Format 4.01 §19).
//!
//! A body that is JSON stays the bytes that it came as; one in any other format is a text. Requests with the same
//! `atomicityGroup` behind one another are a change set.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Headers, Part, Request, Response};
use crate::{
    error::{Error, Problem, Result},
    limits,
};

#[derive(Deserialize)]
struct Requests<'a> {
    #[serde(borrow)]
    requests: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Responses<'a> {
    #[serde(borrow)]
    responses: Vec<&'a RawValue>,
}

#[derive(Deserialize, Serialize, Default)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    atomicity_group: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    depends_on: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, String>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    body: Option<std::borrow::Cow<'a, RawValue>>,
}

/// Reads the requests of a batch.
///
/// # Errors
/// [`Error`], with its place in `body`.
pub fn requests(body: &[u8]) -> Result<Vec<Part<Request>>> {
    let text = text(body)?;
    let all: Requests<'_> = serde_json::from_str(text).map_err(|error| broken(text, 0, &error))?;
    let mut seen = HashSet::new();
    parts(text, &all.requests, |item, at| {
        let required = |what| Error { at, problem: Problem::Expected(what) };
        let id = item.id.ok_or_else(|| required("'id'"))?;
        let method = item.method.ok_or_else(|| required("'method'"))?.to_ascii_uppercase();
        let url = item.url.ok_or_else(|| required("'url'"))?;
        if method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return Err(required("a method"));
        }
        if url.is_empty() || url.contains(char::is_control) {
            return Err(required("a URL"));
        }
        if url.len() > limits::URL_BYTES {
            let problem = Problem::Limit { of: "bytes of a URL", limit: limits::URL_BYTES };
            return Err(Error { at, problem });
        }
        if !seen.insert(id.clone()) {
            return Err(required("an id of its own"));
        }
        let headers = Headers(item.headers.into_iter().collect());
        let body = content(item.body.as_deref(), &headers, at)?;
        Ok(Request { id: Some(id), method, url, headers, body, depends_on: item.depends_on })
    })
}

/// Reads the answers of a batch.
///
/// # Errors
/// [`Error`], with its place in `body`.
pub fn responses(body: &[u8]) -> Result<Vec<Part<Response>>> {
    let text = text(body)?;
    let all: Responses<'_> = serde_json::from_str(text).map_err(|error| broken(text, 0, &error))?;
    parts(text, &all.responses, |item, at| {
        let status = item.status.ok_or(Error { at, problem: Problem::Expected("'status'") })?;
        let headers = Headers(item.headers.into_iter().collect());
        let body = content(item.body.as_deref(), &headers, at)?;
        Ok(Response { id: item.id, status, headers, body })
    })
}

fn text(body: &[u8]) -> Result<&str> {
    if body.len() > limits::BATCH_BYTES {
        let problem = Problem::Limit { of: "bytes", limit: limits::BATCH_BYTES };
        return Err(Error { at: 0, problem });
    }
    std::str::from_utf8(body)
        .map_err(|error| Error { at: error.valid_up_to(), problem: Problem::Utf8 })
}

fn parts<T>(
    text: &str,
    raw: &[&RawValue],
    mut one: impl FnMut(Item<'_>, usize) -> Result<T>,
) -> Result<Vec<Part<T>>> {
    let mut parts: Vec<Part<T>> = Vec::new();
    let mut open: Option<String> = None;
    let mut groups = HashSet::new();
    for (index, raw) in raw.iter().enumerate() {
        // where this one stands: it borrows from the text
        let at = (raw.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        if index >= limits::BATCH_REQUESTS {
            let problem = Problem::Limit { of: "requests", limit: limits::BATCH_REQUESTS };
            return Err(Error { at, problem });
        }
        let item: Item<'_> =
            serde_json::from_str(raw.get()).map_err(|error| broken(raw.get(), at, &error))?;
        let group = item.atomicity_group.clone();
        let item = one(item, at)?;
        match (&group, parts.last_mut()) {
            (Some(_), Some(Part::ChangeSet(all))) if group == open => all.push(item),
            (Some(name), _) => {
                // a group that was left can't be gone back to
                if !groups.insert(name.clone()) {
                    return Err(Error {
                        at,
                        problem: Problem::Expected("requests of a group behind one another"),
                    });
                }
                parts.push(Part::ChangeSet(vec![item]));
            }
            (None, _) => parts.push(Part::Single(item)),
        }
        open = group;
    }
    Ok(parts)
}

/// Where serde stopped, as a byte of the whole.
fn broken(text: &str, at: usize, error: &serde_json::Error) -> Error {
    let lines = text.split_inclusive('\n').take(error.line().saturating_sub(1));
    let before: usize = lines.map(str::len).sum();
    let at = at + (before + error.column().saturating_sub(1)).min(text.len());
    Error { at, problem: Problem::Expected("a batch in JSON") }
}

fn is_json(headers: &Headers) -> bool {
    let kind = headers.value("content-type").unwrap_or("application/json");
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind.is_empty() || kind == "application/json" || kind.ends_with("+json")
}

fn content(body: Option<&RawValue>, headers: &Headers, at: usize) -> Result<Vec<u8>> {
    let Some(body) = body.filter(|body| body.get() != "null") else { return Ok(Vec::new()) };
    if is_json(headers) {
        return Ok(body.get().as_bytes().to_vec());
    }
    let no_text = |_: serde_json::Error| Error { at, problem: Problem::Expected("a text as body") };
    serde_json::from_str::<String>(body.get()).map(String::into_bytes).map_err(no_text)
}

fn raw(body: &[u8], headers: &Headers) -> Option<std::borrow::Cow<'static, RawValue>> {
    if body.is_empty() {
        return None;
    }
    let text = String::from_utf8_lossy(body).into_owned();
    let json = if is_json(headers) { RawValue::from_string(text.clone()).ok() } else { None };
    let json = json.or_else(|| serde_json::value::to_raw_value(&text).ok());
    json.map(std::borrow::Cow::Owned)
}

fn headers(headers: &Headers) -> BTreeMap<String, String> {
    headers.0.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone())).collect()
}

/// Writes requests; change sets become groups `g1`, `g2` …; requests without an id get their number.
pub fn write_requests(parts: &[Part<Request>]) -> Vec<u8> {
    write("requests", parts, &|request| Item {
        id: request.id.clone(),
        method: Some(request.method.clone()),
        url: Some(request.url.clone()),
        depends_on: request.depends_on.clone(),
        headers: headers(&request.headers),
        body: raw(&request.body, &request.headers),
        ..Item::default()
    })
}

/// Writes answers; change sets become groups `g1`, `g2` …
pub fn write_responses(parts: &[Part<Response>]) -> Vec<u8> {
    write("responses", parts, &|response| Item {
        id: response.id.clone(),
        status: Some(response.status),
        headers: headers(&response.headers),
        body: raw(&response.body, &response.headers),
        ..Item::default()
    })
}

fn write<T>(name: &str, parts: &[Part<T>], one: &dyn Fn(&T) -> Item<'static>) -> Vec<u8> {
    let mut items = Vec::new();
    let mut groups = 0;
    for part in parts {
        match part {
            Part::Single(item) => items.push(one(item)),
            Part::ChangeSet(all) => {
                groups += 1;
                let group = format!("g{groups}");
                items.extend(
                    all.iter()
                        .map(|item| Item { atomicity_group: Some(group.clone()), ..one(item) }),
                );
            }
        }
    }
    for (index, item) in items.iter_mut().enumerate() {
        item.id.get_or_insert_with(|| (index + 1).to_string());
    }
    serde_json::to_vec(&BTreeMap::from([(name, items)])).unwrap_or_default()
}
