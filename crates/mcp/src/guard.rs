//! Where a request may come from: no web page reaches a hub by a name of its own (DNS rebinding).

use std::net::IpAddr;

use edge::Context;
use http::{HeaderMap, header};

use crate::{Settings, metadata};

/// The names and origins that are let in.
#[derive(Debug)]
pub(crate) struct Guard {
    hosts: Vec<String>,
    origins: Vec<String>,
    /// As the administrator wrote them.
    named: Vec<String>,
    /// Without a slash at its end.
    public_url: String,
}

impl Guard {
    /// `public_url` is what links start with.
    pub(crate) fn new(settings: &Settings, public_url: &str) -> Self {
        let public_url = public_url.trim_end_matches('/').to_ascii_lowercase();
        let lower = |list: &[String]| -> Vec<String> {
            list.iter().map(|text| text.trim_end_matches('/').to_ascii_lowercase()).collect()
        };
        let named = lower(&settings.allowed_hosts);
        let mut hosts = named.clone();
        let mut origins = lower(&settings.allowed_origins);
        hosts.extend(public_url.split_once("://").map(|(_, rest)| name(rest).to_owned()));
        origins.push(public_url.clone());
        Self { hosts, origins, named, public_url }
    }

    /// Whether a request may go on.
    pub(crate) fn admits(&self, context: &Context, headers: &HeaderMap) -> bool {
        let host = context.host();
        if !self.knows(host) {
            return false;
        }
        let Some(origin) = headers.get(header::ORIGIN) else { return true };
        let origin = origin.to_str().unwrap_or_default().trim_end_matches('/').to_ascii_lowercase();
        let of_page = origin.split_once("://").map_or("", |(_, rest)| rest);
        let both_here = is_loopback(name(of_page)) && is_loopback(name(host));
        let own = !host.is_empty() && of_page == host;
        own || both_here || self.origins.contains(&origin)
    }

    /// What tokens of providers must be for that are shown here (RFC 8707): the public address, or one that an
    /// administrator named. Whoever sends a request chooses its `Host`: an address or a loopback name that is merely
    /// let in must not make a token count here that was given out for somebody else at that address.
    pub(crate) fn resource(&self, context: &Context) -> String {
        if self.named.iter().any(|named| named == context.host()) {
            return metadata::resource(context);
        }
        format!("{}{}", self.public_url, metadata::PATH)
    }

    fn knows(&self, host: &str) -> bool {
        let name = name(host);
        is_loopback(name)
            || bare(name).parse::<IpAddr>().is_ok()
            || self.hosts.iter().any(|known| known == name || known == host)
    }
}

/// A host without its port.
fn name(host: &str) -> &str {
    match host.strip_prefix('[') {
        Some(rest) => match rest.find(']') {
            // nothing but a port may follow
            Some(end)
                if rest
                    .get(end + 1..)
                    .is_none_or(|port| port.is_empty() || port.starts_with(':')) =>
            {
                host.get(..end + 2).unwrap_or(host)
            }
            _ => host,
        },
        None => host.split([':', '/']).next().unwrap_or_default(),
    }
}

fn bare(name: &str) -> &str {
    name.trim_start_matches('[').trim_end_matches(']')
}

fn is_loopback(name: &str) -> bool {
    name == "localhost" || bare(name).parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_names_and_plain_addresses_are_hosts() {
        let settings = Settings { allowed_hosts: vec!["Liaison".into()], ..Settings::default() };
        let guard = Guard::new(&settings, "https://hub.example.org:8443/");
        for host in [
            "localhost:8080",
            "127.0.0.1:1",
            "[::1]:1",
            "10.0.0.7",
            "hub.example.org",
            "liaison:80",
        ] {
            assert!(guard.knows(host), "{host}");
        }
        for host in [
            "evil.example.com",
            "",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "[::1].evil.example",
        ] {
            assert!(!guard.knows(host), "{host}");
        }
    }
}
