//! The shapes that go in and out.

use crm_connections::{
    Application, Blocked, Connection, CrmSystem, NewSystem, Overview, SystemKind,
};
use edge::Problem;
use kernel::{EnvironmentId, FieldError, Kind, Secret};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// The CRM of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct SystemPath {
    /// The CRM.
    pub(crate) crm_system_id: Uuid,
}

/// A CRM that sellers may use.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CrmSystem)]
pub(crate) struct SystemItem {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    /// `embedded`, `salesforce` or `dataverse`.
    kind: &'static str,
    /// The environment of the hub's own.
    #[schema(format = Uuid)]
    environment_id: Option<String>,
    /// Where people sign in to Salesforce, or the environment of Dynamics 365.
    address: Option<String>,
    /// Where people sign in to Dynamics 365.
    authority: Option<String>,
    /// The directory of Dynamics 365.
    directory: Option<String>,
    /// `connected_app` or `external_client_app`.
    application: Option<&'static str>,
    /// The consumer key, or the application's identifier.
    client_id: Option<String>,
    has_secret: bool,
    /// Whether sellers may use it.
    enabled: bool,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

impl From<CrmSystem> for SystemItem {
    fn from(system: CrmSystem) -> Self {
        Self {
            id: system.id.to_string(),
            name: system.name,
            kind: system.kind.as_str(),
            environment_id: system.environment.map(|id| id.to_string()),
            address: system.address.map(String::from),
            authority: system.authority.map(String::from),
            directory: system.directory,
            application: system.application.map(Application::as_str),
            client_id: system.client_id,
            has_secret: system.has_secret,
            enabled: system.enabled,
            created_at: system.created_at.to_string(),
            updated_at: system.updated_at.to_string(),
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CrmSystemToSet)]
pub(crate) struct SystemToSet {
    name: String,
    /// `embedded`, `salesforce` or `dataverse`; it cannot be changed later.
    kind: Option<String>,
    /// The environment of the hub's own; it needs the sales tables.
    #[schema(value_type = Option<String>, format = Uuid)]
    environment_id: Option<EnvironmentId>,
    /// My Domain such as `contoso.my.salesforce.com`, or the address of the environment of Dynamics 365.
    #[serde(default)]
    address: String,
    /// Where people sign in to Dynamics 365; `login.microsoftonline.com` unless given.
    #[serde(default)]
    authority: String,
    /// The directory of Dynamics 365: an identifier or a domain.
    #[serde(default)]
    directory: String,
    /// `external_client_app`, or `connected_app` where an organisation still has one.
    application: Option<String>,
    /// The consumer key, or the application's identifier.
    #[serde(default)]
    client_id: String,
    /// What is kept stays when there is none.
    client_secret: Option<String>,
    #[serde(default = "yes")]
    enabled: bool,
}

const fn yes() -> bool {
    true
}

impl SystemToSet {
    pub(crate) fn read(self) -> Result<NewSystem, Problem> {
        Ok(NewSystem {
            kind: known(
                "/kind",
                self.kind,
                "one of embedded, salesforce, dataverse",
                SystemKind::ALL.as_slice(),
                SystemKind::as_str,
            )?,
            application: known(
                "/application",
                self.application,
                "external_client_app or connected_app",
                Application::ALL.as_slice(),
                Application::as_str,
            )?,
            name: self.name,
            environment: self.environment_id,
            address: self.address,
            authority: self.authority,
            directory: self.directory,
            client_id: self.client_id,
            client_secret: self.client_secret.map(Secret::new),
            enabled: self.enabled,
        })
    }
}

fn known<T: Copy>(
    pointer: &'static str,
    text: Option<String>,
    detail: &'static str,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Result<Option<T>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let found = all.iter().copied().find(|one| name(*one) == text);
    let odd =
        || {
            Problem::new("request.invalid", Kind::Invalid, detail)
                .with_fields(vec![FieldError::new(pointer, "field.invalid", detail)])
        };
    found.map(Some).ok_or_else(odd)
}

/// A person's connection to a CRM.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CrmConnection)]
pub(crate) struct ConnectionItem {
    #[schema(format = Uuid)]
    id: String,
    #[schema(format = Uuid)]
    user_id: String,
    #[schema(format = Uuid)]
    crm_system_id: String,
    /// Whether features use it.
    chosen: bool,
    /// `connected`, `lost` or `disabled`.
    state: &'static str,
    /// Why it is not connected, as a code.
    reason: Option<String>,
    /// Where the person's data is.
    instance: Option<String>,
    /// The organisation there.
    organisation_id: Option<String>,
    /// Who the person is there.
    account_id: Option<String>,
    /// The name by which the person signs in there.
    account_name: Option<String>,
    #[schema(format = DateTime)]
    connected_at: Option<String>,
    #[schema(format = DateTime)]
    updated_at: String,
}

impl From<Connection> for ConnectionItem {
    fn from(connection: Connection) -> Self {
        Self {
            id: connection.id.to_string(),
            user_id: connection.user.to_string(),
            crm_system_id: connection.system.to_string(),
            chosen: connection.chosen,
            state: connection.state.as_str(),
            reason: connection.reason,
            instance: connection.instance.map(String::from),
            organisation_id: connection.organisation,
            account_id: connection.account,
            account_name: connection.account_name,
            connected_at: connection.connected_at.map(|at| at.to_string()),
            updated_at: connection.updated_at.to_string(),
        }
    }
}

/// A CRM as a seller sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MyCrmSystem)]
pub(crate) struct OverviewItem {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    /// `embedded`, `salesforce` or `dataverse`.
    kind: &'static str,
    /// Whether features use it.
    chosen: bool,
    /// Why nobody can sign in, as a code.
    blocked: Option<&'static str>,
    connection: Option<ConnectionItem>,
}

impl From<Overview> for OverviewItem {
    fn from(overview: Overview) -> Self {
        Self {
            id: overview.system.id.to_string(),
            name: overview.system.name,
            kind: overview.system.kind.as_str(),
            chosen: overview.chosen,
            blocked: overview.blocked.map(|blocked: Blocked| blocked.ground.code()),
            connection: overview.connection.map(ConnectionItem::from),
        }
    }
}
