//! Pages that a host such as Microsoft Teams or Outlook may show in a frame of its own.
//!
//! Every other page lets nobody frame it, and our session's cookie does not reach a frame of another site. A router that
//! went through [`framed`] answers differently where a host shows it: without bar, rail and pane, framed by the known
//! hosts alone, and for who has a framed session (see `edge`, *Cookies*). Whoever has none is led to `/framed/sign-in`.
//!
//! What another site asks for without opening a page (a picture, a script, `fetch`) never counts as signed in, and what
//! changes something needs our own origin and the token of the session, as everywhere.

use axum::{
    Router,
    extract::Request,
    http::{HeaderMap, HeaderValue, header},
    middleware::{Next, from_fn},
    response::Response,
};
use edge::Context;

use crate::{App, HOSTED_SECURITY_POLICY};

/// The same pages, which hosts may frame. Beside the pages themselves it takes what they fetch.
pub fn framed(pages: Router<App>) -> Router<App> {
    pages.route_layer(from_fn(open))
}

async fn open(context: Context, request: Request, next: Next) -> Response {
    if is_ours_or_a_page(request.headers()) {
        context.open_surface(is_shown(&request));
    }
    let mut response = next.run(request).await;
    if context.is_framed() {
        let policy = HeaderValue::from_static(HOSTED_SECURITY_POLICY);
        response.headers_mut().entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    response
}

/// Whether a host stands round the page: the address says so (`?host=teams`), and browsers say for every page that they
/// show it in a frame (Fetch Metadata).
fn is_shown(request: &Request) -> bool {
    let query = request.uri().query().unwrap_or_default();
    let said = query.split('&').any(|pair| pair == "host=teams" || pair == "host=outlook");
    said || request.headers().get("sec-fetch-dest").is_some_and(|dest| dest == "iframe")
}

/// Whether a page of ours asks, or somebody opens the page.
fn is_ours_or_a_page(headers: &HeaderMap) -> bool {
    let is = |name: &str, words: &[&str]| {
        headers.get(name).is_none_or(|value| words.iter().any(|word| value == word))
    };
    is("sec-fetch-site", &["same-origin", "none"]) || is("sec-fetch-mode", &["navigate"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_site_opens_a_page_and_fetches_nothing() {
        let told = |site: &'static str, mode: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("sec-fetch-site", HeaderValue::from_static(site));
            headers.insert("sec-fetch-mode", HeaderValue::from_static(mode));
            is_ours_or_a_page(&headers)
        };
        assert!(told("same-origin", "cors") && told("none", "navigate"));
        assert!(told("cross-site", "navigate"), "the host opens its tab");
        for mode in ["no-cors", "cors", "same-origin", "websocket"] {
            assert!(!told("cross-site", mode) && !told("same-site", mode), "{mode}");
        }
        assert!(is_ours_or_a_page(&HeaderMap::new()), "a program");
    }
}
