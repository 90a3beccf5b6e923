//! The router, and the one handler behind it.

use std::{fmt, sync::Arc};

use axum::{
    Router,
    extract::{Request, State},
    response::Response,
    routing::any,
};
use channel_connectors::{ChannelConnectors, Post, Shape, read_address};
use edge::Peer;
use futures_util::future::BoxFuture;
use http::{HeaderMap, Method, header};
use identity::{Caller, Identity, Presented};
use kernel::{ConnectorId, Ids, Scope, TenantId};

use crate::{
    Figures, Outcome,
    answer::{Form, Refused, taken},
    body,
};

/// Says whether a tenant has registered a connector.
pub type Providers = Box<dyn Fn(TenantId, ConnectorId) -> BoxFuture<'static, bool> + Send + Sync>;

/// The edge of incoming webhooks; cheap to clone.
#[derive(Debug, Clone)]
pub struct Gateway {
    inner: Arc<Inner>,
}

struct Inner {
    identity: Arc<Identity>,
    connectors: Arc<ChannelConnectors>,
    providers: Providers,
    ids: Ids,
    /// Which proxies are believed.
    http: edge::Settings,
    figures: Figures,
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inner").field("http", &self.http).finish_non_exhaustive()
    }
}

impl Gateway {
    /// An edge over the rooms. Of the settings it takes which proxies tell the truth about their callers; `providers`
    /// tells a wrong address of a known connector from one of nobody's.
    pub fn new(
        identity: Arc<Identity>,
        connectors: Arc<ChannelConnectors>,
        ids: Ids,
        http: edge::Settings,
        providers: Providers,
    ) -> Self {
        let figures = Figures::default();
        Self { inner: Arc::new(Inner { identity, connectors, providers, ids, http, figures }) }
    }

    /// Counts for the metrics.
    pub fn figures(&self) -> &Figures {
        &self.inner.figures
    }

    /// The routes. They stand apart from the layers of pages and REST: the answers have no headers but
    /// those that senders need.
    pub fn router(&self) -> Router {
        let mut router = Router::new();
        for prefix in PREFIXES {
            router = router
                .route(prefix, any(handle))
                .route(&format!("{prefix}/"), any(handle))
                .route(&format!("{prefix}/{{*rest}}"), any(handle));
        }
        router.with_state(self.clone())
    }
}

async fn handle(State(gateway): State<Gateway>, request: Request) -> Response {
    let form = Form::of(request.uri().path(), request.headers());
    let inner = &*gateway.inner;
    match inner.receive(request).await {
        Ok(outcome) => {
            inner.figures.count(outcome);
            taken()
        }
        Err(refused) => {
            let unknown = refused.code == "webhook.not_found";
            let outcome = if unknown { Outcome::Unknown } else { Outcome::of(refused.status) };
            inner.figures.count(outcome);
            refused.into_response(form)
        }
    }
}

impl Inner {
    async fn receive(&self, request: Request) -> Result<Outcome, Refused> {
        let (parts, body) = request.into_parts();
        if parts.method != Method::POST {
            return Err(Refused::method(&parts.method));
        }
        let address = read_address(parts.uri.path(), parts.uri.query())
            .map_err(|_malformed| Refused::invalid_address())?;
        let peer = parts.extensions.get::<Peer>();
        let trusted = &self.http.trusted_proxies;
        let origin = peer.map(|peer| edge::origin(*peer, &parts.headers, trusted));
        let caller =
            Caller { request: self.ids.fresh(), origin, language: None, client: String::new() };
        let scope = self.scope(&address, &caller).await?;
        let limit = self.connectors.body_limit(&scope).await;
        let limit = limit.map_err(|error| Refused::of(&error))?;
        let declared = parts.headers.get(header::CONTENT_LENGTH);
        let declared = declared.and_then(|value| value.to_str().ok()?.parse().ok());
        let read = body::read(body, usize::try_from(limit).unwrap_or(usize::MAX), declared).await;
        let read = read.map_err(|_broken| Refused::broken())?;
        let post = Post {
            shape: address.shape,
            content_type: text(&parts.headers, &header::CONTENT_TYPE),
            headers: kept(&parts.headers),
            body: read.bytes,
            cut: read.cut,
        };
        match self.connectors.receive(&scope, post).await {
            Ok(receipt) => {
                let repeated = receipt.repeated;
                tracing::debug!(
                    request.id = %caller.request,
                    http.route = address.shape.template(),
                    webhook.event = %receipt.event,
                    webhook.repeated = repeated,
                    "webhook.accepted"
                );
                Ok(if repeated { Outcome::Repeated } else { Outcome::Accepted })
            }
            Err(error) => {
                let refused = Refused { close: read.unread, ..Refused::of(&error) };
                log(&caller, address.shape, &refused, &error);
                Err(refused)
            }
        }
    }

    /// Whose address it is.
    async fn scope(
        &self,
        address: &channel_connectors::Presented,
        caller: &Caller,
    ) -> Result<Scope, Refused> {
        for secret in &address.secrets {
            let presented = match address.shape {
                Shape::Connector => Presented::Webhook(secret.expose()),
                Shape::Workflow => Presented::Workflow(secret.expose()),
            };
            match self.identity.authenticate(presented, caller).await {
                Ok(known) => return Ok(known.scope),
                Err(identity::Error::Unauthenticated) => {}
                Err(error) => {
                    let error = channel_connectors::Error::from(error);
                    let refused = Refused::of(&error);
                    log(caller, address.shape, &refused, &error);
                    return Err(refused);
                }
            }
        }
        match &address.provider {
            Some(provider) if !self.is_known(address.tenant, provider).await => {
                Err(Refused::unknown_provider(provider))
            }
            _ => Err(Refused::invalid_address()),
        }
    }

    /// Whether the tenant that the address names has a connector of this name.
    async fn is_known(&self, tenant: Option<TenantId>, provider: &str) -> bool {
        let (Some(tenant), Ok(connector)) = (tenant, provider.parse()) else { return false };
        (self.providers)(tenant, connector).await
    }
}

/// Our own failures are for a person to read; what a sender did wrong is in the delivery log.
fn log(caller: &Caller, shape: Shape, refused: &Refused, error: &channel_connectors::Error) {
    let (route, status) = (shape.template(), refused.status.as_u16());
    let error: &dyn std::error::Error = error;
    if refused.status.is_server_error() && refused.code != "webhook.throttled" {
        tracing::error!(
            request.id = %caller.request, http.route = route, http.status = status, error,
            "webhook.failed"
        );
    } else {
        tracing::debug!(
            request.id = %caller.request, http.route = route, http.status = status,
            webhook.code = refused.code,
            "webhook.refused"
        );
    }
}

fn text(headers: &HeaderMap, name: &header::HeaderName) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// Headers as the delivery log keeps them: in their order, so many and so long.
fn kept(headers: &HeaderMap) -> Vec<(String, String)> {
    let mut kept = Vec::with_capacity(headers.len().min(HEADERS));
    for (name, value) in headers.iter().take(HEADERS) {
        let value = value.as_bytes();
        let value = value.get(..HEADER_BYTES).unwrap_or(value);
        kept.push((name.as_str().to_owned(), String::from_utf8_lossy(value).into_owned()));
    }
    kept
}

/// Where the retired services had their addresses.
const PREFIXES: [&str; 4] = ["/webhookb2", "/webhook", "/workflows", "/powerautomate"];

/// Our own choice: what is needed to understand a sender.
const HEADERS: usize = 40;
const HEADER_BYTES: usize = 512;
