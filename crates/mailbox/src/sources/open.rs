//! Connections that stay open for a while: a list, its next page and the mail that is opened out of it are one
//! conversation with the server, not three sign-ins.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use kernel::TenantId;
use mail_sources::MailSource;
use uuid::Uuid;

/// Mailboxes that were read lately, by tenant and identifier. Who may read one is asked before it is looked for here.
#[derive(Debug, Default)]
pub(crate) struct OpenBoxes(Mutex<BTreeMap<(TenantId, Uuid), Open>>);

#[derive(Debug)]
struct Open {
    /// What it was signed in with, sealed: a new secret is another connection.
    sealed: Vec<u8>,
    mailbox: Arc<dyn MailSource>,
    used_at: Timestamp,
}

impl OpenBoxes {
    /// The mailbox, if it was read lately with the same secret.
    pub(crate) fn find(
        &self,
        key: (TenantId, Uuid),
        (sealed, now): (&[u8], Timestamp),
    ) -> Option<Arc<dyn MailSource>> {
        self.close_idle(now);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let open = all.get_mut(&key).filter(|open| open.sealed == sealed)?;
        open.used_at = now;
        Some(Arc::clone(&open.mailbox))
    }

    /// Keeps one open; beyond what may be open at once it is not kept.
    pub(crate) fn keep(
        &self,
        key: (TenantId, Uuid),
        (sealed, now): (&[u8], Timestamp),
        mailbox: &Arc<dyn MailSource>,
    ) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() < MOST || all.contains_key(&key) {
            let mailbox = Arc::clone(mailbox);
            all.insert(key, Open { sealed: sealed.to_vec(), mailbox, used_at: now });
        }
    }

    /// Closes one: its owner disconnected it.
    pub(crate) fn close(&self, key: (TenantId, Uuid)) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
    }

    /// Closes those that nobody read for a while.
    pub(crate) fn close_idle(&self, now: Timestamp) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, open| open.used_at > now - IDLE);
    }
}

/// Connections at once, and for how long one stays open that nobody uses; our own choice, well below the half hour that
/// servers wait (RFC 3501 §5.4).
const MOST: usize = 500;
const IDLE: SignedDuration = SignedDuration::from_mins(3);
