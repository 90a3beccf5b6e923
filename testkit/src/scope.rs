//! Scopes without a sign-in.

use kernel::{Actor, Ids, Permission, Permissions, Scope, TenantId};

/// Identifiers that are the same at every run.
pub fn ids() -> Ids {
    Ids::seeded(1)
}

/// A scope as `identity` would issue it for checked credentials.
#[expect(clippy::disallowed_methods, reason = "tests issue scopes here and nowhere else")]
pub fn scope(tenant: TenantId, actor: Actor, permissions: &[Permission]) -> Scope {
    Scope::issue(tenant, actor, Permissions::of(permissions), Ids::system().fresh())
}

/// The scope of a job of the hub.
pub fn system_scope(tenant: TenantId) -> Scope {
    scope(tenant, Actor::System { job: "test" }, &[Permission::System])
}
