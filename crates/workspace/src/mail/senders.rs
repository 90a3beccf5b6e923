//! From whom mail is taken. Nothing here proves a sender; it keeps strangers out of a mailbox that is
//! written to by known systems.

use std::net::IpAddr;

use ipnet::IpNet;

/// Whether mail is taken from a peer.
pub(super) fn is_near(networks: &[IpNet], peer: IpAddr) -> bool {
    let peer = peer.to_canonical();
    networks.is_empty() || networks.iter().any(|network| network.contains(&peer))
}

/// Whether mail is taken from a sender; the empty address is that of notices about mail.
pub(super) fn is_welcome(senders: &[String], address: &str) -> bool {
    senders.is_empty()
        || senders.iter().any(|entry| match (entry.trim(), address) {
            ("<>", "") => true,
            (_, "") => false,
            (entry, address) if entry.starts_with('@') => {
                let domain = address.rsplit_once('@').map(|(_, domain)| domain);
                domain.zip(entry.get(1..)).is_some_and(|(a, b)| a.eq_ignore_ascii_case(b))
            }
            (entry, address) => entry.eq_ignore_ascii_case(address),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_addresses_domains_and_notices() {
        let list = ["ci@example.org", "@Trusted.example", "<>"].map(str::to_owned);
        for welcome in ["CI@example.org", "anyone@trusted.example", ""] {
            assert!(is_welcome(&list, welcome), "{welcome}");
        }
        for strange in ["x@example.org", "a@sub.trusted.example", "trusted.example", "@"] {
            assert!(!is_welcome(&list, strange), "{strange}");
        }
        assert!(!is_welcome(&list[..1], ""));
        assert!(is_welcome(&[], "anyone@anywhere.example"));
    }

    #[test]
    fn a_network_holds_its_peers_in_either_form() {
        let networks: [IpNet; 2] = ["10.1.0.0/16".parse().unwrap(), "::1/128".parse().unwrap()];
        for near in ["10.1.2.3", "::ffff:10.1.2.3", "::1"] {
            assert!(is_near(&networks, near.parse().unwrap()), "{near}");
        }
        assert!(!is_near(&networks, "10.2.0.1".parse().unwrap()));
        assert!(is_near(&[], "10.2.0.1".parse().unwrap()));
    }
}
