//! What changes a team.

use axum::{extract::State, http::StatusCode, response::Response};
use edge::{Form, PageQuery, Path, Problem};
use kernel::{FieldError, Permission, TeamId, UserId};
use serde::Deserialize;
use web_frame::{App, Field, Frame, Section, Visit, answer, parts::Nothing};
use workspace::{ChannelKind, Error, NewChannel, Role, TeamChange, Visibility};

use super::{Page, framed, show_members};
use crate::teams::{Make, mistakes};

/// A person to add, by account name, address or identifier; or a member's other role.
#[derive(Debug, Deserialize)]
pub(crate) struct Seat {
    #[serde(default)]
    person: String,
    #[serde(default)]
    role: String,
}

pub(crate) async fn set_member(
    State(app): State<App>,
    visit: Visit,
    Path(team): Path<TeamId>,
    Form(seat): Form<Seat>,
) -> Result<Response, Problem> {
    let role = Role::parse(&seat.role).unwrap_or(Role::Member);
    let found = app.find_person(&visit.scope, &seat.person).await?;
    let done = match found {
        Some(user) => app.workspace.set_member(&visit.scope, team, user, role).await,
        None => Err(Error::MemberNotFound { user: uuid::Uuid::nil().into() }),
    };
    match done {
        Ok(()) => Ok(back(&visit, &format!("/teams/{team}/members"), "saved")),
        Err(error) => match mistakes(&error) {
            Some(errors) => {
                show_members(&app, visit, team, PageQuery::default(), Some((seat.person, errors)))
                    .await
            }
            None => Err(error.into()),
        },
    }
}

pub(crate) async fn remove_member(
    State(app): State<App>,
    visit: Visit,
    Path((team, user)): Path<(TeamId, UserId)>,
    Form(_form): Form<Nothing>,
) -> Result<Response, Problem> {
    app.workspace.remove_member(&visit.scope, team, user).await?;
    Ok(back(&visit, &format!("/teams/{team}/members"), "member-removed"))
}

/// The settings as typed.
#[derive(Debug, Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    visibility: String,
}

pub(crate) async fn update(
    State(app): State<App>,
    visit: Visit,
    Path(team): Path<TeamId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let change = TeamChange {
        name: Some(typed.name.clone()),
        description: Some(typed.description.clone()),
        visibility: Visibility::parse(&typed.visibility),
    };
    let Err(error) = app.workspace.update_team(&visit.scope, team, change).await else {
        return Ok(back(&visit, &format!("/teams/{team}/settings"), "saved"));
    };
    let Some(errors) = mistakes(&error) else { return Err(error.into()) };
    let mut access = app.workspace.team(&visit.scope, team).await?;
    let frame = framed(&app, visit, team).await?;
    let page = Page::of(frame, &access, "settings");
    access.team.name = typed.name;
    access.team.description = typed.description;
    let page = page.with_settings(&access, &errors);
    Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// Archives an open team, opens an archived one.
pub(crate) async fn archive(
    State(app): State<App>,
    visit: Visit,
    Path(team): Path<TeamId>,
    Form(_form): Form<Nothing>,
) -> Result<Response, Problem> {
    let archived = app.workspace.team(&visit.scope, team).await?.team.archived_at.is_some();
    app.workspace.archive_team(&visit.scope, team, !archived).await?;
    let key = if archived { "team-restored" } else { "team-archived" };
    let (to, undo) = (format!("/teams/{team}/settings"), format!("/teams/{team}/archive"));
    Ok(answer::back_with_undo(&visit.context, &to, key, &undo))
}

pub(crate) async fn delete(
    State(app): State<App>,
    visit: Visit,
    Path(team): Path<TeamId>,
    Form(_form): Form<Nothing>,
) -> Result<Response, Problem> {
    app.workspace.delete_team(&visit.scope, team).await?;
    let undo = format!("/teams/{team}/restore");
    Ok(answer::back_with_undo(&visit.context, "/teams", "team-deleted", &undo))
}

pub(crate) async fn restore(
    State(app): State<App>,
    visit: Visit,
    Path(team): Path<TeamId>,
    Form(_form): Form<Nothing>,
) -> Result<Response, Problem> {
    app.workspace.restore_team(&visit.scope, team).await?;
    Ok(back(&visit, &format!("/teams/{team}"), "team-restored"))
}

pub(crate) async fn join(
    State(app): State<App>,
    visit: Visit,
    Path(team): Path<TeamId>,
    Form(_form): Form<Nothing>,
) -> Result<Response, Problem> {
    app.workspace.join_team(&visit.scope, team).await?;
    Ok(back(&visit, &format!("/teams/{team}"), "team-joined"))
}

pub(crate) async fn leave(
    State(app): State<App>,
    visit: Visit,
    Path(team): Path<TeamId>,
    Form(_form): Form<Nothing>,
) -> Result<Response, Problem> {
    app.workspace.leave_team(&visit.scope, team).await?;
    Ok(back(&visit, "/teams", "left"))
}

/// A channel as typed.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct ChannelForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    kind: String,
}

pub(crate) async fn new_channel(
    State(app): State<App>,
    visit: Visit,
    Path(team): Path<TeamId>,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::MessageWrite).map_err(Problem::denied)?;
    app.workspace.team(&visit.scope, team).await?;
    let frame = framed(&app, visit, team).await?;
    Ok(answer::page(&make_channel(frame, team, &ChannelForm::default(), &[])))
}

pub(crate) async fn create_channel(
    State(app): State<App>,
    visit: Visit,
    Path(team): Path<TeamId>,
    Form(typed): Form<ChannelForm>,
) -> Result<Response, Problem> {
    let new = NewChannel {
        name: typed.name.clone(),
        description: typed.description.clone(),
        kind: ChannelKind::parse(&typed.kind).unwrap_or(ChannelKind::Standard),
    };
    match app.workspace.create_channel(&visit.scope, team, new).await {
        Ok(made) => Ok(back(&visit, &format!("/channels/{}", made.channel.id), "channel-created")),
        Err(error) => match mistakes(&error) {
            Some(errors) => {
                let frame = framed(&app, visit, team).await?;
                let page = make_channel(frame, team, &typed, &errors);
                Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
            }
            None => Err(error.into()),
        },
    }
}

fn make_channel(frame: Frame, team: TeamId, typed: &ChannelForm, errors: &[FieldError]) -> Make {
    let kinds =
        [("standard", frame.say("channel-standard")), ("private", frame.say("channel-private"))];
    let fields = vec![
        Field::text("name", frame.say("channel-name"))
            .value(&typed.name)
            .placeholder(frame.say("channel-name-placeholder"))
            .required()
            .autofocus()
            .checked(errors, frame.t),
        Field::area("description", frame.say("channel-description"))
            .value(&typed.description)
            .checked(errors, frame.t),
        Field::select("kind", frame.say("channel-kind"), kinds).value(&typed.kind),
    ];
    let (cancel, title) = (format!("/teams/{team}"), frame.say("channel-new"));
    let frame = frame.at(Section::Teams, title).back_to(&cancel);
    Make { frame, action: format!("/teams/{team}/channels"), cancel, fields }
}

fn back(visit: &Visit, to: &str, key: &str) -> Response {
    answer::back_with(&visit.context, to, key)
}
