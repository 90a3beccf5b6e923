//! Allowing and barring kinds of places, with effect at once.

use db::Tx;
use event_log::{Change, Subject};
use kernel::{Permission, Scope};

use super::Targets;
use crate::{Error, Forwarding, Kind, Result, store};

impl Targets {
    /// To which kinds of places the organisation's cards may go; for everybody, since forms offer only those.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn forwarding(&self, scope: &Scope) -> Result<Forwarding> {
        scope.require(Permission::MessageRead)?;
        Ok(self.db.read_one(scope, move |tx: &Tx<'_>| store::forwarding::read(tx)).await?)
    }

    /// Allows and bars kinds, for the whole organisation. Targets of a kind that is barred keep what waits, and go on
    /// where they stopped once it is allowed again; new ones cannot be made, and tests are refused. What was being sent
    /// in that moment ends within a second.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn set_forwarding(
        &self,
        scope: &Scope,
        changes: &[(Kind, bool)],
    ) -> Result<Forwarding> {
        scope.require(Permission::WebhookManageAll)?;
        let (at, changes) = (self.clock.now(), changes.to_vec());
        let write = move |tx: &Tx<'_>| {
            let before = store::forwarding::read(tx)?;
            let change =
                |all: Forwarding, (kind, allowed): &(Kind, bool)| all.with(*kind, *allowed);
            let after = changes.iter().fold(before.clone(), change);
            if after != before {
                store::forwarding::write(tx, &after, at)?;
                let subject = Subject::new("forwarding", tx.tenant());
                let (old, new) = (Some(before.summary()), Some(after.summary()));
                let action = "forwarding.switch";
                let change = Change { action, subject, before: old, after: new, at };
                event_log::audit(tx, &change)?;
            }
            Ok::<_, db::Error>(after)
        };
        Ok(self.db.write(scope, write).await?)
    }
}

/// Refuses what the administrator keeps from going out.
pub(super) fn check(tx: &Tx<'_>, kind: Kind) -> Result<()> {
    if store::forwarding::bars(tx, kind)? { Err(Error::Barred { kind }) } else { Ok(()) }
}
