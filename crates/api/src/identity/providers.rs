//! OpenID Connect providers.

use axum::extract::State;
use edge::{Authed, Json, Path, Problem};
use http::StatusCode;
use identity::{GroupRule, ProviderInput, ProviderRules, Role, RoleRule};
use kernel::{GroupId, Secret};
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ProviderPath, instant};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(list, create, update, delete, remove_secret)
}

/// A provider, without its client secret.
#[derive(Debug, Serialize, ToSchema)]
struct Provider {
    #[schema(format = Uuid)]
    id: String,
    /// What the button says.
    name: String,
    issuer: String,
    client_id: String,
    /// Whether a client secret is stored.
    has_secret: bool,
    rules: Rules,
    /// Whether the pages offer it.
    enabled: bool,
    #[schema(format = DateTime)]
    created_at: String,
}

/// Who may come in, and as what.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct Rules {
    /// Makes an account for a subject that is not known yet.
    provision: bool,
    /// Domains of which the provider's verified addresses are believed, to link accounts by.
    trusted_domains: Vec<String>,
    /// Roles by claims; a role that is named here is given and taken at each sign-in.
    roles: Vec<RoleByClaim>,
    /// Groups by claims; a group that is named here is joined and left at each sign-in.
    groups: Vec<GroupByClaim>,
    /// Values of `amr` that count as a second factor.
    second_factor_amr: Vec<String>,
    /// Values of `acr` that count as a second factor.
    second_factor_acr: Vec<String>,
    /// Keeps each person's tokens, sealed, so that connectors can act on their behalf.
    act_for: bool,
    /// What else is asked for at a sign-in, such as `api://connector/access_as_user`.
    scopes: Vec<String>,
}

/// Gives a role to whom a claim holds a value.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RoleByClaim {
    claim: String,
    value: String,
    #[schema(value_type = String)]
    role: Role,
}

/// Puts into a group whom a claim holds a value of.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GroupByClaim {
    claim: String,
    value: String,
    #[schema(value_type = String, format = Uuid)]
    group_id: GroupId,
}

impl Default for Rules {
    fn default() -> Self {
        ProviderRules::default().into()
    }
}

impl From<ProviderRules> for Rules {
    fn from(rules: ProviderRules) -> Self {
        let role = |r: RoleRule| RoleByClaim { claim: r.claim, value: r.value, role: r.role };
        let group =
            |r: GroupRule| GroupByClaim { claim: r.claim, value: r.value, group_id: r.group };
        Self {
            provision: rules.provision,
            trusted_domains: rules.trusted_domains,
            roles: rules.roles.into_iter().map(role).collect(),
            groups: rules.groups.into_iter().map(group).collect(),
            second_factor_amr: rules.second_factor_amr,
            second_factor_acr: rules.second_factor_acr,
            act_for: rules.act_for,
            scopes: rules.scopes,
        }
    }
}

impl From<Rules> for ProviderRules {
    fn from(rules: Rules) -> Self {
        let role = |r: RoleByClaim| RoleRule { claim: r.claim, value: r.value, role: r.role };
        let group =
            |r: GroupByClaim| GroupRule { claim: r.claim, value: r.value, group: r.group_id };
        Self {
            provision: rules.provision,
            trusted_domains: rules.trusted_domains,
            roles: rules.roles.into_iter().map(role).collect(),
            groups: rules.groups.into_iter().map(group).collect(),
            second_factor_amr: rules.second_factor_amr,
            second_factor_acr: rules.second_factor_acr,
            act_for: rules.act_for,
            scopes: rules.scopes,
        }
    }
}

impl From<identity::Provider> for Provider {
    fn from(provider: identity::Provider) -> Self {
        Self {
            id: provider.id.to_string(),
            name: provider.name,
            issuer: provider.issuer,
            client_id: provider.client_id,
            has_secret: provider.has_secret,
            rules: provider.rules.into(),
            enabled: provider.enabled,
            created_at: instant(provider.created_at),
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProviderToSave {
    /// What the button says.
    name: String,
    /// Such as `https://id.example.org`; for Entra also with `{tenantid}`.
    issuer: String,
    client_id: String,
    /// Absent keeps the one that is stored.
    #[schema(value_type = Option<String>, format = Password)]
    client_secret: Option<Secret<String>>,
    #[serde(default)]
    rules: Rules,
    /// Whether the pages offer it; yes unless said otherwise.
    enabled: Option<bool>,
}

impl From<ProviderToSave> for ProviderInput {
    fn from(provider: ProviderToSave) -> Self {
        Self {
            name: provider.name,
            issuer: provider.issuer,
            client_id: provider.client_id,
            client_secret: provider.client_secret,
            rules: provider.rules.into(),
            enabled: provider.enabled.unwrap_or(true),
        }
    }
}

/// List the sign-in providers
///
/// By name.
#[utoipa::path(get, path = "/api/v1/sign-in-providers", operation_id = "providers.list",
    tag = "identity", responses((status = 200, body = Vec<Provider>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<Vec<Provider>>, Problem> {
    let providers = app.identity.providers(&scope).await?;
    Ok(Json(providers.into_iter().map(Provider::from).collect()))
}

/// Add a sign-in provider
#[utoipa::path(post, path = "/api/v1/sign-in-providers", operation_id = "providers.create",
    tag = "identity", request_body = ProviderToSave,
    responses((status = 201, body = Provider), Failures))]
async fn create(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(new): Json<ProviderToSave>,
) -> Result<(StatusCode, Json<Provider>), Problem> {
    let provider = app.identity.create_provider(&scope, new.into()).await?;
    Ok((StatusCode::CREATED, Json(provider.into())))
}

/// Change a sign-in provider
#[utoipa::path(put, path = "/api/v1/sign-in-providers/{provider_id}",
    operation_id = "providers.update", tag = "identity", params(ProviderPath),
    request_body = ProviderToSave, responses((status = 200, body = Provider), Failures))]
async fn update(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ProviderPath>,
    Json(to): Json<ProviderToSave>,
) -> Result<Json<Provider>, Problem> {
    let provider = app.identity.update_provider(&scope, path.provider_id, to.into()).await?;
    Ok(Json(provider.into()))
}

/// Forget the client secret of a sign-in provider
///
/// From now on the hub is a public client there.
#[utoipa::path(delete, path = "/api/v1/sign-in-providers/{provider_id}/secret",
    operation_id = "providers.remove_secret", tag = "identity", params(ProviderPath),
    responses((status = 200, body = Provider), Failures))]
async fn remove_secret(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ProviderPath>,
) -> Result<Json<Provider>, Problem> {
    Ok(Json(app.identity.remove_provider_secret(&scope, path.provider_id).await?.into()))
}

/// Delete a sign-in provider
///
/// Accounts that were linked with it stay.
#[utoipa::path(delete, path = "/api/v1/sign-in-providers/{provider_id}",
    operation_id = "providers.delete", tag = "identity", params(ProviderPath),
    responses((status = 204), Failures))]
async fn delete(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ProviderPath>,
) -> Result<StatusCode, Problem> {
    app.identity.delete_provider(&scope, path.provider_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
