//! The server: from a request to the part that answers it.

use std::{
    fmt, io,
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

use doubles_http::{Request, Response, Server, Tls};
use serde_json::{Value, json};

use crate::{
    bulk,
    control::{self, Struck},
    door::{self, device, identity, oauth, openid, soap},
    fault::{Fault, Result},
    org::Org,
    rest::{self, Call, Content, Reply, VERSIONS, formed},
    rights::Caller,
    seed,
};

/// The longest address that is read (the service's own bound).
const MAX_ADDRESS: usize = 16_384;
/// How long the window of the daily limit is.
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// How a stand-in is started.
#[derive(Debug)]
pub struct Config {
    /// Where it listens.
    pub listen: SocketAddr,
    /// What it proves itself with; plain unless given.
    pub tls: Option<Tls>,
    /// Where its control listens; nowhere unless given.
    pub control: Option<SocketAddr>,
    /// Where the private key for assertions is written.
    pub keys: PathBuf,
}

impl Config {
    /// Plain, on loopback, with its control beside it; the key goes to a folder.
    pub fn local(keys: PathBuf) -> Self {
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        Self { listen: free, tls: None, control: Some(free), keys }
    }
}

/// A running stand-in; it ends with the value.
pub struct Double {
    server: Server,
    control: Option<Server>,
    announced: Value,
    org: Arc<Mutex<Org>>,
}

impl fmt::Debug for Double {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Double").field("server", &self.server).finish_non_exhaustive()
    }
}

impl Double {
    /// An organisation with its first rows; it listens when this returns.
    ///
    /// # Errors
    /// When an address is taken or the key cannot be written.
    pub fn start(config: Config) -> io::Result<Self> {
        let mut org = Org::empty();
        let mut announced = seed::seed(&mut org, &config.keys)?;
        let org = Arc::new(Mutex::new(org));
        let answering = Arc::clone(&org);
        let server =
            Server::start(config.listen, config.tls, move |request| answer(&answering, &request))?;
        let controlled = Arc::clone(&org);
        let control = match config.control {
            Some(address) => Some(Server::start(address, None, move |request| {
                control::answer(&mut lock(&controlled), &request)
            })?),
            None => None,
        };
        let mut say = |name: &str, value: String| {
            if let Some(members) = announced.as_object_mut() {
                members.insert(name.to_owned(), value.into());
            }
        };
        say("url", server.url());
        if let Some(control) = &control {
            say("control_url", control.url());
        }
        Ok(Self { server, control, announced, org })
    }

    /// Where it is and with what to sign in: what the command line prints.
    pub fn announcement(&self) -> Value {
        self.announced.clone()
    }

    /// Its address.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The address of its control.
    pub fn control_url(&self) -> Option<String> {
        self.control.as_ref().map(Server::url)
    }

    /// Breaks or mends something, as the control address does.
    ///
    /// # Errors
    /// When the order is none; the text says why.
    pub fn control(&self, order: &Value) -> std::result::Result<(), String> {
        control::order(&mut lock(&self.org), order)
    }
}

fn lock(org: &Arc<Mutex<Org>>) -> MutexGuard<'_, Org> {
    org.lock().unwrap_or_else(PoisonError::into_inner)
}

fn answer(org: &Arc<Mutex<Org>>, request: &Request) -> Response {
    if request.path.len() + request.query.len() > MAX_ADDRESS {
        return refused(&Fault::new("URI_TOO_LONG", "The URI is too long"));
    }
    let struck = lock(org).trouble.strike(&request.path);
    match struck {
        Some(Struck::Slow(time)) => thread::sleep(time),
        Some(Struck::Fault(fault)) => return refused(&fault),
        None => {}
    }
    let mut org = lock(org);
    let response = dispatch(&mut org, request);
    org.keep();
    response
}

fn dispatch(org: &mut Org, request: &Request) -> Response {
    let path = request.path.trim_end_matches('/');
    match path {
        "/services/data" | "/services/data.json" if !formed::accepts(request) => {
            json(200, &rest::versions())
        }
        "/services/data" | "/services/data.xml" => xml(200, formed::versions(&rest::versions())),
        "/services/oauth2/token" => oauth::token(org, request),
        "/services/oauth2/authorize" => oauth::authorize(org, request),
        "/services/oauth2/revoke" => oauth::revoke(org, request),
        "/services/oauth2/introspect" => oauth::introspect(org, request),
        "/services/oauth2/userinfo" => identity::userinfo(org, request),
        "/.well-known/openid-configuration" => openid::configuration(request),
        "/id/keys" => openid::keys(org),
        "/setup/connect" => device::page(org, request),
        _ if path.starts_with("/services/Soap/u/") => soap::answer(org, request),
        _ if path.starts_with("/services/async/") => bulk::answer(org, request),
        _ if path.starts_with("/id/") => identity::identity(org, request),
        // an organisation without code of its own
        _ if path.starts_with("/services/apexrest/") => match admitted(org, request) {
            Ok(_) => refused(&Fault::new("NOT_FOUND", "Could not find a match for URL")),
            Err(fault) => refused(&fault),
        },
        _ => match Call::of(&request.method, &request.path, &request.query) {
            Some(call) => data(org, request, call),
            None => refused(&Fault::not_found()),
        },
    }
}

fn json(status: u16, body: &Value) -> Response {
    Response::new(status, "application/json;charset=UTF-8", body.to_string())
}

fn xml(status: u16, body: String) -> Response {
    Response::new(status, "application/xml;charset=UTF-8", body)
}

fn refused(fault: &Fault) -> Response {
    json(fault.status, &json!([fault.entry()]))
}

/// A call of a data resource: version, session, rights, limit, and then the resource.
fn data(org: &mut Org, request: &Request, mut call: Call) -> Response {
    call.headers.clone_from(&request.headers);
    call.body.clone_from(&request.body);
    call.base = request.base();
    let formed = formed::wanted(&mut call, request);
    let outcome = admit(org, request, &call).and_then(|mut caller| {
        caller.saving = call.saving();
        rest::route(org, &caller, &call)
    });
    let reply = match outcome {
        Ok(reply) => reply,
        Err(fault) if formed => {
            let body = formed::refusal(&fault).into_bytes();
            let body = Content::Bytes("application/xml;charset=UTF-8", body);
            Reply { status: fault.status, body, headers: Vec::new() }
        }
        Err(fault) => Reply::refused(&fault),
    };
    let mut response = match reply.body {
        Content::Nothing => Response::empty(reply.status),
        Content::Json(body) if formed => xml(reply.status, formed::answer(&call, &body)),
        Content::Json(body) => json(reply.status, &body),
        Content::Bytes(kind, bytes) => Response::new(reply.status, kind, bytes),
    };
    response.headers.extend(reply.headers);
    let usage = format!("api-usage={}/{}", org.calls.used, org.calls.max);
    response.with("Sforce-Limit-Info", &usage)
}

fn admit(org: &mut Org, request: &Request, call: &Call) -> Result<Caller> {
    let number = call.number();
    let oldest = VERSIONS.first().map_or(0.0, |&(version, _)| f64::from(version));
    if call.version.parse::<f64>().is_err() {
        return Err(Fault::not_found());
    }
    if number < oldest {
        return Err(Fault::new(
            "UNSUPPORTED_API_VERSION",
            format!("API version {} is retired", call.version),
        ));
    }
    let served = |&(version, _): &(u8, &str)| format!("{version}.0") == call.version;
    if !VERSIONS.iter().any(served) {
        return Err(Fault::not_found());
    }
    admitted(org, request)
}

/// Who calls: session, rights, limit.
fn admitted(org: &mut Org, request: &Request) -> Result<Caller> {
    let expired = || Fault::new("INVALID_SESSION_ID", "Session expired or invalid");
    if request.header("authorization").is_some() && identity::bearer(request).is_none() {
        return Err(Fault::new("INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE"));
    }
    let token = identity::bearer(request).ok_or_else(expired)?;
    let session = door::session(org, &token).ok_or_else(expired)?;
    let caller = Caller::of(org, &session.user).ok_or_else(expired)?;
    if !caller.rights.api {
        return Err(Fault::new(
            "API_DISABLED_FOR_ORG",
            "The REST API is not enabled for this Organization.",
        ));
    }
    let enough = |scope: &String| matches!(scope.as_str(), "api" | "full");
    if !session.scopes.iter().any(enough) {
        return Err(Fault::new("INSUFFICIENT_SCOPE", "The session has no scope for this resource"));
    }
    count(org)?;
    Ok(caller)
}

/// One more call of the day.
fn count(org: &mut Org) -> Result<()> {
    let now = org.now();
    if now.as_second() - org.calls.since.as_second() >= DAY_SECONDS {
        org.calls.since = now;
        org.calls.used = 0;
    }
    if org.calls.used >= org.calls.max {
        return Err(Fault::new("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."));
    }
    org.calls.used += 1;
    Ok(())
}
