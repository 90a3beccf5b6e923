//! The catalogue: reading it, bringing packages to it.

use app_packages::{Capability, Level, is_accepted};
use apps::Filter;
use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse as _, Response},
};
use edge::{Authed, Json, PageQuery, Path, Problem, Query, read_body};
use http::{HeaderName, HeaderValue, StatusCode, header};
use kernel::{FieldError, Kind, Page};
use rest::{Failures, Items, PageParams, routes};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    AppPath, PACKAGE_BYTES, VersionPath,
    shapes::{AppItem, Brought, FindingItem, Judged, VersionItem},
};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(list, submit, check, read, versions, submit_version, package, icon)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Part of a name.
    #[serde(default)]
    search: String,
    /// `connectors`, `tabs`, `bots`, `message_extensions` or `others`.
    capability: Option<String>,
    /// `published` (the default), or `all` for administrators.
    filter: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct LevelQuery {
    /// `schema`, `load` or `publish` (the default).
    level: Option<String>,
}

fn unknown_word(pointer: &'static str, known: &str) -> Problem {
    let field = FieldError::new(pointer, "field.invalid", format!("one of {known}"));
    Problem::new("request.invalid", Kind::Invalid, format!("expected one of {known}"))
        .with_fields(vec![field])
}

/// List the catalogue
///
/// Apps by name, with the version that would be installed.
#[utoipa::path(get, path = "/api/v1/apps", operation_id = "apps.list", tag = "apps",
    params(Wanted, PageParams), responses((status = 200, body = Items<AppItem>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
    page: PageQuery,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Items<AppItem>>, Problem> {
    let known = "connectors, tabs, bots, message_extensions, others";
    let capability = match wanted.capability.as_deref() {
        None | Some("") => None,
        Some(word) => {
            Some(Capability::parse(word).ok_or_else(|| unknown_word("/capability", known))?)
        }
    };
    let all = match wanted.filter.as_deref() {
        None | Some("published") => false,
        Some("all") => true,
        Some(_) => return Err(unknown_word("/filter", "published, all")),
    };
    let filter = Filter { search: wanted.search, capability, all };
    let found = app.apps.catalogue(&scope, filter, page.after.as_ref(), page.limit).await?;
    Ok(Json(Items::of(found, |entry| AppItem::of(entry, scope.language()))))
}

/// Submit a package to the catalogue
///
/// The body is the zip archive. A new app, or a higher version of the one with the same identifier in its
/// manifest; an administrator decides about it.
#[utoipa::path(post, path = "/api/v1/apps", operation_id = "apps.submit", tag = "apps",
    request_body(content = String, content_type = "application/zip"),
    responses((status = 201, body = Brought), Failures))]
async fn submit(
    State(app): State<App>,
    Authed(scope): Authed,
    body: Body,
) -> Result<(StatusCode, Json<Brought>), Problem> {
    let zip = read_body(body, PACKAGE_BYTES).await?;
    let (entry, findings) = app.apps.submit(&scope, zip.into(), None).await?;
    let language = scope.language();
    let app = AppItem::of(entry, language);
    let findings = FindingItem::all(findings, language);
    Ok((StatusCode::CREATED, Json(Brought { app, findings })))
}

/// Check a package
///
/// The body is the zip archive, or a manifest alone. Nothing is kept.
#[utoipa::path(post, path = "/api/v1/apps/check", operation_id = "apps.check", tag = "apps",
    params(LevelQuery), request_body(content = String, content_type = "application/zip"),
    responses((status = 200, body = Judged), Failures))]
async fn check(
    State(app): State<App>,
    Authed(scope): Authed,
    Query(query): Query<LevelQuery>,
    body: Body,
) -> Result<Json<Judged>, Problem> {
    let level = query.level.as_deref().unwrap_or("publish");
    let known = "schema, load, publish";
    let level = Level::parse(level).ok_or_else(|| unknown_word("/level", known))?;
    let bytes = read_body(body, PACKAGE_BYTES).await?;
    let findings = app.apps.judge(&scope, bytes.into(), level).await?;
    Ok(Json(Judged {
        level: level.as_str(),
        accepted: is_accepted(&findings),
        findings: FindingItem::all(findings, scope.language()),
    }))
}

/// Read an app
#[utoipa::path(get, path = "/api/v1/apps/{app_id}", operation_id = "apps.read", tag = "apps",
    params(AppPath), responses((status = 200, body = AppItem), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<AppPath>,
) -> Result<Json<AppItem>, Problem> {
    let entry = app.apps.app(&scope, path.app_id).await?;
    Ok(Json(AppItem::of(entry, scope.language())))
}

/// List the versions of an app
///
/// The newest first; for who brought the app, and administrators.
#[utoipa::path(get, path = "/api/v1/apps/{app_id}/versions", operation_id = "apps.versions",
    tag = "apps", params(AppPath), responses((status = 200, body = Items<VersionItem>), Failures))]
async fn versions(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<AppPath>,
) -> Result<Json<Items<VersionItem>>, Problem> {
    let items = app.apps.versions(&scope, path.app_id).await?;
    Ok(Json(Items::of(Page { items, next: None }, VersionItem::from)))
}

/// Submit a version of an app
///
/// As submitting to the catalogue, but only for this app.
#[utoipa::path(post, path = "/api/v1/apps/{app_id}/versions", operation_id = "apps.submit_version",
    tag = "apps", params(AppPath), request_body(content = String, content_type = "application/zip"),
    responses((status = 201, body = Brought), Failures))]
async fn submit_version(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<AppPath>,
    body: Body,
) -> Result<(StatusCode, Json<Brought>), Problem> {
    let zip = read_body(body, PACKAGE_BYTES).await?;
    let (entry, findings) = app.apps.submit(&scope, zip.into(), Some(path.app_id)).await?;
    let language = scope.language();
    let app = AppItem::of(entry, language);
    let findings = FindingItem::all(findings, language);
    Ok((StatusCode::CREATED, Json(Brought { app, findings })))
}

/// Download the package of a version
///
/// As it came; for who brought the app, and administrators.
#[utoipa::path(get, path = "/api/v1/apps/{app_id}/versions/{number}/package",
    operation_id = "apps.package", tag = "apps", params(VersionPath),
    responses((status = 200, body = String, content_type = "application/zip"), Failures))]
async fn package(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<VersionPath>,
) -> Result<Response, Problem> {
    let zip = app.apps.package(&scope, path.app_id, path.number).await?;
    let name = format!("attachment; filename=\"app-{}-{}.zip\"", path.app_id, path.number);
    let name = HeaderValue::from_str(&name)
        .unwrap_or_else(|_impossible| HeaderValue::from_static("attachment"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
        (SNIFF, HeaderValue::from_static("nosniff")),
    ];
    Ok((headers, zip).into_response())
}

/// The icon of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct IconPath {
    /// The app.
    #[param(value_type = String, format = Uuid)]
    app_id: kernel::AppId,
    /// SHA-256 of the picture.
    hash: String,
}

/// Read an icon of an app
///
/// A PNG picture, written anew from the one in the package: pixels and nothing else.
#[utoipa::path(get, path = "/api/v1/apps/{app_id}/icon/{hash}", operation_id = "apps.icon",
    tag = "apps", params(IconPath),
    responses((status = 200, body = String, content_type = "image/png"), Failures))]
async fn icon(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<IconPath>,
) -> Result<Response, Problem> {
    let icon = app.apps.icon(&scope, path.app_id, &path.hash).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/png")),
        // The address names the bytes.
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=31536000, immutable")),
        (SNIFF, HeaderValue::from_static("nosniff")),
    ];
    Ok((headers, icon.bytes).into_response())
}

const SNIFF: HeaderName = HeaderName::from_static("x-content-type-options");
