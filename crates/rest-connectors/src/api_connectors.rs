//! Connectors to APIs: their life, their operations, connections, data policies.

#![expect(unused_qualifications, reason = "the macro that describes routes writes whole paths")]

mod connections;
mod examples;
mod judging;
mod life;
mod operations;
mod policies;
mod shapes;
mod sources;
mod triggers;
mod versions;

pub(crate) use judging::PackageFinding;
use kernel::{ApiConnectorId, ConnectionId, DataPolicyId};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::Routes;

pub(crate) fn routes() -> Routes {
    Routes::default()
        .merge(life::routes())
        .merge(versions::routes())
        .merge(judging::routes())
        .merge(operations::routes())
        .merge(examples::routes())
        .merge(connections::routes())
        .merge(policies::routes())
        .merge(triggers::routes())
}

/// The connector of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ConnectorPath {
    /// The connector.
    #[param(value_type = String, format = Uuid)]
    api_connector_id: ApiConnectorId,
}

/// The version of a connector of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct VersionPath {
    /// The connector.
    #[param(value_type = String, format = Uuid)]
    api_connector_id: ApiConnectorId,
    /// The number of the version, from 1.
    number: i64,
}

/// The operation of a connector of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct OperationPath {
    /// The connector.
    #[param(value_type = String, format = Uuid)]
    api_connector_id: ApiConnectorId,
    /// The operationId.
    operation: String,
}

/// The connection of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ConnectionPath {
    /// The connection.
    #[param(value_type = String, format = Uuid)]
    connection_id: ConnectionId,
}

/// The data policy of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct PolicyPath {
    /// The data policy.
    #[param(value_type = String, format = Uuid)]
    data_policy_id: DataPolicyId,
}

/// The version of a query.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct NumberQuery {
    /// The number of the version; the current one unless given.
    number: Option<i64>,
}
