//! Somebody who stays: a long answer, such as an event stream, that must end when its credential does.
//!
//! A request is checked once, when it comes. What goes on for minutes asks again when the credential, its
//! owner or the tenant changed: the notice of the change rings, and where notices were lost it rings for
//! everybody. The time a credential ends at is looked at once in a minute. While nothing changes nobody asks
//! the database, however many stay.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use kernel::Scope;
use tokio::{sync::Notify, time::Instant};

use crate::{Caller, Identity, Result, credentials};

/// A credential that is watched while an answer goes on.
#[derive(Debug)]
pub struct Presence {
    identity: Arc<Identity>,
    scope: Scope,
    bell: Arc<Notify>,
    next: Instant,
    /// When the credential ends, if ever.
    ends: Option<Timestamp>,
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
            ends: None,
            // What changed between the check of the request and now rings for nobody.
            due: true,
        }
    }

    /// Whether the credential of the scope would still give the same rights, and until when.
    async fn look_again(&self, scope: &Scope) -> Result<(bool, Option<Timestamp>)> {
        let Some(id) = scope.credential() else { return Ok((true, None)) };
        if let Some(bearer) = self.bearers.get(&id) {
            let caller = Caller {
                request: scope.request(),
                origin: None,
                language: None,
                client: String::new(),
            };
            let bearing = self.bearing_of(&bearer, &caller).await?;
            let same = bearing.is_some_and(|bearing| bearing.rights == scope.permissions());
            return Ok((same, Some(bearer.expires_at)));
        }
        let found = self.db.read_one(scope, move |tx| credentials::lookup(tx, id)).await?;
        let now = self.clock.now();
        let Some(credential) = found.filter(|credential| credential.is_live(now)) else {
            return Ok((false, None));
        };
        let standing = self.standing_of(scope.tenant(), &credential, scope.request()).await?;
        Ok((standing.rights == scope.permissions(), credential.expires_at))
    }
}

impl Presence {
    /// Waits until the credential no longer lets in, or no longer with the same rights: whoever may go on is
    /// let in again when asking anew. Cancel safe.
    pub async fn over(&mut self) {
        loop {
            if !self.due {
                self.due = tokio::select! {
                    () = self.bell.notified() => true,
                    () = tokio::time::sleep_until(self.next) => {
                        self.identity.cache.look();
                        self.ends.is_some_and(|end| self.identity.clock.now() >= end)
                    }
                };
                self.next = Instant::now() + AT_LATEST;
                continue;
            }
            // A failure ends it as well: the caller asks anew, and is told why.
            let Ok((true, ends)) = self.identity.look_again(&self.scope).await else { return };
            (self.due, self.ends) = (false, ends);
        }
    }
}

/// How often the clock is looked at.
const AT_LATEST: Duration = Duration::from_mins(1);
