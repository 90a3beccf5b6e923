//! Which resource this is and whose tokens open it (RFC 9728).

use std::sync::Arc;

use axum::{extract::State, response::Response};
use edge::Context;
use http::{HeaderValue, StatusCode, header};
use kernel::Permission;
use serde_json::json;

use crate::{app::Inner, reply};

/// The path of the endpoint.
pub(crate) const PATH: &str = "/mcp";

/// Where its metadata stands: the place with the path of the resource (RFC 9728 §3.1), and the root.
pub(crate) const PLACES: [&str; 2] =
    ["/.well-known/oauth-protected-resource/mcp", "/.well-known/oauth-protected-resource"];

/// The identifier of the resource.
pub(crate) fn resource(context: &Context) -> String {
    format!("{}{PATH}", context.base_url())
}

/// The address of the metadata.
pub(crate) fn address(context: &Context) -> String {
    let [place, _] = PLACES;
    format!("{}{place}", context.base_url())
}

/// The metadata.
pub(crate) async fn document(State(inner): State<Arc<Inner>>, context: Context) -> Response {
    if !inner.guard.admits(&context, &http::HeaderMap::new()) {
        return reply::object(StatusCode::FORBIDDEN, "{}");
    }
    let host = context.host().to_owned();
    let body = json!({
        "resource": resource(&context),
        "resource_name": "Liaison",
        "authorization_servers": (inner.issuers)(host).await,
        "scopes_supported": [Permission::ActionUse.as_str()],
        "bearer_methods_supported": ["header"],
    });
    let mut response = reply::object(StatusCode::OK, body.to_string());
    // clients that run in a page read this before they have a token
    response
        .headers_mut()
        .insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}
