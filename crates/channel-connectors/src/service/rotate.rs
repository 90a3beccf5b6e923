//! Addresses: showing them again, and replacing them.

use std::time::Duration;

use db::Tx;
use jiff::SignedDuration;
use kernel::{Permission, Scope, WebhookId};

use super::{ChannelConnectors, manage::audit};
use crate::{Addresses, Error, Result, access::Reach, address::Paths, store};

impl ChannelConnectors {
    /// The addresses of a webhook that work now, the newest first; for owners and administrators.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::NotOwner`], [`Error::Seal`], [`Error::Store`].
    pub async fn addresses(&self, scope: &Scope, hook: WebhookId) -> Result<Vec<Addresses>> {
        scope.require(Permission::WebhookManage)?;
        let now = self.clock.now();
        let rows = self
            .db
            .read(scope, move |tx| {
                Self::reached(tx, hook, Reach::Own, now)?;
                Ok::<_, Error>(store::addresses(tx, hook)?)
            })
            .await?;
        let live = rows.iter().filter(|row| row.retires_at.is_none_or(|end| now < end));
        live.map(|row| self.open(scope, hook, row)).collect()
    }

    /// Gives a webhook new addresses. The ones before go on working for `overlap` (the hub's setting
    /// unless given; zero ends them now).
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::NotOwner`], [`Error::Invalid`],
    /// [`Error::Store`].
    pub async fn rotate(
        &self,
        scope: &Scope,
        hook: WebhookId,
        overlap: Option<Duration>,
    ) -> Result<Addresses> {
        scope.require(Permission::WebhookManage)?;
        let hours = u64::from(self.settings.overlap_hours);
        let overlap = overlap.unwrap_or(Duration::from_secs(hours * 3_600));
        if overlap > LONGEST_OVERLAP {
            let detail = "an overlap is at most 365 days";
            return Err(Error::invalid("/overlap_seconds", "webhook.overlap_too_long", detail));
        }
        let now = self.clock.now();
        let too_far =
            |_overflow| Error::invalid("/overlap_seconds", "webhook.overlap_too_long", "");
        let end = now.checked_add(SignedDuration::try_from(overlap).map_err(too_far)?).map_err(
            |_overflow| Error::invalid("/overlap_seconds", "webhook.overlap_too_long", ""),
        )?;
        let (before, latest) = self
            .db
            .read(scope, move |tx| {
                let before = Self::reached(tx, hook, Reach::Own, now)?.webhook;
                let rows = store::addresses(tx, hook)?;
                Ok::<_, Error>((before, rows.first().map_or(0, |row| row.generation)))
            })
            .await?;
        let holder = before.holder(scope);
        let paths = Paths::draw(&self.ids, holder);
        let issue = self.issue(scope, &before, &paths, latest + 1)?;
        let addresses = issue.addresses(&paths);
        let write = move |tx: &Tx<'_>| {
            let webhook = Self::reached(tx, hook, Reach::Own, now)?.webhook;
            let mut replaced = 0;
            for row in store::addresses(tx, hook)? {
                if row.retires_at.is_none_or(|retires| end < retires) {
                    replaced += 1;
                }
            }
            store::retire(tx, hook, end)?;
            issue.register(tx)?;
            store::update(tx, &webhook, now)?;
            let after = serde_json::json!({ "generation": latest + 1, "overlap_until": end });
            let before = serde_json::json!({ "generation": latest, "replaced": replaced });
            audit(tx, "webhook.rotate", hook, (Some(before), Some(after)), now)
        };
        self.db.write(scope, write).await?;
        self.hooks.forget(scope.tenant(), hook);
        Ok(addresses)
    }
}

/// Our own choice.
const LONGEST_OVERLAP: Duration = Duration::from_hours(365 * 24);
