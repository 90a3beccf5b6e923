//! What becomes of the connections of people who leave.
//!
//! A personal connection speaks for its owner. It counts as revoked from the moment on at which its owner may no longer
//! work here, whoever calls with it, triggers too; with somebody who was disabled it comes back when they do. Of somebody
//! who was deleted its secrets go for good. Shared connections belong to the organisation and stay.

use std::collections::BTreeSet;

use db::Tx;
use kernel::{Scope, UserId};

use crate::{
    Connectors, Result,
    cache::CONNECTIONS,
    catalogue::Audited,
    connection::{Connection, State},
    store::connections,
};

/// Whether a connection speaks for somebody who may not work here now.
pub(crate) fn is_left(tx: &Tx<'_>, connection: &Connection) -> db::Result<bool> {
    match connection.owner.filter(|_| !connection.shared) {
        Some(owner) => Ok(!identity::users::is_active(tx, owner)?),
        None => Ok(false),
    }
}

impl Connectors {
    /// Withdraws the personal connections of people who were deleted; for the sweep. Those of whom a notice has come
    /// are looked at each time, everybody now and then: notices are hints.
    pub(crate) async fn end_leavers(&self, scope: &Scope) -> Result<()> {
        let tenant = scope.tenant();
        let owners: Vec<UserId> = match self.cache.changed_people(tenant) {
            Some(changed) => changed.into_iter().collect(),
            None => self.db.read_one(scope, connections::owners).await?,
        };
        for group in owners.chunks(GROUP) {
            let (group, now) = (group.to_vec(), self.clock.now());
            let end = move |tx: &Tx<'_>| {
                let mut ended = BTreeSet::new();
                for owner in &group {
                    if !identity::users::is_gone(tx, *owner)? {
                        continue;
                    }
                    for before in connections::of_person(tx, *owner)? {
                        if before.shared || before.state == State::Revoked {
                            continue;
                        }
                        let after = Connection {
                            state: State::Revoked,
                            reason: Some(OWNER_LEFT.to_owned()),
                            secret_names: Vec::new(),
                            expires_at: None,
                            updated_at: now,
                            ..before
                        };
                        connections::update(tx, &after)?;
                        connections::set_sealed(tx, after.id, None)?;
                        tx.notify(CONNECTIONS, after.id.uuid(), 0);
                        let what = serde_json::json!({ "state": "revoked", "reason": OWNER_LEFT });
                        Audited::new("connection.revoke", after.id, now).after(what).write(tx)?;
                        ended.insert(after.id);
                    }
                    connections::delete_attempts_of(tx, *owner)?;
                }
                Ok::<_, crate::Error>(ended)
            };
            for id in self.db.write(scope, end).await? {
                self.tokens.forget_connection(tenant, id.uuid());
            }
        }
        Ok(())
    }
}

/// Why a connection is over whose owner has left.
pub(crate) const OWNER_LEFT: &str = "connection.owner_left";
/// People that are looked at in one transaction.
const GROUP: usize = 200;
