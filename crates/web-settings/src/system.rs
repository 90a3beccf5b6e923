//! The settings of one CRM, a page for each part of the catalogue.

use askama::Template;
use axum::{
    Extension,
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use edge::{Form, Path, Problem};
use http::StatusCode;
use identity::Group;
use kernel::{Coded as _, FieldError, Kind};
use sales_settings::{CATALOGUE, Entry, Error, Kept, Page as Part, Settings};
use serde::Deserialize;
use uuid::Uuid;
use web_frame::{App, Frame, Visit, administration, answer};

use crate::{
    Rooms, sales,
    typed::{Shown, Typed, fields, read},
};

/// Which page of which CRM.
#[derive(Debug, Deserialize)]
pub(crate) struct At {
    crm_system: Uuid,
    #[serde(default)]
    settings_page: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "system.html")]
pub(crate) struct Page {
    frame: Frame,
    tabs: Vec<(String, String, bool)>,
    action: String,
    what: String,
    fields: Vec<Shown>,
    changes: i64,
    /// Where else something of this part is set.
    beside: Vec<(&'static str, String)>,
    wrong: Vec<String>,
}

pub(crate) async fn first(
    Extension(rooms): Extension<Rooms>,
    visit: Visit,
    Path(at): Path<At>,
) -> Result<Response, Problem> {
    rooms.settings.administered(&visit.scope, at.crm_system).await?;
    let to = format!("/admin/sales-settings/{}/pages/ai", at.crm_system);
    Ok(Redirect::to(&to).into_response())
}

pub(crate) async fn page(
    State(app): State<App>,
    Extension(rooms): Extension<Rooms>,
    visit: Visit,
    Path(at): Path<At>,
) -> Result<Response, Problem> {
    let kept = rooms.settings.settings(&visit.scope, at.crm_system).await?;
    let part = part(&at)?;
    let groups = sales::groups(&app, &visit).await?;
    Ok(answer::page(&Page::new(visit.frame, (at.crm_system, part), (&kept, &groups), &[])))
}

pub(crate) async fn save(
    State(app): State<App>,
    Extension(rooms): Extension<Rooms>,
    visit: Visit,
    Path(at): Path<At>,
    Form(form): Form<Typed>,
) -> Result<Response, Problem> {
    let kept = rooms.settings.settings(&visit.scope, at.crm_system).await?;
    let part = part(&at)?;
    let changes = form.get("changes").and_then(|text| text.parse().ok());
    let patch = read(&entries(part), &form);
    match rooms.settings.update(&visit.scope, at.crm_system, patch, changes).await {
        Ok(_) => {
            let to = address(at.crm_system, part);
            Ok(answer::back_with(&visit.context, &to, "saved"))
        }
        Err(error @ Error::Invalid { .. }) => {
            let groups = sales::groups(&app, &visit).await?;
            let place = (at.crm_system, part);
            let page = Page::new(visit.frame, place, (&kept, &groups), error.fields());
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}

fn part(at: &At) -> Result<Part, Problem> {
    let found = Part::parse(&at.settings_page);
    found.ok_or_else(|| Problem::new("route.unknown", Kind::NotFound, "there is no such page"))
}

fn entries(part: Part) -> Vec<Entry> {
    CATALOGUE.iter().filter(|entry| entry.page == part).copied().collect()
}

fn address(system: Uuid, part: Part) -> String {
    format!("/admin/sales-settings/{system}/pages/{}", part.as_str())
}

/// The tabs of a CRM's settings; nothing is chosen for its forms.
pub(crate) fn tabs(
    frame: &Frame,
    system: Uuid,
    chosen: Option<Part>,
) -> Vec<(String, String, bool)> {
    let mut all: Vec<(String, String, bool)> = Part::ALL
        .into_iter()
        .map(|part| {
            let name = frame.say(&format!("web-settings.page-{}", part.as_str()));
            (address(system, part), name, chosen == Some(part))
        })
        .collect();
    let forms = format!("/admin/sales-settings/{system}/forms");
    all.push((forms, frame.say("web-settings.page-forms"), chosen.is_none()));
    all
}

impl Page {
    pub(crate) fn new(
        frame: Frame,
        (system, part): (Uuid, Part),
        (kept, groups): (&Kept<Settings>, &[Group]),
        errors: &[FieldError],
    ) -> Self {
        let title = frame.say("web-settings.title");
        let frame =
            administration::at(frame, "sales-settings", title).back_to("/admin/sales-settings");
        let values = serde_json::json!(kept.value);
        let beside: &[(&str, &str)] = match part {
            Part::Ai => &[("/admin/language", "admin-language")],
            Part::Saving => &[("/admin/mail", "admin-mail")],
            Part::Meetings => &[("/admin/meetings", "web-meetings.rules")],
            Part::More => &[("/admin/crm", "admin-crm"), ("/admin/privacy", "admin-privacy")],
            Part::Access => &[],
        };
        Self {
            tabs: tabs(&frame, system, Some(part)),
            action: address(system, part),
            what: frame.say(&format!("web-settings.page-{}-what", part.as_str())),
            fields: fields(&frame, &entries(part), (&values, groups), errors),
            changes: kept.changes,
            beside: beside.iter().map(|(href, key)| (*href, frame.say(key))).collect(),
            wrong: errors.iter().map(|error| frame.t.code(error.code)).collect(),
            frame,
        }
    }
}
