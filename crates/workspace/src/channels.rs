//! Channels: create, change, archive, delete with restore.

mod members;
pub(crate) mod store;

use db::Tx;
use event_log::Subject;
use jiff::Timestamp;
use kernel::{ChannelId, Permission, Scope, TeamId};
use serde_json::{Value as Json, json};

use crate::{
    ACCESS_TOPIC, Channel, ChannelAccess, ChannelChange, Error, NewChannel, Result, Role,
    Workspace, access,
    founding::NewOpening,
    names,
    service::{change, changed},
};

impl Workspace {
    /// Creates a channel; of a private one the person who asks becomes the owner.
    ///
    /// # Errors
    /// [`Error::TeamNotFound`], [`Error::RoleNeeded`], [`Error::NameTaken`], [`Error::Invalid`],
    /// [`Error::TeamArchived`], [`Error::TooMany`].
    pub async fn create_channel(
        &self,
        scope: &Scope,
        team: TeamId,
        new: NewChannel,
    ) -> Result<ChannelAccess> {
        scope.require(Permission::MessageWrite)?;
        let new = NewOpening::new(&self.ids, self.clock.now(), team, &new)?;
        let owner = scope.user();
        self.db.write(scope, move |tx| new.write(tx, owner)).await
    }

    /// A channel, with its team and what the actor may do in it.
    ///
    /// # Errors
    /// [`Error::ChannelNotFound`], [`Error::Denied`].
    pub async fn channel(&self, scope: &Scope, id: ChannelId) -> Result<ChannelAccess> {
        scope.require(Permission::MessageRead)?;
        self.db.read_one(scope, move |tx| access::channel(tx, id)).await
    }

    /// The channels of a team that the actor may know of, General first, then by name.
    ///
    /// # Errors
    /// [`Error::TeamNotFound`], [`Error::Denied`].
    pub async fn channels(&self, scope: &Scope, team: TeamId) -> Result<Vec<ChannelAccess>> {
        self.list_channels(scope, team, false).await
    }

    /// The deleted channels of a team that the actor may restore.
    ///
    /// # Errors
    /// [`Error::TeamNotFound`], [`Error::Denied`].
    pub async fn deleted_channels(
        &self,
        scope: &Scope,
        team: TeamId,
    ) -> Result<Vec<ChannelAccess>> {
        self.list_channels(scope, team, true).await
    }

    async fn list_channels(
        &self,
        scope: &Scope,
        team: TeamId,
        deleted: bool,
    ) -> Result<Vec<ChannelAccess>> {
        scope.require(Permission::MessageRead)?;
        let list = move |tx: &Tx<'_>| {
            access::team(tx, team)?;
            access::channels(tx, team, deleted)
        };
        self.db.read(scope, list).await
    }

    /// Renames or describes a channel.
    ///
    /// # Errors
    /// [`Error::ChannelNotFound`], [`Error::RoleNeeded`], [`Error::NameTaken`], [`Error::Invalid`],
    /// [`Error::GeneralStays`], [`Error::ChannelArchived`].
    pub async fn update_channel(
        &self,
        scope: &Scope,
        id: ChannelId,
        to: ChannelChange,
    ) -> Result<ChannelAccess> {
        scope.require(Permission::MessageWrite)?;
        let now = self.clock.now();
        let name = to.name.as_deref().map(|name| names::title("/name", name)).transpose()?;
        let description = to.description.as_deref().map(names::description).transpose()?;
        let update = move |tx: &Tx<'_>| {
            let access = managed(tx, id, false)?;
            if access.is_archived() {
                return Err(Error::ChannelArchived { channel: id });
            }
            let before = access.channel;
            let after = Channel {
                name: name.clone().unwrap_or_else(|| before.name.clone()),
                description: description.clone().unwrap_or_else(|| before.description.clone()),
                ..before.clone()
            };
            if before.general && before.name != after.name {
                return Err(Error::GeneralStays);
            }
            if store::is_named(tx, &after, &names::key(&after.name))? {
                return Err(Error::NameTaken);
            }
            keep(tx, "channel.update", (&before, &after), now)
        };
        self.db.write(scope, update).await
    }

    /// Archives a channel, or opens it again: an archived one is read and not written.
    ///
    /// # Errors
    /// [`Error::ChannelNotFound`], [`Error::RoleNeeded`], [`Error::GeneralStays`].
    pub async fn archive_channel(
        &self,
        scope: &Scope,
        id: ChannelId,
        archived: bool,
    ) -> Result<ChannelAccess> {
        scope.require(Permission::MessageWrite)?;
        let now = self.clock.now();
        let archive = move |tx: &Tx<'_>| {
            let before = changeable(tx, id)?;
            let after = Channel {
                archived_at: archived.then(|| before.archived_at.unwrap_or(now)),
                ..before.clone()
            };
            let action = if archived { "channel.archive" } else { "channel.unarchive" };
            keep(tx, action, (&before, &after), now)
        };
        self.db.write(scope, archive).await
    }

    /// Deletes a channel with all that is in it; it can be restored for a while.
    ///
    /// # Errors
    /// [`Error::ChannelNotFound`], [`Error::RoleNeeded`], [`Error::GeneralStays`].
    pub async fn delete_channel(&self, scope: &Scope, id: ChannelId) -> Result<()> {
        scope.require(Permission::MessageWrite)?;
        let now = self.clock.now();
        let delete = move |tx: &Tx<'_>| {
            let before = changeable(tx, id)?;
            store::update(tx, &Channel { deleted_at: Some(now), ..before.clone() })?;
            let deleted = change("channel.delete", subject(id), now);
            event_log::audit(tx, &changed(deleted, Some(document(&before)), None))?;
            notify(tx, &before);
            Ok(())
        };
        self.db.write(scope, delete).await
    }

    /// Brings a deleted channel back.
    ///
    /// # Errors
    /// [`Error::ChannelNotFound`] also when its time is over, [`Error::NameTaken`],
    /// [`Error::RoleNeeded`].
    pub async fn restore_channel(&self, scope: &Scope, id: ChannelId) -> Result<ChannelAccess> {
        scope.require(Permission::MessageWrite)?;
        let now = self.clock.now();
        let restore = move |tx: &Tx<'_>| {
            let before = managed(tx, id, true)?.channel;
            let after = Channel { deleted_at: None, ..before.clone() };
            if store::is_named(tx, &after, &names::key(&after.name))? {
                return Err(Error::NameTaken);
            }
            keep(tx, "channel.restore", (&before, &after), now)
        };
        self.db.write(scope, restore).await
    }
}

fn managed(tx: &Tx<'_>, id: ChannelId, deleted: bool) -> Result<ChannelAccess> {
    let access = access::channel_any(tx, id, deleted)?;
    if access.rights.manage { Ok(access) } else { Err(Error::RoleNeeded { needed: Role::Owner }) }
}

fn changeable(tx: &Tx<'_>, id: ChannelId) -> Result<Channel> {
    let channel = managed(tx, id, false)?.channel;
    if channel.general { Err(Error::GeneralStays) } else { Ok(channel) }
}

fn keep(
    tx: &Tx<'_>,
    action: &'static str,
    (before, after): (&Channel, &Channel),
    now: Timestamp,
) -> Result<ChannelAccess> {
    if before != after {
        store::update(tx, after)?;
        let kept = change(action, subject(after.id), now);
        event_log::audit(tx, &changed(kept, Some(document(before)), Some(document(after))))?;
        notify(tx, after);
    }
    access::channel(tx, after.id)
}

fn notify(tx: &Tx<'_>, channel: &Channel) {
    tx.notify(ACCESS_TOPIC, channel.id.uuid(), 0);
    tx.notify(ACCESS_TOPIC, channel.team.uuid(), 0);
}

pub(crate) fn subject(id: ChannelId) -> Subject {
    Subject::new("channel", id)
}

pub(crate) fn document(channel: &Channel) -> Json {
    json!({
        "team": channel.team,
        "name": channel.name,
        "description": channel.description,
        "kind": channel.kind.as_str(),
        "archived": channel.archived_at.is_some(),
    })
}

/// The most channels of one team; Teams allows 1,000 standard and private ones together.
pub(crate) const MAX_CHANNELS: u32 = 1000;
