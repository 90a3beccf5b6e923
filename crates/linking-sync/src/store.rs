//! Statements: what is to be looked at, how far changes were followed, what was found.

pub(crate) mod asked;
pub(crate) mod feeds;
pub(crate) mod looks;
pub(crate) mod members;
pub(crate) mod notes;

use db::{Result, Row, Tx, Value};
use jiff::Timestamp;
use kernel::EnvironmentId;
use linking::LinkId;
use uuid::Uuid;

use crate::{Finding, life::Trouble};

/// Notices with this topic say that there is something to do.
pub(crate) const MARKED: &str = "linking.marked";

/// Links that one turn looks at.
const TURN: u32 = 200;

/// Has links looked at, at once.
pub(crate) fn mark(tx: &Tx<'_>, links: &[LinkId]) -> Result<()> {
    const SQL: &str = "INSERT INTO linking_work (tenant_id, link_id, mark, due_at, tries) \
                       VALUES ($1, $2, 1, $3, 0) ON CONFLICT (tenant_id, link_id) \
                       DO UPDATE SET mark = linking_work.mark + 1, due_at = excluded.due_at, \
                       tries = 0";
    if links.is_empty() {
        return Ok(());
    }
    let at = Timestamp::UNIX_EPOCH;
    let rows: Vec<Vec<Value<'_>>> =
        links.iter().map(|link| vec![tx.tenant().into(), link.uuid().into(), at.into()]).collect();
    tx.execute_many(SQL, &rows)?;
    tx.notify(MARKED, tx.tenant().uuid(), 0);
    Ok(())
}

/// Has the links looked at whose records the members of a team may see.
pub(crate) fn mark_team(tx: &Tx<'_>, team: Uuid) -> Result<()> {
    const SQL: &str = "SELECT link_id FROM linking_sources WHERE tenant_id = $1 AND team_id = $2";
    mark(tx, &links(&tx.all(SQL, &[tx.tenant().into(), team.into()])?)?)
}

/// Has the links looked at that somebody has to do with.
pub(crate) fn mark_person(tx: &Tx<'_>, user: Uuid) -> Result<()> {
    const SQL: &str = "SELECT DISTINCT link_id FROM linking_access \
                       WHERE tenant_id = $1 AND user_id = $2";
    mark(tx, &links(&tx.all(SQL, &[tx.tenant().into(), user.into()])?)?)
}

fn links(rows: &[Row]) -> Result<Vec<LinkId>> {
    rows.iter().map(|row| Ok(LinkId(row.get(0)?))).collect()
}

/// A link that is to be looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Work {
    pub(crate) link: LinkId,
    pub(crate) mark: i64,
    pub(crate) tries: i64,
}

pub(crate) fn due(tx: &Tx<'_>, now: Timestamp) -> Result<Vec<Work>> {
    let sql = format!(
        "SELECT link_id, mark, tries FROM linking_work WHERE tenant_id = $1 AND due_at <= $2 \
         ORDER BY due_at, link_id LIMIT {TURN}"
    );
    let rows = tx.all(&sql, &[tx.tenant().into(), now.into()])?;
    let one =
        |row: &Row| Ok(Work { link: LinkId(row.get(0)?), mark: row.get(1)?, tries: row.get(2)? });
    rows.iter().map(one).collect()
}

/// A link was looked at; one that was marked meanwhile stays.
pub(crate) fn done(tx: &Tx<'_>, work: Work) -> Result<()> {
    const SQL: &str = "DELETE FROM linking_work \
                       WHERE tenant_id = $1 AND link_id = $2 AND mark = $3";
    tx.execute(SQL, &[tx.tenant().into(), work.link.uuid().into(), work.mark.into()])?;
    Ok(())
}

/// A link that was looked at is looked at again after a while; one that was marked meanwhile stays.
pub(crate) fn again(tx: &Tx<'_>, work: Work, at: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE linking_work SET due_at = $4, tries = 0 \
                       WHERE tenant_id = $1 AND link_id = $2 AND mark = $3";
    let params = [tx.tenant().into(), work.link.uuid().into(), work.mark.into(), at.into()];
    tx.execute(SQL, &params)?;
    Ok(())
}

/// A link is looked at again later.
pub(crate) fn later(tx: &Tx<'_>, work: Work, at: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE linking_work SET due_at = $4, tries = tries + 1 \
                       WHERE tenant_id = $1 AND link_id = $2 AND mark = $3";
    let params = [tx.tenant().into(), work.link.uuid().into(), work.mark.into(), at.into()];
    tx.execute(SQL, &params)?;
    Ok(())
}

/// Follows a table of an environment from now on; true when it was not.
pub(crate) fn follow(tx: &Tx<'_>, environment: EnvironmentId, table: &str) -> Result<bool> {
    const SQL: &str = "INSERT INTO linking_follows (tenant_id, environment_id, table_name) \
                       VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    Ok(tx.execute(SQL, &[tx.tenant().into(), environment.into(), table.into()])? > 0)
}

/// An environment that is followed, its tables and the number that was reached.
pub(crate) type Followed = (EnvironmentId, Vec<String>, Option<i64>);

/// The environments that are followed, each with its tables and the number that was reached.
pub(crate) fn followed(tx: &Tx<'_>) -> Result<Vec<Followed>> {
    const SQL: &str = "SELECT f.environment_id, f.table_name, c.position FROM linking_follows f \
                       LEFT JOIN linking_cursors c ON c.tenant_id = f.tenant_id \
                       AND c.environment_id = f.environment_id WHERE f.tenant_id = $1 \
                       ORDER BY f.environment_id, f.table_name";
    let mut all: Vec<Followed> = Vec::new();
    for row in tx.all(SQL, &[tx.tenant().into()])? {
        let (environment, table) = (row.id(0)?, row.get(1)?);
        match all.last_mut().filter(|last| last.0 == environment) {
            Some(last) => last.1.push(table),
            None => all.push((environment, vec![table], row.get(2)?)),
        }
    }
    Ok(all)
}

/// Moves the number that an environment was followed to; false when another node was faster.
pub(crate) fn advance(
    tx: &Tx<'_>,
    environment: EnvironmentId,
    (from, to): (Option<i64>, i64),
) -> Result<bool> {
    const MOVE: &str = "UPDATE linking_cursors SET position = $3 \
                        WHERE tenant_id = $1 AND environment_id = $2 AND position = $4";
    const BEGIN: &str = "INSERT INTO linking_cursors (tenant_id, environment_id, position) \
                         VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    let tenant = tx.tenant().into();
    if let Some(from) = from {
        return Ok(tx.execute(MOVE, &[tenant, environment.into(), to.into(), from.into()])? > 0);
    }
    Ok(tx.execute(BEGIN, &[tenant, environment.into(), to.into()])? > 0)
}

/// An environment is followed no more.
pub(crate) fn unfollow(tx: &Tx<'_>, environment: EnvironmentId) -> Result<()> {
    for sql in [
        "DELETE FROM linking_follows WHERE tenant_id = $1 AND environment_id = $2",
        "DELETE FROM linking_cursors WHERE tenant_id = $1 AND environment_id = $2",
    ] {
        tx.execute(sql, &[tx.tenant().into(), environment.into()])?;
    }
    Ok(())
}

/// Takes a tenant for a node for a while; false when another has it.
pub(crate) fn take(tx: &Tx<'_>, node: Uuid, (now, until): (Timestamp, Timestamp)) -> Result<bool> {
    const SQL: &str = "INSERT INTO linking_walks (tenant_id, holder, until_at, walking, seen) \
                       VALUES ($1, $2, $3, 0, 0) ON CONFLICT (tenant_id) \
                       DO UPDATE SET holder = excluded.holder, until_at = excluded.until_at \
                       WHERE linking_walks.holder IS NULL OR linking_walks.holder = excluded.holder \
                       OR linking_walks.until_at <= $4";
    let params = [tx.tenant().into(), node.into(), until.into(), now.into()];
    Ok(tx.execute(SQL, &params)? > 0)
}

pub(crate) fn release(tx: &Tx<'_>, node: Uuid) -> Result<()> {
    const SQL: &str = "UPDATE linking_walks SET holder = NULL, until_at = NULL \
                       WHERE tenant_id = $1 AND holder = $2";
    tx.execute(SQL, &[tx.tenant().into(), node.into()])?;
    Ok(())
}

/// How far the walk over the links is.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Walk {
    pub(crate) walking: bool,
    pub(crate) after: Option<Uuid>,
    pub(crate) ended: Option<Timestamp>,
    pub(crate) seen: i64,
}

pub(crate) fn walk(tx: &Tx<'_>) -> Result<Walk> {
    const SQL: &str = "SELECT walking, walk_after, ended_at, seen FROM linking_walks \
                       WHERE tenant_id = $1";
    let Some(row) = tx.first(SQL, &[tx.tenant().into()])? else { return Ok(Walk::default()) };
    Ok(Walk { walking: row.get(0)?, after: row.get(1)?, ended: row.get(2)?, seen: row.get(3)? })
}

/// Begins a walk from the first link on.
pub(crate) fn begin_walk(tx: &Tx<'_>, now: Timestamp) -> Result<()> {
    const SQL: &str = "INSERT INTO linking_walks (tenant_id, walking, began_at, seen) \
                       VALUES ($1, 1, $2, 0) ON CONFLICT (tenant_id) DO UPDATE SET walking = 1, \
                       walk_after = NULL, began_at = excluded.began_at, seen = 0";
    tx.execute(SQL, &[tx.tenant().into(), now.into()])?;
    tx.notify(MARKED, tx.tenant().uuid(), 0);
    Ok(())
}

/// Moves the walk on; `None` ends it.
pub(crate) fn walked(
    tx: &Tx<'_>,
    after: Option<LinkId>,
    (seen, now): (i64, Timestamp),
) -> Result<()> {
    const SQL: &str = "UPDATE linking_walks SET walk_after = $2, walking = $3, seen = seen + $4, \
                       ended_at = COALESCE($5, ended_at) WHERE tenant_id = $1";
    let going = i64::from(after.is_some());
    let ended = after.is_none().then_some(now);
    let after = after.map(LinkId::uuid);
    let params = [tx.tenant().into(), after.into(), going.into(), seen.into(), ended.into()];
    tx.execute(SQL, &params)?;
    Ok(())
}

/// Keeps what was found, once.
pub(crate) fn find(tx: &Tx<'_>, found: &Finding) -> Result<bool> {
    const SQL: &str = "INSERT INTO linking_findings (tenant_id, id, environment_id, link_id, \
                       trouble, subject, detail, found_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
                       ON CONFLICT DO NOTHING";
    let params = [
        tx.tenant().into(),
        found.id.into(),
        found.environment.into(),
        found.link.map(LinkId::uuid).into(),
        found.trouble.as_str().into(),
        found.subject.as_str().into(),
        found.detail.as_str().into(),
        found.found_at.into(),
    ];
    Ok(tx.execute(SQL, &params)? > 0)
}

/// What was found is no more.
pub(crate) fn mended(
    tx: &Tx<'_>,
    (trouble, subject): (Trouble, &str),
    now: Timestamp,
) -> Result<()> {
    const SQL: &str = "UPDATE linking_findings SET mended_at = $4 WHERE tenant_id = $1 \
                       AND trouble = $2 AND subject = $3 AND mended_at IS NULL";
    let params = [tx.tenant().into(), trouble.as_str().into(), subject.into(), now.into()];
    tx.execute(SQL, &params)?;
    Ok(())
}

/// Whatever was found of a link is no more.
pub(crate) fn mended_all(tx: &Tx<'_>, link: LinkId, now: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE linking_findings SET mended_at = $3 \
                       WHERE tenant_id = $1 AND link_id = $2 AND mended_at IS NULL";
    tx.execute(SQL, &[tx.tenant().into(), link.uuid().into(), now.into()])?;
    Ok(())
}

const FINDING: &str = "SELECT id, environment_id, link_id, trouble, subject, detail, found_at, \
                       mended_at FROM linking_findings WHERE tenant_id = $1 AND ";

fn finding(row: &Row) -> Result<Finding> {
    Ok(Finding {
        id: row.get(0)?,
        environment: row.id(1)?,
        link: row.get::<Option<Uuid>>(2)?.map(LinkId),
        trouble: row.parsed(3, Trouble::parse)?,
        subject: row.get(4)?,
        detail: row.get(5)?,
        found_at: row.get(6)?,
        mended_at: row.get(7)?,
    })
}

/// What was found in an environment and is not mended, oldest first.
pub(crate) fn findings(tx: &Tx<'_>, environment: EnvironmentId) -> Result<Vec<Finding>> {
    let sql = format!("{FINDING} environment_id = $2 AND mended_at IS NULL ORDER BY id LIMIT 1000");
    let rows = tx.all(&sql, &[tx.tenant().into(), environment.into()])?;
    rows.iter().map(finding).collect()
}

pub(crate) fn found(tx: &Tx<'_>, id: Uuid) -> Result<Option<Finding>> {
    let sql = format!("{FINDING} id = $2");
    tx.first(&sql, &[tx.tenant().into(), id.into()])?.as_ref().map(finding).transpose()
}

/// Nothing is left of a link here but its history.
pub(crate) fn tidy(tx: &Tx<'_>, link: LinkId) -> Result<()> {
    for sql in [
        "DELETE FROM linking_access WHERE tenant_id = $1 AND link_id = $2",
        "DELETE FROM linking_sources WHERE tenant_id = $1 AND link_id = $2",
        "DELETE FROM linking_notes WHERE tenant_id = $1 AND link_id = $2",
        "DELETE FROM linking_note_cards WHERE tenant_id = $1 AND link_id = $2",
        "DELETE FROM linking_note_rules WHERE tenant_id = $1 AND link_id = $2",
        "DELETE FROM linking_policies WHERE tenant_id = $1 AND link_id = $2",
        "DELETE FROM linking_looks WHERE tenant_id = $1 AND link_id = $2",
    ] {
        tx.execute(sql, &[tx.tenant().into(), link.uuid().into()])?;
    }
    Ok(())
}

/// What is kept of a person goes.
pub(crate) fn forget(tx: &Tx<'_>, user: kernel::UserId) -> Result<()> {
    for sql in [
        "DELETE FROM linking_access WHERE tenant_id = $1 AND user_id = $2",
        "DELETE FROM linking_members WHERE tenant_id = $1 AND user_id = $2",
        "DELETE FROM linking_asked WHERE tenant_id = $1 AND user_id = $2",
        "UPDATE linking_member_changes SET user_id = NULL, person = NULL, name = '' \
         WHERE tenant_id = $1 AND user_id = $2",
    ] {
        tx.execute(sql, &[tx.tenant().into(), user.into()])?;
    }
    Ok(())
}

/// Deletes history and posts that are older than `before`.
pub(crate) fn prune(tx: &Tx<'_>, before: Timestamp) -> Result<()> {
    for sql in [
        "DELETE FROM linking_member_changes WHERE tenant_id = $1 AND at < $2",
        "DELETE FROM linking_note_posts WHERE tenant_id = $1 AND at < $2",
        "DELETE FROM linking_findings WHERE tenant_id = $1 AND mended_at < $2",
        "DELETE FROM linking_asked WHERE tenant_id = $1 AND asked_at < $2",
    ] {
        tx.execute(sql, &[tx.tenant().into(), before.into()])?;
    }
    Ok(())
}
