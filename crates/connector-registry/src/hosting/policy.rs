//! Frame policies of pages: whether a page lets itself be shown inside another origin's page.

use url::Url;

/// Whether a page with these policies lets a page of `origin` frame it.
///
/// `frame-ancestors` decides where there is one (CSP Level 3 §6.4.2.1), every policy for itself; `X-Frame-Options`
/// counts only without one.
pub fn admits(policies: &[String], frame_options: Option<&str>, origin: &Url) -> bool {
    let lists: Vec<&str> = policies
        .iter()
        .flat_map(|line| line.split(','))
        .filter_map(|policy| policy.split(';').map(str::trim).find_map(ancestors))
        .collect();
    if lists.is_empty() {
        let options = frame_options.unwrap_or_default().to_ascii_lowercase();
        return !options.contains("deny") && !options.contains("sameorigin");
    }
    lists.iter().all(|list| list.split_ascii_whitespace().any(|source| fits(source, origin)))
}

/// The sources of a `frame-ancestors` directive.
fn ancestors(directive: &str) -> Option<&str> {
    let (name, sources) = directive.split_once(char::is_whitespace).unwrap_or((directive, ""));
    name.eq_ignore_ascii_case("frame-ancestors").then_some(sources)
}

/// Whether a source expression takes an origin (CSP Level 3 §6.7.2.8); schemes, hosts, `*.` and ports.
fn fits(source: &str, origin: &Url) -> bool {
    let source = source.to_ascii_lowercase();
    let scheme = origin.scheme();
    if source == "*" {
        return true;
    }
    if source.starts_with('\'') {
        return false;
    }
    if let Some(named) = source.strip_suffix(':') {
        return named == scheme || (named == "http" && scheme == "https");
    }
    let (named, rest) = match source.split_once("://") {
        Some((named, rest)) => (Some(named), rest),
        None => (None, source.as_str()),
    };
    if named.is_some_and(|named| named != scheme && !(named == "http" && scheme == "https")) {
        return false;
    }
    let host = rest.split('/').next().unwrap_or_default();
    let (host, port) = host.rsplit_once(':').unwrap_or((host, ""));
    let own = origin.host_str().unwrap_or_default();
    let host_fits = match host.strip_prefix("*.") {
        Some(suffix) => {
            own.strip_suffix(suffix).is_some_and(|label| label.len() > 1 && label.ends_with('.'))
        }
        None => host == own || host == "*",
    };
    let port_fits = match port {
        "*" => true,
        "" => origin.port().is_none(),
        port => port.parse().ok() == origin.port_or_known_default(),
    };
    host_fits && port_fits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(policies: &[&str], options: Option<&str>) -> bool {
        let policies: Vec<String> = policies.iter().map(|&p| p.to_owned()).collect();
        admits(&policies, options, &"https://hub.example.org".parse().unwrap())
    }

    #[test]
    fn a_page_without_a_policy_admits_everyone() {
        assert!(admitted(&[], None));
        assert!(admitted(&["default-src 'self'"], None));
    }

    #[test]
    fn frame_ancestors_decides_by_origin() {
        for list in [
            "*",
            "https:",
            "https://hub.example.org",
            "hub.example.org",
            "*.example.org",
            "http://hub.example.org",
            "https://hub.example.org:443",
            "hub.example.org:*",
        ] {
            assert!(
                admitted(&[&format!("default-src 'self'; frame-ancestors {list}")], Some("DENY")),
                "{list}"
            );
        }
        for list in [
            "'none'",
            "",
            "'self'",
            "https://teams.microsoft.com *.teams.microsoft.com",
            "*.hub.example.org",
            "example.org",
            "hub.example.org:8443",
            "http:x",
        ] {
            assert!(!admitted(&[&format!("frame-ancestors {list}")], None), "{list}");
        }
    }

    #[test]
    fn every_policy_must_admit() {
        assert!(!admitted(&["frame-ancestors *", "frame-ancestors 'none'"], None));
        assert!(!admitted(&["frame-ancestors *, frame-ancestors 'self'"], None));
    }

    #[test]
    fn the_older_header_counts_without_the_newer() {
        assert!(!admitted(&[], Some("SAMEORIGIN")));
        assert!(!admitted(&["script-src 'self'"], Some("deny")));
        assert!(admitted(&[], Some("ALLOW-FROM https://teams.microsoft.com")));
    }
}
