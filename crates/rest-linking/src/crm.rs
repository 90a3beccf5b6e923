//! Links of records of CRMs, wherever the CRM is.

use axum::extract::State;
use edge::{Authed, Json, PageQuery, Path, Problem, Query};
use http::StatusCode;
use linking::{LinkFilter, LinkRequest, State as LinkState};
use rest::{Failures, Items, PageParams, routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    App, Routes,
    shapes::{
        links::{ChannelBody, CollaborateItem, LinkItem, Place, SubjectKind, TeamBody, yes},
        word,
    },
};

pub(crate) fn routes() -> Routes {
    routes!(collaborate, collaborate_on_view, create, list, read, set)
}

/// The record of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct RecordPath {
    /// The name of the table, as the CRM writes it.
    crm_table: String,
    /// The key of the record, as the CRM writes it.
    crm_record: String,
}

/// The view of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ViewPath {
    /// The name of the table that it lists, as the CRM writes it.
    crm_table: String,
    /// The key of the view, as the CRM writes it.
    crm_view: String,
}

/// Which CRM, and whose view.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct WhichView {
    /// The CRM; the one that is used for the caller unless given.
    crm_system_id: Option<Uuid>,
    /// Whether a person keeps the view (`userquery` in Dynamics 365).
    #[serde(default)]
    personal: bool,
}

/// Which CRM.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// The CRM; the one that is used for the caller unless given.
    crm_system_id: Option<Uuid>,
}

/// The CRM of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct SystemPath {
    /// The CRM.
    pub(crate) crm_system_id: Uuid,
}

/// Which links.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Those {
    /// Only those in this state; all but the unlinked unless given.
    state: Option<String>,
    /// Only those with a problem.
    #[serde(default)]
    problem: bool,
}

/// What is linked, and to what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCrmLink, example = json!({
    "table": "Opportunity", "id": "0065g00000abcdeAAA",
    "team": { "name": "Village deal", "private": true }, "channel": { "name": "Deal room" } }))]
struct CrmLinkBody {
    /// The CRM; the one that is used for the caller unless given.
    crm_system_id: Option<Uuid>,
    /// A record unless given.
    #[serde(default)]
    kind: SubjectKind,
    /// The name of the table, as the CRM writes it; of a view, that which it lists.
    table: String,
    /// The key of the record or view, as the CRM writes it.
    id: String,
    team: TeamBody,
    /// The general one unless given.
    channel: Option<ChannelBody>,
    /// Who is asked in besides: identifiers of the workspace.
    #[serde(default)]
    members: Vec<String>,
    /// Whether a card tells the channel about the record.
    #[serde(default = "yes")]
    welcome: bool,
    /// Your own name for this request.
    key: Option<Uuid>,
}

/// Whether records of a CRM are linked.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CrmLinking, example = json!({ "links": true }))]
struct CrmLinking {
    /// Whether sellers may link records of the CRM to channels.
    links: bool,
}

/// Look before a record of a CRM is linked
///
/// As for a record of an environment: the links that it has, whether the caller may make another and why not, and who
/// works on it in the CRM. `owner_only` says that the CRM tells of the owner alone.
#[utoipa::path(get, path = "/api/v1/crm/records/{crm_table}/{crm_record}/collaborate",
    operation_id = "links.collaborate_on_crm_record", tag = "linking", params(RecordPath, Which),
    responses((status = 200, body = CollaborateItem), Failures))]
async fn collaborate(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<RecordPath>,
    Query(which): Query<Which>,
) -> Result<Json<CollaborateItem>, Problem> {
    let key = (path.crm_table.as_str(), path.crm_record.as_str());
    let of = app.linking.record_of(&scope, which.crm_system_id, key).await?;
    let found = app.linking.collaborate(&scope, &of).await?;
    Ok(Json(CollaborateItem::of(&scope, found)))
}

/// Look before a view of a CRM is linked
///
/// As for a record; nobody is recommended for a view.
#[utoipa::path(get, path = "/api/v1/crm/views/{crm_table}/{crm_view}/collaborate",
    operation_id = "links.collaborate_on_crm_view", tag = "linking", params(ViewPath, WhichView),
    responses((status = 200, body = CollaborateItem), Failures))]
async fn collaborate_on_view(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ViewPath>,
    Query(which): Query<WhichView>,
) -> Result<Json<CollaborateItem>, Problem> {
    let key = (path.crm_table.as_str(), path.crm_view.as_str(), which.personal);
    let of = app.linking.view_of(&scope, which.crm_system_id, key).await?;
    let found = app.linking.collaborate(&scope, &of).await?;
    Ok(Json(CollaborateItem::of(&scope, found)))
}

/// Link a record or a view of a CRM to a channel
///
/// As a record of an environment; for who may update the record in the CRM, with their own sign-in there. A view is for
/// everybody who has it there.
#[utoipa::path(post, path = "/api/v1/links", operation_id = "links.create_for_crm_record",
    tag = "linking", request_body = CrmLinkBody, responses((status = 201, body = LinkItem), Failures))]
async fn create(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(body): Json<CrmLinkBody>,
) -> Result<(StatusCode, Json<LinkItem>), Problem> {
    let (table, id) = (body.table.as_str(), body.id.as_str());
    let subject = match body.kind {
        SubjectKind::Record => app.linking.record_of(&scope, body.crm_system_id, (table, id)).await,
        kind => {
            let personal = matches!(kind, SubjectKind::PersonalView);
            app.linking.view_of(&scope, body.crm_system_id, (table, id, personal)).await
        }
    };
    let subject = subject?;
    let CrmLinkBody { team, channel, members, welcome, key, .. } = body;
    let request: LinkRequest = Place { team, channel, members, welcome, key }.request(subject)?;
    let link = Box::pin(app.linking.link(&scope, request)).await?;
    Ok((StatusCode::CREATED, Json(LinkItem::of(&scope, link))))
}

/// List the links of a CRM
///
/// The newest first; for who sets CRMs up. Names of records are those of when they were last looked at by whoever made
/// the link, and are left out.
#[utoipa::path(get, path = "/api/v1/crm-systems/{crm_system_id}/links",
    operation_id = "links.list_of_crm", tag = "linking", params(SystemPath, Those, PageParams),
    responses((status = 200, body = Items<LinkItem>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<SystemPath>,
    Query(those): Query<Those>,
    page: PageQuery,
) -> Result<Json<Items<LinkItem>>, Problem> {
    let state = those.state.as_deref();
    let state = state.map(|text| word("/state", text, LinkState::ALL, LinkState::as_str));
    let filter = LinkFilter { state: state.transpose()?, with_problem: those.problem };
    let asked = (filter, (page.after, page.limit));
    let found = app.linking.links_of_crm(&scope, path.crm_system_id, asked).await?;
    Ok(Json(Items::of(found, |link| LinkItem::of(&scope, link))))
}

/// Say whether records of a CRM are linked
#[utoipa::path(get, path = "/api/v1/crm-systems/{crm_system_id}/linking",
    operation_id = "crm_linking.read", tag = "linking", params(SystemPath),
    responses((status = 200, body = CrmLinking), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<SystemPath>,
) -> Result<Json<CrmLinking>, Problem> {
    let (_, links) = app.linking.links_crm(&scope, path.crm_system_id).await?;
    Ok(Json(CrmLinking { links }))
}

/// Decide whether records of a CRM are linked
///
/// Links that are there stay.
#[utoipa::path(put, path = "/api/v1/crm-systems/{crm_system_id}/linking",
    operation_id = "crm_linking.set", tag = "linking", params(SystemPath),
    request_body = CrmLinking, responses((status = 200, body = CrmLinking), Failures))]
async fn set(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<SystemPath>,
    Json(body): Json<CrmLinking>,
) -> Result<Json<CrmLinking>, Problem> {
    app.linking.link_crm(&scope, path.crm_system_id, body.links).await?;
    Ok(Json(body))
}
