//! Files and images of rows.

use axum::body::Body;
use http::{Method, request::Parts};
use records::Reference;
use tables::Column;

use crate::{call::Call, fault::Fault, reply::Reply};

/// Whether a request brings a file, so that its body is not JSON.
pub(crate) fn is_upload(parts: &Parts) -> bool {
    let writes = matches!(parts.method, Method::PATCH | Method::PUT);
    let kind = parts.headers.get(http::header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let query = parts.uri.query().unwrap_or_default();
    writes
        && (parts.headers.contains_key("x-ms-transfer-mode")
            || parts.headers.contains_key("x-ms-file-name")
            || parts.headers.contains_key(http::header::CONTENT_RANGE)
            || kind.starts_with("application/octet-stream")
            || query.contains("sessiontoken="))
}

/// Takes a file, or a part of one.
pub(crate) async fn upload(call: &Call<'_>, body: Body) -> Result<Reply, Fault> {
    let _ = (call, body);
    Err(Fault::not_implemented("Files are not taken yet."))
}

/// Whatever else is asked of a file.
pub(crate) async fn answer(call: &Call<'_>, row: Reference, column: &Column, raw: bool) -> Result<Reply, Fault> {
    let _ = (call, row, column, raw);
    Err(Fault::not_implemented("Files are not shown yet."))
}
