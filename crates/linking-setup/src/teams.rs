//! Microsoft Teams as the workspace that a tenant's records are linked to.
//!
//! [`MicrosoftTeams`] keeps what a tenant says of its directory and of our application there ([`settings`]), the tokens
//! of people who signed in ([`people`]), and the subscriptions to changes of linked teams ([`watch`], [`notices`]). For
//! [`Workspaces`] it gives each person a seat with their own token, the hub's jobs one with the application's, and
//! everybody of a tenant without it the hub's own workspace. It knows no team: seats are made by the adapter, which
//! whoever builds the hub hands over.

mod check;
mod labels;
mod notices;
mod people;
mod settings;
mod sign_in;
mod spoken;
mod store;
mod watch;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use db::{Db, Tx};
use egress::{Client, Networks};
use futures_util::future::BoxFuture;
use graph::Graph;
use identity::{Identity, SystemScopes};
use kernel::{Clock, Ids, Permission, Scope, Secret, TenantId, UserId};
use oauth::{Flows, Tokens};
use seal::Sealer;
use tokio_util::task::TaskTracker;
use url::Url;
use uuid::Uuid;
use workspace_port::{Error as Away, Workspace};

pub use self::{
    check::{Checked, Finding},
    labels::{Label, NewLabel},
    notices::{Heard, MAX_NOTICE_BYTES},
    people::{Account, SignInState},
    settings::{Cloud, NewTeams, Proof, Teams},
    sign_in::{BroughtBack, Came, Purpose},
    spoken::{Spoken, TRANSCRIPTS_TOLD},
    watch::{TEAMS_TOLD, Woken},
};

use crate::{Error, Kind, OwnWorkspace, Result, Workspaces};

/// Whose seat at Teams it is to be.
pub enum Sitting {
    /// The hub's jobs, with what was granted to the application.
    Jobs,
    /// A person who signed in there for the hub, with their own token for Graph.
    SignedIn(Secret<String>),
    /// A person whose sign-in to the hub is that of the directory, with a token that is exchanged.
    OnBehalf(UserId, Secret<String>),
}

impl fmt::Debug for Sitting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jobs => "Jobs",
            Self::SignedIn(_) => "SignedIn",
            Self::OnBehalf(..) => "OnBehalf",
        })
    }
}

/// Makes a seat at an organisation's Teams; the text is the identifier in the manifest of our app there.
pub type SeatOf = Box<dyn Fn(Graph, Sitting, &str) -> Arc<dyn Workspace> + Send + Sync>;

/// What it is made of.
pub struct TeamsParts {
    /// Storage.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers and secrets.
    pub ids: Ids,
    /// Seals secrets and tokens.
    pub sealer: Sealer,
    /// Scopes for the room's own work.
    pub scopes: SystemScopes,
    /// People, and what is kept of their sign-in.
    pub identity: Arc<Identity>,
    /// The only way out.
    pub client: Client,
    /// Which addresses the operator opened.
    pub networks: Networks,
    /// The address of the hub's pages; the directory sends browsers back to it, Graph its notices.
    pub public_url: Url,
    /// The adapter.
    pub seat: SeatOf,
    /// What tenants without it have.
    pub own: OwnWorkspace,
}

impl fmt::Debug for TeamsParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TeamsParts").finish_non_exhaustive()
    }
}

/// Which tenants have it switched on, as it was last read: the directory.
type Known = HashMap<TenantId, Uuid>;

/// Microsoft Teams of every tenant that has it. One is made at start and shared.
pub struct MicrosoftTeams {
    pub(crate) parts: TeamsParts,
    pub(crate) flows: Flows,
    /// Tokens for Graph: the application's own, and those that were exchanged.
    pub(crate) tokens: Tokens,
    /// Renewals of people's tokens, one each.
    pub(crate) renewed: Tokens,
    /// Renewals under way: they are asked to their end, whoever waits.
    pub(crate) renewing: TaskTracker,
    known: RwLock<Known>,
    /// Notices that are being taken in.
    pub(crate) doors: tokio::sync::Semaphore,
}

impl fmt::Debug for MicrosoftTeams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MicrosoftTeams").finish_non_exhaustive()
    }
}

impl MicrosoftTeams {
    /// Teams on a database. [`MicrosoftTeams::load`] has to follow.
    pub fn open(parts: TeamsParts) -> Arc<Self> {
        let flows = Flows::new(parts.client.clone(), Arc::clone(&parts.clock), parts.ids.clone());
        let (tokens, renewed) =
            (Tokens::new(Arc::clone(&parts.clock)), Tokens::new(Arc::clone(&parts.clock)));
        Arc::new(Self {
            parts,
            flows,
            tokens,
            renewed,
            renewing: TaskTracker::new(),
            known: RwLock::default(),
            doors: tokio::sync::Semaphore::new(notices::DOORS),
        })
    }

    /// Reads which tenants have it, so that [`Workspaces::kind`] is right from the first question on.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn load(&self) -> Result<()> {
        for tenant in self.parts.scopes.tenants().await? {
            self.current(&self.root(tenant.id)).await?;
        }
        Ok(())
    }

    /// The room's own work in a tenant.
    pub(crate) fn root(&self, tenant: TenantId) -> Scope {
        self.parts.scopes.scope(tenant, JOB)
    }

    /// What a tenant says, and keeps in mind that it does.
    pub(crate) async fn current(&self, scope: &Scope) -> Result<Option<store::Kept>> {
        let found = self.parts.db.read_one(scope, store::teams).await?;
        self.remember(scope.tenant(), found.as_ref());
        Ok(found)
    }

    /// The same where it is switched on.
    pub(crate) async fn in_use(&self, scope: &Scope) -> Result<Option<store::Kept>> {
        Ok(self.current(scope).await?.filter(|kept| kept.teams.enabled))
    }

    pub(crate) fn remember(&self, tenant: TenantId, kept: Option<&store::Kept>) {
        let directory = kept.filter(|kept| kept.teams.enabled).map(|kept| kept.teams.directory);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        match directory {
            Some(directory) => known.insert(tenant, directory),
            None => known.remove(&tenant),
        };
    }

    fn directory(&self, tenant: TenantId) -> Option<Uuid> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&tenant).copied()
    }

    /// The client of Microsoft Graph that a tenant uses, for rooms that read what is so there; none where it uses none.
    pub async fn client_of(&self, tenant: TenantId) -> Option<Graph> {
        let root = self.root(tenant);
        let kept = self.in_use(&root).await.ok().flatten()?;
        self.graph(&root, &kept).ok()
    }

    /// The client of a tenant's organisation.
    pub(crate) fn graph(&self, scope: &Scope, kept: &store::Kept) -> Result<Graph> {
        let parts = graph::Parts {
            http: self.parts.client.clone(),
            flows: self.flows.clone(),
            tokens: self.tokens.clone(),
        };
        Ok(Graph::new(parts, self.organisation(scope, kept)?))
    }

    /// A person's seat at Teams.
    async fn sit(&self, scope: &Scope, kept: &store::Kept, user: UserId) -> Result<Sitting> {
        if let Some(token) = self.own_token(scope, kept, user).await? {
            return Ok(Sitting::SignedIn(token));
        }
        // who signs in to the hub at the same directory needs no second sign-in
        let audience = kept.teams.client_id.to_string();
        match self.parts.identity.assertion(scope, &audience, &kept.teams.login).await {
            Ok(Some(assertion)) => Ok(Sitting::OnBehalf(user, assertion)),
            Ok(None) | Err(identity::Error::Provider(_) | identity::Error::Denied(_)) => {
                Err(Error::TeamsSignInNeeded)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The client of a tenant's organisation and the caller's own way to be there, for what else people have at it; none
    /// where the tenant uses none.
    ///
    /// # Errors
    /// [`Error::PersonNeeded`], [`Error::TeamsSignInNeeded`], [`Error::SignIn`], [`Error::Seal`], [`Error::Store`].
    pub async fn seat_of(&self, scope: &Scope) -> Result<Option<(Graph, Sitting)>> {
        scope.require(Permission::ConnectionUse)?;
        let user = scope.user().ok_or(Error::PersonNeeded)?;
        let Some(kept) = self.in_use(scope).await? else { return Ok(None) };
        let sitting = self.sit(scope, &kept, user).await?;
        Ok(Some((self.graph(scope, &kept)?, sitting)))
    }

    async fn seat(&self, scope: &Scope) -> Result<Option<Arc<dyn Workspace>>> {
        let Some(kept) = self.in_use(scope).await? else { return Ok(None) };
        let sitting = match scope.user() {
            Some(user) => self.sit(scope, &kept, user).await?,
            None => Sitting::Jobs,
        };
        let graph = self.graph(scope, &kept)?;
        Ok(Some((self.parts.seat)(graph, sitting, &kept.teams.app())))
    }
}

/// What stands in the way of a seat, as the port tells it.
fn away(error: Error) -> Away {
    match error {
        Error::TeamsSignInNeeded => Away::SignInAgain,
        other => Away::Other(Box::new(other)),
    }
}

impl Workspaces for MicrosoftTeams {
    fn of<'a>(
        &'a self,
        scope: &'a Scope,
    ) -> BoxFuture<'a, workspace_port::Result<Arc<dyn Workspace>>> {
        Box::pin(async move {
            match self.seat(scope).await {
                Ok(Some(seat)) => Ok(seat),
                Ok(None) => self.parts.own.of(scope).await,
                Err(error) => Err(away(error)),
            }
        })
    }

    fn jobs(&self, tenant: TenantId) -> BoxFuture<'_, workspace_port::Result<Arc<dyn Workspace>>> {
        Box::pin(async move {
            match self.seat(&self.root(tenant)).await {
                Ok(Some(seat)) => Ok(seat),
                Ok(None) => self.parts.own.jobs(tenant).await,
                Err(error) => Err(away(error)),
            }
        })
    }

    fn kind(&self, scope: &Scope) -> Kind {
        match self.directory(scope.tenant()) {
            Some(_) => Kind::Graph,
            None => Kind::Embedded,
        }
    }

    fn tenant(&self, scope: &Scope) -> Uuid {
        self.directory(scope.tenant()).unwrap_or_else(|| scope.tenant().into())
    }

    fn teams(&self) -> Option<&MicrosoftTeams> {
        Some(self)
    }
}

/// Whether somebody may set Teams up: who administers the tenant, or its teams.
pub(crate) fn may_manage(scope: &Scope) -> Result<()> {
    if !scope.may(Permission::SettingsManage) {
        scope.require(Permission::TeamManageAll)?;
    }
    Ok(())
}

/// A change, for the audit.
pub(crate) fn audited(
    tx: &Tx<'_>,
    (action, subject): (&'static str, event_log::Subject),
    (before, after): (Option<serde_json::Value>, Option<serde_json::Value>),
    at: jiff::Timestamp,
) -> Result<()> {
    let change = event_log::Change { action, subject, before, after, at };
    event_log::audit(tx, &change).map_err(Error::Store)
}

/// The job's name in the audit.
pub(crate) const JOB: &str = "linking-teams";
