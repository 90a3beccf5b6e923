//! Environments as a whole: administration mode, deletion with a grace period, reset, what they hold.

use event_log::{Change, Subject, audit};
use identity::environments::{EnvironmentKind, NewEnvironment};
use kernel::{EnvironmentId, Permission, Scope};
use record_tables::{
    copy, names,
    registry::{self, State},
};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::{Error, Records, Result, service::VIVA};

/// What an environment holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capacity {
    /// The rows of each table that has any, the fullest first.
    pub tables: Vec<(String, i64)>,
    /// The bytes of all files.
    pub file_bytes: i64,
    /// The entries of the history.
    pub history: i64,
}

/// What became of the environment of sellers who use another system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provisioned {
    /// The environment.
    pub environment: EnvironmentId,
    /// Whether this call made it.
    pub made: bool,
    /// Who is System Administrator in it, for review.
    pub administrators: Vec<Administrator>,
}

/// Somebody who may do everything in an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Administrator {
    /// `systemuserid`.
    pub user: Uuid,
    /// The name.
    pub name: String,
}

impl Records {
    /// What may be done in an environment; none when nobody has used it yet.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn state(&self, scope: &Scope, id: EnvironmentId) -> Result<Option<State>> {
        scope.require(Permission::EnvironmentRead)?;
        let found = self.0.db.read_one(scope, move |tx| registry::lookup(tx, id)).await?;
        Ok(found.map(|registered| registered.state))
    }

    /// Shuts an environment for everybody but its System Administrators, or opens it again.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NoEnvironment`], [`Error::Store`].
    pub async fn set_administration_mode(
        &self,
        scope: &Scope,
        id: EnvironmentId,
        on: bool,
    ) -> Result<()> {
        let (from, to) = if on {
            (State::Ready, State::Administration)
        } else {
            (State::Administration, State::Ready)
        };
        self.turn(scope, id, (from, to), "environment.administration").await
    }

    /// Deletes an environment; it can be brought back for as many days as the settings say. The default one stays.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NoEnvironment`], [`Error::Refused`], [`Error::Store`].
    pub async fn delete_environment(&self, scope: &Scope, id: EnvironmentId) -> Result<()> {
        scope.require(Permission::EnvironmentManage)?;
        let found = self.0.identity.environment(scope, id).await?;
        if found.kind == EnvironmentKind::Default {
            return Err(identity::Error::DefaultEnvironment.into());
        }
        self.make_ready(&self.0.scopes.scope(scope.tenant(), crate::service::JOB), &found).await?;
        self.turn(scope, id, (State::Ready, State::Deleted), "environment.delete").await
    }

    /// Brings an environment back that was deleted a short while ago.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NoEnvironment`], [`Error::Store`].
    pub async fn restore_environment(&self, scope: &Scope, id: EnvironmentId) -> Result<()> {
        self.turn(scope, id, (State::Deleted, State::Ready), "environment.restore").await
    }

    async fn turn(
        &self,
        scope: &Scope,
        id: EnvironmentId,
        (from, to): (State, State),
        action: &'static str,
    ) -> Result<()> {
        scope.require(Permission::EnvironmentManage)?;
        let now = self.0.clock.now();
        let write = move |tx: &db::Tx<'_>| {
            let missing = || Error::NoEnvironment { name: id.to_string() };
            let registered = registry::draw(tx, id, 0)?.ok_or_else(missing)?;
            if registered.state == to {
                return Ok(());
            }
            if registered.state != from && to != State::Deleted {
                return Err(missing());
            }
            registry::set_state(tx, id, to, now)?;
            registry::model_moved(tx, id)?;
            registry::access_moved(tx, id)?;
            let state = |state: State| json!({ "state": state.as_str() });
            note(tx, action, id, (state(registered.state), state(to)), now)
        };
        self.0.db.append(scope, id.uuid(), write).await
    }

    /// Empties an environment: tables and definitions begin anew on its next use.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NoEnvironment`], [`Error::Store`].
    pub async fn reset_environment(&self, scope: &Scope, id: EnvironmentId) -> Result<()> {
        scope.require(Permission::EnvironmentManage)?;
        let (now, grave) = (self.0.clock.now(), self.0.ids.fresh());
        let write = move |tx: &db::Tx<'_>| {
            let missing = || Error::NoEnvironment { name: id.to_string() };
            registry::draw(tx, id, 0)?.ok_or_else(missing)?;
            registry::bury(tx, id, grave, now)?;
            note(tx, "environment.reset", id, (Json::Null, Json::Null), now)
        };
        self.0.db.append(scope, id.uuid(), write).await
    }

    /// Makes an environment a copy of another: definitions, rows, files and history. What was in it is gone. Only
    /// administrators come in until it is done.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NoEnvironment`], [`Error::Store`].
    pub async fn copy_environment(
        &self,
        scope: &Scope,
        from: EnvironmentId,
        to: EnvironmentId,
    ) -> Result<()> {
        scope.require(Permission::EnvironmentManage)?;
        self.0.identity.environment(scope, to).await?;
        let source = self.snapshot(scope, from).await?;
        let known = self.0.db.read_one(scope, move |tx| registry::lookup(tx, to)).await?;
        if known.is_some() {
            self.reset_environment(scope, to).await?;
        }
        let (stream, now, old) = (to.uuid(), self.0.clock.now(), source.number());
        let held = source.registered.clone();
        let begin = move |tx: &db::Tx<'_>| {
            let held = registry::draw(tx, held.environment, 0)?.unwrap_or_else(|| held.clone());
            copy::begin(tx, &held, to, now)
        };
        let made = self.0.db.append(scope, stream, begin).await?;
        let number = made.number;
        for table in copy::tables(&source.model) {
            let held = std::sync::Arc::clone(&table);
            let begin = move |tx: &db::Tx<'_>| copy::table(tx, number, &held);
            self.0.db.append(scope, stream, begin).await?;
            let mut after = None;
            loop {
                let held = std::sync::Arc::clone(&table);
                let slice = move |tx: &db::Tx<'_>| copy::rows(tx, (old, number), &held, after);
                after = self.0.db.append(scope, stream, slice).await?;
                if after.is_none() {
                    break;
                }
            }
        }
        let end = move |tx: &db::Tx<'_>| {
            copy::end(tx, old, &made, now)?;
            note(tx, "environment.copy", to, (Json::Null, json!({ "from": from })), now)
        };
        self.0.db.append(scope, stream, end).await
    }

    /// What an environment holds.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NoEnvironment`], [`Error::Store`].
    pub async fn capacity(&self, scope: &Scope, id: EnvironmentId) -> Result<Capacity> {
        scope.require(Permission::EnvironmentManage)?;
        let snapshot = self.snapshot(scope, id).await?;
        let number = snapshot.number();
        let mut tables = Vec::new();
        for table in snapshot.model.tables().iter().filter(|table| !table.is_union()) {
            // One statement each, so that no read holds a reader for long.
            let sql = format!("SELECT COUNT(*) FROM {}", names::table(number, &table.logical));
            let rows = self.0.db.read_one(scope, move |tx| one(tx, &sql)).await?;
            if rows > 0 {
                tables.push((table.logical.clone(), rows));
            }
        }
        tables.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let sql = format!("SELECT SUM(stored) FROM {}", names::side(number, "files"));
        let file_bytes = self.0.db.read_one(scope, move |tx| one(tx, &sql)).await?;
        let sql = format!("SELECT COUNT(*) FROM {}", names::side(number, "history"));
        let history = self.0.db.read_one(scope, move |tx| one(tx, &sql)).await?;
        Ok(Capacity { tables, file_bytes, history })
    }

    /// The environment that the product keeps its data in for sellers whose CRM is another system: made on the first
    /// sign-in of any of them, by the hub and not by the seller, a trial; later calls find it. Whoever administers the
    /// tenant or the platform administers it; whether the tenant lets only administrators make trials does not matter.
    ///
    /// # Errors
    /// [`Error::Identity`], [`Error::Store`].
    pub async fn provision_viva(&self, scope: &Scope) -> Result<Provisioned> {
        scope.require(Permission::EnvironmentRead)?;
        let root = self.0.scopes.scope(scope.tenant(), PROVISIONING);
        let identity = &self.0.identity;
        let new = NewEnvironment {
            name: VIVA.to_owned(),
            kind: EnvironmentKind::Trial,
            crm_enabled: false,
        };
        let found = match identity.find_environment_by_name(&root, VIVA).await {
            Err(identity::Error::Unknown(_)) => None,
            other => Some(other?),
        };
        let (environment, made) = match found {
            Some(found) => (found, false),
            None => match identity.create_environment(&root, new).await {
                Ok(made) => (made, true),
                // Somebody else was faster.
                Err(identity::Error::Taken(_)) => {
                    (identity.find_environment_by_name(&root, VIVA).await?, false)
                }
                Err(error) => return Err(error.into()),
            },
        };
        self.make_ready(&root, &environment).await?;
        let administrators = self.administrators_of(&root, environment.id).await?;
        Ok(Provisioned { environment: environment.id, made, administrators })
    }

    /// Who is System Administrator in an environment, for review.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NoEnvironment`], [`Error::Store`].
    pub async fn administrators(
        &self,
        scope: &Scope,
        id: EnvironmentId,
    ) -> Result<Vec<Administrator>> {
        scope.require(Permission::EnvironmentManage)?;
        let root = self.0.scopes.scope(scope.tenant(), crate::service::JOB);
        self.administrators_of(&root, id).await
    }

    /// Gives everybody who administers the tenant or the platform their row and role, then reads who has it.
    async fn administrators_of(
        &self,
        root: &Scope,
        id: EnvironmentId,
    ) -> Result<Vec<Administrator>> {
        let snapshot = self.snapshot(root, id).await?;
        for role in [identity::Role::GlobalAdministrator, identity::Role::PlatformAdministrator] {
            let filter = identity::users::UserFilter { role: Some(role), ..Default::default() };
            let mut after = None;
            loop {
                let (filter, limit) = (filter.clone(), kernel::Limit::default());
                let page = self.0.identity.users(root, filter, limit, after.as_ref()).await?;
                for person in &page.items {
                    self.standing(root, &snapshot, person.id).await?;
                }
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
        let sql = format!(
            "SELECT u.systemuserid, u.fullname FROM {} l JOIN {} u ON u.systemuserid = l.systemuserid \
             WHERE l.roleid = $1 ORDER BY u.fullname, u.systemuserid LIMIT 5000",
            names::table(snapshot.number(), "systemuserroles"),
            names::table(snapshot.number(), "systemuser")
        );
        let role = self.0.administrator;
        let read = move |tx: &db::Tx<'_>| {
            let rows = tx.all(&sql, &[role.into()])?;
            let one = |row: &db::Row| {
                let name: Option<String> = row.get(1)?;
                Ok(Administrator { user: row.get(0)?, name: name.unwrap_or_default() })
            };
            rows.iter().map(one).collect::<db::Result<Vec<_>>>()
        };
        Ok(self.0.db.read_one(root, read).await?)
    }
}

fn one(tx: &db::Tx<'_>, sql: &str) -> db::Result<i64> {
    tx.first(sql, &[])?.map_or(Ok(0), |row| Ok(row.get::<Option<i64>>(0)?.unwrap_or_default()))
}

fn note(
    tx: &db::Tx<'_>,
    action: &'static str,
    id: EnvironmentId,
    (before, after): (Json, Json),
    at: jiff::Timestamp,
) -> Result<()> {
    let told = |value: Json| (!value.is_null()).then_some(value);
    let subject = Subject::new("environment", id);
    let change = Change { action, subject, before: told(before), after: told(after), at };
    Ok(audit(tx, &change)?)
}

/// As the first sign-in of a seller shows in the audit.
const PROVISIONING: &str = "provisioning";
