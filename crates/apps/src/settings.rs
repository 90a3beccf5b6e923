//! What an operator may set.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Settings of the apps.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Apps that a tenant's catalogue may hold.
    pub max_catalogue_apps: u32,
    /// Apps that may be uploaded to one team.
    pub max_team_uploads: u32,
    /// Apps that one team may have installed.
    pub max_team_apps: u32,
    /// Old versions that an app keeps beside those in use.
    pub kept_versions: u32,
    /// Bytes that all packages of a tenant may have together.
    pub quota_bytes: u64,
    /// Setup policies that a tenant may have.
    pub max_policies: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_catalogue_apps: 1000,
            max_team_uploads: 50,
            max_team_apps: 100,
            kept_versions: 10,
            quota_bytes: 1 << 30,
            max_policies: 100,
        }
    }
}
