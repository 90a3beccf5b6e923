//! Tenant-wide rights: which role carries which permissions.

use std::{fmt, str::FromStr};

use kernel::{Permission, Permissions};
use serde::{Deserialize, Serialize};

/// A tenant-wide right.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// May do everything in the tenant.
    GlobalAdministrator,
    /// Environments, connectors, data policies, actions, the state of the hub.
    PlatformAdministrator,
    /// Every team and every incoming webhook.
    TeamsAdministrator,
    /// Sales settings, licences and actions.
    SalesAdministrator,
    /// Creates environments.
    EnvironmentMaker,
    /// Makes connectors and actions.
    ConnectorMaker,
    /// Works with customers.
    Seller,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 7] = [
        Self::GlobalAdministrator,
        Self::PlatformAdministrator,
        Self::TeamsAdministrator,
        Self::SalesAdministrator,
        Self::EnvironmentMaker,
        Self::ConnectorMaker,
        Self::Seller,
    ];

    /// The name in the interface and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GlobalAdministrator => "global_administrator",
            Self::PlatformAdministrator => "platform_administrator",
            Self::TeamsAdministrator => "teams_administrator",
            Self::SalesAdministrator => "sales_administrator",
            Self::EnvironmentMaker => "environment_maker",
            Self::ConnectorMaker => "connector_maker",
            Self::Seller => "seller",
        }
    }

    /// What the role adds to [`EVERYONE`].
    pub fn permissions(self) -> Permissions {
        use Permission as P;
        match self {
            Self::GlobalAdministrator => Permission::ALL
                .iter()
                .copied()
                .filter(|p| !matches!(p, P::System | P::CardPost))
                .collect(),
            Self::PlatformAdministrator => Permissions::of(&[
                P::EnvironmentManage,
                P::ConnectorManage,
                P::DataPolicyManage,
                P::ActionManage,
                P::OperationsRead,
                P::AuditRead,
            ]),
            Self::TeamsAdministrator => Permissions::of(&[
                P::TeamManageAll,
                P::WebhookManageAll,
                P::GroupManage,
                P::ConnectorRegister,
                P::AppManage,
            ]),
            Self::SalesAdministrator => {
                Permissions::of(&[P::SalesManage, P::LicenceAssign, P::ActionManage])
            }
            Self::EnvironmentMaker => Permissions::of(&[P::EnvironmentManage]),
            Self::ConnectorMaker => Permissions::of(&[P::ConnectorManage, P::ConnectorRegister]),
            Self::Seller => Permissions::NONE,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(())
    }
}

/// What every active user may do.
pub const EVERYONE: Permissions = Permissions::of(&[
    Permission::ProfileRead,
    Permission::ProfileWrite,
    Permission::DirectoryRead,
    Permission::MessageRead,
    Permission::MessageWrite,
    Permission::FileRead,
    Permission::FileWrite,
    Permission::TeamCreate,
    Permission::WebhookManage,
    Permission::AppInstall,
    Permission::EnvironmentRead,
    Permission::RecordRead,
    Permission::RecordWrite,
    Permission::ConnectionUse,
    Permission::ActionUse,
]);

/// The rights of a user with these roles.
pub(crate) fn rights(roles: &[Role]) -> Permissions {
    roles.iter().fold(EVERYONE, |set, role| set.union(role.permissions()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
        }
        assert_eq!("owner".parse::<Role>(), Err(()));
    }

    #[test]
    fn nobody_has_the_systems_rights() {
        for role in Role::ALL {
            let rights = rights(&[role]);
            assert!(!rights.has(Permission::System) && !rights.has(Permission::CardPost), "{role}");
        }
    }

    #[test]
    fn only_the_global_administrator_manages_users_and_roles() {
        for role in Role::ALL {
            let may = role == Role::GlobalAdministrator;
            for permission in
                [Permission::UserManage, Permission::RoleAssign, Permission::TokenManage]
            {
                assert_eq!(rights(&[role]).has(permission), may, "{role} {permission}");
            }
        }
    }
}
