//! The bridge page, its script and its style.

use std::fmt::Write as _;

use axum::{
    extract::Request,
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use connector_registry::hosting::{Grant, TicketKind};
use http::{HeaderValue, Method, StatusCode, header};
use kernel::ConnectorId;
use url::form_urlencoded;

use crate::{
    BRIDGE_SCRIPT, BRIDGE_STYLE, ConnectorHost, TICKET, cookies, refusal::Refusal,
    request::check_site,
};

/// Changes a ticket into a pass, and shows the page that relays messages.
pub(crate) async fn page(
    edge: &ConnectorHost,
    connector: ConnectorId,
    origin: &str,
    request: Request,
) -> Result<Response, Refusal> {
    let (grant, page) = asked(edge, connector, &request)?;
    let sites = (edge.parts().sites)(grant.tenant, connector);
    let registered = sites.await.ok_or(Refusal::Gone)?;
    let home = grant.home.origin().ascii_serialization();
    let domains = listed(registered.iter().chain(&grant.domains));
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Liaison</title>\
         <link rel=\"stylesheet\" href=\"{BRIDGE_STYLE}\"></head>\
         <body data-hub=\"{}\" data-home=\"{}\" data-page=\"{}\" data-domains=\"{}\">\
         <iframe title=\"Configuration\"></iframe><script type=\"module\" src=\"{BRIDGE_SCRIPT}\"></script></body></html>",
        attribute(&grant.hub),
        attribute(&home),
        attribute(&page),
        attribute(&domains),
    );
    let policy = format!(
        "default-src 'none'; script-src {origin}{BRIDGE_SCRIPT}; style-src {origin}{BRIDGE_STYLE}; frame-src 'self'; \
         connect-src {origin}{TICKET}; \
         base-uri 'none'; form-action 'none'; frame-ancestors {}",
        grant.hub
    );
    let mut response = axum::response::Html(html).into_response();
    let headers = response.headers_mut();
    let policy = HeaderValue::try_from(policy).map_err(|_odd| Refusal::NoPass)?;
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let pass = cookies::pass(origin, &edge.parts().hosting.pass(&grant)).ok_or(Refusal::NoPass)?;
    headers.insert(header::SET_COOKIE, pass);
    Ok(response)
}

/// A window that the page opened holds no pass where the hub is of another site: its script asks the opener, which has
/// one, for a ticket. Whoever has no such opener reads where the page belongs.
pub(crate) fn entrance(origin: &str) -> Response {
    let mut response = Response::from(Refusal::NoPass.with_script(BRIDGE_SCRIPT));
    let policy = format!(
        "default-src 'none'; script-src {origin}{BRIDGE_SCRIPT}; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::try_from(policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// A ticket for a window that a page with a pass has opened.
pub(crate) fn ticket(
    edge: &ConnectorHost,
    connector: ConnectorId,
    origin: &str,
    request: &Request,
) -> Result<Response, Refusal> {
    let grant = held(edge, connector, origin, request, &Method::POST)?;
    let hosting = &edge.parts().hosting;
    let mut response = hosting.ticket(&grant).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Changes a ticket into a pass, and leads to the page.
pub(crate) fn enter(
    edge: &ConnectorHost,
    connector: ConnectorId,
    origin: &str,
    request: &Request,
) -> Result<Response, Refusal> {
    let (grant, page) = asked(edge, connector, request)?;
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    let pass = edge.parts().hosting.pass(&grant);
    headers.insert(header::SET_COOKIE, cookies::pass(origin, &pass).ok_or(Refusal::NoPass)?);
    headers.insert(header::LOCATION, HeaderValue::try_from(page).map_err(|_odd| Refusal::Domain)?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(response)
}

/// What the pass of a page of this origin opens.
fn held(
    edge: &ConnectorHost,
    connector: ConnectorId,
    origin: &str,
    request: &Request,
    method: &Method,
) -> Result<Grant, Refusal> {
    if request.method() != method {
        return Err(Refusal::Method);
    }
    check_site(request.method(), request.headers(), origin)?;
    let pass = cookies::presented(request.headers(), origin).ok_or(Refusal::NoPass)?;
    edge.parts().hosting.opened(TicketKind::Pass, pass, connector).ok_or(Refusal::NoPass)
}

/// What a ticket opens, and the page that is asked for with it.
fn asked(
    edge: &ConnectorHost,
    connector: ConnectorId,
    request: &Request,
) -> Result<(Grant, String), Refusal> {
    if request.method() != Method::GET {
        return Err(Refusal::Method);
    }
    let (mut ticket, mut page) = (String::new(), "/".to_owned());
    let query = request.uri().query().unwrap_or_default();
    for (key, value) in form_urlencoded::parse(query.as_bytes()) {
        match &*key {
            "ticket" => ticket = value.into_owned(),
            "page" => page = value.into_owned(),
            _ => {}
        }
    }
    let hosting = &edge.parts().hosting;
    let grant = hosting.opened(TicketKind::Ticket, &ticket, connector).ok_or(Refusal::NoPass)?;
    // a path of this origin, and nothing that a browser could take for another host
    if !page.starts_with('/') || page.starts_with("//") || page.contains('\\') {
        return Err(Refusal::Domain);
    }
    Ok((grant, page))
}

/// The script that stands first in every page of the connector, with the names of its hosts.
pub(crate) async fn inside(
    edge: &ConnectorHost,
    connector: ConnectorId,
    origin: &str,
    request: Request,
) -> Result<Response, Refusal> {
    let grant = held(edge, connector, origin, &request, &Method::GET)?;
    let registered = (edge.parts().sites)(grant.tenant, connector).await.ok_or(Refusal::Gone)?;
    let mut text = format!(
        "(()=>{{const liaisonDoors={{home:\"{}\",domains:{}}};",
        grant.home.origin().ascii_serialization(),
        listed(registered.iter().chain(&grant.domains))
    )
    .into_bytes();
    text.extend_from_slice(&edge.parts().inside);
    text.extend_from_slice(b"})();");
    let mut response = file(Bytes::from(text), "text/javascript; charset=utf-8");
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// The domains as a list of JSON. No host has one of the characters that would need an escape.
fn listed<'a>(domains: impl Iterator<Item = &'a String>) -> String {
    let mut list = String::from("[");
    for domain in domains {
        let comma = if list.len() > 1 { "," } else { "" };
        let plain = |c: &char| !matches!(c, '"' | '\\' | '<') && !c.is_control();
        let _ = write!(list, "{comma}\"{}\"", domain.chars().filter(plain).collect::<String>());
    }
    list.push(']');
    list
}

/// The script; it holds nothing of anybody.
pub(crate) fn script(script: &Bytes) -> Response {
    file(script.clone(), "text/javascript; charset=utf-8")
}

/// The style.
pub(crate) fn style() -> Response {
    file(Bytes::from_static(STYLE), "text/css; charset=utf-8")
}

/// Says that names under the base lead here.
pub(crate) fn alive() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn file(bytes: Bytes, kind: &'static str) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, kind),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-cache"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

const STYLE: &[u8] = b"html,body{margin:0;height:100%;background:transparent}\
iframe{border:0;width:100%;height:100%;display:block;color-scheme:normal}";
