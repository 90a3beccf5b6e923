//! Valid domains: names without scheme, path or port, one's own, and every page's host among them.

use serde_json::Value;
use url::{Host, Url};

use crate::{
    finding::{Findings, Place, Rule, Severity},
    manifest::{each_text, items},
};

pub(super) fn check(findings: &mut Findings, document: &Value, severity: Severity) {
    let listed: Vec<&str> = items(document, "/validDomains").filter_map(Value::as_str).collect();
    for (index, domain) in items(document, "/validDomains").enumerate() {
        let Some(domain) = domain.as_str() else { continue };
        if let Some(rule) = broken(domain) {
            let place = Place::manifest(format!("/validDomains/{index}"));
            findings.add(severity, rule, place, domain);
        }
    }
    each_text(document, &mut |pointer, name, text| {
        if !holds_page(pointer, name) {
            return;
        }
        let Some(host) = host_of(text) else { return };
        if !listed.iter().any(|domain| covers(domain, &host)) {
            findings.add(severity, Rule::DomainNotListed, Place::manifest(pointer), host);
        }
    });
}

/// Pages that open inside: tabs, configuration pages and dialogs. What a browser opens may be anywhere.
fn holds_page(pointer: &str, name: &str) -> bool {
    matches!(name, "contentUrl" | "configurationUrl" | "searchUrl")
        || pointer.ends_with("/taskInfo/url")
}

fn host_of(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let web = matches!(url.scheme(), "http" | "https");
    url.host_str().filter(|_host| web).map(str::to_lowercase)
}

/// As the client compares (`*.example.com` is one label more, never two, never none).
fn covers(domain: &str, host: &str) -> bool {
    let domain = domain.to_lowercase();
    let bare = domain.split_once("://").map_or(domain.as_str(), |(_, rest)| rest);
    let bare = bare.split(['/', ':']).next().unwrap_or_default();
    match bare.strip_prefix("*.") {
        Some(parent) => {
            host.split_once('.').is_some_and(|(label, rest)| !label.is_empty() && rest == parent)
        }
        None => bare == host,
    }
}

/// The rule that a valid domain breaks.
fn broken(domain: &str) -> Option<Rule> {
    if domain.contains("://") || domain.starts_with("//") {
        return Some(Rule::DomainScheme);
    }
    if domain.contains(['/', '?', '#']) {
        return Some(Rule::DomainPath);
    }
    let parent = domain.strip_prefix("*.");
    let name = parent.unwrap_or(domain);
    if name.contains('*') {
        return Some(Rule::DomainWildcard);
    }
    if let Some((host, port)) = name.rsplit_once(':')
        && !host.contains(':')
        && port.bytes().all(|c| c.is_ascii_digit())
    {
        return Some(Rule::DomainPort);
    }
    if !is_name(name) {
        return Some(Rule::DomainInvalid);
    }
    match parent {
        // A whole registry: `*.com`, `*.co.uk`.
        Some(parent) if is_registry(parent) => Some(Rule::DomainWildcard),
        _ if is_shared(name) => Some(Rule::DomainShared),
        _ => None,
    }
}

/// A name of two labels or more, in ASCII or with other letters; no address of a machine.
pub(super) fn is_name(text: &str) -> bool {
    let labels = text.split('.').collect::<Vec<_>>();
    let is_label = |label: &&str| {
        !label.is_empty()
            && label.chars().count() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let is_host = matches!(Host::parse(text), Ok(Host::Domain(_)));
    labels.len() >= 2 && labels.iter().all(is_label) && is_host
}

/// A top-level domain, or one of the common second levels below a country.
fn is_registry(name: &str) -> bool {
    match name.to_lowercase().split_once('.') {
        None => true,
        Some((second, top)) => {
            top.len() == 2
                && matches!(
                    second,
                    "co" | "com"
                        | "org"
                        | "net"
                        | "gov"
                        | "gouv"
                        | "ac"
                        | "edu"
                        | "asso"
                        | "ne"
                        | "or"
                )
        }
    }
}

/// A host that anybody can publish on, itself; a name below it is one customer's.
fn is_shared(name: &str) -> bool {
    let name = name.to_lowercase();
    SHARED.contains(&name.as_str()) || is_registry(&name)
}

/// Hosts whose subdomains belong to different customers; our own choice of the common ones.
const SHARED: &[&str] = &[
    "amazonaws.com",
    "appspot.com",
    "azure-api.net",
    "azurecontainerapps.io",
    "azureedge.net",
    "azurefd.net",
    "azurestaticapps.net",
    "azurewebsites.net",
    "blob.core.windows.net",
    "cloudapp.azure.com",
    "cloudapp.net",
    "cloudfront.net",
    "devtunnels.ms",
    "firebaseapp.com",
    "fly.dev",
    "github.io",
    "gitlab.io",
    "glitch.me",
    "herokuapp.com",
    "loca.lt",
    "netlify.app",
    "ngrok-free.app",
    "ngrok.app",
    "ngrok.io",
    "onmicrosoft.com",
    "onrender.com",
    "pages.dev",
    "run.app",
    "sharepoint.com",
    "trafficmanager.net",
    "vercel.app",
    "web.app",
    "web.core.windows.net",
    "workers.dev",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_of_a_wrong_domain_has_its_rule() {
        for (domain, rule) in [
            ("https://example.com", Rule::DomainScheme),
            ("//example.com", Rule::DomainScheme),
            ("example.com/path", Rule::DomainPath),
            ("example.com:8080", Rule::DomainPort),
            ("*", Rule::DomainWildcard),
            ("*.*.example.com", Rule::DomainWildcard),
            ("a*.example.com", Rule::DomainWildcard),
            ("example.*", Rule::DomainWildcard),
            ("*.com", Rule::DomainInvalid),
            ("*.co.uk", Rule::DomainWildcard),
            ("*.azurewebsites.net", Rule::DomainShared),
            ("azurewebsites.net", Rule::DomainShared),
            ("localhost", Rule::DomainInvalid),
            ("127.0.0.1", Rule::DomainInvalid),
            ("exa mple.com", Rule::DomainInvalid),
            ("", Rule::DomainInvalid),
            ("-a.example.com", Rule::DomainInvalid),
        ] {
            assert_eq!(broken(domain), Some(rule), "{domain}");
        }
        for domain in [
            "example.com",
            "*.example.com",
            "a.b.example.com",
            "mine.azurewebsites.net",
            "été.example",
        ] {
            assert_eq!(broken(domain), None, "{domain}");
        }
    }

    #[test]
    fn a_wildcard_is_one_label() {
        assert!(covers("*.example.com", "a.example.com"));
        assert!(!covers("*.example.com", "a.b.example.com"));
        assert!(!covers("*.example.com", "example.com"));
        assert!(covers("Example.com", "example.com"));
        assert!(!covers("example.com", "example.com.evil.example"));
        assert!(!covers("example.com", "notexample.com"));
    }
}
