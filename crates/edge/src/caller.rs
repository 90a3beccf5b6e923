//! Who asks: extractors that end in a [`Scope`].

use axum::{
    extract::FromRequestParts,
    response::{IntoResponse as _, Redirect, Response},
};
use futures_util::future::BoxFuture;
use http::{HeaderMap, Method, header, request::Parts};
use kernel::{Kind, Scope, Secret};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{Arrival, Context, Presented, Problem, same_origin};

/// Someone known, from a token or a session; anyone else is answered 401.
///
/// A session cookie on a request that changes something also needs our own origin.
#[derive(Debug, Clone)]
pub struct Authed(pub Scope);

/// Someone known, or nobody. A credential that is not valid counts as none.
#[derive(Debug, Clone)]
pub struct Visitor(pub Option<Scope>);

/// Someone known, for pages: anyone else is led to `/sign-in?next=…`.
#[derive(Debug, Clone)]
pub struct Paged(pub Scope);

impl<S: Send + Sync> FromRequestParts<S> for Authed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        known(parts).await?.map(Self).ok_or_else(Problem::unauthenticated)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        match known(parts).await {
            Ok(scope) => Ok(Self(scope)),
            Err(problem) if problem.code().kind() == Kind::Unauthenticated => Ok(Self(None)),
            Err(problem) => Err(problem),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Paged {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Response> {
        match known(parts).await {
            Ok(Some(scope)) => Ok(Self(scope)),
            Ok(None) => Err(sign_in(parts)),
            Err(problem) if problem.code().kind() == Kind::Unauthenticated => Err(sign_in(parts)),
            Err(problem) => Err(problem.into_response()),
        }
    }
}

/// Behind a pointer, so that it is not part of every handler.
fn known(parts: &Parts) -> BoxFuture<'_, Result<Option<Scope>, Problem>> {
    Box::pin(find(parts))
}

async fn find(parts: &Parts) -> Result<Option<Scope>, Problem> {
    let context = parts.extensions.get::<Context>().cloned();
    let context = context.ok_or_else(|| {
        Problem::new("internal", Kind::Internal, "a route stands outside the edge's layer")
    })?;
    if let Some(scope) = context.scope() {
        return Ok(Some(scope.clone()));
    }
    let Some(presented) = presented(&context, &parts.method, &parts.headers)? else {
        return Ok(None);
    };
    let arrival = Arrival {
        request: context.request(),
        client: context.client(),
        language: context.language(),
        language_chosen: context.language_chosen(),
        agent: context.agent().to_owned(),
    };
    let known = (context.gate().authenticate)(presented, arrival).await?;
    let scope = known.scope.clone();
    context.remember(known);
    Ok(Some(scope))
}

fn presented(
    context: &Context,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Option<Presented>, Problem> {
    if let Some(line) = headers.get(header::AUTHORIZATION) {
        let line = line.to_str().unwrap_or_default();
        let (scheme, token) = line.split_once(' ').unwrap_or((line, ""));
        let token = token.trim();
        if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() || token.len() > TOKEN_BYTES {
            return Err(Problem::unauthenticated());
        }
        return Ok(Some(Presented::Bearer(Secret::new(token.to_owned()))));
    }
    let Some(session) = context.session().filter(|secret| secret.len() <= TOKEN_BYTES) else {
        return Ok(None);
    };
    same_origin(context, method, headers)?;
    Ok(Some(Presented::Session(Secret::new(session.to_owned()))))
}

fn sign_in(parts: &Parts) -> Response {
    let wanted = parts.extensions.get::<axum::extract::OriginalUri>();
    let wanted = wanted.map_or(&parts.uri, |original| &original.0);
    let target = wanted.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    // What another system wrote into the address for one use, such as the code of a sign-in, goes no further: `next`
    // stands in histories and logs. The page says then that it has to be begun again.
    let target = match target.split_once('?') {
        Some((path, query)) if query.split('&').any(is_secret) => path,
        _ => target,
    };
    // The pages of the sign-in let nobody frame them: inside a host there is a door of its own.
    let framed = parts.extensions.get::<Context>().is_some_and(Context::is_framed);
    let door = if framed { "/framed/sign-in" } else { "/sign-in" };
    // After a form the person starts from the page that showed it, not from the form's own address.
    let next = if parts.method.is_safe() && target != "/" {
        format!("{door}?next={}", utf8_percent_encode(target, NON_ALPHANUMERIC))
    } else {
        door.to_owned()
    };
    Redirect::to(&next).into_response()
}

/// Whether a parameter of an address is one that is used once and tells nobody else (RFC 6749 §4.1.2, OpenID Connect).
fn is_secret(parameter: &str) -> bool {
    let name = parameter.split('=').next().unwrap_or_default();
    ["code", "state", "id_token", "access_token", "token", "SAMLResponse"].contains(&name)
}

/// Longer credentials are not looked up; ours have at most 120 characters.
const TOKEN_BYTES: usize = 512;

#[cfg(test)]
mod tests;
