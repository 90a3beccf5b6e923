//! The bot behind the message extension of Teams, which people can talk with.

use axum::extract::State;
use edge::{Authed, Context, Json, Problem};
use http::StatusCode;
use kernel::Secret;
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use teams_app::{Bot, NewBot};
use utoipa::ToSchema;

use crate::{App, Routes};

pub(crate) fn routes() -> Routes {
    routes!(read, set, delete, check)
}

/// The bot through which Microsoft Teams asks the message extension.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TeamsBot)]
struct BotItem {
    /// The application id of its registration: a GUID.
    #[schema(example = "5fa1c0de-3c2b-4d1e-9a07-6b5c4d3e2f1a")]
    application_id: String,
    /// The directory whose people may ask; null or empty for any.
    #[serde(default)]
    #[schema(example = "d1ec7000-1111-4222-8333-444455556666")]
    directory_id: Option<String>,
    /// Who signs the tokens of its connector; the public cloud unless given.
    #[serde(default)]
    #[schema(example = "https://api.botframework.com")]
    issuer: Option<String>,
    /// Where the keys are published; the place of the issuer unless given.
    #[serde(default)]
    #[schema(example = "https://login.botframework.com/v1/.well-known/openidconfiguration")]
    metadata_url: Option<String>,
    /// Where the directory gives tokens; what is kept, else the place of the issuer unless given.
    #[serde(default)]
    #[schema(example = "https://login.microsoftonline.com/")]
    login_url: Option<String>,
    /// The client secret of the registration, or a private key with its certificate, both PEM: with it the bot answers
    /// people and writes to them. What is kept stays unless given; it is never read back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "QwE8Q~…")]
    client_secret: Option<String>,
    /// The day on which the secret ends, as the registration shows it: the deployment guide tells when it draws near. Of a
    /// kept secret it stays unless given; empty forgets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2027-05-31")]
    secret_expires_on: Option<String>,
}

/// The bot as it is set up.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TeamsBotSet)]
struct BotShown {
    #[serde(flatten)]
    bot: BotItem,
    /// Where the registration of the bot sends messages.
    #[schema(example = "https://hub.contoso.example/teams/bot/messages")]
    messaging_endpoint: String,
    /// Since when the bot has its secret; null for one that answers nobody who types to it.
    #[schema(example = "2026-11-23T08:00:00Z")]
    secret_set_at: Option<String>,
}

/// Whether the directory gives the bot tokens.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TeamsBotChecked)]
struct BotChecked {
    /// Until when the token is good that was just had, where the directory says so.
    #[schema(example = "2026-11-23T09:00:00Z")]
    token_expires_at: Option<String>,
}

impl BotShown {
    fn of(bot: Bot, context: &Context) -> Self {
        let messaging_endpoint = format!("{}/teams/bot/messages", context.base_url());
        let secret_set_at = bot.secret.as_ref().map(|secret| secret.set_at.to_string());
        Self { bot: bot.into(), messaging_endpoint, secret_set_at }
    }
}

impl From<Bot> for BotItem {
    fn from(bot: Bot) -> Self {
        Self {
            application_id: bot.application.to_string(),
            directory_id: bot.directory.map(|id| id.to_string()),
            issuer: Some(bot.issuer),
            metadata_url: Some(bot.metadata),
            login_url: bot.secret.as_ref().map(|secret| secret.login.clone()),
            client_secret: None,
            secret_expires_on: bot
                .secret
                .as_ref()
                .and_then(|one| one.expires_at)
                .map(|at| at.strftime("%F").to_string()),
        }
    }
}

/// Read the bot of the app in Teams
#[utoipa::path(get, path = "/api/v1/deployment/bot", operation_id = "deployment_bot.read",
    tag = "deployment", responses((status = 200, body = BotShown), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    context: Context,
) -> Result<Json<BotShown>, Problem> {
    let bot = app.deployment.teams().bot(&scope).await?;
    Ok(Json(BotShown::of(bot.ok_or(teams_app::Error::NoBot)?, &context)))
}

/// Set the bot of the app in Teams
#[utoipa::path(put, path = "/api/v1/deployment/bot", operation_id = "deployment_bot.set",
    tag = "deployment", request_body = BotItem,
    responses((status = 200, body = BotShown), Failures))]
async fn set(
    State(app): State<App>,
    Authed(scope): Authed,
    context: Context,
    Json(new): Json<BotItem>,
) -> Result<Json<BotShown>, Problem> {
    let new = NewBot {
        application: new.application_id,
        directory: new.directory_id.unwrap_or_default(),
        issuer: new.issuer.unwrap_or_default(),
        metadata: new.metadata_url.unwrap_or_default(),
        secret: new.client_secret.map(Secret::new),
        login: new.login_url.unwrap_or_default(),
        expires_on: new.secret_expires_on,
    };
    let bot = app.deployment.teams().set_bot(&scope, Some(new)).await?;
    Ok(Json(BotShown::of(bot.ok_or(teams_app::Error::NoBot)?, &context)))
}

/// Take the bot of the app in Teams away
#[utoipa::path(delete, path = "/api/v1/deployment/bot", operation_id = "deployment_bot.delete",
    tag = "deployment", responses((status = 204), Failures))]
async fn delete(State(app): State<App>, Authed(scope): Authed) -> Result<StatusCode, Problem> {
    app.deployment.teams().set_bot(&scope, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Have the bot ask its directory for a token
#[utoipa::path(post, path = "/api/v1/deployment/bot/check", operation_id = "deployment_bot.check",
    tag = "deployment", responses((status = 200, body = BotChecked), Failures))]
async fn check(State(app): State<App>, Authed(scope): Authed) -> Result<Json<BotChecked>, Problem> {
    let until = app.deployment.teams().try_bot(&scope).await?;
    Ok(Json(BotChecked { token_expires_at: until.map(|at| at.to_string()) }))
}
