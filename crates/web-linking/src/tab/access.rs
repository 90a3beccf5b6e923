//! Asking for a record that somebody sees the tab of, and giving it.

use askama::Template;
use axum::{extract::State, response::Response};
use edge::{Form, Path, Problem};
use kernel::{Coded as _, Kind, UserId};
use linking::{AccessRequest, LinkId};
use serde::Deserialize;
use uuid::Uuid;
use web_frame::{App, Frame, Html, Section, Visit, answer};

use super::{Place, address, page};

/// Somebody who asks.
#[derive(Debug)]
pub(crate) struct Open {
    pub(crate) name: String,
    pub(crate) message: String,
    pub(crate) at: Html,
    pub(crate) address: String,
}

/// Who waits for an answer of the reader.
pub(super) async fn open(app: &App, visit: &Visit, place: &Place) -> Result<Vec<Open>, Problem> {
    // who may give nothing is asked nothing
    let found = app.linking.access_requests(&visit.scope, place.link.id).await;
    let found = found.unwrap_or_default();
    Ok(told(app, visit, place.link.id, found).await)
}

async fn told(app: &App, visit: &Visit, link: LinkId, found: Vec<AccessRequest>) -> Vec<Open> {
    if found.is_empty() {
        return Vec::new();
    }
    let ids: Vec<UserId> = found.iter().map(|one| one.user).collect();
    let people = app.identity.people(&visit.scope, &ids).await.unwrap_or_default();
    let told = |one: AccessRequest| {
        let person = people.iter().find(|person| person.id == one.user);
        let unknown = || visit.frame.say("message-unknown-person");
        Open {
            name: person.map_or_else(unknown, |person| person.display_name.clone()),
            at: visit.frame.moment(&one.created_at),
            address: format!("{}/access/{}", address(link), one.id),
            message: one.message,
        }
    };
    found.into_iter().map(told).collect()
}

/// Who asks for the record, for an owner who is not in the channel.
#[derive(Debug, Template)]
#[template(path = "tab/access.html")]
pub(crate) struct Requests {
    frame: Frame,
    name: String,
    asked: Vec<Open>,
}

impl Requests {
    pub(crate) fn new(frame: Frame, name: String, asked: Vec<Open>) -> Self {
        let title = frame.say("in-step.asked-title");
        Self { frame: frame.at(Section::Activity, title).back_to("/activity"), name, asked }
    }
}

/// Where the notice of a request leads: the tab, with who asks. Who may share the record and is not in its channel
/// answers on a page of its own.
pub(super) async fn requests(
    State(app): State<App>,
    visit: Visit,
    Path(link): Path<LinkId>,
) -> Result<Response, Problem> {
    match Place::of(&app, &visit, link).await {
        Ok(place) if place.tab.is_some() => return Ok(page::back(&address(link))),
        Ok(_) => {}
        Err(problem) if problem.code().kind() == Kind::NotFound => {}
        Err(problem) => return Err(problem),
    }
    // who may not share the record finds nothing here
    let found = app.linking.access_requests(&visit.scope, link).await?;
    let name = app.linking.link_by_id(&visit.scope, link).await?.subject_name;
    let asked = told(&app, &visit, link, found).await;
    Ok(answer::page(&Requests::new(visit.frame, name, asked)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Words {
    message: String,
}

/// Asks the owner of the record.
pub(super) async fn ask(
    State(app): State<App>,
    visit: Visit,
    Path(link): Path<LinkId>,
    Form(words): Form<Words>,
) -> Result<Response, Problem> {
    Place::of(&app, &visit, link).await?;
    let message: String = words.message.trim().chars().take(500).collect();
    match app.linking.request_access(&visit.scope, link, &message).await {
        Ok(()) => Ok(answer::back_with(&visit.context, &address(link), "linked.asked")),
        // somebody was faster
        Err(error) if error.code().name() == "link.has_access" => Ok(page::back(&address(link))),
        Err(error) => Err(error.into()),
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    Grant,
    Decline,
}

#[derive(Debug, Deserialize)]
pub(super) struct Answered {
    answer: Word,
}

/// Gives it, or does not.
pub(super) async fn answer(
    State(app): State<App>,
    visit: Visit,
    Path((link, request)): Path<(LinkId, Uuid)>,
    Form(answered): Form<Answered>,
) -> Result<Response, Problem> {
    let grant = matches!(answered.answer, Word::Grant);
    app.linking.answer_request(&visit.scope, (link, request), grant).await?;
    let key = if grant { "linked.granted" } else { "linked.declined" };
    // back to the tab, or to the page of who is not in the channel
    let to = match Place::of(&app, &visit, link).await {
        Ok(_) => address(link),
        Err(_elsewhere) => format!("{}/access", address(link)),
    };
    Ok(answer::back_with(&visit.context, &to, key))
}
