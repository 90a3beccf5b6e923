//! Who comes along: who is proposed and why, and who is found.

use std::fmt::Write as _;

use axum::{extract::State as Shelf, response::Response};
use edge::{Problem, Query};
use identity::users::{UserFilter, UserState};
use kernel::{Limit, Permission};
use linking::Why;
use linking_setup::Kind;
use serde::Deserialize;
use web_frame::{App, Html, Visit, answer, html::escape};
use workspace_port::{Person, Workspace};

use super::Going;

/// Somebody to bring along.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) why: String,
    pub(crate) on: bool,
}

/// What the person is called at the workspace.
pub(crate) async fn me(app: &App, visit: &Visit, seat: &dyn Workspace) -> Vec<String> {
    let Some(user) = visit.scope.user() else { return Vec::new() };
    let mut me = vec![user.to_string()];
    if let Ok(known) = app.identity.user(&visit.scope, user).await
        && let Ok(person) = seat.person(&known.user_name).await
    {
        me.push(person.id.0);
    }
    me
}

/// Proposed people first, then those that were found.
pub(crate) async fn candidates(going: &Going<'_>) -> Vec<Candidate> {
    let (frame, chosen) = (going.frame, &going.chosen);
    // before the form was sent once, all that are proposed come along
    let first = !chosen.seen;
    let on = |id: &str| first || chosen.person.iter().any(|one| one == id);
    let mut all: Vec<Candidate> = Vec::new();
    for one in &going.found.members {
        if going.me.contains(&one.person.0) {
            continue;
        }
        let why = match &one.why {
            Why::Owner => frame.say("collaborate.why-owner"),
            Why::Shared => frame.say("collaborate.why-shared"),
            Why::Team(team) => frame.say1("collaborate.why-team", "team", team.as_str()),
        };
        let id = one.person.0.clone();
        all.push(Candidate { on: on(&id), id, name: one.name.clone(), why });
    }
    for mail in chosen.also.iter().take(MOST) {
        let Ok(Person { id, name, is_guest, .. }) = going.seat.person(mail).await else { continue };
        if all.iter().any(|one| one.id == id.0) || going.me.contains(&id.0) {
            continue;
        }
        let key = if is_guest { "collaborate.why-guest" } else { "collaborate.why-found" };
        all.push(Candidate { on: on(&id.0), id: id.0, name, why: frame.say(key) });
    }
    all
}

/// People that are looked up one by one.
const MOST: usize = 50;

/// What somebody has typed so far.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typing {
    q: String,
}

/// Who could be meant, by account name, name or mail address; for a list below the field. Who may not see the directory
/// is proposed nobody, and may type all the same.
pub(crate) async fn suggest(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Query(typing): Query<Typing>,
) -> Result<Response, Problem> {
    let words: String = typing.q.trim().chars().take(WORDS).collect();
    if words.chars().count() < 2 || !visit.frame.may(Permission::DirectoryRead) {
        return Ok(answer::part(Html::default()));
    }
    let filter = UserFilter { search: Some(words), state: Some(UserState::Active), role: None };
    let limit = Limit::new(PROPOSED).unwrap_or_default();
    let found = app.identity.users(&visit.scope, filter, limit, None).await?;
    // another workspace knows people by their mail addresses
    let own = app.linking_setup.workspaces().kind(&visit.scope) == Kind::Embedded;
    let mut html = String::new();
    for user in &found.items {
        let name = if own { Some(&user.user_name) } else { user.addresses.first() };
        let Some(name) = name else { continue };
        let (name, shown) = (escape(name), escape(&user.display_name));
        // writing to a text does not fail
        let _ = write!(html, "<option value=\"{name}\">{shown}</option>");
    }
    Ok(answer::part(Html::trusted(html)))
}

/// Letters that are looked for.
const WORDS: usize = 100;
/// People that are proposed at once.
const PROPOSED: u16 = 8;
