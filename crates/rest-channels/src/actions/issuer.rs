//! Our own issuer: its metadata and keys for everybody, its rotation for administrators.

use axum::{extract::State, response::IntoResponse};
use edge::{Authed, Json, Path, Problem};
use http::{StatusCode, header};
use identity::SigningKey;
use rest::{Failures, Items, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{TenantPath, instant};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(metadata, keys, list, rotate)
}

/// What receivers of our tokens need to know (`OpenID` Connect Discovery 1.0, as far as it is about
/// tokens).
#[derive(Debug, Serialize, ToSchema)]
struct Metadata {
    issuer: String,
    jwks_uri: String,
    id_token_signing_alg_values_supported: [&'static str; 1],
    subject_types_supported: [&'static str; 1],
    response_types_supported: [&'static str; 1],
    claims_supported: [&'static str; 8],
}

/// JSON Web Keys (RFC 7517).
#[derive(Debug, Serialize, ToSchema)]
struct Keys {
    keys: Vec<Key>,
}

/// A JSON Web Key.
#[derive(Debug, Serialize, ToSchema)]
struct Key {
    kty: &'static str,
    r#use: &'static str,
    alg: &'static str,
    kid: String,
    n: String,
    e: String,
}

/// A key of the issuer, without its secret half.
#[derive(Debug, Serialize, ToSchema)]
struct SigningKeyItem {
    /// Names it in tokens (`kid`).
    #[schema(format = Uuid)]
    id: String,
    #[schema(format = DateTime)]
    created_at: String,
    /// From when on it signs, unless a newer one does.
    #[schema(format = DateTime)]
    starts_at: String,
    /// Until when it is published.
    #[schema(format = DateTime)]
    ends_at: Option<String>,
}

impl From<SigningKey> for SigningKeyItem {
    fn from(key: SigningKey) -> Self {
        Self {
            id: key.id.to_string(),
            created_at: instant(key.created_at),
            starts_at: instant(key.starts_at),
            ends_at: key.ends_at.map(instant),
        }
    }
}

/// How to rotate.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = KeyRotation)]
struct Rotation {
    /// The key is known to somebody else: the new one signs now, and no other one is published any more.
    at_once: bool,
}

/// Read the metadata of the hub's own issuer
///
/// What receivers of buttons verify our tokens by.
#[utoipa::path(get, path = "/sts/{tenant_id}/.well-known/openid-configuration",
    operation_id = "issuer.metadata", tag = "identity", params(TenantPath), security(()),
    responses((status = 200, body = Metadata), Failures))]
async fn metadata(
    State(app): State<App>,
    Path(path): Path<TenantPath>,
) -> Result<impl IntoResponse, Problem> {
    // a tenant that does not exist has no metadata
    app.identity.public_keys(path.tenant_id).await?;
    let issuer = app.identity.issuer(path.tenant_id);
    let metadata = Metadata {
        jwks_uri: format!("{issuer}/keys"),
        issuer,
        id_token_signing_alg_values_supported: ["RS256"],
        subject_types_supported: ["public"],
        response_types_supported: ["id_token"],
        claims_supported: ["iss", "aud", "sub", "tid", "iat", "nbf", "exp", "jti"],
    };
    Ok((FOR_AN_HOUR, Json(metadata)))
}

/// Read the keys of the hub's own issuer
///
/// A key is here a day before it signs and a day after; a tenant that never signed has none.
#[utoipa::path(get, path = "/sts/{tenant_id}/keys", operation_id = "issuer.keys", tag = "identity",
    params(TenantPath), security(()), responses((status = 200, body = Keys), Failures))]
async fn keys(
    State(app): State<App>,
    Path(path): Path<TenantPath>,
) -> Result<impl IntoResponse, Problem> {
    let keys = app.identity.public_keys(path.tenant_id).await?.into_iter().map(|key| Key {
        kty: "RSA",
        r#use: "sig",
        alg: "RS256",
        kid: key.id,
        n: key.modulus,
        e: key.exponent,
    });
    let keys = Keys { keys: keys.collect() };
    let kept = if keys.keys.is_empty() { NOT_KEPT } else { FOR_AN_HOUR };
    Ok((kept, Json(keys)))
}

/// List the signing keys
#[utoipa::path(get, path = "/api/v1/signing-keys", operation_id = "signing_keys.list",
    tag = "identity", responses((status = 200, body = Items<SigningKeyItem>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<Items<SigningKeyItem>>, Problem> {
    let keys = app.identity.signing_keys(&scope).await?;
    Ok(Json(Items { items: keys.into_iter().map(SigningKeyItem::from).collect(), next: None }))
}

/// Make a new signing key
///
/// It signs in a day, so that receivers learn of it before, and the key before it stays published for
/// another day.
#[utoipa::path(post, path = "/api/v1/signing-keys", operation_id = "signing_keys.rotate",
    tag = "identity", request_body = Rotation,
    responses((status = 201, body = SigningKeyItem), Failures))]
async fn rotate(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(rotation): Json<Rotation>,
) -> Result<(StatusCode, Json<SigningKeyItem>), Problem> {
    let key = app.identity.rotate_signing_key(&scope, rotation.at_once).await?;
    Ok((StatusCode::CREATED, Json(key.into())))
}

/// Receivers ask again after an hour.
const FOR_AN_HOUR: [(header::HeaderName, &str); 1] =
    [(header::CACHE_CONTROL, "public, max-age=3600")];

const NOT_KEPT: [(header::HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];
