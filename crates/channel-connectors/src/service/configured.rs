//! Webhooks of connectors: made and removed with what was set up.

use db::Tx;
use jiff::Timestamp;
use kernel::{Scope, WebhookId};

use super::{
    ChannelConnectors,
    manage::{Issue, audit, document},
};
use crate::{Addresses, Icon, Result, State, Webhook, address::Paths, store};

/// A webhook of a connector, ready to be written.
#[derive(Debug)]
pub(crate) struct Prepared {
    webhook: Webhook,
    issue: Issue,
}

impl ChannelConnectors {
    /// Draws the addresses of a webhook; the caller has checked rights and switches.
    pub(crate) fn prepare(&self, scope: &Scope, webhook: Webhook) -> Result<Prepared> {
        let paths = Paths::draw(&self.ids, webhook.holder(scope));
        let issue = self.issue(scope, &webhook, &paths, 1)?;
        Ok(Prepared { webhook, issue })
    }

    /// The newest address that works, for the page of the connector; the caller has checked the rights.
    pub(crate) async fn newest_address(
        &self,
        scope: &Scope,
        hook: WebhookId,
    ) -> Result<Option<Addresses>> {
        let rows = self.db.read_one(scope, move |tx| store::addresses(tx, hook)).await?;
        rows.first().map(|row| self.open(scope, hook, row)).transpose()
    }

    /// Forgets what this node knows of a webhook, because it changed.
    pub(crate) fn forget(&self, scope: &Scope, hook: WebhookId) {
        self.hooks.forget(scope.tenant(), hook);
    }
}

impl Prepared {
    /// Writes it.
    pub(crate) fn insert(&self, tx: &Tx<'_>, icon: Option<&Icon>) -> Result<WebhookId> {
        let webhook = &self.webhook;
        store::insert(tx, webhook, icon)?;
        self.issue.register(tx)?;
        let after = Some(document(webhook));
        audit(tx, "webhook.create", webhook.id, (None, after), webhook.created_at)?;
        Ok(webhook.id)
    }
}

/// Removes a webhook with its configuration; its address answers 410 from now on.
pub(crate) fn remove(tx: &Tx<'_>, hook: WebhookId, at: Timestamp) -> Result<()> {
    let Some(stored) = store::lookup(tx, hook, at)? else { return Ok(()) };
    if stored.removed {
        return Ok(());
    }
    let before = stored.webhook;
    let after = Webhook { state: State::Removed, updated_at: at, ..before.clone() };
    store::update(tx, &after, at)?;
    audit(tx, "webhook.delete", hook, (Some(document(&before)), Some(document(&after))), at)
}
