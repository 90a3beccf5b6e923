//! A post as it came, and what is told about it.

use std::net::IpAddr;

use bytes::Bytes;
use kernel::EventId;
use serde::{Deserialize, Serialize};

use crate::Shape;

/// A post as it came through an edge that knows the sender.
#[derive(Debug, Clone)]
pub struct Post {
    /// Through which service's address.
    pub shape: Shape,
    /// `Content-Type` as sent, if any.
    pub content_type: Option<String>,
    /// Headers as sent, in their order; those that hold secrets are masked before they are kept.
    pub headers: Vec<(String, String)>,
    /// The body as sent, or its beginning when it was cut.
    pub body: Bytes,
    /// The body was longer than the edge reads; `body` holds the beginning.
    pub cut: bool,
}

/// A post that was taken: it is durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// The event, and the message that will be in the channel.
    pub event: EventId,
    /// The sender had sent it before; nothing was added.
    pub repeated: bool,
}

/// The topic of accepted posts; the stream is the webhook.
pub const CARD_POSTED: event_log::Topic = "card.posted";

/// The topic of refused posts; the stream is the webhook.
pub const CARD_REFUSED: event_log::Topic = "card.refused";

/// What is kept beside the body of a post.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// `Content-Type` as sent.
    #[serde(default)]
    pub content_type: Option<String>,
    /// `connector` or `workflow`.
    #[serde(default)]
    pub shape: String,
    /// Headers, secrets masked.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// The address that it came from, behind the proxies that are trusted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<IpAddr>,
    /// The position of the accepted post that this one replays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay_of: Option<i64>,
    /// The position of the refused post that this one replays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_of: Option<i64>,
    /// The post came from the test box.
    #[serde(default, skip_serializing_if = "is_false")]
    pub test: bool,
    /// Why it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<RefusalMeta>,
}

/// Why a post was refused.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalMeta {
    /// Dotted code of the reason.
    pub code: String,
    /// JSON pointer to the place.
    #[serde(default)]
    pub pointer: String,
    /// Line and column, from 1, for a mistake of syntax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<(usize, usize)>,
    /// The HTTP status of the answer.
    pub status: u16,
    /// Bytes of the body as sent; more than are kept when it was cut.
    pub bytes: u64,
    /// Only the beginning of the body was kept.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cut: bool,
    /// How many refused posts before this one were counted and not kept.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left_out: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
const fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// Headers with the values of those that hold secrets replaced.
pub fn masked(headers: Vec<(String, String)>) -> Vec<(String, String)> {
    headers
        .into_iter()
        .map(|(name, value)| if is_secret(&name) { (name, MASK.to_owned()) } else { (name, value) })
        .collect()
}

/// Whether a header holds a secret, by its name: the well-known ones, and what calls itself one.
fn is_secret(name: &str) -> bool {
    if PLAIN.iter().any(|plain| plain.eq_ignore_ascii_case(name)) {
        return false;
    }
    let has = |word: &str| {
        name.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
    };
    WORDS.into_iter().any(has)
}

/// What nearly every sender sends; spares the search.
const PLAIN: [&str; 9] = [
    "host",
    "user-agent",
    "accept",
    "accept-encoding",
    "content-type",
    "content-length",
    "connection",
    "x-request-id",
    "idempotency-key",
];

const WORDS: [&str; 12] = [
    "authorization",
    "cookie",
    "token",
    "secret",
    "password",
    "signature",
    "api-key",
    "apikey",
    "credential",
    // A referring page, and what proxies tell of the path: the path is the credential.
    "refer",
    "-uri",
    "-url",
];

/// What stands for a secret.
const MASK: &str = "***";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_that_hold_secrets_are_masked_whatever_their_case() {
        let header = |name: &str| (name.to_owned(), "hunter2".to_owned());
        let names = [
            "Authorization",
            "proxy-authorization",
            "COOKIE",
            "X-Gitlab-Token",
            "X-Hub-Signature-256",
            "X-Api-Key",
            "Referer",
            "X-Original-URI",
        ];
        for (name, value) in masked(names.into_iter().map(header).collect()) {
            assert_eq!(value, "***", "{name}");
        }
        let plain = vec![header("User-Agent"), header("Content-Type"), header("X-Request-Id")];
        assert_eq!(masked(plain.clone()), plain);
    }
}
