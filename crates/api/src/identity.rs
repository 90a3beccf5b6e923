//! Users, groups, roles, tokens, sessions, audit.

use edge::{Authed, Json};
use kernel::{Actor, Permission};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{App, problem::Failures};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(me))
}

/// Who the credential belongs to.
#[derive(Debug, Serialize, ToSchema)]
struct Me {
    /// The tenant.
    tenant_id: String,
    /// `user`, `service` or `webhook`.
    kind: &'static str,
    /// The person, when the credential is a person's.
    user_id: Option<String>,
    /// What the credential may do, such as `messages:read`.
    permissions: Vec<&'static str>,
    /// `en` or `fr`.
    language: &'static str,
}

/// Who am I
///
/// The actor behind the credential, its tenant and what it may do.
#[utoipa::path(get, path = "/api/v1/me", tag = "identity", responses((status = 200, body = Me), Failures))]
async fn me(Authed(scope): Authed) -> Json<Me> {
    Json(Me {
        tenant_id: scope.tenant().to_string(),
        kind: scope.actor().kind(),
        user_id: match scope.actor() {
            Actor::User(id) => Some(id.to_string()),
            Actor::Service(_) | Actor::Webhook(_) | Actor::System { .. } => None,
        },
        permissions: scope.permissions().iter().map(Permission::as_str).collect(),
        language: scope.language().tag(),
    })
}
