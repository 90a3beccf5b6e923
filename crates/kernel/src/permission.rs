//! What an actor may do, tenant-wide.

use std::{fmt, str::FromStr};

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// A right that a [`crate::Scope`] may carry. Rights on one team, channel or record are the room's
        /// to check; these open the door.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Permission { $($(#[$doc])* $name,)* }

        impl Permission {
            /// Every permission, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The name as written in API tokens and documents, such as `messages:read`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

permissions! {
    /// Read one's own profile, sessions and tokens.
    ProfileRead = "profile:read";
    /// Change one's own profile, password, second factor and tokens.
    ProfileWrite = "profile:write";
    /// Read names and addresses of users and groups.
    DirectoryRead = "directory:read";
    /// Create, change, lock and delete users; reset passwords and second factors.
    UserManage = "users:manage";
    /// Create, change and delete groups and their members.
    GroupManage = "groups:manage";
    /// Give and take tenant-wide roles.
    RoleAssign = "roles:assign";
    /// Assign licences.
    LicenceAssign = "licences:assign";
    /// Create and revoke service tokens, see every token of the tenant.
    TokenManage = "tokens:manage";
    /// Read and export the audit log.
    AuditRead = "audit:read";
    /// Change the tenant's settings and sign-in providers.
    SettingsManage = "settings:manage";
    /// Read teams, channels and messages one may see.
    MessageRead = "messages:read";
    /// Post, edit and delete messages.
    MessageWrite = "messages:write";
    /// Read files of channels one may see.
    FileRead = "files:read";
    /// Upload, rename and delete files.
    FileWrite = "files:write";
    /// Create teams.
    TeamCreate = "teams:create";
    /// Manage every team of the tenant, member or not.
    TeamManageAll = "teams:manage";
    /// Create and manage incoming webhooks in channels where one may.
    WebhookManage = "webhooks:manage";
    /// Manage every incoming webhook of the tenant.
    WebhookManageAll = "webhooks:manage_all";
    /// Register channel connectors of one's own, and make app packages of them.
    ConnectorRegister = "channel_connectors:register";
    /// Upload app packages to teams one owns, install apps there, and submit them to the catalogue.
    AppInstall = "apps:install";
    /// Approve, publish, block and remove apps of the tenant's catalogue; setup policies.
    AppManage = "apps:manage";
    /// Post cards; what the URL of an incoming webhook carries.
    CardPost = "cards:post";
    /// Read metrics and the state of the hub.
    OperationsRead = "operations:read";
    /// See the environments of the tenant.
    EnvironmentRead = "environments:read";
    /// Create, rename and delete environments.
    EnvironmentManage = "environments:manage";
    /// See records of environments, as far as one's security roles there say.
    RecordRead = "records:read";
    /// Change records and definitions of environments, as far as one's security roles there say.
    RecordWrite = "records:write";
    /// Make connectors and actions in an environment.
    ConnectorManage = "connectors:manage";
    /// Make connections of one's own to connectors, and use shared ones.
    ConnectionUse = "connections:use";
    /// Sort connectors into groups and say which operations and addresses may be called.
    DataPolicyManage = "data_policies:manage";
    /// Call enabled actions.
    ActionUse = "actions:use";
    /// Approve, enable and disable actions.
    ActionManage = "actions:manage";
    /// Sales administration.
    SalesManage = "sales:manage";
    /// Run as the system: workers only.
    System = "system";
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Permission {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.iter().copied().find(|p| p.as_str() == text).ok_or(())
    }
}

/// A set of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Permissions(u64);

impl Permissions {
    /// No permission.
    pub const NONE: Self = Self(0);

    /// A set of the given ones.
    pub const fn of(list: &[Permission]) -> Self {
        let mut bits = 0;
        let mut rest = list;
        while let [first, others @ ..] = rest {
            bits |= 1 << (*first as u8);
            rest = others;
        }
        Self(bits)
    }

    /// Whether `permission` is in the set.
    pub const fn has(self, permission: Permission) -> bool {
        self.0 & (1 << (permission as u8)) != 0
    }

    /// What is in either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in both; how a token's scopes narrow its owner's rights.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The members, in the order of declaration.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |p| self.has(*p))
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(iter: I) -> Self {
        iter.into_iter().fold(Self::NONE, |set, p| set.union(Self::of(&[p])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_read_back() {
        for p in Permission::ALL {
            assert_eq!(p.as_str().parse(), Ok(*p));
        }
        assert!(Permission::ALL.len() <= 64);
    }

    #[test]
    fn a_token_narrows_and_never_widens() {
        let owner = Permissions::of(&[Permission::MessageRead, Permission::MessageWrite]);
        let token = Permissions::of(&[Permission::MessageRead, Permission::UserManage]);
        assert_eq!(owner.intersection(token), Permissions::of(&[Permission::MessageRead]));
    }
}
