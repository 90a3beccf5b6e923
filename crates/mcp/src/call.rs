//! One call of a tool, in either generation: read, found, run, answered.

use std::{fmt::Write as _, pin::Pin, sync::Arc, time::Duration};

use ::actions::Catalogue;
use axum::response::Response;
use bytes::Bytes;
use edge::Context;
use futures_util::{future::BoxFuture, stream};
use http::StatusCode;
use kernel::Scope;
use serde::Deserialize;
use serde_json::{Map, Value, json, value::RawValue};
use tokio::sync::mpsc;

use crate::{
    app::{Asked, Inner},
    message::{CANCELLED, Fault, INVALID_PARAMS, Id, MISSING_CAPABILITY, Params},
    reply,
    running::{Ticket, owner},
    search, stateless,
    tools::{Call, Failed, Outcome, Progress, Report},
    version::Version,
};

/// The parameters of `tools/call`.
#[derive(Debug, Deserialize)]
pub(crate) struct Calling {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) arguments: Option<Map<String, Value>>,
    #[serde(default, rename = "_meta")]
    meta: Meta,
}

#[derive(Debug, Default, Deserialize)]
struct Meta {
    #[serde(default, rename = "progressToken")]
    progress_token: Option<Value>,
    #[serde(default, rename = "io.modelcontextprotocol/clientCapabilities")]
    capabilities: Option<Map<String, Value>>,
}

impl Calling {
    pub(crate) fn read(params: Params<'_>) -> Result<Self, Fault> {
        let calling: Self = params.read()?;
        match &calling.meta.progress_token {
            None | Some(Value::String(_)) => Ok(calling),
            Some(Value::Number(number)) if number.is_i64() || number.is_u64() => Ok(calling),
            Some(_) => {
                let what = "params._meta.progressToken must be a text or a whole number";
                Err(Fault::new(INVALID_PARAMS, what))
            }
        }
    }
}

/// No such tool for this caller.
pub(crate) fn unknown(name: &str) -> Fault {
    let cut: String = name.chars().take(128).collect();
    Fault::new(INVALID_PARAMS, format!("Unknown tool: {cut}"))
}

impl Inner {
    /// Runs a call whose tool was found.
    pub(crate) async fn call(
        self: &Arc<Self>,
        asked: &Asked<'_>,
        catalogue: Arc<Catalogue>,
        calling: Calling,
        id: Id<'_>,
    ) -> Response {
        let owner = owner(&asked.scope, asked.session);
        let ticket = self.running.enter(owner, id.get());
        let token = calling.meta.progress_token.clone();
        let streams = asked.takes_events && (token.is_some() || !asked.takes_objects);
        let (progress, reports) =
            if streams && token.is_some() { Progress::channel() } else { silent() };
        let work = Work {
            inner: Arc::clone(self),
            scope: asked.scope.clone(),
            context: asked.context.clone(),
            catalogue,
            version: asked.version,
            id: id.to_owned(),
        };
        let cancelled = ticket.cancelled.clone();
        let running = Box::pin(async move { work.run(calling, progress, cancelled).await });
        if !streams {
            let withdrawn = ticket.cancelled.clone();
            return tokio::select! {
                biased;
                (status, text) = running => reply::object(status, text),
                () = withdrawn.cancelled() => reply::fault(
                    StatusCode::OK,
                    Some(id),
                    &Fault::new(CANCELLED, "the request was cancelled"),
                ),
            };
        }
        let feed = Feed { running: Some(running), reports, token, ticket };
        reply::stream(stream::unfold(feed, |mut feed| async move {
            feed.next().await.map(|event| (event, feed))
        }))
    }
}

/// What a call needs while it runs.
struct Work {
    inner: Arc<Inner>,
    scope: Scope,
    context: Context,
    catalogue: Arc<Catalogue>,
    version: Version,
    id: Box<RawValue>,
}

impl Work {
    async fn run(
        self,
        calling: Calling,
        progress: Progress,
        cancelled: tokio_util::sync::CancellationToken,
    ) -> (StatusCode, Vec<u8>) {
        let arguments = calling.arguments.unwrap_or_default();
        let outcome = if calling.name == search::NAME && self.catalogue.find(search::NAME).is_none()
        {
            Ok(search::run(&self.catalogue, &arguments))
        } else {
            let call = Call {
                name: calling.name,
                arguments,
                capabilities: calling.meta.capabilities.unwrap_or_default(),
                progress,
                cancelled,
            };
            match &self.inner.diagnostic {
                Some(diagnostic) if Arc::ptr_eq(&diagnostic.catalogue, &self.catalogue) => {
                    diagnostic.run(call).await
                }
                _ => self.inner.tools.call(&self.scope, call).await,
            }
        };
        let outcome = match outcome {
            Ok(outcome) => outcome,
            Err(Failed::Problem(problem)) => self.explain(&problem),
            Err(Failed::Needs(capability)) => {
                let fault =
                    Fault::new(MISSING_CAPABILITY, format!("the client must declare {capability}"))
                        .with(json!({ "requiredCapabilities": { capability: {} } }));
                return (StatusCode::BAD_REQUEST, reply::error_text(Some(&self.id), &fault));
            }
        };
        (StatusCode::OK, self.result(&outcome))
    }

    /// A failure that the model reads: what happened, what to do, and where in the arguments.
    fn explain(&self, problem: &edge::Problem) -> Outcome {
        let document = problem.document(self.scope.language(), self.context.request());
        if let Some(chain) = problem.chain() {
            tracing::error!(request.id = %self.context.request(), code = %document.code, error = chain, "a tool call failed");
        }
        let mut text = format!("{}. {} ({})", document.title, document.detail, document.code);
        for finding in &document.errors {
            // writing to a text cannot fail
            write!(text, "\n{}: {}", finding.pointer, finding.detail).ok();
        }
        Outcome::failure(text)
    }

    fn result(&self, outcome: &Outcome) -> Vec<u8> {
        reply::result_text(&self.id, |text| {
            if self.version.is_stateless() {
                stateless::complete(text);
            }
            let content = serde_json::to_vec(&outcome.content).unwrap_or_default();
            reply::member(text, "content", &content);
            if let Some(structured) = &outcome.structured {
                reply::member(text, "structuredContent", structured);
            }
            let error: &[u8] = if outcome.is_error { b"true" } else { b"false" };
            reply::member(text, "isError", error);
        })
    }
}

/// An answer as a stream: first how far it is, at last the result.
struct Feed {
    running: Option<BoxFuture<'static, (StatusCode, Vec<u8>)>>,
    reports: mpsc::Receiver<Report>,
    token: Option<Value>,
    ticket: Ticket,
}

impl Feed {
    async fn next(&mut self) -> Option<Bytes> {
        let Self { running, reports, token, ticket } = self;
        let work: &mut Pin<Box<_>> = running.as_mut()?;
        tokio::select! {
            biased;
            Some(report) = reports.recv() => Some(progress_event(token.as_ref(), &report)),
            // the client withdrew it and expects nothing more
            () = ticket.cancelled.cancelled() => None,
            (_, text) = work => {
                *running = None;
                // what was reported while the work came to its end goes first
                let mut last = Vec::new();
                while let Ok(report) = reports.try_recv() {
                    last.extend_from_slice(&progress_event(token.as_ref(), &report));
                }
                last.extend_from_slice(&reply::event(&text));
                Some(last.into())
            }
            () = tokio::time::sleep(KEEP_ALIVE) => Some(reply::STILL_HERE),
        }
    }
}

fn progress_event(token: Option<&Value>, report: &Report) -> Bytes {
    let mut params = json!({ "progressToken": token, "progress": report.progress });
    if let Some(object) = params.as_object_mut() {
        if let Some(total) = report.total {
            object.insert("total".to_owned(), total.into());
        }
        if let Some(message) = &report.message {
            object.insert("message".to_owned(), message.clone().into());
        }
    }
    reply::event(&reply::notification("notifications/progress", &params))
}

fn silent() -> (Progress, mpsc::Receiver<Report>) {
    (Progress::default(), mpsc::channel(1).1)
}

/// Shorter than the usual patience of proxies.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
