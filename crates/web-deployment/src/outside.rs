//! What packages point at and anybody may have: icons, and the page that Teams shows. Nothing of anybody's is in them.

use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use edge::{Context, Path};
use serde::Deserialize;
use web_frame::{Frame, answer};

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

/// The page inside Teams: a door to the hub, for its own pages let nobody frame them.
#[derive(Debug, Template)]
#[template(path = "home.html")]
pub(crate) struct Home {
    pub(crate) frame: Frame,
}

/// Who may frame it: the hosts of Teams and of Microsoft 365 (published list of hosts). Where this is said, browsers pay no
/// heed to the older header, which knows no list (CSP Level 3 §6.4.2).
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors \
    https://teams.microsoft.com https://*.teams.microsoft.com https://*.cloud.microsoft \
    https://*.microsoft365.com https://*.office.com https://outlook.office.com";

pub(crate) async fn home(context: Context) -> Response {
    let page = Home { frame: Frame::anonymous(context.language(), context.at()) };
    let mut response = answer::page(&page);
    let policy = HeaderValue::from_static(POLICY);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}
