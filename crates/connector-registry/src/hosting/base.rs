//! The name that carries the origins of connectors.

use kernel::ConnectorId;
use url::{Host, Url};

/// A name that cannot carry origins.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BaseError {
    /// It is not `name` or `name:port`.
    #[error("apps_base: a host name such as apps.hub.example.org is expected")]
    Malformed,
    /// Pages of connectors would be pages of the hub.
    #[error("apps_base must be a name of its own, not the hub's: such as apps.{host}")]
    Own {
        /// The hub's name.
        host: String,
    },
}

/// Whose name a `Host` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// Not under the base: the hub's own.
    Elsewhere,
    /// A connector's.
    Connector(ConnectorId),
    /// Under the base, and nobody's.
    Nobody,
}

/// The name, and how origins under it are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Base {
    scheme: String,
    name: String,
    port: Option<u16>,
}

impl Base {
    /// Reads the setting. The port of the hub is the port of the origins unless another is named.
    pub(super) fn read(text: &str, public_url: &Url) -> Result<Self, BaseError> {
        let scheme = public_url.scheme();
        let url = Url::parse(&format!("{scheme}://{}", text.trim().trim_end_matches('.')))
            .map_err(|_source| BaseError::Malformed)?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let Some(Host::Domain(name)) = url.host() else { return Err(BaseError::Malformed) };
        if !bare || !url.username().is_empty() || url.password().is_some() {
            return Err(BaseError::Malformed);
        }
        let own = public_url.host_str().unwrap_or_default();
        // a hub under the base would be taken for a connector, or be one's neighbour by name
        if own == name || own.ends_with(&format!(".{name}")) {
            return Err(BaseError::Own { host: own.to_owned() });
        }
        let named = text.rsplit_once(':').is_some();
        let port = if named { url.port() } else { public_url.port() };
        Ok(Self { scheme: scheme.to_owned(), name: name.to_owned(), port })
    }

    /// `apps.` before the public name; `apps.localhost` where the hub is known by an address of the machine itself.
    pub(super) fn beside(public_url: &Url) -> Option<Self> {
        let name = match public_url.host()? {
            Host::Domain(name) => format!("apps.{}", name.trim_end_matches('.')),
            Host::Ipv4(address) if address.is_loopback() => "apps.localhost".to_owned(),
            Host::Ipv6(address) if address.is_loopback() => "apps.localhost".to_owned(),
            Host::Ipv4(_) | Host::Ipv6(_) => return None,
        };
        Some(Self { scheme: public_url.scheme().to_owned(), name, port: public_url.port() })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn origin(&self, connector: ConnectorId) -> String {
        let Self { scheme, name, port } = self;
        match port {
            Some(port) => format!("{scheme}://{connector}.{name}:{port}"),
            None => format!("{scheme}://{connector}.{name}"),
        }
    }

    pub(super) fn named(&self, host: &str) -> Named {
        let host = host.to_ascii_lowercase();
        // a name may be written with the dot of the root, which browsers take for another origin
        let name = host.rsplit_once(':').map_or(host.as_str(), |(name, port)| {
            if port.bytes().all(|b| b.is_ascii_digit()) { name } else { host.as_str() }
        });
        let name = name.trim_end_matches('.');
        let Some(label) = name.strip_suffix(self.name.as_str()) else { return Named::Elsewhere };
        match label.strip_suffix('.') {
            Some(label) => label.parse().map_or(Named::Nobody, Named::Connector),
            None if label.is_empty() => Named::Nobody,
            None => Named::Elsewhere,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beside(url: &str) -> Option<String> {
        let id: ConnectorId = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
        Some(Base::beside(&url.parse().unwrap())?.origin(id))
    }

    #[test]
    fn each_connector_has_an_origin_of_its_own_beside_the_hub() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        for (hub, origin) in [
            ("http://127.0.0.1:8080", format!("http://{id}.apps.localhost:8080")),
            ("http://localhost:8080", format!("http://{id}.apps.localhost:8080")),
            ("https://hub.example.org", format!("https://{id}.apps.hub.example.org")),
            ("https://hub.example.org:8443", format!("https://{id}.apps.hub.example.org:8443")),
        ] {
            assert_eq!(beside(hub).as_ref(), Some(&origin), "{hub}");
        }
        assert_eq!(beside("http://10.0.0.4:8080"), None);
    }

    #[test]
    fn a_name_of_the_hub_itself_carries_no_connector() {
        let hub: Url = "https://hub.example.org".parse().unwrap();
        for text in ["hub.example.org", "example.org", "HUB.example.org.", "org"] {
            assert!(matches!(Base::read(text, &hub), Err(BaseError::Own { .. })), "{text}");
        }
        for text in ["", "a/b", "u@apps.example.org", "apps.example.org?x", "10.0.0.1", "a b"] {
            assert_eq!(Base::read(text, &hub), Err(BaseError::Malformed), "{text}");
        }
        assert!(Base::read("apps.example.org", &hub).is_ok());
    }

    #[test]
    fn a_host_is_told_by_its_whole_name_in_every_writing() {
        let base = Base::beside(&"http://127.0.0.1:8080".parse().unwrap()).unwrap();
        let id: ConnectorId = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
        for host in [
            format!("{id}.apps.localhost:8080"),
            format!("{id}.apps.localhost"),
            format!("{id}.APPS.localhost.:8080"),
            format!("{}.apps.localhost.", id.to_string().to_uppercase()),
        ] {
            assert_eq!(base.named(&host), Named::Connector(id), "{host}");
        }
        for host in
            ["apps.localhost:8080", "x.apps.localhost", "a.b.apps.localhost", ".apps.localhost"]
        {
            assert_eq!(base.named(host), Named::Nobody, "{host}");
        }
        for host in
            ["localhost:8080", "127.0.0.1:8080", "xapps.localhost", "apps.localhost.org", ""]
        {
            assert_eq!(base.named(host), Named::Elsewhere, "{host}");
        }
    }
}
