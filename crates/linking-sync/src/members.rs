//! Who is in the team or the private channel of a link.

mod now;
mod outside;
pub mod plan;
mod run;

use jiff::Timestamp;
use kernel::UserId;
use linking::LinkId;
use uuid::Uuid;
use workspace_port::{ChannelKind, PersonId, Place};

pub use plan::plan;

use plan::{Policy, Reason, Verb};

/// What happened, or did not, to somebody in a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberChange {
    /// The identifier; later ones are greater.
    pub id: Uuid,
    /// The link that it was for.
    pub link: LinkId,
    /// The place: `team:…`, or `channel:…` of a private channel.
    pub place: String,
    /// The person of the tenant, where known.
    pub user: Option<UserId>,
    /// The person at the workspace, where known.
    pub person: Option<String>,
    /// The name to show; empty when the person was removed.
    pub name: String,
    /// What was done.
    pub verb: Verb,
    /// Why.
    pub why: Reason,
    /// The code of what the workspace refused it with.
    pub problem: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// What would happen to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedChange {
    /// The place.
    pub place: String,
    /// The person of the tenant, where known.
    pub user: Option<UserId>,
    /// The name to show.
    pub name: String,
    /// What would be done.
    pub verb: Verb,
    /// Why.
    pub why: Reason,
}

/// What would happen to the members of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// By which decision.
    pub policy: Policy,
    /// What stands in the way of doing it, as a code with a text; the message about user sync among them.
    pub obstacle: Option<linking_setup::Obstacle>,
    /// One for each person to whom something happens, or who stays for a reason.
    pub changes: Vec<PlannedChange>,
    /// Whether more people may see the record than are looked at.
    pub cut: bool,
}

/// A place of a link, as it is stored and as the workspace knows it.
#[derive(Debug, Clone)]
pub(crate) struct Spot {
    pub(crate) name: String,
    pub(crate) place: Place,
    /// How many members it may have, as the operator set it.
    pub(crate) most: usize,
}

/// Where people of a link are members: the team, and within it the channel if that has members of its own. A shared
/// channel is nobody's business but its owners'.
pub(crate) fn spots(link: &linking::Link, limits: &linking::Settings) -> Vec<Spot> {
    let team = Spot {
        name: format!("team:{}", link.team),
        place: Place::Team(link.team.clone()),
        most: limits.members_per_team,
    };
    match link.channel_kind {
        ChannelKind::Standard => vec![team],
        ChannelKind::Private => {
            let channel = Spot {
                name: format!("channel:{}/{}", link.team, link.channel.id),
                place: Place::Channel(link.channel.clone()),
                most: limits.members_per_private_channel,
            };
            vec![team, channel]
        }
        ChannelKind::Shared => Vec::new(),
    }
}

/// A person at the workspace, as it is stored.
pub(crate) fn stored(person: Option<&PersonId>) -> Option<String> {
    person.map(|person| person.0.clone())
}
