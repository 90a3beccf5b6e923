//! Requests that another site makes a browser send.
//!
//! Three fences: the session cookie is `SameSite=Lax`; a request that changes something must come from our own
//! origin as the browser tells it; a form of a signed-in person carries a token of the session.

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderName, Method, header};
use kernel::Kind;
use subtle::ConstantTimeEq as _;

use crate::{Context, Problem};

/// The token that forms of this session carry in the field `csrf` (or in the header `X-CSRF-Token`).
/// Nothing without a session.
pub fn csrf_token(context: &Context) -> Option<String> {
    context.session().map(token)
}

/// Checks the token of a form.
///
/// # Errors
/// `csrf.rejected` when it is not the session's.
pub fn verify_csrf(context: &Context, presented: Option<&str>) -> Result<(), Problem> {
    let Some(session) = context.session() else { return Ok(()) };
    let expected = token(session);
    let presented = presented.unwrap_or_default();
    if expected.as_bytes().ct_eq(presented.as_bytes()).into() { Ok(()) } else { Err(rejected()) }
}

/// Checks that a request that changes something comes from our own pages.
///
/// Programs send neither header and pass: they hold no cookie of a browser.
///
/// # Errors
/// `csrf.rejected` when the browser says that another site asked.
pub fn same_origin(context: &Context, method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    if method.is_safe() {
        return Ok(());
    }
    if let Some(site) = headers.get(&FETCH_SITE) {
        return if site == "same-origin" || site == "none" { Ok(()) } else { Err(rejected()) };
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return Ok(()) };
    let origin = origin.to_str().unwrap_or_default().to_ascii_lowercase();
    let host = origin.split_once("://").map_or("", |(_, host)| host);
    let own = !host.is_empty() && host == context.host();
    let public = context.gate().settings.public_url.as_deref();
    let public = public.is_some_and(|url| url.trim_end_matches('/').eq_ignore_ascii_case(&origin));
    if own || public { Ok(()) } else { Err(rejected()) }
}

fn token(session: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, session.as_bytes());
    URL_SAFE_NO_PAD.encode(hmac::sign(&key, b"liaison form token"))
}

fn rejected() -> Problem {
    Problem::new(
        "csrf.rejected",
        Kind::Forbidden,
        "the request did not come from a page of the hub",
    )
}

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
