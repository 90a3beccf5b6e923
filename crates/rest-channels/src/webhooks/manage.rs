//! Making, reading, changing and removing webhooks.

use axum::extract::State;
use channel_connectors::{Listed, NewWebhook, WebhookChange};
use edge::{Authed, Context, Json, PageQuery, Path, Problem, Query};
use http::StatusCode;
use jiff::Timestamp;
use kernel::{Page, UserId};
use rest::{Failures, Items, PageParams, routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    ChannelPath, UserPath, WebhookPath,
    shapes::{AddressItem, HourShape, MadeWebhook, RateShape, WebhookItem, busy, nullable},
    unknown_word,
};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(
        list_of_channel,
        create,
        list,
        read,
        update,
        delete,
        restore,
        enable,
        disable,
        hours,
        hand_over,
        hand_over_all
    )
}

/// A webhook to create.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WebhookToCreate {
    name: String,
    /// The caller unless given; administrators may name another person.
    #[schema(value_type = Option<String>, format = Uuid)]
    owner_id: Option<UserId>,
    #[schema(value_type = Option<String>, format = Uuid)]
    second_owner_id: Option<UserId>,
    rate: Option<RateShape>,
    /// 429 (the default) or 503.
    busy_status: Option<u16>,
    /// Its own limit of the body.
    max_body_bytes: Option<u32>,
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    /// An address of the retired service: the new webhook takes its path, so that the sender changes the host
    /// name only.
    adopt: Option<String>,
}

/// What to change; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "absent leaves as it is, null takes away")]
struct WebhookToUpdate {
    name: Option<String>,
    /// Null takes the second owner away.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>, format = Uuid)]
    second_owner_id: Option<Option<UserId>>,
    rate: Option<RateShape>,
    /// 429 or 503.
    busy_status: Option<u16>,
    /// Null is the hub's limit.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<u32>)]
    max_body_bytes: Option<Option<u32>>,
    /// Null is never.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Option<Timestamp>>,
}

/// Whom to hand over to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewOwner {
    #[schema(value_type = String, format = Uuid)]
    owner_id: UserId,
}

/// How many webhooks were handed over.
#[derive(Debug, Serialize, ToSchema)]
struct HandedOver {
    count: u64,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// `mine` (the default), or `all` for administrators.
    filter: Option<String>,
    /// Those of one person; for administrators, or oneself.
    #[param(value_type = Option<String>, format = Uuid)]
    owner_id: Option<UserId>,
}

/// List the webhooks of a channel
#[utoipa::path(get, path = "/api/v1/channels/{channel_id}/webhooks", operation_id = "webhooks.list_of_channel",
    tag = "webhooks", params(ChannelPath, PageParams),
    responses((status = 200, body = Items<WebhookItem>), Failures))]
async fn list_of_channel(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ChannelPath>,
    page: PageQuery,
) -> Result<Json<Items<WebhookItem>>, Problem> {
    let listed = Listed::Channel(path.channel_id);
    let found = app.connectors.list(&scope, listed, page.limit, page.after.as_ref()).await?;
    Ok(Json(Items::of(found, WebhookItem::from)))
}

/// Create a webhook
///
/// Answers its addresses. Whoever has one can post: give them to the sender and to nobody else.
#[utoipa::path(post, path = "/api/v1/channels/{channel_id}/webhooks", operation_id = "webhooks.create",
    tag = "webhooks", params(ChannelPath), request_body = WebhookToCreate,
    responses((status = 201, body = MadeWebhook), Failures))]
async fn create(
    State(app): State<App>,
    Authed(scope): Authed,
    context: Context,
    Path(path): Path<ChannelPath>,
    Json(new): Json<WebhookToCreate>,
) -> Result<(StatusCode, Json<MadeWebhook>), Problem> {
    let new = NewWebhook {
        name: new.name,
        icon: None,
        owner: new.owner_id,
        second_owner: new.second_owner_id,
        rate: new.rate.map(|rate| rate.read()).transpose()?.unwrap_or_default(),
        busy: new.busy_status.map(busy).transpose()?.unwrap_or_default(),
        max_body_bytes: new.max_body_bytes,
        expires_at: new.expires_at,
        adopt: new.adopt,
    };
    let (webhook, addresses) = app.connectors.create(&scope, path.channel_id, new).await?;
    let addresses = AddressItem::of(&addresses, &context.base_url());
    Ok((StatusCode::CREATED, Json(MadeWebhook { webhook: webhook.into(), addresses })))
}

/// List webhooks
///
/// One's own, or those of a person or of everyone for administrators; in the order in which they were made.
#[utoipa::path(get, path = "/api/v1/webhooks", operation_id = "webhooks.list", tag = "webhooks",
    params(PageParams, Filter), responses((status = 200, body = Items<WebhookItem>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
    page: PageQuery,
    Query(filter): Query<Filter>,
) -> Result<Json<Items<WebhookItem>>, Problem> {
    let listed = match (filter.owner_id, filter.filter.as_deref()) {
        (Some(owner), None) => Listed::Owner(owner),
        (None, None | Some("mine")) => Listed::Mine,
        (None, Some("all")) => Listed::All,
        _ => return Err(unknown_word("/filter", "mine, all, or owner_id alone")),
    };
    let found = app.connectors.list(&scope, listed, page.limit, page.after.as_ref()).await?;
    Ok(Json(Items::of(found, WebhookItem::from)))
}

/// Read a webhook
#[utoipa::path(get, path = "/api/v1/webhooks/{webhook_id}", operation_id = "webhooks.read",
    tag = "webhooks", params(WebhookPath),
    responses((status = 200, body = WebhookItem), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<WebhookPath>,
) -> Result<Json<WebhookItem>, Problem> {
    Ok(Json(app.connectors.lookup(&scope, path.webhook_id).await?.into()))
}

/// Change a webhook
///
/// Fields that are absent stay as they are; the change acts at once.
#[utoipa::path(patch, path = "/api/v1/webhooks/{webhook_id}", operation_id = "webhooks.update",
    tag = "webhooks", params(WebhookPath), request_body = WebhookToUpdate,
    responses((status = 200, body = WebhookItem), Failures))]
async fn update(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<WebhookPath>,
    Json(to): Json<WebhookToUpdate>,
) -> Result<Json<WebhookItem>, Problem> {
    let change = WebhookChange {
        name: to.name,
        icon: None,
        second_owner: to.second_owner_id,
        rate: to.rate.map(|rate| rate.read()).transpose()?,
        busy: to.busy_status.map(busy).transpose()?,
        max_body_bytes: to.max_body_bytes,
        expires_at: to.expires_at,
    };
    Ok(Json(app.connectors.update(&scope, path.webhook_id, change).await?.into()))
}

/// Remove a webhook
///
/// Its addresses answer 410 from now on; its messages stay.
#[utoipa::path(delete, path = "/api/v1/webhooks/{webhook_id}", operation_id = "webhooks.delete",
    tag = "webhooks", params(WebhookPath),
    responses((status = 204, description = "Removed"), Failures))]
async fn delete(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<WebhookPath>,
) -> Result<StatusCode, Problem> {
    app.connectors.delete(&scope, path.webhook_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Bring a removed webhook back
///
/// Within ten minutes, with the addresses and the state that it had. What a connector's page set up does not come back.
#[utoipa::path(post, path = "/api/v1/webhooks/{webhook_id}/restore", operation_id = "webhooks.restore",
    tag = "webhooks", params(WebhookPath),
    responses((status = 200, body = WebhookItem), Failures))]
async fn restore(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<WebhookPath>,
) -> Result<Json<WebhookItem>, Problem> {
    Ok(Json(app.connectors.restore(&scope, path.webhook_id).await?.into()))
}

/// Enable a webhook
#[utoipa::path(post, path = "/api/v1/webhooks/{webhook_id}/enable", operation_id = "webhooks.enable",
    tag = "webhooks", params(WebhookPath),
    responses((status = 200, body = WebhookItem), Failures))]
async fn enable(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<WebhookPath>,
) -> Result<Json<WebhookItem>, Problem> {
    Ok(Json(app.connectors.set_enabled(&scope, path.webhook_id, true).await?.into()))
}

/// Disable a webhook
///
/// Its addresses answer 403 until it is enabled again.
#[utoipa::path(post, path = "/api/v1/webhooks/{webhook_id}/disable", operation_id = "webhooks.disable",
    tag = "webhooks", params(WebhookPath),
    responses((status = 200, body = WebhookItem), Failures))]
async fn disable(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<WebhookPath>,
) -> Result<Json<WebhookItem>, Problem> {
    Ok(Json(app.connectors.set_enabled(&scope, path.webhook_id, false).await?.into()))
}

/// Read the last 24 hours
///
/// One row an hour, oldest first.
#[utoipa::path(get, path = "/api/v1/webhooks/{webhook_id}/hours", operation_id = "webhooks.hours",
    tag = "webhooks", params(WebhookPath),
    responses((status = 200, body = Items<HourShape>), Failures))]
async fn hours(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<WebhookPath>,
) -> Result<Json<Items<HourShape>>, Problem> {
    let items = app.connectors.hours(&scope, path.webhook_id).await?;
    Ok(Json(Items::of(Page { items, next: None }, HourShape::from)))
}

/// Hand a webhook over
///
/// The addresses stay.
#[utoipa::path(post, path = "/api/v1/webhooks/{webhook_id}/hand-over", operation_id = "webhooks.hand_over",
    tag = "webhooks", params(WebhookPath), request_body = NewOwner,
    responses((status = 200, body = WebhookItem), Failures))]
async fn hand_over(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<WebhookPath>,
    Json(to): Json<NewOwner>,
) -> Result<Json<WebhookItem>, Problem> {
    Ok(Json(app.connectors.hand_over(&scope, path.webhook_id, to.owner_id).await?.into()))
}

/// Hand over every webhook of a person
///
/// For somebody who leaves; also where the person is second owner.
#[utoipa::path(post, path = "/api/v1/users/{user_id}/webhooks/hand-over",
    operation_id = "webhooks.hand_over_all", tag = "webhooks", params(UserPath),
    request_body = NewOwner, responses((status = 200, body = HandedOver), Failures))]
async fn hand_over_all(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<UserPath>,
    Json(to): Json<NewOwner>,
) -> Result<Json<HandedOver>, Problem> {
    let count = app.connectors.hand_over_all(&scope, path.user_id, to.owner_id).await?;
    Ok(Json(HandedOver { count }))
}
