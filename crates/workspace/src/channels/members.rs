//! Members of private channels.

use db::Tx;
use kernel::{ChannelId, Cursor, Limit, Page, Permission, Scope, UserId};
use serde_json::json;

use super::{managed, notify, store, subject};
use crate::{
    ChannelKind, Error, Member, Result, Role, Workspace, access, people,
    service::{change, changed},
    teams,
};

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
            let after = after.unwrap_or_else(|| uuid::Uuid::nil().into());
            let rows = store::members(tx, id, after, limit.probe())?;
            let names = people::names(tx, rows.iter().map(|row| row.0))?;
            let member = |(user, role, joined_at)| Member {
                user,
                name: names.get(&user).cloned().unwrap_or_default(),
                role,
                joined_at,
            };
            let members = rows.into_iter().map(member).collect();
            Ok(Page::cut(members, limit, |member| Cursor::new(&member.user.to_string())))
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
            if teams::store::role(tx, channel.team, user)?.is_none() {
                return Err(Error::MemberNotFound { user });
            }
            let before = store::role(tx, id, user)?;
            if before == Some(role) {
                return Ok(());
            }
            if before == Some(Role::Owner) && store::other_owners(tx, id, user)? == 0 {
                return Err(Error::LastOwner);
            }
            store::set_member(tx, id, user, (role, now))?;
            let action =
                if before.is_some() { "channel.change_role" } else { "channel.add_member" };
            let before = before.map(|role| json!({"user": user, "role": role.as_str()}));
            let after = json!({"user": user, "role": role.as_str()});
            event_log::audit(tx, &changed(change(action, subject(id), now), before, Some(after)))?;
            notify(tx, &channel);
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
            let role = store::role(tx, id, user)?.ok_or(Error::MemberNotFound { user })?;
            if role == Role::Owner && store::other_owners(tx, id, user)? == 0 {
                return Err(Error::LastOwner);
            }
            store::remove_member(tx, id, user)?;
            let before = json!({"user": user, "role": role.as_str()});
            let removed = change("channel.remove_member", subject(id), now);
            event_log::audit(tx, &changed(removed, Some(before), None))?;
            notify(tx, &channel);
            Ok(())
        };
        self.db.write(scope, remove).await
    }
}
