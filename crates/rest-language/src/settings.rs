//! What an administrator decides, and what endpoints were asked.

use axum::extract::State;
use edge::{Authed, Json, Problem};
use kernel::Secret;
use language_features::{Availability, Config, Feature, NewConfig, Redact, Switch, Usage, Worker};
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{App, Routes, unknown_word};

pub(crate) fn routes() -> Routes {
    routes!(read, set).merge(routes!(offered)).merge(routes!(usage))
}

/// What is decided for a feature.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LanguageFeatureSwitch)]
struct SwitchItem {
    /// `thread_summary`, `meeting_summary`, `actions`, `suggested_updates` or `reply_draft`.
    #[schema(example = "thread_summary")]
    feature: String,
    /// `off`, `preview` (for who administers sales) or `general`.
    #[schema(example = "general")]
    availability: String,
    /// `rules` (nothing leaves the hub) or `endpoint`.
    #[schema(example = "rules")]
    worker: String,
}

impl From<Switch> for SwitchItem {
    fn from(switch: Switch) -> Self {
        Self {
            feature: switch.feature.as_str().to_owned(),
            availability: switch.availability.as_str().to_owned(),
            worker: switch.worker.as_str().to_owned(),
        }
    }
}

impl SwitchItem {
    fn read(self) -> Result<Switch, Problem> {
        let words = |all: Vec<&'static str>| unknown_word("/features", &all);
        Ok(Switch {
            feature: Feature::parse(&self.feature)
                .ok_or_else(|| words(Feature::ALL.iter().map(|one| one.as_str()).collect()))?,
            availability: Availability::parse(&self.availability)
                .ok_or_else(|| words(Availability::ALL.iter().map(|one| one.as_str()).collect()))?,
            worker: Worker::parse(&self.worker)
                .ok_or_else(|| words(Worker::ALL.iter().map(|one| one.as_str()).collect()))?,
        })
    }
}

/// The settings of the language features.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LanguageFeatureSettings)]
struct ConfigItem {
    features: Vec<SwitchItem>,
    /// The part of the endpoint's address before `/chat/completions`; empty where there is none.
    #[schema(example = "https://models.contoso.example/v1")]
    endpoint: String,
    #[schema(example = "small-instruct")]
    model: String,
    /// Where the endpoint keeps and works on data; people who use it read this.
    #[schema(example = "Our own data centre in Lyon; nothing is kept")]
    location: String,
    /// Whether a key is kept. It is never shown.
    #[schema(example = true)]
    has_key: bool,
    /// What is taken out of texts before they leave: `addresses`, `phones`, `names`.
    #[schema(example = json!(["addresses", "phones", "names"]))]
    redact: Vec<String>,
    /// Tokens that may be spent in a day (UTC).
    #[schema(example = 500_000)]
    daily_tokens: i64,
    /// Milliseconds after which the rules do the work.
    #[schema(example = 30_000)]
    timeout_ms: i64,
    /// When the notice that text leaves the hub was agreed to.
    #[schema(example = "2026-11-23T10:00:00Z")]
    consented_at: Option<String>,
    /// How often the settings were changed.
    #[schema(example = 3)]
    changes: i64,
}

impl From<Config> for ConfigItem {
    fn from(config: Config) -> Self {
        Self {
            features: config.switches.into_iter().map(Into::into).collect(),
            endpoint: config.endpoint.map(String::from).unwrap_or_default(),
            model: config.model,
            location: config.location,
            has_key: config.has_key,
            redact: config.redact.iter().map(|kind| kind.as_str().to_owned()).collect(),
            daily_tokens: config.daily_tokens,
            timeout_ms: config.timeout_ms,
            consented_at: config.consented_at.map(|at| at.to_string()),
            changes: config.changes,
        }
    }
}

/// Settings to be kept. What is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewLanguageFeatureSettings)]
struct NewItem {
    #[serde(default)]
    features: Vec<SwitchItem>,
    #[schema(example = "https://models.contoso.example/v1")]
    endpoint: Option<String>,
    #[schema(example = "small-instruct")]
    model: Option<String>,
    #[schema(example = "Our own data centre in Lyon; nothing is kept")]
    location: Option<String>,
    /// Another key; an empty one removes the kept one.
    #[schema(example = "sk-…")]
    key: Option<String>,
    #[schema(example = json!(["addresses", "phones", "names"]))]
    redact: Option<Vec<String>>,
    #[schema(example = 500_000)]
    daily_tokens: Option<i64>,
    #[schema(example = 30_000)]
    timeout_ms: Option<i64>,
    /// Whether you agree that text leaves the hub for this endpoint.
    #[serde(default)]
    #[schema(example = true)]
    consent: bool,
    /// The `changes` of the settings as you read them; another answer is a conflict.
    #[schema(example = 3)]
    changes: Option<i64>,
}

/// A feature as people have it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OfferedLanguageFeatures)]
struct OfferedItem {
    features: Vec<SwitchItem>,
    /// Where text goes when a feature sends any; empty when none does.
    #[schema(example = "Our own data centre in Lyon; nothing is kept")]
    location: String,
}

/// What an endpoint was asked for a feature on a day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LanguageFeatureUsage)]
struct UsageItem {
    #[schema(example = "2026-11-23")]
    day: String,
    #[schema(example = "thread_summary")]
    feature: String,
    #[schema(example = 12)]
    calls: i64,
    #[schema(example = 8_400)]
    tokens: i64,
    /// Statements that the source did not bear out.
    #[schema(example = 1)]
    dropped: i64,
    /// How often the rules had to do the work.
    #[schema(example = 0)]
    failures: i64,
}

impl From<Usage> for UsageItem {
    fn from(usage: Usage) -> Self {
        Self {
            day: usage.day,
            feature: usage.feature.as_str().to_owned(),
            calls: usage.calls,
            tokens: usage.tokens,
            dropped: usage.dropped,
            failures: usage.failures,
        }
    }
}

/// Read the settings of the language features
#[utoipa::path(get, path = "/api/v1/language-features/settings", operation_id = "language_settings.read",
    tag = "language", responses((status = 200, body = ConfigItem), Failures))]
async fn read(State(app): State<App>, Authed(scope): Authed) -> Result<Json<ConfigItem>, Problem> {
    Ok(Json(app.language.config(&scope).await?.into()))
}

/// Change the settings of the language features
///
/// Text leaves the hub only for features whose worker is `endpoint`, and only with consent.
#[utoipa::path(put, path = "/api/v1/language-features/settings", operation_id = "language_settings.set",
    tag = "language", request_body = NewItem, responses((status = 200, body = ConfigItem), Failures))]
async fn set(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(new): Json<NewItem>,
) -> Result<Json<ConfigItem>, Problem> {
    let kept = app.language.config(&scope).await?;
    let redact = match new.redact {
        Some(words) => words
            .iter()
            .map(|word| {
                let all: Vec<&str> = Redact::ALL.iter().map(|one| one.as_str()).collect();
                Redact::parse(word).ok_or_else(|| unknown_word("/redact", &all))
            })
            .collect::<Result<Vec<_>, _>>()?,
        None => kept.redact,
    };
    let new = NewConfig {
        switches: new.features.into_iter().map(SwitchItem::read).collect::<Result<_, _>>()?,
        endpoint: new
            .endpoint
            .unwrap_or_else(|| kept.endpoint.map(String::from).unwrap_or_default()),
        model: new.model.unwrap_or(kept.model),
        location: new.location.unwrap_or(kept.location),
        key: new.key.map(Secret::new),
        redact,
        daily_tokens: new.daily_tokens.unwrap_or(kept.daily_tokens),
        timeout_ms: new.timeout_ms.unwrap_or(kept.timeout_ms),
        consent: new.consent,
        // What was left out was read just now: it may not have changed meanwhile.
        changes: Some(new.changes.unwrap_or(kept.changes)),
    };
    Ok(Json(app.language.update_config(&scope, new).await?.into()))
}

/// List the language features that you have
#[utoipa::path(get, path = "/api/v1/language-features", operation_id = "language_features.list",
    tag = "language", responses((status = 200, body = OfferedItem), Failures))]
async fn offered(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<OfferedItem>, Problem> {
    let (features, location) = app.language.offered(&scope).await?;
    Ok(Json(OfferedItem { features: features.into_iter().map(Into::into).collect(), location }))
}

/// List what endpoints were asked
#[utoipa::path(get, path = "/api/v1/language-features/usage", operation_id = "language_usage.list",
    tag = "language", responses((status = 200, body = Vec<UsageItem>), Failures))]
async fn usage(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<Vec<UsageItem>>, Problem> {
    Ok(Json(app.language.usage(&scope).await?.into_iter().map(Into::into).collect()))
}
