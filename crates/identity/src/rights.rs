//! What a person may at this moment.

use db::{Result, Tx};
use kernel::{Language, Permission, Permissions, UserId};

use crate::{
    roles::{self, Role},
    tenants::Policy,
    users::UserState,
};

/// The roles, state and factors of a person.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    pub(crate) may_sign_in: bool,
    pub(crate) language: Option<Language>,
    pub(crate) roles: Vec<Role>,
    /// Whether a role asks for a second factor.
    pub(crate) second_required: bool,
    /// Whether one is enrolled here, or a provider vouches.
    pub(crate) has_second: bool,
}

impl Standing {
    /// The rights; those of administration only when a required second factor is `proven`.
    pub(crate) fn rights(&self, proven: bool) -> Permissions {
        let rights = roles::rights(&self.roles);
        if self.second_required && !proven { withhold(rights) } else { rights }
    }
}

/// What of `rights` is left without a required second factor: what everyone has.
fn withhold(rights: Permissions) -> Permissions {
    rights.intersection(roles::EVERYONE)
}

/// Where a person stands; `None` when there is no such user.
pub(crate) fn standing(tx: &Tx<'_>, user: UserId) -> Result<Option<Standing>> {
    const SQL: &str = "SELECT u.state, u.language, t.policy, \
                       EXISTS (SELECT 1 FROM totp_secrets s WHERE s.tenant_id = u.tenant_id \
                               AND s.user_id = u.id AND s.confirmed_at IS NOT NULL), \
                       EXISTS (SELECT 1 FROM passkeys p WHERE p.tenant_id = u.tenant_id \
                               AND p.user_id = u.id), \
                       EXISTS (SELECT 1 FROM external_identities e WHERE e.tenant_id = u.tenant_id \
                               AND e.user_id = u.id) \
                       FROM users u JOIN tenants t ON t.tenant_id = u.tenant_id \
                       WHERE u.tenant_id = $1 AND u.id = $2";
    let Some(row) = tx.first(SQL, &[tx.tenant().into(), user.into()])? else { return Ok(None) };
    let state: UserState = row.parsed(0, |word| word.parse().ok())?;
    let language: Option<String> = row.get(1)?;
    let policy = Policy::read(&row, 2)?;
    let roles = of_user(tx, user)?;
    Ok(Some(Standing {
        may_sign_in: state == UserState::Active,
        language: language.and_then(|tag| tag.parse().ok()),
        second_required: roles.iter().any(|role| policy.second_factor_roles.contains(role)),
        has_second: row.get::<bool>(3)? || row.get::<bool>(4)? || row.get::<bool>(5)?,
        roles,
    }))
}

/// The roles of a user, the own ones and those of groups, in their fixed order.
pub(crate) fn of_user(tx: &Tx<'_>, user: UserId) -> Result<Vec<Role>> {
    const SQL: &str = "SELECT role FROM role_assignments WHERE tenant_id = $1 AND user_id = $2 \
                       UNION SELECT g.role FROM group_members m JOIN group_roles g \
                         ON g.tenant_id = m.tenant_id AND g.group_id = m.group_id \
                       WHERE m.tenant_id = $1 AND m.user_id = $2";
    read(&tx.all(SQL, &[tx.tenant().into(), user.into()])?)
}

/// The roles that a user has without any group.
pub(crate) fn own_of_user(tx: &Tx<'_>, user: UserId) -> Result<Vec<Role>> {
    const SQL: &str = "SELECT role FROM role_assignments WHERE tenant_id = $1 AND user_id = $2";
    read(&tx.all(SQL, &[tx.tenant().into(), user.into()])?)
}

/// A role that a newer program wrote gives nothing here.
fn read(rows: &[db::Row]) -> Result<Vec<Role>> {
    let known = |row: &db::Row| row.get::<String>(0).map(|word| word.parse().ok());
    let mut roles: Vec<Role> =
        rows.iter().filter_map(|row| known(row).transpose()).collect::<Result<_>>()?;
    kernel::sort(&mut roles);
    Ok(roles)
}

/// Whether `rights` is within what the scope has, so that nobody gives what they do not have.
pub(crate) fn within(scope: &kernel::Scope, rights: Permissions) -> bool {
    scope.may(Permission::System) || rights.iter().all(|right| scope.may(right))
}
