//! The service that edges and other rooms hold.

use std::{fmt, sync::Arc};

use db::Db;
use identity::{Identity, SystemScopes};
use kernel::{Clock, Ids};
use records::{Plugin, Records};

use crate::{Workspaces, guard::Guard};

/// What the service is made of.
#[derive(Debug)]
pub struct Parts {
    /// Storage.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers.
    pub ids: Ids,
    /// People, licences, environments.
    pub identity: Arc<Identity>,
    /// Scopes for the room's own work.
    pub scopes: SystemScopes,
    /// The rows of environments.
    pub records: Records,
    /// Where links go to.
    pub workspaces: Arc<dyn Workspaces>,
}

/// Whether records may be linked to channels.
pub struct LinkingSetup(pub(crate) Parts);

impl fmt::Debug for LinkingSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkingSetup").finish_non_exhaustive()
    }
}

impl LinkingSetup {
    /// The settings of linking on a database.
    pub fn open(parts: Parts) -> Arc<Self> {
        Arc::new(Self(parts))
    }

    /// Where links go to.
    pub fn workspaces(&self) -> &Arc<dyn Workspaces> {
        &self.0.workspaces
    }

    /// What runs with changes of rows, for [`Records::plug`].
    pub fn plugins(&self) -> Vec<Arc<dyn Plugin>> {
        vec![Arc::new(Guard)]
    }
}
