//! Who may do what with webhooks and in places, for rooms that stand on this one.
//!
//! Functions of a transaction: they ask for the actor's rights as they are now.

use db::Tx;
use jiff::Timestamp;
use kernel::{Permission, Scope, TeamId, UserId, WebhookId};
use workspace::{ChannelAccess, Rights};

use crate::{ChannelConnectors, Error, Place, Result, Switches, Webhook, store};

/// What the actor may do with a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// See that it is there, its name and its counts.
    See,
    /// Change it: owners of the webhook and of its team, administrators.
    Manage,
    /// See its address and its requests: owners of the webhook, administrators.
    Own,
}

/// The webhook, when the actor may do as much with it as `needed`.
///
/// # Errors
/// [`Error::Unknown`], [`Error::Removed`], [`Error::NotOwner`], [`Error::Store`].
pub fn reached(tx: &Tx<'_>, hook: WebhookId, needed: Reach, now: Timestamp) -> Result<Webhook> {
    Ok(ChannelConnectors::reached(tx, hook, needed, now)?.webhook)
}

/// The switches of the organisation, and those of a team if one is named.
///
/// # Errors
/// [`db::Error`].
pub fn switches(tx: &Tx<'_>, team: Option<TeamId>) -> db::Result<Switches> {
    store::switches(tx, team.unwrap_or_else(nobody))
}

/// Whether the actor may set up a webhook in a channel.
///
/// # Errors
/// [`Error::SwitchedOff`], [`Error::Workspace`] for an archived channel, [`Error::OwnersOnly`],
/// [`Error::Store`].
pub fn may_set_up(tx: &Tx<'_>, access: &ChannelAccess) -> Result<()> {
    let switches = switches(tx, Some(access.team.id))?;
    if let Some(switch) = switches.off() {
        return Err(Error::SwitchedOff { switch });
    }
    if access.is_archived() {
        return Err(workspace::Error::ChannelArchived { channel: access.channel.id }.into());
    }
    may_connect(tx.scope(), access.rights, switches)
}

/// What somebody wants to do with a connector in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Set up or change.
    SetUp,
    /// Remove, which also works with connectors switched off and in archived places.
    Remove,
}

/// Whether the actor may set connectors up in a place, as the switches say now; the place's team.
///
/// # Errors
/// [`Error::Workspace`] when the actor does not see the place or it is archived, [`Error::UnknownOwner`]
/// for another person's inbox, [`Error::SwitchedOff`], [`Error::OwnersOnly`], [`Error::Store`].
pub fn may_configure(tx: &Tx<'_>, place: Place, need: Need) -> Result<Option<TeamId>> {
    let scope = tx.scope();
    let (team, rights) = match place {
        Place::Channel(channel) => {
            let access = workspace::access::channel(tx, channel)?;
            if need == Need::SetUp {
                may_set_up(tx, &access)?;
            }
            (Some(access.team), access.rights)
        }
        Place::Mailbox(team) => {
            let access = workspace::access::team(tx, team)?;
            (Some(access.team), access.rights)
        }
        Place::Inbox(user) if scope.user() == Some(user) => (None, Rights::default()),
        Place::Inbox(user) => return Err(Error::UnknownOwner { user }),
    };
    let switches = switches(tx, team.as_ref().map(|team| team.id))?;
    if need == Need::SetUp
        && let Some(switch) = switches.off_in(place)
    {
        return Err(Error::SwitchedOff { switch });
    }
    let Some(team) = team else { return Ok(None) };
    if need == Need::SetUp && team.archived_at.is_some() {
        return Err(workspace::Error::TeamArchived { team: team.id }.into());
    }
    may_connect(scope, rights, switches)?;
    Ok(Some(team.id))
}

/// Whether the actor may know what is set up in a place.
///
/// # Errors
/// [`Error::Workspace`], [`Error::UnknownOwner`] for another person's inbox.
pub fn may_see(tx: &Tx<'_>, place: Place) -> Result<()> {
    match place {
        Place::Channel(channel) => {
            workspace::access::readable(tx, channel)?;
        }
        Place::Mailbox(team) if workspace::access::team(tx, team)?.rights.read => {}
        Place::Mailbox(team) => return Err(workspace::Error::NotTeamMember { team }.into()),
        Place::Inbox(user) if tx.scope().user() == Some(user) => {}
        Place::Inbox(user) => return Err(Error::UnknownOwner { user }),
    }
    Ok(())
}

/// The team of a place.
///
/// # Errors
/// [`Error::Workspace`].
pub fn team_of(tx: &Tx<'_>, place: Place) -> Result<Option<TeamId>> {
    Ok(match place {
        Place::Channel(channel) => Some(workspace::access::channel(tx, channel)?.team.id),
        Place::Mailbox(team) => Some(team),
        Place::Inbox(_) => None,
    })
}

fn nobody() -> TeamId {
    uuid::Uuid::nil().into()
}

fn may_connect(scope: &Scope, rights: Rights, switches: Switches) -> Result<()> {
    let owner = rights.manage || scope.may(Permission::WebhookManageAll);
    match (owner, rights.connect, switches.members_may_manage()) {
        (true, _, _) | (false, true, true) => Ok(()),
        _ => Err(Error::OwnersOnly),
    }
}

/// The owner of a new webhook: the caller, or whom an administrator or a program names.
///
/// # Errors
/// [`Error::Denied`], [`Error::Invalid`] when a program names nobody.
pub fn owner_of_new(scope: &Scope, named: Option<UserId>) -> Result<UserId> {
    match (named, scope.user()) {
        (Some(owner), Some(caller)) if owner != caller => {
            scope.require(Permission::WebhookManageAll)?;
            Ok(owner)
        }
        (Some(owner), _) | (None, Some(owner)) => Ok(owner),
        (None, None) => {
            let detail = "a program names the person who will be responsible";
            Err(Error::invalid("/owner_id", "webhook.owner_missing", detail))
        }
    }
}

/// Refuses who is nobody of this tenant, or no longer works here.
///
/// # Errors
/// [`Error::UnknownOwner`], [`Error::Identity`].
pub fn require_person(tx: &Tx<'_>, user: UserId) -> Result<()> {
    if identity::users::is_active(tx, user)? { Ok(()) } else { Err(Error::UnknownOwner { user }) }
}
