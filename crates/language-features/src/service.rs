//! The service that edges hold.

use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use db::{Db, Tx};
use egress::Client;
use event_log::{Change, Subject, audit};
use futures_util::future::BoxFuture;
use jiff::{ToSpan as _, tz::TimeZone};
use kernel::{Actor, Clock, Ids, Permission, Scope, Secret, UserId};
use seal::{Context, Sealer};
use serde_json::json;
use uuid::Uuid;

use crate::{
    Answer, Availability, Config, Engine, Error, Feature, NewConfig, Result, Source, Switch, Task,
    Worker,
    config::Row,
    endpoint::{Endpoint, MAX_ANSWER_TOKENS, Trouble, estimate},
    rules::Rules,
    store,
};

/// What the service is made of.
#[derive(Debug)]
pub struct Parts {
    /// Storage.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers.
    pub ids: Ids,
    /// Seals the key.
    pub sealer: Sealer,
    /// The only way out.
    pub client: Client,
}

/// What administrators of sales give somebody, beside what is decided here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given {
    /// Whether there are language features for them at all.
    pub any: bool,
    /// Whether what is tried out before others have it is there for them too.
    pub preview: bool,
}

/// Finds out what somebody is given.
pub type Gate = Box<dyn Fn(Scope) -> BoxFuture<'static, db::Result<Given>> + Send + Sync>;

/// The language features of every tenant; cheap to clone.
#[derive(Clone)]
pub struct LanguageFeatures(Arc<Parts>, Arc<OnceLock<Gate>>);

impl fmt::Debug for LanguageFeatures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LanguageFeatures").finish_non_exhaustive()
    }
}

/// What an endpoint was asked on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// The day (UTC), as `2026-11-23`.
    pub day: String,
    /// For which feature.
    pub feature: Feature,
    /// How often.
    pub calls: i64,
    /// What it cost.
    pub tokens: i64,
    /// How many statements were dropped because the source did not bear them out.
    pub dropped: i64,
    /// How often the rules had to do the work.
    pub failures: i64,
}

/// What was decided, for rooms that ask within a reading of their own.
///
/// # Errors
/// When reading fails.
pub fn config(tx: &Tx<'_>) -> db::Result<Config> {
    Ok(store::config(tx)?.map(|row| row.config).unwrap_or_default())
}

impl LanguageFeatures {
    /// The features on a database.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts), Arc::default())
    }

    /// Says who knows what administrators of sales give people; until then everybody is given everything but previews.
    pub fn given_by(&self, gate: Gate) {
        let _known = self.1.set(gate);
    }

    /// The switch of a feature as it is for the caller; nothing where it is not there for them.
    async fn there(&self, scope: &Scope, switches: &[Switch]) -> Result<Vec<Switch>> {
        let given = match self.1.get() {
            Some(gate) => gate(scope.clone()).await?,
            None => Given { any: true, preview: false },
        };
        let preview = given.preview || scope.may(Permission::SalesManage);
        let is_there = |switch: &&Switch| match switch.availability {
            Availability::Off => false,
            Availability::Preview => given.any && preview,
            Availability::General => given.any,
        };
        Ok(switches.iter().filter(is_there).copied().collect())
    }

    /// What was decided.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn config(&self, scope: &Scope) -> Result<Config> {
        scope.require(Permission::SalesManage)?;
        Ok(self.row(scope).await?.map(|row| row.config).unwrap_or_default())
    }

    /// What people may know: which features there are for the caller, who does the work, and where data go.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn offered(&self, scope: &Scope) -> Result<(Vec<Switch>, String)> {
        scope.require(Permission::ActionUse)?;
        let config = self.row(scope).await?.map(|row| row.config).unwrap_or_default();
        let seen = self.there(scope, &config.switches).await?;
        Ok((seen, if config.sends() { config.location } else { String::new() }))
    }

    /// Decides.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`] with every mistake, [`Error::Changed`], [`Error::Seal`], [`Error::Store`].
    pub async fn update_config(&self, scope: &Scope, new: NewConfig) -> Result<Config> {
        scope.require(Permission::SalesManage)?;
        let now = self.0.clock.now();
        let before = self.row(scope).await?;
        let id = before.as_ref().map_or_else(|| self.0.ids.fresh(), |row| row.id);
        let key = new.key.clone().filter(|key| !key.expose().trim().is_empty());
        let sealed = key
            .map(|key| self.0.sealer.seal(&place(scope, id), key.expose().trim().as_bytes()))
            .transpose()?;
        let expected = new.changes;
        let who = person(scope);
        let write = move |tx: &Tx<'_>| {
            let kept = store::config(tx)?;
            let config = kept.as_ref().map(|row| row.config.clone()).unwrap_or_default();
            if kept.as_ref().is_some_and(|row| row.id != id)
                || expected.is_some_and(|changes| changes != config.changes)
            {
                return Err(Error::Changed);
            }
            let mut after = config.with(new.clone(), who, now)?;
            after.changes = config.changes + 1;
            let old = kept.and_then(|row| row.sealed).filter(|_| after.has_key);
            let row = Row { id, sealed: sealed.clone().or(old), config: after.clone() };
            store::put_config(tx, &row, now)?;
            let (action, subject) =
                ("language_settings.update", Subject::new("language_settings", id));
            let (before, view) = (Some(config.view()), Some(after.view()));
            audit(tx, &Change { action, subject, before, after: view, at: now })?;
            Ok(after)
        };
        self.0.db.write(scope, write).await
    }

    /// What endpoints were asked in the last days, newest first.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn usage(&self, scope: &Scope) -> Result<Vec<Usage>> {
        scope.require(Permission::SalesManage)?;
        Ok(self.0.db.read_one(scope, store::usage).await?)
    }

    /// Does a task, by whom the administrator chose.
    ///
    /// Where the endpoint fails, is late or may not be asked any more today, the rules do the work and the answer says
    /// so.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Off`], [`Error::Empty`], [`Error::TooLarge`], [`Error::Store`].
    pub async fn run(&self, scope: &Scope, task: &Task) -> Result<Answer> {
        scope.require(Permission::ActionUse)?;
        let row = self.row(scope).await?;
        let config = row.as_ref().map(|row| row.config.clone()).unwrap_or_default();
        let switch = config.switch(task.feature);
        if self.there(scope, &[switch]).await?.is_empty() {
            return Err(Error::Off);
        }
        if task.sources.iter().all(|source| source.text.trim().is_empty()) {
            return Err(Error::Empty);
        }
        let bytes = size(task);
        if bytes > MAX_BYTES
            || task.sources.len() > MAX_SOURCES
            || task.wish.chars().count() > MAX_WISH
        {
            return Err(Error::TooLarge);
        }
        let sends = switch.worker == Worker::Endpoint && config.consented_at.is_some();
        let (true, Some(row)) = (sends, row) else { return by(&Rules, task).await };
        match self.ask(scope, task, &row, bytes).await {
            Ok(answer) => Ok(answer),
            Err(Error::Endpoint(trouble)) => {
                tracing::warn!(
                    language.feature = task.feature.as_str(),
                    language.trouble = trouble.code(),
                    "language.fell_back"
                );
                let answer = by(&Rules, task).await?;
                Ok(Answer { fell_back: Some(trouble.code()), ..answer })
            }
            Err(other) => Err(other),
        }
    }

    /// Asks the endpoint, within the budget; what it costs is reserved before and settled after.
    async fn ask(&self, scope: &Scope, task: &Task, row: &Row, bytes: usize) -> Result<Answer> {
        let config = &row.config;
        let Some(url) = config.endpoint.clone() else { return Err(Trouble::Model.into()) };
        let now = self.0.clock.now();
        let day = now.to_zoned(TimeZone::UTC).date();
        let reserved =
            i64::try_from(estimate(bytes + OWN_BYTES) + MAX_ANSWER_TOKENS).unwrap_or(i64::MAX);
        let limit = config.daily_tokens;
        let usage = Usage {
            day: day.to_string(),
            feature: task.feature,
            calls: 1,
            tokens: reserved,
            dropped: 0,
            failures: 0,
        };
        let oldest = day.checked_sub(KEPT_DAYS.days()).unwrap_or(day).to_string();
        let reserve = usage.clone();
        let within = move |tx: &Tx<'_>| {
            if store::spent(tx, &reserve.day)?.saturating_add(reserve.tokens) > limit {
                return Ok(false);
            }
            store::forget(tx, &oldest)?;
            store::spend(tx, &reserve)?;
            Ok::<bool, Error>(true)
        };
        if !self.0.db.write(scope, within).await? {
            return Err(Trouble::Budget.into());
        }
        let asked = match self.endpoint(scope, row, url) {
            Ok(endpoint) => by(&endpoint, task).await,
            Err(error) => Err(error),
        };
        let (tokens, dropped, redacted, trouble) = match &asked {
            Ok(answer) => (
                i64::try_from(answer.tokens).unwrap_or(reserved),
                answer.dropped,
                answer.redacted,
                None,
            ),
            // who read the whole text and answered late or nonsense has cost what was reserved
            Err(Error::Endpoint(trouble @ (Trouble::Late | Trouble::Garbled))) => {
                (reserved, 0, 0, Some(trouble.code()))
            }
            Err(Error::Endpoint(trouble)) => (0, 0, 0, Some(trouble.code())),
            Err(_) => (0, 0, 0, Some("other")),
        };
        let settled = Usage {
            calls: 0,
            tokens: tokens.saturating_sub(reserved),
            dropped: i64::try_from(dropped).unwrap_or(i64::MAX),
            failures: i64::from(trouble.is_some()),
            ..usage
        };
        let (id, feature, host) = (
            row.id,
            task.feature.as_str(),
            config.endpoint.as_ref().and_then(|url| url.host_str().map(str::to_owned)),
        );
        // What was sent where, never the text.
        let after = json!({
            "feature": feature, "host": host, "model": config.model, "bytes": bytes, "redacted": redacted,
            "dropped": dropped, "tokens": tokens, "trouble": trouble,
        });
        let settle = move |tx: &Tx<'_>| {
            store::spend(tx, &settled)?;
            let subject = Subject::new("language_settings", id);
            let change = Change {
                action: "language.sent",
                subject,
                before: None,
                after: Some(after.clone()),
                at: now,
            };
            audit(tx, &change).map_err(Error::Store)
        };
        self.0.db.write(scope, settle).await?;
        asked
    }

    fn endpoint(&self, scope: &Scope, row: &Row, url: url::Url) -> Result<Endpoint> {
        let key = match &row.sealed {
            Some(sealed) => {
                let plain = self.0.sealer.open(&place(scope, row.id), sealed)?;
                let text = str::from_utf8(plain.expose()).map_err(|_odd| seal::Error::Damaged)?;
                Some(Secret::new(text.to_owned()))
            }
            None => None,
        };
        let mark: Uuid = self.0.ids.fresh();
        Ok(Endpoint {
            client: self.0.client.clone(),
            url,
            model: row.config.model.clone(),
            key,
            redact: row.config.redact.clone(),
            deadline: Duration::from_millis(u64::try_from(row.config.timeout_ms).unwrap_or(30_000)),
            mark: mark.simple().to_string(),
        })
    }

    async fn row(&self, scope: &Scope) -> Result<Option<Row>> {
        Ok(self.0.db.read_one(scope, store::config).await?)
    }
}

/// Has an engine do a task.
async fn by(engine: &dyn Engine, task: &Task) -> Result<Answer> {
    match task.feature {
        Feature::Thread => engine.summarise_thread(task),
        Feature::Meeting => engine.summarise_meeting(task),
        Feature::Actions => engine.find_actions(task),
        Feature::Updates => engine.suggest_updates(task),
        Feature::Draft => engine.draft_reply(task),
    }
    .await
}

impl Task {
    /// The sources of a transcript: what each said in one go.
    ///
    /// # Errors
    /// [`Error::Transcript`].
    pub fn sources_of(transcript: &[u8]) -> Result<Vec<Source>> {
        let read = transcripts::parse(transcript)?;
        let mut out: Vec<Source> = Vec::new();
        for cue in read.cues {
            let from = cue.speaker.unwrap_or_default();
            match out.last_mut() {
                Some(last) if last.from == from && last.text.len() < TURN_BYTES => {
                    last.text.push(' ');
                    last.text.push_str(&cue.text);
                }
                _ => out.push(Source {
                    from,
                    at_ms: Some(cue.start_ms),
                    text: cue.text,
                    ..Source::default()
                }),
            }
        }
        Ok(out)
    }
}

fn size(task: &Task) -> usize {
    task.sources.iter().map(|source| source.text.len() + source.from.len()).sum::<usize>()
        + task.wish.len()
}

fn person(scope: &Scope) -> Option<UserId> {
    match scope.actor() {
        Actor::User(user) => Some(user),
        _ => None,
    }
}

fn place(scope: &Scope, id: Uuid) -> Context {
    Context::new("language_settings.sealed", scope.tenant(), id)
}

/// The most text of one task (our own choice: a meeting of nine hours).
const MAX_BYTES: usize = 1 << 20;
/// The most pieces of one task.
const MAX_SOURCES: usize = 10_000;
/// The most signs of a wish.
const MAX_WISH: usize = 2_000;
/// What of a transcript is one piece.
const TURN_BYTES: usize = 4_000;
/// About what our own instructions take.
const OWN_BYTES: usize = 4_000;
/// How long it is kept what endpoints were asked.
const KEPT_DAYS: i64 = 400;
