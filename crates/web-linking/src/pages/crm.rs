//! Whether records of a CRM elsewhere are linked.

use askama::Template;
use axum::{extract::State as Shelf, response::Response};
use edge::{Form, Path, Problem};
use serde::Deserialize;
use uuid::Uuid;
use web_frame::{App, Frame, Section, Visit, answer};

/// The page.
#[derive(Debug, Template)]
#[template(path = "pages/crm.html")]
pub(crate) struct Page {
    frame: Frame,
    system: Uuid,
    name: String,
    links: bool,
}

/// What is sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sent {
    links: Option<String>,
}

pub(crate) async fn page(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(system): Path<Uuid>,
) -> Result<Response, Problem> {
    let (system, links) = app.linking.links_crm(&visit.scope, system).await?;
    Ok(answer::page(&Page::new(visit.frame, (system.id, &system.name), links)))
}

pub(crate) async fn save(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(system): Path<Uuid>,
    Form(sent): Form<Sent>,
) -> Result<Response, Problem> {
    app.linking.link_crm(&visit.scope, system, sent.links.is_some()).await?;
    Ok(answer::back_with(&visit.context, &format!("/links/crm/{system}"), "saved"))
}

impl Page {
    pub(crate) fn new(frame: Frame, (system, name): (Uuid, &str), links: bool) -> Self {
        let title = frame.say1("collaborate.crm-title", "name", name);
        let back = format!("/admin/crm/{system}");
        Self {
            frame: frame.at(Section::Administration, title).back_to(back),
            system,
            name: name.to_owned(),
            links,
        }
    }
}
