//! Groups and their members.

use axum::extract::State;
use edge::{Authed, Json, PageQuery, Path, Problem};
use http::StatusCode;
use identity::{GroupPatch, NewGroup, Role, users::Person};
use rest::{Failures, Items, PageParams, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{GroupMemberPath, GroupPath, GroupRolePath, UserPath, instant};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(
        list,
        create,
        read,
        update,
        delete,
        members,
        add_member,
        remove_member,
        assign_role,
        remove_role,
        of_user
    )
}

/// A set of persons.
#[derive(Debug, Serialize, ToSchema)]
struct Group {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    description: String,
    /// How many persons are in it.
    members: i64,
    /// Tenant-wide roles that everybody in it has.
    roles: Vec<&'static str>,
    #[schema(format = DateTime)]
    created_at: String,
}

impl From<identity::Group> for Group {
    fn from(group: identity::Group) -> Self {
        Self {
            id: group.id.to_string(),
            name: group.name,
            description: group.description,
            members: group.members,
            roles: group.roles.into_iter().map(Role::as_str).collect(),
            created_at: instant(group.created_at),
        }
    }
}

/// A member of a group.
#[derive(Debug, Serialize, ToSchema)]
struct GroupMember {
    #[schema(format = Uuid)]
    user_id: String,
    name: String,
    /// The main mail address.
    address: Option<String>,
}

impl From<Person> for GroupMember {
    fn from(person: Person) -> Self {
        Self { user_id: person.id.to_string(), name: person.display_name, address: person.address }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GroupToCreate {
    name: String,
    #[serde(default)]
    description: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GroupToUpdate {
    name: Option<String>,
    description: Option<String>,
}

/// List groups
///
/// By name.
#[utoipa::path(get, path = "/api/v1/groups", operation_id = "groups.list", tag = "identity",
    params(PageParams), responses((status = 200, body = Items<Group>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
    page: PageQuery,
) -> Result<Json<Items<Group>>, Problem> {
    let groups = app.identity.groups(&scope, page.limit, page.after.as_ref()).await?;
    Ok(Json(Items::of(groups, Group::from)))
}

/// Create a group
#[utoipa::path(post, path = "/api/v1/groups", operation_id = "groups.create", tag = "identity",
    request_body = GroupToCreate, responses((status = 201, body = Group), Failures))]
async fn create(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(new): Json<GroupToCreate>,
) -> Result<(StatusCode, Json<Group>), Problem> {
    let new = NewGroup { name: new.name, description: new.description };
    Ok((StatusCode::CREATED, Json(app.identity.create_group(&scope, new).await?.into())))
}

/// Read a group
#[utoipa::path(get, path = "/api/v1/groups/{group_id}", operation_id = "groups.read",
    tag = "identity", params(GroupPath), responses((status = 200, body = Group), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<GroupPath>,
) -> Result<Json<Group>, Problem> {
    Ok(Json(app.identity.group(&scope, path.group_id).await?.into()))
}

/// Change a group
///
/// Fields that are absent stay as they are.
#[utoipa::path(patch, path = "/api/v1/groups/{group_id}", operation_id = "groups.update",
    tag = "identity", params(GroupPath), request_body = GroupToUpdate,
    responses((status = 200, body = Group), Failures))]
async fn update(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<GroupPath>,
    Json(to): Json<GroupToUpdate>,
) -> Result<Json<Group>, Problem> {
    let change = GroupPatch { name: to.name, description: to.description };
    Ok(Json(app.identity.update_group(&scope, path.group_id, change).await?.into()))
}

/// Delete a group
///
/// Its members stay.
#[utoipa::path(delete, path = "/api/v1/groups/{group_id}", operation_id = "groups.delete",
    tag = "identity", params(GroupPath), responses((status = 204), Failures))]
async fn delete(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<GroupPath>,
) -> Result<StatusCode, Problem> {
    app.identity.delete_group(&scope, path.group_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List the members of a group
#[utoipa::path(get, path = "/api/v1/groups/{group_id}/members", operation_id = "groups.members",
    tag = "identity", params(GroupPath, PageParams),
    responses((status = 200, body = Items<GroupMember>), Failures))]
async fn members(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<GroupPath>,
    page: PageQuery,
) -> Result<Json<Items<GroupMember>>, Problem> {
    let (limit, after) = (page.limit, page.after.as_ref());
    let members = app.identity.members(&scope, path.group_id, limit, after).await?;
    Ok(Json(Items::of(members, GroupMember::from)))
}

/// Put a user into a group
#[utoipa::path(put, path = "/api/v1/groups/{group_id}/members/{user_id}",
    operation_id = "groups.add_member", tag = "identity", params(GroupMemberPath),
    responses((status = 204), Failures))]
async fn add_member(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<GroupMemberPath>,
) -> Result<StatusCode, Problem> {
    app.identity.add_member(&scope, path.group_id, path.user_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a user out of a group
#[utoipa::path(delete, path = "/api/v1/groups/{group_id}/members/{user_id}",
    operation_id = "groups.remove_member", tag = "identity", params(GroupMemberPath),
    responses((status = 204), Failures))]
async fn remove_member(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<GroupMemberPath>,
) -> Result<StatusCode, Problem> {
    app.identity.remove_member(&scope, path.group_id, path.user_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give a group a role
///
/// Everybody in it has the role from the next request on, now and later.
#[utoipa::path(put, path = "/api/v1/groups/{group_id}/roles/{role}",
    operation_id = "groups.assign_role", tag = "identity", params(GroupRolePath),
    responses((status = 204), Failures))]
async fn assign_role(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<GroupRolePath>,
) -> Result<StatusCode, Problem> {
    app.identity.assign_group_role(&scope, path.group_id, path.role).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a role from a group
#[utoipa::path(delete, path = "/api/v1/groups/{group_id}/roles/{role}",
    operation_id = "groups.remove_role", tag = "identity", params(GroupRolePath),
    responses((status = 204), Failures))]
async fn remove_role(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<GroupRolePath>,
) -> Result<StatusCode, Problem> {
    app.identity.remove_group_role(&scope, path.group_id, path.role).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List the groups of a user
#[utoipa::path(get, path = "/api/v1/users/{user_id}/groups", operation_id = "users.groups",
    tag = "identity", params(UserPath), responses((status = 200, body = Vec<Group>), Failures))]
async fn of_user(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<UserPath>,
) -> Result<Json<Vec<Group>>, Problem> {
    let groups = app.identity.groups_of(&scope, path.user_id).await?;
    Ok(Json(groups.into_iter().map(Group::from).collect()))
}
