//! The router over a house.

use std::{fmt, sync::Arc};

use axum::{Router, body::Body};
use bytes::Bytes;
use channel_connectors::{Addresses, Rate, Settings, Webhook};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use liaison_gateway::Gateway;
use tower::ServiceExt as _;

use crate::house::House;

pub(crate) struct Street {
    pub(crate) house: House,
    pub(crate) gateway: Gateway,
    /// The one connector that the tenant has registered.
    pub(crate) registered: kernel::ConnectorId,
    router: Router,
}

/// What a sender was answered.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn pair(&self) -> (u16, &str) {
        (self.status.as_u16(), self.text())
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.status, self.text())
    }
}

impl Street {
    pub(crate) async fn new() -> Self {
        Self::behind(edge::Settings::default()).await
    }

    pub(crate) async fn behind(http: edge::Settings) -> Self {
        let settings = Settings { patience_ms: 0, ..Settings::default() };
        let house = House::with(settings).await;
        let (identity, connectors) = (Arc::clone(&house.identity), Arc::clone(&house.connectors));
        let registered: kernel::ConnectorId = house.ids.fresh();
        let tenant = house.tenant;
        let gateway = Gateway::new(
            identity,
            connectors,
            house.ids.clone(),
            http,
            Box::new(move |of, id| Box::pin(async move { of == tenant && id == registered })),
        );
        let router = gateway.router();
        Self { house, gateway, registered, router }
    }

    pub(crate) async fn webhook(&self) -> (Webhook, Addresses) {
        self.house.webhook_at(Rate::Unlimited).await
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) async fn post(&self, path: &str, body: impl Into<Body>) -> Answer {
        let request = Request::post(path).header("Content-Type", "application/json");
        self.send(request.body(body.into()).unwrap()).await
    }
}
