//! What an environment says when it refuses, as an error of the port.

use std::time::Duration;

use crm::Error;
use http::{HeaderMap, StatusCode, header::RETRY_AFTER};
use kernel::FieldError;
use serde_json::Value as Json;

use crate::error::Refusal;

/// The longest words that are kept.
const MAX_WORDS: usize = 300;
/// How long nobody calls where an environment does not say how long, and the longest that it may say.
const PAUSE: (u64, u64) = (30, 3_600);

/// A refusal as it came.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) status: StatusCode,
    /// `0x80040217`, in small letters; empty where there is none.
    pub(crate) code: String,
    words: String,
    wait: Option<Duration>,
}

/// What was refused.
#[derive(Debug)]
pub(crate) enum Doing<'a> {
    /// To say what a table looks like.
    Describing(&'a str),
    /// To say who calls and what they may do.
    Entering,
    /// A page of a table.
    Querying(&'a str),
    /// One row of a table.
    Reading(&'a str),
    /// A new row with these fields.
    Creating(&'a str, Vec<String>),
    /// A change of these fields of a row, or its end.
    Changing(&'a str, Vec<String>),
}

impl Refused {
    pub(crate) fn read(status: StatusCode, headers: &HeaderMap, body: &Json) -> Self {
        let text = |name: &str| body.pointer(&format!("/error/{name}")).and_then(Json::as_str);
        let words = text("message").unwrap_or_default();
        let wait = headers.get(RETRY_AFTER).and_then(|wait| wait.to_str().ok());
        let wait = wait.and_then(|wait| wait.trim().parse().ok());
        Self {
            status,
            code: text("code")
                .unwrap_or_default()
                .chars()
                .take(20)
                .collect::<String>()
                .to_lowercase(),
            words: words.chars().filter(|c| !c.is_control()).take(MAX_WORDS).collect(),
            wait: wait.map(|wait: u64| Duration::from_secs(wait.min(PAUSE.1))),
        }
    }

    /// How long the seller is not to call: more than 6,000 calls, 20 minutes of work in five minutes, or 52 calls
    /// at once (service protection limits).
    pub(crate) fn pause(&self) -> Option<Duration> {
        let limited = self.status == StatusCode::TOO_MANY_REQUESTS
            || matches!(self.code.as_str(), "0x80072322" | "0x80072321" | "0x80072326");
        limited.then(|| self.wait.unwrap_or(Duration::from_secs(PAUSE.0)))
    }

    /// What it means for what was being done.
    pub(crate) fn error(&self, doing: &Doing<'_>) -> Error {
        if let Some(retry_after) = self.pause() {
            return Error::LimitReached { retry_after };
        }
        if self.status == StatusCode::UNAUTHORIZED {
            return Error::SessionEnded;
        }
        if let Some(error) = self.of_the_environment() {
            return error;
        }
        let hidden = |table: &str| Error::ObjectHidden { object: table.to_owned() };
        match (doing, self.code.as_str(), self.status) {
            (Doing::Describing(table), _, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN)
            | (Doing::Querying(table), "0x80040220", _)
            | (
                Doing::Querying(table)
                | Doing::Reading(table)
                | Doing::Creating(table, _)
                | Doing::Changing(table, _),
                "0x8006088a" | "0x80060891",
                StatusCode::NOT_FOUND,
            ) => hidden(table),
            // A row that the seller may not see does not exist; that they may read the table was known before.
            (Doing::Reading(_), _, StatusCode::FORBIDDEN)
            | (Doing::Reading(_) | Doing::Changing(..), _, StatusCode::NOT_FOUND) => {
                Error::NotFound
            }
            (Doing::Creating(_, fields), _, StatusCode::NOT_FOUND) => self.finding(fields),
            (_, "0x80060892" | "0x80040237" | "0x80040333" | "0x80040334", _) => {
                Error::duplicate(Vec::new())
            }
            (_, "0x80060882", _) | (Doing::Changing(..), _, StatusCode::PRECONDITION_FAILED) => {
                Error::Changed
            }
            (_, "0x80044352", _) | (_, _, StatusCode::GONE) => Error::Expired,
            (Doing::Changing(..), "0x80040227", _) => Refusal::Needed.into(),
            (_, _, StatusCode::LOCKED | StatusCode::CONFLICT) => Error::Locked,
            (_, _, StatusCode::FORBIDDEN) | (_, "0x80048306" | "0x80040220" | "0x8004f508", _) => {
                Error::NotAllowed
            }
            (Doing::Creating(_, fields) | Doing::Changing(_, fields), _, status)
                if status.is_client_error() =>
            {
                self.finding(fields)
            }
            (_, _, status) if status.is_client_error() && !self.code.is_empty() => {
                Error::Query { reason: self.words.clone() }
            }
            _ => Error::Answer { reason: "a refusal without a code" },
        }
    }

    /// What holds for whatever the seller does there.
    fn of_the_environment(&self) -> Option<Error> {
        Some(match self.code.as_str() {
            "0x80072560" => Refusal::NoMember.into(),
            "0x80041d1f" | "0x80040225" => Refusal::UserDisabled.into(),
            "0x80042f09" => Refusal::NoRole.into(),
            // Time limits and deadlocks of the database.
            "0x80044150" | "0x80044151" => Error::Unavailable,
            // It has no code of its own that is documented.
            _ if self.words.contains("Admin Only mode") => Refusal::AdministrationMode.into(),
            _ if self.status == StatusCode::INSUFFICIENT_STORAGE => Refusal::Full.into(),
            _ if self.status.is_server_error() || self.status == StatusCode::REQUEST_TIMEOUT => {
                Error::Unavailable
            }
            _ => return None,
        })
    }

    /// A value that is refused, at its field where the words name one.
    pub(crate) fn finding(&self, fields: &[String]) -> Error {
        let mut words = self.words.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let named = words.find(|word| fields.iter().any(|field| field == word));
        let pointer = named.map(|field| format!("/{field}")).unwrap_or_default();
        let finding = FieldError::new(pointer, "crm.record_refused", self.words.clone());
        let code = if self.code.is_empty() { self.status.as_str() } else { &self.code };
        Error::Refused { code: code.to_owned(), findings: vec![finding] }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(status: u16, code: &str, message: &str) -> Refused {
        let body = json!({ "error": { "code": code, "message": message } });
        Refused::read(StatusCode::from_u16(status).unwrap(), &HeaderMap::new(), &body)
    }

    fn said(status: u16, code: &str, doing: &Doing<'_>) -> String {
        use kernel::Coded as _;
        refused(status, code, "").error(doing).code().name().to_owned()
    }

    #[test]
    fn every_documented_code_means_something() {
        let fields = || vec!["name".to_owned()];
        let (create, change) =
            (Doing::Creating("account", fields()), Doing::Changing("account", fields()));
        let (query, one) = (Doing::Querying("account"), Doing::Reading("account"));
        for (status, code, doing, meaning) in [
            (400, "0x0", &query, "crm.query_refused"),
            (400, "0x80060888", &query, "crm.query_refused"),
            (400, "0x80040203", &query, "crm.query_refused"),
            (400, "0x80048d19", &create, "crm.record_refused"),
            (400, "0x80044331", &create, "crm.record_refused"),
            (400, "0x8004432f", &change, "crm.record_refused"),
            (400, "0x80044330", &change, "crm.record_refused"),
            (400, "0x8004431A", &change, "crm.record_refused"),
            (400, "0x80040265", &create, "crm.record_refused"),
            (401, "", &query, "crm.session_ended"),
            (403, "0x80040220", &query, "crm.object_hidden"),
            (403, "0x80040220", &create, "crm.not_allowed"),
            (403, "0x80048306", &one, "crm.record_not_found"),
            (403, "0x80040220", &one, "crm.record_not_found"),
            (403, "0x80048306", &change, "crm.not_allowed"),
            (403, "0x80042f09", &query, "crm_dataverse.no_role"),
            (403, "0x80072560", &query, "crm_dataverse.no_member"),
            (403, "0x80041d1f", &query, "crm_dataverse.user_disabled"),
            (404, "0x80040217", &one, "crm.record_not_found"),
            (404, "0x80040217", &create, "crm.record_refused"),
            (404, "0x8006088a", &query, "crm.object_hidden"),
            (405, "0x80040227", &change, "crm_dataverse.needed"),
            (400, "0x80040227", &change, "crm_dataverse.needed"),
            (412, "0x80060882", &change, "crm.record_changed"),
            (412, "0x80060892", &change, "crm.record_duplicate"),
            (412, "0x80040237", &create, "crm.record_duplicate"),
            (412, "0x80040333", &create, "crm.record_duplicate"),
            (423, "", &change, "crm.record_locked"),
            (410, "0x80044352", &query, "crm.changes_expired"),
            (400, "0x80044352", &query, "crm.changes_expired"),
            (413, "", &create, "crm.record_refused"),
            (429, "0x80072322", &query, "crm.limit_reached"),
            (429, "0x80072321", &query, "crm.limit_reached"),
            (429, "0x80072326", &create, "crm.limit_reached"),
            (500, "0x80040216", &query, "crm.unavailable"),
            (503, "", &one, "crm.unavailable"),
            (501, "0x80060888", &query, "crm.unavailable"),
            (404, "", &Doing::Entering, "crm.answer_wrong"),
        ] {
            assert_eq!(said(status, code, doing), meaning, "{status} {code} {doing:?}");
        }
        let admin = "User does not have required privileges (or role membership) to access the org \
                     when it is in Admin Only mode.";
        let error = refused(403, "0x80040220", admin).error(&query);
        assert!(error.to_string().contains("administration mode"), "{error}");
    }

    #[test]
    fn a_finding_stands_at_the_field_that_the_words_name() {
        let message =
            "The length of the 'name' attribute of the 'account' entity exceeded the maximum.";
        let doing = Doing::Creating("account", vec!["revenue".to_owned(), "name".to_owned()]);
        let Error::Refused { findings, .. } = refused(400, "0x80044331", message).error(&doing)
        else {
            panic!("it is refused");
        };
        assert_eq!(findings[0].pointer, "/name");
        let message = "A validation error occurred for account.revenue. The value 1 is outside.";
        let Error::Refused { findings, .. } = refused(400, "0x80044330", message).error(&doing)
        else {
            panic!("it is refused");
        };
        assert_eq!(findings[0].pointer, "/revenue");
    }

    #[test]
    fn a_pause_is_bounded() {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, "99999999".parse().unwrap());
        let long = Refused::read(StatusCode::TOO_MANY_REQUESTS, &headers, &Json::Null);
        assert_eq!(long.pause(), Some(Duration::from_hours(1)));
        assert_eq!(refused(429, "", "").pause(), Some(Duration::from_secs(30)));
        assert_eq!(refused(503, "", "").pause(), None);
    }
}
