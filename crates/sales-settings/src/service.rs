//! The service that edges hold.

use std::{fmt, sync::Arc};

use crm::Crm;
use db::{Db, Tx};
use event_log::{Change, Subject, audit};
use futures_util::future::BoxFuture;
use kernel::{Clock, FieldError, Permission, Scope};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use crate::{
    Access, Area, CATALOGUE, Error, Forms, Result, Settings, TENANT, TenantSettings, Vendor,
    access,
    check::merged,
    store::{self, Document},
};

/// A caller's place at a CRM of the tenant.
#[derive(Debug)]
pub struct Place {
    /// Who made the CRM.
    pub vendor: Vendor,
    /// The CRM as it is for the caller.
    pub crm: Arc<dyn Crm>,
}

/// Finds the caller's place at a CRM; what stands in the way is the error.
pub type Seat =
    Box<dyn Fn(Scope, Uuid) -> BoxFuture<'static, Result<Place, crm::Error>> + Send + Sync>;

/// What the service is made of.
pub struct Parts {
    /// Storage.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Places at CRMs.
    pub seat: Seat,
}

/// Settings as they are kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept<T> {
    /// What holds.
    pub value: T,
    /// How often it was changed; 0 where nobody ever set anything.
    pub changes: i64,
}

/// Settings of sales of every tenant; cheap to clone.
#[derive(Clone)]
pub struct SalesSettings(Arc<Parts>);

impl fmt::Debug for SalesSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SalesSettings").finish_non_exhaustive()
    }
}

impl SalesSettings {
    /// The settings on a database.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// What holds at a CRM, for rooms and pages that obey it.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn of(&self, scope: &Scope, system: Uuid) -> Result<Settings> {
        scope.require(Permission::ConnectionUse)?;
        Ok(self.0.db.read_one(scope, move |tx| store::settings(tx, system)).await?)
    }

    /// What the caller may use at a CRM.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn may(&self, scope: &Scope, system: Uuid, area: Area) -> Result<Access> {
        scope.require(Permission::ConnectionUse)?;
        let Some(user) = scope.user() else { return Ok(Access::Granted) };
        Ok(self.0.db.read_one(scope, move |tx| access(tx, system, user, area)).await?)
    }

    /// Whether the caller may open the settings of a CRM, with the caller's place there. At an environment of the hub
    /// who administers sales may; anywhere, whom the CRM itself calls an administrator (sales reference §2.1).
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::AdministratorsOnly`], [`Error::Crm`].
    pub async fn administered(&self, scope: &Scope, system: Uuid) -> Result<Place> {
        scope.require(Permission::ConnectionUse)?;
        let place = (self.0.seat)(scope.clone(), system).await?;
        let own = place.vendor == Vendor::Embedded && scope.may(Permission::SalesManage);
        if own || place.crm.administers().await? {
            Ok(place)
        } else {
            Err(Error::AdministratorsOnly)
        }
    }

    /// The settings of a CRM, for whoever administers it.
    ///
    /// # Errors
    /// As [`SalesSettings::administered`]; [`Error::Store`].
    pub async fn settings(&self, scope: &Scope, system: Uuid) -> Result<Kept<Settings>> {
        self.administered(scope, system).await?;
        let read = move |tx: &Tx<'_>| {
            let changes = changes(tx, system, Document::Settings)?;
            Ok::<_, db::Error>(Kept { value: store::settings(tx, system)?, changes })
        };
        Ok(self.0.db.read_one(scope, read).await?)
    }

    /// Changes settings of a CRM: what is named, as the catalogue names it, and nothing else. With `expected` only
    /// while they were changed as often.
    ///
    /// # Errors
    /// As [`SalesSettings::administered`]; [`Error::Invalid`] with every mistake, [`Error::Changed`], [`Error::Store`].
    pub async fn update(
        &self,
        scope: &Scope,
        system: Uuid,
        patch: Map<String, Json>,
        expected: Option<i64>,
    ) -> Result<Kept<Settings>> {
        self.administered(scope, system).await?;
        let now = self.0.clock.now();
        let write = move |tx: &Tx<'_>| {
            let before = json!(store::settings(tx, system)?);
            let (value, after) = merged::<Settings>(&before, &patch, CATALOGUE)?;
            let kept = (system, Document::Settings);
            let changes = keep(tx, kept, (&before, &after), expected, now)?;
            Ok(Kept { value, changes })
        };
        self.0.db.write(scope, write).await
    }

    /// The settings of the tenant, for whoever administers sales.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn tenant(&self, scope: &Scope) -> Result<Kept<TenantSettings>> {
        scope.require(Permission::SalesManage)?;
        let read = move |tx: &Tx<'_>| {
            let changes = changes(tx, Uuid::nil(), Document::Tenant)?;
            Ok::<_, db::Error>(Kept { value: store::tenant_settings(tx)?, changes })
        };
        Ok(self.0.db.read_one(scope, read).await?)
    }

    /// Changes settings of the tenant, as [`SalesSettings::update`] those of a CRM.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`], [`Error::Changed`], [`Error::Store`].
    pub async fn update_tenant(
        &self,
        scope: &Scope,
        patch: Map<String, Json>,
        expected: Option<i64>,
    ) -> Result<Kept<TenantSettings>> {
        scope.require(Permission::SalesManage)?;
        let now = self.0.clock.now();
        let write = move |tx: &Tx<'_>| {
            let before = json!(store::tenant_settings(tx)?);
            let (value, after) = merged::<TenantSettings>(&before, &patch, TENANT)?;
            let kept = (Uuid::nil(), Document::Tenant);
            let changes = keep(tx, kept, (&before, &after), expected, now)?;
            Ok(Kept { value, changes })
        };
        self.0.db.write(scope, write).await
    }

    /// The forms of a CRM, for whoever administers it: those that were published, else those of the beginning.
    ///
    /// # Errors
    /// As [`SalesSettings::administered`]; [`Error::Store`].
    pub async fn forms(&self, scope: &Scope, system: Uuid) -> Result<Kept<Forms>> {
        let place = self.administered(scope, system).await?;
        let read = move |tx: &Tx<'_>| {
            Ok::<_, db::Error>((store::forms(tx, system)?, changes(tx, system, Document::Forms)?))
        };
        let (found, changes) = self.0.db.read_one(scope, read).await?;
        Ok(Kept { value: found.unwrap_or_else(|| Forms::defaults(place.vendor)), changes })
    }

    /// Publishes forms: from now on sellers see records through them. They are held against what the CRM shows the
    /// caller first; fields that it no longer has are told.
    ///
    /// # Errors
    /// As [`SalesSettings::administered`]; [`Error::Invalid`], [`Error::Changed`], [`Error::Store`].
    pub async fn publish(
        &self,
        scope: &Scope,
        system: Uuid,
        forms: Forms,
        expected: Option<i64>,
    ) -> Result<Kept<Forms>> {
        let place = self.administered(scope, system).await?;
        let mut fields = forms.findings();
        if fields.is_empty() {
            for (at, one) in forms.types.iter().enumerate() {
                fields.extend(fits(&*place.crm, at, one).await?);
            }
        }
        if !fields.is_empty() {
            return Err(Error::Invalid { fields });
        }
        let now = self.0.clock.now();
        let write = move |tx: &Tx<'_>| {
            let before = store::forms(tx, system)?.map_or(Json::Null, |before| json!(before));
            let after = json!(forms);
            let changes = keep(tx, (system, Document::Forms), (&before, &after), expected, now)?;
            Ok(Kept { value: forms.clone(), changes })
        };
        self.0.db.write(scope, write).await
    }
}

/// Whether a form fits what the CRM shows, its relation included.
async fn fits(crm: &dyn Crm, at: usize, one: &crate::RecordType) -> Result<Vec<FieldError>> {
    let table = match crm.describe(&one.table).await {
        Ok(table) => table,
        Err(crm::Error::ObjectHidden { .. }) => {
            let detail = format!("the CRM shows you no {}", one.table);
            let pointer = format!("/types/{at}/table");
            return Ok(vec![FieldError::new(pointer, "sales_forms.table_unknown", detail)]);
        }
        Err(error) => return Err(error.into()),
    };
    let mut all = one.against(at, &table);
    if let Some(relation) = &one.related {
        let (holder, to) = if relation.theirs {
            (crm.describe(&relation.to).await?, &one.table)
        } else {
            (table, &relation.to)
        };
        let leads = |field: &crm::Field| match &field.kind {
            crm::FieldKind::Row(tables) => tables.iter().any(|name| name.eq_ignore_ascii_case(to)),
            _ => false,
        };
        if !holder.field(&relation.field).is_some_and(leads) {
            let detail = format!("{} leads from {} to no {to}", relation.field, holder.name);
            let pointer = format!("/types/{at}/related");
            all.push(FieldError::new(pointer, "sales_forms.related", detail));
        }
    }
    Ok(all)
}

fn changes(tx: &Tx<'_>, system: Uuid, which: Document) -> db::Result<i64> {
    Ok(store::read(tx, system, which)?.map_or(0, |(_, changes)| changes))
}

/// Keeps a document with its audit.
fn keep(
    tx: &Tx<'_>,
    (system, which): (Uuid, Document),
    (before, after): (&Json, &Json),
    expected: Option<i64>,
    now: jiff::Timestamp,
) -> Result<i64> {
    let known = changes(tx, system, which)?;
    if expected.is_some_and(|expected| expected != known) {
        return Err(Error::Changed);
    }
    let next = known + 1;
    store::put(tx, (system, which), after, next, now)?;
    let (action, subject) = match which {
        Document::Settings => ("sales_settings.update", Subject::new("crm_system", system)),
        Document::Forms => ("sales_settings.publish", Subject::new("crm_system", system)),
        Document::Tenant => ("sales_settings.tenant", Subject::new("tenant", tx.tenant())),
    };
    let (before, after) = (Some(before.clone()), Some(after.clone()));
    audit(tx, &Change { action, subject, before, after, at: now })?;
    Ok(next)
}
