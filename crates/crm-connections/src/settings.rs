//! What an operator sets.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// CRMs of sellers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Percent of a day's calls to a Salesforce organisation that background work leaves to people.
    pub reserve_percent: u8,
    /// For how many minutes descriptions of tables and the rights of sellers are kept before the CRM is asked again.
    pub described_minutes: u32,
    /// How long a call to a CRM may take, in seconds.
    pub timeout_seconds: u32,
    /// CRMs of a tenant at most.
    pub max_systems: u32,
    /// Account names of people who become System Administrator of `msdyn_viva` besides those who administer the tenant
    /// or the platform.
    pub predefined_administrators: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            reserve_percent: 20,
            described_minutes: 15,
            timeout_seconds: 30,
            max_systems: 50,
            predefined_administrators: Vec::new(),
        }
    }
}
