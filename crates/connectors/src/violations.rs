//! What data policies refused: who wanted which operation, when, and which policy stood in the way.

use jiff::Timestamp;
use kernel::{
    ApiConnectorId, ConnectionId, Cursor, DataPolicyId, EnvironmentId, Limit, Page, Permission,
    Scope,
};
use uuid::Uuid;

use crate::{
    Connectors, Error, Result,
    calls::{Call, CallEntry, Via, place},
    policy::{Ground, Subject},
    prebuilt::Prebuilt,
    store,
};

/// A call, a connection or a publication that a data policy refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The line of the log of calls.
    pub call: Call,
    /// Where the connector is.
    pub environment: EnvironmentId,
    /// The name of the connector, while it is there.
    pub connector_name: Option<String>,
    /// The policy.
    pub policy: DataPolicyId,
    /// Its name, while it is there.
    pub policy_name: Option<String>,
    /// Which kind of rule it was.
    pub ground: Ground,
}

/// Which refusals are asked for; empty fields let everything through.
#[derive(Debug, Clone, Copy, Default)]
pub struct RefusalFilter {
    /// By this policy.
    pub policy: Option<DataPolicyId>,
    /// In this environment.
    pub environment: Option<EnvironmentId>,
}

/// What a data policy may refuse besides calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// A connection was to be made; or, where it is there, to be changed or signed in to.
    Connection(Option<ConnectionId>),
    /// Something built on a connector, such as an action, was to be published or enabled.
    Publication(Uuid),
}

impl Connectors {
    /// Whether data policies let a connection be made, changed or signed in to; a refusal is kept.
    pub(crate) async fn check_connection(
        &self,
        scope: &Scope,
        connector: ApiConnectorId,
        connection: Option<ConnectionId>,
    ) -> Result<()> {
        let uses = [(connector, None)];
        let environment = self.live(scope, connector).await?.environment;
        let outcome = self.check_policy(scope, environment, &uses).await;
        if matches!(outcome, Err(Error::PolicyViolation { .. })) {
            self.note_refused(scope, Attempt::Connection(connection), &uses).await?;
        }
        outcome
    }

    /// Keeps which of the `uses` data policies refuse, a line for each, where refused calls are kept too: see
    /// [`Connectors::refusals`].
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn note_refused(
        &self,
        scope: &Scope,
        attempt: Attempt,
        uses: &[(ApiConnectorId, Option<&str>)],
    ) -> Result<()> {
        let policies = self.policies(scope).await?;
        let (via, connection, subject) = match attempt {
            Attempt::Connection(connection) => (Via::Connection, connection, None),
            Attempt::Publication(subject) => (Via::Publication, None, Some(subject)),
        };
        let at = self.clock.now();
        for (connector, operation) in uses {
            let live = self.live(scope, *connector).await?;
            let wanted = Subject { connector: *connector, address: &live.address };
            let Some(violation) = policies.judge(live.environment, wanted, *operation) else {
                continue;
            };
            self.log.put(CallEntry {
                scope: scope.clone(),
                id: self.ids.fresh(),
                at,
                connector: *connector,
                environment: live.environment,
                version: live.number,
                operation: operation.unwrap_or_default().to_owned(),
                connection,
                via,
                subject,
                actor: scope.actor(),
                request: scope.request(),
                outcome: "data_policy.violation".into(),
                status: None,
                duration_us: 0,
                sent_bytes: 0,
                received_bytes: 0,
                refused: Some((violation.policy, violation.ground)),
            });
        }
        Ok(())
    }

    /// A page of what data policies refused, calls and attempts, the newest first, as far as the log of calls goes back.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::Invalid`] for a cursor of another list, [`crate::Error::Store`].
    pub async fn refusals(
        &self,
        scope: &Scope,
        filter: RefusalFilter,
        limit: Limit,
        after: Option<&Cursor>,
    ) -> Result<Page<Refusal>> {
        scope.require(Permission::DataPolicyManage)?;
        self.flush_calls().await?;
        let before: Option<(Timestamp, Uuid)> = after.map(place).transpose()?;
        let rows = self
            .db
            .read_one(scope, move |tx| store::calls::refusals(tx, filter, before, limit.probe()))
            .await?;
        let mut page = Page::cut(rows, limit, |row: &Refusal| row.call.cursor());
        for row in &mut page.items {
            let prebuilt = Prebuilt::of(row.call.connector);
            row.connector_name =
                row.connector_name.take().or_else(|| prebuilt.map(|it| it.name().to_owned()));
        }
        Ok(page)
    }
}
