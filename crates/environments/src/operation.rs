//! What was and is done to whole environments.

use std::str::FromStr;

use jiff::Timestamp;
use kernel::{EnvironmentId, UserId};
use serde_json::Value as Json;
use uuid::Uuid;

/// What is done to an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OperationKind {
    /// It is made.
    Create,
    /// Its name changes.
    Rename,
    /// The sales tables come.
    SalesTables,
    /// Its kind changes.
    Convert,
    /// Everybody but administrators is shut out, or let in again.
    AdministrationMode,
    /// It becomes a copy of another one.
    Copy,
    /// It is emptied.
    Reset,
    /// It is deleted, and can be brought back for some days.
    Delete,
    /// It is brought back.
    Restore,
}

impl OperationKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Create,
        Self::Rename,
        Self::SalesTables,
        Self::Convert,
        Self::AdministrationMode,
        Self::Copy,
        Self::Reset,
        Self::Delete,
        Self::Restore,
    ];

    /// The name in the interface and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Rename => "rename",
            Self::SalesTables => "sales_tables",
            Self::Convert => "convert",
            Self::AdministrationMode => "administration_mode",
            Self::Copy => "copy",
            Self::Reset => "reset",
            Self::Delete => "delete",
            Self::Restore => "restore",
        }
    }
}

impl FromStr for OperationKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(())
    }
}

/// How it stands with an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationState {
    /// It goes on.
    Running,
    /// It is done.
    Succeeded,
    /// It was given up, and what it had begun undone.
    Failed,
}

impl OperationState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Running, Self::Succeeded, Self::Failed];

    /// The name in the interface and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }
}

impl FromStr for OperationState {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or(())
    }
}

/// How much a copy takes along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Definitions, rows, files and history.
    Everything,
    /// Definitions, people and security, and no rows of the business.
    Schema,
}

impl Extent {
    /// The name in the interface and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Schema => "schema",
        }
    }
}

impl FromStr for Extent {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Everything, Self::Schema].into_iter().find(|one| one.as_str() == text).ok_or(())
    }
}

/// One thing that was or is done to an environment.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// The identifier.
    pub id: Uuid,
    /// The environment.
    pub environment: EnvironmentId,
    /// What is done.
    pub kind: OperationKind,
    /// How it stands.
    pub state: OperationState,
    /// The environment that is copied.
    pub source: Option<EnvironmentId>,
    /// More of it: names and kinds before and after.
    pub detail: Json,
    /// Steps that are done.
    pub done: i64,
    /// Steps in all; nothing when that is not known.
    pub total: i64,
    /// Why it failed.
    pub code: Option<String>,
    /// Who began it; nobody but the hub where it is empty.
    pub begun_by: Option<UserId>,
    /// When it was begun.
    pub begun_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

impl Operation {
    /// How far it is, of a hundred; nothing when that is not known.
    pub fn percent(&self) -> Option<i64> {
        (self.total > 0).then(|| (self.done * 100 / self.total).clamp(0, 100))
    }
}
