//! Registering and changing: one form.

use axum::{extract::State, http::StatusCode, response::Response};
use connector_registry::NewConnector;
use edge::{Form, Path, Problem, Query};
use kernel::{ConnectorId, FieldError, Permission, WebhookId};
use serde::Deserialize;
use web_frame::{
    App, Field, Frame, Visit, answer,
    parts::{FormPage, Tick, Ticks, mistakes},
};

use super::{HOME, path_of};
use crate::at;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    id: String,
    name: String,
    short_description: String,
    description: String,
    company_name: String,
    company_url: String,
    configuration_url: String,
    valid_domains: String,
    landing_url: String,
    privacy_url: String,
    terms_url: String,
    events: String,
    action_domains: String,
    action_url: String,
    teams: Vec<String>,
}

impl Typed {
    fn read(&self) -> Result<NewConnector, FieldError> {
        let id = Some(self.id.trim()).filter(|id| !id.is_empty()).map(str::parse).transpose();
        let lines = |text: &str| -> Vec<String> {
            text.split(['\n', ','])
                .map(str::trim)
                .filter(|l| !l.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let works = |place: &str| self.teams.iter().any(|ticked| ticked == place);
        let action_domains = lines(&self.action_domains);
        Ok(NewConnector {
            id: id.map_err(|error: kernel::IdError| {
                FieldError::new("/id", "field.invalid", error.to_string())
            })?,
            name: self.name.clone(),
            short_description: self.short_description.clone(),
            description: self.description.clone(),
            company_name: self.company_name.clone(),
            company_url: self.company_url.clone(),
            configuration_url: self.configuration_url.clone(),
            valid_domains: lines(&self.valid_domains),
            landing_url: self.landing_url.clone(),
            privacy_url: self.privacy_url.clone(),
            terms_url: self.terms_url.clone(),
            events: lines(&self.events.replace(',', " ")),
            actionable: !action_domains.is_empty(),
            action_domains,
            action_url: self.action_url.clone(),
            teams: works("teams"),
            groups: works("groups"),
            mail: works("mail"),
        })
    }
}

impl From<NewConnector> for Typed {
    fn from(of: NewConnector) -> Self {
        let places = [("teams", of.teams), ("groups", of.groups), ("mail", of.mail)];
        Self {
            id: String::new(),
            name: of.name,
            short_description: of.short_description,
            description: of.description,
            company_name: of.company_name,
            company_url: of.company_url,
            configuration_url: of.configuration_url,
            valid_domains: of.valid_domains.join("\n"),
            landing_url: of.landing_url,
            privacy_url: of.privacy_url,
            terms_url: of.terms_url,
            events: of.events.join("\n"),
            action_domains: of.action_domains.join("\n"),
            action_url: of.action_url,
            teams: places
                .into_iter()
                .filter(|(_, on)| *on)
                .map(|(key, _)| key.to_owned())
                .collect(),
        }
    }
}

/// An incoming webhook that becomes a connector.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub(super) struct Adopted {
    webhook: Option<WebhookId>,
}

/// A new connector starts as one for teams; one that was an incoming webhook keeps its name.
pub(super) async fn new(
    State(app): State<App>,
    visit: Visit,
    Query(from): Query<Adopted>,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::ConnectorRegister).map_err(Problem::denied)?;
    let mut typed = Typed { teams: vec!["teams".to_owned()], ..Typed::default() };
    if let Some(webhook) = from.webhook {
        typed.name = app.connectors.lookup(&visit.scope, webhook).await?.name;
    }
    Ok(answer::page(&page(visit.frame, Of::new(from), &typed, &[])))
}

pub(super) async fn register(
    State(app): State<App>,
    visit: Visit,
    Query(from): Query<Adopted>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let refused = |visit: Visit, typed: &Typed, errors: &[FieldError]| {
        let page = page(visit.frame, Of::new(from), typed, errors);
        Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
    };
    let form = match typed.read() {
        Ok(form) => form,
        Err(error) => return refused(visit, &typed, &[error]),
    };
    let made = match from.webhook {
        None => app.registrations.register(&visit.scope, (form, None)).await,
        Some(hook) => {
            let adopted = app.registrations.adopt(&visit.scope, hook, form).await;
            adopted.map(|(connector, _configuration)| connector)
        }
    };
    match made {
        Ok(made) => {
            // Which way its page can be shown is told on its own page; a page that is not up yet is no failure.
            let _ = app.hosting.try_ways(&app.registrations, &visit.scope, made.id).await;
            Ok(answer::back_with(&visit.context, &path_of(made.id), "connectors.registered"))
        }
        Err(error) => match mistakes(&error, "/id") {
            Some(errors) => refused(visit, &typed, &errors),
            None => Err(error.into()),
        },
    }
}

pub(super) async fn edit(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ConnectorId>,
) -> Result<Response, Problem> {
    let connector = app.registrations.connector(&visit.scope, id).await?;
    let typed = NewConnector::from(&connector).into();
    Ok(answer::page(&page(visit.frame, Of::Known(id), &typed, &[])))
}

pub(super) async fn update(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ConnectorId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let form = typed.read().unwrap_or_default();
    match app.registrations.update(&visit.scope, id, (form, None)).await {
        Ok(_) => Ok(answer::back_with(&visit.context, &path_of(id), "saved")),
        Err(error) => match mistakes(&error, "/name") {
            Some(errors) => {
                let page = page(visit.frame, Of::Known(id), &typed, &errors);
                Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
            }
            None => Err(error.into()),
        },
    }
}

/// What the form is of.
#[derive(Debug, Clone, Copy)]
enum Of {
    New,
    Webhook(WebhookId),
    Known(ConnectorId),
}

impl Of {
    fn new(from: Adopted) -> Self {
        from.webhook.map_or(Self::New, Self::Webhook)
    }
}

fn page(frame: Frame, of: Of, typed: &Typed, errors: &[FieldError]) -> FormPage {
    let say = |key: &str| frame.say(&format!("connectors.{key}"));
    let url = |name: &'static str, value: &str| {
        let key = name.replace('_', "-");
        Field::input("url", name, say(&key)).value(value).max(2_048)
    };
    let mut fields = vec![
        Field::text("name", say("name"))
            .value(&typed.name)
            .required()
            .max(30)
            .hint(say("name-hint")),
        Field::text("short_description", say("short-description"))
            .value(&typed.short_description)
            .required()
            .max(80),
        Field::area("description", say("description")).value(&typed.description).max(4_000),
        Field::text("company_name", say("company-name"))
            .value(&typed.company_name)
            .required()
            .max(32),
        url("company_url", &typed.company_url).required(),
        url("configuration_url", &typed.configuration_url).hint(say("configuration-url-hint")),
        Field::area("valid_domains", say("valid-domains"))
            .value(&typed.valid_domains)
            .hint(say("valid-domains-hint")),
        Field::area("events", say("events")).value(&typed.events).hint(say("events-hint")),
        Field::area("action_domains", say("action-domains"))
            .value(&typed.action_domains)
            .hint(say("action-domains-hint")),
        url("action_url", &typed.action_url).hint(say("action-url-hint")),
        url("landing_url", &typed.landing_url),
        url("privacy_url", &typed.privacy_url).hint(say("privacy-url-hint")),
        url("terms_url", &typed.terms_url).hint(say("privacy-url-hint")),
    ];
    if !matches!(of, Of::Known(_)) {
        fields.push(Field::text("id", say("id")).value(&typed.id).max(36).hint(say("id-hint")));
    }
    let tick = |key: &'static str| Tick {
        value: key,
        label: say(&format!("works-{key}")),
        hint: say(&format!("works-{key}-hint")),
        on: typed.teams.iter().any(|ticked| ticked == key),
    };
    let places = ["teams", "groups", "mail"].map(tick).into();
    let places = Ticks::new("teams", say("works"), places).checked(errors, &frame);
    let (title, button, intro) = match of {
        Of::New => (say("register"), say("register-button"), say("form-intro")),
        Of::Webhook(_) => (say("adopt"), say("adopt-button"), say("adopt-intro")),
        Of::Known(_) => (say("edit"), frame.say("save"), say("form-intro")),
    };
    let (action, cancel) = match of {
        Of::New => (HOME.to_owned(), HOME.to_owned()),
        Of::Webhook(hook) => (format!("{HOME}?webhook={hook}"), format!("/webhooks/{hook}")),
        Of::Known(id) => (path_of(id), path_of(id)),
    };
    FormPage {
        intro,
        problem: None,
        fields: fields.into_iter().map(|field| field.checked(errors, frame.t)).collect(),
        ticks: vec![places],
        action,
        cancel,
        button,
        frame: at(frame, "portal", title),
    }
}

#[cfg(test)]
mod tests {
    use web_proof::show;

    use super::*;

    #[test]
    fn the_form_keeps_what_was_typed_and_says_what_is_wrong() {
        show("portal-form", |frame| {
            let typed = Typed {
                name: "Tasks <b>".to_owned(),
                configuration_url: "http://tasks.contoso.example".to_owned(),
                valid_domains: "tasks.contoso.example\nhttps://nonsense".to_owned(),
                teams: vec!["mail".to_owned()],
                ..Typed::default()
            };
            let errors = [
                FieldError::new("/valid_domains", "connector.domain_invalid", ""),
                FieldError::new("/configuration_url", "connector.url_not_secure", ""),
                FieldError::new("/company_name", "connector.text_missing", ""),
                FieldError::new("/name", "connector.text_length", "").with_limit(30),
            ];
            let (id, hook) = (uuid::Uuid::from_u128(7), uuid::Uuid::from_u128(8));
            let of = |of: Of, typed: &Typed, errors: &[FieldError]| {
                page(frame.clone(), of, typed, errors)
            };
            vec![
                ("new", of(Of::New, &Typed::default(), &[])),
                ("mistakes", of(Of::Known(id.into()), &typed, &errors)),
                ("adopt", of(Of::Webhook(hook.into()), &typed, &[])),
            ]
        });
    }
}
