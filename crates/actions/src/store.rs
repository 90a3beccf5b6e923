//! Statements on actions.

pub(crate) mod offers;

use db::{Error, Result, Row, Tx, Value};
use jiff::Timestamp;
use kernel::{ActionId, ActionRequestId, ApiConnectorId, EnvironmentId, UserId};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    loads::Surface,
    model::{Action, Operation, Request, RequestState, State},
};

/// Notices with this topic say that an action was made, changed or removed; the stream is the tenant.
pub(crate) const CHANGED: &str = "actions";

/// What stands on a connector, as its removal names it.
const USES: &str = "action";

/// The columns that [`read`] reads, before the rest of a statement.
macro_rules! select {
    ($($rest:literal)*) => {
        concat!(
            "SELECT id, environment_id, connector_id, connector_version, name, description, \
             instructions, state, audience, licence_id, operations, acknowledged_by, \
             acknowledged_at, decision, created_by, created_at, updated_at, published_at \
             FROM actions ",
            $($rest),*
        )
    };
}

fn read(row: &Row) -> Result<Action> {
    let acknowledged_at: Option<Timestamp> = row.get(12)?;
    let by = row.maybe_id(11)?;
    Ok(Action {
        id: row.id(0)?,
        environment: row.id(1)?,
        connector: row.id(2)?,
        version: row.get(3)?,
        name: row.get(4)?,
        description: row.get(5)?,
        instructions: row.get(6)?,
        state: row.parsed(7, State::parse)?,
        audience: document(row, 8)?,
        licence: row.maybe_id(9)?,
        operations: document(row, 10)?,
        acknowledged: acknowledged_at.map(|at| (by, at)),
        decision: row.get(13)?,
        created_by: row.maybe_id(14)?,
        created_at: row.get(15)?,
        updated_at: row.get(16)?,
        published_at: row.get(17)?,
    })
}

/// A value that is kept as text, so that the order of its members stays.
fn document<T: DeserializeOwned>(row: &Row, index: usize) -> Result<T> {
    row.parsed(index, |text| serde_json::from_str(text).ok())
}

fn text(value: &impl Serialize) -> String {
    // what is kept has only texts for keys
    serde_json::to_string(value).unwrap_or_default()
}

pub(crate) fn lookup(tx: &Tx<'_>, id: ActionId) -> Result<Option<Action>> {
    let sql = select!("WHERE tenant_id = $1 AND id = $2");
    tx.first(sql, &[tx.tenant().into(), id.into()])?.map(|row| read(&row)).transpose()
}

/// What a list shows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub(crate) environment: Option<EnvironmentId>,
    pub(crate) connector: Option<ApiConnectorId>,
    pub(crate) state: Option<State>,
    /// What the name has in it.
    pub(crate) words: String,
    pub(crate) drafts: bool,
}

pub(crate) fn list(
    tx: &Tx<'_>,
    wanted: &Wanted,
    after: Option<ActionId>,
    limit: i64,
) -> Result<Vec<Action>> {
    let sql = select!(
        "WHERE tenant_id = $1 AND ($2 OR environment_id = $3) AND ($4 OR connector_id = $5) \
         AND ($6 OR state <> 'draft') AND ($7 OR id > $8) AND ($9 OR state = $10) \
         AND ($11 = '' OR folded LIKE $11 ESCAPE '!') ORDER BY id LIMIT $12"
    );
    let nobody = uuid::Uuid::nil();
    let params = [
        tx.tenant().into(),
        wanted.environment.is_none().into(),
        wanted.environment.map_or(nobody, EnvironmentId::uuid).into(),
        wanted.connector.is_none().into(),
        wanted.connector.map_or(nobody, ApiConnectorId::uuid).into(),
        wanted.drafts.into(),
        after.is_none().into(),
        after.map_or(nobody, ActionId::uuid).into(),
        wanted.state.is_none().into(),
        wanted.state.map_or("", State::as_str).into(),
        pattern(&wanted.words).into(),
        limit.into(),
    ];
    tx.all(sql, &params)?.iter().map(read).collect()
}

/// A pattern for LIKE that fits names with `words` in them, with `!` as its escape; nothing for nothing.
fn pattern(words: &str) -> String {
    let words = fold(words);
    if words.is_empty() {
        return words;
    }
    let escaped = words.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{escaped}%")
}

/// Every action that may be used by its audience.
pub(crate) fn enabled(tx: &Tx<'_>) -> Result<Vec<Action>> {
    let sql = select!("WHERE tenant_id = $1 AND state = 'enabled' ORDER BY id LIMIT 10000");
    tx.all(sql, &[tx.tenant().into()])?.iter().map(read).collect()
}

pub(crate) fn count(tx: &Tx<'_>, environment: EnvironmentId) -> Result<i64> {
    const SQL: &str = "SELECT COUNT(*) FROM actions WHERE tenant_id = $1 AND environment_id = $2";
    let row = tx.first(SQL, &[tx.tenant().into(), environment.into()])?;
    row.map_or(Ok(0), |row| row.get(0))
}

pub(crate) fn insert(tx: &Tx<'_>, action: &Action) -> Result<()> {
    const SQL: &str = "INSERT INTO actions (tenant_id, id, environment_id, connector_id, \
                       connector_version, name, folded, description, instructions, state, \
                       audience, licence_id, operations, acknowledged_by, acknowledged_at, \
                       decision, created_by, created_at, updated_at, published_at) VALUES ($1, \
                       $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
                       $18, $19, $20)";
    tx.execute(SQL, &values(tx, action))?;
    connectors::claim(
        tx,
        action.connector,
        USES,
        (action.id.uuid(), &action.name),
        action.version,
    )?;
    tx.notify(CHANGED, tx.tenant().uuid(), 0);
    Ok(())
}

pub(crate) fn update(tx: &Tx<'_>, action: &Action) -> Result<()> {
    const SQL: &str = "UPDATE actions SET environment_id = $3, connector_id = $4, \
                       connector_version = $5, name = $6, folded = $7, description = $8, \
                       instructions = $9, state = $10, audience = $11, licence_id = $12, \
                       operations = $13, acknowledged_by = $14, acknowledged_at = $15, \
                       decision = $16, created_by = $17, created_at = $18, updated_at = $19, \
                       published_at = $20 WHERE tenant_id = $1 AND id = $2";
    tx.execute(SQL, &values(tx, action))?;
    connectors::claim(
        tx,
        action.connector,
        USES,
        (action.id.uuid(), &action.name),
        action.version,
    )?;
    tx.notify(CHANGED, tx.tenant().uuid(), 0);
    Ok(())
}

fn values<'a>(tx: &Tx<'_>, action: &'a Action) -> Vec<Value<'a>> {
    let (by, at) = action.acknowledged.map_or((None, None), |(by, at)| (by, Some(at)));
    vec![
        tx.tenant().into(),
        action.id.into(),
        action.environment.into(),
        action.connector.into(),
        action.version.into(),
        action.name.as_str().into(),
        fold(&action.name).into(),
        action.description.as_str().into(),
        action.instructions.as_str().into(),
        action.state.as_str().into(),
        text(&action.audience).into(),
        action.licence.into(),
        text(&action.operations).into(),
        by.into(),
        at.into(),
        action.decision.as_str().into(),
        action.created_by.into(),
        action.created_at.into(),
        action.updated_at.into(),
        action.published_at.into(),
    ]
}

pub(crate) fn delete(tx: &Tx<'_>, id: ActionId) -> Result<()> {
    const REQUESTS: &str = "DELETE FROM action_requests WHERE tenant_id = $1 AND action_id = $2";
    const LOADS: &str = "DELETE FROM action_loads WHERE tenant_id = $1 AND action_id = $2";
    const ACTION: &str = "DELETE FROM actions WHERE tenant_id = $1 AND id = $2";
    const OFFERING: &str = "DELETE FROM action_offerings WHERE tenant_id = $1 AND action_id = $2";
    for sql in [REQUESTS, LOADS, OFFERING, ACTION] {
        tx.execute(sql, &[tx.tenant().into(), id.into()])?;
    }
    release_tools(tx, id, &[])?;
    connectors::release(tx, USES, id.uuid())?;
    tx.notify(CHANGED, tx.tenant().uuid(), 0);
    Ok(())
}

/// Whether another action of the environment has the name.
pub(crate) fn is_taken(tx: &Tx<'_>, action: &Action) -> Result<bool> {
    const SQL: &str = "SELECT id FROM actions WHERE tenant_id = $1 AND environment_id = $2 \
                       AND folded = $3 AND id <> $4";
    let folded = fold(&action.name);
    let params = [tx.tenant().into(), action.environment.into(), folded.into(), action.id.into()];
    Ok(tx.first(SQL, &params)?.is_some())
}

/// The name of the tool of an operation: the one it has, else the first of `names` that nobody has now. Looked up and
/// taken in one transaction, so that the same actions made in the same order always get the same names.
pub(crate) fn tool_name(
    tx: &Tx<'_>,
    action: ActionId,
    operation: &str,
    names: impl Iterator<Item = String>,
) -> Result<String> {
    const KNOWN: &str = "SELECT name FROM action_tools WHERE tenant_id = $1 AND action_id = $2 \
                         AND operation_id = $3";
    const TAKEN: &str = "SELECT action_id FROM action_tools WHERE tenant_id = $1 AND name = $2";
    const TAKE: &str = "INSERT INTO action_tools (tenant_id, name, action_id, operation_id) \
                        VALUES ($1, $2, $3, $4)";
    let known = tx.first(KNOWN, &[tx.tenant().into(), action.into(), operation.into()])?;
    if let Some(row) = known {
        return row.get(0);
    }
    for name in names {
        if tx.first(TAKEN, &[tx.tenant().into(), name.as_str().into()])?.is_some() {
            continue;
        }
        let params = [tx.tenant().into(), name.as_str().into(), action.into(), operation.into()];
        tx.execute(TAKE, &params)?;
        return Ok(name);
    }
    // the last of them has a part that is the action's own
    Err(Error::Inconsistent { column: 0, expected: "a name that nobody has" })
}

/// Gives back the names of the tools of an action, but for those of the operations that it keeps.
pub(crate) fn release_tools(tx: &Tx<'_>, action: ActionId, kept: &[Operation]) -> Result<()> {
    const ALL: &str = "SELECT operation_id FROM action_tools WHERE tenant_id = $1 \
                       AND action_id = $2";
    const RELEASE: &str = "DELETE FROM action_tools WHERE tenant_id = $1 AND action_id = $2 \
                           AND operation_id = $3";
    for row in tx.all(ALL, &[tx.tenant().into(), action.into()])? {
        let operation: String = row.get(0)?;
        if kept.iter().all(|kept| kept.id != operation) {
            tx.execute(RELEASE, &[tx.tenant().into(), action.into(), operation.as_str().into()])?;
        }
    }
    Ok(())
}

fn request(row: &Row) -> Result<Request> {
    let decided_at: Option<Timestamp> = row.get(8)?;
    let by = row.maybe_id(7)?;
    Ok(Request {
        id: row.id(0)?,
        action: row.id(1)?,
        name: row.get(2)?,
        user: row.id(3)?,
        note: row.get(4)?,
        state: row.parsed(5, RequestState::parse)?,
        answer: row.get(6)?,
        decided: decided_at.map(|at| (by, at)),
        created_at: row.get(9)?,
    })
}

/// The columns that [`request`] reads, before the rest of a statement.
macro_rules! requests {
    ($($rest:literal)*) => {
        concat!(
            "SELECT r.id, r.action_id, a.name, r.user_id, r.note, r.state, r.answer, \
             r.decided_by, r.decided_at, r.created_at FROM action_requests r \
             JOIN actions a ON a.tenant_id = r.tenant_id AND a.id = r.action_id ",
            $($rest),*
        )
    };
}

pub(crate) fn find_request(tx: &Tx<'_>, id: ActionRequestId) -> Result<Option<Request>> {
    let sql = requests!("WHERE r.tenant_id = $1 AND r.id = $2");
    tx.first(sql, &[tx.tenant().into(), id.into()])?.map(|row| request(&row)).transpose()
}

pub(crate) fn open_request(tx: &Tx<'_>, action: ActionId, user: UserId) -> Result<Option<Request>> {
    let sql = requests!(
        "WHERE r.tenant_id = $1 AND r.action_id = $2 AND r.user_id = $3 AND r.state = 'open'"
    );
    let params = [tx.tenant().into(), action.into(), user.into()];
    tx.first(sql, &params)?.map(|row| request(&row)).transpose()
}

/// The requests on one action that nobody decided, oldest first.
pub(crate) fn open_requests(
    tx: &Tx<'_>,
    action: ActionId,
    after: Option<ActionRequestId>,
    limit: i64,
) -> Result<Vec<Request>> {
    let sql = requests!(
        "WHERE r.tenant_id = $1 AND r.action_id = $2 AND r.state = 'open' AND ($3 OR r.id > $4) \
         ORDER BY r.id LIMIT $5"
    );
    let place = after.map_or(uuid::Uuid::nil(), ActionRequestId::uuid);
    let params =
        [tx.tenant().into(), action.into(), after.is_none().into(), place.into(), limit.into()];
    tx.all(sql, &params)?.iter().map(request).collect()
}

/// The actions that somebody waits for.
pub(crate) fn requested(tx: &Tx<'_>) -> Result<Vec<ActionId>> {
    const SQL: &str = "SELECT DISTINCT action_id FROM action_requests \
                       WHERE tenant_id = $1 AND state = 'open' LIMIT 10000";
    tx.all(SQL, &[tx.tenant().into()])?.iter().map(|row| row.id(0)).collect()
}

/// How many actions wait for an administrator, and how many requests.
pub(crate) fn waiting(tx: &Tx<'_>) -> Result<(i64, i64)> {
    const ACTIONS: &str = "SELECT COUNT(*) FROM actions WHERE tenant_id = $1 AND state = 'waiting'";
    const REQUESTS: &str =
        "SELECT COUNT(*) FROM action_requests WHERE tenant_id = $1 AND state = 'open'";
    let count = |sql| match tx.first(sql, &[tx.tenant().into()])? {
        Some(row) => row.get(0),
        None => Ok(0),
    };
    Ok((count(ACTIONS)?, count(REQUESTS)?))
}

/// When surfaces last loaded an action, as far as it is written down.
pub(crate) fn loads(tx: &Tx<'_>, action: ActionId) -> Result<Vec<(Surface, Timestamp)>> {
    const SQL: &str =
        "SELECT surface, at FROM action_loads WHERE tenant_id = $1 AND action_id = $2";
    let rows = tx.all(SQL, &[tx.tenant().into(), action.into()])?;
    rows.iter().map(|row| Ok((row.parsed(0, Surface::parse)?, row.get(1)?))).collect()
}

/// Writes a load down, unless a later one is there or the action is gone.
pub(crate) fn keep_load(
    tx: &Tx<'_>,
    (action, surface, at): (ActionId, Surface, Timestamp),
) -> Result<()> {
    const KNOWN: &str = "SELECT 1 FROM actions WHERE tenant_id = $1 AND id = $2";
    const KEEP: &str = "INSERT INTO action_loads (tenant_id, action_id, surface, at) \
                        VALUES ($1, $2, $3, $4) ON CONFLICT (tenant_id, action_id, surface) \
                        DO UPDATE SET at = excluded.at WHERE excluded.at > action_loads.at";
    if tx.first(KNOWN, &[tx.tenant().into(), action.into()])?.is_some() {
        tx.execute(KEEP, &[tx.tenant().into(), action.into(), surface.into(), at.into()])?;
    }
    Ok(())
}

pub(crate) fn list_requests(
    tx: &Tx<'_>,
    (state, action, user): (Option<RequestState>, Option<ActionId>, Option<UserId>),
    after: Option<ActionRequestId>,
    limit: i64,
) -> Result<Vec<Request>> {
    let sql = requests!(
        "WHERE r.tenant_id = $1 AND ($2 OR r.state = $3) AND ($4 OR r.user_id = $5) \
         AND ($6 OR r.id > $7) AND ($8 OR r.action_id = $9) ORDER BY r.id LIMIT $10"
    );
    let nobody = uuid::Uuid::nil();
    let params = [
        tx.tenant().into(),
        state.is_none().into(),
        state.map_or("", RequestState::as_str).into(),
        user.is_none().into(),
        user.map_or(nobody, UserId::uuid).into(),
        after.is_none().into(),
        after.map_or(nobody, ActionRequestId::uuid).into(),
        action.is_none().into(),
        action.map_or(nobody, ActionId::uuid).into(),
        limit.into(),
    ];
    tx.all(sql, &params)?.iter().map(request).collect()
}

/// What a person asked for last, newest first.
pub(crate) fn own_requests(tx: &Tx<'_>, user: UserId) -> Result<Vec<Request>> {
    let sql = requests!("WHERE r.tenant_id = $1 AND r.user_id = $2 ORDER BY r.id DESC LIMIT 500");
    tx.all(sql, &[tx.tenant().into(), user.into()])?.iter().map(request).collect()
}

pub(crate) fn insert_request(tx: &Tx<'_>, request: &Request) -> Result<()> {
    const SQL: &str = "INSERT INTO action_requests (tenant_id, id, action_id, user_id, note, \
                       state, answer, decided_by, decided_at, created_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, NULL, $8)";
    let params = [
        tx.tenant().into(),
        request.id.into(),
        request.action.into(),
        request.user.into(),
        request.note.as_str().into(),
        request.state.as_str().into(),
        request.answer.as_str().into(),
        request.created_at.into(),
    ];
    tx.execute(SQL, &params)?;
    Ok(())
}

pub(crate) fn decide(tx: &Tx<'_>, request: &Request) -> Result<()> {
    const SQL: &str = "UPDATE action_requests SET state = $3, answer = $4, decided_by = $5, \
                       decided_at = $6 WHERE tenant_id = $1 AND id = $2";
    let (by, at) = request.decided.map_or((None, None), |(by, at)| (by, Some(at)));
    let params = [
        tx.tenant().into(),
        request.id.into(),
        request.state.as_str().into(),
        request.answer.as_str().into(),
        by.into(),
        at.into(),
    ];
    tx.execute(SQL, &params)?;
    Ok(())
}

/// The name without case and without blanks around, for the rule that names differ.
fn fold(name: &str) -> String {
    name.trim().to_lowercase()
}
