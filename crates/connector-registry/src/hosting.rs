//! Where configuration pages are shown: one origin for each registered connector, beside the hub's own.
//!
//! A page that was written for Microsoft Teams believes a host on its own origin only (reference §3.2). So each
//! connector has the origin `{connector}.apps.{host}`, where the edge `connector-host` serves a small bridge page and,
//! behind it, the connector's own page by reverse proxy. [`Hosting`] knows these origins ([`Hosting::origin`],
//! [`Hosting::named`]), gives and checks the tickets that open them ([`Hosting::ticket`]), maps addresses between a
//! page's own host and its origin here ([`Doors`]), and finds out which way a page can be shown ([`Hosting::trial`]).
//!
//! It holds no state and asks no database: a ticket is signed, so every node of a cluster takes it.

mod base;
mod doors;
mod policy;
mod ticket;
mod trial;

use std::{fmt, sync::Arc};

use aws_lc_rs::hmac;
use kernel::{Clock, ConnectorId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

pub use base::{BaseError, Named};
pub use doors::Doors;
pub use policy::admits;
pub use ticket::{Grant, Kind as TicketKind, PASS_LIFE, TICKET_LIFE};
pub use trial::{Finding, Trial};

use base::Base;

/// How configuration pages are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The name under which each connector has an origin of its own, such as `apps.hub.example.org` (a port may
    /// follow). It needs a DNS entry `*.apps.hub.example.org` and a certificate for it. Without the setting: `apps.`
    /// before the public host, `apps.localhost` on the machine itself.
    pub apps_base: Option<String>,
}

/// What [`Hosting`] is made of.
#[derive(Debug)]
pub struct HostingParts {
    /// Where people find the hub.
    pub public_url: Url,
    /// Signs tickets; the same on every node.
    pub key: [u8; 32],
    /// The only way out.
    pub client: egress::Client,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Origins, tickets and trials; one is made at start and shared.
pub struct Hosting {
    base: Option<Base>,
    public_url: Url,
    key: hmac::Key,
    client: egress::Client,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for Hosting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hosting").field("base", &self.base).finish_non_exhaustive()
    }
}

impl Hosting {
    /// Takes the setting, or the customary name beside the public one.
    ///
    /// # Errors
    /// [`BaseError`]: the setting is no host name, or the hub's own.
    pub fn new(settings: &Settings, parts: HostingParts) -> Result<Self, BaseError> {
        let HostingParts { public_url, key, client, clock } = parts;
        let base = match &settings.apps_base {
            Some(text) => Some(Base::read(text, &public_url)?),
            None => Base::beside(&public_url),
        };
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        Ok(Self { base, public_url, key, client, clock })
    }

    /// The origin of a connector, such as `https://0190….apps.hub.example.org`; none where the hub is known by an
    /// address only and `apps_base` is not set.
    pub fn origin(&self, connector: ConnectorId) -> Option<String> {
        Some(self.base.as_ref()?.origin(connector))
    }

    /// Whose name a `Host` is.
    pub fn named(&self, host: &str) -> Named {
        self.base.as_ref().map_or(Named::Elsewhere, |base| base.named(host))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::Mutex;

    use jiff::Timestamp;

    use super::*;

    /// A clock that stands where it is put.
    #[derive(Debug)]
    pub(crate) struct Standing(pub(crate) Mutex<Timestamp>);

    impl Clock for Standing {
        fn now(&self) -> Timestamp {
            *self.0.lock().unwrap()
        }
    }

    pub(crate) fn hosting(public_url: &str, apps_base: Option<&str>) -> (Hosting, Arc<Standing>) {
        let clock = Arc::new(Standing(Mutex::new("2026-11-22T12:00:00Z".parse().unwrap())));
        let parts = HostingParts {
            public_url: public_url.parse().unwrap(),
            key: [7; 32],
            client: egress::Client::new(egress::Settings {
                allowed_networks: vec!["127.0.0.0/8".parse().unwrap()],
                ..egress::Settings::default()
            })
            .unwrap(),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
        };
        let settings = Settings { apps_base: apps_base.map(str::to_owned) };
        (Hosting::new(&settings, parts).unwrap(), clock)
    }
}
