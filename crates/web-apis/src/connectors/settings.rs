//! What can be changed of a connector without a new version: name, mark of preview, applications at identity
//! providers; a copy, and its end.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use connectors::{Application, Compiled, ConnectorPatch, Dependent, Error};
use edge::{Form, Path, Problem};
use kernel::{ApiConnectorId, Coded as _, EnvironmentId, FieldError, Kind, Permission, Secret};
use openapi::ConnectionParameter;
use serde::Deserialize;
use web_frame::{
    App, Field, Frame, Visit, answer,
    parts::{filled, told},
};

use super::{HOME, bring::environments, count, path_of, say, shell::Shell};

/// The page.
#[derive(Debug, Template)]
#[template(path = "connectors/settings.html")]
struct Page {
    frame: Frame,
    shell: Shell,
    fields: Vec<Field>,
    applications: Vec<Registered>,
    redirect: String,
    copy: Vec<Field>,
    dependents: Vec<(String, String)>,
    problem: Option<(String, String)>,
}

/// An application at an identity provider.
#[derive(Debug)]
struct Registered {
    parameter: String,
    title: String,
    /// Whether this is one that the package brings.
    has_secret: bool,
    is_set: bool,
    fields: Vec<Field>,
}

/// What a form held that was refused.
#[derive(Debug, Default)]
struct Asked {
    details: Option<Details>,
    copy: Option<ToCopy>,
    errors: Vec<FieldError>,
    problem: Option<(String, String)>,
}

pub(super) async fn page(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ApiConnectorId>,
) -> Result<Response, Problem> {
    Ok(answer::page(&Page::read(&app, visit, id, Asked::default()).await?))
}

#[derive(Debug, Deserialize)]
pub(super) struct Details {
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    preview: String,
}

pub(super) async fn update(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ApiConnectorId>,
    Form(form): Form<Details>,
) -> Result<Response, Problem> {
    let patch = ConnectorPatch {
        name: Some(form.name.clone()),
        description: Some(form.description.clone()),
        preview: Some(!form.preview.is_empty()),
    };
    match app.api_connectors.update(&visit.scope, id, patch).await {
        Ok(_) => {
            let to = format!("{}/settings", path_of(id));
            Ok(answer::back_with(&visit.context, &to, "saved"))
        }
        Err(error) => {
            let asked = Asked { details: Some(form), ..Asked::default() };
            refused(&app, visit, id, (asked, error)).await
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ToRegister {
    parameter: String,
    client_id: String,
    client_secret: String,
    /// Whether the registration goes.
    forget: String,
}

pub(super) async fn application(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ApiConnectorId>,
    Form(form): Form<ToRegister>,
) -> Result<Response, Problem> {
    let keep = form.forget.is_empty();
    let application = Application {
        parameter: form.parameter,
        client_id: filled(&form.client_id).filter(|_| keep),
        client_secret: filled(&form.client_secret).filter(|_| keep).map(Secret::new),
    };
    match app.api_connectors.set_application(&visit.scope, id, application).await {
        Ok(()) => {
            let to = format!("{}/settings", path_of(id));
            Ok(answer::back_with(&visit.context, &to, "saved"))
        }
        Err(error) => refused(&app, visit, id, (Asked::default(), error)).await,
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ToCopy {
    copy_name: String,
    copy_environment: String,
}

pub(super) async fn copy(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ApiConnectorId>,
    Form(form): Form<ToCopy>,
) -> Result<Response, Problem> {
    let made = match form.copy_environment.parse::<EnvironmentId>() {
        Ok(environment) => {
            let name = form.copy_name.clone();
            Box::pin(app.api_connectors.copy(&visit.scope, id, environment, name)).await
        }
        Err(_source) => {
            let field = FieldError::new("/environment", "field.invalid", "an environment");
            Err(Error::Invalid { fields: vec![field] })
        }
    };
    match made {
        Ok(made) => Ok(answer::back_with(&visit.context, &path_of(made.id), "web-apis.copied")),
        Err(error) => {
            let asked = Asked { copy: Some(form), ..Asked::default() };
            refused(&app, visit, id, (asked, error)).await
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct ToDelete {
    #[serde(default)]
    with_dependents: String,
}

pub(super) async fn delete(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ApiConnectorId>,
    Form(form): Form<ToDelete>,
) -> Result<Response, Problem> {
    let environment = app.api_connectors.connector(&visit.scope, id).await?.environment;
    let all = !form.with_dependents.is_empty();
    match app.api_connectors.delete(&visit.scope, id, all).await {
        Ok(()) => {
            let to = format!("{HOME}?environment={environment}");
            Ok(answer::back_with(&visit.context, &to, "web-apis.deleted"))
        }
        Err(error) => refused(&app, visit, id, (Asked::default(), error)).await,
    }
}

/// The page with what was wrong, where the maker can mend it.
async fn refused(
    app: &App,
    visit: Visit,
    id: ApiConnectorId,
    (asked, error): (Asked, Error),
) -> Result<Response, Problem> {
    let mine = matches!(error.code().kind(), Kind::Invalid | Kind::Conflict | Kind::Forbidden);
    if !mine || matches!(error, Error::Denied(_)) {
        return Err(error.into());
    }
    let mut errors = error.fields().to_vec();
    let copied = asked.copy.is_some();
    if copied {
        for field in &mut errors {
            field.pointer = format!("/copy_{}", field.pointer.trim_start_matches('/')).into();
        }
    }
    if matches!(error, Error::NameTaken) {
        let pointer = if copied { "/copy_name" } else { "/name" };
        errors.push(FieldError::new(pointer, error.code().name(), ""));
    }
    let problem = errors.iter().all(|field| field.pointer.len() < 2);
    let problem = problem.then(|| told(&visit.frame, &error));
    let page = Page::read(app, visit, id, Asked { errors, problem, ..asked }).await?;
    Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

impl Page {
    async fn read(
        app: &App,
        visit: Visit,
        id: ApiConnectorId,
        asked: Asked,
    ) -> Result<Self, Problem> {
        visit.scope.require(Permission::ConnectorManage).map_err(Problem::denied)?;
        let shell = Shell::of(app, &visit, id, "settings").await?;
        let scope = &visit.scope;
        let compiled = app.api_connectors.compiled(scope, id).await?;
        let registered = app.api_connectors.list_applications(scope, id).await?;
        let dependents = app.api_connectors.dependents(scope, id).await?;
        let environments = environments(app, &visit).await?;
        let redirect = app.api_connectors.sign_in_address().map(String::from).unwrap_or_default();
        let page = Self::new(visit.frame, shell, (asked, environments));
        let applications = applications(&page.frame, &compiled, &registered);
        let dependents = dependents.iter().map(|it| dependent(&page.frame, it)).collect();
        Ok(Self { applications, redirect, dependents, ..page })
    }

    fn new(
        frame: Frame,
        shell: Shell,
        (asked, environments): (Asked, Vec<(String, String)>),
    ) -> Self {
        let Asked { details, copy, errors, problem } = asked;
        let connector = &shell.connector;
        let details = details.unwrap_or_else(|| Details {
            name: connector.name.clone(),
            description: connector.description.clone(),
            preview: if connector.preview { "on".to_owned() } else { String::new() },
        });
        let done = |field: Field| field.checked(&errors, frame.t);
        let fields = vec![
            done(Field::text("name", say(&frame, "name")).value(details.name).required().max(200)),
            done(Field::area("description", say(&frame, "description")).value(details.description)),
            Field::check("preview", say(&frame, "preview"), !details.preview.is_empty())
                .hint(say(&frame, "preview-hint")),
        ];
        let name = frame.say1("web-apis.copy-of", "name", connector.name.as_str());
        let (name, environment) = copy.map_or((name, connector.environment.to_string()), |copy| {
            (copy.copy_name, copy.copy_environment)
        });
        let place = Field::select("copy_environment", say(&frame, "environment"), environments);
        let copy = vec![
            done(Field::text("copy_name", say(&frame, "name")).value(name).required().max(200)),
            done(place.value(environment)),
        ];
        Self {
            fields,
            applications: Vec::new(),
            redirect: String::new(),
            copy,
            dependents: Vec::new(),
            problem,
            frame: shell.frame(frame),
            shell,
        }
    }

    fn delete_title(&self) -> String {
        self.frame.say1("web-apis.delete-ask", "name", self.shell.connector.name.as_str())
    }

    fn depends_words(&self) -> String {
        self.frame.say1("web-apis.delete-depends", "count", count(self.dependents.len()))
    }
}

fn dependent(frame: &Frame, it: &Dependent) -> (String, String) {
    let key = match it.kind.as_str() {
        "connection" | "trigger" | "action" => format!("dependent-{}", it.kind),
        _ => "dependent-other".to_owned(),
    };
    (say(frame, &key), it.name.clone())
}

fn applications(
    frame: &Frame,
    compiled: &Compiled,
    registered: &[(String, Option<String>, bool)],
) -> Vec<Registered> {
    let properties = &compiled.package().properties;
    let sets = properties.parameter_sets();
    let plain = properties.connection_parameters();
    let mut all: Vec<Registered> = Vec::new();
    for parameter in plain.iter().chain(sets.iter().flat_map(|set| &set.parameters)) {
        if parameter.oauth().is_some() && all.iter().all(|it| it.parameter != parameter.name) {
            all.push(Registered::of(frame, parameter, registered));
        }
    }
    all
}

impl Registered {
    fn of(
        frame: &Frame,
        parameter: &ConnectionParameter<'_>,
        registered: &[(String, Option<String>, bool)],
    ) -> Self {
        let known = registered.iter().find(|(name, ..)| name == parameter.name);
        let (client, has_secret) =
            known.map_or((None, false), |(_, client, secret)| (client.clone(), *secret));
        let own = parameter.oauth().and_then(|it| it.client_id());
        let id = Field::text("client_id", say(frame, "client-id")).autocomplete("off").max(400);
        let id = id.value(client.unwrap_or_default()).placeholder(own.unwrap_or_default());
        let id = match own {
            Some(_) => id.hint(say(frame, "client-id-own")),
            None => id.hint(say(frame, "client-id-hint")),
        };
        let key = if has_secret { "client-secret-kept" } else { "client-secret-hint" };
        let secret = Field::input("password", "client_secret", say(frame, "client-secret"))
            .autocomplete("off")
            .max(4000)
            .hint(say(frame, key));
        Self {
            parameter: parameter.name.to_owned(),
            title: parameter.display_name().unwrap_or(parameter.name).to_owned(),
            has_secret,
            is_set: known.is_some(),
            fields: vec![id, secret],
        }
    }
}
