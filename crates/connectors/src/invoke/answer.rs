//! What comes of a call.

use std::time::Duration;

use bytes::Bytes;
use connector_engine::{Changed, Outcome};
use kernel::{ConnectionId, FieldError};
use serde_json::Value;
use tokio::sync::OwnedSemaphorePermit;

use super::{Exchange, line::Told};
use crate::{Error, Result};

/// The body of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// There is none.
    Empty,
    /// JSON, exactly as it came but for a byte order mark, unless policies or further pages changed it.
    Json(Bytes),
    /// Anything else.
    Bytes {
        /// The media type that the API names.
        content_type: Option<String>,
        /// The bytes.
        bytes: Bytes,
    },
}

impl Body {
    /// The bytes, whatever they are.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Empty => &[],
            Self::Json(bytes) | Self::Bytes { bytes, .. } => bytes,
        }
    }
}

/// The body of an answer on its way. It ends where the API ends it, or with an error where it is too long, too slow or
/// breaks off; dropping it ends it.
#[derive(Debug)]
pub struct Rest {
    pub(super) rest: egress::Rest,
    pub(super) _place: OwnedSemaphorePermit,
}

impl Rest {
    /// How long it is, where the API says so.
    pub fn announced(&self) -> Option<u64> {
        self.rest.announced()
    }

    /// The next piece; none at the end.
    ///
    /// # Errors
    /// [`Error::Outbound`].
    pub async fn next(&mut self) -> Result<Option<Bytes>> {
        Ok(self.rest.next().await?)
    }
}

/// What came of a call. A status of failure is an answer like any other.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Body,
    /// The body as a tree, when it is JSON.
    pub json: Option<Value>,
    /// Where the answer departs from its schema.
    pub drift: Vec<FieldError>,
    /// Where more of a list is.
    pub next_link: Option<String>,
    /// How long the API asks to wait.
    pub retry_after: Option<Duration>,
    /// What a polling trigger found.
    pub events: Option<Vec<Value>>,
    /// What its next poll needs.
    pub memory: Option<connector_engine::Memory>,
    /// The address that ends the subscription of a webhook trigger.
    pub subscription: Option<String>,
    /// The connection that was used.
    pub connection: Option<ConnectionId>,
    /// The version that was used.
    pub version: i64,
    /// How long it took.
    pub duration: Duration,
    /// The exact requests and what was answered, when they were asked for.
    pub exchanges: Vec<Exchange>,
    /// What each policy changed, when the requests were asked for.
    pub steps: Vec<PolicyStep>,
    /// The body, where it was to be passed on as it comes; then [`Answer::body`] is empty.
    pub rest: Option<Rest>,
}

impl Answer {
    /// Whether the status says success.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// A policy that had its turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyStep {
    /// Which, among those that govern the operation, in their order.
    pub policy: usize,
    /// The template, such as `setheader`.
    pub template: String,
    /// What its author calls it.
    pub title: Option<String>,
    /// Whether it acted on the request; on the answer otherwise.
    pub is_before: bool,
    /// What it changed; empty where it had nothing to do. Secrets are masked.
    pub changes: Vec<StepChange>,
    /// Whether it changed more than is told.
    pub is_cut: bool,
}

/// A part of a request or an answer before and after a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepChange {
    /// `method`, `address`, `query`, `header` or `body`.
    pub part: &'static str,
    /// The name of the header or parameter, the JSON pointer into the body.
    pub name: String,
    /// What it was; none where it was not there.
    pub before: Option<String>,
    /// What it is; none where it was taken away.
    pub after: Option<String>,
}

impl From<&Changed> for StepChange {
    fn from(changed: &Changed) -> Self {
        let Changed { part, name, before, after } = changed.clone();
        Self { part: part.as_str(), name, before, after }
    }
}

/// What a call did on its way, secrets masked; empty unless it was asked for.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    /// The exact requests and what was answered.
    pub exchanges: Vec<Exchange>,
    /// What each policy changed.
    pub steps: Vec<PolicyStep>,
}

/// A call of which nothing usable came.
#[derive(Debug)]
pub struct Failed {
    /// Why.
    pub error: Error,
    /// What it did until then.
    pub trace: Trace,
}

/// The answer of a machine that is done.
pub(super) fn answer(outcome: Outcome, told: &Told) -> Answer {
    let content_type = outcome.headers.value("Content-Type").map(str::to_owned);
    let bytes = Bytes::from(outcome.body);
    let body = match (&outcome.json, bytes.is_empty()) {
        (_, true) => Body::Empty,
        (Some(_), false) => Body::Json(unmarked(&bytes)),
        (None, false) => Body::Bytes { content_type, bytes },
    };
    let drift = outcome
        .notes
        .iter()
        .map(|note| FieldError::new(note.pointer.clone(), note.remark.code(), note.subject.clone()))
        .collect();
    let headers = outcome.headers.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    Answer {
        status: outcome.status,
        headers,
        body,
        json: outcome.json,
        drift,
        next_link: outcome.next_link,
        retry_after: outcome.retry_after_seconds.map(Duration::from_secs),
        events: outcome.events,
        memory: outcome.memory,
        subscription: outcome.subscription,
        connection: told.connection,
        version: told.version,
        duration: Duration::ZERO,
        exchanges: Vec::new(),
        steps: Vec::new(),
        rest: None,
    }
}

/// JSON without the byte order mark that some services put before it: callers may write the bytes into JSON of their
/// own (RFC 8259 §8.1).
fn unmarked(bytes: &Bytes) -> Bytes {
    match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => bytes.slice_ref(rest),
        None => bytes.clone(),
    }
}
