//! Signing in at an OpenID Connect provider: there and back.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use edge::{Context, Path, Problem, Query};
use identity::{ExternalAttempt, ExternalSignIn};
use kernel::{Kind, ProviderId};
use oauth::{Proof, Provider};
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
    let next = own(&wanted.next);
    let attempt = app.identity.begin_external(&caller(&context), tenant, id, &next).await?;
    let (provider, proof) = parts(&attempt);
    let url = app.oidc.begin(&provider, &return_url(&context)?, None, &proof).await?;
    let mut response = Redirect::to(url.as_str()).into_response();
    keep_state(&context, &mut response, proof.state.expose(), 600);
    Ok(response)
}

#[derive(Debug, Deserialize)]
struct Returned {
    #[serde(default)]
    state: String,
    code: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

/// Takes the browser back from the provider.
async fn back(
    State(app): State<App>,
    visit: AnyVisit,
    headers: HeaderMap,
    Query(returned): Query<Returned>,
) -> Result<Response, Problem> {
    let context = visit.context;
    // The answer belongs to the browser that asked: nobody can be signed in by following a foreign link.
    if returned.state.is_empty() || edge::cookie(&headers, STATE) != Some(returned.state.as_str()) {
        return Err(Problem::of(&identity::Error::Attempt));
    }
    let tenant = app.identity.home(context.host()).await?.id;
    let caller = caller(&context);
    let attempt = app.identity.take_external(&caller, tenant, &returned.state).await?;
    let (provider, proof) = parts(&attempt);
    let Some(code) = returned.code else {
        let error = returned.error.unwrap_or_else(|| "no code".to_owned());
        tracing::info!(
            provider.error = error,
            provider.description = returned.error_description,
            "sign_in.provider_refused"
        );
        let said = format!("the provider answered {error}");
        return Err(Problem::new("provider.refused", Kind::Unauthenticated, said));
    };
    let claims = app.oidc.finish(&provider, &return_url(&context)?, &code, &proof).await?;
    let who = ExternalSignIn {
        provider: attempt.provider.id,
        issuer: claims.issuer,
        subject: claims.subject,
        claims: claims.all,
    };
    let session = app.identity.sign_in_external(&caller, tenant, who).await?;
    let mut response = signed_in(&context, &session, &own(&attempt.return_to));
    keep_state(&context, &mut response, "", 0);
    Ok(response)
}

fn parts(attempt: &ExternalAttempt) -> (Provider, Proof) {
    let provider = Provider {
        issuer: attempt.provider.issuer.clone(),
        client_id: attempt.provider.client_id.clone(),
        client_secret: attempt.provider.client_secret.clone(),
        scopes: vec!["profile".to_owned(), "email".to_owned()],
    };
    let proof = Proof {
        state: attempt.state.clone(),
        nonce: attempt.nonce.clone(),
        verifier: attempt.verifier.clone(),
    };
    (provider, proof)
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
