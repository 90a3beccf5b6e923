//! Which workspace a tenant's links go to.

use std::{fmt, future::ready, sync::Arc};

use futures_util::future::BoxFuture;
use identity::SystemScopes;
use kernel::{Scope, TenantId};
use uuid::Uuid;
use workspace_port::{Result, Workspace};

use crate::MicrosoftTeams;

/// Which workspace a tenant's links go to, and one person's seat at it. Whoever builds the hub hands it over; no room
/// sees an adapter.
pub trait Workspaces: Send + Sync + fmt::Debug {
    /// A person at the workspace.
    fn of<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<Arc<dyn Workspace>>>;

    /// The workspace's own jobs.
    fn jobs(&self, tenant: TenantId) -> BoxFuture<'_, Result<Arc<dyn Workspace>>>;

    /// What kind of workspace it is; kept with each link.
    fn kind(&self, scope: &Scope) -> Kind;

    /// What the tenant is called there: what links keep as `msdyn_tenantid`.
    fn tenant(&self, scope: &Scope) -> Uuid;

    /// Microsoft Teams of the hub's tenants, where the hub has it.
    fn teams(&self) -> Option<&MicrosoftTeams> {
        None
    }
}

/// A kind of workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The hub's own teams and channels.
    Embedded,
    /// Microsoft Teams, over Microsoft Graph.
    Graph,
}

impl Kind {
    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::Graph => "graph",
        }
    }

    /// The kind of a stored word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Embedded, Self::Graph].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A seat of somebody at the hub's own workspace.
type Seat = Box<dyn Fn(&Scope) -> Arc<dyn Workspace> + Send + Sync>;

/// The hub's own workspace, for every tenant: people as themselves, jobs as the system.
pub struct OwnWorkspace {
    scopes: SystemScopes,
    seat: Seat,
}

impl fmt::Debug for OwnWorkspace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnWorkspace").finish_non_exhaustive()
    }
}

impl OwnWorkspace {
    /// The workspace whose seats `seat` makes.
    pub fn new(scopes: SystemScopes, seat: Seat) -> Self {
        Self { scopes, seat }
    }
}

impl Workspaces for OwnWorkspace {
    fn of<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<Arc<dyn Workspace>>> {
        Box::pin(ready(Ok((self.seat)(scope))))
    }

    fn jobs(&self, tenant: TenantId) -> BoxFuture<'_, Result<Arc<dyn Workspace>>> {
        Box::pin(ready(Ok((self.seat)(&self.scopes.scope(tenant, "linking")))))
    }

    fn kind(&self, _scope: &Scope) -> Kind {
        Kind::Embedded
    }

    fn tenant(&self, scope: &Scope) -> Uuid {
        scope.tenant().into()
    }
}
