//! Webhooks inside the transactions of rooms that stand on this one: those that make webhooks of something
//! of their own. Rights are theirs to ask for: [`crate::access`].

use db::Tx;
use jiff::Timestamp;
use kernel::{ConnectorId, WebhookId};

use crate::{
    Configured, Icon, IconKind, Place, Result, State, Usage, Webhook, icon,
    service::manage::{self, audit, document},
    store,
};

/// What else goes with a webhook that its owners remove: a function of the same transaction.
pub type OnRemoval = fn(&Tx<'_>, WebhookId) -> db::Result<()>;

/// The webhook, whatever its state: a removed one is [`State::Removed`].
///
/// # Errors
/// [`db::Error`].
pub fn lookup(tx: &Tx<'_>, hook: WebhookId, now: Timestamp) -> db::Result<Option<Webhook>> {
    Ok(store::lookup(tx, hook, now)?.map(|stored| stored.webhook))
}

/// Where the cards of a webhook go, also of a removed one.
///
/// # Errors
/// [`db::Error`].
pub fn home(tx: &Tx<'_>, hook: WebhookId) -> db::Result<Option<Place>> {
    store::home(tx, hook)
}

/// Removes a webhook; its address answers 410 from now on. One that is gone stays gone.
///
/// After the commit, [`crate::ChannelConnectors::forget`] tells this node.
///
/// # Errors
/// [`crate::Error::Store`].
pub fn remove(tx: &Tx<'_>, hook: WebhookId, at: Timestamp) -> Result<()> {
    let Some(stored) = store::lookup(tx, hook, at)? else { return Ok(()) };
    if stored.removed {
        return Ok(());
    }
    let before = stored.webhook;
    let after = Webhook { state: State::Removed, updated_at: at, ..before.clone() };
    store::update(tx, &after, at)?;
    audit(tx, "webhook.delete", hook, (Some(document(&before)), Some(document(&after))), at)
}

/// Suspends a webhook with the app of its connector, or makes it again what it was: one that somebody disabled is
/// disabled then. A removed one stays so.
///
/// After the commit, [`crate::ChannelConnectors::forget`] tells this node.
///
/// # Errors
/// [`crate::Error::Store`].
pub fn suspend(tx: &Tx<'_>, hook: WebhookId, suspended: bool, at: Timestamp) -> Result<()> {
    let Some(stored) = store::lookup(tx, hook, at)? else { return Ok(()) };
    let before = stored.webhook;
    let (state, action) = match (before.state, suspended) {
        (State::Enabled | State::Expired | State::Disabled, true) => {
            store::set_was(tx, hook, before.state)?;
            (State::Suspended, "webhook.suspend")
        }
        (State::Suspended, false) => {
            let was = store::was(tx, hook)?.filter(|was| *was == State::Disabled);
            (was.unwrap_or(State::Enabled), "webhook.resume")
        }
        _ => return Ok(()),
    };
    let after = Webhook { state, updated_at: at, ..before.clone() };
    store::update(tx, &after, at)?;
    audit(tx, action, hook, (Some(document(&before)), Some(document(&after))), at)
}

/// Ties a webhook to what it belongs to from now on; its address stays.
///
/// # Errors
/// [`db::Error`].
pub fn set_configured(tx: &Tx<'_>, hook: WebhookId, of: Configured) -> db::Result<()> {
    store::set_configured(tx, hook, of)
}

/// Gives every webhook of a connector its name and picture.
///
/// # Errors
/// [`db::Error`].
pub fn dress(tx: &Tx<'_>, connector: ConnectorId, look: (&str, Option<&Icon>)) -> db::Result<()> {
    store::dress(tx, connector, look)
}

/// How much the webhooks of a connector are used.
///
/// # Errors
/// [`db::Error`].
pub fn usage(tx: &Tx<'_>, connector: ConnectorId, now: Timestamp) -> db::Result<Usage> {
    let hour = store::hour(now);
    store::usage(tx, connector, hour - 23, hour - 7 * 24 + 1)
}

/// A name that a webhook may have, without the blanks around it.
///
/// # Errors
/// [`crate::Error::Invalid`] at `/name`.
pub fn checked_name(name: &str) -> Result<String> {
    manage::checked_name(name)
}

/// The kind of a picture that may be an icon.
///
/// # Errors
/// [`crate::Error::Invalid`] at `/icon`.
pub fn check_icon(bytes: &[u8]) -> Result<IconKind> {
    icon::check(bytes)
}
