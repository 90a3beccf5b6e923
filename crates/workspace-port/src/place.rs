//! Teams, channels and who is in them.

use std::fmt;

use url::Url;

macro_rules! identifiers {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub String);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}
pub(crate) use identifiers;

identifiers! {
    /// A team, as its workspace names it.
    TeamId,
    /// A person, as the workspace names them: in Microsoft Teams the object id of the directory.
    PersonId,
}

/// A channel, as its workspace names it, in its team.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChannelId {
    /// The team.
    pub team: TeamId,
    /// The channel within it.
    pub id: String,
}

/// What has members.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Place {
    /// A team.
    Team(TeamId),
    /// A private channel.
    Channel(ChannelId),
}

/// Who may know of a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Visibility {
    /// Everyone of the organisation.
    Public,
    /// Its members.
    Private,
}

/// A team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// The identifier.
    pub id: TeamId,
    /// The name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Who may know of it; `None` where the workspace does not say so in a list.
    pub visibility: Option<Visibility>,
    /// Whether it is only read; `None` where the workspace does not say so in a list.
    pub is_archived: Option<bool>,
    /// Where people open it.
    pub address: Option<Url>,
}

/// A team to make. Whoever asks becomes its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTeam {
    /// The name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Who may know of it.
    pub visibility: Visibility,
    /// A sensitivity label, as the workspace names it.
    pub label: Option<String>,
}

/// What to change of a team; `None` leaves it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TeamChange {
    /// The name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
}

/// Whose a channel is; it never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChannelKind {
    /// The whole team's.
    Standard,
    /// Its own members', of the team.
    Private,
    /// Its own members', of several teams or organisations.
    Shared,
}

/// A channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// The identifier.
    pub id: ChannelId,
    /// The name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Whose it is.
    pub kind: ChannelKind,
    /// Whether it is the one that every team has and that stays.
    pub is_general: bool,
    /// Whether the channel itself is only read.
    pub is_archived: bool,
    /// Where people open it.
    pub address: Option<Url>,
}

/// A channel to make. Whoever asks becomes the owner of a private one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChannel {
    /// The name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Whose it is.
    pub kind: ChannelKind,
}

/// What to change of a channel; `None` leaves it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChannelChange {
    /// The name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
}

/// The place of a person in a team or a private channel; a later one may more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Of another organisation.
    Guest,
    /// Reads and posts.
    Member,
    /// Also changes the place and its members.
    Owner,
}

/// Somebody in a team or a private channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The person.
    pub person: PersonId,
    /// The name to show.
    pub name: String,
    /// The place.
    pub role: Role,
}

/// Somebody the workspace knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The identifier.
    pub id: PersonId,
    /// The name to show.
    pub name: String,
    /// The mail address.
    pub mail: Option<String>,
    /// Whether the person belongs to another organisation.
    pub is_guest: bool,
}
