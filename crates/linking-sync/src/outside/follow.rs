//! What CRMs elsewhere tell of their tables: the links of records that changed are looked at, and no others.
//!
//! A table is followed once for each person who made links to records of it, with that person's sign-in: what they may not
//! see is not told them. A CRM that tells nothing of a table leaves its links to be looked at now and then.

use crm::Position;
use db::Tx;
use kernel::{EnvironmentId, Scope};
use linking::{Link, Subject, keeping};

use crate::{
    LinkingSync, Result,
    store::{
        self,
        feeds::{self, Feed, State},
    },
};

/// Seconds between two questions for changes (our own choice: people wait for cards, and calls are counted).
const EVERY: i64 = 5 * 60;
/// Seconds after which a feed that failed, or that nothing was told of, is asked again.
const FAILED: i64 = 60 * 60;
const UNTOLD: i64 = 24 * 60 * 60;
/// Pages that one turn reads of one feed.
const PAGES: usize = 10;

impl LinkingSync {
    /// Follows the table of a link's record; whether what happens to it is told.
    pub(crate) async fn join_feed(&self, root: &Scope, link: &Link) -> Result<bool> {
        let Subject::Crm { system, .. } = link.subject else { return Ok(false) };
        let (table, user, now) = (link.subject.table().to_owned(), link.created_by, self.now());
        let join = move |tx: &Tx<'_>| feeds::join(tx, (system, &table, user), now);
        Ok(self.parts.db.write(root, join).await? == State::Live)
    }

    /// Asks every feed that is due what happened.
    pub(crate) async fn follow_crms(&self, root: &Scope) -> Result<()> {
        let now = self.now();
        for feed in self.parts.db.read_one(root, move |tx| feeds::due(tx, now)).await? {
            if let Err(error) = self.follow_crm(root, &feed).await {
                let due = self.later(FAILED);
                {
                    let error: &dyn std::error::Error = &error;
                    tracing::warn!(error, crm.id = %feed.system, "linking_sync.feed_failed");
                }
                // what is wrong is said at the links
                let of = EnvironmentId::from(feed.system);
                let write = move |tx: &Tx<'_>| -> db::Result<()> {
                    feeds::advance(tx, &feed, (feed.place.as_deref(), feed.state, due))?;
                    let links = keeping::of_table(tx, of, (&feed.table, feed.user), MOST)?;
                    store::mark(tx, &links)
                };
                self.parts.db.write(root, write).await?;
            }
        }
        Ok(())
    }

    async fn follow_crm(&self, root: &Scope, feed: &Feed) -> Result<()> {
        let mut feed = feed.clone();
        let (system, table, user) = (feed.system, feed.table.clone(), feed.user);
        let of = EnvironmentId::from(system);
        let linked = move |tx: &Tx<'_>| keeping::of_table(tx, of, (&table, user), 1);
        if self.parts.db.read_one(root, linked).await?.is_empty() {
            return Ok(self
                .parts
                .db
                .write(root, move |tx: &Tx<'_>| feeds::leave(tx, &feed))
                .await?);
        }
        for _ in 0..PAGES {
            let asked = crm::Feed {
                table: feed.table.clone(),
                fields: Vec::new(),
                after: feed.place.clone().map(Position),
                limit: crm::MAX_PAGE,
            };
            let told = match self.parts.linking.changed_there(root, (system, user), &asked).await {
                Ok(Some(told)) => told,
                Ok(None) => {
                    let due = self.later(UNTOLD);
                    let write =
                        move |tx: &Tx<'_>| feeds::advance(tx, &feed, (None, State::Untold, due));
                    self.parts.db.write(root, write).await?;
                    return Ok(());
                }
                Err(linking::Error::Crm(crm::Error::Expired)) => {
                    return self.begin_anew(root, feed).await;
                }
                Err(error) => return Err(error.into()),
            };
            // what was there first is not what happened
            let live = feed.state == State::Live;
            let ids = told.records.into_iter().map(|record| record.at.id).chain(told.deleted);
            let ids: Vec<String> = ids.filter(|_| live).map(|id| id.0).collect();
            let state = if live || !told.more { State::Live } else { State::Reading };
            let due = if told.more { self.now() } else { self.later(EVERY) };
            let (from, to) = (feed.clone(), told.position.0.clone());
            let write = move |tx: &Tx<'_>| -> db::Result<bool> {
                if !feeds::advance(tx, &from, (Some(&to), state, due))? {
                    return Ok(false);
                }
                let mut links = Vec::new();
                for id in &ids {
                    let record = Subject::crm(system, &from.table, id).id();
                    let found = keeping::by_record(tx, of, &from.table, record)?;
                    links.extend(found.iter().map(|link| link.id));
                }
                store::mark(tx, &links)?;
                Ok(true)
            };
            if !self.parts.db.write(root, write).await? || !told.more {
                return Ok(());
            }
            (feed.place, feed.state) = (Some(told.position.0), state);
        }
        Ok(())
    }

    /// The CRM does not remember the place: whatever happened since, every link of the feed is looked at.
    async fn begin_anew(&self, root: &Scope, feed: Feed) -> Result<()> {
        let now = self.now();
        let of = EnvironmentId::from(feed.system);
        let write = move |tx: &Tx<'_>| -> db::Result<()> {
            if feeds::advance(tx, &feed, (None, State::Reading, now))? {
                let links = keeping::of_table(tx, of, (&feed.table, feed.user), MOST)?;
                store::mark(tx, &links)?;
            }
            Ok(())
        };
        Ok(self.parts.db.write(root, write).await?)
    }
}

/// Links of one feed that are looked at when it begins anew.
const MOST: u32 = 100_000;
