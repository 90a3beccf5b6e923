//! What is known of one request.

use std::{
    convert::Infallible,
    net::IpAddr,
    sync::{Arc, OnceLock},
};

use axum::extract::FromRequestParts;
use http::{HeaderMap, Uri, header, request::Parts};
use jiff::Timestamp;
use kernel::{Kind, Language, RequestId, Scope};
use tokio_util::sync::CancellationToken;

use crate::{Gate, Known, Peer, Problem, client, cookie, language};

/// What is known of one request; cheap to clone. An extractor that never fails inside [`crate::attach`].
#[derive(Debug, Clone)]
pub struct Context {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    gate: Arc<Gate>,
    request: RequestId,
    at: Timestamp,
    client: IpAddr,
    secure: bool,
    host: String,
    loopback: bool,
    language: Language,
    chosen: bool,
    session: Option<String>,
    framed: Option<String>,
    surface: OnceLock<Surface>,
    agent: String,
    known: OnceLock<Known>,
}

/// A page that a host may frame.
#[derive(Debug)]
struct Surface {
    shown: bool,
}

impl Context {
    pub(crate) fn new(gate: Arc<Gate>, peer: Peer, uri: &Uri, headers: &HeaderMap) -> Self {
        let client = client::client(peer, headers, &gate.settings.trusted_proxies);
        let host = host(uri, headers);
        let by_cookie = cookie(headers, cookie::LANGUAGE).and_then(|tag| tag.parse().ok());
        let language = by_cookie.or_else(|| language::accepted(headers)).unwrap_or_default();
        let inner = Inner {
            request: gate.ids.fresh(),
            at: gate.clock.now(),
            client: client.address,
            secure: client.secure,
            loopback: client.address.is_loopback() && is_loopback_name(&host),
            host,
            language,
            chosen: by_cookie.is_some(),
            session: cookie(headers, cookie::session_name(client.secure)).map(str::to_owned),
            // partitioned cookies exist over TLS alone
            framed: cookie(headers, cookie::FRAMED_SESSION)
                .filter(|_| client.secure)
                .map(str::to_owned),
            surface: OnceLock::new(),
            agent: agent(headers),
            known: OnceLock::new(),
            gate,
        };
        Self { inner: Arc::new(inner) }
    }

    /// The request id, as in the log, in problems and in the audit.
    pub fn request(&self) -> RequestId {
        self.inner.request
    }

    /// When the request came.
    pub fn at(&self) -> Timestamp {
        self.inner.at
    }

    /// The caller's address, behind the proxies that are trusted.
    pub fn client(&self) -> IpAddr {
        self.inner.client
    }

    /// Whether the caller came over TLS, to us or to a trusted proxy.
    pub fn is_secure(&self) -> bool {
        self.inner.secure
    }

    /// Whether signing in is safe here: over TLS, or on the machine itself.
    pub fn may_sign_in(&self) -> bool {
        self.inner.secure || self.inner.loopback
    }

    /// Counts a try to sign in from this address; for handlers that check a password, a code or a link.
    ///
    /// # Errors
    /// `request.throttled` when the address has tried too often.
    pub fn count_sign_in(&self) -> Result<(), Problem> {
        let gate = &self.inner.gate;
        gate.sign_ins.check(self.inner.client, self.inner.at).map_err(|wait| {
            Problem::new(
                "request.throttled",
                Kind::Throttled,
                "too many sign-ins from this address",
            )
            .with_retry_after(wait)
        })
    }

    /// Host and port as the caller wrote them; may be empty.
    pub fn host(&self) -> &str {
        &self.inner.host
    }

    /// The address that links start with: the public one, else as the caller came.
    pub fn base_url(&self) -> String {
        if let Some(url) = &self.inner.gate.settings.public_url {
            return url.trim_end_matches('/').to_owned();
        }
        let scheme = if self.inner.secure { "https" } else { "http" };
        format!("{scheme}://{}", self.inner.host)
    }

    /// The language of the answer: the person's, the cookie's, the browser's, English.
    pub fn language(&self) -> Language {
        self.scope().map_or(self.inner.language, Scope::language)
    }

    /// Whether a person chose the language on this browser.
    pub fn language_chosen(&self) -> bool {
        self.inner.chosen
    }

    /// The secret of the session cookie, if one came; not checked. On a page that a host may frame, and nowhere else,
    /// that of the framed session where no other came.
    pub fn session(&self) -> Option<&str> {
        let framed = self.inner.surface.get().and_then(|_open| self.inner.framed.as_deref());
        self.inner.session.as_deref().or(framed)
    }

    /// Says that a page is answered that a host may frame, so that its framed session counts; `shown` when the browser
    /// shows it in a frame of the host now.
    pub fn open_surface(&self, shown: bool) {
        // the first one stands: a request has one route
        drop(self.inner.surface.set(Surface { shown }));
    }

    /// Whether the page stands in a frame of a host, so that what it sets must hold there.
    pub fn is_framed(&self) -> bool {
        let surface = self.inner.surface.get();
        surface.is_some_and(|surface| surface.shown || self.has_framed_session())
    }

    /// Whether the framed session is the one that counts.
    pub(crate) fn has_framed_session(&self) -> bool {
        let inner = &self.inner;
        inner.surface.get().is_some() && inner.session.is_none() && inner.framed.is_some()
    }

    /// Who acts, once it was found out.
    pub fn scope(&self) -> Option<&Scope> {
        self.inner.known.get().map(|known| &known.scope)
    }

    /// Whether rights of the person are withheld until a second factor is used.
    pub fn needs_second_factor(&self) -> bool {
        self.inner.known.get().is_some_and(|known| known.needs_second_factor)
    }

    /// What the program calls itself; at most 256 characters, may be empty.
    pub fn agent(&self) -> &str {
        &self.inner.agent
    }

    /// Cancelled when the hub stops: long answers end then.
    pub fn stopping(&self) -> &CancellationToken {
        &self.inner.gate.stopping
    }

    pub(crate) fn gate(&self) -> &Arc<Gate> {
        &self.inner.gate
    }

    /// Keeps who acts, for the language and the log.
    pub fn remember(&self, known: Known) {
        // The first one stands: a request has one actor.
        drop(self.inner.known.set(known));
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Context {
    type Rejection = Missing;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Missing> {
        held(parts)
    }
}

#[inline(never)]
fn held(parts: &Parts) -> Result<Context, Missing> {
    parts.extensions.get::<Context>().cloned().ok_or(Missing)
}

/// The router stands outside [`crate::attach`]: a mistake in the wiring.
#[derive(Debug, Clone, Copy)]
pub struct Missing;

impl axum::response::IntoResponse for Missing {
    fn into_response(self) -> axum::response::Response {
        tracing::error!("a route stands outside the edge's layer");
        http::StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}

impl From<Infallible> for Missing {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

fn host(uri: &Uri, headers: &HeaderMap) -> String {
    let named = uri.authority().map(http::uri::Authority::as_str);
    let named = named.or_else(|| headers.get(header::HOST)?.to_str().ok()).unwrap_or_default();
    let plain =
        |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']' | b'_');
    if named.len() <= 255 && named.bytes().all(plain) {
        named.to_ascii_lowercase()
    } else {
        String::new()
    }
}

fn agent(headers: &HeaderMap) -> String {
    let line = headers.get(header::USER_AGENT).and_then(|line| line.to_str().ok());
    line.unwrap_or_default().chars().take(256).collect()
}

fn is_loopback_name(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name == "localhost"
        || name.ends_with(".localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_told_by_name_and_by_address() {
        for host in ["localhost:8080", "127.0.0.1", "[::1]:443", "app.localhost"] {
            assert!(is_loopback_name(host), "{host}");
        }
        for host in ["localhost.example.org", "10.0.0.1:80", "", "[2001:db8::1]"] {
            assert!(!is_loopback_name(host), "{host}");
        }
    }

    #[test]
    fn a_host_with_odd_characters_is_no_host() {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, http::HeaderValue::from_static("hub.example.org\"><script>"));
        assert_eq!(host(&Uri::from_static("/"), &headers), "");
        headers.insert(header::HOST, http::HeaderValue::from_static("Hub.Example.org:8443"));
        assert_eq!(host(&Uri::from_static("/"), &headers), "hub.example.org:8443");
    }
}
