//! Links, once they are.

use axum::extract::State;
use edge::{Authed, Json, PageQuery, Path, Problem, Query};
use http::StatusCode;
use linking::{LinkFilter, State as LinkState, Unlink};
use rest::{EnvironmentPath, Failures, Items, PageParams, routes};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    App, Routes,
    shapes::{
        links::{ChannelPath, HistoryItem, LinkBody, LinkItem, LinkPath, PreviewItem},
        word,
    },
};

pub(crate) fn routes() -> Routes {
    routes!(list, create, of_channel, read, unlink, preview, retry, history)
}

/// Which links.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Only those in this state: `pending`, `connected`, `tab_only`, `stale_name`, `archived`, `gone`, `unlinking` or
    /// `unlinked`; all but the unlinked unless given.
    state: Option<String>,
    /// Only those with a problem.
    #[serde(default)]
    problem: bool,
}

/// What stays behind.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct After {
    /// `remove` (unless given) or `keep` the tab.
    tab: Option<String>,
    /// `keep` (unless given) or `delete` the files of the channel.
    files: Option<String>,
}

/// List links
///
/// Those of an environment, the newest first; for its administrators.
#[utoipa::path(get, path = "/api/v1/environments/{environment_id}/links",
    operation_id = "links.list", tag = "linking", params(EnvironmentPath, Which, PageParams),
    responses((status = 200, body = Items<LinkItem>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<EnvironmentPath>,
    Query(which): Query<Which>,
    page: PageQuery,
) -> Result<Json<Items<LinkItem>>, Problem> {
    let state =
        which.state.as_deref().map(|text| word("/state", text, LinkState::ALL, LinkState::as_str));
    let filter = LinkFilter { state: state.transpose()?, with_problem: which.problem };
    let found =
        app.linking.links(&scope, path.environment_id, filter, (page.after, page.limit)).await?;
    Ok(Json(Items::of(found, |link| LinkItem::of(&scope, link))))
}

/// Link a record or a view to a channel
///
/// To one that is there, or to one that is made for it, in a team that may be made too. Members are asked in, tab and
/// files are set up. What takes longer goes on behind the answer: `state` is `pending` then, and `step` says how far
/// it is. Asking again for the same record and channel, or with the same `key`, gives the same link.
#[utoipa::path(post, path = "/api/v1/environments/{environment_id}/links",
    operation_id = "links.create", tag = "linking", params(EnvironmentPath), request_body = LinkBody,
    responses((status = 201, body = LinkItem), Failures))]
async fn create(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<EnvironmentPath>,
    Json(body): Json<LinkBody>,
) -> Result<(StatusCode, Json<LinkItem>), Problem> {
    let request = body.request(path.environment_id)?;
    let link = Box::pin(app.linking.link(&scope, request)).await?;
    Ok((StatusCode::CREATED, Json(LinkItem::of(&scope, link))))
}

/// List the links of a channel
///
/// For those who are in it; team and channel as the workspace calls them. Names of records are told to who may read them.
#[utoipa::path(get, path = "/api/v1/teams/{team_id}/channels/{channel_id}/links",
    operation_id = "links.of_channel", tag = "linking", params(ChannelPath),
    responses((status = 200, body = Vec<LinkItem>), Failures))]
async fn of_channel(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ChannelPath>,
) -> Result<Json<Vec<LinkItem>>, Problem> {
    let found = app.linking.links_in(&scope, &path.into_id()).await?;
    Ok(Json(found.into_iter().map(|link| LinkItem::of(&scope, link)).collect()))
}

/// Read a link
#[utoipa::path(get, path = "/api/v1/links/{link_id}", operation_id = "links.read", tag = "linking",
    params(LinkPath), responses((status = 200, body = LinkItem), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<LinkPath>,
) -> Result<Json<LinkItem>, Problem> {
    let link = app.linking.link_by_id(&scope, path.link_id.into()).await?;
    Ok(Json(LinkItem::of(&scope, link)))
}

/// Undo a link
///
/// The rows of the environment go; the channel stays, and so do its messages.
#[utoipa::path(delete, path = "/api/v1/links/{link_id}", operation_id = "links.unlink",
    tag = "linking", params(LinkPath, After), responses((status = 204), Failures))]
async fn unlink(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<LinkPath>,
    Query(after): Query<After>,
) -> Result<StatusCode, Problem> {
    use linking::{Files, TabAfter};
    let tab = after.tab.as_deref().unwrap_or("remove");
    let files = after.files.as_deref().unwrap_or("keep");
    let choice = Unlink {
        tab: word("/tab", tab, TabAfter::ALL, TabAfter::as_str)?,
        files: word("/files", files, Files::ALL, Files::as_str)?,
    };
    app.linking.unlink(&scope, path.link_id.into(), choice).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Say what undoing a link would do
#[utoipa::path(get, path = "/api/v1/links/{link_id}/unlink-preview",
    operation_id = "links.unlink_preview", tag = "linking", params(LinkPath),
    responses((status = 200, body = PreviewItem), Failures))]
async fn preview(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<LinkPath>,
) -> Result<Json<PreviewItem>, Problem> {
    let preview = app.linking.unlink_preview(&scope, path.link_id.into()).await?;
    Ok(Json(preview.into()))
}

/// Try a link again
///
/// Goes on with what could not be done.
#[utoipa::path(post, path = "/api/v1/links/{link_id}/retry", operation_id = "links.retry",
    tag = "linking", params(LinkPath), responses((status = 200, body = LinkItem), Failures))]
async fn retry(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<LinkPath>,
) -> Result<Json<LinkItem>, Problem> {
    let link = Box::pin(app.linking.retry(&scope, path.link_id.into())).await?;
    Ok(Json(LinkItem::of(&scope, link)))
}

/// Say what happened to a link
#[utoipa::path(get, path = "/api/v1/links/{link_id}/history", operation_id = "links.history",
    tag = "linking", params(LinkPath),
    responses((status = 200, body = Vec<HistoryItem>), Failures))]
async fn history(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<LinkPath>,
) -> Result<Json<Vec<HistoryItem>>, Problem> {
    let entries = app.linking.history(&scope, path.link_id.into()).await?;
    Ok(Json(entries.into_iter().map(|entry| HistoryItem::of(&scope, entry)).collect()))
}
