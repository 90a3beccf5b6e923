//! Asking for a record that somebody sees the tab of, and giving it.

use axum::{extract::State, response::Response};
use edge::{Form, Path, Problem};
use kernel::{Coded as _, UserId};
use linking::{AccessRequest, LinkId};
use serde::Deserialize;
use uuid::Uuid;
use web_frame::{App, Html, Visit, answer};

use super::{Place, address, page};

/// Somebody who asks.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) name: String,
    pub(super) message: String,
    pub(super) at: Html,
    pub(super) address: String,
}

/// Who waits for an answer of the reader.
pub(super) async fn open(app: &App, visit: &Visit, place: &Place) -> Result<Vec<Open>, Problem> {
    // who may give nothing is asked nothing
    let found = app.linking.access_requests(&visit.scope, place.link.id).await;
    let found = found.unwrap_or_default();
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<UserId> = found.iter().map(|one| one.user).collect();
    let people = app.identity.people(&visit.scope, &ids).await.unwrap_or_default();
    let told = |one: AccessRequest| {
        let person = people.iter().find(|person| person.id == one.user);
        let unknown = || visit.frame.say("message-unknown-person");
        Open {
            name: person.map_or_else(unknown, |person| person.display_name.clone()),
            at: visit.frame.moment(&one.created_at),
            address: format!("{}/access/{}", place.address(), one.id),
            message: one.message,
        }
    };
    Ok(found.into_iter().map(told).collect())
}

/// Where the notice of a request leads: the tab, with who asks.
pub(super) async fn requests(
    State(app): State<App>,
    visit: Visit,
    Path(link): Path<LinkId>,
) -> Result<Response, Problem> {
    Place::of(&app, &visit, link).await?;
    Ok(page::back(&address(link)))
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
    Place::of(&app, &visit, link).await?;
    let grant = matches!(answered.answer, Word::Grant);
    app.linking.answer_request(&visit.scope, (link, request), grant).await?;
    let key = if grant { "linked.granted" } else { "linked.declined" };
    Ok(answer::back_with(&visit.context, &address(link), key))
}
