//! Environments: made, converted, copied, reset, deleted and brought back; what they hold.

mod page;
#[cfg(test)]
mod tests;
mod trend;

use askama::Template;
use axum::{Router, extract::State, http::StatusCode, response::Response};
use edge::{Form, Problem, get, get_and_post, post};
use environments::{Life, Makers, Policy, Total, currencies};
use identity::environments::{EnvironmentKind, NewEnvironment, Region};
use jiff::SignedDuration;
use kernel::{Coded as _, FieldError, Kind, Permission};
use serde::Deserialize;
use web_frame::{
    App, Field, Frame, Visit, answer,
    parts::{FormPage, mistakes},
};

use super::{Admin, at};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/admin/environments", get_and_post(list, create))
        .route("/admin/environments/new", get(new))
        .route("/admin/environments/makers", post(makers))
        .merge(page::routes())
}

/// The list.
#[derive(Debug, Template)]
#[template(path = "environments.html")]
pub(crate) struct List {
    frame: Frame,
    rows: Vec<Life>,
    deleted: Vec<Life>,
    total: Total,
    policy: Option<Policy>,
}

async fn list(State(app): State<App>, admin: Admin) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::EnvironmentManage)?;
    let (e, scope) = (&app.environments, &visit.scope);
    let rows = e.list(scope).await?;
    let deleted = e.deleted(scope).await?.into_iter().filter(|life| life.leads).collect();
    let total = e.total(scope).await?;
    // Whoever leads the default one administers.
    let policy = match rows.first() {
        Some(first) if first.leads => Some(e.policy(scope).await?),
        _ => None,
    };
    Ok(answer::page(&List::new(visit.frame, (rows, deleted), total, policy)))
}

impl List {
    fn new(
        frame: Frame,
        (rows, deleted): (Vec<Life>, Vec<Life>),
        total: Total,
        policy: Option<Policy>,
    ) -> Self {
        let title = frame.say("admin-environments");
        Self { frame: at(frame, "environments", title), rows, deleted, total, policy }
    }

    /// Trials that end soon.
    fn ending(&self) -> impl Iterator<Item = &Life> {
        let soon = SignedDuration::from_hours(24 * 7);
        let ends = move |life: &&Life| {
            let at = life.environment.ends_at;
            at.is_some_and(|at| self.frame.now.duration_until(at) <= soon)
        };
        self.rows.iter().filter(ends)
    }

    /// The parts of the whole.
    fn figures(&self) -> Vec<(&'static str, String)> {
        let total = &self.total;
        [("database", total.database_bytes), ("files", total.file_bytes), ("log", total.log_bytes)]
            .map(|(key, size)| (key, bytes(&self.frame, size)))
            .to_vec()
    }

    fn choices(&self, name: &'static str, now: Makers) -> Field {
        let options = [Makers::Everyone, Makers::Administrators].map(|makers| {
            let label = self.frame.say(&format!("environments.makers-{}", makers.as_str()));
            (makers.as_str().to_owned(), label)
        });
        Field::select(name, self.frame.say(&format!("environments.makers-{name}")), options)
            .value(now.as_str())
    }
}

/// Bytes in words.
fn bytes(frame: &Frame, bytes: i64) -> String {
    frame.t.bytes(u64::try_from(bytes).unwrap_or_default())
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

/// The state as it is written in the names of texts.
fn state_key(life: &Life) -> &'static str {
    use environments::State;
    match life.state {
        _ if life.environment.deleted_at.is_some() => "deleted",
        State::Ready => "ready",
        State::Administration => "administration",
        State::ReadOnly => "read-only",
        State::Busy => "busy",
        State::Deleted => "deleted",
    }
}

/// What its badge says.
fn state_name(frame: &Frame, life: &Life) -> String {
    frame.say(&format!("environments.state-{}", state_key(life)))
}

/// The colour and the icon of its badge.
fn state_look(life: &Life) -> (&'static str, &'static str) {
    match state_key(life) {
        "ready" => ("good", "check"),
        "administration" => ("warning", "lock"),
        "deleted" => ("bad", "delete"),
        _ => ("brand", "rotate"),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Typed {
    name: String,
    kind: String,
    language: String,
    currency: String,
    crm_enabled: String,
}

/// What was chosen of language and currency.
fn region_of(language: &str, currency: &str) -> Region {
    let first = Region::default();
    Region {
        language: language.parse().unwrap_or(first.language),
        currency: if currency.is_empty() { first.currency } else { currency.to_owned() },
    }
}

async fn new(admin: Admin) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::EnvironmentManage)?;
    let typed = Typed {
        kind: EnvironmentKind::Sandbox.as_str().to_owned(),
        language: visit.frame.language().to_owned(),
        ..Typed::default()
    };
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
    let region = region_of(&typed.language, &typed.currency);
    match app.environments.create(&visit.scope, new, region).await {
        Ok(made) => Ok(page::done(&visit, made.id, "governance.environment-created")),
        Err(error) => {
            let errors = match error {
                environments::Error::OnlyAdministrators { .. } => {
                    vec![FieldError::new("/kind", error.code().name(), "")]
                }
                _ => mistakes(&error, "/name").ok_or_else(|| Problem::of(&error))?,
            };
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
    let [language, currency] = region_fields(&frame, &region_of(&typed.language, &typed.currency));
    let fields = [
        name_field(&frame, &typed.name),
        Field::select("kind", frame.say("governance.kind"), kinds)
            .value(&typed.kind)
            .hint(frame.say("governance.kind-hint")),
        language,
        currency,
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

/// Language and currency of an organisation that begins.
fn region_fields(frame: &Frame, now: &Region) -> [Field; 2] {
    let languages =
        [("en".to_owned(), "English".to_owned()), ("fr".to_owned(), "Français".to_owned())];
    let money = currencies().iter().map(|one| {
        let label = if one.code == one.symbol {
            one.code.to_owned()
        } else {
            format!("{} ({})", one.code, one.symbol)
        };
        (one.code.to_owned(), label)
    });
    [
        Field::select("language", frame.say("environments.language"), languages)
            .value(now.language.tag()),
        Field::select("currency", frame.say("environments.currency"), money).value(&now.currency),
    ]
}

fn name_field(frame: &Frame, value: &str) -> Field {
    Field::text("name", frame.say("governance.environment-name")).value(value).required().max(200)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Chosen {
    trials: String,
    others: String,
}

async fn makers(
    State(app): State<App>,
    admin: Admin,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Problem> {
    let visit: Visit = admin.who_may(Permission::EnvironmentManage)?;
    let one = |word: &str| {
        let wrong = |()| Problem::new("request.invalid", Kind::Invalid, "everyone, administrators");
        word.parse::<Makers>().map_err(wrong)
    };
    let policy = Policy { trials: one(&chosen.trials)?, others: one(&chosen.others)? };
    app.environments.set_policy(&visit.scope, policy).await?;
    Ok(answer::back_with(&visit.context, "/admin/environments", "environments.makers"))
}
