//! Who has which role.

use db::Tx;
use jiff::Timestamp;
use kernel::{Permission, Scope, UserId};
use serde_json::json;

use crate::{
    Error, Identity, Result,
    audit::Change,
    rights,
    roles::{self, Role},
    users,
};

impl Identity {
    /// The roles of a person, without those of groups, in their fixed order.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::Store`].
    pub async fn roles_of(&self, scope: &Scope, id: UserId) -> Result<Vec<Role>> {
        Ok(self.user(scope, id).await?.roles)
    }

    /// Gives a person a role; it counts from the next request on.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Escalation`] when the role has rights that the giver lacks,
    /// [`Error::Unknown`], [`Error::Store`].
    pub async fn assign_role(&self, scope: &Scope, id: UserId, role: Role) -> Result<()> {
        scope.require(Permission::RoleAssign)?;
        if !rights::within(scope, roles::rights(&[role])) {
            return Err(Error::Escalation);
        }
        let now = self.clock.now();
        self.db
            .write(scope, move |tx| {
                users::known(tx, id)?;
                if store_role(tx, id, role, now)? {
                    tx.notify(users::TOPIC, id.uuid(), 0);
                    Change::new("role.assign", "user", id).after(&json!(role)).write(tx, now)?;
                }
                Ok::<_, Error>(())
            })
            .await?;
        self.cache.forget(id.uuid());
        Ok(())
    }

    /// Takes a role from a person.
    ///
    /// # Errors
    /// As [`Identity::assign_role`]; also [`Error::LastAdministrator`].
    pub async fn remove_role(&self, scope: &Scope, id: UserId, role: Role) -> Result<()> {
        scope.require(Permission::RoleAssign)?;
        if !rights::within(scope, roles::rights(&[role])) {
            return Err(Error::Escalation);
        }
        let now = self.clock.now();
        self.db
            .write(scope, move |tx| {
                users::known(tx, id)?;
                if users::keep_an_administrator(tx, || Ok(delete_role(tx, id, role)?))? {
                    tx.notify(users::TOPIC, id.uuid(), 0);
                    Change::new("role.remove", "user", id).before(&json!(role)).write(tx, now)?;
                }
                Ok::<_, Error>(())
            })
            .await?;
        self.cache.forget(id.uuid());
        Ok(())
    }
}

/// Whether the role is new to the user.
pub(crate) fn store_role(
    tx: &Tx<'_>,
    user: UserId,
    role: Role,
    now: Timestamp,
) -> db::Result<bool> {
    const SQL: &str = "INSERT INTO role_assignments (tenant_id, user_id, role, assigned_at) \
                       VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    let params = [tx.tenant().into(), user.into(), role.as_str().into(), now.into()];
    Ok(tx.execute(SQL, &params)? == 1)
}

pub(crate) fn delete_role(tx: &Tx<'_>, user: UserId, role: Role) -> db::Result<bool> {
    const SQL: &str =
        "DELETE FROM role_assignments WHERE tenant_id = $1 AND user_id = $2 AND role = $3";
    Ok(tx.execute(SQL, &[tx.tenant().into(), user.into(), role.as_str().into()])? == 1)
}
