//! Making, reading, changing and deleting actions.

use connectors::Connector;
use db::Tx;
use event_log::{Change, Subject};
use jiff::Timestamp;
use kernel::{ActionId, ApiConnectorId, Cursor, EnvironmentId, Limit, Page, Permission, Scope};
use openapi::Package;
use serde_json::{Value, json};

use super::{after, text};
use crate::{
    Actions, Error, Result,
    model::{Action, ActionPatch, Audience, NewAction, Operation, Selected, State},
    names,
    published::{Member, Usable},
    store::{self, Wanted},
};

/// An action as somebody meets it.
#[derive(Debug, Clone, PartialEq)]
pub struct Offered {
    /// The action.
    pub action: Action,
    /// Whether the caller may use it now.
    pub usable: bool,
}

/// Which actions are looked for; empty fields let everything through.
#[derive(Debug, Clone, Default)]
pub struct Find {
    /// Of one environment.
    pub environment: Option<EnvironmentId>,
    /// Of one connector.
    pub connector: Option<ApiConnectorId>,
    /// On one part of their way.
    pub state: Option<State>,
    /// What the name has in it, whatever the case.
    pub words: String,
}

impl Actions {
    /// What the caller may use now, oldest first, as far as the name has `words` in it.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Cursor`], [`Error::Store`].
    pub async fn usable(
        &self,
        scope: &Scope,
        words: &str,
        limit: Limit,
        cursor: Option<&Cursor>,
    ) -> Result<Page<Action>> {
        scope.require(Permission::ActionUse)?;
        let after: Option<ActionId> = after(cursor)?;
        let published = self.published(scope).await?;
        let member = self.member(scope).await?;
        let words = words.trim().to_lowercase();
        let fits = |action: &&Action| {
            after.is_none_or(|after| action.id.uuid() > after.uuid())
                && action.usable_by(&member) == Usable::Fully
                && action.name.to_lowercase().contains(&words)
        };
        let enough = usize::try_from(limit.probe()).unwrap_or_default();
        let found = published.all().iter().filter(fits).take(enough);
        let rows = found.map(|action| met(scope, action.clone(), &member).action).collect();
        Ok(Page::cut(rows, limit, |action| Cursor::new(&action.id.to_string())))
    }

    /// How many actions wait for an administrator, and how many requests.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn waiting(&self, scope: &Scope) -> Result<(i64, i64)> {
        scope.require(Permission::ActionManage)?;
        Ok(self.db.read(scope, store::waiting).await?)
    }

    /// Makes a draft.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`], [`Error::Taken`], [`Error::TooMany`], [`Error::Connectors`],
    /// [`Error::Store`].
    pub async fn create(&self, scope: &Scope, new: NewAction) -> Result<Action> {
        scope.require(Permission::ConnectorManage)?;
        let connector = self.connectors.connector(scope, new.connector).await?;
        let compiled = self.connectors.compiled(scope, new.connector).await?;
        let (action, selected) = self.drafted(scope, new, (&connector, compiled.package()))?;
        let insert = move |tx: &Tx<'_>| insert(tx, action.clone(), &selected);
        self.db.write(scope, insert).await
    }

    /// A draft that is checked and not kept yet, with the operations that it selects.
    pub(super) fn drafted(
        &self,
        scope: &Scope,
        new: NewAction,
        (connector, package): (&Connector, &Package<'_>),
    ) -> Result<(Action, Vec<Selected>)> {
        let mut faults = Vec::new();
        text::name("/name", &new.name, &mut faults);
        text::description("/description", &new.description, &mut faults);
        text::description("/instructions", &new.instructions, &mut faults);
        text::selected(&new.operations, package, &mut faults);
        if !faults.is_empty() {
            return Err(Error::Invalid { fields: faults });
        }
        let now = self.clock.now();
        let action = Action {
            id: self.ids.fresh(),
            environment: connector.environment,
            connector: new.connector,
            version: None,
            name: new.name.trim().to_owned(),
            description: new.description,
            instructions: new.instructions,
            state: State::Draft,
            audience: Audience::default(),
            licence: None,
            operations: Vec::new(),
            acknowledged: None,
            decision: String::new(),
            created_by: scope.user(),
            created_at: now,
            updated_at: now,
            published_at: None,
        };
        Ok((action, new.operations))
    }

    /// An action. Drafts exist for makers and administrators alone.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::Store`].
    pub async fn action(&self, scope: &Scope, id: ActionId) -> Result<Action> {
        scope.require(Permission::ActionUse)?;
        let found = self.db.read_one(scope, move |tx| store::lookup(tx, id)).await?;
        let seen = found.filter(|action| sees_drafts(scope) || action.state != State::Draft);
        seen.ok_or(Error::NotFound { action: id })
    }

    /// An action as the caller meets it: what is always sent is shown to makers and administrators alone.
    ///
    /// # Errors
    /// As [`Actions::action`].
    pub async fn offered(&self, scope: &Scope, id: ActionId) -> Result<Offered> {
        let action = self.action(scope, id).await?;
        let member = self.member(scope).await?;
        Ok(met(scope, action, &member))
    }

    /// Actions, oldest first; drafts, and what is always sent, for makers and administrators alone.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Cursor`], [`Error::Store`].
    pub async fn list(
        &self,
        scope: &Scope,
        of: (Option<EnvironmentId>, Option<ApiConnectorId>),
        limit: Limit,
        cursor: Option<&Cursor>,
    ) -> Result<Page<Offered>> {
        scope.require(Permission::ActionUse)?;
        let (environment, connector) = of;
        self.find(scope, Find { environment, connector, ..Find::default() }, limit, cursor).await
    }

    /// Actions that fit, oldest first; drafts, and what is always sent, for makers and administrators alone.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Cursor`], [`Error::Store`].
    pub async fn find(
        &self,
        scope: &Scope,
        find: Find,
        limit: Limit,
        cursor: Option<&Cursor>,
    ) -> Result<Page<Offered>> {
        scope.require(Permission::ActionUse)?;
        let Find { environment, connector, state, words } = find;
        let words = words.chars().take(MAX_WORDS).collect();
        let drafts = sees_drafts(scope);
        let wanted = Wanted { environment, connector, state, words, drafts };
        let after = after(cursor)?;
        let rows = self
            .db
            .read_one(scope, move |tx| store::list(tx, &wanted, after, limit.probe()))
            .await?;
        let member = self.member(scope).await?;
        let page = Page::cut(rows, limit, |action| Cursor::new(&action.id.to_string()));
        Ok(page.map(|action| met(scope, action, &member)))
    }

    /// Changes a draft, or what an administrator took out of use; that is a draft afterwards.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::Published`], [`Error::Invalid`], [`Error::Taken`],
    /// [`Error::Connectors`], [`Error::Store`].
    pub async fn update(&self, scope: &Scope, id: ActionId, patch: ActionPatch) -> Result<Action> {
        scope.require(Permission::ConnectorManage)?;
        let connector = self.action(scope, id).await?.connector;
        let mut faults = Vec::new();
        if let Some(name) = &patch.name {
            text::name("/name", name, &mut faults);
        }
        for (pointer, said) in
            [("/description", &patch.description), ("/instructions", &patch.instructions)]
        {
            text::description(pointer, said.as_deref().unwrap_or_default(), &mut faults);
        }
        if let Some(operations) = &patch.operations {
            let compiled = self.connectors.compiled(scope, connector).await?;
            text::selected(operations, compiled.package(), &mut faults);
        }
        if !faults.is_empty() {
            return Err(Error::Invalid { fields: faults });
        }
        let now = self.clock.now();
        self.change(scope, id, ("api_action.update", now), move |tx, action| {
            if matches!(action.state, State::Waiting | State::Enabled) {
                return Err(Error::Published);
            }
            if let Some(name) = &patch.name {
                // the tools are called after the action
                if name.trim() != action.name {
                    store::release_tools(tx, action.id, &[])?;
                }
                name.trim().clone_into(&mut action.name);
            }
            if let Some(description) = &patch.description {
                action.description.clone_from(description);
            }
            if let Some(instructions) = &patch.instructions {
                action.instructions.clone_from(instructions);
            }
            if store::is_taken(tx, action)? {
                return Err(Error::Taken);
            }
            if let Some(selected) = &patch.operations {
                action.operations = with_tools(tx, action, selected)?;
                store::release_tools(tx, action.id, &action.operations)?;
            }
            let mut operations = std::mem::take(&mut action.operations);
            for operation in &mut operations {
                operation.tool = drawn(tx, action, &operation.id)?;
            }
            action.operations = operations;
            action.state = State::Draft;
            action.version = None;
            Ok(())
        })
        .await
    }

    /// Deletes an action; its tools are gone at once, and their names are free.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::Store`].
    pub async fn delete(&self, scope: &Scope, id: ActionId) -> Result<()> {
        scope.require(Permission::ConnectorManage)?;
        let now = self.clock.now();
        self.db
            .write(scope, move |tx| {
                let action = store::lookup(tx, id)?.ok_or(Error::NotFound { action: id })?;
                store::delete(tx, id)?;
                Ok(audit(tx, "api_action.delete", Some(&action), None, now)?)
            })
            .await
    }

    /// Changes an action in one transaction, with its audit.
    pub(super) async fn change<F>(
        &self,
        scope: &Scope,
        id: ActionId,
        (named, now): (&'static str, Timestamp),
        change: F,
    ) -> Result<Action>
    where
        F: Fn(&Tx<'_>, &mut Action) -> Result<()> + Send + Sync + 'static,
    {
        self.db
            .write(scope, move |tx| {
                let before = store::lookup(tx, id)?.ok_or(Error::NotFound { action: id })?;
                let mut action = before.clone();
                change(tx, &mut action)?;
                action.updated_at = now;
                store::update(tx, &action)?;
                audit(tx, named, Some(&before), Some(&action), now)?;
                Ok(action)
            })
            .await
    }
}

pub(super) fn sees_drafts(scope: &Scope) -> bool {
    scope.may(Permission::ConnectorManage) || scope.may(Permission::ActionManage)
}

/// An action as somebody meets it. What a maker fixed is not for callers: it may be a key.
fn met(scope: &Scope, mut action: Action, member: &Member) -> Offered {
    let usable = action.usable_by(member) == Usable::Fully;
    if !sees_drafts(scope) {
        for operation in &mut action.operations {
            operation.overrides.retain(|_, set| set.fixed.is_none());
        }
    }
    Offered { action, usable }
}

/// The name of a tool: a short one where it is free, else one with a part of the action's identifier.
fn drawn(tx: &Tx<'_>, action: &Action, operation: &str) -> Result<String> {
    let short = (1..=SHORT_NAMES).map(|number| names::tool(&action.name, operation, number));
    let names = short.chain(std::iter::once_with(|| {
        names::tool_of(&action.name, operation, &action.id.uuid().simple().to_string())
    }));
    Ok(store::tool_name(tx, action.id, operation, names)?)
}

/// Keeps a draft, with the names of its tools.
pub(super) fn insert(tx: &Tx<'_>, mut action: Action, selected: &[Selected]) -> Result<Action> {
    if store::is_taken(tx, &action)? {
        return Err(Error::Taken);
    }
    if store::count(tx, action.environment)? >= MAX_ACTIONS {
        return Err(Error::TooMany { limit: MAX_ACTIONS });
    }
    action.operations = with_tools(tx, &action, selected)?;
    store::insert(tx, &action)?;
    audit(tx, "api_action.create", None, Some(&action), action.created_at)?;
    Ok(action)
}

/// The operations as they are kept: each with the name of its tool, and with what administrators decided.
fn with_tools(tx: &Tx<'_>, action: &Action, selected: &[Selected]) -> Result<Vec<Operation>> {
    let operation = |selected: &Selected| {
        let known = action.operation(&selected.id);
        Ok(Operation {
            id: selected.id.clone(),
            tool: drawn(tx, action, &selected.id)?,
            title: selected.title.clone(),
            description: selected.description.clone(),
            instructions: selected.instructions.clone(),
            overrides: selected.overrides.clone(),
            active: known.is_none_or(|known| known.active),
            audience: known.and_then(|known| known.audience.clone()),
            prepared: None,
        })
    };
    selected.iter().map(operation).collect()
}

pub(super) fn audit(
    tx: &Tx<'_>,
    action: &'static str,
    before: Option<&Action>,
    after: Option<&Action>,
    at: Timestamp,
) -> db::Result<()> {
    let id = after.or(before).map(|action| action.id.to_string()).unwrap_or_default();
    let change = Change {
        action,
        subject: Subject::new("api_action", id),
        before: before.map(view),
        after: after.map(view),
        at,
    };
    event_log::audit(tx, &change)
}

/// What the audit keeps.
fn view(action: &Action) -> Value {
    let operations: Vec<Value> = action
        .operations
        .iter()
        .map(|operation| {
            json!({
                "id": operation.id, "tool": operation.tool, "active": operation.active,
                "audience": operation.audience, "overrides": operation.overrides,
            })
        })
        .collect();
    json!({
        "name": action.name, "environment": action.environment, "connector": action.connector,
        "version": action.version, "state": action.state, "audience": action.audience,
        "licence": action.licence, "operations": operations,
        "acknowledged_at": action.acknowledged.map(|(_, at)| at.to_string()),
        "decision": action.decision,
    })
}

/// Most characters of a search that count; our own choice.
const MAX_WORDS: usize = 100;

/// Most actions of an environment; our own choice.
const MAX_ACTIONS: i64 = 5_000;

/// How many short names are tried for a tool; our own choice.
const SHORT_NAMES: usize = 9;
