//! Who may do what with a webhook.

use db::Tx;
use kernel::{Permission, UserId, WebhookId};
use workspace::ChannelAccess;

use super::ChannelConnectors;
use crate::{
    Error, Result, State, Webhook,
    store::{self, Stored},
};

/// What the actor may do with a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// See that it is there, its name and its counts.
    See,
    /// Change it: owners of the webhook and of its team, administrators.
    Manage,
    /// See its address and its requests: owners of the webhook, administrators.
    Own,
}

impl ChannelConnectors {
    /// The webhook, when the actor may do as much with it as `needed`.
    pub(super) fn reached(
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
    let access = match workspace::access::channel(tx, webhook.channel) {
        Ok(access) => access,
        Err(workspace::Error::Store(error)) => return Err(error.into()),
        // A webhook of a channel that one may not see is not there.
        Err(_) => return Ok(None),
    };
    Ok(match access.rights {
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
    let scope = tx.scope();
    let switches = store::switches(tx, access.team.id)?;
    if let Some(switch) = switches.off() {
        return Err(Error::SwitchedOff { switch });
    }
    if access.is_archived() {
        return Err(workspace::Error::ChannelArchived { channel: access.channel.id }.into());
    }
    let rights = access.rights;
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
