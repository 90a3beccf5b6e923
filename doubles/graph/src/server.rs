//! Listening, and the way of every request.

use std::{
    fmt, io,
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use doubles_http::{Request, Response, Server, Tls};
use jiff::{Timestamp, fmt::rfc2822::DateTimePrinter};
use serde_json::{Value, json};

use crate::{
    batch, clock, control, entra, faults, graph, notify, seeds,
    store::Store,
    subscriptions,
    token::Keys,
    uploads,
    wire::{Answer, Call, Refusal, Reply},
};

/// How a stand-in is started.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// What it shows of TLS; plain HTTP unless given.
    pub tls: Option<Tls>,
    /// Where its control listens; off unless given.
    pub control: Option<SocketAddr>,
    /// The root of all links, `https://graph.microsoft.com` for clients that know no other; its own address unless given.
    pub root: Option<String>,
    /// Authorities, beside its own, that notification addresses may show: a file of PEM.
    pub trust: Option<PathBuf>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: ([127, 0, 0, 1], 0).into(),
            tls: None,
            control: None,
            root: None,
            trust: None,
        }
    }
}

/// What all requests share.
pub(crate) struct Shared {
    store: Mutex<Store>,
    pub(crate) keys: Keys,
    /// The root of links, without the version.
    pub(crate) root: String,
    origin: String,
    pub(crate) secure: bool,
    pub(crate) trust: Option<PathBuf>,
    stopped: AtomicBool,
}

impl Shared {
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// Where files go and come from: another host, as clients that send their token to Graph's hosts alone expect.
    pub(crate) fn storage(&self) -> String {
        if self.secure {
            self.origin.replace("localhost", "127.0.0.1")
        } else {
            self.origin.replace("127.0.0.1", "localhost")
        }
    }

    pub(crate) fn authority(&self) -> String {
        format!("{}/{}", self.origin, seeds::TENANT)
    }

    pub(crate) fn issuer(&self) -> String {
        format!("{}/v2.0", self.authority())
    }

    /// The audience of tokens that name no other.
    pub(crate) fn audience() -> String {
        "https://graph.microsoft.com".to_owned()
    }

    /// The names by which scopes may call Graph.
    pub(crate) fn audiences(&self) -> Vec<String> {
        vec![
            Self::audience(),
            "00000003-0000-0000-c000-000000000000".to_owned(),
            self.root.clone(),
            self.origin.clone(),
        ]
    }

    pub(crate) fn is_graph(&self, resource: &str) -> bool {
        self.audiences().iter().any(|own| own == resource.trim_end_matches('/'))
    }

    /// Whether the stand-in has ended.
    pub(crate) fn is_over(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}

/// A running stand-in; it ends with the value.
pub struct Double {
    shared: Arc<Shared>,
    server: Server,
    control: Option<Server>,
}

impl fmt::Debug for Double {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Double").field("server", &self.server).finish_non_exhaustive()
    }
}

impl Double {
    /// Listens when it returns.
    ///
    /// # Errors
    /// When an address is taken, or no key can be made.
    pub fn start(config: Config) -> io::Result<Self> {
        let keys = Keys::create()?;
        let secure = config.tls.is_some();
        // The handler needs the port that the server finds.
        let cell: Arc<std::sync::OnceLock<Arc<Shared>>> = Arc::default();
        let own = Arc::clone(&cell);
        let server = Server::start(config.listen, config.tls, move |request| {
            let Some(shared) = own.get() else { return Response::empty(503) };
            respond(shared, request)
        })?;
        let port = server.address().port();
        let origin = if secure {
            format!("https://localhost:{port}")
        } else {
            format!("http://127.0.0.1:{port}")
        };
        let root = config
            .root
            .map_or_else(|| origin.clone(), |root| root.trim_end_matches('/').to_owned());
        let mut store = Store::default();
        seeds::fill(&mut store);
        let shared = Arc::new(Shared {
            store: Mutex::new(store),
            keys,
            root,
            origin,
            secure,
            trust: config.trust,
            stopped: AtomicBool::new(false),
        });
        cell.set(Arc::clone(&shared)).ok();
        let sending = Arc::clone(&shared);
        thread::Builder::new().name("notices".to_owned()).spawn(move || notify::send(&sending))?;
        let control = match config.control {
            Some(address) => {
                let shared = Arc::clone(&shared);
                Some(Server::start(address, None, move |request| {
                    response(control::handle(&shared, &call(request)))
                })?)
            }
            None => None,
        };
        Ok(Self { shared, server, control })
    }

    /// Its own address, without a slash at its end.
    pub fn url(&self) -> &str {
        self.shared.origin()
    }

    /// The control's address.
    pub fn control(&self) -> Option<String> {
        self.control.as_ref().map(Server::url)
    }

    /// Where it is and with what to sign in.
    pub fn announcement(&self) -> Value {
        let mut said = seeds::announcement(&self.shared);
        if let (Some(control), Value::Object(said)) = (self.control(), &mut said) {
            said.insert("control".to_owned(), json!(control));
        }
        said
    }
}

impl Drop for Double {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
    }
}

fn call(request: Request) -> Call {
    Call {
        method: request.method,
        path: request.path,
        query: request.query,
        headers: request.headers,
        body: request.body,
    }
}

fn response(reply: Reply) -> Response {
    Response { status: reply.status, headers: reply.headers, body: reply.body }
}

fn respond(shared: &Arc<Shared>, request: Request) -> Response {
    response(handle(shared, &call(request)))
}

/// Answers one request.
pub(crate) fn handle(shared: &Arc<Shared>, call: &Call) -> Reply {
    let id = clock::guid();
    let client = call.header("client-request-id").unwrap_or(&id).to_owned();
    let directory = entra::handle(shared, &mut shared.store(), call);
    let mut reply = match directory {
        Some(reply) => reply,
        None => match answer(shared, call) {
            Ok(reply) => reply,
            Err(refusal) => refusal.reply(&shared.store().now(), &id, &client),
        },
    };
    let mut store = shared.store();
    if reply.status == 401 {
        let challenge = format!(
            "Bearer realm=\"\", authorization_uri=\"{}/oauth2/v2.0/authorize\", client_id=\"00000003-0000-0000-c000-000000000000\"",
            shared.authority()
        );
        reply = reply.with("WWW-Authenticate", challenge);
    }
    store.log.push(json!({"method": call.method, "path": call.path, "query": call.query, "status": reply.status}));
    if store.log.len() > 10_000 {
        store.log.drain(..5_000);
    }
    let ms = store.now_ms();
    drop(store);
    reply
        .with("request-id", id)
        .with("client-request-id", client)
        .with("x-ms-ags-diagnostic", r#"{"ServerInfo":{"DataCenter":"France Central","Slice":"E","Ring":"4","ScaleUnit":"000","RoleInstance":"PA2PEPF00000001"}}"#)
        .with("Date", date(ms))
}

fn date(ms: i64) -> String {
    let instant = Timestamp::from_millisecond(ms).unwrap_or_default();
    DateTimePrinter::new().timestamp_to_rfc9110_string(&instant).unwrap_or_default()
}

fn answer(shared: &Arc<Shared>, call: &Call) -> Answer {
    let (fault, slow) = faults::meets(&mut shared.store(), call);
    if let Some(ms) = slow {
        thread::sleep(Duration::from_millis(ms));
    }
    if let Some(refusal) = fault {
        return Err(refusal);
    }
    if let Some(rest) = call.path.strip_prefix("/transfer/") {
        return uploads::transfer(&mut shared.store(), shared, call, rest);
    }
    let path = call
        .path
        .strip_prefix("/v1.0/")
        .or_else(|| call.path.strip_prefix("/beta/"))
        .ok_or_else(|| Refusal::bad("Invalid version."))?;
    let lower = path.trim_end_matches('/').to_ascii_lowercase();
    match (call.method.as_str(), lower.as_str()) {
        ("POST", "$batch" | "%24batch") => batch::run(shared, call),
        ("POST", "subscriptions") => subscriptions::create(shared, call),
        _ => graph::answer(shared, call, path),
    }
}
