//! Who is it, may they: tenants, users, groups, roles, licences, credentials of every kind, sign-in with
//! its second factors, and reading the audit.
//!
//! One service, [`Identity`]. Everything that is presented to be let in (session cookies, API tokens,
//! the URLs of webhooks) is a row of one table, [`credentials`], and becomes a [`kernel::Scope`] in one
//! place, [`Identity::authenticate`]. What a person may follows from the roles of the moment; a token
//! only narrows it. Workers get their scopes from [`SystemScopes`].
//!
//! With sign-in providers it speaks through `oauth`, the only OAuth client. It knows nothing of HTTP: cookies
//! and headers are read by the edges.
//!
//! ```ignore
//! let (identity, system) = Identity::open(parts);
//! let tenant = system.ensure_first_tenant("Contoso", Language::Fr).await?;
//! let who = identity.authenticate(Presented::Bearer(token), &caller).await?;
//! let user = identity.user(&who.scope, id).await?;
//! ```

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use db::Db;
use kernel::{Clock, CredentialId, Ids, Stay, TenantId, UserId};
use tokio_util::task::TaskTracker;
use url::Url;

mod assignments;
mod attempts;
mod audit;
mod authenticate;
mod cache;
mod error;
mod external;
mod factors;
mod groups;
mod issuer;
mod links;
mod passwords;
mod presence;
mod providers;
mod rights;
mod sealing;
mod secret;
mod sessions;
mod settings;
mod sign_in;
mod system;
mod text;
mod throttle;
mod tokens;
mod worker;

pub mod credentials;
pub mod environments;
pub mod licences;
pub mod passkeys;
pub mod roles;
pub mod tenants;
pub mod users;

pub use audit::{Chunk, Format};
pub use authenticate::{Authenticated, Caller, CredentialRef, Presented};
pub use error::{Error, Result, Thing};
pub use event_log::{AuditEntry, AuditFilter};
pub use external::{Arrival, Departure, ExternalSignIn, Returned, Way};
pub use factors::{Factors, TotpEnrolment};
pub use groups::{Group, GroupPatch, NewGroup, group_name, groups_of_person};
pub use issuer::{KEY_DAYS, LEAD_HOURS, PublicKey, SigningKey, TOKEN_MINUTES, TokenClaims};
pub use licences::{Giver, HeldLicence, Holder, Licence, LicencePatch, Licensed};
pub use links::IssuedLink;
pub use presence::Presence;
pub use providers::{GroupRule, Provider, ProviderInput, ProviderRules, RoleRule};
pub use roles::Role;
pub use sealing::SEALED;
pub use settings::Settings;
pub use sign_in::{Answer, Method, NewSession, Pending, SignIn, SignedIn};
pub use system::SystemScopes;
pub use tokens::{IssuedToken, NewToken, TokenOwner, Tokens};

/// What the service is made of.
#[derive(Debug)]
pub struct Parts {
    /// Storage.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers and secrets.
    pub ids: Ids,
    /// Seals what must be read again, such as the secrets of one-time passwords.
    pub sealer: seal::Sealer,
    /// The way out, to sign-in providers.
    pub outbound: egress::Client,
    /// The address that people open; passkeys are bound to its host.
    pub public_url: Url,
    /// Settings of this room.
    pub settings: Settings,
}

/// The service.
#[derive(Debug)]
pub struct Identity {
    db: Db,
    clock: Arc<dyn Clock>,
    ids: Ids,
    sealer: seal::Sealer,
    public_url: Url,
    settings: Settings,
    oidc: oauth::Oidc,
    passwords: passwords::Passwords,
    cache: cache::Cache,
    signers: issuer::Signers,
    used: Mutex<Vec<Arc<cache::Entry>>>,
    /// Persons' own tokens for other applications.
    own_tokens: oauth::Tokens,
    /// Questions to providers that are under way.
    asking: TaskTracker,
    /// Access tokens of sign-in providers that were proven lately.
    bearers: kernel::Cache<CredentialId, Arc<external::bearer::Bearer>>,
    /// One question at a time per person.
    turns: kernel::Cache<(TenantId, UserId), Arc<tokio::sync::Mutex<()>>>,
}

impl Identity {
    /// Makes the service, and the only source of system scopes.
    pub fn open(parts: Parts) -> (Arc<Self>, SystemScopes) {
        let Parts { db, clock, ids, sealer, outbound, public_url, settings } = parts;
        let oidc = oauth::Oidc::new(outbound, Arc::clone(&clock));
        let passwords = passwords::Passwords::new(ids.clone(), &settings);
        let cache = cache::Cache::new(&db, settings.cache_entries);
        let used = Mutex::new(Vec::new());
        let own_tokens = oauth::Tokens::new(Arc::clone(&clock));
        let turns = kernel::Cache::new(20_000, Stay::Idle(TURN));
        let identity = Arc::new(Self {
            db,
            clock,
            ids,
            sealer,
            public_url,
            settings,
            oidc,
            passwords,
            cache,
            signers: issuer::Signers::default(),
            used,
            own_tokens,
            asking: TaskTracker::new(),
            bearers: kernel::Cache::new(BEARERS, Stay::For(BEARER)),
            turns,
        });
        let system = SystemScopes(Arc::clone(&identity));
        (identity, system)
    }
}

/// How many proven tokens are remembered, and for how long: longer than an answer that goes on.
const BEARERS: u64 = 10_000;
const BEARER: Duration = Duration::from_hours(1);

/// Longer than any question to a provider takes.
const TURN: Duration = Duration::from_mins(5);

/// A broken unique index says that the name is taken.
fn taken<T>(outcome: Result<T>, thing: Thing) -> Result<T> {
    outcome.map_err(|error| match error {
        Error::Store(e) if e.is_unique() => Error::Taken(thing),
        other => other,
    })
}
