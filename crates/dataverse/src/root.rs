//! Where a client came in: the service root that every address in an answer begins with.

use edge::Context;

/// The service root as the client wrote it.
///
/// Clients cut it off what we answer, or go on from it, so that it follows the scheme and the host of the request
/// and never a configured address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Root {
    /// The environment's name, decoded.
    pub(crate) environment: String,
    /// `https://host/environments/name/api/data/v9.2/`.
    pub(crate) url: String,
    /// The path of it: `/environments/name/api/data/v9.2/`.
    pub(crate) path: String,
}

impl Root {
    /// Splits a request path into the root and what follows it, which stays encoded. None when it is not below a
    /// service root of a version that is answered.
    pub(crate) fn of<'a>(context: &Context, path: &'a str) -> Option<(Self, &'a str)> {
        let (environment, path, rest) = split(path)?;
        let scheme = if context.is_secure() { "https" } else { "http" };
        let url = format!("{scheme}://{}{path}", context.host());
        Some((Self { environment, url, path: path.to_owned() }, rest))
    }

    /// The root of the environment whose picture is fetched from `…/Image/download.aspx`.
    pub(crate) fn of_picture(context: &Context, path: &str) -> Option<Self> {
        let place = path.strip_suffix("/Image/download.aspx")?;
        Self::of(context, &format!("{place}/api/data/v9.2/")).map(|(root, _)| root)
    }

    /// What follows the root in an address of a batch part, of `@odata.id` or of `$id`: absolute, from the server's
    /// root, or relative. Scheme and host are not looked at: who stands behind a proxy sends another origin.
    ///
    /// The environment is not looked at either: an address is always of the environment that was asked.
    pub(crate) fn relative<'a>(&self, address: &'a str) -> &'a str {
        let path = match address.split_once("://") {
            Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default(),
            None => address,
        };
        if let Some(rest) = path.strip_prefix(self.path.as_str()) {
            return rest;
        }
        if let Some(at) = path.find("/api/data/v9.") {
            let rest = path.get(at + "/api/data/v9.".len()..).unwrap_or_default();
            return rest.split_once('/').map_or("", |(_, rest)| rest);
        }
        path.strip_prefix('/').unwrap_or(path)
    }
}

/// The decoded name, the path of the root and what follows it.
fn split(path: &str) -> Option<(String, &str, &str)> {
    let rest = path.strip_prefix("/environments/")?;
    let (name, rest) = rest.split_once('/')?;
    let rest = rest.strip_prefix("api/data/")?;
    let (version, rest) = rest.split_once('/').unwrap_or((rest, ""));
    if !matches!(version, "v9.0" | "v9.1" | "v9.2") || name.is_empty() {
        return None;
    }
    let name = percent_encoding::percent_decode_str(name).decode_utf8().ok()?.into_owned();
    Some((name, path.get(..path.len() - rest.len())?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> Root {
        Root {
            environment: "prod".into(),
            url: "https://hub.example/environments/prod/api/data/v9.2/".into(),
            path: "/environments/prod/api/data/v9.2/".into(),
        }
    }

    #[test]
    fn a_path_is_split_behind_the_version() {
        let (name, path, rest) =
            split("/environments/My%20org/api/data/v9.1/accounts(1)/name").unwrap();
        assert_eq!((name.as_str(), rest), ("My org", "accounts(1)/name"));
        assert_eq!(path, "/environments/My%20org/api/data/v9.1/");
        assert_eq!(split("/environments/a/api/data/v9.2").unwrap().2, "");
        for path in [
            "/environments/a/api/data/v8.2/x",
            "/environments//api/data/v9.2/",
            "/environments/a/api/search/v1.0/query",
        ] {
            assert!(split(path).is_none(), "{path}");
        }
    }

    #[test]
    fn addresses_of_every_form_are_relative_to_the_root() {
        for address in [
            "accounts(1)",
            "/accounts(1)",
            "/api/data/v9.2/accounts(1)",
            "/environments/prod/api/data/v9.2/accounts(1)",
            "https://hub.example/environments/prod/api/data/v9.2/accounts(1)",
            "https://other.example:8443/api/data/v9.0/accounts(1)",
        ] {
            assert_eq!(root().relative(address), "accounts(1)", "{address}");
        }
        assert_eq!(
            root().relative("$1/contact_customer_accounts/$ref"),
            "$1/contact_customer_accounts/$ref"
        );
        assert_eq!(root().relative("https://hub.example"), "");
    }
}
