//! Statements on members.

use db::{Result, Row, Tx, Value};
use jiff::Timestamp;
use kernel::{EnvironmentId, UserId};
use linking::LinkId;
use uuid::Uuid;

use crate::members::{
    MemberChange,
    plan::{Mode, Policy, Reason, Verb},
};

/// The decision about a link, or about all of its environment.
pub(crate) fn policy(
    tx: &Tx<'_>,
    environment: EnvironmentId,
    link: Option<LinkId>,
) -> Result<Option<Policy>> {
    const SQL: &str = "SELECT mode, guests, others FROM linking_policies \
                       WHERE tenant_id = $1 AND environment_id = $2 AND link_id = $3";
    let link = link.map_or(Uuid::nil(), LinkId::uuid);
    let row = tx.first(SQL, &[tx.tenant().into(), environment.into(), link.into()])?;
    let one = |row: Row| {
        Ok(Policy { mode: row.parsed(0, Mode::parse)?, guests: row.get(1)?, others: row.get(2)? })
    };
    row.map(one).transpose()
}

/// Keeps a decision; `None` takes that of a link back.
pub(crate) fn set_policy(
    tx: &Tx<'_>,
    (environment, link): (EnvironmentId, Option<LinkId>),
    policy: Option<Policy>,
    (by, now): (Option<UserId>, Timestamp),
) -> Result<()> {
    const SET: &str = "INSERT INTO linking_policies (tenant_id, environment_id, link_id, mode, \
                       guests, others, set_by, set_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
                       ON CONFLICT (tenant_id, environment_id, link_id) DO UPDATE SET \
                       mode = excluded.mode, guests = excluded.guests, others = excluded.others, \
                       set_by = excluded.set_by, set_at = excluded.set_at";
    let link = link.map_or(Uuid::nil(), LinkId::uuid);
    let Some(policy) = policy else {
        const SQL: &str = "DELETE FROM linking_policies \
                           WHERE tenant_id = $1 AND environment_id = $2 AND link_id = $3";
        tx.execute(SQL, &[tx.tenant().into(), environment.into(), link.into()])?;
        return Ok(());
    };
    tx.execute(
        SET,
        &[
            tx.tenant().into(),
            environment.into(),
            link.into(),
            policy.mode.as_str().into(),
            i64::from(policy.guests).into(),
            i64::from(policy.others).into(),
            by.map(UserId::uuid).into(),
            now.into(),
        ],
    )?;
    Ok(())
}

/// Who may see the record of a link, by place.
pub(crate) fn access(tx: &Tx<'_>, link: LinkId) -> Result<Vec<(String, UserId, Reason)>> {
    const SQL: &str = "SELECT place, user_id, why FROM linking_access \
                       WHERE tenant_id = $1 AND link_id = $2 ORDER BY place, user_id";
    let rows = tx.all(SQL, &[tx.tenant().into(), link.uuid().into()])?;
    rows.iter().map(|row| Ok((row.get(0)?, row.id(1)?, row.parsed(2, Reason::parse)?))).collect()
}

/// Which of these people are in a place for another link.
pub(crate) fn elsewhere(
    tx: &Tx<'_>,
    (place, link): (&str, LinkId),
    users: &[UserId],
) -> Result<Vec<UserId>> {
    const SQL: &str = "SELECT 1 FROM linking_access WHERE tenant_id = $1 AND place = $2 \
                       AND user_id = $3 AND link_id <> $4 LIMIT 1";
    let mut found = Vec::new();
    for user in users {
        let params = [tx.tenant().into(), place.into(), (*user).into(), link.uuid().into()];
        if tx.first(SQL, &params)?.is_some() {
            found.push(*user);
        }
    }
    Ok(found)
}

/// Everybody who is in a place for some link, at most so many.
pub(crate) fn in_place(tx: &Tx<'_>, place: &str, most: usize) -> Result<Vec<UserId>> {
    let sql = format!(
        "SELECT DISTINCT user_id FROM linking_access WHERE tenant_id = $1 AND place = $2 LIMIT {most}"
    );
    let rows = tx.all(&sql, &[tx.tenant().into(), place.into()])?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// Who was added to a place here: person and user.
pub(crate) fn added(tx: &Tx<'_>, place: &str) -> Result<Vec<(String, UserId)>> {
    const SQL: &str = "SELECT person, user_id FROM linking_members \
                       WHERE tenant_id = $1 AND place = $2 LIMIT 25000";
    let rows = tx.all(SQL, &[tx.tenant().into(), place.into()])?;
    rows.iter().map(|row| Ok((row.get(0)?, row.id(1)?))).collect()
}

/// Replaces who may see the record of a link.
pub(crate) fn set_access(
    tx: &Tx<'_>,
    link: LinkId,
    all: &[(String, UserId, Reason)],
    teams: &[Uuid],
) -> Result<()> {
    const ACCESS: &str = "INSERT INTO linking_access (tenant_id, link_id, place, user_id, why) \
                          VALUES ($1, $2, $3, $4, $5)";
    const SOURCES: &str =
        "INSERT INTO linking_sources (tenant_id, link_id, team_id) VALUES ($1, $2, $3)";
    let (tenant, key): (Value<'_>, Value<'_>) = (tx.tenant().into(), link.uuid().into());
    for sql in [
        "DELETE FROM linking_access WHERE tenant_id = $1 AND link_id = $2",
        "DELETE FROM linking_sources WHERE tenant_id = $1 AND link_id = $2",
    ] {
        tx.execute(sql, &[tenant.clone(), key.clone()])?;
    }
    let rows: Vec<Vec<Value<'_>>> = all
        .iter()
        .map(|(place, user, why)| {
            vec![
                tenant.clone(),
                key.clone(),
                place.as_str().into(),
                (*user).into(),
                why.as_str().into(),
            ]
        })
        .collect();
    tx.execute_many(ACCESS, &rows)?;
    let rows: Vec<Vec<Value<'_>>> =
        teams.iter().map(|team| vec![tenant.clone(), key.clone(), (*team).into()]).collect();
    tx.execute_many(SOURCES, &rows)?;
    Ok(())
}

/// Keeps a change and its effect on who was added here. One that repeats the last of the same person is not kept again.
pub(crate) fn keep(tx: &Tx<'_>, change: &MemberChange) -> Result<bool> {
    const LAST: &str = "SELECT verb, why, problem FROM linking_member_changes \
                        WHERE tenant_id = $1 AND link_id = $2 AND place = $3 AND user_id = $4 \
                        ORDER BY id DESC LIMIT 1";
    const SQL: &str = "INSERT INTO linking_member_changes (tenant_id, id, link_id, place, user_id, \
                       person, name, verb, why, problem, at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let (tenant, link): (Value<'_>, Value<'_>) = (tx.tenant().into(), change.link.uuid().into());
    let user: Value<'_> = change.user.map(UserId::uuid).into();
    if change.problem.is_some() || matches!(change.verb, Verb::Keep | Verb::Leave) {
        let last = [tenant.clone(), link.clone(), change.place.as_str().into(), user.clone()];
        if let Some(row) = tx.first(LAST, &last)? {
            let same = row.get::<String>(0)? == change.verb.as_str()
                && row.get::<String>(1)? == change.why.as_str()
                && row.get::<Option<String>>(2)? == change.problem;
            if same {
                return Ok(false);
            }
        }
    }
    tx.execute(
        SQL,
        &[
            tenant,
            change.id.into(),
            link,
            change.place.as_str().into(),
            user,
            change.person.as_deref().into(),
            change.name.as_str().into(),
            change.verb.as_str().into(),
            change.why.as_str().into(),
            change.problem.as_deref().into(),
            change.at.into(),
        ],
    )?;
    if let (None, Some(person), Some(user)) = (&change.problem, &change.person, change.user) {
        effect(tx, change, person, user)?;
    }
    Ok(true)
}

fn effect(tx: &Tx<'_>, change: &MemberChange, person: &str, user: UserId) -> Result<()> {
    const ADDED: &str = "INSERT INTO linking_members (tenant_id, place, person, user_id, added_at) \
                         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    const REMOVED: &str = "DELETE FROM linking_members \
                           WHERE tenant_id = $1 AND place = $2 AND person = $3";
    let place = change.place.as_str();
    match change.verb {
        Verb::Add => {
            let params =
                [tx.tenant().into(), place.into(), person.into(), user.into(), change.at.into()];
            tx.execute(ADDED, &params)?;
        }
        Verb::Remove => {
            tx.execute(REMOVED, &[tx.tenant().into(), place.into(), person.into()])?;
        }
        Verb::Keep | Verb::Leave => {}
    }
    Ok(())
}

/// What happened to the members of a link, newest first.
pub(crate) fn history(tx: &Tx<'_>, link: LinkId, most: u32) -> Result<Vec<MemberChange>> {
    let sql = format!(
        "SELECT id, link_id, place, user_id, person, name, verb, why, problem, at \
         FROM linking_member_changes WHERE tenant_id = $1 AND link_id = $2 \
         ORDER BY id DESC LIMIT {most}"
    );
    let rows = tx.all(&sql, &[tx.tenant().into(), link.uuid().into()])?;
    rows.iter().map(change).collect()
}

fn change(row: &Row) -> Result<MemberChange> {
    Ok(MemberChange {
        id: row.get(0)?,
        link: LinkId(row.get(1)?),
        place: row.get(2)?,
        user: row.maybe_id(3)?,
        person: row.get(4)?,
        name: row.get(5)?,
        verb: row.parsed(6, Verb::parse)?,
        why: row.parsed(7, Reason::parse)?,
        problem: row.get(8)?,
        at: row.get(9)?,
    })
}
