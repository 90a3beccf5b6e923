//! The connector of the demo's business API, and its action, enabled for sellers.

use std::net::SocketAddr;

use actions::{Acknowledgement, Audience, Enabling, NewAction, Selected, State};
use connectors::{NewConnector, Upload};
use identity::{
    Role,
    environments::{EnvironmentKind, NewEnvironment},
    tenants::Tenant,
};
use kernel::{EnvironmentId, Limit, Scope};
use serde::{Deserialize, Serialize};

use super::upstream::{OPERATIONS, definition, properties};
use crate::{exit::Result, hub::Hub};

/// The business API of the demo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Business {
    /// Where the API answers.
    pub(crate) url: String,
    pub(crate) environment_id: String,
    pub(crate) connector_id: String,
    pub(crate) action_id: String,
    /// Where its operations are called.
    pub(crate) invoke_url: String,
    /// The operationIds, with the names of their tools.
    pub(crate) operations: Vec<Tool>,
}

/// An operation of the action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tool {
    pub(crate) id: String,
    pub(crate) tool: String,
}

/// Makes the connector and its action, or finds them.
pub(super) async fn prepare(
    hub: &Hub,
    tenant: &Tenant,
    admin: &Scope,
    (address, base): (SocketAddr, &str),
) -> Result<Business> {
    let environment = sales_environment(hub, tenant).await?;
    let known = hub.api_connectors.list(admin, environment).await?;
    let connector =
        if let Some(connector) = known.into_iter().find(|connector| connector.name == CONNECTOR) {
            connector
        } else {
            let upload = Upload::Text {
                definition: format!("{:#}", definition(address)),
                properties: Some(format!("{:#}", properties())),
            };
            let new = NewConnector {
                name: Some(CONNECTOR.to_owned()),
                description: None,
                preview: false,
                upload,
                note: String::new(),
            };
            hub.api_connectors.create(admin, environment, new).await?
        };
    let limit = Limit::new(Limit::MAX).unwrap_or_default();
    let of = (Some(environment), Some(connector.id));
    let known = hub.published.list(admin, of, limit, None).await?;
    let known = known.items.into_iter().map(|offered| offered.action);
    let action = if let Some(action) = known.into_iter().find(|action| action.name == ACTION) {
        action
    } else {
        let select = |id: &str| Selected { id: id.to_owned(), ..Selected::default() };
        let new = NewAction {
            connector: connector.id,
            name: ACTION.to_owned(),
            description: "Orders, customers and stock of the shop.".to_owned(),
            instructions: String::new(),
            operations: OPERATIONS.into_iter().map(select).collect(),
        };
        hub.published.create(admin, new).await?
    };
    let action = match action.state {
        State::Draft => hub.published.publish(admin, action.id).await?,
        State::Waiting | State::Enabled | State::Disabled => action,
    };
    let action = match action.state {
        State::Waiting => {
            let roles = vec![Role::Seller, Role::GlobalAdministrator];
            let how = Enabling {
                audience: Audience::Only { groups: Vec::new(), roles },
                acknowledged: Acknowledgement { third_party_terms: true, data_may_leave: true },
                ..Enabling::default()
            };
            hub.published.enable(admin, action.id, how).await?
        }
        State::Draft | State::Enabled | State::Disabled => action,
    };
    let tool = |operation: &actions::Operation| Tool {
        id: operation.id.clone(),
        tool: operation.tool.clone(),
    };
    Ok(Business {
        url: format!("http://{address}/v1"),
        environment_id: environment.to_string(),
        connector_id: connector.id.to_string(),
        action_id: action.id.to_string(),
        invoke_url: format!("{base}/api/v1/actions/{}/invoke", action.id),
        operations: action.operations.iter().map(tool).collect(),
    })
}

/// The environment with the sales tables.
pub(super) async fn sales_environment(hub: &Hub, tenant: &Tenant) -> Result<EnvironmentId> {
    let system = hub.scopes.scope(tenant.id, "demo");
    let known = hub.identity.environments(&system).await?;
    if let Some(environment) = known.into_iter().find(|known| known.name == ENVIRONMENT) {
        return Ok(environment.id);
    }
    let new = NewEnvironment {
        name: ENVIRONMENT.to_owned(),
        kind: EnvironmentKind::Production,
        crm_enabled: true,
    };
    Ok(hub.identity.create_environment(&system, new).await?.id)
}

/// Its name, which stands in addresses.
pub(super) const ENVIRONMENT: &str = "Alpenglow Sales";
const CONNECTOR: &str = "Alpenglow Shop";
const ACTION: &str = "Shop";
