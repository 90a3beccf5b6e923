//! API tokens of persons and of programs.

use axum::extract::State;
use edge::{Authed, Json, PageQuery, Path, Problem, Query};
use http::StatusCode;
use identity::{NewToken, TokenOwner, Tokens, credentials::Credential};
use jiff::Timestamp;
use rest::{Failures, Items, PageParams, routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{TokenPath, instant, names, permissions, unknown_word};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(list, create, revoke)
}

/// An API token, without its secret.
#[derive(Debug, Serialize, ToSchema)]
struct Token {
    #[schema(format = Uuid)]
    id: String,
    /// `personal_token` or `service_token`.
    kind: &'static str,
    label: String,
    /// The person it speaks for; null for a program.
    #[schema(format = Uuid)]
    user_id: Option<String>,
    /// What it may do at most.
    permissions: Vec<&'static str>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// Written with some delay.
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
    #[schema(format = DateTime)]
    revoked_at: Option<String>,
}

impl From<Credential> for Token {
    fn from(token: Credential) -> Self {
        Self {
            id: token.id.to_string(),
            kind: token.kind.as_str(),
            user_id: token.subject.user().map(|id| id.to_string()),
            label: token.label,
            permissions: names(token.permissions),
            created_at: instant(token.created_at),
            expires_at: token.expires_at.map(instant),
            last_used_at: token.last_used_at.map(instant),
            revoked_at: token.revoked_at.map(instant),
        }
    }
}

/// A token that was just made.
#[derive(Debug, Serialize, ToSchema)]
struct TokenMade {
    #[serde(flatten)]
    token: Token,
    /// The token itself; shown once.
    secret: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// `mine` (the default) or `all` of the tenant, with `tokens:manage`.
    filter: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TokenToCreate {
    /// `personal` (the default) or `service`.
    kind: Option<String>,
    label: String,
    /// What it may do at most, such as `messages:read`.
    permissions: Vec<String>,
    /// The longest life of the settings unless given.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// List API tokens
///
/// Newest first, also those that are revoked or expired, for a while.
#[utoipa::path(get, path = "/api/v1/tokens", operation_id = "tokens.list", tag = "identity",
    params(PageParams, Filter), responses((status = 200, body = Items<Token>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
    page: PageQuery,
    Query(filter): Query<Filter>,
) -> Result<Json<Items<Token>>, Problem> {
    let which = match filter.filter.as_deref() {
        None | Some("mine") => Tokens::Mine,
        Some("all") => Tokens::All,
        Some(_) => return Err(unknown_word("/filter", "mine, all")),
    };
    let tokens = app.identity.tokens(&scope, which, page.limit, page.after.as_ref()).await?;
    Ok(Json(Items::of(tokens, Token::from)))
}

/// Create an API token
///
/// A personal token is made by a signed-in person, not with another token; it never does more than the
/// person may at that moment. A service token needs `tokens:manage`.
#[utoipa::path(post, path = "/api/v1/tokens", operation_id = "tokens.create", tag = "identity",
    request_body = TokenToCreate, responses((status = 201, body = TokenMade), Failures))]
async fn create(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(new): Json<TokenToCreate>,
) -> Result<(StatusCode, Json<TokenMade>), Problem> {
    let owner = match new.kind.as_deref() {
        None | Some("personal") => TokenOwner::Myself,
        Some("service") => TokenOwner::Service,
        Some(_) => return Err(unknown_word("/kind", "personal, service")),
    };
    let permissions = permissions(&new.permissions)?;
    let new = NewToken { owner, label: new.label, permissions, expires_at: new.expires_at };
    let made = app.identity.create_token(&scope, new).await?;
    let secret = made.secret.expose().clone();
    Ok((StatusCode::CREATED, Json(TokenMade { token: made.token.into(), secret })))
}

/// Revoke an API token
///
/// It is refused from the next request on.
#[utoipa::path(delete, path = "/api/v1/tokens/{token_id}", operation_id = "tokens.revoke",
    tag = "identity", params(TokenPath), responses((status = 204), Failures))]
async fn revoke(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TokenPath>,
) -> Result<StatusCode, Problem> {
    app.identity.revoke_token(&scope, path.token_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
