//! The service.

use std::{fmt, sync::Arc};

use channel_connectors::{
    ChannelConnectors, Error, Place, Result,
    access::{Reach, owner_of_new, reached},
    read_address,
};
use db::{Db, Tx};
use identity::credentials::{self, SecretHash, Subject};
use kernel::{Clock, Ids, Permission, Scope, Secret, WebhookId};

use crate::{
    Fate, Import, ImportReport, Known, MAX_ADDRESSES, Table,
    check::{Checked, Defaults, check_all},
};

/// What the service is made of.
#[derive(Debug, Clone)]
pub struct ImportParts {
    /// Storage.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers.
    pub ids: Ids,
    /// Webhooks.
    pub webhooks: Arc<ChannelConnectors>,
}

/// Moving in. One is made at start and shared.
pub struct Imports {
    pub(crate) parts: ImportParts,
}

impl fmt::Debug for Imports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Imports").finish_non_exhaustive()
    }
}

impl Imports {
    /// The service.
    pub const fn new(parts: ImportParts) -> Self {
        Self { parts }
    }

    /// Makes the webhooks of a list, each with the path of its old address.
    ///
    /// Every line is checked first; when one is refused, nothing is made. Each line is then made whole, with
    /// its team and channel where they are new. A list that was imported before is recognised line by line.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`] for a list that cannot be read, [`Error::Store`].
    pub async fn import(&self, scope: &Scope, import: Import) -> Result<ImportReport> {
        scope.require(Permission::WebhookManage)?;
        let owner = owner_of_new(scope, import.owner)?;
        let table = Table::read(&import.csv)?;
        let (lines, defaults) = (table.lines.clone(), Defaults::of(&import, owner));
        let checked = move |tx: &Tx<'_>| check_all(tx, &lines, &defaults);
        let checked: Vec<Checked> = self.parts.db.read(scope, checked).await?;
        let mut report = ImportReport { entries: Vec::new(), unused: table.unused, applied: false };
        let refused = checked.iter().any(|line| line.entry.fate == Fate::Refused);
        if import.dry_run || refused {
            report.entries.extend(checked.into_iter().map(|line| line.entry));
            return Ok(report);
        }
        let mut plans = self.plan(scope, checked)?;
        report.applied = true;
        while !plans.is_empty() {
            let rest = plans.split_off(plans.len().min(SLICE));
            let slice = std::mem::replace(&mut plans, rest);
            self.make(scope, slice, &mut report).await?;
        }
        Ok(report)
    }

    /// Which of these addresses are known here, in their order; whatever host they name.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`] for too many, [`Error::Store`].
    pub async fn recognise(
        &self,
        scope: &Scope,
        urls: &[Secret<String>],
    ) -> Result<Vec<Option<Known>>> {
        scope.require(Permission::MessageRead)?;
        if urls.len() > MAX_ADDRESSES {
            let detail = "at most 1,000 addresses at once";
            return Err(Error::invalid("/urls", "import.too_many", detail));
        }
        let secrets: Vec<Vec<SecretHash>> = urls.iter().map(|url| hashes(url.expose())).collect();
        let now = self.parts.clock.now();
        let look = move |tx: &Tx<'_>| {
            let known = |hashes: &Vec<SecretHash>| {
                let Some(hook) = holder(tx, hashes)? else { return Ok(None) };
                let webhook = match reached(tx, hook, Reach::See, now) {
                    Ok(webhook) => webhook,
                    // Who may not see it does not learn of it; a removed one is no help.
                    Err(Error::Unknown { .. } | Error::Removed { .. }) => return Ok(None),
                    Err(error) => return Err(error),
                };
                Ok(Some(Known {
                    webhook: hook,
                    name: webhook.name,
                    channel: if let Place::Channel(id) = webhook.place { Some(id) } else { None },
                    state: webhook.state,
                }))
            };
            secrets.iter().map(known).collect::<Result<Vec<_>>>()
        };
        self.parts.db.read(scope, look).await
    }
}

/// The webhook that one of these secrets speaks for, of this tenant.
pub(crate) fn holder(tx: &Tx<'_>, secrets: &[SecretHash]) -> Result<Option<WebhookId>> {
    for secret in secrets {
        if let Some(Subject::Webhook(hook)) = credentials::holder(tx, secret)? {
            return Ok(Some(hook));
        }
    }
    Ok(None)
}

/// What identity knows an address by; nothing when it is none.
pub(crate) fn hashes(url: &str) -> Vec<SecretHash> {
    let url = url.trim();
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default();
    let (bare, query) =
        path.split_once('?').map_or((path, None), |(bare, query)| (bare, Some(query)));
    let secrets = read_address(bare, query).map(|read| read.secrets).unwrap_or_default();
    secrets.iter().map(|secret| SecretHash::of(secret.expose().as_bytes())).collect()
}

/// Lines of one transaction.
const SLICE: usize = 20;
