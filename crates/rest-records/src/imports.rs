//! Files of rows that come in.

use axum::{
    body::{Body, BodyDataStream},
    extract::State,
    response::Response,
};
use edge::{Authed, Json, Path, Problem, Query};
use futures_util::StreamExt as _;
use http::StatusCode;
use kernel::{Cursor, Scope};
use rest::{EnvironmentPath, Failures, Items, routes};
use serde::Deserialize;
use transfer::{Import, Mode};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::{
    App, Routes,
    exports::download,
    shapes::{FindingItem, ImportItem, ImportPath, PlanBody, word},
    unknown_word,
};

pub(crate) fn routes() -> Routes {
    routes!(upload, list, read, plan, check, start, stop, undo, forget, findings, report)
}

/// What a file is for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ForTable {
    /// The logical name of the table.
    #[serde(default)]
    #[param(required)]
    table: String,
    /// The name of the file, for people.
    file_name: Option<String>,
    /// Begin at once with the plan that the heading suggests, in this way: `create`, `update` or `upsert`.
    start: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Before {
    /// Start after this place: `next` of the page before.
    #[param(value_type = Option<String>)]
    after: Option<Cursor>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Behind {
    /// Only mistakes of rows after this one.
    after_row: Option<u64>,
}

/// Bring a file of rows
///
/// The body is the file: comma-separated values in UTF-8, UTF-16 or Windows-1252 with any of four delimiters, or a
/// workbook (XLSX). Nothing is written to the table yet; the answer holds the plan that the heading suggests.
#[utoipa::path(post, path = "/api/v1/environments/{environment_id}/imports",
    operation_id = "imports.upload", tag = "records", params(EnvironmentPath, ForTable),
    request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 201, body = ImportItem), Failures))]
async fn upload(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<EnvironmentPath>,
    Query(wanted): Query<ForTable>,
    body: Body,
) -> Result<(StatusCode, Json<ImportItem>), Problem> {
    let import = Box::pin(take(&app, &scope, (&path, &wanted), body.into_data_stream())).await?;
    Ok((StatusCode::CREATED, Json(import.into())))
}

async fn take(
    app: &App,
    scope: &Scope,
    (path, wanted): (&EnvironmentPath, &ForTable),
    mut body: BodyDataStream,
) -> Result<Import, Problem> {
    let mode = match wanted.start.as_deref() {
        None => None,
        Some(text) => Some(
            word(text, &Mode::ALL, Mode::as_str)
                .ok_or_else(|| unknown_word("/start", "create, update, upsert"))?,
        ),
    };
    let name = wanted.file_name.as_deref().unwrap_or_default();
    let mut upload = app.transfer.begin(scope, path.environment_id, (&wanted.table, name)).await?;
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(|_cut| {
            Problem::new(
                "request.invalid",
                kernel::Kind::Invalid,
                "the file ended before it was whole: send it again",
            )
        })?;
        upload.push(&piece).await?;
    }
    let zone = app.zone(scope).await;
    let import = upload.finish(zone.iana_name().unwrap_or("UTC")).await?;
    let Some(mode) = mode else { return Ok(import) };
    let mut plan = import.plan.clone();
    plan.mode = mode;
    app.transfer.plan(scope, import.id, plan).await?;
    Ok(app.transfer.start(scope, import.id).await?)
}

/// List imports
///
/// One's own, the latest first; those of everybody for administrators of the environment.
#[utoipa::path(get, path = "/api/v1/environments/{environment_id}/imports",
    operation_id = "imports.list", tag = "records", params(EnvironmentPath, Before),
    responses((status = 200, body = Items<ImportItem>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<EnvironmentPath>,
    Query(before): Query<Before>,
) -> Result<Json<Items<ImportItem>>, Problem> {
    let before = match &before.after {
        None => None,
        Some(cursor) => {
            let wrong = || unknown_word("/after", "next of the page before");
            let key = cursor.key().map_err(|_broken| wrong())?;
            let (at, id) = key.split_once('/').ok_or_else(wrong)?;
            let at = at.parse().map_err(|_broken| wrong())?;
            Some((at, id.parse::<Uuid>().map_err(|_broken| wrong())?))
        }
    };
    let (all, more) = app.transfer.imports(&scope, path.environment_id, before).await?;
    let next = all.last().filter(|_| more);
    let next = next.map(|last| Cursor::new(&format!("{}/{}", last.created_at, last.id)));
    let items = all.into_iter().map(ImportItem::from).collect();
    Ok(Json(Items { items, next: next.map(|next| next.to_string()) }))
}

/// Read an import
#[utoipa::path(get, path = "/api/v1/imports/{import_id}", operation_id = "imports.read",
    tag = "records", params(ImportPath), responses((status = 200, body = ImportItem), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ImportPath>,
) -> Result<Json<ImportItem>, Problem> {
    Ok(Json(app.transfer.import(&scope, path.import_id).await?.into()))
}

/// Decide what becomes of a file
///
/// Which column fills which, whether rows are made or changed, how dates and numbers are written.
#[utoipa::path(put, path = "/api/v1/imports/{import_id}/plan", operation_id = "imports.plan",
    tag = "records", params(ImportPath), request_body = PlanBody,
    responses((status = 200, body = ImportItem), Failures))]
async fn plan(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ImportPath>,
    Json(body): Json<PlanBody>,
) -> Result<Json<ImportItem>, Problem> {
    let plan = body.plan().map_err(|(pointer, known)| unknown_word(pointer, known))?;
    Ok(Json(app.transfer.plan(&scope, path.import_id, plan).await?.into()))
}

/// Try an import
///
/// In the background: every row is tried and none is kept. What is wrong is found.
#[utoipa::path(post, path = "/api/v1/imports/{import_id}/check", operation_id = "imports.check",
    tag = "records", params(ImportPath), responses((status = 200, body = ImportItem), Failures))]
async fn check(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ImportPath>,
) -> Result<Json<ImportItem>, Problem> {
    Ok(Json(app.transfer.check(&scope, path.import_id).await?.into()))
}

/// Start an import
///
/// In the background, with the rights of whoever brought the file. One that was stopped or that failed goes on where
/// it was.
#[utoipa::path(post, path = "/api/v1/imports/{import_id}/start", operation_id = "imports.start",
    tag = "records", params(ImportPath), responses((status = 200, body = ImportItem), Failures))]
async fn start(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ImportPath>,
) -> Result<Json<ImportItem>, Problem> {
    Ok(Json(app.transfer.start(&scope, path.import_id).await?.into()))
}

/// Stop an import
///
/// The rows that are written stay.
#[utoipa::path(post, path = "/api/v1/imports/{import_id}/stop", operation_id = "imports.stop",
    tag = "records", params(ImportPath), responses((status = 200, body = ImportItem), Failures))]
async fn stop(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ImportPath>,
) -> Result<Json<ImportItem>, Problem> {
    Ok(Json(app.transfer.stop(&scope, path.import_id).await?.into()))
}

/// Undo an import
///
/// In the background: the rows that it made are deleted. Rows that it changed stay as they are.
#[utoipa::path(post, path = "/api/v1/imports/{import_id}/undo", operation_id = "imports.undo",
    tag = "records", params(ImportPath), responses((status = 200, body = ImportItem), Failures))]
async fn undo(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ImportPath>,
) -> Result<Json<ImportItem>, Problem> {
    Ok(Json(app.transfer.undo(&scope, path.import_id).await?.into()))
}

/// Forget an import
///
/// Its file and what was found in it; rows of the table stay.
#[utoipa::path(delete, path = "/api/v1/imports/{import_id}", operation_id = "imports.forget",
    tag = "records", params(ImportPath), responses((status = 204), Failures))]
async fn forget(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ImportPath>,
) -> Result<StatusCode, Problem> {
    app.transfer.forget(&scope, path.import_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List mistakes
///
/// At most 200, in the order of the file.
#[utoipa::path(get, path = "/api/v1/imports/{import_id}/findings",
    operation_id = "imports.findings", tag = "records", params(ImportPath, Behind),
    responses((status = 200, body = Vec<FindingItem>), Failures))]
async fn findings(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ImportPath>,
    Query(behind): Query<Behind>,
) -> Result<Json<Vec<FindingItem>>, Problem> {
    // behind every column of the row
    let from = behind.after_row.map_or((0, ""), |row| (row, "\u{10ffff}"));
    let all = app.transfer.findings(&scope, path.import_id, (from.0, from.1, 200)).await?;
    Ok(Json(all.into_iter().map(FindingItem::from).collect()))
}

/// Export mistakes
///
/// Comma-separated values with row, column, code, what is wrong and what to do, in the caller's language.
#[utoipa::path(get, path = "/api/v1/imports/{import_id}/report", operation_id = "imports.report",
    tag = "records", params(ImportPath),
    responses((status = 200, body = String, content_type = "text/csv"), Failures))]
async fn report(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ImportPath>,
) -> Result<Response, Problem> {
    let pieces = app.transfer.report(&scope, path.import_id).await?;
    Ok(download(pieces, "text/csv; charset=utf-8", "errors.csv"))
}
