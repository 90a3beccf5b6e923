//! Deleting messages, taking that back for a while, and erasing what was deleted for good.

use db::Tx;
use jiff::SignedDuration;
use kernel::{MessageId, Permission, Scope};

use super::{
    CARD_TOPIC, CARD_UPDATED, Item, MESSAGES_TOPIC,
    store::{self, Stored, graves},
    write::{concerned, members, moderation, own, read_back},
};
use crate::{Error, Result, Workspace, access, markdown};

impl Workspace {
    /// Deletes a message and leaves a mark in its place; its author and who moderates the channel may. Nobody reads it
    /// from now on; whoever deleted it may take that back for [`UNDO_TIME`], after which its text or card is erased.
    ///
    /// # Errors
    /// [`Error::MessageNotFound`], [`Error::RoleNeeded`], [`Error::ChannelArchived`].
    pub async fn delete(&self, scope: &Scope, id: MessageId) -> Result<()> {
        scope.require(Permission::MessageWrite)?;
        let now = self.clock.now();
        let delete = move |tx: &Tx<'_>| {
            let message = match own(tx, id) {
                Ok((message, _)) => message,
                Err(Error::MessageDeleted { .. }) => return Ok(()),
                Err(error) => return Err(error),
            };
            let stream = message.channel.uuid();
            let mut position = event_log::draw(tx, MESSAGES_TOPIC, stream)?;
            store::bury(tx, id, position, Some(now))?;
            graves::dig(tx, id, now)?;
            store::set_mentions(tx, (message.channel, id), &[], now)?;
            if let Some(parent) = message.parent {
                position = event_log::draw(tx, MESSAGES_TOPIC, stream)?;
                store::count_reply(tx, parent, position, (-1, None))?;
            }
            if message.author.is_none() || message.author != tx.scope().user() {
                event_log::audit(tx, &moderation("message.delete", &message, now))?;
            }
            tx.notify(MESSAGES_TOPIC, stream, position);
            Ok(())
        };
        self.db.write(scope, delete).await
    }

    /// Brings back a message that the actor has just deleted, where it stood.
    ///
    /// # Errors
    /// [`Error::MessageNotFound`], [`Error::MessageDeleted`] when somebody else deleted it, or when [`UNDO_TIME`] is
    /// over, [`Error::ChannelArchived`].
    pub async fn undelete(&self, scope: &Scope, id: MessageId) -> Result<Item> {
        scope.require(Permission::MessageWrite)?;
        let now = self.clock.now();
        let restore = move |tx: &Tx<'_>| {
            let message = super::readable(tx, id)?;
            let access = access::writable(tx, message.channel)?;
            if message.deleted_at.is_none() {
                return read_back(tx, id);
            }
            let by = tx.scope().user();
            let dug = graves::lookup(tx, id)?.filter(|grave| by.is_some() && grave.by == by);
            if dug.is_none_or(|grave| now.duration_since(grave.at) > UNDO_TIME) {
                return Err(Error::MessageDeleted { message: id });
            }
            let parent = match message.parent {
                Some(parent) => store::lookup(tx, parent)?,
                None => None,
            };
            if let Some(parent) = parent.as_ref().filter(|parent| parent.deleted_at.is_some()) {
                return Err(Error::MessageDeleted { message: parent.id });
            }
            let stream = message.channel.uuid();
            let mut position = event_log::draw(tx, MESSAGES_TOPIC, stream)?;
            store::bury(tx, id, position, None)?;
            graves::close(tx, id)?;
            if let Some(text) = &message.text {
                // who left the team meanwhile is not told again
                let mentioned = members(tx, &access, &markdown::mentions(text))?;
                let concerned = concerned(mentioned, parent.as_ref(), message.author);
                store::set_mentions(tx, (message.channel, id), &concerned, message.created_at)?;
            }
            if let Some(parent) = &parent {
                position = event_log::draw(tx, MESSAGES_TOPIC, stream)?;
                store::count_reply(tx, parent.id, position, (1, None))?;
            }
            if message.author.is_none() || message.author != by {
                event_log::audit(tx, &moderation("message.undelete", &message, now))?;
            }
            tx.notify(MESSAGES_TOPIC, stream, position);
            read_back(tx, id)
        };
        self.only(scope, restore).await
    }

    /// Erases texts and cards of messages that were deleted longer than [`UNDO_TIME`] ago; how many. For a job.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn erase_deleted(&self, scope: &Scope) -> Result<u64> {
        scope.require(Permission::System)?;
        let before = self.clock.now() - UNDO_TIME;
        self.slices(scope, move |tx| {
            let due = graves::due(tx, before, SLICE)?;
            for id in &due {
                if let Some(message) = store::lookup(tx, *id)? {
                    erase(tx, &message)?;
                }
                graves::close(tx, *id)?;
            }
            Ok(u64::try_from(due.len()).unwrap_or(u64::MAX))
        })
        .await
    }
}

fn erase(tx: &Tx<'_>, message: &Stored) -> db::Result<()> {
    store::empty(tx, message.id)?;
    if let Some(place) = message.place {
        event_log::erase(tx, CARD_TOPIC, place)?;
        if message.version.is_some() {
            event_log::prune(tx, CARD_UPDATED, message.id.uuid(), i64::MAX)?;
        }
    }
    Ok(())
}

/// How long a deleted message can be brought back: longer than a toast stands, for who works without a script; our own
/// choice.
pub const UNDO_TIME: SignedDuration = SignedDuration::from_mins(10);

/// Messages that one transaction erases at most.
const SLICE: i64 = 100;
