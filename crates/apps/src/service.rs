//! The service that edges and other rooms hold.

use std::{fmt, sync::Arc};

use db::Db;
use identity::SystemScopes;
use kernel::{Clock, Ids};

use crate::Settings;

/// What the service is made of.
#[derive(Debug)]
pub struct Parts {
    /// Storage.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers.
    pub ids: Ids,
    /// Scopes for what the operator offers to every tenant.
    pub scopes: SystemScopes,
    /// Settings of this room.
    pub settings: Settings,
}

/// Apps of every tenant. One is made at start and shared.
pub struct Apps {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Ids,
    pub(crate) scopes: SystemScopes,
    pub(crate) settings: Settings,
}

impl fmt::Debug for Apps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Apps").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Apps {
    /// The apps on a database.
    pub fn new(parts: Parts) -> Self {
        let Parts { db, clock, ids, scopes, settings } = parts;
        Self { db, clock, ids, scopes, settings }
    }

    /// What the operator set.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }
}
