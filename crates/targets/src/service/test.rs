//! A test from a person: a sample card, sent now, answered here.

use std::time::Duration;

use db::Tx;
use delivery::outside::Outcome;
use kernel::{Permission, Scope, TargetId};
use serde_json::json;

use super::{Targets, forwarding, rights};
use crate::{
    Attempt, AttemptOutcome, Result,
    message::Raw,
    render,
    send::{Consignment, Report, request_text},
    store::{Stored, attempts},
};

/// How a test ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Whether the place took it.
    pub taken: bool,
    /// The status of the answer.
    pub status: Option<u16>,
    /// Dotted code of the reason; empty when taken.
    pub code: &'static str,
    /// English detail.
    pub detail: String,
    /// The beginning of the answer, secrets masked.
    pub answer: String,
    /// How long the answer took.
    pub took: Duration,
}

impl Targets {
    /// Sends a sample card now, whatever the state of the target, and tells how the place answered. It is written
    /// to the log of attempts and moves nothing.
    ///
    /// # Errors
    /// [`crate::Error::Unknown`], [`crate::Error::Barred`].
    pub async fn test(&self, scope: &Scope, target: TargetId) -> Result<Sent> {
        scope.require(Permission::WebhookManage)?;
        let read = move |tx: &Tx<'_>| {
            let stored = rights::owned(tx, target)?;
            forwarding::check(tx, stored.kind)?;
            let access = workspace::access::channel(tx, stored.source.channel())?;
            Ok::<_, crate::Error>((stored, access))
        };
        let (stored, access) = self.db.read(scope, read).await?;
        let address = self.open(scope.tenant(), &stored)?;
        let now = self.clock.now();
        let home = self.home(&access);
        let raw = Raw {
            position: 0,
            id: self.ids.fresh(),
            webhook: stored.source.webhook().unwrap_or_else(|| uuid::Uuid::nil().into()),
            at: now,
            meta: json!({ "sender": { "name": "Liaison" }, "content_type": "application/json" })
                .to_string(),
            body: Some(SAMPLE.as_bytes().to_vec()),
        };
        let parcel = render::prepare(stored.kind, address.format, &raw, &home);
        let envelope = self.envelope(scope.tenant(), &stored, (&address, &access)).await?;
        let secrets = address.secrets(now);
        let what = Consignment {
            kind: stored.kind,
            address: &address,
            secrets: &secrets,
            message: raw.id,
            parcel: &parcel,
            envelope: envelope.as_ref(),
            now,
        };
        let report = self.sender.send(&what).await;
        let row = row(&stored, &what, &report);
        let write = move |tx: &Tx<'_>| {
            if let Some(number) = attempts::draw(tx, target)? {
                attempts::insert(tx, target, number, std::slice::from_ref(&row))?;
            }
            Ok::<_, db::Error>(())
        };
        self.db.write(scope, write).await?;
        Ok(Sent {
            taken: report.outcome == Outcome::Taken,
            status: report.status,
            code: report.code,
            detail: report.detail,
            answer: report.answer,
            took: report.took,
        })
    }
}

fn row(stored: &Stored, what: &Consignment<'_>, report: &Report) -> Attempt {
    let failed = report.outcome != Outcome::Taken;
    Attempt {
        number: 0,
        at: what.now,
        outcome: AttemptOutcome::Test,
        from_position: 0,
        to_position: 0,
        messages: 1,
        attempt: 1,
        duration_us: i64::try_from(report.took.as_micros()).unwrap_or(i64::MAX),
        status: report.status.map(i64::from),
        code: failed.then(|| report.code.to_owned()),
        detail: failed.then(|| report.detail.clone()),
        retry_at: None,
        request: request_text(&stored.shown, what),
        answer: report.answer.clone(),
    }
}

/// The card of a test; the texts are ours.
const SAMPLE: &str = r#"{
  "@type": "MessageCard",
  "@context": "https://schema.org/extensions",
  "summary": "A test from Liaison",
  "themeColor": "0F6CBD",
  "title": "A test from Liaison",
  "text": "If you read this, cards of the channel **arrive here**.",
  "sections": [{ "facts": [{ "name": "Sent by", "value": "the test button of the target" }] }],
  "potentialAction": [
    { "@type": "OpenUri", "name": "An example of a link",
      "targets": [{ "os": "default", "uri": "https://example.org/" }] }
  ]
}"#;
