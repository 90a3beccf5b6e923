//! Rows of CRMs, connections, sign-ins under way and reviews.

use std::str::FromStr as _;

use db::{Result, Row, Tx};
use jiff::Timestamp;
use kernel::{EnvironmentId, UserId};
use serde_json::Value as Json;
use url::Url;
use uuid::Uuid;

use crate::{
    Application, Connection, CrmSystem, State, SystemKind,
    provision::{Administrator, Kept},
};

macro_rules! systems {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, kind, environment_id, address, authority, directory, application, \
             client_id, CASE WHEN sealed IS NULL THEN 0 ELSE 1 END, enabled, changes, created_at, \
             updated_at FROM crm_systems ",
            $rest
        )
    };
}

pub(crate) fn systems(tx: &Tx<'_>) -> Result<Vec<CrmSystem>> {
    const SQL: &str = systems!("WHERE tenant_id = $1 ORDER BY name_fold LIMIT 1000");
    tx.all(SQL, &[tx.tenant().into()])?.iter().map(system_of).collect()
}

pub(crate) fn system(tx: &Tx<'_>, id: Uuid) -> Result<Option<CrmSystem>> {
    const SQL: &str = systems!("WHERE tenant_id = $1 AND id = $2");
    tx.first(SQL, &[tx.tenant().into(), id.into()])?.as_ref().map(system_of).transpose()
}

pub(crate) fn system_sealed(tx: &Tx<'_>, id: Uuid) -> Result<Option<Vec<u8>>> {
    const SQL: &str = "SELECT sealed FROM crm_systems WHERE tenant_id = $1 AND id = $2";
    let row = tx.first(SQL, &[tx.tenant().into(), id.into()])?;
    row.map_or(Ok(None), |mut row| row.take_bytes(0))
}

pub(crate) fn insert_system(tx: &Tx<'_>, new: &CrmSystem, sealed: Option<&[u8]>) -> Result<u64> {
    const SQL: &str = "INSERT INTO crm_systems (tenant_id, id, name, name_fold, kind, \
                       environment_id, address, authority, directory, application, client_id, \
                       sealed, enabled, changes, created_at, updated_at) VALUES ($1, $2, $3, $4, \
                       $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, $14, $14)";
    let params = [
        tx.tenant().into(),
        new.id.into(),
        (&new.name).into(),
        fold(&new.name).into(),
        new.kind.as_str().into(),
        new.environment.into(),
        new.address.as_ref().map(Url::as_str).into(),
        new.authority.as_ref().map(Url::as_str).into(),
        new.directory.as_deref().into(),
        new.application.map(Application::as_str).into(),
        new.client_id.as_deref().into(),
        sealed.map(<[u8]>::to_vec).into(),
        new.enabled.into(),
        new.created_at.into(),
    ];
    tx.execute(SQL, &params)
}

/// Writes everything but kind and secret.
pub(crate) fn update_system(tx: &Tx<'_>, after: &CrmSystem) -> Result<u64> {
    const SQL: &str = "UPDATE crm_systems SET name = $3, name_fold = $4, environment_id = $5, \
                       address = $6, authority = $7, directory = $8, application = $9, \
                       client_id = $10, enabled = $11, changes = changes + 1, updated_at = $12 \
                       WHERE tenant_id = $1 AND id = $2";
    let params = [
        tx.tenant().into(),
        after.id.into(),
        (&after.name).into(),
        fold(&after.name).into(),
        after.environment.into(),
        after.address.as_ref().map(Url::as_str).into(),
        after.authority.as_ref().map(Url::as_str).into(),
        after.directory.as_deref().into(),
        after.application.map(Application::as_str).into(),
        after.client_id.as_deref().into(),
        after.enabled.into(),
        after.updated_at.into(),
    ];
    tx.execute(SQL, &params)
}

pub(crate) fn seal_system(tx: &Tx<'_>, id: Uuid, sealed: &[u8]) -> Result<u64> {
    const SQL: &str = "UPDATE crm_systems SET sealed = $3 WHERE tenant_id = $1 AND id = $2";
    tx.execute(SQL, &[tx.tenant().into(), id.into(), sealed.to_vec().into()])
}

/// Takes a CRM away, with connections and sign-ins.
pub(crate) fn delete_system(tx: &Tx<'_>, id: Uuid) -> Result<u64> {
    const ATTEMPTS: &str = "DELETE FROM crm_attempts WHERE tenant_id = $1 AND system_id = $2";
    const CONNECTIONS: &str = "DELETE FROM crm_connections WHERE tenant_id = $1 AND system_id = $2";
    const SQL: &str = "DELETE FROM crm_systems WHERE tenant_id = $1 AND id = $2";
    let params = [tx.tenant().into(), id.into()];
    tx.execute(ATTEMPTS, &params)?;
    tx.execute(CONNECTIONS, &params)?;
    tx.execute(SQL, &params)
}

macro_rules! connections {
    ($rest:literal) => {
        concat!(
            "SELECT id, user_id, system_id, chosen, state, reason, instance, organisation, \
             account, account_name, changes, connected_at, created_at, updated_at, sealed, \
             claimed_at FROM crm_connections ",
            $rest
        )
    };
}

/// A connection with what is kept beside it.
pub(crate) struct Opened {
    pub(crate) connection: Connection,
    pub(crate) sealed: Option<Vec<u8>>,
    pub(crate) claimed_at: Option<Timestamp>,
}

pub(crate) fn of_person(tx: &Tx<'_>, user: UserId) -> Result<Vec<Connection>> {
    const SQL: &str =
        connections!("WHERE tenant_id = $1 AND user_id = $2 ORDER BY created_at, id LIMIT 1000");
    tx.all(SQL, &[tx.tenant().into(), user.into()])?.iter().map(connection_of).collect()
}

pub(crate) fn opened(tx: &Tx<'_>, user: UserId, system: Uuid) -> Result<Option<Opened>> {
    const SQL: &str = connections!("WHERE tenant_id = $1 AND user_id = $2 AND system_id = $3");
    let Some(mut row) = tx.first(SQL, &[tx.tenant().into(), user.into(), system.into()])? else {
        return Ok(None);
    };
    let (connection, sealed) = (connection_of(&row)?, row.take_bytes(14)?);
    Ok(Some(Opened { connection, sealed, claimed_at: row.get(15)? }))
}

/// Connections over all people, the newest first.
pub(crate) fn everybody(
    tx: &Tx<'_>,
    (system, before): (Option<Uuid>, Option<Uuid>),
    limit: i64,
) -> Result<Vec<Connection>> {
    const SQL: &str = connections!(
        "WHERE tenant_id = $1 AND (system_id = $2 OR $2 = $3) AND id < $4 ORDER BY id DESC LIMIT $5"
    );
    let nil = Uuid::nil();
    let params = [
        tx.tenant().into(),
        system.unwrap_or(nil).into(),
        nil.into(),
        before.unwrap_or(Uuid::max()).into(),
        limit.into(),
    ];
    tx.all(SQL, &params)?.iter().map(connection_of).collect()
}

/// Everybody who has a connection.
pub(crate) fn owners(tx: &Tx<'_>) -> Result<Vec<UserId>> {
    const SQL: &str =
        "SELECT DISTINCT user_id FROM crm_connections WHERE tenant_id = $1 LIMIT 100000";
    tx.all(SQL, &[tx.tenant().into()])?.iter().map(|row| row.id(0)).collect()
}

/// How many connections of a CRM are in each state.
pub(crate) fn counts(tx: &Tx<'_>) -> Result<Vec<(Uuid, State, i64)>> {
    const SQL: &str = "SELECT system_id, state, COUNT(*) FROM crm_connections \
                       WHERE tenant_id = $1 GROUP BY system_id, state";
    let one = |row: &Row| Ok((row.get(0)?, row.parsed(1, known::<State>)?, row.get(2)?));
    tx.all(SQL, &[tx.tenant().into()])?.iter().map(one).collect()
}

/// Writes a connection anew, whatever was there, and chooses it.
pub(crate) fn keep(tx: &Tx<'_>, new: &Connection, sealed: Option<&[u8]>) -> Result<u64> {
    const SQL: &str = "INSERT INTO crm_connections (tenant_id, id, user_id, system_id, chosen, \
                       state, reason, instance, organisation, account, account_name, sealed, \
                       claimed_at, changes, connected_at, created_at, updated_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, $14, \
                       $15, $15) ON CONFLICT (tenant_id, user_id, system_id) DO UPDATE SET \
                       chosen = $5, state = $6, reason = $7, instance = $8, organisation = $9, \
                       account = $10, account_name = $11, sealed = $12, claimed_at = $13, \
                       changes = crm_connections.changes + 1, connected_at = $14, updated_at = $15";
    choose(tx, new.user, None)?;
    let nobody: Option<Timestamp> = None;
    let params = [
        tx.tenant().into(),
        new.id.into(),
        new.user.into(),
        new.system.into(),
        new.chosen.into(),
        new.state.as_str().into(),
        new.reason.as_deref().into(),
        new.instance.as_ref().map(Url::as_str).into(),
        new.organisation.as_deref().into(),
        new.account.as_deref().into(),
        new.account_name.as_deref().into(),
        sealed.map(<[u8]>::to_vec).into(),
        nobody.into(),
        new.connected_at.into(),
        new.updated_at.into(),
    ];
    tx.execute(SQL, &params)
}

/// Makes one of a person's connections the one that features use, or none.
pub(crate) fn choose(tx: &Tx<'_>, user: UserId, system: Option<Uuid>) -> Result<u64> {
    const NONE: &str = "UPDATE crm_connections SET chosen = $3 \
                        WHERE tenant_id = $1 AND user_id = $2 AND chosen = $4";
    const ONE: &str = "UPDATE crm_connections SET chosen = $4 \
                       WHERE tenant_id = $1 AND user_id = $2 AND system_id = $3";
    tx.execute(NONE, &[tx.tenant().into(), user.into(), false.into(), true.into()])?;
    let Some(system) = system else { return Ok(0) };
    tx.execute(ONE, &[tx.tenant().into(), user.into(), system.into(), true.into()])
}

pub(crate) fn delete_connection(tx: &Tx<'_>, user: UserId, system: Uuid) -> Result<u64> {
    const SQL: &str =
        "DELETE FROM crm_connections WHERE tenant_id = $1 AND user_id = $2 AND system_id = $3";
    tx.execute(SQL, &[tx.tenant().into(), user.into(), system.into()])
}

/// Says that the tokens of a connection are being refreshed; nothing when somebody else was faster.
pub(crate) fn claim(
    tx: &Tx<'_>,
    (id, changes): (Uuid, i64),
    (now, over): (Timestamp, Timestamp),
) -> Result<u64> {
    const SQL: &str = "UPDATE crm_connections SET claimed_at = $4, changes = changes + 1 \
                       WHERE tenant_id = $1 AND id = $2 AND changes = $3 \
                       AND (claimed_at IS NULL OR claimed_at < $5)";
    let params = [tx.tenant().into(), id.into(), changes.into(), now.into(), over.into()];
    tx.execute(SQL, &params)
}

/// What a refresh came to, unless the row was changed meanwhile.
pub(crate) fn settle(
    tx: &Tx<'_>,
    (id, changes): (Uuid, i64),
    (state, reason, sealed): (State, Option<&str>, Option<&[u8]>),
    now: Timestamp,
) -> Result<u64> {
    const SQL: &str = "UPDATE crm_connections SET state = $4, reason = $5, sealed = $6, \
                       claimed_at = $7, changes = changes + 1, updated_at = $8 \
                       WHERE tenant_id = $1 AND id = $2 AND changes = $3";
    let nobody: Option<Timestamp> = None;
    let params = [
        tx.tenant().into(),
        id.into(),
        changes.into(),
        state.as_str().into(),
        reason.into(),
        sealed.map(<[u8]>::to_vec).into(),
        nobody.into(),
        now.into(),
    ];
    tx.execute(SQL, &params)
}

/// Takes every connection of a CRM out of use, with its tokens; whose they were.
pub(crate) fn disable(
    tx: &Tx<'_>,
    (system, user): (Uuid, Option<UserId>),
    reason: &str,
    now: Timestamp,
) -> Result<Vec<Uuid>> {
    const SQL: &str = "UPDATE crm_connections SET state = $3, reason = $4, sealed = NULL, \
                       claimed_at = NULL, changes = changes + 1, updated_at = $5 \
                       WHERE tenant_id = $1 AND system_id = $2 AND state <> $3 \
                       AND (user_id = $6 OR $6 = $7) RETURNING id";
    let nil = Uuid::nil();
    let params = [
        tx.tenant().into(),
        system.into(),
        State::Disabled.as_str().into(),
        reason.into(),
        now.into(),
        user.map_or(nil, UserId::uuid).into(),
        nil.into(),
    ];
    tx.all(SQL, &params)?.iter().map(|row| row.get(0)).collect()
}

/// A sign-in under way.
pub(crate) struct Attempt {
    pub(crate) id: Uuid,
    pub(crate) system: Uuid,
    pub(crate) user: UserId,
    pub(crate) state_hash: [u8; 32],
    pub(crate) sealed: Vec<u8>,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

pub(crate) fn insert_attempt(tx: &Tx<'_>, new: &Attempt) -> Result<u64> {
    const SQL: &str = "INSERT INTO crm_attempts (tenant_id, id, system_id, user_id, state_hash, \
                       sealed, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let params = [
        tx.tenant().into(),
        new.id.into(),
        new.system.into(),
        new.user.into(),
        new.state_hash.to_vec().into(),
        new.sealed.clone().into(),
        new.created_at.into(),
        new.expires_at.into(),
    ];
    tx.execute(SQL, &params)
}

/// Takes a sign-in away for who finishes it.
pub(crate) fn take_attempt(tx: &Tx<'_>, state_hash: &[u8; 32]) -> Result<Option<Attempt>> {
    const SQL: &str = "DELETE FROM crm_attempts WHERE tenant_id = $1 AND state_hash = $2 \
                       RETURNING id, system_id, user_id, sealed, created_at, expires_at";
    let row = tx.first(SQL, &[tx.tenant().into(), state_hash.to_vec().into()])?;
    let Some(mut row) = row else { return Ok(None) };
    Ok(Some(Attempt {
        id: row.get(0)?,
        system: row.get(1)?,
        user: row.id(2)?,
        state_hash: *state_hash,
        sealed: row.take_bytes(3)?.unwrap_or_default(),
        created_at: row.get(4)?,
        expires_at: row.get(5)?,
    }))
}

pub(crate) fn prune_attempts(tx: &Tx<'_>, now: Timestamp) -> Result<u64> {
    const SQL: &str = "DELETE FROM crm_attempts WHERE tenant_id = $1 AND expires_at < $2";
    tx.execute(SQL, &[tx.tenant().into(), now.into()])
}

/// Remembers what a first sign-in provisioned; false when it is known already.
pub(crate) fn note_provisioned(
    tx: &Tx<'_>,
    environment: EnvironmentId,
    who: Option<UserId>,
    now: Timestamp,
) -> Result<bool> {
    const SQL: &str = "INSERT INTO crm_reviews (tenant_id, environment_id, provisioned_for, \
                       provisioned_at, administrators) VALUES ($1, $2, $3, $4, $5) \
                       ON CONFLICT (tenant_id, environment_id) DO NOTHING";
    let nobody = db::Value::json(&Json::Array(Vec::new()));
    let params = [tx.tenant().into(), environment.into(), who.into(), now.into(), nobody];
    Ok(tx.execute(SQL, &params)? > 0)
}

pub(crate) fn review(tx: &Tx<'_>, environment: EnvironmentId) -> Result<Option<Kept>> {
    const SQL: &str = "SELECT provisioned_for, provisioned_at, acknowledged_by, acknowledged_at, \
                       administrators FROM crm_reviews WHERE tenant_id = $1 AND environment_id = $2";
    let Some(row) = tx.first(SQL, &[tx.tenant().into(), environment.into()])? else {
        return Ok(None);
    };
    let list: Json = row.get(4)?;
    let seen = list.as_array().into_iter().flatten().filter_map(Administrator::read).collect();
    Ok(Some(Kept {
        provisioned_for: row.maybe_id(0)?,
        provisioned_at: row.get(1)?,
        acknowledged_by: row.maybe_id(2)?,
        acknowledged_at: row.get(3)?,
        seen,
    }))
}

pub(crate) fn acknowledge(
    tx: &Tx<'_>,
    (environment, who): (EnvironmentId, UserId),
    seen: &Json,
    now: Timestamp,
) -> Result<u64> {
    const SQL: &str = "UPDATE crm_reviews SET acknowledged_by = $3, acknowledged_at = $4, \
                       administrators = $5 WHERE tenant_id = $1 AND environment_id = $2";
    let params =
        [tx.tenant().into(), environment.into(), who.into(), now.into(), db::Value::json(seen)];
    tx.execute(SQL, &params)
}

/// The form in which names are compared.
fn fold(name: &str) -> String {
    name.trim().to_lowercase()
}

fn known<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

fn address(row: &Row, at: usize) -> Result<Option<Url>> {
    let text: Option<String> = row.get(at)?;
    Ok(text.and_then(|text| Url::parse(&text).ok()))
}

fn system_of(row: &Row) -> Result<CrmSystem> {
    let application: Option<String> = row.get(7)?;
    Ok(CrmSystem {
        id: row.get(0)?,
        name: row.get(1)?,
        kind: row.parsed(2, known::<SystemKind>)?,
        environment: row.maybe_id(3)?,
        address: address(row, 4)?,
        authority: address(row, 5)?,
        directory: row.get(6)?,
        application: application.and_then(|text| Application::from_str(&text).ok()),
        client_id: row.get(8)?,
        has_secret: row.get::<i64>(9)? == 1,
        enabled: row.get(10)?,
        changes: row.get(11)?,
        created_at: row.get(12)?,
        updated_at: row.get(13)?,
    })
}

fn connection_of(row: &Row) -> Result<Connection> {
    Ok(Connection {
        id: row.get(0)?,
        user: row.id(1)?,
        system: row.get(2)?,
        chosen: row.get(3)?,
        state: row.parsed(4, known::<State>)?,
        reason: row.get(5)?,
        instance: address(row, 6)?,
        organisation: row.get(7)?,
        account: row.get(8)?,
        account_name: row.get(9)?,
        changes: row.get(10)?,
        connected_at: row.get(11)?,
        created_at: row.get(12)?,
        updated_at: row.get(13)?,
    })
}
