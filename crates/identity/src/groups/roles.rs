//! Tenant-wide roles that a group gives to everybody in it.
//!
//! What a person may is the union of the own roles and those of groups. So whoever decides who is in such a
//! group decides about roles, and needs the rights for that.

use db::Tx;
use jiff::Timestamp;
use kernel::{GroupId, Permission, Scope};

use super::{Group, lookup};
use crate::{
    Error, Identity, Result, Role, Thing, assignments::Step, rights, roles::rights as rights_of,
    tenants, users::keep_an_administrator,
};

impl Identity {
    /// Gives a role to everybody in a group, now and later; it counts from the next request on.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Escalation`] when the role has rights that the giver lacks,
    /// [`Error::Unknown`], [`Error::Store`].
    pub async fn assign_group_role(&self, scope: &Scope, id: GroupId, role: Role) -> Result<Group> {
        self.change_group_role(scope, id, Step { role, give: true }).await
    }

    /// Takes a role from a group.
    ///
    /// # Errors
    /// As [`Identity::assign_group_role`]; also [`Error::LastAdministrator`].
    pub async fn remove_group_role(&self, scope: &Scope, id: GroupId, role: Role) -> Result<Group> {
        self.change_group_role(scope, id, Step { role, give: false }).await
    }

    async fn change_group_role(&self, scope: &Scope, id: GroupId, step: Step) -> Result<Group> {
        step.require(scope)?;
        let now = self.clock.now();
        let group = self
            .db
            .write(scope, move |tx| {
                let before = lookup(tx, id)?.ok_or(Error::Unknown(Thing::Group))?;
                if keep_an_administrator(tx, || Ok(store(tx, id, step, now)?))? {
                    tell_members(tx, &[step.role]);
                    let actions = ["group.assign_role", "group.remove_role"];
                    step.change(actions, "group", id).write(tx, now)?;
                }
                Ok::<_, Error>(lookup(tx, id)?.unwrap_or(before))
            })
            .await?;
        self.cache.forget_people(scope.tenant());
        Ok(group)
    }
}

/// Whether anything changed.
fn store(tx: &Tx<'_>, group: GroupId, step: Step, now: Timestamp) -> db::Result<bool> {
    const GIVE: &str = "INSERT INTO group_roles (tenant_id, group_id, role, assigned_at) \
                        VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    const TAKE: &str =
        "DELETE FROM group_roles WHERE tenant_id = $1 AND group_id = $2 AND role = $3";
    let (tenant, role) = (tx.tenant().into(), step.role.as_str().into());
    let changed = if step.give {
        tx.execute(GIVE, &[tenant, group.into(), role, now.into()])?
    } else {
        tx.execute(TAKE, &[tenant, group.into(), role])?
    };
    Ok(changed == 1)
}

/// Who changes who is in a group with roles gives or takes them.
pub(super) fn guard(tx: &Tx<'_>, roles: &[Role]) -> Result<()> {
    if roles.is_empty() {
        return Ok(());
    }
    tx.scope().require(Permission::RoleAssign)?;
    if rights::within(tx.scope(), rights_of(roles)) { Ok(()) } else { Err(Error::Escalation) }
}

/// Lets every node forget what the tenant's people may, when roles are concerned.
pub(super) fn tell_members(tx: &Tx<'_>, roles: &[Role]) {
    if !roles.is_empty() {
        tx.notify(tenants::TOPIC, tx.tenant().uuid(), 0);
    }
}
