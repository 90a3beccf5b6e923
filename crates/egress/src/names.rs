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

impl Guard {
    /// The addresses of a name that may be reached.
    pub(crate) async fn open(&self, name: &str) -> Result<Vec<IpAddr>, Error> {
        // This machine, whatever a resolver says (RFC 6761 §6.3).
        let mut open = if is_this_machine(name) {
            vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]
        } else {
            self.names.addresses(name.to_owned()).await.map_err(Error::Name)?
        };
        let refused = open.iter().copied().find(|found| !self.networks.may_reach(*found));
        open.retain(|found| self.networks.may_reach(*found));
        match refused {
            Some(address) if open.is_empty() => return Err(Error::Network { address }),
            None if open.is_empty() => return Err(Error::Name(io::ErrorKind::NotFound.into())),
            _ => {}
        }
        if self.opened_only {
            open.retain(|found| self.networks.is_opened(*found));
            if open.is_empty() {
                return Err(Error::PLAIN);
            }
        }
        Ok(open)
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let open = guard.open(name.as_str()).await?;
            let places = open.into_iter().map(|found| SocketAddr::new(found, 0));
            Ok(Box::new(places) as Addrs)
        })
    }
}

fn is_this_machine(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}
