//! The router: what is checked of every request before it is answered.

use std::sync::{Arc, OnceLock};

use axum::{
    Router,
    body::Body,
    extract::{FromRequestParts as _, Request, State},
    response::IntoResponse as _,
    routing::any,
};
use bytes::Bytes;
use edge::{Answering, Authed, Context, Erased, Problem, read_body};
use http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};
use kernel::{Clock, Ids, Kind, Scope};
use records::{Records, Session};
use uuid::Uuid;

use crate::{
    Actions, Settings, batch,
    call::{self, Call},
    fault::Fault,
    files,
    prefer::Preferences,
    protection::Protection,
    reply::Reply,
    root::Root,
    route, search,
};

/// The edge; cheap to clone.
#[derive(Clone)]
pub struct Dataverse(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) records: Records,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Ids,
    pub(crate) settings: Settings,
    /// What other rooms answer.
    pub(crate) actions: OnceLock<Arc<dyn Actions>>,
    protection: Arc<Protection>,
}

impl std::fmt::Debug for Dataverse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dataverse").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}

impl Dataverse {
    /// The edge over the room.
    pub fn new(records: Records, clock: Arc<dyn Clock>, ids: Ids, settings: Settings) -> Self {
        let protection = Arc::new(Protection::new(settings.clone()));
        let actions = OnceLock::new();
        Self(Arc::new(Inner { records, clock, ids, settings, actions, protection }))
    }

    /// Has a room above answer its own actions from now on. To be called once, when the hub is put together; false
    /// when it was called before.
    pub fn plug(&self, actions: Arc<dyn Actions>) -> bool {
        self.0.actions.set(actions).is_ok()
    }

    /// The routes, to stand inside [`edge::attach`].
    pub fn router(&self) -> Router {
        let handler = || any(Erased::<Arc<Inner>>::new(handle));
        Router::new()
            .route("/environments/{name}/api/data/{version}", handler())
            .route("/environments/{name}/api/data/{version}/", handler())
            .route("/environments/{name}/api/data/{version}/{*rest}", handler())
            .route("/environments/{name}/api/search/{version}/{operation}", handler())
            .route("/environments/{name}/Image/download.aspx", handler())
            .with_state(Arc::clone(&self.0))
    }
}

fn handle(State(inner): State<Arc<Inner>>, context: Context, request: Request) -> Answering {
    Box::pin(async move {
        let preferences = Preferences::of(request.headers());
        let answered = answer(&inner, &context, request, &preferences).await;
        let mut reply = answered.unwrap_or_else(|fault| {
            if let Some(chain) = fault.chain() {
                tracing::error!(request.id = %context.request(), error = chain, "dataverse.failed");
            }
            fault.reply(&preferences.annotations)
        });
        seal(&mut reply, &context);
        let body = match reply.rest {
            Some(rest) => rest.body(reply.body),
            None => Body::from(reply.body),
        };
        (reply.status, reply.headers, body).into_response()
    })
}

async fn answer(
    inner: &Arc<Inner>,
    context: &Context,
    request: Request,
    preferences: &Preferences,
) -> Result<Reply, Fault> {
    let (mut parts, body) = request.into_parts();
    let uri = parts.uri.clone();
    let picture = Root::of_picture(context, uri.path());
    let (root, path, search) = match Root::of(context, uri.path()) {
        Some((root, path)) => (root, path, None),
        None => match (search::Address::of(context, uri.path()), &picture) {
            (Some((root, search)), _) => (root, "", Some(search)),
            (None, Some(root)) => (root.clone(), "", None),
            (None, None) => return Err(Fault::segment(uri.path())),
        },
    };
    let mut address = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    if address.len() > URL_BYTES {
        return Err(Fault::new(
            StatusCode::URI_TOO_LONG,
            "0x80060888",
            "The request URL is too long.",
        ));
    }
    let scope = match Authed::from_request_parts(&mut parts, &()).await {
        Ok(Authed(scope)) => scope,
        Err(problem) => return refused(&problem, &root),
    };
    let pass = inner.protection.enter(scope.tenant(), scope.actor(), context.at())?;
    let session = session(inner, &scope, &root, &parts.headers).await?;
    if picture.is_some() {
        address = files::picture(session.model(), uri.query().unwrap_or_default())
            .ok_or_else(|| Fault::segment("Image"))?;
    }
    let asked = Asked {
        root: &root,
        session: &session,
        scope: &scope,
        preferences,
        address: &address,
        search,
    };
    let mut reply = Box::pin(dispatch(inner, asked, &parts, body)).await.unwrap_or_else(|fault| {
        if let Some(chain) = fault.chain() {
            tracing::error!(request.id = %context.request(), error = chain, "dataverse.failed");
        }
        fault.reply(&preferences.annotations)
    });
    reply.left(pass.left, pass.time_left);
    Ok(reply)
}

/// A request whose caller is known.
struct Asked<'a> {
    root: &'a Root,
    session: &'a Session,
    scope: &'a Scope,
    preferences: &'a Preferences,
    address: &'a str,
    /// What is asked of the search service, where it is not the Web API that is asked.
    search: Option<search::Address>,
}

async fn dispatch(
    inner: &Arc<Inner>,
    asked: Asked<'_>,
    parts: &Parts,
    body: Body,
) -> Result<Reply, Fault> {
    let Asked { root, session, scope, preferences, address, search } = asked;
    let make = |body: Bytes| {
        Call::read(call::Parts {
            inner,
            root,
            session,
            language: scope.language(),
            method: parts.method.clone(),
            headers: &parts.headers,
            preferences: preferences.clone(),
            address,
            body,
            set: &[],
        })
    };
    if search.is_some() && parts.method != http::Method::POST {
        return Err(Fault::method());
    }
    if search.is_none() && files::is_upload(parts) {
        let call = make(Bytes::new())?;
        return files::upload(&call, body).await;
    }
    let limit = inner.settings.max_body_bytes;
    let body = match read_body(body, limit).await {
        Ok(body) => body,
        Err(problem) if problem.code().kind() == Kind::TooLarge => {
            return Err(Fault::too_large(limit));
        }
        Err(_interrupted) => {
            return Err(Fault::new(
                StatusCode::REQUEST_TIMEOUT,
                "0x80040203",
                "The body did not arrive.",
            ));
        }
    };
    if let Some(search) = &search {
        return search::answer(session, search, &body).await;
    }
    if address.split('?').next() == Some("$batch") {
        return batch::answer(&batch::Batch { inner, root, scope, preferences, parts, body }).await;
    }
    route::answer(&make(body)?).await
}

/// The session of the caller, or of the user that the caller acts for.
pub(crate) async fn session(
    inner: &Inner,
    scope: &Scope,
    root: &Root,
    headers: &HeaderMap,
) -> Result<Session, Fault> {
    let session = inner.records.session(scope, &root.environment).await?;
    let named = |name: &str| -> Result<Option<Uuid>, Fault> {
        let Some(value) = headers.get(name) else { return Ok(None) };
        let id = value.to_str().ok().map(str::trim).and_then(crate::keys::guid);
        id.map(Some).ok_or_else(|| Fault::argument(format!("The header {name} must hold a GUID.")))
    };
    if let Some(user) = named("mscrmcallerid")? {
        return Ok(session.as_user(user).await?);
    }
    if let Some(object) = named("callerobjectid")? {
        return Ok(session.as_directory_object(object).await?);
    }
    Ok(session)
}

/// The answer to who is not let in.
fn refused(problem: &Problem, root: &Root) -> Result<Reply, Fault> {
    if problem.code().kind() != Kind::Unauthenticated {
        let fault = Fault::new(problem.status(), "0x80048306", "The request is refused.");
        let wait = problem.retry_after_seconds().map(std::time::Duration::from_secs);
        return Err(wait.map_or(fault.clone(), |wait| fault.after(wait)));
    }
    let mut reply = Fault::unauthenticated().reply(&crate::annotations::Annotations::default());
    let origin = root.url.strip_suffix(root.path.as_str()).unwrap_or_default();
    let resource = root.url.split("/api/data/").next().unwrap_or_default();
    reply.text(
        "www-authenticate",
        &format!("Bearer authorization_uri={origin}/sign-in, resource_id={resource}"),
    );
    Ok(reply)
}

/// What every answer carries.
fn seal(reply: &mut Reply, context: &Context) {
    reply.header("odata-version", HeaderValue::from_static("4.0"));
    reply.text("x-ms-service-request-id", &context.request().to_string());
    if !reply.headers.contains_key(header::CACHE_CONTROL) {
        reply.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    }
}

/// The longest address on a request line (Dataverse Web API: 32 KiB).
const URL_BYTES: usize = 32 * 1024;
