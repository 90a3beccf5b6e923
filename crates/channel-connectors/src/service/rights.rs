//! Who may do what with a webhook.

use db::Tx;
use kernel::{Permission, UserId, WebhookId};

use super::ChannelConnectors;
use crate::{
    Error, Place, Result, State, Webhook,
    access::Reach,
    store::{self, Stored},
};

impl ChannelConnectors {
    /// The webhook, when the actor may do as much with it as `needed`.
    pub(crate) fn reached(
        tx: &Tx<'_>,
        hook: WebhookId,
        needed: Reach,
        now: jiff::Timestamp,
    ) -> Result<Stored> {
        // of a removed one everybody who sees it hears that it is gone, before what they may
        match Self::found(tx, hook, now)? {
            (stored, _) if stored.removed => Err(Error::Removed { hook }),
            (_, reach) if reach < needed => Err(Error::NotOwner),
            (stored, _) => Ok(stored),
        }
    }

    /// The webhook, also a removed one, and how far the actor reaches.
    pub(super) fn found(
        tx: &Tx<'_>,
        hook: WebhookId,
        now: jiff::Timestamp,
    ) -> Result<(Stored, Reach)> {
        let unknown = Error::Unknown { hook };
        let Some(stored) = store::lookup(tx, hook, now)? else { return Err(unknown) };
        let Some(reach) = reach(tx, &stored.webhook)? else { return Err(unknown) };
        Ok((stored, reach))
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

/// Whether a change brings a disabled or expired webhook back to work, which a switch may forbid.
pub(super) fn wakes(before: &Webhook, after: &Webhook) -> bool {
    before.state != State::Enabled && after.state == State::Enabled
}
