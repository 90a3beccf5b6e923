//! REST as the command line uses it: over the network to a hub that runs, or in this process on a data
//! folder that no hub holds.

use std::{io::Write as _, path::Path, sync::Arc};

use axum::{
    Router,
    body::{Body, BodyDataStream, Bytes},
};
use edge::{Gate, Known};
use futures_util::TryStreamExt as _;
use http::{HeaderValue, Method, Request, StatusCode, header};
use identity::{Presented, Role, TokenOwner, users::UserFilter};
use kernel::{Cursor, Limit, Permission, Scope, Secret};
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;
use url::Url;

use crate::{
    cli::{self, Place},
    commands,
    demo::Demo,
    exit::{Exit, Failure, Result},
    hub::Hub,
    lock::Lock,
    settings::Settings,
    storage,
};

/// REST of one hub.
pub(crate) struct Api {
    way: Way,
    runtime: Runtime,
}

enum Way {
    /// A hub that runs.
    Network { client: egress::Client, base: Url, token: Secret<String> },
    /// A data folder that nobody else holds.
    Folder { router: Router, hub: Box<Hub>, _lock: Lock },
}

impl Api {
    /// Finds out which hub is meant and how it is reached.
    pub(crate) fn connect(place: &Place, wanted: &cli::Hub) -> Result<Self> {
        let runtime = commands::runtime()?;
        let settings = Settings::load(place.config.as_deref(), &place.flags())?.settings;
        let demo = Demo::read(&settings.data).ok().flatten();
        let token = |demo: Option<&Demo>| match (&wanted.token, demo) {
            (Some(token), _) => Ok(Secret::new(token.clone())),
            (None, Some(demo)) => Ok(Secret::new(demo.admin.token.clone())),
            (None, None) => Err(Failure::new(
                Exit::Usage,
                "an API token is needed: give --token or set LIAISON_TOKEN",
            )),
        };
        let network = |base: String, token: Secret<String>| {
            let url = base.parse::<Url>().map_err(|error| {
                Failure::new(Exit::Usage, format!("{base} is not the address of a hub: {error}"))
            })?;
            let client = client(wanted.cacert.as_deref())?;
            Ok::<_, Failure>(Way::Network { client, base: url, token })
        };
        if let Some(url) = &wanted.url {
            // The token of a demo goes to its own hub and nowhere else.
            let own = demo.as_ref().filter(|demo| demo.base_url == url.trim_end_matches('/'));
            let way = network(url.clone(), token(own)?)?;
            return Ok(Self { way, runtime });
        }
        if !settings.data.is_dir() {
            return Err(Failure::new(
                Exit::NotFound,
                format!(
                    "there is no data folder {}: give --data, or --url and --token",
                    settings.data.display()
                ),
            ));
        }
        match (Lock::try_take(&settings.data)?, &demo) {
            (None, Some(demo)) => {
                let way = network(demo.base_url.clone(), token(Some(demo))?)?;
                Ok(Self { way, runtime })
            }
            (None, None) => {
                let base = commands::init::public_url(&settings)?;
                let base = base.as_str().trim_end_matches('/').to_owned();
                let way = network(base, token(None)?)?;
                Ok(Self { way, runtime })
            }
            (Some(lock), demo) => {
                let base = match demo {
                    Some(demo) => demo.base_url.clone(),
                    None => commands::init::public_url(&settings)?.to_string(),
                };
                let mut settings = settings;
                settings.http.public_url = Some(base);
                let way = runtime.block_on(folder(&settings, lock))?;
                Ok(Self { way, runtime })
            }
        }
    }

    /// Reads.
    pub(crate) fn get(&self, path: &str) -> Result<Value> {
        self.send(&Method::GET, path, None)
    }

    /// Changes.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.send(&Method::POST, path, Some(body))
    }

    /// Every row of a list, page by page.
    pub(crate) fn all(&self, path: &str) -> Result<Vec<Value>> {
        let mut rows = Vec::new();
        let mut after = String::new();
        loop {
            let mark = if path.contains('?') { '&' } else { '?' };
            let mut page = self.get(&format!("{path}{mark}limit=200{after}"))?;
            if let Some(Value::Array(items)) = page.get_mut("items").map(Value::take) {
                rows.extend(items);
            }
            match page.get("next").and_then(Value::as_str) {
                Some(next) if rows.len() < MOST => after = format!("&after={next}"),
                _ => return Ok(rows),
            }
        }
    }

    /// Asks with any method.
    pub(crate) fn send(&self, method: &Method, path: &str, body: Option<&Value>) -> Result<Value> {
        let bytes = body.map(ToString::to_string).unwrap_or_default();
        let body = self.exchange(method, path, (JSON, bytes.into_bytes()))?;
        if body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&body).map_err(|error| {
            Failure::new(Exit::Failure, format!("{path}: this is no answer of a hub: {error}"))
        })
    }

    /// Reads what is no JSON, such as a package.
    pub(crate) fn download(&self, path: &str) -> Result<Vec<u8>> {
        self.exchange(&Method::GET, path, (JSON, Vec::new()))
    }

    /// Writes what is no JSON to a file, part by part: it is never held whole. What broke off leaves no file.
    pub(crate) fn download_to(&self, path: &str, out: &Path) -> Result {
        self.runtime.block_on(async {
            let (status, mut parts) = match &self.way {
                Way::Network { client, base, token } => {
                    let request = request(base, token, (&Method::GET, path, (JSON, Vec::new())))?;
                    let opened = client.open(request).await;
                    let opened = opened.map_err(|error| Failure::of(Exit::Unavailable, &error))?;
                    (opened.status, Parts::Network(opened.rest))
                }
                Way::Folder { router, .. } => {
                    let asked = (&Method::GET, path, (JSON, Vec::new()));
                    let response = answered(router, asked).await?;
                    (response.status(), Parts::Folder(response.into_body().into_data_stream()))
                }
            };
            if !status.is_success() {
                let mut body = Vec::new();
                while let Some(part) = parts.next().await?.filter(|_| body.len() < MAX_PROBLEM) {
                    body.extend_from_slice(&part);
                }
                return Err(refused(status, &body));
            }
            let kept = parts.pour(out).await;
            if kept.is_err() {
                drop(std::fs::remove_file(out));
            }
            kept
        })
    }

    /// Sends what is no JSON, such as a picture.
    pub(crate) fn upload(&self, method: &Method, path: &str, bytes: Vec<u8>) -> Result<Vec<u8>> {
        self.exchange(method, path, (BYTES, bytes))
    }

    fn exchange(
        &self,
        method: &Method,
        path: &str,
        body: (&'static str, Vec<u8>),
    ) -> Result<Vec<u8>> {
        let answer = self.runtime.block_on(async {
            match &self.way {
                Way::Network { client, base, token } => {
                    over_network(client, base, token, (method, path, body)).await
                }
                Way::Folder { router, .. } => in_process(router, (method, path, body)).await,
            }
        });
        let (status, body) = answer?;
        if status.is_success() { Ok(body) } else { Err(refused(status, &body)) }
    }

    /// Does what a running hub does in the background, where none runs.
    pub(crate) fn work(&self) {
        if let Way::Folder { hub, .. } = &self.way {
            let never = CancellationToken::new();
            let going = hub.environments.work(&never);
            if let Err(error) = self.runtime.block_on(going) {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(error, "environments.work_failed");
            }
            let done = self.runtime.block_on(hub.transfer.drain());
            if let Err(error) = done {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(error, "transfer.drain_failed");
            }
        }
    }

    /// Closes what was opened.
    pub(crate) fn finish(self) {
        let Self { way, runtime } = self;
        if let Way::Folder { hub, router, _lock } = way {
            drop(router);
            runtime.block_on(hub.close());
        }
    }
}

/// A client for hubs that a person names: any network may be meant.
pub(crate) fn client(cacert: Option<&Path>) -> Result<egress::Client> {
    let anywhere = ["0.0.0.0/0", "::/0"].iter().filter_map(|network| network.parse().ok());
    let settings = egress::Settings {
        allowed_networks: anywhere.collect(),
        allow_plain_http: true,
        max_response_bytes: MAX_ANSWER,
        max_stream_bytes: MAX_DOWNLOAD,
        stream_timeout_ms: DOWNLOAD_TIME,
        extra_roots: cacert.map(Path::to_owned).into_iter().collect(),
        ..egress::Settings::default()
    };
    egress::Client::new(settings).map_err(|error| Failure::of(Exit::Config, &error))
}

type Asked<'a> = (&'a Method, &'a str, (&'static str, Vec<u8>));

const JSON: &str = "application/json";
const BYTES: &str = "application/octet-stream";

async fn over_network(
    client: &egress::Client,
    base: &Url,
    token: &Secret<String>,
    asked: Asked<'_>,
) -> Result<(StatusCode, Vec<u8>)> {
    let answer = client.fetch(request(base, token, asked)?).await;
    let answer = answer.map_err(|error| Failure::of(Exit::Unavailable, &error))?;
    Ok((answer.status, answer.body.to_vec()))
}

fn request(
    base: &Url,
    token: &Secret<String>,
    (method, path, (kind, body)): Asked<'_>,
) -> Result<egress::Request> {
    let url = base.join(path).map_err(|error| Failure::of(Exit::Usage, &error))?;
    let mut request = egress::Request::post(url, HeaderValue::from_static(kind), body);
    request.method = method.clone();
    let bearer = HeaderValue::from_str(&format!("Bearer {}", token.expose()));
    let mut bearer = bearer.map_err(|error| Failure::of(Exit::Usage, &error))?;
    bearer.set_sensitive(true);
    request.headers.insert(header::AUTHORIZATION, bearer);
    Ok(request)
}

/// An answer that is still to come.
enum Parts {
    Network(egress::Rest),
    Folder(BodyDataStream),
}

impl Parts {
    async fn pour(&mut self, out: &Path) -> Result {
        let wrong = |error: std::io::Error| {
            Failure::new(Exit::Failure, format!("{}: {error}", out.display()))
        };
        let mut file = std::fs::File::create(out).map_err(wrong)?;
        while let Some(part) = self.next().await? {
            file.write_all(&part).map_err(wrong)?;
        }
        file.sync_all().map_err(wrong)
    }

    async fn next(&mut self) -> Result<Option<Bytes>> {
        match self {
            Self::Network(rest) => {
                rest.next().await.map_err(|error| Failure::of(Exit::Unavailable, &error))
            }
            Self::Folder(body) => body.try_next().await.map_err(|error| Failure::plain(&error)),
        }
    }
}

async fn in_process(router: &Router, asked: Asked<'_>) -> Result<(StatusCode, Vec<u8>)> {
    let response = answered(router, asked).await?;
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), MAX_ANSWER).await;
    let body = body.map_err(|error| Failure::plain(&error))?;
    Ok((status, body.to_vec()))
}

async fn answered(
    router: &Router,
    (method, path, (kind, body)): Asked<'_>,
) -> Result<axum::response::Response> {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::AUTHORIZATION, "Bearer local")
        .header(header::CONTENT_TYPE, kind)
        .body(Body::from(body))
        .map_err(|error| Failure::of(Exit::Usage, &error))?;
    let Ok(response) = router.clone().oneshot(request).await;
    Ok(response)
}

/// The same router as a hub's, for whoever can read the data folder anyway.
async fn folder(settings: &Settings, lock: Lock) -> Result<Way> {
    if settings.database_url()?.is_none() && !storage::database_file(&settings.data).exists() {
        return Err(Failure::new(
            Exit::NotFound,
            format!("there is no database in {}: run `liaison init`", settings.data.display()),
        ));
    }
    let hub = Hub::open(settings, commands::init::public_url(settings)?).await?;
    let scope = acting(&hub).await?;
    let known = move |_, _| -> futures_util::future::BoxFuture<'static, _> {
        let known = Known { scope: scope.clone(), needs_second_factor: false };
        Box::pin(async move { Ok(known) })
    };
    let gate = Gate::new(
        settings.http.clone(),
        Box::new(known),
        Arc::clone(&hub.clock),
        hub.ids.clone(),
        CancellationToken::new(),
    );
    let router = edge::attach(server::rest(&hub.rooms()), Arc::new(gate));
    Ok(Way::Folder { router, hub: Box::new(hub), _lock: lock })
}

/// The first global administrator, so that the audit names a person; the system where there is none yet.
async fn acting(hub: &Hub) -> Result<Scope> {
    let tenants = hub.tenants().await?;
    let tenant = tenants.first().ok_or_else(|| {
        Failure::new(Exit::NotFound, "there is no tenant yet: run `liaison init`")
    })?;
    let system = hub.scopes.scope(tenant.id, "command-line");
    let limit = Limit::new(Limit::MAX).unwrap_or_default();
    let mut after: Option<Cursor> = None;
    loop {
        let filter = UserFilter::default();
        let page = hub.identity.users(&system, filter, limit, after.as_ref()).await?;
        for user in &page.items {
            if user.roles.contains(&Role::GlobalAdministrator) {
                return person(hub, &system, user.id).await;
            }
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(system),
        }
    }
}

/// A scope of a person, by way of a token that is revoked at once.
async fn person(hub: &Hub, system: &Scope, user: kernel::UserId) -> Result<Scope> {
    let all = Permission::ALL.iter().copied();
    let usable = all.filter(|right| !matches!(right, Permission::System | Permission::CardPost));
    let token = identity::NewToken {
        owner: TokenOwner::Person(user),
        label: "Command line".to_owned(),
        permissions: usable.collect(),
        expires_at: None,
    };
    let token = hub.identity.create_token(system, token).await?;
    let caller = commands::caller(hub);
    let presented = Presented::Bearer(token.secret.expose());
    let scope = hub.identity.authenticate(presented, &caller).await?.scope;
    hub.identity.revoke_token(system, token.token.id).await?;
    Ok(scope)
}

/// A problem document as words for a person.
fn refused(status: StatusCode, body: &[u8]) -> Failure {
    let exit = match status.as_u16() {
        404 | 410 => Exit::NotFound,
        429 | 502..=504 => Exit::Unavailable,
        400..=499 => Exit::Refused,
        _ => Exit::Failure,
    };
    let Ok(problem) = serde_json::from_slice::<Value>(body) else {
        return Failure::new(exit, format!("the hub answered {status}"));
    };
    let text = |key: &str| problem.get(key).and_then(Value::as_str).unwrap_or_default();
    let mut message = format!(
        "{}. {} ({}, request {})",
        text("title"),
        text("detail"),
        text("code"),
        text("instance")
    );
    for error in problem.get("errors").and_then(Value::as_array).into_iter().flatten() {
        let text = |key: &str| error.get(key).and_then(Value::as_str).unwrap_or_default();
        message = [message.as_str(), "\n  ", text("pointer"), ": ", text("detail")].concat();
    }
    Failure::new(exit, message)
}

/// Bytes of an answer: an export may be large.
const MAX_ANSWER: usize = 1 << 30;
/// Bytes of a download that goes to a file as it comes, and the time it may take.
const MAX_DOWNLOAD: usize = 4 << 30;
const DOWNLOAD_TIME: u64 = 60 * 60 * 1_000;
/// Bytes of a problem that are read.
const MAX_PROBLEM: usize = 64 << 10;
/// Lists longer than this are cut; nobody reads them on a terminal.
const MOST: usize = 100_000;
