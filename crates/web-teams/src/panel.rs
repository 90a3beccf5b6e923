//! The panel beside a meeting: the record that the person connected with it, notes on that record, and what to know before.

use askama::Template;
use axum::{Extension, extract::State, http::StatusCode, response::Response};
use edge::{Form, Problem, Query};
use meetings::{Action, Activity, Matched, Meeting, Meetings};
use serde::Deserialize;
use teams_app::{Found, Note, Seen, Shared};
use web_frame::{App, Frame, Html, Section, Visit, answer, html::query_value};

use crate::{
    Room,
    home::told,
    record::Card,
    share::{of_form, to_form},
};

/// The page.
#[derive(Debug, Template)]
#[template(path = "panel.html")]
pub(crate) struct Page {
    frame: Frame,
    /// What Teams calls the meeting; empty where it does not say.
    meeting: String,
    record: Option<Html>,
    notes: Vec<Note>,
    before: Option<Before>,
    words: String,
    found: Option<Found>,
    trouble: Option<(String, String)>,
}

/// What the panel has to show.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    pub(crate) seen: Option<Seen>,
    pub(crate) notes: Vec<Note>,
    pub(crate) before: Option<Before>,
    pub(crate) words: String,
    pub(crate) found: Option<Found>,
    pub(crate) trouble: Option<(String, String)>,
}

/// What to know before: of the entry of the person's calendar that Teams speaks of.
#[derive(Debug)]
pub(crate) struct Before {
    pub(crate) meeting: Meeting,
    /// Name of somebody from outside, and where the CRM knows them: the name there, and the account.
    pub(crate) visitors: Vec<(String, Option<(String, String)>)>,
    /// The record that the entry is connected to, or that is suggested: as forms send it, its name and what it is.
    pub(crate) record: Option<(String, String, String)>,
    pub(crate) activities: Vec<Activity>,
    pub(crate) last: Option<Meeting>,
    pub(crate) open: Vec<Action>,
}

impl Before {
    /// Looks it up; none where no calendar of the person's knows the meeting.
    async fn read(
        (app, room): (&App, &Meetings),
        visit: &Visit,
        meeting: &str,
    ) -> Result<Option<Self>, meetings::Error> {
        let scope = &visit.scope;
        let Some(found) = room.in_teams(scope, meeting).await? else { return Ok(None) };
        let (opened, prepared) = Box::pin(room.prepared(scope, found.id)).await?;
        let visitor = |one: &meetings::Person| {
            let known = prepared.people.iter().find(|known| known.address.address == one.address);
            let contact = known.and_then(|known| match &known.matched {
                Matched::One(contact) => {
                    let account = contact.account.as_ref().map(|account| account.name.clone());
                    Some((contact.name.clone(), account.unwrap_or_default()))
                }
                _ => None,
            });
            (one.shown().to_owned(), contact)
        };
        let outside = opened.people.iter().filter(|one| one.is_external);
        let visitors = outside.take(VISITORS).map(visitor).collect();
        let chosen = app.crm.mine(scope).await.unwrap_or_default();
        let system = chosen.into_iter().find(|one| one.chosen).map(|one| one.system.id);
        let record = prepared.record.zip(system).and_then(|(shown, system)| {
            let at = Shared::parse(&system.to_string(), &shown.table, &shown.id)?;
            Some((to_form(&at), shown.name, shown.label))
        });
        Ok(Some(Self {
            meeting: opened.meeting,
            visitors,
            record,
            activities: prepared.activities,
            last: prepared.last,
            open: prepared.open_actions,
        }))
    }

    fn path(&self) -> String {
        format!("/meetings/{}/preparation", self.meeting.id)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    meeting: String,
    q: Option<String>,
}

pub(crate) async fn page(
    State(app): State<App>,
    Extension(room): Room,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let shown = look((&app, &room), &visit, &asked).await?;
    Ok(answer::page(&Page::new(visit.frame, asked.meeting, shown)))
}

async fn look(
    (app, room): (&App, &Meetings),
    visit: &Visit,
    asked: &Asked,
) -> Result<Shown, Problem> {
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
    if asked.q.is_none() {
        // what cannot be prepared is no reason to show nothing
        let read = Box::pin(Before::read((app, room), visit, &asked.meeting)).await;
        shown.before = read.unwrap_or_else(|error| {
            tracing::info!(%error, "a meeting is not prepared");
            None
        });
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
        let Shown { notes, before, words, found, trouble, .. } = shown;
        let frame = frame.at(Section::Nowhere, title);
        Self { frame, meeting, record, notes, before, words, found, trouble }
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
    Extension(room): Room,
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
            let shown = look((&app, &room), &visit, &asked).await?;
            let shown = Shown { trouble: Some(trouble), ..shown };
            let page = Page::new(visit.frame, asked.meeting, shown);
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}

/// Records that the panel shows at once.
const SHOWN: usize = 8;
/// People from outside that it shows.
const VISITORS: usize = 12;
