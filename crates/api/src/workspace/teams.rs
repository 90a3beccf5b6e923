//! Teams and their members.

use axum::extract::State;
use edge::{Authed, Json, PageQuery, Path, Problem, Query};
use http::StatusCode;
use rest::{Failures, Items, PageParams, routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use workspace::{NewTeam, Role, TeamAccess, TeamChange, TeamFilter, Visibility};

use super::{Allowed, TeamMemberPath, TeamPath, instant, unknown_word};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(
        list,
        create,
        read,
        update,
        delete,
        archive,
        unarchive,
        restore,
        join,
        leave,
        members,
        set_member,
        remove_member
    )
}

/// A team.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Team {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    description: String,
    /// `public` or `private`.
    visibility: &'static str,
    /// What stands before the `@` of the team's mailbox.
    mail_name: String,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    archived_at: Option<String>,
    #[schema(format = DateTime)]
    deleted_at: Option<String>,
    /// What the caller may do.
    rights: Allowed,
}

impl From<TeamAccess> for Team {
    fn from(access: TeamAccess) -> Self {
        let TeamAccess { team, rights } = access;
        Self {
            id: team.id.to_string(),
            name: team.name,
            description: team.description,
            visibility: team.visibility.as_str(),
            mail_name: team.mail_name,
            created_at: instant(team.created_at),
            archived_at: team.archived_at.map(instant),
            deleted_at: team.deleted_at.map(instant),
            rights: rights.into(),
        }
    }
}

/// A member of a team or a private channel.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Member {
    #[schema(format = Uuid)]
    user_id: String,
    name: String,
    /// `guest`, `member` or `owner`.
    role: &'static str,
    #[schema(format = DateTime)]
    joined_at: String,
}

impl From<workspace::Member> for Member {
    fn from(member: workspace::Member) -> Self {
        Self {
            user_id: member.user.to_string(),
            name: member.name,
            role: member.role.as_str(),
            joined_at: instant(member.joined_at),
        }
    }
}

/// A role to give.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GivenRole {
    /// `guest`, `member` or `owner`.
    role: String,
}

impl GivenRole {
    pub(super) fn read(&self) -> Result<Role, Problem> {
        Role::parse(&self.role).ok_or_else(|| unknown_word("/role", "guest, member, owner"))
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// `mine` (the default), `visible` for all that one may know of, `deleted` for those one may restore.
    filter: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TeamToCreate {
    name: String,
    #[serde(default)]
    description: String,
    /// `private` (the default) or `public`.
    visibility: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TeamToUpdate {
    name: Option<String>,
    description: Option<String>,
    /// `private` or `public`.
    visibility: Option<String>,
}

fn visibility(word: Option<&str>) -> Result<Option<Visibility>, Problem> {
    let read = |word| {
        Visibility::parse(word).ok_or_else(|| unknown_word("/visibility", "public, private"))
    };
    word.map(read).transpose()
}

/// List teams
///
/// By name.
#[utoipa::path(get, path = "/api/v1/teams", operation_id = "teams.list", tag = "workspace",
    params(PageParams, Filter), responses((status = 200, body = Items<Team>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
    page: PageQuery,
    Query(filter): Query<Filter>,
) -> Result<Json<Items<Team>>, Problem> {
    let filter = match filter.filter.as_deref() {
        None | Some("mine") => TeamFilter::Mine,
        Some("visible") => TeamFilter::Visible,
        Some("deleted") => TeamFilter::Deleted,
        Some(_) => return Err(unknown_word("/filter", "mine, visible, deleted")),
    };
    let teams = app.workspace.teams(&scope, filter, page.after, page.limit).await?;
    Ok(Json(Items::of(teams, Team::from)))
}

/// Create a team
///
/// With its channel General; the caller becomes its owner.
#[utoipa::path(post, path = "/api/v1/teams", operation_id = "teams.create", tag = "workspace",
    request_body = TeamToCreate, responses((status = 201, body = Team), Failures))]
async fn create(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(new): Json<TeamToCreate>,
) -> Result<(StatusCode, Json<Team>), Problem> {
    let visibility = visibility(new.visibility.as_deref())?.unwrap_or(Visibility::Private);
    let new = NewTeam { name: new.name, description: new.description, visibility };
    let team = app.workspace.create_team(&scope, new).await?;
    Ok((StatusCode::CREATED, Json(team.into())))
}

/// Read a team
#[utoipa::path(get, path = "/api/v1/teams/{team_id}", operation_id = "teams.read", tag = "workspace",
    params(TeamPath), responses((status = 200, body = Team), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TeamPath>,
) -> Result<Json<Team>, Problem> {
    Ok(Json(app.workspace.team(&scope, path.team_id).await?.into()))
}

/// Change a team
///
/// Fields that are absent stay as they are.
#[utoipa::path(patch, path = "/api/v1/teams/{team_id}", operation_id = "teams.update", tag = "workspace",
    params(TeamPath), request_body = TeamToUpdate, responses((status = 200, body = Team), Failures))]
async fn update(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TeamPath>,
    Json(to): Json<TeamToUpdate>,
) -> Result<Json<Team>, Problem> {
    let visibility = visibility(to.visibility.as_deref())?;
    let to = TeamChange { name: to.name, description: to.description, visibility };
    Ok(Json(app.workspace.update_team(&scope, path.team_id, to).await?.into()))
}

/// Delete a team
///
/// With all that is in it; it can be restored for a while.
#[utoipa::path(delete, path = "/api/v1/teams/{team_id}", operation_id = "teams.delete", tag = "workspace",
    params(TeamPath), responses((status = 204), Failures))]
async fn delete(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TeamPath>,
) -> Result<StatusCode, Problem> {
    app.workspace.delete_team(&scope, path.team_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Archive a team
///
/// It is read and no longer written.
#[utoipa::path(post, path = "/api/v1/teams/{team_id}/archive", operation_id = "teams.archive",
    tag = "workspace", params(TeamPath), responses((status = 200, body = Team), Failures))]
async fn archive(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TeamPath>,
) -> Result<Json<Team>, Problem> {
    Ok(Json(app.workspace.archive_team(&scope, path.team_id, true).await?.into()))
}

/// Open an archived team again
#[utoipa::path(post, path = "/api/v1/teams/{team_id}/unarchive", operation_id = "teams.unarchive",
    tag = "workspace", params(TeamPath), responses((status = 200, body = Team), Failures))]
async fn unarchive(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TeamPath>,
) -> Result<Json<Team>, Problem> {
    Ok(Json(app.workspace.archive_team(&scope, path.team_id, false).await?.into()))
}

/// Restore a deleted team
#[utoipa::path(post, path = "/api/v1/teams/{team_id}/restore", operation_id = "teams.restore",
    tag = "workspace", params(TeamPath), responses((status = 200, body = Team), Failures))]
async fn restore(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TeamPath>,
) -> Result<Json<Team>, Problem> {
    Ok(Json(app.workspace.restore_team(&scope, path.team_id).await?.into()))
}

/// Join a public team
#[utoipa::path(post, path = "/api/v1/teams/{team_id}/join", operation_id = "teams.join",
    tag = "workspace", params(TeamPath), responses((status = 200, body = Team), Failures))]
async fn join(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TeamPath>,
) -> Result<Json<Team>, Problem> {
    Ok(Json(app.workspace.join_team(&scope, path.team_id).await?.into()))
}

/// Leave a team
#[utoipa::path(post, path = "/api/v1/teams/{team_id}/leave", operation_id = "teams.leave",
    tag = "workspace", params(TeamPath), responses((status = 204), Failures))]
async fn leave(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TeamPath>,
) -> Result<StatusCode, Problem> {
    app.workspace.leave_team(&scope, path.team_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List the members of a team
#[utoipa::path(get, path = "/api/v1/teams/{team_id}/members", operation_id = "teams.members",
    tag = "workspace", params(TeamPath, PageParams),
    responses((status = 200, body = Items<Member>), Failures))]
async fn members(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TeamPath>,
    page: PageQuery,
) -> Result<Json<Items<Member>>, Problem> {
    let members = app.workspace.members(&scope, path.team_id, page.after, page.limit).await?;
    Ok(Json(Items::of(members, Member::from)))
}

/// Add a member to a team, or change the role of one
#[utoipa::path(put, path = "/api/v1/teams/{team_id}/members/{user_id}", operation_id = "teams.set_member",
    tag = "workspace", params(TeamMemberPath), request_body = GivenRole,
    responses((status = 204), Failures))]
async fn set_member(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TeamMemberPath>,
    Json(given): Json<GivenRole>,
) -> Result<StatusCode, Problem> {
    let role = given.read()?;
    app.workspace.set_member(&scope, path.team_id, path.user_id, role).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a member out of a team
#[utoipa::path(delete, path = "/api/v1/teams/{team_id}/members/{user_id}",
    operation_id = "teams.remove_member", tag = "workspace", params(TeamMemberPath),
    responses((status = 204), Failures))]
async fn remove_member(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TeamMemberPath>,
) -> Result<StatusCode, Problem> {
    app.workspace.remove_member(&scope, path.team_id, path.user_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
