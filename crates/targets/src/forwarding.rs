//! The administrator's switch: to which kinds of places the organisation's cards may go.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use crate::Kind;

/// Which kinds of places are barred; everything is allowed until somebody bars it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Forwarding {
    barred: BTreeSet<Kind>,
}

impl Forwarding {
    /// With these kinds barred.
    pub fn barring(kinds: impl IntoIterator<Item = Kind>) -> Self {
        Self { barred: kinds.into_iter().collect() }
    }

    /// Whether cards may go to places of this kind.
    pub fn allows(&self, kind: Kind) -> bool {
        !self.barred.contains(&kind)
    }

    /// The same with one kind allowed or barred.
    #[must_use]
    pub fn with(mut self, kind: Kind, allowed: bool) -> Self {
        if allowed {
            self.barred.remove(&kind);
        } else {
            self.barred.insert(kind);
        }
        self
    }

    /// What is barred.
    pub fn barred(&self) -> impl Iterator<Item = Kind> {
        self.barred.iter().copied()
    }

    /// Every kind with whether it is allowed, for the audit.
    pub(crate) fn summary(&self) -> Json {
        let pairs = Kind::ALL.map(|kind| (kind.as_str().to_owned(), self.allows(kind).into()));
        Json::Object(Map::from_iter(pairs))
    }
}
