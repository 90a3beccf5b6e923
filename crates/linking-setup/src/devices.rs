//! Devices that nobody manages, and what they may do with the library of a channel.

use std::net::IpAddr;

use ipnet::IpNet;
use kernel::Scope;

use crate::{Error, Result};

/// What devices that nobody manages may do with the library of a channel.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum DeviceRule {
    /// What every device may.
    #[default]
    Full,
    /// See names, and nothing more: no download, no upload.
    Limited,
    /// Nothing.
    Block,
}

impl DeviceRule {
    /// Every rule.
    pub const ALL: [Self; 3] = [Self::Full, Self::Limited, Self::Block];

    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Limited => "limited",
            Self::Block => "block",
        }
    }

    /// The rule of a word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.as_str() == text)
    }
}

/// The policy on devices that nobody manages. A session tells of its device what network it comes from: a managed device
/// comes from one of these.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Devices {
    /// What unmanaged ones may.
    pub rule: DeviceRule,
    /// Where managed ones come from.
    pub networks: Vec<IpNet>,
}

/// Networks of one policy; our own choice.
const MOST: usize = 100;

/// What a session may do with the library of a channel, beside the rights of the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Library {
    /// Everything.
    Full,
    /// See what is there.
    Limited,
    /// Nothing.
    Closed,
}

impl Devices {
    /// The networks of a text, one after the other with spaces, commas or lines between.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the first that is none.
    pub fn read_networks(text: &str) -> Result<Vec<IpNet>> {
        let words = text.split(|c: char| c.is_whitespace() || c == ',' || c == ';');
        let mut networks = Vec::new();
        for word in words.filter(|word| !word.is_empty()) {
            let one = word.parse::<IpNet>().ok();
            let one = one.or_else(|| word.parse::<IpAddr>().ok().map(IpNet::from));
            let wrong = || Error::invalid("/networks", "linking.network", word.to_owned());
            networks.push(one.ok_or_else(wrong)?.trunc());
        }
        kernel::sort(&mut networks);
        networks.dedup();
        if networks.len() > MOST {
            let detail = format!("at most {MOST} networks");
            return Err(Error::invalid("/networks", "linking.networks", detail));
        }
        Ok(networks)
    }

    /// The networks as text.
    pub fn networks_text(&self) -> String {
        self.networks.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    /// Whether a session comes from a managed device. Where it does not say where it comes from, it does not.
    pub fn is_managed(&self, scope: &Scope) -> bool {
        let Some(origin) = scope.origin() else { return false };
        // an address of IPv4 may be written as one of IPv6
        let origin = origin.to_canonical();
        self.networks.iter().any(|network| network.contains(&origin))
    }

    /// What a session may do with the library of a channel. The hub's own jobs have no device.
    pub fn library(&self, scope: &Scope) -> Library {
        match self.rule {
            DeviceRule::Full => Library::Full,
            _ if scope.user().is_none() || self.is_managed(scope) => Library::Full,
            DeviceRule::Limited => Library::Limited,
            DeviceRule::Block => Library::Closed,
        }
    }
}
