//! One action: what it does, for whom, and the next step for the reader.

use actions::{Action, Offered, Operation, RequestState, State};
use askama::Template;
use axum::{extract::State as Rooms, http::StatusCode, response::Response};
use edge::{Form, Path, Problem};
use kernel::{ActionId, Coded as _, FieldError, Kind, Permission};
use serde::Deserialize;
use web_frame::{App, Field, Frame, Visit, answer, parts::reason};

use crate::{
    Waits, at,
    shapes::{self, Badge, Circles, Input, Names, does, inputs, state, to_me, verb},
};

/// The head that the pages of one action share.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub(crate) id: ActionId,
    pub(crate) name: String,
    pub(crate) connector: String,
    pub(crate) connector_href: String,
    pub(crate) badges: Vec<Badge>,
    pub(crate) tabs: Vec<(String, String, bool)>,
}

impl Head {
    /// The head of the page `here`: nothing, `try` or `usage`.
    pub(crate) fn of(frame: &Frame, action: &Action, names: &Names, here: &str) -> Self {
        let looks = frame.may(Permission::ActionManage) || frame.may(Permission::ConnectorManage);
        let tabs = [(true, ""), (true, "try"), (looks, "usage")];
        let tab = |(_, word): (bool, &str)| {
            let slash = if word.is_empty() { "" } else { "/" };
            let name = if word.is_empty() { "overview" } else { word };
            (
                format!("/actions/{}{slash}{word}", action.id),
                frame.say(&format!("web-actions.tab-{name}")),
                word == here,
            )
        };
        Self {
            id: action.id,
            name: action.name.clone(),
            connector: names.connector(action.connector),
            connector_href: format!("/apis/{}", action.connector),
            badges: vec![state(frame, action.state)],
            tabs: tabs.into_iter().filter(|(open, _)| *open).map(tab).collect(),
        }
    }

    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/actions/{}{rest}", self.id)
    }
}

/// An operation of the action.
#[derive(Debug, Clone)]
struct Part {
    tool: String,
    title: String,
    what: String,
    instructions: String,
    verb: Badge,
    active: bool,
    audience: Option<String>,
    inputs: Vec<Input>,
    /// What is always sent, or sent when a caller gives nothing; for makers.
    set: Vec<(String, String, String)>,
    edit: Option<String>,
    try_href: Option<String>,
}

impl Part {
    fn of(
        frame: &Frame,
        (action, tries): (&Action, bool),
        operation: &Operation,
        circles: &Circles,
    ) -> Self {
        let made = operation.prepared.as_ref();
        let edits = frame.may(Permission::ConnectorManage)
            && matches!(action.state, State::Draft | State::Disabled);
        let set = operation.overrides.iter().filter_map(|(name, set)| {
            let (word, value) = match (&set.fixed, &set.default) {
                (Some(value), _) => ("fixed", value),
                (None, Some(value)) => ("default", value),
                (None, None) => return None,
            };
            let word = frame.say(&format!("web-actions.set-{word}"));
            Some((name.clone(), word, shapes::written(value)))
        });
        Self {
            tool: operation.tool.clone(),
            title: title(operation),
            what: operation.description.clone().unwrap_or_default(),
            instructions: made.map(|made| made.description.clone()).unwrap_or_default(),
            verb: verb(operation).badge(frame),
            active: operation.active,
            audience: operation.audience.as_ref().map(|it| circles.words(frame, it)),
            inputs: inputs(frame, operation),
            set: set.collect(),
            edit: edits.then(|| format!("/actions/{}/operations/{}", action.id, operation.tool)),
            try_href: tries
                .then(|| format!("/actions/{}/try?operation={}", action.id, operation.tool)),
        }
    }
}

/// The action as the visitor meets it; for makers with the inputs that a draft would take.
pub(crate) async fn met(app: &App, visit: &Visit, id: ActionId) -> Result<Offered, Problem> {
    let mut offered = app.published.offered(&visit.scope, id).await?;
    let unmade = offered.action.operations.iter().any(|operation| operation.prepared.is_none());
    if unmade && visit.frame.may(Permission::ConnectorManage) {
        offered.action.operations = app.published.sketched(&visit.scope, &offered.action).await?;
    }
    Ok(offered)
}

/// The name of an operation for people.
pub(crate) fn title(operation: &Operation) -> String {
    let made = operation.prepared.as_ref().map(|made| made.title.clone());
    operation.title.clone().or(made).unwrap_or_else(|| operation.id.clone())
}

/// What the reader can do next with the action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a button of its own")]
struct Steps {
    tries: bool,
    asks: bool,
    edits: bool,
    publishes: bool,
    withdraws: bool,
    decides: bool,
    disables: bool,
    deletes: bool,
}

impl Steps {
    fn of(frame: &Frame, action: &Action, (usable, asked): (bool, Option<RequestState>)) -> Self {
        let makes = frame.may(Permission::ConnectorManage);
        let decides = frame.may(Permission::ActionManage);
        let at_hand = matches!(action.state, State::Draft | State::Disabled);
        Self {
            tries: usable,
            asks: !usable && action.state != State::Draft && asked != Some(RequestState::Open),
            edits: makes && at_hand,
            publishes: makes && at_hand,
            withdraws: makes && action.state != State::Draft,
            decides: decides && action.state != State::Draft,
            disables: decides && action.state == State::Enabled,
            deletes: makes,
        }
    }
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "show.html")]
pub(crate) struct Show {
    frame: Frame,
    head: Head,
    what: String,
    instructions: String,
    decision: String,
    does: Vec<Badge>,
    parts: Vec<Part>,
    steps: Steps,
    mine: Option<Badge>,
    answer: String,
    facts: Vec<(String, String)>,
    /// The connector has a newer version than the action.
    newer: Option<(i64, i64)>,
    barred: Vec<(String, String)>,
    problem: Option<(String, Vec<String>)>,
    note: Field,
}

pub(crate) async fn page(
    Rooms(app): Rooms<App>,
    visit: Visit,
    Path(id): Path<ActionId>,
) -> Result<Response, Problem> {
    Ok(answer::page(&Show::read(&app, &visit, id).await?))
}

impl Show {
    /// Reads the page as the visitor meets it.
    pub(crate) async fn read(app: &App, visit: &Visit, id: ActionId) -> Result<Self, Problem> {
        let (scope, frame) = (&visit.scope, &visit.frame);
        let offered = met(app, visit, id).await?;
        if offered.usable {
            app.published.note_load(scope, actions::Surface::Pages, [id]);
        }
        let action = &offered.action;
        let own = app.published.own_requests(scope).await?;
        let own = own.into_iter().find(|request| request.action == id);
        let looks = frame.may(Permission::ActionManage) || frame.may(Permission::ConnectorManage);
        let circles = if looks { Circles::of(app, visit).await } else { Circles::default() };
        let people = [action.created_by, action.acknowledged.and_then(|(by, _)| by)];
        let names = Names::of(app, visit, &[action]).await;
        let names = names.and_people(app, visit, people.into_iter().flatten()).await;
        let newer = if frame.may(Permission::ConnectorManage) {
            let now = app.api_connectors.connector(scope, action.connector).await.ok();
            let now = now.map(|connector| connector.version.number);
            action.version.zip(now).filter(|(from, to)| from != to)
        } else {
            None
        };
        let barred = if looks && action.state != State::Draft {
            app.published.violations(scope, action).await.unwrap_or_default()
        } else {
            Vec::new()
        };
        let asked = own.as_ref().map(|request| request.state);
        let tries = offered.usable || frame.may(Permission::ConnectorManage);
        let parts = action.operations.iter().filter(|operation| looks || operation.active);
        let page = Self {
            head: Head::of(frame, action, &names, ""),
            what: action.description.clone(),
            instructions: action.instructions.clone(),
            decision: action.decision.clone(),
            does: does(frame, action),
            parts: parts.map(|it| Part::of(frame, (action, tries), it, &circles)).collect(),
            steps: Steps::of(frame, action, (offered.usable, asked)),
            mine: to_me(frame, &offered, asked),
            answer: own.map(|request| request.answer).unwrap_or_default(),
            facts: facts(frame, action, (&names, &circles), looks),
            newer,
            barred: told(frame, action, &barred),
            problem: None,
            note: Field::area("note", frame.say("web-actions.request-why"))
                .hint(frame.say("web-actions.request-why-hint"))
                .max(4000),
            frame: frame.clone(),
        };
        let (title, waits) = (action.name.clone(), Waits::of(app, visit).await);
        Ok(Self { frame: at(page.frame, waits, "", title), ..page })
    }

    /// The same with what kept a step from being taken.
    pub(crate) fn with_problem(self, title: String, lines: Vec<String>) -> Self {
        Self { problem: Some((title, lines)), ..self }
    }
}

/// The facts of the side.
fn facts(
    frame: &Frame,
    action: &Action,
    (names, circles): (&Names, &Circles),
    looks: bool,
) -> Vec<(String, String)> {
    let mut facts = vec![("environment", names.environment(action.environment))];
    if looks {
        facts.push(("audience", circles.words(frame, &action.audience)));
        facts.extend(circles.licence(action.licence).map(|name| ("licence", name)));
        facts.extend(action.version.map(|number| ("version", number.to_string())));
        facts.push(("maker", names.person(action.created_by)));
        facts.extend(action.published_at.map(|at| ("published", frame.exact(&at))));
        if let Some((by, at)) = action.acknowledged {
            facts.push(("acknowledged", format!("{}, {}", names.person(by), frame.exact(&at))));
        }
    }
    let say = |(key, value)| (frame.say(&format!("web-actions.fact-{key}")), value);
    facts.into_iter().map(say).collect()
}

/// What data policies bar, in words: the operation, and why.
pub(crate) fn told(frame: &Frame, action: &Action, fields: &[FieldError]) -> Vec<(String, String)> {
    let line = |field: &FieldError| {
        let index = field.pointer.trim_start_matches("/operations/").split('/').next();
        let index = index.and_then(|index| index.parse::<usize>().ok());
        let operation = index.and_then(|index| action.operations.get(index));
        let name = operation.map(title).unwrap_or_default();
        (name, format!("{} ({})", frame.t.code(field.code), field.detail))
    };
    fields.iter().map(line).collect()
}

/// A step that was refused: the page of the action with what stands in the way, where the reader can mend it.
pub(crate) async fn refused(
    app: &App,
    visit: &Visit,
    id: ActionId,
    error: actions::Error,
) -> Result<Response, Problem> {
    let code = error.code();
    if !matches!(code.kind(), Kind::Invalid | Kind::Conflict)
        && code.name() != "data_policy.violation"
    {
        return Err(error.into());
    }
    let page = Show::read(app, visit, id).await?;
    let action = app.published.action(&visit.scope, id).await?;
    let lines = told(&visit.frame, &action, error.fields());
    let lines = lines
        .into_iter()
        .map(|(name, why)| if name.is_empty() { why } else { format!("{name} – {why}") });
    let lines: Vec<String> = lines.collect();
    let detail = visit.frame.t.code_detail(code.name());
    let lines = if lines.is_empty() { vec![detail] } else { lines };
    let page = page.with_problem(visit.frame.t.code(code.name()), lines);
    Ok(answer::page_with(StatusCode::CONFLICT, &page))
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asking {
    #[serde(default)]
    note: String,
}

pub(crate) async fn request(
    Rooms(app): Rooms<App>,
    visit: Visit,
    Path(id): Path<ActionId>,
    Form(asking): Form<Asking>,
) -> Result<Response, Problem> {
    match app.published.request(&visit.scope, id, &asking.note).await {
        Ok(_) => Ok(answer::back_with(
            &visit.context,
            &format!("/actions/{id}"),
            "web-actions.requested",
        )),
        Err(error) if matches!(error.code().kind(), Kind::Invalid | Kind::Conflict) => {
            let mut page = Show::read(&app, &visit, id).await?;
            page.note = page.note.value(&asking.note).checked(error.fields(), visit.frame.t);
            if error.fields().is_empty() {
                let why = reason(&visit.frame, error.code().name());
                page = page.with_problem(why, Vec::new());
            }
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}
