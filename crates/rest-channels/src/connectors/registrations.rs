//! Registered connectors: the developer portal.

use axum::{body::Body, extract::State, response::Response};
use connector_registry::NewConnector;
use edge::{Authed, Json, PageQuery, Path, Problem, read_body};
use http::StatusCode;
use kernel::WebhookId;
use rest::{Failures, Items, PageParams, routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    ConnectorPath,
    shapes::{ConfigurationItem, ConnectorForm, ConnectorItem},
};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(
        list,
        register,
        read,
        update,
        delete,
        usage,
        consequences,
        logo,
        set_logo,
        delete_logo,
        adopt
    )
}

/// How much a connector is used.
#[derive(Debug, Serialize, ToSchema)]
struct UsageItem {
    /// What is set up with it.
    configurations: i64,
    /// Cards taken in the last 24 hours.
    posts_24h: i64,
    /// Cards taken in the last 7 days.
    posts_7d: i64,
    /// Cards refused in the last 7 days.
    refused_7d: i64,
}

/// What goes with a connector.
#[derive(Debug, Serialize, ToSchema)]
struct ConsequencesItem {
    configurations: Vec<ConfigurationItem>,
    /// Webhooks that answer 410 from then on.
    webhooks: usize,
}

/// What became of a webhook.
#[derive(Debug, Serialize, ToSchema)]
struct Adopted {
    connector: ConnectorItem,
    configuration: ConfigurationItem,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct WebhookPath {
    /// The incoming webhook.
    #[param(value_type = String, format = Uuid)]
    webhook_id: WebhookId,
}

/// List registered connectors
///
/// One's own; all for administrators.
#[utoipa::path(get, path = "/api/v1/connectors", operation_id = "connectors.list", tag = "connectors",
    params(PageParams), responses((status = 200, body = Items<ConnectorItem>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
    page: PageQuery,
) -> Result<Json<Items<ConnectorItem>>, Problem> {
    let found = app.registrations.list(&scope, page.limit, page.after.as_ref()).await?;
    Ok(Json(Items::of(found, |connector| ConnectorItem::from(&connector))))
}

/// Register a connector
#[utoipa::path(post, path = "/api/v1/connectors", operation_id = "connectors.register",
    tag = "connectors", request_body = ConnectorForm,
    responses((status = 201, body = ConnectorItem), Failures))]
async fn register(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(form): Json<ConnectorForm>,
) -> Result<(StatusCode, Json<ConnectorItem>), Problem> {
    let made = app.registrations.register(&scope, (form.read(), None)).await?;
    Ok((StatusCode::CREATED, Json((&made).into())))
}

/// Read a connector
#[utoipa::path(get, path = "/api/v1/connectors/{connector_id}", operation_id = "connectors.read",
    tag = "connectors", params(ConnectorPath),
    responses((status = 200, body = ConnectorItem), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
) -> Result<Json<ConnectorItem>, Problem> {
    Ok(Json((&app.registrations.connector(&scope, path.connector_id).await?).into()))
}

/// Change a connector
///
/// The form whole. Cards of what is set up appear under the new name at once.
#[utoipa::path(put, path = "/api/v1/connectors/{connector_id}", operation_id = "connectors.update",
    tag = "connectors", params(ConnectorPath), request_body = ConnectorForm,
    responses((status = 200, body = ConnectorItem), Failures))]
async fn update(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
    Json(form): Json<ConnectorForm>,
) -> Result<Json<ConnectorItem>, Problem> {
    let form = form.read();
    let changed = app.registrations.update(&scope, path.connector_id, (form, None)).await?;
    Ok(Json((&changed).into()))
}

/// Delete a connector
///
/// Everything that was set up with it goes: those webhooks answer 410. The identifier is never given again.
#[utoipa::path(delete, path = "/api/v1/connectors/{connector_id}", operation_id = "connectors.delete",
    tag = "connectors", params(ConnectorPath),
    responses((status = 204, description = "Deleted"), Failures))]
async fn delete(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
) -> Result<StatusCode, Problem> {
    app.registrations.delete(&scope, path.connector_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Read how much a connector is used
#[utoipa::path(get, path = "/api/v1/connectors/{connector_id}/usage", operation_id = "connectors.usage",
    tag = "connectors", params(ConnectorPath), responses((status = 200, body = UsageItem), Failures))]
async fn usage(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
) -> Result<Json<UsageItem>, Problem> {
    let usage = app.registrations.usage(&scope, path.connector_id).await?;
    Ok(Json(UsageItem {
        configurations: usage.configurations,
        posts_24h: usage.posts_24h,
        posts_7d: usage.posts_7d,
        refused_7d: usage.refused_7d,
    }))
}

/// Read what would go with a connector
#[utoipa::path(get, path = "/api/v1/connectors/{connector_id}/consequences",
    operation_id = "connectors.consequences", tag = "connectors", params(ConnectorPath),
    responses((status = 200, body = ConsequencesItem), Failures))]
async fn consequences(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
) -> Result<Json<ConsequencesItem>, Problem> {
    let goes = app.registrations.consequences(&scope, path.connector_id).await?;
    let configurations = goes.configurations.iter().map(ConfigurationItem::from).collect();
    Ok(Json(ConsequencesItem { configurations, webhooks: goes.webhooks }))
}

/// Read the logo of a connector
#[utoipa::path(get, path = "/api/v1/connectors/{connector_id}/logo", operation_id = "connectors.logo",
    tag = "connectors", params(ConnectorPath),
    responses((status = 200, body = String, content_type = "image/png"), Failures))]
async fn logo(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
) -> Result<Response, Problem> {
    let logo = app.registrations.logo(&scope, path.connector_id).await?;
    rest::picture(logo, ("connector.no_logo", "the connector has no logo"))
}

/// Set the logo of a connector
///
/// A still PNG, JPEG or GIF of at most 60 KB and 1,024 × 1,024 pixels, as the body.
#[utoipa::path(put, path = "/api/v1/connectors/{connector_id}/logo", operation_id = "connectors.set_logo",
    tag = "connectors", params(ConnectorPath),
    request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 204, description = "Set"), Failures))]
async fn set_logo(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
    body: Body,
) -> Result<StatusCode, Problem> {
    let bytes = read_body(body, rest::UPLOAD_BYTES).await?;
    let form = NewConnector::from(&app.registrations.connector(&scope, path.connector_id).await?);
    let logo = Some(Some(bytes.into()));
    app.registrations.update(&scope, path.connector_id, (form, logo)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take the logo of a connector away
#[utoipa::path(delete, path = "/api/v1/connectors/{connector_id}/logo",
    operation_id = "connectors.delete_logo", tag = "connectors", params(ConnectorPath),
    responses((status = 204, description = "Taken away"), Failures))]
async fn delete_logo(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
) -> Result<StatusCode, Problem> {
    let form = NewConnector::from(&app.registrations.connector(&scope, path.connector_id).await?);
    app.registrations.update(&scope, path.connector_id, (form, Some(None))).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Turn a webhook into a connector
///
/// The connector takes the webhook's icon, and is set up in its channel. The URL stays.
#[utoipa::path(post, path = "/api/v1/webhooks/{webhook_id}/connector", operation_id = "connectors.adopt",
    tag = "connectors", params(WebhookPath), request_body = ConnectorForm,
    responses((status = 201, body = Adopted), Failures))]
async fn adopt(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<WebhookPath>,
    Json(form): Json<ConnectorForm>,
) -> Result<(StatusCode, Json<Adopted>), Problem> {
    let form = form.read();
    let (connector, configuration) = app.registrations.adopt(&scope, path.webhook_id, form).await?;
    let adopted =
        Adopted { connector: (&connector).into(), configuration: (&configuration).into() };
    Ok((StatusCode::CREATED, Json(adopted)))
}
