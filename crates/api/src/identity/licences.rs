//! Licences and who holds them.

use axum::extract::State;
use edge::{Authed, Json, PageQuery, Path, Problem};
use http::StatusCode;
use identity::{Giver, HeldLicence, Holder, LicencePatch, Licensed};
use rest::{Failures, Items, PageParams, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{GroupPath, LicenceGroupPath, LicencePath, LicenceUserPath, UserPath, instant, sent};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(
        list,
        create,
        update,
        delete,
        holders,
        people,
        assign_user,
        remove_user,
        assign_group,
        remove_group,
        of_user,
        of_group
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
    /// How many persons hold it, alone or through a group.
    people: i64,
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
            people: licence.people,
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

/// A group that gives a licence to whoever is in it.
#[derive(Debug, Serialize, ToSchema)]
struct LicenceGiver {
    #[schema(format = Uuid)]
    group_id: String,
    name: String,
}

fn givers(groups: Vec<Giver>) -> Vec<LicenceGiver> {
    let giver = |one: Giver| LicenceGiver { group_id: one.id.to_string(), name: one.name };
    groups.into_iter().map(giver).collect()
}

/// A person whom a licence reaches.
#[derive(Debug, Serialize, ToSchema)]
struct LicensedPerson {
    #[schema(format = Uuid)]
    user_id: String,
    display_name: String,
    /// The first mail address.
    address: Option<String>,
    /// Whether it was given to the person alone.
    direct: bool,
    /// The groups through which the person has it.
    groups: Vec<LicenceGiver>,
}

impl From<Licensed> for LicensedPerson {
    fn from(one: Licensed) -> Self {
        Self {
            user_id: one.person.id.to_string(),
            display_name: one.person.display_name,
            address: one.person.address,
            direct: one.direct,
            groups: givers(one.groups),
        }
    }
}

/// A licence that a person holds, and how.
#[derive(Debug, Serialize, ToSchema)]
struct LicenceOfUser {
    #[serde(flatten)]
    licence: Licence,
    /// Whether it was given to the person alone.
    direct: bool,
    /// The groups through which the person has it.
    groups: Vec<LicenceGiver>,
}

impl From<HeldLicence> for LicenceOfUser {
    fn from(held: HeldLicence) -> Self {
        Self { licence: held.licence.into(), direct: held.direct, groups: givers(held.groups) }
    }
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

/// List whom a licence reaches
///
/// Persons by user name, each with the ways: given to them, or through groups. Who joins a group that holds the licence
/// is among them at once, who leaves it no longer.
#[utoipa::path(get, path = "/api/v1/licences/{licence_id}/people",
    operation_id = "licences.people", tag = "identity", params(LicencePath, PageParams),
    responses((status = 200, body = Items<LicensedPerson>), Failures))]
async fn people(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<LicencePath>,
    page: PageQuery,
) -> Result<Json<Items<LicensedPerson>>, Problem> {
    let after = page.after.as_ref();
    let found = app.identity.licensed(&scope, path.licence_id, page.limit, after).await?;
    Ok(Json(Items::of(found, LicensedPerson::from)))
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
/// Held alone or through a group, with the ways.
#[utoipa::path(get, path = "/api/v1/users/{user_id}/licences", operation_id = "users.licences",
    tag = "identity", params(UserPath),
    responses((status = 200, body = Vec<LicenceOfUser>), Failures))]
async fn of_user(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<UserPath>,
) -> Result<Json<Vec<LicenceOfUser>>, Problem> {
    let held = app.identity.held_licences(&scope, path.user_id).await?;
    Ok(Json(held.into_iter().map(LicenceOfUser::from).collect()))
}

/// List the licences of a group
///
/// Whoever is in the group holds them.
#[utoipa::path(get, path = "/api/v1/groups/{group_id}/licences", operation_id = "groups.licences",
    tag = "identity", params(GroupPath), responses((status = 200, body = Vec<Licence>), Failures))]
async fn of_group(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<GroupPath>,
) -> Result<Json<Vec<Licence>>, Problem> {
    let licences = app.identity.licences_of_group(&scope, path.group_id).await?;
    Ok(Json(licences.into_iter().map(Licence::from).collect()))
}
