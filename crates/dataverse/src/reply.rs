//! An answer, of a request of its own or of a part of a batch.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use records::{Reference, Session};

/// Status, headers and body.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// What follows the body of a long file.
    pub(crate) rest: Option<Rest>,
}

/// The part of a file that is read while it is sent.
#[derive(Debug, Clone)]
pub(crate) struct Rest {
    pub(crate) session: Session,
    pub(crate) row: Reference,
    pub(crate) column: String,
    pub(crate) at: u64,
    pub(crate) end: u64,
}

impl Rest {
    /// The file from its beginning, which was read: never more than one block in memory.
    pub(crate) fn body(self, begun: Bytes) -> Body {
        let blocks = stream::unfold((Some(begun), self), async |(begun, mut rest)| {
            if let Some(begun) = begun {
                return Some((Ok(begun), (None, rest)));
            }
            let most =
                usize::try_from(rest.end.checked_sub(rest.at).filter(|more| *more > 0)?).ok()?;
            let next = rest.session.download(&rest.row, &rest.column, rest.at, most).await;
            // whoever replaced it meanwhile ends the answer: it is shorter than was said
            let next = next.map_err(std::io::Error::other).transpose()?;
            let Ok(next) = next else { return Some((next.map(|_| Bytes::new()), (None, rest))) };
            if next.bytes.is_empty() || next.size != rest.end {
                return None;
            }
            rest.at += next.bytes.len() as u64;
            Some((Ok(next.bytes.into()), (None, rest)))
        });
        Body::from_stream(blocks)
    }
}

impl Reply {
    /// Without a body.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::with_capacity(8), body: Bytes::new(), rest: None }
    }

    /// `204`.
    pub(crate) fn done() -> Self {
        Self::empty(StatusCode::NO_CONTENT)
    }

    /// JSON of the protocol.
    pub(crate) fn json(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self::typed(status, JSON, body)
    }

    /// A body of another kind.
    pub(crate) fn typed(status: StatusCode, kind: &'static str, body: impl Into<Bytes>) -> Self {
        let mut reply = Self::empty(status);
        reply.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        reply.body = body.into();
        reply
    }

    /// Sets a header.
    pub(crate) fn header(&mut self, name: &'static str, value: HeaderValue) {
        self.headers.insert(HeaderName::from_static(name), value);
    }

    /// Sets a header, if the text may stand in one.
    pub(crate) fn text(&mut self, name: &'static str, value: &str) {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.header(name, value);
        }
    }

    /// What the caller may still ask for within the service protection limits: requests, and seconds of work.
    pub(crate) fn left(&mut self, requests: u32, work: Duration) {
        self.header("x-ms-ratelimit-burst-remaining-xrm-requests", HeaderValue::from(requests));
        let seconds = format!("{:.2}", work.as_secs_f64());
        self.text("x-ms-ratelimit-time-remaining-xrm-requests", &seconds);
    }

    /// `OData-EntityId` and `Location` of a row.
    #[must_use]
    pub(crate) fn at(mut self, address: &str) -> Self {
        self.text("odata-entityid", address);
        if let Ok(value) = HeaderValue::from_str(address) {
            self.headers.insert(header::LOCATION, value);
        }
        self
    }
}

/// What clients compare with.
pub(crate) const JSON: &str =
    "application/json; odata.metadata=minimal; odata.streaming=true; charset=utf-8";
