//! One attempt: a parcel goes out, and the answer is judged.

mod mail;
mod post;

use std::time::Duration;

use delivery::outside::Outcome;
use jiff::Timestamp;
use uuid::Uuid;
use workspace::MailSettings;

use crate::{Kind, Result, address::Address, render::Parcel, signature::Secret};

pub(crate) use mail::Relay;

/// Sends parcels.
#[derive(Debug)]
pub(crate) struct Sender {
    client: egress::Client,
    relay: Option<Relay>,
    timeout: Duration,
}

/// Where a parcel goes, and for whom.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Consignment<'a> {
    pub(crate) kind: Kind,
    pub(crate) address: &'a Address,
    /// What signs, for the kind `http`.
    pub(crate) secrets: &'a [Secret],
    /// The message: the same at every attempt.
    pub(crate) message: Uuid,
    pub(crate) parcel: &'a Parcel,
    /// Sender and recipients of mail.
    pub(crate) envelope: Option<&'a Envelope>,
    pub(crate) now: Timestamp,
}

/// Sender and recipients of a mail.
#[derive(Debug, Clone)]
pub(crate) struct Envelope {
    /// The name that is shown as the sender.
    pub(crate) name: String,
    /// The address of the sender.
    pub(crate) from: String,
    /// Who gets it.
    pub(crate) to: Vec<String>,
}

/// How an attempt ended.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    pub(crate) outcome: Outcome,
    pub(crate) status: Option<u16>,
    /// Dotted code of the reason; empty when taken.
    pub(crate) code: &'static str,
    /// English detail.
    pub(crate) detail: String,
    /// The beginning of the answer, secrets masked.
    pub(crate) answer: String,
    /// The place asks to wait this long before the next message, although it took this one.
    pub(crate) pause: Option<Duration>,
    pub(crate) took: Duration,
}

impl Sender {
    pub(crate) fn new(
        client: egress::Client,
        mail: &MailSettings,
        timeout: Duration,
    ) -> Result<Self> {
        Ok(Self { client, relay: Relay::new(mail, timeout)?, timeout })
    }

    /// Whether mail can be sent at all.
    pub(crate) const fn has_relay(&self) -> bool {
        self.relay.is_some()
    }

    /// The relay, for mail of the hub's own.
    pub(crate) const fn relay(&self) -> Option<&Relay> {
        self.relay.as_ref()
    }

    /// One attempt.
    pub(crate) async fn send(&self, what: &Consignment<'_>) -> Report {
        let started = tokio::time::Instant::now();
        let mut report = match what.parcel {
            Parcel::Http { content_type, body } => self.post(what, content_type, body).await,
            Parcel::Mail(letter) => match (&self.relay, what.envelope) {
                (Some(relay), Some(envelope)) => relay.send(what, envelope, letter).await,
                _ => Report::failed("mail.off", "the hub sends no mail: no relay is set"),
            },
        };
        report.took = started.elapsed();
        report
    }
}

impl Report {
    pub(crate) fn failed(code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::Failed { retry_after: None },
            status: None,
            code,
            detail: detail.into(),
            answer: String::new(),
            pause: None,
            took: Duration::ZERO,
        }
    }
}

/// What the log keeps of a request: no header that holds a secret, the beginning of the body.
pub(crate) fn request_text(shown: &str, what: &Consignment<'_>) -> String {
    let headers: Vec<(&str, &str)> =
        what.address.headers.iter().map(|(name, _value)| (name.as_str(), crate::MASK)).collect();
    let document = match what.parcel {
        Parcel::Http { content_type, .. } => serde_json::json!({
            "method": "POST",
            "address": shown,
            "content_type": content_type,
            "headers": headers,
            "body": what.parcel.excerpt(KEPT_CHARS),
        }),
        Parcel::Mail(letter) => serde_json::json!({
            "method": "SMTP",
            "address": shown,
            "subject": letter.subject,
            "body": what.parcel.excerpt(KEPT_CHARS),
        }),
    };
    document.to_string()
}

/// Characters of a request or an answer that the log keeps.
pub(crate) const KEPT_CHARS: usize = 2_000;
