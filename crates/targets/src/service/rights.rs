//! Who may do what with targets: owners of the channel and of its team, and administrators.

use db::Tx;
use kernel::{ChannelId, Permission, TargetId};
use workspace::ChannelAccess;

use crate::{
    Error, Result,
    store::{self, Stored},
};

/// The channel, when the actor manages its targets. Who may not know of the channel hears that it is not there.
pub(super) fn managed(tx: &Tx<'_>, channel: ChannelId) -> Result<ChannelAccess> {
    let access = workspace::access::channel(tx, channel)?;
    if access.rights.manage || tx.scope().may(Permission::WebhookManageAll) {
        return Ok(access);
    }
    if access.rights.read {
        return Err(Error::NotOwner);
    }
    Err(workspace::Error::ChannelNotFound { channel }.into())
}

/// The target, when the actor manages it. Of targets of a channel that one cannot manage nothing is told.
pub(super) fn owned(tx: &Tx<'_>, target: TargetId) -> Result<Stored> {
    let unknown = || Error::Unknown { target };
    let stored = store::lookup(tx, target)?.ok_or_else(unknown)?;
    match managed(tx, stored.source.channel()) {
        Ok(_) => Ok(stored),
        Err(Error::Store(error)) => Err(error.into()),
        Err(_) => Err(unknown()),
    }
}
