//! A new connection: choose a team and a channel or make them, say who comes along, finish.
//!
//! What was chosen stands in the address until the last page sends it: going back loses nothing, and it works without
//! script.

mod finish;
mod people;
mod steps;

use askama::Template;
use axum::{extract::State as Shelf, http::StatusCode, response::Response};
use edge::{Path, Problem, Query};
use kernel::Coded as _;
use linking::{Collaborate, Level};
use linking_setup::{Kind, Label};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use web_frame::{App, Field, Frame, Html, Visit, answer};
use workspace_port::Workspace;

pub(crate) use self::finish::{
    crm as finish_crm, crm_view as finish_crm_view, record as finish_record, view as finish_view,
};
use self::people::Candidate;
pub(crate) use self::people::suggest;
use super::{
    place::{CrmKey, CrmViewKey, Key, Place},
    words::Told,
};

/// What was chosen so far.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Chosen {
    /// `team`, `channel` or `members`.
    pub(crate) step: String,
    /// A team of the workspace, or `new`.
    pub(crate) team: String,
    /// The name of a new one.
    pub(crate) team_name: String,
    /// `private` or `public`.
    pub(crate) privacy: String,
    /// Its sensitivity label.
    pub(crate) label: String,
    /// A channel of the team, `general` of a new one, or `new`.
    pub(crate) channel: String,
    /// The name of a new one.
    pub(crate) channel_name: String,
    /// `standard` or `private`.
    pub(crate) channel_kind: String,
    /// Who comes along; from the second look on.
    pub(crate) person: Vec<String>,
    /// Those that were found by their address.
    pub(crate) also: Vec<String>,
    /// Whom to look for.
    pub(crate) find: String,
    /// What the button of the last page does: `find` or nothing.
    pub(crate) r#do: String,
    /// Whether the last page was sent once, so that nobody ticked means nobody.
    pub(crate) seen: bool,
    /// Makes sending the form twice one connection.
    pub(crate) key: Option<Uuid>,
}

impl Chosen {
    fn makes_team(&self) -> bool {
        self.team == NEW
    }

    fn makes_channel(&self) -> bool {
        self.channel == NEW
    }
}

/// What stands for something that is made.
const NEW: &str = "new";
/// The channel that every team has.
const GENERAL: &str = "general";

/// A page of the way.
#[derive(Debug, Template)]
#[template(path = "pages/wizard.html")]
pub(crate) struct Wizard {
    frame: Frame,
    name: String,
    steps: Vec<String>,
    now: usize,
    /// What went wrong.
    told: Option<Told>,
    body: Html,
}

/// What a step is drawn from.
pub(crate) struct Going<'a> {
    pub(crate) place: &'a Place,
    pub(crate) frame: &'a Frame,
    pub(crate) found: &'a Collaborate,
    pub(crate) seat: &'a dyn Workspace,
    pub(crate) chosen: Chosen,
    /// The person's own identifiers at the workspace.
    pub(crate) me: Vec<String>,
    /// Sensitivity labels that new teams may get; `None` where any words will do.
    pub(crate) labels: Option<Vec<Label>>,
    /// What is wrong with a field: its name and the sentence.
    pub(crate) wrong: Option<(&'static str, String)>,
}

pub(crate) async fn record(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(key): Path<Key>,
    Query(chosen): Query<Chosen>,
) -> Result<Response, Problem> {
    let place = Place::of_record(&app, &visit, key).await?;
    show(&app, &visit, &place, chosen).await
}

pub(crate) async fn view(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(key): Path<Key>,
    Query(chosen): Query<Chosen>,
) -> Result<Response, Problem> {
    let place = Place::of_view(&app, &visit, key).await?;
    show(&app, &visit, &place, chosen).await
}

pub(crate) async fn crm(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(key): Path<CrmKey>,
    Query(chosen): Query<Chosen>,
) -> Result<Response, Problem> {
    let place = Place::of_crm(&app, &visit, key).await?;
    show(&app, &visit, &place, chosen).await
}

pub(crate) async fn crm_view(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(key): Path<CrmViewKey>,
    Query(chosen): Query<Chosen>,
) -> Result<Response, Problem> {
    let place = Place::of_crm_view(&app, &visit, key).await?;
    show(&app, &visit, &place, chosen).await
}

async fn show(
    app: &App,
    visit: &Visit,
    place: &Place,
    chosen: Chosen,
) -> Result<Response, Problem> {
    page(app, visit, place, (chosen, None, None)).await
}

/// What a page shows beside what was chosen: a mistake at a field, and a trouble with the whole.
type Shown = (Chosen, Option<(&'static str, String)>, Option<Told>);

/// The page of the step that comes next.
async fn page(
    app: &App,
    visit: &Visit,
    place: &Place,
    (mut chosen, wrong, told): Shown,
) -> Result<Response, Problem> {
    let scope = &visit.scope;
    let found = app.linking.collaborate(scope, &place.subject).await?;
    if found.level != Level::Enhanced || !found.may_link {
        let to = format!("{}/collaborate", place.base);
        return Ok(axum::response::IntoResponse::into_response(axum::response::Redirect::to(&to)));
    }
    let seat = match app.linking_setup.workspaces().of(scope).await {
        // whoever has to sign in there first comes back to where they were
        Err(workspace_port::Error::SignInAgain) => {
            let to = crate::workspace::mine_at(&format!("{}/collaborate/new", place.base));
            return Ok(axum::response::IntoResponse::into_response(axum::response::Redirect::to(
                &to,
            )));
        }
        other => other?,
    };
    let own = app.linking_setup.workspaces().kind(scope) == Kind::Embedded;
    let labels = app.linking_setup.team_labels(scope).await?;
    let labels = (!own || !labels.is_empty()).then_some(labels);
    // the request that showed the first page names the connection
    chosen.key = chosen.key.or_else(|| visit.frame.request.parse().ok());
    let me = people::me(app, visit, &*seat).await;
    let frame = &visit.frame;
    let failed = wrong.is_some() || told.is_some();
    let mut going = Going { place, frame, found: &found, seat: &*seat, chosen, me, labels, wrong };
    let asked = going.chosen.step.clone();
    let mut told = told;
    let drawn = match &*asked {
        "channel" | "members" => match going.after_team() {
            None => going.rest(&asked).await,
            Some(wrong) => {
                going.wrong = Some(wrong);
                going.team().await.map(|body| (0, body))
            }
        },
        _ => going.team().await.map(|body| (0, body)),
    };
    let (now, body) = match drawn {
        Ok(drawn) => drawn,
        // the workspace says no: the way begins again, with its reason
        Err(error) => {
            told = Some(Told::of(frame, error.code().name()));
            going.chosen.step.clear();
            (0, going.team().await.unwrap_or_default())
        }
    };
    let failed = failed || going.wrong.is_some() || told.is_some();
    let mut steps = vec![frame.say("collaborate.step-team"), frame.say("collaborate.step-channel")];
    steps.push(frame.say(if place.is_record() {
        "collaborate.step-members"
    } else {
        "collaborate.step-finish"
    }));
    let what = frame.say("collaborate.new");
    let wizard = Wizard {
        frame: place.at(frame.clone(), &what, format!("{}/collaborate", place.base)),
        name: place.name.clone(),
        steps,
        now,
        told,
        body,
    };
    let status = if failed { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(answer::page_with(status, &wizard))
}

/// A team or channel to choose.
#[derive(Debug)]
pub(crate) struct Offer {
    value: String,
    name: String,
    what: String,
    icon: &'static str,
    on: bool,
    /// Why it cannot be chosen.
    closed: Option<String>,
}

/// The first step.
#[derive(Debug, Template)]
#[template(path = "pages/team.html")]
struct TeamStep<'a> {
    frame: &'a Frame,
    action: String,
    kept: Vec<(&'static str, String)>,
    teams: Vec<Offer>,
    new: bool,
    name: Field,
    private: bool,
    label: Option<Field>,
    wrong: Option<String>,
    cancel: String,
}

/// The second step.
#[derive(Debug, Template)]
#[template(path = "pages/channel.html")]
struct ChannelStep<'a> {
    frame: &'a Frame,
    action: String,
    kept: Vec<(&'static str, String)>,
    team: String,
    channels: Vec<Offer>,
    new: bool,
    name: Field,
    private: bool,
    may_private: bool,
    wrong: Option<String>,
    back: String,
}

/// The last step.
#[derive(Debug, Template)]
#[template(path = "pages/members.html")]
#[expect(clippy::struct_excessive_bools, reason = "what a form shows ticked")]
struct MembersStep<'a> {
    frame: &'a Frame,
    action: String,
    kept: Vec<(&'static str, String)>,
    team: String,
    new_team: bool,
    privacy: Option<String>,
    label: String,
    channel: String,
    new_channel: bool,
    name: String,
    is_record: bool,
    /// Nobody is proposed: why.
    nobody: Option<String>,
    people: Vec<Candidate>,
    missing: Vec<String>,
    /// Whether the CRM tells of the owner alone.
    owner_only: bool,
    find: Field,
    back_team: String,
    back_channel: String,
}
