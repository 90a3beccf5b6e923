//! Rows of presses.

pub(crate) mod views;

use db::{Result, Row, Tx, Value};
use jiff::Timestamp;
use kernel::{MessageId, UserId, WebhookId};

use crate::{Cause, Failure, Outcome, Run, RunKind, Sent, Told};

/// Whether the person's press of this button has no answer yet.
pub(crate) fn is_running(
    tx: &Tx<'_>,
    (message, user): (MessageId, UserId),
    action: &str,
    since: Timestamp,
) -> Result<bool> {
    const SQL: &str = "SELECT 1 FROM card_action_runs WHERE tenant_id = $1 AND user_id = $2 \
                       AND started_at > $3 AND message_id = $4 AND action = $5 \
                       AND outcome = 'running'";
    let params = [tx.tenant().into(), user.into(), since.into(), message.into(), action.into()];
    Ok(tx.first(SQL, &params)?.is_some())
}

/// How often a person pressed since an instant, or looked at cards that refresh by themselves.
pub(crate) fn asked(
    tx: &Tx<'_>,
    user: UserId,
    (by_itself, since): (bool, Timestamp),
) -> Result<i64> {
    const PRESSED: &str = "SELECT COUNT(*) FROM card_action_runs \
                           WHERE tenant_id = $1 AND user_id = $2 AND started_at > $3 \
                             AND cause <> 'shown'";
    const SHOWN: &str = "SELECT COUNT(*) FROM card_action_runs \
                         WHERE tenant_id = $1 AND user_id = $2 AND started_at > $3 \
                           AND cause = 'shown'";
    let sql = if by_itself { SHOWN } else { PRESSED };
    let row = tx.first(sql, &[tx.tenant().into(), user.into(), since.into()])?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// Whether this version of the card was refreshed for the person since an instant, with or without success.
pub(crate) fn is_refreshed(
    tx: &Tx<'_>,
    (message, user): (MessageId, UserId),
    (version, since): (i64, Timestamp),
) -> Result<bool> {
    const SQL: &str = "SELECT 1 FROM card_action_runs WHERE tenant_id = $1 AND user_id = $2 \
                       AND started_at > $3 AND message_id = $4 AND seen_version = $5 \
                       AND cause IN ('shown', 'refresh')";
    let params = [tx.tenant().into(), user.into(), since.into(), message.into(), version.into()];
    Ok(tx.first(SQL, &params)?.is_some())
}

/// Forgets what earlier looks at the card came to: of these the log keeps the last of each person.
pub(crate) fn forget_shown(
    tx: &Tx<'_>,
    (message, user): (MessageId, UserId),
    since: Timestamp,
) -> Result<u64> {
    const SQL: &str = "DELETE FROM card_action_runs WHERE tenant_id = $1 AND user_id = $2 \
                       AND message_id = $3 AND cause = 'shown' AND outcome <> 'running' \
                       AND started_at <= $4";
    tx.execute(SQL, &[tx.tenant().into(), user.into(), message.into(), since.into()])
}

pub(crate) fn insert(tx: &Tx<'_>, run: &Run) -> Result<()> {
    const SQL: &str = "INSERT INTO card_action_runs (tenant_id, id, webhook_id, channel_id, \
                       message_id, entry, user_id, action, kind, title, started_at, outcome, request, \
                       cause, seen_version) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'running', $12, $13, $14)";
    let request = json(&run.request);
    let params = [
        tx.tenant().into(),
        run.id.into(),
        run.webhook.into(),
        run.channel.into(),
        run.message.into(),
        run.entry.into(),
        run.user.into(),
        run.action.as_str().into(),
        run.kind.as_str().into(),
        run.title.as_str().into(),
        run.started_at.into(),
        request,
        run.cause.as_str().into(),
        run.seen.into(),
    ];
    tx.execute(SQL, &params).map(drop)
}

/// Writes what came of a run, unless somebody did before.
pub(crate) fn finish(tx: &Tx<'_>, run: &Run) -> Result<bool> {
    const SQL: &str = "UPDATE card_action_runs SET finished_at = $3, outcome = $4, code = $5, \
                       http_status = $6, said = $7, answer = $8, version = $9, request = $10 \
                       WHERE tenant_id = $1 AND id = $2 AND outcome = 'running'";
    let code = run.outcome.failure().map(|failure| failure.code().name());
    let params = [
        tx.tenant().into(),
        run.id.into(),
        run.finished_at.into(),
        run.outcome.as_str().into(),
        code.into(),
        run.http_status.map(i64::from).into(),
        run.said.as_deref().into(),
        run.answer.as_ref().map_or(Value::Null, json),
        run.version.into(),
        json(&run.request),
    ];
    Ok(tx.execute(SQL, &params)? > 0)
}

fn json(value: &impl serde::Serialize) -> Value<'static> {
    Value::json(&serde_json::to_value(value).unwrap_or_default())
}

/// Runs of one post, newest first.
pub(crate) fn of_entry(tx: &Tx<'_>, hook: WebhookId, entry: i64, limit: i64) -> Result<Vec<Run>> {
    const SQL: &str = "SELECT id, webhook_id, channel_id, message_id, entry, user_id, action, kind, \
                       title, started_at, finished_at, outcome, code, http_status, said, request, \
                       answer, version, cause, seen_version FROM card_action_runs \
                       WHERE tenant_id = $1 AND webhook_id = $2 AND entry = $3 \
                       ORDER BY id DESC LIMIT $4";
    let rows = tx.all(SQL, &[tx.tenant().into(), hook.into(), entry.into(), limit.into()])?;
    let mut runs: Vec<Run> = rows.iter().map(read).collect::<Result<_>>()?;
    let mut users: Vec<UserId> = runs.iter().map(|run| run.user).collect();
    kernel::sort(&mut users);
    users.dedup();
    let people = identity::users::people(tx, &users)?;
    for run in &mut runs {
        let person = people.iter().find(|person| person.id == run.user);
        run.name = person.map(|person| person.display_name.clone()).unwrap_or_default();
    }
    Ok(runs)
}

fn read(row: &Row) -> Result<Run> {
    let document = |index: usize| row.get::<Option<serde_json::Value>>(index);
    let code: Option<String> = row.get(12)?;
    let outcome: String = row.get(11)?;
    let outcome = match outcome.as_str() {
        "running" => Outcome::Running,
        "done" => Outcome::Done,
        _ => Outcome::Failed(code.as_deref().and_then(Failure::read).unwrap_or(Failure::Lost)),
    };
    let request = document(15)?.and_then(|it| serde_json::from_value::<Sent>(it).ok());
    Ok(Run {
        id: row.id(0)?,
        webhook: row.id(1)?,
        channel: row.id(2)?,
        message: row.id(3)?,
        entry: row.get(4)?,
        user: row.id(5)?,
        name: String::new(),
        action: row.get(6)?,
        kind: row.parsed(7, RunKind::read)?,
        cause: row.parsed(18, Cause::read)?,
        seen: row.get::<Option<i64>>(19)?.unwrap_or(0),
        title: row.get(8)?,
        started_at: row.get(9)?,
        finished_at: row.get(10)?,
        outcome,
        http_status: row.get::<Option<i64>>(13)?.and_then(|status| u16::try_from(status).ok()),
        said: row.get(14)?,
        request: request.unwrap_or_default(),
        answer: document(16)?.and_then(|it| serde_json::from_value::<Told>(it).ok()),
        version: row.get(17)?,
    })
}

/// Runs that never heard an answer since an instant count as lost.
pub(crate) fn give_up(tx: &Tx<'_>, before: Timestamp) -> Result<u64> {
    const SQL: &str = "UPDATE card_action_runs SET outcome = 'failed', code = $3, finished_at = started_at \
                       WHERE tenant_id = $1 AND started_at < $2 AND outcome = 'running'";
    let code = Failure::Lost.code().name();
    tx.execute(SQL, &[tx.tenant().into(), before.into(), code.into()])
}

/// Deletes a slice of what is older than an instant.
pub(crate) fn prune(tx: &Tx<'_>, before: Timestamp, limit: i64) -> Result<u64> {
    const SQL: &str = "DELETE FROM card_action_runs WHERE tenant_id = $1 AND id IN \
                       (SELECT id FROM card_action_runs WHERE tenant_id = $1 AND started_at < $2 \
                        LIMIT $3)";
    tx.execute(SQL, &[tx.tenant().into(), before.into(), limit.into()])
}
