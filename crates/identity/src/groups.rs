//! Groups: sets of persons.

use db::{Result as StoreResult, Row, Tx};
use jiff::Timestamp;
use kernel::{Cursor, GroupId, Limit, Page, Permission, Scope, UserId};
use serde_json::json;

use crate::{
    Error, Identity, Result, Thing,
    audit::Change,
    taken, text,
    users::{self, Person},
};

/// A set of persons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The identifier.
    pub id: GroupId,
    /// The name; no two groups of a tenant have the same.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// How many persons are in it.
    pub members: i64,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A group to make.
#[derive(Debug, Clone)]
pub struct NewGroup {
    /// The name.
    pub name: String,
    /// What it is for; may be empty.
    pub description: String,
}

/// What to change of a group; `None` leaves as it is.
#[derive(Debug, Clone, Default)]
pub struct GroupPatch {
    /// The name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
}

impl Identity {
    /// Makes a group.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`], [`Error::Taken`], [`Error::Store`].
    pub async fn create_group(&self, scope: &Scope, new: NewGroup) -> Result<Group> {
        scope.require(Permission::GroupManage)?;
        text::name("/name", &new.name)?;
        text::description("/description", &new.description)?;
        let now = self.clock.now();
        let group = Group {
            id: self.ids.fresh(),
            name: new.name.trim().to_owned(),
            description: new.description,
            members: 0,
            created_at: now,
        };
        let made = group.clone();
        let outcome = self
            .db
            .write(scope, move |tx| {
                insert(tx, &group)?;
                let change = Change::new("group.create", "group", group.id).after(&view(&group));
                Ok::<_, Error>(change.write(tx, now)?)
            })
            .await;
        taken(outcome, Thing::Group)?;
        Ok(made)
    }

    /// A group.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::Store`].
    pub async fn group(&self, scope: &Scope, id: GroupId) -> Result<Group> {
        scope.require(Permission::DirectoryRead)?;
        let found = self.db.read_one(scope, move |tx| lookup(tx, id)).await?;
        found.ok_or(Error::Unknown(Thing::Group))
    }

    /// Groups by name.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Cursor`], [`Error::Store`].
    pub async fn groups(
        &self,
        scope: &Scope,
        limit: Limit,
        after: Option<&Cursor>,
    ) -> Result<Page<Group>> {
        scope.require(Permission::DirectoryRead)?;
        let after = after.map(Cursor::key).transpose()?.unwrap_or_default();
        let rows = self.db.read_one(scope, move |tx| page(tx, &after, limit)).await?;
        Ok(Page::cut(rows, limit, |group| Cursor::new(&text::fold(&group.name))))
    }

    /// The groups that a person is in, by name.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn groups_of(&self, scope: &Scope, user: UserId) -> Result<Vec<Group>> {
        scope.require(Permission::DirectoryRead)?;
        Ok(self.db.read_one(scope, move |tx| of_user(tx, user)).await?)
    }

    /// Changes a group.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`], [`Error::Unknown`], [`Error::Taken`], [`Error::Store`].
    pub async fn update_group(
        &self,
        scope: &Scope,
        id: GroupId,
        patch: GroupPatch,
    ) -> Result<Group> {
        scope.require(Permission::GroupManage)?;
        patch.name.as_ref().map_or(Ok(()), |name| text::name("/name", name))?;
        patch.description.as_ref().map_or(Ok(()), |d| text::description("/description", d))?;
        let now = self.clock.now();
        let outcome = self
            .db
            .write(scope, move |tx| {
                let before = lookup(tx, id)?.ok_or(Error::Unknown(Thing::Group))?;
                let name = patch.name.as_deref().unwrap_or(&before.name).trim().to_owned();
                let description = patch.description.as_ref().unwrap_or(&before.description);
                let after = Group { name, description: description.clone(), ..before.clone() };
                update(tx, &after)?;
                let change = Change::new("group.update", "group", id);
                change.before(&view(&before)).after(&view(&after)).write(tx, now)?;
                Ok::<_, Error>(after)
            })
            .await;
        taken(outcome, Thing::Group)
    }

    /// Deletes a group; its members stay.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::Store`].
    pub async fn delete_group(&self, scope: &Scope, id: GroupId) -> Result<()> {
        scope.require(Permission::GroupManage)?;
        let now = self.clock.now();
        self.db
            .write(scope, move |tx| {
                let before = lookup(tx, id)?.ok_or(Error::Unknown(Thing::Group))?;
                delete(tx, id)?;
                let change = Change::new("group.delete", "group", id).before(&view(&before));
                Ok::<_, Error>(change.write(tx, now)?)
            })
            .await
    }

    /// Puts a person into a group; nothing changes when the person is in it.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::Store`].
    pub async fn add_member(&self, scope: &Scope, group: GroupId, user: UserId) -> Result<()> {
        scope.require(Permission::GroupManage)?;
        let now = self.clock.now();
        self.db
            .write(scope, move |tx| {
                lookup(tx, group)?.ok_or(Error::Unknown(Thing::Group))?;
                users::known(tx, user)?;
                if add(tx, group, user, now)? {
                    let change = Change::new("group.add_member", "group", group);
                    change.after(&json!({ "user": user })).write(tx, now)?;
                }
                Ok::<_, Error>(())
            })
            .await
    }

    /// Takes a person out of a group; nothing changes when the person is not in it.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::Store`].
    pub async fn remove_member(&self, scope: &Scope, group: GroupId, user: UserId) -> Result<()> {
        scope.require(Permission::GroupManage)?;
        let now = self.clock.now();
        self.db
            .write(scope, move |tx| {
                lookup(tx, group)?.ok_or(Error::Unknown(Thing::Group))?;
                if remove(tx, group, user)? {
                    let change = Change::new("group.remove_member", "group", group);
                    change.before(&json!({ "user": user })).write(tx, now)?;
                }
                Ok::<_, Error>(())
            })
            .await
    }

    /// The persons of a group.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::Cursor`], [`Error::Store`].
    pub async fn members(
        &self,
        scope: &Scope,
        group: GroupId,
        limit: Limit,
        after: Option<&Cursor>,
    ) -> Result<Page<Person>> {
        scope.require(Permission::DirectoryRead)?;
        let after: Option<UserId> = after.map(Cursor::parse).transpose()?;
        let rows = self
            .db
            .read(scope, move |tx| {
                lookup(tx, group)?.ok_or(Error::Unknown(Thing::Group))?;
                Ok::<_, Error>(members(tx, group, after, limit)?)
            })
            .await?;
        Ok(Page::cut(rows, limit, |person| Cursor::new(&person.id.to_string())))
    }
}

fn view(group: &Group) -> serde_json::Value {
    json!({ "name": group.name, "description": group.description })
}

fn insert(tx: &Tx<'_>, group: &Group) -> StoreResult<u64> {
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

fn update(tx: &Tx<'_>, group: &Group) -> StoreResult<u64> {
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
                         WHERE m.tenant_id = g.tenant_id AND m.group_id = g.id) \
                       FROM groups g WHERE g.tenant_id = $1 AND g.id = $2";
    tx.first(SQL, &[tx.tenant().into(), id.into()])?.as_ref().map(read).transpose()
}

fn page(tx: &Tx<'_>, after: &str, limit: Limit) -> StoreResult<Vec<Group>> {
    const SQL: &str = "SELECT g.id, g.name, g.description, g.created_at, \
                       (SELECT COUNT(*) FROM group_members m \
                         WHERE m.tenant_id = g.tenant_id AND m.group_id = g.id) \
                       FROM groups g WHERE g.tenant_id = $1 AND g.name_fold > $2 \
                       ORDER BY g.name_fold LIMIT $3";
    let params = [tx.tenant().into(), after.into(), limit.probe().into()];
    tx.all(SQL, &params)?.iter().map(read).collect()
}

fn of_user(tx: &Tx<'_>, user: UserId) -> StoreResult<Vec<Group>> {
    const SQL: &str = "SELECT g.id, g.name, g.description, g.created_at, \
                       (SELECT COUNT(*) FROM group_members n \
                         WHERE n.tenant_id = g.tenant_id AND n.group_id = g.id) \
                       FROM group_members m \
                       JOIN groups g ON g.tenant_id = m.tenant_id AND g.id = m.group_id \
                       WHERE m.tenant_id = $1 AND m.user_id = $2 ORDER BY g.name_fold LIMIT 1000";
    tx.all(SQL, &[tx.tenant().into(), user.into()])?.iter().map(read).collect()
}

fn delete(tx: &Tx<'_>, id: GroupId) -> StoreResult<()> {
    const OF_GROUP: [&str; 3] = [
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

fn members(
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

fn read(row: &Row) -> StoreResult<Group> {
    Ok(Group {
        id: row.id(0)?,
        name: row.get(1)?,
        description: row.get(2)?,
        created_at: row.get(3)?,
        members: row.get(4)?,
    })
}
