//! One surface, filled: every matching operation called side by side, each under its own deadline.

mod call;

use std::sync::Arc;

use actions::InUse;
use futures_util::future::join_all;
use kernel::{ActionId, ApiConnectorId, EnvironmentId, Permission, Scope};

use crate::{
    Diagnostic, Error, Input, Inspection, Item, Matched, Outcome, Point, Result, Sales,
    diagnostics::look, store,
};

/// What a surface asks for.
#[derive(Debug, Clone)]
pub struct Request {
    /// The surface.
    pub point: Point,
    /// Where; the only environment with the sales tables unless given.
    pub environment: Option<EnvironmentId>,
    /// The context.
    pub input: Input,
    /// Only this action: for the next page of a section, and for makers, who may try what is not enabled.
    pub action: Option<ActionId>,
}

/// What a surface shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Surface {
    /// Which one.
    pub point: Point,
    /// Where.
    pub environment: EnvironmentId,
    /// What came, one section for each connector, in the order of the actions.
    pub sections: Vec<Section>,
    /// What is not there. Sellers are told where they have to sign in, makers and administrators all of it.
    pub absent: Vec<Absent>,
}

/// What one connector contributes.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// The action.
    pub action: ActionId,
    /// The connector.
    pub connector: ApiConnectorId,
    /// Its name, which heads the section.
    pub connector_name: String,
    /// The operationId.
    pub operation: String,
    /// The call, as the partner was told it.
    pub call: uuid::Uuid,
    /// What is shown, never nothing.
    pub items: Vec<Item>,
    /// How many items to skip for the next page, where there is one.
    pub next_skip: Option<u32>,
}

impl Section {
    /// What all records of the section are called, where they are called the same.
    pub fn plural(&self) -> Option<&str> {
        let mut all = self.items.iter().map(|item| item.record.as_ref().map(|r| r.plural.as_str()));
        let first = all.next()??;
        all.all(|plural| plural == Some(first)).then_some(first)
    }
}

/// A connector that contributes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absent {
    /// The action.
    pub action: ActionId,
    /// The connector.
    pub connector: ApiConnectorId,
    /// Its name.
    pub connector_name: String,
    /// The operationId.
    pub operation: String,
    /// The call, where one was made.
    pub call: Option<uuid::Uuid>,
    /// Why.
    pub outcome: Outcome,
}

/// An operation that is called.
#[derive(Debug, Clone)]
struct Source {
    action: InUse,
    inspection: Arc<Inspection>,
    /// Which of the matched operations.
    at: usize,
}

impl Source {
    fn matched(&self) -> Option<&Matched> {
        self.inspection.matched.get(self.at)
    }
}

impl Sales {
    /// Fills a surface. What goes wrong with one connector leaves its section out and nothing else.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::CrmNeeded`], [`Error::EnvironmentNeeded`], [`Error::Invalid`] with what is wrong with
    /// the input, [`Error::Actions`] where an action is named that is not there, [`Error::Identity`],
    /// [`Error::Connectors`], [`Error::Store`].
    pub async fn show(&self, scope: &Scope, request: Request) -> Result<Surface> {
        scope.require(Permission::ActionUse)?;
        let fields = request.input.faults(request.point);
        if !fields.is_empty() {
            return Err(Error::Invalid { fields });
        }
        let (environment, actions) = if let Some(id) = request.action {
            let (environment, action) = self.named(scope, id).await?;
            (self.with_crm(scope, Some(environment)).await?, vec![action])
        } else {
            let environment = self.with_crm(scope, request.environment).await?;
            (environment, self.actions.in_use(scope, environment).await?)
        };
        let (sources, mut absent) = self.sources(scope, request.point, actions).await?;
        let loaded = sources.iter().map(|source| source.action.id);
        self.actions.note_load(scope, actions::Surface::Sales, loaded);
        let calls = sources.iter().map(|source| self.call(scope, source, (&request, environment)));
        let mut sections = Vec::new();
        let mut told: Vec<Diagnostic> = Vec::new();
        for (section, diagnostic) in join_all(calls).await {
            match section {
                Some(section) => sections.push(section),
                None => absent.push(Absent {
                    action: diagnostic.action,
                    connector: diagnostic.connector,
                    connector_name: diagnostic.connector_name.clone(),
                    operation: diagnostic.operation.clone(),
                    call: Some(diagnostic.id),
                    outcome: diagnostic.outcome,
                }),
            }
            told.push(diagnostic);
        }
        self.keep(scope, told).await;
        if look(scope).is_err() {
            absent.retain(|absent| absent.outcome == Outcome::SignInNeeded);
        }
        Ok(Surface { point: request.point, environment, sections, absent })
    }

    /// Who would be called for a surface, by action and the action's name: for surfaces that fill in one after the
    /// other.
    ///
    /// # Errors
    /// As [`Sales::show`].
    pub async fn partners(
        &self,
        scope: &Scope,
        point: Point,
        environment: Option<EnvironmentId>,
    ) -> Result<Vec<(ActionId, String)>> {
        scope.require(Permission::ActionUse)?;
        let environment = self.with_crm(scope, environment).await?;
        let actions = self.actions.in_use(scope, environment).await?;
        let (sources, _absent) = self.sources(scope, point, actions).await?;
        Ok(sources.into_iter().map(|source| (source.action.id, source.action.name)).collect())
    }

    /// Keeps what calls came to; a surface does not fail because that fails.
    async fn keep(&self, scope: &Scope, told: Vec<Diagnostic>) {
        if told.is_empty() {
            return;
        }
        let write = move |tx: &db::Tx<'_>| store::insert(tx, &told).map(drop);
        if let Err(error) = self.db.write(scope, write).await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "what calls of a sales surface came to cannot be kept"
            );
        }
    }

    /// One action: of those that the caller may use; makers may try any.
    async fn named(&self, scope: &Scope, id: ActionId) -> Result<(EnvironmentId, InUse)> {
        let offered = self.actions.offered(scope, id).await?;
        let action = offered.action;
        let usable = self.actions.in_use(scope, action.environment).await?;
        if let Some(own) = usable.into_iter().find(|own| own.id == id) {
            return Ok((action.environment, own));
        }
        if !scope.may(Permission::ConnectorManage) {
            return Err(actions::Error::NotEnabled { action: id }.into());
        }
        let own = InUse {
            id,
            name: action.name,
            connector: action.connector,
            version: action.version,
            updated_at: action.updated_at,
            operations: action.operations.into_iter().map(|operation| operation.id).collect(),
        };
        Ok((action.environment, own))
    }

    /// The environment, which has to have the sales tables.
    async fn with_crm(&self, scope: &Scope, id: Option<EnvironmentId>) -> Result<EnvironmentId> {
        if let Some(id) = id {
            let found = self.identity.environment(scope, id).await?;
            return if found.crm_enabled {
                Ok(id)
            } else {
                Err(Error::CrmNeeded { environment: id })
            };
        }
        let all = self.identity.environments(scope).await?;
        let mut with = all.iter().filter(|environment| environment.crm_enabled);
        match (with.next(), with.count(), all.first()) {
            (Some(only), 0, _) => Ok(only.id),
            (Some(_), more, _) => Err(Error::EnvironmentNeeded { count: more + 1 }),
            (None, _, Some(first)) => Err(Error::CrmNeeded { environment: first.id }),
            (None, _, None) => Err(Error::EnvironmentNeeded { count: 0 }),
        }
    }

    /// The operations to call, one for each connector, and those that are not called.
    async fn sources(
        &self,
        scope: &Scope,
        point: Point,
        actions: Vec<InUse>,
    ) -> Result<(Vec<Source>, Vec<Absent>)> {
        let mut sources: Vec<Source> = Vec::new();
        let mut absent = Vec::new();
        for action in actions {
            if sources.iter().any(|source| source.action.connector == action.connector) {
                continue;
            }
            let inspection = match self.inspection(scope, &action).await {
                Ok(inspection) => inspection,
                // gone between the list and now
                Err(Error::Connectors(_) | Error::Actions(_)) => continue,
                Err(error) => return Err(error),
            };
            let of_point = inspection.matched.iter().enumerate().filter(|(_, matched)| {
                matched.point == point && action.operations.contains(&matched.operation)
            });
            let best = of_point.min_by_key(|(_, m)| (!m.callable, !m.chosen, u8::MAX - m.version));
            let Some((at, matched)) = best else { continue };
            let why = match (matched.callable, sources.len() < point.most_sources()) {
                (true, true) => {
                    sources.push(Source { at, inspection: Arc::clone(&inspection), action });
                    continue;
                }
                (false, _) => Outcome::NotCallable,
                (true, false) => Outcome::OverLimit,
            };
            absent.push(Absent {
                action: action.id,
                connector: action.connector,
                connector_name: self.connectors.connector(scope, action.connector).await?.name,
                operation: matched.operation.clone(),
                call: None,
                outcome: why,
            });
        }
        Ok((sources, absent))
    }
}
