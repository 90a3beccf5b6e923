//! Where requests go.

use std::borrow::Cow;

use super::{Dialect, texts};
use crate::tree::{Node, Object};

/// Scheme, host and base path of requests (connector-format §7, step 1).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Base<'t> {
    /// The first declared scheme, `https` when there is none.
    pub scheme: Cow<'t, str>,
    /// Host and port as written; empty when the description names none. It may be a placeholder.
    pub host: Cow<'t, str>,
    /// The path before every path, as written: perhaps empty, perhaps with a slash at its end.
    pub path: Cow<'t, str>,
}

impl<'t> Base<'t> {
    pub(super) fn of(root: &'t Object<'t>, dialect: Dialect) -> Self {
        if dialect.is_open_api_3() {
            return Self::of_servers(root).unwrap_or_default();
        }
        Self {
            scheme: Cow::Borrowed(texts(root.get("schemes")).first().copied().unwrap_or("https")),
            host: Cow::Borrowed(root.str("host").unwrap_or_default()),
            path: Cow::Borrowed(root.str("basePath").unwrap_or_default()),
        }
    }

    /// The first entry of `servers`, its variables replaced by their defaults.
    pub(crate) fn of_servers(object: &'t Object<'t>) -> Option<Self> {
        let server = object.get("servers")?.as_list()?.first()?.as_object()?;
        let url = with_defaults(server.str("url")?, server.get("variables"));
        Some(Self::of_url(&url))
    }

    /// The parts of a URL. A URL without a host is all path: it goes below the place that the
    /// description itself came from.
    pub fn of_url(url: &str) -> Base<'static> {
        let (scheme, rest) = match url.split_once("://") {
            Some((scheme, rest)) => (scheme, Some(rest)),
            None => ("https", url.strip_prefix("//")),
        };
        let Some(rest) = rest else {
            let path = Cow::Owned(url.to_owned());
            return Base { scheme: Cow::Borrowed("https"), host: Cow::Borrowed(""), path };
        };
        let end = rest.find('/').unwrap_or(rest.len());
        let (host, path) = rest.split_at(end);
        Base {
            scheme: Cow::Owned(scheme.to_owned()),
            host: Cow::Owned(host.to_owned()),
            path: Cow::Owned(path.to_owned()),
        }
    }
}

/// A server's URL with `{name}` replaced by the default of each variable (OpenAPI 3, §4.8.5).
fn with_defaults<'t>(url: &'t str, variables: Option<&'t Node<'t>>) -> Cow<'t, str> {
    let mut url = Cow::Borrowed(url);
    for (name, variable) in variables.and_then(Node::as_object).into_iter().flat_map(Object::iter) {
        if let Some(default) = variable.get("default").and_then(Node::as_str) {
            url = Cow::Owned(url.replace(&format!("{{{name}}}"), default));
        }
    }
    url
}
