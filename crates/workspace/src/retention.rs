//! What is kept how long: messages, deleted things, mails, and contents that nothing names any more.
//!
//! Work is done in slices, each a short transaction of its own, so that the writer stays free.

mod store;

use db::Tx;
use jiff::{SignedDuration, Timestamp};
use kernel::{ChannelId, Permission, Scope};

use crate::{Result, Workspace, files};

/// What a sweep removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Messages and replies, with the bodies they referred to.
    pub messages: u64,
    /// Channels that were deleted long ago.
    pub channels: u64,
    /// Teams that were deleted long ago.
    pub teams: u64,
    /// Files and folders that were deleted long ago.
    pub files: u64,
    /// Mails that are too old or were deleted long ago.
    pub mails: u64,
    /// Contents that nothing named any more.
    pub contents: u64,
}

impl Workspace {
    /// Removes what a tenant no longer keeps; for a job that runs now and then, whose scope may
    /// [`Permission::System`].
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::Store`], [`crate::Error::Files`]; what was removed before stays
    /// removed, and the next sweep goes on.
    pub async fn sweep(&self, scope: &Scope) -> Result<Swept> {
        scope.require(Permission::System)?;
        let now = self.clock.now();
        let settings = &self.settings;
        let mut swept = Swept::default();
        self.erase_deleted(scope).await?;
        let deleted = days_before(now, settings.deleted_retention_days);
        swept.files = self.slices(scope, move |tx| store::files(tx, deleted, SLICE)).await?;
        self.slices(scope, move |tx| store::empty_teams(tx, deleted, SLICE)).await?;
        for channel in self.all(scope, Some(deleted)).await? {
            let emptied = self.slices(scope, move |tx| store::messages(tx, channel, now, SLICE));
            swept.messages += emptied.await?;
            self.slices(scope, move |tx| store::channel_files(tx, channel, SLICE)).await?;
            self.slices(scope, move |tx| store::markers(tx, channel, SLICE)).await?;
            self.db.write(scope, move |tx| store::channel(tx, channel)).await?;
            swept.channels += 1;
        }
        swept.files += self.slices(scope, move |tx| store::files(tx, deleted, SLICE)).await?;
        swept.teams = self.slices(scope, move |tx| store::teams(tx, deleted, SLICE)).await?;
        let old = days_before(now, settings.message_retention_days);
        for channel in self.all(scope, None).await? {
            let pruned = self.slices(scope, move |tx| store::messages(tx, channel, old, SLICE));
            swept.messages += pruned.await?;
        }
        let mails = days_before(now, settings.mail_retention_days);
        swept.mails =
            self.slices(scope, move |tx| store::mails(tx, (mails, deleted), SLICE)).await?;
        swept.contents = self.orphans(scope, now).await?;
        Ok(swept)
    }

    /// Runs slices until one finds nothing; each tells how much it removed.
    pub(crate) async fn slices(
        &self,
        scope: &Scope,
        slice: impl Fn(&Tx<'_>) -> db::Result<u64> + Copy + Send + 'static,
    ) -> Result<u64> {
        let mut sum = 0;
        loop {
            let removed = self.db.write(scope, slice).await?;
            sum += removed;
            if removed == 0 {
                return Ok(sum);
            }
            tokio::task::yield_now().await;
        }
    }

    /// Channels deleted before an instant, or all that are not.
    async fn all(&self, scope: &Scope, deleted: Option<Timestamp>) -> Result<Vec<ChannelId>> {
        let mut all: Vec<ChannelId> = Vec::new();
        loop {
            let last = all.last().copied().unwrap_or_else(|| uuid::Uuid::nil().into());
            let read = move |tx: &Tx<'_>| store::channels(tx, last, deleted, 500);
            let some: Vec<ChannelId> = self.db.read_one(scope, read).await?;
            if some.is_empty() {
                return Ok(all);
            }
            all.extend(some);
        }
    }

    /// Removes contents that nothing names; young ones may still be on their way.
    async fn orphans(&self, scope: &Scope, now: Timestamp) -> Result<u64> {
        let tenant = scope.tenant();
        let before = now - SignedDuration::from_hours(24);
        let mut removed = 0;
        self.files.clear_scratch(before).await?;
        for sha256 in self.files.idle(tenant, before).await? {
            let _alone = self.files.pause().await;
            let used = self.db.read(scope, move |tx| files::store::is_used(tx, sha256)).await?;
            // Somebody may have kept it again before the pause.
            if !used && self.files.is_idle(tenant, sha256, before).await? {
                self.files.remove(tenant, sha256).await?;
                removed += 1;
            }
        }
        Ok(removed)
    }
}

fn days_before(now: Timestamp, days: u32) -> Timestamp {
    now - SignedDuration::from_hours(24 * i64::from(days))
}

/// Rows that one transaction removes at most.
const SLICE: i64 = 200;
