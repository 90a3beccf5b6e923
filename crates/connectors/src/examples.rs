//! Examples: calls that are kept with what is expected of their answers, and made again as tests of the connector.
//!
//! An example holds no secret: what would be one is refused when it is saved, for it belongs into a connection.

mod expected;
mod run;
mod secrets;

use jiff::Timestamp;
use kernel::{ApiConnectorId, ConnectionId, ExampleId, Permission, Scope, UserId};
use serde_json::{Map, Value, json};

use crate::{
    Call, Connectors, Error, Result, Via,
    catalogue::{Audited, known},
    store, text,
};

pub use expected::{Difference, Expected};
pub use run::Report;

/// A call that is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// The identifier.
    pub id: ExampleId,
    /// The connector.
    pub connector: ApiConnectorId,
    /// The name; no two examples of a connector have the same, whatever the case.
    pub name: String,
    /// The operationId.
    pub operation: String,
    /// Values by parameter name, as for [`crate::Call`].
    pub inputs: Map<String, Value>,
    /// What it is called with; whatever whoever runs it has, unless given.
    pub connection: Option<ConnectionId>,
    /// What is expected of the answer.
    pub expected: Expected,
    /// How the last run went.
    pub last: Option<Last>,
    /// Who made it.
    pub created_by: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// How the last run of an example went.
#[derive(Debug, Clone, PartialEq)]
pub struct Last {
    /// When.
    pub at: Timestamp,
    /// Which version of the connector ran.
    pub version: i64,
    /// Whether everything was as expected.
    pub passed: bool,
    /// The status of the answer, if one came.
    pub status: Option<i64>,
    /// What was not.
    pub differences: Vec<Difference>,
}

/// An example to save.
#[derive(Debug, Clone)]
pub struct NewExample {
    /// The name.
    pub name: String,
    /// The operationId.
    pub operation: String,
    /// Values by parameter name.
    pub inputs: Map<String, Value>,
    /// What it is called with.
    pub connection: Option<ConnectionId>,
    /// What is expected of the answer. Unless given, the call is made now, and what comes is expected from now on.
    pub expected: Option<Expected>,
}

impl Connectors {
    /// The examples of a connector, by name.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::Store`].
    pub async fn examples(&self, scope: &Scope, id: ApiConnectorId) -> Result<Vec<Example>> {
        scope.require(Permission::ConnectorManage)?;
        self.db
            .read(scope, move |tx| {
                known(tx, id)?;
                Ok(store::examples::list(tx, id)?)
            })
            .await
    }

    /// One example.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::ExampleNotFound`], [`Error::Store`].
    pub async fn example(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
        example: ExampleId,
    ) -> Result<Example> {
        scope.require(Permission::ConnectorManage)?;
        self.db
            .read(scope, move |tx| {
                known(tx, id)?;
                store::examples::lookup(tx, (id, example))?
                    .ok_or(Error::ExampleNotFound { example })
            })
            .await
    }

    /// Keeps a call as an example; see [`NewExample::expected`] for when it is made at once.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::OperationNotFound`], [`Error::ConnectionNotFound`],
    /// [`Error::Invalid`] where it would hold a secret or is too large, [`Error::ExampleNameTaken`],
    /// [`Error::TooMany`], [`Error::Store`]; as [`Connectors::try_operation`] where the call is made.
    pub async fn save_example(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
        new: NewExample,
    ) -> Result<Example> {
        scope.require(Permission::ConnectorManage)?;
        let NewExample { name, operation, inputs, connection, expected } = new;
        text::name("/name", &name)?;
        let weight = Value::Object(inputs.clone()).to_string().len();
        if weight > MAX_INPUTS {
            let detail = format!("at most {MAX_INPUTS} bytes");
            return Err(Error::invalid("/inputs", "example.too_large", detail));
        }
        let expected = if let Some(expected) = expected {
            expected
        } else {
            let call = Call {
                inputs: inputs.clone(),
                connection,
                via: Via::Test,
                ..Call::new(id, operation.clone())
            };
            Expected::of(&Box::pin(self.try_operation(scope, call)).await?)
        };
        expected.check()?;
        let compiled = self.compiled(scope, id).await?;
        let found = compiled.package().operation(&operation);
        let declared =
            found.ok_or_else(|| Error::OperationNotFound { operation: operation.clone() })?;
        let known_secrets = match connection {
            Some(connection) => {
                let opened = self.open_connection(scope, connection).await?;
                if opened.connection.connector != id {
                    return Err(Error::ConnectionNotFound { connection });
                }
                secrets::of(&opened.secrets)
            }
            None => self.secrets_within_reach(scope, id).await?,
        };
        let fields = secrets::find(&declared, (&inputs, &expected), &known_secrets);
        if !fields.is_empty() {
            return Err(Error::Invalid { fields });
        }
        drop(compiled);
        let example = Example {
            id: self.ids.fresh(),
            connector: id,
            name: name.trim().to_owned(),
            operation,
            inputs,
            connection,
            expected,
            last: None,
            created_by: scope.user(),
            created_at: self.clock.now(),
        };
        let kept = example.clone();
        let outcome = self
            .db
            .write(scope, move |tx| {
                known(tx, id)?;
                if store::examples::count(tx, id)? >= MAX_EXAMPLES {
                    return Err(Error::TooMany { limit: MAX_EXAMPLES });
                }
                store::examples::insert(tx, &kept)?;
                let change = Audited::new("api_connector.save_example", id, kept.created_at);
                Ok(change.after(view(&kept)).write(tx)?)
            })
            .await;
        match outcome {
            Ok(()) => Ok(example),
            Err(Error::Store(error)) if error.is_unique() => Err(Error::ExampleNameTaken),
            Err(error) => Err(error),
        }
    }

    /// Deletes an example.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::ExampleNotFound`], [`Error::Store`].
    pub async fn delete_example(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
        example: ExampleId,
    ) -> Result<()> {
        scope.require(Permission::ConnectorManage)?;
        let now = self.clock.now();
        self.db
            .write(scope, move |tx| {
                known(tx, id)?;
                let before = store::examples::lookup(tx, (id, example))?
                    .ok_or(Error::ExampleNotFound { example })?;
                store::examples::delete(tx, (id, example))?;
                let change = Audited::new("api_connector.delete_example", id, now);
                Ok(change.before(view(&before)).write(tx)?)
            })
            .await
    }

    /// The secrets of every connection that a call of this person could take, so that none of them is saved.
    async fn secrets_within_reach(&self, scope: &Scope, id: ApiConnectorId) -> Result<Vec<String>> {
        let mut all = Vec::new();
        for connection in self.connections(scope, id).await?.into_iter().take(MAX_LOOKED) {
            // One that went away meanwhile has no secrets any more.
            if let Ok(opened) = self.open_connection(scope, connection.id).await {
                all.extend(secrets::of(&opened.secrets));
            }
        }
        Ok(all)
    }
}

/// What the audit keeps; neither inputs nor values.
fn view(example: &Example) -> Value {
    json!({ "id": example.id, "name": example.name, "operation": example.operation,
            "status": example.expected.status })
}

/// Examples of one connector at most. Our own choice.
pub(crate) const MAX_EXAMPLES: i64 = 200;
/// Bytes of inputs at most, as JSON. Our own choice.
const MAX_INPUTS: usize = 256 * 1024;
/// Connections whose secrets are held against what is saved.
const MAX_LOOKED: usize = 20;
