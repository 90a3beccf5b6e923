//! Consents, and what environments say of linking.

use db::{Result, Row, Tx, Value};
use ipnet::IpNet;
use jiff::Timestamp;
use kernel::{EnvironmentId, LicenceId};
use uuid::Uuid;

use crate::{
    Consent, CountsAs, DeviceRule, Devices, Which, cache::CHANGED, consent::ConsentState,
    table_settings::Kept,
};

pub(crate) fn consents(tx: &Tx<'_>) -> Result<[Consent; 2]> {
    Ok([consent(tx, Which::First)?, consent(tx, Which::Second)?])
}

pub(crate) fn consent(tx: &Tx<'_>, which: Which) -> Result<Consent> {
    const SQL: &str = "SELECT state, scopes, decided_by, decided_at FROM linking_consents \
                       WHERE tenant_id = $1 AND stage = $2";
    let Some(row) = tx.first(SQL, &[tx.tenant().into(), which.as_str().into()])? else {
        return Ok(Consent::open(which));
    };
    let mut state = row.parsed(0, ConsentState::parse)?;
    let scopes: String = row.get(1)?;
    let scopes: Vec<String> = scopes.split_whitespace().map(ToOwned::to_owned).collect();
    let by: Option<Uuid> = row.get(2)?;
    let mut consent = Consent { scopes, at: Some(row.get(3)?), ..Consent::open(which) };
    // what was agreed to once may be less than is needed now
    if state == ConsentState::Accepted && !consent.missing().is_empty() {
        state = ConsentState::Partial;
    }
    (consent.state, consent.by) = (state, by.map(Into::into));
    Ok(consent)
}

pub(crate) fn put_consent(tx: &Tx<'_>, consent: &Consent, now: Timestamp) -> Result<u64> {
    const SQL: &str = "INSERT INTO linking_consents (tenant_id, stage, state, scopes, decided_by, \
                       decided_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant_id, stage) \
                       DO UPDATE SET state = $3, scopes = $4, decided_by = $5, decided_at = $6";
    let params = [
        tx.tenant().into(),
        consent.which.as_str().into(),
        consent.state.as_str().into(),
        consent.scopes.join(" ").into(),
        consent.by.map(kernel::UserId::uuid).into(),
        now.into(),
    ];
    tx.notify(CHANGED, Uuid::nil(), 0);
    tx.execute(SQL, &params)
}

/// What an environment says beside the columns of its organisation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Own {
    pub(crate) labels: bool,
    pub(crate) devices: Devices,
}

pub(crate) fn own(tx: &Tx<'_>, environment: EnvironmentId) -> Result<Own> {
    const SQL: &str = "SELECT labels, devices, networks FROM linking_environments \
                       WHERE tenant_id = $1 AND environment_id = $2";
    let Some(row) = tx.first(SQL, &[tx.tenant().into(), environment.into()])? else {
        return Ok(Own::default());
    };
    let networks = row.parsed(2, |text| {
        text.split_whitespace().map(|one| one.parse::<IpNet>().ok()).collect::<Option<Vec<_>>>()
    })?;
    let devices = Devices { rule: row.parsed(1, DeviceRule::parse)?, networks };
    Ok(Own { labels: row.get(0)?, devices })
}

pub(crate) fn put_own(
    tx: &Tx<'_>,
    environment: EnvironmentId,
    own: &Own,
    now: Timestamp,
) -> Result<u64> {
    const SQL: &str = "INSERT INTO linking_environments (tenant_id, environment_id, labels, \
                       devices, networks, changed_at) VALUES ($1, $2, $3, $4, $5, $6) \
                       ON CONFLICT (tenant_id, environment_id) \
                       DO UPDATE SET labels = $3, devices = $4, networks = $5, changed_at = $6";
    let params = [
        tx.tenant().into(),
        environment.into(),
        own.labels.into(),
        own.devices.rule.as_str().into(),
        own.devices.networks_text().into(),
        now.into(),
    ];
    tx.notify(CHANGED, environment.uuid(), 0);
    tx.execute(SQL, &params)
}

pub(crate) fn tables(tx: &Tx<'_>, environment: EnvironmentId) -> Result<Vec<Kept>> {
    const SQL: &str = "SELECT table_name, links, documents FROM linking_tables \
                       WHERE tenant_id = $1 AND environment_id = $2 ORDER BY table_name LIMIT 5000";
    tx.all(SQL, &[tx.tenant().into(), environment.into()])?.iter().map(kept).collect()
}

pub(crate) fn table(tx: &Tx<'_>, environment: EnvironmentId, name: &str) -> Result<Option<Kept>> {
    const SQL: &str = "SELECT table_name, links, documents FROM linking_tables \
                       WHERE tenant_id = $1 AND environment_id = $2 AND table_name = $3";
    let row = tx.first(SQL, &[tx.tenant().into(), environment.into(), name.into()])?;
    row.as_ref().map(kept).transpose()
}

pub(crate) fn put_table(
    tx: &Tx<'_>,
    environment: EnvironmentId,
    kept: &Kept,
    now: Timestamp,
) -> Result<u64> {
    const SQL: &str = "INSERT INTO linking_tables (tenant_id, environment_id, table_name, links, \
                       documents, changed_at) VALUES ($1, $2, $3, $4, $5, $6) \
                       ON CONFLICT (tenant_id, environment_id, table_name) \
                       DO UPDATE SET links = $4, documents = $5, changed_at = $6";
    let params: [Value<'_>; 6] = [
        tx.tenant().into(),
        environment.into(),
        kept.table.as_str().into(),
        kept.links.into(),
        kept.documents.into(),
        now.into(),
    ];
    tx.notify(CHANGED, environment.uuid(), 0);
    tx.execute(SQL, &params)
}

fn kept(row: &Row) -> Result<Kept> {
    Ok(Kept { table: row.get(0)?, links: row.get(1)?, documents: row.get(2)? })
}

pub(crate) fn licences(tx: &Tx<'_>) -> Result<Vec<(LicenceId, CountsAs)>> {
    const SQL: &str = "SELECT licence_id, counts_as FROM linking_licences WHERE tenant_id = $1 \
                       ORDER BY licence_id LIMIT 1000";
    let read = |row: &Row| Ok((row.id(0)?, row.parsed(1, CountsAs::parse)?));
    tx.all(SQL, &[tx.tenant().into()])?.iter().map(read).collect()
}

pub(crate) fn put_licence(tx: &Tx<'_>, licence: LicenceId, counts: CountsAs) -> Result<u64> {
    const SQL: &str = "INSERT INTO linking_licences (tenant_id, licence_id, counts_as) \
                       VALUES ($1, $2, $3) ON CONFLICT (tenant_id, licence_id) \
                       DO UPDATE SET counts_as = $3";
    tx.notify(CHANGED, Uuid::nil(), 0);
    tx.execute(SQL, &[tx.tenant().into(), licence.into(), counts.as_str().into()])
}
