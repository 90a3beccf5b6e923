//! Sending, with the seller's own token.

use std::{fmt, sync::Arc, time::Duration};

use crm::{Answer, Error, Result};
use egress::{Client, Request, Response};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, IF_MATCH},
};
use jiff::Timestamp;
use kernel::{Cache, Clock, Secret, Stay};
use serde::Deserialize;
use serde_json::Value as Json;
use url::Url;

use crate::{describe::Kept, links::Link, listed::Tables, person::Person, refusal::Refused};

/// The largest answer that is read.
const MAX_ANSWER_BYTES: usize = 32 * 1024 * 1024;
/// The longest address (Dataverse Web API: 32 KiB on the request line), with room for the method and its end.
const MAX_ADDRESS_BYTES: usize = 32 * 1024 - 64;
/// Things that are kept of each kind, and how long after nobody asked for them.
const KEPT: (u64, Duration) = (5_000, Duration::from_hours(12));

/// Where a seller's tokens come from.
pub trait Tokens: Send + Sync {
    /// A token. `refused` is one that the environment has just refused: another one is wanted, or
    /// [`Error::SessionEnded`] where there is none. It is asked for at most once a call.
    fn token<'a>(&'a self, refused: Option<&'a Secret<String>>) -> Answer<'a, Secret<String>>;
}

/// The one token there is: when it is refused the session is over.
impl Tokens for Secret<String> {
    fn token<'a>(&'a self, refused: Option<&'a Secret<String>>) -> Answer<'a, Secret<String>> {
        let given = match refused {
            None => Ok(self.clone()),
            Some(_) => Err(Error::SessionEnded),
        };
        Box::pin(std::future::ready(given))
    }
}

/// Who calls: the seller in an environment.
#[derive(Clone)]
pub struct Seller {
    /// The address of the environment: `https://contoso.crm4.dynamics.com/`, `https://hub.example/environments/sales/`.
    pub environment: Url,
    /// Who it is: what is described to one is not shown to another.
    pub user: String,
    /// Where tokens come from.
    pub tokens: Arc<dyn Tokens>,
}

impl fmt::Debug for Seller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seller")
            .field("environment", &self.environment.as_str())
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

impl Seller {
    /// What is kept for this seller alone is kept by.
    pub(crate) fn key(&self, what: &str) -> String {
        format!("{}\n{}\n{what}", self.environment, self.user)
    }
}

/// How environments are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// How long a description of a table and the rights of a seller are believed before the environment is asked
    /// whether they have changed, in minutes.
    pub described_minutes: u32,
    /// How long a call may take, in seconds.
    pub timeout_seconds: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { described_minutes: 15, timeout_seconds: 30 }
    }
}

/// Dataverse, for many environments at once; cheap to clone.
#[derive(Clone)]
pub struct Dataverse(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    client: Client,
    pub(crate) clock: Arc<dyn Clock>,
    settings: Settings,
    pub(crate) described: Cache<String, Arc<Kept>>,
    pub(crate) links: Cache<String, Arc<Vec<Link>>>,
    pub(crate) sets: Cache<String, String>,
    /// The columns of each alternate key, by table.
    pub(crate) keys: Cache<String, Arc<Vec<Vec<String>>>>,
    pub(crate) people: Cache<String, Arc<Person>>,
    /// The tables that each seller may work with.
    pub(crate) listed: Cache<String, Arc<Tables>>,
    /// The columns that a quick search looks into, by table.
    pub(crate) searched: Cache<String, Arc<Vec<String>>>,
    /// Environments without an index of words, and since when that is known.
    pub(crate) without_search: Cache<String, Timestamp>,
    /// Sellers who called too often, and until when they do not.
    pauses: Cache<String, Timestamp>,
}

impl fmt::Debug for Dataverse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dataverse").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}

/// A call to make.
pub(crate) struct Call<'a> {
    method: Method,
    url: Url,
    prefer: Option<String>,
    /// What the row must be at; `*` for whatever, but there.
    condition: Option<&'a str>,
    body: Option<&'a Json>,
    /// Whether duplicate rules hold for what is written.
    watch_duplicates: bool,
}

impl<'a> Call<'a> {
    pub(crate) const fn get(url: Url) -> Self {
        let (prefer, condition, body) = (None, None, None);
        Self { method: Method::GET, url, prefer, condition, body, watch_duplicates: false }
    }

    pub(crate) fn post(url: Url, body: &'a Json) -> Self {
        Self { method: Method::POST, body: Some(body), ..Self::get(url) }
    }

    pub(crate) fn patch(url: Url, body: &'a Json) -> Self {
        Self { method: Method::PATCH, body: Some(body), ..Self::get(url) }
    }

    pub(crate) fn delete(url: Url) -> Self {
        Self { method: Method::DELETE, ..Self::get(url) }
    }

    pub(crate) fn prefer(mut self, prefer: impl Into<String>) -> Self {
        self.prefer = Some(prefer.into());
        self
    }

    pub(crate) const fn when(mut self, condition: &'a str) -> Self {
        self.condition = Some(condition);
        self
    }

    pub(crate) const fn watching_duplicates(mut self) -> Self {
        self.watch_duplicates = true;
        self
    }
}

/// What came back.
pub(crate) struct Got {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Json,
}

/// Why there is no success, before it is known what was asked.
#[derive(Debug)]
pub(crate) enum Failed {
    Refused(Refused),
    Other(Error),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

impl Dataverse {
    /// Over the hub's way out.
    pub fn new(client: Client, clock: Arc<dyn Clock>, settings: Settings) -> Self {
        let stay = Stay::Idle(KEPT.1);
        Self(Arc::new(Inner {
            client,
            clock,
            settings,
            described: Cache::new(KEPT.0, stay),
            links: Cache::new(KEPT.0, stay),
            sets: Cache::new(KEPT.0, stay),
            keys: Cache::new(KEPT.0, stay),
            people: Cache::new(KEPT.0, stay),
            listed: Cache::new(KEPT.0, stay),
            searched: Cache::new(KEPT.0, stay),
            without_search: Cache::new(KEPT.0, stay),
            pauses: Cache::new(KEPT.0, stay),
        }))
    }

    /// Forgets what a seller may do: after a change of roles, or when they sign out.
    pub fn forget(&self, seller: &Seller) {
        self.0.people.invalidate(&seller.key(""));
        self.0.listed.invalidate(&seller.key(""));
    }

    /// Whether something that was heard then is still believed.
    pub(crate) fn fresh(&self, heard_at: Timestamp) -> bool {
        let stay = Duration::from_mins(u64::from(self.0.settings.described_minutes));
        let age = self.0.clock.now().duration_since(heard_at);
        Duration::try_from(age).is_ok_and(|age| age < stay)
    }

    /// Makes a call and reads its JSON; nothing where the answer has none.
    pub(crate) async fn send(
        &self,
        seller: &Seller,
        call: Call<'_>,
    ) -> std::result::Result<Got, Failed> {
        self.admit(seller)?;
        if call.url.as_str().len() > MAX_ADDRESS_BYTES {
            let reason = "the conditions are too long for one address".to_owned();
            return Err(Error::Query { reason }.into());
        }
        let token = seller.tokens.token(None).await?;
        let mut answer = self.fetch(&call, &token).await?;
        if answer.status == StatusCode::UNAUTHORIZED {
            let other = seller.tokens.token(Some(&token)).await?;
            if other.expose() == token.expose() {
                return Err(Error::SessionEnded.into());
            }
            answer = self.fetch(&call, &other).await?;
        }
        let body = read(&answer)?;
        if answer.status.is_success() {
            return Ok(Got { status: answer.status, headers: answer.headers, body });
        }
        let refused = Refused::read(answer.status, &answer.headers, &body);
        if let Some(wait) = refused.pause() {
            let until = self.0.clock.now().checked_add(wait).unwrap_or(Timestamp::MAX);
            self.0.pauses.insert(&seller.key(""), until);
        }
        Err(Failed::Refused(refused))
    }

    /// Whether the environment wants to hear from the seller again (service protection limits: who goes on calling
    /// is kept out for longer).
    fn admit(&self, seller: &Seller) -> Result<()> {
        let key = seller.key("");
        let Some(until) = self.0.pauses.get(&key) else { return Ok(()) };
        let left = until.duration_since(self.0.clock.now());
        match Duration::try_from(left) {
            Ok(left) if !left.is_zero() => Err(Error::LimitReached { retry_after: left }),
            _ => {
                self.0.pauses.invalidate(&key);
                Ok(())
            }
        }
    }

    async fn fetch(&self, call: &Call<'_>, token: &Secret<String>) -> Result<Response> {
        let mut headers = HeaderMap::new();
        let bearer = HeaderValue::try_from(format!("Bearer {}", token.expose()));
        let mut bearer = bearer.map_err(|_odd| Error::SessionEnded)?;
        bearer.set_sensitive(true);
        headers.insert(AUTHORIZATION, bearer);
        let json = || HeaderValue::from_static("application/json");
        headers.insert(ACCEPT, json());
        for (name, value) in [("odata-version", "4.0"), ("odata-maxversion", "4.0")] {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        if call.body.is_some() {
            headers.insert(CONTENT_TYPE, json());
        }
        if let Some(condition) = call.condition {
            // What is no version at all is none that a row is at.
            let condition = HeaderValue::from_str(condition).map_err(|_odd| Error::Changed)?;
            headers.insert(IF_MATCH, condition);
        }
        if let Some(prefer) = &call.prefer {
            let odd = |_odd| Error::Query { reason: "a name that no header carries".to_owned() };
            headers.insert("prefer", HeaderValue::from_str(prefer).map_err(odd)?);
        }
        if call.watch_duplicates {
            let name = HeaderName::from_static("mscrm.suppressduplicatedetection");
            headers.insert(name, HeaderValue::from_static("false"));
        }
        let body = call.body.map(Json::to_string).unwrap_or_default();
        let seconds = u64::from(self.0.settings.timeout_seconds);
        let request = Request {
            method: call.method.clone(),
            headers,
            body: body.into(),
            // A token goes to the environment and nowhere else.
            follow: false,
            max_bytes: Some(MAX_ANSWER_BYTES),
            timeout: Some(Duration::from_secs(seconds)),
            ..Request::get(call.url.clone())
        };
        let writes = call.method != Method::GET;
        self.0.client.fetch(request).await.map_err(|error| Error::lost(error, writes))
    }
}

fn read(answer: &Response) -> Result<Json> {
    if answer.status.is_redirection() {
        return Err(Error::Answer { reason: "the environment sends elsewhere" });
    }
    if answer.body.is_empty() {
        return Ok(Json::Null);
    }
    match serde_json::from_slice(&answer.body) {
        Ok(value) => Ok(value),
        Err(_no_json) if answer.status.is_success() => {
            Err(Error::Answer { reason: "the answer is no JSON" })
        }
        // A page of a proxy says nothing.
        Err(_no_json) => Ok(Json::Null),
    }
}
