//! A provider's signing keys, with rotation.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use egress::{Client, Request};
use jiff::Timestamp;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use kernel::{Cache, Stay};
use url::Url;

use crate::Error;

/// Key sets by address.
#[derive(Debug, Clone)]
pub(crate) struct Keys {
    sets: Cache<String, Arc<KeySet>>,
}

#[derive(Debug)]
struct KeySet {
    keys: JwkSet,
    fetched_at: Timestamp,
    /// When an unknown key last made us look again.
    looked_at: Mutex<Timestamp>,
}

impl Keys {
    pub(crate) fn new() -> Self {
        Self { sets: Cache::new(64, Stay::Unlimited) }
    }

    /// The key that a token names. A key that is not known makes the set be fetched again, at most once in
    /// [`COOL_DOWN`], so that forged tokens cannot make us flood the provider.
    pub(crate) async fn find(
        &self,
        http: &Client,
        address: &Url,
        kid: Option<&str>,
        now: Timestamp,
    ) -> Result<Jwk, Error> {
        let set = match self.sets.get(address.as_str()).filter(|s| age(s.fetched_at, now) < FRESH) {
            Some(set) => set,
            None => self.fetch(http, address, now).await?,
        };
        if let Some(key) = pick(&set.keys, kid) {
            return Ok(key);
        }
        let may_look = {
            let mut looked_at = set.looked_at.lock().unwrap_or_else(PoisonError::into_inner);
            let may_look = age(*looked_at, now) >= COOL_DOWN;
            if may_look {
                *looked_at = now;
            }
            may_look
        };
        if may_look && let Some(key) = pick(&self.fetch(http, address, now).await?.keys, kid) {
            return Ok(key);
        }
        Err(Error::Token { reason: "it is signed by a key that the provider does not publish" })
    }

    async fn fetch(
        &self,
        http: &Client,
        address: &Url,
        now: Timestamp,
    ) -> Result<Arc<KeySet>, Error> {
        let wrong = |reason| Error::Document { document: "key set", reason };
        let mut request = Request::get(address.clone());
        request.max_bytes = Some(MAX_BYTES);
        let answer = http.fetch(request).await?;
        if !answer.status.is_success() {
            return Err(wrong("the provider did not answer with success"));
        }
        let keys: JwkSet = parse_lenient(&answer.body).ok_or_else(|| wrong("it is no key set"))?;
        let set = Arc::new(KeySet { keys, fetched_at: now, looked_at: Mutex::new(now) });
        self.sets.insert(address.as_str(), Arc::clone(&set));
        Ok(set)
    }
}

/// Reads a key set and leaves out keys of kinds that are not known, instead of refusing them all (RFC 7517 §5).
fn parse_lenient(body: &[u8]) -> Option<JwkSet> {
    let document: serde_json::Value = serde_json::from_slice(body).ok()?;
    let keys = document.get("keys")?.as_array()?;
    let known = keys.iter().filter_map(|key| serde_json::from_value(key.clone()).ok());
    Some(JwkSet { keys: known.collect() })
}

/// The named key; without a name, the only one there is.
fn pick(set: &JwkSet, kid: Option<&str>) -> Option<Jwk> {
    match (kid, set.keys.as_slice()) {
        (Some(kid), _) => set.find(kid).cloned(),
        (None, [only]) => Some(only.clone()),
        (None, _) => None,
    }
}

fn age(then: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(then)).unwrap_or(Duration::ZERO)
}

/// How long a key set is used without looking again.
const FRESH: Duration = Duration::from_hours(1);
/// How long an unknown key may not make us look again.
const COOL_DOWN: Duration = Duration::from_secs(30);
/// Entra ID's set is about 20 KB.
const MAX_BYTES: usize = 512 * 1024;
