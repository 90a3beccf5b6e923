//! Who may do what in a team and a channel: one query, one table of rules.

use db::Tx;
use kernel::{Actor, ChannelId, Permission, Scope, TeamId, UserId};

use crate::{Channel, ChannelKind, Error, Result, Role, Team, Visibility};

/// What the actor may do in a team or channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "six rights that are asked for one by one")]
pub struct Rights {
    /// The actor's own role, if a member.
    pub role: Option<Role>,
    /// Know that it exists, and its name.
    pub see: bool,
    /// Read messages and files.
    pub read: bool,
    /// Post, reply, upload. False when archived.
    pub write: bool,
    /// Make channels in the team; make incoming webhooks in the channel.
    pub connect: bool,
    /// Delete others' messages and files.
    pub moderate: bool,
    /// Rename, describe, archive, delete, change members.
    pub manage: bool,
}

/// A team as the actor may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamAccess {
    /// The team.
    pub team: Team,
    /// What the actor may.
    pub rights: Rights,
}

/// A channel as the actor may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelAccess {
    /// The channel.
    pub channel: Channel,
    /// Its team.
    pub team: Team,
    /// What the actor may.
    pub rights: Rights,
}

impl ChannelAccess {
    /// Whether the channel or its team is archived.
    pub const fn is_archived(&self) -> bool {
        self.channel.archived_at.is_some() || self.team.archived_at.is_some()
    }
}

/// What kind of actor asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// Jobs and teams administrators.
    All,
    /// A person with memberships of its own.
    Person,
    /// A service token: public teams only.
    Public,
    /// A webhook: nothing.
    Nobody,
}

const fn standing(scope: &Scope) -> Standing {
    match scope.actor() {
        Actor::System { .. } => Standing::All,
        Actor::Webhook(_) => Standing::Nobody,
        Actor::User(_) | Actor::Service(_) if scope.may(Permission::TeamManageAll) => Standing::All,
        Actor::User(_) => Standing::Person,
        Actor::Service(_) => Standing::Public,
    }
}

/// The person whose memberships count, for statements; the nil identifier is nobody's.
pub(crate) fn member_id(scope: &Scope) -> UserId {
    scope.user().unwrap_or_else(|| uuid::Uuid::nil().into())
}

/// Whether the actor manages everything.
pub(crate) fn is_all(scope: &Scope) -> bool {
    standing(scope) == Standing::All
}

fn team_rights(standing: Standing, team: &Team, role: Option<Role>) -> Rights {
    let live = team.archived_at.is_none();
    let public = team.visibility == Visibility::Public;
    match standing {
        Standing::All => Rights {
            role,
            see: true,
            read: true,
            write: live,
            connect: live,
            moderate: true,
            manage: true,
        },
        Standing::Person => Rights {
            role,
            see: public || role.is_some(),
            read: role.is_some(),
            write: live && role.is_some(),
            connect: live && role >= Some(Role::Member),
            moderate: role == Some(Role::Owner),
            manage: role == Some(Role::Owner),
        },
        Standing::Public => {
            Rights { see: public, read: public, write: public && live, ..Rights::default() }
        }
        Standing::Nobody => Rights::default(),
    }
}

fn channel_rights(
    standing: Standing,
    team: &Team,
    channel: &Channel,
    roles: (Option<Role>, Option<Role>),
) -> Rights {
    let (team_role, own_role) = roles;
    let of_team = team_rights(standing, team, team_role);
    let live = team.archived_at.is_none() && channel.archived_at.is_none();
    let rights = match (channel.kind, standing) {
        (ChannelKind::Standard, _) | (_, Standing::All | Standing::Nobody) => of_team,
        (ChannelKind::Private, Standing::Public) => Rights::default(),
        (ChannelKind::Private, Standing::Person) => {
            let member = team_role.is_some() && own_role.is_some();
            let owner = member && own_role == Some(Role::Owner);
            Rights {
                role: own_role,
                see: member || of_team.manage,
                read: member,
                write: member,
                connect: member && team_role >= Some(Role::Member),
                moderate: owner,
                manage: owner || of_team.manage,
            }
        }
    };
    Rights { write: rights.write && live, connect: rights.connect && live, ..rights }
}

/// The team and what the actor may in it; deleted ones only when `deleted` and the actor manages them.
pub(crate) fn team_any(tx: &Tx<'_>, id: TeamId, deleted: bool) -> Result<TeamAccess> {
    const SQL: &str = "SELECT t.id, t.name, t.description, t.visibility, t.mail_name, t.created_at, \
                              t.archived_at, t.deleted_at, t.label, m.role \
                       FROM teams t \
                       LEFT JOIN team_members m ON m.tenant_id = t.tenant_id AND m.team_id = t.id \
                                               AND m.user_id = $3 \
                       WHERE t.tenant_id = $1 AND t.id = $2";
    let missing = Error::TeamNotFound { team: id };
    let params = [tx.tenant().into(), id.into(), member_id(tx.scope()).into()];
    let Some(row) = tx.first(SQL, &params)? else { return Err(missing) };
    let team = Team::from_row(&row)?;
    let role = role_at(&row, Team::COLUMNS)?;
    let rights = team_rights(standing(tx.scope()), &team, role);
    let gone = team.deleted_at.is_some();
    if !rights.see || (gone && !(deleted && rights.manage)) {
        return Err(missing);
    }
    Ok(TeamAccess { team, rights })
}

/// The team and what the actor may in it.
///
/// # Errors
/// [`Error::TeamNotFound`] also when the actor may not know of it.
pub fn team(tx: &Tx<'_>, id: TeamId) -> Result<TeamAccess> {
    team_any(tx, id, false)
}

/// The channel and what the actor may in it; deleted ones only when `deleted` and the actor manages them.
pub(crate) fn channel_any(tx: &Tx<'_>, id: ChannelId, deleted: bool) -> Result<ChannelAccess> {
    const SQL: &str = "SELECT c.id, c.team_id, c.name, c.description, c.kind, c.general, c.created_at, \
                              c.archived_at, c.deleted_at, \
                              t.id, t.name, t.description, t.visibility, t.mail_name, t.created_at, \
                              t.archived_at, t.deleted_at, t.label, m.role, o.role \
                       FROM channels c \
                       JOIN teams t ON t.tenant_id = c.tenant_id AND t.id = c.team_id \
                       LEFT JOIN team_members m ON m.tenant_id = c.tenant_id \
                            AND m.team_id = c.team_id AND m.user_id = $3 \
                       LEFT JOIN channel_members o ON o.tenant_id = c.tenant_id \
                            AND o.channel_id = c.id AND o.user_id = $3 \
                       WHERE c.tenant_id = $1 AND c.id = $2";
    let missing = Error::ChannelNotFound { channel: id };
    let params = [tx.tenant().into(), id.into(), member_id(tx.scope()).into()];
    let Some(row) = tx.first(SQL, &params)? else { return Err(missing) };
    let access = channel_access(&row, standing(tx.scope()))?;
    let gone = access.channel.deleted_at.is_some() || access.team.deleted_at.is_some();
    let restorable = deleted && access.rights.manage && access.team.deleted_at.is_none();
    if !access.rights.see || (gone && !restorable) {
        return Err(missing);
    }
    Ok(access)
}

/// The channel and what the actor may in it.
///
/// # Errors
/// [`Error::ChannelNotFound`] also when the actor may not know of it.
pub fn channel(tx: &Tx<'_>, id: ChannelId) -> Result<ChannelAccess> {
    channel_any(tx, id, false)
}

/// As [`channel`], and the actor may read it.
///
/// # Errors
/// [`Error::NotTeamMember`] and [`Error::NotChannelMember`] when the actor may know of it only.
pub fn readable(tx: &Tx<'_>, id: ChannelId) -> Result<ChannelAccess> {
    let access = channel(tx, id)?;
    if access.rights.read {
        return Ok(access);
    }
    Err(match access.channel.kind {
        ChannelKind::Standard => Error::NotTeamMember { team: access.team.id },
        ChannelKind::Private => Error::NotChannelMember { channel: id },
    })
}

/// As [`readable`], and the actor may write to it.
///
/// # Errors
/// Also [`Error::ChannelArchived`].
pub fn writable(tx: &Tx<'_>, id: ChannelId) -> Result<ChannelAccess> {
    let access = readable(tx, id)?;
    if access.rights.write {
        return Ok(access);
    }
    Err(Error::ChannelArchived { channel: id })
}

/// Reads an access from the columns of a channel, its team, the team role and the channel's own role.
fn channel_access(row: &db::Row, standing: Standing) -> db::Result<ChannelAccess> {
    const TEAM: usize = Channel::COLUMNS;
    let channel = Channel::from_row(row)?;
    let team = Team {
        id: row.id(TEAM)?,
        name: row.get(TEAM + 1)?,
        description: row.get(TEAM + 2)?,
        visibility: row.parsed(TEAM + 3, Visibility::parse)?,
        mail_name: row.get(TEAM + 4)?,
        created_at: row.get(TEAM + 5)?,
        archived_at: row.get(TEAM + 6)?,
        deleted_at: row.get(TEAM + 7)?,
        label: row.get(TEAM + 8)?,
    };
    let own = role_at(row, TEAM + Team::COLUMNS + 1)?;
    let rights =
        channel_rights(standing, &team, &channel, (role_at(row, TEAM + Team::COLUMNS)?, own));
    Ok(ChannelAccess { channel, team, rights })
}

/// Channels of a team with their rights: every one that the actor may see, by name, General first.
pub(crate) fn channels(tx: &Tx<'_>, team: TeamId, deleted: bool) -> Result<Vec<ChannelAccess>> {
    const SQL: &str = "SELECT c.id, c.team_id, c.name, c.description, c.kind, c.general, c.created_at, \
                              c.archived_at, c.deleted_at, \
                              t.id, t.name, t.description, t.visibility, t.mail_name, t.created_at, \
                              t.archived_at, t.deleted_at, t.label, m.role, o.role \
                       FROM channels c \
                       JOIN teams t ON t.tenant_id = c.tenant_id AND t.id = c.team_id \
                       LEFT JOIN team_members m ON m.tenant_id = c.tenant_id \
                            AND m.team_id = c.team_id AND m.user_id = $3 \
                       LEFT JOIN channel_members o ON o.tenant_id = c.tenant_id \
                            AND o.channel_id = c.id AND o.user_id = $3 \
                       WHERE c.tenant_id = $1 AND c.team_id = $2 \
                         AND t.deleted_at IS NULL \
                       ORDER BY c.general DESC, c.name_key, c.id LIMIT 2000";
    let params = [tx.tenant().into(), team.into(), member_id(tx.scope()).into()];
    let mut all = Vec::new();
    for row in tx.all(SQL, &params)? {
        let access = channel_access(&row, standing(tx.scope()))?;
        let wanted = access.channel.deleted_at.is_some() == deleted;
        if wanted && access.rights.see && (!deleted || access.rights.manage) {
            all.push(access);
        }
    }
    Ok(all)
}

/// Every channel of the actor's own teams that the actor may read, by team and name.
pub(crate) fn own_channels(tx: &Tx<'_>, limit: u32) -> Result<Vec<ChannelAccess>> {
    const SQL: &str = "SELECT c.id, c.team_id, c.name, c.description, c.kind, c.general, c.created_at, \
                              c.archived_at, c.deleted_at, \
                              t.id, t.name, t.description, t.visibility, t.mail_name, t.created_at, \
                              t.archived_at, t.deleted_at, t.label, m.role, o.role \
                       FROM team_members m \
                       JOIN teams t ON t.tenant_id = m.tenant_id AND t.id = m.team_id \
                       JOIN channels c ON c.tenant_id = m.tenant_id AND c.team_id = m.team_id \
                       LEFT JOIN channel_members o ON o.tenant_id = c.tenant_id \
                            AND o.channel_id = c.id AND o.user_id = m.user_id \
                       WHERE m.tenant_id = $1 AND m.user_id = $2 \
                         AND t.deleted_at IS NULL AND c.deleted_at IS NULL \
                       ORDER BY t.name_key, t.id, c.general DESC, c.name_key, c.id LIMIT $3";
    let params = [tx.tenant().into(), member_id(tx.scope()).into(), limit.into()];
    let mut all = Vec::new();
    for row in tx.all(SQL, &params)? {
        let access = channel_access(&row, standing(tx.scope()))?;
        if access.rights.see {
            all.push(access);
        }
    }
    Ok(all)
}

fn role_at(row: &db::Row, column: usize) -> db::Result<Option<Role>> {
    let Some(text) = row.get::<Option<String>>(column)? else { return Ok(None) };
    let wrong = db::Error::Inconsistent { column, expected: "a role" };
    Role::parse(&text).map(Some).ok_or(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    fn team(visibility: Visibility) -> Team {
        Team {
            id: uuid::Uuid::nil().into(),
            name: String::new(),
            description: String::new(),
            visibility,
            mail_name: String::new(),
            created_at: Timestamp::UNIX_EPOCH,
            archived_at: None,
            deleted_at: None,
            label: None,
        }
    }

    fn channel(kind: ChannelKind) -> Channel {
        Channel {
            id: uuid::Uuid::nil().into(),
            team: uuid::Uuid::nil().into(),
            name: String::new(),
            description: String::new(),
            kind,
            general: false,
            created_at: Timestamp::UNIX_EPOCH,
            archived_at: None,
            deleted_at: None,
        }
    }

    #[test]
    fn nobody_outside_knows_of_a_private_team() {
        for standing in [Standing::Person, Standing::Public, Standing::Nobody] {
            assert_eq!(team_rights(standing, &team(Visibility::Private), None), Rights::default());
        }
        assert!(team_rights(Standing::All, &team(Visibility::Private), None).manage);
    }

    #[test]
    fn a_public_team_is_seen_and_read_only_after_joining() {
        let rights = team_rights(Standing::Person, &team(Visibility::Public), None);
        assert_eq!(rights, Rights { see: true, ..Rights::default() });
        let guest = team_rights(Standing::Person, &team(Visibility::Public), Some(Role::Guest));
        assert!(guest.read && guest.write && !guest.connect && !guest.manage && !guest.moderate);
    }

    #[test]
    fn a_team_owner_manages_a_private_channel_but_does_not_read_it() {
        let of = |roles| {
            let (team, channel) = (team(Visibility::Public), channel(ChannelKind::Private));
            channel_rights(Standing::Person, &team, &channel, roles)
        };
        let owner = of((Some(Role::Owner), None));
        assert!(owner.see && owner.manage && !owner.read && !owner.write && !owner.moderate);
        assert_eq!(of((Some(Role::Member), None)), Rights::default());
        let member = of((Some(Role::Member), Some(Role::Member)));
        assert!(member.read && member.write && !member.manage);
        assert!(!of((None, Some(Role::Owner))).read);
    }

    #[test]
    fn an_archived_channel_is_read_and_not_written() {
        let mut channel = channel(ChannelKind::Standard);
        channel.archived_at = Some(Timestamp::UNIX_EPOCH);
        let roles = (Some(Role::Owner), None);
        let rights = channel_rights(Standing::Person, &team(Visibility::Private), &channel, roles);
        assert!(rights.read && rights.manage && !rights.write && !rights.connect);
    }
}
