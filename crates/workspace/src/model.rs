//! Teams, channels, members and their roles.

use std::fmt;

use db::{Row, Value};
use jiff::Timestamp;
use kernel::{ChannelId, TeamId, UserId};

/// The place of a person in a team or a private channel; a later one may more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Reads and posts; founds nothing.
    Guest,
    /// Reads, posts, makes channels and webhooks.
    Member,
    /// Also changes the team, its members and others' messages.
    Owner,
}

impl Role {
    /// The name as stored and as written in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Guest => "guest",
            Self::Member => "member",
            Self::Owner => "owner",
        }
    }

    /// The role of that name.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "guest" => Some(Self::Guest),
            "member" => Some(Self::Member),
            "owner" => Some(Self::Owner),
            _ => None,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<Role> for Value<'_> {
    fn from(role: Role) -> Self {
        role.as_str().into()
    }
}

/// Who may know of a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Visibility {
    /// Everyone of the tenant finds it and may join.
    Public,
    /// Only members know of it.
    Private,
}

impl Visibility {
    /// The name as stored and as written in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
        }
    }

    /// The visibility of that name.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "public" => Some(Self::Public),
            "private" => Some(Self::Private),
            _ => None,
        }
    }
}

/// Whose a channel is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChannelKind {
    /// The whole team's.
    Standard,
    /// Its own members'.
    Private,
}

impl ChannelKind {
    /// The name as stored and as written in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Private => "private",
        }
    }

    /// The kind of that name.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "standard" => Some(Self::Standard),
            "private" => Some(Self::Private),
            _ => None,
        }
    }
}

/// A team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// The identifier.
    pub id: TeamId,
    /// The name, unique in the tenant whatever its case.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Who may know of it.
    pub visibility: Visibility,
    /// What stands before the `@` of its mailbox.
    pub mail_name: String,
    /// Since when.
    pub created_at: Timestamp,
    /// Since when it is only read.
    pub archived_at: Option<Timestamp>,
    /// Since when it is gone, and may be restored.
    pub deleted_at: Option<Timestamp>,
    /// Its sensitivity label, in the words of whoever gave it.
    pub label: Option<String>,
}

impl Team {
    /// The columns that [`Team::from_row`] reads, of the table `teams t`.
    pub(crate) const COLUMNS: usize = 9;

    pub(crate) fn from_row(row: &Row) -> db::Result<Self> {
        Ok(Self {
            id: row.id(0)?,
            name: row.get(1)?,
            description: row.get(2)?,
            visibility: row.parsed(3, Visibility::parse)?,
            mail_name: row.get(4)?,
            created_at: row.get(5)?,
            archived_at: row.get(6)?,
            deleted_at: row.get(7)?,
            label: row.get(8)?,
        })
    }
}

/// A channel of a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// The identifier.
    pub id: ChannelId,
    /// Its team.
    pub team: TeamId,
    /// The name, unique in the team whatever its case.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Whose it is.
    pub kind: ChannelKind,
    /// Whether it is the channel that every team has.
    pub general: bool,
    /// Since when.
    pub created_at: Timestamp,
    /// Since when it is only read.
    pub archived_at: Option<Timestamp>,
    /// Since when it is gone, and may be restored.
    pub deleted_at: Option<Timestamp>,
}

impl Channel {
    /// The columns that [`Channel::from_row`] reads, of the table `channels c`.
    pub(crate) const COLUMNS: usize = 9;

    pub(crate) fn from_row(row: &Row) -> db::Result<Self> {
        Ok(Self {
            id: row.id(0)?,
            team: row.id(1)?,
            name: row.get(2)?,
            description: row.get(3)?,
            kind: row.parsed(4, ChannelKind::parse)?,
            general: row.get(5)?,
            created_at: row.get(6)?,
            archived_at: row.get(7)?,
            deleted_at: row.get(8)?,
        })
    }
}

/// A person in a team or a private channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The person.
    pub user: UserId,
    /// The name to show.
    pub name: String,
    /// The person's place.
    pub role: Role,
    /// Since when.
    pub joined_at: Timestamp,
}

/// A team to create.
#[derive(Debug, Clone)]
pub struct NewTeam {
    /// The name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Who may know of it.
    pub visibility: Visibility,
}

/// What to change of a team; `None` leaves it.
#[derive(Debug, Clone, Default)]
pub struct TeamChange {
    /// The name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Who may know of it.
    pub visibility: Option<Visibility>,
}

/// A channel to create.
#[derive(Debug, Clone)]
pub struct NewChannel {
    /// The name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Whose it is.
    pub kind: ChannelKind,
}

/// What to change of a channel; `None` leaves it.
#[derive(Debug, Clone, Default)]
pub struct ChannelChange {
    /// The name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
}
