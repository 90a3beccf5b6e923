//! Trying an operation of an action: a form from what it takes, and what came back.

mod form;

use actions::{Action, Invocation, Invoked, Offered, Operation};
use askama::Template;
use axum::{
    extract::{Multipart, State as Rooms, multipart::MultipartRejection},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use connector_forms::{Act, Mistake, Typed};
use connectors::{Body, Via};
use edge::{Path, Problem, Query};
use kernel::{ActionId, Coded as _, FieldError, Kind, Permission};
use serde::Deserialize;
use serde_json::{Map, Value};
use web_forms::Posted;
use web_frame::{App, Frame, Html, Visit, answer};

use self::form::Ground;
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
    /// The form; nothing where it cannot be tried.
    generated: Option<Html>,
    /// What stands at no field.
    lost: Vec<(String, String)>,
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
    let mut page = Try::read(&app, &visit, (&offered, &operation)).await;
    if page.closed.is_none() {
        let ground = Ground::of(&app, &visit, (&offered.action, &operation)).await?;
        let typed = ground.suggested();
        let found = ground.found(&app, &visit, &typed).await?;
        page.draw(&ground, (&typed, &found), (&[], None));
    }
    Ok(answer::page(&page))
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
    async fn read(app: &App, visit: &Visit, (offered, operation): (&Offered, &Operation)) -> Self {
        let names = Names::of(app, visit, &[&offered.action]).await;
        let waits = Waits::of(app, visit).await;
        let head = Head::of(&visit.frame, &offered.action, &names, "try");
        Self::new((visit.frame.clone(), waits), head, (offered, operation))
    }

    fn new(
        (frame, waits): (Frame, Waits),
        head: Head,
        (offered, operation): (&Offered, &Operation),
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
            generated: None,
            lost: Vec::new(),
            closed,
            problem: None,
            result: None,
            frame: at(frame, waits, "", head.name.clone()).back_to(head.path("")),
            head,
        }
    }

    fn address(&self) -> String {
        format!("{}?operation={}", self.head.path("/try"), self.tool)
    }

    fn draw(
        &mut self,
        ground: &Ground,
        (typed, found): (&Typed, &connector_forms::Found),
        (mistakes, unreadable): (&[Mistake], Option<(usize, usize)>),
    ) {
        let (html, left) = ground.drawn(&self.frame, (typed, found), (mistakes, unreadable));
        let told = |it: Mistake| (it.pointer, self.frame.t.rule(&it.code, None));
        self.lost = left.into_iter().map(told).collect();
        self.generated = Some(html);
    }
}

pub(crate) async fn call(
    Rooms(app): Rooms<App>,
    visit: Visit,
    Path(id): Path<ActionId>,
    Query(which): Query<Which>,
    (headers, form): (HeaderMap, Result<Multipart, MultipartRejection>),
) -> Result<Response, Problem> {
    // Whether there is anything to try comes before what was sent.
    let offered = met(&app, &visit, id).await?;
    let operation = chosen(&offered.action, &which.operation)?.clone();
    let mut posted = Posted::read(&visit, &headers, (form.map_err(|it| unfit(&it))?, &[])).await?;
    let mut page = Try::read(&app, &visit, (&offered, &operation)).await;
    if page.closed.is_some() {
        return Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    let ground = Ground::of(&app, &visit, (&offered.action, &operation)).await?;
    let mut found = ground.found(&app, &visit, &posted.typed).await?;
    let zone = visit.frame.zone.clone();
    if let Some(act) = Act::read(&posted.act) {
        let is_asking = act.is_asking();
        let held = |typed: &Typed| Some(ground.held(typed, &found, &zone).ok()?.0);
        let unreadable = posted.typed.follow(act, &found, held).err();
        if is_asking {
            found = ground.found(&app, &visit, &posted.typed).await?;
        }
        page.draw(&ground, (&posted.typed, &found), (&[], unreadable));
        return Ok(answer::page_with(status(unreadable.is_some()), &page));
    }
    let (mut mistakes, mut unreadable) = (Vec::new(), None);
    match ground.held(&posted.typed, &found, &zone) {
        Err(place) => unreadable = Some(place),
        Ok((_, wrong)) if !wrong.is_empty() => mistakes = wrong,
        Ok((inputs, _)) => match invoke(&app, &visit, &operation, (id, inputs)).await {
            Ok(invoked) => page.result = Some(Came::of(&visit.frame, &invoked)),
            Err(error) if error.code().kind() == Kind::Internal => return Err(error.into()),
            Err(error) => {
                if error.code().kind() == Kind::Invalid {
                    let mistake = |field: &FieldError| Mistake {
                        pointer: field.pointer.to_string(),
                        code: field.code.to_owned(),
                    };
                    mistakes = error.fields().iter().map(mistake).collect();
                }
                page.problem = Some(Told::of(&visit.frame, &offered.action, &error));
            }
        },
    }
    page.draw(&ground, (&posted.typed, &found), (&mistakes, unreadable));
    Ok(answer::page_with(status(page.result.is_none()), &page))
}

fn unfit(rejection: &MultipartRejection) -> Problem {
    Problem::new("request.media_type", Kind::Invalid, rejection.body_text())
        .with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE)
}

const fn status(is_refused: bool) -> StatusCode {
    if is_refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
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
