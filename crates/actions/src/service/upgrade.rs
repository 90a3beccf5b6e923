//! Taking an action along to a newer version of its connector.

use connectors::Attempt;
use kernel::{ActionId, FieldError, Permission, Scope};
use openapi::{Finding, Package, Part};

use super::text;
use crate::{
    Actions, Error, Result,
    model::{Action, Operation, Prepared, Selected, State},
    prepare::prepare,
};

/// What a newer version of the connector means for an action.
#[derive(Debug, Clone, PartialEq)]
pub struct Upgrade {
    /// The version that the action was published with.
    pub from: i64,
    /// The connector's version of the moment.
    pub to: i64,
    /// What breaks, or may surprise, callers of the selected operations.
    pub changes: Vec<Finding>,
    /// How many changes concern operations that the action does not select.
    pub elsewhere: usize,
    /// What keeps the action from being taken along: operations and inputs that are gone.
    pub obstacles: Vec<FieldError>,
}

impl Actions {
    /// What the connector's version of the moment means for an action; nothing where it is the one that the action
    /// was published with, or the action is a draft.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::Connectors`], [`Error::Store`].
    pub async fn upgrade_of(&self, scope: &Scope, id: ActionId) -> Result<Option<Upgrade>> {
        scope.require(Permission::ConnectorManage)?;
        let action = self.action(scope, id).await?;
        let Some(from) = action.version else { return Ok(None) };
        let now = self.connectors.compiled(scope, action.connector).await?;
        let to = now.number();
        if to == from {
            return Ok(None);
        }
        let then = self.connectors.compiled_at(scope, action.connector, from).await?;
        let all = self.connectors.changes(scope, action.connector, (from, Some(to))).await?;
        let selected = |pointer: &str| {
            [&then, &now].into_iter().any(|compiled| {
                let mut ids = action.operations.iter().map(|operation| operation.id.as_str());
                ids.any(|id| {
                    let operation = compiled.package().operation(id);
                    operation.is_some_and(|operation| concerns(pointer, &operation.pointer))
                })
            })
        };
        let total = all.len();
        let of_all = |finding: &Finding| {
            finding.part != Part::Definition || !finding.pointer.starts_with("/paths/")
        };
        let changes: Vec<Finding> = all
            .into_iter()
            .filter(|finding| of_all(finding) || selected(&finding.pointer))
            .collect();
        let mut obstacles = Vec::new();
        text::selected(&chosen(&action), now.package(), &mut obstacles);
        let elsewhere = total - changes.len();
        Ok(Some(Upgrade { from, to, changes, elsewhere, obstacles }))
    }

    /// Takes an action along to the connector's version of the moment, which must be `to`, the one whose changes were
    /// looked at. What was enabled waits for an administrator again, unless the caller is one.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::NotPublished`], [`Error::Changed`], [`Error::Invalid`],
    /// [`Error::Connectors`], [`Error::Store`].
    pub async fn upgrade(&self, scope: &Scope, id: ActionId, to: i64) -> Result<Action> {
        scope.require(Permission::ConnectorManage)?;
        let action = self.action(scope, id).await?;
        if action.version.is_none() || action.state == State::Draft {
            return Err(Error::NotPublished);
        }
        let (version, prepared) = self.prepared(scope, &action).await?;
        if version != to {
            return Err(Error::Changed);
        }
        self.check_policies(scope, &action).await?;
        let stays = scope.may(Permission::ActionManage);
        let (now, seen) = (self.clock.now(), action.updated_at);
        self.change(scope, id, ("api_action.upgrade", now), move |_tx, action| {
            if action.updated_at != seen {
                return Err(Error::Changed);
            }
            put(action, version, &prepared);
            if action.state == State::Enabled && !stays {
                action.state = State::Waiting;
            }
            action.published_at = Some(now);
            Ok(())
        })
        .await
    }

    /// The operations of an action with what their tools would be made of if it were published now, as far as nothing
    /// was made of them yet; for makers, who try drafts.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Connectors`].
    pub async fn sketched(&self, scope: &Scope, action: &Action) -> Result<Vec<Operation>> {
        scope.require(Permission::ConnectorManage)?;
        let compiled = self.connectors.compiled(scope, action.connector).await?;
        let sketch = |operation: &Operation| {
            let described = compiled.package().operation(&operation.id);
            let made = described.map(|described| prepare(action, operation, &described));
            let prepared = operation.prepared.clone().or(made);
            Operation { prepared, ..operation.clone() }
        };
        Ok(action.operations.iter().map(sketch).collect())
    }

    /// What the tools of an action are made of, from the connector's version of the moment.
    ///
    /// # Errors
    /// [`Error::Invalid`] with what the connector no longer has, [`Error::Connectors`].
    pub(super) async fn prepared(
        &self,
        scope: &Scope,
        action: &Action,
    ) -> Result<(i64, Vec<(String, Prepared)>)> {
        let compiled = self.connectors.compiled(scope, action.connector).await?;
        let mut faults = Vec::new();
        text::selected(&chosen(action), compiled.package(), &mut faults);
        if !faults.is_empty() {
            return Err(Error::Invalid { fields: faults });
        }
        Ok((compiled.number(), made(action, compiled.package())))
    }

    /// Whether data policies let the operations be called that an action lets be used; refusals are kept.
    ///
    /// # Errors
    /// [`Error::Connectors`] with [`connectors::Error::PolicyViolation`], a fault for each operation that is barred.
    pub(super) async fn check_policies(&self, scope: &Scope, action: &Action) -> Result<()> {
        let fields = self.violations(scope, action).await?;
        if fields.is_empty() {
            return Ok(());
        }
        let active = action.operations.iter().filter(|operation| operation.active);
        let uses: Vec<_> =
            active.map(|operation| (action.connector, Some(operation.id.as_str()))).collect();
        let attempt = Attempt::Publication(action.id.uuid());
        self.connectors.note_refused(scope, attempt, &uses).await?;
        Err(connectors::Error::PolicyViolation { fields }.into())
    }

    /// What data policies bar of an action: a fault for each of its operations that cannot be called. An operation
    /// that is switched off is not looked at.
    ///
    /// # Errors
    /// [`Error::Connectors`].
    pub async fn violations(&self, scope: &Scope, action: &Action) -> Result<Vec<FieldError>> {
        let mut fields = Vec::new();
        for (index, operation) in action.operations.iter().enumerate() {
            if !operation.active {
                continue;
            }
            let uses = [(action.connector, Some(operation.id.as_str()))];
            match self.connectors.check_policy(scope, action.environment, &uses).await {
                Ok(()) => {}
                Err(connectors::Error::PolicyViolation { fields: found }) => {
                    fields.extend(found.into_iter().map(|fault| FieldError {
                        pointer: format!("/operations/{index}").into(),
                        ..fault
                    }));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(fields)
    }
}

/// Puts what was made for a version into an action.
pub(super) fn put(action: &mut Action, version: i64, prepared: &[(String, Prepared)]) {
    for operation in &mut action.operations {
        let made = prepared.iter().find(|(id, _)| *id == operation.id);
        operation.prepared = made.map(|(_, made)| made.clone());
    }
    action.version = Some(version);
}

/// What the tools of an action are made of.
pub(super) fn made(action: &Action, package: &Package<'_>) -> Vec<(String, Prepared)> {
    let made = |operation: &Operation| {
        let described = package.operation(&operation.id)?;
        Some((operation.id.clone(), prepare(action, operation, &described)))
    };
    action.operations.iter().filter_map(made).collect()
}

fn chosen(action: &Action) -> Vec<Selected> {
    let selected = |operation: &Operation| Selected {
        id: operation.id.clone(),
        title: operation.title.clone(),
        description: operation.description.clone(),
        instructions: operation.instructions.clone(),
        overrides: operation.overrides.clone(),
    };
    action.operations.iter().map(selected).collect()
}

/// Whether a pointer leads to something of an operation; parameters of its path are its own as well.
fn concerns(pointer: &str, operation: &str) -> bool {
    let shared = operation.rsplit_once('/').map(|(path, _)| format!("{path}/parameters"));
    is_inside(pointer, operation) || shared.is_some_and(|shared| is_inside(pointer, &shared))
}

/// Whether a pointer leads to something at or below another one.
fn is_inside(pointer: &str, place: &str) -> bool {
    pointer.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
