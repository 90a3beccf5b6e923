//! A hub with one connector, and the connector's own host.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    response::Response,
    routing::any,
};
use connector_registry::hosting::{Grant, Hosting, HostingParts, Settings};
use http::{HeaderMap, StatusCode, header};
use jiff::Timestamp;
use kernel::{Clock, ConnectorId, Ids, TenantId};
use liaison_connector_host::{ConnectorHost, Parts, dispatch};
use tokio::net::TcpListener;
use tower::ServiceExt as _;

/// What the hub answers on its own names.
pub(crate) const HUB: &str = "the hub itself";

#[derive(Debug)]
pub(crate) struct Standing(Mutex<Timestamp>);

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

pub(crate) struct House {
    pub(crate) hosting: Arc<Hosting>,
    pub(crate) clock: Arc<Standing>,
    pub(crate) connector: ConnectorId,
    pub(crate) tenant: TenantId,
    /// `host:port` of the connector's two hosts.
    pub(crate) home: String,
    pub(crate) login: String,
    pub(crate) domains: Arc<Mutex<Option<Vec<String>>>>,
    router: Router,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        self.headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect()
    }
}

impl Standing {
    pub(crate) fn forward(&self, seconds: i64) {
        let mut now = self.0.lock().unwrap();
        *now += jiff::SignedDuration::from_secs(seconds);
    }
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::reading_for(Duration::from_secs(30)).await
    }

    /// A hub that gives browsers so long to send a request.
    pub(crate) async fn reading_for(reading: Duration) -> Self {
        let ids = Ids::seeded(3);
        let clock = Arc::new(Standing(Mutex::new("2026-11-22T12:00:00Z".parse().unwrap())));
        let settings = egress::Settings {
            allowed_networks: vec!["127.0.0.0/8".parse().unwrap()],
            ..egress::Settings::default()
        };
        let client = egress::Client::new(settings).unwrap();
        let hosting = Hosting::new(
            &Settings::default(),
            HostingParts {
                public_url: "http://127.0.0.1:8080".parse().unwrap(),
                key: [1; 32],
                client: client.clone(),
                clock: Arc::clone(&clock) as Arc<dyn Clock>,
            },
        );
        let hosting = Arc::new(hosting.unwrap());
        let (connector, tenant) = (ids.fresh(), ids.fresh());
        let (home, login) = (serve().await, serve().await);
        let domains = Arc::new(Mutex::new(Some(vec![home.clone(), login.clone()])));
        let known = Arc::clone(&domains);
        let parts = Parts {
            hosting: Arc::clone(&hosting),
            sites: Box::new(move |of, id| {
                let found = known.lock().unwrap().clone();
                let found = found.filter(|_| of == tenant && id == connector);
                Box::pin(async move { found })
            }),
            client,
            script: "export {}".into(),
            inside: "keep(liaisonDoors)".into(),
        };
        let edge = ConnectorHost::with_reading(parts, reading);
        let hub = Router::new().route("/", any(async || HUB)).fallback(any(async || HUB));
        let router = dispatch(hub, edge);
        Self { hosting, clock, connector, tenant, home, login, domains, router }
    }

    pub(crate) fn host(&self) -> String {
        format!("{}.apps.localhost:8080", self.connector)
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.host())
    }

    pub(crate) fn grant(&self) -> Grant {
        Grant {
            tenant: self.tenant,
            connector: self.connector,
            home: format!("http://{}/", self.home).parse().unwrap(),
            hub: "http://127.0.0.1:8080".to_owned(),
            domains: Vec::new(),
        }
    }

    /// The cookie of somebody whose dialog is open.
    pub(crate) fn pass(&self) -> String {
        format!("liaison-pass={}", self.hosting.pass(&self.grant()))
    }

    pub(crate) async fn send(&self, request: http::request::Builder, body: &str) -> Answer {
        self.sending(request, Body::from(body.to_owned())).await
    }

    pub(crate) async fn sending(&self, request: http::request::Builder, body: Body) -> Answer {
        let request = request.body(body).unwrap();
        read(self.router.clone().oneshot(request).await.unwrap()).await
    }

    /// A GET by a browser that holds a pass.
    pub(crate) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(self.request("GET", path, headers), "").await
    }

    pub(crate) fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> http::request::Builder {
        let builder = Request::builder().method(method).uri(path).header(header::HOST, self.host());
        let builder = builder.header(header::COOKIE, self.pass());
        headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, *value))
    }
}

pub(crate) async fn read(response: Response) -> Answer {
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, 64 << 20).await.unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Answer { status: parts.status, headers: parts.headers, text }
}

/// A host of the connector: it says what it was sent, and answers with the headers that the query asks for.
async fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let name = listener.local_addr().unwrap().to_string();
    let router = Router::new().fallback(any(echo)).with_state(name.clone());
    #[expect(clippy::disallowed_methods, reason = "a server of the test")]
    tokio::spawn(async move { axum::serve(listener, router).await });
    name
}

async fn echo(State(name): State<String>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let said: Vec<(String, String)> =
        url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let body = to_bytes(body, 64 << 20).await.unwrap();
    let mut status = 200;
    let mut answer = Response::builder();
    let mut text = format!("{} {} at {name}\n", parts.method, parts.uri.path());
    for (header, value) in &parts.headers {
        text += &[header.as_str(), ": ", value.to_str().unwrap(), "\n"].concat();
    }
    text += "\n";
    text += &String::from_utf8_lossy(&body);
    for (key, value) in &said {
        match key.as_str() {
            "status" => status = value.parse().unwrap(),
            "body" => text = value.clone(),
            "size" => text = "x".repeat(value.parse().unwrap()),
            "sleep" => tokio::time::sleep(Duration::from_mins(1)).await,
            other if other.starts_with("h-") => {
                answer = answer.header(other.trim_start_matches("h-"), value);
            }
            _ => {}
        }
    }
    answer.status(status).body(Body::from(text)).unwrap()
}
