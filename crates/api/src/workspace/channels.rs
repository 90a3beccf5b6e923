//! Channels and the members of private ones.

use axum::extract::State;
use edge::{Authed, Json, PageQuery, Path, Problem, Query};
use http::StatusCode;
use kernel::Page;
use rest::{Failures, Items, PageParams, routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use workspace::{ChannelAccess, ChannelChange, ChannelKind, NewChannel};

use super::{
    Allowed, ChannelMemberPath, ChannelPath, TeamPath, instant,
    teams::{GivenRole, Member},
    unknown_word,
};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(
        list,
        create,
        read,
        update,
        delete,
        archive,
        unarchive,
        restore,
        members,
        set_member,
        remove_member
    )
}

/// A channel.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Channel {
    #[schema(format = Uuid)]
    id: String,
    #[schema(format = Uuid)]
    team_id: String,
    team_name: String,
    name: String,
    description: String,
    /// `standard` or `private`.
    kind: &'static str,
    /// Whether it is the channel that every team has.
    general: bool,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    archived_at: Option<String>,
    #[schema(format = DateTime)]
    deleted_at: Option<String>,
    /// What the caller may do.
    rights: Allowed,
}

impl From<ChannelAccess> for Channel {
    fn from(access: ChannelAccess) -> Self {
        let ChannelAccess { channel, team, rights } = access;
        Self {
            id: channel.id.to_string(),
            team_id: channel.team.to_string(),
            team_name: team.name,
            name: channel.name,
            description: channel.description,
            kind: channel.kind.as_str(),
            general: channel.general,
            created_at: instant(channel.created_at),
            archived_at: channel.archived_at.map(instant),
            deleted_at: channel.deleted_at.map(instant),
            rights: rights.into(),
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Deleted {
    /// Whether deleted channels that one may restore are wanted instead.
    #[serde(default)]
    deleted: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChannelToCreate {
    name: String,
    #[serde(default)]
    description: String,
    /// `standard` (the default) or `private`.
    kind: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChannelToUpdate {
    name: Option<String>,
    description: Option<String>,
}

/// List the channels of a team
///
/// General first, then by name; at most a thousand, so there is no next page.
#[utoipa::path(get, path = "/api/v1/teams/{team_id}/channels", operation_id = "channels.list",
    tag = "workspace", params(TeamPath, Deleted),
    responses((status = 200, body = Items<Channel>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TeamPath>,
    Query(query): Query<Deleted>,
) -> Result<Json<Items<Channel>>, Problem> {
    let items = if query.deleted {
        app.workspace.deleted_channels(&scope, path.team_id).await?
    } else {
        app.workspace.channels(&scope, path.team_id).await?
    };
    Ok(Json(Items::of(Page { items, next: None }, Channel::from)))
}

/// Create a channel
#[utoipa::path(post, path = "/api/v1/teams/{team_id}/channels", operation_id = "channels.create",
    tag = "workspace", params(TeamPath), request_body = ChannelToCreate,
    responses((status = 201, body = Channel), Failures))]
async fn create(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TeamPath>,
    Json(new): Json<ChannelToCreate>,
) -> Result<(StatusCode, Json<Channel>), Problem> {
    let kind = match new.kind.as_deref() {
        None => ChannelKind::Standard,
        Some(word) => {
            ChannelKind::parse(word).ok_or_else(|| unknown_word("/kind", "standard, private"))?
        }
    };
    let new = NewChannel { name: new.name, description: new.description, kind };
    let channel = app.workspace.create_channel(&scope, path.team_id, new).await?;
    Ok((StatusCode::CREATED, Json(channel.into())))
}

/// Read a channel
#[utoipa::path(get, path = "/api/v1/channels/{channel_id}", operation_id = "channels.read",
    tag = "workspace", params(ChannelPath), responses((status = 200, body = Channel), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ChannelPath>,
) -> Result<Json<Channel>, Problem> {
    Ok(Json(app.workspace.channel(&scope, path.channel_id).await?.into()))
}

/// Rename or describe a channel
///
/// Fields that are absent stay as they are.
#[utoipa::path(patch, path = "/api/v1/channels/{channel_id}", operation_id = "channels.update",
    tag = "workspace", params(ChannelPath), request_body = ChannelToUpdate,
    responses((status = 200, body = Channel), Failures))]
async fn update(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ChannelPath>,
    Json(to): Json<ChannelToUpdate>,
) -> Result<Json<Channel>, Problem> {
    let to = ChannelChange { name: to.name, description: to.description };
    Ok(Json(app.workspace.update_channel(&scope, path.channel_id, to).await?.into()))
}

/// Delete a channel
///
/// With all that is in it; it can be restored for a while.
#[utoipa::path(delete, path = "/api/v1/channels/{channel_id}", operation_id = "channels.delete",
    tag = "workspace", params(ChannelPath), responses((status = 204), Failures))]
async fn delete(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ChannelPath>,
) -> Result<StatusCode, Problem> {
    app.workspace.delete_channel(&scope, path.channel_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Archive a channel
///
/// It is read and no longer written.
#[utoipa::path(post, path = "/api/v1/channels/{channel_id}/archive", operation_id = "channels.archive",
    tag = "workspace", params(ChannelPath), responses((status = 200, body = Channel), Failures))]
async fn archive(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ChannelPath>,
) -> Result<Json<Channel>, Problem> {
    Ok(Json(app.workspace.archive_channel(&scope, path.channel_id, true).await?.into()))
}

/// Open an archived channel again
#[utoipa::path(post, path = "/api/v1/channels/{channel_id}/unarchive",
    operation_id = "channels.unarchive", tag = "workspace", params(ChannelPath),
    responses((status = 200, body = Channel), Failures))]
async fn unarchive(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ChannelPath>,
) -> Result<Json<Channel>, Problem> {
    Ok(Json(app.workspace.archive_channel(&scope, path.channel_id, false).await?.into()))
}

/// Restore a deleted channel
#[utoipa::path(post, path = "/api/v1/channels/{channel_id}/restore", operation_id = "channels.restore",
    tag = "workspace", params(ChannelPath), responses((status = 200, body = Channel), Failures))]
async fn restore(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ChannelPath>,
) -> Result<Json<Channel>, Problem> {
    Ok(Json(app.workspace.restore_channel(&scope, path.channel_id).await?.into()))
}

/// List the members of a private channel
#[utoipa::path(get, path = "/api/v1/channels/{channel_id}/members", operation_id = "channels.members",
    tag = "workspace", params(ChannelPath, PageParams),
    responses((status = 200, body = Items<Member>), Failures))]
async fn members(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ChannelPath>,
    page: PageQuery,
) -> Result<Json<Items<Member>>, Problem> {
    let id = path.channel_id;
    let members = app.workspace.channel_members(&scope, id, page.after, page.limit).await?;
    Ok(Json(Items::of(members, Member::from)))
}

/// Add a member to a private channel, or change the role of one
#[utoipa::path(put, path = "/api/v1/channels/{channel_id}/members/{user_id}",
    operation_id = "channels.set_member", tag = "workspace", params(ChannelMemberPath),
    request_body = GivenRole, responses((status = 204), Failures))]
async fn set_member(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ChannelMemberPath>,
    Json(given): Json<GivenRole>,
) -> Result<StatusCode, Problem> {
    let role = given.read()?;
    app.workspace.set_channel_member(&scope, path.channel_id, path.user_id, role).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a member out of a private channel
#[utoipa::path(delete, path = "/api/v1/channels/{channel_id}/members/{user_id}",
    operation_id = "channels.remove_member", tag = "workspace", params(ChannelMemberPath),
    responses((status = 204), Failures))]
async fn remove_member(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ChannelMemberPath>,
) -> Result<StatusCode, Problem> {
    app.workspace.remove_channel_member(&scope, path.channel_id, path.user_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
