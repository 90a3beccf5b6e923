//! Who is asking, for which tenant, with which rights.

use std::{fmt, net::IpAddr, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{CredentialId, Permission, Permissions, RequestId, TenantId, UserId, WebhookId};

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A person, through a session or a personal token.
    User(UserId),
    /// A service token, made by an administrator.
    Service(CredentialId),
    /// The holder of an incoming webhook's URL.
    Webhook(WebhookId),
    /// A job of the hub; shows in the audit under its name.
    System {
        /// Name of the job, such as `retention`.
        job: &'static str,
    },
}

impl Actor {
    /// The user, when a person acts.
    pub const fn user(self) -> Option<UserId> {
        match self {
            Self::User(id) => Some(id),
            Self::Service(_) | Self::Webhook(_) | Self::System { .. } => None,
        }
    }

    /// `user`, `service`, `webhook` or `system`.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Service(_) => "service",
            Self::Webhook(_) => "webhook",
            Self::System { .. } => "system",
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(f, "user:{id}"),
            Self::Service(id) => write!(f, "service:{id}"),
            Self::Webhook(id) => write!(f, "webhook:{id}"),
            Self::System { job } => write!(f, "system:{job}"),
        }
    }
}

/// How sure the hub is that it is really this person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Factor {
    /// No person signed in: a token, a webhook, a job.
    None,
    /// One factor: a password, or a provider that told of no second one.
    Single,
    /// A time-based one-time password (RFC 6238).
    Totp,
    /// A recovery code.
    Recovery,
    /// A provider that told of several factors in `amr` or `acr`.
    Provider,
    /// A passkey (WebAuthn).
    Passkey,
}

impl Factor {
    /// Whether a second factor was used.
    pub const fn is_second(self) -> bool {
        matches!(self, Self::Totp | Self::Recovery | Self::Provider | Self::Passkey)
    }
}

/// A language of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// French.
    Fr,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::En, Self::Fr];

    /// The BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
        }
    }
}

impl AsRef<str> for Language {
    fn as_ref(&self) -> &str {
        self.tag()
    }
}

impl FromStr for Language {
    type Err = ();

    /// Reads a BCP 47 tag; only the primary subtag counts.
    fn from_str(tag: &str) -> Result<Self, ()> {
        match tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "en" => Ok(Self::En),
            "fr" => Ok(Self::Fr),
            _ => Err(()),
        }
    }
}

/// The actor may not do this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the permission {permission} is missing")]
pub struct Denied {
    /// What is missing.
    pub permission: Permission,
}

/// Tenant, actor, rights, request and language of one call. Every service method takes one.
///
/// Only `identity` (from checked credentials) and `testkit` issue one.
#[derive(Debug, Clone)]
pub struct Scope {
    tenant: TenantId,
    actor: Actor,
    permissions: Permissions,
    request: RequestId,
    language: Language,
    factor: Factor,
    credential: Option<CredentialId>,
    origin: Option<IpAddr>,
}

impl Scope {
    /// Issues a scope. Disallowed by the linter outside `identity` and `testkit`.
    pub const fn issue(
        tenant: TenantId,
        actor: Actor,
        permissions: Permissions,
        request: RequestId,
    ) -> Self {
        Self {
            tenant,
            actor,
            permissions,
            request,
            language: Language::En,
            factor: Factor::None,
            credential: None,
            origin: None,
        }
    }

    /// The same with a language.
    #[must_use]
    pub const fn with_language(mut self, language: Language) -> Self {
        self.language = language;
        self
    }

    /// The same with the factor that the session recorded.
    #[must_use]
    pub const fn with_factor(mut self, factor: Factor) -> Self {
        self.factor = factor;
        self
    }

    /// The same with the credential it came from.
    #[must_use]
    pub const fn with_credential(mut self, credential: CredentialId) -> Self {
        self.credential = Some(credential);
        self
    }

    /// The same with the caller's address.
    #[must_use]
    pub const fn with_origin(mut self, origin: Option<IpAddr>) -> Self {
        self.origin = origin;
        self
    }

    /// The tenant.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Who acts.
    pub const fn actor(&self) -> Actor {
        self.actor
    }

    /// The person, when one acts.
    pub const fn user(&self) -> Option<UserId> {
        self.actor.user()
    }

    /// The rights.
    pub const fn permissions(&self) -> Permissions {
        self.permissions
    }

    /// The request, as shown to the caller and in the audit.
    pub const fn request(&self) -> RequestId {
        self.request
    }

    /// The language of texts for the caller.
    pub const fn language(&self) -> Language {
        self.language
    }

    /// The factor that the sign-in used.
    pub const fn factor(&self) -> Factor {
        self.factor
    }

    /// The credential that was presented.
    pub const fn credential(&self) -> Option<CredentialId> {
        self.credential
    }

    /// Where the caller is.
    pub const fn origin(&self) -> Option<IpAddr> {
        self.origin
    }

    /// Whether the right is there.
    pub const fn may(&self, permission: Permission) -> bool {
        self.permissions.has(permission)
    }

    /// Opens every service method.
    ///
    /// # Errors
    /// [`Denied`] names the missing permission.
    pub const fn require(&self, permission: Permission) -> Result<(), Denied> {
        if self.may(permission) { Ok(()) } else { Err(Denied { permission }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Ids;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test of the method itself")]
    fn a_missing_permission_is_named() {
        let ids = Ids::seeded(1);
        let rights = Permissions::of(&[Permission::MessageRead]);
        let scope = Scope::issue(ids.fresh(), Actor::User(ids.fresh()), rights, ids.fresh());
        assert_eq!(scope.require(Permission::MessageRead), Ok(()));
        let denied = scope.require(Permission::UserManage);
        assert_eq!(denied, Err(Denied { permission: Permission::UserManage }));
    }

    #[test]
    fn the_primary_subtag_decides_the_language() {
        assert_eq!("fr-CA".parse(), Ok(Language::Fr));
        assert_eq!("EN".parse(), Ok(Language::En));
        assert_eq!("de".parse::<Language>(), Err(()));
    }
}
