//! Many requests in one.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::{
    server::{Shared, handle},
    token::base64,
    value::Fields as _,
    wire::{Answer, Call, Refusal, Reply},
};

const MOST: usize = 20;

/// Answers each part; a part whose dependency failed is not tried.
pub(crate) fn run(shared: &Arc<Shared>, call: &Call) -> Answer {
    let body = call.json()?;
    let parts = body.list("requests");
    if parts.is_empty() {
        return Err(Refusal::bad("Invalid batch payload format: requests are missing."));
    }
    if parts.len() > MOST {
        return Err(Refusal::bad(format!(
            "Number of batch request steps exceeds the maximum value of {MOST}."
        )));
    }
    let ids: Vec<&str> = parts.iter().map(|part| part.text("id")).collect();
    for (place, part) in parts.iter().enumerate() {
        let earlier = ids.get(..place).unwrap_or(&[]);
        if part.text("id").is_empty() || earlier.contains(&part.text("id")) {
            return Err(Refusal::bad(
                "Invalid batch payload format: ids have to be there and unlike.",
            ));
        }
        if part
            .list("dependsOn")
            .iter()
            .any(|own| !earlier.contains(&own.as_str().unwrap_or_default()))
        {
            return Err(Refusal::bad(
                "Invalid batch payload format: dependsOn names an unknown or later request.",
            ));
        }
    }
    let mut answers: Vec<Value> = Vec::new();
    for part in parts {
        let failed = part.list("dependsOn").iter().any(|own| {
            answers.iter().any(|answer| answer.field("id") == own && answer.number("status") >= 400)
        });
        let (status, headers, body) = if failed {
            let error = json!({"error": {"code": "FailedDependency", "message": "A request that this one depends on failed."}});
            (424, Map::new(), error)
        } else {
            let reply = handle(shared, &one(call, part));
            (reply.status, shown_headers(&reply), shown_body(&reply))
        };
        let mut answer = json!({"id": part.text("id"), "status": status, "headers": headers});
        if !body.is_null() {
            answer.put("body", body);
        }
        answers.push(answer);
    }
    // The order is nobody's to rely on.
    answers.reverse();
    Ok(Reply::json(200, &json!({"responses": answers})))
}

fn one(outer: &Call, part: &Value) -> Call {
    let version = if outer.path.starts_with("/beta/") { "/beta" } else { "/v1.0" };
    let address = part.text("url");
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let mut headers: Vec<(String, String)> = Vec::new();
    if let Value::Object(own) = part.field("headers") {
        for (name, value) in own {
            headers
                .push((name.to_ascii_lowercase(), value.as_str().unwrap_or_default().to_owned()));
        }
    }
    if !headers.iter().any(|(name, _)| name == "authorization")
        && let Some(token) = outer.header("authorization")
    {
        headers.push(("authorization".to_owned(), token.to_owned()));
    }
    let body = match part.field("body") {
        Value::Null => Vec::new(),
        Value::String(text) => {
            crate::token::unbase64(text).unwrap_or_else(|| text.clone().into_bytes())
        }
        other => other.to_string().into_bytes(),
    };
    Call {
        method: part.text("method").to_ascii_uppercase(),
        path: format!("{version}/{}", path.trim_start_matches('/')),
        query: query.to_owned(),
        headers,
        body,
    }
}

fn shown_headers(reply: &Reply) -> Map<String, Value> {
    let kept = ["content-type", "location", "content-location", "retry-after", "etag"];
    reply
        .headers
        .iter()
        .filter(|(name, _)| kept.contains(&name.to_ascii_lowercase().as_str()))
        .map(|(name, value)| (name.clone(), Value::from(value.clone())))
        .collect()
}

fn shown_body(reply: &Reply) -> Value {
    if reply.body.is_empty() {
        return Value::Null;
    }
    serde_json::from_slice(&reply.body).unwrap_or_else(|_error| Value::from(base64(&reply.body)))
}
