//! The tools, and calls of them.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use actions::{Catalogue, Tool};
use axum::{Router, body::Body};
use bytes::Bytes;
use edge::{Gate, Known, Presented, Problem, Settings};
use futures_util::{FutureExt as _, future::BoxFuture, stream::BoxStream};
use http::{Request, Response, header};
use kernel::{Clock, Ids, Kind, RequestId, Scope};
use mcp::{Call, Failed, Outcome, Tools};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::{
    Offered,
    describe::{self, Operation},
};

/// What the tools are made of.
pub struct Parts<'a> {
    /// The tools before these.
    pub before: Arc<dyn Tools>,
    /// REST, with its services.
    pub rest: Router,
    /// Its description, in OpenAPI 3.1.
    pub document: &'a Value,
    /// What is offered of it.
    pub offered: &'a [Offered],
    /// As REST has them towards the network.
    pub settings: Settings,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers.
    pub ids: Ids,
}

/// Tools, and operations of REST beside them.
pub struct RestTools {
    before: Arc<dyn Tools>,
    rest: Router,
    operations: Vec<Operation>,
    callers: Callers,
    ids: Ids,
    joined: Mutex<Vec<Joined>>,
}

/// Who waits for an answer of REST, by what the request presents. Nobody outside can present it: the router has no
/// socket.
type Callers = Arc<Mutex<HashMap<String, Scope>>>;

/// A catalogue, and the same with the operations that somebody sees beside it.
struct Joined {
    before: Weak<Catalogue>,
    seen: Vec<bool>,
    all: Arc<Catalogue>,
}

impl RestTools {
    /// The tools. What the description does not know is not offered.
    pub fn new(parts: Parts<'_>) -> Self {
        let Parts { before, rest, document, offered, settings, clock, ids } = parts;
        let callers = Callers::default();
        let known = Arc::clone(&callers);
        let authenticate = move |presented: Presented, _| {
            let scope = match &presented {
                Presented::Bearer(key) => locked(&known).get(key.expose()).cloned(),
                Presented::Session(_) => None,
            };
            let scope = scope.ok_or_else(Problem::unauthenticated);
            async move { Ok(Known { scope: scope?, needs_second_factor: false }) }.boxed()
        };
        let stopping = CancellationToken::new();
        let gate = Gate::new(settings, Box::new(authenticate), clock, ids.clone(), stopping);
        let operations = offered.iter().filter_map(|one| describe::operation(document, *one));
        Self {
            before,
            rest: edge::attach(rest, Arc::new(gate)),
            operations: operations.collect(),
            callers,
            ids,
            joined: Mutex::default(),
        }
    }

    /// The names of the tools that are added.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.operations.iter().map(|operation| operation.tool.name.as_str())
    }

    fn beside(&self, scope: &Scope, before: &Arc<Catalogue>) -> Arc<Catalogue> {
        let shows = |one: &Operation| scope.require(one.seen_with).is_ok();
        let seen: Vec<bool> = self.operations.iter().map(shows).collect();
        if !seen.contains(&true) {
            return Arc::clone(before);
        }
        let mut kept = locked(&self.joined);
        kept.retain(|one| one.before.strong_count() > 0);
        let is_it = |one: &&Joined| one.before.as_ptr() == Arc::as_ptr(before) && one.seen == seen;
        if let Some(found) = kept.iter().find(is_it) {
            return Arc::clone(&found.all);
        }
        let tools = self.operations.iter().zip(&seen).filter(|(_, seen)| **seen);
        let tools: Vec<Tool> = tools.map(|(operation, _)| operation.tool.clone()).collect();
        let all = Arc::new(before.joined(tools));
        kept.truncate(KEPT - 1);
        kept.push(Joined { before: Arc::downgrade(before), seen, all: Arc::clone(&all) });
        all
    }

    async fn ask(&self, scope: &Scope, operation: &Operation, call: Call) -> Answer {
        let key = self.ids.fresh::<RequestId>().to_string();
        let request = request(operation, &key, call.arguments)?;
        locked(&self.callers).insert(key.clone(), scope.clone());
        let _over = Over { callers: &self.callers, key };
        let asked = self.rest.clone().oneshot(request);
        let answered =
            tokio_util::future::FutureExt::with_cancellation_token(asked, &call.cancelled);
        let Some(Ok(answer)) = answered.await else { return Ok(Outcome::default()) };
        outcome(answer).await
    }
}

impl Tools for RestTools {
    fn catalogue<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<Arc<Catalogue>, Problem>> {
        async move { Ok(self.beside(scope, &self.before.catalogue(scope).await?)) }.boxed()
    }

    fn call<'a>(&'a self, scope: &'a Scope, call: Call) -> BoxFuture<'a, Answer> {
        let named = self.operations.iter().find(|one| one.tool.name == call.name);
        match named {
            Some(operation) => self.ask(scope, operation, call).boxed(),
            None => self.before.call(scope, call),
        }
    }

    fn changes(&self, scope: &Scope) -> BoxStream<'static, ()> {
        self.before.changes(scope)
    }
}

impl fmt::Debug for RestTools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RestTools").field("operations", &self.operations).finish_non_exhaustive()
    }
}

type Answer = Result<Outcome, Failed>;

/// Takes a caller back out, however the request ended.
struct Over<'a> {
    callers: &'a Callers,
    key: String,
}

impl Drop for Over<'_> {
    fn drop(&mut self) {
        locked(self.callers).remove(&self.key);
    }
}

/// The request of a call: what the path names goes there, what the query names there, the rest is the body.
fn request(
    operation: &Operation,
    key: &str,
    mut arguments: Map<String, Value>,
) -> Result<Request<Body>, Failed> {
    let mut address = String::new();
    for (at, segment) in operation.path.split('/').enumerate() {
        if at > 0 {
            address.push('/');
        }
        match segment.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) => {
                let value = arguments.remove(name).as_ref().and_then(plain);
                let value = value.filter(|value| !value.is_empty());
                let value = value.ok_or_else(|| invalid(&format!("{name} is missing")))?;
                address.extend(utf8_percent_encode(&value, NON_ALPHANUMERIC));
            }
            None => address.push_str(segment),
        }
    }
    let mut before = '?';
    for name in &operation.query {
        let Some(value) = arguments.remove(name).filter(|value| !value.is_null()) else { continue };
        let value = plain(&value).ok_or_else(|| invalid(&format!("{name} is one value")))?;
        address.push(before);
        address.push_str(name);
        address.push('=');
        address.extend(utf8_percent_encode(&value, NON_ALPHANUMERIC));
        before = '&';
    }
    let body = if operation.has_body {
        Body::from(Value::Object(arguments).to_string())
    } else if let Some(name) = arguments.keys().next() {
        return Err(invalid(&format!("there is no argument {name:?}")));
    } else {
        Body::empty()
    };
    Request::builder()
        .method(operation.method.clone())
        .uri(address)
        .header(header::AUTHORIZATION, format!("Bearer {key}"))
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::USER_AGENT, "liaison-mcp")
        .body(body)
        .map_err(|_wrong| invalid("the arguments make no address"))
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

fn invalid(why: &str) -> Failed {
    Failed::Problem(Problem::new("request.invalid", Kind::Invalid, why.to_owned()))
}

/// An answer of REST, as a model reads it.
async fn outcome(answer: Response<Body>) -> Answer {
    let status = answer.status();
    let body = axum::body::to_bytes(answer.into_body(), MOST).await;
    let body = body.map_err(|_large| invalid("the answer is too large: ask for less"))?;
    let text = String::from_utf8_lossy(&body).into_owned();
    if !status.is_success() {
        return Ok(Outcome::failure(text));
    }
    if body.is_empty() {
        let done = Some(Bytes::from_static(br#"{"done":true}"#));
        return Ok(Outcome { structured: done, ..Outcome::text("done") });
    }
    let structured = if body.first() == Some(&b'{') {
        body
    } else {
        [br#"{"result":"#, body.as_ref(), b"}"].concat().into()
    };
    Ok(Outcome { structured: Some(structured), ..Outcome::text(text) })
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many joined catalogues are kept; one for each set of tools that some tenant's people see.
const KEPT: usize = 256;

/// The largest answer that is read, in bytes; lists come in pages far below.
const MOST: usize = 4 * 1024 * 1024;
