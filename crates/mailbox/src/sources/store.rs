//! Statements on mailboxes elsewhere.

use db::{Error, Result, Row, Tx, Value};
use jiff::Timestamp;
use kernel::UserId;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{Chosen, Source, SourceKind, SourceRules, SourceSecurity, SourceSignIn};

/// A mailbox with what is sealed beside it.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) source: Source,
    pub(crate) sealed: Option<Vec<u8>>,
}

fn stored(row: &mut Row, rules: SourceRules) -> Result<Stored> {
    let kind = row.parsed(2, SourceKind::parse)?;
    let port: i64 = row.get(5)?;
    let source = Source {
        id: row.get(0)?,
        user: row.id(1)?,
        kind,
        name: row.get(3)?,
        host: row.get(4)?,
        port: u16::try_from(port)
            .map_err(|_odd| Error::Inconsistent { column: 5, expected: "a port" })?,
        security: row.parsed(6, SourceSecurity::parse)?,
        account: row.get(7)?,
        sign_in: row.parsed(8, SourceSignIn::parse)?,
        folders: chosen(&row.get::<Json>(9)?),
        problem: row.get(10)?,
        created_at: row.get(11)?,
        enabled: rules.allow(kind),
    };
    Ok(Stored { source, sealed: row.take_bytes(12)? })
}

fn chosen(json: &Json) -> Vec<Chosen> {
    let one = |entry: &Json| {
        let text = |name: &str| entry.get(name).and_then(Json::as_str);
        Some(Chosen { id: text("id")?.into(), name: text("name")?.to_owned() })
    };
    json.as_array().map(|all| all.iter().filter_map(one).collect()).unwrap_or_default()
}

fn folders(all: &[Chosen]) -> Json {
    all.iter().map(|one| json!({ "id": one.id.as_str(), "name": one.name })).collect()
}

macro_rules! sources {
    ($rest:literal) => {
        concat!(
            "SELECT id, user_id, kind, name, host, port, security, account, sign_in, folders, \
             problem, created_at, sealed FROM mailbox_sources ",
            $rest
        )
    };
}

pub(crate) fn all(tx: &Tx<'_>, user: UserId) -> Result<Vec<Stored>> {
    const SQL: &str =
        sources!("WHERE tenant_id = $1 AND user_id = $2 ORDER BY created_at, id LIMIT 100");
    let rules = rules(tx)?;
    let mut rows = tx.all(SQL, &[tx.tenant().into(), user.into()])?;
    rows.iter_mut().map(|row| stored(row, rules)).collect()
}

pub(super) fn lookup(tx: &Tx<'_>, user: UserId, id: Uuid) -> Result<Option<Stored>> {
    const SQL: &str = sources!("WHERE tenant_id = $1 AND id = $2 AND user_id = $3");
    let rules = rules(tx)?;
    let row = tx.first(SQL, &[tx.tenant().into(), id.into(), user.into()])?;
    row.map(|mut row| stored(&mut row, rules)).transpose()
}

/// Puts a mailbox, or its new secret where it is there already; the identifier is that of what is there.
pub(super) fn put(tx: &Tx<'_>, new: &Stored) -> Result<u64> {
    const SQL: &str = "INSERT INTO mailbox_sources (tenant_id, id, user_id, kind, name, host, port, \
                       security, account, sign_in, sealed, folders, problem, changes, created_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '', 0, $13)";
    let own = &new.source;
    let params = [
        tx.tenant().into(),
        own.id.into(),
        own.user.into(),
        own.kind.as_str().into(),
        own.name.as_str().into(),
        own.host.as_str().into(),
        i64::from(own.port).into(),
        own.security.as_str().into(),
        own.account.as_str().into(),
        own.sign_in.as_str().into(),
        new.sealed.clone().into(),
        Value::json(&folders(&own.folders)),
        own.created_at.into(),
    ];
    tx.execute(SQL, &params)
}

/// The same mailbox once more, by where it is and who signs in.
pub(super) fn same(tx: &Tx<'_>, new: &Source) -> Result<Option<Uuid>> {
    const SQL: &str = "SELECT id FROM mailbox_sources WHERE tenant_id = $1 AND user_id = $2 \
                       AND kind = $3 AND host = $4 AND account = $5";
    let params = [
        tx.tenant().into(),
        new.user.into(),
        new.kind.as_str().into(),
        new.host.as_str().into(),
        new.account.as_str().into(),
    ];
    tx.first(SQL, &params)?.map(|row| row.get(0)).transpose()
}

pub(super) fn choose(tx: &Tx<'_>, id: Uuid, all: &[Chosen]) -> Result<u64> {
    const SQL: &str = "UPDATE mailbox_sources SET folders = $3, changes = changes + 1 \
                       WHERE tenant_id = $1 AND id = $2";
    tx.execute(SQL, &[tx.tenant().into(), id.into(), Value::json(&folders(all))])
}

pub(super) fn set_problem(tx: &Tx<'_>, id: Uuid, problem: &str) -> Result<u64> {
    const SQL: &str = "UPDATE mailbox_sources SET problem = $3 \
                       WHERE tenant_id = $1 AND id = $2 AND problem <> $3";
    tx.execute(SQL, &[tx.tenant().into(), id.into(), problem.into()])
}

pub(super) fn delete(tx: &Tx<'_>, id: Uuid) -> Result<u64> {
    const SQL: &str = "DELETE FROM mailbox_sources WHERE tenant_id = $1 AND id = $2";
    tx.execute(SQL, &[tx.tenant().into(), id.into()])
}

pub(super) fn rules(tx: &Tx<'_>) -> Result<SourceRules> {
    const SQL: &str = "SELECT imap, graph FROM mailbox_source_rules WHERE tenant_id = $1";
    let row = tx.first(SQL, &[tx.tenant().into()])?;
    row.map_or(Ok(SourceRules::default()), |row| {
        Ok(SourceRules { imap: row.get(0)?, graph: row.get(1)? })
    })
}

pub(super) fn set_rules(tx: &Tx<'_>, rules: SourceRules, at: Timestamp) -> Result<u64> {
    const SQL: &str = "INSERT INTO mailbox_source_rules (tenant_id, imap, graph, updated_at) \
                       VALUES ($1, $2, $3, $4) ON CONFLICT (tenant_id) DO UPDATE SET \
                       imap = $2, graph = $3, updated_at = $4";
    tx.execute(SQL, &[tx.tenant().into(), rules.imap.into(), rules.graph.into(), at.into()])
}
