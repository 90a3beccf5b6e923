//! Policies of the request section, one after the other.

use serde_json::Value;

use super::{Kind, Lookup, Policy, Slot, body, expand};
use crate::{
    address::Base,
    auth,
    connection::Values,
    draft::{Body, Draft},
    expression::{Context, Missing, Template, to_text},
    headers::{Headers, Source},
    message::{Response, is_json},
    problem::{Problem, Reason, Result},
};

/// Applies one policy to the request. A look-up gives the request that has to be answered first.
///
/// # Errors
/// Those of the expressions, addresses and paths concerned.
pub(crate) fn apply(policy: &Policy, draft: &mut Draft, values: &Values) -> Result<Option<Draft>> {
    match &policy.kind {
        Kind::Host(template) => {
            draft.base = Base::evaluate(template, &context(draft, values))?;
            draft.base_problem = None;
            // joined by exactly one slash
            draft.path = format!("/{}", draft.path.trim_start_matches('/'));
        }
        Kind::Header { name, value, exists } => {
            let text = value.plain(&context(draft, values), Missing::Empty)?;
            if !loses_boundary(name, &text, draft) {
                draft.headers.put(name, text.trim(), source(value), *exists);
            }
        }
        Kind::Query { name, value, exists } => {
            let text = value.plain(&context(draft, values), Missing::Empty)?;
            draft.query.put(name, &text, source(value), *exists);
        }
        Kind::Route { path, method } => {
            let (path, query) = expand(path, draft, &context(draft, values))?;
            draft.path = path;
            draft.query.merge(&query);
            if let Some(method) = method {
                draft.method.clone_from(method);
            }
        }
        Kind::Lookup(lookup) => {
            return lookup_request(lookup, draft, &context(draft, values)).map(Some);
        }
        kind => change_body(kind, draft, values)?,
    }
    Ok(None)
}

/// What expressions read of a request at that moment.
fn context<'c>(draft: &'c Draft, values: &'c Values) -> Context<'c> {
    Context {
        connection: Some(values),
        headers: Some(&draft.headers),
        query: Some(&draft.query),
        body: match &draft.body {
            Body::Json(body) => Some(body),
            Body::Absent | Body::Bytes(_) => None,
        },
        method: &draft.declared_method,
        ..Context::default()
    }
}

fn change_body(kind: &Kind, draft: &mut Draft, values: &Values) -> Result<()> {
    let mut taken = std::mem::take(&mut draft.body);
    let absent = taken == Body::Absent;
    if absent && matches!(kind, Kind::Property { .. }) {
        taken = Body::Json(Value::Null);
    }
    if let Body::Json(value) = &mut taken {
        body::apply(kind, value, &context(draft, values))?;
        if absent && value.is_null() {
            taken = Body::Absent;
        }
    }
    draft.body = taken;
    Ok(())
}

/// Whether a policy would take away the boundary of a form: that is always ours (step 5).
fn loses_boundary(name: &str, value: &str, draft: &Draft) -> bool {
    const FORM: &str = "multipart/form-data";
    let form = |text: &str| text.trim().to_ascii_lowercase().starts_with(FORM);
    name.eq_ignore_ascii_case("Content-Type")
        && form(value)
        && draft.headers.value(name).is_some_and(|known| form(known) && known.contains("boundary="))
}

/// What is made of the connection is its secret.
fn source(value: &Template) -> Source {
    if value.reads_connection() { Source::Credential } else { Source::Policy }
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

/// Puts what a look-up found into the request, and gives it back: it may be a key.
///
/// # Errors
/// [`Reason::LookupFailed`] when the answer is no success, no JSON, or has nothing at the place.
pub(crate) fn take(lookup: &Lookup, answer: &Response, draft: &mut Draft) -> Result<String> {
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
        Slot::Header(name) => draft.headers.set(name, &value, Source::Found),
        Slot::Query(name) => draft.query.set(name, &value, Source::Found),
    }
    Ok(value)
}
