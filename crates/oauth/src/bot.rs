//! Tokens with which the Bot Connector proves that a request to a bot is its own (Bot Framework, "Authentication with the
//! Bot Connector API", requests from the connector to a bot).
//!
//! The keys are published as OpenID metadata that names neither an authorization nor a token endpoint that serves; each
//! key says for which channels it signs (`endorsements`).

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use egress::{Client, Request};
use jiff::Timestamp;
use jsonwebtoken::jwk::Jwk;
use kernel::{Cache, Clock, Stay};
use serde_json::{Map, Value as Json};
use url::Url;

use crate::{Claims, Error, token};

/// What a token of the Bot Connector is held against.
#[derive(Debug, Clone, Copy)]
pub struct BotCall<'a> {
    /// Where the keys are published.
    pub metadata: &'a Url,
    /// Who signs.
    pub issuer: &'a str,
    /// The application id of the bot.
    pub application: &'a str,
    /// The channel that the activity says it comes from (`channelId`).
    pub channel: &'a str,
    /// Where the activity wants answers sent (`serviceUrl`).
    pub service_url: &'a str,
}

/// The published keys of connectors; cheap to clone.
#[derive(Clone)]
pub struct BotTokens {
    http: Client,
    clock: Arc<dyn Clock>,
    published: Cache<String, Arc<Published>>,
    failures: Cache<String, ()>,
}

impl fmt::Debug for BotTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BotTokens").finish_non_exhaustive()
    }
}

#[derive(Debug)]
struct Published {
    algorithms: Vec<String>,
    keys: Vec<Signing>,
    fetched_at: Timestamp,
    /// When an unknown key last made us look again.
    looked_at: Mutex<Timestamp>,
}

/// A key with the channels that it signs for.
#[derive(Debug, Clone)]
struct Signing {
    key: Jwk,
    channels: Vec<String>,
}

impl Published {
    fn find(&self, kid: &str) -> Option<Signing> {
        let named = |one: &&Signing| one.key.common.key_id.as_deref() == Some(kid);
        self.keys.iter().find(named).cloned()
    }
}

impl BotTokens {
    /// A reader of tokens over the guarded HTTP client.
    pub fn new(http: Client, clock: Arc<dyn Clock>) -> Self {
        let published = Cache::new(8, Stay::Unlimited);
        let failures = Cache::new(8, Stay::For(crate::access::FAILURE));
        Self { http, clock, published, failures }
    }

    /// The claims of a token, when it proves that this call comes from the connector of this channel for this bot.
    ///
    /// # Errors
    /// [`Error::Token`] when it does not, [`Error::Busy`] when the keys could not be had a moment ago,
    /// [`Error::Unreachable`], [`Error::Timeout`], [`Error::Document`], [`Error::Settings`].
    pub async fn check(&self, call: BotCall<'_>, token: &str) -> Result<Claims, Error> {
        let refused = |reason| Error::Token { reason };
        let header = token::header(token)?;
        if header.crit.is_some() {
            return Err(refused("it says more than can be understood"));
        }
        let kid = header.kid.as_deref().ok_or(refused("it does not name its key"))?;
        let (algorithms, signing) = self.key(call.metadata, call.issuer, kid).await?;
        let algorithm = format!("{:?}", header.alg);
        if !algorithm.starts_with("RS") || !algorithms.contains(&algorithm) {
            return Err(refused("its algorithm is not accepted"));
        }
        if !signing.channels.iter().any(|channel| channel == call.channel) {
            return Err(refused("its key does not sign for this channel"));
        }
        let all = token::signed(token, &header, &signing.key)?;
        let text = |name: &str| all.get(name).and_then(Json::as_str);
        if text("iss") != Some(call.issuer) {
            return Err(refused("it comes from another issuer"));
        }
        if text("aud") != Some(call.application) {
            return Err(refused("it is for another bot"));
        }
        is_current(&all, self.clock.now())?;
        // documented as serviceUrl, sent as serviceurl
        let service = text("serviceurl").or_else(|| text("serviceUrl"));
        if service != Some(call.service_url) || call.service_url.is_empty() {
            return Err(refused("it is for another service address"));
        }
        let owned = |name: &str| text(name).unwrap_or_default().to_owned();
        Ok(Claims { issuer: owned("iss"), subject: owned("sub"), all })
    }

    async fn key(
        &self,
        metadata: &Url,
        issuer: &str,
        kid: &str,
    ) -> Result<(Vec<String>, Signing), Error> {
        let now = self.clock.now();
        let known = self.published.get(metadata.as_str());
        let set = match known.filter(|set| age(set.fetched_at, now) < FRESH) {
            Some(set) => set,
            None => self.fetch(metadata, issuer, now).await?,
        };
        if let Some(found) = set.find(kid) {
            return Ok((set.algorithms.clone(), found));
        }
        let may_look = {
            let mut looked_at = set.looked_at.lock().unwrap_or_else(PoisonError::into_inner);
            let may_look = age(*looked_at, now) >= COOL_DOWN;
            if may_look {
                *looked_at = now;
            }
            may_look
        };
        if may_look {
            let set = self.fetch(metadata, issuer, now).await?;
            if let Some(found) = set.find(kid) {
                return Ok((set.algorithms.clone(), found));
            }
        }
        Err(Error::Token { reason: "it is signed by a key that the connector does not publish" })
    }

    async fn fetch(
        &self,
        metadata: &Url,
        issuer: &str,
        now: Timestamp,
    ) -> Result<Arc<Published>, Error> {
        if self.failures.contains_key(metadata.as_str()) {
            return Err(Error::Busy { retry_after: Some(crate::access::FAILURE) });
        }
        let found = Box::pin(self.look(metadata, issuer, now)).await;
        match found {
            Ok(published) => {
                let published = Arc::new(published);
                self.published.insert(metadata.as_str(), Arc::clone(&published));
                Ok(published)
            }
            Err(error) => {
                self.failures.insert(metadata.as_str(), ());
                Err(error)
            }
        }
    }

    async fn look(&self, metadata: &Url, issuer: &str, now: Timestamp) -> Result<Published, Error> {
        let wrong = |document, reason| Error::Document { document, reason };
        let document = self.json(metadata.clone(), "discovery document").await?;
        let text = |name: &str| document.get(name).and_then(Json::as_str);
        if text("issuer") != Some(issuer) {
            let reason = "it names another issuer than the one that was asked";
            return Err(wrong("discovery document", reason));
        }
        let keys = text("jwks_uri").and_then(|text| text.parse::<Url>().ok());
        let keys = keys.filter(|url| url.scheme() == "https" || metadata.scheme() == "http");
        let keys = keys.ok_or_else(|| wrong("discovery document", "an endpoint is not https"))?;
        let algorithms = words(document.get("id_token_signing_alg_values_supported"));
        let set = self.json(keys, "key set").await?;
        let listed = set.get("keys").and_then(Json::as_array);
        let listed = listed.ok_or_else(|| wrong("key set", "it is no key set"))?;
        // keys of kinds that are not known are left out (RFC 7517 §5)
        let signing = |key: &Json| {
            let channels = words(key.get("endorsements"));
            Some(Signing { key: serde_json::from_value(key.clone()).ok()?, channels })
        };
        let keys = listed.iter().take(MAX_KEYS).filter_map(signing).collect();
        Ok(Published { algorithms, keys, fetched_at: now, looked_at: Mutex::new(now) })
    }

    async fn json(&self, url: Url, document: &'static str) -> Result<Json, Error> {
        let mut request = Request::get(url);
        request.max_bytes = Some(MAX_BYTES);
        let answer = self.http.fetch(request).await?;
        if !answer.status.is_success() {
            let reason = "the provider did not answer with success";
            return Err(Error::Document { document, reason });
        }
        serde_json::from_slice(&answer.body)
            .map_err(|_source| Error::Document { document, reason: "it is no JSON" })
    }
}

fn words(list: Option<&Json>) -> Vec<String> {
    let list = list.and_then(Json::as_array).into_iter().flatten();
    list.filter_map(Json::as_str).map(str::to_owned).collect()
}

fn age(then: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(then)).unwrap_or(Duration::ZERO)
}

/// Within its time, as far as clocks may differ (five minutes, as documented for bots).
fn is_current(claims: &Map<String, Json>, now: Timestamp) -> Result<(), Error> {
    let seconds = |name: &str| claims.get(name).and_then(Json::as_f64);
    let now = now.as_duration().as_secs_f64();
    if seconds("exp").is_none_or(|exp| now > exp + LEEWAY) {
        return Err(Error::Token { reason: "it has expired" });
    }
    if claims.contains_key("nbf") && seconds("nbf").is_none_or(|at| at > now + LEEWAY) {
        return Err(Error::Token { reason: "it is not valid yet: compare the clocks" });
    }
    Ok(())
}

/// Keys are looked for anew each day, as documented.
const FRESH: Duration = Duration::from_hours(24);
/// How long an unknown key may not make us look again.
const COOL_DOWN: Duration = Duration::from_secs(30);
/// Seconds that clocks may differ by.
const LEEWAY: f64 = 300.0;
/// The published set is about 40 KB.
const MAX_BYTES: usize = 512 * 1024;
/// Ours.
const MAX_KEYS: usize = 200;
