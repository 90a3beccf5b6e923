//! The bytes of files: in and out.

use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse as _, Response},
};
use edge::{Authed, Json, Path, Problem, Query};
use futures_util::StreamExt as _;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use kernel::{FileId, Kind};
use rest::{Failures, routes};
use serde::Deserialize;
use tokio::io::AsyncReadExt as _;
use tokio_util::io::ReaderStream;
use utoipa::IntoParams;
use workspace::{Download, OnConflict, files::content_disposition};

use super::{ChannelPath, FilePath, files::File, unknown_word};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(upload, download)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Target {
    /// The name of the file.
    name: String,
    /// The folder; the top of the library without one.
    #[param(value_type = Option<String>, format = Uuid)]
    folder: Option<FileId>,
    /// When the name is taken: `refuse` (the default), `version` or `rename`.
    conflict: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// A version; the latest without one.
    version: Option<i64>,
}

/// Upload a file
///
/// The body is the content, as it is.
#[utoipa::path(post, path = "/api/v1/channels/{channel_id}/files", operation_id = "files.upload",
    tag = "workspace", params(ChannelPath, Target),
    request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 201, body = File), Failures))]
async fn upload(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ChannelPath>,
    Query(target): Query<Target>,
    body: Body,
) -> Result<(StatusCode, Json<File>), Problem> {
    let conflict = match target.conflict.as_deref() {
        None | Some("refuse") => OnConflict::Refuse,
        Some("version") => OnConflict::Version,
        Some("rename") => OnConflict::Rename,
        Some(_) => return Err(unknown_word("/conflict", "refuse, version, rename")),
    };
    let place = (path.channel_id, target.folder);
    let mut upload = app.workspace.begin_upload(&scope, place, &target.name, conflict).await?;
    let mut pieces = body.into_data_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|error| {
            Problem::new("request.interrupted", Kind::Invalid, error.to_string())
                .with_status(StatusCode::REQUEST_TIMEOUT)
        })?;
        upload.write(&piece).await?;
    }
    let item = app.workspace.finish_upload(&scope, upload).await?;
    Ok((StatusCode::CREATED, Json(item.into())))
}

/// Download a file
///
/// The whole of it, or one range of bytes.
#[utoipa::path(get, path = "/api/v1/files/{file_id}/content", operation_id = "files.download",
    tag = "workspace",
    params(FilePath, Wanted, ("Range" = Option<String>, Header, description = "One range of bytes (RFC 9110 §14)")),
    responses(
        (status = 200, body = String, content_type = "application/octet-stream"),
        (status = 206, body = String, content_type = "application/octet-stream"),
        (status = 304, description = "The caller has it already"),
        Failures))]
async fn download(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<FilePath>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let file = app.workspace.download(&scope, path.file_id, wanted.version).await?;
    let etag = format!("\"{}\"", file.version.sha256);
    let said = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if said(header::IF_NONE_MATCH)
        .is_some_and(|known| known.split(',').any(|tag| tag.trim() == etag))
    {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response());
    }
    let size = u64::try_from(file.version.size).unwrap_or(0);
    let range =
        said(header::RANGE).filter(|_| said(header::IF_RANGE).is_none_or(|tag| tag == etag));
    let span = match range.map(|range| span(range, size)) {
        None | Some(Span::Senseless) => None,
        Some(Span::Part(start, end)) => Some((start, end)),
        Some(Span::Beyond) => {
            let field = format!("bytes */{size}");
            let problem =
                Problem::new("file.range", Kind::Invalid, "the range lies beyond the file")
                    .with_status(StatusCode::RANGE_NOT_SATISFIABLE);
            let field = HeaderValue::from_str(&field).ok();
            return Err(match field {
                Some(field) => problem.with_header(header::CONTENT_RANGE, field),
                None => problem,
            });
        }
    };
    answer(&file, (size, etag), span).await
}

async fn answer(
    file: &Download,
    (size, etag): (u64, String),
    span: Option<(u64, u64)>,
) -> Result<Response, Problem> {
    let (start, end) = span.unwrap_or((0, size));
    let bytes = file.open(start).await?.take(end - start);
    let mut response = Response::new(Body::from_stream(ReaderStream::new(bytes)));
    let mut fields = vec![
        (header::CONTENT_TYPE, file.version.content_type.clone()),
        (header::CONTENT_LENGTH, (end - start).to_string()),
        (header::CONTENT_DISPOSITION, content_disposition(&file.name, file.inline)),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
        // Whatever a browser makes of it, it runs nothing and reaches nobody.
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
        (header::ETAG, etag),
    ];
    if span.is_some() {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        let last = end.saturating_sub(1);
        fields.push((header::CONTENT_RANGE, format!("bytes {start}-{last}/{size}")));
    }
    for (name, value) in fields {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    Ok(response)
}

/// What a `Range` header asks for.
#[derive(Debug, PartialEq, Eq)]
enum Span {
    /// From a byte up to, and without, another.
    Part(u64, u64),
    /// Nothing of the file.
    Beyond,
    /// Not what we speak: the whole file is the answer (RFC 9110 §14.2).
    Senseless,
}

fn span(range: &str, size: u64) -> Span {
    let Some((first, last)) = range.strip_prefix("bytes=").and_then(|range| range.split_once('-'))
    else {
        return Span::Senseless;
    };
    let number = |text: &str| text.trim().parse::<u64>().ok();
    match (first.trim(), last.trim()) {
        ("", last) => match number(last) {
            Some(0) => Span::Beyond,
            Some(count) if size > 0 => Span::Part(size.saturating_sub(count), size),
            Some(_) => Span::Beyond,
            None => Span::Senseless,
        },
        (first, last) => match (number(first), number(last), last.is_empty()) {
            (Some(start), _, true) if start < size => Span::Part(start, size),
            (Some(start), Some(end), _) if start <= end && start < size => {
                Span::Part(start, end.saturating_add(1).min(size))
            }
            (Some(start), Some(end), _) if start > end => Span::Senseless,
            (Some(_), _, true) | (Some(_), Some(_), _) => Span::Beyond,
            _ => Span::Senseless,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_read_and_odd_ones_give_the_whole() {
        for (range, expected) in [
            ("bytes=0-0", Span::Part(0, 1)),
            ("bytes=2-", Span::Part(2, 10)),
            ("bytes=-3", Span::Part(7, 10)),
            ("bytes=-99", Span::Part(0, 10)),
            ("bytes=5-99", Span::Part(5, 10)),
            ("bytes=10-", Span::Beyond),
            ("bytes=-0", Span::Beyond),
            ("bytes=3-2", Span::Senseless),
            ("bytes=0-1,3-4", Span::Senseless),
            ("bytes=a-b", Span::Senseless),
            ("lines=1-2", Span::Senseless),
            ("bytes=18446744073709551615-18446744073709551615", Span::Beyond),
        ] {
            assert_eq!(span(range, 10), expected, "{range}");
        }
        assert_eq!(span("bytes=-1", 0), Span::Beyond);
    }
}
