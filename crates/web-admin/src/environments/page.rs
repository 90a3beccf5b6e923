//! One environment: how it stands, what it holds, what is done to it.

use askama::Template;
use axum::{Router, extract::State, http::StatusCode, response::Response};
use connectors::Holdings;
use edge::{Form, Path, Problem, get_and_post, post};
use environments::{
    Capacity, Day, Extent, Life, Operation, OperationKind, OperationState, Patch, Reset,
    State as Stand,
};
use identity::{environments::EnvironmentKind, users::Person};
use jiff::Timestamp;
use kernel::{EnvironmentId, Kind, Permission};
use serde::Deserialize;
use web_frame::{
    App, Field, Frame, Html, Visit, answer,
    parts::{Nothing, mistakes},
};

use super::{
    bytes, kind_badge, kind_name, name_field, region_fields, region_of, state_look, state_name,
    trend::Trend,
};
use crate::{Admin, at};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/admin/environments/{environment}", get_and_post(page, rename))
        .route("/admin/environments/{environment}/sales-tables", post(install))
        .route("/admin/environments/{environment}/convert", post(convert))
        .route("/admin/environments/{environment}/administration", post(administration))
        .route("/admin/environments/{environment}/copy", post(copy))
        .route("/admin/environments/{environment}/reset", post(reset))
        .route("/admin/environments/{environment}/measure", post(measure))
        .route("/admin/environments/{environment}/delete", post(delete))
        .route("/admin/environments/{environment}/restore", post(restore))
}

/// One environment.
#[derive(Debug, Template)]
#[template(path = "environment.html")]
pub(super) struct Page {
    frame: Frame,
    life: Life,
    holdings: Holdings,
    trend: Html,
    operations: Vec<Operation>,
    people: Vec<Person>,
    /// Sandboxes that it can be copied into.
    sandboxes: Vec<(String, String)>,
    /// Days that a deleted one can be brought back.
    days: i64,
    name: Field,
}

/// What a page is made of.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) life: Life,
    pub(super) holdings: Holdings,
    pub(super) trend: Vec<Day>,
    pub(super) operations: Vec<Operation>,
    pub(super) people: Vec<Person>,
    pub(super) sandboxes: Vec<(String, String)>,
    pub(super) days: i64,
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
        let (e, scope) = (&app.environments, &visit.scope);
        let life = e.life(scope, id).await?;
        let is_deleted = life.environment.deleted_at.is_some();
        let (holdings, trend) = if is_deleted {
            (Holdings::default(), Vec::new())
        } else {
            (app.api_connectors.holdings(scope, id).await?, e.trend(scope, id).await?)
        };
        let operations = e.operations(scope, id).await?;
        let mut ids: Vec<_> = operations.iter().filter_map(|it| it.begun_by).collect();
        ids.extend(life.environment.created_by);
        kernel::sort(&mut ids);
        ids.dedup();
        let people = app.identity.people(scope, &ids).await?;
        let sandboxes = e.list(scope).await?.into_iter().filter(|other| {
            other.environment.kind == EnvironmentKind::Sandbox
                && other.environment.id != id
                && other.running.is_none()
                && other.leads
        });
        let sandboxes =
            sandboxes.map(|it| (it.environment.id.to_string(), it.environment.name)).collect();
        let days = i64::from(e.settings().grace_days);
        let seen = Seen { life, holdings, trend, operations, people, sandboxes, days };
        Ok(Self::of(visit.frame.clone(), seen))
    }

    pub(super) fn of(frame: Frame, seen: Seen) -> Self {
        let Seen { life, holdings, trend, operations, people, sandboxes, days } = seen;
        let name = name_field(&frame, &life.environment.name);
        let trend = Html::of(&Trend::new(&frame, &trend));
        let frame = at(frame, "environments", life.environment.name.clone());
        let frame = frame.back_to("/admin/environments");
        Self { frame, life, holdings, trend, operations, people, sandboxes, days, name }
    }

    fn path(&self, rest: &str) -> String {
        format!("/admin/environments/{}{rest}", self.life.environment.id)
    }

    fn what(&self) -> String {
        self.frame.say(&format!("governance.kind-{}-what", self.life.environment.kind.as_str()))
    }

    fn is_default(&self) -> bool {
        self.life.environment.kind == EnvironmentKind::Default
    }

    fn is_deleted(&self) -> bool {
        self.life.environment.deleted_at.is_some()
    }

    fn is_sandbox(&self) -> bool {
        self.life.environment.kind == EnvironmentKind::Sandbox
    }

    fn is_shut(&self) -> bool {
        self.life.state == Stand::Administration
    }

    /// Whether its life can be led now, by the reader.
    fn is_led(&self) -> bool {
        self.life.leads && !self.is_deleted() && self.life.running.is_none()
    }

    /// What the button of administration mode says.
    fn switch(&self) -> String {
        self.say(if self.is_shut() { "administration-off" } else { "administration-on" })
    }

    fn say(&self, key: &str) -> String {
        self.frame.say(&format!("environments.{key}"))
    }

    fn day(&self, at: &Timestamp) -> String {
        self.frame.day_name(self.frame.day_of(at))
    }

    /// The last day of a deletion that is made now.
    fn last_day(&self) -> String {
        let kept = jiff::SignedDuration::from_hours(24 * self.days);
        self.day(&(self.frame.now + kept))
    }

    fn person(&self, id: Option<kernel::UserId>) -> String {
        let found = id.and_then(|id| self.people.iter().find(|person| person.id == id));
        found.map_or_else(|| self.say("hub"), |person| person.display_name.clone())
    }

    fn held(&self) -> Option<&Capacity> {
        self.life.capacity.as_ref()
    }

    /// The three figures, each with how much of the whole it is.
    fn figures(&self, held: &Capacity) -> Vec<(&'static str, String, i64)> {
        let whole = held.bytes().max(1);
        [("database", held.database_bytes), ("files", held.file_bytes), ("log", held.log_bytes)]
            .map(|(key, size)| (key, bytes(&self.frame, size), size * 100 / whole))
            .to_vec()
    }

    fn size(&self, size: i64) -> String {
        bytes(&self.frame, size)
    }

    /// What goes on, in words.
    fn doing(&self, operation: &Operation) -> String {
        let key = operation.kind.as_str().replace('_', "-");
        let what = self.say(&format!("doing-{key}"));
        self.frame.say1("environments.running", "what", what.as_str())
    }

    fn operation(&self, operation: &Operation) -> String {
        self.say(&format!("op-{}", operation.kind.as_str().replace('_', "-")))
    }

    /// More of an operation: what it was and became.
    fn more(&self, operation: &Operation) -> String {
        let text = |key: &str| {
            operation.detail.get(key).and_then(serde_json::Value::as_str).unwrap_or_default()
        };
        match operation.kind {
            OperationKind::Copy => {
                self.frame.say1("environments.copied-from", "name", text("source"))
            }
            OperationKind::Rename => {
                let args = [("from", text("from").into()), ("to", text("to").into())];
                self.frame.say_with("environments.renamed-to", &args)
            }
            OperationKind::Convert => {
                let kind = |key: &str| {
                    let kind = text(key).parse().unwrap_or(EnvironmentKind::Default);
                    kind_name(&self.frame, kind)
                };
                let (from, to) = (kind("from"), kind("to"));
                let args = [("from", from.as_str().into()), ("to", to.as_str().into())];
                self.frame.say_with("environments.converted-to", &args)
            }
            OperationKind::AdministrationMode => {
                let on = operation.detail.get("administration_mode");
                let on = on.and_then(serde_json::Value::as_bool).unwrap_or_default();
                self.say(if on { "on" } else { "off" })
            }
            _ => String::new(),
        }
    }

    fn outcome(&self, operation: &Operation) -> (String, &'static str) {
        let class = match operation.state {
            OperationState::Running => "brand",
            OperationState::Succeeded => "good",
            OperationState::Failed => "bad",
        };
        (self.say(&format!("op-{}", operation.state.as_str())), class)
    }

    fn reset_fields(&self) -> Vec<Field> {
        let sales = self.frame.say("governance.sales-tables-install");
        let sales = Field::check("crm_enabled", sales, self.life.environment.crm_enabled);
        let [language, currency] = region_fields(&self.frame, &self.life.environment.region);
        vec![language, currency, sales]
    }

    fn copy_fields(&self) -> Vec<Field> {
        let extents = [Extent::Everything, Extent::Schema].map(|extent| {
            let label = self.say(&format!("copy-{}", extent.as_str()));
            let what = self.say(&format!("copy-{}-what", extent.as_str()));
            (extent.as_str().to_owned(), format!("{label} – {what}"))
        });
        vec![
            Field::select("target", self.say("copy-target"), self.sandboxes.clone()),
            Field::select("extent", self.say("copy-extent"), extents)
                .value(Extent::Everything.as_str()),
        ]
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

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Typed {
    name: String,
}

async fn rename(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<EnvironmentId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::EnvironmentManage)?;
    let patch = Patch { name: Some(typed.name.clone()), ..Patch::default() };
    match app.environments.update(&visit.scope, id, patch).await {
        Ok(()) => Ok(done(&visit, id, "saved")),
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
    let patch = Patch { crm_enabled: Some(true), ..Patch::default() };
    change(&app, admin, id, (patch, "governance.sales-tables-installed")).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Converted {
    kind: String,
}

async fn convert(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<EnvironmentId>,
    Form(to): Form<Converted>,
) -> Result<Response, Problem> {
    // An unknown kind becomes the one that the service refuses.
    let kind = to.kind.parse().unwrap_or(EnvironmentKind::Default);
    let patch = Patch { kind: Some(kind), ..Patch::default() };
    change(&app, admin, id, (patch, "environments.converted")).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Modes {
    on: String,
    background: String,
}

async fn administration(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<EnvironmentId>,
    Form(modes): Form<Modes>,
) -> Result<Response, Problem> {
    let patch = Patch {
        administration_mode: Some(modes.on == "on"),
        background_operations: Some(modes.background == "on"),
        ..Patch::default()
    };
    change(&app, admin, id, (patch, "environments.modes")).await
}

async fn change(
    app: &App,
    admin: Admin,
    id: EnvironmentId,
    (patch, toast): (Patch, &str),
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::EnvironmentManage)?;
    app.environments.update(&visit.scope, id, patch).await?;
    Ok(done(&visit, id, toast))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Copied {
    target: String,
    extent: String,
}

async fn copy(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<EnvironmentId>,
    Form(wanted): Form<Copied>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::EnvironmentManage)?;
    let extent = wanted.extent.parse().map_err(|()| invalid("everything, schema"))?;
    let unknown = |_| invalid("the identifier of a sandbox");
    let target: EnvironmentId = wanted.target.parse().map_err(unknown)?;
    app.environments.copy(&visit.scope, id, target, extent).await?;
    // There it shows how far it is.
    Ok(done(&visit, target, "environments.copying"))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Anew {
    language: String,
    currency: String,
    crm_enabled: String,
}

async fn reset(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<EnvironmentId>,
    Form(anew): Form<Anew>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::EnvironmentManage)?;
    let region = region_of(&anew.language, &anew.currency);
    let reset = Reset { region, crm_enabled: anew.crm_enabled == "on" };
    app.environments.reset(&visit.scope, id, reset).await?;
    Ok(done(&visit, id, "environments.resetting"))
}

async fn measure(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<EnvironmentId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::EnvironmentManage)?;
    app.environments.measure(&visit.scope, id).await?;
    Ok(done(&visit, id, "environments.measured"))
}

async fn delete(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<EnvironmentId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::EnvironmentManage)?;
    app.environments.delete(&visit.scope, id).await?;
    Ok(answer::back_with(&visit.context, "/admin/environments", "environments.deleted"))
}

async fn restore(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<EnvironmentId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::EnvironmentManage)?;
    app.environments.restore(&visit.scope, id).await?;
    Ok(done(&visit, id, "environments.restored"))
}

fn invalid(known: &'static str) -> Problem {
    Problem::new("request.invalid", Kind::Invalid, known)
}

pub(super) fn done(visit: &Visit, id: EnvironmentId, key: &str) -> Response {
    answer::back_with(&visit.context, &format!("/admin/environments/{id}"), key)
}
