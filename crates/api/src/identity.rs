//! Users, groups, roles, licences, tokens, sessions, second factors, providers, audit.

#![expect(unused_qualifications, reason = "the macro that describes routes writes whole paths")]

mod account;
mod audit;
mod groups;
mod licences;
mod providers;
mod sessions;
mod tenant;
mod tokens;
mod users;

use edge::{Authed, Json, Problem};
use jiff::Timestamp;
use kernel::{
    Actor, CredentialId, FieldError, GroupId, Kind, Language, LicenceId, Permission, Permissions,
    ProviderId, UserId,
};
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::Routes;

pub(crate) fn routes() -> Routes {
    routes!(me)
        .merge(account::routes())
        .merge(users::routes())
        .merge(sessions::routes())
        .merge(groups::routes())
        .merge(licences::routes())
        .merge(tokens::routes())
        .merge(providers::routes())
        .merge(tenant::routes())
        .merge(audit::routes())
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
#[utoipa::path(get, path = "/api/v1/me", operation_id = "me.read", tag = "identity",
    responses((status = 200, body = Me), Failures))]
async fn me(Authed(scope): Authed) -> Json<Me> {
    Json(Me {
        tenant_id: scope.tenant().to_string(),
        kind: scope.actor().kind(),
        user_id: match scope.actor() {
            Actor::User(id) => Some(id.to_string()),
            Actor::Service(_) | Actor::Webhook(_) | Actor::System { .. } => None,
        },
        permissions: names(scope.permissions()),
        language: scope.language().tag(),
    })
}

/// The user of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct UserPath {
    /// The user.
    #[param(value_type = String, format = Uuid)]
    user_id: UserId,
}

/// The user and the role of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct UserRolePath {
    /// The user.
    #[param(value_type = String, format = Uuid)]
    user_id: UserId,
    /// The role, such as `teams_administrator`.
    #[param(value_type = String)]
    role: identity::Role,
}

/// The session of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct SessionPath {
    /// The session.
    #[param(value_type = String, format = Uuid)]
    session_id: CredentialId,
}

/// The token of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct TokenPath {
    /// The token.
    #[param(value_type = String, format = Uuid)]
    token_id: CredentialId,
}

/// The group of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct GroupPath {
    /// The group.
    #[param(value_type = String, format = Uuid)]
    group_id: GroupId,
}

/// The group and the member of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct GroupMemberPath {
    /// The group.
    #[param(value_type = String, format = Uuid)]
    group_id: GroupId,
    /// The user.
    #[param(value_type = String, format = Uuid)]
    user_id: UserId,
}

/// The group and the role of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct GroupRolePath {
    /// The group.
    #[param(value_type = String, format = Uuid)]
    group_id: GroupId,
    /// The role, such as `teams_administrator`.
    #[param(value_type = String)]
    role: identity::Role,
}

/// The licence of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct LicencePath {
    /// The licence.
    #[param(value_type = String, format = Uuid)]
    licence_id: LicenceId,
}

/// The licence and the user of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct LicenceUserPath {
    /// The licence.
    #[param(value_type = String, format = Uuid)]
    licence_id: LicenceId,
    /// The user.
    #[param(value_type = String, format = Uuid)]
    user_id: UserId,
}

/// The licence and the group of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct LicenceGroupPath {
    /// The licence.
    #[param(value_type = String, format = Uuid)]
    licence_id: LicenceId,
    /// The group.
    #[param(value_type = String, format = Uuid)]
    group_id: GroupId,
}

/// The sign-in provider of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ProviderPath {
    /// The provider.
    #[param(value_type = String, format = Uuid)]
    provider_id: ProviderId,
}

/// The passkey of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct PasskeyPath {
    /// The passkey.
    #[param(value_type = String, format = Uuid)]
    passkey_id: Uuid,
}

/// An instant as RFC 3339 writes it.
fn instant(at: Timestamp) -> String {
    at.to_string()
}

fn names(permissions: Permissions) -> Vec<&'static str> {
    permissions.iter().map(Permission::as_str).collect()
}

fn permissions(names: &[String]) -> Result<Permissions, Problem> {
    let read = |name: &String| {
        name.parse().map_err(|()| unknown_word("/permissions", "the permissions of `me`"))
    };
    names.iter().map(read).collect()
}

/// `en`, `fr` or null for whatever the browser asks for.
fn language(tag: Option<&str>) -> Result<Option<Language>, Problem> {
    let read = |tag: &str| Language::ALL.into_iter().find(|language| language.tag() == tag);
    tag.map(|tag| read(tag).ok_or_else(|| unknown_word("/language", "en, fr"))).transpose()
}

/// A word that is not among the known ones.
fn unknown_word(pointer: &'static str, known: &str) -> Problem {
    let field = FieldError::new(pointer, "field.invalid", format!("one of {known}"));
    Problem::new("request.invalid", Kind::Invalid, format!("expected one of {known}"))
        .with_fields(vec![field])
}

/// A field that was sent, also when it was sent as null.
#[expect(clippy::option_option, reason = "absent, null and a value are three things")]
fn sent<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}
