//! A version's files, read once and kept: definition and properties as views over their text.

use std::{fmt, sync::Arc};

use kernel::{ApiConnectorId, FieldError, Permission, Scope};
use openapi::{Package, Sources};

use crate::{
    Connectors, Error, Result,
    invoke::Live,
    model::{DEFINITION, Files, PROPERTIES},
    sales, store,
};

/// A version of a connector, read; it never changes and is shared by all that call it.
pub struct Compiled {
    number: i64,
    package: Package<'static>,
}

impl fmt::Debug for Compiled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compiled").field("number", &self.number).finish_non_exhaustive()
    }
}

impl Compiled {
    /// Reads the files of a version. Only text that is beyond repair is refused.
    pub(crate) fn of(files: &Files, number: i64) -> Result<Self> {
        let sources = Sources {
            definition: &files.definition,
            properties: Some(&files.properties)
                .filter(|bytes| !bytes.is_empty())
                .map(Vec::as_slice),
            has_script: files.script.is_some(),
        };
        let package = Package::load(sources).map_err(|unloadable| {
            let file = match unloadable.part() {
                openapi::Part::Properties => PROPERTIES,
                _ => DEFINITION,
            };
            let detail = match &unloadable {
                openapi::Unloadable::Unreadable { problem, .. } => format!("{file}: {problem}"),
                openapi::Unloadable::NotAnObject { .. } => format!("{file}: {unloadable}"),
            };
            let field = FieldError::new("", "api_connector.beyond_repair", detail);
            Error::Package { fields: vec![field] }
        })?;
        Ok(Self { number, package: package.into_owned() })
    }

    /// The number of the version.
    pub const fn number(&self) -> i64 {
        self.number
    }

    /// Definition and properties.
    pub const fn package(&self) -> &Package<'static> {
        &self.package
    }

    /// The address in the definition, as data policies look at it.
    pub fn address(&self) -> String {
        let base = self.package.definition.base();
        let path = if base.path == "/" { "" } else { &base.path };
        format!("{}://{}{path}", base.scheme, base.host)
    }

    /// Whether the sales surfaces would call it.
    pub(crate) fn is_for_sales(&self) -> bool {
        let operations = self.package.operations();
        operations.iter().any(|op| sales::is_for_sales(&op.id, op.description()))
    }
}

impl Connectors {
    /// The current version of a connector, read.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::Store`].
    pub async fn compiled(&self, scope: &Scope, id: ApiConnectorId) -> Result<Arc<Compiled>> {
        scope.require(Permission::ConnectionUse)?;
        let live = self.live(scope, id).await?;
        self.compiled_version(scope, id, live.number).await
    }

    /// One version of a connector, read.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::VersionNotFound`], [`Error::Store`].
    pub async fn compiled_at(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
        number: i64,
    ) -> Result<Arc<Compiled>> {
        scope.require(Permission::ConnectionUse)?;
        // A connector that is gone has no versions, whatever is still in memory.
        self.live(scope, id).await?;
        self.compiled_version(scope, id, number).await
    }

    /// One version of a connector, read; the caller has seen to it that the connector is there and may be known.
    ///
    /// # Errors
    /// [`Error::VersionNotFound`], [`Error::Store`].
    pub(crate) async fn compiled_version(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
        number: i64,
    ) -> Result<Arc<Compiled>> {
        let key = (scope.tenant(), id.uuid(), number);
        if let Some(known) = self.cache.compiled.get(&key) {
            return Ok(known);
        }
        let load = async {
            let files = self
                .db
                .read_one(scope, move |tx| store::versions::files(tx, id, number))
                .await?
                .ok_or(Error::VersionNotFound { connector: id, number })?;
            let work = move || Compiled::of(&files, number);
            let read = tokio::task::spawn_blocking(work).await.map_err(Error::Interrupted)??;
            Ok::<_, Error>(Arc::new(read))
        };
        // Two that load the same version at once do the work twice, rarely; an error is not shared.
        let compiled = Box::pin(load).await?;
        self.cache.compiled.insert(&key, Arc::clone(&compiled));
        Ok(compiled)
    }

    /// What a call has to know of a connector, from memory or from its row.
    pub(crate) async fn live(&self, scope: &Scope, id: ApiConnectorId) -> Result<Arc<Live>> {
        let version = self.cache.version();
        let key = (scope.tenant(), id.uuid());
        if let Some(live) = self.cache.live(key) {
            return Ok(live);
        }
        let live = self.load_live(scope, id, false).await?;
        self.cache.keep_live(key, &live, version);
        Ok(live)
    }

    /// The same from its row; where its environment is gone only for who clears up behind it.
    pub(crate) async fn load_live(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
        even_gone: bool,
    ) -> Result<Arc<Live>> {
        let found = self
            .db
            .read(scope, move |tx| {
                let Some(connector) = store::lookup(tx, id)? else { return Ok(None) };
                let environment = identity::environments::lookup(tx, connector.environment)?;
                if environment.is_none() && !even_gone {
                    return Ok(None);
                }
                Ok::<_, Error>(Some((connector, store::sealed(tx, id)?)))
            })
            .await?;
        let (connector, sealed) = found.ok_or(Error::NotFound { connector: id })?;
        let applications = self.applications(scope.tenant(), id, sealed.as_deref())?;
        let compiled = self.compiled_version(scope, id, connector.version.number).await?;
        Ok(Arc::new(Live {
            number: connector.version.number,
            address: compiled.address(),
            name: connector.name,
            environment: connector.environment,
            applications,
        }))
    }
}
