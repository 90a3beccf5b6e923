//! From an operation and inputs to a request in the making (connector-format §7, steps 1 to 7).

use openapi::{Location, Operation, Parameter, UrlEncoding};
use serde_json::Value;

use crate::{
    address::Base,
    connection::Values,
    draft::{Draft, Segment},
    encode,
    expression::{Context, Template},
    headers::{self, Exists, Source},
    inputs::Inputs,
    payload,
    problem::{Problem, Reason, Result, below},
    query::Query,
    render,
};

/// The answer types asked for when an operation does not say one.
pub(crate) const ACCEPT: &str = "application/json, */*";

/// The request of an operation before authentication and policies.
///
/// # Errors
/// Those of the inputs.
pub(crate) fn draft(
    operation: &Operation<'_>,
    path: &str,
    inputs: &Inputs<'_>,
    values: &Values,
) -> Result<Draft> {
    let method = operation.method.word().to_owned();
    let mut draft = Draft { declared_method: method.clone(), method, ..Draft::default() };
    set_base(operation, values, &mut draft);
    let mut form = Vec::new();
    let mut body = None;
    for parameter in &operation.parameters {
        if parameter.location == Location::Body {
            if body.is_none() {
                body = inputs.body(parameter, operation)?.map(|value| (parameter, value));
            }
            continue;
        }
        let Some(value) = inputs.value(parameter)? else {
            draft.suggested_type = suggested_type(parameter).or(draft.suggested_type);
            continue;
        };
        match parameter.location {
            Location::Path => add_segment(parameter, &value, &mut draft)?,
            Location::Query => add_to_query(parameter, &value, &mut draft.query),
            Location::Header => add_header(parameter, &value, &mut draft)?,
            Location::Cookie => {
                let value = encode::component(&render::text(&value, parameter));
                let cookie = format!("{}={value}", parameter.name);
                draft.headers.add_cookie(&cookie, Source::Operation);
            }
            Location::Form => {
                form.retain(|(known, _): &(&Parameter<'_>, Value)| known.name != parameter.name);
                form.push((parameter, value));
            }
            Location::Body => {}
        }
    }
    set_path(path, &mut draft)?;
    let payload = match body {
        Some((parameter, value)) => Some(payload::whole(value, parameter, operation)?),
        None => payload::form(&form, operation)?,
    };
    if let Some(payload) = payload {
        let suggested = draft.suggested_type.take().filter(|_| !payload.fixed);
        let content_type = suggested.unwrap_or(payload.content_type);
        let exists = if payload.fixed { Exists::Override } else { Exists::Skip };
        draft.headers.put("Content-Type", &content_type, Source::Operation, exists);
        draft.body = payload.body;
    }
    let accept = match operation.produces.as_slice() {
        [only] => only.trim(),
        _ => ACCEPT,
    };
    draft.headers.put("Accept", accept, Source::Operation, Exists::Skip);
    Ok(draft)
}

/// The base of the definition. A placeholder that is no address is no error yet: a policy may give
/// the real one.
pub(crate) fn set_base(operation: &Operation<'_>, values: &Values, draft: &mut Draft) {
    let base = operation.base();
    let slash = if base.path.is_empty() || base.path.starts_with('/') { "" } else { "/" };
    // some write the scheme with the host
    let host = base.host.split_once("://").map_or(&*base.host, |(_, host)| host);
    let host = host.trim_end_matches('/');
    let text = format!("{}://{host}{slash}{}", base.scheme, base.path);
    let context = Context { connection: Some(values), ..Context::default() };
    match Base::evaluate(&Template::parse(&text), &context) {
        Ok(base) => draft.base = base,
        Err(problem) => draft.base_problem = Some(problem),
    }
}

/// A declared `Content-Type` counts with its default even when it is optional (step 5), once there
/// is a body.
fn suggested_type(parameter: &Parameter<'_>) -> Option<String> {
    let named = parameter.location == Location::Header
        && parameter.name.eq_ignore_ascii_case("Content-Type");
    let default = parameter.default().and_then(openapi::Node::as_str).filter(|_| named)?;
    Some(default.trim().to_owned())
}

fn add_segment(parameter: &Parameter<'_>, value: &Value, draft: &mut Draft) -> Result<()> {
    let plain = render::text(value, parameter);
    // an empty piece would turn one thing into all of them; only the publisher may say so
    let meant = parameter.default().and_then(openapi::Node::as_str) == Some("");
    if plain.is_empty() && !meant {
        let problem = Problem::new(Reason::InputMissing, parameter.name);
        return Err(problem.at(below("", parameter.name)));
    }
    let once = if parameter.allows_reserved() {
        encode::segments(&plain)
    } else {
        encode::component(&plain)
    };
    let encoded = match parameter.extensions().url_encoding() {
        UrlEncoding::Single => once,
        UrlEncoding::Double => encode::component(&once),
    };
    draft.segments.push(Segment { name: parameter.name.to_owned(), plain, encoded });
    Ok(())
}

fn add_to_query(parameter: &Parameter<'_>, value: &Value, query: &mut Query) {
    // an operation that declares one twice means it once
    query.remove(parameter.name);
    for (name, value) in render::pairs(value, parameter) {
        query.add(&name, &value, Source::Operation);
    }
}

fn add_header(parameter: &Parameter<'_>, value: &Value, draft: &mut Draft) -> Result<()> {
    let value = render::text(value, parameter);
    let value = value.trim();
    if !headers::is_value(value) {
        let problem = Problem::new(Reason::InputCharacters, parameter.name);
        return Err(problem.at(below("", parameter.name)));
    }
    // some write the colon with the name
    let name = parameter.name.trim().trim_end_matches(':');
    draft.headers.set(name, value, Source::Operation);
    Ok(())
}

/// Fills the placeholders of the operation's path; its literal text goes out as written.
fn set_path(template: &str, draft: &mut Draft) -> Result<()> {
    let (template, query) = template.split_once('?').unwrap_or((template, ""));
    let template = template.split('#').next().unwrap_or_default();
    let mut path = String::new();
    let mut rest = template;
    while let Some((front, behind)) = rest.split_once('{') {
        let Some((name, behind)) = behind.split_once('}') else { break };
        path.push_str(&encode::literal(front));
        let exact = draft.segments.iter().find(|segment| segment.name == name);
        let segment = exact.or_else(|| {
            draft
                .segments
                .iter()
                .find(|segment| segment.name.trim().eq_ignore_ascii_case(name.trim()))
        });
        let segment =
            segment.ok_or_else(|| Problem::new(Reason::InputMissing, name).at(below("", name)))?;
        path.push_str(&segment.encoded);
        rest = behind;
    }
    path.push_str(&encode::literal(rest));
    if encode::climbs(&path) && !encode::climbs(template) {
        let climbing = draft.segments.iter().find(|segment| encode::climbs(&segment.plain));
        let name = climbing.map_or("path", |segment| &segment.name);
        return Err(Problem::new(Reason::InputPath, name).at(below("", name)));
    }
    if !path.starts_with('/') {
        path.insert(0, '/');
    }
    draft.path = path;
    let mut fixed = Query::parse(query);
    fixed.merge(&std::mem::take(&mut draft.query));
    draft.query = fixed;
    Ok(())
}
