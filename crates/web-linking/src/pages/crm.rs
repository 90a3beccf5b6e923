//! Whether records of a CRM elsewhere are linked, and how members of their links follow.

use askama::Template;
use axum::{extract::State as Shelf, http::StatusCode, response::Response};
use edge::{Form, Path, Problem};
use kernel::Coded as _;
use linking_sync::{Error, Policy};
use serde::Deserialize;
use uuid::Uuid;
use web_frame::{App, Frame, Visit, administration, answer};

use super::{
    policy::{PolicyFields, Typed},
    words::Told,
};

/// The page.
#[derive(Debug, Template)]
#[template(path = "pages/crm.html")]
pub(crate) struct Page {
    frame: Frame,
    system: Uuid,
    name: String,
    links: bool,
    fields: PolicyFields,
    /// What is in the way of following.
    obstacle: Option<Told>,
    /// What went wrong with the form.
    problem: Option<Told>,
}

/// What is sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sent {
    links: Option<String>,
}

/// What the page is drawn from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    pub(crate) links: bool,
    pub(crate) policy: Policy,
    pub(crate) obstacle: Option<&'static str>,
    pub(crate) problem: Option<&'static str>,
}

pub(crate) async fn page(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(system): Path<Uuid>,
) -> Result<Response, Problem> {
    show(&app, visit, system, (None, None)).await
}

pub(crate) async fn save(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(system): Path<Uuid>,
    Form(sent): Form<Sent>,
) -> Result<Response, Problem> {
    app.linking.link_crm(&visit.scope, system, sent.links.is_some()).await?;
    Ok(answer::back_with(&visit.context, &address(system), "saved"))
}

pub(crate) async fn save_members(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(system): Path<Uuid>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let wanted = typed.policy();
    match app.linking_sync.set_crm_policy(&visit.scope, system, wanted).await {
        Ok(()) => Ok(answer::back_with(&visit.context, &address(system), "in-step.saved")),
        Err(error @ Error::Setup(_)) => {
            show(&app, visit, system, (Some(wanted), Some(error.code().name()))).await
        }
        Err(error) => Err(error.into()),
    }
}

fn address(system: Uuid) -> String {
    format!("/links/crm/{system}")
}

async fn show(
    app: &App,
    visit: Visit,
    system: Uuid,
    (wanted, problem): (Option<Policy>, Option<&'static str>),
) -> Result<Response, Problem> {
    let scope = &visit.scope;
    let (known, links) = app.linking.links_crm(scope, system).await?;
    let held = app.linking_sync.crm_policy(scope, system).await?;
    let obstacle = app.linking_sync.crm_sync_obstacle(scope, system).await?;
    let seen = Seen {
        links,
        policy: wanted.unwrap_or(held),
        obstacle: obstacle.map(|found| found.code().name()),
        problem,
    };
    let status = if problem.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let page = Page::new(visit.frame, (known.id, &known.name), seen);
    Ok(answer::page_with(status, &page))
}

impl Page {
    pub(crate) fn new(frame: Frame, (system, name): (Uuid, &str), seen: Seen) -> Self {
        let title = frame.say1("collaborate.crm-title", "name", name);
        let back = format!("/admin/crm/{system}");
        let told = |code: Option<&str>| code.map(|code| Told::of(&frame, code));
        Self {
            fields: PolicyFields::new(&frame, seen.policy, seen.obstacle.is_some()),
            problem: told(seen.problem.filter(|code| Some(*code) != seen.obstacle)),
            obstacle: told(seen.obstacle),
            frame: administration::at(frame, "crm", title).back_to(back),
            system,
            name: name.to_owned(),
            links: seen.links,
        }
    }
}
