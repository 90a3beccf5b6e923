//! Lists of named numbers: choices of a column, choices that columns share, states and statuses.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Labels;

/// One entry of a choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoiceOption {
    /// The number that rows hold.
    pub value: i32,
    /// What people read.
    pub labels: Labels,
    /// A colour such as `#0000ff`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colour: Option<String>,
}

/// A state of a row (`statecode`): 0 is the state in which rows begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateOption {
    /// The number that rows hold.
    pub value: i32,
    /// What people read.
    pub labels: Labels,
    /// The name that does not change with the language, `Active`.
    pub invariant: String,
    /// The status that a row takes when it enters this state and none is given.
    pub default_status: i32,
}

/// A reason for a state (`statuscode`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusOption {
    /// The number that rows hold.
    pub value: i32,
    /// The state that this reason belongs to.
    pub state: i32,
    /// What people read.
    pub labels: Labels,
}

/// Where the entries of a choice column come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Options {
    /// They belong to the column.
    Local(Vec<ChoiceOption>),
    /// They are those of the global choice of this name.
    Global(String),
}

/// A choice that columns of several tables share (`GlobalOptionSetDefinitions`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// `MetadataId`.
    pub id: Uuid,
    /// The name, lower case, with the publisher's prefix unless it is of the system.
    pub name: String,
    /// What people read.
    pub labels: Labels,
    /// What it is for.
    #[serde(default)]
    pub description: Labels,
    /// Whether it was made in this environment and is not of the baseline.
    #[serde(default)]
    pub custom: bool,
    /// Its entries, in their order.
    pub options: Vec<ChoiceOption>,
}
