//! Addresses of webhooks.

use std::time::Duration;

use axum::extract::State;
use edge::{Authed, Context, Json, Path, Problem};
use kernel::Page;
use rest::{Failures, Items, routes};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{WebhookPath, shapes::AddressItem};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(list, rotate)
}

/// How to replace an address.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Rotation {
    /// For how long the address before goes on working; the hub's setting unless given, 0 ends it now.
    overlap_seconds: Option<u64>,
}

/// Show the addresses of a webhook
///
/// Those that work now, the newest first; for its owners and administrators.
#[utoipa::path(get, path = "/api/v1/webhooks/{webhook_id}/addresses", operation_id = "webhooks.addresses",
    tag = "webhooks", params(WebhookPath),
    responses((status = 200, body = Items<AddressItem>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
    context: Context,
    Path(path): Path<WebhookPath>,
) -> Result<Json<Items<AddressItem>>, Problem> {
    let items = app.connectors.addresses(&scope, path.webhook_id).await?;
    let base = context.base_url();
    Ok(Json(Items::of(Page { items, next: None }, |a| AddressItem::of(&a, &base))))
}

/// Replace the addresses of a webhook
///
/// Answers the new ones.
#[utoipa::path(post, path = "/api/v1/webhooks/{webhook_id}/rotate", operation_id = "webhooks.rotate",
    tag = "webhooks", params(WebhookPath), request_body = Rotation,
    responses((status = 200, body = AddressItem), Failures))]
async fn rotate(
    State(app): State<App>,
    Authed(scope): Authed,
    context: Context,
    Path(path): Path<WebhookPath>,
    Json(rotation): Json<Rotation>,
) -> Result<Json<AddressItem>, Problem> {
    let overlap = rotation.overlap_seconds.map(Duration::from_secs);
    let addresses = app.connectors.rotate(&scope, path.webhook_id, overlap).await?;
    Ok(Json(AddressItem::of(&addresses, &context.base_url())))
}
