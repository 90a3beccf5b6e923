//! The tab inside Microsoft Teams: no bar, no rail and no pane of ours round it, and nobody else may show it so.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, header, request::Parts},
    response::Response,
};
use web_frame::{HOSTED_SECURITY_POLICY, Visit};

/// Whether a host stands round the page: it says so in the address (`?host=teams`), and browsers say for every further
/// page that it is shown in a frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Host(bool);

impl<S: Sync> FromRequestParts<S> for Host {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        let said = query.split('&').any(|pair| pair == "host=teams");
        let framed = parts.headers.get("sec-fetch-dest").is_some_and(|dest| dest == "iframe");
        Ok(Self(said || framed))
    }
}

impl Host {
    /// The visit of a page inside the host.
    pub(super) const fn inside(self, mut visit: Visit) -> Visit {
        visit.frame.hosted = self.0;
        visit
    }

    /// The answer, with who may frame it.
    pub(super) fn answer(self, mut response: Response) -> Response {
        if self.0 {
            let policy = HeaderValue::from_static(HOSTED_SECURITY_POLICY);
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        response
    }
}
