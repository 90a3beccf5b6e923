//! Links in answers: the next page, the next poll.

use serde_json::Value;

use crate::{
    address::{Absolute, Base},
    call::Plan,
    draft::{Body, Draft},
    expression::Path,
    headers::{Exists, Source},
    message::Response,
    policy::Kind,
    problem::{Problem, Reason, Result},
    query::Query,
};

/// A link that an answer holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) url: String,
    /// It leads to another origin: credentials do not go there.
    pub(crate) foreign: bool,
}

/// The link to the next page, when the operation has pages and this is not the last.
pub(crate) fn next_link(plan: &Plan<'_>, response: &Response, sent_url: &str) -> Option<Link> {
    let mut paths: Vec<Path> = Vec::new();
    for policy in &plan.policies {
        match &policy.kind {
            Kind::NextLink(path) => paths.push(path.clone()),
            Kind::Polling(polling) => paths.push(polling.next_link.clone()),
            _ => {}
        }
    }
    paths.extend(plan.operation.extensions().next_link().map(Path::property));
    if paths.is_empty() || !response.is_success() {
        return None;
    }
    let body = response.json()?;
    let link = paths.iter().find_map(|path| path.find(&body)).and_then(Value::as_str)?;
    resolve(link, sent_url)
}

/// A link as the request that got it means it.
pub(crate) fn resolve(link: &str, sent_url: &str) -> Option<Link> {
    let link = link.trim().replace(' ', "%20");
    let url = Absolute::resolve(sent_url, &link)?;
    let origin = |url: &str| Absolute::parse(url).map(|url| url.origin);
    let foreign = origin(&url) != origin(sent_url);
    Some(Link { url, foreign })
}

/// Whether a link that was kept leads to where the connector lives now.
pub(crate) fn is_of(link: &str, draft: &Draft) -> bool {
    let origin = |url: &str| Absolute::parse(url).map(|url| url.origin);
    draft.base_problem.is_none()
        && origin(link).is_some_and(|there| Some(there) == origin(&draft.base.origin))
}

/// A request to the address of a link instead: headers and body stay, the query is the link's, and
/// credentials that stood in the query are added unless the link has them.
///
/// # Errors
/// [`Reason::AddressInvalid`]
pub(crate) fn link(draft: &Draft, url: &str) -> Result<Draft> {
    let mut linked = at(draft, url)?;
    for (name, value) in draft.query.only(Source::Credential).iter() {
        linked.query.put(name, value, Source::Credential, Exists::Skip);
    }
    Ok(linked)
}

/// The same request at another address.
pub(crate) fn at(draft: &Draft, url: &str) -> Result<Draft> {
    let invalid = || Problem::new(Reason::AddressInvalid, "link");
    let absolute = Absolute::parse(url).ok_or_else(invalid)?;
    // the host as it was written, not as it compares
    let (scheme, rest) = url.split_once("://").ok_or_else(invalid)?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let mut base = Base::parse(&format!("{scheme}://{host}"))?;
    base.query = Query::default();
    Ok(Draft {
        base,
        base_problem: None,
        path: crate::encode::literal(&absolute.path),
        query: Query::parse(absolute.query.as_deref().unwrap_or_default()),
        override_url: None,
        ..draft.clone()
    })
}

/// The request for a further page.
///
/// # Errors
/// [`Reason::AddressInvalid`]
pub(crate) fn page(draft: &Draft, url: &str) -> Result<Draft> {
    let mut page = link(draft, url)?;
    "GET".clone_into(&mut page.method);
    page.headers.remove("Content-Type");
    page.body = Body::Absent;
    Ok(page)
}
