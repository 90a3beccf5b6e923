//! Statements on change notes.

use db::{Result, Row, Tx};
use jiff::Timestamp;
use kernel::{EnvironmentId, UserId};
use linking::LinkId;
use uuid::Uuid;

use crate::notes::{NoteRules, Post, change::Told};

/// The stream that numbers the changes of a link.
const STREAM: &str = "linking.notes";
/// Changes that go on one card.
const BATCH: u32 = 500;

/// What is posted of one link.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) link: LinkId,
    pub(crate) environment: EnvironmentId,
    pub(crate) table: String,
    pub(crate) record: Uuid,
    pub(crate) rules: NoteRules,
    pub(crate) poster: UserId,
    pub(crate) problem: Option<String>,
    pub(crate) more: i64,
    pub(crate) tries: i64,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT link_id, environment_id, table_name, record_id, rules, poster, problem, more, \
             tries FROM linking_note_rules WHERE tenant_id = $1 AND ",
            $rest
        )
    };
}

fn read(row: &Row) -> Result<Kept> {
    Ok(Kept {
        link: LinkId(row.get(0)?),
        environment: row.id(1)?,
        table: row.get(2)?,
        record: row.get(3)?,
        rules: row.parsed(4, |text| serde_json::from_str(text).ok())?,
        poster: row.id(5)?,
        problem: row.get(6)?,
        more: row.get(7)?,
        tries: row.get(8)?,
    })
}

pub(crate) fn of_link(tx: &Tx<'_>, link: LinkId) -> Result<Option<Kept>> {
    const SQL: &str = select!("link_id = $2");
    tx.first(SQL, &[tx.tenant().into(), link.uuid().into()])?.as_ref().map(read).transpose()
}

/// The rules of all links of a record.
pub(crate) fn of_record(
    tx: &Tx<'_>,
    environment: EnvironmentId,
    record: Uuid,
) -> Result<Vec<Kept>> {
    const SQL: &str = select!("environment_id = $2 AND record_id = $3 ORDER BY link_id");
    let rows = tx.all(SQL, &[tx.tenant().into(), environment.into(), record.into()])?;
    rows.iter().map(read).collect()
}

/// The rules of links where something is to be posted now.
pub(crate) fn due(tx: &Tx<'_>, now: Timestamp) -> Result<Vec<Kept>> {
    const SQL: &str = select!("due_at <= $2 ORDER BY due_at, link_id LIMIT 100");
    tx.all(SQL, &[tx.tenant().into(), now.into()])?.iter().map(read).collect()
}

/// Whether any link has rules.
pub(crate) fn any(tx: &Tx<'_>) -> Result<bool> {
    const SQL: &str = "SELECT 1 FROM linking_note_rules WHERE tenant_id = $1 LIMIT 1";
    Ok(tx.first(SQL, &[tx.tenant().into()])?.is_some())
}

/// Keeps rules. What waits goes on under them, and whoever sets them posts.
pub(crate) fn set(tx: &Tx<'_>, kept: &Kept, now: Timestamp) -> Result<()> {
    const SQL: &str = "INSERT INTO linking_note_rules (tenant_id, link_id, environment_id, \
                       table_name, record_id, rules, poster, more, tries, set_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8) \
                       ON CONFLICT (tenant_id, link_id) DO UPDATE SET rules = excluded.rules, \
                       poster = excluded.poster, record_id = excluded.record_id, problem = NULL, \
                       tries = 0, set_at = excluded.set_at, \
                       due_at = CASE WHEN linking_note_rules.due_at IS NULL THEN NULL \
                       ELSE excluded.set_at END";
    let rules = serde_json::to_string(&kept.rules).unwrap_or_default();
    tx.execute(
        SQL,
        &[
            tx.tenant().into(),
            kept.link.uuid().into(),
            kept.environment.into(),
            kept.table.as_str().into(),
            kept.record.into(),
            rules.into(),
            kept.poster.into(),
            now.into(),
        ],
    )?;
    Ok(())
}

/// The record of a link was merged into another.
pub(crate) fn moved(tx: &Tx<'_>, link: LinkId, to: Uuid) -> Result<()> {
    const SQL: &str = "UPDATE linking_note_rules SET record_id = $3 \
                       WHERE tenant_id = $1 AND link_id = $2";
    tx.execute(SQL, &[tx.tenant().into(), link.uuid().into(), to.into()])?;
    Ok(())
}

/// Keeps a change until it is told. `due` is when, if nothing waits already.
pub(crate) fn append(
    tx: &Tx<'_>,
    link: LinkId,
    (told, most): (&Told, u32),
    (at, due): (Timestamp, Timestamp),
) -> Result<()> {
    const COUNT: &str = "SELECT COUNT(*) FROM linking_notes WHERE tenant_id = $1 AND link_id = $2";
    const SQL: &str = "INSERT INTO linking_notes (tenant_id, link_id, position, told, at) \
                       VALUES ($1, $2, $3, $4, $5)";
    const MORE: &str = "UPDATE linking_note_rules SET more = more + 1 \
                        WHERE tenant_id = $1 AND link_id = $2";
    const DUE: &str = "UPDATE linking_note_rules SET due_at = $3 \
                       WHERE tenant_id = $1 AND link_id = $2 AND due_at IS NULL";
    let key = [tx.tenant().into(), link.uuid().into()];
    let waiting = tx.first(COUNT, &key)?.map_or(Ok(0), |row| row.get::<i64>(0))?;
    if waiting >= i64::from(most) {
        tx.execute(MORE, &key)?;
    } else {
        let position = event_log::draw(tx, STREAM, link.uuid())?;
        let told = serde_json::to_string(told).unwrap_or_default();
        let [tenant, link_key] = key.clone();
        tx.execute(SQL, &[tenant, link_key, position.into(), told.into(), at.into()])?;
    }
    let [tenant, link_key] = key;
    tx.execute(DUE, &[tenant, link_key, due.into()])?;
    tx.notify(super::MARKED, tx.tenant().uuid(), 0);
    Ok(())
}

/// A change that waits.
#[derive(Debug, Clone)]
pub(crate) struct Waiting {
    pub(crate) position: i64,
    pub(crate) told: Told,
    pub(crate) at: Timestamp,
}

/// What waits of a link, oldest first.
pub(crate) fn waiting(tx: &Tx<'_>, link: LinkId) -> Result<Vec<Waiting>> {
    let sql = format!(
        "SELECT position, told, at FROM linking_notes WHERE tenant_id = $1 AND link_id = $2 \
         ORDER BY position LIMIT {BATCH}"
    );
    let rows = tx.all(&sql, &[tx.tenant().into(), link.uuid().into()])?;
    let one = |row: &Row| {
        Ok(Waiting {
            position: row.get(0)?,
            told: row.parsed(1, |text| serde_json::from_str(text).ok())?,
            at: row.get(2)?,
        })
    };
    rows.iter().map(one).collect()
}

/// A card that is on its way.
#[derive(Debug, Clone)]
pub(crate) struct Card {
    pub(crate) batch: Uuid,
    pub(crate) last: i64,
    pub(crate) more: i64,
    pub(crate) card: serde_json::Value,
}

pub(crate) fn card(tx: &Tx<'_>, link: LinkId) -> Result<Option<Card>> {
    const SQL: &str = "SELECT batch, last, more, card FROM linking_note_cards \
                       WHERE tenant_id = $1 AND link_id = $2";
    let row = tx.first(SQL, &[tx.tenant().into(), link.uuid().into()])?;
    let one = |row: Row| {
        Ok(Card {
            batch: row.get(0)?,
            last: row.get(1)?,
            more: row.get(2)?,
            card: row.parsed(3, |text| serde_json::from_str(text).ok())?,
        })
    };
    row.map(one).transpose()
}

/// A card is about to be posted.
pub(crate) fn sending(tx: &Tx<'_>, link: LinkId, card: &Card, now: Timestamp) -> Result<()> {
    const SQL: &str = "INSERT INTO linking_note_cards (tenant_id, link_id, batch, last, more, card, \
                       at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    tx.execute(
        SQL,
        &[
            tx.tenant().into(),
            link.uuid().into(),
            card.batch.into(),
            card.last.into(),
            card.more.into(),
            card.card.to_string().into(),
            now.into(),
        ],
    )?;
    Ok(())
}

/// A card that certainly was not posted is made anew the next time.
pub(crate) fn unsent(tx: &Tx<'_>, link: LinkId) -> Result<()> {
    const SQL: &str = "DELETE FROM linking_note_cards WHERE tenant_id = $1 AND link_id = $2";
    tx.execute(SQL, &[tx.tenant().into(), link.uuid().into()])?;
    Ok(())
}

/// What was on a card is told, or given up; what came meanwhile is due at `next`.
pub(crate) fn settled(
    tx: &Tx<'_>,
    (link, last, more): (LinkId, i64, i64),
    post: &Post,
    next: Option<Timestamp>,
) -> Result<()> {
    const GONE: &str = "DELETE FROM linking_notes \
                        WHERE tenant_id = $1 AND link_id = $2 AND position <= $3";
    const RULES: &str = "UPDATE linking_note_rules SET more = more - $3, problem = NULL, tries = 0, \
                         due_at = $4 WHERE tenant_id = $1 AND link_id = $2";
    const POST: &str = "INSERT INTO linking_note_posts (tenant_id, id, link_id, changes, message, \
                        problem, at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let key = [tx.tenant().into(), link.uuid().into()];
    let [tenant, link_key] = key.clone();
    tx.execute(GONE, &[tenant, link_key, last.into()])?;
    unsent(tx, link)?;
    let left = waiting(tx, link)?;
    let [tenant, link_key] = key.clone();
    let due = if left.is_empty() { None } else { next };
    tx.execute(RULES, &[tenant, link_key, more.into(), due.into()])?;
    let [tenant, link_key] = key;
    tx.execute(
        POST,
        &[
            tenant,
            post.id.into(),
            link_key,
            i64::try_from(post.changes).unwrap_or(i64::MAX).into(),
            post.message.as_deref().into(),
            post.problem.as_deref().into(),
            post.at.into(),
        ],
    )?;
    Ok(())
}

/// Posting is tried again later.
pub(crate) fn put_off(
    tx: &Tx<'_>,
    link: LinkId,
    problem: Option<&str>,
    at: Option<Timestamp>,
) -> Result<()> {
    const SQL: &str = "UPDATE linking_note_rules SET due_at = $3, problem = $4, tries = tries + 1 \
                       WHERE tenant_id = $1 AND link_id = $2";
    tx.execute(SQL, &[tx.tenant().into(), link.uuid().into(), at.into(), problem.into()])?;
    Ok(())
}

/// What was posted of a link, newest first.
pub(crate) fn posts(tx: &Tx<'_>, link: LinkId, most: u32) -> Result<Vec<Post>> {
    let sql = format!(
        "SELECT id, changes, message, problem, at FROM linking_note_posts \
         WHERE tenant_id = $1 AND link_id = $2 ORDER BY id DESC LIMIT {most}"
    );
    let rows = tx.all(&sql, &[tx.tenant().into(), link.uuid().into()])?;
    let one = |row: &Row| {
        Ok(Post {
            id: row.get(0)?,
            changes: u64::try_from(row.get::<i64>(1)?).unwrap_or(0),
            message: row.get(2)?,
            problem: row.get(3)?,
            at: row.get(4)?,
        })
    };
    rows.iter().map(one).collect()
}
