//! The edge in a router of its own, with two people who have tokens.

use std::{sync::Arc, time::Duration};

use axum::{Router, body::Body};
use bytes::Bytes;
use edge::{Gate, Known, Presented, Problem};
use futures_util::FutureExt as _;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use kernel::{Actor, CredentialId, Ids, Permission, TenantId, UserId};
use liaison_mcp::{Mcp, Parts, Settings};
use serde_json::{Value, json};
use testkit::FixedClock;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::diagnostic::Diagnostic;

pub(crate) struct House {
    pub(crate) router: Router,
    pub(crate) tools: Arc<Diagnostic>,
    /// Cancelled when the hub stops.
    pub(crate) stopping: CancellationToken,
    /// Cancelled when nobody may stay any more.
    pub(crate) revoked: CancellationToken,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("{} {:?}", self.status, self.body))
    }

    pub(crate) fn code(&self) -> i64 {
        self.json()["error"]["code"].as_i64().unwrap_or_else(|| panic!("{:?}", self.body))
    }
}

impl House {
    pub(crate) fn new() -> Self {
        Self::with(Settings { diagnostic_tools: true, ..Settings::default() }, 0)
    }

    pub(crate) fn with(settings: Settings, more: usize) -> Self {
        let (clock, tools) = (FixedClock::new(), Diagnostic::with_more(more));
        let (stopping, revoked) = (CancellationToken::new(), CancellationToken::new());
        let over = revoked.clone();
        let mcp = Mcp::new(Parts {
            tools: Arc::clone(&tools) as Arc<dyn liaison_mcp::Tools>,
            authenticate: authenticate(),
            at_resource: at_resource(),
            stays: Box::new(move |_scope| over.clone().cancelled_owned().boxed()),
            issuers: Box::new(|host| {
                async move { vec![format!("https://issuer.example/{host}")] }.boxed()
            }),
            public_url: "https://hub.example.org".to_owned(),
            session_key: [3; 32],
            clock: Arc::clone(&clock) as _,
            ids: Ids::seeded(5),
            settings,
        });
        let gate = Gate::new(
            edge::Settings::default(),
            authenticate(),
            Arc::clone(&clock) as _,
            Ids::seeded(6),
            stopping.clone(),
        );
        let router = edge::attach(mcp.router(), Arc::new(gate));
        Self { router, tools, stopping, revoked }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = tokio::time::timeout(Duration::from_secs(20), body.collect()).await;
        let body = body.expect("an answer that ends").unwrap().to_bytes();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// A message of the generation with a handshake.
    pub(crate) async fn ask(&self, method: &str, params: Value) -> Answer {
        let body = json!({"jsonrpc": "2.0", "id": 7, "method": method, "params": params});
        self.send(post(&body.to_string(), &[])).await
    }

    /// A message of the stateless generation, with the headers it must have.
    pub(crate) async fn state(
        &self,
        method: &str,
        params: Value,
        headers: &[(&str, &str)],
    ) -> Answer {
        let name = params["name"].as_str().unwrap_or_default().to_owned();
        let mut all = vec![("mcp-protocol-version", "2026-07-28"), ("mcp-method", method)];
        if method == "tools/call" {
            all.push(("mcp-name", &name));
        }
        all.retain(|(known, _)| headers.iter().all(|(own, _)| own != known));
        all.extend(headers.iter().filter(|(_, value)| !value.is_empty()));
        self.send(post(&stateless(method, params).to_string(), &all)).await
    }
}

/// A stateless message with what it must carry.
pub(crate) fn stateless(method: &str, mut params: Value) -> Value {
    let meta = params["_meta"].take();
    let mut with = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    for (key, value) in meta.as_object().into_iter().flatten() {
        with[key] = value.clone();
    }
    params["_meta"] = with;
    json!({"jsonrpc": "2.0", "id": "a", "method": method, "params": params})
}

/// A post with the token of somebody who may call.
pub(crate) fn post(body: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = bare(body);
    let known = request.headers_mut();
    known.insert("authorization", "Bearer seller".parse().unwrap());
    for (name, value) in headers {
        let name = http::HeaderName::from_bytes(name.as_bytes()).unwrap();
        known.insert(name, value.parse().unwrap());
    }
    request
}

/// A post of nobody.
pub(crate) fn bare(body: &str) -> Request<Body> {
    Request::post("/mcp")
        .header("host", "hub.example.org")
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
        .body(Body::from(body.to_owned()))
        .unwrap()
}

/// Believes a token that is its own audience and the right after it.
fn at_resource() -> liaison_mcp::AtResource {
    Box::new(|shown, _arrival| {
        let ids = Ids::seeded(10);
        let (tenant, user): (TenantId, UserId) = (ids.fresh(), ids.fresh());
        let credential: CredentialId = ids.fresh();
        let known = match shown.token.expose().rsplit_once('#') {
            _ if shown.token.expose().starts_with("down.") => {
                Err(Problem::new("provider.unreachable", kernel::Kind::Unavailable, "down"))
            }
            Some((audience, right)) if audience == shown.resource => {
                Ok(right.parse().unwrap_or(Permission::MessageRead))
            }
            _ => Err(Problem::unauthenticated()),
        };
        async move {
            let scope = testkit::scope(tenant, Actor::User(user), &[known?]);
            let scope = scope.with_credential(credential);
            Ok(Known { scope, needs_second_factor: false })
        }
        .boxed()
    })
}

/// Knows the token of a seller, of a colleague, and one that may not call.
fn authenticate() -> edge::Authenticate {
    Box::new(|presented, _arrival| {
        let Presented::Bearer(token) = &presented else { panic!("only tokens") };
        let ids = Ids::seeded(9);
        let (tenant, seller, colleague): (TenantId, UserId, UserId) =
            (ids.fresh(), ids.fresh(), ids.fresh());
        let credential: CredentialId = ids.fresh();
        let known = match token.expose().as_str() {
            "seller" => Ok((seller, Permission::ActionUse)),
            "colleague" => Ok((colleague, Permission::ActionUse)),
            "reader" => Ok((seller, Permission::MessageRead)),
            _ => Err(Problem::unauthenticated()),
        };
        async move {
            let (user, right) = known?;
            let scope = testkit::scope(tenant, Actor::User(user), &[right]);
            let scope = scope.with_credential(credential);
            Ok(Known { scope, needs_second_factor: false })
        }
        .boxed()
    })
}
