//! Groups: sets of persons.

use jiff::Timestamp;
use kernel::{Cursor, GroupId, Limit, Page, Permission, Scope, UserId};
use serde_json::json;

use self::store::{delete, insert, members, of_user, page, update};
use crate::{
    Error, Identity, Result, Role, Thing,
    audit::Change,
    licences, taken, text,
    users::{self, Person},
};

mod roles;
mod store;

pub(crate) use store::{add, lookup, remove};
pub use store::{group_name, groups_of_person};

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
    /// Tenant-wide roles that everybody in it has.
    pub roles: Vec<Role>,
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
            roles: Vec::new(),
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
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::Store`].
    pub async fn groups_of(&self, scope: &Scope, user: UserId) -> Result<Vec<Group>> {
        scope.require(Permission::DirectoryRead)?;
        self.db
            .read(scope, move |tx| {
                users::known(tx, user)?;
                Ok(of_user(tx, user)?)
            })
            .await
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

    /// Deletes a group; its members stay. A group with roles needs what taking them from it needs.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Escalation`], [`Error::Unknown`], [`Error::LastAdministrator`],
    /// [`Error::Store`].
    pub async fn delete_group(&self, scope: &Scope, id: GroupId) -> Result<()> {
        scope.require(Permission::GroupManage)?;
        let now = self.clock.now();
        self.db
            .write(scope, move |tx| {
                let before = lookup(tx, id)?.ok_or(Error::Unknown(Thing::Group))?;
                roles::guard(tx, &before.roles)?;
                users::keep_an_administrator(tx, || Ok(delete(tx, id)?))?;
                roles::tell_members(tx, &before.roles);
                // what the group held its members hold no more
                licences::tell(tx);
                let change = Change::new("group.delete", "group", id).before(&view(&before));
                Ok::<_, Error>(change.write(tx, now)?)
            })
            .await?;
        self.cache.forget_people(scope.tenant());
        Ok(())
    }

    /// Puts a person into a group; nothing changes when the person is in it. A group with roles needs what
    /// giving them needs.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Escalation`], [`Error::Unknown`], [`Error::Store`].
    pub async fn add_member(&self, scope: &Scope, group: GroupId, user: UserId) -> Result<()> {
        scope.require(Permission::GroupManage)?;
        let now = self.clock.now();
        self.db
            .write(scope, move |tx| {
                let known = lookup(tx, group)?.ok_or(Error::Unknown(Thing::Group))?;
                users::known(tx, user)?;
                roles::guard(tx, &known.roles)?;
                if add(tx, group, user, now)? {
                    tx.notify(users::TOPIC, user.uuid(), 0);
                    let change = Change::new("group.add_member", "group", group);
                    change.after(&json!({ "user": user })).write(tx, now)?;
                }
                Ok::<_, Error>(())
            })
            .await?;
        self.cache.forget(user.uuid());
        Ok(())
    }

    /// Takes a person out of a group; nothing changes when the person is not in it. A group with roles needs
    /// what taking them needs.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Escalation`], [`Error::Unknown`], [`Error::LastAdministrator`],
    /// [`Error::Store`].
    pub async fn remove_member(&self, scope: &Scope, group: GroupId, user: UserId) -> Result<()> {
        scope.require(Permission::GroupManage)?;
        let now = self.clock.now();
        self.db
            .write(scope, move |tx| {
                let known = lookup(tx, group)?.ok_or(Error::Unknown(Thing::Group))?;
                roles::guard(tx, &known.roles)?;
                if users::keep_an_administrator(tx, || Ok(remove(tx, group, user)?))? {
                    tx.notify(users::TOPIC, user.uuid(), 0);
                    let change = Change::new("group.remove_member", "group", group);
                    change.before(&json!({ "user": user })).write(tx, now)?;
                }
                Ok::<_, Error>(())
            })
            .await?;
        self.cache.forget(user.uuid());
        Ok(())
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
    json!({ "name": group.name, "description": group.description, "roles": group.roles })
}
