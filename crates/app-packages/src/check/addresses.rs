//! Addresses of pages: readable, and over TLS.

use serde_json::Value;
use url::Url;

use crate::{
    finding::{Findings, Place, Rule, Severity},
    manifest::each_text,
};

/// Every member whose name says that it holds an address.
pub(super) fn check(findings: &mut Findings, document: &Value, severity: Severity) {
    each_text(document, &mut |pointer, name, text| {
        if !is_address(name) {
            return;
        }
        let place = || Place::manifest(pointer);
        let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        match scheme.as_deref() {
            Some("http") => findings.add(severity, Rule::AddressNotHttps, place(), text),
            Some("https") if !is_readable(text) => {
                findings.add(severity, Rule::AddressInvalid, place(), text);
            }
            _ => {}
        }
    });
}

/// `websiteUrl`, `contentUrl`, `url` …, but not `$schema`.
fn is_address(name: &str) -> bool {
    name == "url" || name.ends_with("Url") || name.ends_with("URL") || name.ends_with("Uri")
}

fn is_readable(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        url.host_str().is_some_and(|host| !host.is_empty()) && url.username().is_empty()
    })
}
