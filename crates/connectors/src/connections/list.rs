//! Lists of connections over all connectors, and what stands on one.

use jiff::SignedDuration;
use kernel::{ApiConnectorId, ConnectionId, Cursor, Limit, Page, Permission, Scope};

use super::visible;
use crate::{
    Connectors, Error, Result,
    connection::{Connection, State},
    model::Dependent,
    sign_in, store,
};

/// Which connections are asked for; empty fields let everything through.
#[derive(Debug, Clone, Default)]
pub struct ConnectionFilter {
    /// Whose.
    pub whose: Whose,
    /// In this state.
    pub state: Option<State>,
    /// Of this connector.
    pub connector: Option<ApiConnectorId>,
    /// With these letters in its name or in the connector's, in any letter case.
    pub text: String,
}

/// Whose connections are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Whose {
    /// The caller's own.
    #[default]
    Own,
    /// Those that everybody may use.
    Shared,
    /// All of them; makers only.
    All,
}

/// A connection in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundConnection {
    /// The connection.
    pub connection: Connection,
    /// The name of its connector.
    pub connector_name: String,
}

/// What stands on a connection.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConnectionUses {
    /// Triggers that are watched with it.
    pub triggers: Vec<Dependent>,
    /// Actions of its connector; they use whichever connection their caller has.
    pub actions: Vec<Dependent>,
    /// Calls with it while the log of calls goes back.
    pub calls: i64,
}

impl Connectors {
    /// Connections over all connectors, the newest first.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`] for one's own without a person, [`Error::Invalid`] for a cursor of
    /// another list, [`Error::Store`].
    pub async fn find_connections(
        &self,
        scope: &Scope,
        filter: ConnectionFilter,
        limit: Limit,
        after: Option<&Cursor>,
    ) -> Result<Page<FoundConnection>> {
        scope.require(Permission::ConnectionUse)?;
        let person = match filter.whose {
            Whose::Own => Some(scope.user().ok_or(Error::PersonNeeded)?),
            Whose::Shared => None,
            Whose::All => {
                scope.require(Permission::ConnectorManage)?;
                None
            }
        };
        let before = after.map(Cursor::parse::<ConnectionId>).transpose().map_err(|_source| {
            Error::invalid("/after", "cursor.invalid", "the list did not give this cursor")
        })?;
        let rows = self
            .db
            .read_one(scope, move |tx| {
                store::connections::find(tx, &filter, (person, before), limit.probe())
            })
            .await?;
        Ok(Page::cut(rows, limit, |row| Cursor::new(&row.connection.id.to_string())))
    }

    /// What stands on a connection.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::ConnectionNotFound`], [`Error::Store`].
    pub async fn connection_uses(&self, scope: &Scope, id: ConnectionId) -> Result<ConnectionUses> {
        scope.require(Permission::ConnectionUse)?;
        self.flush_calls().await?;
        let days = i64::from(self.settings.call_log_days);
        let since = self.clock.now() - SignedDuration::from_hours(24 * days);
        let viewer = scope.clone();
        self.db
            .read(scope, move |tx| {
                let connection = visible(tx, &viewer, id)?;
                let mut actions = store::dependents(tx, connection.connector)?;
                actions.retain(|dependent| !["connection", "trigger"].contains(&&*dependent.kind));
                Ok(ConnectionUses {
                    triggers: store::triggers::of_connection(tx, id)?,
                    actions,
                    calls: store::calls::count_with(tx, (connection.connector, id), since)?,
                })
            })
            .await
    }

    /// The connection to which the caller is signing in, by the `state` that the browser brought back; finishing the
    /// sign-in forgets it.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn connection_of_sign_in(
        &self,
        scope: &Scope,
        state: &str,
    ) -> Result<Option<ConnectionId>> {
        scope.require(Permission::ConnectionUse)?;
        let Some(user) = scope.user() else { return Ok(None) };
        let hash = sign_in::hash(state);
        let find = move |tx: &db::Tx<'_>| store::connections::attempted(tx, &hash, user);
        Ok(self.db.read_one(scope, find).await?)
    }
}
