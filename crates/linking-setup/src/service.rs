//! The service that edges and other rooms hold.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use db::Db;
use identity::{Identity, SystemScopes};
use kernel::{Clock, Ids, Scope};
use records::{Plugin, Records};

use crate::{
    BroughtBack, Came, Decision, Error, MicrosoftTeams, Purpose, Result, Workspaces, cache::Cache,
    guard::Guard,
};

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
pub struct LinkingSetup(pub(crate) Parts, pub(crate) Cache, AtomicBool);

impl fmt::Debug for LinkingSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkingSetup").finish_non_exhaustive()
    }
}

impl LinkingSetup {
    /// The settings of linking on a database.
    pub fn open(parts: Parts) -> Arc<Self> {
        let cache = Cache::new(&parts.db);
        Arc::new(Self(parts, cache, AtomicBool::new(false)))
    }

    /// Closes linking for every tenant, environment and CRM of this hub until it is started again without: the operator's
    /// own switch, in the place of the vendor's remote one (record-linking reference, §2.3). Switches, consents and links
    /// stay as they are.
    pub fn close(&self) {
        self.2.store(true, Ordering::Relaxed);
    }

    /// Whether the operator closed linking.
    pub fn is_closed(&self) -> bool {
        self.2.load(Ordering::Relaxed)
    }

    /// Where links go to.
    pub fn workspaces(&self) -> &Arc<dyn Workspaces> {
        &self.0.workspaces
    }

    /// Microsoft Teams of the hub's tenants.
    ///
    /// # Errors
    /// [`Error::TeamsMissing`] for a hub that was started without.
    pub fn teams(&self) -> Result<&MicrosoftTeams> {
        self.0.workspaces.teams().ok_or(Error::TeamsMissing)
    }

    /// Takes a browser back from the directory: a sign-in is kept, and what an administrator agreed to there is agreed to
    /// here.
    ///
    /// # Errors
    /// As [`MicrosoftTeams::came_back`] and [`LinkingSetup::consent`].
    pub async fn came_back(&self, scope: &Scope, back: BroughtBack) -> Result<Came> {
        let came = self.teams()?.came_back(scope, back).await?;
        if let Purpose::Consent(which) = came.purpose {
            self.consent(scope, which, Decision::Accept).await?;
        }
        Ok(came)
    }

    pub(crate) const fn parts(&self) -> &Parts {
        &self.0
    }

    /// What runs with changes of rows, for [`Records::plug`].
    pub fn plugins(&self) -> Vec<Arc<dyn Plugin>> {
        vec![Arc::new(Guard)]
    }
}
