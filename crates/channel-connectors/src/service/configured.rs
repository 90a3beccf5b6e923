//! Webhooks that other rooms make.

use db::Tx;
use kernel::{Permission, Scope, WebhookId};

use super::{
    ChannelConnectors,
    manage::{Issue, audit, document},
};
use crate::{
    Addresses, Error, Icon, Result, Webhook,
    access::{Need, may_configure},
    address::Paths,
    store,
};

/// A webhook with its addresses, ready to be written.
#[derive(Debug)]
pub struct Prepared {
    webhook: Webhook,
    issue: Issue,
    addresses: Addresses,
}

impl ChannelConnectors {
    /// Draws the addresses of a webhook; `adopt` is an address of another service whose path it keeps.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`] at `/adopt`, [`Error::Seal`].
    pub fn prepare(
        &self,
        scope: &Scope,
        webhook: Webhook,
        adopt: Option<&str>,
    ) -> Result<Prepared> {
        scope.require(Permission::WebhookManage)?;
        let mut paths = Paths::draw(&self.ids, webhook.holder(scope));
        if let Some(url) = adopt {
            paths = paths.adopt(url).map_err(|_malformed| {
                let detail = "an address of a retired webhook is expected";
                Error::invalid("/adopt", "webhook.adopt_malformed", detail)
            })?;
        }
        let issue = self.issue(scope, &webhook, &paths, 1)?;
        let addresses = issue.addresses(&paths);
        Ok(Prepared { webhook, issue, addresses })
    }

    /// The newest address that works, for whoever may set up connectors where the webhook posts: its
    /// connector's page is told.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::OwnersOnly`], [`Error::Workspace`],
    /// [`Error::Seal`], [`Error::Store`].
    pub async fn newest_address(
        &self,
        scope: &Scope,
        hook: WebhookId,
    ) -> Result<Option<Addresses>> {
        scope.require(Permission::WebhookManage)?;
        let read = move |tx: &Tx<'_>| {
            let place = store::home(tx, hook)?.ok_or(Error::Unknown { hook })?;
            may_configure(tx, place, Need::Remove)?;
            Ok::<_, Error>(store::addresses(tx, hook)?)
        };
        let rows = self.db.read(scope, read).await?;
        rows.first().map(|row| self.open(scope, hook, row)).transpose()
    }

    /// Forgets what this node knows of a webhook, because it changed.
    pub fn forget(&self, scope: &Scope, hook: WebhookId) {
        self.hooks.forget(scope.tenant(), hook);
    }
}

impl Prepared {
    /// The webhook.
    pub const fn webhook(&self) -> &Webhook {
        &self.webhook
    }

    /// Its addresses.
    pub const fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// Writes it, under an action of the audit; the caller has asked for rights and switches.
    ///
    /// # Errors
    /// [`Error::Store`], also for an address that another webhook has ([`db::Error::is_unique`]).
    pub fn insert(
        &self,
        tx: &Tx<'_>,
        icon: Option<&Icon>,
        action: &'static str,
    ) -> Result<WebhookId> {
        let webhook = &self.webhook;
        store::insert(tx, webhook, icon)?;
        self.issue.register(tx)?;
        let after = Some(document(webhook));
        audit(tx, action, webhook.id, (None, after), webhook.created_at)?;
        Ok(webhook.id)
    }
}
