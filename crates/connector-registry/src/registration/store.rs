//! Rows of registered connectors.

use channel_connectors::{Icon, IconKind};
use db::{Result, Row, Tx, Value};
use jiff::Timestamp;
use kernel::{ConnectorId, UserId};
use serde_json::Value as Json;
use url::Url;

use super::{Checked, Connector, Details, Way};

macro_rules! connectors_where {
    ($rest:literal) => {
        concat!(
            "SELECT id, version, name, details, configuration_url, valid_domains, way, logo_type, \
             owner_id, created_at, updated_at FROM connectors ",
            $rest
        )
    };
}

fn read(row: &Row) -> Result<Connector> {
    let wrong = |column, expected| db::Error::Inconsistent { column, expected };
    let (details, domains): (Json, Json) = (row.get(3)?, row.get(5)?);
    let url: Option<String> = row.get(4)?;
    let url = url.map(|url| url.parse::<Url>()).transpose();
    Ok(Connector {
        id: row.id(0)?,
        version: row.get(1)?,
        name: row.get(2)?,
        details: serde_json::from_value(details).map_err(|_source| wrong(3, "details"))?,
        configuration_url: url.map_err(|_source| wrong(4, "an address"))?,
        valid_domains: serde_json::from_value(domains).map_err(|_source| wrong(5, "domains"))?,
        way: row.parsed(6, Way::read)?,
        logo: row.get::<Option<String>>(7)?.as_deref().and_then(IconKind::read),
        owner: row.id(8)?,
        created_at: row.get(9)?,
        updated_at: row.get(10)?,
    })
}

/// The connector, unless it was removed.
pub(crate) fn lookup(tx: &Tx<'_>, id: ConnectorId) -> Result<Option<Connector>> {
    let sql = connectors_where!("WHERE tenant_id = $1 AND id = $2 AND removed_at IS NULL");
    tx.first(sql, &[tx.tenant().into(), id.into()])?.map(|row| read(&row)).transpose()
}

/// What is told of the connector, also of a removed one.
pub(crate) fn details_of(tx: &Tx<'_>, id: ConnectorId) -> Result<Option<Details>> {
    const SQL: &str = "SELECT details FROM connectors WHERE tenant_id = $1 AND id = $2";
    let Some(row) = tx.first(SQL, &[tx.tenant().into(), id.into()])? else { return Ok(None) };
    let wrong = |_source| db::Error::Inconsistent { column: 0, expected: "details" };
    serde_json::from_value(row.get::<Json>(0)?).map(Some).map_err(wrong)
}

/// Whether there was such a connector, which somebody deleted.
pub(crate) fn is_removed(tx: &Tx<'_>, id: ConnectorId) -> Result<bool> {
    const SQL: &str = "SELECT 1 FROM connectors \
                       WHERE tenant_id = $1 AND id = $2 AND removed_at IS NOT NULL";
    Ok(tx.first(SQL, &[tx.tenant().into(), id.into()])?.is_some())
}

/// Connectors of one person, or all, in the order of their identifiers.
pub(crate) fn page(
    tx: &Tx<'_>,
    owner: Option<UserId>,
    after: ConnectorId,
    limit: i64,
) -> Result<Vec<Connector>> {
    const OWN: &str = connectors_where!(
        "WHERE tenant_id = $1 AND removed_at IS NULL AND id > $2 AND owner_id = $4 \
         ORDER BY id LIMIT $3"
    );
    const ALL: &str = connectors_where!(
        "WHERE tenant_id = $1 AND removed_at IS NULL AND id > $2 ORDER BY id LIMIT $3"
    );
    let mut params: Vec<Value<'_>> = vec![tx.tenant().into(), after.into(), limit.into()];
    params.extend(owner.map(Value::from));
    let sql = if owner.is_some() { OWN } else { ALL };
    tx.all(sql, &params)?.iter().map(read).collect()
}

fn details(checked: &Checked) -> Value<'static> {
    // Texts, addresses and flags always serialise.
    Value::json(&serde_json::to_value(&checked.details).unwrap_or_default())
}

/// Writes a new connector.
pub(crate) fn insert(
    tx: &Tx<'_>,
    (id, owner): (ConnectorId, UserId),
    checked: &Checked,
    logo: Option<&Icon>,
    at: Timestamp,
) -> Result<()> {
    const SQL: &str = "INSERT INTO connectors (tenant_id, id, version, name, details, \
                       configuration_url, valid_domains, way, logo_type, logo, owner_id, \
                       created_at, updated_at) \
                       VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)";
    let params = [
        tx.tenant().into(),
        id.into(),
        (&checked.name).into(),
        details(checked),
        checked.configuration_url.as_ref().map(Url::as_str).into(),
        Value::json(&Json::from(checked.valid_domains.clone())),
        Way::default().as_str().into(),
        logo.map(|logo| logo.kind.media_type()).into(),
        logo.map(|logo| logo.bytes.as_slice()).into(),
        owner.into(),
        at.into(),
    ];
    tx.execute(SQL, &params).map(drop)
}

/// Writes what a developer changed; its manifest stays as edited.
pub(crate) fn update(tx: &Tx<'_>, id: ConnectorId, checked: &Checked, at: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE connectors SET version = version + 1, name = $3, details = $4, \
                       configuration_url = $5, valid_domains = $6, updated_at = $7 \
                       WHERE tenant_id = $1 AND id = $2 AND removed_at IS NULL";
    let params = [
        tx.tenant().into(),
        id.into(),
        (&checked.name).into(),
        details(checked),
        checked.configuration_url.as_ref().map(Url::as_str).into(),
        Value::json(&Json::from(checked.valid_domains.clone())),
        at.into(),
    ];
    tx.execute(SQL, &params).map(drop)
}

pub(crate) fn set_logo(tx: &Tx<'_>, id: ConnectorId, logo: Option<&Icon>) -> Result<()> {
    const SQL: &str =
        "UPDATE connectors SET logo_type = $3, logo = $4 WHERE tenant_id = $1 AND id = $2";
    let params = [
        tx.tenant().into(),
        id.into(),
        logo.map(|logo| logo.kind.media_type()).into(),
        logo.map(|logo| logo.bytes.as_slice()).into(),
    ];
    tx.execute(SQL, &params).map(drop)
}

pub(crate) fn logo(tx: &Tx<'_>, id: ConnectorId) -> Result<Option<Icon>> {
    const SQL: &str = "SELECT logo_type, logo FROM connectors \
                       WHERE tenant_id = $1 AND id = $2 AND logo IS NOT NULL";
    let Some(mut row) = tx.first(SQL, &[tx.tenant().into(), id.into()])? else { return Ok(None) };
    let kind = row.parsed(0, IconKind::read)?;
    Ok(row.take_bytes(1)?.map(|bytes| Icon { kind, bytes }))
}

pub(crate) fn set_way(tx: &Tx<'_>, id: ConnectorId, way: Way) -> Result<()> {
    const SQL: &str = "UPDATE connectors SET version = version + 1, way = $3 \
                       WHERE tenant_id = $1 AND id = $2 AND removed_at IS NULL";
    tx.execute(SQL, &[tx.tenant().into(), id.into(), way.as_str().into()]).map(drop)
}

/// The manifest as its developer edited it, if so.
pub(crate) fn manifest(tx: &Tx<'_>, id: ConnectorId) -> Result<Option<Json>> {
    const SQL: &str = "SELECT manifest FROM connectors WHERE tenant_id = $1 AND id = $2";
    let row = tx.first(SQL, &[tx.tenant().into(), id.into()])?;
    row.map_or(Ok(None), |row| row.get(0))
}

pub(crate) fn set_manifest(tx: &Tx<'_>, id: ConnectorId, manifest: Option<&Json>) -> Result<()> {
    const SQL: &str = "UPDATE connectors SET version = version + 1, manifest = $3 \
                       WHERE tenant_id = $1 AND id = $2 AND removed_at IS NULL";
    let params = [tx.tenant().into(), id.into(), manifest.map(Value::json).into()];
    tx.execute(SQL, &params).map(drop)
}

pub(crate) fn remove(tx: &Tx<'_>, id: ConnectorId, at: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE connectors SET version = version + 1, removed_at = $3, logo = NULL, \
                       logo_type = NULL, manifest = NULL WHERE tenant_id = $1 AND id = $2";
    tx.execute(SQL, &[tx.tenant().into(), id.into(), at.into()]).map(drop)
}
