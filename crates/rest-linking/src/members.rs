//! Members of links: how they follow the access to records, what would happen, what happened.

use axum::extract::State;
use edge::{Authed, Json, Path, Problem, Query};
use http::StatusCode;
use i18n::Texts;
use kernel::{EnvironmentId, Scope};
use linking_sync::{MemberChange, Mode, PlannedChange, Policy, Preview, Reason};
use rest::{EnvironmentPath, Failures, routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    App, Routes,
    crm::SystemPath,
    shapes::{ProblemItem, links::LinkPath, word},
};

pub(crate) fn routes() -> Routes {
    routes!(
        of_all,
        set_of_all,
        of_crm,
        set_of_crm,
        of_link,
        set_of_link,
        reset,
        preview,
        run,
        history
    )
}

/// How members follow the access to records.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LinkMembersPolicyToSet, example = json!({ "mode": "add", "guests": false, "others": false }))]
struct PolicyBody {
    /// `off`; `add` for who is given access; `add_and_remove` for who loses it too.
    mode: String,
    /// Whether guests without access are removed too. Guests are never added.
    #[serde(default)]
    guests: bool,
    /// Whether members are removed too whom somebody added by hand.
    #[serde(default)]
    others: bool,
}

impl PolicyBody {
    fn policy(&self) -> Result<Policy, Problem> {
        let mode = word("/mode", &self.mode, &Mode::ALL, Mode::as_str)?;
        Ok(Policy { mode, guests: self.guests, others: self.others })
    }
}

/// Another decision to look at.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Otherwise {
    /// `off`, `add` or `add_and_remove`; what holds unless given.
    mode: Option<String>,
    /// With `mode`: whether guests without access are removed too.
    #[serde(default)]
    guests: bool,
    /// With `mode`: whether members are removed too whom somebody added by hand.
    #[serde(default)]
    others: bool,
}

/// How members follow the access to records.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinkMembersPolicy)]
struct PolicyItem {
    /// `off`, `add` or `add_and_remove`.
    mode: &'static str,
    guests: bool,
    others: bool,
    /// Whether it is the link's own decision, not that of its environment.
    own: bool,
    /// Why it is not done for now.
    obstacle: Option<ProblemItem>,
}

/// Something that would happen to somebody.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlannedMemberChange)]
struct PlannedItem {
    /// `team:…`, or `channel:…` of a private channel.
    place: String,
    #[schema(format = Uuid)]
    user_id: Option<String>,
    name: String,
    /// `add`, `remove`, `keep` or `leave` (who is not added although with access).
    verb: &'static str,
    /// Such as `owner`, `shared`, `access_lost` or `place_owner`.
    why: &'static str,
    /// The same in the caller's language.
    explanation: String,
}

/// What would happen to the members of a link.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinkMembersPreview)]
struct PreviewItem {
    policy: PolicyItem,
    changes: Vec<PlannedItem>,
    /// Whether more people may see the record than are looked at.
    cut: bool,
}

/// Something that happened to somebody.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinkMemberChange)]
struct ChangeItem {
    #[schema(format = DateTime)]
    at: String,
    /// `team:…`, or `channel:…` of a private channel.
    place: String,
    #[schema(format = Uuid)]
    user_id: Option<String>,
    /// Empty when the person was removed from the tenant.
    name: String,
    /// `add`, `remove`, `keep` or `leave`.
    verb: &'static str,
    why: &'static str,
    /// The same in the caller's language.
    explanation: String,
    /// What the workspace refused it with.
    problem: Option<ProblemItem>,
}

fn explained(scope: &Scope, why: Reason) -> String {
    let t = Texts::global().speak(scope.language());
    t.text(format!("linking-sync.why-{}", why.key()))
}

fn planned(scope: &Scope, change: PlannedChange) -> PlannedItem {
    PlannedItem {
        place: change.place,
        user_id: change.user.map(|user| user.to_string()),
        name: change.name,
        verb: change.verb.as_str(),
        why: change.why.as_str(),
        explanation: explained(scope, change.why),
    }
}

fn changed(scope: &Scope, change: MemberChange) -> ChangeItem {
    ChangeItem {
        at: change.at.to_string(),
        place: change.place,
        user_id: change.user.map(|user| user.to_string()),
        name: change.name,
        verb: change.verb.as_str(),
        why: change.why.as_str(),
        explanation: explained(scope, change.why),
        problem: change.problem.map(|code| ProblemItem::code(scope, code)),
    }
}

impl PolicyItem {
    fn new(policy: Policy, own: bool, obstacle: Option<ProblemItem>) -> Self {
        let Policy { mode, guests, others } = policy;
        Self { mode: mode.as_str(), guests, others, own, obstacle }
    }

    async fn of_all(
        app: &App,
        scope: &Scope,
        environment: EnvironmentId,
    ) -> Result<Json<Self>, Problem> {
        let policy = app.sync.policy(scope, environment).await?;
        let obstacle = app.sync.sync_obstacle(scope, environment, None).await?;
        let obstacle = obstacle.map(|found| ProblemItem::code(scope, found.code().name()));
        Ok(Json(Self::new(policy, false, obstacle)))
    }

    async fn of_crm(app: &App, scope: &Scope, system: uuid::Uuid) -> Result<Json<Self>, Problem> {
        let policy = app.sync.crm_policy(scope, system).await?;
        let obstacle = app.sync.crm_sync_obstacle(scope, system).await?;
        let obstacle = obstacle.map(|found| ProblemItem::code(scope, found.code().name()));
        Ok(Json(Self::new(policy, false, obstacle)))
    }

    async fn of_link(app: &App, scope: &Scope, path: LinkPath) -> Result<Json<Self>, Problem> {
        let id = path.link_id.into();
        let (policy, own) = app.sync.link_policy(scope, id).await?;
        let link = app.linking.link_by_id(scope, id).await?;
        let obstacle = app.sync.link_obstacle(scope, &link).await?;
        let obstacle = obstacle.map(|found| ProblemItem::code(scope, found.code().name()));
        Ok(Json(Self::new(policy, own, obstacle)))
    }
}

/// Read how members of an environment's links follow
#[utoipa::path(get, path = "/api/v1/environments/{environment_id}/linking/members",
    operation_id = "linking.members", tag = "linking", params(EnvironmentPath),
    responses((status = 200, body = PolicyItem), Failures))]
async fn of_all(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<EnvironmentPath>,
) -> Result<Json<PolicyItem>, Problem> {
    PolicyItem::of_all(&app, &scope, path.environment_id).await
}

/// Decide how members of an environment's links follow
///
/// Takes effect in the background; links with a decision of their own keep it. Needs both consents.
#[utoipa::path(put, path = "/api/v1/environments/{environment_id}/linking/members",
    operation_id = "linking.set_members", tag = "linking", params(EnvironmentPath),
    request_body = PolicyBody, responses((status = 200, body = PolicyItem), Failures))]
async fn set_of_all(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<EnvironmentPath>,
    Json(body): Json<PolicyBody>,
) -> Result<Json<PolicyItem>, Problem> {
    app.sync.set_policy(&scope, path.environment_id, body.policy()?).await?;
    PolicyItem::of_all(&app, &scope, path.environment_id).await
}

/// Read how members of the links of a CRM follow
#[utoipa::path(get, path = "/api/v1/crm-systems/{crm_system_id}/linking/members",
    operation_id = "crm_linking.members", tag = "linking", params(SystemPath),
    responses((status = 200, body = PolicyItem), Failures))]
async fn of_crm(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<SystemPath>,
) -> Result<Json<PolicyItem>, Problem> {
    PolicyItem::of_crm(&app, &scope, path.crm_system_id).await
}

/// Decide how members of the links of a CRM follow
///
/// For who sets CRMs up; as for an environment. Who may see a record is asked of the CRM with the sign-in of who made the
/// link, people are matched by mail address, and nobody is removed where the CRM does not tell.
#[utoipa::path(put, path = "/api/v1/crm-systems/{crm_system_id}/linking/members",
    operation_id = "crm_linking.set_members", tag = "linking", params(SystemPath),
    request_body = PolicyBody, responses((status = 200, body = PolicyItem), Failures))]
async fn set_of_crm(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<SystemPath>,
    Json(body): Json<PolicyBody>,
) -> Result<Json<PolicyItem>, Problem> {
    app.sync.set_crm_policy(&scope, path.crm_system_id, body.policy()?).await?;
    PolicyItem::of_crm(&app, &scope, path.crm_system_id).await
}

/// Read how members of a link follow
#[utoipa::path(get, path = "/api/v1/links/{link_id}/members", operation_id = "links.members",
    tag = "linking", params(LinkPath), responses((status = 200, body = PolicyItem), Failures))]
async fn of_link(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<LinkPath>,
) -> Result<Json<PolicyItem>, Problem> {
    PolicyItem::of_link(&app, &scope, path).await
}

/// Decide how members of a link follow
///
/// For administrators of the environment. Needs both consents; without the first it is refused with the published
/// sentence about user sync.
#[utoipa::path(put, path = "/api/v1/links/{link_id}/members", operation_id = "links.set_members",
    tag = "linking", params(LinkPath), request_body = PolicyBody,
    responses((status = 200, body = PolicyItem), Failures))]
async fn set_of_link(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<LinkPath>,
    Json(body): Json<PolicyBody>,
) -> Result<Json<PolicyItem>, Problem> {
    let policy = Some(body.policy()?);
    app.sync.set_link_policy(&scope, path.link_id.into(), policy).await?;
    PolicyItem::of_link(&app, &scope, path).await
}

/// Let members of a link follow as those of its environment
#[utoipa::path(delete, path = "/api/v1/links/{link_id}/members", operation_id = "links.reset_members",
    tag = "linking", params(LinkPath), responses((status = 200, body = PolicyItem), Failures))]
async fn reset(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<LinkPath>,
) -> Result<Json<PolicyItem>, Problem> {
    app.sync.set_link_policy(&scope, path.link_id.into(), None).await?;
    PolicyItem::of_link(&app, &scope, path).await
}

/// Say who would come and who would go
///
/// With the next run, under what holds or under another decision. Nothing is done.
#[utoipa::path(get, path = "/api/v1/links/{link_id}/members/preview",
    operation_id = "links.members_preview", tag = "linking", params(LinkPath, Otherwise),
    responses((status = 200, body = PreviewItem), Failures))]
async fn preview(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<LinkPath>,
    Query(other): Query<Otherwise>,
) -> Result<Json<PreviewItem>, Problem> {
    let Otherwise { mode, guests, others } = other;
    let policy = mode.map(|mode| PolicyBody { mode, guests, others }.policy()).transpose()?;
    let id = path.link_id.into();
    let own = policy.is_some() || app.sync.link_policy(&scope, id).await?.1;
    let Preview { policy, obstacle, changes, cut } = app.sync.preview(&scope, id, policy).await?;
    let obstacle = obstacle.map(|found| ProblemItem::code(&scope, found.code().name()));
    let changes = changes.into_iter().map(|change| planned(&scope, change)).collect();
    Ok(Json(PreviewItem { policy: PolicyItem::new(policy, own, obstacle), changes, cut }))
}

/// Bring the members of a link in step now
///
/// In the background, before what waits.
#[utoipa::path(post, path = "/api/v1/links/{link_id}/members/run", operation_id = "links.run_members",
    tag = "linking", params(LinkPath), responses((status = 202), Failures))]
async fn run(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<LinkPath>,
) -> Result<StatusCode, Problem> {
    app.sync.run_members(&scope, path.link_id.into()).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Say what happened to the members of a link
///
/// Newest first, each with its reason, at most 200.
#[utoipa::path(get, path = "/api/v1/links/{link_id}/members/history",
    operation_id = "links.members_history", tag = "linking", params(LinkPath),
    responses((status = 200, body = Vec<ChangeItem>), Failures))]
async fn history(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<LinkPath>,
) -> Result<Json<Vec<ChangeItem>>, Problem> {
    let found = app.sync.member_history(&scope, path.link_id.into()).await?;
    Ok(Json(found.into_iter().map(|change| changed(&scope, change)).collect()))
}
