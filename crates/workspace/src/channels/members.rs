//! Members of private channels.

use db::Tx;
use kernel::{ChannelId, Cursor, Limit, Page, Permission, Scope, UserId};

use super::{managed, notify};
use crate::{ChannelKind, Error, Member, Result, Role, Workspace, access, members::Circle};

impl Workspace {
    /// Members of a private channel.
    ///
    /// # Errors
    /// [`Error::ChannelNotFound`], [`Error::NotChannelMember`], [`Error::StandardChannel`],
    /// [`Error::Cursor`].
    pub async fn channel_members(
        &self,
        scope: &Scope,
        id: ChannelId,
        after: Option<Cursor>,
        limit: Limit,
    ) -> Result<Page<Member>> {
        scope.require(Permission::MessageRead)?;
        let after: Option<UserId> = after.as_ref().map(Cursor::parse).transpose()?;
        let list = move |tx: &Tx<'_>| {
            let access = access::channel(tx, id)?;
            if access.channel.kind == ChannelKind::Standard {
                return Err(Error::StandardChannel);
            }
            if !access.rights.read && !access.rights.manage {
                return Err(Error::NotChannelMember { channel: id });
            }
            Ok(Circle::Channel(id).page(tx, after, limit)?)
        };
        self.db.read(scope, list).await
    }

    /// Adds a member of the team to a private channel, or gives a member another role.
    ///
    /// # Errors
    /// [`Error::ChannelNotFound`], [`Error::RoleNeeded`], [`Error::StandardChannel`],
    /// [`Error::MemberNotFound`] for who is not in the team, [`Error::LastOwner`].
    pub async fn set_channel_member(
        &self,
        scope: &Scope,
        id: ChannelId,
        user: UserId,
        role: Role,
    ) -> Result<()> {
        scope.require(Permission::MessageWrite)?;
        let now = self.clock.now();
        let set = move |tx: &Tx<'_>| {
            let channel = managed(tx, id, false)?.channel;
            if channel.kind == ChannelKind::Standard {
                return Err(Error::StandardChannel);
            }
            if Circle::Team(channel.team).role(tx, user)?.is_none() {
                return Err(Error::MemberNotFound { user });
            }
            if Circle::Channel(id).put(tx, user, role, now)? {
                notify(tx, &channel);
            }
            Ok(())
        };
        self.db.write(scope, set).await
    }

    /// Takes a person out of a private channel; everyone may take oneself out.
    ///
    /// # Errors
    /// [`Error::ChannelNotFound`], [`Error::RoleNeeded`], [`Error::StandardChannel`],
    /// [`Error::MemberNotFound`], [`Error::LastOwner`].
    pub async fn remove_channel_member(
        &self,
        scope: &Scope,
        id: ChannelId,
        user: UserId,
    ) -> Result<()> {
        scope.require(Permission::MessageWrite)?;
        let now = self.clock.now();
        let own = scope.user() == Some(user);
        let remove = move |tx: &Tx<'_>| {
            let access = if own { access::channel(tx, id)? } else { managed(tx, id, false)? };
            let channel = access.channel;
            if channel.kind == ChannelKind::Standard {
                return Err(Error::StandardChannel);
            }
            Circle::Channel(id).take(tx, user, now)?;
            notify(tx, &channel);
            Ok(())
        };
        self.db.write(scope, remove).await
    }
}
