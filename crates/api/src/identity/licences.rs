//! Licences and who holds them.

use axum::extract::State;
use edge::{Authed, Json, Path, Problem};
use http::StatusCode;
use identity::{Holder, LicencePatch};
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{LicenceGroupPath, LicencePath, LicenceUserPath, UserPath, instant, sent};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(
        list,
        create,
        update,
        delete,
        holders,
        assign_user,
        remove_user,
        assign_group,
        remove_group,
        of_user
    )
}

/// A kind of licence.
#[derive(Debug, Serialize, ToSchema)]
struct Licence {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    /// How many persons and groups may hold it; null is any number.
    seats: Option<i64>,
    /// How many do.
    taken: i64,
    #[schema(format = DateTime)]
    created_at: String,
}

impl From<identity::Licence> for Licence {
    fn from(licence: identity::Licence) -> Self {
        Self {
            id: licence.id.to_string(),
            name: licence.name,
            seats: licence.seats,
            taken: licence.taken,
            created_at: instant(licence.created_at),
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LicenceToCreate {
    name: String,
    /// How many persons and groups may hold it; any number unless given.
    seats: Option<i64>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "absent, null and a number are three things")]
struct LicenceToUpdate {
    name: Option<String>,
    /// How many persons and groups may hold it, no fewer than do; null is any number.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<i64>)]
    seats: Option<Option<i64>>,
}

/// Who holds a licence.
#[derive(Debug, Serialize, ToSchema)]
struct LicenceHolder {
    /// `user` or `group`.
    kind: &'static str,
    #[schema(format = Uuid)]
    id: String,
}

/// List the licences
///
/// By name.
#[utoipa::path(get, path = "/api/v1/licences", operation_id = "licences.list", tag = "identity",
    responses((status = 200, body = Vec<Licence>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<Vec<Licence>>, Problem> {
    let licences = app.identity.licences(&scope).await?;
    Ok(Json(licences.into_iter().map(Licence::from).collect()))
}

/// Add a licence
#[utoipa::path(post, path = "/api/v1/licences", operation_id = "licences.create", tag = "identity",
    request_body = LicenceToCreate, responses((status = 201, body = Licence), Failures))]
async fn create(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(new): Json<LicenceToCreate>,
) -> Result<(StatusCode, Json<Licence>), Problem> {
    let licence = app.identity.create_licence(&scope, &new.name, new.seats).await?;
    Ok((StatusCode::CREATED, Json(licence.into())))
}

/// Change a licence
///
/// Fields that are absent stay as they are.
#[utoipa::path(patch, path = "/api/v1/licences/{licence_id}", operation_id = "licences.update",
    tag = "identity", params(LicencePath), request_body = LicenceToUpdate,
    responses((status = 200, body = Licence), Failures))]
async fn update(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<LicencePath>,
    Json(to): Json<LicenceToUpdate>,
) -> Result<Json<Licence>, Problem> {
    let change = LicencePatch { name: to.name, seats: to.seats };
    Ok(Json(app.identity.update_licence(&scope, path.licence_id, change).await?.into()))
}

/// Delete a licence
///
/// Only one that nobody holds.
#[utoipa::path(delete, path = "/api/v1/licences/{licence_id}", operation_id = "licences.delete",
    tag = "identity", params(LicencePath), responses((status = 204), Failures))]
async fn delete(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<LicencePath>,
) -> Result<StatusCode, Problem> {
    app.identity.delete_licence(&scope, path.licence_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List who holds a licence
#[utoipa::path(get, path = "/api/v1/licences/{licence_id}/holders",
    operation_id = "licences.holders", tag = "identity", params(LicencePath),
    responses((status = 200, body = Vec<LicenceHolder>), Failures))]
async fn holders(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<LicencePath>,
) -> Result<Json<Vec<LicenceHolder>>, Problem> {
    let holders = app.identity.holders(&scope, path.licence_id).await?;
    let shape = |h: Holder| LicenceHolder { kind: h.kind(), id: h.uuid().to_string() };
    Ok(Json(holders.into_iter().map(shape).collect()))
}

/// Give a licence to a user
#[utoipa::path(put, path = "/api/v1/licences/{licence_id}/users/{user_id}",
    operation_id = "licences.assign_user", tag = "identity", params(LicenceUserPath),
    responses((status = 204), Failures))]
async fn assign_user(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<LicenceUserPath>,
) -> Result<StatusCode, Problem> {
    app.identity.assign_licence(&scope, path.licence_id, Holder::User(path.user_id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a licence from a user
#[utoipa::path(delete, path = "/api/v1/licences/{licence_id}/users/{user_id}",
    operation_id = "licences.remove_user", tag = "identity", params(LicenceUserPath),
    responses((status = 204), Failures))]
async fn remove_user(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<LicenceUserPath>,
) -> Result<StatusCode, Problem> {
    app.identity.remove_licence(&scope, path.licence_id, Holder::User(path.user_id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give a licence to a group
///
/// Everybody in the group holds it; it takes one seat.
#[utoipa::path(put, path = "/api/v1/licences/{licence_id}/groups/{group_id}",
    operation_id = "licences.assign_group", tag = "identity", params(LicenceGroupPath),
    responses((status = 204), Failures))]
async fn assign_group(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<LicenceGroupPath>,
) -> Result<StatusCode, Problem> {
    app.identity.assign_licence(&scope, path.licence_id, Holder::Group(path.group_id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a licence from a group
#[utoipa::path(delete, path = "/api/v1/licences/{licence_id}/groups/{group_id}",
    operation_id = "licences.remove_group", tag = "identity", params(LicenceGroupPath),
    responses((status = 204), Failures))]
async fn remove_group(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<LicenceGroupPath>,
) -> Result<StatusCode, Problem> {
    app.identity.remove_licence(&scope, path.licence_id, Holder::Group(path.group_id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List the licences of a user
///
/// Held alone or through a group.
#[utoipa::path(get, path = "/api/v1/users/{user_id}/licences", operation_id = "users.licences",
    tag = "identity", params(UserPath), responses((status = 200, body = Vec<Licence>), Failures))]
async fn of_user(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<UserPath>,
) -> Result<Json<Vec<Licence>>, Problem> {
    let licences = app.identity.licences_of(&scope, path.user_id).await?;
    Ok(Json(licences.into_iter().map(Licence::from).collect()))
}
