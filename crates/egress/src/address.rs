//! Which addresses may be reached.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ipnet::IpNet;

use crate::Settings;

/// Decides over addresses.
#[derive(Debug, Clone)]
pub struct Networks {
    allowed: Vec<IpNet>,
    denied: Vec<IpNet>,
    endpoints: Vec<SocketAddr>,
}

impl Networks {
    /// The decision as the settings say.
    pub fn new(settings: &Settings) -> Self {
        Self {
            allowed: settings.allowed_networks.clone(),
            denied: settings.denied_networks.clone(),
            endpoints: settings.allowed_endpoints.clone(),
        }
    }

    /// Whether `address` may be reached.
    pub fn may_reach(&self, address: IpAddr) -> bool {
        !self.is_denied(address) && (self.is_named(address) || is_public(unwrap(address)))
    }

    /// Whether exactly this address and port were opened, and no denied network holds them.
    pub fn is_opened_endpoint(&self, address: IpAddr, port: u16) -> bool {
        self.endpoints.iter().any(|open| open.port() == port && open.ip() == address)
            && !self.is_denied(address)
    }

    /// Whether `address` was opened on purpose by an administrator.
    pub fn is_opened(&self, address: IpAddr) -> bool {
        !self.is_denied(address) && self.is_named(address)
    }

    /// Closed in every form: what is inside an IPv6 address counts too.
    fn is_denied(&self, address: IpAddr) -> bool {
        let plain = unwrap(address);
        self.denied.iter().any(|n| n.contains(&plain) || n.contains(&address))
    }

    /// Opened as it is written: a mapped address is the IPv4 one itself, while a relay or a translator (6to4, NAT64) is
    /// another way, which nobody opened.
    fn is_named(&self, address: IpAddr) -> bool {
        let plain = address.to_canonical();
        self.allowed.iter().any(|n| n.contains(&plain) || n.contains(&address))
    }
}

/// The IPv4 address inside an IPv6 one, for every way to write one: mapped (RFC 4291 §2.5.5.2), compatible
/// (§2.5.5.1), NAT64 (RFC 6052) and 6to4 (RFC 3056). Otherwise the address itself.
fn unwrap(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else { return address };
    let bits = v6.to_bits();
    let low = || IpAddr::V4(Ipv4Addr::from_bits(u32::try_from(bits & 0xffff_ffff).unwrap_or(0)));
    match bits >> 32 {
        0xffff | 0x0064_ff9b_0000_0000_0000_0000 => low(),
        0 if bits > 0xffff => low(),
        _ if bits >> 112 == 0x2002 => {
            let inner = u32::try_from((bits >> 80) & 0xffff_ffff).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from_bits(inner))
        }
        _ => address,
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

/// Not in the IANA IPv4 Special-Purpose Address Registry's blocks that are not globally reachable.
fn is_public_v4(v4: Ipv4Addr) -> bool {
    let [a, b, c, _] = v4.octets();
    !(a == 0
        || v4.is_private()
        || v4.is_loopback()
        || v4.is_link_local()
        || v4.is_broadcast()
        || v4.is_documentation()
        || v4.is_multicast()
        || a >= 240
        || (a == 100 && (64..128).contains(&b)) // shared address space, RFC 6598
        || (a == 192 && b == 0 && c == 0) // protocol assignments, RFC 6890
        || (a == 192 && b == 88 && c == 99) // 6to4 relays, RFC 7526
        || (a == 198 && (b == 18 || b == 19))) // benchmarks, RFC 2544
}

/// Global unicast (`2000::/3`) without the special blocks inside it.
fn is_public_v6(v6: Ipv6Addr) -> bool {
    let [a, b, _, _, e, f, ..] = v6.segments();
    (0x2000..0x4000).contains(&a)
        && !(a == 0x2001 && b < 0x200) // protocol assignments, Teredo among them, RFC 2928 and 4380
        && !(a == 0x2001 && b == 0xdb8) // documentation, RFC 3849
        && !(a == 0x3fff && b < 0x1000) // documentation, RFC 9637
        && !(e & 0xfdff == 0 && f == 0x5efe) // tunnels into an IPv4 network (ISATAP), RFC 5214
}

#[cfg(test)]
mod tests {
    use super::*;

    fn networks(allowed: &[&str], denied: &[&str]) -> Networks {
        let read = |list: &[&str]| list.iter().map(|n| n.parse().unwrap()).collect();
        Networks { allowed: read(allowed), denied: read(denied), endpoints: Vec::new() }
    }

    fn may(networks: &Networks, address: &str) -> bool {
        networks.may_reach(address.parse().unwrap())
    }

    #[test]
    fn inner_addresses_are_out_of_reach_in_every_spelling() {
        let default = networks(&[], &[]);
        for address in [
            "127.0.0.1",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "198.18.0.1",
            "192.0.0.8",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::127.0.0.1",
            "64:ff9b::10.0.0.1",
            "2002:7f00:1::",
            "2001::1",
            "2001:db8::1",
            "3fff::1",
            "fec0::1",
            "::ffff:0:10.0.0.1",
            "64:ff9b:1::10.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "2002:a9fe:a9fe::1",
            "2001:0:4136:e378:8000:63bf:3fff:fdd2",
            "2001:10::1",
            "2001:20::1",
            "100::1",
            "5f00::1",
            "2606:4700::5efe:10.0.0.1",
            "2606:4700::200:5efe:10.0.0.1",
        ] {
            assert!(!may(&default, address), "{address}");
        }
    }

    #[test]
    fn public_addresses_are_in_reach() {
        let default = networks(&[], &[]);
        for address in ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"] {
            assert!(may(&default, address), "{address}");
        }
    }

    #[test]
    fn an_endpoint_opens_one_port_of_one_address() {
        let endpoints = vec!["127.0.0.1:9000".parse().unwrap()];
        let opened = Networks { endpoints: endpoints.clone(), ..networks(&[], &[]) };
        let is_open = |networks: &Networks, address: &str, port| {
            networks.is_opened_endpoint(address.parse().unwrap(), port)
        };
        assert!(is_open(&opened, "127.0.0.1", 9000));
        assert!(!is_open(&opened, "127.0.0.1", 9001) && !is_open(&opened, "127.0.0.2", 9000));
        assert!(!is_open(&opened, "::ffff:127.0.0.1", 9000) && !may(&opened, "127.0.0.1"));
        let denied = Networks { endpoints, ..networks(&[], &["127.0.0.0/8"]) };
        assert!(!is_open(&denied, "127.0.0.1", 9000));
    }

    #[test]
    fn an_administrator_opens_and_closes_networks() {
        let opened = networks(&["10.1.0.0/16"], &["10.1.2.0/24"]);
        assert!(may(&opened, "10.1.1.1"));
        assert!(may(&opened, "::ffff:10.1.1.1"));
        for other in ["2002:0a01:0101::1", "64:ff9b::10.1.1.1", "::10.1.1.1", "::ffff:0:10.1.1.1"] {
            assert!(!may(&opened, other), "{other}");
        }
        for denied in ["::ffff:10.1.2.1", "64:ff9b::10.1.2.1"] {
            assert!(!may(&networks(&["::/0"], &["10.1.2.0/24"]), denied), "{denied}");
        }
        assert!(!may(&opened, "10.1.2.1"));
        assert!(!may(&opened, "10.2.0.1"));
        assert!(!may(&networks(&[], &["8.8.8.0/24"]), "8.8.8.8"));
    }
}
