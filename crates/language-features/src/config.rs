//! What an administrator decided: which features there are, who does their work, and what may leave.

use jiff::Timestamp;
use kernel::{FieldError, Secret, UserId};
use serde_json::{Map, Value as Json, json};
use url::Url;
use uuid::Uuid;

use crate::{Availability, Error, Feature, Redact, Result, Worker};

/// What was decided for one feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Switch {
    /// Which.
    pub feature: Feature,
    /// For whom it is there.
    pub availability: Availability,
    /// Who does the work.
    pub worker: Worker,
}

/// The settings of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Every feature, in the order of [`Feature::ALL`].
    pub switches: Vec<Switch>,
    /// Where the endpoint is: the part of its address before `/chat/completions`.
    pub endpoint: Option<Url>,
    /// The model that is asked.
    pub model: String,
    /// Where the endpoint keeps and works on data, in the administrator's words; people who use it read them.
    pub location: String,
    /// Whether a key is kept.
    pub has_key: bool,
    /// What is taken out of texts before they leave.
    pub redact: Vec<Redact>,
    /// How many tokens may be spent in a day (UTC).
    pub daily_tokens: i64,
    /// How long an answer may take, in milliseconds.
    pub timeout_ms: i64,
    /// When the notice that text leaves the hub was agreed to, for this endpoint.
    pub consented_at: Option<Timestamp>,
    /// By whom.
    pub consented_by: Option<UserId>,
    /// How often the settings were changed.
    pub changes: i64,
}

impl Default for Config {
    /// Everything is there, all of it by rules: nothing leaves.
    fn default() -> Self {
        let own = |feature: &Feature| Switch {
            feature: *feature,
            availability: Availability::General,
            worker: Worker::Rules,
        };
        Self {
            switches: Feature::ALL.iter().map(own).collect(),
            endpoint: None,
            model: String::new(),
            location: String::new(),
            has_key: false,
            redact: Redact::ALL.to_vec(),
            daily_tokens: 500_000,
            timeout_ms: 30_000,
            consented_at: None,
            consented_by: None,
            changes: 0,
        }
    }
}

/// Settings to be kept.
#[derive(Debug, Clone)]
pub struct NewConfig {
    /// What to decide; features that are not named stay as they are.
    pub switches: Vec<Switch>,
    /// Where the endpoint is; empty for none.
    pub endpoint: String,
    /// The model.
    pub model: String,
    /// Where data go.
    pub location: String,
    /// Another key; the kept one stays where nothing is given, and an empty one is removed.
    pub key: Option<Secret<String>>,
    /// What is taken out.
    pub redact: Vec<Redact>,
    /// Tokens a day.
    pub daily_tokens: i64,
    /// Milliseconds an answer.
    pub timeout_ms: i64,
    /// Whether the notice is agreed to.
    pub consent: bool,
    /// How often the settings had been changed when they were read; nothing to overwrite whatever is there.
    pub changes: Option<i64>,
}

impl Config {
    /// What was decided for a feature.
    pub fn switch(&self, feature: Feature) -> Switch {
        let found = self.switches.iter().find(|switch| switch.feature == feature).copied();
        found.unwrap_or(Switch { feature, availability: Availability::Off, worker: Worker::Rules })
    }

    /// Whether any feature sends text out.
    pub fn sends(&self) -> bool {
        let out = |switch: &Switch| {
            switch.worker == Worker::Endpoint && switch.availability != Availability::Off
        };
        self.switches.iter().any(out)
    }

    /// The same with other decisions; every mistake at once.
    pub(crate) fn with(&self, new: NewConfig, who: Option<UserId>, now: Timestamp) -> Result<Self> {
        let mut fields: Vec<FieldError> = Vec::new();
        let mut wrong = |pointer: &'static str, code: &'static str, detail: &'static str| {
            fields.push(FieldError::new(pointer, code, detail));
        };
        let mut after = self.clone();
        for switch in new.switches {
            if let Some(kept) =
                after.switches.iter_mut().find(|kept| kept.feature == switch.feature)
            {
                *kept = switch;
            }
        }
        let (endpoint, model, location) =
            (new.endpoint.trim(), new.model.trim(), new.location.trim());
        after.endpoint = match Url::parse(endpoint) {
            _ if endpoint.is_empty() => None,
            Ok(url)
                if matches!(url.scheme(), "https" | "http")
                    && url.has_host()
                    && url.query().is_none()
                    && url.username().is_empty() =>
            {
                Some(url)
            }
            _ => {
                wrong(
                    "/endpoint",
                    "language.endpoint_address",
                    "an address that begins with https://, without a query",
                );
                None
            }
        };
        if model.len() > 200 || model.contains(char::is_control) {
            wrong("/model", "language.model", "at most 200 signs");
        }
        if location.chars().count() > 500 {
            wrong("/location", "language.location", "at most 500 signs");
        }
        if !(1_000..=1_000_000_000).contains(&new.daily_tokens) {
            wrong("/daily_tokens", "language.daily_tokens", "1,000 to 1,000,000,000");
        }
        if !(1_000..=120_000).contains(&new.timeout_ms) {
            wrong("/timeout_ms", "language.timeout", "1,000 to 120,000 milliseconds");
        }
        if new.key.as_ref().is_some_and(|key| {
            key.expose().len() > 1_000 || key.expose().contains(char::is_control)
        }) {
            wrong("/key", "language.key", "at most 1,000 signs on one line");
        }
        let moved = after.endpoint != self.endpoint;
        // Whoever could move the address could otherwise send the kept key to a host of theirs.
        if moved && self.has_key && new.key.is_none() && after.endpoint.is_some() {
            wrong("/key", "language.key_again", "another address needs its key typed again");
        }
        if moved || location != self.location {
            after.consented_at = None;
            after.consented_by = None;
        }
        if new.consent && after.consented_at.is_none() {
            after.consented_at = Some(now);
            after.consented_by = who;
        }
        model.clone_into(&mut after.model);
        location.clone_into(&mut after.location);
        if after.sends() {
            if after.endpoint.is_none() {
                wrong(
                    "/endpoint",
                    "language.endpoint_missing",
                    "a feature is switched to an endpoint that is not set up",
                );
            }
            if model.is_empty() {
                wrong(
                    "/model",
                    "language.model_missing",
                    "the model that the endpoint is asked for",
                );
            }
            if location.is_empty() {
                wrong(
                    "/location",
                    "language.location_missing",
                    "say where the endpoint keeps data; people read it",
                );
            }
            if after.consented_at.is_none() {
                wrong(
                    "/consent",
                    "language.consent_missing",
                    "text leaves the hub only when the notice is agreed to",
                );
            }
        }
        after.redact =
            Redact::ALL.iter().copied().filter(|kind| new.redact.contains(kind)).collect();
        after.daily_tokens = new.daily_tokens;
        after.timeout_ms = new.timeout_ms;
        after.has_key = match &new.key {
            Some(key) => !key.expose().trim().is_empty(),
            None => self.has_key && after.endpoint.is_some(),
        };
        if fields.is_empty() { Ok(after) } else { Err(Error::Invalid { fields }) }
    }

    /// The settings for the audit: no key.
    pub(crate) fn view(&self) -> Json {
        json!({
            "features": self.features(), "endpoint": self.endpoint, "model": self.model, "location": self.location,
            "has_key": self.has_key, "redact": self.redact_words(), "daily_tokens": self.daily_tokens,
            "timeout_ms": self.timeout_ms, "consented_at": self.consented_at.map(|at| at.to_string()),
        })
    }

    pub(crate) fn features(&self) -> Json {
        let mut map = Map::new();
        for switch in &self.switches {
            let own = json!({ "availability": switch.availability.as_str(), "worker": switch.worker.as_str() });
            map.insert(switch.feature.as_str().to_owned(), own);
        }
        Json::Object(map)
    }

    pub(crate) fn redact_words(&self) -> Json {
        self.redact.iter().map(|kind| Json::from(kind.as_str())).collect()
    }

    /// Reads what a row holds; features that came later are as at the beginning.
    pub(crate) fn read_features(&mut self, features: &Json, redact: &Json) {
        for switch in &mut self.switches {
            let own = features.get(switch.feature.as_str());
            let word = |name: &str| own.and_then(|own| own.get(name)).and_then(Json::as_str);
            if let Some(availability) = word("availability").and_then(Availability::parse) {
                switch.availability = availability;
            }
            if let Some(worker) = word("worker").and_then(Worker::parse) {
                switch.worker = worker;
            }
        }
        let words = redact.as_array().into_iter().flatten().filter_map(Json::as_str);
        self.redact = words.filter_map(Redact::parse).collect();
    }
}

/// The row of a tenant: the settings, what names the sealed key, and the key.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) id: Uuid,
    pub(crate) config: Config,
    pub(crate) sealed: Option<Vec<u8>>,
}
