//! What data policies refused: who wanted which operation, when, and which policy stood in the way.

use jiff::Timestamp;
use kernel::{Cursor, DataPolicyId, EnvironmentId, Limit, Page, Permission, Scope};
use uuid::Uuid;

use crate::{
    Connectors, Result,
    calls::{Call, place},
    policy::Ground,
    store,
};

/// A call that a data policy refused.
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

impl Connectors {
    /// A page of what data policies refused, the newest first, as far as the log of calls goes back.
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
        Ok(Page::cut(rows, limit, |row| row.call.cursor()))
    }
}
