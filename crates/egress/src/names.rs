//! From names to addresses, and which of them a connection may use.

use std::{
    fmt, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    pin::Pin,
    sync::Arc,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::{Error, Networks};

/// Where names are looked up. What comes of it is checked by the client, whoever looked.
pub trait Names: fmt::Debug + Send + Sync {
    /// The addresses of a name.
    fn addresses(&self, name: String) -> Lookup;
}

/// A look-up under way.
pub type Lookup = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// As this machine looks names up.
#[derive(Debug)]
pub(crate) struct System;

impl Names for System {
    fn addresses(&self, name: String) -> Lookup {
        Box::pin(async move {
            Ok(tokio::net::lookup_host((name, 0)).await?.map(|found| found.ip()).collect())
        })
    }
}

/// The resolver of the connection: it hands out only addresses that may be reached.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    pub(crate) networks: Arc<Networks>,
    pub(crate) names: Arc<dyn Names>,
    /// Whether only what an administrator opened is handed out.
    pub(crate) opened_only: bool,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (networks, opened_only) = (Arc::clone(&self.networks), self.opened_only);
        // This machine, whatever a resolver says (RFC 6761 §6.3).
        let here = is_this_machine(name.as_str());
        let asked = (!here).then(|| self.names.addresses(name.as_str().to_owned()));
        Box::pin(async move {
            let found = match asked {
                Some(asked) => asked.await.map_err(Error::Name)?,
                None => vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
            };
            let refused = found.iter().copied().find(|found| !networks.may_reach(*found));
            let mut open = found;
            open.retain(|found| networks.may_reach(*found));
            match refused {
                Some(address) if open.is_empty() => return Err(Error::Network { address }.into()),
                None if open.is_empty() => {
                    return Err(Error::Name(io::ErrorKind::NotFound.into()).into());
                }
                _ => {}
            }
            if opened_only {
                open.retain(|found| networks.is_opened(*found));
                if open.is_empty() {
                    return Err(Error::PLAIN.into());
                }
            }
            let places = open.into_iter().map(|found| SocketAddr::new(found, 0));
            Ok(Box::new(places) as Addrs)
        })
    }
}

fn is_this_machine(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}
