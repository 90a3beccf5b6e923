//! The service that edges and other rooms hold.

use std::{fmt, sync::Arc};

use db::Db;
use event_log::{Change, Subject};
use jiff::Timestamp;
use kernel::{Clock, Ids};
use serde_json::Value as Json;
use tokio_util::sync::CancellationToken;

use crate::{FileStore, Settings, live::Feeds};

/// Teams, channels, messages, files and mailboxes of every tenant.
///
/// One is made at start and shared. Every method takes the caller's scope first and answers only
/// what that caller may know.
pub struct Workspace {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Ids,
    pub(crate) files: FileStore,
    pub(crate) settings: Arc<Settings>,
    pub(crate) feeds: Feeds,
}

impl fmt::Debug for Workspace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workspace").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Workspace {
    /// The workspace on a database and a folder of files.
    pub fn new(
        db: Db,
        clock: Arc<dyn Clock>,
        ids: Ids,
        files: FileStore,
        settings: Settings,
    ) -> Self {
        let feeds = Feeds::new(db.clone());
        Self { db, clock, ids, files, settings: Arc::new(settings), feeds }
    }

    /// What the operator set.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The live feeds of channels.
    pub const fn feeds(&self) -> &Feeds {
        &self.feeds
    }

    /// Tells open pages about commits until `stop`; run once a node.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        self.feeds.run(stop).await;
    }
}

/// A change for the audit.
pub(crate) fn change(action: &'static str, subject: Subject, at: Timestamp) -> Change {
    Change { action, subject, before: None, after: None, at }
}

/// The same with what was and what is.
pub(crate) fn changed(change: Change, before: Option<Json>, after: Option<Json>) -> Change {
    Change { before, after, ..change }
}
