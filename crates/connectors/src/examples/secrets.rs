//! What may not be saved: the secrets of connections, and what looks like one.

use kernel::FieldError;
use openapi::{Location, Operation};
use serde_json::{Map, Value};

use super::Expected;
use crate::connection::Secrets;

/// The texts of a connection that nobody may see.
pub(super) fn of(secrets: &Secrets) -> Vec<String> {
    let mut all: Vec<String> =
        secrets.values.iter().map(|(_, value)| value.expose().clone()).collect();
    // tokens are kept as JSON of their own
    if let Some(tokens) = &secrets.tokens {
        let tokens: Value = serde_json::from_str(tokens.expose()).unwrap_or_default();
        let texts = tokens.as_object().into_iter().flatten();
        let texts = texts.filter(|(name, _)| name.contains("token"));
        all.extend(texts.filter_map(|(_, value)| value.as_str().map(str::to_owned)));
    }
    all.retain(|secret| secret.len() >= SHORTEST);
    all
}

/// Where an example would hold a secret.
pub(super) fn find(
    operation: &Operation<'_>,
    (inputs, expected): (&Map<String, Value>, &Expected),
    known: &[String],
) -> Vec<FieldError> {
    let mut fields = Vec::new();
    for (name, value) in inputs {
        let declared = operation.parameter(name);
        let is_header = declared.as_ref().is_some_and(|it| it.location == Location::Header);
        let is_password =
            declared.as_ref().is_some_and(|it| it.schema.format() == Some("password"));
        let pointer = below("/inputs", name);
        if is_password || (is_header && is_credential(name)) {
            fields.push(told(pointer));
            continue;
        }
        walk(value, (name, &pointer), known, &mut fields);
    }
    for (pointer, value) in &expected.values {
        let name = pointer.rsplit('/').next().unwrap_or_default();
        let place = below("/expected/values", pointer);
        walk(value, (name, &place), known, &mut fields);
    }
    fields.truncate(MAX_FIELDS);
    fields
}

fn walk(value: &Value, (name, pointer): (&str, &str), known: &[String], to: &mut Vec<FieldError>) {
    if to.len() >= MAX_FIELDS {
        return;
    }
    match value {
        Value::String(text) => {
            let holds = known.iter().any(|secret| text.contains(secret.as_str()));
            if holds || looks_secret(text) || (is_telling(name) && !text.is_empty()) {
                to.push(told(pointer.to_owned()));
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                walk(item, (name, &format!("{pointer}/{at}")), known, to);
            }
        }
        Value::Object(object) => {
            for (name, value) in object {
                walk(value, (name, &below(pointer, name)), known, to);
            }
        }
        _ => {}
    }
}

fn told(pointer: String) -> FieldError {
    FieldError::new(pointer, "example.secret", "a secret belongs into a connection")
}

/// Headers that carry credentials.
fn is_credential(name: &str) -> bool {
    let headers = ["authorization", "proxy-authorization", "cookie", "x-api-key", "x-auth-token"];
    headers.iter().any(|header| name.eq_ignore_ascii_case(header))
}

/// Names that say what their values are. `token` alone may be the mark of a page.
fn is_telling(name: &str) -> bool {
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let words = [
        "password",
        "passwd",
        "secret",
        "clientsecret",
        "apikey",
        "apisecret",
        "accesstoken",
        "refreshtoken",
        "idtoken",
        "bearertoken",
        "authtoken",
        "privatekey",
        "clientassertion",
    ];
    words.contains(&plain.as_str())
}

/// Texts whose form says what they are: bearer tokens, signed tokens (RFC 7519), private keys, keys with the
/// prefixes that large services give theirs so that they are recognised.
fn looks_secret(text: &str) -> bool {
    let text = text.trim();
    let bearer = text.get(..7).is_some_and(|head| head.eq_ignore_ascii_case("bearer "));
    let signed = text.starts_with("eyJ") && text.matches('.').count() == 2 && text.len() > 40;
    let private = text.contains("-----BEGIN") && text.contains("PRIVATE KEY-----");
    let prefixes = ["ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "sk_live_"];
    let known = prefixes.iter().any(|prefix| text.starts_with(prefix) && text.len() > 16);
    bearer || signed || private || known
}

fn below(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// Shorter texts are no secrets, or stand everywhere.
const SHORTEST: usize = 4;
/// Places that a refusal names at most.
const MAX_FIELDS: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_forms_give_secrets_away_and_marks_of_pages_do_not() {
        for name in ["password", "Client-Secret", "api_key", "accessToken"] {
            assert!(is_telling(name), "{name}");
        }
        for name in ["token", "pageToken", "secretary", "keyword"] {
            assert!(!is_telling(name), "{name}");
        }
        let signed = format!("eyJ{}.eyJ{}.c2ln", "a".repeat(30), "b".repeat(30));
        for text in ["Bearer abc", &signed, "ghp_0123456789abcdef01", "-----BEGIN PRIVATE KEY-----"]
        {
            assert!(looks_secret(text), "{text}");
        }
        for text in ["bearing", "eyJhbGciOi", "a.b.c", "ghp_short", ""] {
            assert!(!looks_secret(text), "{text}");
        }
    }
}
