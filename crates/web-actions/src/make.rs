//! A new action: a connector, then its operations.

use actions::{NewAction, Selected};
use askama::Template;
use axum::{
    extract::State as Rooms,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use edge::{Form, Problem, Query};
use kernel::{ApiConnectorId, FieldError, Permission};
use openapi::Package;
use serde::Deserialize;
use web_frame::{App, Field, Frame, Visit, answer, parts::mistakes};

use crate::{
    Waits, at,
    shapes::{Badge, Verb},
};

/// The connectors to choose from.
#[derive(Debug, Template)]
#[template(path = "choose.html")]
pub(crate) struct Choose {
    frame: Frame,
    environments: Vec<Shelf>,
}

/// An environment, and its connectors: address, name, what they are for.
type Shelf = (String, Vec<(String, String, String)>);

/// The form.
#[derive(Debug, Template)]
#[template(path = "make.html")]
pub(crate) struct Make {
    pub(crate) frame: Frame,
    pub(crate) intro: String,
    pub(crate) action: String,
    pub(crate) cancel: String,
    pub(crate) button: String,
    pub(crate) problem: Option<(String, Vec<String>)>,
    pub(crate) fields: Vec<Field>,
    pub(crate) connector: String,
    pub(crate) choices: Vec<Choice>,
    pub(crate) choices_error: Option<String>,
}

/// An operation to select.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) what: String,
    pub(crate) verb: Badge,
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) on: bool,
    /// It cannot run here, or it is a trigger.
    pub(crate) barred: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Start {
    #[serde(default)]
    connector: Option<ApiConnectorId>,
}

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    pub(crate) connector: Option<ApiConnectorId>,
    #[serde(default)]
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) description: String,
    #[serde(default)]
    pub(crate) instructions: String,
    #[serde(default, rename = "operation")]
    pub(crate) operations: Vec<String>,
}

pub(crate) async fn page(
    Rooms(app): Rooms<App>,
    visit: Visit,
    Query(start): Query<Start>,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::ConnectorManage).map_err(Problem::denied)?;
    match start.connector {
        Some(connector) => {
            let typed = Typed { connector: Some(connector), ..Typed::default() };
            Ok(answer::page(&form(&app, &visit, connector, (&typed, &[])).await?))
        }
        None => Ok(answer::page(&Choose::read(&app, &visit).await?)),
    }
}

impl Choose {
    async fn read(app: &App, visit: &Visit) -> Result<Self, Problem> {
        let mut environments = Vec::new();
        for environment in app.identity.environments(&visit.scope).await? {
            let all = app.api_connectors.list(&visit.scope, environment.id).await?;
            let all: Vec<_> = all
                .into_iter()
                .map(|it| (format!("/actions/new?connector={}", it.id), it.name, it.description))
                .collect();
            if !all.is_empty() {
                environments.push((environment.name, all));
            }
        }
        let waits = Waits::of(app, visit).await;
        Ok(Self::new((visit.frame.clone(), waits), environments))
    }

    fn new((frame, waits): (Frame, Waits), environments: Vec<Shelf>) -> Self {
        let title = frame.say("web-actions.new");
        Self { environments, frame: at(frame, waits, "", title) }
    }
}

async fn form(
    app: &App,
    visit: &Visit,
    connector: ApiConnectorId,
    (typed, errors): (&Typed, &[FieldError]),
) -> Result<Make, Problem> {
    let known = app.api_connectors.connector(&visit.scope, connector).await?;
    let compiled = app.api_connectors.compiled(&visit.scope, connector).await?;
    let frame = visit.frame.clone();
    let name = if typed.name.is_empty() && errors.is_empty() { &known.name } else { &typed.name };
    let typed = Typed { name: name.clone(), ..typed.clone() };
    let waits = Waits::of(app, visit).await;
    let title = frame.say("web-actions.new");
    Ok(Make {
        intro: frame.say("web-actions.make-intro"),
        action: "/actions/new".to_owned(),
        cancel: "/actions".to_owned(),
        button: frame.say("create"),
        problem: None,
        fields: fields(&frame, &typed, errors),
        connector: connector.to_string(),
        choices: choices(&frame, compiled.package(), &typed.operations),
        choices_error: of_operations(&frame, errors),
        frame: at(frame, waits, "", title),
    })
}

/// Name and descriptions.
pub(crate) fn fields(frame: &Frame, typed: &Typed, errors: &[FieldError]) -> Vec<Field> {
    let say = |key: &str| frame.say(&format!("web-actions.{key}"));
    let fields = [
        Field::text("name", say("name")).value(&typed.name).hint(say("name-hint")).required(),
        Field::area("description", say("description"))
            .value(&typed.description)
            .hint(say("description-hint")),
        Field::area("instructions", say("instructions"))
            .value(&typed.instructions)
            .hint(say("instructions-hint")),
    ];
    fields.into_iter().map(|field| field.checked(errors, frame.t)).collect()
}

/// What is wrong with the operations, in one sentence.
pub(crate) fn of_operations(frame: &Frame, errors: &[FieldError]) -> Option<String> {
    let mine = errors.iter().find(|error| error.pointer.starts_with("/operations"));
    mine.map(|error| frame.t.rule(error.code, error.limit))
}

/// The operations of a connector as boxes.
pub(crate) fn choices(frame: &Frame, package: &Package<'_>, on: &[String]) -> Vec<Choice> {
    let choice = |operation: &openapi::Operation<'_>| {
        let verb = match operation.method {
            openapi::Method::Get | openapi::Method::Head | openapi::Method::Options => Verb::Reads,
            openapi::Method::Post if operation.extensions().is_safe() => Verb::Reads,
            openapi::Method::Post => Verb::Writes,
            _ => Verb::Removes,
        };
        let obstacle = if operation.trigger_kind().is_some() {
            Some("web-actions.is-trigger")
        } else if package.obstacles(&operation.id).is_empty() {
            None
        } else {
            Some("web-actions.cannot-run")
        };
        Choice {
            id: operation.id.clone().into_owned(),
            title: operation.summary().unwrap_or(&operation.id).to_owned(),
            what: operation.description().unwrap_or_default().to_owned(),
            verb: verb.badge(frame),
            method: operation.method.word(),
            path: operation.path.to_owned(),
            on: on.iter().any(|id| *id == operation.id),
            barred: obstacle.map(|key| frame.say(key)),
        }
    };
    let all = package.operations();
    let shown = all.iter().filter(|operation| !operation.extensions().is_internal());
    shown.map(choice).collect()
}

pub(crate) async fn create(
    Rooms(app): Rooms<App>,
    visit: Visit,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::ConnectorManage).map_err(Problem::denied)?;
    let Some(connector) = typed.connector else {
        return Ok(Redirect::to("/actions/new").into_response());
    };
    let select = |id: &String| Selected { id: id.clone(), ..Selected::default() };
    let new = NewAction {
        connector,
        name: typed.name.clone(),
        description: typed.description.clone(),
        instructions: typed.instructions.clone(),
        operations: typed.operations.iter().map(select).collect(),
    };
    match app.published.create(&visit.scope, new).await {
        Ok(made) => Ok(crate::life::done(&visit, made.id, "created")),
        Err(error) => match mistakes(&error, "/name") {
            Some(errors) => {
                let page = form(&app, &visit, connector, (&typed, &errors)).await?;
                Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
            }
            None => Err(error.into()),
        },
    }
}
