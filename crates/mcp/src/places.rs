//! How many streams a credential may hold open at once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use kernel::Scope;

/// The streams that are open on this node, by credential.
#[derive(Debug, Default)]
pub(crate) struct Places {
    taken: Mutex<HashMap<String, usize>>,
}

/// One stream; gives its place back when it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    places: Arc<Places>,
    owner: String,
}

impl Places {
    /// A place for one more stream of a caller; none when all are taken. Sessions do not count apart: whoever begins
    /// another one has no more places than before.
    pub(crate) fn take(self: &Arc<Self>, scope: &Scope) -> Option<Place> {
        let owner = match scope.credential() {
            Some(credential) => credential.to_string(),
            None => scope.actor().to_string(),
        };
        let mut taken = self.taken();
        let count = taken.entry(owner.clone()).or_default();
        if *count >= MOST {
            return None;
        }
        *count += 1;
        drop(taken);
        Some(Place { places: Arc::clone(self), owner })
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        if let Some(count) = taken.get_mut(&self.owner) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                taken.remove(&self.owner);
            }
        }
    }
}

/// Most streams of a credential: some windows of one client. Our own choice.
pub(crate) const MOST: usize = 8;

#[cfg(test)]
mod tests {
    use kernel::{Actor, CredentialId, Permission};
    use testkit::{ids, scope};

    use super::*;

    #[test]
    fn a_credential_has_eight_places_and_gets_back_what_it_leaves() {
        let (ids, places) = (ids(), Arc::new(Places::default()));
        let (one, two): (CredentialId, CredentialId) = (ids.fresh(), ids.fresh());
        let person = scope(ids.fresh(), Actor::User(ids.fresh()), &[Permission::ActionUse]);
        let mine = person.clone().with_credential(one);
        let mut held: Vec<Place> = (0..MOST).map(|_| places.take(&mine).unwrap()).collect();
        assert!(places.take(&mine).is_none());
        assert!(places.take(&person.with_credential(two)).is_some(), "another credential");
        held.pop();
        assert!(places.take(&mine).is_some());
        drop(held);
        assert!(places.taken().is_empty());
    }
}
