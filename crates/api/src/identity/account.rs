//! One's own password and second factors, and resetting those of others.

use axum::extract::State;
use edge::{Authed, Json, Path, Problem};
use http::StatusCode;
use identity::passkeys::NewPasskey;
use kernel::Secret;
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{PasskeyPath, UserPath, instant};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(
        change_password,
        factors,
        reset_factors,
        begin_totp,
        remove_totp,
        confirm_totp,
        recovery_codes,
        begin_passkey,
        add_passkey,
        remove_passkey
    )
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordChange {
    #[schema(value_type = String, format = Password)]
    present_password: Secret<String>,
    #[schema(value_type = String, format = Password)]
    new_password: Secret<String>,
}

/// What a person has enrolled.
#[derive(Debug, Serialize, ToSchema)]
struct Factors {
    /// Whether an authenticator app is.
    totp: bool,
    /// Recovery codes that are left.
    recovery_codes: i64,
    passkeys: Vec<Passkey>,
    /// Whether a role of the person asks for a second factor.
    required: bool,
}

/// A passkey.
#[derive(Debug, Serialize, ToSchema)]
struct Passkey {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
}

impl From<identity::passkeys::Passkey> for Passkey {
    fn from(passkey: identity::passkeys::Passkey) -> Self {
        Self {
            id: passkey.id.to_string(),
            name: passkey.name,
            created_at: instant(passkey.created_at),
            last_used_at: passkey.last_used_at.map(instant),
        }
    }
}

/// What an authenticator app needs; shown once.
#[derive(Debug, Serialize, ToSchema)]
struct TotpSecret {
    /// For typing, in base 32.
    secret: String,
    /// The `otpauth:` address.
    uri: String,
    /// The address as a QR code, an SVG document.
    qr: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TotpCode {
    /// Six digits.
    code: String,
}

/// Recovery codes; shown once, each works once.
#[derive(Debug, Serialize, ToSchema)]
struct RecoveryCodes {
    codes: Vec<String>,
}

impl From<Vec<Secret<String>>> for RecoveryCodes {
    fn from(codes: Vec<Secret<String>>) -> Self {
        Self { codes: codes.iter().map(|code| code.expose().clone()).collect() }
    }
}

/// A passkey under way.
#[derive(Debug, Serialize, ToSchema)]
struct PasskeyStart {
    /// To be sent back with the answer, within ten minutes.
    attempt: String,
    /// For `PublicKeyCredential.parseCreationOptionsFromJSON()`.
    #[schema(value_type = Object)]
    options: Value,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasskeyAnswer {
    attempt: String,
    /// What its owner calls it.
    name: String,
    /// `PublicKeyCredential.toJSON()`.
    #[schema(value_type = Object)]
    credential: webauthn::Registration,
}

/// A passkey that was just enrolled.
#[derive(Debug, Serialize, ToSchema)]
struct PasskeyMade {
    passkey: Passkey,
    /// With the first second factor: recovery codes, shown once.
    recovery_codes: Vec<String>,
}

/// Change one's own password
///
/// Every other session of the account ends. Only a signed-in person may, not an API token.
#[utoipa::path(put, path = "/api/v1/me/password", operation_id = "me.change_password",
    tag = "identity", request_body = PasswordChange, responses((status = 204), Failures))]
async fn change_password(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(change): Json<PasswordChange>,
) -> Result<StatusCode, Problem> {
    let PasswordChange { present_password, new_password } = change;
    app.identity.change_password(&scope, present_password, new_password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Read the second factors of a user
///
/// One's own, or anybody's with `users:manage`.
#[utoipa::path(get, path = "/api/v1/users/{user_id}/factors", operation_id = "factors.read",
    tag = "identity", params(UserPath), responses((status = 200, body = Factors), Failures))]
async fn factors(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<UserPath>,
) -> Result<Json<Factors>, Problem> {
    let factors = app.identity.factors(&scope, path.user_id).await?;
    Ok(Json(Factors {
        totp: factors.totp,
        recovery_codes: factors.recovery_codes,
        passkeys: factors.passkeys.into_iter().map(Passkey::from).collect(),
        required: factors.required,
    }))
}

/// Reset the second factors of a user who has lost them
///
/// The user is signed out everywhere.
#[utoipa::path(delete, path = "/api/v1/users/{user_id}/factors", operation_id = "factors.reset",
    tag = "identity", params(UserPath), responses((status = 204), Failures))]
async fn reset_factors(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<UserPath>,
) -> Result<StatusCode, Problem> {
    app.identity.reset_factors(&scope, path.user_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Begin to enrol an authenticator app
///
/// It counts once a first code has confirmed it. Only a signed-in person may, not an API token.
#[utoipa::path(post, path = "/api/v1/me/totp", operation_id = "totp.begin", tag = "identity",
    responses((status = 201, body = TotpSecret), Failures))]
async fn begin_totp(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<(StatusCode, Json<TotpSecret>), Problem> {
    let begun = app.identity.begin_totp(&scope).await?;
    let secret = TotpSecret {
        secret: begun.secret.expose().clone(),
        uri: begun.uri.expose().clone(),
        qr: begun.qr.expose().clone(),
    };
    Ok((StatusCode::CREATED, Json(secret)))
}

/// Confirm an authenticator app with its first code
#[utoipa::path(post, path = "/api/v1/me/totp/confirm", operation_id = "totp.confirm",
    tag = "identity", request_body = TotpCode,
    responses((status = 200, body = RecoveryCodes), Failures))]
async fn confirm_totp(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(given): Json<TotpCode>,
) -> Result<Json<RecoveryCodes>, Problem> {
    Ok(Json(app.identity.confirm_totp(&scope, &given.code).await?.into()))
}

/// Remove one's own authenticator app
#[utoipa::path(delete, path = "/api/v1/me/totp", operation_id = "totp.remove", tag = "identity",
    responses((status = 204), Failures))]
async fn remove_totp(State(app): State<App>, Authed(scope): Authed) -> Result<StatusCode, Problem> {
    app.identity.remove_totp(&scope).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make new recovery codes
///
/// The old ones no longer work.
#[utoipa::path(post, path = "/api/v1/me/recovery-codes", operation_id = "recovery_codes.create",
    tag = "identity", responses((status = 201, body = RecoveryCodes), Failures))]
async fn recovery_codes(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<(StatusCode, Json<RecoveryCodes>), Problem> {
    let codes = app.identity.new_recovery_codes(&scope).await?;
    Ok((StatusCode::CREATED, Json(codes.into())))
}

/// Begin to enrol a passkey
#[utoipa::path(post, path = "/api/v1/me/passkeys/begin", operation_id = "passkeys.begin",
    tag = "identity", responses((status = 201, body = PasskeyStart), Failures))]
async fn begin_passkey(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<(StatusCode, Json<PasskeyStart>), Problem> {
    let begun = app.identity.begin_passkey(&scope).await?;
    let attempt = begun.attempt.expose().clone();
    Ok((StatusCode::CREATED, Json(PasskeyStart { attempt, options: begun.options })))
}

/// Enrol the passkey that an authenticator has made
#[utoipa::path(post, path = "/api/v1/me/passkeys", operation_id = "passkeys.create",
    tag = "identity", request_body = PasskeyAnswer,
    responses((status = 201, body = PasskeyMade), Failures))]
async fn add_passkey(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(answer): Json<PasskeyAnswer>,
) -> Result<(StatusCode, Json<PasskeyMade>), Problem> {
    let new = NewPasskey { name: answer.name, credential: answer.credential };
    let (passkey, codes) = app.identity.add_passkey(&scope, &answer.attempt, new).await?;
    let recovery_codes = RecoveryCodes::from(codes).codes;
    Ok((StatusCode::CREATED, Json(PasskeyMade { passkey: passkey.into(), recovery_codes })))
}

/// Remove one of one's own passkeys
#[utoipa::path(delete, path = "/api/v1/me/passkeys/{passkey_id}", operation_id = "passkeys.delete",
    tag = "identity", params(PasskeyPath), responses((status = 204), Failures))]
async fn remove_passkey(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<PasskeyPath>,
) -> Result<StatusCode, Problem> {
    app.identity.remove_passkey(&scope, path.passkey_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
