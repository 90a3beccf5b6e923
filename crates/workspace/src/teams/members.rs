//! Members of teams.

use db::Tx;
use jiff::Timestamp;
use kernel::{Cursor, Limit, Page, Permission, Scope, TeamId, UserId};

use super::{ACCESS_TOPIC, managed};
use crate::{
    Error, Member, Result, Role, TeamAccess, Visibility, Workspace, access, members::Circle, people,
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
            Ok(Circle::Team(id).page(tx, after, limit)?)
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
    if Circle::Team(team).put(tx, user, role, now)? {
        tx.notify(ACCESS_TOPIC, team.uuid(), 0);
    }
    Ok(())
}

fn take(tx: &Tx<'_>, (team, user): (TeamId, UserId), now: Timestamp) -> Result<()> {
    Circle::Team(team).take(tx, user, now)?;
    tx.notify(ACCESS_TOPIC, team.uuid(), 0);
    Ok(())
}
