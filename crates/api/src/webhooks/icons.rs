//! Icons of webhooks.

use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse as _, Response},
};
use channel_connectors::WebhookChange;
use edge::{Authed, Path, Problem, read_body};
use http::{HeaderName, HeaderValue, StatusCode, header};
use kernel::Kind;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::WebhookPath;
use crate::{App, problem::Failures};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(read, replace, remove))
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
    let Some(icon) = app.connectors.icon(&scope, path.webhook_id).await? else {
        return Err(Problem::new("webhook.no_icon", Kind::NotFound, "the webhook has no icon"));
    };
    let kind = HeaderValue::from_static(icon.kind.media_type());
    let headers = [
        (header::CONTENT_TYPE, kind),
        // The address of an icon changes with it.
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=86400")),
        (SNIFF, HeaderValue::from_static("nosniff")),
    ];
    Ok((headers, icon.bytes).into_response())
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
    let bytes = read_body(body, ICON_BYTES).await?;
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

/// A little more than an icon may have, so that the room says what is wrong.
const ICON_BYTES: usize = 64 * 1024;

const SNIFF: HeaderName = HeaderName::from_static("x-content-type-options");
