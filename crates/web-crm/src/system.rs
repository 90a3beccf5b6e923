//! One CRM of the organisation, and a new one.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use crm_connections::{Application, CrmSystem, Error, NewSystem, SystemKind};
use edge::{Form, Path, Problem, Query};
use identity::environments::Environment;
use kernel::{FieldError, Secret};
use serde::Deserialize;
use url::Url;
use uuid::Uuid;
use web_frame::{
    App, Field, Frame, Visit, answer,
    parts::{Nothing, filled, mistakes},
};

use crate::{at, kind_name};

/// Where a new one begins: which kind.
#[derive(Debug, Template)]
#[template(path = "kinds.html")]
pub(crate) struct Kinds {
    frame: Frame,
    kinds: Vec<(SystemKind, String, String)>,
}

/// The form.
#[derive(Debug, Template)]
#[template(path = "system.html")]
pub(crate) struct Page {
    frame: Frame,
    id: Option<Uuid>,
    name: String,
    kind: SystemKind,
    kind_name: String,
    /// Where the CRM must send browsers back to.
    callback: String,
    fields: Vec<Field>,
}

/// What the form holds.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    kind: String,
    name: String,
    environment: String,
    address: String,
    authority: String,
    directory: String,
    application: String,
    client_id: String,
    client_secret: String,
    enabled: String,
}

impl Typed {
    pub(crate) fn of(system: &CrmSystem) -> Self {
        let text = |url: &Option<Url>| url.as_ref().map(shown).unwrap_or_default();
        Self {
            kind: system.kind.as_str().to_owned(),
            name: system.name.clone(),
            environment: system.environment.map(|id| id.to_string()).unwrap_or_default(),
            address: text(&system.address),
            authority: text(&system.authority),
            directory: system.directory.clone().unwrap_or_default(),
            application: system.application.map_or("", Application::as_str).to_owned(),
            client_id: system.client_id.clone().unwrap_or_default(),
            client_secret: String::new(),
            enabled: if system.enabled { "on".to_owned() } else { String::new() },
        }
    }

    pub(crate) fn blank(frame: &Frame, kind: SystemKind) -> Self {
        Self {
            kind: kind.as_str().to_owned(),
            name: kind_name(frame, kind),
            enabled: "on".to_owned(),
            ..Self::default()
        }
    }

    fn input(&self) -> NewSystem {
        NewSystem {
            name: self.name.clone(),
            kind: self.kind.parse().ok(),
            environment: self.environment.parse().ok(),
            address: self.address.clone(),
            authority: self.authority.clone(),
            directory: self.directory.clone(),
            application: self.application.parse().ok(),
            client_id: self.client_id.clone(),
            client_secret: filled(&self.client_secret).map(Secret::new),
            enabled: self.enabled == "on",
        }
    }
}

/// A host alone where there is nothing else.
fn shown(url: &Url) -> String {
    let text = url.as_str();
    let host = text.strip_prefix("https://").unwrap_or(text);
    host.trim_end_matches('/').to_owned()
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    kind: String,
}

pub(crate) async fn new(
    State(app): State<App>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    // Who may not set one up learns so here.
    app.crm.systems(&visit.scope).await?;
    match asked.kind.parse::<SystemKind>() {
        Ok(kind) => {
            let typed = Typed::blank(&visit.frame, kind);
            Ok(answer::page(&Page::read(&app, &visit, None, (&typed, kind, &[])).await?))
        }
        Err(()) => Ok(answer::page(&Kinds::new(visit.frame))),
    }
}

impl Kinds {
    pub(crate) fn new(frame: Frame) -> Self {
        let order = [SystemKind::Salesforce, SystemKind::Dataverse, SystemKind::Embedded];
        let kinds = order.map(|kind| {
            let what = frame.say(&format!("web-crm.new-{}-what", kind.as_str()));
            (kind, kind_name(&frame, kind), what)
        });
        let title = frame.say("web-crm.new");
        Self { kinds: kinds.into(), frame: at(frame, "systems", title).back_to("/admin/crm") }
    }
}

pub(crate) async fn create(
    State(app): State<App>,
    visit: Visit,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    match app.crm.create_system(&visit.scope, typed.input()).await {
        Ok(made) => {
            let to = format!("/admin/crm/{}", made.id);
            Ok(answer::back_with(&visit.context, &to, "web-crm.created"))
        }
        Err(error) => wrong(&app, &visit, None, (&typed, &error)).await,
    }
}

pub(crate) async fn page(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    let system = app.crm.system(&visit.scope, id).await?;
    let typed = Typed::of(&system);
    let asked = (&typed, system.kind, [].as_slice());
    Ok(answer::page(&Page::read(&app, &visit, Some(&system), asked).await?))
}

pub(crate) async fn update(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    match app.crm.update_system(&visit.scope, id, typed.input()).await {
        Ok(_) => {
            let to = format!("/admin/crm/{id}");
            Ok(answer::back_with(&visit.context, &to, "web-crm.saved"))
        }
        Err(error) => {
            let system = app.crm.system(&visit.scope, id).await?;
            wrong(&app, &visit, Some(&system), (&typed, &error)).await
        }
    }
}

pub(crate) async fn delete(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.crm.delete_system(&visit.scope, id).await?;
    Ok(answer::back_with(&visit.context, "/admin/crm", "web-crm.deleted"))
}

async fn wrong(
    app: &App,
    visit: &Visit,
    system: Option<&CrmSystem>,
    (typed, error): (&Typed, &Error),
) -> Result<Response, Problem> {
    let errors = mistakes(error, "/name").ok_or_else(|| Problem::of(error))?;
    let kind = system.map_or_else(|| typed.kind.parse().ok(), |system| Some(system.kind));
    let kind = kind.ok_or_else(|| Problem::of(error))?;
    let page = Page::read(app, visit, system, (typed, kind, &errors)).await?;
    Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

impl Page {
    async fn read(
        app: &App,
        visit: &Visit,
        system: Option<&CrmSystem>,
        asked: (&Typed, SystemKind, &[FieldError]),
    ) -> Result<Self, Problem> {
        let environments = app.identity.environments(&visit.scope).await?;
        let callback = app.crm.sign_in_address()?.to_string();
        Ok(Self::of(&visit.frame, system, asked, (&environments, callback)))
    }

    pub(crate) fn of(
        frame: &Frame,
        system: Option<&CrmSystem>,
        (typed, kind, errors): (&Typed, SystemKind, &[FieldError]),
        (environments, callback): (&[Environment], String),
    ) -> Self {
        let say = |key: &str| frame.say(&format!("web-crm.{key}"));
        let mut fields =
            vec![Field::text("name", say("name")).value(&typed.name).required().max(200)];
        let kept = system.is_some_and(|system| system.has_secret);
        let secret = |label: &str| {
            Field::input("password", "client_secret", say(label))
                .hint(say(if kept { "secret-kept" } else { "secret-hint" }))
                .autocomplete("off")
        };
        match kind {
            SystemKind::Embedded => {
                let own = environments.iter().filter(|one| one.crm_enabled);
                let mut options: Vec<_> =
                    own.map(|one| (one.id.to_string(), one.name.clone())).collect();
                options.insert(0, (String::new(), "–".to_owned()));
                fields.push(
                    Field::select("environment", say("environment"), options)
                        .value(&typed.environment)
                        .hint(say("environment-hint")),
                );
            }
            SystemKind::Salesforce => {
                let options = Application::ALL.map(|one| {
                    (one.as_str(), say(&format!("application-{}", one.as_str().replace('_', "-"))))
                });
                fields.extend([
                    Field::text("address", say("domain"))
                        .value(&typed.address)
                        .required()
                        .placeholder("contoso.my.salesforce.com")
                        .hint(say("domain-hint")),
                    Field::select("application", say("application"), options)
                        .value(&typed.application)
                        .hint(say("application-hint")),
                    Field::text("client_id", say("consumer-key"))
                        .value(&typed.client_id)
                        .required()
                        .max(512),
                    secret("consumer-secret"),
                ]);
            }
            SystemKind::Dataverse => fields.extend([
                Field::text("address", say("environment-url"))
                    .value(&typed.address)
                    .required()
                    .placeholder("contoso.crm4.dynamics.com")
                    .hint(say("environment-url-hint")),
                Field::text("directory", say("directory"))
                    .value(&typed.directory)
                    .required()
                    .hint(say("directory-hint")),
                Field::text("client_id", say("client-id"))
                    .value(&typed.client_id)
                    .required()
                    .max(512),
                secret("client-secret"),
                Field::text("authority", say("authority"))
                    .value(&typed.authority)
                    .hint(say("authority-hint")),
            ]),
        }
        fields.push(Field::check("enabled", say("enabled"), typed.enabled == "on"));
        let named: Vec<FieldError> = errors
            .iter()
            .map(|error| FieldError {
                pointer: if error.pointer == "/environment_id" {
                    "/environment".into()
                } else {
                    error.pointer.clone()
                },
                ..error.clone()
            })
            .collect();
        let title = system.map_or_else(|| frame.say("web-crm.new"), |system| system.name.clone());
        Self {
            id: system.map(|system| system.id),
            name: title.clone(),
            kind,
            kind_name: kind_name(frame, kind),
            callback,
            fields: fields.into_iter().map(|field| field.checked(&named, frame.t)).collect(),
            frame: at(frame.clone(), "systems", title).back_to("/admin/crm"),
        }
    }

    fn is_elsewhere(&self) -> bool {
        self.kind != SystemKind::Embedded
    }

    fn is_salesforce(&self) -> bool {
        self.kind == SystemKind::Salesforce
    }

    fn path(&self, rest: &str) -> String {
        match self.id {
            Some(id) => format!("/admin/crm/{id}{rest}"),
            None => "/admin/crm".to_owned(),
        }
    }
}
