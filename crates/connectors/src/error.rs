//! What may go wrong with connectors.

use std::time::Duration;

use kernel::{
    ApiConnectorId, Code, Coded, ConnectionId, DataPolicyId, Denied, EnvironmentId, ExampleId,
    FieldError, Kind, TriggerId,
};

/// The result of a service method.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What may go wrong with connectors.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The environment does not exist.
    #[error("there is no environment {environment}")]
    EnvironmentNotFound {
        /// The environment that was asked for.
        environment: EnvironmentId,
    },
    /// No such connector, or the actor may not know of it.
    #[error("there is no connector {connector}")]
    NotFound {
        /// The connector that was asked for.
        connector: ApiConnectorId,
    },
    /// The connector has no such version, or no longer.
    #[error("the connector {connector} has no version {number}")]
    VersionNotFound {
        /// The connector.
        connector: ApiConnectorId,
        /// The number that was asked for.
        number: i64,
    },
    /// The connector has no such operation.
    #[error("the connector has no operation {operation:?}")]
    OperationNotFound {
        /// The operationId that was asked for.
        operation: String,
    },
    /// The operation runs through a script, which cannot run here.
    #[error("the operation {operation:?} runs through the connector's script")]
    Scripted {
        /// The operationId.
        operation: String,
    },
    /// The operation cannot be built, such as one under an unknown policy template.
    #[error("the operation {operation:?} cannot be called")]
    NotCallable {
        /// The operationId.
        operation: String,
        /// What stands in the way.
        fields: Vec<FieldError>,
    },
    /// The package cannot be read at all.
    #[error("the package cannot be read")]
    Package {
        /// Where, and why.
        fields: Vec<FieldError>,
    },
    /// A connector for sales does not go into an environment without the sales tables.
    #[error("the environment has no sales tables")]
    CrmNeeded {
        /// The environment.
        environment: EnvironmentId,
    },
    /// The version breaks rules that certification insists on.
    #[error("the version breaks {} rules of certification", fields.len())]
    NotCertifiable {
        /// Which, and where.
        fields: Vec<FieldError>,
    },
    /// No such example.
    #[error("there is no example {example}")]
    ExampleNotFound {
        /// The example that was asked for.
        example: ExampleId,
    },
    /// Another example of the connector has this name.
    #[error("the name of the example is taken")]
    ExampleNameTaken,
    /// Examples did not pass.
    #[error("{} examples did not pass", fields.len())]
    ExamplesFailed {
        /// Which, and what differs.
        fields: Vec<FieldError>,
    },
    /// Another connector of the environment has this name.
    #[error("the name is taken")]
    NameTaken,
    /// Something depends on the connector.
    #[error("the connector is in use")]
    InUse {
        /// What depends on it, each with its kind and name.
        fields: Vec<FieldError>,
    },
    /// There are as many as there may be.
    #[error("there are {limit} already, the most there may be")]
    TooMany {
        /// The limit.
        limit: i64,
    },
    /// The input breaks rules.
    #[error("the input breaks {} rules", fields.len())]
    Invalid {
        /// Which, and where.
        fields: Vec<FieldError>,
    },
    /// No such connection, or the actor may not know of it.
    #[error("there is no connection {connection}")]
    ConnectionNotFound {
        /// The connection that was asked for.
        connection: ConnectionId,
    },
    /// The connector needs a connection, and the caller has none.
    #[error("the connector {connector} needs a connection")]
    ConnectionNeeded {
        /// The connector.
        connector: ApiConnectorId,
    },
    /// The connection cannot be used until somebody repairs it.
    #[error("the connection {connection} has to be repaired")]
    ConnectionBroken {
        /// The connection.
        connection: ConnectionId,
        /// Why, as a code.
        reason: String,
    },
    /// The connection was revoked.
    #[error("the connection {connection} was revoked")]
    ConnectionRevoked {
        /// The connection.
        connection: ConnectionId,
    },
    /// The sign-in under way is unknown, used, somebody else's or too old.
    #[error("the sign-in under way is unknown or has expired")]
    Attempt,
    /// Somebody changed the connection meanwhile.
    #[error("the connection was changed meanwhile")]
    Changed,
    /// Only a person can do this, no service token.
    #[error("only a person can do this")]
    PersonNeeded,
    /// No such data policy.
    #[error("there is no data policy {policy}")]
    PolicyNotFound {
        /// The policy that was asked for.
        policy: DataPolicyId,
    },
    /// Another data policy has this name.
    #[error("the name of the data policy is taken")]
    PolicyNameTaken,
    /// A data policy forbids it: `ConnectionApiPolicyViolation`.
    #[error("a data policy forbids it")]
    PolicyViolation {
        /// Which policy, and what it forbids; only administrators are told the name.
        fields: Vec<FieldError>,
    },
    /// No such trigger.
    #[error("there is no trigger {trigger}")]
    TriggerNotFound {
        /// The trigger that was asked for.
        trigger: TriggerId,
    },
    /// The API did not answer in time.
    #[error("no answer within {limit_ms} ms")]
    Late {
        /// The deadline.
        limit_ms: u64,
    },
    /// As many calls are under way as there may be.
    #[error("too many calls are under way")]
    Busy,
    /// A look-up that the operation needs before its own request failed.
    #[error("a look-up before the request failed")]
    Lookup {
        /// What could not be looked up.
        fields: Vec<FieldError>,
    },
    /// The request cannot leave, or no usable answer came.
    #[error(transparent)]
    Outbound(#[from] egress::Error),
    /// The provider of the sign-in refused, or cannot be reached.
    #[error(transparent)]
    SignIn(#[from] oauth::Error),
    /// Environments could not be read.
    #[error(transparent)]
    Identity(#[from] identity::Error),
    /// A permission is missing.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Sealing or opening failed.
    #[error("a sealed value could not be handled")]
    Seal(#[from] seal::Error),
    /// Heavy work was cut off.
    #[error("the package could not be looked at")]
    Interrupted(#[source] tokio::task::JoinError),
    /// Storing failed.
    #[error("connectors could not be read or written")]
    Store(#[from] db::Error),
}

impl Error {
    /// One broken rule.
    pub(crate) fn invalid(
        pointer: impl Into<std::borrow::Cow<'static, str>>,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self::Invalid { fields: vec![FieldError::new(pointer, code, detail)] }
    }

    /// The code by which the platform's own surfaces know a violation of a data policy.
    pub const fn protocol_code(&self) -> Option<&'static str> {
        match self {
            Self::PolicyViolation { .. } => Some("ConnectionApiPolicyViolation"),
            _ => None,
        }
    }
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::EnvironmentNotFound { .. } => Code::new("environment.not_found", Kind::NotFound),
            Self::NotFound { .. } => Code::new("api_connector.not_found", Kind::NotFound),
            Self::VersionNotFound { .. } => {
                Code::new("api_connector.version_not_found", Kind::NotFound)
            }
            Self::OperationNotFound { .. } => Code::new("operation.not_found", Kind::NotFound),
            Self::Scripted { .. } => Code::new("operation.scripted", Kind::Conflict),
            Self::NotCallable { .. } => Code::new("operation.not_callable", Kind::Conflict),
            Self::Package { .. } => Code::new("api_connector.unreadable", Kind::Invalid),
            Self::CrmNeeded { .. } => Code::new("api_connector.crm_needed", Kind::Conflict),
            Self::NotCertifiable { .. } => {
                Code::new("api_connector.not_certifiable", Kind::Conflict)
            }
            Self::ExampleNotFound { .. } => Code::new("example.not_found", Kind::NotFound),
            Self::ExampleNameTaken => Code::new("example.taken", Kind::Conflict),
            Self::ExamplesFailed { .. } => {
                Code::new("api_connector.examples_failed", Kind::Conflict)
            }
            Self::NameTaken => Code::new("api_connector.taken", Kind::Conflict),
            Self::InUse { .. } => Code::new("api_connector.in_use", Kind::Conflict),
            Self::TooMany { .. } => Code::new("api_connector.too_many", Kind::Conflict),
            Self::Invalid { .. } => Code::new("input.invalid", Kind::Invalid),
            Self::ConnectionNotFound { .. } => Code::new("connection.not_found", Kind::NotFound),
            Self::ConnectionNeeded { .. } => Code::new("connection.needed", Kind::Conflict),
            Self::ConnectionBroken { .. } => Code::new("connection.broken", Kind::Conflict),
            Self::ConnectionRevoked { .. } => Code::new("connection.revoked", Kind::Conflict),
            Self::Attempt => Code::new("connection.attempt_unknown", Kind::NotFound),
            Self::Changed => Code::new("connection.changed", Kind::Conflict),
            Self::PersonNeeded => Code::new("actor.person_needed", Kind::Forbidden),
            Self::PolicyNotFound { .. } => Code::new("data_policy.not_found", Kind::NotFound),
            Self::PolicyNameTaken => Code::new("data_policy.taken", Kind::Conflict),
            Self::PolicyViolation { .. } => Code::new("data_policy.violation", Kind::Forbidden),
            Self::TriggerNotFound { .. } => Code::new("trigger.not_found", Kind::NotFound),
            Self::Late { .. } => Code::new("api_call.late", Kind::Upstream),
            Self::Busy => Code::new("api_call.busy", Kind::Throttled),
            Self::Lookup { .. } => Code::new("api_call.lookup_failed", Kind::Upstream),
            Self::Outbound(error) => error.code(),
            Self::SignIn(error) => error.code(),
            Self::Identity(error) => error.code(),
            Self::Denied(_) => Code::new("permission.missing", Kind::Forbidden),
            Self::Seal(error) => error.code(),
            Self::Interrupted(_) => Code::INTERNAL,
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Package { fields }
            | Self::ExamplesFailed { fields }
            | Self::NotCertifiable { fields }
            | Self::NotCallable { fields, .. }
            | Self::InUse { fields }
            | Self::Invalid { fields }
            | Self::Lookup { fields }
            | Self::PolicyViolation { fields } => fields,
            Self::SignIn(error) => error.fields(),
            _ => &[],
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy => Some(Duration::from_secs(1)),
            Self::SignIn(error) => error.retry_after(),
            Self::Store(error) => error.retry_after(),
            _ => None,
        }
    }
}
