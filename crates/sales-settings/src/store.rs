//! Rows of settings: one document for each CRM and page of it.

use db::{Result, Tx};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{Forms, Settings, TenantSettings};

/// Which document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Document {
    Settings,
    Forms,
    Tenant,
}

impl Document {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Forms => "forms",
            Self::Tenant => "tenant",
        }
    }
}

pub(crate) fn read(tx: &Tx<'_>, system: Uuid, which: Document) -> Result<Option<(Json, i64)>> {
    const SQL: &str = "SELECT document, changes FROM sales_settings \
                       WHERE tenant_id = $1 AND system_id = $2 AND name = $3";
    let row = tx.first(SQL, &[tx.tenant().into(), system.into(), which.as_str().into()])?;
    row.map(|row| Ok((row.get(0)?, row.get(1)?))).transpose()
}

pub(crate) fn put(
    tx: &Tx<'_>,
    (system, which): (Uuid, Document),
    document: &Json,
    changes: i64,
    now: Timestamp,
) -> Result<u64> {
    const SQL: &str = "INSERT INTO sales_settings (tenant_id, system_id, name, document, changes, updated_at) \
                       VALUES ($1, $2, $3, $4, $5, $6) \
                       ON CONFLICT (tenant_id, system_id, name) DO UPDATE SET document = $4, changes = $5, \
                       updated_at = $6";
    tx.execute(
        SQL,
        &[
            tx.tenant().into(),
            system.into(),
            which.as_str().into(),
            db::Value::json(document),
            changes.into(),
            now.into(),
        ],
    )
}

/// What was kept, as a type; what no longer reads as one counts as never set.
fn typed<T: DeserializeOwned>(found: Option<(Json, i64)>) -> Option<T> {
    serde_json::from_value(found?.0).ok()
}

/// What holds at a CRM.
///
/// # Errors
/// When reading fails.
pub fn settings(tx: &Tx<'_>, system: Uuid) -> Result<Settings> {
    Ok(typed(read(tx, system, Document::Settings)?).unwrap_or_default())
}

/// What holds for the tenant.
///
/// # Errors
/// When reading fails.
pub fn tenant_settings(tx: &Tx<'_>) -> Result<TenantSettings> {
    Ok(typed(read(tx, Uuid::nil(), Document::Tenant)?).unwrap_or_default())
}

/// The forms that were published for a CRM; nothing where nobody did, and people see what the CRM shows them.
///
/// # Errors
/// When reading fails.
pub fn forms(tx: &Tx<'_>, system: Uuid) -> Result<Option<Forms>> {
    Ok(typed(read(tx, system, Document::Forms)?))
}
