//! The registry of environments: containers of tables, connectors, connections and policies inside a tenant.
//!
//! This room owns that an environment exists, its name, its kind and whether the sales tables are installed in
//! it; what is inside belongs to other rooms, which look an environment up in their own transactions with
//! [`lookup`] and hear of its end from the topic [`DELETED`]. An environment that waits for its end is there for
//! nobody but the room that leads their lives, which asks [`lookup_any`].

use std::str::FromStr;

use event_log::{NewEvent, Topic};
use jiff::Timestamp;
use kernel::{EnvironmentId, Language, Permission, Scope, TenantId, UserId};
use serde_json::json;

use crate::{Error, Identity, Result, Thing, audit::Change, taken, text};

mod store;

pub(crate) use store::begin;
pub use store::{all_any, lookup, lookup_any, restore, save, set_deleted};

/// What an environment is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EnvironmentKind {
    /// The one that every tenant has from its beginning; it cannot be deleted.
    Default,
    /// For daily work.
    Production,
    /// For making and trying.
    Sandbox,
    /// To look around.
    Trial,
}

impl EnvironmentKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Default, Self::Production, Self::Sandbox, Self::Trial];

    /// The name in the interface and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Production => "production",
            Self::Sandbox => "sandbox",
            Self::Trial => "trial",
        }
    }
}

impl FromStr for EnvironmentKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(())
    }
}

/// One environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// The identifier.
    pub id: EnvironmentId,
    /// The name; no two environments of a tenant have the same, whatever the case.
    pub name: String,
    /// What it is for.
    pub kind: EnvironmentKind,
    /// Whether the sales tables are installed; connectors for sales need them.
    pub crm_enabled: bool,
    /// Who made it; nobody made the default one.
    pub created_by: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was deleted; it waits for its end since then.
    pub deleted_at: Option<Timestamp>,
    /// When it ends by itself: a trial's last day.
    pub ends_at: Option<Timestamp>,
    /// Whether triggers rest in it.
    pub background_off: bool,
    /// The language and the currency that its organisation began with.
    pub region: Region,
}

/// What an organisation begins with: its language, and the currency that it counts in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// The language.
    pub language: Language,
    /// The currency (ISO 4217).
    pub currency: String,
}

impl Default for Region {
    fn default() -> Self {
        Self { language: Language::En, currency: "EUR".to_owned() }
    }
}

/// An environment to make.
#[derive(Debug, Clone)]
pub struct NewEnvironment {
    /// The name.
    pub name: String,
    /// What it is for; never [`EnvironmentKind::Default`].
    pub kind: EnvironmentKind,
    /// Whether the sales tables are installed.
    pub crm_enabled: bool,
}

/// What to change of an environment; `None` leaves as it is.
#[derive(Debug, Clone, Default)]
pub struct EnvironmentPatch {
    /// The name.
    pub name: Option<String>,
    /// Installs the sales tables; they cannot be taken out again.
    pub crm_enabled: Option<bool>,
}

impl Identity {
    /// The environments of the tenant: the default one first, then by name.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn environments(&self, scope: &Scope) -> Result<Vec<Environment>> {
        scope.require(Permission::EnvironmentRead)?;
        Ok(self.db.read_one(scope, store::all).await?)
    }

    /// One environment.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::Store`].
    pub async fn environment(&self, scope: &Scope, id: EnvironmentId) -> Result<Environment> {
        scope.require(Permission::EnvironmentRead)?;
        let found = self.db.read_one(scope, move |tx| lookup(tx, id)).await?;
        found.ok_or(Error::Unknown(Thing::Environment))
    }

    /// The environment of that name, whatever the case.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::Store`].
    pub async fn find_environment_by_name(&self, scope: &Scope, name: &str) -> Result<Environment> {
        scope.require(Permission::EnvironmentRead)?;
        let folded = text::fold(name);
        let found = self.db.read_one(scope, move |tx| store::find_by_name(tx, &folded)).await?;
        found.ok_or(Error::Unknown(Thing::Environment))
    }

    /// Makes an environment in English, counting in euros.
    ///
    /// # Errors
    /// As [`Identity::create_environment_in`].
    pub async fn create_environment(
        &self,
        scope: &Scope,
        new: NewEnvironment,
    ) -> Result<Environment> {
        self.create_environment_in(scope, new, Region::default()).await
    }

    /// Makes an environment whose organisation begins with this language and currency.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`], [`Error::Taken`], [`Error::Environments`], [`Error::Store`].
    pub async fn create_environment_in(
        &self,
        scope: &Scope,
        new: NewEnvironment,
        region: Region,
    ) -> Result<Environment> {
        scope.require(Permission::EnvironmentManage)?;
        text::name("/name", &new.name)?;
        if new.kind == EnvironmentKind::Default {
            let detail = "production, sandbox or trial; the default environment is there already";
            return Err(Error::field("/kind", "environment.kind_default", detail));
        }
        let now = self.clock.now();
        let environment = Environment {
            id: self.ids.fresh(),
            name: new.name.trim().to_owned(),
            kind: new.kind,
            crm_enabled: new.crm_enabled,
            created_by: scope.user(),
            created_at: now,
            deleted_at: None,
            ends_at: None,
            background_off: false,
            region,
        };
        let made = environment.clone();
        let outcome = self
            .db
            .write(scope, move |tx| {
                if store::count(tx)? >= MAX_ENVIRONMENTS {
                    return Err(Error::Environments { limit: MAX_ENVIRONMENTS });
                }
                store::insert(tx, &environment)?;
                tx.notify(TOPIC, environment.id.uuid(), 0);
                let change = Change::new("environment.create", "environment", environment.id);
                Ok(change.after(&view(&environment)).write(tx, now)?)
            })
            .await;
        taken(outcome, Thing::Environment)?;
        Ok(made)
    }

    /// Renames an environment, or installs the sales tables in it.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`], [`Error::Unknown`], [`Error::Taken`], [`Error::Store`].
    pub async fn update_environment(
        &self,
        scope: &Scope,
        id: EnvironmentId,
        patch: EnvironmentPatch,
    ) -> Result<Environment> {
        scope.require(Permission::EnvironmentManage)?;
        patch.name.as_ref().map_or(Ok(()), |name| text::name("/name", name))?;
        let now = self.clock.now();
        let outcome = self
            .db
            .write(scope, move |tx| {
                let before = lookup(tx, id)?.ok_or(Error::Unknown(Thing::Environment))?;
                if before.crm_enabled && patch.crm_enabled == Some(false) {
                    let detail = "the sales tables stay where they are installed";
                    return Err(Error::field("/crm_enabled", "environment.crm_stays", detail));
                }
                let after = Environment {
                    name: patch.name.as_deref().unwrap_or(&before.name).trim().to_owned(),
                    crm_enabled: patch.crm_enabled.unwrap_or(before.crm_enabled),
                    ..before.clone()
                };
                store::update(tx, &after)?;
                tx.notify(TOPIC, id.uuid(), 0);
                let change = Change::new("environment.update", "environment", id);
                change.before(&view(&before)).after(&view(&after)).write(tx, now)?;
                Ok(after)
            })
            .await;
        taken(outcome, Thing::Environment)
    }

    /// Ends an environment with everything in it, at once and whether it waited for that or not; the rooms that own
    /// what was in it follow from the topic [`DELETED`]. People delete with a grace period, which another room keeps.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::DefaultEnvironment`], [`Error::Store`].
    pub async fn end_environment(&self, scope: &Scope, id: EnvironmentId) -> Result<()> {
        scope.require(Permission::EnvironmentManage)?;
        let (now, event) = (self.clock.now(), self.ids.fresh());
        self.db
            .write(scope, move |tx| {
                let before = lookup_any(tx, id)?.ok_or(Error::Unknown(Thing::Environment))?;
                if before.kind == EnvironmentKind::Default {
                    return Err(Error::DefaultEnvironment);
                }
                store::delete(tx, id)?;
                tx.notify(TOPIC, id.uuid(), 0);
                let meta = json!({ "environment": id }).to_string();
                let stream = tx.tenant().uuid();
                let deleted = NewEvent {
                    topic: DELETED,
                    stream,
                    id: event,
                    at: now,
                    meta: &meta,
                    body: None,
                };
                event_log::append(tx, &deleted)?;
                let change = Change::new("environment.end", "environment", id);
                Ok(change.before(&view(&before)).write(tx, now)?)
            })
            .await
    }
}

/// The default environment of a tenant; it carries the tenant's own identifier.
pub fn default_of(tenant: TenantId) -> EnvironmentId {
    EnvironmentId::from(tenant.uuid())
}

/// What the audit keeps of an environment.
pub fn view(environment: &Environment) -> serde_json::Value {
    json!({
        "name": environment.name, "kind": environment.kind.as_str(),
        "crm_enabled": environment.crm_enabled,
    })
}

/// The topic of the end of environments: one stream for each tenant, whose identifier is the tenant's; `meta` is
/// `{"environment": id}`.
pub const DELETED: Topic = "environment.deleted";

/// Notices of environments that were made, changed or deleted; the stream is the environment.
pub const TOPIC: &str = "environments";

/// Our own choice: what a list on one page can show.
const MAX_ENVIRONMENTS: i64 = 200;
