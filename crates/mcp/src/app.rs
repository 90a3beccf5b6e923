//! The routes, and what is checked of every request before its generation takes it.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    response::{IntoResponse as _, Response},
    routing::{any, get},
};
use edge::{Arrival, Authenticate, Context, Known, Problem, read_body};
use futures_util::future::BoxFuture;
use http::{HeaderMap, HeaderName, Method, StatusCode, Uri, header};
use kernel::{Clock, Ids, Scope, Secret};
use serde_json::json;

use crate::{
    Settings, Version, bearer,
    diagnostic::Diagnostic,
    guard::Guard,
    message::{self, Fault, INVALID_REQUEST, Message, REFUSED},
    metadata,
    places::Places,
    reply,
    running::Running,
    session::Sessions,
    stateless,
    tools::Tools,
    version::{ASSUMED, OLDER},
};

/// Ends when a caller may no longer stay: the credential ended, or the rights changed.
pub type Stays = Box<dyn Fn(&Scope) -> BoxFuture<'static, ()> + Send + Sync>;

/// The issuers whose tokens are taken at a host name.
pub type Issuers = Box<dyn Fn(String) -> BoxFuture<'static, Vec<String>> + Send + Sync>;

/// An access token of a sign-in provider, and where it was shown.
#[derive(Debug)]
pub struct Shown {
    /// The token.
    pub token: Secret<String>,
    /// The host name, which says whose providers are asked.
    pub host: String,
    /// What the token must be for.
    pub resource: String,
}

/// Finds out who shows an access token of a sign-in provider.
pub type AtResource =
    Box<dyn Fn(Shown, Arrival) -> BoxFuture<'static, Result<Known, Problem>> + Send + Sync>;

/// What the edge is made of.
pub struct Parts {
    /// The tools of callers.
    pub tools: Arc<dyn Tools>,
    /// Finds out who presents a token of ours.
    pub authenticate: Authenticate,
    /// Finds out who shows a token of a sign-in provider.
    pub at_resource: AtResource,
    /// Watches callers that stay.
    pub stays: Stays,
    /// The authorization servers.
    pub issuers: Issuers,
    /// What links start with.
    pub public_url: String,
    /// A key of the hub for this purpose alone, the same on every node.
    pub session_key: [u8; 32],
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub ids: Ids,
    /// The settings.
    pub settings: Settings,
}

/// The edge; cheap to clone.
#[derive(Clone)]
pub struct Mcp(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) tools: Arc<dyn Tools>,
    pub(crate) authenticate: Authenticate,
    pub(crate) at_resource: AtResource,
    pub(crate) stays: Stays,
    pub(crate) issuers: Issuers,
    pub(crate) guard: Guard,
    pub(crate) sessions: Sessions,
    pub(crate) running: Arc<Running>,
    pub(crate) places: Arc<Places>,
    /// Only where an administrator switched them on.
    pub(crate) diagnostic: Option<Diagnostic>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Ids,
    pub(crate) settings: Settings,
}

/// A request whose caller is known.
#[expect(clippy::struct_excessive_bools, reason = "what a client asks for, each on its own")]
pub(crate) struct Asked<'a> {
    pub(crate) context: Context,
    pub(crate) scope: Scope,
    pub(crate) version: Version,
    /// The session, when one was named; checked.
    pub(crate) session: Option<&'a str>,
    /// Whether the client takes a stream of events.
    pub(crate) takes_events: bool,
    /// Whether the client takes one JSON object.
    pub(crate) takes_objects: bool,
    /// Whether the client wants to search instead of reading long lists.
    pub(crate) searches: bool,
    /// Whether the client wants to see the diagnostic tools.
    pub(crate) diagnoses: bool,
}

impl std::fmt::Debug for Mcp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mcp").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}

impl Mcp {
    /// The edge over its parts.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Inner {
            guard: Guard::new(&parts.settings, &parts.public_url),
            sessions: Sessions::new(&parts.session_key),
            running: Arc::default(),
            places: Arc::default(),
            diagnostic: parts.settings.diagnostic_tools.then(Diagnostic::new),
            tools: parts.tools,
            authenticate: parts.authenticate,
            at_resource: parts.at_resource,
            stays: parts.stays,
            issuers: parts.issuers,
            clock: parts.clock,
            ids: parts.ids,
            settings: parts.settings,
        }))
    }

    /// The routes, to stand inside [`edge::attach`].
    pub fn router(&self) -> Router {
        let mut router = Router::new().route(metadata::PATH, any(handle));
        for place in metadata::PLACES {
            router = router.route(place, get(metadata::document));
        }
        router.with_state(Arc::clone(&self.0))
    }
}

async fn handle(State(inner): State<Arc<Inner>>, context: Context, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    if !inner.guard.admits(&context, &parts.headers) {
        let said = "this host or origin is not let in: an administrator names it in mcp.allowed_hosts \
                    or mcp.allowed_origins";
        return reply::fault(StatusCode::FORBIDDEN, None, &Fault::new(REFUSED, said));
    }
    if !matches!(parts.method, Method::GET | Method::POST | Method::DELETE) {
        let allowed = [(header::ALLOW, "GET, POST, DELETE")];
        return (StatusCode::METHOD_NOT_ALLOWED, allowed).into_response();
    }
    let scope = match inner.caller(&context, &parts.headers).await {
        Ok(scope) => scope,
        Err(refused) => return refused,
    };
    let headers = &parts.headers;
    let Ok(session) = session(&inner, headers, &scope) else {
        return refuse(StatusCode::NOT_FOUND, "the session is over: begin another one");
    };
    let mut asked = Asked {
        takes_events: accepts(headers, "text/event-stream"),
        takes_objects: accepts(headers, "application/json"),
        searches: asks_for(&parts.uri, "tools=search"),
        diagnoses: asks_for(&parts.uri, "tools=diagnostic"),
        version: session.map_or(Version::V2025_06_18, |(_, version)| version),
        session: session.map(|(text, _)| text),
        context,
        scope,
    };
    match parts.method {
        Method::GET => watch(&inner, &asked, headers),
        Method::DELETE => end(&inner, &asked),
        _ => {
            if !is_json(headers) {
                let said = "the Content-Type must be application/json";
                return refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, said);
            }
            if !asked.takes_events && !asked.takes_objects {
                let said = "the Accept header must name application/json and text/event-stream";
                return refuse(StatusCode::NOT_ACCEPTABLE, said);
            }
            let body = match read_body(body, inner.settings.max_body_bytes).await {
                Ok(body) => body,
                Err(problem) => return bearer::failed(&asked.context, &problem),
            };
            let message = match message::read(&body) {
                Ok(message) => message,
                Err((id, fault)) => return reply::fault(StatusCode::BAD_REQUEST, id, &fault),
            };
            post(&inner, &mut asked, headers, message).await
        }
    }
}

/// Hands a message to the generation it is written in.
async fn post(
    inner: &Arc<Inner>,
    asked: &mut Asked<'_>,
    headers: &HeaderMap,
    message: Message<'_>,
) -> Response {
    let said = headers.get(PROTOCOL_VERSION).map(|value| value.to_str().unwrap_or_default().trim());
    let by_header = said.is_some_and(|said| {
        Version::of_handshake(said).is_none() && said != ASSUMED && said != OLDER
    });
    let (id, stateless) = match &message {
        Message::Request { id, method, params } => {
            (Some(*id), method == "server/discover" || stateless::names_version(*params))
        }
        Message::Notification { .. } | Message::Response => (None, false),
    };
    if by_header || stateless {
        asked.version = Version::V2026_07_28;
        return inner.stateless(asked, headers, message).await;
    }
    if let Some(said) = said.filter(|said| *said != ASSUMED) {
        let Some(version) = Version::of_handshake(said) else {
            let supported: Vec<&str> = Version::ALL.iter().map(|v| v.as_str()).collect();
            let fault =
                Fault::new(INVALID_REQUEST, format!("Unsupported protocol version: {said}"))
                    .with(json!({ "supported": supported, "requested": said }));
            return reply::fault(StatusCode::BAD_REQUEST, id, &fault);
        };
        asked.version = version;
    }
    inner.handshake(asked, message).await
}

/// The GET stream of the generation with a handshake.
fn watch(inner: &Arc<Inner>, asked: &Asked<'_>, headers: &HeaderMap) -> Response {
    let said = headers.get(PROTOCOL_VERSION).map(|value| value.to_str().unwrap_or_default().trim());
    if said.is_some_and(|said| Version::of_handshake(said).is_none()) {
        let allowed = [(header::ALLOW, "POST")];
        return (StatusCode::METHOD_NOT_ALLOWED, allowed).into_response();
    }
    if !asked.takes_events {
        return refuse(StatusCode::NOT_ACCEPTABLE, "the Accept header must name text/event-stream");
    }
    inner.watch(&asked.context, &asked.scope)
}

/// The end of a session.
fn end(inner: &Arc<Inner>, asked: &Asked<'_>) -> Response {
    match asked.session {
        Some(session) => {
            inner.sessions.end(session);
            StatusCode::NO_CONTENT.into_response()
        }
        None => refuse(StatusCode::BAD_REQUEST, "the header Mcp-Session-Id is missing"),
    }
}

/// A session is not the caller's, or does not live.
struct Over;

/// The session that a request names, if any.
fn session<'a>(
    inner: &Inner,
    headers: &'a HeaderMap,
    scope: &Scope,
) -> Result<Option<(&'a str, Version)>, Over> {
    let Some(named) = headers.get(SESSION) else { return Ok(None) };
    let text = named.to_str().unwrap_or_default();
    let version = inner.sessions.check(text, scope, inner.clock.now()).ok_or(Over)?;
    Ok(Some((text, version)))
}

fn refuse(status: StatusCode, said: &'static str) -> Response {
    reply::fault(status, None, &Fault::new(REFUSED, said))
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

/// Whether the query of the address has a pair.
fn asks_for(uri: &Uri, wanted: &str) -> bool {
    uri.query().is_some_and(|query| query.split('&').any(|pair| pair == wanted))
}

/// Whether the client takes a type; whoever says nothing takes everything.
fn accepts(headers: &HeaderMap, wanted: &str) -> bool {
    let mut lines = headers.get_all(header::ACCEPT).iter().peekable();
    if lines.peek().is_none() {
        return true;
    }
    let family = wanted.split('/').next().unwrap_or_default();
    lines.flat_map(|line| line.to_str().unwrap_or_default().split(',')).any(|range| {
        let range = range.split(';').next().unwrap_or_default().trim();
        range.eq_ignore_ascii_case(wanted)
            || range == "*/*"
            || range.strip_suffix("/*").is_some_and(|f| f.eq_ignore_ascii_case(family))
    })
}

/// The session of the generation with a handshake.
pub(crate) const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");

/// The version of a message.
pub(crate) const PROTOCOL_VERSION: &str = "mcp-protocol-version";
