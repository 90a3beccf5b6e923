//! The developer portal: registering connectors, manifests, usage.

mod form;
mod manifest;
mod show;

use askama::Template;
use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    response::Response,
};
use connector_registry::Connector;
use edge::{PageQuery, Problem, get, get_and_post, post};
use kernel::{ConnectorId, Permission};
use web_frame::{App, Frame, Visit, answer};

use crate::at;

/// The addresses of this area.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/connectors/developer", get_and_post(list, form::register))
        .route("/connectors/developer/new", get(form::new))
        .route("/connectors/developer/{connector}", get_and_post(show::page, form::update))
        .route("/connectors/developer/{connector}/edit", get(form::edit))
        .route("/connectors/developer/{connector}/delete", post(show::delete))
        .route("/connectors/developer/{connector}/try", post(show::try_in_team))
        .route("/connectors/developer/{connector}/submit", post(show::submit))
        .route("/connectors/developer/{connector}/trial", post(show::try_ways))
        .route("/connectors/developer/{connector}/package", get(show::package))
        .route(
            "/connectors/developer/{connector}/manifest",
            get_and_post(manifest::page, manifest::keep),
        )
        .route("/connectors/developer/{connector}/manifest/reset", post(manifest::reset))
        .merge(
            Router::new()
                .route("/connectors/developer/{connector}/logo", post(show::set_logo))
                .layer(DefaultBodyLimit::max(show::LOGO_FORM_BYTES)),
        )
}

/// The list.
#[derive(Debug, Template)]
#[template(path = "portal/list.html")]
struct List {
    frame: Frame,
    rows: Vec<Connector>,
    next: Option<String>,
}

async fn list(State(app): State<App>, visit: Visit, query: PageQuery) -> Result<Response, Problem> {
    visit.scope.require(Permission::ConnectorRegister).map_err(Problem::denied)?;
    let found = app.registrations.list(&visit.scope, query.limit, query.after.as_ref()).await?;
    let next = found.next.map(|next| format!("{HOME}?after={next}"));
    Ok(answer::page(&List::new(visit.frame, found.items, next)))
}

impl List {
    fn new(frame: Frame, rows: Vec<Connector>, next: Option<String>) -> Self {
        let title = frame.say("web-connectors.portal");
        Self { frame: at(frame, "portal", title), rows, next }
    }
}

/// The path of a logo, which changes with it.
fn logo_of(connector: &Connector) -> Option<String> {
    connector
        .logo
        .map(|_| format!("/api/v1/connectors/{}/logo?v={}", connector.id, connector.version))
}

fn path_of(id: ConnectorId) -> String {
    format!("{HOME}/{id}")
}

/// A broken rule in words: those of packages have texts of their own.
fn sentence(frame: &Frame, code: &'static str, limit: Option<i64>) -> String {
    let own = frame.t.rule(code, limit);
    if own != code {
        return own;
    }
    frame.say(&format!("packages.package-{}", code.replace(['.', '_'], "-")))
}

/// The list's address.
const HOME: &str = "/connectors/developer";

#[cfg(test)]
mod tests {
    use connector_registry::{Details, Way};
    use jiff::SignedDuration;
    use uuid::Uuid;
    use web_proof::show;

    use super::*;

    pub(super) fn sample(frame: &Frame) -> Connector {
        let url = |text: &str| Some(text.parse().unwrap());
        Connector {
            id: Uuid::from_u128(7).into(),
            version: 3,
            name: "Tasks <b>".to_owned(),
            details: Details {
                short_description: "Says in a channel what happens to tasks".to_owned(),
                description: "Created, updated, done.\nWith a link.".to_owned(),
                company_name: "Contoso".to_owned(),
                company_url: url("https://contoso.example/"),
                events: vec!["Task created".to_owned(), "Task updated".to_owned()],
                actionable: true,
                action_domains: vec!["tasks.contoso.example".to_owned()],
                teams: true,
                mail: true,
                ..Details::default()
            },
            configuration_url: url("https://tasks.contoso.example/configure"),
            valid_domains: vec!["tasks.contoso.example".to_owned()],
            way: Way::Proxy,
            logo: None,
            owner: Uuid::from_u128(1).into(),
            created_at: frame.now - SignedDuration::from_hours(30),
            updated_at: frame.now,
        }
    }

    #[test]
    fn the_list_leads_to_each_and_teaches_the_first_step() {
        show("portal", |frame| {
            let rows = vec![sample(frame)];
            vec![
                ("some", List::new(frame.clone(), rows, None)),
                ("none", List::new(frame.clone(), Vec::new(), None)),
            ]
        });
    }
}
