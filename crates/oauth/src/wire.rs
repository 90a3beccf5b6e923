//! One post to a token endpoint, and what may come back.
//!
//! An answer is JSON of at most [`MAX_BYTES`] and of serde's 128 levels, not redirected, and says so
//! (RFC 6749 §5.1, §5.2). Everything else is refused before it is looked at.

use std::time::Duration;

use egress::{Client, Request};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER},
};
use kernel::Secret;
use serde_json::{Map, Value as Json};
use url::Url;

use crate::{Error, error::Words};

/// What is posted.
#[derive(Debug)]
pub(crate) struct Post {
    /// Where to.
    pub(crate) url: Url,
    /// The form, encoded.
    pub(crate) body: Secret<String>,
    /// `Authorization`, where the client proves itself there.
    pub(crate) authorization: Option<HeaderValue>,
    /// What was sent and must not come back in the provider's words.
    pub(crate) secrets: Vec<Secret<String>>,
}

/// Posts, and answers the members of a success.
pub(crate) async fn post(http: &Client, post: &Post) -> Result<Map<String, Json>, Error> {
    let content_type = HeaderValue::from_static("application/x-www-form-urlencoded");
    let mut request = Request::post(post.url.clone(), content_type, post.body.expose().clone());
    request.headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    if let Some(value) = &post.authorization {
        request.headers.insert(AUTHORIZATION, value.clone());
    }
    request.max_bytes = Some(MAX_BYTES);
    request.timeout = Some(TIMEOUT);
    let answer = http.fetch(request).await.map_err(unreachable)?;
    if answer.status.is_redirection() {
        return Err(wrong("it is a redirect"));
    }
    let members = if is_json(&answer.headers) {
        serde_json::from_slice::<Map<String, Json>>(&answer.body).ok()
    } else {
        None
    };
    match members {
        // Some providers refuse with 200.
        Some(members) if answer.status.is_success() && !members.contains_key("error") => {
            Ok(members)
        }
        Some(members) => Err(refusal(&answer.headers, answer.status, &members, &post.secrets)),
        None if answer.status.is_success() && !is_json(&answer.headers) => {
            Err(wrong("its content type is not JSON"))
        }
        None if answer.status.is_success() => Err(wrong("it is no JSON object")),
        None => Err(refusal(&answer.headers, answer.status, &Map::new(), &post.secrets)),
    }
}

fn unreachable(source: egress::Error) -> Error {
    match source {
        egress::Error::TooLarge { .. } => wrong("it is longer than 256 KiB"),
        other => other.into(),
    }
}

fn wrong(reason: &'static str) -> Error {
    Error::Document { document: "token answer", reason }
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(text) = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()) else {
        return false;
    };
    let essence = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    matches!(essence.as_str(), "application/json" | "text/json" | "text/javascript")
        || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// What a refusal means for the caller.
fn refusal(
    headers: &HeaderMap,
    status: StatusCode,
    members: &Map<String, Json>,
    secrets: &[Secret<String>],
) -> Error {
    let text = |name: &str| members.get(name).and_then(Json::as_str);
    let inner = |name: &str| members.get("error").and_then(|e| e.get(name)).and_then(Json::as_str);
    let numbers: Vec<u64> = members
        .get("error_codes")
        .and_then(Json::as_array)
        .map_or_else(Vec::new, |list| list.iter().filter_map(Json::as_u64).collect());
    // Facebook's error is an object with a type and a message.
    let error = text("error").or_else(|| inner("type")).unwrap_or_default();
    let error = if error.is_empty() { status.as_str() } else { error };
    let description = text("error_description").or_else(|| inner("message"));
    let words = Words {
        error: plain(error, MAX_ERROR, secrets),
        description: description.map(|d| plain(d, MAX_DESCRIPTION, secrets)),
        number: numbers.first().copied(),
    };
    let claims = || text("claims").filter(|c| c.len() <= MAX_CLAIMS).map(str::to_owned);
    let suberror = text("suberror");
    match error {
        "consent_required" => Error::Consent(words),
        "interaction_required" | "login_required" | "account_selection_required" => {
            if suberror == Some("consent_required") || numbers.contains(&NO_CONSENT) {
                return Error::Consent(words);
            }
            Error::Interaction { words, claims: claims() }
        }
        "invalid_grant"
            if suberror == Some("consent_required") || numbers.contains(&NO_CONSENT) =>
        {
            Error::Consent(words)
        }
        "invalid_grant" if members.contains_key("claims") => {
            Error::Interaction { words, claims: claims() }
        }
        "invalid_grant" if numbers.iter().any(|n| FOREIGN.contains(n)) => Error::Assertion(words),
        "invalid_grant" => Error::Ended(words),
        "access_denied" => Error::Declined,
        "invalid_client" | "unauthorized_client" => Error::Client(words),
        "temporarily_unavailable" | "server_error" | "slow_down" => busy(headers),
        _ if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() => busy(headers),
        _ => Error::Refused(words),
    }
}

fn busy(headers: &HeaderMap) -> Error {
    let seconds = headers.get(RETRY_AFTER).and_then(|v| v.to_str().ok()?.trim().parse().ok());
    Error::Busy { retry_after: seconds.map(|s| Duration::from_secs(s).min(MAX_WAIT)) }
}

/// A provider's words without control characters, cut, and without anything secret that we sent.
pub(crate) fn plain(text: &str, most: usize, secrets: &[Secret<String>]) -> String {
    let mut text: String = text.chars().take(MAX_SCANNED).collect();
    for secret in secrets.iter().map(Secret::expose).filter(|s| s.len() >= SHORTEST) {
        text = text.replace(secret.as_str(), "***");
        let mut encoded = String::new();
        crate::template::encode(secret, &mut encoded);
        text = text.replace(&encoded, "***");
    }
    text.chars().filter(|c| !c.is_control()).take(most).collect()
}

/// Our own choice: tokens with many groups are about 20 KB.
pub(crate) const MAX_BYTES: usize = 256 * 1024;
/// Our own choice: a person waits for it.
const TIMEOUT: Duration = Duration::from_secs(15);
const MAX_WAIT: Duration = Duration::from_hours(1);
const MAX_ERROR: usize = 100;
const MAX_DESCRIPTION: usize = 400;
const MAX_CLAIMS: usize = 4096;
/// A secret that is cut in half by this is not shown either: [`MAX_DESCRIPTION`] is far before it.
const MAX_SCANNED: usize = 64 * 1024;
/// Shorter texts, such as a client id of one letter, would blank out ordinary words.
const SHORTEST: usize = 6;
/// AADSTS65001: the user or administrator has not consented.
const NO_CONSENT: u64 = 65_001;
/// AADSTS50013 (signature), 500131 (audience), 7000114 (an application's token).
const FOREIGN: [u64; 3] = [50_013, 500_131, 7_000_114];

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Coded as _;
    use serde_json::json;

    fn refused(status: u16, body: Json, secret: &str) -> Error {
        let Json::Object(members) = body else { panic!("an object") };
        let status = StatusCode::from_u16(status).unwrap();
        refusal(&HeaderMap::new(), status, &members, &[Secret::new(secret.to_owned())])
    }

    #[test]
    fn each_refusal_says_who_can_help() {
        for (status, body, code) in [
            (400, json!({"error": "invalid_grant"}), "authorization.ended"),
            (
                400,
                json!({"error": "invalid_grant", "error_codes": [65001]}),
                "authorization.consent",
            ),
            (
                400,
                json!({"error": "invalid_grant", "suberror": "consent_required"}),
                "authorization.consent",
            ),
            (400, json!({"error": "consent_required"}), "authorization.consent"),
            (
                400,
                json!({"error": "interaction_required", "claims": "{}"}),
                "authorization.interaction",
            ),
            (
                400,
                json!({"error": "invalid_grant", "error_codes": [500_131]}),
                "authorization.assertion",
            ),
            (401, json!({"error": "invalid_client"}), "authorization.client"),
            (400, json!({"error": "invalid_scope"}), "authorization.refused"),
            (400, json!({"error": "temporarily_unavailable"}), "authorization.busy"),
            (503, json!({}), "authorization.busy"),
            (429, json!({"message": "slow"}), "authorization.busy"),
            (404, json!({}), "authorization.refused"),
            (200, json!({"error": "access_denied"}), "authorization.declined"),
            (
                400,
                json!({"error": {"type": "OAuthException", "message": "x"}}),
                "authorization.refused",
            ),
        ] {
            assert_eq!(refused(status, body.clone(), "-").code().name(), code, "{body}");
        }
        let stepped =
            refused(400, json!({"error": "interaction_required", "claims": "{\"a\":1}"}), "-");
        assert_eq!(stepped.claims(), Some("{\"a\":1}"));
        assert!(stepped.needs_sign_in());
    }

    #[test]
    fn what_was_sent_does_not_come_back_in_the_words() {
        let body = json!({"error": "bad s3cr3t/token", "error_description": "no s3cr3t/token\r\nx s3cr3t%2Ftoken"});
        let error = refused(400, body, "s3cr3t/token");
        let seen = format!("{error} {error:?}");
        assert!(!seen.contains("s3cr3t"), "{seen}");
        assert_eq!(error.words().unwrap().description.as_deref(), Some("no ***x ***"));
    }
}
