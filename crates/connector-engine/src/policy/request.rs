//! Policies of the request section, one after the other.

use serde_json::Value;

use super::{Kind, Lookup, Policy, Slot, body, expand};
use crate::{
    address::Base,
    auth,
    connection::Values,
    draft::{Body, Draft},
    expression::{Context, Missing, to_text},
    headers::{Headers, Source},
    message::{Response, is_json},
    problem::{Problem, Reason, Result},
};

/// Applies one policy to the request. A look-up gives the request that has to be answered first.
///
/// # Errors
/// Those of the expressions, addresses and paths concerned.
pub(crate) fn apply(policy: &Policy, draft: &mut Draft, values: &Values) -> Result<Option<Draft>> {
    let seen = draft.clone();
    let context = Context {
        connection: Some(values),
        headers: Some(&seen.headers),
        query: Some(&seen.query),
        body: match &seen.body {
            Body::Json(body) => Some(body),
            _ => None,
        },
        method: &seen.declared_method,
        ..Context::default()
    };
    match &policy.kind {
        Kind::Host(template) => {
            draft.base = Base::evaluate(template, &context)?;
            draft.base_problem = None;
            // joined by exactly one slash
            draft.path = format!("/{}", draft.path.trim_start_matches('/'));
        }
        Kind::Header { name, value, exists } => {
            let secret = value.reads_connection();
            let value = value.plain(&context, Missing::Empty)?;
            draft.headers.put(name, value.trim(), source(secret), *exists);
        }
        Kind::Query { name, value, exists } => {
            let secret = value.reads_connection();
            let value = value.plain(&context, Missing::Empty)?;
            draft.query.put(name, &value, source(secret), *exists);
        }
        Kind::Route { path, method } => {
            let (path, query) = expand(path, &seen, &context)?;
            draft.path = path;
            draft.query.merge(&query);
            if let Some(method) = method {
                draft.method.clone_from(method);
            }
        }
        Kind::Lookup(lookup) => return lookup_request(lookup, &seen, &context).map(Some),
        kind => {
            if matches!(draft.body, Body::Absent) && matches!(kind, Kind::Property { .. }) {
                draft.body = Body::Json(Value::Null);
            }
            if let Body::Json(value) = &mut draft.body {
                body::apply(kind, value, &context)?;
                if value.is_null() && seen.body == Body::Absent {
                    draft.body = Body::Absent;
                }
            }
        }
    }
    Ok(None)
}

fn source(secret: bool) -> Source {
    if secret { Source::Credential } else { Source::Policy }
}

/// A look-up goes to the same base with the same authentication: what the scheme put in, and what
/// policies wrote from the connection.
fn lookup_request(lookup: &Lookup, draft: &Draft, context: &Context<'_>) -> Result<Draft> {
    let (path, query) = expand(&lookup.url, draft, context)?;
    let mut headers = Headers::default();
    let accept = draft.headers.value("Accept").filter(|accept| is_json(accept));
    headers.set("Accept", accept.unwrap_or("application/json, */*"), Source::Operation);
    let mut request = Draft {
        method: lookup.method.clone(),
        base: draft.base.clone(),
        base_problem: draft.base_problem.clone(),
        path,
        query,
        headers,
        ..Draft::default()
    };
    auth::carry(draft, &mut request);
    Ok(request)
}

/// Puts what a look-up found into the request.
///
/// # Errors
/// [`Reason::LookupFailed`] when the answer is no success, no JSON, or has nothing at the place.
pub(crate) fn take(lookup: &Lookup, answer: &Response, draft: &mut Draft) -> Result<()> {
    let failed = || Problem::new(Reason::LookupFailed, "setvaluefromurl");
    if !answer.is_success() {
        return Err(failed());
    }
    let body = answer.json().ok_or_else(failed)?;
    let context = Context { body: Some(&body), ..Context::default() };
    let value = to_text(context.value(&lookup.path).map_err(|_missing| failed())?).into_owned();
    if value.is_empty() {
        return Err(failed());
    }
    match &lookup.target {
        Slot::Header(name) => draft.headers.set(name, &value, Source::Policy),
        Slot::Query(name) => draft.query.set(name, &value, Source::Policy),
    }
    Ok(())
}
