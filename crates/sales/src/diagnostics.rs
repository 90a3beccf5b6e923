//! What calls of surfaces came to, kept for a while for makers and administrators. Of requests their shape is kept,
//! never what an email says; of answers counts and reasons alone.

use jiff::Timestamp;
use kernel::{
    ActionId, ApiConnectorId, Cursor, EnvironmentId, Limit, Page, Permission, RequestId, Scope,
};
use serde_json::Value;
use uuid::Uuid;

use crate::{Error, Outcome, Point, Result, Sales, store};

/// What one call came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    /// The identifier; the partner was told it as `x-ms-client-request-id`.
    pub id: Uuid,
    /// When it began.
    pub at: Timestamp,
    /// The surface.
    pub point: Point,
    /// Where.
    pub environment: EnvironmentId,
    /// The action.
    pub action: ActionId,
    /// Its connector.
    pub connector: ApiConnectorId,
    /// The name of the connector at that time.
    pub connector_name: String,
    /// The operationId.
    pub operation: String,
    /// Who, such as `user:01890a5d-…`.
    pub actor: String,
    /// The request that asked for the surface.
    pub request: RequestId,
    /// What it came to.
    pub outcome: Outcome,
    /// The code of the failure, the partner's or ours.
    pub code: Option<String>,
    /// What the partner said about it.
    pub message: Option<String>,
    /// The partner's own identifier of it.
    pub activity: Option<String>,
    /// The status.
    pub status: Option<i64>,
    /// How long it took, in microseconds.
    pub duration_us: i64,
    /// Items that came.
    pub received: i64,
    /// Items that are shown.
    pub shown: i64,
    /// Method, address and inputs as they were sent, without what an email says.
    pub sent: Value,
    /// What was left out or changed: `{"index", "field", "what"}` each.
    pub remarks: Value,
}

/// Which calls are asked for; empty fields let everything through.
#[derive(Debug, Clone, Default)]
pub struct DiagnosticFilter {
    /// Of one surface.
    pub point: Option<Point>,
    /// Of one action.
    pub action: Option<ActionId>,
    /// Only those with this outcome.
    pub outcome: Option<Outcome>,
    /// Only those that are not as they should be.
    pub failed: bool,
}

impl Sales {
    /// A page of what calls came to, newest first. For makers of connectors and for administrators.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Cursor`], [`Error::Store`].
    pub async fn diagnostics(
        &self,
        scope: &Scope,
        filter: DiagnosticFilter,
        limit: Limit,
        after: Option<&Cursor>,
    ) -> Result<Page<Diagnostic>> {
        look(scope)?;
        let before = after.map(place).transpose()?;
        let read = move |tx: &db::Tx<'_>| store::page(tx, &filter, before, limit.probe());
        let rows = self.db.read_one(scope, read).await?;
        Ok(Page::cut(rows, limit, |row| {
            Cursor::new(&format!("{}.{}", row.at.as_microsecond(), row.id))
        }))
    }

    /// What one call came to.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::CallNotFound`], [`Error::Store`].
    pub async fn diagnostic(&self, scope: &Scope, id: Uuid) -> Result<Diagnostic> {
        look(scope)?;
        let found = self.db.read_one(scope, move |tx| store::lookup(tx, id)).await?;
        found.ok_or(Error::CallNotFound { call: id })
    }
}

/// Whether somebody may see more than what surfaces show: makers of connectors, and administrators of actions.
pub(crate) fn look(scope: &Scope) -> Result<()> {
    if !scope.may(Permission::ActionManage) {
        scope.require(Permission::ConnectorManage)?;
    }
    Ok(())
}

fn place(cursor: &Cursor) -> Result<(Timestamp, Uuid)> {
    let text: String = cursor.key()?;
    let read = || {
        let (at, id) = text.split_once('.')?;
        let at = Timestamp::from_microsecond(at.parse().ok()?).ok()?;
        Some((at, id.parse().ok()?))
    };
    read().ok_or_else(|| {
        Error::field("/after", "cursor.invalid", "the cursor was not given by this list")
    })
}
