//! The settings of a channel in the side sheet: name, archive, delete, members of a private one.

use askama::Template;
use axum::{extract::State, response::Response};
use edge::{Form, Path, Problem};
use kernel::{ChannelId, FieldError, Limit, Permission, UserId};
use serde::Deserialize;
use web_frame::{App, Asked, Field, Frame, Html, Visit, answer, parts::Nothing};
use workspace::{ChannelAccess, ChannelChange, ChannelKind, Role};

use super::{At, render};
use crate::teams::mistakes;

/// The sheet.
#[derive(Debug, Template)]
#[template(path = "channel/settings.html")]
#[expect(clippy::struct_excessive_bools, reason = "a view: each switches a part of the sheet")]
struct Sheet<'a> {
    frame: &'a Frame,
    close: String,
    address: String,
    description: String,
    may_manage: bool,
    general: bool,
    archived: bool,
    private: bool,
    name: Field,
    about: Field,
    what: String,
    members: Vec<Member>,
    add: Field,
}

#[derive(Debug)]
struct Member {
    id: UserId,
    name: String,
}

pub(crate) async fn sheet(
    State(app): State<App>,
    visit: Visit,
    Path(channel): Path<ChannelId>,
) -> Result<Response, Problem> {
    let access = app.workspace.channel(&visit.scope, channel).await?;
    open(&app, visit, &access, (&[], None)).await
}

async fn open(
    app: &App,
    visit: Visit,
    access: &ChannelAccess,
    (wrong, person): (&[FieldError], Option<String>),
) -> Result<Response, Problem> {
    let channel = &access.channel;
    let private = channel.kind == ChannelKind::Private;
    let limit = Limit::new(Limit::MAX).unwrap_or_default();
    let members = if private {
        app.workspace.channel_members(&visit.scope, channel.id, None, limit).await?.items
    } else {
        Vec::new()
    };
    let frame = &visit.frame;
    let days = app.workspace.settings().deleted_retention_days;
    let sheet = Html::of(&Sheet {
        frame,
        close: format!("/channels/{}", channel.id),
        address: format!("/channels/{}/settings", channel.id),
        description: channel.description.clone(),
        may_manage: access.rights.manage && frame.may(Permission::MessageWrite),
        general: channel.general,
        archived: channel.archived_at.is_some(),
        private,
        name: Field::text("name", frame.say("channel-name"))
            .value(&channel.name)
            .required()
            .checked(wrong, frame.t),
        about: Field::area("description", frame.say("channel-description"))
            .value(&channel.description)
            .checked(wrong, frame.t),
        what: frame.say1("channel-delete-what", "days", days),
        members: members
            .into_iter()
            .map(|member| Member { id: member.user, name: member.name })
            .collect(),
        add: Field::text("person", frame.say("member-person"))
            .value(person.unwrap_or_default())
            .required()
            .checked(wrong, frame.t),
    });
    if visit.asked == Asked::Sheet {
        return Ok(answer::part(sheet));
    }
    render(app, visit, channel.id, At::default(), Some(sheet)).await
}

#[derive(Debug, Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: String,
}

pub(crate) async fn update(
    State(app): State<App>,
    visit: Visit,
    Path(channel): Path<ChannelId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let change = ChannelChange {
        name: Some(typed.name.clone()),
        description: Some(typed.description.clone()),
    };
    let error = match app.workspace.update_channel(&visit.scope, channel, change).await {
        Ok(_) => return Ok(back(&visit, channel, "saved")),
        // General keeps its name; what it is for may change
        Err(workspace::Error::GeneralStays) => {
            let change = ChannelChange { name: None, description: Some(typed.description.clone()) };
            match app.workspace.update_channel(&visit.scope, channel, change).await {
                Ok(_) => return Ok(back(&visit, channel, "saved")),
                Err(error) => error,
            }
        }
        Err(error) => error,
    };
    let Some(wrong) = mistakes(&error) else { return Err(error.into()) };
    let mut access = app.workspace.channel(&visit.scope, channel).await?;
    access.channel.name = typed.name;
    access.channel.description = typed.description;
    open(&app, visit, &access, (&wrong, None)).await
}

pub(crate) async fn archive(
    State(app): State<App>,
    visit: Visit,
    Path(channel): Path<ChannelId>,
    Form(_form): Form<Nothing>,
) -> Result<Response, Problem> {
    let archived =
        app.workspace.channel(&visit.scope, channel).await?.channel.archived_at.is_some();
    app.workspace.archive_channel(&visit.scope, channel, !archived).await?;
    let key = if archived { "channel-restored" } else { "channel-archived" };
    let undo = format!("/channels/{channel}/settings/archive");
    Ok(answer::back_with_undo(&visit.context, &format!("/channels/{channel}"), key, &undo))
}

pub(crate) async fn delete(
    State(app): State<App>,
    visit: Visit,
    Path(channel): Path<ChannelId>,
    Form(_form): Form<Nothing>,
) -> Result<Response, Problem> {
    let team = app.workspace.channel(&visit.scope, channel).await?.team.id;
    app.workspace.delete_channel(&visit.scope, channel).await?;
    let (to, undo) = (format!("/teams/{team}"), format!("/channels/{channel}/restore"));
    Ok(answer::back_with_undo(&visit.context, &to, "channel-deleted", &undo))
}

pub(crate) async fn restore(
    State(app): State<App>,
    visit: Visit,
    Path(channel): Path<ChannelId>,
    Form(_form): Form<Nothing>,
) -> Result<Response, Problem> {
    app.workspace.restore_channel(&visit.scope, channel).await?;
    Ok(back(&visit, channel, "channel-restored"))
}

#[derive(Debug, Deserialize)]
pub(crate) struct Seat {
    #[serde(default)]
    person: String,
}

pub(crate) async fn add_member(
    State(app): State<App>,
    visit: Visit,
    Path(channel): Path<ChannelId>,
    Form(seat): Form<Seat>,
) -> Result<Response, Problem> {
    let found = app.find_person(&visit.scope, &seat.person).await?;
    let done = match found {
        Some(user) => {
            app.workspace.set_channel_member(&visit.scope, channel, user, Role::Member).await
        }
        None => Err(workspace::Error::MemberNotFound { user: uuid::Uuid::nil().into() }),
    };
    let Err(error) = done else { return Ok(back(&visit, channel, "member-added")) };
    let Some(wrong) = mistakes(&error) else { return Err(error.into()) };
    let access = app.workspace.channel(&visit.scope, channel).await?;
    open(&app, visit, &access, (&wrong, Some(seat.person))).await
}

pub(crate) async fn remove_member(
    State(app): State<App>,
    visit: Visit,
    Path((channel, user)): Path<(ChannelId, UserId)>,
    Form(_form): Form<Nothing>,
) -> Result<Response, Problem> {
    app.workspace.remove_channel_member(&visit.scope, channel, user).await?;
    Ok(back(&visit, channel, "member-removed"))
}

fn back(visit: &Visit, channel: ChannelId, key: &str) -> Response {
    answer::back_with(&visit.context, &format!("/channels/{channel}"), key)
}
