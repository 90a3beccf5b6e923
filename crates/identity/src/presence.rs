//! Somebody who stays: a long answer, such as an event stream, that must end when its credential does.
//!
//! A request is checked once, when it comes. What goes on for minutes asks again: at once when the credential,
//! its owner or the tenant changed, and once in a minute in any case.

use std::{sync::Arc, time::Duration};

use kernel::Scope;
use tokio::{sync::Notify, time::Instant};

use crate::{Identity, Result, credentials};

/// A credential that is watched while an answer goes on. It costs no query while nothing changes but one a
/// minute.
#[derive(Debug)]
pub struct Presence {
    identity: Arc<Identity>,
    scope: Scope,
    bell: Arc<Notify>,
    next: Instant,
    /// Whether a check has begun and is not done.
    due: bool,
}

impl Identity {
    /// Watches the credential of a scope. A scope of the hub's own jobs has none, and is never over.
    pub fn presence(self: &Arc<Self>, scope: &Scope) -> Presence {
        let bell = Arc::new(Notify::new());
        let keys = [
            scope.credential().map(kernel::CredentialId::uuid),
            scope.user().map(kernel::UserId::uuid),
            Some(scope.tenant().uuid()),
        ];
        self.cache.ring_for(keys.into_iter().flatten(), &bell);
        Presence {
            identity: Arc::clone(self),
            scope: scope.clone(),
            bell,
            next: Instant::now() + AT_LATEST,
            // What changed between the check of the request and now rings for nobody.
            due: true,
        }
    }

    /// Whether the credential of the scope would still give the same rights.
    async fn is_present(&self, scope: &Scope) -> Result<bool> {
        let Some(id) = scope.credential() else { return Ok(true) };
        let found = self.db.read_one(scope, move |tx| credentials::lookup(tx, id)).await?;
        let now = self.clock.now();
        let Some(credential) = found.filter(|credential| credential.is_live(now)) else {
            return Ok(false);
        };
        let standing = self.standing_of(scope.tenant(), &credential, scope.request()).await?;
        Ok(standing.rights == scope.permissions())
    }
}

impl Presence {
    /// Waits until the credential no longer lets in, or no longer with the same rights: whoever may go on is
    /// let in again when asking anew. Cancel safe.
    pub async fn over(&mut self) {
        loop {
            if !self.due {
                tokio::select! {
                    () = self.bell.notified() => {}
                    () = tokio::time::sleep_until(self.next) => {}
                }
                self.due = true;
            }
            // A failure ends it as well: the caller asks anew, and is told why.
            if !self.identity.is_present(&self.scope).await.unwrap_or(false) {
                return;
            }
            self.due = false;
            self.next = Instant::now() + AT_LATEST;
        }
    }
}

/// The longest that a change can go unnoticed, should its notice be lost.
const AT_LATEST: Duration = Duration::from_mins(1);
