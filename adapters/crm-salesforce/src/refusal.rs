//! What the organisation says when it refuses, as an [`Error`].

use std::time::Duration;

use crm::{MAX_TWINS, RecordRef, Twin};
use http::StatusCode;
use kernel::FieldError;
use serde_json::Value;

use crate::{ApiName, Error, RecordId};

/// Findings that are kept of one refusal, and the length of each.
const MAX_FINDINGS: usize = 20;
const MAX_WORDS: usize = 300;

/// One entry of a refusal.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) code: String,
    words: String,
    fields: Vec<String>,
    /// The records that a duplicate rule or a unique field named: object and id; no object where only the id is told.
    twins: Vec<(String, RecordId)>,
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
    let twins = twins(value, text("message").unwrap_or_default());
    Some(Entry { code, words, fields, twins })
}

/// What a duplicate rule found (REST reference, "Duplicate Rule Header"; some versions misspell the member), or the
/// one record that has a unique value already.
fn twins(value: &Value, message: &str) -> Vec<(String, RecordId)> {
    let list = |value: &Value, name: &str| value.get(name).and_then(Value::as_array).cloned();
    let found = ["duplicateResult", "duplicateResut"].iter().find_map(|name| value.get(*name));
    let results = found.and_then(|found| list(found, "matchResults")).unwrap_or_default();
    let records = results.iter().filter_map(|result| list(result, "matchRecords")).flatten();
    let one = |one: Value| {
        let record = one.get("record")?;
        let object = record.pointer("/attributes/type").and_then(Value::as_str);
        let object = object.and_then(ApiName::parse).map(|object| object.to_string());
        let id = record.get("Id").and_then(Value::as_str).and_then(RecordId::parse)?;
        Some((object.unwrap_or_default(), id))
    };
    let mut all: Vec<_> = records.filter_map(one).take(MAX_TWINS).collect();
    let unique = message.rsplit_once("record with id: ").map(|(_, id)| id.trim());
    all.extend(unique.and_then(RecordId::parse).map(|id| (String::new(), id)));
    all
}

/// A duplicate of what the entries name; what has no object of its own is of `object`.
pub(crate) fn duplicate(entries: &[Entry], object: Option<&ApiName>) -> Error {
    let of = |named: &String| match object {
        Some(object) if named.is_empty() => object.to_string(),
        _ => named.clone(),
    };
    let all = entries.iter().flat_map(|entry| &entry.twins);
    let twin = |(named, id): &(String, RecordId)| Twin {
        at: RecordRef::new(of(named), id.as_str()),
        name: String::new(),
    };
    Error::duplicate(all.map(twin).collect())
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
        LIMIT => Error::LimitReached { retry_after: pause(first) },
        "NOT_FOUND" | "INVALID_CROSS_REFERENCE_KEY" if first.fields.is_empty() => Error::NotFound,
        "ENTITY_IS_DELETED" if first.fields.is_empty() => Error::Deleted,
        "INSUFFICIENT_ACCESS"
        | "INSUFFICIENT_ACCESS_OR_READONLY"
        | "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"
        | "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY" => Error::NotAllowed,
        "UNABLE_TO_LOCK_ROW" | "ENTITY_IS_LOCKED" => Error::Locked,
        VALUE | FOUND => duplicate(entries, None),
        "UNKNOWN_EXCEPTION" | "SERVER_UNAVAILABLE" | "QUERY_TIMEOUT" => Error::Unavailable,
        "MALFORMED_QUERY"
        | "MALFORMED_SEARCH"
        | "INVALID_SEARCH"
        | "INVALID_QUERY_FILTER_OPERATOR"
        | "INVALID_QUERY_LOCATOR"
        | "QUERY_TOO_COMPLICATED" => Error::Query { reason: first.words.clone() },
        _ if status.is_server_error() => Error::Unavailable,
        _ => Error::Refused { code: first.code.clone(), findings: findings(entries) },
    }
}

/// Another record has the value of a unique field; a duplicate rule found something.
pub(crate) const VALUE: &str = "DUPLICATE_VALUE";
pub(crate) const FOUND: &str = "DUPLICATES_DETECTED";

/// What says that calls are used up: those of a day, or those at once.
pub(crate) const LIMIT: &str = "REQUEST_LIMIT_EXCEEDED";
/// How long too many calls at once take to end (our own choice; the service tells no time).
const AT_ONCE: Duration = Duration::from_secs(30);

/// How long nobody calls after a limit. Too many long calls at once are over soon; a day's are not.
pub(crate) fn pause(entry: &Entry) -> Duration {
    let at_once = entry.words.to_ascii_lowercase().contains("concurrent");
    if at_once { AT_ONCE } else { crate::allowance::PAUSE }
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

#[cfg(test)]
mod tests {
    use kernel::Coded as _;
    use serde_json::json;

    use super::*;

    fn said(status: u16, code: &str, fields: &[&str]) -> Error {
        let body = json!([{ "errorCode": code, "message": "in words", "fields": fields }]);
        error(StatusCode::from_u16(status).unwrap(), &entries(&body))
    }

    #[test]
    fn every_documented_code_means_something() {
        for (status, code, meaning) in [
            (400, "MALFORMED_QUERY", "crm.query_refused"),
            (400, "INVALID_QUERY_FILTER_OPERATOR", "crm.query_refused"),
            (400, "INVALID_QUERY_LOCATOR", "crm.query_refused"),
            (400, "QUERY_TIMEOUT", "crm.unavailable"),
            (400, "REQUIRED_FIELD_MISSING", "crm.record_refused"),
            (400, "STRING_TOO_LONG", "crm.record_refused"),
            (400, "INVALID_EMAIL_ADDRESS", "crm.record_refused"),
            (400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "crm.record_refused"),
            (400, "NUMBER_OUTSIDE_VALID_RANGE", "crm.record_refused"),
            (400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "crm.record_refused"),
            (400, "FIELD_INTEGRITY_EXCEPTION", "crm.record_refused"),
            (400, "DELETE_FAILED", "crm.record_refused"),
            (400, "JSON_PARSER_ERROR", "crm.record_refused"),
            (400, "DUPLICATE_VALUE", "crm.record_duplicate"),
            (400, "DUPLICATES_DETECTED", "crm.record_duplicate"),
            (400, "ENTITY_IS_LOCKED", "crm.record_locked"),
            (400, "UNABLE_TO_LOCK_ROW", "crm.record_locked"),
            (400, "INSUFFICIENT_ACCESS_OR_READONLY", "crm.not_allowed"),
            (403, "INSUFFICIENT_ACCESS", "crm.not_allowed"),
            (400, "INVALID_CROSS_REFERENCE_KEY", "crm.record_not_found"),
            (401, "INVALID_SESSION_ID", "crm.session_ended"),
            (401, "INVALID_AUTH_HEADER", "crm.session_ended"),
            (403, "API_DISABLED_FOR_ORG", "crm.api_disabled"),
            (403, "API_CURRENTLY_DISABLED", "crm.api_disabled"),
            (403, "INSUFFICIENT_SCOPE", "crm.scope_missing"),
            (403, "REQUEST_LIMIT_EXCEEDED", "crm.limit_reached"),
            (404, "NOT_FOUND", "crm.record_not_found"),
            (404, "ENTITY_IS_DELETED", "crm.record_deleted"),
            (500, "UNKNOWN_EXCEPTION", "crm.unavailable"),
            (503, "SERVER_UNAVAILABLE", "crm.unavailable"),
        ] {
            assert_eq!(said(status, code, &[]).code().name(), meaning, "{status} {code}");
        }
        let bare = |status| error(StatusCode::from_u16(status).unwrap(), &[]).code().name();
        let meanings = [401, 404, 502, 418].map(bare);
        let own =
            ["crm.session_ended", "crm.record_not_found", "crm.unavailable", "crm.answer_wrong"];
        assert_eq!(meanings, own);
        // a record that leads to one that is not there is refused at its field
        let Error::Refused { findings, .. } =
            said(400, "INVALID_CROSS_REFERENCE_KEY", &["AccountId"])
        else {
            panic!("it is refused");
        };
        assert_eq!(findings[0].pointer, "/AccountId");
    }

    #[test]
    fn too_many_calls_at_once_are_over_sooner_than_a_day_of_them() {
        let entry = |words: &str| {
            let body = json!([{ "errorCode": LIMIT, "message": words }]);
            entries(&body).remove(0)
        };
        assert_eq!(pause(&entry("TotalRequests Limit exceeded.")), crate::allowance::PAUSE);
        assert_eq!(pause(&entry("ConcurrentPerOrgLongTxn Limit exceeded.")), AT_ONCE);
    }
}
