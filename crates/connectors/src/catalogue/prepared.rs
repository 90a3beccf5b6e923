//! Connectors and versions that were read and looked at, and are written down by a transaction: this room's own, or
//! that of a room that writes something of its own with them.

use db::Tx;
use jiff::Timestamp;
use kernel::{ApiConnectorId, EnvironmentId, Permission, Scope};

use super::{Audited, NewConnector, admit, known, known_environment, taken, title_of, version_of};
use crate::{
    Connectors, Error, Result, applications,
    cache::CONNECTORS,
    definition::Compiled,
    intake::{Draft, Upload},
    model::{Connector, Files, Version},
    policies::forbidden,
    policy::Subject,
    store, text,
};

/// A connector that was read and looked at, and is not there yet.
#[derive(Debug)]
pub struct Prepared {
    connector: Connector,
    compiled: Compiled,
    files: Files,
    sealed: Option<Vec<u8>>,
    limit: i64,
}

impl Prepared {
    /// The connector as it will be.
    pub const fn connector(&self) -> &Connector {
        &self.connector
    }

    /// Its definition and properties.
    pub const fn compiled(&self) -> &Compiled {
        &self.compiled
    }

    /// Writes it down in a transaction, its audit with it.
    ///
    /// # Errors
    /// [`Error::EnvironmentNotFound`], [`Error::CrmNeeded`], [`Error::NameTaken`], [`Error::TooMany`],
    /// [`Error::Store`].
    pub fn put(&self, tx: &Tx<'_>) -> Result<()> {
        let connector = &self.connector;
        admit(tx, connector.environment, self.compiled.is_for_sales())?;
        if store::count(tx, connector.environment)? >= self.limit {
            return Err(Error::TooMany { limit: self.limit });
        }
        taken(store::insert(tx, connector, self.sealed.as_deref()).map_err(Error::from))?;
        store::versions::insert(tx, connector.id, &connector.version, &self.files)?;
        let change = Audited::new("api_connector.create", connector.id, connector.created_at);
        Ok(change.after(super::view(connector)).write(tx)?)
    }
}

/// A version of a connector that was read and looked at, and is not there yet.
#[derive(Debug)]
pub struct PreparedVersion {
    connector: ApiConnectorId,
    version: Version,
    files: Files,
    for_sales: bool,
    sealed: Option<Vec<u8>>,
    keep: u32,
    now: Timestamp,
}

impl PreparedVersion {
    /// Writes it down in a transaction, its audit with it, and makes it the current one.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::CrmNeeded`], [`Error::Store`].
    pub fn put(&self, tx: &Tx<'_>) -> Result<Connector> {
        let (id, now) = (self.connector, self.now);
        let (before, version) = self.insert(tx)?;
        let after = Connector { version, updated_at: now, ..before.clone() };
        store::update(tx, &after)?;
        if let Some(sealed) = &self.sealed {
            store::set_sealed(tx, id, Some(sealed), now)?;
        }
        store::versions::prune(tx, id, self.keep)?;
        tx.notify(CONNECTORS, id.uuid(), 0);
        let change = Audited::new("api_connector.version", id, now);
        change.before(super::view(&before)).after(super::view(&after)).write(tx)?;
        Ok(after)
    }

    /// Writes it down in a transaction without using it.
    pub(super) fn stage(&self, tx: &Tx<'_>) -> Result<Version> {
        let id = self.connector;
        let (_, version) = self.insert(tx)?;
        store::versions::prune(tx, id, self.keep)?;
        let change = Audited::new("api_connector.stage_version", id, self.now);
        change.after(serde_json::json!({ "version": version.number })).write(tx)?;
        Ok(version)
    }

    fn insert(&self, tx: &Tx<'_>) -> Result<(Connector, Version)> {
        let id = self.connector;
        let before = known(tx, id)?;
        admit(tx, before.environment, self.for_sales)?;
        let number = store::next_number(tx, id)?.ok_or(Error::NotFound { connector: id })?;
        let version = Version { number, ..self.version.clone() };
        store::versions::insert(tx, id, &version, &self.files)?;
        Ok((before, version))
    }
}

impl Connectors {
    /// Reads what a maker brings and looks at it, as [`Connectors::create`] does, and keeps nothing: that is for the
    /// caller's transaction.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::EnvironmentNotFound`], [`Error::Package`], [`Error::Invalid`],
    /// [`Error::Outbound`], [`Error::Store`].
    pub async fn prepare(
        &self,
        scope: &Scope,
        environment: EnvironmentId,
        new: NewConnector,
    ) -> Result<Prepared> {
        scope.require(Permission::ConnectorManage)?;
        let look = move |tx: &Tx<'_>| known_environment(tx, environment).map(drop);
        self.db.read(scope, look).await?;
        let NewConnector { name, description, preview, upload, note } = new;
        let draft = Box::pin(self.draft(upload)).await?;
        let name = name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| title_of(&draft.compiled));
        text::name("/name", &name)?;
        text::description("/note", &note)?;
        let said = draft.compiled.package().definition.description().unwrap_or_default();
        let description = description.unwrap_or_else(|| text::shortened(said));
        text::description("/description", &description)?;
        let now = self.clock.now();
        let connector = Connector {
            id: self.ids.fresh(),
            environment,
            name,
            description,
            preview,
            certified: None,
            version: version_of(&draft, 1, (scope, note, now)),
            created_by: scope.user(),
            created_at: now,
            updated_at: now,
        };
        let sealed = self.seal_applications(
            scope.tenant(),
            connector.id,
            &applications::with_secrets(Vec::new(), &draft.secrets),
        )?;
        let Draft { files, compiled, .. } = draft;
        let limit = i64::from(self.settings.max_connectors);
        Ok(Prepared { connector, compiled, files, sealed, limit })
    }

    /// Reads a version and looks at it, as [`Connectors::add_version`] does, and keeps nothing: that is for the
    /// caller's transaction.
    ///
    /// # Errors
    /// As [`Connectors::prepare`]; [`Error::NotFound`].
    pub async fn prepare_version(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
        upload: Upload,
        note: String,
    ) -> Result<PreparedVersion> {
        scope.require(Permission::ConnectorManage)?;
        text::description("/note", &note)?;
        self.db.read(scope, move |tx| known(tx, id).map(drop)).await?;
        let draft = Box::pin(self.draft(upload)).await?;
        let now = self.clock.now();
        let for_sales = draft.compiled.is_for_sales();
        let version = version_of(&draft, 0, (scope, note, now));
        let Draft { files, secrets, .. } = draft;
        let old = self.sealed_applications(scope, id).await?;
        let sealed = if secrets.is_empty() {
            None
        } else {
            let all = applications::with_secrets(old, &secrets);
            self.seal_applications(scope.tenant(), id, &all)?
        };
        let keep = self.settings.kept_versions;
        Ok(PreparedVersion { connector: id, version, files, for_sales, sealed, keep, now })
    }

    /// Whether data policies would let an operation of a connector be called that is not there yet.
    ///
    /// # Errors
    /// [`Error::PolicyViolation`], [`Error::Store`].
    pub async fn check_prepared(
        &self,
        scope: &Scope,
        new: &Prepared,
        operation: &str,
    ) -> Result<()> {
        let policies = self.policies(scope).await?;
        let Connector { id, environment, .. } = *new.connector();
        let address = new.compiled.address();
        let subject = Subject { connector: id, address: &address };
        let violation = policies.judge(environment, subject, Some(operation));
        violation.map_or(Ok(()), |violation| Err(forbidden(scope, &violation)))
    }
}
