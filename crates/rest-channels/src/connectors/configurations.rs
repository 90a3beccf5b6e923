//! The life of a configuration.

use axum::extract::State;
use edge::{Authed, Context, Json, Path, Problem, Query};
use http::StatusCode;
use kernel::Kind;
use rest::{Failures, routes};
use serde::Deserialize;
use serde_json::Value;
use url::Url;
use utoipa::IntoParams;

use super::{
    ConfigurationPath,
    shapes::{ConfigurationItem, OpeningItem, PageSettings},
};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(read, delete, edit, removal, settings, set_settings, commit, abandon)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Asking {
    /// The address of the page that asks; who set it up is told to pages on the valid domains alone.
    page: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Why {
    /// Why it is removed, for the audit.
    reason: Option<String>,
}

/// Read a configuration
#[utoipa::path(get, path = "/api/v1/configurations/{configuration_id}",
    operation_id = "configurations.read", tag = "connectors", params(ConfigurationPath),
    responses((status = 200, body = ConfigurationItem), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConfigurationPath>,
) -> Result<Json<ConfigurationItem>, Problem> {
    let found = app.configurations.configuration(&scope, path.configuration_id).await?;
    Ok(Json((&found).into()))
}

/// Remove a configuration
///
/// Its webhook answers 410 from now on; its messages stay. Open its page with `removal` first, so that it can
/// clean up.
#[utoipa::path(delete, path = "/api/v1/configurations/{configuration_id}",
    operation_id = "configurations.delete", tag = "connectors", params(ConfigurationPath, Why),
    responses((status = 204, description = "Removed"), Failures))]
async fn delete(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConfigurationPath>,
    Query(why): Query<Why>,
) -> Result<StatusCode, Problem> {
    let reason = why.reason.as_deref();
    app.configurations.finish_remove(&scope, path.configuration_id, reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Open a configuration to change it
#[utoipa::path(post, path = "/api/v1/configurations/{configuration_id}/edit",
    operation_id = "configurations.edit", tag = "connectors", params(ConfigurationPath),
    responses((status = 200, body = OpeningItem), Failures))]
async fn edit(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConfigurationPath>,
) -> Result<Json<OpeningItem>, Problem> {
    Ok(Json(app.configurations.begin_edit(&scope, path.configuration_id).await?.into()))
}

/// Open a configuration before its removal
#[utoipa::path(post, path = "/api/v1/configurations/{configuration_id}/removal",
    operation_id = "configurations.removal", tag = "connectors", params(ConfigurationPath),
    responses((status = 200, body = OpeningItem), Failures))]
async fn removal(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConfigurationPath>,
) -> Result<Json<OpeningItem>, Problem> {
    Ok(Json(app.configurations.begin_remove(&scope, path.configuration_id).await?.into()))
}

/// Read the settings as their page knows them
///
/// `{}` before the page set something; else its own keys, `webhookUrl`, `appType`, and `userObjectId` for pages
/// on the valid domains.
#[utoipa::path(get, path = "/api/v1/configurations/{configuration_id}/settings",
    operation_id = "configurations.settings", tag = "connectors", params(ConfigurationPath, Asking),
    responses((status = 200, body = PageSettings), Failures))]
async fn settings(
    State(app): State<App>,
    Authed(scope): Authed,
    context: Context,
    Path(path): Path<ConfigurationPath>,
    Query(asking): Query<Asking>,
) -> Result<Json<PageSettings>, Problem> {
    let page = asking.page.as_deref().unwrap_or("about:blank").parse::<Url>();
    let page = page.map_err(|_source| {
        Problem::new("request.invalid", Kind::Invalid, "page: an address is expected")
    })?;
    let base = context.base_url();
    let told = app.configurations.settings_of(&scope, path.configuration_id, (&base, &page));
    Ok(Json(PageSettings { settings: told.await?.into_iter().collect() }))
}

/// Set the settings
///
/// The first time the webhook is made, which takes posts when this answers. Nothing is saved before
/// `commit`.
#[utoipa::path(put, path = "/api/v1/configurations/{configuration_id}/settings",
    operation_id = "configurations.set_settings", tag = "connectors", params(ConfigurationPath),
    request_body = Object, responses((status = 204, description = "Set"), Failures))]
async fn set_settings(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConfigurationPath>,
    Json(settings): Json<Value>,
) -> Result<StatusCode, Problem> {
    app.configurations.set_settings(&scope, path.configuration_id, &settings).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Save what the page set
#[utoipa::path(post, path = "/api/v1/configurations/{configuration_id}/commit",
    operation_id = "configurations.commit", tag = "connectors", params(ConfigurationPath),
    responses((status = 200, body = ConfigurationItem), Failures))]
async fn commit(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConfigurationPath>,
) -> Result<Json<ConfigurationItem>, Problem> {
    let saved = app.configurations.commit(&scope, path.configuration_id).await?;
    Ok(Json((&saved).into()))
}

/// Give up a dialog
///
/// What was begun goes with its webhook; of an edit only what was not saved.
#[utoipa::path(post, path = "/api/v1/configurations/{configuration_id}/abandon",
    operation_id = "configurations.abandon", tag = "connectors", params(ConfigurationPath),
    responses((status = 204, description = "Given up"), Failures))]
async fn abandon(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConfigurationPath>,
) -> Result<StatusCode, Problem> {
    app.configurations.abandon(&scope, path.configuration_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
