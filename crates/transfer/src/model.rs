//! An import as callers see it.

use jiff::Timestamp;
use kernel::{EnvironmentId, UserId};
use uuid::Uuid;

use crate::{FileKind, Plan};

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Its file is on the way.
    Uploading,
    /// Somebody decides what becomes of its columns.
    Ready,
    /// Its rows are tried, and nothing stays.
    Checking,
    /// Its rows were tried.
    Checked,
    /// Its rows are written.
    Running,
    /// Somebody stopped it; it can go on.
    Stopped,
    /// It is done.
    Done,
    /// It ended before its time.
    Failed,
    /// What it made is deleted.
    Undoing,
    /// What it made is deleted, as far as nothing else needs it.
    Undone,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 10] = [
        Self::Uploading,
        Self::Ready,
        Self::Checking,
        Self::Checked,
        Self::Running,
        Self::Stopped,
        Self::Done,
        Self::Failed,
        Self::Undoing,
        Self::Undone,
    ];

    /// Its name in the database and in REST.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Uploading => "uploading",
            Self::Ready => "ready",
            Self::Checking => "checking",
            Self::Checked => "checked",
            Self::Running => "running",
            Self::Stopped => "stopped",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Undoing => "undoing",
            Self::Undone => "undone",
        }
    }

    /// The state of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether something goes on in the background.
    pub const fn is_busy(self) -> bool {
        matches!(self, Self::Checking | Self::Running | Self::Undoing)
    }
}

/// An import.
#[derive(Debug, Clone)]
pub struct Import {
    /// Which.
    pub id: Uuid,
    /// The environment that it fills.
    pub environment: EnvironmentId,
    /// Who began it, and with whose rights it runs.
    pub user: UserId,
    /// The logical name of the table.
    pub table: String,
    /// The name of the file.
    pub file: String,
    /// What kind of file it is.
    pub kind: FileKind,
    /// Where it stands.
    pub state: State,
    /// The names of the file's columns.
    pub heading: Vec<String>,
    /// What becomes of them.
    pub plan: Plan,
    /// Rows of the file.
    pub rows: u64,
    /// Rows that were looked at, in a check, in a run, or while it is undone.
    pub done: u64,
    /// Rows that were made.
    pub created: u64,
    /// Rows that were changed.
    pub updated: u64,
    /// Rows that were there already and left alone.
    pub skipped: u64,
    /// Rows with mistakes.
    pub failed: u64,
    /// Why it ended before its time: a code.
    pub problem: Option<String>,
    /// When its file came.
    pub created_at: Timestamp,
    /// When it was last begun.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}
