//! Statements on setup policies.

use db::{Result, Row, Tx};
use kernel::{GroupId, SetupPolicyId};

use crate::{Policy, PolicyApp, PolicyGroup};

const COLUMNS: &str = "id, name, description, everyone, created_at, updated_at";

fn policy(tx: &Tx<'_>, row: &Row) -> Result<Policy> {
    let id: SetupPolicyId = row.id(0)?;
    Ok(Policy {
        id,
        name: row.get(1)?,
        description: row.get(2)?,
        everyone: row.get(3)?,
        created_at: row.get(4)?,
        updated_at: row.get(5)?,
        apps: apps(tx, id)?,
        groups: groups(tx, id)?,
    })
}

fn apps(tx: &Tx<'_>, policy: SetupPolicyId) -> Result<Vec<PolicyApp>> {
    const SQL: &str = "SELECT app_id, pinned FROM setup_policy_apps \
                       WHERE tenant_id = $1 AND policy_id = $2 ORDER BY position";
    let read = |row: &Row| Ok(PolicyApp { app: row.id(0)?, is_pinned: row.get(1)? });
    tx.all(SQL, &[tx.tenant().into(), policy.into()])?.iter().map(read).collect()
}

fn groups(tx: &Tx<'_>, policy: SetupPolicyId) -> Result<Vec<PolicyGroup>> {
    const SQL: &str = "SELECT group_id, rank FROM setup_policy_groups \
                       WHERE tenant_id = $1 AND policy_id = $2 ORDER BY rank, group_id";
    let rows = tx.all(SQL, &[tx.tenant().into(), policy.into()])?;
    let mut groups = Vec::new();
    for row in &rows {
        let group = row.id(0)?;
        // A group that is gone keeps no policy.
        if let Some(name) = identity::group_name(tx, group)? {
            groups.push(PolicyGroup { group, name, rank: row.get(1)? });
        }
    }
    Ok(groups)
}

pub(crate) fn lookup(tx: &Tx<'_>, id: SetupPolicyId) -> Result<Option<Policy>> {
    let sql =
        ["SELECT ", COLUMNS, " FROM setup_policies WHERE tenant_id = $1 AND id = $2"].concat();
    let row = tx.first(&sql, &[tx.tenant().into(), id.into()])?;
    row.map(|row| policy(tx, &row)).transpose()
}

pub(crate) fn list(tx: &Tx<'_>) -> Result<Vec<Policy>> {
    let sql = [
        "SELECT ",
        COLUMNS,
        " FROM setup_policies WHERE tenant_id = $1 ORDER BY name_key, id LIMIT 1000",
    ]
    .concat();
    tx.all(&sql, &[tx.tenant().into()])?.iter().map(|row| policy(tx, row)).collect()
}

/// Whether another policy has the name.
pub(crate) fn is_named(tx: &Tx<'_>, key: &str, but: SetupPolicyId) -> Result<bool> {
    const SQL: &str =
        "SELECT id FROM setup_policies WHERE tenant_id = $1 AND name_key = $2 AND id <> $3";
    Ok(tx.first(SQL, &[tx.tenant().into(), key.into(), but.into()])?.is_some())
}

/// Writes a policy with its apps and groups, over what is there.
pub(crate) fn put(tx: &Tx<'_>, to: &Policy) -> Result<()> {
    const POLICY: &str = "INSERT INTO setup_policies (tenant_id, id, name, name_key, description, \
                          everyone, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
                          ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name, \
                          name_key = excluded.name_key, description = excluded.description, \
                          everyone = excluded.everyone, updated_at = excluded.updated_at";
    const NOT_EVERYONE: &str =
        "UPDATE setup_policies SET everyone = FALSE WHERE tenant_id = $1 AND id <> $2";
    const APP: &str = "INSERT INTO setup_policy_apps (tenant_id, policy_id, position, app_id, pinned) \
                       VALUES ($1, $2, $3, $4, $5)";
    const GROUP: &str = "INSERT INTO setup_policy_groups (tenant_id, group_id, policy_id, rank) \
                         VALUES ($1, $2, $3, $4) ON CONFLICT (tenant_id, group_id) DO UPDATE SET \
                         policy_id = excluded.policy_id, rank = excluded.rank";
    clear(tx, to.id)?;
    if to.everyone {
        tx.execute(NOT_EVERYONE, &[tx.tenant().into(), to.id.into()])?;
    }
    let params = [
        tx.tenant().into(),
        to.id.into(),
        (&to.name).into(),
        super::name_key(&to.name).into(),
        (&to.description).into(),
        to.everyone.into(),
        to.created_at.into(),
        to.updated_at.into(),
    ];
    tx.execute(POLICY, &params)?;
    for (position, app) in to.apps.iter().enumerate() {
        let position = i64::try_from(position).unwrap_or(i64::MAX);
        let params = [
            tx.tenant().into(),
            to.id.into(),
            position.into(),
            app.app.into(),
            app.is_pinned.into(),
        ];
        tx.execute(APP, &params)?;
    }
    for group in &to.groups {
        let params = [tx.tenant().into(), group.group.into(), to.id.into(), group.rank.into()];
        tx.execute(GROUP, &params)?;
    }
    Ok(())
}

fn clear(tx: &Tx<'_>, id: SetupPolicyId) -> Result<()> {
    const APPS: &str = "DELETE FROM setup_policy_apps WHERE tenant_id = $1 AND policy_id = $2";
    const GROUPS: &str = "DELETE FROM setup_policy_groups WHERE tenant_id = $1 AND policy_id = $2";
    let params = [tx.tenant().into(), id.into()];
    tx.execute(APPS, &params)?;
    tx.execute(GROUPS, &params).map(drop)
}

pub(crate) fn delete(tx: &Tx<'_>, id: SetupPolicyId) -> Result<()> {
    const SQL: &str = "DELETE FROM setup_policies WHERE tenant_id = $1 AND id = $2";
    clear(tx, id)?;
    tx.execute(SQL, &[tx.tenant().into(), id.into()]).map(drop)
}

/// The policy that counts for who is in these groups: the lowest rank, else everyone's.
pub(crate) fn effective(tx: &Tx<'_>, groups: &[GroupId]) -> Result<Option<Policy>> {
    const RANK: &str = "SELECT policy_id, rank FROM setup_policy_groups \
                        WHERE tenant_id = $1 AND group_id = $2";
    const EVERYONE: &str =
        "SELECT id FROM setup_policies WHERE tenant_id = $1 AND everyone = TRUE LIMIT 1";
    let mut best: Option<(i64, SetupPolicyId)> = None;
    for group in groups {
        if let Some(row) = tx.first(RANK, &[tx.tenant().into(), (*group).into()])? {
            let found = (row.get(1)?, row.id(0)?);
            best = Some(best.map_or(found, |best| best.min(found)));
        }
    }
    let id = match best {
        Some((_, id)) => Some(id),
        None => tx.first(EVERYONE, &[tx.tenant().into()])?.map(|row| row.id(0)).transpose()?,
    };
    Ok(match id {
        Some(id) => lookup(tx, id)?,
        None => None,
    })
}
