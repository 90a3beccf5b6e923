//! Who is at the other end, behind as many proxies as are trusted.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use http::{HeaderMap, HeaderName};
use ipnet::IpNet;

/// The peer of the connection; the server puts it into each request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// Its address.
    pub address: SocketAddr,
    /// Whether the connection is TLS.
    pub tls: bool,
}

impl Default for Peer {
    /// Nobody in particular, over plain HTTP; for tests that call a router directly.
    fn default() -> Self {
        Self { address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), tls: false }
    }
}

/// The client as the trusted proxies tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Client {
    pub(crate) address: IpAddr,
    pub(crate) secure: bool,
}

/// Walks `X-Forwarded-For` from the right, past the proxies that are trusted. Whoever is not trusted is the
/// client, whatever stands further left.
pub(crate) fn client(peer: Peer, headers: &HeaderMap, trusted: &[IpNet]) -> Client {
    let mut address = canonical(peer.address.ip());
    if !is_trusted(address, trusted) {
        return Client { address, secure: peer.tls };
    }
    let proto = headers.get(&PROTO).and_then(|value| value.to_str().ok());
    let secure = match proto.map(|value| value.rsplit(',').next().unwrap_or_default().trim()) {
        Some(proto) => proto.eq_ignore_ascii_case("https"),
        None => peer.tls,
    };
    let hops = headers.get_all(&FOR).iter().rev().filter_map(|value| value.to_str().ok());
    for hop in hops.flat_map(|line| line.rsplit(',')).take(HOPS) {
        let Some(next) = parse(hop.trim()) else { break };
        address = next;
        if !is_trusted(address, trusted) {
            break;
        }
    }
    Client { address, secure }
}

/// The address of a caller, behind the proxies that are trusted; for edges that stand outside of
/// [`crate::attach`]. Without a trusted proxy it reads no header.
pub fn origin(peer: Peer, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    client(peer, headers, trusted).address
}

fn parse(hop: &str) -> Option<IpAddr> {
    let bare = hop.parse::<IpAddr>().ok();
    bare.or_else(|| hop.parse::<SocketAddr>().ok().map(|address| address.ip())).map(canonical)
}

/// An IPv4 address that came through an IPv6 socket is an IPv4 address.
fn canonical(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|network| network.contains(&address))
}

const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// How many hops are read; our own choice.
const HOPS: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn from(peer: &str, forwarded: &[&'static str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(&FOR, HeaderValue::from_static(line));
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|t| t.parse().unwrap()).collect();
        let peer = Peer { address: format!("{peer}:1").parse().unwrap(), tls: false };
        client(peer, &headers, &trusted).address.to_string()
    }

    #[test]
    fn by_default_nobody_is_believed() {
        assert_eq!(from("127.0.0.1", &["203.0.113.9"], &[]), "127.0.0.1");
        assert_eq!(from("10.0.0.1", &["203.0.113.9"], &["10.9.0.0/16"]), "10.0.0.1");
    }

    #[test]
    fn the_last_address_that_no_trusted_proxy_has_is_the_client() {
        let trusted = ["10.0.0.0/8"];
        assert_eq!(from("10.0.0.1", &["203.0.113.9"], &trusted), "203.0.113.9");
        assert_eq!(
            from("10.0.0.1", &["198.51.100.1, 203.0.113.9, 10.1.1.1"], &trusted),
            "203.0.113.9"
        );
        assert_eq!(
            from("10.0.0.1", &["198.51.100.1", "203.0.113.9:4711"], &trusted),
            "203.0.113.9"
        );
    }

    #[test]
    fn rubbish_in_the_header_ends_the_walk() {
        let trusted = ["10.0.0.0/8"];
        assert_eq!(from("10.0.0.1", &["203.0.113.9, unknown"], &trusted), "10.0.0.1");
        assert_eq!(from("10.0.0.1", &[", , ,"], &trusted), "10.0.0.1");
    }

    #[test]
    fn the_scheme_is_believed_from_trusted_proxies_only() {
        let mut headers = HeaderMap::new();
        headers.insert(&PROTO, HeaderValue::from_static("https"));
        let trusted: IpNet = "127.0.0.0/8".parse().unwrap();
        assert!(!client(Peer::default(), &headers, &[]).secure);
        assert!(client(Peer::default(), &headers, &[trusted]).secure);
        let tls = Peer { tls: true, ..Peer::default() };
        headers.insert(&PROTO, HeaderValue::from_static("http"));
        assert!(client(tls, &headers, &[]).secure);
    }
}
