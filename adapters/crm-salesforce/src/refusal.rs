//! What the organisation says when it refuses, as an [`Error`].

use http::StatusCode;
use kernel::FieldError;
use serde_json::Value;

use crate::Error;

/// Findings that are kept of one refusal, and the length of each.
const MAX_FINDINGS: usize = 20;
const MAX_WORDS: usize = 300;

/// One entry of a refusal.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) code: String,
    words: String,
    fields: Vec<String>,
}

/// The entries of a body: an array, or one object where rows are among many.
pub(crate) fn entries(body: &Value) -> Vec<Entry> {
    // a tree says of each of its rows what is wrong with it
    if let Some(rows) = body.get("results").and_then(Value::as_array) {
        let errors = |row: &Value| row.get("errors").and_then(Value::as_array).cloned();
        let all = rows.iter().filter_map(errors).flatten();
        return all.filter_map(|one| entry(&one)).take(MAX_FINDINGS).collect();
    }
    let all = body.as_array().map_or_else(|| std::slice::from_ref(body), Vec::as_slice);
    all.iter().filter_map(entry).take(MAX_FINDINGS).collect()
}

fn entry(value: &Value) -> Option<Entry> {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let code = text("errorCode").or_else(|| text("statusCode"))?.to_owned();
    let words = text("message").unwrap_or_default();
    let words = words.chars().filter(|c| !c.is_control()).take(MAX_WORDS).collect();
    let fields = value.get("fields").and_then(Value::as_array).into_iter().flatten();
    let fields = fields.filter_map(Value::as_str).map(str::to_owned).collect();
    Some(Entry { code, words, fields })
}

/// The error that a status and its entries mean.
pub(crate) fn error(status: StatusCode, entries: &[Entry]) -> Error {
    let Some(first) = entries.first() else {
        return match status {
            StatusCode::UNAUTHORIZED => Error::SessionEnded,
            StatusCode::NOT_FOUND => Error::NotFound,
            status if status.is_server_error() => Error::Unavailable,
            _ => Error::Answer { reason: "a refusal without a code" },
        };
    };
    match first.code.as_str() {
        "INVALID_SESSION_ID" | "INVALID_AUTH_HEADER" => Error::SessionEnded,
        "API_DISABLED_FOR_ORG" | "API_CURRENTLY_DISABLED" => Error::ApiDisabled,
        "INSUFFICIENT_SCOPE" => Error::Scope,
        "REQUEST_LIMIT_EXCEEDED" => Error::LimitReached { retry_after: crate::allowance::PAUSE },
        "NOT_FOUND" | "INVALID_CROSS_REFERENCE_KEY" if first.fields.is_empty() => Error::NotFound,
        "ENTITY_IS_DELETED" if first.fields.is_empty() => Error::Deleted,
        "INSUFFICIENT_ACCESS"
        | "INSUFFICIENT_ACCESS_OR_READONLY"
        | "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"
        | "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY" => Error::NotAllowed,
        "UNABLE_TO_LOCK_ROW" | "ENTITY_IS_LOCKED" => Error::Locked,
        "DUPLICATE_VALUE" | "DUPLICATES_DETECTED" => Error::Duplicate,
        "UNKNOWN_EXCEPTION" | "SERVER_UNAVAILABLE" => Error::Unavailable,
        _ if status.is_server_error() => Error::Unavailable,
        _ => Error::Refused { code: first.code.clone(), findings: findings(entries) },
    }
}

fn findings(entries: &[Entry]) -> Vec<FieldError> {
    let one = |entry: &Entry| -> Vec<FieldError> {
        let finding =
            |pointer: String| FieldError::new(pointer, "crm.record_refused", &entry.words);
        if entry.fields.is_empty() {
            return vec![finding(String::new())];
        }
        entry.fields.iter().map(|field| finding(format!("/{field}"))).collect()
    };
    entries.iter().flat_map(one).take(MAX_FINDINGS).collect()
}
