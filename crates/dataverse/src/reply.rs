//! An answer, of a request of its own or of a part of a batch.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

/// Status, headers and body.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Reply {
    /// Without a body.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::with_capacity(8), body: Bytes::new() }
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
