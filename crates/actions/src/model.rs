//! Actions as callers see them.

use std::collections::BTreeMap;

use identity::Role;
use jiff::Timestamp;
use kernel::{
    ActionId, ActionRequestId, ApiConnectorId, EnvironmentId, GroupId, LicenceId, UserId,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Annotations;

/// A published selection of operations of one connector.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// The identifier.
    pub id: ActionId,
    /// Where it is.
    pub environment: EnvironmentId,
    /// Whose operations it selects.
    pub connector: ApiConnectorId,
    /// The version of the connector that it was published with.
    pub version: Option<i64>,
    /// The name; no two actions of an environment have the same, whatever the case.
    pub name: String,
    /// For people.
    pub description: String,
    /// For models.
    pub instructions: String,
    /// Where it is on its way.
    pub state: State,
    /// Who may use it, once it is enabled.
    pub audience: Audience,
    /// The licence that a caller must hold.
    pub licence: Option<LicenceId>,
    /// What was selected, in the maker's order.
    pub operations: Vec<Operation>,
    /// Who acknowledged the notices, and when.
    pub acknowledged: Option<(Option<UserId>, Timestamp)>,
    /// What an administrator wrote when deciding last.
    pub decision: String,
    /// Who made it.
    pub created_by: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it was last published.
    pub published_at: Option<Timestamp>,
}

impl Action {
    /// One of its operations.
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }
}

/// Where an action is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Its maker works on it.
    Draft,
    /// Published; an administrator has not decided yet.
    Waiting,
    /// May be used by its audience.
    Enabled,
    /// An administrator took it out of use.
    Disabled,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Draft, Self::Waiting, Self::Enabled, Self::Disabled];

    /// The name in the database and in the interface.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Waiting => "waiting",
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
        }
    }

    /// A state by its name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// Who may use something.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Audience {
    /// Everybody in the organisation, programs with a service token included.
    #[default]
    Everybody,
    /// Whoever is in one of the groups or has one of the roles.
    Only {
        /// The groups.
        #[serde(default)]
        groups: Vec<GroupId>,
        /// The roles.
        #[serde(default)]
        roles: Vec<Role>,
    },
}

/// An operation of an action.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    /// The operationId.
    pub id: String,
    /// The name of the tool; never changes.
    pub tool: String,
    /// The name for people; that of the connector unless set.
    #[serde(default)]
    pub title: Option<String>,
    /// For people.
    #[serde(default)]
    pub description: Option<String>,
    /// For models.
    #[serde(default)]
    pub instructions: Option<String>,
    /// What is set for its parameters, by name.
    #[serde(default)]
    pub overrides: BTreeMap<String, Override>,
    /// Whether an administrator lets it be used.
    #[serde(default = "active")]
    pub active: bool,
    /// Who may use it among those who may use the action; everybody of them unless set.
    #[serde(default)]
    pub audience: Option<Audience>,
    /// What was made of it when the action was published.
    #[serde(default)]
    pub prepared: Option<Prepared>,
}

const fn active() -> bool {
    true
}

/// What a tool is made of, from the version that the action was published with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Prepared {
    /// The name for people.
    pub title: String,
    /// For models.
    pub description: String,
    /// What it takes, as JSON Schema.
    pub input: Value,
    /// What it answers, as JSON Schema, where that is known.
    #[serde(default)]
    pub output: Option<Value>,
    /// Whether the answer is given under `result`, because it is no object.
    #[serde(default)]
    pub wrapped: bool,
    /// What a call does.
    pub annotations: Annotations,
}

/// What is set for a parameter.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Override {
    /// Always sent, and not shown to callers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixed: Option<Value>,
    /// Sent when a caller gives nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// For people and models.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Callers must give it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
}

/// An operation as a maker selects it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Selected {
    /// The operationId.
    pub id: String,
    /// The name for people.
    pub title: Option<String>,
    /// For people.
    pub description: Option<String>,
    /// For models.
    pub instructions: Option<String>,
    /// What is set for its parameters, by name.
    pub overrides: BTreeMap<String, Override>,
}

/// An action as a maker makes it.
#[derive(Debug, Clone)]
pub struct NewAction {
    /// Whose operations.
    pub connector: ApiConnectorId,
    /// The name.
    pub name: String,
    /// For people.
    pub description: String,
    /// For models.
    pub instructions: String,
    /// What is selected.
    pub operations: Vec<Selected>,
}

/// What to change of an action; `None` leaves as it is.
#[derive(Debug, Clone, Default)]
pub struct ActionPatch {
    /// The name.
    pub name: Option<String>,
    /// For people.
    pub description: Option<String>,
    /// For models.
    pub instructions: Option<String>,
    /// What is selected.
    pub operations: Option<Vec<Selected>>,
}

/// What an administrator must have read before an action is enabled (the two notices of the contract for sales
/// extensions).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Acknowledgement {
    /// Data and insights come from third parties, whose terms and privacy policies may hold.
    pub third_party_terms: bool,
    /// Data may move between surfaces here and outside sources, even where the same action is barred for direct use.
    pub data_may_leave: bool,
}

/// How an action is enabled.
#[derive(Debug, Clone, Default)]
pub struct Enabling {
    /// Who may use it.
    pub audience: Audience,
    /// The licence that a caller must hold.
    pub licence: Option<LicenceId>,
    /// For single operations, by operationId; others stay as they are.
    pub operations: BTreeMap<String, OperationAccess>,
    /// The notices.
    pub acknowledged: Acknowledgement,
    /// What the administrator writes about it.
    pub note: String,
    /// When the action was last changed as the administrator read it; nobody may have changed it since then.
    pub seen: Option<Timestamp>,
}

/// Who may use one operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationAccess {
    /// Whether it may be used at all.
    pub active: bool,
    /// Who may use it among those who may use the action.
    pub audience: Option<Audience>,
}

/// The wish of somebody that an action be enabled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The identifier.
    pub id: ActionRequestId,
    /// The action.
    pub action: ActionId,
    /// Its name.
    pub name: String,
    /// Who wishes.
    pub user: UserId,
    /// Why.
    pub note: String,
    /// Whether somebody decided.
    pub state: RequestState,
    /// What the administrator answered.
    pub answer: String,
    /// Who decided, and when.
    pub decided: Option<(Option<UserId>, Timestamp)>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Whether somebody decided on a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestState {
    /// Nobody yet.
    Open,
    /// The action was enabled for the person.
    Granted,
    /// It was not.
    Declined,
}

impl RequestState {
    /// The name in the database and in the interface.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Granted => "granted",
            Self::Declined => "declined",
        }
    }

    /// A state by its name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Open, Self::Granted, Self::Declined].into_iter().find(|s| s.as_str() == text)
    }
}

/// What an administrator decides on a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The action was enabled for the person.
    Grant,
    /// It stays as it is.
    Decline,
}
