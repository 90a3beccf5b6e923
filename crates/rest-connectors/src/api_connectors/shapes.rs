//! What goes out.

use connectors::{Connection, Connector, Version};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A connector to an API.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ApiConnector {
    #[schema(format = Uuid)]
    id: String,
    #[schema(format = Uuid)]
    environment_id: String,
    name: String,
    description: String,
    /// Whether its maker says that it is not finished.
    preview: bool,
    /// The version that is certified, if one is.
    certified: Option<i64>,
    version: ApiConnectorVersion,
    /// After a version was made the current one: what data policies refuse of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    policy_warnings: Vec<PolicyWarning>,
    #[schema(format = Uuid)]
    created_by: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

/// What a data policy refuses of a connector.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PolicyWarning {
    /// An operation such as `/operations/GetItems`; nothing for all of it.
    pointer: String,
    /// Which kind of rule it is.
    code: &'static str,
    /// Which policy it is, for those who manage them.
    detail: String,
}

impl ApiConnector {
    /// With what data policies refuse of it.
    pub(super) fn warned(self, warnings: Vec<kernel::FieldError>) -> Self {
        let warning = |field: kernel::FieldError| PolicyWarning {
            pointer: field.pointer.to_string(),
            code: field.code,
            detail: field.detail,
        };
        Self { policy_warnings: warnings.into_iter().map(warning).collect(), ..self }
    }
}

impl From<Connector> for ApiConnector {
    fn from(connector: Connector) -> Self {
        Self {
            id: connector.id.to_string(),
            environment_id: connector.environment.to_string(),
            name: connector.name,
            description: connector.description,
            preview: connector.preview,
            certified: connector.certified,
            version: connector.version.into(),
            policy_warnings: Vec::new(),
            created_by: connector.created_by.map(|id| id.to_string()),
            created_at: connector.created_at.to_string(),
            updated_at: connector.updated_at.to_string(),
        }
    }
}

/// A version of a connector; it never changes.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ApiConnectorVersion {
    /// From 1.
    number: i64,
    /// The title in the definition.
    title: String,
    /// The host in the definition.
    host: String,
    /// `iconBrandColor`.
    brand_color: Option<String>,
    /// How many operations there are.
    operations: i64,
    /// Errors found in the package; none keeps it from loading.
    errors: i64,
    /// Warnings found in the package.
    warnings: i64,
    /// Whether it has a script, which does not run here.
    scripted: bool,
    /// Whether it has an icon.
    icon: bool,
    /// SHA-256 of its files, in hexadecimal.
    digest: String,
    /// What its maker wrote about it.
    note: String,
    #[schema(format = Uuid)]
    created_by: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
}

impl From<Version> for ApiConnectorVersion {
    fn from(version: Version) -> Self {
        Self {
            number: version.number,
            title: version.title,
            host: version.host,
            brand_color: version.brand_color,
            operations: version.operations,
            errors: version.errors,
            warnings: version.warnings,
            scripted: version.scripted,
            icon: version.icon,
            digest: version.digest.to_string(),
            note: version.note,
            created_by: version.created_by.map(|id| id.to_string()),
            created_at: version.created_at.to_string(),
        }
    }
}

/// What an API is reached with. Secrets are named and never shown.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ApiConnection {
    #[schema(format = Uuid)]
    id: String,
    #[schema(format = Uuid)]
    environment_id: String,
    #[schema(format = Uuid)]
    connector_id: String,
    name: String,
    /// Whose it is.
    #[schema(format = Uuid)]
    owner_id: Option<String>,
    /// Whether everybody in the organisation may use it.
    shared: bool,
    /// The chosen set of parameters, where the connector has several.
    parameter_set: Option<String>,
    /// The values that may be seen.
    #[schema(value_type = Object)]
    parameters: Map<String, Value>,
    /// The parameters whose values are secret.
    secrets: Vec<String>,
    /// Whether it came into being by exchanging the token of its owner.
    silent: bool,
    /// `pending`, `connected`, `broken` or `revoked`.
    state: &'static str,
    /// Why it is not connected, as a code.
    reason: Option<String>,
    /// When a person has to renew it, where that is known.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// When it was last tried with success.
    #[schema(format = DateTime)]
    tested_at: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

impl From<Connection> for ApiConnection {
    fn from(connection: Connection) -> Self {
        Self {
            id: connection.id.to_string(),
            environment_id: connection.environment.to_string(),
            connector_id: connection.connector.to_string(),
            name: connection.name,
            owner_id: connection.owner.map(|id| id.to_string()),
            shared: connection.shared,
            parameter_set: connection.parameter_set,
            parameters: connection.parameters,
            secrets: connection.secret_names,
            silent: connection.silent,
            state: connection.state.as_str(),
            reason: connection.reason,
            expires_at: connection.expires_at.map(|at| at.to_string()),
            tested_at: connection.tested_at.map(|at| at.to_string()),
            created_at: connection.created_at.to_string(),
            updated_at: connection.updated_at.to_string(),
        }
    }
}

/// What depends on a connector.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DependentItem {
    /// `connection`, `trigger`, `action` …
    kind: String,
    #[schema(format = Uuid)]
    id: String,
    name: String,
}

impl From<connectors::Dependent> for DependentItem {
    fn from(dependent: connectors::Dependent) -> Self {
        Self { kind: dependent.kind, id: dependent.id.to_string(), name: dependent.name }
    }
}
