//! Teams and channels that come to be inside a larger change: by their own pages, or by another room that moves
//! a whole list in at once.
//!
//! Names and identifiers are settled before the transaction; [`NewFoundation::write`] and
//! [`NewOpening::write`] are for the closure and may run again.

use db::Tx;
use jiff::Timestamp;
use kernel::{ChannelId, Ids, TeamId, UserId};

use crate::{
    ACCESS_TOPIC, Channel, ChannelAccess, ChannelKind, Error, NewChannel, NewTeam, Result, Role,
    Team, TeamAccess, access, channels,
    members::Circle,
    names,
    service::{change, changed},
    teams,
};

/// A team to be made, with its channel General.
#[derive(Debug, Clone)]
pub struct NewFoundation {
    team: Team,
    general: Channel,
}

impl NewFoundation {
    /// Checks the names and draws the identifiers.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn new(ids: &Ids, now: Timestamp, new: &NewTeam) -> Result<Self> {
        let team = Team {
            id: ids.fresh(),
            name: names::title("/name", &new.name)?,
            description: names::description(&new.description)?,
            visibility: new.visibility,
            mail_name: names::mail_name(&new.name),
            created_at: now,
            archived_at: None,
            deleted_at: None,
            label: None,
        };
        let general = teams::general(ids.fresh(), team.id, now);
        Ok(Self { team, general })
    }

    /// The team that it will be.
    pub const fn team(&self) -> TeamId {
        self.team.id
    }

    /// Its channel General.
    pub const fn general(&self) -> ChannelId {
        self.general.id
    }

    /// Makes the team; `owner` becomes its owner.
    ///
    /// # Errors
    /// [`Error::NameTaken`], [`Error::Store`].
    pub fn write(&self, tx: &Tx<'_>, owner: Option<UserId>) -> Result<TeamAccess> {
        let now = self.team.created_at;
        if teams::store::is_named(tx, &names::key(&self.team.name), self.team.id)? {
            return Err(Error::NameTaken);
        }
        let mail_name = teams::store::free_mail_name(tx, &self.team)?;
        let team = Team { mail_name, ..self.team.clone() };
        teams::store::insert(tx, &team)?;
        channels::store::insert(tx, &self.general)?;
        if let Some(owner) = owner {
            Circle::Team(team.id).set(tx, owner, (Role::Owner, now))?;
        }
        let created = change("team.create", teams::subject(team.id), now);
        event_log::audit(tx, &changed(created, None, Some(teams::document(&team))))?;
        tx.notify(ACCESS_TOPIC, team.id.uuid(), 0);
        access::team(tx, team.id)
    }
}

/// A channel to be opened in a team.
#[derive(Debug, Clone)]
pub struct NewOpening {
    channel: Channel,
}

impl NewOpening {
    /// Checks the name and draws the identifier.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn new(ids: &Ids, now: Timestamp, team: TeamId, new: &NewChannel) -> Result<Self> {
        let channel = Channel {
            id: ids.fresh(),
            team,
            name: names::title("/name", &new.name)?,
            description: names::description(&new.description)?,
            kind: new.kind,
            general: false,
            created_at: now,
            archived_at: None,
            deleted_at: None,
        };
        Ok(Self { channel })
    }

    /// The channel that it will be.
    pub const fn channel(&self) -> ChannelId {
        self.channel.id
    }

    /// Opens the channel, as far as the actor may; of a private one `owner` becomes the owner.
    ///
    /// # Errors
    /// [`Error::TeamNotFound`], [`Error::RoleNeeded`], [`Error::NameTaken`], [`Error::TeamArchived`],
    /// [`Error::TooMany`], [`Error::Store`].
    pub fn write(&self, tx: &Tx<'_>, owner: Option<UserId>) -> Result<ChannelAccess> {
        let (channel, now) = (&self.channel, self.channel.created_at);
        may_open(tx, channel.team)?;
        if channels::store::is_named(tx, channel, &names::key(&channel.name))? {
            return Err(Error::NameTaken);
        }
        let of_team = access::team(tx, channel.team)?;
        channels::store::insert(tx, channel)?;
        if let (ChannelKind::Private, Some(owner), true) =
            (channel.kind, owner, of_team.rights.role.is_some())
        {
            Circle::Channel(channel.id).set(tx, owner, (Role::Owner, now))?;
        }
        let created = change("channel.create", channels::subject(channel.id), now);
        event_log::audit(tx, &changed(created, None, Some(channels::document(channel))))?;
        tx.notify(ACCESS_TOPIC, channel.team.uuid(), 0);
        access::channel(tx, channel.id)
    }
}

/// Whether the actor may open one more channel in a team.
///
/// # Errors
/// [`Error::TeamNotFound`], [`Error::RoleNeeded`], [`Error::TeamArchived`], [`Error::TooMany`],
/// [`Error::Store`].
pub fn may_open(tx: &Tx<'_>, team: TeamId) -> Result<()> {
    let of_team = access::team(tx, team)?;
    if of_team.team.archived_at.is_some() {
        return Err(Error::TeamArchived { team });
    }
    if !of_team.rights.connect {
        return Err(Error::RoleNeeded { needed: Role::Member });
    }
    if channels::store::count(tx, team)? >= channels::MAX_CHANNELS.into() {
        return Err(Error::TooMany { limit: channels::MAX_CHANNELS });
    }
    Ok(())
}

/// The live team of a name, whatever its case; none when there is none.
///
/// # Errors
/// [`Error::TeamNotFound`] when there is one that the actor may not know of, [`Error::Store`].
pub fn team_named(tx: &Tx<'_>, name: &str) -> Result<Option<TeamAccess>> {
    const SQL: &str =
        "SELECT id FROM teams WHERE tenant_id = $1 AND name_key = $2 AND deleted_at IS NULL";
    let params = [tx.tenant().into(), names::key(name.trim()).into()];
    let Some(row) = tx.first(SQL, &params)? else { return Ok(None) };
    access::team(tx, row.id(0)?).map(Some)
}

/// The live channel of a name in a team, whatever its case; none when there is none.
///
/// # Errors
/// [`Error::ChannelNotFound`] when there is one that the actor may not know of, [`Error::Store`].
pub fn channel_named(tx: &Tx<'_>, team: TeamId, name: &str) -> Result<Option<ChannelAccess>> {
    const SQL: &str = "SELECT id FROM channels WHERE tenant_id = $1 AND team_id = $2 \
                       AND name_key = $3 AND deleted_at IS NULL";
    let params = [tx.tenant().into(), team.into(), names::key(name.trim()).into()];
    let Some(row) = tx.first(SQL, &params)? else { return Ok(None) };
    access::channel(tx, row.id(0)?).map(Some)
}

/// Whether two names are the same to us.
pub fn is_same_name(one: &str, other: &str) -> bool {
    names::key(one.trim()) == names::key(other.trim())
}
