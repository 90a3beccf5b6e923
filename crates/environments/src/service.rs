//! The service that edges hold.

use std::{fmt, sync::Arc};

use db::{Db, Tx};
use event_log::{Change, Subject, audit};
use identity::{Identity, Role, SystemScopes, environments::Environment};
use jiff::Timestamp;
use kernel::{Actor, Clock, Ids, Permission, Scope};
use records::Records;
use serde_json::Value as Json;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::{Error, Result, Settings};

/// What the service is made of.
#[derive(Debug)]
pub struct Parts {
    /// Storage.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers.
    pub ids: Ids,
    /// People, and which environments there are.
    pub identity: Arc<Identity>,
    /// What is inside them.
    pub records: Records,
    /// Scopes for the room's own work.
    pub scopes: SystemScopes,
    /// Settings of this room.
    pub settings: Settings,
}

/// The life of every environment. One is made at start and shared.
pub struct Environments {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Ids,
    pub(crate) identity: Arc<Identity>,
    pub(crate) records: Records,
    pub(crate) scopes: SystemScopes,
    pub(crate) settings: Settings,
    /// There is something to work on.
    pub(crate) wake: Notify,
}

impl fmt::Debug for Environments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environments").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Environments {
    /// The environments on a database.
    pub fn new(parts: Parts) -> Self {
        let Parts { db, clock, ids, identity, records, scopes, settings } = parts;
        Self { db, clock, ids, identity, records, scopes, settings, wake: Notify::new() }
    }

    /// What an operator has set.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whether somebody administers the tenant or the platform. Tokens of services are given out by administrators
    /// and may what they carry.
    pub(crate) async fn administers(&self, scope: &Scope) -> Result<bool> {
        match scope.actor() {
            Actor::System { .. } | Actor::Service(_) => Ok(true),
            Actor::Webhook(_) => Ok(false),
            Actor::User(user) => {
                let root = self.scopes.scope(scope.tenant(), JOB);
                let person = self.identity.user(&root, user).await?;
                let is = |role: &Role| {
                    matches!(role, Role::GlobalAdministrator | Role::PlatformAdministrator)
                };
                Ok(person.roles.iter().chain(&person.group_roles).any(is))
            }
        }
    }

    /// Whether somebody may lead the life of an environment: administrators of every one, others of what they made.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn leads(&self, scope: &Scope, environment: &Environment) -> Result<bool> {
        if !scope.may(Permission::EnvironmentManage) {
            return Ok(false);
        }
        let made_it = environment.created_by.is_some() && environment.created_by == scope.user();
        Ok(made_it || self.administers(scope).await?)
    }

    pub(crate) async fn lead(&self, scope: &Scope, environment: &Environment) -> Result<()> {
        scope.require(Permission::EnvironmentManage)?;
        if self.leads(scope, environment).await? { Ok(()) } else { Err(Error::NotYours) }
    }
}

/// A line of the audit.
pub(crate) struct Note(Change);

impl Note {
    pub(crate) fn new(action: &'static str, subject: (&'static str, Uuid), at: Timestamp) -> Self {
        let subject = Subject::new(subject.0, subject.1);
        Self(Change { action, subject, before: None, after: None, at })
    }

    pub(crate) fn was(mut self, before: Json) -> Self {
        self.0.before = Some(before);
        self
    }

    pub(crate) fn becomes(mut self, after: Json) -> Self {
        self.0.after = Some(after);
        self
    }

    pub(crate) fn write(self, tx: &Tx<'_>) -> Result<()> {
        Ok(audit(tx, &self.0)?)
    }
}

/// As the room's own work shows in the audit.
pub(crate) const JOB: &str = "environments";
