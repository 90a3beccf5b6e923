//! What packages point at and anybody may have: icons. Nothing of anybody's is in them.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use edge::Path;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(crate) struct IconPath {
    /// `64.png`.
    outlook_icon: String,
}

/// An icon of an add-in, as its manifest names it.
pub(crate) async fn icon(Path(path): Path<IconPath>) -> Response {
    let side = path.outlook_icon.strip_suffix(".png").and_then(|side| side.parse().ok());
    let Some(bytes) = side.and_then(deployment::packages::icon) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, "image/png"),
        (header::CACHE_CONTROL, "public, max-age=86400"),
        // hosts show it in pages of theirs
        (header::HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    (headers, bytes).into_response()
}
