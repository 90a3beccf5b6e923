//! What of a browser's request goes out to the connector's host.

use connector_registry::hosting::Doors;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use url::Url;

use crate::{cookies, refusal::Refusal};

/// Refuses what another site asks for in the person's name: pages of the origin itself may do everything, others may
/// only lead a window here.
pub(crate) fn check_site(
    method: &Method,
    headers: &HeaderMap,
    origin: &str,
) -> Result<(), Refusal> {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if text(&SERVICE_WORKER).is_some() {
        return Err(Refusal::Worker);
    }
    match text(&FETCH_SITE) {
        Some("same-origin" | "none") => Ok(()),
        Some(_) if method.is_safe() && text(&FETCH_MODE) == Some("navigate") => Ok(()),
        Some(_) => Err(Refusal::ForeignSite),
        None => match text(&header::ORIGIN) {
            Some(from) if from != origin => Err(Refusal::ForeignSite),
            _ => Ok(()),
        },
    }
}

/// Whether a window is led here, and no frame.
pub(crate) fn is_window(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::GET && headers.get(&FETCH_DEST).is_some_and(|dest| dest == "document")
}

/// The headers for the connector's host: everything but what belongs to the connection, to us, or names us.
pub(crate) fn headers(
    sent: &HeaderMap,
    target: &Url,
    doors: &Doors<'_>,
    guest: Option<&str>,
) -> HeaderMap {
    let mut out = HeaderMap::with_capacity(sent.len());
    let nominated: Vec<String> = sent
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    for (name, value) in sent {
        let own = KEPT_BACK.contains(&name.as_str())
            || name.as_str().starts_with("x-forwarded")
            || name.as_str().starts_with("proxy-")
            || name.as_str().starts_with("sec-websocket")
            || nominated.iter().any(|nominated| nominated == name.as_str());
        if !own {
            out.append(name.clone(), value.clone());
        }
    }
    if let Some(line) = cookies::outgoing(sent, guest) {
        out.insert(header::COOKIE, line);
    }
    if sent.contains_key(header::ORIGIN)
        && let Ok(value) = HeaderValue::try_from(target.origin().ascii_serialization())
    {
        out.insert(header::ORIGIN, value);
    }
    if let Some(value) = referer(sent, doors) {
        out.insert(header::REFERER, value);
    }
    // what is rewritten must be readable
    out.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    out
}

/// The address that the connector's host would see as the referring one; nothing of ours.
fn referer(sent: &HeaderMap, doors: &Doors<'_>) -> Option<HeaderValue> {
    let from: Url = sent.get(header::REFERER)?.to_str().ok()?.parse().ok()?;
    let url = doors.outward(from.path(), from.query())?;
    HeaderValue::try_from(url.as_str()).ok()
}

/// Headers of the connection, of ours, or set anew.
const KEPT_BACK: [&str; 17] = [
    "host",
    "cookie",
    "origin",
    "referer",
    "connection",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "content-length",
    "expect",
    "forwarded",
    "via",
    "x-real-ip",
    "accept-encoding",
    "http2-settings",
];
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
const SERVICE_WORKER: HeaderName = HeaderName::from_static("service-worker");
