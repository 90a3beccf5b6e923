//! What of the answer of a connector's host reaches the browser.

use axum::{body::Body, response::Response};
use connector_registry::hosting::Doors;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use url::Url;

use crate::{cookies, css, html, policy};

/// Where an answer comes from, and for whom it is.
#[derive(Debug)]
pub(crate) struct Around<'a> {
    /// The address that answered.
    pub(crate) target: &'a Url,
    /// The connector's origin here.
    pub(crate) origin: &'a str,
    /// The only page that may frame it.
    pub(crate) hub: &'a str,
    /// The host and its path, unless it is the home of the configuration page.
    pub(crate) guest: Option<(String, String)>,
    /// Its addresses.
    pub(crate) doors: &'a Doors<'a>,
}

impl Around<'_> {
    /// The answer as the browser gets it.
    pub(crate) fn answer(&self, answer: egress::Response) -> Response {
        let egress::Response { status, headers, body, .. } = answer;
        let mut out = HeaderMap::with_capacity(headers.len() + 4);
        for (name, value) in &headers {
            if !is_dropped(name) {
                out.append(name.clone(), value.clone());
            }
        }
        self.policies(&headers, &mut out);
        self.cookies(&headers, &mut out);
        self.location(&headers, &mut out);
        let map = |text: &str| self.mapped(text);
        // a part of a file is nobody's to read
        let text = if status == StatusCode::PARTIAL_CONTENT { None } else { readable(&headers) };
        let anew = match text {
            Some(Text::Page) => Some(html::rewritten(&body, FIRST, map)),
            Some(Text::Style) => {
                let sheet = css::rewritten(&body, &map);
                (*sheet != *body).then_some(sheet)
            }
            None => None,
        };
        refreshing(&headers, &mut out, map);
        caching(&headers, &mut out, anew.is_some());
        let mut response = Response::new(anew.map_or_else(|| Body::from(body), Body::from));
        *response.status_mut() = status;
        *response.headers_mut() = out;
        response
    }

    fn policies(&self, headers: &HeaderMap, out: &mut HeaderMap) {
        for name in [header::CONTENT_SECURITY_POLICY, header::CONTENT_SECURITY_POLICY_REPORT_ONLY] {
            let lines = headers.get_all(&name).iter().filter_map(|value| value.to_str().ok());
            let lines = lines.flat_map(|line| line.split(','));
            for line in lines.filter_map(|line| policy::adapted(line, self.doors, self.origin)) {
                if let Ok(value) = HeaderValue::try_from(line) {
                    out.append(name.clone(), value);
                }
            }
        }
        if let Ok(value) = HeaderValue::try_from(policy::ancestors(self.hub)) {
            out.append(header::CONTENT_SECURITY_POLICY, value);
        }
        // root-relative addresses of a second host are told by the page that they stand on
        out.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        out.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    }

    fn cookies(&self, headers: &HeaderMap, out: &mut HeaderMap) {
        let guest = self.guest.as_ref().map(|(host, at)| (host.as_str(), at.as_str()));
        let lines =
            headers.get_all(header::SET_COOKIE).iter().filter_map(|line| line.to_str().ok());
        for line in lines.take(MAX_COOKIES) {
            if let Some(value) = cookies::incoming(line, self.origin, guest) {
                out.append(header::SET_COOKIE, value);
            }
        }
    }

    /// A redirect between the connector's hosts stays on the origin; one to elsewhere is for the browser to follow,
    /// which a frame may not.
    fn location(&self, headers: &HeaderMap, out: &mut HeaderMap) {
        let Some(to) = headers.get(header::LOCATION).and_then(|value| value.to_str().ok()) else {
            return;
        };
        let Ok(url) = self.target.join(to) else { return };
        let inward = self.doors.inward(&url);
        let stays = inward.is_some();
        let led =
            inward.or_else(|| matches!(url.scheme(), "http" | "https").then(|| url.to_string()));
        let Some(Ok(value)) = led.map(HeaderValue::try_from) else { return };
        out.insert(header::LOCATION, value);
        if stays && self.guest.is_some() {
            // the way home must not look like a step of the guest
            out.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        }
    }

    /// An absolute address of the markup on this origin.
    fn mapped(&self, text: &str) -> Option<String> {
        let url = self.target.join(text).ok()?;
        let inward = self.doors.inward(&url)?;
        let leads_home = self.guest.is_some() && !inward.starts_with(crate::proxy::AT);
        Some(if leads_home { format!("{}{inward}", crate::proxy::HOME) } else { inward })
    }
}

/// What is read and written anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Text {
    Page,
    Style,
}

fn readable(headers: &HeaderMap) -> Option<Text> {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let kind = text(header::CONTENT_TYPE).unwrap_or_default().trim_start().to_ascii_lowercase();
    let plain = text(header::CONTENT_ENCODING).is_none_or(|e| e.eq_ignore_ascii_case("identity"));
    let kinds =
        [("text/html", Text::Page), ("application/xhtml", Text::Page), ("text/css", Text::Style)];
    kinds.into_iter().find(|(name, _)| plain && kind.starts_with(name)).map(|(_, text)| text)
}

/// A page that leads on by itself may do so within the connector's hosts.
fn refreshing(headers: &HeaderMap, out: &mut HeaderMap, map: impl Fn(&str) -> Option<String>) {
    let Some(said) = headers.get(header::REFRESH) else { return };
    if let Some(Ok(value)) = html::refresh(said.as_bytes(), &map).map(HeaderValue::try_from) {
        out.insert(header::REFRESH, value);
    }
}

/// What is answered to one person behind a pass is kept by that person's browser alone; a page that was rewritten is
/// asked for again.
fn caching(headers: &HeaderMap, out: &mut HeaderMap, anew: bool) {
    let said =
        headers.get_all(header::CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    let kept = said.flat_map(|line| line.split(',')).map(str::trim).filter(|word| {
        let name = word.split('=').next().unwrap_or_default();
        !["public", "private", "s-maxage", "proxy-revalidate", ""]
            .iter()
            .any(|dropped| name.eq_ignore_ascii_case(dropped))
    });
    let mut words = vec!["private"];
    words.extend(kept);
    if anew {
        words = vec!["private", "no-cache"];
        for name in [header::ETAG, header::LAST_MODIFIED, header::ACCEPT_RANGES] {
            out.remove(name);
        }
    }
    if let Ok(value) = HeaderValue::try_from(words.join(", ")) {
        out.insert(header::CACHE_CONTROL, value);
    }
}

/// Headers of the connection, of frame policies that are ours, and of everything that would act beyond this origin.
fn is_dropped(name: &HeaderName) -> bool {
    DROPPED.contains(&name.as_str())
        || name.as_str().starts_with("access-control-")
        || name.as_str().starts_with("proxy-")
}

const DROPPED: [&str; 32] = [
    "connection",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "content-length",
    "x-frame-options",
    "content-security-policy",
    "content-security-policy-report-only",
    "set-cookie",
    "set-cookie2",
    "location",
    "refresh",
    "content-location",
    "cache-control",
    "strict-transport-security",
    "public-key-pins",
    "clear-site-data",
    "alt-svc",
    "expect-ct",
    "nel",
    "report-to",
    "reporting-endpoints",
    "service-worker-allowed",
    "cross-origin-opener-policy",
    "cross-origin-embedder-policy",
    "cross-origin-resource-policy",
    "referrer-policy",
    "origin-agent-cluster",
    "link",
    "server",
];
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// The script that keeps a page here; `crate::INSIDE`.
const FIRST: &str = "<script src=\"/_liaison/inside.js\"></script>";

/// Most cookies that one answer sets; our own choice.
const MAX_COOKIES: usize = 50;
