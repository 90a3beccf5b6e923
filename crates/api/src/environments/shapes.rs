//! What is said of environments.

use edge::Problem;
use environments::{Life, Policy};
use identity::environments::Region;
use kernel::Language;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{invalid, operations::Operation};

/// A container of tables, connectors and policies.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Environment {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    /// `default`, `production`, `sandbox` or `trial`.
    kind: &'static str,
    /// `ready`, `administration`, `read_only` while it is copied, `busy` while it is made anew, or `deleted`.
    state: &'static str,
    /// Whether the sales tables are installed; connectors for sales need them.
    crm_enabled: bool,
    /// Whether triggers go on.
    background_operations: bool,
    /// The root of its Dataverse Web API, on the host that the request was sent to.
    web_api: String,
    /// The language that its organisation began with.
    language: &'static str,
    /// The currency that it counts in (ISO 4217).
    currency: String,
    /// What it holds in all, when it was measured last.
    bytes: Option<i64>,
    /// What goes on with it.
    running: Option<Operation>,
    /// The last day of a trial.
    #[schema(format = DateTime)]
    ends_at: Option<String>,
    #[schema(format = DateTime)]
    deleted_at: Option<String>,
    /// When what was deleted goes for good.
    #[schema(format = DateTime)]
    goes_at: Option<String>,
    /// Who made it; nobody made the default one.
    #[schema(format = Uuid)]
    created_by: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
}

impl From<Life> for Environment {
    fn from(life: Life) -> Self {
        let web_api = life.web_api();
        let Life { environment, state, running, goes_at, capacity, .. } = life;
        let deleted = environment.deleted_at.is_some();
        Self {
            id: environment.id.to_string(),
            name: environment.name,
            kind: environment.kind.as_str(),
            state: if deleted { "deleted" } else { state.as_str() },
            crm_enabled: environment.crm_enabled,
            background_operations: !environment.background_off,
            web_api,
            language: environment.region.language.tag(),
            currency: environment.region.currency,
            bytes: capacity.map(|held| held.bytes()),
            running: running.map(Operation::from),
            ends_at: environment.ends_at.map(|at| at.to_string()),
            deleted_at: environment.deleted_at.map(|at| at.to_string()),
            goes_at: goes_at.map(|at| at.to_string()),
            created_by: environment.created_by.map(|id| id.to_string()),
            created_at: environment.created_at.to_string(),
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EnvironmentToCreate {
    /// No two environments have the same, whatever the case.
    pub(super) name: String,
    /// `production`, `sandbox` or `trial`.
    pub(super) kind: String,
    /// Whether the sales tables are installed; connectors for sales need them.
    #[serde(default)]
    pub(super) crm_enabled: bool,
    /// The language of its organisation, `en` unless given.
    pub(super) language: Option<String>,
    /// The currency that it counts in (ISO 4217), `EUR` unless given.
    pub(super) currency: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EnvironmentToUpdate {
    pub(super) name: Option<String>,
    /// `true` installs the sales tables; they cannot be taken out again.
    pub(super) crm_enabled: Option<bool>,
    /// A trial becomes `production`; `production` and `sandbox` turn into each other.
    pub(super) kind: Option<String>,
    /// Shuts everybody out but System Administrators and System Customizers.
    pub(super) administration_mode: Option<bool>,
    /// Whether triggers go on during administration mode; outside of it they always do.
    pub(super) background_operations: Option<bool>,
}

/// Who makes environments.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EnvironmentMakers)]
pub(super) struct Makers {
    /// Of trials: `everyone` who may manage environments, or only `administrators`.
    trials: &'static str,
    /// Of production environments and sandboxes.
    others: &'static str,
}

impl From<Policy> for Makers {
    fn from(policy: Policy) -> Self {
        Self { trials: policy.trials.as_str(), others: policy.others.as_str() }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EnvironmentMakersToSet)]
pub(super) struct MakersToSet {
    /// `everyone` or `administrators`.
    pub(super) trials: Option<String>,
    /// `everyone` or `administrators`.
    pub(super) others: Option<String>,
}

/// What an organisation begins with.
pub(super) fn region(language: Option<&str>, currency: Option<String>) -> Result<Region, Problem> {
    let first = Region::default();
    let language = match language {
        None => first.language,
        Some(tag) => tag.parse::<Language>().map_err(|()| invalid("/language", "one of en, fr"))?,
    };
    Ok(Region { language, currency: currency.unwrap_or(first.currency) })
}
