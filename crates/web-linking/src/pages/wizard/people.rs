//! Who comes along: who is proposed and why, and who is found.

use linking::Why;
use web_frame::{App, Visit};
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
