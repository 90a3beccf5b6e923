//! Triggers: operations that are watched for something, by polling or by a subscription.
//!
//! What fires is an event of the topic [`FIRED`] on the trigger's own stream, its body as JSON, in the transaction
//! that remembers how far the trigger came: nothing is lost, and a poll that is repeated after a crash before that
//! transaction finds the same things again. Other rooms follow the stream with a cursor of their own.

mod poll;
mod subscribe;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use event_log::{NewEvent, Topic};
use jiff::Timestamp;
use kernel::{
    ApiConnectorId, ConnectionId, EnvironmentId, EventId, Permission, Scope, TenantId, TriggerId,
    UserId,
};
use openapi::TriggerKind;
use seal::Context;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    Connectors, Error, Result,
    catalogue::{Audited, known},
    invoke::Call,
    store, text,
};

/// How a trigger is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watch {
    /// The hub asks again and again.
    Polling,
    /// The service calls an address of the hub.
    Webhook,
}

impl Watch {
    /// The name in the interface and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Polling => "polling",
            Self::Webhook => "webhook",
        }
    }

    pub(crate) fn read(text: &str) -> Option<Self> {
        [Self::Polling, Self::Webhook].into_iter().find(|watch| watch.as_str() == text)
    }
}

/// Whether a trigger is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TriggerState {
    /// It is.
    Active,
    /// It failed too often, or could not be subscribed.
    Failed,
}

impl TriggerState {
    /// The name in the interface and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Failed => "failed",
        }
    }

    pub(crate) fn read(text: &str) -> Option<Self> {
        [Self::Active, Self::Failed].into_iter().find(|state| state.as_str() == text)
    }
}

/// A trigger that is watched.
#[derive(Debug, Clone, PartialEq)]
pub struct Trigger {
    /// The identifier; also of the stream of its events.
    pub id: TriggerId,
    /// Where its connector is.
    pub environment: EnvironmentId,
    /// The connector.
    pub connector: ApiConnectorId,
    /// What it is called with.
    pub connection: Option<ConnectionId>,
    /// The version of the connector.
    pub version: i64,
    /// The operationId.
    pub operation: String,
    /// The name that people see.
    pub name: String,
    /// How it is watched.
    pub watch: Watch,
    /// Values by parameter name.
    pub inputs: Map<String, Value>,
    /// How often it is polled; for a subscription, the first wait after a renewal that failed.
    pub interval_seconds: i64,
    /// Whether it is watched.
    pub state: TriggerState,
    /// Why it is not, as a code.
    pub reason: Option<String>,
    /// When it is polled next, or its subscription is renewed.
    pub due_at: Option<Timestamp>,
    /// How many events there were.
    pub fired: i64,
    /// When the last one was.
    pub fired_at: Option<Timestamp>,
    /// Failures since the last success.
    pub failures: i64,
    /// Who made it.
    pub created_by: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A trigger to watch.
#[derive(Debug, Clone)]
pub struct NewTrigger {
    /// The operationId.
    pub operation: String,
    /// The name; the operation's unless given.
    pub name: Option<String>,
    /// Values by parameter name.
    pub inputs: Map<String, Value>,
    /// What it is called with; a shared one, or the caller's own.
    pub connection: Option<ConnectionId>,
    /// How often it is polled; at least once a minute is not taken.
    pub interval_seconds: i64,
}

/// What the next poll needs, or the end of a subscription; sealed, for it may hold answers and addresses.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Kept {
    /// What the last poll left.
    #[serde(default)]
    memory: Option<connector_engine::Memory>,
    /// The address that ends the subscription.
    #[serde(default)]
    subscription: Option<String>,
    /// The last part of the address that the service calls.
    #[serde(default)]
    secret: Option<String>,
}

impl Connectors {
    /// The triggers of a connector that are watched.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::Store`].
    pub async fn triggers(&self, scope: &Scope, id: ApiConnectorId) -> Result<Vec<Trigger>> {
        scope.require(Permission::ConnectorManage)?;
        self.db
            .read(scope, move |tx| {
                known(tx, id)?;
                Ok(store::triggers::of_connector(tx, id)?)
            })
            .await
    }

    /// Begins to watch a trigger: the first poll is soon and fires nothing, a subscription is made at once.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::OperationNotFound`], [`Error::Invalid`],
    /// [`Error::ConnectionNotFound`], [`Error::TooMany`], and of a subscription everything of
    /// [`Connectors::invoke`].
    pub async fn create_trigger(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
        new: NewTrigger,
    ) -> Result<Trigger> {
        scope.require(Permission::ConnectorManage)?;
        let live = self.live(scope, id).await?;
        let compiled = self.compiled_version(scope, id, live.number).await?;
        let package = compiled.package();
        let Some(operation) = package.operation(&new.operation) else {
            return Err(Error::OperationNotFound { operation: new.operation });
        };
        let watch = match operation.trigger_kind() {
            Some(TriggerKind::Polling) => Watch::Polling,
            Some(TriggerKind::Webhook) => Watch::Webhook,
            None => {
                let detail = "an operation that is a trigger";
                return Err(Error::invalid("/operation", "trigger.not_one", detail));
            }
        };
        if !(MIN_INTERVAL..=MAX_INTERVAL).contains(&new.interval_seconds) {
            let detail = format!("{MIN_INTERVAL} to {MAX_INTERVAL} seconds");
            return Err(Error::invalid("/interval_seconds", "trigger.interval", detail));
        }
        let name = new.name.or_else(|| operation.summary().map(text::shortened));
        let name = name.filter(|name| !name.trim().is_empty());
        let name = name.unwrap_or_else(|| new.operation.clone());
        text::name("/name", &name)?;
        if let Some(connection) = new.connection {
            let opened = self.open_connection(scope, connection).await?;
            if opened.connection.connector != id
                || !crate::connections::may_call(scope, &opened.connection)
            {
                return Err(Error::ConnectionNotFound { connection });
            }
        }
        let connection = if let Some(connection) = new.connection {
            Some(connection)
        } else {
            // Whoever watches is nobody: what the maker would call with is named, so that it stays the same.
            let call = Call::new(id, new.operation.clone());
            let chosen = self.choose(scope, &call, (&live, &compiled)).await;
            chosen.ok().flatten().map(|opened| opened.connection.id)
        };
        let now = self.clock.now();
        let trigger = Trigger {
            id: self.ids.fresh(),
            environment: live.environment,
            connector: id,
            connection,
            version: live.number,
            operation: new.operation,
            name: name.trim().to_owned(),
            watch,
            inputs: new.inputs,
            interval_seconds: new.interval_seconds,
            state: TriggerState::Active,
            reason: None,
            due_at: (watch == Watch::Polling).then_some(now),
            fired: 0,
            fired_at: None,
            failures: 0,
            created_by: scope.user(),
            created_at: now,
        };
        let secret = (watch == Watch::Webhook).then(|| {
            let bytes: [u8; 24] = self.ids.secret_bytes();
            URL_SAFE_NO_PAD.encode(bytes)
        });
        let kept = Kept { secret, ..Kept::default() };
        let sealed = self.seal_kept(scope.tenant(), trigger.id, &kept)?;
        let row = trigger.clone();
        self.db
            .write(scope, move |tx| {
                known(tx, row.connector)?;
                let all = store::triggers::of_connector(tx, row.connector)?;
                if i64::try_from(all.len()).unwrap_or(i64::MAX) >= MAX_TRIGGERS {
                    return Err(Error::TooMany { limit: MAX_TRIGGERS });
                }
                store::triggers::insert(tx, &row, &sealed)?;
                let change = Audited::new("trigger.create", row.id, now);
                Ok(change.after(view(&row)).write(tx)?)
            })
            .await?;
        if watch != Watch::Webhook {
            return Ok(trigger);
        }
        match Box::pin(self.subscribe(scope, &trigger, kept)).await {
            Ok(trigger) => Ok(trigger),
            Err(error) => {
                let id = trigger.id;
                let undo = move |tx: &db::Tx<'_>| store::triggers::delete(tx, id);
                self.db.write(scope, undo).await?;
                Err(error)
            }
        }
    }

    /// Stops to watch a trigger; a subscription is ended at the service, as far as it tells how.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::TriggerNotFound`], [`Error::Store`].
    pub async fn delete_trigger(&self, scope: &Scope, id: TriggerId) -> Result<()> {
        scope.require(Permission::ConnectorManage)?;
        let (trigger, kept) = self.trigger_with(scope, id).await?;
        if trigger.watch == Watch::Webhook {
            Box::pin(self.unsubscribe(scope, &trigger, &kept)).await;
        }
        let now = self.clock.now();
        self.db
            .write(scope, move |tx| {
                store::triggers::lookup(tx, id)?.ok_or(Error::TriggerNotFound { trigger: id })?;
                store::triggers::delete(tx, id)?;
                forget(tx, id)?;
                let change = Audited::new("trigger.delete", id, now);
                Ok(change.before(view(&trigger)).write(tx)?)
            })
            .await
    }

    async fn trigger_with(&self, scope: &Scope, id: TriggerId) -> Result<(Trigger, Kept)> {
        let found = self
            .db
            .read(scope, move |tx| {
                let trigger = store::triggers::lookup(tx, id)?;
                Ok::<_, Error>(trigger.zip(store::triggers::sealed(tx, id)?))
            })
            .await?;
        let (trigger, sealed) = found.ok_or(Error::TriggerNotFound { trigger: id })?;
        let kept = self.open_kept(scope.tenant(), id, &sealed)?;
        Ok((trigger, kept))
    }

    fn open_kept(&self, tenant: TenantId, id: TriggerId, sealed: &[u8]) -> Result<Kept> {
        let plain = self.sealer.open(&Context::new(COLUMN, tenant, id.uuid()), sealed)?;
        Ok(serde_json::from_slice(plain.expose()).unwrap_or_default())
    }

    fn seal_kept(&self, tenant: TenantId, id: TriggerId, kept: &Kept) -> Result<Vec<u8>> {
        let plain = kernel::Secret::new(serde_json::to_vec(kept).unwrap_or_default());
        Ok(self.sealer.seal(&Context::new(COLUMN, tenant, id.uuid()), plain.expose())?)
    }

    /// Stores what a trigger found, and how far it came, in one transaction, on the row as it is then. Nothing is stored
    /// and `None` answered when the trigger is gone, or when somebody else has it: whoever polls holds a `lease`.
    async fn settle(
        &self,
        scope: &Scope,
        (id, lease): (TriggerId, Option<Timestamp>),
        change: impl Fn(Trigger) -> Trigger + Send + Sync + 'static,
        (kept, events): (Option<&Kept>, Vec<Vec<u8>>),
    ) -> Result<Option<Trigger>> {
        let now = self.clock.now();
        let sealed = kept.map(|kept| self.seal_kept(scope.tenant(), id, kept)).transpose()?;
        let drawn: Vec<EventId> = events.iter().map(|_| self.ids.fresh()).collect();
        self.db
            .write(scope, move |tx| {
                let Some(before) = store::triggers::lookup(tx, id)? else { return Ok(None) };
                if lease.is_some_and(|lease| !is_same(before.due_at, lease)) {
                    return Ok(None);
                }
                let meta = json!({
                    "trigger": id, "connector": before.connector, "operation": before.operation,
                });
                let meta = meta.to_string();
                let mut last = 0;
                for (event, body) in drawn.iter().zip(&events) {
                    let event = NewEvent {
                        topic: FIRED,
                        stream: id.uuid(),
                        id: *event,
                        at: now,
                        meta: &meta,
                        body: Some(body),
                    };
                    last = event_log::append(tx, &event)?;
                }
                if last > KEPT_EVENTS {
                    event_log::prune(tx, FIRED, id.uuid(), last - KEPT_EVENTS)?;
                }
                let mut after = change(before);
                if !events.is_empty() {
                    after.fired += i64::try_from(events.len()).unwrap_or(i64::MAX);
                    after.fired_at = Some(now);
                }
                store::triggers::update(tx, &after, now)?;
                if let Some(sealed) = &sealed {
                    store::triggers::set_sealed(tx, id, sealed)?;
                }
                Ok(Some(after))
            })
            .await
    }

    /// Forgets what triggers found longer ago than it is kept; for the sweep.
    pub(crate) async fn prune_events(&self, scope: &Scope) -> Result<()> {
        let days = i64::from(self.settings.trigger_event_days);
        let before = self.clock.now() - jiff::SignedDuration::from_hours(24 * days);
        for id in self.db.read_one(scope, store::triggers::fired).await? {
            let stream = id.uuid();
            loop {
                let prune = move |tx: &db::Tx<'_>| {
                    let oldest = event_log::read_after(tx, FIRED, stream, 0, SLICE)?;
                    let old = oldest.iter().filter(|event| event.at < before);
                    let Some(last) = old.map(|event| event.position).max() else { return Ok(0) };
                    event_log::prune(tx, FIRED, stream, last)
                };
                if self.db.write(scope, prune).await? < u64::from(SLICE) {
                    break;
                }
            }
        }
        Ok(())
    }
}

/// Whether an instant of a row is one that was written there: rows hold microseconds.
fn is_same(stored: Option<Timestamp>, written: Timestamp) -> bool {
    stored.is_some_and(|stored| stored.as_microsecond() == written.as_microsecond())
}

/// Forgets what a trigger found, inside the transaction that removes it.
pub(crate) fn forget(tx: &db::Tx<'_>, id: TriggerId) -> db::Result<()> {
    let head = event_log::head(tx, FIRED, id.uuid())?;
    event_log::prune(tx, FIRED, id.uuid(), head)?;
    event_log::forget(tx, FIRED, id.uuid())
}

fn view(trigger: &Trigger) -> Value {
    json!({
        "name": trigger.name, "connector": trigger.connector, "operation": trigger.operation,
        "kind": trigger.watch.as_str(), "connection": trigger.connection,
        "interval_seconds": trigger.interval_seconds,
    })
}

/// The topic of what triggers found; the stream is the trigger, the body one event as JSON, `meta` is
/// `{"trigger", "connector", "operation"}`.
pub const FIRED: Topic = "api_trigger.fired";

/// The sealed column.
const COLUMN: &str = "api_triggers.sealed";
/// Seconds between two polls; our own choice.
const MIN_INTERVAL: i64 = 60;
const MAX_INTERVAL: i64 = 7 * 24 * 3600;
/// Triggers of one connector; our own choice.
const MAX_TRIGGERS: i64 = 200;
/// Events of one trigger that are kept for whoever follows it; our own choice.
const KEPT_EVENTS: i64 = 1_000;
/// Events that are forgotten in one transaction.
const SLICE: u32 = 500;
