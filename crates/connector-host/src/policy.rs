//! Content security policies of proxied pages: the frame policy is ours, the rest is the page's.

use connector_registry::hosting::Doors;
use url::Url;

/// A policy of the page as it fits its origin here; none when nothing is left.
pub(crate) fn adapted(policy: &str, doors: &Doors<'_>, origin: &str) -> Option<String> {
    let secure = origin.starts_with("https://");
    let mut kept: Vec<String> = Vec::new();
    let governs = governs_scripts(policy);
    for directive in policy.split(';').map(str::trim).filter(|directive| !directive.is_empty()) {
        let (name, sources) = directive.split_once(char::is_whitespace).unwrap_or((directive, ""));
        let name = name.to_ascii_lowercase();
        match name.as_str() {
            "frame-ancestors" | "report-uri" | "report-to" => {}
            "upgrade-insecure-requests" | "block-all-mixed-content" if !secure => {}
            _ if adds_self(sources, doors) => kept.push(format!("{directive} 'self'")),
            // our own script is let in where others are
            _ if governs == Some(name.as_str())
                && !sources.contains("'none'")
                && !sources.contains("'self'") =>
            {
                kept.push(format!("{directive} {origin}{}", crate::INSIDE));
            }
            _ => kept.push(directive.to_owned()),
        }
    }
    (!kept.is_empty()).then(|| kept.join("; "))
}

/// The frame policy: the bridge, which has the same origin, inside the hub's page.
pub(crate) fn ancestors(hub: &str) -> String {
    format!("frame-ancestors 'self' {hub}")
}

/// The directive that decides over the elements of scripts (CSP3 §6.1.10).
fn governs_scripts(policy: &str) -> Option<&'static str> {
    let names = || policy.split(';').filter_map(|directive| directive.split_whitespace().next());
    ["script-src-elem", "script-src", "default-src"]
        .into_iter()
        .find(|wanted| names().any(|name| name.eq_ignore_ascii_case(wanted)))
}

fn adds_self(sources: &str, doors: &Doors<'_>) -> bool {
    names_own_host(sources, doors) && !sources.contains("'self'")
}

/// Whether one of the sources is a host of the connector, whose files come from this origin now.
fn names_own_host(sources: &str, doors: &Doors<'_>) -> bool {
    sources.split_ascii_whitespace().filter(|source| !source.starts_with('\'')).any(|source| {
        let text =
            if source.contains("://") { source.to_owned() } else { format!("https://{source}") };
        Url::parse(&text).is_ok_and(|url| doors.inward(&url).is_some())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_own_hosts_become_its_origin_and_the_frame_policy_goes() {
        let home: Url = "https://config.example.com/".parse().unwrap();
        let domains = ["config.example.com".to_owned()];
        let doors =
            Doors::new(&home, &domains, |_, url| url.host_str() == Some("login.example.com"));
        let adapted = |policy| adapted(policy, &doors, "http://x.apps.example.org");
        assert_eq!(adapted("frame-ancestors https://teams.microsoft.com"), None);
        assert_eq!(adapted("default-src 'none'").as_deref(), Some("default-src 'none'"));
        assert_eq!(
            adapted("default-src 'self'; script-src-elem 'nonce-x'; script-src 'self'").as_deref(),
            Some(
                "default-src 'self'; script-src-elem 'nonce-x' http://x.apps.example.org/_liaison/inside.js; script-src 'self'"
            )
        );
        assert_eq!(
            adapted("default-src 'none'; script-src https://config.example.com https://cdn.example.net; connect-src login.example.com; upgrade-insecure-requests; frame-ancestors *; img-src data:").as_deref(),
            Some("default-src 'none'; script-src https://config.example.com https://cdn.example.net 'self'; connect-src login.example.com 'self'; img-src data:")
        );
    }
}
