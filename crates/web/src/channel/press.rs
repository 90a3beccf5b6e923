//! Pressing a button of a card from the page.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use card_actions::{Ask, Error, Outcome, Press, Refreshed, Run};
use edge::{Form, Json, Path, Problem};
use kernel::{ChannelId, Coded as _, FieldError, Kind, MessageId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use web_frame::{App, Frame, Html, Visit, answer};

use super::{At, card::Buttons, eye, message::fragment, render};

/// What the script is told.
#[derive(Debug, Serialize)]
struct Told {
    ok: bool,
    /// What came of it, in the reader's language.
    text: String,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// What the other system says.
    #[serde(skip_serializing_if = "Option::is_none")]
    said: Option<String>,
    /// Answers that are wrong.
    fields: Vec<Wrong>,
    /// The message anew, where the card that the page shows is not the reader's any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    html: Option<String>,
}

#[derive(Debug, Serialize)]
struct Wrong {
    id: String,
    text: String,
}

/// The side sheet that says what came of it, for pages without script.
#[derive(Debug, Template)]
#[template(path = "channel/acted.html")]
struct Acted<'a> {
    frame: &'a Frame,
    close: String,
    told: Told,
}

pub(crate) async fn press(
    State(app): State<App>,
    visit: Visit,
    Path((channel, message)): Path<(ChannelId, MessageId)>,
    headers: HeaderMap,
    Form(form): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let pressed = app.actions.press(&visit.scope, channel, message, read(form)).await;
    let script = headers.get(header::ACCEPT).is_some_and(|kind| kind == "application/json");
    let told = match pressed {
        Ok(run) => Told::of_run(&visit.frame, &run),
        Err(error) if matches!(error.code().kind(), Kind::Internal | Kind::Unavailable) => {
            return Err(error.into());
        }
        // what the reader may not know is not there, with script or without
        Err(error @ Error::Workspace(_)) if !script => return Err(error.into()),
        Err(error) => Told::of_error(&visit.frame, &error),
    };
    if script {
        return Ok(Json(told).into_response());
    }
    shown(&app, visit, (channel, message), (told, "actions.done")).await
}

/// The page after a press without script.
async fn shown(
    app: &App,
    visit: Visit,
    (channel, message): (ChannelId, MessageId),
    (told, done): (Told, &'static str),
) -> Result<Response, Problem> {
    if told.ok {
        let back = format!("/channels/{channel}?around={message}#m-{message}");
        return Ok(answer::back_with(&visit.context, &back, done));
    }
    let close = format!("/channels/{channel}");
    let sheet = Html::of(&Acted { frame: &visit.frame, close, told });
    let at = At { around: Some(message), ..At::default() };
    let mut page = render(app, visit, channel, at, Some(sheet)).await?;
    *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(page)
}

/// What a refresh is asked with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    version: Option<i64>,
    /// Nobody asked, the card is just shown.
    shown: bool,
    /// The card of the reader's own that the page shows.
    own: String,
}

/// Refreshes a card for the reader.
pub(crate) async fn refresh(
    State(app): State<App>,
    visit: Visit,
    Path((channel, message)): Path<(ChannelId, MessageId)>,
    headers: HeaderMap,
    Form(form): Form<Asked>,
) -> Result<Response, Problem> {
    let ask = Ask { version: form.version, is_shown: form.shown };
    let refreshed = app.actions.refresh(&visit.scope, channel, message, ask).await;
    let script = headers.get(header::ACCEPT).is_some_and(|kind| kind == "application/json");
    let (mut told, view) = match refreshed {
        Ok(Refreshed { run: Some(run), view }) => (Told::of_run(&visit.frame, &run), view),
        Ok(Refreshed { run: None, view }) => (Told::good(String::new()), view),
        Err(error) if matches!(error.code().kind(), Kind::Internal | Kind::Unavailable) => {
            return Err(error.into());
        }
        Err(error @ Error::Workspace(_)) if !script => return Err(error.into()),
        Err(error) => (Told::of_error(&visit.frame, &error), None),
    };
    if !script {
        return shown(&app, visit, (channel, message), (told, "actions.refreshed")).await;
    }
    if view.is_some_and(|view| view.id.to_string() != form.own) {
        let access = app.workspace.channel(&visit.scope, channel).await?;
        let item = app.workspace.message(&visit.scope, message).await?;
        let base_url = visit.context.base_url();
        let buttons = Buttons::of_items(&app, &visit, channel, [&item].into_iter()).await?;
        let bubble = eye(&app, &visit, &access, &base_url, &buttons).bubble(&item);
        told.html = Some(fragment(&visit.frame, bubble).into_string());
    }
    Ok(Json(told).into_response())
}

/// The fields of a form: the script sends answers as one JSON object, forms one by one.
fn read(form: Vec<(String, String)>) -> Press {
    let mut press = Press::default();
    for (name, value) in form {
        match name.as_str() {
            "action" => press.action = value,
            "version" => press.version = value.parse().ok(),
            "view" => press.view = value.parse().ok(),
            "zone" => press.time_zone = Some(value).filter(|zone| !zone.is_empty()),
            "inputs" => {
                if let Ok(Value::Object(inputs)) = serde_json::from_str(&value) {
                    press.inputs = inputs;
                }
            }
            other => {
                if let Some(id) = other.strip_prefix("in.") {
                    add(&mut press.inputs, id, value);
                }
            }
        }
    }
    press
}

/// One more answer under an id: several are a multiple choice.
fn add(inputs: &mut Map<String, Value>, id: &str, value: String) {
    match inputs.get_mut(id) {
        None => {
            inputs.insert(id.to_owned(), value.into());
        }
        Some(Value::Array(all)) => all.push(value.into()),
        Some(one) => *one = Value::Array(vec![one.take(), value.into()]),
    }
}

impl Told {
    const fn good(text: String) -> Self {
        Self { ok: true, text, detail: None, said: None, fields: Vec::new(), html: None }
    }

    fn of_run(frame: &Frame, run: &Run) -> Self {
        let said = run.said.clone();
        let Outcome::Failed(failure) = run.outcome else {
            let text = said.unwrap_or_else(|| frame.say("actions.done"));
            return Self::good(text);
        };
        let code = failure.code();
        let why = frame.t.code(code.name());
        let text = match run.http_status {
            Some(status) if status >= 300 => {
                let args = [("why", why.as_str().into()), ("status", status.to_string().into())];
                frame.say_with("actions.failed-status", &args)
            }
            _ => why,
        };
        let detail = Some(frame.t.code_detail(code.name()));
        Self { ok: false, text, detail, said, fields: Vec::new(), html: None }
    }

    fn of_error(frame: &Frame, error: &Error) -> Self {
        let code = error.code();
        let wrong = |field: &FieldError| {
            // the sender's own words about the answer, where there are any
            let own = field.detail != field.code;
            let text = if own { field.detail.clone() } else { frame.t.code(field.code) };
            let id = field.pointer.strip_prefix("/inputs/").unwrap_or(&field.pointer);
            Wrong { id: id.replace("~1", "/").replace("~0", "~"), text }
        };
        let detail = Some(frame.t.code_detail(code.name())).filter(|detail| !detail.is_empty());
        let fields = error.fields().iter().map(wrong).collect();
        let text = frame.t.code(code.name());
        Self { ok: false, text, detail, said: None, fields, html: None }
    }
}
