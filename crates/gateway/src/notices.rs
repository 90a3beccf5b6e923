//! Notices of Microsoft Graph about linked teams. Anybody may post here: what counts is what a notice shows of what its
//! subscription was given in confidence, and all that it can do is to have a team looked at.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, RawQuery, Request, State},
    response::{IntoResponse as _, Response},
    routing::post,
};
use http::{HeaderValue, StatusCode, header};
use kernel::{Coded as _, Kind, TenantId};
use linking_setup::{LinkingSetup, MAX_NOTICE_BYTES};

use crate::body;

/// The routes. They stand apart from the layers of pages and REST: the sender has no session, and gets no header but those
/// that it needs.
pub fn notices(setup: Arc<LinkingSetup>) -> Router {
    Router::new().route("/graph/notices/{tenant}", post(handle)).with_state(setup)
}

async fn handle(
    State(setup): State<Arc<LinkingSetup>>,
    Path(tenant): Path<String>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    // the check of an address comes before anything is subscribed to, for whichever tenant
    if let Some(token) = validation(query.as_deref().unwrap_or_default()) {
        return said(token);
    }
    let (Ok(tenant), Ok(teams)) = (tenant.parse::<TenantId>(), setup.teams()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let declared = request.headers().get(header::CONTENT_LENGTH);
    let declared = declared.and_then(|value| value.to_str().ok()?.parse().ok());
    let read = match body::read(request.into_body(), MAX_NOTICE_BYTES, declared).await {
        Ok(read) if !read.cut => read.bytes,
        Ok(_) => return StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        Err(_broken) => return StatusCode::BAD_REQUEST.into_response(),
    };
    match teams.notified(tenant, &read).await {
        // the same answer whether something counted: nobody learns here what there is
        Ok(heard) => {
            tracing::debug!(taken = heard.taken, ignored = heard.ignored, "graph.notices");
            StatusCode::ACCEPTED.into_response()
        }
        Err(error) => match error.code().kind() {
            Kind::Invalid => StatusCode::BAD_REQUEST.into_response(),
            Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            _ => {
                let error: &dyn std::error::Error = &error;
                tracing::error!(error, "graph.notices_failed");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        },
    }
}

/// The decoded token of a query, where there is one that is not too long.
fn validation(query: &str) -> Option<String> {
    let mut pairs = form_urlencoded(query);
    pairs.find(|(name, _)| name == "validationToken").map(|(_, token)| token)
}

/// Names and values of a query, decoded.
fn form_urlencoded(query: &str) -> impl Iterator<Item = (String, String)> {
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned()
    };
    query.split('&').take(16).filter_map(move |pair| {
        let (name, value) = pair.split_once('=')?;
        (value.len() <= MAX_TOKEN).then(|| (decode(name), decode(value)))
    })
}

/// Says a token back: as plain text, which no browser takes for anything else.
fn said(token: String) -> Response {
    let mut response = token.into_response();
    let headers = response.headers_mut();
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, plain);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let closed = HeaderValue::from_static("default-src 'none'; sandbox");
    headers.insert(header::CONTENT_SECURITY_POLICY, closed);
    response
}

/// Those of Graph have some hundred characters.
const MAX_TOKEN: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_said_back_decoded_and_as_text_alone() {
        let query = "x=1&validationToken=Validation%3A+a%20%3C%26%27%C3%A9%3E";
        assert_eq!(validation(query).as_deref(), Some("Validation: a <&'é>"));
        assert_eq!(validation("validationtoken=a"), None);
        assert_eq!(validation(&format!("validationToken={}", "x".repeat(5000))), None);
        let response = said("<script>".to_owned());
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/plain; charset=utf-8");
        assert_eq!(response.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    }
}
