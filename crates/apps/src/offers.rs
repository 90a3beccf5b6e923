//! Apps that the operator of the hub offers to every tenant. Administrators of each tenant decide.
//!
//! An offer is copied into each tenant, so that every statement stays within one; [`Apps::reconcile`]
//! does it again for tenants that came later.

use std::{sync::Arc, time::Duration};

use db::Tx;
use kernel::{AppId, Permission, Scope, TenantId};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::{
    App, Apps, Error, Origin, Result, Version, VersionState,
    catalogue::{document, entry, shown},
    changes::{About, Step},
    intake::Stored,
    publishing::{keep, wake_teams},
    store::{self, installs, versions},
};

/// What bringing offers to every tenant came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reconciled {
    /// Apps that a tenant did not have.
    pub added: u32,
    /// Apps of which a tenant got a newer version.
    pub updated: u32,
    /// Apps that are no longer offered.
    pub withdrawn: u32,
    /// Apps that a tenant has in its own catalogue already.
    pub kept_out: u32,
}

/// An offered app with its bytes, on its way to another tenant.
#[derive(Debug, Clone)]
struct Parcel {
    source: (TenantId, AppId),
    manifest_id: String,
    version: Version,
    files: Vec<Stored>,
}

impl Apps {
    /// Offers an app of the catalogue that is published, to every tenant; or no longer. For the operator of
    /// the hub alone.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::NotPublished`], [`Error::Blocked`], [`Error::Denied`].
    pub async fn set_offered(&self, scope: &Scope, id: AppId, offered: bool) -> Result<Reconciled> {
        scope.require(Permission::System)?;
        let step = self.step();
        let set = move |tx: &Tx<'_>| {
            let app = store::lookup(tx, id)?.ok_or(Error::NotFound { app: id })?;
            if app.is_blocked && offered {
                return Err(Error::Blocked { app: id });
            }
            if offered && (app.origin != Origin::Catalogue || app.current.is_none()) {
                return Err(Error::NotPublished { app: id });
            }
            if app.is_offered != offered {
                let app = App { is_offered: offered, updated_at: step.at, ..app };
                keep(tx, &app)?;
                let action = if offered { "app.offer" } else { "app.withdraw" };
                let after = Some(json!({ "offered": offered }));
                step.tell(tx, action, About::app(id), (None, after))?;
            }
            Ok(())
        };
        self.db.write(scope, set).await?;
        self.reconcile().await
    }

    /// Keeps what is offered in step in every tenant, until `stop`: at the start, and every ten minutes for new
    /// versions and tenants that came later. Run on one node or on all; each change is made once.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        loop {
            if let Err(error) = self.reconcile().await {
                tracing::warn!(%error, "offers of apps could not be brought to every tenant");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }

    /// Brings what is offered to every tenant, and withdraws what is not any more.
    ///
    /// # Errors
    /// [`Error::Store`], [`Error::Identity`].
    pub async fn reconcile(&self) -> Result<Reconciled> {
        let tenants = self.scopes.tenants().await?;
        let mut parcels = Vec::new();
        for tenant in &tenants {
            let scope = self.scopes.scope(tenant.id, JOB);
            parcels.extend(self.db.read(&scope, packed).await?);
        }
        let mut all = Reconciled::default();
        for tenant in &tenants {
            let scope = self.scopes.scope(tenant.id, JOB);
            for parcel in parcels.iter().filter(|it| it.source.0 != tenant.id) {
                let (parcel, fresh, step) = (parcel.clone(), self.ids.fresh(), self.step());
                let settings = self.settings;
                let came = self
                    .db
                    .write(&scope, move |tx| receive(tx, &parcel, fresh, (step, settings)))
                    .await?;
                all = sum(all, came);
            }
            let step = self.step();
            let sources: Vec<_> = parcels.iter().map(|it| it.source).collect();
            let gone = self.db.write(&scope, move |tx| withdraw(tx, &sources, step)).await?;
            all.withdrawn += gone;
        }
        Ok(all)
    }
}

fn sum(a: Reconciled, b: Reconciled) -> Reconciled {
    Reconciled {
        added: a.added + b.added,
        updated: a.updated + b.updated,
        withdrawn: a.withdrawn + b.withdrawn,
        kept_out: a.kept_out + b.kept_out,
    }
}

/// Everything that this tenant's catalogue lends to the others.
fn packed(tx: &Tx<'_>) -> Result<Vec<Parcel>> {
    let mut parcels = Vec::new();
    for app in store::offered(tx)? {
        let Some(number) = app.current.filter(|_| !app.is_blocked) else { continue };
        let Some(version) = versions::lookup(tx, app.id, number)? else { continue };
        let mut files = Vec::new();
        for hash in [&version.package, &version.color_icon, &version.outline_icon] {
            if let Some(bytes) = store::file(tx, hash)? {
                files.push(Stored { hash: hash.clone(), bytes });
            }
        }
        let source = (tx.tenant(), app.id);
        parcels.push(Parcel { source, manifest_id: app.manifest_id, version, files });
    }
    Ok(parcels)
}

fn receive(
    tx: &Tx<'_>,
    parcel: &Parcel,
    fresh: AppId,
    (step, settings): (Step, crate::Settings),
) -> Result<Reconciled> {
    let present = store::find_by_manifest(tx, &parcel.manifest_id)?;
    let words = parcel.version.about.capability_words();
    let (app, newest) = match present {
        Some(app) if app.source != Some(parcel.source) => {
            return Ok(Reconciled { kept_out: 1, ..Reconciled::default() });
        }
        Some(app) => {
            let newest = versions::newest(tx, app.id)?;
            (app, newest)
        }
        None => {
            if store::count(tx, None)? >= i64::from(settings.max_catalogue_apps) {
                return Ok(Reconciled { kept_out: 1, ..Reconciled::default() });
            }
            let app = App {
                id: fresh,
                manifest_id: parcel.manifest_id.clone(),
                origin: Origin::Offer,
                team: None,
                current: None,
                is_blocked: false,
                is_offered: false,
                is_withdrawn: false,
                created_by: None,
                created_at: step.at,
                updated_at: step.at,
                source: Some(parcel.source),
            };
            store::insert(tx, &app, shown(&parcel.version.about, &words))?;
            (app, None)
        }
    };
    if app.is_withdrawn {
        keep(tx, &App { is_withdrawn: false, updated_at: step.at, ..app.clone() })?;
    }
    let is_new = newest.is_none();
    if newest.as_ref().is_some_and(|it| it.package == parcel.version.package) {
        return Ok(Reconciled::default());
    }
    for file in &parcel.files {
        store::keep_file(tx, file, step.at)?;
    }
    // The operator's administrators have looked at it; this tenant's still publish it, or do not.
    let version = Version {
        number: newest.map_or(1, |it| it.number + 1),
        state: VersionState::Approved,
        submitted_by: None,
        submitted_at: step.at,
        decided_by: None,
        decided_at: None,
        reason: None,
        ..parcel.version.clone()
    };
    versions::insert(tx, app.id, &version)?;
    versions::prune(tx, app.id, app.current, settings.kept_versions)?;
    let about = About::version(app.id, version.number);
    step.tell(tx, "app.receive", about, (None, Some(document(&version))))?;
    Ok(if is_new {
        Reconciled { added: 1, ..Reconciled::default() }
    } else {
        Reconciled { updated: 1, ..Reconciled::default() }
    })
}

/// Offers whose source is no longer offered: gone where nobody has them, kept where somebody has.
fn withdraw(tx: &Tx<'_>, sources: &[(TenantId, AppId)], step: Step) -> Result<u32> {
    let mut gone = 0;
    for app in store::offers(tx)? {
        if app.is_withdrawn || app.source.is_some_and(|source| sources.contains(&source)) {
            continue;
        }
        gone += 1;
        let id = app.id;
        step.tell(tx, "app.withdraw", About::app(id), (None, Some(json!({ "offered": false }))))?;
        if installs::dependents(tx, id)?.is_empty() {
            store::delete(tx, id)?;
        } else {
            wake_teams(tx, id)?;
            let app = App { is_withdrawn: true, updated_at: step.at, ..app };
            keep(tx, &app)?;
            entry(tx, app)?;
        }
    }
    Ok(gone)
}

/// What the audit shows as the actor.
const JOB: &str = "app-offers";

/// How often offers are brought along.
const EVERY: Duration = Duration::from_mins(10);
