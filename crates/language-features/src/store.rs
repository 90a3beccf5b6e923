//! Rows of settings and of what was spent.

use db::{Result, Tx};
use jiff::Timestamp;
use kernel::UserId;
use serde_json::Value as Json;
use url::Url;
use uuid::Uuid;

use crate::{Config, Usage, config::Row};

pub(crate) fn config(tx: &Tx<'_>) -> Result<Option<Row>> {
    const SQL: &str = "SELECT id, features, endpoint, model, location, redact, daily_tokens, timeout_ms, sealed, \
                       consented_at, consented_by, changes FROM language_settings WHERE tenant_id = $1";
    let Some(mut row) = tx.first(SQL, &[tx.tenant().into()])? else { return Ok(None) };
    let endpoint: Option<String> = row.get(2)?;
    let by: Option<Uuid> = row.get(10)?;
    let sealed = row.take_bytes(8)?;
    let mut config = Config {
        endpoint: endpoint.and_then(|text| Url::parse(&text).ok()),
        model: row.get(3)?,
        location: row.get(4)?,
        has_key: sealed.is_some(),
        daily_tokens: row.get(6)?,
        timeout_ms: row.get(7)?,
        consented_at: row.get(9)?,
        consented_by: by.map(Into::into),
        changes: row.get(11)?,
        ..Config::default()
    };
    config.read_features(&row.get::<Json>(1)?, &row.get::<Json>(5)?);
    Ok(Some(Row { id: row.get(0)?, config, sealed }))
}

pub(crate) fn put_config(tx: &Tx<'_>, row: &Row, now: Timestamp) -> Result<u64> {
    const SQL: &str = "INSERT INTO language_settings (tenant_id, id, features, endpoint, model, location, redact, \
                       daily_tokens, timeout_ms, sealed, consented_at, consented_by, changes, updated_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
                       ON CONFLICT (tenant_id) DO UPDATE SET features = $3, endpoint = $4, model = $5, location = $6, \
                       redact = $7, daily_tokens = $8, timeout_ms = $9, sealed = $10, consented_at = $11, \
                       consented_by = $12, changes = $13, updated_at = $14";
    let config = &row.config;
    let params = [
        tx.tenant().into(),
        row.id.into(),
        db::Value::json(&config.features()),
        config.endpoint.as_ref().map(Url::as_str).into(),
        (&config.model).into(),
        (&config.location).into(),
        db::Value::json(&config.redact_words()),
        config.daily_tokens.into(),
        config.timeout_ms.into(),
        row.sealed.clone().into(),
        config.consented_at.into(),
        config.consented_by.map(UserId::uuid).into(),
        config.changes.into(),
        now.into(),
    ];
    tx.execute(SQL, &params)
}

/// What was spent on a day, over all features.
pub(crate) fn spent(tx: &Tx<'_>, day: &str) -> Result<i64> {
    const SQL: &str = "SELECT CAST(COALESCE(SUM(tokens), 0) AS BIGINT) FROM language_usage WHERE tenant_id = $1 AND day = $2";
    tx.first(SQL, &[tx.tenant().into(), day.into()])?.map_or(Ok(0), |row| row.get(0))
}

/// Adds to what was spent.
pub(crate) fn spend(tx: &Tx<'_>, usage: &Usage) -> Result<u64> {
    const SQL: &str = "INSERT INTO language_usage (tenant_id, day, feature, calls, tokens, dropped, failures) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant_id, day, feature) DO UPDATE SET \
                       calls = language_usage.calls + $4, tokens = language_usage.tokens + $5, \
                       dropped = language_usage.dropped + $6, failures = language_usage.failures + $7";
    let params = [
        tx.tenant().into(),
        usage.day.as_str().into(),
        usage.feature.as_str().into(),
        usage.calls.into(),
        usage.tokens.into(),
        usage.dropped.into(),
        usage.failures.into(),
    ];
    tx.execute(SQL, &params)
}

/// The last days, newest first.
pub(crate) fn usage(tx: &Tx<'_>) -> Result<Vec<Usage>> {
    const SQL: &str = "SELECT day, feature, calls, tokens, dropped, failures FROM language_usage \
                       WHERE tenant_id = $1 ORDER BY day DESC, feature LIMIT 200";
    let read = |row: &db::Row| {
        Ok(Usage {
            day: row.get(0)?,
            feature: row.parsed(1, crate::Feature::parse)?,
            calls: row.get(2)?,
            tokens: row.get(3)?,
            dropped: row.get(4)?,
            failures: row.get(5)?,
        })
    };
    tx.all(SQL, &[tx.tenant().into()])?.iter().map(read).collect()
}

/// Forgets days before one.
pub(crate) fn forget(tx: &Tx<'_>, before: &str) -> Result<u64> {
    const SQL: &str = "DELETE FROM language_usage WHERE tenant_id = $1 AND day < $2";
    tx.execute(SQL, &[tx.tenant().into(), before.into()])
}
