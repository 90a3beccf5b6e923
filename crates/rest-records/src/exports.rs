//! Rows that go out as files.

use axum::{body::Body, extract::State, response::Response};
use edge::{Authed, Path, Problem, Query};
use http::{HeaderValue, header};
use kernel::EnvironmentId;
use queries::Moment;
use rest::{Failures, routes};
use serde::Deserialize;
use transfer::{Asked, Export, Format, Pieces, Shown};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::{App, Routes, unknown_word};

pub(crate) fn routes() -> Routes {
    routes!(export)
}

/// The table of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct TablePath {
    /// The environment.
    #[param(value_type = String, format = Uuid)]
    environment_id: EnvironmentId,
    /// The logical name of the table.
    table: String,
}

/// What of a table is written, and how.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// The view; the one that opens first unless given.
    view: Option<Uuid>,
    /// Columns instead of those of the view, with commas between.
    columns: Option<String>,
    /// Words that the name or another searched column holds.
    search: Option<String>,
    /// The column that sorts, `-` before it for the other way round.
    sort: Option<String>,
    /// `csv`, `csv-excel` (with a mark that spreadsheets need), `csv-semicolon` (with decimal commas) or `xlsx`.
    format: Option<String>,
    /// Whether keys and versions are written too, so that the file can be brought back.
    #[serde(default)]
    keys: bool,
}

/// Export rows
///
/// What a view shows, with the caller's rights: the rows come while they are read, at most as many as the settings say.
/// Cells that spreadsheets would take for formulas are written so that they do not.
#[utoipa::path(get, path = "/api/v1/environments/{environment_id}/tables/{table}/export",
    operation_id = "records.export", tag = "records", params(TablePath, Wanted),
    responses((status = 200, body = String, content_type = "text/csv"), Failures))]
async fn export(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TablePath>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let format = match wanted.format.as_deref() {
        None | Some("csv") => Format::CSV,
        Some("csv-excel") => Format::CSV_MARKED,
        Some("csv-semicolon") => Format::CSV_SEMICOLON,
        Some("xlsx") => Format::Xlsx,
        Some(_) => return Err(unknown_word("/format", "csv, csv-excel, csv-semicolon, xlsx")),
    };
    let session = app.records.session_in(&scope, path.environment_id).await?;
    let zone = app.zone(&scope).await;
    let moment = Moment { zone: zone.clone(), ..Moment::utc(app.clock.now()) };
    let language = transfer::language_code(scope.language());
    let columns = wanted.columns.as_deref().unwrap_or_default().split(',');
    let asked = Asked {
        view: wanted.view,
        columns: columns.filter(|name| !name.is_empty()).map(str::to_owned).collect(),
        words: wanted.search.unwrap_or_default(),
        sort: wanted.sort.unwrap_or_default(),
    };
    let shown = Shown::of(&session, &path.table, &asked, (&moment, language))?;
    let Shown { query, columns, title } = shown;
    let export = Export { query, columns, format, with_keys: wanted.keys, language, zone, title };
    let pieces = app.transfer.export(&session, export).await?;
    let file = format!("{}.{}", path.table, format.ending());
    Ok(download(pieces, format.media_type(), &file))
}

/// A file for the browser to keep.
pub(crate) fn download(pieces: Pieces, kind: &'static str, file: &str) -> Response {
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let name: String = file.chars().filter(|one| one.is_ascii_graphic() && *one != '"').collect();
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}
