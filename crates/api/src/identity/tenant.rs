//! The tenant and its sign-in policy.

use axum::extract::State;
use edge::{Authed, Json, Problem};
use identity::{
    Role,
    tenants::{Policy, TenantPatch},
};
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{instant, language, sent};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(read, update)
}

/// The organisation.
#[derive(Debug, Serialize, ToSchema)]
struct Tenant {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    /// The host name whose pages sign in to it.
    host: Option<String>,
    /// `en` or `fr`.
    language: &'static str,
    /// Who has one of these roles does not administer without a second factor.
    second_factor_roles: Vec<&'static str>,
    #[schema(format = DateTime)]
    created_at: String,
}

impl From<identity::tenants::Tenant> for Tenant {
    fn from(tenant: identity::tenants::Tenant) -> Self {
        let roles = tenant.policy.second_factor_roles;
        Self {
            id: tenant.id.to_string(),
            name: tenant.name,
            host: tenant.host,
            language: tenant.language.tag(),
            second_factor_roles: roles.into_iter().map(Role::as_str).collect(),
            created_at: instant(tenant.created_at),
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "absent, null and a host are three things")]
struct TenantToUpdate {
    name: Option<String>,
    /// The host name whose pages sign in to it, without a port. Null takes it away, which only the first
    /// organisation of a hub can do without.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<String>)]
    host: Option<Option<String>>,
    /// `en` or `fr`.
    language: Option<String>,
    /// Who has one of these roles does not administer without a second factor.
    #[schema(value_type = Option<Vec<String>>)]
    second_factor_roles: Option<Vec<Role>>,
}

/// Read the tenant
#[utoipa::path(get, path = "/api/v1/tenant", operation_id = "tenant.read", tag = "identity",
    responses((status = 200, body = Tenant), Failures))]
async fn read(State(app): State<App>, Authed(scope): Authed) -> Result<Json<Tenant>, Problem> {
    Ok(Json(app.identity.tenant(&scope).await?.into()))
}

/// Change the tenant
///
/// Fields that are absent stay as they are. After a change of the host people sign in anew at the new name;
/// sessions that are open under the old one go on until they end.
#[utoipa::path(patch, path = "/api/v1/tenant", operation_id = "tenant.update", tag = "identity",
    request_body = TenantToUpdate, responses((status = 200, body = Tenant), Failures))]
async fn update(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(to): Json<TenantToUpdate>,
) -> Result<Json<Tenant>, Problem> {
    let patch = TenantPatch {
        name: to.name,
        host: to.host,
        language: language(to.language.as_deref())?,
        policy: to.second_factor_roles.map(|roles| Policy { second_factor_roles: roles }),
    };
    Ok(Json(app.identity.update_tenant(&scope, patch).await?.into()))
}
