//! Header fields of requests and answers.

use channel_connectors::masked_headers;
use http::{HeaderMap, HeaderName, HeaderValue, header};

/// Fields that a card may not set: those of the connection, and those that the hub writes itself.
const OURS: &[&str] = &[
    "host",
    "content-length",
    "content-type",
    "transfer-encoding",
    "connection",
    "keep-alive",
    "te",
    "trailer",
    "upgrade",
    "expect",
    "http2-settings",
    "card-correlation-id",
    "action-request-id",
    "action-authorization",
    "authorization",
];

/// Fields of a card that are sent: our own choice.
const MOST: usize = 30;

/// Longest value of a card's field: our own choice.
const LONGEST: usize = 4_096;

/// The fields of a card that go out, and whether it asks for the token in `Action-Authorization`: it
/// does by an empty `Authorization`.
pub(crate) fn of_card<'h>(fields: impl Iterator<Item = (&'h str, &'h str)>) -> (HeaderMap, bool) {
    let (mut headers, mut aside) = (HeaderMap::new(), false);
    for (name, value) in fields {
        let Ok(name) = HeaderName::from_bytes(name.trim().as_bytes()) else { continue };
        if name == header::AUTHORIZATION && value.trim().is_empty() {
            aside = true;
        }
        let is_ours = OURS.contains(&name.as_str()) || name.as_str().starts_with("proxy-");
        if is_ours || headers.len() >= MOST || value.len() > LONGEST {
            continue;
        }
        if let Ok(value) = HeaderValue::from_str(value.trim()) {
            headers.append(name, value);
        }
    }
    (headers, aside)
}

/// The fields as they are kept: secrets masked, each cut.
pub(crate) fn kept(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| crate::run::clean(&said(value), KEPT);
    let fields = headers.iter().take(MOST * 2);
    masked_headers(fields.map(|(name, value)| (name.to_string(), text(value))).collect())
}

/// Characters of a value that are kept: our own choice.
const KEPT: usize = 512;

/// A value as text: UTF-8, else Latin-1 as of old (RFC 9110 §5.5).
pub(crate) fn said(value: &HeaderValue) -> String {
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => text.to_owned(),
        Err(_) => value.as_bytes().iter().map(|byte| char::from(*byte)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_cannot_touch_the_connection_or_what_the_hub_writes() {
        let fields = [
            ("X-Own", "1"),
            ("Host", "evil.example"),
            ("transfer-encoding", "chunked"),
            ("Proxy-Authorization", "x"),
            ("Authorization", "Bearer stolen"),
            ("Card-Correlation-Id", "x"),
            ("X-Break", "a\r\nHost: evil.example"),
            ("Bad Name", "x"),
            ("", "x"),
        ];
        let (headers, aside) = of_card(fields.into_iter());
        let names: Vec<&str> = headers.keys().map(HeaderName::as_str).collect();
        assert_eq!(names, ["x-own"]);
        assert!(!aside);
        assert!(of_card([("authorization", " ")].into_iter()).1);
    }

    #[test]
    fn a_flood_of_fields_is_cut() {
        let names: Vec<String> = (0..200).map(|number| format!("x-{number}")).collect();
        let long = "a".repeat(10_000);
        let fields =
            names.iter().map(|name| (name.as_str(), "1")).chain([("x-long", long.as_str())]);
        assert_eq!(of_card(fields).0.len(), MOST);
    }
}
