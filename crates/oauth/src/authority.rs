//! Who may see a person's own token: the authority that wrote it, and nobody else.

use url::{Origin, Url};

/// Whether an address belongs to the authority that an issuer names: the same origin, or both are public login hosts
/// of Microsoft Entra ID, which are one service under several names.
pub fn is_same_authority(issuer: &str, address: &Url) -> bool {
    let Ok(issuer) = Url::parse(issuer) else { return false };
    let (own, other) = (issuer.origin(), address.origin());
    own.is_tuple() && (own == other || (is_entra(&own) && is_entra(&other)))
}

fn is_entra(origin: &Origin) -> bool {
    let Origin::Tuple(scheme, host, port) = origin else { return false };
    scheme == "https" && *port == 443 && ENTRA.contains(&host.to_string().as_str())
}

/// The public login hosts; those of national clouds are services of their own.
const ENTRA: [&str; 4] =
    ["login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"];

#[cfg(test)]
mod tests {
    use super::*;

    fn same(issuer: &str, address: &str) -> bool {
        is_same_authority(issuer, &Url::parse(address).unwrap())
    }

    #[test]
    fn an_authority_is_an_origin() {
        assert!(same("https://id.example/tenant/v2.0", "https://id.example:443/other/token"));
        for elsewhere in [
            "https://id.example.evil.example/token",
            "https://evil.example/id.example",
            "https://id.example:8443/token",
            "http://id.example/token",
        ] {
            assert!(!same("https://id.example/tenant", elsewhere), "{elsewhere}");
        }
        assert!(!same("data:text/plain,x", "data:text/plain,x"));
        assert!(!same("no address", "https://id.example/token"));
    }

    #[test]
    fn the_public_hosts_of_entra_are_one_and_others_are_not() {
        let issuer = "https://sts.windows.net/11111111-2222-3333-4444-555555555555/";
        for host in ENTRA {
            assert!(same(issuer, &format!("https://{host}/common/oauth2/v2.0/token")), "{host}");
        }
        for elsewhere in [
            "https://login.microsoftonline.us/common/oauth2/v2.0/token",
            "http://login.microsoftonline.com/common/oauth2/v2.0/token",
            "https://login.microsoftonline.com:8443/token",
            "https://login.microsoftonline.com.evil.example/token",
        ] {
            assert!(!same(issuer, elsewhere), "{elsewhere}");
        }
    }
}
