//! The service that edges and other rooms hold.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, OnceLock},
};

use db::Db;
use identity::{Identity, Role, SystemScopes, environments::Environment};
use jiff::tz::TimeZone;
use kernel::{Actor, Clock, EnvironmentId, Ids, Language, Permission, Scope, UserId};
use record_tables::{
    changes, definitions, names, people,
    provision::{self, Wanted},
    registry::{self, Registered},
    rows,
};
use tables::{
    Model, Value,
    baseline::{Baseline, Set},
};
use uuid::Uuid;

use crate::{
    Error, Plugin, Result, Session, Settings, access, access::Standing, cache::Cache,
    indexing::Touched, snapshot::Snapshot,
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
    /// People and environments.
    pub identity: Arc<Identity>,
    /// Scopes for the room's own work.
    pub scopes: SystemScopes,
    /// Settings of this room.
    pub settings: Settings,
}

/// Records of every environment. One is made at start and shared.
#[derive(Clone)]
pub struct Records(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Ids,
    pub(crate) identity: Arc<Identity>,
    pub(crate) scopes: SystemScopes,
    pub(crate) settings: Settings,
    pub(crate) cache: Cache,
    /// The role that may do everything.
    pub(crate) administrator: Uuid,
    /// Rows that were made in each table since the engine last counted.
    pub(crate) grown: Mutex<HashMap<(Uuid, String), u64>>,
    /// The number that each table was last counted at in the background.
    pub(crate) counted: Mutex<HashMap<(i64, String), i64>>,
    pub(crate) touched: Touched,
    pub(crate) plugins: OnceLock<Vec<Arc<dyn Plugin>>>,
}

impl fmt::Debug for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Records").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}

impl Records {
    /// The records on a database.
    pub fn new(parts: Parts) -> Self {
        let Parts { db, clock, ids, identity, scopes, settings } = parts;
        let cache = Cache::new(&db);
        let administrator = Baseline::of(&[Set::Core])
            .roles
            .iter()
            .find(|role| role.all)
            .map_or(Uuid::nil(), |role| role.id);
        let inner = Inner {
            db,
            clock,
            ids,
            identity,
            scopes,
            settings,
            cache,
            administrator,
            grown: Mutex::default(),
            counted: Mutex::default(),
            touched: Touched::default(),
            plugins: OnceLock::new(),
        };
        Self(Arc::new(inner))
    }

    /// A caller in the environment of that name, whatever the case. The environment is made ready on first use.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NoEnvironment`], [`Error::AdministrationMode`], [`Error::PersonNeeded`],
    /// [`Error::Store`].
    pub async fn session(&self, scope: &Scope, environment: &str) -> Result<Session> {
        scope.require(Permission::RecordRead)?;
        let version = self.0.cache.version();
        let name = environment.to_lowercase();
        if let Some(id) = self.0.cache.named(scope.tenant(), &name) {
            return self.session_in(scope, id).await;
        }
        let missing = |_error| Error::NoEnvironment { name: environment.to_owned() };
        let root = self.0.scopes.scope(scope.tenant(), JOB);
        let found = self.0.identity.find_environment_by_name(&root, environment).await;
        let found = match found {
            Err(identity::Error::Unknown(_)) => found.map_err(missing)?,
            other => other?,
        };
        self.0.cache.keep_name(scope.tenant(), &name, found.id, version);
        self.session_in(scope, found.id).await
    }

    /// A caller in an environment.
    ///
    /// # Errors
    /// As [`Records::session`].
    pub async fn session_in(&self, scope: &Scope, environment: EnvironmentId) -> Result<Session> {
        scope.require(Permission::RecordRead)?;
        let snapshot = self.snapshot(scope, environment).await?;
        let standing = match scope.actor() {
            Actor::User(user) => self.standing(scope, &snapshot, user).await?,
            Actor::System { .. } => Arc::new(Standing::system(
                provision::system_user(environment),
                snapshot.registered.root_unit,
            )),
            Actor::Service(_) | Actor::Webhook(_) => return Err(Error::PersonNeeded),
        };
        Session::open(self, scope, snapshot, standing)
    }

    /// What an environment is now; made ready when it is not.
    pub(crate) async fn snapshot(
        &self,
        scope: &Scope,
        environment: EnvironmentId,
    ) -> Result<Arc<Snapshot>> {
        let version = self.0.cache.version();
        if let Some(known) = self.0.cache.snapshot(scope.tenant(), environment) {
            return Ok(known);
        }
        let root = self.0.scopes.scope(scope.tenant(), JOB);
        let found = match self.0.identity.environment(&root, environment).await {
            Err(identity::Error::Unknown(_)) => {
                return Err(Error::NoEnvironment { name: environment.to_string() });
            }
            other => other?,
        };
        self.make_ready(&root, &found).await?;
        let registered = self
            .0
            .db
            .read(&root, move |tx| {
                let Some(registered) = registry::lookup(tx, environment)? else {
                    return Ok::<_, Error>(None);
                };
                let model = definitions::model(tx, &registered)?;
                let organisation = organisation(tx, &model, &registered)?;
                let past = changes::past(tx, environment)?;
                Ok(Some((registered, model, organisation, past)))
            })
            .await?;
        let Some((registered, model, organisation, past)) = registered else {
            return Err(Error::NoEnvironment { name: environment.to_string() });
        };
        let snapshot = Arc::new(Snapshot::new(found, registered, model, organisation, past));
        self.0.cache.keep_snapshot(scope.tenant(), environment, &snapshot, version);
        Ok(snapshot)
    }

    /// Makes the tables of an environment, slice by slice, as far as they are missing.
    pub(crate) async fn make_ready(&self, root: &Scope, environment: &Environment) -> Result<()> {
        let wanted = Wanted {
            environment: environment.id,
            name: environment.name.clone(),
            sets: sets_of(environment),
            language: match environment.region.language {
                Language::En => tables::ENGLISH,
                Language::Fr => tables::FRENCH,
            },
            currency: environment.region.currency.clone(),
        };
        let id = environment.id;
        let known = self.0.db.read_one(root, move |tx| registry::lookup(tx, id)).await?;
        if known.is_some_and(|known| provision::is_complete(&known, &wanted.sets)) {
            return Ok(());
        }
        loop {
            let (wanted, now) = (wanted.clone(), self.0.clock.now());
            let step = move |tx: &db::Tx<'_>| provision::advance(tx, &wanted, now);
            if !self.0.db.append(root, id.uuid(), step).await? {
                return Ok(());
            }
        }
    }

    /// Where a person stands in an environment; the person gets a row there on the first call.
    pub(crate) async fn standing(
        &self,
        scope: &Scope,
        snapshot: &Arc<Snapshot>,
        user: UserId,
    ) -> Result<Arc<Standing>> {
        let version = self.0.cache.version();
        let environment = snapshot.environment.id;
        if let Some(known) = self.0.cache.standing(scope.tenant(), environment, user) {
            return Ok(known);
        }
        let root = self.0.scopes.scope(scope.tenant(), JOB);
        let person = self.0.identity.user(&root, user).await?;
        let administers =
            |role: &Role| matches!(role, Role::GlobalAdministrator | Role::PlatformAdministrator);
        let is_administrator = person.roles.iter().chain(&person.group_roles).any(administers);
        let (role, now) = (self.0.administrator, self.0.clock.now());
        let held = Arc::clone(snapshot);
        let make = move |tx: &db::Tx<'_>| {
            let Some(registered) = registry::draw(tx, environment, 1)? else { return Ok(()) };
            people::ensure(tx, &held.model, &registered, user, now)?;
            let following = (role, is_administrator);
            if people::follow_tenant_role(tx, &held.model, &registered, user.uuid(), following)? {
                registry::access_moved(tx, environment)?;
            }
            Ok::<_, Error>(())
        };
        self.0.db.append(&root, environment.uuid(), make).await?;
        let held = Arc::clone(snapshot);
        let load = move |tx: &db::Tx<'_>| access::load(tx, &held, user.uuid(), role);
        let mut standing = self.0.db.read(&root, load).await?;
        standing.zone = TimeZone::get(&person.time_zone).unwrap_or(TimeZone::UTC);
        let standing = Arc::new(standing);
        self.0.cache.keep_standing(scope.tenant(), (environment, user), &standing, version);
        Ok(standing)
    }
}

/// The currency that an organisation counts in, and when its fiscal years begin.
fn organisation(
    tx: &db::Tx<'_>,
    model: &Model,
    registered: &Registered,
) -> Result<(Uuid, (i8, i8))> {
    let first = names::derived(registered.environment.uuid(), "transactioncurrency");
    let Some(table) = model.table("organization") else { return Ok((first, (1, 1))) };
    let row = rows::load(tx, model, registered.number, table, registered.organization)?;
    let cell = |column: &str| {
        let at = table.position(column)?;
        row.as_ref().and_then(|row| row.get(at).cloned())
    };
    let currency = match cell("basecurrencyid") {
        Some(Value::Row(row)) => row.id,
        _ => first,
    };
    let begin = match cell("fiscalcalendarstart") {
        Some(Value::Date(date)) => Some(date),
        Some(Value::Instant(at)) => Some(at.to_zoned(TimeZone::UTC).date()),
        _ => None,
    };
    Ok((currency, begin.map_or((1, 1), |begin| (begin.month(), begin.day()))))
}

/// The sets of tables that belong into an environment.
fn sets_of(environment: &Environment) -> Vec<Set> {
    let mut sets = vec![Set::Core];
    if environment.crm_enabled {
        sets.extend([Set::Sales, Set::Viva, Set::Closing]);
    }
    if environment.name.eq_ignore_ascii_case(VIVA) && !sets.contains(&Set::Viva) {
        sets.push(Set::Viva);
    }
    sets
}

/// The environment that sellers of other systems keep the product's data in.
pub const VIVA: &str = "msdyn_viva";
/// As the room's own work shows in the audit.
pub(crate) const JOB: &str = "records";
