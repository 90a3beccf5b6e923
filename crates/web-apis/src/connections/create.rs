//! A new connection: choose the connector, perhaps the way in, fill in what it asks for, sign in.

use askama::Template;
use axum::{extract::State as Shelf, http::StatusCode, response::Response};
use connectors::{ConnectionForm, Connector, NewConnection, SignInWay, State};
use edge::{Form, Problem, Query};
use kernel::{ApiConnectorId, Coded as _, FieldError, Kind, Permission};
use serde::Deserialize;
use web_frame::{
    App, Field, Frame, Visit, answer,
    parts::{filled, told},
};

use super::{
    at, sign_in,
    values::{Given, Pairs, fields, is_conditional, is_look, shown_again, typed, values},
    way_words,
};

/// The connectors to choose from.
#[derive(Debug, Template)]
#[template(path = "connections/choose.html")]
pub(super) struct Choose {
    frame: Frame,
    groups: Vec<(String, Vec<Connector>)>,
}

/// The form.
#[derive(Debug, Template)]
#[template(path = "connections/new.html")]
pub(super) struct New {
    frame: Frame,
    connector: ApiConnectorId,
    connector_name: String,
    sets: Vec<ConnectionForm>,
    chosen: ConnectionForm,
    name: Field,
    fields: Vec<Given>,
    share: Option<Field>,
    problem: Option<(String, String)>,
    is_maker: bool,
}

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    connector: String,
    set: String,
}

pub(super) async fn new(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::ConnectionUse).map_err(Problem::denied)?;
    let Ok(id) = asked.connector.parse::<ApiConnectorId>() else {
        return choose(&app, visit).await;
    };
    let connector = app.api_connectors.connector(&visit.scope, id).await?;
    let sets = app.api_connectors.connection_forms(&visit.scope, id).await?;
    let pairs = vec![("name".to_owned(), String::new())];
    let wanted = filled(&asked.set);
    let page = New::of(visit.frame, &connector, (sets, wanted), (&pairs, &[]));
    Ok(answer::page(&page?))
}

async fn choose(app: &App, visit: Visit) -> Result<Response, Problem> {
    let mut groups = Vec::new();
    for environment in app.identity.environments(&visit.scope).await? {
        let connectors = app.api_connectors.list(&visit.scope, environment.id).await?;
        if !connectors.is_empty() {
            groups.push((environment.name, connectors));
        }
    }
    Ok(answer::page(&Choose::new(visit.frame, groups)))
}

impl Choose {
    pub(super) fn new(frame: Frame, groups: Vec<(String, Vec<Connector>)>) -> Self {
        let title = frame.say("connections.new");
        Self { frame: at(frame, title).back_to("/connections"), groups }
    }
}

pub(super) async fn create(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Form(pairs): Form<Pairs>,
) -> Result<Response, Problem> {
    let (hub, scope) = (&app.api_connectors, &visit.scope);
    scope.require(Permission::ConnectionUse).map_err(Problem::denied)?;
    let missing =
        || Problem::new("api_connector.not_found", Kind::NotFound, "the form names no connector");
    let id: ApiConnectorId = typed(&pairs, "connector").parse().map_err(|_source| missing())?;
    let connector = hub.connector(scope, id).await?;
    let sets = hub.connection_forms(scope, id).await?;
    let wanted = filled(typed(&pairs, "set"));
    let page = New::of(visit.frame.clone(), &connector, (sets, wanted), (&pairs, &[]))?;
    if is_look(&pairs) {
        return Ok(answer::page(&page));
    }
    let new = NewConnection {
        name: filled(typed(&pairs, "name")),
        shared: typed(&pairs, "shared") == "on",
        parameter_set: page.chosen.set.clone(),
        values: values(&page.chosen, &pairs, |_| false),
    };
    match hub.create_connection(scope, id, new).await {
        Ok(made) if made.state == State::Pending => Ok(sign_in::begin(&app, &visit, made.id).await),
        Ok(made) => {
            let to = format!("/connections/{}", made.id);
            Ok(answer::back_with(&visit.context, &to, "connections.created"))
        }
        Err(error) => {
            let mut wrong = page;
            let (errors, problem) = judged(&visit.frame, &error)?;
            wrong.mark(&pairs, &errors);
            wrong.problem = problem;
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &wrong))
        }
    }
}

/// What is wrong at the fields, and title and detail of what stands above the form.
type Judged = (Vec<FieldError>, Option<(String, String)>);

/// What somebody can mend at the fields, and what stands above the form; anything else is a page of its own.
pub(super) fn judged(frame: &Frame, error: &connectors::Error) -> Result<Judged, Problem> {
    match error {
        connectors::Error::Invalid { fields } => {
            let strange = fields.iter().find(|field| {
                !field.pointer.starts_with("/values/")
                    && !["/name", "/shared"].contains(&field.pointer.as_ref())
            });
            let strange =
                strange.map(|field| (frame.t.rule(field.code, field.limit), String::new()));
            Ok((fields.clone(), strange))
        }
        connectors::Error::PolicyViolation { .. }
        | connectors::Error::SignIn(_)
        | connectors::Error::Changed
        | connectors::Error::TooMany { .. } => {
            let field = error.fields().first();
            let (title, detail) = told(frame, error);
            let detail = field.map_or(detail, |field| frame.t.code(field.code));
            Ok((Vec::new(), Some((title, detail))))
        }
        error => Err(Problem::of(error)),
    }
}

impl New {
    /// The form of the chosen way, the first one unless given.
    pub(super) fn of(
        frame: Frame,
        connector: &Connector,
        (sets, wanted): (Vec<ConnectionForm>, Option<String>),
        (pairs, errors): (&Pairs, &[FieldError]),
    ) -> Result<Self, Problem> {
        let chosen = sets.iter().find(|form| wanted.is_none() || form.set == wanted);
        let chosen = chosen
            .cloned()
            .ok_or_else(|| Problem::of(&connectors::Error::NotFound { connector: connector.id }))?;
        let is_maker = frame.may(Permission::ConnectorManage);
        let title = frame.say1("connections.new-for", "name", connector.name.as_str());
        let share = (is_maker && chosen.allows_sharing).then(|| {
            Field::check(
                "shared",
                frame.say("connections.share-all"),
                typed(pairs, "shared") == "on",
            )
            .hint(frame.say("connections.share-all-hint"))
        });
        let mut page = Self {
            connector: connector.id,
            connector_name: connector.name.clone(),
            sets,
            name: Field::text("name", frame.say("connections.name")),
            fields: Vec::new(),
            share,
            problem: None,
            is_maker,
            chosen,
            frame: at(frame, title).back_to("/connections/new"),
        };
        page.mark(pairs, errors);
        Ok(page)
    }

    /// Puts what was typed into the fields, with what is wrong.
    fn mark(&mut self, pairs: &Pairs, errors: &[FieldError]) {
        let frame = &self.frame;
        let shown = shown_again(&self.chosen, pairs);
        // a form that was never filled in shows what counts unless something is given
        let shown = if pairs.iter().any(|(name, _)| name.starts_with("values/")) {
            shown
        } else {
            Pairs::new()
        };
        self.fields = fields(frame, &self.chosen, (&shown, &[]), errors);
        self.name = Field::text("name", frame.say("connections.name"))
            .value(typed(pairs, "name"))
            .placeholder(self.connector_name.clone())
            .max(200)
            .hint(frame.say("connections.name-hint"))
            .checked(errors, frame.t);
        self.share = self.share.take().map(|field| field.checked(errors, frame.t));
    }

    /// How it signs in: whether that is set up, title and detail; nothing where it does not.
    fn way(&self) -> Option<(bool, String, String)> {
        let way = self.chosen.sign_in;
        let (title, detail) = way_words(&self.frame, way);
        let is_ready = !matches!(way, SignInWay::Unready(_));
        (way != SignInWay::Nobody).then_some((is_ready, title, detail))
    }

    fn button(&self) -> String {
        let signs_in = self.chosen.sign_in == SignInWay::Person;
        self.frame.say(if signs_in { "connections.create-sign-in" } else { "connections.create" })
    }

    fn is_conditional(&self) -> bool {
        is_conditional(&self.fields)
    }

    fn is_chosen(&self, form: &ConnectionForm) -> bool {
        form.set == self.chosen.set
    }
}
