//! Trying connections, and looking ahead to their end.

use jiff::SignedDuration;
use kernel::{ConnectionId, Permission, Scope};
use serde_json::Map;

use crate::{
    Connectors, Error, Result,
    calls::Via,
    connection::{Connection, State},
    definition::Compiled,
    invoke::{Call, is_on_behalf},
    store,
};

/// How trying a connection went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// Whether the API took it; none where the connector names no operation to try it with and there is no
    /// sign-in to try.
    pub accepted: Option<bool>,
    /// The operation that was called.
    pub operation: Option<String>,
    /// The status of the answer.
    pub status: Option<u16>,
}

impl Connectors {
    /// Tries a connection with the operation that its connector names for that; where there is none, with its
    /// sign-in alone.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::ConnectionNotFound`], and everything of [`Connectors::invoke`].
    pub async fn test_connection(&self, scope: &Scope, id: ConnectionId) -> Result<Trial> {
        scope.require(Permission::ConnectionUse)?;
        let opened = self.open_connection(scope, id).await?;
        if !super::may_call(scope, &opened.connection) {
            return Err(Error::ConnectionNotFound { connection: id });
        }
        let connector = opened.connection.connector;
        let live = self.live(scope, connector).await?;
        let compiled = self.compiled_version(scope, connector, live.number).await?;
        let Some(call) = test_call(&compiled, &opened.connection) else {
            let token = self.access_token(scope, (&live, &compiled), &opened, None).await?;
            let accepted = token.is_some().then_some(true);
            return Ok(Trial { accepted, operation: None, status: None });
        };
        let operation = call.operation.clone();
        let answer = Box::pin(self.invoke(scope, call)).await?;
        let accepted = (200..300).contains(&answer.status);
        // The row may have changed during the call.
        let opened = self.open_connection(scope, id).await?;
        // What is refused to the caller's own token says nothing about the connection.
        let refused =
            matches!(answer.status, 401 | 403) && !is_on_behalf(&live, &compiled, &opened);
        if accepted || refused {
            self.note_trial(scope, &opened.connection, accepted).await?;
        }
        Ok(Trial {
            accepted: Some(accepted),
            operation: Some(operation),
            status: Some(answer.status),
        })
    }

    async fn note_trial(&self, scope: &Scope, before: &Connection, accepted: bool) -> Result<()> {
        let now = self.clock.now();
        let after = Connection {
            state: if accepted { State::Connected } else { State::Broken },
            reason: (!accepted).then(|| REFUSED.to_owned()),
            tested_at: if accepted { Some(now) } else { before.tested_at },
            updated_at: now,
            ..before.clone()
        };
        let id = after.id;
        let write = move |tx: &db::Tx<'_>| {
            // Somebody who changed it meanwhile knows better.
            if store::connections::update(tx, &after)? {
                tx.notify(crate::cache::CONNECTIONS, id.uuid(), 0);
            }
            Ok::<_, Error>(())
        };
        self.db.write(scope, write).await
    }

    /// The connections that have to be renewed soon, or are broken: the caller's own, and for makers all of them.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn ailing_connections(&self, scope: &Scope) -> Result<Vec<Connection>> {
        scope.require(Permission::ConnectionUse)?;
        let days = i64::from(self.settings.expiry_warning_days);
        let until = self.clock.now() + SignedDuration::from_hours(24 * days);
        let person = scope.user().filter(|_| !scope.may(Permission::ConnectorManage));
        let all = scope.may(Permission::ConnectorManage);
        self.db
            .read_one(scope, move |tx| store::connections::ailing(tx, until, (person, all)))
            .await
            .map_err(Error::Store)
    }
}

/// The operation that a connector names for trying connections with, as a call with this one.
pub(crate) fn test_call(compiled: &Compiled, connection: &Connection) -> Option<Call> {
    let test = compiled.package().definition.test_connection()?;
    let inputs: Map<_, _> =
        test.parameters.iter().map(|(name, value)| (name.to_owned(), value.to_value())).collect();
    Some(Call {
        inputs,
        connection: Some(connection.id),
        via: Via::Test,
        ..Call::new(connection.connector, test.operation_id.to_owned())
    })
}

/// The API did not take the connection.
pub(crate) const REFUSED: &str = "connection.refused";
