//! Who may do what with a webhook.

use db::Tx;
use kernel::{Permission, Scope, TeamId, UserId, WebhookId};
use workspace::{ChannelAccess, Rights};

use super::ChannelConnectors;
use crate::{
    Error, Place, Result, State, Switches, Webhook,
    store::{self, Stored},
};

/// What the actor may do with a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    /// See that it is there, its name and its counts.
    See,
    /// Change it: owners of the webhook and of its team, administrators.
    Manage,
    /// See its address and its requests: owners of the webhook, administrators.
    Own,
}

impl ChannelConnectors {
    /// The webhook, when the actor may do as much with it as `needed`.
    pub(crate) fn reached(
        tx: &Tx<'_>,
        hook: WebhookId,
        needed: Reach,
        now: jiff::Timestamp,
    ) -> Result<Stored> {
        let unknown = Error::Unknown { hook };
        let Some(stored) = store::lookup(tx, hook, now)? else { return Err(unknown) };
        let Some(reach) = reach(tx, &stored.webhook)? else { return Err(unknown) };
        if stored.removed {
            return Err(Error::Removed { hook });
        }
        if reach < needed { Err(Error::NotOwner) } else { Ok(stored) }
    }
}

/// How far the actor reaches; `None` when it may not know of the webhook.
fn reach(tx: &Tx<'_>, webhook: &Webhook) -> Result<Option<Reach>> {
    let scope = tx.scope();
    if scope.may(Permission::WebhookManageAll) {
        return Ok(Some(Reach::Own));
    }
    if scope.user().is_some_and(|user| owns(webhook, user)) {
        return Ok(Some(Reach::Own));
    }
    let rights = match webhook.place {
        Place::Channel(id) => workspace::access::channel(tx, id).map(|access| access.rights),
        Place::Mailbox(id) => workspace::access::team(tx, id).map(|access| access.rights),
        Place::Inbox(_) => return Ok(None),
    };
    let rights = match rights {
        Ok(rights) => rights,
        Err(workspace::Error::Store(error)) => return Err(error.into()),
        // A webhook of a channel that one may not see is not there.
        Err(_) => return Ok(None),
    };
    Ok(match rights {
        rights if rights.manage => Some(Reach::Manage),
        rights if rights.read => Some(Reach::See),
        _ => None,
    })
}

/// Whether a person is owner or second owner.
pub(super) fn owns(webhook: &Webhook, user: UserId) -> bool {
    webhook.owner == user || webhook.second_owner == Some(user)
}

/// Whether the actor may set up a webhook in a channel.
pub(super) fn may_set_up(tx: &Tx<'_>, access: &ChannelAccess) -> Result<()> {
    let switches = store::switches(tx, access.team.id)?;
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
pub(crate) enum Need {
    /// Set up or change.
    SetUp,
    /// Remove, which also works with connectors switched off and in archived places.
    Remove,
}

/// Whether the actor may set connectors up in a place, as the switches say now; the place's team.
pub(crate) fn may_configure(tx: &Tx<'_>, place: Place, need: Need) -> Result<Option<TeamId>> {
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
    let switches = store::switches(tx, team.as_ref().map_or_else(nobody, |team| team.id))?;
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
pub(crate) fn may_see(tx: &Tx<'_>, place: Place) -> Result<()> {
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
pub(crate) fn team_of(tx: &Tx<'_>, place: Place) -> Result<Option<TeamId>> {
    Ok(match place {
        Place::Channel(channel) => Some(workspace::access::channel(tx, channel)?.team.id),
        Place::Mailbox(team) => Some(team),
        Place::Inbox(_) => None,
    })
}

/// Whether the organisation has connectors of its own.
pub(crate) fn may_register(tx: &Tx<'_>) -> Result<()> {
    let government = store::switches(tx, nobody())?.tenant.government;
    if government { Err(Error::Government) } else { Ok(()) }
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

/// Whether a change brings a disabled or expired webhook back to work, which a switch may forbid.
pub(super) fn wakes(before: &Webhook, after: &Webhook) -> bool {
    before.state != State::Enabled && after.state == State::Enabled
}
