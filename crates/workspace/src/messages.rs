//! Messages and replies: listing them in the channel's order.

mod cards;
pub(crate) mod content;
pub(crate) mod store;
mod undo;
mod write;

use std::sync::Arc;

use db::Tx;
use jiff::Timestamp;
use kernel::{ChannelId, Cursor, Limit, MessageId, Page, Permission, Scope, UserId, WebhookId};

pub(crate) use content::CARD_UPDATED;
pub use undo::UNDO_TIME;

pub use content::{CARD_TOPIC, CardChanges, CardContent, CardStatus, Origin};

use crate::{Error, Result, Workspace, access, markdown};

/// Notices with this topic say that something happened in a channel; positions are drawn from it too.
pub const MESSAGES_TOPIC: &str = "messages";

/// A message or reply as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The identifier.
    pub id: MessageId,
    /// Its channel.
    pub channel: ChannelId,
    /// Where it came in: the order of the channel.
    pub position: i64,
    /// Its latest change: the order of the live feed; equal to `position` until something changes.
    pub change: i64,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When its text was last edited.
    pub edited_at: Option<Timestamp>,
    /// When it was deleted; its content is gone then.
    pub deleted_at: Option<Timestamp>,
    /// The message it replies to.
    pub parent: Option<MessageId>,
    /// How many replies it has.
    pub replies: i64,
    /// When the last reply came in.
    pub replied_at: Option<Timestamp>,
    /// Who sent it.
    pub sender: Sender,
    /// What it says.
    pub content: Content,
}

/// Who sent a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sender {
    /// A person.
    Person {
        /// Who.
        id: UserId,
        /// The name to show; empty when the account is gone.
        name: String,
    },
    /// An incoming webhook.
    Webhook {
        /// Which.
        id: WebhookId,
        /// Its name when it posted.
        name: String,
        /// The address of its icon, if it has one.
        icon: Option<String>,
    },
}

/// What a message says.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A person's text in Markdown; [`markdown::to_html`] and [`markdown::to_text`] read it.
    Text(String),
    /// A webhook's post.
    Card(Arc<CardContent>),
    /// It was deleted.
    Deleted,
    /// Its body is no longer kept.
    Expired,
}

impl Item {
    /// The place of the item in the list of messages.
    pub fn cursor(&self) -> Cursor {
        Cursor::new(&self.position.to_string())
    }

    /// The place of the item in the live feed: what `Last-Event-ID` carries.
    pub fn event(&self) -> Cursor {
        Cursor::new(&self.change.to_string())
    }

    /// The text without marks, for notifications, search and machines.
    pub fn text(&self) -> String {
        match &self.content {
            Content::Text(source) => markdown::to_text(source),
            Content::Card(card) => card.text.clone(),
            Content::Deleted | Content::Expired => String::new(),
        }
    }

    /// Whether the item is new at its change, rather than an older one that changed.
    pub const fn is_new(&self) -> bool {
        self.change == self.position
    }
}

/// Which part of a channel is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Window {
    /// Oldest first, from the start or after a place.
    After(Option<Cursor>),
    /// Newest first, from the end or before a place.
    Before(Option<Cursor>),
    /// Oldest first, about half a page on each side of a message.
    Around(MessageId),
}

impl Workspace {
    /// Messages of a channel; replies are not among them.
    ///
    /// # Errors
    /// [`Error::ChannelNotFound`], [`Error::NotTeamMember`], [`Error::NotChannelMember`],
    /// [`Error::MessageNotFound`] for a window around it, [`Error::Cursor`].
    pub async fn messages(
        &self,
        scope: &Scope,
        channel: ChannelId,
        window: Window,
        limit: Limit,
    ) -> Result<Page<Item>> {
        scope.require(Permission::MessageRead)?;
        let place = |cursor: Option<&Cursor>| cursor.map(Cursor::parse::<i64>).transpose();
        let (after, before) = match &window {
            Window::After(cursor) => (place(cursor.as_ref())?, None),
            Window::Before(cursor) => (None, place(cursor.as_ref())?),
            Window::Around(_) => (None, None),
        };
        let read = move |tx: &Tx<'_>| {
            access::readable(tx, channel)?;
            let rows = match &window {
                Window::After(_) => store::after(tx, channel, after.unwrap_or(0), limit.probe())?,
                Window::Before(_) => {
                    store::before(tx, channel, before.unwrap_or(i64::MAX), limit.probe())?
                }
                Window::Around(message) => around(tx, channel, *message, limit)?,
            };
            Ok::<_, Error>(content::join(tx, Page::cut(rows, limit, store::Stored::cursor))?)
        };
        Ok(content::render(self.db.read(scope, read).await?).await)
    }

    /// A message or reply.
    ///
    /// # Errors
    /// [`Error::MessageNotFound`], also when the actor may not read its channel.
    pub async fn message(&self, scope: &Scope, id: MessageId) -> Result<Item> {
        scope.require(Permission::MessageRead)?;
        let read = move |tx: &Tx<'_>| {
            let row = readable(tx, id)?;
            Ok::<_, Error>(content::join(tx, Page { items: vec![row], next: None })?)
        };
        let page = content::render(self.db.read(scope, read).await?).await;
        page.items.into_iter().next().ok_or(Error::MessageNotFound { message: id })
    }

    /// Replies to a message, oldest first.
    ///
    /// # Errors
    /// [`Error::MessageNotFound`], [`Error::Cursor`].
    pub async fn replies(
        &self,
        scope: &Scope,
        id: MessageId,
        after: Option<Cursor>,
        limit: Limit,
    ) -> Result<Page<Item>> {
        scope.require(Permission::MessageRead)?;
        let after = after.as_ref().map(Cursor::parse::<i64>).transpose()?.unwrap_or(0);
        let read = move |tx: &Tx<'_>| {
            let parent = readable(tx, id)?;
            let rows = store::replies(tx, parent.id, after, limit.probe())?;
            Ok::<_, Error>(content::join(tx, Page::cut(rows, limit, store::Stored::cursor))?)
        };
        Ok(content::render(self.db.read(scope, read).await?).await)
    }
}

/// The row of a message whose channel the actor may read.
fn readable(tx: &Tx<'_>, id: MessageId) -> Result<store::Stored> {
    let missing = || Error::MessageNotFound { message: id };
    let row = store::lookup(tx, id)?.ok_or_else(missing)?;
    match access::readable(tx, row.channel) {
        Ok(_) => Ok(row),
        Err(
            Error::ChannelNotFound { .. }
            | Error::NotTeamMember { .. }
            | Error::NotChannelMember { .. },
        ) => Err(missing()),
        Err(error) => Err(error),
    }
}

fn around(
    tx: &Tx<'_>,
    channel: ChannelId,
    message: MessageId,
    limit: Limit,
) -> Result<Vec<store::Stored>> {
    let missing = || Error::MessageNotFound { message };
    let found = store::lookup(tx, message)?.filter(|row| row.channel == channel);
    let found = found.ok_or_else(missing)?;
    let row = match found.parent {
        Some(parent) => store::lookup(tx, parent)?.ok_or_else(missing)?,
        None => found,
    };
    let half = i64::try_from(limit.rows() / 2).unwrap_or(1).max(1);
    let mut rows = store::before(tx, channel, row.position, half)?;
    rows.reverse();
    rows.extend(store::after(tx, channel, row.position - 1, half)?);
    Ok(rows)
}
