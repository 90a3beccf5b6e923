//! What the organisation says of its roll-out.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use deployment::{SellerGroup, Settings};
use edge::{Form, Problem};
use kernel::Coded as _;
use serde::Deserialize;
use web_frame::{App, Frame, Visit, answer};

use crate::at;

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    pub(crate) max_age_days: String,
    /// An identifier a line, a name behind it.
    pub(crate) seller_groups: String,
    pub(crate) community_url: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "settings.html")]
pub(crate) struct Page {
    frame: Frame,
    typed: Typed,
    /// Where something is wrong, and what.
    wrong: Vec<(String, String)>,
}

pub(crate) async fn page(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    let settings = app.deployment.settings(&visit.scope).await?;
    Ok(answer::page(&Page::new(visit.frame, Typed::of(&settings), vec![])))
}

pub(crate) async fn save(
    State(app): State<App>,
    visit: Visit,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    match Box::pin(app.deployment.set_settings(&visit.scope, typed.settings())).await {
        Ok(_) => Ok(answer::back_with(&visit.context, "/admin/deployment/settings", "saved")),
        Err(error @ deployment::Error::Invalid { .. }) => {
            let t = &visit.frame.t;
            let wrong = error.fields().iter();
            let wrong = wrong.map(|field| (field.pointer.to_string(), t.code(field.code)));
            let wrong = wrong.collect();
            let page = Page::new(visit.frame, typed, wrong);
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}

impl Typed {
    pub(crate) fn of(settings: &Settings) -> Self {
        let groups = settings.seller_groups.iter();
        let lines: Vec<_> = groups.map(|one| format!("{} {}", one.id, one.name)).collect();
        Self {
            max_age_days: settings.max_age_days.to_string(),
            seller_groups: lines.join("\n"),
            community_url: settings.community_url.clone(),
        }
    }

    fn settings(&self) -> Settings {
        let lines = self.seller_groups.lines().map(str::trim).filter(|line| !line.is_empty());
        let group = |line: &str| {
            let (id, name) = line.split_once([' ', ',', ';', '\t']).unwrap_or((line, ""));
            SellerGroup { id: id.to_owned(), name: name.trim().to_owned() }
        };
        Settings {
            // what is no number is none that is possible
            max_age_days: self.max_age_days.trim().parse().unwrap_or_default(),
            seller_groups: lines.map(group).collect(),
            community_url: self.community_url.clone(),
        }
    }
}

impl Page {
    pub(crate) fn new(frame: Frame, typed: Typed, wrong: Vec<(String, String)>) -> Self {
        let title = frame.say("web-deployment.settings");
        Self { typed, wrong, frame: at(frame, "settings", title) }
    }

    fn wrong(&self, start: &str) -> Option<&String> {
        self.wrong.iter().find(|(pointer, _)| pointer.starts_with(start)).map(|(_, said)| said)
    }
}
