//! What concerns the caller: reading marks, mentions, finding by name.

use axum::extract::State;
use edge::{Authed, Json, PageQuery, Path, Problem, Query};
use http::StatusCode;
use kernel::{Cursor, Kind, Limit};
use rest::{Failures, Items, PageParams, routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{ChannelPath, channels::Channel, instant, messages::Message, teams::Team};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(unread, mark_read, tree, mentions, search)
}

/// How far the caller has read a channel.
#[derive(Debug, Serialize, ToSchema)]
struct Unread {
    /// The place of the last message that was read; null when none was.
    marker: Option<String>,
    /// Messages of others behind it; 100 says that there may be more.
    count: i64,
}

impl From<workspace::Unread> for Unread {
    fn from(unread: workspace::Unread) -> Self {
        let marker =
            (unread.marker > 0).then(|| Cursor::new(&unread.marker.to_string()).to_string());
        Self { marker, count: unread.count }
    }
}

/// Where reading stopped.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Marker {
    /// `cursor` of the last message that was read.
    marker: String,
}

/// A channel of the caller's teams.
#[derive(Debug, Serialize, ToSchema)]
struct Branch {
    channel: Channel,
    unread: Unread,
}

/// A place where the caller was mentioned.
#[derive(Debug, Serialize, ToSchema)]
struct Mention {
    #[schema(format = DateTime)]
    at: String,
    channel: Channel,
    message: Message,
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
struct Found {
    teams: Vec<Team>,
    channels: Vec<Channel>,
    people: Vec<Person>,
}

/// A person of the directory.
#[derive(Debug, Serialize, ToSchema)]
struct Person {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    address: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Part of a name.
    q: String,
}

/// What is new in a channel
#[utoipa::path(get, path = "/api/v1/channels/{channel_id}/unread", operation_id = "channels.unread",
    tag = "workspace", params(ChannelPath), responses((status = 200, body = Unread), Failures))]
async fn unread(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ChannelPath>,
) -> Result<Json<Unread>, Problem> {
    Ok(Json(app.workspace.unread(&scope, path.channel_id).await?.into()))
}

/// Mark a channel as read
///
/// Up to a message; never backwards.
#[utoipa::path(put, path = "/api/v1/channels/{channel_id}/unread", operation_id = "channels.mark_read",
    tag = "workspace", params(ChannelPath), request_body = Marker,
    responses((status = 204), Failures))]
async fn mark_read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ChannelPath>,
    Json(to): Json<Marker>,
) -> Result<StatusCode, Problem> {
    let position = Cursor::from(to.marker).parse().map_err(|error: kernel::CursorError| {
        Problem::new("cursor.invalid", Kind::Invalid, error.to_string())
    })?;
    app.workspace.mark_read(&scope, path.channel_id, position).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List the channels of the caller's teams
///
/// With what is new in each; by team and name, General first.
#[utoipa::path(get, path = "/api/v1/me/channels", operation_id = "me.channels", tag = "workspace",
    responses((status = 200, body = Items<Branch>), Failures))]
async fn tree(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<Items<Branch>>, Problem> {
    let items = app.workspace.tree(&scope).await?;
    let branch = |branch: workspace::Branch| Branch {
        channel: branch.access.into(),
        unread: branch.unread.into(),
    };
    Ok(Json(Items { items: items.into_iter().map(branch).collect(), next: None }))
}

/// List where the caller was mentioned
///
/// And where a message of the caller was answered. Newest first; read on with `before`.
#[utoipa::path(get, path = "/api/v1/me/mentions", operation_id = "me.mentions", tag = "workspace",
    params(PageParams), responses((status = 200, body = Items<Mention>), Failures))]
async fn mentions(
    State(app): State<App>,
    Authed(scope): Authed,
    page: PageQuery,
) -> Result<Json<Items<Mention>>, Problem> {
    let from = page.before.or(page.after);
    let mentions = app.workspace.mentions(&scope, from, page.limit).await?;
    Ok(Json(Items::of(mentions, |mention| Mention {
        at: instant(mention.at),
        channel: mention.channel.into(),
        message: Message::of(&mention.item),
    })))
}

/// Find teams, channels and people by name
#[utoipa::path(get, path = "/api/v1/search", operation_id = "search", tag = "workspace",
    params(Wanted), responses((status = 200, body = Found), Failures))]
async fn search(
    State(app): State<App>,
    Authed(scope): Authed,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Found>, Problem> {
    let limit = Limit::new(20).unwrap_or_default();
    let found = app.workspace.search(&scope, &wanted.q, limit).await?;
    Ok(Json(Found {
        teams: found.teams.into_iter().map(Team::from).collect(),
        channels: found.channels.into_iter().map(Channel::from).collect(),
        people: found
            .people
            .into_iter()
            .map(|person| Person {
                id: person.id.to_string(),
                name: person.display_name,
                address: person.address,
            })
            .collect(),
    }))
}
