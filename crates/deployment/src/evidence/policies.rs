//! Data policies of the Power Platform: as its interface writes them, as its cmdlets do, and as the published provider
//! for Terraform does.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{
    Fault,
    powershell::{Row, get, word},
};

/// Where a policy counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// `AllEnvironments`.
    All,
    /// `OnlyEnvironments`, `SingleEnvironment`.
    Only,
    /// `ExceptEnvironments`.
    Except,
}

/// A data policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataPolicy {
    /// What people call it.
    pub name: String,
    /// Where it counts.
    pub reach: Reach,
    /// Names and identifiers of the environments that it names.
    pub environments: Vec<String>,
    /// `Confidential` (business), `General` (non-business), `Blocked`: for connectors that are not named.
    pub default: Option<String>,
    /// The classification of the Salesforce connector, where it is named.
    pub salesforce: Option<String>,
}

impl DataPolicy {
    pub(super) fn of(row: &Row, place: &str) -> Result<Self, Fault> {
        let row = match get(row, "policyDefinition") {
            Some(Json::Object(inner)) => inner,
            _ => row,
        };
        let name = word(row, "displayName").or_else(|| word(row, "name"));
        let name = name.ok_or_else(|| missing(place, "displayName"))?;
        let reach =
            word(row, "environmentType").ok_or_else(|| missing(place, "environmentType"))?;
        let reach = match reach.to_ascii_lowercase().as_str() {
            "allenvironments" => Reach::All,
            "onlyenvironments" | "singleenvironment" => Reach::Only,
            "exceptenvironments" => Reach::Except,
            other => {
                let detail =
                    format!("{other}: AllEnvironments, OnlyEnvironments or ExceptEnvironments");
                return Err(Fault::new(
                    format!("{place}/environmentType"),
                    "evidence.not_a_word",
                    detail,
                ));
            }
        };
        let mut salesforce = None;
        if let Some(Json::Array(groups)) = get(row, "connectorGroups") {
            for group in groups.iter().filter_map(Json::as_object) {
                if names_salesforce(get(group, "connectors")) {
                    salesforce = word(group, "classification");
                }
            }
        }
        for (name, classification) in [
            ("business_connectors", "Confidential"),
            ("non_business_connectors", "General"),
            ("blocked_connectors", "Blocked"),
        ] {
            if names_salesforce(get(row, name)) {
                salesforce = Some(classification.to_owned());
            }
        }
        Ok(Self {
            name,
            reach,
            environments: environments(get(row, "environments")),
            default: word(row, "defaultConnectorsClassification"),
            salesforce,
        })
    }

    /// Whether it counts in an environment that goes by any of these names.
    pub fn covers(&self, names: &[&str]) -> bool {
        let is_meant = |one: &String| names.iter().any(|name| one.eq_ignore_ascii_case(name));
        let is_named = self.environments.iter().any(is_meant);
        match self.reach {
            Reach::All => true,
            Reach::Only => is_named,
            Reach::Except => !is_named,
        }
    }

    /// Whether Salesforce can be used under it; nothing where the file does not say it.
    pub fn allows(&self) -> Option<bool> {
        match self.salesforce.as_ref().or(self.default.as_ref())?.to_ascii_lowercase().as_str() {
            "blocked" => Some(false),
            "confidential" | "general" | "business" | "nonbusiness" | "non-business" => Some(true),
            _ => None,
        }
    }
}

fn missing(place: &str, name: &str) -> Fault {
    Fault::new(format!("{place}/{name}"), "evidence.missing", format!("{name} is missing"))
}

/// `/providers/Microsoft.PowerApps/apis/shared_salesforce`.
fn names_salesforce(list: Option<&Json>) -> bool {
    let Some(Json::Array(list)) = list else { return false };
    list.iter().any(|one| {
        let id = match one {
            Json::String(id) => Some(id.clone()),
            Json::Object(row) => word(row, "id").or_else(|| word(row, "connectorId")),
            _ => None,
        };
        id.is_some_and(|id| {
            id.rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case("shared_salesforce"))
        })
    })
}

fn environments(list: Option<&Json>) -> Vec<String> {
    let mut names = Vec::new();
    let Some(Json::Array(list)) = list else { return names };
    for one in list.iter().take(1000) {
        match one {
            Json::String(name) => names.push(name.clone()),
            Json::Object(row) => {
                for key in ["name", "displayName", "id"] {
                    let word = word(row, key);
                    names.extend(word.and_then(|id| id.rsplit('/').next().map(str::to_owned)));
                }
            }
            _ => {}
        }
    }
    names
}
