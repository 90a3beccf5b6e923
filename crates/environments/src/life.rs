//! From the first day of an environment to its last.
//!
//! What the platform documents and what is our own choice: the default environment is neither deleted nor converted
//! (documented); a trial becomes production and nothing else, production and sandbox turn into each other
//! (documented); a trial ends after 30 days (documented) and then goes as if it were deleted, with the days to bring
//! it back (ours); what was deleted can be brought back for seven days (documented); only a sandbox is reset or copied
//! over (documented), and a copy opens in administration mode with its background work resting (documented). The
//! environment that the product makes for sellers of other systems is a trial that does not end by itself, and that
//! keeps its name (ours: sellers' data stands in it).

mod change;
mod start;

use identity::environments::{self, Environment, EnvironmentKind, Region};
use jiff::Timestamp;
use kernel::{EnvironmentId, Permission, Scope};
pub use record_tables::registry::State;
use record_tables::{currencies::Currency, registry};
use serde_json::{Value as Json, json};

use crate::{
    Environments, Error, Result,
    capacity::{Capacity, Total},
    operation::{Operation, OperationKind, OperationState},
    store,
};

/// How an environment stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Life {
    /// The environment.
    pub environment: Environment,
    /// What may be done in it.
    pub state: State,
    /// What goes on with it, as what is changed or as what is copied.
    pub running: Option<Operation>,
    /// When it goes for good; only for what was deleted.
    pub goes_at: Option<Timestamp>,
    /// What it held when it was measured last.
    pub capacity: Option<Capacity>,
    /// Whether the caller may lead its life.
    pub leads: bool,
}

impl Life {
    /// Whether it is where the product keeps the data of sellers whose customers are in another system.
    pub fn is_provisioned(&self) -> bool {
        is_provisioned(&self.environment)
    }

    /// The path of the root of its Dataverse Web API.
    pub fn web_api(&self) -> String {
        let mut path = "/environments/".to_owned();
        for byte in self.environment.name.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                    path.push(char::from(byte));
                }
                // RFC 3986 §2.1
                _ => {
                    path.push('%');
                    for half in [byte >> 4, byte & 15] {
                        path.extend(
                            char::from_digit(u32::from(half), 16).map(|c| c.to_ascii_uppercase()),
                        );
                    }
                }
            }
        }
        path + "/api/data/v9.2/"
    }

    /// What it may become.
    pub fn becomes(&self) -> Vec<EnvironmentKind> {
        let all = [EnvironmentKind::Production, EnvironmentKind::Sandbox];
        all.into_iter().filter(|kind| may_become(&self.environment, *kind)).collect()
    }
}

/// What to change of an environment; `None` leaves as it is.
#[derive(Debug, Clone, Default)]
pub struct Patch {
    /// The name.
    pub name: Option<String>,
    /// Installs the sales tables; they cannot be taken out again.
    pub crm_enabled: Option<bool>,
    /// The kind.
    pub kind: Option<EnvironmentKind>,
    /// Shuts everybody out but System Administrators and System Customizers, or lets them in again.
    pub administration_mode: Option<bool>,
    /// Whether triggers go on during administration mode; outside of it they always do.
    pub background_operations: Option<bool>,
}

/// What a reset environment begins with.
#[derive(Debug, Clone)]
pub struct Reset {
    /// Language and currency of the organisation.
    pub region: Region,
    /// Whether the sales tables are installed.
    pub crm_enabled: bool,
}

impl Environments {
    /// Every environment that people can use: the default one first, then by name.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn list(&self, scope: &Scope) -> Result<Vec<Life>> {
        scope.require(Permission::EnvironmentRead)?;
        self.lives(scope, |environment| environment.deleted_at.is_none()).await
    }

    /// Those that were deleted and can be brought back.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn deleted(&self, scope: &Scope) -> Result<Vec<Life>> {
        scope.require(Permission::EnvironmentManage)?;
        let mut all = self.lives(scope, |environment| environment.deleted_at.is_some()).await?;
        kernel::sort_by_key(&mut all, |life| life.goes_at);
        Ok(all)
    }

    /// How one environment stands; one that was deleted only for who may bring it back.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Identity`], [`Error::Store`].
    pub async fn life(&self, scope: &Scope, id: EnvironmentId) -> Result<Life> {
        scope.require(Permission::EnvironmentRead)?;
        let found = self.lives(scope, |environment| environment.id == id).await?.into_iter().next();
        let shown = found.filter(|life| life.environment.deleted_at.is_none() || life.leads);
        shown.ok_or_else(unknown)
    }

    async fn lives(
        &self,
        scope: &Scope,
        wanted: impl Fn(&Environment) -> bool,
    ) -> Result<Vec<Life>> {
        type Known = (Environment, Option<State>, Option<Capacity>);
        let administers =
            scope.may(Permission::EnvironmentManage) && self.administers(scope).await?;
        let (all, running) = self
            .db
            .read(scope, move |tx| {
                let all = environments::all_any(tx)?.into_iter().map(|environment| {
                    let id = environment.id;
                    let state = registry::lookup(tx, id)?.map(|registered| registered.state);
                    let held = store::capacity(tx, id)?.map(|(held, _, _)| held);
                    Ok((environment, state, held))
                });
                let all: Vec<Known> = all.collect::<db::Result<_>>()?;
                Ok::<_, Error>((all, store::running(tx)?))
            })
            .await?;
        let life = |(environment, state, capacity): Known| {
            let touches = |operation: &Operation| {
                operation.environment == environment.id || operation.source == Some(environment.id)
            };
            let made_it = scope.may(Permission::EnvironmentManage)
                && environment.created_by.is_some()
                && environment.created_by == scope.user();
            Life {
                state: state.unwrap_or(State::Ready),
                running: running.iter().map(|held| &held.operation).find(|it| touches(it)).cloned(),
                goes_at: self.goes_at(&environment),
                leads: administers || made_it,
                capacity,
                environment,
            }
        };
        Ok(all.into_iter().filter(|(environment, ..)| wanted(environment)).map(life).collect())
    }

    /// What all environments hold together, out of what was measured last.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn total(&self, scope: &Scope) -> Result<Total> {
        scope.require(Permission::EnvironmentManage)?;
        let mut total = Total::default();
        for life in self.list(scope).await? {
            if let Some(held) = &life.capacity {
                total.add(held);
            }
        }
        Ok(total)
    }

    /// What was and is done to an environment, the newest first.
    ///
    /// # Errors
    /// As [`Environments::life`].
    pub async fn operations(&self, scope: &Scope, id: EnvironmentId) -> Result<Vec<Operation>> {
        scope.require(Permission::EnvironmentManage)?;
        self.life(scope, id).await?;
        Ok(self.db.read_one(scope, move |tx| store::of_environment(tx, id, HISTORY)).await?)
    }

    /// One operation on an environment.
    ///
    /// # Errors
    /// As [`Environments::life`]; [`Error::NoOperation`].
    pub async fn operation(
        &self,
        scope: &Scope,
        id: EnvironmentId,
        operation: uuid::Uuid,
    ) -> Result<Operation> {
        scope.require(Permission::EnvironmentManage)?;
        self.life(scope, id).await?;
        let found = self.db.read_one(scope, move |tx| store::lookup(tx, operation)).await?;
        let found = found.map(|held| held.operation).filter(|found| found.environment == id);
        found.ok_or(Error::NoOperation)
    }

    /// A new operation of the caller.
    pub(crate) fn begun(
        &self,
        scope: &Scope,
        (environment, kind): (EnvironmentId, OperationKind),
        detail: Json,
    ) -> Operation {
        Operation {
            id: self.ids.fresh(),
            environment,
            kind,
            state: OperationState::Running,
            source: None,
            detail,
            done: 0,
            total: 0,
            code: None,
            begun_by: scope.user(),
            begun_at: self.clock.now(),
            ended_at: None,
        }
    }

    /// An operation of the caller that is done with its transaction.
    pub(crate) fn done(
        &self,
        scope: &Scope,
        what: (EnvironmentId, OperationKind),
        detail: Json,
    ) -> Operation {
        let begun = self.begun(scope, what, detail);
        let (state, ended_at) = (OperationState::Succeeded, Some(begun.begun_at));
        Operation { state, ended_at, ..begun }
    }
}

/// Whether it is where the product keeps the data of sellers whose customers are in another system.
pub(crate) fn is_provisioned(environment: &Environment) -> bool {
    environment.name.eq_ignore_ascii_case(records::VIVA)
}

fn may_become(environment: &Environment, to: EnvironmentKind) -> bool {
    use EnvironmentKind::{Production, Sandbox, Trial};
    match (environment.kind, to) {
        (Trial | Sandbox, Production) => true,
        (Production, Sandbox) => !is_provisioned(environment),
        _ => false,
    }
}

/// Currencies that an organisation can begin with.
pub const fn currencies() -> &'static [Currency] {
    &record_tables::currencies::ALL
}

pub(crate) fn unknown() -> Error {
    Error::Identity(identity::Error::Unknown(identity::Thing::Environment))
}

pub(crate) fn named(environment: &Environment) -> Json {
    json!({ "name": environment.name })
}

/// Lines of the history of one environment that are kept; our own choice.
pub(crate) const HISTORY: i64 = 100;
