//! `composite`: steps that may use what came before them; and graphs of such steps.

use serde_json::{Map, Value, json};

use super::{MAX_STEPS, invalid, reference, too_many};

use crate::{
    fault::{Fault, Result},
    org::Org,
    rest::{Call, Reply, route},
    rights::Caller,
};

/// Queries and collections among the steps.
const MAX_LARGE: usize = 5;
const MAX_GRAPHS: usize = 75;
const MAX_NODES: usize = 500;

struct Step {
    method: String,
    url: String,
    reference: String,
    body: Option<Value>,
    headers: Vec<(String, String)>,
}

fn read(value: &Value) -> Result<Step> {
    let of = |name: &str| value.get(name).and_then(Value::as_str);
    let needed = |name: &str| {
        of(name)
            .map(str::to_owned)
            .ok_or_else(|| invalid(&format!("{name} is required in a subrequest")))
    };
    let headers = value.get("httpHeaders").and_then(Value::as_object).into_iter().flatten();
    let headers = headers
        .filter_map(|(name, value)| Some((name.to_ascii_lowercase(), value.as_str()?.to_owned())));
    Ok(Step {
        method: needed("method")?,
        url: needed("url")?,
        reference: needed("referenceId")?,
        body: value.get("body").cloned(),
        headers: headers.collect(),
    })
}

fn steps(body: &Value, most: usize) -> Result<Vec<Step>> {
    let list = body.get("compositeRequest").and_then(Value::as_array);
    let list = list.ok_or_else(|| invalid("compositeRequest is required"))?;
    if list.len() > most {
        return Err(too_many("subrequests", most));
    }
    let steps: Vec<Step> = list.iter().map(read).collect::<Result<_>>()?;
    for (at, step) in steps.iter().enumerate() {
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if !step.reference.starts_with(|c: char| c.is_ascii_alphabetic())
            || !step.reference.chars().all(word)
        {
            return Err(invalid(
                "referenceId must begin with a letter and hold letters, digits and underscores",
            ));
        }
        if steps.iter().skip(at + 1).any(|other| other.reference == step.reference) {
            return Err(invalid(&format!("duplicate referenceId: {}", step.reference)));
        }
    }
    Ok(steps)
}

pub(super) fn composite(org: &mut Org, caller: &Caller, call: &Call) -> Result<Reply> {
    let body = call.json()?;
    let steps = steps(&body, MAX_STEPS)?;
    let is_large = |step: &&Step| {
        ["/query", "/queryAll", "/composite/sobjects", "/search"]
            .iter()
            .any(|part| step.url.contains(part))
    };
    if steps.iter().filter(is_large).count() > MAX_LARGE {
        return Err(too_many("queries and collections", MAX_LARGE));
    }
    let whole = body.get("allOrNone") == Some(&Value::Bool(true));
    let (done, _) = run(org, caller, call, &steps, whole);
    Ok(Reply::json(200, json!({ "compositeResponse": done })))
}

pub(super) fn graphs(org: &mut Org, caller: &Caller, call: &Call) -> Result<Reply> {
    let body = call.json()?;
    let graphs = body.get("graphs").and_then(Value::as_array);
    let graphs = graphs.ok_or_else(|| invalid("graphs is required"))?;
    if graphs.len() > MAX_GRAPHS {
        return Err(too_many("graphs", MAX_GRAPHS));
    }
    let mut left = MAX_NODES;
    let mut answers = Vec::new();
    for graph in graphs {
        let id = graph.get("graphId").and_then(Value::as_str);
        let id = id.ok_or_else(|| invalid("graphId is required"))?;
        let steps = steps(graph, left)?;
        left -= steps.len();
        let (done, good) = run(org, caller, call, &steps, true);
        answers.push(json!({
            "graphId": id,
            "graphResponse": { "compositeResponse": done },
            "isSuccessful": good,
        }));
    }
    Ok(Reply::json(200, json!({ "graphs": answers })))
}

fn halted(said: &str) -> Reply {
    Reply::refused(&Fault::new("PROCESSING_HALTED", said))
}

fn shown(step: &Step, reply: &Reply) -> Value {
    let headers: Map<String, Value> = reply
        .headers
        .iter()
        .filter(|(name, _)| name == "Location")
        .map(|(name, value)| (name.clone(), value.as_str().into()))
        .collect();
    json!({
        "body": reply.value(),
        "httpHeaders": headers,
        "httpStatusCode": reply.status,
        "referenceId": step.reference,
    })
}

/// The answers, and whether all went well. With `whole`, one failure undoes all.
fn run(
    org: &mut Org,
    caller: &Caller,
    call: &Call,
    steps: &[Step],
    whole: bool,
) -> (Vec<Value>, bool) {
    let mark = org.mark();
    let mut done = reference::Done::new();
    let mut replies: Vec<Reply> = Vec::new();
    let mut failed = None;
    for (at, step) in steps.iter().enumerate() {
        let reply = perform(org, caller, call, (step, &done));
        let good = reply.status < 300;
        if good {
            done.insert(step.reference.clone(), reply.value());
        }
        replies.push(reply);
        if !good && failed.is_none() {
            failed = Some(at);
        }
        if whole && !good {
            break;
        }
    }
    if let Some(at) = failed.filter(|_| whole) {
        org.take_back(mark);
        let said = "The transaction was rolled back since another operation in the same transaction failed.";
        let rolled = steps.iter().enumerate().map(|(own, step)| {
            let reply = if own == at { replies.get(own).cloned() } else { None };
            shown(step, &reply.unwrap_or_else(|| halted(said)))
        });
        return (rolled.collect(), false);
    }
    let answers = steps.iter().zip(&replies).map(|(step, reply)| shown(step, reply)).collect();
    (answers, failed.is_none())
}

fn perform(
    org: &mut Org,
    caller: &Caller,
    call: &Call,
    (step, done): (&Step, &reference::Done),
) -> Reply {
    let lost = |name: String| {
        halted(&format!(
            "Invalid reference specified. No value for {name} found in the responses of earlier subrequests"
        ))
    };
    let url = match reference::in_text(done, &step.url) {
        Ok(url) => url,
        Err(name) => return lost(name),
    };
    let body = match step.body.as_ref().map(|body| reference::in_value(done, body)).transpose() {
        Ok(body) => body,
        Err(name) => return lost(name),
    };
    inner(org, caller, call, (&step.method, &url), (body, &step.headers))
}

/// One call out of another.
pub(super) fn inner(
    org: &mut Org,
    caller: &Caller,
    call: &Call,
    (method, url): (&str, &str),
    (body, headers): (Option<Value>, &[(String, String)]),
) -> Reply {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let Some(mut step) = Call::of(method, path, query) else {
        return Reply::refused(&Fault::not_found());
    };
    step.inner = true;
    step.base.clone_from(&call.base);
    step.headers = headers.to_vec();
    step.body = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
    if step.path.first().is_some_and(|part| part == "composite")
        && step.path.get(1).is_none_or(|part| part != "sobjects")
    {
        return Reply::refused(&invalid("composite resources cannot be nested"));
    }
    // what is said of the whole holds for each step that says nothing else
    let own = step.header("sforce-duplicate-rule-header").is_some();
    let mut caller = caller.clone();
    caller.saving = if own { step.saving() } else { caller.saving };
    route(org, &caller, &step).unwrap_or_else(|fault| Reply::refused(&fault))
}
