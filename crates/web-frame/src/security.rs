//! Headers that every answer of the pages carries.

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

/// Nothing but our own files: no inline script, no inline style, no foreign picture, no frame.
/// `data:` pictures are those that cards carry inside themselves.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'; manifest-src 'self'";

/// The same for a page that Microsoft Teams, Outlook and Microsoft 365 may show inside theirs, and nobody else (the hosts
/// that tabs and panes run in, Microsoft's list of domains for Teams apps).
pub const HOSTED_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors https://teams.microsoft.com https://*.teams.microsoft.com \
    https://*.cloud.microsoft https://*.office.com https://*.microsoft365.com \
    https://outlook.office365.com https://outlook.live.com; manifest-src 'self'";

const HEADERS: [(HeaderName, &str); 7] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=()",
    ),
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
];

/// Adds the headers; an answer that set a stricter one of its own keeps it.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    // a window that signs somebody in for a frame must still know the frame that opened it when it comes back from
    // there: between the two stand pages of the sign-in alone
    let window = ["/sign-in", "/framed/"].iter().any(|root| request.uri().path().starts_with(root));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if window {
        let opener = HeaderName::from_static("cross-origin-opener-policy");
        headers.insert(opener, HeaderValue::from_static("unsafe-none"));
    }
    // who says who may frame the page is believed instead of the older header (CSP Level 3 §6.4.2.1)
    let hosted = headers
        .get(header::CONTENT_SECURITY_POLICY)
        .is_some_and(|policy| policy == HOSTED_SECURITY_POLICY);
    for (name, value) in HEADERS {
        if hosted && name == header::X_FRAME_OPTIONS {
            continue;
        }
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    // a page is a person's own: no cache in between keeps it, going back asks again
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
