//! What an administrator may widen.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Settings of outgoing requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Networks that may be reached although they are private, loopback or link-local, such as
    /// `10.1.0.0/16`. Plain `http` is allowed to them as well.
    #[schemars(with = "Vec<String>")]
    pub allowed_networks: Vec<IpNet>,
    /// Single addresses with their port that may be reached although they are private, loopback or link-local,
    /// such as `127.0.0.1:9000`; nothing else at the same address is opened. Plain `http` is allowed to them.
    #[schemars(with = "Vec<String>")]
    pub allowed_endpoints: Vec<SocketAddr>,
    /// Networks that are never reached, whatever else is allowed.
    #[schemars(with = "Vec<String>")]
    pub denied_networks: Vec<IpNet>,
    /// Whether `http` is allowed to public addresses.
    pub allow_plain_http: bool,
    /// How long a connection may take to stand, in milliseconds.
    pub connect_timeout_ms: u64,
    /// How long a request may take in all, redirects included, in milliseconds.
    pub total_timeout_ms: u64,
    /// The largest answer that is read, in bytes, unless the caller asks for less.
    pub max_response_bytes: usize,
    /// The largest answer that is passed on piece by piece, in bytes; nothing holds it whole.
    pub max_stream_bytes: usize,
    /// How long an answer that is passed on piece by piece may take in all, in milliseconds.
    pub stream_timeout_ms: u64,
    /// How many redirects are followed, where the caller wants them followed.
    pub max_redirects: usize,
    /// Certificate authorities to trust beside the system's, as PEM files.
    pub extra_roots: Vec<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            allowed_networks: Vec::new(),
            allowed_endpoints: Vec::new(),
            denied_networks: Vec::new(),
            allow_plain_http: false,
            connect_timeout_ms: 5_000,
            total_timeout_ms: 30_000,
            max_response_bytes: 10 * 1024 * 1024,
            max_stream_bytes: 1024 * 1024 * 1024,
            stream_timeout_ms: 600_000,
            max_redirects: 5,
            extra_roots: Vec::new(),
        }
    }
}

impl Settings {
    pub(crate) const fn connect_timeout(&self) -> Duration {
        Duration::from_millis(self.connect_timeout_ms)
    }

    pub(crate) const fn stream_timeout(&self) -> Duration {
        Duration::from_millis(self.stream_timeout_ms)
    }

    pub(crate) const fn total_timeout(&self) -> Duration {
        Duration::from_millis(self.total_timeout_ms)
    }
}
