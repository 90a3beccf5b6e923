//! Made, changed, deleted, brought back: what is done with its transaction.

use identity::environments::{
    self, Environment, EnvironmentKind, EnvironmentPatch, NewEnvironment, Region, view,
};
use kernel::{EnvironmentId, Permission, Scope};
use record_tables::registry::{self, State};
use serde_json::json;

use super::{Patch, is_provisioned, may_become, named, unknown};
use crate::{
    Environments, Error, Makers, Result, currencies,
    operation::{Operation, OperationKind},
    service::Note,
    store,
};

impl Environments {
    /// Makes an environment; a trial gets its last day.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::OnlyAdministrators`], [`Error::Invalid`], [`Error::Identity`], [`Error::Store`].
    pub async fn create(
        &self,
        scope: &Scope,
        new: NewEnvironment,
        region: Region,
    ) -> Result<Environment> {
        scope.require(Permission::EnvironmentManage)?;
        let policy = self.policy(scope).await?;
        let is_trial = new.kind == EnvironmentKind::Trial;
        let makers = if is_trial { policy.trials } else { policy.others };
        if makers == Makers::Administrators && !self.administers(scope).await? {
            return Err(Error::OnlyAdministrators { kind: new.kind });
        }
        let region = known_region(&region)?;
        let made = self.identity.create_environment_in(scope, new, region).await?;
        let ends_at = is_trial.then(|| self.ends_at(made.created_at));
        let made = Environment { ends_at, ..made };
        let kept = made.clone();
        let detail = json!({ "name": made.name, "kind": made.kind.as_str() });
        let done = self.done(scope, (made.id, OperationKind::Create), detail);
        self.db
            .write(scope, move |tx| {
                environments::save(tx, &kept)?;
                Ok::<_, Error>(store::insert(tx, &done, &json!({}))?)
            })
            .await?;
        Ok(made)
    }

    /// Changes an environment.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotYours`], [`Error::KindFixed`], [`Error::Provisioned`], [`Error::Running`],
    /// [`Error::Identity`], [`Error::Store`].
    pub async fn update(&self, scope: &Scope, id: EnvironmentId, patch: Patch) -> Result<()> {
        scope.require(Permission::EnvironmentManage)?;
        let before = self.identity.environment(scope, id).await?;
        self.lead(scope, &before).await?;
        if let Some(kind) = patch.kind.filter(|kind| *kind != before.kind) {
            if !may_become(&before, kind) {
                return Err(Error::KindFixed { from: before.kind, to: kind });
            }
            self.convert(scope, id, kind).await?;
        }
        let name = patch.name.filter(|name| name.trim() != before.name);
        if name.is_some() || patch.crm_enabled.is_some_and(|on| on != before.crm_enabled) {
            if name.is_some() && is_provisioned(&before) {
                return Err(Error::Provisioned);
            }
            self.change(scope, &before, (name, patch.crm_enabled)).await?;
        }
        if patch.administration_mode.is_some() || patch.background_operations.is_some() {
            let modes = (patch.administration_mode, patch.background_operations);
            self.set_modes(scope, id, modes).await?;
        }
        Ok(())
    }

    async fn change(
        &self,
        scope: &Scope,
        before: &Environment,
        (name, crm_enabled): (Option<String>, Option<bool>),
    ) -> Result<()> {
        let id = before.id;
        let patch = EnvironmentPatch { name: name.clone(), crm_enabled };
        let after = self.identity.update_environment(scope, id, patch).await?;
        let mut all: Vec<Operation> = Vec::new();
        if name.is_some() {
            let detail = json!({ "from": before.name, "to": after.name });
            all.push(self.done(scope, (id, OperationKind::Rename), detail));
        }
        if after.crm_enabled && !before.crm_enabled {
            all.push(self.begun(scope, (id, OperationKind::SalesTables), json!({})));
        }
        self.db
            .write(scope, move |tx| {
                for operation in &all {
                    store::insert(tx, operation, &json!({}))?;
                }
                Ok::<_, Error>(())
            })
            .await?;
        self.wake.notify_one();
        Ok(())
    }

    async fn convert(&self, scope: &Scope, id: EnvironmentId, to: EnvironmentKind) -> Result<()> {
        let now = self.clock.now();
        let operation = self.begun(scope, (id, OperationKind::Convert), json!({}));
        self.db
            .write(scope, move |tx| {
                let before = environments::lookup(tx, id)?.ok_or_else(unknown)?;
                if !may_become(&before, to) {
                    return Err(Error::KindFixed { from: before.kind, to });
                }
                idle(tx, id)?;
                let after = Environment { kind: to, ends_at: None, ..before.clone() };
                environments::save(tx, &after)?;
                let detail = json!({ "from": before.kind.as_str(), "to": to.as_str() });
                let done = finished(&operation, detail);
                store::insert(tx, &done, &json!({}))?;
                Note::new("environment.convert", ("environment", id.uuid()), now)
                    .was(view(&before))
                    .becomes(view(&after))
                    .write(tx)
            })
            .await
    }

    /// Turns administration mode and background work on or off.
    async fn set_modes(
        &self,
        scope: &Scope,
        id: EnvironmentId,
        (shut, background): (Option<bool>, Option<bool>),
    ) -> Result<()> {
        let now = self.clock.now();
        let operation = self.begun(scope, (id, OperationKind::AdministrationMode), json!({}));
        self.db
            .append(scope, id.uuid(), move |tx| {
                let before = environments::lookup(tx, id)?.ok_or_else(unknown)?;
                idle(tx, id)?;
                registry::begin(tx, id, now)?;
                let registered = registry::draw(tx, id, 0)?.ok_or_else(unknown)?;
                let was = registered.state == State::Administration;
                let is = shut.unwrap_or(was);
                // Open to everybody, everything goes on.
                let off = is && background.map_or(before.background_off, |on| !on);
                if (was, before.background_off) == (is, off) {
                    return Ok(());
                }
                if was != is {
                    let to = if is { State::Administration } else { State::Ready };
                    registry::set_state(tx, id, to, now)?;
                    registry::model_moved(tx, id)?;
                    registry::access_moved(tx, id)?;
                }
                let after = Environment { background_off: off, ..before.clone() };
                environments::save(tx, &after)?;
                let told = |on: bool, off: bool| {
                    json!({ "administration_mode": on, "background_operations": !off })
                };
                let done = finished(&operation, told(is, off));
                store::insert(tx, &done, &json!({}))?;
                Note::new("environment.administration", ("environment", id.uuid()), now)
                    .was(told(was, before.background_off))
                    .becomes(told(is, off))
                    .write(tx)
            })
            .await
    }

    /// Deletes an environment: from now on it is there for nobody, and can be brought back for as many days as the
    /// settings say. Then rows, files, connectors, connections and subscriptions at services go.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotYours`], [`Error::Running`], [`Error::Identity`], [`Error::Store`].
    pub async fn delete(&self, scope: &Scope, id: EnvironmentId) -> Result<()> {
        scope.require(Permission::EnvironmentManage)?;
        let found = self.identity.environment(scope, id).await?;
        self.lead(scope, &found).await?;
        let now = self.clock.now();
        let done = self.done(scope, (id, OperationKind::Delete), named(&found));
        self.db
            .append(scope, id.uuid(), move |tx| {
                let before = environments::lookup(tx, id)?.ok_or_else(unknown)?;
                if before.kind == EnvironmentKind::Default {
                    return Err(identity::Error::DefaultEnvironment.into());
                }
                idle(tx, id)?;
                environments::set_deleted(tx, &before, now)?;
                if registry::draw(tx, id, 0)?.is_some() {
                    registry::set_state(tx, id, State::Deleted, now)?;
                    registry::model_moved(tx, id)?;
                    registry::access_moved(tx, id)?;
                }
                store::insert(tx, &done, &json!({}))?;
                Note::new("environment.delete", ("environment", id.uuid()), now)
                    .was(view(&before))
                    .write(tx)
            })
            .await
    }

    /// Brings an environment back that was deleted a short while ago. A trial that has ended has a few days to be
    /// converted.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotYours`], [`Error::Identity`] when it is gone for good, [`Error::NameInUse`],
    /// [`Error::Store`].
    pub async fn restore(&self, scope: &Scope, id: EnvironmentId) -> Result<()> {
        scope.require(Permission::EnvironmentManage)?;
        let found = self.db.read_one(scope, move |tx| environments::lookup_any(tx, id)).await?;
        let found = found.filter(|found| found.deleted_at.is_some()).ok_or_else(unknown)?;
        self.lead(scope, &found).await?;
        let now = self.clock.now();
        let goes_at = self.goes_at(&found).unwrap_or(now);
        let done = self.done(scope, (id, OperationKind::Restore), named(&found));
        let outcome = self
            .db
            .append(scope, id.uuid(), move |tx| {
                let before = environments::lookup_any(tx, id)?.ok_or_else(unknown)?;
                if before.deleted_at.is_none() || goes_at <= now {
                    return Err(unknown());
                }
                environments::restore(tx, &before)?;
                if before.ends_at.is_some_and(|at| at <= goes_at) {
                    // Or it would be deleted again within the hour.
                    let after = Environment { ends_at: Some(goes_at), ..before.clone() };
                    environments::save(tx, &after)?;
                }
                if registry::draw(tx, id, 0)?.is_some() {
                    registry::set_state(tx, id, State::Ready, now)?;
                    registry::model_moved(tx, id)?;
                    registry::access_moved(tx, id)?;
                }
                store::insert(tx, &done, &json!({}))?;
                Note::new("environment.restore", ("environment", id.uuid()), now)
                    .becomes(view(&before))
                    .write(tx)
            })
            .await;
        outcome.map_err(|error| match error {
            Error::Store(error) if error.is_unique() => Error::NameInUse,
            other => other,
        })
    }
}

/// An operation that is done with its transaction.
pub(super) fn finished(begun: &Operation, detail: serde_json::Value) -> Operation {
    Operation {
        state: crate::OperationState::Succeeded,
        ended_at: Some(begun.begun_at),
        detail,
        ..begun.clone()
    }
}

/// Refuses while something goes on with an environment.
pub(super) fn idle(tx: &db::Tx<'_>, id: EnvironmentId) -> Result<()> {
    if store::is_running(tx, id)? { Err(Error::Running) } else { Ok(()) }
}

pub(super) fn known_region(region: &Region) -> Result<Region> {
    let known = currencies().iter().find(|one| one.code.eq_ignore_ascii_case(&region.currency));
    let Some(known) = known else {
        let detail = "the code of a currency on offer, such as EUR or USD";
        return Err(Error::field("/currency", "environment.currency_unknown", detail));
    };
    Ok(Region { currency: known.code.to_owned(), ..region.clone() })
}
