//! HTTP places.

use std::time::Duration;

use bytes::Bytes;
use delivery::outside::{Outcome, retry_after};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use jiff::Timestamp;
use kernel::Coded as _;

use super::{Consignment, KEPT_CHARS, Report, Sender};
use crate::{Kind, signature::sign};

impl Sender {
    pub(super) async fn post(
        &self,
        what: &Consignment<'_>,
        content_type: &str,
        body: &Bytes,
    ) -> Report {
        let Some(mut url) = what.address.url.clone() else {
            return Report::failed("target.address_lost", "the target has no address");
        };
        if what.kind == Kind::GoogleChat && !url.query_pairs().any(|(name, _)| name == "requestId")
        {
            // Published of spaces.messages.create: the same requestId makes no second message. That it holds for
            // addresses of webhooks too is our reading: they are addresses of that method.
            url.query_pairs_mut().append_pair("requestId", &what.message.to_string());
        }
        let Ok(content_type) = HeaderValue::from_str(content_type) else {
            return refused("target.refused", "the content type of the post is none of HTTP");
        };
        let mut request = egress::Request::post(url, content_type, body.clone());
        request.timeout = Some(self.timeout);
        request.max_bytes = Some(MAX_ANSWER);
        if what.kind == Kind::Http {
            headers(&mut request.headers, what, body);
        }
        match self.client.fetch(request).await {
            Ok(response) => judge(what, response.status, &response.headers, &response.body),
            // The answer was too long to read; that it was one is all that counts for a place that took it.
            Err(error) => Report::failed(error.code().name(), chain(&error)),
        }
    }
}

fn headers(headers: &mut HeaderMap, what: &Consignment<'_>, body: &Bytes) {
    for (name, value) in &what.address.headers {
        let pair = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value));
        if let (Ok(name), Ok(mut value)) = pair {
            value.set_sensitive(true);
            headers.append(name, value);
        }
    }
    let id = format!("msg_{}", what.message.simple());
    let timestamp = what.now.as_second();
    let signature = sign(what.secrets, &id, timestamp, body);
    let all = [
        ("webhook-id", id),
        ("webhook-timestamp", timestamp.to_string()),
        ("webhook-signature", signature),
    ];
    for (name, value) in all {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}

/// What an answer means.
///
/// 2xx is success and everything else a failure; 410 asks for nothing more, 429 for patience (Standard
/// Webhooks). That a message which is refused with another 4xx is refused again, and that 401, 403, 404 and 409
/// speak of the place and not of the message, is our choice.
fn judge(what: &Consignment<'_>, status: StatusCode, headers: &HeaderMap, body: &Bytes) -> Report {
    let answer = excerpt(what, body);
    let fine = status.is_success() && !denies(what.kind, body);
    let wait = if fine { None } else { asked(headers, body, what.now) };
    let (outcome, code) = match status.as_u16() {
        _ if fine => (Outcome::Taken, ""),
        410 => (Outcome::Gone, "target.gone"),
        429 => (Outcome::Busy { retry_after: wait }, "target.busy"),
        401 | 403 | 407 => (Outcome::Failed { retry_after: wait }, "target.unauthorized"),
        404 => (Outcome::Failed { retry_after: wait }, "target.missing"),
        400..=499 if !matches!(status.as_u16(), 408 | 409 | 423 | 425) => {
            (Outcome::Refused, "target.refused")
        }
        300..=399 => (Outcome::Failed { retry_after: wait }, "target.redirected"),
        _ => (Outcome::Failed { retry_after: wait }, "target.failed"),
    };
    let taken = outcome == Outcome::Taken;
    Report {
        outcome,
        status: Some(status.as_u16()),
        code,
        detail: if taken { String::new() } else { format!("the answer was {status}") },
        answer,
        pause: taken.then(|| spent(headers)).flatten(),
        took: Duration::ZERO,
    }
}

/// The beginning of an answer, secrets masked.
fn excerpt(what: &Consignment<'_>, body: &Bytes) -> String {
    if body.is_empty() {
        return String::new();
    }
    let kept = body.get(..body.len().min(KEPT_CHARS * 4)).unwrap_or_default();
    what.address.mask(&String::from_utf8_lossy(kept)).chars().take(KEPT_CHARS).collect()
}

/// Rocket.Chat answers 200 with `{"success": false}` when a script of the integration fails.
fn denies(kind: Kind, body: &Bytes) -> bool {
    let said = || serde_json::from_slice::<serde_json::Value>(body).ok();
    kind == Kind::RocketChat
        && said().is_some_and(|said| said.get("success") == Some(&serde_json::Value::Bool(false)))
}

/// How long the place asks to wait: `Retry-After`, Discord's `X-RateLimit-Reset-After` or the `retry_after` of its
/// body, in seconds.
fn asked(headers: &HeaderMap, body: &Bytes, now: Timestamp) -> Option<Duration> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let named = header(header::RETRY_AFTER.as_str()).and_then(|text| retry_after(text, now));
    let own = || {
        let said: serde_json::Value = serde_json::from_slice(body).ok()?;
        let seconds = said.get("retry_after")?.as_f64()?;
        retry_after(&seconds.to_string(), now)
    };
    named
        .or_else(|| header("x-ratelimit-reset-after").and_then(|text| retry_after(text, now)))
        .or_else(own)
}

/// Discord tells with each answer that nothing is left of its rate, and for how long.
fn spent(headers: &HeaderMap) -> Option<Duration> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if header("x-ratelimit-remaining")? != "0" {
        return None;
    }
    retry_after(header("x-ratelimit-reset-after")?, Timestamp::UNIX_EPOCH)
}

fn refused(code: &'static str, detail: &str) -> Report {
    Report { outcome: Outcome::Refused, ..Report::failed(code, detail) }
}

/// The error with its causes, on one line. The client's errors never name the address.
fn chain(error: &egress::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text.chars().take(500).collect()
}

/// Bytes of an answer that are read; a longer one is no answer of such a place.
const MAX_ANSWER: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use kernel::Ids;

    use super::*;
    use crate::{Details, address::Address, render::Parcel};

    fn judged(kind: Kind, status: u16, head: &[(&'static str, &str)], body: &str) -> Report {
        let details = Details {
            url: Some("https://e.org/hook/secret-secret".to_owned()),
            ..Details::default()
        };
        let address = Address::new(kind, details, &Ids::seeded(1)).unwrap();
        let parcel = Parcel::Http { content_type: String::new(), body: Bytes::new() };
        let what = Consignment {
            kind,
            address: &address,
            secrets: &[],
            message: uuid::Uuid::nil(),
            parcel: &parcel,
            envelope: None,
            now: Timestamp::UNIX_EPOCH,
        };
        let mut headers = HeaderMap::new();
        for (name, value) in head {
            headers.insert(*name, HeaderValue::from_str(value).unwrap());
        }
        let status = StatusCode::from_u16(status).unwrap();
        judge(&what, status, &headers, &Bytes::from(body.to_owned()))
    }

    #[test]
    fn answers_are_judged_by_their_status() {
        let outcome = |status| judged(Kind::Http, status, &[], "").outcome;
        let failed = Outcome::Failed { retry_after: None };
        for (status, expected) in [
            (200, Outcome::Taken),
            (202, Outcome::Taken),
            (204, Outcome::Taken),
            (301, failed),
            (400, Outcome::Refused),
            (401, failed),
            (404, failed),
            (408, failed),
            (410, Outcome::Gone),
            (413, Outcome::Refused),
            (429, Outcome::Busy { retry_after: None }),
            (500, failed),
            (503, failed),
        ] {
            assert_eq!(outcome(status), expected, "{status}");
        }
    }

    #[test]
    fn waits_are_read_from_headers_and_bodies() {
        let wait = |head: &[(&'static str, &str)], body: &str| match judged(
            Kind::Discord,
            429,
            head,
            body,
        )
        .outcome
        {
            Outcome::Busy { retry_after } => retry_after.map(|wait| wait.as_millis()),
            other => panic!("{other:?}"),
        };
        assert_eq!(wait(&[("retry-after", "7")], ""), Some(7000));
        assert_eq!(wait(&[("x-ratelimit-reset-after", "0.5")], ""), Some(500));
        assert_eq!(wait(&[], r#"{"retry_after": 1.25, "global": false}"#), Some(1250));
        assert_eq!(wait(&[], "slow down"), None);
    }

    #[test]
    fn a_spent_rate_is_a_pause_after_success() {
        let head = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset-after", "1.5")];
        let report = judged(Kind::Discord, 200, &head, "");
        assert_eq!(report.pause, Some(Duration::from_millis(1500)));
        let head = [("x-ratelimit-remaining", "3"), ("x-ratelimit-reset-after", "1.5")];
        assert_eq!(judged(Kind::Discord, 200, &head, "").pause, None);
    }

    #[test]
    fn a_success_that_says_no_is_none() {
        let report = judged(Kind::RocketChat, 200, &[], r#"{"success": false, "error": "x"}"#);
        assert!(matches!(report.outcome, Outcome::Failed { .. }));
        assert_eq!(
            judged(Kind::RocketChat, 200, &[], r#"{"success": true}"#).outcome,
            Outcome::Taken
        );
    }

    #[test]
    fn an_answer_that_repeats_the_address_is_masked() {
        let report = judged(Kind::Http, 404, &[], "no route /hook/secret-secret");
        assert!(!report.answer.contains("secret-secret"), "{}", report.answer);
    }
}
