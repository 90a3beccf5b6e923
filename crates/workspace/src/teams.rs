//! Teams: create, change, archive, delete with restore.

mod members;
pub(crate) mod store;

use db::Tx;
use event_log::Subject;
use jiff::Timestamp;
use kernel::{ChannelId, Cursor, CursorError, Limit, Page, Permission, Scope, TeamId};
use serde_json::{Value as Json, json};

use crate::{
    Channel, ChannelKind, Error, NewTeam, Result, Role, Team, TeamAccess, TeamChange, Workspace,
    access,
    founding::NewFoundation,
    names,
    service::{change, changed},
};

/// Which teams are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TeamFilter {
    /// Those the actor is in.
    #[default]
    Mine,
    /// Every one that the actor may know of.
    Visible,
    /// Deleted ones that the actor may restore.
    Deleted,
}

/// The name of the channel that every team has.
pub const GENERAL: &str = "General";

/// Notices with this topic say that members of a team or channel, or its state, changed.
pub const ACCESS_TOPIC: &str = "workspace.access";

impl Workspace {
    /// Creates a team with its channel General; the person who asks becomes its owner.
    ///
    /// # Errors
    /// [`Error::NameTaken`], [`Error::Invalid`], [`Error::Denied`].
    pub async fn create_team(&self, scope: &Scope, new: NewTeam) -> Result<TeamAccess> {
        scope.require(Permission::TeamCreate)?;
        let new = NewFoundation::new(&self.ids, self.clock.now(), &new)?;
        let owner = scope.user();
        self.db.write(scope, move |tx| new.write(tx, owner)).await
    }

    /// A team, with what the actor may do in it.
    ///
    /// # Errors
    /// [`Error::TeamNotFound`], [`Error::Denied`].
    pub async fn team(&self, scope: &Scope, id: TeamId) -> Result<TeamAccess> {
        scope.require(Permission::MessageRead)?;
        self.db.read_one(scope, move |tx| access::team(tx, id)).await
    }

    /// Teams by name.
    ///
    /// # Errors
    /// [`Error::Cursor`], [`Error::Denied`].
    pub async fn teams(
        &self,
        scope: &Scope,
        filter: TeamFilter,
        after: Option<Cursor>,
        limit: Limit,
    ) -> Result<Page<TeamAccess>> {
        scope.require(Permission::MessageRead)?;
        let after = after.as_ref().map(position).transpose()?;
        self.db.read_one(scope, move |tx| store::page(tx, filter, after.as_ref(), limit)).await
    }

    /// Renames, describes, opens or closes a team.
    ///
    /// # Errors
    /// [`Error::TeamNotFound`], [`Error::RoleNeeded`], [`Error::NameTaken`], [`Error::Invalid`],
    /// [`Error::TeamArchived`].
    pub async fn update_team(
        &self,
        scope: &Scope,
        id: TeamId,
        to: TeamChange,
    ) -> Result<TeamAccess> {
        scope.require(Permission::MessageWrite)?;
        let now = self.clock.now();
        let name = to.name.as_deref().map(|name| names::title("/name", name)).transpose()?;
        let description = to.description.as_deref().map(names::description).transpose()?;
        let update = move |tx: &Tx<'_>| {
            let before = managed(tx, id)?.team;
            if before.archived_at.is_some() {
                return Err(Error::TeamArchived { team: id });
            }
            let after = Team {
                name: name.clone().unwrap_or_else(|| before.name.clone()),
                description: description.clone().unwrap_or_else(|| before.description.clone()),
                visibility: to.visibility.unwrap_or(before.visibility),
                ..before.clone()
            };
            if store::is_named(tx, &names::key(&after.name), id)? {
                return Err(Error::NameTaken);
            }
            keep(tx, "team.update", (&before, &after), now)
        };
        self.db.write(scope, update).await
    }

    /// Archives a team, or opens it again: an archived one is read and not written.
    ///
    /// # Errors
    /// [`Error::TeamNotFound`], [`Error::RoleNeeded`].
    pub async fn archive_team(
        &self,
        scope: &Scope,
        id: TeamId,
        archived: bool,
    ) -> Result<TeamAccess> {
        scope.require(Permission::MessageWrite)?;
        let now = self.clock.now();
        let archive = move |tx: &Tx<'_>| {
            let before = managed(tx, id)?.team;
            let after = Team {
                archived_at: archived.then(|| before.archived_at.unwrap_or(now)),
                ..before.clone()
            };
            let action = if archived { "team.archive" } else { "team.unarchive" };
            keep(tx, action, (&before, &after), now)
        };
        self.db.write(scope, archive).await
    }

    /// Gives a team a sensitivity label, for people to see; the label that it has already changes nothing.
    ///
    /// # Errors
    /// [`Error::TeamNotFound`], [`Error::RoleNeeded`], [`Error::Invalid`], [`Error::TeamArchived`].
    pub async fn label_team(&self, scope: &Scope, id: TeamId, label: &str) -> Result<TeamAccess> {
        scope.require(Permission::MessageWrite)?;
        let (label, now) = (names::title("/label", label)?, self.clock.now());
        let write = move |tx: &Tx<'_>| {
            let before = managed(tx, id)?.team;
            if before.archived_at.is_some() {
                return Err(Error::TeamArchived { team: id });
            }
            let after = Team { label: Some(label.clone()), ..before.clone() };
            keep(tx, "team.label", (&before, &after), now)
        };
        self.db.write(scope, write).await
    }

    /// Deletes a team with all that is in it; it can be restored for a while.
    ///
    /// # Errors
    /// [`Error::TeamNotFound`], [`Error::RoleNeeded`].
    pub async fn delete_team(&self, scope: &Scope, id: TeamId) -> Result<()> {
        scope.require(Permission::MessageWrite)?;
        let now = self.clock.now();
        let delete = move |tx: &Tx<'_>| {
            let before = managed(tx, id)?.team;
            let after = Team { deleted_at: Some(now), ..before.clone() };
            store::update(tx, &after)?;
            let deleted = change("team.delete", subject(id), now);
            event_log::audit(tx, &changed(deleted, Some(document(&before)), None))?;
            tx.notify(ACCESS_TOPIC, id.uuid(), 0);
            Ok(())
        };
        self.db.write(scope, delete).await
    }

    /// Brings a deleted team back.
    ///
    /// # Errors
    /// [`Error::TeamNotFound`] also when its time is over, [`Error::NameTaken`], [`Error::RoleNeeded`].
    pub async fn restore_team(&self, scope: &Scope, id: TeamId) -> Result<TeamAccess> {
        scope.require(Permission::MessageWrite)?;
        let now = self.clock.now();
        let restore = move |tx: &Tx<'_>| {
            let before = access::team_any(tx, id, true)?.team;
            if before.deleted_at.is_none() {
                return access::team(tx, id);
            }
            if store::is_named(tx, &names::key(&before.name), id)? {
                return Err(Error::NameTaken);
            }
            let after = Team { deleted_at: None, ..before.clone() };
            keep(tx, "team.restore", (&before, &after), now)
        };
        self.db.write(scope, restore).await
    }
}

/// The team, if the actor manages it.
pub(crate) fn managed(tx: &Tx<'_>, id: TeamId) -> Result<TeamAccess> {
    let access = access::team(tx, id)?;
    if access.rights.manage { Ok(access) } else { Err(Error::RoleNeeded { needed: Role::Owner }) }
}

fn keep(
    tx: &Tx<'_>,
    action: &'static str,
    (before, after): (&Team, &Team),
    now: Timestamp,
) -> Result<TeamAccess> {
    if before != after {
        store::update(tx, after)?;
        let kept = change(action, subject(after.id), now);
        event_log::audit(tx, &changed(kept, Some(document(before)), Some(document(after))))?;
        tx.notify(ACCESS_TOPIC, after.id.uuid(), 0);
    }
    access::team(tx, after.id)
}

pub(crate) fn subject(id: TeamId) -> Subject {
    Subject::new("team", id)
}

pub(crate) fn document(team: &Team) -> Json {
    json!({
        "name": team.name,
        "description": team.description,
        "visibility": team.visibility.as_str(),
        "archived": team.archived_at.is_some(),
        "label": team.label,
    })
}

pub(crate) fn general(id: ChannelId, team: TeamId, now: Timestamp) -> Channel {
    Channel {
        id,
        team,
        name: GENERAL.to_owned(),
        description: String::new(),
        kind: ChannelKind::Standard,
        general: true,
        created_at: now,
        archived_at: None,
        deleted_at: None,
    }
}

/// The key of the last team of a page: its compared name and its identifier.
pub(crate) fn cursor(team: &Team) -> Cursor {
    Cursor::new(&format!("{}/{}", team.id, names::key(&team.name)))
}

fn position(cursor: &Cursor) -> Result<(TeamId, String)> {
    let key = cursor.key()?;
    let (id, name) = key.split_once('/').ok_or(CursorError)?;
    Ok((id.parse().map_err(|_source| CursorError)?, name.to_owned()))
}
