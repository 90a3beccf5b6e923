//! The log of calls: who called which operation, when, and how it went. Bodies are not in it.

use std::{borrow::Cow, time::Duration};

use jiff::Timestamp;
use kernel::{
    Actor, ApiConnectorId, ConnectionId, Cursor, DataPolicyId, EnvironmentId, Limit, Page,
    Permission, RequestId, Scope,
};
use tokio::sync::{Notify, mpsc};
use uuid::Uuid;

use crate::{Connectors, Result, policy::Ground, store};

/// On which way a call came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Via {
    /// A page of ours.
    Page,
    /// REST, or the command line.
    Rest,
    /// Model Context Protocol.
    Mcp,
    /// A surface of the sales features.
    ExtensionPoint,
    /// A trigger that polls or subscribes.
    Trigger,
    /// The page on which a maker tries operations, and the examples kept there.
    Test,
    /// A seller's CRM, through a prebuilt connector. Only refusals are kept.
    Crm,
    /// Nothing was called: a connection was to be made, changed or signed in to. Only refusals are kept.
    Connection,
    /// Nothing was called: an action was to be published or enabled. Only refusals are kept.
    Publication,
}

impl Via {
    /// The name in the log and in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Rest => "rest",
            Self::Mcp => "mcp",
            Self::ExtensionPoint => "extension_point",
            Self::Trigger => "trigger",
            Self::Test => "test",
            Self::Crm => "crm",
            Self::Connection => "connection",
            Self::Publication => "publication",
        }
    }
}

/// A call on its way into the log.
#[derive(Debug, Clone)]
pub(crate) struct CallEntry {
    pub(crate) scope: Scope,
    pub(crate) id: Uuid,
    pub(crate) at: Timestamp,
    pub(crate) connector: ApiConnectorId,
    pub(crate) environment: EnvironmentId,
    pub(crate) version: i64,
    pub(crate) operation: String,
    pub(crate) connection: Option<ConnectionId>,
    pub(crate) via: Via,
    pub(crate) subject: Option<Uuid>,
    pub(crate) actor: Actor,
    pub(crate) request: RequestId,
    pub(crate) outcome: Cow<'static, str>,
    pub(crate) status: Option<u16>,
    pub(crate) duration_us: i64,
    pub(crate) sent_bytes: i64,
    pub(crate) received_bytes: i64,
    /// The policy that refused it, and why.
    pub(crate) refused: Option<(DataPolicyId, Ground)>,
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The identifier.
    pub id: Uuid,
    /// When it began.
    pub at: Timestamp,
    /// The connector.
    pub connector: ApiConnectorId,
    /// The version of the connector.
    pub version: i64,
    /// The operationId.
    pub operation: String,
    /// What it was reached with.
    pub connection: Option<ConnectionId>,
    /// On which way it came, such as `mcp`.
    pub via: String,
    /// For what it was made, such as an action.
    pub subject: Option<Uuid>,
    /// Who, such as `user:01890a5d-…`.
    pub actor: String,
    /// The request.
    pub request: RequestId,
    /// `done`, or the code of the failure.
    pub outcome: String,
    /// The status of the API's answer.
    pub status: Option<i64>,
    /// How long it took, in microseconds.
    pub duration_us: i64,
    /// Bytes of the request bodies.
    pub sent_bytes: i64,
    /// Bytes of the answer's body.
    pub received_bytes: i64,
}

impl Call {
    /// Where the list goes on after it.
    pub(crate) fn cursor(&self) -> Cursor {
        Cursor::new(&format!("{}.{}", self.at.as_microsecond(), self.id))
    }
}

/// Which calls are asked for; empty fields let everything through.
#[derive(Debug, Clone, Default)]
pub struct CallFilter {
    /// Of one connector.
    pub connector: Option<ApiConnectorId>,
    /// Of one operation.
    pub operation: Option<String>,
    /// For one thing, such as an action.
    pub subject: Option<Uuid>,
    /// Only those that failed.
    pub failed: bool,
}

/// How an operation did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// The operationId.
    pub operation: String,
    /// How often it was called.
    pub calls: i64,
    /// How often that failed, failures that the API answered included.
    pub failed: i64,
    /// How often no answer came in time.
    pub late: i64,
    /// What one call in twenty exceeds, in microseconds.
    pub p95_us: i64,
    /// The last call.
    pub last_at: Timestamp,
    /// The last failure: its code, the status if there was one, and when.
    pub last_error: Option<(String, Option<i64>, Timestamp)>,
}

/// The way into the log; full is full, and then a line is dropped rather than a caller held up.
#[derive(Debug)]
pub(crate) struct Log {
    sender: mpsc::Sender<CallEntry>,
    receiver: tokio::sync::Mutex<mpsc::Receiver<CallEntry>>,
    /// Tells the worker that lines wait; it never holds the receiver while it has nothing to write.
    wake: Notify,
}

impl Log {
    pub(crate) fn new() -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE);
        Self { sender, receiver: tokio::sync::Mutex::new(receiver), wake: Notify::new() }
    }

    pub(crate) fn put(&self, entry: CallEntry) {
        if self.sender.try_send(entry).is_err() {
            tracing::warn!("the log of calls is full: a line was dropped");
        }
        self.wake.notify_one();
    }
}

impl Connectors {
    /// A page of the log of calls, newest first. Makers see all of it.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::NotFound`], [`crate::Error::Invalid`] for a cursor of another list, [`crate::Error::Store`].
    pub async fn calls(
        &self,
        scope: &Scope,
        filter: CallFilter,
        limit: Limit,
        after: Option<&Cursor>,
    ) -> Result<Page<Call>> {
        scope.require(Permission::ConnectorManage)?;
        self.known_connector(scope, filter.connector).await?;
        self.flush_calls().await?;
        let before = match after {
            Some(cursor) => Some(place(cursor)?),
            None => None,
        };
        let rows = self
            .db
            .read_one(scope, move |tx| store::calls::page(tx, &filter, before, limit.probe()))
            .await?;
        Ok(Page::cut(rows, limit, Call::cursor))
    }

    /// How the operations of a connector, or for one thing such as an action, did since `since`.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::NotFound`], [`crate::Error::Store`].
    pub async fn health(
        &self,
        scope: &Scope,
        filter: CallFilter,
        since: Timestamp,
    ) -> Result<Vec<Health>> {
        if !scope.may(Permission::ActionManage) {
            scope.require(Permission::ConnectorManage)?;
        }
        self.known_connector(scope, filter.connector).await?;
        self.flush_calls().await?;
        let read = move |tx: &db::Tx<'_>| store::calls::health(tx, &filter, since);
        Ok(self.db.read(scope, read).await?)
    }

    async fn known_connector(&self, scope: &Scope, id: Option<ApiConnectorId>) -> Result<()> {
        match id {
            Some(id) => self.connector(scope, id).await.map(drop),
            None => Ok(()),
        }
    }

    /// Writes what waits for the log. The worker calls it again and again.
    ///
    /// # Errors
    /// [`crate::Error::Store`]; the lines of that group are lost, which the process's log says.
    pub async fn flush_calls(&self) -> Result<()> {
        let mut receiver = self.log.receiver.lock().await;
        // What comes while this writes is gathered for the next time: on a busy hub a few would come with every commit,
        // for ever, and each commit writes the same pages again.
        let mut waiting = receiver.len();
        while waiting > 0 {
            let mut group: Vec<CallEntry> = Vec::with_capacity(waiting.min(GROUP));
            while group.len() < waiting.min(GROUP) {
                let Ok(entry) = receiver.try_recv() else { break };
                group.push(entry);
            }
            waiting = waiting.saturating_sub(group.len());
            if group.is_empty() {
                break;
            }
            self.write_group(group).await?;
        }
        Ok(())
    }

    /// Waits until lines wait to be written; may be given up at any moment.
    pub(crate) async fn calls_to_write(&self) {
        self.log.wake.notified().await;
    }

    /// Writes what waits, and what comes within a moment.
    pub(crate) async fn gather_calls(&self) -> Result<()> {
        tokio::time::sleep(GATHER).await;
        self.flush_calls().await
    }

    /// One transaction for each tenant.
    async fn write_group(&self, mut group: Vec<CallEntry>) -> Result<()> {
        kernel::sort_by_key(&mut group, |entry| entry.scope.tenant());
        let mut rest = group;
        while let Some(first) = rest.first() {
            let tenant = first.scope.tenant();
            let end = rest.iter().position(|e| e.scope.tenant() != tenant).unwrap_or(rest.len());
            let others = rest.split_off(end);
            let system = self.scopes.scope(tenant, JOB);
            let (entries, audited) = (rest, self.settings.audit_calls);
            self.db
                .write(&system, move |tx| {
                    store::calls::insert(tx, &entries)?;
                    // What a policy refused is in the audit whatever the settings say.
                    let told = entries.iter().filter(|entry| audited || entry.refused.is_some());
                    let changes: Vec<_> = told.map(change).collect();
                    if !changes.is_empty() {
                        event_log::audit_many(tx, &changes)?;
                    }
                    Ok::<_, crate::Error>(())
                })
                .await?;
            rest = others;
        }
        Ok(())
    }
}

fn change(entry: &CallEntry) -> (&Scope, event_log::Change) {
    let after = serde_json::json!({
        "operation": entry.operation, "version": entry.version, "connection": entry.connection,
        "via": entry.via.as_str(), "outcome": entry.outcome, "status": entry.status,
        "policy": entry.refused.map(|(policy, _)| policy), "ground": entry.refused.map(|(_, ground)| ground.code()),
    });
    let change = event_log::Change {
        action: "api_connector.call",
        subject: event_log::Subject::new("api_connector", entry.connector),
        before: None,
        after: Some(after),
        at: entry.at,
    };
    (&entry.scope, change)
}

pub(crate) fn place(cursor: &Cursor) -> Result<(Timestamp, Uuid)> {
    let text: String = cursor.parse::<String>().map_err(|_source| bad_cursor())?;
    let (at, id) = text.split_once('.').ok_or_else(bad_cursor)?;
    let at: i64 = at.parse().map_err(|_source| bad_cursor())?;
    let at = Timestamp::from_microsecond(at).map_err(|_source| bad_cursor())?;
    Ok((at, id.parse().map_err(|_source| bad_cursor())?))
}

fn bad_cursor() -> crate::Error {
    crate::Error::invalid("/after", "cursor.invalid", "the list did not give this cursor")
}

/// The name under which the log is written.
const JOB: &str = "api-calls";
/// Lines that wait for the log at most.
const QUEUE: usize = 20_000;
/// How long lines are gathered.
const GATHER: Duration = Duration::from_millis(50);
/// Lines that are written at once, so that the writer is free again after some 5 ms.
const GROUP: usize = 250;
