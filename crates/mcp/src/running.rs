//! The calls that run, so that a client can withdraw one.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use kernel::Scope;
use tokio_util::sync::CancellationToken;

/// The calls that run on this node, by who asked and under which identifier.
#[derive(Debug, Default)]
pub(crate) struct Running {
    calls: Mutex<HashMap<Key, (u64, CancellationToken)>>,
}

type Key = (String, String);

/// A call that runs; leaves the list when it is dropped, and then nobody waits for it any more.
#[derive(Debug)]
pub(crate) struct Ticket {
    running: Arc<Running>,
    key: Key,
    number: u64,
    pub(crate) cancelled: CancellationToken,
}

impl Running {
    /// Notes a call. Identifiers are unique within a session, and within a credential where there is none;
    /// a client that repeats one can withdraw only the later call.
    pub(crate) fn enter(self: &Arc<Self>, owner: String, id: &str) -> Ticket {
        let cancelled = CancellationToken::new();
        let key = (owner, id.to_owned());
        let mut calls = self.calls();
        let number = calls.get(&key).map_or(0, |(number, _)| number.wrapping_add(1));
        calls.insert(key.clone(), (number, cancelled.clone()));
        drop(calls);
        Ticket { running: Arc::clone(self), key, number, cancelled }
    }

    /// Withdraws a call, if it runs here and belongs to the owner.
    pub(crate) fn cancel(&self, owner: String, id: &str) {
        if let Some((_, cancelled)) = self.calls().get(&(owner, id.to_owned())) {
            cancelled.cancel();
        }
    }

    fn calls(&self) -> MutexGuard<'_, HashMap<Key, (u64, CancellationToken)>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.cancelled.cancel();
        let mut calls = self.running.calls();
        if calls.get(&self.key).is_some_and(|(number, _)| *number == self.number) {
            calls.remove(&self.key);
        }
    }
}

/// Who may withdraw what was asked.
pub(crate) fn owner(scope: &Scope, session: Option<&str>) -> String {
    match (session, scope.credential()) {
        (Some(session), _) => session.to_owned(),
        (None, Some(credential)) => credential.to_string(),
        (None, None) => scope.actor().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_owner_withdraws_a_call_and_only_while_it_runs() {
        let running = Arc::new(Running::default());
        let ticket = running.enter("a".into(), "1");
        running.cancel("b".into(), "1");
        running.cancel("a".into(), "2");
        assert!(!ticket.cancelled.is_cancelled());
        let again = running.enter("a".into(), "1");
        drop(ticket);
        running.cancel("a".into(), "1");
        assert!(again.cancelled.is_cancelled());
        drop(again);
        assert!(running.calls().is_empty());
    }
}
