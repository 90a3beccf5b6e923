//! Which connection a call uses.

use std::sync::Arc;

use kernel::{Scope, UserId};
use uuid::Uuid;

use super::{Call, Live};
use crate::{
    Connectors, Error, Result,
    connection::{Connection, Opened, State},
    connections::may_call,
    definition::Compiled,
    sign_in::{SignInKind, sign_in_kind},
    store,
};

impl Connectors {
    /// The connection that is named, or the one that the caller would take; none where the connector needs none.
    pub(crate) async fn choose(
        &self,
        scope: &Scope,
        call: &Call,
        (live, compiled): (&Live, &Compiled),
    ) -> Result<Option<Arc<Opened>>> {
        if let Some(id) = call.connection {
            let opened = self.open_connection(scope, id).await?;
            let connection = &opened.connection;
            if connection.connector != call.connector || !may_call(scope, connection) {
                return Err(Error::ConnectionNotFound { connection: id });
            }
            usable(connection)?;
            return Ok(Some(opened));
        }
        let properties = &compiled.package().properties;
        if properties.connection_parameters().is_empty() && properties.parameter_sets().is_empty() {
            return Ok(None);
        }
        let version = self.cache.version();
        let person = scope.user().map_or(Uuid::nil(), UserId::uuid);
        let key = (scope.tenant(), call.connector.uuid(), person);
        if let Some(known) = self.cache.chosen(key) {
            let opened = self.open_connection(scope, known.into()).await?;
            if usable(&opened.connection).is_ok() && may_call(scope, &opened.connection) {
                return Ok(Some(opened));
            }
        }
        let (connector, user) = (call.connector, scope.user());
        let read = move |tx: &db::Tx<'_>| store::connections::usable(tx, connector, user);
        let all = self.db.read_one(scope, read).await?;
        // Own before shared, as they were read; what works before what does not.
        let best = all.iter().find(|connection| connection.state == State::Connected);
        if let Some(best) = best {
            let opened = self.open_connection(scope, best.id).await?;
            self.cache.keep_chosen(key, best.id.uuid(), version);
            return Ok(Some(opened));
        }
        if let Some(broken) = all.first() {
            usable(broken)?;
        }
        let needed = Error::ConnectionNeeded { connector };
        if user.is_none() {
            return Err(needed);
        }
        match sign_in_kind(live, compiled, None, &[]) {
            Ok(SignInKind::OnBehalfOf) => {
                let made = Box::pin(self.create_silently(scope, connector)).await?;
                Ok(Some(self.open_connection(scope, made.id).await?))
            }
            _ => Err(needed),
        }
    }
}

/// Whether a connection can be used now.
fn usable(connection: &Connection) -> Result<()> {
    let id = connection.id;
    match connection.state {
        State::Connected => Ok(()),
        State::Revoked => Err(Error::ConnectionRevoked { connection: id }),
        State::Pending => Err(Error::ConnectionBroken {
            connection: id,
            reason: "connection.sign_in_needed".to_owned(),
        }),
        State::Broken => Err(Error::ConnectionBroken {
            connection: id,
            reason: connection.reason.clone().unwrap_or_default(),
        }),
    }
}
