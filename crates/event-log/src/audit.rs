//! The audit: who, what, before, after, when, from where.

use std::fmt;

use db::{Result, Row, Tx, Value};
use jiff::Timestamp;
use kernel::{RequestId, Scope};
use serde_json::Value as Json;

/// What was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The kind of thing, such as `webhook`.
    pub kind: &'static str,
    /// Its identifier.
    pub id: String,
}

impl Subject {
    /// A subject.
    pub fn new(kind: &'static str, id: impl fmt::Display) -> Self {
        Self { kind, id: id.to_string() }
    }
}

/// An administrative change, as the service that makes it writes it.
#[derive(Debug, Clone)]
pub struct Change {
    /// Dotted `noun.verb`, such as `webhook.disable`; a text for people is in `locales`.
    pub action: &'static str,
    /// What was changed.
    pub subject: Subject,
    /// What it was; secrets masked.
    pub before: Option<Json>,
    /// What it is; secrets masked.
    pub after: Option<Json>,
    /// When, from the clock before the closure.
    pub at: Timestamp,
}

/// Writes a change to the audit, in the transaction of the change; the actor, the request and the
/// caller's address come from the scope.
///
/// # Errors
/// Any of [`db::Error`].
pub fn audit(tx: &Tx<'_>, change: &Change) -> Result<()> {
    const SQL: &str = "INSERT INTO audit (tenant_id, position, at, actor_kind, actor, action, \
                       subject_kind, subject, before, after, request_id, origin) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let scope = tx.scope();
    let position = crate::draw(tx, AUDIT, tx.tenant().uuid())?;
    tx.execute(
        SQL,
        &[
            tx.tenant().into(),
            position.into(),
            change.at.into(),
            scope.actor().kind().into(),
            scope.actor().to_string().into(),
            change.action.into(),
            change.subject.kind.into(),
            (&change.subject.id).into(),
            change.before.as_ref().map_or(Value::Null, Value::json),
            change.after.as_ref().map_or(Value::Null, Value::json),
            scope.request().into(),
            scope.origin().map(|ip| ip.to_string()).into(),
        ],
    )?;
    tx.notify(AUDIT, tx.tenant().uuid(), position);
    Ok(())
}

/// Writes several changes at once, each with the scope of whoever made it; their tenant is the transaction's.
///
/// # Errors
/// Any of [`db::Error`].
pub fn audit_many(tx: &Tx<'_>, changes: &[(&Scope, Change)]) -> Result<()> {
    const SQL: &str = "INSERT INTO audit (tenant_id, position, at, actor_kind, actor, action, \
                       subject_kind, subject, before, after, request_id, origin) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let Ok(count) = u32::try_from(changes.len()) else { return Ok(()) };
    if count == 0 {
        return Ok(());
    }
    let first = crate::draw_many(tx, AUDIT, tx.tenant().uuid(), count)?;
    let rows: Vec<Vec<Value<'_>>> = (first..)
        .zip(changes)
        .map(|(position, (scope, change))| {
            vec![
                tx.tenant().into(),
                position.into(),
                change.at.into(),
                scope.actor().kind().into(),
                scope.actor().to_string().into(),
                change.action.into(),
                change.subject.kind.into(),
                (&change.subject.id).into(),
                change.before.as_ref().map_or(Value::Null, Value::json),
                change.after.as_ref().map_or(Value::Null, Value::json),
                scope.request().into(),
                scope.origin().map(|ip| ip.to_string()).into(),
            ]
        })
        .collect();
    tx.execute_many(SQL, &rows)?;
    tx.notify(AUDIT, tx.tenant().uuid(), first + i64::from(count) - 1);
    Ok(())
}

/// A row of the audit.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    /// Dense within the tenant.
    pub position: i64,
    /// When.
    pub at: Timestamp,
    /// `user`, `service`, `webhook` or `system`.
    pub actor_kind: String,
    /// Such as `user:01890a5d-…`.
    pub actor: String,
    /// Dotted `noun.verb`.
    pub action: String,
    /// The kind of thing that was changed.
    pub subject_kind: String,
    /// Its identifier.
    pub subject: String,
    /// What it was.
    pub before: Option<Json>,
    /// What it is.
    pub after: Option<Json>,
    /// The request that did it.
    pub request: RequestId,
    /// The caller's address.
    pub origin: Option<String>,
}

/// Which rows of the audit are asked for; empty fields let everything through.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Such as `user:01890a5d-…`.
    pub actor: Option<String>,
    /// A whole action (`webhook.disable`) or its noun (`webhook`).
    pub action: Option<String>,
    /// Identifier of the thing.
    pub subject: Option<String>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub to: Option<Timestamp>,
}

/// Rows of the audit below a position, newest first.
///
/// # Errors
/// Any of [`db::Error`].
pub fn audit_page(
    tx: &Tx<'_>,
    filter: &AuditFilter,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<AuditEntry>> {
    const SQL: &str = "SELECT position, at, actor_kind, actor, action, subject_kind, subject, \
                       before, after, request_id, origin FROM audit \
                       WHERE tenant_id = $1 AND position < $2 \
                         AND ($3 = '' OR actor = $3) \
                         AND ($4 = '' OR action = $4 OR substr(action, 1, length($5)) = $5) \
                         AND ($6 = '' OR subject = $6) \
                         AND at >= $7 AND at < $8 \
                       ORDER BY position DESC LIMIT $9";
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    let action = text(&filter.action);
    let noun = format!("{action}.");
    let params = [
        tx.tenant().into(),
        before.unwrap_or(i64::MAX).into(),
        text(&filter.actor).into(),
        action.into(),
        noun.into(),
        text(&filter.subject).into(),
        filter.from.unwrap_or(Timestamp::UNIX_EPOCH).into(),
        filter.to.unwrap_or(FAR).into(),
        limit.into(),
    ];
    tx.all(SQL, &params)?.iter().map(entry).collect()
}

/// Deletes rows of the audit older than `before` among its oldest `limit`; how many went. It reads no more than
/// those, however long the audit is.
///
/// # Errors
/// Any of [`db::Error`].
pub fn prune_audit(tx: &Tx<'_>, before: Timestamp, limit: u32) -> Result<u64> {
    const SQL: &str = "DELETE FROM audit WHERE tenant_id = $1 AND position IN \
                       (SELECT o.position FROM (SELECT position, at FROM audit \
                          WHERE tenant_id = $1 ORDER BY position LIMIT $3) o WHERE o.at < $2)";
    tx.execute(SQL, &[tx.tenant().into(), before.into(), limit.into()])
}

fn entry(row: &Row) -> Result<AuditEntry> {
    Ok(AuditEntry {
        position: row.get(0)?,
        at: row.get(1)?,
        actor_kind: row.get(2)?,
        actor: row.get(3)?,
        action: row.get(4)?,
        subject_kind: row.get(5)?,
        subject: row.get(6)?,
        before: row.get(7)?,
        after: row.get(8)?,
        request: row.id(9)?,
        origin: row.get(10)?,
    })
}

/// The stream that audit positions are drawn from.
const AUDIT: crate::Topic = "audit";

/// Later than any row: the end of the year 9999 in UTC.
const FAR: Timestamp = Timestamp::constant(253_402_207_200, 0);
