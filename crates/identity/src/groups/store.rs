//! The rows of groups.

use db::{Result as StoreResult, Row, Tx};
use jiff::Timestamp;
use kernel::{GroupId, Limit, UserId};

use super::Group;
use crate::{Role, text, users::Person};

pub(super) fn insert(tx: &Tx<'_>, group: &Group) -> StoreResult<u64> {
    const SQL: &str = "INSERT INTO groups (tenant_id, id, name, name_fold, description, \
                       created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    let params = [
        tx.tenant().into(),
        group.id.into(),
        (&group.name).into(),
        text::fold(&group.name).into(),
        (&group.description).into(),
        group.created_at.into(),
    ];
    tx.execute(SQL, &params)
}

pub(super) fn update(tx: &Tx<'_>, group: &Group) -> StoreResult<u64> {
    const SQL: &str = "UPDATE groups SET name = $3, name_fold = $4, description = $5 \
                       WHERE tenant_id = $1 AND id = $2";
    let params = [
        tx.tenant().into(),
        group.id.into(),
        (&group.name).into(),
        text::fold(&group.name).into(),
        (&group.description).into(),
    ];
    tx.execute(SQL, &params)
}

pub(crate) fn lookup(tx: &Tx<'_>, id: GroupId) -> StoreResult<Option<Group>> {
    const SQL: &str = "SELECT g.id, g.name, g.description, g.created_at, \
                       (SELECT COUNT(*) FROM group_members m \
                         WHERE m.tenant_id = g.tenant_id AND m.group_id = g.id), \
                       (SELECT string_agg(r.role, ' ') FROM group_roles r \
                         WHERE r.tenant_id = g.tenant_id AND r.group_id = g.id) \
                       FROM groups g WHERE g.tenant_id = $1 AND g.id = $2";
    tx.first(SQL, &[tx.tenant().into(), id.into()])?.as_ref().map(read).transpose()
}

pub(super) fn page(tx: &Tx<'_>, after: &str, limit: Limit) -> StoreResult<Vec<Group>> {
    const SQL: &str = "SELECT g.id, g.name, g.description, g.created_at, \
                       (SELECT COUNT(*) FROM group_members m \
                         WHERE m.tenant_id = g.tenant_id AND m.group_id = g.id), \
                       (SELECT string_agg(r.role, ' ') FROM group_roles r \
                         WHERE r.tenant_id = g.tenant_id AND r.group_id = g.id) \
                       FROM groups g WHERE g.tenant_id = $1 AND g.name_fold > $2 \
                       ORDER BY g.name_fold LIMIT $3";
    let params = [tx.tenant().into(), after.into(), limit.probe().into()];
    tx.all(SQL, &params)?.iter().map(read).collect()
}

pub(super) fn of_user(tx: &Tx<'_>, user: UserId) -> StoreResult<Vec<Group>> {
    const SQL: &str = "SELECT g.id, g.name, g.description, g.created_at, \
                       (SELECT COUNT(*) FROM group_members n \
                         WHERE n.tenant_id = g.tenant_id AND n.group_id = g.id), \
                       (SELECT string_agg(r.role, ' ') FROM group_roles r \
                         WHERE r.tenant_id = g.tenant_id AND r.group_id = g.id) \
                       FROM group_members m \
                       JOIN groups g ON g.tenant_id = m.tenant_id AND g.id = m.group_id \
                       WHERE m.tenant_id = $1 AND m.user_id = $2 ORDER BY g.name_fold LIMIT 1000";
    tx.all(SQL, &[tx.tenant().into(), user.into()])?.iter().map(read).collect()
}

pub(super) fn delete(tx: &Tx<'_>, id: GroupId) -> StoreResult<()> {
    const OF_GROUP: [&str; 4] = [
        "DELETE FROM group_roles WHERE tenant_id = $1 AND group_id = $2",
        "DELETE FROM group_members WHERE tenant_id = $1 AND group_id = $2",
        "DELETE FROM licence_assignments WHERE tenant_id = $1 AND subject_id = $2",
        "DELETE FROM groups WHERE tenant_id = $1 AND id = $2",
    ];
    for sql in OF_GROUP {
        tx.execute(sql, &[tx.tenant().into(), id.into()])?;
    }
    Ok(())
}

/// Whether the person was not in the group before.
pub(crate) fn add(tx: &Tx<'_>, group: GroupId, user: UserId, now: Timestamp) -> StoreResult<bool> {
    const SQL: &str = "INSERT INTO group_members (tenant_id, group_id, user_id, added_at) \
                       VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    Ok(tx.execute(SQL, &[tx.tenant().into(), group.into(), user.into(), now.into()])? == 1)
}

pub(crate) fn remove(tx: &Tx<'_>, group: GroupId, user: UserId) -> StoreResult<bool> {
    const SQL: &str =
        "DELETE FROM group_members WHERE tenant_id = $1 AND group_id = $2 AND user_id = $3";
    Ok(tx.execute(SQL, &[tx.tenant().into(), group.into(), user.into()])? == 1)
}

pub(super) fn members(
    tx: &Tx<'_>,
    group: GroupId,
    after: Option<UserId>,
    limit: Limit,
) -> StoreResult<Vec<Person>> {
    const SQL: &str = "SELECT u.id, u.display_name, \
                       (SELECT a.address FROM user_addresses a WHERE a.tenant_id = u.tenant_id \
                         AND a.user_id = u.id ORDER BY a.position LIMIT 1) \
                       FROM group_members m \
                       JOIN users u ON u.tenant_id = m.tenant_id AND u.id = m.user_id \
                       WHERE m.tenant_id = $1 AND m.group_id = $2 AND m.user_id > $3 \
                       ORDER BY m.user_id LIMIT $4";
    let after = after.map_or(uuid::Uuid::nil(), UserId::uuid);
    let params = [tx.tenant().into(), group.into(), after.into(), limit.probe().into()];
    let person =
        |row: &Row| Ok(Person { id: row.id(0)?, display_name: row.get(1)?, address: row.get(2)? });
    tx.all(SQL, &params)?.iter().map(person).collect()
}

/// The groups that a person is in, for rooms that hang rules on them.
///
/// # Errors
/// Any of [`db::Error`].
pub fn groups_of_person(tx: &Tx<'_>, user: UserId) -> StoreResult<Vec<GroupId>> {
    const SQL: &str = "SELECT group_id FROM group_members \
                       WHERE tenant_id = $1 AND user_id = $2 ORDER BY group_id LIMIT 1000";
    let rows = tx.all(SQL, &[tx.tenant().into(), user.into()])?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// The name of a group; `None` when there is no such group.
///
/// # Errors
/// Any of [`db::Error`].
pub fn group_name(tx: &Tx<'_>, id: GroupId) -> StoreResult<Option<String>> {
    Ok(lookup(tx, id)?.map(|group| group.name))
}

fn read(row: &Row) -> StoreResult<Group> {
    let words: Option<String> = row.get(5)?;
    let words = words.unwrap_or_default();
    // A role that a newer program wrote gives nothing here.
    let known = words.split_ascii_whitespace().filter_map(|word| word.parse().ok());
    let mut roles: Vec<Role> = known.collect();
    kernel::sort(&mut roles);
    Ok(Group {
        id: row.id(0)?,
        name: row.get(1)?,
        description: row.get(2)?,
        created_at: row.get(3)?,
        members: row.get(4)?,
        roles,
    })
}
