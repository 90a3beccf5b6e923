//! The one way to call an operation of an action.

use std::{sync::Arc, time::Duration};

use connectors::{Answer, Call, Manner, Via};
use kernel::{ActionId, ConnectionId, FieldError, Permission, Scope};
use serde_json::{Map, Value};

use crate::{
    Actions, Error, Result,
    model::{Action, Operation},
    published::Usable,
    store,
};

/// A call of an operation.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// The action.
    pub action: ActionId,
    /// The operationId; none where the action has one operation.
    pub operation: Option<String>,
    /// The inputs by name, the body under `body`.
    pub inputs: Map<String, Value>,
    /// What to reach the API with; the caller's own or a shared one unless given.
    pub connection: Option<ConnectionId>,
    /// On which way it came.
    pub via: Via,
    /// How long it may take at most; the settings limit that as well.
    pub deadline: Option<Duration>,
}

/// What a call came to.
#[derive(Debug)]
pub struct Invoked {
    /// What the API answered.
    pub answer: Answer,
    /// Whether a tool gives the answer under `result`, because its schema says that it is no object.
    pub wrapped: bool,
    /// Whether a tool promises a structured answer.
    pub structured: bool,
}

impl Actions {
    /// Calls an operation of an action. Makers may call what is not enabled, to try it.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::OperationNotFound`], [`Error::NotEnabled`],
    /// [`Error::Unlicensed`], [`Error::Invalid`], [`Error::Connectors`], [`Error::Store`].
    pub async fn invoke(&self, scope: &Scope, call: Invocation) -> Result<Invoked> {
        self.invoke_with(scope, call, (Manner::default(), false)).await
    }

    /// As [`Actions::invoke`], for a surface that has a contract with the API: in its own manner, and with the exact
    /// requests, secrets masked, where they are asked for.
    ///
    /// # Errors
    /// As [`Actions::invoke`].
    pub async fn invoke_with(
        &self,
        scope: &Scope,
        call: Invocation,
        (manner, trace): (Manner, bool),
    ) -> Result<Invoked> {
        scope.require(Permission::ActionUse)?;
        let published = self.published(scope).await?;
        let member = self.member(scope).await?;
        let Invocation { action: id, operation, inputs, connection, via, deadline } = call;
        if let Some(action) = published.action(id.uuid())
            && action.usable_by(&member) == Usable::Fully
        {
            let operation = chosen(action, operation.as_deref())?;
            if operation.usable_by(&member) {
                let road = (via, deadline, manner, trace);
                let call = Passing { action, operation, inputs, connection, road };
                return self.pass(scope, call).await;
            }
            if !scope.may(Permission::ConnectorManage) {
                return Err(Error::OperationNotFound { operation: operation.id.clone() });
            }
        }
        let found = self.db.read_one(scope, move |tx| store::lookup(tx, id)).await?;
        let action = found.ok_or(Error::NotFound { action: id })?;
        if !scope.may(Permission::ConnectorManage) {
            return Err(match (action.state, action.usable_by(&member)) {
                (crate::State::Draft, _) => Error::NotFound { action: id },
                (_, Usable::Unlicensed) => Error::Unlicensed,
                _ => Error::NotEnabled { action: id },
            });
        }
        let operation = chosen(&action, operation.as_deref())?;
        let road = (Via::Test, deadline, manner, trace);
        let call = Passing { action: &action, operation, inputs, connection, road };
        self.pass(scope, call).await
    }

    /// Calls a tool by its name. What somebody may not use does not exist for them.
    ///
    /// # Errors
    /// As [`Actions::invoke`].
    pub async fn invoke_tool(
        &self,
        scope: &Scope,
        name: &str,
        arguments: Map<String, Value>,
        via: Via,
    ) -> Result<Invoked> {
        scope.require(Permission::ActionUse)?;
        let published = self.published(scope).await?;
        let member = self.member(scope).await?;
        let found = published.tool(name).filter(|(action, operation)| {
            action.usable_by(&member) == Usable::Fully && operation.usable_by(&member)
        });
        let Some((action, operation)) = found else {
            return Err(Error::OperationNotFound { operation: name.to_owned() });
        };
        let road = (via, None, Manner::default(), false);
        let call = Passing { action, operation, inputs: arguments, connection: None, road };
        self.pass(scope, call).await
    }

    async fn pass(&self, scope: &Scope, call: Passing<'_>) -> Result<Invoked> {
        let Passing { action, operation, inputs, connection, road } = call;
        let (via, deadline, manner, trace) = road;
        let inputs = completed(operation, inputs)?;
        let call = Call {
            inputs,
            connection,
            version: action.version,
            via,
            subject: Some(action.id.uuid()),
            deadline,
            manner,
            trace,
            ..Call::new(action.connector, &operation.id)
        };
        let answer = self.connectors.invoke(scope, call).await?;
        let prepared = operation.prepared.as_ref();
        Ok(Invoked {
            answer,
            wrapped: prepared.is_some_and(|prepared| prepared.wrapped),
            structured: prepared.is_some_and(|prepared| prepared.output.is_some()),
        })
    }
}

/// A call that may go on.
struct Passing<'a> {
    action: &'a Action,
    operation: &'a Operation,
    inputs: Map<String, Value>,
    connection: Option<ConnectionId>,
    road: (Via, Option<Duration>, Manner, bool),
}

fn chosen<'a>(action: &'a Action, operation: Option<&str>) -> Result<&'a Operation> {
    match (operation, action.operations.as_slice()) {
        (Some(id), operations) => operations
            .iter()
            .find(|operation| operation.id == id || operation.tool == id)
            .ok_or_else(|| Error::OperationNotFound { operation: id.chars().take(200).collect() }),
        (None, [only]) => Ok(only),
        (None, _) => Err(Error::field(
            "/operation",
            "api_action.operation_needed",
            "the action has several operations: say which",
        )),
    }
}

/// The inputs of a caller with what the maker set. What callers are not shown they cannot give.
fn completed(operation: &Operation, mut inputs: Map<String, Value>) -> Result<Map<String, Value>> {
    if let Some(prepared) = &operation.prepared {
        let known = prepared.input.get("properties").and_then(Value::as_object);
        let unknown = |name: &&String| known.is_none_or(|known| !known.contains_key(*name));
        let fields: Vec<FieldError> = inputs
            .keys()
            .filter(unknown)
            .map(|name| {
                let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
                FieldError::new(
                    pointer,
                    "api_action.input_unknown",
                    "the operation has no such input",
                )
            })
            .collect();
        if !fields.is_empty() {
            return Err(Error::Invalid { fields });
        }
    }
    for (name, set) in &operation.overrides {
        if let Some(fixed) = &set.fixed {
            inputs.insert(name.clone(), fixed.clone());
        } else if let Some(default) = &set.default {
            inputs.entry(name.clone()).or_insert_with(|| default.clone());
        }
    }
    Ok(inputs)
}

impl Actions {
    /// What may be used in the tenant of the caller.
    pub(crate) async fn published(
        &self,
        scope: &Scope,
    ) -> Result<Arc<crate::published::Published>> {
        let version = self.cache.version();
        if let Some(known) = self.cache.published(scope.tenant()) {
            return Ok(known);
        }
        let actions = self.db.read_one(scope, store::enabled).await?;
        let published = Arc::new(crate::published::Published::new(actions));
        self.cache.keep_published(scope.tenant(), &published, version);
        Ok(published)
    }
}
