//! Rows of configurations.

use channel_connectors::Place;
use db::{Result, Row, Tx, Value};
use jiff::Timestamp;
use kernel::{ConfigurationId, ConnectorId, UserId, WebhookId};
use serde_json::{Map, Value as Json};

use super::{Configuration, ConfigurationState, Ended};

macro_rules! configurations_where {
    ($rest:literal) => {
        concat!(
            "SELECT id, connector_id, place_kind, place_id, webhook_id, name, settings, staged, \
             staged_by, state, created_by, created_at, updated_at, app_id, ended FROM connector_configurations ",
            $rest
        )
    };
}

fn read(row: &Row) -> Result<Configuration> {
    let (kind, place): (String, uuid::Uuid) = (row.get(2)?, row.get(3)?);
    let wrong = |column, expected| db::Error::Inconsistent { column, expected };
    let object = |column: usize| match row.get::<Option<Json>>(column)? {
        None => Ok(None),
        Some(Json::Object(object)) => Ok(Some(object)),
        Some(_) => Err(wrong(column, "an object")),
    };
    Ok(Configuration {
        id: row.id(0)?,
        connector: row.id(1)?,
        place: Place::read(&kind, place).ok_or_else(|| wrong(2, "a place"))?,
        webhook: row.maybe_id(4)?,
        name: row.get(5)?,
        settings: object(6)?,
        staged: object(7)?.zip(row.maybe_id(8)?),
        state: row.parsed(9, ConfigurationState::read)?,
        created_by: row.id(10)?,
        created_at: row.get(11)?,
        updated_at: row.get(12)?,
        app: row.maybe_id(13)?,
        ended: row.get::<Option<String>>(14)?.as_deref().and_then(Ended::read),
    })
}

pub(crate) fn lookup(tx: &Tx<'_>, id: ConfigurationId) -> Result<Option<Configuration>> {
    let sql = configurations_where!("WHERE tenant_id = $1 AND id = $2");
    tx.first(sql, &[tx.tenant().into(), id.into()])?.map(|row| read(&row)).transpose()
}

/// Saved ones of a place, in the order in which they were begun.
pub(crate) fn of_place(tx: &Tx<'_>, place: Place) -> Result<Vec<Configuration>> {
    let sql = configurations_where!(
        "WHERE tenant_id = $1 AND place_id = $2 AND place_kind = $3 AND state = 'active' \
         ORDER BY id LIMIT 500"
    );
    let params = [tx.tenant().into(), place.uuid().into(), place.kind().into()];
    tx.all(sql, &params)?.iter().map(read).collect()
}

/// Those of a connector, pending ones too, at most so many.
pub(crate) fn of_connector(
    tx: &Tx<'_>,
    connector: ConnectorId,
    limit: i64,
) -> Result<Vec<Configuration>> {
    let sql =
        configurations_where!("WHERE tenant_id = $1 AND connector_id = $2 ORDER BY id LIMIT $3");
    let params = [tx.tenant().into(), connector.into(), limit.into()];
    tx.all(sql, &params)?.iter().map(read).collect()
}

/// Saved ones whose connectors apps brought, in the order in which they were begun.
pub(crate) fn of_apps(
    tx: &Tx<'_>,
    after: ConfigurationId,
    limit: i64,
) -> Result<Vec<Configuration>> {
    let sql = configurations_where!(
        "WHERE tenant_id = $1 AND id > $2 AND app_id IS NOT NULL AND state = 'active' \
         ORDER BY id LIMIT $3"
    );
    let params = [tx.tenant().into(), after.into(), limit.into()];
    tx.all(sql, &params)?.iter().map(read).collect()
}

/// Ends one, or lets it go on.
pub(crate) fn set_ended(
    tx: &Tx<'_>,
    id: ConfigurationId,
    ended: Option<Ended>,
    at: Timestamp,
) -> Result<()> {
    const SQL: &str = "UPDATE connector_configurations SET ended = $3, updated_at = $4 \
                       WHERE tenant_id = $1 AND id = $2";
    let ended = ended.map(Ended::as_str).into();
    tx.execute(SQL, &[tx.tenant().into(), id.into(), ended, at.into()]).map(drop)
}

/// How many a person has open and not saved.
pub(crate) fn count_pending(tx: &Tx<'_>, user: UserId) -> Result<i64> {
    const SQL: &str = "SELECT COUNT(*) FROM connector_configurations \
                       WHERE tenant_id = $1 AND state = 'pending' AND created_by = $2";
    let row = tx.first(SQL, &[tx.tenant().into(), user.into()])?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// Pending ones that nobody touched since `before`.
pub(crate) fn stale(tx: &Tx<'_>, before: Timestamp, limit: i64) -> Result<Vec<Configuration>> {
    let sql = configurations_where!(
        "WHERE tenant_id = $1 AND state = 'pending' AND updated_at < $2 ORDER BY updated_at LIMIT $3"
    );
    let params = [tx.tenant().into(), before.into(), limit.into()];
    tx.all(sql, &params)?.iter().map(read).collect()
}

fn object(object: Option<&Map<String, Json>>) -> Value<'static> {
    object.map(|object| Value::json(&Json::Object(object.clone()))).into()
}

pub(crate) fn insert(tx: &Tx<'_>, of: &Configuration) -> Result<()> {
    const SQL: &str = "INSERT INTO connector_configurations (tenant_id, id, connector_id, \
                       place_kind, place_id, webhook_id, name, settings, state, created_by, \
                       created_at, updated_at, app_id) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12)";
    let params = [
        tx.tenant().into(),
        of.id.into(),
        of.connector.into(),
        of.place.kind().into(),
        of.place.uuid().into(),
        of.webhook.into(),
        (&of.name).into(),
        object(of.settings.as_ref()),
        of.state.as_str().into(),
        of.created_by.into(),
        of.created_at.into(),
        of.app.into(),
    ];
    tx.execute(SQL, &params).map(drop)
}

/// Writes everything that may change.
pub(crate) fn update(tx: &Tx<'_>, of: &Configuration) -> Result<()> {
    const SQL: &str = "UPDATE connector_configurations SET webhook_id = $3, name = $4, \
                       settings = $5, staged = $6, staged_by = $7, state = $8, updated_at = $9 \
                       WHERE tenant_id = $1 AND id = $2";
    let params = [
        tx.tenant().into(),
        of.id.into(),
        of.webhook.into(),
        (&of.name).into(),
        object(of.settings.as_ref()),
        object(of.staged.as_ref().map(|(staged, _)| staged)),
        of.staged.as_ref().map(|(_, user)| *user).into(),
        of.state.as_str().into(),
        of.updated_at.into(),
    ];
    tx.execute(SQL, &params).map(drop)
}

pub(crate) fn delete(tx: &Tx<'_>, id: ConfigurationId) -> Result<()> {
    const SQL: &str = "DELETE FROM connector_configurations WHERE tenant_id = $1 AND id = $2";
    tx.execute(SQL, &[tx.tenant().into(), id.into()]).map(drop)
}

/// Deletes the configuration of a webhook that was removed.
pub(crate) fn delete_of_webhook(tx: &Tx<'_>, hook: WebhookId) -> Result<()> {
    const SQL: &str =
        "DELETE FROM connector_configurations WHERE tenant_id = $1 AND webhook_id = $2";
    tx.execute(SQL, &[tx.tenant().into(), hook.into()]).map(drop)
}
