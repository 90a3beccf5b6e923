//! Users and their roles.

use axum::extract::State;
use edge::{Authed, Json, PageQuery, Path, Problem, Query};
use http::StatusCode;
use identity::{
    Role,
    users::{NewUser, Theme, UserFilter, UserPatch, UserState},
};
use kernel::Secret;
use rest::{Failures, Items, PageParams, routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{UserPath, UserRolePath, instant, language, names, sent, unknown_word};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(
        list,
        create,
        read,
        update,
        delete,
        set_state,
        lock,
        unlock,
        password_link,
        assign_role,
        remove_role,
        roles
    )
}

/// A person.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct User {
    #[schema(format = Uuid)]
    id: String,
    user_name: String,
    display_name: String,
    /// Mail addresses, the main one first.
    addresses: Vec<String>,
    /// `en`, `fr`, or null for whatever the browser asks for.
    language: Option<&'static str>,
    /// A name of the time zone database.
    time_zone: String,
    /// `system`, `light` or `dark`.
    theme: &'static str,
    /// `active`, `locked`, `disabled` or `deleted`.
    state: &'static str,
    /// Tenant-wide roles of one's own.
    roles: Vec<&'static str>,
    /// Tenant-wide roles that groups give.
    group_roles: Vec<&'static str>,
    /// Whether the account has a password here.
    has_password: bool,
    #[schema(format = DateTime)]
    last_sign_in_at: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
}

impl From<identity::users::User> for User {
    fn from(user: identity::users::User) -> Self {
        Self {
            id: user.id.to_string(),
            user_name: user.user_name,
            display_name: user.display_name,
            addresses: user.addresses,
            language: user.language.map(kernel::Language::tag),
            time_zone: user.time_zone,
            theme: user.theme.as_str(),
            state: user.state.as_str(),
            roles: user.roles.into_iter().map(Role::as_str).collect(),
            group_roles: user.group_roles.into_iter().map(Role::as_str).collect(),
            has_password: user.has_password,
            last_sign_in_at: user.last_sign_in_at.map(instant),
            created_at: instant(user.created_at),
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Part of the user name, the display name or an address.
    search: Option<String>,
    /// `active`, `locked`, `disabled` or `deleted`; all but the deleted unless given.
    state: Option<String>,
    /// Only who has this role, alone or through a group, such as `teams_administrator`.
    role: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UserToCreate {
    user_name: String,
    display_name: String,
    /// Mail addresses, the main one first.
    #[serde(default)]
    addresses: Vec<String>,
    /// `en`, `fr`, or null for whatever the browser asks for.
    language: Option<String>,
    /// A name of the time zone database; UTC unless given.
    time_zone: Option<String>,
    /// Without one the account is set up by a link, or signs in with a provider.
    #[schema(value_type = Option<String>, format = Password)]
    password: Option<Secret<String>>,
    /// Tenant-wide roles.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    roles: Vec<Role>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "absent, null and a language are three things")]
struct UserToUpdate {
    /// For administrators.
    user_name: Option<String>,
    display_name: Option<String>,
    /// For administrators.
    addresses: Option<Vec<String>>,
    /// `en`, `fr`, or null for whatever the browser asks for.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<String>)]
    language: Option<Option<String>>,
    time_zone: Option<String>,
    /// `system`, `light` or `dark`.
    theme: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GivenState {
    /// `active`, `locked` or `disabled`.
    state: String,
}

/// Whether too many failed sign-ins have locked an account.
#[derive(Debug, Serialize, ToSchema)]
struct Lock {
    /// Until when; null when it is not locked.
    #[schema(format = DateTime)]
    until: Option<String>,
}

/// A link that sets a password.
#[derive(Debug, Serialize, ToSchema)]
struct Link {
    /// The address to open; it is shown once and works once.
    url: String,
    #[schema(format = DateTime)]
    expires_at: String,
}

/// A role and what it gives.
#[derive(Debug, Serialize, ToSchema)]
struct RoleInfo {
    name: &'static str,
    /// What it adds to the rights of everyone.
    permissions: Vec<&'static str>,
}

/// List users
///
/// By user name.
#[utoipa::path(get, path = "/api/v1/users", operation_id = "users.list", tag = "identity",
    params(PageParams, Filter), responses((status = 200, body = Items<User>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
    page: PageQuery,
    Query(filter): Query<Filter>,
) -> Result<Json<Items<User>>, Problem> {
    let known = || unknown_word("/state", "active, locked, disabled, deleted");
    let state = filter.state.map(|word| word.parse().map_err(|()| known())).transpose()?;
    let known = || unknown_word("/role", "the names of `roles.list`");
    let role = filter.role.map(|word| word.parse().map_err(|()| known())).transpose()?;
    let filter = UserFilter { search: filter.search, state, role };
    let users = app.identity.users(&scope, filter, page.limit, page.after.as_ref()).await?;
    Ok(Json(Items::of(users, User::from)))
}

/// Create a user
#[utoipa::path(post, path = "/api/v1/users", operation_id = "users.create", tag = "identity",
    request_body = UserToCreate, responses((status = 201, body = User), Failures))]
async fn create(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(new): Json<UserToCreate>,
) -> Result<(StatusCode, Json<User>), Problem> {
    let new = NewUser {
        user_name: new.user_name,
        display_name: new.display_name,
        addresses: new.addresses,
        language: language(new.language.as_deref())?,
        time_zone: new.time_zone,
        password: new.password,
        roles: new.roles,
    };
    Ok((StatusCode::CREATED, Json(app.identity.create_user(&scope, new).await?.into())))
}

/// Read a user
#[utoipa::path(get, path = "/api/v1/users/{user_id}", operation_id = "users.read", tag = "identity",
    params(UserPath), responses((status = 200, body = User), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<UserPath>,
) -> Result<Json<User>, Problem> {
    Ok(Json(app.identity.user(&scope, path.user_id).await?.into()))
}

/// Change a user
///
/// Fields that are absent stay as they are. Everyone may change the own display name, language, time
/// zone and theme.
#[utoipa::path(patch, path = "/api/v1/users/{user_id}", operation_id = "users.update",
    tag = "identity", params(UserPath), request_body = UserToUpdate,
    responses((status = 200, body = User), Failures))]
async fn update(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<UserPath>,
    Json(to): Json<UserToUpdate>,
) -> Result<Json<User>, Problem> {
    let known = || unknown_word("/theme", "system, light, dark");
    let theme: Option<Theme> = to.theme.map(|w| w.parse().map_err(|()| known())).transpose()?;
    let change = UserPatch {
        user_name: to.user_name,
        display_name: to.display_name,
        addresses: to.addresses,
        language: to.language.map(|tag| language(tag.as_deref())).transpose()?,
        time_zone: to.time_zone,
        theme,
    };
    Ok(Json(app.identity.update_user(&scope, path.user_id, change).await?.into()))
}

/// Delete a user
///
/// Account, addresses, factors, roles and tokens go. What the person wrote stays, under the display name.
#[utoipa::path(delete, path = "/api/v1/users/{user_id}", operation_id = "users.delete",
    tag = "identity", params(UserPath), responses((status = 204), Failures))]
async fn delete(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<UserPath>,
) -> Result<StatusCode, Problem> {
    app.identity.delete_user(&scope, path.user_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Activate, lock or disable a user
///
/// Who is not active is signed out everywhere at once.
#[utoipa::path(put, path = "/api/v1/users/{user_id}/state", operation_id = "users.set_state",
    tag = "identity", params(UserPath), request_body = GivenState,
    responses((status = 200, body = User), Failures))]
async fn set_state(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<UserPath>,
    Json(given): Json<GivenState>,
) -> Result<Json<User>, Problem> {
    let known = || unknown_word("/state", "active, locked, disabled");
    let state: UserState = given.state.parse().map_err(|()| known())?;
    Ok(Json(app.identity.set_user_state(&scope, path.user_id, state).await?.into()))
}

/// Read whether failed sign-ins have locked a user
#[utoipa::path(get, path = "/api/v1/users/{user_id}/lock", operation_id = "users.lock",
    tag = "identity", params(UserPath), responses((status = 200, body = Lock), Failures))]
async fn lock(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<UserPath>,
) -> Result<Json<Lock>, Problem> {
    let until = app.identity.locked_until(&scope, path.user_id).await?;
    Ok(Json(Lock { until: until.map(instant) }))
}

/// Unlock a user after failed sign-ins
#[utoipa::path(delete, path = "/api/v1/users/{user_id}/lock", operation_id = "users.unlock",
    tag = "identity", params(UserPath), responses((status = 204), Failures))]
async fn unlock(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<UserPath>,
) -> Result<StatusCode, Problem> {
    app.identity.unlock_user(&scope, path.user_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make a link with which a user sets a password
#[utoipa::path(post, path = "/api/v1/users/{user_id}/password-link",
    operation_id = "users.password_link", tag = "identity", params(UserPath),
    responses((status = 201, body = Link), Failures))]
async fn password_link(
    State(app): State<App>,
    Authed(scope): Authed,
    context: edge::Context,
    Path(path): Path<UserPath>,
) -> Result<(StatusCode, Json<Link>), Problem> {
    let link = app.identity.password_link(&scope, path.user_id).await?;
    let url = format!("{}/password-link?link={}", context.base_url(), link.secret.expose());
    Ok((StatusCode::CREATED, Json(Link { url, expires_at: instant(link.expires_at) })))
}

/// Give a user a role
///
/// It counts from the next request on.
#[utoipa::path(put, path = "/api/v1/users/{user_id}/roles/{role}",
    operation_id = "users.assign_role", tag = "identity", params(UserRolePath),
    responses((status = 204), Failures))]
async fn assign_role(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<UserRolePath>,
) -> Result<StatusCode, Problem> {
    app.identity.assign_role(&scope, path.user_id, path.role).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a role from a user
#[utoipa::path(delete, path = "/api/v1/users/{user_id}/roles/{role}",
    operation_id = "users.remove_role", tag = "identity", params(UserRolePath),
    responses((status = 204), Failures))]
async fn remove_role(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<UserRolePath>,
) -> Result<StatusCode, Problem> {
    app.identity.remove_role(&scope, path.user_id, path.role).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List the roles
#[utoipa::path(get, path = "/api/v1/roles", operation_id = "roles.list", tag = "identity",
    responses((status = 200, body = Vec<RoleInfo>), Failures))]
async fn roles(Authed(_scope): Authed) -> Json<Vec<RoleInfo>> {
    let info =
        |role: Role| RoleInfo { name: role.as_str(), permissions: names(role.permissions()) };
    Json(Role::ALL.into_iter().map(info).collect())
}
