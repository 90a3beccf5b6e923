//! An export or a removal, from the wish to its end.

use file_store::Sha256;
use jiff::Timestamp;
use kernel::UserId;
use serde_json::Value as Json;
use uuid::Uuid;

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    /// A person's data are given out.
    Export,
    /// A person's data are taken away.
    Forget,
}

impl JobKind {
    /// Its name in interfaces and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Export => "export",
            Self::Forget => "forget",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Export, Self::Forget].into_iter().find(|one| one.as_str() == text)
    }
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// It waits for its turn, or is at work.
    Waiting,
    /// It is done.
    Done,
    /// It failed for good.
    Failed,
}

impl JobState {
    /// Its name in interfaces and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Waiting, Self::Done, Self::Failed].into_iter().find(|one| one.as_str() == text)
    }
}

impl Job {
    /// Whether people asked for it themselves.
    pub fn is_own(&self) -> bool {
        self.by == self.person
    }
}

/// An export or a removal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The identifier.
    pub id: Uuid,
    /// What is done.
    pub kind: JobKind,
    /// Whose data.
    pub person: UserId,
    /// Who wants it.
    pub by: UserId,
    /// How far it is.
    pub state: JobState,
    /// What was found or went, by kind of data.
    pub counts: Json,
    /// The archive, while it is kept.
    pub file: Option<Sha256>,
    /// Its size in bytes.
    pub size: i64,
    /// How often it was tried.
    pub tries: i64,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// When the archive goes.
    pub ends_at: Timestamp,
}
