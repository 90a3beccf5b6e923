//! Members of teams.

use db::Tx;
use jiff::Timestamp;
use kernel::{Cursor, Limit, Page, Permission, Scope, TeamId, UserId};
use serde_json::json;

use super::{ACCESS_TOPIC, managed, store, subject};
use crate::{
    Error, Member, Result, Role, TeamAccess, Visibility, Workspace, access, people,
    service::{change, changed},
};

impl Workspace {
    /// Joins a public team as a member.
    ///
    /// # Errors
    /// [`Error::TeamNotFound`] also for a private one, [`Error::PersonNeeded`].
    pub async fn join_team(&self, scope: &Scope, id: TeamId) -> Result<TeamAccess> {
        scope.require(Permission::MessageWrite)?;
        let user = scope.user().ok_or(Error::PersonNeeded)?;
        let now = self.clock.now();
        let join = move |tx: &Tx<'_>| {
            let access = access::team(tx, id)?;
            if access.rights.role.is_some() {
                return Ok(access);
            }
            if access.team.visibility == Visibility::Private && !access.rights.manage {
                return Err(Error::TeamNotFound { team: id });
            }
            put(tx, (id, user), Role::Member, now)?;
            access::team(tx, id)
        };
        self.db.write(scope, join).await
    }

    /// Leaves a team.
    ///
    /// # Errors
    /// [`Error::TeamNotFound`], [`Error::LastOwner`], [`Error::PersonNeeded`].
    pub async fn leave_team(&self, scope: &Scope, id: TeamId) -> Result<()> {
        scope.require(Permission::MessageWrite)?;
        let user = scope.user().ok_or(Error::PersonNeeded)?;
        let now = self.clock.now();
        let leave = move |tx: &Tx<'_>| {
            access::team(tx, id)?;
            take(tx, (id, user), now)
        };
        self.db.write(scope, leave).await
    }

    /// Members of a team; whoever may read the team sees them.
    ///
    /// # Errors
    /// [`Error::TeamNotFound`], [`Error::NotTeamMember`], [`Error::Cursor`].
    pub async fn members(
        &self,
        scope: &Scope,
        id: TeamId,
        after: Option<Cursor>,
        limit: Limit,
    ) -> Result<Page<Member>> {
        scope.require(Permission::MessageRead)?;
        let after: Option<UserId> = after.as_ref().map(Cursor::parse).transpose()?;
        let list = move |tx: &Tx<'_>| {
            if !access::team(tx, id)?.rights.read {
                return Err(Error::NotTeamMember { team: id });
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

    /// Adds a person to a team, or gives a member another role.
    ///
    /// # Errors
    /// [`Error::TeamNotFound`], [`Error::RoleNeeded`], [`Error::MemberNotFound`], [`Error::LastOwner`].
    pub async fn set_member(
        &self,
        scope: &Scope,
        id: TeamId,
        user: UserId,
        role: Role,
    ) -> Result<()> {
        scope.require(Permission::MessageWrite)?;
        let now = self.clock.now();
        let set = move |tx: &Tx<'_>| {
            managed(tx, id)?;
            people::require(tx, user)?;
            put(tx, (id, user), role, now)
        };
        self.db.write(scope, set).await
    }

    /// Takes a person out of a team and its private channels.
    ///
    /// # Errors
    /// [`Error::TeamNotFound`], [`Error::RoleNeeded`], [`Error::MemberNotFound`], [`Error::LastOwner`].
    pub async fn remove_member(&self, scope: &Scope, id: TeamId, user: UserId) -> Result<()> {
        scope.require(Permission::MessageWrite)?;
        let now = self.clock.now();
        let remove = move |tx: &Tx<'_>| {
            managed(tx, id)?;
            take(tx, (id, user), now)
        };
        self.db.write(scope, remove).await
    }
}

fn put(tx: &Tx<'_>, (team, user): (TeamId, UserId), role: Role, now: Timestamp) -> Result<()> {
    let before = store::role(tx, team, user)?;
    if before == Some(role) {
        return Ok(());
    }
    if before == Some(Role::Owner) && store::other_owners(tx, team, user)? == 0 {
        return Err(Error::LastOwner);
    }
    store::set_member(tx, team, user, (role, now))?;
    let action = if before.is_some() { "team.change_role" } else { "team.add_member" };
    let before = before.map(|role| json!({"user": user, "role": role.as_str()}));
    let after = json!({"user": user, "role": role.as_str()});
    event_log::audit(tx, &changed(change(action, subject(team), now), before, Some(after)))?;
    tx.notify(ACCESS_TOPIC, team.uuid(), 0);
    Ok(())
}

fn take(tx: &Tx<'_>, (team, user): (TeamId, UserId), now: Timestamp) -> Result<()> {
    let role = store::role(tx, team, user)?.ok_or(Error::MemberNotFound { user })?;
    if role == Role::Owner && store::other_owners(tx, team, user)? == 0 {
        return Err(Error::LastOwner);
    }
    store::remove_member(tx, team, user)?;
    let before = json!({"user": user, "role": role.as_str()});
    let taken = change("team.remove_member", subject(team), now);
    event_log::audit(tx, &changed(taken, Some(before), None))?;
    tx.notify(ACCESS_TOPIC, team.uuid(), 0);
    Ok(())
}
