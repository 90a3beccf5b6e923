//! Valid domains: which hosts a connector's pages may come from, and which addresses stand on them.

use std::net::IpAddr;

use egress::Networks;
use url::{Host, Url};

use crate::{Error, Result};

/// Whether an address stands on one of the domains.
///
/// An entry is a host, or `*.` and a host of at least two labels, where `*` stands for one label. A port
/// other than the scheme's own must stand in the entry (as Teams compares origins).
pub fn is_valid_domain(domains: &[String], url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    if !matches!(url.scheme(), "http" | "https") {
        return false;
    }
    let named =
        url.port().map_or_else(|| host.to_ascii_lowercase(), |port| format!("{host}:{port}"));
    domains.iter().any(|entry| match entry.strip_prefix("*.") {
        None => *entry == named,
        Some(parent) => named
            .strip_suffix(parent)
            .and_then(|rest| rest.strip_suffix('.'))
            .is_some_and(|label| !label.is_empty() && !label.contains('.')),
    })
}

/// The entries in lower case, or what is wrong with them.
pub(crate) fn read(entries: &[String], pointer: &'static str) -> Result<Vec<String>> {
    let wrong = |code, detail: String| Err(Error::invalid(pointer, code, detail));
    if entries.len() > MAX_DOMAINS {
        return wrong("connector.too_many_domains", format!("at most {MAX_DOMAINS} domains"));
    }
    let mut read = Vec::with_capacity(entries.len());
    for entry in entries {
        let entry = entry.trim().to_ascii_lowercase();
        if !is_entry(&entry) {
            let shown: String = entry.chars().take(100).collect();
            let detail = "a host such as app.example.org or *.app.example.org is expected";
            return wrong("connector.domain_invalid", format!("{shown}: {detail}"));
        }
        if !read.contains(&entry) {
            read.push(entry);
        }
    }
    Ok(read)
}

fn is_entry(entry: &str) -> bool {
    let (host, wild) = entry.strip_prefix("*.").map_or((entry, false), |host| (host, true));
    // The URL parser knows what a host is; nothing but host and port may be left.
    let Ok(url) = format!("http://{host}/").parse::<Url>() else { return false };
    let plain = match url.port() {
        Some(port) => format!("{}:{port}", url.host_str().unwrap_or_default()),
        None => url.host_str().unwrap_or_default().to_owned(),
    };
    if entry.len() > 253 || plain != host || host.contains(['*', '%', '@', '_']) {
        return false;
    }
    match url.host() {
        Some(Host::Domain(name)) if wild => {
            name.split('.').filter(|label| !label.is_empty()).count() >= WILD_LABELS
                && !SHARED.contains(&name)
        }
        Some(_) => !wild && !SHARED.contains(&plain.as_str()),
        None => false,
    }
}

/// An address that a page or a form gave: http(s), without credentials, plain http only where an
/// administrator opened the way or on this machine.
pub(crate) fn address(text: &str, networks: &Networks) -> Result<Url, (&'static str, String)> {
    let refuse = |code, detail: &str| Err((code, detail.to_owned()));
    let text = text.trim();
    if text.len() > MAX_URL {
        return refuse("connector.url_too_long", "an address has at most 2,048 characters");
    }
    let Ok(url) = text.parse::<Url>() else {
        return refuse("connector.url_invalid", "this is not an address such as https://…");
    };
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return refuse("connector.url_scheme", "the address begins with https://");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("connector.url_credentials", "the address carries no name and no password");
    }
    if url.scheme() == "http" && !is_near(&url, networks) {
        let detail = "http is for this machine and for networks that an administrator opened";
        return refuse("connector.url_not_secure", detail);
    }
    Ok(url)
}

/// Whether plain http is fine: the machine itself, or a network that an administrator opened.
fn is_near(url: &Url, networks: &Networks) -> bool {
    let near = |address: IpAddr| address.is_loopback() || networks.is_opened(address);
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => near(address.into()),
        Some(Host::Ipv6(address)) => near(address.into()),
        None => false,
    }
}

/// `validDomains` of app manifests before v1.28.
const MAX_DOMAINS: usize = 16;
/// Addresses in app manifests.
const MAX_URL: usize = 2_048;
/// `*.example.org` has three with the star; a star before a whole registry is nobody's own.
const WILD_LABELS: usize = 2;
/// Hosts that strangers share: a page of anybody's could stand there.
const SHARED: [&str; 8] = [
    "azurewebsites.net",
    "github.io",
    "herokuapp.com",
    "ngrok.io",
    "pages.dev",
    "vercel.app",
    "web.app",
    "workers.dev",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn on(domains: &[&str], url: &str) -> bool {
        let domains: Vec<String> = domains.iter().map(|&entry| entry.to_owned()).collect();
        is_valid_domain(&domains, &url.parse().unwrap())
    }

    #[test]
    fn hosts_are_compared_whole_and_a_star_stands_for_one_label() {
        assert!(on(&["app.example.org"], "https://APP.example.org/x"));
        assert!(on(&["*.app.example.org"], "https://a.app.example.org/"));
        for url in [
            "https://app.example.org.evil.test/",
            "https://evilapp.example.org/",
            "https://a.app.example.org/",
            "https://app.example.org:8443/",
            "https://app.example.org@evil.test/",
            "ftp://app.example.org/",
            "data:text/html,app.example.org",
        ] {
            assert!(!on(&["app.example.org"], url), "{url}");
        }
        assert!(!on(&["*.app.example.org"], "https://app.example.org/"));
        assert!(!on(&["*.app.example.org"], "https://a.b.app.example.org/"));
        assert!(!on(&[], "https://app.example.org/"));
        assert!(on(&["127.0.0.1:3000"], "http://127.0.0.1:3000/"));
        assert!(!on(&["127.0.0.1"], "http://127.0.0.1:3000/"));
    }

    #[test]
    fn entries_are_hosts_and_nothing_more() {
        let read = |entry: &str| read(&[entry.to_owned()], "/valid_domains");
        assert_eq!(read(" App.Example.ORG ").unwrap(), ["app.example.org"]);
        for entry in ["localhost:3978", "127.0.0.1:80000", "[::1]:3000", "*.example.org"] {
            assert_eq!(read(entry).is_ok(), !entry.ends_with("80000"), "{entry}");
        }
        for entry in [
            "",
            "*",
            "*.*",
            "*.org",
            "*.github.io",
            "github.io",
            "https://example.org",
            "example.org/path",
            "a@example.org",
            "exa mple.org",
            "*example.org",
            "a.*.org",
            "example.org:",
            "*.127.0.0.1",
            "exam%70le.org",
            "\u{202e}example.org",
        ] {
            assert!(read(entry).is_err(), "{entry:?}");
        }
        assert!(super::read(&vec!["a.example.org".to_owned(); 17], "/valid_domains").is_err());
    }

    #[test]
    fn plain_http_is_for_near_hosts_only() {
        let networks = Networks::new(&egress::Settings::default());
        let code = |text: &str| address(text, &networks).map_or_else(|(code, _)| code, |_| "");
        assert_eq!(code("https://app.example.org/config?x={y}"), "");
        assert_eq!(code("http://localhost:3978/"), "");
        assert_eq!(code("http://127.0.0.1/"), "");
        assert_eq!(code("http://app.example.org/"), "connector.url_not_secure");
        assert_eq!(code("http://10.0.0.1/"), "connector.url_not_secure");
        assert_eq!(code("http://localhost.evil.test/"), "connector.url_not_secure");
        assert_eq!(code("javascript:alert(1)"), "connector.url_scheme");
        assert_eq!(code("/relative"), "connector.url_invalid");
        assert_eq!(code("https://a:b@example.org/"), "connector.url_credentials");
        assert_eq!(
            code(&format!("https://example.org/{}", "a".repeat(2_048))),
            "connector.url_too_long"
        );
    }
}
