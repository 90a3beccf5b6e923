//! What the toolkit holds for the whole process.

use std::{fmt, net::IpAddr, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use ipnet::IpNet;
use kernel::{Clock, Ids, Language, RequestId, Scope, Secret};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::{Metrics, Problem, Throttle};

/// Settings of everything that speaks HTTP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Addresses and networks of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    /// Empty: nobody is.
    #[schemars(with = "Vec<String>")]
    pub trusted_proxies: Vec<IpNet>,
    /// The address that people and senders use, such as `https://hub.example.org`; without it links follow the
    /// listener.
    pub public_url: Option<String>,
    /// Largest JSON or form body of pages and REST.
    pub max_body_bytes: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { trusted_proxies: Vec::new(), public_url: None, max_body_bytes: 1 << 20 }
    }
}

/// A credential as it came.
#[derive(Debug, Clone)]
pub enum Presented {
    /// From `Authorization: Bearer`.
    Bearer(Secret<String>),
    /// From the session cookie.
    Session(Secret<String>),
}

/// What is known of a request before anyone is known.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// The request.
    pub request: RequestId,
    /// The caller's address.
    pub client: IpAddr,
    /// The language of the cookie or of `Accept-Language`.
    pub language: Language,
    /// Whether a person chose that language on this browser.
    pub language_chosen: bool,
    /// What the program calls itself (`User-Agent`); may be empty.
    pub agent: String,
}

/// Somebody who was let in.
#[derive(Debug, Clone)]
pub struct Known {
    /// For every service method.
    pub scope: Scope,
    /// Whether rights are withheld until a second factor is used.
    pub needs_second_factor: bool,
}

/// Finds out who presents a credential; `server` passes identity's own.
pub type Authenticate =
    Box<dyn Fn(Presented, Arrival) -> BoxFuture<'static, Result<Known, Problem>> + Send + Sync>;

/// What the toolkit holds for the whole process.
pub struct Gate {
    pub(crate) settings: Settings,
    pub(crate) authenticate: Authenticate,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Ids,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) stopping: CancellationToken,
    pub(crate) sign_ins: Throttle,
}

impl Gate {
    /// A gate. `stopping` is cancelled when the hub stops, so that long answers end politely.
    pub fn new(
        settings: Settings,
        authenticate: Authenticate,
        clock: Arc<dyn Clock>,
        ids: Ids,
        stopping: CancellationToken,
    ) -> Self {
        let metrics = Arc::new(Metrics::new());
        let sign_ins = Throttle::new(SIGN_INS, Duration::from_secs(1));
        Self { settings, authenticate, clock, ids, metrics, stopping, sign_ins }
    }

    /// The registry of metrics.
    pub const fn metrics(&self) -> &Arc<Metrics> {
        &self.metrics
    }

    /// The settings.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// How many sign-ins an address may try at once, before one a second: an office shares an address.
const SIGN_INS: u32 = 50;
