//! Sharing a tab: a link, a post in the channel, and, with the consent of the organisation, people asked in.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use edge::{Form, Path, Problem};
use kernel::{Limit, Permission, TeamId, UserId};
use linking::LinkId;
use linking_setup::Feature;
use serde::Deserialize;
use web_frame::{App, Asked, Field, Frame, Visit, answer};
use workspace::Role;

use super::Place;

/// The sheet.
#[derive(Debug, Template)]
#[template(path = "tab/share.html")]
struct Sheet<'a> {
    frame: &'a Frame,
    close: String,
    link: String,
    /// Where a post is sent.
    post: Option<String>,
    text: Field,
    /// Where a person is added, where that is agreed to and the reader may.
    add: Option<String>,
    person: Field,
    /// Why nobody can be added from here.
    why_not: Option<String>,
    members: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    person: String,
}

pub(super) async fn sheet(
    State(app): State<App>,
    visit: Visit,
    Path(link): Path<LinkId>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, link).await?;
    open(&app, visit, place, ("", None)).await
}

async fn open(
    app: &App,
    visit: Visit,
    place: Place,
    (typed, problem): (&str, Option<String>),
) -> Result<Response, Problem> {
    let (here, channel) = (place.address(), &place.channel);
    let obstacle = obstacle(app, &visit, &place).await?;
    let refused = problem.is_some();
    let may_post = channel.rights.write && visit.frame.may(Permission::MessageWrite);
    let frame = place.frame(app, &visit, &visit.frame.say("tabs.share")).await?;
    let mut person = Field::text("person", frame.say("linked.share-person"))
        .hint(frame.say("linked.share-person-hint"))
        .value(typed)
        .required();
    if let Some(problem) = problem {
        person = person.error(problem);
    }
    let post = place.tab.filter(|_| may_post);
    let post = post.map(|tab| format!("/channels/{}/tabs/{tab}/share", channel.channel.id));
    let may_add = channel.rights.manage && obstacle.is_none();
    let sheet = web_frame::Html::of(&Sheet {
        frame: &frame,
        link: format!("{}{here}", visit.context.base_url()),
        post,
        text: Field::area("text", frame.say("tabs.share-text")).max(2000),
        add: may_add.then(|| format!("{here}/share")),
        person,
        why_not: obstacle,
        members: format!("/teams/{}/members", channel.team.id),
        close: here,
    });
    if visit.asked == Asked::Sheet {
        return Ok(answer::part(sheet));
    }
    let status = if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(answer::page_with(status, &Alone { frame: frame.with_sheet(sheet), head: place.head }))
}

/// The sheet over an empty tab, for browsers without script.
#[derive(Debug, Template)]
#[template(path = "tab/alone.html")]
struct Alone {
    frame: Frame,
    head: web_frame::channel::Head,
}

/// Why nobody can be added from here, in the words of the guide; without consent exactly those of E2, also where only
/// the basic experience is on.
async fn obstacle(app: &App, visit: &Visit, place: &Place) -> Result<Option<String>, Problem> {
    let environment = place.link.subject.environment();
    let asked = app.linking_setup.may(&visit.scope, environment, None, Feature::AddMembers);
    let Some(found) = asked.await?.obstacle() else { return Ok(None) };
    let consented = match app.linking_setup.consents(&visit.scope).await {
        Ok([first, _]) => first.holds(),
        // who may not look at consents is told what holds for everybody
        Err(linking_setup::Error::Denied(_)) => false,
        Err(error) => return Err(error.into()),
    };
    let code = if consented { found.code().name() } else { NO_CONSENT };
    Ok(Some(visit.frame.t.code(code)))
}

/// E2 of the guide.
const NO_CONSENT: &str = "linking.user_sync_missing";

/// Whether somebody is in a team: adding an owner once more would make a member of them.
async fn is_in(app: &App, visit: &Visit, team: TeamId, user: UserId) -> Result<bool, Problem> {
    let limit = Limit::new(Limit::MAX).unwrap_or_default();
    let mut after = None;
    loop {
        let page = app.workspace.members(&visit.scope, team, after, limit).await?;
        if page.items.iter().any(|member| member.user == user) {
            return Ok(true);
        }
        after = page.next;
        if after.is_none() {
            return Ok(false);
        }
    }
}

/// Adds a person to the team; what they see of the record stays the record's to say.
pub(super) async fn add(
    State(app): State<App>,
    visit: Visit,
    Path(link): Path<LinkId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, link).await?;
    if let Some(why) = obstacle(&app, &visit, &place).await? {
        return open(&app, visit, place, (&typed.person, Some(why))).await;
    }
    let Some(user) = app.find_person(&visit.scope, &typed.person).await? else {
        let why = visit.frame.say("linked.share-nobody");
        return open(&app, visit, place, (&typed.person, Some(why))).await;
    };
    let team = place.channel.team.id;
    if is_in(&app, &visit, team, user).await? {
        let why = visit.frame.say("linked.share-there");
        return open(&app, visit, place, (&typed.person, Some(why))).await;
    }
    match app.workspace.set_member(&visit.scope, team, user, Role::Member).await {
        Ok(()) => {
            let to = place.address();
            Ok(answer::back_with(&visit.context, &to, "linked.person-added"))
        }
        Err(workspace::Error::MemberNotFound { .. }) => {
            let why = visit.frame.say("linked.share-nobody");
            open(&app, visit, place, (&typed.person, Some(why))).await
        }
        Err(error) => Err(error.into()),
    }
}
