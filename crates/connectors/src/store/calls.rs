//! Rows of the log of calls.

use db::{Result, Row, Tx};
use jiff::Timestamp;
use kernel::{ApiConnectorId, ConnectionId, DataPolicyId, EnvironmentId};
use uuid::Uuid;

use crate::{
    calls::{CallEntry, CallFilter, Health},
    policy::Ground,
    violations::{Refusal, RefusalFilter},
};

/// Writes calls of one tenant, many at once.
pub(crate) fn insert(tx: &Tx<'_>, calls: &[CallEntry]) -> Result<u64> {
    const SQL: &str = "INSERT INTO api_calls (tenant_id, id, at, connector_id, environment_id, \
                       version, operation, connection_id, via, subject_id, actor_kind, actor, \
                       request_id, outcome, status, duration_us, sent_bytes, received_bytes, \
                       policy_id, ground) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, \
                       $12, $13, $14, $15, $16, $17, $18, $19, $20)";
    let rows: Vec<Vec<db::Value<'_>>> = calls
        .iter()
        .map(|call| {
            vec![
                tx.tenant().into(),
                call.id.into(),
                call.at.into(),
                call.connector.into(),
                call.environment.into(),
                call.version.into(),
                (&call.operation).into(),
                call.connection.into(),
                call.via.as_str().into(),
                call.subject.into(),
                call.actor.kind().into(),
                call.actor.to_string().into(),
                call.request.into(),
                call.outcome.as_ref().into(),
                call.status.map(i64::from).into(),
                call.duration_us.into(),
                call.sent_bytes.into(),
                call.received_bytes.into(),
                call.refused.map(|(policy, _)| policy).into(),
                call.refused.map(|(_, ground)| ground.code()).into(),
            ]
        })
        .collect();
    tx.execute_many(SQL, &rows)
}

/// Calls, newest first.
pub(crate) fn page(
    tx: &Tx<'_>,
    filter: &CallFilter,
    before: Option<(Timestamp, Uuid)>,
    limit: i64,
) -> Result<Vec<crate::calls::Call>> {
    const SQL: &str = "SELECT id, at, connector_id, version, operation, connection_id, via, \
                       subject_id, actor, request_id, outcome, status, duration_us, sent_bytes, \
                       received_bytes FROM api_calls WHERE tenant_id = $1 \
                       AND (connector_id = $2 OR $2 = $3) AND (operation = $4 OR $4 = '') \
                       AND (subject_id = $5 OR $5 = $3) AND (outcome <> 'done' OR CAST($6 AS BIGINT) = 0) \
                       AND via <> 'connection' AND via <> 'publication' \
                       AND (at < $7 OR (at = $7 AND id < $8)) ORDER BY at DESC, id DESC LIMIT $9";
    let nil = Uuid::nil();
    let (at, id) = before.unwrap_or((Timestamp::MAX, Uuid::max()));
    // The largest instant of either engine is before that of the library.
    let at = at.min(LATEST);
    let params = [
        tx.tenant().into(),
        filter.connector.map_or(nil, ApiConnectorId::uuid).into(),
        nil.into(),
        filter.operation.as_deref().unwrap_or_default().into(),
        filter.subject.unwrap_or(nil).into(),
        i64::from(filter.failed).into(),
        at.into(),
        id.into(),
        limit.into(),
    ];
    tx.all(SQL, &params)?.iter().map(read).collect()
}

/// How each operation did since `since`: of one connector, or of one subject such as an action.
pub(crate) fn health(tx: &Tx<'_>, filter: &CallFilter, since: Timestamp) -> Result<Vec<Health>> {
    const SQL: &str = "SELECT operation, COUNT(*), \
                       SUM(CASE WHEN outcome = 'done' THEN 0 ELSE 1 END), \
                       SUM(CASE WHEN outcome = 'api_call.late' OR outcome = 'outbound.timeout' \
                           THEN 1 ELSE 0 END), MAX(at) FROM api_calls \
                       WHERE tenant_id = $1 AND (connector_id = $2 OR $2 = $3) \
                       AND (subject_id = $4 OR $4 = $3) AND at >= $5 \
                       AND via <> 'connection' AND via <> 'publication' GROUP BY operation ORDER BY operation LIMIT 1000";
    const SLOW: &str = "SELECT duration_us FROM api_calls WHERE tenant_id = $1 \
                        AND (connector_id = $2 OR $2 = $3) AND (subject_id = $4 OR $4 = $3) \
                        AND at >= $5 AND operation = $6 AND via <> 'publication' \
                        ORDER BY duration_us DESC LIMIT 1 OFFSET $7";
    const LAST: &str = "SELECT outcome, status, at FROM api_calls WHERE tenant_id = $1 \
                        AND (connector_id = $2 OR $2 = $3) AND (subject_id = $4 OR $4 = $3) \
                        AND at >= $5 AND operation = $6 AND outcome <> 'done' \
                        AND via <> 'publication' \
                        ORDER BY at DESC, id DESC LIMIT 1";
    let nil = Uuid::nil();
    let connector = filter.connector.map_or(nil, ApiConnectorId::uuid);
    let subject = filter.subject.unwrap_or(nil);
    let base =
        || vec![tx.tenant().into(), connector.into(), nil.into(), subject.into(), since.into()];
    let mut all = Vec::new();
    for row in tx.all(SQL, &base())? {
        let (operation, calls): (String, i64) = (row.get(0)?, row.get(1)?);
        let mut params = base();
        params.push((&operation).into());
        let last = tx.first(LAST, &params)?;
        // The value that one call in twenty exceeds.
        params.push((calls / 20).into());
        let slow = tx.first(SLOW, &params)?;
        let p95_us = slow.map_or(Ok(0), |row| row.get(0))?;
        let last_error: Option<(String, Option<i64>, Timestamp)> = last
            .map(|row| Ok::<_, db::Error>((row.get(0)?, row.get(1)?, row.get(2)?)))
            .transpose()?;
        all.push(Health {
            calls,
            failed: row.get(2)?,
            late: row.get(3)?,
            last_at: row.get(4)?,
            p95_us,
            last_error,
            operation,
        });
    }
    Ok(all)
}

/// What data policies refused, newest first.
pub(crate) fn refusals(
    tx: &Tx<'_>,
    filter: RefusalFilter,
    before: Option<(Timestamp, Uuid)>,
    limit: i64,
) -> Result<Vec<Refusal>> {
    const SQL: &str = "SELECT a.id, a.at, a.connector_id, a.version, a.operation, a.connection_id, \
                       a.via, a.subject_id, a.actor, a.request_id, a.outcome, a.status, \
                       a.duration_us, a.sent_bytes, a.received_bytes, a.environment_id, c.name, \
                       a.policy_id, p.name, a.ground FROM api_calls a \
                       LEFT JOIN api_connectors c ON c.tenant_id = a.tenant_id AND c.id = a.connector_id \
                       LEFT JOIN data_policies p ON p.tenant_id = a.tenant_id AND p.id = a.policy_id \
                       WHERE a.tenant_id = $1 AND a.policy_id IS NOT NULL \
                       AND (a.policy_id = $2 OR $2 = $3) AND (a.environment_id = $4 OR $4 = $3) \
                       AND (a.at < $5 OR (a.at = $5 AND a.id < $6)) \
                       ORDER BY a.at DESC, a.id DESC LIMIT $7";
    let nil = Uuid::nil();
    let (at, id) = before.unwrap_or((Timestamp::MAX, Uuid::max()));
    let params = [
        tx.tenant().into(),
        filter.policy.map_or(nil, DataPolicyId::uuid).into(),
        nil.into(),
        filter.environment.map_or(nil, EnvironmentId::uuid).into(),
        at.min(LATEST).into(),
        id.into(),
        limit.into(),
    ];
    let refusal = |row: &Row| {
        Ok(Refusal {
            call: read(row)?,
            environment: row.id(15)?,
            connector_name: row.get(16)?,
            policy: row.id(17)?,
            policy_name: row.get(18)?,
            ground: row.parsed(19, Ground::read)?,
        })
    };
    tx.all(SQL, &params)?.iter().map(refusal).collect()
}

/// Calls with a connection since `since`.
pub(crate) fn count_with(
    tx: &Tx<'_>,
    (connector, connection): (ApiConnectorId, ConnectionId),
    since: Timestamp,
) -> Result<i64> {
    const SQL: &str = "SELECT COUNT(*) FROM api_calls WHERE tenant_id = $1 AND connector_id = $2 \
                       AND connection_id = $3 AND at >= $4 AND via <> 'connection'";
    let params = [tx.tenant().into(), connector.into(), connection.into(), since.into()];
    tx.first(SQL, &params)?.map_or(Ok(0), |row| row.get(0))
}

/// Forgets the oldest calls; how many.
pub(crate) fn prune(tx: &Tx<'_>, before: Timestamp, limit: i64) -> Result<u64> {
    const SQL: &str = "DELETE FROM api_calls WHERE tenant_id = $1 AND id IN \
                       (SELECT id FROM api_calls WHERE tenant_id = $1 AND at < $2 \
                        ORDER BY at LIMIT $3)";
    tx.execute(SQL, &[tx.tenant().into(), before.into(), limit.into()])
}

/// Calls of an operation since `since`, for a dry run of a policy.
pub(crate) fn count(
    tx: &Tx<'_>,
    connector: ApiConnectorId,
    operation: Option<&str>,
    since: Timestamp,
) -> Result<i64> {
    const SQL: &str = "SELECT COUNT(*) FROM api_calls WHERE tenant_id = $1 AND connector_id = $2 \
                       AND (operation = $3 OR $3 = '') AND at >= $4 \
                       AND via <> 'connection' AND via <> 'publication'";
    let operation = operation.unwrap_or_default();
    let params = [tx.tenant().into(), connector.into(), operation.into(), since.into()];
    tx.first(SQL, &params)?.map_or(Ok(0), |row| row.get(0))
}

fn read(row: &Row) -> Result<crate::calls::Call> {
    Ok(crate::calls::Call {
        id: row.get(0)?,
        at: row.get(1)?,
        connector: row.id(2)?,
        version: row.get(3)?,
        operation: row.get(4)?,
        connection: row.maybe_id(5)?,
        via: row.get(6)?,
        subject: row.get(7)?,
        actor: row.get(8)?,
        request: row.id(9)?,
        outcome: row.get(10)?,
        status: row.get(11)?,
        duration_us: row.get(12)?,
        sent_bytes: row.get(13)?,
        received_bytes: row.get(14)?,
    })
}

/// 9999-01-01, well inside what both engines store.
const LATEST: Timestamp = Timestamp::constant(253_370_764_800, 0);
