//! Trying an operation of an action: a form from what it takes, and what came back.

mod fields;

use actions::{Action, Invocation, Invoked, Offered, Operation};
use askama::Template;
use axum::{extract::State as Rooms, http::StatusCode, response::Response};
use connectors::{Body, Via};
use edge::{Form, Path, Problem, Query};
use kernel::{ActionId, Coded as _, FieldError, Kind, Permission};
use serde::Deserialize;
use serde_json::{Map, Value};
use web_frame::{App, Field, Frame, Visit, answer};

use crate::{
    Waits, at,
    shapes::{Badge, Names, verb},
    show::{Head, met, title},
    usage::took,
};

/// The page.
#[derive(Debug, Template)]
#[template(path = "try.html")]
pub(crate) struct Try {
    frame: Frame,
    head: Head,
    /// The operations to choose from: address, name, whether it is this one.
    operations: Vec<(String, String, bool)>,
    tool: String,
    what: String,
    verb: Badge,
    inputs: Vec<Field>,
    /// Why it cannot be tried, if so.
    closed: Option<String>,
    problem: Option<Told>,
    result: Option<Came>,
}

/// What went wrong, in words, and where it is mended.
#[derive(Debug, Clone)]
struct Told {
    title: String,
    detail: String,
    lines: Vec<String>,
    connect: Option<String>,
}

/// What came back.
#[derive(Debug, Clone)]
struct Came {
    status: String,
    class: &'static str,
    took: String,
    kind: String,
    text: String,
    cut: bool,
    drift: Vec<(String, String)>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    #[serde(default)]
    operation: String,
}

pub(crate) async fn page(
    Rooms(app): Rooms<App>,
    visit: Visit,
    Path(id): Path<ActionId>,
    Query(which): Query<Which>,
) -> Result<Response, Problem> {
    let offered = met(&app, &visit, id).await?;
    let operation = chosen(&offered.action, &which.operation)?.clone();
    let inputs = fields::of(&visit.frame, &operation, None, &[]);
    Ok(answer::page(&Try::read(&app, &visit, (&offered, &operation), inputs).await))
}

/// The operation that was asked for, else the first one.
fn chosen<'a>(action: &'a Action, tool: &str) -> Result<&'a Operation, Problem> {
    let found = if tool.is_empty() {
        action.operations.first()
    } else {
        action.operations.iter().find(|operation| operation.tool == tool)
    };
    let missing =
        || actions::Error::OperationNotFound { operation: tool.chars().take(64).collect() };
    Ok(found.ok_or_else(missing)?)
}

impl Try {
    async fn read(
        app: &App,
        visit: &Visit,
        (offered, operation): (&Offered, &Operation),
        inputs: Vec<Field>,
    ) -> Self {
        let names = Names::of(app, visit, &[&offered.action]).await;
        let waits = Waits::of(app, visit).await;
        let head = Head::of(&visit.frame, &offered.action, &names, "try");
        Self::new((visit.frame.clone(), waits), head, (offered, operation), inputs)
    }

    fn new(
        (frame, waits): (Frame, Waits),
        head: Head,
        (offered, operation): (&Offered, &Operation),
        inputs: Vec<Field>,
    ) -> Self {
        let action = &offered.action;
        let all = action.operations.iter().filter(|operation| operation.active);
        let operations = all.map(|it| {
            let href = format!("{}?operation={}", head.path("/try"), it.tool);
            (href, title(it), it.tool == operation.tool)
        });
        let operations = operations.collect();
        let makes = frame.may(Permission::ConnectorManage);
        let closed = if !offered.usable && !makes {
            Some(frame.say("web-actions.try-closed"))
        } else if operation.prepared.is_none() {
            Some(frame.say("web-actions.try-unpublished"))
        } else {
            None
        };
        Self {
            operations,
            tool: operation.tool.clone(),
            what: operation.description.clone().unwrap_or_default(),
            verb: verb(operation).badge(&frame),
            inputs,
            closed,
            problem: None,
            result: None,
            frame: at(frame, waits, "", head.name.clone()).back_to(head.path("")),
            head,
        }
    }
}

pub(crate) async fn call(
    Rooms(app): Rooms<App>,
    visit: Visit,
    Path(id): Path<ActionId>,
    Query(which): Query<Which>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let offered = met(&app, &visit, id).await?;
    let operation = chosen(&offered.action, &which.operation)?.clone();
    let outcome = match fields::read(&operation, &typed) {
        Ok(inputs) => invoke(&app, &visit, &operation, (id, inputs)).await,
        Err(fields) => Err(actions::Error::Invalid { fields }),
    };
    let errors: &[FieldError] = outcome.as_ref().err().map_or(&[], |error| error.fields());
    let inputs = fields::of(&visit.frame, &operation, Some(&typed), errors);
    let mut page = Try::read(&app, &visit, (&offered, &operation), inputs).await;
    match outcome {
        Ok(invoked) => {
            page.result = Some(Came::of(&visit.frame, &invoked));
            Ok(answer::page(&page))
        }
        Err(error) if error.code().kind() == Kind::Internal => Err(error.into()),
        Err(error) => {
            page.problem = Some(Told::of(&visit.frame, &offered.action, &error));
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

async fn invoke(
    app: &App,
    visit: &Visit,
    operation: &Operation,
    (action, inputs): (ActionId, Map<String, Value>),
) -> actions::Result<Invoked> {
    let invocation = Invocation {
        action,
        operation: Some(operation.id.clone()),
        inputs,
        connection: None,
        via: Via::Page,
        deadline: None,
    };
    Box::pin(app.published.invoke(&visit.scope, invocation)).await
}

impl Told {
    fn of(frame: &Frame, action: &Action, error: &actions::Error) -> Self {
        let code = error.code().name();
        let line = |field: &FieldError| {
            let rule = frame.t.rule(field.code, field.limit);
            if field.pointer.is_empty() { rule } else { format!("{} – {rule}", field.pointer) }
        };
        let connection = code.starts_with("connection.");
        Self {
            title: frame.t.code(code),
            detail: frame.t.code_detail(code),
            lines: error.fields().iter().map(line).collect(),
            connect: connection.then(|| format!("/apis/{}", action.connector)),
        }
    }
}

impl Came {
    fn of(frame: &Frame, invoked: &Invoked) -> Self {
        let answer = &invoked.answer;
        let named = |name: &str| {
            let mut headers = answer.headers.iter();
            headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, it)| it.clone())
        };
        let pretty = answer.json.as_ref().and_then(|json| serde_json::to_string_pretty(json).ok());
        let text = match (&answer.body, pretty) {
            (Body::Empty, _) => String::new(),
            (Body::Json(_), Some(pretty)) => pretty,
            (Body::Json(bytes) | Body::Bytes { bytes, .. }, _) => {
                match std::str::from_utf8(bytes) {
                    Ok(text) => text.to_owned(),
                    Err(_binary) => frame.t.bytes(bytes.len() as u64),
                }
            }
        };
        let shown: String = text.chars().take(MAX_SHOWN).collect();
        let micros = i64::try_from(answer.duration.as_micros()).unwrap_or(i64::MAX);
        let drift = answer.drift.iter().map(|it| (it.pointer.to_string(), it.detail.clone()));
        Self {
            status: answer.status.to_string(),
            class: if answer.is_success() { "good" } else { "bad" },
            took: took(frame, micros),
            kind: named("content-type").unwrap_or_default(),
            cut: shown.len() < text.len(),
            text: shown,
            drift: drift.take(20).collect(),
        }
    }
}

/// Most characters of an answer that a page shows; our own choice.
const MAX_SHOWN: usize = 100_000;
