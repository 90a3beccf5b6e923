//! Who asks: the bearer token of the `Authorization` header, and nothing else.

use axum::response::Response;
use edge::{Arrival, Context, Presented, Problem};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use kernel::{Kind, Permission, Scope, Secret};

use crate::{
    app::{Inner, Shown},
    message::{Fault, INTERNAL_ERROR, REFUSED},
    metadata, reply,
};

impl Inner {
    /// The caller of a request.
    pub(crate) async fn caller(
        &self,
        context: &Context,
        headers: &HeaderMap,
    ) -> Result<Scope, Response> {
        let Some(line) = headers.get(header::AUTHORIZATION) else {
            return Err(challenge(
                context,
                StatusCode::UNAUTHORIZED,
                "",
                "a bearer token is needed",
            ));
        };
        let unknown = || {
            let said = "the token is not valid here: make one under API tokens, or sign in again";
            challenge(context, StatusCode::UNAUTHORIZED, r#"error="invalid_token", "#, said)
        };
        let line = line.to_str().unwrap_or_default();
        let (scheme, token) = line.split_once(' ').unwrap_or((line, ""));
        let token = token.trim();
        let plausible = !token.is_empty() && token.len() <= MAX_TOKEN;
        if !scheme.eq_ignore_ascii_case("bearer") || !plausible {
            return Err(unknown());
        }
        let token = Secret::new(token.to_owned());
        let arrival = Arrival {
            request: context.request(),
            client: context.client(),
            language: context.language(),
            language_chosen: context.language_chosen(),
            agent: context.agent().to_owned(),
        };
        // a JSON Web Token is never one of ours, which have no dots
        let known = if token.expose().contains('.') {
            let shown = Shown {
                token,
                host: context.host().to_owned(),
                resource: self.guard.resource(context),
            };
            (self.at_resource)(shown, arrival).await
        } else {
            (self.authenticate)(Presented::Bearer(token), arrival).await
        };
        let known = match known {
            Ok(known) => known,
            Err(problem) if problem.code().kind() == Kind::Unauthenticated => return Err(unknown()),
            Err(problem) => return Err(failed(context, &problem)),
        };
        let scope = known.scope.clone();
        context.remember(known);
        if !scope.may(Permission::ActionUse) {
            let why = format!(r#"error="insufficient_scope", scope="{}", "#, Permission::ActionUse);
            let said = "the token may not call actions: make one that may";
            return Err(challenge(context, StatusCode::FORBIDDEN, &why, said));
        }
        Ok(scope)
    }
}

/// 401 or 403 as RFC 6750 §3 and RFC 9728 §5.1 write it.
fn challenge(context: &Context, status: StatusCode, why: &str, said: &'static str) -> Response {
    let mut response = reply::fault(status, None, &Fault::new(REFUSED, said));
    let address = metadata::address(context);
    let scope = if status == StatusCode::UNAUTHORIZED && why.is_empty() {
        format!(r#"scope="{}", "#, Permission::ActionUse)
    } else {
        String::new()
    };
    let text = format!(r#"Bearer {why}{scope}resource_metadata="{address}""#);
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
    }
    response
}

/// What kept us from finding out who asks, or what there is.
pub(crate) fn failed(context: &Context, problem: &Problem) -> Response {
    let document = problem.document(context.language(), context.request());
    let code = if problem.status().is_server_error() { INTERNAL_ERROR } else { REFUSED };
    let fault = Fault::new(code, format!("{}: {}", document.title, document.detail))
        .with(serde_json::json!({ "code": document.code, "requestId": document.instance }));
    let mut response = reply::fault(problem.status(), None, &fault);
    if let Some(seconds) = problem.retry_after_seconds() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Longer tokens are not looked at; those of providers are JSON Web Tokens, which grow with their claims.
const MAX_TOKEN: usize = 16 << 10;
