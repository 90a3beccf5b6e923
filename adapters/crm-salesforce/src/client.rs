//! Sending, under the seller's session.

use std::{fmt, sync::Arc, time::Duration};

use egress::{Client, Request};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use kernel::{Cache, Clock, Secret, Stay};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::{
    Error, Object, Result, Usage, Work,
    allowance::Allowance,
    refusal::{self, Entry, entries, error},
};

/// The versions of the interface that we speak: upserts of collections came with 46.
const OLDEST: u16 = 46;
const NEWEST: u16 = 62;
/// The longest address that the service reads, with room for what goes before the query.
const MAX_QUERY_BYTES: usize = 14_000;
/// The largest answer that is read.
const MAX_ANSWER_BYTES: usize = 32 * 1024 * 1024;
/// What duplicate rules do with what is saved (REST reference, "Duplicate Rule Header"): an alert is never acknowledged for
/// the seller, the rule looks as far as its owner wants it to, and tells ids alone, since whatever else it told would be
/// told whether the seller may see it or not.
const DUPLICATES: &str = "allowSave=false; includeRecordDetails=false; runAsCurrentUser=false";
/// Organisations whose version is remembered, and for how long.
const VERSIONS: (u64, Duration) = (1_000, Duration::from_hours(24));
/// Descriptions that are kept.
const MAX_DESCRIBED: u64 = 5_000;

/// Who calls: the seller's own session at the seller's organisation.
#[derive(Debug, Clone)]
pub struct Seller {
    /// `instance_url` of the sign-in; never guessed from where it was made.
    pub instance: Url,
    /// The seller's id at the organisation: what is described to one is not shown to another.
    pub user: String,
    /// The access token.
    pub token: Secret<String>,
}

/// How the organisation is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Percent of a day's calls that only people may use.
    pub reserve_percent: u8,
    /// How long a description of an object is believed, in minutes.
    pub described_minutes: u32,
    /// How long a call may take, in seconds.
    pub timeout_seconds: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { reserve_percent: 20, described_minutes: 15, timeout_seconds: 30 }
    }
}

/// Salesforce, for many organisations at once; cheap to clone.
#[derive(Clone)]
pub struct Salesforce {
    client: Client,
    pub(crate) clock: Arc<dyn Clock>,
    settings: Settings,
    allowance: Arc<Allowance>,
    versions: Cache<String, u16>,
    pub(crate) described: Cache<String, Arc<Object>>,
    /// The objects that each seller may work with.
    pub(crate) listed: Cache<String, Arc<Vec<crm::TableName>>>,
}

impl fmt::Debug for Salesforce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Salesforce").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// A call to make.
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    /// What follows the version, each part still to be escaped.
    pub(crate) path: &'a [&'a str],
    pub(crate) query: &'a [(&'a str, &'a str)],
    pub(crate) body: Option<&'a Value>,
    pub(crate) work: Work,
    /// Whether it saves a record.
    pub(crate) saves: bool,
}

impl<'a> Call<'a> {
    pub(crate) const fn get(path: &'a [&'a str], work: Work) -> Self {
        Self { method: Method::GET, path, query: &[], body: None, work, saves: false }
    }
}

impl Call<'_> {
    /// The same to save a record.
    pub(crate) const fn saving(mut self) -> Self {
        self.saves = true;
        self
    }
}

/// Why an answer is no success, before it is known what was asked.
pub(crate) enum Failed {
    Refused(StatusCode, Vec<Entry>),
    Several(usize),
    Other(Error),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

impl From<Failed> for Error {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Refused(status, entries) => error(status, &entries),
            Failed::Several(count) => Self::Ambiguous { count },
            Failed::Other(error) => error,
        }
    }
}

impl Salesforce {
    /// Over the hub's way out.
    pub fn new(client: Client, clock: Arc<dyn Clock>, settings: Settings) -> Self {
        let stay = Duration::from_mins(u64::from(settings.described_minutes));
        Self {
            client,
            clock,
            settings,
            allowance: Arc::default(),
            versions: Cache::new(VERSIONS.0, Stay::For(VERSIONS.1)),
            described: Cache::new(MAX_DESCRIBED, Stay::For(stay)),
            listed: Cache::new(MAX_DESCRIBED, Stay::For(stay)),
        }
    }

    /// The calls of the last day at the seller's organisation, once an answer told them.
    pub fn usage(&self, seller: &Seller) -> Option<Usage> {
        self.allowance.usage(&host(seller))
    }

    /// The newest version that the organisation and we both speak.
    ///
    /// # Errors
    /// [`Error::Version`] when there is none.
    pub async fn version(&self, seller: &Seller) -> Result<u16> {
        let key = host(seller);
        if let Some(version) = self.versions.get(&key) {
            return Ok(version);
        }
        let url = address(seller, &["services", "data"])?;
        let mut request = Request::get(url);
        request.follow = false;
        let answer = self.client.fetch(request).await?;
        let body: Value = serde_json::from_slice(&answer.body)
            .map_err(|_no_json| Error::Answer { reason: "the versions are no JSON" })?;
        let versions = body.as_array().into_iter().flatten();
        let versions = versions
            .filter_map(|entry| entry.get("version")?.as_str()?.strip_suffix(".0")?.parse().ok());
        let newest = versions.filter(|version| (OLDEST..=NEWEST).contains(version)).max();
        let version = newest.ok_or(Error::Version { oldest: OLDEST, newest: NEWEST })?;
        self.versions.insert(&key, version);
        Ok(version)
    }

    /// Makes a call and reads its JSON; nothing where the answer has none.
    pub(crate) async fn send(
        &self,
        seller: &Seller,
        call: Call<'_>,
    ) -> std::result::Result<Value, Failed> {
        let version = format!("v{}.0", self.version(seller).await?);
        let parts = [&["services", "data", version.as_str()], call.path].concat();
        let mut url = address(seller, &parts)?;
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(call.query);
        }
        self.fetch(seller, call, url).await
    }

    /// Makes a call to an address of the organisation.
    pub(crate) async fn fetch(
        &self,
        seller: &Seller,
        call: Call<'_>,
        url: Url,
    ) -> std::result::Result<Value, Failed> {
        let host = host(seller);
        self.allowance.admit(&host, call.work, self.clock.now(), self.settings.reserve_percent)?;
        let mut headers = HeaderMap::new();
        let bearer = HeaderValue::try_from(format!("Bearer {}", seller.token.expose()));
        let mut bearer = bearer.map_err(|_odd| Error::SessionEnded)?;
        bearer.set_sensitive(true);
        headers.insert(AUTHORIZATION, bearer);
        let body = call.body.map(Value::to_string).unwrap_or_default();
        if call.body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if call.saves {
            let name = HeaderName::from_static("sforce-duplicate-rule-header");
            headers.insert(name, HeaderValue::from_static(DUPLICATES));
        }
        let writes = call.saves || call.method == Method::DELETE;
        let answer = self
            .client
            .fetch(Request {
                method: call.method,
                headers,
                body: body.into(),
                follow: false,
                max_bytes: Some(MAX_ANSWER_BYTES),
                timeout: Some(Duration::from_secs(u64::from(self.settings.timeout_seconds))),
                ..Request::get(url)
            })
            .await
            .map_err(|error| Error::lost(error, writes))?;
        let usage = answer.headers.get("sforce-limit-info").and_then(|value| value.to_str().ok());
        if let Some(usage) = usage {
            self.allowance.note(&host, usage);
        }
        let body = read(&answer.body, answer.status)?;
        if answer.status == StatusCode::MULTIPLE_CHOICES {
            return Err(Failed::Several(body.as_array().map_or(0, Vec::len)));
        }
        if answer.status.is_success() {
            return Ok(body);
        }
        let entries = entries(&body);
        if let Some(limit) = entries.first().filter(|entry| entry.code == refusal::LIMIT) {
            self.allowance.close(&host, self.clock.now(), refusal::pause(limit));
        }
        Err(Failed::Refused(answer.status, entries))
    }
}

fn read(body: &[u8], status: StatusCode) -> Result<Value> {
    if body.is_empty() {
        return Ok(Value::Null);
    }
    match serde_json::from_slice(body) {
        Ok(value) => Ok(value),
        Err(_no_json) if status.is_success() => {
            Err(Error::Answer { reason: "the answer is no JSON" })
        }
        // A page of a proxy says nothing.
        Err(_no_json) => Ok(Value::Null),
    }
}

/// What tells organisations apart.
pub(crate) fn host(seller: &Seller) -> String {
    seller.instance.origin().ascii_serialization()
}

/// An address of the organisation, each part escaped.
pub(crate) fn address(seller: &Seller, parts: &[&str]) -> Result<Url> {
    let mut url = seller.instance.clone();
    url.set_query(None);
    url.set_fragment(None);
    let wrong = Error::Answer { reason: "the instance has no address" };
    url.path_segments_mut().map_err(|()| wrong)?.clear().extend(parts);
    Ok(url)
}

/// Whether a text fits into an address.
pub(crate) fn fits(text: &str) -> bool {
    text.len() <= MAX_QUERY_BYTES
}
