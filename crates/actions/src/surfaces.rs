//! What the surfaces of the product that call actions by themselves have to know of them.

use jiff::Timestamp;
use kernel::{ActionId, ApiConnectorId, EnvironmentId, Permission, Scope};

use crate::{Actions, Result, Surface, published::Usable};

/// An action that the caller may use now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InUse {
    /// The action.
    pub id: ActionId,
    /// Its name.
    pub name: String,
    /// Whose operations it selects.
    pub connector: ApiConnectorId,
    /// The version that it was published with.
    pub version: Option<i64>,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// The operationIds that the caller may use.
    pub operations: Vec<String>,
}

impl Actions {
    /// The actions of an environment that the caller may use now, oldest first.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::Store`].
    pub async fn in_use(&self, scope: &Scope, environment: EnvironmentId) -> Result<Vec<InUse>> {
        scope.require(Permission::ActionUse)?;
        let published = self.published(scope).await?;
        let member = self.member(scope).await?;
        let all = published.all().iter().filter(|action| {
            action.environment == environment && action.usable_by(&member) == Usable::Fully
        });
        let in_use = all.map(|action| InUse {
            id: action.id,
            name: action.name.clone(),
            connector: action.connector,
            version: action.version,
            updated_at: action.updated_at,
            operations: action
                .operations
                .iter()
                .filter(|operation| operation.usable_by(&member))
                .map(|operation| operation.id.clone())
                .collect(),
        });
        let in_use: Vec<InUse> = in_use.collect();
        self.note_load(scope, Surface::Sales, in_use.iter().map(|action| action.id));
        Ok(in_use)
    }
}
