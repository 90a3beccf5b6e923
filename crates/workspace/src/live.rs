//! Live feeds of channels: one query for each batch of news, whatever the number of open pages.
//!
//! A commit's notice moves the head of its channel's feed and wakes the subscribers. The first of them
//! reads what is new into a bounded ring that the others share; nobody reads while nothing happens. A
//! subscriber that is behind the ring reads from the database on its own until it has caught up, so
//! a slow page costs itself and nobody else. Positions are those of the channel's one dense stream:
//! messages, replies, edits and deletions come without a gap and without a repeat.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU64, Ordering},
    },
};

use db::{Db, Notice, Tx};
use kernel::{ChannelId, Cursor, Page, Permission, Scope, TeamId, TenantId};
use tokio::sync::{Mutex as AsyncMutex, watch};
use tokio_util::sync::CancellationToken;

use crate::{
    ACCESS_TOPIC, Item, MESSAGES_TOPIC, Result, Workspace, access,
    messages::{content, store},
};

/// The feeds of all channels that somebody watches.
#[derive(Debug, Clone)]
pub struct Feeds(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    db: Db,
    feeds: Mutex<HashMap<(TenantId, ChannelId), Weak<Feed>>>,
    loads: AtomicU64,
}

/// What a feed's watchers wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Signal {
    /// The last change of the channel, as far as known.
    head: i64,
    /// Counts changes of members and of the channel's state.
    access: u64,
    /// Counts sweeps: times when notices were lost and the head is in doubt.
    sweep: u64,
}

#[derive(Debug)]
struct Feed {
    channel: ChannelId,
    team: TeamId,
    signal: watch::Sender<Signal>,
    ring: Mutex<Ring>,
    loading: AsyncMutex<()>,
}

/// The latest changes; everything after `floor` and up to `head` is in it.
#[derive(Debug, Default)]
struct Ring {
    floor: i64,
    head: i64,
    sweep: u64,
    bytes: usize,
    items: VecDeque<Arc<Item>>,
}

/// Somebody who watches a channel.
#[derive(Debug)]
pub struct Subscription {
    feeds: Feeds,
    feed: Arc<Feed>,
    scope: Scope,
    signal: watch::Receiver<Signal>,
    position: i64,
    access: u64,
}

impl Workspace {
    /// Watches a channel: what happens after `after`, an item's [`Item::event`], or from now on.
    ///
    /// # Errors
    /// [`crate::Error::ChannelNotFound`] and the like, [`crate::Error::Cursor`].
    pub async fn subscribe(
        &self,
        scope: &Scope,
        channel: ChannelId,
        after: Option<Cursor>,
    ) -> Result<Subscription> {
        scope.require(Permission::MessageRead)?;
        let after = after.as_ref().map(Cursor::parse::<i64>).transpose()?;
        self.feeds.subscribe(scope, channel, after).await
    }
}

impl Feeds {
    pub(crate) fn new(db: Db) -> Self {
        Self(Arc::new(Inner { db, feeds: Mutex::default(), loads: AtomicU64::new(0) }))
    }

    /// How many queries for news were run since the start.
    pub fn loads(&self) -> u64 {
        self.0.loads.load(Ordering::Relaxed)
    }

    /// How many channels are watched.
    pub fn watched(&self) -> usize {
        let feeds = self.0.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        feeds.values().filter(|feed| feed.strong_count() > 0).count()
    }

    async fn subscribe(
        &self,
        scope: &Scope,
        channel: ChannelId,
        after: Option<i64>,
    ) -> Result<Subscription> {
        let team =
            self.0.db.read_one(scope, move |tx| access::readable(tx, channel)).await?.team.id;
        // The feed is known before its head is read: a commit in between is noticed.
        let feed = self.feed(scope.tenant(), channel, team);
        let signal = feed.signal.subscribe();
        let epoch = signal.borrow().access;
        let head = move |tx: &Tx<'_>| {
            access::readable(tx, channel)?;
            Ok::<_, crate::Error>(event_log::head(tx, MESSAGES_TOPIC, channel.uuid())?)
        };
        let head = self.0.db.read(scope, head).await?;
        feed.start(head);
        // A place that lies ahead of the channel was given by another one, or by data that is gone.
        let position = after.unwrap_or(head).min(head);
        Ok(Subscription {
            feeds: self.clone(),
            feed,
            scope: scope.clone(),
            signal,
            position,
            access: epoch,
        })
    }

    fn feed(&self, tenant: TenantId, channel: ChannelId, team: TeamId) -> Arc<Feed> {
        let mut feeds = self.0.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(feed) = feeds.get(&(tenant, channel)).and_then(Weak::upgrade) {
            return feed;
        }
        feeds.retain(|_, feed| feed.strong_count() > 0);
        let feed = Arc::new(Feed {
            channel,
            team,
            signal: watch::Sender::new(Signal { head: 0, access: 0, sweep: 0 }),
            ring: Mutex::new(Ring { floor: -1, ..Ring::default() }),
            loading: AsyncMutex::new(()),
        });
        feeds.insert((tenant, channel), Arc::downgrade(&feed));
        feed
    }

    /// Turns notices of commits into wake-ups, until `stop`.
    pub(crate) async fn run(&self, stop: CancellationToken) {
        let mut listener = self.0.db.listen();
        // What was committed before anyone listened.
        self.sweep();
        loop {
            let notices = tokio::select! {
                () = stop.cancelled() => return,
                notices = listener.next() => notices,
            };
            match notices {
                Some(notices) if !notices.is_empty() => {
                    for notice in notices.iter() {
                        self.tell(notice);
                    }
                }
                // Some were lost: everyone looks for themselves.
                _ => self.sweep(),
            }
        }
    }

    fn tell(&self, notice: &Notice) {
        match notice.topic.as_ref() {
            MESSAGES_TOPIC => {
                let key = (notice.tenant, ChannelId::from(notice.stream));
                let feed = {
                    let feeds = self.0.feeds.lock().unwrap_or_else(PoisonError::into_inner);
                    feeds.get(&key).and_then(Weak::upgrade)
                };
                if let Some(feed) = feed {
                    feed.rise(notice.position);
                }
            }
            ACCESS_TOPIC => {
                for feed in self.all() {
                    if feed.channel.uuid() == notice.stream || feed.team.uuid() == notice.stream {
                        feed.signal.send_modify(|signal| signal.access += 1);
                    }
                }
            }
            _ => {}
        }
    }

    fn sweep(&self) {
        for feed in self.all() {
            feed.signal.send_modify(|signal| {
                signal.sweep += 1;
                signal.access += 1;
            });
        }
    }

    fn all(&self) -> Vec<Arc<Feed>> {
        let feeds = self.0.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        feeds.values().filter_map(Weak::upgrade).collect()
    }

    async fn load(&self, scope: &Scope, channel: ChannelId, after: i64) -> Result<Vec<Arc<Item>>> {
        self.0.loads.fetch_add(1, Ordering::Relaxed);
        let read = move |tx: &Tx<'_>| {
            let rows = store::changes(tx, channel, after, BATCH)?;
            content::join(tx, Page { items: rows, next: None })
        };
        let joined = self.0.db.read(scope, read).await?;
        Ok(content::render(joined).await.items.into_iter().map(Arc::new).collect())
    }
}

impl Subscription {
    /// The last change that was handed out.
    pub const fn position(&self) -> i64 {
        self.position
    }

    /// Waits for the next changes, in order; never empty. Cancel safe.
    ///
    /// An item whose [`Item::is_new`] holds was just posted; any other one was edited, deleted or
    /// replied to. Replies come as items of their own, with a parent.
    ///
    /// # Errors
    /// As [`Workspace::subscribe`]: an actor who may no longer read the channel learns it here. Also
    /// the database's failures; asking again is fine.
    pub async fn next(&mut self) -> Result<Vec<Arc<Item>>> {
        loop {
            let signal = *self.signal.borrow_and_update();
            if signal.access != self.access {
                let channel = self.feed.channel;
                let check = move |tx: &Tx<'_>| access::readable(tx, channel).map(drop);
                self.feeds.0.db.read_one(&self.scope, check).await?;
                self.access = signal.access;
            }
            match self.news(signal).await? {
                News::Items(items) => {
                    self.position = items.last().map_or(self.position, |last| last.change);
                    return Ok(items);
                }
                News::Moved => continue,
                News::Nothing => {}
            }
            // The sender lives in the feed that this subscription holds.
            drop(self.signal.changed().await);
        }
    }

    /// What came after the own position.
    async fn news(&mut self, signal: Signal) -> Result<News> {
        match self.feed.after(self.position, signal) {
            Look::Items(items) => return Ok(News::Items(items)),
            Look::Nothing => return Ok(News::Nothing),
            Look::Behind(floor) => {
                let channel = self.feed.channel;
                let items = self.feeds.load(&self.scope, channel, self.position).await?;
                if items.is_empty() {
                    self.position = floor;
                    return Ok(News::Moved);
                }
                return Ok(News::Items(items));
            }
            Look::Unread => {}
        }
        let _only = self.feed.loading.lock().await;
        // Another one may have read it while this one waited.
        if !matches!(self.feed.after(self.position, signal), Look::Unread) {
            return Ok(News::Moved);
        }
        let from = self.feed.head();
        let items = self.feeds.load(&self.scope, self.feed.channel, from).await?;
        self.feed.push(items, signal);
        Ok(News::Moved)
    }
}

/// What a subscription found.
enum News {
    /// These.
    Items(Vec<Arc<Item>>),
    /// The ring or the own position moved: look again.
    Moved,
    /// Nothing.
    Nothing,
}

/// What a look into the ring says.
enum Look {
    /// Changes after the position.
    Items(Vec<Arc<Item>>),
    /// The ring is as far as the channel.
    Nothing,
    /// The position is before the ring's floor.
    Behind(i64),
    /// The ring has to be filled first.
    Unread,
}

impl Feed {
    /// Sets where the ring begins, once.
    fn start(&self, head: i64) {
        let mut ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        if ring.floor < 0 {
            (ring.floor, ring.head) = (head, head);
        }
        drop(ring);
        self.rise(head);
    }

    fn rise(&self, head: i64) {
        self.signal.send_if_modified(|signal| {
            let rises = head > signal.head;
            signal.head = signal.head.max(head);
            rises
        });
    }

    fn head(&self) -> i64 {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner).head
    }

    /// The changes after a position, at most a batch.
    fn after(&self, position: i64, signal: Signal) -> Look {
        let ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        if position < ring.floor {
            return Look::Behind(ring.floor);
        }
        let start = ring.items.partition_point(|item| item.change <= position);
        let items: Vec<_> = ring.items.iter().skip(start).take(BATCH).map(Arc::clone).collect();
        if !items.is_empty() {
            Look::Items(items)
        } else if ring.head < signal.head || ring.sweep < signal.sweep {
            Look::Unread
        } else {
            Look::Nothing
        }
    }

    /// Adds what was read after the ring's head, when `signal` had come.
    fn push(&self, items: Vec<Arc<Item>>, signal: Signal) {
        let mut ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        let complete = items.len() < BATCH;
        for item in items {
            ring.head = ring.head.max(item.change);
            ring.bytes += weight(&item);
            ring.items.push_back(item);
        }
        if complete {
            // What the signal spoke of was committed before: there is nothing else up to it.
            ring.head = ring.head.max(signal.head);
            ring.sweep = ring.sweep.max(signal.sweep);
        }
        while ring.items.len() > RING_ITEMS || ring.bytes > RING_BYTES && ring.items.len() > 1 {
            let Some(old) = ring.items.pop_front() else { break };
            ring.bytes = ring.bytes.saturating_sub(weight(&old));
            ring.floor = old.change;
        }
    }
}

/// About what an item takes in memory; a drawn card is some times larger than its body.
fn weight(item: &Item) -> usize {
    512 + match &item.content {
        crate::Content::Text(text) => text.len(),
        crate::Content::Card(card) => card.body.len() * 5,
        crate::Content::Deleted | crate::Content::Expired => 0,
    }
}

/// Changes that one query reads at most.
const BATCH: usize = 100;

/// Changes that a ring holds at most.
const RING_ITEMS: usize = 256;

/// Bytes that a ring holds at most, about.
const RING_BYTES: usize = 2 << 20;
