//! Signing in at an OpenID Connect provider: there and back.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Redirect, Response},
};
use edge::{Context, Path, Problem, Query, get};
use identity::{Returned, Way};
use kernel::{Kind, ProviderId, Secret};
use serde::Deserialize;
use url::Url;
use web_frame::{AnyVisit, App};

use super::sign_in::{Wanted, caller, own, signed_in};

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/sign-in/provider/{id}", get(there)).route("/sign-in/return", get(back))
}

/// Sends the browser to the provider.
async fn there(
    State(app): State<App>,
    visit: AnyVisit,
    Path(id): Path<ProviderId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let context = visit.context;
    if !context.may_sign_in() {
        return Ok(Redirect::to("/sign-in").into_response());
    }
    let tenant = app.identity.home(context.host()).await?.id;
    let (return_url, return_to) = (return_url(&context)?, own(&wanted.next));
    let way = Way { return_url: &return_url, return_to: &return_to };
    let departure = app.identity.begin_at_provider(&caller(&context), tenant, id, way).await?;
    let mut response = Redirect::to(departure.redirect.as_str()).into_response();
    keep_state(&context, &mut response, departure.state.expose(), 600);
    Ok(response)
}

#[derive(Debug, Deserialize)]
struct Answer {
    #[serde(default)]
    state: String,
    code: Option<String>,
    iss: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

/// Takes the browser back from the provider.
async fn back(
    State(app): State<App>,
    visit: AnyVisit,
    headers: HeaderMap,
    Query(answer): Query<Answer>,
) -> Result<Response, Problem> {
    let context = visit.context;
    let tenant = app.identity.home(context.host()).await?.id;
    let returned = Returned {
        state: answer.state,
        kept: edge::cookie(&headers, STATE).map(str::to_owned),
        code: answer.code.map(Secret::new),
        issuer: answer.iss,
        error: answer.error,
        description: answer.error_description,
    };
    let (caller, return_url) = (caller(&context), return_url(&context)?);
    let arrival = app.identity.finish_at_provider(&caller, tenant, &return_url, returned).await?;
    let mut response = signed_in(&context, &arrival.session, &own(&arrival.return_to));
    keep_state(&context, &mut response, "", 0);
    Ok(response)
}

fn return_url(context: &Context) -> Result<Url, Problem> {
    Url::parse(&format!("{}/sign-in/return", context.base_url())).map_err(|source| {
        Problem::new("request.host", Kind::Invalid, format!("the address of the hub: {source}"))
    })
}

fn keep_state(context: &Context, response: &mut Response, state: &str, seconds: u32) {
    let secure = if context.is_secure() { "; Secure" } else { "" };
    let line = format!(
        "{STATE}={state}; Path=/sign-in; Max-Age={seconds}; SameSite=Lax; HttpOnly{secure}"
    );
    if let Ok(value) = HeaderValue::from_str(&line) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// The cookie that ties an answer to the browser that asked.
const STATE: &str = "liaison-state";
