//! Statements on what calls of surfaces came to.

use db::{Result, Row, Tx};
use jiff::Timestamp;
use kernel::ActionId;
use uuid::Uuid;

use crate::{Diagnostic, DiagnosticFilter, Outcome, Point};

/// The columns that [`read`] reads, before the rest of a statement.
macro_rules! select {
    ($($rest:literal)*) => {
        concat!(
            "SELECT id, at, point, environment_id, action_id, connector_id, connector_name, \
             operation, actor, request_id, outcome, code, message, activity, status, duration_us, \
             received, shown, sent, remarks FROM sales_extension_calls ",
            $($rest),*
        )
    };
}

fn read(row: &Row) -> Result<Diagnostic> {
    let document = |index| row.parsed(index, |text| serde_json::from_str(text).ok());
    Ok(Diagnostic {
        id: row.get(0)?,
        at: row.get(1)?,
        point: row.parsed(2, Point::parse)?,
        environment: row.id(3)?,
        action: row.id(4)?,
        connector: row.id(5)?,
        connector_name: row.get(6)?,
        operation: row.get(7)?,
        actor: row.get(8)?,
        request: row.id(9)?,
        outcome: row.parsed(10, Outcome::parse)?,
        code: row.get(11)?,
        message: row.get(12)?,
        activity: row.get(13)?,
        status: row.get(14)?,
        duration_us: row.get(15)?,
        received: row.get(16)?,
        shown: row.get(17)?,
        sent: document(18)?,
        remarks: document(19)?,
    })
}

pub(crate) fn insert(tx: &Tx<'_>, all: &[Diagnostic]) -> Result<u64> {
    const SQL: &str = "INSERT INTO sales_extension_calls (tenant_id, id, at, point, \
                       environment_id, action_id, connector_id, connector_name, operation, \
                       actor, request_id, outcome, code, message, activity, status, duration_us, \
                       received, shown, sent, remarks) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, \
                       $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)";
    let row = |call: &Diagnostic| {
        vec![
            tx.tenant().into(),
            call.id.into(),
            call.at.into(),
            call.point.as_str().into(),
            call.environment.into(),
            call.action.into(),
            call.connector.into(),
            call.connector_name.clone().into(),
            call.operation.clone().into(),
            call.actor.clone().into(),
            call.request.into(),
            call.outcome.as_str().into(),
            call.code.clone().into(),
            call.message.clone().into(),
            call.activity.clone().into(),
            call.status.into(),
            call.duration_us.into(),
            call.received.into(),
            call.shown.into(),
            call.sent.to_string().into(),
            call.remarks.to_string().into(),
        ]
    };
    let rows: Vec<Vec<db::Value<'_>>> = all.iter().map(row).collect();
    tx.execute_many(SQL, &rows)
}

pub(crate) fn lookup(tx: &Tx<'_>, id: Uuid) -> Result<Option<Diagnostic>> {
    let sql = select!("WHERE tenant_id = $1 AND id = $2");
    tx.first(sql, &[tx.tenant().into(), id.into()])?.map(|row| read(&row)).transpose()
}

pub(crate) fn page(
    tx: &Tx<'_>,
    filter: &DiagnosticFilter,
    before: Option<(Timestamp, Uuid)>,
    limit: i64,
) -> Result<Vec<Diagnostic>> {
    let sql = select!(
        "WHERE tenant_id = $1 AND ($2 = '' OR point = $2) AND ($3 OR action_id = $4) \
         AND ($5 = '' OR outcome = $5) AND ($6 OR outcome NOT IN ('shown', 'empty')) \
         AND (at < $7 OR (at = $7 AND id < $8)) ORDER BY at DESC, id DESC LIMIT $9"
    );
    let (at, id) = before.unwrap_or((LATEST, Uuid::max()));
    let params = [
        tx.tenant().into(),
        filter.point.map_or("", Point::as_str).into(),
        filter.action.is_none().into(),
        filter.action.map_or(Uuid::nil(), ActionId::uuid).into(),
        filter.outcome.map_or("", Outcome::as_str).into(),
        (!filter.failed).into(),
        at.min(LATEST).into(),
        id.into(),
        limit.into(),
    ];
    tx.all(sql, &params)?.iter().map(read).collect()
}

/// Forgets the oldest calls; how many.
pub(crate) fn prune(tx: &Tx<'_>, before: Timestamp, limit: i64) -> Result<u64> {
    const SQL: &str = "DELETE FROM sales_extension_calls WHERE tenant_id = $1 AND id IN \
                       (SELECT id FROM sales_extension_calls WHERE tenant_id = $1 AND at < $2 \
                        ORDER BY at LIMIT $3)";
    tx.execute(SQL, &[tx.tenant().into(), before.into(), limit.into()])
}

/// When the oldest of the `kept` newest calls began.
pub(crate) fn oldest_kept(tx: &Tx<'_>, kept: i64) -> Result<Option<Timestamp>> {
    const SQL: &str = "SELECT at FROM sales_extension_calls WHERE tenant_id = $1 \
                       ORDER BY at DESC LIMIT 1 OFFSET $2";
    tx.first(SQL, &[tx.tenant().into(), (kept - 1).into()])?.map(|row| row.get(0)).transpose()
}

/// 9999-01-01, well inside what both engines store.
const LATEST: Timestamp = Timestamp::constant(253_370_764_800, 0);
