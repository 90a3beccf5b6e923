//! The life of a connector: made, changed by new versions, copied, downloaded, deleted.

mod prepared;

use db::Tx;
use event_log::{Change, Subject};
use jiff::Timestamp;
use kernel::{ApiConnectorId, EnvironmentId, FieldError, Permission, Scope};
use serde_json::json;
use uuid::Uuid;

use crate::{
    Connectors, Error, Result,
    cache::CONNECTORS,
    definition::Compiled,
    intake::{Draft, Upload},
    model::{Connector, ConnectorPatch, Dependent, Files, Version},
    store, text,
};

pub use prepared::{Prepared, PreparedVersion};

/// A connector to make.
#[derive(Debug, Clone)]
pub struct NewConnector {
    /// The name; the title in the definition unless given.
    pub name: Option<String>,
    /// What it is for; the description in the definition unless given.
    pub description: Option<String>,
    /// Whether its maker says that it is not finished.
    pub preview: bool,
    /// What was brought.
    pub upload: Upload,
    /// A word about the first version.
    pub note: String,
}

/// A connector as a download.
#[derive(Debug, Clone)]
pub struct Download {
    /// A name for the file.
    pub file_name: String,
    /// The archive.
    pub bytes: Vec<u8>,
}

impl Connectors {
    /// The connectors of an environment, by name.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::EnvironmentNotFound`], [`Error::Store`].
    pub async fn list(&self, scope: &Scope, environment: EnvironmentId) -> Result<Vec<Connector>> {
        scope.require(Permission::ConnectionUse)?;
        self.db
            .read(scope, move |tx| {
                known_environment(tx, environment)?;
                Ok(store::list(tx, environment)?)
            })
            .await
    }

    /// One connector.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::Store`].
    pub async fn connector(&self, scope: &Scope, id: ApiConnectorId) -> Result<Connector> {
        scope.require(Permission::ConnectionUse)?;
        self.db.read(scope, move |tx| known(tx, id)).await
    }

    /// Whether somebody may bring connectors at all; asked before a large body is read.
    ///
    /// # Errors
    /// [`Error::Denied`].
    pub fn may_bring(&self, scope: &Scope) -> Result<()> {
        Ok(scope.require(Permission::ConnectorManage)?)
    }

    /// Makes a connector of what a maker brings. Whatever can be read is taken; what is wrong with it is counted.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::EnvironmentNotFound`], [`Error::Package`], [`Error::CrmNeeded`],
    /// [`Error::NameTaken`], [`Error::TooMany`], [`Error::Invalid`], [`Error::Outbound`], [`Error::Store`].
    pub async fn create(
        &self,
        scope: &Scope,
        environment: EnvironmentId,
        new: NewConnector,
    ) -> Result<Connector> {
        let new = self.prepare(scope, environment, new).await?;
        let made = new.connector().clone();
        self.db.write(scope, move |tx| new.put(tx)).await?;
        Ok(made)
    }

    /// Adds a version and makes it the current one.
    ///
    /// # Errors
    /// As [`Connectors::create`]; [`Error::NotFound`].
    pub async fn add_version(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
        upload: Upload,
        note: String,
    ) -> Result<Connector> {
        let new = self.prepare_version(scope, id, upload, note).await?;
        self.db.write(scope, move |tx| new.put(tx)).await
    }

    /// Adds a version that is not used yet: it can be looked at, compared and tried, and made the current one later
    /// with [`Connectors::use_version`]. Client secrets in its package are taken out and not kept: those of the
    /// connector go on.
    ///
    /// # Errors
    /// As [`Connectors::add_version`].
    pub async fn stage_version(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
        upload: Upload,
        note: String,
    ) -> Result<Version> {
        let new = self.prepare_version(scope, id, upload, note).await?;
        self.db.write(scope, move |tx| new.stage(tx)).await
    }

    /// Makes an older version the current one again.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::VersionNotFound`], [`Error::Store`].
    pub async fn use_version(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
        number: i64,
    ) -> Result<Connector> {
        scope.require(Permission::ConnectorManage)?;
        let now = self.clock.now();
        self.db
            .write(scope, move |tx| {
                let before = known(tx, id)?;
                let version = store::versions::lookup(tx, id, number)?
                    .ok_or(Error::VersionNotFound { connector: id, number })?;
                let after = Connector { version, updated_at: now, ..before.clone() };
                store::update(tx, &after)?;
                tx.notify(CONNECTORS, id.uuid(), 0);
                let change = Audited::new("api_connector.version", id, now);
                change.before(view(&before)).after(view(&after)).write(tx)?;
                Ok(after)
            })
            .await
    }

    /// The versions that are kept, newest first.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::Store`].
    pub async fn versions(&self, scope: &Scope, id: ApiConnectorId) -> Result<Vec<Version>> {
        scope.require(Permission::ConnectorManage)?;
        self.db
            .read(scope, move |tx| {
                known(tx, id)?;
                Ok(store::versions::list(tx, id)?)
            })
            .await
    }

    /// The files of a version; of the current one unless a number is given.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::VersionNotFound`], [`Error::Store`].
    pub async fn files(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
        number: Option<i64>,
    ) -> Result<Files> {
        scope.require(Permission::ConnectorManage)?;
        Ok(self.read_files(scope, id, number).await?.1)
    }

    /// The picture of the current version.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::Store`].
    pub async fn icon(&self, scope: &Scope, id: ApiConnectorId) -> Result<Option<Vec<u8>>> {
        scope.require(Permission::ConnectionUse)?;
        self.db
            .read(scope, move |tx| {
                let connector = known(tx, id)?;
                Ok(store::versions::icon(tx, id, connector.version.number)?)
            })
            .await
    }

    /// A version as an archive that any tool for such packages reads; of the current one unless a number is given.
    ///
    /// # Errors
    /// As [`Connectors::files`].
    pub async fn download(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
        number: Option<i64>,
    ) -> Result<Download> {
        scope.require(Permission::ConnectorManage)?;
        let (connector, files) = self.read_files(scope, id, number).await?;
        let file_name = format!("{}.zip", text::file_name(&connector.name));
        let work = move || app_packages::bundle(&files.named());
        let bytes = tokio::task::spawn_blocking(work).await.map_err(Error::Interrupted)?;
        Ok(Download { file_name, bytes })
    }

    /// Copies the current version into an environment, as a connector of its own without connections or client
    /// secrets.
    ///
    /// # Errors
    /// As [`Connectors::create`]; [`Error::NotFound`].
    pub async fn copy(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
        environment: EnvironmentId,
        name: String,
    ) -> Result<Connector> {
        scope.require(Permission::ConnectorManage)?;
        let (connector, files) = self.read_files(scope, id, None).await?;
        let files = files.named().into_iter();
        let files = files.map(|(name, bytes)| (name.to_owned(), bytes.to_vec().into())).collect();
        let new = NewConnector {
            name: Some(name),
            description: Some(connector.description),
            preview: connector.preview,
            upload: Upload::Files(files),
            note: String::new(),
        };
        Box::pin(self.create(scope, environment, new)).await
    }

    /// Changes name, description or the preview mark.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::NameTaken`], [`Error::Invalid`], [`Error::Store`].
    pub async fn update(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
        patch: ConnectorPatch,
    ) -> Result<Connector> {
        scope.require(Permission::ConnectorManage)?;
        patch.name.as_ref().map_or(Ok(()), |name| text::name("/name", name))?;
        let described = patch.description.as_ref();
        described.map_or(Ok(()), |said| text::description("/description", said))?;
        let now = self.clock.now();
        let outcome = self
            .db
            .write(scope, move |tx| {
                let before = known(tx, id)?;
                let name = patch.name.as_ref().map(|name| name.trim().to_owned());
                let after = Connector {
                    name: name.unwrap_or_else(|| before.name.clone()),
                    description: patch
                        .description
                        .clone()
                        .unwrap_or_else(|| before.description.clone()),
                    preview: patch.preview.unwrap_or(before.preview),
                    updated_at: now,
                    ..before.clone()
                };
                store::update(tx, &after)?;
                tx.notify(CONNECTORS, id.uuid(), 0);
                let change = Audited::new("api_connector.update", id, now);
                change.before(view(&before)).after(view(&after)).write(tx)?;
                Ok(after)
            })
            .await;
        taken(outcome)
    }

    /// What depends on a connector.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::Store`].
    pub async fn dependents(&self, scope: &Scope, id: ApiConnectorId) -> Result<Vec<Dependent>> {
        scope.require(Permission::ConnectorManage)?;
        self.db
            .read(scope, move |tx| {
                known(tx, id)?;
                Ok(store::dependents(tx, id)?)
            })
            .await
    }

    /// Deletes a connector with its versions. What depends on it is named instead, unless `with_dependents` says
    /// that connections and triggers go too and that actions may stop working.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::InUse`], [`Error::Store`].
    pub async fn delete(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
        with_dependents: bool,
    ) -> Result<()> {
        scope.require(Permission::ConnectorManage)?;
        let triggers = self
            .db
            .read(scope, move |tx| {
                known(tx, id)?;
                deletable(tx, (id, with_dependents))?;
                Ok::<_, Error>(store::triggers::of_connector(tx, id)?)
            })
            .await?;
        // Before the rows go: they hold the addresses that end them.
        Box::pin(self.end_subscriptions(scope, triggers)).await;
        let now = self.clock.now();
        self.db
            .write(scope, move |tx| {
                let before = known(tx, id)?;
                let dependents = deletable(tx, (id, with_dependents))?;
                store::delete(tx, id)?;
                tx.notify(CONNECTORS, id.uuid(), 0);
                let change = Audited::new("api_connector.delete", id, now);
                let names: Vec<_> = dependents.iter().map(|d| json!([d.kind, d.name])).collect();
                let mut was = view(&before);
                if let Some(was) = was.as_object_mut() {
                    was.insert("dependents".to_owned(), names.into());
                }
                Ok(change.before(was).write(tx)?)
            })
            .await
    }

    async fn read_files(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
        number: Option<i64>,
    ) -> Result<(Connector, Files)> {
        self.db
            .read(scope, move |tx| {
                let connector = known(tx, id)?;
                let number = number.unwrap_or(connector.version.number);
                let files = store::versions::files(tx, id, number)?
                    .ok_or(Error::VersionNotFound { connector: id, number })?;
                Ok((connector, files))
            })
            .await
    }
}

/// What depends on a connector; an error where it may not go along.
fn deletable(tx: &Tx<'_>, (id, with_them): (ApiConnectorId, bool)) -> Result<Vec<Dependent>> {
    let dependents = store::dependents(tx, id)?;
    if dependents.is_empty() || with_them {
        return Ok(dependents);
    }
    let field = |d: &Dependent| {
        let detail = format!("{} {} ({})", d.kind, d.name, d.id);
        FieldError::new("", "api_connector.dependent", detail)
    };
    Err(Error::InUse { fields: dependents.iter().map(field).collect() })
}

/// Says in the transaction of another room that something of it stands on a connector, so that the connector's
/// removal names it. A `version` that it was made for is kept for as long. Saying it again changes both.
///
/// # Errors
/// Any of [`db::Error`].
pub fn claim(
    tx: &Tx<'_>,
    connector: ApiConnectorId,
    kind: &'static str,
    (subject, name): (Uuid, &str),
    version: Option<i64>,
) -> db::Result<()> {
    const SQL: &str = "INSERT INTO api_connector_uses (tenant_id, connector_id, kind, subject_id, \
                       name, version) VALUES ($1, $2, $3, $4, $5, $6) \
                       ON CONFLICT (tenant_id, connector_id, kind, subject_id) \
                       DO UPDATE SET name = excluded.name, version = excluded.version";
    let params = [
        tx.tenant().into(),
        connector.into(),
        kind.into(),
        subject.into(),
        name.into(),
        version.into(),
    ];
    tx.execute(SQL, &params).map(drop)
}

/// Takes back what [`claim`] said about a thing, of every connector.
///
/// # Errors
/// Any of [`db::Error`].
pub fn release(tx: &Tx<'_>, kind: &'static str, subject: Uuid) -> db::Result<()> {
    const SQL: &str = "DELETE FROM api_connector_uses \
                       WHERE tenant_id = $1 AND kind = $2 AND subject_id = $3";
    tx.execute(SQL, &[tx.tenant().into(), kind.into(), subject.into()]).map(drop)
}

/// A connector whose environment is there.
pub(crate) fn known(tx: &Tx<'_>, id: ApiConnectorId) -> Result<Connector> {
    let found = store::lookup(tx, id)?.ok_or(Error::NotFound { connector: id })?;
    match identity::environments::lookup(tx, found.environment)? {
        Some(_) => Ok(found),
        None => Err(Error::NotFound { connector: id }),
    }
}

pub(crate) fn known_environment(
    tx: &Tx<'_>,
    environment: EnvironmentId,
) -> Result<identity::environments::Environment> {
    let found = identity::environments::lookup(tx, environment)?;
    found.ok_or(Error::EnvironmentNotFound { environment })
}

/// Connectors for sales need the sales tables.
fn admit(tx: &Tx<'_>, environment: EnvironmentId, for_sales: bool) -> Result<()> {
    let found = known_environment(tx, environment)?;
    if for_sales && !found.crm_enabled {
        return Err(Error::CrmNeeded { environment });
    }
    Ok(())
}

fn title_of(compiled: &Compiled) -> String {
    let title = compiled.package().definition.title().map(str::trim).unwrap_or_default();
    let title: String = title.chars().filter(|c| !c.is_control()).take(200).collect();
    if title.is_empty() { "Untitled".to_owned() } else { title }
}

fn version_of(
    draft: &Draft,
    number: i64,
    (scope, note, now): (&Scope, String, Timestamp),
) -> Version {
    let package = draft.compiled.package();
    let (errors, warnings) = draft.found;
    let color = package.properties.icon_brand_color().map(str::trim);
    Version {
        number,
        title: title_of(&draft.compiled),
        host: text::shortened(&package.definition.base().host),
        brand_color: color.filter(|color| text::is_color(color)).map(str::to_owned),
        operations: i64::try_from(package.definition.operation_count()).unwrap_or(i64::MAX),
        errors,
        warnings,
        scripted: draft.files.script.is_some(),
        icon: draft.files.icon.is_some(),
        digest: draft.digest,
        note,
        created_by: scope.user(),
        created_at: now,
    }
}

fn view(connector: &Connector) -> serde_json::Value {
    json!({
        "name": connector.name, "environment": connector.environment,
        "description": connector.description, "preview": connector.preview,
        "version": connector.version.number, "certified": connector.certified,
    })
}

/// A broken unique index says that the name is taken.
fn taken<T>(outcome: Result<T>) -> Result<T> {
    outcome.map_err(|error| match error {
        Error::Store(e) if e.is_unique() => Error::NameTaken,
        other => other,
    })
}

/// A change on its way into the audit.
pub(crate) struct Audited(Change);

impl Audited {
    pub(crate) fn new(action: &'static str, id: impl Into<Uuid>, at: Timestamp) -> Self {
        let kind = action.split('.').next().unwrap_or(action);
        let subject = Subject::new(kind, id.into());
        Self(Change { action, subject, before: None, after: None, at })
    }

    pub(crate) fn before(mut self, what: serde_json::Value) -> Self {
        self.0.before = Some(what);
        self
    }

    pub(crate) fn after(mut self, what: serde_json::Value) -> Self {
        self.0.after = Some(what);
        self
    }

    pub(crate) fn write(self, tx: &Tx<'_>) -> db::Result<()> {
        event_log::audit(tx, &self.0)
    }
}
