//! Making, reading, changing and removing targets.

use axum::extract::State;
use edge::{Authed, Json, PageQuery, Path, Problem};
use http::StatusCode;
use kernel::{Page, Scope, WebhookId};
use rest::{Failures, Items, PageParams, routes};
use serde::{Deserialize, Serialize};
use targets::{NewTarget, Source, TargetChange};
use utoipa::ToSchema;

use super::{
    ChannelPath, TargetPath, WebhookPath,
    shapes::{AddressShape, MadeTarget, SentShape, TargetItem, kind, nullable},
};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(
        list_of_channel,
        create_of_channel,
        list_of_webhook,
        create_of_webhook,
        failing,
        read,
        update,
        delete,
        enable,
        disable,
        rotate_secret,
        test
    )
}

/// A target to create.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TargetToCreate {
    /// `workflows`, `slack`, `mattermost`, `rocketchat`, `google_chat`, `discord`, `http` or `mail`.
    kind: String,
    name: String,
    address: AddressShape,
    /// Messages a minute; the pace that the service publishes unless given.
    per_minute: Option<u32>,
}

/// What to change; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "absent leaves as it is, null takes away")]
struct TargetToUpdate {
    name: Option<String>,
    /// Replaces everything of the address but the secret.
    address: Option<AddressShape>,
    /// Null is the pace that the service publishes.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<u32>)]
    per_minute: Option<Option<u32>>,
}

/// A new secret.
#[derive(Debug, Serialize, ToSchema)]
struct NewSecret {
    /// Shown here and never again; the old one signs as well for a day.
    secret: String,
}

/// List the targets of a channel
///
/// Those of its webhooks included, in the order in which they were made; for owners of the channel and of its team.
#[utoipa::path(get, path = "/api/v1/channels/{channel_id}/targets", operation_id = "targets.list_of_channel",
    tag = "targets", params(ChannelPath, PageParams),
    responses((status = 200, body = Items<TargetItem>), Failures))]
async fn list_of_channel(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ChannelPath>,
    page: PageQuery,
) -> Result<Json<Items<TargetItem>>, Problem> {
    let source = Source::Channel(path.channel_id);
    let found = app.targets.list(&scope, source, page.limit, page.after.as_ref()).await?;
    Ok(Json(Items::of(found, TargetItem::from)))
}

/// Create a target of a channel
///
/// It forwards every card that comes to the channel from now on.
#[utoipa::path(post, path = "/api/v1/channels/{channel_id}/targets", operation_id = "targets.create_of_channel",
    tag = "targets", params(ChannelPath), request_body = TargetToCreate,
    responses((status = 201, body = MadeTarget), Failures))]
async fn create_of_channel(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ChannelPath>,
    Json(to): Json<TargetToCreate>,
) -> Result<(StatusCode, Json<MadeTarget>), Problem> {
    create(&app, &scope, Source::Channel(path.channel_id), to).await
}

/// List the targets of a webhook
#[utoipa::path(get, path = "/api/v1/webhooks/{webhook_id}/targets", operation_id = "targets.list_of_webhook",
    tag = "targets", params(WebhookPath, PageParams),
    responses((status = 200, body = Items<TargetItem>), Failures))]
async fn list_of_webhook(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<WebhookPath>,
    page: PageQuery,
) -> Result<Json<Items<TargetItem>>, Problem> {
    let source = of_webhook(&app, &scope, path.webhook_id).await?;
    let found = app.targets.list(&scope, source, page.limit, page.after.as_ref()).await?;
    Ok(Json(Items::of(found, TargetItem::from)))
}

/// Create a target of a webhook
///
/// It forwards every card that is posted to the webhook from now on.
#[utoipa::path(post, path = "/api/v1/webhooks/{webhook_id}/targets", operation_id = "targets.create_of_webhook",
    tag = "targets", params(WebhookPath), request_body = TargetToCreate,
    responses((status = 201, body = MadeTarget), Failures))]
async fn create_of_webhook(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<WebhookPath>,
    Json(to): Json<TargetToCreate>,
) -> Result<(StatusCode, Json<MadeTarget>), Problem> {
    let source = of_webhook(&app, &scope, path.webhook_id).await?;
    create(&app, &scope, source, to).await
}

/// The webhook with its channel, when the caller may know of it.
async fn of_webhook(app: &App, scope: &Scope, webhook: WebhookId) -> Result<Source, Problem> {
    let channel = app.connectors.lookup(scope, webhook).await?.channel;
    Ok(Source::Webhook { webhook, channel })
}

async fn create(
    app: &App,
    scope: &Scope,
    source: Source,
    to: TargetToCreate,
) -> Result<(StatusCode, Json<MadeTarget>), Problem> {
    let new = NewTarget {
        kind: kind(&to.kind)?,
        name: to.name,
        details: to.address.read()?,
        per_minute: to.per_minute,
    };
    let (target, secret) = app.targets.create(scope, source, new).await?;
    let secret = secret.map(|secret| secret.expose().clone());
    Ok((StatusCode::CREATED, Json(MadeTarget { target: target.into(), secret })))
}

/// List one's own targets that keep failing
#[utoipa::path(get, path = "/api/v1/failing-targets", operation_id = "targets.failing", tag = "targets",
    responses((status = 200, body = Items<TargetItem>), Failures))]
async fn failing(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<Items<TargetItem>>, Problem> {
    let items = app.targets.failing(&scope).await?;
    Ok(Json(Items::of(Page { items, next: None }, TargetItem::from)))
}

/// Read a target
#[utoipa::path(get, path = "/api/v1/targets/{target_id}", operation_id = "targets.read", tag = "targets",
    params(TargetPath), responses((status = 200, body = TargetItem), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TargetPath>,
) -> Result<Json<TargetItem>, Problem> {
    Ok(Json(app.targets.lookup(&scope, path.target_id).await?.into()))
}

/// Change a target
///
/// The change acts at once and ends every pause.
#[utoipa::path(patch, path = "/api/v1/targets/{target_id}", operation_id = "targets.update", tag = "targets",
    params(TargetPath), request_body = TargetToUpdate,
    responses((status = 200, body = TargetItem), Failures))]
async fn update(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TargetPath>,
    Json(to): Json<TargetToUpdate>,
) -> Result<Json<TargetItem>, Problem> {
    let change = TargetChange {
        name: to.name,
        details: to.address.map(AddressShape::read).transpose()?,
        per_minute: to.per_minute,
    };
    Ok(Json(app.targets.update(&scope, path.target_id, change).await?.into()))
}

/// Remove a target
///
/// With its log and its dead letters.
#[utoipa::path(delete, path = "/api/v1/targets/{target_id}", operation_id = "targets.delete", tag = "targets",
    params(TargetPath), responses((status = 204, description = "Removed"), Failures))]
async fn delete(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TargetPath>,
) -> Result<StatusCode, Problem> {
    app.targets.delete(&scope, path.target_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Enable a target
///
/// It goes on where it stopped, at once.
#[utoipa::path(post, path = "/api/v1/targets/{target_id}/enable", operation_id = "targets.enable",
    tag = "targets", params(TargetPath), responses((status = 200, body = TargetItem), Failures))]
async fn enable(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TargetPath>,
) -> Result<Json<TargetItem>, Problem> {
    Ok(Json(app.targets.set_enabled(&scope, path.target_id, true).await?.into()))
}

/// Disable a target
///
/// Its messages wait.
#[utoipa::path(post, path = "/api/v1/targets/{target_id}/disable", operation_id = "targets.disable",
    tag = "targets", params(TargetPath), responses((status = 200, body = TargetItem), Failures))]
async fn disable(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TargetPath>,
) -> Result<Json<TargetItem>, Problem> {
    Ok(Json(app.targets.set_enabled(&scope, path.target_id, false).await?.into()))
}

/// Give a target a new secret
///
/// Of the kind `http`; the old one signs as well for a day.
#[utoipa::path(post, path = "/api/v1/targets/{target_id}/rotate-secret", operation_id = "targets.rotate_secret",
    tag = "targets", params(TargetPath), responses((status = 200, body = NewSecret), Failures))]
async fn rotate_secret(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TargetPath>,
) -> Result<Json<NewSecret>, Problem> {
    let secret = app.targets.rotate_secret(&scope, path.target_id).await?;
    Ok(Json(NewSecret { secret: secret.expose().clone() }))
}

/// Send a test
///
/// A sample card, now, whatever the state of the target; the answer tells how it went.
#[utoipa::path(post, path = "/api/v1/targets/{target_id}/test", operation_id = "targets.test",
    tag = "targets", params(TargetPath), responses((status = 200, body = SentShape), Failures))]
async fn test(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TargetPath>,
) -> Result<Json<SentShape>, Problem> {
    Ok(Json(app.targets.test(&scope, path.target_id).await?.into()))
}
