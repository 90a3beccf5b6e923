//! The environment that the first sign-in of a Salesforce seller makes, and the review of who administers it.

use identity::environments::EnvironmentKind;
use jiff::Timestamp;
use kernel::{EnvironmentId, Permission, Scope, UserId};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::{CrmConnections, Error, Result, policy::JOB, service::Audited, store};

/// The name of the environment in which the product keeps its data for sellers of other systems.
pub const VIVA: &str = "msdyn_viva";

/// Somebody who may do everything in the environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Administrator {
    /// Who.
    pub user: Uuid,
    /// The name.
    pub name: String,
    /// Whether they have come since the list was last acknowledged.
    pub is_new: bool,
}

impl Administrator {
    pub(crate) fn read(json: &Json) -> Option<Self> {
        let text = |name: &str| json.get(name).and_then(Json::as_str);
        let user = Uuid::try_parse(text("user")?).ok()?;
        Some(Self { user, name: text("name")?.to_owned(), is_new: false })
    }
}

/// What is kept of a provisioned environment.
pub(crate) struct Kept {
    pub(crate) provisioned_for: Option<UserId>,
    pub(crate) provisioned_at: Timestamp,
    pub(crate) acknowledged_by: Option<UserId>,
    pub(crate) acknowledged_at: Option<Timestamp>,
    pub(crate) seen: Vec<Administrator>,
}

/// The provisioned environment and its administrators, for review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// The environment.
    pub environment: EnvironmentId,
    /// What kind it is; a trial until somebody converts it.
    pub kind: EnvironmentKind,
    /// Whose sign-in was the first.
    pub provisioned_for: Option<UserId>,
    /// When that was.
    pub provisioned_at: Timestamp,
    /// Who looked at the list last.
    pub acknowledged_by: Option<UserId>,
    /// When.
    pub acknowledged_at: Option<Timestamp>,
    /// Who administers it now, by name.
    pub administrators: Vec<Administrator>,
    /// Who did when the list was last acknowledged, and does no longer.
    pub gone: Vec<Administrator>,
}

impl Review {
    /// Whether somebody has to look: nobody has yet, or the list is another one since.
    pub fn is_due(&self) -> bool {
        self.acknowledged_at.is_none()
            || !self.gone.is_empty()
            || self.administrators.iter().any(|one| one.is_new)
    }
}

impl CrmConnections {
    /// Makes the environment where it is missing, through the service identity, whoever the seller is. Every step can be
    /// taken again: a crash in between leaves the rest to the next sign-in.
    pub(crate) async fn provision(&self, scope: &Scope) -> Result<EnvironmentId> {
        let failed = |error| Error::NotProvisioned(Box::new(error));
        let made = Box::pin(self.0.records.provision_viva(scope)).await.map_err(failed)?;
        let (environment, user, now) = (made.environment, scope.user(), self.0.clock.now());
        let read = move |tx: &db::Tx<'_>| store::review(tx, environment);
        if self.0.db.read(scope, read).await?.is_some() {
            return Ok(environment);
        }
        let root = self.0.scopes.scope(scope.tenant(), JOB);
        let mut predefined = Vec::new();
        for name in &self.0.settings.predefined_administrators {
            let Some(found) = self.0.identity.find_user_by_name(&root, name).await? else {
                tracing::warn!("a predefined administrator is nobody in the tenant");
                continue;
            };
            let records = &self.0.records;
            records.make_administrator(&root, environment, found.id).await.map_err(failed)?;
            predefined.push(found.id);
        }
        let after = json!({
            "name": VIVA, "kind": "trial", "predefined_administrators": predefined,
            "administrators": made.administrators.len(), "trial_setting": "bypassed",
        });
        let write = move |tx: &db::Tx<'_>| {
            if store::note_provisioned(tx, environment, user, now)? {
                let (subject, after) = (("environment", environment.uuid()), Some(after.clone()));
                let action = "crm.provision";
                Audited { action, subject, before: None, after, at: now }.write(tx)?;
            }
            Ok::<_, Error>(())
        };
        self.0.db.write(scope, write).await?;
        Ok(environment)
    }

    /// The provisioned environment and who administers it; none before the first sign-in.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Records`], [`Error::Store`].
    pub async fn review(&self, scope: &Scope) -> Result<Option<Review>> {
        scope.require(Permission::DataPolicyManage)?;
        let Some(environment) = self.viva(scope).await? else { return Ok(None) };
        let read = move |tx: &db::Tx<'_>| store::review(tx, environment);
        let Some(kept) = self.0.db.read(scope, read).await? else { return Ok(None) };
        let found = self.0.identity.environment(scope, environment).await?;
        let now = self.0.records.administrators(scope, environment).await?;
        let is_seen = |user: Uuid| kept.seen.iter().any(|one| one.user == user);
        let is_first = kept.acknowledged_at.is_none();
        let administrators: Vec<_> = now
            .into_iter()
            .map(|one| Administrator {
                is_new: !is_first && !is_seen(one.user),
                user: one.user,
                name: one.name,
            })
            .collect();
        let is_there = |user: Uuid| administrators.iter().any(|one| one.user == user);
        let gone = kept.seen.into_iter().filter(|one| !is_there(one.user)).collect();
        Ok(Some(Review {
            environment,
            kind: found.kind,
            provisioned_for: kept.provisioned_for,
            provisioned_at: kept.provisioned_at,
            acknowledged_by: kept.acknowledged_by,
            acknowledged_at: kept.acknowledged_at,
            administrators,
            gone,
        }))
    }

    /// Says that somebody has looked at the list of administrators: at the one that is there now, else they look again.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::NothingProvisioned`], [`Error::Changed`],
    /// [`Error::Records`], [`Error::Store`].
    pub async fn acknowledge(&self, scope: &Scope, seen: &[Uuid]) -> Result<Review> {
        let user = scope.user().ok_or(Error::PersonNeeded)?;
        let review = self.review(scope).await?.ok_or(Error::NothingProvisioned)?;
        let (mut there, mut seen) =
            (review.administrators.iter().map(|one| one.user).collect::<Vec<_>>(), seen.to_vec());
        kernel::sort(&mut there);
        kernel::sort(&mut seen);
        seen.dedup();
        if there != seen {
            return Err(Error::Changed);
        }
        let list = review.administrators.iter();
        let list: Vec<Json> =
            list.map(|one| json!({ "user": one.user, "name": one.name })).collect();
        let (environment, now) = (review.environment, self.0.clock.now());
        let write = move |tx: &db::Tx<'_>| {
            let list = Json::Array(list.clone());
            store::acknowledge(tx, (environment, user), &list, now)?;
            let (subject, after) = (("environment", environment.uuid()), Some(list));
            let action = "crm.review";
            Audited { action, subject, before: None, after, at: now }.write(tx)
        };
        self.0.db.write(scope, write).await?;
        self.review(scope).await?.ok_or(Error::NothingProvisioned)
    }
}
