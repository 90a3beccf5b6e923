//! One connector: what it is, how it is used, its package, its end.

use askama::Template;
use axum::{
    extract::{Multipart, State},
    http::{HeaderMap, HeaderValue, Method, header},
    response::{IntoResponse as _, Response},
};
use channel_connectors::Usage;
use connector_registry::{
    Connector, Consequences, NewConnector,
    hosting::{Finding, Trial},
};
use edge::{Form, Path, Problem};
use kernel::{ConnectorId, Kind, Limit, TeamId};
use serde::Deserialize;
use web_frame::{
    App, Field, Frame, Visit, answer,
    parts::{Nothing, mistakes},
};
use workspace::TeamFilter;

use super::{HOME, logo_of, path_of, sentence};
use crate::{apps::upload, at};

/// The page.
#[derive(Debug, Template)]
#[template(path = "portal/show.html")]
struct Show {
    frame: Frame,
    connector: Connector,
    logo: Option<String>,
    usage: Usage,
    goes: Consequences,
    path: String,
    delete_path: String,
    /// Teams to try it in.
    teams: Option<Field>,
    facts: Vec<(String, Vec<String>)>,
    told: Told,
}

/// What an attempt on this page said.
#[derive(Debug, Default)]
struct Told {
    problem: Option<String>,
    trial: Option<Tried>,
}

/// What the trial of both ways found, in words.
#[derive(Debug)]
struct Tried {
    works: bool,
    way: String,
    findings: Vec<String>,
}

impl Tried {
    const fn class(&self) -> &'static str {
        if self.works { "" } else { "warning" }
    }

    const fn icon(&self) -> &'static str {
        if self.works { "check-circle" } else { "warning" }
    }
}

pub(super) async fn page(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ConnectorId>,
) -> Result<Response, Problem> {
    show(&app, visit, id, Told::default()).await
}

async fn show(app: &App, visit: Visit, id: ConnectorId, told: Told) -> Result<Response, Problem> {
    let scope = &visit.scope;
    let connector = app.registrations.connector(scope, id).await?;
    let usage = app.registrations.usage(scope, id).await?;
    let goes = app.registrations.consequences(scope, id).await?;
    let limit = Limit::new(Limit::MAX).unwrap_or_default();
    let teams = app.workspace.teams(scope, TeamFilter::Mine, None, limit).await?;
    let owned = teams.items.into_iter().filter(|access| access.rights.manage);
    let owned = owned.map(|access| (access.team.id.to_string(), access.team.name)).collect();
    let page = Show::new(visit.frame, (connector, usage, goes), owned, told);
    Ok(answer::page(&page))
}

impl Show {
    fn new(
        frame: Frame,
        (connector, usage, goes): (Connector, Usage, Consequences),
        teams: Vec<(String, String)>,
        told: Told,
    ) -> Self {
        let say = |key: &str| frame.say(&format!("connectors.{key}"));
        let details = &connector.details;
        let one = |url: &Option<url::Url>| url.iter().map(url::Url::to_string).collect::<Vec<_>>();
        let places = [("teams", details.teams), ("groups", details.groups), ("mail", details.mail)];
        let places = places.into_iter().filter(|(_, on)| *on);
        let facts = vec![
            (say("id"), vec![connector.id.to_string()]),
            (say("company-name"), vec![details.company_name.clone()]),
            (say("company-url"), one(&details.company_url)),
            (say("configuration-url"), one(&connector.configuration_url)),
            (say("way"), vec![frame.say(&format!("hosting.way-{}", connector.way.as_str()))]),
            (say("valid-domains"), connector.valid_domains.clone()),
            (say("works"), places.map(|(key, _)| say(&format!("works-{key}"))).collect()),
            (say("events"), details.events.clone()),
            (say("action-domains"), details.action_domains.clone()),
            (say("action-url"), one(&details.action_url)),
            (say("landing-url"), one(&details.landing_url)),
        ];
        let teams = (!teams.is_empty()).then(|| Field::select("team", say("try-team"), teams));
        Self {
            logo: logo_of(&connector),
            path: path_of(connector.id),
            delete_path: format!("{}/delete", path_of(connector.id)),
            facts: facts.into_iter().filter(|(_, values)| !values.is_empty()).collect(),
            frame: at(frame, "portal", connector.name.clone()).back_to(HOME),
            connector,
            usage,
            goes,
            teams,
            told,
        }
    }
}

pub(super) async fn delete(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ConnectorId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.registrations.delete(&visit.scope, id).await?;
    Ok(answer::back_with(&visit.context, HOME, "connectors.deleted"))
}

#[derive(Debug, Deserialize)]
pub(super) struct ToTry {
    team: TeamId,
}

pub(super) async fn try_in_team(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ConnectorId>,
    Form(to): Form<ToTry>,
) -> Result<Response, Problem> {
    match app.registrations.try_in_team(&visit.scope, id, to.team).await {
        Ok(_) => Ok(answer::back_with(&visit.context, &path_of(id), "connectors.uploaded")),
        Err(error) => refused(&app, visit, id, error).await,
    }
}

/// Hands the package to the organisation's catalogue.
pub(super) async fn submit(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ConnectorId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    match app.registrations.package(&visit.scope, id).await {
        Ok(package) => upload::submit(&app, visit, package).await,
        Err(error) => refused(&app, visit, id, error).await,
    }
}

pub(super) async fn try_ways(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ConnectorId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    match app.hosting.try_ways(&app.registrations, &visit.scope, id).await {
        Ok(trial) => {
            let trial = Some(in_words(&visit.frame, &trial));
            show(&app, visit, id, Told { problem: None, trial }).await
        }
        Err(error) => refused(&app, visit, id, error).await,
    }
}

fn in_words(frame: &Frame, trial: &Trial) -> Tried {
    let sentence = |Finding { code, subject }: &Finding| {
        frame.say1(&format!("hosting.{code}"), "subject", subject.as_str())
    };
    let mut findings: Vec<String> = trial.proxy.iter().map(sentence).collect();
    for more in trial.direct.iter().map(sentence) {
        if !findings.contains(&more) {
            findings.push(more);
        }
    }
    let way = frame.say(&format!("hosting.way-{}", trial.way.as_str()));
    Tried { works: trial.works, way, findings }
}

/// The page with what was wrong.
async fn refused(
    app: &App,
    visit: Visit,
    id: ConnectorId,
    error: connector_registry::Error,
) -> Result<Response, Problem> {
    let Some(found) = mistakes(&error, "") else { return Err(error.into()) };
    let first = found.first().map(|fault| {
        let sentence = sentence(&visit.frame, fault.code, fault.limit);
        if fault.detail.is_empty() { sentence } else { format!("{sentence} ({})", fault.detail) }
    });
    show(app, visit, id, Told { problem: first, trial: None }).await
}

pub(super) async fn package(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ConnectorId>,
) -> Result<Response, Problem> {
    match app.registrations.package(&visit.scope, id).await {
        Ok(bytes) => {
            let attachment = HeaderValue::from_static("attachment; filename=\"app.zip\"");
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
                (header::CONTENT_DISPOSITION, attachment),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            ];
            Ok((headers, bytes).into_response())
        }
        Err(error) => refused(&app, visit, id, error).await,
    }
}

/// Takes a logo; the token stands before it in the form, and an empty file takes the logo away.
pub(super) async fn set_logo(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ConnectorId>,
    (headers, mut form): (HeaderMap, Multipart),
) -> Result<Response, Problem> {
    edge::same_origin(&visit.context, &Method::POST, &headers)?;
    let known = app.registrations.connector(&visit.scope, id).await?;
    let mut trusted = false;
    while let Some(part) = form.next_field().await.map_err(edge::unreadable_form)? {
        match part.name() {
            Some("csrf") => {
                let token = part.text().await.map_err(edge::unreadable_form)?;
                edge::verify_csrf(&visit.context, Some(&token))?;
                trusted = true;
            }
            Some("logo") => {
                if !trusted {
                    edge::verify_csrf(&visit.context, None)?;
                }
                let bytes = part.bytes().await.map_err(edge::unreadable_form)?;
                let logo = (!bytes.is_empty()).then(|| bytes.to_vec());
                let form = NewConnector::from(&known);
                return match app.registrations.update(&visit.scope, id, (form, Some(logo))).await {
                    Ok(_) => Ok(answer::back_with(&visit.context, &path_of(id), "saved")),
                    Err(error) => refused(&app, visit, id, error).await,
                };
            }
            _ => {}
        }
    }
    Err(Problem::new("request.malformed", Kind::Invalid, "the form holds no logo"))
}

/// A logo, and what a form adds around it; what is larger is said to be by the room.
pub(super) const LOGO_FORM_BYTES: usize = 128 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portal::tests::sample;
    use web_proof::show as prove;

    #[test]
    fn a_connector_says_what_it_is_and_what_goes_with_it() {
        prove("portal-connector", |frame| {
            let usage = Usage { configurations: 2, posts_24h: 41, posts_7d: 1_234, refused_7d: 3 };
            let unused = Usage { configurations: 0, posts_24h: 0, posts_7d: 0, refused_7d: 0 };
            let goes = |webhooks| Consequences { configurations: Vec::new(), webhooks };
            let teams = vec![("1".to_owned(), "Sales <b>".to_owned())];
            let trial = Tried {
                works: false,
                way: frame.say("hosting.way-proxy"),
                findings: vec![frame.say1(
                    "hosting.name-missing",
                    "subject",
                    "*.apps.hub.example.org",
                )],
            };
            let told = Told { problem: Some("<i>".to_owned()), trial: Some(trial) };
            vec![
                (
                    "used",
                    Show::new(
                        frame.clone(),
                        (sample(frame), usage, goes(2)),
                        teams,
                        Told::default(),
                    ),
                ),
                (
                    "told",
                    Show::new(frame.clone(), (sample(frame), unused, goes(0)), Vec::new(), told),
                ),
            ]
        });
    }
}
