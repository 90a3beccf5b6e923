//! Environments: made, renamed, given the sales tables, deleted with everything that stands in them.

use askama::Template;
use axum::{Router, extract::State, http::StatusCode, response::Response};
use connectors::Holdings;
use edge::{Form, Path, Problem, get, get_and_post, post};
use identity::environments::{Environment, EnvironmentKind, EnvironmentPatch, NewEnvironment};
use kernel::{EnvironmentId, FieldError, Permission};
use serde::Deserialize;
use web_frame::{
    App, Field, Frame, Visit, answer,
    parts::{FormPage, Nothing, mistakes},
};

use super::{Admin, at};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/admin/environments", get_and_post(list, create))
        .route("/admin/environments/new", get(new))
        .route("/admin/environments/{environment}", get_and_post(page, rename))
        .route("/admin/environments/{environment}/sales-tables", post(install))
        .route("/admin/environments/{environment}/delete", post(delete))
}

/// The list.
#[derive(Debug, Template)]
#[template(path = "environments.html")]
pub(crate) struct List {
    frame: Frame,
    rows: Vec<Row>,
}

/// One line of the list.
#[derive(Debug)]
struct Row {
    environment: Environment,
    connectors: usize,
    connections: i64,
    policies: usize,
}

async fn list(State(app): State<App>, admin: Admin) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::EnvironmentManage)?;
    let mut rows = Vec::new();
    for environment in app.identity.environments(&visit.scope).await? {
        let holdings = app.api_connectors.holdings(&visit.scope, environment.id).await?;
        rows.push(Row {
            environment,
            connectors: holdings.connectors.len(),
            connections: holdings.connections,
            policies: holdings.policies.len(),
        });
    }
    Ok(answer::page(&List::new(visit.frame, rows)))
}

impl List {
    fn new(frame: Frame, rows: Vec<Row>) -> Self {
        let title = frame.say("admin-environments");
        Self { frame: at(frame, "environments", title), rows }
    }
}

/// The name of a kind.
fn kind_name(frame: &Frame, kind: EnvironmentKind) -> String {
    frame.say(&format!("governance.kind-{}", kind.as_str()))
}

/// The colour of a kind's badge.
const fn kind_badge(kind: EnvironmentKind) -> &'static str {
    match kind {
        EnvironmentKind::Production => "brand",
        EnvironmentKind::Trial => "warning",
        EnvironmentKind::Default | EnvironmentKind::Sandbox => "",
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Typed {
    name: String,
    kind: String,
    crm_enabled: String,
}

async fn new(admin: Admin) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::EnvironmentManage)?;
    let typed = Typed { kind: EnvironmentKind::Sandbox.as_str().to_owned(), ..Typed::default() };
    Ok(answer::page(&form(visit.frame, &typed, &[])))
}

async fn create(
    State(app): State<App>,
    admin: Admin,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::EnvironmentManage)?;
    // an unknown kind becomes the one that the service refuses
    let kind = typed.kind.parse().unwrap_or(EnvironmentKind::Default);
    let crm_enabled = typed.crm_enabled == "on";
    let new = NewEnvironment { name: typed.name.clone(), kind, crm_enabled };
    match app.identity.create_environment(&visit.scope, new).await {
        Ok(made) => Ok(done(&visit, made.id, "governance.environment-created")),
        Err(error) => {
            let errors = mistakes(&error, "/name").ok_or_else(|| Problem::of(&error))?;
            let page = form(visit.frame, &typed, &errors);
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

fn form(frame: Frame, typed: &Typed, errors: &[FieldError]) -> FormPage {
    let kinds = [EnvironmentKind::Production, EnvironmentKind::Sandbox, EnvironmentKind::Trial];
    let kinds = kinds.map(|kind| {
        let what = frame.say(&format!("governance.kind-{}-what", kind.as_str()));
        (kind.as_str().to_owned(), format!("{} – {what}", kind_name(&frame, kind)))
    });
    let fields = [
        name_field(&frame, &typed.name),
        Field::select("kind", frame.say("governance.kind"), kinds)
            .value(&typed.kind)
            .hint(frame.say("governance.kind-hint")),
        Field::check(
            "crm_enabled",
            frame.say("governance.sales-tables-install"),
            typed.crm_enabled == "on",
        )
        .hint(frame.say("governance.sales-tables-hint")),
    ];
    let title = frame.say("governance.environment-new");
    FormPage {
        intro: frame.say("governance.environment-intro"),
        problem: None,
        fields: fields.into_iter().map(|field| field.checked(errors, frame.t)).collect(),
        ticks: Vec::new(),
        action: "/admin/environments".to_owned(),
        cancel: "/admin/environments".to_owned(),
        button: frame.say("create"),
        frame: at(frame, "environments", title).back_to("/admin/environments"),
    }
}

fn name_field(frame: &Frame, value: &str) -> Field {
    Field::text("name", frame.say("governance.environment-name")).value(value).required().max(200)
}

/// One environment.
#[derive(Debug, Template)]
#[template(path = "environment.html")]
pub(crate) struct Page {
    frame: Frame,
    environment: Environment,
    holdings: Holdings,
    name: Field,
}

async fn page(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<EnvironmentId>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::EnvironmentManage)?;
    Ok(answer::page(&Page::read(&app, &visit, id).await?))
}

impl Page {
    async fn read(app: &App, visit: &Visit, id: EnvironmentId) -> Result<Self, Problem> {
        let environment = app.identity.environment(&visit.scope, id).await?;
        let holdings = app.api_connectors.holdings(&visit.scope, id).await?;
        Ok(Self::of(visit.frame.clone(), environment, holdings))
    }

    fn of(frame: Frame, environment: Environment, holdings: Holdings) -> Self {
        let name = name_field(&frame, &environment.name);
        let frame = at(frame, "environments", environment.name.clone());
        Self { frame: frame.back_to("/admin/environments"), environment, holdings, name }
    }

    fn path(&self, rest: &str) -> String {
        format!("/admin/environments/{}{rest}", self.environment.id)
    }

    fn what(&self) -> String {
        self.frame.say(&format!("governance.kind-{}-what", self.environment.kind.as_str()))
    }

    fn is_default(&self) -> bool {
        self.environment.kind == EnvironmentKind::Default
    }

    /// What goes when it is deleted, in counted words.
    fn goes(&self) -> Vec<String> {
        let count = |key: &str, count: usize| {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            (count > 0).then(|| self.frame.say1(&format!("governance.goes-{key}"), "count", count))
        };
        let number = |count: i64| usize::try_from(count).unwrap_or(0);
        let holdings = &self.holdings;
        [
            count("connectors", holdings.connectors.len()),
            count("connections", number(holdings.connections)),
            count("triggers", number(holdings.triggers)),
            count("actions", holdings.dependents.len()),
            count("policies", holdings.policies.iter().filter(|(_, _, named)| *named).count()),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

async fn rename(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<EnvironmentId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::EnvironmentManage)?;
    let patch = EnvironmentPatch { name: Some(typed.name.clone()), crm_enabled: None };
    match app.identity.update_environment(&visit.scope, id, patch).await {
        Ok(_) => Ok(done(&visit, id, "saved")),
        Err(error) => {
            let errors = mistakes(&error, "/name").ok_or_else(|| Problem::of(&error))?;
            let mut page = Page::read(&app, &visit, id).await?;
            page.name = name_field(&page.frame, &typed.name).checked(&errors, page.frame.t);
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

async fn install(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<EnvironmentId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::EnvironmentManage)?;
    let patch = EnvironmentPatch { name: None, crm_enabled: Some(true) };
    app.identity.update_environment(&visit.scope, id, patch).await?;
    Ok(done(&visit, id, "governance.sales-tables-installed"))
}

async fn delete(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<EnvironmentId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::EnvironmentManage)?;
    app.environments.delete(&visit.scope, id).await?;
    let to = "/admin/environments";
    Ok(answer::back_with(&visit.context, to, "governance.environment-deleted"))
}

fn done(visit: &Visit, id: EnvironmentId, key: &str) -> Response {
    answer::back_with(&visit.context, &format!("/admin/environments/{id}"), key)
}

#[cfg(test)]
mod tests {
    use connectors::Dependent;
    use uuid::Uuid;
    use web_proof::show;

    use super::*;

    fn environment(frame: &Frame, number: u128, name: &str, kind: EnvironmentKind) -> Environment {
        Environment {
            id: Uuid::from_u128(number).into(),
            name: name.to_owned(),
            kind,
            crm_enabled: kind == EnvironmentKind::Production,
            created_by: None,
            created_at: frame.now,
            deleted_at: None,
            ends_at: None,
            background_off: false,
            region: identity::environments::Region::default(),
        }
    }

    #[test]
    fn environments_show_what_they_are_for_and_what_stands_in_them() {
        show("admin-environments", |frame| {
            let row = |number, name, kind| Row {
                environment: environment(frame, number, name, kind),
                connectors: 12,
                connections: 340,
                policies: 2,
            };
            let rows = vec![
                row(1, "Contoso", EnvironmentKind::Default),
                row(2, "Sales <EMEA>", EnvironmentKind::Production),
                row(3, "Try", EnvironmentKind::Trial),
            ];
            vec![("full", List::new(frame.clone(), rows))]
        });
        show("admin-environment", |frame| {
            let id = |number| Uuid::from_u128(number);
            let holdings = Holdings {
                connectors: vec![(id(5).into(), "Items <b>".into()), (id(6).into(), "CRM".into())],
                connections: 31,
                triggers: 1,
                dependents: vec![Dependent {
                    kind: "action".into(),
                    id: id(7),
                    name: "Find items".into(),
                }],
                policies: vec![
                    (id(8).into(), "Business data".into(), true),
                    (id(9).into(), "Everything".into(), false),
                ],
            };
            let sales = environment(frame, 2, "Sales", EnvironmentKind::Production);
            let default = environment(frame, 1, "Contoso", EnvironmentKind::Default);
            vec![
                ("full", Page::of(frame.clone(), sales, holdings)),
                ("default", Page::of(frame.clone(), default, Holdings::default())),
            ]
        });
        show("admin-environment-new", |frame| {
            let typed =
                Typed { name: "x".into(), kind: "default".into(), crm_enabled: "on".into() };
            let errors = [
                FieldError::new("/name", "environment.taken", ""),
                FieldError::new("/kind", "environment.kind_default", ""),
            ];
            vec![("mistake", form(frame.clone(), &typed, &errors))]
        });
    }
}
