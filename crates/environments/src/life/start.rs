//! Copies and resets: what begins here and goes on in the background.

use identity::environments::{self, Environment, EnvironmentKind};
use kernel::{EnvironmentId, Permission, Scope};
use record_tables::registry::{self, State};
use serde_json::json;

use super::{
    Reset,
    change::{idle, known_region},
    unknown,
};
use crate::{
    Environments, Error, Result,
    operation::{Extent, Operation, OperationKind},
    service::Note,
    store,
    work::Place,
};

impl Environments {
    /// Makes a sandbox a copy of another environment; what was in it is gone. From now until it is done nobody comes
    /// into the sandbox, and nobody writes in the other one.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotYours`], [`Error::NotSandbox`], [`Error::Running`], [`Error::Invalid`],
    /// [`Error::Identity`], [`Error::Store`].
    pub async fn copy(
        &self,
        scope: &Scope,
        from: EnvironmentId,
        to: EnvironmentId,
        extent: Extent,
    ) -> Result<Operation> {
        scope.require(Permission::EnvironmentManage)?;
        let source = self.identity.environment(scope, from).await?;
        let target = self.identity.environment(scope, to).await?;
        self.lead(scope, &source).await?;
        self.lead(scope, &target).await?;
        if from == to {
            let detail = "another environment than the one that is copied";
            return Err(Error::field("/target_environment_id", "environment.same", detail));
        }
        if target.kind != EnvironmentKind::Sandbox {
            return Err(Error::NotSandbox);
        }
        // It stands whole before it is copied.
        self.records.prepare(scope, from).await?;
        let now = self.clock.now();
        let detail = json!({ "source": source.name, "extent": extent.as_str() });
        let begun = self.begun(scope, (to, OperationKind::Copy), detail);
        let begun = Operation { source: Some(from), ..begun };
        let operation = begun.clone();
        self.db
            .append(scope, to.uuid(), move |tx| {
                idle(tx, from)?;
                idle(tx, to)?;
                registry::begin(tx, to, now)?;
                let read = registry::draw(tx, from, 0)?.ok_or_else(unknown)?;
                let written = registry::draw(tx, to, 0)?.ok_or_else(unknown)?;
                // Who may not come in does not come in to read either.
                let shut = match read.state {
                    State::Administration => State::Busy,
                    _ => State::ReadOnly,
                };
                registry::set_state(tx, from, shut, now)?;
                registry::model_moved(tx, from)?;
                registry::set_state(tx, to, State::Busy, now)?;
                registry::model_moved(tx, to)?;
                registry::access_moved(tx, to)?;
                let place = Place::begin(extent, (read.state, written.state));
                store::insert(tx, &operation, &place.json())?;
                Note::new("environment.copy", ("environment", to.uuid()), now)
                    .becomes(json!({ "from": from, "extent": extent.as_str() }))
                    .write(tx)
            })
            .await?;
        self.wake.notify_one();
        Ok(begun)
    }

    /// Empties a sandbox: tables, rows, definitions, security roles and files begin anew. Connectors and connections
    /// stay. Nobody comes in until it is done.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotYours`], [`Error::NotSandbox`], [`Error::Running`], [`Error::Invalid`],
    /// [`Error::Identity`], [`Error::Store`].
    pub async fn reset(&self, scope: &Scope, id: EnvironmentId, reset: Reset) -> Result<Operation> {
        scope.require(Permission::EnvironmentManage)?;
        let found = self.identity.environment(scope, id).await?;
        self.lead(scope, &found).await?;
        if found.kind != EnvironmentKind::Sandbox {
            return Err(Error::NotSandbox);
        }
        let region = known_region(&reset.region)?;
        let (now, grave) = (self.clock.now(), self.ids.fresh());
        let begun = self.begun(scope, (id, OperationKind::Reset), json!({}));
        let operation = begun.clone();
        self.db
            .append(scope, id.uuid(), move |tx| {
                idle(tx, id)?;
                let before = environments::lookup(tx, id)?.ok_or_else(unknown)?;
                let inside = registry::draw(tx, id, 0)?;
                if inside.is_some() {
                    registry::bury(tx, id, grave, now)?;
                }
                registry::begin_anew(tx, id, inside.as_ref(), now)?;
                let crm_enabled = reset.crm_enabled;
                // It opens for everybody when it is ready, so that its background work goes on too.
                let (region, background_off) = (region.clone(), false);
                let after = Environment { region, crm_enabled, background_off, ..before.clone() };
                environments::save(tx, &after)?;
                store::insert(tx, &operation, &json!({}))?;
                Note::new("environment.reset", ("environment", id.uuid()), now)
                    .was(environments::view(&before))
                    .becomes(environments::view(&after))
                    .write(tx)
            })
            .await?;
        self.wake.notify_one();
        Ok(begun)
    }
}
