//! The way through: from a path of a connector's origin to its host and back.

use std::time::Duration;

use axum::{body::to_bytes, extract::Request, response::Response};
use connector_registry::{
    hosting::{Doors, TicketKind},
    is_valid_domain,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use kernel::ConnectorId;
use url::Url;

use crate::{
    ConnectorHost, bridge, cookies,
    refusal::Refusal,
    request::{check_site, headers, is_window},
    response::Around,
};

/// Forwards a request of a person who set up this connector within the hour.
pub(crate) async fn forward(
    edge: &ConnectorHost,
    connector: ConnectorId,
    origin: &str,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    if !METHODS.contains(&parts.method) {
        return Err(Refusal::Method);
    }
    let hosting = &edge.parts().hosting;
    let grant = cookies::presented(&parts.headers, origin)
        .and_then(|pass| hosting.opened(TicketKind::Pass, pass, connector));
    let grant = match grant {
        Some(grant) => grant,
        None if is_window(&parts.method, &parts.headers) => return Ok(bridge::entrance(origin)),
        None => return Err(Refusal::NoPass),
    };
    check_site(&parts.method, &parts.headers, origin)?;
    let mut domains = (edge.parts().sites)(grant.tenant, connector).await.ok_or(Refusal::Gone)?;
    domains.extend(grant.domains.iter().cloned());
    if !is_valid_domain(&domains, &grant.home) {
        return Err(Refusal::Domain);
    }
    let doors = Doors::new(&grant.home, &domains, is_valid_domain);
    let (path, query) = (parts.uri.path(), parts.uri.query());
    if let Some(rest) = path.strip_prefix(HOME).filter(|rest| rest.starts_with('/')) {
        return led(rest, query, true);
    }
    if let Some(at) = guest_of_referer(&parts.headers, origin)
        && !path.starts_with(AT)
        && doors.outward(&at, None).is_some()
    {
        return led(&format!("{}{path}", at.trim_end_matches('/')), query, false);
    }
    let target = doors.outward(path, query).ok_or(Refusal::Domain)?;
    let guest = guest(path, &target);
    let sent =
        headers(&parts.headers, &target, &doors, guest.as_ref().map(|(host, _)| host.as_str()));
    // whoever sends slowly waits alone: a turn is for asking the host
    let body = tokio::time::timeout(edge.reading(), to_bytes(body, MAX_REQUEST_BYTES));
    let body = body.await.map_err(|_slow| Refusal::Slow)?;
    let body = body.map_err(|_long| Refusal::RequestTooLarge)?;
    let turn = tokio::time::timeout(WAIT, edge.turns().acquire());
    let _turn = turn.await.map_err(|_late| Refusal::Busy)?.map_err(|_closed| Refusal::Busy)?;
    let request = egress::Request {
        method: parts.method,
        url: target.clone(),
        headers: sent,
        body,
        follow: false,
        max_bytes: Some(MAX_ANSWER_BYTES),
        timeout: Some(TIMEOUT),
    };
    let answer = edge.parts().client.fetch(request).await.map_err(|error| refused(&error))?;
    let around = Around { target: &target, origin, hub: &grant.hub, guest, doors: &doors };
    Ok(around.answer(answer))
}

/// The host and the path of a guest: a valid domain that is not the home of the page.
fn guest(path: &str, target: &Url) -> Option<(String, String)> {
    path.starts_with(AT).then(|| {
        let host = target.host_str().unwrap_or_default();
        let host = target.port().map_or(host.to_owned(), |port| format!("{host}:{port}"));
        let at = format!("{AT}{}/{host}/", target.scheme());
        (host, at)
    })
}

/// The path of the guest on whose page a root-relative address stands.
fn guest_of_referer(headers: &HeaderMap, origin: &str) -> Option<String> {
    let from: Url = headers.get(header::REFERER)?.to_str().ok()?.parse().ok()?;
    if from.origin().ascii_serialization() != origin {
        return None;
    }
    let mut parts = from.path().strip_prefix(AT)?.splitn(3, '/');
    let (scheme, host) = (parts.next()?, parts.next()?);
    Some(format!("{AT}{scheme}/{host}/"))
}

/// Leads the browser to another path of this origin with the same method and body (RFC 9110 §15.4.8).
fn led(path: &str, query: Option<&str>, home: bool) -> Result<Response, Refusal> {
    // two slashes would be another host
    let path = format!("/{}", path.trim_start_matches(['/', '\\']));
    let to = query.map_or(path.clone(), |query| format!("{path}?{query}"));
    let mut response = Response::default();
    *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, HeaderValue::try_from(to).map_err(|_odd| Refusal::Domain)?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if home {
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    }
    Ok(response)
}

/// Nothing of the network behind the hub is told.
fn refused(error: &egress::Error) -> Refusal {
    match error {
        egress::Error::TooLarge { .. } => Refusal::AnswerTooLarge,
        egress::Error::Timeout => Refusal::Late,
        _ => Refusal::Unreachable,
    }
}

/// Largest body that is forwarded; a configuration page sends forms.
pub const MAX_REQUEST_BYTES: usize = 2 << 20;

/// Largest answer that is taken; bundles of scripts are the largest met.
pub const MAX_ANSWER_BYTES: usize = 8 << 20;

/// Where further domains of a connector stand, as `Doors` writes it.
pub(crate) const AT: &str = "/_liaison/at/";

/// The way from a guest to the home of the page.
pub(crate) const HOME: &str = "/_liaison/home";

const METHODS: [Method; 7] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::OPTIONS,
];

/// How long a host may take in all.
const TIMEOUT: Duration = Duration::from_secs(20);

/// How long a request waits for its turn.
const WAIT: Duration = Duration::from_secs(5);
