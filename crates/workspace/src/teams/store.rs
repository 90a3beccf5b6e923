//! Statements on teams.

use db::{Result, Tx, Value};
use kernel::{Limit, Page, TeamId};

use super::{TeamFilter, cursor};
use crate::{
    Team, TeamAccess, access,
    names::{self, mail_name},
};

pub(crate) fn insert(tx: &Tx<'_>, team: &Team) -> Result<()> {
    const SQL: &str = "INSERT INTO teams (tenant_id, id, name, name_key, description, visibility, \
                       mail_name, created_at, archived_at, deleted_at, label) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    tx.execute(SQL, &columns(tx, team, &names::key(&team.name))).map(drop)
}

pub(crate) fn update(tx: &Tx<'_>, team: &Team) -> Result<()> {
    const SQL: &str = "UPDATE teams SET name = $3, name_key = $4, description = $5, visibility = $6, \
                       mail_name = $7, created_at = $8, archived_at = $9, deleted_at = $10, \
                       label = $11 \
                       WHERE tenant_id = $1 AND id = $2";
    tx.execute(SQL, &columns(tx, team, &names::key(&team.name))).map(drop)
}

fn columns<'a>(tx: &Tx<'_>, team: &'a Team, key: &'a str) -> [Value<'a>; 11] {
    [
        tx.tenant().into(),
        team.id.into(),
        (&team.name).into(),
        key.into(),
        (&team.description).into(),
        team.visibility.as_str().into(),
        (&team.mail_name).into(),
        team.created_at.into(),
        team.archived_at.into(),
        team.deleted_at.into(),
        team.label.as_deref().into(),
    ]
}

/// Whether another team than `but` has the name.
pub(crate) fn is_named(tx: &Tx<'_>, key: &str, but: TeamId) -> Result<bool> {
    const SQL: &str = "SELECT id FROM teams \
                       WHERE tenant_id = $1 AND name_key = $2 AND id <> $3 AND deleted_at IS NULL";
    Ok(tx.first(SQL, &[tx.tenant().into(), key.into(), but.into()])?.is_some())
}

/// A free name for the mailbox: the team's own, with a number or its identifier behind it if needed.
pub(crate) fn free_mail_name(tx: &Tx<'_>, team: &Team) -> Result<String> {
    const SQL: &str = "SELECT id FROM teams WHERE tenant_id = $1 AND mail_name = $2";
    let plain = mail_name(&team.name);
    for number in 1..10 {
        let name = if number == 1 { plain.clone() } else { format!("{plain}-{number}") };
        if tx.first(SQL, &[tx.tenant().into(), (&name).into()])?.is_none() {
            return Ok(name);
        }
    }
    Ok(format!("team-{}", team.id))
}

/// The team whose mailbox has the name.
pub(crate) fn find_by_mail_name(tx: &Tx<'_>, name: &str) -> Result<Option<TeamId>> {
    const SQL: &str = "SELECT id FROM teams \
                       WHERE tenant_id = $1 AND mail_name = $2 AND deleted_at IS NULL";
    tx.first(SQL, &[tx.tenant().into(), name.into()])?.map(|row| row.id(0)).transpose()
}

pub(super) fn page(
    tx: &Tx<'_>,
    filter: TeamFilter,
    after: Option<&(TeamId, String)>,
    limit: Limit,
) -> crate::Result<Page<TeamAccess>> {
    const SQL: &str = "SELECT t.id FROM teams t \
                       LEFT JOIN team_members m ON m.tenant_id = t.tenant_id AND m.team_id = t.id \
                                               AND m.user_id = $2 \
                       WHERE t.tenant_id = $1 \
                         AND (t.name_key > $3 OR (t.name_key = $3 AND t.id > $4)) \
                         AND (t.deleted_at IS NOT NULL) = $5 \
                         AND ((m.role IS NOT NULL AND ($5 = FALSE OR m.role = 'owner')) \
                              OR ($6 = TRUE AND (t.visibility = 'public' OR $7 = TRUE)) \
                              OR ($5 = TRUE AND $7 = TRUE)) \
                       ORDER BY t.name_key, t.id LIMIT $8";
    let deleted = filter == TeamFilter::Deleted;
    let first = (uuid::Uuid::nil().into(), String::new());
    let (id, key) = after.unwrap_or(&first);
    let params = [
        tx.tenant().into(),
        access::member_id(tx.scope()).into(),
        key.into(),
        (*id).into(),
        deleted.into(),
        (filter == TeamFilter::Visible).into(),
        access::is_all(tx.scope()).into(),
        limit.probe().into(),
    ];
    let mut teams = Vec::new();
    for row in tx.all(SQL, &params)? {
        teams.push(access::team_any(tx, row.id(0)?, deleted)?);
    }
    Ok(Page::cut(teams, limit, |access| cursor(&access.team)))
}
