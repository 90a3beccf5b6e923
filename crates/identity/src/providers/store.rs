//! The rows of providers.

use db::{Result as StoreResult, Row, Tx};
use kernel::ProviderId;

use super::{Provider, ProviderRules};
use crate::text;

pub(super) fn insert(tx: &Tx<'_>, provider: &Provider, secret: Option<&[u8]>) -> StoreResult<u64> {
    const SQL: &str = "INSERT INTO sign_in_providers (tenant_id, id, name, name_fold, issuer, \
                       client_id, client_secret, rules, enabled, created_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let params = [
        tx.tenant().into(),
        provider.id.into(),
        (&provider.name).into(),
        text::fold(&provider.name).into(),
        (&provider.issuer).into(),
        (&provider.client_id).into(),
        secret.into(),
        rules_json(&provider.rules),
        provider.enabled.into(),
        provider.created_at.into(),
    ];
    tx.execute(SQL, &params)
}

pub(super) fn update(tx: &Tx<'_>, provider: &Provider, secret: Option<&[u8]>) -> StoreResult<u64> {
    const SQL: &str = "UPDATE sign_in_providers SET name = $3, name_fold = $4, issuer = $5, \
                       client_id = $6, client_secret = COALESCE($7, client_secret), rules = $8, \
                       enabled = $9 WHERE tenant_id = $1 AND id = $2";
    let params = [
        tx.tenant().into(),
        provider.id.into(),
        (&provider.name).into(),
        text::fold(&provider.name).into(),
        (&provider.issuer).into(),
        (&provider.client_id).into(),
        secret.into(),
        rules_json(&provider.rules),
        provider.enabled.into(),
    ];
    tx.execute(SQL, &params)
}

pub(super) fn lookup(
    tx: &Tx<'_>,
    id: ProviderId,
) -> StoreResult<Option<(Provider, Option<Vec<u8>>)>> {
    const SQL: &str = "SELECT id, name, issuer, client_id, client_secret, rules, enabled, \
                       created_at FROM sign_in_providers WHERE tenant_id = $1 AND id = $2";
    let row = tx.first(SQL, &[tx.tenant().into(), id.into()])?;
    row.map(|row| Ok((read(&row)?, row.get(4)?))).transpose()
}

pub(crate) fn all(tx: &Tx<'_>) -> StoreResult<Vec<Provider>> {
    const SQL: &str = "SELECT id, name, issuer, client_id, client_secret, rules, enabled, \
                       created_at FROM sign_in_providers WHERE tenant_id = $1 \
                       ORDER BY name_fold LIMIT 100";
    tx.all(SQL, &[tx.tenant().into()])?.iter().map(read).collect()
}

/// Whether the pages offer a provider.
pub(crate) fn is_enabled(tx: &Tx<'_>, id: ProviderId) -> StoreResult<bool> {
    const SQL: &str = "SELECT enabled FROM sign_in_providers WHERE tenant_id = $1 AND id = $2";
    tx.first(SQL, &[tx.tenant().into(), id.into()])?.map_or(Ok(false), |row| row.get(0))
}

fn read(row: &Row) -> StoreResult<Provider> {
    let rules: serde_json::Value = row.get(5)?;
    let wrong = |_source| db::Error::Inconsistent { column: 5, expected: "rules of a provider" };
    Ok(Provider {
        id: row.id(0)?,
        name: row.get(1)?,
        issuer: row.get(2)?,
        client_id: row.get(3)?,
        has_secret: row.get::<Option<Vec<u8>>>(4)?.is_some(),
        rules: serde_json::from_value(rules).map_err(wrong)?,
        enabled: row.get(6)?,
        created_at: row.get(7)?,
    })
}

fn rules_json(rules: &ProviderRules) -> db::Value<'static> {
    db::Value::json(&serde_json::to_value(rules).unwrap_or_default())
}
