//! What administrators of sales set, and what the CRMs describe of it.

use crm::{Crm, Error as CrmError};
use crm_connections::SystemKind;
use db::Tx;
use identity::groups_of_person;
use kernel::{Scope, UserId};
use sales_settings::{Area, Forms, Vendor};
use uuid::Uuid;

use super::salesforce::shown;
use crate::{
    Deployment, Guide, Result,
    facts::{CrmOf, Described, Languages, Own},
};

/// Sellers whose groups are looked up. Ours.
const MOST: usize = 500;

/// The CRMs that a guide is about.
pub(super) const fn is_of(guide: Guide, kind: SystemKind) -> bool {
    matches!(
        (guide, kind),
        (Guide::Salesforce, SystemKind::Salesforce)
            | (Guide::Dynamics, SystemKind::Dataverse)
            | (Guide::Embedded, SystemKind::Embedded)
    )
}

const fn vendor(kind: SystemKind) -> Vendor {
    match kind {
        SystemKind::Embedded => Vendor::Embedded,
        SystemKind::Dataverse => Vendor::Dynamics,
        SystemKind::Salesforce => Vendor::Salesforce,
    }
}

impl Deployment {
    /// Settings and forms of the CRMs of a guide, and the language features of the tenant.
    pub(super) async fn customised(
        &self,
        root: &Scope,
        guide: Guide,
        sellers: Vec<(UserId, String)>,
        own: &mut Own,
    ) -> Result<()> {
        let systems = self.0.crm.systems(root).await?;
        let of_guide = systems.into_iter().filter(|one| one.enabled && is_of(guide, one.kind));
        let systems: Vec<_> = of_guide.map(|one| (one.id, one.name, vendor(one.kind))).collect();
        let more = own.more_sellers;
        let read = move |tx: &Tx<'_>| {
            let tenant = sales_settings::tenant_settings(tx)?;
            let config = language_features::config(tx)?;
            let mut crms = Vec::with_capacity(systems.len());
            let mut groups: Option<Vec<_>> = None;
            for (id, name, vendor) in &systems {
                let settings = sales_settings::settings(tx, *id)?;
                let mut crm = CrmOf {
                    id: *id,
                    name: name.clone(),
                    vendor: *vendor,
                    forms: sales_settings::forms(tx, *id)?,
                    speaks: settings.ai.on && settings.access.product.on,
                    kept_out: Vec::new(),
                    unlooked: 0,
                };
                // whom nobody keeps out, nobody's groups keep out
                let anybody = settings.judge(&tenant, Area::Ai, &[]).is_granted()
                    && settings.access.product.restrict.is_empty()
                    && tenant.groups.is_empty();
                if crm.speaks && tenant.ai && !anybody {
                    crm.unlooked = sellers.len().saturating_sub(MOST) + usize::from(more);
                    if groups.is_none() {
                        let each = sellers.iter().take(MOST);
                        let each = each.map(|(id, _)| groups_of_person(tx, *id));
                        groups = Some(each.collect::<db::Result<_>>()?);
                    }
                    for ((_, name), own) in sellers.iter().zip(groups.iter().flatten()) {
                        if !settings.judge(&tenant, Area::Ai, own).is_granted() {
                            crm.kept_out.push(name.clone());
                        }
                    }
                }
                crms.push(crm);
            }
            Ok::<_, db::Error>((crms, Languages { config, on: tenant.ai }))
        };
        let (crms, languages) = self.0.db.read(root, read).await?;
        (own.crms, own.languages) = (crms, Some(languages));
        Ok(())
    }

    /// Of the caller's CRM: which it is, and its forms.
    pub(super) async fn chosen_forms<'o>(
        &self,
        scope: &Scope,
        own: &'o Own,
    ) -> Option<(Uuid, Forms, Option<&'o Forms>)> {
        let system = self.0.crm.chosen(scope).await.ok()?;
        let crm = own.crms.iter().find(|crm| crm.id == system.id)?;
        Some((crm.id, crm.shown(), crm.forms.as_ref()))
    }
}

/// Every record type of forms, as the CRM describes it to who asks; nothing where it does not answer that at all.
pub(super) async fn described(
    crm: &dyn Crm,
    system: Uuid,
    forms: &Forms,
) -> Result<Described, CrmError> {
    let mut types = Vec::with_capacity(forms.types.len());
    for one in &forms.types {
        let found = match crm.describe(&one.table).await {
            Err(CrmError::NotFound) => None,
            other => shown(other)?,
        };
        types.push((one.table.clone(), found));
    }
    Ok(Described { system, types })
}
