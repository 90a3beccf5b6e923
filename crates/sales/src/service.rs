//! The service that edges hold.

use std::{fmt, sync::Arc};

use actions::{Action, Actions};
use connectors::{Compiled, Connectors};
use db::Db;
use identity::{Identity, SystemScopes};
use jiff::Timestamp;
use kernel::{
    ActionId, ApiConnectorId, Clock, Cursor, EnvironmentId, Ids, Limit, Page, Permission, Scope,
    Stay, TenantId,
};
use openapi::{Package, Sources};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Error, Inspection, Point, Result, Said, Selected, Settings, Shaped, Subject, Unshapable,
    diagnostics::look, inspect, shape_sample,
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
    /// Scopes for the room's own work.
    pub scopes: SystemScopes,
    /// Environments.
    pub identity: Arc<Identity>,
    /// What definitions come from.
    pub connectors: Arc<Connectors>,
    /// What operations are called through.
    pub actions: Arc<Actions>,
    /// What the operator set.
    pub settings: Settings,
}

/// An action as the surfaces see it at one moment: it changes with every change of the action or its version.
type Seen = ((TenantId, Uuid), i64, i64);

/// The sales surfaces of every tenant. One is made at start and shared.
pub struct Sales {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Ids,
    pub(crate) scopes: SystemScopes,
    pub(crate) identity: Arc<Identity>,
    pub(crate) connectors: Arc<Connectors>,
    pub(crate) actions: Arc<Actions>,
    pub(crate) settings: Settings,
    inspections: kernel::Cache<Seen, Arc<Inspection>>,
    /// Until when a partner asked somebody to wait.
    pub(crate) waits: kernel::Cache<(TenantId, String, Uuid), Timestamp>,
}

impl fmt::Debug for Sales {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sales").finish_non_exhaustive()
    }
}

/// An action with what it is to the surfaces.
#[derive(Debug, Clone)]
pub struct Extension {
    /// The action.
    pub action: Action,
    /// Whether the caller may use it now.
    pub usable: bool,
    /// The name of its connector.
    pub connector_name: String,
    /// Which of its operations are for which surface, and what was found.
    pub inspection: Arc<Inspection>,
}

impl Sales {
    /// The sales surfaces on a database.
    pub fn new(parts: Parts) -> Self {
        let Parts { db, clock, ids, scopes, identity, connectors, actions, settings } = parts;
        let inspections = kernel::Cache::new(INSPECTIONS, Stay::Unlimited);
        let waits = kernel::Cache::new(WAITS, Stay::For(std::time::Duration::from_mins(10)));
        Self { db, clock, ids, scopes, identity, connectors, actions, settings, inspections, waits }
    }

    /// What a connector is to the surfaces: the current version unless a number is given, as it is, without any action.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Connectors`].
    pub async fn inspect_connector(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
        version: Option<i64>,
    ) -> Result<Inspection> {
        look(scope)?;
        let compiled = match version {
            Some(number) => self.connectors.compiled_at(scope, id, number).await?,
            None => self.connectors.compiled(scope, id).await?,
        };
        Ok(inspect(Subject { package: compiled.package(), selected: None }))
    }

    /// What an action is to the surfaces, with what it says of its operations.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Actions`], [`Error::Connectors`].
    pub async fn inspect_action(&self, scope: &Scope, id: ActionId) -> Result<Extension> {
        look(scope)?;
        let offered = self.actions.offered(scope, id).await?;
        self.extension(scope, offered).await
    }

    /// What a package would be to the surfaces, before anybody makes a connector of it.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`] for what is beyond repair.
    pub async fn inspect_package(
        &self,
        scope: &Scope,
        definition: String,
        properties: Option<String>,
    ) -> Result<Inspection> {
        scope.require(Permission::ConnectorManage)?;
        let work = move || inspect_text(&definition, properties.as_deref());
        let read = tokio::task::spawn_blocking(work).await;
        read.unwrap_or_else(|_interrupted| {
            Err(Error::field("", "api_connector.beyond_repair", "reading was interrupted"))
        })
    }

    /// What a surface makes of a sample answer.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::UnknownSurface`]; inside, why nothing of it can be shown.
    pub fn preview(
        &self,
        scope: &Scope,
        point: Option<Point>,
        sample: &Value,
    ) -> Result<Result<Shaped, Unshapable>> {
        look(scope)?;
        let point = point.ok_or(Error::UnknownSurface)?;
        let top = usize::try_from(point.usual_top()).unwrap_or(usize::MAX);
        Ok(shape_sample(point, sample, top))
    }

    /// Actions that are for a surface, or nearly, with what was found; a page of all actions at a time, so that a page
    /// may hold fewer than were asked for.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Actions`], [`Error::Connectors`].
    pub async fn extensions(
        &self,
        scope: &Scope,
        environment: Option<EnvironmentId>,
        limit: Limit,
        cursor: Option<&Cursor>,
    ) -> Result<Page<Extension>> {
        look(scope)?;
        let page = self.actions.list(scope, (environment, None), limit, cursor).await?;
        let mut items = Vec::new();
        for offered in page.items {
            let extension = self.extension(scope, offered).await?;
            let about = |f: &crate::Finding| f.point.is_some();
            if !extension.inspection.matched.is_empty()
                || extension.inspection.findings.iter().any(about)
            {
                items.push(extension);
            }
        }
        Ok(Page { items, next: page.next })
    }

    async fn extension(&self, scope: &Scope, offered: actions::Offered) -> Result<Extension> {
        let actions::Offered { action, usable, .. } = offered;
        let compiled = self.compiled(scope, action.connector, action.version).await?;
        let connector_name = self.connectors.connector(scope, action.connector).await?.name;
        let key = (
            (scope.tenant(), action.id.uuid()),
            action.updated_at.as_microsecond(),
            compiled.number(),
        );
        let inspection = self.inspected(key, &compiled, || selected(&action));
        Ok(Extension { action, usable, connector_name, inspection })
    }

    pub(crate) async fn compiled(
        &self,
        scope: &Scope,
        connector: ApiConnectorId,
        version: Option<i64>,
    ) -> Result<Arc<Compiled>> {
        Ok(match version {
            Some(number) => self.connectors.compiled_at(scope, connector, number).await?,
            None => self.connectors.compiled(scope, connector).await?,
        })
    }

    /// What an action is to the surfaces, from memory or made now.
    pub(crate) async fn inspection(
        &self,
        scope: &Scope,
        action: &actions::InUse,
    ) -> Result<Arc<Inspection>> {
        let key = |number| {
            ((scope.tenant(), action.id.uuid()), action.updated_at.as_microsecond(), number)
        };
        if let Some(known) = action.version.and_then(|number| self.inspections.get(&key(number))) {
            return Ok(known);
        }
        // a draft follows the current version of its connector
        let compiled = self.compiled(scope, action.connector, action.version).await?;
        let key = key(compiled.number());
        if let Some(known) = self.inspections.get(&key) {
            return Ok(known);
        }
        let whole = self.actions.action(scope, action.id).await?;
        Ok(self.inspected(key, &compiled, || selected(&whole)))
    }

    fn inspected(
        &self,
        key: Seen,
        compiled: &Compiled,
        selected: impl FnOnce() -> Vec<Selected>,
    ) -> Arc<Inspection> {
        if let Some(known) = self.inspections.get(&key) {
            return known;
        }
        let selected = selected();
        let subject = Subject { package: compiled.package(), selected: Some(&selected) };
        let inspection = Arc::new(inspect(subject));
        self.inspections.insert(&key, Arc::clone(&inspection));
        inspection
    }
}

/// Holds the text of a definition against the contract.
fn inspect_text(definition: &str, properties: Option<&str>) -> Result<Inspection> {
    let sources = Sources {
        definition: definition.as_bytes(),
        properties: properties.map(str::as_bytes),
        has_script: false,
    };
    let package = Package::load(sources).map_err(|unloadable| {
        let pointer = match unloadable.part() {
            openapi::Part::Properties => "/properties",
            _ => "/definition",
        };
        let detail = match &unloadable {
            openapi::Unloadable::Unreadable { problem, .. } => problem.to_string(),
            openapi::Unloadable::NotAnObject { .. } => unloadable.to_string(),
        };
        Error::field(pointer, "api_connector.beyond_repair", detail)
    })?;
    Ok(inspect(Subject { package: &package, selected: None }))
}

/// What an action says of its operations. The text for people stands in the place of the description in the
/// definition; what models read does not.
pub(crate) fn selected(action: &Action) -> Vec<Selected> {
    let one = |operation: &actions::Operation| Selected {
        operation: operation.id.clone(),
        description: operation.description.clone().filter(|text| !text.trim().is_empty()),
        parameters: operation
            .overrides
            .iter()
            .map(|(name, set)| {
                let said = Said {
                    description: set.description.clone(),
                    fixed: set.fixed.is_some(),
                    default: set.default.is_some(),
                    required: set.required,
                };
                (name.clone(), said)
            })
            .collect(),
    };
    action.operations.iter().map(one).collect()
}

/// Actions whose inspection is kept in memory; our own choice.
const INSPECTIONS: u64 = 2_000;
/// Partners that asked somebody to wait.
const WAITS: u64 = 10_000;
