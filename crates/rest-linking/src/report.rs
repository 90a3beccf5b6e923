//! What was found about the links of an environment, and repairing it.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use edge::{Authed, Json, Path, Problem};
use http::{HeaderValue, StatusCode, header};
use i18n::Texts;
use kernel::{EnvironmentId, Scope};
use linking_sync::{Finding, Report};
use rest::{EnvironmentPath, Failures, routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{App, Routes};

pub(crate) fn routes() -> Routes {
    routes!(report, export, run, repair, repair_all)
}

/// The finding of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct FindingPath {
    /// The environment.
    #[param(value_type = String, format = Uuid)]
    environment_id: EnvironmentId,
    /// The finding.
    finding_id: Uuid,
}

/// Something to look at.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinkFinding)]
struct FindingItem {
    #[schema(format = Uuid)]
    id: String,
    /// `channel_gone`, `no_access`, `tab_gone`, `row_without_link`, `owner_left`, `poster_left` or `full`.
    kind: &'static str,
    /// In the caller's language.
    title: String,
    /// What it means and what can be done, in the caller's language.
    detail: String,
    /// Record and channel, by name.
    about: String,
    #[schema(format = Uuid)]
    link_id: Option<String>,
    /// A link, a row or a place.
    subject: String,
    #[schema(format = DateTime)]
    found_at: String,
    can_be_mended: bool,
}

/// What was found about the links of an environment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinkReport)]
struct ReportItem {
    /// Oldest first, at most 1,000.
    findings: Vec<FindingItem>,
    /// When all links were last looked at.
    #[schema(format = DateTime)]
    walked_at: Option<String>,
    /// Whether they are looked at just now.
    walking: bool,
    /// How many links the last run saw, of the whole tenant.
    seen: u64,
}

/// What became of a repair of everything.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinksRepaired)]
struct RepairedItem {
    mended: u64,
    /// Those that the hub cannot mend by itself, or that failed.
    left: u64,
}

fn item(scope: &Scope, found: Finding) -> FindingItem {
    let (t, key) = (Texts::global().speak(scope.language()), found.trouble.key());
    FindingItem {
        id: found.id.to_string(),
        kind: found.trouble.as_str(),
        title: t.text(format!("linking-sync.trouble-{key}")),
        detail: t.text(format!("linking-sync.trouble-{key}-what")),
        about: found.detail,
        link_id: found.link.map(|link| link.to_string()),
        subject: found.subject,
        found_at: found.found_at.to_string(),
        can_be_mended: found.trouble.can_be_mended(),
    }
}

/// Report orphans and broken links
///
/// For administrators of the environment.
#[utoipa::path(get, path = "/api/v1/environments/{environment_id}/linking/report",
    operation_id = "linking.report", tag = "linking", params(EnvironmentPath),
    responses((status = 200, body = ReportItem), Failures))]
async fn report(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<EnvironmentPath>,
) -> Result<Json<ReportItem>, Problem> {
    let Report { findings, walked_at, walking, seen } =
        app.sync.report(&scope, path.environment_id).await?;
    Ok(Json(ReportItem {
        findings: findings.into_iter().map(|found| item(&scope, found)).collect(),
        walked_at: walked_at.map(|at| at.to_string()),
        walking,
        seen,
    }))
}

/// Report orphans and broken links as CSV
///
/// RFC 4180, with a line of names first.
#[utoipa::path(get, path = "/api/v1/environments/{environment_id}/linking/report.csv",
    operation_id = "linking.export_report", tag = "linking", params(EnvironmentPath),
    responses((status = 200, body = String, content_type = "text/csv"), Failures))]
async fn export(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<EnvironmentPath>,
) -> Result<Response, Problem> {
    let report = app.sync.report(&scope, path.environment_id).await?;
    let mut response = report.csv(Texts::global().speak(scope.language())).into_response();
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static("text/csv; charset=utf-8; header=present");
    headers.insert(header::CONTENT_TYPE, kind);
    let file = HeaderValue::from_static("attachment; filename=\"links.csv\"");
    headers.insert(header::CONTENT_DISPOSITION, file);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Look at all links now
///
/// In the background; it happens once a day by itself.
#[utoipa::path(post, path = "/api/v1/environments/{environment_id}/linking/report/run",
    operation_id = "linking.reconcile", tag = "linking", params(EnvironmentPath),
    responses((status = 202), Failures))]
async fn run(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<EnvironmentPath>,
) -> Result<StatusCode, Problem> {
    app.sync.reconcile(&scope, path.environment_id).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Repair what was found
///
/// As far as the hub can: a tab is put back, the owner of the record becomes owner of the place, a row without a link
/// goes, and so does a link whose channel is gone.
#[utoipa::path(post,
    path = "/api/v1/environments/{environment_id}/linking/report/{finding_id}/repair",
    operation_id = "linking.repair", tag = "linking", params(FindingPath),
    responses((status = 204), Failures))]
async fn repair(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<FindingPath>,
) -> Result<StatusCode, Problem> {
    // who may not see the report learns nothing of what is in it
    app.sync.policy(&scope, path.environment_id).await?;
    app.sync.repair(&scope, path.finding_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Repair everything that was found
///
/// What the hub cannot mend stays in the report.
#[utoipa::path(post, path = "/api/v1/environments/{environment_id}/linking/report/repair",
    operation_id = "linking.repair_all", tag = "linking", params(EnvironmentPath),
    responses((status = 200, body = RepairedItem), Failures))]
async fn repair_all(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<EnvironmentPath>,
) -> Result<Json<RepairedItem>, Problem> {
    let done = Box::pin(app.sync.repair_all(&scope, path.environment_id)).await?;
    Ok(Json(RepairedItem { mended: done.mended, left: done.left }))
}
