//! One connection: how it is, what stands on it, and everything that can be done with it.

use askama::Template;
use axum::{extract::State as Shelf, http::StatusCode, response::Response};
use connectors::{
    Connection, ConnectionForm, ConnectionPatch, ConnectionUses, SignInWay, State, Trial,
};
use edge::{Form, Path, Problem, Query};
use kernel::{Coded as _, ConnectionId, FieldError, Permission};
use serde::Deserialize;
use serde_json::Value;
use web_frame::{
    App, Field, Frame, Visit, answer,
    parts::{Nothing, filled, told},
};

use super::{
    Health, at,
    create::judged,
    is_own, may_change,
    values::{Given, Pairs, fields, is_conditional, is_look, shown_again, typed, values},
    way_words,
};

/// The page.
#[derive(Debug, Template)]
#[template(path = "connections/page.html")]
pub(super) struct Page {
    frame: Frame,
    facts: Facts,
    /// What just came of something: class, icon, title, detail.
    outcome: Option<(&'static str, &'static str, String, String)>,
    problem: Option<(String, String)>,
    name: Field,
    fields: Vec<Given>,
}

/// What the page stands on.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) connection: Connection,
    pub(super) connector_name: String,
    pub(super) environment: String,
    pub(super) owner: String,
    pub(super) form: ConnectionForm,
    pub(super) way: SignInWay,
    pub(super) uses: ConnectionUses,
    pub(super) warning_days: u32,
    pub(super) may_change: bool,
    /// Whether the reader may call with it: it is their own, or shared.
    pub(super) may_call: bool,
    pub(super) may_share: bool,
}

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    failed: String,
}

pub(super) async fn page(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(id): Path<ConnectionId>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let facts = Facts::read(&app, &visit, id).await?;
    let mut page = Page::of(visit.frame, facts, &[]);
    page.outcome = page.failure(&asked.failed);
    Ok(answer::page(&page))
}

impl Facts {
    async fn read(app: &App, visit: &Visit, id: ConnectionId) -> Result<Self, Problem> {
        let (hub, scope) = (&app.api_connectors, &visit.scope);
        let connection = hub.connection(scope, id).await?;
        let connector = hub.connector(scope, connection.connector).await?;
        let forms = hub.connection_forms(scope, connector.id).await?;
        let of_set = |form: &ConnectionForm| form.set == connection.parameter_set;
        // a set that a newer version of the connector no longer has asks for nothing
        let form = forms.into_iter().find(of_set).unwrap_or_else(|| ConnectionForm {
            set: connection.parameter_set.clone(),
            title: None,
            description: None,
            allows_sharing: false,
            sign_in: SignInWay::Nobody,
            parameters: Vec::new(),
        });
        let environment = app.identity.environment(scope, connection.environment).await?;
        let owner = match connection.owner {
            Some(owner) => app.identity.people(scope, &[owner]).await?.pop(),
            None => None,
        };
        let may_share = scope.may(Permission::ConnectorManage);
        Ok(Self {
            connector_name: connector.name,
            environment: environment.name,
            owner: owner.map(|person| person.display_name).unwrap_or_default(),
            way: hub.way_of_connection(scope, id).await?,
            uses: hub.connection_uses(scope, id).await?,
            warning_days: hub.settings().expiry_warning_days,
            may_change: may_change(visit, &connection),
            may_call: connection.shared || is_own(visit, &connection),
            may_share: may_share && form.allows_sharing,
            form,
            connection,
        })
    }
}

impl Page {
    pub(super) fn of(frame: Frame, facts: Facts, errors: &[FieldError]) -> Self {
        let connection = &facts.connection;
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let shown: Pairs =
            connection.parameters.iter().map(|(name, value)| (name.clone(), text(value))).collect();
        let kept =
            if connection.state == State::Revoked { &[][..] } else { &connection.secret_names };
        let fields = fields(&frame, &facts.form, (&shown, kept), errors);
        let name = name_field(&frame, &connection.name, errors);
        let title = connection.name.clone();
        let frame = at(frame, title).back_to("/connections");
        Self { frame, facts, outcome: None, problem: None, name, fields }
    }

    fn is_conditional(&self) -> bool {
        is_conditional(&self.fields)
    }

    /// What an unhappy return from the provider means; an address that somebody made up says nothing.
    fn failure(&self, code: &str) -> Option<(&'static str, &'static str, String, String)> {
        let plain = code.len() <= 60
            && code.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'.' | b'_'));
        let title = self.frame.t.code(code);
        let is_known = plain && !code.is_empty() && title != code;
        is_known.then(|| ("bad", "error", title, self.frame.t.code_detail(code)))
    }

    fn path(&self, rest: &str) -> String {
        format!("/connections/{}{rest}", self.facts.connection.id)
    }

    fn health(&self) -> Health {
        Health::of(&self.facts.connection, self.frame.now, self.facts.warning_days)
    }

    /// Why it cannot be used, in words.
    fn reason(&self) -> Option<(String, String)> {
        let code = self.facts.connection.reason.as_deref()?;
        Some((self.frame.t.code(code), self.frame.t.code_detail(code)))
    }

    fn way(&self) -> (String, String) {
        way_words(&self.frame, self.facts.way)
    }

    /// Whether a person signs in here, and may.
    fn signs_in(&self) -> bool {
        let facts = &self.facts;
        facts.way == SignInWay::Person
            && facts.may_change
            && facts.may_call
            && facts.connection.state != State::Revoked
    }

    /// Whether signing in is what is needed now.
    fn sign_in_first(&self) -> bool {
        self.signs_in() && self.health() != Health::Connected
    }

    fn can_test(&self) -> bool {
        self.facts.may_call
            && matches!(self.facts.connection.state, State::Connected | State::Broken)
    }

    fn can_repair(&self) -> bool {
        self.facts.may_change && self.facts.may_call && !self.fields.is_empty()
    }

    /// What stops when it is withdrawn, in counted words.
    fn stops(&self) -> Vec<String> {
        let count = |key: &str, count: usize| {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            (count > 0)
                .then(|| self.frame.say1(&format!("connections.stops-{key}"), "count", count))
        };
        let uses = &self.facts.uses;
        let others =
            self.facts.connection.shared.then(|| self.frame.say("connections.stops-shared"));
        [count("triggers", uses.triggers.len()), count("actions", uses.actions.len()), others]
            .into_iter()
            .flatten()
            .collect()
    }
}

fn name_field(frame: &Frame, value: &str, errors: &[FieldError]) -> Field {
    Field::text("name", frame.say("connections.name"))
        .value(value)
        .required()
        .max(200)
        .checked(errors, frame.t)
}

/// Renames it, or repairs it with other values.
pub(super) async fn update(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(id): Path<ConnectionId>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, Problem> {
    let facts = Facts::read(&app, &visit, id).await?;
    let before = &facts.connection;
    let has_values = pairs.iter().any(|(name, _)| name == "repair");
    if has_values && is_look(&pairs) {
        let (form, kept) = (facts.form.clone(), before.secret_names.clone());
        let mut page = Page::of(visit.frame, facts, &[]);
        page.fields = fields(&page.frame, &form, (&shown_again(&form, &pairs), &kept), &[]);
        return Ok(answer::page(&page));
    }
    let was = |name: &str| before.parameters.keys().any(|known| known.eq_ignore_ascii_case(name));
    // an empty field takes a value away that was shown; a secret stays as it is
    let given = if has_values {
        values(&facts.form, &pairs, |parameter| !parameter.secret && was(&parameter.name))
    } else {
        Vec::new()
    };
    let patch =
        ConnectionPatch { name: filled(typed(&pairs, "name")), shared: None, values: given };
    match app.api_connectors.update_connection(&visit.scope, id, patch).await {
        Ok(after) => {
            let key = match (has_values, after.state) {
                (true, State::Pending) => "connections.sign-in-now",
                (true, _) => "connections.repaired",
                (false, _) => "saved",
            };
            Ok(done(&visit, id, key))
        }
        Err(error) => {
            let (errors, problem) = judged(&visit.frame, &error)?;
            let form = facts.form.clone();
            let kept = facts.connection.secret_names.clone();
            let mut page = Page::of(visit.frame, facts, &errors);
            if has_values {
                let shown = shown_again(&form, &pairs);
                page.fields = fields(&page.frame, &form, (&shown, &kept), &errors);
            } else {
                page.name = name_field(&page.frame, typed(&pairs, "name"), &errors);
            }
            page.problem = problem;
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

/// Tries it and says what came of it.
pub(super) async fn test(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(id): Path<ConnectionId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let outcome = Box::pin(app.api_connectors.test_connection(&visit.scope, id)).await;
    if let Err(connectors::Error::ConnectionNotFound { .. } | connectors::Error::Denied(_)) =
        &outcome
    {
        return Err(outcome.err().map_or_else(
            || Problem::of(&connectors::Error::ConnectionNotFound { connection: id }),
            Problem::from,
        ));
    }
    let facts = Facts::read(&app, &visit, id).await?;
    let frame = visit.frame.clone();
    let mut page = Page::of(visit.frame, facts, &[]);
    page.outcome = Some(match outcome {
        Ok(trial) => tried(&frame, &trial),
        Err(error) => {
            let (title, detail) = told(&frame, &error);
            let more = error.fields().first().map(|field| frame.t.code(field.code));
            ("bad", "error", title, more.unwrap_or(detail))
        }
    });
    Ok(answer::page(&page))
}

fn tried(frame: &Frame, trial: &Trial) -> (&'static str, &'static str, String, String) {
    let say = |key: &str| frame.say(&format!("connections.{key}"));
    let what = match (&trial.operation, trial.status) {
        (Some(operation), Some(status)) => frame.say_with(
            "connections.tried-what",
            &[("operation", operation.as_str().into()), ("status", status.to_string().into())],
        ),
        _ => say("tried-sign-in"),
    };
    match trial.accepted {
        Some(true) => ("good", "check-circle", say("tried-good"), what),
        Some(false) => ("bad", "error", say("tried-bad"), what),
        None => ("", "info", say("tried-nothing"), say("tried-nothing-what")),
    }
}

pub(super) async fn share(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(id): Path<ConnectionId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    set_shared(&app, &visit, id, true).await
}

pub(super) async fn unshare(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(id): Path<ConnectionId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    set_shared(&app, &visit, id, false).await
}

async fn set_shared(
    app: &App,
    visit: &Visit,
    id: ConnectionId,
    shared: bool,
) -> Result<Response, Problem> {
    let patch = ConnectionPatch { shared: Some(shared), ..ConnectionPatch::default() };
    app.api_connectors.update_connection(&visit.scope, id, patch).await?;
    let key = if shared { "connections.shared" } else { "connections.unshared" };
    Ok(done(visit, id, key))
}

pub(super) async fn revoke(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(id): Path<ConnectionId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.api_connectors.revoke_connection(&visit.scope, id).await?;
    Ok(done(&visit, id, "connections.revoked"))
}

pub(super) async fn delete(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(id): Path<ConnectionId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.api_connectors.delete_connection(&visit.scope, id).await?;
    Ok(answer::back_with(&visit.context, "/connections", "connections.deleted"))
}

fn done(visit: &Visit, id: ConnectionId, key: &str) -> Response {
    answer::back_with(&visit.context, &format!("/connections/{id}"), key)
}
