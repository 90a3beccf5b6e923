//! Statements on what records of CRMs elsewhere held when they were last looked at.

use std::collections::BTreeMap;

use db::{Result, Tx, Value};
use jiff::Timestamp;
use linking::LinkId;

/// What a record held, by the names of its columns.
pub(crate) fn held(tx: &Tx<'_>, link: LinkId) -> Result<Option<BTreeMap<String, String>>> {
    const SQL: &str = "SELECT held FROM linking_looks WHERE tenant_id = $1 AND link_id = $2";
    let row = tx.first(SQL, &[tx.tenant().into(), link.uuid().into()])?;
    let Some(row) = row else { return Ok(None) };
    let wrong = || db::Error::Inconsistent { column: 0, expected: "texts by name" };
    let held: serde_json::Value = row.get(0)?;
    serde_json::from_value(held).map(Some).map_err(|_odd| wrong())
}

pub(crate) fn hold(
    tx: &Tx<'_>,
    link: LinkId,
    held: &BTreeMap<String, String>,
    now: Timestamp,
) -> Result<()> {
    const SQL: &str = "INSERT INTO linking_looks (tenant_id, link_id, held, at) \
                       VALUES ($1, $2, $3, $4) ON CONFLICT (tenant_id, link_id) \
                       DO UPDATE SET held = $3, at = $4";
    let held = Value::Json(serde_json::to_string(held).unwrap_or_default().into());
    tx.execute(SQL, &[tx.tenant().into(), link.uuid().into(), held, now.into()])?;
    Ok(())
}
