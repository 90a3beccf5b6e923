//! The origins of connector configuration pages: a reverse proxy beside a small bridge page.
//!
//! A page that was written for Microsoft Teams believes only a parent window of its own origin, and lets itself be
//! framed by Microsoft's hosts only. So each registered connector has the origin `{connector}.apps.{host}`. There
//! `/_liaison/bridge` is a page of ours that relays messages between the hub and the connector's page, and every other
//! path is the connector's own page, fetched through the guarded client. [`dispatch`] sets these origins apart from the
//! hub's: a request is told by its `Host` before any route is looked at, in both directions.
//!
//! What it lets through, and to whom:
//! * only addresses on the connector's valid domains, only for browsers that hold a pass for this connector, which the
//!   bridge gives for a ticket of a dialog that a signed-in person opened;
//! * neither cookies nor tokens of the hub go out; the page's own cookies become host-only and stay with the host that
//!   set them;
//! * what comes back loses its frame policy (ours stands instead), everything that would act beyond the origin
//!   (HSTS, `Clear-Site-Data`, `Alt-Svc`), and the names of its own hosts where they would lead the browser out.
//!
//! Absolute addresses of the connector's own hosts stay here where markup loads or leads somewhere, in style sheets, and
//! in `Location` and `Refresh`. The text of scripts and of data is never touched. What scripts ask for while they run is
//! caught by a script of ours, first in the head of each page that writes a head: `fetch`, `XMLHttpRequest`,
//! `EventSource`, `sendBeacon`, `window.open`, forms, and steps of the window where the browser has the navigation API.
//! Not caught: addresses that scripts give to elements which they make (an image, a further script: those load from the
//! host itself), requests of workers, web sockets, and pages whose policy lets in scripts by a nonce with `strict-dynamic`.
//!
//! What it is not: a place for the host protocol (that is the script of the hub's page), nor an open proxy, nor a cache.
//! It speaks no WebSocket.

mod bridge;
mod cookies;
mod css;
mod html;
mod policy;
mod proxy;
mod refusal;
mod request;
mod response;

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::Response,
};
use bytes::Bytes;
use connector_registry::hosting::{Hosting, Named};
use futures_util::future::BoxFuture;
use http::{HeaderMap, Uri, header};
use kernel::{ConnectorId, TenantId};
use tokio::sync::Semaphore;

pub use proxy::{MAX_ANSWER_BYTES, MAX_REQUEST_BYTES};

/// Finds the valid domains of a registered connector; none when there is no such connector (any more).
pub type Sites =
    Box<dyn Fn(TenantId, ConnectorId) -> BoxFuture<'static, Option<Vec<String>>> + Send + Sync>;

/// What the edge is made of.
pub struct Parts {
    /// Origins and tickets.
    pub hosting: Arc<Hosting>,
    /// Looks up connectors.
    pub sites: Sites,
    /// The only way out.
    pub client: egress::Client,
    /// The script of the bridge.
    pub script: Bytes,
    /// The script that stands first in the pages.
    pub inside: Bytes,
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts").field("hosting", &self.hosting).finish_non_exhaustive()
    }
}

/// The edge; cheap to clone.
#[derive(Debug, Clone)]
pub struct ConnectorHost {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    parts: Parts,
    turns: Semaphore,
    reading: Duration,
}

impl ConnectorHost {
    /// An edge over the room.
    pub fn new(parts: Parts) -> Self {
        Self::with_reading(parts, READING)
    }

    /// The same, which gives browsers another time to send a request.
    pub fn with_reading(parts: Parts, reading: Duration) -> Self {
        Self { inner: Arc::new(Inner { parts, turns: Semaphore::new(TURNS), reading }) }
    }

    /// Whether a tenant has registered a connector.
    pub async fn is_registered(&self, tenant: TenantId, connector: ConnectorId) -> bool {
        (self.parts().sites)(tenant, connector).await.is_some()
    }

    fn parts(&self) -> &Parts {
        &self.inner.parts
    }

    fn reading(&self) -> Duration {
        self.inner.reading
    }

    fn turns(&self) -> &Semaphore {
        &self.inner.turns
    }
}

/// Puts the connectors' origins beside the hub: by name of host, never by path.
pub fn dispatch(hub: Router, connectors: ConnectorHost) -> Router {
    hub.layer(from_fn_with_state(connectors, choose))
}

async fn choose(State(edge): State<ConnectorHost>, request: Request, next: Next) -> Response {
    let connector = match whose(edge.parts().hosting.as_ref(), request.uri(), request.headers()) {
        Whose::Hub => return next.run(request).await,
        Whose::Connector(connector) => connector,
        Whose::Nobody if request.uri().path() == ALIVE => return bridge::alive(),
        Whose::Nobody => return refusal::Refusal::NoSuchName.into(),
        Whose::Contradiction => return refusal::Refusal::Names.into(),
    };
    let (started, method) = (Instant::now(), request.method().clone());
    let answer = edge.answer(connector, request).await.unwrap_or_else(Response::from);
    // neither path nor query: they may hold what a page signs in with
    tracing::info!(
        http.method = %method,
        http.route = "connector-origin",
        http.status = answer.status().as_u16(),
        connector.id = %connector,
        duration_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        "request answered"
    );
    answer
}

/// Whose a request is.
#[derive(Debug, PartialEq, Eq)]
enum Whose {
    Hub,
    Connector(ConnectorId),
    Nobody,
    /// Two names that lead to different sides: somebody tries to be on both.
    Contradiction,
}

/// Every name that a request carries must lead to the same side.
fn whose(hosting: &Hosting, uri: &Uri, headers: &HeaderMap) -> Whose {
    let target = uri.authority().map(http::uri::Authority::as_str);
    let hosts = headers.get_all(header::HOST).iter().map(|host| host.to_str().unwrap_or_default());
    let mut named = target.into_iter().chain(hosts).map(|host| hosting.named(host));
    let first = named.next().unwrap_or(Named::Elsewhere);
    if named.any(|other| other != first) {
        return Whose::Contradiction;
    }
    match first {
        Named::Elsewhere => Whose::Hub,
        Named::Connector(connector) => Whose::Connector(connector),
        Named::Nobody => Whose::Nobody,
    }
}

impl ConnectorHost {
    async fn answer(
        &self,
        connector: ConnectorId,
        request: Request,
    ) -> Result<Response, refusal::Refusal> {
        let origin = self.parts().hosting.origin(connector).ok_or(refusal::Refusal::NoSuchName)?;
        match request.uri().path() {
            BRIDGE => bridge::page(self, connector, &origin, request).await,
            BRIDGE_SCRIPT => Ok(bridge::script(&self.parts().script)),
            BRIDGE_STYLE => Ok(bridge::style()),
            INSIDE => bridge::inside(self, connector, &origin, request).await,
            TICKET => bridge::ticket(self, connector, &origin, &request),
            ENTER => bridge::enter(self, connector, &origin, &request),
            ALIVE => Ok(bridge::alive()),
            _ => proxy::forward(self, connector, &origin, request).await,
        }
    }
}

/// The bridge: `?ticket=…&page=…`.
pub const BRIDGE: &str = "/_liaison/bridge";
const BRIDGE_SCRIPT: &str = "/_liaison/bridge.js";
const BRIDGE_STYLE: &str = "/_liaison/bridge.css";
const INSIDE: &str = "/_liaison/inside.js";
const TICKET: &str = "/_liaison/ticket";
const ENTER: &str = "/_liaison/enter";
const ALIVE: &str = "/_liaison/alive";

/// How long a browser may take to send a request; our own choice.
const READING: Duration = Duration::from_secs(30);

/// How many pages are fetched at once; each may take [`MAX_ANSWER_BYTES`] of memory.
const TURNS: usize = 32;
