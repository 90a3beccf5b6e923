//! `composite/batch`: calls that know nothing of each other.

use serde_json::{Value, json};

use super::{MAX_STEPS, invalid, steps::inner, too_many};

use crate::{
    fault::{Fault, Result},
    org::Org,
    rest::{Call, Reply},
    rights::Caller,
};

pub(super) fn batch(org: &mut Org, caller: &Caller, call: &Call) -> Result<Reply> {
    let body = call.json()?;
    let list = body.get("batchRequests").and_then(Value::as_array);
    let list = list.ok_or_else(|| invalid("batchRequests is required"))?;
    if list.len() > MAX_STEPS {
        return Err(too_many("subrequests", MAX_STEPS));
    }
    let halts = body.get("haltOnError") == Some(&Value::Bool(true));
    let mut results = Vec::new();
    let mut failed = false;
    for step in list {
        let of = |name: &str| step.get(name).and_then(Value::as_str).unwrap_or_default();
        let reply = if failed && halts {
            let mut fault = Fault::new(
                "BATCH_PROCESSING_HALTED",
                "Batch processing has been halted due to previous error",
            );
            fault.status = 412;
            Reply::refused(&fault)
        } else {
            let url = of("url").trim_start_matches('/');
            let url = match url.strip_prefix("services/data/") {
                Some(rest) => format!("/services/data/{rest}"),
                None => format!("/services/data/{url}"),
            };
            let input = step.get("richInput").cloned();
            inner(org, caller, call, (of("method"), &url), (input, &[]))
        };
        failed |= reply.status >= 300;
        results.push(json!({ "statusCode": reply.status, "result": reply.value() }));
    }
    Ok(Reply::json(200, json!({ "hasErrors": failed, "results": results })))
}
