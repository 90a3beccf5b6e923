//! The panel beside a meeting: the record that the person connected with it, notes on that record, and what to know before.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use edge::{Form, Problem, Query};
use serde::Deserialize;
use teams_app::{Found, Note, Seen};
use web_frame::{App, Frame, Html, Section, Visit, answer, html::query_value};

use crate::{home::told, record::Card, share::of_form};

/// The page.
#[derive(Debug, Template)]
#[template(path = "panel.html")]
pub(crate) struct Page {
    frame: Frame,
    /// What Teams calls the meeting; empty where it does not say.
    meeting: String,
    record: Option<Html>,
    notes: Vec<Note>,
    words: String,
    found: Option<Found>,
    trouble: Option<(String, String)>,
}

/// What the panel has to show.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    pub(crate) seen: Option<Seen>,
    pub(crate) notes: Vec<Note>,
    pub(crate) words: String,
    pub(crate) found: Option<Found>,
    pub(crate) trouble: Option<(String, String)>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    meeting: String,
    q: Option<String>,
}

pub(crate) async fn page(
    State(app): State<App>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let shown = look(&app, &visit, &asked).await?;
    Ok(answer::page(&Page::new(visit.frame, asked.meeting, shown)))
}

async fn look(app: &App, visit: &Visit, asked: &Asked) -> Result<Shown, Problem> {
    let (teams, scope) = (app.deployment.teams(), &visit.scope);
    let mut shown = Shown::default();
    if asked.meeting.is_empty() {
        return Ok(shown);
    }
    if let Some(at) = teams.meeting(scope, &asked.meeting).await? {
        let seen = Box::pin(teams.view(scope, &at)).await?;
        if matches!(seen, Seen::View(_)) {
            // a CRM without notes is no reason to show nothing
            shown.notes = Box::pin(teams.notes(scope, &at)).await.unwrap_or_default();
        }
        shown.seen = Some(seen);
    }
    if shown.seen.is_none() || asked.q.is_some() {
        shown.words = asked.q.clone().unwrap_or_default();
        match Box::pin(teams.search(scope, (&shown.words, ""), (0, SHOWN))).await {
            Ok(found) => shown.found = Some(found),
            Err(error) => shown.trouble = Some(told(&visit.frame, error)?),
        }
    }
    Ok(shown)
}

impl Page {
    pub(crate) fn new(frame: Frame, meeting: String, shown: Shown) -> Self {
        let title = frame.say("web-teams.panel");
        let record = shown.seen.as_ref().map(|seen| Card::new(&frame, seen).html());
        let Shown { notes, words, found, trouble, .. } = shown;
        let frame = frame.at(Section::Nowhere, title);
        Self { frame, meeting, record, notes, words, found, trouble }
    }

    fn change(&self) -> String {
        format!("/teams/panel?meeting={}&q=", query_value(&self.meeting))
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Chosen {
    meeting: String,
    /// `system/table/id`; nothing takes the record away.
    record: String,
}

/// Connects a record with the meeting.
pub(crate) async fn connect(
    State(app): State<App>,
    visit: Visit,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Problem> {
    let teams = app.deployment.teams();
    let record = if chosen.record.is_empty() {
        Ok(None)
    } else {
        of_form(&chosen.record).map(Some).ok_or(teams_app::Error::NoRecord)
    };
    let kept = match record {
        Ok(record) => Box::pin(teams.set_meeting(&visit.scope, &chosen.meeting, record)).await,
        Err(error) => Err(error),
    };
    match kept {
        Ok(()) => {
            let to = format!("/teams/panel?meeting={}", query_value(&chosen.meeting));
            Ok(answer::back_with(&visit.context, &to, "web-teams.connected"))
        }
        Err(error @ (teams_app::Error::NoRecord | teams_app::Error::Invalid { .. })) => {
            let trouble = told(&visit.frame, error)?;
            let asked = Asked { meeting: chosen.meeting, q: None };
            let shown = look(&app, &visit, &asked).await?;
            let shown = Shown { trouble: Some(trouble), ..shown };
            let page = Page::new(visit.frame, asked.meeting, shown);
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}

/// Records that the panel shows at once.
const SHOWN: usize = 8;
