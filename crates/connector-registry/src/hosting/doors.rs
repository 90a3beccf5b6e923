//! Addresses of a connector's own hosts, and where they are found on its origin here.
//!
//! The host of the configuration page keeps its paths as they are. Every other valid domain stands under
//! `/_liaison/at/{scheme}/{host[:port]}/…`, on the same origin: a page that wanders between its domains keeps the
//! bridge's origin and is still believed.

use url::Url;

/// The paths that are the hub's own on every connector's origin.
pub(super) const OWN: &str = "/_liaison/";
const AT: &str = "/_liaison/at/";

/// Maps addresses of one connector.
#[derive(Debug, Clone)]
pub struct Doors<'a> {
    /// The origin of the configuration page, such as `https://config.example.com`.
    home: &'a Url,
    domains: &'a [String],
    valid: fn(&[String], &Url) -> bool,
}

impl<'a> Doors<'a> {
    /// `home` is an address of the configuration page's host; `valid` decides over every other one.
    pub fn new(home: &'a Url, domains: &'a [String], valid: fn(&[String], &Url) -> bool) -> Self {
        Self { home, domains, valid }
    }

    /// Where on its origin here an address of the connector is found: a path with its query and fragment. None for
    /// an address that is not on the connector's domains.
    pub fn inward(&self, url: &Url) -> Option<String> {
        let rest = rest_of(url);
        if url.origin() == self.home.origin() {
            // the hub's own paths are no page's
            return (!url.path().starts_with(OWN)).then_some(rest);
        }
        if !self.opens(url) {
            return None;
        }
        let host = url.host_str()?;
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        Some(format!("{AT}{}/{host}{port}{rest}", url.scheme()))
    }

    /// The address that a path here stands for. None for paths of the hub and for domains that are not the
    /// connector's.
    pub fn outward(&self, path: &str, query: Option<&str>) -> Option<Url> {
        if !path.starts_with('/') {
            return None;
        }
        let Some(rest) = path.strip_prefix(AT) else {
            if path.starts_with(OWN) {
                return None;
            }
            return located(self.home, path, query);
        };
        let (scheme, rest) = rest.split_once('/')?;
        let at = rest.find('/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(at)?;
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.:_".contains(&b);
        if !matches!(scheme, "http" | "https")
            || authority.is_empty()
            || !authority.bytes().all(plain)
        {
            return None;
        }
        let root: Url = format!("{scheme}://{authority}/").parse().ok()?;
        if root.origin() == self.home.origin() || !self.opens(&root) {
            return None;
        }
        located(&root, if path.is_empty() { "/" } else { path }, query)
    }

    /// Whether an address lies on the connector's domains: a page of https never leads to plain http.
    fn opens(&self, url: &Url) -> bool {
        let fits = match url.scheme() {
            "https" => true,
            "http" => self.home.scheme() == "http",
            _ => false,
        };
        fits && url.username().is_empty()
            && url.password().is_none()
            && (self.valid)(self.domains, url)
    }
}

/// The same origin with another path; dots and slashes in it never reach the host.
fn located(root: &Url, path: &str, query: Option<&str>) -> Option<Url> {
    let mut url = root.clone();
    url.set_path(path);
    url.set_query(query);
    url.set_fragment(None);
    (url.origin() == root.origin()).then_some(url)
}

fn rest_of(url: &Url) -> String {
    let mut rest = url.path().to_owned();
    if let Some(query) = url.query() {
        rest.push('?');
        rest.push_str(query);
    }
    if let Some(fragment) = url.fragment() {
        rest.push('#');
        rest.push_str(fragment);
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(domains: &[String], url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let host = url.port().map_or(host.to_owned(), |port| format!("{host}:{port}"));
        domains.contains(&host)
    }

    fn with<T>(test: impl FnOnce(Doors<'_>) -> T) -> T {
        let home: Url = "https://config.example.com/teams/config?x=1".parse().unwrap();
        let domains = ["config.example.com", "login.example.com", "api.example.com:8443"];
        let domains = domains.map(str::to_owned);
        test(Doors::new(&home, &domains, listed))
    }

    #[test]
    fn addresses_of_every_domain_go_in_and_come_out_the_same() {
        with(|doors| {
            for (url, path) in [
                ("https://config.example.com/a/b?c=d&e", "/a/b?c=d&e"),
                ("https://config.example.com/", "/"),
                (
                    "https://login.example.com/in?next=/x",
                    "/_liaison/at/https/login.example.com/in?next=/x",
                ),
                ("https://api.example.com:8443/v1", "/_liaison/at/https/api.example.com:8443/v1"),
            ] {
                let url: Url = url.parse().unwrap();
                assert_eq!(doors.inward(&url).as_deref(), Some(path));
                let (bare, query) =
                    path.split_once('?').map_or((path, None), |(p, q)| (p, Some(q)));
                assert_eq!(doors.outward(bare, query), Some(url));
            }
        });
    }

    #[test]
    fn addresses_beside_the_domains_have_no_door() {
        with(|doors| {
            for url in [
                "https://evil.example.com/",
                "http://login.example.com/",
                "https://login.example.com:444/",
                "https://u:p@login.example.com/",
                "ftp://login.example.com/",
                "javascript:alert(1)",
                "https://config.example.com/_liaison/bridge",
            ] {
                assert_eq!(doors.inward(&url.parse().unwrap()), None, "{url}");
            }
        });
    }

    #[test]
    fn path_tricks_never_reach_another_host() {
        with(|doors| {
            for path in [
                "/_liaison/at/https/evil.example.com/",
                "/_liaison/at/https/login.example.com@evil.example.com/",
                "/_liaison/at/https/login.example.com:444/",
                "/_liaison/at/https//evil.example.com/",
                "/_liaison/at/file/etc/passwd",
                "/_liaison/at/http/login.example.com/",
                "/_liaison/at/https/LOGIN.example.com/",
                "/_liaison/at/https/login.example.com%2f.evil.example/",
                "/_liaison/at/https",
                "/_liaison/bridge",
                "",
                "no-slash",
            ] {
                assert_eq!(doors.outward(path, None), None, "{path}");
            }
            for path in [
                "//evil.example.com/x",
                "/\\evil.example.com",
                "/@evil.example.com",
                "/../../x",
                "/%2e%2e/x",
            ] {
                let url = doors.outward(path, None).unwrap();
                assert_eq!(url.host_str(), Some("config.example.com"), "{path}");
            }
            let url =
                doors.outward("/_liaison/at/https/login.example.com/../../evil/", None).unwrap();
            assert_eq!(url.host_str(), Some("login.example.com"));
        });
    }
}
