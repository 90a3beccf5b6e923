//! Icons of webhooks.

use axum::{body::Body, extract::State, response::Response};
use channel_connectors::WebhookChange;
use edge::{Authed, Path, Problem, read_body};
use http::StatusCode;
use rest::{Failures, routes};

use super::WebhookPath;
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(read, replace, remove)
}

/// Read the icon of a webhook
#[utoipa::path(get, path = "/api/v1/webhooks/{webhook_id}/icon", operation_id = "webhooks.icon",
    tag = "webhooks", params(WebhookPath),
    responses((status = 200, body = String, content_type = "image/png"), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<WebhookPath>,
) -> Result<Response, Problem> {
    let icon = app.connectors.icon(&scope, path.webhook_id).await?;
    rest::picture(icon, ("webhook.no_icon", "the webhook has no icon"))
}

/// Set the icon of a webhook
///
/// A still PNG, JPEG or GIF of at most 60 KB and 1,024 × 1,024 pixels, as the body.
#[utoipa::path(put, path = "/api/v1/webhooks/{webhook_id}/icon", operation_id = "webhooks.set_icon",
    tag = "webhooks", params(WebhookPath),
    request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 204, description = "Set"), Failures))]
async fn replace(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<WebhookPath>,
    body: Body,
) -> Result<StatusCode, Problem> {
    let bytes = read_body(body, rest::UPLOAD_BYTES).await?;
    let change = WebhookChange { icon: Some(Some(bytes.into())), ..WebhookChange::default() };
    app.connectors.update(&scope, path.webhook_id, change).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take the icon of a webhook away
#[utoipa::path(delete, path = "/api/v1/webhooks/{webhook_id}/icon", operation_id = "webhooks.delete_icon",
    tag = "webhooks", params(WebhookPath),
    responses((status = 204, description = "Taken away"), Failures))]
async fn remove(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<WebhookPath>,
) -> Result<StatusCode, Problem> {
    let change = WebhookChange { icon: Some(None), ..WebhookChange::default() };
    app.connectors.update(&scope, path.webhook_id, change).await?;
    Ok(StatusCode::NO_CONTENT)
}
