//! Who has which role.

use std::fmt;

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
        self.change_role(scope, id, Step { role, give: true }).await
    }

    /// Takes a role from a person.
    ///
    /// # Errors
    /// As [`Identity::assign_role`]; also [`Error::LastAdministrator`].
    pub async fn remove_role(&self, scope: &Scope, id: UserId, role: Role) -> Result<()> {
        self.change_role(scope, id, Step { role, give: false }).await
    }

    async fn change_role(&self, scope: &Scope, id: UserId, step: Step) -> Result<()> {
        step.require(scope)?;
        let now = self.clock.now();
        self.db
            .write(scope, move |tx| {
                users::known(tx, id)?;
                let Step { role, give } = step;
                let change = || {
                    Ok(if give {
                        store_role(tx, id, role, now)
                    } else {
                        delete_role(tx, id, role)
                    }?)
                };
                if users::keep_an_administrator(tx, change)? {
                    tx.notify(users::TOPIC, id.uuid(), 0);
                    step.change(["role.assign", "role.remove"], "user", id).write(tx, now)?;
                }
                Ok::<_, Error>(())
            })
            .await?;
        self.cache.forget(id.uuid());
        Ok(())
    }
}

/// Giving a role, or taking it; from a person or from a group.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    pub(crate) role: Role,
    pub(crate) give: bool,
}

impl Step {
    /// Whether the scope may take this step: nobody gives or takes rights that they do not have.
    pub(crate) fn require(self, scope: &Scope) -> Result<()> {
        scope.require(Permission::RoleAssign)?;
        let may = rights::within(scope, roles::rights(&[self.role]));
        if may { Ok(()) } else { Err(Error::Escalation) }
    }

    /// The step in the audit, under one of two actions: giving and taking.
    pub(crate) fn change(
        self,
        actions: [&'static str; 2],
        kind: &'static str,
        id: impl fmt::Display,
    ) -> Change {
        let [give, take] = actions;
        let change = Change::new(if self.give { give } else { take }, kind, id);
        let role = json!(self.role);
        if self.give { change.after(&role) } else { change.before(&role) }
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
